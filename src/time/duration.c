#include "time/civil.h"
#include "time/digits.h"

#define MINUTE ((uint64_t)CSUP_SECOND * 60)
#define HOUR   (MINUTE * 60)

/* Adds number * unit unless that would exceed the limit, and says whether it did. */
static bool add_part(uint64_t *sum, uint64_t number, uint64_t unit, uint64_t limit) {
  if (number > (limit - *sum) / unit)
    return false;
  *sum += number * unit;
  return true;
}

csup_status csup_duration_parse(const char *text, size_t length, csup_duration *out) {
  if (!text || !out)
    return CSUP_E_ARGUMENT;
  csup_cursor cursor;
  csup_cursor_init(&cursor, text, length);
  bool negative = csup_take_char(&cursor, '-');
  if (!negative)
    (void)csup_take_char(&cursor, '+');
  if (!csup_take_char(&cursor, 'P') || !csup_take_char(&cursor, 'T') || cursor.at == cursor.end)
    return CSUP_E_SYNTAX;
  /* The magnitude, for the least value has no positive counterpart. */
  uint64_t limit = (uint64_t)INT64_MAX + negative;
  uint64_t sum = 0;
  bool fits = true;
  static const char letters[] = "HMS";
  const uint64_t units[] = {HOUR, MINUTE, (uint64_t)CSUP_SECOND};
  for (size_t next = 0; cursor.at != cursor.end; next++) {
    uint64_t number = 0;
    int32_t microseconds = 0;
    if (!csup_take_number(&cursor, &number))
      return CSUP_E_SYNTAX;
    bool fraction = cursor.at != cursor.end && *cursor.at == '.';
    if (!csup_take_fraction(&cursor, &microseconds))
      return CSUP_E_SYNTAX;
    while (next < 3 && !csup_take_char(&cursor, letters[next]))
      next++;
    if (next >= 3 || (fraction && letters[next] != 'S'))
      return CSUP_E_SYNTAX;
    fits = fits && add_part(&sum, number, units[next], limit) && add_part(&sum, (uint64_t)microseconds, 1, limit);
  }
  if (!fits)
    return CSUP_E_RANGE;
  *out = !negative || sum == 0 ? (csup_duration)sum : -(csup_duration)(sum - 1) - 1;
  return CSUP_OK;
}

csup_status csup_duration_format(csup_duration duration, char *buffer, size_t capacity, size_t *length) {
  uint64_t magnitude = duration < 0 ? 0 - (uint64_t)duration : (uint64_t)duration;
  uint64_t hours = magnitude / HOUR;
  uint64_t minutes = magnitude / MINUTE % 60;
  uint64_t seconds = magnitude / (uint64_t)CSUP_SECOND % 60;
  int32_t microseconds = (int32_t)(magnitude % (uint64_t)CSUP_SECOND);
  char text[40];
  csup_writer writer;
  csup_writer_init(&writer, text, sizeof text);
  csup_write_text(&writer, duration < 0 ? "-PT" : "PT");
  if (hours > 0) {
    csup_write_int64(&writer, (int64_t)hours);
    csup_write_char(&writer, 'H');
  }
  if (minutes > 0) {
    csup_write_int64(&writer, (int64_t)minutes);
    csup_write_char(&writer, 'M');
  }
  if (seconds > 0 || microseconds > 0 || magnitude == 0) {
    csup_write_int64(&writer, (int64_t)seconds);
    csup_write_fraction(&writer, microseconds);
    csup_write_char(&writer, 'S');
  }
  return csup_copy_out(text, writer.length, buffer, capacity, length);
}
