/* What a host may ask a case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>

#include "story.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define HOUR          (3600 * INT64_C(1000000))

static csup_time at(const char *text) {
  return story_instant(text, strlen(text));
}

typedef struct fixture {
  csup_policy *policy;
  fold f;
} fixture;

static fixture begin(const char *policy, const char *journal) {
  fixture x = {story_policy(policy), {NULL, NULL, {NULL, 0, 0}}};
  text_buffer out = {NULL, 0, 0};
  const story s = {.name = "view", .journal = journal, .kinds = ""};
  story_tell(&s, x.policy, &x.f, &out);
  assert_int_equal(out.length, 0);
  text_free(&out);
  return x;
}

static void end(fixture *x) {
  fold_end(&x->f);
  csup_policy_release(x->policy);
}

static void test_before_opened(void **state) {
  (void)state;
  fixture x = begin(STORY(""), "");
  csup_case_view view;
  char text[64];
  size_t length = 0;
  const char *name = NULL;
  csup_time entered = 0;
  csup_clock clock;
  assert_int_equal(csup_case_read(x.f.c, &view), CSUP_OK);
  assert_null(view.case_id);
  assert_null(view.state);
  assert_null(view.priority);
  assert_true(view.opened == CSUP_TIME_NEVER && view.last == CSUP_TIME_NEVER && view.state_since == CSUP_TIME_NEVER);
  assert_int_equal(view.category, 0);
  assert_true(csup_case_rank(x.f.c) == INT64_MAX);
  assert_int_equal(csup_case_clock_count(x.f.c), 0);
  assert_int_equal(csup_case_clock_at(x.f.c, 0, 0, &clock), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_visit_count(x.f.c), 0);
  assert_int_equal(csup_case_visit_at(x.f.c, 0, &name, &entered), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_to_json(x.f.c, 0, text, sizeof text, &length), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_answer_count(x.f.c), 1);
  end(&x);
}

static const char journal[] =
    "03-02T09:00 'event':'opened','fields':{'tier':'premium','seats':3},'channel':'mail','mood':'angry','team':'day'\n"
    "03-02T09:30 'event':'agent_message'\n"
    "03-02T10:00 'event':'moved','to':'determination'\n"
    "03-02T10:30 'event':'moved','to':'waiting_customer'\n"
    "03-02T12:00 'event':'customer_message'\n"
    "03-02T12:15 " ANSWERED("mid") "\n"
                                   "03-02T12:30 'event':'assigned','team':'night','agent':'ann'\n"
                                   "03-02T13:00 'event':'moved','to':'development'\n";

static void test_at_a_glance(void **state) {
  (void)state;
  fixture x = begin(STORY(""), journal);
  csup_case_view view;
  assert_int_equal(csup_case_read(x.f.c, &view), CSUP_OK);
  assert_string_equal(view.case_id, "C");
  assert_string_equal(view.state, "development");
  assert_string_equal(view.previous, "determination"); /* the one before the present */
  assert_string_equal(view.team, "night");
  assert_string_equal(view.agent, "ann");
  assert_string_equal(view.channel, "mail");
  assert_int_equal(view.category, CSUP_CATEGORY_OPEN);
  assert_int_equal(view.stage, CSUP_STAGE_DEVELOPMENT);
  assert_true(view.opened == at("03-02T09:00") && view.last == at("03-02T13:00") && view.state_since == at("03-02T13:00"));
  assert_true(view.contacts == 2 && view.replies == 1 && view.reopens == 0 && view.rejections == 0 && view.reassignments == 1);
  assert_true(view.minutes == 0 && view.cost == 0 && view.level == 1 && view.breached == 0);
  assert_string_equal(view.severity, "S2");
  assert_string_equal(view.priority, "P2");
  assert_string_equal(view.mood, "angry");
  for (size_t i = 0; i < LENGTH(view.reserved); i++)
    assert_true(view.reserved[i] == 0);
  end(&x);
}

static void test_visits_and_time(void **state) {
  (void)state;
  fixture x = begin(STORY(""), journal);
  static const struct {
    const char *state, *entered;
  } visits[] = {{"new", "03-02T09:00"},           {"diagnosis", "03-02T09:30"},
                {"determination", "03-02T10:00"}, {"waiting_customer", "03-02T10:30"},
                {"determination", "03-02T12:00"}, {"development", "03-02T13:00"}};
  assert_int_equal(csup_case_visit_count(x.f.c), LENGTH(visits));
  const char *name = NULL;
  csup_time entered = 0;
  for (size_t i = 0; i < LENGTH(visits); i++) {
    assert_int_equal(csup_case_visit_at(x.f.c, i, &name, &entered), CSUP_OK);
    assert_string_equal(name, visits[i].state);
    assert_true(entered == at(visits[i].entered));
  }
  assert_int_equal(csup_case_visit_at(x.f.c, LENGTH(visits), &name, &entered), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_visit_at(x.f.c, 0, NULL, &entered), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_visit_at(x.f.c, 0, &name, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_visit_at(NULL, 0, &name, &entered), CSUP_E_ARGUMENT);

  /* determination: 10:00 to 10:30 and 12:00 to 13:00; development goes on. */
  csup_duration spent = 0;
  assert_int_equal(csup_case_time_in_state(x.f.c, "determination", at("03-02T15:00"), &spent), CSUP_OK);
  assert_true(spent == HOUR + HOUR / 2);
  assert_int_equal(csup_case_time_in_state(x.f.c, "development", at("03-02T15:00"), &spent), CSUP_OK);
  assert_true(spent == 2 * HOUR);
  assert_int_equal(csup_case_time_in_state(x.f.c, "determination", at("03-02T12:15"), &spent), CSUP_OK);
  assert_true(spent == HOUR * 3 / 4);
  assert_int_equal(csup_case_time_in_state(x.f.c, "closed", at("03-02T15:00"), &spent), CSUP_OK);
  assert_true(spent == 0);
  assert_int_equal(csup_case_time_in_state(x.f.c, "nowhere", 0, &spent), CSUP_E_UNKNOWN);
  assert_int_equal(csup_case_time_in_state(x.f.c, "new", INT64_MAX, &spent), CSUP_E_RANGE);
  assert_int_equal(csup_case_time_in_state(x.f.c, NULL, 0, &spent), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_time_in_state(x.f.c, "new", 0, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_time_in_state(NULL, "new", 0, &spent), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_time_in_stage(x.f.c, CSUP_STAGE_DETERMINATION, at("03-02T15:00"), &spent), CSUP_OK);
  assert_true(spent == HOUR + HOUR / 2);
  /* new 30 min and waiting 90 min belong to no stage. */
  assert_int_equal(csup_case_time_in_stage(x.f.c, CSUP_STAGE_NONE, at("03-02T15:00"), &spent), CSUP_OK);
  assert_true(spent == 2 * HOUR);
  assert_int_equal(csup_case_time_in_stage(x.f.c, 5, 0, &spent), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_time_in_stage(x.f.c, -1, 0, &spent), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_time_in_stage(x.f.c, 1, INT64_MIN, &spent), CSUP_E_RANGE);
  assert_int_equal(csup_case_time_in_stage(NULL, 1, 0, &spent), CSUP_E_ARGUMENT);
  end(&x);
}

static void test_facts(void **state) {
  (void)state;
  fixture x = begin(OWES("'first_response':{'within':'PT20M','calendar':'always'}"), journal);
  static const struct {
    const char *name, *text;
  } texts[] = {{"state", "development"}, {"category", "open"}, {"stage", "development"}, {"priority", "P2"},
               {"severity", "S2"},       {"urgency", "U1"},    {"impact", "I2"},         {"mood", "angry"},
               {"team", "night"},        {"tier", "premium"},  {"harm", "mid"},          {"dimension.harm", "mid"},
               {"field.tier", "premium"}};
  static const struct {
    const char *name;
    int64_t number;
  } numbers[] = {{"contacts", 2}, {"seats", 3}, {"score", 500}, {"level", 1}, {"breached", 1}, {"reassignments", 1}};
  csup_field field;
  for (size_t i = 0; i < LENGTH(texts); i++) {
    assert_int_equal(csup_case_fact(x.f.c, texts[i].name, &field), CSUP_OK);
    assert_int_equal(field.kind, CSUP_VALUE_TEXT);
    assert_string_equal(field.text, texts[i].text);
  }
  for (size_t i = 0; i < LENGTH(numbers); i++) {
    assert_int_equal(csup_case_fact(x.f.c, numbers[i].name, &field), CSUP_OK);
    assert_int_equal(field.kind, CSUP_VALUE_NUMBER);
    assert_true(field.number == numbers[i].number);
  }
  assert_int_equal(csup_case_fact(x.f.c, "vip", &field), CSUP_OK);
  assert_int_equal(field.kind, CSUP_VALUE_NONE);
  assert_int_equal(csup_case_fact(x.f.c, "auto", &field), CSUP_OK); /* a member of the event at hand, and none is */
  assert_int_equal(field.kind, CSUP_VALUE_NONE);
  end(&x);
}

static void test_answers_and_assessment(void **state) {
  (void)state;
  fixture x = begin(STORY(""), "03-02T09:00 'event':'opened'\n");
  csup_answer answer;
  csup_assessment assessment;
  assert_int_equal(csup_case_answer_at(x.f.c, 0, &answer), CSUP_OK);
  assert_string_equal(answer.dimension, "harm");
  assert_null(answer.level);
  assert_int_equal(answer.basis, CSUP_BASIS_UNKNOWN);
  assert_int_equal(csup_case_answer_at(x.f.c, 1, &answer), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_answer_at(x.f.c, 0, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_answer_at(NULL, 0, &answer), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_assessment(x.f.c, &assessment), CSUP_OK);
  assert_string_equal(assessment.priority.low, "P3");
  assert_string_equal(assessment.priority.value, "P3");
  assert_string_equal(assessment.priority.high, "P1");
  assert_string_equal(assessment.next_question, "harm");
  assert_string_equal(assessment.next_question_text, "How bad is it?");
  assert_int_equal(fold_line(&x.f,
                             "{\"at\":\"2026-03-02T10:00:00Z\",\"event\":\"answered\",\"dimension\":\"harm\",\"level\":\"high\","
                             "\"basis\":\"verified\"}",
                             NULL),
                   CSUP_OK);
  assert_int_equal(csup_case_answer_at(x.f.c, 0, &answer), CSUP_OK);
  assert_string_equal(answer.level, "high");
  assert_int_equal(answer.basis, CSUP_BASIS_VERIFIED);
  assert_int_equal(csup_case_assessment(x.f.c, &assessment), CSUP_OK);
  assert_string_equal(assessment.priority.low, "P1");
  assert_null(assessment.next_question);
  assert_int_equal(assessment.confidence, 1000);
  end(&x);
}

/* 09:00 + 4 h on office hours, with an hour of pause from 10:00; looked at before, in and after the pause. */
static void test_clocks(void **state) {
  (void)state;
  fixture x =
      begin(STORY(",'agreements':[{'name':'a','targets':{'resolution':{'within':'PT4H','calendar':'office'}}},"
                  "{'name':'o','kind':'ola','targets':{'resolution':{'within':'PT1H','calendar':'always'}}}]"),
            "03-02T09:00 'events':[{'event':'opened'},{'event':'acknowledged'}]\n03-02T10:00 " MOVED("waiting_customer") "\n");
  static const char *const names[] = {"acknowledge", "first_response", "workaround", "resolution", "resolution"};
  csup_clock clock;
  assert_int_equal(csup_case_clock_count(x.f.c), LENGTH(names));
  for (size_t i = 0; i < LENGTH(names); i++) {
    assert_int_equal(csup_case_clock_at(x.f.c, i, at("03-02T10:30"), &clock), CSUP_OK);
    assert_string_equal(clock.name, names[i]);
  }
  assert_int_equal(csup_case_clock_at(x.f.c, 0, at("03-02T10:30"), &clock), CSUP_OK);
  assert_null(clock.agreement); /* nobody is owed an acknowledgement, and yet the clock is told */
  assert_string_equal(clock.agreement_kind, "sla");
  assert_null(clock.calendar);
  assert_int_equal(clock.status, CSUP_CLOCK_STOPPED);
  assert_true(clock.due == CSUP_TIME_NEVER && clock.target == 0 && clock.elapsed == 0 && clock.start == at("03-02T09:00"));

  assert_int_equal(csup_case_clock_at(x.f.c, 3, at("03-02T10:30"), &clock), CSUP_OK);
  assert_string_equal(clock.agreement, "a");
  assert_string_equal(clock.calendar, "office");
  assert_int_equal(clock.status, CSUP_CLOCK_PAUSED);
  assert_int_equal(clock.verdict, CSUP_VERDICT_OPEN);
  assert_int_equal(clock.percent, 25);
  assert_true(clock.due == CSUP_TIME_NEVER && clock.elapsed == HOUR && clock.remaining == 3 * HOUR && clock.target == 4 * HOUR);
  assert_int_equal(csup_case_clock_at(x.f.c, 4, at("03-02T10:30"), &clock), CSUP_OK);
  assert_string_equal(clock.agreement_kind, "ola");
  assert_string_equal(clock.calendar, "always");
  assert_int_equal(clock.percent, 100);
  assert_true(clock.remaining == 0 && clock.overrun == 0);

  assert_int_equal(fold_line(&x.f, "{\"at\":\"2026-03-02T11:00:00Z\",\"event\":\"customer_message\"}", NULL), CSUP_OK);
  assert_int_equal(csup_case_clock_at(x.f.c, 3, at("03-02T12:00"), &clock), CSUP_OK);
  assert_int_equal(clock.status, CSUP_CLOCK_RUNNING);
  assert_true(clock.due == at("03-02T14:00") && clock.elapsed == 2 * HOUR && clock.remaining == 2 * HOUR);
  assert_int_equal(clock.percent, 50);
  assert_int_equal(csup_case_clock_at(x.f.c, 3, at("03-02T16:00"), &clock), CSUP_OK);
  assert_int_equal(clock.verdict, CSUP_VERDICT_BREACHED);
  assert_int_equal(clock.percent, 150);
  assert_true(clock.remaining == 0 && clock.overrun == 2 * HOUR);
  /* Over night nothing opens: elapsed and overrun stand still. */
  assert_int_equal(csup_case_clock_at(x.f.c, 3, at("03-03T08:00"), &clock), CSUP_OK);
  assert_true(clock.elapsed == 7 * HOUR && clock.overrun == 3 * HOUR);
  /* A pause behind the due: it does not reach back to what was before it. */
  assert_int_equal(fold_line(&x.f, "{\"at\":\"2026-03-03T10:00:00Z\",\"event\":\"moved\",\"to\":\"waiting_customer\"}", NULL),
                   CSUP_OK);
  assert_int_equal(fold_line(&x.f, "{\"at\":\"2026-03-03T16:00:00Z\",\"event\":\"customer_message\"}", NULL), CSUP_OK);
  static const struct {
    const char *now;
    int64_t hours;
  } overruns[] = {{"03-02T16:00", 2}, {"03-03T10:00", 4}, {"03-03T12:00", 4}, {"03-03T16:00", 4}, {"03-03T17:00", 5}};
  for (size_t i = 0; i < LENGTH(overruns); i++) {
    assert_int_equal(csup_case_clock_at(x.f.c, 3, at(overruns[i].now), &clock), CSUP_OK);
    assert_true(clock.overrun == overruns[i].hours * HOUR);
  }
  assert_int_equal(csup_case_clock_at(x.f.c, 5, 0, &clock), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_clock_at(x.f.c, 0, 0, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_clock_at(NULL, 0, 0, &clock), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_clock_at(x.f.c, 0, INT64_MAX, &clock), CSUP_E_RANGE);
  end(&x);
}

/* Minutes since 1900, as rank counts them. */
static int64_t minutes(const char *text) {
  csup_time first = 0;
  assert_int_equal(csup_time_parse("1900-01-01T00:00:00Z", 20, &first), CSUP_OK);
  return (at(text) - first) / (60 * INT64_C(1000000));
}

static void test_rank(void **state) {
  (void)state;
  const int64_t none = (INT64_C(1) << 28) - 1;
  static const char policy[] =
      OWES("'first_response':{'within':'PT20M','calendar':'always'},'update':{'within':'PT8H','calendar':'always'}");
  fixture x = begin(policy, "03-02T09:00 'event':'opened'\n");
  assert_true(csup_case_rank(x.f.c) ==
              (INT64_C(1) << 60 | INT64_C(3) << 56 | minutes("03-02T09:20") << 28 | minutes("03-02T09:00")));
  /* Answered, nothing else is owed but the update, due at 17:10. */
  assert_int_equal(fold_line(&x.f, "{\"at\":\"2026-03-02T09:10:00Z\",\"event\":\"agent_message\"}", NULL), CSUP_OK);
  assert_true(csup_case_rank(x.f.c) ==
              (INT64_C(1) << 60 | INT64_C(3) << 56 | minutes("03-02T17:10") << 28 | minutes("03-02T09:00")));
  /* The customer comes back: first in the queue, until answered. */
  assert_int_equal(fold_line(&x.f, "{\"at\":\"2026-03-02T09:30:00Z\",\"event\":\"customer_message\"}", NULL), CSUP_OK);
  int64_t returning = csup_case_rank(x.f.c);
  assert_true(returning == (INT64_C(3) << 56 | minutes("03-02T17:10") << 28 | minutes("03-02T09:00")));
  assert_int_equal(fold_line(&x.f, "{\"at\":\"2026-03-02T09:31:00Z\",\"event\":\"agent_message\",\"auto\":true}", NULL), CSUP_OK);
  assert_true(csup_case_rank(x.f.c) == returning);
  assert_int_equal(fold_line(&x.f, "{\"at\":\"2026-03-02T09:40:00Z\",\"event\":\"agent_message\"}", NULL), CSUP_OK);
  assert_true(csup_case_rank(x.f.c) > returning);
  /* Waiting pauses the update: no due. */
  assert_int_equal(fold_line(&x.f, "{\"at\":\"2026-03-02T09:50:00Z\",\"event\":\"moved\",\"to\":\"waiting_customer\"}", NULL),
                   CSUP_OK);
  assert_true(csup_case_rank(x.f.c) == (INT64_C(1) << 60 | INT64_C(3) << 56 | none << 28 | minutes("03-02T09:00")));
  assert_int_equal(fold_line(&x.f, "{\"at\":\"2026-03-02T10:00:00Z\",\"event\":\"closed\"}", NULL), CSUP_OK);
  assert_true(csup_case_rank(x.f.c) == INT64_MAX);
  end(&x);
}

static void test_status_as_json(void **state) {
  (void)state;
  fixture x = begin(OWES("'resolution':{'within':'PT4H','calendar':'office'}"),
                    "03-02T09:00 'event':'opened','fields':{'tier':'premium','vip':true,'seats':3},'channel':'a \\'mail\\''\n"
                    "03-02T09:10 'event':'promised','promise':'call','due':'2026-03-02T09:40:00Z'\n");
  static const char expected[] =
      "{'case':'C','at':'2026-03-02T10:00:00Z','state':'new','category':'new','stage':null,'impact':'I3','urgency':'U1',"
      "'severity':'S3','priority':'P3','score':0,'agreements':{'sla':'a'},'facts':{'contacts':1,'replies':0,'reopens':0,"
      "'rejections':0,'reassignments':0,'level':1,'channel':'a \\'mail\\'','breached':['promise'],'tier':'premium','seats':3,"
      "'vip':true},'rank':%" PRId64 ",'next_wakeup':'2026-03-02T13:00:00.000001Z','clocks':["
      "{'clock':'acknowledge','kind':'sla','agreement':null,'cycle':1,'status':'running','verdict':'open',"
      "'start':'2026-03-02T09:00:00Z','due':null,'stop':null,'elapsed':null,'remaining':null,'percent':null,'overrun':null},"
      "{'clock':'first_response','kind':'sla','agreement':null,'cycle':1,'status':'running','verdict':'open',"
      "'start':'2026-03-02T09:00:00Z','due':null,'stop':null,'elapsed':null,'remaining':null,'percent':null,'overrun':null},"
      "{'clock':'workaround','kind':'sla','agreement':null,'cycle':1,'status':'running','verdict':'open',"
      "'start':'2026-03-02T09:00:00Z','due':null,'stop':null,'elapsed':null,'remaining':null,'percent':null,'overrun':null},"
      "{'clock':'resolution','kind':'sla','agreement':'a','cycle':1,'status':'running','verdict':'open',"
      "'start':'2026-03-02T09:00:00Z','due':'2026-03-02T13:00:00Z','stop':null,'elapsed':'PT1H','remaining':'PT3H','percent':25,"
      "'overrun':null},"
      "{'clock':'promise:call','kind':'promise','agreement':null,'cycle':1,'status':'running','verdict':'breached',"
      "'start':'2026-03-02T09:10:00Z','due':'2026-03-02T09:40:00Z','stop':null,'elapsed':'PT50M','remaining':'PT0S','percent':"
      "166,"
      "'overrun':'PT20M'}]}";
  assert_int_equal(fold_advance(&x.f, at("03-02T10:00")), CSUP_OK);
  text_buffer wanted = {NULL, 0, 0};
  text_add(&wanted, expected, csup_case_rank(x.f.c)); /* the rank itself is tested above */
  char *json = story_json(wanted.text);
  char text[8192];
  size_t length = 0;
  assert_int_equal(csup_case_to_json(x.f.c, at("03-02T10:00"), text, sizeof text, &length), CSUP_OK);
  assert_string_equal(text, json);
  assert_int_equal(length, strlen(json));
  size_t needed = 0;
  assert_int_equal(csup_case_to_json(x.f.c, at("03-02T10:00"), NULL, 0, &needed), CSUP_E_SPACE);
  assert_int_equal(needed, length);
  assert_int_equal(csup_case_to_json(x.f.c, at("03-02T10:00"), text, length, &needed), CSUP_E_SPACE);
  assert_int_equal(csup_case_to_json(x.f.c, at("03-02T10:00"), text, length + 1, &needed), CSUP_OK);
  assert_int_equal(csup_case_to_json(x.f.c, INT64_MAX, text, sizeof text, &length), CSUP_E_RANGE);
  assert_int_equal(csup_case_to_json(NULL, 0, text, sizeof text, &length), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_to_json(x.f.c, 0, NULL, 1, &length), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_to_json(x.f.c, at("03-02T10:00"), text, sizeof text, NULL), CSUP_OK);
  free(json);
  text_free(&wanted);
  end(&x);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_before_opened),
      cmocka_unit_test(test_at_a_glance),
      cmocka_unit_test(test_visits_and_time),
      cmocka_unit_test(test_facts),
      cmocka_unit_test(test_answers_and_assessment),
      cmocka_unit_test(test_clocks),
      cmocka_unit_test(test_rank),
      cmocka_unit_test(test_status_as_json),
  };
  return cmocka_run_group_tests_name("case/view", tests, NULL, NULL);
}
