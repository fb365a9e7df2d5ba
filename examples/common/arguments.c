/* The words of the command line: a command, what it takes, and options as `--name value` or `--name=value`, anywhere behind it.
 */
#include "common.h"

#include <stdlib.h>
#include <string.h>

static const option *find_option(const program *in, const char *name, size_t length) {
  for (size_t i = 0; i < in->option_count; i++)
    if (strlen(in->options[i].name) == length && memcmp(in->options[i].name, name, length) == 0)
      return &in->options[i];
  return NULL;
}

static bool is_among(const char *const *names, const option *wanted) {
  for (size_t i = 0; names[i]; i++)
    if (strcmp(names[i], wanted->name) == 0)
      return true;
  return false;
}

static void add_options(text *to, const program *in, const char *const *names) {
  for (size_t i = 0; names[i]; i++) {
    const option *takes = find_option(in, names[i], strlen(names[i]));
    text_print(to, takes->value ? " [%s %s]" : " [%s]", takes->name, takes->value);
  }
}

static void add_usage(text *to, const program *in, const command *of) {
  text_print(to, of->items[0] ? "%s %s %s" : "%s %s", program_name, of->name, of->items);
  add_options(to, in, of->takes);
}

static void print_help(const program *of, FILE *file) {
  text usage = {0};
  fprintf(file, "%s: %s\n\n", program_name, of->summary);
  for (size_t i = 0; i < of->command_count; i++) {
    usage.length = 0;
    add_usage(&usage, of, &of->commands[i]);
    fprintf(file, "  %s\n      %s\n", usage.bytes, of->commands[i].summary);
  }
  usage.length = 0;
  add_options(&usage, of, of->always);
  if (usage.length > 0)
    fprintf(file, "\nEvery command takes%s.\n", usage.bytes);
  fprintf(file, "\n%s", of->notes);
  text_free(&usage);
}

static int bad_usage(const program *in, const command *of, const char *format, const char *what) {
  text usage = {0};
  text message = {0};
  add_usage(&usage, in, of);
  text_print(&message, format, what);
  fprintf(stderr, "%s: %s; usage: %s\n", program_name, message.bytes, usage.bytes);
  text_free(&message);
  text_free(&usage);
  return BAD;
}

/* One option; moves `at` to its last word. */
static int read_option(const program *in, char **words, int count, int *at, arguments *out) {
  const char *word = words[*at];
  size_t length = strcspn(word, "=");
  const char *value = word[length] == '=' ? word + length + 1 : NULL;
  const option *found = find_option(in, word, length);
  if (!found || (!is_among(out->of->takes, found) && !is_among(in->always, found)))
    return bad_usage(in, out->of, "there is no option %s here", word);
  if (!found->value && value)
    return bad_usage(in, out->of, "%s takes no value", found->name);
  if (found->value && !value && *at + 1 == count)
    return bad_usage(in, out->of, "%s needs a value", found->name);
  if (found->value && !value)
    value = words[++*at];
  out->options = need_memory(out->options, out->option_count + 1, sizeof *out->options);
  out->values = need_memory(out->values, out->option_count + 1, sizeof *out->values);
  out->options[out->option_count] = found;
  out->values[out->option_count++] = value ? value : "";
  return GOOD;
}

/* How many words the usage names, and how many of them are needed. */
static void count_items(const char *items, size_t *most, size_t *least) {
  *most = *least = 0;
  for (const char *at = items; *at; at++) {
    if (at == items || at[-1] == ' ') {
      ++*most;
      *least += *at != '[';
    }
  }
}

static int read_words(const program *in, char **words, int count, arguments *out) {
  size_t most = 0;
  size_t least = 0;
  bool only_items = false;
  count_items(out->of->items, &most, &least);
  for (int i = 0; i < count; i++) {
    if (!only_items && strcmp(words[i], "--") == 0) {
      only_items = true;
    } else if (!only_items && strncmp(words[i], "--", 2) == 0) {
      int result = read_option(in, words, count, &i, out);
      if (result != GOOD)
        return result;
    } else if (out->item_count == most) {
      return bad_usage(in, out->of, "%s is too much", words[i]);
    } else {
      out->items[out->item_count++] = words[i];
    }
  }
  return out->item_count < least ? bad_usage(in, out->of, "%s needs more than that", out->of->name) : GOOD;
}

static int choose(const program *of, int count, char **words) {
  if (count < 2) {
    print_help(of, stderr);
    return BAD;
  }
  for (int i = 1; i < count && strcmp(words[i], "--") != 0; i++) {
    if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0 || (i == 1 && strcmp(words[i], "help") == 0)) {
      print_help(of, stdout);
      return GOOD;
    }
  }
  if (strcmp(words[1], "--version") == 0) {
    printf("%s %s\n", program_name, csup_version());
    return GOOD;
  }
  arguments given = {0};
  for (size_t i = 0; i < of->command_count && !given.of; i++)
    if (strcmp(of->commands[i].name, words[1]) == 0)
      given.of = &of->commands[i];
  if (!given.of) {
    fprintf(stderr, "%s: there is no command \"%s\"; %s --help lists them\n", program_name, words[1], program_name);
    return BAD;
  }
  int result = read_words(of, words + 2, count - 2, &given);
  if (result == GOOD)
    result = given.of->run(&given);
  free(given.options);
  free(given.values);
  return result;
}

int program_run(const program *of, int count, char **words) {
  int result = choose(of, count, words);
  if (fflush(stdout) != 0 || ferror(stdout)) {
    complain_of("stdout", CSUP_E_IO, "the output could not be written");
    return BAD;
  }
  return result;
}

const char *argument(const arguments *given, const char *name) {
  for (size_t i = given->option_count; i > 0; i--)
    if (strcmp(given->options[i - 1]->name, name) == 0)
      return given->values[i - 1];
  return NULL;
}

bool argument_number(const arguments *given, const char *name, size_t otherwise, size_t *out) {
  const char *value = argument(given, name);
  scan in = {.text = value, .length = value ? strlen(value) : 0};
  int64_t number = 0;
  *out = otherwise;
  if (!value)
    return true;
  if (!scan_integer(&in, &number) || in.at != in.length || number < 1 || (uint64_t)number > SIZE_MAX / 2) {
    complain_of(name, CSUP_E_ARGUMENT, "\"%.40s\" is no such number; expected 1 or more", value);
    return false;
  }
  *out = (size_t)number;
  return true;
}
