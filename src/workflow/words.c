#include "condition/facts.h"
#include "workflow/workflow.h"

#include <string.h>

static const char *const event_names[CSUP_EVENT_KINDS + 1] = {
    [CSUP_EVENT_OPENED] = "opened",
    [CSUP_EVENT_ACKNOWLEDGED] = "acknowledged",
    [CSUP_EVENT_ASSIGNED] = "assigned",
    [CSUP_EVENT_CUSTOMER_MESSAGE] = "customer_message",
    [CSUP_EVENT_AGENT_MESSAGE] = "agent_message",
    [CSUP_EVENT_NOTE] = "note",
    [CSUP_EVENT_ANSWERED] = "answered",
    [CSUP_EVENT_MOVED] = "moved",
    [CSUP_EVENT_PROPOSED] = "proposed",
    [CSUP_EVENT_ACCEPTED] = "accepted",
    [CSUP_EVENT_REJECTED] = "rejected",
    [CSUP_EVENT_REOPENED] = "reopened",
    [CSUP_EVENT_CLOSED] = "closed",
    [CSUP_EVENT_CANCELLED] = "cancelled",
    [CSUP_EVENT_PROMISED] = "promised",
    [CSUP_EVENT_FULFILLED] = "fulfilled",
    [CSUP_EVENT_WITHDRAWN] = "withdrawn",
    [CSUP_EVENT_REQUESTED] = "requested",
    [CSUP_EVENT_PROVIDED] = "provided",
    [CSUP_EVENT_OVERRIDDEN] = "overridden",
    [CSUP_EVENT_RELEASED] = "released",
    [CSUP_EVENT_ESCALATED] = "escalated",
    [CSUP_EVENT_DEESCALATED] = "deescalated",
    [CSUP_EVENT_CHANGED] = "changed",
    [CSUP_EVENT_RATED] = "rated",
    [CSUP_EVENT_SPENT] = "spent",
    [CSUP_EVENT_MERGED] = "merged",
};

const char *csup_event_kind_name(csup_event_kind kind) {
  return kind >= 1 && kind <= CSUP_EVENT_KINDS ? event_names[kind] : NULL;
}

csup_event_kind csup_event_kind_find(const char *name) {
  for (csup_event_kind kind = 1; kind <= CSUP_EVENT_KINDS; kind++)
    if (strcmp(event_names[kind], name) == 0)
      return kind;
  return 0;
}

const char *csup_category_name(csup_category category) {
  return category >= CSUP_CATEGORY_NEW && category <= CSUP_CATEGORY_CLOSED ? csup_category_names[category - 1] : NULL;
}

const char *csup_stage_name(csup_stage stage) {
  return stage >= CSUP_STAGE_DIAGNOSIS && stage <= CSUP_STAGE_DELIVERY ? csup_stage_names[stage - 1] : NULL;
}
