/* The workflow without a case: the public functions. */
#include "condition/policy_parts.h"
#include "workflow/machine.h"

/* The facts of a call, as a move's guard and requirements read them. */
typedef struct situation {
  int64_t values[CSUP_FACTS_MAX];
  csup_answers answers;
  int32_t state;
} situation;

/* Dimensions that the host states count as answers; a band that it states for a group counts for all of them. */
static void take_answers(const csup_impact *impact, situation *at) {
  at->answers = (csup_answers){{0}, {0}};
  for (int32_t i = 0; i < csup_impact_dimension_count(impact); i++) {
    int64_t level = at->values[csup_impact_dimension_slot(impact, i)];
    int32_t group = csup_impact_dimension_is_urgency(impact, i) ? CSUP_SLOT_URGENCY : CSUP_SLOT_IMPACT;
    if (level != CSUP_ABSENT || at->values[group] != CSUP_ABSENT)
      at->answers.basis[i] = CSUP_BASIS_STATED;
    if (level != CSUP_ABSENT)
      at->answers.level[i] = (uint8_t)level;
  }
}

static csup_status look(const csup_policy *policy, const char *state, const csup_field *facts, size_t fact_count, situation *at) {
  const csup_workflow *workflow = csup_policy_workflow(policy);
  at->state = csup_workflow_find_state(workflow, state);
  if (at->state < 0)
    return CSUP_E_UNKNOWN;
  csup_status status = csup_facts_read(csup_policy_schema(policy), facts, fact_count, at->values, NULL);
  if (status != CSUP_OK)
    return status;
  const csup_state *present = &workflow->states[at->state];
  at->values[CSUP_SLOT_STATE] = at->state;
  at->values[CSUP_SLOT_CATEGORY] = present->category - 1;
  at->values[CSUP_SLOT_STAGE] = present->stage == CSUP_STAGE_NONE ? CSUP_ABSENT : present->stage - 1;
  take_answers(csup_policy_impact(policy), at);
  return CSUP_OK;
}

/* A message that does not say so was not sent by a machine. */
static int64_t automatic(csup_event_kind on, int64_t given) {
  bool message = on == CSUP_EVENT_CUSTOMER_MESSAGE || on == CSUP_EVENT_AGENT_MESSAGE;
  return message && given == CSUP_ABSENT ? 0 : given;
}

size_t csup_workflow_count(const csup_policy *policy) {
  return policy ? (size_t)csup_policy_workflow(policy)->state_count : 0;
}

csup_status csup_workflow_state(const csup_policy *policy, size_t index, csup_state *out) {
  if (!policy || !out)
    return CSUP_E_ARGUMENT;
  const csup_workflow *workflow = csup_policy_workflow(policy);
  if (index >= (size_t)workflow->state_count)
    return CSUP_E_RANGE;
  *out = workflow->states[index];
  return CSUP_OK;
}

const char *csup_workflow_initial_state(const csup_policy *policy) {
  if (!policy)
    return NULL;
  const csup_workflow *workflow = csup_policy_workflow(policy);
  return workflow->names[workflow->initial];
}

static bool listed(const csup_workflow_move *move, int32_t state, csup_event_kind on) {
  return csup_move_starts(move, state) && (on == 0 || move->on == on);
}

csup_status csup_workflow_moves(const csup_policy *policy, const char *state, csup_event_kind on, const csup_field *facts,
                                size_t fact_count, csup_move *buffer, size_t capacity, size_t *count) {
  if (!policy || !state || !count || (!buffer && capacity > 0))
    return CSUP_E_ARGUMENT;
  if (on < 0 || on > CSUP_EVENT_KINDS)
    return CSUP_E_UNKNOWN;
  const csup_workflow *workflow = csup_policy_workflow(policy);
  situation at;
  csup_status status = look(policy, state, facts, fact_count, &at);
  if (status != CSUP_OK)
    return status;
  size_t needed = 0;
  for (int32_t i = 0; i < workflow->move_count; i++)
    needed += listed(&workflow->moves[i], at.state, on);
  *count = needed;
  if (needed > capacity)
    return CSUP_E_SPACE;
  if (!buffer)
    return CSUP_OK;
  int64_t given = at.values[CSUP_SLOT_AUTO];
  csup_move *next = buffer;
  for (int32_t i = 0; i < workflow->move_count; i++) {
    const csup_workflow_move *move = &workflow->moves[i];
    if (!listed(move, at.state, on))
      continue;
    at.values[CSUP_SLOT_AUTO] = automatic(move->on, given);
    *next = (csup_move){.from = workflow->names[at.state],
                        .to = move->to == CSUP_PREVIOUS ? "previous" : workflow->names[move->to],
                        .on = move->on,
                        .because = move->because};
    bool holds = csup_move_holds(move, at.values, &at.answers, &next->missing);
    next->status = holds ? CSUP_OK : CSUP_E_REFUSED;
    next++;
  }
  return CSUP_OK;
}

csup_status csup_workflow_take(const csup_policy *policy, const char *state, const char *previous, csup_event_kind on,
                               const char *to, const csup_field *facts, size_t fact_count, csup_move *out) {
  if (!policy || !state || !out || (on == CSUP_EVENT_MOVED && !to))
    return CSUP_E_ARGUMENT;
  if (on < 1 || on > CSUP_EVENT_KINDS)
    return CSUP_E_UNKNOWN;
  const csup_workflow *workflow = csup_policy_workflow(policy);
  int32_t back = previous ? csup_workflow_find_state(workflow, previous) : -1;
  int32_t asked = on == CSUP_EVENT_MOVED ? csup_workflow_find_state(workflow, to) : -1;
  if ((previous && back < 0) || (on == CSUP_EVENT_MOVED && asked < 0))
    return CSUP_E_UNKNOWN;
  situation at;
  csup_status status = look(policy, state, facts, fact_count, &at);
  if (status != CSUP_OK)
    return status;
  at.values[CSUP_SLOT_AUTO] = automatic(on, at.values[CSUP_SLOT_AUTO]);
  csup_taken taken;
  csup_workflow_step(workflow, at.state, back, on, asked, at.values, &at.answers, &taken);
  *out = (csup_move){.from = workflow->names[at.state],
                     .to = workflow->names[taken.to],
                     .on = on,
                     .status = taken.status,
                     .because = taken.because,
                     .missing = taken.missing};
  return CSUP_OK;
}

csup_status csup_workflow_timeouts(const csup_policy *policy, const char *state, csup_timeout *buffer, size_t capacity,
                                   size_t *count) {
  if (!policy || !state || !count || (!buffer && capacity > 0))
    return CSUP_E_ARGUMENT;
  const csup_workflow *workflow = csup_policy_workflow(policy);
  int32_t in = csup_workflow_find_state(workflow, state);
  if (in < 0)
    return CSUP_E_UNKNOWN;
  size_t needed = 0;
  for (size_t i = 0; i < workflow->timer_count; i++)
    needed += workflow->timers[i].in == in;
  *count = needed;
  if (needed > capacity)
    return CSUP_E_SPACE;
  csup_timeout *next = buffer;
  for (size_t i = 0; i < workflow->timer_count; i++) {
    const csup_timer *timer = &workflow->timers[i];
    if (timer->in == in)
      *next++ = (csup_timeout){.from = workflow->names[in],
                               .to = workflow->names[timer->to],
                               .calendar = timer->calendar_name,
                               .because = timer->because,
                               .time = timer->after.time,
                               .days = timer->after.days,
                               .conditional = timer->when != NULL};
  }
  return CSUP_OK;
}
