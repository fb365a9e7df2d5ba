/* What a case looks up at every event, laid out once: which clocks an event or a changed fact concerns, which tracks a clock has,
   which rules wait for what. */
#include "policy/policy.h"

static bool targets(const csup_agreements *agreements, int32_t kind, int32_t clock) {
  for (int32_t i = 0; i < agreements->count; i++)
    if (agreements->items[i].kind == kind && agreements->items[i].targets[clock])
      return true;
  return false;
}

/* A track only where some agreement may set a target: without one there is nothing to remember. */
static csup_status lay_tracks(csup_policy *policy) {
  const csup_agreements *agreements = &policy->agreements;
  const int32_t clocks = policy->clocks.count;
  policy->tracks = csup_arena_allocate(&policy->arena, (size_t)clocks * (size_t)agreements->kind_count, sizeof *policy->tracks);
  policy->first_tracks = csup_arena_allocate(&policy->arena, (size_t)clocks + 1, sizeof *policy->first_tracks);
  if (!policy->tracks || !policy->first_tracks)
    return CSUP_E_NOMEM;
  for (int32_t clock = 0; clock < clocks; clock++) {
    for (int32_t kind = 0; kind < agreements->kind_count; kind++)
      if (targets(agreements, kind, clock))
        policy->tracks[policy->track_count++] = (csup_track_kind){clock, kind};
    policy->first_tracks[clock + 1] = policy->track_count;
  }
  return CSUP_OK;
}

/* Rules on a clock watch one kind of agreement; rules on promises have room with each promise. */
static csup_status lay_rules(csup_policy *policy) {
  const csup_rules *rules = &policy->rules;
  policy->rule_tracks = csup_arena_allocate(&policy->arena, (size_t)rules->count, sizeof *policy->rule_tracks);
  if (!policy->rule_tracks)
    return CSUP_E_NOMEM;
  for (int32_t i = 0; i < rules->count; i++) {
    const csup_rule *rule = &rules->items[i];
    policy->rule_tracks[i] = -1;
    if (rule->watch != CSUP_WATCH_CLOCK)
      continue;
    policy->promise_rules += rule->clock == CSUP_CLOCK_PROMISE;
    for (int32_t track = 0; track < policy->track_count; track++)
      if (policy->tracks[track].clock == rule->clock && policy->tracks[track].kind == rule->kind)
        policy->rule_tracks[i] = track;
  }
  return CSUP_OK;
}

/* What one item of a clock's list makes the case look at. An item tied to events is read when one of them comes, a level when
   what it reads has changed; what may act again and again while nothing changes is read at every event. */
static void note_item(csup_policy *policy, const csup_trigger *item, uint64_t clock, bool acts_again) {
  uint8_t reads[CSUP_FACTS_MAX] = {0};
  csup_condition_reads(item->when, reads);
  for (int32_t slot = 0; slot < policy->schema.count; slot++)
    policy->clock_reads[slot] |= reads[slot];
  if (item->events != 0) {
    for (int32_t on = 1; on <= CSUP_EVENT_KINDS; on++)
      if (item->events >> on & 1)
        policy->event_clocks[on] |= clock;
    return;
  }
  for (int32_t slot = 0; slot < policy->schema.count; slot++)
    if (reads[slot])
      policy->slot_clocks[slot] |= clock;
  if (item->states || item->categories || item->stages)
    policy->slot_clocks[CSUP_SLOT_STATE] |= clock;
  /* `auto` and `by` come and go with the event itself. */
  if (acts_again || reads[CSUP_SLOT_AUTO] || reads[CSUP_SLOT_BY])
    for (int32_t on = 0; on <= CSUP_EVENT_KINDS; on++)
      policy->event_clocks[on] |= clock;
}

static void note_clocks(csup_policy *policy) {
  policy->clock_reads[CSUP_SLOT_STATE] = 1;
  for (int32_t i = 0; i < policy->clocks.count; i++) {
    const csup_clock_kind *clock = &policy->clocks.items[i];
    const csup_triggers *lists[] = {&clock->start, &clock->stop, &clock->cancel, &clock->pause, &clock->reset, &clock->resume};
    for (size_t list = 0; list < sizeof lists / sizeof lists[0]; list++)
      for (size_t item = 0; item < lists[list]->count; item++)
        note_item(policy, &lists[list]->items[item], UINT64_C(1) << i, list >= 4);
    policy->all_clocks |= UINT64_C(1) << i;
  }
  policy->event_clocks[CSUP_EVENT_OPENED] = policy->event_clocks[CSUP_EVENT_MERGED] = policy->event_clocks[CSUP_EVENT_CANCELLED] =
      policy->all_clocks;
}

csup_status csup_policy_lay_out(csup_policy *policy) {
  csup_impact_reads(policy->impact, policy->assess_reads);
  for (int32_t i = 0; i < policy->agreements.count; i++)
    csup_condition_reads(policy->agreements.items[i].when, policy->agreement_reads);
  note_clocks(policy);
  csup_status status = lay_tracks(policy);
  return status == CSUP_OK ? lay_rules(policy) : status;
}
