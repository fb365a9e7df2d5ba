#include "time/civil.h"
#include "time/digits.h"

#define MINUTE_SECONDS 60
#define HOUR_SECONDS   3600

static bool take_two(csup_cursor *cursor, int32_t least, int32_t most, int32_t *number) {
  return csup_take_digits(cursor, 2, 2, number) && *number >= least && *number <= most;
}

static bool take_date(csup_cursor *cursor, int32_t *day_number) {
  int32_t year = 0, month = 0, day = 0;
  if (!csup_take_digits(cursor, 4, 4, &year) || !csup_take_char(cursor, '-') || !take_two(cursor, 1, 12, &month) ||
      !csup_take_char(cursor, '-') || !take_two(cursor, 1, csup_month_days(year, month), &day))
    return false;
  *day_number = csup_day_of(year, month, day);
  return true;
}

/* hh:mm, of a time of day or of an offset */
static bool take_clock(csup_cursor *cursor, int32_t *seconds) {
  int32_t hour = 0, minute = 0;
  if (!take_two(cursor, 0, 23, &hour) || !csup_take_char(cursor, ':') || !take_two(cursor, 0, 59, &minute))
    return false;
  *seconds = hour * HOUR_SECONDS + minute * MINUTE_SECONDS;
  return true;
}

static bool take_offset(csup_cursor *cursor, int32_t *seconds_east) {
  if (csup_take_char(cursor, 'Z') || csup_take_char(cursor, 'z')) {
    *seconds_east = 0;
    return true;
  }
  int32_t sign = csup_take_char(cursor, '-') ? -1 : 1;
  if (sign > 0 && !csup_take_char(cursor, '+'))
    return false;
  int32_t seconds = 0;
  if (!take_clock(cursor, &seconds))
    return false;
  *seconds_east = sign * seconds;
  return true;
}

csup_status csup_time_parse(const char *text, size_t length, csup_time *out) {
  if (!text || !out)
    return CSUP_E_ARGUMENT;
  csup_cursor cursor;
  csup_cursor_init(&cursor, text, length);
  int32_t day_number = 0, clock = 0, second = 0, microseconds = 0, seconds_east = 0;
  if (!take_date(&cursor, &day_number) || !(csup_take_char(&cursor, 'T') || csup_take_char(&cursor, 't')) ||
      !take_clock(&cursor, &clock) || !csup_take_char(&cursor, ':') || !take_two(&cursor, 0, 59, &second) ||
      !csup_take_fraction(&cursor, &microseconds) || !take_offset(&cursor, &seconds_east) || cursor.at != cursor.end)
    return CSUP_E_SYNTAX;
  csup_time at = (CSUP_DAY_SECONDS * (int64_t)day_number + clock + second - seconds_east) * CSUP_SECOND + microseconds;
  if (!csup_time_in_range(at))
    return CSUP_E_RANGE;
  *out = at;
  return CSUP_OK;
}

csup_status csup_time_format(csup_time at, char *buffer, size_t capacity, size_t *length) {
  if (!buffer && capacity > 0)
    return CSUP_E_ARGUMENT;
  if (!csup_time_in_range(at))
    return CSUP_E_RANGE;
  /* From the first instant served, so that no division meets a negative number. */
  int64_t since = at - CSUP_TIME_FIRST;
  int32_t microseconds = (int32_t)(since % CSUP_SECOND);
  int64_t seconds = since / CSUP_SECOND;
  int32_t clock = (int32_t)(seconds % CSUP_DAY_SECONDS);
  int32_t year = 0, month = 0, day = 0;
  csup_civil_of((int32_t)(seconds / CSUP_DAY_SECONDS) + CSUP_FIRST_DAY, &year, &month, &day);
  char text[32];
  csup_writer writer;
  csup_writer_init(&writer, text, sizeof text);
  csup_write_padded(&writer, year, 4);
  csup_write_char(&writer, '-');
  csup_write_padded(&writer, month, 2);
  csup_write_char(&writer, '-');
  csup_write_padded(&writer, day, 2);
  csup_write_char(&writer, 'T');
  csup_write_padded(&writer, clock / HOUR_SECONDS, 2);
  csup_write_char(&writer, ':');
  csup_write_padded(&writer, clock / MINUTE_SECONDS % 60, 2);
  csup_write_char(&writer, ':');
  csup_write_padded(&writer, clock % MINUTE_SECONDS, 2);
  csup_write_fraction(&writer, microseconds);
  csup_write_char(&writer, 'Z');
  return csup_copy_out(text, writer.length, buffer, capacity, length);
}
