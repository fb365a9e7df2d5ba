#include "condition/facts.h"

#include <string.h>

#define LENGTH(array) ((int32_t)(sizeof(array) / sizeof((array)[0])))

const char *const csup_category_names[6] = {"new", "open", "pending", "hold", "resolved", "closed"};
const char *const csup_stage_names[4] = {"diagnosis", "determination", "development", "delivery"};

static const char *const moods[] = {"calm", "frustrated", "angry"};
static const char *const resolutions[] = {"full", "workaround", "partial"};
static const char *const requesters[] = {"agent", "customer"};

/* The facts of every case, in the order of csup_slot. */
static const csup_fact built_in[CSUP_SLOT_COUNT] = {
    [CSUP_SLOT_STATE] = {.name = "state", .type = CSUP_FACT_CHOICE, .group = CSUP_GROUP_CASE},
    [CSUP_SLOT_CATEGORY] = {.name = "category",
                            .type = CSUP_FACT_CHOICE,
                            .group = CSUP_GROUP_CASE,
                            .choice_count = LENGTH(csup_category_names),
                            .choices = csup_category_names},
    [CSUP_SLOT_STAGE] = {.name = "stage",
                         .type = CSUP_FACT_CHOICE,
                         .group = CSUP_GROUP_CASE,
                         .choice_count = LENGTH(csup_stage_names),
                         .choices = csup_stage_names},
    [CSUP_SLOT_PRIORITY] = {.name = "priority", .type = CSUP_FACT_CHOICE, .group = CSUP_GROUP_ASSESSED, .rising = -1},
    [CSUP_SLOT_SEVERITY] = {.name = "severity", .type = CSUP_FACT_CHOICE, .group = CSUP_GROUP_ASSESSED, .rising = -1},
    [CSUP_SLOT_URGENCY] = {.name = "urgency", .type = CSUP_FACT_CHOICE, .group = CSUP_GROUP_ASSESSED, .rising = -1},
    [CSUP_SLOT_IMPACT] = {.name = "impact", .type = CSUP_FACT_CHOICE, .group = CSUP_GROUP_ASSESSED, .rising = -1},
    [CSUP_SLOT_SCORE] = {.name = "score", .type = CSUP_FACT_NUMBER, .group = CSUP_GROUP_ASSESSED},
    [CSUP_SLOT_MOOD] = {.name = "mood",
                        .type = CSUP_FACT_CHOICE,
                        .group = CSUP_GROUP_CASE,
                        .rising = 1,
                        .choice_count = LENGTH(moods),
                        .choices = moods},
    [CSUP_SLOT_CONTACTS] = {.name = "contacts", .type = CSUP_FACT_NUMBER, .group = CSUP_GROUP_CASE},
    [CSUP_SLOT_REPLIES] = {.name = "replies", .type = CSUP_FACT_NUMBER, .group = CSUP_GROUP_CASE},
    [CSUP_SLOT_REOPENS] = {.name = "reopens", .type = CSUP_FACT_NUMBER, .group = CSUP_GROUP_CASE},
    [CSUP_SLOT_REJECTIONS] = {.name = "rejections", .type = CSUP_FACT_NUMBER, .group = CSUP_GROUP_CASE},
    [CSUP_SLOT_REASSIGNMENTS] = {.name = "reassignments", .type = CSUP_FACT_NUMBER, .group = CSUP_GROUP_CASE},
    [CSUP_SLOT_LEVEL] = {.name = "level", .type = CSUP_FACT_NUMBER, .group = CSUP_GROUP_OUTCOME},
    [CSUP_SLOT_TEAM] = {.name = "team", .type = CSUP_FACT_TEXT, .group = CSUP_GROUP_CASE},
    [CSUP_SLOT_AGENT] = {.name = "agent", .type = CSUP_FACT_TEXT, .group = CSUP_GROUP_CASE},
    [CSUP_SLOT_CHANNEL] = {.name = "channel", .type = CSUP_FACT_TEXT, .group = CSUP_GROUP_CASE},
    [CSUP_SLOT_RESOLUTION] = {.name = "resolution",
                              .type = CSUP_FACT_CHOICE,
                              .group = CSUP_GROUP_CASE,
                              .choice_count = LENGTH(resolutions),
                              .choices = resolutions},
    [CSUP_SLOT_BREACHED] = {.name = "breached", .type = CSUP_FACT_SET, .group = CSUP_GROUP_OUTCOME},
    [CSUP_SLOT_CAUSE] = {.name = "cause", .type = CSUP_FACT_TEXT, .group = CSUP_GROUP_CASE},
    [CSUP_SLOT_AUTO] = {.name = "auto", .type = CSUP_FACT_FLAG, .group = CSUP_GROUP_AUTO},
    [CSUP_SLOT_BY] = {.name = "by",
                      .type = CSUP_FACT_CHOICE,
                      .group = CSUP_GROUP_BY,
                      .choice_count = LENGTH(requesters),
                      .choices = requesters},
};

csup_status csup_schema_init(csup_schema *schema, csup_arena *arena, csup_symbols *symbols) {
  csup_fact *facts = csup_arena_allocate(arena, CSUP_FACTS_MAX, sizeof *facts);
  if (!facts)
    return CSUP_E_NOMEM;
  memcpy(facts, built_in, sizeof built_in);
  *schema = (csup_schema){.arena = arena,
                          .symbols = symbols,
                          .facts = facts,
                          .count = CSUP_SLOT_COUNT,
                          .first_field = CSUP_SLOT_COUNT,
                          .first_dimension = CSUP_SLOT_COUNT};
  return CSUP_OK;
}

void csup_schema_choices(csup_schema *schema, csup_slot slot, const char *const *choices, int32_t count) {
  schema->facts[slot].choices = choices;
  schema->facts[slot].choice_count = count;
}

static int32_t find_choice(const csup_fact *fact, const char *name) {
  for (int32_t i = 0; i < fact->choice_count; i++)
    if (strcmp(fact->choices[i], name) == 0)
      return i;
  return -1;
}

/* A list of names is a type: its values in rising order. */
static csup_status read_choices(const csup_json *node, csup_schema *schema, csup_fact *fact) {
  size_t count = csup_json_size(node);
  if (count == 0)
    return csup_json_fail(node, node->document->wrong, "a field needs at least one value to choose from");
  if (count > CSUP_CHOICES_MAX)
    return csup_json_fail(node, node->document->wrong, "a field has at most %d values; make it a text", CSUP_CHOICES_MAX);
  const char **choices = csup_arena_allocate(schema->arena, count, sizeof *choices);
  if (!choices)
    return csup_fail_plain(node->document->error, CSUP_E_NOMEM);
  *fact = (csup_fact){.type = CSUP_FACT_CHOICE, .rising = 1, .choices = choices};
  for (size_t i = 0; i < count; i++) {
    csup_json item;
    const char *text = NULL;
    csup_json_item(node, i, &item);
    csup_status status = csup_json_name(&item, &text);
    if (status != CSUP_OK)
      return status;
    if (find_choice(fact, text) >= 0)
      return csup_json_fail(&item, node->document->wrong, "the value \"%s\" stands in the list twice", text);
    choices[i] = csup_arena_copy(schema->arena, text, strlen(text));
    if (!choices[i])
      return csup_fail_plain(node->document->error, CSUP_E_NOMEM);
    fact->choice_count = (int32_t)i + 1;
  }
  return CSUP_OK;
}

static csup_status read_field(const csup_json *node, csup_schema *schema, csup_fact *out) {
  csup_fact fact = {.type = CSUP_FACT_TEXT};
  if (node->key[0] == '\0')
    return csup_json_fail(node, node->document->wrong, "a field needs a name that is not empty");
  if (json_is_array(node->value)) {
    csup_status status = read_choices(node, schema, &fact);
    if (status != CSUP_OK)
      return status;
  } else {
    const char *type = json_string_value(node->value);
    if (type && strcmp(type, "number") == 0)
      fact.type = CSUP_FACT_NUMBER;
    else if (type && strcmp(type, "flag") == 0)
      fact.type = CSUP_FACT_FLAG;
    else if (!type || strcmp(type, "text") != 0)
      return csup_json_fail(node, node->document->wrong, "a field is \"text\", \"number\", \"flag\" or a list of its values");
  }
  fact.group = CSUP_GROUP_FIELD;
  fact.name = csup_arena_copy(schema->arena, node->key, strlen(node->key));
  if (!fact.name)
    return csup_fail_plain(node->document->error, CSUP_E_NOMEM);
  *out = fact;
  return CSUP_OK;
}

csup_status csup_schema_fields(csup_schema *schema, const csup_json *section) {
  if (!section->value)
    return CSUP_OK;
  csup_status status = csup_json_object(section);
  if (status != CSUP_OK)
    return status;
  csup_json field;
  void *at = csup_json_first(section);
  while (csup_json_next(section, &at, &field)) {
    if (schema->first_dimension - schema->first_field == CSUP_FIELDS_MAX)
      return csup_json_fail(&field, section->document->wrong, "there are more than %d fields", CSUP_FIELDS_MAX);
    status = read_field(&field, schema, &schema->facts[schema->count]);
    if (status != CSUP_OK)
      return status;
    schema->count++;
    schema->first_dimension = schema->count;
  }
  return CSUP_OK;
}

csup_status csup_schema_dimension(csup_schema *schema, const char *name, const char *const *levels, int32_t level_count,
                                  int32_t *slot) {
  if (schema->count == CSUP_FACTS_MAX)
    return CSUP_E_RANGE;
  schema->facts[schema->count] = (csup_fact){.name = name,
                                             .type = CSUP_FACT_CHOICE,
                                             .group = CSUP_GROUP_DIMENSION,
                                             .rising = 1,
                                             .choice_count = level_count,
                                             .choices = levels};
  *slot = schema->count++;
  return CSUP_OK;
}

static int32_t find_between(const csup_schema *schema, int32_t first, int32_t end, const char *name) {
  for (int32_t i = first; i < end; i++)
    if (strcmp(schema->facts[i].name, name) == 0)
      return i;
  return -1;
}

int32_t csup_schema_find_field(const csup_schema *schema, const char *name) {
  return find_between(schema, schema->first_field, schema->first_dimension, name);
}

int32_t csup_schema_find_in(const csup_schema *schema, const char *name, uint32_t groups) {
  static const char field_prefix[] = "field.", dimension_prefix[] = "dimension.";
  int32_t slot = -1;
  if (strncmp(name, field_prefix, sizeof field_prefix - 1) == 0)
    slot = csup_schema_find_field(schema, name + sizeof field_prefix - 1);
  else if (strncmp(name, dimension_prefix, sizeof dimension_prefix - 1) == 0)
    slot = find_between(schema, schema->first_dimension, schema->count, name + sizeof dimension_prefix - 1);
  if (slot >= 0)
    return slot;
  slot = find_between(schema, 0, CSUP_SLOT_COUNT, name);
  /* `auto` and `by` are members of events: where no event is at hand, a field may bear their name. */
  if (slot >= 0 &&
      ((schema->facts[slot].group & (CSUP_GROUP_AUTO | CSUP_GROUP_BY)) == 0 || (schema->facts[slot].group & groups) != 0))
    return slot;
  int32_t other = find_between(schema, schema->first_field, schema->count, name);
  return other >= 0 ? other : slot;
}

int32_t csup_schema_find(const csup_schema *schema, const char *name) {
  return csup_schema_find_in(schema, name, UINT32_MAX);
}

static csup_status wrong_kind(const csup_fact *fact, csup_error *error) {
  static const char *const wanted[] = {[CSUP_FACT_NUMBER] = "a number",
                                       [CSUP_FACT_FLAG] = "a flag",
                                       [CSUP_FACT_TEXT] = "a text",
                                       [CSUP_FACT_CHOICE] = "a text, one of its values",
                                       [CSUP_FACT_SET] = "a text, one of its names"};
  return csup_fail(error, CSUP_E_ARGUMENT, "the value of %s must be %s", fact->name, wanted[fact->type]);
}

csup_status csup_fact_read(const csup_schema *schema, int32_t slot, const csup_field *field, int64_t *value, csup_error *error) {
  const csup_fact *fact = &schema->facts[slot];
  if (field->reserved != 0)
    return csup_fail(error, CSUP_E_ARGUMENT, "the reserved member of the field %s is not 0", fact->name);
  if (field->kind == CSUP_VALUE_NONE) {
    *value = CSUP_ABSENT;
    return CSUP_OK;
  }
  if (fact->type == CSUP_FACT_NUMBER) {
    if (field->kind != CSUP_VALUE_NUMBER)
      return wrong_kind(fact, error);
    if (field->number == CSUP_ABSENT)
      return csup_fail(error, CSUP_E_RANGE, "the number of %s is too small", fact->name);
    *value = field->number;
    return CSUP_OK;
  }
  if (fact->type == CSUP_FACT_FLAG) {
    if (field->kind != CSUP_VALUE_FLAG)
      return wrong_kind(fact, error);
    if (field->number != 0 && field->number != 1)
      return csup_fail(error, CSUP_E_RANGE, "the flag %s must be 0 or 1", fact->name);
    *value = field->number;
    return CSUP_OK;
  }
  if (field->kind != CSUP_VALUE_TEXT || !field->text)
    return wrong_kind(fact, error);
  if (fact->type == CSUP_FACT_TEXT) {
    int32_t symbol = csup_symbols_find(schema->symbols, field->text, strlen(field->text));
    *value = symbol == CSUP_NO_SYMBOL ? CSUP_OTHER_TEXT : symbol;
    return CSUP_OK;
  }
  int32_t choice = find_choice(fact, field->text);
  if (choice < 0)
    return csup_fail(error, CSUP_E_UNKNOWN, "\"%.100s\" is no value of %s", field->text, fact->name);
  *value = fact->type == CSUP_FACT_SET ? INT64_C(1) << choice : choice;
  return CSUP_OK;
}

static csup_status read_into(const csup_schema *schema, const csup_field *field, int64_t *values, csup_error *error) {
  if (!field->name)
    return csup_fail(error, CSUP_E_ARGUMENT, "a fact has no name");
  int32_t slot = csup_schema_find(schema, field->name);
  if (slot < 0)
    return csup_fail(error, CSUP_E_UNKNOWN, "there is no fact, field or dimension \"%.100s\"", field->name);
  int64_t value = CSUP_ABSENT;
  csup_status status = csup_fact_read(schema, slot, field, &value, error);
  if (status != CSUP_OK)
    return status;
  if (schema->facts[slot].type == CSUP_FACT_SET && value != CSUP_ABSENT && values[slot] != CSUP_ABSENT)
    value |= values[slot];
  values[slot] = value;
  return CSUP_OK;
}

csup_status csup_facts_read(const csup_schema *schema, const csup_field *fields, size_t count, int64_t *values,
                            csup_error *error) {
  if (!fields && count > 0)
    return csup_fail(error, CSUP_E_ARGUMENT, "there are facts to read, but no array of them");
  for (int32_t i = 0; i < schema->count; i++)
    values[i] = CSUP_ABSENT;
  for (size_t i = 0; i < count; i++) {
    csup_status status = read_into(schema, &fields[i], values, error);
    if (status != CSUP_OK) {
      if (error != NULL)
        error->index = i > INT32_MAX ? INT32_MAX : (int32_t)i;
      return status;
    }
  }
  return CSUP_OK;
}
