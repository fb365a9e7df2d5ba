/* Clocks of a case: one cycle a clock, one track for each kind of agreement that watches it. */
#ifndef CSUP_CASE_CYCLE_H
#define CSUP_CASE_CYCLE_H

#include "case/case.h"

/* The latest cycle of a clock, which follows events whether anything is owed or not (C2). */
struct csup_cycle {
  csup_time start;      /* the first start, under `resume` and `total` */
  csup_time stop;       /* CSUP_TIME_NEVER while it runs */
  csup_time paused;     /* since when; CSUP_TIME_NEVER when it is not paused */
  uint32_t first_span;  /* its pauses are the spans of this clock from here on */
  uint32_t number : 28; /* from 1; 0: never started */
  uint32_t status : 4;  /* csup_clock_status; 0: never started */
};

/* A pause that is over, of all clocks that paused and went on together. */
struct csup_span_of {
  csup_time from, to;
  uint64_t clocks; /* a bit for each */
};

/* What one kind of agreement says of the clock's latest cycle. Without a target (agreement -1) there is no due and nothing is
   decided. */
struct csup_track {
  csup_time origin;     /* from where elapsed time counts; CSUP_TIME_NEVER: from the resume to come */
  csup_time due;        /* with every pause that is over; CSUP_TIME_NEVER: none; counts while the cycle is not paused */
  csup_time breached;   /* the due at which `clock_breached` was decided in this cycle; CSUP_TIME_NEVER: it was not */
  csup_time warn_at;    /* the next warning; CSUP_TIME_NEVER: none */
  csup_time since;      /* while catch_up: what lies after this instant is still to be dealt with */
  csup_duration length; /* the target's open time from the origin */
  csup_duration paused; /* open time in pauses since the origin */
  csup_time armed;      /* the last change of target: what lay ahead then may fire again; CSUP_TIME_NEVER: none in this cycle */
  uint32_t warned;      /* bit by threshold: fired in this cycle */
  uint32_t told;        /* bit by threshold: fired since that change */
  int32_t agreement;    /* index; -1: no target */
  int32_t revision;     /* retargets in this cycle */
  int8_t rank;          /* priority or severity by which the target was taken */
  uint8_t has_started;  /* `clock_started` was decided in this cycle */
  uint8_t catch_up;     /* something may have gone by: in a pause, before a change of target, before a reopening */
  uint8_t warn_at_due;  /* the next warning is at the due itself, and goes with the breach */
  uint8_t is_heir;      /* it goes on from a cycle that breached */
};

/* Of the target only left / whole counts; whole 0: all of it. By track, in policies that have targets which count so. */
typedef struct csup_share {
  csup_duration left, whole;
} csup_share;

static inline csup_share *csup_case_shares(const csup_case *c) {
  return (csup_share *)(void *)(csup_case_nexts(c) + c->policy->rules.count);
}

/* By clock, in policies that need it: a bit for each item of start, then of reset, then of resume: whether it is a level that
   held when it was last looked at. */
static inline uint64_t *csup_case_levels(const csup_case *c) {
  csup_share *shares = csup_case_shares(c) + (c->policy->has_shares ? c->policy->track_count : 0);
  return (uint64_t *)(void *)shares;
}

/* An event of the call, with the state and facts that it led to. */
typedef struct csup_step {
  csup_event_kind on; /* 0: no event, a timer or an action */
  csup_category before, category;
  csup_stage stage;
  int32_t state;
  const int64_t *slots;
  const csup_event *event; /* NULL without one */
} csup_step;

/* Takes the steps in order, clock by clock: the targets now chosen first, then what each step starts, stops, pauses. */
csup_status csup_cycles_follow(csup_call *call, const csup_step *steps, size_t count);
/* promise.c: the same for promises, after the clocks. */
csup_status csup_promises_follow(csup_call *call, const csup_step *steps, size_t count);
/* The next instant, after all that is dealt with, at which a clock decides something; CSUP_TIME_NEVER. */
csup_time csup_cycles_wakeup(const csup_case *c);
/* Decides the first breach or warning whose turn it is at `wake`, tracks in order, and tells so in *decided. `at_due`: only what
   is noticed one microsecond behind its due, dated at the due. Otherwise warnings, and all that is to be caught up on: behind a
   change of target in order of instant, the clock's rules among the rest (C8). */
csup_status csup_cycles_fire(csup_call *call, csup_time wake, bool at_due, bool *decided);
void csup_cycles_loaded(csup_case *c);     /* after a snapshot was read: what is derived is found again */
void csup_cycles_settled(csup_call *call); /* at the end of a call: nothing is to be caught up on any more */

csup_time csup_cycles_nearest_due(const csup_case *c);      /* of the clocks that run; CSUP_TIME_NEVER */
bool csup_track_runs(const csup_case *c, int32_t track);    /* has a target, and counts */
bool csup_track_is_live(const csup_case *c, int32_t track); /* the same, or is paused */
/* The instant of a rule's repeat on this track, hours aside; CSUP_TIME_NEVER: none. */
csup_time csup_track_point(const csup_case *c, int32_t track, const csup_rule *rule, int32_t repeat);
const csup_target *csup_track_target(const csup_case *c, int32_t track);
int32_t csup_percent_of(csup_duration elapsed, csup_duration length); /* at most INT32_MAX */
csup_verdict csup_track_verdict(const csup_case *c, int32_t track, csup_time at);
/* Something goes with a breach at this due, though of the cycle's dues only the first was decided as one. */
void csup_track_at_breach(csup_call *call, int32_t track);
/* The target's open time; while counting waits for a resume, as it would be from `now`. */
csup_duration csup_track_length(const csup_case *c, int32_t track, csup_time now);
/* The track's members of a decision, as of `at`. */
void csup_track_tell(const csup_case *c, int32_t track, csup_time at, csup_decision *decision);

#endif
