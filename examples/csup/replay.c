/* csup replay POLICY EVENTS [--until INSTANT] [--case ID]: what was decided, as JSON Lines. */
#include "csup.h"

#include <string.h>

typedef struct printer {
  const char *only; /* a case's name; NULL for all */
  bool seen;
  text line;
} printer;

static void print_decision(printer *to, const csup_decision *decision) {
  to->line.length = 0;
  if (text_decision(&to->line, decision) == CSUP_OK) {
    fwrite(to->line.bytes, 1, to->line.length, stdout);
    fputc('\n', stdout);
  }
}

static void print_decisions(void *context, const char *case_id, const csup_decisions *decisions) {
  printer *to = context;
  if (to->only && strcmp(to->only, case_id) != 0)
    return;
  for (size_t i = 0; i < csup_decisions_count(decisions); i++)
    print_decision(to, csup_decisions_at(decisions, i));
}

int command_replay(const arguments *given) {
  printer to = {.only = argument(given, "--case")};
  const char *until = argument(given, "--until");
  journal in = {.until = CSUP_TIME_NEVER, .decided = print_decisions, .context = &to};
  if (until && !read_instant("--until", until, &in.until))
    return BAD;
  int result = journal_run(&in, given->items[0], given->items[1]);
  if (result != BAD && to.only && !cases_find(&in.cases, to.only, strlen(to.only))) {
    complain_of("--case", CSUP_E_UNKNOWN, "there is no case \"%.100s\" in %s", to.only, file_name(given->items[1]));
    result = BAD;
  }
  text_free(&to.line);
  journal_free(&in);
  return result;
}
