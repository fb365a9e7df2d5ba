/* The compiled workflow, as the files of this room share it. */
#ifndef CSUP_WORKFLOW_MACHINE_H
#define CSUP_WORKFLOW_MACHINE_H

#include "workflow/workflow.h"

#define CSUP_PREVIOUS (-1) /* in place of a state: where the case was before it waited */

/* What `requires` names: a slot that must hold a value, or dimensions of which one must have a basis. */
typedef struct csup_requirement {
  const char *name;        /* as the policy writes it */
  int32_t slot;            /* -1: dimensions */
  int32_t dimension_count; /* one, or the group's */
  const int32_t *dimensions;
} csup_requirement;

typedef struct csup_workflow_move {
  uint64_t from[CSUP_STATES_MAX / 64]; /* a bit for each state */
  csup_event_kind on;
  int32_t to; /* or CSUP_PREVIOUS */
  const csup_condition *when;
  const csup_requirement *requires;
  size_t requires_count;
  const char *because; /* may be NULL */
} csup_workflow_move;

struct csup_workflow {
  int32_t state_count, initial;
  csup_state *states;
  const char **names; /* of the states, for the schema */
  csup_workflow_move *moves;
  int32_t move_count;
  /* Moves by (state, event): those of row state * CSUP_EVENT_KINDS + on - 1 are tried[rows[row]] .. tried[rows[row + 1] - 1]. */
  int32_t *rows;
  int32_t *tried;
  csup_timer *timers;
  size_t timer_count;
};

static inline bool csup_move_starts(const csup_workflow_move *move, int32_t state) {
  return (move->from[state / 64] >> (state % 64) & 1) != 0;
}

/* Whether `when` and `requires` hold. *missing is the first requirement that is not set; NULL when it is `when` that fails. */
bool csup_move_holds(const csup_workflow_move *move, const int64_t *values, const csup_answers *answers, const char **missing);

#endif
