/* Policies for the tests of this room: JSON with ' for ", parsed whole, so that errors and findings come with the pointers that
   an author would see. */
#ifndef CSUP_TESTS_SLA_POLICY_TEXT_H
#define CSUP_TESTS_SLA_POLICY_TEXT_H

#include "failing_allocator.h"
#include "policy/policy.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* What every policy here begins with; `sections` are further members. Two severities' worth of impact, so P1..P3 and S1..S2. */
#define POLICY_HEAD                                                                                                              \
  "{'csupport':1,'name':'test','version':'1',"                                                                                   \
  "'fields':{'tier':['standard','premium'],'product':'text','seats':'number','vip':'flag','x':'number'},"                        \
  "'calendars':{'office':{'zone':'UTC','hours':'Mo-Fr 09:00-17:00'}},"                                                           \
  "'impact':{'code':'T','dimensions':[{'name':'harm','code':'H','group':'impact','default':'low','levels':["                     \
  "{'name':'low','code':'L','points':0},{'name':'high','code':'H','points':10}]},"                                               \
  "{'name':'haste','code':'U','group':'urgency','default':'low','levels':["                                                      \
  "{'name':'low','code':'L','points':0},{'name':'high','code':'H','points':10}]}],"                                              \
  "'bands':{'impact':[500],'urgency':[500]},'priority':[['P1','P2'],['P2','P3']]}"

static inline csup_status parse_policy(const char *sections, const csup_allocator *allocator, csup_policy **policy,
                                       csup_error *error) {
  char text[16384];
  int length = snprintf(text, sizeof text, "%s%s%s}", POLICY_HEAD, sections[0] ? "," : "", sections);
  assert_in_range(length, 1, sizeof text - 1);
  for (char *at = text; *at; at++)
    *at = *at == '\'' ? '"' : *at;
  return csup_policy_parse_with(text, (size_t)length, NULL, 0, allocator, policy, error);
}

static inline csup_policy *good_policy(const char *sections) {
  csup_policy *policy = NULL;
  csup_error error = {0};
  if (parse_policy(sections, NULL, &policy, &error) != CSUP_OK)
    fail_msg("%s\n%s: %s", sections, error.pointer, error.message);
  return policy;
}

typedef struct refusal {
  const char *sections, *pointer, *says;
} refusal;

/* Each is refused with CSUP_E_POLICY at its pointer, with line and column, in words that contain `says`. */
static inline void assert_refusals(const refusal *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    csup_policy *policy = NULL;
    csup_error error = {0};
    csup_status status = parse_policy(rows[i].sections, NULL, &policy, &error);
    if (status != CSUP_E_POLICY || strcmp(error.pointer, rows[i].pointer) != 0 || !strstr(error.message, rows[i].says) ||
        error.line != 1 || error.column < 1)
      fail_msg("%s\n%s at \"%s\" (%d:%d): %s", rows[i].sections, csup_status_name(status), error.pointer, error.line,
               error.column, error.message);
    assert_null(policy);
    assert_int_equal(parse_policy(rows[i].sections, NULL, &policy, NULL), CSUP_E_POLICY);
  }
}

typedef struct suspicion {
  const char *sections, *code, *pointer; /* code NULL: nothing is found */
} suspicion;

static inline void assert_suspicions(const suspicion *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    csup_policy *policy = good_policy(rows[i].sections);
    csup_finding found = {0};
    if (csup_policy_finding_count(policy) > 0)
      assert_int_equal(csup_policy_finding(policy, 0, &found), CSUP_OK);
    if (csup_policy_finding_count(policy) != (rows[i].code ? 1 : 0) ||
        (rows[i].code && (strcmp(found.code, rows[i].code) != 0 || strcmp(found.pointer, rows[i].pointer) != 0)))
      fail_msg("%s\n%zu findings, first %s at %s: %s", rows[i].sections, csup_policy_finding_count(policy),
               found.code ? found.code : "none", found.pointer ? found.pointer : "", found.message ? found.message : "");
    csup_policy_release(policy);
  }
}

/* Fails every allocation of a parse in turn, the host's or the JSON library's. Each gives CSUP_E_NOMEM and leaves
   nothing; returns how many there were. The caller has set jansson's functions to failing_json_malloc and failing_json_free. */
static inline long assert_survives(const char *sections, bool json) {
  long held = failing_json.blocks;
  for (long fail_at = 0;; fail_at++) {
    failing_allocator failing = {.fail_at = json ? -1 : fail_at};
    csup_allocator allocator = {&failing, failing_resize};
    csup_policy *policy = NULL;
    csup_error error = {0};
    failing_json.requests = 0;
    failing_json.fail_at = json ? fail_at : -1;
    csup_status status = parse_policy(sections, &allocator, &policy, &error);
    failing_json.fail_at = -1;
    if (status == CSUP_OK) {
      csup_policy_release(policy);
    } else {
      assert_int_equal(status, CSUP_E_NOMEM);
      assert_int_equal(error.status, CSUP_E_NOMEM);
      assert_null(policy);
    }
    assert_int_equal(failing.blocks, 0);
    assert_int_equal(failing_json.blocks, held);
    if (status == CSUP_OK)
      return fail_at;
  }
}

#endif
