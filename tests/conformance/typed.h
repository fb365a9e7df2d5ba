/* A line of a journal as the structs of the C interface, read by jansson and csupport.h alone: the library's own reader of lines
   has no part in it. */
#ifndef CSUP_TESTS_CONFORMANCE_TYPED_H
#define CSUP_TESTS_CONFORMANCE_TYPED_H

#include <csupport.h>

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { TYPED_EVENTS = 64, TYPED_FIELDS = 64 };

typedef struct typed {
  json_t *root; /* owns the strings */
  csup_event events[TYPED_EVENTS];
  csup_field fields[TYPED_FIELDS];
  size_t count;
  size_t field_count;
} typed;

/* Where the value of a member goes. */
typedef enum typed_slot {
  TO_NAME,
  TO_VALUE,
  TO_BECAUSE,
  TO_TEAM,
  TO_AGENT,
  TO_CHANNEL,
  TO_FIELDS,
  TO_FIELD_NAME,
  TO_FIELD_VALUE,
  TO_PINNED,
  TO_BASIS,
  TO_DUE,
  TO_UNTIL,
  TO_FLAG,
  TO_NUMBER
} typed_slot;

typedef struct typed_member {
  const char *kinds; /* each with a blank before and after */
  const char *name;
  typed_slot slot;
  csup_event_flags flag;
} typed_member;

static const typed_member typed_members[] = {
    {" opened ", "fields", TO_FIELDS, 0},
    {" opened ", "channel", TO_CHANNEL, 0},
    {" opened customer_message ", "mood", TO_VALUE, 0},
    {" opened assigned ", "team", TO_TEAM, 0},
    {" opened ", "state", TO_NAME, 0},
    {" assigned ", "agent", TO_AGENT, 0},
    {" customer_message agent_message ", "auto", TO_FLAG, CSUP_WITH_AUTO},
    {" answered ", "dimension", TO_NAME, 0},
    {" answered ", "level", TO_VALUE, 0},
    {" answered ", "basis", TO_BASIS, 0},
    {" moved ", "to", TO_VALUE, 0},
    {" moved accepted rejected reopened closed cancelled overridden released escalated deescalated ", "because", TO_BECAUSE, 0},
    {" proposed ", "resolution", TO_VALUE, 0},
    {" reopened closed cancelled ", "cause", TO_VALUE, 0},
    {" reopened closed cancelled ", "preventable", TO_FLAG, CSUP_WITH_PREVENTABLE},
    {" promised fulfilled withdrawn ", "promise", TO_NAME, 0},
    {" promised ", "kind", TO_VALUE, 0},
    {" promised requested provided ", "due", TO_DUE, CSUP_WITH_DUE},
    {" requested provided ", "what", TO_VALUE, 0},
    {" overridden ", "priority", TO_PINNED, 0},
    {" overridden ", "severity", TO_PINNED, 0},
    {" overridden ", "agreed", TO_FLAG, CSUP_WITH_AGREED},
    {" overridden ", "until", TO_UNTIL, CSUP_WITH_UNTIL},
    {" released ", "name", TO_NAME, 0},
    {" escalated deescalated ", "level", TO_NUMBER, CSUP_WITH_LEVEL},
    {" escalated deescalated ", "by", TO_VALUE, 0},
    {" changed ", "field", TO_FIELD_NAME, 0},
    {" changed ", "value", TO_FIELD_VALUE, 0},
    {" rated ", "csat", TO_NUMBER, CSUP_WITH_CSAT},
    {" rated ", "effort", TO_NUMBER, CSUP_WITH_EFFORT},
    {" rated ", "nps", TO_NUMBER, CSUP_WITH_NPS},
    {" rated ", "idea", TO_BECAUSE, 0},
    {" spent ", "minutes", TO_NUMBER, CSUP_WITH_MINUTES},
    {" spent ", "cost", TO_NUMBER, CSUP_WITH_COST},
    {" merged ", "into", TO_VALUE, 0},
};

static inline bool typed_string(const json_t *value, const char **out) {
  *out = json_string_value(value);
  return *out != NULL;
}

static inline bool typed_instant(const json_t *value, csup_time *out) {
  return json_is_string(value) && csup_time_parse(json_string_value(value), json_string_length(value), out) == CSUP_OK;
}

static inline bool typed_field(const json_t *value, csup_field *out) {
  out->kind = json_is_string(value)    ? CSUP_VALUE_TEXT
              : json_is_integer(value) ? CSUP_VALUE_NUMBER
              : json_is_boolean(value) ? CSUP_VALUE_FLAG
                                       : CSUP_VALUE_NONE;
  out->text = json_string_value(value);
  out->number = json_is_integer(value) ? json_integer_value(value) : json_is_true(value);
  return out->kind != CSUP_VALUE_NONE || json_is_null(value);
}

/* A field of the event being read: those of `opened`, or the one of `changed`. */
static inline csup_field *typed_add_field(typed *out, csup_event *event) {
  if (out->field_count == TYPED_FIELDS)
    return NULL;
  csup_field *added = &out->fields[out->field_count++];
  if (!event->fields)
    event->fields = added;
  event->field_count++;
  return added;
}

static inline bool typed_fields(typed *out, csup_event *event, json_t *values) {
  const char *name = NULL;
  json_t *value = NULL;
  json_object_foreach(values, name, value) {
    csup_field *field = typed_add_field(out, event);
    if (!field || !typed_field(value, field))
      return false;
    field->name = name;
  }
  return json_is_object(values);
}

static inline bool typed_number(const json_t *value, csup_event_flags flag, csup_event *event) {
  json_int_t number = json_integer_value(value);
  if (!json_is_integer(value) || (flag != CSUP_WITH_COST && (number < INT32_MIN || number > INT32_MAX)))
    return false;
  int32_t small = (int32_t)number;
  switch (flag) {
  case CSUP_WITH_COST:
    event->cost = number;
    break;
  case CSUP_WITH_LEVEL:
    event->level = small;
    break;
  case CSUP_WITH_MINUTES:
    event->minutes = small;
    break;
  case CSUP_WITH_CSAT:
    event->csat = small;
    break;
  case CSUP_WITH_EFFORT:
    event->effort = small;
    break;
  default:
    event->nps = small;
  }
  return true;
}

static inline bool typed_basis(const json_t *value, csup_basis *out) {
  static const char *const names[] = {"unknown", "assumed", "stated", "verified"};
  for (*out = CSUP_BASIS_UNKNOWN; *out <= CSUP_BASIS_VERIFIED; ++*out)
    if (json_is_string(value) && strcmp(names[*out], json_string_value(value)) == 0)
      return true;
  return false;
}

static inline bool typed_take(typed *out, csup_event *event, const typed_member *member, json_t *value) {
  if (member->slot != TO_FLAG)
    event->flags |= member->flag;
  switch (member->slot) {
  case TO_NAME:
    return typed_string(value, &event->name);
  case TO_VALUE:
    return typed_string(value, &event->value);
  case TO_BECAUSE:
    return typed_string(value, &event->because);
  case TO_TEAM:
    return typed_string(value, &event->team);
  case TO_AGENT:
    return typed_string(value, &event->agent);
  case TO_CHANNEL:
    return typed_string(value, &event->channel);
  case TO_FIELDS:
    return typed_fields(out, event, value);
  case TO_FIELD_NAME:
  case TO_FIELD_VALUE: {
    csup_field *field = event->fields ? &out->fields[out->field_count - 1] : typed_add_field(out, event);
    return field && (member->slot == TO_FIELD_NAME ? typed_string(value, &field->name) : typed_field(value, field));
  }
  case TO_PINNED:
    if (event->name)
      return false; /* both priority and severity */
    event->name = member->name;
    return typed_string(value, &event->value);
  case TO_BASIS:
    return typed_basis(value, &event->basis);
  case TO_DUE:
    return typed_instant(value, &event->due);
  case TO_UNTIL:
    return typed_instant(value, &event->until);
  case TO_FLAG:
    event->flags |= json_is_true(value) ? member->flag : 0;
    return json_is_boolean(value);
  case TO_NUMBER:
    return typed_number(value, member->flag, event);
  }
  return false;
}

static inline const typed_member *typed_find(const char *kind, const char *name) {
  size_t length = strlen(kind);
  for (size_t i = 0; i < sizeof typed_members / sizeof typed_members[0]; i++) {
    const typed_member *member = &typed_members[i];
    if (strcmp(member->name, name) != 0)
      continue;
    for (const char *at = member->kinds; (at = strstr(at, kind)) != NULL; at += length)
      if (at[-1] == ' ' && at[length] == ' ')
        return member;
  }
  return NULL;
}

static inline bool typed_event(typed *out, json_t *object, const char *case_id, csup_time at) {
  const char *kind = json_string_value(json_object_get(object, "event"));
  if (!kind || out->count == TYPED_EVENTS)
    return false;
  csup_event *event = &out->events[out->count++];
  *event = (csup_event){.at = at, .case_id = case_id, .kind = CSUP_EVENT_OPENED};
  while (csup_event_kind_name(event->kind) && strcmp(csup_event_kind_name(event->kind), kind) != 0)
    event->kind++;
  if (!csup_event_kind_name(event->kind))
    return false;
  const char *name = NULL;
  json_t *value = NULL;
  json_object_foreach(object, name, value) {
    const typed_member *member = typed_find(kind, name);
    if (strcmp(name, "case") == 0 || strcmp(name, "at") == 0 || strcmp(name, "event") == 0)
      continue;
    if (!member || !typed_take(out, event, member, value))
      return false;
  }
  return true;
}

/* False when the line says what structs cannot say: it is no JSON, has a member that is none, a value of the wrong type. Close it
   whatever was returned. */
static inline bool typed_open(typed *out, const char *line, size_t length) {
  *out = (typed){.root = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL)};
  json_t *batch = json_object_get(out->root, "events");
  const char *case_id = json_string_value(json_object_get(out->root, "case"));
  csup_time at = 0;
  if (!case_id || !typed_instant(json_object_get(out->root, "at"), &at))
    return false;
  if (!batch)
    return typed_event(out, out->root, case_id, at);
  bool good = json_is_array(batch) && json_object_size(out->root) == 3;
  for (size_t i = 0; good && i < json_array_size(batch); i++) {
    json_t *event = json_array_get(batch, i);
    good = !json_object_get(event, "at") && !json_object_get(event, "case") && typed_event(out, event, case_id, at);
  }
  return good;
}

static inline void typed_close(typed *from) {
  json_decref(from->root);
  from->root = NULL;
}

#endif
