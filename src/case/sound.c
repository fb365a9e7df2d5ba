/* What holds in every case that was folded from events, and what the code that goes on with a case relies on. A snapshot's bytes
   are not trusted, so it is checked; numbers have been checked one by one before. */
#include "case/cycle.h"
#include "case/event.h"

/* Open or real time of a case: no longer than the years served. */
static bool is_length(csup_duration length) {
  return length >= 0 && length <= CSUP_TIME_LAST - CSUP_TIME_FIRST;
}

static bool is_time_or_never(csup_time at) {
  return at == CSUP_TIME_NEVER || csup_time_in_range(at);
}

/* Before `opened` there is nothing but the policy. */
static bool is_empty(const csup_case *c) {
  const csup_case_head *head = c->head;
  for (int32_t i = 0; i < c->policy->clocks.count; i++)
    if (c->cycles[i].number > 0)
      return false;
  return head->state < 0 && head->case_id == 0 && head->visit_count == 0 && head->span_count == 0 && head->promise_count == 0 &&
         head->request_count == 0 && head->priority < 0 && head->severity < 0 && head->priority_pin.value < 0 &&
         head->severity_pin.value < 0;
}

static bool head_is_sound(const csup_case *c) {
  const csup_case_head *head = c->head;
  bool in_order = csup_time_in_range(head->opened) && csup_time_in_range(head->settled) && head->opened <= head->last &&
                  head->last <= head->settled && head->opened <= head->entered && head->entered <= head->settled;
  return in_order && head->state >= 0 && head->case_id != 0 && head->priority >= 0 && head->severity >= 0 && head->seq >= 0 &&
         head->seq <= INT64_MAX / 2 && head->minutes >= 0 && head->cost >= 0;
}

static bool pin_is_sound(const csup_pin *pin) {
  return is_time_or_never(pin->until) && (pin->value >= 0 || pin->until == CSUP_TIME_NEVER);
}

/* Facts that stand in the head too, or are counted. */
static bool slots_are_sound(const csup_case *c) {
  static const int32_t counts[] = {CSUP_SLOT_CONTACTS, CSUP_SLOT_REPLIES, CSUP_SLOT_REOPENS, CSUP_SLOT_REJECTIONS,
                                   CSUP_SLOT_REASSIGNMENTS};
  const csup_case_head *head = c->head;
  const int64_t *slots = c->slots;
  csup_state state;
  csup_workflow_state_at(c->policy->workflow, head->state, &state);
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
    if (slots[counts[i]] < 0 || slots[counts[i]] > INT64_MAX / 2)
      return false;
  return slots[CSUP_SLOT_STATE] == head->state && slots[CSUP_SLOT_CATEGORY] == state.category - 1 &&
         slots[CSUP_SLOT_STAGE] == (state.stage == CSUP_STAGE_NONE ? CSUP_ABSENT : state.stage - 1) &&
         slots[CSUP_SLOT_PRIORITY] == head->priority && slots[CSUP_SLOT_SEVERITY] == head->severity &&
         slots[CSUP_SLOT_LEVEL] >= 1 && slots[CSUP_SLOT_LEVEL] <= CSUP_LEVEL_MAX && slots[CSUP_SLOT_BREACHED] >= 0 &&
         slots[CSUP_SLOT_BREACHED] >> (c->policy->clocks.count + 1) == 0;
}

static bool visits_are_sound(const csup_case *c) {
  const csup_case_head *head = c->head;
  csup_time before = head->opened;
  for (uint32_t i = 0; i < head->visit_count; i++) {
    if (c->visits[i].entered < before || c->visits[i].entered > head->settled)
      return false;
    before = c->visits[i].entered;
  }
  return head->visit_count > 0 && before == head->entered && c->visits[head->visit_count - 1].state == head->state;
}

static bool cycle_is_sound(const csup_case *c, const csup_cycle *cycle) {
  if ((cycle->number == 0) != (cycle->status == 0) || cycle->first_span > c->head->span_count)
    return false;
  if (cycle->number == 0)
    return true;
  bool is_active = cycle->status == CSUP_CLOCK_RUNNING || cycle->status == CSUP_CLOCK_PAUSED;
  bool may_pause = cycle->status == CSUP_CLOCK_PAUSED || cycle->status == CSUP_CLOCK_CANCELLED;
  if (cycle->start < c->head->opened || cycle->start > c->head->settled || is_active != (cycle->stop == CSUP_TIME_NEVER))
    return false;
  if (!is_active && (cycle->stop < cycle->start || cycle->stop > c->head->settled))
    return false;
  if (cycle->paused == CSUP_TIME_NEVER)
    return cycle->status != CSUP_CLOCK_PAUSED;
  return may_pause && cycle->paused >= cycle->start && cycle->paused <= c->head->settled;
}

static bool spans_are_sound(const csup_case *c) {
  for (uint32_t i = 0; i < c->head->span_count; i++)
    if (c->spans[i].from < c->head->opened || c->spans[i].to < c->spans[i].from || c->spans[i].to > c->head->settled)
      return false;
  return true;
}

static bool track_is_sound(const csup_case *c, int32_t index) {
  const csup_track *track = &c->tracks[index];
  if (track->agreement < 0)
    return true;
  return is_time_or_never(track->origin) && is_time_or_never(track->due) && is_length(track->length) &&
         is_length(track->paused) && is_length(track->left) && is_length(track->whole) && track->left <= track->whole;
}

static bool promise_is_sound(const csup_promise *promise) {
  bool runs = promise->status == CSUP_CLOCK_RUNNING;
  return csup_time_in_range(promise->start) && csup_time_in_range(promise->due) && promise->due > promise->start &&
         is_time_or_never(promise->stop) && runs == (promise->stop == CSUP_TIME_NEVER) && promise->status != CSUP_CLOCK_PAUSED;
}

static bool request_is_sound(const csup_asked *request) {
  return csup_time_in_range(request->asked) && is_time_or_never(request->due) && is_time_or_never(request->provided);
}

bool csup_case_is_sound(const csup_case *c) {
  const csup_case_head *head = c->head;
  if (head->opened == CSUP_TIME_NEVER)
    return is_empty(c);
  bool is_sound = head_is_sound(c) && pin_is_sound(&head->priority_pin) && pin_is_sound(&head->severity_pin) &&
                  slots_are_sound(c) && visits_are_sound(c) && spans_are_sound(c);
  for (int32_t i = 0; is_sound && i < c->policy->clocks.count; i++)
    is_sound = cycle_is_sound(c, &c->cycles[i]);
  for (int32_t i = 0; is_sound && i < c->policy->track_count; i++)
    is_sound = track_is_sound(c, i);
  for (uint32_t i = 0; is_sound && i < head->promise_count; i++)
    is_sound = promise_is_sound(&c->promises[i]);
  for (uint32_t i = 0; is_sound && i < head->request_count; i++)
    is_sound = request_is_sound(&c->requests[i]);
  return is_sound;
}
