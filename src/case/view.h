/* Reading a case, for the rooms that print it. */
#ifndef CSUP_CASE_VIEW_H
#define CSUP_CASE_VIEW_H

#include "case/case.h"

const char *csup_choice_name(const csup_case *c, csup_slot slot); /* NULL when absent */
csup_field csup_case_fact_at(const csup_case *c, int32_t slot);

#endif
