/* csup, libcsupport on the command line. One command a file; what they share is declared here and does no more than files, text
   and tables: every rule of support is the library's business. */
#ifndef CSUP_PROGRAM_H
#define CSUP_PROGRAM_H

#include <csupport.h>

#include <stdbool.h>
#include <stdio.h>

#if defined(__GNUC__)
#define PRINTF(at, first) __attribute__((format(printf, at, first)))
#else
#define PRINTF(at, first)
#endif

/* Exit statuses. */
enum {
  GOOD = 0,
  FINDINGS = 1, /* a line that was refused, or what `check` has found */
  BAD = 2       /* bad usage, or input without which there is nothing to say */
};

/* ---- main.c: the command line, taken apart ---- */

typedef struct arguments {
  const char *items[4];
  const char *until;
  const char *at;
  const char *case_id;
  const char *format;
  const char *zone;
  bool table;
} arguments;

/* Each returns an exit status and has complained when it is not GOOD. */
int command_replay(const arguments *given);
int command_status(const arguments *given);
int command_due(const arguments *given);
int command_check(const arguments *given);
int command_score(const arguments *given);
int command_graph(const arguments *given);

/* ---- complain.c: one line on stderr for each error ---- */

/* `place` is a file's name, an option or whatever the error's line and column count in. `line` is that of the text within the
   file, from 1; 0 when the text is the whole file. */
void complain(const char *place, size_t line, const csup_error *error);
void complain_of(const char *place, csup_status status, const char *format, ...) PRINTF(3, 4);

/* ---- text.c: bytes in, bytes out ---- */

typedef struct text {
  char *bytes;
  size_t length;
  size_t capacity;
} text;

/* Memory, or the end of the program with a word about it. */
void *need_memory(void *block, size_t count, size_t size);
void text_reserve(text *out, size_t more);
void text_append(text *out, const char *bytes, size_t length);
void text_add(text *out, const char *string);
void text_print(text *out, const char *format, ...) PRINTF(2, 3);
void text_json(text *out, const char *string); /* in quotes; null for NULL */
void text_free(text *out);

/* The whole file, `-` for standard input. False: it has complained. */
bool read_file(const char *path, text *out);
/* How a file is called in complaints. */
const char *file_name(const char *path);

/* A file line by line, with no more of it in memory than the longest line. */
typedef struct lines {
  FILE *file;
  const char *path;
  text buffer;
  size_t start;  /* of what has not been given out */
  size_t number; /* of the line given last, from 1 */
  bool failed;   /* too long; it has complained */
} lines;

bool lines_open(lines *from, const char *path);
bool lines_next(lines *from, const char **line, size_t *length); /* the line without its newline; valid until the next call */
bool lines_close(lines *from);                                   /* false when reading failed: it has complained */

/* ---- scan.c: a pull reader for JSON, as much of it as the program looks into itself ---- */

typedef struct scan {
  const char *text;
  size_t length;
  size_t at;
  const char *wrong; /* what is wrong with the text at `at`; NULL as long as nothing is */
} scan;

char scan_peek(scan *in);              /* the first character of the next token; 0 at the end */
bool scan_take(scan *in, char token);  /* takes the token when it is the next one */
bool scan_string(scan *in, text *out); /* a string without its escapes, NUL-terminated; out may be NULL */
bool scan_integer(scan *in, int64_t *out);
bool scan_word(scan *in, const char *word); /* true, false, null */
bool scan_skip(scan *in);                   /* any value */
/* Walks an object: after its '{' was taken with `first` true, then false. False: its end, or something is wrong. */
bool scan_member(scan *in, bool first, text *key);
/* Line and column of a byte, from 1. */
void scan_place(const scan *in, size_t at, csup_error *error);

/* ---- policy.c ---- */

/* The policy in a file, in standard input (`-`), or the built-in one for the word `default` where no file has that name. False:
   it has complained. */
bool open_policy(const char *path, csup_policy **out);

/* An instant given on the command line. False: it has complained. */
bool read_instant(const char *option, const char *given, csup_time *out);

/* ---- cases.c: cases by name, in order of first appearance ---- */

typedef struct entry {
  csup_case *support_case;
  char *id;
  size_t length;
  uint64_t hash;
} entry;

typedef struct cases {
  entry *entries;
  size_t count;
  size_t capacity;
  size_t *slots; /* index + 1 into entries; 0 is free */
  size_t slot_count;
} cases;

entry *cases_find(const cases *in, const char *id, size_t length); /* NULL when there is none; valid until the next add */
void cases_add(cases *to, const char *id, size_t length, csup_case *support_case);
void cases_free(cases *all);

/* ---- journal.c: JSON Lines routed to their cases ---- */

typedef struct journal {
  const char *path;
  csup_policy *policy;
  csup_time until; /* later events are passed over; CSUP_TIME_NEVER for none */
  csup_time last;  /* the latest instant of an accepted line; CSUP_TIME_NEVER when there is none */
  cases cases;
  csup_decisions *decisions;
  size_t refused; /* lines */
  /* Called with what a line, or the end, has decided for a case; may be NULL. */
  void (*decided)(void *context, const char *case_id, const csup_decisions *decisions);
  void *context;
} journal;

/* Reads policy and events, then lets every case, in order of first appearance, come to the instant asked for: `until`, else the
   last one accepted, which is left in `until`. Returns an exit status; after BAD there is nothing to show. */
int journal_run(journal *out, const char *policy, const char *events);
void journal_free(journal *from);

/* ---- table.c: columns for people ---- */

typedef struct table {
  size_t columns;
  text *cells;
  size_t count;
  size_t capacity;
} table;

typedef enum tint { PLAIN, HEADING, PROUD, ALARMED } tint;

void table_cell(table *to, const char *string);
void table_print(const table *from, FILE *file, tint (*paint)(size_t column, const char *string));
void table_free(table *from);

#endif
