#include "time/footer.h"

#include "time/civil.h"
#include "time/digits.h"

#define MOST_OFFSET_HOURS 24
#define MOST_RULE_HOURS   167 /* RFC 9636: from version 3 on, a rule may leave its day by up to a week */

/* Names mean nothing here, but the rule cannot be read without knowing where they end. */
static bool take_name(csup_cursor *cursor) {
  bool quoted = csup_take_char(cursor, '<');
  const char *start = cursor->at;
  for (; cursor->at != cursor->end; cursor->at++) {
    char c = *cursor->at;
    bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (!letter && !(quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-')))
      break;
  }
  return cursor->at - start >= 3 && (!quoted || csup_take_char(cursor, '>'));
}

/* [+-]hh[:mm[:ss]] */
static bool take_hours(csup_cursor *cursor, int32_t most_hours, int32_t *seconds) {
  int32_t sign = csup_take_char(cursor, '-') ? -1 : 1;
  if (sign > 0)
    (void)csup_take_char(cursor, '+');
  int32_t hour = 0, minute = 0, second = 0;
  if (!csup_take_digits(cursor, 1, 3, &hour) || hour > most_hours)
    return false;
  if (csup_take_char(cursor, ':')) {
    if (!csup_take_digits(cursor, 2, 2, &minute) || minute > 59)
      return false;
    if (csup_take_char(cursor, ':') && (!csup_take_digits(cursor, 2, 2, &second) || second > 59))
      return false;
  }
  *seconds = sign * (hour * 3600 + minute * 60 + second);
  return true;
}

/* POSIX counts offsets westward. */
static bool take_offset(csup_cursor *cursor, int32_t *seconds_east) {
  int32_t west = 0;
  if (!take_hours(cursor, MOST_OFFSET_HOURS, &west))
    return false;
  *seconds_east = -west;
  return true;
}

static bool take_date(csup_cursor *cursor, csup_footer_date *date) {
  *date = (csup_footer_date){.kind = CSUP_FOOTER_DAY_OF_YEAR, .seconds = 2 * 3600};
  if (csup_take_char(cursor, 'M')) {
    date->kind = CSUP_FOOTER_NTH_WEEKDAY;
    if (!csup_take_digits(cursor, 1, 2, &date->month) || date->month < 1 || date->month > 12 || !csup_take_char(cursor, '.') ||
        !csup_take_digits(cursor, 1, 1, &date->week) || date->week < 1 || date->week > 5 || !csup_take_char(cursor, '.') ||
        !csup_take_digits(cursor, 1, 1, &date->day) || date->day > 6)
      return false;
  } else {
    bool julian = csup_take_char(cursor, 'J');
    date->kind = julian ? CSUP_FOOTER_JULIAN : CSUP_FOOTER_DAY_OF_YEAR;
    if (!csup_take_digits(cursor, 1, 3, &date->day) || date->day > 365 || (julian && date->day < 1))
      return false;
  }
  return !csup_take_char(cursor, '/') || take_hours(cursor, MOST_RULE_HOURS, &date->seconds);
}

bool csup_footer_parse(const char *text, size_t length, csup_footer *out) {
  csup_cursor cursor;
  csup_cursor_init(&cursor, text, length);
  csup_footer footer = {0};
  if (!take_name(&cursor) || !take_offset(&cursor, &footer.standard))
    return false;
  footer.daylight = footer.standard;
  if (cursor.at != cursor.end) {
    footer.has_daylight = true;
    if (!take_name(&cursor))
      return false;
    footer.daylight = footer.standard + 3600;
    if (cursor.at != cursor.end && *cursor.at != ',' && !take_offset(&cursor, &footer.daylight))
      return false;
    if (!csup_take_char(&cursor, ',') || !take_date(&cursor, &footer.start) || !csup_take_char(&cursor, ',') ||
        !take_date(&cursor, &footer.end) || cursor.at != cursor.end)
      return false;
  }
  *out = footer;
  return true;
}

static int64_t local_second(const csup_footer_date *date, int32_t year) {
  int32_t day_number = csup_day_of(year, 1, 1);
  if (date->kind == CSUP_FOOTER_NTH_WEEKDAY) {
    int32_t first = csup_day_of(year, date->month, 1);
    int32_t sunday_based = (csup_weekday_of(first) + 1) % 7;
    int32_t day = 1 + (date->day - sunday_based + 7) % 7 + 7 * (date->week - 1);
    day_number = first + day - 1;
    if (day > csup_month_days(year, date->month))
      day_number -= 7;
  } else if (date->kind == CSUP_FOOTER_JULIAN) {
    bool after_leap_day = date->day > 59 && csup_month_days(year, 2) == 29;
    day_number += date->day - 1 + after_leap_day;
  } else {
    day_number += date->day;
  }
  return (int64_t)day_number * CSUP_DAY_SECONDS + date->seconds;
}

int64_t csup_footer_start(const csup_footer *footer, int32_t year) {
  return local_second(&footer->start, year) - footer->standard;
}

int64_t csup_footer_end(const csup_footer *footer, int32_t year) {
  return local_second(&footer->end, year) - footer->daylight;
}
