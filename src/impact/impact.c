/* The model from JSON: dimensions, bands and matrix. Floors, ceilings and shifts are in rules.c. */
#include "impact/model.h"

#include <stdio.h>
#include <string.h>

static const int64_t usual_bands[CSUP_IMPACT_GROUPS][3] = {{700, 450, 200}, {700, 450, 200}};
static const uint8_t usual_matrix[4][4] = {{1, 1, 2, 3}, {1, 2, 3, 3}, {2, 3, 4, 4}, {3, 4, 4, 5}};

static csup_status no_memory(const csup_json *node) {
  return csup_json_fail(node, CSUP_E_NOMEM, "out of memory");
}

static csup_status copy_name(const csup_json *node, csup_arena *arena, const char **out) {
  const char *name;
  csup_status status = csup_json_name(node, &name);
  if (status)
    return status;
  *out = csup_arena_copy(arena, name, strlen(name));
  return *out ? CSUP_OK : no_memory(node);
}

static csup_status need_name(const csup_json *object, const char *key, csup_arena *arena, const char **out) {
  csup_json node;
  csup_status status = csup_json_need(object, key, &node);
  return status ? status : copy_name(&node, arena, out);
}

/* A code must be told apart from what surrounds it in a vector. */
static bool is_code(const char *text) {
  size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");
  return length > 0 && length <= CSUP_CODE_MAX && text[length] == '\0';
}

/* A code; without one the name itself serves when it can. */
static csup_status read_code(const csup_json *object, csup_arena *arena, const char *name, bool may_be_x, const char **out) {
  csup_json node;
  const char *code = name;
  if (csup_json_member(object, "code", &node)) {
    csup_status status = copy_name(&node, arena, &code);
    if (status)
      return status;
    if (!is_code(code))
      return csup_json_fail(&node, CSUP_E_POLICY, "a code is 1 to %d letters, digits, \"_\", \".\" or \"-\"; found \"%.40s\"",
                            CSUP_CODE_MAX, code);
  } else if (!is_code(code)) {
    return csup_json_fail(&node, CSUP_E_POLICY, "the member \"code\" is missing, and the name \"%.40s\" cannot serve as one",
                          name);
  }
  if (!may_be_x && strcmp(code, "X") == 0)
    return csup_json_fail(&node, CSUP_E_POLICY, "X is the code of an unknown level and of no other");
  *out = code;
  return CSUP_OK;
}

static csup_status read_integer(const csup_json *node, int64_t least, int64_t greatest, int64_t *out) {
  int64_t number;
  csup_status status = csup_json_integer(node, &number);
  if (status)
    return status;
  if (number < least || number > greatest)
    return csup_json_fail(node, CSUP_E_POLICY, "expected an integer from %lld to %lld, found %lld", (long long)least,
                          (long long)greatest, (long long)number);
  *out = number;
  return CSUP_OK;
}

/* An optional integer; *out keeps its value when it is absent. */
static csup_status read_member(const csup_json *object, const char *key, int64_t least, int64_t greatest, int32_t *out) {
  csup_json node;
  if (!csup_json_member(object, key, &node))
    return CSUP_OK;
  int64_t number = 0;
  csup_status status = read_integer(&node, least, greatest, &number);
  if (status == CSUP_OK)
    *out = (int32_t)number;
  return status;
}

/* ---- dimensions ---- */

/* Keeps the pointer. False when the name is there already. */
static bool add_name(csup_impact_names *names, const char *name) {
  if (csup_impact_names_find(names, name) >= 0)
    return false;
  uint8_t *first = &names->first[csup_impact_bucket(name)];
  names->names[names->count] = name;
  names->next[names->count] = *first;
  *first = (uint8_t)++names->count;
  return true;
}

static csup_status read_level(const csup_json *node, csup_arena *arena, csup_impact_dimension *dimension,
                              csup_impact_level *level) {
  static const char *const keys[] = {"name", "code", "points", NULL};
  csup_json member;
  const char *name = NULL;
  int64_t number = 0;
  csup_status status = csup_json_object(node);
  if (status == CSUP_OK)
    status = csup_json_only(node, keys);
  if (status == CSUP_OK)
    status = need_name(node, "name", arena, &name);
  if (status == CSUP_OK)
    status = read_code(node, arena, name, false, &level->code);
  if (status == CSUP_OK)
    status = csup_json_need(node, "points", &member);
  if (status == CSUP_OK)
    status = read_integer(&member, 0, CSUP_POINTS_MAX, &number);
  if (status)
    return status;
  uint32_t points = (uint32_t)number, before = dimension->most;
  dimension->most = points;
  level->weight = (uint64_t)points << 32 * dimension->group;
  if (level > dimension->levels && points <= before)
    return csup_json_fail(&member, CSUP_E_POLICY, "points must rise with the levels: %u after %u", points, before);
  if (!add_name(dimension->names, name))
    return csup_json_fail(node, CSUP_E_POLICY, "there are two levels \"%.60s\"", name);
  for (const csup_impact_level *other = dimension->levels; other < level; other++)
    if (strcmp(other->code, level->code) == 0)
      return csup_json_fail(node, CSUP_E_POLICY, "two levels have the code \"%s\"", level->code);
  return CSUP_OK;
}

static csup_status read_levels(const csup_json *node, csup_arena *arena, csup_impact_dimension *dimension) {
  csup_json levels;
  csup_status status = csup_json_need(node, "levels", &levels);
  if (status == CSUP_OK)
    status = csup_json_array(&levels);
  if (status)
    return status;
  size_t count = csup_json_size(&levels);
  if (count < 2 || count > CSUP_LEVELS_MAX)
    return csup_json_fail(&levels, CSUP_E_POLICY, "a dimension has 2 to %d levels, found %zu", CSUP_LEVELS_MAX, count);
  dimension->levels = csup_arena_allocate(arena, count, sizeof *dimension->levels);
  dimension->names = csup_arena_allocate(arena, 1, sizeof *dimension->names);
  if (!dimension->levels || !dimension->names)
    return no_memory(node);
  for (size_t i = 0; i < count && status == CSUP_OK; i++) {
    csup_json item;
    csup_json_item(&levels, i, &item);
    status = read_level(&item, arena, dimension, &dimension->levels[i]);
  }
  dimension->level_count = (uint8_t)count;
  dimension->unknown[CSUP_AT_HIGHEST] = (uint8_t)(count - 1);
  return status;
}

static csup_status read_group(const csup_json *node, csup_impact_dimension *dimension) {
  csup_json group;
  const char *name = NULL;
  csup_status status = csup_json_need(node, "group", &group);
  if (status == CSUP_OK)
    status = csup_json_text(&group, &name);
  if (status)
    return status;
  bool urgency = strcmp(name, "urgency") == 0;
  if (!urgency && strcmp(name, "impact") != 0)
    return csup_json_fail(&group, CSUP_E_POLICY, "a group is \"impact\" or \"urgency\"; found \"%.40s\"", name);
  dimension->group = urgency ? CSUP_URGENCY : CSUP_IMPACT;
  return CSUP_OK;
}

static csup_status read_default(const csup_json *node, csup_impact_dimension *dimension) {
  csup_json member;
  if (!csup_json_member(node, "default", &member))
    return CSUP_OK; /* the lowest level */
  const char *name;
  csup_status status = csup_json_text(&member, &name);
  if (status)
    return status;
  int32_t level = csup_impact_names_find(dimension->names, name);
  if (level < 0)
    return csup_json_fail(&member, CSUP_E_POLICY, "\"%.60s\" is none of the dimension's levels", name);
  dimension->unknown[CSUP_AT_DEFAULT] = (uint8_t)level;
  return CSUP_OK;
}

static csup_status read_dimension(const csup_json *node, csup_schema *schema, csup_impact *impact,
                                  csup_impact_dimension *dimension) {
  static const char *const keys[] = {"name", "code", "group", "ask", "default", "levels", NULL};
  csup_json ask;
  csup_status status = csup_json_object(node);
  if (status == CSUP_OK)
    status = csup_json_only(node, keys);
  if (status == CSUP_OK)
    status = need_name(node, "name", schema->arena, &dimension->name);
  if (status == CSUP_OK)
    status = read_code(node, schema->arena, dimension->name, true, &dimension->code);
  if (status == CSUP_OK)
    status = read_group(node, dimension);
  if (status == CSUP_OK)
    status = read_levels(node, schema->arena, dimension);
  if (status == CSUP_OK)
    status = read_default(node, dimension);
  dimension->ask = "";
  if (status == CSUP_OK && csup_json_member(node, "ask", &ask))
    status = copy_name(&ask, schema->arena, &dimension->ask);
  if (status)
    return status;
  if (!add_name(&impact->names, dimension->name))
    return csup_json_fail(node, CSUP_E_POLICY, "there are two dimensions \"%.60s\"", dimension->name);
  for (const csup_impact_dimension *other = impact->dimensions; other < dimension; other++)
    if (strcmp(other->code, dimension->code) == 0)
      return csup_json_fail(node, CSUP_E_POLICY, "two dimensions have the code \"%s\"", dimension->code);
  uint32_t *total = &impact->total[dimension->group];
  *total += dimension->most;
  if (*total > CSUP_POINTS_MAX)
    return csup_json_fail(node, CSUP_E_POLICY, "the points of group \"%s\" add up to more than %d",
                          dimension->group == CSUP_URGENCY ? "urgency" : "impact", CSUP_POINTS_MAX);
  status = csup_schema_dimension(schema, dimension->name, dimension->names->names, dimension->level_count, &dimension->slot);
  return status ? csup_json_fail(node, CSUP_E_POLICY, "fields and dimensions are too many together") : CSUP_OK;
}

static csup_status read_dimensions(const csup_json *section, csup_schema *schema, csup_impact *impact) {
  csup_json list;
  csup_status status = csup_json_need(section, "dimensions", &list);
  if (status == CSUP_OK)
    status = csup_json_array(&list);
  if (status)
    return status;
  size_t count = csup_json_size(&list);
  if (count < 1 || count > CSUP_DIMENSIONS_MAX)
    return csup_json_fail(&list, CSUP_E_POLICY, "a model has 1 to %d dimensions, found %zu", CSUP_DIMENSIONS_MAX, count);
  impact->dimensions = csup_arena_allocate(schema->arena, count, sizeof *impact->dimensions);
  if (!impact->dimensions)
    return no_memory(&list);
  for (size_t i = 0; i < count; i++) {
    csup_json item;
    csup_json_item(&list, i, &item);
    status = read_dimension(&item, schema, impact, &impact->dimensions[i]);
    if (status)
      return status;
    impact->dimension_count++;
  }
  for (int group = 0; group < CSUP_IMPACT_GROUPS; group++) {
    uint32_t total = impact->total[group];
    impact->reciprocal[group] = total ? 1000 * ((UINT64_C(1) << CSUP_RECIPROCAL_SHIFT) / total + 1) : 0;
  }
  return CSUP_OK;
}

/* ---- bands and matrix ---- */

static void fill_bands(csup_impact *impact, int group, const int64_t *thresholds, size_t count) {
  impact->bands[group] = (int32_t)count + 1;
  for (int32_t score = 0; score <= 1000; score++) {
    size_t band = 0;
    while (band < count && score < thresholds[band])
      band++;
    impact->band_of[group][score] = (uint8_t)band;
  }
}

static csup_status read_group_bands(const csup_json *bands, const char *key, csup_impact *impact, int group) {
  csup_json list;
  if (!bands->value || !csup_json_member(bands, key, &list)) {
    fill_bands(impact, group, usual_bands[group], 3);
    return CSUP_OK;
  }
  csup_status status = csup_json_array(&list);
  if (status)
    return status;
  int64_t thresholds[CSUP_BANDS_MAX - 1];
  size_t count = csup_json_size(&list);
  if (count >= CSUP_BANDS_MAX)
    return csup_json_fail(&list, CSUP_E_POLICY, "at most %d thresholds, found %zu", CSUP_BANDS_MAX - 1, count);
  for (size_t i = 0; i < count; i++) {
    csup_json item;
    csup_json_item(&list, i, &item);
    status = read_integer(&item, 1, 1000, &thresholds[i]);
    if (status)
      return status;
    if (i > 0 && thresholds[i] >= thresholds[i - 1])
      return csup_json_fail(&item, CSUP_E_POLICY, "thresholds must descend: %lld after %lld", (long long)thresholds[i],
                            (long long)thresholds[i - 1]);
  }
  fill_bands(impact, group, thresholds, count);
  return CSUP_OK;
}

static csup_status read_bands(const csup_json *section, csup_impact *impact) {
  static const char *const keys[] = {"impact", "urgency", NULL};
  csup_json bands;
  if (csup_json_member(section, "bands", &bands)) {
    csup_status status = csup_json_object(&bands);
    if (status == CSUP_OK)
      status = csup_json_only(&bands, keys);
    if (status)
      return status;
  }
  csup_status status = read_group_bands(&bands, "impact", impact, CSUP_IMPACT);
  return status ? status : read_group_bands(&bands, "urgency", impact, CSUP_URGENCY);
}

static csup_status read_cell(const csup_json *item, uint8_t *out) {
  const char *name;
  csup_status status = csup_json_text(item, &name);
  if (status)
    return status;
  if (name[0] != 'P' || name[1] < '1' || name[1] > '9' || name[2] != '\0')
    return csup_json_fail(item, CSUP_E_POLICY, "a priority is one of P1 to P9; found \"%.20s\"", name);
  *out = (uint8_t)(name[1] - '1');
  return CSUP_OK;
}

static csup_status read_row(const csup_json *row, csup_impact *impact, int32_t severity) {
  int32_t columns = impact->bands[CSUP_URGENCY];
  csup_status status = csup_json_array(row);
  if (status)
    return status;
  if (csup_json_size(row) != (size_t)columns)
    return csup_json_fail(row, CSUP_E_POLICY, "%d cells are needed, one for each band of urgency; found %zu", columns,
                          csup_json_size(row));
  uint8_t *cells = impact->matrix + severity * columns;
  for (int32_t urgency = 0; urgency < columns; urgency++) {
    csup_json item;
    csup_json_item(row, (size_t)urgency, &item);
    status = read_cell(&item, &cells[urgency]);
    if (status)
      return status;
    if (urgency > 0 && cells[urgency] < cells[urgency - 1])
      return csup_json_fail(&item, CSUP_E_POLICY, "P%d for less urgency than the P%d before it", cells[urgency] + 1,
                            cells[urgency - 1] + 1);
    if (severity > 0 && cells[urgency] < cells[urgency - columns])
      return csup_json_fail(&item, CSUP_E_POLICY, "P%d for less severity than the P%d above it", cells[urgency] + 1,
                            cells[urgency - columns] + 1);
  }
  return CSUP_OK;
}

static csup_status read_matrix(const csup_json *section, csup_schema *schema, csup_impact *impact) {
  int32_t rows = impact->bands[CSUP_IMPACT], columns = impact->bands[CSUP_URGENCY];
  impact->matrix = csup_arena_allocate(schema->arena, (size_t)(rows * columns), sizeof *impact->matrix);
  if (!impact->matrix)
    return no_memory(section);
  csup_json matrix;
  if (csup_json_member(section, "priority", &matrix)) {
    csup_status status = csup_json_array(&matrix);
    if (status)
      return status;
    if (csup_json_size(&matrix) != (size_t)rows)
      return csup_json_fail(&matrix, CSUP_E_POLICY, "%d rows are needed, one for each band of impact; found %zu", rows,
                            csup_json_size(&matrix));
    for (int32_t severity = 0; severity < rows; severity++) {
      csup_json row;
      csup_json_item(&matrix, (size_t)severity, &row);
      status = read_row(&row, impact, severity);
      if (status)
        return status;
    }
  } else if (rows == 4 && columns == 4) {
    for (int32_t i = 0; i < 16; i++)
      impact->matrix[i] = (uint8_t)(usual_matrix[i / 4][i % 4] - 1);
  } else {
    return csup_json_fail(&matrix, CSUP_E_POLICY, "the member \"priority\" is missing; only 4 by 4 bands have a usual matrix");
  }
  impact->priority_count = impact->matrix[rows * columns - 1] + 1;
  return CSUP_OK;
}

/* Names S1, S2 .. in the arena. NULL: no memory. */
static const char **make_names(csup_arena *arena, char letter, int32_t count) {
  const char **names = csup_arena_allocate(arena, (size_t)count, sizeof *names);
  for (int32_t i = 0; names && i < count; i++) {
    char text[8];
    int length = snprintf(text, sizeof text, "%c%d", letter, i + 1);
    names[i] = csup_arena_copy(arena, text, (size_t)length);
    if (!names[i])
      return NULL;
  }
  return names;
}

static csup_status declare_choices(const csup_json *section, csup_schema *schema, csup_impact *impact) {
  int32_t severities = impact->bands[CSUP_IMPACT], urgencies = impact->bands[CSUP_URGENCY];
  const char **bands = make_names(schema->arena, 'I', severities);
  impact->severity_names = make_names(schema->arena, 'S', severities);
  impact->urgency_names = make_names(schema->arena, 'U', urgencies);
  impact->priority_names = make_names(schema->arena, 'P', impact->priority_count);
  if (!bands || !impact->severity_names || !impact->urgency_names || !impact->priority_names)
    return no_memory(section);
  csup_schema_choices(schema, CSUP_SLOT_IMPACT, bands, severities);
  csup_schema_choices(schema, CSUP_SLOT_SEVERITY, impact->severity_names, severities);
  csup_schema_choices(schema, CSUP_SLOT_URGENCY, impact->urgency_names, urgencies);
  csup_schema_choices(schema, CSUP_SLOT_PRIORITY, impact->priority_names, impact->priority_count);
  return CSUP_OK;
}

csup_status csup_impact_declare(const csup_json *section, csup_schema *schema, csup_impact **out) {
  static const char *const keys[] = {"code",   "version",  "dimensions", "bands",      "priority",
                                     "floors", "ceilings", "shifts",     "shift_most", NULL};
  csup_status status = csup_json_object(section);
  if (status == CSUP_OK)
    status = csup_json_only(section, keys);
  if (status)
    return status;
  csup_impact *impact = csup_arena_allocate(schema->arena, 1, sizeof *impact);
  if (!impact)
    return no_memory(section);
  impact->version = 1;
  impact->shift_most = 1;
  status = read_code(section, schema->arena, "CSI", true, &impact->code);
  if (status == CSUP_OK)
    status = read_member(section, "version", 1, 999999, &impact->version);
  if (status == CSUP_OK)
    status = read_member(section, "shift_most", 0, CSUP_BANDS_MAX, &impact->shift_most);
  if (status == CSUP_OK)
    status = read_dimensions(section, schema, impact);
  if (status == CSUP_OK)
    status = read_bands(section, impact);
  if (status == CSUP_OK)
    status = read_matrix(section, schema, impact);
  if (status == CSUP_OK)
    status = declare_choices(section, schema, impact);
  if (status == CSUP_OK)
    *out = impact;
  return status;
}

csup_status csup_impact_compile(const csup_json *section, csup_schema *schema, csup_impact *impact) {
  csup_status status = csup_impact_rules_compile(section, "floors", CSUP_REASON_FLOOR, schema, impact, &impact->floors);
  if (status == CSUP_OK)
    status = csup_impact_rules_compile(section, "ceilings", CSUP_REASON_CEILING, schema, impact, &impact->ceilings);
  if (status == CSUP_OK)
    status = csup_impact_rules_compile(section, "shifts", CSUP_REASON_SHIFT, schema, impact, &impact->shifts);
  if (status)
    return status;
  impact->slot_count = schema->count;
  impact->no_facts = csup_arena_allocate(schema->arena, (size_t)schema->count, sizeof *impact->no_facts);
  if (!impact->no_facts)
    return no_memory(section);
  for (int32_t slot = 0; slot < schema->count; slot++)
    impact->no_facts[slot] = CSUP_ABSENT;
  status = csup_impact_rules_take_apart(impact, schema->arena);
  return status ? no_memory(section) : CSUP_OK;
}

/* ---- reading the model ---- */

int32_t csup_impact_dimension_count(const csup_impact *impact) {
  return impact->dimension_count;
}

int32_t csup_impact_find_dimension(const csup_impact *impact, const char *name) {
  return csup_impact_names_find(&impact->names, name);
}

int32_t csup_impact_find_level(const csup_impact *impact, int32_t dimension, const char *name) {
  return csup_impact_names_find(impact->dimensions[dimension].names, name);
}

const char *csup_impact_dimension_name(const csup_impact *impact, int32_t dimension) {
  return impact->dimensions[dimension].name;
}

int32_t csup_impact_level_count(const csup_impact *impact, int32_t dimension) {
  return impact->dimensions[dimension].level_count;
}

const char *csup_impact_level_name(const csup_impact *impact, int32_t dimension, int32_t level) {
  return impact->dimensions[dimension].names->names[level];
}

const char *csup_impact_question(const csup_impact *impact, int32_t dimension) {
  return impact->dimensions[dimension].ask;
}

int32_t csup_impact_dimension_slot(const csup_impact *impact, int32_t dimension) {
  return impact->dimensions[dimension].slot;
}

bool csup_impact_dimension_is_urgency(const csup_impact *impact, int32_t dimension) {
  return impact->dimensions[dimension].group == CSUP_URGENCY;
}

int32_t csup_impact_severity_count(const csup_impact *impact) {
  return impact->bands[CSUP_IMPACT];
}

int32_t csup_impact_urgency_count(const csup_impact *impact) {
  return impact->bands[CSUP_URGENCY];
}

int32_t csup_impact_priority_count(const csup_impact *impact) {
  return impact->priority_count;
}

int32_t csup_impact_priority_of(const csup_impact *impact, int32_t severity, int32_t urgency) {
  return impact->matrix[severity * impact->bands[CSUP_URGENCY] + urgency];
}
