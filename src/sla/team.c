#include "sla/escalation.h"
#include "sla/read.h"

#include <string.h>

int32_t csup_teams_find(const csup_teams *teams, const char *name) {
  for (int32_t i = 0; i < teams->count; i++)
    if (strcmp(teams->items[i].name, name) == 0)
      return i;
  return -1;
}

static csup_status read_skills(const csup_json *node, csup_arena *arena, csup_team *team) {
  csup_status status = csup_json_array(node);
  if (status != CSUP_OK)
    return status;
  size_t count = csup_json_size(node);
  const char **skills = csup_arena_allocate(arena, count, sizeof *skills);
  if (!skills)
    return csup_read_no_memory(node);
  for (size_t i = 0; i < count && status == CSUP_OK; i++) {
    csup_json item;
    csup_json_item(node, i, &item);
    status = csup_read_name(&item, arena, &skills[i]);
  }
  team->skills = skills;
  team->skill_count = count;
  return status;
}

static csup_status compile_team(const csup_json *node, csup_arena *arena, const csup_calendars *calendars, csup_team *team) {
  static const char *const keys[] = {"calendar", "tier", "skills", NULL};
  csup_json member;
  csup_status status = csup_json_object(node);
  if (status == CSUP_OK)
    status = csup_json_only(node, keys);
  if (status == CSUP_OK && node->key[0] == '\0')
    status = csup_json_fail(node, node->document->wrong, "a team's name is not empty");
  if (status == CSUP_OK && csup_json_member(node, "calendar", &member))
    status = csup_calendars_read(calendars, &member, &team->calendar);
  if (status == CSUP_OK && csup_json_member(node, "tier", &member))
    status = csup_read_number(&member, 1, CSUP_LEVEL_MAX, &team->tier);
  if (status == CSUP_OK && csup_json_member(node, "skills", &member))
    status = read_skills(&member, arena, team);
  if (status != CSUP_OK)
    return status;
  team->name = csup_arena_copy(arena, node->key, strlen(node->key));
  return team->name ? CSUP_OK : csup_read_no_memory(node);
}

csup_status csup_teams_compile(const csup_json *section, csup_schema *schema, const csup_calendars *calendars, csup_teams *out) {
  csup_status status = section->value ? csup_json_object(section) : CSUP_OK;
  if (status != CSUP_OK)
    return status;
  csup_team *items = csup_arena_allocate(schema->arena, csup_json_size(section), sizeof *items);
  if (!items)
    return csup_read_no_memory(section);
  csup_json node;
  int32_t count = 0;
  for (void *at = csup_json_first(section); status == CSUP_OK && csup_json_next(section, &at, &node); count++)
    status = compile_team(&node, schema->arena, calendars, &items[count]);
  if (status == CSUP_OK)
    *out = (csup_teams){.items = items, .count = count};
  return status;
}
