/* import: a journal, some thousand lines a transaction. What has been taken in stands in the same transaction, so that after a
   crash the next run goes on behind the last line kept. A journal is known by its first line, and by a digest of all that has
   been taken in that it is still the same. */
#include "helpdesk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_LINES 10000 /* a transaction; --batch says otherwise */
#define BATCH_BYTES ((size_t)8 << 20)
#define LIVE_MOST   20000 /* cases kept in memory from batch to batch */
#define DIGEST_SEED UINT64_C(14695981039346656037)

typedef struct mark {
  size_t start; /* in the batch's bytes */
  size_t length;
  size_t number;   /* in the file, from 1 */
  uint64_t digest; /* of all lines up to this one */
  bool ended;      /* by a newline */
} mark;

typedef struct batch {
  text bytes;
  mark *marks;
  size_t count;
  size_t most;
} batch;

typedef struct intake {
  desk desk;
  const char *path;
  lines from;
  bool at_end;
  bool is_cut_off; /* the last line */
  uint64_t digest;
  char first[20]; /* digest of the first line that is not blank; empty before it was read */
  cases cases;    /* in memory, and beside each: */
  struct beside {
    live live;
    bool is_dirty;
  } * beside;
  size_t beside_room;
  int64_t others; /* SQLite's number for what other connections have done */
  address to;
  text key;
  size_t refused_before;                 /* by the record */
  size_t refused_here;                   /* in this batch */
  size_t lines, events, refused, opened; /* of this run */
  size_t total;                          /* lines of the journal that are in, of all runs */
} intake;

/* ---- reading ---- */

static uint64_t digest_on(uint64_t digest, const char *bytes, size_t length) {
  for (size_t i = 0; i < length; i++)
    digest = (digest ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
  return (digest ^ '\n') * UINT64_C(1099511628211);
}

/* The next lines of the file. */
static void read_batch(intake *in, batch *out) {
  const char *line = NULL;
  size_t length = 0;
  out->count = 0;
  out->bytes.length = 0;
  if (!out->marks)
    out->marks = need_memory(NULL, out->most, sizeof *out->marks);
  while (out->count < out->most && out->bytes.length < BATCH_BYTES && !in->at_end) {
    if (!lines_next(&in->from, &line, &length)) {
      in->at_end = true;
      break;
    }
    in->digest = digest_on(in->digest, line, length);
    if (in->first[0] == '\0' && !is_blank(line, length))
      (void)snprintf(in->first, sizeof in->first, "%016" PRIx64, digest_on(DIGEST_SEED, line, length));
    out->marks[out->count++] = (mark){out->bytes.length, length, in->from.number, in->digest, in->from.ended};
    text_append(&out->bytes, line, length);
  }
}

/* ---- cases in memory ---- */

static void forget_cases(intake *in) {
  cases_free(&in->cases);
}

static struct beside *remember_case(intake *in, const live *one) {
  cases_add(&in->cases, in->to.id.bytes, in->to.id.length, one->support_case);
  if (in->cases.count > in->beside_room) {
    in->beside_room = in->cases.capacity;
    in->beside = need_memory(in->beside, in->beside_room, sizeof *in->beside);
  }
  in->beside[in->cases.count - 1] = (struct beside){.live = *one};
  return &in->beside[in->cases.count - 1];
}

/* The case that the line names: in memory, in the store, or a new one, which nobody remembers yet. */
static found find_case(intake *in, struct beside **known, live *fresh) {
  const entry *there = cases_find(&in->cases, in->to.id.bytes, in->to.id.length);
  if (there) {
    *known = &in->beside[there - in->cases.entries];
    return FOUND;
  }
  found stored = desk_find(&in->desk, in->to.id.bytes, in->to.id.length, fresh);
  if (stored == FOUND)
    *known = remember_case(in, fresh);
  return stored;
}

static bool keep_cases(intake *in) {
  for (size_t i = 0; i < in->cases.count; i++) {
    if (in->beside[i].is_dirty && !desk_keep_case(&in->desk, &in->beside[i].live))
      return false;
    in->beside[i].is_dirty = false;
  }
  return true;
}

/* ---- one line ---- */

/* How many events a sound line holds. */
static size_t count_events(const char *line, size_t length, text *key) {
  scan in = {.text = line, .length = length};
  size_t count = 0;
  (void)scan_take(&in, '{');
  for (bool first = true; scan_member(&in, first, key); first = false) {
    if (strcmp(key->bytes, "events") != 0) {
      (void)scan_skip(&in);
      continue;
    }
    (void)scan_take(&in, '[');
    while (!in.wrong && !scan_take(&in, ']')) {
      count++;
      (void)(scan_skip(&in) && scan_take(&in, ','));
    }
  }
  return count > 0 ? count : 1;
}

typedef enum outcome { KEPT, REFUSED, CUT_OFF, BROKEN } outcome;

static outcome refuse(intake *in, const mark *of, csup_error *error) {
  /* A last line without its newline may be one that is still being written: it is looked at again the next time. */
  bool is_cut_off = error->status == CSUP_E_SYNTAX && !of->ended;
  if (is_cut_off)
    (void)snprintf(error->message, sizeof error->message, "the last line is cut off; it is looked at again the next time");
  complain(file_name(in->path), of->number, error);
  if (error->status == CSUP_E_NOMEM)
    return BROKEN;
  in->is_cut_off = is_cut_off;
  in->refused_here += !is_cut_off;
  return is_cut_off ? CUT_OFF : REFUSED;
}

static outcome keep_line(intake *in, const mark *of, const char *line, struct beside *known, live *fresh) {
  csup_time at = 0;
  live *one = known ? &known->live : fresh;
  if (csup_time_parse(in->to.at.bytes, in->to.at.length, &at) != CSUP_OK)
    return BROKEN; /* the library took it */
  bool good = desk_keep_line(&in->desk, one, at, line, of->length, NULL);
  if (known)
    known->is_dirty = true;
  else
    in->opened += (size_t)(remember_case(in, fresh) != NULL);
  in->events += count_events(line, of->length, &in->key);
  return good ? KEPT : BROKEN;
}

static outcome take_line(intake *in, const mark *of, const char *line) {
  csup_error error = {0};
  struct beside *known = NULL;
  live fresh = {0};
  if (is_blank(line, of->length))
    return KEPT;
  bool sound = address_find(line, of->length, &in->key, &in->to);
  if (sound && in->to.has_id && find_case(in, &known, &fresh) == FAILED)
    return BROKEN;
  if (!known && !desk_create(&in->desk, &fresh.support_case))
    return BROKEN;
  csup_decisions_clear(in->desk.decisions);
  csup_status status =
      csup_case_apply_json(known ? known->live.support_case : fresh.support_case, line, of->length, in->desk.decisions, &error);
  if ((sound && !in->to.has_id && status != CSUP_E_SYNTAX) || (!sound && status == CSUP_OK)) {
    status = CSUP_E_ARGUMENT;
    error = (csup_error){.status = status, .message = "the line names no case: the member \"case\" is missing"};
  }
  if (status == CSUP_OK)
    return keep_line(in, of, line, known, &fresh);
  if (!known)
    csup_case_free(fresh.support_case);
  return refuse(in, of, &error);
}

/* ---- one transaction ---- */

/* How far the store says that this journal has come. False: it has complained. */
static bool read_record(intake *in, const batch *of, size_t *done) {
  sqlite3_stmt *row = store_use(&in->desk.store, SQL_IMPORT_FIND);
  *done = 0;
  if (!row || in->first[0] == '\0')
    return row != NULL;
  bind_text(row, 1, in->first, strlen(in->first));
  found there = store_step(&in->desk.store, row);
  if (there != FOUND)
    return there == NONE;
  *done = (size_t)sqlite3_column_int64(row, 0);
  in->refused_before = (size_t)sqlite3_column_int64(row, 2);
  const char *digest = column_text(row, 1);
  char own[20] = "";
  for (size_t i = 0; i < of->count; i++)
    if (of->marks[i].number == *done)
      (void)snprintf(own, sizeof own, "%016" PRIx64, of->marks[i].digest);
  bool is_same = own[0] == '\0' || strcmp(own, digest) == 0;
  if (!is_same)
    complain_of(file_name(in->path), CSUP_E_ARGUMENT,
                "its first %zu lines were imported before, and are not the same any more; nothing was imported", *done);
  (void)sqlite3_reset(row);
  return is_same;
}

static bool write_record(intake *in, const mark *last) {
  char digest[20];
  sqlite3_stmt *put = store_use(&in->desk.store, SQL_IMPORT_PUT);
  if (!put)
    return false;
  (void)snprintf(digest, sizeof digest, "%016" PRIx64, last->digest);
  bind_text(put, 1, in->first, strlen(in->first));
  bind_text(put, 2, file_name(in->path), strlen(file_name(in->path)));
  (void)sqlite3_bind_int64(put, 3, (int64_t)last->number);
  bind_text(put, 4, digest, strlen(digest));
  (void)sqlite3_bind_int64(put, 5, (int64_t)(in->refused_before + in->refused_here));
  return store_do(&in->desk.store, put);
}

/* What another process has done since the last batch may be to the cases that are in memory. */
static bool look_around(intake *in) {
  int64_t others = 0;
  if (!store_number(&in->desk.store, SQL_OTHERS, &others))
    return false;
  if (others != in->others || in->cases.count > LIVE_MOST)
    forget_cases(in);
  in->others = others;
  return true;
}

static bool take_batch(intake *in, const batch *of) {
  size_t done = 0;
  const mark *last = NULL;
  if (!store_begin_writing(&in->desk.store) || !look_around(in) || !read_record(in, of, &done))
    return false;
  in->refused_here = 0;
  for (size_t i = 0; i < of->count; i++) {
    const mark *line = &of->marks[i];
    if (line->number <= done)
      continue;
    outcome came = take_line(in, line, of->bytes.bytes + line->start);
    if (came == BROKEN)
      return false;
    if (came == CUT_OFF)
      break;
    in->lines++;
    last = line;
  }
  bool good = !last || write_record(in, last);
  in->refused += in->refused_here;
  in->total = last ? last->number : in->total < done ? done : in->total;
  return good && keep_cases(in) && store_commit(&in->desk.store);
}

/* ---- the whole ---- */

static bool take_all(intake *in, size_t most, bool as_json) {
  batch of = {.most = most};
  bool good = true;
  while (good && !in->at_end) {
    read_batch(in, &of);
    if (of.count == 0)
      break;
    good = take_batch(in, &of);
    if (good && as_json) /* what has been told is kept */
      printf("{\"lines\":%zu}\n", in->total);
    good = good && fflush(stdout) == 0;
    progress("lines imported", in->total, 0);
    if (good && !in->at_end)
      store_give_way();
  }
  progress_end();
  if (good && in->from.number < in->total) {
    complain_of(file_name(in->path), CSUP_E_ARGUMENT,
                "it ends at line %zu, and %zu lines were imported before; expected the same or more", in->from.number, in->total);
    good = false;
  }
  free(of.marks);
  text_free(&of.bytes);
  return good;
}

static void tell(const intake *in, double seconds, bool as_json) {
  double rate = seconds > 0 ? (double)in->events / seconds : 0;
  if (as_json)
    printf("{\"lines\":%zu,\"taken\":%zu,\"events\":%zu,\"cases\":%zu,\"refused\":%zu,\"seconds\":%.3f,\"events_per_second\":%."
           "0f}\n",
           in->total, in->lines, in->events, in->opened, in->refused, seconds, rate);
  else
    printf("%zu line%s, %zu event%s, %zu new case%s, %zu refused; %.2f s, %.0f events a second\n", in->lines, plural(in->lines),
           in->events, plural(in->events), in->opened, plural(in->opened), in->refused, seconds, rate);
}

int command_import(const arguments *given) {
  intake in = {.path = given->items[0], .digest = DIGEST_SEED};
  bool as_json = argument(given, "--json") != NULL;
  size_t most = 0;
  if (!argument_number(given, "--batch", BATCH_LINES, &most) || !lines_open(&in.from, in.path))
    return BAD;
  most = most > BATCH_LINES * 10 ? BATCH_LINES * 10 : most;
  bool good = desk_open(&in.desk, given, true);
  double start = seconds_now();
  good = good && take_all(&in, most, as_json);
  good = lines_close(&in.from) && good;
  if (good)
    tell(&in, seconds_now() - start, as_json);
  forget_cases(&in);
  free(in.beside);
  address_free(&in.to);
  text_free(&in.key);
  desk_close(&in.desk);
  return !good ? BAD : in.refused > 0 || in.is_cut_off ? FINDINGS : GOOD;
}
