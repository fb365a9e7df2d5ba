/* A snapshot whose checksum is right and whose contents need not be: a case that can be read, saved and used, or a status. */
#include "fuzz/fuzz.h"

#define CHECK_SIZE 8

static const char *const lines[] = {
    "{\"at\":\"%s\",\"events\":[{\"event\":\"customer_message\"},{\"event\":\"agent_message\"}]}",
    "{\"at\":\"%s\",\"event\":\"promised\",\"promise\":\"p\",\"due\":\"2150-03-03T09:00:00Z\"}",
    "{\"at\":\"%s\",\"event\":\"provided\",\"what\":\"log\"}",
    "{\"at\":\"%s\",\"event\":\"moved\",\"to\":\"resolved\"}",
    "{\"at\":\"%s\",\"event\":\"reopened\"}",
    "{\"at\":\"%s\",\"event\":\"closed\"}",
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < CHECK_SIZE || size > 4096)
    return 0;
  static csup_policy *policy; /* kept from run to run */
  if (!policy)
    policy = fuzz_default_policy();
  uint8_t *bytes = malloc(size);
  HOLDS(bytes != NULL);
  memcpy(bytes, data, size);
  uint64_t hash = UINT64_C(14695981039346656037);
  for (size_t i = 0; i < size - CHECK_SIZE; i++)
    hash = (hash ^ bytes[i]) * UINT64_C(1099511628211);
  for (size_t i = 0; i < CHECK_SIZE; i++)
    bytes[size - CHECK_SIZE + i] = (uint8_t)(hash >> (8 * i));
  csup_case *c = NULL;
  csup_error error = {.status = CSUP_OK};
  csup_status status = csup_case_load(policy, bytes, size, NULL, &c, &error);
  HOLDS(error.status == status && (status == CSUP_OK) == (c != NULL));
  csup_decisions *list = NULL;
  HOLDS(csup_decisions_create(NULL, &list) == CSUP_OK);
  if (c) {
    fuzz_look(policy, c, FUZZ_MONDAY);
    csup_time wakeup = 0;
    for (int steps = 0; steps < 20 && csup_case_next_wakeup(c, &wakeup) == CSUP_OK; steps++) {
      if (csup_case_advance(c, wakeup, list, NULL) != CSUP_OK)
        break;
      fuzz_take(list, NULL, NULL);
    }
    csup_case_view view;
    HOLDS(csup_case_read(c, &view) == CSUP_OK);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
      char at[40], line[200];
      if (csup_time_format(view.case_id ? view.last + 1 : 0, at, sizeof at, NULL) != CSUP_OK)
        break;
      (void)snprintf(line, sizeof line, lines[i], at);
      (void)csup_case_apply_json(c, line, strlen(line), list, NULL);
      fuzz_take(list, NULL, NULL);
    }
    fuzz_read(c, FUZZ_MONDAY); /* a number that stood at its limit may be past it now */
  }
  csup_case_free(c);
  csup_decisions_free(list);
  free(bytes);
  return 0;
}
