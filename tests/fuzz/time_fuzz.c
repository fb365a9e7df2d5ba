/* Instants and durations: the text written for what was read is read as the same. */
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char text[64];
  size_t length = 0;
  csup_time at = 0, at_again = 0;
  csup_duration duration = 0, duration_again = 0;
  if (csup_time_parse((const char *)data, size, &at) == CSUP_OK) {
    HOLDS(csup_time_format(at, text, sizeof text, &length) == CSUP_OK && strlen(text) == length && length <= 27);
    HOLDS(csup_time_parse(text, length, &at_again) == CSUP_OK && at == at_again);
  }
  if (csup_duration_parse((const char *)data, size, &duration) == CSUP_OK) {
    HOLDS(csup_duration_format(duration, text, sizeof text, &length) == CSUP_OK && strlen(text) == length);
    HOLDS(csup_duration_parse(text, length, &duration_again) == CSUP_OK && duration == duration_again);
  }
  if (size == sizeof at) { /* eight bytes are also a number */
    memcpy(&at, data, sizeof at);
    HOLDS(csup_duration_format(at, text, sizeof text, &length) == CSUP_OK && strlen(text) == length);
    HOLDS(csup_duration_parse(text, length, &duration_again) == CSUP_OK && at == duration_again);
    csup_status status = csup_time_format(at, text, sizeof text, &length);
    HOLDS(status == CSUP_OK || status == CSUP_E_RANGE);
    if (status == CSUP_OK)
      HOLDS(csup_time_parse(text, length, &at_again) == CSUP_OK && at == at_again);
  }
  return 0;
}
