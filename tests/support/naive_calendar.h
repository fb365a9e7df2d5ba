/* Business time date by date: rules T2 to T7 spelt out over lists, slow and easy to believe, as a reference for the calendar
   room. It shares no code with the library. Rules are given as structures and written out as text for the library to read. */
#ifndef CSUP_TESTS_NAIVE_CALENDAR_H
#define CSUP_TESTS_NAIVE_CALENDAR_H

#include "support/naive_date.h"
#include "support/naive_zone.h"

#define NAIVE_ITEMS 3 /* dates or weekdays in one rule */
#define NAIVE_SPANS 4

typedef struct naive_span {
  int32_t from, to; /* seconds from midnight, from < to, up to 48 hours */
} naive_span;

typedef enum naive_date_kind {
  NAIVE_MONTH_DAYS, /* month/day to last_month/last_day each year, wrapping */
  NAIVE_MONTHS,     /* month to last_month each year, wrapping */
  NAIVE_EASTER,     /* `offset` days from Easter Sunday */
  NAIVE_PERIOD      /* year/month/day to last_year/last_month/last_day, once */
} naive_date_kind;

typedef struct naive_date_item {
  naive_date_kind kind;
  int year, month, day, last_year, last_month, last_day, offset;
} naive_date_item;

typedef struct naive_weekday_item {
  int first, last; /* 0 is Monday; wrapping */
  int nth;         /* 0: all; 1 to 5, -1 to -5: that one of its month, of `first` alone */
} naive_weekday_item;

typedef enum naive_holidays { NAIVE_NO_HOLIDAYS, NAIVE_HOLIDAYS_TOO, NAIVE_HOLIDAYS_ONLY } naive_holidays;

typedef struct naive_rule {
  bool adds;
  bool closes;               /* `off` */
  bool bare;                 /* open the whole day, written without times */
  int first_year, last_year; /* 0: any year */
  int date_count;            /* 0: any date */
  naive_date_item dates[NAIVE_ITEMS];
  int weekday_count; /* 0: any weekday */
  naive_weekday_item weekdays[NAIVE_ITEMS];
  naive_holidays holidays;
  int span_count;
  naive_span spans[NAIVE_SPANS];
} naive_rule;

typedef struct naive_calendar {
  const naive_rule *rules;
  int rule_count;
  const int64_t *holidays; /* day numbers, in any order */
  int holiday_count;
  const naive_zone *zone;
} naive_calendar;

/* The opening-hours text of the rules; where a comma could not stand the rule gets a semicolon, here as in the evaluation. */
void naive_calendar_text(const naive_calendar *calendar, char *buffer, size_t capacity);

/* What the rules give for the local dates first_day to last_day. Instants are microseconds. */
typedef struct naive_window {
  const naive_zone *zone;
  int64_t first_day, last_day;
  int64_t start, end; /* the instants that it knows of: start <= t < end */
  size_t count;
  int64_t *opens, *closes; /* sorted, apart from each other */
  bool *business;          /* per date: a span begins there */
} naive_window;

naive_window *naive_window_create(const naive_calendar *calendar, int64_t first_day, int64_t last_day);
void naive_window_free(naive_window *window);

/* Each is false when the answer lies outside the window. */
bool naive_is_open(const naive_window *window, int64_t at);
bool naive_elapsed(const naive_window *window, int64_t from, int64_t to, int64_t *out);
bool naive_add(const naive_window *window, int64_t from, int64_t open_time, int64_t *out);
bool naive_next_open(const naive_window *window, int64_t at, int64_t *out);
bool naive_next_close(const naive_window *window, int64_t at, int64_t *out);
bool naive_next_change(const naive_window *window, int64_t at, int64_t *out);
bool naive_prev_open(const naive_window *window, int64_t at, int64_t *out);
bool naive_prev_close(const naive_window *window, int64_t at, int64_t *out);
bool naive_add_days(const naive_window *window, int64_t from, int days, int64_t *out);

#endif
