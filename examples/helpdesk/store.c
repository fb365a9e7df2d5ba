/* The file: opened, checked, created, brought up to date; then statements and transactions over it. */
#define _POSIX_C_SOURCE 200809L /* nanosleep */
#include "helpdesk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BUSY_MS 5000
#define WAY_MS  3 /* longer than a waiting process sleeps */

bool store_complain(store *in, int code) {
  const char *said = in->db ? sqlite3_errmsg(in->db) : sqlite3_errstr(code);
  switch (code & 0xFF) {
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    complain_of(in->path, CSUP_E_IO, "another process has kept the database for %d seconds; nothing was changed, try again",
                BUSY_MS / 1000);
    break;
  case SQLITE_FULL:
    complain_of(in->path, CSUP_E_IO, "no room is left (%s); the database is as it was before", said);
    break;
  case SQLITE_IOERR:
    complain_of(in->path, CSUP_E_IO, "the file system failed (%s, %d); the database is as it was before", said,
                sqlite3_extended_errcode(in->db));
    break;
  case SQLITE_CANTOPEN:
  case SQLITE_READONLY:
  case SQLITE_PERM:
  case SQLITE_AUTH:
    complain_of(in->path, CSUP_E_IO, "%s; expected a file that can be read and written, in a folder that can be written", said);
    break;
  case SQLITE_NOTADB:
    complain_of(in->path, CSUP_E_CORRUPT, "this is no SQLite database; expected one that helpdesk has created");
    break;
  case SQLITE_CORRUPT:
    complain_of(in->path, CSUP_E_CORRUPT, "the database is damaged (%s); restore it, or import its journal into another", said);
    break;
  case SQLITE_NOMEM:
    complain_of(in->path, CSUP_E_NOMEM, "out of memory");
    break;
  default:
    complain_of(in->path, CSUP_E_CORRUPT, "the database does not hold what helpdesk expects (%s)", said);
  }
  return false;
}

/* ---- statements ---- */

sqlite3_stmt *store_use(store *in, sql which) {
  sqlite3_stmt **statement = &in->statements[which];
  if (*statement) {
    (void)sqlite3_reset(*statement); /* says again what the last step said */
    return *statement;
  }
  int code = sqlite3_prepare_v3(in->db, sql_text[which], -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
  if (code != SQLITE_OK)
    (void)store_complain(in, code);
  return *statement;
}

found store_step(store *in, sqlite3_stmt *statement) {
  int code = sqlite3_step(statement);
  if (code == SQLITE_ROW)
    return FOUND;
  if (code != SQLITE_DONE)
    (void)store_complain(in, code);
  (void)sqlite3_reset(statement); /* an open reader would keep the log from being folded in */
  return code == SQLITE_DONE ? NONE : FAILED;
}

bool store_row(store *in, sqlite3_stmt *statement) {
  found row = statement ? store_step(in, statement) : FAILED;
  if (row == NONE)
    complain_of(in->path, CSUP_E_CORRUPT, "a row is missing that must be there; \"rebuild\" says what else is wrong");
  return row == FOUND;
}

bool store_do(store *in, sqlite3_stmt *statement) {
  return statement && store_step(in, statement) != FAILED;
}

bool store_number(store *in, sql which, int64_t *out) {
  sqlite3_stmt *statement = store_use(in, which);
  if (!store_row(in, statement))
    return false;
  *out = column_time(statement, 0);
  (void)sqlite3_reset(statement);
  return true;
}

void bind_time(sqlite3_stmt *statement, int index, csup_time at) {
  if (at == CSUP_TIME_NEVER)
    (void)sqlite3_bind_null(statement, index);
  else
    (void)sqlite3_bind_int64(statement, index, at);
}

csup_time column_time(sqlite3_stmt *statement, int column) {
  return sqlite3_column_type(statement, column) == SQLITE_NULL ? CSUP_TIME_NEVER : sqlite3_column_int64(statement, column);
}

const char *column_text(sqlite3_stmt *statement, int column) {
  const unsigned char *bytes = sqlite3_column_text(statement, column);
  return bytes ? (const char *)bytes : "";
}

void bind_text(sqlite3_stmt *statement, int index, const char *bytes, size_t length) {
  if (bytes)
    (void)sqlite3_bind_text64(statement, index, bytes, length, SQLITE_STATIC, SQLITE_UTF8);
  else
    (void)sqlite3_bind_null(statement, index);
}

/* ---- transactions ---- */

static void sleep_ms(long milliseconds) {
  const struct timespec pause = {.tv_nsec = milliseconds * 1000000};
  (void)nanosleep(&pause, NULL);
}

/* Whoever waits looks every millisecond: SQLite's own pauses grow longer than the gap that a busy writer leaves. */
static int wait_for_turn(void *context, int tried) {
  (void)context;
  sleep_ms(1);
  return tried < BUSY_MS;
}

void store_give_way(void) {
  sleep_ms(WAY_MS);
}

bool store_begin_reading(store *in) {
  return store_do(in, store_use(in, SQL_BEGIN_READ));
}

bool store_begin_writing(store *in) {
  return store_do(in, store_use(in, SQL_BEGIN_WRITE));
}

bool store_commit(store *in) {
  return store_do(in, store_use(in, SQL_COMMIT));
}

void store_roll_back(store *in) {
  if (in->db && !sqlite3_get_autocommit(in->db))
    (void)store_do(in, store_use(in, SQL_ROLL_BACK));
}

/* ---- opening ---- */

static bool run(store *in, const char *statements) {
  int code = sqlite3_exec(in->db, statements, NULL, NULL, NULL);
  return code == SQLITE_OK || store_complain(in, code);
}

/* Version of a file that is ours, 0 for one that is empty. False: it is somebody else's, or of a later program. The three are
   read at once, for somebody may be creating it; and not by a statement that is kept, for it may not be ours. */
static bool read_version(store *in, int64_t *version) {
  sqlite3_stmt *statement = NULL;
  int64_t application = 0;
  int64_t tables = 0;
  int code = sqlite3_prepare_v2(in->db, sql_version, -1, &statement, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    application = sqlite3_column_int64(statement, 0);
    *version = sqlite3_column_int64(statement, 1);
    tables = sqlite3_column_int64(statement, 2);
  } else {
    (void)store_complain(in, code);
  }
  (void)sqlite3_finalize(statement);
  if (code != SQLITE_ROW)
    return false;
  if (application == 0 && *version == 0 && tables == 0)
    return true;
  if (application != APPLICATION_ID || *version < 1) {
    complain_of(in->path, CSUP_E_CORRUPT, "this database is another program's (application id %" PRId64 "); expected helpdesk's",
                application);
    return false;
  }
  if (*version > sql_step_count) {
    complain_of(in->path, CSUP_E_VERSION, "the database has version %" PRId64 "; this helpdesk knows versions up to %d", *version,
                sql_step_count);
    return false;
  }
  return true;
}

/* Two that begin at once may be told at once that the file is busy: waiting cannot help whoever holds a lock already. */
static bool keep_a_log(store *in) {
  for (int waited = 0;; waited += 10) {
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(in->db, sql_keep_a_log, -1, &statement, NULL);
    if (code == SQLITE_OK)
      code = sqlite3_step(statement);
    bool is_wal = code == SQLITE_ROW && strcmp(column_text(statement, 0), "wal") == 0;
    (void)sqlite3_finalize(statement);
    if (is_wal)
      return true;
    if (code == SQLITE_ROW) {
      complain_of(in->path, CSUP_E_IO, "this file system cannot keep a write-ahead log; expected a local disk");
      return false;
    }
    if ((code & 0xFF) != SQLITE_BUSY || waited >= BUSY_MS)
      return store_complain(in, code);
    sleep_ms(10);
  }
}

static bool put_policy(store *in, const text *document, uint64_t fingerprint) {
  char number[24];
  sqlite3_stmt *statement = store_use(in, SQL_POLICY_PUT);
  if (!statement)
    return false;
  (void)snprintf(number, sizeof number, "%016" PRIx64, fingerprint);
  bind_text(statement, 1, number, strlen(number));
  bind_text(statement, 2, document->bytes, document->length);
  return store_do(in, statement);
}

/* The policy of --policy, read before the file is touched. */
typedef struct asked {
  const char *path; /* NULL: the built-in one, when one is needed */
  text document;
  csup_policy *policy;
} asked;

static bool read_asked(asked *out, bool create) {
  csup_error error = {0};
  if (!out->path && !create)
    return true;
  if (!out->path)
    text_add(&out->document, csup_policy_default());
  else if (!read_policy(out->path, &out->document))
    return false;
  csup_status status = csup_policy_parse(out->document.bytes, out->document.length, NULL, &out->policy, &error);
  if (status != CSUP_OK)
    complain(out->path ? file_name(out->path) : program_name, 0, &error);
  return status == CSUP_OK;
}

/* The steps that the file has not been through. An empty one gets the policy, too. */
static bool bring_up_to_date(store *in, const asked *policy) {
  int64_t version = 0;
  char pragmas[96];
  /* Somebody may have been faster: the version is read once more. */
  bool good = store_begin_writing(in) && read_version(in, &version);
  bool is_new = version == 0;
  for (int64_t step = version; good && step < sql_step_count; step++)
    good = run(in, sql_steps[step]);
  good = good && (!is_new || put_policy(in, &policy->document, csup_policy_fingerprint(policy->policy)));
  (void)snprintf(pragmas, sizeof pragmas, SQL_SET_VERSION, APPLICATION_ID, sql_step_count);
  good = good && run(in, pragmas) && store_commit(in);
  store_roll_back(in);
  return good;
}

static bool get_policy(store *in) {
  sqlite3_stmt *statement = store_use(in, SQL_POLICY);
  found row = statement ? store_step(in, statement) : FAILED;
  if (row == NONE)
    complain_of(in->path, CSUP_E_CORRUPT, "the database has no policy; expected the one that it was created with");
  if (row != FOUND)
    return false;
  csup_error error = {0};
  char number[24];
  const char *bytes = column_text(statement, 1);
  csup_status status = csup_policy_parse(bytes, (size_t)sqlite3_column_bytes(statement, 1), NULL, &in->policy, &error);
  if (status != CSUP_OK) {
    complain(in->path, 0, &error);
  } else {
    (void)snprintf(number, sizeof number, "%016" PRIx64, csup_policy_fingerprint(in->policy));
    const char *stored = column_text(statement, 0);
    if (strcmp(number, stored) != 0) {
      complain_of(in->path, CSUP_E_POLICY, "its policy has the fingerprint %s, and was stored with %.20s", number, stored);
      status = CSUP_E_POLICY;
    }
  }
  (void)sqlite3_reset(statement);
  return status == CSUP_OK;
}

/* A case lives under one policy, and so does a database. */
static bool is_same_policy(store *in, const asked *policy) {
  uint64_t wanted = csup_policy_fingerprint(policy->policy), own = csup_policy_fingerprint(in->policy);
  if (wanted != own)
    complain_of(in->path, CSUP_E_POLICY,
                "it was created under another policy (%016" PRIx64 ") than %.80s (%016" PRIx64 "); expected the same", own,
                file_name(policy->path), wanted);
  return wanted == own;
}

static bool limit_pages(store *in, size_t pages) {
  char statement[64];
  (void)snprintf(statement, sizeof statement, SQL_SET_MOST, pages);
  return run(in, statement);
}

static bool open_file(store *out, const asked *policy, size_t most, bool create) {
  int64_t version = 0;
  int code =
      sqlite3_open_v2(out->path, &out->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0), NULL);
  if (code == SQLITE_CANTOPEN && !create) {
    complain_of(out->path, CSUP_E_IO, "there is no database that can be opened; \"open\" and \"import\" create one");
    return false;
  }
  if (code != SQLITE_OK)
    return store_complain(out, code);
  (void)sqlite3_extended_result_codes(out->db, 1);
  (void)sqlite3_busy_handler(out->db, wait_for_turn, NULL);
  if (!read_version(out, &version))
    return false;
  if (version == 0 && !create) {
    complain_of(out->path, CSUP_E_CORRUPT, "the database is empty; \"open\" and \"import\" fill it");
    return false;
  }
  return keep_a_log(out) && run(out, sql_connection) && (most == SIZE_MAX || limit_pages(out, most)) &&
         (version == sql_step_count || bring_up_to_date(out, policy)) && get_policy(out) &&
         (!policy->path || is_same_policy(out, policy));
}

bool store_open(store *out, const arguments *given, bool create) {
  const char *path = argument(given, "--db");
  asked policy = {.path = argument(given, "--policy")};
  *out = (store){.path = path ? path : getenv("HELPDESK_DB")};
  if (!out->path || out->path[0] == '\0')
    out->path = "helpdesk.db";
  size_t most = 0;
  bool good = argument_number(given, "--max-pages", SIZE_MAX, &most) && read_asked(&policy, create) &&
              open_file(out, &policy, most, create);
  csup_policy_release(policy.policy);
  text_free(&policy.document);
  return good;
}

void store_close(store *from) {
  store_roll_back(from);
  for (int i = 0; i < SQL_COUNT; i++)
    (void)sqlite3_finalize(from->statements[i]);
  (void)sqlite3_close(from->db);
  csup_policy_release(from->policy);
  *from = (store){0};
}
