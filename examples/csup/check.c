/* csup check POLICY: what the library finds odd in a policy that it can read, one line each. */
#include "csup.h"

int command_check(const arguments *given) {
  csup_policy *policy = NULL;
  if (!open_policy(given->items[0], &policy))
    return BAD;
  size_t count = csup_policy_finding_count(policy);
  for (size_t i = 0; i < count; i++) {
    csup_finding found;
    if (csup_policy_finding(policy, i, &found) == CSUP_OK)
      printf("%s:%d:%d: %s: %s: %s\n", file_name(given->items[0]), (int)found.line, (int)found.column, found.pointer, found.code,
             found.message);
  }
  csup_policy_release(policy);
  return count > 0 ? FINDINGS : GOOD;
}
