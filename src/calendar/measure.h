/* A measure of business time as policies write it: `PT4H` is open time, `P2D` is business days. And calendars by name. */
#ifndef CSUP_CALENDAR_MEASURE_H
#define CSUP_CALENDAR_MEASURE_H

#include "base/json.h"
#include "csupport/calendar.h"

typedef struct csup_measure {
  csup_duration time; /* open time, when days is 0 */
  int32_t days;       /* business days */
  int32_t reserved;
} csup_measure;

/* From a JSON string. Zero, days and time in one, a sign unless `is_signed`, and more than ten years (3660 days) fail. */
csup_status csup_measure_read(const csup_json *node, bool is_signed, csup_measure *out);
/* The instant that lies the measure after `from` (before, when negative). */
csup_status csup_measure_add(const csup_measure *measure, const csup_calendar *calendar, csup_time from, csup_time *out);

typedef struct csup_named_calendar {
  const char *name;
  const char *zone;
  csup_calendar *calendar;
} csup_named_calendar;

typedef struct csup_calendars {
  csup_named_calendar *entries;
  size_t count;
} csup_calendars;

/* NULL when there is none of that name. */
const csup_calendar *csup_calendars_find(const csup_calendars *calendars, const char *name);
/* A JSON string that must name a calendar. */
csup_status csup_calendars_read(const csup_calendars *calendars, const csup_json *node, const csup_calendar **out);

#endif
