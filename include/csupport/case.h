/**
 * @file case.h
 * A case: what has happened so far. Events in, decisions out.
 */
#ifndef CSUPPORT_CASE_H
#define CSUPPORT_CASE_H

#include "impact.h"
#include "policy.h"
#include "workflow.h"

#if !defined(CSUP_CDEF) && defined(__cplusplus)
extern "C" {
#endif

typedef struct csup_case csup_case;
typedef struct csup_decisions csup_decisions;

typedef uint32_t csup_event_flags;
enum {
  CSUP_WITH_AUTO = 1,
  CSUP_WITH_AGREED = 2,
  CSUP_WITH_PREVENTABLE = 4,
  CSUP_WITH_DUE = 8,
  CSUP_WITH_UNTIL = 16,
  CSUP_WITH_LEVEL = 32,
  CSUP_WITH_CSAT = 64,
  CSUP_WITH_EFFORT = 128,
  CSUP_WITH_NPS = 256,
  CSUP_WITH_COST = 512,
  CSUP_WITH_MINUTES = 1024
};

typedef struct csup_event {
  csup_time at;
  csup_time due;
  csup_time until;
  int64_t cost;
  csup_event_kind kind;
  csup_event_flags flags;
  csup_basis basis;
  int32_t level;
  int32_t minutes;
  int32_t csat;
  int32_t effort;
  int32_t nps;
  const char *case_id;
  const char *name;
  const char *value;
  const char *because;
  const char *team;
  const char *agent;
  const char *channel;
  const csup_field *fields;
  size_t field_count;
  uint64_t reserved[4];
} csup_event;

typedef int32_t csup_decision_kind;
enum {
  CSUP_DECISION_MOVED = 1,
  CSUP_DECISION_ASSESSED = 2,
  CSUP_DECISION_RELEASED = 3,
  CSUP_DECISION_AGREEMENT_CHOSEN = 4,
  CSUP_DECISION_CLOCK_STARTED = 5,
  CSUP_DECISION_CLOCK_PAUSED = 6,
  CSUP_DECISION_CLOCK_RESUMED = 7,
  CSUP_DECISION_CLOCK_RETARGETED = 8,
  CSUP_DECISION_CLOCK_WARNED = 9,
  CSUP_DECISION_CLOCK_MET = 10,
  CSUP_DECISION_CLOCK_BREACHED = 11,
  CSUP_DECISION_CLOCK_CANCELLED = 12,
  CSUP_DECISION_FIRED = 13,
  CSUP_DECISION_NOTIFY = 14,
  CSUP_DECISION_ASSIGN = 15,
  CSUP_DECISION_RAISED = 16,
  CSUP_DECISION_SET = 17,
  CSUP_DECISION_ESCALATED = 18,
  CSUP_DECISION_DEESCALATED = 19,
  CSUP_DECISION_ADVISE = 20,
  CSUP_DECISION_ASK = 21
};

typedef int32_t csup_verdict;
enum { CSUP_VERDICT_OPEN = 0, CSUP_VERDICT_MET = 1, CSUP_VERDICT_BREACHED = 2 };

typedef int32_t csup_clock_status;
enum { CSUP_CLOCK_RUNNING = 1, CSUP_CLOCK_PAUSED = 2, CSUP_CLOCK_STOPPED = 3, CSUP_CLOCK_CANCELLED = 4 };

typedef struct csup_decision {
  csup_time at;
  int64_t seq;
  csup_time due;
  csup_duration elapsed;
  csup_duration overrun;
  csup_decision_kind kind;
  int32_t cycle;
  int32_t revision;
  int32_t occurrence;
  int32_t repeat;
  int32_t level;
  int32_t percent;
  csup_verdict verdict;
  const char *case_id;
  const char *clock;
  const char *agreement;
  const char *agreement_kind;
  const char *rule;
  const char *name;
  const char *from;
  const char *to;
  const char *because;
  uint64_t reserved[4];
} csup_decision;

typedef struct csup_clock {
  const char *name;
  const char *agreement;
  const char *agreement_kind;
  const char *calendar;
  int32_t cycle;
  csup_clock_status status;
  csup_verdict verdict;
  int32_t percent;
  csup_time start;
  csup_time due;
  csup_time stop;
  csup_duration target;
  csup_duration elapsed;
  csup_duration remaining;
  csup_duration overrun;
} csup_clock;

typedef struct csup_case_view {
  const char *case_id;
  const char *state;
  const char *previous;
  const char *team;
  const char *agent;
  const char *channel;
  csup_category category;
  csup_stage stage;
  csup_time opened;
  csup_time last;
  csup_time state_since;
  int64_t contacts;
  int64_t replies;
  int64_t reopens;
  int64_t rejections;
  int64_t reassignments;
  int64_t minutes;
  int64_t cost;
  int32_t level;
  int32_t breached;
  const char *severity;
  const char *priority;
  const char *mood;
  uint64_t reserved[4];
} csup_case_view;

typedef struct csup_ratings {
  int32_t csat;
  int32_t effort;
  int32_t nps;
  int32_t preventable;
} csup_ratings;

typedef struct csup_request {
  const char *what;
  csup_time asked;
  csup_time due;
  csup_time provided;
} csup_request;

CSUP_API csup_status csup_case_create(csup_policy *policy, const csup_allocator *allocator, csup_case **out);
CSUP_API void csup_case_free(csup_case *support_case);
CSUP_API csup_status csup_case_apply(csup_case *support_case, const csup_event *events, size_t count, csup_decisions *decisions,
                                     csup_error *error);
CSUP_API csup_status csup_case_apply_json(csup_case *support_case, const char *json, size_t length, csup_decisions *decisions,
                                          csup_error *error);
CSUP_API csup_status csup_case_advance(csup_case *support_case, csup_time now, csup_decisions *decisions, csup_error *error);
CSUP_API csup_status csup_case_next_wakeup(const csup_case *support_case, csup_time *at);
CSUP_API int64_t csup_case_rank(const csup_case *support_case);
CSUP_API csup_status csup_case_read(const csup_case *support_case, csup_case_view *out);
CSUP_API csup_status csup_case_fact(const csup_case *support_case, const char *name, csup_field *out);
CSUP_API csup_status csup_case_assessment(const csup_case *support_case, csup_assessment *out);
CSUP_API size_t csup_case_clock_count(const csup_case *support_case);
CSUP_API csup_status csup_case_clock_at(const csup_case *support_case, size_t index, csup_time now, csup_clock *out);
CSUP_API csup_status csup_case_save(const csup_case *support_case, void *buffer, size_t capacity, size_t *length);
CSUP_API csup_status csup_case_load(csup_policy *policy, const void *bytes, size_t length, const csup_allocator *allocator,
                                    csup_case **out, csup_error *error);
CSUP_API csup_status csup_case_to_json(const csup_case *support_case, csup_time now, char *buffer, size_t capacity,
                                       size_t *length);
CSUP_API size_t csup_case_visit_count(const csup_case *support_case);
CSUP_API csup_status csup_case_visit_at(const csup_case *support_case, size_t index, const char **state, csup_time *entered);
CSUP_API csup_status csup_case_time_in_state(const csup_case *support_case, const char *state, csup_time now, csup_duration *out);
CSUP_API csup_status csup_case_time_in_stage(const csup_case *support_case, csup_stage stage, csup_time now, csup_duration *out);
CSUP_API size_t csup_case_answer_count(const csup_case *support_case);
CSUP_API csup_status csup_case_answer_at(const csup_case *support_case, size_t index, csup_answer *out);

CSUP_API csup_status csup_case_ratings(const csup_case *support_case, csup_ratings *out);
CSUP_API size_t csup_case_request_count(const csup_case *support_case);
CSUP_API csup_status csup_case_request_at(const csup_case *support_case, size_t index, csup_request *out);

CSUP_API csup_status csup_decisions_create(const csup_allocator *allocator, csup_decisions **out);
CSUP_API void csup_decisions_free(csup_decisions *decisions);
CSUP_API void csup_decisions_clear(csup_decisions *decisions);
CSUP_API size_t csup_decisions_count(const csup_decisions *decisions);
CSUP_API const csup_decision *csup_decisions_at(const csup_decisions *decisions, size_t index);
CSUP_API csup_status csup_decision_to_json(const csup_decision *decision, char *buffer, size_t capacity, size_t *length);

#if !defined(CSUP_CDEF) && defined(__cplusplus)
}
#endif

#endif
