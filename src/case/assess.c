/* Severity and priority in force, and the agreements that follow from the facts. */
#include "case/case.h"

static const char *const priority_names[] = {"P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9"};
static const char *const severity_names[] = {"S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9"};

const char *csup_priority_name(int32_t priority) {
  return priority < 0 ? NULL : priority_names[priority];
}

const char *csup_severity_name(int32_t severity) {
  return severity < 0 ? NULL : severity_names[severity];
}

/* An override wins over everything; what rules raised is a floor under the assessment (R5). */
static int32_t priority_in_force(const csup_case *c, const csup_scores *scores, int32_t severity) {
  const csup_case_head *head = c->head;
  if (head->priority_pin.value >= 0)
    return head->priority_pin.value;
  int32_t priority = csup_impact_priority_of(c->policy->impact, severity, scores->urgency);
  bool floor_counts = head->raised >= 0 && head->severity_pin.value < 0;
  return floor_counts && head->raised < priority ? head->raised : priority;
}

static csup_status assess(csup_call *call) {
  csup_case *c = call->c;
  csup_case_head *head = c->head;
  csup_scores scores;
  csup_impact_score(call->policy->impact, &head->answers, c->slots, &scores);
  int32_t severity = head->severity_pin.value >= 0 ? head->severity_pin.value : scores.severity;
  int32_t priority = priority_in_force(c, &scores, severity);
  const csup_assessed *old = &head->assessed;
  bool first = head->priority < 0;
  if (!first && old->impact_score == scores.impact_score && old->urgency_score == scores.urgency_score &&
      old->severity == scores.severity && old->urgency == scores.urgency && head->severity == severity &&
      head->priority == priority)
    return CSUP_OK;
  csup_decision *decision = csup_decide(call, CSUP_DECISION_ASSESSED);
  if (!decision)
    return CSUP_E_NOMEM;
  decision->name = csup_severity_name(severity);
  decision->from = csup_priority_name(head->priority);
  decision->to = csup_priority_name(priority);
  call->retarget |= head->severity != severity || head->priority != priority;
  head->assessed = (csup_assessed){.impact_score = (int16_t)scores.impact_score,
                                   .urgency_score = (int16_t)scores.urgency_score,
                                   .severity = (int8_t)scores.severity,
                                   .urgency = (int8_t)scores.urgency};
  head->severity = (int8_t)severity;
  head->priority = (int8_t)priority;
  csup_set_slot(call, CSUP_SLOT_PRIORITY, priority);
  csup_set_slot(call, CSUP_SLOT_SEVERITY, severity);
  csup_set_slot(call, CSUP_SLOT_URGENCY, scores.urgency);
  csup_set_slot(call, CSUP_SLOT_IMPACT, scores.impact_band);
  csup_set_slot(call, CSUP_SLOT_SCORE, scores.impact_score + scores.urgency_score);
  return CSUP_OK;
}

static const char *agreement_name(const csup_agreements *agreements, int32_t index) {
  return index < 0 ? NULL : agreements->items[index].name;
}

static csup_status choose(csup_call *call) {
  csup_case_head *head = call->c->head;
  const csup_agreements *agreements = &call->policy->agreements;
  for (int32_t kind = 0; kind < agreements->kind_count; kind++) {
    int32_t chosen = csup_agreements_choose(agreements, kind, head->opened, call->c->slots);
    if (chosen == head->agreements[kind])
      continue;
    csup_decision *decision = csup_decide(call, CSUP_DECISION_AGREEMENT_CHOSEN);
    if (!decision)
      return CSUP_E_NOMEM;
    decision->agreement_kind = agreements->kinds[kind];
    decision->from = agreement_name(agreements, head->agreements[kind]);
    decision->agreement = agreement_name(agreements, chosen);
    head->agreements[kind] = chosen;
    call->retarget = true;
  }
  return CSUP_OK;
}

csup_status csup_reassess(csup_call *call) {
  csup_status status = CSUP_OK;
  if (call->assess)
    status = assess(call);
  call->assess = false;
  if (status == CSUP_OK && call->choose)
    status = choose(call);
  call->choose = false;
  return status;
}
