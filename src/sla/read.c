#include "sla/read.h"

#include <string.h>

csup_status csup_read_no_memory(const csup_json *node) {
  return csup_fail_plain(node->document->error, CSUP_E_NOMEM);
}

csup_status csup_read_name(const csup_json *node, csup_arena *arena, const char **out) {
  const char *text = NULL;
  csup_status status = csup_json_name(node, &text);
  if (status != CSUP_OK)
    return status;
  const char *copy = csup_arena_copy(arena, text, strlen(text));
  if (!copy)
    return csup_read_no_memory(node);
  *out = copy;
  return CSUP_OK;
}

csup_status csup_read_number(const csup_json *node, int32_t low, int32_t high, int32_t *out) {
  int64_t number = 0;
  csup_status status = csup_json_integer(node, &number);
  if (status != CSUP_OK)
    return status;
  if (number < low || number > high)
    return csup_json_fail(node, node->document->wrong, "%lld is out of range; expected %d to %d", (long long)number, low, high);
  *out = (int32_t)number;
  return CSUP_OK;
}

csup_status csup_read_one_of(const csup_json *node, const char *const *names, int32_t count, const char *what, int32_t *out) {
  const char *text = NULL;
  csup_status status = csup_json_name(node, &text);
  if (status != CSUP_OK)
    return status;
  for (int32_t i = 0; i < count; i++) {
    if (strcmp(names[i], text) == 0) {
      *out = i;
      return CSUP_OK;
    }
  }
  char known[128];
  csup_writer writer;
  csup_writer_init(&writer, known, sizeof known);
  for (int32_t i = 0; i < count; i++) {
    csup_write_text(&writer, i == 0 ? "" : ", ");
    csup_write_text(&writer, names[i]);
  }
  (void)csup_writer_end(&writer, NULL);
  return csup_json_fail(node, node->document->unknown, "\"%.60s\" is not %s; expected one of: %s", text, what, known);
}

csup_status csup_read_listed(const csup_json *node, size_t *count) {
  bool list = json_is_array(node->value);
  size_t items = list ? csup_json_size(node) : 1;
  if (items == 0)
    return csup_json_fail(node, node->document->wrong, "the list is empty; expected at least one");
  *count = items;
  return CSUP_OK;
}

void csup_read_listed_at(const csup_json *node, size_t index, csup_json *out) {
  if (json_is_array(node->value))
    csup_json_item(node, index, out);
  else
    *out = *node;
}

csup_status csup_read_events(const csup_json *node, uint32_t *events) {
  size_t count = 0;
  csup_status status = csup_read_listed(node, &count);
  uint32_t found = 0;
  for (size_t i = 0; i < count && status == CSUP_OK; i++) {
    csup_json item;
    const char *name = NULL;
    csup_read_listed_at(node, i, &item);
    status = csup_json_name(&item, &name);
    if (status != CSUP_OK)
      break;
    csup_event_kind kind = csup_event_kind_find(name);
    if (kind == 0)
      status = csup_json_fail(&item, node->document->unknown, "no event is called \"%.60s\"", name);
    found |= 1U << kind;
  }
  if (status == CSUP_OK)
    *events = found;
  return status;
}

csup_status csup_read_states(const csup_json *node, const csup_workflow *workflow, csup_arena *arena, const uint8_t **states) {
  size_t count = 0;
  csup_status status = csup_read_listed(node, &count);
  if (status != CSUP_OK)
    return status;
  uint8_t *marks = csup_arena_allocate(arena, (size_t)csup_workflow_state_count(workflow), 1);
  if (!marks)
    return csup_read_no_memory(node);
  for (size_t i = 0; i < count; i++) {
    csup_json item;
    const char *name = NULL;
    csup_read_listed_at(node, i, &item);
    status = csup_json_name(&item, &name);
    if (status != CSUP_OK)
      return status;
    int32_t state = csup_workflow_find_state(workflow, name);
    if (state < 0)
      return csup_json_fail(&item, node->document->unknown, "the workflow has no state \"%.60s\"", name);
    marks[state] = 1;
  }
  *states = marks;
  return CSUP_OK;
}

csup_status csup_read_when(const csup_json *object, csup_schema *schema, uint32_t groups, const char *place,
                           const csup_condition **out) {
  csup_json when;
  if (!csup_json_member(object, "when", &when)) {
    *out = NULL;
    return CSUP_OK;
  }
  const csup_condition_scope scope = {.groups = groups, .place = place};
  const csup_condition *condition = NULL;
  csup_status status = csup_condition_compile(&when, schema, &scope, &condition);
  if (status != CSUP_OK)
    return status;
  if (!csup_condition_possible(condition, schema))
    return csup_json_fail(&when, object->document->wrong, "this condition can never hold");
  *out = condition;
  return CSUP_OK;
}
