/* What rules wait for. */
#include "case/watcher.h"

csup_watcher csup_watcher_of(const csup_case *c, int32_t rule) {
  int32_t hold = c->policy->rule_keys[rule].hold;
  return (csup_watcher){.rule = rule,
                        .next = csup_case_nexts(c) + rule,
                        .watch = c->watches + rule,
                        .held = hold < 0 ? NULL : csup_case_held(c) + hold};
}

/* The watches of one promise stand together, in the order of the rules on promises. */
csup_watcher csup_watcher_of_promise(const csup_case *c, uint32_t promise, int32_t nth) {
  const csup_rule_list *rules = &c->policy->promise_rules;
  csup_promise_watch *of = &c->promise_watches[promise * (size_t)rules->count + (size_t)nth];
  return (csup_watcher){.rule = rules->items[nth],
                        .next = &of->next,
                        .watch = &of->watch,
                        .held = &of->held,
                        .of_promise = of,
                        .promise = &c->promises[promise]};
}

csup_watch_of *csup_watcher_note(csup_call *call, const csup_watcher *w) {
  return w->of_promise ? &w->of_promise->watch : csup_case_watch(call, w->rule);
}

void csup_await(csup_case *c, csup_time at) {
  c->head->awaited = at < c->head->awaited ? at : c->head->awaited;
}

static csup_time noticed(csup_time next, const csup_watch_of *watch) {
  return next == CSUP_TIME_NEVER ? next : next + watch->at_breach;
}

csup_time csup_watcher_next(const csup_watcher *w) {
  return noticed(*w->next, w->watch);
}

csup_time csup_watcher_wake(const csup_case *c, const csup_watcher *w) {
  csup_time next = csup_is_timed(&c->policy->rule_keys[w->rule]) ? *w->next : CSUP_TIME_NEVER;
  csup_time held = csup_held_at(w);
  return held < next ? held : noticed(next, w->watch);
}

void csup_hold(csup_case *c, const csup_watcher *w, csup_time at, int32_t repeat) {
  if (!w->held)
    return;
  w->held->at = at;
  w->held->repeat = repeat;
  csup_await(c, at);
}

static void drop_held(const csup_watcher *w) {
  if (w->held)
    w->held->at = CSUP_TIME_NEVER;
}

csup_time csup_in_hours(const csup_rule *rule, csup_time at) {
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

static subject subject_of(const csup_case *c, const csup_watcher *w) {
  return w->promise ? promise_subject(c, w->promise) : track_subject(c, c->policy->rule_keys[w->rule].track);
}

/* The instant of a repeat of the rule, hours aside. */
static csup_time repeat_at(const csup_case *c, const csup_rule *rule, const subject *s, int32_t repeat) {
  return s->promise ? csup_promise_point(c, s->promise, rule, repeat) : csup_track_point(c, s->track, rule, repeat);
}

/* Finds the next firing: the first repeat behind the floor, or, where several have gone by or meet at one opening, the latest. */
static void find_next(csup_call *call, const csup_watcher *w, const subject *s, csup_time now) {
  csup_case *c = call->c;
  const csup_rule *rule = &c->policy->rules.items[w->rule];
  *w->next = CSUP_TIME_NEVER;
  if (w->watch->at_breach)
    csup_watcher_note(call, w)->at_breach = 0;
  if (!s->runs)
    return;
  csup_time latest = s->start;
  bool latest_at_due = false;
  for (int32_t repeat = w->watch->told + 1; repeat <= rule->times; repeat++) {
    csup_time own = repeat_at(c, rule, s, repeat);
    if (own == CSUP_TIME_NEVER || own < s->start)
      continue;
    bool at_due = csup_rule_is_at_due(rule, repeat);
    /* Where the due lands late, shares of more than 100 % can lie before it; no repeat comes before the one before it. */
    if (own < latest || (own == latest && latest_at_due)) {
      own = latest;
      at_due = latest_at_due;
    }
    latest = own;
    latest_at_due = at_due;
    /* What is caught up on fires now, so that its hours are judged now, when its turn comes. What went by before the pause and is
       held outlives it. */
    bool is_late = s->catch_up && own + at_due <= now && own + at_due > s->floor;
    csup_time at = is_late ? own : csup_in_hours(rule, own);
    bool at_breach = at_due && at == own;
    bool is_new = repeat > w->watch->fired || own + at_due > s->armed;
    if (!is_new || at == CSUP_TIME_NEVER || at + at_breach <= s->floor)
      continue;
    bool meet = *w->next != CSUP_TIME_NEVER && at + at_breach == noticed(*w->next, w->watch);
    bool replaces = *w->next == CSUP_TIME_NEVER || meet || (s->catch_up && at + at_breach <= now);
    if (!replaces)
      break;
    csup_watch_of *watch = csup_watcher_note(call, w);
    *w->next = at;
    watch->repeat = (int16_t)repeat;
    watch->at_breach = at_breach;
  }
  csup_await(c, noticed(*w->next, w->watch));
}

static void renew(csup_call *call, const csup_watcher *w, const subject *s, bool is_new_cycle) {
  if (is_new_cycle && (w->watch->fired | w->watch->told) != 0) {
    csup_watch_of *watch = csup_watcher_note(call, w);
    watch->fired = watch->told = 0;
  }
  bool is_live = s->runs || (s->track >= 0 && csup_track_is_live(call->c, s->track));
  if (is_new_cycle || !is_live)
    drop_held(w);
  find_next(call, w, s, call->at);
}

void csup_watches_track(csup_call *call, int32_t track, bool is_new_cycle) {
  const csup_rule_list *rules = &call->policy->track_rules[track];
  if (rules->count == 0)
    return;
  subject s = track_subject(call->c, track);
  for (int32_t i = 0; i < rules->count; i++) {
    csup_watcher w = csup_watcher_of(call->c, rules->items[i]);
    renew(call, &w, &s, is_new_cycle);
  }
}

void csup_watches_rearm(csup_call *call, int32_t track) {
  const csup_rule_list *rules = &call->policy->track_rules[track];
  for (int32_t i = 0; i < rules->count; i++) {
    csup_watcher w = csup_watcher_of(call->c, rules->items[i]);
    csup_watcher_note(call, &w)->told = 0;
    drop_held(&w); /* what is held from before the change lies ahead again, or fires now */
  }
}

void csup_watches_promise(csup_call *call, const csup_promise *promise, bool is_new_cycle) {
  csup_case *c = call->c;
  subject s = promise_subject(c, promise);
  for (int32_t i = 0; i < c->policy->promise_rules.count; i++) {
    csup_watcher w = csup_watcher_of_promise(c, (uint32_t)(promise - c->promises), i);
    renew(call, &w, &s, is_new_cycle);
  }
}

void csup_watcher_go_on(csup_call *call, const csup_watcher *w) {
  subject s = subject_of(call->c, w);
  if (!s.catch_up && !s.runs)
    return;
  s.floor = s.floor > call->at ? s.floor : call->at;
  find_next(call, w, &s, call->at);
}

csup_category csup_category_now(const csup_case *c) {
  return (csup_category)c->slots[CSUP_SLOT_CATEGORY] + 1;
}

/* A dwell counts from entering the state; one in a closed state is not pending (R7). */
static csup_time dwell_at(const csup_case *c, const csup_rule *rule) {
  csup_time at = c->head->entered;
  if (!rule->states[c->head->state] || csup_category_now(c) == CSUP_CATEGORY_CLOSED)
    return CSUP_TIME_NEVER;
  bool has_length = rule->dwell.time != 0 || rule->dwell.days != 0;
  if (has_length && csup_measure_add(&rule->dwell, rule->calendar, at, &at) != CSUP_OK)
    return CSUP_TIME_NEVER;
  return csup_in_hours(rule, at);
}

/* What lies behind counts only in the settlement in which the state was entered. */
static void find_dwells(csup_case *c, bool is_fresh) {
  const csup_rule_list *rules = &c->policy->state_rules;
  csup_time *nexts = csup_case_nexts(c);
  for (int32_t i = 0; i < rules->count; i++) {
    csup_time at = dwell_at(c, &c->policy->rules.items[rules->items[i]]);
    nexts[rules->items[i]] = at > c->head->settled || is_fresh ? at : CSUP_TIME_NEVER;
    csup_await(c, nexts[rules->items[i]]);
  }
}

void csup_watches_entered(csup_call *call) {
  find_dwells(call->c, true);
  call->entered = true;
}

/* The present team's calendar, while its shifts matter (R6); NULL. */
static const csup_calendar *shift_of(const csup_case *c) {
  const char *name = csup_case_symbol_text(c, c->slots[CSUP_SLOT_TEAM]);
  csup_category category = csup_category_now(c);
  if (!name || (category != CSUP_CATEGORY_NEW && category != CSUP_CATEGORY_OPEN))
    return NULL;
  int32_t team = csup_teams_find(&c->policy->teams, name);
  return team < 0 ? NULL : c->policy->teams.items[team].calendar;
}

/* The next closing edge of the present team's calendar (R6) that the rule's hours let through. Where hundreds of stretches of the
   hours, which is a year or more, have none, none is expected. */
#define STRETCHES_MOST 512
static csup_time shift_end(const csup_case *c, const csup_rule *rule) {
  const csup_calendar *calendar = shift_of(c);
  csup_time at = c->head->settled;
  for (int32_t stretch = 0; calendar && stretch < STRETCHES_MOST; stretch++) {
    if (csup_calendar_next_close(calendar, at, &at) != CSUP_OK)
      break;
    csup_time fires = csup_in_hours(rule, at);
    if (fires != CSUP_TIME_NEVER)
      return fires;
    if (csup_calendar_next_open(rule->hours, at, &at) != CSUP_OK)
      break;
    at--; /* edges before the hours open again are of no use */
  }
  return CSUP_TIME_NEVER;
}

/* A shift that ends outside the hours of a rule that holds: from then on the firing is held, whatever becomes of the team. */
static void hold_shift(csup_case *c, const csup_watcher *w, const csup_calendar *shift, csup_time until) {
  const csup_rule *rule = &c->policy->rules.items[w->rule];
  csup_time since = 0;
  csup_time edge = 0;
  if (rule->outside != CSUP_OUTSIDE_HOLD || !rule->hours || csup_calendar_is_open(rule->hours, until))
    return;
  /* An edge before the hours last closed had its opening already. */
  if (csup_calendar_prev_close(rule->hours, until, &since) != CSUP_OK || since - 1 < c->head->settled)
    since = c->head->settled + 1;
  if (csup_calendar_next_close(shift, since - 1, &edge) != CSUP_OK || edge > until)
    return;
  csup_time open = csup_in_hours(rule, edge);
  csup_time held = csup_held_at(w); /* one that has gone by under a false guard is of no account any more */
  csup_hold(c, w, open < held || held <= until ? open : held, 1);
}

void csup_watches_pass(csup_case *c, csup_time until) {
  const csup_calendar *shift = c->policy->has_team_rules && c->head->opened != CSUP_TIME_NEVER ? shift_of(c) : NULL;
  for (int32_t i = 0; shift && c->head->settled < until && i < c->policy->rules.count; i++) {
    csup_watcher w = csup_watcher_of(c, i);
    if (c->policy->rule_keys[i].watch == CSUP_WATCH_TEAM)
      hold_shift(c, &w, shift, until);
  }
}

/* What team rules wait for depends on the present team and hour, and is found again each time. */
void csup_find_shift(csup_case *c, int32_t rule) {
  if (c->head->opened == CSUP_TIME_NEVER)
    return;
  csup_time at = shift_end(c, &c->policy->rules.items[rule]);
  csup_case_nexts(c)[rule] = at;
  csup_await(c, at);
}

static void lapse(csup_call *call, const csup_watcher *w) {
  const csup_case_head *head = call->c->head;
  subject s = subject_of(call->c, w);
  if (noticed(*w->next, w->watch) <= head->settled)
    find_next(call, w, &s, head->settled);
  if (csup_held_at(w) <= head->settled && s.runs)
    drop_held(w);
}

static void lapse_loose(csup_case *c, const csup_watcher *w) {
  csup_watch kind = c->policy->rule_keys[w->rule].watch;
  if (csup_held_at(w) <= c->head->settled)
    drop_held(w);
  if (kind == CSUP_WATCH_TEAM && *w->next <= c->head->settled)
    csup_find_shift(c, w->rule);
  if (kind == CSUP_WATCH_STATE && *w->next <= c->head->settled)
    *w->next = CSUP_TIME_NEVER;
}

void csup_watches_lapse(csup_call *call) {
  csup_case *c = call->c;
  const csup_policy *policy = c->policy;
  if (c->head->awaited > c->head->settled)
    return;
  for (int32_t i = 0; i < policy->rules.count; i++) {
    csup_watcher w = csup_watcher_of(c, i);
    if (policy->rule_keys[i].watch != CSUP_WATCH_CLOCK)
      lapse_loose(c, &w);
    else if (policy->rule_keys[i].track >= 0)
      lapse(call, &w);
  }
  for (uint32_t p = 0; p < c->head->promise_count; p++) {
    for (int32_t nth = 0; nth < policy->promise_rules.count; nth++) {
      csup_watcher w = csup_watcher_of_promise(c, p, nth);
      lapse(call, &w);
    }
  }
}

void csup_watches_loaded(csup_case *c) {
  csup_call call = {.c = c, .policy = c->policy, .at = c->head->settled, .facts_moved = true};
  if (c->head->opened == CSUP_TIME_NEVER)
    return;
  for (int32_t i = 0; i < c->policy->track_count; i++)
    csup_watches_track(&call, i, false);
  for (uint32_t p = 0; p < c->head->promise_count; p++)
    csup_watches_promise(&call, &c->promises[p], false);
  find_dwells(c, false);
  for (int32_t i = 0; i < c->policy->hold_count; i++)
    csup_await(c, csup_case_held(c)[i].at);
  csup_watches_settled(&call);
}
