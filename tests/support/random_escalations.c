/* The section `escalations` of a random policy. */
#include "support/random_parts.h"

static void add_on_clock(random_policy *policy, random_source *source) {
  static const char *const points[] = {"1%", "50%", "75%", "100%", "150%", "-PT30S", "+PT0S", "+PT20M", "+PT2H", "-P1D", "+P1D"};
  bool is_promise = random_chance(source, 20);
  int point = random_below(source, 11);
  random_use(policy, is_promise ? USES_ON_PROMISE : USES_ON_CLOCK);
  text_add(&policy->json, "\"clock\":\"%s\",\"at\":\"%s\"",
           is_promise ? "promise" : policy->clocks[random_below(source, policy->clock_count)], points[point]);
  if (!random_chance(source, 45))
    return;
  random_use(policy, USES_EVERY);
  text_add(&policy->json, ",\"every\":\"");
  if (point < 5 && random_chance(source, 60)) {
    text_add(&policy->json, "%d%%\",\"times\":%d", 10 + random_below(source, 60), 1 + random_below(source, 5));
    return;
  }
  if (random_chance(source, 15))
    text_add(&policy->json, "P1D");
  else
    text_add(&policy->json, "PT%dM", 1 + random_below(source, 240));
  text_add(&policy->json, "\",\"times\":%d", 1 + random_below(source, 5));
}

/* Returns what the guard may test. */
static random_place add_on(random_policy *policy, random_source *source) {
  static const char *const facts[] = {"contacts", "priority", "state", "category", "mood",    "team",    "level",
                                      "seats",    "vip",      "tier",  "breached", "replies", "reopens", "product"};
  int kind = random_below(source, 100);
  if (kind < 40) {
    add_on_clock(policy, source);
  } else if (kind < 60) {
    random_use(policy, USES_MOVE);
    random_use(policy, USES_ON_EVENT);
    text_add(&policy->json, "\"event\":\"%s\"", random_event_names[random_below(source, RANDOM_EVENTS)]);
    return IN_EVENT;
  } else if (kind < 75) {
    random_use(policy, USES_ON_STATE);
    text_add(&policy->json, "\"state\":\"%s\",\"for\":\"", policy->states[random_pick_state(policy, source)]);
    random_measure(policy, source, true);
    text_add(&policy->json, "\"");
    if (random_chance(source, 70))
      text_add(&policy->json, ",\"calendar\":\"%s\"", random_calendar(source));
  } else if (kind < 90) {
    random_use(policy, USES_ON_FACT);
    text_add(&policy->json, "\"fact\":\"%s\"", facts[random_below(source, 14)]);
  } else {
    random_use(policy, USES_ON_TEAM);
    text_add(&policy->json, "\"team\":\"off_shift\"");
  }
  return IN_RULE;
}

static void add_action(random_policy *policy, random_source *source) {
  int kind = random_below(source, 100);
  bool has_teams = policy->team_count > 0;
  if (kind < 12 && has_teams) {
    text_add(&policy->json, "{\"assign\":[\"%s\",\"%s\"]}", random_team_names[random_below(source, policy->team_count)],
             random_team_names[random_below(source, policy->team_count)]);
  } else if (kind < 24) {
    text_add(&policy->json, "{\"escalate\":{\"level\":%d,\"kind\":\"%s\",\"to\":\"%s\"}}", 1 + random_below(source, 4),
             kind & 1 ? "functional" : "hierarchical", random_team_names[random_below(source, 3)]);
  } else if (kind < 36) {
    if (random_chance(source, 50))
      text_add(&policy->json, "{\"raise_priority\":{\"by\":%d}}", 1 + random_below(source, 2));
    else
      text_add(&policy->json, "{\"raise_priority\":{\"to\":\"P%d\"}}", 1 + random_below(source, policy->priorities));
  } else if (kind < 52) {
    static const char *const sets[] = {"\"vip\",\"value\":true", "\"seats\",\"value\":7", "\"tier\",\"value\":\"premium\"",
                                       "\"product\",\"value\":\"router\"", "\"vip\",\"value\":null"};
    text_add(&policy->json, "{\"set\":{\"field\":%s}}", sets[random_below(source, 5)]);
  } else if (kind < 60) {
    text_add(&policy->json, "{\"move\":\"%s\"}", policy->states[random_pick_state(policy, source)]);
  } else if (kind < 68) {
    text_add(&policy->json, "{\"advise\":{\"topic\":\"tone\",\"say\":\"listen first\"}}");
  } else if (kind < 78) {
    if (random_chance(source, 50))
      text_add(&policy->json, "{\"ask\":null}");
    else
      text_add(&policy->json, "{\"ask\":\"%s\"}", policy->dimensions[random_below(source, policy->dimension_count)].name);
  } else {
    text_add(&policy->json, "{\"notify\":\"lead\"}");
  }
}

void random_escalations(random_policy *policy, random_source *source) {
  static const char *const ways[] = {"fire", "skip", "hold"};
  int count = random_below(source, 8);
  text_add(&policy->json, ",\"escalations\":[");
  for (int i = 0; i < count; i++) {
    text_add(&policy->json, "%s{\"name\":\"rule %d\",\"on\":{", i > 0 ? "," : "", i);
    random_place place = add_on(policy, source);
    text_add(&policy->json, "}");
    random_when(policy, source, place, 40);
    text_add(&policy->json, ",\"do\":[");
    int actions = 1 + random_below(source, 3);
    for (int k = 0; k < actions; k++) {
      text_add(&policy->json, k > 0 ? "," : "");
      add_action(policy, source);
    }
    text_add(&policy->json, "]");
    if (random_chance(source, 30)) {
      static const random_feature uses[] = {USES_FIRE, USES_SKIP, USES_HOLD};
      int way = random_below(source, 3);
      random_use(policy, uses[way]);
      text_add(&policy->json, ",\"hours\":{\"calendar\":\"%s\",\"outside\":\"%s\"}", random_calendar(source), ways[way]);
    }
    text_add(&policy->json, "}");
  }
  text_add(&policy->json, "]");
}
