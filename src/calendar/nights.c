#include "calendar/nights.h"

#include "time/civil.h"

#include <string.h>

#define FIRST_YEAR 2016
#define DAYS       (28 * 365 + 7)
#define WINDOW     512

typedef struct holidays {
  const int32_t *days; /* sorted */
  size_t count;
} holidays;

static int32_t last_close(const csup_hours_rule *rule) {
  int32_t last = 0;
  for (size_t i = 0; i < rule->span_count; i++)
    last = rule->spans[i].to > last ? rule->spans[i].to : last;
  return last;
}

/* How far the rule carries on, without a gap, what is open on the date from midnight until `open`. */
static int32_t extend(const csup_hours_rule *rule, const uint8_t marks[2], int32_t open) {
  for (size_t i = 0; i < 2 * rule->span_count; i++) {
    for (size_t k = 0; k < rule->span_count; k++) {
      const csup_hours_span *span = &rule->spans[k];
      if (marks[0] && span->to > CSUP_DAY_SECONDS && span->to - CSUP_DAY_SECONDS > open)
        open = span->to - CSUP_DAY_SECONDS;
      if (marks[1] && span->from <= open && span->to > open)
        open = span->to;
    }
  }
  return open;
}

/* Whether the later rule and those added behind it leave the date open from midnight until then all the same. */
static bool is_made_good(const csup_hours *hours, const holidays *off, const csup_cut_night *cut) {
  int32_t open = 0;
  for (int32_t before = -1; before < open && open < cut->until;) {
    before = open;
    for (size_t rule = cut->later; rule < hours->rule_count; rule++) {
      uint8_t marks[2] = {0, 0};
      csup_hours_mark(&hours->rules[rule], cut->day - 1, 2, off->days, off->count, marks);
      open = extend(&hours->rules[rule], marks, open);
    }
  }
  return open >= cut->until;
}

static bool find_cut(const csup_hours *hours, const holidays *off, csup_cut_night *cut) {
  const int32_t first = csup_day_of(FIRST_YEAR, 1, 1);
  uint8_t earlier[WINDOW + 1];
  uint8_t later[WINDOW + 1];
  for (int32_t start = first; start < first + DAYS; start += WINDOW) {
    memset(earlier, 0, sizeof earlier);
    memset(later, 0, sizeof later);
    csup_hours_mark(&hours->rules[cut->earlier], start - 1, sizeof earlier, off->days, off->count, earlier);
    csup_hours_mark(&hours->rules[cut->later], start - 1, sizeof later, off->days, off->count, later);
    for (int32_t i = 0; i < WINDOW; i++) {
      cut->day = start + i;
      if (earlier[i] && later[i + 1] && !is_made_good(hours, off, cut))
        return true;
    }
  }
  return false;
}

bool csup_hours_cut_night(const csup_hours *hours, const int32_t *days, size_t day_count, csup_cut_night *out) {
  const holidays off = {days, day_count};
  for (size_t later = 1; later < hours->rule_count; later++) {
    if (hours->rules[later].adds || hours->rules[later].span_count == 0)
      continue;
    for (size_t earlier = 0; earlier < later; earlier++) {
      csup_cut_night cut = {.earlier = earlier, .later = later, .until = last_close(&hours->rules[earlier]) - CSUP_DAY_SECONDS};
      if (cut.until > 0 && find_cut(hours, &off, &cut)) {
        *out = cut;
        return true;
      }
    }
  }
  return false;
}
