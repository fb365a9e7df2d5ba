#include "workflow/machine.h"

#include <string.h>

/* A group ("impact", "urgency") is known as soon as one dimension of it has a basis: which further questions are worth asking is
   for the assessment to say, and where it has none left the workflow must not insist on answers that change nothing. A group
   without dimensions leaves nothing to ask. */
static bool is_answered(const csup_requirement *requirement, const csup_answers *answers) {
  for (int32_t i = 0; i < requirement->dimension_count; i++)
    if (answers->basis[requirement->dimensions[i]] != CSUP_BASIS_UNKNOWN)
      return true;
  return requirement->dimension_count == 0;
}

static const char *missing_of(const csup_requirement *requirement, const int64_t *values, const csup_answers *answers) {
  bool is_set = requirement->slot >= 0 ? values[requirement->slot] != CSUP_ABSENT : is_answered(requirement, answers);
  return is_set ? NULL : requirement->name;
}

bool csup_move_holds(const csup_workflow_move *move, const int64_t *values, const csup_answers *answers, const char **missing) {
  *missing = NULL;
  if (!csup_condition_test(move->when, values))
    return false;
  for (size_t i = 0; i < move->requires_count && *missing == NULL; i++)
    *missing = missing_of(&move->requires[i], values, answers);
  return *missing == NULL;
}

void csup_workflow_step(const csup_workflow *workflow, int32_t state, int32_t previous, csup_event_kind on, int32_t asked,
                        const int64_t *values, const csup_answers *answers, csup_taken *out) {
  bool asks = on == CSUP_EVENT_MOVED;
  *out = (csup_taken){.status = CSUP_OK, .to = state, .move = -1};
  if (asks && asked == state)
    return;
  int32_t back = previous >= 0 ? previous : workflow->initial;
  const int32_t *row = &workflow->rows[state * CSUP_EVENT_KINDS + on - 1];
  for (int32_t i = row[0]; i < row[1]; i++) {
    const csup_workflow_move *move = &workflow->moves[workflow->tried[i]];
    int32_t to = move->to == CSUP_PREVIOUS ? back : move->to;
    if (asks && to != asked)
      continue;
    const char *missing = NULL;
    if (csup_move_holds(move, values, answers, &missing)) {
      *out = (csup_taken){.status = CSUP_OK, .to = to, .move = workflow->tried[i], .because = move->because};
      return;
    }
    if (out->move < 0) {
      out->move = workflow->tried[i];
      out->because = move->because;
      out->missing = missing;
    }
  }
  if (asks)
    out->status = CSUP_E_REFUSED;
}

int32_t csup_workflow_state_count(const csup_workflow *workflow) {
  return workflow->state_count;
}

int32_t csup_workflow_find_state(const csup_workflow *workflow, const char *name) {
  for (int32_t i = 0; i < workflow->state_count; i++)
    if (strcmp(workflow->names[i], name) == 0)
      return i;
  return -1;
}

void csup_workflow_state_at(const csup_workflow *workflow, int32_t state, csup_state *out) {
  *out = workflow->states[state];
}

int32_t csup_workflow_initial(const csup_workflow *workflow) {
  return workflow->initial;
}

size_t csup_workflow_timer_count(const csup_workflow *workflow) {
  return workflow->timer_count;
}

const csup_timer *csup_workflow_timer_at(const csup_workflow *workflow, size_t index) {
  return &workflow->timers[index];
}
