#include "sql.h"

const char *const sql_steps[] = {
    /* 1: a case is a snapshot under two indexes, a journal of what happened, and an outbox of what was decided. */
    "CREATE TABLE policy (id INTEGER PRIMARY KEY CHECK (id = 1), fingerprint TEXT NOT NULL, document TEXT NOT NULL) STRICT;"
    "CREATE TABLE cases (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, rank INTEGER NOT NULL, wakeup INTEGER,"
    "  settled INTEGER NOT NULL, snapshot BLOB NOT NULL) STRICT;"
    "CREATE INDEX cases_by_wakeup ON cases (wakeup) WHERE wakeup IS NOT NULL;"
    "CREATE INDEX cases_by_rank ON cases (rank, name);"
    "CREATE INDEX cases_by_settled ON cases (settled);"
    "CREATE TABLE journal (id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL REFERENCES cases, at INTEGER NOT NULL,"
    "  line TEXT NOT NULL) STRICT;"
    "CREATE INDEX journal_by_case ON journal (case_id);"
    "CREATE TABLE outbox (id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL REFERENCES cases, seq INTEGER NOT NULL,"
    "  decision TEXT NOT NULL, UNIQUE (case_id, seq)) STRICT;",
    /* 2: the words behind an event, how far the outbox has been carried out, how far journals have been imported. */
    "ALTER TABLE journal ADD COLUMN words TEXT;"
    "CREATE TABLE done (id INTEGER PRIMARY KEY CHECK (id = 1), outbox_id INTEGER NOT NULL) STRICT;"
    "INSERT INTO done VALUES (1, 0);"
    "CREATE TABLE imports (first TEXT PRIMARY KEY, name TEXT NOT NULL, lines INTEGER NOT NULL, digest TEXT NOT NULL,"
    "  refused INTEGER NOT NULL) STRICT;",
};
const int sql_step_count = (int)(sizeof sql_steps / sizeof sql_steps[0]);

const char *const sql_connection =
    "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -65536;";

const char *const sql_version =
    "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema) FROM pragma_application_id, pragma_user_version";
const char *const sql_keep_a_log = "PRAGMA journal_mode = WAL";

const char *const sql_text[SQL_COUNT] = {
    [SQL_BEGIN_READ] = "BEGIN",
    [SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLL_BACK] = "ROLLBACK",
    [SQL_OTHERS] = "PRAGMA data_version", /* another number after another connection's commit */
    [SQL_POLICY] = "SELECT fingerprint, document FROM policy",
    [SQL_POLICY_PUT] = "INSERT INTO policy VALUES (1, ?, ?)",
    [SQL_CASE_FIND] = "SELECT id, settled, snapshot FROM cases WHERE name = ?",
    [SQL_CASE_AT] = "SELECT name, settled, snapshot, rank, wakeup FROM cases WHERE id = ?",
    [SQL_CASE_ADD] = "INSERT INTO cases (rank, wakeup, settled, snapshot, name) VALUES (?, ?, ?, ?, ?)",
    [SQL_CASE_PUT] = "UPDATE cases SET rank = ?, wakeup = ?, settled = ?, snapshot = ? WHERE id = ?",
    [SQL_CASE_EACH] = "SELECT id FROM cases WHERE id > ? ORDER BY id LIMIT 1",
    [SQL_CASE_COUNT] = "SELECT count(*) FROM cases",
    [SQL_CASE_GREATEST] = "SELECT coalesce(max(id), 0) FROM cases",
    [SQL_CASES_DUE] = "SELECT id FROM cases WHERE wakeup <= ? ORDER BY wakeup, id LIMIT ?",
    [SQL_NEXT_WAKEUP] = "SELECT min(wakeup) FROM cases WHERE wakeup IS NOT NULL",
    /* Cases as stored that say the same at the instant asked about: nothing due by then, nothing taken in behind it. */
    [SQL_QUEUE] = ("SELECT id, rank, name FROM cases WHERE rank < 9223372036854775807 AND settled <= ?1"
                   " AND (wakeup IS NULL OR wakeup > ?1) ORDER BY rank, name"),
    [SQL_UNSETTLED] = "SELECT id FROM cases WHERE wakeup <= ?1 UNION SELECT id FROM cases WHERE settled > ?1",
    [SQL_JOURNAL_ADD] = "INSERT INTO journal (case_id, at, line, words) VALUES (?, ?, ?, ?)",
    [SQL_JOURNAL_OF] = "SELECT line, at, words FROM journal WHERE case_id = ? AND at <= ? ORDER BY id",
    [SQL_JOURNAL_ALL] = "SELECT line FROM journal ORDER BY id",
    [SQL_OUTBOX_ADD] = "INSERT INTO outbox (case_id, seq, decision) VALUES (?, ?, ?)",
    [SQL_OUTBOX_OF] = "SELECT seq, decision FROM outbox WHERE case_id = ? ORDER BY seq",
    [SQL_OUTBOX_PUT] = ("INSERT INTO outbox (case_id, seq, decision) VALUES (?, ?, ?)"
                        " ON CONFLICT (case_id, seq) DO UPDATE SET decision = excluded.decision"),
    [SQL_OUTBOX_DROP] = "DELETE FROM outbox WHERE case_id = ? AND seq > ?",
    [SQL_OUTBOX_NEW] = "SELECT id, decision FROM outbox WHERE id > ? ORDER BY id LIMIT ?",
    [SQL_OUTBOX_LAST] = "SELECT coalesce(max(id), 0) FROM outbox",
    [SQL_DONE_GET] = "SELECT outbox_id FROM done",
    [SQL_DONE_PUT] = "UPDATE done SET outbox_id = ?",
    [SQL_IMPORT_FIND] = "SELECT lines, digest, refused FROM imports WHERE first = ?",
    [SQL_IMPORT_PUT] = ("INSERT INTO imports (first, name, lines, digest, refused) VALUES (?, ?, ?, ?, ?) ON CONFLICT (first)"
                        " DO UPDATE SET name = excluded.name, lines = excluded.lines, digest = excluded.digest,"
                        " refused = excluded.refused"),
    [SQL_CHECK] = "PRAGMA integrity_check",
    [SQL_CHECK_KEYS] = "PRAGMA foreign_key_check",
};
