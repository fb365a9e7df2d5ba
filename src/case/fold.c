/* What an event does to the facts, and then to the state. */
#include "case/event.h"
#include "case/watch.h"

#include <string.h>

void csup_set_slot(csup_call *call, int32_t slot, int64_t value) {
  int64_t *place = &call->c->slots[slot];
  if (*place == value)
    return;
  *place = value;
  call->assess |= call->policy->assess_reads[slot];
  call->choose |= call->policy->agreement_reads[slot];
  call->look |= call->policy->clock_reads[slot];
  call->clocks |= call->policy->slot_clocks[slot];
  call->facts_moved |= call->policy->rule_reads[slot];
}

static void count_up(csup_call *call, int32_t slot) {
  csup_set_slot(call, slot, call->c->slots[slot] + 1);
}

static csup_status set_text(csup_call *call, int32_t slot, const char *text) {
  int64_t value = CSUP_ABSENT;
  csup_status status = text ? csup_case_symbol(call->c, text, &value) : CSUP_OK;
  if (status == CSUP_OK)
    csup_set_slot(call, slot, value);
  return status;
}

static bool is_over(csup_category category) {
  return category == CSUP_CATEGORY_RESOLVED || category == CSUP_CATEGORY_CLOSED;
}

/* Takes the state on: its visit, its facts, what `previous` means from now on. */
static csup_status visit(csup_call *call, int32_t state) {
  csup_case *c = call->c;
  csup_case_head *head = c->head;
  int64_t left = c->slots[CSUP_SLOT_CATEGORY] + 1;
  csup_status status = csup_case_grow(c, (void **)&c->visits, sizeof *c->visits, &c->visit_room, (size_t)head->visit_count + 1);
  if (status != CSUP_OK)
    return status;
  csup_state now;
  csup_workflow_state_at(c->policy->workflow, state, &now);
  c->visits[head->visit_count++] = csup_visit_of(call->at, state);
  if (head->state >= 0)
    call->clocks |= csup_policy_state_clocks(call->policy, head->state, state);
  if (head->state >= 0 && left != CSUP_CATEGORY_PENDING && left != CSUP_CATEGORY_HOLD)
    head->resume = head->state;
  head->state = (int16_t)state;
  head->entered = call->at;
  csup_set_slot(call, CSUP_SLOT_STATE, state);
  csup_set_slot(call, CSUP_SLOT_CATEGORY, now.category - 1);
  csup_set_slot(call, CSUP_SLOT_STAGE, now.stage == CSUP_STAGE_NONE ? CSUP_ABSENT : now.stage - 1);
  csup_watches_entered(call);
  return CSUP_OK;
}

csup_status csup_enter(csup_call *call, int32_t state, const char *because) {
  csup_case_head *head = call->c->head;
  if (state == head->state)
    return CSUP_OK;
  csup_state from;
  csup_state to;
  csup_workflow_state_at(call->policy->workflow, head->state, &from);
  csup_workflow_state_at(call->policy->workflow, state, &to);
  csup_status status = visit(call, state);
  if (status != CSUP_OK)
    return status;
  if (is_over(from.category) && from.category != to.category && to.category != CSUP_CATEGORY_CLOSED) {
    count_up(call, CSUP_SLOT_REOPENS);
    call->assess |= head->raised >= 0;
    head->raised = -1;
  }
  csup_decision *decision = csup_decide(call, CSUP_DECISION_MOVED);
  if (!decision)
    return CSUP_E_NOMEM;
  decision->from = from.name;
  decision->to = to.name;
  decision->because = because;
  return CSUP_OK;
}

static csup_status fold_field(csup_call *call, const csup_field *field) {
  const csup_schema *schema = &call->policy->schema;
  int32_t slot = csup_schema_find_field(schema, field->name);
  int64_t value = CSUP_ABSENT;
  csup_status status = csup_fact_read(schema, slot, field, &value, call->error);
  if (status != CSUP_OK)
    return status;
  if (schema->facts[slot].type == CSUP_FACT_TEXT && value != CSUP_ABSENT) {
    if (!schema->facts[slot].mentioned)
      return CSUP_OK; /* no rule will ever read it, so its text is not kept */
    status = csup_case_symbol(call->c, field->text, &value);
  }
  if (status == CSUP_OK)
    csup_set_slot(call, slot, value);
  return status;
}

static csup_status fold_fields(csup_call *call, const csup_event *event) {
  csup_status status = CSUP_OK;
  for (size_t i = 0; status == CSUP_OK && i < event->field_count; i++)
    status = fold_field(call, &event->fields[i]);
  return status;
}

static void fold_mood(csup_call *call, const char *mood) {
  if (mood)
    csup_set_slot(call, CSUP_SLOT_MOOD, csup_word_find(&csup_moods, mood));
}

static csup_status fold_opened(csup_call *call, const csup_event *event) {
  csup_case_head *head = call->c->head;
  if (head->opened != CSUP_TIME_NEVER)
    return csup_fail(call->error, CSUP_E_ORDER, "the case is open already; \"opened\" comes once");
  csup_status status = csup_case_text(call->c, event->case_id, &head->case_id);
  if (status != CSUP_OK)
    return status;
  head->opened = event->at;
  csup_set_slot(call, CSUP_SLOT_CONTACTS, 1);
  static const int32_t from_zero[] = {CSUP_SLOT_REPLIES, CSUP_SLOT_REOPENS, CSUP_SLOT_REJECTIONS, CSUP_SLOT_REASSIGNMENTS,
                                      CSUP_SLOT_BREACHED};
  for (size_t i = 0; i < sizeof from_zero / sizeof from_zero[0]; i++)
    csup_set_slot(call, from_zero[i], 0);
  csup_set_slot(call, CSUP_SLOT_LEVEL, 1);
  fold_mood(call, event->value);
  if (event->team)
    status = set_text(call, CSUP_SLOT_TEAM, event->team);
  if (status == CSUP_OK && event->channel)
    status = set_text(call, CSUP_SLOT_CHANNEL, event->channel);
  if (status == CSUP_OK)
    status = fold_fields(call, event);
  if (status != CSUP_OK)
    return status;
  call->assess = call->choose = true;
  const csup_workflow *workflow = call->policy->workflow;
  return visit(call, event->name ? csup_workflow_find_state(workflow, event->name) : csup_workflow_initial(workflow));
}

static csup_status fold_assigned(csup_call *call, const csup_event *event) {
  csup_status status = CSUP_OK;
  if (event->team) {
    int64_t before = call->c->slots[CSUP_SLOT_TEAM];
    status = set_text(call, CSUP_SLOT_TEAM, event->team);
    if (status == CSUP_OK && before != CSUP_ABSENT && before != call->c->slots[CSUP_SLOT_TEAM])
      count_up(call, CSUP_SLOT_REASSIGNMENTS);
  }
  if (status == CSUP_OK && event->agent)
    status = set_text(call, CSUP_SLOT_AGENT, event->agent);
  return status;
}

static void fold_message(csup_call *call, const csup_event *event) {
  bool from_customer = event->kind == CSUP_EVENT_CUSTOMER_MESSAGE;
  if (from_customer)
    fold_mood(call, event->value);
  if (event->flags & CSUP_WITH_AUTO)
    return;
  count_up(call, from_customer ? CSUP_SLOT_CONTACTS : CSUP_SLOT_REPLIES);
  call->c->head->unanswered = from_customer;
}

static void fold_answered(csup_call *call, const csup_event *event) {
  const csup_impact *impact = call->policy->impact;
  csup_answers *answers = &call->c->head->answers;
  int32_t dimension = csup_impact_find_dimension(impact, event->name);
  int32_t level = event->basis == CSUP_BASIS_UNKNOWN ? 0 : csup_impact_find_level(impact, dimension, event->value);
  call->assess |= answers->basis[dimension] != event->basis || answers->level[dimension] != level;
  answers->level[dimension] = (uint8_t)level;
  answers->basis[dimension] = (uint8_t)event->basis;
  csup_set_slot(call, csup_impact_dimension_slot(impact, dimension), event->basis == CSUP_BASIS_UNKNOWN ? CSUP_ABSENT : level);
}

/* Promises are clocks, and clocks take their turn after the facts; here only their names are settled. */
static csup_status fold_promise(csup_call *call, const csup_event *event) {
  if (event->kind == CSUP_EVENT_PROMISED)
    return csup_promise_note(call, event->name);
  if (csup_promise_find(call->c, event->name))
    return CSUP_OK;
  return csup_fail(call->error, CSUP_E_UNKNOWN, "\"%.60s\" was never promised", event->name);
}

static csup_status fold_request(csup_call *call, const csup_event *event) {
  csup_case *c = call->c;
  csup_case_head *head = c->head;
  csup_asked *request = NULL;
  for (uint32_t i = 0; !request && event->value && i < head->request_count; i++)
    if (strcmp(csup_case_string(c, c->requests[i].what), event->value) == 0)
      request = &c->requests[i];
  if (event->kind == CSUP_EVENT_PROVIDED) {
    /* Customers also send what nobody asked for; that is a fact like any other. */
    if (request && request->provided == CSUP_TIME_NEVER)
      request->provided = call->at;
    return CSUP_OK;
  }
  csup_status status = CSUP_OK;
  csup_text what = 0;
  if (!request) {
    status = csup_case_grow(c, (void **)&c->requests, sizeof *c->requests, &c->request_room, (size_t)head->request_count + 1);
    if (status == CSUP_OK)
      status = csup_case_text(c, event->value, &what);
    if (status != CSUP_OK)
      return status;
    request = &c->requests[head->request_count++];
    *request = (csup_asked){.what = what};
  }
  request->asked = call->at;
  request->due = event->flags & CSUP_WITH_DUE ? event->due : CSUP_TIME_NEVER;
  request->provided = CSUP_TIME_NEVER;
  return CSUP_OK;
}

static csup_status fold_override(csup_call *call, const csup_event *event) {
  csup_case *c = call->c;
  bool is_priority = event->name[0] == 'p';
  csup_pin *pin = is_priority ? &c->head->priority_pin : &c->head->severity_pin;
  csup_text because = 0;
  csup_status status = csup_case_text(c, event->because, &because);
  if (status != CSUP_OK)
    return status;
  *pin = (csup_pin){.until = event->flags & CSUP_WITH_UNTIL ? event->until : CSUP_TIME_NEVER,
                    .value = (int8_t)csup_rank_find(c, is_priority, event->value),
                    .agreed = (event->flags & CSUP_WITH_AGREED) != 0,
                    .because = because};
  call->assess = true;
  return CSUP_OK;
}

csup_status csup_release_pin(csup_call *call, bool is_priority, const char *because) {
  csup_pin *pin = is_priority ? &call->c->head->priority_pin : &call->c->head->severity_pin;
  if (pin->value < 0)
    return CSUP_OK;
  *pin = (csup_pin){.until = CSUP_TIME_NEVER, .value = -1};
  call->assess = true;
  csup_decision *decision = csup_decide(call, CSUP_DECISION_RELEASED);
  if (!decision)
    return CSUP_E_NOMEM;
  decision->name = is_priority ? "priority" : "severity";
  decision->because = because;
  return CSUP_OK;
}

csup_status csup_expire_pin(csup_call *call, bool is_priority) {
  const csup_pin *pin = is_priority ? &call->c->head->priority_pin : &call->c->head->severity_pin;
  const char *because = NULL;
  if (!csup_decisions_keep(call->list, csup_case_string(call->c, pin->because), &because))
    return CSUP_E_NOMEM;
  return csup_release_pin(call, is_priority, because);
}

static csup_status fold_level(csup_call *call, const csup_event *event, const char *because) {
  int64_t before = call->c->slots[CSUP_SLOT_LEVEL];
  bool up = event->kind == CSUP_EVENT_ESCALATED;
  int64_t level = event->flags & CSUP_WITH_LEVEL ? event->level : up ? before + 1 : before - 1;
  /* Escalating never lowers and deescalating never raises, whatever level is named. */
  if (up ? level < before : level > before)
    level = before;
  level = level < 1 ? 1 : level;
  if (level > CSUP_LEVEL_MAX)
    return csup_fail(call->error, CSUP_E_RANGE, "the level is %d already, the greatest there is", CSUP_LEVEL_MAX);
  csup_set_slot(call, CSUP_SLOT_LEVEL, level);
  csup_decision *decision = csup_decide(call, up ? CSUP_DECISION_ESCALATED : CSUP_DECISION_DEESCALATED);
  if (!decision)
    return CSUP_E_NOMEM;
  decision->level = (int32_t)level;
  decision->because = because;
  return CSUP_OK;
}

static csup_status fold_rating(csup_call *call, const csup_event *event) {
  csup_case_head *head = call->c->head;
  if (event->flags & CSUP_WITH_CSAT)
    head->csat = (int8_t)event->csat;
  if (event->flags & CSUP_WITH_EFFORT)
    head->effort = (int8_t)event->effort;
  if (event->flags & CSUP_WITH_NPS)
    head->nps = (int8_t)event->nps;
  return CSUP_OK;
}

static csup_status fold_spent(csup_call *call, const csup_event *event) {
  csup_case_head *head = call->c->head;
  int64_t minutes = event->flags & CSUP_WITH_MINUTES ? event->minutes : 0;
  int64_t cost = event->flags & CSUP_WITH_COST ? event->cost : 0;
  if (minutes > INT64_MAX - head->minutes || cost > INT64_MAX - head->cost)
    return csup_fail(call->error, CSUP_E_RANGE, "the sum of what was spent is too great");
  head->minutes += minutes;
  head->cost += cost;
  return CSUP_OK;
}

static csup_status fold_end(csup_call *call, const csup_event *event) {
  if (event->flags & CSUP_WITH_PREVENTABLE)
    call->c->head->preventable = 1;
  return event->value ? set_text(call, CSUP_SLOT_CAUSE, event->value) : CSUP_OK;
}

static csup_status fold_facts(csup_call *call, const csup_event *event, const char *because) {
  csup_case_head *head = call->c->head;
  switch (event->kind) {
  case CSUP_EVENT_OPENED:
    return fold_opened(call, event);
  case CSUP_EVENT_ASSIGNED:
    return fold_assigned(call, event);
  case CSUP_EVENT_CUSTOMER_MESSAGE:
  case CSUP_EVENT_AGENT_MESSAGE:
    fold_message(call, event);
    return CSUP_OK;
  case CSUP_EVENT_ANSWERED:
    fold_answered(call, event);
    return CSUP_OK;
  case CSUP_EVENT_PROPOSED:
    csup_set_slot(call, CSUP_SLOT_RESOLUTION, csup_word_find(&csup_resolutions, event->value));
    return CSUP_OK;
  case CSUP_EVENT_REJECTED:
    count_up(call, CSUP_SLOT_REJECTIONS);
    return CSUP_OK;
  case CSUP_EVENT_REOPENED:
  case CSUP_EVENT_CLOSED:
  case CSUP_EVENT_CANCELLED:
    return fold_end(call, event);
  case CSUP_EVENT_PROMISED:
  case CSUP_EVENT_FULFILLED:
  case CSUP_EVENT_WITHDRAWN:
    return fold_promise(call, event);
  case CSUP_EVENT_REQUESTED:
  case CSUP_EVENT_PROVIDED:
    return fold_request(call, event);
  case CSUP_EVENT_OVERRIDDEN:
    return fold_override(call, event);
  case CSUP_EVENT_RELEASED:
    return csup_release_pin(call, event->name[0] == 'p', because);
  case CSUP_EVENT_ESCALATED:
  case CSUP_EVENT_DEESCALATED:
    return fold_level(call, event, because);
  case CSUP_EVENT_CHANGED:
    return fold_fields(call, event);
  case CSUP_EVENT_RATED:
    return fold_rating(call, event);
  case CSUP_EVENT_SPENT:
    return fold_spent(call, event);
  case CSUP_EVENT_MERGED:
    return csup_case_text(call->c, event->value, &head->into);
  default:
    return CSUP_OK; /* acknowledged, note, moved, accepted: nothing but the event itself */
  }
}

static csup_status refuse(csup_call *call, const csup_event *event, const csup_taken *taken) {
  csup_state from;
  csup_workflow_state_at(call->policy->workflow, call->c->head->state, &from);
  if (taken->missing)
    return csup_fail(call->error, CSUP_E_REFUSED, "\"%.40s\" to \"%.40s\" is refused: \"%.40s\" is missing%s%.80s", from.name,
                     event->value, taken->missing, taken->because ? "; " : "", taken->because ? taken->because : "");
  if (taken->because)
    return csup_fail(call->error, CSUP_E_REFUSED, "\"%.40s\" to \"%.40s\" is refused: %.100s", from.name, event->value,
                     taken->because);
  return csup_fail(call->error, CSUP_E_REFUSED, "the workflow has no move from \"%.60s\" to \"%.60s\" that is possible now",
                   from.name, event->value);
}

csup_status csup_fold(csup_call *call, const csup_event *event) {
  csup_case *c = call->c;
  const csup_workflow *workflow = call->policy->workflow;
  if (c->head->opened == CSUP_TIME_NEVER && event->kind != CSUP_EVENT_OPENED)
    return csup_fail(call->error, CSUP_E_ORDER, "the case is not open yet; its first event is \"opened\"");
  const char *because = NULL;
  if (!csup_decisions_keep(call->list, event->because, &because))
    return CSUP_E_NOMEM;
  int64_t automatic = 0;
  int64_t by = 0;
  csup_event_members(event, &automatic, &by);
  csup_set_slot(call, CSUP_SLOT_AUTO, automatic);
  csup_set_slot(call, CSUP_SLOT_BY, by);
  csup_status status = fold_facts(call, event, because);
  if (status != CSUP_OK)
    return status;
  csup_taken taken;
  int32_t asked = event->kind == CSUP_EVENT_MOVED ? csup_workflow_find_state(workflow, event->value) : -1;
  int32_t resume = c->head->resume >= 0 ? c->head->resume : csup_workflow_initial(workflow);
  csup_workflow_step(workflow, c->head->state, resume, event->kind, asked, c->slots, &c->head->answers, &taken);
  if (taken.status != CSUP_OK)
    return refuse(call, event, &taken);
  /* A move's own reason says why it may be refused, not why it was taken. */
  return csup_enter(call, taken.to, because);
}

void csup_fold_end(csup_call *call) {
  csup_set_slot(call, CSUP_SLOT_AUTO, CSUP_ABSENT);
  csup_set_slot(call, CSUP_SLOT_BY, CSUP_ABSENT);
}
