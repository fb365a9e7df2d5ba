/* Short stories: what happens to a case, told in short lines, and what is decided, in short lines too. A story's arithmetic can
   then be followed by eye.

   Policies and journals are JSON with ' for ". A journal line is an instant of 2026 in UTC and the members of the line:
     03-02T09:00 'event':'opened'
   A decision is told as
     03-02T09:00 clock_started sla resolution 1 due 03-02T17:00
   and a line that is refused as
     03-02T09:00 CSUP_E_REFUSED */
#ifndef CSUP_TESTS_CASE_STORY_H
#define CSUP_TESTS_CASE_STORY_H

#include "fold.h"

#include <stdio.h>

/* Office hours in UTC, the same around the clock from Monday to Friday, and Sofia's; one question decides the priority: its
   answers low, mid and high give P3, P2 and P1, and while it is unknown P3 holds. `sections` are further members. */
#define STORY(sections)                                                                                                          \
  "{'csupport':1,'fields':{'tier':['standard','premium'],'seats':'number','vip':'flag','product':'text'},"                       \
  "'calendars':{'office':{'zone':'UTC','hours':'Mo-Fr 09:00-17:00; PH off','holidays':['2026-03-06']},"                          \
  "'week':{'zone':'UTC','hours':'Mo-Fr 00:00-24:00'},'sofia':{'zone':'Europe/Sofia','hours':'Mo-Su 00:00-06:00'}},"              \
  "'teams':{'day':{'calendar':'office'},'night':{'calendar':'always'}},"                                                         \
  "'impact':{'code':'H','dimensions':[{'name':'harm','code':'H','group':'impact','ask':'How bad is it?','default':'low',"        \
  "'levels':[{'name':'low','code':'L','points':0},{'name':'mid','code':'M','points':50},{'name':'high','code':'H','points':100}" \
  "]}],'bands':{'impact':[700,300],'urgency':[]},'priority':[['P1'],['P2'],['P3']]}" sections "}"

/* One agreement with these targets. */
#define OWES(targets) STORY(",'agreements':[{'name':'a','targets':{" targets "}}]")

#define ANSWERED(level) "'event':'answered','dimension':'harm','level':'" level "','basis':'stated'"
#define MOVED(to)       "'event':'moved','to':'" to "'"

typedef struct story {
  const char *name;
  const char *policy;
  const char *journal;  /* lines */
  const char *until;    /* an instant to which time goes on; NULL: not */
  const char *kinds;    /* the decisions that are told, separated by spaces; those that end in _ are prefixes */
  const char *expected; /* lines */
} story;

static inline char *story_json(const char *text) {
  size_t length = strlen(text);
  char *json = malloc(length + 1);
  if (!json)
    abort();
  for (size_t i = 0; i <= length; i++)
    json[i] = (char)(text[i] == '\'' ? '"' : text[i]);
  return json;
}

static inline csup_policy *story_policy(const char *text) {
  char *json = story_json(text);
  csup_policy *policy = NULL;
  csup_error error = {.message = ""};
  if (csup_policy_parse(json, strlen(json), NULL, &policy, &error) != CSUP_OK)
    fail_msg("%s: %s\n%s", error.pointer, error.message, json);
  free(json);
  return policy;
}

static inline csup_time story_instant(const char *text, size_t length) {
  char full[64];
  csup_time at = 0;
  int written = snprintf(full, sizeof full, "2026-%.*s%sZ", (int)length, text, length == 11 ? ":00" : "");
  if (csup_time_parse(full, (size_t)written, &at) != CSUP_OK)
    fail_msg("no instant: %.*s", (int)length, text);
  return at;
}

static inline void tell_instant(text_buffer *out, const char *before, csup_time at) {
  char full[40];
  size_t length = 0;
  if (at == CSUP_TIME_NEVER) {
    text_add(out, "%snever", before);
    return;
  }
  assert_int_equal(csup_time_format(at, full, sizeof full, &length), CSUP_OK);
  bool other_year = strncmp(full, "2026-", 5) != 0;
  full[length - 1] = '\0';
  if (strcmp(full + length - 4, ":00") == 0)
    full[length - 4] = '\0';
  text_add(out, "%s%s", before, other_year ? full : full + 5);
}

static inline void tell_duration(text_buffer *out, const char *before, csup_duration duration) {
  char text[40];
  assert_int_equal(csup_duration_format(duration, text, sizeof text, NULL), CSUP_OK);
  text_add(out, "%s%s", before, text);
}

static inline void tell_text(text_buffer *out, const char *before, const char *text) {
  if (text)
    text_add(out, "%s%s", before, text);
}

static inline void tell_decision(text_buffer *out, const csup_decision *d) {
  static const char *const verdicts[] = {"open", "met", "breached"};
  tell_instant(out, "", d->at);
  text_add(out, " %s", csup_decision_kind_name(d->kind));
  bool of_clock = d->kind >= CSUP_DECISION_CLOCK_STARTED && d->kind <= CSUP_DECISION_CLOCK_CANCELLED;
  tell_text(out, " ", d->rule);
  if (d->kind == CSUP_DECISION_FIRED)
    text_add(out, " %d/%d", (int)d->occurrence, (int)d->repeat);
  tell_text(out, " ", d->agreement_kind);
  tell_text(out, " ", d->clock);
  if (d->cycle > 0)
    text_add(out, " %d", (int)d->cycle);
  if (d->revision > 0)
    text_add(out, ".%d", (int)d->revision);
  tell_text(out, " ", of_clock && d->kind != CSUP_DECISION_CLOCK_WARNED ? NULL : d->name);
  if (d->level > 0)
    text_add(out, " level %d", (int)d->level);
  tell_text(out, " from ", d->from);
  tell_text(out, " to ", d->to);
  if (d->kind == CSUP_DECISION_AGREEMENT_CHOSEN)
    tell_text(out, " ", d->agreement ? d->agreement : "none");
  if (of_clock) {
    if (d->kind == CSUP_DECISION_CLOCK_STARTED || d->kind == CSUP_DECISION_CLOCK_RESUMED ||
        d->kind == CSUP_DECISION_CLOCK_RETARGETED)
      tell_instant(out, " due ", d->due);
    else
      tell_duration(out, " after ", d->elapsed);
    if (d->kind == CSUP_DECISION_CLOCK_MET || d->verdict == CSUP_VERDICT_BREACHED)
      text_add(out, " %s", verdicts[d->verdict]);
    if (d->overrun > 0)
      tell_duration(out, " over ", d->overrun);
  }
  tell_text(out, " because ", d->because);
  text_add(out, "\n");
}

static inline bool story_tells(const char *kinds, const char *kind) {
  for (const char *at = kinds; *at;) {
    size_t length = strcspn(at, " ");
    bool is_prefix = length > 0 && at[length - 1] == '_';
    if (strncmp(at, kind, length) == 0 && (is_prefix || kind[length] == '\0'))
      return true;
    at += length + (at[length] == ' ');
  }
  return false;
}

static inline void story_take(const story *s, csup_decisions *list, text_buffer *out) {
  for (size_t i = 0; i < csup_decisions_count(list); i++) {
    const csup_decision *d = csup_decisions_at(list, i);
    if (story_tells(s->kinds, csup_decision_kind_name(d->kind)))
      tell_decision(out, d);
  }
  csup_decisions_clear(list);
}

/* One line of the story; its status goes to `out` when it is none that succeeds. */
static inline void story_line(const story *s, fold *f, const char *line, size_t length, text_buffer *out) {
  const char *space = memchr(line, ' ', length);
  assert_non_null(space);
  char members[4096], json[4600];
  (void)snprintf(members, sizeof members, "%.*s", (int)(length - (size_t)(space - line) - 1), space + 1);
  bool whole = (size_t)(space - line) == 11;
  (void)snprintf(json, sizeof json, "{'case':'C','at':'2026-%.*s%sZ',%s}", (int)(space - line), line, whole ? ":00" : "",
                 members);
  char *text = story_json(json);
  csup_error error = {.message = ""};
  csup_status status = csup_case_apply_json(f->c, text, strlen(text), f->list, &error);
  free(text);
  story_take(s, f->list, out);
  if (status != CSUP_OK) {
    if (error.message[0] == '\0')
      fail_msg("%s: no sentence for %s", s->name, json);
    text_add(out, "%.*s %s\n", (int)(space - line), line, csup_status_name(status));
  }
}

/* Folds the journal as far as it goes and leaves the case to look at. */
static inline void story_tell(const story *s, csup_policy *policy, fold *f, text_buffer *out) {
  assert_true(fold_begin(f, policy, NULL));
  for (const char *line = s->journal; *line;) {
    size_t length = strcspn(line, "\n");
    story_line(s, f, line, length, out);
    line += length + (line[length] == '\n');
  }
  if (s->until) {
    assert_int_equal(csup_case_advance(f->c, story_instant(s->until, strlen(s->until)), f->list, NULL), CSUP_OK);
    story_take(s, f->list, out);
  }
}

static inline bool story_holds(const story *s) {
  csup_policy *policy = story_policy(s->policy);
  text_buffer out = {NULL, 0, 0};
  fold f;
  text_add(&out, "%s", "");
  story_tell(s, policy, &f, &out);
  bool same = strcmp(out.text, s->expected) == 0;
  if (!same)
    print_message("%s\nexpected:\n%s\ndecided:\n%s\n", s->name, s->expected, out.text);
  text_free(&out);
  fold_end(&f);
  csup_policy_release(policy);
  return same;
}

static inline void stories_hold(const story *stories, size_t count) {
  size_t wrong = 0;
  for (size_t i = 0; i < count; i++)
    wrong += !story_holds(&stories[i]);
  assert_int_equal(wrong, 0);
}

#endif
