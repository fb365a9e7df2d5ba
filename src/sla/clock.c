#include "sla/clock.h"

#include "sla/read.h"

#include <string.h>

#define AUTO_EVENTS (1U << CSUP_EVENT_CUSTOMER_MESSAGE | 1U << CSUP_EVENT_AGENT_MESSAGE)
#define END_EVENTS  (1U << CSUP_EVENT_MERGED | 1U << CSUP_EVENT_CANCELLED)

static const char promise[] = "promise";

int32_t csup_clocks_find(const csup_clocks *clocks, const char *name) {
  for (int32_t i = 0; i < clocks->count; i++)
    if (strcmp(clocks->items[i].name, name) == 0)
      return i;
  return -1;
}

/* --- names -------------------------------------------------------------------------------------------------------------- */

static csup_status check_name(const csup_json *clock) {
  size_t length = sizeof promise - 1;
  if (clock->key[0] == '\0')
    return csup_json_fail(clock, clock->document->wrong, "a clock's name is not empty");
  if (strncmp(clock->key, promise, length) == 0 && (clock->key[length] == '\0' || clock->key[length] == ':'))
    return csup_json_fail(clock, clock->document->wrong, "\"%.60s\" is how promises are called; no clock may have this name",
                          clock->key);
  return CSUP_OK;
}

/* Whether the section takes the built-in clock of that name out. */
static bool is_removed(const csup_json *section, const char *name) {
  csup_json own;
  return csup_json_member(section, name, &own) && json_is_null(own.value);
}

static csup_status add(const csup_json *clock, csup_arena *arena, csup_clock_kind *items, int32_t *count) {
  const char *name = csup_arena_copy(arena, clock->key, strlen(clock->key));
  if (!name)
    return csup_read_no_memory(clock);
  items[(*count)++].name = name;
  return CSUP_OK;
}

csup_status csup_clocks_declare(const csup_json *section, const csup_json *built_in, csup_schema *schema, csup_clocks *out) {
  csup_status status = section->value ? csup_json_object(section) : CSUP_OK;
  if (status != CSUP_OK)
    return status;
  csup_clock_kind *items = csup_arena_allocate(schema->arena, CSUP_SET_MAX - 1, sizeof *items);
  const char **names = csup_arena_allocate(schema->arena, CSUP_SET_MAX, sizeof *names);
  if (!items || !names)
    return csup_read_no_memory(section);
  int32_t count = 0;
  csup_json clock, known;
  for (void *at = csup_json_first(built_in); status == CSUP_OK && csup_json_next(built_in, &at, &clock);)
    if (!is_removed(section, clock.key))
      status = add(&clock, schema->arena, items, &count);
  for (void *at = csup_json_first(section); status == CSUP_OK && csup_json_next(section, &at, &clock);) {
    status = check_name(&clock);
    if (status != CSUP_OK || csup_json_member(built_in, clock.key, &known))
      continue;
    if (json_is_null(clock.value))
      status =
          csup_json_fail(&clock, section->document->wrong, "null removes a built-in clock, and \"%.60s\" is none", clock.key);
    else if (count == CSUP_SET_MAX - 1)
      status = csup_json_fail(&clock, section->document->wrong, "there are more than %d clocks", CSUP_SET_MAX - 1);
    else
      status = add(&clock, schema->arena, items, &count);
  }
  if (status != CSUP_OK)
    return status;
  for (int32_t i = 0; i < count; i++)
    names[i] = items[i].name;
  names[count] = promise;
  csup_schema_choices(schema, CSUP_SLOT_BREACHED, names, count + 1);
  *out = (csup_clocks){.items = items, .count = count};
  return CSUP_OK;
}

/* --- triggers ----------------------------------------------------------------------------------------------------------- */

typedef struct compiler {
  csup_schema *schema;
  const csup_workflow *workflow;
  csup_findings *findings; /* NULL for the built-in clocks, which must fit every workflow */
} compiler;

/* One or several names of a list of choices as bits 1 << (index + 1), the numbers of the public constants. */
static csup_status read_bits(const csup_json *node, const char *const *names, int32_t name_count, const char *what,
                             uint32_t *bits) {
  size_t count = 0;
  uint32_t found = 0;
  csup_status status = csup_read_listed(node, &count);
  for (size_t i = 0; i < count && status == CSUP_OK; i++) {
    csup_json item;
    int32_t index = 0;
    csup_read_listed_at(node, i, &item);
    status = csup_read_one_of(&item, names, name_count, what, &index);
    found |= 2U << index;
  }
  if (status == CSUP_OK)
    *bits = found;
  return status;
}

bool csup_trigger_fits(const csup_trigger *trigger, int32_t state, csup_category category, csup_stage stage) {
  return (trigger->categories == 0 || (trigger->categories >> category & 1U) != 0) &&
         (trigger->stages == 0 || (trigger->stages >> stage & 1U) != 0) && (!trigger->states || trigger->states[state] != 0);
}

/* An item that names a state and asks another category or stage of it is wrong; one that asks for a category or stage which this
   workflow does not have only waits for another workflow. */
static csup_status check_states(const compiler *c, const csup_json *node, const csup_trigger *item) {
  int32_t count = csup_workflow_state_count(c->workflow);
  for (int32_t i = 0; i < count; i++) {
    csup_state state;
    csup_workflow_state_at(c->workflow, i, &state);
    if (csup_trigger_fits(item, i, state.category, state.stage))
      return CSUP_OK;
  }
  if (item->states)
    return csup_json_fail(node, node->document->wrong, "this can never hold: no state named here is of that category or stage");
  return csup_findings_add(c->findings, node, "never_holds",
                           "this never holds: the workflow has no state of that category or stage");
}

/* `auto` is a member of messages; elsewhere it is absent, and an item that asks for it waits for nothing. */
static csup_status check_auto(const compiler *c, const csup_json *node, const csup_trigger *item) {
  uint8_t reads[CSUP_FACTS_MAX] = {0};
  csup_condition_reads(item->when, reads);
  if (reads[CSUP_SLOT_AUTO] == 0 || (item->events & AUTO_EVENTS) != 0)
    return CSUP_OK;
  return csup_findings_add(c->findings, node, "no_effect",
                           "auto is known only while a customer_message or an agent_message is at hand");
}

static csup_status compile_item(const compiler *c, const csup_json *node, csup_trigger *out) {
  static const char *const keys[] = {"event", "state", "category", "stage", "when", NULL};
  csup_trigger item = {0};
  csup_json member;
  csup_status status = csup_json_object(node);
  if (status == CSUP_OK)
    status = csup_json_only(node, keys);
  if (status == CSUP_OK && csup_json_size(node) == 0)
    status = csup_json_fail(node, node->document->wrong, "this names nothing; expected event, state, category, stage or when");
  if (status == CSUP_OK && csup_json_member(node, "event", &member))
    status = csup_read_events(&member, &item.events);
  if (status == CSUP_OK && csup_json_member(node, "state", &member))
    status = csup_read_states(&member, c->workflow, c->schema->arena, &item.states);
  if (status == CSUP_OK && csup_json_member(node, "category", &member))
    status = read_bits(&member, csup_category_names, 6, "a category", &item.categories);
  if (status == CSUP_OK && csup_json_member(node, "stage", &member))
    status = read_bits(&member, csup_stage_names, 4, "a stage", &item.stages);
  if (status == CSUP_OK)
    status = csup_read_when(node, c->schema, CSUP_GROUP_RULE | CSUP_GROUP_AUTO, "a clock's trigger", &item.when);
  if (status == CSUP_OK)
    status = check_states(c, node, &item);
  if (status == CSUP_OK)
    status = check_auto(c, node, &item);
  if (status == CSUP_OK)
    *out = item;
  return status;
}

/* A list of items; an absent one is empty. `list` is where it stands in the document. */
static csup_status compile_list(const compiler *c, const csup_json *clock, const char *key, csup_json *list, csup_triggers *out) {
  if (!csup_json_member(clock, key, list))
    return CSUP_OK;
  csup_status status = csup_json_array(list);
  if (status != CSUP_OK)
    return status;
  size_t count = csup_json_size(list);
  csup_trigger *items = csup_arena_allocate(c->schema->arena, count, sizeof *items);
  if (!items)
    return csup_read_no_memory(list);
  for (size_t i = 0; i < count; i++) {
    csup_json item;
    csup_json_item(list, i, &item);
    status = compile_item(c, &item, &items[i]);
    if (status != CSUP_OK)
      return status;
    out->events |= items[i].events;
    out->has_levels |= items[i].events == 0;
  }
  out->items = items;
  out->count = count;
  return CSUP_OK;
}

/* --- how the lists go together ------------------------------------------------------------------------------------------ */

/* One list of a clock, compiled and in the document. */
typedef struct list {
  const csup_triggers *triggers;
  csup_json node;
} list;

static bool same_when(const csup_json *list_a, size_t a, const csup_json *list_b, size_t b) {
  csup_json item_a, item_b, when_a, when_b;
  csup_json_item(list_a, a, &item_a);
  csup_json_item(list_b, b, &item_b);
  (void)csup_json_member(&item_a, "when", &when_a);
  (void)csup_json_member(&item_b, "when", &when_b);
  return json_equal(when_a.value, when_b.value);
}

static bool same_item(const compiler *c, const list *a, size_t i, const list *b, size_t j) {
  const csup_trigger *x = &a->triggers->items[i], *y = &b->triggers->items[j];
  if (x->events != y->events || x->categories != y->categories || x->stages != y->stages || !x->states != !y->states)
    return false;
  if (x->states && memcmp(x->states, y->states, (size_t)csup_workflow_state_count(c->workflow)) != 0)
    return false;
  if (!x->when || !y->when)
    return x->when == y->when;
  return same_when(&a->node, i, &b->node, j);
}

/* Fails at the first item of `a` that also stands in `b`. */
static csup_status refuse_same(const compiler *c, const list *a, const list *b, bool levels_only, const char *why) {
  for (size_t i = 0; i < a->triggers->count; i++) {
    for (size_t j = 0; j < b->triggers->count; j++) {
      if ((levels_only && a->triggers->items[i].events != 0) || !same_item(c, a, i, b, j))
        continue;
      csup_json item;
      csup_json_item(&a->node, i, &item);
      return csup_json_fail(&item, item.document->wrong, "%s", why);
    }
  }
  return CSUP_OK;
}

/* An item that always holds in stop or cancel: no cycle ever starts (C1). */
static csup_status refuse_always(const list *a) {
  for (size_t i = 0; i < a->triggers->count; i++) {
    const csup_trigger *item = &a->triggers->items[i];
    if (item->events != 0 || item->categories != 0 || item->stages != 0 || item->states || item->when)
      continue;
    csup_json node;
    csup_json_item(&a->node, i, &node);
    return csup_json_fail(&node, node.document->wrong, "this always holds, so the clock can never run");
  }
  return CSUP_OK;
}

/* A case keeps a bit for each. */
#define ITEMS_MOST 64

enum { START, STOP, CANCEL, RESET, PAUSE, RESUME, LIST_COUNT };

static csup_status check_lists(const compiler *c, const csup_json *clock, const list *lists) {
  csup_status status = CSUP_OK;
  for (int needed = START; needed <= STOP && status == CSUP_OK; needed++)
    if (lists[needed].triggers->count == 0)
      status = csup_json_fail(lists[needed].node.value ? &lists[needed].node : clock, clock->document->wrong,
                              "a clock needs at least one item in %s", needed == START ? "start" : "stop");
  if (status == CSUP_OK &&
      lists[START].triggers->count + lists[RESET].triggers->count + lists[RESUME].triggers->count > ITEMS_MOST)
    status = csup_json_fail(clock, clock->document->wrong, "a clock has at most %d items in start, reset and resume", ITEMS_MOST);
  if (status == CSUP_OK)
    status = refuse_same(c, &lists[PAUSE], &lists[START], false, "what starts the clock cannot pause it as well");
  if (status == CSUP_OK)
    status = refuse_same(c, &lists[PAUSE], &lists[RESUME], false, "what pauses the clock cannot resume it as well");
  if (status == CSUP_OK)
    status = refuse_same(c, &lists[START], &lists[STOP], true, "this never starts the clock: the same stops it");
  if (status == CSUP_OK)
    status = refuse_same(c, &lists[START], &lists[CANCEL], true, "this never starts the clock: the same cancels it");
  for (int i = STOP; i <= CANCEL && status == CSUP_OK; i++)
    status = refuse_always(&lists[i]);
  for (size_t i = 0; i < lists[PAUSE].triggers->count && status == CSUP_OK; i++) {
    csup_json item;
    csup_json_item(&lists[PAUSE].node, i, &item);
    if (lists[PAUSE].triggers->items[i].events != 0 && lists[RESUME].triggers->count == 0)
      status = csup_json_fail(&item, clock->document->wrong, "an event does not last: a clock that it pauses needs resume");
  }
  /* Merging and cancelling end every cycle before any item is read (C1). */
  for (int i = STOP; i < LIST_COUNT && status == CSUP_OK; i++) {
    for (size_t j = 0; j < lists[i].triggers->count && status == CSUP_OK; j++) {
      uint32_t events = lists[i].triggers->items[j].events;
      csup_json item;
      csup_json_item(&lists[i].node, j, &item);
      if (events != 0 && (events & ~END_EVENTS) == 0)
        status = csup_findings_add(c->findings, &item, "no_effect", "merged and cancelled have cancelled the clock already");
    }
  }
  return status;
}

static csup_status compile_clock(const compiler *c, const csup_json *node, csup_clock_kind *clock) {
  static const char *const keys[] = {"start", "stop", "cancel", "reset", "pause", "resume", "again", NULL};
  static const char *const policies[] = {"once", "each", "resume", "total", "restart"};
  csup_clock_kind read = {.name = clock->name};
  csup_triggers *const triggers[LIST_COUNT] = {&read.start, &read.stop, &read.cancel, &read.reset, &read.pause, &read.resume};
  list lists[LIST_COUNT];
  csup_status status = csup_json_object(node);
  if (status == CSUP_OK)
    status = csup_json_only(node, keys);
  for (int i = 0; i < LIST_COUNT && status == CSUP_OK; i++) {
    lists[i].triggers = triggers[i];
    status = compile_list(c, node, keys[i], &lists[i].node, triggers[i]);
  }
  if (status == CSUP_OK)
    status = check_lists(c, node, lists);
  csup_json again;
  int32_t policy = CSUP_AGAIN_ONCE;
  if (status == CSUP_OK && csup_json_member(node, "again", &again))
    status = csup_read_one_of(&again, policies, 5, "a way to begin again", &policy);
  read.again = (csup_again)policy;
  if (status == CSUP_OK)
    *clock = read;
  return status;
}

csup_status csup_clocks_compile(const csup_json *section, const csup_json *built_in, csup_schema *schema,
                                const csup_workflow *workflow, csup_clocks *clocks, csup_findings *findings) {
  csup_clock_kind *items = csup_arena_allocate(schema->arena, (size_t)clocks->count, sizeof *items);
  if (!items)
    return csup_read_no_memory(section);
  for (int32_t i = 0; i < clocks->count; i++) {
    csup_json node;
    bool own = csup_json_member(section, clocks->items[i].name, &node);
    if (!own)
      (void)csup_json_member(built_in, clocks->items[i].name, &node);
    const compiler c = {.schema = schema, .workflow = workflow, .findings = own ? findings : NULL};
    items[i].name = clocks->items[i].name;
    csup_status status = compile_clock(&c, &node, &items[i]);
    if (status != CSUP_OK)
      return status;
  }
  clocks->items = items;
  return CSUP_OK;
}

/* --- testing ------------------------------------------------------------------------------------------------------------ */

bool csup_trigger_holds(const csup_trigger *trigger, csup_event_kind on, int32_t state, csup_category category, csup_stage stage,
                        const int64_t *values) {
  if (trigger->events != 0 && (on == 0 || (trigger->events >> on & 1U) == 0))
    return false;
  return csup_trigger_fits(trigger, state, category, stage) && csup_condition_test(trigger->when, values);
}

bool csup_triggers_hold(const csup_triggers *triggers, bool levels_only, csup_event_kind on, int32_t state,
                        csup_category category, csup_stage stage, const int64_t *values) {
  for (size_t i = 0; i < triggers->count; i++) {
    const csup_trigger *item = &triggers->items[i];
    if ((!levels_only || item->events == 0) && csup_trigger_holds(item, on, state, category, stage, values))
      return true;
  }
  return false;
}
