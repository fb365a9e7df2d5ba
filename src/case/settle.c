/* What becomes due without an event, and when. At one instant: what goes with a breach, override expiries, workflow timers,
   warnings; repeated until nothing is due (R3). */
#include "case/cycle.h"

static csup_time earlier(csup_time a, csup_time b) {
  return a < b ? a : b;
}

/* The instant at which a timer of the present state goes off, or CSUP_TIME_NEVER. */
static csup_time timer_at(const csup_case *c, const csup_timer *timer) {
  csup_time at = CSUP_TIME_NEVER;
  if (timer->in != c->head->state || csup_measure_add(&timer->after, timer->calendar, c->head->entered, &at) != CSUP_OK)
    return CSUP_TIME_NEVER;
  /* What has gone by under a false guard has lapsed (R1). */
  return at > c->head->settled && csup_condition_test(timer->when, c->slots) ? at : CSUP_TIME_NEVER;
}

csup_time csup_wakeup(const csup_case *c) {
  const csup_case_head *head = c->head;
  if (head->opened == CSUP_TIME_NEVER)
    return CSUP_TIME_NEVER;
  csup_time next = earlier(head->priority_pin.until, head->severity_pin.until);
  next = earlier(next, csup_cycles_wakeup(c));
  next = earlier(next, csup_promises_wakeup(c));
  const csup_workflow *workflow = c->policy->workflow;
  size_t timers = csup_workflow_timer_count(workflow);
  for (size_t i = 0; i < timers; i++)
    next = earlier(next, timer_at(c, csup_workflow_timer_at(workflow, i)));
  return next;
}

/* Facts or the state have changed without an event: what follows from that. */
static csup_status follow_change(csup_call *call, csup_category before) {
  csup_status status = csup_reassess(call);
  if (status != CSUP_OK || !(call->look || call->retarget))
    return status;
  csup_state state;
  csup_workflow_state_at(call->policy->workflow, call->c->head->state, &state);
  csup_step step = {
      .before = before, .category = state.category, .stage = state.stage, .state = call->c->head->state, .slots = call->c->slots};
  call->look = call->retarget = false;
  status = csup_cycles_follow(call, &step, 1);
  return status == CSUP_OK ? csup_reassess(call) : status;
}

static csup_category category_now(const csup_case *c) {
  return (csup_category)c->slots[CSUP_SLOT_CATEGORY] + 1;
}

static csup_status expire_pins(csup_call *call) {
  const csup_case_head *head = call->c->head;
  csup_status status = CSUP_OK;
  if (head->priority_pin.until == call->at)
    status = csup_expire_pin(call, true);
  if (status == CSUP_OK && head->severity_pin.until == call->at)
    status = csup_expire_pin(call, false);
  return status == CSUP_OK ? follow_change(call, category_now(call->c)) : status;
}

static csup_status run_timers(csup_call *call) {
  const csup_workflow *workflow = call->policy->workflow;
  size_t timers = csup_workflow_timer_count(workflow);
  for (size_t i = 0; i < timers; i++) {
    const csup_timer *timer = csup_workflow_timer_at(workflow, i);
    if (timer_at(call->c, timer) != call->at)
      continue;
    csup_category before = category_now(call->c);
    csup_status status = csup_enter(call, timer->to, timer->because);
    return status == CSUP_OK ? follow_change(call, before) : status; /* in another state now: its timers count from here */
  }
  return CSUP_OK;
}

/* Everything whose turn it is at one instant. */
static csup_status settle_at(csup_call *call, csup_time wake) {
  call->at = wake;
  csup_status status = csup_cycles_breach(call, wake);
  if (status == CSUP_OK)
    status = csup_promises_breach(call, wake);
  if (status == CSUP_OK)
    status = follow_change(call, category_now(call->c));
  if (status == CSUP_OK)
    status = expire_pins(call);
  if (status == CSUP_OK)
    status = run_timers(call);
  if (status == CSUP_OK)
    status = csup_cycles_warn(call, wake);
  return status == CSUP_OK ? follow_change(call, category_now(call->c)) : status;
}

csup_status csup_settle(csup_call *call, csup_time now) {
  csup_case_head *head = call->c->head;
  for (;;) {
    csup_time next = csup_wakeup(call->c);
    if (next > now)
      break;
    /* What is caught up on happens now, not when it would have. */
    next = next < call->floor ? call->floor : next;
    next = next < head->settled ? head->settled : next;
    csup_status status = settle_at(call, next);
    if (status != CSUP_OK)
      return status;
    head->settled = next;
    csup_cycles_settled(call->c);
  }
  csup_cycles_settled(call->c);
  return CSUP_OK;
}
