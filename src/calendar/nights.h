/* Nights cut short: hours that T2 reads as written, though hardly as meant. */
#ifndef CSUP_CALENDAR_NIGHTS_H
#define CSUP_CALENDAR_NIGHTS_H

#include "calendar/hours.h"

typedef struct csup_cut_night {
  size_t earlier, later; /* rules: the later one, written with `;`, removes what the earlier one leaves after midnight */
  int32_t day;           /* the first such date that was looked at, a day number */
  int32_t until;         /* seconds from that midnight: when the night would have ended */
} csup_cut_night;

/* The first pair of rules that does so, with open hours of its own: `Mo-Th 22:00-06:00; Fr 22:00-02:00` closes Friday at
   midnight, a comma would not. A rule that is `off` means it. Looks at the 28 years in which weekdays and leap years repeat. */
bool csup_hours_cut_night(const csup_hours *hours, const int32_t *holidays, size_t holiday_count, csup_cut_night *out);

#endif
