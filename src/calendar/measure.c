#include "calendar/measure.h"

#include "time/civil.h"

#include <string.h>

#define TEN_YEARS_DAYS 3653

/* `P2D`, with a sign where one may stand. False when it is not of that form; a number too great is cut to a great one. */
static bool read_days(const char *text, bool is_signed, int64_t *days) {
  int64_t sign = *text == '-' ? -1 : 1;
  if (is_signed && (*text == '-' || *text == '+'))
    text++;
  if (*text++ != 'P')
    return false;
  const char *digits = text;
  int64_t value = 0;
  for (; *text >= '0' && *text <= '9'; text++)
    if (value < INT32_MAX)
      value = value * 10 + (*text - '0');
  if (text == digits || strcmp(text, "D") != 0)
    return false;
  *days = sign * value;
  return true;
}

csup_status csup_measure_read(const csup_json *node, bool is_signed, csup_measure *out) {
  const char *text = NULL;
  csup_status status = csup_json_name(node, &text);
  if (status != CSUP_OK)
    return status;
  csup_status wrong = node->document->wrong;
  int64_t days = 0;
  csup_duration time = 0;
  if (read_days(text, is_signed, &days)) {
    if (days == 0)
      return csup_json_fail(node, wrong, "\"%.40s\" is zero; expected at least a day, as in \"P1D\"", text);
  } else {
    bool sign = *text == '-' || *text == '+';
    status = csup_duration_parse(text, strlen(text), &time);
    if (status == CSUP_E_SYNTAX || (sign && !is_signed))
      return csup_json_fail(node, wrong,
                            "\"%.40s\" is no %s; expected open time as in \"PT4H\" or business days as in \"P2D\", never both",
                            text, is_signed ? "offset" : "duration");
    if (status == CSUP_OK && time == 0 && !is_signed)
      return csup_json_fail(node, wrong, "\"%.40s\" is zero; expected a duration greater than zero", text);
  }
  csup_duration limit = TEN_YEARS_DAYS * CSUP_DAY_SECONDS * CSUP_SECOND;
  if (status != CSUP_OK || time > limit || time < -limit || days > TEN_YEARS_DAYS || days < -TEN_YEARS_DAYS)
    return csup_json_fail(node, wrong, "\"%.40s\" is more than ten years", text);
  *out = (csup_measure){.time = time, .days = (int32_t)days};
  return CSUP_OK;
}

csup_status csup_measure_add(const csup_measure *measure, const csup_calendar *calendar, csup_time from, csup_time *out) {
  return measure->days != 0 ? csup_calendar_add_days(calendar, from, measure->days, out)
                            : csup_calendar_add(calendar, from, measure->time, out);
}

const csup_calendar *csup_calendars_find(const csup_calendars *calendars, const char *name) {
  for (size_t i = 0; i < calendars->count; i++)
    if (strcmp(calendars->entries[i].name, name) == 0)
      return calendars->entries[i].calendar;
  return NULL;
}

csup_status csup_calendars_read(const csup_calendars *calendars, const csup_json *node, const csup_calendar **out) {
  const char *name = NULL;
  csup_status status = csup_json_name(node, &name);
  if (status != CSUP_OK)
    return status;
  const csup_calendar *found = csup_calendars_find(calendars, name);
  if (!found)
    return csup_json_fail(node, node->document->wrong, "no calendar is named \"%.60s\"", name);
  *out = found;
  return CSUP_OK;
}
