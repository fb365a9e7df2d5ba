/* Escalation rules of a case: what each waits for, and what a firing does (section 11). */
#ifndef CSUP_CASE_WATCH_H
#define CSUP_CASE_WATCH_H

#include "case/cycle.h"

/* What a rule knows in this case, beside when it would fire next. */
struct csup_watch_of {
  int32_t occurrences; /* firings so far */
  uint32_t done_in;    /* the settlement in which it fired last: state and fact rules fire once in each */
  int16_t repeat;      /* which repeat comes next, from 1 */
  int16_t fired;       /* the greatest repeat fired in this cycle */
  int16_t told;        /* the greatest repeat fired since the last change of target */
  uint8_t at_breach;   /* the next firing is at the due itself, noticed one microsecond later */
  uint8_t reserved;
};

/* A firing outside its hours that waits for them. */
struct csup_held {
  csup_time at;   /* CSUP_TIME_NEVER: none */
  int32_t repeat; /* of a rule on events: a bit for each kind of members that the events had */
  int32_t reserved;
};

/* A rule on promises waits for each promise. */
struct csup_promise_watch {
  csup_time next;
  csup_held held;
  csup_watch_of watch;
};

/* By the policy's numbers for rules that may hold. */
static inline csup_held *csup_case_held(const csup_case *c) {
  return (csup_held *)(void *)(csup_case_levels(c) + (c->policy->has_levels ? c->policy->clocks.count : 0));
}

typedef struct csup_watcher csup_watcher;

/* A track of the clock, or a promise, has begun, paused, resumed, moved its due or ended. */
void csup_watches_track(csup_call *call, int32_t track, bool is_new_cycle);
void csup_watches_promise(csup_call *call, const csup_promise *promise, bool is_new_cycle);
void csup_watches_rearm(csup_call *call, int32_t track); /* after a change of target: what lies ahead may fire again */
void csup_watches_entered(csup_call *call);              /* another state: rules on it begin anew */
void csup_watches_loaded(csup_case *c);
/* The next instant at which a rule fires, guards tested under present facts; `sooner` when that is none before it. */
csup_time csup_watches_wakeup(csup_case *c, csup_time sooner);
/* At one instant: what goes with a breach; what that has set off, dated at the due as well; everything else. */
typedef enum csup_turn { CSUP_TURN_AT_BREACH, CSUP_TURN_AFTER_BREACH, CSUP_TURN_AT_WAKE } csup_turn;
/* Fires the first rule whose turn it is. *fired tells. */
csup_status csup_watches_fire_due(csup_call *call, csup_time wake, csup_turn turn, bool *fired);
/* A track has another target: of its rules that went by with that, fires the first before `limit`, in order of instant (C8). */
csup_status csup_watches_catch_up(csup_call *call, int32_t track, csup_time wake, csup_time limit, bool *fired);
/* Fires the rules on one event of the batch. */
csup_status csup_watches_event(csup_call *call, const csup_event *event);
/* Behind the events of a batch, before what has become due: the rules on facts, each once. */
csup_status csup_watches_facts(csup_call *call, bool *fired);
/* Before `settled` becomes `until`: what happens in between and waits for an opening behind it is noted. */
void csup_watches_pass(csup_case *c, csup_time until);
/* What has gone by up to and including `settled` without firing has lapsed (R1). */
void csup_watches_lapse(csup_call *call);
/* A settlement is over: what state and fact rules saw is noted, and what has gone by is passed over. */
void csup_watches_settled(csup_call *call);

/* action.c: decides `fired` for the rule, then does what it says. */
csup_status csup_rule_fire(csup_call *call, const csup_watcher *w, int32_t repeat);
/* settle.c: what follows from changed facts. */
csup_status csup_follow_change(csup_call *call, csup_category before);

#endif
