/* A schema to test conditions with, and facts written as JSON. */
#ifndef CSUP_TESTS_CONDITION_FIXTURE_H
#define CSUP_TESTS_CONDITION_FIXTURE_H

#include "condition/condition.h"
#include "failing_allocator.h"

#include <assert.h>
#include <string.h>

typedef struct fixture {
  failing_allocator memory;
  csup_allocator allocator;
  csup_arena arena;
  csup_symbols symbols;
  csup_schema schema;
  csup_error error;
} fixture;

static const char *const fixture_states[] = {"new", "diagnosis", "waiting", "resolved", "closed"};
static const char *const fixture_priorities[] = {"P1", "P2", "P3", "P4", "P5"};
static const char *const fixture_severities[] = {"S1", "S2", "S3", "S4"};
static const char *const fixture_urgencies[] = {"U1", "U2", "U3", "U4"};
static const char *const fixture_impacts[] = {"I1", "I2", "I3", "I4"};
static const char *const fixture_clocks[] = {"acknowledge", "first_response", "resolution"};
static const char *const fixture_safety[] = {"none", "possible", "exposed"};
static const char *const fixture_tier[] = {"low", "high"};

/* `contacts` and `tier` bear two names at once: a fact's and a field's, a field's and a dimension's. */
static const char fixture_fields[] =
    "{\"tier\": [\"basic\", \"standard\", \"premium\"], \"product\": \"text\", \"seats\": \"number\","
    " \"vip\": \"flag\", \"contacts\": \"text\", \"auto\": \"text\", \"all\": \"flag\"}";

#define FIXTURE_COUNT(array) ((int32_t)(sizeof(array) / sizeof((array)[0])))

static inline void fixture_open(fixture *f) {
  *f = (fixture){.memory = {.fail_at = -1}};
  f->allocator = (csup_allocator){&f->memory, failing_resize};
  csup_arena_init(&f->arena, &f->allocator);
  csup_symbols_init(&f->symbols, &f->arena);
}

static inline void fixture_close(fixture *f) {
  csup_arena_free(&f->arena);
  assert_int_equal(f->memory.blocks, 0);
  assert_int_equal(f->memory.bytes, 0);
}

static inline csup_status fixture_declare_fields(fixture *f, const char *json) {
  csup_json_document document;
  csup_json root;
  csup_status status = csup_json_open(&document, json, strlen(json), CSUP_E_POLICY, CSUP_E_UNKNOWN, &f->error, &root);
  if (status == CSUP_OK)
    status = csup_schema_fields(&f->schema, &root);
  csup_json_close(&document);
  return status;
}

static inline csup_status fixture_fill(fixture *f) {
  csup_status status = csup_schema_init(&f->schema, &f->arena, &f->symbols);
  if (status == CSUP_OK)
    status = fixture_declare_fields(f, fixture_fields);
  if (status != CSUP_OK)
    return status;
  csup_schema_choices(&f->schema, CSUP_SLOT_STATE, fixture_states, FIXTURE_COUNT(fixture_states));
  csup_schema_choices(&f->schema, CSUP_SLOT_PRIORITY, fixture_priorities, FIXTURE_COUNT(fixture_priorities));
  csup_schema_choices(&f->schema, CSUP_SLOT_SEVERITY, fixture_severities, FIXTURE_COUNT(fixture_severities));
  csup_schema_choices(&f->schema, CSUP_SLOT_URGENCY, fixture_urgencies, FIXTURE_COUNT(fixture_urgencies));
  csup_schema_choices(&f->schema, CSUP_SLOT_IMPACT, fixture_impacts, FIXTURE_COUNT(fixture_impacts));
  csup_schema_choices(&f->schema, CSUP_SLOT_BREACHED, fixture_clocks, FIXTURE_COUNT(fixture_clocks));
  int32_t slot = -1;
  status = csup_schema_dimension(&f->schema, "safety", fixture_safety, FIXTURE_COUNT(fixture_safety), &slot);
  return status == CSUP_OK ? csup_schema_dimension(&f->schema, "tier", fixture_tier, FIXTURE_COUNT(fixture_tier), &slot) : status;
}

/* Wrong values give CSUP_E_POLICY and unknown names CSUP_E_UNKNOWN here, so that tests see which is which. */
static inline csup_status fixture_compile(fixture *f, const char *json, const csup_condition_scope *scope,
                                          const csup_condition **out) {
  static const csup_condition_scope everywhere = {.groups = UINT32_MAX, .place = "a test"};
  csup_json_document document;
  csup_json root;
  csup_status status = csup_json_open(&document, json, strlen(json), CSUP_E_POLICY, CSUP_E_UNKNOWN, &f->error, &root);
  if (status == CSUP_OK)
    status = csup_condition_compile(&root, &f->schema, scope ? scope : &everywhere, out);
  csup_json_close(&document);
  return status;
}

static inline csup_field fixture_field(const char *name, const json_t *value) {
  csup_field field = {.name = name};
  if (json_is_string(value))
    field = (csup_field){.name = name, .kind = CSUP_VALUE_TEXT, .text = json_string_value(value)};
  else if (json_is_integer(value))
    field = (csup_field){.name = name, .kind = CSUP_VALUE_NUMBER, .number = json_integer_value(value)};
  else if (json_is_boolean(value))
    field = (csup_field){.name = name, .kind = CSUP_VALUE_FLAG, .number = json_is_true(value)};
  return field;
}

/* {"tier": "basic", "seats": 3, "vip": true, "breached": ["resolution"]}; null is no value. Returns how many fields. */
static inline size_t fixture_facts(const json_t *facts, csup_field *fields, size_t capacity) {
  size_t count = 0, index;
  const char *name;
  json_t *value, *item;
  json_object_foreach((json_t *)facts, name, value) {
    if (json_is_array(value)) {
      json_array_foreach(value, index, item) {
        assert_true(count < capacity);
        fields[count++] = fixture_field(name, item);
      }
    } else {
      assert_true(count < capacity);
      fields[count++] = fixture_field(name, value);
    }
  }
  return count;
}

/* For cmocka: a filled fixture as the state of a test. */
static inline int setup(void **state) {
  static fixture f;
  fixture_open(&f);
  *state = &f;
  return fixture_fill(&f);
}

static inline int teardown(void **state) {
  fixture_close(*state);
  return 0;
}

#endif
