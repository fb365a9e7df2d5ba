/* The sections `clocks` and `agreements` of a random policy. */
#include "support/random_parts.h"

#include <string.h>

static const char *const agains[] = {"once", "each", "resume", "total", "restart"};

static void add_event_item(random_policy *policy, random_source *source, int when) {
  static const char *const likely[] = {"customer_message", "agent_message", "acknowledged", "assigned", "moved",
                                       "answered",         "proposed",      "requested",    "provided", "escalated"};
  text_add(&policy->json, "{\"event\":");
  if (random_chance(source, 25))
    text_add(&policy->json, "[\"%s\",\"%s\"]", likely[random_below(source, 5)], likely[5 + random_below(source, 5)]);
  else
    text_add(&policy->json, "\"%s\"", likely[random_below(source, 10)]);
  random_when(policy, source, IN_MESSAGE, when);
  text_add(&policy->json, "}");
}

static void add_level_item(random_policy *policy, random_source *source, const char *category) {
  int kind = random_below(source, 10);
  if (kind < 6)
    text_add(&policy->json, "{\"category\":\"%s\"}", category);
  else if (kind < 8)
    text_add(&policy->json, "{\"state\":\"%s\"}", policy->states[random_pick_state(policy, source)]);
  else {
    text_add(&policy->json, "{\"category\":[\"open\",\"%s\"],\"when\":", category);
    random_condition(policy, source, IN_RULE);
    text_add(&policy->json, "}");
  }
}

/* A clock that starts soon, pauses often and comes back. */
static void add_clock(random_policy *policy, random_source *source, const char *name, const char *comma) {
  int again = random_below(source, 5);
  random_use(policy, (random_feature)(USES_ONCE + again));
  text_add(&policy->json, "%s\"%s\":{\"again\":\"%s\",\"start\":[", comma, name, agains[again]);
  if (random_chance(source, 70))
    text_add(&policy->json, "{\"event\":\"opened\"}");
  else
    add_event_item(policy, source, 30);
  if (random_chance(source, 30)) {
    text_add(&policy->json, ",");
    add_level_item(policy, source, "open");
  }
  text_add(&policy->json, "],\"stop\":[");
  if (random_chance(source, 60))
    text_add(&policy->json, "{\"category\":[\"resolved\",\"closed\"]}");
  else
    add_event_item(policy, source, 40);
  text_add(&policy->json, "]");
  if (random_chance(source, 25)) {
    text_add(&policy->json, ",\"cancel\":[");
    add_event_item(policy, source, 50);
    text_add(&policy->json, "]");
  }
  if (random_chance(source, 25)) {
    random_use(policy, USES_RESET);
    text_add(&policy->json, ",\"reset\":[");
    add_event_item(policy, source, 30);
    text_add(&policy->json, "]");
  }
  if (random_chance(source, 75)) {
    text_add(&policy->json, ",\"pause\":[");
    add_level_item(policy, source, "pending");
    if (random_chance(source, 30)) {
      random_use(policy, USES_RESUME_ITEM);
      text_add(&policy->json, ",");
      add_event_item(policy, source, 30);
      text_add(&policy->json, "],\"resume\":[{\"category\":\"open\"}");
    }
    text_add(&policy->json, "]");
  }
  text_add(&policy->json, "}");
}

void random_clocks(random_policy *policy, random_source *source) {
  bool replaced = random_chance(source, 40);
  /* The built-in ones are `once`, `each` and `resume`. */
  random_use(policy, USES_ONCE);
  random_use(policy, USES_EACH);
  if (!replaced)
    random_use(policy, USES_RESUME);
  if (policy->clock_count == 6 && !replaced)
    return;
  const char *comma = "";
  text_add(&policy->json, ",\"clocks\":{");
  if (replaced) {
    int again = 2 + random_below(source, 3);
    random_use(policy, (random_feature)(USES_ONCE + again));
    text_add(&policy->json,
             "\"resolution\":{\"start\":[{\"event\":\"opened\"}],\"stop\":[{\"category\":[\"resolved\",\"closed\"]}],"
             "\"pause\":[{\"category\":[\"pending\",\"hold\"]}],\"again\":\"%s\"}",
             agains[again]);
    comma = ",";
  }
  for (int i = 6; i < policy->clock_count; i++) {
    add_clock(policy, source, policy->clocks[i], comma);
    comma = ",";
  }
  text_add(&policy->json, "}");
}

static void add_rank_map(random_policy *policy, random_source *source, bool by_severity, bool is_calendar) {
  int ranks = by_severity ? policy->severities : policy->priorities;
  bool any = false;
  text_add(&policy->json, "{");
  for (int i = 1; i <= ranks; i++) {
    if (random_chance(source, 35))
      continue;
    text_add(&policy->json, "%s\"%c%d\":\"", any ? "," : "", by_severity ? 'S' : 'P', i);
    if (is_calendar)
      text_add(&policy->json, "%s", random_calendar(source));
    else
      random_measure(policy, source, true);
    text_add(&policy->json, "\"");
    any = true;
  }
  /* Without `*` a rank may have no target. */
  if (!any || random_chance(source, is_calendar ? 90 : 65)) {
    text_add(&policy->json, "%s\"*\":\"", any ? "," : "");
    if (is_calendar)
      text_add(&policy->json, "%s", random_calendar(source));
    else
      random_measure(policy, source, true);
    text_add(&policy->json, "\"");
  }
  text_add(&policy->json, "}");
}

static void add_by_rank(random_policy *policy, random_source *source, bool by_severity, bool is_calendar) {
  text_add(&policy->json, ",\"%s\":", is_calendar ? "calendar" : "within");
  if (random_chance(source, 65)) {
    add_rank_map(policy, source, by_severity, is_calendar);
    return;
  }
  text_add(&policy->json, "\"");
  if (is_calendar)
    text_add(&policy->json, "%s", random_calendar(source));
  else
    random_measure(policy, source, true);
  text_add(&policy->json, "\"");
}

static void add_warnings(random_policy *policy, random_source *source) {
  static const char *const lists[] = {"\"75%\"",   "\"50%\",\"90%\"",     "\"1%\",\"33%\",\"99%\"",          "\"50%\",\"-PT30S\"",
                                      "\"-PT1S\"", "\"-P1D\",\"-PT20S\"", "\"10%\",\"20%\",\"30%\",\"-P1D\""};
  if (random_chance(source, 35))
    return;
  random_use(policy, USES_WARN);
  text_add(&policy->json, ",\"warn\":[%s]", lists[random_below(source, 7)]);
}

static void add_target(random_policy *policy, random_source *source, const char *clock, const char *comma) {
  static const char *const changes[] = {"recompute", "keep", "from_now", "proportional"};
  static const char *const landings[] = {"close", "open", "day_end"};
  bool by_severity = random_chance(source, 25);
  int change = random_below(source, 4), lands = random_below(source, 3);
  if (by_severity)
    random_use(policy, USES_BY_SEVERITY);
  random_use(policy, (random_feature)(USES_RECOMPUTE + change));
  random_use(policy, (random_feature)(USES_CLOSE + lands));
  text_add(&policy->json, "%s\"%s\":{\"by\":\"%s\",\"on_change\":\"%s\",\"lands\":\"%s\"", comma, clock,
           by_severity ? "severity" : "priority", changes[change], landings[lands]);
  add_by_rank(policy, source, by_severity, false);
  add_by_rank(policy, source, by_severity, true);
  add_warnings(policy, source);
  text_add(&policy->json, "}");
}

void random_agreements(random_policy *policy, random_source *source) {
  static const char *const kinds[] = {"sla", "ola", "uc"};
  int count = random_chance(source, 5) ? 0 : 1 + random_below(source, 4);
  text_add(&policy->json, ",\"agreements\":[");
  for (int i = 0; i < count; i++) {
    int kind = random_chance(source, 55) ? 0 : random_below(source, 3);
    random_use(policy, (random_feature)(USES_SLA + kind));
    text_add(&policy->json, "%s{\"name\":\"agreement %d\",\"kind\":\"%s\"", i > 0 ? "," : "", i, kinds[kind]);
    random_when(policy, source, IN_RULE, 55);
    if (random_chance(source, 10))
      text_add(&policy->json, ",\"from\":\"2026-03-29T00:00:00Z\"");
    if (random_chance(source, 10))
      text_add(&policy->json, ",\"until\":\"2026-10-25T00:30:00Z\"");
    text_add(&policy->json, ",\"targets\":{");
    const char *comma = "";
    for (int clock = 0; clock < policy->clock_count; clock++) {
      if (random_chance(source, 35))
        continue;
      add_target(policy, source, policy->clocks[clock], comma);
      comma = ",";
    }
    text_add(&policy->json, "}}");
  }
  text_add(&policy->json, "]");
}
