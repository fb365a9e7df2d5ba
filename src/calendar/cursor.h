/* Reading an opening-hours text from left to right: blanks, words, numbers, and the sentence that says where reading stopped. */
#ifndef CSUP_CALENDAR_CURSOR_H
#define CSUP_CALENDAR_CURSOR_H

#include "base/status.h"

#include <stdbool.h>

typedef struct csup_cursor {
  const char *text;
  size_t at;
  csup_error *error;
} csup_cursor;

/* Lists of keywords, each closed by NULL. */
extern const char *const csup_weekday_words[],
    *const csup_month_words[], *const csup_off_words[], *const csup_day_words[], *const csup_easter_words[],
                                                                                     *const csup_holiday_words[];

/* Each of these first passes over blanks. */
char csup_cursor_look(csup_cursor *cursor);                                   /* the next character; '\0' at the end */
bool csup_cursor_take(csup_cursor *cursor, char character);                   /* passes over it if it is next */
int32_t csup_cursor_find(csup_cursor *cursor, const char *const *words);      /* index of the next word in a list, or -1 */
int32_t csup_cursor_take_word(csup_cursor *cursor, const char *const *words); /* the same, and passes over it */
bool csup_cursor_at_time(csup_cursor *cursor);                                /* one or two digits and a colon are next */
bool csup_cursor_at_number(csup_cursor *cursor, size_t most_digits);          /* a number that is no time is next */
bool csup_cursor_at_year(csup_cursor *cursor);                                /* a number of four digits */

/* Without blanks. */
size_t csup_cursor_digits(const csup_cursor *cursor); /* how many are next */
int32_t csup_cursor_take_number(csup_cursor *cursor); /* at most nine digits */

/* CSUP_E_SYNTAX: "expected ..., found ..." at an offset, or at the next character. */
csup_status csup_cursor_fail(const csup_cursor *cursor, size_t at, const char *expected);
csup_status csup_cursor_fail_here(csup_cursor *cursor, const char *expected);

#endif
