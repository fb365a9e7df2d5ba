/* Opening hours: a calendar or a column; on a calendar, measuring gives back what was added. The first byte chooses zone, the
   next two an instant. */
#include "fuzz/fuzz.h"

static void check_add(const csup_calendar *calendar, csup_time at, csup_duration time) {
  csup_time to = 0;
  csup_duration back = 0;
  csup_status status = csup_calendar_add(calendar, at, time, &to);
  HOLDS(status == CSUP_OK || status == CSUP_E_RANGE || status == CSUP_E_NEVER);
  if (status == CSUP_OK)
    HOLDS(csup_calendar_elapsed(calendar, at, to, &back) == CSUP_OK && back == time);
}

static void check_edges(const csup_calendar *calendar, csup_time at) {
  csup_time open = 0, close = 0, change = 0;
  if (csup_calendar_next_open(calendar, at, &open) == CSUP_OK) {
    csup_duration between = 1;
    HOLDS(open >= at && csup_calendar_is_open(calendar, open));
    HOLDS(csup_calendar_elapsed(calendar, at, open, &between) == CSUP_OK && between == 0);
  }
  if (csup_calendar_next_close(calendar, at, &close) == CSUP_OK)
    HOLDS(close > at && !csup_calendar_is_open(calendar, close) && csup_calendar_is_open(calendar, close - 1));
  if (csup_calendar_next_change(calendar, at, &change) == CSUP_OK)
    HOLDS(change > at && csup_calendar_is_open(calendar, change) != csup_calendar_is_open(calendar, change - 1));
  if (csup_calendar_prev_open(calendar, at, &open) == CSUP_OK)
    HOLDS(open <= at && csup_calendar_is_open(calendar, open) && !csup_calendar_is_open(calendar, open - 1));
  if (csup_calendar_prev_close(calendar, at, &close) == CSUP_OK)
    HOLDS(close <= at && !csup_calendar_is_open(calendar, close));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const names[] = {"UTC", "America/New_York", "Australia/Lord_Howe", "Europe/Sofia"};
  static csup_zone *zones[4];
  static const csup_holiday holidays[] = {{20261225, "Christmas"}, {20260302, NULL}};
  if (size < 3)
    return 0;
  csup_zone **zone = &zones[data[0] % 4];
  if (!*zone)
    HOLDS(csup_zone_load(names[data[0] % 4], NULL, zone, NULL) == CSUP_OK);
  char *text = malloc(size - 2);
  HOLDS(text != NULL);
  memcpy(text, data + 3, size - 3);
  text[size - 3] = '\0';
  csup_calendar *calendar = NULL;
  csup_error error = {.status = CSUP_OK};
  csup_status status = csup_calendar_create(text, *zone, holidays, 2, NULL, &calendar, &error);
  HOLDS(error.status == status && (status == CSUP_OK || status == CSUP_E_SYNTAX || status == CSUP_E_NEVER));
  HOLDS(status != CSUP_E_SYNTAX || (error.column >= 1 && (size_t)error.column <= strlen(text) + 1));
  if (status == CSUP_OK) {
    csup_time at = FUZZ_MONDAY + (data[1] * 256 + data[2] - 30000) * FUZZ_HOUR;
    check_add(calendar, at, 40 * FUZZ_HOUR);
    check_add(calendar, at, -40 * FUZZ_HOUR);
    check_add(calendar, at, 1);
    check_edges(calendar, at);
    csup_time to = 0;
    status = csup_calendar_add_days(calendar, at, 5, &to);
    HOLDS(status == CSUP_E_NEVER || status == CSUP_E_RANGE || (status == CSUP_OK && to >= at));
    status = csup_calendar_add_days(calendar, at, -5, &to);
    HOLDS(status == CSUP_E_NEVER || status == CSUP_E_RANGE || (status == CSUP_OK && to <= at));
  }
  csup_calendar_free(calendar);
  free(text);
  return 0;
}
