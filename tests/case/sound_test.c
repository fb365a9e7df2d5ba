/* Snapshots that are well formed, with a right checksum, and say what no case can be. Each row spoils a case that was folded in
   one place, saves it, and is refused; unspoiled the case is loaded. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "case/cycle.h"
#include "case/fold.h"
#include "case/watch.h"

#include <jansson.h>

#define MONDAY INT64_C(1772442000000000) /* 2026-03-02T09:00:00Z */

static const char *const journal[] = {
    "{\"case\":\"C-1\",\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"opened\",\"team\":\"one\"}",
    "{\"at\":\"2026-03-02T09:10:00Z\",\"event\":\"agent_message\"}",
    "{\"at\":\"2026-03-02T09:20:00Z\",\"event\":\"answered\",\"dimension\":\"service\",\"level\":\"down\",\"basis\":\"stated\"}",
    "{\"at\":\"2026-03-02T09:30:00Z\",\"event\":\"promised\",\"promise\":\"call\",\"due\":\"2026-03-04T09:00:00Z\"}",
    "{\"at\":\"2026-03-02T09:40:00Z\",\"event\":\"requested\",\"what\":\"log\",\"due\":\"2026-03-05T09:00:00Z\"}",
    "{\"at\":\"2026-03-02T09:50:00Z\",\"event\":\"overridden\",\"priority\":\"P2\",\"until\":\"2026-03-09T09:00:00Z\"}",
    "{\"at\":\"2026-03-02T10:00:00Z\",\"event\":\"moved\",\"to\":\"waiting_customer\"}",
    "{\"at\":\"2026-03-02T11:00:00Z\",\"event\":\"customer_message\"}",
    "{\"at\":\"2026-03-02T12:00:00Z\",\"event\":\"moved\",\"to\":\"waiting_customer\"}",
};

enum { ACKNOWLEDGE = 0, FIRST_RESPONSE = 1, RESOLUTION = 5 }; /* clocks of the built-in policy: stopped, stopped, paused */

static void no_change(csup_case *c) {
  (void)c;
}

static void set_visit(csup_case *c, uint32_t index, csup_time entered, int32_t state) {
  c->visits[index] = csup_visit_of(entered, state);
}

#define SPOIL(name, ...)                                                                                                         \
  static void name(csup_case *c) {                                                                                               \
    __VA_ARGS__;                                                                                                                 \
  }

SPOIL(never_opened, c->head->opened = CSUP_TIME_NEVER)
SPOIL(opened_before_time, c->head->opened = CSUP_TIME_FIRST - 1)
SPOIL(last_before_opened, c->head->last = c->head->opened - 1)
SPOIL(settled_before_last, c->head->settled = c->head->last - 1)
SPOIL(settled_never, c->head->settled = CSUP_TIME_NEVER)
SPOIL(entered_before_opened, c->head->entered = c->head->opened - 1)
SPOIL(entered_later, c->head->entered = c->head->settled + 1)
SPOIL(no_state, c->head->state = -1)
SPOIL(another_state, c->head->state = 0)
SPOIL(no_name, c->head->case_id = 0)
SPOIL(no_priority, c->head->priority = -1)
SPOIL(no_severity, c->head->severity = -1)
SPOIL(below_seq, c->head->seq = -1)
SPOIL(beyond_seq, c->head->seq = INT64_MAX)
SPOIL(below_minutes, c->head->minutes = -1)
SPOIL(below_cost, c->head->cost = INT64_MIN)
SPOIL(pin_before_time, c->head->priority_pin.until = INT64_MIN)
SPOIL(pin_of_nothing, c->head->priority_pin.value = -1)
SPOIL(severity_pin_of_nothing, c->head->severity_pin.until = MONDAY)
SPOIL(level_of_answer, c->head->answers.level[0] = UINT8_MAX)
SPOIL(level_just_behind, c->head->answers.level[1] = 4)
SPOIL(basis_of_answer, c->head->answers.basis[0] = 4)
SPOIL(contacts, c->slots[CSUP_SLOT_CONTACTS] = -1)
SPOIL(replies, c->slots[CSUP_SLOT_REPLIES] = INT64_MAX)
SPOIL(no_reopens, c->slots[CSUP_SLOT_REOPENS] = CSUP_ABSENT)
SPOIL(state_fact, c->slots[CSUP_SLOT_STATE] = 0)
SPOIL(no_state_fact, c->slots[CSUP_SLOT_STATE] = CSUP_ABSENT)
SPOIL(category_fact, c->slots[CSUP_SLOT_CATEGORY] = CSUP_CATEGORY_OPEN - 1)
SPOIL(stage_fact, c->slots[CSUP_SLOT_STAGE] = 0)
SPOIL(priority_fact, c->slots[CSUP_SLOT_PRIORITY] = 0)
SPOIL(severity_fact, c->slots[CSUP_SLOT_SEVERITY] = CSUP_ABSENT)
SPOIL(mood_fact, c->slots[CSUP_SLOT_MOOD] = 3)
SPOIL(level_0, c->slots[CSUP_SLOT_LEVEL] = 0)
SPOIL(level_100, c->slots[CSUP_SLOT_LEVEL] = 100)
SPOIL(breached_below, c->slots[CSUP_SLOT_BREACHED] = -1)
SPOIL(breached_beyond, c->slots[CSUP_SLOT_BREACHED] = INT64_C(1) << 7)
SPOIL(visit_before_opened, set_visit(c, 0, c->head->opened - 1, 0))
SPOIL(visit_later, set_visit(c, 1, c->head->settled + 1, 1))
SPOIL(visits_backward, set_visit(c, 1, c->head->opened - 1, 1))
SPOIL(visit_elsewhere, set_visit(c, c->head->visit_count - 1, c->head->entered, 0))
SPOIL(visit_nowhere, set_visit(c, 0, c->head->opened, 99))
SPOIL(no_visits, c->head->visit_count = 0)
SPOIL(span_before_opened, c->spans[0].from = c->head->opened - 1)
SPOIL(span_backward, c->spans[0].to = c->spans[0].from - 1)
SPOIL(span_of_nothing, c->spans[0].clocks = 0)
SPOIL(span_later, c->spans[0].to = c->head->settled + 1)
SPOIL(span_of_no_clock, c->spans[0].clocks |= 1U << 6)
SPOIL(cycle_without_number, c->cycles[RESOLUTION].number = 0)
SPOIL(cycle_without_status, c->cycles[RESOLUTION].status = 0)
SPOIL(cycle_counted_out, c->cycles[RESOLUTION].number = (1U << 28) - 1)
SPOIL(cycle_of_spans_to_come, c->cycles[RESOLUTION].first_span = c->head->span_count + 1)
SPOIL(cycle_before_opened, c->cycles[RESOLUTION].start = c->head->opened - 1)
SPOIL(cycle_later, c->cycles[RESOLUTION].start = c->head->settled + 1)
SPOIL(cycle_paused_and_stopped, c->cycles[RESOLUTION].stop = c->head->settled)
SPOIL(cycle_runs_and_stopped, c->cycles[FIRST_RESPONSE].status = CSUP_CLOCK_RUNNING)
SPOIL(cycle_stopped_never, c->cycles[FIRST_RESPONSE].stop = CSUP_TIME_NEVER)
SPOIL(cycle_stopped_before, c->cycles[FIRST_RESPONSE].stop = c->cycles[FIRST_RESPONSE].start - 1)
SPOIL(cycle_stopped_later, c->cycles[FIRST_RESPONSE].stop = c->head->settled + 1)
SPOIL(cycle_paused_never, c->cycles[RESOLUTION].paused = CSUP_TIME_NEVER)
SPOIL(cycle_paused_before, c->cycles[RESOLUTION].paused = c->cycles[RESOLUTION].start - 1)
SPOIL(cycle_paused_later, c->cycles[RESOLUTION].paused = c->head->settled + 1)
SPOIL(cycle_stopped_in_pause, c->cycles[FIRST_RESPONSE].paused = c->cycles[FIRST_RESPONSE].start)
SPOIL(track_from_before, c->tracks[RESOLUTION].origin = INT64_MIN)
SPOIL(track_due_before, c->tracks[RESOLUTION].due = INT64_MIN)
SPOIL(track_length, c->tracks[RESOLUTION].length = INT64_MAX)
SPOIL(track_length_below, c->tracks[RESOLUTION].length = -1)
SPOIL(track_paused, c->tracks[RESOLUTION].paused = INT64_MAX)
SPOIL(share_of_more, csup_case_shares(c)[RESOLUTION] = (csup_share){.left = 2, .whole = 1})
SPOIL(share_below, csup_case_shares(c)[RESOLUTION].left = -1)
SPOIL(share_beyond, csup_case_shares(c)[RESOLUTION].whole = INT64_MAX)
SPOIL(track_of_no_rank, c->tracks[RESOLUTION].rank = -1)
SPOIL(promise_before_time, c->promises[0].start = INT64_MIN)
SPOIL(promise_never_due, c->promises[0].due = CSUP_TIME_NEVER)
SPOIL(promise_backward, c->promises[0].due = c->promises[0].start)
SPOIL(promise_runs_and_stopped, c->promises[0].stop = c->head->settled)
SPOIL(promise_stopped_never, c->promises[0].status = CSUP_CLOCK_STOPPED)
SPOIL(promise_paused, (c->promises[0].status = CSUP_CLOCK_PAUSED, c->promises[0].stop = c->head->settled))
SPOIL(promise_without_prefix, c->promises[0].name = c->head->case_id)
SPOIL(promise_without_name, c->promises[0].name = 0)
SPOIL(request_never_asked, c->requests[0].asked = CSUP_TIME_NEVER)
SPOIL(request_due_before_time, c->requests[0].due = INT64_MIN)
SPOIL(request_provided_before_time, c->requests[0].provided = INT64_MIN)
SPOIL(request_of_nothing, c->requests[0].what = 0)
SPOIL(occurrences, c->watches[0].occurrences = INT32_MAX)
SPOIL(not_utf8, c->texts[c->head->case_id - 1] = '\xFF')

static const struct {
  const char *name;
  void (*spoil)(csup_case *c);
} rows[] = {
#define ROW(name)                                                                                                                \
  { #name, name }
    ROW(never_opened),
    ROW(opened_before_time),
    ROW(last_before_opened),
    ROW(settled_before_last),
    ROW(settled_never),
    ROW(entered_before_opened),
    ROW(entered_later),
    ROW(no_state),
    ROW(another_state),
    ROW(no_name),
    ROW(no_priority),
    ROW(no_severity),
    ROW(below_seq),
    ROW(beyond_seq),
    ROW(below_minutes),
    ROW(below_cost),
    ROW(pin_before_time),
    ROW(pin_of_nothing),
    ROW(severity_pin_of_nothing),
    ROW(level_of_answer),
    ROW(level_just_behind),
    ROW(basis_of_answer),
    ROW(contacts),
    ROW(replies),
    ROW(no_reopens),
    ROW(state_fact),
    ROW(no_state_fact),
    ROW(category_fact),
    ROW(stage_fact),
    ROW(priority_fact),
    ROW(severity_fact),
    ROW(mood_fact),
    ROW(level_0),
    ROW(level_100),
    ROW(breached_below),
    ROW(breached_beyond),
    ROW(visit_before_opened),
    ROW(visit_later),
    ROW(visits_backward),
    ROW(visit_elsewhere),
    ROW(visit_nowhere),
    ROW(no_visits),
    ROW(span_before_opened),
    ROW(span_backward),
    ROW(span_later),
    ROW(span_of_no_clock),
    ROW(span_of_nothing),
    ROW(cycle_without_number),
    ROW(cycle_without_status),
    ROW(cycle_counted_out),
    ROW(cycle_of_spans_to_come),
    ROW(cycle_before_opened),
    ROW(cycle_later),
    ROW(cycle_paused_and_stopped),
    ROW(cycle_runs_and_stopped),
    ROW(cycle_stopped_never),
    ROW(cycle_stopped_before),
    ROW(cycle_stopped_later),
    ROW(cycle_paused_never),
    ROW(cycle_paused_before),
    ROW(cycle_paused_later),
    ROW(cycle_stopped_in_pause),
    ROW(track_from_before),
    ROW(track_due_before),
    ROW(track_length),
    ROW(track_length_below),
    ROW(track_paused),
    ROW(share_of_more),
    ROW(share_below),
    ROW(share_beyond),
    ROW(track_of_no_rank),
    ROW(promise_before_time),
    ROW(promise_never_due),
    ROW(promise_backward),
    ROW(promise_runs_and_stopped),
    ROW(promise_stopped_never),
    ROW(promise_paused),
    ROW(promise_without_prefix),
    ROW(promise_without_name),
    ROW(request_never_asked),
    ROW(request_due_before_time),
    ROW(request_provided_before_time),
    ROW(request_of_nothing),
    ROW(occurrences),
    ROW(not_utf8),
#undef ROW
};

/* Saves the case of the journal, spoiled after its first `count` lines, and gives what loading says. */
static csup_status load_spoiled(csup_policy *policy, size_t count, void (*spoil)(csup_case *c)) {
  fold f;
  text_buffer bytes = {0};
  csup_case *loaded = NULL;
  assert_true(fold_begin(&f, policy, NULL));
  for (size_t i = 0; i < count; i++) {
    csup_error error = {.status = CSUP_OK};
    if (fold_line(&f, journal[i], &error) != CSUP_OK)
      fail_msg("%s: %s", journal[i], error.message);
  }
  spoil(f.c);
  fold_save(&f, &bytes);
  csup_status status = csup_case_load(policy, bytes.text, bytes.length, NULL, &loaded, NULL);
  assert_true((status == CSUP_OK) == (loaded != NULL));
  csup_case_free(loaded);
  text_free(&bytes);
  fold_end(&f);
  return status;
}

static void sound_cases_are_loaded(void **state) {
  csup_policy *policy = *state;
  for (size_t count = 0; count <= sizeof journal / sizeof journal[0]; count++)
    assert_int_equal(load_spoiled(policy, count, no_change), CSUP_OK);
}

static void spoiled_cases_are_refused(void **state) {
  csup_policy *policy = *state;
  size_t wrong = 0;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    csup_status status = load_spoiled(policy, sizeof journal / sizeof journal[0], rows[i].spoil);
    if (status != CSUP_E_CORRUPT)
      print_error("%s: %s\n", rows[i].name, csup_status_name(status));
    wrong += status != CSUP_E_CORRUPT;
  }
  assert_int_equal(wrong, 0);
}

SPOIL(early_state, c->head->state = 0)
SPOIL(early_priority, c->head->priority = 0)
SPOIL(early_pin, c->head->priority_pin.value = 0)
SPOIL(early_cycle, c->cycles[0].number = 1)

/* Before `opened` there is nothing to tell. */
static void cases_that_began_before_they_opened(void **state) {
  csup_policy *policy = *state;
  static void (*const spoils[])(csup_case *) = {early_state, early_priority, early_pin, early_cycle};
  for (size_t i = 0; i < sizeof spoils / sizeof spoils[0]; i++)
    assert_int_equal(load_spoiled(policy, 0, spoils[i]), CSUP_E_CORRUPT);
}

/* The default policy, with one target that takes over what another left unused. */
static int set_up(void **state) {
  json_t *document = json_loads(csup_policy_default(), 0, NULL);
  json_t *target =
      json_object_get(json_object_get(json_array_get(json_object_get(document, "agreements"), 0), "targets"), "resolution");
  json_object_set_new(target, "on_change", json_string("proportional"));
  char *text = json_dumps(document, 0);
  csup_policy *policy = NULL;
  assert_int_equal(csup_policy_parse(text, strlen(text), NULL, &policy, NULL), CSUP_OK);
  *state = policy;
  free(text);
  json_decref(document);
  return 0;
}

static int tear_down(void **state) {
  csup_policy_release(*state);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sound_cases_are_loaded),
      cmocka_unit_test(spoiled_cases_are_refused),
      cmocka_unit_test(cases_that_began_before_they_opened),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
