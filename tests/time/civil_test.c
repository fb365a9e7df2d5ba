#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "random.h"
#include "time/civil.h"

enum { MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY };

static void known_dates(void **state) {
  (void)state;
  static const struct {
    int32_t year, month, day, day_number, weekday;
  } cases[] = {
      {1970, 1, 1, 0, THURSDAY},
      {1969, 12, 31, -1, WEDNESDAY},
      {1900, 1, 1, CSUP_FIRST_DAY, MONDAY},
      {2200, 12, 31, CSUP_LAST_DAY, WEDNESDAY},
      {2000, 2, 29, 11016, TUESDAY},
      {2026, 3, 2, 20514, MONDAY},
      {1582, 10, 15, -141427, FRIDAY},   /* the first day of the Gregorian calendar */
      {1858, 11, 17, -40587, WEDNESDAY}, /* modified Julian day 0 */
      {1, 1, 1, -719162, MONDAY},
      {0, 3, 1, -719468, WEDNESDAY},
      {0, 2, 29, -719469, TUESDAY},
      {-4713, 11, 24, -2440588, MONDAY}, /* Julian day 0 */
      {9999, 12, 31, 2932896, FRIDAY},
      {-5877641, 6, 23, INT32_MIN, TUESDAY},
      {5881580, 7, 11, INT32_MAX, FRIDAY},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    int32_t year = 0, month = 0, day = 0;
    assert_int_equal(csup_day_of(cases[i].year, cases[i].month, cases[i].day), cases[i].day_number);
    csup_civil_of(cases[i].day_number, &year, &month, &day);
    assert_int_equal(year, cases[i].year);
    assert_int_equal(month, cases[i].month);
    assert_int_equal(day, cases[i].day);
    assert_int_equal(csup_weekday_of(cases[i].day_number), cases[i].weekday);
  }
}

/* Four centuries to either side of the range, counted day by day. */
static void every_day(void **state) {
  (void)state;
  static const int32_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int32_t expected = csup_day_of(1500, 1, 1), weekday = MONDAY; /* 1500-01-01 was a Monday, proleptically */
  for (int32_t year = 1500; year <= 2600; year++)
    for (int32_t month = 1; month <= 12; month++) {
      int32_t leap = month == 2 && (year % 400 == 0 || (year % 4 == 0 && year % 100 != 0));
      assert_int_equal(csup_month_days(year, month), lengths[month - 1] + leap);
      for (int32_t day = 1; day <= lengths[month - 1] + leap; day++, expected++, weekday = (weekday + 1) % 7) {
        int32_t y = 0, m = 0, d = 0;
        csup_civil_of(expected, &y, &m, &d);
        if (y != year || m != month || d != day || csup_day_of(year, month, day) != expected ||
            csup_weekday_of(expected) != weekday)
          fail_msg("%d-%02d-%02d is not day %d", year, month, day, expected);
      }
    }
}

static void any_day_number(void **state) {
  (void)state;
  random_source source = random_start("civil dates of 32-bit day numbers");
  for (long i = random_rounds(1000000); i > 0; i--) {
    int32_t number = (int32_t)random_between(&source, INT32_MIN, INT32_MAX - 1);
    int32_t year = 0, month = 0, day = 0, next_year = 0, next_month = 0, next_day = 0;
    csup_civil_of(number, &year, &month, &day);
    csup_civil_of(number + 1, &next_year, &next_month, &next_day);
    assert_int_equal(csup_day_of(year, month, day), number);
    assert_true(month >= 1 && month <= 12 && day >= 1 && day <= csup_month_days(year, month));
    bool same_month = next_year == year && next_month == month && next_day == day + 1;
    bool month_ends = day == csup_month_days(year, month) && next_day == 1 &&
                      next_year * INT64_C(12) + next_month == year * INT64_C(12) + month + 1;
    assert_true(same_month || month_ends);
    assert_int_equal((csup_weekday_of(number) + 1) % 7, csup_weekday_of(number + 1));
  }
}

static void days_run_on(void **state) {
  (void)state;
  assert_int_equal(csup_day_of(2026, 3, 0), csup_day_of(2026, 2, 28));
  assert_int_equal(csup_day_of(2024, 3, 0), csup_day_of(2024, 2, 29));
  assert_int_equal(csup_day_of(2026, 1, 0), csup_day_of(2025, 12, 31));
  assert_int_equal(csup_day_of(2026, 12, 32), csup_day_of(2027, 1, 1));
  assert_int_equal(csup_day_of(2026, 1, 1 + 146097), csup_day_of(2426, 1, 1));
  assert_int_equal(csup_day_of(2026, 3, 1 - 146097), csup_day_of(1626, 3, 1));
}

/* The computus by golden number and epact (Clavius, as Knuth tells it in The Art of Computer Programming, exercise 1.3.2-14). */
static int32_t epact_easter(int32_t year) {
  int32_t golden = year % 19 + 1, century = year / 100 + 1;
  int32_t skipped = 3 * century / 4 - 12, moon = (8 * century + 5) / 25 - 5;
  int32_t sunday = 5 * year / 4 - skipped - 10;
  int32_t epact = ((11 * golden + 20 + moon - skipped) % 30 + 30) % 30;
  if ((epact == 25 && golden > 11) || epact == 24)
    epact++;
  int32_t full_moon = 44 - epact;
  if (full_moon < 21)
    full_moon += 30;
  return csup_day_of(year, 3, full_moon + 7 - (sunday + full_moon) % 7);
}

static void easter(void **state) {
  (void)state;
  static const int32_t known[][3] = {
      {1818, 3, 22}, {1900, 4, 15}, {1943, 4, 25}, {1954, 4, 18}, {1961, 4, 2},  {1981, 4, 19},
      {2000, 4, 23}, {2008, 3, 23}, {2011, 4, 24}, {2025, 4, 20}, {2026, 4, 5},  {2038, 4, 25},
      {2049, 4, 18}, {2076, 4, 19}, {2100, 3, 28}, {2200, 4, 6},  {2285, 3, 22},
  };
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
    assert_int_equal(csup_easter_of(known[i][0]), csup_day_of(known[i][0], known[i][1], known[i][2]));
  for (int32_t year = 1583; year <= 9999; year++)
    if (csup_easter_of(year) != epact_easter(year))
      fail_msg("Easter of %d", year);
  /* The dates repeat after 5,700,000 years, to either side of year 0. */
  for (int32_t year = -3000; year <= 3000; year++) {
    int32_t y = 0, month = 0, day = 0, later_month = 0, later_day = 0;
    csup_civil_of(csup_easter_of(year), &y, &month, &day);
    csup_civil_of(csup_easter_of(year + 5700000), &y, &later_month, &later_day);
    assert_int_equal(y, year + 5700000);
    assert_int_equal(month, later_month);
    assert_int_equal(day, later_day);
  }
}

static void dates(void **state) {
  (void)state;
  static const struct {
    csup_date date;
    bool good;
  } cases[] = {
      {19000101, true},   {22001231, true},  {20240229, true},   {20000229, true},   {20261225, true},
      {18991231, false},  {22010101, false}, {20230229, false},  {21000229, false},  {20261301, false},
      {20260001, false},  {20260100, false}, {20260431, false},  {20260132, false},  {0, false},
      {-20260101, false}, {2026, false},     {INT32_MAX, false}, {INT32_MIN, false}, {120260101, false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    int32_t number = 4711;
    assert_int_equal(csup_date_parts(cases[i].date, &number), cases[i].good);
    assert_int_equal(number,
                     cases[i].good ? csup_day_of(cases[i].date / 10000, cases[i].date / 100 % 100, cases[i].date % 100) : 4711);
  }
}

static void range(void **state) {
  (void)state;
  assert_true(CSUP_TIME_FIRST == INT64_C(-2208988800000000));
  assert_true(CSUP_TIME_LAST == INT64_C(7289654399999999));
  assert_true(csup_time_in_range(CSUP_TIME_FIRST) && csup_time_in_range(CSUP_TIME_LAST) && csup_time_in_range(0));
  assert_false(csup_time_in_range(CSUP_TIME_FIRST - 1) || csup_time_in_range(CSUP_TIME_LAST + 1));
  assert_false(csup_time_in_range(CSUP_TIME_NEVER) || csup_time_in_range(INT64_MIN));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_dates), cmocka_unit_test(every_day), cmocka_unit_test(any_day_number), cmocka_unit_test(days_run_on),
      cmocka_unit_test(easter),      cmocka_unit_test(dates),     cmocka_unit_test(range),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
