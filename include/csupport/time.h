/**
 * @file time.h
 * Instants, durations and time zones.
 */
#ifndef CSUPPORT_TIME_H
#define CSUPPORT_TIME_H

#include "base.h"

#if !defined(CSUP_CDEF) && defined(__cplusplus)
extern "C" {
#endif

typedef int64_t csup_time;
typedef int64_t csup_duration;
typedef int32_t csup_date;

#define CSUP_TIME_NEVER INT64_MAX

typedef struct csup_zone csup_zone;

CSUP_API csup_status csup_time_parse(const char *text, size_t length, csup_time *out);
CSUP_API csup_status csup_time_format(csup_time at, char *buffer, size_t capacity, size_t *length);
CSUP_API csup_status csup_duration_parse(const char *text, size_t length, csup_duration *out);
CSUP_API csup_status csup_duration_format(csup_duration duration, char *buffer, size_t capacity, size_t *length);
CSUP_API csup_status csup_zone_load(const char *name, const csup_allocator *allocator, csup_zone **out, csup_error *error);
CSUP_API csup_status csup_zone_from_tzif(const char *name, const void *bytes, size_t length, const csup_allocator *allocator,
                                         csup_zone **out, csup_error *error);
CSUP_API csup_status csup_zone_offset(const csup_zone *zone, csup_time at, int32_t *seconds_east);
CSUP_API void csup_zone_free(csup_zone *zone);

#if !defined(CSUP_CDEF) && defined(__cplusplus)
}
#endif

#endif
