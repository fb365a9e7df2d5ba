/* T2: which rules put open time on which civil date. A date's share is a small number, a state; equal shares, equal numbers. */
#ifndef CSUP_CALENDAR_DAYS_H
#define CSUP_CALENDAR_DAYS_H

#include "base/text.h"
#include "calendar/hours.h"

/* Open time within one civil date, in seconds of the wall clock: 0 <= from < to <= 86400. */
typedef struct csup_day_span {
  int32_t from, to;
} csup_day_span;

/* A state is a chain: what was there before, and the part that a rule added. A part is the rule's number times two, plus one for
   the after-midnight tail that the rule's spans of the date before left here. */
typedef struct csup_day_state {
  uint32_t below, part;
  bool begins;   /* a span begins on the date: T6 counts it as a business date */
  bool has_open; /* `spans` has been written */
  csup_day_span *spans;
  size_t span_count;
} csup_day_state;

#define CSUP_DAY_EMPTY UINT32_C(0) /* the state of a date on which nothing is open */

typedef struct csup_days {
  const csup_hours *hours;
  const int32_t *holidays; /* day numbers, sorted */
  size_t holiday_count;
  csup_arena *arena;
  csup_symbols chains; /* (below, part) -> state - 1 */
  csup_day_state *states;
  size_t state_count, state_capacity;
} csup_days;

/* Borrows hours and holidays; everything that grows is allocated in the arena, scratch of the calendar's creation. */
void csup_days_init(csup_days *days, const csup_hours *hours, const int32_t *holidays, size_t holiday_count, csup_arena *arena);

/* Writes the state of each date first_day + i, 0 <= i < count, and sets bounded[i] to 1 where a rule of named years or holidays
   had a say, else 0. `marks` is scratch for count + 1 bytes. CSUP_E_NOMEM. */
csup_status csup_days_fold(csup_days *days, int32_t first_day, size_t count, uint8_t *marks, uint32_t *states, uint8_t *bounded);

/* The open spans of a state, sorted and merged; they live as long as the arena. CSUP_E_NOMEM. */
csup_status csup_days_spans(csup_days *days, uint32_t state, const csup_day_span **spans, size_t *count);

/* Whether a span begins on a date of this state (T6). */
bool csup_days_begins(const csup_days *days, uint32_t state);

/* The close of the last span that begins on the date, in seconds from its midnight (past 86400: on the next date), or -1 when
   none begins there. Folds that one date afresh and allocates nothing. */
int32_t csup_days_last_close(const csup_hours *hours, const int32_t *holidays, size_t holiday_count, int32_t day);

#endif
