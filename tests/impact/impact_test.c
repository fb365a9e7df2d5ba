#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "failing_allocator.h"
#include "model.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- what is refused when a model is compiled, and where ---- */

typedef struct refusal {
  const char *impact;  /* the section, with ' for " */
  const char *pointer; /* under /impact */
  const char *says;    /* a part of the message */
} refusal;

#define A            "{'name':'a','group':'impact','levels':[{'name':'l','points':0},{'name':'h','points':1}]}"
#define B            "{'name':'b','group':'urgency','levels':[{'name':'l','points':0},{'name':'h','points':1}]}"
#define LEVELS(list) "{'dimensions':[{'name':'a','group':'impact','levels':" list "}]}"
#define MODEL(more)  "{'dimensions':[" A "," B "]," more "}"
#define SQUARE(list) MODEL("'bands':{'impact':[500],'urgency':[500]},'priority':" list)

static const refusal refusals[] = {
    {"7", "", "expected an object"},
    {"{}", "", "\"dimensions\" is missing"},
    {"{'dimension':[]}", "/dimension", "unknown member"},
    {"{'dimensions':{}}", "/dimensions", "expected an array"},
    {"{'dimensions':[]}", "/dimensions", "1 to 32 dimensions, found 0"},
    {"{'code':'A B','dimensions':[" A "]}", "/code", "a code is 1 to 16"},
    {"{'code':'','dimensions':[" A "]}", "/code", "not empty"},
    {"{'code':7,'dimensions':[" A "]}", "/code", "expected a string"},
    {"{'code':'ABCDEFGHIJKLMNOPQ','dimensions':[" A "]}", "/code", "a code is 1 to 16"},
    {"{'version':0,'dimensions':[" A "]}", "/version", "from 1 to 999999, found 0"},
    {"{'version':1.5,'dimensions':[" A "]}", "/version", "expected an integer"},
    {"{'shift_most':-1,'dimensions':[" A "]}", "/shift_most", "from 0 to 32, found -1"},
    /* dimensions */
    {"{'dimensions':[7]}", "/dimensions/0", "expected an object"},
    {"{'dimensions':[{'name':'a','group':'impact','levels':[],'points':3}]}", "/dimensions/0/points", "unknown member"},
    {"{'dimensions':[{'group':'impact'}]}", "/dimensions/0", "\"name\" is missing"},
    {"{'dimensions':[{'name':''}]}", "/dimensions/0/name", "not empty"},
    {"{'dimensions':[{'name':'a b'}]}", "/dimensions/0", "cannot serve as one"},
    {"{'dimensions':[{'name':'a','code':'A/B'}]}", "/dimensions/0/code", "a code is 1 to 16"},
    {"{'dimensions':[{'name':'a'}]}", "/dimensions/0", "\"group\" is missing"},
    {"{'dimensions':[{'name':'a','group':'effort'}]}", "/dimensions/0/group", "found \"effort\""},
    {"{'dimensions':[{'name':'a','group':1}]}", "/dimensions/0/group", "expected a string"},
    {"{'dimensions':[{'name':'a','group':'impact'}]}", "/dimensions/0", "\"levels\" is missing"},
    {"{'dimensions':[" A "," A "]}", "/dimensions/1", "two dimensions \"a\""},
    {"{'dimensions':[" A ",{'name':'b','code':'a','group':'impact','levels':[{'name':'l','points':0},{'name':'h','points':1}]}]}",
     "/dimensions/1", "two dimensions have the code \"a\""},
    {"{'dimensions':[{'name':'a','group':'impact','default':'m','levels':[{'name':'l','points':0},{'name':'h','points':1}]}]}",
     "/dimensions/0/default", "\"m\" is none of"},
    {"{'dimensions':[{'name':'a','group':'impact','default':1,'levels':[{'name':'l','points':0},{'name':'h','points':1}]}]}",
     "/dimensions/0/default", "expected a string"},
    {"{'dimensions':[{'name':'a','group':'impact','ask':1,'levels':[{'name':'l','points':0},{'name':'h','points':1}]}]}",
     "/dimensions/0/ask", "expected a string"},
    /* levels and points */
    {LEVELS("7"), "/dimensions/0/levels", "expected an array"},
    {LEVELS("[]"), "/dimensions/0/levels", "2 to 32 levels, found 0"},
    {LEVELS("[{'name':'l','points':0}]"), "/dimensions/0/levels", "2 to 32 levels, found 1"},
    {LEVELS("[7,8]"), "/dimensions/0/levels/0", "expected an object"},
    {LEVELS("[{'points':0},{'points':1}]"), "/dimensions/0/levels/0", "\"name\" is missing"},
    {LEVELS("[{'name':'l','point':0},{'name':'h'}]"), "/dimensions/0/levels/0/point", "unknown member"},
    {LEVELS("[{'name':'l'},{'name':'h'}]"), "/dimensions/0/levels/0", "\"points\" is missing"},
    {LEVELS("[{'name':'l','points':-1},{'name':'h','points':1}]"), "/dimensions/0/levels/0/points", "found -1"},
    {LEVELS("[{'name':'l','points':0},{'name':'h','points':1000001}]"), "/dimensions/0/levels/1/points", "found 1000001"},
    {LEVELS("[{'name':'l','points':0},{'name':'h','points':9223372036854775807}]"), "/dimensions/0/levels/1/points", "from 0"},
    {LEVELS("[{'name':'l','points':5},{'name':'h','points':5}]"), "/dimensions/0/levels/1/points", "must rise"},
    {LEVELS("[{'name':'l','points':5},{'name':'h','points':4}]"), "/dimensions/0/levels/1/points", "4 after 5"},
    {LEVELS("[{'name':'l','points':0},{'name':'l','code':'h','points':1}]"), "/dimensions/0/levels/1", "two levels \"l\""},
    {LEVELS("[{'name':'l','points':0},{'name':'h','code':'l','points':1}]"), "/dimensions/0/levels/1", "have the code \"l\""},
    {LEVELS("[{'name':'l','points':0},{'name':'h','code':'X','points':1}]"), "/dimensions/0/levels/1/code", "X is the code of"},
    {LEVELS("[{'name':'l','points':0},{'name':'X','points':1}]"), "/dimensions/0/levels/1", "X is the code of"},
    {LEVELS("[{'name':'l','points':0},{'name':'h','code':'?','points':1}]"), "/dimensions/0/levels/1/code", "a code is"},
    {LEVELS("[{'name':'so much','points':0},{'name':'h','points':1}]"), "/dimensions/0/levels/0", "cannot serve as one"},
    {"{'dimensions':[{'name':'a','group':'impact','levels':[{'name':'l','points':0},{'name':'h','points':600000}]},"
     "{'name':'b','group':'impact','levels':[{'name':'l','points':0},{'name':'h','points':400001}]}]}",
     "/dimensions/1", "\"impact\" add up to more than 1000000"},
    /* bands */
    {MODEL("'bands':[]"), "/bands", "expected an object"},
    {MODEL("'bands':{'severity':[500]}"), "/bands/severity", "unknown member"},
    {MODEL("'bands':{'impact':500}"), "/bands/impact", "expected an array"},
    {MODEL("'bands':{'impact':['high']}"), "/bands/impact/0", "expected an integer"},
    {MODEL("'bands':{'impact':[1001]}"), "/bands/impact/0", "from 1 to 1000, found 1001"},
    {MODEL("'bands':{'urgency':[500,0]}"), "/bands/urgency/1", "found 0"},
    {MODEL("'bands':{'impact':[200,450,700]}"), "/bands/impact/1", "must descend: 450 after 200"},
    {MODEL("'bands':{'urgency':[700,700]}"), "/bands/urgency/1", "must descend"},
    {MODEL("'bands':{'impact':[32,31,30,29,28,27,26,25,24,23,22,21,20,19,18,17,16,15,14,13,12,11,10,9,8,7,6,5,4,3,2,1]}"),
     "/bands/impact", "at most 31"},
    {MODEL("'bands':{'impact':[500]}"), "", "\"priority\" is missing"},
    /* matrix */
    {SQUARE("{}"), "/priority", "expected an array"},
    {SQUARE("[['P1','P2']]"), "/priority", "2 rows are needed"},
    {SQUARE("[['P1','P2'],'P3']"), "/priority/1", "expected an array"},
    {SQUARE("[['P1','P2'],['P2']]"), "/priority/1", "2 cells are needed"},
    {SQUARE("[['P1','P2','P3'],['P2','P3']]"), "/priority/0", "2 cells are needed"},
    {SQUARE("[['P1','P0'],['P2','P3']]"), "/priority/0/1", "P1 to P9"},
    {SQUARE("[['P1','P10'],['P2','P3']]"), "/priority/0/1", "P1 to P9"},
    {SQUARE("[['P1','Q2'],['P2','P3']]"), "/priority/0/1", "P1 to P9"},
    {SQUARE("[[1,'P2'],['P2','P3']]"), "/priority/0/0", "expected a string"},
    {SQUARE("[['P2','P1'],['P2','P3']]"), "/priority/0/1", "P1 for less urgency than the P2"},
    {SQUARE("[['P2','P3'],['P1','P3']]"), "/priority/1/0", "P1 for less severity than the P2"},
    {MODEL("'priority':[['P1']]"), "/priority", "4 rows are needed"},
    /* rules */
    {MODEL("'floors':{}"), "/floors", "expected an array"},
    {MODEL("'floors':[7]"), "/floors/0", "expected an object"},
    {MODEL("'floors':[{'when':'always'}]"), "/floors/0", "\"severity\" is missing"},
    {MODEL("'floors':[{'when':'always','severity':'S5'}]"), "/floors/0/severity", "S1 to S4; found \"S5\""},
    {MODEL("'floors':[{'when':'always','severity':1}]"), "/floors/0/severity", "expected a string"},
    {MODEL("'floors':[{'when':'always','severity':'S1','urgency':1}]"), "/floors/0/urgency", "unknown member"},
    {MODEL("'floors':[{'when':'always','severity':'S1','because':1}]"), "/floors/0/because", "expected a string"},
    {MODEL("'floors':[{'severity':'S1'}]"), "/floors/0", "\"when\" is missing"},
    {MODEL("'floors':[{'severity':'S1','when':{}}]"), "/floors/0/when", "empty condition"},
    {MODEL("'floors':[{'severity':'S1','when':{'c':'h'}}]"), "/floors/0/when/c", "no fact, field or dimension"},
    {MODEL("'floors':[{'severity':'S1','when':{'a':{'at_least':'m'}}}]"), "/floors/0/when/a/at_least", "no value of a"},
    {MODEL("'floors':[{'severity':'S1','when':{'a':{'at_most':'l'}}}]"), "/floors/0/when/a/at_most", "in a floor"},
    {MODEL("'floors':[{'severity':'S1','when':{'a':'h'}}]"), "/floors/0/when/a", "in a floor"},
    {MODEL("'floors':[{'severity':'S1','when':{'a':{'set':true}}}]"), "/floors/0/when/a/set", "in a floor"},
    {MODEL("'floors':[{'severity':'S1','when':{'not':{'a':{'at_least':'h'}}}}]"), "/floors/0/when/not/a", "under not"},
    {MODEL("'floors':[{'severity':'S1','when':{'priority':'P1'}}]"), "/floors/0/when/priority", "cannot be tested in a floor"},
    {MODEL("'floors':[{'severity':'S1','when':{'score':{'above':5}}}]"), "/floors/0/when/score", "cannot be tested"},
    {MODEL("'floors':[{'severity':'S1','when':{'level':2}}]"), "/floors/0/when/level", "cannot be tested"},
    {MODEL("'floors':[{'severity':'S1','when':{'breached':'resolution'}}]"), "/floors/0/when/breached", "cannot be tested"},
    {MODEL("'floors':[{'severity':'S1','when':{'contacts':{'above':5,'below':5}}}]"), "/floors/0/when", "never hold"},
    {MODEL("'floors':[{'severity':'S1','when':{'all':[{'mood':'calm'},{'mood':'angry'}]}}]"), "/floors/0/when", "never hold"},
    {MODEL("'ceilings':[{'severity':'S1','when':{'a':{'at_least':'h'}}}]"), "/ceilings/0/when/a/at_least", "in a ceiling"},
    {MODEL("'ceilings':[{'severity':'S1','when':{'a':'l'}}]"), "/ceilings/0/when/a", "in a ceiling"},
    {MODEL("'ceilings':[{'severity':'S1','when':{'all':[{'mood':'calm'},{'mood':'angry'}]}}]"), "/ceilings/0/when", "never hold"},
    {MODEL("'shifts':7"), "/shifts", "expected an array"},
    {MODEL("'shifts':[{'when':'always'}]"), "/shifts/0", "\"urgency\" is missing"},
    {MODEL("'shifts':[{'when':'always','urgency':0}]"), "/shifts/0/urgency", "found 0"},
    {MODEL("'shifts':[{'when':'always','urgency':33}]"), "/shifts/0/urgency", "found 33"},
    {MODEL("'shifts':[{'when':'always','urgency':'up'}]"), "/shifts/0/urgency", "expected an integer"},
    {MODEL("'shifts':[{'when':'always','severity':'S1'}]"), "/shifts/0/severity", "unknown member"},
    {MODEL("'shifts':[{'when':{'mood':'mad'},'urgency':1}]"), "/shifts/0/when/mood", "no value of mood"},
    {MODEL("'shifts':[{'when':{'urgency':'U1'},'urgency':1}]"), "/shifts/0/when/urgency", "cannot be tested in a shift"},
    {MODEL("'shifts':[{'when':{'a':{'at_most':'l'}},'urgency':1}]"), "/shifts/0/when/a/at_most", "to more urgency"},
    {MODEL("'shifts':[{'when':{'a':{'at_least':'h'}},'urgency':-1}]"), "/shifts/0/when/a/at_least", "to less urgency"},
};

static void test_refusals(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(refusals); i++) {
    char quoted[2048], pointer[128];
    snprintf(quoted, sizeof quoted, "{ 'csupport': 1,\n  'impact': %s }", refusals[i].impact);
    snprintf(pointer, sizeof pointer, "/impact%s", refusals[i].pointer);
    char *document = unquote(quoted);
    csup_policy policy;
    csup_error error = {0};
    csup_status status = model_open(&policy, document, NULL, &error);
    if (status != CSUP_E_POLICY || strcmp(error.pointer, pointer) != 0 || !strstr(error.message, refusals[i].says) ||
        error.line != 2 || error.column < 13 || error.status != status)
      fail_msg("%s\n gave %s at %s line %d column %d: %s\n expected %s: %s", refusals[i].impact, csup_status_name(status),
               error.pointer, error.line, error.column, error.message, pointer, refusals[i].says);
    model_close(&policy);
    assert_int_equal(model_open(&policy, document, NULL, NULL), status);
    model_close(&policy);
    free(document);
  }
}

static void test_too_many_dimensions(void **state) {
  (void)state;
  char document[8192];
  for (int count = 32; count <= 33; count++) {
    size_t at = (size_t)snprintf(document, sizeof document, "{'impact':{'dimensions':[");
    for (int i = 0; i < count; i++)
      at += (size_t)snprintf(document + at, sizeof document - at,
                             "%s{'name':'d%d','group':'impact','levels':[{'name':'l','points':0},{'name':'h','points':1}]}",
                             i ? "," : "", i);
    snprintf(document + at, sizeof document - at, "]}}");
    char *text = unquote(document);
    csup_policy policy;
    csup_error error = {0};
    csup_status status = model_open(&policy, text, NULL, &error);
    assert_int_equal(status, count == 32 ? CSUP_OK : CSUP_E_POLICY);
    if (status) {
      assert_string_equal(error.pointer, "/impact/dimensions");
    } else {
      csup_answer last = {"d31", "h", CSUP_BASIS_STATED, 0};
      csup_assessment out;
      assert_int_equal(csup_impact_assess(&policy, &last, 1, NULL, 0, &out, NULL), CSUP_OK);
      assert_int_equal(out.impact_score.value, 31);
      assert_int_equal(out.impact_score.low, 31);
      assert_int_equal(out.impact_score.high, 1000);
    }
    model_close(&policy);
    free(text);
  }
}

/* ---- what absent members mean ---- */

static void test_defaults(void **state) {
  (void)state;
  char *text = unquote("{'impact':{'dimensions':[" A "]}}");
  csup_policy policy;
  csup_error error = {0};
  assert_int_equal(model_open(&policy, text, NULL, &error), CSUP_OK);
  char vector[64];
  size_t length = 0;
  csup_answer answer = {"a", "h", CSUP_BASIS_STATED, 0};
  assert_int_equal(csup_vector_format(&policy, &answer, 1, vector, sizeof vector, &length), CSUP_OK);
  assert_string_equal(vector, "CSI:1/a:h");
  csup_assessment out;
  assert_int_equal(csup_impact_assess(&policy, NULL, 0, NULL, 0, &out, &error), CSUP_OK);
  assert_string_equal(out.severity.value, "S4");
  assert_string_equal(out.severity.low, "S4");
  assert_string_equal(out.severity.high, "S1");
  assert_string_equal(out.urgency.value, "U4"); /* a group without dimensions scores 0 */
  assert_int_equal(out.urgency_score.high, 0);
  assert_string_equal(out.priority.value, "P5");
  assert_string_equal(out.priority.high, "P3");
  assert_string_equal(out.next_question, "a");
  assert_string_equal(out.next_question_text, "");
  assert_int_equal(out.confidence, 0);
  assert_int_equal(out.reason_count, 1);
  const csup_impact *impact = policy.impact;
  assert_int_equal(csup_impact_dimension_count(impact), 1);
  assert_int_equal(csup_impact_severity_count(impact), 4);
  assert_int_equal(csup_impact_urgency_count(impact), 4);
  assert_int_equal(csup_impact_priority_count(impact), 5);
  assert_int_equal(csup_impact_priority_of(impact, 3, 0), 2);
  assert_int_equal(csup_impact_find_dimension(impact, "a"), 0);
  assert_int_equal(csup_impact_find_dimension(impact, "b"), -1);
  assert_int_equal(csup_impact_find_level(impact, 0, "h"), 1);
  assert_int_equal(csup_impact_find_level(impact, 0, "m"), -1);
  assert_string_equal(csup_impact_dimension_name(impact, 0), "a");
  assert_string_equal(csup_impact_level_name(impact, 0, 1), "h");
  assert_string_equal(csup_impact_question(impact, 0), "");
  assert_int_equal(csup_impact_dimension_slot(impact, 0), policy.schema.first_dimension);
  assert_false(csup_impact_dimension_is_urgency(impact, 0));
  model_close(&policy);
  free(text);
}

/* One band is a model, too: a desk that knows one priority. */
static void test_one_band(void **state) {
  (void)state;
  char *text = unquote("{'impact':{'code':'ONE','version':12,'dimensions':[" B "],'bands':{'impact':[],'urgency':[1000]},"
                       "'priority':[['P2','P9']],'floors':[],'shifts':[{'when':'always','urgency':-32}],'shift_most':0}}");
  csup_policy policy;
  assert_int_equal(model_open(&policy, text, NULL, NULL), CSUP_OK);
  csup_answer answer = {"b", "h", CSUP_BASIS_VERIFIED, 0};
  csup_assessment out;
  assert_int_equal(csup_impact_assess(&policy, &answer, 1, NULL, 0, &out, NULL), CSUP_OK);
  assert_string_equal(out.priority.value, "P2");
  assert_int_equal(out.priority.value_index, 1);
  assert_string_equal(out.severity.value, "S1");
  assert_int_equal(out.urgency_score.value, 1000);
  assert_null(out.next_question);
  assert_null(out.next_question_text);
  assert_int_equal(out.confidence, 1000);
  assert_int_equal(out.reason_count, 2); /* the shift holds, though it may move nothing */
  model_close(&policy);
  free(text);
}

/* ---- floors, ceilings, shifts ---- */

static const char rules_model[] =
    "{'fields':{'tier':['standard','premium']},"
    "'impact':{'dimensions':["
    "{'name':'a','group':'impact','levels':[{'name':'0','points':0},{'name':'1','points':4},{'name':'2','points':10}]},"
    "{'name':'mood','group':'urgency','default':'1','levels':[{'name':'0','points':0},{'name':'1','points':5},{'name':'2','"
    "points':10}]}],"
    "'bands':{'impact':[800,600,400,200],'urgency':[800,600,400,200]},"
    "'priority':[['P1','P1','P2','P2','P3'],['P1','P2','P2','P3','P3'],['P2','P2','P3','P3','P4'],['P2','P3','P3','P4','P4'],"
    "['P3','P3','P4','P4','P5']],"
    "'floors':[{'when':{'dimension.mood':{'at_least':'2'}},'severity':'S2','because':'the clock'},"
    "{'when':{'tier':'premium'},'severity':'S4','because':'premium'},"
    "{'when':{'any':[{'a':{'at_least':'2'},'tier':'premium'},{'not':{'mood':{'at_most':'frustrated'}},'mood':{'set':true}}]},"
    "'severity':'S1','because':'mixed'}],"
    "'ceilings':[{'when':{'a':{'at_most':'1'}},'severity':'S3','because':'small'},"
    "{'when':{'contacts':{'at_most':1},'dimension.mood':{'at_most':'1'}},'severity':'S5','because':'once'},"
    "{'when':{'channel':'chat'},'severity':'S5','because':'chat'}],"
    "'shifts':[{'when':{'mood':'angry'},'urgency':2},{'when':{'contacts':{'at_least':3}},'urgency':1,'because':'again'},"
    "{'when':{'a':{'at_most':'0'}},'urgency':-1},{'when':{'not':{'tier':'premium'}},'urgency':-1}],"
    "'shift_most':2}}";

typedef struct rule_case {
  const char *a, *d; /* levels */
  const char *tier, *mood, *channel;
  int64_t contacts;
  const char *severity, *urgency, *priority;
  const char *because; /* reasons of the rules that apply, in order */
} rule_case;

static const rule_case rule_cases[] = {
    {"0", "0", "premium", "calm", "mail", 2, "S4", "U5", "P4", "premium;small;;"},
    {"0", "0", "standard", "calm", "mail", 2, "S5", "U5", "P5", "small;;;"},
    {"1", "1", "premium", "calm", "mail", 2, "S3", "U3", "P3", "premium;small;"},
    {"1", "1", "premium", "calm", "mail", 1, "S4", "U3", "P3", "premium;small;once;"}, /* floor beats ceiling */
    {"1", "2", "premium", "calm", "mail", 1, "S2", "U1", "P1", "the clock;premium;small;"},
    {"2", "1", "standard", "calm", "mail", 3, "S1", "U3", "P2", "again;;"}, /* +1 and -1 */
    {"2", "1", "standard", "calm", "chat", 3, "S5", "U3", "P4", "chat;again;;"},
    {"2", "1", "premium", "calm", "chat", 3, "S1", "U2", "P1", "premium;mixed;chat;again;"},
    {"2", "1", "premium", "frustrated", "mail", 1, "S1", "U3", "P2", "premium;mixed;once;"},
    {"1", "0", "premium", "angry", "mail", 3, "S1", "U3", "P2", "premium;mixed;small;;again;"}, /* 3 steps, of which 2 count */
    {"1", "2", "premium", "angry", "mail", 3, "S1", "U1", "P1", "the clock;premium;mixed;small;;again;"},
    {"0", "2", "standard", NULL, "mail", 0, "S2", "U3", "P2", "the clock;small;;;"},
};

static size_t fill_facts(const rule_case *at, csup_field *facts) {
  size_t count = 0;
  facts[count++] = (csup_field){.name = "tier", .text = at->tier, .kind = CSUP_VALUE_TEXT};
  facts[count++] = (csup_field){.name = "channel", .text = at->channel, .kind = CSUP_VALUE_TEXT};
  facts[count++] = (csup_field){.name = "mood", .text = at->mood, .kind = at->mood ? CSUP_VALUE_TEXT : CSUP_VALUE_NONE};
  if (at->contacts)
    facts[count++] = (csup_field){.name = "contacts", .number = at->contacts, .kind = CSUP_VALUE_NUMBER};
  return count;
}

static void test_rules(void **state) {
  (void)state;
  char *text = unquote(rules_model);
  csup_policy policy;
  csup_error error = {0};
  assert_int_equal(model_open(&policy, text, NULL, &error), CSUP_OK);
  for (size_t i = 0; i < COUNT(rule_cases); i++) {
    const rule_case *at = &rule_cases[i];
    csup_answer answers[] = {{"mood", at->d, CSUP_BASIS_STATED, 0}, {"a", at->a, CSUP_BASIS_ASSUMED, 0}};
    csup_field facts[4];
    size_t fact_count = fill_facts(at, facts), count = 0;
    csup_assessment out;
    assert_int_equal(csup_impact_assess(&policy, answers, 2, facts, fact_count, &out, &error), CSUP_OK);
    csup_reason reasons[16];
    char because[256] = "";
    assert_int_equal(csup_impact_reasons(&policy, answers, 2, facts, fact_count, reasons, 16, &count, &error), CSUP_OK);
    assert_int_equal(count, out.reason_count);
    for (size_t r = 2; r < count; r++)
      strcat(strcat(because, reasons[r].because), ";");
    if (strcmp(out.severity.value, at->severity) || strcmp(out.urgency.value, at->urgency) ||
        strcmp(out.priority.value, at->priority) || strcmp(because, at->because))
      fail_msg("row %zu: %s %s %s %s", i, out.severity.value, out.urgency.value, out.priority.value, because);
    assert_string_equal(out.severity.low, at->severity); /* nothing is unknown */
    assert_string_equal(out.severity.high, at->severity);
    /* The case's way to the same value. */
    csup_answers read = {{0}, {CSUP_BASIS_ASSUMED, CSUP_BASIS_STATED}};
    read.level[0] = (uint8_t)(at->a[0] - '0');
    read.level[1] = (uint8_t)(at->d[0] - '0');
    int64_t values[CSUP_FACTS_MAX];
    csup_scores scores;
    assert_int_equal(csup_facts_read(&policy.schema, facts, fact_count, values, NULL), CSUP_OK);
    csup_impact_score(policy.impact, &read, values, &scores);
    assert_int_equal(scores.severity, out.severity.value_index);
    assert_int_equal(scores.urgency, out.urgency.value_index);
    assert_int_equal(scores.priority, out.priority.value_index);
    assert_int_equal(scores.impact_score, out.impact_score.value);
    assert_int_equal(scores.urgency_score, out.urgency_score.value);
  }
  uint8_t reads[CSUP_FACTS_MAX] = {0};
  csup_impact_reads(policy.impact, reads);
  for (int32_t slot = 0; slot < policy.schema.count; slot++) {
    bool expected = slot == CSUP_SLOT_MOOD || slot == CSUP_SLOT_CONTACTS || slot == CSUP_SLOT_CHANNEL ||
                    slot == csup_schema_find_field(&policy.schema, "tier");
    assert_int_equal(reads[slot], expected);
  }
  model_close(&policy);
  free(text);
}

/* More clauses than bits: what does not fit is tested by its condition, with the same results. */
static void test_many_rules(void **state) {
  (void)state;
  char *text = malloc(1 << 16), *at = text;
  at += sprintf(at, "{'impact':{'dimensions':[");
  for (int d = 0; d < 2; d++) {
    at += sprintf(at, "%s{'name':'%c','group':'impact','levels':[", d ? "," : "", 'a' + d);
    for (int level = 0; level < 30; level++)
      at += sprintf(at, "%s{'name':'%d','points':%d}", level ? "," : "", level, level);
    at += sprintf(at, "]}");
  }
  at += sprintf(at, "],'bands':{'impact':[900,800,700,600,500,400,300,200],'urgency':[]},'priority':[");
  for (int i = 1; i <= 9; i++)
    at += sprintf(at, "%s['P%d']", i > 1 ? "," : "", i);
  at += sprintf(at, "],'floors':[");
  /* Floor S(1+k): a + b >= 58 - 2k for those on a grid of corners, 10 corners each. */
  for (int k = 0; k < 9; k++) {
    at += sprintf(at, "%s{'severity':'S%d','when':{'any':[", k ? "," : "", k + 1);
    for (int c = 0; c < 10; c++)
      at += sprintf(at, "%s{'a':{'at_least':'%d'},'b':{'at_least':'%d'}}", c ? "," : "", 28 - k - 2 * c + (k > 7), 9 - k + 2 * c);
    at += sprintf(at, "]}}");
  }
  sprintf(at, "]}}");
  char *document = unquote(text);
  csup_policy policy;
  csup_error error = {0};
  if (model_open(&policy, document, NULL, &error))
    fail_msg("%s: %s", error.pointer, error.message);
  for (int a = 0; a < 30; a++) {
    for (int b = 0; b < 30; b++) {
      int band = 0, floor = 8, score = 1000 * (a + b) / 58;
      for (int threshold = 900; threshold >= 200 && score < threshold; threshold -= 100)
        band++;
      for (int k = 8; k >= 0; k--)
        for (int c = 0; c < 10; c++)
          if (a >= 28 - k - 2 * c + (k > 7) && b >= 9 - k + 2 * c)
            floor = k;
      int64_t values[CSUP_FACTS_MAX];
      assert_int_equal(csup_facts_read(&policy.schema, NULL, 0, values, NULL), CSUP_OK);
      csup_answers answers = {{(uint8_t)a, (uint8_t)b}, {CSUP_BASIS_STATED, CSUP_BASIS_STATED}};
      csup_scores scores;
      csup_impact_score(policy.impact, &answers, values, &scores);
      assert_int_equal(scores.impact_score, score);
      assert_int_equal(scores.impact_band, band);
      assert_int_equal(scores.severity, band < floor ? band : floor);
    }
  }
  model_close(&policy);
  free(document);
  free(text);
}

/* ---- the public door ---- */

static void test_arguments(void **state) {
  (void)state;
  csup_policy policy;
  assert_int_equal(model_open(&policy, "{}", NULL, NULL), CSUP_OK);
  const csup_answer good = {"service", "down", CSUP_BASIS_STATED, 0};
  const struct {
    csup_answer answers[2];
    size_t count;
    csup_status status;
    int32_t index;
    const char *says;
  } rows[] = {
      {{good}, 1, CSUP_OK, 0, NULL},
      {{good, {"scope", NULL, CSUP_BASIS_UNKNOWN, 0}}, 2, CSUP_OK, 0, NULL},
      {{good, {"scope", "whoever", CSUP_BASIS_UNKNOWN, 0}}, 2, CSUP_OK, 0, NULL},
      {{good, good}, 2, CSUP_E_ARGUMENT, 1, "answered twice"},
      {{good, {"service", NULL, CSUP_BASIS_UNKNOWN, 0}}, 2, CSUP_E_ARGUMENT, 1, "answered twice"},
      {{good, {"scope", NULL, CSUP_BASIS_STATED, 0}}, 2, CSUP_E_ARGUMENT, 1, "names no level"},
      {{good, {NULL, "one", CSUP_BASIS_STATED, 0}}, 2, CSUP_E_ARGUMENT, 1, "names no dimension"},
      {{good, {"scope", "one", 4, 0}}, 2, CSUP_E_ARGUMENT, 1, "basis"},
      {{good, {"scope", "one", -1, 0}}, 2, CSUP_E_ARGUMENT, 1, "basis"},
      {{good, {"scope", "one", CSUP_BASIS_STATED, 1}}, 2, CSUP_E_ARGUMENT, 1, "reserved"},
      {{good, {"reach", "one", CSUP_BASIS_STATED, 0}}, 2, CSUP_E_UNKNOWN, 1, "no dimension \"reach\""},
      {{good, {"scope", "two", CSUP_BASIS_STATED, 0}}, 2, CSUP_E_UNKNOWN, 1, "no level \"two\""},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    csup_error error = {0};
    csup_assessment out;
    memset(&out, 0x5a, sizeof out);
    csup_assessment before = out;
    csup_status status = csup_impact_assess(&policy, rows[i].answers, rows[i].count, NULL, 0, &out, &error);
    assert_int_equal(status, rows[i].status);
    assert_int_equal(csup_impact_assess(&policy, rows[i].answers, rows[i].count, NULL, 0, &out, NULL), rows[i].status);
    size_t count = 77;
    csup_reason reasons[32];
    assert_int_equal(csup_impact_reasons(&policy, rows[i].answers, rows[i].count, NULL, 0, reasons, 32, &count, NULL), status);
    if (status) {
      assert_int_equal(error.index, rows[i].index);
      assert_non_null(strstr(error.message, rows[i].says));
      assert_memory_equal(&before, &out, sizeof out);
      assert_int_equal(count, 77);
    }
  }
  csup_error error = {0};
  csup_assessment out;
  size_t count;
  csup_reason reason;
  csup_field fact = {.name = "mood", .text = "angry", .kind = CSUP_VALUE_TEXT};
  assert_int_equal(csup_impact_assess(NULL, &good, 1, NULL, 0, &out, &error), CSUP_E_ARGUMENT);
  assert_int_equal(csup_impact_assess(&policy, NULL, 1, NULL, 0, &out, &error), CSUP_E_ARGUMENT);
  assert_int_equal(csup_impact_assess(&policy, &good, 1, NULL, 1, &out, &error), CSUP_E_ARGUMENT);
  assert_int_equal(csup_impact_assess(&policy, &good, 1, NULL, 0, NULL, &error), CSUP_E_ARGUMENT);
  assert_int_equal(csup_impact_reasons(NULL, &good, 1, NULL, 0, &reason, 1, &count, &error), CSUP_E_ARGUMENT);
  assert_int_equal(csup_impact_reasons(&policy, &good, 1, NULL, 0, NULL, 1, &count, &error), CSUP_E_ARGUMENT);
  assert_int_equal(csup_impact_reasons(&policy, &good, 1, NULL, 0, &reason, 1, NULL, &error), CSUP_E_ARGUMENT);
  fact.text = "merry";
  assert_int_equal(csup_impact_assess(&policy, &good, 1, &fact, 1, &out, &error), CSUP_E_UNKNOWN);
  fact.name = "weather";
  assert_int_equal(csup_impact_assess(&policy, &good, 1, &fact, 1, &out, &error), CSUP_E_UNKNOWN);
  fact.name = "mood";
  fact.kind = CSUP_VALUE_NUMBER;
  assert_int_equal(csup_impact_assess(&policy, &good, 1, &fact, 1, &out, &error), CSUP_E_ARGUMENT);
  model_close(&policy);
}

static void test_reasons(void **state) {
  (void)state;
  csup_policy policy;
  assert_int_equal(model_open(&policy, "{}", NULL, NULL), CSUP_OK);
  const csup_answer answers[] = {{"safety", "exposed", CSUP_BASIS_VERIFIED, 0}, {"service", "question", CSUP_BASIS_ASSUMED, 0}};
  const csup_field facts[] = {{.name = "contacts", .number = 3, .kind = CSUP_VALUE_NUMBER}};
  size_t count = 0;
  csup_error error = {0};
  assert_int_equal(csup_impact_reasons(&policy, answers, 2, facts, 1, NULL, 0, &count, &error), CSUP_E_SPACE);
  assert_int_equal(count, 13);
  csup_reason reasons[13], untouched[13];
  memset(reasons, 0x5a, sizeof reasons);
  memcpy(untouched, reasons, sizeof reasons);
  assert_int_equal(csup_impact_reasons(&policy, answers, 2, facts, 1, reasons, 12, &count, &error), CSUP_E_SPACE);
  assert_memory_equal(reasons, untouched, sizeof reasons);
  assert_int_equal(csup_impact_reasons(&policy, answers, 2, facts, 1, reasons, 13, &count, &error), CSUP_OK);
  const csup_reason expected[] = {
      {CSUP_REASON_CONTRIBUTION, CSUP_BASIS_ASSUMED, "service", "question", "", 0, 60},
      {CSUP_REASON_CONTRIBUTION, CSUP_BASIS_UNKNOWN, "scope", "one", "", 0, 60},
      {CSUP_REASON_CONTRIBUTION, CSUP_BASIS_UNKNOWN, "process", "supporting", "", 10, 60},
      {CSUP_REASON_CONTRIBUTION, CSUP_BASIS_UNKNOWN, "money", "none", "", 0, 60},
      {CSUP_REASON_CONTRIBUTION, CSUP_BASIS_VERIFIED, "safety", "exposed", "", 60, 60},
      {CSUP_REASON_CONTRIBUTION, CSUP_BASIS_UNKNOWN, "workaround", "partial", "", 30, 60},
      {CSUP_REASON_CONTRIBUTION, CSUP_BASIS_UNKNOWN, "deadline", "none", "", 0, 45},
      {CSUP_REASON_CONTRIBUTION, CSUP_BASIS_UNKNOWN, "contact", "hours", "", 5, 15},
      {CSUP_REASON_FLOOR, 0, "S1", "", "people or personal data are exposed", 0, 0},
      {CSUP_REASON_FLOOR, 0, "S2", "", "people or personal data may be exposed", 0, 0},
      {CSUP_REASON_CEILING, 0, "S5", "", "a question about use", 0, 0},
      {CSUP_REASON_CEILING, 0, "S4", "", "it works and only looks wrong", 0, 0},
      {CSUP_REASON_SHIFT, 0, "urgency", "", "the customer had to ask again", 1, 1},
  };
  for (size_t i = 0; i < COUNT(expected); i++) {
    assert_int_equal(reasons[i].kind, expected[i].kind);
    assert_int_equal(reasons[i].basis, expected[i].basis);
    assert_string_equal(reasons[i].name, expected[i].name);
    assert_string_equal(reasons[i].level, expected[i].level);
    assert_string_equal(reasons[i].because, expected[i].because);
    assert_int_equal(reasons[i].points, expected[i].points);
    assert_int_equal(reasons[i].maximum, expected[i].maximum);
  }
  csup_assessment out;
  assert_int_equal(csup_impact_assess(&policy, answers, 2, facts, 1, &out, &error), CSUP_OK);
  assert_int_equal(out.reason_count, 13);
  assert_string_equal(out.severity.value, "S1");
  assert_string_equal(out.urgency.value, "U2");
  assert_int_equal(out.confidence, 1000 * 60 / 420);
  model_close(&policy);
}

/* Rule I4: the largest spread of priority, then of scores, then document order; an assumed answer can be asked again. */
static void test_next_question(void **state) {
  (void)state;
  csup_policy policy;
  assert_int_equal(model_open(&policy, "{}", NULL, NULL), CSUP_OK);
  static const char *const order[] = {"service", "scope", "process", "money", "safety", "workaround", "deadline", "contact"};
  csup_answer answers[8];
  csup_assessment out;
  assert_int_equal(csup_impact_assess(&policy, NULL, 0, NULL, 0, &out, NULL), CSUP_OK);
  assert_string_equal(out.next_question, "safety"); /* one step alone takes it from P4 to P1 */
  assert_string_equal(out.next_question_text, csup_impact_question(policy.impact, 4));
  for (size_t i = 0; i < 8; i++)
    answers[i] = (csup_answer){order[i], csup_impact_level_name(policy.impact, (int32_t)i, 1), CSUP_BASIS_STATED, 0};
  assert_int_equal(csup_impact_assess(&policy, answers, 8, NULL, 0, &out, NULL), CSUP_OK);
  assert_null(out.next_question);
  answers[7].basis = CSUP_BASIS_ASSUMED;
  assert_int_equal(csup_impact_assess(&policy, answers, 8, NULL, 0, &out, NULL), CSUP_OK);
  assert_string_equal(out.next_question, "contact");
  assert_int_equal(out.priority.low_index, out.priority.high_index); /* assumed counts as given */
  model_close(&policy);
  /* No spread is left: where points are so small that the score does not see them. */
  char *text = unquote("{'impact':{'dimensions':[" A ",{'name':'c','group':'impact','levels':[{'name':'l','points':0},"
                       "{'name':'h','points':100000}]}]}}");
  assert_int_equal(model_open(&policy, text, NULL, NULL), CSUP_OK);
  csup_answer known = {"c", "l", CSUP_BASIS_STATED, 0};
  assert_int_equal(csup_impact_assess(&policy, &known, 1, NULL, 0, &out, NULL), CSUP_OK);
  assert_null(out.next_question);
  assert_int_equal(out.impact_score.high, 0);
  assert_int_equal(out.confidence, 999);
  model_close(&policy);
  free(text);
}

/* The reciprocal gives the same as a division, for all sums of many totals. */
static void test_scores_exact(void **state) {
  (void)state;
  static const uint32_t totals[] = {1, 2, 3, 7, 999, 1000, 1001, 1024, 65537, 524287, 524288, 999999, 1000000};
  for (size_t t = 0; t < COUNT(totals); t++) {
    char quoted[512];
    snprintf(
        quoted, sizeof quoted,
        "{'impact':{'dimensions':[{'name':'a','group':'impact','levels':[{'name':'l','points':0},{'name':'h','points':%u}]}]}}",
        totals[t]);
    char *text = unquote(quoted);
    csup_policy policy;
    assert_int_equal(model_open(&policy, text, NULL, NULL), CSUP_OK);
    uint64_t reciprocal = (UINT64_C(1) << 50) / totals[t] + 1;
    for (uint32_t sum = 0; sum <= totals[t]; sum++)
      if ((uint64_t)sum * 1000 * reciprocal >> 50 != (uint64_t)sum * 1000 / totals[t])
        fail_msg("%u of %u", sum, totals[t]);
    csup_answer answer = {"a", "h", CSUP_BASIS_STATED, 0};
    csup_assessment out;
    assert_int_equal(csup_impact_assess(&policy, &answer, 1, NULL, 0, &out, NULL), CSUP_OK);
    assert_int_equal(out.impact_score.value, 1000);
    model_close(&policy);
    free(text);
  }
}

/* Each request to the host fails once, with the arena's blocks ending after each of the room's own requests in turn. */
static long fail_each_request(const char *model) {
  char *text = unquote(model);
  csup_policy policy;
  long failures = 0;
  for (size_t used = 0; used < 4000; used += 16) {
    for (long i = 0;; i++) {
      failing_allocator counter = {.fail_at = i};
      csup_allocator allocator = {&counter, failing_resize};
      csup_error error = {0};
      csup_status status = model_open_in(&policy, text, &allocator, used, &error);
      bool failed = counter.requests > i;
      if (status != (failed ? CSUP_E_NOMEM : CSUP_OK))
        fail_msg("request %ld, %zu bytes used: %s", i, used, csup_status_name(status));
      model_close(&policy);
      assert_int_equal(counter.blocks, 0);
      failures += failed;
      if (!failed)
        break;
    }
  }
  free(text);
  return failures;
}

static void test_no_memory(void **state) {
  (void)state;
  /* The second model fits into one block, so that every one of its requests comes to stand at the end of it. */
  long failures = fail_each_request(rules_model) +
                  fail_each_request("{'impact':{'dimensions':[" A "],'ceilings':[{'when':{'a':{'at_most':'l'}},'severity':'S4',"
                                    "'because':'low'}],'shifts':[{'when':{'mood':'angry'},'urgency':1,'because':'angry'}]}}");
  printf("%ld failing requests\n", failures);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_refusals),      cmocka_unit_test(test_too_many_dimensions),
      cmocka_unit_test(test_defaults),      cmocka_unit_test(test_one_band),
      cmocka_unit_test(test_rules),         cmocka_unit_test(test_many_rules),
      cmocka_unit_test(test_arguments),     cmocka_unit_test(test_reasons),
      cmocka_unit_test(test_next_question), cmocka_unit_test(test_scores_exact),
      cmocka_unit_test(test_no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
