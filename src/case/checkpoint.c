/* What a call changes is kept before it changes, so that a call that fails can put everything back. Most of a case is not touched
   by most events, and what is not touched need not even be read: so only the front of the block is copied at once, and of the
   rest each part when it is about to change, to its place in an image of the block. */
#include "case/watch.h"

#include <string.h>

#define BITS 64

/* All up to where the cycles begin. */
static size_t front_size(const csup_case *c) {
  return (size_t)((const char *)c->cycles - (const char *)c->head);
}

/* Cycles, tracks and watches lie one behind the other, to the end. */
static size_t image_size(const csup_case *c) {
  return (size_t)((const char *)(c->watches + c->policy->rules.count) - (const char *)c->head);
}

/* Cycles, tracks and watches are numbered one behind the other. */
static size_t part_count(const csup_policy *policy) {
  return (size_t)policy->clocks.count + (size_t)policy->track_count + (size_t)policy->rules.count;
}

/* What changes in place beside the block, mostly nothing. */
typedef struct list {
  void *bytes;
  size_t size;
} list;

#define LIST_COUNT 3

static void lists_of(csup_case *c, list lists[LIST_COUNT]) {
  const csup_case_head *head = c->head;
  size_t watches = head->promise_count * (size_t)c->policy->promise_rules.count;
  lists[0] = (list){c->promises, head->promise_count * sizeof *c->promises};
  lists[1] = (list){c->promise_watches, watches * sizeof *c->promise_watches};
  lists[2] = (list){c->requests, head->request_count * sizeof *c->requests};
}

bool csup_checkpoint_take(csup_call *call, csup_checkpoint *out) {
  csup_case *c = call->c;
  bool has_lists = c->head->promise_count + c->head->request_count > 0;
  list lists[LIST_COUNT];
  if (has_lists)
    lists_of(c, lists);
  size_t image = image_size(c);
  size_t words = (part_count(c->policy) + BITS - 1) / BITS;
  size_t size = image + words * sizeof *call->kept;
  for (int i = 0; has_lists && i < LIST_COUNT; i++)
    size += lists[i].size;
  char *room = csup_decisions_scratch(call->list, size);
  if (!room)
    return false;
  out->mark = csup_decisions_now(call->list);
  call->image = room;
  call->first_span = c->head->span_count;
  call->kept = (uint64_t *)(void *)(room + image);
  out->parts = room + image + words * sizeof *call->kept;
  memcpy(call->image, c->head, front_size(c));
  for (size_t i = 0; i < words; i++)
    call->kept[i] = 0;
  char *to = out->parts;
  for (int i = 0; has_lists && i < LIST_COUNT; to += lists[i++].size)
    if (lists[i].size > 0)
      memcpy(to, lists[i].bytes, lists[i].size);
  return true;
}

static void keep(csup_call *call, size_t part, const void *place, size_t size) {
  if (!call->image || (call->kept[part / BITS] >> part % BITS & 1) != 0)
    return;
  call->kept[part / BITS] |= UINT64_C(1) << part % BITS;
  memcpy(call->image + ((const char *)place - (const char *)call->c->head), place, size);
}

csup_cycle *csup_case_cycle(csup_call *call, int32_t clock) {
  csup_cycle *cycle = &call->c->cycles[clock];
  keep(call, (size_t)clock, cycle, sizeof *cycle);
  return cycle;
}

csup_track *csup_case_track(csup_call *call, int32_t index) {
  csup_track *track = &call->c->tracks[index];
  keep(call, (size_t)(call->policy->clocks.count + index), track, sizeof *track);
  return track;
}

csup_watch_of *csup_case_watch(csup_call *call, int32_t rule) {
  csup_watch_of *watch = &call->c->watches[rule];
  keep(call, (size_t)(call->policy->clocks.count + call->policy->track_count + rule), watch, sizeof *watch);
  return watch;
}

static void put_back(const csup_call *call, size_t *part, void *array, size_t element_size, int32_t count) {
  for (int32_t i = 0; i < count; i++, ++*part) {
    char *place = (char *)array + (size_t)i * element_size;
    if (call->kept[*part / BITS] >> *part % BITS & 1)
      memcpy(place, call->image + (place - (char *)call->c->head), element_size);
  }
}

void csup_checkpoint_restore(csup_call *call, const csup_checkpoint *from) {
  csup_case *c = call->c;
  const csup_policy *policy = call->policy;
  size_t part = 0;
  /* The head first: it tells how long the lists were. */
  memcpy(c->head, call->image, front_size(c));
  put_back(call, &part, c->cycles, sizeof *c->cycles, policy->clocks.count);
  put_back(call, &part, c->tracks, sizeof *c->tracks, policy->track_count);
  put_back(call, &part, c->watches, sizeof *c->watches, policy->rules.count);
  list lists[LIST_COUNT];
  lists_of(c, lists);
  const char *at = from->parts;
  for (int i = 0; i < LIST_COUNT; at += lists[i++].size)
    if (lists[i].size > 0)
      memcpy(lists[i].bytes, at, lists[i].size);
  csup_decisions_back(call->list, from->mark);
}
