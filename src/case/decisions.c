/* The list of decisions that a host owns and reuses. Texts of the policy are borrowed, the policy being retained; all other texts
   are copied into chunks that never move. */
#include "case/case.h"

#include <string.h>

#define CHUNK_BYTES 1024

typedef struct text_chunk {
  char *bytes;
  size_t capacity;
} text_chunk;

struct csup_decisions {
  csup_allocator allocator;
  csup_decision *items; /* behind the first `count` all bytes are 0 */
  size_t count, capacity;
  text_chunk *chunks;
  size_t chunk_count, chunk_capacity;
  size_t chunk, used;     /* where the next text goes */
  csup_policy **policies; /* whose texts the decisions borrow */
  size_t policy_count, policy_capacity;
  void *scratch, *notes;
  size_t scratch_size, notes_size;
};

csup_status csup_decisions_create(const csup_allocator *allocator, csup_decisions **out) {
  csup_allocator own;
  if (!out || csup_allocator_take(allocator, &own) != CSUP_OK)
    return CSUP_E_ARGUMENT;
  csup_decisions *list = csup_allocate(&own, sizeof *list);
  if (!list)
    return CSUP_E_NOMEM;
  *list = (csup_decisions){.allocator = own};
  *out = list;
  return CSUP_OK;
}

/* Leaves the first `count`. Blank room is made in one go, here and where the list grows: for each decision alone it costs more
   than what is written into it. */
static void forget(csup_decisions *list, size_t count) {
  if (list->count > count)
    memset(list->items + count, 0, (list->count - count) * sizeof *list->items);
  list->count = count;
}

static bool grow(csup_decisions *list) {
  size_t before = list->capacity;
  if (csup_grow(&list->allocator, (void **)&list->items, sizeof *list->items, &list->capacity, list->count + 1))
    return false;
  memset(list->items + before, 0, (list->capacity - before) * sizeof *list->items);
  return true;
}

void csup_decisions_clear(csup_decisions *decisions) {
  if (!decisions)
    return;
  for (size_t i = 0; i < decisions->policy_count; i++)
    csup_policy_release(decisions->policies[i]);
  forget(decisions, 0);
  decisions->chunk = decisions->used = decisions->policy_count = 0;
}

void csup_decisions_free(csup_decisions *decisions) {
  if (!decisions)
    return;
  csup_decisions_clear(decisions);
  csup_allocator own = decisions->allocator;
  for (size_t i = 0; i < decisions->chunk_count; i++)
    csup_release(&own, decisions->chunks[i].bytes, decisions->chunks[i].capacity);
  csup_release(&own, decisions->chunks, decisions->chunk_capacity * sizeof *decisions->chunks);
  csup_release(&own, decisions->items, decisions->capacity * sizeof *decisions->items);
  csup_release(&own, decisions->policies, decisions->policy_capacity * sizeof *decisions->policies);
  csup_release(&own, decisions->scratch, decisions->scratch_size);
  csup_release(&own, decisions->notes, decisions->notes_size);
  csup_release(&own, decisions, sizeof *decisions);
}

size_t csup_decisions_count(const csup_decisions *decisions) {
  return decisions ? decisions->count : 0;
}

const csup_decision *csup_decisions_at(const csup_decisions *decisions, size_t index) {
  return decisions && index < decisions->count ? &decisions->items[index] : NULL;
}

bool csup_decisions_keep(csup_decisions *list, const char *text, const char **kept) {
  *kept = NULL;
  if (!text)
    return true;
  size_t size = strlen(text) + 1;
  while (list->chunk < list->chunk_count && list->chunks[list->chunk].capacity - list->used < size) {
    list->chunk++;
    list->used = 0;
  }
  if (list->chunk == list->chunk_count) {
    if (csup_grow(&list->allocator, (void **)&list->chunks, sizeof *list->chunks, &list->chunk_capacity, list->chunk_count + 1))
      return false;
    size_t capacity = size > CHUNK_BYTES ? size : CHUNK_BYTES;
    char *bytes = csup_allocate(&list->allocator, capacity);
    if (!bytes)
      return false;
    list->chunks[list->chunk_count++] = (text_chunk){bytes, capacity};
    list->used = 0;
  }
  char *place = list->chunks[list->chunk].bytes + list->used;
  memcpy(place, text, size);
  list->used += size;
  *kept = place;
  return true;
}

static void *room_for(csup_decisions *list, void **block, size_t *size, size_t needed) {
  if (needed > *size) {
    size_t wanted = needed + needed / 2;
    void *grown = csup_reallocate(&list->allocator, *block, *size, wanted);
    if (!grown)
      return NULL;
    *block = grown;
    *size = wanted;
  }
  return *block;
}

void *csup_decisions_scratch(csup_decisions *list, size_t size) {
  return room_for(list, &list->scratch, &list->scratch_size, size);
}

void *csup_decisions_notes(csup_decisions *list, size_t size) {
  return room_for(list, &list->notes, &list->notes_size, size);
}

csup_decision *csup_decisions_last(csup_decisions *list) {
  return &list->items[list->count - 1];
}

csup_decisions_mark csup_decisions_now(const csup_decisions *list) {
  return (csup_decisions_mark){list->count, list->chunk, list->used};
}

void csup_decisions_back(csup_decisions *list, csup_decisions_mark mark) {
  forget(list, mark.count);
  list->chunk = mark.chunk;
  list->used = mark.used;
}

/* The list keeps alive every policy whose texts its decisions borrow; nearly always it is the one it already holds. */
static bool hold_policy(csup_decisions *list, csup_policy *policy) {
  for (size_t i = list->policy_count; i-- > 0;)
    if (list->policies[i] == policy)
      return true;
  if (csup_grow(&list->allocator, (void **)&list->policies, sizeof *list->policies, &list->policy_capacity,
                list->policy_count + 1))
    return false;
  list->policies[list->policy_count++] = csup_policy_retain(policy);
  return true;
}

csup_decision *csup_decide(csup_call *call, csup_decision_kind kind) {
  csup_decisions *list = call->list;
  csup_case_head *head = call->c->head;
  if (!call->case_id) {
    if (!hold_policy(list, call->c->policy) ||
        !csup_decisions_keep(list, csup_case_string(call->c, head->case_id), &call->case_id))
      return NULL;
  }
  if (list->count == list->capacity && !grow(list))
    return NULL;
  csup_decision *decision = &list->items[list->count++];
  decision->at = call->at;
  decision->seq = ++head->seq;
  decision->due = CSUP_TIME_NEVER;
  decision->kind = kind;
  decision->case_id = call->case_id;
  return decision;
}
