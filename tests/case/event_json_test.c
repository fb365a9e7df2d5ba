/* Journal lines: what is read, and for each line that is refused the status, the place and a sentence (E3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "story.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define AT            "'at':'2026-03-02T10:00:00Z',"

typedef struct refusal {
  const char *line;
  csup_status status;
  const char *pointer;
  int32_t index;
  const char *says; /* a part of the sentence */
} refusal;

/* To a case that was opened at 09:00 and is called C. */
static const refusal refusals[] = {
    /* the line itself */
    {"", CSUP_E_SYNTAX, "", -1, "JSON"},
    {"{", CSUP_E_SYNTAX, "", -1, "JSON"},
    {"{" AT "'event':'note'} x", CSUP_E_SYNTAX, "", -1, "JSON"},
    {"{" AT "'event':'note','event':'note'}", CSUP_E_SYNTAX, "", -1, "already"},
    {"[]", CSUP_E_ARGUMENT, "", -1, "object"},
    {"{'event':'note'}", CSUP_E_ARGUMENT, "", -1, "at"},
    {"{'at':7,'event':'note'}", CSUP_E_ARGUMENT, "/at", -1, ""},
    {"{'at':'yesterday','event':'note'}", CSUP_E_ARGUMENT, "/at", -1, "yesterday"},
    {"{'at':'2026-03-02T10:00:60Z','event':'note'}", CSUP_E_ARGUMENT, "/at", -1, "instant"},
    {"{'at':'2201-01-01T00:00:00Z','event':'note'}", CSUP_E_RANGE, "/at", -1, "2200"},
    {"{" AT "'case':7,'event':'note'}", CSUP_E_ARGUMENT, "/case", -1, ""},
    {"{" AT "'case':'D','event':'note'}", CSUP_E_ARGUMENT, "", 0, "\"D\""},
    {"{'at':'2026-03-02T10:00:00Z'}", CSUP_E_ARGUMENT, "", 0, "event"},
    {"{" AT "'event':7}", CSUP_E_ARGUMENT, "/event", 0, ""},
    {"{" AT "'event':'exploded'}", CSUP_E_UNKNOWN, "/event", 0, "exploded"},
    {"{" AT "'event':'note','text':'hello'}", CSUP_E_UNKNOWN, "/text", 0, "text"},
    {"{" AT "'event':'acknowledged','because':'so'}", CSUP_E_UNKNOWN, "/because", 0, "because"},
    {"{'at':'2026-03-02T08:59:59.999999Z','event':'note'}", CSUP_E_ORDER, "", -1, "09:00"},
    {"{" AT "'event':'opened','case':'C'}", CSUP_E_ORDER, "", 0, "once"},
    /* batches */
    {"{" AT "'events':{}}", CSUP_E_ARGUMENT, "/events", -1, ""},
    {"{" AT "'events':[]}", CSUP_E_ARGUMENT, "/events", -1, "at least one"},
    {"{" AT "'events':[7]}", CSUP_E_ARGUMENT, "/events/0", 0, "object"},
    {"{" AT "'event':'note','events':[{'event':'note'}]}", CSUP_E_UNKNOWN, "/event", -1, "event"},
    {"{" AT "'events':[{'event':'note'},{" AT "'event':'note'}]}", CSUP_E_UNKNOWN, "/events/1/at", 1, "at"},
    {"{" AT "'events':[{'event':'note'},{'event':'note','case':'C'}]}", CSUP_E_UNKNOWN, "/events/1/case", 1, "case"},
    {"{" AT "'events':[{'event':'note'},{'event':'note'},{'event':'boo'}]}", CSUP_E_UNKNOWN, "/events/2/event", 2, "boo"},
    {"{" AT "'events':[{'event':'note'},{'event':'note'},{'event':'fulfilled','promise':'p'}]}", CSUP_E_UNKNOWN, "/events/2", 2,
     "promised"},
    {"{" AT "'events':[{'event':'note'},{'event':'moved','to':'delivery'}]}", CSUP_E_REFUSED, "/events/1", 1, "delivery"},
    {"{" AT "'events':[{'event':'customer_message','mood':'calm'},{'event':'customer_message','mood':'bored'}]}", CSUP_E_UNKNOWN,
     "/events/1", 1, "bored"},
    /* members of each kind */
    {"{" AT "'event':'assigned','team':7}", CSUP_E_ARGUMENT, "/team", 0, ""},
    {"{" AT "'event':'assigned','team':''}", CSUP_E_ARGUMENT, "", 0, "empty"},
    {"{" AT "'event':'customer_message','auto':'yes'}", CSUP_E_ARGUMENT, "/auto", 0, ""},
    {"{" AT "'event':'customer_message','mood':'bored'}", CSUP_E_UNKNOWN, "", 0, "bored"},
    {"{" AT "'event':'agent_message','mood':'calm'}", CSUP_E_UNKNOWN, "/mood", 0, "auto"},
    {"{" AT "'event':'answered'}", CSUP_E_ARGUMENT, "", 0, "basis"},
    {"{" AT "'event':'answered','basis':'stated','level':'low'}", CSUP_E_ARGUMENT, "", 0, "dimension"},
    {"{" AT "'event':'answered','dimension':'harm','level':'low'}", CSUP_E_ARGUMENT, "", 0, "basis"},
    {"{" AT "'event':'answered','dimension':'harm','basis':'stated'}", CSUP_E_ARGUMENT, "", 0, "level"},
    {"{" AT "'event':'answered','dimension':'harm','level':'low','basis':'heard'}", CSUP_E_UNKNOWN, "/basis", 0, "heard"},
    {"{" AT "'event':'answered','dimension':'harm','level':'low','basis':2}", CSUP_E_ARGUMENT, "/basis", 0, ""},
    {"{" AT "'event':'answered','dimension':'joy','level':'low','basis':'stated'}", CSUP_E_UNKNOWN, "", 0, "joy"},
    {"{" AT "'event':'answered','dimension':'harm','level':'huge','basis':'stated'}", CSUP_E_UNKNOWN, "", 0, "huge"},
    {"{" AT "'event':'answered','dimension':'harm','level':'huge','basis':'unknown'}", CSUP_E_UNKNOWN, "", 0, "huge"},
    {"{" AT "'event':'moved'}", CSUP_E_ARGUMENT, "", 0, "to"},
    {"{" AT "'event':'moved','to':'nowhere'}", CSUP_E_UNKNOWN, "", 0, "nowhere"},
    {"{" AT "'event':'moved','to':'previous'}", CSUP_E_UNKNOWN, "", 0, "previous"},
    {"{" AT "'event':'moved','to':'delivery'}", CSUP_E_REFUSED, "", 0, "delivery"},
    {"{" AT "'event':'proposed'}", CSUP_E_ARGUMENT, "", 0, "resolution"},
    {"{" AT "'event':'proposed','resolution':'half'}", CSUP_E_UNKNOWN, "", 0, "half"},
    {"{" AT "'event':'accepted','because':7}", CSUP_E_ARGUMENT, "/because", 0, ""},
    {"{" AT "'event':'closed','preventable':1}", CSUP_E_ARGUMENT, "/preventable", 0, ""},
    {"{" AT "'event':'promised','due':'2026-03-02T11:00:00Z'}", CSUP_E_ARGUMENT, "", 0, "promise"},
    {"{" AT "'event':'promised','promise':'p'}", CSUP_E_ARGUMENT, "", 0, "due"},
    {"{" AT "'event':'promised','promise':'p','due':'soon'}", CSUP_E_ARGUMENT, "/due", 0, "soon"},
    {"{" AT "'event':'promised','promise':'p','due':'2026-03-02T10:00:00Z'}", CSUP_E_ARGUMENT, "", 0, "later"},
    {"{" AT "'event':'promised','promise':'p','due':'2301-03-02T10:00:00Z'}", CSUP_E_RANGE, "/due", 0, "2200"},
    {"{" AT "'event':'promised','promise':'p','due':'2026-03-02T11:00:00Z','kind':'oath'}", CSUP_E_UNKNOWN, "", 0, "oath"},
    {"{" AT "'event':'fulfilled'}", CSUP_E_ARGUMENT, "", 0, "promise"},
    {"{" AT "'event':'fulfilled','promise':'p'}", CSUP_E_UNKNOWN, "", 0, "\"p\""},
    {"{" AT "'event':'withdrawn','promise':'p'}", CSUP_E_UNKNOWN, "", 0, "\"p\""},
    {"{" AT "'event':'requested'}", CSUP_E_ARGUMENT, "", 0, "what"},
    {"{" AT "'event':'requested','what':'logs','due':'2026-03-02T09:30:00Z'}", CSUP_E_ARGUMENT, "", 0, "later"},
    {"{" AT "'event':'overridden'}", CSUP_E_ARGUMENT, "", 0, "priority"},
    {"{" AT "'event':'overridden','priority':'P1','severity':'S1'}", CSUP_E_ARGUMENT, "/severity", 0, "one at a time"},
    {"{" AT "'event':'overridden','priority':'P4'}", CSUP_E_UNKNOWN, "", 0, "P4"},
    {"{" AT "'event':'overridden','priority':'1'}", CSUP_E_UNKNOWN, "", 0, "\"1\""},
    {"{" AT "'event':'overridden','severity':'P1'}", CSUP_E_UNKNOWN, "", 0, "P1"},
    {"{" AT "'event':'overridden','priority':'P1','until':'2026-03-02T10:00:00Z'}", CSUP_E_ARGUMENT, "", 0, "until"},
    {"{" AT "'event':'overridden','priority':'P1','agreed':'yes'}", CSUP_E_ARGUMENT, "/agreed", 0, ""},
    {"{" AT "'event':'released'}", CSUP_E_ARGUMENT, "", 0, "name"},
    {"{" AT "'event':'released','name':'urgency'}", CSUP_E_UNKNOWN, "", 0, "urgency"},
    {"{" AT "'event':'escalated','level':0}", CSUP_E_RANGE, "", 0, "level"},
    {"{" AT "'event':'escalated','level':100}", CSUP_E_RANGE, "", 0, "100"},
    {"{" AT "'event':'escalated','level':2.5}", CSUP_E_ARGUMENT, "/level", 0, ""},
    {"{" AT "'event':'escalated','level':99999999999}", CSUP_E_RANGE, "/level", 0, "99999999999"},
    {"{" AT "'event':'escalated','level':99999999999999999999}", CSUP_E_RANGE, "/level", 0, ""},
    {"{" AT "'event':'deescalated','by':'nobody'}", CSUP_E_UNKNOWN, "", 0, "nobody"},
    {"{" AT "'event':'changed','value':7}", CSUP_E_ARGUMENT, "", 0, "field"},
    {"{" AT "'event':'changed','field':'seats'}", CSUP_E_ARGUMENT, "", 0, "value"},
    {"{" AT "'event':'changed','field':'colour','value':7}", CSUP_E_UNKNOWN, "", 0, "colour"},
    {"{" AT "'event':'changed','field':'priority','value':'P1'}", CSUP_E_UNKNOWN, "", 0, "priority"},
    {"{" AT "'event':'changed','field':'seats','value':'seven'}", CSUP_E_ARGUMENT, "", 0, "seats"},
    {"{" AT "'event':'changed','field':'seats','value':7.5}", CSUP_E_ARGUMENT, "/value", 0, "integer"},
    {"{" AT "'event':'changed','field':'seats','value':[7]}", CSUP_E_ARGUMENT, "/value", 0, ""},
    {"{" AT "'event':'changed','field':'vip','value':1}", CSUP_E_ARGUMENT, "", 0, "vip"},
    {"{" AT "'event':'changed','field':'tier','value':'gold'}", CSUP_E_UNKNOWN, "", 0, "gold"},
    {"{" AT "'event':'changed','field':'tier','value':true}", CSUP_E_ARGUMENT, "", 0, "tier"},
    {"{" AT "'event':'rated'}", CSUP_E_ARGUMENT, "", 0, "csat"},
    {"{" AT "'event':'rated','csat':0}", CSUP_E_RANGE, "", 0, "csat"},
    {"{" AT "'event':'rated','csat':6}", CSUP_E_RANGE, "", 0, "csat"},
    {"{" AT "'event':'rated','effort':8}", CSUP_E_RANGE, "", 0, "effort"},
    {"{" AT "'event':'rated','nps':-1}", CSUP_E_RANGE, "", 0, "nps"},
    {"{" AT "'event':'rated','nps':11}", CSUP_E_RANGE, "", 0, "nps"},
    {"{" AT "'event':'rated','nps':'ten'}", CSUP_E_ARGUMENT, "/nps", 0, ""},
    {"{" AT "'event':'spent'}", CSUP_E_ARGUMENT, "", 0, "minutes"},
    {"{" AT "'event':'spent','minutes':-1}", CSUP_E_RANGE, "", 0, "minutes"},
    {"{" AT "'event':'spent','cost':-1}", CSUP_E_RANGE, "", 0, "cost"},
    {"{" AT "'event':'merged'}", CSUP_E_ARGUMENT, "", 0, "into"},
    {"{" AT "'event':'merged','into':7}", CSUP_E_ARGUMENT, "/into", 0, ""},
};

/* To a case that was never opened. */
static const refusal before_opened[] = {
    {"{" AT "'case':'C','event':'note'}", CSUP_E_ORDER, "", 0, "opened"},
    {"{" AT "'event':'opened'}", CSUP_E_ARGUMENT, "", 0, "case"},
    {"{" AT "'case':'','event':'opened'}", CSUP_E_ARGUMENT, "", 0, "empty"},
    {"{" AT "'case':'C','events':[{'event':'note'},{'event':'opened'}]}", CSUP_E_ORDER, "/events/0", 0, "opened"},
    {"{" AT "'case':'C','events':[{'event':'opened'},{'event':'opened'}]}", CSUP_E_ORDER, "/events/1", 1, "once"},
    {"{" AT "'case':'C','event':'opened','mood':'bored'}", CSUP_E_UNKNOWN, "", 0, "bored"},
    {"{" AT "'case':'C','event':'opened','state':'nowhere'}", CSUP_E_UNKNOWN, "", 0, "nowhere"},
    {"{" AT "'case':'C','event':'opened','state':'resolved'}", CSUP_E_ARGUMENT, "", 0, "resolved"},
    {"{" AT "'case':'C','event':'opened','state':'waiting_customer'}", CSUP_E_ARGUMENT, "", 0, "waiting_customer"},
    {"{" AT "'case':'C','event':'opened','fields':[]}", CSUP_E_ARGUMENT, "/fields", 0, "object"},
    {"{" AT "'case':'C','event':'opened','fields':{'colour':'red'}}", CSUP_E_UNKNOWN, "", 0, "colour"},
    {"{" AT "'case':'C','event':'opened','fields':{'seats':1.5}}", CSUP_E_ARGUMENT, "/fields/seats", 0, ""},
    {"{" AT "'case':'C','event':'opened','fields':{'seats':'many'}}", CSUP_E_ARGUMENT, "", 0, "seats"},
};

static void check_refusals(csup_policy *policy, bool opened, const refusal *rows, size_t count) {
  size_t wrong = 0;
  for (size_t i = 0; i < count; i++) {
    fold f;
    text_buffer before = {NULL, 0, 0}, after = {NULL, 0, 0};
    assert_true(fold_begin(&f, policy, NULL));
    if (opened)
      assert_int_equal(fold_line(&f, "{\"case\":\"C\",\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"opened\"}", NULL), CSUP_OK);
    fold_save(&f, &before);
    char *line = story_json(rows[i].line);
    csup_error error = {.index = 77};
    csup_status status = csup_case_apply_json(f.c, line, strlen(line), f.list, &error);
    fold_save(&f, &after);
    bool right = status == rows[i].status && error.status == status && error.index == rows[i].index &&
                 strcmp(error.pointer, rows[i].pointer) == 0 && error.message[0] != '\0' && strstr(error.message, rows[i].says) &&
                 error.line == 1 && error.column > 0;
    if (!right)
      print_message("%s\n  gave %s at \"%s\" (%d:%d), event %d: %s\n", rows[i].line, csup_status_name(status), error.pointer,
                    error.line, error.column, error.index, error.message);
    wrong += !right;
    /* The same without a place for the reason, and nothing has happened either time. */
    assert_int_equal(csup_case_apply_json(f.c, line, strlen(line), f.list, NULL), status);
    assert_int_equal(csup_decisions_count(f.list), 0);
    assert_true(text_equal(&before, &after));
    free(line);
    text_free(&before);
    text_free(&after);
    fold_end(&f);
  }
  assert_int_equal(wrong, 0);
}

static void test_refusals(void **state) {
  (void)state;
  csup_policy *policy = story_policy(STORY(""));
  check_refusals(policy, true, refusals, LENGTH(refusals));
  check_refusals(policy, false, before_opened, LENGTH(before_opened));
  csup_policy_release(policy);
}

/* Every member of every kind, in a batch where that makes no difference. */
static const char *const accepted[] = {
    ("{'case':'C','at':'2026-03-02T09:00:00Z','event':'opened','fields':{'tier':'premium','seats':7,'vip':true,'product':null},"
     "'channel':'mail','mood':'angry','team':'day','state':'diagnosis'}"),
    "{'at':'2026-03-02T09:01:00Z','event':'acknowledged'}",
    "{'at':'2026-03-02t09:01:00z','event':'assigned'}",
    "{'at':'2026-03-02T11:01:00+02:00','event':'assigned','team':'night','agent':'ann'}",
    "{'case':'C','at':'2026-03-02T09:02:00.5Z','event':'customer_message','mood':'calm','auto':false}",
    "{'at':'2026-03-02T09:03:00Z','events':[{'event':'agent_message','auto':true},{'event':'note'}]}",
    "{'at':'2026-03-02T09:04:00Z','event':'answered','dimension':'harm','level':'mid','basis':'assumed'}",
    "{'at':'2026-03-02T09:04:00Z','event':'answered','dimension':'harm','basis':'unknown'}",
    "{'at':'2026-03-02T09:05:00Z','event':'moved','to':'determination','because':'found it'}",
    "{'at':'2026-03-02T09:06:00Z','event':'proposed','resolution':'workaround'}",
    "{'at':'2026-03-02T09:07:00Z','event':'accepted','because':'works'}",
    "{'at':'2026-03-02T09:08:00Z','event':'rejected','because':'does not'}",
    "{'at':'2026-03-02T09:09:00Z','event':'promised','promise':'p','due':'2026-03-02T12:00:00Z','kind':'estimate'}",
    "{'at':'2026-03-02T09:10:00Z','event':'fulfilled','promise':'p'}",
    "{'at':'2026-03-02T09:11:00Z','event':'withdrawn','promise':'p'}",
    "{'at':'2026-03-02T09:12:00Z','event':'requested','what':'logs','due':'2026-03-02T12:00:00Z'}",
    "{'at':'2026-03-02T09:13:00Z','event':'provided','what':'logs'}",
    ("{'at':'2026-03-02T09:14:00Z','event':'overridden','priority':'P1','because':'the board','agreed':true,"
     "'until':'2026-03-02T12:00:00Z'}"),
    "{'at':'2026-03-02T09:15:00Z','event':'overridden','severity':'S2','agreed':false}",
    "{'at':'2026-03-02T09:16:00Z','event':'released','name':'severity','because':'enough'}",
    "{'at':'2026-03-02T09:17:00Z','event':'escalated','level':3,'because':'loud','by':'customer'}",
    "{'at':'2026-03-02T09:18:00Z','event':'deescalated','level':2,'because':'calm again','by':'agent'}",
    "{'at':'2026-03-02T09:19:00Z','event':'changed','field':'tier','value':null}",
    "{'at':'2026-03-02T09:20:00Z','event':'rated','csat':5,'effort':1,'nps':0,'idea':'a button'}",
    "{'at':'2026-03-02T09:21:00Z','event':'spent','minutes':30,'cost':9000000000000}",
    "{'at':'2026-03-02T09:22:00Z','event':'closed','because':'done','cause':'defect','preventable':true}",
    "{'at':'2026-03-02T09:23:00Z','event':'reopened','because':'not done','cause':'regression'}",
    "{'at':'2026-03-02T09:24:00Z','event':'cancelled','because':'never mind','preventable':false}",
    "{'at':'2026-03-02T09:25:00Z','event':'merged','into':'D'}",
};

static const char *field_text(const csup_case *c, const char *name) {
  csup_field field = {.kind = CSUP_VALUE_NONE};
  assert_int_equal(csup_case_fact(c, name, &field), CSUP_OK);
  return field.kind == CSUP_VALUE_TEXT ? field.text : NULL;
}

static int64_t field_number(const csup_case *c, const char *name) {
  csup_field field = {.kind = CSUP_VALUE_NONE};
  assert_int_equal(csup_case_fact(c, name, &field), CSUP_OK);
  assert_true(field.kind == CSUP_VALUE_NUMBER || field.kind == CSUP_VALUE_FLAG);
  return field.number;
}

static void test_every_member(void **state) {
  (void)state;
  csup_policy *policy = story_policy(STORY(""));
  fold f;
  assert_true(fold_begin(&f, policy, NULL));
  for (size_t i = 0; i < LENGTH(accepted); i++) {
    char *line = story_json(accepted[i]);
    csup_error error = {.message = ""};
    csup_status status = fold_line(&f, line, &error);
    if (status != CSUP_OK)
      fail_msg("%s: %s: %s", accepted[i], csup_status_name(status), error.message);
    assert_int_equal(error.status, 0); /* left as it was */
    free(line);
  }
  assert_string_equal(field_text(f.c, "team"), "night");
  assert_string_equal(field_text(f.c, "agent"), "ann");
  assert_string_equal(field_text(f.c, "channel"), "mail");
  assert_string_equal(field_text(f.c, "mood"), "calm");
  assert_string_equal(field_text(f.c, "resolution"), "workaround");
  assert_string_equal(field_text(f.c, "cause"), "regression");
  assert_null(field_text(f.c, "tier"));
  assert_null(field_text(f.c, "harm"));
  assert_int_equal(field_number(f.c, "seats"), 7);
  assert_int_equal(field_number(f.c, "vip"), 1);
  assert_int_equal(field_number(f.c, "level"), 2);
  assert_int_equal(field_number(f.c, "contacts"), 2);
  assert_int_equal(field_number(f.c, "replies"), 0);
  assert_int_equal(field_number(f.c, "rejections"), 1);
  assert_int_equal(field_number(f.c, "reopens"), 1);
  assert_int_equal(field_number(f.c, "reassignments"), 1);
  csup_ratings ratings;
  assert_int_equal(csup_case_ratings(f.c, &ratings), CSUP_OK);
  assert_true(ratings.csat == 5 && ratings.effort == 1 && ratings.nps == 0 && ratings.preventable == 1);
  csup_case_view view;
  assert_int_equal(csup_case_read(f.c, &view), CSUP_OK);
  assert_true(view.minutes == 30 && view.cost == INT64_C(9000000000000));
  assert_string_equal(view.state, "cancelled");
  fold_end(&f);
  csup_policy_release(policy);
}

/* A name of 10,000 bytes is refused with a sentence; a reason may be as long as it likes. */
static void test_long_names(void **state) {
  (void)state;
  static const char *const forms[] = {
      "{\"at\":\"2026-03-02T10:00:00Z\",\"event\":\"assigned\",\"team\":\"%s\"}",
      "{\"at\":\"2026-03-02T10:00:00Z\",\"event\":\"assigned\",\"agent\":\"%s\"}",
      "{\"at\":\"2026-03-02T10:00:00Z\",\"event\":\"promised\",\"promise\":\"%s\",\"due\":\"2026-03-03T00:00:00Z\"}",
      "{\"at\":\"2026-03-02T10:00:00Z\",\"event\":\"requested\",\"what\":\"%s\"}",
      "{\"at\":\"2026-03-02T10:00:00Z\",\"event\":\"merged\",\"into\":\"%s\"}",
      "{\"at\":\"2026-03-02T10:00:00Z\",\"event\":\"closed\",\"cause\":\"%s\"}",
      "{\"at\":\"2026-03-02T10:00:00Z\",\"event\":\"changed\",\"field\":\"product\",\"value\":\"%s\"}",
      "{\"at\":\"2026-03-02T10:00:00Z\",\"case\":\"%s\",\"event\":\"note\"}",
      "{\"at\":\"2026-03-02T10:00:00Z\",\"event\":\"moved\",\"to\":\"%s\"}",
      "{\"at\":\"2026-03-02T10:00:00Z\",\"event\":\"answered\",\"dimension\":\"%s\",\"basis\":\"unknown\"}",
      "{\"at\":\"2026-03-02T10:00:00Z\",\"event\":\"%s\"}",
      "{\"at\":\"2026-03-02T10:00:00Z\",\"event\":\"note\",\"%s\":1}",
  };
  csup_policy *policy = story_policy(STORY(""));
  static char name[10001], line[10400];
  memset(name, 'n', sizeof name - 1);
  fold f;
  assert_true(fold_begin(&f, policy, NULL));
  (void)snprintf(line, sizeof line, "{\"at\":\"2026-03-02T09:00:00Z\",\"case\":\"%s\",\"event\":\"opened\"}", name);
  csup_error error;
  assert_int_equal(fold_line(&f, line, &error), CSUP_E_RANGE);
  assert_int_equal(fold_line(&f, "{\"case\":\"C\",\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"opened\"}", NULL), CSUP_OK);
  for (size_t i = 0; i < LENGTH(forms); i++) {
    error = (csup_error){.message = ""};
    text_buffer text = {NULL, 0, 0};
    const char *hole = strstr(forms[i], "%s");
    text_add_bytes(&text, forms[i], (size_t)(hole - forms[i]));
    text_add(&text, "%s%s", name, hole + 2);
    csup_status status = fold_line(&f, text.text, &error);
    if (status != CSUP_E_RANGE && status != CSUP_E_UNKNOWN && status != CSUP_E_ARGUMENT)
      fail_msg("%s: %s", forms[i], csup_status_name(status));
    assert_true(strlen(error.message) > 10 && strlen(error.message) < sizeof error.message);
    text_free(&text);
  }
  /* The longest name that is kept, and a long reason. */
  text_buffer text = {NULL, 0, 0};
  text_add(&text, "{\"at\":\"2026-03-02T10:00:00Z\",\"event\":\"assigned\",\"team\":\"%.1024s\"}", name);
  assert_int_equal(fold_line(&f, text.text, NULL), CSUP_OK);
  text_clear(&text);
  text_add(&text, "{\"at\":\"2026-03-02T10:00:00Z\",\"event\":\"escalated\",\"because\":\"%s\"}", name);
  text_clear(&f.decisions);
  assert_int_equal(fold_line(&f, text.text, NULL), CSUP_OK);
  assert_non_null(strstr(f.decisions.text, name));
  text_free(&text);
  fold_end(&f);
  csup_policy_release(policy);
}

static void test_arguments(void **state) {
  (void)state;
  csup_policy *policy = story_policy(STORY(""));
  fold f;
  csup_error error = {.message = ""};
  assert_true(fold_begin(&f, policy, NULL));
  assert_int_equal(csup_case_apply_json(NULL, "{}", 2, f.list, &error), CSUP_E_ARGUMENT);
  assert_true(error.message[0] != '\0');
  assert_int_equal(csup_case_apply_json(f.c, NULL, 0, f.list, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_apply_json(f.c, "{}", 2, NULL, NULL), CSUP_E_ARGUMENT);
  /* The length counts, not a NUL. */
  static const char line[] = "{\"case\":\"C\",\"at\":\"2026-03-02T09:00:00Z\",\"event\":\"opened\"}garbage";
  assert_int_equal(csup_case_apply_json(f.c, line, sizeof line - 1, f.list, NULL), CSUP_E_SYNTAX);
  assert_int_equal(csup_case_apply_json(f.c, line, sizeof line - 8, f.list, NULL), CSUP_OK);
  fold_end(&f);
  csup_policy_release(policy);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_every_member),
      cmocka_unit_test(test_long_names),
      cmocka_unit_test(test_arguments),
  };
  return cmocka_run_group_tests_name("case/event_json", tests, NULL, NULL);
}
