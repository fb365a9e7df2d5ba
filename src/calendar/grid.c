#include "calendar/grid.h"

#include <string.h>

#define WINDOW_SECONDS    (3 * CSUP_DAY_SECONDS) /* no overlap is longer: zones keep within 26 hours of UTC */
#define BLOCK_WEEKS       256
#define BLOCK_DAYS        (BLOCK_WEEKS * 7 + 2 * CSUP_GRID_MARGIN_DAYS)
#define WEEK_DAYS         (7 + 2 * CSUP_GRID_MARGIN_DAYS)
#define KEY_CHANGES       8
#define FIRST_SHAPE_WORDS 2048

/* An open span in seconds from the start of the week. */
typedef struct open_span {
  int32_t from, to;
} open_span;

typedef struct builder {
  csup_grid *grid;
  csup_days days;
  csup_arena *scratch;
  const csup_allocator *allocator;
  const csup_transition *transitions;
  size_t transition_count;
  csup_transition *window; /* what holds around the week: the first entry from the beginning of time */
  size_t window_count, window_capacity;
  size_t window_first; /* in transitions: the one that held when the window began */
  csup_symbols keys;   /* offsets and states of a week -> its shape, in key_shapes */
  uint32_t *key_shapes;
  size_t key_capacity;
  csup_symbols contents; /* the spans of a week -> its shape, in content_shapes */
  uint32_t *content_shapes;
  size_t content_capacity;
  open_span *spans;
  size_t span_count, span_capacity;
  uint64_t open_seconds; /* before the week at hand */
} builder;

/* The last span from `span` on that starts at or before the offset. */
static size_t find_by_time(const csup_week_shape *shape, size_t span, int64_t offset) {
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

/* The first span from `span` on that ends with more open time than that, or the last one. */
static size_t find_by_open(const csup_week_shape *shape, size_t span, int64_t open_time) {
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
  spot.span = find_by_time(spot.shape, spot.shape->by_time[spot.offset >> CSUP_TIME_SLOT_SHIFT] / 2, spot.offset);
  return spot;
}

csup_spot csup_grid_open_spot(const csup_grid *grid, int64_t open_time) {
  csup_spot spot;
  spot.week = find_week(grid, csup_grid_bucket(grid, open_time), open_time);
  spot.shape = csup_word_shape(grid, grid->words[spot.week]);
  int64_t open = open_time - csup_word_time(grid->words[spot.week]);
  spot.span = find_by_open(spot.shape, spot.shape->by_open[open >> CSUP_OPEN_SLOT_SHIFT] / 2, open);
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

/* The transitions that bear upon the week from `start` (seconds since 1970): those in it or so little before it that local time
   of the week may have occurred before, too. */
static csup_status set_window(builder *b, int64_t start) {
  const csup_transition *all = b->transitions;
  while (b->window_first + 1 < b->transition_count && all[b->window_first + 1].at <= start - WINDOW_SECONDS)
    b->window_first++;
  size_t end = b->window_first + 1;
  while (end < b->transition_count && all[end].at < start + CSUP_GRID_WEEK_SECONDS)
    end++;
  b->window_count = end - b->window_first;
  if (csup_grow(b->allocator, (void **)&b->window, sizeof *b->window, &b->window_capacity, b->window_count) != CSUP_OK)
    return CSUP_E_NOMEM;
  memcpy(b->window, all + b->window_first, b->window_count * sizeof *b->window);
  b->window[0].at = INT64_MIN;
  return CSUP_OK;
}

static csup_status add_span(builder *b, int64_t from, int64_t to) {
  from = from > 0 ? from : 0;
  to = to < CSUP_GRID_WEEK_SECONDS ? to : CSUP_GRID_WEEK_SECONDS;
  if (from >= to)
    return CSUP_OK;
  if (b->span_count > 0 && from <= b->spans[b->span_count - 1].to) {
    if (to > b->spans[b->span_count - 1].to)
      b->spans[b->span_count - 1].to = (int32_t)to;
    return CSUP_OK;
  }
  if (csup_grow(b->allocator, (void **)&b->spans, sizeof *b->spans, &b->span_capacity, b->span_count + 1) != CSUP_OK)
    return CSUP_E_NOMEM;
  b->spans[b->span_count++] = (open_span){(int32_t)from, (int32_t)to};
  return CSUP_OK;
}

/* T3: the spans of the dates, in order, mapped to instants (which keeps their order), clipped to the week and merged. */
static csup_status map_week(builder *b, int64_t start, int32_t first_day, const uint32_t *states, size_t day_count) {
  b->span_count = 0;
  for (size_t day = 0; day < day_count; day++) {
    const csup_day_span *spans;
    size_t count;
    if (csup_days_spans(&b->days, states[day], &spans, &count) != CSUP_OK)
      return CSUP_E_NOMEM;
    int64_t midnight = ((int64_t)first_day + (int64_t)day) * CSUP_DAY_SECONDS;
    for (size_t i = 0; i < count; i++) {
      int64_t from = csup_transitions_instant(b->window, b->window_count, midnight + spans[i].from);
      int64_t to = csup_transitions_instant(b->window, b->window_count, midnight + spans[i].to);
      if (add_span(b, from - start, to - start) != CSUP_OK)
        return CSUP_E_NOMEM;
    }
  }
  return CSUP_OK;
}

static uint8_t slot_value(size_t span) {
  return (uint8_t)(span < CSUP_SLOT_MOST / 2 ? span * 2 : CSUP_SLOT_MOST);
}

static void write_shape(csup_week_shape *shape, const open_span *spans, size_t count) {
  int64_t open_time = 0;
  size_t written = 0;
  if (count == 0 || spans[0].from > 0)
    shape->spans[written++] = (csup_week_span){0, 0};
  for (size_t i = 0; i < count; i++) {
    int64_t closed = spans[i].from * CSUP_SECOND - open_time;
    open_time += (spans[i].to - spans[i].from) * CSUP_SECOND;
    shape->spans[written++] = (csup_week_span){closed, open_time};
  }
  shape->spans[written] = shape->spans[written + 1] = (csup_week_span){CSUP_NEVER_BEGINS, open_time};
  shape->open_time = open_time;
  shape->span_count = written;
  size_t span = 0;
  for (size_t slot = 0; slot < CSUP_TIME_SLOTS; slot++) {
    span = find_by_time(shape, span, (int64_t)slot << CSUP_TIME_SLOT_SHIFT);
    shape->by_time[slot] = slot_value(span);
  }
  span = 0;
  for (size_t slot = 0; slot < CSUP_OPEN_SLOTS; slot++) {
    span = find_by_open(shape, span, (int64_t)slot << CSUP_OPEN_SLOT_SHIFT);
    shape->by_open[slot] = slot_value(span);
  }
}

/* Numbers a string of bytes and says whether it is a new one; `values` then has room for its number. */
static csup_status intern(const builder *b, csup_symbols *symbols, const void *bytes, size_t size, uint32_t **values,
                          size_t *capacity, size_t *number, bool *fresh) {
  size_t known = symbols->count;
  int32_t symbol;
  if (csup_symbols_add(symbols, bytes, size, &symbol) != CSUP_OK ||
      csup_grow(b->allocator, (void **)values, sizeof **values, capacity, symbols->count) != CSUP_OK)
    return CSUP_E_NOMEM;
  *number = (size_t)symbol;
  *fresh = symbols->count > known;
  return CSUP_OK;
}

/* The block of words with another capacity. */
static csup_status fit_words(csup_grid *grid, size_t capacity, const csup_allocator *allocator) {
  size_t size = sizeof *grid->words;
  uint64_t *fitted = csup_reallocate(allocator, grid->words, grid->word_capacity * size, capacity * size);
  if (!fitted)
    return CSUP_E_NOMEM;
  grid->words = fitted;
  grid->word_capacity = capacity;
  return CSUP_OK;
}

/* The shape of the spans at hand, found or made. */
static csup_status find_shape(builder *b, uint32_t *place) {
  csup_grid *grid = b->grid;
  size_t number;
  bool fresh;
  if (intern(b, &b->contents, b->span_count ? b->spans : (const void *)"", b->span_count * sizeof *b->spans, &b->content_shapes,
             &b->content_capacity, &number, &fresh) != CSUP_OK)
    return CSUP_E_NOMEM;
  if (fresh) {
    size_t size = sizeof(csup_week_shape) + (b->span_count + 3) * sizeof(csup_week_span);
    size_t end = grid->word_count + size / sizeof *grid->words;
    if (end > CSUP_SHAPE_MASK || (end > grid->word_capacity && fit_words(grid, end + end / 16, b->allocator) != CSUP_OK))
      return CSUP_E_NOMEM;
    write_shape((csup_week_shape *)(void *)(grid->words + grid->word_count), b->spans, b->span_count);
    b->content_shapes[number] = (uint32_t)grid->word_count;
    grid->word_count = end;
  }
  *place = b->content_shapes[number];
  return CSUP_OK;
}

static int32_t floor_days(int32_t seconds) {
  return seconds >= 0 ? seconds / CSUP_DAY_SECONDS : -((CSUP_DAY_SECONDS - 1 - seconds) / CSUP_DAY_SECONDS);
}

/* Adds one week. states[i] and bounded[i] belong to the date i - CSUP_GRID_MARGIN_DAYS days after the week's Monday. */
static csup_status add_week(builder *b, size_t week, const uint32_t *states, const uint8_t *bounded) {
  csup_grid *grid = b->grid;
  int32_t monday = CSUP_GRID_FIRST_DAY + (int32_t)week * 7;
  int64_t start = (int64_t)monday * CSUP_DAY_SECONDS;
  if (set_window(b, start) != CSUP_OK)
    return CSUP_E_NOMEM;
  int32_t least = b->window[0].offset, most = least;
  for (size_t i = 1; i < b->window_count; i++) {
    least = b->window[i].offset < least ? b->window[i].offset : least;
    most = b->window[i].offset > most ? b->window[i].offset : most;
  }
  /* The dates that the clocks on the wall show during the week, and those they jump over. */
  int32_t first = floor_days(least), last = 6 + floor_days(most + CSUP_DAY_SECONDS - 1);
  size_t from = (size_t)(first + CSUP_GRID_MARGIN_DAYS), count = (size_t)(last - first + 1);

  size_t number = 0;
  bool fresh = true;
  uint32_t key[2 * KEY_CHANGES + WEEK_DAYS];
  bool has_key = b->window_count <= KEY_CHANGES;
  if (has_key) {
    size_t length = 0;
    for (size_t i = 0; i < b->window_count; i++) {
      key[length++] = (uint32_t)b->window[i].offset;
      key[length++] = i > 0 ? (uint32_t)(b->window[i].at - start) : (uint32_t)b->window_count;
    }
    memcpy(key + length, states + from, count * sizeof *key);
    length += count;
    if (intern(b, &b->keys, key, length * sizeof *key, &b->key_shapes, &b->key_capacity, &number, &fresh) != CSUP_OK)
      return CSUP_E_NOMEM;
  }
  uint32_t place;
  if (fresh) {
    if (map_week(b, start, monday + first, states + from, count) != CSUP_OK || find_shape(b, &place) != CSUP_OK)
      return CSUP_E_NOMEM;
    if (has_key)
      b->key_shapes[number] = place;
  } else {
    place = b->key_shapes[number];
  }
  grid->words[week] = b->open_seconds << CSUP_SHAPE_BITS | place;
  const csup_week_shape *shape = csup_word_shape(grid, place);
  int64_t open_time = shape->open_time;
  b->open_seconds += (uint64_t)(open_time / CSUP_SECOND);
  if (!(grid->opens_forever && grid->closes_forever) && !memchr(bounded + from, 1, count)) {
    grid->opens_forever |= open_time > 0;
    grid->closes_forever |= open_time < CSUP_GRID_WEEK;
  }
  return CSUP_OK;
}

static csup_status add_weeks(builder *b, csup_business_dates *dates) {
  uint8_t *marks = csup_arena_allocate(b->scratch, BLOCK_DAYS + 1, sizeof *marks);
  uint32_t *states = csup_arena_allocate(b->scratch, BLOCK_DAYS, sizeof *states);
  uint8_t *bounded = csup_arena_allocate(b->scratch, BLOCK_DAYS, sizeof *bounded);
  if (!marks || !states || !bounded)
    return CSUP_E_NOMEM;
  for (size_t week = 0; week < CSUP_GRID_WEEKS; week += BLOCK_WEEKS) {
    size_t weeks = CSUP_GRID_WEEKS - week < BLOCK_WEEKS ? CSUP_GRID_WEEKS - week : BLOCK_WEEKS;
    size_t days = weeks * 7 + 2 * CSUP_GRID_MARGIN_DAYS;
    int32_t first_day = CSUP_GRID_DAYS_FIRST + (int32_t)week * 7;
    if (csup_days_fold(&b->days, first_day, days, marks, states, bounded) != CSUP_OK)
      return CSUP_E_NOMEM;
    for (size_t i = 0; i < days; i++)
      if (csup_days_begins(&b->days, states[i]))
        csup_business_dates_add(dates, first_day + (int32_t)i);
    for (size_t i = 0; i < weeks; i++)
      if (add_week(b, week + i, states + i * 7, bounded + i * 7) != CSUP_OK)
        return CSUP_E_NOMEM;
  }
  b->grid->words[CSUP_GRID_WEEKS] = b->open_seconds << CSUP_SHAPE_BITS;
  b->grid->open_time = (int64_t)b->open_seconds * CSUP_SECOND;
  b->grid->near_time = csup_word_time(b->grid->words[CSUP_GRID_LAST_WEEK + 1]);
  return CSUP_OK;
}

static void fill_buckets(csup_grid *grid) {
  uint64_t units = ((uint64_t)grid->open_time >> CSUP_BUCKET_UNIT) + 1;
  grid->bucket_scale = ((uint64_t)CSUP_BUCKETS << CSUP_BUCKET_BITS) / units;
  uint16_t *buckets = (uint16_t *)(void *)(grid->words + CSUP_BUCKETS_AT);
  size_t week = 0;
  for (size_t bucket = 0; bucket < CSUP_BUCKETS; bucket++) {
    uint64_t first = (((uint64_t)bucket << CSUP_BUCKET_BITS) + grid->bucket_scale - 1) / grid->bucket_scale;
    while (week + 1 < CSUP_GRID_WEEKS && csup_word_time(grid->words[week + 1]) <= (int64_t)(first << CSUP_BUCKET_UNIT))
      week++;
    buckets[bucket] = (uint16_t)week;
  }
}

static void free_builder(builder *b) {
  csup_release(b->allocator, b->window, b->window_capacity * sizeof *b->window);
  csup_release(b->allocator, b->key_shapes, b->key_capacity * sizeof *b->key_shapes);
  csup_release(b->allocator, b->content_shapes, b->content_capacity * sizeof *b->content_shapes);
  csup_release(b->allocator, b->spans, b->span_capacity * sizeof *b->spans);
}

csup_status csup_grid_build(csup_grid *grid, const csup_hours *hours, const int32_t *holidays, size_t holiday_count,
                            const csup_transition *transitions, size_t transition_count, csup_business_dates *dates,
                            const csup_allocator *allocator) {
  csup_arena scratch;
  csup_arena_init(&scratch, allocator);
  builder b = {.grid = grid,
               .scratch = &scratch,
               .allocator = allocator,
               .transitions = transitions,
               .transition_count = transition_count};
  csup_days_init(&b.days, hours, holidays, holiday_count, &scratch);
  csup_symbols_init(&b.keys, &scratch);
  csup_symbols_init(&b.contents, &scratch);
  *grid = (csup_grid){.word_count = CSUP_SHAPES_AT};
  csup_status status = fit_words(grid, CSUP_SHAPES_AT + FIRST_SHAPE_WORDS, allocator);
  if (status == CSUP_OK)
    status = add_weeks(&b, dates);
  free_builder(&b);
  csup_arena_free(&scratch);
  if (status == CSUP_OK)
    status = fit_words(grid, grid->word_count, allocator);
  if (status != CSUP_OK)
    return status;
  fill_buckets(grid);
  return CSUP_OK;
}

void csup_grid_free(csup_grid *grid, const csup_allocator *allocator) {
  csup_release(allocator, grid->words, grid->word_capacity * sizeof *grid->words);
  *grid = (csup_grid){.words = NULL};
}
