#include "time/civil.h"

/* The year counted from March, so that the leap day is its last: 719468 days lie between 0000-03-01 and 1970-01-01. */
#define MARCH_OF_YEAR_0 719468
#define CYCLE_YEARS     400
#define CYCLE_DAYS      146097

static int64_t floor_divide(int64_t number, int64_t divisor) {
  return number / divisor - (number % divisor < 0);
}

static int64_t floor_modulo(int64_t number, int64_t divisor) {
  return number - floor_divide(number, divisor) * divisor;
}

static bool is_leap_year(int32_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % CYCLE_YEARS == 0);
}

int32_t csup_day_of(int32_t year, int32_t month, int32_t day) {
  int64_t march_year = (int64_t)year - (month <= 2);
  int64_t march_month = (month + 9) % 12;
  int64_t leap_days = floor_divide(march_year, 4) - floor_divide(march_year, 100) + floor_divide(march_year, CYCLE_YEARS);
  /* From March the months have 31 30 31 30 31 days, twice, then January's 31: 153 every five. */
  int64_t day_of_year = (153 * march_month + 2) / 5 + day - 1;
  return (int32_t)(march_year * 365 + leap_days + day_of_year - MARCH_OF_YEAR_0);
}

void csup_civil_of(int32_t day_number, int32_t *year, int32_t *month, int32_t *day) {
  int64_t shifted = (int64_t)day_number + MARCH_OF_YEAR_0;
  int64_t cycle = floor_divide(shifted, CYCLE_DAYS);
  int64_t rest = shifted - cycle * CYCLE_DAYS;
  /* Take the leap days out (one every 1461 days, none in three of four centuries), and each year has 365. */
  int64_t cycle_year = (rest - rest / 1460 + rest / 36524 - rest / (CYCLE_DAYS - 1)) / 365;
  int64_t day_of_year = rest - (365 * cycle_year + cycle_year / 4 - cycle_year / 100);
  int64_t march_month = (5 * day_of_year + 2) / 153;
  *day = (int32_t)(day_of_year - (153 * march_month + 2) / 5 + 1);
  *month = (int32_t)(march_month < 10 ? march_month + 3 : march_month - 9);
  *year = (int32_t)(cycle * CYCLE_YEARS + cycle_year + (*month <= 2));
}

int32_t csup_weekday_of(int32_t day_number) {
  return (int32_t)floor_modulo((int64_t)day_number + 3, 7); /* day 0 was a Thursday */
}

int32_t csup_month_days(int32_t year, int32_t month) {
  static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return days[month - 1] + (month == 2 && is_leap_year(year));
}

/* The anonymous Gregorian computus (Nature, 20 April 1876; Meeus, Astronomical Algorithms, chapter 8). */
int32_t csup_easter_of(int32_t year) {
  int64_t golden = floor_modulo(year, 19);
  int64_t century = floor_divide(year, 100);
  int64_t century_year = floor_modulo(year, 100);
  int64_t lunar_correction = floor_divide(century - floor_divide(century + 8, 25) + 1, 3);
  int64_t epact = floor_modulo(19 * golden + century - floor_divide(century, 4) - lunar_correction + 15, 30);
  int64_t weekday = floor_modulo(32 + 2 * floor_modulo(century, 4) + 2 * (century_year / 4) - epact - century_year % 4, 7);
  int64_t late = (golden + 11 * epact + 22 * weekday) / 451;               /* 1 when the full moon is moved a week forward */
  return csup_day_of(year, 3, (int32_t)(22 + epact + weekday - 7 * late)); /* 1 March = day 1; April runs on */
}

bool csup_date_parts(csup_date date, int32_t *day_number) {
  int32_t year = date / 10000, month = date / 100 % 100, day = date % 100;
  if (year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 || day > csup_month_days(year, month)) {
    return false;
  }
  *day_number = csup_day_of(year, month, day);
  return true;
}

bool csup_time_in_range(csup_time at) {
  return at >= CSUP_TIME_FIRST && at <= CSUP_TIME_LAST;
}
