/* Loops among rules. Actions are not events, so only rules on facts and on states can feed themselves. */
#include "sla/escalation.h"
#include "sla/read.h"

#include <string.h>

/* --- facts -------------------------------------------------------------------------------------------------------------- */

/* Marks the slots that a rule's actions may change; true when one was not marked before. */
static bool mark_changed(const csup_rule *rule, uint8_t *changed) {
  bool fresh = false;
  for (size_t i = 0; i < rule->action_count; i++) {
    const csup_action *action = &rule->actions[i];
    int32_t slots[4];
    size_t count = 0;
    if (action->act == CSUP_ACT_ESCALATE)
      slots[count++] = CSUP_SLOT_LEVEL;
    if (action->act == CSUP_ACT_ASSIGN || (action->act == CSUP_ACT_ESCALATE && action->functional)) {
      slots[count++] = CSUP_SLOT_TEAM;
      slots[count++] = CSUP_SLOT_REASSIGNMENTS;
    }
    if (action->act == CSUP_ACT_RAISE)
      slots[count++] = CSUP_SLOT_PRIORITY;
    if (action->act == CSUP_ACT_SET)
      slots[count++] = action->slot;
    if (action->act == CSUP_ACT_MOVE) {
      slots[count++] = CSUP_SLOT_STATE;
      slots[count++] = CSUP_SLOT_CATEGORY;
      slots[count++] = CSUP_SLOT_STAGE;
      slots[count++] = CSUP_SLOT_REOPENS;
    }
    for (size_t k = 0; k < count; k++) {
      fresh = fresh || changed[slots[k]] == 0;
      changed[slots[k]] = 1;
    }
  }
  return fresh;
}

/* Whether the fact that the rule watches changes in the end by what the rule does, through other fact rules or at once. */
static bool feeds_itself(const csup_rules *rules, const csup_rule *rule) {
  uint8_t changed[CSUP_FACTS_MAX] = {0};
  bool fresh = mark_changed(rule, changed);
  while (fresh && changed[rule->slot] == 0) {
    fresh = false;
    for (int32_t i = 0; i < rules->count; i++) {
      const csup_rule *other = &rules->items[i];
      if (other->watch == CSUP_WATCH_FACT && changed[other->slot] != 0)
        fresh = mark_changed(other, changed) || fresh;
    }
  }
  return changed[rule->slot] != 0;
}

static csup_status lint_facts(const csup_json *section, const csup_rules *rules, csup_findings *findings) {
  csup_status status = CSUP_OK;
  for (int32_t i = 0; i < rules->count && status == CSUP_OK; i++) {
    if (rules->items[i].watch != CSUP_WATCH_FACT || !feeds_itself(rules, &rules->items[i]))
      continue;
    csup_json node;
    csup_json_item(section, (size_t)i, &node);
    status = csup_findings_add(findings, &node, "loop", "what the rule \"%.60s\" does can change the fact that it watches",
                               rules->items[i].name);
  }
  return status;
}

/* --- states ------------------------------------------------------------------------------------------------------------- */

enum { GUARDED = 1, FREE = 2 }; /* a way from one state to another that time alone opens: under a condition, or without */

typedef struct ways {
  size_t count;   /* of states */
  uint8_t *table; /* [from * count + to]: 0, GUARDED or FREE */
  uint8_t *seen;  /* scratch for `count` states */
  size_t *stack;
} ways;

static void open_way(ways *w, size_t from, size_t to, const csup_condition *when) {
  uint8_t *cell = &w->table[from * w->count + to];
  if (from != to && (!when || *cell == 0)) /* a move to the present state enters nothing */
    *cell = when ? GUARDED : FREE;
}

/* In a closed state no timed rule is pending (R7). */
static bool pends_in(const csup_rule *rule, const csup_workflow *workflow, size_t state) {
  csup_state named;
  csup_workflow_state_at(workflow, (int32_t)state, &named);
  return rule->states[state] != 0 && named.category != CSUP_CATEGORY_CLOSED;
}

/* Where a state rule moves: the last of its moves stays. -1: nowhere. */
static int32_t moves_to(const csup_rule *rule) {
  int32_t to = -1;
  if (rule->watch == CSUP_WATCH_STATE)
    for (size_t i = 0; i < rule->action_count; i++)
      if (rule->actions[i].act == CSUP_ACT_MOVE)
        to = rule->actions[i].state;
  return to;
}

/* Whether `to` can be reached from `from` on ways of at least the given kind. */
static bool reaches(ways *w, size_t from, size_t to, uint8_t least) {
  size_t height = 0;
  memset(w->seen, 0, w->count);
  w->stack[height++] = from;
  w->seen[from] = 1;
  while (height > 0 && w->seen[to] == 0) {
    size_t at = w->stack[--height];
    for (size_t next = 0; next < w->count; next++) {
      if (w->seen[next] != 0 || w->table[at * w->count + next] < least)
        continue;
      w->seen[next] = 1;
      w->stack[height++] = next;
    }
  }
  return w->seen[to] != 0;
}

static csup_status check_rule(ways *w, const csup_json *section, const csup_rules *rules, const csup_workflow *workflow,
                              int32_t index, csup_findings *findings) {
  const csup_rule *rule = &rules->items[index];
  int32_t to = moves_to(rule);
  bool circle = false;
  for (size_t from = 0; to >= 0 && from < w->count; from++) {
    if (!pends_in(rule, workflow, from) || from == (size_t)to || !reaches(w, (size_t)to, from, GUARDED))
      continue;
    csup_json node;
    csup_json_item(section, (size_t)index, &node);
    circle = true;
    if (!rule->when && reaches(w, (size_t)to, from, FREE))
      return csup_json_fail(&node, section->document->wrong,
                            "the rule \"%.60s\" moves states in a circle that time alone keeps turning", rule->name);
  }
  if (!circle)
    return CSUP_OK;
  csup_json node;
  csup_json_item(section, (size_t)index, &node);
  return csup_findings_add(findings, &node, "loop", "the rule \"%.60s\" moves states in a circle as long as conditions let it",
                           rule->name);
}

static csup_status lint_states(const csup_json *section, const csup_rules *rules, const csup_workflow *workflow, ways *w,
                               csup_findings *findings) {
  for (size_t i = 0; i < csup_workflow_timer_count(workflow); i++) {
    const csup_timer *timer = csup_workflow_timer_at(workflow, i);
    open_way(w, (size_t)timer->in, (size_t)timer->to, timer->when);
  }
  for (int32_t i = 0; i < rules->count; i++) {
    int32_t to = moves_to(&rules->items[i]);
    for (size_t from = 0; to >= 0 && from < w->count; from++)
      if (pends_in(&rules->items[i], workflow, from))
        open_way(w, from, (size_t)to, rules->items[i].when);
  }
  csup_status status = CSUP_OK;
  for (int32_t i = 0; i < rules->count && status == CSUP_OK; i++)
    status = check_rule(w, section, rules, workflow, i, findings);
  return status;
}

csup_status csup_rules_lint_loops(const csup_json *section, const csup_rules *rules, const csup_workflow *workflow,
                                  csup_arena *arena, csup_findings *findings) {
  csup_status status = lint_facts(section, rules, findings);
  bool any = false;
  for (int32_t i = 0; i < rules->count; i++)
    any = any || moves_to(&rules->items[i]) >= 0;
  if (status != CSUP_OK || !any)
    return status;
  const csup_allocator *allocator = &arena->allocator;
  ways w = {.count = (size_t)csup_workflow_state_count(workflow)};
  size_t cells = w.count * w.count;
  w.table = csup_allocate(allocator, cells);
  w.seen = csup_allocate(allocator, w.count);
  w.stack = csup_allocate(allocator, w.count * sizeof *w.stack);
  if (w.table && w.seen && w.stack) {
    memset(w.table, 0, cells);
    status = lint_states(section, rules, workflow, &w, findings);
  } else {
    status = csup_read_no_memory(section);
  }
  csup_release(allocator, w.table, cells);
  csup_release(allocator, w.seen, w.count);
  csup_release(allocator, w.stack, w.count * sizeof *w.stack);
  return status;
}
