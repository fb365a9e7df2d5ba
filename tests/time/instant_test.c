#define _DEFAULT_SOURCE /* timegm, gmtime_r */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "random.h"
#include "time/civil.h"

#include <string.h>
#include <time.h>

#define S CSUP_SECOND

/* The bytes alone, on the heap: reading past them is seen by a sanitizer. */
static csup_status parse(const char *text, size_t length, csup_time *out) {
  char *copy = malloc(length ? length : 1);
  assert_non_null(copy);
  memcpy(copy, text, length);
  csup_status status = csup_time_parse(copy, length, out);
  free(copy);
  return status;
}

static void good_texts(void **state) {
  (void)state;
  static const struct {
    const char *text;
    csup_time at;
  } cases[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"2026-03-02T17:00:00Z", 1772470800 * S},
      {"2026-03-02t17:00:00z", 1772470800 * S},
      {"2026-03-02T18:00:00+01:00", 1772470800 * S},
      {"2026-03-02T12:00:00-05:00", 1772470800 * S},
      {"2026-03-02T22:30:00+05:30", 1772470800 * S},
      {"2026-03-03T16:59:00+23:59", 1772470800 * S},
      {"2026-03-01T17:01:00-23:59", 1772470800 * S},
      {"2026-03-02T17:00:00+00:00", 1772470800 * S},
      {"2026-03-02T17:00:00-00:00", 1772470800 * S},
      {"1985-04-12T23:20:50.52Z", 482196050 * S + 520000}, /* RFC 3339, 5.8 */
      {"1996-12-19T16:39:57-08:00", 851042397 * S},
      {"1937-01-01T12:00:27.87+00:20", -1041337173 * S + 870000},
      {"1970-01-01T00:00:00.000001Z", 1},
      {"1970-01-01T00:00:00.0000019999999999999999999999999Z", 1},
      {"1970-01-01T00:00:00.0Z", 0},
      {"1970-01-01T00:00:00.9999999Z", 999999},
      {"1969-12-31T23:59:59.999999Z", -1},
      {"1969-12-31T23:59:59.9999999Z", -1},
      {"2024-02-29T00:00:00Z", 1709164800 * S},
      {"2000-02-29T23:59:59Z", 951868799 * S},
      {"1900-01-01T00:00:00Z", CSUP_TIME_FIRST},
      {"1899-12-31T23:00:00-01:00", CSUP_TIME_FIRST},
      {"2200-12-31T23:59:59.999999Z", CSUP_TIME_LAST},
      {"2200-12-31T23:59:59.9999999Z", CSUP_TIME_LAST},
      {"2201-01-01T00:59:59.999999+01:00", CSUP_TIME_LAST},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    csup_time at = 0x7EAD;
    if (parse(cases[i].text, strlen(cases[i].text), &at) != CSUP_OK || at != cases[i].at)
      fail_msg("%s gave %lld", cases[i].text, (long long)at);
    /* No beginning of it is an instant, nor is it with anything behind it. */
    for (size_t length = 0; length < strlen(cases[i].text); length++)
      assert_int_equal(parse(cases[i].text, length, &at), CSUP_E_SYNTAX);
    char longer[64];
    for (const char *tail = "0 \nZz.+"; *tail; tail++) {
      int length = snprintf(longer, sizeof longer, "%s%c", cases[i].text, *tail);
      assert_int_equal(parse(longer, (size_t)length, &at), CSUP_E_SYNTAX);
    }
    assert_int_equal(parse(cases[i].text, strlen(cases[i].text) + 1, &at), CSUP_E_SYNTAX); /* NUL is no part of it */
    assert_true(at == cases[i].at);
  }
}

static void bad_texts(void **state) {
  (void)state;
  static const struct {
    const char *text;
    csup_status status;
  } cases[] = {
      {"", CSUP_E_SYNTAX},
      {"now", CSUP_E_SYNTAX},
      {"2026-03-02", CSUP_E_SYNTAX},
      {"2026-03-02T17:00:00", CSUP_E_SYNTAX},
      {"2026-03-02 17:00:00Z", CSUP_E_SYNTAX},
      {"2026-03-02T17:00Z", CSUP_E_SYNTAX},
      {"2026-03-02T17Z", CSUP_E_SYNTAX},
      {"20260302T170000Z", CSUP_E_SYNTAX},
      {"2026-3-2T17:00:00Z", CSUP_E_SYNTAX},
      {"26-03-02T17:00:00Z", CSUP_E_SYNTAX},
      {"02026-03-02T17:00:00Z", CSUP_E_SYNTAX},
      {"+2026-03-02T17:00:00Z", CSUP_E_SYNTAX},
      {"-026-03-02T17:00:00Z", CSUP_E_SYNTAX},
      {" 2026-03-02T17:00:00Z", CSUP_E_SYNTAX},
      {"2026-00-02T17:00:00Z", CSUP_E_SYNTAX},
      {"2026-13-02T17:00:00Z", CSUP_E_SYNTAX},
      {"2026-03-00T17:00:00Z", CSUP_E_SYNTAX},
      {"2026-03-32T17:00:00Z", CSUP_E_SYNTAX},
      {"2026-04-31T17:00:00Z", CSUP_E_SYNTAX},
      {"2026-02-29T17:00:00Z", CSUP_E_SYNTAX},
      {"2100-02-29T17:00:00Z", CSUP_E_SYNTAX},
      {"2026-03-02T24:00:00Z", CSUP_E_SYNTAX},
      {"2026-03-02T17:60:00Z", CSUP_E_SYNTAX},
      {"2026-03-02T17:00:60Z", CSUP_E_SYNTAX},
      {"1990-12-31T23:59:60Z", CSUP_E_SYNTAX}, /* a true leap second */
      {"2026-03-02T17:00:61Z", CSUP_E_SYNTAX},
      {"2026-03-02T17:00:00.Z", CSUP_E_SYNTAX},
      {"2026-03-02T17:00:00,5Z", CSUP_E_SYNTAX},
      {"2026-03-02T17:00:00.5.5Z", CSUP_E_SYNTAX},
      {"2026-03-02T17:00:00.5", CSUP_E_SYNTAX},
      {"2026-03-02T17:00:00+24:00", CSUP_E_SYNTAX},
      {"2026-03-02T17:00:00+01:60", CSUP_E_SYNTAX},
      {"2026-03-02T17:00:00+0100", CSUP_E_SYNTAX},
      {"2026-03-02T17:00:00+01", CSUP_E_SYNTAX},
      {"2026-03-02T17:00:00 01:00", CSUP_E_SYNTAX},
      {"2026-03-02T17:00:00+-1:00", CSUP_E_SYNTAX},
      {"2026-03-02T17:00:00Z+01:00", CSUP_E_SYNTAX},
      {"2026-03-02T17:00:00[Europe/Sofia]", CSUP_E_SYNTAX},
      {"2026/03/02T17:00:00Z", CSUP_E_SYNTAX},
      {"2026-03-02T17.00.00Z", CSUP_E_SYNTAX},
      {"\xD9\xA2\xD9\xA0\xD9\xA2\xD9\xA6-03-02T17:00:00Z", CSUP_E_SYNTAX}, /* Arabic digits */
      {"1899-12-31T23:59:59.999999Z", CSUP_E_RANGE},
      {"1900-01-01T00:00:00+00:01", CSUP_E_RANGE},
      {"2201-01-01T00:00:00Z", CSUP_E_RANGE},
      {"2200-12-31T23:59:59-00:01", CSUP_E_RANGE},
      {"0000-01-01T00:00:00Z", CSUP_E_RANGE},
      {"9999-12-31T23:59:59Z", CSUP_E_RANGE},
      {"9999-12-31T23:59:60Z", CSUP_E_SYNTAX},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    csup_time at = 0x7EAD;
    csup_status status = parse(cases[i].text, strlen(cases[i].text), &at);
    if (status != cases[i].status || at != 0x7EAD)
      fail_msg("%s gave %s", cases[i].text, csup_status_name(status));
  }
}

static void formats(void **state) {
  (void)state;
  static const struct {
    csup_time at;
    const char *text;
  } cases[] = {
      {0, "1970-01-01T00:00:00Z"},
      {1772470800 * S, "2026-03-02T17:00:00Z"},
      {1772470800 * S + 500000, "2026-03-02T17:00:00.5Z"},
      {1772470800 * S + 250000, "2026-03-02T17:00:00.25Z"},
      {1, "1970-01-01T00:00:00.000001Z"},
      {100, "1970-01-01T00:00:00.0001Z"},
      {-1, "1969-12-31T23:59:59.999999Z"},
      {-S, "1969-12-31T23:59:59Z"},
      {CSUP_TIME_FIRST, "1900-01-01T00:00:00Z"},
      {CSUP_TIME_FIRST + 1, "1900-01-01T00:00:00.000001Z"},
      {CSUP_TIME_LAST, "2200-12-31T23:59:59.999999Z"},
      {951868799 * S, "2000-02-29T23:59:59Z"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char buffer[40];
    size_t needed = strlen(cases[i].text), length = 0;
    assert_int_equal(csup_time_format(cases[i].at, buffer, sizeof buffer, &length), CSUP_OK);
    assert_string_equal(buffer, cases[i].text);
    assert_int_equal(length, needed);
    assert_int_equal(csup_time_format(cases[i].at, buffer, sizeof buffer, NULL), CSUP_OK);
    for (size_t capacity = 0; capacity <= needed; capacity++) {
      memset(buffer, '#', sizeof buffer);
      length = 0;
      assert_int_equal(csup_time_format(cases[i].at, capacity ? buffer : NULL, capacity, &length), CSUP_E_SPACE);
      assert_int_equal(length, needed);
      for (size_t k = 0; k < sizeof buffer; k++)
        assert_int_equal(buffer[k], '#');
    }
    assert_int_equal(csup_time_format(cases[i].at, buffer, needed + 1, &length), CSUP_OK);
    assert_string_equal(buffer, cases[i].text);
  }
  static const csup_time outside[] = {CSUP_TIME_FIRST - 1, CSUP_TIME_LAST + 1, CSUP_TIME_NEVER, INT64_MIN};
  for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
    char buffer[40] = "as it was";
    size_t length = 77;
    assert_int_equal(csup_time_format(outside[i], buffer, sizeof buffer, &length), CSUP_E_RANGE);
    assert_string_equal(buffer, "as it was");
    assert_int_equal(length, 77);
  }
}

static void missing_arguments(void **state) {
  (void)state;
  csup_time at = 0;
  size_t length = 77;
  assert_int_equal(csup_time_parse(NULL, 0, &at), CSUP_E_ARGUMENT);
  assert_int_equal(csup_time_parse("1970-01-01T00:00:00Z", 20, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_time_format(0, NULL, 20, &length), CSUP_E_ARGUMENT);
  assert_int_equal(length, 77);
}

/* The C library says the same. */
static void random_instants(void **state) {
  (void)state;
  random_source source = random_start("instants against gmtime");
  for (long i = random_rounds(500000); i > 0; i--) {
    csup_time at = random_between(&source, CSUP_TIME_FIRST, CSUP_TIME_LAST);
    int64_t microseconds = (at - CSUP_TIME_FIRST) % S;
    time_t second = (time_t)((at - microseconds) / S);
    struct tm civil;
    assert_non_null(gmtime_r(&second, &civil));
    char expected[64], text[64];
    size_t length = strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S", &civil);
    length += (size_t)snprintf(expected + length, sizeof expected - length, ".%06d", (int)microseconds);
    while (expected[length - 1] == '0')
      length--;
    length -= expected[length - 1] == '.';
    memcpy(expected + length, "Z", 2);
    size_t written = 0;
    assert_int_equal(csup_time_format(at, text, sizeof text, &written), CSUP_OK);
    assert_string_equal(text, expected);
    csup_time back = 0;
    assert_int_equal(csup_time_parse(text, written, &back), CSUP_OK);
    assert_true(back == at);
  }
}

/* One byte changed: it is refused, or it is another instant in the format. */
static void damaged_texts(void **state) {
  (void)state;
  static const char text[] = "2026-02-28T17:00:09.25+01:30";
  for (size_t i = 0; i < sizeof text - 1; i++)
    for (int byte = 0; byte < 256; byte++) {
      char damaged[sizeof text];
      memcpy(damaged, text, sizeof text);
      damaged[i] = (char)byte;
      csup_time at = 0;
      csup_status status = parse(damaged, sizeof text - 1, &at);
      int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, east_hour = 0, east_minute = 0;
      char t = 0, sign = 0, point = 0, fraction[3] = "";
      int read = sscanf(damaged, "%4d-%2d-%2d%c%2d:%2d:%2d%c%2[0-9]%c%2d:%2d", &year, &month, &day, &t, &hour, &minute, &second,
                        &point, fraction, &sign, &east_hour, &east_minute);
      if (status == CSUP_OK) {
        assert_int_equal(read, 12);
        assert_true((t == 'T' || t == 't') && (sign == '+' || sign == '-') && point == '.');
        struct tm civil = {
            .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour, .tm_min = minute, .tm_sec = second};
        int64_t expected = timegm(&civil) - (sign == '-' ? -1 : 1) * (east_hour * 3600 + east_minute * 60);
        assert_true(at == expected * S + atoi(fraction) * 10000);
      } else {
        assert_true(status == CSUP_E_SYNTAX || (status == CSUP_E_RANGE && (year < 1900 || year > 2200)));
      }
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(good_texts),        cmocka_unit_test(bad_texts),       cmocka_unit_test(formats),
      cmocka_unit_test(missing_arguments), cmocka_unit_test(random_instants), cmocka_unit_test(damaged_texts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
