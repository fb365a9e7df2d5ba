/*
 * Open time as a fixed grid of UTC weeks, so that every look-up is a few loads from a known place and costs the same at every
 * span.
 *
 * Each week has one word: the open time before it, and where its shape lies. Weeks that look alike share a shape. A shape lists
 * the edges at which open time begins in the week, with small tables of slots that lead from an offset in the week, or from open
 * time in the week, to the right edge or the one before it; one step without a branch settles which. From open time to its week
 * leads a table of buckets in the same way. What lies further off than one step is found by binary search.
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

/* Where open time begins: `start` is an offset in the week, `before` the open time of the week before it, in microseconds. The
   length of the span is the next edge's `before` less this one's. */
typedef struct csup_edge {
  int64_t start, before;
} csup_edge;

#define CSUP_TIME_SLOTS      72
#define CSUP_TIME_SLOT_SHIFT 33 /* slots of 2.4 hours */
#define CSUP_OPEN_SLOTS      64

/* edges[0] starts at 0, with no length unless the week begins open; edges[edge_count] closes the list: it starts at INT64_MAX and
   has the whole week's open time before it. A slot holds an edge that starts at or before the slot's beginning. */
typedef struct csup_week_shape {
  uint32_t edge_count;
  uint32_t open_shift;
  uint8_t by_time[CSUP_TIME_SLOTS];
  uint8_t by_open[CSUP_OPEN_SLOTS];
  csup_edge edges[];
} csup_week_shape;

#define CSUP_SHAPE_UNIT  16 /* shapes lie at multiples of this many bytes */
#define CSUP_SHAPE_BITS  30
#define CSUP_SHAPE_MASK  ((UINT64_C(1) << CSUP_SHAPE_BITS) - 1)
#define CSUP_BUCKET_BITS 32

typedef struct csup_grid {
  uint64_t *weeks;       /* one for each week and one for the end: open seconds before it << 30 | place of its shape in units */
  unsigned char *shapes; /* the shapes, one behind the other */
  size_t shapes_size, shapes_capacity;
  uint16_t *buckets; /* the week in which the first open second of the bucket lies */
  size_t bucket_count;
  uint64_t bucket_scale; /* bucket = open second * scale >> CSUP_BUCKET_BITS */
  int64_t open_time;     /* in the whole grid */
  bool opens_forever;    /* rules that are not bound to years or holidays open it, so it opens beyond the grid too */
  bool closes_forever;   /* the same for closing */
} csup_grid;

/* An instant within the grid, or the place of an open microsecond: the week, the edge at or before, the offset in the week. */
typedef struct csup_spot {
  size_t week;
  const csup_week_shape *shape;
  size_t edge;
  int64_t offset;
} csup_spot;

/* Fills grid and business dates (which it adds to, uncounted) from the rules. CSUP_E_NOMEM. The grid is to be freed whatever was
   returned. */
csup_status csup_grid_build(csup_grid *grid, const csup_hours *hours, const int32_t *holidays, size_t holiday_count,
                            const csup_transition *transitions, size_t transition_count, csup_business_dates *dates,
                            const csup_allocator *allocator);
void csup_grid_free(csup_grid *grid, const csup_allocator *allocator);

/* The rare cases of the look-ups below. */
size_t csup_shape_find_time(const csup_week_shape *shape, size_t edge, int64_t offset);
size_t csup_shape_find_open(const csup_week_shape *shape, size_t edge, int64_t open_time);
size_t csup_grid_find_week(const csup_grid *grid, size_t week, uint64_t open_seconds);

/* The closing edge of the open run, over week borders, that the open spot lies in; false when it runs on beyond the grid. */
bool csup_grid_run_end(const csup_grid *grid, const csup_spot *spot, csup_time *out);
/* Its opening edge; false when it was open from before the grid. */
bool csup_grid_run_start(const csup_grid *grid, const csup_spot *spot, csup_time *out);

static inline uint64_t csup_grid_seconds_before(const csup_grid *grid, size_t week) {
  return grid->weeks[week] >> CSUP_SHAPE_BITS;
}

static inline const csup_week_shape *csup_grid_shape(const csup_grid *grid, uint64_t word) {
  return (const csup_week_shape *)(const void *)(grid->shapes + (word & CSUP_SHAPE_MASK) * CSUP_SHAPE_UNIT);
}

static inline csup_time csup_grid_week_start(size_t week) {
  return CSUP_GRID_START + (int64_t)week * CSUP_GRID_WEEK;
}

/* `at` must lie in the grid. */
static inline csup_spot csup_grid_spot(const csup_grid *grid, csup_time at) {
  uint64_t since = (uint64_t)at - (uint64_t)CSUP_GRID_START;
  csup_spot spot;
  spot.week = (size_t)(since / (uint64_t)CSUP_GRID_WEEK);
  spot.offset = (int64_t)(since - spot.week * (uint64_t)CSUP_GRID_WEEK);
  spot.shape = csup_grid_shape(grid, grid->weeks[spot.week]);
  size_t edge = spot.shape->by_time[spot.offset >> CSUP_TIME_SLOT_SHIFT];
  edge += spot.offset >= spot.shape->edges[edge + 1].start;
  if (CSUP_RARELY(spot.offset >= spot.shape->edges[edge + 1].start))
    edge = csup_shape_find_time(spot.shape, edge, spot.offset);
  spot.edge = edge;
  return spot;
}

static inline bool csup_spot_is_open(const csup_spot *spot) {
  const csup_edge *edge = &spot->shape->edges[spot->edge];
  return spot->offset - edge[0].start < edge[1].before - edge[0].before;
}

/* Open time from the start of the grid to the spot. */
static inline int64_t csup_grid_open_before(const csup_grid *grid, const csup_spot *spot) {
  const csup_edge *edge = &spot->shape->edges[spot->edge];
  int64_t length = edge[1].before - edge[0].before;
  int64_t into = spot->offset - edge[0].start;
  return (int64_t)csup_grid_seconds_before(grid, spot->week) * CSUP_SECOND + edge[0].before + (into < length ? into : length);
}

/* The place of the open microsecond that has `open_time` of the grid's open time before it, 0 <= open_time < grid->open_time. */
static inline csup_spot csup_grid_open_spot(const csup_grid *grid, int64_t open_time) {
  uint64_t seconds = (uint64_t)open_time / (uint64_t)CSUP_SECOND;
  size_t week = grid->buckets[seconds * grid->bucket_scale >> CSUP_BUCKET_BITS];
  week += seconds >= csup_grid_seconds_before(grid, week + 1);
  if (CSUP_RARELY(seconds >= csup_grid_seconds_before(grid, week + 1)))
    week = csup_grid_find_week(grid, week, seconds);
  uint64_t word = grid->weeks[week];
  csup_spot spot;
  spot.week = week;
  spot.shape = csup_grid_shape(grid, word);
  int64_t rest = open_time - (int64_t)(word >> CSUP_SHAPE_BITS) * CSUP_SECOND;
  size_t edge = spot.shape->by_open[rest >> spot.shape->open_shift];
  edge += rest >= spot.shape->edges[edge + 1].before;
  if (CSUP_RARELY(rest >= spot.shape->edges[edge + 1].before))
    edge = csup_shape_find_open(spot.shape, edge, rest);
  spot.edge = edge;
  spot.offset = spot.shape->edges[edge].start + (rest - spot.shape->edges[edge].before);
  return spot;
}

static inline csup_time csup_spot_time(const csup_spot *spot) {
  return csup_grid_week_start(spot->week) + spot->offset;
}

#endif
