/* The commands that say what happened: each makes events of its words, hands them to the case and keeps them, all in one
 * transaction. */
#include "helpdesk.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* What becomes of a word. */
typedef enum kind {
  TEXT,    /* a string of the event */
  NUMBER,  /* 32 bits; the library says which it takes */
  AMOUNT,  /* 64 bits */
  FLAG,    /* set by being there */
  INSTANT, /* an instant, or a duration from now */
  BASIS,   /* how an answer is known */
  FIELD,   /* NAME=VALUE, or NAME with the next item as its VALUE */
} kind;

typedef struct member {
  kind kind;
  size_t place;          /* in the event */
  csup_event_flags flag; /* that says it is there */
} member;

#define PLACE(name) offsetof(csup_event, name)

typedef struct form {
  const char *command;
  csup_event_kind event;
  int32_t count;     /* of members */
  member members[2]; /* of the items behind CASE */
  bool has_words;    /* the last item is kept with the event for people; no rule reads it */
} form;

static const form forms[] = {
    {"open", CSUP_EVENT_OPENED, 0, {{TEXT, 0, 0}}, true},
    {"say", CSUP_EVENT_CUSTOMER_MESSAGE, 0, {{TEXT, 0, 0}}, true},
    {"reply", CSUP_EVENT_AGENT_MESSAGE, 0, {{TEXT, 0, 0}}, true},
    {"note", CSUP_EVENT_NOTE, 0, {{TEXT, 0, 0}}, true},
    {"ask", CSUP_EVENT_AGENT_MESSAGE, 0, {{TEXT, 0, 0}}, false},
    {"acknowledge", CSUP_EVENT_ACKNOWLEDGED, 0, {{TEXT, 0, 0}}, false},
    {"assign", CSUP_EVENT_ASSIGNED, 0, {{TEXT, 0, 0}}, false},
    {"answer", CSUP_EVENT_ANSWERED, 2, {{TEXT, PLACE(name), 0}, {TEXT, PLACE(value), 0}}, false},
    {"move", CSUP_EVENT_MOVED, 1, {{TEXT, PLACE(value), 0}}, false},
    {"propose", CSUP_EVENT_PROPOSED, 1, {{TEXT, PLACE(value), 0}}, false},
    {"accept", CSUP_EVENT_ACCEPTED, 0, {{TEXT, 0, 0}}, false},
    {"reject", CSUP_EVENT_REJECTED, 0, {{TEXT, 0, 0}}, false},
    {"reopen", CSUP_EVENT_REOPENED, 0, {{TEXT, 0, 0}}, false},
    {"close", CSUP_EVENT_CLOSED, 0, {{TEXT, 0, 0}}, false},
    {"cancel", CSUP_EVENT_CANCELLED, 0, {{TEXT, 0, 0}}, false},
    {"promise", CSUP_EVENT_PROMISED, 2, {{TEXT, PLACE(name), 0}, {INSTANT, PLACE(due), CSUP_WITH_DUE}}, false},
    {"fulfil", CSUP_EVENT_FULFILLED, 1, {{TEXT, PLACE(name), 0}}, false},
    {"withdraw", CSUP_EVENT_WITHDRAWN, 1, {{TEXT, PLACE(name), 0}}, false},
    {"request", CSUP_EVENT_REQUESTED, 1, {{TEXT, PLACE(value), 0}}, false},
    {"provide", CSUP_EVENT_PROVIDED, 1, {{TEXT, PLACE(value), 0}}, false},
    {"override", CSUP_EVENT_OVERRIDDEN, 2, {{TEXT, PLACE(name), 0}, {TEXT, PLACE(value), 0}}, false},
    {"release", CSUP_EVENT_RELEASED, 1, {{TEXT, PLACE(name), 0}}, false},
    {"escalate", CSUP_EVENT_ESCALATED, 0, {{TEXT, 0, 0}}, false},
    {"deescalate", CSUP_EVENT_DEESCALATED, 0, {{TEXT, 0, 0}}, false},
    {"set", CSUP_EVENT_CHANGED, 1, {{FIELD, 0, 0}}, false},
    {"rate", CSUP_EVENT_RATED, 0, {{TEXT, 0, 0}}, false},
    {"spend", CSUP_EVENT_SPENT, 0, {{TEXT, 0, 0}}, false},
    {"merge", CSUP_EVENT_MERGED, 1, {{TEXT, PLACE(value), 0}}, false},
};

/* Options say something of the event, whatever it is. */
static const struct choice {
  const char *option;
  member member;
} choices[] = {
    {"--channel", {TEXT, PLACE(channel), 0}},
    {"--mood", {TEXT, PLACE(value), 0}},
    {"--cause", {TEXT, PLACE(value), 0}},
    {"--by", {TEXT, PLACE(value), 0}},
    {"--kind", {TEXT, PLACE(value), 0}},
    {"--team", {TEXT, PLACE(team), 0}},
    {"--agent", {TEXT, PLACE(agent), 0}},
    {"--state", {TEXT, PLACE(name), 0}},
    {"--because", {TEXT, PLACE(because), 0}},
    {"--idea", {TEXT, PLACE(because), 0}},
    {"--basis", {BASIS, PLACE(basis), 0}},
    {"--auto", {FLAG, 0, CSUP_WITH_AUTO}},
    {"--agreed", {FLAG, 0, CSUP_WITH_AGREED}},
    {"--preventable", {FLAG, 0, CSUP_WITH_PREVENTABLE}},
    {"--due", {INSTANT, PLACE(due), CSUP_WITH_DUE}},
    {"--until", {INSTANT, PLACE(until), CSUP_WITH_UNTIL}},
    {"--level", {NUMBER, PLACE(level), CSUP_WITH_LEVEL}},
    {"--csat", {NUMBER, PLACE(csat), CSUP_WITH_CSAT}},
    {"--effort", {NUMBER, PLACE(effort), CSUP_WITH_EFFORT}},
    {"--nps", {NUMBER, PLACE(nps), CSUP_WITH_NPS}},
    {"--minutes", {NUMBER, PLACE(minutes), CSUP_WITH_MINUTES}},
    {"--cost", {AMOUNT, PLACE(cost), CSUP_WITH_COST}},
    {"--field", {FIELD, 0, 0}},
};

/* What a command says: its event, and what happens at the same instant. */
typedef struct saying {
  csup_event events[3];
  size_t count;
  const csup_policy *policy;
  csup_field *fields; /* of the first event, and behind each its name and value */
  text *texts;
  size_t field_count;
  const char *words;
} saying;

static void forget(saying *of) {
  for (size_t i = 0; i < 2 * of->field_count; i++)
    text_free(&of->texts[i]);
  free(of->fields);
  free(of->texts);
}

/* ---- words into members ---- */

static bool read_when(const char *name, const char *given, csup_time now, csup_time *out) {
  csup_duration after = 0;
  char ignored[40];
  csup_status status = csup_duration_parse(given, strlen(given), &after);
  if (status == CSUP_OK)
    *out = after > INT64_MAX / 2 ? CSUP_TIME_NEVER : now + after;
  else
    status = csup_time_parse(given, strlen(given), out);
  if (status == CSUP_OK)
    status = csup_time_format(*out, ignored, sizeof ignored, NULL);
  if (status == CSUP_E_RANGE)
    complain_of(name, status, "\"%.60s\" lies outside the years 1900 to 2200", given);
  else if (status != CSUP_OK)
    complain_of(name, status, "\"%.60s\" is no instant; expected one as in 2026-03-02T08:15:00Z, or from now on as in PT4H",
                given);
  return status == CSUP_OK;
}

static bool read_integer(const char *name, const char *given, int64_t least, int64_t most, int64_t *out) {
  scan in = {.text = given, .length = strlen(given)};
  bool good = scan_integer(&in, out) && in.at == in.length && *out >= least && *out <= most;
  if (!good)
    complain_of(name, CSUP_E_RANGE, "\"%.60s\" is no whole number from %" PRId64 " to %" PRId64, given, least, most);
  return good;
}

static bool read_basis(const char *name, const char *given, csup_basis *out) {
  static const char *const names[] = {"unknown", "assumed", "stated", "verified"};
  for (csup_basis i = CSUP_BASIS_UNKNOWN; i <= CSUP_BASIS_VERIFIED; i++) {
    if (strcmp(names[i], given) == 0) {
      *out = i;
      return true;
    }
  }
  complain_of(name, CSUP_E_UNKNOWN, "\"%.60s\" is no basis; expected unknown, assumed, stated or verified", given);
  return false;
}

/* What kind of value the policy wants for the field; NONE when it has no such field, which the library will say. */
static csup_value_kind wanted_kind(const csup_policy *policy, const char *name) {
  csup_input input;
  for (size_t i = 0; csup_policy_field(policy, i, &input) == CSUP_OK; i++)
    if (strcmp(input.name, name) == 0)
      return input.kind;
  return CSUP_VALUE_NONE;
}

/* A value is what JSON would make of it, or else the text as it stands; where a text is wanted, also when it looks like a number.
 */
static void read_value(const char *given, csup_value_kind wanted, csup_field *field, text *value) {
  scan in = {.text = given, .length = strlen(given)};
  bool is_string = scan_peek(&in) == '"' && scan_string(&in, value) && in.at == in.length;
  if (!is_string) {
    value->length = 0;
    text_add(value, given);
  }
  field->text = value->bytes;
  field->kind = CSUP_VALUE_TEXT;
  in = (scan){.text = given, .length = strlen(given)};
  if (is_string || (wanted == CSUP_VALUE_TEXT && strcmp(given, "null") != 0))
    return;
  if (scan_integer(&in, &field->number) && in.at == in.length)
    field->kind = CSUP_VALUE_NUMBER;
  else if (strcmp(given, "true") == 0 || strcmp(given, "false") == 0)
    field->kind = CSUP_VALUE_FLAG;
  else if (strcmp(given, "null") == 0)
    field->kind = CSUP_VALUE_NONE;
  field->number = field->kind == CSUP_VALUE_FLAG ? given[0] == 't' : field->number;
}

static void add_field(saying *to, const char *name, size_t length, const char *value) {
  size_t count = to->field_count++;
  to->fields = need_memory(to->fields, count + 1, sizeof *to->fields);
  to->texts = need_memory(to->texts, 2 * (count + 1), sizeof *to->texts);
  to->texts[2 * count] = to->texts[2 * count + 1] = (text){0};
  to->fields[count] = (csup_field){0};
  text_append(&to->texts[2 * count], name, length);
  to->fields[count].name = to->texts[2 * count].bytes;
  read_value(value, wanted_kind(to->policy, to->fields[count].name), &to->fields[count], &to->texts[2 * count + 1]);
}

static bool read_field(saying *to, const char *given) {
  const char *equals = strchr(given, '=');
  if (!equals) {
    complain_of("--field", CSUP_E_ARGUMENT, "\"%.60s\" gives no value; expected one as in tier=premium", given);
    return false;
  }
  add_field(to, given, (size_t)(equals - given), equals + 1);
  return true;
}

static bool read_member(saying *to, member of, const char *name, const char *given, csup_time now) {
  csup_event *event = &to->events[0];
  char *place = (char *)event + of.place;
  int64_t number = 0;
  bool good = true;
  event->flags |= of.flag;
  switch (of.kind) {
  case TEXT:
    memcpy(place, &given, sizeof given);
    break;
  case NUMBER:
    good = read_integer(name, given, INT32_MIN, INT32_MAX, &number);
    memcpy(place, &(int32_t){(int32_t)number}, sizeof(int32_t));
    break;
  case AMOUNT:
    good = read_integer(name, given, INT64_MIN, INT64_MAX, &number);
    memcpy(place, &number, sizeof number);
    break;
  case INSTANT:
    good = read_when(name, given, now, &number);
    memcpy(place, &number, sizeof number);
    break;
  case BASIS:
    good = read_basis(name, given, &event->basis);
    break;
  case FIELD:
    good = read_field(to, given);
    break;
  default: /* the flag says it */
    break;
  }
  return good;
}

static bool read_saying(const form *of, const arguments *given, csup_time now, saying *out) {
  csup_event *event = &out->events[0];
  out->count = 1;
  *event = (csup_event){.kind = of->event};
  if (of->event == CSUP_EVENT_ANSWERED)
    event->basis = CSUP_BASIS_STATED;
  if (of->event == CSUP_EVENT_CHANGED)
    add_field(out, given->items[1], strlen(given->items[1]), given->items[2]);
  else
    for (size_t i = 0; i < (size_t)of->count && i + 1 < given->item_count; i++)
      if (!read_member(out, of->members[i], of->command, given->items[i + 1], now))
        return false;
  for (size_t i = 0; i < given->option_count; i++)
    for (size_t j = 0; j < sizeof choices / sizeof choices[0]; j++)
      if (strcmp(choices[j].option, given->options[i]->name) == 0 &&
          !read_member(out, choices[j].member, choices[j].option, given->values[i], now))
        return false;
  out->words = of->has_words && given->item_count > 1 ? given->items[1] : NULL;
  return true;
}

/* ---- the case ---- */

/* Whether the customer was asked for it and has not given it yet. */
static bool is_awaited(const csup_case *support_case, const char *what) {
  csup_request request;
  for (size_t i = 0; i < csup_case_request_count(support_case); i++)
    if (csup_case_request_at(support_case, i, &request) == CSUP_OK && request.provided == CSUP_TIME_NEVER &&
        strcmp(request.what, what) == 0)
      return true;
  return false;
}

/* The first free name C-1, C-2, ... that the next row suggests. */
static bool invent_name(desk *in, text *name) {
  int64_t number = 0;
  found there = FOUND;
  if (!store_number(&in->store, SQL_CASE_GREATEST, &number))
    return false;
  while (there == FOUND) {
    live other;
    name->length = 0;
    text_print(name, "C-%" PRId64, ++number);
    there = desk_find(in, name->bytes, name->length, &other);
    if (there == FOUND)
      csup_case_free(other.support_case);
  }
  return there == NONE;
}

static void add_event(saying *to, csup_event_kind event, const char *value) {
  to->events[to->count++] = (csup_event){.kind = event, .value = value};
}

/* What else happens at this instant: a question is answered that was asked, a state is asked for with --to. */
static void add_companions(saying *to, const live *of, const arguments *given) {
  const csup_event *event = &to->events[0];
  const char *state = argument(given, "--to");
  if (event->kind == CSUP_EVENT_ANSWERED && event->basis >= CSUP_BASIS_STATED && is_awaited(of->support_case, event->name))
    add_event(to, CSUP_EVENT_PROVIDED, event->name);
  if (state)
    add_event(to, CSUP_EVENT_MOVED, state);
}

/* The question whose answer would tell most. */
static int add_question(saying *to, const live *of, const char *name) {
  csup_assessment assessment;
  csup_status status = csup_case_assessment(of->support_case, &assessment);
  if (status != CSUP_OK || !assessment.next_question) {
    complain_of(name, CSUP_E_NEVER, "nothing is left to ask: no answer that is still open would change anything");
    return FINDINGS;
  }
  add_event(to, CSUP_EVENT_REQUESTED, assessment.next_question);
  to->words = assessment.next_question_text[0] ? assessment.next_question_text : assessment.next_question;
  return GOOD;
}

/* Hands the events to the case and keeps them, with what comes of it. */
static int happen(desk *in, live *to, saying *of, const char *name, csup_time now) {
  csup_error error = {0};
  text line = {0};
  for (size_t i = 0; i < of->count; i++) {
    of->events[i].at = now;
    of->events[i].case_id = name;
  }
  of->events[0].fields = of->fields;
  of->events[0].field_count = of->field_count;
  csup_decisions_clear(in->decisions);
  csup_status status = csup_case_apply(to->support_case, of->events, of->count, in->decisions, &error);
  if (status == CSUP_OK && (status = text_events(&line, of->events, of->count)) != CSUP_OK)
    error = (csup_error){.status = status, .message = "the events cannot be written as a line of the journal"};
  int result = status == CSUP_OK || status == CSUP_E_NOMEM ? BAD : FINDINGS;
  if (status != CSUP_OK)
    complain(program_name, 0, &error);
  else if (desk_keep_line(in, to, now, line.bytes, line.length, of->words) && desk_keep_case(in, to) && store_commit(&in->store))
    result = GOOD;
  text_free(&line);
  return result;
}

static int find_or_create(desk *in, const form *of, const char *name, live *out) {
  found there = desk_find(in, name, strlen(name), out);
  if (there == NONE && of->event == CSUP_EVENT_OPENED)
    return desk_create(in, &out->support_case) ? GOOD : BAD;
  if (there == NONE)
    complain_of(in->store.path, CSUP_E_UNKNOWN, "there is no case \"%.100s\"", name);
  return there == FOUND ? GOOD : there == FAILED ? BAD : FINDINGS;
}

static int tell_desk(desk *in, const form *of, const arguments *given, live *to, saying *said) {
  csup_time now = 0;
  text name = {0};
  int result = BAD;
  said->policy = in->store.policy;
  bool good = store_begin_writing(&in->store) && desk_now(given, &now) && read_saying(of, given, now, said);
  if (good && given->item_count > 0)
    text_add(&name, given->items[0]);
  else
    good = good && invent_name(in, &name);
  if (good)
    result = find_or_create(in, of, name.bytes, to);
  if (result == GOOD && strcmp(of->command, "ask") == 0)
    result = add_question(said, to, name.bytes);
  if (result == GOOD) {
    add_companions(said, to, given);
    result = happen(in, to, said, name.bytes, now);
  }
  text_free(&name);
  return result;
}

int command_event(const arguments *given) {
  desk in;
  live to = {0};
  saying said = {.count = 0};
  csup_case_view view;
  const form *of = forms;
  while (strcmp(of->command, given->of->name) != 0)
    of++;
  bool as_json = argument(given, "--json") != NULL;
  int result = desk_open(&in, given, of->event == CSUP_EVENT_OPENED) ? tell_desk(&in, of, given, &to, &said) : BAD;
  if (result == GOOD && !as_json && given->item_count == 0 && csup_case_read(to.support_case, &view) == CSUP_OK)
    printf("%s\n", view.case_id);
  if (result == GOOD && !as_json && strcmp(of->command, "ask") == 0)
    printf("%s\n", said.words);
  if (result == GOOD)
    print_decisions(in.decisions, given);
  forget(&said);
  csup_case_free(to.support_case);
  desk_close(&in);
  return result;
}
