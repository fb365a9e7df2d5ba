/* The calendar against the naive reference: random hours, zones, holidays and instants, with the days around changes of the
   clocks drawn most often. A disagreement is cut down to the rules and holidays that it needs and printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "csupport.h"
#include "random.h"
#include "support/naive_calendar.h"

#include <string.h>

#define SECOND       INT64_C(1000000)
#define DAY          (86400 * SECOND)
#define MAX_RULES    12
#define MAX_HOLIDAYS 12
#define TEXT_SIZE    4096

static const char *const zone_names[] = {"America/New_York", "Europe/Lisbon",       "Africa/Casablanca", "Asia/Gaza",
                                         "Europe/Dublin",    "Australia/Lord_Howe", "Pacific/Apia",      "Asia/Kolkata",
                                         "America/St_Johns", "Asia/Tehran",         "Antarctica/Troll",  "UTC",
                                         "Africa/Monrovia",  "America/Nuuk",        "Asia/Pyongyang",    "Pacific/Kwajalein"};
#define ZONE_COUNT (sizeof zone_names / sizeof *zone_names)

static naive_zone naive_zones[ZONE_COUNT];
static csup_zone *zones[ZONE_COUNT];

enum { ADD, ELAPSED, ADD_DAYS, IS_OPEN, NEXT_OPEN, NEXT_CLOSE, NEXT_CHANGE, PREV_OPEN, PREV_CLOSE, OPERATIONS };
static const char *const operation_names[] = {"add",        "elapsed",     "add_days",  "is_open",   "next_open",
                                              "next_close", "next_change", "prev_open", "prev_close"};

typedef struct setting {
  naive_rule rules[MAX_RULES];
  int rule_count;
  int64_t holidays[MAX_HOLIDAYS];
  int holiday_count;
  size_t zone;
} setting;

typedef struct question {
  int operation;
  int64_t at, argument; /* the argument is an instant, an open time in microseconds or days */
} question;

typedef struct answer {
  csup_status status;
  int64_t value;
} answer;

static naive_calendar naive_of(const setting *s) {
  return (naive_calendar){s->rules, s->rule_count, s->holidays, s->holiday_count, &naive_zones[s->zone]};
}

/* --- drawing --- */

static int64_t draw(random_source *r, int64_t least, int64_t most) {
  return random_between(r, least, most);
}

static bool chance(random_source *r, int percent) {
  return draw(r, 1, 100) <= percent;
}

static int32_t draw_time(random_source *r) {
  static const int32_t usual[] = {0,         3600,     2 * 3600,  2 * 3600 + 900, 2 * 3600 + 1800, 3 * 3600,
                                  8 * 3600,  9 * 3600, 12 * 3600, 13 * 3600,      17 * 3600,       22 * 3600,
                                  23 * 3600, 3600 - 1, 86399,     3 * 3600 - 1,   3 * 3600 + 1,    1800};
  switch (draw(r, 0, 3)) {
  case 0:
    return (int32_t)draw(r, 0, 95) * 900;
  case 1:
    return (int32_t)draw(r, 0, 86399);
  default:
    return usual[draw(r, 0, sizeof usual / sizeof *usual - 1)];
  }
}

static naive_span draw_span(random_source *r) {
  naive_span span = {draw_time(r), 0};
  do
    span.to = chance(r, 10) ? 86400 : draw_time(r);
  while (span.to == span.from);
  if (span.to < span.from)
    span.to += 86400;
  else if (chance(r, 4) && span.to > 0)
    span.to += 86400; /* into the next date, by hours past 24 */
  return span;
}

static void draw_spans(random_source *r, naive_rule *rule) {
  static const naive_span office[] = {{9 * 3600, 17 * 3600}}, lunch[] = {{8 * 3600 + 1800, 12 * 3600}, {13 * 3600, 17 * 3600}},
                          night[] = {{22 * 3600, 30 * 3600}}, whole[] = {{0, 86400}};
  switch (draw(r, 0, 9)) {
  case 0:
    rule->spans[rule->span_count++] = office[0];
    return;
  case 1:
    rule->spans[rule->span_count++] = lunch[0];
    rule->spans[rule->span_count++] = lunch[1];
    return;
  case 2:
    rule->spans[rule->span_count++] = night[0];
    return;
  case 3:
    rule->spans[rule->span_count++] = whole[0];
    return;
  default:
    do
      rule->spans[rule->span_count++] = draw_span(r);
    while (rule->span_count < NAIVE_SPANS && chance(r, 35));
  }
}

static void draw_weekdays(random_source *r, naive_rule *rule, bool nth) {
  do {
    naive_weekday_item item = {(int)draw(r, 0, 6), 0, 0};
    item.last = chance(r, 50) ? (int)draw(r, 0, 6) : item.first;
    if (nth) {
      item.last = item.first;
      item.nth = (int)draw(r, 1, 5) * (chance(r, 40) ? -1 : 1);
    }
    rule->weekdays[rule->weekday_count++] = item;
  } while (rule->weekday_count < NAIVE_ITEMS && chance(r, 30));
}

/* A date within `reach` days of the focus. */
static naive_date near(random_source *r, int64_t focus_day, int reach) {
  return naive_date_of(focus_day + draw(r, -reach, reach));
}

static void draw_dates(random_source *r, naive_rule *rule, int64_t focus_day) {
  bool periods = chance(r, 40);
  do {
    naive_date_item item = {0};
    naive_date first = near(r, focus_day, chance(r, 70) ? 10 : 200), last = naive_date_of(first.number + draw(r, 0, 20));
    item.month = first.month;
    item.day = first.day;
    item.last_month = last.month;
    item.last_day = last.day;
    if (periods) {
      item.kind = NAIVE_PERIOD;
      item.year = first.year;
      item.last_year = last.year;
      if (chance(r, 60)) {
        item.last_year = item.year;
        item.last_month = item.month;
        item.last_day = item.day;
      }
    } else {
      switch (draw(r, 0, 5)) {
      case 0:
        item.kind = NAIVE_MONTHS;
        break;
      case 1:
        item.kind = NAIVE_EASTER;
        item.offset = chance(r, 50) ? (int)draw(r, -3, 3) : (int)(focus_day - naive_easter(first.year));
        if (item.offset < -200 || item.offset > 200)
          item.offset = -47;
        break;
      case 2:
        item.kind = NAIVE_MONTH_DAYS;
        break;
      default:
        item.kind = NAIVE_MONTH_DAYS;
        item.last_month = item.month;
        item.last_day = item.day;
        if (chance(r, 10)) {
          item.month = item.last_month = 2;
          item.day = item.last_day = 29;
        }
      }
    }
    rule->dates[rule->date_count++] = item;
  } while (rule->date_count < NAIVE_ITEMS && chance(r, 25));
  if (!periods && chance(r, 15)) {
    rule->first_year = near(r, focus_day, 400).year;
    rule->last_year = rule->first_year + (int)draw(r, 1, 3);
  }
}

static naive_rule draw_rule(random_source *r, int64_t focus_day, bool base) {
  naive_rule rule = {0};
  rule.adds = chance(r, 35);
  switch (base ? 0 : draw(r, 0, 9)) {
  case 0:
    if (!chance(r, 5))
      draw_weekdays(r, &rule, false);
    break;
  case 1:
  case 2:
    rule.holidays = NAIVE_HOLIDAYS_ONLY;
    if (chance(r, 20))
      draw_weekdays(r, &rule, chance(r, 30));
    break;
  case 3:
    draw_weekdays(r, &rule, chance(r, 50));
    rule.holidays = NAIVE_HOLIDAYS_TOO;
    break;
  case 4: {
    draw_weekdays(r, &rule, true);
    if (chance(r, 70)) {
      naive_date date = near(r, focus_day, 30);
      rule.dates[rule.date_count++] = (naive_date_item){.kind = NAIVE_MONTHS, .month = date.month, .last_month = date.month};
    }
    break;
  }
  case 5:
    draw_dates(r, &rule, focus_day);
    draw_weekdays(r, &rule, chance(r, 30));
    break;
  case 6:
    rule.first_year = near(r, focus_day, 100).year;
    rule.last_year = rule.first_year + (chance(r, 50) ? (int)draw(r, 0, 2) : 0);
    if (chance(r, 50))
      draw_weekdays(r, &rule, chance(r, 30));
    break;
  default:
    draw_dates(r, &rule, focus_day);
  }
  if (!base && chance(r, 45))
    rule.closes = true;
  else if (chance(r, 10))
    rule.bare = true;
  else
    draw_spans(r, &rule);
  return rule;
}

/* A second near which things are to happen: a change of the clocks more often than not. */
static int64_t draw_focus(random_source *r, const naive_zone *zone) {
  int64_t low = naive_day(1930, 1, 1) * 86400, high = naive_day(2170, 1, 1) * 86400;
  if (chance(r, 65) && zone->count > 1) {
    for (int turn = 0; turn < 20; turn++) {
      int64_t at = zone->starts[draw(r, 1, (int64_t)zone->count - 1)];
      if (at > low && at < high && (turn > 3 || at < naive_day(2040, 1, 1) * 86400))
        return at;
    }
  }
  return chance(r, 70) ? draw(r, naive_day(1970, 1, 1), naive_day(2040, 1, 1)) * 86400 + draw(r, 0, 86399) : draw(r, low, high);
}

static setting draw_setting(random_source *r, int64_t *focus) {
  setting s = {0};
  do
    s.zone = (size_t)draw(r, 0, ZONE_COUNT - 1);
  while (!zones[s.zone]);
  *focus = draw_focus(r, &naive_zones[s.zone]);
  int64_t focus_day = *focus / 86400;
  int base = chance(r, 6) ? 0 : (int)draw(r, 1, 4), rest = (int)draw(r, base ? 0 : 1, 6);
  if (chance(r, 4)) { /* all the time, but for what follows */
    s.rules[s.rule_count++] = (naive_rule){.bare = true};
    base = 0;
  }
  for (int i = 0; i < base; i++)
    s.rules[s.rule_count++] = draw_rule(r, focus_day, true);
  for (int i = 0; i < rest; i++)
    s.rules[s.rule_count++] = draw_rule(r, focus_day, false);
  s.holiday_count = (int)draw(r, 0, 6);
  for (int i = 0; i < s.holiday_count; i++)
    s.holidays[i] = near(r, focus_day, chance(r, 80) ? 20 : 300).number;
  return s;
}

/* --- asking both --- */

static csup_status create(const setting *s, csup_calendar **out, csup_error *error) {
  char text[TEXT_SIZE];
  naive_calendar naive = naive_of(s);
  naive_calendar_text(&naive, text, sizeof text);
  csup_holiday holidays[MAX_HOLIDAYS];
  for (int i = 0; i < s->holiday_count; i++) {
    naive_date date = naive_date_of(s->holidays[i]);
    holidays[i] = (csup_holiday){date.year * 10000 + date.month * 100 + date.day, NULL};
  }
  return csup_calendar_create(text, zones[s->zone], holidays, (size_t)s->holiday_count, NULL, out, error);
}

static answer ask(const csup_calendar *calendar, const question *q) {
  answer a = {CSUP_OK, 0};
  switch (q->operation) {
  case ADD:
    a.status = csup_calendar_add(calendar, q->at, q->argument, &a.value);
    break;
  case ELAPSED:
    a.status = csup_calendar_elapsed(calendar, q->at, q->argument, &a.value);
    break;
  case ADD_DAYS:
    a.status = csup_calendar_add_days(calendar, q->at, (int32_t)q->argument, &a.value);
    break;
  case IS_OPEN:
    a.value = csup_calendar_is_open(calendar, q->at);
    break;
  case NEXT_OPEN:
    a.status = csup_calendar_next_open(calendar, q->at, &a.value);
    break;
  case NEXT_CLOSE:
    a.status = csup_calendar_next_close(calendar, q->at, &a.value);
    break;
  case NEXT_CHANGE:
    a.status = csup_calendar_next_change(calendar, q->at, &a.value);
    break;
  case PREV_OPEN:
    a.status = csup_calendar_prev_open(calendar, q->at, &a.value);
    break;
  default:
    a.status = csup_calendar_prev_close(calendar, q->at, &a.value);
  }
  return a;
}

static bool ask_naive(const naive_window *window, const question *q, int64_t *value) {
  switch (q->operation) {
  case ADD:
    return naive_add(window, q->at, q->argument, value);
  case ELAPSED:
    return naive_elapsed(window, q->at, q->argument, value);
  case ADD_DAYS:
    return naive_add_days(window, q->at, (int)q->argument, value);
  case IS_OPEN:
    *value = naive_is_open(window, q->at);
    return true;
  case NEXT_OPEN:
    return naive_next_open(window, q->at, value);
  case NEXT_CLOSE:
    return naive_next_close(window, q->at, value);
  case NEXT_CHANGE:
    return naive_next_change(window, q->at, value);
  case PREV_OPEN:
    return naive_prev_open(window, q->at, value);
  default:
    return naive_prev_close(window, q->at, value);
  }
}

static int64_t day_of(int64_t at) {
  return at / DAY - (at % DAY < 0);
}

static naive_window *window_around(const naive_calendar *naive, int64_t at, int64_t reach_days) {
  int64_t first = day_of(at) - reach_days, last = day_of(at) + reach_days;
  int64_t least = naive_day(1900, 1, 1), most = naive_day(2200, 12, 31);
  return naive_window_create(naive, first > least ? first : least, last < most ? last : most);
}

/* The windows of one setting, made when they are needed: what one does not know is asked of a wider one, the last knows all. */
#define WINDOWS 3
typedef struct views {
  naive_calendar naive;
  naive_window *windows[WINDOWS];
} views;

static views views_of(const setting *s, int64_t at, int64_t reach_days) {
  views v = {naive_of(s), {NULL}};
  v.windows[0] = window_around(&v.naive, at, reach_days);
  return v;
}

static answer ask_views(views *v, const question *q) {
  static const int64_t reach_days[WINDOWS] = {0, 1500, 120000};
  answer a = {CSUP_OK, 0};
  for (int i = 0; i < WINDOWS; i++) {
    if (!v->windows[i])
      v->windows[i] = window_around(&v->naive, q->at, reach_days[i]);
    if (ask_naive(v->windows[i], q, &a.value))
      return a;
  }
  return (answer){CSUP_E_NEVER, 0};
}

static void free_views(views *v) {
  for (int i = 0; i < WINDOWS; i++)
    naive_window_free(v->windows[i]);
}

/* Where the reference finds no answer the calendar must have none either; whether it says NEVER or RANGE it knows better, for it
   can tell an end of the hours from the end of the range. */
static bool agree(answer calendar, answer naive) {
  if (naive.status != CSUP_OK)
    return calendar.status == CSUP_E_NEVER || calendar.status == CSUP_E_RANGE;
  return calendar.status == CSUP_OK && calendar.value == naive.value;
}

/* --- cutting a disagreement down --- */

static bool disagrees(const setting *s, const question *q, int64_t reach_days, answer *given, answer *wanted) {
  csup_calendar *calendar;
  if (s->rule_count == 0 || create(s, &calendar, NULL) != CSUP_OK)
    return false;
  views v = views_of(s, q->at, reach_days);
  *given = ask(calendar, q);
  *wanted = ask_views(&v, q);
  free_views(&v);
  csup_calendar_free(calendar);
  return !agree(*given, *wanted);
}

static void shrink(setting *s, const question *q, int64_t reach_days) {
  answer given, wanted;
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (int i = 0; i < s->rule_count; i++) {
      setting less = *s;
      memmove(less.rules + i, less.rules + i + 1, (size_t)(less.rule_count - i - 1) * sizeof *less.rules);
      less.rule_count--;
      if (disagrees(&less, q, reach_days, &given, &wanted)) {
        *s = less;
        smaller = true;
        break;
      }
      for (int k = 0; k < s->rules[i].span_count && s->rules[i].span_count > 1; k++) {
        less = *s;
        naive_rule *rule = &less.rules[i];
        memmove(rule->spans + k, rule->spans + k + 1, (size_t)(rule->span_count - k - 1) * sizeof *rule->spans);
        rule->span_count--;
        if (disagrees(&less, q, reach_days, &given, &wanted)) {
          *s = less;
          smaller = true;
        }
      }
    }
    for (int i = 0; i < s->holiday_count; i++) {
      setting less = *s;
      memmove(less.holidays + i, less.holidays + i + 1, (size_t)(less.holiday_count - i - 1) * sizeof *less.holidays);
      less.holiday_count--;
      if (disagrees(&less, q, reach_days, &given, &wanted)) {
        *s = less;
        smaller = true;
        break;
      }
    }
  }
}

static void format_answer(int operation, answer a, char *buffer, size_t capacity) {
  size_t length;
  if (a.status != CSUP_OK)
    snprintf(buffer, capacity, "%s", csup_status_name(a.status));
  else if (operation == IS_OPEN)
    snprintf(buffer, capacity, "%s", a.value ? "open" : "closed");
  else if (operation == ELAPSED || csup_time_format(a.value, buffer, capacity, &length) != CSUP_OK)
    snprintf(buffer, capacity, "%" PRId64 " us", a.value);
}

static void report(setting s, const question *q, int64_t reach_days) {
  char text[TEXT_SIZE], at[64] = "", argument[64] = "", given_text[64], wanted_text[64];
  answer given = {0}, wanted = {0};
  shrink(&s, q, reach_days);
  disagrees(&s, q, reach_days, &given, &wanted);
  naive_calendar naive = naive_of(&s);
  naive_calendar_text(&naive, text, sizeof text);
  size_t length;
  csup_time_format(q->at, at, sizeof at, &length);
  if (q->operation == ELAPSED)
    csup_time_format(q->argument, argument, sizeof argument, &length);
  else
    snprintf(argument, sizeof argument, "%" PRId64, q->argument);
  format_answer(q->operation, given, given_text, sizeof given_text);
  format_answer(q->operation, wanted, wanted_text, sizeof wanted_text);
  print_message("disagreement:\n  zone      %s\n  hours     %s\n  holidays ", zone_names[s.zone], text);
  for (int i = 0; i < s.holiday_count; i++) {
    naive_date date = naive_date_of(s.holidays[i]);
    print_message(" %04d-%02d-%02d", date.year, date.month, date.day);
  }
  print_message("\n  operation %s(%s (%" PRId64 "), %s)\n  calendar  %s\n  reference %s\n", operation_names[q->operation], at,
                q->at, argument, given_text, wanted_text);
}

/* --- the two runs --- */

static int64_t draw_instant(random_source *r, const setting *s, const naive_window *window, int64_t focus, int64_t reach) {
  static const int64_t nudges[] = {0, 0, 0, -1, 1, -SECOND, SECOND, 3600 * SECOND};
  int64_t at;
  int which = (int)draw(r, 0, 9);
  if (which < 4 && window->count > 0) { /* an edge of the open time */
    size_t edge = (size_t)draw(r, 0, (int64_t)window->count - 1);
    at = (chance(r, 50) ? window->opens : window->closes)[edge] + nudges[draw(r, 0, 7)];
  } else if (which < 6) { /* around a change of the clocks */
    at = focus * SECOND + draw(r, -10, 10) * 900 * SECOND + nudges[draw(r, 0, 7)];
  } else if (which < 7) { /* a midnight of the wall clock */
    at = naive_zone_instant(&naive_zones[s->zone], (focus / 86400 + draw(r, -20, 20)) * DAY) + nudges[draw(r, 0, 7)];
  } else {
    at = focus * SECOND + draw(r, -reach / 2, reach / 2);
  }
  return at < window->start ? window->start : at >= window->end ? window->end - 1 : at;
}

static question draw_question(random_source *r, const setting *s, const naive_window *window, int64_t focus, int64_t span) {
  static const int operations[] = {ADD,      ADD,     ADD,       ADD,        ELAPSED,     ELAPSED,   ELAPSED,   ADD_DAYS,
                                   ADD_DAYS, IS_OPEN, NEXT_OPEN, NEXT_CLOSE, NEXT_CHANGE, PREV_OPEN, PREV_CLOSE};
  question q = {operations[draw(r, 0, sizeof operations / sizeof *operations - 1)], 0, 0};
  q.at = draw_instant(r, s, window, focus, span);
  int64_t other = chance(r, 50) ? draw_instant(r, s, window, focus, span) : q.at + draw(r, -span, span);
  if (other - q.at > span || q.at - other > span || other < window->start || other >= window->end)
    other = q.at + draw(r, -SECOND, SECOND);
  if (q.operation == ELAPSED) {
    q.argument = other;
  } else if (q.operation == ADD) { /* mostly what lands where it was open, on an edge too */
    int64_t open_time;
    if (!naive_elapsed(window, q.at, other, &open_time) || chance(r, 10))
      open_time = draw(r, -span / 4, span / 4);
    q.argument = open_time + (chance(r, 30) ? draw(r, -1, 1) : 0);
    if (chance(r, 5))
      q.argument = draw(r, -2, 2);
  } else if (q.operation == ADD_DAYS) {
    q.argument = draw(r, -span / DAY, span / DAY) / (chance(r, 70) ? 6 : 2);
    if (chance(r, 30))
      q.argument = draw(r, -2, 2);
  }
  return q;
}

typedef struct tally {
  long pairs, calendars, refused, unanswered, asked[OPERATIONS];
} tally;

/* `rounds` questions, `each` of a calendar, over spans of up to `span_days`. */
static void run(const char *what, long rounds, int each, int64_t span_days) {
  random_source r = random_start(what);
  tally t = {0};
  while (t.pairs < rounds) {
    int64_t focus;
    setting s = draw_setting(&r, &focus);
    csup_calendar *calendar = NULL;
    csup_error error = {0};
    csup_status status = create(&s, &calendar, &error);
    if (status != CSUP_OK) {
      char text[TEXT_SIZE];
      naive_calendar naive = naive_of(&s);
      naive_calendar_text(&naive, text, sizeof text);
      if (status != CSUP_E_NEVER)
        fail_msg("'%s' is refused: %s (column %d)", text, error.message, error.column);
      naive_window *whole = window_around(&naive, 0, 120000);
      if (whole->count > 0)
        fail_msg("'%s' is refused as never open, but opens", text);
      naive_window_free(whole);
      t.refused++;
      continue;
    }
    t.calendars++;
    views v = views_of(&s, focus * SECOND, span_days * 5 / 4 + 12);
    for (int i = 0; i < each && t.pairs < rounds; i++) {
      question q = draw_question(&r, &s, v.windows[0], focus, span_days * DAY);
      answer wanted = ask_views(&v, &q), given = ask(calendar, &q);
      if (!agree(given, wanted)) {
        report(s, &q, span_days * 5 / 4 + 12);
        fail_msg("the calendar and the reference disagree (%s)", what);
      }
      t.pairs++;
      t.asked[q.operation]++;
      t.unanswered += wanted.status != CSUP_OK;
    }
    free_views(&v);
    csup_calendar_free(calendar);
  }
  printf("%s: %ld pairs over %ld calendars, %ld without answer; %ld calendars never open;", what, t.pairs, t.calendars,
         t.unanswered, t.refused);
  for (int i = 0; i < OPERATIONS; i++)
    printf(" %s %ld", operation_names[i], t.asked[i]);
  printf("\n");
}

static void test_sixty_days(void **state) {
  (void)state;
  run("spans of up to 60 days", random_rounds(100000), 25, 60);
}

static void test_ten_years(void **state) {
  (void)state;
  run("spans of up to 10 years", random_rounds(1000), 4, 3653);
}

static int load_zones(void **state) {
  (void)state;
  size_t loaded = 0;
  for (size_t i = 0; i < ZONE_COUNT; i++) {
    if (!naive_zone_load(zone_names[i], &naive_zones[i])) {
      printf("zone %s is not in the system's database: left out\n", zone_names[i]);
      continue;
    }
    csup_error error = {0};
    if (csup_zone_load(zone_names[i], NULL, &zones[i], &error) != CSUP_OK) {
      printf("zone %s: %s\n", zone_names[i], error.message);
      return -1;
    }
    loaded++;
  }
  if (loaded == 0)
    printf("skipped: the system has no time zone database\n");
  return 0;
}

static int free_zones(void **state) {
  (void)state;
  for (size_t i = 0; i < ZONE_COUNT; i++) {
    csup_zone_free(zones[i]);
    naive_zone_free(&naive_zones[i]);
  }
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_sixty_days), cmocka_unit_test(test_ten_years)};
  int failed = load_zones(NULL);
  bool any = false;
  for (size_t i = 0; i < ZONE_COUNT; i++)
    any = any || zones[i];
  if (failed == 0 && !any)
    return 77;
  if (failed == 0)
    failed = cmocka_run_group_tests(tests, NULL, NULL);
  free_zones(NULL);
  return failed;
}
