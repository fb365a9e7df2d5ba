/* The list of decisions and their JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "story.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define NINE          (INT64_C(1772442000) * 1000000) /* 2026-03-02T09:00:00Z */
#define MINUTE        INT64_C(60000000)

typedef struct shape {
  csup_decision decision;
  const char *json; /* with ' for " */
} shape;

#define CLOCK_MEMBERS                                                                                                            \
  .clock = "resolution", .agreement_kind = "sla", .agreement = "a", .cycle = 2, .revision = 1, .due = NINE + 30 * MINUTE,        \
  .elapsed = 90 * MINUTE, .percent = 75
#define CLOCK_TEXT                                                                                                               \
  "'kind':'sla','clock':'resolution','cycle':2,'revision':1,'agreement':'a','due':'2026-03-02T09:30:00Z','elapsed':'PT1H30M',"   \
  "'percent':75,"
#define HEAD(name) "{'case':'C','seq':7,'at':'2026-03-02T09:00:00Z','decision':'" name "'"

static const shape shapes[] = {
    {{.kind = CSUP_DECISION_MOVED, .from = "a", .to = "b", .because = "so"},
     HEAD("moved") ",'from':'a','to':'b','because':'so'}"},
    {{.kind = CSUP_DECISION_MOVED, .from = "a", .to = "b"}, HEAD("moved") ",'from':'a','to':'b'}"},
    {{.kind = CSUP_DECISION_ASSESSED, .name = "S2", .to = "P3"}, HEAD("assessed") ",'severity':'S2','to':'P3'}"},
    {{.kind = CSUP_DECISION_ASSESSED, .name = "S2", .from = "P4", .to = "P3"},
     HEAD("assessed") ",'severity':'S2','from':'P4','to':'P3'}"},
    {{.kind = CSUP_DECISION_RELEASED, .name = "priority", .because = "over"},
     HEAD("released") ",'name':'priority','because':'over'}"},
    {{.kind = CSUP_DECISION_AGREEMENT_CHOSEN, .agreement_kind = "ola", .from = "x", .agreement = "y"},
     HEAD("agreement_chosen") ",'kind':'ola','from':'x','agreement':'y'}"},
    {{.kind = CSUP_DECISION_AGREEMENT_CHOSEN, .agreement_kind = "ola", .from = "x"},
     HEAD("agreement_chosen") ",'kind':'ola','from':'x'}"},
    {{.kind = CSUP_DECISION_CLOCK_STARTED, CLOCK_MEMBERS}, HEAD("clock_started") "," CLOCK_TEXT "'verdict':'open'}"},
    {{.kind = CSUP_DECISION_CLOCK_PAUSED, CLOCK_MEMBERS}, HEAD("clock_paused") "," CLOCK_TEXT "'verdict':'open'}"},
    {{.kind = CSUP_DECISION_CLOCK_RESUMED, CLOCK_MEMBERS}, HEAD("clock_resumed") "," CLOCK_TEXT "'verdict':'open'}"},
    {{.kind = CSUP_DECISION_CLOCK_RETARGETED, CLOCK_MEMBERS}, HEAD("clock_retargeted") "," CLOCK_TEXT "'verdict':'open'}"},
    {{.kind = CSUP_DECISION_CLOCK_WARNED, .name = "75%", CLOCK_MEMBERS},
     HEAD("clock_warned") "," CLOCK_TEXT "'verdict':'open','threshold':'75%'}"},
    {{.kind = CSUP_DECISION_CLOCK_MET, .verdict = CSUP_VERDICT_MET, CLOCK_MEMBERS},
     HEAD("clock_met") "," CLOCK_TEXT "'verdict':'met'}"},
    {{.kind = CSUP_DECISION_CLOCK_BREACHED, .verdict = CSUP_VERDICT_BREACHED, .overrun = 500000, CLOCK_MEMBERS},
     HEAD("clock_breached") "," CLOCK_TEXT "'verdict':'breached','overrun':'PT0.5S'}"},
    {{.kind = CSUP_DECISION_CLOCK_CANCELLED, CLOCK_MEMBERS}, HEAD("clock_cancelled") "," CLOCK_TEXT "'verdict':'open'}"},
    {{.kind = CSUP_DECISION_NOTIFY, .rule = "r", .name = "lead"}, HEAD("notify") ",'rule':'r','name':'lead'}"},
    {{.kind = CSUP_DECISION_ASSIGN, .rule = "r", .from = "a", .to = "b"}, HEAD("assign") ",'rule':'r','from':'a','to':'b'}"},
    {{.kind = CSUP_DECISION_RAISED, .rule = "r", .from = "P3", .to = "P2"}, HEAD("raised") ",'rule':'r','from':'P3','to':'P2'}"},
    {{.kind = CSUP_DECISION_SET, .rule = "r", .name = "vip", .to = "true"}, HEAD("set") ",'rule':'r','name':'vip','to':'true'}"},
    {{.kind = CSUP_DECISION_ESCALATED, .rule = "r", .level = 2, .name = "functional", .to = "t"},
     HEAD("escalated") ",'rule':'r','level':2,'escalation':'functional','to':'t'}"},
    {{.kind = CSUP_DECISION_ESCALATED, .level = 3, .because = "loud"}, HEAD("escalated") ",'level':3,'because':'loud'}"},
    {{.kind = CSUP_DECISION_DEESCALATED, .level = 1}, HEAD("deescalated") ",'level':1}"},
    {{.kind = CSUP_DECISION_ADVISE, .rule = "r", .name = "tone", .because = "say \"sorry\"\n\xc3\xa9"},
     HEAD("advise") ",'rule':'r','name':'tone','because':'say \\'sorry\\'\\n\xc3\xa9'}"},
    {{.kind = CSUP_DECISION_ASK, .rule = "r", .name = "harm", .because = "How bad?"},
     HEAD("ask") ",'rule':'r','name':'harm','because':'How bad?'}"},
};

static void test_json_of_each_kind(void **state) {
  (void)state;
  for (size_t i = 0; i < LENGTH(shapes); i++) {
    csup_decision decision = shapes[i].decision;
    decision.at = NINE;
    decision.seq = 7;
    decision.case_id = "C";
    if (!decision.clock)
      decision.due = CSUP_TIME_NEVER;
    char *wanted = story_json(shapes[i].json);
    char text[1024], exact[1024];
    size_t length = 0, needed = 0;
    assert_int_equal(csup_decision_to_json(&decision, text, sizeof text, &length), CSUP_OK);
    char name[64];
    (void)snprintf(name, sizeof name, "\"decision\":\"%s\"", csup_decision_kind_name(decision.kind));
    assert_non_null(strstr(text, name));
    assert_string_equal(text, wanted);
    assert_int_equal(length, strlen(wanted));
    /* Too small by the NUL: the length needed is told, and the text is whole once there is room. */
    assert_int_equal(csup_decision_to_json(&decision, NULL, 0, &needed), CSUP_E_SPACE);
    assert_int_equal(needed, length);
    assert_int_equal(csup_decision_to_json(&decision, exact, length, &needed), CSUP_E_SPACE);
    assert_int_equal(csup_decision_to_json(&decision, exact, length + 1, &needed), CSUP_OK);
    assert_string_equal(exact, wanted);
    free(wanted);
  }
}

/* A firing carries the clock's members when it is about a clock. */
static void test_json_of_a_firing(void **state) {
  (void)state;
  csup_decision decision = {.kind = CSUP_DECISION_FIRED,
                            .at = NINE,
                            .seq = 7,
                            .case_id = "C",
                            .rule = "r",
                            .occurrence = 3,
                            .repeat = 2,
                            .due = CSUP_TIME_NEVER};
  char text[1024];
  size_t length = 0;
  assert_int_equal(csup_decision_to_json(&decision, text, sizeof text, &length), CSUP_OK);
  char *wanted = story_json(HEAD("fired") ",'rule':'r','occurrence':3,'repeat':2}");
  assert_string_equal(text, wanted);
  free(wanted);
  csup_decision on_clock = {
      CLOCK_MEMBERS, .kind = CSUP_DECISION_FIRED, .at = NINE, .seq = 7, .case_id = "C", .rule = "r", .occurrence = 3,
      .repeat = 2};
  assert_int_equal(csup_decision_to_json(&on_clock, text, sizeof text, &length), CSUP_OK);
  wanted = story_json(HEAD("fired") ",'rule':'r','occurrence':3,'repeat':2," CLOCK_TEXT "'verdict':'open'}");
  assert_string_equal(text, wanted);
  free(wanted);
}

static void test_json_arguments(void **state) {
  (void)state;
  csup_decision decision = {.kind = CSUP_DECISION_MOVED, .at = NINE};
  size_t length = 0;
  char text[8];
  assert_int_equal(csup_decision_to_json(NULL, text, sizeof text, &length), CSUP_E_ARGUMENT);
  assert_int_equal(csup_decision_to_json(&decision, text, sizeof text, NULL), CSUP_E_SPACE);
  assert_int_equal(csup_decision_to_json(&decision, NULL, 8, &length), CSUP_E_ARGUMENT);
  static const csup_decision_kind none[] = {0, -1, 22, INT32_MAX, INT32_MIN};
  for (size_t i = 0; i < LENGTH(none); i++) {
    decision.kind = none[i];
    assert_int_equal(csup_decision_to_json(&decision, text, sizeof text, &length), CSUP_E_ARGUMENT);
  }
}

/* Decisions are appended, and outlive the case and the host's own reference to the policy. */
static void test_the_list_outlives_the_case(void **state) {
  (void)state;
  csup_policy *policy = story_policy(OWES("'first_response':{'within':'PT1H','calendar':'always'}"));
  csup_decisions *list = NULL;
  assert_int_equal(csup_decisions_create(NULL, &list), CSUP_OK);
  char id[] = "C-1", because[] = "loud";
  for (int round = 0; round < 3; round++) {
    csup_case *c = NULL;
    assert_int_equal(csup_case_create(policy, NULL, &c), CSUP_OK);
    csup_event opened = {.at = NINE, .kind = CSUP_EVENT_OPENED, .case_id = id};
    csup_event escalated = {.at = NINE, .kind = CSUP_EVENT_ESCALATED, .because = because};
    assert_int_equal(csup_case_apply(c, &opened, 1, list, NULL), CSUP_OK);
    assert_int_equal(csup_case_apply(c, &escalated, 1, list, NULL), CSUP_OK);
    csup_case_free(c);
    id[2]++;
    because[0]++;
  }
  csup_policy_release(policy);
  memset(id, 0, sizeof id);
  assert_int_equal(csup_decisions_count(list), 12); /* assessed, agreement_chosen, clock_started, escalated */
  for (size_t i = 0; i < 12; i++) {
    const csup_decision *d = csup_decisions_at(list, i);
    char wanted[] = {'C', '-', (char)('1' + i / 4), 0};
    assert_string_equal(d->case_id, wanted);
    assert_int_equal(d->seq, i % 4 + 1);
    for (size_t k = 0; k < LENGTH(d->reserved); k++)
      assert_true(d->reserved[k] == 0);
  }
  assert_string_equal(csup_decisions_at(list, 0)->to, "P3");
  assert_string_equal(csup_decisions_at(list, 2)->clock, "first_response");
  assert_string_equal(csup_decisions_at(list, 3)->because, "loud");
  assert_string_equal(csup_decisions_at(list, 11)->because, "noud");
  assert_null(csup_decisions_at(list, 12));
  csup_decisions_clear(list);
  assert_int_equal(csup_decisions_count(list), 0);
  assert_null(csup_decisions_at(list, 0));
  csup_decisions_free(list);
}

/* One list for two cases of two policies, with what each decides between the other's. */
static void test_one_list_for_many_cases(void **state) {
  (void)state;
  csup_policy *policies[] = {story_policy(STORY("")), story_policy(OWES("'resolution':{'within':'PT1H','calendar':'always'}"))};
  csup_case *cases[2];
  csup_decisions *list = NULL;
  assert_int_equal(csup_decisions_create(NULL, &list), CSUP_OK);
  static const char *const ids[] = {"one", "two"};
  for (size_t i = 0; i < 2; i++) {
    csup_event opened = {.at = NINE, .kind = CSUP_EVENT_OPENED, .case_id = ids[i]};
    assert_int_equal(csup_case_create(policies[i], NULL, &cases[i]), CSUP_OK);
    csup_policy_release(policies[i]);
    assert_int_equal(csup_case_apply(cases[i], &opened, 1, list, NULL), CSUP_OK);
  }
  for (int hour = 1; hour < 40; hour++) {
    csup_event event = {.at = NINE + hour * 60 * MINUTE, .kind = CSUP_EVENT_ESCALATED, .because = hour % 3 ? "again" : NULL};
    assert_int_equal(csup_case_apply(cases[hour % 2], &event, 1, list, NULL), CSUP_OK);
  }
  for (size_t i = 0; i < 2; i++)
    csup_case_free(cases[i]);
  size_t told[2] = {0};
  for (size_t i = 0; i < csup_decisions_count(list); i++) {
    const csup_decision *d = csup_decisions_at(list, i);
    size_t which = strcmp(d->case_id, "two") == 0;
    assert_string_equal(d->case_id, ids[which]);
    assert_int_equal(d->seq, ++told[which]);
  }
  assert_true(told[0] > 15 && told[1] > 15);
  csup_decisions_free(list);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_json_of_each_kind),       cmocka_unit_test(test_json_of_a_firing),
      cmocka_unit_test(test_json_arguments),          cmocka_unit_test(test_the_list_outlives_the_case),
      cmocka_unit_test(test_one_list_for_many_cases),
  };
  return cmocka_run_group_tests_name("case/decisions", tests, NULL, NULL);
}
