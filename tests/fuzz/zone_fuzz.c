/* A zone file: a zone or CSUP_E_CORRUPT; on a zone, business time works and comes to an end. */
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  csup_zone *zone = NULL;
  csup_error error = {.status = CSUP_OK};
  csup_status status = csup_zone_from_tzif("Fuzz/Zone", data, size, NULL, &zone, &error);
  HOLDS(error.status == status && (status == CSUP_OK || status == CSUP_E_CORRUPT));
  if (status != CSUP_OK)
    return 0;
  for (csup_time at = INT64_C(-2208988800000000); at < INT64_C(7289654400000000); at += INT64_C(12345678) * 1000003) {
    int32_t offset = 0;
    HOLDS(csup_zone_offset(zone, at, &offset) == CSUP_OK && offset >= -89999 && offset <= 93599);
  }
  csup_calendar *calendar = NULL;
  status = csup_calendar_create("Mo-Fr 09:00-17:00, Sa 22:00-30:00", zone, NULL, 0, NULL, &calendar, NULL);
  HOLDS(status == CSUP_OK || status == CSUP_E_NEVER);
  csup_time to = 0;
  csup_duration back = 0;
  if (calendar && csup_calendar_add(calendar, FUZZ_MONDAY, 100 * FUZZ_HOUR, &to) == CSUP_OK)
    HOLDS(csup_calendar_elapsed(calendar, FUZZ_MONDAY, to, &back) == CSUP_OK && back == 100 * FUZZ_HOUR);
  if (calendar)
    (void)csup_calendar_add_days(calendar, FUZZ_MONDAY, 10, &to);
  csup_calendar_free(calendar);
  csup_zone_free(zone);
  return 0;
}
