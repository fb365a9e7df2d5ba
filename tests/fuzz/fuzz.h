/* What the fuzzers share: a promise that does not hold ends the program, so that libFuzzer keeps the input. */
#ifndef CSUP_TESTS_FUZZ_H
#define CSUP_TESTS_FUZZ_H

#include "csupport.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOLDS(condition)                                                                                                         \
  do {                                                                                                                           \
    if (!(condition)) {                                                                                                          \
      (void)fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);                                       \
      abort();                                                                                                                   \
    }                                                                                                                            \
  } while (0)

/* 2026-03-02T09:00:00Z, a Monday */
#define FUZZ_MONDAY INT64_C(1772442000000000)
#define FUZZ_HOUR   INT64_C(3600000000)

static inline void fuzz_is_json(const char *text, size_t length) {
  json_error_t why;
  json_t *value = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);
  if (!value)
    (void)fprintf(stderr, "%.*s\n%s\n", (int)length, text, why.text);
  HOLDS(value != NULL);
  json_decref(value);
}

static inline csup_policy *fuzz_default_policy(void) {
  csup_policy *policy = NULL;
  const char *json = csup_policy_default();
  HOLDS(csup_policy_parse_with(json, strlen(json), NULL, 0, NULL, &policy, NULL) == CSUP_OK);
  return policy;
}

/* An allocator with a purse: a policy or snapshot that asks for too much is out of memory, not a finding. */
static inline void *fuzz_resize(void *context, void *block, size_t old_size, size_t new_size) {
  size_t *left = context;
  if (new_size == 0) {
    free(block);
    *left += old_size;
    return NULL;
  }
  if (new_size > *left + old_size)
    return NULL;
  void *fresh = realloc(block, new_size);
  if (fresh)
    *left = *left + old_size - new_size;
  return fresh;
}

/* Every decision of the list is JSON, and empties it. `seq` and `at` go up. */
static inline void fuzz_take(csup_decisions *list, int64_t *seq, csup_time *at) {
  for (size_t i = 0; i < csup_decisions_count(list); i++) {
    const csup_decision *decision = csup_decisions_at(list, i);
    size_t length = 0;
    HOLDS(csup_decision_to_json(decision, NULL, 0, &length) == CSUP_E_SPACE);
    char *text = malloc(length + 1);
    HOLDS(text && csup_decision_to_json(decision, text, length + 1, &length) == CSUP_OK);
    fuzz_is_json(text, length);
    free(text);
    HOLDS(!seq || decision->seq == *seq + 1);
    HOLDS(!at || decision->at >= *at);
    if (seq)
      *seq = decision->seq;
    if (at)
      *at = decision->at;
  }
  csup_decisions_clear(list);
}

static inline char *fuzz_save(const csup_case *c, size_t *length) {
  HOLDS(csup_case_save(c, NULL, 0, length) == CSUP_E_SPACE);
  char *bytes = malloc(*length);
  HOLDS(bytes && csup_case_save(c, bytes, *length, length) == CSUP_OK);
  return bytes;
}

/* Reads all there is to read. */
static inline void fuzz_read(const csup_case *c, csup_time now) {
  csup_case_view view;
  HOLDS(csup_case_read(c, &view) == CSUP_OK);
  size_t length = 0;
  csup_status status = csup_case_to_json(c, now, NULL, 0, &length);
  HOLDS(status == (view.case_id ? CSUP_E_SPACE : CSUP_E_ARGUMENT));
  if (status == CSUP_E_SPACE) {
    char *text = malloc(length + 1);
    HOLDS(text && csup_case_to_json(c, now, text, length + 1, &length) == CSUP_OK);
    fuzz_is_json(text, length);
    free(text);
  }
  csup_assessment assessment;
  HOLDS(csup_case_assessment(c, &assessment) == CSUP_OK);
  for (size_t i = 0; i < csup_case_visit_count(c); i++) {
    const char *state = NULL;
    csup_time entered = 0;
    csup_duration spent = 0;
    HOLDS(csup_case_visit_at(c, i, &state, &entered) == CSUP_OK);
    HOLDS(csup_case_time_in_state(c, state, now, &spent) == CSUP_OK && spent >= 0);
  }
}

/* The same; and saving and loading gives the same bytes. */
static inline void fuzz_look(csup_policy *policy, const csup_case *c, csup_time now) {
  fuzz_read(c, now);
  size_t length = 0;
  char *saved = fuzz_save(c, &length);
  csup_case *loaded = NULL;
  HOLDS(csup_case_load(policy, saved, length, NULL, &loaded, NULL) == CSUP_OK);
  size_t again_length = 0;
  char *again = fuzz_save(loaded, &again_length);
  HOLDS(length == again_length && memcmp(saved, again, length) == 0);
  csup_time wakeup = 0, loaded_wakeup = 0;
  HOLDS(csup_case_next_wakeup(c, &wakeup) == csup_case_next_wakeup(loaded, &loaded_wakeup) && wakeup == loaded_wakeup);
  free(again);
  free(saved);
  csup_case_free(loaded);
}

/* Follows the wake-ups: a microsecond before each nothing is decided, at each something is. */
static inline void fuzz_follow(csup_case *c, csup_decisions *list, int steps, int64_t *seq, csup_time *at) {
  csup_time wakeup = 0;
  while (steps-- > 0 && csup_case_next_wakeup(c, &wakeup) == CSUP_OK) {
    csup_status status = csup_case_advance(c, wakeup - 1, list, NULL);
    HOLDS(status == CSUP_OK && csup_decisions_count(list) == 0);
    status = csup_case_advance(c, wakeup, list, NULL);
    if (status != CSUP_OK)
      return; /* past the year 2200, or out of the purse */
    HOLDS(csup_decisions_count(list) > 0);
    fuzz_take(list, seq, at);
  }
}

#endif
