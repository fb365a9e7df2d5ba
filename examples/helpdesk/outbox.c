/* outbox: what is decided and not carried out yet. journal: what happened, as JSON Lines, which import takes back. */
#include "helpdesk.h"

#include <inttypes.h>
#include <string.h>

/* Everything up to and including the number is carried out: whoever does that says so afterwards, and so never loses any. */
static bool put_done(desk *in, const char *given) {
  scan text_in = {.text = given, .length = strlen(given)};
  int64_t id = 0;
  int64_t last = 0;
  int64_t done = 0;
  if (!store_begin_writing(&in->store) || !store_number(&in->store, SQL_OUTBOX_LAST, &last) ||
      !store_number(&in->store, SQL_DONE_GET, &done))
    return false;
  if (!scan_integer(&text_in, &id) || text_in.at != text_in.length || id < done || id > last) {
    complain_of("--done", CSUP_E_ARGUMENT, "\"%.40s\" is no number of the outbox that is next; expected %" PRId64 " to %" PRId64,
                given, done, last);
    return false;
  }
  sqlite3_stmt *put = store_use(&in->store, SQL_DONE_PUT);
  if (!put)
    return false;
  (void)sqlite3_bind_int64(put, 1, id);
  return store_do(&in->store, put) && store_commit(&in->store);
}

/* "decision":"notify" of a decision's JSON, taken apart for a row. */
static void put_row(table *rows, int64_t id, const char *decision, text *cell) {
  static const char *const members[] = {"case", "at", "decision"};
  text values[3] = {{0}};
  text key = {0};
  scan in = {.text = decision, .length = strlen(decision)};
  text rest = {0};
  (void)scan_take(&in, '{');
  text_add(&rest, "");
  for (bool first = true; scan_member(&in, first, &key); first = false) {
    size_t start = in.at;
    bool is_taken = false;
    for (size_t i = 0; i < 3 && !is_taken; i++)
      is_taken = strcmp(key.bytes, members[i]) == 0 && scan_peek(&in) == '"' && scan_string(&in, &values[i]);
    if (!is_taken && scan_skip(&in) && strcmp(key.bytes, "seq") != 0) {
      text_print(&rest, "%s%s ", rest.length > 0 ? " " : "", key.bytes);
      text_append(&rest, decision + start, in.at - start);
    }
  }
  cell->length = 0;
  text_print(cell, "%" PRId64, id);
  table_cell(rows, cell->bytes);
  for (size_t i = 0; i < 3; i++) {
    table_cell(rows, values[i].bytes);
    text_free(&values[i]);
  }
  table_cell(rows, rest.bytes);
  text_free(&rest);
  text_free(&key);
}

static bool print_outbox(desk *in, const arguments *given) {
  static const char *const heads[] = {"NUMBER", "CASE", "AT", "DECISION", "ABOUT"};
  table rows = {.columns = sizeof heads / sizeof heads[0]};
  text cell = {0};
  int64_t done = 0;
  bool as_json = argument(given, "--json") != NULL;
  sqlite3_stmt *row = store_use(&in->store, SQL_OUTBOX_NEW);
  bool good =
      row && store_begin_reading(&in->store) && (argument(given, "--all") || store_number(&in->store, SQL_DONE_GET, &done));
  for (size_t i = 0; i < rows.columns; i++)
    table_cell(&rows, heads[i]);
  if (good) {
    (void)sqlite3_bind_int64(row, 1, done);
    (void)sqlite3_bind_int64(row, 2, -1);
  }
  found next = good ? store_step(&in->store, row) : FAILED;
  for (; next == FOUND; next = store_step(&in->store, row)) {
    int64_t id = sqlite3_column_int64(row, 0);
    const char *decision = column_text(row, 1);
    if (as_json)
      printf("{\"number\":%" PRId64 ",\"decision\":%s}\n", id, decision);
    else
      put_row(&rows, id, decision, &cell);
  }
  if (next == NONE && !as_json)
    table_print(&rows, stdout, no_paint);
  table_free(&rows);
  text_free(&cell);
  return next == NONE;
}

int command_outbox(const arguments *given) {
  desk in;
  const char *done = argument(given, "--done");
  bool good = desk_open(&in, given, false) && (done ? put_done(&in, done) : print_outbox(&in, given));
  desk_close(&in);
  return good ? GOOD : BAD;
}

int command_journal(const arguments *given) {
  desk in;
  bool good = desk_open(&in, given, false);
  sqlite3_stmt *row = good ? store_use(&in.store, SQL_JOURNAL_ALL) : NULL;
  found next = row ? store_step(&in.store, row) : FAILED;
  for (; next == FOUND; next = store_step(&in.store, row))
    puts(column_text(row, 0));
  desk_close(&in);
  return next == NONE ? GOOD : BAD;
}
