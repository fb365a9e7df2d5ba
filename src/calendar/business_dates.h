/* T6: the business dates of a calendar, as a set of day numbers in which the n-th after or before a date is found at once. */
#ifndef CSUP_CALENDAR_BUSINESS_DATES_H
#define CSUP_CALENDAR_BUSINESS_DATES_H

#include "base/memory.h"

#include <stdbool.h>

typedef struct csup_business_dates {
  int32_t first_day; /* the day number of bit 0 */
  size_t word_count;
  uint64_t *words;
  uint32_t *ranks; /* how many dates lie before each word; one more for all of them */
} csup_business_dates;

/* An empty set for day_count dates; to be freed whatever was returned. CSUP_E_NOMEM. */
csup_status csup_business_dates_init(csup_business_dates *dates, int32_t first_day, size_t day_count,
                                     const csup_allocator *allocator);
void csup_business_dates_free(csup_business_dates *dates, const csup_allocator *allocator);

/* Adds a date that is in the range. */
void csup_business_dates_add(csup_business_dates *dates, int32_t day);
/* Makes the set, once all dates are in it, ready for steps. CSUP_E_NOMEM. */
csup_status csup_business_dates_count(csup_business_dates *dates, const csup_allocator *allocator);

/* The n-th business date after `day` (n > 0) or before it (n < 0); n == 0 gives `day` itself. `day` need not be one. False when
   the range has no such date. */
bool csup_business_dates_step(const csup_business_dates *dates, int32_t day, int32_t n, int32_t *out);

#endif
