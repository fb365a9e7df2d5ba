/* tick: wakes the cases that are due, by the index, some hundred a transaction so that others get their turn. */
#include "helpdesk.h"

#include <inttypes.h>
#include <stdlib.h>

#define BATCH 500 /* cases a transaction; --batch says otherwise */

typedef struct tally {
  size_t cases;
  size_t decisions;
} tally;

static bool wake(desk *in, int64_t id, csup_time now, tally *out) {
  live one;
  csup_error error = {0};
  if (desk_load(in, id, &one) != FOUND)
    return false;
  csup_decisions_clear(in->decisions);
  csup_status status = csup_case_advance(one.support_case, now, in->decisions, &error);
  if (status != CSUP_OK)
    complain(in->store.path, 0, &error);
  else if (next_wakeup(one.support_case) <= now) {
    complain_of(in->store.path, status = CSUP_E_CORRUPT, "row %" PRId64 " wants to be woken at an instant that is settled", id);
  }
  one.settled = one.settled < now ? now : one.settled;
  bool good = status == CSUP_OK && desk_keep_decisions(in, &one) && desk_keep_case(in, &one);
  out->cases++;
  out->decisions += csup_decisions_count(in->decisions);
  csup_case_free(one.support_case);
  return good;
}

/* FOUND: there may be more. */
static found wake_some(desk *in, csup_time now, int64_t *ids, size_t most, tally *out) {
  size_t count = 0;
  sqlite3_stmt *due = store_use(&in->store, SQL_CASES_DUE);
  found next = FAILED;
  if (due) {
    (void)sqlite3_bind_int64(due, 1, now);
    (void)sqlite3_bind_int64(due, 2, (int64_t)most);
    for (next = store_step(&in->store, due); next == FOUND; next = store_step(&in->store, due))
      ids[count++] = sqlite3_column_int64(due, 0);
  }
  for (size_t i = 0; next == NONE && i < count; i++)
    if (!wake(in, ids[i], now, out))
      next = FAILED;
  return next == NONE && count == most ? FOUND : next;
}

static bool report(desk *in, const arguments *given, const tally *batch) {
  int64_t wakeup = CSUP_TIME_NEVER;
  char at[40] = "";
  if (!store_number(&in->store, SQL_NEXT_WAKEUP, &wakeup))
    return false;
  bool is_never = wakeup == CSUP_TIME_NEVER;
  if (!is_never)
    (void)csup_time_format(wakeup, at, sizeof at, NULL);
  if (argument(given, "--json"))
    printf("{\"cases\":%zu,\"decisions\":%zu,\"next_wakeup\":%s%s%s}\n", batch->cases, batch->decisions, is_never ? "" : "\"",
           is_never ? "null" : at, is_never ? "" : "\"");
  else
    printf("%zu case%s woken, %zu decision%s; next wake-up %s\n", batch->cases, plural(batch->cases), batch->decisions,
           plural(batch->decisions), is_never ? "never" : at);
  return fflush(stdout) == 0;
}

int command_tick(const arguments *given) {
  desk in;
  csup_time now = 0;
  tally all = {0};
  bool as_json = argument(given, "--json") != NULL;
  size_t most = BATCH;
  bool good = desk_open(&in, given, false) && argument_number(given, "--batch", BATCH, &most) && desk_now(given, &now);
  most = most > BATCH * 1000 ? BATCH * 1000 : most;
  int64_t *ids = need_memory(NULL, most, sizeof *ids);
  for (found next = FOUND; good && next == FOUND;) {
    tally batch = {0};
    good = store_begin_writing(&in.store);
    next = good ? wake_some(&in, now, ids, most, &batch) : FAILED;
    good = next != FAILED && store_commit(&in.store);
    all.cases += good ? batch.cases : 0;
    all.decisions += good ? batch.decisions : 0;
    progress("cases woken", all.cases, 0);
    if (good && as_json) /* what has been told is kept */
      good = report(&in, given, &batch);
    if (good && next == FOUND)
      store_give_way();
  }
  progress_end();
  if (good && !as_json)
    good = report(&in, given, &all);
  free(ids);
  desk_close(&in);
  return good ? GOOD : BAD;
}
