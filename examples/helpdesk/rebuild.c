/* rebuild: folds the journal of every case again, compares what that gives with what is stored, byte for byte, and stores it when
   asked to. */
#include "helpdesk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What the outbox should hold: decisions with their seq, one text behind another. */
typedef struct expected {
  text bytes;
  size_t *starts;
  int64_t *seqs;
  size_t count;
} expected;

static bool expect(void *context, const char *line, const char *words, const csup_decisions *decisions) {
  expected *to = context;
  (void)line;
  (void)words;
  for (size_t i = 0; i < csup_decisions_count(decisions); i++) {
    if ((to->count & (to->count + 1)) == 0) {
      to->starts = need_memory(to->starts, to->count * 2 + 1, sizeof *to->starts);
      to->seqs = need_memory(to->seqs, to->count * 2 + 1, sizeof *to->seqs);
    }
    to->starts[to->count] = to->bytes.length;
    to->seqs[to->count++] = csup_decisions_at(decisions, i)->seq;
    if (text_decision(&to->bytes, csup_decisions_at(decisions, i)) != CSUP_OK)
      return false;
    text_append(&to->bytes, "", 1);
  }
  return true;
}

typedef struct audit {
  desk desk;
  bool repair;
  bool as_json;
  size_t cases;
  size_t differences;
} audit;

static void differ(audit *to, const char *name, const char *what, const char *stored, const char *folded) {
  text out = {0};
  to->differences++;
  if (to->as_json) {
    text_add(&out, "{\"case\":");
    text_json(&out, name);
    text_member(&out, "differs", what);
    text_member(&out, "stored", stored);
    text_member(&out, "folded", folded);
    text_add(&out, "}");
  } else {
    text_print(&out, "case %s: %s is stored as %s, its journal gives %s", name, what, stored ? stored : "nothing",
               folded ? folded : "nothing");
  }
  puts(out.bytes);
  text_free(&out);
}

static void differ_in_number(audit *to, const char *name, const char *what, int64_t stored, int64_t folded) {
  char a[24];
  char b[24];
  (void)snprintf(a, sizeof a, "%" PRId64, stored);
  (void)snprintf(b, sizeof b, "%" PRId64, folded);
  if (stored != folded)
    differ(to, name, what, stored == CSUP_TIME_NEVER ? NULL : a, folded == CSUP_TIME_NEVER ? NULL : b);
}

/* Both lists are in order of seq. */
static bool compare_outbox(audit *to, int64_t id, const char *name, const expected *wanted) {
  sqlite3_stmt *row = store_use(&to->desk.store, SQL_OUTBOX_OF);
  if (!row)
    return false;
  (void)sqlite3_bind_int64(row, 1, id);
  found next = store_step(&to->desk.store, row);
  size_t i = 0;
  while (next == FOUND || (next == NONE && i < wanted->count)) {
    int64_t seq = next == FOUND ? sqlite3_column_int64(row, 0) : INT64_MAX;
    const char *stored = next == FOUND ? column_text(row, 1) : NULL;
    const char *folded = i < wanted->count && wanted->seqs[i] <= seq ? wanted->bytes.bytes + wanted->starts[i] : NULL;
    if (folded && wanted->seqs[i] < seq)
      stored = NULL;
    if (!stored || !folded || strcmp(stored, folded) != 0)
      differ(to, name, "a decision", stored, folded);
    i += folded != NULL;
    if (stored)
      next = store_step(&to->desk.store, row);
  }
  return next == NONE;
}

/* The row as it is: snapshot, rank and wake-up. `latest` receives the instant up to which the case had come. */
static bool compare_row(audit *to, int64_t id, const char *name, const csup_case *folded) {
  sqlite3_stmt *row = store_use(&to->desk.store, SQL_CASE_AT);
  size_t length = 0;
  if (!row)
    return false;
  (void)sqlite3_bind_int64(row, 1, id);
  if (!store_row(&to->desk.store, row))
    return false;
  text bytes = {0};
  (void)csup_case_save(folded, NULL, 0, &length);
  text_reserve(&bytes, length);
  csup_status status = csup_case_save(folded, bytes.bytes, bytes.capacity, &length);
  const void *stored = sqlite3_column_blob(row, 2);
  size_t stored_length = (size_t)sqlite3_column_bytes(row, 2);
  if (status == CSUP_OK && (!stored || length != stored_length || memcmp(bytes.bytes, stored, length) != 0))
    differ(to, name, "the snapshot", "other bytes", "these");
  differ_in_number(to, name, "the rank", sqlite3_column_int64(row, 3), csup_case_rank(folded));
  differ_in_number(to, name, "the next wake-up", column_time(row, 4), next_wakeup(folded));
  text_free(&bytes);
  (void)sqlite3_reset(row);
  return status == CSUP_OK;
}

static bool repair_case(audit *to, live *folded, const expected *wanted) {
  store *in = &to->desk.store;
  for (size_t i = 0; i < wanted->count; i++) {
    sqlite3_stmt *put = store_use(in, SQL_OUTBOX_PUT);
    if (!put)
      return false;
    const char *decision = wanted->bytes.bytes + wanted->starts[i];
    (void)sqlite3_bind_int64(put, 1, folded->id);
    (void)sqlite3_bind_int64(put, 2, wanted->seqs[i]);
    bind_text(put, 3, decision, strlen(decision));
    if (!store_do(in, put))
      return false;
  }
  sqlite3_stmt *drop = store_use(in, SQL_OUTBOX_DROP);
  if (!drop)
    return false;
  (void)sqlite3_bind_int64(drop, 1, folded->id);
  (void)sqlite3_bind_int64(drop, 2, wanted->count > 0 ? wanted->seqs[wanted->count - 1] : 0);
  return store_do(in, drop) && desk_keep_case(&to->desk, folded);
}

static bool audit_case(audit *to, int64_t id) {
  sqlite3_stmt *row = store_use(&to->desk.store, SQL_CASE_AT);
  if (!row)
    return false;
  (void)sqlite3_bind_int64(row, 1, id);
  if (!store_row(&to->desk.store, row))
    return false;
  text name = {0};
  expected wanted = {.count = 0};
  live folded = {.id = id, .settled = sqlite3_column_int64(row, 1)};
  text_append(&name, column_text(row, 0), (size_t)sqlite3_column_bytes(row, 0));
  (void)sqlite3_reset(row);
  size_t before = to->differences;
  found there = desk_fold(&to->desk, id, folded.settled, expect, &wanted, &folded.support_case);
  bool good = there != FAILED;
  if (there == NONE)
    differ(to, name.bytes, "the journal", NULL, NULL);
  if (there == FOUND)
    good = compare_row(to, id, name.bytes, folded.support_case) && compare_outbox(to, id, name.bytes, &wanted);
  if (good && to->repair && there == FOUND && to->differences > before)
    good = repair_case(to, &folded, &wanted);
  to->cases++;
  csup_case_free(folded.support_case);
  text_free(&name);
  text_free(&wanted.bytes);
  free(wanted.starts);
  free(wanted.seqs);
  return good;
}

/* What SQLite has to say of the file itself: nothing but "ok". */
static bool audit_file(audit *to) {
  static const sql checks[] = {SQL_CHECK, SQL_CHECK_KEYS};
  for (size_t i = 0; i < 2; i++) {
    sqlite3_stmt *row = store_use(&to->desk.store, checks[i]);
    found next = row ? store_step(&to->desk.store, row) : FAILED;
    for (; next == FOUND; next = store_step(&to->desk.store, row))
      if (strcmp(column_text(row, 0), "ok") != 0)
        differ(to, "-", "the file", column_text(row, 0), "ok");
    if (next == FAILED)
      return false;
  }
  return true;
}

static bool audit_cases(audit *to) {
  int64_t count = 0;
  found next = FOUND;
  if (!store_number(&to->desk.store, SQL_CASE_COUNT, &count))
    return false;
  for (int64_t id = 0; next == FOUND;) {
    sqlite3_stmt *row = store_use(&to->desk.store, SQL_CASE_EACH);
    if (!row)
      return false;
    (void)sqlite3_bind_int64(row, 1, id);
    next = store_step(&to->desk.store, row);
    if (next != FOUND)
      break;
    id = sqlite3_column_int64(row, 0);
    (void)sqlite3_reset(row);
    if (!audit_case(to, id))
      return false;
    progress("cases folded", to->cases, (size_t)count);
  }
  return next == NONE;
}

int command_rebuild(const arguments *given) {
  audit to = {.repair = argument(given, "--repair") != NULL, .as_json = argument(given, "--json") != NULL};
  store *in = &to.desk.store;
  bool good = desk_open(&to.desk, given, false) && (to.repair ? store_begin_writing(in) : store_begin_reading(in)) &&
              audit_file(&to) && audit_cases(&to) && store_commit(in);
  progress_end();
  if (good && to.as_json)
    printf("{\"cases\":%zu,\"differences\":%zu}\n", to.cases, to.differences);
  else if (good)
    printf("%zu case%s folded, %zu difference%s%s\n", to.cases, plural(to.cases), to.differences, plural(to.differences),
           to.repair && to.differences > 0 ? ", repaired" : "");
  desk_close(&to.desk);
  return !good ? BAD : to.differences > 0 ? FINDINGS : GOOD;
}
