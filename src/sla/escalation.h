/* Escalation rules: when something is watched, under which guard, and what is done (section 11). */
#ifndef CSUP_SLA_ESCALATION_H
#define CSUP_SLA_ESCALATION_H

#include "sla/agreement.h"

#define CSUP_CLOCK_PROMISE (-2) /* `clock` of a rule on promises */
#define CSUP_TIMES_MAX     1000

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

/* Compiles the `teams` section; an absent one gives none. Skills are free text. */
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

#define CSUP_LEVEL_MAX 99

/* One member of an action's object names it: {"notify": "lead"}, {"assign": ["a", "b"]}, {"escalate": {"level", "kind", "to"}},
   {"raise_priority": {"by": 1} or {"to": "P1"}}, {"set": {"field", "value"}}, {"move": "state"}, {"advise": {"topic", "say"}},
   {"ask": "dimension" or null for the next question}. */
typedef struct csup_action {
  csup_act act;
  const char *to;   /* notify: whom; escalate: the team, or whom a hierarchical one reaches (may be NULL then); advise: the topic;
                       set:   the field's name */
  const char *text; /* advise: what to say; set: the value as text, for texts and choices */
  const char *const *teams; /* assign: candidates in order */
  size_t team_count;
  bool is_list;      /* assign: the first of them that is open; a single team is assigned at any hour */
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
  int32_t
      kind; /* clock: of which kind of agreement, an index of csup_agreements.kinds; -1: a kind that the policy does not use */
  csup_threshold at;
  csup_measure every;            /* all zero: once, or every_percent */
  int32_t every_percent;         /* of the target's open time, where `at` is a percent; 0: `every` counts */
  int32_t times;                 /* 1..1000 */
  uint32_t events;               /* event: 1 << csup_event_kind */
  const uint8_t *states;         /* state: by state index */
  csup_measure dwell;            /* state: `for`; all zero: on entering */
  const csup_calendar *calendar; /* state: on which it counts; `always` when none is given */
  int32_t slot;                  /* fact: which; a text is marked as mentioned */
  const csup_condition *when;    /* NULL: always; of an event rule it may test the event's `auto` and `by` */
  const csup_action *actions;    /* at least one */
  size_t action_count;
  const csup_calendar *hours; /* NULL: at all hours */
  csup_outside outside;
} csup_rule;

typedef struct csup_rules {
  const csup_rule *items;
  int32_t count;
} csup_rules;

/* Compiles the `escalations` section; an absent one gives none. Findings: "never_fires" (a clock without a target in any
   agreement, an offset before the start in some of them, a state rule of closed states, off_shift without a team that closes),
   "unknown_team" (a functional escalation to a team that is none of those declared), "loop" (a rule changes the fact that it
   watches, or states move in a circle as long as conditions let them). Rules that move states in a circle without any condition
   are an error. `findings` may be NULL. */
csup_status csup_rules_compile(const csup_json *section, csup_schema *schema, const csup_clocks *clocks,
                               const csup_calendars *calendars, const csup_teams *teams, const csup_impact *impact,
                               const csup_workflow *workflow, const csup_agreements *agreements, csup_rules *out,
                               csup_findings *findings);
/* Marks with 1 each state that some rule moves to: such a state needs no move of the workflow to be reached. */
void csup_rules_mark_states(const csup_rules *rules, uint8_t *states);
/* Whether a repeat of a clock rule comes to the due itself, and so goes with the breach (C7). */
bool csup_rule_is_at_due(const csup_rule *rule, int32_t repeat);
/* The parts of it: a rule's `do`, and the search for loops among compiled rules. */
csup_status csup_actions_compile(const csup_json *list, csup_schema *schema, const csup_teams *teams, const csup_impact *impact,
                                 const csup_workflow *workflow, csup_rule *rule, csup_findings *findings);
csup_status csup_rules_lint_loops(const csup_json *section, const csup_rules *rules, const csup_workflow *workflow,
                                  csup_arena *arena, csup_findings *findings);

#endif
