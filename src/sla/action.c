/* What a rule does. */
#include "sla/escalation.h"
#include "sla/read.h"

#include <string.h>

typedef struct compiler {
  csup_schema *schema;
  const csup_teams *teams;
  const csup_impact *impact;
  const csup_workflow *workflow;
  csup_findings *findings;
} compiler;

static csup_status read_notify(const compiler *c, const csup_json *node, csup_action *out) {
  return csup_read_name(node, c->schema->arena, &out->to);
}

static csup_status read_assign(const compiler *c, const csup_json *node, csup_action *out) {
  size_t count = 0;
  csup_status status = csup_read_listed(node, &count);
  if (status != CSUP_OK)
    return status;
  const char **teams = csup_arena_allocate(c->schema->arena, count, sizeof *teams);
  if (!teams)
    return csup_read_no_memory(node);
  for (size_t i = 0; i < count; i++) {
    csup_json item;
    const char *name = NULL;
    csup_read_listed_at(node, i, &item);
    status = csup_json_name(&item, &name);
    if (status != CSUP_OK)
      return status;
    int32_t team = csup_teams_find(c->teams, name);
    if (team < 0)
      return csup_json_fail(&item, node->document->unknown, "the policy declares no team \"%.60s\"", name);
    teams[i] = c->teams->items[team].name;
  }
  out->teams = teams;
  out->is_list = json_is_array(node->value);
  out->team_count = count;
  return CSUP_OK;
}

/* Team names are free text where events give them; where a policy lists its teams, another name is likely misspelt. */
static csup_status find_strange_team(const compiler *c, const csup_json *to, const char *name) {
  if (c->teams->count == 0 || csup_teams_find(c->teams, name) >= 0)
    return CSUP_OK;
  return csup_findings_add(c->findings, to, "unknown_team", "the policy declares no team \"%.60s\"", name);
}

static csup_status read_escalate(const compiler *c, const csup_json *node, csup_action *out) {
  static const char *const keys[] = {"level", "kind", "to", NULL};
  static const char *const kinds[] = {"hierarchical", "functional"};
  csup_json member;
  int32_t kind = 0;
  csup_status status = csup_json_object(node);
  if (status == CSUP_OK)
    status = csup_json_only(node, keys);
  if (status == CSUP_OK)
    status = csup_json_need(node, "level", &member);
  if (status == CSUP_OK)
    status = csup_read_number(&member, 1, CSUP_LEVEL_MAX, &out->level);
  if (status == CSUP_OK && csup_json_member(node, "kind", &member))
    status = csup_read_one_of(&member, kinds, 2, "a kind of escalation", &kind);
  out->functional = kind == 1;
  if (status == CSUP_OK && csup_json_member(node, "to", &member))
    status = csup_read_name(&member, c->schema->arena, &out->to);
  if (status == CSUP_OK && out->functional && !out->to)
    status = csup_json_fail(node, node->document->wrong, "a functional escalation needs to: the team that takes over");
  if (status == CSUP_OK && out->functional)
    status = find_strange_team(c, &member, out->to);
  return status;
}

static csup_status read_raise(const compiler *c, const csup_json *node, csup_action *out) {
  static const char *const keys[] = {"by", "to", NULL};
  const csup_fact *priority = &c->schema->facts[CSUP_SLOT_PRIORITY];
  csup_json by, to;
  csup_status status = csup_json_object(node);
  if (status == CSUP_OK)
    status = csup_json_only(node, keys);
  bool has_by = csup_json_member(node, "by", &by), has_to = csup_json_member(node, "to", &to);
  out->priority = -1;
  if (status == CSUP_OK && has_by == has_to)
    status = csup_json_fail(node, node->document->wrong, "raise_priority needs either by (steps) or to (a priority)");
  else if (status == CSUP_OK && has_by)
    status = csup_read_number(&by, 1, CSUP_RANKS_MAX - 1, &out->by);
  else if (status == CSUP_OK)
    status = csup_read_one_of(&to, priority->choices, priority->choice_count, "a priority", &out->priority);
  return status;
}

/* The value that a field's slot takes; `text` is the same as text where the field has such values. */
static csup_status read_value(const compiler *c, const csup_json *node, csup_fact *field, csup_action *out) {
  csup_status status = CSUP_OK;
  if (json_is_null(node->value)) {
    field->mentioned = true; /* that a text is cleared shows only where it has been kept */
    out->value = CSUP_ABSENT;
    return CSUP_OK;
  }
  switch (field->type) {
  case CSUP_FACT_NUMBER:
    status = csup_json_integer(node, &out->value);
    if (status == CSUP_OK && out->value == CSUP_ABSENT)
      status = csup_json_fail(node, node->document->wrong, "the number is too small");
    return status;
  case CSUP_FACT_FLAG: {
    bool flag = false;
    status = csup_json_flag(node, &flag);
    out->value = flag;
    return status;
  }
  case CSUP_FACT_TEXT: {
    int32_t symbol = CSUP_NO_SYMBOL;
    const char *text = NULL;
    status = csup_json_text(node, &text);
    if (status != CSUP_OK)
      return status;
    if (csup_symbols_add(c->schema->symbols, text, strlen(text), &symbol) != CSUP_OK)
      return csup_read_no_memory(node);
    field->mentioned = true;
    out->text = c->schema->symbols->texts[symbol];
    out->value = symbol;
    return CSUP_OK;
  }
  default: {
    int32_t choice = 0;
    status = csup_read_one_of(node, field->choices, field->choice_count, "a value of this field", &choice);
    if (status != CSUP_OK)
      return status;
    out->text = field->choices[choice];
    out->value = choice;
    return CSUP_OK;
  }
  }
}

/* {"field": "vip", "value": true}, or short {"vip": true}. */
static csup_status read_set(const compiler *c, const csup_json *node, csup_action *out) {
  csup_json field, value;
  const char *name = NULL;
  csup_status status = csup_json_object(node);
  if (status != CSUP_OK)
    return status;
  size_t members = csup_json_size(node);
  if (members == 2 && csup_json_member(node, "field", &field) && csup_json_member(node, "value", &value)) {
    status = csup_json_name(&field, &name);
    if (status != CSUP_OK)
      return status;
  } else if (members == 1) {
    void *at = csup_json_first(node);
    (void)csup_json_next(node, &at, &value);
    field = value;
    name = value.key;
  } else {
    return csup_json_fail(node, node->document->wrong, "set needs field and value");
  }
  out->slot = csup_schema_find_field(c->schema, name);
  if (out->slot < 0)
    return csup_json_fail(&field, node->document->unknown, "the policy declares no field \"%.60s\"", name);
  out->to = c->schema->facts[out->slot].name;
  return read_value(c, &value, &c->schema->facts[out->slot], out);
}

static csup_status read_move(const compiler *c, const csup_json *node, csup_action *out) {
  const char *name = NULL;
  csup_status status = csup_json_name(node, &name);
  if (status != CSUP_OK)
    return status;
  out->state = csup_workflow_find_state(c->workflow, name);
  return out->state >= 0 ? CSUP_OK : csup_json_fail(node, node->document->unknown, "the workflow has no state \"%.60s\"", name);
}

static csup_status read_advise(const compiler *c, const csup_json *node, csup_action *out) {
  static const char *const keys[] = {"topic", "say", NULL};
  csup_json member;
  csup_status status = csup_json_object(node);
  if (status == CSUP_OK)
    status = csup_json_only(node, keys);
  if (status == CSUP_OK)
    status = csup_json_need(node, "topic", &member);
  if (status == CSUP_OK)
    status = csup_read_name(&member, c->schema->arena, &out->to);
  if (status == CSUP_OK)
    status = csup_json_need(node, "say", &member);
  if (status == CSUP_OK)
    status = csup_read_name(&member, c->schema->arena, &out->text);
  return status;
}

static csup_status read_ask(const compiler *c, const csup_json *node, csup_action *out) {
  const char *name = NULL;
  out->dimension = -1;
  if (json_is_null(node->value))
    return CSUP_OK;
  csup_status status = csup_json_name(node, &name);
  if (status != CSUP_OK)
    return status;
  out->dimension = csup_impact_find_dimension(c->impact, name);
  return out->dimension >= 0 ? CSUP_OK
                             : csup_json_fail(node, node->document->unknown,
                                              "the impact model has no dimension \"%.60s\"; null asks the next question", name);
}

typedef csup_status (*read_act)(const compiler *c, const csup_json *node, csup_action *out);

static csup_status read_action(const compiler *c, const csup_json *node, csup_action *out) {
  static const char *const names[] = {"notify", "assign", "escalate", "raise_priority", "set", "move", "advise", "ask", NULL};
  static const read_act readers[] = {read_notify, read_assign, read_escalate, read_raise,
                                     read_set,    read_move,   read_advise,   read_ask};
  csup_status status = csup_json_object(node);
  if (status == CSUP_OK)
    status = csup_json_only(node, names);
  if (status == CSUP_OK && csup_json_size(node) != 1)
    status =
        csup_json_fail(node, node->document->wrong, "an action is an object with one member, such as {\"notify\": \"lead\"}");
  if (status != CSUP_OK)
    return status;
  csup_json member;
  int32_t act = 0;
  while (!csup_json_member(node, names[act], &member))
    act++;
  out->act = (csup_act)(CSUP_ACT_NOTIFY + act);
  return readers[act](c, &member, out);
}

csup_status csup_actions_compile(const csup_json *list, csup_schema *schema, const csup_teams *teams, const csup_impact *impact,
                                 const csup_workflow *workflow, csup_rule *rule, csup_findings *findings) {
  const compiler c = {.schema = schema, .teams = teams, .impact = impact, .workflow = workflow, .findings = findings};
  csup_status status = csup_json_array(list);
  if (status != CSUP_OK)
    return status;
  size_t count = csup_json_size(list);
  if (count == 0)
    return csup_json_fail(list, list->document->wrong, "the rule does nothing; expected at least one action");
  csup_action *actions = csup_arena_allocate(schema->arena, count, sizeof *actions);
  if (!actions)
    return csup_read_no_memory(list);
  for (size_t i = 0; i < count && status == CSUP_OK; i++) {
    csup_json item;
    csup_json_item(list, i, &item);
    status = read_action(&c, &item, &actions[i]);
  }
  rule->actions = actions;
  rule->action_count = count;
  return status;
}
