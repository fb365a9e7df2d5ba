#include "support/random_journal.h"

#include "support/naive_date.h"

#include <inttypes.h>

#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

int64_t random_opening(random_source *source) {
  /* Sofia, New York and Lord Howe change their clocks on these days of 2026. */
  static const int days[][2] = {{3, 8}, {3, 29}, {4, 5}, {10, 4}, {10, 25}, {11, 1}, {2, 27}, {12, 23}};
  const int *day = days[random_below(source, 8)];
  int64_t at = naive_day(2026, day[0], day[1]) * DAY - random_between(source, 0, 4 * 24) * HOUR;
  return at + (random_chance(source, 50) ? random_between(source, 0, HOUR) : random_between(source, 0, 60) * MINUTE);
}

int64_t random_instant(random_source *source, int64_t now, int64_t wakeup) {
  int kind = random_below(source, 100);
  if (kind < 30 && wakeup != RANDOM_NEVER && wakeup - 2 > now && wakeup < now + 30 * DAY)
    return wakeup + random_between(source, -2, 1);
  if (kind < 36)
    return now;
  if (kind < 40)
    return now + random_between(source, 1, 3);
  if (kind < 55)
    return now + random_between(source, 1, 58) * SECOND;
  if (kind < 70)
    return now + random_between(source, 1, 90) * MINUTE;
  if (kind < 88)
    return now + random_between(source, 1, 30) * HOUR;
  if (kind < 98)
    return now + random_between(source, 1, 6 * 24 * 60) * MINUTE;
  return now + random_between(source, 1, 40) * DAY;
}

void random_write_instant(text_buffer *line, int64_t at) {
  naive_date date = naive_date_of(at / DAY);
  int64_t rest = at % DAY;
  text_add(line, "%04d-%02d-%02dT%02d:%02d:%02d", date.year, date.month, date.day, (int)(rest / HOUR), (int)(rest / MINUTE % 60),
           (int)(rest / SECOND % 60));
  if (rest % SECOND != 0)
    text_add(line, ".%06d", (int)(rest % SECOND));
  text_add(line, "Z");
}

static const char *pick(random_source *source, const char *const *words, int count) {
  return words[random_below(source, count)];
}

static const char *const moods[] = {"calm", "frustrated", "angry"};
static const char *const agents[] = {"ann", "bob", "cy"};
static const char *const promises[] = {"call back", "estimate", "news"};
static const char *const things[] = {"logs", "a screenshot"};

static const char *team(random_source *source) {
  return random_chance(source, 85) ? pick(source, random_team_names, RANDOM_TEAMS) : "nobody";
}

static void add_later(text_buffer *line, random_source *source, const char *member, int64_t at) {
  text_add(line, ",\"%s\":\"", member);
  random_write_instant(line, at + (random_chance(source, 30) ? 1 : random_between(source, 1, 50 * 60) * MINUTE));
  text_add(line, "\"");
}

static void add_field_value(text_buffer *line, random_source *source, int field) {
  static const char *const tiers[] = {"\"standard\"", "\"premium\"", "\"platinum\"", "null"};
  static const char *const products[] = {"\"router\"", "\"phone\"", "\"something else\"", "null"};
  static const char *const flags[] = {"true", "false", "null"};
  switch (field) {
  case 0:
    text_add(line, "%s", pick(source, tiers, 4));
    break;
  case 1:
    text_add(line, "%s", pick(source, products, 4));
    break;
  case 2:
    text_add(line, "%d", random_below(source, 60));
    break;
  case 3:
    text_add(line, "%s", pick(source, flags, 3));
    break;
  default:
    text_add(line, "%d", random_below(source, 4));
    break;
  }
}

static const char *const fields[] = {"tier", "product", "seats", "vip", "mood"};

static void add_opened(text_buffer *line, const random_policy *policy, random_source *source) {
  text_add(line, "\"event\":\"opened\"");
  if (random_chance(source, 60)) {
    int first = random_below(source, 5), second = (first + 1 + random_below(source, 4)) % 5;
    text_add(line, ",\"fields\":{\"%s\":", fields[first]);
    add_field_value(line, source, first);
    text_add(line, ",\"%s\":", fields[second]);
    add_field_value(line, source, second);
    text_add(line, "}");
  }
  if (random_chance(source, 40))
    text_add(line, ",\"channel\":\"%s\"", random_chance(source, 50) ? "mail" : "phone");
  if (random_chance(source, 40))
    text_add(line, ",\"mood\":\"%s\"", pick(source, moods, 3));
  if (random_chance(source, 50))
    text_add(line, ",\"team\":\"%s\"", team(source));
  if (random_chance(source, 15)) {
    int state = random_pick_state(policy, source);
    while (!policy->can_open[state])
      state = (state + 1) % policy->state_count;
    text_add(line, ",\"state\":\"%s\"", policy->states[state]);
  }
}

/* How likely each event is, in the order of random_event_names. */
static const int weights[RANDOM_EVENTS] = {0, 4, 5, 12, 12, 3, 10, 22, 5, 4, 4, 4, 2, 1, 5, 3, 2, 4, 4, 6, 4, 4, 3, 8, 3, 3, 1};

static int draw_kind(random_source *source) {
  int all = 0, kind = 0;
  for (int i = 0; i < RANDOM_EVENTS; i++)
    all += weights[i];
  for (int rest = random_below(source, all); rest >= weights[kind]; kind++)
    rest -= weights[kind];
  return kind;
}

static void add_answered(text_buffer *line, const random_policy *policy, random_source *source) {
  static const char *const bases[] = {"unknown", "assumed", "stated", "verified"};
  int dimension = random_below(source, policy->dimension_count), basis = random_below(source, 8);
  basis = basis > 3 ? 2 : basis;
  text_add(line, ",\"dimension\":\"%s\",\"basis\":\"%s\"", policy->dimensions[dimension].name, bases[basis]);
  if (basis > 0 || random_chance(source, 50))
    text_add(line, ",\"level\":\"%s\"",
             policy->dimensions[dimension].levels[random_below(source, policy->dimensions[dimension].level_count)]);
}

static void add_overridden(text_buffer *line, const random_policy *policy, random_source *source, int64_t at) {
  bool priority = random_chance(source, 60);
  text_add(line, ",\"%s\":\"%c%d\"", priority ? "priority" : "severity", priority ? 'P' : 'S',
           1 + random_below(source, priority ? policy->priorities : policy->severities));
  if (random_chance(source, 50))
    text_add(line, ",\"because\":\"the customer's \\u00e9lan\"");
  if (random_chance(source, 40))
    text_add(line, ",\"agreed\":true");
  if (random_chance(source, 50))
    add_later(line, source, "until", at);
}

static void add_members(text_buffer *line, const random_policy *policy, random_source *source, int kind, int64_t at) {
  static const char *const resolutions[] = {"full", "workaround", "partial"};
  switch (kind) {
  case 2: /* assigned */
    if (random_chance(source, 85))
      text_add(line, ",\"team\":\"%s\"", team(source));
    if (random_chance(source, 40))
      text_add(line, ",\"agent\":\"%s\"", pick(source, agents, 3));
    break;
  case 3: /* customer_message */
    if (random_chance(source, 30))
      text_add(line, ",\"mood\":\"%s\"", pick(source, moods, 3));
    /* fall through */
  case 4: /* agent_message */
    if (random_chance(source, 20))
      text_add(line, ",\"auto\":%s", random_chance(source, 80) ? "true" : "false");
    break;
  case 6:
    add_answered(line, policy, source);
    break;
  case 7: /* moved */
    text_add(line, ",\"to\":\"%s\"", policy->states[random_pick_state(policy, source)]);
    break;
  case 8:
    text_add(line, ",\"resolution\":\"%s\"", pick(source, resolutions, 3));
    break;
  case 9:
  case 10: /* accepted, rejected */
    if (random_chance(source, 30))
      text_add(line, ",\"because\":\"it works\"");
    break;
  case 11:
  case 12:
  case 13: /* reopened, closed, cancelled */
    if (random_chance(source, 30))
      text_add(line, ",\"cause\":\"%s\",\"preventable\":true", random_chance(source, 50) ? "defect" : "other");
    break;
  case 14: /* promised */
    add_later(line, source, "due", at);
    if (random_chance(source, 30))
      text_add(line, ",\"kind\":\"estimate\"");
    /* fall through */
  case 15:
  case 16: /* fulfilled, withdrawn */
    text_add(line, ",\"promise\":\"%s\"", pick(source, promises, 3));
    break;
  case 17:
  case 18: /* requested, provided */
    text_add(line, ",\"what\":\"%s\"", pick(source, things, 2));
    if (kind == 17 && random_chance(source, 40))
      add_later(line, source, "due", at);
    break;
  case 19:
    add_overridden(line, policy, source, at);
    break;
  case 20: /* released */
    text_add(line, ",\"name\":\"%s\",\"because\":\"enough\"", random_chance(source, 60) ? "priority" : "severity");
    break;
  case 21:
  case 22: /* escalated, deescalated */
    if (random_chance(source, 40))
      text_add(line, ",\"level\":%d", 1 + random_below(source, 5));
    if (random_chance(source, 50))
      text_add(line, ",\"by\":\"%s\"", random_chance(source, 50) ? "agent" : "customer");
    break;
  case 23: { /* changed */
    int field = random_below(source, 5);
    text_add(line, ",\"field\":\"%s\",\"value\":", fields[field]);
    add_field_value(line, source, field);
    break;
  }
  case 24: /* rated */
    text_add(line, ",\"csat\":%d,\"nps\":%d", 1 + random_below(source, 5), random_below(source, 11));
    break;
  case 25: /* spent */
    text_add(line, ",\"minutes\":%d,\"cost\":%d", random_below(source, 100), random_below(source, 10000));
    break;
  case 26:
    text_add(line, ",\"into\":\"C-2\"");
    break;
  default:
    break;
  }
}

static void add_event(text_buffer *line, const random_policy *policy, random_source *source, int64_t at) {
  int kind = draw_kind(source);
  text_add(line, "\"event\":\"%s\"", random_event_names[kind]);
  add_members(line, policy, source, kind, at);
}

static void add_head(text_buffer *line, random_source *source, int64_t at) {
  text_add(line, "{");
  if (random_chance(source, 70))
    text_add(line, "\"case\":\"C-1\",");
  text_add(line, "\"at\":\"");
  random_write_instant(line, at);
  text_add(line, "\",");
}

/* What must be refused whatever the policy and the case. */
static void add_bad_event(text_buffer *line, random_source *source) {
  static const char *const bad[] = {
      "\"event\":\"exploded\"",
      "\"event\":\"note\",\"text\":\"hello\"",
      "\"event\":\"customer_message\",\"auto\":\"yes\"",
      "\"event\":\"customer_message\",\"mood\":\"bored\"",
      "\"event\":\"moved\",\"to\":\"nowhere\"",
      "\"event\":\"moved\"",
      "\"event\":\"opened\"",
      "\"event\":\"answered\",\"dimension\":\"service?\",\"level\":\"down\",\"basis\":\"stated\"",
      "\"event\":\"fulfilled\",\"promise\":\"the moon\"",
      "\"event\":\"rated\",\"csat\":6",
      "\"event\":\"changed\",\"field\":\"tier\",\"value\":7",
      "\"event\":\"promised\",\"promise\":\"call back\",\"due\":\"2001-01-01T00:00:00Z\"",
      "\"event\":\"overridden\",\"priority\":\"P9\",\"severity\":\"S1\"",
      "\"event\":\"escalated\",\"level\":100",
      "\"event\":\"spent\",\"minutes\":-1",
  };
  text_add(line, "%s", pick(source, bad, (int)(sizeof bad / sizeof bad[0])));
}

static void add_batch(text_buffer *line, const random_policy *policy, random_source *source, int64_t at, int count, int bad) {
  text_add(line, "\"events\":[");
  for (int i = 0; i < count; i++) {
    text_add(line, i > 0 ? ",{" : "{");
    if (i == bad)
      add_bad_event(line, source);
    else
      add_event(line, policy, source, at);
    text_add(line, "}");
  }
  text_add(line, "]");
}

void random_opened(text_buffer *line, const random_policy *policy, random_source *source, int64_t at) {
  text_add(line, "{\"case\":\"C-1\",\"at\":\"");
  random_write_instant(line, at);
  text_add(line, "\",");
  if (random_chance(source, 80)) {
    add_opened(line, policy, source);
  } else {
    text_add(line, "\"events\":[{");
    add_opened(line, policy, source);
    text_add(line, "},{");
    add_event(line, policy, source, at);
    text_add(line, "}]");
  }
  text_add(line, "}");
}

void random_line(text_buffer *line, const random_policy *policy, random_source *source, int64_t at) {
  int kind = random_below(source, 100);
  add_head(line, source, at);
  if (kind < 72)
    add_event(line, policy, source, at);
  else if (kind < 94)
    add_batch(line, policy, source, at, 2 + random_below(source, 3), -1);
  else if (kind < 97)
    add_bad_event(line, source);
  else
    add_batch(line, policy, source, at, 3, 2);
  text_add(line, "}");
}
