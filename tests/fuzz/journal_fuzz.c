/* Lines of a journal, applied to one case of the built-in policy: each happens whole or not at all. */
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static csup_policy *policy; /* kept from run to run */
  if (!policy)
    policy = fuzz_default_policy();
  csup_case *c = NULL;
  csup_decisions *list = NULL;
  int64_t seq = 0;
  csup_time at = INT64_MIN;
  HOLDS(csup_case_create(policy, NULL, &c) == CSUP_OK && csup_decisions_create(NULL, &list) == CSUP_OK);
  const char *text = (const char *)data, *end = text + size;
  while (text < end) {
    const char *stop = memchr(text, '\n', (size_t)(end - text));
    size_t length = (size_t)((stop ? stop : end) - text);
    size_t before_length = 0, after_length = 0;
    char *before = fuzz_save(c, &before_length);
    csup_error error = {.status = CSUP_OK};
    csup_status status = csup_case_apply_json(c, text, length, list, &error);
    HOLDS(error.status == status);
    if (status != CSUP_OK) {
      char *after = fuzz_save(c, &after_length);
      HOLDS(csup_decisions_count(list) == 0 && before_length == after_length && memcmp(before, after, before_length) == 0);
      free(after);
    }
    free(before);
    fuzz_take(list, &seq, &at);
    text = stop ? stop + 1 : end;
  }
  csup_case_view view;
  HOLDS(csup_case_read(c, &view) == CSUP_OK);
  fuzz_look(policy, c, view.case_id ? view.last : 0);
  fuzz_follow(c, list, 20, &seq, &at);
  fuzz_look(policy, c, view.case_id ? view.last : 0);
  csup_case_free(c);
  csup_decisions_free(list);
  return 0;
}
