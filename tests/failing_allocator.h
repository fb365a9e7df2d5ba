/* A host's allocator that fails on demand, checks every size it is told, and knows what is still held. */
#ifndef CSUP_TESTS_FAILING_ALLOCATOR_H
#define CSUP_TESTS_FAILING_ALLOCATOR_H

#include "csupport/base.h"

#include <stdlib.h>

typedef struct failing_allocator {
  long fail_at;  /* the request that fails, counted from 0; -1: none */
  long requests; /* for memory, so far */
  long blocks;   /* held */
  size_t bytes;  /* held */
} failing_allocator;

/* Each block carries its size in front, so that a wrong `old_size` is noticed. */
static void *failing_resize(void *context, void *block, size_t old_size, size_t new_size) {
  failing_allocator *self = context;
  size_t *head = block ? (size_t *)block - 2 : NULL;
  if (head ? head[0] != old_size : old_size != 0)
    abort();
  if (new_size == 0) {
    if (head) {
      self->blocks--;
      self->bytes -= old_size;
    }
    free(head);
    return NULL;
  }
  if (self->requests++ == self->fail_at)
    return NULL;
  size_t *fresh = realloc(head, new_size + 2 * sizeof *fresh);
  if (!fresh)
    abort();
  fresh[0] = new_size;
  self->blocks += !head;
  self->bytes += new_size - old_size;
  return fresh + 2;
}

/* The same for the JSON library, whose functions are the process's own and have no context. */
static failing_allocator failing_json = {.fail_at = -1};

static inline void *failing_json_malloc(size_t size) {
  return failing_resize(&failing_json, NULL, 0, size ? size : 1);
}

static inline void failing_json_free(void *block) {
  if (block)
    (void)failing_resize(&failing_json, block, ((size_t *)block - 2)[0], 0);
}

#endif
