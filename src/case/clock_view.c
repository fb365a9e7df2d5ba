/* The clocks of a case as a host sees them: each that ever started, once for each kind of agreement that targets it and once if
   none does; then the promises. */
#include "case/cycle.h"

static int32_t line_count(const csup_case *c, int32_t clock) {
  int32_t tracks = c->policy->first_tracks[clock + 1] - c->policy->first_tracks[clock];
  return c->cycles[clock].number == 0 ? 0 : tracks > 0 ? tracks : 1;
}

size_t csup_case_clock_count(const csup_case *support_case) {
  size_t count = 0;
  if (!support_case)
    return 0;
  for (int32_t clock = 0; clock < support_case->policy->clocks.count; clock++)
    count += (size_t)line_count(support_case, clock);
  return count + support_case->head->promise_count;
}

static void tell_track(const csup_case *c, int32_t index, csup_time now, csup_clock *out) {
  const csup_track *track = &c->tracks[index];
  const csup_target *target = csup_track_target(c, index);
  csup_decision told = {.due = CSUP_TIME_NEVER};
  csup_track_tell(c, index, now, &told);
  out->agreement = told.agreement;
  out->agreement_kind = told.agreement_kind;
  out->verdict = told.verdict;
  out->percent = told.percent;
  out->due = told.due;
  out->elapsed = told.elapsed;
  out->overrun = told.overrun;
  if (!target)
    return;
  out->calendar = target->calendar_name[track->rank];
  out->target = csup_track_length(c, index, now);
  bool is_live = out->status == CSUP_CLOCK_RUNNING || out->status == CSUP_CLOCK_PAUSED;
  if (is_live && out->target > told.elapsed)
    out->remaining = out->target - told.elapsed;
}

static void tell_clock(const csup_case *c, int32_t clock, int32_t nth, csup_time now, csup_clock *out) {
  const csup_cycle *cycle = &c->cycles[clock];
  int32_t track = c->policy->first_tracks[clock] + nth;
  *out = (csup_clock){.name = c->policy->clocks.items[clock].name,
                      .agreement_kind = "sla",
                      .cycle = cycle->number,
                      .status = cycle->status,
                      .start = cycle->start,
                      .due = CSUP_TIME_NEVER,
                      .stop = cycle->stop};
  if (track < c->policy->first_tracks[clock + 1])
    tell_track(c, track, now, out);
}

csup_status csup_case_clock_at(const csup_case *support_case, size_t index, csup_time now, csup_clock *out) {
  if (!support_case || !out)
    return CSUP_E_ARGUMENT;
  if (!csup_time_in_range(now))
    return CSUP_E_RANGE;
  for (int32_t clock = 0; clock < support_case->policy->clocks.count; clock++) {
    size_t lines = (size_t)line_count(support_case, clock);
    if (index < lines) {
      tell_clock(support_case, clock, (int32_t)index, now, out);
      return CSUP_OK;
    }
    index -= lines;
  }
  if (index >= support_case->head->promise_count)
    return CSUP_E_ARGUMENT;
  csup_promise_tell(support_case, &support_case->promises[index], now, out);
  return CSUP_OK;
}
