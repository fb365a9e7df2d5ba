/* A case from the inside. Two kinds of memory: one flat block that changes in place (kept in a copy before it changes, so that a
   failing call can put it back), and lists that only grow (cut back by their counts, which are in the block). Hosts keep cases by
   the million, and what an event costs is mostly how much memory it touches: hence the small members, and what every event reads
   lies together in front. */
#ifndef CSUP_CASE_CASE_H
#define CSUP_CASE_CASE_H

#include "csupport/case.h"
#include "policy/policy.h"
#include "time/civil.h"

#define CSUP_NAME_BYTES 1024 /* the longest name or identifier that a case keeps */

/* A text of the case: 0 is none; otherwise 1 + its place in `texts`. */
typedef uint32_t csup_text;

/* When which state was entered, in one number: the years served leave room for a state's eight bits. */
typedef struct csup_visit {
  uint64_t bits;
} csup_visit;

static inline csup_visit csup_visit_of(csup_time entered, int32_t state) {
  return (csup_visit){(uint64_t)(entered - CSUP_TIME_FIRST) << 8 | (uint64_t)state};
}

static inline csup_time csup_visit_entered(csup_visit visit) {
  return (csup_time)(visit.bits >> 8) + CSUP_TIME_FIRST;
}

static inline int32_t csup_visit_state(csup_visit visit) {
  return (int32_t)(visit.bits & 255);
}

/* Priority or severity pinned by hand (I7). */
typedef struct csup_pin {
  csup_time until; /* CSUP_TIME_NEVER: until released */
  csup_text because;
  int8_t value;   /* index from 0; -1: not pinned */
  uint8_t agreed; /* the customer agreed */
} csup_pin;

/* What was assessed when it was last decided, whatever is pinned. */
typedef struct csup_assessed {
  int16_t impact_score, urgency_score;
  int8_t severity, urgency;
} csup_assessed;

/* What somebody promised to the customer, latest cycle of each name (section 10). */
typedef struct csup_promise {
  csup_time start, due, stop;
  csup_text name; /* "promise:" and the name: what clocks are called by */
  int32_t kind;   /* 0 callback, 1 estimate */
  int32_t cycle;
  csup_clock_status status;
  int32_t has_breached;
  int32_t is_new; /* begun in this settlement */
} csup_promise;

/* What the customer undertook to do. */
typedef struct csup_asked {
  csup_time asked, due, provided; /* due and provided: CSUP_TIME_NEVER for none */
  csup_text what;
  uint32_t reserved;
} csup_asked;

typedef struct csup_watch_of csup_watch_of;
typedef struct csup_held csup_held;
typedef struct csup_promise_watch csup_promise_watch;
typedef struct csup_cycle csup_cycle;
typedef struct csup_track csup_track;
typedef struct csup_span_of csup_span_of;

typedef struct csup_case_head {
  csup_time opened;  /* CSUP_TIME_NEVER: not opened yet */
  csup_time last;    /* the last event */
  csup_time settled; /* all that became due up to and including this instant is decided */
  csup_time entered; /* the present state */
  csup_time awaited; /* no rule waits for anything sooner than this; what it waits for may come later still */
  int64_t seq;
  int64_t minutes, cost;
  csup_pin priority_pin, severity_pin;
  csup_text case_id, into;
  uint32_t visit_count, text_length, promise_count, request_count, span_count;
  uint32_t settlement;   /* counts what is settled at one instant, or by one call */
  int32_t agreements[3]; /* chosen, by kind; -1: none */
  int16_t state;
  int16_t resume; /* what `previous` resolves to: the latest earlier state neither pending nor hold; -1 */
  csup_assessed assessed;
  int8_t severity, priority; /* in force */
  int8_t raised;             /* rules raised the priority to at least this index; -1: no */
  int8_t csat, effort, nps;  /* -1: not rated */
  uint8_t preventable;       /* 0 or 1 */
  uint8_t unanswered;        /* 1: a customer message is waiting for a reply */
  uint8_t unseen;            /* 1: facts have changed since the clocks last looked */
  uint8_t catches_up;        /* 1: some track may have something to catch up on */
  csup_answers answers;
} csup_case_head;

struct csup_case {
  csup_policy *policy;
  csup_time wakeup; /* the next instant at which something is decided; CSUP_TIME_NEVER */
  csup_allocator allocator;
  csup_visit *visits;
  csup_span_of *spans;
  char *texts;
  csup_promise *promises;              /* changes in place */
  csup_promise_watch *promise_watches; /* for each promise one for each rule on promises; changes in place */
  csup_asked *requests;                /* changes in place */
  uint32_t visit_room, span_room, text_room, promise_room, promise_watch_room, request_room;
  /* The block: these three arrays lie at its end, those that every event reads before them. */
  csup_cycle *cycles;     /* by clock */
  csup_track *tracks;     /* by the policy's tracks */
  csup_watch_of *watches; /* by rule */
  csup_case_head head[1];
  int64_t slots[]; /* facts; behind them wakes, nexts, held firings, shares */
};

/* By track: when its next breach or warning is noticed; CSUP_TIME_NEVER. */
static inline csup_time *csup_case_wakes(const csup_case *c) {
  return (csup_time *)(uintptr_t)(c->slots + c->policy->schema.count);
}

/* By rule: when it would fire next, guard aside; CSUP_TIME_NEVER. Of a fact rule: the value last seen. */
static inline csup_time *csup_case_nexts(const csup_case *c) {
  return csup_case_wakes(c) + c->policy->track_count;
}

/* sound.c: what a snapshot said fits together as in a case that was folded, so that going on with it is safe. */
bool csup_case_is_sound(const csup_case *c);

/* One call of apply or advance. */
typedef struct csup_call {
  csup_case *c;
  const csup_policy *policy;
  csup_decisions *list;
  csup_error *error;
  csup_time at;              /* the logical instant of what is decided now */
  csup_time floor;           /* nothing is dated earlier: the instant of the events, once they have been folded */
  const char *case_id;       /* the list's own copy, made with the first decision */
  bool assess, choose, look; /* a fact changed that the assessment, the choice of agreements, the clocks read */
  bool retarget;             /* agreement, priority or severity in force changed */
  bool unseen;               /* an earlier call has left changes that the clocks have not seen */
  bool facts_moved;          /* a fact changed that rules watch */
  bool entered;              /* a state was entered in this settlement */
  uint64_t clocks;           /* a bit for each that a changed fact concerns */
  csup_time next;            /* settle.c: the wake-up that was found last */
  bool keeps_breaches;       /* clocks read events: what breaches meanwhile is no fact of theirs, and waits */
  int64_t breaches;          /* a bit for each clock that waits so */
  csup_time pause_began;     /* of the pause that is ending */
  uint32_t first_span;       /* spans from here on are of this settlement */
  char *image;               /* checkpoint.c: of the case's block, as far as it is kept; NULL: nothing is to be kept */
  uint64_t *kept;            /* a bit for each cycle, track and watch that stands in the image */
} csup_call;

/* decisions.c: a new decision of this call, numbered and dated; NULL when there is no memory. */
csup_decision *csup_decide(csup_call *call, csup_decision_kind kind);
/* A copy of the text that lives as long as the list's decisions; NULL for NULL. False when there is no memory. */
bool csup_decisions_keep(csup_decisions *list, const char *text, const char **kept);
/* Room of `size` bytes for this call's working copy; NULL when there is no memory. */
void *csup_decisions_scratch(csup_decisions *list, size_t size);
/* The same for notes on each event of a batch. */
void *csup_decisions_notes(csup_decisions *list, size_t size);
csup_decision *csup_decisions_last(csup_decisions *list);
typedef struct csup_decisions_mark {
  size_t count, chunk, used;
} csup_decisions_mark;
csup_decisions_mark csup_decisions_now(const csup_decisions *list);
void csup_decisions_back(csup_decisions *list, csup_decisions_mark mark);

/* checkpoint.c: a call notes what it changes, so that all of it can be put back. The head, facts and what lies with them are kept
   at once; a cycle, track or watch before it changes for the first time. */
typedef struct csup_checkpoint {
  csup_decisions_mark mark;
  char *parts; /* copies of promises and requests */
} csup_checkpoint;
bool csup_checkpoint_take(csup_call *call, csup_checkpoint *out); /* false: no memory */
void csup_checkpoint_restore(csup_call *call, const csup_checkpoint *from);
/* For changing it. */
csup_cycle *csup_case_cycle(csup_call *call, int32_t clock);
csup_track *csup_case_track(csup_call *call, int32_t track);
csup_watch_of *csup_case_watch(csup_call *call, int32_t rule);

/* case.c */
/* Grows one of the case's lists for at least `needed` elements (doubling). */
csup_status csup_case_grow(csup_case *c, void **array, size_t element_size, uint32_t *room, size_t needed);
size_t csup_case_size(const csup_policy *policy);                                /* of csup_case with its block */
csup_case *csup_case_make(csup_policy *policy, const csup_allocator *allocator); /* retains the policy */
csup_status csup_case_text(csup_case *c, const char *text, csup_text *out);      /* finds or adds; NULL gives 0 */
const char *csup_case_string(const csup_case *c, csup_text text);                /* NULL for 0 */
/* The slot value of a text: a symbol of the policy, or a text of the case behind them. */
csup_status csup_case_symbol(csup_case *c, const char *text, int64_t *value);
const char *csup_case_symbol_text(const csup_case *c, int64_t value); /* NULL when absent */

/* fold.c: facts and moves. */
csup_status csup_fold(csup_call *call, const csup_event *event);
void csup_fold_end(csup_call *call); /* after the last event of a call: no event is at hand any more */
csup_status csup_release_pin(csup_call *call, bool is_priority, const char *because); /* decides `released` if it was pinned */
void csup_set_slot(csup_call *call, int32_t slot, int64_t value);
csup_status csup_enter(csup_call *call, int32_t state, const char *because); /* decides `moved` when the state changes */
csup_status csup_expire_pin(csup_call *call, bool is_priority);              /* the same, with the override's own reason */
/* promise.c */
csup_promise *csup_promise_find(csup_case *c, const char *name);                /* NULL: never promised */
csup_status csup_promise_note(csup_call *call, const char *name);               /* makes room for a promise of that name */
csup_time csup_promises_wakeup(const csup_case *c);                             /* the next breach, due + 1 us */
csup_status csup_promises_fire(csup_call *call, csup_time wake, bool *decided); /* the first whose turn it is */
csup_time csup_promise_point(const csup_case *c, const csup_promise *promise, const csup_rule *rule, int32_t repeat);
csup_status csup_promise_decision(csup_call *call, const csup_promise *promise, csup_decision *decision);
void csup_promise_tell(const csup_case *c, const csup_promise *promise, csup_time now, csup_clock *out);
const char *csup_priority_name(int32_t priority); /* "P1" for 0; NULL for -1 */
const char *csup_severity_name(int32_t severity);
/* assess.c: the assessment and the choice of agreements, if a fact that they read has changed. */
csup_status csup_reassess(csup_call *call);

/* settle.c */
csup_status csup_settle(csup_call *call, csup_time now); /* decides what becomes due up to and including now */
/* Decides whatever has its turn at the instant of the events. `fired`: a rule on a fact has fired, and may have set off others.
 */
csup_status csup_settle_events(csup_call *call, bool fired);
csup_time csup_wakeup(csup_case *c); /* computed afresh */

#endif
