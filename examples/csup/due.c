/* csup due POLICY CALENDAR INSTANT DURATION: one deadline. PT4H is open time on the calendar, P2D are business days. */
#include "csup.h"

#include <string.h>

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* P2D, -P1D: days of a calendar, which are no duration. SYNTAX when it is not of that form. */
static csup_status read_days(const char *given, int32_t *out) {
  const char *at = given;
  bool backward = *at == '-';
  int64_t days = 0;
  at += *at == '-' || *at == '+';
  if (*at++ != 'P' || !is_digit(*at))
    return CSUP_E_SYNTAX;
  for (; is_digit(*at); at++)
    days = days > INT32_MAX ? days : days * 10 + (*at - '0');
  if (at[0] != 'D' || at[1] != '\0')
    return CSUP_E_SYNTAX;
  if (days > INT32_MAX)
    return CSUP_E_RANGE;
  *out = (int32_t)(backward ? -days : days);
  return CSUP_OK;
}

static csup_status work_out(const csup_calendar *calendar, csup_time from, const char *duration, csup_time *out) {
  int32_t days = 0;
  csup_duration open_time = 0;
  csup_status status = read_days(duration, &days);
  bool in_days = status != CSUP_E_SYNTAX;
  if (!in_days)
    status = csup_duration_parse(duration, strlen(duration), &open_time);
  if (status != CSUP_OK) {
    complain_of("DURATION", status, "\"%.60s\" is %s; expected open time as in PT4H30M, or business days as in P2D", duration,
                status == CSUP_E_RANGE ? "too long" : "no duration");
    return status;
  }
  status = in_days ? csup_calendar_add_days(calendar, from, days, out) : csup_calendar_add(calendar, from, open_time, out);
  if (status != CSUP_OK)
    complain_of(duration, status, "%s", csup_status_text(status));
  return status;
}

int command_due(const arguments *given) {
  const char *const *items = given->items;
  csup_policy *policy = NULL;
  csup_time from = 0;
  csup_time due = 0;
  char instant[40];
  if (!read_instant("INSTANT", items[2], &from) || !open_policy(items[0], &policy))
    return BAD;
  int result = BAD;
  const csup_calendar *calendar = csup_policy_calendar(policy, items[1]);
  if (!calendar) {
    complain_of(file_name(items[0]), CSUP_E_UNKNOWN, "the policy has no calendar \"%.100s\"", items[1]);
  } else if (work_out(calendar, from, items[3], &due) == CSUP_OK &&
             csup_time_format(due, instant, sizeof instant, NULL) == CSUP_OK) {
    puts(instant);
    result = GOOD;
  }
  csup_policy_release(policy);
  return result;
}
