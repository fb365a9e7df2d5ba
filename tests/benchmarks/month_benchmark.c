/*
 * A month of a large help desk: open cases by the million over a hundred policies, and one index on their next wake-ups, here a
 * binary heap. Time jumps from one entry of the index to the next, be it an event of a case or its wake-up. Each wake-up must
 * decide something, each case number its decisions one by one, and no threshold, breach or rule may fire twice: by its identity
 * (rule or threshold, kind, clock, cycle, revision, occurrence, repeat) within the case. That none is left out, the oracle says:
 * of every hundredth case the journal is written, with its policy and how often each rule fired.
 *
 *   CSUP_TEST_SCALE=1 month_benchmark FOLDER      a million cases (0.02 of them unless told); without a folder nothing is written
 *   tests/oracle/month.py FOLDER                  the oracle's counts beside these
 */
#define _POSIX_C_SOURCE 200809L

#include "benchmark.h"
#include "case/case.h"
#include "failing_allocator.h"
#include "impact/impact.h"
#include "random.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define POLICIES   104
#define SAMPLE     100 /* one case of so many */
#define EVENTS_MAX 8   /* of one case, the first being `opened` */
#define MINUTE     INT64_C(60000000)
#define DAY        (24 * 60 * MINUTE)
#define START      (INT64_C(20515) * DAY) /* Monday 2026-03-02 */
#define END        (START + 31 * DAY)
#define RULES_MAX  64

static void *room_for(size_t count, size_t size) {
  void *room = calloc(count, size);
  if (!room)
    fail("no memory");
  return room;
}

/* --- policies -------------------------------------------------------------------------------------------------------------- */

typedef struct desk {
  csup_policy *policy;
  json_t *document;
  FILE *journal; /* of the sampled cases; NULL: nothing is written */
  long fired[RULES_MAX], warned, breached;
} desk;

static desk desks[POLICIES];

static const char *const hours[] = {"Mo-Fr 09:00-17:00; PH off",
                                    "Mo-Fr 08:00-18:00",
                                    "Mo-Sa 10:00-19:00",
                                    "Mo-Fr 00:00-24:00",
                                    "Mo-Su 07:00-12:00,13:00-20:00",
                                    "24/7",
                                    "Mo-Th 08:30-17:30; Fr 08:30-14:00"};
static const char *const changes[] = {"recompute", "from_now", "proportional", "keep"};
static const char *const landings[] = {"close", "close", "open", "day_end"};

/* The default policy with other hours, targets, warnings and ways to change; every third desk has an agreement of its own for
   premium customers, every fourth holds reminders outside its hours. */
static json_t *variant(int number) {
  json_t *document = json_loads(csup_policy_default(), 0, NULL);
  char name[24];
  snprintf(name, sizeof name, "desk-%03d", number);
  json_object_set_new(document, "name", json_string(name));
  json_object_set_new(document, "impact", json_loads(csup_impact_default(), 0, NULL)); /* for readers that know no built-in one */
  json_t *office = json_object_get(json_object_get(document, "calendars"), "office");
  json_object_set_new(office, "hours", json_string(hours[number % 7]));
  json_t *agreements = json_object_get(document, "agreements");
  json_t *targets = json_object_get(json_array_get(agreements, 0), "targets");
  json_t *resolution = json_object_get(targets, "resolution");
  json_t *response = json_object_get(targets, "first_response");
  json_object_set_new(resolution, "on_change", json_string(changes[number % 4]));
  json_object_set_new(resolution, "lands", json_string(landings[number / 4 % 4]));
  json_object_set_new(resolution, "warn", number % 5 ? json_pack("[ss]", "50%", "75%") : json_pack("[s]", "-PT2H"));
  json_t *within = json_object_get(resolution, "within");
  char text[16];
  snprintf(text, sizeof text, "PT%dH", 6 + number % 11);
  json_object_set_new(within, "P1", json_string(text));
  snprintf(text, sizeof text, "P%dD", 2 + number % 4);
  json_object_set_new(within, "P3", json_string(text));
  snprintf(text, sizeof text, "PT%dM", 90 + 15 * (number % 13));
  json_object_set_new(json_object_get(response, "within"), "P3", json_string(text));
  if (number % 3 == 0) {
    json_t *premium = json_deep_copy(json_array_get(agreements, 0));
    json_object_set_new(premium, "name", json_string("premium"));
    json_object_set_new(premium, "when", json_pack("{ss}", "tier", "premium"));
    json_object_set_new(json_object_get(json_object_get(json_object_get(premium, "targets"), "resolution"), "within"), "P2",
                        json_string("PT9H"));
    json_array_insert_new(agreements, 0, premium);
  }
  json_t *rules = json_object_get(document, "escalations");
  for (size_t i = 0; i < json_array_size(rules) && number % 4 == 0; i++) {
    json_t *rule = json_array_get(rules, i);
    json_t *on = json_object_get(rule, "on");
    if (json_object_get(on, "clock") || json_object_get(on, "state"))
      json_object_set_new(rule, "hours", json_pack("{ssss}", "calendar", "office", "outside", "hold"));
  }
  return document;
}

static void open_desks(const char *folder) {
  for (int i = 0; i < POLICIES; i++) {
    desk *d = &desks[i];
    d->document = variant(i);
    char *text = json_dumps(d->document, JSON_INDENT(1));
    csup_error error;
    must(csup_policy_parse(text, strlen(text), NULL, &d->policy, &error), &error);
    if (d->policy->rules.count > RULES_MAX)
      fail("the policy has more rules than this benchmark counts");
    if (folder) {
      char path[512];
      snprintf(path, sizeof path, "%s/%03d.policy.json", folder, i);
      FILE *file = fopen(path, "w");
      if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        fail(path);
      snprintf(path, sizeof path, "%s/%03d.jsonl", folder, i);
      d->journal = fopen(path, "w");
      if (!d->journal)
        fail(path);
    }
    free(text);
  }
}

/* How often each rule fired in the sampled cases of each desk. */
static void write_counts(const char *folder) {
  char path[512], until[40];
  snprintf(path, sizeof path, "%s/counts.json", folder);
  must(csup_time_format(END, until, sizeof until, NULL), NULL);
  json_t *all = json_array();
  for (int i = 0; i < POLICIES; i++) {
    json_t *fired = json_object();
    for (int32_t r = 0; r < desks[i].policy->rules.count; r++)
      json_object_set_new(fired, desks[i].policy->rules.items[r].name, json_integer(desks[i].fired[r]));
    json_array_append_new(all, json_pack("{sisosIsI}", "desk", i, "fired", fired, "warned", (json_int_t)desks[i].warned,
                                         "breached", (json_int_t)desks[i].breached));
    fclose(desks[i].journal);
  }
  json_t *document = json_pack("{ssso}", "until", until, "desks", all);
  if (json_dump_file(document, path, JSON_INDENT(1)) != 0)
    fail(path);
  json_decref(document);
}

/* --- what happens to a case ------------------------------------------------------------------------------------------------ */

typedef struct happening {
  csup_event event;
  const char *members; /* the same for the journal */
} happening;

static const csup_field premium = {.name = "tier", .text = "premium", .kind = CSUP_VALUE_TEXT};
static const csup_field standard = {.name = "tier", .text = "standard", .kind = CSUP_VALUE_TEXT};

static const happening openings[] = {
    {{.kind = CSUP_EVENT_OPENED, .channel = "mail"}, "\"event\":\"opened\",\"channel\":\"mail\""},
    {{.kind = CSUP_EVENT_OPENED, .value = "angry", .fields = &premium, .field_count = 1},
     "\"event\":\"opened\",\"mood\":\"angry\",\"fields\":{\"tier\":\"premium\"}"},
    {{.kind = CSUP_EVENT_OPENED, .fields = &standard, .field_count = 1},
     "\"event\":\"opened\",\"fields\":{\"tier\":\"standard\"}"},
};

/* In such shares that most cases are still open after the month. */
static const happening happenings[] = {
    {{.kind = CSUP_EVENT_ACKNOWLEDGED}, "\"event\":\"acknowledged\""},
    {{.kind = CSUP_EVENT_ASSIGNED, .team = "first"}, "\"event\":\"assigned\",\"team\":\"first\""},
    {{.kind = CSUP_EVENT_CUSTOMER_MESSAGE}, "\"event\":\"customer_message\""},
    {{.kind = CSUP_EVENT_CUSTOMER_MESSAGE, .value = "frustrated"}, "\"event\":\"customer_message\",\"mood\":\"frustrated\""},
    {{.kind = CSUP_EVENT_AGENT_MESSAGE}, "\"event\":\"agent_message\""},
    {{.kind = CSUP_EVENT_AGENT_MESSAGE}, "\"event\":\"agent_message\""},
    {{.kind = CSUP_EVENT_ANSWERED, .name = "service", .value = "down", .basis = CSUP_BASIS_STATED},
     "\"event\":\"answered\",\"dimension\":\"service\",\"level\":\"down\",\"basis\":\"stated\""},
    {{.kind = CSUP_EVENT_ANSWERED, .name = "scope", .value = "everyone", .basis = CSUP_BASIS_ASSUMED},
     "\"event\":\"answered\",\"dimension\":\"scope\",\"level\":\"everyone\",\"basis\":\"assumed\""},
    {{.kind = CSUP_EVENT_ANSWERED, .name = "process", .value = "core", .basis = CSUP_BASIS_VERIFIED},
     "\"event\":\"answered\",\"dimension\":\"process\",\"level\":\"core\",\"basis\":\"verified\""},
    {{.kind = CSUP_EVENT_MOVED, .value = "determination"}, "\"event\":\"moved\",\"to\":\"determination\""},
    {{.kind = CSUP_EVENT_MOVED, .value = "development"}, "\"event\":\"moved\",\"to\":\"development\""},
    {{.kind = CSUP_EVENT_MOVED, .value = "waiting_customer"}, "\"event\":\"moved\",\"to\":\"waiting_customer\""},
    {{.kind = CSUP_EVENT_MOVED, .value = "waiting_third_party"}, "\"event\":\"moved\",\"to\":\"waiting_third_party\""},
    {{.kind = CSUP_EVENT_MOVED, .value = "resolved"}, "\"event\":\"moved\",\"to\":\"resolved\""},
    {{.kind = CSUP_EVENT_REJECTED}, "\"event\":\"rejected\""},
    {{.kind = CSUP_EVENT_PROPOSED, .value = "workaround"}, "\"event\":\"proposed\",\"resolution\":\"workaround\""},
    {{.kind = CSUP_EVENT_PROMISED, .name = "news", .flags = CSUP_WITH_DUE}, "\"event\":\"promised\",\"promise\":\"news\""},
    {{.kind = CSUP_EVENT_NOTE}, "\"event\":\"note\""},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- cases, and the index on what comes next ------------------------------------------------------------------------------- */

typedef struct entry {
  csup_time at;
  uint32_t index; /* of the case */
} entry;

typedef struct customer {
  csup_case *c;
  csup_time next_event; /* CSUP_TIME_NEVER: no more */
  random_source random;
  uint64_t *seen; /* identities of what has fired */
  uint32_t seen_count, seen_room;
  uint32_t events_left;
  int64_t seq;
} customer;

typedef struct month {
  customer *customers;
  entry *heap;
  size_t count;
  csup_decisions *list;
  failing_allocator held;
  csup_allocator allocator;
  long events, refused, ticks, decisions, kinds[CSUP_DECISION_ASK + 1];
  bool writes;
} month;

static void sift_down(month *m, size_t at) {
  entry moved = m->heap[at];
  for (size_t child; (child = at * 2 + 1) < m->count; at = child) {
    if (child + 1 < m->count && m->heap[child + 1].at < m->heap[child].at)
      child++;
    if (moved.at <= m->heap[child].at)
      break;
    m->heap[at] = m->heap[child];
  }
  m->heap[at] = moved;
}

static uint64_t mix(uint64_t hash, const char *text, int64_t number) {
  for (; text && *text; text++)
    hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
  for (int i = 0; i < 8; i++)
    hash = (hash ^ (uint64_t)(number >> (8 * i) & 255)) * UINT64_C(1099511628211);
  return hash;
}

static uint64_t identity(const csup_decision *d) {
  uint64_t hash = mix(UINT64_C(14695981039346656037), d->rule, d->kind);
  hash = mix(hash, d->agreement_kind, d->cycle);
  hash = mix(hash, d->clock, d->occurrence);
  hash = mix(hash, d->kind == CSUP_DECISION_CLOCK_WARNED ? d->name : NULL, d->repeat);
  /* A cycle breaches once, however often it is retargeted. */
  return mix(hash, "", d->kind == CSUP_DECISION_CLOCK_BREACHED ? 0 : d->revision);
}

static void note(customer *who, const csup_decision *d) {
  uint64_t found = identity(d);
  for (uint32_t i = 0; i < who->seen_count; i++)
    if (who->seen[i] == found)
      fail("something has fired twice");
  if (who->seen_count == who->seen_room) {
    who->seen_room = who->seen_room ? who->seen_room * 2 : 8;
    who->seen = realloc(who->seen, who->seen_room * sizeof *who->seen);
    if (!who->seen)
      fail("no memory");
  }
  who->seen[who->seen_count++] = found;
}

static void count_sampled(desk *d, const csup_decision *decision) {
  d->warned += decision->kind == CSUP_DECISION_CLOCK_WARNED;
  d->breached += decision->kind == CSUP_DECISION_CLOCK_BREACHED;
  for (int32_t i = 0; decision->kind == CSUP_DECISION_FIRED && i < d->policy->rules.count; i++)
    d->fired[i] += d->policy->rules.items[i].name == decision->rule; /* texts of the policy are borrowed */
}

static void take_decisions(month *m, uint32_t index) {
  customer *who = &m->customers[index];
  for (size_t i = 0; i < csup_decisions_count(m->list); i++) {
    const csup_decision *d = csup_decisions_at(m->list, i);
    if (d->seq != ++who->seq)
      fail("a decision is missing");
    m->kinds[d->kind]++;
    m->decisions++;
    bool fires =
        d->kind == CSUP_DECISION_FIRED || d->kind == CSUP_DECISION_CLOCK_WARNED || d->kind == CSUP_DECISION_CLOCK_BREACHED;
    if (fires)
      note(who, d);
    if (fires && index % SAMPLE == 0)
      count_sampled(&desks[index / SAMPLE % POLICIES], d);
  }
  csup_decisions_clear(m->list);
}

static desk *desk_of(uint32_t index) {
  return &desks[index / SAMPLE % POLICIES]; /* so that the sample meets every desk */
}

static void write_line(uint32_t index, const happening *what, const csup_event *event) {
  char at[40], due[40];
  FILE *file = desk_of(index)->journal;
  must(csup_time_format(event->at, at, sizeof at, NULL), NULL);
  fprintf(file, "{\"case\":\"C-%u\",\"at\":\"%s\",%s", index, at, what->members);
  if (event->flags & CSUP_WITH_DUE) {
    must(csup_time_format(event->due, due, sizeof due, NULL), NULL);
    fprintf(file, ",\"due\":\"%s\"", due);
  }
  fputs("}\n", file);
}

static void plan_next(customer *who, csup_time now) {
  static const int64_t gaps[] = {12, 45, 200, 600, 2000, 6000}; /* minutes at most */
  who->next_event = CSUP_TIME_NEVER;
  if (who->events_left-- == 0)
    return;
  int64_t most = gaps[random_next(&who->random) % COUNT(gaps)];
  csup_time at = now + random_between(&who->random, 1, most * 60) * CSUP_SECOND;
  who->next_event = at < END ? at : CSUP_TIME_NEVER;
}

static void happen(month *m, uint32_t index) {
  customer *who = &m->customers[index];
  char name[16];
  bool opens = who->seq == 0;
  const happening *what =
      opens ? &openings[random_next(&who->random) % COUNT(openings)] : &happenings[random_next(&who->random) % COUNT(happenings)];
  csup_event event = what->event;
  event.at = who->next_event;
  event.due = event.flags & CSUP_WITH_DUE ? event.at + random_between(&who->random, 20, 3000) * MINUTE : 0;
  if (opens) {
    snprintf(name, sizeof name, "C-%u", index);
    event.case_id = name;
  }
  csup_error error;
  csup_status status = csup_case_apply(who->c, &event, 1, m->list, &error);
  if (status == CSUP_E_REFUSED)
    m->refused++; /* a move that this case cannot make now: nothing has happened */
  else
    must(status, &error);
  m->events++;
  if (status == CSUP_OK && m->writes && index % SAMPLE == 0)
    write_line(index, what, &event);
  take_decisions(m, index);
  plan_next(who, event.at);
}

static void tick(month *m, uint32_t index, csup_time at) {
  int64_t before = m->customers[index].seq;
  csup_error error;
  must(csup_case_advance(m->customers[index].c, at, m->list, &error), &error);
  take_decisions(m, index);
  if (m->customers[index].seq == before)
    fail("a wake-up for nothing");
  m->ticks++;
}

static csup_time next_of(const customer *who) {
  csup_time wakeup = CSUP_TIME_NEVER;
  (void)csup_case_next_wakeup(who->c, &wakeup);
  return wakeup < who->next_event ? wakeup : who->next_event;
}

static void run(month *m) {
  while (m->heap[0].at <= END) {
    entry *top = &m->heap[0];
    customer *who = &m->customers[top->index];
    csup_time wakeup = CSUP_TIME_NEVER;
    (void)csup_case_next_wakeup(who->c, &wakeup);
    if (wakeup <= who->next_event)
      tick(m, top->index, wakeup);
    else
      happen(m, top->index);
    top->at = next_of(who);
    sift_down(m, 0);
  }
}

static void set_up(month *m, size_t count, bool writes) {
  memset(m, 0, sizeof *m);
  m->count = count;
  m->writes = writes;
  m->held.fail_at = -1;
  m->allocator = (csup_allocator){&m->held, failing_resize};
  m->customers = room_for(count, sizeof *m->customers);
  m->heap = room_for(count, sizeof *m->heap);
  must(csup_decisions_create(NULL, &m->list), NULL);
  for (uint32_t i = 0; i < count; i++) {
    customer *who = &m->customers[i];
    who->random.state = i * UINT64_C(0x9E3779B97F4A7C15) + 1;
    who->events_left = (uint32_t)random_between(&who->random, 1, EVENTS_MAX - 1);
    who->next_event = START + random_between(&who->random, 0, 3 * 24 * 3600) * CSUP_SECOND;
    must(csup_case_create(desk_of(i)->policy, &m->allocator, &who->c), NULL);
    m->heap[i] = (entry){who->next_event, i};
  }
  for (size_t i = count / 2; i-- > 0;)
    sift_down(m, i);
}

static size_t still_open(const month *m) {
  size_t open = 0;
  for (size_t i = 0; i < m->count; i++) {
    csup_case_view view;
    must(csup_case_read(m->customers[i].c, &view), NULL);
    open += view.category != CSUP_CATEGORY_CLOSED && view.category != CSUP_CATEGORY_RESOLVED;
  }
  return open;
}

static void tear_down(month *m) {
  for (size_t i = 0; i < m->count; i++) {
    csup_case_free(m->customers[i].c);
    free(m->customers[i].seen);
  }
  csup_decisions_free(m->list);
  free(m->customers);
  free(m->heap);
  if (m->held.blocks != 0)
    fail("memory was not given back");
  for (int i = 0; i < POLICIES; i++) {
    csup_policy_release(desks[i].policy);
    json_decref(desks[i].document);
  }
}

int main(int argument_count, char **arguments) {
  const char *scale = getenv("CSUP_TEST_SCALE");
  const char *folder = argument_count > 1 ? arguments[1] : NULL;
  size_t count = (size_t)(1e6 * (scale ? strtod(scale, NULL) : 0.02));
  month m;
  open_desks(folder);
  double start = now_ns() * 1e-9;
  set_up(&m, count < SAMPLE ? SAMPLE : count, folder != NULL);
  double created = now_ns() * 1e-9 - start;
  start = now_ns() * 1e-9;
  run(&m);
  double spent = now_ns() * 1e-9 - start;
  long calls = m.events + m.ticks;
  printf("%zu cases over %d policies, %zu of them still open after a month\n", m.count, POLICIES, still_open(&m));
  printf("%ld events (%ld moves refused) and %ld wake-ups, each of which decided something; %ld decisions\n", m.events, m.refused,
         m.ticks, m.decisions);
  printf("%ld rules fired, %ld warnings, %ld breaches: none twice\n", m.kinds[CSUP_DECISION_FIRED],
         m.kinds[CSUP_DECISION_CLOCK_WARNED], m.kinds[CSUP_DECISION_CLOCK_BREACHED]);
  printf(
      "%.2f s of processor time, %.0f ns a call, %.2f million calls and %.2f million decisions a second; heap, checks and files "
      "included; creating the cases %.2f s\n",
      spent, spent / (double)calls * 1e9, (double)calls / spent * 1e-6, (double)m.decisions / spent * 1e-6, created);
  printf("%.0f bytes a case, %.1f MiB in all\n", (double)m.held.bytes / (double)m.count, (double)m.held.bytes / 1048576);
  if (folder)
    write_counts(folder);
  tear_down(&m);
  return 0;
}
