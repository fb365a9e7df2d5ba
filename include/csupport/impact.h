/**
 * @file impact.h
 * Severity and priority from what the issue does to the customer's business.
 */
#ifndef CSUPPORT_IMPACT_H
#define CSUPPORT_IMPACT_H

#include "base.h"

#if !defined(CSUP_CDEF) && defined(__cplusplus)
extern "C" {
#endif

typedef int32_t csup_basis;
enum { CSUP_BASIS_UNKNOWN = 0, CSUP_BASIS_ASSUMED = 1, CSUP_BASIS_STATED = 2, CSUP_BASIS_VERIFIED = 3 };

typedef struct csup_answer {
  const char *dimension;
  const char *level;
  csup_basis basis;
  int32_t reserved;
} csup_answer;

typedef struct csup_band {
  const char *low;
  const char *value;
  const char *high;
  int32_t low_index;
  int32_t value_index;
  int32_t high_index;
  int32_t reserved;
} csup_band;

typedef struct csup_span {
  int32_t low;
  int32_t value;
  int32_t high;
  int32_t reserved;
} csup_span;

typedef struct csup_assessment {
  csup_span impact_score;
  csup_span urgency_score;
  csup_band severity;
  csup_band urgency;
  csup_band priority;
  const char *next_question;
  const char *next_question_text;
  int32_t confidence;
  int32_t reason_count;
} csup_assessment;

typedef int32_t csup_reason_kind;
enum { CSUP_REASON_CONTRIBUTION = 1, CSUP_REASON_FLOOR = 2, CSUP_REASON_CEILING = 3, CSUP_REASON_SHIFT = 4 };

typedef struct csup_reason {
  csup_reason_kind kind;
  csup_basis basis;
  const char *name;
  const char *level;
  const char *because;
  int32_t points;
  int32_t maximum;
} csup_reason;

CSUP_API csup_status csup_impact_assess(const csup_policy *policy, const csup_answer *answers, size_t answer_count,
                                        const csup_field *facts, size_t fact_count, csup_assessment *out, csup_error *error);
CSUP_API csup_status csup_impact_reasons(const csup_policy *policy, const csup_answer *answers, size_t answer_count,
                                         const csup_field *facts, size_t fact_count, csup_reason *buffer, size_t capacity,
                                         size_t *count, csup_error *error);
CSUP_API csup_status csup_vector_parse(const csup_policy *policy, const char *text, size_t length, csup_answer *buffer,
                                       size_t capacity, size_t *count, csup_error *error);
CSUP_API csup_status csup_vector_format(const csup_policy *policy, const csup_answer *answers, size_t answer_count, char *buffer,
                                        size_t capacity, size_t *length);

#if !defined(CSUP_CDEF) && defined(__cplusplus)
}
#endif

#endif
