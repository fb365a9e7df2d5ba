/* Assessment: scores, bands, floors and ceilings, intervals, the next question. Nothing here allocates. */
#include "impact/model.h"

/* Clauses that one dimension at least has felled, and those that two have: what stands without any one dimension follows. */
struct felled {
  uint64_t once, twice;
};

/* One level of each dimension, and what they come to. */
struct choice {
  uint8_t level[CSUP_DIMENSIONS_MAX];
  uint64_t weights; /* their sum */
  struct felled floors, ceilings;
  csup_basis least_basis;
  uint32_t known; /* greatest points of the dimensions that are neither unknown nor assumed */
};

/* What the rules that are not clauses come to. */
struct bounds {
  int32_t floor, ceiling, shift;
  int32_t count; /* of those that hold */
};

/* The rules that read no dimension are the same for every choice. */
struct frame {
  const csup_impact *impact;
  struct bounds bounds;
  int64_t *by_levels; /* NULL, or all slots, where levels are put for the rules that must be tested by their condition */
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

static int32_t score_of(const csup_impact *impact, int group, uint64_t weights) {
  return (int32_t)(csup_impact_points(weights, group) * impact->reciprocal[group] >> CSUP_RECIPROCAL_SHIFT);
}

static int32_t priority_of(const csup_impact *impact, int32_t severity, int32_t urgency) {
  return impact->matrix[severity * impact->bands[CSUP_URGENCY] + urgency];
}

/* Rule I2: max(floor, min(ceiling, band)) in the order of urgency, which is that of falling indexes. */
static int32_t severity_of(const csup_impact *impact, const struct bounds *bounds, int32_t band, uint64_t floors,
                           uint64_t ceilings) {
  int32_t ceiling = greatest(bounds->ceiling, impact->ceiling_of[lowest_bit(ceilings)]);
  int32_t floor = least(bounds->floor, impact->floor_of[lowest_bit(floors)]);
  return least(greatest(band, ceiling), floor);
}

/* The part of rule I1 that shifts. */
static int32_t urgency_of(const csup_impact *impact, const struct bounds *bounds, int32_t band) {
  int32_t shift = greatest(least(bounds->shift, impact->shift_most), -impact->shift_most);
  return greatest(least(band - shift, impact->bands[CSUP_URGENCY] - 1), 0);
}

static void test_rules(const csup_impact_rule *const *rules, int32_t count, const int64_t *values, struct bounds *bounds) {
  for (int32_t i = 0; i < count; i++) {
    const csup_impact_rule *rule = rules[i];
    if (!csup_impact_rule_test(rule, values))
      continue;
    bounds->count++;
    if (rule->kind == CSUP_REASON_FLOOR)
      bounds->floor = least(bounds->floor, rule->effect);
    else if (rule->kind == CSUP_REASON_CEILING)
      bounds->ceiling = greatest(bounds->ceiling, rule->effect);
    else
      bounds->shift += rule->effect;
  }
}

/* `by_levels` has room for every slot and is used only when a rule needs it. */
static void open_frame(struct frame *frame, const csup_impact *impact, const int64_t *values, int64_t *by_levels) {
  frame->impact = impact;
  frame->bounds = (struct bounds){.floor = impact->bands[CSUP_IMPACT] - 1};
  test_rules(impact->by_facts, impact->by_facts_count, values, &frame->bounds);
  frame->by_levels = NULL;
  if (impact->by_condition_count > 0) {
    memcpy(by_levels, values, (size_t)impact->slot_count * sizeof *values);
    frame->by_levels = by_levels;
  }
}

/* Returns how many of the rules that are not clauses hold. */
static int32_t conclude(const struct frame *frame, const struct choice *choice, csup_scores *out) {
  const csup_impact *impact = frame->impact;
  struct bounds bounds = frame->bounds;
  if (frame->by_levels) {
    for (int32_t i = 0; i < impact->dimension_count; i++)
      frame->by_levels[impact->dimensions[i].slot] = choice->level[i];
    test_rules(impact->by_condition, impact->by_condition_count, frame->by_levels, &bounds);
  }
  out->impact_score = score_of(impact, CSUP_IMPACT, choice->weights);
  out->urgency_score = score_of(impact, CSUP_URGENCY, choice->weights);
  out->impact_band = impact->band_of[CSUP_IMPACT][out->impact_score];
  out->severity = severity_of(impact, &bounds, out->impact_band, impact->floor_clauses & ~choice->floors.once,
                              impact->ceiling_clauses & ~choice->ceilings.once);
  out->urgency = urgency_of(impact, &bounds, impact->band_of[CSUP_URGENCY][out->urgency_score]);
  out->priority = priority_of(impact, out->severity, out->urgency);
  return bounds.count;
}

static void choose(const csup_impact *impact, const csup_answers *answers, csup_impact_stand unknown, struct choice *out) {
  uint64_t weights = 0, floors = 0, floors_twice = 0, ceilings = 0, ceilings_twice = 0;
  csup_basis least_basis = CSUP_BASIS_VERIFIED;
  uint32_t known = 0;
  for (int32_t i = 0; i < impact->dimension_count; i++) {
    const csup_impact_dimension *dimension = &impact->dimensions[i];
    csup_basis basis = answers->basis[i];
    uint8_t level = basis == CSUP_BASIS_UNKNOWN ? dimension->unknown[unknown] : answers->level[i];
    const csup_impact_level *at = &dimension->levels[level];
    out->level[i] = level;
    weights += at->weight;
    floors_twice |= floors & at->floors;
    floors |= at->floors;
    ceilings_twice |= ceilings & at->ceilings;
    ceilings |= at->ceilings;
    least_basis = least(least_basis, basis);
    known += basis > CSUP_BASIS_ASSUMED ? dimension->most : 0;
  }
  out->weights = weights;
  out->floors = (struct felled){floors, floors_twice};
  out->ceilings = (struct felled){ceilings, ceilings_twice};
  out->least_basis = least_basis;
  out->known = known;
}

/* ---- rule I4: as all is monotone, the spread over a dimension's levels is that between its lowest and its highest ---- */

/* The larger spread wins: priority first, then scores, which spread by 1000 at most, then the dimension that comes first. 0: no
   spread. */
static int32_t rank_of(int32_t dimension, int32_t priority_spread, int32_t score_spread) {
  int32_t spread = priority_spread * 1024 + score_spread;
  return spread > 0 ? spread * CSUP_DIMENSIONS_MAX + (CSUP_DIMENSIONS_MAX - 1 - dimension) : 0;
}

/* The choice with one dimension taken out, or put at another level. */
struct moved {
  uint64_t weights, floors, ceilings;
};

static struct moved without(const struct choice *choice, const csup_impact_level *own) {
  return (struct moved){choice->weights - own->weight, choice->floors.twice | (choice->floors.once & ~own->floors),
                        choice->ceilings.twice | (choice->ceilings.once & ~own->ceilings)};
}

/* Without rules tested by condition only the dimension's own part changes. This is most of the work of an assessment with open
   answers, so bands are turned into what they mean beforehand: `urgencies` by band of urgency, `priorities` by severity. */
static int32_t best_rank(const struct frame *frame, const csup_answers *answers, const struct choice *choice,
                         const csup_scores *scores) {
  const csup_impact *impact = frame->impact;
  const uint8_t *priorities[CSUP_BANDS_MAX]; /* rows of the matrix */
  uint8_t urgencies[CSUP_BANDS_MAX];
  int32_t best = 0, columns = impact->bands[CSUP_URGENCY];
  for (int32_t band = 0; band < columns; band++)
    urgencies[band] = (uint8_t)urgency_of(impact, &frame->bounds, band);
  for (int32_t severity = 0; severity < impact->bands[CSUP_IMPACT]; severity++)
    priorities[severity] = impact->matrix + severity * columns;
  for (int32_t i = 0; i < impact->dimension_count; i++) {
    if (answers->basis[i] > CSUP_BASIS_ASSUMED)
      continue;
    const csup_impact_dimension *dimension = &impact->dimensions[i];
    const csup_impact_level *low = dimension->levels, *high = low + dimension->unknown[CSUP_AT_HIGHEST];
    struct moved rest = without(choice, low + choice->level[i]);
    int32_t low_score = score_of(impact, dimension->group, rest.weights + low->weight);
    int32_t high_score = score_of(impact, dimension->group, rest.weights + high->weight);
    int32_t low_band = impact->band_of[dimension->group][low_score], high_band = impact->band_of[dimension->group][high_score];
    int32_t low_urgency = scores->urgency, high_urgency = scores->urgency;
    if (dimension->group == CSUP_URGENCY) {
      low_urgency = urgencies[low_band];
      high_urgency = urgencies[high_band];
      low_band = high_band = scores->impact_band;
    }
    int32_t low_severity = severity_of(impact, &frame->bounds, low_band, impact->floor_clauses & ~(rest.floors | low->floors),
                                       impact->ceiling_clauses & ~(rest.ceilings | low->ceilings));
    int32_t high_severity = severity_of(impact, &frame->bounds, high_band, impact->floor_clauses & ~(rest.floors | high->floors),
                                        impact->ceiling_clauses & ~(rest.ceilings | high->ceilings));
    int32_t spread = priorities[low_severity][low_urgency] - priorities[high_severity][high_urgency];
    best = greatest(best, rank_of(i, spread, high_score - low_score));
  }
  return best;
}

/* Where some rule is tested by its condition: each end of each dimension from scratch. */
static int32_t best_rank_by_condition(const struct frame *frame, const csup_answers *answers) {
  const csup_impact *impact = frame->impact;
  int32_t best = 0;
  for (int32_t i = 0; i < impact->dimension_count; i++) {
    csup_answers moved = *answers;
    struct choice choice;
    csup_scores end[2];
    if (answers->basis[i] > CSUP_BASIS_ASSUMED)
      continue;
    moved.basis[i] = CSUP_BASIS_STATED;
    for (int high = 0; high < 2; high++) {
      moved.level[i] = (uint8_t)(high ? impact->dimensions[i].level_count - 1 : 0);
      choose(impact, &moved, CSUP_AT_DEFAULT, &choice);
      conclude(frame, &choice, &end[high]);
    }
    int32_t low_score = end[0].impact_score + end[0].urgency_score, high_score = end[1].impact_score + end[1].urgency_score;
    best = greatest(best, rank_of(i, end[0].priority - end[1].priority, high_score - low_score));
  }
  return best;
}

static int32_t next_question(const struct frame *frame, const csup_answers *answers, const struct choice *choice,
                             const csup_scores *scores) {
  if (choice->least_basis > CSUP_BASIS_ASSUMED)
    return -1;
  int32_t best = frame->by_levels ? best_rank_by_condition(frame, answers) : best_rank(frame, answers, choice, scores);
  return best ? CSUP_DIMENSIONS_MAX - 1 - best % CSUP_DIMENSIONS_MAX : -1;
}

/* ---- the room's inner door ---- */

void csup_impact_score(const csup_impact *impact, const csup_answers *answers, const int64_t *values, csup_scores *out) {
  int64_t by_levels[CSUP_FACTS_MAX];
  struct frame frame;
  struct choice choice;
  open_frame(&frame, impact, values, by_levels);
  choose(impact, answers, CSUP_AT_DEFAULT, &choice);
  conclude(&frame, &choice, out);
}

int32_t csup_impact_next_question(const csup_impact *impact, const csup_answers *answers, const int64_t *values) {
  int64_t by_levels[CSUP_FACTS_MAX];
  struct frame frame;
  struct choice choice;
  csup_scores scores;
  open_frame(&frame, impact, values, by_levels);
  choose(impact, answers, CSUP_AT_DEFAULT, &choice);
  conclude(&frame, &choice, &scores);
  return next_question(&frame, answers, &choice, &scores);
}

static int32_t count_standing(const csup_impact_rules *rules, uint64_t felled) {
  int32_t count = 0;
  for (int32_t i = 0; i < rules->count; i++)
    count += (rules->items[i].clauses & ~felled) != 0;
  return count;
}

static void set_band(csup_band *band, const char *const *names, int32_t low, int32_t value, int32_t high) {
  *band = (csup_band){names[low], names[value], names[high], low, value, high, 0};
}

void csup_impact_whole(const csup_impact *impact, const csup_answers *answers, const int64_t *values, csup_assessment *out) {
  int64_t by_levels[CSUP_FACTS_MAX];
  struct frame frame;
  struct choice choice, end;
  csup_scores low, at, high;
  open_frame(&frame, impact, values, by_levels);
  choose(impact, answers, CSUP_AT_DEFAULT, &choice);
  int32_t rules = conclude(&frame, &choice, &at);
  int32_t next = next_question(&frame, answers, &choice, &at);
  low = high = at;
  if (choice.least_basis == CSUP_BASIS_UNKNOWN) {
    choose(impact, answers, CSUP_AT_LOWEST, &end);
    conclude(&frame, &end, &low);
    choose(impact, answers, CSUP_AT_HIGHEST, &end);
    conclude(&frame, &end, &high);
  }
  out->impact_score = (csup_span){low.impact_score, at.impact_score, high.impact_score, 0};
  out->urgency_score = (csup_span){low.urgency_score, at.urgency_score, high.urgency_score, 0};
  set_band(&out->severity, impact->severity_names, low.severity, at.severity, high.severity);
  set_band(&out->urgency, impact->urgency_names, low.urgency, at.urgency, high.urgency);
  set_band(&out->priority, impact->priority_names, low.priority, at.priority, high.priority);
  out->next_question = next < 0 ? NULL : impact->dimensions[next].name;
  out->next_question_text = next < 0 ? NULL : impact->dimensions[next].ask;
  /* At most 1000 times 2 * CSUP_POINTS_MAX, which fits. */
  out->confidence = (int32_t)(1000 * choice.known / (impact->total[CSUP_IMPACT] + impact->total[CSUP_URGENCY]));
  out->reason_count = impact->dimension_count + rules + count_standing(&impact->floors, choice.floors.once) +
                      count_standing(&impact->ceilings, choice.ceilings.once);
}
