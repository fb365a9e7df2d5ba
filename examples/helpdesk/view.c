#include "helpdesk.h"

static void put(text *out, const char *before, const char *string, const char *after) {
  if (string)
    text_print(out, "%s%s%s%s", out->length > 0 ? " " : "", before, string, after);
}

void describe(text *out, const csup_decision *decision) {
  char due[40];
  text_add(out, "");
  put(out, "", decision->clock, "");
  put(out, "by ", decision->agreement && !decision->clock ? decision->agreement : NULL, "");
  if (decision->kind != CSUP_DECISION_FIRED)
    put(out, "", decision->name, "");
  if (decision->from || decision->to)
    text_print(out, "%s%s%s%s", out->length > 0 ? " " : "", decision->from ? decision->from : "", decision->from ? " -> " : "",
               decision->to ? decision->to : "nothing");
  if (decision->due != CSUP_TIME_NEVER && csup_time_format(decision->due, due, sizeof due, NULL) == CSUP_OK)
    put(out, "due ", due, "");
  if (decision->verdict == CSUP_VERDICT_BREACHED)
    put(out, "", csup_verdict_name(decision->verdict), "");
  put(out, "", decision->because, "");
  put(out, "(", decision->rule, ")");
}

const char *plural(size_t count) {
  return count == 1 ? "" : "s";
}

tint no_paint(size_t column, const char *string) {
  (void)column;
  (void)string;
  return PLAIN;
}

bool open_zone(const arguments *given, csup_zone **out) {
  const char *name = argument(given, "--zone");
  csup_error error = {0};
  if (!name || csup_zone_load(name, NULL, out, &error) == CSUP_OK)
    return true;
  complain("--zone", 0, &error);
  return false;
}

void print_decisions(const csup_decisions *decisions, const arguments *given) {
  table rows = {.columns = 3};
  text cell = {0};
  bool as_json = argument(given, "--json") != NULL;
  static const char *const heads[] = {"AT (UTC)", "DECISION", "ABOUT"};
  for (size_t i = 0; i < 3; i++)
    table_cell(&rows, heads[i]);
  for (size_t i = 0; i < csup_decisions_count(decisions); i++) {
    const csup_decision *decision = csup_decisions_at(decisions, i);
    cell.length = 0;
    if (as_json && text_decision(&cell, decision) == CSUP_OK)
      puts(cell.bytes);
    if (as_json)
      continue;
    table_instant(&rows, NULL, decision->at);
    table_cell(&rows, csup_decision_kind_name(decision->kind));
    describe(&cell, decision);
    table_cell(&rows, cell.bytes);
  }
  if (rows.count > rows.columns)
    table_print(&rows, stdout, no_paint);
  table_free(&rows);
  text_free(&cell);
}
