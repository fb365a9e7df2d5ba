/* The room's public door, for hosts that score without a case: answers by name in, assessment and reasons out. */
#include "condition/policy_parts.h"
#include "impact/model.h"

#include <string.h>

static bool same(const char *a, const char *b) {
  return a == b || (a[0] == b[0] && strcmp(a, b) == 0);
}

/* Answers mostly come in the order of the model, so the search begins at `guess`. */
static int32_t find_dimension(const csup_impact *impact, const char *name, size_t guess) {
  int32_t count = impact->dimension_count, i = guess < (size_t)count ? (int32_t)guess : 0;
  for (int32_t tried = 0; tried < count; tried++) {
    if (same(impact->dimensions[i].name, name))
      return i;
    i = i + 1 == count ? 0 : i + 1;
  }
  return -1;
}

static csup_status refuse(csup_error *error, size_t index, csup_status status, const char *format, const char *name) {
  csup_fail(error, status, format, name);
  if (error)
    error->index = (int32_t)index;
  return status;
}

static csup_status read_answer(const csup_impact *impact, const csup_answer *answer, size_t index, csup_answers *out,
                               uint32_t *seen, csup_error *error) {
  if (answer->reserved != 0)
    return refuse(error, index, CSUP_E_ARGUMENT, "an answer's reserved member must be 0%s", "");
  if (answer->basis < CSUP_BASIS_UNKNOWN || answer->basis > CSUP_BASIS_VERIFIED)
    return refuse(error, index, CSUP_E_ARGUMENT, "the answer's basis is none of unknown, assumed, stated and verified%s", "");
  if (!answer->dimension)
    return refuse(error, index, CSUP_E_ARGUMENT, "the answer names no dimension%s", "");
  int32_t i = find_dimension(impact, answer->dimension, index);
  if (i < 0)
    return refuse(error, index, CSUP_E_UNKNOWN, "the model has no dimension \"%.80s\"", answer->dimension);
  if (*seen >> i & 1)
    return refuse(error, index, CSUP_E_ARGUMENT, "dimension \"%.80s\" is answered twice", answer->dimension);
  *seen |= UINT32_C(1) << i;
  if (answer->basis == CSUP_BASIS_UNKNOWN)
    return CSUP_OK;
  if (!answer->level)
    return refuse(error, index, CSUP_E_ARGUMENT, "the answer to \"%.80s\" names no level", answer->dimension);
  const csup_impact_dimension *dimension = &impact->dimensions[i];
  for (int32_t level = 0; level < dimension->level_count; level++) {
    if (same(dimension->levels[level].name, answer->level)) {
      out->level[i] = (uint8_t)level;
      out->basis[i] = (uint8_t)answer->basis;
      return CSUP_OK;
    }
  }
  return refuse(error, index, CSUP_E_UNKNOWN, "the dimension has no level \"%.80s\"", answer->level);
}

csup_status csup_impact_answers_read(const csup_impact *impact, const csup_answer *answers, size_t count, csup_answers *out,
                                     csup_error *error) {
  uint32_t seen = 0;
  memset(out, 0, sizeof *out);
  if (!answers && count > 0)
    return csup_fail(error, CSUP_E_ARGUMENT, "there are no answers, but their count is not 0");
  for (size_t i = 0; i < count; i++) {
    csup_status status = read_answer(impact, &answers[i], i, out, &seen, error);
    if (status)
      return status;
  }
  return CSUP_OK;
}

static csup_status read_case(const csup_policy *policy, const csup_answer *answers, size_t answer_count, const csup_field *facts,
                             size_t fact_count, csup_answers *out, int64_t *values, csup_error *error) {
  if (!policy)
    return csup_fail(error, CSUP_E_ARGUMENT, "there is no policy");
  if (!facts && fact_count > 0)
    return csup_fail(error, CSUP_E_ARGUMENT, "there are no facts, but their count is not 0");
  csup_status status = csup_impact_answers_read(csup_policy_impact(policy), answers, answer_count, out, error);
  return status ? status : csup_facts_read(csup_policy_schema(policy), facts, fact_count, values, error);
}

csup_status csup_impact_assess(const csup_policy *policy, const csup_answer *answers, size_t answer_count,
                               const csup_field *facts, size_t fact_count, csup_assessment *out, csup_error *error) {
  csup_answers read;
  int64_t values[CSUP_FACTS_MAX];
  if (!out)
    return csup_fail(error, CSUP_E_ARGUMENT, "there is no place for the assessment");
  csup_status status = read_case(policy, answers, answer_count, facts, fact_count, &read, values, error);
  if (status == CSUP_OK)
    csup_impact_whole(csup_policy_impact(policy), &read, values, out);
  return status;
}

/* What is known when reasons are listed: the levels in `values` are those assessed. A NULL buffer only counts. */
typedef struct reasons {
  const csup_impact *impact;
  const csup_answers *answers;
  const int64_t *values;
  csup_reason *buffer;
  size_t count;
} reasons;

static void put_contribution(reasons *out, int32_t i) {
  const csup_impact_dimension *dimension = &out->impact->dimensions[i];
  const csup_impact_level *level = &dimension->levels[out->values[dimension->slot]];
  if (out->buffer)
    out->buffer[out->count] = (csup_reason){
        .kind = CSUP_REASON_CONTRIBUTION,
        .basis = out->answers->basis[i],
        .name = dimension->name,
        .level = level->name,
        .because = "",
        .points = (int32_t)level->points,
        .maximum = (int32_t)dimension->levels[dimension->level_count - 1].points,
    };
  out->count++;
}

static void put_rules(reasons *out, const csup_impact_rules *rules) {
  for (int32_t i = 0; i < rules->count; i++) {
    const csup_impact_rule *rule = &rules->items[i];
    bool shift = rule->kind == CSUP_REASON_SHIFT;
    if (!csup_impact_rule_test(rule, out->values))
      continue;
    if (out->buffer)
      out->buffer[out->count] = (csup_reason){
          .kind = rule->kind,
          .name = shift ? "urgency" : out->impact->severity_names[rule->effect],
          .level = "",
          .because = rule->because,
          .points = shift ? rule->effect : 0,
          .maximum = shift ? out->impact->shift_most : 0,
      };
    out->count++;
  }
}

static void put_reasons(reasons *out) {
  out->count = 0;
  for (int32_t i = 0; i < out->impact->dimension_count; i++)
    put_contribution(out, i);
  put_rules(out, &out->impact->floors);
  put_rules(out, &out->impact->ceilings);
  put_rules(out, &out->impact->shifts);
}

csup_status csup_impact_reasons(const csup_policy *policy, const csup_answer *answers, size_t answer_count,
                                const csup_field *facts, size_t fact_count, csup_reason *buffer, size_t capacity, size_t *count,
                                csup_error *error) {
  csup_answers read;
  int64_t values[CSUP_FACTS_MAX];
  if (!count || (!buffer && capacity > 0))
    return csup_fail(error, CSUP_E_ARGUMENT, "there is no place for the %s", count ? "reasons" : "count");
  csup_status status = read_case(policy, answers, answer_count, facts, fact_count, &read, values, error);
  if (status)
    return status;
  const csup_impact *impact = csup_policy_impact(policy);
  for (int32_t i = 0; i < impact->dimension_count; i++) {
    const csup_impact_dimension *dimension = &impact->dimensions[i];
    values[dimension->slot] = read.basis[i] == CSUP_BASIS_UNKNOWN ? dimension->default_level : read.level[i];
  }
  reasons list = {.impact = impact, .answers = &read, .values = values};
  put_reasons(&list);
  *count = list.count;
  if (list.count > capacity)
    return csup_fail(error, CSUP_E_SPACE, "there is room for %zu reasons, %zu are needed", capacity, list.count);
  list.buffer = buffer;
  put_reasons(&list);
  return CSUP_OK;
}
