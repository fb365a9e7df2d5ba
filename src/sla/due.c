/* The arithmetic of dues and thresholds: rules C3, C4, C6 and C7. Everything follows from a start, a course and the pauses; no
   running sum is kept anywhere. */
#include "calendar/calendar.h"
#include "sla/clock.h"

#include <string.h>

/* C4. */
static csup_status land(const csup_course *course, csup_time at, csup_time *out) {
  if (course->lands == CSUP_LANDS_OPEN)
    return csup_calendar_next_open(course->calendar, at, out);
  csup_time landed = at;
  if (course->lands == CSUP_LANDS_DAY_END && course->within.days != 0) {
    csup_status status = csup_calendar_day_end(course->calendar, at, &landed);
    if (status != CSUP_OK)
      return status;
    /* Resumed after that date's close: a due does not lie before the resume that it waited for. */
    if (landed < at)
      landed = at;
  }
  *out = landed;
  return CSUP_OK;
}

csup_status csup_due_begin(const csup_course *course, csup_time start, csup_time *due) {
  csup_time at = 0;
  csup_status status = csup_measure_add(&course->within, course->calendar, start, &at);
  return status == CSUP_OK ? land(course, at, due) : status;
}

bool csup_course_begin(const csup_course *course, csup_time start, csup_time *due, csup_duration *length) {
  *length = course->within.time;
  if (course->within.days == 0)
    return csup_due_begin(course, start, due) == CSUP_OK;
  csup_time end = 0;
  *length = 0;
  if (csup_calendar_add_days(course->calendar, start, course->within.days, &end) != CSUP_OK)
    return false;
  if (csup_calendar_elapsed(course->calendar, start, end, length) != CSUP_OK)
    *length = 0;
  return land(course, end, due) == CSUP_OK;
}

/* max(add(at, elapsed(from, to)), to) for a pause that begins by `at`; later ones do not move it. */
static csup_status push(const csup_calendar *calendar, csup_time from, csup_time to, csup_time *at) {
  csup_duration paused = 0;
  csup_time pushed = 0;
  csup_status status = csup_calendar_elapsed(calendar, from, to, &paused);
  if (status == CSUP_OK)
    status = csup_calendar_add(calendar, *at, paused, &pushed);
  if (status != CSUP_OK)
    return status;
  *at = pushed > to ? pushed : to;
  return CSUP_OK;
}

csup_status csup_due_pause(const csup_course *course, csup_time from, csup_time to, csup_time *due) {
  if (from > *due || from == to)
    return CSUP_OK; /* too late to move it, or no pause at all: nothing is to land again */
  csup_time at = *due;
  csup_status status = push(course->calendar, from, to, &at);
  return status == CSUP_OK ? land(course, at, due) : status;
}

csup_status csup_course_length(const csup_course *course, csup_time start, csup_duration *length) {
  if (course->within.days == 0) {
    *length = course->within.time;
    return CSUP_OK;
  }
  csup_time end = 0;
  csup_status status = csup_calendar_add_days(course->calendar, start, course->within.days, &end);
  return status == CSUP_OK ? csup_calendar_elapsed(course->calendar, start, end, length) : status;
}

/* "75%"; false when it is no such text. A number with more than four digits becomes 9999, which is out of range too. */
static bool read_percent(const char *text, int32_t *percent) {
  int32_t value = 0;
  const char *at = text;
  for (; *at >= '0' && *at <= '9'; at++)
    value = value > 999 ? 9999 : value * 10 + (*at - '0');
  if (at == text || strcmp(at, "%") != 0)
    return false;
  *percent = value;
  return true;
}

csup_status csup_threshold_read(const csup_json *node, csup_arena *arena, csup_threshold *out) {
  const char *text = NULL;
  csup_status status = csup_json_name(node, &text);
  if (status != CSUP_OK)
    return status;
  csup_threshold read = {0};
  read.is_percent = read_percent(text, &read.percent);
  if (read.is_percent) {
    if (read.percent < 1 || read.percent > CSUP_PERCENT_MAX)
      return csup_json_fail(node, node->document->wrong, "\"%.40s\" is out of range; expected 1%% to %d%%", text,
                            CSUP_PERCENT_MAX);
    read.with_breach = read.percent == 100;
  } else {
    if (*text != '-' && *text != '+')
      return csup_json_fail(
          node, node->document->wrong,
          "\"%.40s\" is no point of a clock's life; expected a percent as in \"75%%\" or an offset from due with "
          "its sign, as in \"-PT30M\" or \"+P1D\"",
          text);
    status = csup_measure_read(node, true, &read.offset);
    if (status != CSUP_OK)
      return status;
    read.with_breach = read.offset.time == 0 && read.offset.days == 0;
  }
  read.text = arena ? csup_arena_copy(arena, text, strlen(text)) : "";
  if (!read.text)
    return csup_fail_plain(node->document->error, CSUP_E_NOMEM);
  *out = read;
  return CSUP_OK;
}

csup_status csup_threshold_begin(const csup_threshold *threshold, const csup_course *course, csup_time start,
                                 csup_duration length, csup_time *at) {
  /* floor(length * percent / 100) without overflow. */
  csup_duration share = length / 100 * threshold->percent + length % 100 * threshold->percent / 100;
  return csup_calendar_add(course->calendar, start, share, at);
}

csup_status csup_threshold_pause(const csup_course *course, csup_time from, csup_time to, csup_time *at) {
  return from > *at ? CSUP_OK : push(course->calendar, from, to, at);
}

csup_status csup_threshold_offset(const csup_threshold *threshold, const csup_course *course, csup_time due, csup_time *at) {
  return csup_measure_add(&threshold->offset, course->calendar, due, at);
}

csup_status csup_threshold_repeat(const csup_measure *every, const csup_course *course, csup_time first, int32_t repeat,
                                  csup_time *at) {
  const int64_t count = repeat - 1;
  if (count * every->days > INT32_MAX || (every->time != 0 && count > INT64_MAX / every->time))
    return CSUP_E_RANGE;
  const csup_measure whole = {.time = every->time * count, .days = every->days * (int32_t)count};
  return csup_measure_add(&whole, course->calendar, first, at);
}

bool csup_threshold_before_start(const csup_threshold *threshold, const csup_measure *within) {
  if (threshold->is_percent)
    return false;
  return threshold->offset.days != 0 ? within->days != 0 && -(int64_t)threshold->offset.days > within->days
                                     : within->days == 0 && -threshold->offset.time > within->time;
}
