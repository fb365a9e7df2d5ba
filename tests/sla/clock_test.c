#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sections.h"

static const char *names_of(const compiled *c, char *buffer, size_t capacity) {
  csup_writer writer;
  csup_writer_init(&writer, buffer, capacity);
  for (int32_t i = 0; i < c->clocks.count; i++) {
    csup_write_text(&writer, i == 0 ? "" : " ");
    csup_write_text(&writer, c->clocks.items[i].name);
  }
  assert_int_equal(csup_writer_end(&writer, NULL), CSUP_OK);
  return buffer;
}

#define OWN "{'start':[{'event':'opened'}],'stop':[{'event':'accepted'}]}"

static void clocks_are_added_replaced_and_removed(void **state) {
  (void)state;
  static const struct {
    const char *text, *names;
  } rows[] = {
      {"", "acknowledge first_response next_response update workaround resolution"},
      {"'clocks':{}", "acknowledge first_response next_response update workaround resolution"},
      {"'clocks':{'zeal':" OWN ",'agree':" OWN "}",
       "acknowledge first_response next_response update workaround resolution zeal agree"},
      {"'clocks':{'update':" OWN ",'own':" OWN "}", "acknowledge first_response next_response update workaround resolution own"},
      {"'clocks':{'update':null,'own':" OWN ",'acknowledge':null}", "first_response next_response workaround resolution own"},
      {"'clocks':{'acknowledge':null,'first_response':null,'next_response':null,'update':null,'workaround':null,'resolution':"
       "null}",
       ""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    compiled s;
    good_sections(rows[i].text, &s);
    const csup_fact *breached = &s.schema.facts[CSUP_SLOT_BREACHED];
    char names[200];
    assert_string_equal(names_of(&s, names, sizeof names), rows[i].names);
    assert_int_equal(breached->choice_count, s.clocks.count + 1);
    assert_string_equal(breached->choices[s.clocks.count], "promise");
    for (int32_t k = 0; k < s.clocks.count; k++) {
      assert_string_equal(breached->choices[k], s.clocks.items[k].name);
      assert_int_equal(csup_clocks_find(&s.clocks, breached->choices[k]), k);
    }
    assert_int_equal(csup_clocks_find(&s.clocks, "promise"), -1);
    free_sections(&s);
  }
  compiled s;
  good_sections("'clocks':{'update':" OWN "}", &s);
  const csup_clock_kind *update = &s.clocks.items[3];
  assert_int_equal(update->start.count, 1);
  assert_int_equal(update->start.items[0].events, 1U << CSUP_EVENT_OPENED);
  assert_int_equal(update->again, CSUP_AGAIN_ONCE);
  assert_int_equal(update->pause.count, 0);
  free_sections(&s);
}

static void there_may_be_so_many_clocks(void **state) {
  (void)state;
  char sections[8000] = "'clocks':{'first_response':null";
  for (int i = 0; i < CSUP_SET_MAX - 1 - 5; i++)
    (void)snprintf(sections + strlen(sections), sizeof sections - strlen(sections), ",'c%d':" OWN, i);
  size_t length = strlen(sections);
  strcat(sections, "}");
  compiled s;
  good_sections(sections, &s);
  assert_int_equal(s.clocks.count, CSUP_SET_MAX - 1);
  free_sections(&s);
  strcpy(sections + length, ",'more':" OWN "}");
  assert_refusals(&(refusal){sections, "/clocks/more", "more than 61 clocks"}, 1);
}

/* The built-in clocks, item by item: what each list holds on. */
static void the_built_in_clocks_watch_what_they_say(void **state) {
  (void)state;
  enum { NEW = 0, DIAGNOSIS = 1, WAITING = 5, THIRD = 6, RESOLVED = 7, CLOSED = 8 };
  static const struct {
    const char *clock, *list;
    csup_event_kind on;
    int32_t at; /* state */
    int64_t automatic, replies, resolution;
    bool holds;
  } rows[] = {
      {"acknowledge", "start", CSUP_EVENT_OPENED, NEW, CSUP_ABSENT, 0, CSUP_ABSENT, true},
      {"acknowledge", "start", CSUP_EVENT_REOPENED, NEW, CSUP_ABSENT, 0, CSUP_ABSENT, false},
      {"acknowledge", "stop", CSUP_EVENT_ASSIGNED, NEW, CSUP_ABSENT, 0, CSUP_ABSENT, true},
      {"acknowledge", "stop", CSUP_EVENT_AGENT_MESSAGE, NEW, 1, 0, CSUP_ABSENT, true},
      {"acknowledge", "stop", CSUP_EVENT_NOTE, NEW, CSUP_ABSENT, 0, CSUP_ABSENT, false},
      {"first_response", "stop", CSUP_EVENT_AGENT_MESSAGE, DIAGNOSIS, 0, 0, CSUP_ABSENT, true},
      {"first_response", "stop", CSUP_EVENT_AGENT_MESSAGE, DIAGNOSIS, 1, 0, CSUP_ABSENT, false},
      {"first_response", "stop", CSUP_EVENT_NOTE, DIAGNOSIS, CSUP_ABSENT, 0, CSUP_ABSENT, false},
      {"next_response", "start", CSUP_EVENT_CUSTOMER_MESSAGE, DIAGNOSIS, 0, 0, CSUP_ABSENT, false},
      {"next_response", "start", CSUP_EVENT_CUSTOMER_MESSAGE, DIAGNOSIS, 0, 1, CSUP_ABSENT, true},
      {"next_response", "start", CSUP_EVENT_CUSTOMER_MESSAGE, DIAGNOSIS, 1, 1, CSUP_ABSENT, false},
      {"next_response", "cancel", CSUP_EVENT_NOTE, RESOLVED, CSUP_ABSENT, 1, CSUP_ABSENT, true},
      {"next_response", "cancel", 0, CLOSED, CSUP_ABSENT, 1, CSUP_ABSENT, true},
      {"next_response", "cancel", 0, WAITING, CSUP_ABSENT, 1, CSUP_ABSENT, false},
      {"update", "start", CSUP_EVENT_AGENT_MESSAGE, DIAGNOSIS, 0, 1, CSUP_ABSENT, true},
      {"update", "stop", CSUP_EVENT_AGENT_MESSAGE, DIAGNOSIS, 0, 1, CSUP_ABSENT, true},
      {"update", "pause", 0, WAITING, CSUP_ABSENT, 1, CSUP_ABSENT, true},
      {"update", "pause", 0, THIRD, CSUP_ABSENT, 1, CSUP_ABSENT, false},
      {"workaround", "stop", CSUP_EVENT_PROPOSED, DIAGNOSIS, CSUP_ABSENT, 1, 0, true},  /* full */
      {"workaround", "stop", CSUP_EVENT_PROPOSED, DIAGNOSIS, CSUP_ABSENT, 1, 1, true},  /* workaround */
      {"workaround", "stop", CSUP_EVENT_PROPOSED, DIAGNOSIS, CSUP_ABSENT, 1, 2, false}, /* partial */
      {"workaround", "stop", CSUP_EVENT_ACCEPTED, DIAGNOSIS, CSUP_ABSENT, 1, 0, false},
      {"workaround", "stop", CSUP_EVENT_NOTE, RESOLVED, CSUP_ABSENT, 1, CSUP_ABSENT, true},
      {"workaround", "pause", 0, THIRD, CSUP_ABSENT, 1, CSUP_ABSENT, true},
      {"resolution", "stop", CSUP_EVENT_MOVED, RESOLVED, CSUP_ABSENT, 1, CSUP_ABSENT, true},
      {"resolution", "stop", CSUP_EVENT_MOVED, THIRD, CSUP_ABSENT, 1, CSUP_ABSENT, false},
      {"resolution", "pause", CSUP_EVENT_MOVED, WAITING, CSUP_ABSENT, 1, CSUP_ABSENT, true},
      {"resolution", "resume", CSUP_EVENT_MOVED, WAITING, CSUP_ABSENT, 1, CSUP_ABSENT, false},
  };
  compiled s;
  good_sections("", &s);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const csup_clock_kind *clock = &s.clocks.items[csup_clocks_find(&s.clocks, rows[i].clock)];
    const csup_triggers *list = strcmp(rows[i].list, "start") == 0    ? &clock->start
                                : strcmp(rows[i].list, "stop") == 0   ? &clock->stop
                                : strcmp(rows[i].list, "cancel") == 0 ? &clock->cancel
                                : strcmp(rows[i].list, "pause") == 0  ? &clock->pause
                                                                      : &clock->resume;
    int64_t values[CSUP_FACTS_MAX];
    for (size_t slot = 0; slot < CSUP_FACTS_MAX; slot++)
      values[slot] = CSUP_ABSENT;
    values[CSUP_SLOT_AUTO] = rows[i].automatic;
    values[CSUP_SLOT_REPLIES] = rows[i].replies;
    values[CSUP_SLOT_RESOLUTION] = rows[i].resolution;
    csup_state at;
    csup_workflow_state_at(s.workflow, rows[i].at, &at);
    if (csup_triggers_hold(list, false, rows[i].on, rows[i].at, at.category, at.stage, values) != rows[i].holds)
      fail_msg("row %zu: %s %s in %s", i, rows[i].clock, rows[i].list, at.name);
  }
  static const csup_again again[] = {CSUP_AGAIN_ONCE, CSUP_AGAIN_ONCE, CSUP_AGAIN_EACH,
                                     CSUP_AGAIN_EACH, CSUP_AGAIN_ONCE, CSUP_AGAIN_RESUME};
  for (int32_t i = 0; i < 6; i++)
    assert_int_equal(s.clocks.items[i].again, again[i]);
  assert_int_equal(s.findings.count, 0);
  free_sections(&s);
}

/* All that an item names must hold; items tied to an event are passed over where levels alone are asked. */
static void every_member_of_an_item_counts(void **state) {
  (void)state;
  compiled s;
  good_sections("'clocks':{'c':{'start':[{'event':['note','rated'],'state':['diagnosis','delivery'],"
                "'category':['open','hold'],'stage':'delivery','when':{'vip':true}}],"
                "'stop':[{'event':'closed'},{'state':'resolved'},{'when':'always','event':'accepted'}],"
                "'pause':[{'stage':['diagnosis','determination']}],'again':'total'}}",
                &s);
  const csup_clock_kind *clock = &s.clocks.items[6];
  int32_t delivery = csup_workflow_find_state(s.workflow, "delivery");
  int32_t diagnosis = csup_workflow_find_state(s.workflow, "diagnosis");
  int32_t resolved = csup_workflow_find_state(s.workflow, "resolved");
  int64_t values[CSUP_FACTS_MAX] = {0};
  int32_t vip = csup_schema_find_field(&s.schema, "vip");
  values[vip] = 1;
  assert_int_equal(clock->again, CSUP_AGAIN_TOTAL);
  assert_true(
      csup_triggers_hold(&clock->start, false, CSUP_EVENT_NOTE, delivery, CSUP_CATEGORY_OPEN, CSUP_STAGE_DELIVERY, values));
  assert_true(
      csup_triggers_hold(&clock->start, false, CSUP_EVENT_RATED, delivery, CSUP_CATEGORY_OPEN, CSUP_STAGE_DELIVERY, values));
  assert_false(
      csup_triggers_hold(&clock->start, true, CSUP_EVENT_NOTE, delivery, CSUP_CATEGORY_OPEN, CSUP_STAGE_DELIVERY, values));
  assert_false(
      csup_triggers_hold(&clock->start, false, CSUP_EVENT_SPENT, delivery, CSUP_CATEGORY_OPEN, CSUP_STAGE_DELIVERY, values));
  assert_false(csup_triggers_hold(&clock->start, false, 0, delivery, CSUP_CATEGORY_OPEN, CSUP_STAGE_DELIVERY, values));
  assert_false(
      csup_triggers_hold(&clock->start, false, CSUP_EVENT_NOTE, diagnosis, CSUP_CATEGORY_OPEN, CSUP_STAGE_DIAGNOSIS, values));
  assert_false(
      csup_triggers_hold(&clock->start, false, CSUP_EVENT_NOTE, delivery, CSUP_CATEGORY_NEW, CSUP_STAGE_DELIVERY, values));
  values[vip] = 0;
  assert_false(
      csup_triggers_hold(&clock->start, false, CSUP_EVENT_NOTE, delivery, CSUP_CATEGORY_OPEN, CSUP_STAGE_DELIVERY, values));
  assert_true(csup_triggers_hold(&clock->stop, true, CSUP_EVENT_NOTE, resolved, CSUP_CATEGORY_RESOLVED, CSUP_STAGE_NONE, values));
  assert_false(
      csup_triggers_hold(&clock->stop, true, CSUP_EVENT_CLOSED, delivery, CSUP_CATEGORY_OPEN, CSUP_STAGE_DELIVERY, values));
  assert_true(
      csup_triggers_hold(&clock->stop, false, CSUP_EVENT_CLOSED, delivery, CSUP_CATEGORY_OPEN, CSUP_STAGE_DELIVERY, values));
  assert_true(
      csup_triggers_hold(&clock->stop, false, CSUP_EVENT_ACCEPTED, delivery, CSUP_CATEGORY_OPEN, CSUP_STAGE_DELIVERY, values));
  assert_true(csup_triggers_hold(&clock->pause, true, 0, diagnosis, CSUP_CATEGORY_OPEN, CSUP_STAGE_DIAGNOSIS, values));
  assert_false(csup_triggers_hold(&clock->pause, true, 0, resolved, CSUP_CATEGORY_RESOLVED, CSUP_STAGE_NONE, values));
  assert_false(csup_triggers_hold(&clock->resume, true, 0, resolved, CSUP_CATEGORY_RESOLVED, CSUP_STAGE_NONE, values));
  free_sections(&s);
}

#define CLOCK(members) "'clocks':{'c':{" members "}}"
#define START          "'start':[{'event':'opened'}]"
#define STOP           "'stop':[{'event':'closed'}]"
#define FOUR           "{'event':'note'},{'event':'note'},{'event':'note'},{'event':'note'}"
#define SIXTEEN        FOUR "," FOUR "," FOUR "," FOUR

static void bad_clocks_are_refused(void **state) {
  (void)state;
  static const refusal rows[] = {
      {"'clocks':[]", "/clocks", "expected an object"},
      {"'clocks':{'c':3}", "/clocks/c", "expected an object"},
      {"'clocks':{'':" OWN "}", "/clocks/", "not empty"},
      {"'clocks':{'c':null}", "/clocks/c", "null removes a built-in clock"},
      {"'clocks':{'promise':" OWN "}", "/clocks/promise", "how promises are called"},
      {"'clocks':{'promise:x':" OWN "}", "/clocks/promise:x", "how promises are called"},
      {CLOCK(STOP), "/clocks/c", "at least one item in start"},
      {CLOCK(START), "/clocks/c", "at least one item in stop"},
      {CLOCK("'start':[]," STOP), "/clocks/c/start", "at least one item in start"},
      {CLOCK(START ",'stop':[]"), "/clocks/c/stop", "at least one item in stop"},
      {CLOCK("'start':{'event':'opened'}," STOP), "/clocks/c/start", "expected an array"},
      {CLOCK(START "," STOP ",'finish':[]"), "/clocks/c/finish", "unknown member"},
      {CLOCK(START "," STOP ",'again':'always'"), "/clocks/c/again", "once, each, resume, total, restart"},
      {CLOCK(START "," STOP ",'again':1"), "/clocks/c/again", "expected a string"},
      {CLOCK("'start':[3]," STOP), "/clocks/c/start/0", "expected an object"},
      {CLOCK("'start':[{}]," STOP), "/clocks/c/start/0", "names nothing"},
      {CLOCK("'start':[{'event':'opened','team':'x'}]," STOP), "/clocks/c/start/0/team", "unknown member"},
      {CLOCK("'start':[{'event':'arrived'}]," STOP), "/clocks/c/start/0/event", "no event is called"},
      {CLOCK("'start':[{'event':['opened','arrived']}]," STOP), "/clocks/c/start/0/event/1", "no event is called"},
      {CLOCK("'start':[{'event':[]}]," STOP), "/clocks/c/start/0/event", "the list is empty"},
      {CLOCK("'start':[{'event':7}]," STOP), "/clocks/c/start/0/event", "expected a string"},
      {CLOCK("'start':[{'state':'limbo'}]," STOP), "/clocks/c/start/0/state", "no state"},
      {CLOCK("'start':[{'state':['new','limbo']}]," STOP), "/clocks/c/start/0/state/1", "no state"},
      {CLOCK("'start':[{'state':[]}]," STOP), "/clocks/c/start/0/state", "the list is empty"},
      {CLOCK("'start':[{'state':['new',1]}]," STOP), "/clocks/c/start/0/state/1", "expected a string"},
      {CLOCK("'start':[{'category':'waiting'}]," STOP), "/clocks/c/start/0/category",
       "new, open, pending, hold, resolved, closed"},
      {CLOCK("'start':[{'category':['open','waiting']}]," STOP), "/clocks/c/start/0/category/1", "not a category"},
      {CLOCK("'start':[{'category':[]}]," STOP), "/clocks/c/start/0/category", "the list is empty"},
      {CLOCK("'start':[{'stage':'none'}]," STOP), "/clocks/c/start/0/stage", "diagnosis, determination, development, delivery"},
      {CLOCK("'start':[{'event':'opened','when':{}}]," STOP), "/clocks/c/start/0/when", ""},
      {CLOCK("'start':[{'event':'opened','when':{'colour':'red'}}]," STOP), "/clocks/c/start/0/when/colour", ""},
      {CLOCK("'start':[{'event':'opened','when':{'by':'agent'}}]," STOP), "/clocks/c/start/0/when/by", ""},
      {CLOCK("'start':[{'event':'opened','when':{'all':[{'tier':'premium'},{'tier':'standard'}]}}]," STOP),
       "/clocks/c/start/0/when", "can never hold"},
      {CLOCK("'start':[{'state':'diagnosis','category':'pending'}]," STOP), "/clocks/c/start/0", "no state named here"},
      {CLOCK("'start':[{'state':['new','resolved'],'stage':'delivery'}]," STOP), "/clocks/c/start/0", "no state named here"},
      {CLOCK(START "," STOP ",'pause':[{'category':'pending'},{'event':'opened'}],'resume':[{'event':'note'}]"),
       "/clocks/c/pause/1", "cannot pause it as well"},
      {CLOCK("'start':[{'category':'open','when':{'vip':true}}]," STOP ",'pause':[{'when':{'vip':true},'category':['open']}]"),
       "/clocks/c/pause/0", "cannot pause it as well"},
      {CLOCK("'start':[{'state':'new'}]," STOP ",'pause':[{'state':['new']}]"), "/clocks/c/pause/0", "cannot pause it as well"},
      {CLOCK(START "," STOP ",'pause':[{'event':'requested'}],'resume':[{'event':'requested'}]"), "/clocks/c/pause/0",
       "cannot resume it as well"},
      {CLOCK(START "," STOP ",'pause':[{'event':'requested'}]"), "/clocks/c/pause/0", "needs resume"},
      {CLOCK(START "," STOP ",'pause':[{'event':'requested'}],'resume':[]"), "/clocks/c/pause/0", "needs resume"},
      {CLOCK("'start':[{'category':'open'}],'stop':[{'category':'open'}]"), "/clocks/c/start/0", "the same stops it"},
      {CLOCK("'start':[{'category':'open'}]," STOP ",'cancel':[{'category':'open'}]"), "/clocks/c/start/0",
       "the same cancels it"},
      {CLOCK(START ",'stop':[{'when':'always'}]"), "/clocks/c/stop/0", "can never run"},
      {CLOCK(START "," STOP ",'cancel':[{'when':'always'}]"), "/clocks/c/cancel/0", "can never run"},
      {"'clocks':{'resolution':{'start':[{'event':'opened'}]}}", "/clocks/resolution", "at least one item in stop"},
      /* 16 + 16 + 33 of them: one more than there may be */
      {CLOCK("'start':[" SIXTEEN "]," STOP ",'reset':[" SIXTEEN "],'resume':[" SIXTEEN "," SIXTEEN ",{'event':'note'}]"),
       "/clocks/c", "at most 64 items in start, reset and resume"},
  };
  assert_refusals(rows, sizeof rows / sizeof rows[0]);
}

static void odd_clocks_are_found(void **state) {
  (void)state;
  static const suspicion rows[] = {
      {"", NULL, NULL},
      /* one event stops a cycle and starts the next; an event may carry any level */
      {CLOCK("'start':[{'event':'note'}],'stop':[{'event':'note'}]"), NULL, NULL},
      {CLOCK("'start':[{'event':'opened'}]," STOP ",'pause':[{'event':'opened','category':'open'}],'resume':[{'event':'note'}]"),
       NULL, NULL},
      {CLOCK("'start':[{'state':'new'}]," STOP ",'pause':[{'state':'resolved'},{'state':'new','when':{'vip':true}}]"), NULL,
       NULL},
      {CLOCK("'start':[{'state':'new','when':{'vip':false}}]," STOP ",'pause':[{'state':'new','when':{'vip':true}}]"), NULL,
       NULL},
      {CLOCK(START "," STOP ",'pause':[{'category':'hold','stage':'delivery'}]"), "never_holds", "/clocks/c/pause/0"},
      {"'workflow':{'initial':'new','states':{'new':{'category':'new'},'done':{'category':'closed'}},"
       "'moves':[{'from':'*','on':'closed','to':'done'}]}," CLOCK(START "," STOP ",'pause':[{'category':['pending','hold']}]"),
       "never_holds", "/clocks/c/pause/0"},
      {CLOCK(START ",'stop':[{'category':'closed','when':{'auto':false}}]"), "no_effect", "/clocks/c/stop/0"},
      {CLOCK(START ",'stop':[{'event':'note','when':{'auto':false}}]"), "no_effect", "/clocks/c/stop/0"},
      {CLOCK(START ",'stop':[{'event':['note','agent_message'],'when':{'auto':false}}]"), NULL, NULL},
      {CLOCK(START "," STOP ",'cancel':[{'event':['cancelled','merged']}]"), "no_effect", "/clocks/c/cancel/0"},
      {CLOCK(START "," STOP ",'cancel':[{'event':['cancelled','note']}]"), NULL, NULL},
  };
  assert_suspicions(rows, sizeof rows / sizeof rows[0]);
}

static void clocks_survive_each_failure(void **state) {
  (void)state;
  static const char sections[] =
      "'clocks':{'acknowledge':null,'a "
      "clock':{'start':[{'event':'opened','state':['new','diagnosis'],'when':{'product':'boat'}}],"
      "'stop':[{'category':'closed'},{'event':'note','when':{'auto':false}}],'pause':[{'stage':'delivery'}],'again':'each'}}";
  assert_true(assert_survives(sections) > 1000);
  assert_true(assert_survives_json(sections) > 100);
}

int main(void) {
  json_set_alloc_funcs(failing_json_malloc, failing_json_free);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(clocks_are_added_replaced_and_removed),
      cmocka_unit_test(there_may_be_so_many_clocks),
      cmocka_unit_test(the_built_in_clocks_watch_what_they_say),
      cmocka_unit_test(every_member_of_an_item_counts),
      cmocka_unit_test(bad_clocks_are_refused),
      cmocka_unit_test(odd_clocks_are_found),
      cmocka_unit_test(clocks_survive_each_failure),
  };
  return cmocka_run_group_tests_name("sla/clock", tests, make_calendars, free_calendars);
}
