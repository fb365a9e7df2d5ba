/* Law 6 and rule I4 against an oracle that shares nothing with the room but the words: random models written both as JSON and as
   plain structures, assessed by trying every completion of the unknowns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model.h"
#include "random.h"

#define DIMENSIONS 6
#define LEVELS     5
#define RULES      6
#define PARTS      40

/* ---- a model as the oracle sees it ---- */

typedef enum part_kind {
  PART_ALL,
  PART_ANY,
  PART_DIMENSION,
  PART_MOOD,
  PART_MOOD_NOT,
  PART_CONTACTS,
  PART_TIER,
  PART_ALWAYS
} part_kind;

typedef struct part {
  part_kind kind;
  int index, value; /* of a dimension: which, and the level; else the value */
  bool most;        /* at_most, else at_least */
  int first, count; /* of the parts below, which stand together */
} part;

typedef struct rule {
  int effect;
  int root;
} rule;

typedef struct oracle {
  struct {
    int group, levels, points[LEVELS], usual;
  } dimensions[DIMENSIONS];
  int dimension_count;
  int thresholds[2][4], threshold_count[2];
  int matrix[5][5];
  rule floors[RULES], ceilings[RULES], shifts[RULES];
  int floor_count, ceiling_count, shift_count, shift_most;
  part parts[PARTS * RULES * 3];
  int part_count;
} oracle;

typedef struct facts {
  int mood; /* -1: absent */
  int contacts, tier;
} facts;

typedef struct verdict {
  int scores[2], severity, urgency, priority, rules;
} verdict;

static bool holds(const oracle *o, int at, const int *levels, const facts *given) {
  const part *node = &o->parts[at];
  switch (node->kind) {
  case PART_ALL:
  case PART_ANY:
    for (int i = 0; i < node->count; i++)
      if (holds(o, node->first + i, levels, given) == (node->kind == PART_ANY))
        return node->kind == PART_ANY;
    return node->kind == PART_ALL;
  case PART_DIMENSION:
    return node->most ? levels[node->index] <= node->value : levels[node->index] >= node->value;
  case PART_MOOD:
    return given->mood >= 0 && given->mood >= node->value;
  case PART_MOOD_NOT:
    return given->mood != node->value;
  case PART_CONTACTS:
    return given->contacts >= 0 && (node->most ? given->contacts <= node->value : given->contacts >= node->value);
  case PART_TIER:
    return given->tier == node->value;
  default:
    return true;
  }
}

static verdict judge(const oracle *o, const int *levels, const facts *given) {
  verdict v = {{0, 0}, 0, 0, 0, 0};
  int band[2];
  for (int group = 0; group < 2; group++) {
    int sum = 0, all = 0;
    for (int i = 0; i < o->dimension_count; i++) {
      if (o->dimensions[i].group != group)
        continue;
      sum += o->dimensions[i].points[levels[i]];
      all += o->dimensions[i].points[o->dimensions[i].levels - 1];
    }
    v.scores[group] = all ? 1000 * sum / all : 0;
    band[group] = 0;
    for (int i = 0; i < o->threshold_count[group]; i++)
      band[group] += v.scores[group] < o->thresholds[group][i];
  }
  int severity = band[0], floor = o->threshold_count[0], shift = 0;
  for (int i = 0; i < o->ceiling_count; i++) {
    if (!holds(o, o->ceilings[i].root, levels, given))
      continue;
    severity = severity > o->ceilings[i].effect ? severity : o->ceilings[i].effect;
    v.rules++;
  }
  for (int i = 0; i < o->floor_count; i++) {
    if (!holds(o, o->floors[i].root, levels, given))
      continue;
    floor = floor < o->floors[i].effect ? floor : o->floors[i].effect;
    v.rules++;
  }
  for (int i = 0; i < o->shift_count; i++) {
    if (!holds(o, o->shifts[i].root, levels, given))
      continue;
    shift += o->shifts[i].effect;
    v.rules++;
  }
  if (shift > o->shift_most)
    shift = o->shift_most;
  if (shift < -o->shift_most)
    shift = -o->shift_most;
  int urgency = band[1] - shift;
  if (urgency < 0)
    urgency = 0;
  if (urgency > o->threshold_count[1])
    urgency = o->threshold_count[1];
  v.severity = severity < floor ? severity : floor;
  v.urgency = urgency;
  v.priority = o->matrix[v.severity][v.urgency];
  return v;
}

/* ---- random models ---- */

static const char *const moods[] = {"calm", "frustrated", "angry"};
static const char *const tiers[] = {"bronze", "silver", "gold"};

/* What a rule reads decides how the room tests it, and one rule that reads both decides for the whole model. */
typedef enum reading { READS_BOTH, READS_DIMENSIONS, READS_FACTS } reading;

static void draw_part(oracle *o, random_source *r, int at, int depth, bool most, reading reads) {
  part *node = &o->parts[at];
  int64_t kind = random_between(r, 0, 9);
  if (kind >= 4 && reads != READS_BOTH)
    kind = reads == READS_DIMENSIONS ? 4 : 9;
  *node = (struct part){.most = most};
  if (depth < 2 && kind < 4) {
    node->kind = kind < 2 ? PART_ALL : PART_ANY;
    node->count = (int)random_between(r, 1, 3);
    node->first = o->part_count;
    o->part_count += node->count;
    for (int i = 0; i < node->count; i++)
      draw_part(o, r, o->parts[at].first + i, depth + 1, most, reads);
  } else if (reads != READS_FACTS && kind < 8) {
    node->kind = PART_DIMENSION;
    node->index = (int)random_between(r, 0, o->dimension_count - 1);
    node->value = (int)random_between(r, 0, o->dimensions[node->index].levels - 1);
  } else {
    node->kind = (part_kind)random_between(r, PART_MOOD, PART_ALWAYS);
    node->value = (int)random_between(r, 0, 2);
    node->most = random_between(r, 0, 1) == 1;
  }
}

static int draw_rules(oracle *o, random_source *r, rule *rules, int effects, int least, bool ceilings, bool mixed) {
  int count = (int)random_between(r, 0, RULES);
  for (int i = 0; i < count; i++) {
    do
      rules[i].effect = (int)random_between(r, least, effects);
    while (least < 0 && rules[i].effect == 0);
    rules[i].root = o->part_count++;
    reading reads = mixed ? READS_BOTH : least < 0 || random_between(r, 0, 2) == 0 ? READS_FACTS : READS_DIMENSIONS;
    draw_part(o, r, rules[i].root, 0, least < 0 ? rules[i].effect < 0 : ceilings, reads);
  }
  return count;
}

static void draw(oracle *o, random_source *r) {
  memset(o, 0, sizeof *o);
  o->dimension_count = (int)random_between(r, 1, DIMENSIONS);
  bool mixed = random_between(r, 0, 2) == 0;
  int most = random_between(r, 0, 3) ? 30 : 150000;
  for (int i = 0; i < o->dimension_count; i++) {
    o->dimensions[i].group = (int)random_between(r, 0, 1);
    o->dimensions[i].levels = (int)random_between(r, 2, o->dimension_count > 4 ? 3 : LEVELS);
    o->dimensions[i].usual = (int)random_between(r, 0, o->dimensions[i].levels - 1);
    int points = (int)random_between(r, 0, 3) - 1;
    for (int level = 0; level < o->dimensions[i].levels; level++)
      o->dimensions[i].points[level] = points += (int)random_between(r, 1, most / LEVELS);
  }
  for (int group = 0; group < 2; group++) {
    o->threshold_count[group] = (int)random_between(r, 0, 4);
    int threshold = 1001;
    for (int i = 0; i < o->threshold_count[group]; i++)
      o->thresholds[group][i] = threshold -= (int)random_between(r, 1, 240);
  }
  for (int s = 0; s <= o->threshold_count[0]; s++) {
    for (int u = 0; u <= o->threshold_count[1]; u++) {
      int above = s ? o->matrix[s - 1][u] : 0, before = u ? o->matrix[s][u - 1] : 0;
      int cell = (above > before ? above : before) + (int)random_between(r, 0, 1);
      o->matrix[s][u] = cell > 8 ? 8 : cell;
    }
  }
  o->floor_count = draw_rules(o, r, o->floors, o->threshold_count[0], 0, false, mixed);
  o->ceiling_count = draw_rules(o, r, o->ceilings, o->threshold_count[0], 0, true, mixed);
  o->shift_count = draw_rules(o, r, o->shifts, 3, -3, false, mixed);
  o->shift_most = (int)random_between(r, 0, 3);
}

/* ---- the same as JSON ---- */

typedef struct text {
  char *at, *end;
} text;

static void put(text *out, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(out->at, (size_t)(out->end - out->at), format, arguments);
  va_end(arguments);
  assert_true(length >= 0 && out->at + length < out->end);
  out->at += length;
}

static void put_part(const oracle *o, text *out, int at) {
  const part *node = &o->parts[at];
  const char *comparison = node->most ? "at_most" : "at_least";
  switch (node->kind) {
  case PART_ALL:
  case PART_ANY:
    put(out, "{\"%s\":[", node->kind == PART_ALL ? "all" : "any");
    for (int i = 0; i < node->count; i++) {
      put(out, i ? "," : "");
      put_part(o, out, node->first + i);
    }
    put(out, "]}");
    break;
  case PART_DIMENSION:
    put(out, "{\"%sd%d\":{\"%s\":\"l%d\"}}", node->value % 2 ? "dimension." : "", node->index, comparison, node->value);
    break;
  case PART_MOOD:
    put(out, "{\"mood\":{\"at_least\":\"%s\"}}", moods[node->value]);
    break;
  case PART_MOOD_NOT:
    put(out, node->most ? "{\"not\":{\"mood\":\"%s\"}}" : "{\"mood\":{\"is_not\":\"%s\"}}", moods[node->value]);
    break;
  case PART_CONTACTS:
    put(out, "{\"contacts\":{\"%s\":%d}}", comparison, node->value);
    break;
  case PART_TIER:
    put(out, "{\"tier\":\"%s\"}", tiers[node->value]);
    break;
  default:
    put(out, "\"always\"");
  }
}

static void put_rules(const oracle *o, text *out, const char *key, const rule *rules, int count) {
  put(out, ",\"%s\":[", key);
  for (int i = 0; i < count; i++) {
    bool shift = rules == o->shifts;
    put(out, shift ? "%s{\"urgency\":%d,\"when\":" : "%s{\"severity\":\"S%d\",\"when\":", i ? "," : "", rules[i].effect + !shift);
    put_part(o, out, rules[i].root);
    put(out, "}");
  }
  put(out, "]");
}

static void put_model(const oracle *o, text *out) {
  put(out, "{\"fields\":{\"tier\":[\"bronze\",\"silver\",\"gold\"]},\"impact\":{\"dimensions\":[");
  for (int i = 0; i < o->dimension_count; i++) {
    put(out, "%s{\"name\":\"d%d\",\"group\":\"%s\",\"default\":\"l%d\",\"levels\":[", i ? "," : "", i,
        o->dimensions[i].group ? "urgency" : "impact", o->dimensions[i].usual);
    for (int level = 0; level < o->dimensions[i].levels; level++)
      put(out, "%s{\"name\":\"l%d\",\"points\":%d}", level ? "," : "", level, o->dimensions[i].points[level]);
    put(out, "]}");
  }
  put(out, "],\"bands\":{");
  for (int group = 0; group < 2; group++) {
    put(out, group ? ",\"urgency\":[" : "\"impact\":[");
    for (int i = 0; i < o->threshold_count[group]; i++)
      put(out, "%s%d", i ? "," : "", o->thresholds[group][i]);
    put(out, "]");
  }
  put(out, "},\"priority\":[");
  for (int s = 0; s <= o->threshold_count[0]; s++)
    for (int u = 0; u <= o->threshold_count[1]; u++)
      put(out, "%s\"P%d\"%s", u ? "," : s ? ",[" : "[", o->matrix[s][u] + 1, u == o->threshold_count[1] ? "]" : "");
  put(out, "]");
  put_rules(o, out, "floors", o->floors, o->floor_count);
  put_rules(o, out, "ceilings", o->ceilings, o->ceiling_count);
  put_rules(o, out, "shifts", o->shifts, o->shift_count);
  put(out, ",\"shift_most\":%d}}", o->shift_most);
}

/* ---- assessments ---- */

typedef struct situation {
  int levels[DIMENSIONS];
  csup_basis basis[DIMENSIONS];
  facts facts;
} situation;

static csup_assessment assess(const csup_policy *policy, const oracle *o, const situation *s) {
  static const char *const names[] = {"d0", "d1", "d2", "d3", "d4", "d5"}, *const levels[] = {"l0", "l1", "l2", "l3", "l4"};
  csup_answer answers[DIMENSIONS];
  size_t count = 0;
  for (int i = o->dimension_count - 1; i >= 0; i--)
    if (s->basis[i] != CSUP_BASIS_UNKNOWN || i % 2)
      answers[count++] = (csup_answer){names[i], levels[s->levels[i]], s->basis[i], 0};
  csup_field fields[3] = {{.name = "tier", .text = tiers[s->facts.tier], .kind = CSUP_VALUE_TEXT}};
  size_t fact_count = 1;
  if (s->facts.mood >= 0)
    fields[fact_count++] = (csup_field){.name = "mood", .text = moods[s->facts.mood], .kind = CSUP_VALUE_TEXT};
  if (s->facts.contacts >= 0)
    fields[fact_count++] = (csup_field){.name = "contacts", .number = s->facts.contacts, .kind = CSUP_VALUE_NUMBER};
  csup_assessment out;
  csup_error error = {0};
  if (csup_impact_assess(policy, answers, count, fields, fact_count, &out, &error))
    fail_msg("%s", error.message);
  /* The case's way to the same value and question. */
  csup_answers read = {{0}, {0}};
  for (int i = 0; i < o->dimension_count; i++) {
    read.level[i] = (uint8_t)s->levels[i];
    read.basis[i] = (uint8_t)s->basis[i];
  }
  int64_t values[CSUP_FACTS_MAX];
  csup_scores scores;
  assert_int_equal(csup_facts_read(&policy->schema, fields, fact_count, values, NULL), CSUP_OK);
  csup_impact_score(policy->impact, &read, values, &scores);
  assert_int_equal(scores.priority, out.priority.value_index);
  assert_int_equal(scores.severity, out.severity.value_index);
  assert_int_equal(scores.urgency, out.urgency.value_index);
  int32_t next = csup_impact_next_question(policy->impact, &read, values);
  assert_ptr_equal(next < 0 ? NULL : csup_impact_dimension_name(policy->impact, next), out.next_question);
  return out;
}

static void usual_levels(const oracle *o, const situation *s, int *levels) {
  for (int i = 0; i < o->dimension_count; i++)
    levels[i] = s->basis[i] == CSUP_BASIS_UNKNOWN ? o->dimensions[i].usual : s->levels[i];
}

/* Rule I4, to the letter. */
static int naive_question(const oracle *o, const situation *s) {
  int best = -1, best_priority = 0, best_score = 0, levels[DIMENSIONS];
  usual_levels(o, s, levels);
  for (int i = 0; i < o->dimension_count; i++) {
    if (s->basis[i] > CSUP_BASIS_ASSUMED)
      continue;
    int kept = levels[i], low[2] = {INT32_MAX, INT32_MAX}, high[2] = {-1, -1};
    for (levels[i] = 0; levels[i] < o->dimensions[i].levels; levels[i]++) {
      verdict v = judge(o, levels, &s->facts);
      int seen[2] = {v.priority, v.scores[0] + v.scores[1]};
      for (int k = 0; k < 2; k++) {
        low[k] = seen[k] < low[k] ? seen[k] : low[k];
        high[k] = seen[k] > high[k] ? seen[k] : high[k];
      }
    }
    levels[i] = kept;
    int priority = high[0] - low[0], score = high[1] - low[1];
    if (priority > best_priority || (priority == best_priority && score > best_score)) {
      best = i;
      best_priority = priority;
      best_score = score;
    }
  }
  return best;
}

static void widen(verdict *low, verdict *high, const verdict *v) {
  for (int group = 0; group < 2; group++) {
    low->scores[group] = v->scores[group] < low->scores[group] ? v->scores[group] : low->scores[group];
    high->scores[group] = v->scores[group] > high->scores[group] ? v->scores[group] : high->scores[group];
  }
  low->severity = v->severity > low->severity ? v->severity : low->severity;
  high->severity = v->severity < high->severity ? v->severity : high->severity;
  low->urgency = v->urgency > low->urgency ? v->urgency : low->urgency;
  high->urgency = v->urgency < high->urgency ? v->urgency : high->urgency;
  low->priority = v->priority > low->priority ? v->priority : low->priority;
  high->priority = v->priority < high->priority ? v->priority : high->priority;
}

/* Every completion of the unknowns from dimension `at` on. */
static void complete(const oracle *o, const situation *s, int at, int *levels, verdict *low, verdict *high, bool *first) {
  if (at == o->dimension_count) {
    verdict v = judge(o, levels, &s->facts);
    if (*first)
      *low = *high = v;
    *first = false;
    widen(low, high, &v);
    return;
  }
  bool unknown = s->basis[at] == CSUP_BASIS_UNKNOWN;
  for (int level = unknown ? 0 : s->levels[at]; level <= (unknown ? o->dimensions[at].levels - 1 : s->levels[at]); level++) {
    levels[at] = level;
    complete(o, s, at + 1, levels, low, high, first);
  }
}

static void check_band(const csup_band *band, char letter, int low, int value, int high) {
  char name[16];
  assert_int_equal(band->low_index, low);
  assert_int_equal(band->value_index, value);
  assert_int_equal(band->high_index, high);
  snprintf(name, sizeof name, "%c%d", letter, low + 1);
  assert_string_equal(band->low, name);
  snprintf(name, sizeof name, "%c%d", letter, value + 1);
  assert_string_equal(band->value, name);
  snprintf(name, sizeof name, "%c%d", letter, high + 1);
  assert_string_equal(band->high, name);
}

static void check_span(const csup_span *span, int low, int value, int high) {
  assert_int_equal(span->low, low);
  assert_int_equal(span->value, value);
  assert_int_equal(span->high, high);
}

static void check_against_oracle(const oracle *o, const situation *s, const csup_assessment *out) {
  int levels[DIMENSIONS];
  verdict low, high;
  bool first = true;
  complete(o, s, 0, levels, &low, &high, &first);
  usual_levels(o, s, levels);
  verdict value = judge(o, levels, &s->facts);
  check_span(&out->impact_score, low.scores[0], value.scores[0], high.scores[0]);
  check_span(&out->urgency_score, low.scores[1], value.scores[1], high.scores[1]);
  check_band(&out->severity, 'S', low.severity, value.severity, high.severity);
  check_band(&out->urgency, 'U', low.urgency, value.urgency, high.urgency);
  check_band(&out->priority, 'P', low.priority, value.priority, high.priority);
  int question = naive_question(o, s);
  if (question < 0) {
    assert_null(out->next_question);
  } else {
    assert_non_null(out->next_question);
    assert_int_equal(out->next_question[1] - '0', question);
  }
  int64_t known = 0, all = 0;
  for (int i = 0; i < o->dimension_count; i++) {
    int points = o->dimensions[i].points[o->dimensions[i].levels - 1];
    all += points;
    known += s->basis[i] >= CSUP_BASIS_STATED ? points : 0;
  }
  assert_int_equal(out->confidence, 1000 * known / all);
  assert_int_equal(out->reason_count, o->dimension_count + value.rules);
}

static void check_ordered(const csup_assessment *out) {
  assert_true(out->impact_score.low <= out->impact_score.value && out->impact_score.value <= out->impact_score.high);
  assert_true(out->urgency_score.low <= out->urgency_score.value && out->urgency_score.value <= out->urgency_score.high);
  assert_true(out->severity.low_index >= out->severity.value_index && out->severity.value_index >= out->severity.high_index);
  assert_true(out->urgency.low_index >= out->urgency.value_index && out->urgency.value_index >= out->urgency.high_index);
  assert_true(out->priority.low_index >= out->priority.value_index && out->priority.value_index >= out->priority.high_index);
}

/* One more answer: the interval only shrinks. One higher answer: nothing falls. */
static void check_changes(const csup_policy *policy, const oracle *o, random_source *r, const situation *s,
                          const csup_assessment *out) {
  int i = (int)random_between(r, 0, o->dimension_count - 1);
  situation changed = *s;
  if (s->basis[i] == CSUP_BASIS_UNKNOWN) {
    changed.basis[i] = (csup_basis)random_between(r, CSUP_BASIS_ASSUMED, CSUP_BASIS_VERIFIED);
    changed.levels[i] = (int)random_between(r, 0, o->dimensions[i].levels - 1);
    csup_assessment then = assess(policy, o, &changed);
    assert_true(then.impact_score.low >= out->impact_score.low && then.impact_score.high <= out->impact_score.high);
    assert_true(then.urgency_score.low >= out->urgency_score.low && then.urgency_score.high <= out->urgency_score.high);
    assert_true(then.severity.low_index <= out->severity.low_index && then.severity.high_index >= out->severity.high_index);
    assert_true(then.urgency.low_index <= out->urgency.low_index && then.urgency.high_index >= out->urgency.high_index);
    assert_true(then.priority.low_index <= out->priority.low_index && then.priority.high_index >= out->priority.high_index);
  } else if (s->levels[i] + 1 < o->dimensions[i].levels) {
    changed.levels[i] = (int)random_between(r, s->levels[i] + 1, o->dimensions[i].levels - 1);
    csup_assessment then = assess(policy, o, &changed);
    assert_true(then.impact_score.value >= out->impact_score.value && then.urgency_score.value >= out->urgency_score.value);
    assert_true(then.severity.value_index <= out->severity.value_index && then.urgency.value_index <= out->urgency.value_index);
    assert_true(then.priority.value_index <= out->priority.value_index);
    assert_true(then.priority.low_index <= out->priority.low_index && then.priority.high_index <= out->priority.high_index);
  }
}

static void test_law_6(void **state) {
  (void)state;
  random_source r = random_start("law 6, scoring");
  static oracle o;
  static char document[1 << 17];
  long models = random_rounds(4000), refused = 0, assessments = 0;
  for (long m = 0; m < models; m++) {
    draw(&o, &r);
    text out = {document, document + sizeof document};
    put_model(&o, &out);
    csup_policy policy;
    csup_error error = {0};
    csup_status status = model_open(&policy, document, NULL, &error);
    if (status) {
      /* A condition that can never hold may be drawn; nothing else is wrong with these models. */
      if (!strstr(error.message, "never hold"))
        fail_msg("%s: %s\n%s", error.pointer, error.message, document);
      refused++;
      model_close(&policy);
      continue;
    }
    for (int k = 0; k < 20; k++) {
      situation s = {.facts = {(int)random_between(&r, -1, 2), (int)random_between(&r, -1, 3), (int)random_between(&r, 0, 2)}};
      for (int i = 0; i < o.dimension_count; i++) {
        s.basis[i] = random_between(&r, 0, 1) ? CSUP_BASIS_UNKNOWN : (csup_basis)random_between(&r, 0, CSUP_BASIS_VERIFIED);
        s.levels[i] = (int)random_between(&r, 0, o.dimensions[i].levels - 1);
      }
      csup_assessment assessment = assess(&policy, &o, &s);
      check_against_oracle(&o, &s, &assessment);
      check_ordered(&assessment);
      check_changes(&policy, &o, &r, &s, &assessment);
      assessments++;
    }
    model_close(&policy);
  }
  printf("%ld assessments under %ld models; %ld more models were refused\n", assessments, models - refused, refused);
  assert_true(refused * 4 < models);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_law_6)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
