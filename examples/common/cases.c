#include "common.h"

#include <stdlib.h>
#include <string.h>

static uint64_t hash_of(const char *id, size_t length) {
  uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ (unsigned char)id[i]) * UINT64_C(1099511628211);
  return hash ^ hash >> 32;
}

/* The slot of the case, or the free one where it belongs. There is always a free one. */
static size_t find_slot(const cases *in, const char *id, size_t length, uint64_t hash) {
  size_t mask = in->slot_count - 1;
  for (size_t slot = (size_t)hash & mask;; slot = (slot + 1) & mask) {
    if (in->slots[slot] == 0)
      return slot;
    const entry *other = &in->entries[in->slots[slot] - 1];
    if (other->hash == hash && other->length == length && memcmp(other->id, id, length) == 0)
      return slot;
  }
}

entry *cases_find(const cases *in, const char *id, size_t length) {
  if (in->count == 0)
    return NULL;
  size_t index = in->slots[find_slot(in, id, length, hash_of(id, length))];
  return index == 0 ? NULL : &in->entries[index - 1];
}

static void grow(cases *all) {
  all->capacity = all->capacity == 0 ? 64 : all->capacity * 2;
  all->slot_count = all->capacity * 2;
  all->entries = need_memory(all->entries, all->capacity, sizeof *all->entries);
  all->slots = need_memory(all->slots, all->slot_count, sizeof *all->slots);
  memset(all->slots, 0, all->slot_count * sizeof *all->slots);
  for (size_t i = 0; i < all->count; i++) {
    const entry *one = &all->entries[i];
    all->slots[find_slot(all, one->id, one->length, one->hash)] = i + 1;
  }
}

void cases_add(cases *to, const char *id, size_t length, csup_case *support_case) {
  if (to->count == to->capacity)
    grow(to);
  entry *added = &to->entries[to->count];
  *added = (entry){.support_case = support_case, .length = length, .hash = hash_of(id, length)};
  added->id = need_memory(NULL, length + 1, 1);
  memcpy(added->id, id, length);
  added->id[length] = '\0';
  to->slots[find_slot(to, id, length, added->hash)] = ++to->count;
}

void cases_free(cases *all) {
  for (size_t i = 0; i < all->count; i++) {
    csup_case_free(all->entries[i].support_case);
    free(all->entries[i].id);
  }
  free(all->entries);
  free(all->slots);
  *all = (cases){0};
}
