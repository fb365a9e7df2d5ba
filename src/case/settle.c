/* What becomes due without an event, and when. At one instant: what goes with a breach, override expiries, workflow timers,
   warnings; repeated until nothing is due (R3). */
#include "case/watch.h"

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

csup_time csup_wakeup(csup_case *c) {
  const csup_case_head *head = c->head;
  if (head->opened == CSUP_TIME_NEVER)
    return CSUP_TIME_NEVER;
  csup_time next = earlier(head->priority_pin.until, head->severity_pin.until);
  next = earlier(next, csup_cycles_wakeup(c));
  if (head->promise_count > 0)
    next = earlier(next, csup_promises_wakeup(c));
  const csup_workflow *workflow = c->policy->workflow;
  size_t timers = csup_workflow_timer_count(workflow);
  for (size_t i = 0; i < timers; i++)
    next = earlier(next, timer_at(c, csup_workflow_timer_at(workflow, i)));
  next = csup_watches_wakeup(c, next);
  /* What is due at the very last instant can be late at none that is served. */
  return csup_time_in_range(next) ? next : CSUP_TIME_NEVER;
}

/* Clocks that a policy lets start and stop one another for ever are left standing. */
#define ROUNDS_MOST  16
/* Likewise rules that set one another off at one instant: after so many firings the rest of the instant lapses. */
#define FIRINGS_MOST 4096

/* Facts or the state have changed without an event: what follows from that. */
csup_status csup_follow_change(csup_call *call, csup_category before) {
  csup_status status = csup_reassess(call);
  if (status != CSUP_OK || !(call->look || call->retarget))
    return status;
  csup_state state;
  csup_workflow_state_at(call->policy->workflow, call->c->head->state, &state);
  bool is_moved = before != state.category || call->retarget || call->unseen;
  if (!is_moved && call->clocks == 0 && call->policy->event_clocks[0] == 0) {
    call->look = false; /* only what clocks read with an event */
    return CSUP_OK;
  }
  csup_step step = {
      .before = before, .category = state.category, .stage = state.stage, .state = call->c->head->state, .slots = call->c->slots};
  /* A breach found on the way is a fact that agreements and clocks may read in their turn; each cycle breaches once. */
  for (int round = 0; status == CSUP_OK && (call->look || call->retarget) && round < ROUNDS_MOST; round++) {
    call->look = false;
    status = csup_cycles_follow(call, &step, 1);
    if (status == CSUP_OK)
      status = csup_reassess(call);
    step.before = step.category;
  }
  return status;
}

static csup_category category_now(const csup_case *c) {
  return (csup_category)c->slots[CSUP_SLOT_CATEGORY] + 1;
}

static csup_status expire_pin(csup_call *call, bool *decided) {
  const csup_case_head *head = call->c->head;
  bool is_priority = head->priority_pin.until == call->at;
  if (!is_priority && head->severity_pin.until != call->at)
    return CSUP_OK;
  *decided = true;
  csup_status status = csup_expire_pin(call, is_priority);
  return status == CSUP_OK ? csup_follow_change(call, category_now(call->c)) : status;
}

static csup_status run_timer(csup_call *call, bool *decided) {
  const csup_workflow *workflow = call->policy->workflow;
  size_t timers = csup_workflow_timer_count(workflow);
  for (size_t i = 0; i < timers; i++) {
    const csup_timer *timer = csup_workflow_timer_at(workflow, i);
    if (timer_at(call->c, timer) != call->at)
      continue;
    *decided = true;
    csup_category before = category_now(call->c);
    csup_status status = csup_enter(call, timer->to, NULL);
    return status == CSUP_OK ? csup_follow_change(call, before) : status;
  }
  return CSUP_OK;
}

static csup_status fire_clocks(csup_call *call, csup_time wake, bool at_due, bool *decided) {
  csup_status status = csup_cycles_fire(call, wake, at_due, decided);
  if (status == CSUP_OK && at_due && !*decided)
    status = csup_promises_fire(call, wake, decided);
  return status == CSUP_OK && *decided ? csup_follow_change(call, category_now(call->c)) : status;
}

/* The first thing whose turn it is; after each the search begins anew, for it may have changed what comes next. */
static csup_status settle_one(csup_call *call, csup_time wake, bool *decided) {
  /* What goes with a breach is dated at the due, one microsecond before it is noticed. */
  csup_status status = CSUP_OK;
  call->at = wake - 1;
  bool may_date_back = wake > call->floor;
  if (may_date_back)
    status = fire_clocks(call, wake, true, decided);
  for (int turn = CSUP_TURN_AT_BREACH; turn < CSUP_TURN_AT_WAKE && status == CSUP_OK && !*decided && may_date_back; turn++)
    status = csup_watches_fire_due(call, wake, (csup_turn)turn, decided);
  if (status != CSUP_OK || *decided)
    return status;
  call->at = wake;
  status = expire_pin(call, decided);
  if (status == CSUP_OK && !*decided)
    status = run_timer(call, decided);
  if (status == CSUP_OK && !*decided)
    status = fire_clocks(call, wake, false, decided);
  if (status == CSUP_OK && !*decided)
    status = csup_watches_fire_due(call, wake, CSUP_TURN_AT_WAKE, decided);
  return status;
}

static void end_instant(csup_call *call, csup_time at) {
  call->c->head->settled = at;
  call->at = at;
  call->first_span = call->c->head->span_count;
  csup_cycles_settled(call);
  csup_watches_settled(call);
}

static csup_status settle_at(csup_call *call, csup_time wake) {
  bool decided = true;
  for (int round = 0; decided && round < FIRINGS_MOST; round++) {
    decided = false;
    csup_status status = settle_one(call, wake, &decided);
    if (status != CSUP_OK)
      return status;
    if (decided && call->at == wake)
      call->floor = wake; /* nothing is dated back any more */
  }
  csup_watches_pass(call->c, wake);
  end_instant(call, wake);
  return CSUP_OK;
}

csup_status csup_settle_events(csup_call *call, bool fired) {
  csup_case *c = call->c;
  csup_time at = call->at;
  csup_status status = CSUP_OK;
  /* Mostly an event makes nothing due at its own instant, and then there is nothing to look for. */
  bool may_be_quiet = !fired && !call->policy->has_team_rules;
  csup_time next = may_be_quiet ? csup_wakeup(c) : at;
  bool is_quiet = next > at && c->head->awaited > at;
  if (is_quiet)
    end_instant(call, at);
  else
    status = settle_at(call, at);
  call->next = is_quiet ? next : csup_wakeup(c);
  return status;
}

csup_status csup_settle(csup_call *call, csup_time now) {
  for (;;) {
    csup_time next = call->next = csup_wakeup(call->c);
    if (next > now || next <= call->c->head->settled)
      return CSUP_OK;
    /* What had its turn before under a false guard has lapsed, even if this instant makes the guard true. */
    csup_watches_pass(call->c, next - 1);
    call->c->head->settled = next - 1;
    csup_watches_lapse(call);
    csup_status status = settle_at(call, next);
    if (status != CSUP_OK)
      return status;
  }
}
