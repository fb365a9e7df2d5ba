/* What the example programs share: words of the command line, bytes and lines of text, JSON as far as they look into it, columns
   for people, cases by name. It does no more than that: every rule of support is the library's business. */
#ifndef EXAMPLES_COMMON_H
#define EXAMPLES_COMMON_H

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
  FINDINGS = 1, /* a line or an event that was refused, or what a check has found */
  BAD = 2       /* bad usage, or input without which there is nothing to say */
};

/* Every program says who speaks. */
extern const char program_name[];

/* ---- arguments.c: the command line, taken apart ---- */

typedef struct option {
  const char *name;
  const char *value; /* what it is called in the usage; NULL for a flag */
} option;

typedef struct arguments arguments;

typedef struct command {
  const char *name;
  const char *items; /* what it takes, by name; those in brackets, the last ones, may be left out */
  const char *takes[12];
  int (*run)(const arguments *given);
  const char *summary;
} command;

typedef struct program {
  const char *summary;
  const char *notes; /* what the help says at its end */
  const option *options;
  size_t option_count;
  const command *commands;
  size_t command_count;
  const char *always[8]; /* options that every command takes */
} program;

struct arguments {
  const command *of;
  const char *items[6];
  size_t item_count;
  const option **options; /* as given */
  const char **values;    /* of each; "" for a flag */
  size_t option_count;
};

/* Chooses the command and runs it. Returns an exit status. */
int program_run(const program *of, int count, char **words);
/* A whole number of at least 1 that an option gives; `otherwise` when it is not given. False: it has complained. */
bool argument_number(const arguments *given, const char *name, size_t otherwise, size_t *out);
/* The value of an option, "" for a flag that was given; of one given twice the last. NULL: it was not given. */
const char *argument(const arguments *given, const char *name);

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
  bool ended;    /* the line given last had its newline */
  bool failed;   /* too long; it has complained */
} lines;

bool lines_open(lines *from, const char *path);
bool lines_next(lines *from, const char **line, size_t *length); /* the line without its newline; valid until the next call */
bool lines_close(lines *from);                                   /* false when reading failed: it has complained */

/* ---- scan.c: a pull reader for JSON, as much of it as the programs look into themselves ---- */

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

/* ---- address.c: what must be known of a journal's line before the library reads it ---- */

typedef struct address {
  text id;
  text at;
  bool has_id;
  bool has_at;
} address;

/* Stops as soon as both members are there: the library reads the whole line anyway. False: not an object, or malformed so far. */
bool address_find(const char *line, size_t length, text *key, address *out);
void address_free(address *from);
bool is_blank(const char *line, size_t length);

/* ---- policy.c ---- */

/* The text of the policy in a file, in standard input (`-`), or of the built-in one for the word `default` where no file has that
   name. False: it has complained. */
bool read_policy(const char *path, text *out);
/* The same, compiled. */
bool open_policy(const char *path, csup_policy **out);

/* An instant given on the command line. False: it has complained. */
bool read_instant(const char *option_name, const char *given, csup_time *out);

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

/* ---- json.c: what the library writes into a buffer, written behind a text ---- */

csup_status text_decision(text *out, const csup_decision *decision);
csup_status text_events(text *out, const csup_event *events, size_t count);
csup_status text_status(text *out, const csup_case *support_case, csup_time now);
csup_status text_vector(text *out, const csup_policy *policy, const csup_answer *answers, size_t count); /* in quotes */
/* Members of an object that has some already: each with a comma in front. */
void text_member(text *out, const char *name, const char *value);
void text_assessment(text *out, const csup_assessment *of);

/* ---- table.c: columns for people ---- */

typedef struct table {
  size_t columns;
  text *cells;
  size_t count;
  size_t capacity;
} table;

typedef enum tint { PLAIN, HEADING, PROUD, ALARMED } tint;

void table_cell(table *to, const char *string);
/* An instant as a clock on the wall shows it, to the minute; zone NULL for UTC. */
void table_instant(table *to, const csup_zone *zone, csup_time at);
/* "3 h 05 min left": `what` comes behind it. */
void table_duration(table *to, csup_duration time, const char *what);
void table_print(const table *from, FILE *file, tint (*paint)(size_t column, const char *string));
void table_free(table *from);

/* ---- clocks.c ---- */

/* Whether it has, or had, a target: others only count along. */
bool clock_counts(const csup_clock *clock);
/* Five cells: name, what it does, due, verdict, time used, left or late. */
void table_clock(table *to, const csup_zone *zone, const csup_clock *clock);

#endif
