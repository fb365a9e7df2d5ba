/*
 * What business-time arithmetic costs: add, elapsed and next_open on Mo-Fr 09:00-17:00 in New York with ten yearly holidays, for
 * spans of 15 minutes to 10 years, beside a plain look-up table by day over the same twenty years. Both run in turn, each answer
 * is compared, and medians over many rounds are printed. Then what creating calendars costs, in time and memory.
 */
#define _POSIX_C_SOURCE 200809L

#include "csupport.h"
#include "metered_allocator.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECOND INT64_C(1000000)
#define HOUR   (3600 * SECOND)
#define DAY    (24 * HOUR)
#define YEARS  20
#define DAYS   7305
#define FIRST  (DAY * 18262) /* 2020-01-01T00:00:00Z */
#define STARTS 4096
#define ROUNDS 201

#if defined(__GNUC__)
#define NOT_INLINE __attribute__((noinline))
#else
#define NOT_INLINE
#endif

/* --- the baseline ---------------------------------------------------------------------------------------------------------- */

/* One opening a day at most, and here none crosses midnight UTC. A day without one opens at its end, for no time. */
static struct { int64_t open, before; /* instant, and open time before it */ } table[DAYS + 1];
static uint16_t day_of_opening[DAYS + 1]; /* by open time in units of eight hours */

static inline int64_t table_before(int64_t at) {
  int64_t day = (at - FIRST) / DAY;
  int64_t into = at - table[day].open, length = table[day + 1].before - table[day].before;
  into = into < 0 ? 0 : into;
  return table[day].before + (into < length ? into : length);
}

NOT_INLINE static int64_t table_elapsed(int64_t from, int64_t to) {
  return table_before(to) - table_before(from);
}

/* The instant of the open microsecond that has so much open time before it. */
static inline int64_t table_at(int64_t before) {
  size_t day = day_of_opening[before / (8 * HOUR)];
  while (before >= table[day + 1].before)
    day++;
  return table[day].open + (before - table[day].before);
}

NOT_INLINE static int64_t table_add(int64_t from, int64_t open_time) {
  return table_at(table_before(from) + open_time - 1) + 1;
}

NOT_INLINE static int64_t table_next_open(int64_t at) {
  int64_t day = (at - FIRST) / DAY, into = at - table[day].open;
  if (into >= 0 && into < table[day + 1].before - table[day].before)
    return at;
  return table_at(table_before(at));
}

/* --- measuring ------------------------------------------------------------------------------------------------------------- */

static double now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int by_value(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

static double median(double *values, size_t count) {
  qsort(values, count, sizeof *values, by_value);
  return values[count / 2];
}

static uint64_t random_state = 88172645463325252U;

static uint64_t next_random(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  return random_state ^= random_state << 17;
}

static void must(csup_status status, const char *what) {
  if (status == CSUP_OK)
    return;
  fprintf(stderr, "%s: %s\n", what, csup_status_text(status));
  exit(1);
}

static void fill_table(const csup_calendar *calendar) {
  int64_t before = 0, units = 0;
  for (int day = 0; day < DAYS; day++) {
    int64_t start = FIRST + day * DAY, open, close;
    must(csup_calendar_next_open(calendar, start, &open), "next_open");
    must(csup_calendar_next_close(calendar, open, &close), "next_close");
    bool opens = open < start + DAY;
    table[day].open = opens ? open : start + DAY;
    table[day].before = before;
    before += opens ? close - open : 0;
    while (units * 8 * HOUR < before)
      day_of_opening[units++] = (uint16_t)day;
  }
  table[DAYS].open = FIRST + DAYS * DAY;
  table[DAYS].before = before;
  day_of_opening[units] = DAYS - 1;
}

typedef enum operation { ADD, ELAPSED, NEXT_OPEN } operation;

static int64_t starts[STARTS];

static int64_t run_library(const csup_calendar *calendar, operation what, int64_t span) {
  int64_t sum = 0, out = 0;
  for (size_t i = 0; i < STARTS; i++) {
    if (what == ADD)
      csup_calendar_add(calendar, starts[i], span, &out);
    else if (what == ELAPSED)
      csup_calendar_elapsed(calendar, starts[i], starts[i] + span, &out);
    else
      csup_calendar_next_open(calendar, starts[i], &out);
    sum += out;
  }
  return sum;
}

static int64_t run_table(operation what, int64_t span) {
  int64_t sum = 0;
  for (size_t i = 0; i < STARTS; i++) {
    if (what == ADD)
      sum += table_add(starts[i], span);
    else if (what == ELAPSED)
      sum += table_elapsed(starts[i], starts[i] + span);
    else
      sum += table_next_open(starts[i]);
  }
  return sum;
}

/* `span` is real time for elapsed and open time for add; `reach` is the real time that it takes at most. */
static void compare(const csup_calendar *calendar, operation what, const char *label, int64_t span, int64_t reach) {
  static const char *const names[] = {"add", "elapsed", "next_open"};
  double library[ROUNDS], plain[ROUNDS];
  for (size_t i = 0; i < STARTS; i++)
    starts[i] = FIRST + (int64_t)(next_random() % (uint64_t)(DAYS * DAY - reach));
  for (size_t round = 0; round < ROUNDS; round++) {
    double start = now_ns();
    int64_t by_library = run_library(calendar, what, span);
    double middle = now_ns();
    int64_t by_table = run_table(what, span);
    double end = now_ns();
    library[round] = (middle - start) / STARTS;
    plain[round] = (end - middle) / STARTS;
    if (by_library != by_table) {
      fprintf(stderr, "%s over %s: the library and the table disagree\n", names[what], label);
      exit(1);
    }
  }
  double ours = median(library, ROUNDS), theirs = median(plain, ROUNDS);
  printf("%-10s %-11s %8.1f ns %8.1f ns %8.2f\n", names[what], label, ours, theirs, ours / theirs);
}

/* --- creating -------------------------------------------------------------------------------------------------------------- */

static void measure_creation(const char *zone_name, const char *hours) {
  meter m = {0, 0};
  csup_allocator allocator = {&m, metered_resize};
  csup_zone *zone;
  must(csup_zone_load(zone_name, NULL, &zone, NULL), zone_name);
  csup_calendar *calendar;
  double times[ROUNDS];
  for (size_t round = 0; round < ROUNDS; round++) {
    double start = now_ns();
    must(csup_calendar_create(hours, zone, NULL, 0, &allocator, &calendar, NULL), hours);
    times[round] = now_ns() - start;
    if (round + 1 < ROUNDS)
      csup_calendar_free(calendar);
  }
  printf("%7.2f ms %8.1f KiB kept %8.1f KiB at most   %s %.60s\n", median(times, ROUNDS) / 1e6, (double)m.used / 1024,
         (double)m.peak / 1024, zone_name, hours);
  csup_calendar_free(calendar);
  csup_zone_free(zone);
}

int main(void) {
  static const char hours[] =
      "Mo-Fr 09:00-17:00; Jan 01 off; Jan Mo[3] off; Feb Mo[3] off; May Mo[-1] off; Jun 19 off; Jul 04 off; "
      "Sep Mo[1] off; Nov 11 off; Nov Th[4] off; Dec 25 off";
  static const struct {
    const char *label;
    int64_t real, open;
  } spans[] = {{"15 minutes", HOUR / 4, HOUR / 4}, {"1 hour", HOUR, HOUR},
               {"4 hours", 4 * HOUR, 4 * HOUR},    {"1 day", DAY, 8 * HOUR},
               {"1 week", 7 * DAY, 40 * HOUR},     {"1 month", 30 * DAY, 170 * HOUR},
               {"1 year", 365 * DAY, 2000 * HOUR}, {"10 years", 3652 * DAY, 20000 * HOUR}};
  csup_zone *zone;
  csup_calendar *calendar;
  must(csup_zone_load("America/New_York", NULL, &zone, NULL), "America/New_York");
  must(csup_calendar_create(hours, zone, NULL, 0, NULL, &calendar, NULL), hours);
  fill_table(calendar);
  printf("%-10s %-11s %11s %11s %8s\n", "", "span", "library", "table", "ratio");
  for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++)
    compare(calendar, ADD, spans[i].label, spans[i].open, spans[i].real * 5 / 4 + 30 * DAY);
  for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++)
    compare(calendar, ELAPSED, spans[i].label, spans[i].real, spans[i].real + DAY);
  compare(calendar, NEXT_OPEN, "", 0, 30 * DAY);
  csup_calendar_free(calendar);
  csup_zone_free(zone);

  printf("\ncreating a calendar\n");
  measure_creation("America/New_York", hours);
  measure_creation("UTC", "24/7");
  measure_creation("Europe/Sofia", "Mo-Fr 09:00-12:00,13:00-18:00; Dec 24-Jan 01 off; easter +1 day off");
  measure_creation("Africa/Casablanca", "Mo-Su 22:00-06:00; Jan 01 off");
  return 0;
}
