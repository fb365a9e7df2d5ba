#include "calendar/cursor.h"

#include <string.h>

const char *const csup_weekday_words[] = {"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", NULL};
const char *const csup_month_words[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", NULL};
const char *const csup_off_words[] = {"off", "closed", NULL};
const char *const csup_day_words[] = {"day", "days", NULL};
const char *const csup_easter_words[] = {"easter", NULL};
const char *const csup_holiday_words[] = {"PH", NULL};

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t word_length(const char *text) {
  size_t length = 0;
  while (is_letter(text[length]))
    length++;
  return length;
}

static size_t digit_count(const char *text) {
  size_t count = 0;
  while (is_digit(text[count]))
    count++;
  return count;
}

char csup_cursor_look(csup_cursor *cursor) {
  const char *text = cursor->text;
  while (text[cursor->at] == ' ' || text[cursor->at] == '\t' || text[cursor->at] == '\n' || text[cursor->at] == '\r')
    cursor->at++;
  return text[cursor->at];
}

bool csup_cursor_take(csup_cursor *cursor, char character) {
  if (csup_cursor_look(cursor) != character)
    return false;
  cursor->at++;
  return true;
}

int32_t csup_cursor_find(csup_cursor *cursor, const char *const *words) {
  csup_cursor_look(cursor);
  const char *next = cursor->text + cursor->at;
  size_t length = word_length(next);
  for (int32_t i = 0; words[i]; i++)
    if (strlen(words[i]) == length && memcmp(words[i], next, length) == 0)
      return i;
  return -1;
}

int32_t csup_cursor_take_word(csup_cursor *cursor, const char *const *words) {
  int32_t index = csup_cursor_find(cursor, words);
  if (index >= 0)
    cursor->at += strlen(words[index]);
  return index;
}

bool csup_cursor_at_time(csup_cursor *cursor) {
  csup_cursor_look(cursor);
  size_t digits = csup_cursor_digits(cursor);
  return (digits == 1 || digits == 2) && cursor->text[cursor->at + digits] == ':';
}

bool csup_cursor_at_number(csup_cursor *cursor, size_t most_digits) {
  csup_cursor_look(cursor);
  size_t digits = csup_cursor_digits(cursor);
  return digits > 0 && digits <= most_digits && cursor->text[cursor->at + digits] != ':';
}

bool csup_cursor_at_year(csup_cursor *cursor) {
  return csup_cursor_at_number(cursor, 4) && csup_cursor_digits(cursor) == 4;
}

size_t csup_cursor_digits(const csup_cursor *cursor) {
  return digit_count(cursor->text + cursor->at);
}

int32_t csup_cursor_take_number(csup_cursor *cursor) {
  int32_t number = 0;
  for (int digits = 0; digits < 9 && is_digit(cursor->text[cursor->at]); digits++)
    number = number * 10 + (cursor->text[cursor->at++] - '0');
  return number;
}

/* The keyword that a word spells in other letter case, or NULL. */
static const char *other_case(const char *word, size_t length) {
  const char *const *const lists[] = {csup_weekday_words, csup_month_words,  csup_off_words,
                                      csup_day_words,     csup_easter_words, csup_holiday_words};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
    for (const char *const *name = lists[i]; *name; name++) {
      size_t same = 0;
      while (same < length && lower(word[same]) == lower((*name)[same]))
        same++;
      if (same == length && (*name)[same] == '\0' && memcmp(word, *name, length) != 0)
        return *name;
    }
  return NULL;
}

csup_status csup_cursor_fail(const csup_cursor *cursor, size_t at, const char *expected) {
  int32_t line = 1;
  size_t line_start = 0;
  for (size_t i = 0; i < at; i++)
    if (cursor->text[i] == '\n') {
      line++;
      line_start = i + 1;
    }
  int32_t column = (int32_t)(at - line_start + 1);
  const char *found = cursor->text + at;
  size_t letters = word_length(found), length = letters > 0 ? letters : digit_count(found);
  const char *meant = other_case(found, letters);
  int shown = length < 20 ? (int)length : 20;
  if (*found == '\0')
    return csup_fail_at(cursor->error, CSUP_E_SYNTAX, line, column, "expected %s, but the text ends here", expected);
  if (meant)
    return csup_fail_at(cursor->error, CSUP_E_SYNTAX, line, column, "expected %s, found '%.*s': write '%s'", expected, shown,
                        found, meant);
  if (shown > 0)
    return csup_fail_at(cursor->error, CSUP_E_SYNTAX, line, column, "expected %s, found '%.*s'", expected, shown, found);
  if (*found > ' ' && *found <= '~')
    return csup_fail_at(cursor->error, CSUP_E_SYNTAX, line, column, "expected %s, found '%c'", expected, *found);
  return csup_fail_at(cursor->error, CSUP_E_SYNTAX, line, column, "expected %s, found another character", expected);
}

csup_status csup_cursor_fail_here(csup_cursor *cursor, const char *expected) {
  csup_cursor_look(cursor);
  return csup_cursor_fail(cursor, cursor->at, expected);
}
