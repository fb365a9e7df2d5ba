#include "calendar/days.h"

#include "time/civil.h"

#include <string.h>

void csup_days_init(csup_days *days, const csup_hours *hours, const int32_t *holidays, size_t holiday_count, csup_arena *arena) {
  *days = (csup_days){.hours = hours, .holidays = holidays, .holiday_count = holiday_count, .arena = arena};
  csup_symbols_init(&days->chains, arena);
}

/* The state that is `below` with one more part on it. */
static csup_status add_part(csup_days *days, uint32_t below, uint32_t part, bool begins, uint32_t *out) {
  uint32_t link[2] = {below, part};
  int32_t symbol;
  if (csup_symbols_add(&days->chains, (const char *)link, sizeof link, &symbol) != CSUP_OK)
    return CSUP_E_NOMEM;
  size_t state = (size_t)symbol + 1;
  if (state >= days->state_count) {
    if (state >= days->state_capacity) {
      size_t capacity = days->state_capacity ? days->state_capacity * 2 : 32;
      csup_day_state *grown = csup_arena_allocate(days->arena, capacity, sizeof *grown);
      if (!grown)
        return CSUP_E_NOMEM;
      if (days->state_count > 0)
        memcpy(grown, days->states, days->state_count * sizeof *grown);
      days->states = grown;
      days->state_capacity = capacity;
    }
    days->states[state] = (csup_day_state){.below = below, .part = part, .begins = begins || csup_days_begins(days, below)};
    days->state_count = state + 1;
  }
  *out = (uint32_t)state;
  return CSUP_OK;
}

bool csup_days_begins(const csup_days *days, uint32_t state) {
  return state != CSUP_DAY_EMPTY && days->states[state].begins;
}

static bool runs_over_midnight(const csup_hours_rule *rule) {
  for (size_t i = 0; i < rule->span_count; i++)
    if (rule->spans[i].to > CSUP_DAY_SECONDS)
      return true;
  return false;
}

/* What one rule makes of a date: bit 0 of `mark` says that it matches the date, bit 1 that it matches the date before. */
static csup_status apply_rule(csup_days *days, size_t number, bool over_midnight, uint32_t state, unsigned mark, uint32_t *out) {
  const csup_hours_rule *rule = &days->hours->rules[number];
  uint32_t part = (uint32_t)number * 2;
  if ((mark & 1) && !rule->adds)
    state = CSUP_DAY_EMPTY;
  csup_status status = CSUP_OK;
  if ((mark & 1) && rule->span_count > 0)
    status = add_part(days, state, part, true, &state);
  if (status == CSUP_OK && (mark & 2) && over_midnight)
    status = add_part(days, state, part + 1, false, &state);
  *out = state;
  return status;
}

/* The next index from `at` on with a mark on it or on the date before (marks[i] belongs to the date before i), or `count`. */
static size_t next_marked(const uint8_t *marks, size_t at, size_t count) {
  while (at < count) {
    uint64_t eight;
    if (count - at >= 8) {
      memcpy(&eight, marks + at, sizeof eight);
      if (eight == 0 && marks[at + 8] == 0) {
        at += 8;
        continue;
      }
    }
    if (marks[at] | marks[at + 1])
      return at;
    at++;
  }
  return count;
}

/* Few rules meet more than a handful of (state, mark) pairs: the last ones met are kept at hand. */
#define MEMO_SLOTS 64

typedef struct memo {
  uint64_t key; /* state times four, plus mark; no date is visited with mark 0, so that a zeroed slot is an empty one */
  uint32_t state;
} memo;

static csup_status fold_rule(csup_days *days, size_t number, size_t count, const uint8_t *marks, uint32_t *states,
                             uint8_t *bounded) {
  const csup_hours_rule *rule = &days->hours->rules[number];
  bool over_midnight = runs_over_midnight(rule);
  memo memos[MEMO_SLOTS] = {{0, 0}};
  for (size_t i = next_marked(marks, 0, count); i < count; i = next_marked(marks, i + 1, count)) {
    unsigned mark = (unsigned)(marks[i] << 1 | marks[i + 1]);
    uint64_t key = (uint64_t)states[i] << 2 | mark;
    memo *slot = &memos[key % MEMO_SLOTS];
    if (slot->key != key) {
      if (apply_rule(days, number, over_midnight, states[i], mark, &slot->state) != CSUP_OK)
        return CSUP_E_NOMEM;
      slot->key = key;
    }
    states[i] = slot->state;
    bounded[i] |= rule->bounded;
  }
  return CSUP_OK;
}

csup_status csup_days_fold(csup_days *days, int32_t first_day, size_t count, uint8_t *marks, uint32_t *states, uint8_t *bounded) {
  memset(states, 0, count * sizeof *states);
  memset(bounded, 0, count);
  for (size_t rule = 0; rule < days->hours->rule_count; rule++) {
    memset(marks, 0, count + 1);
    csup_hours_mark(&days->hours->rules[rule], first_day - 1, count + 1, days->holidays, days->holiday_count, marks);
    if (fold_rule(days, rule, count, marks, states, bounded) != CSUP_OK)
      return CSUP_E_NOMEM;
  }
  return CSUP_OK;
}

/* Shell sort by start: no recursion, no memory, and the spans of a date come nearly sorted. */
static void sort_spans(csup_day_span *spans, size_t count) {
  static const size_t gaps[] = {29524, 9841, 3280, 1093, 364, 121, 40, 13, 4, 1};
  for (size_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++) {
    size_t gap = gaps[g];
    for (size_t i = gap; i < count; i++) {
      csup_day_span span = spans[i];
      size_t at = i;
      for (; at >= gap && spans[at - gap].from > span.from; at -= gap)
        spans[at] = spans[at - gap];
      spans[at] = span;
    }
  }
}

/* The share of a span that lies on the matched date (tail 0) or on the date after it (tail 1). False when there is none. */
static bool clip_span(const csup_hours_span *span, uint32_t tail, csup_day_span *out) {
  if (tail && span->to <= CSUP_DAY_SECONDS)
    return false;
  out->from = tail ? 0 : span->from;
  out->to = tail ? span->to - CSUP_DAY_SECONDS : span->to < CSUP_DAY_SECONDS ? span->to : CSUP_DAY_SECONDS;
  return true;
}

static csup_status write_spans(csup_days *days, uint32_t state) {
  const csup_hours_rule *rules = days->hours->rules;
  size_t most = 0;
  for (uint32_t at = state; at != CSUP_DAY_EMPTY; at = days->states[at].below)
    most += rules[days->states[at].part / 2].span_count;
  csup_day_span *spans = csup_arena_allocate(days->arena, most, sizeof *spans);
  if (!spans)
    return CSUP_E_NOMEM;
  size_t count = 0;
  for (uint32_t at = state; at != CSUP_DAY_EMPTY; at = days->states[at].below) {
    const csup_hours_rule *rule = &rules[days->states[at].part / 2];
    for (size_t i = 0; i < rule->span_count; i++)
      count += clip_span(&rule->spans[i], days->states[at].part & 1, &spans[count]);
  }
  sort_spans(spans, count);
  size_t merged = 0;
  for (size_t i = 0; i < count; i++) {
    if (merged > 0 && spans[i].from <= spans[merged - 1].to) {
      if (spans[i].to > spans[merged - 1].to)
        spans[merged - 1].to = spans[i].to;
    } else {
      spans[merged++] = spans[i];
    }
  }
  days->states[state].spans = spans;
  days->states[state].span_count = merged;
  days->states[state].has_open = true;
  return CSUP_OK;
}

csup_status csup_days_spans(csup_days *days, uint32_t state, const csup_day_span **spans, size_t *count) {
  *spans = NULL;
  *count = 0;
  if (state == CSUP_DAY_EMPTY)
    return CSUP_OK;
  if (!days->states[state].has_open && write_spans(days, state) != CSUP_OK)
    return CSUP_E_NOMEM;
  *spans = days->states[state].spans;
  *count = days->states[state].span_count;
  return CSUP_OK;
}

int32_t csup_days_last_close(const csup_hours *hours, const int32_t *holidays, size_t holiday_count, int32_t day) {
  int32_t before_midnight = -1, after_midnight = -1;
  for (size_t number = 0; number < hours->rule_count; number++) {
    const csup_hours_rule *rule = &hours->rules[number];
    uint8_t marks[2] = {0, 0};
    csup_hours_mark(rule, day, 2, holidays, holiday_count, marks);
    if (!rule->adds && (marks[0] | marks[1])) {
      after_midnight = -1; /* a tail without its beginning, and a beginning without its tail */
      if (marks[0])
        before_midnight = -1;
    }
    for (size_t i = 0; marks[0] && i < rule->span_count; i++) {
      int32_t to = rule->spans[i].to;
      if (to > CSUP_DAY_SECONDS) {
        after_midnight = to > after_midnight ? to : after_midnight;
        to = CSUP_DAY_SECONDS;
      }
      before_midnight = to > before_midnight ? to : before_midnight;
    }
  }
  return after_midnight > before_midnight ? after_midnight : before_midnight;
}
