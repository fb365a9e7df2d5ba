/* The compiled model, as the files of this room see it. Indexes of bands run from 0, the most severe, upward; indexes of levels
   from 0, the least. */
#ifndef CSUP_IMPACT_MODEL_H
#define CSUP_IMPACT_MODEL_H

#include "impact/impact.h"

#include <string.h>

#define CSUP_BANDS_MAX   32
#define CSUP_POINTS_MAX  1000000 /* a group's greatest sum; what makes the reciprocal below exact */
#define CSUP_CLAUSES_MAX 63
#define CSUP_NO_CLAUSE   (UINT64_C(1) << CSUP_CLAUSES_MAX) /* stands beside the clauses, so that a lowest bit always is */
#define CSUP_CODE_MAX    16

enum { CSUP_IMPACT, CSUP_URGENCY, CSUP_IMPACT_GROUPS };

/* Where unknown answers stand: in the value, and at either end of the interval. */
typedef enum csup_impact_stand { CSUP_AT_DEFAULT, CSUP_AT_LOWEST, CSUP_AT_HIGHEST, CSUP_STANDS } csup_impact_stand;

/* Up to 32 names and where to look for them: by their first two characters, which mostly differ. */
typedef struct csup_impact_names {
  const char *names[32];
  uint8_t first[32]; /* of each bucket, plus 1; 0: none */
  uint8_t next[32];  /* in the same bucket, plus 1 */
  int32_t count;
} csup_impact_names;

typedef struct csup_impact_level {
  uint64_t weight;           /* the points, those of urgency times 2^32: one addition serves both groups */
  uint64_t floors, ceilings; /* the clauses (see csup_impact_rule) that this level fells */
  const char *code;
} csup_impact_level;

typedef struct csup_impact_dimension {
  csup_impact_level *levels;
  csup_impact_names *names; /* of the levels */
  const char *name, *code, *ask;
  uint32_t most; /* points of the highest level */
  int32_t slot;
  uint8_t level_count, group;
  uint8_t unknown[CSUP_STANDS]; /* the level of an unknown answer */
} csup_impact_dimension;

/* A floor, a ceiling or a shift. How it is tested depends on what it reads. Facts only: once per assessment. Dimensions only: it
   is taken apart into clauses, each a least (of a ceiling: a greatest) level per dimension; a clause is one bit, which stands
   unless the level of some dimension fells it, so that one OR over the dimensions tests them all. Both, or too many clauses: by
   its condition, each time. */
typedef struct csup_impact_rule {
  csup_reason_kind kind;
  int32_t effect; /* severity of a floor or ceiling, steps of a shift */
  const csup_condition *condition;
  const char *because;
  uint64_t clauses; /* not 0: tested by these */
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
  csup_impact_names names;                 /* of the dimensions */
  uint32_t total[CSUP_IMPACT_GROUPS];      /* greatest sum of points */
  uint64_t reciprocal[CSUP_IMPACT_GROUPS]; /* score = sum * reciprocal >> CSUP_RECIPROCAL_SHIFT */
  int32_t bands[CSUP_IMPACT_GROUPS];       /* how many */
  uint8_t band_of[CSUP_IMPACT_GROUPS][1001];
  const char **severity_names, **urgency_names, **priority_names;
  uint8_t *matrix; /* priority from 0, by severity, then urgency */
  int32_t priority_count;
  int32_t shift_most;
  csup_impact_rules floors, ceilings, shifts;
  const csup_impact_rule **by_facts, **by_condition; /* the rules tested in these ways, of any kind */
  int32_t by_facts_count, by_condition_count;
  uint64_t floor_clauses, ceiling_clauses; /* those in use and CSUP_NO_CLAUSE */
  int64_t *no_facts;                       /* slots without a fact */
  /* Severity by clause. They stand in order of effect, so that the lowest bit standing decides. */
  uint8_t floor_of[CSUP_CLAUSES_MAX + 1], ceiling_of[CSUP_CLAUSES_MAX + 1];
  int32_t slot_count;
};

/* With d the greatest sum and n = 1000 * sum: n * (2^50 / d + 1) >> 50 is n / d exactly, as 1000 * d * d < 2^50. The reciprocal
   is 1000 * (2^50 / d + 1). */
#define CSUP_RECIPROCAL_SHIFT 50

static inline uint32_t csup_impact_bucket(const char *name) {
  uint32_t first = (unsigned char)name[0];
  return first ? (3 * first + (unsigned char)name[1]) % 32 : 0;
}

/* -1: none. */
static inline int32_t csup_impact_names_find(const csup_impact_names *names, const char *name) {
  for (uint32_t at = names->first[csup_impact_bucket(name)]; at > 0; at = names->next[at - 1]) {
    const char *other = names->names[at - 1];
    if (other == name || strcmp(other, name) == 0)
      return (int32_t)at - 1;
  }
  return -1;
}

/* The points of one group in a sum of weights. */
static inline uint32_t csup_impact_points(uint64_t weights, int group) {
  return (uint32_t)(weights >> 32 * group);
}

/* Compiles one of the lists of rules; `key` is its member, an absent list is empty. */
csup_status csup_impact_rules_compile(const csup_json *section, const char *key, csup_reason_kind kind, csup_schema *schema,
                                      csup_impact *impact, csup_impact_rules *rules);
/* Decides how each rule is tested, once all are compiled. CSUP_E_NOMEM is the only failure. */
csup_status csup_impact_rules_take_apart(csup_impact *impact, csup_arena *arena);
bool csup_impact_rule_test(const csup_impact_rule *rule, const int64_t *values);

/* A host's answers into the array by dimension; the rest are unknown. Errors carry the answer's index. */
csup_status csup_impact_answers_read(const csup_impact *impact, const csup_answer *answers, size_t count, csup_answers *out,
                                     csup_error *error);

#endif
