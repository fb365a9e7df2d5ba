#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "calendar/business_dates.h"
#include "calendar/calendar.h"
#include "csupport.h"
#include "failing_allocator.h"
#include "metered_allocator.h"
#include "random.h"
#include "time/civil.h"
#include "time/tzif_bytes.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define HOUR (3600 * CSUP_SECOND)
#define DAY  (24 * HOUR)

/* --- zones made by hand, so that new zone data changes nothing here ------------------------------------------------------------
 */

static csup_zone *utc, *new_york, *berlin, *samoa, *restless;

static csup_zone *zone_of(const tzif_bytes *file) {
  csup_zone *zone = NULL;
  assert_int_equal(csup_zone_from_tzif("Test/Zone", file->bytes, file->length, NULL, &zone, NULL), CSUP_OK);
  return zone;
}

static csup_time instant(const char *text) {
  csup_time at = 0;
  if (csup_time_parse(text, strlen(text), &at) != CSUP_OK)
    fail_msg("%s is no instant", text);
  return at;
}

static int make_zones(void **state) {
  (void)state;
  assert_int_equal(csup_zone_load("UTC", NULL, &utc, NULL), CSUP_OK);
  tzif_bytes file = tzif_of_footer("EST5EDT,M3.2.0,M11.1.0");
  new_york = zone_of(&file);
  file = tzif_of_footer("CET-1CEST,M3.5.0,M10.5.0/3");
  berlin = zone_of(&file);

  /* At the end of Thursday 2011-12-29 the clocks go on to Saturday: Friday is not there. */
  static const int32_t across[] = {-10 * 3600, 14 * 3600};
  static const uint8_t to_west[] = {1};
  int64_t jump = instant("2011-12-30T10:00:00Z") / CSUP_SECOND;
  file = tzif_make(&(tzif_spec){'2', &jump, to_west, 1, across, 2, "<+14>-14"});
  samoa = zone_of(&file);

  /* An hour on and an hour back again, every three hours, twenty times from Monday 2026-03-02T00:00Z on. */
  static const int32_t to_and_fro[] = {0, 3600};
  int64_t times[20];
  uint8_t indexes[20];
  for (int i = 0; i < 20; i++) {
    times[i] = instant("2026-03-02T00:00:00Z") / CSUP_SECOND + i * 3 * 3600;
    indexes[i] = i % 2 == 0;
  }
  file = tzif_make(&(tzif_spec){'2', times, indexes, 20, to_and_fro, 2, "UTC0"});
  restless = zone_of(&file);
  return 0;
}

static int free_zones(void **state) {
  (void)state;
  csup_zone_free(utc);
  csup_zone_free(new_york);
  csup_zone_free(berlin);
  csup_zone_free(samoa);
  csup_zone_free(restless);
  return 0;
}

static csup_calendar *calendar_of(const char *hours, const csup_zone *zone) {
  static const csup_holiday wednesday[] = {{20260304, "Founders' day"}};
  csup_calendar *calendar = NULL;
  csup_error error = {.message = ""};
  if (csup_calendar_create(hours, zone, wednesday, 1, NULL, &calendar, &error) != CSUP_OK)
    fail_msg("%s: %s", hours, error.message);
  return calendar;
}

/* --- T1 to T8 by example
 * --------------------------------------------------------------------------------------------------------- */

typedef enum operation {
  IS_OPEN,
  NEXT_OPEN,
  NEXT_CLOSE,
  NEXT_CHANGE,
  PREV_OPEN,
  PREV_CLOSE,
  ADD,
  DAYS,
  ELAPSED,
  DAY_END
} operation;

typedef struct example {
  const char *about, *hours;
  csup_zone *const *zone;
  const char *at;
  operation what;
  int64_t by;         /* microseconds for ADD, days for DAYS, 0 or 1 expected of IS_OPEN */
  const char *expect; /* an instant, or a duration for ELAPSED, or a status; `to` for ELAPSED is below */
  const char *to;
} example;

#define WEEK "Mo-Fr 09:00-17:00"

/* Monday is 2026-03-02. */
static const example examples[] = {
    {"T1 open from the first instant", WEEK, &utc, "2026-03-02T09:00:00Z", IS_OPEN, 1, NULL, NULL},
    {"T1 not before", WEEK, &utc, "2026-03-02T08:59:59.999999Z", IS_OPEN, 0, NULL, NULL},
    {"T1 open to the last", WEEK, &utc, "2026-03-02T16:59:59.999999Z", IS_OPEN, 1, NULL, NULL},
    {"T1 closed at the close", WEEK, &utc, "2026-03-02T17:00:00Z", IS_OPEN, 0, NULL, NULL},

    {"T2 `;` takes the date whole, Friday 03:00 is closed", "Mo-Th 22:00-06:00; Fr 22:00-02:00", &utc, "2026-03-06T03:00:00Z",
     IS_OPEN, 0, NULL, NULL},
    {"T2 and Thursday's span ends at midnight", "Mo-Th 22:00-06:00; Fr 22:00-02:00", &utc, "2026-03-05T23:00:00Z", NEXT_CLOSE, 0,
     "2026-03-06T00:00:00Z", NULL},
    {"T2 `,` adds, Friday 03:00 is open", "Mo-Th 22:00-06:00, Fr 22:00-02:00", &utc, "2026-03-06T03:00:00Z", IS_OPEN, 1, NULL,
     NULL},
    {"T2 and Saturday ends at 02:00", "Mo-Th 22:00-06:00, Fr 22:00-02:00", &utc, "2026-03-06T22:00:00Z", NEXT_CLOSE, 0,
     "2026-03-07T02:00:00Z", NULL},
    {"T2 a holiday loses the night before's tail and its own evening", "Mo-Fr 22:00-06:00; PH off", &utc, "2026-03-04T00:00:00Z",
     NEXT_OPEN, 0, "2026-03-05T00:00:00Z", NULL},
    {"T2 the night before ends at midnight", "Mo-Fr 22:00-06:00; PH off", &utc, "2026-03-03T23:00:00Z", NEXT_CLOSE, 0,
     "2026-03-04T00:00:00Z", NULL},
    {"T2 the holiday's own tail stays on the next date", "Mo-Fr 22:00-06:00; PH off", &utc, "2026-03-05T03:00:00Z", IS_OPEN, 1,
     NULL, NULL},
    {"T2 a rule does not cut its own tails", "Mo-Su 22:00-06:00", &utc, "2026-03-04T05:00:00Z", IS_OPEN, 1, NULL, NULL},
    {"T2 the later rule wins", WEEK "; 2026 Mar 05 10:00-12:00", &utc, "2026-03-05T00:00:00Z", NEXT_OPEN, 0,
     "2026-03-05T10:00:00Z", NULL},
    {"T2 on that date alone", WEEK "; 2026 Mar 05 10:00-12:00", &utc, "2026-03-05T12:00:00Z", NEXT_OPEN, 0,
     "2026-03-06T09:00:00Z", NULL},
    {"T2 an addition keeps what is there", "Mo-Fr 09:00-12:00, Tu 14:00-16:00", &utc, "2026-03-03T12:00:00Z", NEXT_OPEN, 0,
     "2026-03-03T14:00:00Z", NULL},
    {"T2 spans in any order, overlapping", "Tu 14:00-16:00,09:00-11:00,10:00-14:30", &utc, "2026-03-03T09:00:00Z", NEXT_CLOSE, 0,
     "2026-03-03T16:00:00Z", NULL},
    {"T2 two dates long", "Mo 22:00-46:00", &utc, "2026-03-02T22:00:00Z", NEXT_CLOSE, 0, "2026-03-03T22:00:00Z", NULL},

    {"T3 an opening in the gap is the gap's end", "Su 02:30-04:00", &new_york, "2026-03-08T00:00:00-05:00", NEXT_OPEN, 0,
     "2026-03-08T03:00:00-04:00", NULL},
    {"T3 and one hour is left of it", "Su 02:30-04:00", &new_york, "2026-03-08T00:00:00-05:00", ELAPSED, 0, "PT1H",
     "2026-03-09T00:00:00-04:00"},
    {"T3 a span within the gap is none", "Su 02:15-02:45", &new_york, "2026-03-08T00:00:00-05:00", NEXT_OPEN, 0,
     "2026-03-15T02:15:00-04:00", NULL},
    {"T3 a close in the gap is the gap's end", "Su 01:00-02:30", &new_york, "2026-03-08T01:00:00-05:00", NEXT_CLOSE, 0,
     "2026-03-08T03:00:00-04:00", NULL},
    {"T3 in the overlap the first occurrence opens", "Su 01:30-04:00", &new_york, "2026-11-01T00:00:00-04:00", NEXT_OPEN, 0,
     "2026-11-01T01:30:00-04:00", NULL},
    {"T3 three and a half hours", "Su 01:30-04:00", &new_york, "2026-11-01T00:00:00-04:00", ELAPSED, 0, "PT3H30M",
     "2026-11-02T00:00:00-05:00"},
    {"T3 and closes", "Su 01:15-01:45", &new_york, "2026-11-01T01:15:00-04:00", NEXT_CLOSE, 0, "2026-11-01T01:45:00-04:00", NULL},
    {"T3 the second occurrence is closed", "Su 01:15-01:45", &new_york, "2026-11-01T01:20:00-05:00", IS_OPEN, 0, NULL, NULL},
    {"T3 a night of nine hours", "Sa 22:00-06:00", &berlin, "2026-10-24T12:00:00+02:00", ELAPSED, 0, "PT9H",
     "2026-10-26T00:00:00+01:00"},
    {"T3 a night of seven", "Sa 22:00-06:00", &berlin, "2026-03-28T12:00:00+01:00", ELAPSED, 0, "PT7H",
     "2026-03-30T00:00:00+02:00"},
    {"T3 24/7 is real time", "24/7", &new_york, "2026-11-01T00:00:00-04:00", ELAPSED, 0, "PT25H", "2026-11-02T00:00:00-05:00"},
    {"T3 a date of 25 hours", "Su 00:00-24:00", &new_york, "2026-11-01T00:00:00-04:00", ELAPSED, 0, "PT25H",
     "2026-11-03T00:00:00-05:00"},
    {"T3 touching spans are one", "Tu 09:00-12:00,12:00-17:00", &utc, "2026-03-03T10:00:00Z", NEXT_CHANGE, 0,
     "2026-03-03T17:00:00Z", NULL},
    {"T3 no hole at midnight", "Mo-Fr 00:00-24:00", &utc, "2026-03-03T10:00:00Z", NEXT_CHANGE, 0, "2026-03-07T00:00:00Z", NULL},
    {"T3 nor at the end of the week", "Sa-Mo 00:00-24:00", &utc, "2026-03-07T10:00:00Z", NEXT_CHANGE, 0, "2026-03-10T00:00:00Z",
     NULL},
    {"T3 nor backwards", "Sa-Mo 00:00-24:00", &utc, "2026-03-09T10:00:00Z", PREV_OPEN, 0, "2026-03-07T00:00:00Z", NULL},
    {"T3 a date that is not there has no open time", WEEK, &samoa, "2011-12-29T17:00:00-10:00", NEXT_OPEN, 0,
     "2012-01-02T09:00:00+14:00", NULL},
    {"T3 what runs into it ends there", "Th 22:00-30:00", &samoa, "2011-12-29T23:00:00-10:00", NEXT_CLOSE, 0,
     "2011-12-31T00:00:00+14:00", NULL},
    {"T3 what runs out of it begins there", "Fr 22:00-30:00", &samoa, "2011-12-29T23:00:00-10:00", NEXT_OPEN, 0,
     "2011-12-31T00:00:00+14:00", NULL},
    {"T3 and ends in time", "Fr 22:00-30:00", &samoa, "2011-12-31T01:00:00+14:00", NEXT_CLOSE, 0, "2011-12-31T06:00:00+14:00",
     NULL},
    {"T3 many changes in a week", "Mo 02:30-08:30", &restless, "2026-03-02T00:00:00Z", NEXT_OPEN, 0, "2026-03-02T01:30:00Z",
     NULL},
    {"T3 and the close after them", "Mo 02:30-08:30", &restless, "2026-03-02T04:00:00Z", NEXT_CLOSE, 0, "2026-03-02T07:30:00Z",
     NULL},
    {"T3 and later in that week", "We 22:00-24:00", &restless, "2026-03-02T00:00:00Z", NEXT_OPEN, 0, "2026-03-04T22:00:00Z",
     NULL},

    {"T4 to the close, not to the next opening", WEEK, &utc, "2026-03-06T13:00:00Z", ADD, 4 * HOUR, "2026-03-06T17:00:00Z", NULL},
    {"T4 one more leads to Monday", WEEK, &utc, "2026-03-06T13:00:00Z", ADD, 4 * HOUR + 1, "2026-03-09T09:00:00.000001Z", NULL},
    {"T4 from closed time", WEEK, &utc, "2026-03-07T13:00:00Z", ADD, 1, "2026-03-09T09:00:00.000001Z", NULL},
    {"T4 nothing is nowhere else", WEEK, &utc, "2026-03-07T13:00:00Z", ADD, 0, "2026-03-07T13:00:00Z", NULL},
    {"T4 back to the opening", WEEK, &utc, "2026-03-09T12:00:00Z", ADD, -3 * HOUR, "2026-03-09T09:00:00Z", NULL},
    {"T4 back over the weekend", WEEK, &utc, "2026-03-09T12:00:00Z", ADD, -3 * HOUR - 1, "2026-03-06T16:59:59.999999Z", NULL},
    {"T4 back from closed time", WEEK, &utc, "2026-03-08T12:00:00Z", ADD, -8 * HOUR, "2026-03-06T09:00:00Z", NULL},
    {"T4 a year", WEEK, &utc, "2026-03-02T09:00:00Z", ADD, 52 * 40 * HOUR, "2027-02-26T17:00:00Z", NULL},
    {"T4 across the skipped hour", "24/7", &new_york, "2026-03-08T01:00:00-05:00", ADD, 2 * HOUR, "2026-03-08T04:00:00-04:00",
     NULL},
    {"T4 too much", WEEK, &utc, "2026-03-02T09:00:00Z", ADD, INT64_MAX, "CSUP_E_RANGE", NULL},
    {"T4 too much backwards", WEEK, &utc, "2026-03-02T09:00:00Z", ADD, INT64_MIN, "CSUP_E_RANGE", NULL},
    {"T4 too much of what ends", "2026 Dec 24 09:00-12:00", &utc, "2026-03-02T09:00:00Z", ADD, 3 * HOUR + 1, "CSUP_E_NEVER",
     NULL},
    {"T4 all of what ends", "2026 Dec 24 09:00-12:00", &utc, "2026-03-02T09:00:00Z", ADD, 3 * HOUR, "2026-12-24T12:00:00Z", NULL},
    {"T4 too much of what began", "2026 Dec 24 09:00-12:00", &utc, "2027-03-02T09:00:00Z", ADD, -3 * HOUR - 1, "CSUP_E_NEVER",
     NULL},
    {"T4 all of what began", "2026 Dec 24 09:00-12:00", &utc, "2027-03-02T09:00:00Z", ADD, -3 * HOUR, "2026-12-24T09:00:00Z",
     NULL},

    {"T5 over a weekend", WEEK, &utc, "2026-03-06T16:00:00Z", ELAPSED, 0, "PT2H", "2026-03-09T10:00:00Z"},
    {"T5 backwards", WEEK, &utc, "2026-03-09T10:00:00Z", ELAPSED, 0, "-PT2H", "2026-03-06T16:00:00Z"},
    {"T5 of closed time", WEEK, &utc, "2026-03-07T00:00:00Z", ELAPSED, 0, "PT0S", "2026-03-09T09:00:00Z"},
    {"T5 to the microsecond", WEEK, &utc, "2026-03-06T16:59:59.999999Z", ELAPSED, 0, "PT0.000001S", "2026-03-09T09:00:00Z"},
    {"T5 from end to end", "24/7", &utc, "1900-01-01T00:00:00Z", ELAPSED, 0, "PT2638511H59M59.999999S",
     "2200-12-31T23:59:59.999999Z"},

    {"T6 the same time of day", WEEK, &utc, "2026-03-06T16:00:00Z", DAYS, 1, "2026-03-09T16:00:00Z", NULL},
    {"T6 opened at the close", "Mo-Fr 08:30-17:00", &utc, "2026-03-02T17:00:00Z", DAYS, 1, "2026-03-04T08:30:00Z", NULL},
    {"T6 on a weekend", WEEK, &utc, "2026-03-07T12:00:00Z", DAYS, 2, "2026-03-11T09:00:00Z", NULL},
    {"T6 none, open", WEEK, &utc, "2026-03-06T16:00:00Z", DAYS, 0, "2026-03-06T16:00:00Z", NULL},
    {"T6 none, closed", WEEK, &utc, "2026-03-06T17:00:00Z", DAYS, 0, "2026-03-09T09:00:00Z", NULL},
    {"T6 backwards", WEEK, &utc, "2026-03-09T16:00:00Z", DAYS, -1, "2026-03-06T16:00:00Z", NULL},
    {"T6 backwards from closed time, to a close", WEEK, &utc, "2026-03-08T16:00:00Z", DAYS, -1, "2026-03-05T17:00:00Z", NULL},
    {"T6 a holiday is none", WEEK "; PH off", &utc, "2026-03-03T16:00:00Z", DAYS, 1, "2026-03-05T16:00:00Z", NULL},
    {"T6 closed at that time: the next opening", WEEK "; 2026 Mar 05 09:00-12:00", &utc, "2026-03-04T16:00:00Z", DAYS, 1,
     "2026-03-06T09:00:00Z", NULL},
    {"T6 closed at that time: the last close", WEEK "; 2026 Mar 05 09:00-12:00", &utc, "2026-03-06T16:00:00Z", DAYS, -1,
     "2026-03-05T12:00:00Z", NULL},
    {"T6 civil days on 24/7", "24/7", &new_york, "2026-03-07T12:00:00-05:00", DAYS, 1, "2026-03-08T12:00:00-04:00", NULL},
    {"T6 and back", "24/7", &new_york, "2026-11-02T12:00:00-05:00", DAYS, -2, "2026-10-31T12:00:00-04:00", NULL},
    {"T6 into the skipped hour", "24/7", &new_york, "2026-03-07T02:30:00.5-05:00", DAYS, 1, "2026-03-08T03:00:00-04:00", NULL},
    {"T6 past it, fractions and all", "24/7", &new_york, "2026-03-07T03:30:00.5-05:00", DAYS, 1, "2026-03-08T03:30:00.5-04:00",
     NULL},
    {"T6 into the repeated hour", "24/7", &new_york, "2026-10-31T01:30:00-04:00", DAYS, 1, "2026-11-01T01:30:00-04:00", NULL},
    {"T6 out of its second half", "24/7", &new_york, "2026-11-01T01:30:00-05:00", DAYS, 1, "2026-11-02T01:30:00-05:00", NULL},
    {"T6 whole days count", "Mo-Fr 00:00-24:00", &utc, "2026-03-04T12:00:00Z", DAYS, 2, "2026-03-06T12:00:00Z", NULL},
    {"T6 a close at midnight is of the next date", "Mo-Fr 00:00-24:00", &utc, "2026-03-07T12:00:00Z", DAYS, -1,
     "2026-03-06T00:00:00Z", NULL},
    {"T6 the tail of a night is no business date", "Mo-Fr 22:00-06:00", &utc, "2026-03-07T03:00:00Z", DAYS, 1,
     "2026-03-09T22:00:00Z", NULL},
    {"T6 from one tail into another", "Mo-Fr 22:00-06:00", &utc, "2026-03-04T03:00:00Z", DAYS, 1, "2026-03-05T03:00:00Z", NULL},
    {"T6 merging makes no date less", "Mo 00:00-24:00, Tu 00:00-24:00", &utc, "2026-03-02T12:00:00Z", DAYS, 1,
     "2026-03-03T12:00:00Z", NULL},
    {"T6 a date that is not there counts", WEEK, &samoa, "2011-12-29T16:00:00-10:00", DAYS, 1, "2012-01-02T09:00:00+14:00", NULL},
    {"T6 no such date", "2026 Dec 24 09:00-12:00", &utc, "2026-12-24T10:00:00Z", DAYS, 1, "CSUP_E_NEVER", NULL},
    {"T6 no such date before", "2026 Dec 24 09:00-12:00", &utc, "2026-12-24T10:00:00Z", DAYS, -1, "CSUP_E_NEVER", NULL},
    {"T6 no opening to start from", "2026 Dec 24 09:00-12:00", &utc, "2026-12-24T12:00:00Z", DAYS, 0, "CSUP_E_NEVER", NULL},
    {"T6 no close to start from", "2026 Dec 24 09:00-12:00", &utc, "2026-12-24T08:00:00Z", DAYS, -1, "CSUP_E_NEVER", NULL},
    {"T6 beyond the range", WEEK, &utc, "2026-03-06T16:00:00Z", DAYS, INT32_MAX, "CSUP_E_RANGE", NULL},
    {"T6 before the range", WEEK, &utc, "2026-03-06T16:00:00Z", DAYS, INT32_MIN, "CSUP_E_RANGE", NULL},
    {"T6 just beyond it", "24/7", &utc, "2200-12-30T16:00:00Z", DAYS, 2, "CSUP_E_RANGE", NULL},
    {"T6 just within it", "24/7", &utc, "2200-12-30T16:00:00Z", DAYS, 1, "2200-12-31T16:00:00Z", NULL},
    {"T6 closed there and then for good", "2026 Dec 23 09:00-17:00; 2026 Dec 24 09:00-12:00", &utc, "2026-12-23T16:00:00Z", DAYS,
     1, "CSUP_E_NEVER", NULL},

    {"T7 next_open of an open instant", WEEK, &utc, "2026-03-02T10:00:00.25Z", NEXT_OPEN, 0, "2026-03-02T10:00:00.25Z", NULL},
    {"T7 next_open at the close", WEEK, &utc, "2026-03-02T17:00:00Z", NEXT_OPEN, 0, "2026-03-03T09:00:00Z", NULL},
    {"T7 next_close at the close", WEEK, &utc, "2026-03-02T17:00:00Z", NEXT_CLOSE, 0, "2026-03-03T17:00:00Z", NULL},
    {"T7 next_change at the opening", WEEK, &utc, "2026-03-02T09:00:00Z", NEXT_CHANGE, 0, "2026-03-02T17:00:00Z", NULL},
    {"T7 next_change at the close", WEEK, &utc, "2026-03-02T17:00:00Z", NEXT_CHANGE, 0, "2026-03-03T09:00:00Z", NULL},
    {"T7 prev_open at the opening", WEEK, &utc, "2026-03-02T09:00:00Z", PREV_OPEN, 0, "2026-03-02T09:00:00Z", NULL},
    {"T7 prev_open before it", WEEK, &utc, "2026-03-02T08:59:59.999999Z", PREV_OPEN, 0, "2026-02-27T09:00:00Z", NULL},
    {"T7 prev_close at the close", WEEK, &utc, "2026-03-02T17:00:00Z", PREV_CLOSE, 0, "2026-03-02T17:00:00Z", NULL},
    {"T7 prev_close when open", WEEK, &utc, "2026-03-02T16:00:00Z", PREV_CLOSE, 0, "2026-02-27T17:00:00Z", NULL},
    {"T7 24/7 never closes", "24/7", &new_york, "2026-03-02T16:00:00Z", NEXT_CLOSE, 0, "CSUP_E_NEVER", NULL},
    {"T7 nor changes", "24/7", &new_york, "2026-03-02T16:00:00Z", NEXT_CHANGE, 0, "CSUP_E_NEVER", NULL},
    {"T7 nor has opened", "24/7", &new_york, "2026-03-02T16:00:00Z", PREV_OPEN, 0, "CSUP_E_NEVER", NULL},
    {"T7 nor has closed", "24/7", &new_york, "2026-03-02T16:00:00Z", PREV_CLOSE, 0, "CSUP_E_NEVER", NULL},
    {"T7 one break in three centuries", "24/7; 1950 Jun 01 09:00-17:00", &utc, "1900-01-01T00:00:00Z", NEXT_CLOSE, 0,
     "1950-06-01T00:00:00Z", NULL},
    {"T7 its opening", "24/7; 1950 Jun 01 09:00-17:00", &utc, "1950-06-01T00:00:00Z", NEXT_OPEN, 0, "1950-06-01T09:00:00Z", NULL},
    {"T7 its end, ages after", "24/7; 1950 Jun 01 09:00-17:00", &utc, "2200-12-31T00:00:00Z", PREV_OPEN, 0,
     "1950-06-02T00:00:00Z", NULL},
    {"T7 its close", "24/7; 1950 Jun 01 09:00-17:00", &utc, "2200-12-31T00:00:00Z", PREV_CLOSE, 0, "1950-06-01T17:00:00Z", NULL},
    {"T7 no close after it", "24/7; 1950 Jun 01 09:00-17:00", &utc, "1950-06-02T00:00:00Z", NEXT_CLOSE, 0, "CSUP_E_NEVER", NULL},
    {"T7 no opening before it", "24/7; 1950 Jun 01 09:00-17:00", &utc, "1950-05-31T00:00:00Z", PREV_OPEN, 0, "CSUP_E_NEVER",
     NULL},
    {"T7 no opening any more", "2026 Dec 24 09:00-12:00", &utc, "2026-12-24T12:00:00Z", NEXT_OPEN, 0, "CSUP_E_NEVER", NULL},
    {"T7 no close any more", "2026 Dec 24 09:00-12:00", &utc, "2026-12-24T12:00:00Z", NEXT_CLOSE, 0, "CSUP_E_NEVER", NULL},
    {"T7 no opening yet", "2026 Dec 24 09:00-12:00", &utc, "2026-12-24T08:00:00Z", PREV_OPEN, 0, "CSUP_E_NEVER", NULL},
    {"T7 no close yet", "2026 Dec 24 09:00-12:00", &utc, "2026-12-24T11:00:00Z", PREV_CLOSE, 0, "CSUP_E_NEVER", NULL},
    {"T7 an opening beyond 2200", WEEK, &utc, "2200-12-31T18:00:00Z", NEXT_OPEN, 0, "CSUP_E_RANGE", NULL},
    {"T7 a close beyond 2200", "24/7; easter off", &utc, "2200-12-31T18:00:00Z", NEXT_CLOSE, 0, "CSUP_E_RANGE", NULL},
    {"T7 an opening in 2201, which the rules that end hide", "24/7; 2200 Dec 25-2200 Dec 31 off", &utc, "2200-12-26T18:00:00Z",
     NEXT_OPEN, 0, "CSUP_E_RANGE", NULL},
    {"T7 an opening before 1900", WEEK, &utc, "1900-01-01T08:00:00Z", PREV_OPEN, 0, "CSUP_E_RANGE", NULL},
    {"T7 a close before 1900", "Jan Mo[1] 09:00-17:00", &utc, "1900-01-01T10:00:00Z", PREV_CLOSE, 0, "CSUP_E_RANGE", NULL},
    {"T7 the first opening there is", WEEK, &utc, "1900-01-01T09:00:00Z", PREV_OPEN, 0, "1900-01-01T09:00:00Z", NULL},
    {"T7 the last close there is", WEEK, &utc, "2200-12-31T16:00:00Z", NEXT_CLOSE, 0, "2200-12-31T17:00:00Z", NULL},
    {"T7 an edge at the very end is beyond it", "Mo-We 00:00-24:00", &utc, "2200-12-31T16:00:00Z", NEXT_CLOSE, 0, "CSUP_E_RANGE",
     NULL},
    {"range: before", WEEK, &utc, "1900-01-01T00:00:00Z", IS_OPEN, 0, NULL, NULL},

    {"C4 the end of the day", WEEK, &utc, "2026-03-02T10:00:00Z", DAY_END, 0, "2026-03-02T17:00:00Z", NULL},
    {"C4 of the last span", "Mo-Fr 09:00-12:00,13:00-18:00", &utc, "2026-03-02T10:00:00Z", DAY_END, 0, "2026-03-02T18:00:00Z",
     NULL},
    {"C4 past midnight", "Mo-Fr 22:00-06:00", &utc, "2026-03-02T22:00:00Z", DAY_END, 0, "2026-03-03T06:00:00Z", NULL},
    {"C4 past midnight, cut by a later rule", "Mo-Fr 22:00-06:00; PH off", &utc, "2026-03-03T22:00:00Z", DAY_END, 0,
     "2026-03-04T00:00:00Z", NULL},
    {"C4 of a tail alone", "Mo-Fr 22:00-06:00", &utc, "2026-03-07T03:00:00Z", DAY_END, 0, "2026-03-07T06:00:00Z", NULL},
    {"C4 of a date taken away, whose tail stays", "Mo-Fr 22:00-06:00; PH off", &utc, "2026-03-04T22:00:00Z", DAY_END, 0,
     "2026-03-04T22:00:00Z", NULL},
    {"C4 of a closed date", WEEK, &utc, "2026-03-07T03:00:00Z", DAY_END, 0, "2026-03-07T03:00:00Z", NULL},
    {"C4 24/7 ends at midnight", "24/7", &new_york, "2026-03-08T01:00:00-05:00", DAY_END, 0, "2026-03-09T00:00:00-04:00", NULL},
};

static csup_status run_example(const csup_calendar *calendar, const example *e, csup_time *out) {
  static csup_status (*const edges[])(const csup_calendar *, csup_time, csup_time *) = {
      [NEXT_OPEN] = csup_calendar_next_open, [NEXT_CLOSE] = csup_calendar_next_close, [NEXT_CHANGE] = csup_calendar_next_change,
      [PREV_OPEN] = csup_calendar_prev_open, [PREV_CLOSE] = csup_calendar_prev_close, [DAY_END] = csup_calendar_day_end};
  csup_time at = instant(e->at);
  if (e->what == ADD)
    return csup_calendar_add(calendar, at, e->by, out);
  if (e->what == DAYS)
    return csup_calendar_add_days(calendar, at, (int32_t)e->by, out);
  if (e->what == ELAPSED)
    return csup_calendar_elapsed(calendar, at, instant(e->to), out);
  return edges[e->what](calendar, at, out);
}

static void check_example(const example *e) {
  csup_calendar *calendar = calendar_of(e->hours, *e->zone);
  if (e->what == IS_OPEN) {
    if (csup_calendar_is_open(calendar, instant(e->at)) != e->by)
      fail_msg("%s: %s at %s is not %d", e->about, e->hours, e->at, (int)e->by);
    csup_calendar_free(calendar);
    return;
  }
  csup_time out = 4711, expected = 4711;
  csup_status status = run_example(calendar, e, &out);
  if (strncmp(e->expect, "CSUP_E_", 7) == 0) {
    if (strcmp(csup_status_name(status), e->expect) != 0 || out != 4711)
      fail_msg("%s: %s instead of %s", e->about, csup_status_name(status), e->expect);
  } else {
    if (e->what == ELAPSED)
      assert_int_equal(csup_duration_parse(e->expect, strlen(e->expect), &expected), CSUP_OK);
    else
      expected = instant(e->expect);
    char got[40] = "";
    csup_time_format(out, got, sizeof got, NULL);
    if (status != CSUP_OK || out != expected)
      fail_msg("%s: %s gives %s, %s instead of %s", e->about, e->hours, csup_status_name(status), got, e->expect);
  }
  csup_calendar_free(calendar);
}

static void rules_by_example(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
    check_example(&examples[i]);
}

/* --- T8 and what else is refused
 * ------------------------------------------------------------------------------------------------- */

static void refuses(void **state) {
  (void)state;
  static const struct {
    const char *hours;
    csup_zone *const *zone;
    csup_status status;
  } cases[] = {
      {"", &utc, CSUP_E_NEVER},
      {"  ", &utc, CSUP_E_NEVER},
      {"off", &utc, CSUP_E_NEVER},
      {"Mo-Fr 09:00-17:00; Mo-Su off", &utc, CSUP_E_NEVER},
      {"PH 09:00-17:00", &utc, CSUP_E_NEVER},
      {"Mar Su[2] 02:15-02:45", &new_york, CSUP_E_NEVER}, /* in the gap, every year */
      {"Mo-", &utc, CSUP_E_SYNTAX},
      {"Mo 25:70-26:00", &utc, CSUP_E_SYNTAX},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    csup_calendar *calendar = NULL;
    csup_error error = {.status = 0};
    csup_status status = csup_calendar_create(cases[i].hours, *cases[i].zone, NULL, 0, NULL, &calendar, &error);
    if (status != cases[i].status || error.status != status || error.message[0] == '\0' || calendar)
      fail_msg("\"%s\": %s, %s", cases[i].hours, csup_status_name(status), error.message);
  }
}

static void checks_arguments(void **state) {
  (void)state;
  csup_calendar *calendar = NULL;
  csup_allocator hollow = {NULL, NULL};
  csup_error error = {.status = 0};
  static const csup_holiday good[] = {{20260304, NULL}}, bad[] = {{20260304, "a"}, {20260230, "b"}};
  assert_int_equal(csup_calendar_create(NULL, utc, NULL, 0, NULL, &calendar, &error), CSUP_E_ARGUMENT);
  assert_int_equal(csup_calendar_create("24/7", NULL, NULL, 0, NULL, &calendar, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_calendar_create("24/7", utc, NULL, 1, NULL, &calendar, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_calendar_create("24/7", utc, good, 1, NULL, NULL, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_calendar_create("24/7", utc, good, 1, &hollow, &calendar, &error), CSUP_E_ARGUMENT);
  assert_int_equal(csup_calendar_create("24/7", utc, bad, 2, NULL, &calendar, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_calendar_create("24/7", utc, bad, 2, NULL, &calendar, &error), CSUP_E_ARGUMENT);
  assert_int_equal(error.index, 1);
  assert_null(calendar);

  calendar = calendar_of(WEEK, utc);
  csup_time out = 4711;
  static const csup_time outside[] = {INT64_MIN, CSUP_TIME_FIRST - 1, CSUP_TIME_LAST + 1, INT64_MAX};
  static csup_status (*const edges[])(const csup_calendar *, csup_time, csup_time *) = {
      csup_calendar_next_open, csup_calendar_next_close, csup_calendar_next_change,
      csup_calendar_prev_open, csup_calendar_prev_close, csup_calendar_day_end};
  for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
    assert_int_equal(edges[i](NULL, 0, &out), CSUP_E_ARGUMENT);
    assert_int_equal(edges[i](calendar, 0, NULL), CSUP_E_ARGUMENT);
    for (size_t k = 0; k < 4; k++)
      assert_int_equal(edges[i](calendar, outside[k], &out), CSUP_E_RANGE);
  }
  assert_int_equal(csup_calendar_add(NULL, 0, 1, &out), CSUP_E_ARGUMENT);
  assert_int_equal(csup_calendar_add(calendar, 0, 1, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_calendar_add_days(NULL, 0, 1, &out), CSUP_E_ARGUMENT);
  assert_int_equal(csup_calendar_add_days(calendar, 0, 1, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_calendar_elapsed(NULL, 0, 1, &out), CSUP_E_ARGUMENT);
  assert_int_equal(csup_calendar_elapsed(calendar, 0, 1, NULL), CSUP_E_ARGUMENT);
  for (size_t k = 0; k < 4; k++) {
    assert_int_equal(csup_calendar_add(calendar, outside[k], 0, &out), CSUP_E_RANGE);
    assert_int_equal(csup_calendar_add(calendar, outside[k], 1, &out), CSUP_E_RANGE);
    assert_int_equal(csup_calendar_add_days(calendar, outside[k], 0, &out), CSUP_E_RANGE);
    assert_int_equal(csup_calendar_elapsed(calendar, outside[k], 0, &out), CSUP_E_RANGE);
    assert_int_equal(csup_calendar_elapsed(calendar, 0, outside[k], &out), CSUP_E_RANGE);
    assert_int_equal(csup_calendar_is_open(calendar, outside[k]), 0);
  }
  assert_int_equal(csup_calendar_is_open(NULL, 0), 0);
  assert_int_equal(out, 4711);
  csup_calendar_free(calendar);
  csup_calendar_free(NULL);
}

/* --- holidays, offsets, dates
 * ------------------------------------------------------------------------------------------------------ */

static void keeps_holidays(void **state) {
  (void)state;
  char name[] = "Boxing Day";
  csup_holiday holidays[] = {{20261226, name},        {20260101, NULL},         {20261225, NULL},
                             {20261225, "Christmas"}, {20261225, "Noel"},       {20260101, NULL},
                             {20260704, ""},          {20250501, "Labour Day"}, {20260406, "Easter Monday"}};
  csup_calendar *calendar;
  assert_int_equal(csup_calendar_create("Mo-Su 09:00-17:00; PH off", utc, holidays, sizeof holidays / sizeof holidays[0], NULL,
                                        &calendar, NULL),
                   CSUP_OK);
  memset(name, 'x', sizeof name);
  memset(holidays, 0, sizeof holidays);
  assert_string_equal(csup_calendar_holiday(calendar, 20261226), "Boxing Day");
  assert_string_equal(csup_calendar_holiday(calendar, 20261225), "Christmas"); /* the first name given */
  assert_string_equal(csup_calendar_holiday(calendar, 20260101), "");
  assert_string_equal(csup_calendar_holiday(calendar, 20260704), "");
  assert_string_equal(csup_calendar_holiday(calendar, 20250501), "Labour Day");
  assert_null(csup_calendar_holiday(calendar, 20261224));
  assert_null(csup_calendar_holiday(calendar, 20261232));
  assert_null(csup_calendar_holiday(calendar, 20270101));
  static const char *const closed[] = {"2026-12-26T10:00:00Z", "2026-12-25T10:00:00Z", "2026-01-01T10:00:00Z",
                                       "2026-04-06T10:00:00Z"};
  for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++)
    assert_int_equal(csup_calendar_is_open(calendar, instant(closed[i])), 0);
  assert_int_equal(csup_calendar_is_open(calendar, instant("2026-12-24T10:00:00Z")), 1);
  csup_calendar_free(calendar);
}

static void knows_its_zone(void **state) {
  (void)state;
  csup_calendar *calendar = calendar_of("24/7", new_york);
  assert_int_equal(csup_calendar_zone_offset(calendar, instant("2026-03-08T06:59:59.999999Z")), -5 * 3600);
  assert_int_equal(csup_calendar_zone_offset(calendar, instant("2026-03-08T07:00:00Z")), -4 * 3600);
  assert_int_equal(csup_calendar_zone_offset(calendar, instant("1960-07-01T00:00:00.000001Z")), -4 * 3600);
  assert_int_equal(csup_calendar_zone_offset(calendar, INT64_MIN), -5 * 3600);
  assert_int_equal(csup_calendar_zone_offset(calendar, INT64_MAX), -5 * 3600);
  csup_calendar_free(calendar);
}

static void steps_business_dates(void **state) {
  (void)state;
  csup_allocator allocator;
  assert_int_equal(csup_allocator_take(NULL, &allocator), CSUP_OK);
  csup_business_dates dates;
  assert_int_equal(csup_business_dates_init(&dates, -100, 200, &allocator), CSUP_OK);
  for (int32_t day = -100; day < 100; day += 3)
    csup_business_dates_add(&dates, day);
  assert_int_equal(csup_business_dates_count(&dates, &allocator), CSUP_OK);
  for (int32_t day = -100; day < 100; day++)
    for (int32_t n = -70; n <= 70; n++) {
      /* -100, -97, ... 98: numbers 0 to 66 */
      int32_t below = (day + 100) / 3, rest = (day + 100) % 3, found = 4711;
      int32_t number = n > 0 ? below + n : n < 0 ? below + n + (rest != 0) : 0;
      bool exists = n == 0 || (number >= 0 && number <= 66);
      assert_int_equal(csup_business_dates_step(&dates, day, n, &found), exists);
      assert_int_equal(found, n == 0 ? day : exists ? number * 3 - 100 : 4711);
    }
  int32_t none;
  assert_false(csup_business_dates_step(&dates, -101, 1, &none));
  assert_false(csup_business_dates_step(&dates, 1000, -1, &none));
  csup_business_dates_free(&dates, &allocator);
}

/* --- odd calendars: what the tables of the grid hold least well
 * ------------------------------------------------------------------ */

/* Walks the spans of [from, to) and adds them up beside elapsed and add. */
static void walk(const csup_calendar *calendar, csup_time from, csup_time to, int64_t expected_spans, int64_t expected_open) {
  int64_t spans = 0, open_time = 0;
  csup_time at = from, open, close;
  while (csup_calendar_next_open(calendar, at, &open) == CSUP_OK && open < to) {
    assert_int_equal(csup_calendar_next_close(calendar, open, &close), CSUP_OK);
    csup_duration so_far;
    csup_time reached;
    assert_int_equal(csup_calendar_elapsed(calendar, from, open, &so_far), CSUP_OK);
    assert_int_equal(so_far, open_time);
    open_time += close - open;
    assert_int_equal(csup_calendar_add(calendar, from, open_time, &reached), CSUP_OK);
    assert_int_equal(reached, close);
    assert_int_equal(csup_calendar_add(calendar, from, open_time - (close - open) + 1, &reached), CSUP_OK);
    assert_int_equal(reached, open + 1);
    assert_int_equal(csup_calendar_prev_close(calendar, close, &reached), CSUP_OK);
    assert_int_equal(reached, close);
    assert_int_equal(csup_calendar_prev_open(calendar, close, &reached), CSUP_OK);
    assert_int_equal(reached, open);
    spans++;
    at = close;
  }
  assert_int_equal(spans, expected_spans);
  assert_int_equal(open_time, expected_open);
}

static void many_spans_a_day(void **state) {
  (void)state;
  /* 720 spans of a minute a day, 5040 a week: far more than a slot can number */
  static char hours[720 * 12 + 64] = "Mo-Su ";
  for (unsigned minute = 0; minute < 24 * 60; minute += 2)
    snprintf(hours + strlen(hours), 32, "%02u:%02u-%02u:%02u,", minute / 60, minute % 60, minute / 60, minute % 60 + 1);
  hours[strlen(hours) - 1] = '\0';
  csup_calendar *calendar = calendar_of(hours, utc);
  walk(calendar, instant("2026-03-01T00:00:00Z"), instant("2026-03-20T00:00:00Z"), 19 * 720, 19 * 12 * HOUR);
  csup_calendar_free(calendar);
}

static void seldom_open(void **state) {
  (void)state;
  csup_calendar *calendar = calendar_of("Feb 29 12:00:00-12:00:01", utc);
  walk(calendar, instant("1900-01-01T00:00:00Z"), instant("2200-12-31T00:00:00Z"), 73, 73 * CSUP_SECOND);
  csup_calendar_free(calendar);
  calendar = calendar_of("1903 Dec 17 10:35:00-10:35:12; 1969 Jul 20 20:17-24:00; 2199 Dec 31 23:59:59-24:00", utc);
  walk(calendar, instant("1900-01-01T00:00:00Z"), instant("2200-12-31T00:00:00Z"), 3, (12 + 13380 + 1) * CSUP_SECOND);
  csup_calendar_free(calendar);
}

static void one_crowded_year(void **state) {
  (void)state;
  /* nearly all of the open time in one year, a little each week besides */
  csup_calendar *calendar = calendar_of("Mo 12:00:00-12:00:01; 2026 Jan 01-2026 Dec 31 00:00-24:00", utc);
  walk(calendar, instant("2025-12-01T00:00:00Z"), instant("2027-02-01T00:00:00Z"), 5 + 1 + 4, 9 * CSUP_SECOND + 365 * DAY);
  csup_calendar_free(calendar);
}

static void every_week_another(void **state) {
  (void)state;
  /* a span of another length on each date of the year: no two weeks of a year are alike */
  static char hours[366 * 40] = "";
  static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  int64_t expected = 0;
  int count = 0;
  for (int month = 0; month < 12; month++)
    for (int day = 1; day <= 28; day++, count++) {
      snprintf(hours + strlen(hours), 64, "%s%s %02d 08:00:00-%02d:%02d:00", count ? "; " : "", months[month], day,
               9 + count / 60, count % 60);
      expected += (60 + count) * 60 * CSUP_SECOND;
    }
  csup_calendar *calendar = calendar_of(hours, utc);
  walk(calendar, instant("2026-01-01T00:00:00Z"), instant("2028-01-01T00:00:00Z"), 2 * 336, 2 * expected);
  csup_calendar_free(calendar);
}

/* --- memory
 * ---------------------------------------------------------------------------------------------------------------------- */

static void every_allocation_failing(void **state) {
  (void)state;
  static const char hours[] =
      "Mo-Fr 08:00-09:00,09:30-10:00,10:30-11:00,11:30-12:00,13:00-13:30,22:00-26:00, Sa 09:00-12:00; PH off; "
      "Jan 01 off; May Mo[-1] 10:00-12:00; Jul-Aug Mo-Fr 09:00-15:00; Nov Th[4] off; easter off; "
      "easter -2 days off; 2026 Dec 24 09:00-12:00, Sep 01-Sep 14 Sa 14:00-16:00";
  static const csup_holiday holidays[] = {{20260304, "one"}, {20260101, "two"}, {20270101, NULL}};
  csup_calendar *untouched = (csup_calendar *)&untouched;
  long fail_at = 0;
  for (;; fail_at++) {
    failing_allocator host = {.fail_at = fail_at};
    csup_allocator allocator = {&host, failing_resize};
    csup_calendar *calendar = untouched;
    csup_error error = {.status = 0};
    csup_status status = csup_calendar_create(hours, new_york, holidays, 3, &allocator, &calendar, &error);
    if (status == CSUP_OK) {
      csup_calendar_free(calendar);
      assert_int_equal(host.blocks, 0);
      break;
    }
    assert_int_equal(status, CSUP_E_NOMEM);
    assert_int_equal(error.status, CSUP_E_NOMEM);
    assert_ptr_equal(calendar, untouched);
    assert_int_equal(host.blocks, 0);
    assert_int_equal(host.bytes, 0);
  }
  print_message("%ld allocations\n", fail_at);
  assert_true(fail_at > 10);
}

/* Far more shapes of weeks, states and spans than one chunk of scratch holds, and each growth failing: the weeks of a year with a
   rule for every tenth date. */
static void growth_failing(void **state) {
  (void)state;
  static char hours[4096] = "Mo-Fr 09:00-17:00";
  static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (int i = 0; i < 36; i++)
    snprintf(hours + strlen(hours), 40, ", %s %02d 18:%02d-23:00", months[i / 3], 1 + i % 3 * 10, i);
  long rounds = 0, most = 1;
  for (long fail_at = 0; fail_at < most; fail_at += fail_at < 40 ? 1 : 7) {
    failing_allocator host = {.fail_at = -1};
    csup_allocator allocator = {&host, failing_resize};
    csup_calendar *calendar = NULL;
    if (fail_at == 0) {
      assert_int_equal(csup_calendar_create(hours, berlin, NULL, 0, &allocator, &calendar, NULL), CSUP_OK);
      csup_calendar_free(calendar);
      most = host.requests;
      host = (failing_allocator){.fail_at = 0};
    }
    host.fail_at = fail_at;
    assert_int_equal(csup_calendar_create(hours, berlin, NULL, 0, &allocator, &calendar, NULL), CSUP_E_NOMEM);
    assert_int_equal(host.blocks, 0);
    rounds++;
  }
  print_message("%ld of %ld allocations\n", rounds, most);
}

/* A calendar of many weeks stays small, while it is made as well. */
static void stays_small(void **state) {
  (void)state;
  static const char *const hours[] = {
      "Mo-Fr 09:00-17:00; Jan 01 off; Jan Mo[3] off; Feb Mo[3] off; May Mo[-1] off; Jun 19 off; Jul 04 off; Sep Mo[1] off; "
      "Nov 11 off; Nov Th[4] off; Dec 25 off",
      "Mo-Su 09:00-12:00,13:00-18:00; Jan 01 off; Mar 03 off; May 01 off; May 06 off; May 24 off; Sep 06 off; Sep 22 off; "
      "Dec 24-Dec 26 off; easter -2 days off; easter +1 day off"};
  for (size_t i = 0; i < sizeof hours / sizeof hours[0]; i++) {
    meter m = {0, 0};
    csup_allocator allocator = {&m, metered_resize};
    csup_calendar *calendar;
    assert_int_equal(csup_calendar_create(hours[i], new_york, NULL, 0, &allocator, &calendar, NULL), CSUP_OK);
    print_message("%zu bytes kept, %zu at most\n", m.used, m.peak);
    assert_true(m.peak <= 256 * 1024);
    csup_calendar_free(calendar);
    assert_int_equal(m.used, 0);
  }
}

/* --- law 5
 * ----------------------------------------------------------------------------------------------------------------------- */

static int64_t elapsed(const csup_calendar *calendar, csup_time from, csup_time to) {
  csup_duration out;
  assert_int_equal(csup_calendar_elapsed(calendar, from, to, &out), CSUP_OK);
  return out;
}

/* Anywhere, or close to a change of the clocks, or on an edge of the calendar. */
static csup_time draw_instant(random_source *random, const csup_calendar *calendar) {
  csup_time at = random_between(random, CSUP_TIME_FIRST, CSUP_TIME_LAST);
  int64_t kind = random_between(random, 0, 5);
  if (kind == 0)
    at = instant("2026-03-08T07:00:00Z") + random_between(random, -2, 2) * HOUR / 2 + random_between(random, -1, 1);
  if (kind == 1)
    at = instant("2026-11-01T06:00:00Z") + random_between(random, -4, 4) * HOUR / 4 + random_between(random, -1, 1);
  if (kind == 2 || kind == 3)
    at = random_between(random, instant("2025-01-01T00:00:00Z"), instant("2027-01-01T00:00:00Z"));
  if (kind == 3 || kind == 4) {
    csup_time edge;
    if (csup_calendar_next_change(calendar, at, &edge) == CSUP_OK)
      at = edge + random_between(random, -1, 1);
  }
  return at < CSUP_TIME_FIRST ? CSUP_TIME_FIRST : at > CSUP_TIME_LAST ? CSUP_TIME_LAST : at;
}

static void check_add(const csup_calendar *calendar, csup_time from, int64_t open_time) {
  csup_time to;
  if (csup_calendar_add(calendar, from, open_time, &to) != CSUP_OK)
    return;
  assert_int_equal(elapsed(calendar, from, to), open_time);
  if (open_time == 0)
    assert_int_equal(to, from);
  if (open_time > 0) /* none earlier */
    assert_true(to > from && csup_calendar_is_open(calendar, to - 1));
  if (open_time < 0) /* none later */
    assert_true(to < from && csup_calendar_is_open(calendar, to));
  csup_time further;
  if (open_time > 0 && csup_calendar_add(calendar, from, open_time + 1, &further) == CSUP_OK)
    assert_true(further > to);
  if (from < CSUP_TIME_LAST && csup_calendar_add(calendar, from + 1, open_time, &further) == CSUP_OK)
    assert_true(further >= to);
}

static void check_edges(const csup_calendar *calendar, csup_time at) {
  bool open = csup_calendar_is_open(calendar, at);
  csup_time edge, other;
  if (csup_calendar_next_open(calendar, at, &edge) == CSUP_OK) {
    assert_true(edge >= at && (edge == at) == open && csup_calendar_is_open(calendar, edge));
    assert_int_equal(elapsed(calendar, at, edge), 0);
    if (!open) {
      assert_int_equal(csup_calendar_next_change(calendar, at, &other), CSUP_OK);
      assert_int_equal(other, edge);
    }
    if (csup_calendar_next_close(calendar, at, &other) == CSUP_OK) {
      assert_true(other > edge && !csup_calendar_is_open(calendar, other));
      assert_int_equal(elapsed(calendar, at, other), other - edge);
    }
  }
  if (csup_calendar_prev_open(calendar, at, &edge) == CSUP_OK) {
    assert_true(edge <= at && csup_calendar_is_open(calendar, edge));
    assert_true(edge == CSUP_TIME_FIRST || !csup_calendar_is_open(calendar, edge - 1));
    if (open)
      assert_int_equal(elapsed(calendar, edge, at), at - edge);
  }
  if (csup_calendar_prev_close(calendar, at, &edge) == CSUP_OK) {
    assert_true(edge <= at && !csup_calendar_is_open(calendar, edge) && csup_calendar_is_open(calendar, edge - 1));
    if (!open)
      assert_int_equal(elapsed(calendar, edge, at), 0);
  }
}

static void check_days(const csup_calendar *calendar, csup_time at, int32_t days) {
  csup_time to;
  if (csup_calendar_add_days(calendar, at, days, &to) != CSUP_OK)
    return;
  bool open = csup_calendar_is_open(calendar, to);
  assert_true(days >= 0 ? open && to >= at : (open || csup_calendar_is_open(calendar, to - 1)) && to <= at);
}

static void calendar_algebra(void **state) {
  (void)state;
  static const char *const hours[] = {
      WEEK,
      "24/7",
      "24/7; PH off",
      "Mo-Fr 09:00-12:00,13:00-17:30; Sa 10:00-14:00; PH off; Dec 25 off",
      "Mo-Su 22:00-06:00; PH off; easter off",
      "Mo-Su 01:30-02:30",
      "Mo-Th 22:00-06:00; Fr 22:00-02:00",
      "Su 00:00-24:00, Mo 00:00-02:00",
      "Mo-Su 00:00-00:10,00:20-00:30,00:40-00:50,01:15-01:45,02:05-02:06,23:50-24:00",
      "2026 Mar 07-2026 Mar 09 00:00-24:00; 2026 Nov 01 01:30-03:00",
      "Feb 29 10:00-11:00",
      "Mo 09:00-17:00; 2026 00:00-24:00",
  };
  csup_zone *const zones[] = {utc, new_york, berlin, samoa, restless};
  random_source random = random_start("calendar_algebra");
  long rounds = random_rounds(20000), checks = 0;
  for (size_t h = 0; h < sizeof hours / sizeof hours[0]; h++)
    for (size_t z = 0; z < sizeof zones / sizeof zones[0]; z++) {
      csup_calendar *calendar = calendar_of(hours[h], zones[z]);
      for (long round = 0; round < rounds / 20; round++, checks++) {
        csup_time a = draw_instant(&random, calendar), b = draw_instant(&random, calendar), c = draw_instant(&random, calendar);
        int64_t ab = elapsed(calendar, a, b), bc = elapsed(calendar, b, c), ac = elapsed(calendar, a, c);
        assert_int_equal(ac, ab + bc);
        assert_int_equal(elapsed(calendar, b, a), -ab);
        assert_true(b < c ? bc >= 0 && bc <= c - b : bc <= 0 && bc >= c - b);
        check_add(calendar, a, ab);
        check_add(calendar, a, random_between(&random, -3, 3) * HOUR + random_between(&random, -1, 1));
        check_add(calendar, a, random_between(&random, -2000, 2000) * HOUR + random_between(&random, -HOUR, HOUR));
        check_edges(calendar, a);
        check_days(calendar, a, (int32_t)random_between(&random, -300, 300));
      }
      csup_calendar_free(calendar);
    }
  print_message("%ld rounds\n", checks);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rules_by_example),
      cmocka_unit_test(refuses),
      cmocka_unit_test(checks_arguments),
      cmocka_unit_test(keeps_holidays),
      cmocka_unit_test(knows_its_zone),
      cmocka_unit_test(steps_business_dates),
      cmocka_unit_test(many_spans_a_day),
      cmocka_unit_test(seldom_open),
      cmocka_unit_test(one_crowded_year),
      cmocka_unit_test(every_week_another),
      cmocka_unit_test(every_allocation_failing),
      cmocka_unit_test(growth_failing),
      cmocka_unit_test(stays_small),
      cmocka_unit_test(calendar_algebra),
  };
  return cmocka_run_group_tests_name("calendar", tests, make_zones, free_zones);
}
