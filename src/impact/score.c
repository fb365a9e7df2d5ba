/* Assessment: scores, bands, floors and ceilings, intervals, the next question. Nothing here allocates. */
#include "impact/model.h"

#include <string.h>

/* What is known of one set of levels after a walk over the dimensions. */
struct tally {
  uint32_t sum[CSUP_IMPACT_GROUPS];
  uint64_t floors, ceilings; /* clauses still standing */
};

/* The part of the rules that reads no dimension is the same for every set of levels. */
struct frame {
  const csup_impact *impact;
  int32_t floor, ceiling, shift;
  int32_t count;      /* of those rules that hold */
  int64_t *by_levels; /* NULL, or all slots, where the levels are written for rules that must be tested by their condition */
};

static int32_t lowest_bit(uint64_t bits) {
#if defined(__GNUC__)
  return __builtin_ctzll(bits);
#else
  int32_t bit = 0;
  for (; !(bits & 1); bits >>= 1)
    bit++;
  return bit;
#endif
}

static int32_t least(int32_t a, int32_t b) {
  return a < b ? a : b;
}

static int32_t greatest(int32_t a, int32_t b) {
  return a > b ? a : b;
}

static int32_t score_of(const csup_impact *impact, int group, uint32_t sum) {
  return (int32_t)((uint64_t)sum * 1000 * impact->reciprocal[group] >> CSUP_RECIPROCAL_SHIFT);
}

static int32_t assessed_level(const csup_impact *impact, const csup_answers *answers, int32_t dimension) {
  return answers->basis[dimension] == CSUP_BASIS_UNKNOWN ? impact->dimensions[dimension].default_level
                                                         : answers->level[dimension];
}

/* `by_levels` has room for every slot and is used only when a rule needs it. */
static void open_frame(struct frame *frame, const csup_impact *impact, const int64_t *values, int64_t *by_levels) {
  frame->impact = impact;
  frame->floor = impact->bands[CSUP_IMPACT] - 1;
  frame->ceiling = frame->shift = frame->count = 0;
  frame->by_levels = NULL;
  for (int32_t i = 0; i < impact->floors.count; i++) {
    const csup_impact_rule *rule = &impact->floors.items[i];
    if (rule->clauses || rule->by_condition || !csup_impact_rule_test(rule, values))
      continue;
    frame->floor = least(frame->floor, rule->effect);
    frame->count++;
  }
  for (int32_t i = 0; i < impact->ceilings.count; i++) {
    const csup_impact_rule *rule = &impact->ceilings.items[i];
    if (rule->clauses || rule->by_condition || !csup_impact_rule_test(rule, values))
      continue;
    frame->ceiling = greatest(frame->ceiling, rule->effect);
    frame->count++;
  }
  for (int32_t i = 0; i < impact->shifts.count; i++) {
    const csup_impact_rule *rule = &impact->shifts.items[i];
    if (rule->by_condition || !csup_impact_rule_test(rule, values))
      continue;
    frame->shift += rule->effect;
    frame->count++;
  }
  if (impact->by_condition) {
    memcpy(by_levels, values, (size_t)impact->slot_count * sizeof *values);
    frame->by_levels = by_levels;
  }
}

static void put_level(const struct frame *frame, int32_t dimension, int32_t level) {
  if (frame->by_levels)
    frame->by_levels[frame->impact->dimensions[dimension].slot] = level;
}

/* Adds the rules that must be tested by their condition under the levels put. Returns how many hold. */
static int32_t test_by_levels(const struct frame *frame, int32_t *floor, int32_t *ceiling, int32_t *shift) {
  const csup_impact *impact = frame->impact;
  int32_t count = 0;
  for (int32_t i = 0; i < impact->floors.count; i++) {
    const csup_impact_rule *rule = &impact->floors.items[i];
    if (rule->by_condition && csup_impact_rule_test(rule, frame->by_levels)) {
      *floor = least(*floor, rule->effect);
      count++;
    }
  }
  for (int32_t i = 0; i < impact->ceilings.count; i++) {
    const csup_impact_rule *rule = &impact->ceilings.items[i];
    if (rule->by_condition && csup_impact_rule_test(rule, frame->by_levels)) {
      *ceiling = greatest(*ceiling, rule->effect);
      count++;
    }
  }
  for (int32_t i = 0; i < impact->shifts.count; i++) {
    const csup_impact_rule *rule = &impact->shifts.items[i];
    if (rule->by_condition && csup_impact_rule_test(rule, frame->by_levels)) {
      *shift += rule->effect;
      count++;
    }
  }
  return count;
}

/* Rules I1 and I2 for one tally, and for the levels put. Returns how many of the rules tested by condition hold. */
static int32_t conclude(const struct frame *frame, const struct tally *tally, csup_scores *out) {
  const csup_impact *impact = frame->impact;
  int32_t floor = frame->floor, ceiling = frame->ceiling, shift = frame->shift, count = 0;
  if (tally->floors)
    floor = least(floor, impact->floor_of[lowest_bit(tally->floors)]);
  if (tally->ceilings)
    ceiling = greatest(ceiling, impact->ceiling_of[lowest_bit(tally->ceilings)]);
  if (frame->by_levels)
    count = test_by_levels(frame, &floor, &ceiling, &shift);
  shift = greatest(least(shift, impact->shift_most), -impact->shift_most);
  out->impact_score = score_of(impact, CSUP_IMPACT, tally->sum[CSUP_IMPACT]);
  out->urgency_score = score_of(impact, CSUP_URGENCY, tally->sum[CSUP_URGENCY]);
  out->impact_band = impact->band_of[CSUP_IMPACT][out->impact_score];
  out->severity = least(greatest(out->impact_band, ceiling), floor);
  int32_t urgency = impact->band_of[CSUP_URGENCY][out->urgency_score] - shift;
  out->urgency = greatest(least(urgency, impact->bands[CSUP_URGENCY] - 1), 0);
  out->priority = impact->matrix[out->severity * impact->bands[CSUP_URGENCY] + out->urgency];
  return count;
}

static void start(const csup_impact *impact, struct tally *tally) {
  tally->sum[CSUP_IMPACT] = tally->sum[CSUP_URGENCY] = 0;
  tally->floors = impact->floor_clauses;
  tally->ceilings = impact->ceiling_clauses;
}

static void add(struct tally *tally, int group, const csup_impact_level *level) {
  tally->sum[group] += level->points;
  tally->floors &= level->floors;
  tally->ceilings &= level->ceilings;
}

/* With unknowns at their defaults. The levels stay put. */
static void tally_value(const struct frame *frame, const csup_answers *answers, struct tally *out) {
  const csup_impact *impact = frame->impact;
  start(impact, out);
  for (int32_t i = 0; i < impact->dimension_count; i++) {
    int32_t level = assessed_level(impact, answers, i);
    add(out, impact->dimensions[i].group, &impact->dimensions[i].levels[level]);
    put_level(frame, i, level);
  }
}

static void tally_end(const struct frame *frame, const csup_answers *answers, bool high, struct tally *out) {
  const csup_impact *impact = frame->impact;
  start(impact, out);
  for (int32_t i = 0; i < impact->dimension_count; i++) {
    const csup_impact_dimension *dimension = &impact->dimensions[i];
    int32_t level = answers->level[i];
    if (answers->basis[i] == CSUP_BASIS_UNKNOWN)
      level = high ? dimension->level_count - 1 : 0;
    add(out, dimension->group, &dimension->levels[level]);
    put_level(frame, i, level);
  }
}

/* Rule I4. As scores, floors and ceilings are monotone, the spread over a dimension's levels lies between its lowest and highest;
   of the tally only that dimension's part changes. Expects the levels of `value` put, and leaves them so. */
static int32_t next_question(const struct frame *frame, const csup_answers *answers, const struct tally *value) {
  const csup_impact *impact = frame->impact;
  uint64_t floors_after[CSUP_DIMENSIONS_MAX], ceilings_after[CSUP_DIMENSIONS_MAX];
  uint64_t floors = impact->floor_clauses, ceilings = impact->ceiling_clauses;
  for (int32_t i = impact->dimension_count - 1; i >= 0; i--) {
    const csup_impact_level *level = &impact->dimensions[i].levels[assessed_level(impact, answers, i)];
    floors_after[i] = floors;
    ceilings_after[i] = ceilings;
    floors &= level->floors;
    ceilings &= level->ceilings;
  }
  floors = impact->floor_clauses;
  ceilings = impact->ceiling_clauses;
  int32_t best = -1, best_priority = 0, best_score = 0;
  for (int32_t i = 0; i < impact->dimension_count; i++) {
    const csup_impact_dimension *dimension = &impact->dimensions[i];
    int32_t assessed = assessed_level(impact, answers, i);
    const csup_impact_level *level = &dimension->levels[assessed];
    if (answers->basis[i] <= CSUP_BASIS_ASSUMED) {
      csup_scores end[2];
      for (int high = 0; high < 2; high++) {
        int32_t at = high ? dimension->level_count - 1 : 0;
        struct tally tally = {
            {value->sum[CSUP_IMPACT], value->sum[CSUP_URGENCY]}, floors & floors_after[i], ceilings & ceilings_after[i]};
        tally.sum[dimension->group] -= level->points;
        add(&tally, dimension->group, &dimension->levels[at]);
        put_level(frame, i, at);
        conclude(frame, &tally, &end[high]);
      }
      put_level(frame, i, assessed);
      int32_t priority = end[0].priority - end[1].priority;
      int32_t score = end[1].impact_score - end[0].impact_score + end[1].urgency_score - end[0].urgency_score;
      if (priority > best_priority || (priority == best_priority && score > best_score)) {
        best = i;
        best_priority = priority;
        best_score = score;
      }
    }
    floors &= level->floors;
    ceilings &= level->ceilings;
  }
  return best;
}

void csup_impact_score(const csup_impact *impact, const csup_answers *answers, const int64_t *values, csup_scores *out) {
  int64_t by_levels[CSUP_FACTS_MAX];
  struct frame frame;
  struct tally value;
  open_frame(&frame, impact, values, by_levels);
  tally_value(&frame, answers, &value);
  conclude(&frame, &value, out);
}

int32_t csup_impact_next_question(const csup_impact *impact, const csup_answers *answers, const int64_t *values) {
  int64_t by_levels[CSUP_FACTS_MAX];
  struct frame frame;
  struct tally value;
  open_frame(&frame, impact, values, by_levels);
  tally_value(&frame, answers, &value);
  return next_question(&frame, answers, &value);
}

static int32_t count_clauses(const csup_impact_rules *rules, uint64_t standing) {
  int32_t count = 0;
  for (int32_t i = 0; i < rules->count; i++)
    count += (rules->items[i].clauses & standing) != 0;
  return count;
}

static void set_band(csup_band *band, const char *const *names, int32_t low, int32_t value, int32_t high) {
  *band = (csup_band){names[low], names[value], names[high], low, value, high, 0};
}

void csup_impact_whole(const csup_impact *impact, const csup_answers *answers, const int64_t *values, csup_assessment *out) {
  int64_t by_levels[CSUP_FACTS_MAX];
  struct frame frame;
  struct tally value, end;
  csup_scores low, at, high;
  open_frame(&frame, impact, values, by_levels);
  bool unknown = false, open = false;
  uint64_t known = 0;
  for (int32_t i = 0; i < impact->dimension_count; i++) {
    const csup_impact_dimension *dimension = &impact->dimensions[i];
    unknown |= answers->basis[i] == CSUP_BASIS_UNKNOWN;
    open |= answers->basis[i] <= CSUP_BASIS_ASSUMED;
    if (answers->basis[i] > CSUP_BASIS_ASSUMED)
      known += dimension->levels[dimension->level_count - 1].points;
  }
  if (unknown) {
    tally_end(&frame, answers, false, &end);
    conclude(&frame, &end, &low);
    tally_end(&frame, answers, true, &end);
    conclude(&frame, &end, &high);
  }
  tally_value(&frame, answers, &value);
  int32_t by_condition = conclude(&frame, &value, &at);
  if (!unknown)
    low = high = at;
  out->impact_score = (csup_span){low.impact_score, at.impact_score, high.impact_score, 0};
  out->urgency_score = (csup_span){low.urgency_score, at.urgency_score, high.urgency_score, 0};
  set_band(&out->severity, impact->severity_names, low.severity, at.severity, high.severity);
  set_band(&out->urgency, impact->urgency_names, low.urgency, at.urgency, high.urgency);
  set_band(&out->priority, impact->priority_names, low.priority, at.priority, high.priority);
  int32_t next = open ? next_question(&frame, answers, &value) : -1;
  out->next_question = next < 0 ? NULL : impact->dimensions[next].name;
  out->next_question_text = next < 0 ? NULL : impact->dimensions[next].ask;
  uint64_t all = (uint64_t)impact->total[CSUP_IMPACT] + impact->total[CSUP_URGENCY];
  out->confidence = (int32_t)(known * 1000 / all);
  out->reason_count = impact->dimension_count + frame.count + by_condition + count_clauses(&impact->floors, value.floors) +
                      count_clauses(&impact->ceilings, value.ceilings);
}
