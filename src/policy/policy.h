/* A policy: the sections of one document, compiled by their rooms and kept together. Immutable once parsed. */
#ifndef CSUP_POLICY_POLICY_H
#define CSUP_POLICY_POLICY_H

#include "base/findings.h"
#include "csupport/policy.h"
#include "sla/escalation.h"

#include <stdatomic.h>

/* A list of rules, in document order. */
typedef struct csup_rule_list {
  const int32_t *items;
  int32_t count;
} csup_rule_list;

/* What a case asks of every rule at every event, apart from the rest, so that it lies together. */
typedef struct csup_rule_key {
  uint8_t watch;    /* csup_watch */
  uint8_t promises; /* it watches promises */
  int16_t slot;     /* of a fact rule */
  int32_t track;    /* that it watches; -1: none, or promises */
  int32_t hold;     /* counts the rules that may hold a firing until their hours; -1: it never does */
} csup_rule_key;

/* A clock as one kind of agreement sees it (C2). */
typedef struct csup_track_kind {
  int32_t clock;
  int32_t kind; /* index of the agreement kind */
} csup_track_kind;

/* The lists of a clock whose levels count as long as they hold, as bits. */
enum {
  CSUP_LEVEL_STOP = 1,
  CSUP_LEVEL_CANCEL = 2,
  CSUP_LEVEL_PAUSE = 4,
  CSUP_LEVEL_ASKS = 8 /* how far the bits of those that ask a condition are shifted */
};

struct csup_policy {
  csup_arena arena; /* everything below, but for the calendars' own memory */
  atomic_size_t references;
  const char *name;
  const char *version;
  uint64_t fingerprint;
  csup_symbols symbols;
  csup_schema schema;
  csup_calendars calendars;
  csup_impact *impact;
  csup_workflow *workflow;
  csup_clocks clocks;
  csup_teams teams;
  csup_agreements agreements;
  csup_rules rules;
  csup_findings findings;
  /* The rest is found from the above, for the case to look up at every event. */
  csup_track_kind *tracks; /* by clock, then kind: where an agreement of that kind targets the clock */
  int32_t track_count;
  int32_t *first_tracks;       /* by clock, and one more: the clock's tracks are [first_tracks[clock], first_tracks[clock + 1]) */
  csup_rule_key *rule_keys;    /* by rule */
  csup_rule_list *track_rules; /* by track: those that watch it */
  csup_rule_list event_rules[CSUP_EVENT_KINDS + 1]; /* by event */
  csup_rule_list state_rules;
  csup_rule_list fact_rules;
  csup_rule_list promise_rules;
  bool has_team_rules;
  int32_t hold_count;
  bool has_shares; /* some target takes over an unused share of another (`proportional`) */
  bool has_levels; /* some clock has a level in start, reset or resume, which counts when it becomes true */
  /* Which slots, when they change, make the case assess anew, choose agreements anew, look at its clocks again. */
  uint8_t assess_reads[CSUP_FACTS_MAX];
  uint8_t agreement_reads[CSUP_FACTS_MAX];
  uint8_t clock_reads[CSUP_FACTS_MAX]; /* state, category, stage and what the clocks' items test */
  uint8_t rule_reads[CSUP_FACTS_MAX];  /* what rules on facts watch */
  /* Sets of clocks, a bit for each: those that a changed slot concerns without any event, those that an event concerns by itself
     ([0]: a step without one), and all. */
  uint64_t slot_clocks[CSUP_FACTS_MAX];
  uint64_t event_clocks[CSUP_EVENT_KINDS + 1];
  uint64_t all_clocks;
  uint8_t *state_classes; /* by state, then clock: between two states of one class the clock sees no difference */
  uint16_t *state_levels; /* by state, then clock: CSUP_LEVEL_* of the lists with a level that holds there, whatever the facts; in
                             the high byte of those with one that asks a condition too */
};

/* Compiles the `calendars` section; `always` is added. */
csup_status csup_policy_calendars(csup_policy *policy, const csup_json *section, const csup_zone *const *zones,
                                  size_t zone_count);

/* lookup.c: fills what is found from the compiled sections. */
csup_status csup_policy_lay_out(csup_policy *policy);
/* The clocks to which a move from one state to another can make a difference, leaving aside what conditions say of the state. */
uint64_t csup_policy_state_clocks(const csup_policy *policy, int32_t from, int32_t to);

#endif
