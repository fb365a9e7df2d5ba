/* The example models of plain ITIL matrices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "itil.h"

static void test_3x3(void **state) {
  (void)state;
  static const char *const levels[] = {"high", "medium", "low"};
  static const char *const expected[3][3] = {{"P1", "P2", "P3"}, {"P2", "P3", "P4"}, {"P3", "P4", "P4"}};
  csup_policy policy;
  open_example(&policy, CSUPPORT_SOURCE_DIR "/examples/policies/itil-3x3.json");
  for (int i = 0; i < 3; i++)
    for (int u = 0; u < 3; u++)
      assert_string_equal(priority_of(&policy, levels[i], levels[u]), expected[i][u]);
  model_close(&policy);
}

static void test_5x5(void **state) {
  (void)state;
  static const char *const levels[] = {"very_high", "high", "medium", "low", "very_low"};
  csup_policy policy;
  open_example(&policy, CSUPPORT_SOURCE_DIR "/examples/policies/itil-5x5.json");
  for (int i = 0; i < 5; i++) {
    for (int u = 0; u < 5; u++) {
      char expected[3] = {'P', (char)('1' + (i + u) / 2), '\0'};
      assert_string_equal(priority_of(&policy, levels[i], levels[u]), expected);
    }
  }
  model_close(&policy);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_3x3), cmocka_unit_test(test_5x5)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
