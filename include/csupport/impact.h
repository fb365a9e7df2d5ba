/**
 * @file impact.h
 * Severity and priority from what the issue does to the customer's business, usable alone, without a case.
 *
 * A policy's `impact` section is a **model**: questions (dimensions), each with a few answers (levels) worth points. The points
 * of the group `impact` give a score and a severity S1.., those of the group `urgency` a score and an urgency U1.., and a matrix
 * turns the two into a priority P1... Floors, ceilings and shifts, each with its reason, bend the result within bounds. What the
 * model looks like, and why the built-in one is as it is: docs/impact.md. Impact, urgency and priority are ITIL's words; the
 * vector follows the manner of CVSS (FIRST).
 *
 * Every function here only reads the policy, allocates nothing, and may be called from any thread at the same time. Strings that
 * come out live as long as the policy.
 */
#ifndef CSUPPORT_IMPACT_H
#define CSUPPORT_IMPACT_H

#include "base.h"

#if !defined(CSUP_CDEF) && defined(__cplusplus)
extern "C" {
#endif

/** How well an answer is known. Guessing is allowed, and visible. */
typedef int32_t csup_basis;
enum {
  CSUP_BASIS_UNKNOWN = 0, /**< Nobody has said: the dimension's default level counts, and the interval covers all of them. */
  CSUP_BASIS_ASSUMED = 1, /**< An agent's guess: counts as given, but is asked for. */
  CSUP_BASIS_STATED = 2,  /**< The customer said so. */
  CSUP_BASIS_VERIFIED = 3 /**< Somebody made sure. */
};

/** One answer. Strings are borrowed for the call, NUL-terminated UTF-8, compared byte by byte. */
typedef struct csup_answer {
  const char *dimension; /**< Name of the dimension; never NULL. */
  const char *level;     /**< Name of the level; ignored, and may be NULL, when `basis` is #CSUP_BASIS_UNKNOWN. */
  csup_basis basis;      /**< How well it is known. */
  int32_t reserved;      /**< Must be 0. */
} csup_answer;

/**
 * A band of severity, urgency or priority, and the interval in which it will stay whatever the unknown answers turn out to be.
 * Index 0 is the most severe, most urgent or first: `low_index >= value_index >= high_index`.
 */
typedef struct csup_band {
  const char *low;     /**< Name with every unknown at its lowest level: the least severe that it can become. */
  const char *value;   /**< Name with every unknown at its default: what counts now, such as "P2". */
  const char *high;    /**< Name with every unknown at its highest level: the most severe that it can become. */
  int32_t low_index;   /**< Index of `low`, from 0. */
  int32_t value_index; /**< Index of `value`, from 0. */
  int32_t high_index;  /**< Index of `high`, from 0. */
  int32_t reserved;    /**< 0. */
} csup_band;

/** A score, 0 to 1000, and the interval in which it will stay: `low <= value <= high`. */
typedef struct csup_span {
  int32_t low;      /**< With every unknown at its lowest level. */
  int32_t value;    /**< With every unknown at its default. */
  int32_t high;     /**< With every unknown at its highest level. */
  int32_t reserved; /**< 0. */
} csup_span;

/** What a set of answers comes to. Low and high are exact: some completion of the unknowns reaches each of them. */
typedef struct csup_assessment {
  csup_span impact_score;  /**< Points of the group impact per mille of the greatest possible, floored. */
  csup_span urgency_score; /**< The same of the group urgency. */
  csup_band severity;      /**< S1..: the band of the impact score after ceilings and floors. */
  csup_band urgency;       /**< U1..: the band of the urgency score after shifts. */
  csup_band priority;      /**< P1..: the matrix's cell for severity and urgency. */
  /**
   * The dimension worth asking for now: of those unknown or assumed, the one over whose levels the priority spreads most, then
   * the scores, then the first. NULL: no answer that is still open would change anything.
   */
  const char *next_question;
  const char *next_question_text; /**< The model's words for it, "" when it has none; NULL when there is no question. */
  int32_t confidence;             /**< 0 to 1000: share of the greatest possible points whose answers are stated or verified. */
  int32_t reason_count;           /**< How many reasons csup_impact_reasons() gives. */
} csup_assessment;

/** What a #csup_reason speaks of. */
typedef int32_t csup_reason_kind;
enum {
  CSUP_REASON_CONTRIBUTION = 1, /**< The points of one dimension. */
  CSUP_REASON_FLOOR = 2,        /**< A floor whose condition holds: at least this severe. */
  CSUP_REASON_CEILING = 3,      /**< A ceiling whose condition holds: at most this severe, unless a floor says more. */
  CSUP_REASON_SHIFT = 4         /**< A shift whose condition holds: steps of urgency. */
};

/** One reason for an assessment. Its strings are never NULL. */
typedef struct csup_reason {
  csup_reason_kind kind; /**< What it speaks of. */
  csup_basis basis;      /**< Of a contribution: the answer's basis. Else 0. */
  const char *name;      /**< The dimension; of a floor or ceiling its severity, such as "S1"; of a shift "urgency". */
  const char *level;     /**< Of a contribution: the level that counts, for an unknown answer the default. Else "". */
  const char *because;   /**< The model's reason for a floor, ceiling or shift, "" when it gives none. Of a contribution "". */
  int32_t points;        /**< Of a contribution: points. Of a shift: steps, above 0 to more urgency. Else 0. */
  int32_t maximum;       /**< Of a contribution: points of the highest level. Of a shift: the model's `shift_most`. Else 0. */
} csup_reason;

/**
 * Assesses answers by a policy's model. Deterministic, integers only; raising an answer never lowers a score, a severity, an
 * urgency or a priority, and one more answer never widens an interval.
 *
 * @param policy the policy whose model counts.
 * @param answers in any order, each dimension at most once; those left out are unknown. NULL when the count is 0.
 * @param answer_count how many.
 * @param facts what floors, ceilings and shifts may test, such as `mood`, `contacts` or a declared field; what is left out is
 * absent, and a dimension among them is passed over: its answer counts. NULL when the count is 0.
 * @param fact_count how many.
 * @param out takes the assessment; untouched on failure.
 * @param error may be NULL; `index` is that of the answer or fact at fault.
 * @return #CSUP_OK; #CSUP_E_UNKNOWN for a dimension, level, fact or value that the policy does not have; #CSUP_E_ARGUMENT for a
 * NULL policy, out, dimension or level, a basis that is none, a reserved member that is not 0, a dimension answered twice, a fact
 * of the wrong kind; #CSUP_E_RANGE for a fact's number out of range.
 */
CSUP_API csup_status csup_impact_assess(const csup_policy *policy, const csup_answer *answers, size_t answer_count,
                                        const csup_field *facts, size_t fact_count, csup_assessment *out, csup_error *error);

/**
 * Why an assessment is what it is: one contribution for each dimension, in the order of the model, then the floors, the ceilings
 * and the shifts that apply to the present value, each in the order of the model.
 *
 * @param policy the policy whose model counts.
 * @param answers as for csup_impact_assess().
 * @param answer_count how many.
 * @param facts as for csup_impact_assess().
 * @param fact_count how many.
 * @param buffer takes the reasons; untouched on failure. NULL when the capacity is 0.
 * @param capacity how many reasons fit.
 * @param count takes how many there are, with #CSUP_E_SPACE too.
 * @param error may be NULL.
 * @return #CSUP_OK; #CSUP_E_SPACE when the buffer is too small; otherwise as csup_impact_assess().
 */
CSUP_API csup_status csup_impact_reasons(const csup_policy *policy, const csup_answer *answers, size_t answer_count,
                                         const csup_field *facts, size_t fact_count, csup_reason *buffer, size_t capacity,
                                         size_t *count, csup_error *error);

/**
 * Reads a vector such as `CSI:1/S:D/N:T/P:I/M:N/G:X/W:P?/D:W!/C:H`: the code of the model and its version, then the code of each
 * dimension, all of them in the order of the model, with that of its level. `X` is unknown; a level stands alone when it was
 * stated, with `?` when it is assumed, with `!` when it is verified. Nothing else is accepted.
 *
 * @param policy the policy whose model the vector belongs to.
 * @param text the vector; need not end with NUL.
 * @param length its length in bytes.
 * @param buffer takes one answer for each dimension, those unknown with a NULL level; untouched on failure. NULL when the
 * capacity is 0.
 * @param capacity how many answers fit.
 * @param count takes how many there are, with #CSUP_E_SPACE too.
 * @param error may be NULL; line is 1, column that of the first byte that is wrong.
 * @return #CSUP_OK; #CSUP_E_SYNTAX for a missing, repeated or misplaced metric, a wrong suffix, another model's code and whatever
 * else does not follow the grammar; #CSUP_E_UNKNOWN for the code of a dimension or level that the model does not have;
 * #CSUP_E_VERSION for another version of the model; #CSUP_E_SPACE when the buffer is too small; #CSUP_E_ARGUMENT for a NULL
 * argument that is needed.
 */
CSUP_API csup_status csup_vector_parse(const csup_policy *policy, const char *text, size_t length, csup_answer *buffer,
                                       size_t capacity, size_t *count, csup_error *error);

/**
 * Writes answers as a vector, of which csup_vector_parse() makes the same answers again. There is one vector for one set of
 * answers.
 *
 * @param policy the policy whose model counts.
 * @param answers as for csup_impact_assess(); dimensions left out become `X`.
 * @param answer_count how many.
 * @param buffer takes the text and a NUL. NULL when the capacity is 0.
 * @param capacity its size in bytes.
 * @param length takes the length without the NUL, with #CSUP_E_SPACE too; may be NULL.
 * @return #CSUP_OK; #CSUP_E_SPACE when the buffer is too small; #CSUP_E_UNKNOWN and #CSUP_E_ARGUMENT as csup_impact_assess().
 */
CSUP_API csup_status csup_vector_format(const csup_policy *policy, const csup_answer *answers, size_t answer_count, char *buffer,
                                        size_t capacity, size_t *length);

#if !defined(CSUP_CDEF) && defined(__cplusplus)
}
#endif

#endif
