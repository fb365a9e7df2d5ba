/* Floors, ceilings and shifts: compiled, and taken apart so that testing them all costs one AND per dimension. */
#include "impact/model.h"

#include <string.h>

#define TABLE_MAX 4096 /* combinations of levels, at most, that are tried to take a rule apart */

bool csup_impact_rule_test(const csup_impact_rule *rule, const int64_t *values) {
  return !rule->condition || csup_condition_test(rule->condition, values);
}

/* ---- compiling ---- */

/* Only what cannot break the order of answers is allowed: a rule that makes a case more urgent may become true, and one that
   makes it less urgent may become false, as an answer rises. */
static csup_status read_when(const csup_json *item, csup_schema *schema, csup_impact_rule *rule) {
  csup_json when;
  csup_status status = csup_json_need(item, "when", &when);
  if (status)
    return status;
  bool raises = rule->kind == CSUP_REASON_FLOOR || (rule->kind == CSUP_REASON_SHIFT && rule->effect > 0);
  csup_condition_scope scope = {
      .groups = CSUP_GROUP_CASE | CSUP_GROUP_FIELD | CSUP_GROUP_DIMENSION,
      .dimension_operators = UINT32_C(1) << (raises ? CSUP_AT_LEAST : CSUP_AT_MOST),
      .no_not = true,
      .place = rule->kind == CSUP_REASON_FLOOR     ? "a floor"
               : rule->kind == CSUP_REASON_CEILING ? "a ceiling"
               : raises                            ? "a shift to more urgency"
                                                   : "a shift to less urgency",
  };
  status = csup_condition_compile(&when, schema, &scope, &rule->condition);
  if (status)
    return status;
  if (rule->condition && !csup_condition_possible(rule->condition, schema))
    return csup_json_fail(&when, CSUP_E_POLICY, "this condition can never hold");
  return CSUP_OK;
}

static csup_status read_severity(const csup_json *item, const csup_impact *impact, csup_impact_rule *rule) {
  csup_json node;
  const char *name = NULL;
  csup_status status = csup_json_need(item, "severity", &node);
  if (status == CSUP_OK)
    status = csup_json_text(&node, &name);
  if (status)
    return status;
  for (int32_t i = 0; i < impact->bands[CSUP_IMPACT]; i++) {
    if (strcmp(name, impact->severity_names[i]) == 0) {
      rule->effect = i;
      return CSUP_OK;
    }
  }
  return csup_json_fail(&node, CSUP_E_POLICY, "a severity is one of S1 to S%d; found \"%.20s\"", impact->bands[CSUP_IMPACT],
                        name);
}

static csup_status read_steps(const csup_json *item, csup_impact_rule *rule) {
  csup_json node;
  int64_t steps = 0;
  csup_status status = csup_json_need(item, "urgency", &node);
  if (status == CSUP_OK)
    status = csup_json_integer(&node, &steps);
  if (status)
    return status;
  if (steps == 0 || steps < -CSUP_BANDS_MAX || steps > CSUP_BANDS_MAX)
    return csup_json_fail(&node, CSUP_E_POLICY, "a shift moves the urgency by 1 to %d steps up or, below 0, down; found %lld",
                          CSUP_BANDS_MAX, (long long)steps);
  rule->effect = (int32_t)steps;
  return CSUP_OK;
}

static csup_status read_rule(const csup_json *item, csup_schema *schema, csup_impact *impact, csup_impact_rule *rule) {
  static const char *const bound_keys[] = {"when", "severity", "because", NULL};
  static const char *const shift_keys[] = {"when", "urgency", "because", NULL};
  bool shift = rule->kind == CSUP_REASON_SHIFT;
  csup_status status = csup_json_object(item);
  if (status == CSUP_OK)
    status = csup_json_only(item, shift ? shift_keys : bound_keys);
  if (status == CSUP_OK)
    status = shift ? read_steps(item, rule) : read_severity(item, impact, rule);
  if (status == CSUP_OK)
    status = read_when(item, schema, rule);
  csup_json because;
  rule->because = "";
  if (status == CSUP_OK && csup_json_member(item, "because", &because)) {
    const char *text;
    status = csup_json_text(&because, &text);
    if (status == CSUP_OK) {
      rule->because = csup_arena_copy(schema->arena, text, strlen(text));
      if (!rule->because)
        status = csup_json_fail(&because, CSUP_E_NOMEM, "out of memory");
    }
  }
  return status;
}

csup_status csup_impact_rules_compile(const csup_json *section, const char *key, csup_reason_kind kind, csup_schema *schema,
                                      csup_impact *impact, csup_impact_rules *rules) {
  csup_json list;
  if (!csup_json_member(section, key, &list))
    return CSUP_OK;
  csup_status status = csup_json_array(&list);
  size_t count = csup_json_size(&list);
  if (status || count == 0)
    return status;
  rules->items = csup_arena_allocate(schema->arena, count, sizeof *rules->items);
  if (!rules->items)
    return csup_json_fail(&list, CSUP_E_NOMEM, "out of memory");
  for (size_t i = 0; i < count; i++) {
    csup_json item;
    csup_json_item(&list, i, &item);
    rules->items[i].kind = kind;
    status = read_rule(&item, schema, impact, &rules->items[i]);
    if (status)
      return status;
    rules->count++;
  }
  return CSUP_OK;
}

/* ---- taking apart ---- */

typedef struct dimensions_read {
  csup_impact_dimension *dimension[CSUP_DIMENSIONS_MAX];
  size_t stride[CSUP_DIMENSIONS_MAX]; /* of the table below, by combination of levels */
  int32_t count;
  size_t combinations; /* more than TABLE_MAX: too many */
  bool facts;
} dimensions_read;

static void find_reads(const csup_impact_rule *rule, const csup_impact *impact, dimensions_read *out) {
  uint8_t reads[CSUP_FACTS_MAX] = {0};
  *out = (dimensions_read){.combinations = 1};
  if (!rule->condition)
    return;
  csup_condition_reads(rule->condition, reads);
  for (int32_t i = 0; i < impact->dimension_count; i++) {
    csup_impact_dimension *dimension = &impact->dimensions[i];
    if (!reads[dimension->slot])
      continue;
    reads[dimension->slot] = 0;
    out->dimension[out->count] = dimension;
    out->stride[out->count++] = out->combinations;
    if (out->combinations <= TABLE_MAX)
      out->combinations *= dimension->level_count;
  }
  for (int32_t slot = 0; slot < CSUP_FACTS_MAX; slot++)
    out->facts |= reads[slot] != 0;
}

static size_t level_in(const dimensions_read *reads, int32_t i, size_t combination) {
  return combination / reads->stride[i] % reads->dimension[i]->level_count;
}

/* The lowest combinations of levels at which a floor holds (the highest, for a ceiling): one step further and it does not. */
static bool is_corner(const dimensions_read *reads, const bool *holds, bool floor, size_t combination) {
  for (int32_t i = 0; i < reads->count; i++) {
    size_t level = level_in(reads, i, combination), last = floor ? 0 : reads->dimension[i]->level_count - (size_t)1;
    if (level != last && holds[floor ? combination - reads->stride[i] : combination + reads->stride[i]])
      return false;
  }
  return holds[combination];
}

static void set_clause(const dimensions_read *reads, bool floor, size_t combination, int32_t bit) {
  for (int32_t i = 0; i < reads->count; i++) {
    size_t corner = level_in(reads, i, combination);
    for (size_t level = 0; level < reads->dimension[i]->level_count; level++) {
      csup_impact_level *at = &reads->dimension[i]->levels[level];
      if (floor ? level < corner : level > corner)
        *(floor ? &at->floors : &at->ceilings) |= UINT64_C(1) << bit;
    }
  }
}

/* Gives the rule clauses from *used on; leaves it as it was when they are too many. */
static void take_apart(csup_impact_rule *rule, const dimensions_read *reads, uint8_t *effect_of, int32_t *used) {
  bool holds[TABLE_MAX], floor = rule->kind == CSUP_REASON_FLOOR;
  int64_t values[CSUP_FACTS_MAX];
  int32_t corners = 0;
  for (int32_t slot = 0; slot < CSUP_FACTS_MAX; slot++)
    values[slot] = CSUP_ABSENT;
  for (size_t c = 0; c < reads->combinations; c++) {
    for (int32_t i = 0; i < reads->count; i++)
      values[reads->dimension[i]->slot] = (int64_t)level_in(reads, i, c);
    holds[c] = csup_condition_test(rule->condition, values);
  }
  for (size_t c = 0; c < reads->combinations; c++)
    corners += is_corner(reads, holds, floor, c);
  if (*used + corners > CSUP_CLAUSES_MAX)
    return;
  for (size_t c = 0; c < reads->combinations; c++) {
    if (!is_corner(reads, holds, floor, c))
      continue;
    set_clause(reads, floor, c, *used);
    effect_of[*used] = (uint8_t)rule->effect;
    rule->clauses |= UINT64_C(1) << *used;
    ++*used;
  }
}

/* A shift is never taken apart: `effect_of` is NULL. */
static void sort_out(csup_impact *impact, csup_impact_rule *rule, uint8_t *effect_of, int32_t *used) {
  dimensions_read reads;
  find_reads(rule, impact, &reads);
  if (reads.count > 0 && !reads.facts && reads.combinations <= TABLE_MAX && effect_of)
    take_apart(rule, &reads, effect_of, used);
  if (rule->clauses)
    return;
  if (reads.count == 0)
    impact->by_facts[impact->by_facts_count++] = rule;
  else
    impact->by_condition[impact->by_condition_count++] = rule;
}

csup_status csup_impact_rules_take_apart(csup_impact *impact, csup_arena *arena) {
  size_t count = (size_t)impact->floors.count + (size_t)impact->ceilings.count + (size_t)impact->shifts.count;
  impact->by_facts = csup_arena_allocate(arena, count, sizeof *impact->by_facts);
  impact->by_condition = csup_arena_allocate(arena, count, sizeof *impact->by_condition);
  if (!impact->by_facts || !impact->by_condition)
    return CSUP_E_NOMEM;
  int32_t floors = 0, ceilings = 0, severities = impact->bands[CSUP_IMPACT];
  /* In order of effect: the most severe floor and the least severe ceiling get the lowest bits. */
  for (int32_t severity = 0; severity < severities; severity++) {
    for (int32_t i = 0; i < impact->floors.count; i++)
      if (impact->floors.items[i].effect == severity)
        sort_out(impact, &impact->floors.items[i], impact->floor_of, &floors);
    for (int32_t i = 0; i < impact->ceilings.count; i++)
      if (impact->ceilings.items[i].effect == severities - 1 - severity)
        sort_out(impact, &impact->ceilings.items[i], impact->ceiling_of, &ceilings);
  }
  for (int32_t i = 0; i < impact->shifts.count; i++)
    sort_out(impact, &impact->shifts.items[i], NULL, NULL);
  /* Where no clause stands, the bounds are the ends of the scale. */
  impact->floor_of[CSUP_CLAUSES_MAX] = (uint8_t)(severities - 1);
  impact->ceiling_of[CSUP_CLAUSES_MAX] = 0;
  impact->floor_clauses = CSUP_NO_CLAUSE | ((UINT64_C(1) << floors) - 1);
  impact->ceiling_clauses = CSUP_NO_CLAUSE | ((UINT64_C(1) << ceilings) - 1);
  return CSUP_OK;
}

void csup_impact_reads(const csup_impact *impact, uint8_t *reads) {
  const csup_impact_rules *lists[] = {&impact->floors, &impact->ceilings, &impact->shifts};
  uint8_t all[CSUP_FACTS_MAX] = {0};
  for (size_t list = 0; list < sizeof lists / sizeof *lists; list++)
    for (int32_t i = 0; i < lists[list]->count; i++)
      if (lists[list]->items[i].condition)
        csup_condition_reads(lists[list]->items[i].condition, all);
  for (int32_t i = 0; i < impact->dimension_count; i++)
    all[impact->dimensions[i].slot] = 0; /* an answer always re-assesses */
  for (int32_t slot = 0; slot < impact->slot_count; slot++)
    if (all[slot])
      reads[slot] = 1;
}
