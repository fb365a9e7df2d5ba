/* What the rooms below ask of a calendar beyond the public functions. */
#ifndef CSUP_CALENDAR_CALENDAR_H
#define CSUP_CALENDAR_CALENDAR_H

#include "calendar/nights.h"

/* The name of the holiday on a date: "" when it has none, NULL when the date is no holiday. The first name given counts. Lives as
   long as the calendar. */
const char *csup_calendar_holiday(const csup_calendar *calendar, csup_date date);

/* Seconds east of UTC in the calendar's zone; outside the civil range that of its nearer end. */
int32_t csup_calendar_zone_offset(const csup_calendar *calendar, csup_time at);

/* The close of the last span that begins on the local civil date of `at`, before any merging: on 24/7 the end of the date. It may
   lie before `at`. When no span begins on that date: the close of the span that runs into it and holds `at`, or `at` when it is
   closed. CSUP_E_RANGE, CSUP_E_ARGUMENT. */
csup_status csup_calendar_day_end(const csup_calendar *calendar, csup_time at, csup_time *out);

/* Whether a rule of its hours cuts short what an earlier one leaves after midnight. */
bool csup_calendar_cut_night(const csup_calendar *calendar, csup_cut_night *out);

#endif
