/**
 * @file policy.h
 * How support should go: one JSON document, compiled once, immutable, shared by every thread.
 */
#ifndef CSUPPORT_POLICY_H
#define CSUPPORT_POLICY_H

#include "calendar.h"

#if !defined(CSUP_CDEF) && defined(__cplusplus)
extern "C" {
#endif

CSUP_API const char *csup_policy_default(void);
CSUP_API csup_status csup_policy_parse(const char *json, size_t length, const csup_allocator *allocator, csup_policy **out,
                                       csup_error *error);
CSUP_API csup_status csup_policy_parse_with(const char *json, size_t length, const csup_zone *const *zones, size_t zone_count,
                                            const csup_allocator *allocator, csup_policy **out, csup_error *error);
CSUP_API csup_policy *csup_policy_retain(csup_policy *policy);
CSUP_API void csup_policy_release(csup_policy *policy);
CSUP_API const csup_calendar *csup_policy_calendar(const csup_policy *policy, const char *name);
CSUP_API uint64_t csup_policy_fingerprint(const csup_policy *policy);

typedef struct csup_finding {
  const char *code;
  const char *pointer;
  const char *message;
  int32_t line;
  int32_t column;
} csup_finding;

CSUP_API size_t csup_policy_finding_count(const csup_policy *policy);
CSUP_API csup_status csup_policy_finding(const csup_policy *policy, size_t index, csup_finding *out);

#if !defined(CSUP_CDEF) && defined(__cplusplus)
}
#endif

#endif
