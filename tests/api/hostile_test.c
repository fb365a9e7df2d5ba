/* Misuse of every public function, with the public header alone: what must not be NULL is, counts without arrays, instants and
   indexes from the far ends, buffers that are too small, strings that are too long or no UTF-8, objects freed in any order. Each
   call gives the status that its documentation names and changes nothing. Meant to be run with sanitizers, too. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <csupport.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST  INT64_C(-2208988800000000) /* 1900-01-01T00:00:00Z */
#define LAST   INT64_C(7289654399999999)  /* 2200-12-31T23:59:59.999999Z */
#define MONDAY INT64_C(1772442000000000)  /* 2026-03-02T09:00:00Z */
#define HOUR   INT64_C(3600000000)

/* What a call gave, and what it ought to. */
typedef struct row {
  const char *call;
  int64_t got, wanted;
} row;

#define ROW(wanted, call)                                                                                                        \
  { #call, (int64_t)(call), (int64_t)(wanted) }
#define CHECK_ROWS(...)                                                                                                          \
  do {                                                                                                                           \
    const row rows[] = {__VA_ARGS__};                                                                                            \
    check_rows(rows, sizeof rows / sizeof rows[0], __LINE__);                                                                    \
  } while (0)

static void check_rows(const row *rows, size_t count, int line) {
  size_t wrong = 0;
  for (size_t i = 0; i < count; i++) {
    if (rows[i].got == rows[i].wanted)
      continue;
    wrong++;
    print_error("line %d: %s gives %lld (%s), expected %lld (%s)\n", line, rows[i].call, (long long)rows[i].got,
                csup_status_name((csup_status)rows[i].got), (long long)rows[i].wanted,
                csup_status_name((csup_status)rows[i].wanted));
  }
  assert_int_equal(wrong, 0);
}

static void *no_memory(void *context, void *block, size_t old_size, size_t new_size) {
  (void)context;
  (void)block;
  (void)old_size;
  (void)new_size;
  return NULL;
}

static const csup_allocator without_function = {NULL, NULL};
static const csup_allocator without_memory = {NULL, no_memory};

/* A policy with a field of each kind, of which `about` is kept and `remark` is not. */
static const char policy_text[] =
    "{\"csupport\":1,\"name\":\"hostile\",\"version\":\"1\","
    "\"fields\":{\"tier\":[\"standard\",\"premium\"],\"about\":\"text\",\"remark\":\"text\",\"seats\":\"number\",\"vip\":"
    "\"flag\"},"
    "\"calendars\":{\"office\":{\"zone\":\"UTC\",\"hours\":\"Mo-Fr 09:00-17:00\"}},"
    "\"agreements\":[{\"name\":\"plain\",\"kind\":\"sla\",\"when\":\"always\",\"targets\":{"
    "\"first_response\":{\"within\":\"PT4H\",\"calendar\":\"office\",\"warn\":[\"75%\"]}}}],"
    "\"escalations\":[{\"name\":\"print\",\"on\":{\"event\":\"note\"},\"when\":{\"about\":\"printer\"},\"do\":[{\"notify\":"
    "\"owner\"}]}]}";

typedef struct desk {
  csup_policy *policy;
  csup_case *fresh, *open; /* before and after `opened` */
  csup_decisions *list;
  csup_zone *utc;
  csup_calendar *office, *once, *always;
} desk;

static csup_event opened_event(void) {
  return (csup_event){.kind = CSUP_EVENT_OPENED, .at = MONDAY, .case_id = "C-1"};
}

static int set_up(void **state) {
  desk *d = calloc(1, sizeof *d);
  assert_non_null(d);
  csup_event opened = opened_event();
  CHECK_ROWS(ROW(CSUP_OK, csup_policy_parse_with(policy_text, strlen(policy_text), NULL, 0, NULL, &d->policy, NULL)),
             ROW(CSUP_OK, csup_decisions_create(NULL, &d->list)), ROW(CSUP_OK, csup_case_create(d->policy, NULL, &d->fresh)),
             ROW(CSUP_OK, csup_case_create(d->policy, NULL, &d->open)),
             ROW(CSUP_OK, csup_case_apply(d->open, &opened, 1, d->list, NULL)),
             ROW(CSUP_OK, csup_zone_load("UTC", NULL, &d->utc, NULL)),
             ROW(CSUP_OK, csup_calendar_create("Mo-Fr 09:00-17:00", d->utc, NULL, 0, NULL, &d->office, NULL)),
             ROW(CSUP_OK, csup_calendar_create("2026 Mar 03 09:00-12:00", d->utc, NULL, 0, NULL, &d->once, NULL)),
             ROW(CSUP_OK, csup_calendar_create("24/7", d->utc, NULL, 0, NULL, &d->always, NULL)));
  csup_decisions_clear(d->list);
  *state = d;
  return 0;
}

static int tear_down(void **state) {
  desk *d = *state;
  csup_case_free(d->fresh);
  csup_case_free(d->open);
  csup_decisions_free(d->list);
  csup_calendar_free(d->office);
  csup_calendar_free(d->once);
  csup_calendar_free(d->always);
  csup_zone_free(d->utc);
  csup_policy_release(d->policy);
  free(d);
  return 0;
}

/* A snapshot to compare with: a case that a failing call has touched would give another. */
typedef struct snapshot {
  size_t length;
  unsigned char bytes[8192];
} snapshot;

static void take_snapshot(const csup_case *c, snapshot *out) {
  memset(out, 0, sizeof *out);
  assert_int_equal(csup_case_save(c, out->bytes, sizeof out->bytes, &out->length), CSUP_OK);
}

static void assert_untouched(const desk *d, const csup_case *c, const snapshot *before) {
  snapshot now;
  take_snapshot(c, &now);
  assert_int_equal(csup_decisions_count(d->list), 0);
  assert_int_equal(now.length, before->length);
  assert_memory_equal(now.bytes, before->bytes, now.length);
}

/* ---- NULL ---- */

static void base_names(void **state) {
  (void)state;
  static const int32_t numbers[] = {INT32_MIN, INT32_MIN + 1, -1000, -14, 1, 28, 1000, INT32_MAX};
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    assert_string_equal(csup_status_name(numbers[i]), "unknown");
    assert_non_null(csup_status_text(numbers[i]));
    if (numbers[i] != 1) {
      assert_null(csup_event_kind_name(numbers[i]));
      assert_null(csup_category_name(numbers[i]));
      assert_null(csup_stage_name(numbers[i]));
      assert_null(csup_decision_kind_name(numbers[i]));
      assert_null(csup_verdict_name(numbers[i]));
      assert_null(csup_clock_status_name(numbers[i]));
    }
  }
  assert_null(csup_decision_kind_name(0));
  assert_null(csup_clock_status_name(0));
  assert_null(csup_event_kind_name(0));
  assert_null(csup_category_name(0));
  assert_null(csup_stage_name(0));
  assert_non_null(csup_version());
}

static void null_is_freed(void **state) {
  (void)state;
  csup_zone_free(NULL);
  csup_calendar_free(NULL);
  csup_policy_release(NULL);
  csup_case_free(NULL);
  csup_decisions_free(NULL);
  csup_decisions_clear(NULL);
  assert_null(csup_policy_retain(NULL));
}

static void null_in_time(void **state) {
  const desk *d = *state;
  csup_time at = 77;
  csup_duration duration = 77;
  csup_zone *zone = NULL;
  csup_calendar *calendar = NULL;
  int32_t offset = 77;
  char text[40] = "as it was";
  const csup_holiday nowhere = {0, NULL}, christmas = {20261225, NULL};
  CHECK_ROWS(
      ROW(CSUP_E_ARGUMENT, csup_time_parse(NULL, 0, &at)), ROW(CSUP_E_ARGUMENT, csup_time_parse("", 0, NULL)),
      ROW(CSUP_E_SYNTAX, csup_time_parse("", 0, &at)), ROW(CSUP_E_ARGUMENT, csup_time_format(MONDAY, NULL, 1, NULL)),
      ROW(CSUP_E_SPACE, csup_time_format(MONDAY, NULL, 0, NULL)), ROW(CSUP_OK, csup_time_format(MONDAY, text, 40, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_duration_parse(NULL, 0, &duration)), ROW(CSUP_E_ARGUMENT, csup_duration_parse("PT1H", 4, NULL)),
      ROW(CSUP_E_SYNTAX, csup_duration_parse("", 0, &duration)), ROW(CSUP_E_ARGUMENT, csup_duration_format(1, NULL, 1, NULL)),
      ROW(CSUP_E_SPACE, csup_duration_format(1, NULL, 0, NULL)), ROW(CSUP_OK, csup_duration_format(1, text, 40, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_zone_load(NULL, NULL, &zone, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_zone_load("UTC", NULL, NULL, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_zone_load("UTC", &without_function, &zone, NULL)),
      ROW(CSUP_E_NOMEM, csup_zone_load("UTC", &without_memory, &zone, NULL)),
      ROW(CSUP_E_UNKNOWN, csup_zone_load("", NULL, &zone, NULL)),
      ROW(CSUP_E_UNKNOWN, csup_zone_load("../../etc/passwd", NULL, &zone, NULL)),
      ROW(CSUP_E_UNKNOWN, csup_zone_load("/etc/passwd", NULL, &zone, NULL)),
      ROW(CSUP_E_UNKNOWN, csup_zone_load("Europe/\xFF", NULL, &zone, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_zone_from_tzif(NULL, "TZif", 4, NULL, &zone, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_zone_from_tzif("", "TZif", 4, NULL, &zone, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_zone_from_tzif("Mine", NULL, 0, NULL, &zone, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_zone_from_tzif("Mine", "TZif", 4, NULL, NULL, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_zone_from_tzif("Mine", "TZif", 4, &without_function, &zone, NULL)),
      ROW(CSUP_E_CORRUPT, csup_zone_from_tzif("Mine", "TZif", 4, NULL, &zone, NULL)),
      ROW(CSUP_E_CORRUPT, csup_zone_from_tzif("Mine", "", 0, NULL, &zone, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_zone_offset(NULL, MONDAY, &offset)), ROW(CSUP_E_ARGUMENT, csup_zone_offset(d->utc, MONDAY, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_create(NULL, d->utc, NULL, 0, NULL, &calendar, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_create("24/7", NULL, NULL, 0, NULL, &calendar, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_create("24/7", d->utc, NULL, 0, NULL, NULL, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_create("24/7", d->utc, NULL, 1, NULL, &calendar, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_create("24/7", d->utc, NULL, SIZE_MAX, NULL, &calendar, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_create("24/7", d->utc, &nowhere, 1, NULL, &calendar, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_create("24/7", d->utc, NULL, 0, &without_function, &calendar, NULL)),
      ROW(CSUP_E_NOMEM, csup_calendar_create("24/7", d->utc, &christmas, 1, &without_memory, &calendar, NULL)),
      ROW(CSUP_E_NEVER, csup_calendar_create("", d->utc, NULL, 0, NULL, &calendar, NULL)),
      ROW(CSUP_E_NEVER, csup_calendar_create("off", d->utc, NULL, 0, NULL, &calendar, NULL)),
      ROW(CSUP_E_SYNTAX, csup_calendar_create("Mo-Fr \xC3(", d->utc, NULL, 0, NULL, &calendar, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_add(NULL, MONDAY, 1, &at)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_add(d->office, MONDAY, 1, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_add_days(NULL, MONDAY, 1, &at)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_add_days(d->office, MONDAY, 1, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_elapsed(NULL, MONDAY, MONDAY, &duration)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_elapsed(d->office, MONDAY, MONDAY, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_next_open(NULL, MONDAY, &at)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_next_open(d->office, MONDAY, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_next_close(NULL, MONDAY, &at)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_next_close(d->office, MONDAY, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_next_change(NULL, MONDAY, &at)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_next_change(d->office, MONDAY, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_prev_open(NULL, MONDAY, &at)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_prev_open(d->office, MONDAY, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_prev_close(NULL, MONDAY, &at)),
      ROW(CSUP_E_ARGUMENT, csup_calendar_prev_close(d->office, MONDAY, NULL)), ROW(0, csup_calendar_is_open(NULL, MONDAY)));
  assert_int_equal(at, 77);
  assert_int_equal(duration, 77);
  assert_int_equal(offset, 77);
  assert_null(zone);
  assert_null(calendar);
}

static void null_in_policy(void **state) {
  const desk *d = *state;
  csup_policy *policy = NULL;
  csup_finding finding;
  const csup_zone *none = NULL;
  csup_input input;
  const char *text = csup_policy_default();
  size_t length = strlen(text);
  csup_error error = {.index = 5};
  CHECK_ROWS(
      ROW(CSUP_E_ARGUMENT, csup_policy_parse(NULL, 0, NULL, &policy, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_policy_parse(text, length, NULL, NULL, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_policy_parse(text, length, &without_function, &policy, NULL)),
      ROW(CSUP_E_NOMEM, csup_policy_parse(text, length, &without_memory, &policy, NULL)),
      ROW(CSUP_E_SYNTAX, csup_policy_parse("", 0, NULL, &policy, NULL)),
      ROW(CSUP_E_SYNTAX, csup_policy_parse(text, length - 2, NULL, &policy, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_policy_parse_with(NULL, 0, NULL, 0, NULL, &policy, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_policy_parse_with(text, length, NULL, 0, NULL, NULL, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_policy_parse_with(text, length, NULL, 1, NULL, &policy, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_policy_parse_with(text, length, NULL, SIZE_MAX, NULL, &policy, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_policy_parse_with(text, length, &none, 1, NULL, &policy, &error)), ROW(0, error.index),
      ROW(CSUP_E_ARGUMENT, csup_policy_parse_with(text, length, NULL, 0, &without_function, &policy, NULL)),
      ROW(0, csup_policy_fingerprint(NULL)), ROW(0, csup_policy_finding_count(NULL)),
      ROW(CSUP_E_ARGUMENT, csup_policy_finding(NULL, 0, &finding)), ROW(CSUP_E_ARGUMENT, csup_policy_finding(d->policy, 0, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_policy_finding(d->policy, SIZE_MAX, &finding)), ROW(0, csup_policy_field_count(NULL)),
      ROW(CSUP_E_ARGUMENT, csup_policy_field(NULL, 0, &input)), ROW(CSUP_E_ARGUMENT, csup_policy_field(d->policy, 0, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_policy_field(d->policy, SIZE_MAX, &input)), ROW(0, csup_policy_dimension_count(NULL)),
      ROW(CSUP_E_ARGUMENT, csup_policy_dimension(NULL, 0, &input)),
      ROW(CSUP_E_ARGUMENT, csup_policy_dimension(d->policy, 0, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_policy_dimension(d->policy, SIZE_MAX, &input)));
  assert_null(policy);
  assert_null(csup_policy_calendar(NULL, "office"));
  assert_null(csup_policy_calendar(d->policy, NULL));
  assert_null(csup_policy_calendar(d->policy, ""));
  assert_null(csup_policy_calendar(d->policy, "\xFF"));
  assert_non_null(csup_policy_calendar(d->policy, "always"));
}

static void null_in_impact(void **state) {
  const desk *d = *state;
  const csup_policy *p = d->policy;
  csup_assessment out;
  csup_reason reasons[32];
  csup_answer answers[16];
  size_t count = 77, length = 77;
  char text[200];
  const csup_answer service = {"service", "down", CSUP_BASIS_STATED, 0};
  const csup_answer nameless = {NULL, "down", CSUP_BASIS_STATED, 0}, levelless = {"service", NULL, CSUP_BASIS_STATED, 0};
  const csup_answer unknown = {"service", NULL, CSUP_BASIS_UNKNOWN, 0}, baseless = {"service", "down", 4, 0};
  const csup_answer minus = {"service", "down", -1, 0}, reserved = {"service", "down", CSUP_BASIS_STATED, 1};
  const csup_answer empty = {"", "down", CSUP_BASIS_STATED, 0}, odd = {"service", "\xFF", CSUP_BASIS_STATED, 0};
  const csup_answer twice[] = {service, service};
  const csup_field fact = {.name = "contacts", .kind = CSUP_VALUE_NUMBER, .number = 1};
  const csup_field no_name = {.kind = CSUP_VALUE_NUMBER}, no_text = {.name = "mood", .kind = CSUP_VALUE_TEXT};
  const csup_field held = {.name = "contacts", .kind = CSUP_VALUE_NUMBER, .reserved = 1};
  const csup_field no_kind = {.name = "contacts", .kind = 4}, below = {.name = "contacts", .kind = -1};
  const csup_field least = {.name = "contacts", .kind = CSUP_VALUE_NUMBER, .number = INT64_MIN};
  const csup_field most = {.name = "contacts", .kind = CSUP_VALUE_NUMBER, .number = INT64_MAX};
  const csup_field two = {.name = "vip", .kind = CSUP_VALUE_FLAG, .number = 2};
  CHECK_ROWS(ROW(CSUP_E_ARGUMENT, csup_impact_assess(NULL, &service, 1, NULL, 0, &out, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_assess(p, &service, 1, NULL, 0, NULL, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_assess(p, NULL, 1, NULL, 0, &out, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_assess(p, NULL, SIZE_MAX, NULL, 0, &out, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_assess(p, NULL, 0, NULL, 1, &out, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_assess(p, NULL, 0, NULL, SIZE_MAX, &out, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_assess(p, &nameless, 1, NULL, 0, &out, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_assess(p, &levelless, 1, NULL, 0, &out, NULL)),
             ROW(CSUP_OK, csup_impact_assess(p, &unknown, 1, NULL, 0, &out, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_assess(p, &baseless, 1, NULL, 0, &out, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_assess(p, &minus, 1, NULL, 0, &out, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_assess(p, &reserved, 1, NULL, 0, &out, NULL)),
             ROW(CSUP_E_UNKNOWN, csup_impact_assess(p, &empty, 1, NULL, 0, &out, NULL)),
             ROW(CSUP_E_UNKNOWN, csup_impact_assess(p, &odd, 1, NULL, 0, &out, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_assess(p, twice, 2, NULL, 0, &out, NULL)),
             ROW(CSUP_OK, csup_impact_assess(p, NULL, 0, &fact, 1, &out, NULL)),
             ROW(CSUP_OK, csup_impact_assess(p, NULL, 0, &most, 1, &out, NULL)),
             ROW(CSUP_E_RANGE, csup_impact_assess(p, NULL, 0, &least, 1, &out, NULL)),
             ROW(CSUP_E_RANGE, csup_impact_assess(p, NULL, 0, &two, 1, &out, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_assess(p, NULL, 0, &no_name, 1, &out, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_assess(p, NULL, 0, &no_text, 1, &out, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_assess(p, NULL, 0, &held, 1, &out, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_assess(p, NULL, 0, &no_kind, 1, &out, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_assess(p, NULL, 0, &below, 1, &out, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_reasons(NULL, NULL, 0, NULL, 0, reasons, 32, &count, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_reasons(p, NULL, 0, NULL, 0, NULL, 1, &count, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_reasons(p, NULL, 0, NULL, 0, reasons, 32, NULL, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_reasons(p, NULL, 1, NULL, 0, reasons, 32, &count, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_impact_reasons(p, NULL, 0, NULL, 1, reasons, 32, &count, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_vector_parse(NULL, "", 0, answers, 16, &count, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_vector_parse(p, NULL, 0, answers, 16, &count, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_vector_parse(p, "", 0, NULL, 1, &count, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_vector_parse(p, "", 0, answers, 16, NULL, NULL)),
             ROW(CSUP_E_SYNTAX, csup_vector_parse(p, "", 0, answers, 16, &count, NULL)), ROW(77, count),
             ROW(CSUP_E_ARGUMENT, csup_vector_format(NULL, &service, 1, text, 200, &length)),
             ROW(CSUP_E_ARGUMENT, csup_vector_format(p, NULL, 1, text, 200, &length)),
             ROW(CSUP_E_ARGUMENT, csup_vector_format(p, &service, 1, NULL, 1, &length)),
             ROW(CSUP_E_ARGUMENT, csup_vector_format(p, &nameless, 1, text, 200, &length)), ROW(77, length),
             ROW(CSUP_OK, csup_vector_format(p, &service, 1, text, 200, NULL)));
}

static void null_in_workflow(void **state) {
  const desk *d = *state;
  const csup_policy *p = d->policy;
  csup_state found;
  csup_move moves[64], move;
  csup_timeout timeouts[8];
  size_t count = 77;
  const csup_field no_name = {.kind = CSUP_VALUE_NUMBER}, odd = {.name = "\xFF", .kind = CSUP_VALUE_NUMBER};
  const csup_event_kind moved = CSUP_EVENT_MOVED, note = CSUP_EVENT_NOTE;
  CHECK_ROWS(ROW(0, csup_workflow_count(NULL)), ROW(CSUP_E_ARGUMENT, csup_workflow_state(NULL, 0, &found)),
             ROW(CSUP_E_ARGUMENT, csup_workflow_state(p, 0, NULL)),
             ROW(CSUP_E_RANGE, csup_workflow_state(p, csup_workflow_count(p), &found)),
             ROW(CSUP_E_RANGE, csup_workflow_state(p, SIZE_MAX, &found)),
             ROW(CSUP_E_RANGE, csup_workflow_state(p, (size_t)UINT32_MAX + 1, &found)),
             ROW(CSUP_E_ARGUMENT, csup_workflow_moves(NULL, "new", 0, NULL, 0, moves, 64, &count)),
             ROW(CSUP_E_ARGUMENT, csup_workflow_moves(p, NULL, 0, NULL, 0, moves, 64, &count)),
             ROW(CSUP_E_ARGUMENT, csup_workflow_moves(p, "new", 0, NULL, 1, moves, 64, &count)),
             ROW(CSUP_E_ARGUMENT, csup_workflow_moves(p, "new", 0, NULL, SIZE_MAX, moves, 64, &count)),
             ROW(CSUP_E_ARGUMENT, csup_workflow_moves(p, "new", 0, NULL, 0, NULL, 1, &count)),
             ROW(CSUP_E_ARGUMENT, csup_workflow_moves(p, "new", 0, NULL, 0, moves, 64, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_workflow_moves(p, "new", 0, &no_name, 1, moves, 64, &count)),
             ROW(CSUP_E_UNKNOWN, csup_workflow_moves(p, "new", 0, &odd, 1, moves, 64, &count)),
             ROW(CSUP_E_UNKNOWN, csup_workflow_moves(p, "", 0, NULL, 0, moves, 64, &count)),
             ROW(CSUP_E_UNKNOWN, csup_workflow_moves(p, "new", -1, NULL, 0, moves, 64, &count)),
             ROW(CSUP_E_UNKNOWN, csup_workflow_moves(p, "new", INT32_MAX, NULL, 0, moves, 64, &count)),
             ROW(CSUP_E_UNKNOWN, csup_workflow_moves(p, "new", INT32_MIN, NULL, 0, moves, 64, &count)), ROW(77, count),
             ROW(CSUP_E_ARGUMENT, csup_workflow_take(NULL, "new", NULL, note, NULL, NULL, 0, &move)),
             ROW(CSUP_E_ARGUMENT, csup_workflow_take(p, NULL, NULL, note, NULL, NULL, 0, &move)),
             ROW(CSUP_E_ARGUMENT, csup_workflow_take(p, "new", NULL, moved, NULL, NULL, 0, &move)),
             ROW(CSUP_E_ARGUMENT, csup_workflow_take(p, "new", NULL, note, NULL, NULL, 1, &move)),
             ROW(CSUP_E_ARGUMENT, csup_workflow_take(p, "new", NULL, note, NULL, NULL, 0, NULL)),
             ROW(CSUP_E_UNKNOWN, csup_workflow_take(p, "new", "", note, NULL, NULL, 0, &move)),
             ROW(CSUP_E_UNKNOWN, csup_workflow_take(p, "new", NULL, moved, "", NULL, 0, &move)),
             ROW(CSUP_E_UNKNOWN, csup_workflow_take(p, "new", NULL, 0, NULL, NULL, 0, &move)),
             ROW(CSUP_E_UNKNOWN, csup_workflow_take(p, "new", NULL, INT32_MAX, NULL, NULL, 0, &move)),
             ROW(CSUP_OK, csup_workflow_take(p, "new", NULL, note, "\xFF ignored", NULL, 0, &move)),
             ROW(CSUP_E_ARGUMENT, csup_workflow_timeouts(NULL, "new", timeouts, 8, &count)),
             ROW(CSUP_E_ARGUMENT, csup_workflow_timeouts(p, NULL, timeouts, 8, &count)),
             ROW(CSUP_E_ARGUMENT, csup_workflow_timeouts(p, "new", NULL, 1, &count)),
             ROW(CSUP_E_ARGUMENT, csup_workflow_timeouts(p, "new", timeouts, 8, NULL)),
             ROW(CSUP_E_UNKNOWN, csup_workflow_timeouts(p, "\xFF", timeouts, 8, &count)), ROW(77, count));
  assert_null(csup_workflow_initial_state(NULL));
}

static void null_in_case(void **state) {
  const desk *d = *state;
  csup_case *c = d->open, *other = NULL;
  csup_decisions *list = NULL;
  const csup_event note = {.kind = CSUP_EVENT_NOTE, .at = MONDAY};
  const char line[] = "{\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"note\"}";
  csup_time at = 77;
  csup_case_view view;
  csup_field field;
  csup_assessment assessment;
  csup_clock clock;
  csup_answer answer;
  csup_ratings ratings;
  csup_request request;
  csup_duration duration = 77;
  const char *name = NULL;
  size_t length = 77;
  char text[8192];
  snapshot before;
  take_snapshot(c, &before);
  CHECK_ROWS(
      ROW(CSUP_E_ARGUMENT, csup_case_create(NULL, NULL, &other)), ROW(CSUP_E_ARGUMENT, csup_case_create(d->policy, NULL, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_create(d->policy, &without_function, &other)),
      ROW(CSUP_E_NOMEM, csup_case_create(d->policy, &without_memory, &other)),
      ROW(CSUP_E_ARGUMENT, csup_case_apply(NULL, &note, 1, d->list, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_apply(c, NULL, 1, d->list, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_apply(c, NULL, SIZE_MAX, d->list, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_apply(c, &note, 0, d->list, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_apply(c, &note, 1, NULL, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_apply_json(NULL, line, strlen(line), d->list, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_apply_json(c, NULL, 0, d->list, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_apply_json(c, line, strlen(line), NULL, NULL)),
      ROW(CSUP_E_SYNTAX, csup_case_apply_json(c, line, 0, d->list, NULL)),
      ROW(CSUP_E_SYNTAX, csup_case_apply_json(c, line, sizeof line, d->list, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_advance(NULL, MONDAY, d->list, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_advance(c, MONDAY, NULL, NULL)), ROW(CSUP_E_ARGUMENT, csup_case_next_wakeup(NULL, &at)),
      ROW(CSUP_E_ARGUMENT, csup_case_next_wakeup(c, NULL)), ROW(INT64_MAX, csup_case_rank(NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_read(NULL, &view)), ROW(CSUP_E_ARGUMENT, csup_case_read(c, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_fact(NULL, "mood", &field)), ROW(CSUP_E_ARGUMENT, csup_case_fact(c, NULL, &field)),
      ROW(CSUP_E_ARGUMENT, csup_case_fact(c, "mood", NULL)), ROW(CSUP_E_UNKNOWN, csup_case_fact(c, "", &field)),
      ROW(CSUP_E_UNKNOWN, csup_case_fact(c, "field.", &field)), ROW(CSUP_E_ARGUMENT, csup_case_assessment(NULL, &assessment)),
      ROW(CSUP_E_ARGUMENT, csup_case_assessment(c, NULL)), ROW(0, csup_case_clock_count(NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_clock_at(NULL, 0, MONDAY, &clock)),
      ROW(CSUP_E_ARGUMENT, csup_case_clock_at(c, 0, MONDAY, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_clock_at(c, csup_case_clock_count(c), MONDAY, &clock)),
      ROW(CSUP_E_ARGUMENT, csup_case_clock_at(c, SIZE_MAX, MONDAY, &clock)),
      ROW(CSUP_E_ARGUMENT, csup_case_save(NULL, text, sizeof text, &length)),
      ROW(CSUP_E_ARGUMENT, csup_case_save(c, NULL, 1, &length)), ROW(CSUP_E_ARGUMENT, csup_case_save(c, text, sizeof text, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_load(NULL, before.bytes, before.length, NULL, &other, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_load(d->policy, NULL, 0, NULL, &other, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_load(d->policy, before.bytes, before.length, NULL, NULL, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_load(d->policy, before.bytes, before.length, &without_function, &other, NULL)),
      ROW(CSUP_E_NOMEM, csup_case_load(d->policy, before.bytes, before.length, &without_memory, &other, NULL)),
      ROW(CSUP_E_CORRUPT, csup_case_load(d->policy, before.bytes, 0, NULL, &other, NULL)),
      ROW(CSUP_E_CORRUPT, csup_case_load(d->policy, before.bytes, before.length - 1, NULL, &other, NULL)),
      ROW(CSUP_E_CORRUPT, csup_case_load(d->policy, before.bytes, before.length + 1, NULL, &other, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_to_json(NULL, MONDAY, text, sizeof text, &length)),
      ROW(CSUP_E_ARGUMENT, csup_case_to_json(c, MONDAY, NULL, 1, &length)),
      ROW(CSUP_OK, csup_case_to_json(c, MONDAY, text, sizeof text, NULL)), ROW(0, csup_case_visit_count(NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_visit_at(NULL, 0, &name, &at)), ROW(CSUP_E_ARGUMENT, csup_case_visit_at(c, 0, NULL, &at)),
      ROW(CSUP_E_ARGUMENT, csup_case_visit_at(c, 0, &name, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_visit_at(c, SIZE_MAX, &name, &at)),
      ROW(CSUP_E_ARGUMENT, csup_case_time_in_state(NULL, "new", MONDAY, &duration)),
      ROW(CSUP_E_ARGUMENT, csup_case_time_in_state(c, NULL, MONDAY, &duration)),
      ROW(CSUP_E_ARGUMENT, csup_case_time_in_state(c, "new", MONDAY, NULL)),
      ROW(CSUP_E_UNKNOWN, csup_case_time_in_state(c, "", MONDAY, &duration)),
      ROW(CSUP_E_ARGUMENT, csup_case_time_in_stage(NULL, CSUP_STAGE_NONE, MONDAY, &duration)),
      ROW(CSUP_E_ARGUMENT, csup_case_time_in_stage(c, CSUP_STAGE_NONE, MONDAY, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_time_in_stage(c, -1, MONDAY, &duration)),
      ROW(CSUP_E_ARGUMENT, csup_case_time_in_stage(c, 5, MONDAY, &duration)), ROW(0, csup_case_answer_count(NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_answer_at(NULL, 0, &answer)), ROW(CSUP_E_ARGUMENT, csup_case_answer_at(c, 0, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_answer_at(c, SIZE_MAX, &answer)), ROW(CSUP_E_ARGUMENT, csup_case_ratings(NULL, &ratings)),
      ROW(CSUP_E_ARGUMENT, csup_case_ratings(c, NULL)), ROW(0, csup_case_request_count(NULL)),
      ROW(CSUP_E_ARGUMENT, csup_case_request_at(NULL, 0, &request)), ROW(CSUP_E_ARGUMENT, csup_case_request_at(c, 0, &request)),
      ROW(CSUP_E_ARGUMENT, csup_case_request_at(c, 0, NULL)), ROW(CSUP_E_ARGUMENT, csup_decisions_create(NULL, NULL)),
      ROW(CSUP_E_ARGUMENT, csup_decisions_create(&without_function, &list)),
      ROW(CSUP_E_NOMEM, csup_decisions_create(&without_memory, &list)), ROW(0, csup_decisions_count(NULL)),
      ROW(CSUP_E_ARGUMENT, csup_decision_to_json(NULL, text, sizeof text, &length)));
  assert_null(csup_decisions_at(NULL, 0));
  assert_null(csup_decisions_at(d->list, 0));
  assert_null(csup_decisions_at(d->list, SIZE_MAX));
  assert_null(other);
  assert_null(list);
  assert_null(name);
  assert_int_equal(at, 77);
  assert_int_equal(duration, 77);
  assert_int_equal(length, 77);
  assert_untouched(d, c, &before);
}

static void decision_that_is_none(void **state) {
  (void)state;
  char text[200];
  size_t length = 0;
  const csup_decision empty = {.kind = 0}, beyond = {.kind = CSUP_DECISION_ASK + 1}, below = {.kind = INT32_MIN};
  const csup_decision sound = {.kind = CSUP_DECISION_MOVED, .case_id = "C", .at = MONDAY, .due = CSUP_TIME_NEVER};
  CHECK_ROWS(ROW(CSUP_E_ARGUMENT, csup_decision_to_json(&empty, text, sizeof text, &length)),
             ROW(CSUP_E_ARGUMENT, csup_decision_to_json(&beyond, text, sizeof text, &length)),
             ROW(CSUP_E_ARGUMENT, csup_decision_to_json(&below, text, sizeof text, &length)),
             ROW(CSUP_E_ARGUMENT, csup_decision_to_json(&sound, NULL, 1, &length)),
             ROW(CSUP_OK, csup_decision_to_json(&sound, text, sizeof text, NULL)), ROW(0, length),
             ROW(CSUP_OK, csup_decision_to_json(&sound, text, sizeof text, &length)));
}

/* ---- the far ends of time ---- */

static const csup_time outside[] = {INT64_MIN, INT64_MIN + 1, FIRST - 1, LAST + 1, INT64_MAX - 1, INT64_MAX};
#define OUTSIDE_COUNT (sizeof outside / sizeof outside[0])

static void instants_outside(void **state) {
  const desk *d = *state;
  const csup_calendar *calendars[] = {d->office, d->once, d->always};
  char text[8192];
  size_t length = 0;
  csup_time at = 0;
  csup_duration duration = 0;
  int32_t offset = 0;
  csup_clock clock;
  for (size_t i = 0; i < OUTSIDE_COUNT; i++) {
    csup_time t = outside[i];
    for (size_t k = 0; k < sizeof calendars / sizeof calendars[0]; k++) {
      const csup_calendar *c = calendars[k];
      CHECK_ROWS(ROW(CSUP_E_RANGE, csup_calendar_add(c, t, 1, &at)), ROW(CSUP_E_RANGE, csup_calendar_add(c, t, 0, &at)),
                 ROW(CSUP_E_RANGE, csup_calendar_add(c, t, -1, &at)), ROW(CSUP_E_RANGE, csup_calendar_add_days(c, t, 0, &at)),
                 ROW(CSUP_E_RANGE, csup_calendar_add_days(c, t, INT32_MIN, &at)),
                 ROW(CSUP_E_RANGE, csup_calendar_elapsed(c, t, MONDAY, &duration)),
                 ROW(CSUP_E_RANGE, csup_calendar_elapsed(c, MONDAY, t, &duration)),
                 ROW(CSUP_E_RANGE, csup_calendar_elapsed(c, t, t, &duration)),
                 ROW(CSUP_E_RANGE, csup_calendar_next_open(c, t, &at)), ROW(CSUP_E_RANGE, csup_calendar_next_close(c, t, &at)),
                 ROW(CSUP_E_RANGE, csup_calendar_next_change(c, t, &at)), ROW(CSUP_E_RANGE, csup_calendar_prev_open(c, t, &at)),
                 ROW(CSUP_E_RANGE, csup_calendar_prev_close(c, t, &at)), ROW(0, csup_calendar_is_open(c, t)));
    }
    CHECK_ROWS(ROW(CSUP_E_RANGE, csup_time_format(t, text, sizeof text, &length)),
               ROW(CSUP_E_RANGE, csup_zone_offset(d->utc, t, &offset)),
               ROW(CSUP_E_RANGE, csup_case_clock_at(d->open, 0, t, &clock)),
               ROW(CSUP_E_RANGE, csup_case_to_json(d->open, t, text, sizeof text, &length)),
               ROW(CSUP_E_RANGE, csup_case_time_in_state(d->open, "new", t, &duration)),
               ROW(CSUP_E_RANGE, csup_case_time_in_stage(d->open, CSUP_STAGE_NONE, t, &duration)));
  }
}

static void instants_at_the_ends(void **state) {
  const desk *d = *state;
  csup_time at = 0;
  csup_duration all = 0;
  CHECK_ROWS(ROW(CSUP_OK, csup_calendar_elapsed(d->always, FIRST, LAST, &all)), ROW(LAST - FIRST, all),
             ROW(CSUP_OK, csup_calendar_elapsed(d->always, LAST, FIRST, &all)), ROW(FIRST - LAST, all),
             ROW(CSUP_OK, csup_calendar_add(d->always, FIRST, LAST - FIRST, &at)), ROW(LAST, at),
             ROW(CSUP_OK, csup_calendar_add(d->always, LAST, FIRST - LAST, &at)), ROW(FIRST, at),
             ROW(CSUP_E_RANGE, csup_calendar_add(d->always, LAST, 1, &at)),
             ROW(CSUP_E_RANGE, csup_calendar_add(d->always, FIRST, -1, &at)),
             ROW(CSUP_E_RANGE, csup_calendar_add(d->always, MONDAY, INT64_MAX, &at)),
             ROW(CSUP_E_RANGE, csup_calendar_add(d->always, MONDAY, INT64_MIN, &at)),
             ROW(CSUP_E_RANGE, csup_calendar_add(d->office, MONDAY, INT64_MAX, &at)),
             ROW(CSUP_E_RANGE, csup_calendar_add(d->office, MONDAY, INT64_MIN, &at)),
             ROW(CSUP_E_RANGE, csup_calendar_add_days(d->office, MONDAY, INT32_MAX, &at)),
             ROW(CSUP_E_RANGE, csup_calendar_add_days(d->office, MONDAY, INT32_MIN, &at)),
             ROW(CSUP_E_NEVER, csup_calendar_add(d->once, MONDAY, 4 * HOUR, &at)),
             ROW(CSUP_E_NEVER, csup_calendar_add(d->once, MONDAY, INT64_MAX, &at)),
             ROW(CSUP_E_NEVER, csup_calendar_add(d->once, MONDAY, INT64_MIN, &at)),
             ROW(CSUP_E_NEVER, csup_calendar_add_days(d->once, MONDAY, INT32_MAX, &at)),
             ROW(CSUP_E_NEVER, csup_calendar_add_days(d->once, MONDAY, INT32_MIN, &at)),
             ROW(CSUP_E_NEVER, csup_calendar_next_close(d->always, MONDAY, &at)),
             ROW(CSUP_E_NEVER, csup_calendar_next_change(d->always, MONDAY, &at)),
             ROW(CSUP_E_NEVER, csup_calendar_prev_close(d->always, MONDAY, &at)));
}

static void durations_at_the_ends(void **state) {
  (void)state;
  static const csup_duration ends[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};
  for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
    char text[40];
    size_t length = 0;
    csup_duration back = 0;
    assert_int_equal(csup_duration_format(ends[i], text, sizeof text, &length), CSUP_OK);
    assert_int_equal(strlen(text), length);
    assert_int_equal(csup_duration_parse(text, length, &back), CSUP_OK);
    assert_true(back == ends[i]);
  }
  csup_duration back = 0;
  const char *beyond[] = {"PT2562047788H0M54.775808S", "-PT2562047788H0M54.775809S", "PT99999999999999999999H"};
  for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++)
    assert_int_equal(csup_duration_parse(beyond[i], strlen(beyond[i]), &back), CSUP_E_RANGE);
}

static void events_outside(void **state) {
  const desk *d = *state;
  snapshot before;
  take_snapshot(d->open, &before);
  for (size_t i = 0; i < OUTSIDE_COUNT; i++) {
    csup_event note = {.kind = CSUP_EVENT_NOTE, .at = outside[i]};
    csup_event promised = {.kind = CSUP_EVENT_PROMISED, .at = MONDAY, .name = "call", .due = outside[i], .flags = CSUP_WITH_DUE};
    csup_event requested = {
        .kind = CSUP_EVENT_REQUESTED, .at = MONDAY, .value = "log", .due = outside[i], .flags = CSUP_WITH_DUE};
    csup_event pinned = {.kind = CSUP_EVENT_OVERRIDDEN,
                         .at = MONDAY,
                         .name = "priority",
                         .value = "P1",
                         .until = outside[i],
                         .flags = CSUP_WITH_UNTIL};
    csup_event opened = opened_event();
    opened.at = outside[i];
    CHECK_ROWS(ROW(CSUP_E_RANGE, csup_case_apply(d->open, &note, 1, d->list, NULL)),
               ROW(CSUP_E_RANGE, csup_case_apply(d->open, &promised, 1, d->list, NULL)),
               ROW(CSUP_E_RANGE, csup_case_apply(d->open, &requested, 1, d->list, NULL)),
               ROW(CSUP_E_RANGE, csup_case_apply(d->open, &pinned, 1, d->list, NULL)),
               ROW(CSUP_E_RANGE, csup_case_apply(d->fresh, &opened, 1, d->list, NULL)));
    assert_untouched(d, d->open, &before);
  }
}

static void advance_to_the_ends(void **state) {
  const desk *d = *state;
  snapshot before;
  take_snapshot(d->open, &before);
  CHECK_ROWS(ROW(CSUP_OK, csup_case_advance(d->open, INT64_MIN, d->list, NULL)),
             ROW(CSUP_OK, csup_case_advance(d->open, FIRST - 1, d->list, NULL)),
             ROW(CSUP_E_RANGE, csup_case_advance(d->open, LAST + 1, d->list, NULL)),
             ROW(CSUP_E_RANGE, csup_case_advance(d->open, INT64_MAX, d->list, NULL)),
             ROW(CSUP_OK, csup_case_advance(d->fresh, INT64_MIN, d->list, NULL)),
             ROW(CSUP_OK, csup_case_advance(d->fresh, LAST, d->list, NULL)));
  assert_untouched(d, d->open, &before);
  assert_int_equal(csup_case_advance(d->open, LAST, d->list, NULL), CSUP_OK);
  assert_true(csup_decisions_count(d->list) > 0);
  csup_time at = 0;
  assert_int_equal(csup_case_next_wakeup(d->open, &at), CSUP_E_NEVER);
  assert_true(at == CSUP_TIME_NEVER);
}

/* Nothing overflows between the first instant and the last. */
static void a_life_of_three_centuries(void **state) {
  const desk *d = *state;
  csup_event opened = opened_event();
  opened.at = FIRST;
  csup_event promised = {.kind = CSUP_EVENT_PROMISED, .at = FIRST, .name = "soon", .due = FIRST + 1, .flags = CSUP_WITH_DUE};
  csup_event last = {.kind = CSUP_EVENT_AGENT_MESSAGE, .at = LAST};
  csup_clock clock;
  char text[8192];
  size_t length = 0;
  CHECK_ROWS(ROW(CSUP_OK, csup_case_apply(d->fresh, &opened, 1, d->list, NULL)),
             ROW(CSUP_OK, csup_case_apply(d->fresh, &promised, 1, d->list, NULL)),
             ROW(CSUP_OK, csup_case_apply(d->fresh, &last, 1, d->list, NULL)),
             ROW(CSUP_OK, csup_case_to_json(d->fresh, LAST, text, sizeof text, &length)),
             ROW(CSUP_OK, csup_case_clock_at(d->fresh, csup_case_clock_count(d->fresh) - 1, LAST, &clock)),
             ROW(INT32_MAX, clock.percent), ROW(LAST - FIRST - 1, clock.overrun), ROW(1, clock.target));
  assert_string_equal(clock.name, "promise:soon");
}

/* What is due at the last instant of all can't be found late at any: no wake-up says so, for nobody could keep it. */
static void a_promise_for_the_end_of_time(void **state) {
  const desk *d = *state;
  csup_event opened = opened_event(),
             promised = {.kind = CSUP_EVENT_PROMISED, .name = "ever", .due = LAST, .flags = CSUP_WITH_DUE};
  opened.at = promised.at = LAST - HOUR;
  csup_time at = 0;
  char text[8192];
  size_t length = 0;
  assert_int_equal(csup_case_apply(d->fresh, &opened, 1, d->list, NULL), CSUP_OK);
  assert_int_equal(csup_case_apply(d->fresh, &promised, 1, d->list, NULL), CSUP_OK);
  for (int i = 0; i < 100 && csup_case_next_wakeup(d->fresh, &at) == CSUP_OK; i++) {
    assert_true(at <= LAST);
    assert_int_equal(csup_case_advance(d->fresh, at, d->list, NULL), CSUP_OK);
  }
  CHECK_ROWS(ROW(CSUP_E_NEVER, csup_case_next_wakeup(d->fresh, &at)), ROW(CSUP_TIME_NEVER, at),
             ROW(CSUP_OK, csup_case_to_json(d->fresh, LAST, text, sizeof text, &length)));
  assert_non_null(strstr(text, "\"next_wakeup\":null"));
}

/* ---- buffers ---- */

typedef csup_status (*text_writer)(const desk *d, char *buffer, size_t capacity, size_t *length);

static csup_status write_instant(const desk *d, char *buffer, size_t capacity, size_t *length) {
  (void)d;
  return csup_time_format(MONDAY + 1, buffer, capacity, length);
}
static csup_status write_duration(const desk *d, char *buffer, size_t capacity, size_t *length) {
  (void)d;
  return csup_duration_format(INT64_MIN, buffer, capacity, length);
}
static csup_status write_vector(const desk *d, char *buffer, size_t capacity, size_t *length) {
  return csup_vector_format(d->policy, NULL, 0, buffer, capacity, length);
}
static csup_status write_case(const desk *d, char *buffer, size_t capacity, size_t *length) {
  return csup_case_to_json(d->open, MONDAY, buffer, capacity, length);
}
static csup_status write_decision(const desk *d, char *buffer, size_t capacity, size_t *length) {
  return csup_decision_to_json(csup_decisions_at(d->list, 0), buffer, capacity, length);
}
static csup_status write_snapshot(const desk *d, char *buffer, size_t capacity, size_t *length) {
  return csup_case_save(d->open, buffer, capacity, length);
}

static const struct {
  const char *name;
  text_writer write;
  size_t nul; /* 1 for a text, 0 for bytes */
} writers[] = {{"instant", write_instant, 1}, {"duration", write_duration, 1}, {"vector", write_vector, 1},
               {"case", write_case, 1},       {"decision", write_decision, 1}, {"snapshot", write_snapshot, 0}};

/* Every capacity from 0 to more than enough, in blocks of exactly that size. */
static void texts_that_do_not_fit(void **state) {
  const desk *d = *state;
  const csup_event note = {.kind = CSUP_EVENT_AGENT_MESSAGE, .at = MONDAY, .because = "two bytes: \xC3\xA9, a quote: \""};
  assert_int_equal(csup_case_apply(d->open, &note, 1, d->list, NULL), CSUP_OK);
  assert_true(csup_decisions_count(d->list) > 0);
  for (size_t i = 0; i < sizeof writers / sizeof writers[0]; i++) {
    size_t needed = 0;
    print_message("%s\n", writers[i].name);
    assert_int_equal(writers[i].write(d, NULL, 0, &needed), CSUP_E_SPACE);
    assert_true(needed > 0 && needed < 8192);
    char whole[8192];
    size_t length = 0;
    assert_int_equal(writers[i].write(d, whole, sizeof whole, &length), CSUP_OK);
    assert_int_equal(length, needed);
    assert_true(writers[i].nul == 0 || strlen(whole) == needed);
    for (size_t capacity = 0; capacity <= needed + 2; capacity++) {
      char *buffer = malloc(capacity + 1);
      assert_non_null(buffer);
      memset(buffer, '#', capacity + 1);
      int fits = capacity >= needed + writers[i].nul;
      length = 0;
      assert_int_equal(writers[i].write(d, buffer, capacity, &length), fits ? CSUP_OK : CSUP_E_SPACE);
      assert_int_equal(length, needed);
      assert_int_equal(buffer[capacity], '#');
      if (fits)
        assert_memory_equal(buffer, whole, needed + writers[i].nul);
      free(buffer);
    }
  }
}

typedef csup_status (*list_writer)(const desk *d, void *buffer, size_t capacity, size_t *count);

static csup_status list_moves(const desk *d, void *buffer, size_t capacity, size_t *count) {
  return csup_workflow_moves(d->policy, "resolved", 0, NULL, 0, buffer, capacity, count);
}
static csup_status list_timeouts(const desk *d, void *buffer, size_t capacity, size_t *count) {
  return csup_workflow_timeouts(d->policy, "resolved", buffer, capacity, count);
}
static csup_status list_reasons(const desk *d, void *buffer, size_t capacity, size_t *count) {
  return csup_impact_reasons(d->policy, NULL, 0, NULL, 0, buffer, capacity, count, NULL);
}
static csup_status list_answers(const desk *d, void *buffer, size_t capacity, size_t *count) {
  static const char vector[] = "CSI:1/S:D/N:T/P:I/M:N/G:X/W:P?/D:W!/C:H";
  return csup_vector_parse(d->policy, vector, strlen(vector), buffer, capacity, count, NULL);
}

static const struct {
  const char *name;
  list_writer write;
  size_t size;
} lists[] = {{"moves", list_moves, sizeof(csup_move)},
             {"timeouts", list_timeouts, sizeof(csup_timeout)},
             {"reasons", list_reasons, sizeof(csup_reason)},
             {"answers", list_answers, sizeof(csup_answer)}};

/* A list that does not fit is not begun. */
static void lists_that_do_not_fit(void **state) {
  const desk *d = *state;
  for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
    size_t needed = 0;
    print_message("%s\n", lists[i].name);
    assert_int_equal(lists[i].write(d, NULL, 0, &needed), CSUP_E_SPACE);
    assert_true(needed > 0 && needed < 100);
    for (size_t capacity = 0; capacity <= needed + 1; capacity++) {
      size_t bytes = capacity * lists[i].size, count = 0;
      unsigned char *buffer = malloc(bytes + 1);
      assert_non_null(buffer);
      memset(buffer, 0xA5, bytes + 1);
      assert_int_equal(lists[i].write(d, buffer, capacity, &count), capacity < needed ? CSUP_E_SPACE : CSUP_OK);
      assert_int_equal(count, needed);
      for (size_t at = capacity < needed ? 0 : needed * lists[i].size; at <= bytes; at++)
        assert_int_equal(buffer[at], 0xA5);
      free(buffer);
    }
  }
}

/* ---- before `opened` ---- */

static void use_before_opened(void **state) {
  const desk *d = *state;
  const csup_case *c = d->fresh;
  csup_time at = 0;
  csup_case_view view;
  csup_field field;
  csup_assessment assessment;
  csup_clock clock;
  csup_ratings ratings;
  csup_duration duration = 77;
  csup_answer answer;
  const char *name = NULL;
  char text[4096];
  size_t length = 0;
  csup_error error;
  snapshot before;
  take_snapshot(c, &before);
  for (csup_event_kind kind = CSUP_EVENT_ACKNOWLEDGED; kind <= CSUP_EVENT_MERGED; kind++) {
    csup_field tier = {.name = "tier", .kind = CSUP_VALUE_TEXT, .text = "premium"};
    csup_event event = {.kind = kind, .at = MONDAY, .due = LAST, .flags = CSUP_WITH_DUE | CSUP_WITH_MINUTES | CSUP_WITH_CSAT};
    event.csat = 3;
    if (kind == CSUP_EVENT_ANSWERED) {
      event.name = "service";
      event.value = "down";
      event.basis = CSUP_BASIS_STATED;
    } else if (kind == CSUP_EVENT_CHANGED) {
      event.fields = &tier;
      event.field_count = 1;
    } else if (kind == CSUP_EVENT_OVERRIDDEN || kind == CSUP_EVENT_RELEASED) {
      event.name = "priority";
      event.value = "P1";
    } else if (kind == CSUP_EVENT_PROMISED || kind == CSUP_EVENT_FULFILLED || kind == CSUP_EVENT_WITHDRAWN) {
      event.name = "call";
    } else if (kind == CSUP_EVENT_MOVED || kind == CSUP_EVENT_MERGED || kind == CSUP_EVENT_REQUESTED) {
      event.value = kind == CSUP_EVENT_MOVED ? "resolved" : "X";
    } else if (kind == CSUP_EVENT_PROPOSED) {
      event.value = "full";
    }
    csup_status status = csup_case_apply(d->fresh, &event, 1, d->list, &error);
    if (status != CSUP_E_ORDER)
      print_error("%s: %s\n", csup_event_kind_name(kind), error.message);
    assert_int_equal(status, CSUP_E_ORDER);
    assert_int_equal(error.index, 0);
  }
  CHECK_ROWS(ROW(CSUP_E_NEVER, csup_case_next_wakeup(c, &at)), ROW(CSUP_TIME_NEVER, at), ROW(INT64_MAX, csup_case_rank(c)),
             ROW(CSUP_OK, csup_case_read(c, &view)), ROW(CSUP_TIME_NEVER, view.opened), ROW(CSUP_TIME_NEVER, view.last),
             ROW(CSUP_TIME_NEVER, view.state_since), ROW(0, view.level), ROW(0, view.category),
             ROW(CSUP_OK, csup_case_fact(c, "contacts", &field)), ROW(CSUP_VALUE_NONE, field.kind),
             ROW(CSUP_OK, csup_case_fact(c, "field.tier", &field)), ROW(CSUP_OK, csup_case_assessment(c, &assessment)),
             ROW(0, csup_case_clock_count(c)), ROW(CSUP_E_ARGUMENT, csup_case_clock_at(c, 0, MONDAY, &clock)),
             ROW(CSUP_E_ARGUMENT, csup_case_to_json(c, MONDAY, text, sizeof text, &length)), ROW(0, csup_case_visit_count(c)),
             ROW(CSUP_E_ARGUMENT, csup_case_visit_at(c, 0, &name, &at)),
             ROW(CSUP_OK, csup_case_time_in_state(c, "new", MONDAY, &duration)), ROW(0, duration),
             ROW(CSUP_OK, csup_case_time_in_stage(c, CSUP_STAGE_DIAGNOSIS, MONDAY, &duration)), ROW(0, duration),
             ROW(CSUP_OK, csup_case_answer_at(c, 0, &answer)), ROW(CSUP_BASIS_UNKNOWN, answer.basis),
             ROW(CSUP_OK, csup_case_ratings(c, &ratings)), ROW(-1, ratings.csat), ROW(-1, ratings.effort), ROW(-1, ratings.nps),
             ROW(0, csup_case_request_count(c)));
  assert_null(view.case_id);
  assert_null(view.state);
  assert_null(view.priority);
  csup_case *loaded = NULL;
  assert_int_equal(csup_case_load(d->policy, before.bytes, before.length, NULL, &loaded, NULL), CSUP_OK);
  assert_untouched(d, loaded, &before);
  csup_case_free(loaded);
  assert_untouched(d, c, &before);
}

/* ---- strings and members of events ---- */

static const char long_name[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/* A text of `length` bytes. */
static char *text_of(size_t length) {
  char *text = malloc(length + 1);
  assert_non_null(text);
  for (size_t i = 0; i < length; i++)
    text[i] = long_name[i % (sizeof long_name - 1)];
  text[length] = '\0';
  return text;
}

/* Where a string can stand in an event that is sound otherwise. */
static csup_event event_with(int place, const char *text, csup_field *field) {
  csup_event event = {.kind = CSUP_EVENT_NOTE, .at = MONDAY};
  switch (place) {
  case 0:
    event.kind = CSUP_EVENT_ASSIGNED;
    event.team = text;
    break;
  case 1:
    event.kind = CSUP_EVENT_ASSIGNED;
    event.agent = text;
    break;
  case 2:
    event.kind = CSUP_EVENT_OPENED;
    event.case_id = text;
    break;
  case 3:
    event.kind = CSUP_EVENT_OPENED;
    event.case_id = "C-1";
    event.channel = text;
    break;
  case 4:
    event.kind = CSUP_EVENT_PROMISED;
    event.name = text;
    event.due = LAST;
    event.flags = CSUP_WITH_DUE;
    break;
  case 5:
    event.kind = CSUP_EVENT_REQUESTED;
    event.value = text;
    break;
  case 6:
    event.kind = CSUP_EVENT_MERGED;
    event.value = text;
    break;
  case 7:
    event.kind = CSUP_EVENT_CLOSED;
    event.value = text;
    break;
  case 8:
    event.kind = CSUP_EVENT_CHANGED;
    *field = (csup_field){.name = "about", .kind = CSUP_VALUE_TEXT, .text = text};
    event.fields = field;
    event.field_count = 1;
    break;
  case 9:
    event.kind = CSUP_EVENT_CHANGED;
    *field = (csup_field){.name = "remark", .kind = CSUP_VALUE_TEXT, .text = text};
    event.fields = field;
    event.field_count = 1;
    break;
  case 10:
    event.kind = CSUP_EVENT_ESCALATED;
    event.because = text;
    break;
  default:
    event.because = text;
    break;
  }
  return event;
}
#define PLACE_FIELD   8
#define PLACE_BECAUSE 10
#define PLACE_COUNT   12

/* A text that is JSON but no event is refused for what it lacks, not for its syntax. */
static void assert_is_json(const desk *d, const char *text, size_t length) {
  csup_error error = {.status = CSUP_OK};
  if (csup_case_apply_json(d->fresh, text, length, d->list, &error) != CSUP_E_ARGUMENT)
    print_error("%s\n%s\n", text, error.message);
  assert_int_equal(error.status, CSUP_E_ARGUMENT);
}

static void assert_told_as_json(const desk *d, const csup_case *c) {
  static char text[100000];
  size_t length = 0;
  assert_int_equal(csup_case_to_json(c, MONDAY, text, sizeof text, &length), CSUP_OK);
  assert_is_json(d, text, length);
  for (size_t i = 0; i < csup_decisions_count(d->list); i++) {
    assert_int_equal(csup_decision_to_json(csup_decisions_at(d->list, i), text, sizeof text, &length), CSUP_OK);
    assert_is_json(d, text, length);
  }
  csup_decisions_clear(d->list);
}

static void strings_in_events(void **state) {
  const desk *d = *state;
  static const char *const malformed[] = {"\xFF",
                                          "\x80",
                                          "a\xC3",
                                          "\xC3(",
                                          "\xE2\x82",
                                          "\xC0\x80",
                                          "\xE0\x80\x80",
                                          "\xED\xA0\x80",
                                          "\xF0\x8F\xBF\xBF",
                                          "\xF4\x90\x80\x80",
                                          "\xF5\x80\x80\x80",
                                          "caf\xE9",
                                          "\xF0\x9F\x98"};
  static const char *const sound[] = {
      "x", "\x7F", "\xC2\x80", "\xE2\x82\xAC", "\xED\x9F\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "\"\\\n\t\x01"};
  char *longest = text_of(1024), *too_long = text_of(1025), *huge = text_of(10000);
  for (int place = 0; place < PLACE_COUNT; place++) {
    int opens = place == 2 || place == 3;
    csup_case *c = opens ? d->fresh : d->open;
    csup_field field;
    snapshot before;
    take_snapshot(c, &before);
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
      csup_error error;
      csup_event event = event_with(place, malformed[i], &field);
      csup_status status = csup_case_apply(c, &event, 1, d->list, &error);
      if (status != CSUP_E_ARGUMENT)
        print_error("place %d, malformed %zu: %s\n", place, i, csup_status_name(status));
      assert_int_equal(status, CSUP_E_ARGUMENT);
      assert_int_equal(error.index, 0);
    }
    csup_event empty = event_with(place, "", &field), longer = event_with(place, too_long, &field);
    csup_status for_empty = place >= PLACE_FIELD ? CSUP_OK : CSUP_E_ARGUMENT;
    csup_status for_long = place >= PLACE_BECAUSE ? CSUP_OK : CSUP_E_RANGE;
    if (for_empty != CSUP_OK)
      assert_int_equal(csup_case_apply(c, &empty, 1, d->list, NULL), for_empty);
    if (for_long != CSUP_OK) {
      assert_int_equal(csup_case_apply(c, &longer, 1, d->list, NULL), for_long);
      csup_event hugest = event_with(place, huge, &field);
      assert_int_equal(csup_case_apply(c, &hugest, 1, d->list, NULL), for_long);
      assert_untouched(d, c, &before);
    }
    /* What is sound is taken, each by a case of its own, and is JSON again. */
    for (size_t i = 0; i < sizeof sound / sizeof sound[0] + 3; i++) {
      const char *more[] = {place >= PLACE_FIELD ? "" : "y", longest, place >= PLACE_BECAUSE ? huge : longest};
      size_t own = sizeof sound / sizeof sound[0];
      csup_event event = event_with(place, i < own ? sound[i] : more[i - own], &field);
      csup_case *copy = NULL;
      assert_int_equal(csup_case_load(d->policy, before.bytes, before.length, NULL, &copy, NULL), CSUP_OK);
      assert_int_equal(csup_case_apply(copy, &event, 1, d->list, NULL), CSUP_OK);
      assert_told_as_json(d, copy);
      csup_case_free(copy);
    }
  }
  free(longest);
  free(too_long);
  free(huge);
}

static void members_of_events(void **state) {
  const desk *d = *state;
  csup_case *c = d->open;
  csup_event event = {.kind = CSUP_EVENT_NOTE, .at = MONDAY};
  snapshot before;
  take_snapshot(c, &before);
  for (int i = 0; i < 4; i++) {
    event.reserved[i] = UINT64_C(1) << 63;
    assert_int_equal(csup_case_apply(c, &event, 1, d->list, NULL), CSUP_E_ARGUMENT);
    event.reserved[i] = 0;
  }
  const csup_event no_fields = {.kind = CSUP_EVENT_CHANGED, .at = MONDAY, .field_count = 1};
  const csup_event many_fields = {.kind = CSUP_EVENT_CHANGED, .at = MONDAY, .field_count = SIZE_MAX};
  const csup_event flags = {.kind = CSUP_EVENT_NOTE, .at = MONDAY, .flags = 2048};
  const csup_event all_flags = {.kind = CSUP_EVENT_NOTE, .at = MONDAY, .flags = UINT32_MAX};
  const csup_event no_kind = {.kind = 0, .at = MONDAY}, beyond = {.kind = CSUP_EVENT_MERGED + 1, .at = MONDAY};
  const csup_event below = {.kind = INT32_MIN, .at = MONDAY}, above = {.kind = INT32_MAX, .at = MONDAY};
  const csup_event basis = {.kind = CSUP_EVENT_ANSWERED, .at = MONDAY, .name = "service", .value = "down", .basis = 4};
  const csup_event minus = {.kind = CSUP_EVENT_ANSWERED, .at = MONDAY, .name = "service", .value = "down", .basis = -1};
  const csup_event other = {.kind = CSUP_EVENT_NOTE, .at = MONDAY, .case_id = "C-2"};
  const csup_event early = {.kind = CSUP_EVENT_NOTE, .at = MONDAY - 1}, again = opened_event();
  const csup_event minutes = {.kind = CSUP_EVENT_SPENT, .at = MONDAY, .minutes = -1, .flags = CSUP_WITH_MINUTES};
  const csup_event cost = {.kind = CSUP_EVENT_SPENT, .at = MONDAY, .cost = INT64_MIN, .flags = CSUP_WITH_COST};
  const csup_event level = {.kind = CSUP_EVENT_ESCALATED, .at = MONDAY, .level = INT32_MAX, .flags = CSUP_WITH_LEVEL};
  const csup_event csat = {.kind = CSUP_EVENT_RATED, .at = MONDAY, .csat = INT32_MIN, .flags = CSUP_WITH_CSAT};
  const csup_event unrated = {.kind = CSUP_EVENT_RATED, .at = MONDAY}, unspent = {.kind = CSUP_EVENT_SPENT, .at = MONDAY};
  const csup_event two_instants[] = {{.kind = CSUP_EVENT_NOTE, .at = MONDAY}, {.kind = CSUP_EVENT_NOTE, .at = MONDAY + 1}};
  CHECK_ROWS(ROW(CSUP_E_ARGUMENT, csup_case_apply(c, &no_fields, 1, d->list, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_case_apply(c, &many_fields, 1, d->list, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_case_apply(c, &flags, 1, d->list, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_case_apply(c, &all_flags, 1, d->list, NULL)),
             ROW(CSUP_E_UNKNOWN, csup_case_apply(c, &no_kind, 1, d->list, NULL)),
             ROW(CSUP_E_UNKNOWN, csup_case_apply(c, &beyond, 1, d->list, NULL)),
             ROW(CSUP_E_UNKNOWN, csup_case_apply(c, &below, 1, d->list, NULL)),
             ROW(CSUP_E_UNKNOWN, csup_case_apply(c, &above, 1, d->list, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_case_apply(c, &basis, 1, d->list, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_case_apply(c, &minus, 1, d->list, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_case_apply(c, &other, 1, d->list, NULL)),
             ROW(CSUP_E_ORDER, csup_case_apply(c, &early, 1, d->list, NULL)),
             ROW(CSUP_E_ORDER, csup_case_apply(c, &again, 1, d->list, NULL)),
             ROW(CSUP_E_RANGE, csup_case_apply(c, &minutes, 1, d->list, NULL)),
             ROW(CSUP_E_RANGE, csup_case_apply(c, &cost, 1, d->list, NULL)),
             ROW(CSUP_E_RANGE, csup_case_apply(c, &level, 1, d->list, NULL)),
             ROW(CSUP_E_RANGE, csup_case_apply(c, &csat, 1, d->list, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_case_apply(c, &unrated, 1, d->list, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_case_apply(c, &unspent, 1, d->list, NULL)),
             ROW(CSUP_E_ARGUMENT, csup_case_apply(c, two_instants, 2, d->list, NULL)));
  assert_untouched(d, c, &before);
}

static void fields_of_events(void **state) {
  const desk *d = *state;
  static const struct {
    csup_field field;
    csup_status wanted;
  } cases[] = {
      {{.kind = CSUP_VALUE_TEXT, .text = "x"}, CSUP_E_ARGUMENT},
      {{.name = "", .kind = CSUP_VALUE_TEXT, .text = "x"}, CSUP_E_UNKNOWN},
      {{.name = "\xFF", .kind = CSUP_VALUE_TEXT, .text = "x"}, CSUP_E_UNKNOWN},
      {{.name = "contacts", .kind = CSUP_VALUE_NUMBER, .number = 9}, CSUP_E_UNKNOWN},
      {{.name = "field.tier", .kind = CSUP_VALUE_TEXT, .text = "premium"}, CSUP_E_UNKNOWN},
      {{.name = "about", .kind = CSUP_VALUE_TEXT}, CSUP_E_ARGUMENT},
      {{.name = "about", .kind = CSUP_VALUE_NUMBER}, CSUP_E_ARGUMENT},
      {{.name = "about", .kind = 4, .text = "x"}, CSUP_E_ARGUMENT},
      {{.name = "about", .kind = -1, .text = "x"}, CSUP_E_ARGUMENT},
      {{.name = "about", .kind = CSUP_VALUE_TEXT, .text = "x", .reserved = 1}, CSUP_E_ARGUMENT},
      {{.name = "about", .kind = CSUP_VALUE_NONE, .reserved = -1}, CSUP_E_ARGUMENT},
      {{.name = "tier", .kind = CSUP_VALUE_TEXT, .text = "gold"}, CSUP_E_UNKNOWN},
      {{.name = "tier", .kind = CSUP_VALUE_TEXT, .text = ""}, CSUP_E_UNKNOWN},
      {{.name = "tier", .kind = CSUP_VALUE_TEXT, .text = "\xFF"}, CSUP_E_UNKNOWN},
      {{.name = "seats", .kind = CSUP_VALUE_TEXT, .text = "9"}, CSUP_E_ARGUMENT},
      {{.name = "seats", .kind = CSUP_VALUE_NUMBER, .number = INT64_MIN}, CSUP_E_RANGE},
      {{.name = "vip", .kind = CSUP_VALUE_FLAG, .number = 2}, CSUP_E_RANGE},
      {{.name = "vip", .kind = CSUP_VALUE_NUMBER, .number = 1}, CSUP_E_ARGUMENT},
  };
  snapshot before;
  take_snapshot(d->open, &before);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    csup_event event = {.kind = CSUP_EVENT_CHANGED, .at = MONDAY, .fields = &cases[i].field, .field_count = 1};
    csup_status status = csup_case_apply(d->open, &event, 1, d->list, NULL);
    if (status != cases[i].wanted)
      print_error("field %zu: %s\n", i, csup_status_name(status));
    assert_int_equal(status, cases[i].wanted);
    assert_untouched(d, d->open, &before);
  }
  static const csup_field ends[] = {{.name = "seats", .kind = CSUP_VALUE_NUMBER, .number = INT64_MAX},
                                    {.name = "seats", .kind = CSUP_VALUE_NUMBER, .number = INT64_MIN + 1},
                                    {.name = "seats", .kind = CSUP_VALUE_NONE, .number = 5, .text = "not looked at"}};
  for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
    csup_event event = {.kind = CSUP_EVENT_CHANGED, .at = MONDAY, .fields = &ends[i], .field_count = 1};
    csup_field read;
    assert_int_equal(csup_case_apply(d->open, &event, 1, d->list, NULL), CSUP_OK);
    assert_int_equal(csup_case_fact(d->open, "seats", &read), CSUP_OK);
    assert_int_equal(read.kind, ends[i].kind);
    assert_true(read.kind == CSUP_VALUE_NONE || read.number == ends[i].number);
  }
}

/* What was spent adds up to the greatest number there is, and no further. */
static void sums_that_do_not_fit(void **state) {
  const desk *d = *state;
  csup_event spent = {.kind = CSUP_EVENT_SPENT, .at = MONDAY, .cost = INT64_MAX, .flags = CSUP_WITH_COST};
  csup_event more = {.kind = CSUP_EVENT_SPENT, .at = MONDAY, .cost = 1, .flags = CSUP_WITH_COST};
  csup_event twice[] = {more, more};
  csup_case_view view;
  CHECK_ROWS(ROW(CSUP_OK, csup_case_apply(d->open, &spent, 1, d->list, NULL)),
             ROW(CSUP_E_RANGE, csup_case_apply(d->open, &more, 1, d->list, NULL)),
             ROW(CSUP_E_RANGE, csup_case_apply(d->open, twice, 2, d->list, NULL)), ROW(CSUP_OK, csup_case_read(d->open, &view)),
             ROW(INT64_MAX, view.cost));
  csup_event up = {.kind = CSUP_EVENT_ESCALATED, .at = MONDAY, .level = 99, .flags = CSUP_WITH_LEVEL};
  csup_event higher = {.kind = CSUP_EVENT_ESCALATED, .at = MONDAY};
  CHECK_ROWS(ROW(CSUP_OK, csup_case_apply(d->open, &up, 1, d->list, NULL)),
             ROW(CSUP_E_RANGE, csup_case_apply(d->open, &higher, 1, d->list, NULL)));
}

/* ---- lifetimes ---- */

static void objects_freed_in_any_order(void **state) {
  (void)state;
  csup_policy *policy = NULL;
  csup_case *c = NULL;
  csup_decisions *list = NULL;
  csup_event opened = opened_event();
  char reason[] = "told by phone", id[] = "C-9";
  opened.case_id = id;
  const char *json = csup_policy_default();
  CHECK_ROWS(ROW(CSUP_OK, csup_policy_parse_with(json, strlen(json), NULL, 0, NULL, &policy, NULL)),
             ROW(CSUP_OK, csup_case_create(policy, NULL, &c)), ROW(CSUP_OK, csup_decisions_create(NULL, &list)));
  assert_ptr_equal(csup_policy_retain(policy), policy);
  csup_policy_release(policy);
  csup_policy_release(policy); /* the case holds it */
  csup_event escalated = {.kind = CSUP_EVENT_ESCALATED, .at = MONDAY, .because = reason};
  CHECK_ROWS(ROW(CSUP_OK, csup_case_apply(c, &opened, 1, list, NULL)),
             ROW(CSUP_OK, csup_case_apply(c, &escalated, 1, list, NULL)), ROW(CSUP_OK, csup_case_advance(c, LAST, list, NULL)));
  memset(reason, '#', sizeof reason - 1);
  memset(id, '#', sizeof id - 1);
  csup_case_free(c); /* the list holds the policy */
  size_t count = csup_decisions_count(list), told = 0;
  assert_true(count > 10);
  for (size_t i = 0; i < count; i++) {
    const csup_decision *decision = csup_decisions_at(list, i);
    char text[4096];
    size_t length = 0;
    assert_int_equal(decision->seq, i + 1);
    assert_string_equal(decision->case_id, "C-9");
    assert_int_equal(csup_decision_to_json(decision, text, sizeof text, &length), CSUP_OK);
    told += decision->because && strcmp(decision->because, "told by phone") == 0;
  }
  assert_true(told > 0);
  csup_decisions_free(list);
}

/* One list, two policies, cases that come and go: what it held before the next call stays until it is cleared. */
static void lists_used_again(void **state) {
  const desk *d = *state;
  csup_policy *other = NULL;
  const char *json = csup_policy_default();
  assert_int_equal(csup_policy_parse_with(json, strlen(json), NULL, 0, NULL, &other, NULL), CSUP_OK);
  for (int round = 0; round < 20; round++) {
    csup_event opened = opened_event();
    for (int which = 0; which < 2; which++) {
      csup_case *c = NULL;
      assert_int_equal(csup_case_create(which ? other : d->policy, NULL, &c), CSUP_OK);
      size_t before = csup_decisions_count(d->list);
      assert_int_equal(csup_case_apply(c, &opened, 1, d->list, NULL), CSUP_OK);
      csup_event second = opened_event();
      assert_int_equal(csup_case_apply(c, &second, 1, d->list, NULL), CSUP_E_ORDER);
      assert_true(csup_decisions_count(d->list) > before);
      assert_int_equal(csup_decisions_at(d->list, before)->seq, 1);
      csup_case_free(c);
    }
    if (round == 5)
      csup_policy_release(other); /* only the list holds it, until it is cleared */
    for (size_t i = 0; i < csup_decisions_count(d->list); i++)
      assert_string_equal(csup_decisions_at(d->list, i)->case_id, "C-1");
    if (round == 5)
      break;
    if (round % 3 == 2)
      csup_decisions_clear(d->list);
  }
  csup_decisions_clear(d->list);
  csup_decisions_clear(d->list);
  assert_int_equal(csup_decisions_count(d->list), 0);
}

static void calendars_outlive_zones(void **state) {
  (void)state;
  csup_zone *zone = NULL;
  csup_calendar *calendar = NULL;
  char name[] = "Christmas";
  csup_holiday holiday = {20261225, name};
  csup_time at = 0;
  CHECK_ROWS(ROW(CSUP_OK, csup_zone_load("Etc/UTC", NULL, &zone, NULL)),
             ROW(CSUP_OK, csup_calendar_create("Mo-Fr 09:00-17:00; PH off", zone, &holiday, 1, NULL, &calendar, NULL)));
  csup_zone_free(zone);
  memset(name, '#', sizeof name - 1);
  holiday.date = 0;
  CHECK_ROWS(ROW(CSUP_OK, csup_calendar_add(calendar, MONDAY, 9 * HOUR, &at)), ROW(MONDAY + 25 * HOUR, at));
  csup_calendar_free(calendar);
}

/* ---- errors ---- */

static void errors_are_left_alone(void **state) {
  const desk *d = *state;
  csup_error error, before;
  memset(&error, 0x5A, sizeof error);
  before = error;
  csup_zone *zone = NULL;
  csup_calendar *calendar = NULL;
  csup_assessment assessment;
  csup_case *c = NULL;
  csup_policy *policy = NULL;
  csup_event opened = opened_event();
  snapshot saved;
  take_snapshot(d->open, &saved);
  CHECK_ROWS(ROW(CSUP_OK, csup_zone_load("UTC", NULL, &zone, &error)),
             ROW(CSUP_OK, csup_calendar_create("24/7", zone, NULL, 0, NULL, &calendar, &error)),
             ROW(CSUP_OK, csup_impact_assess(d->policy, NULL, 0, NULL, 0, &assessment, &error)),
             ROW(CSUP_OK, csup_policy_parse_with(policy_text, strlen(policy_text), NULL, 0, NULL, &policy, &error)),
             ROW(CSUP_OK, csup_case_apply(d->fresh, &opened, 1, d->list, &error)),
             ROW(CSUP_OK, csup_case_advance(d->fresh, LAST, d->list, &error)),
             ROW(CSUP_OK, csup_case_load(d->policy, saved.bytes, saved.length, NULL, &c, &error)));
  assert_memory_equal(&error, &before, sizeof error);
  csup_case_free(c);
  csup_policy_release(policy);
  csup_calendar_free(calendar);
  csup_zone_free(zone);
}

/* However long and odd what it quotes is, a message is a sentence that ends, and the status is the one returned. */
static void errors_are_sentences(void **state) {
  const desk *d = *state;
  char *huge = text_of(10000);
  csup_error error;
  csup_zone *zone = NULL;
  csup_calendar *calendar = NULL;
  csup_answer answers[16];
  size_t count = 0;
  csup_event event = {.kind = CSUP_EVENT_MOVED, .at = MONDAY, .value = "nowhere"};
  memset(huge + 30, '\xE2', 100);
#define FAILS(wanted, call)                                                                                                      \
  do {                                                                                                                           \
    memset(&error, 0x5A, sizeof error);                                                                                          \
    assert_int_equal((call), (wanted));                                                                                          \
    assert_int_equal(error.status, (wanted));                                                                                    \
    assert_non_null(memchr(error.message, 0, sizeof error.message));                                                             \
    assert_non_null(memchr(error.pointer, 0, sizeof error.pointer));                                                             \
    assert_true(error.message[0] != '\0');                                                                                       \
  } while (0)
  FAILS(CSUP_E_UNKNOWN, csup_zone_load(huge, NULL, &zone, &error));
  FAILS(CSUP_E_CORRUPT, csup_zone_from_tzif(huge, huge, 10000, NULL, &zone, &error));
  FAILS(CSUP_E_SYNTAX, csup_calendar_create(huge, d->utc, NULL, 0, NULL, &calendar, &error));
  FAILS(CSUP_E_SYNTAX, csup_vector_parse(d->policy, huge, 10000, answers, 16, &count, &error));
  FAILS(CSUP_E_SYNTAX, csup_case_apply_json(d->open, huge, 10000, d->list, &error));
  FAILS(CSUP_E_UNKNOWN, csup_case_apply(d->open, &event, 1, d->list, &error));
  FAILS(CSUP_E_ARGUMENT, csup_case_apply(NULL, &event, 1, d->list, &error));
  FAILS(CSUP_E_ARGUMENT, csup_case_advance(NULL, MONDAY, d->list, &error));
  FAILS(CSUP_E_RANGE, csup_case_advance(d->open, INT64_MAX, d->list, &error));
  FAILS(CSUP_E_CORRUPT, csup_case_load(d->policy, huge, 10000, NULL, &(csup_case *){NULL}, &error));
  FAILS(CSUP_E_ARGUMENT, csup_impact_assess(d->policy, NULL, 1, NULL, 0, &(csup_assessment){.confidence = 0}, &error));
#undef FAILS
  free(huge);
}

/* ---- JSON ---- */

static void lines_that_are_none(void **state) {
  const desk *d = *state;
  static const struct {
    const char *line;
    csup_status wanted;
  } cases[] = {
      {"", CSUP_E_SYNTAX},
      {"   ", CSUP_E_SYNTAX},
      {"\xEF\xBB\xBF{\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"note\"}", CSUP_E_SYNTAX},
      {"{\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"note\"", CSUP_E_SYNTAX},
      {"{\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"note\"}{}", CSUP_E_SYNTAX},
      {"{\"at\":\"2026-03-02T09:00:00Z\",\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"note\"}", CSUP_E_SYNTAX},
      {"{\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"assigned\",\"team\":\"\\u0000\"}", CSUP_E_SYNTAX},
      {"{\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"assigned\",\"team\":\"\\ud800\"}", CSUP_E_SYNTAX},
      {"{\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"assigned\",\"team\":\"\xFF\"}", CSUP_E_SYNTAX},
      {"[]", CSUP_E_ARGUMENT},
      {"null", CSUP_E_ARGUMENT},
      {"1e400", CSUP_E_ARGUMENT},
      {"{}", CSUP_E_ARGUMENT},
      {"{\"event\":\"note\"}", CSUP_E_ARGUMENT},
      {"{\"at\":\"2026-03-02T09:00:00Z\"}", CSUP_E_ARGUMENT},
      {"{\"at\":1,\"event\":\"note\"}", CSUP_E_ARGUMENT},
      {"{\"at\":\"2026-03-02\",\"event\":\"note\"}", CSUP_E_ARGUMENT},
      {"{\"at\":\"1899-12-31T23:59:59Z\",\"event\":\"note\"}", CSUP_E_RANGE},
      {"{\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"\"}", CSUP_E_UNKNOWN},
      {"{\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"note\",\"\":1}", CSUP_E_UNKNOWN},
      {"{\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"assigned\",\"team\":\"\"}", CSUP_E_ARGUMENT},
      {"{\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"assigned\",\"team\":null}", CSUP_E_ARGUMENT},
      {"{\"at\":\"2026-03-02T09:00:00Z\",\"events\":[]}", CSUP_E_ARGUMENT},
      {"{\"at\":\"2026-03-02T09:00:00Z\",\"events\":{}}", CSUP_E_ARGUMENT},
      {"{\"at\":\"2026-03-02T09:00:00Z\",\"events\":[[]]}", CSUP_E_ARGUMENT},
      {"{\"at\":\"2026-03-02T09:00:00Z\",\"events\":[{\"event\":\"note\"},1]}", CSUP_E_ARGUMENT},
      {"{\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"spent\",\"minutes\":99999999999}", CSUP_E_RANGE},
      {"{\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"spent\",\"minutes\":9999999999999999999999}", CSUP_E_RANGE},
      {"{\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"spent\",\"minutes\":1.0}", CSUP_E_ARGUMENT},
      {"{\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"changed\",\"field\":\"seats\",\"value\":[]}", CSUP_E_ARGUMENT},
      {"{\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"changed\",\"field\":\"seats\",\"value\":1e3}", CSUP_E_ARGUMENT},
      {"{\"case\":\"\",\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"note\"}", CSUP_E_ARGUMENT},
  };
  snapshot before;
  take_snapshot(d->open, &before);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    csup_error error = {.status = CSUP_OK};
    size_t length = strlen(cases[i].line);
    char *exact = malloc(length ? length : 1); /* no NUL behind it */
    assert_non_null(exact);
    memcpy(exact, cases[i].line, length);
    csup_status status = csup_case_apply_json(d->open, exact, length, d->list, &error);
    if (status != cases[i].wanted)
      print_error("%s\ngives %s: %s\n", cases[i].line, csup_status_name(status), error.message);
    assert_int_equal(status, cases[i].wanted);
    assert_int_equal(error.status, status);
    free(exact);
    assert_untouched(d, d->open, &before);
  }
}

/* Nesting as deep as a document can be told to: an error, and no overrun of the stack. */
static void nesting_without_end(void **state) {
  const desk *d = *state;
  enum { DEPTH = 200000 };
  char *text = malloc(DEPTH * 6 + 1);
  assert_non_null(text);
  csup_policy *policy = NULL;
  memset(text, '[', DEPTH);
  CHECK_ROWS(ROW(CSUP_E_SYNTAX, csup_policy_parse(text, DEPTH, NULL, &policy, NULL)),
             ROW(CSUP_E_SYNTAX, csup_case_apply_json(d->open, text, DEPTH, d->list, NULL)));
  for (size_t i = 0; i < DEPTH; i++)
    memcpy(text + i * 5, "{\"\":{", 5);
  CHECK_ROWS(ROW(CSUP_E_SYNTAX, csup_policy_parse(text, (size_t)DEPTH * 5, NULL, &policy, NULL)),
             ROW(CSUP_E_SYNTAX, csup_case_apply_json(d->open, text, (size_t)DEPTH * 5, d->list, NULL)));
  free(text);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(base_names),
      cmocka_unit_test(null_is_freed),
      TEST(null_in_time),
      TEST(null_in_policy),
      TEST(null_in_impact),
      TEST(null_in_workflow),
      TEST(null_in_case),
      cmocka_unit_test(decision_that_is_none),
      TEST(instants_outside),
      TEST(instants_at_the_ends),
      cmocka_unit_test(durations_at_the_ends),
      TEST(events_outside),
      TEST(advance_to_the_ends),
      TEST(a_life_of_three_centuries),
      TEST(a_promise_for_the_end_of_time),
      TEST(texts_that_do_not_fit),
      TEST(lists_that_do_not_fit),
      TEST(use_before_opened),
      TEST(strings_in_events),
      TEST(members_of_events),
      TEST(fields_of_events),
      TEST(sums_that_do_not_fit),
      cmocka_unit_test(objects_freed_in_any_order),
      TEST(lists_used_again),
      cmocka_unit_test(calendars_outlive_zones),
      TEST(errors_are_left_alone),
      TEST(errors_are_sentences),
      TEST(lines_that_are_none),
      TEST(nesting_without_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
