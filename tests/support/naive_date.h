/* Civil dates by counting, for the tests' reference: slow, and easy to believe. Day 0 is 1970-01-01. */
#ifndef CSUP_TESTS_NAIVE_DATE_H
#define CSUP_TESTS_NAIVE_DATE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct naive_date {
  int64_t number;
  int year, month, day;
  int weekday; /* 0 is Monday */
} naive_date;

bool naive_is_leap(int year);
int naive_month_days(int year, int month);
int64_t naive_day(int year, int month, int day);
int naive_weekday(int64_t number);
naive_date naive_date_of(int64_t number);
void naive_date_step(naive_date *date); /* to the next day */
int64_t naive_easter(int year);

#endif
