/* The grammar, a subset of OpenStreetMap's (wiki page "Key:opening_hours/specification"), in the order in which it is parsed:

     text     = rule { ";" rule | "," rule }          "," only after times or `off`
     rule     = "24/7" [ off ] | [ years ] [ dates ] [ weekdays ] [ times | off ]     something must stand there
     years    = year [ "-" year ] { "," year [ "-" year ] }                           all the dates that follow are of these years
     dates    = date { "," date }
     date     = [ year ] month [ "-" month ]
              | [ year ] month day { "," day [ "-" day ] }
              | [ year ] month day "-" ( day | [ year ] month day )
              | [ year ] "easter" [ ( "+" | "-" ) number ( "day" | "days" ) ]
     weekdays = weekday { "," weekday } | "PH" weekday { "," weekday }                the second: holidays on those weekdays
     weekday  = Mo [ "-" Fr ] | Mo "[" nth { "," nth } "]" | "PH"                     nth is 1 to 5, 1-2 or -1 to -5
     times    = time "-" time { "," time "-" time }                                   HH:MM or HH:MM:SS, the end up to 48:00
     off      = "off" | "closed"

   Blanks between these are free, hours and days may have one digit, keywords are spelt as above. What the reference evaluator
   reads but the subset leaves out is refused with its place, and so is what it reads in a way that few would expect: times
   before `off`, a range that begins or ends at Easter (it leaves out the last day), a date without a year after one with. */
#include "calendar/hours.h"

#include "calendar/cursor.h"
#include "calendar/dates.h"
#include "time/civil.h"

#include <string.h>

#define DAY CSUP_DAY_SECONDS

typedef struct parser {
  csup_cursor cursor;
  csup_arena *arena;
  csup_hours_rule *rules;
  csup_hours_span *spans;
  csup_day_range *periods;
  size_t rule_count, span_count, period_count;
  csup_dates_draft draft;
} parser;

/* --- times --- */

/* HH:MM[:SS] in seconds; `limit` is the greatest that is allowed, and `expected` says so. */
static csup_status parse_time(parser *p, int32_t limit, const char *expected, int32_t *seconds) {
  csup_cursor_look(&p->cursor);
  size_t start = p->cursor.at;
  if (!csup_cursor_at_time(&p->cursor))
    return csup_cursor_fail(&p->cursor, start, expected);
  int32_t value = csup_cursor_take_number(&p->cursor) * 3600, unit = 60;
  if (value > limit)
    return csup_cursor_fail(&p->cursor, start, expected);
  while (unit > 0 && p->cursor.text[p->cursor.at] == ':') {
    p->cursor.at++;
    if (csup_cursor_digits(&p->cursor) != 2)
      return csup_cursor_fail(&p->cursor, p->cursor.at, unit == 60 ? "two digits of minutes" : "two digits of seconds");
    size_t part = p->cursor.at;
    int32_t number = csup_cursor_take_number(&p->cursor);
    if (number > 59)
      return csup_cursor_fail(&p->cursor, part, unit == 60 ? "minutes from 00 to 59" : "seconds from 00 to 59");
    value += number * unit;
    unit = unit == 60 ? 1 : 0;
  }
  if (value > limit)
    return csup_cursor_fail(&p->cursor, start, expected);
  *seconds = value;
  return CSUP_OK;
}

static csup_status parse_times(parser *p, csup_hours_rule *rule) {
  csup_hours_span *spans = p->spans + p->span_count;
  for (;;) {
    csup_hours_span span = {0, 0};
    csup_status status = parse_time(p, DAY - 1, "a time from 00:00 to 23:59:59", &span.from);
    if (status)
      return status;
    if (!csup_cursor_take(&p->cursor, '-'))
      return csup_cursor_fail_here(&p->cursor, "'-' and the end of the time range");
    csup_cursor_look(&p->cursor);
    size_t start = p->cursor.at;
    status = parse_time(p, 2 * DAY, "an end from 00:00 to 48:00", &span.to);
    if (status)
      return status;
    if (span.to == span.from)
      return csup_cursor_fail(&p->cursor, start, "an end that differs from the beginning (a whole day is 00:00-24:00)");
    if (span.to < span.from)
      span.to += DAY;
    spans[rule->span_count++] = span;
    csup_cursor_look(&p->cursor);
    start = p->cursor.at;
    if (!csup_cursor_take(&p->cursor, ','))
      break;
    if (!csup_cursor_at_time(&p->cursor)) {
      p->cursor.at = start; /* the comma begins a rule that adds */
      break;
    }
  }
  rule->spans = spans;
  p->span_count += rule->span_count;
  return CSUP_OK;
}

/* --- weekdays --- */

static csup_status parse_nth(parser *p, uint16_t *which) {
  static const char *const expected = "a number from 1 to 5 or -1 to -5";
  do {
    bool negative = csup_cursor_take(&p->cursor, '-');
    csup_cursor_look(&p->cursor);
    size_t start = p->cursor.at;
    if (!csup_cursor_at_number(&p->cursor, 1))
      return csup_cursor_fail(&p->cursor, start, expected);
    int32_t first = csup_cursor_take_number(&p->cursor), last = first;
    if (first < 1 || first > 5)
      return csup_cursor_fail(&p->cursor, start, expected);
    if (!negative && csup_cursor_take(&p->cursor, '-')) {
      csup_cursor_look(&p->cursor);
      start = p->cursor.at;
      if (!csup_cursor_at_number(&p->cursor, 1))
        return csup_cursor_fail(&p->cursor, start, "a number from 1 to 5");
      last = csup_cursor_take_number(&p->cursor);
      if (last < first || last > 5)
        return csup_cursor_fail(&p->cursor, start, "a number from the first of the range to 5");
    }
    for (int32_t nth = first; nth <= last; nth++)
      *which |= CSUP_DATES_NTH(negative ? -nth : nth);
  } while (csup_cursor_take(&p->cursor, ','));
  if (!csup_cursor_take(&p->cursor, ']'))
    return csup_cursor_fail_here(&p->cursor, "',' or ']'");
  return CSUP_OK;
}

static csup_status parse_weekdays(parser *p) {
  bool first = true;
  do {
    if (csup_cursor_take_word(&p->cursor, csup_holiday_words) >= 0) {
      if (first && csup_cursor_find(&p->cursor, csup_weekday_words) >= 0) { /* `PH Mo-Fr` */
        p->draft.holidays = CSUP_HOLIDAYS_ONLY;
      } else {
        p->draft.holidays = CSUP_HOLIDAYS_TOO;
        first = false;
        continue;
      }
    }
    int32_t from = csup_cursor_take_word(&p->cursor, csup_weekday_words), to = from;
    if (from < 0)
      return csup_cursor_fail_here(&p->cursor, p->draft.holidays == CSUP_HOLIDAYS_ONLY ? "a weekday, Mo to Su"
                                                                                       : "a weekday, Mo to Su, or PH");
    uint16_t which = CSUP_DATES_EVERY;
    if (csup_cursor_take(&p->cursor, '-')) {
      to = csup_cursor_take_word(&p->cursor, csup_weekday_words);
      if (to < 0)
        return csup_cursor_fail_here(&p->cursor, "a weekday, Mo to Su, as the end of the range");
    } else if (csup_cursor_take(&p->cursor, '[')) {
      which = 0;
      csup_status status = parse_nth(p, &which);
      if (status)
        return status;
    }
    csup_dates_add_weekdays(&p->draft, from, to, which);
    first = false;
  } while (csup_cursor_take(&p->cursor, ','));
  if (!p->draft.has_weekdays)
    p->draft.holidays = CSUP_HOLIDAYS_ONLY;
  return CSUP_OK;
}

/* --- dates --- */

static csup_status take_year(parser *p, int32_t *year) {
  csup_cursor_look(&p->cursor);
  size_t start = p->cursor.at;
  if (!csup_cursor_at_year(&p->cursor))
    return csup_cursor_fail(&p->cursor, start, "a year from 1900 to 2200");
  *year = csup_cursor_take_number(&p->cursor);
  if (*year < CSUP_DATES_FIRST_YEAR || *year > CSUP_DATES_LAST_YEAR)
    return csup_cursor_fail(&p->cursor, start, "a year from 1900 to 2200");
  return CSUP_OK;
}

/* `year` 0 is any year: Feb 29 is then a date. */
static csup_status take_day(parser *p, int32_t year, int32_t month, int32_t *day) {
  csup_cursor_look(&p->cursor);
  size_t start = p->cursor.at;
  if (!csup_cursor_at_number(&p->cursor, 2))
    return csup_cursor_fail(&p->cursor, start, "a day of the month");
  *day = csup_cursor_take_number(&p->cursor);
  if (*day < 1 || *day > csup_month_days(year ? year : 2000, month))
    return csup_cursor_fail(&p->cursor, start, year ? "a day of that month in that year" : "a day of that month");
  return CSUP_OK;
}

static csup_status refuse_easter_range(parser *p) {
  return csup_cursor_fail_here(&p->cursor, "no range with easter (list its dates, as in easter -2 days,easter,easter +1 day)");
}

static csup_status parse_easter(parser *p, int32_t year) {
  int32_t offset = 0;
  char sign = csup_cursor_look(&p->cursor);
  size_t start = p->cursor.at;
  if (sign == '+' || sign == '-') {
    p->cursor.at++;
    if (!csup_cursor_at_number(&p->cursor, 3)) {
      if (sign == '+')
        return csup_cursor_fail_here(&p->cursor, "a number of days");
      p->cursor.at = start;
      return refuse_easter_range(p);
    }
    size_t number = p->cursor.at;
    offset = csup_cursor_take_number(&p->cursor);
    if (offset < 1 || offset > CSUP_DATES_EASTER_REACH)
      return csup_cursor_fail(&p->cursor, number, "a number of days from 1 to 200");
    if (csup_cursor_take_word(&p->cursor, csup_day_words) < 0)
      return csup_cursor_fail_here(&p->cursor, "'day' or 'days'");
    if (sign == '-')
      offset = -offset;
    if (csup_cursor_look(&p->cursor) == '-')
      return refuse_easter_range(p);
  }
  if (year)
    csup_dates_add_period(&p->draft, csup_easter_of(year) + offset, csup_easter_of(year) + offset);
  else
    csup_dates_add_easter(&p->draft, offset);
  return CSUP_OK;
}

/* From one month and day to another in each year, or in the year named. */
static void add_month_days(parser *p, int32_t year, int32_t month, int32_t day, int32_t last_month, int32_t last_day) {
  int32_t first = csup_dates_month_day(month, day), last = csup_dates_month_day(last_month, last_day);
  if (!year) {
    csup_dates_add_month_days(&p->draft, first, last);
  } else if (first <= last) {
    csup_dates_add_period(&p->draft, csup_day_of(year, month, day), csup_day_of(year, last_month, last_day));
  } else { /* months that wrap are two stretches of the one year */
    csup_dates_add_period(&p->draft, csup_day_of(year, 1, 1), csup_day_of(year, last_month, last_day));
    csup_dates_add_period(&p->draft, csup_day_of(year, month, day), csup_day_of(year, 12, 31));
  }
}

/* After "month day -": the end of the range. */
static csup_status parse_range_end(parser *p, int32_t year, int32_t month, int32_t day) {
  int32_t last_year = year, last_month, last_day = 0;
  csup_cursor_look(&p->cursor);
  size_t start = p->cursor.at;
  if (csup_cursor_at_number(&p->cursor, 2)) {
    csup_status status = take_day(p, year, month, &last_day);
    if (status)
      return status;
    if (last_day < day)
      return csup_cursor_fail(&p->cursor, start, "a day not before the first of the range");
    add_month_days(p, year, month, day, month, last_day);
    return CSUP_OK;
  }
  if (csup_cursor_at_year(&p->cursor)) {
    if (!year)
      return csup_cursor_fail(&p->cursor, start, "a month or day without year, as at the beginning of the range");
    csup_status status = take_year(p, &last_year);
    if (status)
      return status;
  }
  if (csup_cursor_find(&p->cursor, csup_easter_words) >= 0)
    return refuse_easter_range(p);
  last_month = csup_cursor_take_word(&p->cursor, csup_month_words) + 1;
  if (last_month == 0)
    return csup_cursor_fail_here(&p->cursor, last_year != year ? "a month, Jan to Dec"
                                                               : "the day, or the month and day, at which the range ends");
  csup_status status = take_day(p, last_year, last_month, &last_day);
  if (status)
    return status;
  if (!year) {
    add_month_days(p, 0, month, day, last_month, last_day);
    return CSUP_OK;
  }
  int32_t first = csup_day_of(year, month, day), last = csup_day_of(last_year, last_month, last_day);
  if (last < first)
    return csup_cursor_fail(&p->cursor, start, "an end that is not before the beginning (with its own year if it is in another)");
  csup_dates_add_period(&p->draft, first, last);
  return CSUP_OK;
}

/* Where a list of dates stands. */
typedef struct date_list {
  int32_t year;      /* of the date at hand; 0: any */
  int32_t day_month; /* the last date ended with a day of this month, and more days may follow; else 0 */
  bool months;       /* the last date was whole months, and more months may follow */
} date_list;

/* Month, months, day or days. */
static csup_status parse_month(parser *p, date_list *list, bool whole_only) {
  int32_t month = csup_cursor_take_word(&p->cursor, csup_month_words) + 1, last_month = month, day = 0;
  if (month == 0)
    return csup_cursor_fail_here(&p->cursor, "a month, Jan to Dec, or easter");
  if (csup_cursor_at_number(&p->cursor, 4)) {
    if (whole_only)
      return csup_cursor_fail_here(&p->cursor, "another whole month (a date needs its own year here)");
    csup_status status = take_day(p, list->year, month, &day);
    if (status)
      return status;
    list->day_month = month;
    if (csup_cursor_take(&p->cursor, '-')) {
      if (!csup_cursor_at_number(&p->cursor, 2))
        list->day_month = 0;
      return parse_range_end(p, list->year, month, day);
    }
    add_month_days(p, list->year, month, day, month, day);
    return CSUP_OK;
  }
  if (csup_cursor_take(&p->cursor, '-')) {
    last_month = csup_cursor_take_word(&p->cursor, csup_month_words) + 1;
    if (last_month == 0)
      return csup_cursor_fail_here(&p->cursor, "a month, Jan to Dec, as the end of the range");
    if (csup_cursor_at_number(&p->cursor, 4))
      return csup_cursor_fail_here(&p->cursor, "no day here (a range of dates has a day at its beginning too)");
  }
  add_month_days(p, list->year, month, 1, last_month, csup_month_days(list->year ? list->year : 2000, last_month));
  list->months = true;
  return CSUP_OK;
}

/* The day or days after `Dec 24,`. */
static csup_status parse_more_days(parser *p, const date_list *list) {
  int32_t day = 0;
  csup_status status = take_day(p, list->year, list->day_month, &day);
  if (status)
    return status;
  if (!csup_cursor_take(&p->cursor, '-')) {
    add_month_days(p, list->year, list->day_month, day, list->day_month, day);
    return CSUP_OK;
  }
  if (!csup_cursor_at_number(&p->cursor, 2))
    return csup_cursor_fail_here(&p->cursor, "the day at which the range ends");
  return parse_range_end(p, list->year, list->day_month, day);
}

/* The dates of a rule: all with years or none. `year` is that of the first date, already taken, or 0; `may_name` whether a date
   may bring its year at all. */
static csup_status parse_dates(parser *p, int32_t year, bool may_name) {
  date_list list = {.year = year};
  bool whole_only = false;
  for (;;) {
    csup_status status;
    if (list.day_month && csup_cursor_at_number(&p->cursor, 2)) {
      status = parse_more_days(p, &list);
    } else {
      list.day_month = 0;
      list.months = false;
      if (csup_cursor_take_word(&p->cursor, csup_easter_words) >= 0)
        status = parse_easter(p, list.year);
      else
        status = parse_month(p, &list, whole_only);
    }
    if (status)
      return status;
    if (!csup_cursor_take(&p->cursor, ','))
      return CSUP_OK;
    whole_only = false;
    if (csup_cursor_at_year(&p->cursor)) {
      if (!year || !may_name)
        return csup_cursor_fail_here(&p->cursor, "a date without year, like the first one");
      status = take_year(p, &list.year);
      if (status)
        return status;
      list.day_month = 0;
    } else if (year && !(list.day_month && csup_cursor_at_number(&p->cursor, 2))) {
      if (!list.months || csup_cursor_find(&p->cursor, csup_month_words) < 0)
        return csup_cursor_fail_here(&p->cursor, "a date with its year, like the first one");
      whole_only = true;
    }
  }
}

/* Years, and the dates after them. */
static csup_status parse_years(parser *p) {
  int32_t first = 0, last = 0;
  csup_status status = take_year(p, &first);
  if (status)
    return status;
  if (csup_cursor_find(&p->cursor, csup_month_words) >= 0 || csup_cursor_find(&p->cursor, csup_easter_words) >= 0)
    return parse_dates(p, first, true);
  for (;;) {
    last = first;
    if (csup_cursor_take(&p->cursor, '-')) {
      csup_cursor_look(&p->cursor);
      size_t start = p->cursor.at;
      status = take_year(p, &last);
      if (status)
        return status;
      if (last < first)
        return csup_cursor_fail(&p->cursor, start, "a year not before the first of the range");
    }
    csup_dates_add_years(&p->draft, first, last);
    if (!csup_cursor_take(&p->cursor, ','))
      break;
    status = take_year(p, &first);
    if (status)
      return status;
  }
  if (csup_cursor_find(&p->cursor, csup_month_words) >= 0 || csup_cursor_find(&p->cursor, csup_easter_words) >= 0)
    return parse_dates(p, 0, false);
  return CSUP_OK;
}

/* --- rules --- */

static const csup_hours_span whole_day = {0, DAY};

static bool take_always(parser *p) {
  csup_cursor_look(&p->cursor);
  size_t start = p->cursor.at;
  if (strncmp(p->cursor.text + start, "24/7", 4) == 0) {
    p->cursor.at += 4;
    if (csup_cursor_digits(&p->cursor) == 0)
      return true;
    p->cursor.at = start;
  }
  return false;
}

/* One rule; `may_add` tells whether a comma may follow it. */
static csup_status parse_rule(parser *p, csup_hours_rule *rule, bool *may_add) {
  csup_status status = CSUP_OK;
  const char *expected = "';' or the end";
  csup_dates_begin(&p->draft, p->periods + p->period_count);
  csup_cursor_look(&p->cursor);
  size_t start = p->cursor.at;
  *may_add = false;
  if (take_always(p)) {
    expected = "'off', ';' or the end";
  } else {
    if (csup_cursor_at_number(&p->cursor, 4)) {
      if (!csup_cursor_at_year(&p->cursor))
        return csup_cursor_fail_here(&p->cursor, "a year of four digits, or a time such as 09:00-17:00");
      status = parse_years(p);
    } else if (csup_cursor_find(&p->cursor, csup_month_words) >= 0 || csup_cursor_find(&p->cursor, csup_easter_words) >= 0) {
      status = parse_dates(p, 0, true);
    }
    if (!status && p->cursor.at > start)
      expected = "a weekday, PH, a time such as 09:00-17:00, 'off', ';' or the end";
    if (!status &&
        (csup_cursor_find(&p->cursor, csup_weekday_words) >= 0 || csup_cursor_find(&p->cursor, csup_holiday_words) >= 0)) {
      status = parse_weekdays(p);
      expected = "a time such as 09:00-17:00, 'off', ';' or the end";
    }
    if (!status && csup_cursor_at_time(&p->cursor)) {
      status = parse_times(p, rule);
      expected = "',', ';' or the end";
      *may_add = true;
    }
    if (status)
      return status;
  }
  size_t selectors_end = p->cursor.at;
  if (csup_cursor_find(&p->cursor, csup_off_words) >= 0) {
    if (rule->span_count > 0)
      return csup_cursor_fail_here(&p->cursor, "no times with 'off' (it closes whole dates), or ',', ';' or the end");
    csup_cursor_take_word(&p->cursor, csup_off_words);
    /* closing is never an addition: the reference evaluator takes `, We off` for `; We off` */
    rule->adds = false;
    expected = "',', ';' or the end";
    *may_add = true;
  } else if (selectors_end == start) {
    return csup_cursor_fail_here(&p->cursor, "a rule: a year, month, easter, weekday, PH, time, 24/7 or 'off'");
  } else if (rule->span_count == 0) {
    rule->spans = &whole_day;
    rule->span_count = 1;
  }
  char next = csup_cursor_look(&p->cursor);
  if (next != '\0' && next != ';' && !(next == ',' && *may_add))
    return csup_cursor_fail_here(&p->cursor, expected);
  p->period_count += p->draft.period_count;
  rule->dates = csup_dates_finish(&p->draft, p->arena);
  if (!rule->dates)
    return csup_fail_plain(p->cursor.error, CSUP_E_NOMEM);
  rule->bounded = csup_dates_bounded(rule->dates);
  return CSUP_OK;
}

/* Every rule, span and date but the first of each has a comma or semicolon before it: one count bounds them all. */
static csup_status allocate(parser *p) {
  size_t parts = 1;
  for (const char *c = p->cursor.text; *c; c++)
    parts += *c == ',' || *c == ';';
  p->rules = csup_arena_allocate(p->arena, parts, sizeof *p->rules);
  p->spans = csup_arena_allocate(p->arena, parts, sizeof *p->spans);
  p->periods = csup_arena_allocate(p->arena, parts, 2 * sizeof *p->periods); /* wrapping months of a year are two */
  return p->rules && p->spans && p->periods ? CSUP_OK : csup_fail_plain(p->cursor.error, CSUP_E_NOMEM);
}

csup_status csup_hours_parse(const char *text, csup_arena *arena, csup_hours *out, csup_error *error) {
  if (!text)
    return csup_fail(error, CSUP_E_ARGUMENT, "the opening hours are missing");
  parser p = {.cursor = {text, 0, error}, .arena = arena};
  if (csup_cursor_look(&p.cursor) == '\0') {
    *out = (csup_hours){0, NULL};
    return CSUP_OK;
  }
  csup_status status = allocate(&p);
  for (bool adds = false, more = true; !status && more;) {
    csup_hours_rule *rule = &p.rules[p.rule_count];
    bool may_add;
    rule->adds = adds;
    status = parse_rule(&p, rule, &may_add);
    p.rule_count++;
    adds = csup_cursor_take(&p.cursor, ',');
    more = adds || csup_cursor_take(&p.cursor, ';');
  }
  if (!status)
    *out = (csup_hours){p.rule_count, p.rules};
  return status;
}
