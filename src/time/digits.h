/* Digits in and out: what the texts of instants, durations and zone rules have in common. */
#ifndef CSUP_TIME_DIGITS_H
#define CSUP_TIME_DIGITS_H

#include "base/text.h"

/* A text being read. Each take moves `at` past what it took, and only if it was there. */
typedef struct csup_cursor {
  const char *at;
  const char *end;
} csup_cursor;

void csup_cursor_init(csup_cursor *cursor, const char *text, size_t length);
bool csup_take_char(csup_cursor *cursor, char character);
/* From `least` to `most` digits (most <= 9), as many as stand there. */
bool csup_take_digits(csup_cursor *cursor, size_t least, size_t most, int32_t *number);
/* Any number of digits, at least one; a number too great becomes UINT64_MAX. */
bool csup_take_number(csup_cursor *cursor, uint64_t *number);
/* An optional fraction of a second: a point and at least one digit; those after the sixth are cut. False when malformed. */
bool csup_take_fraction(csup_cursor *cursor, int32_t *microseconds);

void csup_write_padded(csup_writer *writer, int32_t number, int width); /* with leading zeros; 0 <= number < 10^9, width <= 9 */
void csup_write_fraction(csup_writer *writer, int32_t microseconds);    /* nothing for 0, else a point and the fewest digits */

/* Hands a finished text over: all of it and a NUL, or nothing but the length. */
csup_status csup_copy_out(const char *text, size_t text_length, char *buffer, size_t capacity, size_t *length);

#endif
