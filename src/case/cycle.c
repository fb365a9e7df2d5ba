/* What a step does to the clocks: cycles start, stop, pause, resume and are cancelled (C1, C9). */
#include "case/track.h"

typedef csup_status (*track_change)(csup_call *call, int32_t track);

/* Each track of the clock in the order of kinds. */
static csup_status for_tracks(csup_call *call, int32_t clock, track_change change) {
  const int32_t *first = &call->policy->first_tracks[clock];
  csup_status status = CSUP_OK;
  for (int32_t i = first[0]; status == CSUP_OK && i < first[1]; i++)
    status = change(call, i);
  return status;
}

/* Clocks mostly pause and go on together, and then share the span. */
static csup_status add_span(csup_call *call, int32_t clock, csup_time from, csup_time to) {
  csup_case *c = call->c;
  csup_case_head *head = c->head;
  if (from >= to)
    return CSUP_OK; /* no time has passed that could count or not */
  for (uint32_t i = head->span_count; i-- > call->first_span;) {
    if (c->spans[i].from == from && c->spans[i].to == to) {
      c->spans[i].clocks |= UINT64_C(1) << clock;
      return CSUP_OK;
    }
  }
  csup_status status = csup_case_grow(c, (void **)&c->spans, sizeof *c->spans, &c->span_room, (size_t)head->span_count + 1);
  if (status == CSUP_OK)
    c->spans[head->span_count++] = (csup_span_of){.from = from, .to = to, .clocks = UINT64_C(1) << clock};
  return status;
}

static csup_status end_pause(csup_call *call, int32_t clock) {
  csup_cycle *cycle = csup_case_cycle(call, clock);
  call->pause_began = cycle->paused;
  cycle->paused = CSUP_TIME_NEVER;
  cycle->status = CSUP_CLOCK_RUNNING;
  return add_span(call, clock, call->pause_began, call->at);
}

static csup_status stop_cycle(csup_call *call, int32_t clock) {
  csup_cycle *cycle = csup_case_cycle(call, clock);
  if (cycle->status == CSUP_CLOCK_PAUSED) {
    /* Judged as if resumed at this instant (C3). */
    csup_status status = end_pause(call, clock);
    if (status == CSUP_OK)
      status = for_tracks(call, clock, csup_track_unpaused);
    if (status != CSUP_OK)
      return status;
  }
  cycle->stop = call->at;
  cycle->status = CSUP_CLOCK_STOPPED;
  return for_tracks(call, clock, csup_track_stopped);
}

static csup_status cancel_cycle(csup_call *call, int32_t clock) {
  csup_cycle *cycle = csup_case_cycle(call, clock);
  cycle->stop = call->at;
  cycle->status = CSUP_CLOCK_CANCELLED;
  return for_tracks(call, clock, csup_track_cancelled);
}

static csup_status pause_cycle(csup_call *call, int32_t clock) {
  csup_cycle *cycle = csup_case_cycle(call, clock);
  cycle->paused = call->at;
  cycle->status = CSUP_CLOCK_PAUSED;
  return for_tracks(call, clock, csup_track_paused);
}

static csup_status resume_cycle(csup_call *call, int32_t clock) {
  csup_status status = end_pause(call, clock);
  return status == CSUP_OK ? for_tracks(call, clock, csup_track_resumed) : status;
}

static csup_status begin_cycle(csup_call *call, int32_t clock, csup_again how, bool is_paused) {
  csup_cycle *cycle = csup_case_cycle(call, clock);
  bool goes_on = how == CSUP_AGAIN_RESUME || how == CSUP_AGAIN_TOTAL;
  csup_status status = CSUP_OK;
  if (how == CSUP_AGAIN_RESUME)
    status = add_span(call, clock, cycle->stop, call->at);
  if (status != CSUP_OK)
    return status;
  if (!goes_on) {
    cycle->start = call->at;
    cycle->first_span = call->c->head->span_count;
  }
  cycle->number++;
  cycle->stop = CSUP_TIME_NEVER;
  cycle->paused = is_paused ? call->at : CSUP_TIME_NEVER;
  cycle->status = is_paused ? CSUP_CLOCK_PAUSED : CSUP_CLOCK_RUNNING;
  status = for_tracks(call, clock, goes_on ? csup_track_continued : csup_track_begun);
  return status == CSUP_OK && is_paused ? for_tracks(call, clock, csup_track_paused) : status;
}

static bool is_over(csup_category category) {
  return category == CSUP_CATEGORY_RESOLVED || category == CSUP_CATEGORY_CLOSED;
}

/* Whether an item of the clock's list holds; most often its state and the event's kind are enough to tell. */
static bool holds(const csup_call *call, int32_t clock, const csup_triggers *list, uint32_t bit, bool levels_only,
                  const csup_step *step) {
  uint32_t levels = call->policy->state_levels[step->state * call->policy->clocks.count + clock];
  if (levels & bit)
    return true;
  bool may = (levels >> CSUP_LEVEL_ASKS & bit) != 0 || (!levels_only && (list->events >> step->on & 1) != 0);
  return may && csup_triggers_hold(list, levels_only, step->on, step->state, step->category, step->stage, step->slots);
}

/* Whether an item of start, reset or resume counts: one that is tied to the event, or a level that has become true, each for
   itself. So a look that finds nothing new does nothing. `first` is the bit of the list's first item. */
static bool counts(csup_call *call, int32_t clock, const csup_triggers *list, size_t first, bool waits, const csup_step *step) {
  bool may = (list->events >> step->on & 1) != 0;
  if (!list->has_levels)
    return may && csup_triggers_hold(list, false, step->on, step->state, step->category, step->stage, step->slots);
  uint64_t *levels = csup_case_levels(call->c) + clock;
  bool found = false;
  for (size_t i = 0; i < list->count; i++) {
    const csup_trigger *trigger = &list->items[i];
    bool is_true = csup_trigger_holds(trigger, step->on, step->state, step->category, step->stage, step->slots);
    if (trigger->events != 0) {
      found = found || is_true;
      continue;
    }
    uint64_t bit = UINT64_C(1) << (first + i);
    is_true = is_true && !waits;
    found = found || (is_true && !(*levels & bit));
    *levels = is_true ? *levels | bit : *levels & ~bit;
  }
  return found;
}

static bool start_counts(csup_call *call, int32_t clock, const csup_step *step) {
  return counts(call, clock, &call->policy->clocks.items[clock].start, 0, false, step);
}

static bool reset_counts(csup_call *call, int32_t clock, const csup_step *step) {
  const csup_clock_kind *kind = &call->policy->clocks.items[clock];
  return counts(call, clock, &kind->reset, kind->start.count, false, step);
}

/* Its levels wait for those of pause to end. */
static bool resume_counts(csup_call *call, int32_t clock, const csup_step *step) {
  const csup_clock_kind *kind = &call->policy->clocks.items[clock];
  bool waits = kind->resume.has_levels && holds(call, clock, &kind->pause, CSUP_LEVEL_PAUSE, true, step);
  return counts(call, clock, &kind->resume, kind->start.count + kind->reset.count, waits, step);
}

static bool is_active(const csup_cycle *cycle) {
  return cycle->status == CSUP_CLOCK_RUNNING || cycle->status == CSUP_CLOCK_PAUSED;
}

/* The same as for the count of reopens. */
static bool reopens(const csup_step *step) {
  return is_over(step->before) && step->before != step->category && step->category != CSUP_CATEGORY_CLOSED;
}

/* Whether the step can begin a cycle of a clock that has none. */
static bool may_begin(const csup_clock_kind *kind, const csup_step *step) {
  return kind->start.has_levels || (kind->start.events >> step->on & 1) != 0 ||
         (kind->again >= CSUP_AGAIN_RESUME && reopens(step));
}

static csup_status change_pause(csup_call *call, int32_t clock, bool resumes, const csup_step *step) {
  const csup_clock_kind *kind = &call->policy->clocks.items[clock];
  const csup_cycle *cycle = &call->c->cycles[clock];
  bool pauses = holds(call, clock, &kind->pause, CSUP_LEVEL_PAUSE, false, step);
  if (cycle->status == CSUP_CLOCK_RUNNING)
    return pauses ? pause_cycle(call, clock) : CSUP_OK;
  return !pauses && (resumes || kind->resume.count == 0) ? resume_cycle(call, clock) : CSUP_OK;
}

static csup_status start_if_due(csup_call *call, int32_t clock, const csup_step *step, bool wants, bool is_reset) {
  const csup_clock_kind *kind = &call->policy->clocks.items[clock];
  const csup_cycle *cycle = &call->c->cycles[clock];
  bool is_new = is_reset || (wants && (cycle->number == 0 || kind->again == CSUP_AGAIN_EACH));
  bool is_reopened = kind->again >= CSUP_AGAIN_RESUME && reopens(step) && cycle->status == CSUP_CLOCK_STOPPED;
  if (!(is_new || is_reopened) || is_active(cycle) || holds(call, clock, &kind->stop, CSUP_LEVEL_STOP, true, step) ||
      holds(call, clock, &kind->cancel, CSUP_LEVEL_CANCEL, true, step))
    return CSUP_OK;
  /* What holds already when a cycle begins does not become true in it. */
  (void)reset_counts(call, clock, step);
  (void)resume_counts(call, clock, step);
  return begin_cycle(call, clock, is_new ? CSUP_AGAIN_EACH : kind->again,
                     holds(call, clock, &kind->pause, CSUP_LEVEL_PAUSE, true, step));
}

/* Stop, cancel, reset, pause, resume, start: in this order, so that one event may end a cycle and begin the next. Closing cancels
   what it does not stop. */
static csup_status follow_step(csup_call *call, int32_t clock, const csup_step *step) {
  const csup_clock_kind *kind = &call->policy->clocks.items[clock];
  const csup_cycle *cycle = &call->c->cycles[clock];
  if (!is_active(cycle) && !may_begin(kind, step))
    return CSUP_OK;
  bool wants = start_counts(call, clock, step);
  bool resets = is_active(cycle) && reset_counts(call, clock, step);
  bool resumes = is_active(cycle) && resume_counts(call, clock, step);
  bool is_reset = false;
  bool closes = step->category == CSUP_CATEGORY_CLOSED && step->before != CSUP_CATEGORY_CLOSED;
  csup_status status = CSUP_OK;
  if (is_active(cycle)) {
    if (step->on == CSUP_EVENT_MERGED || step->on == CSUP_EVENT_CANCELLED)
      status = cancel_cycle(call, clock);
    else if (holds(call, clock, &kind->stop, CSUP_LEVEL_STOP, false, step))
      status = stop_cycle(call, clock);
    else if (closes || holds(call, clock, &kind->cancel, CSUP_LEVEL_CANCEL, false, step))
      status = cancel_cycle(call, clock);
    else if (resets) {
      is_reset = true;
      status = cancel_cycle(call, clock);
    } else
      status = change_pause(call, clock, resumes, step);
  }
  if (status == CSUP_OK)
    status = start_if_due(call, clock, step, wants, is_reset);
  return status;
}

/* Which clocks these steps can change at all: for the others nothing that they read is another than at the last look. */
static uint64_t concerned(const csup_call *call, const csup_step *steps, size_t count) {
  const csup_policy *policy = call->policy;
  uint64_t clocks = call->retarget || call->unseen ? policy->all_clocks : call->clocks;
  for (size_t i = 0; i < count; i++) {
    clocks |= policy->event_clocks[steps[i].on];
    if (reopens(&steps[i]) || steps[i].category == CSUP_CATEGORY_CLOSED)
      return policy->all_clocks;
  }
  return clocks;
}

static int32_t lowest(uint64_t bits) {
#if defined(__GNUC__)
  return __builtin_ctzll(bits);
#else
  int32_t bit = 0;
  while (!(bits >> bit & 1))
    bit++;
  return bit;
#endif
}

csup_status csup_cycles_follow(csup_call *call, const csup_step *steps, size_t count) {
  csup_status status = CSUP_OK;
  uint64_t clocks = concerned(call, steps, count);
  bool retarget = call->retarget || call->unseen;
  call->clocks = 0;
  call->retarget = call->unseen = false;
  call->keeps_breaches = steps[0].on != 0;
  for (; status == CSUP_OK && clocks != 0; clocks &= clocks - 1) {
    int32_t clock = lowest(clocks);
    if (retarget && is_active(&call->c->cycles[clock]))
      status = for_tracks(call, clock, csup_track_retarget);
    for (size_t i = 0; status == CSUP_OK && i < count; i++)
      status = follow_step(call, clock, &steps[i]);
  }
  call->keeps_breaches = false;
  if (call->breaches != 0)
    csup_show_breaches(call);
  bool has_promises = call->c->head->promise_count > 0;
  return status == CSUP_OK && has_promises ? csup_promises_follow(call, steps, count) : status;
}
