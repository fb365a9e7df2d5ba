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
  for (int32_t i = 0; i < agreements->count; i++)
    for (int32_t clock = 0; clock < clocks; clock++)
      policy->has_shares |=
          agreements->items[i].targets[clock] && agreements->items[i].targets[clock]->on_change == CSUP_PROPORTIONAL;
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
static csup_status key_rules(csup_policy *policy) {
  const csup_rules *rules = &policy->rules;
  policy->rule_keys = csup_arena_allocate(&policy->arena, (size_t)rules->count, sizeof *policy->rule_keys);
  if (!policy->rule_keys)
    return CSUP_E_NOMEM;
  for (int32_t i = 0; i < rules->count; i++) {
    const csup_rule *rule = &rules->items[i];
    csup_rule_key *key = &policy->rule_keys[i];
    bool may_hold = rule->hours && rule->outside == CSUP_OUTSIDE_HOLD;
    *key = (csup_rule_key){.watch = (uint8_t)rule->watch, .track = -1, .hold = may_hold ? policy->hold_count++ : -1};
    if (rule->watch == CSUP_WATCH_FACT) {
      key->slot = (int16_t)rule->slot;
      policy->rule_reads[rule->slot] = 1;
    }
    policy->has_team_rules |= rule->watch == CSUP_WATCH_TEAM;
    if (rule->watch != CSUP_WATCH_CLOCK)
      continue;
    key->promises = rule->clock == CSUP_CLOCK_PROMISE;
    for (int32_t track = 0; track < policy->track_count; track++)
      if (policy->tracks[track].clock == rule->clock && policy->tracks[track].kind == rule->kind)
        key->track = track;
  }
  return CSUP_OK;
}

typedef bool (*rule_test)(const csup_policy *policy, int32_t rule, int32_t what);

static bool is_on_track(const csup_policy *policy, int32_t rule, int32_t track) {
  return policy->rule_keys[rule].track == track;
}

static bool is_on_event(const csup_policy *policy, int32_t rule, int32_t event) {
  return policy->rule_keys[rule].watch == CSUP_WATCH_EVENT && (policy->rules.items[rule].events >> event & 1) != 0;
}

static bool is_watch(const csup_policy *policy, int32_t rule, int32_t watch) {
  return policy->rule_keys[rule].watch == watch;
}

static bool is_on_promises(const csup_policy *policy, int32_t rule, int32_t unused) {
  (void)unused;
  return policy->rule_keys[rule].promises;
}

static csup_status list_rules(csup_policy *policy, rule_test test, int32_t what, csup_rule_list *out) {
  int32_t count = 0;
  for (int32_t i = 0; i < policy->rules.count; i++)
    count += test(policy, i, what);
  int32_t *items = csup_arena_allocate(&policy->arena, (size_t)count, sizeof *items);
  if (!items)
    return CSUP_E_NOMEM;
  *out = (csup_rule_list){.items = items, .count = count};
  for (int32_t i = 0; i < policy->rules.count; i++)
    if (test(policy, i, what))
      *items++ = i;
  return CSUP_OK;
}

static csup_status lay_rules(csup_policy *policy) {
  csup_status status = key_rules(policy);
  policy->track_rules = csup_arena_allocate(&policy->arena, (size_t)policy->track_count, sizeof *policy->track_rules);
  if (status != CSUP_OK || !policy->track_rules)
    return CSUP_E_NOMEM;
  for (int32_t track = 0; status == CSUP_OK && track < policy->track_count; track++)
    status = list_rules(policy, is_on_track, track, &policy->track_rules[track]);
  for (int32_t event = 1; status == CSUP_OK && event <= CSUP_EVENT_KINDS; event++)
    status = list_rules(policy, is_on_event, event, &policy->event_rules[event]);
  if (status == CSUP_OK)
    status = list_rules(policy, is_watch, CSUP_WATCH_STATE, &policy->state_rules);
  if (status == CSUP_OK)
    status = list_rules(policy, is_watch, CSUP_WATCH_FACT, &policy->fact_rules);
  if (status == CSUP_OK)
    status = list_rules(policy, is_on_promises, 0, &policy->promise_rules);
  return status;
}

/* What one item of a clock's list makes the case look at. An item tied to events is read when one of them comes, a level when
   what it reads has changed. */
static void note_item(csup_policy *policy, const csup_trigger *item, uint64_t clock) {
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
  /* `auto` and `by` come and go with the event itself. */
  if (reads[CSUP_SLOT_AUTO] || reads[CSUP_SLOT_BY])
    for (int32_t on = 0; on <= CSUP_EVENT_KINDS; on++)
      policy->event_clocks[on] |= clock;
}

/* Whether no level of the list tells the two states apart. */
static bool same_levels(const csup_policy *policy, const csup_triggers *list, int32_t a, int32_t b) {
  csup_state x, y;
  csup_workflow_state_at(policy->workflow, a, &x);
  csup_workflow_state_at(policy->workflow, b, &y);
  for (size_t i = 0; i < list->count; i++) {
    const csup_trigger *item = &list->items[i];
    if (item->events == 0 && csup_trigger_fits(item, a, x.category, x.stage) != csup_trigger_fits(item, b, y.category, y.stage))
      return false;
  }
  return true;
}

static bool same_state(const csup_policy *policy, const csup_clock_kind *clock, int32_t a, int32_t b) {
  return same_levels(policy, &clock->start, a, b) && same_levels(policy, &clock->stop, a, b) &&
         same_levels(policy, &clock->cancel, a, b) && same_levels(policy, &clock->reset, a, b) &&
         same_levels(policy, &clock->pause, a, b) && same_levels(policy, &clock->resume, a, b);
}

static csup_status class_states(csup_policy *policy) {
  const int32_t states = csup_workflow_state_count(policy->workflow);
  const int32_t clocks = policy->clocks.count;
  policy->state_classes = csup_arena_allocate(&policy->arena, (size_t)states * (size_t)clocks, 1);
  if (!policy->state_classes)
    return CSUP_E_NOMEM;
  for (int32_t clock = 0; clock < clocks; clock++) {
    for (int32_t state = 0; state < states; state++) {
      int32_t first = 0;
      while (first < state && !same_state(policy, &policy->clocks.items[clock], first, state))
        first++;
      policy->state_classes[state * clocks + clock] = (uint8_t)first;
    }
  }
  return CSUP_OK;
}

static uint16_t levels_in(const csup_policy *policy, const csup_triggers *list, uint16_t bit, int32_t state) {
  csup_state of;
  csup_workflow_state_at(policy->workflow, state, &of);
  uint16_t levels = 0;
  for (size_t i = 0; i < list->count; i++) {
    const csup_trigger *item = &list->items[i];
    if (item->events == 0 && csup_trigger_fits(item, state, of.category, of.stage))
      levels |= (uint16_t)(item->when ? bit << CSUP_LEVEL_ASKS : bit);
  }
  return levels;
}

static csup_status level_states(csup_policy *policy) {
  const int32_t states = csup_workflow_state_count(policy->workflow);
  const int32_t clocks = policy->clocks.count;
  uint16_t *levels = csup_arena_allocate(&policy->arena, (size_t)states * (size_t)clocks, sizeof *levels);
  if (!levels)
    return CSUP_E_NOMEM;
  policy->state_levels = levels;
  for (int32_t state = 0; state < states; state++) {
    for (int32_t i = 0; i < clocks; i++, levels++) {
      const csup_clock_kind *clock = &policy->clocks.items[i];
      *levels = levels_in(policy, &clock->stop, CSUP_LEVEL_STOP, state) |
                levels_in(policy, &clock->cancel, CSUP_LEVEL_CANCEL, state) |
                levels_in(policy, &clock->pause, CSUP_LEVEL_PAUSE, state);
    }
  }
  return CSUP_OK;
}

uint64_t csup_policy_state_clocks(const csup_policy *policy, int32_t from, int32_t to) {
  const int32_t count = policy->clocks.count;
  const uint8_t *a = policy->state_classes + from * count;
  const uint8_t *b = policy->state_classes + to * count;
  uint64_t clocks = 0;
  for (int32_t clock = 0; clock < count; clock++)
    clocks |= (uint64_t)(a[clock] != b[clock]) << clock;
  return clocks;
}

static void note_clocks(csup_policy *policy) {
  policy->clock_reads[CSUP_SLOT_STATE] = 1;
  for (int32_t i = 0; i < policy->clocks.count; i++) {
    const csup_clock_kind *clock = &policy->clocks.items[i];
    const csup_triggers *lists[] = {&clock->start, &clock->stop, &clock->cancel, &clock->pause, &clock->reset, &clock->resume};
    for (size_t list = 0; list < sizeof lists / sizeof lists[0]; list++)
      for (size_t item = 0; item < lists[list]->count; item++)
        note_item(policy, &lists[list]->items[item], UINT64_C(1) << i);
    policy->all_clocks |= UINT64_C(1) << i;
    policy->has_levels |= clock->start.has_levels || clock->reset.has_levels || clock->resume.has_levels;
  }
  policy->event_clocks[CSUP_EVENT_OPENED] = policy->event_clocks[CSUP_EVENT_MERGED] = policy->event_clocks[CSUP_EVENT_CANCELLED] =
      policy->all_clocks;
}

csup_status csup_policy_lay_out(csup_policy *policy) {
  csup_impact_reads(policy->impact, policy->assess_reads);
  for (int32_t i = 0; i < policy->agreements.count; i++)
    csup_condition_reads(policy->agreements.items[i].when, policy->agreement_reads);
  note_clocks(policy);
  csup_status status = class_states(policy);
  if (status == CSUP_OK)
    status = level_states(policy);
  if (status == CSUP_OK)
    status = lay_tracks(policy);
  return status == CSUP_OK ? lay_rules(policy) : status;
}
