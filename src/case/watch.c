/* When rules fire. */
#include "case/watch.h"

static csup_watch_of *watch_of(csup_case *c, int32_t rule) {
  return &c->watches[rule];
}

/* The watches of one promise stand together, in the order of the rules on promises. */
static csup_watch_of *promise_watch(csup_case *c, size_t promise, int32_t nth) {
  return &c->promise_watches[promise * (size_t)c->policy->promise_rules.count + (size_t)nth];
}

/* No sooner than this does the watch, of a rule that is not on a fact, wait for anything. */
static csup_time soonest(const csup_watch_of *watch) {
  csup_time next = watch->at_breach ? watch->next + 1 : watch->next;
  return watch->held < next ? watch->held : next;
}

static void await(csup_case *c, csup_time at) {
  c->head->awaited = at < c->head->awaited ? at : c->head->awaited;
}

static bool guard_holds(const csup_case *c, const csup_rule *rule) {
  return csup_condition_test(rule->when, c->slots);
}

/* The hours of a rule turn the instant at which something happens into the one at which the rule fires; NEVER: not at all. */
static csup_time in_hours(const csup_rule *rule, csup_time at) {
  if (at == CSUP_TIME_NEVER || !rule->hours || rule->outside == CSUP_OUTSIDE_FIRE || csup_calendar_is_open(rule->hours, at))
    return at;
  csup_time open = CSUP_TIME_NEVER;
  if (rule->outside == CSUP_OUTSIDE_HOLD && csup_calendar_next_open(rule->hours, at, &open) == CSUP_OK)
    return open;
  return CSUP_TIME_NEVER;
}

/* The clock that a rule on a clock watches, or one promise. */
typedef struct subject {
  csup_time floor; /* what lies at or before has been dealt with */
  csup_time start; /* what lies before never fires */
  csup_time armed; /* what lies behind this change of target may fire again */
  bool catch_up;   /* and what lies behind it until now may have gone by */
  bool runs;
  int32_t track;
  const csup_promise *promise;
} subject;

static subject track_subject(const csup_case *c, int32_t track) {
  const csup_track *of = &c->tracks[track];
  return (subject){.floor = of->catch_up ? of->since : c->head->settled,
                   .start = of->origin,
                   .armed = of->armed,
                   .catch_up = of->catch_up,
                   .runs = csup_track_runs(c, track),
                   .track = track};
}

static subject promise_subject(const csup_case *c, const csup_promise *promise) {
  csup_time floor = promise->is_new ? promise->start - 1 : c->head->settled;
  return (subject){.floor = floor,
                   .start = promise->start,
                   .armed = CSUP_TIME_NEVER,
                   .runs = promise->status == CSUP_CLOCK_RUNNING,
                   .track = -1,
                   .promise = promise};
}

/* The instant of a repeat of the rule, hours aside. */
static csup_time repeat_at(const csup_case *c, const csup_rule *rule, const subject *s, int32_t repeat) {
  return s->promise ? csup_promise_point(c, s->promise, rule, repeat) : csup_track_point(c, s->track, rule, repeat);
}

/* Finds the next firing: the first repeat behind the floor, or, where several have gone by or meet at one opening, the latest. */
static void find_next(csup_case *c, const csup_rule *rule, const subject *s, csup_time now, csup_watch_of *watch) {
  watch->next = CSUP_TIME_NEVER;
  watch->at_breach = 0;
  if (!s->runs)
    return;
  for (int32_t repeat = watch->told + 1; repeat <= rule->times; repeat++) {
    csup_time own = repeat_at(c, rule, s, repeat);
    if (own == CSUP_TIME_NEVER || own < s->start)
      continue;
    /* What is caught up on fires now, so that its hours are judged now, when its turn comes. What went by before the pause and is
       held outlives it. */
    bool at_due = csup_rule_is_at_due(rule, repeat);
    bool is_late = s->catch_up && own + at_due <= now && own + at_due > s->floor;
    csup_time at = is_late ? own : in_hours(rule, own);
    bool at_breach = at_due && at == own;
    bool is_new = repeat > watch->fired || (own + at_due > s->armed);
    if (!is_new || at == CSUP_TIME_NEVER || at + at_breach <= s->floor)
      continue;
    bool replaces = watch->next == CSUP_TIME_NEVER || at == watch->next || (s->catch_up && at <= now);
    if (!replaces)
      break;
    watch->next = at;
    watch->repeat = (int16_t)repeat;
    watch->at_breach = at_breach;
  }
  await(c, soonest(watch));
}

static void renew(csup_case *c, int32_t rule, const subject *s, csup_time now, csup_watch_of *watch, bool is_new_cycle) {
  if (is_new_cycle) {
    watch->fired = watch->told = 0;
    watch->held = CSUP_TIME_NEVER;
  }
  if (!s->runs && !(s->track >= 0 && csup_track_is_live(c, s->track)))
    watch->held = CSUP_TIME_NEVER;
  find_next(c, &c->policy->rules.items[rule], s, now, watch);
}

void csup_watches_track(csup_call *call, int32_t track, bool is_new_cycle) {
  csup_case *c = call->c;
  const csup_rule_list *rules = &c->policy->track_rules[track];
  if (rules->count == 0)
    return;
  subject s = track_subject(c, track);
  for (int32_t i = 0; i < rules->count; i++)
    renew(c, rules->items[i], &s, call->at, watch_of(c, rules->items[i]), is_new_cycle);
}

void csup_watches_rearm(csup_call *call, int32_t track) {
  const csup_rule_list *rules = &call->policy->track_rules[track];
  for (int32_t i = 0; i < rules->count; i++) {
    csup_watch_of *watch = watch_of(call->c, rules->items[i]);
    watch->told = 0;
    watch->held = CSUP_TIME_NEVER; /* what is held from before the change lies ahead again, or fires now */
  }
}

void csup_watches_promise(csup_call *call, const csup_promise *promise, bool is_new_cycle) {
  csup_case *c = call->c;
  const csup_rule_list *rules = &c->policy->promise_rules;
  subject s = promise_subject(c, promise);
  for (int32_t i = 0; i < rules->count; i++)
    renew(c, rules->items[i], &s, call->at, promise_watch(c, (size_t)(promise - c->promises), i), is_new_cycle);
}

static csup_category category_now(const csup_case *c) {
  return (csup_category)c->slots[CSUP_SLOT_CATEGORY] + 1;
}

/* A dwell counts from entering the state; one in a closed state is not pending (R7). */
static csup_time dwell_at(const csup_case *c, const csup_rule *rule, const csup_watch_of *watch) {
  csup_time at = c->head->entered;
  if (!rule->states[c->head->state] || category_now(c) == CSUP_CATEGORY_CLOSED)
    return CSUP_TIME_NEVER;
  bool has_length = rule->dwell.time != 0 || rule->dwell.days != 0;
  if (has_length && csup_measure_add(&rule->dwell, rule->calendar, at, &at) != CSUP_OK)
    return CSUP_TIME_NEVER;
  at = in_hours(rule, at);
  return at > c->head->settled || watch->is_fresh ? at : CSUP_TIME_NEVER;
}

/* The present team's calendar, while its shifts matter (R6); NULL. */
static const csup_calendar *shift_of(const csup_case *c) {
  const char *name = csup_case_symbol_text(c, c->slots[CSUP_SLOT_TEAM]);
  csup_category category = category_now(c);
  if (!name || (category != CSUP_CATEGORY_NEW && category != CSUP_CATEGORY_OPEN))
    return NULL;
  int32_t team = csup_teams_find(&c->policy->teams, name);
  return team < 0 ? NULL : c->policy->teams.items[team].calendar;
}

/* The next closing edge of the present team's calendar (R6) that the rule's hours let through. Hours repeat by the week, so that
   where hundreds of edges in a row lie outside them all do. */
#define EDGES_MOST 512
static csup_time shift_end(const csup_case *c, const csup_rule *rule) {
  const csup_calendar *calendar = shift_of(c);
  csup_time at = c->head->settled;
  for (int32_t edge = 0; calendar && edge < EDGES_MOST; edge++) {
    if (csup_calendar_next_close(calendar, at, &at) != CSUP_OK)
      break;
    csup_time fires = in_hours(rule, at);
    if (fires != CSUP_TIME_NEVER)
      return fires;
  }
  return CSUP_TIME_NEVER;
}

/* A shift that ends outside the hours of a rule that holds: from then on the firing is held, whatever becomes of the team. */
static void hold_shift(csup_case *c, int32_t index, const csup_calendar *shift, csup_time until) {
  const csup_rule *rule = &c->policy->rules.items[index];
  csup_time since = 0;
  csup_time edge = 0;
  if (rule->outside != CSUP_OUTSIDE_HOLD || !rule->hours || csup_calendar_is_open(rule->hours, until))
    return;
  /* An edge before the hours last closed had its opening already. */
  if (csup_calendar_prev_close(rule->hours, until, &since) != CSUP_OK || since - 1 < c->head->settled)
    since = c->head->settled + 1;
  if (csup_calendar_next_close(shift, since - 1, &edge) != CSUP_OK || edge > until)
    return;
  csup_watch_of *watch = watch_of(c, index);
  csup_time open = in_hours(rule, edge);
  watch->held = open < watch->held ? open : watch->held;
  watch->held_repeat = 1;
  await(c, watch->held);
}

void csup_watches_pass(csup_case *c, csup_time until) {
  const csup_calendar *shift = c->policy->has_team_rules && c->head->opened != CSUP_TIME_NEVER ? shift_of(c) : NULL;
  for (int32_t i = 0; shift && c->head->settled < until && i < c->policy->rules.count; i++)
    if (c->policy->rules.items[i].watch == CSUP_WATCH_TEAM)
      hold_shift(c, i, shift, until);
}

/* What team rules wait for depends on the present team and hour, and is found again each time. */
static void find_shift(csup_case *c, int32_t index) {
  csup_watch_of *watch = watch_of(c, index);
  if (c->head->opened == CSUP_TIME_NEVER)
    return;
  watch->repeat = 1;
  watch->next = shift_end(c, &c->policy->rules.items[index]);
  await(c, watch->next);
}

static void find_dwells(csup_case *c, bool is_fresh) {
  const csup_rule_list *rules = &c->policy->state_rules;
  for (int32_t i = 0; i < rules->count; i++) {
    csup_watch_of *watch = watch_of(c, rules->items[i]);
    watch->is_fresh = is_fresh;
    watch->repeat = 1;
    watch->next = dwell_at(c, &c->policy->rules.items[rules->items[i]], watch);
    await(c, watch->next);
  }
}

void csup_watches_entered(csup_call *call) {
  find_dwells(call->c, true);
  call->stirred |= call->policy->state_rules.count > 0;
}

/* When the watch would fire next; a fact rule keeps its last value where others keep an instant. */
static csup_time next_of(const csup_rule *rule, const csup_watch_of *watch) {
  bool is_timed = rule->watch != CSUP_WATCH_FACT && rule->watch != CSUP_WATCH_EVENT;
  csup_time next = is_timed ? watch->next : CSUP_TIME_NEVER;
  return watch->held < next ? watch->held : next;
}

/* The instant at which the firing is noticed: what goes with a breach, one microsecond after the due. */
static csup_time wake_of(const csup_rule *rule, const csup_watch_of *watch) {
  csup_time next = next_of(rule, watch);
  return watch->at_breach && next == watch->next ? next + 1 : next;
}

/* While a clock is paused nothing of it fires, held or not; in category closed no timed rule is pending (R7). */
static bool may_fire(const csup_case *c, int32_t rule) {
  csup_watch watch = c->policy->rules.items[rule].watch;
  int32_t track = c->policy->rule_keys[rule].track;
  bool is_timed = watch != CSUP_WATCH_EVENT && watch != CSUP_WATCH_FACT;
  return (!is_timed || category_now(c) != CSUP_CATEGORY_CLOSED) && (track < 0 || csup_track_runs(c, track));
}

/* Whatever the key says of the rule, its watch waits for no instant sooner than this. */
static csup_time raw_wake(const csup_rule_key *key, const csup_watch_of *watch) {
  bool is_timed = key->watch != CSUP_WATCH_FACT && key->watch != CSUP_WATCH_EVENT;
  return is_timed ? soonest(watch) : watch->held;
}

static csup_time wake_if_it_fires(const csup_case *c, int32_t index, const csup_watch_of *watch, csup_time sooner) {
  const csup_rule *rule = &c->policy->rules.items[index];
  csup_time wake = wake_of(rule, watch);
  return wake < sooner && may_fire(c, index) && guard_holds(c, rule) ? wake : sooner;
}

csup_time csup_watches_wakeup(csup_case *c, csup_time sooner) {
  csup_case_head *head = c->head;
  if (head->awaited >= sooner)
    return sooner;
  const int32_t count = c->policy->rules.count;
  csup_time awaited = CSUP_TIME_NEVER;
  for (int32_t i = 0; i < count; i++) {
    csup_time raw = raw_wake(&c->policy->rule_keys[i], &c->watches[i]);
    awaited = raw < awaited ? raw : awaited;
    if (raw < sooner)
      sooner = wake_if_it_fires(c, i, &c->watches[i], sooner);
  }
  const csup_rule_list *rules = &c->policy->promise_rules;
  for (uint32_t p = 0; p < head->promise_count; p++) {
    for (int32_t nth = 0; nth < rules->count; nth++) {
      const csup_watch_of *watch = promise_watch(c, p, nth);
      csup_time raw = soonest(watch);
      awaited = raw < awaited ? raw : awaited;
      if (raw < sooner)
        sooner = wake_if_it_fires(c, rules->items[nth], watch, sooner);
    }
  }
  head->awaited = awaited;
  return sooner;
}

/* Fires one watch if it is its turn. Outside its hours (caught up on, or on an event) the firing is held or dropped. */
static csup_status take_turn(csup_call *call, int32_t index, csup_watch_of *watch, const csup_promise *promise, csup_time wake,
                             bool *fired) {
  csup_case *c = call->c;
  const csup_rule *rule = &c->policy->rules.items[index];
  /* Where a held repeat and the next meet at one opening, the latest fires for both. */
  bool is_held = watch->held <= watch->next && watch->held <= wake;
  bool meet = is_held && watch->next <= wake && watch->repeat > watch->held_repeat;
  int32_t repeat = is_held && !meet ? watch->held_repeat : watch->repeat;
  csup_time open = in_hours(rule, call->at);
  watch->held = is_held ? CSUP_TIME_NEVER : watch->held;
  bool is_clock = rule->watch == CSUP_WATCH_CLOCK;
  if (is_clock && open == call->at) {
    watch->fired = repeat > watch->fired ? (int16_t)repeat : watch->fired;
    watch->told = repeat > watch->told ? (int16_t)repeat : watch->told;
  }
  if (open != call->at) {
    watch->held = open;
    watch->held_repeat = (int16_t)repeat;
    await(c, open);
  } else {
    *fired = true;
    csup_status status = csup_rule_fire(call, index, watch, promise, repeat);
    if (status != CSUP_OK)
      return status;
  }
  if (!is_clock)
    return CSUP_OK;
  subject s = promise ? promise_subject(c, promise) : track_subject(c, c->policy->rule_keys[index].track);
  if (s.catch_up || s.runs) {
    s.floor = s.floor > call->at ? s.floor : call->at;
    find_next(c, rule, &s, call->at, watch);
  }
  return CSUP_OK;
}

/* Fact rules fire when the fact is another than at the start of the settlement. */
static bool fact_turn(const csup_case *c, const csup_rule *rule, const csup_watch_of *watch) {
  return !watch->done && c->slots[rule->slot] != watch->next;
}

static csup_status try_rule(csup_call *call, int32_t index, csup_watch_of *watch, const csup_promise *promise, csup_time wake,
                            bool at_due, bool *fired) {
  const csup_rule *rule = &call->policy->rules.items[index];
  csup_case *c = call->c;
  bool is_fact = rule->watch == CSUP_WATCH_FACT;
  csup_time of = wake_of(rule, watch);
  bool follows = watch->is_fresh && of <= call->at; /* from what was dated at the due */
  if (rule->watch == CSUP_WATCH_TEAM && of < wake)
    return CSUP_OK; /* a shift that ended before the team was assigned */
  bool is_turn = at_due ? follows || (watch->at_breach && of == wake && watch->next == wake - 1) : of <= wake;
  bool by_fact = is_fact && watch->held > wake && fact_turn(c, rule, watch);
  if (!is_turn && !by_fact)
    return CSUP_OK;
  bool asks_now = in_hours(rule, call->at) == call->at || !is_fact; /* a held firing asks its guard at the opening (R4) */
  bool is_spent =
      watch->done && rule->watch != CSUP_WATCH_CLOCK; /* once in a settlement; a clock's repeats have their own identity */
  if (is_spent || !may_fire(c, index) || (asks_now && !guard_holds(c, rule)))
    return CSUP_OK;
  if (!is_fact && rule->watch != CSUP_WATCH_EVENT)
    return take_turn(call, index, watch, promise, wake, fired);
  csup_time open = in_hours(rule, call->at);
  watch->done = 1;
  call->stirred = true;
  watch->held = open == call->at ? CSUP_TIME_NEVER : open;
  await(c, watch->held);
  if (open != call->at)
    return CSUP_OK;
  *fired = true;
  return csup_rule_fire(call, index, watch, promise, 1);
}

/* Whether it is worth asking further: most rules have nothing to do with what has happened. */
static bool may_turn(csup_case *c, int32_t index, csup_time wake) {
  const csup_rule_key *key = &c->policy->rule_keys[index];
  const csup_watch_of *watch = watch_of(c, index);
  if (key->watch == CSUP_WATCH_TEAM)
    find_shift(c, index);
  return raw_wake(key, watch) <= wake || (key->watch == CSUP_WATCH_FACT && c->slots[key->slot] != watch->next);
}

csup_status csup_watches_fire_due(csup_call *call, csup_time wake, bool at_due, bool *fired) {
  csup_case *c = call->c;
  const csup_policy *policy = call->policy;
  csup_status status = CSUP_OK;
  if (c->head->awaited > wake && !call->facts_moved && !policy->has_team_rules)
    return CSUP_OK;
  int32_t nth = 0;
  for (int32_t i = 0; status == CSUP_OK && !*fired && i < policy->rules.count; i++) {
    if (!policy->rule_keys[i].promises) {
      if (may_turn(c, i, wake))
        status = try_rule(call, i, watch_of(c, i), NULL, wake, at_due, fired);
      continue;
    }
    for (uint32_t p = 0; status == CSUP_OK && !*fired && p < c->head->promise_count; p++)
      status = try_rule(call, i, promise_watch(c, p, nth), &c->promises[p], wake, at_due, fired);
    nth++;
  }
  return status;
}

csup_status csup_watches_facts(csup_call *call) {
  const csup_rules *rules = &call->policy->rules;
  csup_status status = CSUP_OK;
  for (int32_t i = 0; status == CSUP_OK && i < rules->count; i++) {
    bool fired = false;
    if (rules->items[i].watch == CSUP_WATCH_FACT)
      status = try_rule(call, i, watch_of(call->c, i), NULL, call->at, false, &fired);
  }
  return status;
}

csup_status csup_watches_event(csup_call *call, csup_event_kind on) {
  csup_case *c = call->c;
  const csup_rule_list *rules = &call->policy->event_rules[on];
  csup_status status = CSUP_OK;
  for (int32_t i = 0; status == CSUP_OK && i < rules->count; i++) {
    const csup_rule *rule = &call->policy->rules.items[rules->items[i]];
    csup_watch_of *watch = watch_of(c, rules->items[i]);
    csup_time open = in_hours(rule, call->at);
    if (open == call->at) {
      if (guard_holds(c, rule))
        status = csup_rule_fire(call, rules->items[i], watch, NULL, 1);
      continue;
    }
    /* A held firing asks its guard at the opening (R4). */
    watch->held = open < watch->held ? open : watch->held;
    await(c, watch->held);
  }
  return status;
}

static void lapse(csup_case *c, int32_t rule, const subject *s, csup_watch_of *watch) {
  if (watch->next + watch->at_breach <= c->head->settled)
    find_next(c, &c->policy->rules.items[rule], s, c->head->settled, watch);
  if (watch->held <= c->head->settled && s->runs)
    watch->held = CSUP_TIME_NEVER;
}

static void lapse_loose(csup_case *c, int32_t index) {
  csup_watch_of *watch = watch_of(c, index);
  if (watch->held <= c->head->settled)
    watch->held = CSUP_TIME_NEVER;
  csup_watch kind = c->policy->rule_keys[index].watch;
  if (kind == CSUP_WATCH_TEAM && watch->next <= c->head->settled)
    find_shift(c, index);
  if (kind == CSUP_WATCH_STATE && watch->next <= c->head->settled)
    watch->next = CSUP_TIME_NEVER;
}

void csup_watches_lapse(csup_case *c) {
  const csup_policy *policy = c->policy;
  if (c->head->awaited > c->head->settled)
    return;
  int32_t nth = 0;
  for (int32_t i = 0; i < policy->rules.count; i++) {
    const csup_rule_key *key = &policy->rule_keys[i];
    if (key->watch != CSUP_WATCH_CLOCK) {
      lapse_loose(c, i);
    } else if (key->track >= 0) {
      subject s = track_subject(c, key->track);
      lapse(c, i, &s, watch_of(c, i));
    }
    for (uint32_t p = 0; key->promises && p < c->head->promise_count; p++) {
      subject s = promise_subject(c, &c->promises[p]);
      lapse(c, i, &s, promise_watch(c, p, nth));
    }
    nth += key->promises;
  }
}

/* What rules have noted for the time of a settlement goes, and rules on facts begin to compare with what is. */
static void calm(csup_case *c) {
  const csup_policy *policy = c->policy;
  for (int32_t i = 0; i < policy->rules.count; i++) {
    const csup_rule_key *key = &policy->rule_keys[i];
    csup_watch_of *watch = watch_of(c, i);
    watch->done = watch->is_fresh = 0;
    if (key->watch == CSUP_WATCH_FACT)
      watch->next = c->slots[key->slot];
  }
  for (uint32_t p = 0; p < c->head->promise_count; p++)
    for (int32_t nth = 0; nth < policy->promise_rules.count; nth++)
      promise_watch(c, p, nth)->done = 0;
}

void csup_watches_settled(csup_call *call) {
  csup_case *c = call->c;
  const csup_policy *policy = c->policy;
  if (call->stirred || call->facts_moved)
    calm(c);
  call->stirred = call->facts_moved = false;
  for (uint32_t p = 0; p < c->head->promise_count; p++)
    c->promises[p].is_new = 0;
  for (int32_t i = 0; policy->has_team_rules && i < policy->rules.count; i++)
    if (policy->rule_keys[i].watch == CSUP_WATCH_TEAM)
      find_shift(c, i);
  csup_watches_lapse(c);
}

void csup_watches_loaded(csup_case *c) {
  csup_call call = {.c = c, .policy = c->policy, .at = c->head->settled, .stirred = true};
  if (c->head->opened == CSUP_TIME_NEVER)
    return;
  for (int32_t i = 0; i < c->policy->track_count; i++)
    csup_watches_track(&call, i, false);
  for (uint32_t p = 0; c->policy->promise_rules.count > 0 && p < c->head->promise_count; p++)
    csup_watches_promise(&call, &c->promises[p], false);
  find_dwells(c, false);
  for (int32_t i = 0; i < c->policy->rules.count; i++)
    await(c, watch_of(c, i)->held);
  csup_watches_settled(&call);
}
