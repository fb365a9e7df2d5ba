/* A small helpdesk on SQLite. The library says what support means; this program keeps what it is told: journal, snapshot, next
   wake-up, rank and decisions of a case go into the database in one transaction, or not at all. */
#ifndef HELPDESK_H
#define HELPDESK_H

#include "../common/common.h"
#include "sql.h"

#include <sqlite3.h>

/* ---- store.c: the file, its tables, transactions ---- */

typedef struct store {
  sqlite3 *db;
  const char *path;
  sqlite3_stmt *statements[SQL_COUNT]; /* prepared once, when first used */
  csup_policy *policy;                 /* that the file was created with */
} store;

/* Opens the file named by --db or HELPDESK_DB, and creates it under the policy asked for when `create` allows that. False: it has
   complained; close all the same. */
bool store_open(store *out, const arguments *given, bool create);
void store_close(store *from);

/* Within a transaction all that is read is of one instant. One that writes waits its turn first, so that what it reads is what
   it changes. */
bool store_begin_reading(store *in);
bool store_begin_writing(store *in);
bool store_commit(store *in);
void store_roll_back(store *in); /* when one is open */
void store_give_way(void);       /* between two that write: others wait, too */

/* A statement, ready to be given its parameters, from 1; NULL: it has complained. */
sqlite3_stmt *store_use(store *in, sql which);
/* Takes the next row, or does what is to be done. FAILED: it has complained. */
typedef enum found { FOUND, NONE, FAILED } found;
found store_step(store *in, sqlite3_stmt *statement);
/* The same where a row must be. */
bool store_row(store *in, sqlite3_stmt *statement);
/* One step of what gives no row. */
bool store_do(store *in, sqlite3_stmt *statement);
/* The one number that a statement without parameters gives; CSUP_TIME_NEVER for NULL. */
bool store_number(store *in, sql which, int64_t *out);
bool store_complain(store *in, int code); /* false */

/* Instants that are never are NULL in the tables. */
void bind_time(sqlite3_stmt *statement, int index, csup_time at);
csup_time column_time(sqlite3_stmt *statement, int column);
const char *column_text(sqlite3_stmt *statement, int column); /* "" for what a damaged file may hold instead */
void bind_text(sqlite3_stmt *statement, int index, const char *bytes, size_t length);

/* ---- desk.c: cases out of the store and into it ---- */

typedef struct desk {
  store store;
  csup_decisions *decisions; /* of the last call */
  text buffer;               /* for what is written next */
} desk;

typedef struct live {
  csup_case *support_case;
  int64_t id;        /* of its row; 0: it is not in the store yet */
  csup_time settled; /* the latest event or deciding tick */
} live;

/* False: it has complained. Close in any case. */
bool desk_open(desk *out, const arguments *given, bool create);
void desk_close(desk *from);

/* The instant given with --at, else the clock's. It is read within the transaction, so that who comes later is not earlier. */
bool desk_now(const arguments *given, csup_time *out);

/* A case by name, or by its row, which must be there. NONE: there is none of that name. FAILED: it has complained. The caller
 * frees the case. */
found desk_find(desk *in, const char *name, size_t length, live *out);
found desk_load(desk *in, int64_t id, live *out);
/* A case that nothing has happened to yet. */
bool desk_create(const desk *in, csup_case **out);

/* Keeps an accepted line and what was decided, and the case as it is now; adds the case when it is new. */
bool desk_keep_line(desk *in, live *of, csup_time at, const char *line, size_t length, const char *words);
bool desk_keep_decisions(desk *in, const live *of);
bool desk_keep_case(desk *in, live *of);

/* The case as its journal tells it, up to and including an instant. `told` sees each accepted line, with line NULL what time
   alone has decided, and the decisions; it may be NULL. FAILED: it has complained; NONE: it was not open yet. */
typedef bool (*told)(void *context, const char *line, const char *words, const csup_decisions *decisions);
found desk_fold(desk *in, int64_t id, csup_time until, told tell, void *context, csup_case **out);

csup_time next_wakeup(const csup_case *support_case);

/* ---- view.c: decisions and instants for people ---- */

/* What it is about, in a few words. */
void describe(text *out, const csup_decision *decision);
/* The decisions of the last call, as a table or as JSON Lines. */
void print_decisions(const csup_decisions *decisions, const arguments *given);
/* "s" for any number of things but one. */
const char *plural(size_t count);
/* The zone of --zone; NULL for UTC. False: it has complained. */
bool open_zone(const arguments *given, csup_zone **out);
tint no_paint(size_t column, const char *string);

/* ---- progress.c: how far long work has come, on stderr when it is a terminal ---- */

void progress(const char *what, size_t done, size_t of); /* `of` 0: nobody knows */
void progress_end(void);
double seconds_now(void); /* of a clock that only goes forward */

/* ---- the commands; each returns an exit status and has complained when it is not GOOD ---- */

int command_event(const arguments *given); /* event.c: all that say what happened */
int command_tick(const arguments *given);
int command_queue(const arguments *given);
int command_show(const arguments *given);
int command_outbox(const arguments *given);
int command_journal(const arguments *given);
int command_rebuild(const arguments *given);
int command_import(const arguments *given);

#endif
