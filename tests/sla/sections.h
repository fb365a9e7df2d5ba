/* The sections of a policy compiled by their rooms, as the policy room does it, over calendars that are made once: JSON with '
   for ". Errors and findings come with the pointers that an author would see. */
#ifndef CSUP_TESTS_SLA_SECTIONS_H
#define CSUP_TESTS_SLA_SECTIONS_H

#include "failing_allocator.h"
#include "sla/escalation.h"

#include <stdio.h>
#include <string.h>

/* What every document here begins with; `sections` are further members. P1..P3 and S1..S2. */
#define HEAD                                                                                                                     \
  "{'fields':{'tier':['standard','premium'],'product':'text','seats':'number','vip':'flag','x':'number'},"                       \
  "'impact':{'code':'T','dimensions':[{'name':'harm','code':'H','group':'impact','default':'low','levels':["                     \
  "{'name':'low','code':'L','points':0},{'name':'high','code':'H','points':10}]},"                                               \
  "{'name':'haste','code':'U','group':'urgency','default':'low','levels':["                                                      \
  "{'name':'low','code':'L','points':0},{'name':'high','code':'H','points':10}]}],"                                              \
  "'bands':{'impact':[500],'urgency':[500]},'priority':[['P1','P2'],['P2','P3']]}"

typedef struct compiled {
  csup_arena arena;
  csup_symbols symbols;
  csup_schema schema;
  csup_impact *impact;
  csup_workflow *workflow;
  csup_clocks clocks;
  csup_teams teams;
  csup_agreements agreements;
  csup_rules rules;
  csup_findings findings;
} compiled;

/* `office` is Mo-Fr 09:00-17:00, `always` 24/7, both UTC. */
static csup_named_calendar test_calendar_list[2] = {{.name = "office", .zone = "UTC"}, {.name = "always", .zone = "UTC"}};
static const csup_calendars test_calendars = {test_calendar_list, 2};
#define OFFICE_CALENDAR (test_calendar_list[0].calendar)
#define ALWAYS_CALENDAR (test_calendar_list[1].calendar)

static inline int make_calendars(void **state) {
  static const char *const hours[] = {"Mo-Fr 09:00-17:00", "24/7"};
  csup_zone *utc = NULL;
  (void)state;
  assert_int_equal(csup_zone_load("UTC", NULL, &utc, NULL), CSUP_OK);
  for (size_t i = 0; i < 2; i++)
    assert_int_equal(csup_calendar_create(hours[i], utc, NULL, 0, NULL, &test_calendar_list[i].calendar, NULL), CSUP_OK);
  csup_zone_free(utc);
  return 0;
}

static inline int free_calendars(void **state) {
  (void)state;
  for (size_t i = 0; i < 2; i++)
    csup_calendar_free(test_calendar_list[i].calendar);
  return 0;
}

static inline csup_status compile_all(const csup_json *root, const csup_json *built_in, const csup_json *workflow_root,
                                      compiled *s) {
  csup_json fields, impact, workflow, clocks, teams, agreements, escalations;
  csup_json_member(root, "fields", &fields);
  csup_json_member(root, "impact", &impact);
  csup_json_member(root, "clocks", &clocks);
  csup_json_member(root, "teams", &teams);
  csup_json_member(root, "agreements", &agreements);
  csup_json_member(root, "escalations", &escalations);
  if (!csup_json_member(root, "workflow", &workflow))
    workflow = *workflow_root;
  csup_status status = csup_schema_init(&s->schema, &s->arena, &s->symbols);
  if (status == CSUP_OK)
    status = csup_schema_fields(&s->schema, &fields);
  if (status == CSUP_OK)
    status = csup_impact_declare(&impact, &s->schema, &s->impact);
  if (status == CSUP_OK)
    status = csup_workflow_declare(&workflow, &s->schema, &s->workflow);
  if (status == CSUP_OK)
    status = csup_clocks_declare(&clocks, built_in, &s->schema, &s->clocks);
  if (status == CSUP_OK)
    status = csup_impact_compile(&impact, &s->schema, s->impact);
  if (status == CSUP_OK)
    status = csup_workflow_compile(&workflow, &s->schema, s->impact, &test_calendars, s->workflow);
  if (status == CSUP_OK)
    status = csup_clocks_compile(&clocks, built_in, &s->schema, s->workflow, &s->clocks, &s->findings);
  if (status == CSUP_OK)
    status = csup_teams_compile(&teams, &s->schema, &test_calendars, &s->teams);
  if (status == CSUP_OK)
    status = csup_agreements_compile(&agreements, &s->schema, &s->clocks, &test_calendars, &s->agreements, &s->findings);
  if (status == CSUP_OK)
    status = csup_rules_compile(&escalations, &s->schema, &s->clocks, &test_calendars, &s->teams, s->impact, s->workflow,
                                &s->agreements, &s->rules, &s->findings);
  return status;
}

/* Free the result whatever the status. `filled` bytes of the arena are taken already. */
static inline csup_status parse_sections(const char *text, const csup_allocator *allocator, size_t filled, compiled *s,
                                         csup_error *error) {
  char json[16384];
  csup_allocator own;
  csup_json_document document = {0}, clocks = {0}, workflow = {0};
  csup_json root, clocks_root, workflow_root;
  int length = snprintf(json, sizeof json, "%s%s%s}", HEAD, text[0] ? "," : "", text);
  assert_in_range(length, 1, sizeof json - 1);
  for (char *at = json; *at; at++)
    *at = *at == '\'' ? '"' : *at;
  memset(s, 0, sizeof *s);
  assert_int_equal(csup_allocator_take(allocator, &own), CSUP_OK);
  csup_arena_init(&s->arena, &own);
  assert_non_null(csup_arena_allocate(&s->arena, filled + 1, 1));
  csup_symbols_init(&s->symbols, &s->arena);
  csup_findings_init(&s->findings, &s->arena);
  const char *built_in = csup_clocks_default(), *flow = csup_workflow_default();
  csup_status status = csup_json_open(&document, json, (size_t)length, CSUP_E_POLICY, CSUP_E_POLICY, error, &root);
  if (status == CSUP_OK)
    status = csup_json_open(&clocks, built_in, strlen(built_in), CSUP_E_POLICY, CSUP_E_POLICY, error, &clocks_root);
  if (status == CSUP_OK)
    status = csup_json_open(&workflow, flow, strlen(flow), CSUP_E_POLICY, CSUP_E_POLICY, error, &workflow_root);
  if (status == CSUP_OK)
    status = compile_all(&root, &clocks_root, &workflow_root, s);
  csup_json_close(&document);
  csup_json_close(&clocks);
  csup_json_close(&workflow);
  return status;
}

static inline void free_sections(compiled *s) {
  csup_arena_free(&s->arena);
}

static inline void good_sections(const char *text, compiled *s) {
  csup_error error = {0};
  if (parse_sections(text, NULL, 0, s, &error) != CSUP_OK)
    fail_msg("%s\n%s: %s", text, error.pointer, error.message);
}

typedef struct refusal {
  const char *text, *pointer, *says;
} refusal;

/* Each is refused with CSUP_E_POLICY at its pointer, with line and column, in words that contain `says`. */
static inline void assert_refusals(const refusal *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    compiled s;
    csup_error error = {0};
    csup_status status = parse_sections(rows[i].text, NULL, 0, &s, &error);
    free_sections(&s);
    if (status != CSUP_E_POLICY || strcmp(error.pointer, rows[i].pointer) != 0 || !strstr(error.message, rows[i].says) ||
        error.line != 1 || error.column < 1)
      fail_msg("%s\n%s at \"%s\" (%d:%d): %s", rows[i].text, csup_status_name(status), error.pointer, error.line, error.column,
               error.message);
    assert_int_equal(parse_sections(rows[i].text, NULL, 0, &s, NULL), CSUP_E_POLICY);
    free_sections(&s);
  }
}

typedef struct suspicion {
  const char *text, *code, *pointer; /* code NULL: nothing is found */
} suspicion;

static inline void assert_suspicions(const suspicion *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    compiled s;
    good_sections(rows[i].text, &s);
    const csup_found none = {"none", "", "", 0, 0}, *found = s.findings.count > 0 ? &s.findings.items[0] : &none;
    if (s.findings.count != (rows[i].code ? 1 : 0) ||
        (rows[i].code && (strcmp(found->code, rows[i].code) != 0 || strcmp(found->pointer, rows[i].pointer) != 0)))
      fail_msg("%s\n%zu findings, first %s at %s: %s", rows[i].text, s.findings.count, found->code, found->pointer,
               found->message);
    free_sections(&s);
  }
}

/* Fails each allocation of the JSON library in turn. Each gives CSUP_E_NOMEM and leaves nothing; returns how many there were.
   main has set jansson's functions to failing_json_malloc and failing_json_free. */
static inline long assert_survives_json(const char *text) {
  long held = failing_json.blocks;
  for (long fail_at = 0;; fail_at++) {
    compiled s;
    csup_error error = {0};
    failing_json.requests = 0;
    failing_json.fail_at = fail_at;
    csup_status status = parse_sections(text, NULL, 0, &s, &error);
    failing_json.fail_at = -1;
    free_sections(&s);
    assert_int_equal(failing_json.blocks, held);
    if (status == CSUP_OK)
      return fail_at;
    assert_int_equal(status, CSUP_E_NOMEM);
    assert_int_equal(error.status, CSUP_E_NOMEM);
  }
}

/* The same for the host's. An arena asks for memory chunk by chunk; what is already in its first chunk decides which of its users
   meets the end of one, so every amount is tried. */
static inline long assert_survives(const char *text) {
  long failures = 0;
  for (size_t filled = 0; filled < 4000; filled += 16) {
    for (long fail_at = 1;; fail_at++) {
      failing_allocator failing = {.fail_at = fail_at};
      csup_allocator allocator = {&failing, failing_resize};
      compiled s;
      csup_status status = parse_sections(text, &allocator, filled, &s, NULL);
      free_sections(&s);
      assert_int_equal(failing.blocks, 0);
      if (status == CSUP_OK)
        break;
      assert_int_equal(status, CSUP_E_NOMEM);
      failures++;
    }
  }
  return failures;
}

#endif
