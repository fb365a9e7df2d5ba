/* The room's public door, for hosts that score without a case: answers by name in, assessment and reasons out. */
#include "condition/policy_parts.h"
#include "impact/model.h"

#include <string.h>

static csup_status refuse(csup_error *error, size_t index, csup_status status, const char *format, const char *name) {
  csup_fail(error, status, format, name);
  if (error)
    error->index = (int32_t)index;
  return status;
}

/* Says what is wrong with an answer that cannot be read. */
static csup_status refuse_answer(const csup_impact *impact, const csup_answer *answer, size_t index, csup_error *error) {
  if (answer->reserved != 0)
    return refuse(error, index, CSUP_E_ARGUMENT, "an answer's reserved member must be 0%s", "");
  if (answer->basis < CSUP_BASIS_UNKNOWN || answer->basis > CSUP_BASIS_VERIFIED)
    return refuse(error, index, CSUP_E_ARGUMENT, "the answer's basis is none of unknown, assumed, stated and verified%s", "");
  if (!answer->dimension)
    return refuse(error, index, CSUP_E_ARGUMENT, "the answer names no dimension%s", "");
  if (csup_impact_names_find(&impact->names, answer->dimension) < 0)
    return refuse(error, index, CSUP_E_UNKNOWN, "the model has no dimension \"%.80s\"", answer->dimension);
  if (!answer->level)
    return refuse(error, index, CSUP_E_ARGUMENT, "the answer to \"%.80s\" names no level", answer->dimension);
  return refuse(error, index, CSUP_E_UNKNOWN, "the dimension has no level \"%.80s\"", answer->level);
}

csup_status csup_impact_answers_read(const csup_impact *impact, const csup_answer *answers, size_t count, csup_answers *out,
                                     csup_error *error) {
  uint32_t seen = 0;
  memset(out, 0, sizeof *out);
  if (!answers && count > 0)
    return csup_fail(error, CSUP_E_ARGUMENT, "there are no answers, but their count is not 0");
  for (size_t index = 0; index < count; index++) {
    const csup_answer *answer = &answers[index];
    if (answer->reserved != 0 || (uint32_t)answer->basis > CSUP_BASIS_VERIFIED || !answer->dimension)
      return refuse_answer(impact, answer, index, error);
    int32_t i = csup_impact_names_find(&impact->names, answer->dimension);
    if (i < 0)
      return refuse_answer(impact, answer, index, error);
    if (seen >> i & 1)
      return refuse(error, index, CSUP_E_ARGUMENT, "dimension \"%.80s\" is answered twice", answer->dimension);
    seen |= UINT32_C(1) << i;
    if (answer->basis == CSUP_BASIS_UNKNOWN)
      continue;
    int32_t level = answer->level ? csup_impact_names_find(impact->dimensions[i].names, answer->level) : -1;
    if (level < 0)
      return refuse_answer(impact, answer, index, error);
    out->level[i] = (uint8_t)level;
    out->basis[i] = (uint8_t)answer->basis;
  }
  return CSUP_OK;
}

/* `room` takes the slots of the facts; *values points at them, or at the model's own when there are no facts. */
static csup_status read_case(const csup_policy *policy, const csup_answer *answers, size_t answer_count, const csup_field *facts,
                             size_t fact_count, csup_answers *out, int64_t *room, const int64_t **values, csup_error *error) {
  if (!policy)
    return csup_fail(error, CSUP_E_ARGUMENT, "there is no policy");
  if (!facts && fact_count > 0)
    return csup_fail(error, CSUP_E_ARGUMENT, "there are no facts, but their count is not 0");
  const csup_impact *impact = csup_policy_impact(policy);
  csup_status status = csup_impact_answers_read(impact, answers, answer_count, out, error);
  *values = impact->no_facts;
  if (status == CSUP_OK && fact_count > 0) {
    *values = room;
    status = csup_facts_read(csup_policy_schema(policy), facts, fact_count, room, error);
  }
  return status;
}

csup_status csup_impact_assess(const csup_policy *policy, const csup_answer *answers, size_t answer_count,
                               const csup_field *facts, size_t fact_count, csup_assessment *out, csup_error *error) {
  csup_answers read;
  int64_t room[CSUP_FACTS_MAX];
  const int64_t *values = NULL;
  if (!out)
    return csup_fail(error, CSUP_E_ARGUMENT, "there is no place for the assessment");
  csup_status status = read_case(policy, answers, answer_count, facts, fact_count, &read, room, &values, error);
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
  int64_t at = out->values[dimension->slot];
  if (out->buffer)
    out->buffer[out->count] = (csup_reason){
        .kind = CSUP_REASON_CONTRIBUTION,
        .basis = out->answers->basis[i],
        .name = dimension->name,
        .level = dimension->names->names[at],
        .because = "",
        .points = (int32_t)csup_impact_points(dimension->levels[at].weight, dimension->group),
        .maximum = (int32_t)dimension->most,
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
  int64_t room[CSUP_FACTS_MAX];
  const int64_t *values = NULL;
  if (!count || (!buffer && capacity > 0))
    return csup_fail(error, CSUP_E_ARGUMENT, "there is no place for the %s", count ? "reasons" : "count");
  csup_status status = read_case(policy, answers, answer_count, facts, fact_count, &read, room, &values, error);
  if (status)
    return status;
  const csup_impact *impact = csup_policy_impact(policy);
  if (values != room)
    memcpy(room, values, (size_t)impact->slot_count * sizeof *room);
  for (int32_t i = 0; i < impact->dimension_count; i++) {
    const csup_impact_dimension *dimension = &impact->dimensions[i];
    room[dimension->slot] = read.basis[i] == CSUP_BASIS_UNKNOWN ? dimension->unknown[CSUP_AT_DEFAULT] : read.level[i];
  }
  reasons list = {.impact = impact, .answers = &read, .values = room};
  put_reasons(&list);
  *count = list.count;
  if (list.count > capacity)
    return csup_fail(error, CSUP_E_SPACE, "there is room for %zu reasons, %zu are needed", capacity, list.count);
  list.buffer = buffer;
  put_reasons(&list);
  return CSUP_OK;
}
