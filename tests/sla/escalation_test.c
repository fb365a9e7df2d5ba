#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sections.h"
#include "time/civil.h"

#define MINUTE (60 * CSUP_SECOND)

#define TEAMS "'teams':{'sofia':{'calendar':'office','tier':1},'austin':{'skills':['database','network'],'tier':3},'bots':{}}"
#define AGREED                                                                                                                   \
  "'agreements':[{'name':'a','targets':{'first_response':{'within':{'P1':'PT15M','*':'PT1H'},'calendar':'office'},"              \
  "'resolution':{'within':'P2D','calendar':'office'}}},"                                                                         \
  "{'name':'b','kind':'ola','targets':{'resolution':{'within':'P9D','calendar':'office'}}}]"
#define RULE(members) TEAMS "," AGREED ",'escalations':[{'name':'r'," members "}]"
#define ON(members)   RULE("'on':{" members "},'do':[{'notify':'lead'}]")
#define DO(action)    RULE("'on':{'event':'rejected'},'do':[" action "]")

static void teams_are_kept(void **state) {
  (void)state;
  compiled s;
  good_sections(TEAMS, &s);
  assert_int_equal(s.teams.count, 3);
  assert_int_equal(csup_teams_find(&s.teams, "austin"), 1);
  assert_int_equal(csup_teams_find(&s.teams, "sydney"), -1);
  assert_string_equal(s.teams.items[0].name, "sofia");
  assert_ptr_equal(s.teams.items[0].calendar, OFFICE_CALENDAR);
  assert_int_equal(s.teams.items[0].tier, 1);
  assert_int_equal(s.teams.items[0].skill_count, 0);
  assert_null(s.teams.items[1].calendar);
  assert_int_equal(s.teams.items[1].skill_count, 2);
  assert_string_equal(s.teams.items[1].skills[1], "network");
  assert_int_equal(s.teams.items[2].tier, 0);
  free_sections(&s);
  good_sections("", &s);
  assert_int_equal(s.teams.count, 0);
  assert_int_equal(s.rules.count, 0);
  free_sections(&s);
}

static void rules_say_what_they_watch(void **state) {
  (void)state;
  compiled s;
  good_sections(
      TEAMS
      "," AGREED ",'escalations':["
      "{'name':'clock','on':{'clock':'resolution','at':'75%'},'when':{'priority':'P1'},'do':[{'notify':'lead'}]},"
      "{'name':'nag','on':{'clock':'first_response','at':'+PT1H','every':'PT30M','times':3},'do':[{'notify':'lead'}],"
      "'hours':{'calendar':'office','outside':'hold'}},"
      "{'name':'share','on':{'clock':'resolution','kind':'ola','at':'50%','every':'10%','times':1000},'do':[{'notify':'l'}]},"
      "{'name':'promise','on':{'clock':'promise','at':'-PT15M'},'do':[{'notify':'owner'}],'hours':{'calendar':'always'}},"
      "{'name':'event','on':{'event':['rejected','note']},'when':{'by':'customer','auto':false},'do':[{'ask':null}]},"
      "{'name':'state','on':{'state':['diagnosis','delivery'],'for':'P2D','calendar':'office'},'do':[{'ask':'harm'}]},"
      "{'name':'entered','on':{'state':'delivery'},'do':[{'notify':'owner'}],'hours':{'calendar':'office','outside':'skip'}},"
      "{'name':'fact','on':{'fact':'product'},'do':[{'notify':'owner'}]},"
      "{'name':'dimension','on':{'fact':'dimension.harm'},'do':[{'notify':'owner'}]},"
      "{'name':'team','on':{'team':'off_shift'},'do':[{'assign':'bots'}]}]",
      &s);
  assert_int_equal(s.findings.count, 0);
  assert_int_equal(s.rules.count, 10);
  const csup_rule *rule = s.rules.items;
  assert_int_equal(rule->watch, CSUP_WATCH_CLOCK);
  assert_int_equal(rule->clock, csup_clocks_find(&s.clocks, "resolution"));
  assert_int_equal(rule->at.percent, 75);
  assert_int_equal(rule->times, 1);
  assert_non_null(rule->when);
  assert_null(rule->hours);
  assert_string_equal(s.agreements.kinds[rule->kind], "sla");
  rule++;
  assert_int_equal(rule->at.offset.time, 60 * MINUTE);
  assert_int_equal(rule->every.time, 30 * MINUTE);
  assert_int_equal(rule->times, 3);
  assert_ptr_equal(rule->hours, OFFICE_CALENDAR);
  assert_int_equal(rule->outside, CSUP_OUTSIDE_HOLD);
  assert_null(rule->when);
  rule++;
  assert_string_equal(s.agreements.kinds[rule->kind], "ola");
  assert_int_equal(rule->every_percent, 10);
  assert_int_equal(rule->times, 1000);
  rule++;
  assert_int_equal(rule->clock, CSUP_CLOCK_PROMISE);
  assert_int_equal(rule->at.offset.time, -15 * MINUTE);
  assert_int_equal(rule->outside, CSUP_OUTSIDE_FIRE);
  rule++;
  assert_int_equal(rule->watch, CSUP_WATCH_EVENT);
  assert_int_equal(rule->events, 1U << CSUP_EVENT_REJECTED | 1U << CSUP_EVENT_NOTE);
  rule++;
  assert_int_equal(rule->watch, CSUP_WATCH_STATE);
  for (int32_t i = 0; i < csup_workflow_state_count(s.workflow); i++)
    assert_int_equal(rule->states[i], i == csup_workflow_find_state(s.workflow, "diagnosis") ||
                                          i == csup_workflow_find_state(s.workflow, "delivery"));
  assert_int_equal(rule->dwell.days, 2);
  assert_ptr_equal(rule->calendar, OFFICE_CALENDAR);
  rule++;
  assert_int_equal(rule->dwell.days, 0);
  assert_int_equal(rule->dwell.time, 0);
  assert_ptr_equal(rule->calendar, ALWAYS_CALENDAR);
  assert_int_equal(rule->outside, CSUP_OUTSIDE_SKIP);
  rule++;
  assert_int_equal(rule->watch, CSUP_WATCH_FACT);
  assert_int_equal(rule->slot, csup_schema_find_field(&s.schema, "product"));
  assert_true(s.schema.facts[rule->slot].mentioned);
  rule++;
  assert_int_equal(rule->slot, csup_impact_dimension_slot(s.impact, 0));
  rule++;
  assert_int_equal(rule->watch, CSUP_WATCH_TEAM);
  free_sections(&s);
}

static void rules_say_what_they_do(void **state) {
  (void)state;
  compiled s;
  good_sections(DO("{'notify':'lead'},{'assign':'sofia'},{'assign':['bots','austin']},"
                   "{'escalate':{'level':2,'kind':'functional','to':'anyone'}},{'escalate':{'level':99}},"
                   "{'raise_priority':{'by':2}},{'raise_priority':{'to':'P2'}},"
                   "{'set':{'field':'vip','value':true}},{'set':{'seats':-7}},{'set':{'field':'tier','value':'premium'}},"
                   "{'set':{'product':'boat'}},{'set':{'field':'product','value':null}},"
                   "{'move':'resolved'},{'advise':{'topic':'tone','say':'Listen first.'}},{'ask':'haste'},{'ask':null}"),
                &s);
  assert_int_equal(s.rules.items[0].action_count, 16);
  const csup_action *action = s.rules.items[0].actions;
  assert_int_equal(action->act, CSUP_ACT_NOTIFY);
  assert_string_equal(action->to, "lead");
  action++;
  assert_int_equal(action->act, CSUP_ACT_ASSIGN);
  assert_int_equal(action->team_count, 1);
  assert_string_equal(action->teams[0], "sofia");
  action++;
  assert_int_equal(action->team_count, 2);
  assert_string_equal(action->teams[1], "austin");
  action++;
  assert_int_equal(action->act, CSUP_ACT_ESCALATE);
  assert_int_equal(action->level, 2);
  assert_true(action->functional);
  assert_string_equal(action->to, "anyone");
  action++;
  assert_int_equal(action->level, 99);
  assert_false(action->functional);
  assert_null(action->to);
  action++;
  assert_int_equal(action->act, CSUP_ACT_RAISE);
  assert_int_equal(action->by, 2);
  assert_int_equal(action->priority, -1);
  action++;
  assert_int_equal(action->by, 0);
  assert_int_equal(action->priority, 1);
  action++;
  assert_int_equal(action->act, CSUP_ACT_SET);
  assert_string_equal(action->to, "vip");
  assert_int_equal(action->slot, csup_schema_find_field(&s.schema, "vip"));
  assert_int_equal(action->value, 1);
  action++;
  assert_int_equal(action->value, -7);
  action++;
  assert_int_equal(action->value, 1);
  assert_string_equal(action->text, "premium");
  action++;
  assert_int_equal(action->value, csup_symbols_find(&s.symbols, "boat", 4));
  assert_string_equal(action->text, "boat");
  assert_true(s.schema.facts[action->slot].mentioned);
  action++;
  assert_true(action->value == CSUP_ABSENT);
  assert_null(action->text);
  action++;
  assert_int_equal(action->act, CSUP_ACT_MOVE);
  assert_int_equal(action->state, csup_workflow_find_state(s.workflow, "resolved"));
  uint8_t states[CSUP_STATES_MAX] = {0};
  csup_rules_mark_states(&s.rules, states);
  for (int32_t i = 0; i < CSUP_STATES_MAX; i++)
    assert_int_equal(states[i], i == action->state);
  action++;
  assert_int_equal(action->act, CSUP_ACT_ADVISE);
  assert_string_equal(action->to, "tone");
  assert_string_equal(action->text, "Listen first.");
  action++;
  assert_int_equal(action->act, CSUP_ACT_ASK);
  assert_int_equal(action->dimension, 1);
  action++;
  assert_int_equal(action->dimension, -1);
  free_sections(&s);
}

#define R "/escalations/0"

static void bad_teams_and_rules_are_refused(void **state) {
  (void)state;
  static const refusal rows[] = {
      {"'teams':[]", "/teams", "expected an object"},
      {"'teams':{'':{}}", "/teams/", "not empty"},
      {"'teams':{'a':'office'}", "/teams/a", "expected an object"},
      {"'teams':{'a':{'zone':'UTC'}}", "/teams/a/zone", "unknown member"},
      {"'teams':{'a':{'calendar':'home'}}", "/teams/a/calendar", "no calendar is named"},
      {"'teams':{'a':{'tier':0}}", "/teams/a/tier", "out of range"},
      {"'teams':{'a':{'tier':'1'}}", "/teams/a/tier", "expected an integer"},
      {"'teams':{'a':{'skills':'database'}}", "/teams/a/skills", "expected an array"},
      {"'teams':{'a':{'skills':['']}}", "/teams/a/skills/0", "not empty"},

      {"'escalations':{}", "/escalations", "expected an array"},
      {"'escalations':['r']", R, "expected an object"},
      {"'escalations':[{'on':{'event':'note'},'do':[{'ask':null}]}]", R, "\"name\" is missing"},
      {"'escalations':[{'name':'','on':{'event':'note'},'do':[{'ask':null}]}]", R "/name", "not empty"},
      {"'escalations':[{'name':'r','on':{'event':'note'},'do':[{'ask':null}]},{'name':'r','on':{'event':'note'},'do':[]}]",
       "/escalations/1/name", "there is a rule \"r\" already"},
      {RULE("'do':[{'ask':null}]"), R, "\"on\" is missing"},
      {RULE("'on':{'event':'note'}"), R, "\"do\" is missing"},
      {RULE("'on':{'event':'note'},'do':[{'ask':null}],'then':1"), R "/then", "unknown member"},
      {RULE("'on':'note','do':[{'ask':null}]"), R "/on", "expected an object"},
      {ON(""), R "/on", "one of clock, event, state, fact and team"},
      {ON("'event':'note','fact':'level'"), R "/on", "one of clock, event, state, fact and team"},
      {ON("'at':'75%'"), R "/on", "one of clock, event, state, fact and team"},

      {ON("'clock':'lunch','at':'75%'"), R "/on/clock", "there is no clock"},
      {ON("'clock':'promise:x','at':'75%'"), R "/on/clock", "there is no clock"},
      {ON("'clock':['resolution'],'at':'75%'"), R "/on/clock", "expected a string"},
      {ON("'clock':'resolution'"), R "/on", "\"at\" is missing"},
      {ON("'clock':'resolution','at':'late'"), R "/on/at", "no point of a clock's life"},
      {ON("'clock':'resolution','at':'1001%'"), R "/on/at", "out of range"},
      {ON("'clock':'resolution','at':'75%','for':'PT1H'"), R "/on/for", "unknown member"},
      {ON("'clock':'resolution','at':'75%','kind':'vendor'"), R "/on/kind", "sla, ola or uc"},
      {ON("'clock':'resolution','at':'75%','kind':1"), R "/on/kind", "expected a string"},
      {ON("'clock':'resolution','at':'75%','every':'PT1H'"), R "/on/every", "every needs times"},
      {ON("'clock':'resolution','at':'75%','times':2"), R "/on/times", "times needs every"},
      {ON("'clock':'resolution','at':'75%','every':'PT1H','times':0"), R "/on/times", "expected 1 to 1000"},
      {ON("'clock':'resolution','at':'75%','every':'PT1H','times':1001"), R "/on/times", "expected 1 to 1000"},
      {ON("'clock':'resolution','at':'75%','every':'PT1H','times':'2'"), R "/on/times", "expected an integer"},
      {ON("'clock':'resolution','at':'75%','every':'PT0S','times':2"), R "/on/every", "zero"},
      {ON("'clock':'resolution','at':'75%','every':'-PT1H','times':2"), R "/on/every", "no duration"},
      {ON("'clock':'resolution','at':'75%','every':'0%','times':2"), R "/on/every", "out of range"},
      {ON("'clock':'resolution','at':'+PT1H','every':'10%','times':2"), R "/on/every", "no duration"},
      {ON("'clock':'resolution','at':'75%','every':60,'times':2"), R "/on/every", "expected a string"},
      {ON("'clock':'first_response','at':'-PT2H'"), R "/on/at", "before the start of the clock in every agreement"},
      {ON("'clock':'resolution','at':'-P3D'"), R "/on/at", "before the start of the clock in every agreement"},

      {ON("'event':'arrived'"), R "/on/event", "no event is called"},
      {ON("'event':['note','arrived']"), R "/on/event/1", "no event is called"},
      {ON("'event':[]"), R "/on/event", "the list is empty"},
      {ON("'event':'note','at':'75%'"), R "/on/at", "unknown member"},
      {ON("'state':'limbo'"), R "/on/state", "no state"},
      {ON("'state':[]"), R "/on/state", "the list is empty"},
      {ON("'state':'new','for':'PT0S'"), R "/on/for", "zero"},
      {ON("'state':'new','for':'P1DT1H'"), R "/on/for", "never both"},
      {ON("'state':'new','for':'PT1H','calendar':'home'"), R "/on/calendar", "no calendar is named"},
      {ON("'state':'new','every':'PT1H'"), R "/on/every", "unknown member"},
      {ON("'fact':'colour'"), R "/on/fact", "no fact, field or dimension"},
      {ON("'fact':'auto'"), R "/on/fact", "no fact, field or dimension"},
      {ON("'fact':'by'"), R "/on/fact", "no fact, field or dimension"},
      {ON("'fact':['level']"), R "/on/fact", "expected a string"},
      {ON("'fact':'level','is':2"), R "/on/is", "unknown member"},
      {ON("'team':'on_shift'"), R "/on/team", "expected one of: off_shift"},
      {ON("'team':'off_shift','name':'sofia'"), R "/on/name", "unknown member"},

      {RULE("'on':{'event':'note'},'when':{},'do':[{'ask':null}]"), R "/when", ""},
      {RULE("'on':{'fact':'level'},'when':{'auto':false},'do':[{'ask':null}]"), R "/when/auto", ""},
      {RULE("'on':{'state':'new'},'when':{'by':'agent'},'do':[{'ask':null}]"), R "/when/by", ""},
      {RULE("'on':{'event':'note'},'when':{'all':[{'priority':'P1'},{'priority':'P2'}]},'do':[{'ask':null}]"), R "/when",
       "can never hold"},
      {RULE("'on':{'event':'note'},'do':[{'ask':null}],'hours':'office'"), R "/hours", "expected an object"},
      {RULE("'on':{'event':'note'},'do':[{'ask':null}],'hours':{}"), R "/hours", "\"calendar\" is missing"},
      {RULE("'on':{'event':'note'},'do':[{'ask':null}],'hours':{'calendar':'home'}"), R "/hours/calendar",
       "no calendar is named"},
      {RULE("'on':{'event':'note'},'do':[{'ask':null}],'hours':{'calendar':'office','outside':'wait'}"), R "/hours/outside",
       "fire, skip, hold"},
      {RULE("'on':{'event':'note'},'do':[{'ask':null}],'hours':{'calendar':'office','inside':'fire'}"), R "/hours/inside",
       "unknown member"},
  };
  assert_refusals(rows, sizeof rows / sizeof rows[0]);
}

#define A R "/do/0"

static void bad_actions_are_refused(void **state) {
  (void)state;
  static const refusal rows[] = {
      {RULE("'on':{'event':'note'},'do':{'ask':null}"), R "/do", "expected an array"},
      {DO(""), R "/do", "the rule does nothing"},
      {DO("'notify'"), A, "expected an object"},
      {DO("{}"), A, "one member"},
      {DO("{'ask':null},{'ask':null,'notify':'lead'}"), R "/do/1", "one member"},
      {DO("{'page':'lead'}"), A "/page", "unknown member"},
      {DO("{'notify':''}"), A "/notify", "not empty"},
      {DO("{'notify':['lead']}"), A "/notify", "expected a string"},
      {DO("{'assign':'sydney'}"), A "/assign", "declares no team"},
      {DO("{'assign':['sofia','sydney']}"), A "/assign/1", "declares no team"},
      {DO("{'assign':[]}"), A "/assign", "the list is empty"},
      {DO("{'assign':1}"), A "/assign", "expected a string"},
      {DO("{'escalate':2}"), A "/escalate", "expected an object"},
      {DO("{'escalate':{'kind':'functional','to':'x'}}"), A "/escalate", "\"level\" is missing"},
      {DO("{'escalate':{'level':0}}"), A "/escalate/level", "expected 1 to 99"},
      {DO("{'escalate':{'level':100}}"), A "/escalate/level", "expected 1 to 99"},
      {DO("{'escalate':{'level':2,'kind':'political'}}"), A "/escalate/kind", "hierarchical, functional"},
      {DO("{'escalate':{'level':2,'kind':'functional'}}"), A "/escalate", "needs to"},
      {DO("{'escalate':{'level':2,'to':''}}"), A "/escalate/to", "not empty"},
      {DO("{'escalate':{'level':2,'because':'x'}}"), A "/escalate/because", "unknown member"},
      {DO("{'raise_priority':{}}"), A "/raise_priority", "either by (steps) or to"},
      {DO("{'raise_priority':{'by':1,'to':'P1'}}"), A "/raise_priority", "either by (steps) or to"},
      {DO("{'raise_priority':'P1'}"), A "/raise_priority", "expected an object"},
      {DO("{'raise_priority':{'by':0}}"), A "/raise_priority/by", "expected 1 to 8"},
      {DO("{'raise_priority':{'by':9}}"), A "/raise_priority/by", "expected 1 to 8"},
      {DO("{'raise_priority':{'to':'P4'}}"), A "/raise_priority/to", "P1, P2, P3"},
      {DO("{'raise_priority':{'steps':1}}"), A "/raise_priority/steps", "unknown member"},
      {DO("{'set':'vip'}"), A "/set", "expected an object"},
      {DO("{'set':{}}"), A "/set", "set needs field and value"},
      {DO("{'set':{'field':'vip','value':true,'when':1}}"), A "/set", "set needs field and value"},
      {DO("{'set':{'field':'colour','value':'red'}}"), A "/set/field", "declares no field"},
      {DO("{'set':{'colour':'red'}}"), A "/set/colour", "declares no field"},
      {DO("{'set':{'field':'level','value':2}}"), A "/set/field", "declares no field"},
      {DO("{'set':{'field':3,'value':2}}"), A "/set/field", "expected a string"},
      {DO("{'set':{'field':'vip','value':1}}"), A "/set/value", "expected true or false"},
      {DO("{'set':{'field':'seats','value':'9'}}"), A "/set/value", "expected an integer"},
      {DO("{'set':{'field':'seats','value':-9223372036854775808}}"), A "/set/value", "too small"},
      {DO("{'set':{'field':'tier','value':'gold'}}"), A "/set/value", "standard, premium"},
      {DO("{'set':{'field':'product','value':true}}"), A "/set/value", "expected a string"},
      {DO("{'move':'limbo'}"), A "/move", "no state"},
      {DO("{'move':null}"), A "/move", "expected a string"},
      {DO("{'advise':'listen'}"), A "/advise", "expected an object"},
      {DO("{'advise':{'topic':'tone'}}"), A "/advise", "\"say\" is missing"},
      {DO("{'advise':{'say':'x'}}"), A "/advise", "\"topic\" is missing"},
      {DO("{'advise':{'topic':'','say':'x'}}"), A "/advise/topic", "not empty"},
      {DO("{'advise':{'topic':'t','say':'x','loud':true}}"), A "/advise/loud", "unknown member"},
      {DO("{'ask':'colour'}"), A "/ask", "no dimension"},
      {DO("{'ask':true}"), A "/ask", "expected a string"},
  };
  assert_refusals(rows, sizeof rows / sizeof rows[0]);
}

static void rules_that_never_fire_are_found(void **state) {
  (void)state;
  static const suspicion rows[] = {
      {ON("'clock':'resolution','at':'-P2D'"), NULL, NULL},
      {ON("'clock':'first_response','at':'-PT20M'"), "never_fires", R "/on/at"}, /* P1 has 15 minutes */
      {ON("'clock':'update','at':'75%'"), "never_fires", R "/on/clock"},
      {ON("'clock':'first_response','kind':'ola','at':'75%'"), "never_fires", R "/on/clock"},
      {ON("'clock':'resolution','kind':'uc','at':'75%'"), "never_fires", R "/on/clock"},
      {ON("'clock':'resolution','kind':'ola','at':'-P3D'"), NULL, NULL},
      {ON("'clock':'promise','at':'-PT20M'"), NULL, NULL},
      {ON("'state':['closed','merged'],'for':'PT1H'"), "never_fires", R "/on/state"},
      {ON("'state':['closed','resolved'],'for':'PT1H'"), NULL, NULL},
      {ON("'team':'off_shift'"), NULL, NULL},
      {"'teams':{'a':{},'b':{'calendar':'always'}},'escalations':[{'name':'r','on':{'team':'off_shift'},'do':[{'assign':'a'}]}]",
       "never_fires", R "/on/team"},
  };
  assert_suspicions(rows, sizeof rows / sizeof rows[0]);
}

static void escalations_to_strange_teams_are_found(void **state) {
  (void)state;
  static const suspicion rows[] = {
      {DO("{'escalate':{'level':2,'kind':'functional','to':'sydney'}}"), "unknown_team", A "/escalate/to"},
      {DO("{'escalate':{'level':2,'kind':'functional','to':'austin'}}"), NULL, NULL},
      {DO("{'escalate':{'level':2,'to':'the manager on duty'}}"), NULL, NULL},
      /* Without a list of teams every name is as good as another. */
      {"'escalations':[{'name':'r','on':{'event':'note'},'do':[{'escalate':{'level':2,'kind':'functional','to':'sydney'}}]}]",
       NULL, NULL},
  };
  assert_suspicions(rows, sizeof rows / sizeof rows[0]);
}

#define FACT(name, fact, action) "{'name':'" name "','on':{'fact':'" fact "'},'do':[" action "]}"
#define STATE(name, states, rest, to)                                                                                            \
  "{'name':'" name "','on':{'state':" states "}," rest "'do':[{'notify':'x'},{'move':'" to "'}]}"

static void loops_of_facts_are_found(void **state) {
  (void)state;
  static const suspicion rows[] = {
      {TEAMS ",'escalations':[" FACT("r", "level", "{'escalate':{'level':3}}") "]", "loop", R},
      {TEAMS ",'escalations':[" FACT("r", "level", "{'escalate':{'level':3,'kind':'functional','to':'bots'}}") "]", "loop", R},
      {TEAMS ",'escalations':[" FACT("r", "team", "{'escalate':{'level':3,'kind':'functional','to':'bots'}}") "]", "loop", R},
      {TEAMS ",'escalations':[" FACT("r", "team", "{'escalate':{'level':3}}") "]", NULL, NULL},
      {TEAMS ",'escalations':[" FACT("r", "reassignments", "{'notify':'x'},{'assign':['bots']}") "]", "loop", R},
      {TEAMS ",'escalations':[" FACT("r", "priority", "{'raise_priority':{'by':1}}") "]", "loop", R},
      {TEAMS ",'escalations':[" FACT("r", "severity", "{'raise_priority':{'by':1}}") "]", NULL, NULL},
      {TEAMS ",'escalations':[" FACT("r", "seats", "{'set':{'field':'seats','value':1}}") "]", "loop", R},
      {TEAMS ",'escalations':[" FACT("r", "seats", "{'set':{'field':'x','value':1}}") "]", NULL, NULL},
      {TEAMS ",'escalations':[" FACT("r", "category", "{'move':'resolved'}") "]", "loop", R},
      {TEAMS ",'escalations':[" FACT("r", "contacts", "{'move':'resolved'},{'ask':null},{'notify':'x'}") "]", NULL, NULL},
      /* what an event rule does feeds nobody */
      {TEAMS ",'escalations':[{'name':'r','on':{'event':'escalated'},'do':[{'escalate':{'level':3}}]}]", NULL, NULL},
  };
  assert_suspicions(rows, sizeof rows / sizeof rows[0]);
  /* seats -> x -> level -> seats: each of the three is on the way; the fourth only leads there */
  compiled s;
  good_sections(TEAMS
                ",'escalations':[" FACT("a", "seats", "{'set':{'x':1}}") "," FACT("b", "x", "{'escalate':{'level':2}}") "," FACT(
                    "c", "level", "{'set':{'seats':1}}") "," FACT("d", "contacts", "{'set':{'seats':2}}") "]",
                &s);
  assert_int_equal(s.findings.count, 3);
  for (size_t i = 0; i < 3; i++) {
    char pointer[] = "/escalations/0";
    pointer[13] = (char)('0' + i);
    assert_string_equal(s.findings.items[i].pointer, pointer);
    assert_string_equal(s.findings.items[i].code, "loop");
  }
  free_sections(&s);
}

static void loops_of_states(void **state) {
  (void)state;
  static const suspicion found[] = {
      /* a way there and no way back but by events; a state to itself enters nothing */
      {"'escalations':[" STATE("r", "'delivery','for':'PT1H'", "", "development") "]", NULL, NULL},
      {"'escalations':[" STATE("r", "['delivery','new'],'for':'PT1H'", "", "delivery") "]", NULL, NULL},
      {"'escalations':[" STATE("r", "'delivery'", "", "new") "," STATE("q", "'new'", "", "diagnosis") "]", NULL, NULL},
      /* there and back again, as long as a condition holds: either of two will do */
      {"'escalations':[" STATE("r", "'delivery'", "'when':{'reopens':{'at_most':3}},", "new") "," STATE("q", "'closed'", "",
                                                                                                        "delivery") "]",
       "never_fires", "/escalations/1/on/state"},
      /* the last move stays */
      {"'escalations':[{'name':'r','on':{'state':'new','for':'PT1H'},'do':[{'move':'diagnosis'},{'move':'new'}]},"
       "{'name':'q','on':{'state':'diagnosis','for':'PT1H'},'do':[{'move':'new'}]}]",
       NULL, NULL},
  };
  assert_suspicions(found, sizeof found / sizeof found[0]);
  compiled s;
  good_sections("'escalations':[" STATE("r", "['delivery','diagnosis'],'for':'PT1H'", "'when':{'vip':true},",
                                        "new") "," STATE("q", "'new','for':'PT1H'", "", "delivery") "]",
                &s);
  assert_int_equal(s.findings.count, 2);
  assert_string_equal(s.findings.items[0].code, "loop");
  assert_string_equal(s.findings.items[0].pointer, "/escalations/0");
  assert_string_equal(s.findings.items[1].pointer, "/escalations/1");
  free_sections(&s);

  static const refusal refused[] = {
      {"'escalations':[" STATE("r", "'delivery','for':'PT1H'", "", "new") "," STATE("q", "'new','for':'P1D'", "", "delivery") "]",
       R, "in a circle that time alone keeps turning"},
      {"'escalations':[{'name':'e','on':{'event':'note'},'do':[{'move':'new'}]}," STATE("r", "'delivery'", "", "new") "," STATE(
           "q", "'new'", "", "diagnosis") "," STATE("p", "['diagnosis','resolved']", "", "delivery") "]",
       "/escalations/1", "in a circle that time alone keeps turning"},
      /* a timer of the workflow is part of it */
      {"'workflow':{'initial':'new','states':{'new':{'category':'new'},'open':{'category':'open'}},"
       "'moves':[{'from':'new','on':'note','to':'open'}],'timers':[{'in':'new','after':'PT1H','calendar':'always','to':'open'}]},"
       "'escalations':[" STATE("r", "'open','for':'PT1H'", "", "new") "]",
       R, "in a circle that time alone keeps turning"},
  };
  assert_refusals(refused, sizeof refused / sizeof refused[0]);
}

static void rules_survive_each_failure(void **state) {
  (void)state;
  static const char text[] =
      TEAMS "," AGREED ",'escalations':["
            "{'name':'nag','on':{'clock':'first_response','at':'-PT20M','every':'PT30M','times':3},'do':[{'notify':'lead'}]},"
            "{'name':'state','on':{'state':['diagnosis'],'for':'PT1H'},'when':{'product':'boat'},'do':[{'move':'new'}]},"
            "{'name':'back','on':{'state':'new','for':'PT1H'},'do':[{'move':'diagnosis'},{'advise':{'topic':'t','say':'s'}}]},"
            "{'name':'fact','on':{'fact':'product'},'do':[{'set':{'product':'ship'}},{'assign':['bots','sofia']},"
            "{'escalate':{'level':2,'kind':'functional','to':'bots'}}]}]";
  assert_true(assert_survives(text) > 1000);
  assert_true(assert_survives_json(text) > 100);
}

int main(void) {
  json_set_alloc_funcs(failing_json_malloc, failing_json_free);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(teams_are_kept),
      cmocka_unit_test(rules_say_what_they_watch),
      cmocka_unit_test(rules_say_what_they_do),
      cmocka_unit_test(bad_teams_and_rules_are_refused),
      cmocka_unit_test(bad_actions_are_refused),
      cmocka_unit_test(rules_that_never_fire_are_found),
      cmocka_unit_test(escalations_to_strange_teams_are_found),
      cmocka_unit_test(loops_of_facts_are_found),
      cmocka_unit_test(loops_of_states),
      cmocka_unit_test(rules_survive_each_failure),
  };
  return cmocka_run_group_tests_name("sla/escalation", tests, make_calendars, free_calendars);
}
