#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/status.h"

static void names_and_sentences_of_every_status(void **state) {
  (void)state;
  static const struct {
    csup_status status;
    int32_t number;
    const char *name;
  } rows[] = {
      {CSUP_OK, 0, "CSUP_OK"},
      {CSUP_E_NOMEM, -1, "CSUP_E_NOMEM"},
      {CSUP_E_ARGUMENT, -2, "CSUP_E_ARGUMENT"},
      {CSUP_E_RANGE, -3, "CSUP_E_RANGE"},
      {CSUP_E_SYNTAX, -4, "CSUP_E_SYNTAX"},
      {CSUP_E_POLICY, -5, "CSUP_E_POLICY"},
      {CSUP_E_UNKNOWN, -6, "CSUP_E_UNKNOWN"},
      {CSUP_E_ORDER, -7, "CSUP_E_ORDER"},
      {CSUP_E_REFUSED, -8, "CSUP_E_REFUSED"},
      {CSUP_E_NEVER, -9, "CSUP_E_NEVER"},
      {CSUP_E_CORRUPT, -10, "CSUP_E_CORRUPT"},
      {CSUP_E_VERSION, -11, "CSUP_E_VERSION"},
      {CSUP_E_SPACE, -12, "CSUP_E_SPACE"},
      {CSUP_E_IO, -13, "CSUP_E_IO"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    assert_int_equal(rows[i].status, rows[i].number);
    assert_string_equal(csup_status_name(rows[i].status), rows[i].name);
    assert_true(strlen(csup_status_text(rows[i].status)) > 10);
    for (size_t j = 0; j < i; j++)
      assert_string_not_equal(csup_status_text(rows[i].status), csup_status_text(rows[j].status));
  }
  static const csup_status none[] = {1, -14, INT32_MAX, INT32_MIN};
  for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
    assert_string_equal(csup_status_name(none[i]), "unknown");
    assert_true(strlen(csup_status_text(none[i])) > 10);
  }
}

static void version_is_three_numbers(void **state) {
  (void)state;
  int dots = 0;
  for (const char *at = csup_version(); *at; at++) {
    assert_true(*at == '.' || (*at >= '0' && *at <= '9'));
    dots += *at == '.';
  }
  assert_int_equal(dots, 2);
}

static void an_error_is_filled_whole(void **state) {
  (void)state;
  csup_error error;
  memset(&error, 0x55, sizeof error);
  assert_int_equal(csup_fail(&error, CSUP_E_RANGE, "%d is more than %s", 7, "six"), CSUP_E_RANGE);
  assert_int_equal(error.status, CSUP_E_RANGE);
  assert_int_equal(error.line, 0);
  assert_int_equal(error.column, 0);
  assert_int_equal(error.index, -1);
  assert_string_equal(error.pointer, "");
  assert_string_equal(error.message, "7 is more than six");
  assert_int_equal(csup_fail_at(&error, CSUP_E_SYNTAX, 3, 14, "here"), CSUP_E_SYNTAX);
  assert_int_equal(error.line, 3);
  assert_int_equal(error.column, 14);
  assert_int_equal(csup_fail_plain(&error, CSUP_E_NOMEM), CSUP_E_NOMEM);
  assert_string_equal(error.message, csup_status_text(CSUP_E_NOMEM));
  assert_int_equal(csup_fail(NULL, CSUP_E_IO, "nobody %s", "listens"), CSUP_E_IO);
  assert_int_equal(csup_fail_at(NULL, CSUP_E_IO, 1, 1, "nobody"), CSUP_E_IO);
  assert_int_equal(csup_fail_plain(NULL, CSUP_E_IO), CSUP_E_IO);
}

/* A message of 256 bytes at most is cut between characters, whatever their length and wherever the cut falls. */
static void messages_are_cut_between_characters(void **state) {
  (void)state;
  static const char *const characters[] = {"a", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
  for (size_t c = 0; c < 4; c++) {
    for (size_t shift = 0; shift < 4; shift++) {
      char text[600] = "";
      memset(text, 'x', shift);
      while (strlen(text) + 4 < sizeof text)
        strcat(text, characters[c]);
      csup_error error;
      csup_fail(&error, CSUP_E_RANGE, "%s", text);
      size_t length = strlen(error.message), width = c + 1;
      assert_int_equal(length, shift + (255 - shift) / width * width);
      assert_memory_equal(error.message, text, length);
    }
  }
}

/* A precision counts bytes too; what it leaves of a character is dropped, and so are bytes that never were UTF-8. */
static void only_whole_characters_are_kept(void **state) {
  (void)state;
  static const struct {
    const char *text, *kept;
  } rows[] = {
      {"ab\xC3\xA9", "<ab>"}, {"a\xC3\xA9x", "<a\xC3\xA9>"}, {"\xF0\x9F\x98\x80", "<>"}, {"\xE2\x82\xAC", "<\xE2\x82\xAC>"},
      {"a\x80\xFFx", "<a>"},  {"\xC1\x81x", "<x>"},          {"\xC3(x", "<(x>"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    csup_error error;
    csup_fail(&error, CSUP_E_UNKNOWN, "<%.3s>", rows[i].text);
    assert_string_equal(error.message, rows[i].kept);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_and_sentences_of_every_status),
      cmocka_unit_test(version_is_three_numbers),
      cmocka_unit_test(an_error_is_filled_whole),
      cmocka_unit_test(messages_are_cut_between_characters),
      cmocka_unit_test(only_whole_characters_are_kept),
  };
  return cmocka_run_group_tests_name("base/status", tests, NULL, NULL);
}
