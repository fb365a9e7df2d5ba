/* All SQL of the program: the tables with their history, and what is asked of them. */
#ifndef HELPDESK_SQL_H
#define HELPDESK_SQL_H

#include <stddef.h>

/* "CSUP": says in the file's header whose it is. */
#define APPLICATION_ID 0x43535550

/* How the tables came about, step by step: `user_version` counts the steps that a file has been through. */
extern const char *const sql_steps[];
extern const int sql_step_count;

/* What every connection says first. */
extern const char *const sql_connection;

/* Before it is known whose the file is: its application_id, user_version and number of tables, read at one instant. */
extern const char *const sql_version;
extern const char *const sql_keep_a_log;
/* With a number in place. */
#define SQL_SET_VERSION "PRAGMA application_id = %d; PRAGMA user_version = %d"
#define SQL_SET_MOST    "PRAGMA max_page_count = %zu"

typedef enum sql {
  SQL_BEGIN_READ,
  SQL_BEGIN_WRITE,
  SQL_COMMIT,
  SQL_ROLL_BACK,
  SQL_OTHERS,
  SQL_POLICY,
  SQL_POLICY_PUT,
  SQL_CASE_FIND,
  SQL_CASE_AT,
  SQL_CASE_ADD,
  SQL_CASE_PUT,
  SQL_CASE_EACH,
  SQL_CASE_COUNT,
  SQL_CASE_GREATEST,
  SQL_CASES_DUE,
  SQL_NEXT_WAKEUP,
  SQL_QUEUE,
  SQL_UNSETTLED,
  SQL_JOURNAL_ADD,
  SQL_JOURNAL_OF,
  SQL_JOURNAL_ALL,
  SQL_OUTBOX_ADD,
  SQL_OUTBOX_OF,
  SQL_OUTBOX_PUT,
  SQL_OUTBOX_DROP,
  SQL_OUTBOX_NEW,
  SQL_OUTBOX_LAST,
  SQL_DONE_GET,
  SQL_DONE_PUT,
  SQL_IMPORT_FIND,
  SQL_IMPORT_PUT,
  SQL_CHECK,
  SQL_CHECK_KEYS,
  SQL_COUNT
} sql;

extern const char *const sql_text[SQL_COUNT];

#endif
