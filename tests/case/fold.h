/* A journal folded, its decisions as text: what most tests of a case compare. */
#ifndef CSUP_TESTS_CASE_FOLD_H
#define CSUP_TESTS_CASE_FOLD_H

#include "csupport.h"
#include "support/text_buffer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct fold {
  csup_case *c;
  csup_decisions *list;
  text_buffer decisions; /* JSON Lines */
} fold;

static inline bool fold_begin(fold *f, csup_policy *policy, const csup_allocator *allocator) {
  *f = (fold){.c = NULL};
  if (csup_decisions_create(allocator, &f->list) != CSUP_OK)
    return false;
  if (csup_case_create(policy, allocator, &f->c) == CSUP_OK)
    return true;
  csup_decisions_free(f->list);
  *f = (fold){.c = NULL};
  return false;
}

static inline void fold_end(fold *f) {
  csup_case_free(f->c);
  csup_decisions_free(f->list);
  text_free(&f->decisions);
}

static inline void fold_add_decision(text_buffer *out, const csup_decision *decision) {
  char text[4096];
  size_t length = 0;
  if (csup_decision_to_json(decision, text, sizeof text, &length) == CSUP_OK) {
    text_add_bytes(out, text, length);
  } else {
    char *longer = malloc(length + 1);
    if (!longer || csup_decision_to_json(decision, longer, length + 1, &length) != CSUP_OK)
      abort();
    text_add_bytes(out, longer, length);
    free(longer);
  }
  text_add(out, "\n");
}

/* Moves what the list holds to the text. */
static inline void fold_take(fold *f) {
  for (size_t i = 0; i < csup_decisions_count(f->list); i++)
    fold_add_decision(&f->decisions, csup_decisions_at(f->list, i));
  csup_decisions_clear(f->list);
}

static inline csup_status fold_line(fold *f, const char *line, csup_error *error) {
  csup_status status = csup_case_apply_json(f->c, line, strlen(line), f->list, error);
  fold_take(f);
  return status;
}

static inline csup_status fold_advance(fold *f, csup_time now) {
  csup_status status = csup_case_advance(f->c, now, f->list, NULL);
  fold_take(f);
  return status;
}

static inline csup_time fold_wakeup(const fold *f) {
  csup_time at = 0;
  (void)csup_case_next_wakeup(f->c, &at);
  return at;
}

/* The snapshot, in place of what `out` held. */
static inline void fold_save(const fold *f, text_buffer *out) {
  size_t length = 0;
  (void)csup_case_save(f->c, NULL, 0, &length);
  unsigned char *bytes = malloc(length);
  if (!bytes || csup_case_save(f->c, bytes, length, &length) != CSUP_OK)
    abort();
  text_clear(out);
  text_add_bytes(out, (const char *)bytes, length);
  free(bytes);
}

static inline csup_status fold_load(fold *f, csup_policy *policy, const text_buffer *bytes, const csup_allocator *allocator) {
  csup_case *loaded = NULL;
  csup_status status = csup_case_load(policy, bytes->text, bytes->length, allocator, &loaded, NULL);
  if (status != CSUP_OK)
    return status;
  csup_case_free(f->c);
  f->c = loaded;
  return CSUP_OK;
}

#endif
