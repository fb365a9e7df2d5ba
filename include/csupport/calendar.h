/**
 * @file calendar.h
 * Business time: opening hours, holidays and exact arithmetic over them.
 *
 * A *calendar* is opening hours in a zone, with holidays. Its open time is a set of spans, each half-open: at 09:00 it is open,
 * at 17:00 it is closed. Hours are wall-clock time. An hour that the clocks skip in spring is not there; of one that they repeat
 * in autumn an edge is the first occurrence, so that 22:00-06:00 is seven hours long in the one night and nine in the other, and
 * `24/7` counts real time. Spans that touch are one span: two days of 00:00-24:00 have no edge at midnight between them.
 *
 * Work that takes open time and ends when the office closes is due at the close, not at the next opening: four hours from Friday
 * 13:00 on Mo-Fr 09:00-17:00 is Friday 17:00, and four hours and a microsecond lead to Monday.
 *
 * Every function takes the same short time however far apart its instants are, and none allocates but
 * csup_calendar_create(). Instants are served from 1900 to 2200 (UTC); a question about another instant, or an answer that
 * would lie outside, is #CSUP_E_RANGE. Where there is no answer at all, because the calendar never opens or never closes
 * again, it is #CSUP_E_NEVER.
 *
 * A calendar is immutable once made: any number of threads may use one without a lock.
 */
#ifndef CSUPPORT_CALENDAR_H
#define CSUPPORT_CALENDAR_H

#include "time.h"

#if !defined(CSUP_CDEF) && defined(__cplusplus)
extern "C" {
#endif

/** Opening hours in a zone, with holidays, ready for arithmetic. About 200 KiB. Free it when no thread uses it any more. */
typedef struct csup_calendar csup_calendar;

/** A date that `PH` in opening hours matches. */
typedef struct csup_holiday {
  csup_date date;   /**< The date, YYYYMMDD, years 1900 to 2200. */
  const char *name; /**< What explanations call it, UTF-8; may be NULL. Borrowed during the call. */
} csup_holiday;

/**
 * Makes a calendar from opening hours, in the language of OpenStreetMap's `opening_hours` (a subset; anything outside it is an
 * error that names the column):
 *
 * - `Mo-Fr 09:00-17:00`, `Sa,Su 10:00-12:00,13:00-16:00`, `24/7`; seconds are `09:00:30`, the end of the day is `24:00`;
 * - `22:00-06:00` or `22:00-30:00` runs on into the next date; a selector without a time is the whole date;
 * - dates: `Dec 25`, `Dec 24-Jan 01`, `Jul-Aug Mo-Fr`, `2026 Dec 24`, `Nov Th[4]` (the fourth), `May Mo[-1]` (the last),
 *   `easter -2 days`, and `PH` for the holidays given;
 * - `off` or `closed` instead of times; after `;` a rule replaces what earlier rules say about the dates that it matches, from
 *   00:00 to 24:00, after `,` it adds to it.
 *
 * Example: `Mo-Fr 09:00-17:00; PH off; Nov Th[4] off; 2026 Dec 24 09:00-12:00`.
 * Source: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
 *
 * @param hours the opening hours, NUL-terminated.
 * @param zone the zone of the wall clock that they mean; not needed any more when the call returns.
 * @param holidays the dates that `PH` matches, in any order, doubles allowed; may be NULL when there are none. Copied.
 * @param holiday_count their number.
 * @param allocator where memory comes from; NULL for malloc. Copied.
 * @param[out] out the calendar, owned by the caller: csup_calendar_free(). Untouched on failure.
 * @param[out] error why it failed; may be NULL. `column` is the place in @p hours, `index` that of the holiday at fault.
 * @return #CSUP_OK; #CSUP_E_SYNTAX when the hours are not of this language or name an impossible date or time;
 *         #CSUP_E_NEVER when the calendar would never open, blank hours included; #CSUP_E_ARGUMENT when a holiday is no date,
 *         @p hours, @p zone or @p out is NULL, @p holidays is NULL though there are some, or the allocator has no function;
 *         #CSUP_E_NOMEM.
 */
CSUP_API csup_status csup_calendar_create(const char *hours, const csup_zone *zone, const csup_holiday *holidays,
                                          size_t holiday_count, const csup_allocator *allocator, csup_calendar **out,
                                          csup_error *error);

/**
 * Frees a calendar.
 *
 * @param calendar the calendar; NULL is fine.
 */
CSUP_API void csup_calendar_free(csup_calendar *calendar);

/**
 * Adds open time to an instant. Forward, the answer is the earliest instant by which that much open time has passed, so it may
 * be a close; backward (negative), the latest instant from which that much open time leads to @p from, so it may be an opening.
 * csup_calendar_elapsed() from @p from to the answer gives back @p open_time, always.
 *
 * @param calendar the calendar.
 * @param from where to start.
 * @param open_time how much open time, in microseconds; 0 gives @p from itself, open or not.
 * @param[out] out the answer; untouched on failure.
 * @return #CSUP_OK; #CSUP_E_RANGE when @p from or the answer is outside the years 1900 to 2200; #CSUP_E_NEVER when the
 *         calendar does not open for that long ever; #CSUP_E_ARGUMENT when a pointer is NULL.
 */
CSUP_API csup_status csup_calendar_add(const csup_calendar *calendar, csup_time from, csup_duration open_time, csup_time *out);

/**
 * Adds business days: the same time on the wall, so many business dates on or back. A business date is a civil date on which
 * the hours begin a span: on 24/7 every date is one, and with Mo 22:00-06:00 Tuesday is none.
 *
 * An instant that is closed is first moved to the next opening, or to the last close when @p days is negative. From the date
 * there, so many business dates are stepped over; what is closed at that time of day on the date reached is moved in the same
 * way. One business day from Friday 16:00 on Mo-Fr 09:00-17:00 is Monday 16:00; from Friday 17:00, which is closed, it is
 * Tuesday 09:00.
 *
 * @param calendar the calendar.
 * @param from where to start.
 * @param days how many business days; 0 gives @p from when that is open, else where it is moved to: the next opening.
 * @param[out] out the answer; untouched on failure.
 * @return #CSUP_OK; #CSUP_E_RANGE when @p from or the answer is outside the years 1900 to 2200; #CSUP_E_NEVER when the
 *         calendar has no such business date or opening ever; #CSUP_E_ARGUMENT when a pointer is NULL.
 */
CSUP_API csup_status csup_calendar_add_days(const csup_calendar *calendar, csup_time from, int32_t days, csup_time *out);

/**
 * Measures the open time between two instants, the first included and the second not.
 *
 * @param calendar the calendar.
 * @param from the one instant.
 * @param to the other; when it is the earlier, the answer is negative.
 * @param[out] out the open time in microseconds; untouched on failure.
 * @return #CSUP_OK; #CSUP_E_RANGE when an instant is outside the years 1900 to 2200; #CSUP_E_ARGUMENT when a pointer is NULL.
 */
CSUP_API csup_status csup_calendar_elapsed(const csup_calendar *calendar, csup_time from, csup_time to, csup_duration *out);

/**
 * Finds the first open instant at or after an instant: the instant itself when it is open, else the next opening.
 *
 * @param calendar the calendar.
 * @param at the instant.
 * @param[out] out the answer; untouched on failure.
 * @return #CSUP_OK; #CSUP_E_NEVER when the calendar does not open any more; #CSUP_E_RANGE when @p at or the answer is outside
 *         the years 1900 to 2200; #CSUP_E_ARGUMENT when a pointer is NULL.
 */
CSUP_API csup_status csup_calendar_next_open(const csup_calendar *calendar, csup_time at, csup_time *out);

/**
 * Finds the first closing edge after an instant.
 *
 * @param calendar the calendar.
 * @param at the instant; an edge at it does not count.
 * @param[out] out the answer; untouched on failure.
 * @return #CSUP_OK; #CSUP_E_NEVER when the calendar does not close any more; #CSUP_E_RANGE when @p at or the answer is outside
 *         the years 1900 to 2200; #CSUP_E_ARGUMENT when a pointer is NULL.
 */
CSUP_API csup_status csup_calendar_next_close(const csup_calendar *calendar, csup_time at, csup_time *out);

/**
 * Finds the first edge after an instant, be it an opening or a close.
 *
 * @param calendar the calendar.
 * @param at the instant; an edge at it does not count.
 * @param[out] out the answer; untouched on failure.
 * @return #CSUP_OK; #CSUP_E_NEVER when the calendar neither opens nor closes any more; #CSUP_E_RANGE when @p at or the answer
 *         is outside the years 1900 to 2200; #CSUP_E_ARGUMENT when a pointer is NULL.
 */
CSUP_API csup_status csup_calendar_next_change(const csup_calendar *calendar, csup_time at, csup_time *out);

/**
 * Finds the last opening edge at or before an instant.
 *
 * @param calendar the calendar.
 * @param at the instant; an edge at it counts.
 * @param[out] out the answer; untouched on failure.
 * @return #CSUP_OK; #CSUP_E_NEVER when the calendar has not opened before; #CSUP_E_RANGE when @p at or the answer is outside
 *         the years 1900 to 2200; #CSUP_E_ARGUMENT when a pointer is NULL.
 */
CSUP_API csup_status csup_calendar_prev_open(const csup_calendar *calendar, csup_time at, csup_time *out);

/**
 * Finds the last closing edge at or before an instant.
 *
 * @param calendar the calendar.
 * @param at the instant; an edge at it counts.
 * @param[out] out the answer; untouched on failure.
 * @return #CSUP_OK; #CSUP_E_NEVER when the calendar has not closed before; #CSUP_E_RANGE when @p at or the answer is outside
 *         the years 1900 to 2200; #CSUP_E_ARGUMENT when a pointer is NULL.
 */
CSUP_API csup_status csup_calendar_prev_close(const csup_calendar *calendar, csup_time at, csup_time *out);

/**
 * Tells whether a calendar is open at an instant.
 *
 * @param calendar the calendar; NULL is never open.
 * @param at the instant.
 * @return 1 when it is open, 0 when it is closed or the instant is outside the years 1900 to 2200.
 */
CSUP_API int32_t csup_calendar_is_open(const csup_calendar *calendar, csup_time at);

#if !defined(CSUP_CDEF) && defined(__cplusplus)
}
#endif

#endif
