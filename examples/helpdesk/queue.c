/* queue: cases by rank as of an instant. What the tables say holds for most; a case in which something is due by then, or which
   has come further since, is brought to that instant in memory, and nothing is stored. */
#include "helpdesk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct place {
  int64_t rank;
  csup_case *support_case;
  const char *name; /* of the case */
} place;

typedef struct queue {
  desk desk;
  csup_time now;
  place *moved; /* brought to `now` here, sorted */
  size_t count;
  table rows;
  const csup_zone *zone;
  text line;
  bool as_json;
} queue;

static int by_rank(const void *a, const void *b) {
  const place *one = a, *other = b;
  if (one->rank != other->rank)
    return one->rank < other->rank ? -1 : 1;
  return strcmp(one->name, other->name);
}

/* ---- one line ---- */

/* The clock that is due next, of those that run; NULL when none does. */
static const csup_clock *nearest(const csup_case *support_case, csup_time now, csup_clock *out) {
  csup_clock clock;
  bool found_one = false;
  for (size_t i = 0; i < csup_case_clock_count(support_case); i++) {
    if (csup_case_clock_at(support_case, i, now, &clock) != CSUP_OK || clock.status != CSUP_CLOCK_RUNNING ||
        clock.due == CSUP_TIME_NEVER || (found_one && out->due <= clock.due))
      continue;
    *out = clock;
    found_one = true;
  }
  return found_one ? out : NULL;
}

static void put_row(queue *to, const csup_case *support_case) {
  csup_case_view view;
  csup_clock clock;
  if (csup_case_read(support_case, &view) != CSUP_OK)
    return;
  const csup_clock *next = nearest(support_case, to->now, &clock);
  table_cell(&to->rows, view.case_id);
  table_cell(&to->rows, view.priority);
  table_cell(&to->rows, view.state);
  table_cell(&to->rows, view.agent ? view.agent : view.team);
  table_cell(&to->rows, next ? next->name : NULL);
  table_instant(&to->rows, to->zone, next ? next->due : CSUP_TIME_NEVER);
  if (!next)
    table_cell(&to->rows, NULL);
  else if (next->verdict == CSUP_VERDICT_BREACHED)
    table_duration(&to->rows, next->overrun, "late");
  else
    table_duration(&to->rows, next->remaining, "left");
  table_cell(&to->rows, !next ? "" : next->verdict == CSUP_VERDICT_BREACHED ? "LATE" : next->percent >= 75 ? "at risk" : "");
}

static bool put_case(queue *to, const csup_case *support_case) {
  if (!to->as_json) {
    put_row(to, support_case);
    return true;
  }
  to->line.length = 0;
  csup_status status = text_status(&to->line, support_case, to->now);
  if (status != CSUP_OK)
    complain_of(program_name, status, "%s", csup_status_text(status));
  else
    puts(to->line.bytes);
  return status == CSUP_OK;
}

/* ---- who stands where ---- */

/* Brings a case to the instant. What is not open then, or closed, has no place. */
static bool move_case(queue *to, int64_t id) {
  live one;
  csup_error error = {0};
  found there = desk_load(&to->desk, id, &one);
  if (there == FOUND && one.settled > to->now) {
    csup_case_free(one.support_case);
    there = desk_fold(&to->desk, id, to->now, NULL, NULL, &one.support_case);
  } else if (there == FOUND) {
    csup_decisions_clear(to->desk.decisions);
    if (csup_case_advance(one.support_case, to->now, to->desk.decisions, &error) != CSUP_OK) {
      complain(to->desk.store.path, 0, &error);
      csup_case_free(one.support_case);
      return false;
    }
  }
  if (there != FOUND)
    return there == NONE;
  csup_case_view view;
  place found_place = {.rank = csup_case_rank(one.support_case), .support_case = one.support_case};
  if (found_place.rank == INT64_MAX || csup_case_read(one.support_case, &view) != CSUP_OK) {
    csup_case_free(one.support_case);
    return true;
  }
  found_place.name = view.case_id;
  if ((to->count & (to->count + 1)) == 0) /* doubles at 0, 1, 3, 7 ... */
    to->moved = need_memory(to->moved, to->count * 2 + 1, sizeof *to->moved);
  to->moved[to->count++] = found_place;
  return true;
}

static bool move_cases(queue *to) {
  int64_t *ids = NULL;
  size_t count = 0;
  sqlite3_stmt *unsettled = store_use(&to->desk.store, SQL_UNSETTLED);
  if (!unsettled)
    return false;
  (void)sqlite3_bind_int64(unsettled, 1, to->now);
  found next = store_step(&to->desk.store, unsettled);
  for (; next == FOUND; next = store_step(&to->desk.store, unsettled)) {
    if ((count & (count + 1)) == 0)
      ids = need_memory(ids, count * 2 + 1, sizeof *ids);
    ids[count++] = sqlite3_column_int64(unsettled, 0);
  }
  bool good = next == NONE;
  for (size_t i = 0; good && i < count; i++) {
    good = move_case(to, ids[i]);
    progress("cases brought to that instant", i, count);
  }
  progress_end();
  free(ids);
  if (to->count > 0)
    qsort(to->moved, to->count, sizeof *to->moved, by_rank);
  return good;
}

/* Both in order: those brought here and those that stand in the table. */
static bool merge(queue *to, size_t limit) {
  sqlite3_stmt *row = store_use(&to->desk.store, SQL_QUEUE);
  if (!row)
    return false;
  (void)sqlite3_bind_int64(row, 1, to->now);
  found next = store_step(&to->desk.store, row);
  bool good = next != FAILED;
  size_t moved = 0;
  for (size_t shown = 0; good && shown < limit && (moved < to->count || next == FOUND); shown++) {
    place stored = {.rank = 0};
    if (next == FOUND)
      stored = (place){.rank = sqlite3_column_int64(row, 1), .name = column_text(row, 2)};
    if (next != FOUND || (moved < to->count && by_rank(&to->moved[moved], &stored) < 0)) {
      good = put_case(to, to->moved[moved++].support_case);
      continue;
    }
    live one;
    good = desk_load(&to->desk, sqlite3_column_int64(row, 0), &one) == FOUND && put_case(to, one.support_case);
    csup_case_free(one.support_case);
    next = store_step(&to->desk.store, row);
    good = good && next != FAILED;
  }
  (void)sqlite3_reset(row);
  return good;
}

static tint paint(size_t column, const char *string) {
  return column == 7 && strcmp(string, "LATE") == 0 ? ALARMED : column == 7 && string[0] != '\0' ? HEADING : PLAIN;
}

static void put_heads(queue *to) {
  static const char *const heads[] = {"CASE", "PRIORITY", "STATE", "WHO", "CLOCK", "DUE", "TIME", "RISK"};
  to->rows.columns = sizeof heads / sizeof heads[0];
  for (size_t i = 0; i < to->rows.columns; i++)
    table_cell(&to->rows, heads[i]);
}

int command_queue(const arguments *given) {
  queue to = {.as_json = argument(given, "--json") != NULL};
  csup_zone *zone = NULL;
  size_t limit = 0;
  bool good = open_zone(given, &zone) && argument_number(given, "--limit", SIZE_MAX, &limit) &&
              desk_open(&to.desk, given, false) && store_begin_reading(&to.desk.store) && desk_now(given, &to.now);
  to.zone = zone;
  put_heads(&to);
  good = good && move_cases(&to) && merge(&to, limit);
  if (good && !to.as_json)
    table_print(&to.rows, stdout, paint);
  for (size_t i = 0; i < to.count; i++)
    csup_case_free(to.moved[i].support_case);
  free(to.moved);
  table_free(&to.rows);
  text_free(&to.line);
  csup_zone_free(zone);
  desk_close(&to.desk);
  return good ? GOOD : BAD;
}
