/* The bytes of a TZif file (RFC 9636), checked as a whole and then read in place. */
#ifndef CSUP_TIME_TZIF_H
#define CSUP_TIME_TZIF_H

#include "time/footer.h"

#include "base/status.h"

/* -24:59:59 and 25:59:59, the range that RFC 9636 section 3.2 recommends; a footer cannot leave it. */
#define CSUP_TZIF_LEAST_OFFSET (-89999)
#define CSUP_TZIF_MOST_OFFSET  93599

/* What is needed of the data block that counts: the only one of version 1, the second of later versions. Borrows the bytes. */
typedef struct csup_tzif {
  const uint8_t *times;
  const uint8_t *indexes;
  const uint8_t *types;
  size_t time_count; /* transitions */
  size_t time_size;  /* bytes of each: 4 or 8 */
  bool has_footer;   /* a rule for the time after the last transition */
  csup_footer footer;
} csup_tzif;

/* CSUP_E_CORRUPT with what is wrong; after CSUP_OK the functions below stay within the bytes, times ascend and offsets lie
   within the range above. */
csup_status csup_tzif_open(const void *given, size_t length, csup_tzif *out, csup_error *error);
int64_t csup_tzif_time(const csup_tzif *tzif, size_t index);   /* of a transition, seconds since 1970 */
int32_t csup_tzif_offset(const csup_tzif *tzif, size_t index); /* after that transition, seconds east of UTC */
int32_t csup_tzif_first_offset(const csup_tzif *tzif);         /* before the first transition */

#endif
