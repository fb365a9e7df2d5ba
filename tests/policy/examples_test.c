#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <csupport.h>
#include <stdio.h>
#include <stdlib.h>

static char *read_file(const char *name, size_t *length) {
  char path[512];
  (void)snprintf(path, sizeof path, "%s/examples/policies/%s.json", CSUPPORT_SOURCE_DIR, name);
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  assert_int_equal(fseek(file, 0, SEEK_END), 0);
  long size = ftell(file);
  assert_true(size > 0);
  rewind(file);
  char *text = malloc((size_t)size);
  assert_non_null(text);
  *length = fread(text, 1, (size_t)size, file);
  assert_int_equal(*length, size);
  (void)fclose(file);
  return text;
}

/* Every policy that is handed out is one that the linter has nothing to say about. */
static void example_policies_parse_without_findings(void **state) {
  (void)state;
  static const char *const names[] = {"default",      "itil-3x3",   "itil-5x5",      "redhat-like",
                                      "zendesk-like", "lands-open", "follow-the-sun"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    size_t length = 0;
    char *text = read_file(names[i], &length);
    csup_policy *policy = NULL;
    csup_error error = {0};
    csup_status status = csup_policy_parse(text, length, NULL, &policy, &error);
    free(text);
    if (status == CSUP_E_UNKNOWN || status == CSUP_E_IO) { /* of all names only a zone's gives these */
      print_message("skipped %s: %s\n", names[i], error.message);
      continue;
    }
    if (status != CSUP_OK)
      fail_msg("%s.json:%d:%d: %s: %s", names[i], error.line, error.column, error.pointer, error.message);
    csup_finding finding = {0};
    if (csup_policy_finding(policy, 0, &finding) == CSUP_OK)
      fail_msg("%s.json:%d:%d: %s: %s", names[i], finding.line, finding.column, finding.pointer, finding.message);
    csup_policy_release(policy);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(example_policies_parse_without_findings)};
  return cmocka_run_group_tests_name("policy/examples", tests, NULL, NULL);
}
