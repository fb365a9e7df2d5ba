#include "calendar/grid.h"

size_t csup_shape_find_time(const csup_week_shape *shape, size_t span, int64_t offset) {
  size_t low = span, high = shape->span_count;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (shape->spans[middle - 1].end + shape->spans[middle].closed <= offset)
      low = middle;
    else
      high = middle;
  }
  return low;
}

size_t csup_shape_find_open(const csup_week_shape *shape, size_t span, int64_t open_time) {
  size_t low = span, high = shape->span_count - 1;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (shape->spans[middle].end <= open_time)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* The last week from `week` on with at most that much open time before it: doubling steps first, since it is mostly near. */
static size_t find_week(const csup_grid *grid, size_t week, int64_t open_time) {
  size_t low = week, step = 1;
  while (low + step < CSUP_GRID_WEEKS && csup_word_time(grid->words[low + step]) <= open_time) {
    low += step;
    step *= 2;
  }
  size_t high = low + step < CSUP_GRID_WEEKS ? low + step : CSUP_GRID_WEEKS;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (csup_word_time(grid->words[middle]) <= open_time)
      low = middle;
    else
      high = middle;
  }
  return low;
}

csup_spot csup_grid_spot(const csup_grid *grid, csup_time at) {
  uint64_t since = (uint64_t)at - (uint64_t)CSUP_GRID_START;
  csup_spot spot;
  spot.week = (size_t)(since / (uint64_t)CSUP_GRID_WEEK);
  spot.shape = csup_word_shape(grid, grid->words[spot.week]);
  spot.offset = (int64_t)(since % (uint64_t)CSUP_GRID_WEEK);
  spot.span = csup_shape_find_time(spot.shape, spot.shape->by_time[spot.offset >> CSUP_TIME_SLOT_SHIFT] / 2, spot.offset);
  return spot;
}

csup_spot csup_grid_open_spot(const csup_grid *grid, int64_t open_time) {
  csup_spot spot;
  spot.week = find_week(grid, csup_grid_bucket(grid, open_time), open_time);
  spot.shape = csup_word_shape(grid, grid->words[spot.week]);
  int64_t open = open_time - csup_word_time(grid->words[spot.week]);
  spot.span = csup_shape_find_open(spot.shape, spot.shape->by_open[open >> CSUP_OPEN_SLOT_SHIFT] / 2, open);
  spot.offset = open + spot.shape->spans[spot.span].closed;
  return spot;
}

bool csup_spot_is_open(const csup_spot *spot) {
  const csup_week_span *span = &spot->shape->spans[spot->span];
  return spot->offset - span->closed < span->end;
}

static csup_time week_start(size_t week) {
  return CSUP_GRID_START + csup_week_since(week);
}

csup_time csup_spot_time(const csup_spot *spot) {
  return week_start(spot->week) + spot->offset;
}

int64_t csup_spot_open_before(const csup_grid *grid, const csup_spot *spot) {
  return csup_word_time(grid->words[spot->week]) + csup_span_open(&spot->shape->spans[spot->span], spot->offset);
}

static int64_t span_end(const csup_week_shape *shape, size_t span) {
  return shape->spans[span].end + shape->spans[span].closed;
}

static int64_t span_start(const csup_week_shape *shape, size_t span) {
  return span == 0 ? 0 : shape->spans[span - 1].end + shape->spans[span].closed;
}

static int64_t closed_before(const csup_grid *grid, size_t week) {
  return (int64_t)week * CSUP_GRID_WEEK - csup_word_time(grid->words[week]);
}

bool csup_grid_run_end(const csup_grid *grid, const csup_spot *spot, csup_time *out) {
  int64_t end = span_end(spot->shape, spot->span);
  size_t week = spot->week;
  if (end == CSUP_GRID_WEEK) {
    /* Full weeks follow each other without closed time between: the run ends in the first week that has any. */
    int64_t closed = closed_before(grid, ++week);
    size_t low = week, high = CSUP_GRID_WEEKS + 1; /* as much closed time before `low`, more before `high` */
    while (high - low > 1) {
      size_t middle = low + (high - low) / 2;
      if (closed_before(grid, middle) == closed)
        low = middle;
      else
        high = middle;
    }
    week = low;
    if (week == CSUP_GRID_WEEKS)
      return false;
    end = span_end(csup_word_shape(grid, grid->words[week]), 0);
  }
  *out = week_start(week) + end;
  return true;
}

bool csup_grid_run_start(const csup_grid *grid, const csup_spot *spot, csup_time *out) {
  int64_t start = span_start(spot->shape, spot->span);
  size_t week = spot->week;
  if (start == 0) {
    int64_t closed = closed_before(grid, week);
    size_t low = 0, high = week; /* as much closed time before `high` and all weeks from there on */
    while (low < high) {
      size_t middle = low + (high - low) / 2;
      if (closed_before(grid, middle) == closed)
        high = middle;
      else
        low = middle + 1;
    }
    week = high;
    if (week == 0)
      return false;
    /* The week before has closed time; it may still end open. */
    const csup_week_shape *shape = csup_word_shape(grid, grid->words[week - 1]);
    if (span_end(shape, shape->span_count - 1) == CSUP_GRID_WEEK) {
      week--;
      start = span_start(shape, shape->span_count - 1);
    }
  }
  *out = week_start(week) + start;
  return true;
}

void csup_grid_free(csup_grid *grid, const csup_allocator *allocator) {
  csup_release(allocator, grid->words, grid->word_capacity * sizeof *grid->words);
  *grid = (csup_grid){.words = NULL};
}
