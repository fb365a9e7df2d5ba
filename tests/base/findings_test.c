#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/findings.h"
#include "failing_allocator.h"

static const char text[] = "{\"list\": [1,\n 2]}";

static csup_status gather(csup_findings *findings, const csup_json *root, int count) {
  csup_json list, item, absent;
  csup_status status = CSUP_OK;
  assert_true(csup_json_member(root, "list", &list));
  csup_json_item(&list, 1, &item);
  assert_false(csup_json_member(root, "none", &absent));
  status = csup_findings_add(findings, &absent, "missing", "no %s", "member");
  for (int i = 1; i < count && status == CSUP_OK; i++)
    status = csup_findings_add(findings, &item, "many", "number %d", i);
  return status;
}

static void findings_keep_their_order_and_place(void **state) {
  (void)state;
  csup_allocator allocator;
  assert_int_equal(csup_allocator_take(NULL, &allocator), CSUP_OK);
  csup_arena arena;
  csup_arena_init(&arena, &allocator);
  csup_findings findings;
  csup_findings_init(&findings, &arena);
  csup_json_document document;
  csup_json root;
  csup_error error = {.status = 77};
  assert_int_equal(csup_json_open(&document, text, sizeof text - 1, CSUP_E_POLICY, CSUP_E_POLICY, &error, &root), CSUP_OK);
  assert_int_equal(gather(NULL, &root, 3), CSUP_OK);
  assert_int_equal(gather(&findings, &root, 30), CSUP_OK);
  csup_json_close(&document);
  assert_int_equal(error.status, 77); /* a finding is no error */
  assert_int_equal(findings.count, 30);
  assert_string_equal(findings.items[0].code, "missing");
  assert_string_equal(findings.items[0].pointer, "");
  assert_string_equal(findings.items[0].message, "no member");
  assert_int_equal(findings.items[0].line, 1);
  assert_int_equal(findings.items[0].column, 1);
  for (int i = 1; i < 30; i++) {
    char words[20];
    (void)snprintf(words, sizeof words, "number %d", i);
    assert_string_equal(findings.items[i].code, "many");
    assert_string_equal(findings.items[i].pointer, "/list/1");
    assert_string_equal(findings.items[i].message, words);
    assert_int_equal(findings.items[i].line, 2);
    assert_int_equal(findings.items[i].column, 2);
  }
  csup_arena_free(&arena);
}

static void findings_report_each_failure(void **state) {
  (void)state;
  csup_json_document document;
  csup_json root;
  csup_error error = {0};
  assert_int_equal(csup_json_open(&document, text, sizeof text - 1, CSUP_E_POLICY, CSUP_E_POLICY, &error, &root), CSUP_OK);
  long fail_at = 0;
  for (csup_status status = CSUP_E_NOMEM; status != CSUP_OK; fail_at++) {
    failing_allocator failing = {.fail_at = fail_at};
    csup_allocator allocator = {&failing, failing_resize};
    csup_arena arena;
    csup_arena_init(&arena, &allocator);
    csup_findings findings;
    csup_findings_init(&findings, &arena);
    error.status = CSUP_OK;
    status = gather(&findings, &root, 300);
    assert_int_equal(error.status, status);
    assert_true(status == CSUP_OK ? findings.count == 300 : status == CSUP_E_NOMEM && findings.count < 300);
    csup_arena_free(&arena);
    assert_int_equal(failing.blocks, 0);
  }
  assert_true(fail_at > 4);
  csup_json_close(&document);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(findings_keep_their_order_and_place),
      cmocka_unit_test(findings_report_each_failure),
  };
  return cmocka_run_group_tests_name("base/findings", tests, NULL, NULL);
}
