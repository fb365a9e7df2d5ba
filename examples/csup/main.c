#include "csup.h"

#include <stddef.h>
#include <string.h>

typedef struct option {
  const char *name;
  size_t place;      /* of its member in arguments */
  const char *value; /* what it is called in the usage; NULL for a flag */
} option;

static const option options[] = {
    {"--until", offsetof(arguments, until), "INSTANT"}, {"--at", offsetof(arguments, at), "INSTANT"},
    {"--case", offsetof(arguments, case_id), "ID"},     {"--format", offsetof(arguments, format), "dot|mermaid"},
    {"--zone", offsetof(arguments, zone), "ZONE"},      {"--table", offsetof(arguments, table), NULL},
};
enum { OPTION_COUNT = sizeof options / sizeof options[0] };

typedef struct command {
  const char *name;
  const char *items; /* what it takes, by name */
  size_t item_count;
  const char *takes[5]; /* options */
  int (*run)(const arguments *given);
  const char *summary;
} command;

static const command commands[] = {
    {"replay", "POLICY EVENTS", 2, {"--until", "--case"}, command_replay, "what was decided, as JSON Lines"},
    {"status",
     "POLICY EVENTS",
     2,
     {"--at", "--case", "--table", "--zone"},
     command_status,
     "where each case stands: a JSON object a case, or a table"},
    {"due", "POLICY CALENDAR INSTANT DURATION", 4, {NULL}, command_due, "one deadline: PT4H is open time, P2D are business days"},
    {"check", "POLICY", 1, {NULL}, command_check, "what is odd in a policy: file:line:column: place: code: sentence"},
    {"score",
     "POLICY VECTOR|-",
     2,
     {NULL},
     command_score,
     "severity and priority of a vector, or of {\"answers\":{...},\"facts\":{...}} on standard input"},
    {"graph", "POLICY", 1, {"--format"}, command_graph, "the state machine, for Graphviz (dot) or Mermaid"},
};
enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static const option *find_option(const char *name, size_t length) {
  for (size_t i = 0; i < OPTION_COUNT; i++)
    if (strlen(options[i].name) == length && memcmp(options[i].name, name, length) == 0)
      return &options[i];
  return NULL;
}

static void add_usage(text *to, const command *of) {
  text_print(to, "csup %s %s", of->name, of->items);
  for (size_t i = 0; of->takes[i]; i++) {
    const option *takes = find_option(of->takes[i], strlen(of->takes[i]));
    text_print(to, takes->value ? " [%s %s]" : " [%s]", takes->name, takes->value);
  }
}

static void print_help(FILE *file) {
  text usage = {0};
  fputs("csup: what a support policy makes of cases\n\n", file);
  for (size_t i = 0; i < COMMAND_COUNT; i++) {
    usage.length = 0;
    add_usage(&usage, &commands[i]);
    fprintf(file, "  %s\n      %s\n", usage.bytes, commands[i].summary);
  }
  fputs("\n"
        "POLICY is a JSON file, or the word default for the built-in one. EVENTS is JSON Lines, each case's in time order.\n"
        "Either may be - for standard input. There is no clock: without --at or --until time ends at the last event.\n"
        "Exit status: 0 good, 1 findings or refused lines, 2 bad usage or input.\n",
        file);
  text_free(&usage);
}

static int bad_usage(const command *of, const char *format, const char *what) {
  text usage = {0};
  text message = {0};
  add_usage(&usage, of);
  text_print(&message, format, what);
  fprintf(stderr, "csup: %s; usage: %s\n", message.bytes, usage.bytes);
  text_free(&message);
  text_free(&usage);
  return BAD;
}

static bool takes(const command *of, const option *wanted) {
  for (size_t i = 0; of->takes[i]; i++)
    if (strcmp(of->takes[i], wanted->name) == 0)
      return true;
  return false;
}

/* One option, as `--name value` or `--name=value`; moves `at` to its last word. */
static int read_option(const command *of, char **words, int count, int *at, arguments *out) {
  const char *word = words[*at];
  size_t length = strcspn(word, "=");
  const char *value = word[length] == '=' ? word + length + 1 : NULL;
  const option *found = find_option(word, length);
  if (!found || !takes(of, found))
    return bad_usage(of, "there is no option %s here", word);
  char *place = (char *)out + found->place;
  if (!found->value) {
    if (value)
      return bad_usage(of, "%s takes no value", found->name);
    memcpy(place, &(bool){true}, sizeof(bool));
    return GOOD;
  }
  if (!value && *at + 1 == count)
    return bad_usage(of, "%s needs a value", found->name);
  if (!value)
    value = words[++*at];
  memcpy(place, &value, sizeof value);
  return GOOD;
}

static int run(const command *of, char **words, int count) {
  arguments given = {0};
  size_t items = 0;
  bool only_items = false;
  for (int i = 0; i < count; i++) {
    if (!only_items && strcmp(words[i], "--") == 0) {
      only_items = true;
    } else if (!only_items && strncmp(words[i], "--", 2) == 0) {
      int result = read_option(of, words, count, &i, &given);
      if (result != GOOD)
        return result;
    } else if (items == of->item_count) {
      return bad_usage(of, "%s is too much", words[i]);
    } else {
      given.items[items++] = words[i];
    }
  }
  if (items < of->item_count)
    return bad_usage(of, "%s needs more than that", of->name);
  return of->run(&given);
}

static int choose(int count, char **words) {
  if (count < 2) {
    print_help(stderr);
    return BAD;
  }
  for (int i = 1; i < count && strcmp(words[i], "--") != 0; i++) {
    if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0 || (i == 1 && strcmp(words[i], "help") == 0)) {
      print_help(stdout);
      return GOOD;
    }
  }
  if (strcmp(words[1], "--version") == 0) {
    printf("csup %s\n", csup_version());
    return GOOD;
  }
  for (size_t i = 0; i < COMMAND_COUNT; i++)
    if (strcmp(commands[i].name, words[1]) == 0)
      return run(&commands[i], words + 2, count - 2);
  fprintf(stderr, "csup: there is no command \"%s\"; csup --help lists them\n", words[1]);
  return BAD;
}

int main(int count, char **words) {
  int result = choose(count, words);
  if (fflush(stdout) != 0 || ferror(stdout)) {
    complain_of("stdout", CSUP_E_IO, "the output could not be written");
    return BAD;
  }
  return result;
}
