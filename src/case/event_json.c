/* Journal lines: one event, or a batch that shares its case and instant, as JSON (section 9 of the format). */
#include "base/json.h"
#include "case/event.h"

#include <string.h>

/* Where a member of a journal line goes. */
typedef enum slot_kind {
  TO_NAME,
  TO_VALUE,
  TO_BECAUSE,
  TO_TEAM,
  TO_AGENT,
  TO_CHANNEL,
  TO_BASIS,
  TO_FLAG,
  TO_INSTANT,
  TO_NUMBER,
  TO_FIELD,
  TO_FIELDS,
  TO_FIELD_VALUE,
  TO_PIN
} slot_kind;

typedef struct member {
  const char *name;
  slot_kind to;
  csup_event_flags flag; /* TO_FLAG, TO_INSTANT, TO_NUMBER: which */
} member;

#define END                                                                                                                      \
  { NULL, TO_NAME, 0 }
#define BECAUSE                                                                                                                  \
  { "because", TO_BECAUSE, 0 }

static const member opened[] = {{"fields", TO_FIELDS, 0}, {"channel", TO_CHANNEL, 0}, {"mood", TO_VALUE, 0},
                                {"team", TO_TEAM, 0},     {"state", TO_NAME, 0},      END};
static const member nothing[] = {END};
static const member assigned[] = {{"team", TO_TEAM, 0}, {"agent", TO_AGENT, 0}, END};
static const member customer_message[] = {{"mood", TO_VALUE, 0}, {"auto", TO_FLAG, CSUP_WITH_AUTO}, END};
static const member agent_message[] = {{"auto", TO_FLAG, CSUP_WITH_AUTO}, END};
static const member answered[] = {{"dimension", TO_NAME, 0}, {"level", TO_VALUE, 0}, {"basis", TO_BASIS, 0}, END};
static const member moved[] = {{"to", TO_VALUE, 0}, BECAUSE, END};
static const member proposed[] = {{"resolution", TO_VALUE, 0}, END};
static const member because_only[] = {BECAUSE, END};
static const member ended[] = {BECAUSE, {"cause", TO_VALUE, 0}, {"preventable", TO_FLAG, CSUP_WITH_PREVENTABLE}, END};
static const member promised[] = {{"promise", TO_NAME, 0}, {"due", TO_INSTANT, CSUP_WITH_DUE}, {"kind", TO_VALUE, 0}, END};
static const member requested[] = {{"what", TO_VALUE, 0}, {"due", TO_INSTANT, CSUP_WITH_DUE}, END};
static const member overridden[] = {{"priority", TO_PIN, 0},
                                    {"severity", TO_PIN, 0},
                                    BECAUSE,
                                    {"agreed", TO_FLAG, CSUP_WITH_AGREED},
                                    {"until", TO_INSTANT, CSUP_WITH_UNTIL},
                                    END};
static const member released[] = {{"name", TO_NAME, 0}, BECAUSE, END};
static const member escalated[] = {{"level", TO_NUMBER, CSUP_WITH_LEVEL}, BECAUSE, {"by", TO_VALUE, 0}, END};
static const member changed[] = {{"field", TO_FIELD, 0}, {"value", TO_FIELD_VALUE, 0}, END};
static const member rated[] = {{"csat", TO_NUMBER, CSUP_WITH_CSAT},
                               {"effort", TO_NUMBER, CSUP_WITH_EFFORT},
                               {"nps", TO_NUMBER, CSUP_WITH_NPS},
                               {"idea", TO_BECAUSE, 0},
                               END};
static const member spent[] = {{"minutes", TO_NUMBER, CSUP_WITH_MINUTES}, {"cost", TO_NUMBER, CSUP_WITH_COST}, END};
static const member merged[] = {{"into", TO_VALUE, 0}, END};

/* By csup_event_kind. */
static const member *const members_of[] = {nothing,   opened,    nothing,    assigned, customer_message, agent_message,
                                           nothing,   answered,  moved,      proposed, because_only,     because_only,
                                           ended,     ended,     ended,      promised, promised,         promised,
                                           requested, requested, overridden, released, escalated,        escalated,
                                           changed,   rated,     spent,      merged};

/* A line being read: its events, and the fields that they carry, in one allocation each. */
typedef struct line {
  const csup_case *c;
  csup_arena arena;
  csup_event *events;
  size_t count;
} line;

static csup_status read_instant(const csup_json *node, csup_time *out) {
  const char *text = NULL;
  csup_status status = csup_json_text(node, &text);
  if (status != CSUP_OK)
    return status;
  status = csup_time_parse(text, strlen(text), out);
  if (status == CSUP_E_RANGE)
    return csup_json_fail(node, status, "\"%.60s\" lies outside the years 1900 to 2200", text);
  if (status != CSUP_OK)
    return csup_json_fail(node, CSUP_E_ARGUMENT, "\"%.60s\" is no instant; expected one as in \"2026-03-02T08:15:00Z\"", text);
  return CSUP_OK;
}

static csup_status read_basis(const csup_json *node, csup_basis *out) {
  static const char *const names[] = {"unknown", "assumed", "stated", "verified"};
  const char *text = NULL;
  csup_status status = csup_json_text(node, &text);
  if (status != CSUP_OK)
    return status;
  for (csup_basis i = 0; i < 4; i++) {
    if (strcmp(names[i], text) == 0) {
      *out = i;
      return CSUP_OK;
    }
  }
  return csup_json_fail(node, CSUP_E_UNKNOWN, "\"%.60s\" is no basis; expected unknown, assumed, stated or verified", text);
}

static csup_status read_flag(const csup_json *node, csup_event *event, csup_event_flags flag) {
  bool is_set = false;
  csup_status status = csup_json_flag(node, &is_set);
  if (status == CSUP_OK && is_set)
    event->flags |= flag;
  return status;
}

static csup_status read_number(const csup_json *node, csup_event *event, csup_event_flags flag) {
  int64_t number = 0;
  csup_status status = csup_json_integer(node, &number);
  if (status != CSUP_OK)
    return status;
  if (flag != CSUP_WITH_COST && (number < INT32_MIN || number > INT32_MAX))
    return csup_json_fail(node, CSUP_E_RANGE, "%lld is outside the range of \"%s\"", (long long)number, node->key);
  event->flags |= flag;
  if (flag == CSUP_WITH_COST) {
    event->cost = number;
    return CSUP_OK;
  }
  int32_t *places[] = {&event->level, &event->csat, &event->effort, &event->nps, &event->minutes};
  static const csup_event_flags flags[] = {CSUP_WITH_LEVEL, CSUP_WITH_CSAT, CSUP_WITH_EFFORT, CSUP_WITH_NPS, CSUP_WITH_MINUTES};
  for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
    if (flags[i] == flag)
      *places[i] = (int32_t)number;
  return CSUP_OK;
}

/* A JSON value as a field's; null clears the field. */
static csup_status read_value(const csup_json *node, csup_field *field) {
  if (json_is_string(node->value)) {
    field->kind = CSUP_VALUE_TEXT;
    field->text = json_string_value(node->value);
  } else if (json_is_integer(node->value)) {
    field->kind = CSUP_VALUE_NUMBER;
    field->number = json_integer_value(node->value);
  } else if (json_is_boolean(node->value)) {
    field->kind = CSUP_VALUE_FLAG;
    field->number = json_is_true(node->value);
  } else if (!json_is_null(node->value)) {
    return csup_json_fail(node, CSUP_E_ARGUMENT, "a field's value is a string, an integer, true, false or null");
  }
  return CSUP_OK;
}

static csup_status new_fields(line *l, const csup_json *node, csup_event *event, size_t count, csup_field **out) {
  *out = csup_arena_allocate(&l->arena, count ? count : 1, sizeof **out);
  if (!*out)
    return csup_json_fail(node, CSUP_E_NOMEM, "%s", csup_status_text(CSUP_E_NOMEM));
  event->fields = *out;
  event->field_count = count;
  return CSUP_OK;
}

static csup_status read_fields(line *l, const csup_json *node, csup_event *event) {
  csup_status status = csup_json_object(node);
  csup_field *fields = NULL;
  if (status == CSUP_OK)
    status = new_fields(l, node, event, csup_json_size(node), &fields);
  csup_json field;
  size_t i = 0;
  if (status != CSUP_OK)
    return status;
  for (void *at = csup_json_first(node); status == CSUP_OK && csup_json_next(node, &at, &field); i++) {
    fields[i].name = field.key;
    status = read_value(&field, &fields[i]);
  }
  return status;
}

static csup_status read_member(line *l, const csup_json *node, const member *known, csup_event *event) {
  csup_field *field = (csup_field *)event->fields; /* made by `changed` below, in this line's own arena */
  switch (known->to) {
  case TO_NAME:
    return csup_json_text(node, &event->name);
  case TO_VALUE:
    return csup_json_text(node, &event->value);
  case TO_BECAUSE:
    return csup_json_text(node, &event->because);
  case TO_TEAM:
    return csup_json_text(node, &event->team);
  case TO_AGENT:
    return csup_json_text(node, &event->agent);
  case TO_CHANNEL:
    return csup_json_text(node, &event->channel);
  case TO_BASIS:
    return read_basis(node, &event->basis);
  case TO_FLAG:
    return read_flag(node, event, known->flag);
  case TO_INSTANT:
    event->flags |= known->flag;
    return read_instant(node, known->flag == CSUP_WITH_DUE ? &event->due : &event->until);
  case TO_NUMBER:
    return read_number(node, event, known->flag);
  case TO_FIELDS:
    return read_fields(l, node, event);
  case TO_FIELD:
    return csup_json_text(node, &field->name);
  case TO_FIELD_VALUE:
    return read_value(node, field);
  case TO_PIN:
    if (event->name)
      return csup_json_fail(node, CSUP_E_ARGUMENT, "pin priority or severity, one at a time");
    event->name = known->name;
    return csup_json_text(node, &event->value);
  }
  return CSUP_OK;
}

/* Members without which an event says nothing, and whose absence the typed event can't show. */
static csup_status check_present(const csup_json *node, const csup_event *event) {
  csup_json found;
  if (event->kind == CSUP_EVENT_ANSWERED)
    return csup_json_need(node, "basis", &found);
  csup_status status = CSUP_OK;
  if (event->kind == CSUP_EVENT_CHANGED) {
    status = csup_json_need(node, "field", &found);
    if (status == CSUP_OK)
      status = csup_json_need(node, "value", &found);
  }
  if (event->kind == CSUP_EVENT_OVERRIDDEN && !event->name)
    return csup_json_fail(node, CSUP_E_ARGUMENT, "\"overridden\" needs the member \"priority\" or \"severity\"");
  return status;
}

static bool is_common(const char *name, bool in_batch) {
  return strcmp(name, "event") == 0 || (!in_batch && (strcmp(name, "case") == 0 || strcmp(name, "at") == 0));
}

static csup_status unknown_member(const csup_json *node, csup_event_kind kind, const member *known) {
  char names[160];
  csup_writer writer;
  csup_writer_init(&writer, names, sizeof names);
  for (const member *at = known; at->name; at++) {
    csup_write_text(&writer, at == known ? "" : ", ");
    csup_write_text(&writer, at->name);
  }
  (void)csup_writer_end(&writer, NULL);
  return csup_json_fail(node, CSUP_E_UNKNOWN, "\"%s\" has no member \"%.60s\"%s%s", csup_event_kind_name(kind), node->key,
                        known->name ? "; it may have: " : "", names);
}

static csup_status read_event(line *l, const csup_json *node, bool in_batch, csup_event *event) {
  csup_json member_node;
  const char *kind = NULL;
  csup_status status = csup_json_object(node);
  if (status == CSUP_OK)
    status = csup_json_need(node, "event", &member_node);
  if (status == CSUP_OK)
    status = csup_json_text(&member_node, &kind);
  if (status != CSUP_OK)
    return status;
  event->kind = csup_event_kind_find(kind);
  if (event->kind == 0)
    return csup_json_fail(&member_node, CSUP_E_UNKNOWN, "\"%.60s\" is no kind of event", kind);
  csup_field *field = NULL;
  if (event->kind == CSUP_EVENT_CHANGED)
    status = new_fields(l, node, event, 1, &field);
  if (status != CSUP_OK)
    return status;
  const member *members = members_of[event->kind];
  for (void *at = csup_json_first(node); status == CSUP_OK && csup_json_next(node, &at, &member_node);) {
    if (is_common(member_node.key, in_batch))
      continue;
    const member *known = members;
    while (known->name && strcmp(known->name, member_node.key) != 0)
      known++;
    status = known->name ? read_member(l, &member_node, known, event) : unknown_member(&member_node, event->kind, members);
  }
  return status == CSUP_OK ? check_present(node, event) : status;
}

static csup_status at_index(const csup_json *root, csup_status status, size_t index) {
  if (status != CSUP_OK && root->document->error)
    root->document->error->index = (int32_t)index;
  return status;
}

static csup_status read_events(line *l, const csup_json *root) {
  static const char *const batch_members[] = {"case", "at", "events", NULL};
  csup_json list;
  bool is_batch = csup_json_member(root, "events", &list);
  csup_status status = is_batch ? csup_json_array(&list) : CSUP_OK;
  if (status == CSUP_OK && is_batch)
    status = csup_json_only(root, batch_members);
  if (status != CSUP_OK)
    return status;
  l->count = is_batch ? csup_json_size(&list) : 1;
  if (l->count == 0)
    return csup_json_fail(&list, CSUP_E_ARGUMENT, "a batch has at least one event");
  l->events = csup_arena_allocate(&l->arena, l->count, sizeof *l->events);
  if (!l->events)
    return csup_json_fail(root, CSUP_E_NOMEM, "%s", csup_status_text(CSUP_E_NOMEM));
  for (size_t i = 0; status == CSUP_OK && i < l->count; i++) {
    csup_json item;
    if (is_batch)
      csup_json_item(&list, i, &item);
    status = at_index(root, read_event(l, is_batch ? &item : root, is_batch, &l->events[i]), i);
  }
  return status;
}

static csup_status read_line(line *l, const csup_json *root) {
  csup_json node;
  const char *case_id = NULL;
  csup_time at = 0;
  csup_status status = csup_json_object(root);
  if (status == CSUP_OK && csup_json_member(root, "case", &node))
    status = csup_json_text(&node, &case_id);
  if (status == CSUP_OK)
    status = csup_json_need(root, "at", &node);
  if (status == CSUP_OK)
    status = read_instant(&node, &at);
  if (status == CSUP_OK)
    status = read_events(l, root);
  for (size_t i = 0; status == CSUP_OK && i < l->count; i++) {
    l->events[i].case_id = case_id;
    l->events[i].at = at;
  }
  return status;
}

/* An event that was read but not accepted is told at its place in the line. */
static csup_status at_event(const csup_json *root, csup_status status) {
  csup_error *error = root->document->error;
  if (status == CSUP_OK || status == CSUP_E_NOMEM || !error)
    return status;
  csup_error reason = *error;
  csup_json list;
  csup_json item;
  bool in_batch = reason.index >= 0 && csup_json_member(root, "events", &list);
  if (in_batch)
    csup_json_item(&list, (size_t)reason.index, &item);
  status = csup_json_fail(in_batch ? &item : root, status, "%s", reason.message);
  error->index = reason.index;
  return status;
}

csup_status csup_case_apply_json(csup_case *support_case, const char *json, size_t length, csup_decisions *decisions,
                                 csup_error *error) {
  if (!support_case || !json || !decisions)
    return csup_fail(error, CSUP_E_ARGUMENT, "apply needs a case, a journal line and a list for the decisions");
  line l = {.c = support_case};
  csup_arena_init(&l.arena, &support_case->allocator);
  csup_json_document document;
  csup_json root;
  csup_status status = csup_json_open(&document, json, length, CSUP_E_ARGUMENT, CSUP_E_UNKNOWN, error, &root);
  if (status == CSUP_OK)
    status = read_line(&l, &root);
  if (status == CSUP_OK)
    status = at_event(&root, csup_case_apply(support_case, l.events, l.count, decisions, error));
  csup_json_close(&document);
  csup_arena_free(&l.arena);
  return status;
}
