/* When rules fire. */
#include "case/event.h"
#include "case/watcher.h"

/* Guards of rules on events may also test the event's own members, no facts of the case: they show only while the guard is asked.
   There are four kinds: of neither member, automatic, by an agent, by the customer. */
#define MEMBERS_KINDS 4

static int32_t members_kind(const csup_event *event) {
  int64_t automatic = 0;
  int64_t by = 0;
  csup_event_members(event, &automatic, &by);
  return automatic ? 1 : by == CSUP_ABSENT ? 0 : 2 + (int32_t)by;
}

static bool holds_with(csup_case *c, const csup_rule *rule, int32_t members) {
  c->slots[CSUP_SLOT_AUTO] = members == 1;
  c->slots[CSUP_SLOT_BY] = members >= 2 ? members - 2 : CSUP_ABSENT;
  bool holds = csup_condition_test(rule->when, c->slots);
  c->slots[CSUP_SLOT_AUTO] = c->slots[CSUP_SLOT_BY] = CSUP_ABSENT;
  return holds;
}

/* Of a rule on events: a firing that is held, for whichever of the events. */
static bool guard_holds(csup_case *c, const csup_watcher *w) {
  const csup_rule *rule = &c->policy->rules.items[w->rule];
  if (rule->watch != CSUP_WATCH_EVENT)
    return csup_condition_test(rule->when, c->slots);
  for (int32_t members = 0; w->held && members < MEMBERS_KINDS; members++)
    if ((w->held->repeat >> members & 1) != 0 && holds_with(c, rule, members))
      return true;
  return false;
}

/* While a clock is paused nothing of it fires, held or not; in category closed no timed rule is pending (R7). */
static bool may_fire(const csup_case *c, int32_t rule) {
  const csup_rule_key *key = &c->policy->rule_keys[rule];
  return (!csup_is_timed(key) || csup_category_now(c) != CSUP_CATEGORY_CLOSED) &&
         (key->track < 0 || csup_track_runs(c, key->track));
}

/* Whatever else there is to say of the rule, it waits for no instant sooner than this. */
static csup_time raw_next(const csup_case *c, int32_t rule, csup_time next) {
  const csup_rule_key *key = &c->policy->rule_keys[rule];
  next = csup_is_timed(key) ? next : CSUP_TIME_NEVER;
  csup_time held = key->hold < 0 ? CSUP_TIME_NEVER : csup_case_held(c)[key->hold].at;
  return held < next ? held : next;
}

static csup_time wake_if_it_fires(csup_case *c, const csup_watcher *w, csup_time sooner) {
  csup_time wake = csup_watcher_wake(c, w);
  return wake < sooner && may_fire(c, w->rule) && guard_holds(c, w) ? wake : sooner;
}

csup_time csup_watches_wakeup(csup_case *c, csup_time sooner) {
  const csup_policy *policy = c->policy;
  const csup_time *nexts = csup_case_nexts(c);
  csup_time awaited = CSUP_TIME_NEVER;
  if (c->head->awaited >= sooner)
    return sooner;
  for (int32_t i = 0; i < policy->rules.count; i++) {
    csup_time raw = raw_next(c, i, nexts[i]);
    awaited = raw < awaited ? raw : awaited;
    if (raw >= sooner)
      continue;
    csup_watcher w = csup_watcher_of(c, i);
    sooner = wake_if_it_fires(c, &w, sooner);
  }
  for (uint32_t p = 0; p < c->head->promise_count; p++) {
    for (int32_t nth = 0; nth < policy->promise_rules.count; nth++) {
      csup_watcher w = csup_watcher_of_promise(c, p, nth);
      csup_time raw = csup_watcher_wake(c, &w);
      awaited = raw < awaited ? raw : awaited;
      if (raw < sooner)
        sooner = wake_if_it_fires(c, &w, sooner);
    }
  }
  c->head->awaited = awaited;
  return sooner;
}

/* Fires a rule whose turn it is. Outside its hours (caught up on, or on an event) the firing is held or dropped. */
static csup_status take_turn(csup_call *call, const csup_watcher *w, csup_time wake, bool *fired) {
  const csup_rule *rule = &call->policy->rules.items[w->rule];
  int32_t next_repeat = rule->watch == CSUP_WATCH_CLOCK ? w->watch->repeat : 1;
  /* Where a held repeat and the next meet at one opening, the latest fires for both. */
  bool is_held = csup_held_at(w) <= *w->next && csup_held_at(w) <= wake;
  bool meet = is_held && *w->next <= wake && next_repeat > w->held->repeat;
  int32_t repeat = is_held && !meet ? w->held->repeat : next_repeat;
  csup_time open = csup_in_hours(rule, call->at);
  if (is_held)
    csup_hold(call->c, w, CSUP_TIME_NEVER, 0);
  if (rule->watch == CSUP_WATCH_CLOCK && open == call->at) {
    csup_watch_of *watch = csup_watcher_note(call, w);
    watch->fired = (int16_t)(repeat > watch->fired ? repeat : watch->fired);
    watch->told = (int16_t)(repeat > watch->told ? repeat : watch->told);
  }
  if (open != call->at) {
    csup_hold(call->c, w, open, repeat);
  } else {
    *fired = true;
    csup_status status = csup_rule_fire(call, w, repeat);
    if (status != CSUP_OK)
      return status;
  }
  /* Where the firing itself has changed the target, or begun a cycle, what comes next was found then, what went by included. */
  bool is_armed_again = open == call->at && w->watch->told == 0;
  if (rule->watch == CSUP_WATCH_CLOCK && !is_armed_again)
    csup_watcher_go_on(call, w);
  return CSUP_OK;
}

/* On an event, or on a fact that has changed. */
static csup_status fire_at_once(csup_call *call, const csup_watcher *w, bool *fired) {
  csup_time open = csup_in_hours(&call->policy->rules.items[w->rule], call->at);
  csup_watcher_note(call, w)->done_in = call->c->head->settlement;
  csup_hold(call->c, w, open == call->at ? CSUP_TIME_NEVER : open, 1);
  if (open != call->at)
    return CSUP_OK;
  *fired = true;
  return csup_rule_fire(call, w, 1);
}

static csup_status try_rule(csup_call *call, const csup_watcher *w, csup_time wake, csup_turn turn, bool *fired) {
  csup_case *c = call->c;
  const csup_rule *rule = &call->policy->rules.items[w->rule];
  csup_time of = csup_watcher_wake(c, w);
  bool is_timed = csup_is_timed(&call->policy->rule_keys[w->rule]);
  /* From what was dated at the due. */
  bool follows = rule->watch == CSUP_WATCH_STATE && call->entered && of <= call->at;
  if (rule->watch == CSUP_WATCH_TEAM && of < wake)
    return CSUP_OK; /* a shift that ended before the team was assigned */
  bool at_breach = is_timed && w->watch->at_breach && of == wake && *w->next == wake - 1;
  bool is_turn = turn == CSUP_TURN_AT_BREACH ? at_breach : turn == CSUP_TURN_AFTER_BREACH ? follows : of <= wake;
  /* Rules on facts fire when the fact is another than at the start of the settlement. */
  bool by_fact =
      turn != CSUP_TURN_AT_BREACH && rule->watch == CSUP_WATCH_FACT && csup_held_at(w) > wake && c->slots[rule->slot] != *w->next;
  if (!is_turn && !by_fact)
    return CSUP_OK;
  /* A held firing asks its guard at the opening (R4). */
  bool asks_now = csup_in_hours(rule, call->at) == call->at;
  /* Once in a settlement; a clock's repeats have their own identity. */
  bool is_spent = w->watch->done_in == c->head->settlement && rule->watch != CSUP_WATCH_CLOCK;
  if (is_spent || !may_fire(c, w->rule) || (asks_now && !guard_holds(c, w)))
    return CSUP_OK;
  return is_timed ? take_turn(call, w, wake, fired) : fire_at_once(call, w, fired);
}

/* Whether it is worth asking further: most rules have nothing to do with what has happened. */
static bool may_turn(csup_case *c, int32_t rule, csup_time wake) {
  const csup_rule_key *key = &c->policy->rule_keys[rule];
  if (key->watch == CSUP_WATCH_TEAM)
    csup_find_shift(c, rule);
  csup_time next = csup_case_nexts(c)[rule];
  return raw_next(c, rule, next) <= wake || (key->watch == CSUP_WATCH_FACT && c->slots[key->slot] != next);
}

static csup_status try_promises(csup_call *call, int32_t nth, csup_time wake, csup_turn turn, bool *fired) {
  csup_status status = CSUP_OK;
  for (uint32_t p = 0; status == CSUP_OK && !*fired && p < call->c->head->promise_count; p++) {
    csup_watcher w = csup_watcher_of_promise(call->c, p, nth);
    status = try_rule(call, &w, wake, turn, fired);
  }
  return status;
}

static csup_status fire_facts(csup_call *call, csup_time wake, csup_turn turn, bool *fired) {
  const csup_rule_list *rules = &call->policy->fact_rules;
  csup_status status = CSUP_OK;
  for (int32_t i = 0; status == CSUP_OK && !*fired && i < rules->count; i++) {
    if (!may_turn(call->c, rules->items[i], wake))
      continue;
    csup_watcher w = csup_watcher_of(call->c, rules->items[i]);
    status = try_rule(call, &w, wake, turn, fired);
  }
  return status;
}

csup_status csup_watches_fire_due(csup_call *call, csup_time wake, csup_turn turn, bool *fired) {
  csup_case *c = call->c;
  const csup_policy *policy = call->policy;
  csup_status status = CSUP_OK;
  if (turn == CSUP_TURN_AFTER_BREACH && !call->facts_moved && !call->entered)
    return CSUP_OK;
  if (c->head->awaited > wake && !policy->has_team_rules)
    return turn != CSUP_TURN_AT_BREACH && call->facts_moved ? fire_facts(call, wake, turn, fired) : CSUP_OK;
  int32_t nth = 0;
  for (int32_t i = 0; status == CSUP_OK && !*fired && i < policy->rules.count; i++) {
    if (policy->rule_keys[i].promises) {
      status = try_promises(call, nth++, wake, turn, fired);
    } else if (may_turn(c, i, wake)) {
      csup_watcher w = csup_watcher_of(c, i);
      status = try_rule(call, &w, wake, turn, fired);
    }
  }
  return status;
}

/* The first of the rules behind `after`, those of one instant in their order; -1 for none before `limit`. */
static int32_t next_late(const csup_case *c, const csup_rule_list *rules, csup_time limit, csup_time after, int32_t last) {
  int32_t first = -1;
  for (int32_t i = 0; i < rules->count; i++) {
    csup_watcher w = csup_watcher_of(c, rules->items[i]);
    csup_time at = csup_watcher_next(&w);
    if (at < limit && (at > after || (at == after && i > last))) {
      limit = at;
      first = i;
    }
  }
  return first;
}

csup_status csup_watches_catch_up(csup_call *call, int32_t track, csup_time wake, csup_time limit, bool *fired) {
  const csup_rule_list *rules = &call->policy->track_rules[track];
  csup_status status = CSUP_OK;
  csup_time at = call->c->head->opened - 1; /* nothing lies before that */
  int32_t i = next_late(call->c, rules, limit, at, -1);
  while (status == CSUP_OK && !*fired && i >= 0) {
    csup_watcher w = csup_watcher_of(call->c, rules->items[i]);
    at = csup_watcher_next(&w);
    status = try_rule(call, &w, wake, CSUP_TURN_AT_WAKE, fired);
    i = next_late(call->c, rules, limit, at, i);
  }
  return status;
}

csup_status csup_watches_facts(csup_call *call, bool *fired) {
  const csup_rule_list *rules = &call->policy->fact_rules;
  csup_status status = CSUP_OK;
  for (int32_t i = 0; status == CSUP_OK && i < rules->count; i++) {
    if (!may_turn(call->c, rules->items[i], call->at))
      continue;
    csup_watcher w = csup_watcher_of(call->c, rules->items[i]);
    status = try_rule(call, &w, call->at, CSUP_TURN_AT_WAKE, fired);
  }
  return status;
}

csup_status csup_watches_event(csup_call *call, const csup_event *event) {
  const csup_rule_list *rules = &call->policy->event_rules[event->kind];
  int32_t members = members_kind(event);
  csup_status status = CSUP_OK;
  for (int32_t i = 0; status == CSUP_OK && i < rules->count; i++) {
    const csup_rule *rule = &call->policy->rules.items[rules->items[i]];
    csup_watcher w = csup_watcher_of(call->c, rules->items[i]);
    csup_time open = csup_in_hours(rule, call->at);
    if (open == call->at && holds_with(call->c, rule, members))
      status = csup_rule_fire(call, &w, 1);
    /* A held firing asks its guard at the opening (R4), once for all events that wait for it. */
    if (open != call->at && open != CSUP_TIME_NEVER)
      csup_hold(call->c, &w, open, (csup_held_at(&w) == open ? w.held->repeat : 0) | 1 << members);
  }
  return status;
}

void csup_watches_settled(csup_call *call) {
  csup_case *c = call->c;
  const csup_policy *policy = c->policy;
  const csup_rule_list *facts = &policy->fact_rules;
  c->head->settlement++;
  for (int32_t i = 0; call->facts_moved && i < facts->count; i++)
    csup_case_nexts(c)[facts->items[i]] = c->slots[policy->rule_keys[facts->items[i]].slot];
  call->entered = call->facts_moved = false;
  for (uint32_t p = 0; p < c->head->promise_count; p++)
    c->promises[p].is_new = 0;
  for (int32_t i = 0; policy->has_team_rules && i < policy->rules.count; i++)
    if (policy->rule_keys[i].watch == CSUP_WATCH_TEAM)
      csup_find_shift(c, i);
  csup_watches_lapse(call);
}
