/* The priority of every row of a real service desk's log, by the 3 by 3 model: UCI machine learning repository, "Incident
   management process enriched event log", DOI 10.24432/C57S4H. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "itil.h"

/* The text of a column, up to the comma; the log quotes nothing. */
static const char *column_at(const char *line, int column) {
  while (column > 0 && *line && *line != '\n')
    column -= *line++ == ',';
  return line;
}

static int column_of(const char *header, const char *name) {
  int column = 0;
  size_t length = strlen(name);
  for (const char *at = header;; at++) {
    if (strncmp(at, name, length) == 0 && (at[length] == ',' || at[length] == '\n' || at[length] == '\r'))
      return column;
    at = strpbrk(at, ",\n");
    assert_true(at && *at == ',');
    column++;
  }
}

static const char *level_of(const char *cell) {
  return cell[0] == '1' ? "high" : cell[0] == '2' ? "medium" : cell[0] == '3' ? "low" : "?";
}

static const char path[] = CSUPPORT_EXTRA_DATA "/data/uci_incidents.csv";

static void test_log(void **state) {
  (void)state;
  char *text = read_file(path);
  assert_non_null(text);
  csup_policy policy;
  open_example(&policy, CSUPPORT_SOURCE_DIR "/examples/policies/itil-3x3.json");
  int impact = column_of(text, "impact"), urgency = column_of(text, "urgency"), priority = column_of(text, "priority");
  long rows = 0, wrong = 0;
  for (const char *line = strchr(text, '\n') + 1; *line; line = strchr(line, '\n') + 1) {
    const char *given = column_at(line, priority);
    const char *ours = priority_of(&policy, level_of(column_at(line, impact)), level_of(column_at(line, urgency)));
    wrong += ours[1] != given[0] || given[1] != ' ';
    rows++;
    if (!strchr(line, '\n'))
      break;
  }
  printf("%ld rows, %ld of another priority\n", rows, wrong);
  assert_int_equal(wrong, 0);
  assert_true(rows > 14000);
  model_close(&policy);
  free(text);
}

int main(void) {
  FILE *file = CSUPPORT_EXTRA_DATA[0] ? fopen(path, "rb") : NULL;
  if (!file) {
    printf("skipped: CSUPPORT_EXTRA_DATA (\"%s\") is no folder with data/uci_incidents.csv\n", CSUPPORT_EXTRA_DATA);
    return 77;
  }
  fclose(file);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_log)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
