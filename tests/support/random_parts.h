/* The sections of a random policy, each of which adds its text. */
#ifndef CSUP_TESTS_RANDOM_PARTS_H
#define CSUP_TESTS_RANDOM_PARTS_H

#include "support/random_policy.h"

/* Where a condition stands: what it may test. */
typedef enum random_place {
  IN_RULE,    /* every fact */
  IN_MESSAGE, /* also `auto` */
  IN_EVENT,   /* also `auto` and `by` */
  IN_FLOOR,   /* no assessed facts; dimensions by at_least */
  IN_CEILING  /* no assessed facts; dimensions by at_most */
} random_place;

/* A whole condition: "always", one test, or several with all, any and not. */
void random_condition(random_policy *policy, random_source *source, random_place place);
/* ,"when":{...} in some of the cases. */
void random_when(random_policy *policy, random_source *source, random_place place, int percent);

/* Names first, for conditions of one section test what another declares: states, then dimensions and ranks with the model. */
void random_states(random_policy *policy, random_source *source);
void random_impact(random_policy *policy, random_source *source);
void random_workflow(random_policy *policy, random_source *source);
void random_clocks(random_policy *policy, random_source *source);
void random_agreements(random_policy *policy, random_source *source);
void random_escalations(random_policy *policy, random_source *source);

const char *random_calendar(random_source *source); /* the name of one that every random policy has */
/* "PT90M" or "P2D", without quotes; both are short enough to run out in a journal's time. */
void random_measure(random_policy *policy, random_source *source, bool with_days);
void random_use(random_policy *policy, random_feature feature);

#endif
