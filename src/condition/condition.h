/* Predicates over facts: compiled once from JSON, tested without allocation. A condition becomes one list of plain tests; each
   knows which test comes next when it holds and when it does not, so that `all`, `any` and `not` cost nothing and no test runs
   twice. */
#ifndef CSUP_CONDITION_CONDITION_H
#define CSUP_CONDITION_CONDITION_H

#include "condition/facts.h"

#define CSUP_CONDITION_DEPTH 64 /* `all`, `any` and `not` nest no deeper */

typedef struct csup_condition csup_condition;

typedef enum csup_operator {
  CSUP_IS,
  CSUP_IS_NOT,
  CSUP_IN,
  CSUP_NOT_IN,
  CSUP_AT_LEAST,
  CSUP_AT_MOST,
  CSUP_ABOVE,
  CSUP_BELOW,
  CSUP_SET,
  CSUP_OPERATOR_COUNT
} csup_operator;

/* Where a condition stands decides what it may say. */
typedef struct csup_condition_scope {
  uint32_t groups;              /* which facts it may test: CSUP_GROUP_ bits */
  uint32_t dimension_operators; /* 1 << csup_operator for each allowed on dimensions; 0 means all */
  bool no_not;                  /* no dimension may stand under `not`; facts and fields may */
  const char *place;            /* for messages: "a floor", "a move" */
} csup_condition_scope;

/* Compiles the value of a `when`: "always" gives NULL (which always holds). Marks the facts that it mentions, adds its texts to
   the schema's symbols. An empty condition, unknown names, operators, choices and wrong types fail with a pointer: with the
   document's status for unknown names or for wrong values. */
csup_status csup_condition_compile(const csup_json *node, csup_schema *schema, const csup_condition_scope *scope,
                                   const csup_condition **out);
bool csup_condition_test(const csup_condition *condition, const int64_t *values);
/* Adds 1 to reads[slot] for each test of the slot, 255 at most. */
void csup_condition_reads(const csup_condition *condition, uint8_t *reads);
/* False when no values at all could make it hold, as far as a simple proof goes (two different values at once, an empty range).
 */
bool csup_condition_possible(const csup_condition *condition, const csup_schema *schema);

#endif
