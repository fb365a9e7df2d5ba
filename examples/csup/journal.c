/* EVENTS: JSON Lines, each for one case. A line that is malformed or refused is reported and then as good as not there: neither
   its case nor any other, nor the instant at the end, is moved by it. */
#include "csup.h"

#include <stdlib.h>
#include <string.h>

static bool is_later(const journal *in, const address *to) {
  csup_time at = 0;
  return in->until != CSUP_TIME_NEVER && to->has_at && csup_time_parse(to->at.bytes, to->at.length, &at) == CSUP_OK &&
         at > in->until;
}

static void tell(const journal *in, const char *id) {
  if (in->decided && csup_decisions_count(in->decisions) > 0)
    in->decided(in->context, id, in->decisions);
}

static csup_status apply_line(journal *in, const address *to, bool sound, const char *line, size_t length, csup_error *error) {
  entry *known = sound && to->has_id ? cases_find(&in->cases, to->id.bytes, to->id.length) : NULL;
  csup_case *support_case = known ? known->support_case : NULL;
  csup_status status = known ? CSUP_OK : csup_case_create(in->policy, NULL, &support_case);
  if (status != CSUP_OK) {
    *error = (csup_error){.status = status, .message = "out of memory"};
    return status;
  }
  csup_decisions_clear(in->decisions);
  status = csup_case_apply_json(support_case, line, length, in->decisions, error);
  bool nameless = sound && !to->has_id && status != CSUP_E_SYNTAX;
  if (nameless || (!sound && status == CSUP_OK)) {
    *error = (csup_error){.status = CSUP_E_ARGUMENT, .message = "the line names no case: the member \"case\" is missing"};
    status = CSUP_E_ARGUMENT;
  }
  if (status != CSUP_OK) {
    if (!known)
      csup_case_free(support_case);
    return status;
  }
  csup_case_view view;
  (void)csup_case_read(support_case, &view);
  if (in->last == CSUP_TIME_NEVER || in->last < view.last)
    in->last = view.last;
  tell(in, to->id.bytes);
  if (!known)
    cases_add(&in->cases, to->id.bytes, to->id.length, support_case);
  return CSUP_OK;
}

static bool read_events(journal *in) {
  lines from;
  if (!lines_open(&from, in->path))
    return false;
  address to = {0};
  text key = {0};
  const char *line = NULL;
  size_t length = 0;
  csup_status status = CSUP_OK;
  while (status != CSUP_E_NOMEM && lines_next(&from, &line, &length)) {
    if (is_blank(line, length))
      continue;
    bool sound = address_find(line, length, &key, &to);
    if (sound && is_later(in, &to))
      continue;
    csup_error error = {0};
    status = apply_line(in, &to, sound, line, length, &error);
    if (status == CSUP_OK)
      continue;
    complain(file_name(in->path), from.number, &error);
    in->refused++;
  }
  text_free(&key);
  address_free(&to);
  return lines_close(&from) && status != CSUP_E_NOMEM;
}

/* Nothing more has happened, but time has passed. */
static bool come_to_the_end(journal *in) {
  if (in->until == CSUP_TIME_NEVER)
    in->until = in->last;
  for (size_t i = 0; i < in->cases.count; i++) {
    const entry *one = &in->cases.entries[i];
    csup_error error = {0};
    csup_decisions_clear(in->decisions);
    if (csup_case_advance(one->support_case, in->until, in->decisions, &error) != CSUP_OK) {
      complain(one->id, 0, &error);
      return false;
    }
    tell(in, one->id);
  }
  return true;
}

int journal_run(journal *out, const char *policy, const char *events) {
  out->path = events;
  out->last = CSUP_TIME_NEVER;
  if (strcmp(policy, "-") == 0 && strcmp(events, "-") == 0) {
    complain_of(program_name, CSUP_E_ARGUMENT, "policy and events cannot both be read from standard input");
    return BAD;
  }
  if (!open_policy(policy, &out->policy))
    return BAD;
  if (csup_decisions_create(NULL, &out->decisions) != CSUP_OK) {
    complain_of(program_name, CSUP_E_NOMEM, "out of memory");
    return BAD;
  }
  if (!read_events(out) || !come_to_the_end(out))
    return BAD;
  if (out->refused > 0)
    fprintf(stderr, "csup: %zu %s of %s refused\n", out->refused, out->refused == 1 ? "line" : "lines", file_name(events));
  return out->refused > 0 ? FINDINGS : GOOD;
}

void journal_free(journal *from) {
  cases_free(&from->cases);
  csup_decisions_free(from->decisions);
  csup_policy_release(from->policy);
}
