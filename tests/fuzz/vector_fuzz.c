/* A vector of the built-in model: what is read is written as it was. */
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static csup_policy *policy;
  if (!policy)
    policy = fuzz_default_policy();
  csup_answer answers[16];
  size_t count = 0, length = 0;
  csup_error error = {.status = CSUP_OK};
  csup_status status = csup_vector_parse(policy, (const char *)data, size, answers, 16, &count, &error);
  HOLDS(error.status == status);
  if (status != CSUP_OK)
    return 0;
  char text[200];
  HOLDS(csup_vector_format(policy, answers, count, text, sizeof text, &length) == CSUP_OK);
  HOLDS(length == size && memcmp(text, data, size) == 0);
  csup_assessment assessment;
  HOLDS(csup_impact_assess(policy, answers, count, NULL, 0, &assessment, NULL) == CSUP_OK);
  HOLDS(assessment.impact_score.low <= assessment.impact_score.value &&
        assessment.impact_score.value <= assessment.impact_score.high);
  HOLDS(assessment.priority.low_index >= assessment.priority.value_index &&
        assessment.priority.value_index >= assessment.priority.high_index);
  return 0;
}
