/* Every allocation fails once: over a journal of every kind of event, the JSON library's included, and over everything else that
   a case allocates for. What fails leaves nothing behind, and succeeds when it is done again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "failing_allocator.h"
#include "story.h"

#include <jansson.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* All kinds of rules, actions, agreements and clocks: what a case can grow by. */
static const char policy_text[] = STORY(
    ",'agreements':[{'name':'p','when':{'tier':'premium'},'targets':{'resolution':{'within':{'P1':'PT2H','*':'PT8H'},"
    "'calendar':'always','warn':['50%']},'first_response':{'within':'PT1H','calendar':'always'}}},"
    "{'name':'o','kind':'ola','targets':{'resolution':{'within':'PT6H','calendar':'office'}}}],"
    "'escalations':[{'name':'late','on':{'clock':'resolution','at':'100%'},'do':[{'notify':'lead'},{'raise_priority':{'by':1}}]},"
    "{'name':'nag','on':{'clock':'first_response','at':'+PT10M','every':'PT10M','times':3},'do':[{'advise':{'topic':'t','say':'s'"
    "}}]},"
    "{'name':'sorry','on':{'clock':'promise','at':'100%'},'do':[{'escalate':{'level':2,'kind':'functional','to':'a team of its "
    "own'}}]},"
    "{'name':'upset','on':{'event':'rejected'},'do':[{'set':{'vip':true}},{'set':{'product':'gold'}},{'set':{'seats':9}},{'ask':"
    "null}]},"
    "{'name':'stuck','on':{'state':'diagnosis','for':'PT5H'},'do':[{'move':'determination'}]},"
    "{'name':'back','on':{'fact':'contacts'},'do':[{'assign':['day','night']}]},"
    "{'name':'shift','on':{'team':'off_shift'},'do':[{'assign':['night']}],'hours':{'calendar':'week','outside':'hold'}}]");

/* Each line may need memory of its own: new texts, visits, spans, promises, requests, decisions. */
static const char *const journal[] = {
    ("{'case':'C-1','at':'2026-03-02T09:00:00Z','event':'opened','fields':{'tier':'premium','seats':1,'product':'red'},"
     "'channel':'a channel','mood':'calm','team':'day'}"),
    "{'at':'2026-03-02T09:01:00Z','event':'acknowledged'}",
    "{'at':'2026-03-02T09:02:00Z','event':'assigned','team':'another team','agent':'an agent'}",
    "{'at':'2026-03-02T09:03:00Z','event':'customer_message','mood':'angry'}",
    "{'at':'2026-03-02T09:04:00Z','event':'note'}",
    "{'at':'2026-03-02T10:30:00Z','event':'agent_message'}",
    "{'at':'2026-03-02T10:31:00Z','event':'answered','dimension':'harm','level':'mid','basis':'stated'}",
    "{'at':'2026-03-02T10:32:00Z','event':'moved','to':'waiting_customer','because':'a reason'}",
    "{'at':'2026-03-02T10:33:00Z','event':'requested','what':'some logs','due':'2026-03-03T00:00:00Z'}",
    "{'at':'2026-03-02T10:34:00Z','event':'requested','what':'other logs'}",
    "{'at':'2026-03-02T10:40:00Z','event':'provided','what':'some logs'}",
    "{'at':'2026-03-02T10:41:00Z','event':'promised','promise':'a call','due':'2026-03-02T11:00:00Z'}",
    "{'at':'2026-03-02T10:42:00Z','event':'promised','promise':'another','due':'2026-03-02T11:30:00Z','kind':'estimate'}",
    "{'at':'2026-03-02T11:10:00Z','event':'fulfilled','promise':'a call'}",
    "{'at':'2026-03-02T11:11:00Z','event':'withdrawn','promise':'another'}",
    "{'at':'2026-03-02T11:12:00Z','event':'overridden','priority':'P1','because':'the board','until':'2026-03-02T12:00:00Z'}",
    "{'at':'2026-03-02T11:13:00Z','event':'overridden','severity':'S1','because':'another reason'}",
    "{'at':'2026-03-02T12:10:00Z','event':'released','name':'severity','because':'enough'}",
    "{'at':'2026-03-02T12:11:00Z','event':'escalated','because':'loud','by':'customer'}",
    "{'at':'2026-03-02T12:12:00Z','event':'deescalated','because':'calm'}",
    "{'at':'2026-03-02T12:13:00Z','event':'changed','field':'tier','value':'standard'}",
    "{'at':'2026-03-02T12:14:00Z','event':'changed','field':'product','value':'gold'}",
    "{'at':'2026-03-02T12:15:00Z','event':'proposed','resolution':'partial'}",
    "{'at':'2026-03-02T12:16:00Z','event':'rejected','because':'no'}",
    "{'at':'2026-03-02T12:17:00Z','event':'accepted'}",
    "{'at':'2026-03-02T12:18:00Z','event':'rated','csat':1,'idea':'an idea'}",
    "{'at':'2026-03-02T12:19:00Z','event':'spent','minutes':5}",
    ("{'at':'2026-03-02T18:00:00Z','events':[{'event':'agent_message'},{'event':'assigned','team':'a third'},{'event':'note'},"
     "{'event':'customer_message'}]}"),
    "{'at':'2026-03-03T12:00:00Z','event':'closed','because':'done','cause':'a cause'}",
    "{'at':'2026-03-03T13:00:00Z','event':'reopened','because':'not done'}",
    "{'at':'2026-03-05T13:00:00Z','event':'cancelled'}",
    "{'at':'2026-03-05T14:00:00Z','event':'merged','into':'C-2'}",
};

static failing_allocator host;
static const csup_allocator allocator = {&host, failing_resize};

/* jansson's functions are counted together with the host's: the i-th request is whoever's it is. */
static long requests;
static long fail_at;

static void *count_resize(void *context, void *block, size_t old_size, size_t new_size) {
  if (new_size > 0 && requests++ == fail_at)
    return NULL;
  return failing_resize(context, block, old_size, new_size);
}

static const csup_allocator counted = {&host, count_resize};

static void *count_json(size_t size) {
  return requests++ == fail_at ? NULL : failing_json_malloc(size);
}

static void begin_counting(void) {
  host = (failing_allocator){.fail_at = -1};
  failing_json = (failing_allocator){.fail_at = -1};
  requests = 0;
  fail_at = -1;
  json_set_alloc_funcs(count_json, failing_json_free);
}

static void end_counting(void) {
  json_set_alloc_funcs(malloc, free);
  assert_int_equal(host.blocks, 0);
  assert_int_equal(failing_json.blocks, 0);
}

/* Folds the first `count` lines without a failure. */
static void fold_lines(fold *f, csup_policy *policy, size_t count) {
  assert_true(fold_begin(f, policy, &counted));
  for (size_t i = 0; i < count; i++) {
    char *line = story_json(journal[i]);
    csup_error error = {.message = ""};
    csup_status status = csup_case_apply_json(f->c, line, strlen(line), f->list, &error);
    if (status != CSUP_OK)
      fail_msg("%s: %s: %s", journal[i], csup_status_name(status), error.message);
    fold_take(f);
    free(line);
  }
  /* A list without room, so that it has to ask for memory too. */
  csup_decisions_free(f->list);
  assert_int_equal(csup_decisions_create(&counted, &f->list), CSUP_OK);
}

/* A fresh case for each allocation that fails, so that no list has room left over from the time before. */
static void test_each_event(void **state) {
  (void)state;
  csup_policy *policy = story_policy(policy_text);
  long failures = 0;
  for (size_t i = 0; i < LENGTH(journal); i++) {
    char *line = story_json(journal[i]);
    for (long nth = 0;; nth++) {
      fold f, fresh;
      text_buffer before = {NULL, 0, 0}, after = {NULL, 0, 0};
      begin_counting();
      fold_lines(&f, policy, i);
      fold_save(&f, &before);
      csup_time wakeup = fold_wakeup(&f);
      csup_error error = {.message = ""};
      fail_at = requests + nth;
      csup_status status = csup_case_apply_json(f.c, line, strlen(line), f.list, &error);
      fail_at = -1;
      if (status != CSUP_OK) {
        failures++;
        if (status != CSUP_E_NOMEM)
          fail_msg("%s, allocation %ld: %s", journal[i], nth, csup_status_name(status));
        assert_int_equal(error.status, CSUP_E_NOMEM);
        assert_true(error.message[0] != '\0');
        assert_int_equal(csup_decisions_count(f.list), 0);
        fold_save(&f, &after);
        assert_true(text_equal(&before, &after));
        assert_true(fold_wakeup(&f) == wakeup);
        assert_int_equal(csup_case_apply_json(f.c, line, strlen(line), f.list, NULL), CSUP_OK); /* once more */
      }
      /* And it is as if nothing had been. */
      text_clear(&f.decisions);
      fold_take(&f);
      fold_lines(&fresh, policy, i);
      text_clear(&fresh.decisions);
      assert_int_equal(fold_line(&fresh, line, NULL), CSUP_OK);
      assert_true(text_equal(&f.decisions, &fresh.decisions));
      fold_save(&f, &before);
      fold_save(&fresh, &after);
      assert_true(text_equal(&before, &after));
      fold_end(&f);
      fold_end(&fresh);
      text_free(&before);
      text_free(&after);
      end_counting();
      if (status == CSUP_OK) {
        assert_true(nth > 0); /* the line's tree is memory, if nothing else */
        break;
      }
    }
    free(line);
  }
  print_message("%ld allocations failed over %zu lines\n", failures, LENGTH(journal));
  assert_true(failures > (long)LENGTH(journal));
  csup_policy_release(policy);
}

/* Time alone: everything that falls due in four days, in one advance. */
static void test_advance(void **state) {
  (void)state;
  csup_policy *policy = story_policy(policy_text);
  csup_time until = story_instant("03-06T12:00", 11);
  long failures = 0;
  for (size_t lines = 1; lines < LENGTH(journal); lines += 5) {
    for (long nth = 0;; nth++) {
      fold f;
      text_buffer before = {NULL, 0, 0}, after = {NULL, 0, 0};
      begin_counting();
      fold_lines(&f, policy, lines);
      fold_save(&f, &before);
      csup_error error = {.message = ""};
      fail_at = requests + nth;
      csup_status status = csup_case_advance(f.c, until, f.list, &error);
      fail_at = -1;
      if (status == CSUP_E_NOMEM) {
        failures++;
        assert_int_equal(error.status, CSUP_E_NOMEM);
        assert_int_equal(csup_decisions_count(f.list), 0);
        fold_save(&f, &after);
        assert_true(text_equal(&before, &after));
        assert_int_equal(fold_advance(&f, until), CSUP_OK);
      } else {
        assert_int_equal(status, CSUP_OK);
      }
      text_free(&before);
      text_free(&after);
      fold_end(&f);
      end_counting();
      if (status == CSUP_OK)
        break;
    }
  }
  assert_true(failures > 10);
  csup_policy_release(policy);
}

/* Snapshots, cases and lists. */
static void test_load_and_create(void **state) {
  (void)state;
  csup_policy *policy = story_policy(policy_text);
  fold f;
  text_buffer bytes = {NULL, 0, 0}, again = {NULL, 0, 0};
  begin_counting();
  fold_lines(&f, policy, LENGTH(journal) - 2);
  fold_save(&f, &bytes);
  fold_end(&f);
  end_counting();
  long failures = 0;
  for (;; failures++) {
    csup_case *loaded = NULL;
    csup_error error = {.message = ""};
    host = (failing_allocator){.fail_at = failures};
    csup_status status = csup_case_load(policy, bytes.text, bytes.length, &allocator, &loaded, &error);
    if (status == CSUP_OK) {
      host.fail_at = -1;
      fold whole = {.c = loaded};
      fold_save(&whole, &again);
      assert_true(text_equal(&bytes, &again));
      csup_case_free(loaded);
      assert_int_equal(host.blocks, 0);
      break;
    }
    assert_int_equal(status, CSUP_E_NOMEM);
    assert_int_equal(error.status, CSUP_E_NOMEM);
    assert_null(loaded);
    assert_int_equal(host.blocks, 0);
  }
  assert_true(failures > 5);
  csup_status status = CSUP_E_NOMEM;
  for (long i = 0; status == CSUP_E_NOMEM; i++) {
    csup_case *c = NULL;
    host = (failing_allocator){.fail_at = i};
    status = csup_case_create(policy, &allocator, &c);
    csup_case_free(c);
    assert_int_equal(host.blocks, 0);
  }
  assert_int_equal(status, CSUP_OK);
  csup_decisions *list = NULL;
  host = (failing_allocator){.fail_at = 0};
  assert_int_equal(csup_decisions_create(&allocator, &list), CSUP_E_NOMEM);
  assert_null(list);
  text_free(&bytes);
  text_free(&again);
  csup_policy_release(policy);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_each_event),
      cmocka_unit_test(test_advance),
      cmocka_unit_test(test_load_and_create),
  };
  return cmocka_run_group_tests_name("case/failmalloc", tests, NULL, NULL);
}
