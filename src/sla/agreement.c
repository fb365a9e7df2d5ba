#include "sla/agreement.h"

#include "sla/read.h"
#include "time/civil.h"

#include <string.h>

typedef struct compiler {
  csup_schema *schema;
  const csup_clocks *clocks;
  const csup_calendars *calendars;
  csup_findings *findings;
} compiler;

/* --- one target --------------------------------------------------------------------------------------------------------- */

/* A value for each rank. */
typedef struct by_rank {
  bool present[CSUP_RANKS_MAX];
  csup_course course[CSUP_RANKS_MAX];
  const char *calendar_name[CSUP_RANKS_MAX];
} by_rank;

static csup_status read_calendar(const compiler *c, const csup_json *node, const csup_calendar **calendar, const char **name) {
  csup_status status = csup_calendars_read(c->calendars, node, calendar);
  for (size_t i = 0; i < c->calendars->count && status == CSUP_OK; i++)
    if (c->calendars->entries[i].calendar == *calendar)
      *name = c->calendars->entries[i].name;
  return status;
}

/* A value, or a map from ranks to values with `*` for the others. `is_calendar` tells which of the two members is read. */
static csup_status read_by_rank(const compiler *c, const csup_json *node, const csup_fact *ranks, bool is_calendar,
                                by_rank *out) {
  bool map = json_is_object(node->value), has_rest = !map;
  csup_course rest = {0};
  const char *rest_name = NULL;
  csup_status status = CSUP_OK;
  memset(out, 0, sizeof *out);
  if (!map) {
    status = is_calendar ? read_calendar(c, node, &rest.calendar, &rest_name) : csup_measure_read(node, false, &rest.within);
  } else if (csup_json_size(node) == 0) {
    status = csup_json_fail(node, node->document->wrong, "the map is empty; expected ranks such as \"%s\", or \"*\"",
                            ranks->choices[0]);
  }
  csup_json member;
  for (void *at = csup_json_first(node); map && status == CSUP_OK && csup_json_next(node, &at, &member);) {
    csup_course course = {0};
    const char *name = NULL;
    status = is_calendar ? read_calendar(c, &member, &course.calendar, &name) : csup_measure_read(&member, false, &course.within);
    int32_t rank = 0;
    while (rank < ranks->choice_count && strcmp(ranks->choices[rank], member.key) != 0)
      rank++;
    if (status != CSUP_OK)
      break;
    if (strcmp(member.key, "*") == 0) {
      has_rest = true;
      rest = course;
      rest_name = name;
    } else if (rank == ranks->choice_count) {
      status = csup_json_fail(&member, node->document->unknown, "\"%.40s\" is no %s; expected %s to %s, or \"*\"", member.key,
                              ranks->name, ranks->choices[0], ranks->choices[ranks->choice_count - 1]);
    } else {
      out->present[rank] = true;
      out->course[rank] = course;
      out->calendar_name[rank] = name;
    }
  }
  for (int32_t rank = 0; rank < ranks->choice_count && status == CSUP_OK; rank++) {
    if (out->present[rank])
      continue;
    out->present[rank] = has_rest;
    out->course[rank] = rest;
    out->calendar_name[rank] = rest_name;
  }
  return status;
}

/* What the two maps give together: a rank with an entry in both has a target. */
static csup_status join(const compiler *c, const csup_json *node, const csup_fact *ranks, const by_rank *within,
                        const by_rank *calendars, csup_lands lands, csup_target *target) {
  bool any = false;
  for (int32_t rank = 0; rank < ranks->choice_count; rank++) {
    target->present[rank] = within->present[rank] && calendars->present[rank];
    any = any || target->present[rank];
    if (target->present[rank]) {
      target->course[rank] =
          (csup_course){.within = within->course[rank].within, .calendar = calendars->course[rank].calendar, .lands = lands};
      target->calendar_name[rank] = calendars->calendar_name[rank];
    }
  }
  if (!any)
    return csup_json_fail(node, node->document->wrong, "no %s has both a duration and a calendar", ranks->name);
  csup_status status = CSUP_OK;
  for (int32_t rank = 0; rank < ranks->choice_count && status == CSUP_OK; rank++)
    if (within->present[rank] && !calendars->present[rank])
      status = csup_findings_add(c->findings, node, "no_target", "%s has a duration but no calendar, so it has no target",
                                 ranks->choices[rank]);
  return status;
}

/* Whether `later` lies after `earlier`, where one measure can be compared with the other. */
static bool ascends(const csup_threshold *earlier, const csup_threshold *later) {
  if (earlier->is_percent != later->is_percent)
    return true;
  if (later->is_percent)
    return later->percent > earlier->percent;
  bool days = later->offset.days != 0;
  if (days != (earlier->offset.days != 0))
    return true;
  return days ? later->offset.days > earlier->offset.days : later->offset.time > earlier->offset.time;
}

static csup_status check_warning(const compiler *c, const csup_json *node, const csup_target *target, size_t index,
                                 const csup_threshold *warn) {
  const csup_threshold *item = &warn[index];
  csup_status wrong = node->document->wrong;
  for (size_t i = 0; i < index; i++)
    if (!ascends(&warn[i], item))
      return csup_json_fail(node, wrong, "\"%.40s\" does not come after \"%.40s\"; write warnings in order of time", item->text,
                            warn[i].text);
  int32_t targets = 0, never = 0;
  for (int32_t rank = 0; rank < CSUP_RANKS_MAX; rank++) {
    if (!target->present[rank])
      continue;
    targets++;
    never += csup_threshold_before_start(item, &target->course[rank].within);
  }
  if (never == targets)
    return csup_json_fail(node, wrong, "\"%.40s\" lies before the start of the clock", item->text);
  if (never > 0)
    return csup_findings_add(c->findings, node, "never_fires", "for %d of %d ranks \"%.40s\" lies before the start of the clock",
                             never, targets, item->text);
  return CSUP_OK;
}

static csup_status read_warnings(const compiler *c, const csup_json *node, csup_target *target) {
  csup_status status = csup_json_array(node);
  if (status != CSUP_OK)
    return status;
  size_t count = csup_json_size(node);
  csup_threshold *warn = csup_arena_allocate(c->schema->arena, count, sizeof *warn);
  if (!warn)
    return csup_read_no_memory(node);
  for (size_t i = 0; i < count && status == CSUP_OK; i++) {
    csup_json item;
    csup_json_item(node, i, &item);
    status = csup_threshold_read(&item, c->schema->arena, &warn[i]);
    if (status == CSUP_OK)
      status = check_warning(c, &item, target, i, warn);
  }
  target->warn = warn;
  target->warn_count = count;
  return status;
}

static csup_status check_day_end(const compiler *c, const csup_json *node, const csup_target *target) {
  for (int32_t rank = 0; rank < CSUP_RANKS_MAX; rank++)
    if (target->present[rank] && target->course[rank].within.days != 0)
      return CSUP_OK;
  return csup_findings_add(c->findings, node, "no_effect", "day_end is for targets in days, such as \"P2D\", and there is none");
}

static csup_status compile_target(const compiler *c, const csup_json *node, csup_target *out) {
  static const char *const keys[] = {"within", "by", "calendar", "warn", "on_change", "lands", NULL};
  static const char *const bys[] = {"priority", "severity"};
  static const char *const changes[] = {"recompute", "keep", "from_now", "proportional"};
  static const char *const landings[] = {"close", "open", "day_end"};
  int32_t by = 0, on_change = CSUP_RECOMPUTE, lands = CSUP_LANDS_CLOSE;
  csup_json member, lands_node;
  by_rank within, calendars;
  csup_status status = csup_json_object(node);
  if (status == CSUP_OK)
    status = csup_json_only(node, keys);
  if (status == CSUP_OK && csup_json_member(node, "by", &member))
    status = csup_read_one_of(&member, bys, 2, "a way to choose a target", &by);
  if (status == CSUP_OK && csup_json_member(node, "on_change", &member))
    status = csup_read_one_of(&member, changes, 4, "a way to change a target", &on_change);
  if (status == CSUP_OK && csup_json_member(node, "lands", &lands_node))
    status = csup_read_one_of(&lands_node, landings, 3, "a way to land", &lands);
  const csup_fact *ranks = &c->schema->facts[by == 0 ? CSUP_SLOT_PRIORITY : CSUP_SLOT_SEVERITY];
  if (status == CSUP_OK)
    status = csup_json_need(node, "within", &member);
  if (status == CSUP_OK)
    status = read_by_rank(c, &member, ranks, false, &within);
  if (status == CSUP_OK)
    status = csup_json_need(node, "calendar", &member);
  if (status == CSUP_OK)
    status = read_by_rank(c, &member, ranks, true, &calendars);
  if (status != CSUP_OK)
    return status;
  csup_target target = {.by_severity = by == 1, .on_change = (csup_on_change)on_change};
  status = join(c, node, ranks, &within, &calendars, (csup_lands)lands, &target);
  if (status == CSUP_OK && lands == CSUP_LANDS_DAY_END)
    status = check_day_end(c, &lands_node, &target);
  if (status == CSUP_OK && csup_json_member(node, "warn", &member))
    status = read_warnings(c, &member, &target);
  if (status == CSUP_OK)
    *out = target;
  return status;
}

/* --- one agreement ------------------------------------------------------------------------------------------------------ */

static csup_status read_instant(const csup_json *object, const char *key, csup_time *out) {
  csup_json node;
  const char *text = NULL;
  if (!csup_json_member(object, key, &node))
    return CSUP_OK;
  csup_status status = csup_json_name(&node, &text);
  if (status != CSUP_OK)
    return status;
  if (csup_time_parse(text, strlen(text), out) != CSUP_OK)
    return csup_json_fail(&node, node.document->wrong, "\"%.60s\" is no instant; expected one as in \"2026-01-01T00:00:00Z\"",
                          text);
  return CSUP_OK;
}

static csup_status compile_targets(const compiler *c, const csup_json *node, csup_agreement *agreement) {
  csup_status status = csup_json_object(node);
  if (status != CSUP_OK)
    return status;
  const csup_target **targets = csup_arena_allocate(c->schema->arena, (size_t)c->clocks->count, sizeof *targets);
  if (!targets)
    return csup_read_no_memory(node);
  csup_json member;
  for (void *at = csup_json_first(node); csup_json_next(node, &at, &member);) {
    int32_t clock = csup_clocks_find(c->clocks, member.key);
    if (clock < 0)
      return csup_json_fail(&member, node->document->unknown, "there is no clock \"%.60s\"", member.key);
    csup_target *target = csup_arena_allocate(c->schema->arena, 1, sizeof *target);
    if (!target)
      return csup_read_no_memory(&member);
    status = compile_target(c, &member, target);
    if (status != CSUP_OK)
      return status;
    targets[clock] = target;
  }
  agreement->targets = targets;
  return CSUP_OK;
}

static const char *const kind_names[] = {"sla", "ola", "uc"};
#define KIND_COUNT 3

/* Only kinds that the policy uses are kept, in the order of kind_names wherever they stand in the document. */
static void number_kinds(csup_agreement *items, csup_agreements *agreements, const char **kinds) {
  int32_t numbers[KIND_COUNT];
  for (int32_t kind = 0; kind < KIND_COUNT; kind++) {
    numbers[kind] = agreements->kind_count;
    bool used = false;
    for (int32_t i = 0; i < agreements->count; i++)
      used = used || items[i].kind == kind;
    if (used)
      kinds[agreements->kind_count++] = kind_names[kind];
  }
  for (int32_t i = 0; i < agreements->count; i++)
    items[i].kind = numbers[items[i].kind];
}

static csup_status compile_agreement(const compiler *c, const csup_json *node, const csup_agreements *agreements,
                                     csup_agreement *out) {
  static const char *const keys[] = {"name", "kind", "when", "from", "until", "targets", NULL};
  csup_agreement read = {.from = CSUP_TIME_FIRST, .until = CSUP_TIME_LAST + 1};
  csup_json member;
  int32_t kind = 0;
  csup_status status = csup_json_object(node);
  if (status == CSUP_OK)
    status = csup_json_only(node, keys);
  if (status == CSUP_OK)
    status = csup_json_need(node, "name", &member);
  if (status == CSUP_OK)
    status = csup_read_name(&member, c->schema->arena, &read.name);
  for (int32_t i = 0; i < agreements->count && status == CSUP_OK; i++)
    if (strcmp(agreements->items[i].name, read.name) == 0)
      status = csup_json_fail(&member, node->document->wrong, "there is an agreement \"%.60s\" already", read.name);
  if (status == CSUP_OK && csup_json_member(node, "kind", &member))
    status = csup_read_one_of(&member, kind_names, KIND_COUNT, "a kind of agreement", &kind);
  if (status == CSUP_OK)
    status = csup_read_when(node, c->schema, CSUP_GROUP_RULE, "an agreement", &read.when);
  if (status == CSUP_OK)
    status = read_instant(node, "from", &read.from);
  if (status == CSUP_OK)
    status = read_instant(node, "until", &read.until);
  if (status == CSUP_OK && read.from >= read.until) {
    (void)csup_json_member(node, "until", &member);
    status = csup_json_fail(&member, node->document->wrong, "the agreement ends before it begins: until is not after from");
  }
  if (status == CSUP_OK)
    status = csup_json_need(node, "targets", &member);
  if (status == CSUP_OK)
    status = compile_targets(c, &member, &read);
  if (status != CSUP_OK)
    return status;
  read.kind = kind;
  *out = read;
  return CSUP_OK;
}

/* --- the section -------------------------------------------------------------------------------------------------------- */

static bool same_when(const csup_json *section, int32_t a, int32_t b) {
  csup_json item_a, item_b, when_a, when_b;
  csup_json_item(section, (size_t)a, &item_a);
  csup_json_item(section, (size_t)b, &item_b);
  (void)csup_json_member(&item_a, "when", &when_a);
  (void)csup_json_member(&item_b, "when", &when_b);
  return json_equal(when_a.value, when_b.value);
}

/* An agreement behind an earlier one of its kind that holds whenever it would. */
static csup_status lint(const compiler *c, const csup_json *section, const csup_agreements *agreements) {
  for (int32_t i = 1; i < agreements->count; i++) {
    const csup_agreement *item = &agreements->items[i];
    for (int32_t j = 0; j < i; j++) {
      const csup_agreement *earlier = &agreements->items[j];
      if (earlier->kind != item->kind || earlier->from > item->from || earlier->until < item->until ||
          (earlier->when && !same_when(section, j, i)))
        continue;
      csup_json node;
      csup_json_item(section, (size_t)i, &node);
      csup_status status = csup_findings_add(c->findings, &node, "unreachable",
                                             "\"%.60s\" is never chosen: \"%.60s\" stands before it and holds "
                                             "whenever it would",
                                             item->name, earlier->name);
      if (status != CSUP_OK)
        return status;
      break;
    }
  }
  return CSUP_OK;
}

/* A warning that fired in a cycle counts as fired under whatever agreement the cycle comes to later, so that each different text
   of a clock has one number in all agreements. The numbers are written into thresholds that this room has just made. */
static csup_status number_warnings(const csup_json *section, const csup_agreements *agreements, int32_t clock) {
  const char *texts[CSUP_WARN_MAX];
  uint32_t count = 0;
  for (int32_t i = 0; i < agreements->count; i++) {
    const csup_target *target = agreements->items[i].targets[clock];
    for (size_t k = 0; target && k < target->warn_count; k++) {
      csup_threshold *warning = (csup_threshold *)(uintptr_t)&target->warn[k];
      warning->bit = 0;
      while (warning->bit < count && strcmp(texts[warning->bit], warning->text) != 0)
        warning->bit++;
      if (warning->bit == CSUP_WARN_MAX)
        return csup_json_fail(section, section->document->wrong,
                              "the agreements have more than %d different warnings for one clock", CSUP_WARN_MAX);
      texts[warning->bit] = warning->text;
      count += warning->bit == count;
    }
  }
  return CSUP_OK;
}

csup_status csup_agreements_compile(const csup_json *section, csup_schema *schema, const csup_clocks *clocks,
                                    const csup_calendars *calendars, csup_agreements *out, csup_findings *findings) {
  const compiler c = {.schema = schema, .clocks = clocks, .calendars = calendars, .findings = findings};
  csup_status status = section->value ? csup_json_array(section) : CSUP_OK;
  if (status != CSUP_OK)
    return status;
  size_t count = csup_json_size(section);
  csup_agreement *items = csup_arena_allocate(schema->arena, count, sizeof *items);
  const char **kinds = csup_arena_allocate(schema->arena, KIND_COUNT, sizeof *kinds);
  if (!items || !kinds)
    return csup_read_no_memory(section);
  csup_agreements read = {.items = items, .kinds = kinds};
  for (size_t i = 0; i < count && status == CSUP_OK; i++) {
    csup_json node;
    csup_json_item(section, i, &node);
    status = compile_agreement(&c, &node, &read, &items[i]);
    read.count++;
  }
  if (status == CSUP_OK) {
    number_kinds(items, &read, kinds);
    status = lint(&c, section, &read);
  }
  for (int32_t clock = 0; status == CSUP_OK && clock < clocks->count; clock++)
    status = number_warnings(section, &read, clock);
  if (status == CSUP_OK)
    *out = read;
  return status;
}

int32_t csup_agreements_choose(const csup_agreements *agreements, int32_t kind, csup_time opened, const int64_t *values) {
  for (int32_t i = 0; i < agreements->count; i++) {
    const csup_agreement *item = &agreements->items[i];
    if (item->kind == kind && opened >= item->from && opened < item->until && csup_condition_test(item->when, values))
      return i;
  }
  return -1;
}
