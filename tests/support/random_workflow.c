/* The section `workflow` of a random policy. */
#include "support/random_parts.h"

#include <string.h>

typedef struct state {
  const char *name, *category, *stage;
} state;

static const state built_in[] = {{"new", "new", NULL},
                                 {"diagnosis", "open", NULL},
                                 {"determination", "open", NULL},
                                 {"development", "open", NULL},
                                 {"delivery", "open", NULL},
                                 {"waiting_customer", "pending", NULL},
                                 {"waiting_third_party", "hold", NULL},
                                 {"resolved", "resolved", NULL},
                                 {"closed", "closed", NULL},
                                 {"merged", "closed", NULL},
                                 {"cancelled", "closed", NULL}};
static const state own[] = {{"fresh", "new", NULL},     {"work", "open", "diagnosis"}, {"build", "open", "development"},
                            {"wait", "pending", NULL},  {"hold", "hold", NULL},        {"done", "resolved", NULL},
                            {"over", "closed", NULL},   {"look", "open", NULL},        {"ask", "pending", NULL},
                            {"dropped", "closed", NULL}};
#define ALWAYS_THERE 7

static void take_state(random_policy *policy, const state *s) {
  policy->can_open[policy->state_count] = strcmp(s->category, "new") == 0 || strcmp(s->category, "open") == 0;
  policy->states[policy->state_count++] = s->name;
}

void random_states(random_policy *policy, random_source *source) {
  if (random_chance(source, 35)) {
    random_use(policy, USES_TIMER);
    for (int i = 0; i < 11; i++)
      take_state(policy, &built_in[i]);
    return;
  }
  random_use(policy, USES_OWN_WORKFLOW);
  for (int i = 0; i < 10; i++)
    if (i < ALWAYS_THERE || random_chance(source, 40))
      take_state(policy, &own[i]);
}

static const state *find_state(const char *name) {
  const state *found = own;
  while (strcmp(found->name, name) != 0)
    found++;
  return found;
}

static void add_states(random_policy *policy) {
  text_add(&policy->json, "\"states\":{");
  for (int i = 0; i < policy->state_count; i++) {
    const state *s = find_state(policy->states[i]);
    text_add(&policy->json, "%s\"%s\":{\"category\":\"%s\"", i > 0 ? "," : "", s->name, s->category);
    if (s->stage)
      text_add(&policy->json, ",\"stage\":\"%s\"", s->stage);
    text_add(&policy->json, "}");
  }
  text_add(&policy->json, "}");
}

static void add_from(random_policy *policy, random_source *source) {
  if (random_chance(source, 50)) {
    text_add(&policy->json, "\"*\"");
    return;
  }
  int count = 1 + random_below(source, 3);
  text_add(&policy->json, "[");
  for (int i = 0; i < count; i++)
    text_add(&policy->json, "%s\"%s\"", i > 0 ? "," : "", policy->states[random_pick_state(policy, source)]);
  text_add(&policy->json, "]");
}

static void add_guards(random_policy *policy, random_source *source, int percent) {
  random_when(policy, source, IN_EVENT, percent);
  if (random_chance(source, percent / 3)) {
    static const char *const facts[] = {"team", "mood", "seats", "impact", "urgency", "resolution"};
    text_add(&policy->json, ",\"requires\":[\"%s\"]", facts[random_below(source, 6)]);
  }
  if (random_chance(source, 30))
    text_add(&policy->json, ",\"because\":\"so it \\\"goes\\\" here\"");
}

static void add_moves(random_policy *policy, random_source *source) {
  static const int quiet[] = {0, 12, 13, 26}; /* opened never moves; the endings are written below, now and then */
  text_add(&policy->json, ",\"moves\":[");
  for (int i = 0; i < policy->state_count; i++) {
    text_add(&policy->json, "%s{\"from\":\"*\",\"on\":\"moved\",\"to\":\"%s\"", i > 0 ? "," : "", policy->states[i]);
    add_guards(policy, source, 20);
    text_add(&policy->json, "}");
  }
  int count = 4 + random_below(source, 10);
  for (int i = 0; i < count; i++) {
    int on = random_below(source, RANDOM_EVENTS);
    for (int k = 0; k < 4; k++)
      on = on == quiet[k] ? 3 + k : on;
    text_add(&policy->json, ",{\"from\":");
    add_from(policy, source);
    text_add(&policy->json, ",\"on\":\"%s\",\"to\":\"%s\"", random_event_names[on],
             random_chance(source, 20) ? "previous" : policy->states[random_pick_state(policy, source)]);
    add_guards(policy, source, 45);
    text_add(&policy->json, "}");
  }
  for (int k = 1; k < 4; k++)
    if (random_chance(source, 70))
      text_add(&policy->json, ",{\"from\":\"*\",\"on\":\"%s\",\"to\":\"over\"}", random_event_names[quiet[k]]);
  text_add(&policy->json, "]");
}

/* A timer leads to a state further down, so that timers never run in a circle. */
static void add_timers(random_policy *policy, random_source *source) {
  int count = random_below(source, 4);
  if (count == 0)
    return;
  random_use(policy, USES_TIMER);
  text_add(&policy->json, ",\"timers\":[");
  for (int i = 0; i < count; i++) {
    int from = random_below(source, policy->state_count - 1);
    int to = from + 1 + random_below(source, policy->state_count - from - 1);
    text_add(&policy->json, "%s{\"in\":\"%s\",\"after\":\"", i > 0 ? "," : "", policy->states[from]);
    random_measure(policy, source, true);
    text_add(&policy->json, "\",\"calendar\":\"%s\",\"to\":\"%s\"", random_calendar(source), policy->states[to]);
    random_when(policy, source, IN_RULE, 35);
    text_add(&policy->json, "}");
  }
  text_add(&policy->json, "]");
}

void random_workflow(random_policy *policy, random_source *source) {
  if ((policy->uses >> USES_OWN_WORKFLOW & 1) == 0)
    return;
  text_add(&policy->json, ",\"workflow\":{\"initial\":\"%s\",", random_chance(source, 90) ? "fresh" : "wait");
  add_states(policy);
  add_moves(policy, source);
  add_timers(policy, source);
  text_add(&policy->json, "}");
}
