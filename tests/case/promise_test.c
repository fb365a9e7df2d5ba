/* Promises to the customer, story by story, and what the customer promised in turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "story.h"

#define OPENED               "03-02T09:00 'event':'opened'\n"
#define PROMISED(name, hour) "'event':'promised','promise':'" name "','due':'2026-03-02T" hour ":00Z'"

static const story stories[] = {
    /* Real time, also at night: 22:00 to 23:00, told at 22:30. */
    {"kept", STORY(""),
     "03-02T21:00 'event':'opened'\n03-02T22:00 " PROMISED("call",
                                                           "23:00") "\n03-02T22:30 'event':'fulfilled','promise':'call'\n",
     "03-03T09:00", "clock_",
     "03-02T22:00 clock_started promise promise:call 1 due 03-02T23:00\n"
     "03-02T22:30 clock_met promise promise:call 1 after PT30M met\n"},
    {"kept at the last moment", STORY(""),
     OPENED "03-02T10:00 " PROMISED("call", "11:00") "\n03-02T11:00 'event':'fulfilled','promise':'call'\n", NULL, "clock_",
     "03-02T10:00 clock_started promise promise:call 1 due 03-02T11:00\n"
     "03-02T11:00 clock_met promise promise:call 1 after PT1H met\n"},
    {"broken, and kept late", STORY(""),
     OPENED "03-02T10:00 " PROMISED("call", "11:00") "\n03-02T11:30 'event':'fulfilled','promise':'call'\n", "03-03T09:00",
     "clock_",
     "03-02T10:00 clock_started promise promise:call 1 due 03-02T11:00\n"
     "03-02T11:00 clock_breached promise promise:call 1 after PT1H breached\n"
     "03-02T11:30 clock_met promise promise:call 1 after PT1H30M breached over PT30M\n"},
    {"withdrawn", STORY(""),
     OPENED "03-02T10:00 " PROMISED("call", "11:00") "\n03-02T10:30 'event':'withdrawn','promise':'call'\n", "03-03T09:00",
     "clock_",
     "03-02T10:00 clock_started promise promise:call 1 due 03-02T11:00\n"
     "03-02T10:30 clock_cancelled promise promise:call 1 after PT30M\n"},
    {"made anew, and again after it was kept", STORY(""),
     OPENED "03-02T10:00 " PROMISED("call", "11:00") "\n03-02T10:30 " PROMISED(
         "call", "12:00") "\n03-02T11:30 'event':'fulfilled','promise':'call'\n03-02T12:00 " PROMISED("call", "13:00") "\n",
     NULL, "clock_",
     "03-02T10:00 clock_started promise promise:call 1 due 03-02T11:00\n"
     "03-02T10:30 clock_cancelled promise promise:call 1 after PT30M\n"
     "03-02T10:30 clock_started promise promise:call 2 due 03-02T12:00\n"
     "03-02T11:30 clock_met promise promise:call 2 after PT1H met\n"
     "03-02T12:00 clock_started promise promise:call 3 due 03-02T13:00\n"},
    /* Two in one batch, each with its name; both are due at noon and breach in the order in which they were made. */
    {"two promises", STORY(""),
     OPENED "03-02T10:00 'events':[{" PROMISED("b", "12:00") "},{" PROMISED("a", "12:00") ",'kind':'estimate'}]\n", "03-03T09:00",
     "clock_",
     "03-02T10:00 clock_started promise promise:b 1 due 03-02T12:00\n"
     "03-02T10:00 clock_started promise promise:a 1 due 03-02T12:00\n"
     "03-02T12:00 clock_breached promise promise:b 1 after PT2H breached\n"
     "03-02T12:00 clock_breached promise promise:a 1 after PT2H breached\n"},
    {"waiting does not stop a promise", STORY(""),
     OPENED
     "03-02T09:10 'event':'acknowledged'\n03-02T10:00 " PROMISED("call", "11:00") "\n03-02T10:10 " MOVED("waiting_customer") "\n",
     "03-03T09:00", "clock_",
     "03-02T10:00 clock_started promise promise:call 1 due 03-02T11:00\n"
     "03-02T11:00 clock_breached promise promise:call 1 after PT1H breached\n"},
    {"resolving does not end a promise, closing does", STORY(""),
     OPENED "03-02T09:10 'event':'acknowledged'\n03-02T10:00 " PROMISED("call", "12:00") "\n03-02T10:10 " MOVED(
         "resolved") "\n03-02T11:00 'event':'closed'\n",
     "03-03T09:00", "clock_",
     "03-02T10:00 clock_started promise promise:call 1 due 03-02T12:00\n"
     "03-02T11:00 clock_cancelled promise promise:call 1 after PT1H\n"},
    {"a promise made on closing is ended at once", STORY(""),
     OPENED "03-02T10:00 'events':[{" PROMISED("call", "12:00") "},{'event':'closed'}]\n", NULL, "clock_",
     "03-02T10:00 clock_started promise promise:call 1 due 03-02T12:00\n"
     "03-02T10:00 clock_cancelled promise promise:call 1 after PT0S\n"},
    {"what was never promised, and what has ended", STORY(""),
     OPENED
     "03-02T10:00 'event':'fulfilled','promise':'call'\n03-02T10:00 'event':'withdrawn','promise':'call'\n03-02T10:10 " PROMISED(
         "call", "12:00") "\n03-02T10:20 'event':'fulfilled','promise':'call'\n03-02T10:30 'event':'fulfilled','promise':'call'\n"
                          "03-02T10:40 'event':'withdrawn','promise':'call'\n",
     NULL, "clock_",
     "03-02T10:00 CSUP_E_UNKNOWN\n03-02T10:00 CSUP_E_UNKNOWN\n"
     "03-02T10:10 clock_started promise promise:call 1 due 03-02T12:00\n"
     "03-02T10:20 clock_met promise promise:call 1 after PT10M met\n"},
    /* `breached` names them all as promise. */
    {"a broken promise can be asked about",
     STORY(",'workflow':{'initial':'new','states':{'new':{'category':'new'},'sorry':{'category':'open'}},"
           "'moves':[{'from':'new','on':'note','to':'sorry','when':{'breached':'promise'}}]}"),
     OPENED "03-02T10:00 " PROMISED("call", "11:00") "\n03-02T10:30 'event':'note'\n03-02T11:30 'event':'note'\n", NULL, "moved",
     "03-02T11:30 moved from new to sorry\n"},
};

static void test_stories(void **state) {
  (void)state;
  stories_hold(stories, sizeof stories / sizeof stories[0]);
}

static const csup_clock *find_clock(const csup_case *c, const char *name, csup_time now, csup_clock *out) {
  for (size_t i = 0; i < csup_case_clock_count(c); i++) {
    assert_int_equal(csup_case_clock_at(c, i, now, out), CSUP_OK);
    if (strcmp(out->name, name) == 0)
      return out;
  }
  return NULL;
}

/* 10:00 to 12:00, looked at while it runs, past its due and after it was kept. */
static void test_promises_can_be_read(void **state) {
  (void)state;
  csup_policy *policy = story_policy(STORY(""));
  fold f;
  text_buffer out = {NULL, 0, 0};
  const story s = {.name = "read", .journal = OPENED "03-02T10:00 " PROMISED("call", "12:00") "\n", .kinds = ""};
  story_tell(&s, policy, &f, &out);
  csup_clock clock;
  csup_time now = story_instant("03-02T10:30", 11);
  assert_non_null(find_clock(f.c, "promise:call", now, &clock));
  assert_string_equal(clock.agreement_kind, "promise");
  assert_null(clock.agreement);
  assert_null(clock.calendar);
  assert_int_equal(clock.status, CSUP_CLOCK_RUNNING);
  assert_int_equal(clock.verdict, CSUP_VERDICT_OPEN);
  assert_int_equal(clock.percent, 25);
  assert_true(clock.elapsed == 1800 * INT64_C(1000000));
  assert_true(clock.remaining == 5400 * INT64_C(1000000));
  assert_true(clock.target == 7200 * INT64_C(1000000));
  assert_true(clock.due == story_instant("03-02T12:00", 11));
  assert_true(clock.stop == CSUP_TIME_NEVER);
  assert_true(fold_wakeup(&f) == clock.due + 1);
  now = story_instant("03-02T13:00", 11);
  assert_non_null(find_clock(f.c, "promise:call", now, &clock));
  assert_int_equal(clock.verdict, CSUP_VERDICT_BREACHED);
  assert_int_equal(clock.percent, 150);
  assert_true(clock.remaining == 0);
  assert_true(clock.overrun == 3600 * INT64_C(1000000));
  csup_case_view view;
  assert_int_equal(fold_line(&f, "{\"at\":\"2026-03-02T13:00:00Z\",\"event\":\"fulfilled\",\"promise\":\"call\"}", NULL),
                   CSUP_OK);
  assert_int_equal(csup_case_read(f.c, &view), CSUP_OK);
  assert_int_equal(view.breached, 1);
  assert_non_null(find_clock(f.c, "promise:call", now + 1, &clock));
  assert_int_equal(clock.status, CSUP_CLOCK_STOPPED);
  assert_int_equal(clock.verdict, CSUP_VERDICT_BREACHED);
  assert_true(clock.stop == now && clock.elapsed == 3 * 3600 * INT64_C(1000000));
  text_free(&out);
  fold_end(&f);
  csup_policy_release(policy);
}

static void test_requests_can_be_read(void **state) {
  (void)state;
  csup_policy *policy = story_policy(STORY(""));
  fold f;
  text_buffer out = {NULL, 0, 0};
  const story s = {.name = "requests",
                   .journal = OPENED "03-02T10:00 'event':'requested','what':'logs','due':'2026-03-03T10:00:00Z'\n"
                                     "03-02T10:10 'event':'requested','what':'a photo'\n"
                                     "03-02T11:00 'event':'provided','what':'logs'\n"
                                     "03-02T11:10 'event':'provided','what':'thanks'\n"
                                     "03-02T11:20 'event':'provided'\n",
                   .kinds = ""};
  story_tell(&s, policy, &f, &out);
  csup_request request;
  assert_int_equal(csup_case_request_count(f.c), 2);
  assert_int_equal(csup_case_request_at(f.c, 0, &request), CSUP_OK);
  assert_string_equal(request.what, "logs");
  assert_true(request.asked == story_instant("03-02T10:00", 11) && request.due == story_instant("03-03T10:00", 11));
  assert_true(request.provided == story_instant("03-02T11:00", 11));
  assert_int_equal(csup_case_request_at(f.c, 1, &request), CSUP_OK);
  assert_string_equal(request.what, "a photo");
  assert_true(request.due == CSUP_TIME_NEVER && request.provided == CSUP_TIME_NEVER);
  assert_int_equal(csup_case_request_at(f.c, 2, &request), CSUP_E_ARGUMENT);
  /* Asked for again, it is open again. */
  assert_int_equal(fold_line(&f, "{\"at\":\"2026-03-02T12:00:00Z\",\"event\":\"requested\",\"what\":\"logs\"}", NULL), CSUP_OK);
  assert_int_equal(csup_case_request_count(f.c), 2);
  assert_int_equal(csup_case_request_at(f.c, 0, &request), CSUP_OK);
  assert_true(request.provided == CSUP_TIME_NEVER && request.due == CSUP_TIME_NEVER);
  text_free(&out);
  fold_end(&f);
  csup_policy_release(policy);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_stories),
      cmocka_unit_test(test_promises_can_be_read),
      cmocka_unit_test(test_requests_can_be_read),
  };
  return cmocka_run_group_tests_name("case/promise", tests, NULL, NULL);
}
