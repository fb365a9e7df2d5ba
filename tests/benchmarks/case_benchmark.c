/*
 * What a case costs. Four stories of ten typed events each, told in rotation over thousands of cases with one reused list of
 * decisions, under three policies: the built-in workflow alone, six clocks with the default targets, and the same with twenty
 * rules. Then the same cases go on, to see that nothing is allocated but what the growing timeline doubles. Beside it what merely
 * copying as many bytes, and clearing as many decisions, costs in the same rotation. Times are processor time, so that a busy
 * machine counts less; medians over rounds.
 */
#define _POSIX_C_SOURCE 200809L

#include "benchmark.h"
#include "case/case.h"
#include "failing_allocator.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#ifndef CASES
#define CASES 4096
#endif
#define STORIES     4
#define STEPS       10
#define LOOP_STEPS  8
#define LOOPS       10
#define ROUNDS_MOST 101
#define FIRST_ROOM  2 /* elements that a list has room for at first */
#define RULES       20
#if defined(__GNUC__)
#define NOT_INLINE __attribute__((noinline))
#else
#define NOT_INLINE
#endif

#define MINUTE INT64_C(60000000)
#define START  (INT64_C(20515) * 24 * 60 * MINUTE + 9 * 60 * MINUTE) /* Monday 2026-03-02T09:00:00Z */

typedef struct step {
  csup_event event;
  int32_t after; /* minutes since the step before */
} step;

static const csup_field premium = {.name = "tier", .text = "premium", .kind = CSUP_VALUE_TEXT};

#define SAYS(what, ...)                                                                                                          \
  {                                                                                                                              \
    .event = {.kind = CSUP_EVENT_##what, __VA_ARGS__ }
#define STEP(minutes, what)                                                                                                      \
  { .event = {.kind = CSUP_EVENT_##what}, .after = (minutes) }
#define WITH(minutes, what, ...)                                                                                                 \
  { .event = {.kind = CSUP_EVENT_##what, __VA_ARGS__}, .after = (minutes) }

static const step stories[STORIES][STEPS] = {
    {WITH(0, OPENED, .channel = "mail"), STEP(4, ACKNOWLEDGED), WITH(9, ASSIGNED, .team = "sofia", .agent = "ivan"),
     WITH(12, ANSWERED, .name = "service", .value = "down", .basis = CSUP_BASIS_STATED), STEP(8, AGENT_MESSAGE),
     STEP(95, CUSTOMER_MESSAGE), STEP(40, AGENT_MESSAGE), WITH(20, MOVED, .value = "determination"),
     WITH(15, MOVED, .value = "development"), WITH(110, MOVED, .value = "resolved")},
    {WITH(0, OPENED, .channel = "portal", .fields = &premium, .field_count = 1), WITH(7, ASSIGNED, .team = "sofia"),
     STEP(20, AGENT_MESSAGE), WITH(15, ANSWERED, .name = "scope", .value = "team", .basis = CSUP_BASIS_ASSUMED),
     WITH(3, MOVED, .value = "waiting_customer"), STEP(260, CUSTOMER_MESSAGE), STEP(11, NOTE),
     WITH(2, ANSWERED, .name = "scope", .value = "site", .basis = CSUP_BASIS_STATED), STEP(25, AGENT_MESSAGE),
     WITH(30, MOVED, .value = "resolved")},
    {WITH(0, OPENED, .value = "angry", .channel = "phone"), STEP(2, ACKNOWLEDGED), STEP(25, AGENT_MESSAGE),
     WITH(6, ANSWERED, .name = "process", .value = "core", .basis = CSUP_BASIS_VERIFIED),
     WITH(10, MOVED, .value = "determination"), WITH(30, MOVED, .value = "development"),
     WITH(200, PROPOSED, .value = "workaround"), STEP(45, ACCEPTED), WITH(300, PROPOSED, .value = "full"), STEP(60, ACCEPTED)},
    {WITH(0, OPENED, .channel = "chat"), WITH(1, AGENT_MESSAGE, .flags = CSUP_WITH_AUTO),
     WITH(12, CUSTOMER_MESSAGE, .value = "frustrated"),
     WITH(4, ANSWERED, .name = "money", .value = "some", .basis = CSUP_BASIS_STATED), STEP(9, AGENT_MESSAGE),
     WITH(14, SPENT, .flags = CSUP_WITH_MINUTES, .minutes = 15), STEP(70, CUSTOMER_MESSAGE), STEP(20, AGENT_MESSAGE),
     STEP(30, ESCALATED), STEP(90, AGENT_MESSAGE)}};

/* What can go on for ever: the customer comes back, answers, waits, and the case is resolved again. */
static const step loop[LOOP_STEPS] = {
    STEP(200, CUSTOMER_MESSAGE),
    STEP(30, AGENT_MESSAGE),
    WITH(10, MOVED, .value = "determination"),
    WITH(5, MOVED, .value = "waiting_customer"),
    STEP(600, CUSTOMER_MESSAGE),
    STEP(15, NOTE),
    STEP(20, AGENT_MESSAGE),
    WITH(60, MOVED, .value = "resolved"),
};

/* What the benchmark's third policy adds to the default policy's rules until there are twenty. */
static const char *const more_rules[] = {
    "{\"name\":\"next response due "
    "soon\",\"on\":{\"clock\":\"next_response\",\"at\":\"-PT30M\"},\"do\":[{\"notify\":\"owner\"}]}",
    "{\"name\":\"stuck\",\"on\":{\"state\":\"development\",\"for\":\"PT16H\",\"calendar\":\"office\"},\"do\":[{\"notify\":"
    "\"lead\"}]}",
    "{\"name\":\"passed on\",\"on\":{\"fact\":\"reassignments\"},\"when\":{\"reassignments\":{\"at_least\":3}},"
    "\"do\":[{\"notify\":\"lead\"}]}",
    "{\"name\":\"came back\",\"on\":{\"event\":\"reopened\"},\"do\":[{\"notify\":\"owner\"}]}",
    "{\"name\":\"not acknowledged\",\"on\":{\"clock\":\"acknowledge\",\"at\":\"50%\"},\"do\":[{\"notify\":\"lead\"}]}",
    "{\"name\":\"workaround late\",\"on\":{\"clock\":\"workaround\",\"at\":\"100%\"},\"do\":[{\"notify\":\"lead\"}]}"};

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *values, size_t count) {
  qsort(values, count, sizeof *values, by_size);
  return values[count / 2];
}

/* --- policies -------------------------------------------------------------------------------------------------------------- */

static csup_policy *parse(const char *json) {
  csup_policy *policy = NULL;
  csup_error error;
  must(csup_policy_parse(json, strlen(json), NULL, &policy, &error), &error);
  return policy;
}

/* The default policy with no rules, or with exactly as many as asked. */
static csup_policy *with_rules(size_t count) {
  json_t *document = json_loads(csup_policy_default(), 0, NULL);
  json_t *rules = json_object_get(document, "escalations");
  if (count == 0)
    json_object_del(document, "escalations");
  for (size_t i = 0; count > 0 && json_array_size(rules) < count; i++) {
    if (i == sizeof more_rules / sizeof more_rules[0])
      fail("the default policy has too few rules for this benchmark");
    json_array_append_new(rules, json_loads(more_rules[i], 0, NULL));
  }
  while (count > 0 && json_array_size(rules) > count)
    json_array_remove(rules, json_array_size(rules) - 1);
  char *text = json_dumps(document, JSON_COMPACT);
  csup_policy *policy = parse(text);
  free(text);
  json_decref(document);
  return policy;
}

/* --- cases ----------------------------------------------------------------------------------------------------------------- */

typedef struct desk {
  csup_policy *policy;
  bool has_fields; /* the plain policy declares none */
  csup_allocator allocator;
  failing_allocator held; /* the memory of all cases */
  csup_case *cases[CASES];
  char names[CASES][12];
  csup_time now[CASES];
  csup_decisions *list;
  failing_allocator list_held;
  size_t decisions;
} desk;

static desk the_desk;
static int round_count = 15;

static void open_desk(desk *d, csup_policy *policy) {
  memset(d, 0, sizeof *d);
  d->policy = policy;
  d->has_fields = csup_schema_find_field(&policy->schema, premium.name) >= 0;
  d->held.fail_at = d->list_held.fail_at = -1;
  d->allocator = (csup_allocator){&d->held, failing_resize};
  csup_allocator lists = {&d->list_held, failing_resize};
  must(csup_decisions_create(&lists, &d->list), NULL);
  for (int i = 0; i < CASES; i++)
    snprintf(d->names[i], sizeof d->names[i], "C-%05d", i);
}

static void close_cases(desk *d) {
  for (int i = 0; i < CASES; i++) {
    csup_case_free(d->cases[i]);
    d->cases[i] = NULL;
  }
}

static void create_cases(desk *d, const csup_allocator *allocator) {
  for (int i = 0; i < CASES; i++) {
    must(csup_case_create(d->policy, allocator, &d->cases[i]), NULL);
    d->now[i] = START + i * INT64_C(1700000);
  }
}

static void close_desk(desk *d) {
  close_cases(d);
  csup_decisions_free(d->list);
  if (d->held.blocks != 0 || d->list_held.blocks != 0)
    fail("memory was not given back");
}

static csup_event event_of(const desk *d, const step *of) {
  csup_event event = of->event;
  event.field_count = d->has_fields ? event.field_count : 0;
  return event;
}

/* One step of every case; the stories differ, so that no event follows its like. */
static void tell(desk *d, const step *of_story[STORIES], bool opens) {
  csup_event events[STORIES];
  csup_error error;
  for (int story = 0; story < STORIES; story++)
    events[story] = event_of(d, of_story[story]);
  for (int i = 0; i < CASES; i++) {
    csup_event *event = &events[i % STORIES];
    event->at = d->now[i] += of_story[i % STORIES]->after * MINUTE;
    event->case_id = opens ? d->names[i] : NULL;
    csup_decisions_clear(d->list);
    must(csup_case_apply(d->cases[i], event, 1, d->list, &error), &error);
    d->decisions += csup_decisions_count(d->list);
  }
}

NOT_INLINE static void tell_story(desk *d, int step_index) {
  const step *of_story[STORIES];
  for (int story = 0; story < STORIES; story++)
    of_story[story] = &stories[story][step_index];
  tell(d, of_story, step_index == 0);
}

NOT_INLINE static void tell_loop(desk *d, int step_index) {
  const step *of_story[STORIES];
  for (int story = 0; story < STORIES; story++)
    of_story[story] = &loop[step_index];
  tell(d, of_story, false);
}

/* One case after the other from its making to its end, as when a host folds a journal again. */
NOT_INLINE static void tell_one_by_one(desk *d) {
  csup_error error;
  for (int i = 0; i < CASES; i++) {
    csup_case *c = NULL;
    csup_time at = START + i * INT64_C(1700000);
    must(csup_case_create(d->policy, NULL, &c), NULL);
    for (int s = 0; s < STEPS; s++) {
      const step *of = &stories[i % STORIES][s];
      csup_event event = event_of(d, of);
      event.at = at += of->after * MINUTE;
      event.case_id = s == 0 ? d->names[i] : NULL;
      csup_decisions_clear(d->list);
      must(csup_case_apply(c, &event, 1, d->list, &error), &error);
    }
    csup_case_free(c);
  }
}

/* --- measuring ------------------------------------------------------------------------------------------------------------- */

/* Copies so many bytes for each event, and clears so many decisions, in the same rotation over as much memory. */
static double baseline(size_t bytes, double decisions_per_event) {
  size_t room = bytes / 8 * 8 + 8;
  char *from = calloc(CASES, room), *to = malloc(room);
  csup_decision *decisions = malloc(64 * sizeof *decisions);
  double rounds[ROUNDS_MOST];
  for (int round = 0; round < round_count; round++) {
    double owed = 0, start = now_ns();
    for (int i = 0; i < CASES * STEPS; i++) {
      char *block = from + (size_t)(i % CASES) * room;
      memcpy(to, block, bytes);
      block[round] = to[bytes - 1];
      owed += decisions_per_event;
      for (int k = 0; owed >= 1; owed--, k++)
        decisions[k] = (csup_decision){.at = i, .seq = to[0]};
      __asm__ volatile("" ::"r"(to), "r"(decisions) : "memory");
    }
    rounds[round] = (now_ns() - start) / (CASES * STEPS);
  }
  free(from);
  free(to);
  free(decisions);
  return median(rounds, (size_t)round_count);
}

/* The bytes of each case after its ten events, as the host's allocator sees them. */
static void weigh(desk *d, size_t *mean, size_t *most) {
  size_t sum = 0;
  *most = 0;
  for (int i = 0; i < STORIES; i++) {
    failing_allocator own = {.fail_at = -1};
    csup_allocator allocator = {&own, failing_resize};
    csup_case *c = NULL;
    csup_time at = START;
    must(csup_case_create(d->policy, &allocator, &c), NULL);
    for (int s = 0; s < STEPS; s++) {
      csup_event event = event_of(d, &stories[i][s]);
      event.at = at += stories[i][s].after * MINUTE;
      event.case_id = s == 0 ? d->names[i] : NULL;
      csup_decisions_clear(d->list);
      must(csup_case_apply(c, &event, 1, d->list, NULL), NULL);
    }
    sum += own.bytes;
    *most = own.bytes > *most ? own.bytes : *most;
    csup_case_free(c);
  }
  *mean = sum / STORIES;
}

static size_t doublings(size_t before, size_t after) {
  size_t count = 0;
  for (size_t at = before; at < after; at = at ? at * 2 : FIRST_ROOM)
    count++;
  return count;
}

/* Ninety more events of each case: every request for memory must be one of its lists growing. */
static void go_on(desk *d, double *ns, size_t *requests, size_t *events) {
  static size_t visits[CASES], spans[CASES], texts[CASES];
  size_t expected = 0;
  long before = d->held.requests, list_before;
  for (int i = 0; i < CASES; i++) {
    visits[i] = d->cases[i]->visit_room;
    spans[i] = d->cases[i]->span_room;
    texts[i] = d->cases[i]->text_room;
  }
  for (int s = 0; s < LOOP_STEPS; s++)
    tell_loop(d, s); /* what the list of decisions needs, it has after these */
  list_before = d->list_held.requests;
  double start = now_ns();
  for (int l = 1; l < LOOPS; l++)
    for (int s = 0; s < LOOP_STEPS; s++)
      tell_loop(d, s);
  *events = (size_t)(LOOPS - 1) * LOOP_STEPS * CASES;
  *ns = (now_ns() - start) / (double)*events;
  for (int i = 0; i < CASES; i++)
    expected += doublings(visits[i], d->cases[i]->visit_room) + doublings(spans[i], d->cases[i]->span_room) +
                (texts[i] != d->cases[i]->text_room);
  *requests = (size_t)(d->held.requests - before);
  if (*requests != expected || d->list_held.requests != list_before)
    fail("something else than a growing timeline has asked for memory");
}

static double measure_advance(desk *d) {
  double rounds[ROUNDS_MOST];
  csup_decisions_clear(d->list);
  for (int round = 0; round < round_count; round++) {
    double start = now_ns();
    for (int again = 0; again < 10; again++)
      for (int i = 0; i < CASES; i++)
        must(csup_case_advance(d->cases[i], d->now[i], d->list, NULL), NULL);
    rounds[round] = (now_ns() - start) / (CASES * 10.0);
  }
  if (csup_decisions_count(d->list) > 0)
    fail("something was due");
  return median(rounds, (size_t)round_count);
}

/* The same stories as lines of a journal. */
static double measure_json(desk *d) {
  static char lines[STORIES][STEPS][256];
  static const char *const values[] = {"mood", "to", "level", "resolution"};
  double rounds[ROUNDS_MOST];
  for (int round = 0; round < round_count / 3 + 1; round++) {
    create_cases(d, NULL);
    double spent = 0;
    for (int s = 0; s < STEPS; s++) {
      for (int i = 0; i < CASES; i++) {
        const csup_event *event = &stories[i % STORIES][s].event;
        char at[40], *line = lines[i % STORIES][s];
        d->now[i] += stories[i % STORIES][s].after * MINUTE;
        must(csup_time_format(d->now[i], at, sizeof at, NULL), NULL);
        const char *key = event->kind == CSUP_EVENT_MOVED      ? values[1]
                          : event->kind == CSUP_EVENT_ANSWERED ? values[2]
                          : event->kind == CSUP_EVENT_PROPOSED ? values[3]
                                                               : values[0];
        int length = snprintf(line, sizeof lines[0][0], "{\"case\":\"%s\",\"at\":\"%s\",\"event\":\"%s\"", d->names[i], at,
                              csup_event_kind_name(event->kind));
        if (event->value)
          length += snprintf(line + length, sizeof lines[0][0] - (size_t)length, ",\"%s\":\"%s\"", key, event->value);
        if (event->kind == CSUP_EVENT_ANSWERED)
          length += snprintf(line + length, sizeof lines[0][0] - (size_t)length, ",\"dimension\":\"%s\",\"basis\":\"stated\"",
                             event->name);
        if (event->kind == CSUP_EVENT_SPENT)
          length += snprintf(line + length, sizeof lines[0][0] - (size_t)length, ",\"minutes\":15");
        length += snprintf(line + length, sizeof lines[0][0] - (size_t)length, "}");
        csup_error error;
        csup_decisions_clear(d->list);
        double start = now_ns();
        csup_status status = csup_case_apply_json(d->cases[i], line, (size_t)length, d->list, &error);
        spent += now_ns() - start;
        must(status, &error);
      }
    }
    close_cases(d);
    rounds[round] = spent / (CASES * STEPS);
  }
  return median(rounds, (size_t)round_count / 3 + 1);
}

static double clock_cost(void) {
  double start = now_ns();
  for (int i = 0; i < 100000; i++)
    (void)now_ns();
  return (now_ns() - start) / 100000;
}

static void measure(const char *name, csup_policy *policy) {
  desk *d = &the_desk;
  open_desk(d, policy);
  double rounds[ROUNDS_MOST], births[ROUNDS_MOST];
  for (int round = 0; round < round_count; round++) {
    d->decisions = 0;
    double start = now_ns();
    create_cases(d, NULL);
    births[round] = (now_ns() - start) / CASES;
    start = now_ns();
    for (int s = 0; s < STEPS; s++)
      tell_story(d, s);
    rounds[round] = (now_ns() - start) / (CASES * STEPS);
    close_cases(d);
  }
  double fastest = rounds[0];
  for (int round = 1; round < round_count; round++)
    fastest = rounds[round] < fastest ? rounds[round] : fastest;
  double per_event = (double)d->decisions / (CASES * STEPS);
  double folds[ROUNDS_MOST];
  for (int round = 0; round < round_count; round++) {
    double start = now_ns();
    tell_one_by_one(d);
    folds[round] = (now_ns() - start) / (CASES * STEPS);
  }
  double fold = median(folds, (size_t)round_count);
  size_t mean, most, requests, more;
  weigh(d, &mean, &most);
  double ns = median(rounds, (size_t)round_count), copy = baseline(mean, per_event), longer,
         json = measure_json(d) - clock_cost();
  create_cases(d, &d->allocator);
  for (int s = 0; s < STEPS; s++)
    tell_story(d, s);
  double idle = measure_advance(d);
  go_on(d, &longer, &requests, &more);
  printf("%s\n", name);
  printf("  a story of ten events     %8.1f ns an event, %.2f million a second; fastest round %.1f ns; %.2f decisions "
         "an event\n",
         ns, 1e3 / ns, fastest, per_event);
  printf("  one case after the other  %8.1f ns an event, %.2f million a second; the case made and freed included\n", fold,
         1e3 / fold);
  printf("  only copying the bytes    %8.1f ns an event; ratio %.2f\n", copy, ns / copy);
  printf("  the next %zu events        %8.1f ns an event, %.2f million a second; requests for memory %.4f an event, all of them "
         "a list that doubles\n",
         more / CASES, longer, 1e3 / longer, (double)requests / (double)(more + (size_t)LOOP_STEPS * CASES));
  printf("  advance, nothing due      %8.1f ns\n", idle);
  printf("  the same story as JSON    %8.1f ns an event, %.2f million a second\n", json, 1e3 / json);
  printf("  creating a case           %8.1f ns\n", median(births, (size_t)round_count));
  printf("  bytes after ten events    %8zu on average, %zu at most (newly made %zu)\n", mean, most, csup_case_size(policy));
  close_desk(d);
  csup_policy_release(policy);
}

/* `case_benchmark 2 1` measures the third policy only, in one round: for profilers. */
int main(int count, char **arguments) {
  int only = count > 1 ? atoi(arguments[1]) : -1;
  if (count > 2 && atoi(arguments[2]) > 0 && atoi(arguments[2]) <= ROUNDS_MOST)
    round_count = atoi(arguments[2]);
  printf("%d cases in rotation, medians of %d rounds, processor time\n", CASES, round_count);
  if (only < 0 || only == 0)
    measure("the built-in workflow alone", parse("{\"csupport\":1,\"name\":\"plain\"}"));
  if (only < 0 || only == 1)
    measure("six clocks", with_rules(0));
  if (only < 0 || only == 2)
    measure("six clocks, twenty rules", with_rules(RULES));
  return 0;
}
