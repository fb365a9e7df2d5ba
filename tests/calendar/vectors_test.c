/* Every line of the calendar vectors, reproduced exactly. They come from a reference outside this project; without the folder
   that holds them there is nothing to compare with and the test is skipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "csupport.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND INT64_C(1000000)

typedef csup_status edge_function(const csup_calendar *, csup_time, csup_time *);

static const struct {
  const char *name;
  edge_function *edge; /* NULL: not of this form */
} operations[] = {
    {"add", NULL},
    {"elapsed", NULL},
    {"add_days", NULL},
    {"is_open", NULL},
    {"intervals", NULL},
    {"next_open", csup_calendar_next_open},
    {"next_close", csup_calendar_next_close},
    {"next_change", csup_calendar_next_change},
    {"prev_open", csup_calendar_prev_open},
    {"prev_close", csup_calendar_prev_close},
};
#define OPERATION_COUNT (sizeof operations / sizeof operations[0])

static struct {
  char name[32];
  csup_calendar *calendar;
} calendars[1024];
static size_t calendar_count, invalid_count, wrong_count, operation_counts[OPERATION_COUNT];

static csup_status create(const json_t *line, csup_calendar **out, csup_error *error) {
  csup_zone *zone;
  csup_status status = csup_zone_load(json_string_value(json_object_get(line, "zone")), NULL, &zone, error);
  assert_int_equal(status, CSUP_OK);
  const json_t *dates = json_object_get(line, "holidays");
  size_t count = json_array_size(dates);
  csup_holiday *holidays = calloc(count + 1, sizeof *holidays);
  assert_non_null(holidays);
  for (size_t i = 0; i < count; i++) {
    int year, month, day;
    assert_int_equal(sscanf(json_string_value(json_array_get(dates, i)), "%d-%d-%d", &year, &month, &day), 3);
    holidays[i].date = year * 10000 + month * 100 + day;
  }
  status = csup_calendar_create(json_string_value(json_object_get(line, "hours")), zone, holidays, count, NULL, out, error);
  free(holidays);
  csup_zone_free(zone);
  return status;
}

static void wrong(const json_t *line, const char *got) {
  char *text = json_dumps(line, JSON_COMPACT);
  print_error("%s\n  got %s\n", text, got);
  free(text);
  wrong_count++;
}

/* A result against `expect`: seconds, or null for CSUP_E_NEVER. */
static void compare(const json_t *line, csup_status status, int64_t microseconds) {
  const json_t *expect = json_object_get(line, "expect");
  bool same = json_is_null(expect) ? status == CSUP_E_NEVER
                                   : status == CSUP_OK && microseconds == (int64_t)json_integer_value(expect) * SECOND;
  if (same)
    return;
  char got[80];
  snprintf(got, sizeof got, "%s, %lld us", csup_status_name(status), (long long)microseconds);
  wrong(line, got);
}

/* The open spans of [from, to), found by walking from change to change. */
static void compare_intervals(const json_t *line, const csup_calendar *calendar, csup_time from, csup_time to) {
  json_t *spans = json_array();
  csup_time at = from, open, close;
  while (csup_calendar_next_open(calendar, at, &open) == CSUP_OK && open < to) {
    if (csup_calendar_next_change(calendar, open, &close) != CSUP_OK || close > to)
      close = to;
    json_array_append_new(spans, json_pack("[I,I]", (json_int_t)(open / SECOND), (json_int_t)(close / SECOND)));
    at = close;
    if (at >= to)
      break;
  }
  if (!json_equal(spans, json_object_get(line, "expect"))) {
    char *text = json_dumps(spans, JSON_COMPACT);
    wrong(line, text);
    free(text);
  }
  json_decref(spans);
}

static const csup_calendar *find_calendar(const char *name) {
  for (size_t i = calendar_count; i-- > 0;)
    if (strcmp(calendars[i].name, name) == 0)
      return calendars[i].calendar;
  fail_msg("no calendar %s", name);
  return NULL;
}

static void run_operation(const json_t *line) {
  const char *name = json_string_value(json_object_get(line, "op"));
  const csup_calendar *calendar = find_calendar(json_string_value(json_object_get(line, "calendar")));
  const json_t *args = json_object_get(line, "args");
  int64_t first = (int64_t)json_integer_value(json_array_get(args, 0));
  int64_t second = (int64_t)json_integer_value(json_array_get(args, 1));
  size_t operation = 0;
  while (operation < OPERATION_COUNT && strcmp(operations[operation].name, name) != 0)
    operation++;
  if (operation == OPERATION_COUNT)
    fail_msg("unknown operation %s", name);
  operation_counts[operation]++;
  csup_time at = first * SECOND, out = INT64_MIN;
  if (operations[operation].edge) {
    csup_status status = operations[operation].edge(calendar, at, &out);
    compare(line, status, out);
  } else if (strcmp(name, "add") == 0) {
    csup_status status = csup_calendar_add(calendar, at, second * SECOND, &out);
    compare(line, status, out);
  } else if (strcmp(name, "elapsed") == 0) {
    csup_status status = csup_calendar_elapsed(calendar, at, second * SECOND, &out);
    compare(line, status, out);
  } else if (strcmp(name, "add_days") == 0) {
    csup_status status = csup_calendar_add_days(calendar, at, (int32_t)second, &out);
    compare(line, status, out);
  } else if (strcmp(name, "is_open") == 0) {
    if (csup_calendar_is_open(calendar, at) != (int32_t)json_is_true(json_object_get(line, "expect")))
      wrong(line, "the contrary");
  } else {
    compare_intervals(line, calendar, at, second * SECOND);
  }
}

static void run_line(const json_t *line) {
  csup_error error = {0};
  if (json_object_get(line, "op")) {
    run_operation(line);
  } else if (json_object_get(line, "calendar")) {
    assert_true(calendar_count < sizeof calendars / sizeof calendars[0]);
    const char *name = json_string_value(json_object_get(line, "calendar"));
    snprintf(calendars[calendar_count].name, sizeof calendars[0].name, "%s", name);
    if (create(line, &calendars[calendar_count].calendar, &error) != CSUP_OK)
      fail_msg("calendar %s: %s at column %d: %s", name, csup_status_name(error.status), error.column, error.message);
    calendar_count++;
  } else {
    csup_calendar *none = NULL;
    csup_status status = create(line, &none, &error);
    invalid_count++;
    if (strcmp(csup_status_name(status), json_string_value(json_object_get(line, "status"))) != 0)
      wrong(line, csup_status_name(status));
    else if (error.status != status || error.message[0] == '\0' || (status == CSUP_E_SYNTAX && error.column < 1))
      wrong(line, "an error that does not say what is wrong");
    assert_null(none);
  }
}

static FILE *vectors;

static void reproduces_every_vector(void **state) {
  (void)state;
  static char text[1 << 16];
  while (fgets(text, sizeof text, vectors)) {
    json_t *line = json_loads(text, 0, NULL);
    if (!line)
      fail_msg("not JSON: %s", text);
    run_line(line);
    json_decref(line);
  }
  for (size_t i = 0; i < calendar_count; i++)
    csup_calendar_free(calendars[i].calendar);
  fclose(vectors);
  size_t total = 0;
  for (size_t i = 0; i < OPERATION_COUNT; i++) {
    print_message("%-12s %zu\n", operations[i].name, operation_counts[i]);
    total += operation_counts[i];
  }
  print_message("%zu operations on %zu calendars, %zu invalid calendars, %zu wrong\n", total, calendar_count, invalid_count,
                wrong_count);
  assert_true(total > 0);
  assert_int_equal(wrong_count, 0);
}

int main(void) {
  if (CSUPPORT_EXTRA_DATA[0] != '\0')
    vectors = fopen(CSUPPORT_EXTRA_DATA "/vectors/calendar.jsonl", "r");
  if (!vectors) {
    puts("skipped: no vectors/calendar.jsonl in the folder CSUPPORT_EXTRA_DATA (\"" CSUPPORT_EXTRA_DATA "\")");
    return 77;
  }
  const struct CMUnitTest tests[] = {cmocka_unit_test(reproduces_every_vector)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
