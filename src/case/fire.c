/* What a firing does: `fired`, then the rule's actions, folded back into the case at the same instant. */
#include "case/event.h"
#include "case/view.h"
#include "case/watcher.h"

static csup_decision *decide(csup_call *call, csup_decision_kind kind, const csup_rule *rule) {
  csup_decision *decision = csup_decide(call, kind);
  if (decision)
    decision->rule = rule->name;
  return decision;
}

static csup_status set_team(csup_call *call, const char *name) {
  int64_t before = call->c->slots[CSUP_SLOT_TEAM];
  int64_t team = CSUP_ABSENT;
  csup_status status = csup_case_symbol(call->c, name, &team);
  if (status != CSUP_OK)
    return status;
  csup_set_slot(call, CSUP_SLOT_TEAM, team);
  if (before != CSUP_ABSENT && before != team)
    csup_set_slot(call, CSUP_SLOT_REASSIGNMENTS, call->c->slots[CSUP_SLOT_REASSIGNMENTS] + 1);
  return CSUP_OK;
}

static csup_status notify(csup_call *call, const csup_rule *rule, const csup_action *action) {
  csup_decision *decision = decide(call, CSUP_DECISION_NOTIFY, rule);
  if (!decision)
    return CSUP_E_NOMEM;
  decision->name = action->to;
  return CSUP_OK;
}

static bool is_on_shift(const csup_policy *policy, const char *name, csup_time at) {
  int32_t team = csup_teams_find(&policy->teams, name);
  const csup_calendar *calendar = team < 0 ? NULL : policy->teams.items[team].calendar;
  return !calendar || csup_calendar_is_open(calendar, at);
}

/* One team, whatever the hour; of a list the first that is open now. */
static csup_status assign(csup_call *call, const csup_rule *rule, const csup_action *action) {
  const char *chosen = action->team_count == 1 && !action->is_list ? action->teams[0] : NULL;
  for (size_t i = 0; !chosen && i < action->team_count; i++)
    if (is_on_shift(call->policy, action->teams[i], call->at))
      chosen = action->teams[i];
  const char *before = NULL;
  int64_t old = call->c->slots[CSUP_SLOT_TEAM];
  if (!chosen || !csup_decisions_keep(call->list, csup_case_symbol_text(call->c, old), &before))
    return chosen ? CSUP_E_NOMEM : CSUP_OK;
  csup_status status = set_team(call, chosen);
  if (status != CSUP_OK || old == call->c->slots[CSUP_SLOT_TEAM])
    return status;
  csup_decision *decision = decide(call, CSUP_DECISION_ASSIGN, rule);
  if (!decision)
    return CSUP_E_NOMEM;
  decision->from = before;
  decision->to = chosen;
  return CSUP_OK;
}

static csup_status escalate(csup_call *call, const csup_rule *rule, const csup_action *action) {
  int64_t level = call->c->slots[CSUP_SLOT_LEVEL];
  if (action->level > level)
    csup_set_slot(call, CSUP_SLOT_LEVEL, action->level);
  csup_decision *decision = decide(call, CSUP_DECISION_ESCALATED, rule);
  if (!decision)
    return CSUP_E_NOMEM;
  decision->level = (int32_t)call->c->slots[CSUP_SLOT_LEVEL];
  decision->name = action->functional ? "functional" : "hierarchical";
  decision->to = action->to;
  return action->functional && action->to ? set_team(call, action->to) : CSUP_OK;
}

/* A floor under the assessment; nothing is decided unless it is more urgent than what is in force. */
static csup_status raise(csup_call *call, const csup_rule *rule, const csup_action *action) {
  csup_case_head *head = call->c->head;
  /* What an action of the same firing raised already is present, though not assessed yet. */
  bool is_pinned = head->priority_pin.value >= 0 || head->severity_pin.value >= 0;
  int32_t present = !is_pinned && head->raised >= 0 && head->raised < head->priority ? head->raised : head->priority;
  int32_t to = action->by > 0 ? present - action->by : action->priority;
  int32_t most = csup_impact_priority_of(call->policy->impact, 0, 0); /* the matrix is monotone: its corner is the most urgent */
  to = to < most ? most : to;
  if (to >= present)
    return CSUP_OK;
  head->raised = head->raised < 0 || to < head->raised ? (int8_t)to : head->raised;
  call->assess = true;
  csup_decision *decision = decide(call, CSUP_DECISION_RAISED, rule);
  if (!decision)
    return CSUP_E_NOMEM;
  decision->from = csup_priority_name(present);
  decision->to = csup_priority_name(to);
  return CSUP_OK;
}

/* A fact's value as a text that lives with the list; false when there is no memory. */
static bool value_text(csup_call *call, int32_t slot, const char **text) {
  csup_field field = csup_case_fact_at(call->c, slot);
  char digits[24];
  csup_writer writer;
  *text = field.text;
  if (field.kind == CSUP_VALUE_NONE)
    return true;
  if (field.kind == CSUP_VALUE_FLAG) {
    *text = field.number ? "true" : "false";
    return true;
  }
  if (field.kind == CSUP_VALUE_NUMBER) {
    csup_writer_init(&writer, digits, sizeof digits);
    csup_write_int64(&writer, field.number);
    (void)csup_writer_end(&writer, NULL);
    *text = digits;
  }
  return csup_decisions_keep(call->list, *text, text);
}

static csup_status set_field(csup_call *call, const csup_rule *rule, const csup_action *action) {
  const char *before = NULL;
  const char *after = NULL;
  int64_t value = action->value;
  if (value == call->c->slots[action->slot])
    return CSUP_OK;
  if (!value_text(call, action->slot, &before))
    return CSUP_E_NOMEM;
  csup_set_slot(call, action->slot, value);
  if (!value_text(call, action->slot, &after))
    return CSUP_E_NOMEM;
  csup_decision *decision = decide(call, CSUP_DECISION_SET, rule);
  if (!decision)
    return CSUP_E_NOMEM;
  decision->name = action->to;
  decision->from = before;
  decision->to = after;
  return CSUP_OK;
}

/* Forced, like a timer: no move of the workflow is asked. */
static csup_status move(csup_call *call, const csup_rule *rule, const csup_action *action) {
  size_t before = csup_decisions_count(call->list);
  csup_status status = csup_enter(call, action->state, NULL);
  if (status == CSUP_OK && csup_decisions_count(call->list) > before)
    csup_decisions_last(call->list)->rule = rule->name;
  return status;
}

static csup_status say(csup_call *call, const csup_rule *rule, csup_decision_kind kind, const char *name, const char *because) {
  csup_decision *decision = decide(call, kind, rule);
  if (!decision)
    return CSUP_E_NOMEM;
  decision->name = name;
  decision->because = because;
  return CSUP_OK;
}

static csup_status ask(csup_call *call, const csup_rule *rule, const csup_action *action) {
  const csup_impact *impact = call->policy->impact;
  int32_t dimension = action->dimension;
  if (dimension < 0)
    dimension = csup_impact_next_question(impact, &call->c->head->answers, call->c->slots);
  if (dimension < 0)
    return CSUP_OK; /* nothing is worth asking any more */
  const char *question = csup_impact_question(impact, dimension);
  return say(call, rule, CSUP_DECISION_ASK, csup_impact_dimension_name(impact, dimension), question[0] ? question : NULL);
}

static csup_status act(csup_call *call, const csup_rule *rule, const csup_action *action) {
  switch (action->act) {
  case CSUP_ACT_NOTIFY:
    return notify(call, rule, action);
  case CSUP_ACT_ASSIGN:
    return assign(call, rule, action);
  case CSUP_ACT_ESCALATE:
    return escalate(call, rule, action);
  case CSUP_ACT_RAISE:
    return raise(call, rule, action);
  case CSUP_ACT_SET:
    return set_field(call, rule, action);
  case CSUP_ACT_MOVE:
    return move(call, rule, action);
  case CSUP_ACT_ADVISE:
    return say(call, rule, CSUP_DECISION_ADVISE, action->to, action->text);
  case CSUP_ACT_ASK:
    return ask(call, rule, action);
  }
  return CSUP_OK;
}

csup_status csup_rule_fire(csup_call *call, const csup_watcher *w, int32_t repeat) {
  const csup_rule *rule = &call->policy->rules.items[w->rule];
  csup_case *c = call->c;
  csup_decision *decision = decide(call, CSUP_DECISION_FIRED, rule);
  if (!decision)
    return CSUP_E_NOMEM;
  csup_watcher_note(call, w)->done_in = c->head->settlement;
  /* A rule on promises counts its firings over all of them. */
  decision->occurrence = ++csup_case_watch(call, w->rule)->occurrences;
  decision->repeat = repeat;
  int32_t track = call->policy->rule_keys[w->rule].track;
  if (w->promise) {
    csup_status status = csup_promise_decision(call, w->promise, decision);
    if (status != CSUP_OK)
      return status;
    if (call->at == w->promise->due && w->watch->at_breach)
      decision->verdict = CSUP_VERDICT_BREACHED; /* noticed behind the due, though dated at it */
  } else if (track >= 0) {
    if (w->watch->at_breach)
      csup_track_at_breach(call, track);
    csup_track_tell(c, track, call->at, decision);
  }
  csup_category before = (csup_category)c->slots[CSUP_SLOT_CATEGORY] + 1;
  csup_status status = CSUP_OK;
  for (size_t i = 0; status == CSUP_OK && i < rule->action_count; i++)
    status = act(call, rule, &rule->actions[i]);
  return status == CSUP_OK ? csup_follow_change(call, before) : status;
}
