/* Opening-hours text, parsed into rules in document order. This room knows which dates a rule matches; `calendar` adds up. */
#ifndef CSUP_CALENDAR_HOURS_H
#define CSUP_CALENDAR_HOURS_H

#include "base/memory.h"
#include "csupport/calendar.h"

#include <stdbool.h>

/* Seconds of local wall-clock time from midnight of the matched date: 0 <= from < 86400, from < to <= 172800; past 86400 the
   span runs on into the next date. */
typedef struct csup_hours_span {
  int32_t from, to;
} csup_hours_span;

typedef struct csup_hours_dates csup_hours_dates; /* which dates: the parser's own */

typedef struct csup_hours_rule {
  bool adds;                    /* `,`: keeps what earlier rules put on the date; false: `;` replaces it */
  bool bounded;                 /* matches dates of named years or holidays only */
  size_t span_count;            /* 0: off */
  const csup_hours_span *spans; /* as written; may touch or overlap */
  const csup_hours_dates *dates;
} csup_hours_rule;

typedef struct csup_hours {
  size_t rule_count; /* 0 for blank text */
  const csup_hours_rule *rules;
} csup_hours;

/* Everything is allocated in the arena. CSUP_E_SYNTAX with the column and what was expected; CSUP_E_NOMEM. */
csup_status csup_hours_parse(const char *text, csup_arena *arena, csup_hours *out, csup_error *error);

/* Sets marks[i] = 1 for each date first_day + i, 0 <= i < day_count, that the rule matches; leaves the others alone.
   `holidays` are day numbers, sorted. */
void csup_hours_mark(const csup_hours_rule *rule, int32_t first_day, size_t day_count, const int32_t *holidays,
                     size_t holiday_count, uint8_t *marks);

#endif
