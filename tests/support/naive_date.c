#include "support/naive_date.h"

bool naive_is_leap(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int naive_month_days(int year, int month) {
  if (month == 2)
    return naive_is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static int year_days(int year) {
  return naive_is_leap(year) ? 366 : 365;
}

int64_t naive_day(int year, int month, int day) {
  int64_t number = 0;
  for (int y = 1970; y < year; y++)
    number += year_days(y);
  for (int y = year; y < 1970; y++)
    number -= year_days(y);
  for (int m = 1; m < month; m++)
    number += naive_month_days(year, m);
  return number + day - 1;
}

int naive_weekday(int64_t number) {
  return (int)(((number + 3) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
}

naive_date naive_date_of(int64_t number) {
  naive_date date = {number, 1970, 1, 1, naive_weekday(number)};
  int64_t rest = number;
  while (rest < 0)
    rest += year_days(--date.year);
  while (rest >= year_days(date.year))
    rest -= year_days(date.year++);
  while (rest >= naive_month_days(date.year, date.month))
    rest -= naive_month_days(date.year, date.month++);
  date.day = (int)rest + 1;
  return date;
}

void naive_date_step(naive_date *date) {
  date->number++;
  date->weekday = (date->weekday + 1) % 7;
  if (++date->day <= naive_month_days(date->year, date->month))
    return;
  date->day = 1;
  if (++date->month <= 12)
    return;
  date->month = 1;
  date->year++;
}

/* The Sunday after the first ecclesiastical full moon at or after March 21 (Clavius' tables: golden number and epact). */
static int64_t easter_of(int year) {
  int golden = year % 19 + 1, century = year / 100 + 1;
  int solar = 3 * century / 4 - 12, lunar = (8 * century + 5) / 25 - 5;
  int epact = ((11 * golden + 20 + lunar - solar) % 30 + 30) % 30;
  if ((epact == 25 && golden > 11) || epact == 24)
    epact++;
  int full_moon = 44 - epact;
  if (full_moon < 21)
    full_moon += 30;
  int64_t day = naive_day(year, 3, 1) + full_moon - 1;
  do
    day++;
  while (naive_weekday(day) != 6);
  return day;
}

int64_t naive_easter(int year) {
  enum { FIRST = 1890, LAST = 2210 };
  static int64_t known[LAST - FIRST + 1]; /* Easter is never day 0 */
  if (year < FIRST || year > LAST)
    return easter_of(year);
  if (known[year - FIRST] == 0)
    known[year - FIRST] = easter_of(year);
  return known[year - FIRST];
}
