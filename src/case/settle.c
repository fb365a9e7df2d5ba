/* What becomes due without an event, and when: override expiries and workflow timers. */
#include "case/case.h"

/* The instant at which a timer of the present state goes off, or CSUP_TIME_NEVER. */
static csup_time timer_at(const csup_case *c, const csup_timer *timer) {
  csup_time at = CSUP_TIME_NEVER;
  if (timer->in != c->head->state || csup_measure_add(&timer->after, timer->calendar, c->head->entered, &at) != CSUP_OK)
    return CSUP_TIME_NEVER;
  /* What has gone by under a false guard has lapsed (R1). */
  return at > c->head->settled && csup_condition_test(timer->when, c->slots) ? at : CSUP_TIME_NEVER;
}

static csup_time earlier(csup_time a, csup_time b) {
  return a < b ? a : b;
}

csup_time csup_wakeup(const csup_case *c) {
  const csup_case_head *head = c->head;
  if (head->opened == CSUP_TIME_NEVER)
    return CSUP_TIME_NEVER;
  csup_time next = earlier(head->priority_pin.until, head->severity_pin.until);
  const csup_workflow *workflow = c->policy->workflow;
  size_t timers = csup_workflow_timer_count(workflow);
  for (size_t i = 0; i < timers; i++)
    next = earlier(next, timer_at(c, csup_workflow_timer_at(workflow, i)));
  return next;
}

static csup_status expire_pins(csup_call *call) {
  const csup_case_head *head = call->c->head;
  csup_status status = CSUP_OK;
  if (head->priority_pin.until == call->at)
    status = csup_release_pin(call, true, "its time is over");
  if (status == CSUP_OK && head->severity_pin.until == call->at)
    status = csup_release_pin(call, false, "its time is over");
  return status == CSUP_OK ? csup_reassess(call) : status;
}

static csup_status run_timers(csup_call *call) {
  const csup_workflow *workflow = call->policy->workflow;
  size_t timers = csup_workflow_timer_count(workflow);
  for (size_t i = 0; i < timers; i++) {
    const csup_timer *timer = csup_workflow_timer_at(workflow, i);
    if (timer_at(call->c, timer) != call->at)
      continue;
    csup_status status = csup_enter(call, timer->to, timer->because);
    return status == CSUP_OK ? csup_reassess(call) : status; /* in another state now: its timers count from here */
  }
  return CSUP_OK;
}

csup_status csup_settle(csup_call *call, csup_time now) {
  csup_case_head *head = call->c->head;
  for (;;) {
    csup_time next = csup_wakeup(call->c);
    if (next > now)
      return CSUP_OK;
    call->at = next;
    csup_status status = expire_pins(call);
    /* The timers of this instant are tested before it counts as settled. */
    if (status == CSUP_OK)
      status = run_timers(call);
    if (status != CSUP_OK)
      return status;
    head->settled = next;
  }
}
