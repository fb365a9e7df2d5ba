/* Every sequence of events through the built-in workflow, up to a length, against a table of it that was written from its
   description: the same state after each event, the same refusals, nothing decided where nothing moves. Along the way each case
   is loaded from its parent's snapshot (law 2), and what is refused leaves its bytes as they were (law 4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fold.h"
#include "random.h"

#include <stdio.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define HOUR          INT64_C(3600000000)
#define STEP          (36 * HOUR) /* four of them are more than the five days after which a resolved case closes */
#define LONGEST       7

/* --- the workflow, as its description has it --------------------------------------------------------------------------- */

typedef enum place {
  NEW,
  DIAGNOSIS,
  DETERMINATION,
  DEVELOPMENT,
  DELIVERY,
  CUSTOMER,
  THIRD,
  RESOLVED,
  CLOSED,
  MERGED,
  CANCELLED
} place;

static const char *const place_names[] = {
    "new",      "diagnosis", "determination", "development", "delivery", "waiting_customer", "waiting_third_party",
    "resolved", "closed",    "merged",        "cancelled"};

typedef struct model {
  place visits[2 * LONGEST + 2]; /* each state entered, the timer's included */
  int visit_count;
  csup_time entered;
  bool impact_known;
  enum { NONE, FULL, PARTIAL } resolution;
} model;

typedef struct happening {
  csup_event_kind kind;
  const char *value;
  place to; /* of `moved` */
} happening;

static place now_in(const model *m) {
  return m->visits[m->visit_count - 1];
}

/* Where `previous` leads: the latest earlier state that did not wait. */
static place previous_of(const model *m) {
  for (int i = m->visit_count - 2; i >= 0; i--)
    if (m->visits[i] != CUSTOMER && m->visits[i] != THIRD)
      return m->visits[i];
  return NEW;
}

static bool may_move(const model *m, place to) {
  place from = now_in(m);
  bool waits = from == CUSTOMER || from == THIRD;
  bool open = from >= DIAGNOSIS && from <= DELIVERY;
  if (from == to)
    return true;
  if (open && (to == CUSTOMER || to == THIRD))
    return true;
  if (waits)
    return to == RESOLVED || to == CUSTOMER || to == THIRD || to == previous_of(m);
  switch (from) {
  case NEW:
    return to == DIAGNOSIS;
  case DIAGNOSIS:
    return to == DETERMINATION || to == RESOLVED;
  case DETERMINATION:
    return to == DIAGNOSIS || (m->impact_known && (to == DEVELOPMENT || to == DELIVERY || to == RESOLVED));
  case DEVELOPMENT:
    return to == DETERMINATION || to == DELIVERY || to == RESOLVED;
  case DELIVERY:
    return to == DEVELOPMENT || to == RESOLVED;
  default:
    return false;
  }
}

static place after_event(const model *m, csup_event_kind kind) {
  place from = now_in(m);
  bool over = from == CLOSED || from == MERGED || from == CANCELLED;
  switch (kind) {
  case CSUP_EVENT_MERGED:
    return over ? from : MERGED;
  case CSUP_EVENT_CANCELLED:
    return over ? from : CANCELLED;
  case CSUP_EVENT_CLOSED:
    return over ? from : CLOSED;
  case CSUP_EVENT_ACKNOWLEDGED:
  case CSUP_EVENT_AGENT_MESSAGE:
    return from == NEW ? DIAGNOSIS : from;
  case CSUP_EVENT_CUSTOMER_MESSAGE:
    return from == CUSTOMER ? previous_of(m) : from == RESOLVED ? DIAGNOSIS : from;
  case CSUP_EVENT_REOPENED:
    return from == RESOLVED || from == CLOSED ? DIAGNOSIS : from;
  case CSUP_EVENT_PROPOSED:
    return from == DEVELOPMENT ? DELIVERY : from;
  case CSUP_EVENT_REJECTED:
    return from == RESOLVED ? DIAGNOSIS : from == DELIVERY ? DEVELOPMENT : from;
  case CSUP_EVENT_ACCEPTED:
    return from != DELIVERY ? from : m->resolution == FULL ? RESOLVED : m->resolution == PARTIAL ? DEVELOPMENT : from;
  default:
    return from;
  }
}

/* Returns how often the state changes; -1: the event is refused, and nothing has happened. */
static int foresee(model *m, const happening *h, csup_time at) {
  model next = *m;
  int moved = 0;
  if (now_in(&next) == RESOLVED && next.entered + 120 * HOUR <= at) {
    next.visits[next.visit_count++] = CLOSED;
    next.entered += 120 * HOUR;
    moved++;
  }
  if (h->kind == CSUP_EVENT_ANSWERED)
    next.impact_known = true;
  if (h->kind == CSUP_EVENT_PROPOSED)
    next.resolution = strcmp(h->value, "full") == 0 ? FULL : PARTIAL;
  if (h->kind == CSUP_EVENT_MOVED && !may_move(&next, h->to))
    return -1;
  place to = h->kind == CSUP_EVENT_MOVED ? h->to : after_event(&next, h->kind);
  if (to != now_in(&next)) {
    next.visits[next.visit_count++] = to;
    next.entered = at;
    moved++;
  }
  *m = next;
  return moved;
}

/* --- the walk ---------------------------------------------------------------------------------------------------------- */

typedef struct node {
  unsigned char bytes[4096];
  size_t length;
  model m;
} node;

typedef struct walk {
  csup_policy *policy;
  csup_decisions *list;
  const happening *events;
  int event_count, longest;
  place start;
  int path[LONGEST];
  node nodes[LONGEST + 1];
  long sequences, refused, replayed;
} walk;

static csup_event event_of(const happening *h, csup_time at) {
  csup_event event = {.at = at, .kind = h->kind, .value = h->value};
  if (h->kind == CSUP_EVENT_MOVED)
    event.value = place_names[h->to];
  if (h->kind == CSUP_EVENT_ANSWERED) {
    event.name = "service";
    event.basis = CSUP_BASIS_STATED;
  }
  return event;
}

static void wrong(const walk *w, int depth, const char *what) {
  text_buffer path = {NULL, 0, 0};
  for (int i = 0; i < depth; i++) {
    const happening *h = &w->events[w->path[i]];
    text_add(&path, " %s%s%s", csup_event_kind_name(h->kind), h->kind == CSUP_EVENT_MOVED ? ":" : "",
             h->kind == CSUP_EVENT_MOVED ? place_names[h->to] : "");
  }
  fail_msg("after%s: %s", path.text, what);
}

static csup_time time_of(int depth) {
  return depth * STEP;
}

/* The same sequence from the beginning, without a snapshot on the way, gives the same bytes. */
static void replay(walk *w, int depth) {
  csup_case *c = NULL;
  unsigned char bytes[4096];
  size_t length = 0;
  csup_event opened = {.kind = CSUP_EVENT_OPENED, .case_id = "C", .name = place_names[w->start]};
  assert_int_equal(csup_case_create(w->policy, NULL, &c), CSUP_OK);
  assert_int_equal(csup_case_apply(c, &opened, 1, w->list, NULL), CSUP_OK);
  for (int i = 0; i < depth; i++) {
    csup_event event = event_of(&w->events[w->path[i]], time_of(i + 1));
    (void)csup_case_apply(c, &event, 1, w->list, NULL);
  }
  assert_int_equal(csup_case_save(c, bytes, sizeof bytes, &length), CSUP_OK);
  csup_decisions_clear(w->list);
  csup_case_free(c);
  if (length != w->nodes[depth].length || memcmp(bytes, w->nodes[depth].bytes, length) != 0)
    wrong(w, depth, "another case than from the beginning");
  w->replayed++;
}

/* What was decided: a move for each change of state, an assessment at most, and nothing else. */
static void check_decisions(walk *w, int depth, int moves, place to) {
  int moved = 0;
  for (size_t i = 0; i < csup_decisions_count(w->list); i++) {
    const csup_decision *d = csup_decisions_at(w->list, i);
    if (d->kind == CSUP_DECISION_MOVED)
      moved++;
    else if (d->kind != CSUP_DECISION_ASSESSED)
      wrong(w, depth, "something is decided that is neither a move nor an assessment");
    if (d->kind == CSUP_DECISION_MOVED && moved == moves && strcmp(d->to, place_names[to]) != 0)
      wrong(w, depth, "the last move leads elsewhere");
  }
  if (moved != moves)
    wrong(w, depth, "not as many moves are decided as there are");
  csup_decisions_clear(w->list);
}

static void take(walk *w, int depth, const happening *h) {
  const node *parent = &w->nodes[depth];
  node *child = &w->nodes[depth + 1];
  csup_case *c = NULL;
  csup_case_view view;
  csup_event event = event_of(h, time_of(depth + 1));
  w->sequences++;
  if (csup_case_load(w->policy, parent->bytes, parent->length, NULL, &c, NULL) != CSUP_OK)
    wrong(w, depth + 1, "the snapshot before does not load");
  child->m = parent->m;
  int moves = foresee(&child->m, h, event.at);
  csup_status status = csup_case_apply(c, &event, 1, w->list, NULL);
  if (status != (moves < 0 ? CSUP_E_REFUSED : CSUP_OK))
    wrong(w, depth + 1, csup_status_name(status));
  if (csup_case_save(c, child->bytes, sizeof child->bytes, &child->length) != CSUP_OK)
    wrong(w, depth + 1, "there is no snapshot");
  if (moves < 0) {
    w->refused++;
    if (csup_decisions_count(w->list) != 0 || child->length != parent->length ||
        memcmp(child->bytes, parent->bytes, child->length) != 0)
      wrong(w, depth + 1, "what is refused changes the case");
  } else {
    check_decisions(w, depth + 1, moves, now_in(&child->m));
  }
  assert_int_equal(csup_case_read(c, &view), CSUP_OK);
  if (strcmp(view.state, place_names[now_in(&child->m)]) != 0)
    wrong(w, depth + 1, view.state);
  if (csup_case_visit_count(c) != (size_t)child->m.visit_count)
    wrong(w, depth + 1, "another number of visits");
  csup_case_free(c);
}

static void go(walk *w, int depth) {
  for (int i = 0; i < w->event_count; i++) {
    w->path[depth] = i;
    take(w, depth, &w->events[i]);
    if (w->sequences % 97 == 0)
      replay(w, depth + 1);
    if (depth + 1 < w->longest)
      go(w, depth + 1);
  }
}

static void walk_all(const char *name, place start, const happening *events, int event_count) {
  static walk w;
  static const char text[] = "{\"csupport\":1}";
  w = (walk){.events = events, .event_count = event_count, .start = start};
  w.longest = random_rounds(10) >= 10 ? LONGEST : random_rounds(100) >= 10 ? 5 : 4;
  csup_event opened = {.kind = CSUP_EVENT_OPENED, .case_id = "C", .name = place_names[start]};
  csup_case *c = NULL;
  assert_int_equal(csup_policy_parse(text, sizeof text - 1, NULL, &w.policy, NULL), CSUP_OK);
  assert_int_equal(csup_decisions_create(NULL, &w.list), CSUP_OK);
  assert_int_equal(csup_case_create(w.policy, NULL, &c), CSUP_OK);
  assert_int_equal(csup_case_apply(c, &opened, 1, w.list, NULL), CSUP_OK);
  csup_decisions_clear(w.list);
  node *root = &w.nodes[0];
  assert_int_equal(csup_case_save(c, root->bytes, sizeof root->bytes, &root->length), CSUP_OK);
  csup_case_free(c);
  root->m = (model){.visits = {start}, .visit_count = 1, .entered = 0};
  go(&w, 0);
  print_message("%s: %ld sequences of up to %d out of %d events, %ld end in a refusal, %ld folded again\n", name, w.sequences,
                w.longest, event_count, w.refused, w.replayed);
  csup_decisions_free(w.list);
  csup_policy_release(w.policy);
}

static void test_working(void **state) {
  (void)state;
  static const happening events[] = {
      {CSUP_EVENT_AGENT_MESSAGE, NULL, NEW},   {CSUP_EVENT_CUSTOMER_MESSAGE, NULL, NEW}, {CSUP_EVENT_ANSWERED, "down", NEW},
      {CSUP_EVENT_MOVED, NULL, DETERMINATION}, {CSUP_EVENT_MOVED, NULL, DEVELOPMENT},    {CSUP_EVENT_MOVED, NULL, CUSTOMER},
      {CSUP_EVENT_MOVED, NULL, THIRD},         {CSUP_EVENT_MOVED, NULL, RESOLVED},       {CSUP_EVENT_PROPOSED, "partial", NEW},
  };
  walk_all("working", NEW, events, LENGTH(events));
}

static void test_ending(void **state) {
  (void)state;
  static const happening events[] = {
      {CSUP_EVENT_ACKNOWLEDGED, NULL, NEW}, {CSUP_EVENT_MOVED, NULL, RESOLVED}, {CSUP_EVENT_PROPOSED, "full", NEW},
      {CSUP_EVENT_ACCEPTED, NULL, NEW},     {CSUP_EVENT_REJECTED, NULL, NEW},   {CSUP_EVENT_CLOSED, NULL, NEW},
      {CSUP_EVENT_REOPENED, NULL, NEW},     {CSUP_EVENT_CANCELLED, NULL, NEW},  {CSUP_EVENT_MERGED, "D", NEW},
  };
  walk_all("ending", DEVELOPMENT, events, LENGTH(events));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_working), cmocka_unit_test(test_ending)};
  return cmocka_run_group_tests_name("case/exhaustive", tests, NULL, NULL);
}
