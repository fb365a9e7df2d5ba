/* What can be said of an event alone, before anything happens: members, ranges, names. */
#include "case/event.h"

#include <string.h>

static const char *const moods[] = {"calm", "frustrated", "angry"};
static const char *const resolutions[] = {"full", "workaround", "partial"};
static const char *const promise_kinds[] = {"callback", "estimate"};
static const char *const people[] = {"agent", "customer"};

const csup_words csup_moods = {moods, 3, "mood"};
const csup_words csup_resolutions = {resolutions, 3, "resolution"};
const csup_words csup_promise_kinds = {promise_kinds, 2, "kind of promise"};
const csup_words csup_people = {people, 2, "\"by\""};

int32_t csup_word_find(const csup_words *words, const char *text) {
  for (int32_t i = 0; i < words->count; i++)
    if (strcmp(words->items[i], text) == 0)
      return i;
  return -1;
}

static csup_status check_word(const csup_words *words, const char *text, csup_error *error) {
  if (!text || csup_word_find(words, text) >= 0)
    return CSUP_OK;
  return csup_fail(error, CSUP_E_UNKNOWN, "\"%.60s\" is no %s; expected %s%s%s%s%s", text, words->what, words->items[0],
                   words->count > 2 ? ", " : " or ", words->items[1], words->count > 2 ? " or " : "",
                   words->count > 2 ? words->items[2] : "");
}

static csup_status need(const char *kind, const char *member, const char *text, csup_error *error) {
  if (text)
    return CSUP_OK;
  return csup_fail(error, CSUP_E_ARGUMENT, "\"%s\" needs the member \"%s\"", kind, member);
}

static csup_status check_number(const char *member, int64_t number, int64_t low, int64_t high, csup_error *error) {
  if (number >= low && number <= high)
    return CSUP_OK;
  return csup_fail(error, CSUP_E_RANGE, "\"%s\" is %lld; expected %lld to %lld", member, (long long)number, (long long)low,
                   (long long)high);
}

static csup_status check_later(const char *member, csup_time later, csup_time at, csup_error *error) {
  if (!csup_time_in_range(later))
    return csup_fail(error, CSUP_E_RANGE, "\"%s\" lies outside the years 1900 to 2200", member);
  if (later <= at)
    return csup_fail(error, CSUP_E_ARGUMENT, "\"%s\" must be later than the event itself", member);
  return CSUP_OK;
}

/* Decisions promise JSON, which is UTF-8. */
static csup_status check_text(const char *member, const char *text, size_t length, csup_error *error) {
  if (csup_text_is_utf8(text, length))
    return CSUP_OK;
  return csup_fail(error, CSUP_E_ARGUMENT, "\"%.60s\" is not UTF-8", member);
}

static csup_status check_name(const char *member, const char *text, csup_error *error) {
  if (text[0] == '\0')
    return csup_fail(error, CSUP_E_ARGUMENT, "\"%s\" is empty; a name has at least one byte", member);
  size_t length = strlen(text);
  if (length > CSUP_NAME_BYTES)
    return csup_fail(error, CSUP_E_RANGE, "\"%s\" has %zu bytes; a name may have %d", member, length, CSUP_NAME_BYTES);
  return check_text(member, text, length, error);
}

/* Priority and severity are written P1.. and S1..; the index is from 0. */
int32_t csup_rank_find(const csup_case *c, bool is_priority, const char *text) {
  const csup_impact *impact = c->policy->impact;
  int32_t count = is_priority ? csup_impact_priority_count(impact) : csup_impact_severity_count(impact);
  if (!text || text[0] != (is_priority ? 'P' : 'S') || text[1] < '1' || text[1] > '9' || text[2] != '\0')
    return -1;
  return text[1] - '1' < count ? text[1] - '1' : -1;
}

static csup_status check_subject(const csup_event *event, csup_error *error) {
  csup_status status = need(csup_event_kind_name(event->kind), "name", event->name, error);
  if (status == CSUP_OK && strcmp(event->name, "priority") != 0 && strcmp(event->name, "severity") != 0)
    return csup_fail(error, CSUP_E_UNKNOWN, "\"%.60s\" can't be pinned; expected priority or severity", event->name);
  return status;
}

static csup_status check_override(const csup_case *c, const csup_event *event, csup_error *error) {
  csup_status status = check_subject(event, error);
  if (status == CSUP_OK)
    status = need("overridden", "value", event->value, error);
  if (status != CSUP_OK)
    return status;
  if (csup_rank_find(c, event->name[0] == 'p', event->value) < 0)
    return csup_fail(error, CSUP_E_UNKNOWN, "\"%.60s\" is no %s of this policy", event->value, event->name);
  return event->flags & CSUP_WITH_UNTIL ? check_later("until", event->until, event->at, error) : CSUP_OK;
}

static csup_status check_answer(const csup_case *c, const csup_event *event, csup_error *error) {
  const csup_impact *impact = c->policy->impact;
  csup_status status = need("answered", "dimension", event->name, error);
  if (status != CSUP_OK)
    return status;
  int32_t dimension = csup_impact_find_dimension(impact, event->name);
  if (dimension < 0)
    return csup_fail(error, CSUP_E_UNKNOWN, "\"%.60s\" is no dimension of this policy", event->name);
  if (event->basis < CSUP_BASIS_UNKNOWN || event->basis > CSUP_BASIS_VERIFIED)
    return csup_fail(error, CSUP_E_ARGUMENT, "the basis is none of the constants");
  if (!event->value && event->basis == CSUP_BASIS_UNKNOWN)
    return CSUP_OK;
  status = need("answered", "level", event->value, error);
  if (status == CSUP_OK && csup_impact_find_level(impact, dimension, event->value) < 0)
    return csup_fail(error, CSUP_E_UNKNOWN, "\"%.60s\" is no level of the dimension \"%.60s\"", event->value, event->name);
  return status;
}

static csup_status check_field(const csup_case *c, const csup_field *field, bool *given, csup_error *error) {
  if (!field->name)
    return csup_fail(error, CSUP_E_ARGUMENT, "a field has no name");
  const csup_schema *schema = &c->policy->schema;
  int32_t slot = csup_schema_find_field(schema, field->name);
  if (slot < 0)
    return csup_fail(error, CSUP_E_UNKNOWN, "\"%.60s\" is no field of this policy", field->name);
  if (given[slot])
    return csup_fail(error, CSUP_E_ARGUMENT, "the field \"%.60s\" is given twice", field->name);
  given[slot] = true;
  int64_t value = 0;
  csup_status status = csup_fact_read(schema, slot, field, &value, error);
  if (status == CSUP_OK && field->kind == CSUP_VALUE_TEXT && strlen(field->text) > CSUP_NAME_BYTES)
    return csup_fail(error, CSUP_E_RANGE, "the field \"%.60s\" has %zu bytes; a text that is kept may have %d", field->name,
                     strlen(field->text), CSUP_NAME_BYTES);
  return status == CSUP_OK && field->kind == CSUP_VALUE_TEXT ? check_text(field->name, field->text, strlen(field->text), error)
                                                             : status;
}

static csup_status check_fields(const csup_case *c, const csup_event *event, csup_error *error) {
  if (event->field_count > 0 && !event->fields)
    return csup_fail(error, CSUP_E_ARGUMENT, "fields are announced but none are given");
  bool given[CSUP_FACTS_MAX] = {false};
  csup_status status = CSUP_OK;
  for (size_t i = 0; status == CSUP_OK && i < event->field_count; i++)
    status = check_field(c, &event->fields[i], given, error);
  return status;
}

static csup_status check_state(const csup_case *c, const char *name, csup_error *error) {
  if (csup_workflow_find_state(c->policy->workflow, name) >= 0)
    return CSUP_OK;
  return csup_fail(error, CSUP_E_UNKNOWN, "\"%.60s\" is no state of this policy", name);
}

static csup_status check_opened(const csup_case *c, const csup_event *event, csup_error *error) {
  csup_status status = need("opened", "case", event->case_id, error);
  if (status == CSUP_OK)
    status = check_word(&csup_moods, event->value, error);
  if (status == CSUP_OK)
    status = check_fields(c, event, error);
  if (status != CSUP_OK || !event->name)
    return status;
  status = check_state(c, event->name, error);
  if (status != CSUP_OK)
    return status;
  csup_state state;
  csup_workflow_state_at(c->policy->workflow, csup_workflow_find_state(c->policy->workflow, event->name), &state);
  if (state.category != CSUP_CATEGORY_NEW && state.category != CSUP_CATEGORY_OPEN)
    return csup_fail(error, CSUP_E_ARGUMENT, "a case can't be opened in \"%.60s\": only in a state of category new or open",
                     event->name);
  return CSUP_OK;
}

static csup_status check_rating(const csup_event *event, csup_error *error) {
  csup_status status = CSUP_OK;
  if (!(event->flags & (CSUP_WITH_CSAT | CSUP_WITH_EFFORT | CSUP_WITH_NPS)) && !event->because)
    return csup_fail(error, CSUP_E_ARGUMENT, "\"rated\" needs at least one of csat, effort, nps and idea");
  if (event->flags & CSUP_WITH_CSAT)
    status = check_number("csat", event->csat, 1, 5, error);
  if (status == CSUP_OK && event->flags & CSUP_WITH_EFFORT)
    status = check_number("effort", event->effort, 1, 7, error);
  if (status == CSUP_OK && event->flags & CSUP_WITH_NPS)
    status = check_number("nps", event->nps, 0, 10, error);
  return status;
}

static csup_status check_spent(const csup_event *event, csup_error *error) {
  csup_status status = CSUP_OK;
  if (!(event->flags & (CSUP_WITH_MINUTES | CSUP_WITH_COST)))
    return csup_fail(error, CSUP_E_ARGUMENT, "\"spent\" needs at least one of minutes and cost");
  if (event->flags & CSUP_WITH_MINUTES)
    status = check_number("minutes", event->minutes, 0, INT32_MAX, error);
  if (status == CSUP_OK && event->flags & CSUP_WITH_COST)
    status = check_number("cost", event->cost, 0, INT64_MAX, error);
  return status;
}

static csup_status check_promise(const csup_event *event, csup_error *error) {
  csup_status status = need(csup_event_kind_name(event->kind), "promise", event->name, error);
  if (status != CSUP_OK || event->kind != CSUP_EVENT_PROMISED)
    return status;
  if (!(event->flags & CSUP_WITH_DUE))
    return csup_fail(error, CSUP_E_ARGUMENT, "\"promised\" needs the member \"due\": when the customer will hear");
  status = check_later("due", event->due, event->at, error);
  return status == CSUP_OK ? check_word(&csup_promise_kinds, event->value, error) : status;
}

static csup_status check_request(const csup_event *event, csup_error *error) {
  csup_status status = CSUP_OK;
  if (event->kind == CSUP_EVENT_REQUESTED)
    status = need("requested", "what", event->value, error);
  if (status == CSUP_OK && event->flags & CSUP_WITH_DUE)
    status = check_later("due", event->due, event->at, error);
  return status;
}

static csup_status check_change(const csup_case *c, const csup_event *event, csup_error *error) {
  if (event->field_count != 1)
    return csup_fail(error, CSUP_E_ARGUMENT, "\"changed\" carries exactly one field");
  return check_fields(c, event, error);
}

static csup_status check_move(const csup_case *c, const csup_event *event, csup_error *error) {
  csup_status status = need("moved", "to", event->value, error);
  return status == CSUP_OK ? check_state(c, event->value, error) : status;
}

static csup_status check_kind(const csup_case *c, const csup_event *event, csup_error *error) {
  switch (event->kind) {
  case CSUP_EVENT_OPENED:
    return check_opened(c, event, error);
  case CSUP_EVENT_CUSTOMER_MESSAGE:
    return check_word(&csup_moods, event->value, error);
  case CSUP_EVENT_ANSWERED:
    return check_answer(c, event, error);
  case CSUP_EVENT_MOVED:
    return check_move(c, event, error);
  case CSUP_EVENT_PROPOSED: {
    csup_status status = need("proposed", "resolution", event->value, error);
    return status == CSUP_OK ? check_word(&csup_resolutions, event->value, error) : status;
  }
  case CSUP_EVENT_PROMISED:
  case CSUP_EVENT_FULFILLED:
  case CSUP_EVENT_WITHDRAWN:
    return check_promise(event, error);
  case CSUP_EVENT_REQUESTED:
  case CSUP_EVENT_PROVIDED:
    return check_request(event, error);
  case CSUP_EVENT_OVERRIDDEN:
    return check_override(c, event, error);
  case CSUP_EVENT_RELEASED:
    return check_subject(event, error);
  case CSUP_EVENT_ESCALATED:
  case CSUP_EVENT_DEESCALATED: {
    csup_status status = event->flags & CSUP_WITH_LEVEL ? check_number("level", event->level, 1, CSUP_LEVEL_MAX, error) : CSUP_OK;
    return status == CSUP_OK ? check_word(&csup_people, event->value, error) : status;
  }
  case CSUP_EVENT_CHANGED:
    return check_change(c, event, error);
  case CSUP_EVENT_RATED:
    return check_rating(event, error);
  case CSUP_EVENT_SPENT:
    return check_spent(event, error);
  case CSUP_EVENT_MERGED:
    return need("merged", "into", event->value, error);
  default:
    return CSUP_OK; /* the others say all by their kind */
  }
}

/* Whatever is no message is not automatic either. */
void csup_event_members(const csup_event *event, int64_t *automatic, int64_t *by) {
  bool is_message = event->kind == CSUP_EVENT_CUSTOMER_MESSAGE || event->kind == CSUP_EVENT_AGENT_MESSAGE;
  bool has_by = (event->kind == CSUP_EVENT_ESCALATED || event->kind == CSUP_EVENT_DEESCALATED) && event->value;
  *automatic = is_message && event->flags & CSUP_WITH_AUTO;
  *by = has_by ? csup_word_find(&csup_people, event->value) : CSUP_ABSENT;
}

static csup_status check_case_id(const csup_case *c, const csup_event *event, csup_error *error) {
  const char *name = event->case_id ? csup_case_string(c, c->head->case_id) : NULL;
  if (!name || strcmp(event->case_id, name) == 0)
    return CSUP_OK;
  return csup_fail(error, CSUP_E_ARGUMENT, "the event belongs to the case \"%.60s\", this is \"%.60s\"", event->case_id, name);
}

csup_status csup_event_check(const csup_case *c, const csup_event *event, csup_error *error) {
  if (!csup_event_kind_name(event->kind))
    return csup_fail(error, CSUP_E_UNKNOWN, "%d is no kind of event", (int)event->kind);
  if (event->reserved[0] | event->reserved[1] | event->reserved[2] | event->reserved[3])
    return csup_fail(error, CSUP_E_ARGUMENT, "a reserved member of the event is not 0");
  if (event->flags >= CSUP_WITH_MINUTES * 2)
    return csup_fail(error, CSUP_E_ARGUMENT, "a flag of the event is none of the constants");
  if (!csup_time_in_range(event->at))
    return csup_fail(error, CSUP_E_RANGE, "the event lies outside the years 1900 to 2200");
  csup_status status = check_case_id(c, event, error);
  if (status == CSUP_OK && event->case_id)
    status = check_name("case", event->case_id, error);
  if (status == CSUP_OK && event->team)
    status = check_name("team", event->team, error);
  if (status == CSUP_OK && event->agent)
    status = check_name("agent", event->agent, error);
  if (status == CSUP_OK && event->channel)
    status = check_name("channel", event->channel, error);
  if (status == CSUP_OK && event->name)
    status = check_name("name", event->name, error);
  if (status == CSUP_OK && event->value)
    status = check_name("value", event->value, error);
  if (status == CSUP_OK && event->because)
    status = check_text("because", event->because, strlen(event->because), error);
  return status == CSUP_OK ? check_kind(c, event, error) : status;
}
