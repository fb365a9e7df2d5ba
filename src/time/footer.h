/* The footer of a TZif file: a POSIX TZ string such as `EET-2EEST,M3.5.0/3,M10.5.0/4` (POSIX.1, chapter 8.3; RFC 9636,
   section 3.3.1), a rule for all years to come. */
#ifndef CSUP_TIME_FOOTER_H
#define CSUP_TIME_FOOTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int32_t csup_footer_kind;
enum {
  CSUP_FOOTER_JULIAN,      /* Jn: day 1..365, 29 February is not counted */
  CSUP_FOOTER_DAY_OF_YEAR, /* n: day 0..365, 29 February is counted */
  CSUP_FOOTER_NTH_WEEKDAY  /* Mm.w.d: weekday d (0 is Sunday), the w-th of month m, 5 is the last */
};

typedef struct csup_footer_date {
  csup_footer_kind kind;
  int32_t month, week, day;
  int32_t seconds; /* from midnight, -167 to 167 hours */
} csup_footer_date;

typedef struct csup_footer {
  int32_t standard; /* seconds east of UTC */
  int32_t daylight; /* the same as standard when there is none */
  bool has_daylight;
  csup_footer_date start; /* of daylight time, in standard time */
  csup_footer_date end;   /* in daylight time */
} csup_footer;

/* The whole text must be a rule; one that names daylight time must say when. False when it is none. */
bool csup_footer_parse(const char *text, size_t length, csup_footer *out);
/* Seconds since 1970 (UTC) at which daylight time starts and ends by the rule of that year. */
int64_t csup_footer_start(const csup_footer *footer, int32_t year);
int64_t csup_footer_end(const csup_footer *footer, int32_t year);

#endif
