/* A case's life and its two verbs, apply and advance: all or nothing. */
#include "case/event.h"
#include "case/watch.h"

#include <string.h>

/* All arrays of the block are of eight-byte members. */
static size_t front_size(const csup_policy *policy) {
  size_t shares = policy->has_shares ? (size_t)policy->track_count : 0;
  size_t levels = policy->has_levels ? (size_t)policy->clocks.count : 0;
  return ((size_t)policy->schema.count + (size_t)policy->track_count + (size_t)policy->rules.count) * sizeof(int64_t) +
         shares * sizeof(csup_share) + levels * sizeof(uint64_t) + (size_t)policy->hold_count * sizeof(csup_held);
}

size_t csup_case_size(const csup_policy *policy) {
  return sizeof(csup_case) + front_size(policy) + (size_t)policy->clocks.count * sizeof(csup_cycle) +
         (size_t)policy->track_count * sizeof(csup_track) + (size_t)policy->rules.count * sizeof(csup_watch_of);
}

/* What a rule on a fact compares the first value with: counts start at 0, the level at 1, all else is absent. */
static int64_t before_opening(int32_t slot) {
  switch (slot) {
  case CSUP_SLOT_CONTACTS:
  case CSUP_SLOT_REPLIES:
  case CSUP_SLOT_REOPENS:
  case CSUP_SLOT_REJECTIONS:
  case CSUP_SLOT_REASSIGNMENTS:
  case CSUP_SLOT_BREACHED:
    return 0;
  case CSUP_SLOT_LEVEL:
    return 1;
  default:
    return CSUP_ABSENT;
  }
}

static void start_block(csup_case *c) {
  const csup_policy *policy = c->policy;
  csup_case_head *head = c->head;
  c->wakeup = head->opened = head->awaited = CSUP_TIME_NEVER;
  head->last = head->settled = INT64_MIN;
  head->state = head->resume = -1;
  head->csat = head->effort = head->nps = -1;
  head->severity = head->priority = head->raised = -1;
  head->priority_pin = head->severity_pin = (csup_pin){.until = CSUP_TIME_NEVER, .value = -1};
  head->settlement = 1;
  for (size_t kind = 0; kind < sizeof head->agreements / sizeof head->agreements[0]; kind++)
    head->agreements[kind] = -1;
  for (int32_t slot = 0; slot < policy->schema.count; slot++)
    c->slots[slot] = CSUP_ABSENT;
  for (int32_t clock = 0; clock < policy->clocks.count; clock++)
    c->cycles[clock].start = c->cycles[clock].stop = c->cycles[clock].paused = CSUP_TIME_NEVER;
  for (int32_t track = 0; track < policy->track_count; track++) {
    csup_case_wakes(c)[track] = CSUP_TIME_NEVER;
    c->tracks[track] = (csup_track){.due = CSUP_TIME_NEVER,
                                    .breached = CSUP_TIME_NEVER,
                                    .warn_at = CSUP_TIME_NEVER,
                                    .armed = CSUP_TIME_NEVER,
                                    .agreement = -1,
                                    .rank = -1};
  }
  for (int32_t rule = 0; rule < policy->rules.count; rule++) {
    const csup_rule *of = &policy->rules.items[rule];
    csup_case_nexts(c)[rule] = of->watch == CSUP_WATCH_FACT ? before_opening(of->slot) : CSUP_TIME_NEVER;
  }
  for (int32_t i = 0; i < policy->hold_count; i++)
    csup_case_held(c)[i].at = CSUP_TIME_NEVER;
}

csup_case *csup_case_make(csup_policy *policy, const csup_allocator *allocator) {
  size_t size = csup_case_size(policy);
  csup_case *c = csup_allocate(allocator, size);
  if (!c)
    return NULL;
  memset(c, 0, size);
  c->allocator = *allocator;
  c->policy = csup_policy_retain(policy);
  c->cycles = (csup_cycle *)(void *)((char *)c->slots + front_size(policy));
  c->tracks = (csup_track *)(void *)(c->cycles + policy->clocks.count);
  c->watches = (csup_watch_of *)(void *)(c->tracks + policy->track_count);
  start_block(c);
  return c;
}

csup_status csup_case_create(csup_policy *policy, const csup_allocator *allocator, csup_case **out) {
  csup_allocator own;
  if (!policy || !out || csup_allocator_take(allocator, &own) != CSUP_OK)
    return CSUP_E_ARGUMENT;
  csup_case *c = csup_case_make(policy, &own);
  if (!c)
    return CSUP_E_NOMEM;
  *out = c;
  return CSUP_OK;
}

void csup_case_free(csup_case *support_case) {
  if (!support_case)
    return;
  csup_case *c = support_case;
  csup_allocator own = c->allocator;
  csup_policy *policy = c->policy;
  csup_release(&own, c->visits, c->visit_room * sizeof *c->visits);
  csup_release(&own, c->spans, c->span_room * sizeof *c->spans);
  csup_release(&own, c->promises, c->promise_room * sizeof *c->promises);
  csup_release(&own, c->promise_watches, c->promise_watch_room * sizeof *c->promise_watches);
  csup_release(&own, c->requests, c->request_room * sizeof *c->requests);
  csup_release(&own, c->texts, c->text_room);
  csup_release(&own, c, csup_case_size(policy));
  csup_policy_release(policy);
}

csup_status csup_case_grow(csup_case *c, void **array, size_t element_size, uint32_t *room, size_t needed) {
  if (needed <= *room)
    return CSUP_OK;
  size_t grown = *room ? (size_t)*room * 2 : element_size == 1 ? 16 : 2;
  while (grown < needed)
    grown *= 2;
  if (grown > UINT32_MAX)
    return CSUP_E_NOMEM;
  void *block = csup_reallocate(&c->allocator, *array, *room * element_size, grown * element_size);
  if (!block)
    return CSUP_E_NOMEM;
  *array = block;
  *room = (uint32_t)grown;
  return CSUP_OK;
}

const char *csup_case_string(const csup_case *c, csup_text text) {
  return text == 0 ? NULL : c->texts + (text - 1);
}

csup_status csup_case_text(csup_case *c, const char *text, csup_text *out) {
  *out = 0;
  if (!text)
    return CSUP_OK;
  /* Few and short: a host's teams and agents come back again and again, so the walk is what keeps a case small. */
  size_t size = strlen(text) + 1;
  csup_case_head *head = c->head;
  for (uint32_t at = 0; at < head->text_length; at += (uint32_t)strlen(c->texts + at) + 1) {
    if (strcmp(c->texts + at, text) == 0) {
      *out = at + 1;
      return CSUP_OK;
    }
  }
  if (size > UINT32_MAX / 2 - head->text_length)
    return CSUP_E_NOMEM;
  csup_status status = csup_case_grow(c, (void **)&c->texts, 1, &c->text_room, head->text_length + size);
  if (status != CSUP_OK)
    return status;
  memcpy(c->texts + head->text_length, text, size);
  *out = head->text_length + 1;
  head->text_length += (uint32_t)size;
  return CSUP_OK;
}

csup_status csup_case_symbol(csup_case *c, const char *text, int64_t *value) {
  const csup_symbols *symbols = &c->policy->symbols;
  int32_t symbol = csup_symbols_find(symbols, text, strlen(text));
  if (symbol != CSUP_NO_SYMBOL) {
    *value = symbol;
    return CSUP_OK;
  }
  csup_text own = 0;
  csup_status status = csup_case_text(c, text, &own);
  if (status == CSUP_OK)
    *value = (int64_t)symbols->count + own;
  return status;
}

const char *csup_case_symbol_text(const csup_case *c, int64_t value) {
  const csup_symbols *symbols = &c->policy->symbols;
  if (value == CSUP_ABSENT)
    return NULL;
  if (value < (int64_t)symbols->count)
    return symbols->texts[value];
  return csup_case_string(c, (csup_text)(value - (int64_t)symbols->count));
}

static csup_status fail_at_event(csup_error *error, csup_status status, size_t index) {
  if (error)
    error->index = (int32_t)index;
  return status;
}

/* What can be said of the batch before any of it happens. */
static csup_status check_batch(const csup_case *c, const csup_event *events, size_t count, csup_error *error) {
  for (size_t i = 0; i < count; i++) {
    csup_status status = CSUP_OK;
    if (events[i].at != events[0].at)
      status =
          csup_fail(error, CSUP_E_ARGUMENT, "the events of one batch share one instant, but this one has another than the first");
    if (status == CSUP_OK)
      status = csup_event_check(c, &events[i], error);
    if (status != CSUP_OK)
      return fail_at_event(error, status, i);
  }
  return CSUP_OK;
}

static csup_status check_order(const csup_case *c, csup_time at, csup_error *error) {
  const csup_case_head *head = c->head;
  if (head->opened == CSUP_TIME_NEVER)
    return CSUP_OK;
  char last[40];
  if (at < head->last) {
    (void)csup_time_format(head->last, last, sizeof last, NULL);
    return csup_fail(error, CSUP_E_ORDER, "the event is earlier than the last one of this case, at %s", last);
  }
  if (at < head->settled) {
    (void)csup_time_format(head->settled, last, sizeof last, NULL);
    return csup_fail(error, CSUP_E_ORDER, "the event is earlier than what has already been decided, at %s", last);
  }
  return CSUP_OK;
}

/* Folds the events one by one and notes where each has led, for the clocks: state and facts as they were behind it. */
static csup_status fold_batch(csup_call *call, const csup_event *events, size_t count, csup_step *steps, int64_t *copies) {
  csup_case *c = call->c;
  size_t slot_count = (size_t)c->policy->schema.count;
  for (size_t i = 0; i < count; i++) {
    bool was_open = c->head->opened != CSUP_TIME_NEVER;
    csup_category before = was_open ? (csup_category)c->slots[CSUP_SLOT_CATEGORY] + 1 : 0;
    csup_status status = csup_fold(call, &events[i]);
    if (status != CSUP_OK)
      return fail_at_event(call->error, status, i);
    csup_state state;
    csup_workflow_state_at(c->policy->workflow, c->head->state, &state);
    int64_t *copy = i + 1 < count ? copies + i * slot_count : c->slots;
    if (copy != c->slots)
      memcpy(copy, c->slots, slot_count * sizeof *copy);
    steps[i] = (csup_step){.on = events[i].kind,
                           .before = before,
                           .category = state.category,
                           .stage = state.stage,
                           .state = c->head->state,
                           .slots = copy,
                           .event = &events[i]};
  }
  return CSUP_OK;
}

/* The assessment is made once, behind the batch, and counts for each of its events. */
static void share_assessment(const csup_case *c, size_t count, int64_t *copies) {
  size_t slot_count = (size_t)c->policy->schema.count;
  for (size_t i = 0; i + 1 < count; i++)
    for (int32_t slot = CSUP_SLOT_PRIORITY; slot <= CSUP_SLOT_SCORE; slot++)
      copies[i * slot_count + (size_t)slot] = c->slots[slot];
}

/* What the next call has to know. */
static void end_call(const csup_call *call) {
  csup_case_head *head = call->c->head;
  head->unseen = call->unseen || call->retarget || call->clocks != 0;
  call->c->wakeup = call->next;
}

static csup_status apply(csup_call *call, const csup_event *events, size_t count, csup_step *steps, int64_t *copies) {
  csup_case *c = call->c;
  csup_time at = events[0].at;
  bool fired = false;
  csup_status status = CSUP_OK;
  if (c->wakeup <= at)
    status = csup_settle(call, at);
  /* Everything up to and including this instant is settled, under the facts before its events. */
  csup_watches_pass(c, at);
  c->head->settled = c->head->settled < at ? at : c->head->settled;
  csup_watches_lapse(call);
  call->at = at;
  if (status == CSUP_OK)
    status = fold_batch(call, events, count, steps, copies);
  if (status == CSUP_OK)
    status = csup_reassess(call);
  if (status != CSUP_OK)
    return status;
  share_assessment(c, count, copies);
  call->look = false;
  status = csup_cycles_follow(call, steps, count);
  csup_fold_end(call);
  if (status == CSUP_OK)
    status = csup_follow_change(call, (csup_category)c->slots[CSUP_SLOT_CATEGORY] + 1);
  for (size_t i = 0; status == CSUP_OK && i < count; i++)
    if (call->policy->event_rules[events[i].kind].count > 0)
      status = csup_watches_event(call, &events[i]);
  if (status == CSUP_OK && (call->facts_moved || c->head->awaited <= at))
    status = csup_watches_facts(call, &fired);
  if (status != CSUP_OK)
    return status;
  c->head->last = at;
  call->floor = at; /* what is found late now is dated now */
  status = csup_settle_events(call, fired);
  if (status == CSUP_OK)
    end_call(call);
  return status;
}

csup_status csup_case_apply(csup_case *support_case, const csup_event *events, size_t count, csup_decisions *decisions,
                            csup_error *error) {
  if (!support_case || !decisions || !events || count == 0)
    return csup_fail(error, CSUP_E_ARGUMENT, "apply needs a case, at least one event and a list for the decisions");
  csup_status status = check_batch(support_case, events, count, error);
  if (status == CSUP_OK)
    status = check_order(support_case, events[0].at, error);
  if (status != CSUP_OK)
    return status;
  csup_call call = {.c = support_case,
                    .policy = support_case->policy,
                    .list = decisions,
                    .error = error,
                    .at = events[0].at,
                    .floor = INT64_MIN,
                    .unseen = support_case->head->unseen};
  csup_checkpoint before;
  csup_step one;
  size_t copied = (count - 1) * (size_t)support_case->policy->schema.count * sizeof(int64_t);
  char *notes = count == 1 ? NULL : csup_decisions_notes(decisions, copied + count * sizeof one);
  if (!csup_checkpoint_take(&call, &before) || (count > 1 && !notes))
    return csup_fail_plain(error, CSUP_E_NOMEM);
  csup_step *steps = count == 1 ? &one : (csup_step *)(void *)(notes + copied);
  status = apply(&call, events, count, steps, (int64_t *)(void *)notes);
  if (status == CSUP_OK)
    return CSUP_OK;
  csup_checkpoint_restore(&call, &before);
  return status == CSUP_E_NOMEM ? csup_fail_plain(error, status) : status;
}

csup_status csup_case_advance(csup_case *support_case, csup_time now, csup_decisions *decisions, csup_error *error) {
  if (!support_case || !decisions)
    return csup_fail(error, CSUP_E_ARGUMENT, "advance needs a case and a list for the decisions");
  if (now < support_case->wakeup || support_case->wakeup == CSUP_TIME_NEVER)
    return CSUP_OK;
  if (!csup_time_in_range(now))
    return csup_fail(error, CSUP_E_RANGE, "the instant lies outside the years 1900 to 2200");
  csup_call call = {.c = support_case,
                    .policy = support_case->policy,
                    .list = decisions,
                    .error = error,
                    .floor = INT64_MIN,
                    .unseen = support_case->head->unseen};
  csup_checkpoint before;
  if (!csup_checkpoint_take(&call, &before))
    return csup_fail_plain(error, CSUP_E_NOMEM);
  csup_status status = csup_settle(&call, now);
  if (status == CSUP_OK) {
    end_call(&call);
    return CSUP_OK;
  }
  csup_checkpoint_restore(&call, &before);
  return csup_fail_plain(error, status);
}

csup_status csup_case_next_wakeup(const csup_case *support_case, csup_time *at) {
  if (!support_case || !at)
    return CSUP_E_ARGUMENT;
  *at = support_case->wakeup;
  return *at == CSUP_TIME_NEVER ? CSUP_E_NEVER : CSUP_OK;
}
