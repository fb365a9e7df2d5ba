/* The default model against what publishers of severity definitions say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model.h"

#define ANSWERS_MAX 16

static size_t read_answers(const json_t *object, csup_answer *answers) {
  size_t count = 0;
  const char *dimension;
  json_t *level;
  json_object_foreach((json_t *)object, dimension, level) {
    assert_true(count < ANSWERS_MAX);
    answers[count++] = (csup_answer){dimension, json_string_value(level), CSUP_BASIS_STATED, 0};
  }
  return count;
}

static bool accepts(const json_t *list, const char *priority) {
  size_t index;
  json_t *item;
  json_array_foreach((json_t *)list, index, item) {
    if (strcmp(json_string_value(item), priority) == 0)
      return true;
  }
  return false;
}

static void test_published_severities(void **state) {
  (void)state;
  char *text = read_file(CSUPPORT_SOURCE_DIR "/tests/impact/published_severities.json");
  assert_non_null(text);
  json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
  assert_non_null(document);
  csup_policy policy;
  assert_int_equal(model_open(&policy, "{}", NULL, NULL), CSUP_OK);
  const json_t *rows = json_object_get(document, "rows");
  const char *publishers[64];
  size_t wrong = 0, publisher_count = 0;
  for (size_t i = 0; i < json_array_size(rows); i++) {
    const json_t *row = json_array_get(rows, i);
    csup_answer answers[ANSWERS_MAX];
    size_t count = read_answers(json_object_get(row, "answers"), answers);
    csup_assessment out;
    csup_error error = {0};
    if (csup_impact_assess(&policy, answers, count, NULL, 0, &out, &error))
      fail_msg("row %zu: %s", i, error.message);
    const char *severity = json_string_value(json_object_get(row, "severity"));
    const char *publisher = json_string_value(json_object_get(row, "publisher"));
    bool good =
        accepts(json_object_get(row, "priority"), out.priority.value) && (!severity || !strcmp(severity, out.severity.value));
    wrong += !good;
    printf("%s %s %s %s  %s, %s: %s\n", good ? "   " : "BAD", out.priority.value, out.severity.value, out.urgency.value,
           publisher, json_string_value(json_object_get(row, "level")), json_string_value(json_object_get(row, "situation")));
    size_t known = 0;
    while (known < publisher_count && strcmp(publishers[known], publisher) != 0)
      known++;
    if (known == publisher_count && publisher_count < 64)
      publishers[publisher_count++] = publisher;
  }
  printf("%zu rows of %zu publishers\n", json_array_size(rows), publisher_count);
  assert_int_equal(wrong, 0);
  assert_true(json_array_size(rows) >= 20);
  assert_true(publisher_count >= 5);
  model_close(&policy);
  json_decref(document);
  free(text);
}

/* Names and codes are a promise to those who store vectors. */
static void test_names_and_codes(void **state) {
  (void)state;
  static const struct {
    const char *dimension;
    bool urgency;
    const char *levels[5];
  } rows[] = {
      {"service", false, {"question", "cosmetic", "degraded", "down"}},
      {"scope", false, {"one", "team", "site", "everyone"}},
      {"process", false, {"none", "supporting", "important", "core"}},
      {"money", false, {"none", "some", "heavy"}},
      {"safety", false, {"none", "possible", "exposed"}},
      {"workaround", true, {"full", "partial", "none"}},
      {"deadline", true, {"none", "week", "day", "now"}},
      {"contact", true, {"none", "hours", "always"}},
  };
  static const char *const vectors[] = {"CSI:1/S:Q/N:I/P:N/M:N/G:N/W:F/D:N/C:N", "CSI:1/S:C/N:T/P:S/M:S/G:P/W:P/D:W/C:H",
                                        "CSI:1/S:D/N:S/P:I/M:H/G:E/W:N/D:D/C:A", "CSI:1/S:O/N:E/P:C/M:X/G:X/W:X/D:H/C:X"};
  csup_policy policy;
  assert_int_equal(model_open(&policy, "{}", NULL, NULL), CSUP_OK);
  assert_int_equal(csup_impact_dimension_count(policy.impact), 8);
  for (int32_t level = 0; level < 4; level++) {
    csup_answer answers[8];
    for (int32_t i = 0; i < 8; i++) {
      const char *name = rows[i].levels[level];
      assert_string_equal(csup_impact_dimension_name(policy.impact, i), rows[i].dimension);
      assert_int_equal(csup_impact_dimension_is_urgency(policy.impact, i), rows[i].urgency);
      assert_true(strlen(csup_impact_question(policy.impact, i)) > 0);
      if (name)
        assert_int_equal(csup_impact_find_level(policy.impact, i, name), level);
      answers[i] = (csup_answer){rows[i].dimension, name, name ? CSUP_BASIS_STATED : CSUP_BASIS_UNKNOWN, 0};
    }
    char text[64];
    assert_int_equal(csup_vector_format(&policy, answers, 8, text, sizeof text, NULL), CSUP_OK);
    assert_string_equal(text, vectors[level]);
  }
  /* And the defaults. */
  static const char *const defaults[] = {"degraded", "one", "supporting", "none", "none", "partial", "none", "hours"};
  csup_reason reasons[16];
  size_t count = 0;
  assert_int_equal(csup_impact_reasons(&policy, NULL, 0, NULL, 0, reasons, 16, &count, NULL), CSUP_OK);
  assert_int_equal(count, 8);
  for (size_t i = 0; i < count; i++)
    assert_string_equal(reasons[i].level, defaults[i]);
  model_close(&policy);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_published_severities), cmocka_unit_test(test_names_and_codes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
