#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model.h"
#include "random.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DIMENSIONS   8

static csup_policy policy;

static int open_policy(void **state) {
  (void)state;
  return model_open(&policy, "{}", NULL, NULL);
}

static int close_policy(void **state) {
  (void)state;
  model_close(&policy);
  return 0;
}

static const char example[] = "CSI:1/S:D/N:T/P:I/M:N/G:X/W:P?/D:W!/C:H";

static void test_example(void **state) {
  (void)state;
  static const csup_answer expected[DIMENSIONS] = {
      {"service", "degraded", CSUP_BASIS_STATED, 0},  {"scope", "team", CSUP_BASIS_STATED, 0},
      {"process", "important", CSUP_BASIS_STATED, 0}, {"money", "none", CSUP_BASIS_STATED, 0},
      {"safety", NULL, CSUP_BASIS_UNKNOWN, 0},        {"workaround", "partial", CSUP_BASIS_ASSUMED, 0},
      {"deadline", "week", CSUP_BASIS_VERIFIED, 0},   {"contact", "hours", CSUP_BASIS_STATED, 0},
  };
  csup_answer answers[DIMENSIONS];
  size_t count = 0, length = 0;
  csup_error error = {0};
  assert_int_equal(csup_vector_parse(&policy, example, strlen(example), answers, DIMENSIONS, &count, &error), CSUP_OK);
  assert_int_equal(count, DIMENSIONS);
  for (size_t i = 0; i < count; i++) {
    assert_string_equal(answers[i].dimension, expected[i].dimension);
    assert_int_equal(answers[i].basis, expected[i].basis);
    assert_int_equal(answers[i].reserved, 0);
    if (expected[i].level)
      assert_string_equal(answers[i].level, expected[i].level);
    else
      assert_null(answers[i].level);
  }
  char text[64];
  assert_int_equal(csup_vector_format(&policy, answers, count, text, sizeof text, &length), CSUP_OK);
  assert_string_equal(text, example);
  assert_int_equal(length, strlen(example));
  /* What was read can be assessed as it is. */
  csup_assessment out;
  assert_int_equal(csup_impact_assess(&policy, answers, count, NULL, 0, &out, &error), CSUP_OK);
  assert_string_equal(out.severity.value, "S3");
  assert_string_equal(out.priority.value, "P3");
  assert_string_equal(out.next_question, "workaround");
}

/* Answers come in any order; those not given are X. */
static void test_format(void **state) {
  (void)state;
  const csup_answer answers[] = {{"contact", "always", CSUP_BASIS_VERIFIED, 0},
                                 {"scope", "everyone", CSUP_BASIS_ASSUMED, 0},
                                 {"money", NULL, CSUP_BASIS_UNKNOWN, 0},
                                 {"service", "down", CSUP_BASIS_STATED, 0}};
  static const char expected[] = "CSI:1/S:O/N:E?/P:X/M:X/G:X/W:X/D:X/C:A!";
  char text[64];
  size_t length = 0;
  assert_int_equal(csup_vector_format(&policy, answers, COUNT(answers), text, sizeof text, &length), CSUP_OK);
  assert_string_equal(text, expected);
  assert_int_equal(length, strlen(expected));
  assert_int_equal(csup_vector_format(&policy, answers, COUNT(answers), text, length + 1, NULL), CSUP_OK);
  length = 0;
  assert_int_equal(csup_vector_format(&policy, answers, COUNT(answers), text, strlen(expected), &length), CSUP_E_SPACE);
  assert_int_equal(length, strlen(expected));
  length = 0;
  assert_int_equal(csup_vector_format(&policy, answers, COUNT(answers), NULL, 0, &length), CSUP_E_SPACE);
  assert_int_equal(length, strlen(expected));
  assert_int_equal(csup_vector_format(&policy, NULL, 0, text, sizeof text, &length), CSUP_OK);
  assert_string_equal(text, "CSI:1/S:X/N:X/P:X/M:X/G:X/W:X/D:X/C:X");
  csup_answer bad = {"scope", "nobody", CSUP_BASIS_STATED, 0};
  assert_int_equal(csup_vector_format(&policy, &bad, 1, text, sizeof text, &length), CSUP_E_UNKNOWN);
  bad.basis = 9;
  assert_int_equal(csup_vector_format(&policy, &bad, 1, text, sizeof text, &length), CSUP_E_ARGUMENT);
  assert_int_equal(csup_vector_format(&policy, NULL, 1, text, sizeof text, &length), CSUP_E_ARGUMENT);
  assert_int_equal(csup_vector_format(NULL, answers, 1, text, sizeof text, &length), CSUP_E_ARGUMENT);
  assert_int_equal(csup_vector_format(&policy, answers, 1, NULL, 5, &length), CSUP_E_ARGUMENT);
}

typedef struct fault {
  const char *text;
  csup_status status;
  int32_t column;
  const char *says;
} fault;

#define S CSUP_E_SYNTAX
#define U CSUP_E_UNKNOWN

static const fault faults[] = {
    {"", S, 1, "begins with \"CSI:1\""},
    {"CVSS:1/S:D", S, 1, "begins with \"CSI:1\""},
    {"csi:1/S:D", S, 1, "begins with"},
    {"CSI", S, 4, "expected \":\" and the version of the model, found the end"},
    {"CSI/S:D", S, 4, "found \"/\""},
    {"CSI:/S:D", S, 5, "a number such as 1"},
    {"CSI:01/S:D", S, 5, "a number such as 1"},
    {"CSI:one/S:D", S, 5, "a number such as 1"},
    {"CSI:1234567/S:D", S, 5, "a number such as 1"},
    {"CSI:2/S:D/N:T/P:I/M:N/G:X/W:P/D:W/C:H", CSUP_E_VERSION, 5, "of version 2, the model of version 1"},
    {"CSI:1", S, 6, "the metric S is missing"},
    {"CSI:1 /S:D", S, 6, "found \" \""},
    {"CSI:1/", S, 7, "the code of a metric, found the end"},
    {"CSI:1//S:D", S, 7, "found \"/\""},
    {"CSI:1/S", S, 8, "found the end"},
    {"CSI:1/S/N:T", S, 8, "found \"/\""},
    {"CSI:1/S:", S, 9, "the code of a level, or X, found the end"},
    {"CSI:1/S:/N:T", S, 9, "found \"/\""},
    {"CSI:1/S:?/N:T", S, 9, "found \"?\""},
    {"CSI:1/S:Z/N:T", U, 9, "no level \"Z\""},
    {"CSI:1/S:d/N:T", U, 9, "no level \"d\""},
    {"CSI:1/S:DD/N:T", U, 9, "no level \"DD\""},
    {"CSI:1/S:degraded/N:T", U, 9, "no level \"degraded\""},
    {"CSI:1/S:X?/N:T", S, 10, "takes no \"?\""},
    {"CSI:1/S:X!/N:T", S, 10, "takes no \"!\""},
    {"CSI:1/S:D?\?/N:T", S, 11, "expected \"/\" and the next metric, found \"?\""},
    {"CSI:1/S:D?!/N:T", S, 11, "found \"!\""},
    {"CSI:1/S:D*/N:T", S, 10, "found \"*\""},
    {"CSI:1/S:D\x01/N:T", S, 10, "found byte 0x01"},
    {"CSI:1/S:D\xc3\xa9/N:T", S, 10, "found byte 0xC3"},
    {"CSI:1/S:D", S, 10, "the metric N is missing"},
    {"CSI:1/S:D/P:I/M:N/G:X/W:P/D:W/C:H", S, 11, "the metric N is missing before P"},
    {"CSI:1/S:D/P:I/N:T/M:N/G:X/W:P/D:W/C:H", S, 11, "the metric P is out of order: N comes first"},
    {"CSI:1/N:T/S:D/P:I/M:N/G:X/W:P/D:W/C:H", S, 7, "out of order: S comes first"},
    {"CSI:1/S:D/S:D/N:T/P:I/M:N/G:X/W:P/D:W/C:H", S, 11, "the metric S is repeated"},
    {"CSI:1/S:D/N:T/P:I/S:O/M:N/G:X/W:P/D:W/C:H", S, 19, "the metric S is repeated"},
    {"CSI:1/S:D/Q:T/P:I/M:N/G:X/W:P/D:W/C:H", U, 11, "no metric \"Q\""},
    {"CSI:1/S:D/N:T/P:I/M:N/G:X/W:P/D:W", S, 34, "the metric C is missing"},
    {"CSI:1/S:D/N:T/P:I/M:N/G:X/W:P/D:W/C:H/", S, 39, "the code of a metric, found the end"},
    {"CSI:1/S:D/N:T/P:I/M:N/G:X/W:P/D:W/C:H/C:H", S, 39, "the metric C is repeated"},
    {"CSI:1/S:D/N:T/P:I/M:N/G:X/W:P/D:W/C:H/Z:H", U, 39, "no metric \"Z\""},
    {"CSI:1/S:D/N:T/P:I/M:N/G:X/W:P/D:W/C:H ", S, 38, "expected the end, found \" \""},
    {"CSI:1/S:D/N:T/P:I/M:N/G:X/W:P/D:W/C:H\n", S, 38, "expected the end, found byte 0x0A"},
    {" CSI:1/S:D/N:T/P:I/M:N/G:X/W:P/D:W/C:H", S, 1, "begins with"},
    {"CSI:1/S:D/ThisCodeIsFarLongerThanAnyCodeThatAModelMayHave:1", U, 11, "no metric \"ThisCode"},
};

static void test_faults(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(faults); i++) {
    csup_answer answers[DIMENSIONS], untouched[DIMENSIONS];
    memset(answers, 0x5a, sizeof answers);
    memcpy(untouched, answers, sizeof answers);
    size_t count = 77;
    csup_error error = {0};
    csup_status status = csup_vector_parse(&policy, faults[i].text, strlen(faults[i].text), answers, DIMENSIONS, &count, &error);
    if (status != faults[i].status || error.column != faults[i].column || error.line != 1 ||
        !strstr(error.message, faults[i].says))
      fail_msg("%s gave %s at %d: %s\n expected %s at %d: %s", faults[i].text, csup_status_name(status), error.column,
               error.message, csup_status_name(faults[i].status), faults[i].column, faults[i].says);
    assert_int_equal(count, 77);
    assert_memory_equal(answers, untouched, sizeof answers);
    assert_int_equal(csup_vector_parse(&policy, faults[i].text, strlen(faults[i].text), answers, DIMENSIONS, &count, NULL),
                     status);
  }
  /* A NUL inside is a byte like any other; what stands after the length is not read. */
  csup_answer answers[DIMENSIONS];
  size_t count;
  csup_error error = {0};
  assert_int_equal(csup_vector_parse(&policy, "CSI:1/S:D\0/N:T", 14, answers, DIMENSIONS, &count, &error), CSUP_E_SYNTAX);
  assert_int_equal(error.column, 10);
  char longer[128];
  snprintf(longer, sizeof longer, "%s!!!", example);
  assert_int_equal(csup_vector_parse(&policy, longer, strlen(example), answers, DIMENSIONS, &count, &error), CSUP_OK);
}

static void test_arguments(void **state) {
  (void)state;
  csup_answer answers[DIMENSIONS];
  size_t count = 0, length = strlen(example);
  csup_error error = {0};
  assert_int_equal(csup_vector_parse(NULL, example, length, answers, DIMENSIONS, &count, &error), CSUP_E_ARGUMENT);
  assert_int_equal(csup_vector_parse(&policy, NULL, 0, answers, DIMENSIONS, &count, &error), CSUP_E_ARGUMENT);
  assert_int_equal(csup_vector_parse(&policy, example, length, NULL, DIMENSIONS, &count, &error), CSUP_E_ARGUMENT);
  assert_int_equal(csup_vector_parse(&policy, example, length, answers, DIMENSIONS, NULL, &error), CSUP_E_ARGUMENT);
  assert_int_equal(csup_vector_parse(&policy, example, length, answers, 7, &count, &error), CSUP_E_SPACE);
  assert_int_equal(count, DIMENSIONS);
  count = 0;
  assert_int_equal(csup_vector_parse(&policy, example, length, NULL, 0, &count, &error), CSUP_E_SPACE);
  assert_int_equal(count, DIMENSIONS);
}

/* parse(format(x)) == x and format(parse(v)) == v for random answers in random order. */
static void test_round_trip(void **state) {
  (void)state;
  random_source random = random_start("vectors");
  const csup_impact *impact = policy.impact;
  for (long round = random_rounds(20000); round > 0; round--) {
    csup_answer given[DIMENSIONS], shuffled[DIMENSIONS], back[DIMENSIONS];
    for (int32_t i = 0; i < DIMENSIONS; i++) {
      csup_basis basis = (csup_basis)random_between(&random, CSUP_BASIS_UNKNOWN, CSUP_BASIS_VERIFIED);
      int32_t level = (int32_t)random_between(&random, 0, 2);
      given[i] = (csup_answer){csup_impact_dimension_name(impact, i),
                               basis == CSUP_BASIS_UNKNOWN ? NULL : csup_impact_level_name(impact, i, level), basis, 0};
      int64_t at = random_between(&random, 0, i);
      shuffled[i] = shuffled[at];
      shuffled[at] = given[i];
    }
    char text[64], again[64];
    size_t length = 0, count = 0;
    assert_int_equal(csup_vector_format(&policy, shuffled, DIMENSIONS, text, sizeof text, &length), CSUP_OK);
    assert_int_equal(csup_vector_parse(&policy, text, length, back, DIMENSIONS, &count, NULL), CSUP_OK);
    for (size_t i = 0; i < DIMENSIONS; i++) {
      assert_ptr_equal(back[i].dimension, given[i].dimension);
      assert_ptr_equal(back[i].level, given[i].level);
      assert_int_equal(back[i].basis, given[i].basis);
    }
    assert_int_equal(csup_vector_format(&policy, back, count, again, sizeof again, NULL), CSUP_OK);
    assert_string_equal(again, text);
    /* One byte changed: refused, or another vector that round-trips just as well. */
    text[random_between(&random, 0, (int64_t)length - 1)] = (char)random_between(&random, 32, 126);
    csup_error error = {0};
    csup_status status = csup_vector_parse(&policy, text, length, back, DIMENSIONS, &count, &error);
    if (status) {
      assert_in_range(error.column, 1, length + 1);
    } else {
      assert_int_equal(csup_vector_format(&policy, back, count, again, sizeof again, NULL), CSUP_OK);
      assert_string_equal(again, text);
    }
  }
}

/* Codes of more than one letter, and a version of more than one digit. */
static void test_other_codes(void **state) {
  (void)state;
  char *text = unquote("{'impact':{'code':'desk-2.b','version':340,'dimensions':["
                       "{'name':'a b','code':'AB','group':'impact','levels':[{'name':'none at "
                       "all','code':'0','points':0},{'name':'x','points':1}]},"
                       "{'name':'A','group':'urgency','levels':[{'name':'low','points':0},{'name':'high','points':1}]}]}}");
  csup_policy other;
  csup_error error = {0};
  if (model_open(&other, text, NULL, &error))
    fail_msg("%s: %s", error.pointer, error.message);
  static const char vector[] = "desk-2.b:340/AB:x!/A:high?";
  csup_answer answers[2];
  size_t count = 0;
  char back[64];
  assert_int_equal(csup_vector_parse(&other, vector, strlen(vector), answers, 2, &count, &error), CSUP_OK);
  assert_string_equal(answers[0].dimension, "a b");
  assert_string_equal(answers[0].level, "x");
  assert_int_equal(csup_vector_format(&other, answers, count, back, sizeof back, NULL), CSUP_OK);
  assert_string_equal(back, vector);
  static const char early[] = "desk-2.b:34/AB:x/A:low";
  assert_int_equal(csup_vector_parse(&other, early, strlen(early), answers, 2, &count, &error), CSUP_E_VERSION);
  static const char swapped[] = "desk-2.b:340/A:low/AB:x";
  assert_int_equal(csup_vector_parse(&other, swapped, strlen(swapped), answers, 2, &count, &error), CSUP_E_SYNTAX);
  assert_int_equal(error.column, 14);
  model_close(&other);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_example),   cmocka_unit_test(test_format),     cmocka_unit_test(test_faults),
      cmocka_unit_test(test_arguments), cmocka_unit_test(test_round_trip), cmocka_unit_test(test_other_codes),
  };
  return cmocka_run_group_tests(tests, open_policy, close_policy);
}
