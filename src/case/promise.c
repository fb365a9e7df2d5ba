/* Promises to the customer: a clock of their own, in real time, from the promise to its due. */
#include "case/cycle.h"
#include "case/event.h"
#include "case/watch.h"

#include <string.h>

static const char prefix[] = "promise:";

csup_promise *csup_promise_find(csup_case *c, const char *name) {
  for (uint32_t i = 0; i < c->head->promise_count; i++)
    if (strcmp(csup_case_string(c, c->promises[i].name) + sizeof prefix - 1, name) == 0)
      return &c->promises[i];
  return NULL;
}

/* Every promise brings a watch for each rule on promises. */
static csup_status add_watches(csup_case *c) {
  size_t each = (size_t)c->policy->promise_rules.count;
  size_t before = c->head->promise_count * each;
  csup_status status =
      csup_case_grow(c, (void **)&c->promise_watches, sizeof *c->promise_watches, &c->promise_watch_room, before + each);
  for (size_t i = 0; status == CSUP_OK && i < each; i++)
    c->promise_watches[before + i] = (csup_promise_watch){.next = CSUP_TIME_NEVER, .held.at = CSUP_TIME_NEVER};
  return status;
}

csup_status csup_promise_note(csup_call *call, const char *name) {
  csup_case *c = call->c;
  if (csup_promise_find(c, name))
    return CSUP_OK;
  csup_status status =
      csup_case_grow(c, (void **)&c->promises, sizeof *c->promises, &c->promise_room, (size_t)c->head->promise_count + 1);
  if (status != CSUP_OK)
    return status;
  char full[sizeof prefix + CSUP_NAME_BYTES];
  csup_writer writer;
  csup_writer_init(&writer, full, sizeof full);
  csup_write_text(&writer, prefix);
  csup_write_text(&writer, name);
  (void)csup_writer_end(&writer, NULL);
  csup_promise promise = {.start = CSUP_TIME_NEVER, .due = CSUP_TIME_NEVER, .stop = CSUP_TIME_NEVER};
  status = csup_case_text(c, full, &promise.name);
  if (status == CSUP_OK)
    status = add_watches(c);
  if (status == CSUP_OK)
    c->promises[c->head->promise_count++] = promise;
  return status;
}

void csup_promise_tell(const csup_case *c, const csup_promise *promise, csup_time now, csup_clock *out) {
  csup_time until = promise->stop < now ? promise->stop : now;
  csup_duration elapsed = until > promise->start ? until - promise->start : 0;
  csup_duration target = promise->due - promise->start;
  /* What follows from a breach is dated at the due like the breach itself. */
  bool is_at_breach = promise->has_breached && until == promise->due && promise->status != CSUP_CLOCK_STOPPED;
  *out = (csup_clock){.name = csup_case_string(c, promise->name),
                      .agreement_kind = "promise",
                      .cycle = promise->cycle,
                      .status = promise->status,
                      .verdict =
                          until > promise->due || is_at_breach ? CSUP_VERDICT_BREACHED : promise->status == CSUP_CLOCK_STOPPED,
                      .percent = csup_percent_of(elapsed, target),
                      .start = promise->start,
                      .due = promise->due,
                      .stop = promise->stop,
                      .target = target,
                      .elapsed = elapsed,
                      .remaining = until < promise->due ? promise->due - until : 0,
                      .overrun = until > promise->due ? until - promise->due : 0};
}

csup_status csup_promise_decision(csup_call *call, const csup_promise *promise, csup_decision *decision) {
  csup_clock told;
  csup_promise_tell(call->c, promise, call->at, &told);
  if (!csup_decisions_keep(call->list, told.name, &decision->clock))
    return CSUP_E_NOMEM;
  decision->agreement_kind = told.agreement_kind;
  decision->cycle = told.cycle;
  decision->due = told.due;
  decision->elapsed = told.elapsed;
  decision->percent = told.percent;
  decision->overrun = told.overrun;
  decision->verdict = decision->kind == CSUP_DECISION_CLOCK_BREACHED ? CSUP_VERDICT_BREACHED : told.verdict;
  return CSUP_OK;
}

static csup_status decide(csup_call *call, const csup_promise *promise, csup_decision_kind kind) {
  csup_decision *decision = csup_decide(call, kind);
  return decision ? csup_promise_decision(call, promise, decision) : CSUP_E_NOMEM;
}

csup_time csup_promise_point(const csup_case *c, const csup_promise *promise, const csup_rule *rule, int32_t repeat) {
  csup_course course = {.calendar = csup_calendars_find(&c->policy->calendars, "always")};
  csup_threshold at = rule->at;
  csup_time point = promise->due;
  if (csup_rule_is_at_due(rule, repeat))
    return point;
  if (rule->every_percent > 0)
    at.percent += rule->every_percent * (repeat - 1);
  csup_status status = CSUP_OK;
  if (at.is_percent && at.percent != 100)
    status = csup_threshold_begin(&at, &course, promise->start, promise->due - promise->start, &point);
  else if (!at.is_percent && !at.with_breach)
    status = csup_threshold_offset(&at, &course, promise->due, &point);
  if (status == CSUP_OK && repeat > 1 && rule->every_percent == 0)
    status = csup_threshold_repeat(&rule->every, &course, point, repeat, &point);
  return status == CSUP_OK ? point : CSUP_TIME_NEVER;
}

static csup_status end(csup_call *call, csup_promise *promise, csup_clock_status how) {
  if (promise->status != CSUP_CLOCK_RUNNING)
    return CSUP_OK;
  promise->stop = call->at;
  promise->status = how;
  csup_watches_promise(call, promise, false);
  return decide(call, promise, how == CSUP_CLOCK_STOPPED ? CSUP_DECISION_CLOCK_MET : CSUP_DECISION_CLOCK_CANCELLED);
}

static csup_status begin(csup_call *call, csup_promise *promise, const csup_event *event) {
  csup_status status = end(call, promise, CSUP_CLOCK_CANCELLED);
  if (status != CSUP_OK)
    return status;
  promise->cycle++;
  promise->kind = event->value ? csup_word_find(&csup_promise_kinds, event->value) : 0;
  promise->start = call->at;
  promise->due = event->due;
  promise->stop = CSUP_TIME_NEVER;
  promise->status = CSUP_CLOCK_RUNNING;
  promise->has_breached = 0;
  promise->is_new = 1;
  csup_watches_promise(call, promise, true);
  return decide(call, promise, CSUP_DECISION_CLOCK_STARTED);
}

csup_status csup_promises_follow(csup_call *call, const csup_step *steps, size_t count) {
  csup_case *c = call->c;
  csup_status status = CSUP_OK;
  for (size_t i = 0; status == CSUP_OK && i < count; i++) {
    const csup_step *step = &steps[i];
    if (step->on == CSUP_EVENT_PROMISED)
      status = begin(call, csup_promise_find(c, step->event->name), step->event);
    else if (step->on == CSUP_EVENT_FULFILLED || step->on == CSUP_EVENT_WITHDRAWN)
      status = end(call, csup_promise_find(c, step->event->name),
                   step->on == CSUP_EVENT_FULFILLED ? CSUP_CLOCK_STOPPED : CSUP_CLOCK_CANCELLED);
    bool closes = step->category == CSUP_CATEGORY_CLOSED && step->before != CSUP_CATEGORY_CLOSED;
    bool is_over = step->on == CSUP_EVENT_MERGED || step->on == CSUP_EVENT_CANCELLED || closes;
    for (uint32_t p = 0; status == CSUP_OK && is_over && p < c->head->promise_count; p++)
      status = end(call, &c->promises[p], CSUP_CLOCK_CANCELLED);
  }
  return status;
}

static csup_time breach_wake(const csup_promise *promise) {
  return promise->status == CSUP_CLOCK_RUNNING && !promise->has_breached ? promise->due + 1 : CSUP_TIME_NEVER;
}

csup_time csup_promises_wakeup(const csup_case *c) {
  csup_time next = CSUP_TIME_NEVER;
  for (uint32_t i = 0; i < c->head->promise_count; i++) {
    csup_time wake = breach_wake(&c->promises[i]);
    next = wake < next ? wake : next;
  }
  return next;
}

csup_status csup_promises_fire(csup_call *call, csup_time wake, bool *decided) {
  csup_case *c = call->c;
  csup_status status = CSUP_OK;
  for (uint32_t i = 0; status == CSUP_OK && !*decided && i < c->head->promise_count; i++) {
    csup_promise *promise = &c->promises[i];
    if (breach_wake(promise) != wake)
      continue;
    *decided = true;
    promise->has_breached = 1;
    /* "promise" comes behind the clocks in the set of what ever breached. */
    csup_set_slot(call, CSUP_SLOT_BREACHED, c->slots[CSUP_SLOT_BREACHED] | INT64_C(1) << call->policy->clocks.count);
    status = decide(call, promise, CSUP_DECISION_CLOCK_BREACHED);
  }
  return status;
}
