/* Civil dates of the proleptic Gregorian calendar as day numbers; day 0 is 1970-01-01. Exact for years of up to seven digits
   to either side of 0: nothing here overflows while the day number fits in 32 bits (years -5877641 to 5881580). */
#ifndef CSUP_TIME_CIVIL_H
#define CSUP_TIME_CIVIL_H

#include "csupport/time.h"

#include <stdbool.h>

#define CSUP_SECOND      INT64_C(1000000) /* a second in microseconds */
#define CSUP_DAY_SECONDS 86400
#define CSUP_FIRST_DAY   (-25567)                                                   /* 1900-01-01 */
#define CSUP_LAST_DAY    84370                                                      /* 2200-12-31 */
#define CSUP_TIME_FIRST  (CSUP_SECOND * CSUP_DAY_SECONDS * CSUP_FIRST_DAY)          /* 1900-01-01T00:00:00Z */
#define CSUP_TIME_LAST   (CSUP_SECOND * CSUP_DAY_SECONDS * (CSUP_LAST_DAY + 1) - 1) /* 2200-12-31T23:59:59.999999Z */

int32_t csup_day_of(int32_t year, int32_t month, int32_t day); /* month 1..12; any day of month, it runs on */
void csup_civil_of(int32_t day_number, int32_t *year, int32_t *month, int32_t *day);
int32_t csup_weekday_of(int32_t day_number); /* 0 is Monday */
int32_t csup_month_days(int32_t year, int32_t month);
int32_t csup_easter_of(int32_t year);                      /* Gregorian Easter Sunday's day number */
bool csup_date_parts(csup_date date, int32_t *day_number); /* YYYYMMDD -> day number; false when it is no date of 1900..2200 */
bool csup_time_in_range(csup_time at);

#endif
