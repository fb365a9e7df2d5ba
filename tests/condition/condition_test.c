#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "condition/fixture.h"
#include "random.h"

static void read_facts(fixture *f, const json_t *facts, int64_t *values) {
  csup_field fields[64];
  csup_error error = {0};
  csup_status status = csup_facts_read(&f->schema, fields, fixture_facts(facts, fields, 64), values, &error);
  if (status != CSUP_OK)
    print_error("%s\n", error.message);
  assert_int_equal(status, CSUP_OK);
}

static void conditions_hold_as_written(void **state) {
  fixture *f = *state;
  static const struct {
    const char *condition, *facts;
    bool holds;
  } rows[] = {
      {"\"always\"", "{}", true},
      {"{\"tier\": \"premium\"}", "{\"tier\": \"premium\"}", true},
      {"{\"tier\": \"premium\"}", "{\"tier\": \"basic\"}", false},
      {"{\"tier\": {\"is\": \"premium\"}}", "{\"tier\": \"premium\"}", true},
      {"{\"tier\": [\"basic\", \"premium\"]}", "{\"tier\": \"premium\"}", true},
      {"{\"tier\": [\"basic\", \"premium\"]}", "{\"tier\": \"standard\"}", false},
      {"{\"tier\": {\"in\": [\"basic\"]}}", "{\"tier\": \"basic\"}", true},
      {"{\"tier\": {\"not_in\": [\"basic\", \"premium\"]}}", "{\"tier\": \"standard\"}", true},
      {"{\"tier\": {\"is_not\": \"basic\"}}", "{\"tier\": \"basic\"}", false},
      /* a declared list has the order in which it is written */
      {"{\"tier\": {\"at_least\": \"standard\"}}", "{\"tier\": \"standard\"}", true},
      {"{\"tier\": {\"at_least\": \"standard\"}}", "{\"tier\": \"basic\"}", false},
      {"{\"tier\": {\"above\": \"standard\"}}", "{\"tier\": \"standard\"}", false},
      {"{\"tier\": {\"above\": \"standard\"}}", "{\"tier\": \"premium\"}", true},
      {"{\"tier\": {\"at_most\": \"standard\"}}", "{\"tier\": \"basic\"}", true},
      {"{\"tier\": {\"below\": \"basic\"}}", "{\"tier\": \"basic\"}", false},
      /* P1 is at least P2 */
      {"{\"priority\": {\"at_least\": \"P2\"}}", "{\"priority\": \"P1\"}", true},
      {"{\"priority\": {\"at_least\": \"P2\"}}", "{\"priority\": \"P2\"}", true},
      {"{\"priority\": {\"at_least\": \"P2\"}}", "{\"priority\": \"P3\"}", false},
      {"{\"priority\": {\"above\": \"P2\"}}", "{\"priority\": \"P2\"}", false},
      {"{\"priority\": {\"above\": \"P2\"}}", "{\"priority\": \"P1\"}", true},
      {"{\"priority\": {\"above\": \"P1\"}}", "{\"priority\": \"P1\"}", false},
      {"{\"priority\": {\"at_most\": \"P2\"}}", "{\"priority\": \"P5\"}", true},
      {"{\"priority\": {\"at_most\": \"P2\"}}", "{\"priority\": \"P1\"}", false},
      {"{\"priority\": {\"below\": \"P2\"}}", "{\"priority\": \"P3\"}", true},
      {"{\"priority\": {\"below\": \"P2\"}}", "{\"priority\": \"P2\"}", false},
      {"{\"severity\": {\"at_least\": \"S2\"}}", "{\"severity\": \"S1\"}", true},
      {"{\"urgency\": {\"at_least\": \"U2\"}}", "{\"urgency\": \"U1\"}", true},
      {"{\"impact\": {\"at_least\": \"I2\"}}", "{\"impact\": \"I3\"}", false},
      {"{\"mood\": {\"at_least\": \"frustrated\"}}", "{\"mood\": \"angry\"}", true},
      {"{\"mood\": {\"at_least\": \"frustrated\"}}", "{\"mood\": \"calm\"}", false},
      {"{\"safety\": {\"at_least\": \"possible\"}}", "{\"safety\": \"exposed\"}", true},
      {"{\"safety\": {\"at_most\": \"possible\"}}", "{\"safety\": \"exposed\"}", false},
      /* numbers, their edges included */
      {"{\"contacts\": {\"at_least\": 3}}", "{\"contacts\": 3}", true},
      {"{\"contacts\": {\"at_least\": 3}}", "{\"contacts\": 2}", false},
      {"{\"contacts\": 3}", "{\"contacts\": 3}", true},
      {"{\"seats\": {\"above\": 9223372036854775807}}", "{\"seats\": 9223372036854775807}", false},
      {"{\"seats\": {\"at_most\": 9223372036854775807}}", "{\"seats\": 9223372036854775807}", true},
      {"{\"seats\": {\"at_least\": -9223372036854775808}}", "{\"seats\": -9223372036854775807}", true},
      {"{\"seats\": {\"below\": -9223372036854775807}}", "{\"seats\": -9223372036854775807}", false},
      {"{\"seats\": [-5, 7, 1000000]}", "{\"seats\": -5}", true},
      {"{\"seats\": [-5, 7, 1000000]}", "{\"seats\": 8}", false},
      {"{\"seats\": [1, 63]}", "{\"seats\": 63}", true},
      {"{\"seats\": [1, 63]}", "{\"seats\": 64}", false},
      {"{\"seats\": [1, 63]}", "{\"seats\": -1}", false},
      {"{\"seats\": [0, 64]}", "{\"seats\": 64}", true},
      /* no number that a condition can name is the absent one */
      {"{\"seats\": -9223372036854775808}", "{}", false},
      {"{\"seats\": {\"is_not\": -9223372036854775808}}", "{}", true},
      {"{\"seats\": {\"is_not\": -9223372036854775808}}", "{\"seats\": 1}", true},
      {"{\"seats\": {\"at_most\": -9223372036854775808}}", "{}", false},
      {"{\"seats\": {\"at_least\": -9223372036854775808}}", "{}", false},
      {"{\"seats\": {\"below\": -9223372036854775808}}", "{}", false},
      {"{\"seats\": {\"above\": -9223372036854775808}}", "{}", false},
      {"{\"seats\": {\"in\": [-9223372036854775808]}}", "{}", false},
      {"{\"seats\": {\"in\": [-9223372036854775808, -5]}}", "{}", false},
      {"{\"seats\": {\"not_in\": [-9223372036854775808]}}", "{}", true},
      {"{\"vip\": true}", "{\"vip\": true}", true},
      {"{\"vip\": true}", "{\"vip\": false}", false},
      {"{\"vip\": false}", "{\"vip\": false}", true},
      {"{\"vip\": {\"is_not\": false}}", "{\"vip\": true}", true},
      {"{\"product\": \"db\"}", "{\"product\": \"db\"}", true},
      {"{\"product\": \"db\"}", "{\"product\": \"something else\"}", false},
      {"{\"product\": {\"is_not\": \"db\"}}", "{\"product\": \"something else\"}", true},
      {"{\"product\": {\"set\": true}}", "{\"product\": \"something else\"}", true},
      {"{\"team\": [\"a\", \"b\"]}", "{\"team\": \"b\"}", true},
      {"{\"team\": \"\"}", "{\"team\": \"\"}", true},
      /* breached is a set: is and in mean contains */
      {"{\"breached\": \"resolution\"}", "{\"breached\": [\"acknowledge\", \"resolution\"]}", true},
      {"{\"breached\": \"resolution\"}", "{\"breached\": [\"acknowledge\"]}", false},
      {"{\"breached\": [\"resolution\", \"acknowledge\"]}", "{\"breached\": [\"acknowledge\"]}", true},
      {"{\"breached\": [\"resolution\", \"first_response\"]}", "{\"breached\": [\"acknowledge\"]}", false},
      {"{\"breached\": {\"is_not\": \"resolution\"}}", "{\"breached\": [\"acknowledge\", \"resolution\"]}", false},
      {"{\"breached\": {\"is_not\": \"resolution\"}}", "{\"breached\": [\"acknowledge\"]}", true},
      {"{\"breached\": {\"not_in\": [\"resolution\", \"acknowledge\"]}}", "{\"breached\": [\"acknowledge\"]}", false},
      {"{\"breached\": {\"set\": true}}", "{\"breached\": [\"acknowledge\"]}", true},
      {"{\"breached\": {\"set\": false}}", "{\"breached\": [\"acknowledge\"]}", false},
      /* an absent fact satisfies only is_not, not_in and {"set": false} */
      {"{\"breached\": \"resolution\"}", "{}", false},
      {"{\"breached\": {\"is_not\": \"resolution\"}}", "{}", true},
      {"{\"breached\": {\"set\": false}}", "{}", true},
      {"{\"tier\": \"basic\"}", "{}", false},
      {"{\"tier\": [\"basic\", \"standard\", \"premium\"]}", "{}", false},
      {"{\"tier\": {\"at_least\": \"basic\"}}", "{}", false},
      {"{\"tier\": {\"at_most\": \"premium\"}}", "{}", false},
      {"{\"tier\": {\"above\": \"basic\"}}", "{}", false},
      {"{\"tier\": {\"below\": \"premium\"}}", "{}", false},
      {"{\"tier\": {\"is_not\": \"basic\"}}", "{}", true},
      {"{\"tier\": {\"not_in\": [\"basic\"]}}", "{}", true},
      {"{\"tier\": {\"set\": true}}", "{}", false},
      {"{\"tier\": {\"set\": false}}", "{}", true},
      {"{\"tier\": {\"set\": false}}", "{\"tier\": \"basic\"}", false},
      {"{\"seats\": {\"at_most\": 0}}", "{}", false},
      {"{\"priority\": {\"at_most\": \"P1\"}}", "{}", false},
      {"{\"not\": {\"tier\": \"basic\"}}", "{}", true},
      /* names */
      {"{\"field.contacts\": \"bob\"}", "{\"field.contacts\": \"bob\", \"contacts\": 1}", true},
      {"{\"dimension.tier\": \"high\"}", "{\"dimension.tier\": \"high\", \"tier\": \"basic\"}", true},
      {"{\"field.auto\": \"x\", \"auto\": false}", "{\"field.auto\": \"x\", \"auto\": false}", true},
      {"{\"field.all\": true}", "{\"field.all\": true}", true},
      /* several members and several operators are "and" */
      {"{\"tier\": \"basic\", \"seats\": 3}", "{\"tier\": \"basic\", \"seats\": 3}", true},
      {"{\"tier\": \"basic\", \"seats\": 3}", "{\"tier\": \"basic\", \"seats\": 4}", false},
      {"{\"tier\": \"basic\", \"seats\": 3}", "{\"tier\": \"premium\", \"seats\": 3}", false},
      {"{\"seats\": {\"at_least\": 3, \"below\": 10}}", "{\"seats\": 9}", true},
      {"{\"seats\": {\"at_least\": 3, \"below\": 10}}", "{\"seats\": 10}", false},
      {"{\"seats\": {\"at_least\": 3, \"is_not\": 5}}", "{\"seats\": 5}", false},
      /* nesting */
      {"{\"all\": [{\"seats\": 1}, {\"vip\": true}]}", "{\"seats\": 1, \"vip\": true}", true},
      {"{\"all\": [{\"seats\": 1}, {\"vip\": true}]}", "{\"seats\": 1, \"vip\": false}", false},
      {"{\"any\": [{\"seats\": 1}, {\"vip\": true}]}", "{\"seats\": 2, \"vip\": true}", true},
      {"{\"any\": [{\"seats\": 1}, {\"vip\": true}]}", "{\"seats\": 2, \"vip\": false}", false},
      {"{\"any\": [{\"seats\": 1}, \"always\"]}", "{}", true},
      {"{\"not\": \"always\"}", "{}", false},
      {"{\"not\": {\"seats\": 1, \"vip\": true}}", "{\"seats\": 1, \"vip\": false}", true},
      {"{\"not\": {\"not\": {\"seats\": 1, \"vip\": true}}}", "{\"seats\": 1, \"vip\": true}", true},
      {"{\"any\": [{\"all\": [{\"seats\": 1}, {\"vip\": true}]}, {\"not\": {\"any\": [{\"seats\": 1}, {\"vip\": true}]}}]}",
       "{\"seats\": 2, \"vip\": false}", true},
      {"{\"any\": [{\"seats\": 1}, {\"seats\": 2}], \"not\": {\"vip\": true}, \"tier\": \"basic\"}",
       "{\"seats\": 2, \"vip\": false, \"tier\": \"basic\"}", true},
      {"{\"any\": [{\"seats\": 1}, {\"seats\": 2}], \"not\": {\"vip\": true}, \"tier\": \"basic\"}",
       "{\"seats\": 2, \"vip\": true, \"tier\": \"basic\"}", false},
  };
  for (int32_t i = 0; i < FIXTURE_COUNT(rows); i++) {
    const csup_condition *condition = NULL;
    csup_status status = fixture_compile(f, rows[i].condition, NULL, &condition);
    json_t *facts = json_loads(rows[i].facts, 0, NULL);
    int64_t values[CSUP_FACTS_MAX];
    assert_int_equal(status, CSUP_OK);
    assert_non_null(facts);
    read_facts(f, facts, values);
    if (csup_condition_test(condition, values) != rows[i].holds)
      fail_msg("%s with %s", rows[i].condition, rows[i].facts);
    json_decref(facts);
  }
}

static void wrong_conditions_say_where_and_why(void **state) {
  fixture *f = *state;
  static const struct {
    const char *condition;
    csup_status status;
    const char *pointer, *word;
  } rows[] = {
      {"{}", CSUP_E_POLICY, "", "empty"},
      {"\"never\"", CSUP_E_POLICY, "", "always"},
      {"true", CSUP_E_POLICY, "", "always"},
      {"null", CSUP_E_POLICY, "", "always"},
      {"[]", CSUP_E_POLICY, "", "always"},
      {"{\"all\": []}", CSUP_E_POLICY, "/all", "empty"},
      {"{\"any\": []}", CSUP_E_POLICY, "/any", "empty"},
      {"{\"not\": {}}", CSUP_E_POLICY, "/not", "empty"},
      {"{\"all\": {\"seats\": 1}}", CSUP_E_POLICY, "/all", "array"},
      {"{\"any\": \"always\"}", CSUP_E_POLICY, "/any", "array"},
      {"{\"not\": [{\"seats\": 1}]}", CSUP_E_POLICY, "/not", "object"},
      {"{\"any\": [{\"seats\": 1}, {\"seats\": \"x\"}]}", CSUP_E_POLICY, "/any/1/seats", "integer"},
      {"{\"seats\": {}}", CSUP_E_POLICY, "/seats", "empty"},
      {"{\"seats\": []}", CSUP_E_POLICY, "/seats", "empty"},
      {"{\"seats\": null}", CSUP_E_POLICY, "/seats", "integer"},
      {"{\"seats\": 1.5}", CSUP_E_POLICY, "/seats", "integer"},
      {"{\"seats\": \"3\"}", CSUP_E_POLICY, "/seats", "integer"},
      {"{\"seats\": [1, true]}", CSUP_E_POLICY, "/seats/1", "integer"},
      {"{\"seats\": {\"at_least\": [3]}}", CSUP_E_POLICY, "/seats/at_least", "integer"},
      {"{\"seats\": {\"in\": 3}}", CSUP_E_POLICY, "/seats/in", "array"},
      {"{\"seats\": {\"not_in\": []}}", CSUP_E_POLICY, "/seats/not_in", "empty"},
      {"{\"seats\": {\"is\": [3]}}", CSUP_E_POLICY, "/seats/is", "integer"},
      {"{\"seats\": {\"set\": 1}}", CSUP_E_POLICY, "/seats/set", "true or false"},
      {"{\"seats\": {\"over\": 1}}", CSUP_E_UNKNOWN, "/seats/over", "at_least"},
      {"{\"seats\": {\"not\": 1}}", CSUP_E_UNKNOWN, "/seats/not", "operator"},
      {"{\"seat\": 1}", CSUP_E_UNKNOWN, "/seat", "seat"},
      {"{\"field.mood\": \"calm\"}", CSUP_E_UNKNOWN, "/field.mood", "field.mood"},
      {"{\"dimension.seats\": 1}", CSUP_E_UNKNOWN, "/dimension.seats", "dimension.seats"},
      {"{\"vip\": \"yes\"}", CSUP_E_POLICY, "/vip", "true or false"},
      {"{\"vip\": 1}", CSUP_E_POLICY, "/vip", "true or false"},
      {"{\"vip\": {\"at_least\": true}}", CSUP_E_POLICY, "/vip/at_least", "no order"},
      {"{\"product\": 1}", CSUP_E_POLICY, "/product", "string"},
      {"{\"product\": {\"above\": \"a\"}}", CSUP_E_POLICY, "/product/above", "no order"},
      {"{\"tier\": \"gold\"}", CSUP_E_UNKNOWN, "/tier", "gold"},
      {"{\"tier\": 1}", CSUP_E_POLICY, "/tier", "string"},
      {"{\"tier\": [\"basic\", \"gold\"]}", CSUP_E_UNKNOWN, "/tier/1", "gold"},
      {"{\"tier\": {\"at_least\": \"gold\"}}", CSUP_E_UNKNOWN, "/tier/at_least", "gold"},
      {"{\"priority\": \"P6\"}", CSUP_E_UNKNOWN, "/priority", "P6"},
      {"{\"state\": \"parked\"}", CSUP_E_UNKNOWN, "/state", "parked"},
      {"{\"state\": {\"at_least\": \"new\"}}", CSUP_E_POLICY, "/state/at_least", "no order"},
      {"{\"category\": {\"below\": \"closed\"}}", CSUP_E_POLICY, "/category/below", "no order"},
      {"{\"stage\": {\"at_most\": \"delivery\"}}", CSUP_E_POLICY, "/stage/at_most", "no order"},
      {"{\"resolution\": {\"at_least\": \"partial\"}}", CSUP_E_POLICY, "/resolution/at_least", "no order"},
      {"{\"by\": {\"at_least\": \"agent\"}}", CSUP_E_POLICY, "/by/at_least", "no order"},
      {"{\"breached\": {\"at_least\": \"resolution\"}}", CSUP_E_POLICY, "/breached/at_least", "no order"},
      {"{\"breached\": \"coffee\"}", CSUP_E_UNKNOWN, "/breached", "coffee"},
      {"{\"breached\": 1}", CSUP_E_POLICY, "/breached", "string"},
      {"{\"mood\": \"\"}", CSUP_E_UNKNOWN, "/mood", "mood"},
  };
  for (int32_t i = 0; i < FIXTURE_COUNT(rows); i++) {
    const csup_condition *condition = (const csup_condition *)f;
    f->error = (csup_error){0};
    csup_status status = fixture_compile(f, rows[i].condition, NULL, &condition);
    if (status != rows[i].status || strcmp(f->error.pointer, rows[i].pointer) != 0 || !strstr(f->error.message, rows[i].word))
      fail_msg("%s gives %s at \"%s\": %s", rows[i].condition, csup_status_name(status), f->error.pointer, f->error.message);
    assert_int_equal(f->error.status, rows[i].status);
    assert_int_equal(f->error.line, 1);
    assert_true(f->error.column > 0);
    assert_ptr_equal(condition, f);
  }
}

static void the_place_decides_what_may_be_tested(void **state) {
  fixture *f = *state;
  static const csup_condition_scope rule = {.groups = CSUP_GROUP_RULE, .place = "a rule"};
  static const csup_condition_scope floors = {.groups = CSUP_GROUP_CASE | CSUP_GROUP_FIELD | CSUP_GROUP_DIMENSION,
                                              .dimension_operators = 1U << CSUP_AT_LEAST,
                                              .no_not = true,
                                              .place = "a floor"};
  static const struct {
    const csup_condition_scope *scope;
    const char *condition;
    csup_status status;
    const char *pointer;
  } rows[] = {
      {&rule, "{\"level\": 2, \"breached\": \"resolution\", \"score\": 1, \"safety\": \"none\", \"vip\": true}", CSUP_OK, ""},
      {&rule, "{\"by\": \"agent\"}", CSUP_E_POLICY, "/by"},
      {&rule, "{\"auto\": \"a field\"}", CSUP_OK, ""},
      {&rule, "{\"auto\": true}", CSUP_E_POLICY, "/auto"},
      {&floors, "{\"safety\": {\"at_least\": \"possible\"}, \"vip\": true, \"mood\": {\"is_not\": \"calm\"}}", CSUP_OK, ""},
      {&floors, "{\"any\": [{\"safety\": {\"at_least\": \"possible\"}}, {\"not\": {\"vip\": true}}]}", CSUP_OK, ""},
      {&floors, "{\"safety\": \"possible\"}", CSUP_E_POLICY, "/safety"},
      {&floors, "{\"safety\": [\"possible\"]}", CSUP_E_POLICY, "/safety"},
      {&floors, "{\"safety\": {\"at_most\": \"possible\"}}", CSUP_E_POLICY, "/safety/at_most"},
      {&floors, "{\"safety\": {\"set\": true}}", CSUP_E_POLICY, "/safety/set"},
      {&floors, "{\"safety\": {\"is_not\": \"none\"}}", CSUP_E_POLICY, "/safety/is_not"},
      {&floors, "{\"not\": {\"safety\": {\"at_least\": \"possible\"}}}", CSUP_E_POLICY, "/not/safety"},
      {&floors, "{\"not\": {\"not\": {\"safety\": {\"at_least\": \"possible\"}}}}", CSUP_E_POLICY, "/not/not/safety"},
      {&floors, "{\"priority\": \"P1\"}", CSUP_E_POLICY, "/priority"},
      {&floors, "{\"level\": 2}", CSUP_E_POLICY, "/level"},
      {&floors, "{\"breached\": \"resolution\"}", CSUP_E_POLICY, "/breached"},
  };
  for (int32_t i = 0; i < FIXTURE_COUNT(rows); i++) {
    const csup_condition *condition = NULL;
    f->error = (csup_error){0};
    csup_status status = fixture_compile(f, rows[i].condition, rows[i].scope, &condition);
    if (status != rows[i].status || strcmp(f->error.pointer, rows[i].pointer) != 0)
      fail_msg("%s gives %s at \"%s\": %s", rows[i].condition, csup_status_name(status), f->error.pointer, f->error.message);
  }
}

static char *nested(int32_t depth, const char *kind) {
  char *json = malloc((size_t)depth * 12 + 32), *at = json;
  bool list = strcmp(kind, "not") != 0;
  for (int32_t i = 0; i < depth; i++)
    at += sprintf(at, "{\"%s\":%s", kind, list ? "[" : "");
  at += sprintf(at, "{\"seats\":1}");
  for (int32_t i = 0; i < depth; i++)
    at += sprintf(at, "%s}", list ? "]" : "");
  return json;
}

static void nesting_has_a_limit(void **state) {
  fixture *f = *state;
  static const char *const kinds[] = {"all", "any", "not"};
  for (int32_t i = 0; i < FIXTURE_COUNT(kinds); i++) {
    const csup_condition *condition = NULL;
    char *json = nested(CSUP_CONDITION_DEPTH, kinds[i]);
    assert_int_equal(fixture_compile(f, json, NULL, &condition), CSUP_OK);
    int64_t values[CSUP_FACTS_MAX];
    const csup_field seats = {.name = "seats", .kind = CSUP_VALUE_NUMBER, .number = 1};
    assert_int_equal(csup_facts_read(&f->schema, &seats, 1, values, NULL), CSUP_OK);
    assert_true(csup_condition_test(condition, values)); /* an even number of `not` */
    free(json);
    json = nested(CSUP_CONDITION_DEPTH + 1, kinds[i]);
    assert_int_equal(fixture_compile(f, json, NULL, &condition), CSUP_E_POLICY);
    assert_non_null(strstr(f->error.message, "64"));
    free(json);
  }
}

static void what_a_condition_reads_is_known(void **state) {
  fixture *f = *state;
  const csup_condition *condition = NULL;
  uint8_t reads[CSUP_FACTS_MAX] = {0};
  csup_condition_reads(NULL, reads);
  assert_false(f->schema.facts[CSUP_SLOT_MOOD].mentioned);
  assert_int_equal(fixture_compile(f, "{\"mood\": \"calm\", \"any\": [{\"seats\": {\"above\": 1, \"below\": 9}}, \"always\"]}",
                                   NULL, &condition),
                   CSUP_OK);
  csup_condition_reads(condition, reads);
  for (int32_t slot = 0; slot < f->schema.count; slot++) {
    int expected = slot == CSUP_SLOT_MOOD ? 1 : slot == csup_schema_find(&f->schema, "seats") ? 2 : 0;
    assert_int_equal(reads[slot], expected);
    assert_int_equal(f->schema.facts[slot].mentioned, expected > 0);
  }
  for (int32_t i = 0; i < 300; i++)
    csup_condition_reads(condition, reads);
  assert_int_equal(reads[CSUP_SLOT_MOOD], UINT8_MAX);
}

static void what_cannot_hold_is_noticed(void **state) {
  fixture *f = *state;
  static const struct {
    const char *condition;
    bool possible;
  } rows[] = {
      {"\"always\"", true},
      {"{\"not\": \"always\"}", false},
      {"{\"seats\": 1}", true},
      {"{\"seats\": {\"at_least\": 3, \"below\": 3}}", false},
      {"{\"seats\": {\"at_least\": 3, \"at_most\": 3}}", true},
      {"{\"seats\": {\"above\": 3, \"below\": 4}}", false},
      {"{\"seats\": {\"at_least\": 3, \"at_most\": 4, \"not_in\": [3, 4]}}", false},
      {"{\"seats\": {\"at_least\": 300, \"at_most\": 302, \"not_in\": [300, 302]}}", true},
      {"{\"seats\": {\"at_least\": 300, \"at_most\": 301, \"not_in\": [300, 301]}}", false},
      {"{\"seats\": {\"in\": [1, 2], \"above\": 2}}", false},
      {"{\"seats\": {\"above\": 9223372036854775807}}", false},
      {"{\"seats\": {\"at_most\": -5}}", true},
      {"{\"contacts\": {\"below\": 0}}", false},
      {"{\"contacts\": {\"below\": 1}}", true},
      {"{\"all\": [{\"seats\": 1}, {\"seats\": 2}]}", false},
      {"{\"any\": [{\"seats\": 1}, {\"seats\": 2}]}", true},
      {"{\"all\": [{\"tier\": \"basic\"}, {\"tier\": \"premium\"}]}", false},
      {"{\"tier\": {\"above\": \"premium\"}}", false},
      {"{\"tier\": {\"is_not\": \"basic\"}, \"not\": {\"tier\": [\"standard\", \"premium\"]}}", true}, /* when absent */
      {"{\"tier\": {\"is_not\": \"basic\", \"set\": true}, \"not\": {\"tier\": [\"standard\", \"premium\"]}}", false},
      {"{\"priority\": {\"above\": \"P1\"}}", false},
      {"{\"priority\": {\"above\": \"P2\", \"below\": \"P1\"}}", false},
      {"{\"vip\": true, \"not\": {\"vip\": true}}", false},
      {"{\"vip\": {\"is_not\": true, \"set\": true}}", true},
      {"{\"vip\": {\"is_not\": true, \"set\": false}}", true},
      {"{\"product\": {\"is\": \"a\", \"is_not\": \"a\"}}", false},
      {"{\"product\": {\"not_in\": [\"a\", \"b\"], \"set\": true}}", true},
      {"{\"product\": \"a\", \"any\": [{\"product\": \"b\"}, {\"vip\": true}]}", true},
      {"{\"product\": \"a\", \"any\": [{\"product\": \"b\"}, {\"product\": \"c\"}]}", false},
      {"{\"breached\": {\"is\": \"resolution\", \"is_not\": \"resolution\"}}", false},
      {"{\"breached\": {\"is\": \"resolution\", \"is_not\": \"acknowledge\"}}", true},
      {"{\"breached\": {\"in\": [\"resolution\", \"acknowledge\"], \"is_not\": \"acknowledge\"}}", true},
      {"{\"breached\": {\"is\": \"resolution\", \"set\": false}}", false},
  };
  for (int32_t i = 0; i < FIXTURE_COUNT(rows); i++) {
    const csup_condition *condition = NULL;
    assert_int_equal(fixture_compile(f, rows[i].condition, NULL, &condition), CSUP_OK);
    if (csup_condition_possible(condition, &f->schema) != rows[i].possible)
      fail_msg("%s", rows[i].condition);
  }
}

/* --- random conditions against a second opinion ----------------------------------------------------------------------- */

typedef struct known_fact {
  const char *name;
  const char *type; /* number, flag, text, choice, set */
  const char *const *choices;
  int32_t count;
  int32_t rising;
} known_fact;

static const char *const known_tiers[] = {"basic", "standard", "premium"};
static const char *const known_moods[] = {"calm", "frustrated", "angry"};
static const char *const known_texts[] = {"red", "green", "blue", "violet"};

static const known_fact known_facts[] = {
    {"seats", "number", NULL, 0, 1},
    {"contacts", "number", NULL, 0, 1},
    {"vip", "flag", NULL, 0, 0},
    {"product", "text", known_texts, 4, 0},
    {"field.contacts", "text", known_texts, 4, 0},
    {"tier", "choice", known_tiers, 3, 1},
    {"mood", "choice", known_moods, 3, 1},
    {"priority", "choice", fixture_priorities, 5, -1},
    {"state", "choice", fixture_states, 5, 0},
    {"dimension.tier", "choice", fixture_tier, 2, 1},
    {"breached", "set", fixture_clocks, 3, 0},
};

static const char *const operators[] = {"is", "is_not", "in", "not_in", "at_least", "at_most", "above", "below", "set"};

static json_t *draw_value(random_source *random, const known_fact *fact) {
  if (strcmp(fact->type, "number") == 0)
    return json_integer(random_between(random, -2, 70) - (random_between(random, 0, 9) == 0 ? 1000 : 0));
  if (strcmp(fact->type, "flag") == 0)
    return json_boolean(random_between(random, 0, 1));
  return json_string(fact->choices[random_between(random, 0, fact->count - 1)]);
}

static json_t *draw_list(random_source *random, const known_fact *fact) {
  json_t *list = json_array();
  for (int64_t n = random_between(random, 1, 4); n > 0; n--)
    json_array_append_new(list, draw_value(random, fact));
  return list;
}

static json_t *draw_operand(random_source *random, const known_fact *fact, const char *operation) {
  if (strcmp(operation, "set") == 0)
    return json_boolean(random_between(random, 0, 1));
  return strstr(operation, "in") ? draw_list(random, fact) : draw_value(random, fact);
}

static json_t *draw_test(random_source *random, const known_fact *fact, long *used) {
  int64_t shape = random_between(random, 0, 5);
  if (shape == 0)
    return draw_value(random, fact);
  if (shape == 1)
    return draw_list(random, fact);
  json_t *test = json_object();
  for (int64_t n = random_between(random, 1, 2); n > 0; n--) {
    int64_t operation = random_between(random, 0, fact->rising != 0 ? 8 : 4);
    if (fact->rising == 0 && operation == 4)
      operation = 8;
    used[operation]++;
    json_object_set_new(test, operators[operation], draw_operand(random, fact, operators[operation]));
  }
  return test;
}

static json_t *draw_condition(random_source *random, int32_t depth, long *used) {
  static const char *const kinds[] = {"all", "any", "not"};
  if (depth > 0 && random_between(random, 0, 14) == 0)
    return json_string("always");
  json_t *condition = json_object();
  for (int64_t n = random_between(random, 1, 3); n > 0; n--) {
    int64_t kind = depth < 4 ? random_between(random, 0, 6) : 6;
    if (kind == 2) {
      json_object_set_new(condition, "not", draw_condition(random, depth + 1, used));
    } else if (kind < 2) {
      json_t *parts = json_array();
      for (int64_t m = random_between(random, 1, 4); m > 0; m--)
        json_array_append_new(parts, draw_condition(random, depth + 1, used));
      json_object_set_new(condition, kinds[kind], parts);
    } else {
      const known_fact *fact = &known_facts[random_between(random, 0, FIXTURE_COUNT(known_facts) - 1)];
      json_object_set_new(condition, fact->name, draw_test(random, fact, used));
    }
  }
  return condition;
}

static json_t *draw_facts(random_source *random) {
  json_t *facts = json_object();
  for (int32_t i = 0; i < FIXTURE_COUNT(known_facts); i++) {
    if (random_between(random, 0, 3) == 0)
      continue;
    const known_fact *fact = &known_facts[i];
    json_t *value = strcmp(fact->type, "set") == 0 ? draw_list(random, fact) : draw_value(random, fact);
    if (strcmp(fact->name, "contacts") == 0 && json_integer_value(value) < 0)
      json_integer_set(value, 0); /* what the library counts is not negative */
    json_object_set_new(facts, fact->name, value);
  }
  return facts;
}

static bool has(const json_t *list, const json_t *value) {
  size_t i;
  json_t *item;
  json_array_foreach(list, i, item) {
    if (json_equal(item, value))
      return true;
  }
  return false;
}

static int64_t place_of(const known_fact *fact, const json_t *value) {
  if (json_is_integer(value))
    return json_integer_value(value);
  for (int64_t i = 0; i < fact->count; i++)
    if (strcmp(fact->choices[i], json_string_value(value)) == 0)
      return i * fact->rising;
  return 0;
}

static bool naive_operator(const known_fact *fact, const char *operation, const json_t *operand, const json_t *value) {
  if (strcmp(operation, "set") == 0)
    return json_is_true(operand) == (value != NULL);
  if (strcmp(operation, "is_not") == 0)
    return !naive_operator(fact, "is", operand, value);
  if (strcmp(operation, "not_in") == 0)
    return !naive_operator(fact, "in", operand, value);
  if (!value)
    return false;
  if (strcmp(operation, "is") == 0)
    return json_is_array(value) ? has(value, operand) : json_equal(value, operand);
  if (strcmp(operation, "in") == 0) {
    size_t i;
    json_t *item;
    json_array_foreach(operand, i, item) {
      if (json_is_array(value) ? has(value, item) : json_equal(value, item))
        return true;
    }
    return false;
  }
  int64_t mine = place_of(fact, value), other = place_of(fact, operand);
  if (strcmp(operation, "at_least") == 0)
    return mine >= other;
  if (strcmp(operation, "at_most") == 0)
    return mine <= other;
  return strcmp(operation, "above") == 0 ? mine > other : mine < other;
}

static bool naive_test(const char *name, const json_t *test, const json_t *facts) {
  const known_fact *fact = known_facts;
  while (strcmp(fact->name, name) != 0)
    fact++;
  const json_t *value = json_object_get(facts, name);
  if (!json_is_object(test))
    return naive_operator(fact, json_is_array(test) ? "in" : "is", test, value);
  const char *operation;
  json_t *operand;
  json_object_foreach((json_t *)test, operation, operand) {
    if (!naive_operator(fact, operation, operand, value))
      return false;
  }
  return true;
}

static bool naive(const json_t *condition, const json_t *facts) {
  if (json_is_string(condition))
    return true;
  const char *key;
  json_t *member, *part;
  size_t i;
  json_object_foreach((json_t *)condition, key, member) {
    bool holds;
    if (strcmp(key, "not") == 0) {
      holds = !naive(member, facts);
    } else if (strcmp(key, "all") == 0 || strcmp(key, "any") == 0) {
      bool all = strcmp(key, "all") == 0;
      holds = all;
      json_array_foreach(member, i, part) {
        holds = all ? holds && naive(part, facts) : holds || naive(part, facts);
      }
    } else {
      holds = naive_test(key, member, facts);
    }
    if (!holds)
      return false;
  }
  return true;
}

static void random_conditions_hold_as_a_naive_reading_says(void **state) {
  (void)state;
  random_source random = random_start("conditions");
  long used[9] = {0}, held = 0, tried = 0, impossible = 0;
  for (long round = random_rounds(50000); round > 0; round--) {
    fixture f;
    fixture_open(&f);
    assert_int_equal(fixture_fill(&f), CSUP_OK);
    json_t *condition = draw_condition(&random, 0, used);
    char *text = json_dumps(condition, 0);
    const csup_condition *compiled = NULL;
    if (fixture_compile(&f, text, NULL, &compiled) != CSUP_OK)
      fail_msg("%s: %s at %s", text, f.error.message, f.error.pointer);
    bool possible = csup_condition_possible(compiled, &f.schema);
    impossible += !possible;
    for (int32_t i = 0; i < 20; i++) {
      json_t *facts = draw_facts(&random);
      int64_t values[CSUP_FACTS_MAX];
      read_facts(&f, facts, values);
      bool expected = naive(condition, facts);
      if (csup_condition_test(compiled, values) != expected || (expected && !possible)) {
        char *dump = json_dumps(facts, 0);
        fail_msg("%s with %s should be %d; possible %d", text, dump, expected, possible);
      }
      held += expected;
      tried++;
      json_decref(facts);
    }
    free(text);
    json_decref(condition);
    fixture_close(&f);
  }
  printf("%ld of %ld held, %ld conditions cannot hold; operators:", held, tried, impossible);
  for (int32_t i = 0; i < 9; i++) {
    printf(" %s %ld", operators[i], used[i]);
    assert_true(used[i] > 0);
  }
  printf("\n");
  assert_true(held * 10 > tried && held * 10 < tried * 9);
}

/* A long list is searched, and a long condition is taken for possible. */
static void long_conditions_work(void **state) {
  fixture *f = *state;
  char *json = malloc(600 * 40), *at = json;
  at += sprintf(at, "{\"seats\": [");
  for (int32_t i = 0; i < 500; i++)
    at += sprintf(at, "%s%d", i == 0 ? "" : ", ", (i * 7919) % 500 * 2);
  sprintf(at, "]}");
  const csup_condition *condition = NULL;
  assert_int_equal(fixture_compile(f, json, NULL, &condition), CSUP_OK);
  int64_t values[CSUP_FACTS_MAX];
  csup_field seats = {.name = "seats", .kind = CSUP_VALUE_NUMBER};
  for (seats.number = -3; seats.number < 1003; seats.number++) {
    assert_int_equal(csup_facts_read(&f->schema, &seats, 1, values, NULL), CSUP_OK);
    assert_int_equal(csup_condition_test(condition, values), seats.number >= 0 && seats.number < 1000 && seats.number % 2 == 0);
  }
  at = json + sprintf(json, "{\"all\": [");
  for (int32_t i = 0; i < 600; i++)
    at += sprintf(at, "%s{\"seats\": %d}", i == 0 ? "" : ", ", i);
  sprintf(at, "]}");
  assert_int_equal(fixture_compile(f, json, NULL, &condition), CSUP_OK);
  assert_true(csup_condition_possible(condition, &f->schema));
  assert_false(csup_condition_test(condition, values));
  free(json);
}

static void every_failing_allocation_is_reported(void **state) {
  (void)state;
  static const char json[] =
      "{\"any\": [{\"product\": [\"a\", \"b\", \"c\", \"d\", \"e\"]}, {\"seats\": [1, 2, 3, 4, 5, 1000]},"
      " {\"seats\": {\"set\": true}, \"vip\": true, \"tier\": {\"is_not\": \"basic\"}}, {\"cause\": \"x\"},"
      " {\"breached\": {\"set\": true}}, \"always\", {\"breached\": \"resolution\"}]}";
  long failures = 0;
  for (size_t used = 0; used < 4096; used += 16) {
    csup_status status = CSUP_E_NOMEM;
    for (long i = 0; status != CSUP_OK; i++) {
      fixture f;
      fixture_open(&f);
      assert_int_equal(fixture_fill(&f), CSUP_OK);
      assert_non_null(csup_arena_allocate(&f.arena, used, 1));
      f.memory.fail_at = f.memory.requests + i;
      const csup_condition *condition = NULL;
      status = fixture_compile(&f, json, NULL, &condition);
      if (status != CSUP_OK) {
        assert_int_equal(status, CSUP_E_NOMEM);
        assert_int_equal(f.error.status, CSUP_E_NOMEM);
        assert_null(condition);
        failures++;
      }
      fixture_close(&f);
    }
  }
  assert_true(failures > 256);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(conditions_hold_as_written, setup, teardown),
      cmocka_unit_test_setup_teardown(wrong_conditions_say_where_and_why, setup, teardown),
      cmocka_unit_test_setup_teardown(the_place_decides_what_may_be_tested, setup, teardown),
      cmocka_unit_test_setup_teardown(nesting_has_a_limit, setup, teardown),
      cmocka_unit_test_setup_teardown(what_a_condition_reads_is_known, setup, teardown),
      cmocka_unit_test_setup_teardown(what_cannot_hold_is_noticed, setup, teardown),
      cmocka_unit_test_setup_teardown(long_conditions_work, setup, teardown),
      cmocka_unit_test(random_conditions_hold_as_a_naive_reading_says),
      cmocka_unit_test(every_failing_allocation_is_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
