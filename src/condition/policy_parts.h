/* What the rooms that can be used alone, without a case, ask of a policy. The policy room, which stands below them and owns the
   structure, defines these; no other name of that room is known up here. None of them returns NULL for a policy that parsed. */
#ifndef CSUP_CONDITION_POLICY_PARTS_H
#define CSUP_CONDITION_POLICY_PARTS_H

#include "condition/facts.h"

typedef struct csup_workflow csup_workflow;
typedef struct csup_impact csup_impact;

const csup_workflow *csup_policy_workflow(const csup_policy *policy);
const csup_schema *csup_policy_schema(const csup_policy *policy);
const csup_impact *csup_policy_impact(const csup_policy *policy);

#endif
