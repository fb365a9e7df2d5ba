/* Random policies as JSON text: every section, every operator, everything that changes what a case decides. Knows the format of
   the document and nothing of the library. */
#ifndef CSUP_TESTS_RANDOM_POLICY_H
#define CSUP_TESTS_RANDOM_POLICY_H

#include "random.h"
#include "support/text_buffer.h"

#include <stdbool.h>

#define RANDOM_STATES     11
#define RANDOM_DIMENSIONS 8
#define RANDOM_CLOCKS     9
#define RANDOM_TEAMS      3

/* What is counted: how many policies use each. */
typedef enum random_feature {
  USES_IS,
  USES_IS_NOT,
  USES_IN,
  USES_NOT_IN,
  USES_AT_LEAST,
  USES_AT_MOST,
  USES_ABOVE,
  USES_BELOW,
  USES_SET,
  USES_ALL,
  USES_ANY,
  USES_NOT,
  USES_RECOMPUTE,
  USES_KEEP,
  USES_FROM_NOW,
  USES_PROPORTIONAL,
  USES_ONCE,
  USES_EACH,
  USES_RESUME,
  USES_TOTAL,
  USES_RESTART,
  USES_CLOSE,
  USES_OPEN,
  USES_DAY_END,
  USES_SLA,
  USES_OLA,
  USES_UC,
  USES_WARN,
  USES_DAYS,
  USES_BY_SEVERITY,
  USES_TIMER,
  USES_RESET,
  USES_RESUME_ITEM,
  USES_OWN_WORKFLOW,
  USES_OWN_IMPACT,
  USES_DST,
  USES_ON_CLOCK,
  USES_ON_PROMISE,
  USES_ON_EVENT,
  USES_ON_STATE,
  USES_ON_FACT,
  USES_ON_TEAM,
  USES_EVERY,
  USES_HOLD,
  USES_SKIP,
  USES_FIRE,
  USES_MOVE,
  USES_COUNT
} random_feature;

extern const char *const random_feature_names[USES_COUNT];

typedef struct random_policy {
  text_buffer json;
  const char *states[RANDOM_STATES];
  int state_count;
  bool can_open[RANDOM_STATES]; /* of category new or open */
  struct {
    const char *name;
    const char *levels[4];
    int level_count;
  } dimensions[RANDOM_DIMENSIONS];
  int dimension_count;
  const char *clocks[RANDOM_CLOCKS];
  int clock_count;
  int priorities, severities, urgencies;
  int team_count;
  uint64_t uses; /* 1 << random_feature */
} random_policy;

/* Draws another policy. `rules` asks for escalations too. */
void random_policy_draw(random_policy *policy, random_source *source, bool rules);
void random_policy_free(random_policy *policy);

extern const char *const random_team_names[RANDOM_TEAMS];
#define RANDOM_EVENTS 27
extern const char *const random_event_names[RANDOM_EVENTS]; /* as policies and journals write them */

int random_pick_state(const random_policy *policy, random_source *source);

/* One of `count` things, from 0. */
static inline int random_below(random_source *source, int count) {
  return (int)random_between(source, 0, count - 1);
}

static inline bool random_chance(random_source *source, int percent) {
  return random_below(source, 100) < percent;
}

#endif
