/* Events as the case understands them: the words that members may have, and the check before anything happens. */
#ifndef CSUP_CASE_EVENT_H
#define CSUP_CASE_EVENT_H

#include "case/case.h"

#define CSUP_LEVEL_MAX 99 /* escalation levels are 1 to this */

typedef struct csup_words {
  const char *const *items;
  int32_t count;
  const char *what; /* for messages */
} csup_words;

extern const csup_words csup_moods, csup_resolutions, csup_promise_kinds, csup_people;

int32_t csup_word_find(const csup_words *words, const char *text); /* -1: none */
/* The index of "P2" or "S1"; -1 when this policy has no such rank. */
int32_t csup_rank_find(const csup_case *c, bool is_priority, const char *text);
/* The event's own members, which guards may test while the event is at hand: slot values of `auto` and `by`. */
void csup_event_members(const csup_event *event, int64_t *automatic, int64_t *by);
/* Everything about an event that does not depend on the order of things (E3). */
csup_status csup_event_check(const csup_case *c, const csup_event *event, csup_error *error);

#endif
