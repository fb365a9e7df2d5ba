/* A case as bytes: little-endian, versioned, checksummed, tied to its policy. One description serves both directions: each field
   is visited in order, and is written or read. Texts are written out, so that nothing in the bytes depends on how this library
   numbers them.

   Layout: "csupcase", format (u32), fingerprint of the policy (u64), fields, checksum of all before it (u64, FNV-1a). Magic,
   format, fingerprint and checksum stand there in every format. */
#include "case/watch.h"

#include <string.h>

#define FORMAT     1
#define MAGIC      "csupcase"
#define MAGIC_SIZE 8
#define HEAD_SIZE  (MAGIC_SIZE + 4 + 8)
#define CHECK_SIZE 8
#define COUNT_MAX  (1 << 30) /* of what is counted up from here on */
#define CYCLE_MAX  (1 << 27) /* the same of a clock's cycles */

typedef struct codec {
  csup_case *c;
  const uint8_t *in; /* reading; NULL: writing */
  uint8_t *out;      /* writing, as far as `capacity` goes */
  size_t capacity;   /* of in or out */
  size_t at;
  csup_status status; /* the first fault; the rest is skipped */
} codec;

static void fail(codec *k, csup_status status) {
  if (k->status == CSUP_OK)
    k->status = status;
}

static void visit_bytes(codec *k, void *bytes, size_t size) {
  if (k->status != CSUP_OK || size == 0)
    return;
  if (k->in) {
    if (size > k->capacity - k->at) {
      fail(k, CSUP_E_CORRUPT);
      return;
    }
    memcpy(bytes, k->in + k->at, size);
  } else if (k->out && k->at <= k->capacity && size <= k->capacity - k->at) {
    memcpy(k->out + k->at, bytes, size);
  }
  k->at += size;
}

/* `size` bytes of a number, the lowest first. */
static uint64_t visit_number(codec *k, uint64_t value, size_t size) {
  uint8_t bytes[8];
  for (size_t i = 0; i < size; i++)
    bytes[i] = (uint8_t)(value >> (8 * i));
  visit_bytes(k, bytes, size);
  if (!k->in || k->status != CSUP_OK)
    return value;
  uint64_t read = 0;
  for (size_t i = 0; i < size; i++)
    read |= (uint64_t)bytes[i] << (8 * i);
  return read;
}

static void visit_i64(codec *k, int64_t *value) {
  *value = (int64_t)visit_number(k, (uint64_t)*value, 8);
}

/* An instant of the civil range, or one of the two that stand for none. */
static void visit_time(codec *k, csup_time *at) {
  visit_i64(k, at);
  if (k->in && *at != CSUP_TIME_NEVER && *at != INT64_MIN && (*at < CSUP_TIME_FIRST - 1 || *at > CSUP_TIME_LAST + 1))
    fail(k, CSUP_E_CORRUPT);
}

static void visit_i32(codec *k, int32_t *value, int32_t low, int32_t high) {
  *value = (int32_t)(uint32_t)visit_number(k, (uint32_t)*value, 4);
  if (k->in && (*value < low || *value > high))
    fail(k, CSUP_E_CORRUPT);
}

/* Numbers that the case keeps small stand there as others do. */
static void visit_i16(codec *k, int16_t *value, int32_t low, int32_t high) {
  int32_t wide = *value;
  visit_i32(k, &wide, low, high);
  *value = (int16_t)wide;
}

static void visit_i8(codec *k, int8_t *value, int32_t low, int32_t high) {
  int32_t wide = 0 + *value; /* signed: -1 is none */
  visit_i32(k, &wide, low, high);
  *value = (int8_t)wide;
}

static void visit_u8(codec *k, uint8_t *value, uint8_t high) {
  *value = (uint8_t)visit_number(k, *value, 1);
  if (k->in && *value > high)
    fail(k, CSUP_E_CORRUPT);
}

/* Returns a count; when reading, no more elements of at least `least` bytes than are left (and one, for a string's NUL). */
static uint32_t visit_count(codec *k, uint32_t count, size_t least) {
  count = (uint32_t)visit_number(k, count, 4);
  if (k->status != CSUP_OK)
    return 0;
  if (k->in && count > (k->capacity - k->at) / least + 1) {
    fail(k, CSUP_E_CORRUPT);
    return 0;
  }
  return count;
}

/* A string with its length + 1 in front; 0 stands for none. Reading gives a copy, to be ended with end_string. */
static const char *visit_string(codec *k, const char *text, char **copy, uint32_t *size_out) {
  uint32_t size = visit_count(k, text ? (uint32_t)strlen(text) + 1 : 0, 1);
  *copy = NULL;
  *size_out = size;
  if (k->status != CSUP_OK || size == 0)
    return NULL;
  if (!k->in) {
    visit_bytes(k, (void *)(uintptr_t)text, size - 1);
    return text;
  }
  *copy = csup_allocate(&k->c->allocator, size);
  if (!*copy) {
    fail(k, CSUP_E_NOMEM);
    return NULL;
  }
  visit_bytes(k, *copy, size - 1);
  (*copy)[size - 1] = '\0';
  if (strlen(*copy) != size - 1 || !csup_text_is_utf8(*copy, size - 1))
    fail(k, CSUP_E_CORRUPT);
  return *copy;
}

static void end_string(codec *k, char *copy, uint32_t size) {
  csup_release(&k->c->allocator, copy, size);
}

static void visit_text(codec *k, csup_text *text) {
  char *copy = NULL;
  uint32_t size = 0;
  const char *string = visit_string(k, csup_case_string(k->c, *text), &copy, &size);
  if (k->in && k->status == CSUP_OK)
    fail(k, csup_case_text(k->c, string, text));
  end_string(k, copy, size);
}

static void visit_slot(codec *k, int32_t slot) {
  const csup_fact *fact = &k->c->policy->schema.facts[slot];
  int64_t *value = &k->c->slots[slot];
  if (fact->type != CSUP_FACT_TEXT) {
    visit_i64(k, value);
    bool is_choice = fact->type == CSUP_FACT_CHOICE || fact->type == CSUP_FACT_FLAG;
    int64_t high = fact->type == CSUP_FACT_FLAG ? 1 : fact->choice_count - 1;
    if (k->in && *value != CSUP_ABSENT && is_choice && (*value < 0 || *value > high))
      fail(k, CSUP_E_CORRUPT);
    return;
  }
  char *copy = NULL;
  uint32_t size = 0;
  const char *string = visit_string(k, csup_case_symbol_text(k->c, *value), &copy, &size);
  if (k->in && k->status == CSUP_OK && string)
    fail(k, csup_case_symbol(k->c, string, value));
  end_string(k, copy, size);
}

static void visit_pin(codec *k, csup_pin *pin, int32_t ranks) {
  visit_time(k, &pin->until);
  visit_i8(k, &pin->value, -1, ranks - 1);
  visit_u8(k, &pin->agreed, 1);
  visit_text(k, &pin->because);
}

static void visit_answers(codec *k, csup_answers *answers) {
  const csup_impact *impact = k->c->policy->impact;
  int32_t count = csup_impact_dimension_count(impact);
  for (int32_t i = 0; i < count; i++) {
    visit_u8(k, &answers->level[i], UINT8_MAX);
    visit_u8(k, &answers->basis[i], CSUP_BASIS_VERIFIED);
    if (k->in && k->status == CSUP_OK && answers->level[i] >= csup_impact_level_count(impact, i))
      fail(k, CSUP_E_CORRUPT);
  }
}

static void visit_head(codec *k) {
  csup_case_head *head = k->c->head;
  const csup_policy *policy = k->c->policy;
  int32_t states = csup_workflow_state_count(policy->workflow);
  int32_t priorities = csup_impact_priority_count(policy->impact);
  int32_t severities = csup_impact_severity_count(policy->impact);
  int32_t urgencies = csup_impact_urgency_count(policy->impact);
  csup_time *times[] = {&head->opened, &head->last, &head->settled, &head->entered};
  for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
    visit_time(k, times[i]);
  visit_i64(k, &head->seq);
  visit_i64(k, &head->minutes);
  visit_i64(k, &head->cost);
  visit_i16(k, &head->state, -1, states - 1);
  visit_i16(k, &head->resume, -1, states - 1);
  visit_i8(k, &head->csat, -1, 5);
  visit_i8(k, &head->effort, -1, 7);
  visit_i8(k, &head->nps, -1, 10);
  visit_u8(k, &head->preventable, 1);
  visit_u8(k, &head->unanswered, 1);
  visit_text(k, &head->case_id);
  visit_text(k, &head->into);
  visit_i16(k, &head->assessed.impact_score, 0, 1000);
  visit_i16(k, &head->assessed.urgency_score, 0, 1000);
  visit_i8(k, &head->assessed.severity, 0, severities - 1);
  visit_i8(k, &head->assessed.urgency, 0, urgencies - 1);
  visit_i8(k, &head->severity, -1, severities - 1);
  visit_i8(k, &head->priority, -1, priorities - 1);
  visit_i8(k, &head->raised, -1, priorities - 1);
  visit_pin(k, &head->priority_pin, priorities);
  visit_pin(k, &head->severity_pin, severities);
  visit_answers(k, &head->answers);
  for (size_t i = 0; i < sizeof head->agreements / sizeof head->agreements[0]; i++)
    visit_i32(k, &head->agreements[i], -1, policy->agreements.count - 1);
}

static void visit_slots(codec *k) {
  const csup_schema *schema = &k->c->policy->schema;
  /* A later library may know more facts than the one that wrote these. */
  uint32_t own = visit_count(k, CSUP_SLOT_COUNT, 4);
  if (own > CSUP_SLOT_COUNT)
    fail(k, CSUP_E_CORRUPT);
  for (int32_t slot = 0; k->status == CSUP_OK && slot < (int32_t)own; slot++)
    visit_slot(k, slot);
  for (int32_t slot = CSUP_SLOT_COUNT; k->status == CSUP_OK && slot < schema->count; slot++)
    visit_slot(k, slot);
}

/* A byte says whether any level held; if so they follow. */
static void visit_levels(codec *k, int32_t clock) {
  uint64_t levels = !k->in && k->c->policy->has_levels ? csup_case_levels(k->c)[clock] : 0;
  uint8_t any = levels != 0;
  visit_u8(k, &any, 1);
  if (any && !k->c->policy->has_levels)
    fail(k, CSUP_E_CORRUPT);
  else if (any)
    levels = visit_number(k, levels, 8);
  if (k->in && k->c->policy->has_levels)
    csup_case_levels(k->c)[clock] = levels;
}

static void visit_cycle(codec *k, int32_t clock) {
  csup_cycle *cycle = &k->c->cycles[clock];
  visit_time(k, &cycle->start);
  visit_time(k, &cycle->stop);
  visit_time(k, &cycle->paused);
  uint8_t status = (uint8_t)cycle->status;
  int32_t number = (int32_t)cycle->number;
  visit_u8(k, &status, CSUP_CLOCK_CANCELLED);
  visit_i32(k, &number, 0, CYCLE_MAX);
  cycle->first_span = (uint32_t)visit_number(k, cycle->first_span, 4);
  visit_levels(k, clock);
  cycle->status = status & 15U;
  cycle->number = (uint32_t)number & (2U * CYCLE_MAX - 1);
}

static void visit_track(codec *k, int32_t index) {
  csup_track *track = &k->c->tracks[index];
  visit_time(k, &track->origin);
  visit_time(k, &track->due);
  visit_time(k, &track->since);
  visit_i64(k, &track->length);
  visit_i64(k, &track->paused);
  visit_time(k, &track->armed);
  track->warned = (uint32_t)visit_number(k, track->warned, 4);
  track->told = (uint32_t)visit_number(k, track->told, 4);
  visit_i32(k, &track->agreement, -1, k->c->policy->agreements.count - 1);
  visit_i8(k, &track->rank, -1, CSUP_RANKS_MAX - 1);
  visit_i32(k, &track->revision, 0, COUNT_MAX);
  visit_time(k, &track->breached);
  visit_u8(k, &track->has_started, 1);
  visit_u8(k, &track->catch_up, 1);
  visit_u8(k, &track->is_heir, 1);
  if (k->c->policy->has_shares) {
    visit_i64(k, &csup_case_shares(k->c)[index].left);
    visit_i64(k, &csup_case_shares(k->c)[index].whole);
  }
  if (!k->in || k->status != CSUP_OK || track->agreement < 0)
    return;
  const csup_target *target = csup_track_target(k->c, index);
  if (!target || track->rank < 0 || !target->present[track->rank])
    fail(k, CSUP_E_CORRUPT);
}

/* What else a watch knows follows from the rest of the case. */
static void visit_watch(codec *k, csup_watch_of *watch, csup_held *held) {
  visit_i32(k, &watch->occurrences, 0, COUNT_MAX);
  visit_i16(k, &watch->fired, 0, CSUP_TIMES_MAX);
  visit_i16(k, &watch->told, 0, CSUP_TIMES_MAX);
  if (!held)
    return;
  visit_time(k, &held->at);
  visit_i32(k, &held->repeat, 0, CSUP_TIMES_MAX);
}

/* Makes room for `count` elements when reading. */
static void make_room(codec *k, void **array, size_t size, uint32_t *room, size_t count) {
  if (k->in && k->status == CSUP_OK)
    fail(k, csup_case_grow(k->c, array, size, room, count));
}

static void visit_visits(codec *k) {
  csup_case *c = k->c;
  uint32_t count = visit_count(k, c->head->visit_count, 12);
  make_room(k, (void **)&c->visits, sizeof *c->visits, &c->visit_room, count);
  for (uint32_t i = 0; k->status == CSUP_OK && i < count; i++) {
    csup_time entered = k->in ? 0 : csup_visit_entered(c->visits[i]);
    int32_t state = k->in ? 0 : csup_visit_state(c->visits[i]);
    visit_time(k, &entered);
    visit_i32(k, &state, 0, csup_workflow_state_count(c->policy->workflow) - 1);
    if (k->in && k->status == CSUP_OK && !csup_time_in_range(entered))
      fail(k, CSUP_E_CORRUPT);
    if (k->in && k->status == CSUP_OK)
      c->visits[i] = csup_visit_of(entered, state);
  }
  c->head->visit_count = count;
}

static void visit_spans(codec *k) {
  csup_case *c = k->c;
  uint32_t count = visit_count(k, c->head->span_count, 24);
  make_room(k, (void **)&c->spans, sizeof *c->spans, &c->span_room, count);
  for (uint32_t i = 0; k->status == CSUP_OK && i < count; i++) {
    csup_span_of *span = &c->spans[i];
    if (k->in)
      *span = (csup_span_of){.clocks = 0};
    visit_time(k, &span->from);
    visit_time(k, &span->to);
    span->clocks = visit_number(k, span->clocks, 8);
    if (k->in && k->status == CSUP_OK && (span->clocks == 0 || (span->clocks & ~c->policy->all_clocks) != 0))
      fail(k, CSUP_E_CORRUPT);
  }
  c->head->span_count = count;
}

static void visit_promises(codec *k) {
  csup_case *c = k->c;
  uint32_t count = visit_count(k, c->head->promise_count, 40);
  make_room(k, (void **)&c->promises, sizeof *c->promises, &c->promise_room, count);
  for (uint32_t i = 0; k->status == CSUP_OK && i < count; i++) {
    csup_promise *promise = &c->promises[i];
    if (k->in)
      *promise = (csup_promise){.cycle = 0};
    visit_time(k, &promise->start);
    visit_time(k, &promise->due);
    visit_time(k, &promise->stop);
    visit_text(k, &promise->name);
    visit_i32(k, &promise->kind, 0, 1);
    visit_i32(k, &promise->cycle, 1, COUNT_MAX);
    visit_i32(k, &promise->status, CSUP_CLOCK_RUNNING, CSUP_CLOCK_CANCELLED);
    visit_i32(k, &promise->has_breached, 0, 1);
    const char *name = csup_case_string(c, promise->name);
    if (k->in && k->status == CSUP_OK && (promise->due <= promise->start || !name || strncmp(name, "promise:", 8) != 0))
      fail(k, CSUP_E_CORRUPT);
  }
  c->head->promise_count = count;
}

static csup_held *held_of(const csup_case *c, int32_t rule) {
  int32_t hold = c->policy->rule_keys[rule].hold;
  return hold < 0 ? NULL : csup_case_held(c) + hold;
}

static void visit_watches(codec *k) {
  csup_case *c = k->c;
  size_t count = c->head->promise_count * (size_t)c->policy->promise_rules.count;
  for (int32_t i = 0; k->status == CSUP_OK && i < c->policy->rules.count; i++)
    visit_watch(k, &c->watches[i], held_of(c, i));
  make_room(k, (void **)&c->promise_watches, sizeof *c->promise_watches, &c->promise_watch_room, count);
  for (size_t i = 0; k->status == CSUP_OK && i < count; i++) {
    if (k->in)
      c->promise_watches[i] = (csup_promise_watch){.next = CSUP_TIME_NEVER, .held.at = CSUP_TIME_NEVER};
    visit_watch(k, &c->promise_watches[i].watch, &c->promise_watches[i].held);
  }
}

static void visit_requests(codec *k) {
  csup_case *c = k->c;
  uint32_t count = visit_count(k, c->head->request_count, 28);
  make_room(k, (void **)&c->requests, sizeof *c->requests, &c->request_room, count);
  for (uint32_t i = 0; k->status == CSUP_OK && i < count; i++) {
    csup_asked *request = &c->requests[i];
    if (k->in)
      *request = (csup_asked){.what = 0};
    visit_time(k, &request->asked);
    visit_time(k, &request->due);
    visit_time(k, &request->provided);
    visit_text(k, &request->what);
    if (k->in && k->status == CSUP_OK && request->what == 0)
      fail(k, CSUP_E_CORRUPT);
  }
  c->head->request_count = count;
}

static void visit_fields(codec *k) {
  csup_case *c = k->c;
  visit_head(k);
  visit_slots(k);
  for (int32_t i = 0; k->status == CSUP_OK && i < c->policy->clocks.count; i++)
    visit_cycle(k, i);
  for (int32_t i = 0; k->status == CSUP_OK && i < c->policy->track_count; i++)
    visit_track(k, i);
  visit_visits(k);
  visit_spans(k);
  visit_promises(k);
  visit_watches(k);
  visit_requests(k);
  if (k->in && k->status == CSUP_OK && !csup_case_is_sound(c))
    fail(k, CSUP_E_CORRUPT);
}

static uint64_t checksum(const uint8_t *bytes, size_t length) {
  uint64_t hash = UINT64_C(14695981039346656037);
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ bytes[i]) * UINT64_C(1099511628211);
  return hash;
}

csup_status csup_case_save(const csup_case *support_case, void *buffer, size_t capacity, size_t *length) {
  if (!support_case || !length || (!buffer && capacity > 0))
    return CSUP_E_ARGUMENT;
  codec k = {.c = (csup_case *)(uintptr_t)support_case, .out = buffer, .capacity = capacity}; /* writing changes nothing in it */
  char magic[] = MAGIC;
  visit_bytes(&k, magic, MAGIC_SIZE);
  (void)visit_number(&k, FORMAT, 4);
  (void)visit_number(&k, csup_policy_fingerprint(support_case->policy), 8);
  visit_fields(&k);
  size_t needed = k.at + CHECK_SIZE;
  *length = needed;
  if (needed > capacity)
    return CSUP_E_SPACE;
  (void)visit_number(&k, checksum(buffer, k.at), CHECK_SIZE);
  return CSUP_OK;
}

static csup_status read_head(codec *k, const csup_policy *policy, csup_error *error) {
  char magic[MAGIC_SIZE];
  if (k->capacity < HEAD_SIZE + CHECK_SIZE)
    return csup_fail(error, CSUP_E_CORRUPT, "%zu bytes are too few for a snapshot", k->capacity);
  visit_bytes(k, magic, MAGIC_SIZE);
  if (memcmp(magic, MAGIC, MAGIC_SIZE) != 0)
    return csup_fail(error, CSUP_E_CORRUPT, "the bytes do not begin as a snapshot does");
  k->capacity -= CHECK_SIZE;
  codec tail = {.c = k->c, .in = k->in, .capacity = k->capacity + CHECK_SIZE, .at = k->capacity};
  if (visit_number(&tail, 0, CHECK_SIZE) != checksum(k->in, k->capacity))
    return csup_fail(error, CSUP_E_CORRUPT, "the snapshot is damaged: its checksum does not match");
  uint64_t format = visit_number(k, 0, 4);
  if (format != FORMAT)
    return csup_fail(error, CSUP_E_VERSION, "the snapshot has format %llu; this library reads format %d",
                     (unsigned long long)format, FORMAT);
  if (visit_number(k, 0, 8) != csup_policy_fingerprint(policy))
    return csup_fail(error, CSUP_E_POLICY, "the snapshot was saved under another policy");
  return CSUP_OK;
}

csup_status csup_case_load(csup_policy *policy, const void *bytes, size_t length, const csup_allocator *allocator,
                           csup_case **out, csup_error *error) {
  csup_allocator own;
  if (!policy || !bytes || !out || csup_allocator_take(allocator, &own) != CSUP_OK)
    return csup_fail(error, CSUP_E_ARGUMENT, "a snapshot needs its policy, its bytes and a place to put the case");
  codec k = {.in = bytes, .capacity = length};
  csup_status status = read_head(&k, policy, error);
  if (status != CSUP_OK)
    return status;
  k.c = csup_case_make(policy, &own);
  if (!k.c)
    return csup_fail_plain(error, CSUP_E_NOMEM);
  visit_fields(&k);
  if (k.status == CSUP_OK && k.at != k.capacity)
    fail(&k, CSUP_E_CORRUPT);
  if (k.status != CSUP_OK) {
    csup_case_free(k.c);
    return csup_fail(error, k.status, "%s",
                     k.status == CSUP_E_NOMEM ? csup_status_text(k.status) : "the snapshot says something that no case can be");
  }
  csup_cycles_loaded(k.c);
  csup_watches_loaded(k.c);
  k.c->head->unseen = 1;
  k.c->wakeup = csup_wakeup(k.c);
  *out = k.c;
  return CSUP_OK;
}
