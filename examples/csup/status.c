/* csup status POLICY EVENTS [--at INSTANT] [--case ID] [--table [--zone ZONE]]: where each case stands. */
#include "csup.h"

#include <stdlib.h>
#include <string.h>

static bool print_json(const csup_case *support_case, csup_time now, text *line) {
  line->length = 0;
  csup_status status = text_status(line, support_case, now);
  if (status != CSUP_OK) {
    complain_of(program_name, status, "%s", csup_status_text(status));
    return false;
  }
  fwrite(line->bytes, 1, line->length, stdout);
  fputc('\n', stdout);
  return true;
}

/* ---- the table: one line a clock that has a target ---- */

typedef struct view {
  table rows;
  const csup_zone *zone; /* NULL for UTC */
  text cell;
} view;

static void put_case(view *to, const csup_case *support_case, csup_time now) {
  csup_case_view seen;
  csup_clock clock;
  bool named = false;
  if (csup_case_read(support_case, &seen) != CSUP_OK)
    return;
  size_t count = csup_case_clock_count(support_case);
  for (size_t i = 0; i <= count; i++) {
    bool last = i == count;
    if (!last && (csup_case_clock_at(support_case, i, now, &clock) != CSUP_OK || !clock_counts(&clock)))
      continue;
    if (last && named)
      break;
    table_cell(&to->rows, named ? "" : seen.case_id);
    table_cell(&to->rows, named ? "" : seen.state);
    table_cell(&to->rows, named ? "" : seen.priority);
    named = true;
    if (!last)
      table_clock(&to->rows, to->zone, &clock);
    for (int none = 0; last && none < 5; none++)
      table_cell(&to->rows, "-");
  }
}

static tint paint(size_t column, const char *string) {
  if (column != 6)
    return PLAIN;
  return strcmp(string, "BREACHED") == 0 ? ALARMED : strcmp(string, "met") == 0 ? PROUD : PLAIN;
}

static bool print_table(const journal *in, const char *only, const char *zone_name) {
  static const char *const heads[] = {"CASE", "STATE", "PRIORITY", "CLOCK", "STATUS", NULL, "VERDICT", "BUSINESS TIME"};
  view to = {.rows = {.columns = 8}};
  csup_zone *zone = NULL;
  csup_error error = {0};
  if (zone_name && csup_zone_load(zone_name, NULL, &zone, &error) != CSUP_OK) {
    complain("--zone", 0, &error);
    return false;
  }
  to.zone = zone;
  for (size_t i = 0; i < 8; i++) {
    to.cell.length = 0;
    text_print(&to.cell, "DUE (%s)", zone ? zone_name : "UTC");
    table_cell(&to.rows, heads[i] ? heads[i] : to.cell.bytes);
  }
  for (size_t i = 0; i < in->cases.count; i++)
    if (!only || strcmp(only, in->cases.entries[i].id) == 0)
      put_case(&to, in->cases.entries[i].support_case, in->until);
  table_print(&to.rows, stdout, paint);
  table_free(&to.rows);
  text_free(&to.cell);
  csup_zone_free(zone);
  return true;
}

static bool print_lines(const journal *in, const char *only) {
  text line = {0};
  bool good = true;
  for (size_t i = 0; good && i < in->cases.count; i++)
    if (!only || strcmp(only, in->cases.entries[i].id) == 0)
      good = print_json(in->cases.entries[i].support_case, in->until, &line);
  text_free(&line);
  return good;
}

int command_status(const arguments *given) {
  journal in = {.until = CSUP_TIME_NEVER};
  const char *only = argument(given, "--case"), *at = argument(given, "--at"), *zone = argument(given, "--zone");
  bool as_table = argument(given, "--table") != NULL;
  if (at && !read_instant("--at", at, &in.until))
    return BAD;
  if (zone && !as_table) {
    complain_of("--zone", CSUP_E_ARGUMENT, "only a table shows local time; add --table");
    return BAD;
  }
  int result = journal_run(&in, given->items[0], given->items[1]);
  if (result != BAD && only && !cases_find(&in.cases, only, strlen(only))) {
    complain_of("--case", CSUP_E_UNKNOWN, "there is no case \"%.100s\" in %s", only, file_name(given->items[1]));
    result = BAD;
  }
  if (result != BAD && !(as_table ? print_table(&in, only, zone) : print_lines(&in, only)))
    result = BAD;
  journal_free(&in);
  return result;
}
