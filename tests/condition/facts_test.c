#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "condition/fixture.h"

static void built_in_facts_have_their_slots(void **state) {
  fixture *f = *state;
  static const struct {
    const char *name;
    csup_slot slot;
    csup_fact_type type;
    uint32_t group;
    int32_t rising;
  } facts[] = {
      {"state", CSUP_SLOT_STATE, CSUP_FACT_CHOICE, CSUP_GROUP_CASE, 0},
      {"category", CSUP_SLOT_CATEGORY, CSUP_FACT_CHOICE, CSUP_GROUP_CASE, 0},
      {"stage", CSUP_SLOT_STAGE, CSUP_FACT_CHOICE, CSUP_GROUP_CASE, 0},
      {"priority", CSUP_SLOT_PRIORITY, CSUP_FACT_CHOICE, CSUP_GROUP_ASSESSED, -1},
      {"severity", CSUP_SLOT_SEVERITY, CSUP_FACT_CHOICE, CSUP_GROUP_ASSESSED, -1},
      {"urgency", CSUP_SLOT_URGENCY, CSUP_FACT_CHOICE, CSUP_GROUP_ASSESSED, -1},
      {"impact", CSUP_SLOT_IMPACT, CSUP_FACT_CHOICE, CSUP_GROUP_ASSESSED, -1},
      {"score", CSUP_SLOT_SCORE, CSUP_FACT_NUMBER, CSUP_GROUP_ASSESSED, 0},
      {"mood", CSUP_SLOT_MOOD, CSUP_FACT_CHOICE, CSUP_GROUP_CASE, 1},
      {"contacts", CSUP_SLOT_CONTACTS, CSUP_FACT_NUMBER, CSUP_GROUP_CASE, 0},
      {"replies", CSUP_SLOT_REPLIES, CSUP_FACT_NUMBER, CSUP_GROUP_CASE, 0},
      {"reopens", CSUP_SLOT_REOPENS, CSUP_FACT_NUMBER, CSUP_GROUP_CASE, 0},
      {"rejections", CSUP_SLOT_REJECTIONS, CSUP_FACT_NUMBER, CSUP_GROUP_CASE, 0},
      {"reassignments", CSUP_SLOT_REASSIGNMENTS, CSUP_FACT_NUMBER, CSUP_GROUP_CASE, 0},
      {"level", CSUP_SLOT_LEVEL, CSUP_FACT_NUMBER, CSUP_GROUP_OUTCOME, 0},
      {"team", CSUP_SLOT_TEAM, CSUP_FACT_TEXT, CSUP_GROUP_CASE, 0},
      {"agent", CSUP_SLOT_AGENT, CSUP_FACT_TEXT, CSUP_GROUP_CASE, 0},
      {"channel", CSUP_SLOT_CHANNEL, CSUP_FACT_TEXT, CSUP_GROUP_CASE, 0},
      {"resolution", CSUP_SLOT_RESOLUTION, CSUP_FACT_CHOICE, CSUP_GROUP_CASE, 0},
      {"breached", CSUP_SLOT_BREACHED, CSUP_FACT_SET, CSUP_GROUP_OUTCOME, 0},
      {"cause", CSUP_SLOT_CAUSE, CSUP_FACT_TEXT, CSUP_GROUP_CASE, 0},
      {"auto", CSUP_SLOT_AUTO, CSUP_FACT_FLAG, CSUP_GROUP_AUTO, 0},
      {"by", CSUP_SLOT_BY, CSUP_FACT_CHOICE, CSUP_GROUP_BY, 0},
  };
  assert_int_equal(FIXTURE_COUNT(facts), CSUP_SLOT_COUNT);
  for (int32_t i = 0; i < FIXTURE_COUNT(facts); i++) {
    const csup_fact *fact = &f->schema.facts[facts[i].slot];
    assert_int_equal(csup_schema_find(&f->schema, facts[i].name), facts[i].slot);
    assert_string_equal(fact->name, facts[i].name);
    assert_int_equal(fact->type, facts[i].type);
    assert_int_equal(fact->group, facts[i].group);
    assert_int_equal(fact->rising, facts[i].rising);
  }
}

static void names_mean_fact_then_field_then_dimension(void **state) {
  fixture *f = *state;
  int32_t field = CSUP_SLOT_COUNT, dimension = CSUP_SLOT_COUNT + 7;
  assert_int_equal(f->schema.first_field, field);
  assert_int_equal(f->schema.first_dimension, dimension);
  static const struct {
    const char *name;
    int32_t slot;
  } names[] = {
      {"contacts", CSUP_SLOT_CONTACTS},
      {"field.contacts", CSUP_SLOT_COUNT + 4},
      {"tier", CSUP_SLOT_COUNT},
      {"field.tier", CSUP_SLOT_COUNT},
      {"dimension.tier", CSUP_SLOT_COUNT + 8},
      {"safety", CSUP_SLOT_COUNT + 7},
      {"dimension.safety", CSUP_SLOT_COUNT + 7},
      {"field.safety", -1},
      {"dimension.seats", -1},
      {"dimension.contacts", -1},
      {"all", CSUP_SLOT_COUNT + 6},
      {"nobody", -1},
      {"", -1},
      {"field.", -1},
  };
  for (int32_t i = 0; i < FIXTURE_COUNT(names); i++) {
    assert_int_equal(csup_schema_find(&f->schema, names[i].name), names[i].slot);
  }
  /* Where no event is at hand, `auto` is the field. */
  assert_int_equal(csup_schema_find(&f->schema, "auto"), CSUP_SLOT_AUTO);
  assert_int_equal(csup_schema_find_in(&f->schema, "auto", CSUP_GROUP_RULE), CSUP_SLOT_COUNT + 5);
  assert_int_equal(csup_schema_find_in(&f->schema, "by", CSUP_GROUP_RULE), CSUP_SLOT_BY);
  assert_int_equal(csup_schema_find_in(&f->schema, "level", CSUP_GROUP_CASE), CSUP_SLOT_LEVEL);
  assert_int_equal(csup_schema_find_field(&f->schema, "contacts"), CSUP_SLOT_COUNT + 4);
  assert_int_equal(csup_schema_find_field(&f->schema, "safety"), -1);
  assert_int_equal(csup_schema_find_field(&f->schema, "mood"), -1);
}

static void a_field_may_have_a_dot(void **state) {
  (void)state;
  fixture f;
  fixture_open(&f);
  assert_int_equal(csup_schema_init(&f.schema, &f.arena, &f.symbols), CSUP_OK);
  assert_int_equal(fixture_declare_fields(&f, "{\"field.x\": \"text\", \"x\": \"number\", \"dimension.y\": \"flag\"}"), CSUP_OK);
  assert_int_equal(csup_schema_find(&f.schema, "field.x"), CSUP_SLOT_COUNT + 1);
  assert_int_equal(csup_schema_find(&f.schema, "field.field.x"), CSUP_SLOT_COUNT);
  assert_int_equal(csup_schema_find(&f.schema, "dimension.y"), CSUP_SLOT_COUNT + 2);
  fixture_close(&f);
}

static void wrong_fields_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *json;
    const char *pointer;
  } wrong[] = {
      {"[]", ""},
      {"\"text\"", ""},
      {"{\"a\": \"txt\"}", "/a"},
      {"{\"a\": 1}", "/a"},
      {"{\"a\": null}", "/a"},
      {"{\"a\": {}}", "/a"},
      {"{\"a\": []}", "/a"},
      {"{\"a\": [\"x\", 2]}", "/a/1"},
      {"{\"a\": [\"x\", \"\"]}", "/a/1"},
      {"{\"a\": [\"x\", \"y\", \"x\"]}", "/a/2"},
      {"{\"b\": \"text\", \"\": \"text\"}", "/"},
  };
  for (int32_t i = 0; i < FIXTURE_COUNT(wrong); i++) {
    fixture f;
    fixture_open(&f);
    assert_int_equal(csup_schema_init(&f.schema, &f.arena, &f.symbols), CSUP_OK);
    assert_int_equal(fixture_declare_fields(&f, wrong[i].json), CSUP_E_POLICY);
    assert_string_equal(f.error.pointer, wrong[i].pointer);
    assert_true(f.error.message[0] != '\0');
    fixture_close(&f);
  }
}

/* {"f0": type, "f1": type, ...} or ["v0", "v1", ...] */
static char *many(int32_t count, bool fields) {
  char *json = malloc((size_t)count * 32 + 8), *at = json;
  at += sprintf(at, "%s", fields ? "{" : "{\"a\": [");
  for (int32_t i = 0; i < count; i++)
    at += sprintf(at, fields ? "%s\"f%d\": \"text\"" : "%s\"v%d\"", i == 0 ? "" : ", ", i);
  sprintf(at, "%s", fields ? "}" : "]}");
  return json;
}

static void there_is_a_limit_to_everything(void **state) {
  (void)state;
  static const struct {
    int32_t count;
    bool fields;
    csup_status status;
    const char *pointer;
  } rows[] = {{CSUP_FIELDS_MAX, true, CSUP_OK, ""},
              {CSUP_FIELDS_MAX + 1, true, CSUP_E_POLICY, "/f200"},
              {CSUP_CHOICES_MAX, false, CSUP_OK, ""},
              {CSUP_CHOICES_MAX + 1, false, CSUP_E_POLICY, "/a"}};
  for (int32_t i = 0; i < FIXTURE_COUNT(rows); i++) {
    fixture f;
    fixture_open(&f);
    assert_int_equal(csup_schema_init(&f.schema, &f.arena, &f.symbols), CSUP_OK);
    char *json = many(rows[i].count, rows[i].fields);
    assert_int_equal(fixture_declare_fields(&f, json), rows[i].status);
    assert_string_equal(f.error.pointer, rows[i].pointer);
    free(json);
    fixture_close(&f);
  }
  fixture f;
  fixture_open(&f);
  assert_int_equal(csup_schema_init(&f.schema, &f.arena, &f.symbols), CSUP_OK);
  int32_t slot = -1;
  for (int32_t i = CSUP_SLOT_COUNT; i < CSUP_FACTS_MAX; i++) {
    assert_int_equal(csup_schema_dimension(&f.schema, "d", fixture_safety, 3, &slot), CSUP_OK);
    assert_int_equal(slot, i);
  }
  assert_int_equal(csup_schema_dimension(&f.schema, "d", fixture_safety, 3, &slot), CSUP_E_RANGE);
  fixture_close(&f);
}

static void absent_section_declares_nothing(void **state) {
  (void)state;
  fixture f;
  fixture_open(&f);
  csup_json_document document;
  csup_json root, section;
  assert_int_equal(csup_schema_init(&f.schema, &f.arena, &f.symbols), CSUP_OK);
  assert_int_equal(csup_json_open(&document, "{}", 2, CSUP_E_POLICY, CSUP_E_POLICY, NULL, &root), CSUP_OK);
  assert_false(csup_json_member(&root, "fields", &section));
  assert_int_equal(csup_schema_fields(&f.schema, &section), CSUP_OK);
  assert_int_equal(f.schema.count, CSUP_SLOT_COUNT);
  csup_json_close(&document);
  fixture_close(&f);
}

static void values_are_read_and_checked(void **state) {
  fixture *f = *state;
  int32_t known = -1;
  assert_int_equal(csup_symbols_add(&f->symbols, "mail", 4, &known), CSUP_OK);
  const struct {
    csup_field field;
    csup_status status;
    int64_t value;
  } rows[] = {
      {{.name = "seats", .kind = CSUP_VALUE_NUMBER, .number = -7}, CSUP_OK, -7},
      {{.name = "seats", .kind = CSUP_VALUE_NUMBER, .number = INT64_MAX}, CSUP_OK, INT64_MAX},
      {{.name = "seats", .kind = CSUP_VALUE_NUMBER, .number = INT64_MIN}, CSUP_E_RANGE, 0},
      {{.name = "seats", .kind = CSUP_VALUE_NONE, .number = 3}, CSUP_OK, CSUP_ABSENT},
      {{.name = "seats", .kind = CSUP_VALUE_TEXT, .text = "3"}, CSUP_E_ARGUMENT, 0},
      {{.name = "seats", .kind = CSUP_VALUE_FLAG, .number = 1}, CSUP_E_ARGUMENT, 0},
      {{.name = "seats", .kind = 9, .number = 1}, CSUP_E_ARGUMENT, 0},
      {{.name = "seats", .kind = CSUP_VALUE_NUMBER, .number = 1, .reserved = 1}, CSUP_E_ARGUMENT, 0},
      {{.name = "vip", .kind = CSUP_VALUE_FLAG, .number = 1}, CSUP_OK, 1},
      {{.name = "vip", .kind = CSUP_VALUE_FLAG, .number = 0}, CSUP_OK, 0},
      {{.name = "vip", .kind = CSUP_VALUE_FLAG, .number = 2}, CSUP_E_RANGE, 0},
      {{.name = "vip", .kind = CSUP_VALUE_NUMBER, .number = 1}, CSUP_E_ARGUMENT, 0},
      {{.name = "channel", .kind = CSUP_VALUE_TEXT, .text = "mail"}, CSUP_OK, known},
      {{.name = "channel", .kind = CSUP_VALUE_TEXT, .text = "pigeon"}, CSUP_OK, CSUP_OTHER_TEXT},
      {{.name = "channel", .kind = CSUP_VALUE_TEXT, .text = ""}, CSUP_OK, CSUP_OTHER_TEXT},
      {{.name = "channel", .kind = CSUP_VALUE_TEXT, .text = NULL}, CSUP_E_ARGUMENT, 0},
      {{.name = "channel", .kind = CSUP_VALUE_NUMBER, .number = 1}, CSUP_E_ARGUMENT, 0},
      {{.name = "tier", .kind = CSUP_VALUE_TEXT, .text = "premium"}, CSUP_OK, 2},
      {{.name = "tier", .kind = CSUP_VALUE_TEXT, .text = "gold"}, CSUP_E_UNKNOWN, 0},
      {{.name = "tier", .kind = CSUP_VALUE_NUMBER, .number = 2}, CSUP_E_ARGUMENT, 0},
      {{.name = "dimension.tier", .kind = CSUP_VALUE_TEXT, .text = "high"}, CSUP_OK, 1},
      {{.name = "breached", .kind = CSUP_VALUE_TEXT, .text = "resolution"}, CSUP_OK, 4},
      {{.name = "breached", .kind = CSUP_VALUE_TEXT, .text = "coffee"}, CSUP_E_UNKNOWN, 0},
      {{.name = "breached", .kind = CSUP_VALUE_FLAG, .number = 1}, CSUP_E_ARGUMENT, 0},
      {{.name = "mood", .kind = CSUP_VALUE_TEXT, .text = "angry"}, CSUP_OK, 2},
  };
  for (int32_t i = 0; i < FIXTURE_COUNT(rows); i++) {
    int32_t slot = csup_schema_find(&f->schema, rows[i].field.name);
    int64_t value = 77;
    csup_error error = {0};
    assert_int_equal(csup_fact_read(&f->schema, slot, &rows[i].field, &value, &error), rows[i].status);
    assert_int_equal(value, rows[i].status == CSUP_OK ? rows[i].value : 77);
    assert_int_equal(error.status, rows[i].status);
  }
}

static void an_array_of_facts_fills_the_slots(void **state) {
  fixture *f = *state;
  const csup_field fields[] = {
      {.name = "seats", .kind = CSUP_VALUE_NUMBER, .number = 3},
      {.name = "breached", .kind = CSUP_VALUE_TEXT, .text = "acknowledge"},
      {.name = "breached", .kind = CSUP_VALUE_TEXT, .text = "resolution"},
      {.name = "mood", .kind = CSUP_VALUE_TEXT, .text = "calm"},
      {.name = "seats", .kind = CSUP_VALUE_NUMBER, .number = 4},
      {.name = "mood", .kind = CSUP_VALUE_NONE},
  };
  int64_t values[CSUP_FACTS_MAX];
  assert_int_equal(csup_facts_read(&f->schema, fields, FIXTURE_COUNT(fields), values, NULL), CSUP_OK);
  for (int32_t slot = 0; slot < f->schema.count; slot++) {
    int64_t expected = slot == csup_schema_find(&f->schema, "seats") ? 4 : slot == CSUP_SLOT_BREACHED ? 5 : CSUP_ABSENT;
    assert_int_equal(values[slot], expected);
  }
  assert_int_equal(csup_facts_read(&f->schema, NULL, 0, values, NULL), CSUP_OK);
  assert_int_equal(csup_facts_read(&f->schema, NULL, 1, values, NULL), CSUP_E_ARGUMENT);

  static const struct {
    csup_field bad;
    csup_status status;
  } rows[] = {{{.name = NULL}, CSUP_E_ARGUMENT},
              {{.name = "nobody", .kind = CSUP_VALUE_TEXT, .text = "x"}, CSUP_E_UNKNOWN},
              {{.name = "tier", .kind = CSUP_VALUE_TEXT, .text = "x"}, CSUP_E_UNKNOWN}};
  for (int32_t i = 0; i < FIXTURE_COUNT(rows); i++) {
    const csup_field pair[] = {fields[0], rows[i].bad};
    csup_error error = {0};
    assert_int_equal(csup_facts_read(&f->schema, pair, 2, values, &error), rows[i].status);
    assert_int_equal(error.index, 1);
    assert_int_equal(error.status, rows[i].status);
  }
}

/* The arena asks the host only now and then: what it holds before is varied, so that each of its users meets the failure. */
static void every_failing_allocation_is_reported(void **state) {
  (void)state;
  long failures = 0;
  for (size_t used = 0; used < 4096; used += 16) {
    csup_status status = CSUP_E_NOMEM;
    for (long i = 0; status != CSUP_OK; i++) {
      fixture f;
      fixture_open(&f);
      assert_int_equal(csup_schema_init(&f.schema, &f.arena, &f.symbols), CSUP_OK);
      assert_non_null(csup_arena_allocate(&f.arena, used, 1));
      f.memory.fail_at = f.memory.requests + i;
      status = fixture_declare_fields(&f, fixture_fields);
      if (status != CSUP_OK) {
        assert_int_equal(status, CSUP_E_NOMEM);
        assert_int_equal(f.error.status, CSUP_E_NOMEM);
        failures++;
      }
      fixture_close(&f);
    }
  }
  assert_true(failures > 8);
  fixture f;
  fixture_open(&f);
  f.memory.fail_at = 0;
  assert_int_equal(csup_schema_init(&f.schema, &f.arena, &f.symbols), CSUP_E_NOMEM);
  fixture_close(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(built_in_facts_have_their_slots, setup, teardown),
      cmocka_unit_test_setup_teardown(names_mean_fact_then_field_then_dimension, setup, teardown),
      cmocka_unit_test(a_field_may_have_a_dot),
      cmocka_unit_test(wrong_fields_are_refused),
      cmocka_unit_test(there_is_a_limit_to_everything),
      cmocka_unit_test(absent_section_declares_nothing),
      cmocka_unit_test_setup_teardown(values_are_read_and_checked, setup, teardown),
      cmocka_unit_test_setup_teardown(an_array_of_facts_fills_the_slots, setup, teardown),
      cmocka_unit_test(every_failing_allocation_is_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
