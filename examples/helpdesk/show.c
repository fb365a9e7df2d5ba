/* show: one case as of an instant, folded from its journal: where it stands, its clocks, its assessment, and all that happened.
 */
#include "helpdesk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- the timeline, collected while the journal is folded ---- */

typedef struct timeline {
  text json;  /* the list's members */
  table rows; /* AT, WHAT, ABOUT */
  const csup_zone *zone;
} timeline;

/* The members of one event, without those of the line: "mood angry". */
static void put_members(scan *in, text *what, text *about) {
  text key = {0};
  text value = {0};
  for (bool first = true; scan_member(in, first, &key); first = false) {
    size_t start = in->at;
    bool is_string = scan_peek(in) == '"' && scan_string(in, &value);
    if (!is_string && !scan_skip(in))
      break;
    if (strcmp(key.bytes, "event") == 0 && is_string) {
      text_print(what, "%s%s", what->length > 0 ? ", " : "", value.bytes);
    } else if (strcmp(key.bytes, "case") != 0 && strcmp(key.bytes, "at") != 0) {
      text_print(about, "%s%s ", about->length > 0 ? ", " : "", key.bytes);
      if (is_string)
        text_add(about, value.bytes);
      else
        text_append(about, in->text + start, in->at - start);
    }
  }
  text_free(&value);
  text_free(&key);
}

static void put_line(timeline *to, const char *line, const char *words) {
  text at = {0};
  text what = {0};
  text about = {0};
  text key = {0};
  address of = {0};
  csup_time when = CSUP_TIME_NEVER;
  scan in = {.text = line, .length = strlen(line)};
  if (address_find(line, in.length, &key, &of) && of.has_at)
    (void)csup_time_parse(of.at.bytes, of.at.length, &when);
  const char *batch = strstr(line, "\"events\"");
  text_add(&what, "");
  text_add(&about, "");
  if (batch) {
    in.at = (size_t)(batch - line) + strlen("\"events\"");
    (void)(scan_take(&in, ':') && scan_take(&in, '['));
    while (scan_take(&in, '{')) {
      put_members(&in, &what, &about);
      (void)scan_take(&in, ',');
    }
  } else if (scan_take(&in, '{')) {
    put_members(&in, &what, &about);
  }
  if (words)
    text_print(&about, "%s\"%s\"", about.length > 0 ? ", " : "", words);
  table_instant(&to->rows, to->zone, when);
  table_cell(&to->rows, what.bytes);
  table_cell(&to->rows, about.bytes);
  address_free(&of);
  text_free(&at);
  text_free(&what);
  text_free(&about);
  text_free(&key);
}

static void put_decision(timeline *to, const csup_decision *decision) {
  text cell = {0};
  table_instant(&to->rows, to->zone, decision->at);
  text_print(&cell, "  %s", csup_decision_kind_name(decision->kind));
  table_cell(&to->rows, cell.bytes);
  cell.length = 0;
  describe(&cell, decision);
  table_cell(&to->rows, cell.bytes);
  cell.length = 0;
  text_add(&to->json, to->json.length > 0 ? ",{\"decision\":" : "{\"decision\":");
  (void)text_decision(&to->json, decision);
  text_add(&to->json, "}");
  text_free(&cell);
}

static bool remember(void *context, const char *line, const char *words, const csup_decisions *decisions) {
  timeline *to = context;
  if (line) {
    put_line(to, line, words);
    text_print(&to->json, "%s{\"line\":", to->json.length > 0 ? "," : "");
    text_add(&to->json, line);
    text_member(&to->json, "words", words);
    text_add(&to->json, "}");
  }
  for (size_t i = 0; i < csup_decisions_count(decisions); i++)
    put_decision(to, csup_decisions_at(decisions, i));
  return true;
}

/* ---- where it stands ---- */

static csup_status put_vector(text *out, const csup_policy *policy, const csup_case *support_case) {
  size_t count = csup_case_answer_count(support_case);
  csup_answer *answers = need_memory(NULL, count + 1, sizeof *answers);
  csup_status status = CSUP_OK;
  for (size_t i = 0; status == CSUP_OK && i < count; i++)
    status = csup_case_answer_at(support_case, i, &answers[i]);
  if (status == CSUP_OK)
    status = text_vector(out, policy, answers, count);
  free(answers);
  return status;
}

static csup_status print_json(const desk *in, const csup_case *support_case, csup_time now, const timeline *told_so_far) {
  text out = {0};
  csup_assessment assessment;
  text_add(&out, "{\"status\":");
  csup_status status = text_status(&out, support_case, now);
  text_add(&out, ",\"assessment\":{\"vector\":");
  if (status == CSUP_OK)
    status = put_vector(&out, in->store.policy, support_case);
  if (status == CSUP_OK)
    status = csup_case_assessment(support_case, &assessment);
  if (status == CSUP_OK) {
    text_assessment(&out, &assessment);
    text_add(&out, "},\"timeline\":[");
    text_append(&out, told_so_far->json.bytes, told_so_far->json.length);
    text_add(&out, "]}");
    puts(out.bytes);
  }
  text_free(&out);
  return status;
}

static void print_band(const char *name, const csup_band *band) {
  printf("  %s %s", name, band->value);
  if (strcmp(band->low, band->high) != 0)
    printf(" (%s to %s)", band->low, band->high);
}

static csup_status print_head(const desk *in, const csup_case *support_case) {
  csup_case_view view;
  csup_assessment assessment;
  text vector = {0};
  csup_status status = csup_case_read(support_case, &view);
  if (status == CSUP_OK)
    status = csup_case_assessment(support_case, &assessment);
  if (status == CSUP_OK)
    status = put_vector(&vector, in->store.policy, support_case);
  if (status == CSUP_OK) {
    printf("%s  %s  %s %s  level %d  team %s  agent %s\n", view.case_id, view.state, view.priority, view.severity,
           (int)view.level, view.team ? view.team : "-", view.agent ? view.agent : "-");
    printf("contacts %" PRId64 "  replies %" PRId64 "  reopens %" PRId64 "  rejections %" PRId64 "  mood %s\n", view.contacts,
           view.replies, view.reopens, view.rejections, view.mood ? view.mood : "-");
    printf("assessed %.*s", (int)(vector.length - 2), vector.bytes + 1); /* without its quotes */
    print_band("severity", &assessment.severity);
    print_band("urgency", &assessment.urgency);
    print_band("priority", &assessment.priority);
    printf("\nask %s\n", !assessment.next_question                  ? "nothing more"
                         : assessment.next_question_text[0] != '\0' ? assessment.next_question_text
                                                                    : assessment.next_question);
  }
  text_free(&vector);
  return status;
}

static void print_requests(const csup_case *support_case, const csup_zone *zone) {
  table rows = {.columns = 3};
  csup_request request;
  static const char *const heads[] = {"WAITS FOR", "ASKED", "DUE"};
  for (size_t i = 0; i < 3; i++)
    table_cell(&rows, heads[i]);
  for (size_t i = 0; i < csup_case_request_count(support_case); i++) {
    if (csup_case_request_at(support_case, i, &request) != CSUP_OK || request.provided != CSUP_TIME_NEVER)
      continue;
    table_cell(&rows, request.what);
    table_instant(&rows, zone, request.asked);
    table_instant(&rows, zone, request.due);
  }
  if (rows.count > rows.columns) {
    puts("");
    table_print(&rows, stdout, no_paint);
  }
  table_free(&rows);
}

static tint paint_clock(size_t column, const char *string) {
  return column != 3 ? PLAIN : strcmp(string, "BREACHED") == 0 ? ALARMED : strcmp(string, "met") == 0 ? PROUD : PLAIN;
}

static void print_clocks(const csup_case *support_case, csup_time now, const csup_zone *zone) {
  table rows = {.columns = 5};
  csup_clock clock;
  static const char *const heads[] = {"CLOCK", "STATUS", "DUE", "VERDICT", "BUSINESS TIME"};
  for (size_t i = 0; i < 5; i++)
    table_cell(&rows, heads[i]);
  for (size_t i = 0; i < csup_case_clock_count(support_case); i++)
    if (csup_case_clock_at(support_case, i, now, &clock) == CSUP_OK && clock_counts(&clock))
      table_clock(&rows, zone, &clock);
  if (rows.count > rows.columns) {
    puts("");
    table_print(&rows, stdout, paint_clock);
  }
  table_free(&rows);
}

static bool show(desk *in, const arguments *given, timeline *to) {
  const char *name = given->items[0];
  csup_time now = 0;
  live stored = {0};
  csup_case *support_case = NULL;
  if (!store_begin_reading(&in->store) || !desk_now(given, &now))
    return false;
  found there = desk_find(in, name, strlen(name), &stored);
  csup_case_free(stored.support_case);
  if (there == FOUND)
    there = desk_fold(in, stored.id, now, remember, to, &support_case);
  if (there == NONE)
    complain_of(in->store.path, CSUP_E_UNKNOWN, "there is no case \"%.100s\"%s", name, stored.id ? " at that instant" : "");
  if (there != FOUND)
    return false;
  csup_status status = CSUP_OK;
  if (argument(given, "--json")) {
    status = print_json(in, support_case, now, to);
  } else {
    status = print_head(in, support_case);
    print_requests(support_case, to->zone);
    print_clocks(support_case, now, to->zone);
    puts("");
    table_print(&to->rows, stdout, no_paint);
  }
  csup_case_free(support_case);
  if (status != CSUP_OK)
    complain_of(program_name, status, "%s", csup_status_text(status));
  return status == CSUP_OK;
}

int command_show(const arguments *given) {
  desk in = {0};
  csup_zone *zone = NULL;
  timeline to = {.rows = {.columns = 3}};
  static const char *const heads[] = {"AT", "WHAT", "ABOUT"};
  bool good = open_zone(given, &zone) && desk_open(&in, given, false);
  to.zone = zone;
  for (size_t i = 0; i < 3; i++)
    table_cell(&to.rows, heads[i]);
  good = good && show(&in, given, &to);
  table_free(&to.rows);
  text_free(&to.json);
  csup_zone_free(zone);
  desk_close(&in);
  return good ? GOOD : BAD;
}
