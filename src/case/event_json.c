/* Journal lines: one event, or a batch that shares its case and instant, as JSON (section 9 of the format). */
#include "base/json.h"
#include "case/event.h"
#include "case/json.h"

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

static const char *const basis_names[] = {"unknown", "assumed", "stated", "verified"};

static csup_status read_basis(const csup_json *node, csup_basis *out) {
  const char *text = NULL;
  csup_status status = csup_json_text(node, &text);
  if (status != CSUP_OK)
    return status;
  for (csup_basis i = 0; i < 4; i++) {
    if (strcmp(basis_names[i], text) == 0) {
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

/* Where the number of a flag other than #CSUP_WITH_COST stands. */
static int32_t *small_number(csup_event *event, csup_event_flags flag) {
  switch (flag) {
  case CSUP_WITH_LEVEL:
    return &event->level;
  case CSUP_WITH_CSAT:
    return &event->csat;
  case CSUP_WITH_EFFORT:
    return &event->effort;
  case CSUP_WITH_NPS:
    return &event->nps;
  default:
    return &event->minutes;
  }
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
  *small_number(event, flag) = (int32_t)number;
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

/* ---- and back ---- */

/* A member of an event on its way into the line. */
typedef struct pen {
  csup_writer writer;
  csup_status status; /* the first fault; the rest is skipped */
} pen;

static void put_key(pen *p, const char *key) {
  csup_write_text(&p->writer, ",");
  csup_write_json_string(&p->writer, key);
  csup_write_text(&p->writer, ":");
}

static void put_string(pen *p, const char *text) {
  if (!csup_text_is_utf8(text, strlen(text)))
    p->status = CSUP_E_ARGUMENT;
  csup_write_json_string(&p->writer, text);
}

static void put_text(pen *p, const char *key, const char *text) {
  if (!text)
    return;
  put_key(p, key);
  put_string(p, text);
}

static void put_instant(pen *p, const char *key, csup_time at) {
  if (!csup_time_in_range(at))
    p->status = CSUP_E_RANGE;
  put_key(p, key);
  csup_write_instant(&p->writer, at);
}

static void put_value(pen *p, const csup_field *field) {
  if (field->kind == CSUP_VALUE_TEXT && field->text)
    put_string(p, field->text);
  else if (field->kind == CSUP_VALUE_NUMBER)
    csup_write_int64(&p->writer, field->number);
  else if (field->kind == CSUP_VALUE_FLAG)
    csup_write_text(&p->writer, field->number ? "true" : "false");
  else if (field->kind == CSUP_VALUE_NONE)
    csup_write_text(&p->writer, "null");
  else
    p->status = CSUP_E_ARGUMENT;
}

/* An object has each key once. */
static bool is_new_name(const csup_field *fields, size_t index) {
  for (size_t i = 0; i < index; i++)
    if (strcmp(fields[i].name, fields[index].name) == 0)
      return false;
  return true;
}

static void put_fields(pen *p, const csup_event *event) {
  csup_write_text(&p->writer, ",\"fields\":{");
  for (size_t i = 0; i < event->field_count; i++) {
    if (!event->fields[i].name || !is_new_name(event->fields, i)) {
      p->status = CSUP_E_ARGUMENT;
      return;
    }
    csup_write_text(&p->writer, i == 0 ? "" : ",");
    put_string(p, event->fields[i].name);
    csup_write_text(&p->writer, ":");
    put_value(p, &event->fields[i]);
  }
  csup_write_text(&p->writer, "}");
}

static void put_number(pen *p, const member *known, const csup_event *event) {
  csup_event copy = *event;
  put_key(p, known->name);
  csup_write_int64(&p->writer, known->flag == CSUP_WITH_COST ? event->cost : *small_number(&copy, known->flag));
}

static void put_member(pen *p, const member *known, const csup_event *event) {
  const char *const texts[] = {[TO_NAME] = event->name, [TO_VALUE] = event->value, [TO_BECAUSE] = event->because,
                               [TO_TEAM] = event->team, [TO_AGENT] = event->agent, [TO_CHANNEL] = event->channel};
  bool is_set = (event->flags & known->flag) != 0;
  switch (known->to) {
  case TO_BASIS:
    put_text(p, known->name, basis_names[event->basis]);
    break;
  case TO_FLAG:
    put_key(p, known->name);
    csup_write_text(&p->writer, is_set ? "true" : "false");
    break;
  case TO_INSTANT:
    put_instant(p, known->name, known->flag == CSUP_WITH_DUE ? event->due : event->until);
    break;
  case TO_NUMBER:
    put_number(p, known, event);
    break;
  case TO_FIELDS:
    put_fields(p, event);
    break;
  case TO_FIELD:
    put_text(p, known->name, event->fields[0].name);
    break;
  case TO_FIELD_VALUE:
    put_key(p, known->name);
    put_value(p, &event->fields[0]);
    break;
  case TO_PIN:
    put_text(p, known->name, event->value);
    break;
  default:
    put_text(p, known->name, texts[known->to]);
  }
}

/* Whether there is something to write. */
static bool has_member(const member *known, const csup_event *event) {
  if (known->to == TO_FLAG || known->to == TO_INSTANT || known->to == TO_NUMBER)
    return (event->flags & known->flag) != 0;
  if (known->to == TO_FIELDS)
    return event->field_count > 0;
  return known->to != TO_PIN || strcmp(known->name, event->name) == 0;
}

/* What a line could not say, or would say of another event. */
static bool can_be_written(const csup_event *event, const csup_event *first, const char *case_id) {
  if (!csup_event_kind_name(event->kind) || event->at != first->at || (event->case_id && strcmp(event->case_id, case_id) != 0) ||
      (!event->fields && event->field_count > 0))
    return false;
  switch (event->kind) {
  case CSUP_EVENT_ANSWERED:
    return event->basis >= CSUP_BASIS_UNKNOWN && event->basis <= CSUP_BASIS_VERIFIED;
  case CSUP_EVENT_CHANGED:
    return event->field_count == 1 && event->fields[0].name;
  case CSUP_EVENT_OVERRIDDEN:
    return event->name && event->value && (strcmp(event->name, "priority") == 0 || strcmp(event->name, "severity") == 0);
  default:
    return true;
  }
}

static void put_event(pen *p, const csup_event *event) {
  csup_write_text(&p->writer, "\"event\":");
  csup_write_json_string(&p->writer, csup_event_kind_name(event->kind));
  for (const member *known = members_of[event->kind]; known->name; known++)
    if (has_member(known, event))
      put_member(p, known, event);
}

csup_status csup_event_to_json(const csup_event *events, size_t count, const char *case_id, char *buffer, size_t capacity,
                               size_t *length) {
  if (!events || count == 0 || (!buffer && capacity > 0))
    return CSUP_E_ARGUMENT;
  const char *name = case_id ? case_id : events[0].case_id;
  for (size_t i = 0; i < count; i++)
    if (!name || !can_be_written(&events[i], &events[0], name))
      return CSUP_E_ARGUMENT;
  pen p = {.status = CSUP_OK};
  csup_writer_init(&p.writer, buffer, capacity);
  csup_write_text(&p.writer, "{\"case\":");
  put_string(&p, name);
  put_instant(&p, "at", events[0].at);
  csup_write_text(&p.writer, count > 1 ? ",\"events\":[{" : ",");
  for (size_t i = 0; i < count; i++) {
    csup_write_text(&p.writer, i > 0 ? "},{" : "");
    put_event(&p, &events[i]);
  }
  csup_write_text(&p.writer, count > 1 ? "}]}" : "}");
  if (p.status != CSUP_OK)
    return p.status;
  return csup_writer_end(&p.writer, length);
}
