#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static void *resize_with_malloc(void *context, void *block, size_t old_size, size_t new_size) {
  (void)context;
  (void)old_size;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  return realloc(block, new_size);
}

csup_status csup_allocator_take(const csup_allocator *given, csup_allocator *out) {
  if (given && !given->resize)
    return CSUP_E_ARGUMENT;
  *out = given ? *given : (csup_allocator){NULL, resize_with_malloc};
  return CSUP_OK;
}

void *csup_allocate(const csup_allocator *allocator, size_t size) {
  return allocator->resize(allocator->context, NULL, 0, size ? size : 1);
}

void *csup_reallocate(const csup_allocator *allocator, void *block, size_t old_size, size_t new_size) {
  return allocator->resize(allocator->context, block, block && old_size == 0 ? 1 : old_size, new_size ? new_size : 1);
}

void csup_release(const csup_allocator *allocator, void *block, size_t size) {
  if (block)
    (void)allocator->resize(allocator->context, block, size ? size : 1, 0);
}

csup_status csup_grow(const csup_allocator *allocator, void **array, size_t element_size, size_t *capacity, size_t needed) {
  if (needed <= *capacity)
    return CSUP_OK;
  size_t grown = *capacity ? *capacity : 4;
  while (grown < needed) {
    if (grown > SIZE_MAX / 2)
      return CSUP_E_NOMEM;
    grown *= 2;
  }
  if (grown > SIZE_MAX / element_size)
    return CSUP_E_NOMEM;
  void *block = csup_reallocate(allocator, *array, *capacity * element_size, grown * element_size);
  if (!block)
    return CSUP_E_NOMEM;
  *array = block;
  *capacity = grown;
  return CSUP_OK;
}

#define CHUNK_BYTES 4000
#define ALIGNMENT   _Alignof(max_align_t)

typedef struct csup_arena_chunk {
  struct csup_arena_chunk *next;
  size_t size; /* of the whole block */
  size_t used; /* of `bytes` */
  max_align_t bytes[];
} chunk;

void csup_arena_init(csup_arena *arena, const csup_allocator *allocator) {
  arena->allocator = *allocator;
  arena->chunks = NULL;
}

void *csup_arena_allocate(csup_arena *arena, size_t count, size_t element_size) {
  if (element_size != 0 && count > (SIZE_MAX / 2) / element_size)
    return NULL;
  size_t size = count * element_size;
  size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  chunk *head = arena->chunks;
  size_t room = head ? head->size - sizeof(chunk) - head->used : 0;
  if (!head || room < size) {
    size_t block = sizeof(chunk) + (size > CHUNK_BYTES ? size : CHUNK_BYTES / ALIGNMENT * ALIGNMENT);
    chunk *fresh = csup_allocate(&arena->allocator, block);
    if (!fresh)
      return NULL;
    fresh->size = block;
    fresh->used = 0;
    /* A large block goes behind the head, so that what is left of the head is still used. */
    if (head && size > CHUNK_BYTES) {
      fresh->next = head->next;
      head->next = fresh;
    } else {
      fresh->next = head;
      arena->chunks = fresh;
    }
    head = fresh;
  }
  unsigned char *start = (unsigned char *)head->bytes + head->used;
  head->used += size;
  memset(start, 0, size);
  return start;
}

char *csup_arena_copy(csup_arena *arena, const char *text, size_t length) {
  char *copy = csup_arena_allocate(arena, length + 1, 1);
  if (copy && length > 0)
    memcpy(copy, text, length);
  return copy;
}

void csup_arena_free(csup_arena *arena) {
  chunk *at = arena->chunks;
  while (at) {
    chunk *next = at->next;
    csup_release(&arena->allocator, at, at->size);
    at = next;
  }
  arena->chunks = NULL;
}
