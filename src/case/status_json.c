/* A case's status as one JSON object: what a queue, a dashboard or a test wants to see at an instant. */
#include "case/json.h"

static void key(csup_writer *writer, const char *name) {
  csup_write_text(writer, ",\"");
  csup_write_text(writer, name);
  csup_write_text(writer, "\":");
}

static void text_or_null(csup_writer *writer, const char *name, const char *text) {
  key(writer, name);
  if (text)
    csup_write_json_string(writer, text);
  else
    csup_write_text(writer, "null");
}

static void instant_or_null(csup_writer *writer, const char *name, csup_time at) {
  key(writer, name);
  if (at == CSUP_TIME_NEVER)
    csup_write_text(writer, "null");
  else
    csup_write_instant(writer, at);
}

static void duration_or_null(csup_writer *writer, const char *name, csup_duration duration, bool is_there) {
  key(writer, name);
  if (is_there)
    csup_write_duration(writer, duration);
  else
    csup_write_text(writer, "null");
}

static void number_or_null(csup_writer *writer, const char *name, int64_t number, bool is_there) {
  key(writer, name);
  if (is_there)
    csup_write_int64(writer, number);
  else
    csup_write_text(writer, "null");
}

const char *csup_clock_status_name(csup_clock_status status) {
  static const char *const names[] = {"running", "paused", "stopped", "cancelled"};
  return status >= CSUP_CLOCK_RUNNING && status <= CSUP_CLOCK_CANCELLED ? names[status - CSUP_CLOCK_RUNNING] : NULL;
}

static void write_clock(csup_writer *writer, const csup_clock *clock) {
  bool has_due = clock->due != CSUP_TIME_NEVER;
  bool has_target = clock->agreement != NULL || has_due;
  csup_write_text(writer, "{\"clock\":");
  csup_write_json_string(writer, clock->name);
  text_or_null(writer, "kind", clock->agreement_kind);
  text_or_null(writer, "agreement", clock->agreement);
  number_or_null(writer, "cycle", clock->cycle, true);
  text_or_null(writer, "status", csup_clock_status_name(clock->status));
  text_or_null(writer, "verdict", csup_verdict_name(clock->verdict));
  instant_or_null(writer, "start", clock->start);
  instant_or_null(writer, "due", clock->due);
  instant_or_null(writer, "stop", clock->stop);
  duration_or_null(writer, "elapsed", clock->elapsed, has_target);
  bool is_live = clock->status == CSUP_CLOCK_RUNNING || clock->status == CSUP_CLOCK_PAUSED;
  duration_or_null(writer, "remaining", clock->remaining, has_target && is_live);
  number_or_null(writer, "percent", clock->percent, has_target);
  duration_or_null(writer, "overrun", clock->overrun, clock->verdict == CSUP_VERDICT_BREACHED);
  csup_write_char(writer, '}');
}

/* The names in a set, in the order of its choices. */
static void write_set(csup_writer *writer, const csup_fact *fact, int64_t bits) {
  const char *comma = "";
  csup_write_char(writer, '[');
  for (int32_t i = 0; i < fact->choice_count; i++) {
    if (!(bits >> i & 1))
      continue;
    csup_write_text(writer, comma);
    csup_write_json_string(writer, fact->choices[i]);
    comma = ",";
  }
  csup_write_char(writer, ']');
}

static void write_value(csup_writer *writer, const csup_field *field) {
  if (field->kind == CSUP_VALUE_TEXT)
    csup_write_json_string(writer, field->text);
  else if (field->kind == CSUP_VALUE_FLAG)
    csup_write_text(writer, field->number ? "true" : "false");
  else
    csup_write_int64(writer, field->number);
}

/* Facts that do not stand on the line already: what was counted, said and declared. */
static void write_facts(csup_writer *writer, const csup_case *c) {
  const csup_schema *schema = &c->policy->schema;
  const char *comma = "";
  csup_write_char(writer, '{');
  for (int32_t slot = CSUP_SLOT_MOOD; slot < schema->first_dimension; slot++) {
    csup_field field = csup_case_fact_at(c, slot);
    if (field.kind == CSUP_VALUE_NONE || slot == CSUP_SLOT_AUTO || slot == CSUP_SLOT_BY)
      continue;
    csup_write_text(writer, comma);
    csup_write_json_string(writer, field.name);
    csup_write_char(writer, ':');
    if (schema->facts[slot].type == CSUP_FACT_SET)
      write_set(writer, &schema->facts[slot], c->slots[slot]);
    else
      write_value(writer, &field);
    comma = ",";
  }
  csup_write_char(writer, '}');
}

static void write_agreements(csup_writer *writer, const csup_case *c) {
  const csup_agreements *agreements = &c->policy->agreements;
  const char *comma = "";
  csup_write_char(writer, '{');
  for (int32_t kind = 0; kind < agreements->kind_count; kind++) {
    if (c->head->agreements[kind] < 0)
      continue;
    csup_write_text(writer, comma);
    csup_write_json_string(writer, agreements->kinds[kind]);
    csup_write_char(writer, ':');
    csup_write_json_string(writer, agreements->items[c->head->agreements[kind]].name);
    comma = ",";
  }
  csup_write_char(writer, '}');
}

csup_status csup_case_to_json(const csup_case *support_case, csup_time now, char *buffer, size_t capacity, size_t *length) {
  const csup_case *c = support_case;
  if (!c || (!buffer && capacity > 0) || c->head->opened == CSUP_TIME_NEVER)
    return CSUP_E_ARGUMENT;
  if (!csup_time_in_range(now))
    return CSUP_E_RANGE;
  const csup_case_head *head = c->head;
  csup_state state;
  csup_workflow_state_at(c->policy->workflow, head->state, &state);
  csup_writer writer;
  csup_writer_init(&writer, buffer, capacity);
  csup_write_text(&writer, "{\"case\":");
  csup_write_json_string(&writer, csup_case_string(c, head->case_id));
  instant_or_null(&writer, "at", now);
  text_or_null(&writer, "state", state.name);
  text_or_null(&writer, "category", csup_category_name(state.category));
  text_or_null(&writer, "stage", csup_stage_name(state.stage));
  text_or_null(&writer, "impact", csup_choice_name(c, CSUP_SLOT_IMPACT));
  text_or_null(&writer, "urgency", csup_choice_name(c, CSUP_SLOT_URGENCY));
  text_or_null(&writer, "severity", csup_severity_name(head->severity));
  text_or_null(&writer, "priority", csup_priority_name(head->priority));
  number_or_null(&writer, "score", c->slots[CSUP_SLOT_SCORE], true);
  key(&writer, "agreements");
  write_agreements(&writer, c);
  key(&writer, "facts");
  write_facts(&writer, c);
  number_or_null(&writer, "rank", csup_case_rank(c), true);
  instant_or_null(&writer, "next_wakeup", c->wakeup);
  key(&writer, "clocks");
  csup_write_char(&writer, '[');
  size_t clocks = csup_case_clock_count(c);
  for (size_t i = 0; i < clocks; i++) {
    csup_clock clock;
    csup_status status = csup_case_clock_at(c, i, now, &clock);
    if (status != CSUP_OK)
      return status;
    csup_write_text(&writer, i > 0 ? "," : "");
    write_clock(&writer, &clock);
  }
  csup_write_text(&writer, "]}");
  return csup_writer_end(&writer, length);
}
