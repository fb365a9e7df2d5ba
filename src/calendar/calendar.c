#include "calendar/calendar.h"

#include "base/status.h"
#include "calendar/grid.h"

#include <string.h>

#if defined(__GNUC__)
#define NOT_INLINE __attribute__((noinline))
#else
#define NOT_INLINE
#endif

typedef struct holiday {
  int32_t day;
  uint32_t order; /* in the list given: equal dates keep it */
  const char *name;
} holiday;

struct csup_calendar {
  csup_grid grid;
  csup_business_dates dates;
  csup_transition *transitions;
  size_t transition_count;
  csup_hours hours;
  holiday *holidays; /* by date */
  int32_t *holiday_days;
  size_t holiday_count;
  csup_arena arena; /* rules, transitions and holidays */
  csup_allocator allocator;
};

/* Sifts the holiday at `root` down the heap of the first `count`. */
static void sift(holiday *holidays, size_t root, size_t count) {
  holiday moved = holidays[root];
  for (size_t child; (child = root * 2 + 1) < count; root = child) {
    const holiday *left = &holidays[child];
    if (child + 1 < count && (left[1].day > left->day || (left[1].day == left->day && left[1].order > left->order)))
      left = &holidays[++child];
    if (left->day < moved.day || (left->day == moved.day && left->order < moved.order))
      break;
    holidays[root] = *left;
  }
  holidays[root] = moved;
}

static void sort_holidays(holiday *holidays, size_t count) {
  for (size_t root = count / 2; root-- > 0;)
    sift(holidays, root, count);
  while (count-- > 1) {
    holiday last = holidays[count];
    holidays[count] = holidays[0];
    holidays[0] = last;
    sift(holidays, 0, count);
  }
}

static csup_status take_holidays(csup_calendar *calendar, const csup_holiday *given, size_t count, csup_error *error) {
  csup_arena *arena = &calendar->arena;
  calendar->holidays = csup_arena_allocate(arena, count, sizeof *calendar->holidays);
  calendar->holiday_days = csup_arena_allocate(arena, count, sizeof *calendar->holiday_days);
  if (!calendar->holidays || !calendar->holiday_days)
    return csup_fail_plain(error, CSUP_E_NOMEM);
  for (size_t i = 0; i < count; i++) {
    holiday *taken = &calendar->holidays[i];
    if (!csup_date_parts(given[i].date, &taken->day)) {
      csup_fail(error, CSUP_E_ARGUMENT, "the holiday %ld is no date of the years 1900 to 2200, written YYYYMMDD",
                (long)given[i].date);
      if (error)
        error->index = i <= INT32_MAX ? (int32_t)i : INT32_MAX;
      return CSUP_E_ARGUMENT;
    }
    taken->order = (uint32_t)i;
    if (given[i].name) {
      taken->name = csup_arena_copy(arena, given[i].name, strlen(given[i].name));
      if (!taken->name)
        return csup_fail_plain(error, CSUP_E_NOMEM);
    }
  }
  sort_holidays(calendar->holidays, count);
  for (size_t i = 0; i < count; i++)
    calendar->holiday_days[i] = calendar->holidays[i].day;
  calendar->holiday_count = count;
  return CSUP_OK;
}

static csup_status take_zone(csup_calendar *calendar, const csup_zone *zone, csup_error *error) {
  size_t count;
  const csup_transition *transitions = csup_zone_transitions(zone, &count);
  calendar->transitions = csup_arena_allocate(&calendar->arena, count, sizeof *transitions);
  if (!calendar->transitions)
    return csup_fail_plain(error, CSUP_E_NOMEM);
  memcpy(calendar->transitions, transitions, count * sizeof *transitions);
  calendar->transition_count = count;
  return CSUP_OK;
}

static bool in_range(csup_time at) {
  return (uint64_t)at - (uint64_t)CSUP_TIME_FIRST <= (uint64_t)(CSUP_TIME_LAST - CSUP_TIME_FIRST);
}

bool csup_calendar_cut_night(const csup_calendar *calendar, csup_cut_night *out) {
  return csup_hours_cut_night(&calendar->hours, calendar->holiday_days, calendar->holiday_count, out);
}

/* Open time from the start of the grid to an instant in range. */
static int64_t open_before(const csup_calendar *calendar, csup_time at) {
  csup_spot spot = csup_grid_spot(&calendar->grid, at);
  return csup_spot_open_before(&calendar->grid, &spot);
}

static csup_status fill(csup_calendar *calendar, const char *hours, const csup_zone *zone, const csup_holiday *holidays,
                        size_t holiday_count, csup_error *error) {
  const csup_allocator *allocator = &calendar->allocator;
  csup_status status = take_holidays(calendar, holidays, holiday_count, error);
  if (status == CSUP_OK)
    status = take_zone(calendar, zone, error);
  if (status == CSUP_OK)
    status = csup_hours_parse(hours, &calendar->arena, &calendar->hours, error);
  if (status != CSUP_OK)
    return status;
  if (calendar->hours.rule_count == 0)
    return csup_fail(error, CSUP_E_NEVER, "the hours are blank, so the calendar never opens");
  status = csup_business_dates_init(&calendar->dates, CSUP_GRID_DAYS_FIRST, CSUP_GRID_DAYS, allocator);
  if (status == CSUP_OK)
    status = csup_grid_build(&calendar->grid, &calendar->hours, calendar->holiday_days, holiday_count, calendar->transitions,
                             calendar->transition_count, &calendar->dates, allocator);
  if (status != CSUP_OK)
    return csup_fail_plain(error, status);
  if (open_before(calendar, CSUP_TIME_LAST) == open_before(calendar, CSUP_TIME_FIRST))
    return csup_fail(error, CSUP_E_NEVER, "with these hours and holidays the calendar never opens");
  return csup_business_dates_count(&calendar->dates, allocator) == CSUP_OK ? CSUP_OK : csup_fail_plain(error, CSUP_E_NOMEM);
}

csup_status csup_calendar_create(const char *hours, const csup_zone *zone, const csup_holiday *holidays, size_t holiday_count,
                                 const csup_allocator *allocator, csup_calendar **out, csup_error *error) {
  if (!hours || !zone || !out || (!holidays && holiday_count > 0) || holiday_count > UINT32_MAX)
    return csup_fail(error, CSUP_E_ARGUMENT, "a calendar needs hours, a zone, its holidays and a place for the result");
  csup_allocator taken;
  if (csup_allocator_take(allocator, &taken) != CSUP_OK)
    return csup_fail(error, CSUP_E_ARGUMENT, "the allocator has no function");
  csup_calendar *calendar = csup_allocate(&taken, sizeof *calendar);
  if (!calendar)
    return csup_fail_plain(error, CSUP_E_NOMEM);
  memset(calendar, 0, sizeof *calendar);
  calendar->allocator = taken;
  csup_arena_init(&calendar->arena, &taken);
  csup_status status = fill(calendar, hours, zone, holidays, holiday_count, error);
  if (status != CSUP_OK) {
    csup_calendar_free(calendar);
    return status;
  }
  *out = calendar;
  return CSUP_OK;
}

void csup_calendar_free(csup_calendar *calendar) {
  if (!calendar)
    return;
  csup_allocator allocator = calendar->allocator;
  csup_grid_free(&calendar->grid, &allocator);
  csup_business_dates_free(&calendar->dates, &allocator);
  csup_arena_free(&calendar->arena);
  csup_release(&allocator, calendar, sizeof *calendar);
}

/* The instant sought lies beyond the grid or nowhere. */
static csup_status no_opening(const csup_calendar *calendar) {
  return calendar->grid.opens_forever ? CSUP_E_RANGE : CSUP_E_NEVER;
}

/* The same for an edge: what is open for good has none. */
static csup_status no_edge(const csup_calendar *calendar) {
  return calendar->grid.opens_forever && calendar->grid.closes_forever ? CSUP_E_RANGE : CSUP_E_NEVER;
}

static csup_status give(csup_time at, csup_time *out) {
  if (!in_range(at))
    return CSUP_E_RANGE;
  *out = at;
  return CSUP_OK;
}

/* The exact way, for whatever the common one below does not settle. */
NOT_INLINE static csup_status add_exactly(const csup_calendar *calendar, csup_time from, csup_duration open_time,
                                          csup_time *out) {
  if (!in_range(from))
    return CSUP_E_RANGE;
  if (open_time == 0) {
    *out = from;
    return CSUP_OK;
  }
  const csup_grid *grid = &calendar->grid;
  int64_t before = open_before(calendar, from);
  /* Forward, the answer is the end of the open microsecond that completes the sum; backward, the start of the one that begins it.
   */
  bool forward = open_time > 0;
  if (forward ? open_time > grid->open_time - before : open_time < -before)
    return no_opening(calendar);
  csup_spot spot = csup_grid_open_spot(grid, before + open_time - forward);
  return give(csup_spot_time(&spot) + forward, out);
}

NOT_INLINE static csup_status give_open_end(const csup_grid *grid, int64_t open_time, csup_time *out) {
  csup_spot spot = csup_grid_open_spot(grid, open_time);
  *out = csup_spot_time(&spot) + 1;
  return CSUP_OK;
}

csup_status csup_calendar_add(const csup_calendar *calendar, csup_time from, csup_duration open_time, csup_time *out) {
  if (!calendar || !out)
    return CSUP_E_ARGUMENT;
  const csup_grid *grid = &calendar->grid;
  int64_t before;
  if (CSUP_RARELY(open_time <= 0) || CSUP_RARELY(!csup_grid_find_open_before(grid, from, &before)))
    return add_exactly(calendar, from, open_time, out);
  uint64_t last = (uint64_t)before + (uint64_t)(open_time - 1); /* the open microsecond that completes the sum */
  if (CSUP_RARELY(last >= (uint64_t)grid->near_time))
    return add_exactly(calendar, from, open_time, out);
  csup_time due;
  if (CSUP_RARELY(!csup_grid_find_open_end(grid, (int64_t)last, &due)))
    return give_open_end(grid, (int64_t)last, out);
  *out = due;
  return CSUP_OK;
}

NOT_INLINE static csup_status elapsed_exactly(const csup_calendar *calendar, csup_time from, csup_time to, csup_duration *out) {
  if (!in_range(from) || !in_range(to))
    return CSUP_E_RANGE;
  *out = open_before(calendar, to) - open_before(calendar, from);
  return CSUP_OK;
}

csup_status csup_calendar_elapsed(const csup_calendar *calendar, csup_time from, csup_time to, csup_duration *out) {
  if (!calendar || !out)
    return CSUP_E_ARGUMENT;
  int64_t before_from, before_to;
  const csup_grid *grid = &calendar->grid;
  if (CSUP_RARELY(!csup_grid_find_open_before(grid, from, &before_from)) ||
      CSUP_RARELY(!csup_grid_find_open_before(grid, to, &before_to)))
    return elapsed_exactly(calendar, from, to, out);
  *out = before_to - before_from;
  return CSUP_OK;
}

int32_t csup_calendar_is_open(const csup_calendar *calendar, csup_time at) {
  if (!calendar || !in_range(at))
    return 0;
  csup_spot spot = csup_grid_spot(&calendar->grid, at);
  return csup_spot_is_open(&spot);
}

/* Moves the spot of an instant to the next open one, which may be itself. False when there is none in the grid. */
static bool to_open(const csup_grid *grid, csup_spot *spot) {
  if (csup_spot_is_open(spot))
    return true;
  int64_t before = csup_spot_open_before(grid, spot);
  if (before == grid->open_time)
    return false;
  *spot = csup_grid_open_spot(grid, before);
  return true;
}

/* Moves the spot of a closed instant to the last open microsecond before it. */
static bool to_last_open(const csup_grid *grid, csup_spot *spot) {
  int64_t before = csup_spot_open_before(grid, spot);
  if (before == 0)
    return false;
  *spot = csup_grid_open_spot(grid, before - 1);
  return true;
}

static csup_status check(const csup_calendar *calendar, csup_time at, const csup_time *out) {
  return !calendar || !out ? CSUP_E_ARGUMENT : in_range(at) ? CSUP_OK : CSUP_E_RANGE;
}

NOT_INLINE static csup_status next_open_exactly(const csup_calendar *calendar, csup_time at, csup_time *out) {
  if (!in_range(at))
    return CSUP_E_RANGE;
  csup_spot spot = csup_grid_spot(&calendar->grid, at);
  if (!to_open(&calendar->grid, &spot))
    return no_opening(calendar);
  return give(csup_spot_time(&spot), out);
}

csup_status csup_calendar_next_open(const csup_calendar *calendar, csup_time at, csup_time *out) {
  if (!calendar || !out)
    return CSUP_E_ARGUMENT;
  /* The open microsecond with as much open time before it as `at` has begins at the opening sought, or at `at` when it is open.
   */
  const csup_grid *grid = &calendar->grid;
  int64_t before;
  csup_time end;
  if (CSUP_RARELY(!csup_grid_find_open_before(grid, at, &before)) || CSUP_RARELY(before >= grid->near_time) ||
      CSUP_RARELY(!csup_grid_find_open_end(grid, before, &end)))
    return next_open_exactly(calendar, at, out);
  *out = end - 1;
  return CSUP_OK;
}

csup_status csup_calendar_next_close(const csup_calendar *calendar, csup_time at, csup_time *out) {
  csup_status status = check(calendar, at, out);
  if (status != CSUP_OK)
    return status;
  csup_spot spot = csup_grid_spot(&calendar->grid, at);
  csup_time edge;
  if (!to_open(&calendar->grid, &spot) || !csup_grid_run_end(&calendar->grid, &spot, &edge))
    return no_edge(calendar);
  return give(edge, out);
}

csup_status csup_calendar_next_change(const csup_calendar *calendar, csup_time at, csup_time *out) {
  return csup_calendar_is_open(calendar, at) ? csup_calendar_next_close(calendar, at, out)
                                             : csup_calendar_next_open(calendar, at, out);
}

csup_status csup_calendar_prev_open(const csup_calendar *calendar, csup_time at, csup_time *out) {
  csup_status status = check(calendar, at, out);
  if (status != CSUP_OK)
    return status;
  csup_spot spot = csup_grid_spot(&calendar->grid, at);
  csup_time edge;
  if ((!csup_spot_is_open(&spot) && !to_last_open(&calendar->grid, &spot)) || !csup_grid_run_start(&calendar->grid, &spot, &edge))
    return no_edge(calendar);
  return give(edge, out);
}

csup_status csup_calendar_prev_close(const csup_calendar *calendar, csup_time at, csup_time *out) {
  csup_status status = check(calendar, at, out);
  if (status != CSUP_OK)
    return status;
  const csup_grid *grid = &calendar->grid;
  csup_spot spot = csup_grid_spot(grid, at);
  if (csup_spot_is_open(&spot)) {
    csup_time opening;
    if (!csup_grid_run_start(grid, &spot, &opening))
      return no_edge(calendar);
    spot = csup_grid_spot(grid, opening);
  }
  if (!to_last_open(grid, &spot))
    return no_edge(calendar);
  return give(csup_spot_time(&spot) + 1, out);
}

static int64_t floor_second(csup_time at) {
  int64_t second = at / CSUP_SECOND;
  return second - (at < second * CSUP_SECOND);
}

/* Microseconds since 1970-01-01T00:00 on the wall clock. */
static int64_t local_of(const csup_calendar *calendar, csup_time at) {
  return at + csup_calendar_zone_offset(calendar, at) * CSUP_SECOND;
}

/* T3 with a fraction: where the clocks jump over the second, its fractions go to the jump as well. */
static csup_time instant_of(const csup_calendar *calendar, int64_t local) {
  int64_t second = floor_second(local);
  csup_time at = csup_transitions_instant(calendar->transitions, calendar->transition_count, second) * CSUP_SECOND;
  bool exists = local_of(calendar, at) == second * CSUP_SECOND;
  return exists ? at + (local - second * CSUP_SECOND) : at;
}

static int32_t day_of(int64_t local) {
  const int64_t day = CSUP_DAY_SECONDS * CSUP_SECOND;
  int64_t number = local / day;
  return (int32_t)(number - (local < number * day));
}

csup_status csup_calendar_add_days(const csup_calendar *calendar, csup_time from, int32_t days, csup_time *out) {
  csup_status status = check(calendar, from, out);
  if (status != CSUP_OK)
    return status;
  /* Open time to land in: onward for n >= 0, back for n < 0. */
  csup_status (*roll)(const csup_calendar *, csup_time, csup_time *) =
      days < 0 ? csup_calendar_prev_close : csup_calendar_next_open;
  csup_time at = from;
  if (!csup_calendar_is_open(calendar, at) && (status = roll(calendar, at, &at)) != CSUP_OK)
    return status;
  if (days != 0) {
    int64_t local = local_of(calendar, at);
    int32_t day = day_of(local), target;
    if (!csup_business_dates_step(&calendar->dates, day, days, &target))
      return no_opening(calendar);
    at = instant_of(calendar, local + ((int64_t)target - day) * CSUP_DAY_SECONDS * CSUP_SECOND);
    if (!in_range(at))
      return CSUP_E_RANGE;
    if (!csup_calendar_is_open(calendar, at) && (status = roll(calendar, at, &at)) != CSUP_OK)
      return status;
  }
  *out = at;
  return CSUP_OK;
}

const char *csup_calendar_holiday(const csup_calendar *calendar, csup_date date) {
  int32_t day;
  if (!csup_date_parts(date, &day))
    return NULL;
  size_t low = 0, high = calendar->holiday_count; /* the first that is not before `day` */
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (calendar->holidays[middle].day < day)
      low = middle + 1;
    else
      high = middle;
  }
  const char *name = NULL;
  for (; low < calendar->holiday_count && calendar->holidays[low].day == day; low++) {
    if (calendar->holidays[low].name)
      return calendar->holidays[low].name;
    name = "";
  }
  return name;
}

int32_t csup_calendar_zone_offset(const csup_calendar *calendar, csup_time at) {
  at = at < CSUP_TIME_FIRST ? CSUP_TIME_FIRST : at > CSUP_TIME_LAST ? CSUP_TIME_LAST : at;
  return csup_transitions_offset(calendar->transitions, calendar->transition_count, floor_second(at));
}

csup_status csup_calendar_day_end(const csup_calendar *calendar, csup_time at, csup_time *out) {
  csup_status status = check(calendar, at, out);
  if (status != CSUP_OK)
    return status;
  int32_t day = day_of(local_of(calendar, at));
  int32_t close = csup_days_last_close(&calendar->hours, calendar->holiday_days, calendar->holiday_count, day);
  if (close >= 0)
    return give(instant_of(calendar, ((int64_t)day * CSUP_DAY_SECONDS + close) * CSUP_SECOND), out);
  if (csup_calendar_is_open(calendar, at))
    return csup_calendar_next_close(calendar, at, out);
  *out = at;
  return CSUP_OK;
}
