/* Which dates a rule of an opening-hours text is about: month days, dated periods and Easter, and among those certain weekdays
   or holidays. Drafted item by item while a rule is parsed, then kept in a form that is quick to walk over centuries. */
#ifndef CSUP_CALENDAR_DATES_H
#define CSUP_CALENDAR_DATES_H

#include "calendar/hours.h"

#define CSUP_DATES_FIRST_YEAR   1900
#define CSUP_DATES_LAST_YEAR    2200
#define CSUP_DATES_YEAR_WORDS   ((CSUP_DATES_LAST_YEAR - CSUP_DATES_FIRST_YEAR) / 64 + 1)
#define CSUP_DATES_YEAR_DAYS    366 /* month days are counted in a leap year, from 0: Jan 01 is 0, Feb 29 is 59, Dec 31 is 365 */
#define CSUP_DATES_EASTER_REACH 200 /* days that an offset from Easter may span, as in the reference evaluator */

/* Which weekdays of a month: bits 0 to 4 the first to the fifth, bits 5 to 9 the last to the fifth last, or all of them. */
#define CSUP_DATES_NTH(n) ((uint16_t)(1u << ((n) > 0 ? (n)-1 : 4 - (n))))
#define CSUP_DATES_EVERY  ((uint16_t)(1u << 15))

typedef int32_t csup_dates_holidays;
enum {
  CSUP_HOLIDAYS_UNNAMED, /* holidays are dates like any other */
  CSUP_HOLIDAYS_TOO,     /* `Mo-Fr,PH`: the weekdays, and any holiday */
  CSUP_HOLIDAYS_ONLY     /* `PH`, `PH Mo-Fr`: holidays, on one of the weekdays */
};

typedef struct csup_day_range {
  int32_t first, last; /* both included */
} csup_day_range;

typedef struct csup_dates_draft {
  bool has_years, has_items, has_month_days, has_easter, has_weekdays;
  uint64_t years[CSUP_DATES_YEAR_WORDS];
  uint8_t month_days[CSUP_DATES_YEAR_DAYS];
  uint8_t easter[2 * CSUP_DATES_EASTER_REACH + 1];
  uint16_t weekdays[7];
  csup_dates_holidays holidays;
  csup_day_range *periods; /* the caller's, large enough for all that are added */
  size_t period_count;
} csup_dates_draft;

void csup_dates_begin(csup_dates_draft *draft, csup_day_range *periods);
void csup_dates_add_years(csup_dates_draft *draft, int32_t first, int32_t last);
void csup_dates_add_month_days(csup_dates_draft *draft, int32_t first, int32_t last); /* wraps the year when last < first */
void csup_dates_add_period(csup_dates_draft *draft, int32_t first, int32_t last);     /* day numbers */
void csup_dates_add_easter(csup_dates_draft *draft, int32_t offset);
void csup_dates_add_weekdays(csup_dates_draft *draft, int32_t first, int32_t last, uint16_t which); /* wraps the week */

/* Month 1 to 12 and day to the count that month days use. */
int32_t csup_dates_month_day(int32_t month, int32_t day);

/* Keeps the draft in the arena; NULL when there is no memory. The periods are borrowed. */
const csup_hours_dates *csup_dates_finish(const csup_dates_draft *draft, csup_arena *arena);

/* Only dates of named years, or holidays. */
bool csup_dates_bounded(const csup_hours_dates *dates);

#endif
