/* Events as journal lines: what is written for each kind, and that a case makes of the line what it makes of the events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "story.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define TEN           (INT64_C(1772445600) * 1000000) /* 2026-03-02T10:00:00Z */
#define HOUR          (INT64_C(3600) * 1000000)
#define LINE(members) "{'case':'C','at':'2026-03-02T10:00:00Z'," members "}"

static const csup_field three[] = {{.name = "seats", .number = -7, .kind = CSUP_VALUE_NUMBER},
                                   {.name = "vip", .number = 1, .kind = CSUP_VALUE_FLAG},
                                   {.name = "product", .text = "a \"b\"\n\xc3\xa9", .kind = CSUP_VALUE_TEXT}};
static const csup_field cleared = {.name = "tier"};
static const csup_field off = {.name = "vip", .kind = CSUP_VALUE_FLAG};

/* To a case that was opened at 09:00, with the promise "call" given and the state diagnosis; except the first two. */
static const struct written {
  csup_event event;
  const char *line; /* with ' for " */
} lines[] = {
    {{.kind = CSUP_EVENT_OPENED}, LINE("'event':'opened'")},
    {{.kind = CSUP_EVENT_OPENED,
      .fields = three,
      .field_count = 3,
      .channel = "email",
      .value = "angry",
      .team = "day",
      .name = "diagnosis",
      .case_id = "C"},
     LINE("'event':'opened','fields':{'seats':-7,'vip':true,'product':'a \\'b\\'\\n\xc3\xa9'},'channel':'email','mood':'angry',"
          "'team':'day','state':'diagnosis'")},
    {{.kind = CSUP_EVENT_ACKNOWLEDGED}, LINE("'event':'acknowledged'")},
    {{.kind = CSUP_EVENT_ASSIGNED, .team = "night", .agent = "ana"}, LINE("'event':'assigned','team':'night','agent':'ana'")},
    {{.kind = CSUP_EVENT_ASSIGNED, .agent = "ana"}, LINE("'event':'assigned','agent':'ana'")},
    {{.kind = CSUP_EVENT_CUSTOMER_MESSAGE, .value = "calm"}, LINE("'event':'customer_message','mood':'calm'")},
    {{.kind = CSUP_EVENT_CUSTOMER_MESSAGE, .flags = CSUP_WITH_AUTO}, LINE("'event':'customer_message','auto':true")},
    {{.kind = CSUP_EVENT_AGENT_MESSAGE}, LINE("'event':'agent_message'")},
    {{.kind = CSUP_EVENT_AGENT_MESSAGE, .flags = CSUP_WITH_AUTO}, LINE("'event':'agent_message','auto':true")},
    {{.kind = CSUP_EVENT_NOTE}, LINE("'event':'note'")},
    {{.kind = CSUP_EVENT_ANSWERED, .name = "harm", .value = "high", .basis = CSUP_BASIS_VERIFIED},
     LINE("'event':'answered','dimension':'harm','level':'high','basis':'verified'")},
    {{.kind = CSUP_EVENT_ANSWERED, .name = "harm"}, LINE("'event':'answered','dimension':'harm','basis':'unknown'")},
    {{.kind = CSUP_EVENT_MOVED, .value = "determination", .because = ""},
     LINE("'event':'moved','to':'determination','because':''")},
    {{.kind = CSUP_EVENT_MOVED, .value = "delivery"}, LINE("'event':'moved','to':'delivery'")}, /* both are refused */
    {{.kind = CSUP_EVENT_PROPOSED, .value = "workaround"}, LINE("'event':'proposed','resolution':'workaround'")},
    {{.kind = CSUP_EVENT_ACCEPTED, .because = "so"}, LINE("'event':'accepted','because':'so'")},
    {{.kind = CSUP_EVENT_REJECTED, .because = "so"}, LINE("'event':'rejected','because':'so'")},
    {{.kind = CSUP_EVENT_REOPENED, .because = "so", .value = "c"}, LINE("'event':'reopened','because':'so','cause':'c'")},
    {{.kind = CSUP_EVENT_CLOSED, .value = "c", .flags = CSUP_WITH_PREVENTABLE},
     LINE("'event':'closed','cause':'c','preventable':true")},
    {{.kind = CSUP_EVENT_CANCELLED}, LINE("'event':'cancelled'")},
    {{.kind = CSUP_EVENT_PROMISED, .name = "p", .due = TEN + HOUR, .flags = CSUP_WITH_DUE, .value = "estimate"},
     LINE("'event':'promised','promise':'p','due':'2026-03-02T11:00:00Z','kind':'estimate'")},
    {{.kind = CSUP_EVENT_FULFILLED, .name = "call"}, LINE("'event':'fulfilled','promise':'call'")},
    {{.kind = CSUP_EVENT_WITHDRAWN, .name = "call"}, LINE("'event':'withdrawn','promise':'call'")},
    {{.kind = CSUP_EVENT_REQUESTED, .value = "log", .due = TEN + HOUR / 7200, .flags = CSUP_WITH_DUE},
     LINE("'event':'requested','what':'log','due':'2026-03-02T10:00:00.5Z'")},
    {{.kind = CSUP_EVENT_PROVIDED, .value = "log"}, LINE("'event':'provided','what':'log'")},
    {{.kind = CSUP_EVENT_OVERRIDDEN, .name = "priority", .value = "P1", .because = "so", .flags = CSUP_WITH_AGREED},
     LINE("'event':'overridden','priority':'P1','because':'so','agreed':true")},
    {{.kind = CSUP_EVENT_OVERRIDDEN, .name = "severity", .value = "S2", .until = TEN + HOUR, .flags = CSUP_WITH_UNTIL},
     LINE("'event':'overridden','severity':'S2','until':'2026-03-02T11:00:00Z'")},
    {{.kind = CSUP_EVENT_RELEASED, .name = "priority", .because = "so"},
     LINE("'event':'released','name':'priority','because':'so'")},
    {{.kind = CSUP_EVENT_ESCALATED, .level = 3, .flags = CSUP_WITH_LEVEL, .because = "so", .value = "customer"},
     LINE("'event':'escalated','level':3,'because':'so','by':'customer'")},
    {{.kind = CSUP_EVENT_DEESCALATED}, LINE("'event':'deescalated'")},
    {{.kind = CSUP_EVENT_CHANGED, .fields = &three[0], .field_count = 1}, LINE("'event':'changed','field':'seats','value':-7")},
    {{.kind = CSUP_EVENT_CHANGED, .fields = &three[1], .field_count = 1}, LINE("'event':'changed','field':'vip','value':true")},
    {{.kind = CSUP_EVENT_CHANGED, .fields = &off, .field_count = 1}, LINE("'event':'changed','field':'vip','value':false")},
    {{.kind = CSUP_EVENT_CHANGED, .fields = &cleared, .field_count = 1}, LINE("'event':'changed','field':'tier','value':null")},
    {{.kind = CSUP_EVENT_RATED,
      .csat = 5,
      .effort = 1,
      .nps = 0,
      .flags = CSUP_WITH_CSAT | CSUP_WITH_EFFORT | CSUP_WITH_NPS,
      .because = "more"},
     LINE("'event':'rated','csat':5,'effort':1,'nps':0,'idea':'more'")},
    {{.kind = CSUP_EVENT_RATED, .csat = 5, .nps = 3, .flags = CSUP_WITH_NPS}, LINE("'event':'rated','nps':3")},
    {{.kind = CSUP_EVENT_SPENT, .minutes = INT32_MAX, .cost = INT64_MAX, .flags = CSUP_WITH_MINUTES | CSUP_WITH_COST},
     LINE("'event':'spent','minutes':2147483647,'cost':9223372036854775807")},
    {{.kind = CSUP_EVENT_MERGED, .value = "D"}, LINE("'event':'merged','into':'D'")},
    /* What does not belong to the kind is not written. */
    {{.kind = CSUP_EVENT_NOTE, .because = "so", .name = "n", .value = "v", .level = 3, .flags = CSUP_WITH_LEVEL},
     LINE("'event':'note'")},
};

static void prepare(fold *f, csup_policy *policy) {
  assert_true(fold_begin(f, policy, NULL));
  assert_int_equal(fold_line(f, "{\"case\":\"C\",\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"opened\"}", NULL), CSUP_OK);
  assert_int_equal(fold_line(f,
                             "{\"at\":\"2026-03-02T09:00:00Z\",\"events\":[{\"event\":\"acknowledged\"},"
                             "{\"event\":\"promised\",\"promise\":\"call\",\"due\":\"2026-03-02T12:00:00Z\"}]}",
                             NULL),
                   CSUP_OK);
}

/* One case is handed the events, another the line. */
static void expect_equal(csup_policy *policy, const csup_event *events, size_t count, const char *line) {
  fold typed;
  fold read;
  char bytes[2][4096];
  size_t lengths[2];
  bool is_first = events[0].kind == CSUP_EVENT_OPENED;
  if (is_first) {
    assert_true(fold_begin(&typed, policy, NULL) && fold_begin(&read, policy, NULL));
  } else {
    prepare(&typed, policy);
    prepare(&read, policy);
  }
  csup_event named[4];
  for (size_t i = 0; i < count; i++) {
    named[i] = events[i];
    named[i].case_id = "C";
  }
  csup_status status = csup_case_apply(typed.c, named, count, typed.list, NULL);
  fold_take(&typed);
  assert_int_equal(fold_line(&read, line, NULL), status);
  if (status != CSUP_OK && status != CSUP_E_REFUSED)
    fail_msg("%s: %s", line, csup_status_name(status));
  if (typed.decisions.text && read.decisions.text)
    assert_string_equal(typed.decisions.text, read.decisions.text);
  assert_int_equal(csup_case_save(typed.c, bytes[0], sizeof bytes[0], &lengths[0]), CSUP_OK);
  assert_int_equal(csup_case_save(read.c, bytes[1], sizeof bytes[1], &lengths[1]), CSUP_OK);
  assert_int_equal(lengths[0], lengths[1]);
  assert_memory_equal(bytes[0], bytes[1], lengths[0]);
  fold_end(&typed);
  fold_end(&read);
}

static void test_every_kind(void **state) {
  (void)state;
  csup_policy *policy = story_policy(STORY(""));
  bool seen[CSUP_EVENT_MERGED + 1] = {false};
  for (size_t i = 0; i < LENGTH(lines); i++) {
    csup_event event = lines[i].event;
    event.at = TEN;
    char text[512];
    size_t length = 0;
    seen[event.kind] = true;
    char *wanted = story_json(lines[i].line);
    assert_int_equal(csup_event_to_json(&event, 1, event.case_id ? NULL : "C", text, sizeof text, &length), CSUP_OK);
    assert_string_equal(text, wanted);
    assert_int_equal(length, strlen(wanted));
    expect_equal(policy, &event, 1, text);
    /* Room for all but the NUL is not enough, and the length is told all the same. */
    size_t needed = 0;
    char *exact = malloc(length + 1);
    assert_non_null(exact);
    assert_int_equal(csup_event_to_json(&event, 1, "C", NULL, 0, &needed), CSUP_E_SPACE);
    assert_int_equal(needed, length);
    assert_int_equal(csup_event_to_json(&event, 1, "C", exact, length, &needed), CSUP_E_SPACE);
    assert_int_equal(csup_event_to_json(&event, 1, "C", exact, length + 1, &needed), CSUP_OK);
    assert_string_equal(exact, text);
    free(exact);
    free(wanted);
  }
  for (csup_event_kind kind = 1; kind <= CSUP_EVENT_MERGED; kind++)
    if (!seen[kind])
      fail_msg("%s is not written by any row", csup_event_kind_name(kind));
  csup_policy_release(policy);
}

static void test_batches(void **state) {
  (void)state;
  csup_policy *policy = story_policy(STORY(""));
  csup_event events[] = {{.at = TEN, .kind = CSUP_EVENT_AGENT_MESSAGE},
                         {.at = TEN, .kind = CSUP_EVENT_NOTE, .case_id = "C"},
                         {.at = TEN, .kind = CSUP_EVENT_CHANGED, .fields = three, .field_count = 1}};
  char text[512];
  size_t length = 0;
  char *wanted =
      story_json(LINE("'events':[{'event':'agent_message'},{'event':'note'},{'event':'changed','field':'seats','value':-7}]"));
  assert_int_equal(csup_event_to_json(events, 3, "C", text, sizeof text, &length), CSUP_OK);
  assert_string_equal(text, wanted);
  expect_equal(policy, events, 3, text);
  free(wanted);
  csup_policy_release(policy);
}

static void test_what_no_line_can_say(void **state) {
  (void)state;
  static const csup_field unnamed = {.text = "x", .kind = CSUP_VALUE_TEXT}, without = {.name = "n", .kind = CSUP_VALUE_TEXT},
                          odd = {.name = "n", .kind = 9}, twice[] = {{.name = "n"}, {.name = "m"}, {.name = "n"}};
  static const struct refused {
    csup_event event;
    csup_status status;
  } rows[] = {
      {{.at = TEN}, CSUP_E_ARGUMENT},
      {{.at = TEN, .kind = 28}, CSUP_E_ARGUMENT},
      {{.at = TEN, .kind = -1}, CSUP_E_ARGUMENT},
      {{.at = TEN, .kind = CSUP_EVENT_NOTE, .case_id = "D"}, CSUP_E_ARGUMENT},
      {{.at = INT64_MAX, .kind = CSUP_EVENT_NOTE}, CSUP_E_RANGE},
      {{.at = INT64_MIN, .kind = CSUP_EVENT_NOTE}, CSUP_E_RANGE},
      {{.at = TEN, .kind = CSUP_EVENT_PROMISED, .name = "p", .due = INT64_MAX, .flags = CSUP_WITH_DUE}, CSUP_E_RANGE},
      {{.at = TEN, .kind = CSUP_EVENT_ANSWERED, .name = "harm", .basis = 4}, CSUP_E_ARGUMENT},
      {{.at = TEN, .kind = CSUP_EVENT_ANSWERED, .name = "harm", .basis = -1}, CSUP_E_ARGUMENT},
      {{.at = TEN, .kind = CSUP_EVENT_MOVED, .value = "\xff"}, CSUP_E_ARGUMENT},
      {{.at = TEN, .kind = CSUP_EVENT_CHANGED}, CSUP_E_ARGUMENT},
      {{.at = TEN, .kind = CSUP_EVENT_CHANGED, .fields = three, .field_count = 2}, CSUP_E_ARGUMENT},
      {{.at = TEN, .kind = CSUP_EVENT_CHANGED, .field_count = 1}, CSUP_E_ARGUMENT},
      {{.at = TEN, .kind = CSUP_EVENT_CHANGED, .fields = &unnamed, .field_count = 1}, CSUP_E_ARGUMENT},
      {{.at = TEN, .kind = CSUP_EVENT_CHANGED, .fields = &without, .field_count = 1}, CSUP_E_ARGUMENT},
      {{.at = TEN, .kind = CSUP_EVENT_OPENED, .fields = &unnamed, .field_count = 1}, CSUP_E_ARGUMENT},
      {{.at = TEN, .kind = CSUP_EVENT_OPENED, .fields = &odd, .field_count = 1}, CSUP_E_ARGUMENT},
      {{.at = TEN, .kind = CSUP_EVENT_OPENED, .fields = twice, .field_count = 3}, CSUP_E_ARGUMENT},
      {{.at = TEN, .kind = CSUP_EVENT_OPENED, .fields = twice, .field_count = 2}, CSUP_OK},
      {{.at = TEN, .kind = CSUP_EVENT_OVERRIDDEN, .value = "P1"}, CSUP_E_ARGUMENT},
      {{.at = TEN, .kind = CSUP_EVENT_OVERRIDDEN, .name = "priority"}, CSUP_E_ARGUMENT},
      {{.at = TEN, .kind = CSUP_EVENT_OVERRIDDEN, .name = "mood", .value = "calm"}, CSUP_E_ARGUMENT},
  };
  csup_event note = {.at = TEN, .kind = CSUP_EVENT_NOTE};
  char text[256];
  size_t length = 77;
  size_t ignored = 0;
  for (size_t i = 0; i < LENGTH(rows); i++)
    if (csup_event_to_json(&rows[i].event, 1, "C", text, sizeof text, &ignored) != rows[i].status)
      fail_msg("row %zu", i);
  assert_int_equal(csup_event_to_json(NULL, 1, "C", text, sizeof text, &length), CSUP_E_ARGUMENT);
  assert_int_equal(csup_event_to_json(&note, 0, "C", text, sizeof text, &length), CSUP_E_ARGUMENT);
  assert_int_equal(csup_event_to_json(&note, 1, "C", NULL, 1, &length), CSUP_E_ARGUMENT);
  assert_int_equal(csup_event_to_json(&note, 1, "C", text, sizeof text, NULL), CSUP_OK);
  assert_int_equal(csup_event_to_json(&note, 1, NULL, text, sizeof text, &length), CSUP_E_ARGUMENT);
  assert_int_equal(csup_event_to_json(&note, 1, "\xc3", text, sizeof text, &length), CSUP_E_ARGUMENT);
  csup_event two[] = {note, note};
  two[1].at++;
  assert_int_equal(csup_event_to_json(two, 2, "C", text, sizeof text, &length), CSUP_E_ARGUMENT);
  assert_int_equal(length, 77);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_kind),
      cmocka_unit_test(test_batches),
      cmocka_unit_test(test_what_no_line_can_say),
  };
  return cmocka_run_group_tests_name("case/event_write", tests, NULL, NULL);
}
