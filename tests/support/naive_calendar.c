#include "support/naive_calendar.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND    INT64_C(1000000)
#define DAY       86400
#define WHOLE_DAY ((naive_span){0, DAY})

static void *must(void *block) {
  if (!block)
    abort();
  return block;
}

/* --- the rules as text --- */

typedef struct writer {
  char *buffer;
  size_t capacity, length;
} writer;

static void put(writer *w, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int written = vsnprintf(w->buffer + w->length, w->capacity - w->length, format, arguments);
  va_end(arguments);
  w->length += (size_t)written;
  if (w->length >= w->capacity)
    abort();
}

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const weekdays[] = {"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"};

static void put_time(writer *w, int32_t seconds) {
  put(w, "%02d:%02d", seconds / 3600, seconds / 60 % 60);
  if (seconds % 60)
    put(w, ":%02d", seconds % 60);
}

static void put_date(writer *w, const naive_date_item *item) {
  switch (item->kind) {
  case NAIVE_MONTH_DAYS:
    put(w, "%s %02d", months[item->month - 1], item->day);
    if (item->last_month != item->month || item->last_day < item->day)
      put(w, "-%s %02d", months[item->last_month - 1], item->last_day);
    else if (item->last_day != item->day)
      put(w, "-%02d", item->last_day);
    break;
  case NAIVE_MONTHS:
    put(w, "%s", months[item->month - 1]);
    if (item->last_month != item->month)
      put(w, "-%s", months[item->last_month - 1]);
    break;
  case NAIVE_EASTER:
    put(w, "easter");
    if (item->offset)
      put(w, " %+d day%s", item->offset, abs(item->offset) == 1 ? "" : "s");
    break;
  case NAIVE_PERIOD:
    put(w, "%d %s %02d", item->year, months[item->month - 1], item->day);
    if (item->last_year != item->year || item->last_month != item->month || item->last_day != item->day)
      put(w, "-%d %s %02d", item->last_year, months[item->last_month - 1], item->last_day);
    break;
  }
}

/* Whether a comma can stand between rules i - 1 and i: after times or `off`, and not before a time, which would be one more range
   of the rule before. */
static bool may_follow_comma(const naive_calendar *calendar, int i) {
  const naive_rule *rule = &calendar->rules[i];
  if (i == 0 || (rule[-1].bare && !rule[-1].closes))
    return false;
  return rule->first_year || rule->date_count || rule->weekday_count || rule->holidays || rule->closes || rule->bare;
}

/* Whether rule i keeps what earlier rules put there. `off` never does: it closes. */
static bool adds(const naive_calendar *calendar, int i) {
  return calendar->rules[i].adds && !calendar->rules[i].closes && may_follow_comma(calendar, i);
}

static void put_rule(writer *w, const naive_rule *rule) {
  size_t start = w->length;
  if (rule->first_year) {
    put(w, "%d", rule->first_year);
    if (rule->last_year != rule->first_year)
      put(w, "-%d", rule->last_year);
  }
  for (int i = 0; i < rule->date_count; i++) {
    put(w, "%s", i ? "," : w->length > start ? " " : "");
    put_date(w, &rule->dates[i]);
  }
  if (w->length > start && (rule->weekday_count || rule->holidays))
    put(w, " ");
  if (rule->holidays == NAIVE_HOLIDAYS_ONLY)
    put(w, rule->weekday_count ? "PH " : "PH");
  for (int i = 0; i < rule->weekday_count; i++) {
    const naive_weekday_item *item = &rule->weekdays[i];
    put(w, "%s%s", i ? "," : "", weekdays[item->first]);
    if (item->nth)
      put(w, "[%d]", item->nth);
    else if (item->last != item->first)
      put(w, "-%s", weekdays[item->last]);
  }
  if (rule->holidays == NAIVE_HOLIDAYS_TOO)
    put(w, ",PH");
  if (rule->closes) {
    put(w, w->length > start ? " off" : "off");
    return;
  }
  if (rule->bare && w->length == start)
    put(w, "24/7");
  if (rule->bare)
    return;
  for (int i = 0; i < rule->span_count; i++) {
    put(w, "%s", i ? "," : w->length > start ? " " : "");
    put_time(w, rule->spans[i].from);
    put(w, "-");
    /* past midnight in the short form, 22:00-06:00, as far as that one goes */
    bool wraps = rule->spans[i].to > DAY && rule->spans[i].to - DAY < rule->spans[i].from;
    put_time(w, rule->spans[i].to - (wraps ? DAY : 0));
  }
}

void naive_calendar_text(const naive_calendar *calendar, char *buffer, size_t capacity) {
  writer w = {buffer, capacity, 0};
  buffer[0] = '\0';
  for (int i = 0; i < calendar->rule_count; i++) {
    const naive_rule *rule = &calendar->rules[i];
    if (i > 0) /* an `off` after a comma closes like one after a semicolon: both are written */
      put(&w, rule->adds && may_follow_comma(calendar, i) ? ", " : "; ");
    put_rule(&w, rule);
  }
}

/* --- which dates a rule matches --- */

static bool year_matches(const naive_rule *rule, int year) {
  return rule->first_year == 0 || (rule->first_year <= year && year <= rule->last_year);
}

static bool between(int low, int value, int high) {
  return low <= high ? low <= value && value <= high : value >= low || value <= high;
}

static int key(int year, int month, int day) {
  return (year * 100 + month) * 100 + day;
}

static bool date_matches(const naive_rule *rule, const naive_date_item *item, const naive_date *date) {
  switch (item->kind) {
  case NAIVE_MONTH_DAYS:
    return year_matches(rule, date->year) &&
           between(item->month * 100 + item->day, date->month * 100 + date->day, item->last_month * 100 + item->last_day);
  case NAIVE_MONTHS:
    return year_matches(rule, date->year) && between(item->month, date->month, item->last_month);
  case NAIVE_EASTER: /* the offset may lead into another year */
    for (int year = date->year - 1; year <= date->year + 1; year++)
      if (year_matches(rule, year) && naive_easter(year) + item->offset == date->number)
        return true;
    return false;
  case NAIVE_PERIOD:
    return key(item->year, item->month, item->day) <= key(date->year, date->month, date->day) &&
           key(date->year, date->month, date->day) <= key(item->last_year, item->last_month, item->last_day);
  }
  return false;
}

static bool weekday_matches(const naive_weekday_item *item, const naive_date *date) {
  if (item->nth == 0)
    return between(item->first, date->weekday, item->last);
  if (date->weekday != item->first)
    return false;
  if (item->nth > 0)
    return (date->day - 1) / 7 == item->nth - 1;
  return (naive_month_days(date->year, date->month) - date->day) / 7 == -item->nth - 1;
}

static bool rule_matches(const naive_calendar *calendar, const naive_rule *rule, const naive_date *date) {
  bool matches = rule->date_count == 0 && year_matches(rule, date->year);
  for (int i = 0; i < rule->date_count && !matches; i++)
    matches = date_matches(rule, &rule->dates[i], date);
  if (!matches)
    return false;

  bool weekday = rule->weekday_count == 0 && rule->holidays != NAIVE_HOLIDAYS_TOO, holiday = false;
  for (int i = 0; i < rule->weekday_count; i++)
    weekday = weekday || weekday_matches(&rule->weekdays[i], date);
  for (int i = 0; i < calendar->holiday_count; i++)
    holiday = holiday || calendar->holidays[i] == date->number;
  if (rule->holidays == NAIVE_HOLIDAYS_ONLY)
    return weekday && holiday;
  return weekday || (rule->holidays == NAIVE_HOLIDAYS_TOO && holiday);
}

/* --- T2: the set of local time, as pieces of civil dates --- */

typedef struct piece {
  int32_t from, to; /* within the date */
  bool begins;      /* a span begins here: it is no tail of the date before */
} piece;

typedef struct date_pieces {
  piece *pieces;
  int count, capacity;
} date_pieces;

static void add_piece(date_pieces *date, int32_t from, int32_t to, bool begins) {
  if (date->count == date->capacity) {
    date->capacity = date->capacity * 2 + 4;
    date->pieces = must(realloc(date->pieces, (size_t)date->capacity * sizeof *date->pieces));
  }
  date->pieces[date->count++] = (piece){from, to, begins};
}

/* Applies the rules in order to the dates first_day to first_day + count - 1. */
static date_pieces *fold(const naive_calendar *calendar, int64_t first_day, size_t count) {
  date_pieces *dates = must(calloc(count, sizeof *dates));
  for (int r = 0; r < calendar->rule_count; r++) {
    const naive_rule *rule = &calendar->rules[r];
    bool *matched = must(calloc(count, sizeof *matched));
    naive_date date = naive_date_of(first_day);
    for (size_t i = 0; i < count; i++, naive_date_step(&date)) {
      matched[i] = rule_matches(calendar, rule, &date);
      if (matched[i] && !adds(calendar, r))
        dates[i].count = 0;
    }
    for (size_t i = 0; i < count; i++) {
      if (!matched[i] || rule->closes)
        continue;
      for (int s = 0; s < (rule->bare ? 1 : rule->span_count); s++) {
        naive_span span = rule->bare ? WHOLE_DAY : rule->spans[s];
        add_piece(&dates[i], span.from, span.to < DAY ? span.to : DAY, true);
        if (span.to > DAY && i + 1 < count)
          add_piece(&dates[i + 1], 0, span.to - DAY, false);
      }
    }
    free(matched);
  }
  return dates;
}

static int by_start(const void *a, const void *b) {
  const piece *x = a, *y = b;
  return (x->from > y->from) - (x->from < y->from);
}

naive_window *naive_window_create(const naive_calendar *calendar, int64_t first_day, int64_t last_day) {
  naive_window *window = must(calloc(1, sizeof *window));
  size_t count = (size_t)(last_day - first_day + 1), capacity = 0;
  *window = (naive_window){.zone = calendar->zone, .first_day = first_day, .last_day = last_day};
  window->start = naive_zone_instant(calendar->zone, first_day * DAY * SECOND);
  window->end = naive_zone_instant(calendar->zone, (last_day + 1) * DAY * SECOND);
  window->business = must(calloc(count, sizeof *window->business));
  date_pieces *dates = fold(calendar, first_day - 1, count + 1); /* the date before may leave a tail */
  for (size_t i = 0; i <= count; i++) {
    date_pieces *date = &dates[i];
    if (date->count > 0)
      qsort(date->pieces, (size_t)date->count, sizeof *date->pieces, by_start);
    for (int p = 0; p < date->count && i > 0; p++) {
      int64_t midnight = (first_day - 1 + (int64_t)i) * DAY;
      window->business[i - 1] |= date->pieces[p].begins;
      /* T3 */
      int64_t open = naive_zone_instant(calendar->zone, (midnight + date->pieces[p].from) * SECOND);
      int64_t close = naive_zone_instant(calendar->zone, (midnight + date->pieces[p].to) * SECOND);
      if (open == close)
        continue;
      if (window->count > 0 && open <= window->closes[window->count - 1]) {
        if (close > window->closes[window->count - 1])
          window->closes[window->count - 1] = close;
        continue;
      }
      if (window->count == capacity) {
        capacity = capacity * 2 + 16;
        window->opens = must(realloc(window->opens, capacity * sizeof *window->opens));
        window->closes = must(realloc(window->closes, capacity * sizeof *window->closes));
      }
      window->opens[window->count] = open;
      window->closes[window->count++] = close;
    }
    free(date->pieces);
  }
  free(dates);
  return window;
}

void naive_window_free(naive_window *window) {
  if (!window)
    return;
  free(window->opens);
  free(window->closes);
  free(window->business);
  free(window);
}

/* --- T4 to T7 --- */

static bool knows(const naive_window *window, int64_t at) {
  return window->start <= at && at < window->end;
}

bool naive_is_open(const naive_window *window, int64_t at) {
  for (size_t i = 0; i < window->count; i++)
    if (window->opens[i] <= at && at < window->closes[i])
      return true;
  return false;
}

bool naive_elapsed(const naive_window *window, int64_t from, int64_t to, int64_t *out) {
  if (!knows(window, from) || !knows(window, to))
    return false;
  int64_t low = from < to ? from : to, high = from < to ? to : from, sum = 0;
  for (size_t i = 0; i < window->count; i++) {
    int64_t open = window->opens[i] > low ? window->opens[i] : low, close = window->closes[i] < high ? window->closes[i] : high;
    if (open < close)
      sum += close - open;
  }
  *out = from < to ? sum : -sum;
  return true;
}

bool naive_add(const naive_window *window, int64_t from, int64_t open_time, int64_t *out) {
  if (!knows(window, from))
    return false;
  if (open_time == 0) {
    *out = from;
    return true;
  }
  int64_t rest = open_time < 0 ? -open_time : open_time;
  if (open_time > 0) {
    for (size_t i = 0; i < window->count; i++) {
      int64_t open = window->opens[i] > from ? window->opens[i] : from;
      if (open >= window->closes[i])
        continue;
      if (window->closes[i] - open >= rest) {
        *out = open + rest;
        return true;
      }
      rest -= window->closes[i] - open;
    }
    return false;
  }
  for (size_t i = window->count; i-- > 0;) {
    int64_t close = window->closes[i] < from ? window->closes[i] : from;
    if (close <= window->opens[i])
      continue;
    if (close - window->opens[i] >= rest) {
      *out = close - rest;
      return true;
    }
    rest -= close - window->opens[i];
  }
  return false;
}

bool naive_next_open(const naive_window *window, int64_t at, int64_t *out) {
  if (!knows(window, at))
    return false;
  for (size_t i = 0; i < window->count; i++)
    if (at < window->closes[i]) {
      *out = window->opens[i] > at ? window->opens[i] : at;
      return true;
    }
  return false;
}

bool naive_next_close(const naive_window *window, int64_t at, int64_t *out) {
  if (!knows(window, at))
    return false;
  for (size_t i = 0; i < window->count; i++)
    if (window->closes[i] > at) {
      *out = window->closes[i];
      return window->closes[i] < window->end; /* at the very end it may only be the window that closes */
    }
  return false;
}

bool naive_next_change(const naive_window *window, int64_t at, int64_t *out) {
  return naive_is_open(window, at) ? naive_next_close(window, at, out) : naive_next_open(window, at, out);
}

bool naive_prev_open(const naive_window *window, int64_t at, int64_t *out) {
  if (!knows(window, at))
    return false;
  for (size_t i = window->count; i-- > 0;)
    if (window->opens[i] <= at) {
      *out = window->opens[i];
      return window->opens[i] > window->start;
    }
  return false;
}

bool naive_prev_close(const naive_window *window, int64_t at, int64_t *out) {
  if (!knows(window, at))
    return false;
  for (size_t i = window->count; i-- > 0;)
    if (window->closes[i] <= at) {
      *out = window->closes[i];
      return true;
    }
  return false;
}

/* To open time: onward for days >= 0, back for days < 0. */
static bool roll(const naive_window *window, int days, int64_t *at) {
  if (naive_is_open(window, *at))
    return true;
  return days >= 0 ? naive_next_open(window, *at, at) : naive_prev_close(window, *at, at);
}

bool naive_add_days(const naive_window *window, int64_t from, int days, int64_t *out) {
  int64_t at = from, second;
  if (!knows(window, at) || !roll(window, days, &at))
    return false;
  if (days != 0) {
    second = at / SECOND - (at % SECOND < 0);
    int64_t local = at + naive_zone_offset(window->zone, second) * SECOND;
    int64_t day = local / (DAY * SECOND) - (local % (DAY * SECOND) < 0), time = local - day * DAY * SECOND;
    for (int step = days > 0 ? 1 : -1, left = abs(days); left > 0;) {
      day += step;
      if (day < window->first_day || day > window->last_day)
        return false;
      left -= window->business[day - window->first_day];
    }
    at = naive_zone_instant(window->zone, day * DAY * SECOND + time);
    if (!knows(window, at) || !roll(window, days, &at))
      return false;
  }
  *out = at;
  return true;
}
