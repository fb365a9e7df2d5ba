/* What a stranger's first C program does: it is built against an installed libcsupport by package.py. */
#include <csupport.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  if (argc != 2 || strcmp(csup_version(), argv[1]) != 0) {
    fprintf(stderr, "the library says version %s\n", csup_version());
    return 1;
  }

  csup_time opened = 0;
  if (csup_time_parse("2026-03-02T09:30:00Z", 20, &opened) != CSUP_OK || opened != INT64_C(1772443800000000)) {
    fprintf(stderr, "csup_time_parse gave %lld\n", (long long)opened);
    return 1;
  }

  /* A policy reaches every room and jansson with them. */
  csup_error error = {0};
  csup_policy *policy = NULL;
  csup_status status = csup_policy_parse("{ \"csupport\": 1,\n  oops }", 25, NULL, &policy, &error);
  if (status != CSUP_E_SYNTAX || error.line != 2) {
    fprintf(stderr, "%s where line 2 was wrong: %s\n", csup_status_name(status), error.message);
    return 1;
  }
  const char *text = csup_policy_default();
  status = csup_policy_parse(text, strlen(text), NULL, &policy, &error);
  if (status != CSUP_OK) {
    fprintf(stderr, "the default policy: %s\n", error.message);
    return 1;
  }
  csup_time due = 0;
  status = csup_calendar_add(csup_policy_calendar(policy, "office"), opened, INT64_C(8) * 3600 * 1000000, &due);
  csup_policy_release(policy);
  if (status != CSUP_OK || due != opened + INT64_C(24) * 3600 * 1000000) {
    fprintf(stderr, "eight office hours: %s, due %lld\n", csup_status_name(status), (long long)due);
    return 1;
  }
  return 0;
}
