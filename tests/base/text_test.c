#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "failing_allocator.h"

static void write_all(csup_writer *writer) {
  csup_write_text(writer, "a=");
  csup_write_int64(writer, -12);
  csup_write_char(writer, ' ');
  csup_write_json_string(writer, "q\"");
  csup_write_bytes(writer, "end!", 3);
}

/* The text and its NUL fit, or CSUP_E_SPACE with the same length, the front of the text and nothing past the buffer. */
static void space_is_asked_for_exactly(void **state) {
  (void)state;
  static const char whole[] = "a=-12 \"q\\\"\"end";
  size_t length = 0;
  csup_writer writer;
  csup_writer_init(&writer, NULL, 100);
  write_all(&writer);
  assert_int_equal(csup_writer_end(&writer, &length), CSUP_E_SPACE);
  assert_int_equal(length, sizeof whole - 1);
  for (size_t capacity = 0; capacity < sizeof whole + 4; capacity++) {
    char buffer[64];
    memset(buffer, '#', sizeof buffer);
    csup_writer_init(&writer, buffer, capacity);
    write_all(&writer);
    bool fits = capacity >= sizeof whole;
    length = 0;
    assert_int_equal(csup_writer_end(&writer, &length), fits ? CSUP_OK : CSUP_E_SPACE);
    assert_int_equal(length, sizeof whole - 1);
    size_t written = fits ? sizeof whole - 1 : capacity ? capacity - 1 : 0;
    assert_memory_equal(buffer, whole, written);
    if (capacity > 0)
      assert_int_equal(buffer[written], '\0');
    for (size_t i = fits ? sizeof whole : capacity; i < sizeof buffer; i++)
      assert_int_equal(buffer[i], '#');
  }
  char small[4];
  csup_writer_init(&writer, small, sizeof small);
  csup_write_text(&writer, "abc");
  assert_int_equal(csup_writer_end(&writer, NULL), CSUP_OK);
}

static void numbers_are_written_whole(void **state) {
  (void)state;
  static const int64_t numbers[] = {0, 1, -1, 9, 10, -10, 1234567890123, INT64_MAX, INT64_MIN, INT64_MIN + 1};
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    char wanted[32], buffer[32];
    (void)snprintf(wanted, sizeof wanted, "%lld", (long long)numbers[i]);
    csup_writer writer;
    csup_writer_init(&writer, buffer, sizeof buffer);
    csup_write_int64(&writer, numbers[i]);
    assert_int_equal(csup_writer_end(&writer, NULL), CSUP_OK);
    assert_string_equal(buffer, wanted);
  }
}

static void json_strings_are_escaped(void **state) {
  (void)state;
  static const struct {
    const char *text, *written;
  } rows[] = {
      {"", "\"\""},
      {"plain", "\"plain\""},
      {"\"\\/", "\"\\\"\\\\/\""},
      {"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
      {"\x01\x1f\x7f", "\"\\u0001\\u001f\x7f\""},
      {"caf\xC3\xA9 \xF0\x9F\x98\x80", "\"caf\xC3\xA9 \xF0\x9F\x98\x80\""},
      {"end\n", "\"end\\n\""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char buffer[64];
    csup_writer writer;
    csup_writer_init(&writer, buffer, sizeof buffer);
    csup_write_json_string(&writer, rows[i].text);
    assert_int_equal(csup_writer_end(&writer, NULL), CSUP_OK);
    assert_string_equal(buffer, rows[i].written);
  }
}

static void symbols_are_numbered_by_first_sight(void **state) {
  (void)state;
  csup_allocator allocator;
  assert_int_equal(csup_allocator_take(NULL, &allocator), CSUP_OK);
  csup_arena arena;
  csup_arena_init(&arena, &allocator);
  csup_symbols symbols;
  csup_symbols_init(&symbols, &arena);
  assert_int_equal(csup_symbols_find(&symbols, "none", 4), CSUP_NO_SYMBOL);
  enum { COUNT = 3000 }; /* grows eight times */
  for (int round = 0; round < 2; round++) {
    for (int32_t i = 0; i < COUNT; i++) {
      char text[16];
      int length = snprintf(text, sizeof text, "name %d", i * 7);
      int32_t symbol = -5;
      assert_int_equal(csup_symbols_find(&symbols, text, (size_t)length), round ? i : CSUP_NO_SYMBOL);
      assert_int_equal(csup_symbols_add(&symbols, text, (size_t)length, &symbol), CSUP_OK);
      assert_int_equal(symbol, i);
      assert_string_equal(symbols.texts[i], text);
    }
  }
  assert_int_equal(symbols.count, COUNT);
  int32_t empty = -5, prefix = -5;
  assert_int_equal(csup_symbols_add(&symbols, "", 0, &empty), CSUP_OK);
  assert_int_equal(csup_symbols_add(&symbols, "name 7 and more", 4, &prefix), CSUP_OK); /* a length, not a NUL, ends it */
  assert_int_equal(empty, COUNT);
  assert_int_equal(prefix, COUNT + 1);
  assert_string_equal(symbols.texts[prefix], "name");
  csup_arena_free(&arena);
}

/* Each allocation fails in turn: the symbol is not added, what was there stays, and the next attempt succeeds. */
static void symbols_survive_each_failure(void **state) {
  (void)state;
  long failures = 0;
  for (long fail_at = 0;; fail_at++) {
    failing_allocator failing = {.fail_at = fail_at};
    csup_allocator allocator = {&failing, failing_resize};
    csup_arena arena;
    csup_arena_init(&arena, &allocator);
    csup_symbols symbols;
    csup_symbols_init(&symbols, &arena);
    long failed = 0;
    for (int32_t i = 0; i < 500; i++) {
      char text[40];
      int length = snprintf(text, sizeof text, "a text of a certain length %d", i);
      int32_t symbol = -5;
      csup_status status = csup_symbols_add(&symbols, text, (size_t)length, &symbol);
      if (status != CSUP_OK) {
        failed++;
        assert_int_equal(status, CSUP_E_NOMEM);
        assert_int_equal(symbol, -5);
        assert_int_equal(symbols.count, i);
        assert_int_equal(csup_symbols_find(&symbols, text, (size_t)length), CSUP_NO_SYMBOL);
        assert_int_equal(csup_symbols_add(&symbols, text, (size_t)length, &symbol), CSUP_OK);
      }
      assert_int_equal(symbol, i);
    }
    csup_arena_free(&arena);
    assert_int_equal(failing.blocks, 0);
    failures += failed;
    if (failed == 0)
      break;
  }
  assert_true(failures > 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(space_is_asked_for_exactly),   cmocka_unit_test(numbers_are_written_whole),
      cmocka_unit_test(json_strings_are_escaped),     cmocka_unit_test(symbols_are_numbered_by_first_sight),
      cmocka_unit_test(symbols_survive_each_failure),
  };
  return cmocka_run_group_tests_name("base/text", tests, NULL, NULL);
}
