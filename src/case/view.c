/* What a host may ask a case: its state, facts, history and place in the queue. */
#include "case/view.h"
#include "case/cycle.h"

#include <string.h>

static bool is_open(const csup_case *c) {
  return c && c->head->opened != CSUP_TIME_NEVER;
}

const char *csup_choice_name(const csup_case *c, csup_slot slot) {
  int64_t value = c->slots[slot];
  return value == CSUP_ABSENT ? NULL : c->policy->schema.facts[slot].choices[value];
}

static int32_t count_bits(int64_t bits) {
  int32_t count = 0;
  for (; bits != 0; bits &= bits - 1)
    count++;
  return count;
}

csup_status csup_case_read(const csup_case *support_case, csup_case_view *out) {
  if (!support_case || !out)
    return CSUP_E_ARGUMENT;
  const csup_case *c = support_case;
  const csup_case_head *head = c->head;
  csup_case_view view = {.opened = CSUP_TIME_NEVER, .last = CSUP_TIME_NEVER, .state_since = CSUP_TIME_NEVER};
  if (is_open(c)) {
    csup_state state;
    csup_state previous;
    csup_workflow_state_at(c->policy->workflow, head->state, &state);
    csup_workflow_state_at(c->policy->workflow, head->resume >= 0 ? head->resume : csup_workflow_initial(c->policy->workflow),
                           &previous);
    view = (csup_case_view){.case_id = csup_case_string(c, head->case_id),
                            .state = state.name,
                            .previous = previous.name,
                            .team = csup_case_symbol_text(c, c->slots[CSUP_SLOT_TEAM]),
                            .agent = csup_case_symbol_text(c, c->slots[CSUP_SLOT_AGENT]),
                            .channel = csup_case_symbol_text(c, c->slots[CSUP_SLOT_CHANNEL]),
                            .category = state.category,
                            .stage = state.stage,
                            .opened = head->opened,
                            .last = head->last,
                            .state_since = head->entered,
                            .contacts = c->slots[CSUP_SLOT_CONTACTS],
                            .replies = c->slots[CSUP_SLOT_REPLIES],
                            .reopens = c->slots[CSUP_SLOT_REOPENS],
                            .rejections = c->slots[CSUP_SLOT_REJECTIONS],
                            .reassignments = c->slots[CSUP_SLOT_REASSIGNMENTS],
                            .minutes = head->minutes,
                            .cost = head->cost,
                            .level = (int32_t)c->slots[CSUP_SLOT_LEVEL],
                            .breached = count_bits(c->slots[CSUP_SLOT_BREACHED]),
                            .severity = csup_severity_name(head->severity),
                            .priority = csup_priority_name(head->priority),
                            .mood = csup_choice_name(c, CSUP_SLOT_MOOD)};
  }
  *out = view;
  return CSUP_OK;
}

csup_field csup_case_fact_at(const csup_case *c, int32_t slot) {
  const csup_fact *fact = &c->policy->schema.facts[slot];
  int64_t value = c->slots[slot];
  csup_field field = {.name = fact->name};
  if (value == CSUP_ABSENT)
    return field;
  switch (fact->type) {
  case CSUP_FACT_NUMBER:
  case CSUP_FACT_SET:
    field.kind = CSUP_VALUE_NUMBER;
    field.number = fact->type == CSUP_FACT_SET ? count_bits(value) : value;
    break;
  case CSUP_FACT_FLAG:
    field.kind = CSUP_VALUE_FLAG;
    field.number = value;
    break;
  case CSUP_FACT_TEXT:
    field.kind = CSUP_VALUE_TEXT;
    field.text = csup_case_symbol_text(c, value);
    break;
  case CSUP_FACT_CHOICE:
    field.kind = CSUP_VALUE_TEXT;
    field.text = fact->choices[value];
    break;
  }
  return field;
}

csup_status csup_case_fact(const csup_case *support_case, const char *name, csup_field *out) {
  if (!support_case || !name || !out)
    return CSUP_E_ARGUMENT;
  int32_t slot = csup_schema_find(&support_case->policy->schema, name);
  if (slot < 0)
    return CSUP_E_UNKNOWN;
  *out = csup_case_fact_at(support_case, slot);
  return CSUP_OK;
}

csup_status csup_case_assessment(const csup_case *support_case, csup_assessment *out) {
  if (!support_case || !out)
    return CSUP_E_ARGUMENT;
  csup_impact_whole(support_case->policy->impact, &support_case->head->answers, support_case->slots, out);
  return CSUP_OK;
}

size_t csup_case_visit_count(const csup_case *support_case) {
  return support_case ? support_case->head->visit_count : 0;
}

csup_status csup_case_visit_at(const csup_case *support_case, size_t index, const char **state, csup_time *entered) {
  if (!support_case || !state || !entered || index >= support_case->head->visit_count)
    return CSUP_E_ARGUMENT;
  csup_visit visit = support_case->visits[index];
  csup_state found;
  csup_workflow_state_at(support_case->policy->workflow, csup_visit_state(visit), &found);
  *state = found.name;
  *entered = csup_visit_entered(visit);
  return CSUP_OK;
}

/* Real time spent in the visits up to `now` that `state` (-1: any) and `stage` (-1: any) let through. */
static csup_duration time_spent(const csup_case *c, int32_t state, csup_stage stage, csup_time now) {
  csup_duration spent = 0;
  const csup_case_head *head = c->head;
  for (uint32_t i = 0; i < head->visit_count; i++) {
    csup_time entered = csup_visit_entered(c->visits[i]);
    csup_time left = i + 1 < head->visit_count ? csup_visit_entered(c->visits[i + 1]) : now;
    int32_t visited = csup_visit_state(c->visits[i]);
    csup_state found;
    csup_workflow_state_at(c->policy->workflow, visited, &found);
    if ((state >= 0 && visited != state) || (stage >= 0 && found.stage != stage))
      continue;
    left = left < now ? left : now;
    if (left > entered)
      spent += left - entered;
  }
  return spent;
}

csup_status csup_case_time_in_state(const csup_case *support_case, const char *state, csup_time now, csup_duration *out) {
  if (!support_case || !state || !out)
    return CSUP_E_ARGUMENT;
  int32_t index = csup_workflow_find_state(support_case->policy->workflow, state);
  if (index < 0)
    return CSUP_E_UNKNOWN;
  if (!csup_time_in_range(now))
    return CSUP_E_RANGE;
  *out = time_spent(support_case, index, -1, now);
  return CSUP_OK;
}

csup_status csup_case_time_in_stage(const csup_case *support_case, csup_stage stage, csup_time now, csup_duration *out) {
  if (!support_case || !out || stage < CSUP_STAGE_NONE || stage > CSUP_STAGE_DELIVERY)
    return CSUP_E_ARGUMENT;
  if (!csup_time_in_range(now))
    return CSUP_E_RANGE;
  *out = time_spent(support_case, -1, stage, now);
  return CSUP_OK;
}

size_t csup_case_answer_count(const csup_case *support_case) {
  return support_case ? (size_t)csup_impact_dimension_count(support_case->policy->impact) : 0;
}

csup_status csup_case_answer_at(const csup_case *support_case, size_t index, csup_answer *out) {
  if (!support_case || !out || index >= csup_case_answer_count(support_case))
    return CSUP_E_ARGUMENT;
  const csup_impact *impact = support_case->policy->impact;
  const csup_answers *answers = &support_case->head->answers;
  int32_t dimension = (int32_t)index;
  csup_basis basis = answers->basis[index];
  *out = (csup_answer){.dimension = csup_impact_dimension_name(impact, dimension),
                       .level =
                           basis == CSUP_BASIS_UNKNOWN ? NULL : csup_impact_level_name(impact, dimension, answers->level[index]),
                       .basis = basis};
  return CSUP_OK;
}

csup_status csup_case_ratings(const csup_case *support_case, csup_ratings *out) {
  if (!support_case || !out)
    return CSUP_E_ARGUMENT;
  const csup_case_head *head = support_case->head;
  *out = (csup_ratings){.csat = head->csat, .effort = head->effort, .nps = head->nps, .preventable = head->preventable};
  return CSUP_OK;
}

size_t csup_case_request_count(const csup_case *support_case) {
  return support_case ? support_case->head->request_count : 0;
}

csup_status csup_case_request_at(const csup_case *support_case, size_t index, csup_request *out) {
  if (!support_case || !out || index >= support_case->head->request_count)
    return CSUP_E_ARGUMENT;
  const csup_asked *asked = &support_case->requests[index];
  *out = (csup_request){
      .what = csup_case_string(support_case, asked->what), .asked = asked->asked, .due = asked->due, .provided = asked->provided};
  return CSUP_OK;
}

/* Minutes since 1900, in 28 bits: enough for 510 years. */
static int64_t minutes_of(csup_time at) {
  return (at - CSUP_TIME_FIRST) / (60 * CSUP_SECOND);
}

static csup_time nearest_due(const csup_case *c) {
  csup_time nearest = csup_cycles_nearest_due(c);
  for (uint32_t i = 0; i < c->head->promise_count; i++) {
    const csup_promise *promise = &c->promises[i];
    if (promise->status == CSUP_CLOCK_RUNNING && promise->due < nearest)
      nearest = promise->due;
  }
  return nearest;
}

int64_t csup_case_rank(const csup_case *support_case) {
  const csup_case *c = support_case;
  if (!is_open(c) || c->slots[CSUP_SLOT_CATEGORY] == CSUP_CATEGORY_CLOSED - 1)
    return INT64_MAX;
  const int64_t ones = (INT64_C(1) << 28) - 1;
  const csup_case_head *head = c->head;
  bool returning = head->unanswered && c->slots[CSUP_SLOT_CONTACTS] > 1;
  csup_time due = nearest_due(c);
  int64_t rank = returning ? 0 : 1;
  rank = rank << 4 | (head->priority + 1);
  rank = rank << 28 | (due == CSUP_TIME_NEVER ? ones : minutes_of(due));
  return rank << 28 | minutes_of(head->opened);
}
