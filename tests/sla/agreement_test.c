#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sections.h"
#include "time/civil.h"

#define HOUR (3600 * CSUP_SECOND)

static void a_target_is_written_out_by_rank(void **state) {
  (void)state;
  compiled s;
  good_sections("'agreements':[{'name':'a','targets':{"
                "'first_response':{'within':{'P1':'PT1H','*':'P2D'},'calendar':{'P2':'always','*':'office'},'"
                "warn':['50%','75%','-PT30M','-PT10M','-P1D'],"
                "'on_change':'proportional','lands':'open'},"
                "'resolution':{'within':{'S2':'PT8H'},'by':'severity','calendar':'office','lands':'day_end'},"
                "'update':{'within':'PT2H','calendar':'always','on_change':'keep'}}}]",
                &s);
  assert_int_equal(s.agreements.count, 1);
  const csup_agreement *agreement = &s.agreements.items[0];
  const csup_calendar *office = OFFICE_CALENDAR, *always = ALWAYS_CALENDAR;
  assert_string_equal(agreement->name, "a");
  assert_null(agreement->when);
  assert_int_equal(agreement->from, CSUP_TIME_FIRST);
  assert_true(agreement->until > CSUP_TIME_LAST);

  const csup_target *first = agreement->targets[csup_clocks_find(&s.clocks, "first_response")];
  static const struct {
    csup_measure within;
    bool on_office;
  } rows[] = {{{.time = HOUR}, true}, {{.days = 2}, false}, {{.days = 2}, true}};
  for (int32_t rank = 0; rank < CSUP_RANKS_MAX; rank++) {
    assert_int_equal(first->present[rank], rank < 3);
    if (rank >= 3)
      continue;
    assert_memory_equal(&first->course[rank].within, &rows[rank].within, sizeof(csup_measure));
    assert_ptr_equal(first->course[rank].calendar, rows[rank].on_office ? office : always);
    assert_string_equal(first->calendar_name[rank], rows[rank].on_office ? "office" : "always");
    assert_int_equal(first->course[rank].lands, CSUP_LANDS_OPEN);
  }
  assert_false(first->by_severity);
  assert_int_equal(first->on_change, CSUP_PROPORTIONAL);
  assert_int_equal(first->warn_count, 5);
  assert_string_equal(first->warn[0].text, "50%");
  assert_int_equal(first->warn[1].percent, 75);
  assert_int_equal(first->warn[3].offset.time, -HOUR / 6);
  assert_int_equal(first->warn[4].offset.days, -1);

  const csup_target *resolution = agreement->targets[csup_clocks_find(&s.clocks, "resolution")];
  assert_true(resolution->by_severity);
  assert_false(resolution->present[0]);
  assert_true(resolution->present[1]);
  assert_false(resolution->present[2]);
  assert_int_equal(resolution->course[1].within.time, 8 * HOUR);
  assert_int_equal(resolution->course[1].lands, CSUP_LANDS_DAY_END);
  assert_int_equal(resolution->on_change, CSUP_RECOMPUTE);
  assert_int_equal(resolution->warn_count, 0);

  const csup_target *update = agreement->targets[csup_clocks_find(&s.clocks, "update")];
  assert_int_equal(update->on_change, CSUP_KEEP);
  assert_int_equal(update->course[0].lands, CSUP_LANDS_CLOSE);
  assert_int_equal(update->course[2].within.time, 2 * HOUR);
  assert_null(agreement->targets[csup_clocks_find(&s.clocks, "acknowledge")]);
  assert_int_equal(s.findings.count, 1); /* day_end has no target in days */
  free_sections(&s);
}

static void the_first_that_holds_is_chosen(void **state) {
  (void)state;
  compiled s;
  good_sections("'agreements':["
                "{'name':'old','until':'2026-01-01T00:00:00Z','targets':{}},"
                "{'name':'vendor','kind':'uc','when':{'vip':true},'targets':{}},"
                "{'name':'premium','when':{'tier':'premium'},'targets':{}},"
                "{'name':'team','kind':'ola','from':'2026-06-01T00:00:00+02:00','targets':{}},"
                "{'name':'standard','when':'always','from':'2026-01-01T00:00:00Z','targets':{}}]",
                &s);
  const csup_agreements *agreements = &s.agreements;
  assert_int_equal(agreements->count, 5);
  assert_int_equal(agreements->kind_count, 3);
  static const char *const kinds[] = {"sla", "ola", "uc"}; /* in this order, wherever they stand */
  for (int32_t i = 0; i < 3; i++)
    assert_string_equal(agreements->kinds[i], kinds[i]);
  static const struct {
    const char *opened;
    int32_t kind;
    int64_t tier, vip;
    const char *chosen;
  } rows[] = {
      {"2025-12-31T23:59:59.999999Z", 0, CSUP_ABSENT, 0, "old"},
      {"2025-12-31T23:59:59.999999Z", 0, 1, 0, "old"},
      {"2026-01-01T00:00:00Z", 0, CSUP_ABSENT, 0, "standard"},
      {"2026-01-01T00:00:00Z", 0, 0, 0, "standard"},
      {"2026-01-01T00:00:00Z", 0, 1, 0, "premium"},
      {"2026-01-01T00:00:00Z", 2, 1, 1, "vendor"},
      {"2026-01-01T00:00:00Z", 2, 1, CSUP_ABSENT, NULL},
      {"2026-05-31T21:59:59Z", 1, 1, 0, NULL},
      {"2026-05-31T22:00:00Z", 1, 1, 0, "team"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    int64_t values[CSUP_FACTS_MAX];
    csup_time opened = 0;
    for (size_t slot = 0; slot < CSUP_FACTS_MAX; slot++)
      values[slot] = CSUP_ABSENT;
    values[csup_schema_find_field(&s.schema, "tier")] = rows[i].tier;
    values[csup_schema_find_field(&s.schema, "vip")] = rows[i].vip;
    assert_int_equal(csup_time_parse(rows[i].opened, strlen(rows[i].opened), &opened), CSUP_OK);
    int32_t chosen = csup_agreements_choose(agreements, rows[i].kind, opened, values);
    if (rows[i].chosen) {
      assert_in_range(chosen, 0, 4);
      assert_string_equal(agreements->items[chosen].name, rows[i].chosen);
    } else {
      assert_int_equal(chosen, -1);
    }
  }
  free_sections(&s);
}

#define AGREEMENT(members) "'agreements':[{'name':'a'," members "}]"
#define TARGET(members)    AGREEMENT("'targets':{'first_response':{" members "}}")
#define CALENDAR           "'calendar':'office'"
#define AT                 "/agreements/0/targets/first_response"

static void bad_agreements_are_refused(void **state) {
  (void)state;
  static const refusal rows[] = {
      {"'agreements':{}", "/agreements", "expected an array"},
      {"'agreements':[1]", "/agreements/0", "expected an object"},
      {"'agreements':[{'targets':{}}]", "/agreements/0", "\"name\" is missing"},
      {"'agreements':[{'name':'','targets':{}}]", "/agreements/0/name", "not empty"},
      {"'agreements':[{'name':'a','targets':{}},{'name':'b','targets':{}},{'name':'a','kind':'ola','targets':{}}]",
       "/agreements/2/name", "there is an agreement \"a\" already"},
      {"'agreements':[{'name':'a'}]", "/agreements/0", "\"targets\" is missing"},
      {AGREEMENT("'targets':[]"), "/agreements/0/targets", "expected an object"},
      {AGREEMENT("'targets':{},'priority':'P1'"), "/agreements/0/priority", "unknown member"},
      {AGREEMENT("'targets':{},'kind':'contract'"), "/agreements/0/kind", "sla, ola, uc"},
      {AGREEMENT("'targets':{},'when':{}"), "/agreements/0/when", ""},
      {AGREEMENT("'targets':{},'when':{'auto':true}"), "/agreements/0/when/auto", ""},
      {AGREEMENT("'targets':{},'when':{'tier':'gold'}"), "/agreements/0/when/tier", ""},
      {AGREEMENT("'targets':{},'when':{'all':[{'seats':{'above':9}},{'seats':{'below':10}}]}"), "/agreements/0/when",
       "can never hold"},
      {AGREEMENT("'targets':{},'from':'2026-01-01'"), "/agreements/0/from", "is no instant"},
      {AGREEMENT("'targets':{},'from':'1800-01-01T00:00:00Z'"), "/agreements/0/from", "is no instant"},
      {AGREEMENT("'targets':{},'from':20260101"), "/agreements/0/from", "expected a string"},
      {AGREEMENT("'targets':{},'until':''"), "/agreements/0/until", "not empty"},
      {AGREEMENT("'targets':{},'from':'2026-01-01T00:00:00Z','until':'2026-01-01T00:00:00Z'"), "/agreements/0/until",
       "until is not after from"},
      {AGREEMENT("'targets':{},'from':'2026-01-01T00:00:00Z','until':'2025-01-01T00:00:00Z'"), "/agreements/0/until",
       "until is not after from"},
      {AGREEMENT("'targets':{'second_response':{'within':'PT1H'," CALENDAR "}}"), "/agreements/0/targets/second_response",
       "there is no clock"},
      {AGREEMENT("'targets':{'promise':{'within':'PT1H'," CALENDAR "}}"), "/agreements/0/targets/promise", "there is no clock"},
      {"'clocks':{'update':null}," AGREEMENT("'targets':{'update':{'within':'PT1H'," CALENDAR "}}"),
       "/agreements/0/targets/update", "there is no clock"},
      {AGREEMENT("'targets':{'first_response':'PT1H'}"), AT, "expected an object"},
      {TARGET("'within':'PT1H'," CALENDAR ",'unless':1"), AT "/unless", "unknown member"},
      {TARGET(CALENDAR), AT, "\"within\" is missing"},
      {TARGET("'within':'PT1H'"), AT, "\"calendar\" is missing"},
      {TARGET("'within':'PT1H','calendar':'home'"), AT "/calendar", "no calendar is named"},
      {TARGET("'within':'PT1H','calendar':['office']"), AT "/calendar", "expected a string"},
      {TARGET("'within':'PT1H','calendar':{}"), AT "/calendar", "the map is empty"},
      {TARGET("'within':'PT1H','calendar':{'P1':'home'}"), AT "/calendar/P1", "no calendar is named"},
      {TARGET("'within':'PT1H','calendar':{'P4':'office'}"), AT "/calendar/P4", "no priority; expected P1 to P3, or \"*\""},
      {TARGET("'within':'PT0S'," CALENDAR), AT "/within", "zero"},
      {TARGET("'within':'P0D'," CALENDAR), AT "/within", "zero"},
      {TARGET("'within':'P1DT4H'," CALENDAR), AT "/within", "never both"},
      {TARGET("'within':'-PT1H'," CALENDAR), AT "/within", "no duration"},
      {TARGET("'within':'P4000D'," CALENDAR), AT "/within", "ten years"},
      {TARGET("'within':60," CALENDAR), AT "/within", "expected a string"},
      {TARGET("'within':{}," CALENDAR), AT "/within", "the map is empty"},
      {TARGET("'within':{'P1':'PT0S','*':'PT1H'}," CALENDAR), AT "/within/P1", "zero"},
      {TARGET("'within':{'P1':'PT1H','P2':'PT1H','P3':'PT1H','*':'PT0S'}," CALENDAR), AT "/within/*", "zero"},
      {TARGET("'within':{'P1':'PT1H','P4':'PT1H'}," CALENDAR), AT "/within/P4", "no priority; expected P1 to P3, or \"*\""},
      {TARGET("'within':{'S1':'PT1H'}," CALENDAR), AT "/within/S1", "no priority"},
      {TARGET("'within':{'P1':'PT1H'},'by':'severity'," CALENDAR), AT "/within/P1", "no severity; expected S1 to S2, or \"*\""},
      {TARGET("'within':{'P1':null}," CALENDAR), AT "/within/P1", "expected a string"},
      {TARGET("'within':{'P1':'PT1H'},'calendar':{'P2':'office'}"), AT, "no priority has both"},
      {TARGET("'within':'PT1H','by':'urgency'," CALENDAR), AT "/by", "priority, severity"},
      {TARGET("'within':'PT1H','on_change':'reset'," CALENDAR), AT "/on_change", "recompute, keep, from_now, proportional"},
      {TARGET("'within':'PT1H','lands':'opening'," CALENDAR), AT "/lands", "close, open, day_end"},
      {TARGET("'within':'PT1H','lands':1," CALENDAR), AT "/lands", "expected a string"},
      {TARGET("'within':'PT1H','warn':'75%'," CALENDAR), AT "/warn", "expected an array"},
      {TARGET("'within':'PT1H','warn':[75]," CALENDAR), AT "/warn/0", "expected a string"},
      {TARGET("'within':'PT1H','warn':['75%','50%']," CALENDAR), AT "/warn/1", "in order of time"},
      {TARGET("'within':'PT1H','warn':['50%','-PT10M','50%']," CALENDAR), AT "/warn/2", "in order of time"},
      {TARGET("'within':'PT1H','warn':['-PT10M','-PT20M']," CALENDAR), AT "/warn/1", "in order of time"},
      {TARGET("'within':'P9D','warn':['-P1D','-PT4H','-P2D']," CALENDAR), AT "/warn/2", "in order of time"},
      {TARGET("'within':'PT5M','warn':['-PT10M']," CALENDAR), AT "/warn/0", "before the start"},
      {TARGET("'within':{'P1':'PT5M','P2':'PT9M'},'warn':['-PT10M']," CALENDAR), AT "/warn/0", "before the start"},
      {TARGET("'within':'P1D','warn':['-P2D']," CALENDAR), AT "/warn/0", "before the start"},
  };
  assert_refusals(rows, sizeof rows / sizeof rows[0]);
}

/* Warnings may lie at the due and after it, and there may be so many. */
static void warnings_have_their_limits(void **state) {
  (void)state;
  char text[4000] = "'agreements':[{'name':'a','targets':{'first_response':{'within':'PT1H'," CALENDAR ",'warn':['1%'";
  for (int i = 2; i <= CSUP_WARN_MAX; i++)
    (void)snprintf(text + strlen(text), sizeof text - strlen(text), ",'%d%%'", i * 2);
  size_t length = strlen(text);
  strcat(text, "]}}}]");
  compiled s;
  good_sections(text, &s);
  const csup_target *target = s.agreements.items[0].targets[1];
  assert_int_equal(target->warn_count, CSUP_WARN_MAX);
  assert_int_equal(target->warn[CSUP_WARN_MAX - 1].percent, CSUP_WARN_MAX * 2);
  assert_int_equal(s.findings.count, 0);
  free_sections(&s);
  strcpy(text + length, ",'+PT1S']}}}]");
  assert_refusals(&(refusal){text, "/agreements", "more than 32 different warnings"}, 1);
}

static void odd_agreements_are_found(void **state) {
  (void)state;
  static const suspicion rows[] = {
      {"'agreements':[]", NULL, NULL},
      {TARGET("'within':{'P1':'PT10M','*':'PT1H'},'warn':['50%','-PT10M']," CALENDAR), NULL, NULL},
      {TARGET("'within':{'P1':'PT9M','*':'PT1H'},'warn':['50%','-PT10M']," CALENDAR), "never_fires", AT "/warn/1"},
      {TARGET("'within':{'P1':'PT1H','P3':'PT4H'},'calendar':{'P1':'always','P2':'office'}"), "no_target", AT},
      {TARGET("'within':'PT1H','lands':'day_end'," CALENDAR), "no_effect", AT "/lands"},
      {TARGET("'within':{'P1':'PT1H','P2':'P1D'},'lands':'day_end'," CALENDAR), NULL, NULL},
      /* the same kind, always, as wide or wider */
      {"'agreements':[{'name':'a','targets':{}},{'name':'b','when':{'vip':true},'targets':{}}]", "unreachable", "/agreements/1"},
      {"'agreements':[{'name':'a','when':'always','targets':{}},{'name':'b','from':'2026-01-01T00:00:00Z','targets':{}}]",
       "unreachable", "/agreements/1"},
      {"'agreements':[{'name':'a','when':{'vip':true},'targets':{}},{'name':'b','when':{'vip':true},'targets':{}}]",
       "unreachable", "/agreements/1"},
      {"'agreements':[{'name':'a','targets':{}},{'name':'b','kind':'ola','targets':{}}]", NULL, NULL},
      {"'agreements':[{'name':'a','when':{'vip':true},'targets':{}},{'name':'b','targets':{}}]", NULL, NULL},
      {"'agreements':[{'name':'a','from':'2026-01-01T00:00:00Z','targets':{}},{'name':'b','targets':{}}]", NULL, NULL},
      {"'agreements':[{'name':'a','until':'2026-01-01T00:00:00Z','targets':{}},"
       "{'name':'b','from':'2025-01-01T00:00:00Z','targets':{}}]",
       NULL, NULL},
      {"'agreements':[{'name':'a','until':'2026-01-01T00:00:00Z','targets':{}},"
       "{'name':'b','from':'2025-01-01T00:00:00Z','until':'2026-01-01T00:00:00Z','targets':{}}]",
       "unreachable", "/agreements/1"},
  };
  assert_suspicions(rows, sizeof rows / sizeof rows[0]);
}

static void agreements_survive_each_failure(void **state) {
  (void)state;
  static const char sections[] =
      "'agreements':[{'name':'one','when':{'product':'boat'},'targets':{'first_response':{'within':{'P1':'PT9M','*':'PT4H'},"
      "'calendar':{'P1':'always','*':'office'},'warn':['50%','-PT10M']},'update':{'within':'PT1H','calendar':'office'}}},"
      "{'name':'two','kind':'ola','targets':{}},{'name':'three','when':{'product':'boat'},'targets':{}}]";
  assert_true(assert_survives(sections) > 1000);
  assert_true(assert_survives_json(sections) > 100);
}

int main(void) {
  json_set_alloc_funcs(failing_json_malloc, failing_json_free);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_target_is_written_out_by_rank), cmocka_unit_test(the_first_that_holds_is_chosen),
      cmocka_unit_test(bad_agreements_are_refused),      cmocka_unit_test(warnings_have_their_limits),
      cmocka_unit_test(odd_agreements_are_found),        cmocka_unit_test(agreements_survive_each_failure),
  };
  return cmocka_run_group_tests_name("sla/agreement", tests, make_calendars, free_calendars);
}
