/* A policy document: parsed or refused with a place in it; what was parsed can be read, and lives through a case. */
#include "fuzz/fuzz.h"

static const char *const journal[] = {
    "{\"case\":\"C\",\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"opened\",\"mood\":\"angry\",\"team\":\"one\"}",
    "{\"at\":\"2026-03-02T09:10:00Z\",\"event\":\"agent_message\"}",
    "{\"at\":\"2026-03-02T10:00:00Z\",\"event\":\"promised\",\"promise\":\"p\",\"due\":\"2026-03-03T09:00:00Z\"}",
    "{\"at\":\"2026-03-02T12:00:00Z\",\"event\":\"overridden\",\"priority\":\"P1\",\"until\":\"2026-03-05T09:00:00Z\"}",
    "{\"at\":\"2026-03-04T12:00:00Z\",\"event\":\"customer_message\"}",
    "{\"at\":\"2026-03-06T12:00:00Z\",\"event\":\"proposed\",\"resolution\":\"full\"}",
    "{\"at\":\"2026-03-07T12:00:00Z\",\"event\":\"rejected\"}",
    "{\"at\":\"2026-03-09T12:00:00Z\",\"event\":\"accepted\"}",
    "{\"at\":\"2026-03-10T12:00:00Z\",\"event\":\"reopened\"}",
};

static void read_policy(csup_policy *policy) {
  csup_finding finding;
  for (size_t i = 0; i < csup_policy_finding_count(policy); i++)
    HOLDS(csup_policy_finding(policy, i, &finding) == CSUP_OK && finding.line > 0 && finding.column > 0);
  HOLDS(csup_policy_finding(policy, csup_policy_finding_count(policy), &finding) == CSUP_E_ARGUMENT);
  for (size_t i = 0; i < csup_workflow_count(policy); i++) {
    csup_state state;
    size_t count = 0;
    csup_move moves[64];
    csup_timeout timeouts[8];
    HOLDS(csup_workflow_state(policy, i, &state) == CSUP_OK);
    csup_status status = csup_workflow_moves(policy, state.name, 0, NULL, 0, moves, 64, &count);
    HOLDS(status == (count > 64 ? CSUP_E_SPACE : CSUP_OK));
    status = csup_workflow_timeouts(policy, state.name, timeouts, 8, &count);
    HOLDS(status == (count > 8 ? CSUP_E_SPACE : CSUP_OK));
  }
  csup_assessment assessment;
  HOLDS(csup_impact_assess(policy, NULL, 0, NULL, 0, &assessment, NULL) == CSUP_OK);
}

static void live(csup_policy *policy) {
  csup_case *c = NULL;
  csup_decisions *list = NULL;
  int64_t seq = 0;
  csup_time at = INT64_MIN;
  HOLDS(csup_case_create(policy, NULL, &c) == CSUP_OK && csup_decisions_create(NULL, &list) == CSUP_OK);
  for (size_t i = 0; i < sizeof journal / sizeof journal[0]; i++) {
    (void)csup_case_apply_json(c, journal[i], strlen(journal[i]), list, NULL);
    fuzz_take(list, &seq, &at);
  }
  fuzz_follow(c, list, 30, &seq, &at);
  fuzz_look(policy, c, FUZZ_MONDAY + 300 * FUZZ_HOUR);
  csup_case_free(c);
  csup_decisions_free(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t purse = (size_t)64 << 20;
  csup_allocator allocator = {&purse, fuzz_resize};
  csup_policy *policy = NULL;
  csup_error error = {.status = CSUP_OK};
  csup_status status = csup_policy_parse((const char *)data, size, &allocator, &policy, &error);
  HOLDS(error.status == status && (status == CSUP_OK) == (policy != NULL));
  HOLDS(status == CSUP_OK || error.message[0] != '\0');
  if (policy) {
    read_policy(policy);
    live(policy);
  }
  csup_policy_release(policy);
  HOLDS(purse == (size_t)64 << 20);
  return 0;
}
