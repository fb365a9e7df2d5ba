/* Agreements: which targets hold for a case (rule C2, C8 and section 6). */
#ifndef CSUP_SLA_AGREEMENT_H
#define CSUP_SLA_AGREEMENT_H

#include "sla/clock.h"

#define CSUP_WARN_MAX  32 /* different warnings of one clock */
#define CSUP_RANKS_MAX 9  /* P1..P9 and S1..S9 */

typedef enum csup_on_change { CSUP_RECOMPUTE, CSUP_KEEP, CSUP_FROM_NOW, CSUP_PROPORTIONAL } csup_on_change;

/* One clock's target in one agreement. Maps are written out: entry r is for priority (or severity) r, counted from 0. */
typedef struct csup_target {
  bool by_severity;
  bool present[CSUP_RANKS_MAX]; /* false: no target for that rank */
  csup_course course[CSUP_RANKS_MAX];
  const char *calendar_name[CSUP_RANKS_MAX];
  const csup_threshold *warn; /* in document order: percents ascend, and so do offsets of one measure */
  size_t warn_count;
  csup_on_change on_change;
} csup_target;

typedef struct csup_agreement {
  const char *name;
  int32_t kind; /* index into csup_agreements.kinds */
  const csup_condition *when;
  csup_time from, until;             /* half-open; the civil range's ends when absent */
  const csup_target *const *targets; /* by clock index; NULL where the clock has none */
} csup_agreement;

typedef struct csup_agreements {
  const csup_agreement *items; /* in document order */
  int32_t count;
  const char *const *kinds; /* distinct kinds, those of sla, ola, uc that the policy uses, in this order */
  int32_t kind_count;
} csup_agreements;

/* Compiles the `agreements` section; an absent one gives none. The schema knows the priorities and severities. Findings:
   "unreachable" (an earlier one of its kind always comes first), "no_target" (a rank with a duration but no calendar),
   "never_fires" (a warning before the start of some rank's target), "no_effect". `findings` may be NULL. */
csup_status csup_agreements_compile(const csup_json *section, csup_schema *schema, const csup_clocks *clocks,
                                    const csup_calendars *calendars, csup_agreements *out, csup_findings *findings);
/* The first of `kind` in document order whose `when` holds and whose period holds `opened`; -1: none. */
int32_t csup_agreements_choose(const csup_agreements *agreements, int32_t kind, csup_time opened, const int64_t *values);

#endif
