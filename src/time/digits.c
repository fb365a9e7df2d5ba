#include "time/digits.h"

#include <string.h>

static bool is_digit(const csup_cursor *cursor) {
  return cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9';
}

void csup_cursor_init(csup_cursor *cursor, const char *text, size_t length) {
  cursor->at = text;
  cursor->end = text + length;
}

bool csup_take_char(csup_cursor *cursor, char character) {
  if (cursor->at == cursor->end || *cursor->at != character)
    return false;
  cursor->at++;
  return true;
}

bool csup_take_digits(csup_cursor *cursor, size_t least, size_t most, int32_t *number) {
  csup_cursor ahead = *cursor;
  int32_t value = 0;
  size_t count = 0;
  for (; count < most && is_digit(&ahead); count++)
    value = value * 10 + (*ahead.at++ - '0');
  if (count < least)
    return false;
  *cursor = ahead;
  *number = value;
  return true;
}

bool csup_take_number(csup_cursor *cursor, uint64_t *number) {
  uint64_t value = 0;
  if (!is_digit(cursor))
    return false;
  while (is_digit(cursor)) {
    uint64_t digit = (uint64_t)(*cursor->at++ - '0');
    value = value > (UINT64_MAX - digit) / 10 ? UINT64_MAX : value * 10 + digit;
  }
  *number = value;
  return true;
}

bool csup_take_fraction(csup_cursor *cursor, int32_t *microseconds) {
  csup_cursor ahead = *cursor;
  int32_t value = 0;
  if (csup_take_char(&ahead, '.')) {
    if (!is_digit(&ahead))
      return false;
    for (int32_t unit = 100000; is_digit(&ahead); unit /= 10)
      value += unit * (*ahead.at++ - '0');
  }
  *cursor = ahead;
  *microseconds = value;
  return true;
}

void csup_write_padded(csup_writer *writer, int32_t number, int width) {
  char digits[9];
  for (int i = width; i-- > 0; number /= 10)
    digits[i] = (char)('0' + number % 10);
  csup_write_bytes(writer, digits, (size_t)width);
}

void csup_write_fraction(csup_writer *writer, int32_t microseconds) {
  if (microseconds == 0)
    return;
  int width = 6;
  for (; microseconds % 10 == 0; microseconds /= 10)
    width--;
  csup_write_char(writer, '.');
  csup_write_padded(writer, microseconds, width);
}

csup_status csup_copy_out(const char *text, size_t text_length, char *buffer, size_t capacity, size_t *length) {
  if (!buffer && capacity > 0)
    return CSUP_E_ARGUMENT;
  if (length)
    *length = text_length;
  if (text_length >= capacity)
    return CSUP_E_SPACE;
  memcpy(buffer, text, text_length);
  buffer[text_length] = '\0';
  return CSUP_OK;
}
