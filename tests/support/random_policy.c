#include "support/random_policy.h"

#include "support/random_parts.h"

#include <string.h>

const char *const random_feature_names[USES_COUNT] = {
    "is",          "is_not",       "in",        "not_in", "at_least",  "at_most",     "above",         "below",
    "set",         "all",          "any",       "not",    "recompute", "keep",        "from_now",      "proportional",
    "once",        "each",         "resume",    "total",  "restart",   "close",       "open",          "day_end",
    "sla",         "ola",          "uc",        "warn",   "days",      "by severity", "timer",         "reset",
    "resume item", "own workflow", "own model", "dst",    "on clock",  "on promise",  "on event",      "on state",
    "on fact",     "on team",      "every",     "hold",   "skip",      "fire",        "move by a rule"};

const char *const random_team_names[RANDOM_TEAMS] = {"sofia", "lima", "night"};

const char *const random_event_names[RANDOM_EVENTS] = {
    "opened",    "acknowledged", "assigned", "customer_message", "agent_message", "note",      "answered",    "moved",
    "proposed",  "accepted",     "rejected", "reopened",         "closed",        "cancelled", "promised",    "fulfilled",
    "withdrawn", "requested",    "provided", "overridden",       "released",      "escalated", "deescalated", "changed",
    "rated",     "spent",        "merged"};

static const char *const calendars[] = {"always", "office", "york", "nights", "short"};

void random_use(random_policy *policy, random_feature feature) {
  policy->uses |= UINT64_C(1) << feature;
}

const char *random_calendar(random_source *source) {
  return calendars[random_below(source, 5)];
}

int random_pick_state(const random_policy *policy, random_source *source) {
  return random_below(source, policy->state_count);
}

void random_measure(random_policy *policy, random_source *source, bool with_days) {
  int kind = random_below(source, with_days ? 100 : 70);
  if (kind < 25)
    text_add(&policy->json, "PT%dM", 1 + random_below(source, 90));
  else if (kind < 60)
    text_add(&policy->json, "PT%dH", 1 + random_below(source, 12));
  else if (kind < 67)
    text_add(&policy->json, "PT%dH%dM", 10 + random_below(source, 30), 1 + random_below(source, 59));
  else if (kind < 70)
    text_add(&policy->json, "PT%dS", 1 + random_below(source, 200));
  else {
    random_use(policy, USES_DAYS);
    text_add(&policy->json, "P%dD", 1 + random_below(source, 4));
  }
}

/* Changes of clocks lie within reach of journals that begin near them; see random_opening(). */
static void add_calendars(random_policy *policy, random_source *source) {
  static const char *const offices[] = {
      "Mo-Fr 09:00-18:00; PH off",
      "Mo-Fr 08:30-12:00,13:00-17:00; Sa 10:00-14:00; PH off",
      "Mo-Fr 00:00-24:00",
      "Mo-Sa 09:00-17:00; Nov Th[4] off; 2026 Dec 24 09:00-12:00",
  };
  static const char *const nights[] = {"Mo-Su 22:00-06:00", "Fr,Sa 20:00-28:00, Mo-Th 01:30-03:30",
                                       "Mo-Su 00:00-02:30,23:00-24:00"};
  static const char *const zones[] = {"Europe/Sofia", "America/New_York", "Australia/Lord_Howe", "UTC"};
  int zone = random_below(source, 4);
  if (zone < 3)
    random_use(policy, USES_DST);
  text_add(&policy->json, ",\"calendars\":{\"always\":{\"zone\":\"UTC\",\"hours\":\"24/7\"}");
  text_add(&policy->json,
           ",\"office\":{\"zone\":\"%s\",\"hours\":\"%s\",\"holidays\":[\"2026-03-03\",{\"date\":\"2026-12-25\",\"name\":"
           "\"Christmas Day\"}]}",
           zones[zone], offices[random_below(source, 4)]);
  text_add(&policy->json, ",\"york\":{\"zone\":\"America/New_York\",\"hours\":\"%s\"}",
           random_chance(source, 50) ? "24/7" : "Mo-Su 01:00-03:00,10:00-16:00");
  text_add(&policy->json, ",\"nights\":{\"zone\":\"%s\",\"hours\":\"%s\"}", zones[random_below(source, 4)],
           nights[random_below(source, 3)]);
  text_add(&policy->json, ",\"short\":{\"zone\":\"UTC\",\"hours\":\"%s\"}}",
           random_chance(source, 50) ? "Mo-Fr 10:00-10:30" : "Tu 12:00-13:00, Fr 09:00-09:01");
}

static void add_teams(random_policy *policy, random_source *source) {
  policy->team_count = random_below(source, RANDOM_TEAMS + 1);
  text_add(&policy->json, ",\"teams\":{");
  for (int i = 0; i < policy->team_count; i++) {
    text_add(&policy->json, "%s\"%s\":{\"tier\":%d", i > 0 ? "," : "", random_team_names[i], 1 + i);
    if (random_chance(source, 80))
      text_add(&policy->json, ",\"calendar\":\"%s\"", random_calendar(source));
    text_add(&policy->json, "}");
  }
  text_add(&policy->json, "}");
}

void random_policy_draw(random_policy *policy, random_source *source, bool rules) {
  text_buffer kept = policy->json;
  *policy = (random_policy){.json = kept};
  text_clear(&policy->json);
  text_add(&policy->json, "{\"csupport\":1,\"name\":\"random\",\"version\":\"1\"");
  text_add(&policy->json,
           ",\"fields\":{\"tier\":[\"standard\",\"premium\",\"platinum\"],\"product\":\"text\",\"seats\":\"number\","
           "\"vip\":\"flag\",\"mood\":\"number\"}");
  add_calendars(policy, source);
  add_teams(policy, source);
  static const char *const clocks[] = {"acknowledge", "first_response", "next_response", "update",
                                       "workaround",  "resolution",     "own",           "other"};
  policy->clock_count = 6 + random_below(source, 3);
  memcpy(policy->clocks, clocks, sizeof clocks);
  random_states(policy, source);
  random_impact(policy, source);
  random_workflow(policy, source);
  random_clocks(policy, source);
  random_agreements(policy, source);
  if (rules)
    random_escalations(policy, source);
  text_add(&policy->json, "}");
}

void random_policy_free(random_policy *policy) {
  text_free(&policy->json);
}
