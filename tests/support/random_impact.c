/* The section `impact` of a random policy. */
#include "support/random_parts.h"

static const char *const names[] = {"reach", "harm", "haste", "value"};
static const char *const levels[4][4] = {{"one", "some", "most", "all"},
                                         {"none", "small", "big", "huge"},
                                         {"later", "soon", "today", "now"},
                                         {"low", "mid", "high", "top"}};

static void know_built_in(random_policy *policy) {
  static const struct {
    const char *name, *levels[4];
    int count;
  } known[] = {{"service", {"question", "cosmetic", "degraded", "down"}, 4},
               {"scope", {"one", "team", "site", "everyone"}, 4},
               {"process", {"none", "supporting", "important", "core"}, 4},
               {"money", {"none", "some", "heavy"}, 3},
               {"safety", {"none", "possible", "exposed"}, 3},
               {"workaround", {"full", "partial", "none"}, 3},
               {"deadline", {"none", "week", "day", "now"}, 4},
               {"contact", {"none", "hours", "always"}, 3}};
  policy->dimension_count = 8;
  for (int i = 0; i < 8; i++) {
    policy->dimensions[i].name = known[i].name;
    policy->dimensions[i].level_count = known[i].count;
    for (int k = 0; k < known[i].count; k++)
      policy->dimensions[i].levels[k] = known[i].levels[k];
  }
  policy->severities = policy->urgencies = 4;
  policy->priorities = 5;
}

static void add_dimensions(random_policy *policy, random_source *source) {
  policy->dimension_count = 1 + random_below(source, 4);
  text_add(&policy->json, "\"dimensions\":[");
  for (int i = 0; i < policy->dimension_count; i++) {
    int count = 2 + random_below(source, 3), points = random_below(source, 3);
    policy->dimensions[i].name = names[i];
    policy->dimensions[i].level_count = count;
    text_add(&policy->json,
             "%s{\"name\":\"%s\",\"code\":\"D%d\",\"group\":\"%s\",\"ask\":\"What about %s?\",\"default\":\"%s\",\"levels\":[",
             i > 0 ? "," : "", names[i], i, random_chance(source, 60) ? "impact" : "urgency", names[i],
             levels[i][random_below(source, count)]);
    for (int k = 0; k < count; k++) {
      policy->dimensions[i].levels[k] = levels[i][k];
      text_add(&policy->json, "%s{\"name\":\"%s\",\"code\":\"L%d\",\"points\":%d}", k > 0 ? "," : "", levels[i][k], k, points);
      points += 1 + random_below(source, 50);
    }
    text_add(&policy->json, "]}");
  }
  text_add(&policy->json, "]");
}

static void add_thresholds(random_policy *policy, random_source *source, int bands) {
  int threshold = 1000;
  text_add(&policy->json, "[");
  for (int i = 1; i < bands; i++)
    text_add(&policy->json, "%s%d", i > 1 ? "," : "", threshold -= 1 + random_below(source, 900 / bands));
  text_add(&policy->json, "]");
}

static void add_matrix(random_policy *policy, random_source *source) {
  int above[4] = {1, 1, 1, 1}, most = 1;
  text_add(&policy->json, ",\"priority\":[");
  for (int s = 0; s < policy->severities; s++) {
    int before = 1;
    text_add(&policy->json, "%s[", s > 0 ? "," : "");
    for (int u = 0; u < policy->urgencies; u++) {
      int cell = (above[u] > before ? above[u] : before) + (random_chance(source, 45) ? 1 : 0);
      cell = cell > 6 ? 6 : cell;
      above[u] = before = cell;
      most = cell > most ? cell : most;
      text_add(&policy->json, "%s\"P%d\"", u > 0 ? "," : "", cell);
    }
    text_add(&policy->json, "]");
  }
  text_add(&policy->json, "]");
  policy->priorities = most;
}

static void add_rules(random_policy *policy, random_source *source) {
  static const char *const lists[] = {"floors", "ceilings"};
  for (int list = 0; list < 2; list++) {
    int count = random_below(source, 3);
    text_add(&policy->json, ",\"%s\":[", lists[list]);
    for (int i = 0; i < count; i++) {
      text_add(&policy->json, "%s{\"when\":", i > 0 ? "," : "");
      random_condition(policy, source, list == 0 ? IN_FLOOR : IN_CEILING);
      text_add(&policy->json, ",\"severity\":\"S%d\",\"because\":\"a rule\"}", 1 + random_below(source, policy->severities));
    }
    text_add(&policy->json, "]");
  }
  int count = random_below(source, 3);
  text_add(&policy->json, ",\"shifts\":[");
  for (int i = 0; i < count; i++) {
    bool up = random_chance(source, 60);
    text_add(&policy->json, "%s{\"when\":", i > 0 ? "," : "");
    random_condition(policy, source, up ? IN_FLOOR : IN_CEILING);
    text_add(&policy->json, ",\"urgency\":%d}", up ? 1 : -1);
  }
  text_add(&policy->json, "],\"shift_most\":%d", 1 + random_below(source, 2));
}

void random_impact(random_policy *policy, random_source *source) {
  if (random_chance(source, 40)) {
    know_built_in(policy);
    return;
  }
  random_use(policy, USES_OWN_IMPACT);
  policy->severities = 1 + random_below(source, 4);
  policy->urgencies = 1 + random_below(source, 4);
  text_add(&policy->json, ",\"impact\":{\"code\":\"RND\",");
  add_dimensions(policy, source);
  text_add(&policy->json, ",\"bands\":{\"impact\":");
  add_thresholds(policy, source, policy->severities);
  text_add(&policy->json, ",\"urgency\":");
  add_thresholds(policy, source, policy->urgencies);
  text_add(&policy->json, "}");
  add_matrix(policy, source);
  add_rules(policy, source);
  text_add(&policy->json, "}");
}
