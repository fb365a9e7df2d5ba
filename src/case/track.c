#include "case/track.h"

#include "case/watch.h"

static const csup_cycle *cycle_of(const csup_case *c, int32_t index) {
  return &c->cycles[c->policy->tracks[index].clock];
}

const csup_target *csup_track_target(const csup_case *c, int32_t index) {
  const csup_track *track = &c->tracks[index];
  if (track->agreement < 0)
    return NULL;
  return c->policy->agreements.items[track->agreement].targets[c->policy->tracks[index].clock];
}

/* The target that agreement and priority choose now. */
static const csup_target *chosen_target(const csup_case *c, int32_t index, int32_t *agreement, int32_t *rank) {
  const csup_track_kind *kind = &c->policy->tracks[index];
  *agreement = c->head->agreements[kind->kind];
  *rank = -1;
  if (*agreement < 0)
    return NULL;
  const csup_target *target = c->policy->agreements.items[*agreement].targets[kind->clock];
  if (target)
    *rank = target->by_severity ? c->head->severity : c->head->priority;
  if (target && *rank >= 0 && *rank < CSUP_RANKS_MAX && target->present[*rank])
    return target;
  *agreement = -1;
  return NULL;
}

static csup_share share_of(const csup_case *c, int32_t index) {
  return c->policy->has_shares ? csup_case_shares(c)[index] : (csup_share){0, 0};
}

static csup_course course_of(const csup_case *c, int32_t index) {
  const csup_track *track = &c->tracks[index];
  csup_course course = csup_track_target(c, index)->course[track->rank];
  if (share_of(c, index).whole > 0)
    course.within = (csup_measure){.time = track->length};
  return course;
}

static const csup_calendar *calendar_of(const csup_case *c, int32_t index) {
  return csup_track_target(c, index)->course[c->tracks[index].rank].calendar;
}

static csup_duration open_time(const csup_calendar *calendar, csup_time from, csup_time to) {
  csup_duration open = 0;
  return to > from && csup_calendar_elapsed(calendar, from, to, &open) == CSUP_OK ? open : 0;
}

/* floor(a * b / c) for 0 <= a, 0 <= b <= c, c > 0, where a * b may not fit: long division, bit by bit. */
static int64_t scale(int64_t a, int64_t b, int64_t c) {
  int64_t quotient = 0;
  int64_t rest = 0;
  for (int bit = 62; bit >= 0; bit--) {
    rest = rest * 2 + (a >> bit & 1 ? b : 0);
    quotient *= 2;
    for (; rest >= c; rest -= c)
      quotient++;
  }
  return quotient;
}

/* Due, length and paused time afresh, from the origin over every pause that is over. */
static void count_from_origin(csup_case *c, int32_t index) {
  csup_track *track = &c->tracks[index];
  const csup_cycle *cycle = cycle_of(c, index);
  track->due = CSUP_TIME_NEVER;
  track->length = track->paused = 0;
  if (track->agreement < 0 || track->origin == CSUP_TIME_NEVER)
    return;
  /* A due beyond the civil range, or on a calendar that opens no more, is never reached. */
  csup_course course = csup_track_target(c, index)->course[track->rank];
  bool has_due = csup_course_begin(&course, track->origin, &track->due, &track->length);
  csup_share share = share_of(c, index);
  if (share.whole > 0) {
    track->length = scale(track->length, share.left, share.whole);
    course.within = (csup_measure){.time = track->length};
    has_due = csup_due_begin(&course, track->origin, &track->due) == CSUP_OK;
  }
  int32_t clock = c->policy->tracks[index].clock;
  for (uint32_t i = cycle->first_span; i < c->head->span_count; i++) {
    const csup_span_of *span = &c->spans[i];
    csup_time from = span->from > track->origin ? span->from : track->origin;
    if (!(span->clocks >> clock & 1) || span->to <= from)
      continue;
    track->paused += open_time(course.calendar, from, span->to);
    has_due = has_due && csup_due_pause(&course, from, span->to, &track->due) == CSUP_OK;
  }
  if (!has_due)
    track->due = CSUP_TIME_NEVER;
}

/* A target in days that its calendar does not have any more: nobody knows how long it is, and no share of it has gone by. */
static bool is_endless(const csup_case *c, int32_t index) {
  return c->tracks[index].length == 0 && share_of(c, index).whole == 0;
}

/* A point of the cycle: the due itself, a share of the target's open time with the pauses so far, or an offset from the due. */
static csup_time point_of(const csup_case *c, int32_t index, const csup_threshold *threshold) {
  const csup_track *track = &c->tracks[index];
  csup_course course = course_of(c, index);
  csup_time at = CSUP_TIME_NEVER;
  if (threshold->with_breach)
    return track->due;
  if (!threshold->is_percent)
    return track->due != CSUP_TIME_NEVER && csup_threshold_offset(threshold, &course, track->due, &at) == CSUP_OK
               ? at
               : CSUP_TIME_NEVER;
  const csup_cycle *cycle = cycle_of(c, index);
  if (is_endless(c, index) || csup_threshold_begin(threshold, &course, track->origin, track->length, &at) != CSUP_OK)
    return CSUP_TIME_NEVER;
  int32_t clock = c->policy->tracks[index].clock;
  course.lands = CSUP_LANDS_CLOSE; /* a share is a point of open time, wherever dues land */
  /* Pause by pause: one that began behind the point has not moved it, and what has gone by stays where it was. */
  for (uint32_t i = cycle->first_span; i < c->head->span_count; i++) {
    const csup_span_of *span = &c->spans[i];
    csup_time from = span->from > track->origin ? span->from : track->origin;
    if ((span->clocks >> clock & 1) != 0 && span->to > from && csup_due_pause(&course, from, span->to, &at) != CSUP_OK)
      return CSUP_TIME_NEVER;
  }
  return at;
}

csup_duration csup_track_length(const csup_case *c, int32_t index, csup_time now) {
  const csup_track *track = &c->tracks[index];
  csup_duration length = track->length;
  if (track->origin != CSUP_TIME_NEVER || track->agreement < 0)
    return length;
  if (csup_course_length(&csup_track_target(c, index)->course[track->rank], now, &length) != CSUP_OK)
    return 0;
  csup_share share = share_of(c, index);
  return share.whole > 0 ? scale(length, share.left, share.whole) : length;
}

bool csup_track_runs(const csup_case *c, int32_t index) {
  return c->tracks[index].agreement >= 0 && cycle_of(c, index)->status == CSUP_CLOCK_RUNNING;
}

bool csup_track_is_live(const csup_case *c, int32_t index) {
  csup_clock_status status = cycle_of(c, index)->status;
  return c->tracks[index].agreement >= 0 && (status == CSUP_CLOCK_RUNNING || status == CSUP_CLOCK_PAUSED);
}

csup_time csup_track_point(const csup_case *c, int32_t index, const csup_rule *rule, int32_t repeat) {
  csup_threshold at = rule->at;
  if (csup_rule_is_at_due(rule, repeat))
    return c->tracks[index].due;
  if (rule->every_percent > 0 && repeat > 1) {
    at.percent += rule->every_percent * (repeat - 1);
    at.with_breach = false;
    return point_of(c, index, &at);
  }
  bool same_measure = (at.offset.days != 0) == (rule->every.days != 0);
  if (!at.is_percent && same_measure && repeat > 1) {
    at.offset.days += rule->every.days * (repeat - 1);
    at.offset.time += rule->every.time * (repeat - 1);
    at.with_breach = false;
    return point_of(c, index, &at);
  }
  csup_time first = point_of(c, index, &at);
  csup_course course = course_of(c, index);
  if (repeat == 1 || first == CSUP_TIME_NEVER)
    return first;
  return csup_threshold_repeat(&rule->every, &course, first, repeat, &first) == CSUP_OK ? first : CSUP_TIME_NEVER;
}

/* The instant at which the breach is noticed, one microsecond after the due. */
static csup_time breach_wake(const csup_case *c, int32_t index) {
  const csup_track *track = &c->tracks[index];
  return csup_track_runs(c, index) && track->breached == CSUP_TIME_NEVER && track->due != CSUP_TIME_NEVER ? track->due + 1
                                                                                                          : CSUP_TIME_NEVER;
}

static csup_time warn_wake(const csup_track *track) {
  return track->warn_at_due ? track->warn_at + 1 : track->warn_at;
}

/* Both in one, where it is found without the track. */
static void note_wake(csup_case *c, int32_t index) {
  csup_time late = breach_wake(c, index);
  csup_time warning = csup_track_runs(c, index) ? warn_wake(&c->tracks[index]) : CSUP_TIME_NEVER;
  csup_case_wakes(c)[index] = late < warning ? late : warning;
}

/* What fired before the last change of target fires again only where it lies ahead of that. */
static bool may_warn(const csup_track *track, const csup_threshold *threshold, csup_time at) {
  bool has_fired = track->warned >> threshold->bit & 1;
  return at != CSUP_TIME_NEVER && (!has_fired || at + threshold->with_breach > track->armed);
}

/* The next warning that is neither fired nor past; what lies before the cycle's start never fires (C7). */
static void find_next_warning(csup_case *c, int32_t index) {
  csup_track *track = &c->tracks[index];
  track->warn_at = CSUP_TIME_NEVER;
  track->warn_at_due = 0;
  const csup_target *target = csup_track_target(c, index);
  if (!target || !csup_track_runs(c, index))
    return;
  csup_time floor = track->catch_up ? track->since : c->head->settled;
  for (size_t i = 0; i < target->warn_count; i++) {
    const csup_threshold *threshold = &target->warn[i];
    csup_time at = track->told >> threshold->bit & 1 ? CSUP_TIME_NEVER : point_of(c, index, threshold);
    if (may_warn(track, threshold, at) && at < track->warn_at && at + threshold->with_breach > floor) {
      track->warn_at = at;
      track->warn_at_due = threshold->with_breach;
    }
  }
}

static void find_warning(csup_case *c, int32_t index) {
  find_next_warning(c, index);
  note_wake(c, index);
}

/* After a change of target: what now lies ahead is armed again. */
static void arm_again(csup_call *call, int32_t index) {
  csup_track *track = csup_case_track(call, index);
  track->armed = call->at;
  track->told = 0;
  csup_watches_rearm(call, index);
}

/* What waits for an instant of this track looks for it again. */
static void look_ahead(csup_call *call, int32_t index, bool is_new_cycle) {
  find_warning(call->c, index);
  call->c->head->catches_up |= call->c->tracks[index].catch_up;
  csup_watches_track(call, index, is_new_cycle);
}

/* Another list of warnings for the same due: what lies behind had its chance under the other list; what lies at this very instant
   has not, unless it is that of an event. */
static void find_warnings_from_now(csup_call *call, int32_t index) {
  csup_track *track = csup_case_track(call, index);
  bool catches_up = track->catch_up;
  csup_time since = track->since; /* of a pause, what has gone by in it is still to come */
  csup_time settled = call->c->head->settled;
  if (!catches_up)
    track->since = settled > call->at - 1 ? settled : call->at - 1;
  track->catch_up = 1;
  find_warning(call->c, index);
  track->catch_up = catches_up;
  track->since = since;
}

static csup_time counted_until(const csup_cycle *cycle, csup_time at) {
  at = cycle->stop < at ? cycle->stop : at;
  return cycle->paused < at ? cycle->paused : at;
}

csup_verdict csup_track_verdict(const csup_case *c, int32_t index, csup_time at) {
  const csup_track *track = &c->tracks[index];
  const csup_cycle *cycle = cycle_of(c, index);
  csup_time until = counted_until(cycle, at);
  if (track->agreement < 0 || track->due == CSUP_TIME_NEVER)
    return cycle->status == CSUP_CLOCK_STOPPED && track->agreement >= 0 ? CSUP_VERDICT_MET
           : track->breached != CSUP_TIME_NEVER                         ? CSUP_VERDICT_BREACHED
                                                                        : CSUP_VERDICT_OPEN;
  /* What follows from a breach is dated at the due like the breach itself. */
  bool is_at_breach = until == track->due && until == track->breached && cycle->status != CSUP_CLOCK_STOPPED;
  if (until > track->due || is_at_breach)
    return CSUP_VERDICT_BREACHED;
  return cycle->status == CSUP_CLOCK_STOPPED ? CSUP_VERDICT_MET : CSUP_VERDICT_OPEN;
}

static csup_duration elapsed_at(const csup_case *c, int32_t index, csup_time at) {
  const csup_track *track = &c->tracks[index];
  if (track->agreement < 0 || track->origin == CSUP_TIME_NEVER)
    return 0;
  csup_duration open = open_time(calendar_of(c, index), track->origin, counted_until(cycle_of(c, index), at));
  return open > track->paused ? open - track->paused : 0;
}

int32_t csup_percent_of(csup_duration elapsed, csup_duration length) {
  if (length <= 0)
    return 100; /* nothing was left of the target */
  int64_t percent = elapsed / length * 100 + elapsed % length * 100 / length;
  return percent > INT32_MAX ? INT32_MAX : (int32_t)percent;
}

/* Open time behind the due, less the pauses in it: those do not move the due any more. */
static csup_duration overrun_at(const csup_case *c, int32_t index, csup_time at) {
  const csup_track *track = &c->tracks[index];
  const csup_cycle *cycle = cycle_of(c, index);
  csup_time until = counted_until(cycle, at);
  if (track->agreement < 0 || until <= track->due)
    return 0;
  const csup_calendar *calendar = calendar_of(c, index);
  csup_duration overrun = open_time(calendar, track->due, until);
  int32_t clock = c->policy->tracks[index].clock;
  for (uint32_t i = c->head->span_count; i-- > cycle->first_span && c->spans[i].to > track->due;) {
    const csup_span_of *pause = &c->spans[i];
    /* A view may ask about an instant before the pause or in it. */
    if ((pause->clocks >> clock & 1) != 0 && pause->from > track->due && pause->from < until)
      overrun -= open_time(calendar, pause->from, pause->to < until ? pause->to : until);
  }
  return overrun;
}

void csup_track_tell(const csup_case *c, int32_t index, csup_time at, csup_decision *decision) {
  const csup_policy *policy = c->policy;
  const csup_track *track = &c->tracks[index];
  const csup_cycle *cycle = cycle_of(c, index);
  decision->clock = policy->clocks.items[policy->tracks[index].clock].name;
  decision->agreement_kind = policy->agreements.kinds[policy->tracks[index].kind];
  decision->agreement = track->agreement < 0 ? NULL : policy->agreements.items[track->agreement].name;
  decision->cycle = cycle->number;
  decision->revision = track->revision;
  decision->due = cycle->paused == CSUP_TIME_NEVER ? track->due : CSUP_TIME_NEVER; /* cancelled while paused: none either */
  decision->elapsed = elapsed_at(c, index, at);
  bool counts = track->agreement >= 0 && track->origin != CSUP_TIME_NEVER && !is_endless(c, index);
  decision->percent = counts ? csup_percent_of(decision->elapsed, track->length) : 0;
  decision->overrun = overrun_at(c, index, at);
  decision->verdict = csup_track_verdict(c, index, at);
}

static csup_status decide(csup_call *call, int32_t index, csup_decision_kind kind) {
  csup_decision *decision = csup_decide(call, kind);
  if (!decision)
    return CSUP_E_NOMEM;
  csup_track_tell(call->c, index, call->at, decision);
  return CSUP_OK;
}

void csup_show_breaches(csup_call *call) {
  csup_set_slot(call, CSUP_SLOT_BREACHED, call->c->slots[CSUP_SLOT_BREACHED] | call->breaches);
  call->breaches = 0;
}

/* Dated at the due, or now when it is found later. */
static csup_status breach(csup_call *call, int32_t index) {
  csup_track *track = csup_case_track(call, index);
  track->breached = track->due;
  note_wake(call->c, index);
  int32_t clock = call->policy->tracks[index].clock;
  call->breaches |= INT64_C(1) << clock;
  if (!call->keeps_breaches)
    csup_show_breaches(call);
  csup_decision *decision = csup_decide(call, CSUP_DECISION_CLOCK_BREACHED);
  if (!decision)
    return CSUP_E_NOMEM;
  csup_track_tell(call->c, index, call->at, decision);
  decision->verdict = CSUP_VERDICT_BREACHED; /* at the due itself it passes, one microsecond later it has */
  return CSUP_OK;
}

static void take_target(csup_case *c, int32_t index, csup_time origin) {
  csup_track *track = &c->tracks[index];
  int32_t rank = -1;
  (void)chosen_target(c, index, &track->agreement, &rank);
  track->rank = (int8_t)rank;
  track->origin = origin;
  if (c->policy->has_shares)
    csup_case_shares(c)[index] = (csup_share){0, 0};
  count_from_origin(c, index);
}

/* C9: a cycle that goes on from one that breached, and is past due as soon as it owes something, decides no second breach. */
static void inherit_breach(csup_case *c, int32_t index, csup_time at) {
  csup_track *track = &c->tracks[index];
  if (track->is_heir && track->agreement >= 0 && csup_track_verdict(c, index, at) == CSUP_VERDICT_BREACHED)
    track->breached = track->due;
  note_wake(c, index);
}

/* A new cycle of its own: nothing is inherited. */
csup_status csup_track_begun(csup_call *call, int32_t index) {
  csup_track *track = csup_case_track(call, index);
  *track = (csup_track){.armed = CSUP_TIME_NEVER, .breached = CSUP_TIME_NEVER};
  take_target(call->c, index, call->at);
  track->catch_up = 1;
  track->since = call->at - 1;
  look_ahead(call, index, true);
  if (track->agreement < 0)
    return CSUP_OK;
  track->has_started = 1;
  return decide(call, index, CSUP_DECISION_CLOCK_STARTED);
}

/* The next cycle of the same work: the first start, what fired and what was owed are inherited (C9). */
csup_status csup_track_continued(csup_call *call, int32_t index) {
  csup_track *track = csup_case_track(call, index);
  const csup_cycle *cycle = cycle_of(call->c, index);
  take_target(call->c, index, cycle->start);
  track->is_heir = track->breached != CSUP_TIME_NEVER;
  track->breached = CSUP_TIME_NEVER;
  inherit_breach(call->c, index, call->at);
  track->armed = CSUP_TIME_NEVER;
  track->revision = 0;
  track->catch_up = 1;
  track->since = cycle->start - 1;
  look_ahead(call, index, false);
  track->has_started = track->agreement >= 0;
  return track->has_started ? decide(call, index, CSUP_DECISION_CLOCK_STARTED) : CSUP_OK;
}

csup_status csup_track_paused(csup_call *call, int32_t index) {
  csup_track *track = csup_case_track(call, index);
  look_ahead(call, index, false);
  if (!track->catch_up)
    track->since = call->at;
  return track->agreement < 0 ? CSUP_OK : decide(call, index, CSUP_DECISION_CLOCK_PAUSED);
}

csup_status csup_track_unpaused(csup_call *call, int32_t index) {
  csup_track *track = csup_case_track(call, index);
  const csup_case *c = call->c;
  if (track->origin == CSUP_TIME_NEVER) {
    /* The change of target counts from here on. */
    track->origin = track->armed = call->at;
    track->since = call->at - 1;
    count_from_origin(call->c, index);
    return CSUP_OK;
  }
  if (track->agreement < 0)
    return CSUP_OK;
  csup_course course = course_of(c, index);
  csup_time from = call->pause_began > track->origin ? call->pause_began : track->origin;
  track->paused += open_time(course.calendar, from, call->at);
  if (track->due != CSUP_TIME_NEVER && csup_due_pause(&course, from, call->at, &track->due) != CSUP_OK)
    track->due = CSUP_TIME_NEVER;
  return CSUP_OK;
}

csup_status csup_track_resumed(csup_call *call, int32_t index) {
  csup_track *track = csup_case_track(call, index);
  (void)csup_track_unpaused(call, index);
  track->catch_up = 1;
  look_ahead(call, index, false);
  return track->agreement < 0 ? CSUP_OK : decide(call, index, CSUP_DECISION_CLOCK_RESUMED);
}

csup_status csup_track_stopped(csup_call *call, int32_t index) {
  csup_track *track = csup_case_track(call, index);
  track->catch_up = 0;
  look_ahead(call, index, false);
  if (track->agreement < 0)
    return CSUP_OK;
  csup_status status = CSUP_OK;
  if (track->breached == CSUP_TIME_NEVER && call->at > track->due)
    status = breach(call, index);
  return status == CSUP_OK ? decide(call, index, CSUP_DECISION_CLOCK_MET) : status;
}

csup_status csup_track_cancelled(csup_call *call, int32_t index) {
  csup_track *track = csup_case_track(call, index);
  track->catch_up = 0;
  look_ahead(call, index, false);
  return track->agreement < 0 ? CSUP_OK : decide(call, index, CSUP_DECISION_CLOCK_CANCELLED);
}

/* How much of the old target is unused, as a fraction: shares of shares then come out as one change would. */
static void find_unused(const csup_case *c, int32_t index, csup_time at, csup_duration *left, csup_duration *whole) {
  const csup_track *track = &c->tracks[index];
  if (track->origin == CSUP_TIME_NEVER) {
    /* Counting has not begun, so that what was unused still is. */
    csup_share share = share_of(c, index);
    *left = share.whole > 0 ? share.left : 1;
    *whole = share.whole > 0 ? share.whole : 1;
    return;
  }
  csup_duration rest = track->length - elapsed_at(c, index, at);
  csup_duration full = 0;
  if (csup_course_length(&csup_track_target(c, index)->course[track->rank], track->origin, &full) != CSUP_OK) {
    *left = *whole = 1;
    return;
  }
  *left = rest > 0 && full > 0 ? rest : 0;
  *whole = full > 0 ? full : 1;
}

/* The new target from the change on, or from the resume behind it; `whole` 0: all of it. */
static void count_from_change(csup_call *call, int32_t index, csup_duration left, csup_duration whole) {
  csup_case *c = call->c;
  csup_track *track = csup_case_track(call, index);
  bool is_paused = cycle_of(c, index)->status == CSUP_CLOCK_PAUSED;
  take_target(c, index, CSUP_TIME_NEVER);
  if (whole > 0)
    csup_case_shares(c)[index] = (csup_share){left, whole};
  track->origin = is_paused ? CSUP_TIME_NEVER : call->at;
  count_from_origin(c, index);
}

static bool same_course(const csup_course *a, const csup_course *b) {
  return a->within.time == b->within.time && a->within.days == b->within.days && a->calendar == b->calendar &&
         a->lands == b->lands;
}

static csup_status retargeted(csup_call *call, int32_t index) {
  csup_track *track = csup_case_track(call, index);
  track->catch_up = 1;
  bool is_paused = cycle_of(call->c, index)->status == CSUP_CLOCK_PAUSED;
  track->since = track->origin == CSUP_TIME_NEVER ? track->origin : track->origin - 1;
  if (track->has_started)
    arm_again(call, index); /* a first target comes late, but changes none: what an earlier cycle has told stays told */
  look_ahead(call, index, false);
  if (!track->has_started) {
    track->has_started = 1;
    inherit_breach(call->c, index, call->at);
    csup_status status = decide(call, index, CSUP_DECISION_CLOCK_STARTED);
    return status == CSUP_OK && is_paused ? decide(call, index, CSUP_DECISION_CLOCK_PAUSED) : status;
  }
  track->revision++;
  return decide(call, index, CSUP_DECISION_CLOCK_RETARGETED);
}

csup_status csup_track_retarget(csup_call *call, int32_t index) {
  csup_case *c = call->c;
  csup_track *track = csup_case_track(call, index);
  int32_t agreement = -1;
  int32_t rank = -1;
  const csup_target *target = chosen_target(c, index, &agreement, &rank);
  const csup_target *old = csup_track_target(c, index);
  if (agreement == track->agreement && (agreement < 0 || rank == track->rank))
    return CSUP_OK;
  if (!old) {
    take_target(c, index, cycle_of(c, index)->start);
    return retargeted(call, index);
  }
  if (!target) {
    if (old->on_change == CSUP_KEEP)
      return CSUP_OK;
    track->agreement = -1;
    track->due = CSUP_TIME_NEVER;
    track->revision++;
    look_ahead(call, index, false);
    return decide(call, index, CSUP_DECISION_CLOCK_RETARGETED);
  }
  if (same_course(&old->course[track->rank], &target->course[rank])) {
    /* Another agreement or priority that owes the same: nothing moves. */
    track->agreement = agreement;
    track->rank = (int8_t)rank;
    find_warnings_from_now(call, index);
    return CSUP_OK;
  }
  csup_duration left = 0;
  csup_duration whole = 0;
  find_unused(c, index, call->at, &left, &whole);
  switch (target->on_change) {
  case CSUP_KEEP:
    return CSUP_OK;
  case CSUP_RECOMPUTE:
    take_target(c, index, cycle_of(c, index)->start);
    break;
  case CSUP_FROM_NOW:
    count_from_change(call, index, 0, 0);
    break;
  case CSUP_PROPORTIONAL:
    count_from_change(call, index, left, whole);
    break;
  }
  return retargeted(call, index);
}

csup_time csup_cycles_wakeup(const csup_case *c) {
  const csup_time *wakes = csup_case_wakes(c);
  csup_time next = CSUP_TIME_NEVER;
  for (int32_t i = 0; i < c->policy->track_count; i++)
    next = wakes[i] < next ? wakes[i] : next;
  return next;
}

csup_time csup_cycles_nearest_due(const csup_case *c) {
  csup_time nearest = CSUP_TIME_NEVER;
  for (int32_t i = 0; i < c->policy->track_count; i++)
    if (csup_track_runs(c, i) && c->tracks[i].due < nearest)
      nearest = c->tracks[i].due;
  return nearest;
}

static csup_status warn(csup_call *call, int32_t index) {
  csup_case *c = call->c;
  csup_track *track = csup_case_track(call, index);
  const csup_target *target = csup_track_target(c, index);
  for (size_t i = 0; i < target->warn_count; i++) {
    const csup_threshold *threshold = &target->warn[i];
    bool is_told = track->told >> threshold->bit & 1;
    if (is_told || point_of(c, index, threshold) != track->warn_at || !may_warn(track, threshold, track->warn_at))
      continue;
    track->warned |= UINT32_C(1) << threshold->bit;
    track->told |= UINT32_C(1) << threshold->bit;
    csup_decision *decision = csup_decide(call, CSUP_DECISION_CLOCK_WARNED);
    if (!decision)
      return CSUP_E_NOMEM;
    if (track->warn_at_due)
      csup_track_at_breach(call, index);
    csup_track_tell(c, index, call->at, decision);
    decision->name = threshold->text;
    break;
  }
  find_warning(c, index);
  return CSUP_OK;
}

void csup_track_at_breach(csup_call *call, int32_t index) {
  csup_track *track = csup_case_track(call, index);
  if (track->breached != CSUP_TIME_NEVER && call->at == track->due)
    track->breached = call->at;
}

/* The first thing of a track whose turn it is, in the order of their own instants; a breach before the warning that goes with it.
 */
static csup_status take_turn(csup_call *call, int32_t index, csup_time wake, bool at_due, bool *decided) {
  const csup_case *c = call->c;
  const csup_track *track = &c->tracks[index];
  if (!csup_track_runs(c, index))
    return CSUP_OK;
  csup_time late = breach_wake(c, index);
  csup_time warning = warn_wake(track);
  bool is_turn = at_due ? late == wake || (track->warn_at_due && warning == wake) : late <= wake || warning <= wake;
  if (!is_turn)
    return CSUP_OK;
  *decided = true;
  bool is_breach = at_due ? late == wake : late <= warning;
  return is_breach ? breach(call, index) : warn(call, index);
}

csup_status csup_cycles_fire(csup_call *call, csup_time wake, bool at_due, bool *decided) {
  const csup_case *c = call->c;
  csup_status status = CSUP_OK;
  for (int32_t i = 0; status == CSUP_OK && !*decided && i < call->policy->track_count; i++) {
    csup_time own = csup_case_wakes(c)[i];
    bool is_retargeted = !at_due && c->tracks[i].catch_up && c->tracks[i].armed == wake;
    if (is_retargeted)
      status = csup_watches_catch_up(call, i, wake, own < wake ? own : wake, decided);
    if (status == CSUP_OK && !*decided && own <= wake)
      status = take_turn(call, i, wake, at_due, decided);
  }
  return status;
}

void csup_cycles_settled(csup_call *call) {
  csup_case *c = call->c;
  if (!c->head->catches_up)
    return;
  /* What went by in a pause waits for its end. */
  bool waits = false;
  for (int32_t i = 0; i < c->policy->track_count; i++) {
    bool is_paused = cycle_of(c, i)->status == CSUP_CLOCK_PAUSED;
    if (c->tracks[i].catch_up && !is_paused)
      csup_case_track(call, i)->catch_up = 0;
    waits |= c->tracks[i].catch_up != 0;
  }
  c->head->catches_up = waits;
}

void csup_cycles_loaded(csup_case *c) {
  for (int32_t i = 0; i < c->policy->track_count; i++)
    find_warning(c, i);
  c->head->catches_up = 1;
}
