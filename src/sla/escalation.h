/* Escalation rules: when something is watched, under which guard, and what is done (section 11). */
#ifndef CSUP_SLA_ESCALATION_H
#define CSUP_SLA_ESCALATION_H

#include "sla/agreement.h"

#define CSUP_CLOCK_PROMISE (-2) /* `clock` of a rule on promises */

typedef struct csup_team {
  const char *name;
  const csup_calendar *calendar; /* NULL: always open */
  int32_t tier;                  /* 0 when not given */
  const char *const *skills;
  size_t skill_count;
} csup_team;

typedef struct csup_teams {
  const csup_team *items;
  int32_t count;
} csup_teams;

csup_status csup_teams_compile(const csup_json *section, csup_schema *schema, const csup_calendars *calendars, csup_teams *out);
int32_t csup_teams_find(const csup_teams *teams, const char *name); /* -1: none */

typedef enum csup_watch { CSUP_WATCH_CLOCK = 1, CSUP_WATCH_EVENT, CSUP_WATCH_STATE, CSUP_WATCH_FACT, CSUP_WATCH_TEAM } csup_watch;
typedef enum csup_outside { CSUP_OUTSIDE_FIRE, CSUP_OUTSIDE_SKIP, CSUP_OUTSIDE_HOLD } csup_outside;

typedef enum csup_act {
  CSUP_ACT_NOTIFY = 1,
  CSUP_ACT_ASSIGN,
  CSUP_ACT_ESCALATE,
  CSUP_ACT_RAISE,
  CSUP_ACT_SET,
  CSUP_ACT_MOVE,
  CSUP_ACT_ADVISE,
  CSUP_ACT_ASK
} csup_act;

typedef struct csup_action {
  csup_act act;
  const char *to;           /* notify: whom; escalate: the team (may be NULL); advise: the topic; set: the field's name */
  const char *text;         /* advise: what to say; set: the value as text, for texts and choices */
  const char *const *teams; /* assign: candidates in order */
  size_t team_count;
  int64_t value;     /* set: the slot's value (CSUP_ABSENT for null) */
  int32_t slot;      /* set: the field's slot */
  int32_t level;     /* escalate: the level */
  bool functional;   /* escalate: functional, else hierarchical */
  int32_t by;        /* raise: steps, 0 when `priority` counts */
  int32_t priority;  /* raise: to this index, -1 when `by` counts */
  int32_t state;     /* move */
  int32_t dimension; /* ask; -1: the next question */
} csup_action;

typedef struct csup_rule {
  const char *name;
  csup_watch watch;
  int32_t clock; /* clock index or CSUP_CLOCK_PROMISE */
  csup_threshold at;
  csup_measure every;            /* all zero: once */
  int32_t times;                 /* 1..1000 */
  uint32_t events;               /* event: 1 << csup_event_kind */
  const uint8_t *states;         /* state: by state index */
  csup_measure dwell;            /* state: `for` */
  const csup_calendar *calendar; /* state: on which it counts */
  int32_t slot;                  /* fact: which */
  const csup_condition *when;    /* NULL: always */
  const csup_action *actions;
  size_t action_count;
  const csup_calendar *hours; /* NULL: at all hours */
  csup_outside outside;
} csup_rule;

typedef struct csup_rules {
  const csup_rule *items;
  int32_t count;
} csup_rules;

csup_status csup_rules_compile(const csup_json *section, csup_schema *schema, const csup_clocks *clocks,
                               const csup_calendars *calendars, const csup_teams *teams, const csup_impact *impact,
                               const csup_workflow *workflow, csup_rules *out);

#endif
