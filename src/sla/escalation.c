#include "sla/escalation.h"

#include "sla/read.h"

#include <string.h>

typedef struct compiler {
  csup_schema *schema;
  const csup_clocks *clocks;
  const csup_calendars *calendars;
  const csup_teams *teams;
  const csup_impact *impact;
  const csup_workflow *workflow;
  const csup_agreements *agreements;
  csup_findings *findings;
} compiler;

/* --- on: what is watched ------------------------------------------------------------------------------------------------ */

/* A rule on a clock that no agreement gives a target, or at a point before the start of every target, never fires. */
static csup_status check_clock(const compiler *c, const csup_json *clock, const csup_json *at, const csup_rule *rule) {
  int32_t targets = 0, never = 0;
  if (rule->clock == CSUP_CLOCK_PROMISE)
    return CSUP_OK;
  for (int32_t i = 0; i < c->agreements->count; i++) {
    const csup_target *target = c->agreements->items[i].targets[rule->clock];
    if (c->agreements->items[i].kind != rule->kind)
      continue;
    for (int32_t rank = 0; target && rank < CSUP_RANKS_MAX; rank++) {
      if (!target->present[rank])
        continue;
      targets++;
      never += csup_threshold_before_start(&rule->at, &target->course[rank].within);
    }
  }
  if (targets == 0)
    return csup_findings_add(c->findings, clock, "never_fires", "no agreement has a target for the clock \"%.60s\"",
                             c->clocks->items[rule->clock].name);
  if (never == targets)
    return csup_json_fail(at, at->document->wrong, "\"%.40s\" lies before the start of the clock in every agreement",
                          rule->at.text);
  if (never > 0)
    return csup_findings_add(c->findings, at, "never_fires", "for %d of %d targets \"%.40s\" lies before the start of the clock",
                             never, targets, rule->at.text);
  return CSUP_OK;
}

/* In the measure of `at`: a share of the target's open time, or a duration; open time is good for both. */
static csup_status read_every(const csup_json *node, csup_rule *rule) {
  const char *text = json_string_value(node->value);
  if (!rule->at.is_percent || !text || !strchr(text, '%'))
    return csup_measure_read(node, false, &rule->every);
  csup_threshold share;
  csup_status status = csup_threshold_read(node, NULL, &share);
  if (status == CSUP_OK)
    rule->every_percent = share.percent;
  return status;
}

/* A clock runs once for each kind of agreement; the rule watches one of them. */
static csup_status read_kind(const compiler *c, const csup_json *node, csup_rule *rule) {
  csup_json member;
  const char *name = "sla";
  csup_status status = CSUP_OK;
  if (csup_json_member(node, "kind", &member))
    status = csup_json_name(&member, &name);
  if (status == CSUP_OK && strcmp(name, "sla") != 0 && strcmp(name, "ola") != 0 && strcmp(name, "uc") != 0)
    return csup_json_fail(&member, member.document->unknown, "\"%.60s\" is no kind of agreement; expected sla, ola or uc", name);
  rule->kind = -1;
  for (int32_t i = 0; status == CSUP_OK && i < c->agreements->kind_count; i++)
    if (strcmp(c->agreements->kinds[i], name) == 0)
      rule->kind = i;
  return status;
}

static csup_status read_repeats(const csup_json *node, csup_rule *rule) {
  csup_json every, times;
  bool has_every = csup_json_member(node, "every", &every), has_times = csup_json_member(node, "times", &times);
  rule->times = 1;
  if (!has_every && !has_times)
    return CSUP_OK;
  if (!has_times)
    return csup_json_fail(&every, node->document->wrong, "every needs times: how often the rule fires, the first included");
  if (!has_every)
    return csup_json_fail(&times, node->document->wrong, "times needs every: how long after one firing the next one comes");
  csup_status status = read_every(&every, rule);
  return status == CSUP_OK ? csup_read_number(&times, 1, CSUP_TIMES_MAX, &rule->times) : status;
}

static csup_status watch_clock(const compiler *c, const csup_json *node, csup_rule *rule) {
  static const char *const keys[] = {"clock", "kind", "at", "every", "times", NULL};
  csup_json clock, at;
  const char *name = NULL;
  csup_status status = csup_json_only(node, keys);
  if (status == CSUP_OK)
    status = csup_json_need(node, "clock", &clock);
  if (status == CSUP_OK)
    status = csup_json_name(&clock, &name);
  if (status != CSUP_OK)
    return status;
  rule->clock = strcmp(name, "promise") == 0 ? CSUP_CLOCK_PROMISE : csup_clocks_find(c->clocks, name);
  if (rule->clock == -1)
    return csup_json_fail(&clock, node->document->unknown, "there is no clock \"%.60s\"", name);
  status = read_kind(c, node, rule);
  if (status == CSUP_OK)
    status = csup_json_need(node, "at", &at);
  if (status == CSUP_OK)
    status = csup_threshold_read(&at, c->schema->arena, &rule->at);
  if (status == CSUP_OK)
    status = read_repeats(node, rule);
  return status == CSUP_OK ? check_clock(c, &clock, &at, rule) : status;
}

static csup_status watch_event(const compiler *c, const csup_json *node, csup_rule *rule) {
  static const char *const keys[] = {"event", NULL};
  csup_json event;
  (void)c;
  csup_status status = csup_json_only(node, keys);
  if (status == CSUP_OK && csup_json_member(node, "event", &event))
    status = csup_read_events(&event, &rule->events);
  return status;
}

static csup_status watch_state(const compiler *c, const csup_json *node, csup_rule *rule) {
  static const char *const keys[] = {"state", "for", "calendar", NULL};
  csup_json state, member;
  csup_status status = csup_json_only(node, keys);
  if (status == CSUP_OK && csup_json_member(node, "state", &state))
    status = csup_read_states(&state, c->workflow, c->schema->arena, &rule->states);
  if (status == CSUP_OK && csup_json_member(node, "for", &member))
    status = csup_measure_read(&member, false, &rule->dwell);
  rule->calendar = csup_calendars_find(c->calendars, "always");
  if (status == CSUP_OK && csup_json_member(node, "calendar", &member))
    status = csup_calendars_read(c->calendars, &member, &rule->calendar);
  if (status != CSUP_OK)
    return status;
  /* R7: in category closed no timed rule is pending. */
  for (int32_t i = 0; i < csup_workflow_state_count(c->workflow); i++) {
    csup_state named;
    csup_workflow_state_at(c->workflow, i, &named);
    if (rule->states[i] != 0 && named.category != CSUP_CATEGORY_CLOSED)
      return CSUP_OK;
  }
  return csup_findings_add(c->findings, &state, "never_fires", "in a closed state no rule of this kind is pending");
}

static csup_status watch_fact(const compiler *c, const csup_json *node, csup_rule *rule) {
  static const char *const keys[] = {"fact", NULL};
  csup_json fact;
  const char *name = NULL;
  csup_status status = csup_json_only(node, keys);
  if (status == CSUP_OK && csup_json_member(node, "fact", &fact))
    status = csup_json_name(&fact, &name);
  if (status != CSUP_OK)
    return status;
  int32_t slot = csup_schema_find_in(c->schema, name, CSUP_GROUP_RULE);
  if (slot < 0 || (c->schema->facts[slot].group & CSUP_GROUP_RULE) == 0)
    return csup_json_fail(&fact, node->document->unknown, "there is no fact, field or dimension \"%.60s\"", name);
  rule->slot = slot;
  c->schema->facts[slot].mentioned = true;
  return CSUP_OK;
}

static csup_status watch_team(const compiler *c, const csup_json *node, csup_rule *rule) {
  static const char *const keys[] = {"team", NULL};
  static const char *const moments[] = {"off_shift"};
  csup_json team;
  int32_t moment = 0;
  (void)rule;
  csup_status status = csup_json_only(node, keys);
  if (status == CSUP_OK && csup_json_member(node, "team", &team))
    status = csup_read_one_of(&team, moments, 1, "something that happens to a team", &moment);
  if (status != CSUP_OK)
    return status;
  for (int32_t i = 0; i < c->teams->count; i++) {
    csup_time close = 0;
    if (c->teams->items[i].calendar && csup_calendar_next_close(c->teams->items[i].calendar, 0, &close) == CSUP_OK)
      return CSUP_OK;
  }
  return csup_findings_add(c->findings, &team, "never_fires", "no team has a calendar that closes");
}

typedef csup_status (*watch)(const compiler *c, const csup_json *node, csup_rule *rule);

static csup_status read_on(const compiler *c, const csup_json *node, csup_rule *rule) {
  static const char *const names[] = {"clock", "event", "state", "fact", "team"};
  static const watch watches[] = {watch_clock, watch_event, watch_state, watch_fact, watch_team};
  csup_json member;
  int32_t found = -1, count = 0;
  csup_status status = csup_json_object(node);
  if (status != CSUP_OK)
    return status;
  for (int32_t i = 0; i < 5; i++) {
    if (!csup_json_member(node, names[i], &member))
      continue;
    found = i;
    count++;
  }
  if (count != 1)
    return csup_json_fail(node, node->document->wrong, "a rule watches one of clock, event, state, fact and team");
  rule->watch = (csup_watch)(CSUP_WATCH_CLOCK + found);
  return watches[found](c, node, rule);
}

/* --- the rule ----------------------------------------------------------------------------------------------------------- */

static csup_status read_hours(const compiler *c, const csup_json *node, csup_rule *rule) {
  static const char *const keys[] = {"calendar", "outside", NULL};
  static const char *const ways[] = {"fire", "skip", "hold"};
  csup_json member;
  int32_t way = CSUP_OUTSIDE_FIRE;
  csup_status status = csup_json_object(node);
  if (status == CSUP_OK)
    status = csup_json_only(node, keys);
  if (status == CSUP_OK)
    status = csup_json_need(node, "calendar", &member);
  if (status == CSUP_OK)
    status = csup_calendars_read(c->calendars, &member, &rule->hours);
  if (status == CSUP_OK && csup_json_member(node, "outside", &member))
    status = csup_read_one_of(&member, ways, 3, "what to do outside hours", &way);
  rule->outside = (csup_outside)way;
  return status;
}

static csup_status compile_rule(const compiler *c, const csup_json *node, const csup_rules *before, csup_rule *out) {
  static const char *const keys[] = {"name", "on", "when", "do", "hours", NULL};
  csup_rule read = {.times = 1, .clock = -1, .slot = -1};
  csup_json member;
  csup_status status = csup_json_object(node);
  if (status == CSUP_OK)
    status = csup_json_only(node, keys);
  if (status == CSUP_OK)
    status = csup_json_need(node, "name", &member);
  if (status == CSUP_OK)
    status = csup_read_name(&member, c->schema->arena, &read.name);
  for (int32_t i = 0; i < before->count && status == CSUP_OK; i++)
    if (strcmp(before->items[i].name, read.name) == 0)
      status = csup_json_fail(&member, node->document->wrong, "there is a rule \"%.60s\" already", read.name);
  if (status == CSUP_OK)
    status = csup_json_need(node, "on", &member);
  if (status == CSUP_OK)
    status = read_on(c, &member, &read);
  uint32_t groups = CSUP_GROUP_RULE;
  if (read.watch == CSUP_WATCH_EVENT)
    groups |= CSUP_GROUP_AUTO | CSUP_GROUP_BY;
  if (status == CSUP_OK)
    status = csup_read_when(node, c->schema, groups, "a rule", &read.when);
  if (status == CSUP_OK)
    status = csup_json_need(node, "do", &member);
  if (status == CSUP_OK)
    status = csup_actions_compile(&member, c->schema, c->teams, c->impact, c->workflow, &read, c->findings);
  if (status == CSUP_OK && csup_json_member(node, "hours", &member))
    status = read_hours(c, &member, &read);
  if (status == CSUP_OK)
    *out = read;
  return status;
}

csup_status csup_rules_compile(const csup_json *section, csup_schema *schema, const csup_clocks *clocks,
                               const csup_calendars *calendars, const csup_teams *teams, const csup_impact *impact,
                               const csup_workflow *workflow, const csup_agreements *agreements, csup_rules *out,
                               csup_findings *findings) {
  const compiler c = {.schema = schema,
                      .clocks = clocks,
                      .calendars = calendars,
                      .teams = teams,
                      .impact = impact,
                      .workflow = workflow,
                      .agreements = agreements,
                      .findings = findings};
  csup_status status = section->value ? csup_json_array(section) : CSUP_OK;
  if (status != CSUP_OK)
    return status;
  size_t count = csup_json_size(section);
  csup_rule *items = csup_arena_allocate(schema->arena, count, sizeof *items);
  if (!items)
    return csup_read_no_memory(section);
  csup_rules read = {.items = items};
  for (size_t i = 0; i < count && status == CSUP_OK; i++) {
    csup_json node;
    csup_json_item(section, i, &node);
    status = compile_rule(&c, &node, &read, &items[i]);
    read.count++;
  }
  if (status == CSUP_OK)
    status = csup_rules_lint_loops(section, &read, workflow, schema->arena, findings);
  if (status == CSUP_OK)
    *out = read;
  return status;
}

void csup_rules_mark_states(const csup_rules *rules, uint8_t *states) {
  for (int32_t i = 0; i < rules->count; i++)
    for (size_t k = 0; k < rules->items[i].action_count; k++)
      if (rules->items[i].actions[k].act == CSUP_ACT_MOVE)
        states[rules->items[i].actions[k].state] = 1;
}

bool csup_rule_is_at_due(const csup_rule *rule, int32_t repeat) {
  const csup_threshold *at = &rule->at;
  const int64_t more = repeat - 1;
  if (at->is_percent)
    return more == 0 || rule->every_percent > 0 ? at->percent + more * rule->every_percent == 100 : false;
  return at->offset.days + more * rule->every.days == 0 && at->offset.time + more * rule->every.time == 0;
}
