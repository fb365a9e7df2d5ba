#include "support/random_parts.h"

#include <string.h>

typedef enum value_kind { NUMBER, FLAG, WORDS, ORDERED, FREE_TEXT, NAME_SET } value_kind;

typedef struct subject {
  const char *name;
  value_kind kind;
  const char *values[12];
  int count;
} subject;

static const subject fixed[] = {
    {"category", WORDS, {"new", "open", "pending", "hold", "resolved", "closed"}, 6},
    {"stage", WORDS, {"diagnosis", "determination", "development", "delivery"}, 4},
    {"mood", ORDERED, {"calm", "frustrated", "angry"}, 3},
    {"contacts", NUMBER, {NULL}, 4},
    {"replies", NUMBER, {NULL}, 3},
    {"reopens", NUMBER, {NULL}, 2},
    {"rejections", NUMBER, {NULL}, 2},
    {"reassignments", NUMBER, {NULL}, 2},
    {"team", FREE_TEXT, {"sofia", "lima", "night", "nobody"}, 4},
    {"agent", FREE_TEXT, {"ann", "bob"}, 2},
    {"channel", FREE_TEXT, {"mail", "phone"}, 2},
    {"resolution", WORDS, {"full", "workaround", "partial"}, 3},
    {"cause", FREE_TEXT, {"defect", "question"}, 2},
    {"tier", ORDERED, {"standard", "premium", "platinum"}, 3},
    {"product", FREE_TEXT, {"router", "phone"}, 2},
    {"seats", NUMBER, {NULL}, 50},
    {"vip", FLAG, {NULL}, 0},
    {"field.mood", NUMBER, {NULL}, 3},
};
#define FIXED ((int)(sizeof fixed / sizeof fixed[0]))

static const char *const priorities[] = {"P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9"};
static const char *const severities[] = {"S1", "S2", "S3", "S4", "S5"};
static const char *const urgencies[] = {"U1", "U2", "U3", "U4", "U5"};
static const char *const impacts[] = {"I1", "I2", "I3", "I4", "I5"};

static subject words(const char *name, value_kind kind, const char *const *values, int count) {
  subject out = {.name = name, .kind = kind, .count = count};
  memcpy(out.values, values, (size_t)count * sizeof *values);
  return out;
}

/* Facts whose values the policy itself names, or that only some places may test. */
static subject draw_subject(const random_policy *policy, random_source *source, random_place place) {
  bool bound = place == IN_FLOOR || place == IN_CEILING;
  int kind = random_below(source, bound ? 70 : 100);
  if (place == IN_MESSAGE && kind < 25)
    return (subject){.name = "auto", .kind = FLAG};
  if (place == IN_EVENT && kind < 10)
    return (subject){.name = kind < 5 ? "auto" : "by",
                     .kind = kind < 5 ? FLAG : WORDS,
                     .values = {"agent", "customer"},
                     .count = kind < 5 ? 0 : 2};
  if (kind < 8)
    return words("state", WORDS, policy->states, policy->state_count);
  if (kind < 70)
    return fixed[random_below(source, FIXED)];
  if (kind < 78)
    return words("priority", ORDERED, priorities, policy->priorities);
  if (kind < 83)
    return words("severity", ORDERED, severities, policy->severities);
  if (kind < 86)
    return words("urgency", ORDERED, urgencies, policy->urgencies);
  if (kind < 89)
    return words("impact", ORDERED, impacts, policy->severities);
  if (kind < 91)
    return (subject){.name = "score", .kind = NUMBER, .count = 2000};
  if (kind < 94)
    return (subject){.name = "level", .kind = NUMBER, .count = 3};
  return words("breached", NAME_SET, policy->clocks, policy->clock_count);
}

static void add_value(random_policy *policy, random_source *source, const subject *of) {
  if (of->kind == NUMBER)
    text_add(&policy->json, "%d", random_below(source, of->count + 1));
  else if (of->kind == FLAG)
    text_add(&policy->json, "%s", random_chance(source, 50) ? "true" : "false");
  else
    text_add(&policy->json, "\"%s\"", of->values[random_below(source, of->count)]);
}

static void add_values(random_policy *policy, random_source *source, const subject *of) {
  int count = 1 + random_below(source, 3);
  text_add(&policy->json, "[");
  for (int i = 0; i < count; i++) {
    text_add(&policy->json, i > 0 ? "," : "");
    add_value(policy, source, of);
  }
  text_add(&policy->json, "]");
}

static void add_operator(random_policy *policy, random_source *source, const subject *of) {
  static const char *const names[] = {"is", "is_not", "in", "not_in", "at_least", "at_most", "above", "below", "set"};
  bool ordered = of->kind == NUMBER || of->kind == ORDERED;
  int operation = random_below(source, ordered ? 9 : 5);
  if (!ordered && operation == 4)
    operation = 8;
  random_use(policy, (random_feature)(USES_IS + operation));
  bool is_short = (operation == 0 || operation == 2) && random_chance(source, 50);
  if (!is_short)
    text_add(&policy->json, "{\"%s\":", names[operation]);
  if (operation == 8)
    text_add(&policy->json, "%s", random_chance(source, 70) ? "true" : "false");
  else if (operation == 2 || operation == 3)
    add_values(policy, source, of);
  else
    add_value(policy, source, of);
  text_add(&policy->json, is_short ? "" : "}");
}

static void add_dimension(random_policy *policy, random_source *source, random_place place) {
  int index = random_below(source, policy->dimension_count);
  subject of =
      words(policy->dimensions[index].name, ORDERED, policy->dimensions[index].levels, policy->dimensions[index].level_count);
  text_add(&policy->json, "\"dimension.%s\":", of.name);
  if (place != IN_FLOOR && place != IN_CEILING) {
    add_operator(policy, source, &of);
    return;
  }
  random_use(policy, place == IN_FLOOR ? USES_AT_LEAST : USES_AT_MOST);
  text_add(&policy->json, "{\"%s\":", place == IN_FLOOR ? "at_least" : "at_most");
  add_value(policy, source, &of);
  text_add(&policy->json, "}");
}

static void add_test(random_policy *policy, random_source *source, random_place place, bool negated) {
  bool bound = place == IN_FLOOR || place == IN_CEILING;
  if (random_chance(source, bound ? 40 : 12) && !(bound && negated)) {
    add_dimension(policy, source, place);
    return;
  }
  subject of = draw_subject(policy, source, place);
  text_add(&policy->json, "\"%s\":", of.name);
  add_operator(policy, source, &of);
}

static void add_condition(random_policy *policy, random_source *source, random_place place, bool negated, int depth) {
  int kind = depth > 1 ? 0 : random_below(source, 100);
  text_add(&policy->json, "{");
  if (kind < 55) {
    add_test(policy, source, place, negated);
  } else if (kind < 85) {
    bool all = kind < 68;
    random_use(policy, all ? USES_ALL : USES_ANY);
    text_add(&policy->json, "\"%s\":[", all ? "all" : "any");
    add_condition(policy, source, place, negated, depth + 1);
    text_add(&policy->json, ",");
    add_condition(policy, source, place, negated, depth + 1);
    text_add(&policy->json, "]");
  } else {
    random_use(policy, USES_NOT);
    text_add(&policy->json, "\"not\":");
    add_condition(policy, source, place, true, depth + 1);
  }
  text_add(&policy->json, "}");
}

void random_condition(random_policy *policy, random_source *source, random_place place) {
  if (random_chance(source, 6))
    text_add(&policy->json, "\"always\"");
  else
    add_condition(policy, source, place, false, 0);
}

void random_when(random_policy *policy, random_source *source, random_place place, int percent) {
  if (!random_chance(source, percent))
    return;
  text_add(&policy->json, ",\"when\":");
  random_condition(policy, source, place);
}
