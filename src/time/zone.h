/* A zone as one sorted list of offsets over the civil range: the POSIX footer is written out, so that readers never need it. */
#ifndef CSUP_TIME_ZONE_H
#define CSUP_TIME_ZONE_H

#include "csupport/time.h"

typedef struct csup_transition {
  int64_t at;     /* first second (since 1970, UTC) at which the offset holds; the first entry's is INT64_MIN */
  int32_t offset; /* seconds east of UTC, -89999 to 93599 */
  int32_t reserved;
} csup_transition;

/* All changes of offset from before 1900 to after 2201 (changes of name or DST flag alone are merged away), never empty.
   Times ascend strictly and neighbours differ in offset; all but the first lie in the years 1898 to 2202. */
const csup_transition *csup_zone_transitions(const csup_zone *zone, size_t *count);
const char *csup_zone_name(const csup_zone *zone);

/* The same list for a calendar, which keeps a copy of its own. `second` is whole seconds since 1970. */
int32_t csup_transitions_offset(const csup_transition *transitions, size_t count, int64_t second);
/* T3: the first instant (second, UTC) whose local time is >= `local` (seconds since 1970-01-01T00:00 on the wall). */
int64_t csup_transitions_instant(const csup_transition *transitions, size_t count, int64_t local);

#endif
