/**
 * @file calendar.h
 * Business time: opening hours, holidays and exact arithmetic over them.
 */
#ifndef CSUPPORT_CALENDAR_H
#define CSUPPORT_CALENDAR_H

#include "time.h"

#if !defined(CSUP_CDEF) && defined(__cplusplus)
extern "C" {
#endif

typedef struct csup_calendar csup_calendar;

typedef struct csup_holiday {
  csup_date date;
  const char *name;
} csup_holiday;

CSUP_API csup_status csup_calendar_create(const char *hours, const csup_zone *zone, const csup_holiday *holidays,
                                          size_t holiday_count, const csup_allocator *allocator, csup_calendar **out,
                                          csup_error *error);
CSUP_API void csup_calendar_free(csup_calendar *calendar);
CSUP_API csup_status csup_calendar_add(const csup_calendar *calendar, csup_time from, csup_duration open_time, csup_time *out);
CSUP_API csup_status csup_calendar_add_days(const csup_calendar *calendar, csup_time from, int32_t days, csup_time *out);
CSUP_API csup_status csup_calendar_elapsed(const csup_calendar *calendar, csup_time from, csup_time to, csup_duration *out);
CSUP_API csup_status csup_calendar_next_open(const csup_calendar *calendar, csup_time at, csup_time *out);
CSUP_API csup_status csup_calendar_next_close(const csup_calendar *calendar, csup_time at, csup_time *out);
CSUP_API csup_status csup_calendar_next_change(const csup_calendar *calendar, csup_time at, csup_time *out);
CSUP_API csup_status csup_calendar_prev_open(const csup_calendar *calendar, csup_time at, csup_time *out);
CSUP_API csup_status csup_calendar_prev_close(const csup_calendar *calendar, csup_time at, csup_time *out);
CSUP_API int32_t csup_calendar_is_open(const csup_calendar *calendar, csup_time at);

#if !defined(CSUP_CDEF) && defined(__cplusplus)
}
#endif

#endif
