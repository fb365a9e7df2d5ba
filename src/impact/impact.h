/* The impact model: compiled from the policy's `impact` section, evaluated on small arrays of level indexes. */
#ifndef CSUP_IMPACT_IMPACT_H
#define CSUP_IMPACT_IMPACT_H

#include "condition/condition.h"
#include "csupport/impact.h"

#define CSUP_DIMENSIONS_MAX 32
#define CSUP_LEVELS_MAX     32

typedef struct csup_impact csup_impact;

/* JSON text of the built-in model's section, used when a policy has none. */
const char *csup_impact_default(void);

/* First pass, before any condition is compiled: dimensions, bands, matrix. Adds a slot for each dimension and the choices of
   priority, severity, urgency and impact to the schema. */
csup_status csup_impact_declare(const csup_json *section, csup_schema *schema, csup_impact **out);
/* Second pass: floors, ceilings and shifts. */
csup_status csup_impact_compile(const csup_json *section, csup_schema *schema, csup_impact *impact);

int32_t csup_impact_dimension_count(const csup_impact *impact);
int32_t csup_impact_find_dimension(const csup_impact *impact, const char *name);                /* -1: none */
int32_t csup_impact_find_level(const csup_impact *impact, int32_t dimension, const char *name); /* -1: none */
const char *csup_impact_dimension_name(const csup_impact *impact, int32_t dimension);
int32_t csup_impact_level_count(const csup_impact *impact, int32_t dimension);
const char *csup_impact_level_name(const csup_impact *impact, int32_t dimension, int32_t level);
const char *csup_impact_question(const csup_impact *impact, int32_t dimension); /* the words of `ask`; "" when there are none */
int32_t csup_impact_dimension_slot(const csup_impact *impact, int32_t dimension);
bool csup_impact_dimension_is_urgency(const csup_impact *impact, int32_t dimension);
int32_t csup_impact_severity_count(const csup_impact *impact);
int32_t csup_impact_urgency_count(const csup_impact *impact);
int32_t csup_impact_priority_count(const csup_impact *impact); /* distinct P1..Pn: n is the greatest in the matrix */
int32_t csup_impact_priority_of(const csup_impact *impact, int32_t severity,
                                int32_t urgency); /* the matrix; all indexes from 0 */

/* Answers by dimension. A level counts only where the basis is not unknown. */
typedef struct csup_answers {
  uint8_t level[CSUP_DIMENSIONS_MAX];
  uint8_t basis[CSUP_DIMENSIONS_MAX];
} csup_answers;

/* The present value only (rule I1, I2): what a case recomputes at each change. Indexes count from 0, the most severe. `values`
   are the slots of all facts; dimension slots in it are ignored, the answers count. */
typedef struct csup_scores {
  int32_t impact_score, urgency_score; /* 0..1000 */
  int32_t impact_band;                 /* before floors and ceilings */
  int32_t severity, urgency, priority;
} csup_scores;
void csup_impact_score(const csup_impact *impact, const csup_answers *answers, const int64_t *values, csup_scores *out);

/* The whole assessment with intervals, confidence and next question; strings live as long as the policy. */
void csup_impact_whole(const csup_impact *impact, const csup_answers *answers, const int64_t *values, csup_assessment *out);
/* Rule I4; -1: none. */
int32_t csup_impact_next_question(const csup_impact *impact, const csup_answers *answers, const int64_t *values);
/* The slots (facts, fields) that floors, ceilings and shifts test get 1: a case re-assesses when one of them changes. */
void csup_impact_reads(const csup_impact *impact, uint8_t *reads);

#endif
