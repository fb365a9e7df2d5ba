/* The commands that say what happened: each makes a line of a journal of its words, hands it to the case and keeps it, all in one
   transaction. */
#include "helpdesk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* How the text of a member is written. */
typedef enum kind {
  TEXT,    /* as it is */
  NUMBER,  /* the library says whether it is one that it takes */
  FLAG,    /* true */
  INSTANT, /* an instant, or a duration from now */
  VALUE,   /* of a field: what is JSON as it is, anything else as text */
  NAME     /* the next item is the value of the member of this name */
} kind;

typedef struct member {
  const char *name;
  kind kind;
} member;

typedef struct form {
  const char *command;
  const char *event;
  member members[2]; /* that the items behind CASE give, one each */
  bool has_words;    /* the last item is kept with the event for people; no rule reads it */
} form;

static const form forms[] = {
    {"open", "opened", {{NULL, TEXT}}, true},
    {"say", "customer_message", {{NULL, TEXT}}, true},
    {"reply", "agent_message", {{NULL, TEXT}}, true},
    {"note", "note", {{NULL, TEXT}}, true},
    {"acknowledge", "acknowledged", {{NULL, TEXT}}, false},
    {"assign", "assigned", {{NULL, TEXT}}, false},
    {"answer", "answered", {{"dimension", TEXT}, {"level", TEXT}}, false},
    {"move", "moved", {{"to", TEXT}}, false},
    {"propose", "proposed", {{"resolution", TEXT}}, false},
    {"accept", "accepted", {{NULL, TEXT}}, false},
    {"reject", "rejected", {{NULL, TEXT}}, false},
    {"reopen", "reopened", {{NULL, TEXT}}, false},
    {"close", "closed", {{NULL, TEXT}}, false},
    {"cancel", "cancelled", {{NULL, TEXT}}, false},
    {"promise", "promised", {{"promise", TEXT}, {"due", INSTANT}}, false},
    {"fulfil", "fulfilled", {{"promise", TEXT}}, false},
    {"withdraw", "withdrawn", {{"promise", TEXT}}, false},
    {"request", "requested", {{"what", TEXT}}, false},
    {"provide", "provided", {{"what", TEXT}}, false},
    {"override", "overridden", {{NULL, NAME}, {NULL, TEXT}}, false},
    {"release", "released", {{"name", TEXT}}, false},
    {"escalate", "escalated", {{NULL, TEXT}}, false},
    {"deescalate", "deescalated", {{NULL, TEXT}}, false},
    {"set", "changed", {{"field", TEXT}, {"value", VALUE}}, false},
    {"rate", "rated", {{NULL, TEXT}}, false},
    {"spend", "spent", {{NULL, TEXT}}, false},
    {"merge", "merged", {{"into", TEXT}}, false},
};

/* Options that are members of the event, whatever it is. */
static const struct choice {
  const char *option;
  member member;
} choices[] = {
    {"--channel", {"channel", TEXT}},   {"--mood", {"mood", TEXT}},
    {"--team", {"team", TEXT}},         {"--agent", {"agent", TEXT}},
    {"--state", {"state", TEXT}},       {"--auto", {"auto", FLAG}},
    {"--basis", {"basis", TEXT}},       {"--because", {"because", TEXT}},
    {"--cause", {"cause", TEXT}},       {"--by", {"by", TEXT}},
    {"--kind", {"kind", TEXT}},         {"--idea", {"idea", TEXT}},
    {"--due", {"due", INSTANT}},        {"--until", {"until", INSTANT}},
    {"--level", {"level", NUMBER}},     {"--csat", {"csat", NUMBER}},
    {"--effort", {"effort", NUMBER}},   {"--nps", {"nps", NUMBER}},
    {"--minutes", {"minutes", NUMBER}}, {"--cost", {"cost", NUMBER}},
    {"--agreed", {"agreed", FLAG}},     {"--preventable", {"preventable", FLAG}},
};

/* ---- the line ---- */

static bool add_instant(text *line, const char *name, const char *given, csup_time now) {
  csup_time at = 0;
  csup_duration after = 0;
  char out[40];
  if (csup_duration_parse(given, strlen(given), &after) == CSUP_OK && after <= INT64_MAX / 4)
    at = now + after;
  else if (csup_time_parse(given, strlen(given), &at) != CSUP_OK) {
    complain_of(name, CSUP_E_ARGUMENT,
                "\"%.60s\" is no instant; expected one as in 2026-03-02T08:15:00Z, or from now on as in PT4H", given);
    return false;
  }
  csup_status status = csup_time_format(at, out, sizeof out, NULL);
  if (status != CSUP_OK) {
    complain_of(name, status, "\"%.60s\" lies outside the years 1900 to 2200", given);
    return false;
  }
  text_json(line, out);
  return true;
}

static bool is_integer(const char *given) {
  scan in = {.text = given, .length = strlen(given)};
  int64_t number = 0;
  return scan_integer(&in, &number) && scan_peek(&in) == '\0';
}

static bool is_json_value(const char *given) {
  scan in = {.text = given, .length = strlen(given)};
  char first = scan_peek(&in);
  bool good = first == '"' ? scan_string(&in, NULL) : scan_word(&in, "true") || scan_word(&in, "false") || scan_word(&in, "null");
  return (good && scan_peek(&in) == '\0') || is_integer(given);
}

static bool add_member(text *line, member of, const char *given, csup_time now) {
  text_add(line, ",");
  text_json(line, of.name);
  text_add(line, ":");
  switch (of.kind) {
  case INSTANT:
    return add_instant(line, of.name, given, now);
  case FLAG:
    text_add(line, "true");
    return true;
  case NUMBER:
    if (!is_integer(given)) {
      complain_of(of.name, CSUP_E_ARGUMENT, "\"%.60s\" is no integer of 64 bits", given);
      return false;
    }
    text_add(line, given);
    return true;
  case VALUE:
    if (is_json_value(given))
      text_add(line, given);
    else
      text_json(line, given);
    return true;
  default:
    text_json(line, given);
    return true;
  }
}

/* --field NAME=VALUE, as often as there are fields. */
static bool add_fields(text *line, const arguments *given, csup_time now) {
  text fields = {0};
  bool good = true;
  for (size_t i = 0; good && i < given->option_count; i++) {
    if (strcmp(given->options[i]->name, "--field") != 0)
      continue;
    const char *equals = strchr(given->values[i], '=');
    if (!equals) {
      complain_of("--field", CSUP_E_ARGUMENT, "\"%.60s\" gives no value; expected one as in tier=premium", given->values[i]);
      good = false;
      break;
    }
    text name = {0};
    text_append(&name, given->values[i], (size_t)(equals - given->values[i]));
    good = add_member(&fields, (member){name.bytes, VALUE}, equals + 1, now);
    text_free(&name);
  }
  if (good && fields.length > 0)
    text_print(line, ",\"fields\":{%s}", fields.bytes + 1);
  text_free(&fields);
  return good;
}

static bool add_event(text *line, const form *of, const arguments *given, csup_time now) {
  size_t item = 1;
  text_add(line, "\"event\":");
  text_json(line, of->event);
  for (size_t i = 0; i < 2 && item < given->item_count; i++) {
    member next = of->members[i];
    if (next.kind == NAME) { /* the item names the member, the one behind it is its value */
      next = (member){given->items[item++], TEXT};
      i++;
    }
    if (next.name && !add_member(line, next, given->items[item++], now))
      return false;
  }
  bool is_answer = strcmp(of->event, "answered") == 0;
  if (is_answer && !argument(given, "--basis"))
    (void)add_member(line, (member){"basis", TEXT}, "stated", now);
  for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
    const char *value = argument(given, choices[i].option);
    if (value && !add_member(line, choices[i].member, value, now))
      return false;
  }
  return add_fields(line, given, now);
}

/* One event is written as what it is, several are a batch. */
static void put_line(text *line, const char *case_id, csup_time now, const text *event, const text *companions) {
  char at[40] = "";
  bool is_batch = companions->length > 0;
  (void)csup_time_format(now, at, sizeof at, NULL);
  text_add(line, "{\"case\":");
  text_json(line, case_id);
  text_print(line, ",\"at\":\"%s\",%s%s%s%s}", at, is_batch ? "\"events\":[{" : "", event->bytes,
             is_batch ? companions->bytes : "", is_batch ? "}]" : "");
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

/* Hands the line to the case and keeps what comes of it. */
static int happen(desk *in, live *of, csup_time now, const text *line, const char *words) {
  csup_error error = {0};
  csup_decisions_clear(in->decisions);
  csup_status status = csup_case_apply_json(of->support_case, line->bytes, line->length, in->decisions, &error);
  if (status != CSUP_OK) {
    error.line = error.column = 0; /* the line was made here */
    complain(program_name, 0, &error);
    return status == CSUP_E_NOMEM ? BAD : FINDINGS;
  }
  return desk_keep_line(in, of, now, line->bytes, line->length, words) && desk_keep_case(in, of) ? GOOD : BAD;
}

/* What else the command says of the same instant: a question that this answers, a state asked for with --to. */
static void add_companions(text *line, const form *of, const live *to, const arguments *given) {
  const char *state = argument(given, "--to"), *basis = argument(given, "--basis");
  bool is_told = !basis || strcmp(basis, "stated") == 0 || strcmp(basis, "verified") == 0;
  if (strcmp(of->event, "answered") == 0 && is_told && is_awaited(to->support_case, given->items[1])) {
    text_add(line, "},{\"event\":\"provided\",\"what\":");
    text_json(line, given->items[1]);
  }
  if (state) {
    text_add(line, "},{\"event\":\"moved\",\"to\":");
    text_json(line, state);
  }
}

static const char *words_of(const form *of, const arguments *given) {
  return of->has_words && given->item_count > 1 ? given->items[1] : NULL;
}

static int find_or_create(desk *in, const form *of, const char *name, live *out) {
  found there = desk_find(in, name, strlen(name), out);
  bool is_opening = strcmp(of->event, "opened") == 0;
  if (there == NONE && is_opening)
    return desk_create(in, &out->support_case) ? GOOD : BAD;
  if (there == NONE)
    complain_of(in->store.path, CSUP_E_UNKNOWN, "there is no case \"%.100s\"", name);
  return there == FOUND ? GOOD : there == FAILED ? BAD : FINDINGS;
}

static int tell_desk(desk *in, const form *of, const arguments *given, live *to) {
  csup_time now = 0;
  text name = {0};
  text event = {0};
  text companions = {0};
  text line = {0};
  int result = BAD;
  bool good = store_begin_writing(&in->store) && desk_now(given, &now);
  if (good && given->item_count > 0)
    text_add(&name, given->items[0]);
  else
    good = good && invent_name(in, &name);
  if (good)
    result = find_or_create(in, of, name.bytes, to);
  if (good && result == GOOD) {
    good = add_event(&event, of, given, now);
    add_companions(&companions, of, to, given);
    put_line(&line, name.bytes, now, &event, &companions);
    result = good ? happen(in, to, now, &line, words_of(of, given)) : BAD;
  }
  if (result == GOOD && !store_commit(&in->store))
    result = BAD;
  text_free(&event);
  text_free(&companions);
  text_free(&line);
  text_free(&name);
  return result;
}

static int run_form(const form *of, const arguments *given) {
  desk in;
  live to = {0};
  int result = desk_open(&in, given, strcmp(of->event, "opened") == 0) ? tell_desk(&in, of, given, &to) : BAD;
  csup_case_view view;
  if (result == GOOD && given->item_count == 0 && !argument(given, "--json") && csup_case_read(to.support_case, &view) == CSUP_OK)
    printf("%s\n", view.case_id);
  if (result == GOOD)
    print_decisions(in.decisions, given);
  csup_case_free(to.support_case);
  desk_close(&in);
  return result;
}

int command_event(const arguments *given) {
  const form *of = forms;
  while (strcmp(of->command, given->of->name) != 0)
    of++;
  return run_form(of, given);
}

/* ---- ask: the question whose answer would tell most is put to the customer ---- */

static int ask_customer(desk *in, const arguments *given, live *to, text *question) {
  static const form reply = {.command = "ask", .event = "agent_message"};
  csup_time now = 0;
  csup_assessment assessment;
  text event = {0};
  text companions = {0};
  text line = {0};
  int result = BAD;
  if (store_begin_writing(&in->store) && desk_now(given, &now))
    result = find_or_create(in, &reply, given->items[0], to);
  if (result == GOOD && csup_case_assessment(to->support_case, &assessment) == CSUP_OK && !assessment.next_question) {
    complain_of(given->items[0], CSUP_E_NEVER, "nothing is left to ask: no answer that is still open would change anything");
    result = FINDINGS;
  }
  if (result == GOOD) {
    text_add(question, assessment.next_question_text[0] ? assessment.next_question_text : assessment.next_question);
    (void)add_event(&event, &reply, given, now);
    text_add(&companions, "},{\"event\":\"requested\",\"what\":");
    text_json(&companions, assessment.next_question);
    add_companions(&companions, &reply, to, given);
    put_line(&line, given->items[0], now, &event, &companions);
    result = happen(in, to, now, &line, question->bytes);
  }
  if (result == GOOD && !store_commit(&in->store))
    result = BAD;
  text_free(&event);
  text_free(&companions);
  text_free(&line);
  return result;
}

int command_ask(const arguments *given) {
  desk in;
  live to = {0};
  text question = {0};
  int result = desk_open(&in, given, false) ? ask_customer(&in, given, &to, &question) : BAD;
  if (result == GOOD && !argument(given, "--json"))
    printf("%s\n", question.bytes);
  if (result == GOOD)
    print_decisions(in.decisions, given);
  text_free(&question);
  csup_case_free(to.support_case);
  desk_close(&in);
  return result;
}
