#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "failing_allocator.h"
#include "time/civil.h"
#include "time/tzif_bytes.h"
#include "time/zone.h"

static csup_time instant(const char *text) {
  csup_time at = 0;
  if (csup_time_parse(text, strlen(text), &at) != CSUP_OK)
    fail_msg("%s is no instant", text);
  return at;
}

static int64_t second(const char *text) {
  return instant(text) / CSUP_SECOND;
}

static csup_zone *zone_of(const tzif_bytes *file) {
  csup_zone *zone = NULL;
  csup_error error = {.message = ""};
  if (csup_zone_from_tzif("Test/Zone", file->bytes, file->length, NULL, &zone, &error) != CSUP_OK)
    fail_msg("%s", error.message);
  return zone;
}

static int32_t offset_at(const csup_zone *zone, csup_time at) {
  int32_t offset = 4711;
  assert_int_equal(csup_zone_offset(zone, at, &offset), CSUP_OK);
  return offset;
}

/* Rules and what the wall clock shows; the second named is the first with the new offset. */
static void footers(void **state) {
  (void)state;
  static const struct {
    const char *footer, *at;
    int32_t before, after;
  } cases[] = {
      {"EST5EDT,M3.2.0,M11.1.0", "2026-03-08T07:00:00Z", -18000, -14400},
      {"EST5EDT,M3.2.0,M11.1.0", "2026-11-01T06:00:00Z", -14400, -18000},
      {"EST5EDT,M3.2.0,M11.1.0", "1900-03-11T07:00:00Z", -18000, -14400},
      {"EST5EDT,M3.2.0,M11.1.0", "2200-11-02T06:00:00Z", -14400, -18000},
      {"EST+5EDT+4,M3.2.0/02:00:00,M11.1.0/2", "2026-03-08T07:00:00Z", -18000, -14400},
      {"EET-2EEST,M3.5.0/3,M10.5.0/4", "2026-03-29T01:00:00Z", 7200, 10800},
      {"EET-2EEST,M3.5.0/3,M10.5.0/4", "2026-10-25T01:00:00Z", 10800, 7200},
      {"EET-2EEST,M3.5.0/3,M10.5.0/4", "2100-03-28T01:00:00Z", 7200, 10800},
      {"AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-04-04T16:00:00Z", 39600, 36000}, /* southern: daylight time at New Year */
      {"AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-10-03T16:00:00Z", 36000, 39600},
      {"AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-01-01T00:00:00Z", 39600, 39600},
      {"AEST-10AEDT,M10.1.0,M4.1.0/3", "1900-01-01T00:00:01Z", 39600, 39600},
      {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2026-04-04T15:00:00Z", 39600, 37800}, /* half an hour */
      {"IST-1GMT0,M10.5.0,M3.5.0/1", "2026-03-29T01:00:00Z", 0, 3600},                /* winter is the deviation */
      {"IST-1GMT0,M10.5.0,M3.5.0/1", "2026-10-25T01:00:00Z", 3600, 0},
      {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", -7200, -3600}, /* on the day before */
      {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-10-25T01:00:00Z", -3600, -7200},
      {"IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-27T00:00:00Z", 7200, 10800}, /* on the day after */
      {"EET-2EEST,M3.4.4/50,M10.4.4/50", "2026-03-28T00:00:00Z", 7200, 10800},
      {"AAA0BBB,M1.1.0/-167,M7.1.0/167", "2025-12-28T01:00:00Z", 0, 3600}, /* in the year before its rule */
      {"AAA0BBB,M1.1.0/-167,M7.1.0/167", "2026-07-11T22:00:00Z", 3600, 0},
      {"AAA0BBB,M7.1.0/-167:00:01,M12.5.0/+167:59:59", "2026-06-27T23:59:59Z", 0, 0},
      {"AAA0BBB,M7.1.0/-166:59:59,M12.5.6/+167", "2026-06-28T01:00:01Z", 0, 3600},
      {"AAA0BBB,M7.1.0/-166:59:59,M12.5.6/+167", "2027-01-01T22:00:00Z", 3600, 0}, /* in the year after its rule */
      {"XXX0YYY,J60/0,J61/0", "2024-03-01T00:00:00Z", 0, 3600},                    /* J60 is 1 March in every year */
      {"XXX0YYY,J60/0,J61/0", "2026-03-01T00:00:00Z", 0, 3600},
      {"XXX0YYY,J59/0,J60/0", "2024-02-28T00:00:00Z", 0, 3600},
      {"XXX0YYY,J59/0,J60/0", "2024-02-29T23:00:00Z", 3600, 0},
      {"XXX0YYY,59/0,60/0", "2024-02-29T00:00:00Z", 0, 3600}, /* day 59 from 0 */
      {"XXX0YYY,59/0,60/0", "2026-03-01T00:00:00Z", 0, 3600},
      {"XXX0YYY,0/0,1/0", "2026-01-01T00:00:00Z", 0, 3600},
      {"XXX0YYY,J1/0,J365/0", "2024-12-30T23:00:00Z", 3600, 0},
      {"XXX0YYY,200/0,365/0", "2024-12-30T23:00:00Z", 3600, 0},
      {"XXX0YYY,200/0,365/0", "2025-12-31T23:00:00Z", 3600, 0},        /* the 366th day of a common year */
      {"EST5EDT,0/0,J365/25", "2026-01-01T05:00:00Z", -14400, -14400}, /* daylight time all year (RFC 9636) */
      {"EST5EDT,0/0,J365/25", "2024-07-01T00:00:00Z", -14400, -14400},
      {"WART4WARST,J1/0,J365/25", "2027-01-01T04:00:00Z", -10800, -10800},
      {"AAA0BBB,M5.1.1/0,M5.1.1/1", "2026-05-04T00:00:00Z", 3600, 3600}, /* it begins as it ends: it never ends */
      {"UTC0", "2026-01-01T00:00:00Z", 0, 0},
      {"<-00>0", "2026-01-01T00:00:00Z", 0, 0},
      {"<+0545>-5:45", "2026-01-01T00:00:00Z", 20700, 20700},
      {"LMT+0:01:15", "2026-01-01T00:00:00Z", -75, -75},
      {"AAA-24:59:59", "2026-01-01T00:00:00Z", 89999, 89999},
      {"AAA24:59:59", "2026-01-01T00:00:00Z", -89999, -89999},
      {"AAA-24:59:59BBB,M3.1.0,M9.1.0", "2026-07-01T00:00:00Z", 93599, 93599},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    tzif_bytes file = tzif_of_footer(cases[i].footer);
    csup_zone *zone = zone_of(&file);
    csup_time at = instant(cases[i].at);
    if (offset_at(zone, at - 1) != cases[i].before || offset_at(zone, at) != cases[i].after)
      fail_msg("%s at %s: %d, %d", cases[i].footer, cases[i].at, offset_at(zone, at - 1), offset_at(zone, at));
    csup_zone_free(zone);
  }
}

static void bad_footers(void **state) {
  (void)state;
  static const char *const cases[] = {
      "UTC",
      "U0",
      "UT0",
      "0",
      " UTC0",
      "UTC0 ",
      "UTC 0",
      "UTC+",
      "UTC-",
      "UTC25",
      "UTC-25",
      "UTC+24:60",
      "UTC0:1",
      "UTC0:00:60",
      "UTC0:00:00:00",
      "UTC0000",
      "UTC--1",
      "<+03-3",
      "<+3>-3",
      "<>0",
      "+03-3",
      "<+0_3>3",
      "<+03>",
      "EST5EDT",
      "EST5EDT4",
      "EST5EDT,",
      "EST5EDT,M3.2.0",
      "EST5EDT,M3.2.0,",
      "EST5EDT,M3.2.0,M11.1.0,",
      "EST5EDT,M3.2.0,M11.1.0x",
      "EST5EDT,M0.2.0,M11.1.0",
      "EST5EDT,M13.2.0,M11.1.0",
      "EST5EDT,M3.0.0,M11.1.0",
      "EST5EDT,M3.6.0,M11.1.0",
      "EST5EDT,M3.2.7,M11.1.0",
      "EST5EDT,M3.2,M11.1.0",
      "EST5EDT,M3,M11.1.0",
      "EST5EDT,M.2.0,M11.1.0",
      "EST5EDT,J0,J365",
      "EST5EDT,J366,J365",
      "EST5EDT,J1,J366",
      "EST5EDT,J,J1",
      "EST5EDT,366,0",
      "EST5EDT,-1,0",
      "EST5EDT,0/168,J365/25",
      "EST5EDT,0/-168,J365/25",
      "EST5EDT,0/,J365/25",
      "EST5EDT,0/1:60,J365",
      "EST5EDT,0/1:00:60,J365",
      "EST5EDT,0,J365/",
      "EST5ED,0,J365",
      "EST5EDT25,0,J365",
      "EST5<EDT,0,J365",
      "est",
      ":Europe/Sofia",
      "Europe/Sofia",
      "UTC0\n",
      "\nUTC0",
      "EST5EDT4,M3.2.0M11.1.0",
      "EST5EDT,M03.2.00,M11.1.0",
      "E\xC3\x89T0",
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    tzif_bytes file = tzif_of_footer(cases[i]);
    csup_zone *zone = NULL;
    csup_error error = {.message = ""};
    if (csup_zone_from_tzif("Z", file.bytes, file.length, NULL, &zone, &error) != CSUP_E_CORRUPT || zone)
      fail_msg("\"%s\" was taken for a rule", cases[i]);
    assert_string_equal(error.message, "not a sound TZif file: its footer is no POSIX rule");
  }
  char long_rule[400] = "UTC0";
  memset(long_rule + 4, '0', sizeof long_rule - 5);
  tzif_bytes file = tzif_of_footer(long_rule);
  csup_zone *zone = NULL;
  assert_int_equal(csup_zone_from_tzif("Z", file.bytes, file.length, NULL, &zone, NULL), CSUP_E_CORRUPT);
}

/* What the list must look like whatever the file: a calendar relies on it. */
static void check_list(const csup_zone *zone) {
  size_t count = 0;
  const csup_transition *list = csup_zone_transitions(zone, &count);
  assert_true(count > 0 && list[0].at == INT64_MIN);
  for (size_t i = 0; i < count; i++) {
    assert_true(list[i].offset >= -89999 && list[i].offset <= 93599 && list[i].reserved == 0);
    if (i > 0)
      assert_true(list[i].at > list[i - 1].at && list[i].offset != list[i - 1].offset && list[i].at >= INT64_C(-2272060800) &&
                  list[i].at < INT64_C(7352726400));
  }
}

static void expect_list(const tzif_spec *spec, const csup_transition *expected, size_t expected_count) {
  tzif_bytes file = tzif_make(spec);
  csup_zone *zone = zone_of(&file);
  check_list(zone);
  size_t count = 0;
  const csup_transition *list = csup_zone_transitions(zone, &count);
  assert_int_equal(count, expected_count);
  for (size_t i = 0; i < count; i++)
    if (list[i].at != expected[i].at || list[i].offset != expected[i].offset)
      fail_msg("entry %zu is %lld, %d", i, (long long)list[i].at, list[i].offset);
  csup_zone_free(zone);
}

static const int64_t times[] = {-3000000000, -2500000000, 0, 1000, 2000, 1000000000};
static const uint8_t indexes[] = {1, 2, 1, 3, 0, 2};
static const int32_t offsets[] = {600, 3600, 7200, 3600};

/* Without a rule the last offset stays; what only renames the time (1000: type 1 to type 3) is no change. */
static void lists_without_footer(void **state) {
  (void)state;
  const csup_transition late[] = {{INT64_MIN, 600, 0}, {0, 3600, 0}, {2000, 600, 0}, {1000000000, 7200, 0}};
  tzif_spec spec = {'1', times + 2, indexes + 2, 4, offsets, 4, NULL};
  expect_list(&spec, late, 4);
  for (spec.version = '2'; spec.version <= '4'; spec.version++)
    expect_list(&spec, late, 4);
  /* What happened before 1898 is not told apart: -3000000000 is in 1874, -2500000000 in 1890. */
  const csup_transition all[] = {{INT64_MIN, 7200, 0}, {0, 3600, 0}, {2000, 600, 0}, {1000000000, 7200, 0}};
  spec = (tzif_spec){'2', times, indexes, 6, offsets, 4, ""};
  expect_list(&spec, all, 4);
  spec.time_count = 0;
  expect_list(&spec, &(csup_transition){INT64_MIN, 600, 0}, 1);
  /* Times that no arithmetic may touch. */
  const int64_t far[] = {INT64_MIN, INT64_MIN + 1, 0, INT64_MAX - 1, INT64_MAX};
  const uint8_t far_indexes[] = {1, 2, 1, 2, 0};
  const csup_transition middle[] = {{INT64_MIN, 7200, 0}, {0, 3600, 0}};
  for (size_t i = 0; i < 2; i++) {
    spec = (tzif_spec){'3', far, far_indexes, 5, offsets, 4, i ? "AAA-1BBB,M3.5.0,M10.5.0" : NULL};
    expect_list(&spec, middle, 2);
  }
  const int64_t edges[] = {-2272060801, -2272060800, 7352726399, 7352726400};
  const uint8_t edge_indexes[] = {1, 2, 1, 2};
  const csup_transition kept[] = {{INT64_MIN, 3600, 0}, {-2272060800, 7200, 0}, {7352726399, 3600, 0}};
  spec = (tzif_spec){'2', edges, edge_indexes, 4, offsets, 4, NULL};
  expect_list(&spec, kept, 3);
}

/* The rule takes over at the last transition, wherever in the year that is. */
static void lists_with_footer(void **state) {
  (void)state;
  static const struct {
    const char *last, *footer;
    uint8_t index;
    int32_t offset; /* from the last transition on; 0: it changes nothing */
    const char *next;
    int32_t next_offset;
  } cases[] = {
      {"2026-01-01T00:00:00Z", "AAA-1BBB,M3.5.0,M10.5.0/3", 1, 3600, "2026-03-29T01:00:00Z", 7200},
      {"2026-03-29T01:00:00Z", "AAA-1BBB,M3.5.0,M10.5.0/3", 2, 7200, "2026-10-25T01:00:00Z", 3600},
      {"2026-03-29T00:59:59Z", "AAA-1BBB,M3.5.0,M10.5.0/3", 1, 3600, "2026-03-29T01:00:00Z", 7200},
      {"2026-07-01T00:00:00Z", "AAA-1BBB,M3.5.0,M10.5.0/3", 2, 7200, "2026-10-25T01:00:00Z", 3600},
      {"2026-10-25T01:00:00Z", "AAA-1BBB,M3.5.0,M10.5.0/3", 1, 3600, "2027-03-28T01:00:00Z", 7200},
      {"2026-12-31T23:59:59Z", "AAA-1BBB,M3.5.0,M10.5.0/3", 1, 3600, "2027-03-28T01:00:00Z", 7200},
      {"2026-01-01T00:00:00Z", "AAA-1BBB,M10.5.0,M3.5.0", 2, 7200, "2026-03-29T00:00:00Z", 3600},
      {"1900-01-01T00:00:00Z", "AAA-1BBB,M10.5.0,M3.5.0", 2, 7200, "1900-03-25T00:00:00Z", 3600},
      {"2026-01-01T00:00:00Z", "AAA-1BBB,J1/0,J365/25", 2, 7200, NULL, 0},
      {"2026-01-01T00:00:00Z", "AAA-1", 1, 3600, NULL, 0},
      {"2026-07-01T00:00:00Z", "AAA-1BBB,M3.5.0,M10.5.0/3", 3, 7200, "2026-10-25T01:00:00Z", 3600}, /* the file disagrees */
      {"2200-10-26T01:00:00Z", "AAA-1BBB,M3.1.0,M12.5.0/3", 2, 7200, "2200-12-28T01:00:00Z", 3600},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    int64_t at = second(cases[i].last);
    uint8_t index = cases[i].index;
    tzif_bytes file = tzif_make(&(tzif_spec){'3', &at, &index, 1, offsets, 4, cases[i].footer});
    csup_zone *zone = zone_of(&file);
    check_list(zone);
    size_t count = 0;
    const csup_transition *list = csup_zone_transitions(zone, &count);
    assert_int_equal(list[0].offset, 600);
    assert_true(list[1].at == at);
    assert_int_equal(list[1].offset, cases[i].offset);
    if (cases[i].next) {
      if (list[2].at != second(cases[i].next) || list[2].offset != cases[i].next_offset)
        fail_msg("case %zu goes on at %lld with %d", i, (long long)list[2].at, list[2].offset);
      assert_true(count > 3 && list[count - 1].at > INT64_C(7321190400)); /* 2202-01-01: the rule is written out */
    } else {
      assert_int_equal(count, 2);
    }
    csup_zone_free(zone);
  }
  /* A last transition before the range does not put the rule off. */
  int64_t long_ago = -5000000000;
  uint8_t index = 1;
  tzif_bytes file = tzif_make(&(tzif_spec){'3', &long_ago, &index, 1, offsets, 4, "AEST-10AEDT,M10.1.0,M4.1.0/3"});
  csup_zone *zone = zone_of(&file);
  check_list(zone);
  assert_int_equal(offset_at(zone, CSUP_TIME_FIRST), 39600);
  assert_int_equal(offset_at(zone, instant("1900-07-01T00:00:00Z")), 36000);
  csup_zone_free(zone);
}

static void offsets_and_their_range(void **state) {
  (void)state;
  tzif_bytes file = tzif_of_footer("EET-2EEST,M3.5.0/3,M10.5.0/4");
  csup_zone *zone = zone_of(&file);
  assert_string_equal(csup_zone_name(zone), "Test/Zone");
  assert_int_equal(offset_at(zone, CSUP_TIME_FIRST), 7200);
  assert_int_equal(offset_at(zone, CSUP_TIME_LAST), 7200);
  assert_int_equal(offset_at(zone, -1), 7200);
  int32_t offset = 4711;
  const csup_time outside[] = {CSUP_TIME_FIRST - 1, CSUP_TIME_LAST + 1, CSUP_TIME_NEVER, INT64_MIN};
  for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++)
    assert_int_equal(csup_zone_offset(zone, outside[i], &offset), CSUP_E_RANGE);
  assert_int_equal(csup_zone_offset(NULL, 0, &offset), CSUP_E_ARGUMENT);
  assert_int_equal(offset, 4711);
  assert_int_equal(csup_zone_offset(zone, 0, NULL), CSUP_E_ARGUMENT);
  csup_zone_free(zone);
  csup_zone_free(NULL);
}

static void missing_arguments(void **state) {
  (void)state;
  tzif_bytes file = tzif_of_footer("UTC0");
  csup_zone *zone = NULL;
  csup_error error = {.message = ""};
  const csup_allocator no_function = {0};
  assert_int_equal(csup_zone_from_tzif(NULL, file.bytes, file.length, NULL, &zone, &error), CSUP_E_ARGUMENT);
  assert_int_equal(error.status, CSUP_E_ARGUMENT);
  assert_int_equal(csup_zone_from_tzif("", file.bytes, file.length, NULL, &zone, &error), CSUP_E_ARGUMENT);
  assert_int_equal(csup_zone_from_tzif("Z", NULL, 0, NULL, &zone, &error), CSUP_E_ARGUMENT);
  assert_int_equal(csup_zone_from_tzif("Z", file.bytes, file.length, NULL, NULL, &error), CSUP_E_ARGUMENT);
  assert_int_equal(csup_zone_from_tzif("Z", file.bytes, file.length, &no_function, &zone, NULL), CSUP_E_ARGUMENT);
  assert_null(zone);
}

/* The first second whose local time is not before `local`, found by trying every second. */
static int64_t slow_instant(const csup_transition *list, size_t count, int64_t local) {
  for (int64_t at = local - 100000;; at++) {
    size_t i = count;
    while (at < list[--i].at) {
    }
    if (at + list[i].offset >= local)
      return at;
  }
}

static void wall_clock_to_instant(void **state) {
  (void)state;
  /* Gaps, overlaps, a skipped day (Pacific/Apia had no 2011-12-30), a repeated day, changes minutes apart that swallow each
   * other. */
  static const csup_transition lists[][6] = {
      {{INT64_MIN, 0, 0}},
      {{INT64_MIN, 7200, 0}, {1000, 10800, 0}, {20000, 7200, 0}},
      {{INT64_MIN, -36000, 0}, {1000, 50400, 0}},
      {{INT64_MIN, 50400, 0}, {1000, -36000, 0}},
      {{INT64_MIN, 0, 0}, {0, 3600, 0}, {600, 0, 0}, {1200, 3600, 0}, {1800, 0, 0}},
      {{INT64_MIN, 0, 0}, {0, 1, 0}, {1, 0, 0}, {2, 2, 0}, {3, 0, 0}, {4, 86400, 0}},
      {{INT64_MIN, 0, 0}, {0, -1, 0}, {1, -2, 0}, {2, -86400, 0}, {3, 93599, 0}, {4, -89999, 0}},
      {{INT64_MIN, 3600, 0}, {0, -3600, 0}, {3600, 7200, 0}, {7200, -7200, 0}},
  };
  static const size_t counts[] = {1, 3, 2, 2, 5, 6, 6, 4};
  for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
    const csup_transition *list = lists[k];
    size_t count = counts[k];
    for (size_t i = 1; i < count; i++) {
      assert_int_equal(csup_transitions_offset(list, count, list[i].at), list[i].offset);
      assert_int_equal(csup_transitions_offset(list, count, list[i].at - 1), list[i - 1].offset);
    }
    assert_int_equal(csup_transitions_offset(list, count, INT64_MIN), list[0].offset);
    assert_int_equal(csup_transitions_offset(list, count, INT64_MAX), list[count - 1].offset);
    for (size_t i = 0; i < count; i++)
      for (size_t j = 0; j < count; j++)
        for (int64_t nudge = -2; nudge <= 2; nudge++) {
          int64_t local = (i ? list[i].at : 0) + list[j].offset + nudge;
          int64_t found = csup_transitions_instant(list, count, local), slow = slow_instant(list, count, local);
          if (found != slow)
            fail_msg("list %zu: %lld on the wall is %lld, not %lld", k, (long long)local, (long long)slow, (long long)found);
        }
    for (int64_t local = -200000; local <= 200000; local += 4999)
      assert_true(csup_transitions_instant(list, count, local) == slow_instant(list, count, local));
  }
}

/* T3 with dates: the gap, the overlap and the day that was not. */
static void wall_clock_edges(void **state) {
  (void)state;
  static const struct {
    const char *footer;
    const char *local; /* written as if it were UTC */
    const char *instant;
  } cases[] = {
      {"EST5EDT,M3.2.0,M11.1.0", "2026-03-08T01:59:59Z", "2026-03-08T06:59:59Z"},
      {"EST5EDT,M3.2.0,M11.1.0", "2026-03-08T02:00:00Z", "2026-03-08T07:00:00Z"},
      {"EST5EDT,M3.2.0,M11.1.0", "2026-03-08T02:30:00Z", "2026-03-08T07:00:00Z"},
      {"EST5EDT,M3.2.0,M11.1.0", "2026-03-08T03:00:00Z", "2026-03-08T07:00:00Z"},
      {"EST5EDT,M3.2.0,M11.1.0", "2026-03-08T03:00:01Z", "2026-03-08T07:00:01Z"},
      {"EST5EDT,M3.2.0,M11.1.0", "2026-11-01T00:59:59Z", "2026-11-01T04:59:59Z"},
      {"EST5EDT,M3.2.0,M11.1.0", "2026-11-01T01:00:00Z", "2026-11-01T05:00:00Z"},
      {"EST5EDT,M3.2.0,M11.1.0", "2026-11-01T01:59:59Z", "2026-11-01T05:59:59Z"},
      {"EST5EDT,M3.2.0,M11.1.0", "2026-11-01T02:00:00Z", "2026-11-01T07:00:00Z"},
  };
  size_t count = 0;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    tzif_bytes file = tzif_of_footer(cases[i].footer);
    csup_zone *zone = zone_of(&file);
    const csup_transition *list = csup_zone_transitions(zone, &count);
    assert_true(csup_transitions_instant(list, count, second(cases[i].local)) == second(cases[i].instant));
    csup_zone_free(zone);
  }
  const int64_t change = second("2011-12-30T10:00:00Z");
  const uint8_t index = 1;
  const int32_t apia[] = {-36000, 50400};
  tzif_bytes file = tzif_make(&(tzif_spec){'2', &change, &index, 1, apia, 2, NULL});
  csup_zone *zone = zone_of(&file);
  const csup_transition *list = csup_zone_transitions(zone, &count);
  assert_true(csup_transitions_instant(list, count, second("2011-12-29T23:59:59Z")) == change - 1);
  assert_true(csup_transitions_instant(list, count, second("2011-12-30T00:00:00Z")) == change);
  assert_true(csup_transitions_instant(list, count, second("2011-12-30T12:00:00Z")) == change);
  assert_true(csup_transitions_instant(list, count, second("2011-12-31T00:00:00Z")) == change);
  assert_true(csup_transitions_instant(list, count, second("2011-12-31T00:00:01Z")) == change + 1);
  csup_zone_free(zone);
}

static void allocation_failures(void **state) {
  (void)state;
  tzif_bytes file = tzif_of_footer("EET-2EEST,M3.5.0/3,M10.5.0/4");
  failing_allocator memory = {.fail_at = 0};
  const csup_allocator allocator = {&memory, failing_resize};
  csup_zone *zone = NULL;
  csup_error error = {.message = ""};
  assert_int_equal(csup_zone_from_tzif("Z", file.bytes, file.length, &allocator, &zone, &error), CSUP_E_NOMEM);
  assert_int_equal(error.status, CSUP_E_NOMEM);
  assert_null(zone);
  assert_int_equal(memory.blocks, 0);
  memory = (failing_allocator){.fail_at = -1};
  error.status = 77;
  assert_int_equal(csup_zone_from_tzif("Z", file.bytes, file.length, &allocator, &zone, &error), CSUP_OK);
  assert_int_equal(error.status, 77); /* left alone by success */
  assert_int_equal(memory.blocks, 1);
  assert_true(memory.bytes < 16 * 1024);
  csup_zone_free(zone);
  assert_int_equal(memory.blocks, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(footers),
      cmocka_unit_test(bad_footers),
      cmocka_unit_test(lists_without_footer),
      cmocka_unit_test(lists_with_footer),
      cmocka_unit_test(offsets_and_their_range),
      cmocka_unit_test(missing_arguments),
      cmocka_unit_test(wall_clock_to_instant),
      cmocka_unit_test(wall_clock_edges),
      cmocka_unit_test(allocation_failures),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
