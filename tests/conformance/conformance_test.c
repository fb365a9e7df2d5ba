/* Folds every folder beside this file in the three ways of README.md, by lines of JSON and by structs, and compares the bytes. */
#define _POSIX_C_SOURCE 200809L

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/text_buffer.h"
#include "typed.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

typedef enum way { PLAIN, KEPT, WOKEN } way;
enum { FOLDERS = 256, CASES = 64, PATH = 1024 };

typedef struct entry {
  char *name;
  csup_case *support_case;
} entry;

/* One folder being folded. */
typedef struct fold {
  const char *folder;
  way how;
  bool by_structs;
  csup_policy *policy;
  csup_decisions *list;
  entry cases[CASES]; /* in the order of their first accepted line */
  size_t count;
  csup_time last;
  text_buffer decisions, refused;
} fold;

/* ---- files ---- */

static int compare_names(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The folders that have a journal, sorted, ended by NULL. */
static void find_folders(char *names[FOLDERS + 1]) {
  size_t count = 0;
  DIR *here = opendir(CSUPPORT_SOURCE_DIR "/tests/conformance");
  assert_non_null(here);
  for (struct dirent *found = readdir(here); found; found = readdir(here)) {
    char path[PATH];
    (void)snprintf(path, sizeof path, "%s/tests/conformance/%s/journal.jsonl", CSUPPORT_SOURCE_DIR, found->d_name);
    FILE *journal = fopen(path, "rb");
    if (!journal)
      continue;
    (void)fclose(journal);
    assert_true(count < FOLDERS);
    names[count] = strdup(found->d_name);
    assert_non_null(names[count++]);
  }
  (void)closedir(here);
  qsort(names, count, sizeof *names, compare_names);
  names[count] = NULL;
  assert_true(count > 0);
}

/* The whole file; nothing when there is none. */
static bool read_file(const char *folder, const char *name, text_buffer *out) {
  char path[PATH], block[4096];
  (void)snprintf(path, sizeof path, "%s/tests/conformance/%s/%s", CSUPPORT_SOURCE_DIR, folder, name);
  text_clear(out);
  FILE *file = fopen(path, "rb");
  if (!file)
    return false;
  for (size_t got = 0; (got = fread(block, 1, sizeof block, file)) > 0;)
    text_add_bytes(out, block, got);
  assert_int_equal(ferror(file), 0);
  (void)fclose(file);
  return true;
}

/* Steps to the next line: its length without the line feed. `at` is moved to it. */
static bool next_line(const text_buffer *text, const char **at, size_t *length) {
  const char *end = text->text + text->length;
  const char *start = *at ? *at + *length + 1 : text->text;
  if (!text->text || start >= end)
    return false;
  const char *feed = memchr(start, '\n', (size_t)(end - start));
  assert_non_null(feed);
  *at = start;
  *length = (size_t)(feed - start);
  return true;
}

static void expect_file(const fold *f, const char *name, const text_buffer *found) {
  text_buffer wanted = {0};
  (void)read_file(f->folder, name, &wanted);
  const char *want = NULL, *got = NULL;
  size_t want_length = 0, got_length = 0;
  for (int number = 1;; number++) {
    bool more = next_line(&wanted, &want, &want_length), also = next_line(found, &got, &got_length);
    if (!more && !also)
      break;
    if (more != also || want_length != got_length || memcmp(want, got, want_length) != 0)
      fail_msg("%s/%s:%d: expected\n  %.*s\nfound\n  %.*s", f->folder, name, number, more ? (int)want_length : 9,
               more ? want : "(nothing)", also ? (int)got_length : 9, also ? got : "(nothing)");
  }
  text_free(&wanted);
}

/* ---- folding ---- */

static void take_decisions(fold *f) {
  for (size_t i = 0; i < csup_decisions_count(f->list); i++) {
    const csup_decision *decision = csup_decisions_at(f->list, i);
    size_t length = 0;
    assert_int_equal(csup_decision_to_json(decision, NULL, 0, &length), CSUP_E_SPACE);
    char *text = malloc(length + 1);
    assert_non_null(text);
    assert_int_equal(csup_decision_to_json(decision, text, length + 1, &length), CSUP_OK);
    text_add_bytes(&f->decisions, text, length);
    text_add(&f->decisions, "\n");
    free(text);
  }
  csup_decisions_clear(f->list);
}

/* Advances a case through its wake-ups until an instant. */
static void wake(fold *f, csup_case *one, csup_time until) {
  for (csup_time at = 0; csup_case_next_wakeup(one, &at) == CSUP_OK && at <= until;) {
    assert_int_equal(csup_case_advance(one, at - 1, f->list, NULL), CSUP_OK);
    assert_int_equal(csup_decisions_count(f->list), 0);
    assert_int_equal(csup_case_advance(one, at, f->list, NULL), CSUP_OK);
    assert_true(csup_decisions_count(f->list) > 0);
    take_decisions(f);
  }
}

static void *save(const csup_case *one, size_t *length) {
  assert_int_equal(csup_case_save(one, NULL, 0, length), CSUP_E_SPACE);
  void *bytes = malloc(*length);
  assert_non_null(bytes);
  assert_int_equal(csup_case_save(one, bytes, *length, length), CSUP_OK);
  return bytes;
}

/* Every case goes through its snapshot. */
static void keep(fold *f) {
  for (size_t i = 0; i < f->count; i++) {
    size_t length = 0, again = 0;
    void *bytes = save(f->cases[i].support_case, &length);
    csup_case_free(f->cases[i].support_case);
    assert_int_equal(csup_case_load(f->policy, bytes, length, NULL, &f->cases[i].support_case, NULL), CSUP_OK);
    void *same = save(f->cases[i].support_case, &again);
    assert_int_equal(again, length);
    assert_memory_equal(bytes, same, length);
    free(bytes);
    free(same);
  }
}

/* The name and the instant with which a line begins, both NUL-terminated copies. */
static bool cut(const char *line, size_t length, char *name, char *instant, size_t capacity) {
  static const char *const before[] = {"{\"case\":\"", "\",\"at\":\""};
  char *const out[] = {name, instant};
  const char *at = line, *end = line + length;
  for (int i = 0; i < 2; i++) {
    size_t skip = strlen(before[i]);
    if ((size_t)(end - at) < skip || memcmp(at, before[i], skip) != 0)
      return false;
    at += skip;
    const char *quote = memchr(at, '"', (size_t)(end - at));
    if (!quote || (size_t)(quote - at) >= capacity)
      return false;
    memcpy(out[i], at, (size_t)(quote - at));
    out[i][quote - at] = '\0';
    at = quote;
  }
  return true;
}

static csup_status apply(fold *f, csup_case *to, const char *line, size_t length) {
  csup_error error = {0};
  typed read;
  bool can = f->by_structs && typed_open(&read, line, length);
  csup_status status = can ? csup_case_apply(to, read.events, read.count, f->list, &error)
                           : csup_case_apply_json(to, line, length, f->list, &error);
  if (f->by_structs) {
    typed_close(&read);
    assert_true(can || status != CSUP_OK); /* whatever is accepted can be said in structs */
  }
  assert_int_equal(error.status, status);
  assert_true(status == CSUP_OK || error.message[0] != '\0');
  return status;
}

static void fold_line(fold *f, int number, const char *line, size_t length) {
  char name[PATH] = "", instant[64] = "";
  csup_time at = 0;
  bool begins = cut(line, length, name, instant, sizeof instant);
  entry *known = NULL;
  for (size_t i = 0; begins && i < f->count; i++)
    known = strcmp(f->cases[i].name, name) == 0 ? &f->cases[i] : known;
  csup_case *one = known ? known->support_case : NULL;
  if (!known)
    assert_int_equal(csup_case_create(f->policy, NULL, &one), CSUP_OK);
  else if (f->how == WOKEN && csup_time_parse(instant, strlen(instant), &at) == CSUP_OK)
    wake(f, one, at);
  csup_status status = apply(f, one, line, length);
  if (status != CSUP_OK) {
    text_add(&f->refused, "{\"line\":%d,\"status\":\"%s\"}\n", number, csup_status_name(status));
    assert_int_equal(csup_decisions_count(f->list), 0);
    if (!known)
      csup_case_free(one);
    return;
  }
  take_decisions(f);
  assert_int_equal(csup_time_parse(instant, strlen(instant), &at), CSUP_OK);
  f->last = at > f->last ? at : f->last;
  if (!known) {
    assert_true(f->count < CASES);
    f->cases[f->count++] = (entry){.name = strdup(name), .support_case = one};
  }
}

/* Whether refused.jsonl names the line. */
static bool is_refused(const text_buffer *refused, int number) {
  const char *at = NULL;
  for (size_t length = 0; next_line(refused, &at, &length);)
    if (strtol(at + strlen("{\"line\":"), NULL, 10) == number)
      return true;
  return false;
}

static void fold_journal(fold *f) {
  text_buffer journal = {0}, refused = {0}, end = {0};
  assert_true(read_file(f->folder, "journal.jsonl", &journal));
  (void)read_file(f->folder, "refused.jsonl", &refused);
  const char *line = NULL;
  size_t length = 0;
  for (int number = 1; next_line(&journal, &line, &length); number++) {
    if (f->how != WOKEN || !is_refused(&refused, number))
      fold_line(f, number, line, length);
    if (f->how == KEPT)
      keep(f);
  }
  if (read_file(f->folder, "at.txt", &end))
    assert_int_equal(csup_time_parse(end.text, end.length - 1, &f->last), CSUP_OK);
  if (f->how != WOKEN)
    expect_file(f, "refused.jsonl", &f->refused);
  text_free(&journal);
  text_free(&refused);
  text_free(&end);
}

static void come_to_the_end(fold *f) {
  text_buffer statuses = {0};
  for (size_t i = 0; i < f->count; i++) {
    csup_case *one = f->cases[i].support_case;
    if (f->how == WOKEN)
      wake(f, one, f->last);
    assert_int_equal(csup_case_advance(one, f->last, f->list, NULL), CSUP_OK);
    assert_true(f->how != WOKEN || csup_decisions_count(f->list) == 0);
    take_decisions(f);
  }
  for (size_t i = 0; i < f->count; i++) {
    size_t length = 0;
    assert_int_equal(csup_case_to_json(f->cases[i].support_case, f->last, NULL, 0, &length), CSUP_E_SPACE);
    char *text = malloc(length + 1);
    assert_non_null(text);
    assert_int_equal(csup_case_to_json(f->cases[i].support_case, f->last, text, length + 1, &length), CSUP_OK);
    text_add_bytes(&statuses, text, length);
    text_add(&statuses, "\n");
    free(text);
  }
  expect_file(f, "decisions.jsonl", &f->decisions);
  expect_file(f, "status.jsonl", &statuses);
  text_free(&statuses);
}

static void add_band(text_buffer *out, const char *name, const csup_band *band) {
  text_add(out, ",\"%s\":[\"%s\",\"%s\",\"%s\"]", name, band->low, band->value, band->high);
}

static void add_span(text_buffer *out, const char *name, const csup_span *span) {
  text_add(out, ",\"%s\":[%" PRId32 ",%" PRId32 ",%" PRId32 "]", name, span->low, span->value, span->high);
}

static void assess(const fold *f) {
  text_buffer vectors = {0}, out = {0};
  (void)read_file(f->folder, "vectors.txt", &vectors);
  const char *line = NULL;
  for (size_t length = 0; next_line(&vectors, &line, &length);) {
    csup_answer answers[32];
    csup_assessment found;
    char text[512];
    size_t count = 0, written = 0;
    csup_status status = csup_vector_parse(f->policy, line, length, answers, 32, &count, NULL);
    if (status != CSUP_OK) {
      text_add(&out, "{\"vector\":null,\"status\":\"%s\"}\n", csup_status_name(status));
      continue;
    }
    assert_int_equal(csup_vector_format(f->policy, answers, count, text, sizeof text, &written), CSUP_OK);
    assert_int_equal(written, length);
    assert_memory_equal(text, line, length);
    assert_int_equal(csup_impact_assess(f->policy, answers, count, NULL, 0, &found, NULL), CSUP_OK);
    text_add(&out, "{\"vector\":\"%s\"", text);
    add_band(&out, "severity", &found.severity);
    add_band(&out, "urgency", &found.urgency);
    add_band(&out, "priority", &found.priority);
    add_span(&out, "impact_score", &found.impact_score);
    add_span(&out, "urgency_score", &found.urgency_score);
    const char *quote = found.next_question ? "\"" : "";
    text_add(&out, ",\"confidence\":%" PRId32 ",\"next_question\":%s%s%s}\n", found.confidence, quote,
             found.next_question ? found.next_question : "null", quote);
  }
  expect_file(f, "assessments.jsonl", &out);
  text_free(&vectors);
  text_free(&out);
}

static void fold_folder(const char *folder, way how, bool by_structs) {
  fold f = {.folder = folder, .how = how, .by_structs = by_structs, .last = INT64_MIN};
  text_buffer document = {0};
  csup_error error = {0};
  if (!read_file(folder, "policy.json", &document))
    text_add(&document, "%s", csup_policy_default());
  if (csup_policy_parse(document.text, document.length, NULL, &f.policy, &error) != CSUP_OK)
    fail_msg("%s/policy.json:%d:%d: %s", folder, (int)error.line, (int)error.column, error.message);
  assert_int_equal(csup_decisions_create(NULL, &f.list), CSUP_OK);
  fold_journal(&f);
  come_to_the_end(&f);
  assess(&f);
  for (size_t i = 0; i < f.count; i++) {
    csup_case_free(f.cases[i].support_case);
    free(f.cases[i].name);
  }
  csup_decisions_free(f.list);
  csup_policy_release(f.policy);
  text_free(&document);
  text_free(&f.decisions);
  text_free(&f.refused);
}

static void fold_all(way how, bool by_structs) {
  char *names[FOLDERS + 1];
  find_folders(names);
  for (size_t i = 0; names[i]; i++) {
    fold_folder(names[i], how, by_structs);
    free(names[i]);
  }
}

static void test_plain_by_json(void **state) {
  (void)state;
  fold_all(PLAIN, false);
}

static void test_plain_by_structs(void **state) {
  (void)state;
  fold_all(PLAIN, true);
}

static void test_kept_by_json(void **state) {
  (void)state;
  fold_all(KEPT, false);
}

static void test_kept_by_structs(void **state) {
  (void)state;
  fold_all(KEPT, true);
}

static void test_woken_by_json(void **state) {
  (void)state;
  fold_all(WOKEN, false);
}

static void test_woken_by_structs(void **state) {
  (void)state;
  fold_all(WOKEN, true);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain_by_json),   cmocka_unit_test(test_plain_by_structs), cmocka_unit_test(test_kept_by_json),
      cmocka_unit_test(test_kept_by_structs), cmocka_unit_test(test_woken_by_json),    cmocka_unit_test(test_woken_by_structs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
