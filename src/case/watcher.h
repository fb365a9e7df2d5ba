/* One rule at work in a case, for the files that say what it waits for and when it fires. */
#ifndef CSUP_CASE_WATCHER_H
#define CSUP_CASE_WATCHER_H

#include "case/watch.h"

/* On promises a rule works with each of them. */
struct csup_watcher {
  int32_t rule;
  csup_time *next;
  const csup_watch_of *watch;
  csup_held *held; /* NULL: it never holds */
  csup_promise_watch *of_promise;
  const csup_promise *promise; /* NULL: the rule is not on promises */
};

csup_watcher csup_watcher_of(const csup_case *c, int32_t rule);
csup_watcher csup_watcher_of_promise(const csup_case *c, uint32_t promise, int32_t nth); /* nth of the rules on promises */
csup_watch_of *csup_watcher_note(csup_call *call, const csup_watcher *w);                /* for changing it */

static inline csup_time csup_held_at(const csup_watcher *w) {
  return w->held ? w->held->at : CSUP_TIME_NEVER;
}

/* Rules on facts and events wait for an instant only when they hold a firing. */
static inline bool csup_is_timed(const csup_rule_key *key) {
  return key->watch != CSUP_WATCH_FACT && key->watch != CSUP_WATCH_EVENT;
}

/* When what the watcher waits for is noticed; what goes with a breach, one microsecond after the due. */
csup_time csup_watcher_next(const csup_watcher *w); /* what is held aside */
csup_time csup_watcher_wake(const csup_case *c, const csup_watcher *w);
/* The case waits for this instant too. */
void csup_await(csup_case *c, csup_time at);
void csup_hold(csup_case *c, const csup_watcher *w, csup_time at, int32_t repeat); /* NEVER: holds nothing any more */
/* The hours of a rule turn the instant at which something happens into the one at which the rule fires; NEVER: not at all. */
csup_time csup_in_hours(const csup_rule *rule, csup_time at);
csup_category csup_category_now(const csup_case *c);
/* After a firing at call->at, of a rule on a clock or promise: what comes next. */
void csup_watcher_go_on(csup_call *call, const csup_watcher *w);
void csup_find_shift(csup_case *c, int32_t rule); /* what a team rule waits for */

#endif
