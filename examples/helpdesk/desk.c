/* Cases out of the store and into it. */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */
#include "helpdesk.h"

#include <string.h>
#include <time.h>

bool desk_open(desk *out, const arguments *given, bool create) {
  *out = (desk){0};
  if (!store_open(&out->store, given, create))
    return false;
  csup_status status = csup_decisions_create(NULL, &out->decisions);
  if (status != CSUP_OK)
    complain_of(program_name, status, "%s", csup_status_text(status));
  return status == CSUP_OK;
}

void desk_close(desk *from) {
  csup_decisions_free(from->decisions);
  text_free(&from->buffer);
  store_close(&from->store);
}

bool desk_now(const arguments *given, csup_time *out) {
  const char *at = argument(given, "--at");
  if (at)
    return read_instant("--at", at, out);
  struct timespec now = {0};
  (void)clock_gettime(CLOCK_REALTIME, &now);
  *out = (csup_time)now.tv_sec * 1000000 + now.tv_nsec / 1000;
  return true;
}

csup_time next_wakeup(const csup_case *support_case) {
  csup_time at = CSUP_TIME_NEVER;
  (void)csup_case_next_wakeup(support_case, &at); /* NEVER is an answer */
  return at;
}

/* ---- out of the store ---- */

static found read_case(desk *in, sqlite3_stmt *row, const char *name, live *out) {
  csup_error error = {0};
  out->settled = sqlite3_column_int64(row, 1);
  const void *bytes = sqlite3_column_blob(row, 2);
  size_t length = (size_t)sqlite3_column_bytes(row, 2);
  csup_status status = csup_case_load(in->store.policy, bytes ? bytes : "", length, NULL, &out->support_case, &error);
  if (status != CSUP_OK)
    complain_of(in->store.path, status, "the snapshot of case \"%.60s\": %.120s; \"rebuild\" folds its journal again", name,
                error.message);
  (void)sqlite3_reset(row);
  return status == CSUP_OK ? FOUND : FAILED;
}

found desk_find(desk *in, const char *name, size_t length, live *out) {
  sqlite3_stmt *row = store_use(&in->store, SQL_CASE_FIND);
  if (!row)
    return FAILED;
  bind_text(row, 1, name, length);
  found there = store_step(&in->store, row);
  *out = (live){.id = there == FOUND ? sqlite3_column_int64(row, 0) : 0};
  return there == FOUND ? read_case(in, row, name, out) : there;
}

found desk_load(desk *in, int64_t id, live *out) {
  sqlite3_stmt *row = store_use(&in->store, SQL_CASE_AT);
  if (!row)
    return FAILED;
  (void)sqlite3_bind_int64(row, 1, id);
  *out = (live){.id = id};
  return store_row(&in->store, row) ? read_case(in, row, column_text(row, 0), out) : FAILED;
}

bool desk_create(const desk *in, csup_case **out) {
  csup_status status = csup_case_create(in->store.policy, NULL, out);
  if (status != CSUP_OK)
    complain_of(program_name, status, "%s", csup_status_text(status));
  return status == CSUP_OK;
}

/* ---- into the store ---- */

/* Puts the snapshot into the buffer. */
static bool take_snapshot(desk *in, const csup_case *support_case) {
  in->buffer.length = 0;
  text_reserve(&in->buffer, 1024);
  csup_status status = csup_case_save(support_case, in->buffer.bytes, in->buffer.capacity, &in->buffer.length);
  if (status == CSUP_E_SPACE) {
    size_t needed = in->buffer.length;
    in->buffer.length = 0;
    text_reserve(&in->buffer, needed);
    status = csup_case_save(support_case, in->buffer.bytes, in->buffer.capacity, &in->buffer.length);
  }
  if (status != CSUP_OK)
    complain_of(program_name, status, "%s", csup_status_text(status));
  return status == CSUP_OK;
}

bool desk_keep_case(desk *in, live *of) {
  sqlite3_stmt *statement = store_use(&in->store, of->id == 0 ? SQL_CASE_ADD : SQL_CASE_PUT);
  csup_case_view view;
  if (!statement || !take_snapshot(in, of->support_case) || csup_case_read(of->support_case, &view) != CSUP_OK)
    return false;
  (void)sqlite3_bind_int64(statement, 1, csup_case_rank(of->support_case));
  bind_time(statement, 2, next_wakeup(of->support_case));
  (void)sqlite3_bind_int64(statement, 3, of->settled);
  (void)sqlite3_bind_blob64(statement, 4, in->buffer.bytes, in->buffer.length, SQLITE_STATIC);
  if (of->id == 0)
    bind_text(statement, 5, view.case_id, strlen(view.case_id));
  else
    (void)sqlite3_bind_int64(statement, 5, of->id);
  if (!store_do(&in->store, statement))
    return false;
  if (of->id == 0)
    of->id = sqlite3_last_insert_rowid(in->store.db);
  return true;
}

/* A decision that is there already is a fault, and nothing to be passed over: the unique key says so. */
bool desk_keep_decisions(desk *in, const live *of) {
  for (size_t i = 0; i < csup_decisions_count(in->decisions); i++) {
    const csup_decision *decision = csup_decisions_at(in->decisions, i);
    sqlite3_stmt *statement = store_use(&in->store, SQL_OUTBOX_ADD);
    in->buffer.length = 0;
    if (!statement)
      return false;
    csup_status status = text_decision(&in->buffer, decision);
    if (status != CSUP_OK) {
      complain_of(program_name, status, "%s", csup_status_text(status));
      return false;
    }
    (void)sqlite3_bind_int64(statement, 1, of->id);
    (void)sqlite3_bind_int64(statement, 2, decision->seq);
    bind_text(statement, 3, in->buffer.bytes, in->buffer.length);
    if (!store_do(&in->store, statement))
      return false;
  }
  return true;
}

bool desk_keep_line(desk *in, live *of, csup_time at, const char *line, size_t length, const char *words) {
  if (of->settled < at || of->id == 0)
    of->settled = at;
  if (of->id == 0 && !desk_keep_case(in, of))
    return false;
  sqlite3_stmt *statement = store_use(&in->store, SQL_JOURNAL_ADD);
  if (!statement)
    return false;
  (void)sqlite3_bind_int64(statement, 1, of->id);
  (void)sqlite3_bind_int64(statement, 2, at);
  bind_text(statement, 3, line, length);
  bind_text(statement, 4, words, words ? strlen(words) : 0);
  return store_do(&in->store, statement) && desk_keep_decisions(in, of);
}

/* ---- folding ---- */

static bool pass_time(desk *in, csup_case *support_case, csup_time until, told tell, void *context) {
  csup_error error = {0};
  csup_decisions_clear(in->decisions);
  if (csup_case_advance(support_case, until, in->decisions, &error) != CSUP_OK) {
    complain(in->store.path, 0, &error);
    return false;
  }
  return !tell || csup_decisions_count(in->decisions) == 0 || tell(context, NULL, NULL, in->decisions);
}

static bool fold_line(desk *in, csup_case *support_case, sqlite3_stmt *row, told tell, void *context) {
  csup_error error = {0};
  const char *line = column_text(row, 0);
  size_t length = (size_t)sqlite3_column_bytes(row, 0);
  csup_decisions_clear(in->decisions);
  if (csup_case_apply_json(support_case, line, length, in->decisions, &error) != CSUP_OK) {
    complain_of(in->store.path, error.status, "the journal's line %.60s.. is refused now: %.120s", line, error.message);
    return false;
  }
  return !tell || tell(context, line, (const char *)sqlite3_column_text(row, 2), in->decisions);
}

found desk_fold(desk *in, int64_t id, csup_time until, told tell, void *context, csup_case **out) {
  sqlite3_stmt *row = store_use(&in->store, SQL_JOURNAL_OF);
  csup_case *support_case = NULL;
  if (!row || !desk_create(in, &support_case))
    return FAILED;
  (void)sqlite3_bind_int64(row, 1, id);
  (void)sqlite3_bind_int64(row, 2, until);
  size_t count = 0;
  found next = store_step(&in->store, row);
  for (; next == FOUND; next = store_step(&in->store, row), count++) {
    bool good = pass_time(in, support_case, sqlite3_column_int64(row, 1), tell, context) &&
                fold_line(in, support_case, row, tell, context);
    if (!good) {
      (void)sqlite3_reset(row);
      next = FAILED;
      break;
    }
  }
  if (next == NONE && !pass_time(in, support_case, until, tell, context))
    next = FAILED;
  if (next == FAILED || count == 0) {
    csup_case_free(support_case);
    return next;
  }
  *out = support_case;
  return FOUND;
}
