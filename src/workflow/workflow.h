/* The state machine: compiled from the policy's `workflow` section. */
#ifndef CSUP_WORKFLOW_WORKFLOW_H
#define CSUP_WORKFLOW_WORKFLOW_H

#include "calendar/measure.h"
#include "csupport/workflow.h"
#include "impact/impact.h"

#define CSUP_STATES_MAX  256 /* a workflow has no more of each */
#define CSUP_MOVES_MAX   4096
#define CSUP_TIMERS_MAX  1024
#define CSUP_EVENT_KINDS CSUP_EVENT_MERGED /* kinds are numbered from 1 to this */

typedef struct csup_workflow csup_workflow;

/* JSON text of the built-in workflow's section, used when a policy has none. */
const char *csup_workflow_default(void);
/* The opposite of csup_event_kind_name: "customer_message" gives CSUP_EVENT_CUSTOMER_MESSAGE; 0 when there is none. */
csup_event_kind csup_event_kind_find(const char *name);

/* First pass: states; gives the schema the choices of `state`. */
csup_status csup_workflow_declare(const csup_json *section, csup_schema *schema, csup_workflow **out);
/* Second pass: moves and timers. States, events, facts and calendars must exist; timers must not run in a circle. */
csup_status csup_workflow_compile(const csup_json *section, csup_schema *schema, const csup_impact *impact,
                                  const csup_calendars *calendars, csup_workflow *workflow);
/* Last pass: every state can be reached: it is the initial one, or of category new or open (`opened` may name it), or a move or
   timer leads there, or `forced[state]` is not 0: an escalation's `move` does. `forced` may be NULL. */
csup_status csup_workflow_check_reach(const csup_json *section, const csup_workflow *workflow, const uint8_t *forced);

int32_t csup_workflow_state_count(const csup_workflow *workflow);
int32_t csup_workflow_find_state(const csup_workflow *workflow, const char *name); /* -1: none */
void csup_workflow_state_at(const csup_workflow *workflow, int32_t state, csup_state *out);
int32_t csup_workflow_initial(const csup_workflow *workflow);

/* What an event does to the state: `previous` is the state that `previous` resolves to (-1: none, the initial one), `asked` is
   the state that `moved` asks for (-1 on other events), `values` the slots as the event left them (auto, by and resolution
   included), `answers` for requires. */
typedef struct csup_taken {
  csup_status status;  /* CSUP_OK, or CSUP_E_REFUSED for `moved` */
  int32_t to;          /* the state afterwards (the present one when nothing moves) */
  int32_t move;        /* index of the move taken, or of the first that would have matched but for when or requires; -1: none */
  const char *because; /* of that move; may be NULL */
  const char *missing; /* the first requirement that is not set; may be NULL */
} csup_taken;
void csup_workflow_step(const csup_workflow *workflow, int32_t state, int32_t previous, csup_event_kind on, int32_t asked,
                        const int64_t *values, const csup_answers *answers, csup_taken *out);

/* Timers of a state in document order. */
typedef struct csup_timer {
  int32_t in, to; /* states */
  csup_measure after;
  const csup_calendar *calendar;
  const char *calendar_name;
  const csup_condition *when;
  const char *because; /* may be NULL */
} csup_timer;
size_t csup_workflow_timer_count(const csup_workflow *workflow);
const csup_timer *csup_workflow_timer_at(const csup_workflow *workflow, size_t index);

#endif
