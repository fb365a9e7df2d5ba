/* A policy of which only fields and impact are compiled: all that this room needs. */
#ifndef CSUP_TESTS_IMPACT_MODEL_H
#define CSUP_TESTS_IMPACT_MODEL_H

#include "csupport/impact.h"
#include "impact/impact.h"
#include "policy/policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `document` is a policy document; what is not fields or impact is passed over. Without impact the built-in model is compiled.
   `used` bytes of the arena's first block are taken beforehand, so that a later request needs the second block. */
static inline csup_status model_open_in(csup_policy *policy, const char *document, const csup_allocator *allocator, size_t used,
                                        csup_error *error) {
  memset(policy, 0, sizeof *policy);
  csup_allocator taken;
  csup_allocator_take(allocator, &taken);
  csup_arena_init(&policy->arena, &taken);
  csup_symbols_init(&policy->symbols, &policy->arena);
  csup_json_document parsed, built_in;
  csup_json root, fields, impact, default_root;
  csup_status status = csup_json_open(&parsed, document, strlen(document), CSUP_E_POLICY, CSUP_E_POLICY, error, &root);
  if (status) {
    csup_json_close(&parsed);
    return status;
  }
  csup_json_member(&root, "fields", &fields);
  status = csup_json_open(&built_in, csup_impact_default(), strlen(csup_impact_default()), CSUP_E_POLICY, CSUP_E_POLICY, error,
                          &default_root);
  if (!csup_json_member(&root, "impact", &impact))
    impact = default_root;
  if (status == CSUP_OK && used > 0 && !csup_arena_allocate(&policy->arena, used, 1))
    status = CSUP_E_NOMEM;
  if (status == CSUP_OK)
    status = csup_schema_init(&policy->schema, &policy->arena, &policy->symbols);
  if (status == CSUP_OK)
    status = csup_schema_fields(&policy->schema, &fields);
  if (status == CSUP_OK)
    status = csup_impact_declare(&impact, &policy->schema, &policy->impact);
  if (status == CSUP_OK)
    status = csup_impact_compile(&impact, &policy->schema, policy->impact);
  csup_json_close(&built_in);
  csup_json_close(&parsed);
  return status;
}

static inline csup_status model_open(csup_policy *policy, const char *document, const csup_allocator *allocator,
                                     csup_error *error) {
  return model_open_in(policy, document, allocator, 0, error);
}

static inline void model_close(csup_policy *policy) {
  csup_arena_free(&policy->arena);
}

/* JSON in C is easier to read with ' for ". The text is the caller's to free. */
static inline char *unquote(const char *text) {
  char *copy = malloc(strlen(text) + 1);
  for (char *at = strcpy(copy, text); *at; at++)
    if (*at == '\'')
      *at = '"';
  return copy;
}

/* A whole file, NUL-terminated, or NULL. The text is the caller's to free. */
static inline char *read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file)
    return NULL;
  size_t length = 0, capacity = 1 << 16;
  char *text = malloc(capacity);
  for (size_t got; (got = fread(text + length, 1, capacity - length - 1, file)) > 0;) {
    length += got;
    if (length + 1 == capacity)
      text = realloc(text, capacity *= 2);
  }
  fclose(file);
  text[length] = '\0';
  return text;
}

#endif
