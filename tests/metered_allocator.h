/* An allocator that knows how much is held, and how much was held at most. */
#ifndef CSUP_TESTS_METERED_ALLOCATOR_H
#define CSUP_TESTS_METERED_ALLOCATOR_H

#include <stddef.h>
#include <stdlib.h>

typedef struct meter {
  size_t used, peak;
} meter;

static inline void *metered_resize(void *context, void *block, size_t old_size, size_t new_size) {
  meter *m = context;
  m->used += new_size - old_size;
  m->peak = m->used > m->peak ? m->used : m->peak;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  return realloc(block, new_size);
}

#endif
