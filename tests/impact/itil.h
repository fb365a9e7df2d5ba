/* The ITIL examples: models of two dimensions. */
#ifndef CSUP_TESTS_IMPACT_ITIL_H
#define CSUP_TESTS_IMPACT_ITIL_H

#include "model.h"

/* One of the example policies, by the file that it is in. */
static inline void open_example(csup_policy *policy, const char *path) {
  char *text = read_file(path);
  assert_non_null(text);
  csup_error error = {0};
  if (model_open(policy, text, NULL, &error))
    fail_msg("%s: %s %s", path, error.pointer, error.message);
  free(text);
}

/* What the matrix makes of two levels. */
static inline const char *priority_of(const csup_policy *policy, const char *impact, const char *urgency) {
  const csup_answer answers[] = {{"impact", impact, CSUP_BASIS_STATED, 0}, {"urgency", urgency, CSUP_BASIS_STATED, 0}};
  csup_assessment out;
  csup_error error = {0};
  if (csup_impact_assess(policy, answers, 2, NULL, 0, &out, &error))
    fail_msg("%s", error.message);
  return out.priority.value;
}

#endif
