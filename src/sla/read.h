/* Small readers that the sections `clocks`, `agreements`, `teams` and `escalations` share. */
#ifndef CSUP_SLA_READ_H
#define CSUP_SLA_READ_H

#include "base/findings.h"
#include "workflow/workflow.h"

/* Reports CSUP_E_NOMEM in the document's error. */
csup_status csup_read_no_memory(const csup_json *node);
/* A non-empty string, copied into the arena. */
csup_status csup_read_name(const csup_json *node, csup_arena *arena, const char **out);
/* An integer from low to high. */
csup_status csup_read_number(const csup_json *node, int32_t low, int32_t high, int32_t *out);
/* One of a few names; the index of it. `what` is for the message: "a kind of agreement". */
csup_status csup_read_one_of(const csup_json *node, const char *const *names, int32_t count, const char *what, int32_t *out);

/* A member that is one value or a list of values; a list must not be empty. */
csup_status csup_read_listed(const csup_json *node, size_t *count);
void csup_read_listed_at(const csup_json *node, size_t index, csup_json *out);
/* One or several kinds of event as bits 1 << csup_event_kind. */
csup_status csup_read_events(const csup_json *node, uint32_t *events);
/* One or several states as an array with 1 at each state named. */
csup_status csup_read_states(const csup_json *node, const csup_workflow *workflow, csup_arena *arena, const uint8_t **states);

/* The member `when`, NULL (always) where it is absent. A condition that cannot hold is an error. */
csup_status csup_read_when(const csup_json *object, csup_schema *schema, uint32_t groups, const char *place,
                           const csup_condition **out);

#endif
