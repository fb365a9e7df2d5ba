/* A case through the typed interface: arguments, batches, order (E1 to E4), moves, overrides, levels, counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "failing_allocator.h"
#include "story.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define SECOND        INT64_C(1000000)
#define HOUR          (3600 * SECOND)
#define NINE          (INT64_C(1772442000) * SECOND) /* 2026-03-02T09:00:00Z */

typedef struct fixture {
  csup_policy *policy;
  fold f;
} fixture;

static int set_up(void **state) {
  fixture *x = calloc(1, sizeof *x);
  assert_non_null(x);
  x->policy = story_policy(OWES("'first_response':{'within':'PT1H','calendar':'always'}"));
  assert_true(fold_begin(&x->f, x->policy, NULL));
  *state = x;
  return 0;
}

static int tear_down(void **state) {
  fixture *x = *state;
  fold_end(&x->f);
  csup_policy_release(x->policy);
  free(x);
  return 0;
}

static csup_event event_at(csup_time at, csup_event_kind kind) {
  csup_event event = {.at = at, .kind = kind};
  if (kind == CSUP_EVENT_OPENED)
    event.case_id = "C";
  return event;
}

static csup_status apply(fixture *x, const csup_event *event) {
  return csup_case_apply(x->f.c, event, 1, x->f.list, NULL);
}

static void open_case(fixture *x) {
  csup_event opened = event_at(NINE, CSUP_EVENT_OPENED);
  assert_int_equal(apply(x, &opened), CSUP_OK);
}

static void test_arguments(void **state) {
  fixture *x = *state;
  csup_event opened = event_at(NINE, CSUP_EVENT_OPENED);
  csup_error error = {.message = ""};
  csup_case *made = NULL;
  csup_decisions *list = NULL;
  csup_allocator broken = {NULL, NULL};
  csup_time at = 7;
  csup_case_view view;
  csup_ratings ratings;
  csup_assessment assessment;
  csup_field field;
  size_t length = 0;
  char text[8];
  assert_int_equal(csup_case_create(NULL, NULL, &made), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_create(x->policy, NULL, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_create(x->policy, &broken, &made), CSUP_E_ARGUMENT);
  assert_int_equal(csup_decisions_create(NULL, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_decisions_create(&broken, &list), CSUP_E_ARGUMENT);
  assert_null(made);
  assert_null(list);
  csup_case_free(NULL);
  csup_decisions_free(NULL);
  csup_decisions_clear(NULL);
  assert_int_equal(csup_decisions_count(NULL), 0);
  assert_null(csup_decisions_at(NULL, 0));
  assert_null(csup_decisions_at(x->f.list, 0));
  assert_int_equal(csup_case_apply(NULL, &opened, 1, x->f.list, &error), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_apply(x->f.c, NULL, 1, x->f.list, &error), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_apply(x->f.c, &opened, 0, x->f.list, &error), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_apply(x->f.c, &opened, 1, NULL, &error), CSUP_E_ARGUMENT);
  assert_int_equal(error.status, CSUP_E_ARGUMENT);
  assert_int_equal(error.index, -1);
  assert_int_equal(csup_case_advance(NULL, NINE, x->f.list, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_advance(x->f.c, NINE, NULL, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_next_wakeup(NULL, &at), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_next_wakeup(x->f.c, NULL), CSUP_E_ARGUMENT);
  assert_true(csup_case_rank(NULL) == INT64_MAX);
  assert_int_equal(csup_case_read(NULL, &view), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_read(x->f.c, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_fact(NULL, "mood", &field), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_fact(x->f.c, NULL, &field), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_fact(x->f.c, "mood", NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_fact(x->f.c, "weather", &field), CSUP_E_UNKNOWN);
  assert_int_equal(csup_case_assessment(NULL, &assessment), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_assessment(x->f.c, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_clock_count(NULL), 0);
  assert_int_equal(csup_case_save(NULL, text, sizeof text, &length), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_save(x->f.c, NULL, 1, &length), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_save(x->f.c, text, sizeof text, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_visit_count(NULL), 0);
  assert_int_equal(csup_case_answer_count(NULL), 0);
  assert_int_equal(csup_case_request_count(NULL), 0);
  assert_int_equal(csup_case_ratings(NULL, &ratings), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_ratings(x->f.c, NULL), CSUP_E_ARGUMENT);
}

/* A typed event that is wrong, on a case that is open. */
typedef struct wrong_event {
  csup_event event;
  csup_status status;
} wrong_event;

static void test_wrong_events(void **state) {
  fixture *x = *state;
  static const csup_field unnamed = {.kind = CSUP_VALUE_FLAG}, number = {.name = "seats", .number = 1, .kind = CSUP_VALUE_NUMBER},
                          odd = {.name = "seats", .kind = 9},
                          reserved = {.name = "seats", .kind = CSUP_VALUE_NONE, .reserved = 1},
                          flag = {.name = "vip", .number = 2, .kind = CSUP_VALUE_FLAG},
                          least = {.name = "seats", .number = INT64_MIN, .kind = CSUP_VALUE_NUMBER},
                          no_text = {.name = "product", .kind = CSUP_VALUE_TEXT};
  static const csup_field two[2] = {{.name = "seats", .kind = CSUP_VALUE_NONE}, {.name = "vip", .kind = CSUP_VALUE_NONE}};
  static const csup_field twice[2] = {{.name = "vip", .kind = CSUP_VALUE_NONE}, {.name = "vip", .kind = CSUP_VALUE_NONE}};
  const wrong_event rows[] = {
      {{.kind = CSUP_EVENT_OPENED, .case_id = "C", .fields = twice, .field_count = 2}, CSUP_E_ARGUMENT},
      {{.kind = 0}, CSUP_E_UNKNOWN},
      {{.kind = 28}, CSUP_E_UNKNOWN},
      {{.kind = -1}, CSUP_E_UNKNOWN},
      {{.kind = CSUP_EVENT_NOTE, .reserved = {1}}, CSUP_E_ARGUMENT},
      {{.kind = CSUP_EVENT_NOTE, .reserved = {0, 0, 0, UINT64_MAX}}, CSUP_E_ARGUMENT},
      {{.kind = CSUP_EVENT_NOTE, .flags = 2048}, CSUP_E_ARGUMENT},
      {{.kind = CSUP_EVENT_NOTE, .case_id = "D"}, CSUP_E_ARGUMENT},
      {{.kind = CSUP_EVENT_NOTE, .case_id = ""}, CSUP_E_ARGUMENT},
      {{.kind = CSUP_EVENT_MOVED}, CSUP_E_ARGUMENT},
      {{.kind = CSUP_EVENT_ANSWERED, .name = "harm", .value = "low", .basis = 4}, CSUP_E_ARGUMENT},
      {{.kind = CSUP_EVENT_ANSWERED, .name = "harm", .value = "low", .basis = -1}, CSUP_E_ARGUMENT},
      {{.kind = CSUP_EVENT_CHANGED}, CSUP_E_ARGUMENT},
      {{.kind = CSUP_EVENT_CHANGED, .field_count = 1}, CSUP_E_ARGUMENT},
      {{.kind = CSUP_EVENT_CHANGED, .fields = two, .field_count = 2}, CSUP_E_ARGUMENT},
      {{.kind = CSUP_EVENT_CHANGED, .fields = &number, .field_count = 0}, CSUP_E_ARGUMENT},
      {{.kind = CSUP_EVENT_CHANGED, .fields = &unnamed, .field_count = 1}, CSUP_E_ARGUMENT},
      {{.kind = CSUP_EVENT_CHANGED, .fields = &odd, .field_count = 1}, CSUP_E_ARGUMENT},
      {{.kind = CSUP_EVENT_CHANGED, .fields = &reserved, .field_count = 1}, CSUP_E_ARGUMENT},
      {{.kind = CSUP_EVENT_CHANGED, .fields = &no_text, .field_count = 1}, CSUP_E_ARGUMENT},
      {{.kind = CSUP_EVENT_CHANGED, .fields = &flag, .field_count = 1}, CSUP_E_RANGE},
      {{.kind = CSUP_EVENT_CHANGED, .fields = &least, .field_count = 1}, CSUP_E_RANGE},
      {{.kind = CSUP_EVENT_PROMISED, .name = "p", .due = NINE + 2 * HOUR}, CSUP_E_ARGUMENT}, /* without its flag */
      {{.kind = CSUP_EVENT_PROMISED, .name = "p", .due = INT64_MAX, .flags = CSUP_WITH_DUE}, CSUP_E_RANGE},
      {{.kind = CSUP_EVENT_OVERRIDDEN, .name = "priority"}, CSUP_E_ARGUMENT},
      {{.kind = CSUP_EVENT_RATED, .csat = 3}, CSUP_E_ARGUMENT}, /* without its flag */
      {{.kind = CSUP_EVENT_SPENT, .minutes = 3}, CSUP_E_ARGUMENT},
  };
  open_case(x);
  csup_decisions_clear(x->f.list);
  for (size_t i = 0; i < LENGTH(rows); i++) {
    csup_event event = rows[i].event;
    csup_error error = {.message = ""};
    event.at = NINE + HOUR / 2;
    csup_status status = csup_case_apply(x->f.c, &event, 1, x->f.list, &error);
    if (status != rows[i].status || error.status != status || error.index != 0 || error.message[0] == '\0')
      fail_msg("row %zu: %s: %s", i, csup_status_name(status), error.message);
    assert_int_equal(apply(x, &event), rows[i].status);
  }
  csup_event far[] = {event_at(INT64_MIN, CSUP_EVENT_NOTE), event_at(INT64_MAX, CSUP_EVENT_NOTE)};
  assert_int_equal(apply(x, &far[0]), CSUP_E_RANGE);
  assert_int_equal(apply(x, &far[1]), CSUP_E_RANGE);
  assert_int_equal(csup_decisions_count(x->f.list), 0);
}

static void test_opened_first_and_once(void **state) {
  fixture *x = *state;
  csup_event note = event_at(NINE, CSUP_EVENT_NOTE), opened = event_at(NINE, CSUP_EVENT_OPENED);
  csup_time at = 0;
  assert_int_equal(apply(x, &note), CSUP_E_ORDER);
  assert_int_equal(csup_case_next_wakeup(x->f.c, &at), CSUP_E_NEVER);
  assert_true(at == CSUP_TIME_NEVER);
  assert_int_equal(csup_case_advance(x->f.c, NINE, x->f.list, NULL), CSUP_OK);
  assert_int_equal(csup_case_advance(x->f.c, CSUP_TIME_NEVER, x->f.list, NULL),
                   CSUP_OK); /* nothing is due, whatever the instant */
  assert_int_equal(csup_decisions_count(x->f.list), 0);
  csup_event unnamed = {.at = NINE, .kind = CSUP_EVENT_OPENED};
  assert_int_equal(apply(x, &unnamed), CSUP_E_ARGUMENT);
  assert_int_equal(apply(x, &opened), CSUP_OK);
  assert_int_equal(apply(x, &opened), CSUP_E_ORDER);
  opened.at++;
  assert_int_equal(apply(x, &opened), CSUP_E_ORDER);
}

/* Clock `first_response` is due at 10:00; the breach is known a microsecond later. */
static void test_order_after_a_breach(void **state) {
  fixture *x = *state;
  open_case(x);
  csup_time at = 0, due = NINE + HOUR;
  assert_int_equal(csup_case_next_wakeup(x->f.c, &at), CSUP_OK);
  assert_true(at == due + 1);
  csup_decisions_clear(x->f.list);
  assert_int_equal(csup_case_advance(x->f.c, due, x->f.list, NULL), CSUP_OK);
  assert_int_equal(csup_decisions_count(x->f.list), 0);
  csup_event early = event_at(NINE + 1, CSUP_EVENT_NOTE);
  assert_int_equal(apply(x, &early), CSUP_OK); /* the tick decided nothing and stands in nobody's way */
  assert_int_equal(csup_case_advance(x->f.c, due + 1, x->f.list, NULL), CSUP_OK);
  assert_int_equal(csup_decisions_count(x->f.list), 1);
  assert_true(csup_decisions_at(x->f.list, 0)->at == due);
  csup_event at_due = event_at(due, CSUP_EVENT_AGENT_MESSAGE);
  csup_error error = {.message = ""};
  assert_int_equal(csup_case_apply(x->f.c, &at_due, 1, x->f.list, &error), CSUP_E_ORDER);
  assert_non_null(strstr(error.message, "2026-03-02T10:00:00.000001Z"));
  at_due.at = due + 1;
  assert_int_equal(apply(x, &at_due), CSUP_OK);
  csup_event before_last = event_at(due, CSUP_EVENT_NOTE);
  assert_int_equal(apply(x, &before_last), CSUP_E_ORDER);
}

static void test_ticks_into_the_past(void **state) {
  fixture *x = *state;
  open_case(x);
  csup_decisions_clear(x->f.list);
  text_buffer before = {NULL, 0, 0}, after = {NULL, 0, 0};
  fold_save(&x->f, &before);
  static const csup_time instants[] = {INT64_MIN, 0, NINE - 1, NINE, NINE + HOUR / 2, NINE + HOUR};
  for (size_t i = 0; i < LENGTH(instants); i++)
    assert_int_equal(csup_case_advance(x->f.c, instants[i], x->f.list, NULL), CSUP_OK);
  fold_save(&x->f, &after);
  assert_true(text_equal(&before, &after));
  assert_int_equal(csup_decisions_count(x->f.list), 0);
  csup_error error = {.message = ""};
  assert_int_equal(csup_case_advance(x->f.c, INT64_MAX - 1, x->f.list, &error), CSUP_E_RANGE);
  assert_true(error.message[0] != '\0');
  text_free(&before);
  text_free(&after);
}

/* Nothing of a batch sticks when its third event is bad, in whatever way. */
static void test_batches_are_atomic(void **state) {
  fixture *x = *state;
  open_case(x);
  csup_decisions_clear(x->f.list);
  static const struct {
    csup_event third;
    csup_status status;
  } rows[] = {
      {{.kind = CSUP_EVENT_OPENED, .case_id = "C"}, CSUP_E_ORDER},
      {{.kind = CSUP_EVENT_FULFILLED, .name = "never"}, CSUP_E_UNKNOWN},
      {{.kind = CSUP_EVENT_MOVED, .value = "delivery"}, CSUP_E_REFUSED},
      {{.kind = CSUP_EVENT_SPENT, .cost = INT64_MAX, .flags = CSUP_WITH_COST}, CSUP_E_RANGE}, /* with what the first spent */
      {{.kind = CSUP_EVENT_RATED, .csat = 9, .flags = CSUP_WITH_CSAT}, CSUP_E_RANGE},
      {{.kind = 99}, CSUP_E_UNKNOWN},
  };
  text_buffer before = {NULL, 0, 0}, after = {NULL, 0, 0};
  fold_save(&x->f, &before);
  for (size_t i = 0; i < LENGTH(rows); i++) {
    csup_event batch[] = {
        {.kind = CSUP_EVENT_SPENT, .cost = 1, .flags = CSUP_WITH_COST},
        {.kind = CSUP_EVENT_ASSIGNED, .team = "a team that was never heard of", .agent = "ann"},
        rows[i].third,
        {.kind = CSUP_EVENT_NOTE},
    };
    for (size_t k = 0; k < LENGTH(batch); k++)
      batch[k].at = NINE + 2 * HOUR; /* later than the breach, which must not stick either */
    csup_error error = {.message = ""};
    assert_int_equal(csup_case_apply(x->f.c, batch, LENGTH(batch), x->f.list, &error), rows[i].status);
    assert_int_equal(error.index, 2);
    assert_int_equal(csup_decisions_count(x->f.list), 0);
    fold_save(&x->f, &after);
    assert_true(text_equal(&before, &after));
  }
  csup_event two[] = {event_at(NINE + HOUR, CSUP_EVENT_NOTE), event_at(NINE + HOUR + 1, CSUP_EVENT_NOTE)};
  csup_error error = {.message = ""};
  assert_int_equal(csup_case_apply(x->f.c, two, 2, x->f.list, &error), CSUP_E_ARGUMENT);
  assert_int_equal(error.index, 1);
  text_free(&before);
  text_free(&after);
}

/* Batches of more events than any list has had so far. */
static void test_long_batches(void **state) {
  fixture *x = *state;
  open_case(x);
  enum { COUNT = 500 };
  static csup_event batch[COUNT];
  for (size_t i = 0; i < COUNT; i++) {
    batch[i] = event_at(NINE + HOUR / 2, CSUP_EVENT_CUSTOMER_MESSAGE);
    batch[i].value = i % 2 ? "angry" : "calm";
  }
  assert_int_equal(csup_case_apply(x->f.c, batch, COUNT, x->f.list, NULL), CSUP_OK);
  csup_case_view view;
  assert_int_equal(csup_case_read(x->f.c, &view), CSUP_OK);
  assert_true(view.contacts == COUNT + 1);
  assert_string_equal(view.mood, "angry");
}

/* --- what follows from events, as stories -------------------------------------------------------------------------------- */

#define OPENED "03-02T09:00 'event':'opened'\n"

static const story moves[] = {
    /* The reason told is the event's own; what the policy gives is for refusals. */
    {"the default workflow from contact to closure", STORY(""),
     OPENED
     "03-02T09:10 'event':'agent_message'\n03-02T09:20 " MOVED("determination") ",'because':'reproduced'\n03-02T09:30 " MOVED(
         "development") "\n03-02T09:40 " ANSWERED("low") "\n03-02T09:50 " MOVED("development") "\n"
                                                                                               "03-02T10:00 "
                                                                                               "'event':'proposed','resolution':'"
                                                                                               "workaround'\n03-02T10:10 "
                                                                                               "'event':'accepted'\n"
                                                                                               "03-02T10:20 "
                                                                                               "'event':'proposed','resolution':'"
                                                                                               "full'\n03-02T10:30 "
                                                                                               "'event':'accepted'\n",
     "03-07T10:30", "moved",
     "03-02T09:10 moved from new to diagnosis\n"
     "03-02T09:20 moved from diagnosis to determination because reproduced\n"
     "03-02T09:30 CSUP_E_REFUSED\n"
     "03-02T09:50 moved from determination to development\n"
     "03-02T10:00 moved from development to delivery\n"
     "03-02T10:10 moved from delivery to development\n"
     "03-02T10:20 moved from development to delivery\n"
     "03-02T10:30 moved from delivery to resolved\n"
     "03-07T10:30 moved from resolved to closed\n"},
    {"previous is the latest state that does not wait", STORY(""),
     OPENED "03-02T09:10 'event':'acknowledged'\n03-02T09:20 " MOVED("waiting_customer") "\n03-02T09:30 " MOVED(
         "waiting_third_party") "\n03-02T09:40 " MOVED("determination") "\n03-02T09:50 " MOVED("diagnosis") "\n",
     NULL, "moved",
     "03-02T09:10 moved from new to diagnosis\n"
     "03-02T09:20 moved from diagnosis to waiting_customer\n"
     "03-02T09:30 moved from waiting_customer to waiting_third_party\n"
     "03-02T09:40 CSUP_E_REFUSED\n"
     "03-02T09:50 moved from waiting_third_party to diagnosis\n"},
    {"moving to the present state is accepted and decides nothing", STORY(""),
     OPENED "03-02T09:10 " MOVED("new") "\n03-02T09:20 'event':'acknowledged'\n03-02T09:30 " MOVED("diagnosis") "\n", NULL,
     "moved", "03-02T09:20 moved from new to diagnosis\n"},
    {"opened in mid-life", STORY(""),
     "03-02T09:00 'event':'opened','state':'development'\n03-02T10:00 'event':'proposed','resolution':'full'\n", NULL, "moved",
     "03-02T10:00 moved from development to delivery\n"},
    {"merged and cancelled are over for good", STORY(""),
     OPENED "03-02T10:00 'event':'merged','into':'D'\n03-02T11:00 'event':'reopened'\n", NULL, "moved",
     "03-02T10:00 moved from new to merged\n"},
    {"closed can be reopened", STORY(""),
     OPENED "03-02T10:00 'event':'closed'\n03-02T11:00 'event':'reopened','because':'it is back'\n", NULL, "moved",
     "03-02T10:00 moved from new to closed\n"
     "03-02T11:00 moved from closed to diagnosis because it is back\n"},
    /* The timer counts from the latest entry: resolved at 10:00, again at 12:00, closed five days after that. */
    {"a timer counts anew at each entry", STORY(""),
     OPENED "03-02T09:10 'event':'acknowledged'\n03-02T10:00 " MOVED(
         "resolved") "\n03-02T11:00 'event':'reopened'\n03-02T12:00 " MOVED("resolved") "\n",
     "03-10T00:00", "moved",
     "03-02T09:10 moved from new to diagnosis\n"
     "03-02T10:00 moved from diagnosis to resolved\n"
     "03-02T11:00 moved from resolved to diagnosis\n"
     "03-02T12:00 moved from diagnosis to resolved\n"
     "03-07T12:00 moved from resolved to closed\n"},
    /* An event at the timer's own instant finds the case closed: what is due comes first. */
    {"an event at the instant of a timer", STORY(""),
     OPENED "03-02T09:10 'event':'acknowledged'\n03-02T10:00 " MOVED("resolved") "\n03-07T10:00 'event':'customer_message'\n",
     NULL, "moved",
     "03-02T09:10 moved from new to diagnosis\n"
     "03-02T10:00 moved from diagnosis to resolved\n"
     "03-07T10:00 moved from resolved to closed\n"},
    /* Two timers: the first in the document whose guard holds; a chain goes on at its own instants. */
    {"timers with guards, and one after another",
     STORY(",'workflow':{'initial':'a','states':{'a':{'category':'new'},'b':{'category':'open'},'c':{'category':'open'},"
           "'d':{'category':'closed'}},'timers':[{'in':'a','after':'PT1H','calendar':'always','to':'d','when':{'vip':true}},"
           "{'in':'a','after':'PT1H','calendar':'always','to':'b','because':'an hour'},"
           "{'in':'b','after':'PT2H','calendar':'office','to':'c'},{'in':'c','after':'P1D','calendar':'office','to':'d'}]}"),
     OPENED, "03-05T00:00", "moved",
     "03-02T10:00 moved from a to b\n"
     "03-02T12:00 moved from b to c\n"
     "03-03T12:00 moved from c to d\n"},
    /* What has gone by under a false guard has lapsed: vip comes at 10:30, the timer was for 10:00. */
    {"a timer that lapsed",
     STORY(",'workflow':{'initial':'a','states':{'a':{'category':'new'},'b':{'category':'open'}},"
           "'timers':[{'in':'a','after':'PT1H','calendar':'always','to':'b','when':{'vip':true}}]}"),
     OPENED "03-02T10:30 'event':'changed','field':'vip','value':true\n", "03-05T00:00", "moved", ""},
    {"requires and when of moves",
     STORY(",'workflow':{'initial':'a','states':{'a':{'category':'new'},'b':{'category':'open'},'c':{'category':'open'}},"
           "'moves':[{'from':'a','on':'moved','to':'b','requires':['team','harm'],'because':'who, and how bad?'},"
           "{'from':'a','on':'moved','to':'b','when':{'vip':true}},"
           "{'from':'*','on':'escalated','to':'c','when':{'by':'customer'}}]}"),
     OPENED "03-02T09:10 " MOVED("b") "\n03-02T09:20 'event':'assigned','team':'x'\n03-02T09:30 " MOVED(
         "b") "\n03-02T09:35 "
              "'event':'escalated','by':'agent'\n03-02T09:40 " ANSWERED("low") "\n03-02T09:50 " MOVED(
                  "b") "\n03-02T09:55 "
                       "'event':'escalated','by':'customer'\n",
     NULL, "moved",
     "03-02T09:10 CSUP_E_REFUSED\n"
     "03-02T09:30 CSUP_E_REFUSED\n"
     "03-02T09:50 moved from a to b\n"
     "03-02T09:55 moved from b to c\n"},
};

static const story levels[] = {
    {"escalated and deescalated", STORY(""),
     OPENED "03-02T09:10 'event':'escalated','because':'loud'\n03-02T09:20 'event':'escalated','level':5\n"
            "03-02T09:40 'event':'deescalated'\n03-02T09:50 'event':'deescalated','level':2\n",
     NULL, "escalated deescalated",
     "03-02T09:10 escalated level 2 because loud\n"
     "03-02T09:20 escalated level 5\n"
     "03-02T09:40 deescalated level 4\n"
     "03-02T09:50 deescalated level 2\n"},
};

static const story overrides[] = {
    {"pinned, replaced, released", STORY(""),
     OPENED "03-02T09:10 'event':'overridden','priority':'P1','because':'a'\n03-02T09:20 'event':'overridden','priority':'P2'\n"
            "03-02T09:30 'event':'released','name':'priority','because':'b'\n03-02T09:40 'event':'released','name':'priority'\n",
     NULL, "assessed released",
     "03-02T09:00 assessed S3 to P3\n"
     "03-02T09:10 assessed S3 from P3 to P1\n"
     "03-02T09:20 assessed S3 from P1 to P2\n"
     "03-02T09:30 released priority because b\n"
     "03-02T09:30 assessed S3 from P2 to P3\n"},
    /* The assessment goes on beneath the pin, and a pinned severity goes through the matrix. */
    {"assessed beneath a pin", STORY(""),
     OPENED "03-02T09:10 'event':'overridden','severity':'S1'\n03-02T09:20 " ANSWERED(
         "mid") "\n03-02T09:30 'event':'released','name':'severity'\n",
     NULL, "assessed released",
     "03-02T09:00 assessed S3 to P3\n"
     "03-02T09:10 assessed S1 from P3 to P1\n"
     "03-02T09:20 assessed S1 from P1 to P1\n"
     "03-02T09:30 released severity\n"
     "03-02T09:30 assessed S2 from P1 to P2\n"},
    /* In force while now < until: at 10:00 it is over. */
    {"until", STORY(""), OPENED "03-02T09:10 'event':'overridden','priority':'P1','until':'2026-03-02T10:00:00Z','because':'a'\n",
     "03-02T10:00", "assessed released",
     "03-02T09:00 assessed S3 to P3\n"
     "03-02T09:10 assessed S3 from P3 to P1\n"
     "03-02T10:00 released priority because a\n"
     "03-02T10:00 assessed S3 from P1 to P3\n"},
};

static void test_moves(void **state) {
  (void)state;
  stories_hold(moves, LENGTH(moves));
}

/* A refusal says why, in the policy's own words when it has some. */
static void test_refusals_say_why(void **state) {
  fixture *x = *state;
  open_case(x);
  csup_event acknowledged = event_at(NINE, CSUP_EVENT_ACKNOWLEDGED), moved = event_at(NINE, CSUP_EVENT_MOVED);
  csup_error error = {.message = ""};
  assert_int_equal(apply(x, &acknowledged), CSUP_OK);
  moved.value = "determination";
  assert_int_equal(apply(x, &moved), CSUP_OK);
  moved.value = "delivery";
  assert_int_equal(csup_case_apply(x->f.c, &moved, 1, x->f.list, &error), CSUP_E_REFUSED);
  assert_non_null(strstr(error.message, "agree the business impact first"));
  moved.value = "new";
  assert_int_equal(csup_case_apply(x->f.c, &moved, 1, x->f.list, &error), CSUP_E_REFUSED);
  assert_non_null(strstr(error.message, "determination"));
  assert_non_null(strstr(error.message, "new"));
}

static void test_levels(void **state) {
  (void)state;
  stories_hold(levels, LENGTH(levels));
}

static void test_overrides(void **state) {
  (void)state;
  stories_hold(overrides, LENGTH(overrides));
}

/* The sum of what was spent, at its limit. */
static void test_spent(void **state) {
  fixture *x = *state;
  open_case(x);
  csup_event spent = {.at = NINE, .kind = CSUP_EVENT_SPENT, .cost = INT64_MAX, .flags = CSUP_WITH_COST};
  assert_int_equal(apply(x, &spent), CSUP_OK);
  spent.cost = 1;
  assert_int_equal(apply(x, &spent), CSUP_E_RANGE);
  spent.cost = 0;
  spent.minutes = INT32_MAX;
  spent.flags |= CSUP_WITH_MINUTES;
  assert_int_equal(apply(x, &spent), CSUP_OK);
  assert_int_equal(apply(x, &spent), CSUP_OK);
  csup_case_view view;
  assert_int_equal(csup_case_read(x->f.c, &view), CSUP_OK);
  assert_true(view.cost == INT64_MAX && view.minutes == 2 * (int64_t)INT32_MAX);
}

/* Texts that no rule names are kept for team, agent, channel and cause, and dropped for fields. */
static void test_texts_kept_and_dropped(void **state) {
  (void)state;
  csup_policy *policy = story_policy(
      STORY(",'agreements':[{'name':'a','when':{'team':'red'},'targets':{'resolution':{'within':'PT1H','calendar':'always'}}}]"));
  fold f;
  assert_true(fold_begin(&f, policy, NULL));
  assert_int_equal(fold_line(&f,
                             "{\"case\":\"C\",\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"opened\",\"team\":\"blue\",\"fields\":{"
                             "\"product\":\"a text that nobody asks about\"}}",
                             NULL),
                   CSUP_OK);
  csup_field field;
  assert_int_equal(csup_case_fact(f.c, "product", &field), CSUP_OK);
  assert_int_equal(field.kind, CSUP_VALUE_NONE);
  assert_int_equal(csup_case_fact(f.c, "team", &field), CSUP_OK);
  assert_string_equal(field.text, "blue");
  assert_int_equal(fold_line(&f, "{\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"assigned\",\"team\":\"red\"}", NULL), CSUP_OK);
  assert_int_equal(csup_case_fact(f.c, "team", &field), CSUP_OK);
  assert_string_equal(field.text, "red");
  assert_non_null(strstr(f.decisions.text, "clock_started"));
  fold_end(&f);
  csup_policy_release(policy);
}

/* A thousand messages take no memory; a state visited takes a visit. */
static void test_memory_grows_with_states_only(void **state) {
  fixture *x = *state;
  failing_allocator memory = {.fail_at = -1};
  csup_allocator allocator = {&memory, failing_resize};
  csup_case *c = NULL;
  assert_int_equal(csup_case_create(x->policy, &allocator, &c), CSUP_OK);
  csup_event event = event_at(NINE, CSUP_EVENT_OPENED);
  assert_int_equal(csup_case_apply(c, &event, 1, x->f.list, NULL), CSUP_OK);
  event = event_at(NINE, CSUP_EVENT_AGENT_MESSAGE);
  assert_int_equal(csup_case_apply(c, &event, 1, x->f.list, NULL), CSUP_OK);
  size_t before = memory.bytes;
  for (int i = 0; i < 1000; i++) {
    event = event_at(NINE + i, i % 2 ? CSUP_EVENT_AGENT_MESSAGE : CSUP_EVENT_CUSTOMER_MESSAGE);
    assert_int_equal(csup_case_apply(c, &event, 1, x->f.list, NULL), CSUP_OK);
  }
  assert_int_equal(memory.bytes, before);
  csup_case_free(c);
  assert_int_equal(memory.blocks, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_arguments, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_wrong_events, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_opened_first_and_once, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_order_after_a_breach, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_ticks_into_the_past, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_batches_are_atomic, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_long_batches, set_up, tear_down),
      cmocka_unit_test(test_moves),
      cmocka_unit_test_setup_teardown(test_refusals_say_why, set_up, tear_down),
      cmocka_unit_test(test_levels),
      cmocka_unit_test(test_overrides),
      cmocka_unit_test_setup_teardown(test_spent, set_up, tear_down),
      cmocka_unit_test(test_texts_kept_and_dropped),
      cmocka_unit_test_setup_teardown(test_memory_grows_with_states_only, set_up, tear_down),
  };
  return cmocka_run_group_tests_name("case/case", tests, NULL, NULL);
}
