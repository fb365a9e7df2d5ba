/* The document assembled: what is refused and where, zones handed over, references, fingerprints, findings, allocations that
 * fail. */
#define _POSIX_C_SOURCE 200809L /* setenv */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <csupport.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failing_allocator.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define BASE          "{'csupport':1,'fields':{'tier':['a','b']},'teams':{'t':{}}"

typedef struct refusal {
  const char *json; /* with ' for " */
  csup_status status;
  const char *pointer;
  int32_t line, column; /* 0: wherever */
  const char *says;     /* a part of the sentence */
} refusal;

static const refusal refusals[] = {
    /* the document */
    {"", CSUP_E_SYNTAX, "", 1, 1, "JSON"},
    {"{'csupport':1", CSUP_E_SYNTAX, "", 1, 14, "JSON"},
    {"{'csupport':1,'csupport':1}", CSUP_E_SYNTAX, "", 1, 15, "already"},
    {"{'csupport':1}\n{}", CSUP_E_SYNTAX, "", 2, 1, ""},
    {"[]", CSUP_E_POLICY, "", 1, 1, "object"},
    {"{}", CSUP_E_POLICY, "", 1, 1, "csupport"},
    {"{'csupport':2}", CSUP_E_VERSION, "/csupport", 1, 13, "2"},
    {"{'csupport':0,'nonsense':1}", CSUP_E_VERSION, "/csupport", 1, 13, "0"},
    {"{'csupport':'1'}", CSUP_E_POLICY, "/csupport", 1, 13, ""},
    {"{'csupport':1.0}", CSUP_E_POLICY, "/csupport", 1, 13, ""},
    {"{'csupport':1,\n 'nonsense':1}", CSUP_E_POLICY, "/nonsense", 2, 13, "nonsense"},
    {"{'csupport':1,'name':7}", CSUP_E_POLICY, "/name", 1, 22, ""},
    {"{'csupport':1,'version':7}", CSUP_E_POLICY, "/version", 1, 25, ""},
    /* fields */
    {"{'csupport':1,'fields':[]}", CSUP_E_POLICY, "/fields", 1, 24, "object"},
    {"{'csupport':1,'fields':{'x':'colour'}}", CSUP_E_POLICY, "/fields/x", 1, 29, "number"},
    {"{'csupport':1,'fields':{'x':[]}}", CSUP_E_POLICY, "/fields/x", 1, 29, ""},
    {"{'csupport':1,'fields':{'x':['a','a']}}", CSUP_E_POLICY, "/fields/x/1", 1, 34, "a"},
    {"{'csupport':1,'fields':{'a/b~c':7}}", CSUP_E_POLICY, "/fields/a~1b~0c", 1, 33, ""},
    /* calendars */
    {"{'csupport':1,'calendars':[]}", CSUP_E_POLICY, "/calendars", 1, 27, ""},
    {"{'csupport':1,'calendars':{'':{}}}", CSUP_E_POLICY, "/calendars/", 0, 0, "name"},
    {"{'csupport':1,'calendars':{'o':{'hours':'24/7'}}}", CSUP_E_POLICY, "/calendars/o", 1, 32, "zone"},
    {"{'csupport':1,'calendars':{'o':{'zone':'UTC'}}}", CSUP_E_POLICY, "/calendars/o", 1, 32, "hours"},
    {"{'csupport':1,'calendars':{'o':{'zone':'UTC','hours':'24/7','x':1}}}", CSUP_E_POLICY, "/calendars/o/x", 0, 0, "x"},
    {"{'csupport':1,'calendars':{'o':{'zone':'Mars/Base','hours':'24/7'}}}", CSUP_E_UNKNOWN, "/calendars/o/zone", 1, 40,
     "Mars/Base"},
    {"{'csupport':1,'calendars':{'o':{'zone':'../UTC','hours':'24/7'}}}", CSUP_E_UNKNOWN, "/calendars/o/zone", 1, 40, ""},
    /* the column is that of the fault in the hours: Mo-Xx begins at 55, Xx three further on */
    {"{'csupport':1,'calendars':{'o':{'zone':'UTC','hours':'Mo-Xx 09:00-17:00'}}}", CSUP_E_SYNTAX, "/calendars/o/hours", 1, 58,
     ""},
    {"{'csupport':1,'calendars':{'o':{'zone':'UTC','hours':''}}}", CSUP_E_NEVER, "/calendars/o/hours", 0, 0, "open"},
    {"{'csupport':1,'calendars':{'o':{'zone':'UTC','hours':'Mo off'}}}", CSUP_E_NEVER, "/calendars/o/hours", 0, 0, "open"},
    {"{'csupport':1,'calendars':{'o':{'zone':'UTC','hours':7}}}", CSUP_E_POLICY, "/calendars/o/hours", 0, 0, ""},
    {"{'csupport':1,'calendars':{'o':{'zone':'UTC','hours':'24/7','holidays':{}}}}", CSUP_E_POLICY, "/calendars/o/holidays", 0, 0,
     ""},
    {"{'csupport':1,'calendars':{'o':{'zone':'UTC','hours':'24/7','holidays':['2026-13-01']}}}", CSUP_E_POLICY,
     "/calendars/o/holidays/0", 0, 0, ""},
    {"{'csupport':1,'calendars':{'o':{'zone':'UTC','hours':'24/7','holidays':['2026-1-1']}}}", CSUP_E_POLICY,
     "/calendars/o/holidays/0", 0, 0, "2026-1-1"},
    {"{'csupport':1,'calendars':{'o':{'zone':'UTC','hours':'24/7','holidays':['2026-12-25',7]}}}", CSUP_E_POLICY,
     "/calendars/o/holidays/1", 0, 0, ""},
    {"{'csupport':1,'calendars':{'o':{'zone':'UTC','hours':'24/7','holidays':[{'name':'x'}]}}}", CSUP_E_POLICY,
     "/calendars/o/holidays/0", 0, 0, "date"},
    {"{'csupport':1,'calendars':{'o':{'zone':'UTC','hours':'24/7','holidays':[{'date':'2026-12-25','day':1}]}}}", CSUP_E_POLICY,
     "/calendars/o/holidays/0/day", 0, 0, "day"},
    {"{'csupport':1,'calendars':{'always':{'zone':'UTC','hours':'never'}}}", CSUP_E_SYNTAX, "/calendars/always/hours", 0, 0, ""},
    /* teams */
    {"{'csupport':1,'teams':[]}", CSUP_E_POLICY, "/teams", 0, 0, ""},
    {"{'csupport':1,'teams':{'x':{'calendar':'nowhere'}}}", CSUP_E_POLICY, "/teams/x/calendar", 0, 0, "nowhere"},
    {"{'csupport':1,'teams':{'x':{'size':3}}}", CSUP_E_POLICY, "/teams/x/size", 0, 0, "size"},
    /* impact */
    {"{'csupport':1,'impact':7}", CSUP_E_POLICY, "/impact", 1, 24, ""},
    {"{'csupport':1,'impact':{'code':'X'}}", CSUP_E_POLICY, "/impact", 0, 0, "dimensions"},
    /* workflow */
    {"{'csupport':1,'workflow':[]}", CSUP_E_POLICY, "/workflow", 1, 26, ""},
    {"{'csupport':1,'workflow':{'states':{'a':{'category':'new'}}}}", CSUP_E_POLICY, "/workflow", 0, 0, "initial"},
    {"{'csupport':1,'workflow':{'initial':'b','states':{'a':{'category':'new'}}}}", CSUP_E_POLICY, "/workflow/initial", 0, 0,
     "b"},
    {"{'csupport':1,'workflow':{'initial':'a','states':{'a':{'category':'new'},'b':{'category':'closed'}}}}", CSUP_E_POLICY,
     "/workflow/states/b", 0, 0, "b"},
    {"{'csupport':1,'workflow':{'initial':'a','states':{'a':{'category':'new'}},'moves':[{'from':'a','on':'closed','to':'c'}]}}",
     CSUP_E_POLICY, "/workflow/moves/0/to", 0, 0, "c"},
    {"{'csupport':1,'workflow':{'initial':'a','states':{'a':{'category':'new'}},'moves':[{'from':'a','on':'exploded','to':'a'}]}"
     "}",
     CSUP_E_POLICY, "/workflow/moves/0/on", 0, 0, "exploded"},
    {"{'csupport':1,'workflow':{'initial':'a','states':{'a':{'category':'new'}},'moves':[{'from':'a','on':'note','to':'a',"
     "'when':{'weather':'fine'}}]}}",
     CSUP_E_POLICY, "/workflow/moves/0/when/weather", 0, 0, "weather"},
    /* clocks */
    {"{'csupport':1,'clocks':{'x':null}}", CSUP_E_POLICY, "/clocks/x", 0, 0, "x"},
    {"{'csupport':1,'clocks':{'x':{'start':[{'event':'opened'}]}}}", CSUP_E_POLICY, "/clocks/x", 0, 0, "stop"},
    {"{'csupport':1,'clocks':{'promise':{'start':[{'event':'opened'}],'stop':[{'event':'closed'}]}}}", CSUP_E_POLICY,
     "/clocks/promise", 0, 0, "promise"},
    /* agreements */
    {BASE ",'agreements':{}}", CSUP_E_POLICY, "/agreements", 0, 0, ""},
    {BASE ",'agreements':[{'name':'x'}]}", CSUP_E_POLICY, "/agreements/0", 0, 0, "targets"},
    {BASE ",'agreements':[{'name':'x','targets':{'nothing':{'within':'PT1H','calendar':'always'}}}]}", CSUP_E_POLICY,
     "/agreements/0/targets/nothing", 0, 0, "nothing"},
    {BASE ",'agreements':[{'name':'x','targets':{'resolution':{'within':'PT1H'}}}]}", CSUP_E_POLICY,
     "/agreements/0/targets/resolution", 0, 0, "calendar"},
    {BASE ",'agreements':[{'name':'x','targets':{'resolution':{'within':'PT0S','calendar':'always'}}}]}", CSUP_E_POLICY,
     "/agreements/0/targets/resolution/within", 0, 0, ""},
    {BASE ",'agreements':[{'name':'x','targets':{'resolution':{'within':'P1DT1H','calendar':'always'}}}]}", CSUP_E_POLICY,
     "/agreements/0/targets/resolution/within", 0, 0, ""},
    {BASE ",'agreements':[{'name':'x','targets':{'resolution':{'within':'PT1H','calendar':'always','warn':['90%','50%']}}}]}",
     CSUP_E_POLICY, "/agreements/0/targets/resolution/warn/1", 0, 0, "50%"},
    {BASE ",'agreements':[{'name':'x','targets':{'resolution':{'within':'PT1H','calendar':'always','warn':['-PT2H']}}}]}",
     CSUP_E_POLICY, "/agreements/0/targets/resolution/warn/0", 0, 0, "-PT2H"},
    {BASE ",'agreements':[{'name':'x','targets':{'resolution':{'within':{'P9':'PT1H'},'calendar':'always'}}}]}", CSUP_E_POLICY,
     "/agreements/0/targets/resolution/within/P9", 0, 0, "P9"},
    {BASE ",'agreements':[{'name':'x','targets':{}},{'name':'x','targets':{}}]}", CSUP_E_POLICY, "/agreements/1/name", 0, 0, "x"},
    {BASE ",'agreements':[{'name':'x','kind':'nda','targets':{}}]}", CSUP_E_POLICY, "/agreements/0/kind", 0, 0, "nda"},
    {BASE ",'agreements':[{'name':'x','when':{'tier':'c'},'targets':{}}]}", CSUP_E_POLICY, "/agreements/0/when/tier", 0, 0, "c"},
    /* escalations */
    {BASE ",'escalations':{}}", CSUP_E_POLICY, "/escalations", 0, 0, ""},
    {BASE ",'escalations':[{'name':'x','do':[{'notify':'a'}]}]}", CSUP_E_POLICY, "/escalations/0", 0, 0, "on"},
    {BASE ",'escalations':[{'name':'x','on':{'clock':'x','at':'50%'},'do':[{'notify':'a'}]}]}", CSUP_E_POLICY,
     "/escalations/0/on/clock", 0, 0, "x"},
    {BASE ",'escalations':[{'name':'x','on':{'event':'note'},'do':[{'assign':'nobody'}]}]}", CSUP_E_POLICY,
     "/escalations/0/do/0/assign", 0, 0, "nobody"},
    {BASE ",'escalations':[{'name':'x','on':{'event':'note'},'do':[{'set':{'field':'tier','value':'z'}}]}]}", CSUP_E_POLICY,
     "/escalations/0/do/0/set/value", 0, 0, "z"},
};

static char *quoted(const char *text) {
  size_t length = strlen(text);
  char *json = malloc(length + 1);
  assert_non_null(json);
  for (size_t i = 0; i <= length; i++)
    json[i] = (char)(text[i] == '\'' ? '"' : text[i]);
  return json;
}

static csup_policy *parse(const char *text) {
  char *json = quoted(text);
  csup_policy *policy = NULL;
  csup_error error = {.message = ""};
  if (csup_policy_parse(json, strlen(json), NULL, &policy, &error) != CSUP_OK)
    fail_msg("%s: %s\n%s", error.pointer, error.message, text);
  free(json);
  return policy;
}

static void test_refusals(void **state) {
  (void)state;
  size_t wrong = 0;
  for (size_t i = 0; i < LENGTH(refusals); i++) {
    const refusal *row = &refusals[i];
    char *json = quoted(row->json);
    csup_policy *policy = NULL;
    csup_error error = {.message = ""};
    csup_status status = csup_policy_parse(json, strlen(json), NULL, &policy, &error);
    bool right = status == row->status && error.status == status && !policy && strcmp(error.pointer, row->pointer) == 0 &&
                 error.message[0] != '\0' && strstr(error.message, row->says) && error.line > 0 && error.column > 0 &&
                 (row->line == 0 || (error.line == row->line && error.column == row->column));
    if (!right)
      print_message("%s\n  gave %s at \"%s\" (%d:%d): %s\n", row->json, csup_status_name(status), error.pointer, error.line,
                    error.column, error.message);
    wrong += !right;
    assert_int_equal(csup_policy_parse(json, strlen(json), NULL, &policy, NULL), status);
    assert_null(policy);
    free(json);
  }
  assert_int_equal(wrong, 0);
}

static void test_arguments(void **state) {
  (void)state;
  static const char least[] = "{\"csupport\":1}";
  csup_policy *policy = NULL;
  csup_allocator broken = {NULL, NULL};
  const csup_zone *missing[] = {NULL};
  csup_error error = {.message = ""};
  csup_finding finding;
  assert_int_equal(csup_policy_parse(NULL, 0, NULL, &policy, &error), CSUP_E_ARGUMENT);
  assert_int_equal(csup_policy_parse(least, sizeof least - 1, NULL, NULL, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_policy_parse(least, sizeof least - 1, &broken, &policy, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_policy_parse_with(least, sizeof least - 1, NULL, 1, NULL, &policy, &error), CSUP_E_ARGUMENT);
  assert_int_equal(csup_policy_parse_with(least, sizeof least - 1, missing, 1, NULL, &policy, &error), CSUP_E_ARGUMENT);
  assert_int_equal(error.index, 0);
  assert_null(policy);
  assert_null(csup_policy_retain(NULL));
  csup_policy_release(NULL);
  assert_null(csup_policy_calendar(NULL, "always"));
  assert_true(csup_policy_fingerprint(NULL) == 0);
  assert_int_equal(csup_policy_finding_count(NULL), 0);
  assert_int_equal(csup_policy_finding(NULL, 0, &finding), CSUP_E_ARGUMENT);
  /* The length counts, not a NUL: one byte less is no JSON. */
  assert_int_equal(csup_policy_parse(least, sizeof least - 2, NULL, &policy, NULL), CSUP_E_SYNTAX);
  assert_int_equal(csup_policy_parse(least, sizeof least - 1, NULL, &policy, NULL), CSUP_OK);
  assert_null(csup_policy_calendar(policy, NULL));
  assert_null(csup_policy_calendar(policy, "office"));
  assert_non_null(csup_policy_calendar(policy, "always"));
  assert_int_equal(csup_policy_finding(policy, 0, &finding), CSUP_E_ARGUMENT);
  assert_int_equal(csup_policy_finding(policy, 0, NULL), CSUP_E_ARGUMENT);
  csup_policy_release(policy);
}

/* With zones handed over no file is opened: TZDIR leads to an empty folder, and UTC is known all the same. */
static void test_zones_handed_over(void **state) {
  (void)state;
  static const char text[] = "{'csupport':1,'calendars':{'o':{'zone':'Our/Place','hours':'Mo-Fr 09:00-17:00'},"
                             "'u':{'zone':'UTC','hours':'24/7'}}}";
  /* A zone two hours east, always: TZif version 2 with nothing but a footer. */
  static const unsigned char tzif[] = "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\4"
                                      "\0\0\x1c\x20\0\0EET\0"
                                      "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\4"
                                      "\0\0\x1c\x20\0\0EET\0\nEET-2\n";
  char *json = quoted(text);
  csup_zone *zone = NULL;
  csup_policy *policy = NULL;
  csup_error error = {.message = ""};
  if (csup_zone_from_tzif("Our/Place", tzif, sizeof tzif - 1, NULL, &zone, &error) != CSUP_OK)
    fail_msg("%s", error.message);
  const csup_zone *zones[] = {zone};
  assert_int_equal(setenv("TZDIR", CSUPPORT_SOURCE_DIR "/tests/policy", 1), 0);
  assert_int_equal(csup_policy_parse(json, strlen(json), NULL, &policy, &error), CSUP_E_UNKNOWN);
  assert_string_equal(error.pointer, "/calendars/o/zone");
  assert_int_equal(csup_policy_parse_with(json, strlen(json), NULL, 0, NULL, &policy, &error), CSUP_E_UNKNOWN);
  assert_string_equal(error.pointer, "/calendars/o/zone");
  assert_int_equal(csup_policy_parse_with(json, strlen(json), zones, 1, NULL, &policy, &error), CSUP_OK);
  csup_zone_free(zone); /* borrowed for the call only */
  csup_time monday = 0, open = 0;
  assert_int_equal(csup_time_parse("2026-03-02T00:00:00Z", 20, &monday), CSUP_OK);
  assert_int_equal(csup_calendar_next_open(csup_policy_calendar(policy, "o"), monday, &open), CSUP_OK);
  assert_true(open == monday + 7 * INT64_C(3600000000));
  csup_policy_release(policy);
  assert_int_equal(csup_policy_parse_with(csup_policy_default(), strlen(csup_policy_default()), NULL, 0, NULL, &policy, NULL),
                   CSUP_OK);
  csup_policy_release(policy);
  assert_int_equal(unsetenv("TZDIR"), 0);
  free(json);
}

static void test_references(void **state) {
  (void)state;
  failing_allocator memory = {.fail_at = -1};
  csup_allocator allocator = {&memory, failing_resize};
  csup_policy *policy = NULL;
  csup_case *c = NULL;
  assert_int_equal(csup_policy_parse(csup_policy_default(), strlen(csup_policy_default()), &allocator, &policy, NULL), CSUP_OK);
  assert_ptr_equal(csup_policy_retain(policy), policy);
  csup_policy_release(policy);
  assert_true(memory.blocks > 0);
  assert_int_equal(csup_case_create(policy, NULL, &c), CSUP_OK);
  csup_policy_release(policy); /* the case holds on to it */
  csup_decisions *list = NULL;
  assert_int_equal(csup_decisions_create(NULL, &list), CSUP_OK);
  csup_event opened = {.kind = CSUP_EVENT_OPENED, .case_id = "C"};
  assert_int_equal(csup_case_apply(c, &opened, 1, list, NULL), CSUP_OK);
  csup_case_free(c);
  assert_true(memory.blocks > 0); /* and the list, for the sake of its names */
  assert_non_null(csup_decisions_at(list, 0)->to);
  csup_decisions_free(list);
  assert_int_equal(memory.blocks, 0);
  assert_int_equal(memory.bytes, 0);
}

static uint64_t fingerprint(const char *text) {
  csup_policy *policy = parse(text);
  uint64_t found = csup_policy_fingerprint(policy);
  csup_policy_release(policy);
  return found;
}

/* The document's bytes and nothing else; that of the default policy is pinned by nothing, for the policy may improve. */
static void test_fingerprints(void **state) {
  (void)state;
  uint64_t least = fingerprint("{'csupport':1}");
  assert_true(least != 0);
  assert_true(fingerprint("{'csupport':1}") == least);
  assert_true(fingerprint("{'csupport':1} ") != least);
  assert_true(fingerprint("{'csupport':1,'name':'a'}") != least);
  assert_true(fingerprint("{'csupport':1,'name':'a'}") != fingerprint("{'csupport':1,'name':'b'}"));
}

typedef struct found {
  const char *json, *code, *pointer;
} found;

static const found findings[] = {
    {BASE ",'agreements':[{'name':'x','targets':{'resolution':{'within':'PT1H','calendar':'always'}}},"
          "{'name':'y','when':{'tier':'a'},'targets':{'resolution':{'within':'PT1H','calendar':'always'}}}]}",
     "unreachable", "/agreements/1"},
    {BASE
     ",'agreements':[{'name':'x','targets':{'resolution':{'within':{'P1':'PT1H','P2':'PT2H'},'calendar':{'P1':'always'}}}}]}",
     "no_target", "/agreements/0/targets/resolution"},
    {BASE ",'agreements':[{'name':'x','targets':{'resolution':{'within':'PT1H','calendar':'always','lands':'day_end'}}}]}",
     "no_effect", "/agreements/0/targets/resolution/lands"},
    {BASE ",'escalations':[{'name':'x','on':{'clock':'resolution','at':'50%'},'do':[{'notify':'a'}]}]}", "never_fires",
     "/escalations/0/on/clock"},
    {BASE ",'escalations':[{'name':'x','on':{'fact':'tier'},'do':[{'set':{'field':'tier','value':'a'}}]}]}", "loop",
     "/escalations/0"},
    {BASE ",'clocks':{'x':{'start':[{'event':'opened'}],'stop':[{'event':'closed'}],'pause':[{'stage':'delivery'}]}},"
          "'workflow':{'initial':'a','states':{'a':{'category':'new'}}}}",
     "never_holds", "/clocks/x/pause/0"},
    {"{'csupport':1,'calendars':{'night':{'zone':'UTC','hours':'Mo-Th 22:00-06:00; Fr 22:00-02:00'}}}", "cuts_night",
     "/calendars/night/hours"},
};

static void test_findings(void **state) {
  (void)state;
  for (size_t i = 0; i < LENGTH(findings); i++) {
    csup_policy *policy = parse(findings[i].json);
    csup_finding finding = {.code = ""};
    size_t count = csup_policy_finding_count(policy);
    if (count != 1 || csup_policy_finding(policy, 0, &finding) != CSUP_OK)
      fail_msg("%zu findings in %s", count, findings[i].json);
    assert_string_equal(finding.code, findings[i].code);
    assert_string_equal(finding.pointer, findings[i].pointer);
    assert_true(finding.message[0] != '\0' && finding.line == 1 && finding.column > 1);
    assert_int_equal(csup_policy_finding(policy, 1, &finding), CSUP_E_ARGUMENT);
    csup_policy_release(policy);
  }
}

/* What a host builds its forms from, each as "name kind question: choices". */
static void add_input(char *text, size_t room, const csup_input *input) {
  size_t length = strlen(text);
  length += (size_t)snprintf(text + length, room - length, "%s %d %s:", input->name, (int)input->kind,
                             input->question ? input->question : "-");
  for (int32_t i = 0; i < input->choice_count; i++)
    length += (size_t)snprintf(text + length, room - length, " %s", input->choices[i]);
  assert_true((input->choices != NULL) == (input->choice_count > 0));
  snprintf(text + length, room - length, "\n");
}

static void test_inputs(void **state) {
  (void)state;
  csup_policy *policy = parse("{'csupport':1,'fields':{'tier':['a','b'],'seats':'number','vip':'flag','product':'text'},"
                              "'impact':{'code':'T','version':1,'dimensions':["
                              "{'name':'harm','code':'H','group':'impact','ask':'How bad is it?','levels':["
                              "{'name':'low','code':'L','points':0},{'name':'high','code':'H','points':9}]},"
                              "{'name':'haste','code':'Z','group':'urgency','levels':["
                              "{'name':'can wait','code':'W','points':0},{'name':'now','code':'N','points':9}]}]}}");
  char text[400] = "";
  csup_input input = {0};
  for (size_t i = 0; i < csup_policy_field_count(policy); i++) {
    assert_int_equal(csup_policy_field(policy, i, &input), CSUP_OK);
    add_input(text, sizeof text, &input);
  }
  for (size_t i = 0; i < csup_policy_dimension_count(policy); i++) {
    assert_int_equal(csup_policy_dimension(policy, i, &input), CSUP_OK);
    add_input(text, sizeof text, &input);
  }
  assert_string_equal(text, "tier 1 -: a b\nseats 2 -:\nvip 3 -:\nproduct 1 -:\n"
                            "harm 1 How bad is it?: low high\nhaste 1 : can wait now\n");
  assert_int_equal(csup_policy_field(policy, 4, &input), CSUP_E_ARGUMENT);
  assert_int_equal(csup_policy_dimension(policy, 2, &input), CSUP_E_ARGUMENT);
  csup_policy_release(policy);
  policy = parse("{'csupport':1}");
  assert_int_equal(csup_policy_field_count(policy), 0);
  assert_int_equal(csup_policy_dimension_count(policy), 8);
  csup_policy_release(policy);
}

/* Handed over once as a text and once with its built-in sections written out, a policy is not the same: the bytes differ. But the
   least document has everything that a case needs. */
static void test_the_least_policy(void **state) {
  (void)state;
  csup_policy *policy = parse("{'csupport':1}");
  assert_int_equal(csup_policy_finding_count(policy), 0);
  assert_int_equal(csup_workflow_count(policy), 11);
  assert_string_equal(csup_workflow_initial_state(policy), "new");
  csup_policy_release(policy);
}

/* Every allocation of a parse fails once, jansson's among them. */
static failing_allocator host;
static long requests, fail_at;

static void *count_resize(void *context, void *block, size_t old_size, size_t new_size) {
  if (new_size > 0 && requests++ == fail_at)
    return NULL;
  return failing_resize(context, block, old_size, new_size);
}

static void *count_json(size_t size) {
  return requests++ == fail_at ? NULL : failing_json_malloc(size);
}

static void fail_each(const char *json, bool with_zones, long step) {
  csup_allocator allocator = {&host, count_resize};
  csup_status status = CSUP_E_NOMEM;
  long failures = 0;
  json_set_alloc_funcs(count_json, failing_json_free);
  for (long nth = 0; status != CSUP_OK; nth += step) {
    csup_policy *policy = NULL;
    csup_error error = {.message = ""};
    host = (failing_allocator){.fail_at = -1};
    failing_json = (failing_allocator){.fail_at = -1};
    requests = 0;
    fail_at = nth;
    status = with_zones ? csup_policy_parse_with(json, strlen(json), NULL, 0, &allocator, &policy, &error)
                        : csup_policy_parse(json, strlen(json), &allocator, &policy, &error);
    if (status == CSUP_OK) {
      csup_policy_release(policy);
    } else {
      if (status != CSUP_E_NOMEM)
        fail_msg("allocation %ld: %s: %s", nth, csup_status_name(status), error.message);
      assert_int_equal(error.status, CSUP_E_NOMEM);
      assert_true(error.message[0] != '\0');
      assert_null(policy);
      failures++;
    }
    assert_int_equal(failing_json.blocks, 0);
    assert_int_equal(host.blocks, 0);
  }
  json_set_alloc_funcs(malloc, free);
  assert_true(failures > 20);
}

static void test_failing_allocations(void **state) {
  (void)state;
  char *all = quoted(
      BASE
      ",'calendars':{'o':{'zone':'UTC','hours':'Mo-Fr 09:00-17:00; PH "
      "off','holidays':['2026-12-25',{'date':'2026-12-26','name':'x'}]}},"
      "'impact':{'code':'H','dimensions':[{'name':'harm','code':'H','group':'impact','default':'low','levels':["
      "{'name':'low','code':'L','points':0},{'name':'high','code':'G','points':9}]}],'bands':{'impact':[500],'urgency':[]},"
      "'priority':[['P1'],['P2']],'floors':[{'when':{'harm':{'at_least':'high'}},'severity':'S1','because':'b'}],"
      "'shifts':[{'when':{'mood':'angry'},'urgency':1}],'shift_most':1},"
      "'workflow':{'initial':'a','states':{'a':{'category':'new'},'b':{'category':'closed'}},"
      "'moves':[{'from':['a'],'on':'moved','to':'b','when':{'any':[{'tier':['a']},{'contacts':{'at_least':3}}]},"
      "'requires':['harm','team'],'because':'x'}],'timers':[{'in':'a','after':'P1D','calendar':'o','to':'b'}]},"
      "'clocks':{'x':{'start':[{'event':['opened','note'],'state':['a','b']}],'stop':[{'category':'closed'}]},'update':null},"
      "'agreements':[{'name':'x','when':{'tier':{'not_in':['b']}},'targets':{'x':{'within':{'P1':'PT1H','*':'P2D'},'calendar':'o'"
      ","
      "'warn':['50%','-PT1M'],'lands':'day_end'}}},{'name':'z','targets':{}},{'name':'y','targets':{}}],"
      "'escalations':[{'name':'e','on':{'clock':'x','at':'+PT1H','every':'PT1H','times':3},'do':[{'notify':'n'},{'assign':['t']},"
      "{'set':{'field':'tier','value':'a'}},{'advise':{'topic':'t','say':'s'}},{'move':'b'},{'ask':'harm'}]},"
      "{'name':'f','on':{'state':'a','for':'PT1H'},'when':{'tier':'a'},'do':[{'move':'b'}]}]}");
  csup_policy *policy = parse(all);
  assert_true(csup_policy_finding_count(policy) > 0); /* findings allocate too */
  csup_policy_release(policy);
  fail_each(all, true, 1);
  fail_each(csup_policy_default(), false, 7);
  free(all);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_refusals),   cmocka_unit_test(test_arguments),        cmocka_unit_test(test_zones_handed_over),
      cmocka_unit_test(test_references), cmocka_unit_test(test_fingerprints),     cmocka_unit_test(test_findings),
      cmocka_unit_test(test_inputs),     cmocka_unit_test(test_the_least_policy), cmocka_unit_test(test_failing_allocations),
  };
  return cmocka_run_group_tests_name("policy/policy", tests, NULL, NULL);
}
