/* Snapshots: portable, and never trusted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "random.h"
#include "story.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define CHECK_SIZE    8
#define FORMAT_PLACE  8
#define POLICY_PLACE  12

/* A case in the middle of everything: overrides, promises, pauses, requests, answers, texts that only it knows. */
static const char policy_text[] = STORY(
    ",'agreements':[{'name':'a','when':{'tier':'premium'},'targets':{"
    "'resolution':{'within':{'P1':'PT4H','*':'P2D'},'calendar':'office','warn':['50%','-PT30M'],'on_change':'proportional'},"
    "'update':{'within':'PT8H','calendar':'always','on_change':'from_now'},"
    "'first_response':{'within':'PT1H','calendar':'always'}}},"
    "{'name':'o','kind':'ola','targets':{'resolution':{'within':'PT6H','calendar':'always','warn':['75%']}}}]");

static const char journal[] =
    "03-02T09:00 "
    "'event':'opened','fields':{'tier':'premium','seats':-5,'vip':true},'channel':'mail','mood':'frustrated','team':'blue'\n"
    "03-02T09:10 'event':'agent_message'\n"
    "03-02T09:20 'event':'promised','promise':'news','due':'2026-03-02T10:00:00Z'\n"
    "03-02T09:30 'event':'moved','to':'waiting_customer'\n"
    "03-02T09:40 'event':'requested','what':'logs','due':'2026-03-05T00:00:00Z'\n"
    "03-02T11:00 'event':'customer_message'\n"
    "03-02T11:10 'event':'answered','dimension':'harm','level':'mid','basis':'assumed'\n"
    "03-02T11:20 'event':'overridden','priority':'P1','because':'the board','agreed':true,'until':'2026-03-04T00:00:00Z'\n"
    "03-02T11:30 'event':'overridden','severity':'S1'\n"
    "03-02T11:40 'event':'assigned','team':'day','agent':'ann'\n"
    "03-02T12:00 'event':'promised','promise':'call','due':'2026-03-03T10:00:00Z','kind':'estimate'\n"
    "03-02T12:10 'event':'spent','minutes':12,'cost':345\n"
    "03-02T12:20 'event':'moved','to':'waiting_third_party'\n"
    "03-02T12:30 'event':'rated','csat':2,'idea':'x'\n";

typedef struct fixture {
  csup_policy *policy;
  fold f;
  text_buffer bytes;
} fixture;

static int set_up(void **state) {
  fixture *x = calloc(1, sizeof *x);
  assert_non_null(x);
  text_buffer out = {NULL, 0, 0};
  const story s = {.name = "snapshot", .journal = journal, .kinds = ""};
  x->policy = story_policy(policy_text);
  story_tell(&s, x->policy, &x->f, &out);
  assert_int_equal(out.length, 0);
  fold_save(&x->f, &x->bytes);
  *state = x;
  return 0;
}

static int tear_down(void **state) {
  fixture *x = *state;
  fold_end(&x->f);
  text_free(&x->bytes);
  csup_policy_release(x->policy);
  free(x);
  return 0;
}

static csup_status load(const fixture *x, const void *bytes, size_t length, csup_case **out, csup_error *error) {
  return csup_case_load(x->policy, bytes, length, NULL, out, error);
}

static uint64_t fnv(const unsigned char *bytes, size_t length) {
  uint64_t hash = UINT64_C(14695981039346656037);
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ bytes[i]) * UINT64_C(1099511628211);
  return hash;
}

/* Makes the checksum right again. */
static void seal(unsigned char *bytes, size_t length) {
  uint64_t hash = fnv(bytes, length - CHECK_SIZE);
  for (size_t i = 0; i < CHECK_SIZE; i++)
    bytes[length - CHECK_SIZE + i] = (unsigned char)(hash >> (8 * i));
}

static void save_to(const csup_case *c, text_buffer *out) {
  fold f = {.c = (csup_case *)(uintptr_t)c};
  fold_save(&f, out);
}

static void test_save_and_load(void **state) {
  fixture *x = *state;
  text_buffer again = {NULL, 0, 0};
  csup_case *loaded = NULL;
  size_t length = 0;
  assert_int_equal(load(x, x->bytes.text, x->bytes.length, &loaded, NULL), CSUP_OK);
  save_to(loaded, &again);
  assert_true(text_equal(&x->bytes, &again));
  char one[8192], other[8192];
  csup_time now = story_instant("03-02T13:00", 11);
  assert_int_equal(csup_case_to_json(x->f.c, now, one, sizeof one, &length), CSUP_OK);
  assert_int_equal(csup_case_to_json(loaded, now, other, sizeof other, &length), CSUP_OK);
  assert_string_equal(one, other);
  csup_ratings ratings;
  csup_request request;
  assert_int_equal(csup_case_ratings(loaded, &ratings), CSUP_OK);
  assert_true(ratings.csat == 2 && ratings.effort == -1 && ratings.nps == -1);
  assert_int_equal(csup_case_request_at(loaded, 0, &request), CSUP_OK);
  assert_string_equal(request.what, "logs");
  csup_case_free(loaded);
  text_free(&again);
}

/* A case that was never opened has a snapshot too. */
static void test_an_empty_case(void **state) {
  fixture *x = *state;
  fold f;
  text_buffer bytes = {NULL, 0, 0}, again = {NULL, 0, 0};
  csup_case *loaded = NULL;
  assert_true(fold_begin(&f, x->policy, NULL));
  fold_save(&f, &bytes);
  assert_int_equal(load(x, bytes.text, bytes.length, &loaded, NULL), CSUP_OK);
  save_to(loaded, &again);
  assert_true(text_equal(&bytes, &again));
  csup_event opened = {.at = 0, .kind = CSUP_EVENT_OPENED, .case_id = "late"};
  assert_int_equal(csup_case_apply(loaded, &opened, 1, f.list, NULL), CSUP_OK);
  csup_case_free(loaded);
  text_free(&bytes);
  text_free(&again);
  fold_end(&f);
}

static void test_space(void **state) {
  fixture *x = *state;
  size_t length = 0;
  unsigned char *room = malloc(x->bytes.length + 1);
  assert_non_null(room);
  assert_int_equal(csup_case_save(x->f.c, NULL, 0, &length), CSUP_E_SPACE);
  assert_int_equal(length, x->bytes.length);
  for (size_t capacity = 0; capacity < x->bytes.length; capacity += 7) {
    room[capacity] = 0xA5;
    length = 0;
    assert_int_equal(csup_case_save(x->f.c, room, capacity, &length), CSUP_E_SPACE);
    assert_int_equal(length, x->bytes.length);
    assert_int_equal(room[capacity], 0xA5); /* nothing is written past the end */
  }
  assert_int_equal(csup_case_save(x->f.c, room, x->bytes.length, &length), CSUP_OK);
  assert_memory_equal(room, x->bytes.text, length);
  free(room);
}

static void refused(const fixture *x, const void *bytes, size_t length, csup_status wanted) {
  csup_case *loaded = NULL;
  csup_error error = {.message = ""};
  csup_status status = load(x, bytes, length, &loaded, &error);
  if (status != wanted || loaded || error.status != status || error.message[0] == '\0')
    fail_msg("%s instead of %s: %s", csup_status_name(status), csup_status_name(wanted), error.message);
}

/* Each truncation lies in a block of its own size, so that reading past it is seen. */
static void test_truncations(void **state) {
  fixture *x = *state;
  for (size_t length = 0; length < x->bytes.length; length++) {
    void *cut = malloc(length > 0 ? length : 1);
    assert_non_null(cut);
    memcpy(cut, x->bytes.text, length);
    refused(x, cut, length, CSUP_E_CORRUPT);
    free(cut);
  }
  text_buffer longer = {NULL, 0, 0};
  text_add_bytes(&longer, x->bytes.text, x->bytes.length);
  text_add_bytes(&longer, "", 1);
  refused(x, longer.text, longer.length, CSUP_E_CORRUPT);
  seal((unsigned char *)longer.text, longer.length);
  refused(x, longer.text, longer.length, CSUP_E_CORRUPT);
  text_free(&longer);
}

static void test_bit_flips(void **state) {
  fixture *x = *state;
  unsigned char *bytes = malloc(x->bytes.length);
  assert_non_null(bytes);
  memcpy(bytes, x->bytes.text, x->bytes.length);
  for (size_t bit = 0; bit < 8 * x->bytes.length; bit++) {
    bytes[bit / 8] ^= (unsigned char)(1U << (bit % 8));
    refused(x, bytes, x->bytes.length, CSUP_E_CORRUPT);
    bytes[bit / 8] ^= (unsigned char)(1U << (bit % 8));
  }
  free(bytes);
}

static void test_versions_and_policies(void **state) {
  fixture *x = *state;
  unsigned char *bytes = malloc(x->bytes.length);
  assert_non_null(bytes);
  memcpy(bytes, x->bytes.text, x->bytes.length);
  bytes[FORMAT_PLACE]++;
  seal(bytes, x->bytes.length);
  refused(x, bytes, x->bytes.length, CSUP_E_VERSION);
  bytes[FORMAT_PLACE]--;
  bytes[POLICY_PLACE]++;
  seal(bytes, x->bytes.length);
  refused(x, bytes, x->bytes.length, CSUP_E_POLICY);
  free(bytes);
  /* The same document with one more blank is another policy. */
  text_buffer text = {NULL, 0, 0};
  csup_case *loaded = NULL;
  char *json = story_json(policy_text);
  csup_policy *other = NULL;
  text_add(&text, "%s ", json);
  assert_int_equal(csup_policy_parse(text.text, text.length, NULL, &other, NULL), CSUP_OK);
  assert_int_equal(csup_case_load(other, x->bytes.text, x->bytes.length, NULL, &loaded, NULL), CSUP_E_POLICY);
  csup_policy_release(other);
  assert_int_equal(csup_policy_parse(json, strlen(json), NULL, &other, NULL), CSUP_OK);
  assert_int_equal(csup_case_load(other, x->bytes.text, x->bytes.length, NULL, &loaded, NULL), CSUP_OK);
  csup_case_free(loaded);
  csup_policy_release(other);
  free(json);
  text_free(&text);
}

static void test_arguments(void **state) {
  fixture *x = *state;
  csup_case *loaded = NULL;
  csup_allocator broken = {NULL, NULL};
  const void *bytes = x->bytes.text;
  assert_int_equal(csup_case_load(NULL, bytes, x->bytes.length, NULL, &loaded, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_load(x->policy, NULL, 0, NULL, &loaded, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_load(x->policy, bytes, x->bytes.length, NULL, NULL, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_case_load(x->policy, bytes, x->bytes.length, &broken, &loaded, NULL), CSUP_E_ARGUMENT);
  assert_null(loaded);
}

/* Whatever the bytes say with a right checksum: they are refused, or give a case on which everything can be done. */
static void use(csup_case *c, csup_decisions *list) {
  csup_case_view view;
  csup_assessment assessment;
  size_t length = 0;
  text_buffer bytes = {NULL, 0, 0};
  char *text = malloc(1 << 16);
  assert_non_null(text);
  (void)csup_case_read(c, &view);
  (void)csup_case_rank(c);
  (void)csup_case_assessment(c, &assessment);
  (void)csup_case_to_json(c, story_instant("03-03T00:00", 11), text, 1 << 16, &length);
  static const char *const facts[] = {"state", "category", "stage", "priority", "severity", "urgency", "impact",
                                      "score", "mood",     "team",  "agent",    "breached", "cause",   "resolution",
                                      "tier",  "seats",    "vip",   "product",  "harm"};
  for (size_t i = 0; i < LENGTH(facts); i++) {
    csup_field field;
    assert_int_equal(csup_case_fact(c, facts[i], &field), CSUP_OK);
    if (field.kind == CSUP_VALUE_TEXT)
      length += strlen(field.text);
  }
  for (size_t i = 0; i < csup_case_visit_count(c); i++) {
    const char *state = NULL;
    csup_time entered = 0;
    assert_int_equal(csup_case_visit_at(c, i, &state, &entered), CSUP_OK);
    length += strlen(state);
  }
  for (size_t i = 0; i < csup_case_request_count(c); i++) {
    csup_request request;
    assert_int_equal(csup_case_request_at(c, i, &request), CSUP_OK);
    length += strlen(request.what);
  }
  csup_answer answer;
  assert_int_equal(csup_case_answer_at(c, 0, &answer), CSUP_OK);
  static const char *const lines[] = {
      "{\"at\":\"2026-03-03T00:00:00Z\",\"event\":\"customer_message\",\"mood\":\"angry\"}",
      "{\"at\":\"2026-03-03T09:30:00Z\",\"event\":\"answered\",\"dimension\":\"harm\",\"level\":\"high\",\"basis\":\"stated\"}",
      "{\"at\":\"2026-03-04T00:00:00Z\",\"event\":\"fulfilled\",\"promise\":\"call\"}",
      "{\"at\":\"2026-03-05T00:00:00Z\",\"event\":\"released\",\"name\":\"severity\"}",
      "{\"at\":\"2026-03-06T00:00:00Z\",\"event\":\"closed\"}",
      "{\"at\":\"2026-03-07T00:00:00Z\",\"event\":\"reopened\"}",
  };
  for (size_t i = 0; i < LENGTH(lines); i++)
    (void)csup_case_apply_json(c, lines[i], strlen(lines[i]), list, NULL);
  (void)csup_case_advance(c, story_instant("03-20T00:00", 11), list, NULL);
  for (size_t i = 0; i < csup_decisions_count(list); i++)
    (void)csup_decision_to_json(csup_decisions_at(list, i), text, 1 << 16, &length);
  csup_decisions_clear(list);
  save_to(c, &bytes);
  text_free(&bytes);
  free(text);
}

static void test_crafted_bytes(void **state) {
  fixture *x = *state;
  random_source source = random_start("crafted snapshots");
  size_t length = x->bytes.length;
  unsigned char *bytes = malloc(length);
  assert_non_null(bytes);
  long loaded_count = 0, refused_count = 0, every = 8 * (long)(length - CHECK_SIZE), rounds = every + random_rounds(100000);
  for (long round = 0; round < rounds; round++) {
    memcpy(bytes, x->bytes.text, length);
    if (round < every) {
      bytes[round / 8] ^= (unsigned char)(1U << (round % 8)); /* every single bit */
    } else {
      /* Several bytes, of the kinds that break readers: 0, 255, a neighbour's value, anything. */
      long changes = 1 + (long)random_between(&source, 0, 3);
      for (long i = 0; i < changes; i++) {
        size_t place = (size_t)random_between(&source, POLICY_PLACE + 8, (int64_t)(length - CHECK_SIZE) - 1);
        static const unsigned char likely[] = {0, 255, 127, 128, 1};
        bytes[place] =
            random_between(&source, 0, 1) ? likely[random_between(&source, 0, 4)] : (unsigned char)random_next(&source);
      }
    }
    seal(bytes, length);
    csup_case *loaded = NULL;
    csup_error error = {.message = ""};
    csup_status status = load(x, bytes, length, &loaded, &error);
    if (status == CSUP_OK) {
      use(loaded, x->f.list);
      csup_case_free(loaded);
      loaded_count++;
      continue;
    }
    assert_true(status == CSUP_E_CORRUPT || status == CSUP_E_VERSION || status == CSUP_E_POLICY);
    assert_true(error.message[0] != '\0');
    refused_count++;
  }
  print_message("%ld crafted snapshots: %ld loaded, %ld refused\n", rounds, loaded_count, refused_count);
  assert_true(loaded_count > 100 && refused_count > 100);
  free(bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_save_and_load, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_an_empty_case, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_space, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_truncations, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_bit_flips, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_versions_and_policies, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_arguments, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_crafted_bytes, set_up, tear_down),
  };
  return cmocka_run_group_tests_name("case/snapshot", tests, NULL, NULL);
}
