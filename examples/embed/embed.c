/* The smallest host: one case under the built-in policy, from contact to closure, and what is decided on the way.
   cc embed.c $(pkg-config --cflags --libs libcsupport) */
#include <csupport.h>
#include <stdio.h>
#include <string.h>

static void show(const char *before, const char *text, const char *after) {
  if (text)
    printf("%s%s%s", before, text, after);
}

/* What your program does with a decision: store it, show it, send a mail. This one prints it. */
static void carry_out(const csup_decision *decision) {
  char at[40] = "", due[40] = "";
  (void)csup_time_format(decision->at, at, sizeof at, NULL);
  printf("%s %s", at, csup_decision_kind_name(decision->kind));
  show(" ", decision->clock ? decision->clock : decision->agreement, "");
  if (decision->due != CSUP_TIME_NEVER && csup_time_format(decision->due, due, sizeof due, NULL) == CSUP_OK)
    show(", due ", due, "");
  show(" ", decision->name, "");
  show(" -> ", decision->to, "");
  show(": ", decision->because, "");
  show(" (by rule: ", decision->rule, ")");
  puts("");
}

/* All that a host does: it says what happened, lets time pass when the case asks for it, and carries out what is decided. */
static csup_status live(csup_policy *policy, const csup_event *events, size_t count, csup_error *error) {
  csup_case *support_case = NULL;
  csup_decisions *decisions = NULL;
  csup_time wakeup;
  csup_status status = csup_case_create(policy, NULL, &support_case);
  if (status == CSUP_OK)
    status = csup_decisions_create(NULL, &decisions);
  for (size_t i = 0; status == CSUP_OK && i < count; i++) /* what is due before an event is decided before it */
    status = csup_case_apply(support_case, &events[i], 1, decisions, error);
  while (status == CSUP_OK && csup_case_next_wakeup(support_case, &wakeup) == CSUP_OK)
    status = csup_case_advance(support_case, wakeup, decisions, error);
  for (size_t i = 0; i < csup_decisions_count(decisions); i++)
    carry_out(csup_decisions_at(decisions, i));
  csup_decisions_free(decisions);
  csup_case_free(support_case);
  return status;
}

/* What a program hears by mail, chat or telephone. */
static const struct heard {
  const char *at;
  csup_event event;
} story[] = {
    {"2026-03-02T09:00:00Z", {.kind = CSUP_EVENT_OPENED, .case_id = "C-1", .channel = "email", .value = "frustrated"}},
    {"2026-03-02T09:04:00Z", {.kind = CSUP_EVENT_ACKNOWLEDGED}},
    {"2026-03-02T09:20:00Z", {.kind = CSUP_EVENT_ANSWERED, .name = "service", .value = "down", .basis = CSUP_BASIS_STATED}},
    {"2026-03-02T09:30:00Z", {.kind = CSUP_EVENT_AGENT_MESSAGE}},
    {"2026-03-02T13:10:00Z", {.kind = CSUP_EVENT_CUSTOMER_MESSAGE, .value = "angry"}},
    {"2026-03-02T16:00:00Z", {.kind = CSUP_EVENT_AGENT_MESSAGE}},
    {"2026-03-03T10:00:00Z", {.kind = CSUP_EVENT_MOVED, .value = "resolved", .because = "the certificate is renewed"}},
};

int main(void) {
  enum { COUNT = sizeof story / sizeof story[0] };
  csup_event events[COUNT];
  csup_error error = {0};
  csup_policy *policy = NULL;
  csup_status status = csup_policy_parse(csup_policy_default(), strlen(csup_policy_default()), NULL, &policy, &error);
  for (size_t i = 0; status == CSUP_OK && i < COUNT; i++) {
    events[i] = story[i].event;
    status = csup_time_parse(story[i].at, strlen(story[i].at), &events[i].at);
  }
  if (status == CSUP_OK)
    status = live(policy, events, COUNT, &error);
  csup_policy_release(policy);
  if (status != CSUP_OK)
    fprintf(stderr, "embed: %s: %s\n", csup_status_name(status),
            error.status == status ? error.message : csup_status_text(status));
  return status == CSUP_OK ? 0 : 1;
}
