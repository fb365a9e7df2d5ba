/* Opening-hours texts: which rules they hold, which dates the rules match, and where a text is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calendar/hours.h"
#include "failing_allocator.h"
#include "random.h"
#include "time/civil.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static csup_arena arena_over(failing_allocator *memory) {
  csup_allocator allocator = {memory, failing_resize};
  csup_arena arena = {0};
  csup_arena_init(&arena, &allocator);
  return arena;
}

static int32_t day_of_text(const char *text) {
  int year, month, day;
  assert_int_equal(sscanf(text, "%4d-%2d-%2d", &year, &month, &day), 3);
  return csup_day_of(year, month, day);
}

static void append(char *buffer, size_t capacity, const char *format, ...) {
  size_t length = strlen(buffer);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(buffer + length, capacity - length, format, arguments);
  va_end(arguments);
}

static void append_date(char *buffer, size_t capacity, int32_t day_number) {
  int32_t year, month, day;
  csup_civil_of(day_number, &year, &month, &day);
  append(buffer, capacity, "%04" PRId32 "-%02" PRId32 "-%02" PRId32, year, month, day);
}

/* "2026-12-24..2026-12-26 2027-01-01" */
static void runs_of(const uint8_t *marks, int32_t first_day, size_t count, char *buffer, size_t capacity) {
  buffer[0] = '\0';
  for (size_t i = 0; i < count; i++) {
    if (!marks[i])
      continue;
    size_t end = i;
    while (end + 1 < count && marks[end + 1])
      end++;
    append(buffer, capacity, "%s", buffer[0] ? " " : "");
    append_date(buffer, capacity, first_day + (int32_t)i);
    if (end > i) {
      append(buffer, capacity, "..");
      append_date(buffer, capacity, first_day + (int32_t)end);
    }
    i = end;
  }
}

/* --- which dates the first rule matches; the holidays are 2026-01-01 (Th), 2026-01-06 (Tu), 2026-05-24 (Su), 2027-01-01 (Fr) ---
 */

static const char *const holiday_texts[] = {"2026-01-01", "2026-01-06", "2026-05-24", "2027-01-01"};

static const struct {
  const char *text, *from, *to, *dates;
} date_cases[] = {
    {"Mo", "2026-03-01", "2026-03-17", "2026-03-02 2026-03-09 2026-03-16"},
    {"Mo-Fr", "2026-03-01", "2026-03-09", "2026-03-02..2026-03-06 2026-03-09"},
    {"Sa,Su", "2026-03-01", "2026-03-09", "2026-03-01 2026-03-07..2026-03-08"},
    {"Sa-Mo", "2026-03-01", "2026-03-09", "2026-03-01..2026-03-02 2026-03-07..2026-03-09"},
    {"Fr-We", "2026-03-01", "2026-03-09", "2026-03-01..2026-03-04 2026-03-06..2026-03-09"},
    {"Mo-Mo", "2026-03-01", "2026-03-09", "2026-03-02 2026-03-09"},
    {"Fr-Mo,We", "2026-03-01", "2026-03-09", "2026-03-01..2026-03-02 2026-03-04 2026-03-06..2026-03-09"},
    {"Mo-Su", "2026-03-01", "2026-03-09", "2026-03-01..2026-03-09"},
    {"24/7", "2026-03-01", "2026-03-09", "2026-03-01..2026-03-09"},
    {"off", "2026-03-01", "2026-03-09", "2026-03-01..2026-03-09"},
    {"09:00-17:00", "2026-03-01", "2026-03-09", "2026-03-01..2026-03-09"},
    {" Mo , We \t", "2026-03-01", "2026-03-09", "2026-03-02 2026-03-04 2026-03-09"},
    /* holidays */
    {"PH", "2026-01-01", "2027-12-31", "2026-01-01 2026-01-06 2026-05-24 2027-01-01"},
    {"PH", "2026-01-02", "2026-05-23", "2026-01-06"},
    {"PH,Su", "2026-01-01", "2026-01-11", "2026-01-01 2026-01-04 2026-01-06 2026-01-11"},
    {"Su,PH", "2026-01-01", "2026-01-11", "2026-01-01 2026-01-04 2026-01-06 2026-01-11"},
    {"Mo-Fr,PH", "2026-05-22", "2026-05-26", "2026-05-22 2026-05-24..2026-05-26"},
    {"PH Mo-Fr", "2026-01-01", "2027-12-31", "2026-01-01 2026-01-06 2027-01-01"},
    {"PH Tu,Su[4]", "2026-01-01", "2027-12-31", "2026-01-06 2026-05-24"},
    {"PH Tu,Su[-1]", "2026-01-01", "2027-12-31", "2026-01-06"},
    {"PH,PH", "2026-01-01", "2026-01-08", "2026-01-01 2026-01-06"},
    {"2026 PH", "2026-01-01", "2027-12-31", "2026-01-01 2026-01-06 2026-05-24"},
    {"Jan 06 PH", "2026-01-01", "2027-12-31", "2026-01-06"},
    {"May PH,Mo[-1]", "2026-01-01", "2026-12-31", "2026-05-24..2026-05-25"},
    /* month days */
    {"Dec 25", "2025-01-01", "2027-12-31", "2025-12-25 2026-12-25 2027-12-25"},
    {"Jan 1", "2025-01-01", "2026-12-31", "2025-01-01 2026-01-01"},
    {"Dec 24-26", "2026-01-01", "2026-12-31", "2026-12-24..2026-12-26"},
    {"Dec 24-24", "2026-01-01", "2026-12-31", "2026-12-24"},
    {"Dec 24,26", "2026-01-01", "2026-12-31", "2026-12-24 2026-12-26"},
    {"Dec 24-26,28,30-31", "2026-01-01", "2026-12-31", "2026-12-24..2026-12-26 2026-12-28 2026-12-30..2026-12-31"},
    {"Dec 24-Jan 01", "2026-01-01", "2027-06-30", "2026-01-01 2026-12-24..2027-01-01"},
    {"Mar 10-May 02", "2026-01-01", "2026-12-31", "2026-03-10..2026-05-02"},
    {"Jan 01,Dec 25 off", "2026-01-01", "2026-12-31", "2026-01-01 2026-12-25"},
    {"Dec 25,26,Jan 01", "2026-01-01", "2026-12-31", "2026-01-01 2026-12-25..2026-12-26"},
    {"Dec 25-Dec 24", "2026-01-01", "2026-12-31", "2026-01-01..2026-12-31"},
    {"Feb 29", "2023-01-01", "2028-12-31", "2024-02-29 2028-02-29"},
    {"Feb 29", "1896-01-01", "1904-12-31", "1896-02-29 1904-02-29"},
    {"Feb 28-29", "2023-01-01", "2024-12-31", "2023-02-28 2024-02-28..2024-02-29"},
    {"Feb 29-Mar 02", "2023-01-01", "2024-12-31", "2023-03-01..2023-03-02 2024-02-29..2024-03-02"},
    {"Mar 01-Feb 29", "2023-01-01", "2024-12-31", "2023-01-01..2024-12-31"},
    {"Feb 29 Th", "2020-01-01", "2030-12-31", "2024-02-29"},
    /* months */
    {"Jul", "2026-01-01", "2027-12-31", "2026-07-01..2026-07-31 2027-07-01..2027-07-31"},
    {"Jul-Jul", "2026-01-01", "2026-12-31", "2026-07-01..2026-07-31"},
    {"Jul-Aug", "2026-01-01", "2026-12-31", "2026-07-01..2026-08-31"},
    {"Nov-Feb", "2027-01-01", "2028-12-31", "2027-01-01..2027-02-28 2027-11-01..2028-02-29 2028-11-01..2028-12-31"},
    {"Jan,Mar-Apr", "2026-01-01", "2026-12-31", "2026-01-01..2026-01-31 2026-03-01..2026-04-30"},
    {"Jan,Feb 06", "2026-01-01", "2026-12-31", "2026-01-01..2026-01-31 2026-02-06"},
    {"Jul-Aug Mo-Fr 09:00-15:00", "2026-06-28", "2026-07-07", "2026-07-01..2026-07-03 2026-07-06..2026-07-07"},
    {"Jan 8:00-14:00", "2026-01-30", "2026-02-02", "2026-01-30..2026-01-31"},
    {"Jan 5 8:00-14:00", "2026-01-01", "2026-01-31", "2026-01-05"},
    {"Dec 24-27 Th", "2026-01-01", "2026-12-31", "2026-12-24"},
    /* years */
    {"2026 Dec 24", "2025-01-01", "2028-12-31", "2026-12-24"},
    {"2026 Dec 24-26", "2025-01-01", "2028-12-31", "2026-12-24..2026-12-26"},
    {"2026 Dec 24,26", "2025-01-01", "2028-12-31", "2026-12-24 2026-12-26"},
    {"2026 Dec 24-2027 Jan 02", "2025-01-01", "2028-12-31", "2026-12-24..2027-01-02"},
    {"2026 Jul 30-Aug 02", "2025-01-01", "2028-12-31", "2026-07-30..2026-08-02"},
    {"2026 Dec 24,2027 Jan 05", "2025-01-01", "2028-12-31", "2026-12-24 2027-01-05"},
    {"2026 Dec 24-26,31,2028 Jan 01", "2025-01-01", "2028-12-31", "2026-12-24..2026-12-26 2026-12-31 2028-01-01"},
    {"2024 Feb 29", "2020-01-01", "2028-12-31", "2024-02-29"},
    {"2026", "2025-12-30", "2027-01-02", "2026-01-01..2026-12-31"},
    {"2026-2028", "2025-12-30", "2029-01-02", "2026-01-01..2028-12-31"},
    {"2026,2028", "2025-12-30", "2029-01-02", "2026-01-01..2026-12-31 2028-01-01..2028-12-31"},
    {"1900,2200", "1899-12-30", "1900-01-02", "1900-01-01..1900-01-02"},
    {"2200", "2200-12-30", "2201-01-02", "2200-12-30..2200-12-31"},
    {"2026 Mo", "2025-12-25", "2026-01-13", "2026-01-05 2026-01-12"},
    {"2026-2027 Dec 24", "2025-01-01", "2028-12-31", "2026-12-24 2027-12-24"},
    {"2026-2027 Dec 24,Dec 31", "2025-01-01", "2028-12-31", "2026-12-24 2026-12-31 2027-12-24 2027-12-31"},
    {"2024-2026,2028 Feb 29", "2020-01-01", "2032-12-31", "2024-02-29 2028-02-29"},
    {"2026-2027 Dec 30-Jan 02", "2025-01-01", "2028-12-31",
     "2026-01-01..2026-01-02 2026-12-30..2027-01-02 2027-12-30..2027-12-31"},
    {"2026 Feb", "2025-01-01", "2028-12-31", "2026-02-01..2026-02-28"},
    {"2028 Feb", "2025-01-01", "2028-12-31", "2028-02-01..2028-02-29"},
    {"2026 Jul-Aug,Dec", "2025-01-01", "2028-12-31", "2026-07-01..2026-08-31 2026-12-01..2026-12-31"},
    {"2026 Dec-Jan", "2025-01-01", "2028-12-31", "2026-01-01..2026-01-31 2026-12-01..2026-12-31"},
    {"2026 Jan,2027 Mar", "2025-01-01", "2028-12-31", "2026-01-01..2026-01-31 2027-03-01..2027-03-31"},
    /* nth weekdays */
    {"Nov Th[4] off", "2025-01-01", "2027-12-31", "2025-11-27 2026-11-26 2027-11-25"},
    {"May Mo[-1]", "2025-01-01", "2027-12-31", "2025-05-26 2026-05-25 2027-05-31"},
    {"Mo[1]", "2026-01-01", "2026-04-30", "2026-01-05 2026-02-02 2026-03-02 2026-04-06"},
    {"Th[1,3]", "2026-01-01", "2026-02-28", "2026-01-01 2026-01-15 2026-02-05 2026-02-19"},
    {"Th[1-2]", "2026-01-01", "2026-02-28", "2026-01-01 2026-01-08 2026-02-05 2026-02-12"},
    {"Th[1,-1]", "2026-01-01", "2026-02-28", "2026-01-01 2026-01-29 2026-02-05 2026-02-26"},
    {"Th[-5]", "2026-01-01", "2026-06-30", "2026-01-01 2026-04-02"},
    {"Th[5]", "2026-01-01", "2026-06-30", "2026-01-29 2026-04-30"},
    {"Th[5]", "2026-01-29", "2026-04-29", "2026-01-29"},
    {"Nov-Dec Th[4]", "2026-01-01", "2026-12-31", "2026-11-26 2026-12-24"},
    {"Jan Mo[1],Tu", "2026-01-01", "2026-02-28", "2026-01-05..2026-01-06 2026-01-13 2026-01-20 2026-01-27"},
    {"Jan Mo,Mo[1]", "2026-01-01", "2026-01-14", "2026-01-05 2026-01-12"},
    {"2026 Nov Th[4]", "2025-01-01", "2027-12-31", "2026-11-26"},
    {"Nov 20-25 Th[4]", "2025-01-01", "2028-12-31", "2027-11-25 2028-11-23"},
    {"Nov Th [ 4 ]", "2026-01-01", "2026-12-31", "2026-11-26"},
    /* Easter: 2024-03-31, 2025-04-20, 2026-04-05, 2027-03-28 */
    {"easter", "2024-01-01", "2027-12-31", "2024-03-31 2025-04-20 2026-04-05 2027-03-28"},
    {"easter -2 days", "2024-01-01", "2027-12-31", "2024-03-29 2025-04-18 2026-04-03 2027-03-26"},
    {"easter +1 day off", "2024-01-01", "2027-12-31", "2024-04-01 2025-04-21 2026-04-06 2027-03-29"},
    {"easter + 50 days", "2026-01-01", "2026-12-31", "2026-05-25"},
    {"easter -2 days,easter +1 day", "2026-01-01", "2026-12-31", "2026-04-03 2026-04-06"},
    {"Dec 25,easter", "2026-01-01", "2026-12-31", "2026-04-05 2026-12-25"},
    {"2026 easter +1 day", "2024-01-01", "2027-12-31", "2026-04-06"},
    {"2025-2026 easter", "2024-01-01", "2027-12-31", "2025-04-20 2026-04-05"},
    {"2025 easter,2027 easter -2 days", "2024-01-01", "2027-12-31", "2025-04-20 2027-03-26"},
    {"easter -200 days", "2026-01-01", "2026-12-31", "2026-09-09"},
    {"easter Su", "2026-01-01", "2026-12-31", "2026-04-05"},
    {"easter Mo", "2026-01-01", "2026-12-31", ""},
};

static void test_dates(void **state) {
  (void)state;
  int32_t holidays[4];
  for (size_t i = 0; i < 4; i++)
    holidays[i] = day_of_text(holiday_texts[i]);
  for (size_t i = 0; i < sizeof date_cases / sizeof *date_cases; i++) {
    failing_allocator memory = {.fail_at = -1};
    csup_arena arena = arena_over(&memory);
    csup_hours hours;
    csup_error error = {0};
    csup_status status = csup_hours_parse(date_cases[i].text, &arena, &hours, &error);
    if (status)
      fail_msg("'%s': %s (column %d)", date_cases[i].text, error.message, error.column);
    int32_t first = day_of_text(date_cases[i].from);
    size_t count = (size_t)(day_of_text(date_cases[i].to) - first + 1);
    uint8_t *marks = calloc(count + 2, 1);
    marks[0] = marks[count + 1] = 7; /* sentinels on both sides */
    csup_hours_mark(hours.rules, first, count, holidays, 4, marks + 1);
    char found[2000];
    runs_of(marks + 1, first, count, found, sizeof found);
    if (strcmp(found, date_cases[i].dates) != 0)
      fail_msg("'%s' from %s to %s:\n  expected %s\n  found    %s", date_cases[i].text, date_cases[i].from, date_cases[i].to,
               date_cases[i].dates, found);
    assert_int_equal(marks[0], 7);
    assert_int_equal(marks[count + 1], 7);
    free(marks);
    csup_arena_free(&arena);
    assert_int_equal(memory.blocks, 0);
  }
}

/* Any window gives what the whole range gives, and marks that stand are left alone. */
static void test_windows(void **state) {
  (void)state;
  int32_t holidays[4];
  for (size_t i = 0; i < 4; i++)
    holidays[i] = day_of_text(holiday_texts[i]);
  const int32_t first = csup_day_of(1899, 1, 1);
  const size_t count = (size_t)(csup_day_of(2202, 1, 1) - first);
  uint8_t *whole = malloc(count), *part = malloc(count);
  random_source random = random_start("windows");
  for (size_t i = 0; i < sizeof date_cases / sizeof *date_cases; i++) {
    csup_arena arena = arena_over(&(failing_allocator){.fail_at = -1});
    csup_hours hours;
    assert_int_equal(csup_hours_parse(date_cases[i].text, &arena, &hours, NULL), CSUP_OK);
    memset(whole, 0, count);
    csup_hours_mark(hours.rules, first, count, holidays, 4, whole);
    for (int turn = 0; turn < 30; turn++) {
      size_t from = random_next(&random) % count, length = random_next(&random) % (turn < 20 ? 400 : count);
      length = length < count - from ? length : count - from;
      memset(part, 2, length);
      csup_hours_mark(hours.rules, first + (int32_t)from, length, holidays, 4, part);
      for (size_t k = 0; k < length; k++)
        if ((part[k] & 1) != whole[from + k])
          fail_msg("'%s': window of %zu from day %zu differs at %zu", date_cases[i].text, length, from, k);
    }
    csup_arena_free(&arena);
  }
  free(whole);
  free(part);
}

/* --- rules: ';' or ',' before, '!' when bounded, then the spans in HH:MM:SS, or off --- */

static const struct {
  const char *text, *rules;
} rule_cases[] = {
    {"", ""},
    {" \t\r\n ", ""},
    {"24/7", ";00:00-24:00"},
    {"24/7; PH off", ";00:00-24:00 ;!off"},
    {"24/7 off", ";off"},
    {"off", ";off"},
    {"closed", ";off"},
    {"Mo", ";00:00-24:00"},
    {"PH", ";!00:00-24:00"},
    {"Mo-Fr 09:00-17:00", ";09:00-17:00"},
    {"Mo-Fr09:00-17:00", ";09:00-17:00"},
    {"Mo - Fr 9:00 - 17:00 ;PH closed", ";09:00-17:00 ;!off"},
    {"Mo-Fr\n09:00-17:00;\nPH off", ";09:00-17:00 ;!off"},
    {"09:00-12:00,13:00-17:00", ";09:00-12:00,13:00-17:00"},
    {"09:00-12:00, 13:00-17:00", ";09:00-12:00,13:00-17:00"},
    {"13:00-17:00,09:00-14:00", ";13:00-17:00,09:00-14:00"},
    {"22:00-06:00", ";22:00-30:00"},
    {"22:00-30:00", ";22:00-30:00"},
    {"23:30-23:15", ";23:30-47:15"},
    {"18:00-00:00", ";18:00-24:00"},
    {"18:00-24:00", ";18:00-24:00"},
    {"00:00-24:00", ";00:00-24:00"},
    {"00:00-48:00", ";00:00-48:00"},
    {"10:00-34:00", ";10:00-34:00"},
    {"10:00-47:59:59", ";10:00-47:59:59"},
    {"01:00:01-00:59", ";01:00:01-24:59"},
    {"09:00:30-17:00:15,23:59:59-24:00:00", ";09:00:30-17:00:15,23:59:59-24:00"},
    {"Mo 09:00-17:00, Tu 10:00-12:00", ";09:00-17:00 ,10:00-12:00"},
    {"Mo 09:00-17:00,Tu 10:00-12:00,13:00-14:00; We off", ";09:00-17:00 ,10:00-12:00,13:00-14:00 ;off"},
    {"PH off, Dec 25 10:00-12:00", ";!off ,10:00-12:00"},
    {"PH off,Dec 25", ";!off ,00:00-24:00"},
    {"Mo 09:00-17:00,2026 10:00-12:00", ";09:00-17:00 ,!10:00-12:00"},
    {"Mo 09:00-17:00, 24/7", ";09:00-17:00 ,00:00-24:00"},
    /* closing is never an addition */
    {"Mo-Fr 09:00-17:00, We off", ";09:00-17:00 ;off"},
    {"Mo-Fr 09:00-17:00, PH off, Dec 24 09:00-12:00", ";09:00-17:00 ;!off ,09:00-12:00"},
    /* bounded: named years, or holidays, and nothing else */
    {"2026 off; 2026 Dec 24 off; 2026 Jul off; 2026-2027 Jul off; 2026 easter off", ";!off ;!off ;!off ;!off ;!off"},
    {"PH Mo off; Dec PH off; 2026 Mo,PH off", ";!off ;!off ;!off"},
    {"PH,Mo off; Dec 25 off; easter off; Mo[1] off; Jul off", ";off ;off ;off ;off ;off"},
    {"Mo-Fr 09:00-17:00; PH off; Nov Th[4] off; 2026 Dec 24 09:00-12:00", ";09:00-17:00 ;!off ;off ;!09:00-12:00"},
};

static void append_time(char *buffer, size_t capacity, int32_t seconds) {
  append(buffer, capacity, "%02d:%02d", seconds / 3600, seconds / 60 % 60);
  if (seconds % 60)
    append(buffer, capacity, ":%02d", seconds % 60);
}

static void test_rules(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof rule_cases / sizeof *rule_cases; i++) {
    csup_arena arena = arena_over(&(failing_allocator){.fail_at = -1});
    csup_hours hours;
    csup_error error = {0};
    csup_status status = csup_hours_parse(rule_cases[i].text, &arena, &hours, &error);
    if (status)
      fail_msg("'%s': %s (column %d)", rule_cases[i].text, error.message, error.column);
    char found[1000] = "";
    for (size_t r = 0; r < hours.rule_count; r++) {
      const csup_hours_rule *rule = &hours.rules[r];
      append(found, sizeof found, "%s%s%s%s", r ? " " : "", rule->adds ? "," : ";", rule->bounded ? "!" : "",
             rule->span_count ? "" : "off");
      for (size_t s = 0; s < rule->span_count; s++) {
        assert_in_range(rule->spans[s].from, 0, 86399);
        assert_in_range(rule->spans[s].to, rule->spans[s].from + 1, 172800);
        append(found, sizeof found, "%s", s ? "," : "");
        append_time(found, sizeof found, rule->spans[s].from);
        append(found, sizeof found, "-");
        append_time(found, sizeof found, rule->spans[s].to);
      }
    }
    assert_string_equal(found, rule_cases[i].rules);
    csup_arena_free(&arena);
  }
}

/* --- refusals: line, column, and what the sentence says --- */

static const struct {
  const char *text;
  int line, column;
  const char *says;
} error_cases[] = {
    {";", 1, 1, "expected a rule: a year, month, easter, weekday, PH, time, 24/7 or 'off', found ';'"},
    {"Mo 09:00-17:00;; PH off", 1, 16, "expected a rule"},
    {"Mo 09:00-17:00;", 1, 16, "but the text ends here"},
    {"Mo 09:00-17:00, ", 1, 17, "expected a rule"},
    {",Mo", 1, 1, "expected a rule"},
    {"Fe 30", 1, 1, "found 'Fe'"},
    {"Monday 09:00-17:00", 1, 1, "found 'Monday'"},
    {"mo 09:00-17:00", 1, 1, "found 'mo': write 'Mo'"},
    {"DEC 25", 1, 1, "write 'Dec'"},
    {"Mo Off", 1, 4, "write 'off'"},
    {"Easter", 1, 1, "write 'easter'"},
    {"Mo,ph off", 1, 4, "write 'PH'"},
    {"SH off", 1, 1, "found 'SH'"},
    {"week 1-10 09:00-17:00", 1, 1, "found 'week'"},
    {"\xc3\xa9", 1, 1, "found another character"},
    {"Mo 09:00\xe2\x80\x93 17:00", 1, 9, "expected '-' and the end of the time range"},
    /* times */
    {"25:70", 1, 1, "expected a time from 00:00 to 23:59:59"},
    {"24:00-26:00", 1, 1, "expected a time from 00:00 to 23:59:59"},
    {"Mo-Fr 24:00-06:00", 1, 7, "expected a time from 00:00 to 23:59:59"},
    {"Mo-Fr 10:00-25:70", 1, 16, "expected minutes from 00 to 59, found '70'"},
    {"Mo-Fr 10:60-12:00", 1, 10, "expected minutes from 00 to 59, found '60'"},
    {"Mo-Fr 10:00:60-12:00", 1, 13, "expected seconds from 00 to 59"},
    {"Mo-Fr 10:5-12:00", 1, 10, "expected two digits of minutes"},
    {"Mo-Fr 10:005-12:00", 1, 10, "expected two digits of minutes"},
    {"Mo-Fr 10:00:5-12:00", 1, 13, "expected two digits of seconds"},
    {"Mo-Fr 10:00-12:00:00:00", 1, 21, "expected ',', ';' or the end"},
    {"Mo-Fr 10:00-49:00", 1, 13, "expected an end from 00:00 to 48:00"},
    {"Mo-Fr 10:00-48:00:01", 1, 13, "expected an end from 00:00 to 48:00"},
    {"Mo-Fr 10:00-99999999999:00", 1, 13, "expected an end"},
    {"Mo-Fr 09:00-09:00", 1, 13, "expected an end that differs from the beginning"},
    {"00:00-00:00", 1, 7, "00:00-24:00"},
    {"Mo-Fr 09:00-", 1, 13, "expected an end from 00:00 to 48:00, but the text ends here"},
    {"Mo-Fr 09:00", 1, 12, "expected '-'"},
    {"Mo-Fr 09:00+", 1, 12, "found '+'"},
    {"Mo-Fr 09:00-17:00+", 1, 18, "found '+'"},
    {"Mo-Fr 09:00-17:00/2", 1, 18, "found '/'"},
    {"Mo-Fr 09:00x-17:00", 1, 12, "expected '-' and the end of the time range, found 'x'"},
    {"Mo-Fr nine-17:00", 1, 7, "expected a time such as 09:00-17:00"},
    {"Mo-Fr sunrise-sunset", 1, 7, "found 'sunrise'"},
    {"Mo-Fr 09:00-sunset", 1, 13, "found 'sunset'"},
    {"Mo-Fr 0900-1700", 1, 7, "found '0900'"},
    {"Mo-Fr 09.00-17.00", 1, 7, "found '09'"},
    {"09-17", 1, 1, "expected a year of four digits, or a time such as 09:00-17:00"},
    {"Mo-Fr 09:00-17:00,18:00", 1, 24, "expected '-'"},
    {"Mo-Fr 09:00-17:00 10:00-12:00", 1, 19, "expected ',', ';' or the end"},
    {"Mo-Fr 09:00-17:00 \"by appointment\"", 1, 19, "found '\"'"},
    {"Mo-Fr 09:00-17:00 open", 1, 19, "found 'open'"},
    {"Mo-Fr 09:00-17:00 || off", 1, 19, "found '|'"},
    {"Mo-Fr 09:00-17:00 off", 1, 19, "closes whole dates"},
    {"10:00-14:00 Mo-Fr", 1, 13, "found 'Mo'"},
    {"Mo unknown", 1, 4, "found 'unknown'"},
    {"off Mo", 1, 5, "found 'Mo'"},
    {"off off", 1, 5, "found 'off'"},
    {"Mo: 09:00-17:00", 1, 3, "found ':'"},
    /* 24/7 */
    {"24/7, Mo off", 1, 5, "expected 'off', ';' or the end"},
    {"24/7 09:00-17:00", 1, 6, "expected 'off', ';' or the end"},
    {"24/70", 1, 1, "expected a year of four digits"},
    {"Mo-Fr 24/7", 1, 7, "expected a time such as"},
    /* weekdays */
    {"Mo-", 1, 4, "expected a weekday, Mo to Su, as the end of the range"},
    {"Mo-We-Fr", 1, 6, "found '-'"},
    {"Mo,", 1, 4, "expected a weekday, Mo to Su, or PH"},
    {"Mo,09:00-17:00", 1, 4, "expected a weekday"},
    {"Mo,Dec 25", 1, 4, "expected a weekday"},
    {"PH,Dec 25", 1, 4, "expected a weekday"},
    {"PH-Mo", 1, 3, "found '-'"},
    {"PH[1]", 1, 3, "found '['"},
    {"PH +1 day off", 1, 4, "found '+'"},
    {"Mo PH", 1, 4, "found 'PH'"},
    {"PH Mo,Dec", 1, 7, "expected a weekday"},
    {"Mo-We[1]", 1, 6, "found '['"},
    {"Mo[1]-We", 1, 6, "found '-'"},
    {"Th[0]", 1, 4, "expected a number from 1 to 5 or -1 to -5, found '0'"},
    {"Th[6]", 1, 4, "expected a number from 1 to 5"},
    {"Th[-6]", 1, 5, "expected a number from 1 to 5"},
    {"Th[10]", 1, 4, "expected a number from 1 to 5"},
    {"Th[]", 1, 4, "expected a number from 1 to 5"},
    {"Th[1-6]", 1, 6, "expected a number from the first of the range to 5"},
    {"Th[2-1]", 1, 6, "expected a number from the first of the range to 5"},
    {"Th[1-x]", 1, 6, "expected a number from 1 to 5"},
    {"Th[-2--1]", 1, 6, "expected ',' or ']'"},
    {"Th[1,]", 1, 6, "expected a number"},
    {"Th[1", 1, 5, "expected ',' or ']', but the text ends here"},
    {"Nov Th[4] +1 day off", 1, 11, "found '+'"},
    /* dates */
    {"Feb 30", 1, 5, "expected a day of that month, found '30'"},
    {"Apr 31", 1, 5, "expected a day of that month"},
    {"Jan 00", 1, 5, "expected a day of that month"},
    {"Jan 32", 1, 5, "expected a day of that month"},
    {"Jan 123", 1, 5, "expected a day of the month"},
    {"Jan-", 1, 5, "expected a month, Jan to Dec, as the end of the range"},
    {"Jan-Feb 10", 1, 9, "expected no day here"},
    {"Jan 10-Feb", 1, 11, "expected a day of the month, but the text ends here"},
    {"Jan 10-Feb 30", 1, 12, "expected a day of that month"},
    {"Jan 10-", 1, 8, "expected the day, or the month and day, at which the range ends"},
    {"Dec 26-24", 1, 8, "expected a day not before the first of the range"},
    {"Dec 24-26-28", 1, 10, "found '-'"},
    {"Dec 24-Jan 01,05", 1, 15, "expected a month, Jan to Dec, or easter, found '05'"},
    {"Dec 24,26-", 1, 11, "expected the day at which the range ends"},
    {"Dec 24,32", 1, 8, "expected a day of that month"},
    {"Dec 24,26-25", 1, 11, "expected a day not before"},
    {"Dec 24,Mo", 1, 8, "expected a month, Jan to Dec, or easter, found 'Mo'"},
    {"Jan 5,8:00-14:00", 1, 7, "expected a month"},
    {"Jan,", 1, 5, "expected a month"},
    {"Jan 01-31/7", 1, 10, "found '/'"},
    /* years */
    {"2023 Feb 29 10:00-12:00", 1, 10, "expected a day of that month in that year, found '29'"},
    {"1899", 1, 1, "expected a year from 1900 to 2200"},
    {"2201 Jan 01", 1, 1, "expected a year from 1900 to 2200"},
    {"202 Jan 01", 1, 1, "expected a year of four digits"},
    {"20260", 1, 1, "expected a rule"},
    {"2026-", 1, 6, "expected a year from 1900 to 2200, but the text ends here"},
    {"2026-2201", 1, 6, "expected a year from 1900 to 2200"},
    {"2027-2026", 1, 6, "expected a year not before the first of the range"},
    {"2026,", 1, 6, "expected a year from 1900 to 2200"},
    {"2026,Mo", 1, 6, "expected a year from 1900 to 2200"},
    {"2026+", 1, 5, "found '+'"},
    {"2026-2030/2", 1, 10, "found '/'"},
    {"2026 Dec 24-Jan 02", 1, 13, "with its own year if it is in another"},
    {"2026 Dec 24-2026 Jan 02", 1, 13, "expected an end that is not before the beginning"},
    {"2026 Dec 24-2027", 1, 17, "expected a month, Jan to Dec, but the text ends here"},
    {"2026 Dec 24-2300 Jan 01", 1, 13, "expected a year from 1900 to 2200"},
    {"2026 Dec 24-2027 Feb 29", 1, 22, "expected a day of that month in that year"},
    {"Dec 24-2027 Jan 02", 1, 8, "expected a month or day without year"},
    {"2026 Dec 24,Dec 25", 1, 13, "expected a date with its year, like the first one"},
    {"2026 Dec 24,easter", 1, 13, "expected a date with its year"},
    {"2026 Dec 24,Jul", 1, 13, "expected a date with its year"},
    {"2026 Dec 24,2201 Jan 01", 1, 13, "expected a year from 1900 to 2200"},
    {"2026 Jul,Dec 24", 1, 14, "expected another whole month"},
    {"2026 Jul,easter", 1, 10, "expected a date with its year"},
    {"2026 Nov-2027 Jan", 1, 10, "expected a month, Jan to Dec, as the end of the range"},
    {"Dec 24,2026 Dec 25", 1, 8, "expected a date without year, like the first one"},
    {"2026-2028 Dec 24,2030 Dec 24", 1, 18, "expected a date without year"},
    {"2026-2028 Dec 24-2030 Dec 24", 1, 18, "expected a month or day without year"},
    /* Easter */
    {"easter -2", 1, 10, "expected 'day' or 'days'"},
    {"easter -2 weeks", 1, 11, "expected 'day' or 'days', found 'weeks'"},
    {"easter 2 days", 1, 8, "found '2'"},
    {"easter + days", 1, 10, "expected a number of days"},
    {"easter +0 days", 1, 9, "expected a number of days from 1 to 200"},
    {"easter -201 days", 1, 9, "expected a number of days from 1 to 200"},
    {"easter +1 day +1 day", 1, 15, "found '+'"},
    {"easter-Jun 01", 1, 7, "expected no range with easter"},
    {"easter -2 days-easter +1 day", 1, 15, "expected no range with easter"},
    {"Mar 01-easter", 1, 8, "expected no range with easter"},
    {"2026 Mar 01-2026 easter", 1, 18, "expected no range with easter"},
    {"easter[1]", 1, 7, "found '['"},
    /* lines */
    {"Mo-Fr 09:00-17:00;\n  PH of", 2, 6, "found 'of'"},
    {"Mo-Fr 09:00-17:00;\n", 2, 1, "expected a rule"},
};

static void test_refusals(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof error_cases / sizeof *error_cases; i++) {
    failing_allocator memory = {.fail_at = -1};
    csup_arena arena = arena_over(&memory);
    csup_hours hours = {77, NULL};
    csup_error error = {0};
    csup_status status = csup_hours_parse(error_cases[i].text, &arena, &hours, &error);
    if (status != CSUP_E_SYNTAX || error.status != status || error.line != error_cases[i].line ||
        error.column != error_cases[i].column || !strstr(error.message, error_cases[i].says))
      fail_msg("'%s': status %d, line %d, column %d: %s\n  expected line %d, column %d: %s", error_cases[i].text, status,
               error.line, error.column, error.message, error_cases[i].line, error_cases[i].column, error_cases[i].says);
    assert_int_equal(hours.rule_count, 77); /* nothing is written on failure */
    assert_int_equal(csup_hours_parse(error_cases[i].text, &arena, &hours, NULL), CSUP_E_SYNTAX);
    csup_arena_free(&arena);
    assert_int_equal(memory.blocks, 0);
  }
}

static void test_no_text(void **state) {
  (void)state;
  csup_arena arena = arena_over(&(failing_allocator){.fail_at = -1});
  csup_hours hours;
  csup_error error = {0};
  assert_int_equal(csup_hours_parse(NULL, &arena, &hours, &error), CSUP_E_ARGUMENT);
  assert_int_equal(error.status, CSUP_E_ARGUMENT);
  csup_arena_free(&arena);
}

/* Every allocation fails once. */
static void test_no_memory(void **state) {
  (void)state;
  static const char text[] =
      "Mo-Fr 09:00-12:00,13:00-17:00; PH off; Dec 24-Jan 01 off; easter -2 days,easter +1 day off; 2026 Jul off";
  /* a large text too, so that the arena asks for more than its first chunk */
  char *large = calloc(4000, sizeof text + 2);
  for (int i = 0; i < 2000; i++)
    strcat(strcpy(large + strlen(large), i ? "; " : ""), i % 2 ? text : "Nov Th[4] off");
  const char *const texts[] = {text, large};
  for (size_t t = 0; t < 2; t++) {
    bool done = false;
    for (long fail_at = 0; !done; fail_at++) {
      failing_allocator memory = {.fail_at = fail_at};
      csup_arena arena = arena_over(&memory);
      csup_hours hours = {77, NULL};
      csup_error error = {0};
      csup_status status = csup_hours_parse(texts[t], &arena, &hours, &error);
      done = status == CSUP_OK;
      if (!done) {
        assert_int_equal(status, CSUP_E_NOMEM);
        assert_int_equal(error.status, CSUP_E_NOMEM);
        assert_int_equal(hours.rule_count, 77);
      }
      csup_arena_free(&arena);
      assert_int_equal(memory.blocks, 0);
      assert_true(fail_at < 10000);
    }
  }
  free(large);
}

/* Long texts of every kind: parsed, or refused at their end, without recursion or quadratic work. */
static void test_long_texts(void **state) {
  (void)state;
  static const char *const items[] = {"Mo 09:00-17:00;",
                                      "Mo 09:00-17:00,",
                                      "off;",
                                      "09:00-17:00,",
                                      "Jan 01,",
                                      "Jan 01-Feb 02,",
                                      "Jan 01,02,03-05,",
                                      "easter +1 day,",
                                      "Mo,",
                                      "Mo[1],",
                                      "PH,",
                                      "2026,",
                                      "2026 Jan 01,",
                                      "2026 Nov-Feb,",
                                      "2026 Jan 01-2199 Dec 31,",
                                      "[",
                                      "-",
                                      "(",
                                      " ",
                                      "\n",
                                      "M",
                                      "9"};
  const size_t length = 100000;
  char *text = malloc(length + 100);
  int32_t holiday = csup_day_of(2026, 1, 1);
  const int32_t first = csup_day_of(1899, 1, 1);
  const size_t count = (size_t)(csup_day_of(2202, 1, 1) - first);
  uint8_t *marks = calloc(count, 1);
  for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
    size_t at = 0;
    while (at < length)
      at += (size_t)sprintf(text + at, "%s", items[i]);
    csup_arena arena = arena_over(&(failing_allocator){.fail_at = -1});
    csup_hours hours = {0, NULL};
    csup_error error = {0};
    csup_status status = csup_hours_parse(text, &arena, &hours, &error);
    if (strspn(items[i], " \n") == strlen(items[i])) {
      assert_int_equal(status, CSUP_OK);
    } else {
      assert_int_equal(status, CSUP_E_SYNTAX);
      assert_true(error.column == 1 || error.column == (int32_t)at + 1);
    }
    text[at - 1] = '\0'; /* without the last separator most are good */
    status = csup_hours_parse(text, &arena, &hours, &error);
    if (strchr(",;", items[i][strlen(items[i]) - 1]))
      assert_int_equal(status, CSUP_OK);
    if (status == CSUP_OK)
      for (size_t r = 0; r < hours.rule_count && r < 3; r++)
        csup_hours_mark(&hours.rules[r], first, count, &holiday, 1, marks);
    csup_arena_free(&arena);
  }
  free(marks);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_dates),     cmocka_unit_test(test_windows),
                                     cmocka_unit_test(test_rules),     cmocka_unit_test(test_refusals),
                                     cmocka_unit_test(test_no_text),   cmocka_unit_test(test_no_memory),
                                     cmocka_unit_test(test_long_texts)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
