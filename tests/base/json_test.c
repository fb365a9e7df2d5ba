#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/json_read.h"
#include "failing_allocator.h"

static csup_status open_text(csup_json_document *document, const char *text, csup_error *error, csup_json *root) {
  return csup_json_open(document, text, strlen(text), CSUP_E_POLICY, CSUP_E_UNKNOWN, error, root);
}

/* Follows a pointer without escapes down from a node; nodes[] keeps each step alive. */
static const csup_json *walk_to(const csup_json *root, const char *pointer, csup_json *nodes) {
  const csup_json *at = root;
  while (*pointer == '/') {
    static char keys[16][32];
    size_t step = at == root ? 0 : (size_t)(at - nodes) + 1;
    size_t length = strcspn(++pointer, "/");
    memcpy(keys[step], pointer, length);
    keys[step][length] = '\0';
    if (json_is_array(at->value))
      csup_json_item(at, (size_t)atoi(keys[step]), &nodes[step]);
    else
      (void)csup_json_member(at, keys[step], &nodes[step]);
    at = &nodes[step];
    pointer += length;
  }
  return at;
}

static void malformed_texts_are_refused_at_their_place(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int32_t line, column;
    const char *says;
  } rows[] = {
      {"", 1, 1, "ends too early"},
      {"  \n ", 2, 2, "ends too early"},
      {"{", 1, 2, "ends too early"},
      {"{\"a\"", 1, 5, "ends too early"},
      {"{\"a\":", 1, 6, "ends too early"},
      {"{\"a\":1", 1, 7, "ends too early"},
      {"{\"a\":1,", 1, 8, "ends too early"},
      {"[1,\n 2", 2, 3, "ends too early"},
      {"\"abc", 1, 5, "ends too early"},
      {"\"abc\\", 1, 5, "ends too early"},
      {"\"\\u12", 1, 2, "no such escape"},
      {"-", 1, 2, "ends too early"},
      {"tru", 1, 1, "expected a value"},
      {"nul", 1, 1, "expected a value"},
      {"True", 1, 1, "expected a value"},
      {"{\"a\":1,}", 1, 8, "name in quotes"},
      {"{a:1}", 1, 2, "name in quotes"},
      {"{\"a\" 1}", 1, 6, "expected ':'"},
      {"{\"a\":1 \"b\":2}", 1, 8, "expected ',' or '}'"},
      {"[1 2]", 1, 4, "expected ',' or ']'"},
      {"[1,]", 1, 4, "expected a value"},
      {"[}", 1, 2, "expected a value"},
      {"{\"a\": {\"b\": 1,\n  \"c\": 2,\n  \"b\": 3}}", 3, 3, "stands here already"},
      {"{\"b\":1,\"\\u0062\":1}", 1, 8, "stands here already"},
      {"1 2", 1, 3, "more text"},
      {"{}\n{}", 2, 1, "more text"},
      {"[01]", 1, 2, "begin with 0"},
      {"[-]", 1, 3, "a digit"},
      {"[1.]", 1, 4, "a digit"},
      {"[1e]", 1, 4, "a digit"},
      {"[1e+]", 1, 5, "a digit"},
      {"[.5]", 1, 2, "expected a value"},
      {"[+1]", 1, 2, "expected a value"},
      {"[\"a\tb\"]", 1, 4, "control character"},
      {"[\"a\nb\"]", 1, 4, "control character"},
      {"[\"\\x\"]", 1, 3, "no such escape"},
      {"[\"\\u00g0\"]", 1, 3, "no such escape"},
      {"[\"\\u0000\"]", 1, 3, "NUL"},
      {"{\"a\\u0000\":1}", 1, 4, "NUL"},
      {"[\"\\ud800\"]", 1, 3, "no such escape"},
      {"[\"\\ud800\\n\"]", 1, 3, "no such escape"},
      {"[\"\\ud800\\ud800\"]", 1, 3, "no such escape"},
      {"[\"\\udc00\"]", 1, 3, "no such escape"},
      {"[\"\x80\"]", 1, 3, "UTF-8"},
      {"[\"\xC0\x80\"]", 1, 3, "UTF-8"},
      {"[\"\xC3\"]", 1, 3, "UTF-8"},
      {"[\"\xE0\x9F\xBF\"]", 1, 3, "UTF-8"},
      {"[\"\xED\xA0\x80\"]", 1, 3, "UTF-8"},
      {"[\"\xF0\x8F\xBF\xBF\"]", 1, 3, "UTF-8"},
      {"[\"\xF4\x90\x80\x80\"]", 1, 3, "UTF-8"},
      {"[\"\xF5\x80\x80\x80\"]", 1, 3, "UTF-8"},
      {"[\"\xF0\x9F\x98", 1, 3, "UTF-8"},
      {"\xEF\xBB\xBF{}", 1, 1, "byte order mark"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    csup_json_document document;
    csup_json root;
    csup_error error = {0};
    csup_status status = open_text(&document, rows[i].text, &error, &root);
    if (status != CSUP_E_SYNTAX || error.line != rows[i].line || error.column != rows[i].column ||
        !strstr(error.message, rows[i].says))
      fail_msg("%s: %s at %d:%d: %s", rows[i].text, csup_status_name(status), error.line, error.column, error.message);
    csup_json_close(&document);
    assert_int_equal(open_text(&document, rows[i].text, NULL, &root), CSUP_E_SYNTAX);
    csup_json_close(&document);
  }
  csup_json_document document;
  csup_json root;
  csup_error error;
  assert_int_equal(csup_json_open(&document, "[1,\0]", 5, CSUP_E_POLICY, CSUP_E_UNKNOWN, &error, &root), CSUP_E_SYNTAX);
  csup_json_close(&document);
  assert_int_equal(csup_json_open(&document, NULL, 0, CSUP_E_POLICY, CSUP_E_UNKNOWN, &error, &root), CSUP_E_ARGUMENT);
  csup_json_close(&document);
}

static void nesting_ends_somewhere(void **state) {
  (void)state;
  char text[1024];
  for (int depth = 255; depth <= 257; depth++) {
    memset(text, '[', (size_t)depth);
    memset(text + depth, ']', (size_t)depth);
    csup_json_document document;
    csup_json root;
    csup_error error = {0};
    csup_status status = csup_json_open(&document, text, (size_t)depth * 2, CSUP_E_POLICY, CSUP_E_UNKNOWN, &error, &root);
    assert_int_equal(status, depth <= 256 ? CSUP_OK : CSUP_E_SYNTAX);
    if (depth > 256)
      assert_int_equal(error.column, 257);
    csup_json_close(&document);
  }
}

/* Every prefix of a good text is an error at its end or inside it, never a crash, never accepted. */
static void truncated_texts_are_refused(void **state) {
  (void)state;
  static const char text[] = "{\"a\\u00e9\\ud83d\\ude00\": [1, -20, {\"b\\n\": true}, null, \"\xE2\x82\xAC\"], \"c\": false}";
  for (size_t length = 0; length < sizeof text - 1; length++) {
    char *exact = malloc(length ? length : 1); /* so that reading past the end is seen */
    memcpy(exact, text, length);
    csup_json_document document;
    csup_json root;
    csup_error error = {0};
    assert_int_equal(csup_json_open(&document, exact, length, CSUP_E_POLICY, CSUP_E_UNKNOWN, &error, &root), CSUP_E_SYNTAX);
    assert_int_equal(error.line, 1);
    assert_in_range(error.column, 1, length + 1);
    csup_json_close(&document);
    free(exact);
  }
}

static void strings_lose_their_escapes(void **state) {
  (void)state;
  static const char text[] = "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\", \"\\u0041\\u00E9\\u20ac\\uD83D\\uDE00\", \"\", \"caf\xC3\xA9\", "
                             "\"\\u007f\\u0080\\u07FF\\u0800\\uffff\"]";
  static const char *const wanted[] = {"\"\\/\b\f\n\r\t", "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", "", "caf\xC3\xA9",
                                       "\x7f\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF"};
  csup_json_document document;
  csup_json root, item;
  assert_int_equal(open_text(&document, text, NULL, &root), CSUP_OK);
  assert_int_equal(csup_json_size(&root), 5);
  for (size_t i = 0; i < 5; i++) {
    const char *read = NULL;
    csup_json_item(&root, i, &item);
    assert_int_equal(csup_json_text(&item, &read), CSUP_OK);
    assert_string_equal(read, wanted[i]);
  }
  csup_json_close(&document);
}

static void integers_of_64_bits_are_read(void **state) {
  (void)state;
  static const struct {
    const char *text;
    csup_status in_policy, in_event;
    int64_t number;
  } rows[] = {
      {"0", CSUP_OK, CSUP_OK, 0},
      {"-0", CSUP_OK, CSUP_OK, 0},
      {"9223372036854775807", CSUP_OK, CSUP_OK, INT64_MAX},
      {"-9223372036854775808", CSUP_OK, CSUP_OK, INT64_MIN},
      {"9223372036854775808", CSUP_E_POLICY, CSUP_E_RANGE, 0},
      {"-9223372036854775809", CSUP_E_POLICY, CSUP_E_RANGE, 0},
      {"99999999999999999999999999", CSUP_E_POLICY, CSUP_E_RANGE, 0},
      {"18446744073709551617", CSUP_E_POLICY, CSUP_E_RANGE, 0},
      {"1.0", CSUP_E_POLICY, CSUP_E_ARGUMENT, 0},
      {"1e2", CSUP_E_POLICY, CSUP_E_ARGUMENT, 0},
      {"-12.5E-3", CSUP_E_POLICY, CSUP_E_ARGUMENT, 0},
      {"1e999", CSUP_E_POLICY, CSUP_E_ARGUMENT, 0},
      {"\"1\"", CSUP_E_POLICY, CSUP_E_ARGUMENT, 0},
      {"null", CSUP_E_POLICY, CSUP_E_ARGUMENT, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    for (int event = 0; event < 2; event++) {
      csup_json_document document;
      csup_json root;
      csup_error error = {0};
      assert_int_equal(csup_json_open(&document, rows[i].text, strlen(rows[i].text), event ? CSUP_E_ARGUMENT : CSUP_E_POLICY,
                                      CSUP_E_UNKNOWN, &error, &root),
                       CSUP_OK);
      int64_t number = 77;
      csup_status status = csup_json_integer(&root, &number);
      assert_int_equal(status, event ? rows[i].in_event : rows[i].in_policy);
      assert_int_equal(number, status == CSUP_OK ? rows[i].number : 77);
      csup_json_close(&document);
    }
  }
}

static const char places[] = "{ \"a/b\": 1,\n"
                             "  \"m~n\": [10, [20, 21],\n"
                             "\t{\"x\\\"y\": true}],\n"
                             "  \"\": {\"deep\": {\"list\": [[], {}, [[\"in\"]]]}},\n"
                             "  \"~1\": 5, \"caf\\u00e9\": 6, \"\\ud83d\\ude00\": 7, \"\\n\\u0041\": 8,\n"
                             "  \"s\": \"a, ] } \\\" \\\\\", \"last\" :\r\n 9 }";

static void a_pointer_is_found_by_line_and_column(void **state) {
  (void)state;
  static const struct {
    const char *pointer;
    int32_t line, column; /* 0: not there */
  } rows[] = {
      {"", 1, 1},
      {"/a~1b", 1, 10},
      {"/m~0n", 2, 10},
      {"/m~0n/0", 2, 11},
      {"/m~0n/1", 2, 15},
      {"/m~0n/1/1", 2, 20},
      {"/m~0n/2", 3, 2},
      {"/m~0n/2/x\"y", 3, 11},
      {"/", 4, 7},
      {"//deep/list", 4, 25},
      {"//deep/list/0", 4, 26},
      {"//deep/list/1", 4, 30},
      {"//deep/list/2/0/0", 4, 36},
      {"/~01", 5, 9},
      {"/caf\xC3\xA9", 5, 25},
      {"/\xF0\x9F\x98\x80", 5, 44},
      {"/\nA", 5, 59},
      {"/s", 6, 8},
      {"/last", 7, 2},
      {"/a", 0, 0},
      {"/a~1b/0", 0, 0},
      {"/m~0n/3", 0, 0},
      {"/m~0n/2/x", 0, 0},
      {"/~1", 0, 0},
      {"/lasting", 0, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    int32_t line = 0, column = 0;
    bool found = csup_json_locate(places, sizeof places - 1, rows[i].pointer, &line, &column);
    if (found != (rows[i].line > 0) || line != rows[i].line || column != rows[i].column)
      fail_msg("%s: %d:%d", rows[i].pointer, line, column);
  }
}

/* Every value of a text: its node's pointer leads back to it. */
static void check_places(const csup_json *node, int *count) {
  csup_error *error = node->document->error;
  assert_int_equal(csup_json_fail(node, CSUP_E_RANGE, "number %d", ++*count), CSUP_E_RANGE);
  char pointer[128];
  csup_json_pointer(node, pointer, sizeof pointer);
  assert_string_equal(error->pointer, pointer);
  int32_t line = 0, column = 0;
  assert_true(csup_json_locate(places, sizeof places - 1, pointer, &line, &column));
  assert_int_equal(error->line, line);
  assert_int_equal(error->column, column);
  const char *at = places;
  for (int32_t i = 1; i < line; i++)
    at = strchr(at, '\n') + 1;
  at += column - 1;
  static const char firsts[] = "{[\"0123456789tfn";
  assert_non_null(strchr(firsts, *at));
  assert_int_equal(*at == '{', json_is_object(node->value));
  assert_int_equal(*at == '[', json_is_array(node->value));
  if (json_is_integer(node->value))
    assert_int_equal(strtol(at, NULL, 10), json_integer_value(node->value));
  csup_json child;
  if (json_is_array(node->value)) {
    for (size_t i = 0; i < csup_json_size(node); i++) {
      csup_json_item(node, i, &child);
      check_places(&child, count);
    }
  }
  if (json_is_object(node->value))
    for (void *member = csup_json_first(node); csup_json_next(node, &member, &child);)
      check_places(&child, count);
}

static void every_node_knows_its_place(void **state) {
  (void)state;
  csup_json_document document;
  csup_json root;
  csup_error error;
  assert_int_equal(open_text(&document, places, &error, &root), CSUP_OK);
  int count = 0;
  check_places(&root, &count);
  assert_int_equal(count, 23);
  csup_json_close(&document);
}

static void members_come_in_document_order(void **state) {
  (void)state;
  csup_json_document document;
  csup_json root, member;
  assert_int_equal(open_text(&document, "{\"z\":1,\"a\":2,\"m\":3,\"b\":4}", NULL, &root), CSUP_OK);
  char order[8] = "";
  for (void *at = csup_json_first(&root); csup_json_next(&root, &at, &member);)
    strcat(order, member.key);
  assert_string_equal(order, "zamb");
  assert_int_equal(csup_json_size(&root), 4);
  assert_true(csup_json_member(&root, "m", &member));
  assert_int_equal(csup_json_size(&member), 0);
  assert_false(csup_json_member(&root, "x", &member));
  assert_null(member.value);
  csup_json_close(&document);
}

typedef enum reader_kind { OBJECT, ARRAY, TEXT, NAME, INTEGER, FLAG, NEED, ONLY } reader_kind;

static csup_status read_as(reader_kind kind, const csup_json *node) {
  static const char *const only[] = {"one", "two", NULL};
  const char *text = NULL;
  int64_t number = 0;
  bool flag = false;
  csup_json member;
  switch (kind) {
  case OBJECT:
    return csup_json_object(node);
  case ARRAY:
    return csup_json_array(node);
  case TEXT:
    return csup_json_text(node, &text);
  case NAME:
    return csup_json_name(node, &text);
  case INTEGER:
    return csup_json_integer(node, &number);
  case FLAG:
    return csup_json_flag(node, &flag);
  case NEED:
    return csup_json_need(node, "one", &member);
  case ONLY:
    break;
  }
  return csup_json_only(node, only);
}

static void wrong_values_are_named(void **state) {
  (void)state;
  static const char text[] =
      "{\"o\": {\"two\": 2, \"three\": 3},\n \"a\": [[], \"\", 1, 1.5, true, null, 9e9], \"n\": \"x\", \"ok\": {\"one\": 1}, "
      "\"huge\": 123456789012345678901}";
  static const struct {
    const char *pointer;
    reader_kind kind;
    csup_status status;
    const char *at; /* the pointer reported */
    int32_t line, column;
    const char *message;
  } rows[] = {
      {"/a", OBJECT, CSUP_E_POLICY, "/a", 2, 7, "expected an object, found an array"},
      {"/o", ARRAY, CSUP_E_POLICY, "/o", 1, 7, "expected an array, found an object"},
      {"/a/1", ARRAY, CSUP_E_POLICY, "/a/1", 2, 12, "expected an array, found a string"},
      {"/a/2", TEXT, CSUP_E_POLICY, "/a/2", 2, 16, "expected a string, found an integer"},
      {"/a/1", TEXT, CSUP_OK, "", 0, 0, ""},
      {"/a/1", NAME, CSUP_E_POLICY, "/a/1", 2, 12, "expected a string that is not empty, found a string"},
      {"/n", NAME, CSUP_OK, "", 0, 0, ""},
      {"/a/4", NAME, CSUP_E_POLICY, "/a/4", 2, 24, "expected a string, found true or false"},
      {"/a/3", INTEGER, CSUP_E_POLICY, "/a/3", 2, 19, "expected an integer, found a number that is not an integer"},
      {"/huge", TEXT, CSUP_E_POLICY, "/huge", 2, 78, "expected a string, found a number of more than 64 bits"},
      {"/huge", INTEGER, CSUP_E_POLICY, "/huge", 2, 78, "the number does not fit into 64 bits"},
      {"/a/5", FLAG, CSUP_E_POLICY, "/a/5", 2, 30, "expected true or false, found null"},
      {"/a/4", FLAG, CSUP_OK, "", 0, 0, ""},
      {"/missing", TEXT, CSUP_E_POLICY, "", 1, 1, "the member \"missing\" is missing; expected a string"},
      {"/o/missing", OBJECT, CSUP_E_POLICY, "/o", 1, 7, "the member \"missing\" is missing; expected an object"},
      {"/a/9", INTEGER, CSUP_E_POLICY, "/a", 2, 7, "expected an integer, found nothing"},
      {"/o", NEED, CSUP_E_POLICY, "/o", 1, 7, "the member \"one\" is missing"},
      {"/ok", NEED, CSUP_OK, "", 0, 0, ""},
      {"/o", ONLY, CSUP_E_UNKNOWN, "/o/three", 1, 27, "unknown member \"three\"; expected one of: one, two"},
      {"/ok", ONLY, CSUP_OK, "", 0, 0, ""},
  };
  csup_json_document document;
  csup_json root, nodes[16];
  csup_error error;
  assert_int_equal(open_text(&document, text, &error, &root), CSUP_OK);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    memset(&error, 0, sizeof error);
    csup_status status = read_as(rows[i].kind, walk_to(&root, rows[i].pointer, nodes));
    if (status != rows[i].status || strcmp(error.pointer, rows[i].at) != 0 || error.line != rows[i].line ||
        error.column != rows[i].column || strcmp(error.message, rows[i].message) != 0)
      fail_msg("%s: %s %s %d:%d %s", rows[i].pointer, csup_status_name(status), error.pointer, error.line, error.column,
               error.message);
  }
  csup_json_close(&document);
}

/* A pointer too long for the error is cut to the nearest enclosing value; a message to whole characters. */
static void long_pointers_and_messages_are_cut(void **state) {
  (void)state;
  char key[150], text[400];
  memset(key, 'k', sizeof key - 1);
  key[sizeof key - 1] = '\0';
  (void)snprintf(text, sizeof text, "{\"a\": {\"%s\": [1]}}", key);
  csup_json_document document;
  csup_json root, a, long_one, item;
  csup_error error;
  assert_int_equal(open_text(&document, text, &error, &root), CSUP_OK);
  csup_json_member(&root, "a", &a);
  csup_json_member(&a, key, &long_one);
  csup_json_item(&long_one, 0, &item);
  char words[400] = "";
  for (int i = 0; i < 130; i++)
    strcat(words, "\xC3\xA9");
  assert_int_equal(csup_json_fail(&item, CSUP_E_POLICY, "%s", words), CSUP_E_POLICY);
  assert_string_equal(error.pointer, "/a");
  assert_int_equal(error.column, 7);
  assert_int_equal(strlen(error.message), 254);
  char small[3];
  csup_json_pointer(&item, small, sizeof small);
  assert_string_equal(small, "/a");
  csup_json_pointer(&item, small, 2);
  assert_string_equal(small, "");
  csup_json_close(&document);
}

/* Each allocation of the JSON library fails in turn: CSUP_E_NOMEM and nothing held, or the very same value. */
static void reading_survives_each_failure(void **state) {
  (void)state;
  static const char text[] =
      "{\"a member whose name is long enough\": [\"a long string that has to grow more than once while it is read\", "
      "12345678901234567, {\"b\\u00e9\": true}, \"an escaped \\\"string\\\" that is long as well\", 1.5],"
      "\"1\":[], \"2\":{}, \"3\":1, \"4\":1, \"5\":1, \"6\":1, \"7\":1, \"8\":1, \"9\":[1,2,3,4,5,6,7,8,9,10]}";
  csup_json_document document;
  csup_json root;
  assert_int_equal(open_text(&document, text, NULL, &root), CSUP_OK);
  json_t *whole = json_incref(root.value);
  csup_json_close(&document);
  long held = failing_json.blocks, failures = 0;
  for (;; failures++) {
    csup_error error = {0};
    failing_json.requests = 0;
    failing_json.fail_at = failures;
    csup_status status = open_text(&document, text, &error, &root);
    failing_json.fail_at = -1;
    if (status == CSUP_OK)
      assert_true(json_equal(root.value, whole));
    else
      assert_string_equal(error.message, csup_status_text(CSUP_E_NOMEM));
    csup_json_close(&document);
    assert_int_equal(failing_json.blocks, held);
    if (status == CSUP_OK)
      break;
    assert_int_equal(status, CSUP_E_NOMEM);
  }
  assert_true(failures > 40);
  json_decref(whole);
}

static uint64_t next_random(uint64_t *seed) {
  *seed += UINT64_C(0x9E3779B97F4A7C15);
  uint64_t z = *seed;
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

static bool holds_a_real(const json_t *value) {
  size_t index = 0;
  const char *key = NULL;
  json_t *child = NULL;
  if (json_is_real(value))
    return true;
  json_array_foreach((json_t *)value, index, child) {
    if (holds_a_real(child))
      return true;
  }
  json_object_foreach((json_t *)value, key, child) {
    if (holds_a_real(child))
      return true;
  }
  return false;
}

/* The JSON library's own loader accepts and refuses the same texts and gives the same values. */
static void another_reader_agrees(void **state) {
  (void)state;
  const char *given = getenv("CSUP_TEST_SEED"), *scale = getenv("CSUP_TEST_SCALE");
  uint64_t seed = given ? strtoull(given, NULL, 0) : UINT64_C(20260302);
  long rounds = (long)(200000 * (scale ? strtod(scale, NULL) : 0.1));
  print_message("seed %llu, %ld texts\n", (unsigned long long)seed, rounds);
  static const char base[] =
      "{\"a\": [1, -20, 3.5, {\"b\\n\\u00e9\": true}], \"c\": null, \"d\": [\"\\ud83d\\ude00\", \"\xE2\x82\xAC\", 0, 10e2]}";
  static const char bytes[] = "{}[],:\"\\ue0123456789dDcC.-+Eeabfnrtulse \n\t\x01\x80\xC3\xE2\xF0";
  long accepted = 0;
  for (long round = 0; round < rounds; round++) {
    char text[sizeof base + 8];
    size_t length = sizeof base - 1;
    memcpy(text, base, length);
    for (uint64_t edits = next_random(&seed) % 3 + 1; edits > 0; edits--) {
      size_t at = next_random(&seed) % length;
      char byte = bytes[next_random(&seed) % (sizeof bytes - 1)];
      switch (next_random(&seed) % 3) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        memmove(text + at, text + at + 1, --length - at);
        break;
      default:
        memmove(text + at + 1, text + at, length++ - at);
        text[at] = byte;
      }
    }
    json_error_t fault;
    json_t *theirs = json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault), *ours = NULL;
    csup_status status = csup_json_read(text, length, NULL, &ours);
    if ((status == CSUP_OK) != (theirs != NULL))
      fail_msg("seed %llu: %.*s: %s against %s", (unsigned long long)seed, (int)length, text, csup_status_name(status),
               theirs ? "accepted" : fault.text);
    if (theirs && !holds_a_real(theirs) && !json_equal(theirs, ours))
      fail_msg("seed %llu: %.*s: another value", (unsigned long long)seed, (int)length, text);
    accepted += theirs != NULL;
    json_decref(theirs);
    json_decref(ours);
  }
  assert_in_range(accepted, rounds / 50, rounds / 2);
}

int main(void) {
  json_set_alloc_funcs(failing_json_malloc, failing_json_free);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(malformed_texts_are_refused_at_their_place),
      cmocka_unit_test(nesting_ends_somewhere),
      cmocka_unit_test(truncated_texts_are_refused),
      cmocka_unit_test(strings_lose_their_escapes),
      cmocka_unit_test(integers_of_64_bits_are_read),
      cmocka_unit_test(a_pointer_is_found_by_line_and_column),
      cmocka_unit_test(every_node_knows_its_place),
      cmocka_unit_test(members_come_in_document_order),
      cmocka_unit_test(wrong_values_are_named),
      cmocka_unit_test(long_pointers_and_messages_are_cut),
      cmocka_unit_test(reading_survives_each_failure),
      cmocka_unit_test(another_reader_agrees),
  };
  int failed = cmocka_run_group_tests_name("base/json", tests, NULL, NULL);
  return failing_json.blocks == 0 ? failed : 1;
}
