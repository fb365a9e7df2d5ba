#include "workflow/machine.h"

#include <string.h>

static csup_status no_memory(const csup_json *node) {
  return csup_fail_plain(node->document->error, CSUP_E_NOMEM);
}

/* --- states ------------------------------------------------------------------------------------------------------------- */

/* One of the names of a built-in list; *number counts from 1. */
static csup_status read_word(const csup_json *node, const char *what, const char *const *words, int32_t count, int32_t *number) {
  const char *text = NULL;
  csup_status status = csup_json_name(node, &text);
  if (status != CSUP_OK)
    return status;
  for (int32_t i = 0; i < count; i++) {
    if (strcmp(words[i], text) == 0) {
      *number = i + 1;
      return CSUP_OK;
    }
  }
  char list[96];
  csup_writer writer;
  csup_writer_init(&writer, list, sizeof list);
  for (int32_t i = 0; i < count; i++) {
    csup_write_text(&writer, i == 0 ? "" : ", ");
    csup_write_text(&writer, words[i]);
  }
  (void)csup_writer_end(&writer, NULL);
  return csup_json_fail(node, node->document->unknown, "there is no %s \"%.60s\"; there are %s", what, text, list);
}

static csup_status read_state(const csup_json *node, csup_arena *arena, csup_state *out) {
  static const char *const members[] = {"category", "stage", NULL};
  if (node->key[0] == '\0' || strcmp(node->key, "previous") == 0 || strcmp(node->key, "*") == 0)
    return csup_json_fail(node, node->document->wrong, "\"%s\" cannot be the name of a state: moves give it another meaning",
                          node->key);
  csup_status status = csup_json_object(node);
  if (status == CSUP_OK)
    status = csup_json_only(node, members);
  csup_json member;
  if (status == CSUP_OK)
    status = csup_json_need(node, "category", &member);
  if (status == CSUP_OK)
    status = read_word(&member, "category", csup_category_names, 6, &out->category);
  if (status == CSUP_OK && csup_json_member(node, "stage", &member))
    status = read_word(&member, "stage", csup_stage_names, 4, &out->stage);
  if (status != CSUP_OK)
    return status;
  out->name = csup_arena_copy(arena, node->key, strlen(node->key));
  return out->name ? CSUP_OK : no_memory(node);
}

static csup_status read_states(const csup_json *node, csup_arena *arena, csup_workflow *workflow) {
  csup_status status = csup_json_object(node);
  if (status != CSUP_OK)
    return status;
  size_t count = csup_json_size(node);
  if (count == 0 || count > CSUP_STATES_MAX)
    return csup_json_fail(node, node->document->wrong, "a workflow has from 1 to %d states", CSUP_STATES_MAX);
  workflow->states = csup_arena_allocate(arena, count, sizeof *workflow->states);
  workflow->names = csup_arena_allocate(arena, count, sizeof *workflow->names);
  if (!workflow->states || !workflow->names)
    return no_memory(node);
  csup_json state;
  for (void *at = csup_json_first(node); csup_json_next(node, &at, &state);) {
    csup_state *fresh = &workflow->states[workflow->state_count];
    status = read_state(&state, arena, fresh);
    if (status != CSUP_OK)
      return status;
    workflow->names[workflow->state_count++] = fresh->name;
  }
  return CSUP_OK;
}

static csup_status read_state_name(const csup_json *node, const csup_workflow *workflow, int32_t *state) {
  const char *name = NULL;
  csup_status status = csup_json_name(node, &name);
  if (status != CSUP_OK)
    return status;
  int32_t found = csup_workflow_find_state(workflow, name);
  if (found < 0)
    return csup_json_fail(node, node->document->unknown, "there is no state \"%.100s\"", name);
  *state = found;
  return CSUP_OK;
}

/* A case may begin waiting (for an approval, say), but not with its end. */
static csup_status read_initial(const csup_json *section, csup_workflow *workflow) {
  csup_json node;
  csup_status status = csup_json_need(section, "initial", &node);
  if (status == CSUP_OK)
    status = read_state_name(&node, workflow, &workflow->initial);
  if (status != CSUP_OK)
    return status;
  const csup_state *state = &workflow->states[workflow->initial];
  if (state->category == CSUP_CATEGORY_RESOLVED || state->category == CSUP_CATEGORY_CLOSED)
    return csup_json_fail(&node, node.document->wrong, "cases cannot begin in \"%.60s\", a state of category %s", state->name,
                          csup_category_name(state->category));
  return CSUP_OK;
}

csup_status csup_workflow_declare(const csup_json *section, csup_schema *schema, csup_workflow **out) {
  static const char *const members[] = {"initial", "states", "moves", "timers", NULL};
  csup_status status = csup_json_object(section);
  if (status == CSUP_OK)
    status = csup_json_only(section, members);
  csup_json states;
  if (status == CSUP_OK)
    status = csup_json_need(section, "states", &states);
  if (status != CSUP_OK)
    return status;
  csup_workflow *workflow = csup_arena_allocate(schema->arena, 1, sizeof *workflow);
  if (!workflow)
    return no_memory(section);
  status = read_states(&states, schema->arena, workflow);
  if (status == CSUP_OK)
    status = read_initial(section, workflow);
  if (status != CSUP_OK)
    return status;
  csup_schema_choices(schema, CSUP_SLOT_STATE, workflow->names, workflow->state_count);
  *out = workflow;
  return CSUP_OK;
}

/* --- moves -------------------------------------------------------------------------------------------------------------- */

typedef struct compiler {
  csup_schema *schema;
  const csup_impact *impact;
  const csup_calendars *calendars;
  csup_workflow *workflow;
} compiler;

static csup_status read_from(const compiler *c, const csup_json *node, csup_workflow_move *move) {
  int32_t state = 0;
  if (json_is_string(node->value) && strcmp(json_string_value(node->value), "*") == 0) {
    for (state = 0; state < c->workflow->state_count; state++)
      move->from[state / 64] |= UINT64_C(1) << (state % 64);
    return CSUP_OK;
  }
  bool several = json_is_array(node->value);
  size_t count = several ? csup_json_size(node) : 1;
  if (count == 0)
    return csup_json_fail(node, node->document->wrong, "the list is empty: a move starts from at least one state");
  for (size_t i = 0; i < count; i++) {
    csup_json item = *node;
    if (several)
      csup_json_item(node, i, &item);
    csup_status status = read_state_name(&item, c->workflow, &state);
    if (status != CSUP_OK)
      return status;
    move->from[state / 64] |= UINT64_C(1) << (state % 64);
  }
  return CSUP_OK;
}

static csup_status read_on(const csup_json *node, csup_event_kind *on) {
  const char *name = NULL;
  csup_status status = csup_json_name(node, &name);
  if (status != CSUP_OK)
    return status;
  csup_event_kind found = csup_event_kind_find(name);
  if (found == 0)
    return csup_json_fail(node, node->document->unknown, "there is no event \"%.60s\"", name);
  *on = found;
  return CSUP_OK;
}

static csup_status read_because(const compiler *c, const csup_json *object, const char **because) {
  csup_json node;
  const char *text = NULL;
  if (!csup_json_member(object, "because", &node))
    return CSUP_OK;
  csup_status status = csup_json_name(&node, &text);
  if (status != CSUP_OK)
    return status;
  *because = csup_arena_copy(c->schema->arena, text, strlen(text));
  return *because ? CSUP_OK : no_memory(&node);
}

static csup_status read_when(const compiler *c, const csup_json *object, const csup_condition_scope *scope,
                             const csup_condition **when) {
  csup_json node;
  return csup_json_member(object, "when", &node) ? csup_condition_compile(&node, c->schema, scope, when) : CSUP_OK;
}

/* The dimensions that belong to a requirement: those of a group, or the one whose slot it is. */
static csup_status list_dimensions(const compiler *c, bool urgency, int32_t slot, csup_requirement *requirement) {
  int32_t count = csup_impact_dimension_count(c->impact);
  int32_t *list = csup_arena_allocate(c->schema->arena, (size_t)count, sizeof *list);
  if (!list && count > 0)
    return CSUP_E_NOMEM;
  for (int32_t i = 0; i < count; i++)
    if (slot >= 0 ? csup_impact_dimension_slot(c->impact, i) == slot : csup_impact_dimension_is_urgency(c->impact, i) == urgency)
      list[requirement->dimension_count++] = i;
  requirement->slot = -1;
  requirement->dimensions = list;
  return CSUP_OK;
}

static csup_status read_requirement(const compiler *c, const csup_json *node, csup_requirement *out) {
  const char *name = NULL;
  csup_status status = csup_json_name(node, &name);
  if (status != CSUP_OK)
    return status;
  csup_requirement requirement = {.slot = csup_schema_find_in(c->schema, name, CSUP_GROUP_RULE)};
  if (requirement.slot < 0)
    return csup_json_fail(node, node->document->unknown, "there is no fact, field or dimension \"%.100s\"", name);
  csup_fact *fact = &c->schema->facts[requirement.slot];
  if ((fact->group & CSUP_GROUP_RULE) == 0)
    return csup_json_fail(node, node->document->wrong, "%.60s is a member of events, not a fact; ask for it in when", name);
  if (requirement.slot == CSUP_SLOT_IMPACT || requirement.slot == CSUP_SLOT_URGENCY)
    status = list_dimensions(c, requirement.slot == CSUP_SLOT_URGENCY, -1, &requirement);
  else if (fact->group == CSUP_GROUP_DIMENSION)
    status = list_dimensions(c, false, requirement.slot, &requirement);
  else
    fact->mentioned = true;
  requirement.name = csup_arena_copy(c->schema->arena, name, strlen(name));
  if (status != CSUP_OK || !requirement.name)
    return no_memory(node);
  *out = requirement;
  return CSUP_OK;
}

static csup_status read_requires(const compiler *c, const csup_json *object, csup_workflow_move *move) {
  csup_json node;
  if (!csup_json_member(object, "requires", &node))
    return CSUP_OK;
  csup_status status = csup_json_array(&node);
  if (status != CSUP_OK)
    return status;
  size_t count = csup_json_size(&node);
  csup_requirement *requirements = csup_arena_allocate(c->schema->arena, count, sizeof *requirements);
  if (!requirements && count > 0)
    return no_memory(&node);
  for (size_t i = 0; i < count && status == CSUP_OK; i++) {
    csup_json item;
    csup_json_item(&node, i, &item);
    status = read_requirement(c, &item, &requirements[i]);
  }
  move->requires = requirements;
  move->requires_count = count;
  return status;
}

static csup_status read_move(const compiler *c, const csup_json *node, csup_workflow_move *move) {
  static const char *const members[] = {"from", "on", "to", "when", "requires", "because", NULL};
  static const csup_condition_scope scope = {.groups = CSUP_GROUP_RULE | CSUP_GROUP_AUTO | CSUP_GROUP_BY, .place = "a move"};
  csup_json from, on, to;
  csup_status status = csup_json_object(node);
  if (status == CSUP_OK)
    status = csup_json_only(node, members);
  if (status == CSUP_OK)
    status = csup_json_need(node, "from", &from);
  if (status == CSUP_OK)
    status = read_from(c, &from, move);
  if (status == CSUP_OK)
    status = csup_json_need(node, "on", &on);
  if (status == CSUP_OK)
    status = read_on(&on, &move->on);
  if (status == CSUP_OK)
    status = csup_json_need(node, "to", &to);
  if (status != CSUP_OK)
    return status;
  if (json_is_string(to.value) && strcmp(json_string_value(to.value), "previous") == 0)
    move->to = CSUP_PREVIOUS;
  else
    status = read_state_name(&to, c->workflow, &move->to);
  if (status == CSUP_OK)
    status = read_when(c, node, &scope, &move->when);
  if (status == CSUP_OK)
    status = read_requires(c, node, move);
  if (status == CSUP_OK)
    status = read_because(c, node, &move->because);
  return status;
}

/* Sorts the moves by state and event, in document order within, so that a step looks at few. */
static csup_status index_moves(const compiler *c) {
  csup_workflow *workflow = c->workflow;
  int32_t row_count = workflow->state_count * CSUP_EVENT_KINDS;
  workflow->rows = csup_arena_allocate(c->schema->arena, (size_t)row_count + 2, sizeof *workflow->rows);
  if (!workflow->rows)
    return CSUP_E_NOMEM;
  /* Row r is counted two places on, then filled from one place on: when all is done it has moved to its own place. */
  size_t total = 0;
  for (int32_t i = 0; i < workflow->move_count; i++)
    for (int32_t state = 0; state < workflow->state_count; state++)
      if (csup_move_starts(&workflow->moves[i], state)) {
        workflow->rows[state * CSUP_EVENT_KINDS + workflow->moves[i].on + 1]++;
        total++;
      }
  for (int32_t row = 1; row < row_count + 2; row++)
    workflow->rows[row] += workflow->rows[row - 1];
  workflow->tried = csup_arena_allocate(c->schema->arena, total, sizeof *workflow->tried);
  if (!workflow->tried && total > 0)
    return CSUP_E_NOMEM;
  for (int32_t i = 0; i < workflow->move_count; i++)
    for (int32_t state = 0; state < workflow->state_count; state++)
      if (csup_move_starts(&workflow->moves[i], state))
        workflow->tried[workflow->rows[state * CSUP_EVENT_KINDS + workflow->moves[i].on]++] = i;
  return CSUP_OK;
}

static csup_status read_moves(const compiler *c, const csup_json *section) {
  csup_json node;
  if (csup_json_member(section, "moves", &node)) {
    csup_status status = csup_json_array(&node);
    if (status != CSUP_OK)
      return status;
    size_t count = csup_json_size(&node);
    if (count > CSUP_MOVES_MAX)
      return csup_json_fail(&node, node.document->wrong, "a workflow has at most %d moves", CSUP_MOVES_MAX);
    c->workflow->moves = csup_arena_allocate(c->schema->arena, count, sizeof *c->workflow->moves);
    if (!c->workflow->moves && count > 0)
      return no_memory(&node);
    for (size_t i = 0; i < count; i++) {
      csup_json item;
      csup_json_item(&node, i, &item);
      status = read_move(c, &item, &c->workflow->moves[i]);
      if (status != CSUP_OK)
        return status;
    }
    c->workflow->move_count = (int32_t)count;
  }
  return index_moves(c) == CSUP_OK ? CSUP_OK : no_memory(section);
}

/* --- timers ------------------------------------------------------------------------------------------------------------- */

static csup_status read_calendar(const compiler *c, const csup_json *object, csup_timer *timer) {
  csup_json node;
  const char *name = "always";
  if (csup_json_member(object, "calendar", &node)) {
    csup_status status = csup_calendars_read(c->calendars, &node, &timer->calendar);
    if (status != CSUP_OK)
      return status;
    name = json_string_value(node.value);
  } else {
    timer->calendar = csup_calendars_find(c->calendars, name);
    if (!timer->calendar)
      return csup_json_fail(object, object->document->wrong, "the member \"calendar\" is missing");
  }
  timer->calendar_name = csup_arena_copy(c->schema->arena, name, strlen(name));
  return timer->calendar_name ? CSUP_OK : no_memory(object);
}

static csup_status read_timer(const compiler *c, const csup_json *node, csup_timer *timer) {
  static const char *const members[] = {"in", "after", "calendar", "to", "when", "because", NULL};
  static const csup_condition_scope scope = {.groups = CSUP_GROUP_RULE, .place = "a timer"};
  csup_json in, after, to;
  csup_status status = csup_json_object(node);
  if (status == CSUP_OK)
    status = csup_json_only(node, members);
  if (status == CSUP_OK)
    status = csup_json_need(node, "in", &in);
  if (status == CSUP_OK)
    status = read_state_name(&in, c->workflow, &timer->in);
  if (status == CSUP_OK)
    status = csup_json_need(node, "after", &after);
  if (status == CSUP_OK)
    status = csup_measure_read(&after, false, &timer->after);
  if (status == CSUP_OK)
    status = read_calendar(c, node, timer);
  if (status == CSUP_OK)
    status = csup_json_need(node, "to", &to);
  if (status == CSUP_OK)
    status = read_state_name(&to, c->workflow, &timer->to);
  if (status == CSUP_OK)
    status = read_when(c, node, &scope, &timer->when);
  if (status == CSUP_OK)
    status = read_because(c, node, &timer->because);
  return status;
}

/* States from which no chain of timers leads into a circle are taken away until nothing changes; what is left holds every circle,
   and following timers inside it runs into one. Returns the last timer of that circle in document order, or -1. */
static int64_t find_circle(const csup_workflow *workflow) {
  const csup_timer *timers = workflow->timers;
  int32_t leads[CSUP_STATES_MAX] = {0};
  int32_t ended[CSUP_STATES_MAX];
  bool gone[CSUP_STATES_MAX] = {false};
  int32_t count = 0;
  for (size_t i = 0; i < workflow->timer_count; i++)
    leads[timers[i].in]++;
  for (int32_t state = 0; state < workflow->state_count; state++)
    if (leads[state] == 0)
      ended[count++] = state;
  for (int32_t k = 0; k < count; k++) {
    gone[ended[k]] = true;
    for (size_t i = 0; i < workflow->timer_count; i++)
      if (timers[i].to == ended[k] && --leads[timers[i].in] == 0)
        ended[count++] = timers[i].in;
  }
  int32_t at = 0;
  while (at < workflow->state_count && gone[at])
    at++;
  if (at == workflow->state_count)
    return -1;
  int64_t last = -1;
  for (int32_t step = 0; step < 2 * workflow->state_count; step++) {
    size_t i = 0;
    while (timers[i].in != at || gone[timers[i].to])
      i++;
    if (step >= workflow->state_count && (int64_t)i > last) /* by then the walk is in the circle, and it goes round it */
      last = (int64_t)i;
    at = timers[i].to;
  }
  return last;
}

static csup_status read_timers(const compiler *c, const csup_json *section) {
  csup_workflow *workflow = c->workflow;
  csup_json node;
  if (!csup_json_member(section, "timers", &node))
    return CSUP_OK;
  csup_status status = csup_json_array(&node);
  if (status != CSUP_OK)
    return status;
  size_t count = csup_json_size(&node);
  if (count > CSUP_TIMERS_MAX)
    return csup_json_fail(&node, node.document->wrong, "a workflow has at most %d timers", CSUP_TIMERS_MAX);
  if (count == 0)
    return CSUP_OK;
  workflow->timers = csup_arena_allocate(c->schema->arena, count, sizeof *workflow->timers);
  if (!workflow->timers)
    return no_memory(&node);
  csup_json item;
  for (size_t i = 0; i < count; i++) {
    csup_json_item(&node, i, &item);
    status = read_timer(c, &item, &workflow->timers[i]);
    if (status != CSUP_OK)
      return status;
  }
  workflow->timer_count = count;
  int64_t circle = find_circle(workflow);
  if (circle < 0)
    return CSUP_OK;
  csup_json_item(&node, (size_t)circle, &item);
  return csup_json_fail(&item, node.document->wrong,
                        "timers run in a circle through \"%.60s\" and \"%.60s\", with no event between",
                        workflow->names[workflow->timers[circle].in], workflow->names[workflow->timers[circle].to]);
}

csup_status csup_workflow_compile(const csup_json *section, csup_schema *schema, const csup_impact *impact,
                                  const csup_calendars *calendars, csup_workflow *workflow) {
  compiler c = {schema, impact, calendars, workflow};
  csup_status status = read_moves(&c, section);
  return status == CSUP_OK ? read_timers(&c, section) : status;
}

/* --- what can be reached ------------------------------------------------------------------------------------------------ */

typedef struct reach {
  const csup_workflow *workflow;
  bool seen[CSUP_STATES_MAX];
  int32_t found[CSUP_STATES_MAX]; /* in the order of discovery */
  int32_t count;
} reach;

static void find_state(reach *r, int32_t state) {
  if (!r->seen[state]) {
    r->seen[state] = true;
    r->found[r->count++] = state;
  }
}

csup_status csup_workflow_check_reach(const csup_json *section, const csup_workflow *workflow, const uint8_t *forced) {
  reach r = {.workflow = workflow};
  find_state(&r, workflow->initial);
  for (int32_t state = 0; state < workflow->state_count; state++) {
    csup_category category = workflow->states[state].category;
    if (category == CSUP_CATEGORY_NEW || category == CSUP_CATEGORY_OPEN || (forced && forced[state]))
      find_state(&r, state);
  }
  for (int32_t i = 0; i < r.count; i++) {
    const int32_t *rows = &workflow->rows[r.found[i] * CSUP_EVENT_KINDS];
    for (int32_t k = rows[0]; k < rows[CSUP_EVENT_KINDS]; k++) {
      int32_t to = workflow->moves[workflow->tried[k]].to;
      if (to != CSUP_PREVIOUS) /* that one has been reached before */
        find_state(&r, to);
    }
    for (size_t k = 0; k < workflow->timer_count; k++)
      if (workflow->timers[k].in == r.found[i])
        find_state(&r, workflow->timers[k].to);
  }
  for (int32_t state = 0; state < workflow->state_count; state++) {
    csup_json states, node;
    if (r.seen[state])
      continue;
    csup_json_member(section, "states", &states);
    csup_json_member(&states, workflow->names[state], &node);
    return csup_json_fail(&node, section->document->wrong, "no move or timer leads to the state \"%.60s\"",
                          workflow->names[state]);
  }
  return CSUP_OK;
}
