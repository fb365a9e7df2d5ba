#include "calendar/grid.h"

#include <string.h>

#define WINDOW_SECONDS (3 * CSUP_DAY_SECONDS) /* no overlap is longer: zones keep within 26 hours of UTC */
#define BLOCK_WEEKS    128
#define BLOCK_DAYS     (BLOCK_WEEKS * 7 + 2 * CSUP_GRID_MARGIN_DAYS)
#define WEEK_DAYS      (7 + 2 * CSUP_GRID_MARGIN_DAYS)
#define KEY_CHANGES    8
#define KEY_WORDS      (2 * KEY_CHANGES + WEEK_DAYS)
#define MEMO_SLOTS     16
#define KEYS_MOST      256 /* more are forgotten and found again: memory is bounded, and weeks nearby have keys in common */
#define FIRST_WORDS    (CSUP_SHAPES_AT + 1024)

/* An open span in seconds from the start of the week. */
typedef struct open_span {
  int32_t from, to;
} open_span;

/* What makes weeks alike: offsets and when they change, and the states of the dates. */
typedef struct key_memo {
  uint32_t length, place;
  uint32_t key[KEY_WORDS];
} key_memo;

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
  csup_arena key_arena;
  csup_symbols keys; /* of weeks -> their shapes, in key_shapes */
  uint32_t *key_shapes;
  size_t key_capacity;
  key_memo *memos;       /* the keys last seen: most weeks are like others nearby */
  csup_symbols contents; /* the spans of a week -> its shape, in content_shapes */
  uint32_t *content_shapes;
  size_t content_capacity;
  open_span *spans;
  size_t span_count, span_capacity;
  uint64_t open_seconds; /* before the week at hand */
} builder;

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
    span = csup_shape_find_time(shape, span, (int64_t)slot << CSUP_TIME_SLOT_SHIFT);
    shape->by_time[slot] = slot_value(span);
  }
  span = 0;
  for (size_t slot = 0; slot < CSUP_OPEN_SLOTS; slot++) {
    span = csup_shape_find_open(shape, span, (int64_t)slot << CSUP_OPEN_SLOT_SHIFT);
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
    if (end > CSUP_SHAPE_MASK ||
        (end > grid->word_capacity && fit_words(grid, end + (end - CSUP_SHAPES_AT) / 4, b->allocator) != CSUP_OK))
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

/* Writes the key of the week and gives its length; 0 when its offset changes too often for one. */
static size_t write_key(const builder *b, int64_t start, const uint32_t *states, size_t count, uint32_t *key) {
  size_t length = 0;
  if (b->window_count > KEY_CHANGES)
    return 0;
  for (size_t i = 0; i < b->window_count; i++) {
    key[length++] = (uint32_t)b->window[i].offset;
    key[length++] = i > 0 ? (uint32_t)(b->window[i].at - start) : (uint32_t)b->window_count;
  }
  memcpy(key + length, states, count * sizeof *key);
  return length + count;
}

static csup_status make_shape(builder *b, int64_t start, int32_t first_day, const uint32_t *states, size_t count,
                              uint32_t *place) {
  csup_status status = map_week(b, start, first_day, states, count);
  return status == CSUP_OK ? find_shape(b, place) : status;
}

/* The shape of the week from `start`, which shows the dates from first_day on. */
static csup_status shape_of(builder *b, int64_t start, int32_t first_day, const uint32_t *states, size_t count, uint32_t *place) {
  uint32_t key[KEY_WORDS], hash = 0;
  size_t length = write_key(b, start, states, count, key);
  if (length == 0)
    return make_shape(b, start, first_day, states, count, place);
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ key[i]) * UINT32_C(0x9e3779b1);
  key_memo *memo = &b->memos[hash >> 16 & (MEMO_SLOTS - 1)];
  if (memo->length != length || memcmp(memo->key, key, length * sizeof *key) != 0) {
    size_t number;
    bool fresh;
    if (b->keys.count == KEYS_MOST) {
      csup_arena_free(&b->key_arena);
      csup_symbols_init(&b->keys, &b->key_arena);
    }
    if (intern(b, &b->keys, key, length * sizeof *key, &b->key_shapes, &b->key_capacity, &number, &fresh) != CSUP_OK ||
        (fresh && make_shape(b, start, first_day, states, count, &b->key_shapes[number]) != CSUP_OK))
      return CSUP_E_NOMEM;
    memo->length = (uint32_t)length;
    memo->place = b->key_shapes[number];
    memcpy(memo->key, key, length * sizeof *key);
  }
  *place = memo->place;
  return CSUP_OK;
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
  uint32_t place;
  if (shape_of(b, start, monday + first, states + from, count, &place) != CSUP_OK)
    return CSUP_E_NOMEM;
  grid->words[week] = b->open_seconds << CSUP_SHAPE_BITS | place;
  int64_t open_time = csup_word_shape(grid, place)->open_time;
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
  b->memos = csup_arena_allocate(b->scratch, MEMO_SLOTS, sizeof *b->memos);
  if (!marks || !states || !bounded || !b->memos)
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
  csup_arena_free(&b->key_arena);
  csup_arena_free(b->scratch);
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
  csup_arena_init(&b.key_arena, allocator);
  csup_symbols_init(&b.keys, &b.key_arena);
  csup_symbols_init(&b.contents, &scratch);
  *grid = (csup_grid){.word_count = CSUP_SHAPES_AT};
  csup_status status = fit_words(grid, FIRST_WORDS, allocator);
  if (status == CSUP_OK)
    status = add_weeks(&b, dates);
  free_builder(&b);
  if (status == CSUP_OK)
    status = fit_words(grid, grid->word_count, allocator);
  if (status != CSUP_OK)
    return status;
  fill_buckets(grid);
  return CSUP_OK;
}
