/* Errors: one sentence for a person, written only when somebody listens. */
#ifndef CSUP_BASE_STATUS_H
#define CSUP_BASE_STATUS_H

#include "csupport/base.h"

#if defined(__GNUC__)
#define CSUP_PRINTF(words, first) __attribute__((format(printf, words, first)))
#else
#define CSUP_PRINTF(words, first)
#endif

/* Fills `error` (may be NULL) with no position, and returns `status`: `return csup_fail(error, CSUP_E_RANGE, "...", ...);` */
csup_status csup_fail(csup_error *error, csup_status status, const char *format, ...) CSUP_PRINTF(3, 4);

/* The same with a column from 1 in a one-line text. */
csup_status csup_fail_at(csup_error *error, csup_status status, int32_t line, int32_t column, const char *format, ...)
    CSUP_PRINTF(5, 6);

/* csup_fail with the sentence of csup_status_text, for failures such as out of memory that need no more words. */
csup_status csup_fail_plain(csup_error *error, csup_status status);

/* The static analyzer looks at one file at a time: told that a failure is the status given, it does not follow paths on which
   a function failed with CSUP_OK. */
#ifdef __clang_analyzer__
#define csup_fail(error, status, ...)    (csup_fail(error, status, __VA_ARGS__), (status))
#define csup_fail_at(error, status, ...) (csup_fail_at(error, status, __VA_ARGS__), (status))
#define csup_fail_plain(error, status)   (csup_fail_plain(error, status), (status))
#endif

#endif
