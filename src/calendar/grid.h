/*
 * Open time as a fixed grid of UTC weeks, so that every look-up is a few loads from a known place and costs the same at every
 * span.
 *
 * Each week has one word: the open time before it, and where its shape lies. Weeks that look alike share a shape. A shape lists
 * the spans of the week, with small tables of slots that lead from an offset in the week, or from open time in the week, to a
 * span; from open time to its week leads a table of buckets. Slots and buckets are so narrow that the answer is what they name or
 * the next one, and which it is, is settled without a branch: one that is mispredicted costs more than the memory. What lies
 * further off is found by binary search, out of the way of what is common.
 */
#ifndef CSUP_CALENDAR_GRID_H
#define CSUP_CALENDAR_GRID_H

#include "calendar/business_dates.h"
#include "calendar/days.h"
#include "time/civil.h"
#include "time/zone.h"

/* The grid begins on the Monday before 1900-01-01 and ends some weeks after 2200-12-31, so that an edge within a day of the civil
   range is known for what it is. */
#define CSUP_GRID_FIRST_DAY    (CSUP_FIRST_DAY - 7)
#define CSUP_GRID_WEEKS        15709
#define CSUP_GRID_WEEK_SECONDS INT64_C(604800)
#define CSUP_GRID_WEEK         (CSUP_GRID_WEEK_SECONDS * CSUP_SECOND)
#define CSUP_GRID_LAST_WEEK    ((CSUP_LAST_DAY + 1 - CSUP_GRID_FIRST_DAY) / 7 - 1) /* wholly within the civil range, as 1 is */
#define CSUP_GRID_START        (CSUP_SECOND * CSUP_DAY_SECONDS * CSUP_GRID_FIRST_DAY)

/* The dates that a zone can bring into the grid, its own and some at either end: zones keep within 26 hours of UTC. */
#define CSUP_GRID_MARGIN_DAYS 3
#define CSUP_GRID_DAYS_FIRST  (CSUP_GRID_FIRST_DAY - CSUP_GRID_MARGIN_DAYS)
#define CSUP_GRID_DAYS        (CSUP_GRID_WEEKS * 7 + 2 * CSUP_GRID_MARGIN_DAYS)

#if defined(__GNUC__)
#define CSUP_RARELY(condition) __builtin_expect(!!(condition), 0)
#else
#define CSUP_RARELY(condition) (condition)
#endif

/* A span of open time in a week. With the offset of an instant from the start of the week and the open time of the week before
   it, both in microseconds, here open = min(offset - closed, end), and offset = open + closed for an open instant. Of all spans
   the one that holds gives the greatest such `open`. A span starts at its `closed` plus the `end` of the one before. */
typedef struct csup_week_span {
  int64_t closed; /* closed time of the week before the span */
  int64_t end;    /* open time of the week up to the span's end */
} csup_week_span;

#define CSUP_TIME_SLOTS      72
#define CSUP_TIME_SLOT_SHIFT 33 /* slots of 2.4 hours; 71 of them make a week */
#define CSUP_OPEN_SLOTS      144
#define CSUP_OPEN_SLOT_SHIFT 32 /* slots of 1.2 hours of open time; 141 of them make a week */

/* spans[0] starts at 0, with no length unless the week begins open. Behind the last of span_count spans stand two that never
   begin, so that looking ahead needs no check. A slot holds the span that holds at the slot's beginning, or the highest that it
   can, as twice its number: the place of its first word. */
typedef struct csup_week_shape {
  int64_t open_time; /* of the whole week */
  uint64_t span_count;
  uint8_t by_time[CSUP_TIME_SLOTS];
  uint8_t by_open[CSUP_OPEN_SLOTS];
  csup_week_span spans[];
} csup_week_shape;

#define CSUP_NEVER_BEGINS (INT64_MAX / 2) /* `closed` of a span that never begins */
#define CSUP_SLOT_MOST    254             /* what a slot can hold */

#define CSUP_SHAPE_BITS 30
#define CSUP_SHAPE_MASK ((UINT64_C(1) << CSUP_SHAPE_BITS) - 1)
#define CSUP_BUCKETS                                                                                                             \
  (CSUP_GRID_WEEKS / 4 * 5) /* a quarter more than weeks: where weeks are alike, none holds more than one end */
#define CSUP_BUCKET_UNIT 20 /* open time is put in buckets in units of 2^20 microseconds */
#define CSUP_BUCKET_BITS 32

/* All tables lie in one block of 64-bit words: the weeks and one for the end (open seconds before it << 30 | place of its shape,
   in words from the start of the block), the buckets (the week that the first open microsecond of the bucket lies in), the
   shapes. */
#define CSUP_BUCKETS_AT (CSUP_GRID_WEEKS + 1)
#define CSUP_SHAPES_AT  (CSUP_BUCKETS_AT + (CSUP_BUCKETS + 3) / 4)

typedef struct csup_grid {
  uint64_t *words;
  size_t word_count, word_capacity;
  uint64_t bucket_scale; /* bucket = (open time >> CSUP_BUCKET_UNIT) * scale >> CSUP_BUCKET_BITS */
  int64_t open_time;     /* in the whole grid */
  int64_t near_time;     /* before the last week that is wholly within the civil range ends */
  bool opens_forever;    /* rules that are not bound to years or holidays open it, so it opens beyond the grid too */
  bool closes_forever;   /* the same for closing */
} csup_grid;

/* An instant within the grid: the week, the last span that starts at or before it, the offset in the week. */
typedef struct csup_spot {
  size_t week;
  const csup_week_shape *shape;
  size_t span;
  int64_t offset;
} csup_spot;

/* grid_build.c: fills grid and business dates (which it adds to, uncounted) from the rules. CSUP_E_NOMEM. The grid is to be freed
   whatever was returned. */
csup_status csup_grid_build(csup_grid *grid, const csup_hours *hours, const int32_t *holidays, size_t holiday_count,
                            const csup_transition *transitions, size_t transition_count, csup_business_dates *dates,
                            const csup_allocator *allocator);
void csup_grid_free(csup_grid *grid, const csup_allocator *allocator);

/* The spot of an instant, which must lie in the grid. */
csup_spot csup_grid_spot(const csup_grid *grid, csup_time at);
/* The spot of the open microsecond with `open_time` of the grid's open time before it, 0 <= open_time < grid->open_time. */
csup_spot csup_grid_open_spot(const csup_grid *grid, int64_t open_time);

/* The last span from `span` on that starts at or before the offset. */
size_t csup_shape_find_time(const csup_week_shape *shape, size_t span, int64_t offset);
/* The first span from `span` on that ends with more open time than that, or the last one. */
size_t csup_shape_find_open(const csup_week_shape *shape, size_t span, int64_t open_time);

bool csup_spot_is_open(const csup_spot *spot);
csup_time csup_spot_time(const csup_spot *spot);
/* Open time from the start of the grid to the spot. */
int64_t csup_spot_open_before(const csup_grid *grid, const csup_spot *spot);

/* The closing edge of the open run, over week borders, that the open spot lies in; false when it runs on beyond the grid. */
bool csup_grid_run_end(const csup_grid *grid, const csup_spot *spot, csup_time *out);
/* Its opening edge; false when it was open from before the grid. */
bool csup_grid_run_start(const csup_grid *grid, const csup_spot *spot, csup_time *out);

/* Open time before a week's word. */
static inline int64_t csup_word_time(uint64_t word) {
  return (int64_t)(word >> CSUP_SHAPE_BITS) * CSUP_SECOND;
}

static inline const csup_week_shape *csup_word_shape(const csup_grid *grid, uint64_t word) {
  return (const csup_week_shape *)(const void *)(grid->words + (word & CSUP_SHAPE_MASK));
}

/* Microseconds from the start of the grid to that of a week; the factor without its powers of two fits an instruction. */
static inline int64_t csup_week_since(size_t week) {
  return (int64_t)(week * (uint64_t)(CSUP_GRID_WEEK >> 13) << 13);
}

static inline size_t csup_grid_bucket(const csup_grid *grid, int64_t open_time) {
  const uint16_t *buckets = (const uint16_t *)(const void *)(grid->words + CSUP_BUCKETS_AT);
  return buckets[((uint64_t)open_time >> CSUP_BUCKET_UNIT) * grid->bucket_scale >> CSUP_BUCKET_BITS];
}

static inline int64_t csup_span_open(const csup_week_span *span, int64_t offset) {
  int64_t open = offset - span->closed;
  return open < span->end ? open : span->end;
}

/* The common cases of the look-ups above, for callers in a hurry. False, with nothing said, in the rare ones. */

/* The span that a slot's value stands for. */
static inline const csup_week_span *csup_shape_span(const csup_week_shape *shape, size_t value) {
  return (const csup_week_span *)(const void *)((const int64_t *)(const void *)shape->spans + value);
}

/* `at` may be any instant; false outside the weeks wholly within the civil range. */
static inline bool csup_grid_find_open_before(const csup_grid *grid, csup_time at, int64_t *out) {
  uint64_t since = (uint64_t)at - (uint64_t)CSUP_GRID_START, week = since / (uint64_t)CSUP_GRID_WEEK;
  if (CSUP_RARELY(week - 1 > CSUP_GRID_LAST_WEEK - 1))
    return false;
  int64_t offset = (int64_t)since - csup_week_since(week);
  uint64_t word = grid->words[week];
  const csup_week_shape *shape = csup_word_shape(grid, word);
  const csup_week_span *span = csup_shape_span(shape, shape->by_time[(uint64_t)offset >> CSUP_TIME_SLOT_SHIFT]);
  int64_t open = offset - span[0].closed, end = span[0].end;
  int64_t next_open = offset - span[1].closed, next_end = span[1].end;
  open = open < end ? open : end;
  next_open = next_open < next_end ? next_open : next_end;
  *out = csup_word_time(word) + (open > next_open ? open : next_open);
  return offset - span[2].closed < next_end;
}

/* The end of the open microsecond with `open_time` of the grid's open time before it, 0 <= open_time < grid->open_time. Choices
   are spelt out as arithmetic: compilers would make branches of them. */
static inline bool csup_grid_find_open_end(const csup_grid *grid, int64_t open_time, csup_time *out) {
  size_t week = csup_grid_bucket(grid, open_time);
  uint64_t word = grid->words[week], next_word = grid->words[week + 1];
  int64_t open_here = open_time - csup_word_time(word), open_next = open_time - csup_word_time(next_word);
  uint64_t is_here = (uint64_t)0 - ((uint64_t)open_next >> 63); /* all ones while the next week is still to come */
  const csup_week_shape *shape = csup_word_shape(grid, next_word + ((word - next_word) & is_here));
  /* Open time since the start of the week: at most a week's, for so narrow are the buckets. */
  uint64_t open = (uint64_t)open_next + ((uint64_t)(open_here - open_next) & is_here);
  const csup_week_span *span = csup_shape_span(shape, shape->by_open[open >> CSUP_OPEN_SLOT_SHIFT]);
  int64_t closed = span[0].closed, next_closed = span[1].closed;
  uint64_t is_first = 0 - ((open - (uint64_t)span[0].end) >> 63);
  next_closed -= (int64_t)((uint64_t)(next_closed - closed) & is_first);
  *out = CSUP_GRID_START + 1 + csup_week_since(week + 1 + is_here) + (int64_t)open + next_closed;
  return (int64_t)open < span[1].end;
}

#endif
