/**
 * @file policy.h
 * How support should go: one JSON document, compiled once, immutable, shared by every thread.
 *
 * A policy holds everything that a desk decides for itself: the fields of its customers, calendars and teams, the questions that
 * give severity and priority, states and moves, clocks, agreements, and what is done when time runs short. A #csup_case is
 * folded under one policy for its whole life.
 *
 * Policies are counted references. Every function here may be called from any thread; a policy itself never changes.
 */
#ifndef CSUPPORT_POLICY_H
#define CSUPPORT_POLICY_H

#include "calendar.h"

#if !defined(CSUP_CDEF) && defined(__cplusplus)
extern "C" {
#endif

/**
 * A complete policy to begin with, and the running example of the documentation. It uses the zone UTC only, so that
 * csup_policy_parse_with() parses it without any zone.
 * @return its JSON text, NUL-terminated; a constant that nobody frees.
 */
CSUP_API const char *csup_policy_default(void);

/**
 * Compiles a policy document. Zones are read from the system's database (the folder that TZDIR names, or the usual ones); no
 * other file is opened, and none after the call.
 *
 * What is possible but surely not meant does not fail: see csup_policy_finding().
 *
 * @param json the document, UTF-8; need not end with NUL. Not kept: the policy holds copies.
 * @param length its length in bytes.
 * @param allocator where the policy's memory comes from, copied; NULL means malloc. It must outlive the policy. Parsing needs
 *        further memory for the tree of the JSON text, which comes from jansson's own functions and is given back before the call
 *        returns.
 * @param[out] out receives the policy with one reference, which the caller gives back with csup_policy_release(); untouched on
 *             failure.
 * @param error says what is wrong and where: JSON pointer, line and column. May be NULL.
 * @return #CSUP_OK; #CSUP_E_ARGUMENT for a NULL that is not allowed or an allocator without a function; #CSUP_E_SYNTAX when the
 *         text is not JSON, has a key twice or has opening hours that do not follow their grammar; #CSUP_E_VERSION when the
 * member `csupport` is a number other than 1; #CSUP_E_UNKNOWN for a zone that does not exist; #CSUP_E_NEVER for a calendar that
 * never opens; #CSUP_E_CORRUPT or #CSUP_E_IO for a zone file that is damaged or cannot be read; #CSUP_E_NOMEM; #CSUP_E_POLICY for
 * everything else: a member or name that is unknown, a wrong type, a missing member, a state that cannot be reached, a threshold
 * before the start.
 */
CSUP_API csup_status csup_policy_parse(const char *json, size_t length, const csup_allocator *allocator, csup_policy **out,
                                       csup_error *error);

/**
 * Compiles a policy document with zones that the host hands over. No file is opened, so that the same document and the same zones
 * give the same policy on every machine. The zone UTC need not be among them.
 *
 * @param json the document, as for csup_policy_parse().
 * @param length its length in bytes.
 * @param zones the zones, found by the names under which they were made; borrowed for the call only. May be NULL when
 *        `zone_count` is 0.
 * @param zone_count how many.
 * @param allocator as for csup_policy_parse().
 * @param[out] out receives the policy with one reference; untouched on failure.
 * @param error as for csup_policy_parse(); for a zone that is NULL its index. May be NULL.
 * @return as csup_policy_parse(), but never #CSUP_E_IO; #CSUP_E_UNKNOWN for a zone that is not among those handed over;
 *         #CSUP_E_ARGUMENT also when a zone is NULL.
 */
CSUP_API csup_status csup_policy_parse_with(const char *json, size_t length, const csup_zone *const *zones, size_t zone_count,
                                            const csup_allocator *allocator, csup_policy **out, csup_error *error);

/**
 * Takes another reference. Atomic.
 * @param policy may be NULL.
 * @return `policy`.
 */
CSUP_API csup_policy *csup_policy_retain(csup_policy *policy);

/**
 * Gives a reference back; the last one frees the policy. Atomic. A case, and a list of decisions that borrows the policy's
 * names, hold references of their own.
 * @param policy may be NULL.
 */
CSUP_API void csup_policy_release(csup_policy *policy);

/**
 * A calendar of the policy, for arithmetic of the host's own.
 * @param policy may be NULL.
 * @param name as in the section `calendars`; "always" (UTC, 24/7) is there even when the section does not name it. May be NULL.
 * @return the calendar, owned by the policy and alive as long as it; NULL when there is none of that name.
 */
CSUP_API const csup_calendar *csup_policy_calendar(const csup_policy *policy, const char *name);

/**
 * A number that tells documents apart: FNV-1a, 64 bits, over the document's bytes and over the built-in sections that stand in
 * for absent ones. The zone data is not in it. Snapshots carry it, and load under no other policy.
 * @param policy may be NULL.
 * @return the fingerprint; 0 for NULL.
 */
CSUP_API uint64_t csup_policy_fingerprint(const csup_policy *policy);

/** Something in the document that is possible but surely not meant. Strings live as long as the policy. */
typedef struct csup_finding {
  const char *code;    /**< What kind of finding: a short constant such as "unreachable", for programs. */
  const char *pointer; /**< JSON pointer (RFC 6901) to the place. */
  const char *message; /**< One sentence for a person. */
  int32_t line;        /**< Line in the document, from 1. */
  int32_t column;      /**< Column in that line, in bytes from 1. */
} csup_finding;

/**
 * How many findings the document gave.
 * @param policy may be NULL.
 * @return the number; 0 for NULL.
 */
CSUP_API size_t csup_policy_finding_count(const csup_policy *policy);

/**
 * One finding, in the order in which the sections were compiled.
 * @param policy the policy.
 * @param index from 0 to below csup_policy_finding_count().
 * @param[out] out receives the finding; untouched on failure.
 * @return #CSUP_OK; #CSUP_E_ARGUMENT for NULL and for an index past the end.
 */
CSUP_API csup_status csup_policy_finding(const csup_policy *policy, size_t index, csup_finding *out);

/** What can be told of a case: a declared field, or a dimension of the impact model. Enough to build a form from. Strings live as
    long as the policy. */
typedef struct csup_input {
  const char *name;           /**< Of the field or dimension. */
  const char *question;       /**< Of a dimension: the words to ask it in, "" when the model has none. Of a field NULL. */
  const char *const *choices; /**< The names that may be given, in the document's order, of a dimension from the least to the most
                                   serious; NULL for a field that is not a list of names. */
  int32_t choice_count;       /**< How many choices there are. */
  csup_value_kind kind; /**< How a value is given: #CSUP_VALUE_TEXT, also for a choice; #CSUP_VALUE_NUMBER; #CSUP_VALUE_FLAG. */
} csup_input;

/**
 * How many fields the policy declares.
 * @param policy may be NULL.
 * @return the number; 0 for NULL.
 */
CSUP_API size_t csup_policy_field_count(const csup_policy *policy);

/**
 * One declared field, in the document's order: what `opened` and `changed` may carry.
 * @param policy the policy.
 * @param index from 0 to below csup_policy_field_count().
 * @param[out] out receives the field; untouched on failure.
 * @return #CSUP_OK; #CSUP_E_ARGUMENT for NULL and for an index past the end.
 */
CSUP_API csup_status csup_policy_field(const csup_policy *policy, size_t index, csup_input *out);

/**
 * How many dimensions the policy's impact model has.
 * @param policy may be NULL.
 * @return the number; 0 for NULL.
 */
CSUP_API size_t csup_policy_dimension_count(const csup_policy *policy);

/**
 * One dimension of the impact model, in its order: what `answered` speaks of.
 * @param policy the policy.
 * @param index from 0 to below csup_policy_dimension_count().
 * @param[out] out receives the dimension; untouched on failure.
 * @return #CSUP_OK; #CSUP_E_ARGUMENT for NULL and for an index past the end.
 */
CSUP_API csup_status csup_policy_dimension(const csup_policy *policy, size_t index, csup_input *out);

#if !defined(CSUP_CDEF) && defined(__cplusplus)
}
#endif

#endif
