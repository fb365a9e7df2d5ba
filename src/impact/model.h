/* The compiled model, as the files of this room see it. Indexes of bands run from 0, the most severe, upward; indexes of levels
   from 0, the least. */
#ifndef CSUP_IMPACT_MODEL_H
#define CSUP_IMPACT_MODEL_H

#include "impact/impact.h"

#define CSUP_BANDS_MAX   32
#define CSUP_POINTS_MAX  1000000 /* a group's greatest sum; what makes the reciprocal below exact */
#define CSUP_CLAUSES_MAX 64
#define CSUP_CODE_MAX    16

enum { CSUP_IMPACT, CSUP_URGENCY, CSUP_IMPACT_GROUPS };

typedef struct csup_impact_level {
  const char *name, *code;
  uint32_t points;
  uint64_t floors, ceilings; /* the clauses (see csup_impact_rule) that this level leaves standing */
} csup_impact_level;

typedef struct csup_impact_dimension {
  const char *name, *code, *ask;
  csup_impact_level *levels;
  int32_t slot;
  uint8_t level_count, default_level, group;
} csup_impact_dimension;

/* A floor, a ceiling or a shift. How it is tested depends on what it reads. Facts only: once per assessment. Dimensions only: it
   is taken apart into clauses, each a least (of a ceiling: a greatest) level per dimension; a clause is one bit that every level
   keeps or clears, so that one AND over the dimensions tests them all. Both, or too many clauses: by its condition, each time. */
typedef struct csup_impact_rule {
  csup_reason_kind kind;
  int32_t effect; /* severity of a floor or ceiling, steps of a shift */
  const csup_condition *condition;
  const char *because;
  bool by_condition; /* tested for each set of levels */
  uint64_t clauses;  /* not 0: tested by these */
} csup_impact_rule;

typedef struct csup_impact_rules {
  csup_impact_rule *items;
  int32_t count;
} csup_impact_rules;

struct csup_impact {
  const char *code;
  int32_t version;
  csup_impact_dimension *dimensions;
  int32_t dimension_count;
  uint32_t total[CSUP_IMPACT_GROUPS];      /* greatest sum of points */
  uint64_t reciprocal[CSUP_IMPACT_GROUPS]; /* score = sum * reciprocal >> CSUP_RECIPROCAL_SHIFT */
  int32_t bands[CSUP_IMPACT_GROUPS];       /* how many */
  uint8_t band_of[CSUP_IMPACT_GROUPS][1001];
  const char **severity_names, **urgency_names, **priority_names;
  uint8_t *matrix; /* priority from 0, by severity, then urgency */
  int32_t priority_count;
  int32_t shift_most;
  csup_impact_rules floors, ceilings, shifts;
  bool by_condition;                       /* some rule is tested by its condition each time */
  uint64_t floor_clauses, ceiling_clauses; /* those in use */
  uint8_t floor_of[CSUP_CLAUSES_MAX],
      ceiling_of[CSUP_CLAUSES_MAX]; /* clauses stand in order of effect, so the lowest bit decides */
  int32_t slot_count;
};

/* With d the greatest sum and n = 1000 * sum: n * (2^50 / d + 1) >> 50 is n / d exactly, as 1000 * d * d < 2^50. */
#define CSUP_RECIPROCAL_SHIFT 50

/* Compiles one of the lists of rules; `key` is its member, an absent list is empty. */
csup_status csup_impact_rules_compile(const csup_json *section, const char *key, csup_reason_kind kind, csup_schema *schema,
                                      csup_impact *impact, csup_impact_rules *rules);
/* Sets the clauses of floors and ceilings once all are compiled. */
void csup_impact_rules_take_apart(csup_impact *impact);
bool csup_impact_rule_test(const csup_impact_rule *rule, const int64_t *values);

/* A host's answers into the array by dimension; the rest are unknown. Errors carry the answer's index. */
csup_status csup_impact_answers_read(const csup_impact *impact, const csup_answer *answers, size_t count, csup_answers *out,
                                     csup_error *error);

#endif
