#include "calendar/dates.h"

#include "time/civil.h"

#include <string.h>

typedef struct month_days {
  int16_t first, last; /* in the count of a leap year, both included, first <= last */
} month_days;

struct csup_hours_dates {
  bool any_year;
  bool has_nth;
  uint8_t plain; /* bit per weekday, 0 is Monday: matched every time */
  csup_dates_holidays holidays;
  uint16_t weekdays[7];
  uint64_t years[CSUP_DATES_YEAR_WORDS];
  size_t month_days_count, period_count, easter_count;
  const month_days *month_days;
  const csup_day_range *periods;
  const int16_t *easter;
};

#define EVERY_WEEKDAY 0x7f
#define FEBRUARY_29   59

int32_t csup_dates_month_day(int32_t month, int32_t day) {
  static const int16_t before[12] = {0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335};
  return before[month - 1] + day - 1;
}

void csup_dates_begin(csup_dates_draft *draft, csup_day_range *periods) {
  memset(draft, 0, sizeof *draft);
  draft->periods = periods;
}

void csup_dates_add_years(csup_dates_draft *draft, int32_t first, int32_t last) {
  draft->has_years = true;
  for (int32_t year = first; year <= last; year++) {
    uint32_t bit = (uint32_t)(year - CSUP_DATES_FIRST_YEAR);
    draft->years[bit / 64] |= UINT64_C(1) << bit % 64;
  }
}

void csup_dates_add_month_days(csup_dates_draft *draft, int32_t first, int32_t last) {
  draft->has_items = true;
  draft->has_month_days = true;
  if (last < first) {
    memset(draft->month_days + first, 1, (size_t)(CSUP_DATES_YEAR_DAYS - first));
    first = 0;
  }
  memset(draft->month_days + first, 1, (size_t)(last - first + 1));
}

void csup_dates_add_period(csup_dates_draft *draft, int32_t first, int32_t last) {
  draft->has_items = true;
  draft->periods[draft->period_count].first = first;
  draft->periods[draft->period_count++].last = last;
}

void csup_dates_add_easter(csup_dates_draft *draft, int32_t offset) {
  draft->has_items = true;
  draft->has_easter = true;
  draft->easter[offset + CSUP_DATES_EASTER_REACH] = 1;
}

void csup_dates_add_weekdays(csup_dates_draft *draft, int32_t first, int32_t last, uint16_t which) {
  draft->has_weekdays = true;
  for (int32_t weekday = first;; weekday = (weekday + 1) % 7) {
    draft->weekdays[weekday] |= which;
    if (weekday == last)
      break;
  }
}

/* The marked month days as runs, written to `runs` unless it is NULL. */
static size_t month_day_runs(const csup_dates_draft *draft, month_days *runs) {
  if (!draft->has_items) {
    if (runs)
      runs[0] = (month_days){0, CSUP_DATES_YEAR_DAYS - 1};
    return 1;
  }
  size_t count = 0;
  if (!draft->has_month_days)
    return 0;
  for (int16_t day = 0; day < CSUP_DATES_YEAR_DAYS; day++) {
    if (!draft->month_days[day])
      continue;
    int16_t first = day;
    while (day + 1 < CSUP_DATES_YEAR_DAYS && draft->month_days[day + 1])
      day++;
    if (runs)
      runs[count] = (month_days){first, day};
    count++;
  }
  return count;
}

static size_t easter_offsets(const csup_dates_draft *draft, int16_t *offsets) {
  size_t count = 0;
  if (!draft->has_easter)
    return 0;
  for (int16_t i = 0; i <= 2 * CSUP_DATES_EASTER_REACH; i++)
    if (draft->easter[i]) {
      if (offsets)
        offsets[count] = (int16_t)(i - CSUP_DATES_EASTER_REACH);
      count++;
    }
  return count;
}

const csup_hours_dates *csup_dates_finish(const csup_dates_draft *draft, csup_arena *arena) {
  csup_hours_dates *dates = csup_arena_allocate(arena, 1, sizeof *dates);
  if (!dates)
    return NULL;
  dates->any_year = !draft->has_years;
  memcpy(dates->years, draft->years, sizeof dates->years);
  dates->holidays = draft->holidays;
  for (int i = 0; i < 7; i++) {
    uint16_t which = draft->has_weekdays ? draft->weekdays[i] : CSUP_DATES_EVERY;
    dates->weekdays[i] = which;
    if (which & CSUP_DATES_EVERY)
      dates->plain |= (uint8_t)(1u << i);
    else if (which)
      dates->has_nth = true;
  }
  dates->period_count = draft->period_count;
  dates->periods = draft->periods;
  dates->month_days_count = month_day_runs(draft, NULL);
  if (dates->month_days_count > 0) {
    month_days *runs = csup_arena_allocate(arena, dates->month_days_count, sizeof *runs);
    if (!runs)
      return NULL;
    month_day_runs(draft, runs);
    dates->month_days = runs;
  }
  dates->easter_count = easter_offsets(draft, NULL);
  if (dates->easter_count > 0) {
    int16_t *offsets = csup_arena_allocate(arena, dates->easter_count, sizeof *offsets);
    if (!offsets)
      return NULL;
    easter_offsets(draft, offsets);
    dates->easter = offsets;
  }
  return dates;
}

bool csup_dates_bounded(const csup_hours_dates *dates) {
  return dates->holidays == CSUP_HOLIDAYS_ONLY || !dates->any_year || (dates->month_days_count == 0 && dates->easter_count == 0);
}

/* --- marking --- */

typedef struct marking {
  const csup_hours_dates *dates;
  int32_t first, last; /* the window, both included */
  const int32_t *holidays;
  size_t holiday_count;
  uint8_t *marks; /* of `first` */
} marking;

/* First holiday at or after a day. */
static size_t holiday_from(const marking *m, int32_t day) {
  size_t low = 0, high = m->holiday_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (m->holidays[middle] < day)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static bool weekday_matches(const csup_hours_dates *dates, int32_t day) {
  uint16_t which = dates->weekdays[csup_weekday_of(day)];
  if (which == 0 || which & CSUP_DATES_EVERY)
    return which != 0;
  int32_t year, month, month_day;
  csup_civil_of(day, &year, &month, &month_day);
  int32_t from_start = (month_day - 1) / 7 + 1, from_end = (csup_month_days(year, month) - month_day) / 7 + 1;
  return (which & (CSUP_DATES_NTH(from_start) | CSUP_DATES_NTH(-from_end))) != 0;
}

static void mark_holidays(const marking *m, int32_t first, int32_t last, bool by_weekday) {
  for (size_t i = holiday_from(m, first); i < m->holiday_count && m->holidays[i] <= last; i++)
    if (!by_weekday || weekday_matches(m->dates, m->holidays[i]))
      m->marks[m->holidays[i] - m->first] = 1;
}

/* The same weekdays week after week: eight weeks are seven words, so long stretches go a word at a time. */
static void mark_plain_weekdays(const marking *m, int32_t first, int32_t last) {
  uint8_t *at = m->marks + (first - m->first), *end = m->marks + (last - m->first) + 1;
  if (m->dates->plain == EVERY_WEEKDAY) {
    memset(at, 1, (size_t)(end - at));
    return;
  }
  int32_t weekday = csup_weekday_of(first);
  if (end - at >= 56) {
    uint8_t pattern[56];
    uint64_t words[7];
    for (int i = 0; i < 56; i++)
      pattern[i] = m->dates->plain >> (weekday + i) % 7 & 1;
    memcpy(words, pattern, sizeof words);
    for (; end - at >= 56; at += 56)
      for (int i = 0; i < 7; i++) {
        uint64_t word;
        memcpy(&word, at + 8 * i, sizeof word);
        word |= words[i];
        memcpy(at + 8 * i, &word, sizeof word);
      }
  }
  for (; at < end; at++) {
    *at |= m->dates->plain >> weekday & 1;
    weekday = weekday == 6 ? 0 : weekday + 1;
  }
}

static void mark_nth_weekdays(const marking *m, int32_t first, int32_t last) {
  int32_t year, month, day;
  csup_civil_of(first, &year, &month, &day);
  for (int32_t start = first - day + 1; start <= last;) {
    int32_t next = start + csup_month_days(year, month), start_weekday = csup_weekday_of(start);
    for (int32_t weekday = 0; weekday < 7; weekday++) {
      uint16_t which = m->dates->weekdays[weekday];
      if (which == 0 || which & CSUP_DATES_EVERY)
        continue;
      int32_t nth = 1;
      for (day = start + (weekday - start_weekday + 7) % 7; day < next; day += 7, nth++)
        if (day >= first && day <= last && which & (CSUP_DATES_NTH(nth) | CSUP_DATES_NTH(-((next - 1 - day) / 7 + 1))))
          m->marks[day - m->first] = 1;
    }
    start = next;
    if (++month > 12) {
      month = 1;
      year++;
    }
  }
}

/* Dates from first to last that are of a matched weekday or holiday. */
static void mark_range(const marking *m, int32_t first, int32_t last) {
  if (first < m->first)
    first = m->first;
  if (last > m->last)
    last = m->last;
  if (first > last)
    return;
  const csup_hours_dates *dates = m->dates;
  if (dates->holidays == CSUP_HOLIDAYS_ONLY) {
    mark_holidays(m, first, last, dates->plain != EVERY_WEEKDAY);
    return;
  }
  if (dates->plain)
    mark_plain_weekdays(m, first, last);
  if (dates->has_nth)
    mark_nth_weekdays(m, first, last);
  if (dates->holidays == CSUP_HOLIDAYS_TOO)
    mark_holidays(m, first, last, false);
}

static bool year_matches(const csup_hours_dates *dates, int32_t year) {
  if (dates->any_year)
    return true;
  if (year < CSUP_DATES_FIRST_YEAR || year > CSUP_DATES_LAST_YEAR)
    return false;
  uint32_t bit = (uint32_t)(year - CSUP_DATES_FIRST_YEAR);
  return dates->years[bit / 64] >> bit % 64 & 1;
}

static void mark_year(const marking *m, int32_t year) {
  const csup_hours_dates *dates = m->dates;
  int32_t start = csup_day_of(year, 1, 1);
  bool leap = csup_month_days(year, 2) == 29;
  for (size_t i = 0; i < dates->month_days_count; i++) {
    int32_t first = dates->month_days[i].first, last = dates->month_days[i].last;
    if (!leap) { /* without its own day a range from Feb 29 begins on Mar 01, one to Feb 29 ends on Feb 28, and Feb 29 is none */
      first -= first > FEBRUARY_29;
      last -= last >= FEBRUARY_29;
    }
    mark_range(m, start + first, start + last);
  }
  if (dates->easter_count > 0) {
    int32_t easter = csup_easter_of(year);
    for (size_t i = 0; i < dates->easter_count; i++)
      mark_range(m, easter + dates->easter[i], easter + dates->easter[i]);
  }
}

void csup_hours_mark(const csup_hours_rule *rule, int32_t first_day, size_t day_count, const int32_t *holidays,
                     size_t holiday_count, uint8_t *marks) {
  if (day_count == 0)
    return;
  const csup_hours_dates *dates = rule->dates;
  marking m = {dates, first_day, first_day + (int32_t)(day_count - 1), holidays, holiday_count, marks};
  bool all_year =
      dates->month_days_count == 1 && dates->month_days[0].first == 0 && dates->month_days[0].last == CSUP_DATES_YEAR_DAYS - 1;
  if (dates->any_year && all_year) {
    mark_range(&m, m.first, m.last);
    return;
  }
  for (size_t i = 0; i < dates->period_count; i++)
    mark_range(&m, dates->periods[i].first, dates->periods[i].last);
  if (dates->month_days_count == 0 && dates->easter_count == 0)
    return;
  int32_t first_year, last_year, month, day;
  csup_civil_of(m.first, &first_year, &month, &day);
  csup_civil_of(m.last, &last_year, &month, &day);
  /* a year more: days before Easter may lie in the year before it; 200 days after it never lead into the next */
  for (int32_t year = first_year; year <= last_year + 1; year++)
    if (year_matches(dates, year))
      mark_year(&m, year);
}
