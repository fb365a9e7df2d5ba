#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "failing_allocator.h"
#include "random.h"
#include "sla/clock.h"
#include "time/civil.h"
#include "time/tzif_bytes.h"

#define UTC    "UTC0"
#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3" /* 2026: summer time from 29 March 01:00Z to 25 October 01:00Z */
#define OFFICE "Mo-Fr 09:00-17:00"

/* 2026-03-02 is a Monday. */
static csup_time at(const char *text) {
  csup_time time = 0;
  if (csup_time_parse(text, strlen(text), &time) != CSUP_OK)
    fail_msg("%s is no instant", text);
  return time;
}

static void assert_at(const char *what, csup_time found, const char *wanted) {
  char text[40];
  assert_int_equal(csup_time_format(found, text, sizeof text, NULL), CSUP_OK);
  if (strcmp(text, wanted) != 0)
    fail_msg("%s: %s, not %s", what, text, wanted);
}

static csup_calendar *calendar_of(const char *hours, const char *footer) {
  tzif_bytes bytes = tzif_of_footer(footer);
  csup_zone *zone = NULL;
  csup_calendar *calendar = NULL;
  csup_error error;
  if (csup_zone_from_tzif("Test", bytes.bytes, bytes.length, NULL, &zone, &error) != CSUP_OK ||
      csup_calendar_create(hours, zone, NULL, 0, NULL, &calendar, &error) != CSUP_OK)
    fail_msg("%s: %s", hours, error.message);
  csup_zone_free(zone);
  return calendar;
}

static csup_status from_text(const char *text, csup_status (*read)(const csup_json *node, void *out), void *out,
                             csup_error *error) {
  char quoted[80];
  csup_json_document document;
  csup_json root;
  size_t length = strlen(text);
  quoted[0] = '"';
  memcpy(quoted + 1, text, length);
  quoted[length + 1] = '"';
  assert_int_equal(csup_json_open(&document, quoted, length + 2, CSUP_E_POLICY, CSUP_E_POLICY, error, &root), CSUP_OK);
  csup_status status = read(&root, out);
  csup_json_close(&document);
  return status;
}

static csup_status read_duration(const csup_json *node, void *out) {
  return csup_measure_read(node, false, out);
}

static csup_course course_of(const char *within, const csup_calendar *calendar, csup_lands lands) {
  csup_course course = {.calendar = calendar, .lands = lands};
  assert_int_equal(from_text(within, read_duration, &course.within, NULL), CSUP_OK);
  return course;
}

typedef struct due_row {
  const char *name, *within, *hours, *zone;
  csup_lands lands;
  const char *start, *due;
  const char *pauses[4][2]; /* from, to */
  const char *paused;       /* the due after the pauses */
} due_row;

static const due_row dues[] = {
    /* Fri 13-17 is 4 h, Mon 09-13 is 4 h. The pause holds Fri 15-17 and Mon 09-11, 4 h: Mon 13:00 + 4 h is the close on Monday.
     */
    {"a pause over a weekend on business hours",
     "PT8H",
     OFFICE,
     UTC,
     CSUP_LANDS_CLOSE,
     "2026-03-06T13:00:00Z",
     "2026-03-09T13:00:00Z",
     {{"2026-03-06T15:00:00Z", "2026-03-09T11:00:00Z"}},
     "2026-03-09T17:00:00Z"},
    /* Fri 13:00 + 8 h; the pause is 68 h: Fri 21:00 + 68 h. */
    {"a pause over a weekend on 24/7",
     "PT8H",
     "24/7",
     UTC,
     CSUP_LANDS_CLOSE,
     "2026-03-06T13:00:00Z",
     "2026-03-06T21:00:00Z",
     {{"2026-03-06T15:00:00Z", "2026-03-09T11:00:00Z"}},
     "2026-03-09T17:00:00Z"},
    /* Nothing is open on Saturday and Sunday: elapsed is 0. */
    {"a pause in closed time costs nothing",
     "PT8H",
     OFFICE,
     UTC,
     CSUP_LANDS_CLOSE,
     "2026-03-06T13:00:00Z",
     "2026-03-09T13:00:00Z",
     {{"2026-03-07T10:00:00Z", "2026-03-08T10:00:00Z"}},
     "2026-03-09T13:00:00Z"},
    /* Due at Friday's close, which is not after the pause's begin: add(17:00, 0) is 17:00, and the resume is later. */
    {"a due is not before the resume",
     "PT2H",
     OFFICE,
     UTC,
     CSUP_LANDS_CLOSE,
     "2026-03-06T15:00:00Z",
     "2026-03-06T17:00:00Z",
     {{"2026-03-06T17:00:00Z", "2026-03-07T12:00:00Z"}},
     "2026-03-07T12:00:00Z"},
    {"a pause that begins at the due moves it",
     "PT1H",
     "24/7",
     UTC,
     CSUP_LANDS_CLOSE,
     "2026-03-02T10:00:00Z",
     "2026-03-02T11:00:00Z",
     {{"2026-03-02T11:00:00Z", "2026-03-02T12:30:00Z"}},
     "2026-03-02T12:30:00Z"},
    {"a pause that begins after the due does not move it",
     "PT1H",
     "24/7",
     UTC,
     CSUP_LANDS_CLOSE,
     "2026-03-02T10:00:00Z",
     "2026-03-02T11:00:00Z",
     {{"2026-03-02T11:00:00.000001Z", "2026-03-02T12:30:00Z"}},
     "2026-03-02T11:00:00Z"},
    /* 11:00 + 1 h = 12:00 lets the second pause in; 12:00 + 30 min leaves the third out. */
    {"pauses are taken in order, each by the due so far",
     "PT1H",
     "24/7",
     UTC,
     CSUP_LANDS_CLOSE,
     "2026-03-02T10:00:00Z",
     "2026-03-02T11:00:00Z",
     {{"2026-03-02T10:15:00Z", "2026-03-02T11:15:00Z"},
      {"2026-03-02T11:45:00Z", "2026-03-02T12:15:00Z"},
      {"2026-03-02T12:31:00Z", "2026-03-02T13:00:00Z"}},
     "2026-03-02T12:30:00Z"},
    /* 24 h of real time from 12:00+01:00 is 13:00+02:00. The pause from 20:00+01:00 to 08:00+02:00 is 11 h. */
    {"a pause over a DST change on 24/7",
     "PT24H",
     "24/7",
     BERLIN,
     CSUP_LANDS_CLOSE,
     "2026-03-28T11:00:00Z",
     "2026-03-29T11:00:00Z",
     {{"2026-03-28T19:00:00Z", "2026-03-29T06:00:00Z"}},
     "2026-03-29T22:00:00Z"},
    /* Sat 00-06 is 6 h, Sunday's night only 5 h (00-02 and 03-06): 4 h into it is 05:00+02:00. The pause from 01:00+01:00 to
       04:00+02:00 is 2 h: 1 h is left until 06:00+02:00, the other is Monday's first. */
    {"a pause over a DST change at night",
     "PT10H",
     "Mo-Su 00:00-06:00",
     BERLIN,
     CSUP_LANDS_CLOSE,
     "2026-03-27T23:00:00Z",
     "2026-03-29T03:00:00Z",
     {{"2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z"}},
     "2026-03-29T23:00:00Z"},
    /* One civil day at 12:00 on the wall, though it has 23 hours; the pause counts in real hours, 11 of them. */
    {"a day over a DST change",
     "P1D",
     "24/7",
     BERLIN,
     CSUP_LANDS_CLOSE,
     "2026-03-28T11:00:00Z",
     "2026-03-29T10:00:00Z",
     {{"2026-03-28T19:00:00Z", "2026-03-29T06:00:00Z"}},
     "2026-03-29T21:00:00Z"},
    /* Mon 20-24, Tue 00-24, Wed 00-02. */
    {"00:00-24:00 has no hole at midnight",
     "PT30H",
     "Mo-Fr 00:00-24:00",
     UTC,
     CSUP_LANDS_CLOSE,
     "2026-03-02T20:00:00Z",
     "2026-03-04T02:00:00Z",
     {{"2026-03-02T23:30:00Z", "2026-03-03T00:30:00Z"}},
     "2026-03-04T03:00:00Z"},
    {"00:00-24:00 has its weekend",
     "PT6H",
     "Mo-Fr 00:00-24:00",
     UTC,
     CSUP_LANDS_CLOSE,
     "2026-03-06T20:00:00Z",
     "2026-03-09T02:00:00Z",
     {{0}},
     "2026-03-09T02:00:00Z"},
    {"a due at midnight is the close",
     "PT4H",
     "Mo-Fr 00:00-24:00",
     UTC,
     CSUP_LANDS_CLOSE,
     "2026-03-06T20:00:00Z",
     "2026-03-07T00:00:00Z",
     {{0}},
     "2026-03-07T00:00:00Z"},
    /* Thursday + 1 is Friday, + 2 is Monday. */
    {"business days on Mo-Fr 00:00-24:00",
     "P2D",
     "Mo-Fr 00:00-24:00",
     UTC,
     CSUP_LANDS_CLOSE,
     "2026-03-05T15:00:00Z",
     "2026-03-09T15:00:00Z",
     {{"2026-03-05T16:00:00Z", "2026-03-05T18:00:00Z"}},
     "2026-03-09T17:00:00Z"},
    {"business days from a weekend",
     "P1D",
     "Mo-Fr 00:00-24:00",
     UTC,
     CSUP_LANDS_CLOSE,
     "2026-03-07T12:00:00Z",
     "2026-03-10T00:00:00Z",
     {{0}},
     "2026-03-10T00:00:00Z"},
    /* Closed at 17:00, so the count begins on Tuesday 08:30. */
    {"a business day from the close",
     "P1D",
     "Mo-Fr 08:30-17:00",
     UTC,
     CSUP_LANDS_CLOSE,
     "2026-03-02T17:00:00Z",
     "2026-03-04T08:30:00Z",
     {{0}},
     "2026-03-04T08:30:00Z"},
    {"work that ends at the close is due at the close",
     "PT8H",
     OFFICE,
     UTC,
     CSUP_LANDS_CLOSE,
     "2026-03-02T09:00:00Z",
     "2026-03-02T17:00:00Z",
     {{"2026-03-02T18:00:00Z", "2026-03-03T08:00:00Z"}},
     "2026-03-02T17:00:00Z"},
    {"lands open: the next opening instead of the close",
     "PT8H",
     OFFICE,
     UTC,
     CSUP_LANDS_OPEN,
     "2026-03-06T09:00:00Z",
     "2026-03-09T09:00:00Z",
     {{0}},
     "2026-03-09T09:00:00Z"},
    {"lands open: nothing to move within opening hours",
     "PT7H",
     OFFICE,
     UTC,
     CSUP_LANDS_OPEN,
     "2026-03-02T09:00:00Z",
     "2026-03-02T16:00:00Z",
     {{0}},
     "2026-03-02T16:00:00Z"},
    /* The due is Tue 09:00, so both pauses begin by it: + 0 h, then + 1 h. */
    {"lands open: pauses up to the opening count",
     "PT8H",
     OFFICE,
     UTC,
     CSUP_LANDS_OPEN,
     "2026-03-02T09:00:00Z",
     "2026-03-03T09:00:00Z",
     {{"2026-03-02T18:00:00Z", "2026-03-03T08:00:00Z"}, {"2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z"}},
     "2026-03-03T10:00:00Z"},
    /* Fri 16:00 + 1 h is Friday's close, and that lands on Monday. */
    {"lands open: each due lands",
     "PT7H",
     OFFICE,
     UTC,
     CSUP_LANDS_OPEN,
     "2026-03-06T09:00:00Z",
     "2026-03-06T16:00:00Z",
     {{"2026-03-06T10:00:00Z", "2026-03-06T11:00:00Z"}},
     "2026-03-09T09:00:00Z"},
    /* Tuesday 10:00 becomes Tuesday 18:00; + 2 h is Wednesday 11:00, which becomes 18:00. */
    {"lands day_end: the close of that date",
     "P1D",
     "Mo-Fr 09:00-18:00",
     UTC,
     CSUP_LANDS_DAY_END,
     "2026-03-02T10:00:00Z",
     "2026-03-03T18:00:00Z",
     {{"2026-03-02T11:00:00Z", "2026-03-02T13:00:00Z"}},
     "2026-03-04T18:00:00Z"},
    {"lands day_end: of the last span",
     "P1D",
     "Mo-Fr 09:00-12:00,13:00-18:00",
     UTC,
     CSUP_LANDS_DAY_END,
     "2026-03-02T10:00:00Z",
     "2026-03-03T18:00:00Z",
     {{0}},
     "2026-03-03T18:00:00Z"},
    /* Tuesday 23:00 belongs to the span that ends on Wednesday. */
    {"lands day_end: over midnight",
     "P1D",
     "Mo-Fr 22:00-06:00",
     UTC,
     CSUP_LANDS_DAY_END,
     "2026-03-02T23:00:00Z",
     "2026-03-04T06:00:00Z",
     {{0}},
     "2026-03-04T06:00:00Z"},
    /* Nothing elapses from 18:00 to 20:00; the resume stays. */
    {"lands day_end: not before the resume",
     "P1D",
     "Mo-Fr 09:00-18:00",
     UTC,
     CSUP_LANDS_DAY_END,
     "2026-03-02T10:00:00Z",
     "2026-03-03T18:00:00Z",
     {{"2026-03-03T18:00:00Z", "2026-03-03T20:00:00Z"}},
     "2026-03-03T20:00:00Z"},
    {"lands day_end: only for days",
     "PT4H",
     "Mo-Fr 09:00-18:00",
     UTC,
     CSUP_LANDS_DAY_END,
     "2026-03-02T10:00:00Z",
     "2026-03-02T14:00:00Z",
     {{"2026-03-02T11:00:00Z", "2026-03-02T13:00:00Z"}},
     "2026-03-02T16:00:00Z"},
};

static void dues_follow_their_arithmetic(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof dues / sizeof dues[0]; i++) {
    const due_row *row = &dues[i];
    csup_calendar *calendar = calendar_of(row->hours, row->zone);
    csup_course course = course_of(row->within, calendar, row->lands);
    csup_time due = 0;
    assert_int_equal(csup_due_begin(&course, at(row->start), &due), CSUP_OK);
    assert_at(row->name, due, row->due);
    for (size_t p = 0; p < 4 && row->pauses[p][0]; p++)
      assert_int_equal(csup_due_pause(&course, at(row->pauses[p][0]), at(row->pauses[p][1]), &due), CSUP_OK);
    assert_at(row->name, due, row->paused);
    csup_calendar_free(calendar);
  }
}

/* 09:00 + 4 h = 13:00; each pause adds what it holds: 10 x 2 s = 20 s, 10 x 58 s = 9 min 40 s. Nothing is rounded to minutes. */
static void ten_short_pauses_add_up(void **state) {
  (void)state;
  static const struct {
    int64_t seconds;
    const char *due;
  } rows[] = {{2, "2026-03-02T13:00:20Z"}, {58, "2026-03-02T13:09:40Z"}};
  csup_calendar *calendar = calendar_of(OFFICE, UTC);
  csup_course course = course_of("PT4H", calendar, CSUP_LANDS_CLOSE);
  for (size_t i = 0; i < 2; i++) {
    csup_time due = 0, from = at("2026-03-02T10:00:00Z");
    assert_int_equal(csup_due_begin(&course, at("2026-03-02T09:00:00Z"), &due), CSUP_OK);
    for (int n = 0; n < 10; n++, from += 60 * CSUP_SECOND)
      assert_int_equal(csup_due_pause(&course, from, from + rows[i].seconds * CSUP_SECOND, &due), CSUP_OK);
    assert_at("ten pauses", due, rows[i].due);
  }
  csup_calendar_free(calendar);
}

static void a_length_is_open_time(void **state) {
  (void)state;
  static const struct {
    const char *within, *hours, *zone, *start;
    int64_t hours_long;
  } rows[] = {
      {"PT30H", OFFICE, UTC, "2026-03-02T10:00:00Z", 30},
      {"P2D", OFFICE, UTC, "2026-03-02T10:00:00Z", 16},   /* Mon 10-17, Tue 09-17, Wed 09-10 */
      {"P2D", OFFICE, UTC, "2026-03-07T10:00:00Z", 16},   /* from Monday's opening */
      {"P1D", "24/7", BERLIN, "2026-03-28T11:00:00Z", 23} /* the day on which an hour is missing */
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    csup_calendar *calendar = calendar_of(rows[i].hours, rows[i].zone);
    csup_course course = course_of(rows[i].within, calendar, CSUP_LANDS_CLOSE);
    csup_duration length = 0;
    assert_int_equal(csup_course_length(&course, at(rows[i].start), &length), CSUP_OK);
    assert_int_equal(length, rows[i].hours_long * 3600 * CSUP_SECOND);
    csup_calendar_free(calendar);
  }
}

static csup_status read_threshold(const csup_json *node, void *out) {
  csup_allocator allocator;
  csup_arena arena;
  assert_int_equal(csup_allocator_take(NULL, &allocator), CSUP_OK);
  csup_arena_init(&arena, &allocator);
  csup_status status = csup_threshold_read(node, &arena, out);
  if (status == CSUP_OK)
    assert_string_equal(((csup_threshold *)out)->text, json_string_value(node->value));
  csup_arena_free(&arena);
  return status;
}

static void thresholds_are_percents_or_signed_offsets(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int32_t percent;
    int64_t seconds;
    int32_t days;
    bool with_breach;
    const char *says; /* of a refusal */
  } rows[] = {
      {"1%", 1, 0, 0, false, NULL},
      {"75%", 75, 0, 0, false, NULL},
      {"100%", 100, 0, 0, true, NULL},
      {"1000%", 1000, 0, 0, false, NULL},
      {"-PT10M", 0, -600, 0, false, NULL},
      {"+PT1H30M", 0, 5400, 0, false, NULL},
      {"-P2D", 0, 0, -2, false, NULL},
      {"+P1D", 0, 0, 1, false, NULL},
      {"+PT0S", 0, 0, 0, true, NULL},
      {"-PT0S", 0, 0, 0, true, NULL},
      {"0%", 0, 0, 0, false, "1% to 1000%"},
      {"1001%", 0, 0, 0, false, "1% to 1000%"},
      {"99999999999999999999%", 0, 0, 0, false, "1% to 1000%"},
      {"%", 0, 0, 0, false, "no point of a clock's life"},
      {"75", 0, 0, 0, false, "no point of a clock's life"},
      {"75%%", 0, 0, 0, false, "no point of a clock's life"},
      {"7.5%", 0, 0, 0, false, "no point of a clock's life"},
      {"PT10M", 0, 0, 0, false, "no point of a clock's life"},
      {"-75%", 0, 0, 0, false, "offset"},
      {"-P1DT2H", 0, 0, 0, false, "never both"},
      {"+P0D", 0, 0, 0, false, "zero"},
      {"+PT99999H", 0, 0, 0, false, "ten years"},
      {"+", 0, 0, 0, false, "offset"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    csup_threshold read = {0};
    csup_error error = {0};
    csup_status status = from_text(rows[i].text, read_threshold, &read, &error);
    if (rows[i].says) {
      if (status != CSUP_E_POLICY || !strstr(error.message, rows[i].says))
        fail_msg("%s: %s: %s", rows[i].text, csup_status_name(status), error.message);
      continue;
    }
    assert_int_equal(status, CSUP_OK);
    assert_int_equal(read.is_percent, rows[i].percent != 0);
    assert_int_equal(read.percent, rows[i].percent);
    assert_int_equal(read.offset.time, rows[i].seconds * CSUP_SECOND);
    assert_int_equal(read.offset.days, rows[i].days);
    assert_int_equal(read.with_breach, rows[i].with_breach);
  }
  csup_json_document document;
  csup_json root;
  csup_threshold read;
  assert_int_equal(csup_json_open(&document, "75", 2, CSUP_E_POLICY, CSUP_E_POLICY, NULL, &root), CSUP_OK);
  assert_int_equal(read_threshold(&root, &read), CSUP_E_POLICY);
  csup_json_close(&document);
}

static void a_threshold_without_memory(void **state) {
  (void)state;
  csup_json_document document;
  csup_json root;
  csup_error error = {0};
  csup_threshold read = {.percent = 77};
  failing_allocator failing = {.fail_at = 0};
  csup_arena arena;
  csup_arena_init(&arena, &(csup_allocator){&failing, failing_resize});
  assert_int_equal(csup_json_open(&document, "\"75%\"", 5, CSUP_E_POLICY, CSUP_E_POLICY, &error, &root), CSUP_OK);
  assert_int_equal(csup_threshold_read(&root, &arena, &read), CSUP_E_NOMEM);
  assert_int_equal(error.status, CSUP_E_NOMEM);
  assert_int_equal(read.percent, 77);
  csup_json_close(&document);
  csup_arena_free(&arena);
}

typedef struct threshold_row {
  const char *name, *threshold, *within, *hours;
  csup_lands lands;
  const char *start, *pause[2], *at;
} threshold_row;

static const threshold_row thresholds[] = {
    /* 3 of 4 hours from 15:00: two on Monday, one on Tuesday. */
    {"75% of PT4H", "75%", "PT4H", OFFICE, CSUP_LANDS_CLOSE, "2026-03-02T15:00:00Z", {0}, "2026-03-03T10:00:00Z"},
    /* 6 hours */
    {"150% of PT4H", "150%", "PT4H", OFFICE, CSUP_LANDS_CLOSE, "2026-03-02T09:00:00Z", {0}, "2026-03-02T15:00:00Z"},
    /* 16 hours are two days: 12 h from Monday 10:00 are 7 on Monday and 5 on Tuesday */
    {"75% of P2D", "75%", "P2D", OFFICE, CSUP_LANDS_CLOSE, "2026-03-02T10:00:00Z", {0}, "2026-03-03T14:00:00Z"},
    /* 33 hundredths of 10 s */
    {"33% of PT10S", "33%", "PT10S", "24/7", CSUP_LANDS_CLOSE, "2026-03-02T10:00:00Z", {0}, "2026-03-02T10:00:03.3Z"},
    /* half of 7 us is 3 us */
    {"50% of 7 us", "50%", "PT0.000007S", "24/7", CSUP_LANDS_CLOSE, "2026-03-02T10:00:00Z", {0}, "2026-03-02T10:00:00.000003Z"},
    /* 12:00, and 2 h more for the pause before it */
    {"75% with a pause",
     "75%",
     "PT4H",
     OFFICE,
     CSUP_LANDS_CLOSE,
     "2026-03-02T09:00:00Z",
     {"2026-03-02T10:00:00Z", "2026-03-02T12:00:00Z"},
     "2026-03-02T14:00:00Z"},
    /* 12:00 is before the pause that moves the due */
    {"75% before the pause",
     "75%",
     "PT4H",
     OFFICE,
     CSUP_LANDS_CLOSE,
     "2026-03-02T09:00:00Z",
     {"2026-03-02T12:30:00Z", "2026-03-02T14:00:00Z"},
     "2026-03-02T12:00:00Z"},
    /* half of 16 h is Monday's close; a threshold does not land */
    {"50% at the close, lands open",
     "50%",
     "PT16H",
     OFFICE,
     CSUP_LANDS_OPEN,
     "2026-03-02T09:00:00Z",
     {0},
     "2026-03-02T17:00:00Z"},
    /* due Monday 09:10: 10 min on Monday, 20 min on Friday */
    {"half an hour before", "-PT30M", "PT1H10M", OFFICE, CSUP_LANDS_CLOSE, "2026-03-06T16:00:00Z", {0}, "2026-03-06T16:40:00Z"},
    {"an hour after", "+PT1H", "PT1H", OFFICE, CSUP_LANDS_CLOSE, "2026-03-06T15:30:00Z", {0}, "2026-03-09T09:30:00Z"},
    /* due Monday 17:00, closed then: one business day after is counted from Tuesday's opening */
    {"a business day after the close",
     "+P1D",
     "PT8H",
     OFFICE,
     CSUP_LANDS_CLOSE,
     "2026-03-02T09:00:00Z",
     {0},
     "2026-03-04T09:00:00Z"},
    /* Thu, Fri and Mon are 24 h, so due Tuesday 10:00; two business dates before it is Friday */
    {"two business days before", "-P2D", "PT25H", OFFICE, CSUP_LANDS_CLOSE, "2026-03-05T09:00:00Z", {0}, "2026-03-06T10:00:00Z"},
    /* due 13:00, 14:00 with the pause of an hour */
    {"an offset follows the pauses of the due",
     "-PT30M",
     "PT4H",
     OFFICE,
     CSUP_LANDS_CLOSE,
     "2026-03-02T09:00:00Z",
     {"2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z"},
     "2026-03-02T13:30:00Z"},
    {"with the breach", "+PT0S", "PT4H", OFFICE, CSUP_LANDS_CLOSE, "2026-03-02T09:00:00Z", {0}, "2026-03-02T13:00:00Z"},
};

static void thresholds_follow_their_arithmetic(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof thresholds / sizeof thresholds[0]; i++) {
    const threshold_row *row = &thresholds[i];
    csup_calendar *calendar = calendar_of(row->hours, UTC);
    csup_course course = course_of(row->within, calendar, row->lands);
    csup_threshold threshold;
    csup_time when = 0, start = at(row->start);
    assert_int_equal(from_text(row->threshold, read_threshold, &threshold, NULL), CSUP_OK);
    if (threshold.is_percent) {
      csup_duration length = 0;
      assert_int_equal(csup_course_length(&course, start, &length), CSUP_OK);
      assert_int_equal(csup_threshold_begin(&threshold, &course, start, length, &when), CSUP_OK);
      if (row->pause[0])
        assert_int_equal(csup_threshold_pause(&course, at(row->pause[0]), at(row->pause[1]), &when), CSUP_OK);
    } else {
      csup_time due = 0;
      assert_int_equal(csup_due_begin(&course, start, &due), CSUP_OK);
      if (row->pause[0])
        assert_int_equal(csup_due_pause(&course, at(row->pause[0]), at(row->pause[1]), &due), CSUP_OK);
      assert_int_equal(csup_threshold_offset(&threshold, &course, due, &when), CSUP_OK);
    }
    assert_at(row->name, when, row->at);
    csup_calendar_free(calendar);
  }
}

static void repeats_are_counted_from_the_first(void **state) {
  (void)state;
  csup_calendar *calendar = calendar_of("Mo-Th 09:00-17:00; Fr 09:00-12:00", UTC);
  csup_course course = course_of("PT4H", calendar, CSUP_LANDS_CLOSE);
  csup_measure hours = course_of("PT3H", calendar, CSUP_LANDS_CLOSE).within;
  csup_measure days = course_of("P2D", calendar, CSUP_LANDS_CLOSE).within;
  csup_time first = at("2026-03-04T15:00:00Z"), when = 0; /* Wednesday */
  static const struct {
    int32_t repeat;
    const char *hours, *days;
  } rows[] = {
      {1, "2026-03-04T15:00:00Z", "2026-03-04T15:00:00Z"},
      /* Wed 15-17, Thu 09-10; Friday at 15:00 is closed and rolls to Monday 09:00 */
      {2, "2026-03-05T10:00:00Z", "2026-03-09T09:00:00Z"},
      /* four business days after Wednesday are Tuesday, and at 15:00: the roll of the repeat before does not stick */
      {3, "2026-03-05T13:00:00Z", "2026-03-10T15:00:00Z"},
  };
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(csup_threshold_repeat(&hours, &course, first, rows[i].repeat, &when), CSUP_OK);
    assert_at("every PT3H", when, rows[i].hours);
    assert_int_equal(csup_threshold_repeat(&days, &course, first, rows[i].repeat, &when), CSUP_OK);
    assert_at("every P2D", when, rows[i].days);
  }
  when = 77;
  csup_measure long_days = {.days = 3653}, long_time = {.time = 3653 * CSUP_DAY_SECONDS * CSUP_SECOND};
  assert_int_equal(csup_threshold_repeat(&long_days, &course, first, 1000, &when), CSUP_E_RANGE);
  assert_int_equal(csup_threshold_repeat(&long_time, &course, first, 1000, &when), CSUP_E_RANGE);
  long_days.days = INT32_MAX;
  assert_int_equal(csup_threshold_repeat(&long_days, &course, first, 3, &when), CSUP_E_RANGE);
  long_time.time = INT64_MAX / 2;
  assert_int_equal(csup_threshold_repeat(&long_time, &course, first, 4, &when), CSUP_E_RANGE);
  assert_int_equal(when, 77);
  csup_calendar_free(calendar);
}

static void offsets_before_the_start_are_known(void **state) {
  (void)state;
  static const struct {
    const char *threshold, *within;
    bool before;
  } rows[] = {
      {"-PT10M", "PT5M", true}, {"-PT5M", "PT5M", false}, {"-PT1M", "PT5M", false}, {"+PT10M", "PT5M", false},
      {"-P3D", "P2D", true},    {"-P2D", "P2D", false},   {"+P3D", "P2D", false},   {"-P3D", "PT5M", false},
      {"-PT99H", "P1D", false}, {"75%", "PT5M", false},   {"-PT0S", "PT5M", false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    csup_threshold threshold;
    csup_measure within = course_of(rows[i].within, NULL, CSUP_LANDS_CLOSE).within;
    assert_int_equal(from_text(rows[i].threshold, read_threshold, &threshold, NULL), CSUP_OK);
    assert_int_equal(csup_threshold_before_start(&threshold, &within), rows[i].before);
  }
}

/* One day in all its life is open: what lies past its close is never, and the result stays as it was. */
static void there_may_be_no_such_instant(void **state) {
  (void)state;
  csup_calendar *calendar = calendar_of("2026 Mar 02 09:00-17:00", UTC);
  csup_time start = at("2026-03-02T10:00:00Z"), due = 77;
  csup_course course = course_of("PT8H", calendar, CSUP_LANDS_CLOSE);
  assert_int_equal(csup_due_begin(&course, start, &due), CSUP_E_NEVER);
  course = course_of("P1D", calendar, CSUP_LANDS_CLOSE);
  csup_duration length = 77;
  assert_int_equal(csup_due_begin(&course, start, &due), CSUP_E_NEVER);
  assert_int_equal(csup_course_length(&course, start, &length), CSUP_E_NEVER);
  assert_int_equal(length, 77);
  course = course_of("PT7H", calendar, CSUP_LANDS_OPEN);
  assert_int_equal(csup_due_begin(&course, start, &due), CSUP_E_NEVER);
  assert_int_equal(due, 77);
  course = course_of("PT6H", calendar, CSUP_LANDS_CLOSE);
  assert_int_equal(csup_due_begin(&course, start, &due), CSUP_OK);
  csup_time before = due;
  assert_int_equal(csup_due_pause(&course, at("2026-03-02T11:00:00Z"), at("2026-03-02T13:00:00Z"), &due), CSUP_E_NEVER);
  assert_int_equal(due, before);
  assert_int_equal(csup_due_pause(&course, at("2026-03-02T11:00:00Z"), INT64_MAX, &due), CSUP_E_RANGE);
  assert_int_equal(due, before);
  assert_int_equal(csup_threshold_pause(&course, at("2026-03-02T11:00:00Z"), INT64_MAX, &due), CSUP_E_RANGE);
  assert_int_equal(due, before);
  csup_calendar_free(calendar);
}

/* Whatever the calendar and the pauses: the open time from start to due, less that of the pauses which moved it, is the target;
   and no due lies before the end of a pause that moved it. */
static void open_time_less_pauses_is_the_target(void **state) {
  (void)state;
  static const char *const hours[] = {"24/7",
                                      OFFICE,
                                      "Mo-Sa 08:00-12:00,13:00-20:00",
                                      "Mo-Su 22:00-06:00",
                                      "Mo-Fr 00:00-24:00",
                                      "Su 01:00-04:00; Mo-Tu 10:00-10:30"};
  random_source source = random_start("open_time_less_pauses_is_the_target");
  long moved = 0, rounds = random_rounds(60000);
  csup_calendar *calendars[6];
  for (size_t i = 0; i < 6; i++)
    calendars[i] = calendar_of(hours[i], BERLIN);
  for (long round = 0; round < rounds; round++) {
    csup_course course = {.calendar = calendars[random_next(&source) % 6]};
    course.within.time = random_between(&source, 1, 60 * 3600 * CSUP_SECOND);
    csup_time start = at("2026-03-20T00:00:00Z") + random_between(&source, 0, 20 * CSUP_DAY_SECONDS) * CSUP_SECOND;
    csup_time due = 0, from = start;
    csup_duration paused = 0, whole = 0;
    assert_int_equal(csup_due_begin(&course, start, &due), CSUP_OK);
    for (int64_t n = random_between(&source, 0, 6); n > 0; n--) {
      from += random_between(&source, 0, 20 * 3600 * CSUP_SECOND);
      csup_time to = from + random_between(&source, 1, 30 * 3600 * CSUP_SECOND), before = due;
      assert_int_equal(csup_due_pause(&course, from, to, &due), CSUP_OK);
      if (from <= before) {
        csup_duration open = 0;
        assert_int_equal(csup_calendar_elapsed(course.calendar, from, to, &open), CSUP_OK);
        paused += open;
        moved++;
        assert_true(due >= to && due >= before);
      } else {
        assert_int_equal(due, before);
      }
      from = to;
    }
    assert_int_equal(csup_calendar_elapsed(course.calendar, start, due, &whole), CSUP_OK);
    if (whole - paused != course.within.time)
      fail_msg("round %ld: %lld is not %lld", round, (long long)(whole - paused), (long long)course.within.time);
  }
  assert_true(moved >= rounds / 2);
  for (size_t i = 0; i < 6; i++)
    csup_calendar_free(calendars[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(dues_follow_their_arithmetic),
      cmocka_unit_test(ten_short_pauses_add_up),
      cmocka_unit_test(a_length_is_open_time),
      cmocka_unit_test(thresholds_are_percents_or_signed_offsets),
      cmocka_unit_test(a_threshold_without_memory),
      cmocka_unit_test(thresholds_follow_their_arithmetic),
      cmocka_unit_test(repeats_are_counted_from_the_first),
      cmocka_unit_test(offsets_before_the_start_are_known),
      cmocka_unit_test(there_may_be_no_such_instant),
      cmocka_unit_test(open_time_less_pauses_is_the_target),
  };
  return cmocka_run_group_tests_name("sla/due", tests, NULL, NULL);
}
