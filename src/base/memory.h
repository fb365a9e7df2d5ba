/* The one door to memory: a host's allocator, and an arena for what lives and dies together. */
#ifndef CSUP_BASE_MEMORY_H
#define CSUP_BASE_MEMORY_H

#include "csupport/base.h"

/* Copies the host's allocator, or the malloc one for NULL. CSUP_E_ARGUMENT when it has no function. */
csup_status csup_allocator_take(const csup_allocator *given, csup_allocator *out);

void *csup_allocate(const csup_allocator *allocator, size_t size); /* not zeroed; size 0 gives a unique small block */
void *csup_reallocate(const csup_allocator *allocator, void *block, size_t old_size, size_t new_size);
void csup_release(const csup_allocator *allocator, void *block, size_t size); /* NULL is fine */

/* Grows an array for at least `needed` elements (doubling); the block and *capacity stay as they were on CSUP_E_NOMEM. */
csup_status csup_grow(const csup_allocator *allocator, void **array, size_t element_size, size_t *capacity, size_t needed);

/* Bump allocation in chunks; nothing is freed singly. Zero-initialise but for the allocator. */
typedef struct csup_arena {
  csup_allocator allocator;
  struct csup_arena_chunk *chunks;
} csup_arena;

void csup_arena_init(csup_arena *arena, const csup_allocator *allocator);
void *csup_arena_allocate(csup_arena *arena, size_t count,
                          size_t element_size); /* zeroed, aligned for any type; NULL: no memory or overflow */
char *csup_arena_copy(csup_arena *arena, const char *text, size_t length); /* NUL-terminated copy */
void csup_arena_free(csup_arena *arena);                                   /* the arena can be used again */

#endif
