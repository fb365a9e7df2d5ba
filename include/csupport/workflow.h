/**
 * @file workflow.h
 * The state machine of a case, usable alone.
 */
#ifndef CSUPPORT_WORKFLOW_H
#define CSUPPORT_WORKFLOW_H

#include "base.h"

#if !defined(CSUP_CDEF) && defined(__cplusplus)
extern "C" {
#endif

typedef int32_t csup_category;
enum {
  CSUP_CATEGORY_NEW = 1,
  CSUP_CATEGORY_OPEN = 2,
  CSUP_CATEGORY_PENDING = 3,
  CSUP_CATEGORY_HOLD = 4,
  CSUP_CATEGORY_RESOLVED = 5,
  CSUP_CATEGORY_CLOSED = 6
};

typedef int32_t csup_stage;
enum {
  CSUP_STAGE_NONE = 0,
  CSUP_STAGE_DIAGNOSIS = 1,
  CSUP_STAGE_DETERMINATION = 2,
  CSUP_STAGE_DEVELOPMENT = 3,
  CSUP_STAGE_DELIVERY = 4
};

typedef int32_t csup_event_kind;
enum {
  CSUP_EVENT_OPENED = 1,
  CSUP_EVENT_ACKNOWLEDGED = 2,
  CSUP_EVENT_ASSIGNED = 3,
  CSUP_EVENT_CUSTOMER_MESSAGE = 4,
  CSUP_EVENT_AGENT_MESSAGE = 5,
  CSUP_EVENT_NOTE = 6,
  CSUP_EVENT_ANSWERED = 7,
  CSUP_EVENT_MOVED = 8,
  CSUP_EVENT_PROPOSED = 9,
  CSUP_EVENT_ACCEPTED = 10,
  CSUP_EVENT_REJECTED = 11,
  CSUP_EVENT_REOPENED = 12,
  CSUP_EVENT_CLOSED = 13,
  CSUP_EVENT_CANCELLED = 14,
  CSUP_EVENT_PROMISED = 15,
  CSUP_EVENT_FULFILLED = 16,
  CSUP_EVENT_WITHDRAWN = 17,
  CSUP_EVENT_REQUESTED = 18,
  CSUP_EVENT_PROVIDED = 19,
  CSUP_EVENT_OVERRIDDEN = 20,
  CSUP_EVENT_RELEASED = 21,
  CSUP_EVENT_ESCALATED = 22,
  CSUP_EVENT_DEESCALATED = 23,
  CSUP_EVENT_CHANGED = 24,
  CSUP_EVENT_RATED = 25,
  CSUP_EVENT_SPENT = 26,
  CSUP_EVENT_MERGED = 27
};

typedef struct csup_state {
  const char *name;
  csup_category category;
  csup_stage stage;
} csup_state;

typedef struct csup_move {
  const char *from;
  const char *to;
  csup_event_kind on;
  csup_status status;
  const char *because;
  const char *missing;
} csup_move;

CSUP_API size_t csup_workflow_count(const csup_policy *policy);
CSUP_API csup_status csup_workflow_state(const csup_policy *policy, size_t index, csup_state *out);
CSUP_API csup_status csup_workflow_moves(const csup_policy *policy, const char *state, csup_event_kind on,
                                         const csup_field *facts, size_t fact_count, csup_move *buffer, size_t capacity,
                                         size_t *count);
CSUP_API csup_status csup_workflow_take(const csup_policy *policy, const char *state, const char *previous, csup_event_kind on,
                                        const char *to, const csup_field *facts, size_t fact_count, csup_move *out);

#if !defined(CSUP_CDEF) && defined(__cplusplus)
}
#endif

#endif
