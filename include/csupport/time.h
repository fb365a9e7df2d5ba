/**
 * @file time.h
 * Instants, durations and time zones.
 *
 * Words: an *instant* is a point on the time line, the same everywhere; a *duration* is a length of that line, exact to the
 * microsecond; a *zone* says what the clock on the wall shows at an instant. Nothing here reads a clock, and nothing depends
 * on the process's locale or on its TZ: 2026-03-02T18:00:00+01:00 and 2026-03-02T17:00:00Z are one instant, and in
 * America/New_York it shows 12:00.
 *
 * Every function of this header may be called from any thread at any time.
 */
#ifndef CSUPPORT_TIME_H
#define CSUPPORT_TIME_H

#include "base.h"

#if !defined(CSUP_CDEF) && defined(__cplusplus)
extern "C" {
#endif

/**
 * An instant: microseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time). Instants from
 * 1900-01-01T00:00:00Z to 2200-12-31T23:59:59.999999Z are served; others are answered with #CSUP_E_RANGE.
 */
typedef int64_t csup_time;

/** A duration in microseconds, negative for backwards. It is exact: a day of a calendar is no duration. */
typedef int64_t csup_duration;

/** A date of the Gregorian calendar as the decimal number YYYYMMDD: 20261225 is 2026-12-25. Years 1900 to 2200. */
typedef int32_t csup_date;

/** In place of an instant: there is none. */
#define CSUP_TIME_NEVER INT64_MAX

/**
 * A time zone: its offset from UTC at every instant of the years 1900 to 2200. Immutable once made, so that any number of
 * threads may use one without a lock; free it when none does any more.
 */
typedef struct csup_zone csup_zone;

/**
 * Reads an instant in the format of RFC 3339, such as `2026-03-02T17:00:00Z` or `2026-03-02t12:00:00.25-05:00`. Date, time
 * and offset are all required; `t` and `z` may be of either case; an offset is at most 23:59 to either side, and `-00:00` is
 * UTC. The fraction may have any number of digits, those after the sixth are cut. Leap seconds (`:60`) are refused, for
 * POSIX time has no place for them.
 *
 * @param text the text; it need not end with NUL.
 * @param length its length in bytes; all of it must be the instant.
 * @param[out] out the instant; untouched on failure.
 * @return #CSUP_OK; #CSUP_E_SYNTAX when the text is no RFC 3339 instant, a date that does not exist included;
 *         #CSUP_E_RANGE when the instant is outside the years 1900 to 2200 of UTC; #CSUP_E_ARGUMENT when a pointer is NULL.
 */
CSUP_API csup_status csup_time_parse(const char *text, size_t length, csup_time *out);

/**
 * Writes an instant in the format of RFC 3339, in UTC: `2026-03-02T17:00:00Z`. A fraction is written only when there is
 * one, with as few digits as show it exactly: half a second is `.5`, a microsecond `.000001`. The same instant is thus always
 * the same text, of at most 27 bytes.
 *
 * @param at the instant.
 * @param[out] buffer takes the text and a NUL; may be NULL when @p capacity is 0. Untouched on failure.
 * @param capacity size of the buffer in bytes.
 * @param[out] length the text's length without the NUL, written on success and with #CSUP_E_SPACE; may be NULL.
 * @return #CSUP_OK; #CSUP_E_SPACE when text and NUL do not fit; #CSUP_E_RANGE when the instant is outside the years 1900 to
 *         2200, #CSUP_TIME_NEVER included; #CSUP_E_ARGUMENT when @p buffer is NULL and @p capacity is not 0.
 */
CSUP_API csup_status csup_time_format(csup_time at, char *buffer, size_t capacity, size_t *length);

/**
 * Reads a duration of hours, minutes and seconds in the format of ISO 8601: `PT26H30M`, `-PT10M`, `PT0.25S`, `+PT0S`. The
 * units are upper case and in this order, at least one is given, and a number may be as large as it likes (`PT90S`). Only
 * seconds may have a fraction, after a point; digits after the sixth are cut. Days, weeks, months and years are refused:
 * they are not a fixed length of time.
 *
 * @param text the text; it need not end with NUL.
 * @param length its length in bytes; all of it must be the duration.
 * @param[out] out the duration; untouched on failure.
 * @return #CSUP_OK; #CSUP_E_SYNTAX when the text is no such duration; #CSUP_E_RANGE when it is one that 64 bits of
 *         microseconds do not hold; #CSUP_E_ARGUMENT when a pointer is NULL.
 */
CSUP_API csup_status csup_duration_parse(const char *text, size_t length, csup_duration *out);

/**
 * Writes a duration in the format of ISO 8601, in the one form that this library uses: hours, minutes below 60 and seconds
 * below 60, those that are zero left out; `PT26H30M`, `-PT10M`, `PT1.5S`, and `PT0S` for none. A fraction is written as by
 * csup_time_format(). Every value can be written and read back.
 *
 * @param duration the duration.
 * @param[out] buffer takes the text and a NUL; may be NULL when @p capacity is 0. Untouched on failure.
 * @param capacity size of the buffer in bytes.
 * @param[out] length the text's length without the NUL, written on success and with #CSUP_E_SPACE; may be NULL.
 * @return #CSUP_OK; #CSUP_E_SPACE when text and NUL do not fit; #CSUP_E_ARGUMENT when @p buffer is NULL and @p capacity is
 *         not 0.
 */
CSUP_API csup_status csup_duration_format(csup_duration duration, char *buffer, size_t capacity, size_t *length);

/**
 * Makes a zone from the system's time zone database (IANA tz, as installed by the operating system), by its name, such as
 * `Europe/Sofia`. The file is looked for in the folder that the environment variable TZDIR names, and nowhere else if it
 * names one; else in /usr/share/zoneinfo, /usr/lib/zoneinfo and /usr/share/lib/zoneinfo. `UTC` and `Etc/UTC` are built in
 * and need no file.
 *
 * A name consists of ASCII letters, digits, `_`, `+`, `-`, `.` and `/`; names with a leading `/`, with `..` or with an empty
 * part lead nowhere and are unknown. Whether case matters is up to the file system.
 *
 * @param name the zone's name.
 * @param allocator where memory comes from; NULL for malloc. Copied.
 * @param[out] out the zone, owned by the caller: csup_zone_free(). Untouched on failure.
 * @param[out] error why it failed; may be NULL.
 * @return #CSUP_OK; #CSUP_E_UNKNOWN when the database has no zone of this name; #CSUP_E_IO when its file cannot be read;
 *         #CSUP_E_CORRUPT when the file is none that csup_zone_from_tzif() takes, or is larger than 1 MiB; #CSUP_E_NOMEM;
 *         #CSUP_E_ARGUMENT when @p name or @p out is NULL or the allocator has no function.
 */
CSUP_API csup_status csup_zone_load(const char *name, const csup_allocator *allocator, csup_zone **out, csup_error *error);

/**
 * Makes a zone from the bytes of a TZif file (RFC 9636, versions 1 to 4), so that a host can bring zone data of its own.
 * Times after the last transition follow the POSIX rule in the footer; without one (version 1, or an empty footer) the last
 * offset stays. Any bytes may be given: what is not a sound TZif file is refused. So is a file with leap seconds (as in
 * `right/` of the tz database), for it counts another time than POSIX time.
 *
 * @param name the name the zone goes by from now on; not empty. Copied.
 * @param bytes the file's contents; not needed any more when the call returns.
 * @param length their number.
 * @param allocator where memory comes from; NULL for malloc. Copied.
 * @param[out] out the zone, owned by the caller: csup_zone_free(). Untouched on failure.
 * @param[out] error why it failed; may be NULL.
 * @return #CSUP_OK; #CSUP_E_CORRUPT when the bytes are cut short, damaged, of another version or have leap seconds;
 *         #CSUP_E_NOMEM; #CSUP_E_ARGUMENT when @p name, @p bytes or @p out is NULL, the name is empty or the allocator has
 *         no function.
 */
CSUP_API csup_status csup_zone_from_tzif(const char *name, const void *bytes, size_t length, const csup_allocator *allocator,
                                         csup_zone **out, csup_error *error);

/**
 * Tells the offset of a zone's wall clock from UTC at an instant: local time is the instant plus the offset. In Europe/Sofia
 * it is 7200 in winter and 10800 in summer.
 *
 * @param zone the zone.
 * @param at the instant.
 * @param[out] seconds_east the offset in seconds, positive east of Greenwich, -89999 to 93599; untouched on failure.
 * @return #CSUP_OK; #CSUP_E_RANGE when the instant is outside the years 1900 to 2200 of UTC; #CSUP_E_ARGUMENT when a pointer
 *         is NULL.
 */
CSUP_API csup_status csup_zone_offset(const csup_zone *zone, csup_time at, int32_t *seconds_east);

/**
 * Frees a zone. Calendars and policies made from it have copied what they need and go on.
 *
 * @param zone the zone; NULL is fine.
 */
CSUP_API void csup_zone_free(csup_zone *zone);

#if !defined(CSUP_CDEF) && defined(__cplusplus)
}
#endif

#endif
