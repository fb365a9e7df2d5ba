/* Laws 1 to 4 and 7: random policies, random journals. A stream that breaks a law is made smaller, journal and policy both, and
   printed. CSUP_TEST_SEED gives the seed of the first stream, so that the one that failed can be run alone; CSUP_TEST_LAW=3 holds
   them to that law only, and prints no more than its name when it does not hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fold.h"

#include "failing_allocator.h"
#include "support/random_journal.h"

#include <jansson.h>

#define LINES_MAX   40
#define ON_A_POLICY 8 /* streams that share one: its calendars cost more than a stream */
#define STREAMS     50000
#define WAKEUPS_MAX 3000
#define DAY         (86400 * INT64_C(1000000))
#define HORIZON     (20 * DAY)

typedef struct stream {
  csup_policy *policy;
  char *policy_text;
  char *lines[LINES_MAX];
  csup_time at[LINES_MAX];
  size_t count;
  csup_time horizon; /* time goes on until then */
  uint64_t seed;     /* of what a law draws */
} stream;

/* What the plain run gives: no tick, no snapshot. */
typedef struct outcome {
  text_buffer decisions, snapshot;
  csup_status statuses[LINES_MAX];
} outcome;

static void free_outcome(outcome *o) {
  text_free(&o->decisions);
  text_free(&o->snapshot);
}

static char *copy_text(const char *text, size_t length) {
  char *copy = malloc(length + 1);
  if (!copy)
    abort();
  memcpy(copy, text, length);
  copy[length] = '\0';
  return copy;
}

static void free_stream(stream *s) {
  for (size_t i = 0; i < s->count; i++)
    free(s->lines[i]);
  csup_policy_release(s->policy);
  free(s->policy_text);
}

static void run_plain(const stream *s, outcome *out) {
  fold f;
  *out = (outcome){.statuses = {0}};
  assert_true(fold_begin(&f, s->policy, NULL));
  for (size_t i = 0; i < s->count; i++)
    out->statuses[i] = fold_line(&f, s->lines[i], NULL);
  assert_int_equal(fold_advance(&f, s->horizon), CSUP_OK);
  fold_save(&f, &out->snapshot);
  out->decisions = f.decisions;
  f.decisions = (text_buffer){NULL, 0, 0};
  fold_end(&f);
}

/* A law is told as NULL when it holds, else as what is wrong. */
typedef const char *(*law)(const stream *s, const outcome *plain);

static const char *compare(fold *f, const stream *s, const outcome *plain, const char *what) {
  text_buffer snapshot = {NULL, 0, 0};
  fold_save(f, &snapshot);
  bool same = text_equal(&f->decisions, &plain->decisions);
  bool same_case = text_equal(&snapshot, &plain->snapshot);
  text_free(&snapshot);
  (void)s;
  if (!same) {
    static char told[600];
    size_t at = 0;
    while (at < f->decisions.length && at < plain->decisions.length && f->decisions.text[at] == plain->decisions.text[at])
      at++;
    while (at > 0 && plain->decisions.text[at - 1] != '\n')
      at--;
    (void)snprintf(told, sizeof told, "%s: decisions differ\n  plain: %.250s\n  now:   %.250s", what,
                   at < plain->decisions.length ? plain->decisions.text + at : "(none)",
                   at < f->decisions.length ? f->decisions.text + at : "(none)");
    return told;
  }
  return same_case ? NULL : "the decisions are the same, but the case is another in the end";
}

/* --- law 1 -------------------------------------------------------------------------------------------------------------- */

static void tick(fold *f, random_source *source, csup_time from, csup_time to) {
  int ticks = random_below(source, 4);
  for (int i = 0; i < ticks; i++) {
    csup_time wakeup = fold_wakeup(f);
    int kind = random_below(source, 5);
    csup_time now = kind == 0 ? to : kind == 1 ? wakeup : kind == 2 ? wakeup - 1 : random_between(source, from, to);
    if (now <= to)
      assert_int_equal(fold_advance(f, now), CSUP_OK);
  }
}

static const char *law_tick_invariance(const stream *s, const outcome *plain) {
  fold f;
  random_source source = {s->seed};
  const char *wrong = NULL;
  assert_true(fold_begin(&f, s->policy, NULL));
  for (size_t i = 0; !wrong && i < s->count; i++) {
    tick(&f, &source, i > 0 ? s->at[i - 1] : s->at[i] - DAY, s->at[i]);
    if (fold_line(&f, s->lines[i], NULL) != plain->statuses[i])
      wrong = "a line gives another status";
  }
  tick(&f, &source, s->at[s->count - 1], s->horizon);
  assert_int_equal(fold_advance(&f, s->horizon), CSUP_OK);
  if (!wrong)
    wrong = compare(&f, s, plain, "ticks");
  fold_end(&f);
  return wrong;
}

/* --- law 2 -------------------------------------------------------------------------------------------------------------- */

static const char *save_and_load(fold *f, const stream *s) {
  text_buffer bytes = {NULL, 0, 0}, again = {NULL, 0, 0};
  const char *wrong = NULL;
  csup_time wakeup = fold_wakeup(f);
  int64_t rank = csup_case_rank(f->c);
  fold_save(f, &bytes);
  if (fold_load(f, s->policy, &bytes, NULL) != CSUP_OK)
    wrong = "a snapshot does not load";
  fold_save(f, &again);
  if (!wrong && !text_equal(&bytes, &again))
    wrong = "a loaded case saves other bytes";
  if (!wrong && fold_wakeup(f) != wakeup)
    wrong = "a loaded case wakes up at another instant";
  if (!wrong && csup_case_rank(f->c) != rank)
    wrong = "a loaded case has another rank";
  text_free(&bytes);
  text_free(&again);
  return wrong;
}

static const char *law_replay(const stream *s, const outcome *plain) {
  random_source source = {s->seed};
  const char *wrong = NULL;
  for (int round = 0; !wrong && round < 2; round++) {
    fold f;
    assert_true(fold_begin(&f, s->policy, NULL));
    for (size_t i = 0; !wrong && i < s->count; i++) {
      if (round == 1 && random_chance(&source, 50))
        wrong = save_and_load(&f, s);
      if (!wrong && fold_line(&f, s->lines[i], NULL) != plain->statuses[i])
        wrong = "a line gives another status";
    }
    if (!wrong && round == 1)
      wrong = save_and_load(&f, s);
    assert_int_equal(fold_advance(&f, s->horizon), CSUP_OK);
    if (!wrong)
      wrong = compare(&f, s, plain, round == 0 ? "the journal again" : "saved and loaded");
    fold_end(&f);
  }
  return wrong;
}

/* --- law 3 -------------------------------------------------------------------------------------------------------------- */

/* Wakes up as often as there is cause to before `until`. */
static const char *wake_until(fold *f, csup_time until) {
  text_buffer before = {NULL, 0, 0}, after = {NULL, 0, 0};
  const char *wrong = NULL;
  csup_time last = INT64_MIN;
  for (int i = 0; !wrong; i++) {
    csup_time wakeup = fold_wakeup(f);
    if (wakeup > until)
      break;
    if (wakeup <= last)
      wrong = "a wake-up does not come after the one before";
    else if (i == WAKEUPS_MAX)
      wrong = "there is no end to wake-ups";
    last = wakeup;
    size_t decided = f->decisions.length;
    fold_save(f, &before);
    assert_int_equal(fold_advance(f, wakeup - 1), CSUP_OK);
    fold_save(f, &after);
    if (!wrong && f->decisions.length != decided)
      wrong = "something is decided a microsecond before the wake-up";
    if (!wrong && !text_equal(&before, &after))
      wrong = "a tick that decides nothing changes the case";
    assert_int_equal(fold_advance(f, wakeup), CSUP_OK);
    if (!wrong && f->decisions.length == decided)
      wrong = "a wake-up decides nothing";
  }
  text_free(&before);
  text_free(&after);
  return wrong;
}

static const char *law_wakeup_exactness(const stream *s, const outcome *plain) {
  fold f;
  const char *wrong = NULL;
  assert_true(fold_begin(&f, s->policy, NULL));
  for (size_t i = 0; !wrong && i < s->count; i++) {
    wrong = wake_until(&f, s->at[i]);
    if (!wrong && fold_line(&f, s->lines[i], NULL) != plain->statuses[i])
      wrong = "a line gives another status";
  }
  if (!wrong)
    wrong = wake_until(&f, s->horizon);
  assert_int_equal(fold_advance(&f, s->horizon), CSUP_OK);
  if (!wrong)
    wrong = compare(&f, s, plain, "woken up each time");
  fold_end(&f);
  return wrong;
}

/* --- law 4 -------------------------------------------------------------------------------------------------------------- */

/* Does one thing with each allocation failing in turn, then without: what fails has changed nothing. */
static const char *until_it_succeeds(fold *f, failing_allocator *memory, const char *line, csup_time now, csup_status *status) {
  text_buffer before = {NULL, 0, 0}, after = {NULL, 0, 0};
  const char *wrong = NULL;
  fold_save(f, &before);
  for (long i = 0; !wrong; i++) {
    memory->fail_at = memory->requests + i;
    size_t count = csup_decisions_count(f->list);
    *status = line ? csup_case_apply_json(f->c, line, strlen(line), f->list, NULL) : csup_case_advance(f->c, now, f->list, NULL);
    bool failed = *status == CSUP_E_NOMEM;
    memory->fail_at = -1;
    if (*status == CSUP_OK)
      break;
    fold_save(f, &after);
    if (csup_decisions_count(f->list) != count)
      wrong = "a call that fails leaves decisions behind";
    else if (!text_equal(&before, &after))
      wrong = "a call that fails changes the case";
    if (!failed)
      break;
  }
  fold_take(f);
  text_free(&before);
  text_free(&after);
  return wrong;
}

static const char *law_atomicity(const stream *s, const outcome *plain) {
  failing_allocator memory = {.fail_at = -1};
  csup_allocator allocator = {&memory, failing_resize};
  random_source source = {s->seed};
  const char *wrong = NULL;
  fold f;
  assert_true(fold_begin(&f, s->policy, &allocator));
  for (size_t i = 0; !wrong && i < s->count; i++) {
    csup_status status = CSUP_OK;
    csup_time from = i > 0 ? s->at[i - 1] : s->at[0] - DAY;
    if (random_chance(&source, 30))
      wrong = until_it_succeeds(&f, &memory, NULL, random_between(&source, from, s->at[i]), &status);
    if (!wrong)
      wrong = until_it_succeeds(&f, &memory, s->lines[i], 0, &status);
    if (!wrong && status != plain->statuses[i])
      wrong = "a line gives another status";
  }
  if (!wrong) {
    csup_status status = CSUP_OK;
    wrong = until_it_succeeds(&f, &memory, NULL, s->horizon, &status);
    assert_int_equal(status, CSUP_OK);
  }
  if (!wrong)
    wrong = compare(&f, s, plain, "each allocation failing");
  fold_end(&f);
  if (!wrong && (memory.blocks != 0 || memory.bytes != 0))
    wrong = "memory is lost";
  return wrong;
}

/* --- law 7 -------------------------------------------------------------------------------------------------------------- */

#define TRACKS_MAX 64

typedef struct track {
  char kind[16], clock[64];
  int32_t cycle;
  bool open, breached;
  bool paused, pause_known;
  bool lost; /* its target: until it has one again nothing is decided, not even its end */
} track;

typedef struct book {
  track tracks[TRACKS_MAX];
  size_t count;
  long cycles, breached, paused;
} book;

static track *find_track(book *b, const csup_decision *d) {
  for (size_t i = 0; i < b->count; i++)
    if (strcmp(b->tracks[i].kind, d->agreement_kind) == 0 && strcmp(b->tracks[i].clock, d->clock) == 0)
      return &b->tracks[i];
  assert_true(b->count < TRACKS_MAX);
  track *fresh = &b->tracks[b->count++];
  *fresh = (track){.cycle = 0};
  (void)snprintf(fresh->kind, sizeof fresh->kind, "%s", d->agreement_kind);
  (void)snprintf(fresh->clock, sizeof fresh->clock, "%s", d->clock);
  return fresh;
}

static const char *follow(book *b, const csup_decision *d) {
  track *t = find_track(b, d);
  if (d->kind == CSUP_DECISION_CLOCK_STARTED) {
    if ((t->open && !t->lost) || d->cycle <= t->cycle)
      return "a cycle starts before the one before it has ended";
    t->cycle = d->cycle;
    t->open = true;
    t->breached = t->lost = t->paused = false;
    t->pause_known = d->due != CSUP_TIME_NEVER; /* a cycle that takes its target while paused is not told as paused */
    b->cycles++;
    return NULL;
  }
  if (!t->open || d->cycle != t->cycle)
    return "something is decided of a cycle that is not running";
  if (d->kind == CSUP_DECISION_CLOCK_RETARGETED) {
    t->pause_known = t->pause_known && !t->lost;
    t->lost = d->agreement == NULL;
    return NULL;
  }
  if (t->lost)
    return "something is decided of a cycle without a target";
  bool sure = t->pause_known;
  switch (d->kind) {
  case CSUP_DECISION_CLOCK_PAUSED:
    if (sure && t->paused)
      return "a paused cycle is paused";
    t->paused = t->pause_known = true;
    b->paused++;
    return d->due == CSUP_TIME_NEVER ? NULL : "a paused cycle has a due";
  case CSUP_DECISION_CLOCK_RESUMED:
    if (sure && !t->paused)
      return "a running cycle is resumed";
    t->paused = false;
    t->pause_known = true;
    return NULL;
  case CSUP_DECISION_CLOCK_WARNED:
    return sure && t->paused ? "a paused cycle warns" : NULL;
  case CSUP_DECISION_CLOCK_BREACHED:
    if (t->breached)
      return "a cycle breaches twice";
    t->breached = true;
    b->breached++;
    return d->verdict == CSUP_VERDICT_BREACHED ? NULL : "a breach has another verdict";
  case CSUP_DECISION_CLOCK_MET:
    t->open = false;
    if (d->verdict == CSUP_VERDICT_OPEN)
      return "a cycle is met and open";
    if ((d->verdict == CSUP_VERDICT_BREACHED) != (d->due != CSUP_TIME_NEVER && d->at > d->due))
      return "a stopped cycle's verdict is not that of its due";
    return NULL;
  case CSUP_DECISION_CLOCK_CANCELLED:
    t->open = false;
    return d->verdict == CSUP_VERDICT_MET ? "a cancelled cycle is met" : NULL;
  default:
    return "a decision that is none of a clock's";
  }
}

/* What is open in the book runs, or is paused, in the case. */
static const char *compare_with_view(const book *b, const csup_case *c, csup_time now) {
  for (size_t k = 0; k < b->count; k++) {
    const track *t = &b->tracks[k];
    bool found = false;
    for (size_t i = 0; i < csup_case_clock_count(c); i++) {
      csup_clock clock;
      assert_int_equal(csup_case_clock_at(c, i, now, &clock), CSUP_OK);
      if (strcmp(t->kind, clock.agreement_kind) != 0 || strcmp(t->clock, clock.name) != 0)
        continue;
      found = true;
      bool runs = clock.status == CSUP_CLOCK_RUNNING || clock.status == CSUP_CLOCK_PAUSED;
      if (t->open && !t->lost && (clock.cycle != t->cycle || !runs))
        return "a cycle has ended and nothing was decided";
      if (t->open && !t->lost && t->pause_known && (clock.status == CSUP_CLOCK_PAUSED) != t->paused)
        return "the case's pauses are not those that were decided";
      if (!t->open && clock.cycle == t->cycle && runs)
        return "a cycle was decided to have ended, and runs";
      if (clock.due != CSUP_TIME_NEVER && clock.status == CSUP_CLOCK_PAUSED)
        return "a paused cycle has a due";
    }
    if (!found)
      return "a cycle that was started is lost";
  }
  return NULL;
}

/* Counted over all streams. */
typedef struct census {
  long streams, lines, accepted, decisions, cycles, breached, paused;
  long events[RANDOM_EVENTS], kinds[CSUP_DECISION_ASK + 1], uses[USES_COUNT], statuses[16];
} census;

static census counted;

static const char *law_no_clock_is_lost(const stream *s, const outcome *plain) {
  fold f;
  book b = {.count = 0};
  bool kinds[CSUP_DECISION_ASK + 1] = {false};
  const char *wrong = NULL;
  int64_t seq = 0;
  csup_time at = INT64_MIN;
  assert_true(fold_begin(&f, s->policy, NULL));
  for (size_t i = 0; i <= s->count; i++) {
    if (i < s->count)
      (void)csup_case_apply_json(f.c, s->lines[i], strlen(s->lines[i]), f.list, NULL);
    else
      assert_int_equal(csup_case_advance(f.c, s->horizon, f.list, NULL), CSUP_OK);
    for (size_t k = 0; !wrong && k < csup_decisions_count(f.list); k++) {
      const csup_decision *d = csup_decisions_at(f.list, k);
      if (d->seq != ++seq)
        wrong = "decisions are not numbered one by one";
      else if (d->at < at)
        wrong = "the instants of decisions decrease";
      else if (d->kind >= CSUP_DECISION_CLOCK_STARTED && d->kind <= CSUP_DECISION_CLOCK_CANCELLED)
        wrong = follow(&b, d);
      at = d->at;
      kinds[d->kind] = true;
    }
    counted.decisions += (long)csup_decisions_count(f.list);
    csup_decisions_clear(f.list);
  }
  if (!wrong && csup_case_visit_count(f.c) > 0)
    wrong = compare_with_view(&b, f.c, s->horizon);
  fold_end(&f);
  (void)plain;
  counted.cycles += b.cycles;
  counted.breached += b.breached;
  counted.paused += b.paused;
  for (int kind = 1; kind <= CSUP_DECISION_ASK; kind++)
    counted.kinds[kind] += kinds[kind];
  return wrong;
}

/* --- making a stream smaller -------------------------------------------------------------------------------------------- */

static const char *check(law holds, const stream *s) {
  outcome plain;
  run_plain(s, &plain);
  const char *wrong = holds(s, &plain);
  free_outcome(&plain);
  return wrong;
}

static stream without_lines(const stream *s, size_t first, size_t count) {
  stream out = *s;
  out.count = 0;
  for (size_t i = 0; i < s->count; i++) {
    if (i >= first && i < first + count)
      continue;
    out.lines[out.count] = s->lines[i];
    out.at[out.count++] = s->at[i];
  }
  return out;
}

static void drop_lines(stream *s, law holds) {
  for (size_t size = s->count / 2; size > 0; size /= 2) {
    for (size_t first = 1; first + size <= s->count;) {
      stream smaller = without_lines(s, first, size);
      if (check(holds, &smaller))
        *s = smaller;
      else
        first++;
    }
  }
}

/* Takes the n-th thing that can be taken out of a document. False when there are not so many. */
static bool drop_part(json_t *node, int *n) {
  if (json_is_object(node)) {
    const char *key;
    json_t *value;
    json_object_foreach(node, key, value) {
      if ((*n)-- == 0)
        return json_object_del(node, key) == 0;
      if (drop_part(value, n))
        return true;
    }
  } else if (json_is_array(node)) {
    for (size_t i = 0; i < json_array_size(node); i++) {
      if ((*n)-- == 0)
        return json_array_remove(node, i) == 0;
      if (drop_part(json_array_get(node, i), n))
        return true;
    }
  }
  return false;
}

static bool try_without(stream *s, law holds, int part, bool *fails) {
  json_t *root = json_loads(s->policy_text, 0, NULL);
  bool dropped = drop_part(root, &part);
  char *text = json_dumps(root, JSON_COMPACT);
  json_decref(root);
  stream smaller = *s;
  smaller.policy = NULL;
  smaller.policy_text = text;
  *fails = false;
  if (dropped && csup_policy_parse(text, strlen(text), NULL, &smaller.policy, NULL) == CSUP_OK)
    *fails = check(holds, &smaller) != NULL;
  if (*fails) {
    csup_policy_release(s->policy);
    free(s->policy_text);
    *s = smaller;
  } else {
    csup_policy_release(smaller.policy);
    free(text);
  }
  return dropped;
}

static void drop_policy(stream *s, law holds) {
  bool fails = true;
  for (int part = 0; try_without(s, holds, part, &fails);)
    part += fails ? 0 : 1;
}

static void show(const char *name, stream *s, law holds) {
  stream whole = *s;
  whole.policy_text = copy_text(s->policy_text, strlen(s->policy_text));
  csup_policy_retain(whole.policy);
  drop_lines(&whole, holds);
  drop_policy(&whole, holds);
  drop_lines(&whole, holds);
  const char *wrong = check(holds, &whole);
  printf("\n%s does not hold (CSUP_TEST_SEED=%" PRIu64 ")\n%s\n\npolicy:\n%s\n\njournal, until ", name, s->seed,
         wrong ? wrong : "(what is wrong depends on more than the stream)", whole.policy_text);
  text_buffer until = {NULL, 0, 0};
  random_write_instant(&until, whole.horizon);
  printf("%s:\n", until.text);
  text_free(&until);
  for (size_t i = 0; i < whole.count; i++)
    printf("%s\n", whole.lines[i]);
  outcome plain;
  run_plain(&whole, &plain);
  printf("\ndecisions:\n%s\n", plain.decisions.length > 0 ? plain.decisions.text : "(none)\n");
  free_outcome(&plain);
  csup_policy_release(whole.policy);
  free(whole.policy_text);
}

/* --- the run ------------------------------------------------------------------------------------------------------------ */

static const struct {
  const char *name;
  law holds;
} laws[] = {{"law 1, tick invariance", law_tick_invariance},
            {"law 2, replay", law_replay},
            {"law 3, wake-up exactness", law_wakeup_exactness},
            {"law 4, atomicity", law_atomicity},
            {"law 7, no clock is lost", law_no_clock_is_lost}};
#define LAWS (sizeof laws / sizeof laws[0])

/* A policy that parses: a condition drawn at random may be one that can never hold, which is refused. */
static csup_policy *draw_policy(random_policy *random, random_source *source, long *refused) {
  for (;;) {
    csup_policy *policy = NULL;
    csup_error error = {.message = ""};
    random_policy_draw(random, source, true);
    csup_status status = csup_policy_parse(random->json.text, random->json.length, NULL, &policy, &error);
    if (status == CSUP_OK)
      return policy;
    if (status != CSUP_E_POLICY)
      fail_msg("%s at %s: %s\n%s", csup_status_name(status), error.pointer, error.message, random->json.text);
    if (getenv("CSUP_TEST_TELL"))
      printf("refused: %s: %s\n", error.pointer, error.message);
    ++*refused;
  }
}

/* Lines are drawn one by one, knowing when the case would wake up. */
static void draw_journal(stream *s, const random_policy *policy, random_source *source) {
  fold f;
  text_buffer line = {NULL, 0, 0};
  size_t count = 4 + (size_t)random_below(source, 20);
  csup_time at = random_opening(source);
  assert_true(fold_begin(&f, s->policy, NULL));
  for (s->count = 0; s->count < count; s->count++) {
    text_clear(&line);
    if (s->count == 0)
      random_opened(&line, policy, source, at);
    else
      random_line(&line, policy, source, at = random_instant(source, at, fold_wakeup(&f)));
    s->lines[s->count] = copy_text(line.text, line.length);
    s->at[s->count] = at;
    csup_error error = {.message = ""};
    csup_status status = fold_line(&f, line.text, &error);
    counted.statuses[-status]++;
    counted.accepted += status == CSUP_OK;
    if (status == CSUP_E_NOMEM || status == CSUP_E_SYNTAX)
      fail_msg("%s: %s\n%s", csup_status_name(status), error.message, line.text);
  }
  s->horizon = at + random_between(source, 0, HORIZON);
  text_free(&line);
  fold_end(&f);
}

static void count_stream(const stream *s, const random_policy *policy) {
  counted.streams++;
  counted.lines += (long)s->count;
  for (int event = 0; event < RANDOM_EVENTS; event++) {
    char wanted[48];
    (void)snprintf(wanted, sizeof wanted, "\"event\":\"%s\"", random_event_names[event]);
    for (size_t i = 0; i < s->count; i++) {
      if (strstr(s->lines[i], wanted)) {
        counted.events[event]++;
        break;
      }
    }
  }
  for (int feature = 0; feature < USES_COUNT; feature++)
    counted.uses[feature] += (long)(policy->uses >> feature & 1);
}

static bool enough(const char *what, long count, long least) {
  printf("  %-24s %6.2f %%%s\n", what, 100.0 * (double)count / (double)counted.streams, count < least ? "  TOO RARE" : "");
  return count >= least;
}

static void report(long refused) {
  long least = counted.streams / 100;
  bool all = true;
  printf("%ld streams, %ld lines (%ld accepted), %ld decisions, %ld policies refused\n", counted.streams, counted.lines,
         counted.accepted, counted.decisions, refused);
  for (int status = 1; status < 16; status++)
    if (counted.statuses[status] > 0)
      printf("  %-24s %6ld lines\n", csup_status_name(-status), counted.statuses[status]);
  printf("share of the streams with each event:\n");
  for (int i = 0; i < RANDOM_EVENTS; i++)
    all = enough(random_event_names[i], counted.events[i], least) && all;
  printf("with each decision:\n");
  for (int i = 1; i <= CSUP_DECISION_ASK; i++)
    all = enough(csup_decision_kind_name(i), counted.kinds[i], least) && all;
  printf("with a policy that uses:\n");
  for (int i = 0; i < USES_COUNT; i++)
    all = enough(random_feature_names[i], counted.uses[i], least) && all;
  printf("%ld cycles, %.1f %% breach, %.1f pauses for 100\n", counted.cycles,
         100.0 * (double)counted.breached / (double)counted.cycles, 100.0 * (double)counted.paused / (double)counted.cycles);
  assert_true(all);
  assert_true(counted.breached * 10 >= counted.cycles);
  assert_true(counted.paused * 10 >= counted.cycles);
  assert_true(counted.accepted * 2 >= counted.lines);
}

static bool is_asked_for(size_t index, const char *only) {
  return !only || strncmp(laws[index].name + strlen("law "), only, 1) == 0;
}

static void test_laws(void **state) {
  const char *only = getenv("CSUP_TEST_LAW");
  (void)state;
  random_source first = random_start("laws of the case");
  long rounds = random_rounds(STREAMS), refused = 0;
  random_policy policy = {.state_count = 0};
  csup_policy *parsed = NULL;
  for (long round = 0; round < rounds; round++) {
    uint64_t seed = first.state + (uint64_t)round;
    if (round == 0 || seed % ON_A_POLICY == 0) {
      random_source of_policy = {seed / ON_A_POLICY};
      csup_policy_release(parsed);
      parsed = draw_policy(&policy, &of_policy, &refused);
    }
    random_source source = {seed};
    stream s = {.seed = seed, .policy = csup_policy_retain(parsed)};
    s.policy_text = copy_text(policy.json.text, policy.json.length);
    draw_journal(&s, &policy, &source);
    count_stream(&s, &policy);
    outcome plain;
    run_plain(&s, &plain);
    for (size_t i = 0; i < LAWS; i++) {
      if (!is_asked_for(i, only) || !laws[i].holds(&s, &plain))
        continue;
      if (!only)
        show(laws[i].name, &s, laws[i].holds);
      fail_msg("%s does not hold (CSUP_TEST_SEED=%" PRIu64 ")", laws[i].name, seed);
    }
    free_outcome(&plain);
    free_stream(&s);
  }
  for (size_t i = 0; i < LAWS; i++)
    if (is_asked_for(i, only))
      printf("%s: holds\n", laws[i].name);
  csup_policy_release(parsed);
  random_policy_free(&policy);
  if (rounds >= 1000 && !only)
    report(refused);
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_laws)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
