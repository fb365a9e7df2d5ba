/* csup replay POLICY EVENTS [--until INSTANT] [--case ID]: what was decided, as JSON Lines. */
#include "csup.h"

#include <string.h>

typedef struct printer {
  const char *only; /* a case's name; NULL for all */
  bool seen;
  text line;
} printer;

static void print_decision(printer *to, const csup_decision *decision) {
  text *line = &to->line;
  size_t length = 0;
  csup_status status = csup_decision_to_json(decision, line->bytes, line->capacity, &length);
  if (status == CSUP_E_SPACE) {
    text_reserve(line, length + 1);
    status = csup_decision_to_json(decision, line->bytes, line->capacity, &length);
  }
  if (status == CSUP_OK) {
    fwrite(line->bytes, 1, length, stdout);
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
  printer to = {.only = given->case_id};
  journal in = {.until = CSUP_TIME_NEVER, .decided = print_decisions, .context = &to};
  if (given->until && !read_instant("--until", given->until, &in.until))
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
