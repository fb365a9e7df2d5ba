/* Truncated, damaged and hostile TZif bytes: refused with a sentence, or a sound zone; never read past their end. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "failing_allocator.h"
#include "random.h"
#include "time/civil.h"
#include "time/tzif_bytes.h"
#include "time/zone.h"

static const int64_t times[] = {-1000000000, 0, 1000000000};
static const uint8_t indexes[] = {1, 2, 1};
static const int32_t offsets[] = {600, 3600, 7200};

static tzif_bytes sample(char version) {
  return tzif_make(&(tzif_spec){version, times, indexes, 3, offsets, 3, "AAA-1BBB,M3.5.0,M10.5.0/3"});
}

/* The bytes alone, on the heap: reading past them is seen by a sanitizer. What comes out must be sound. */
static csup_status load(const uint8_t *bytes, size_t length, csup_error *error) {
  uint8_t *copy = malloc(length ? length : 1);
  assert_non_null(copy);
  memcpy(copy, bytes, length);
  failing_allocator memory = {.fail_at = -1};
  const csup_allocator allocator = {&memory, failing_resize};
  csup_zone *zone = NULL;
  *error = (csup_error){.message = ""};
  csup_status status = csup_zone_from_tzif("Z", copy, length, &allocator, &zone, error);
  free(copy);
  if (status == CSUP_OK) {
    size_t count = 0;
    const csup_transition *list = csup_zone_transitions(zone, &count);
    assert_true(memory.bytes < 16 * (length + 700)); /* the size follows from the file's, not from what it says */
    assert_true(count > 0 && list[0].at == INT64_MIN);
    for (size_t i = 0; i < count; i++) {
      assert_true(list[i].offset >= -89999 && list[i].offset <= 93599);
      assert_true(i == 0 || (list[i].at > list[i - 1].at && list[i].offset != list[i - 1].offset));
    }
    assert_true(csup_transitions_instant(list, count, 0) >= -93599);
    assert_string_equal(error->message, "");
    csup_zone_free(zone);
  } else {
    assert_int_equal(status, CSUP_E_CORRUPT);
    assert_int_equal(error->status, CSUP_E_CORRUPT);
    assert_true(strlen(error->message) > 20);
    assert_int_equal(memory.requests, 0);
    assert_null(zone);
  }
  assert_int_equal(memory.blocks, 0);
  return status;
}

static void truncated(void **state) {
  (void)state;
  csup_error error;
  for (char version = '1'; version <= '4'; version++) {
    tzif_bytes file = sample(version);
    assert_int_equal(load(file.bytes, file.length, &error), CSUP_OK);
    for (size_t length = 0; length < file.length; length++)
      assert_int_equal(load(file.bytes, length, &error), CSUP_E_CORRUPT);
  }
}

static void every_byte_damaged(void **state) {
  (void)state;
  csup_error error;
  for (char version = '1'; version <= '3'; version += 2) {
    tzif_bytes file = sample(version);
    size_t refused = 0;
    for (size_t i = 0; i < file.length; i++) {
      uint8_t right = file.bytes[i];
      for (unsigned wrong = 0; wrong < 256; wrong++) {
        file.bytes[i] = (uint8_t)wrong;
        refused += load(file.bytes, file.length, &error) != CSUP_OK;
      }
      file.bytes[i] = right;
    }
    assert_true(refused > 0);
  }
}

/* Offsets of a header's counts. */
enum { UT_FLAGS = 20, STANDARD_FLAGS = 24, LEAPS = 28, TIMES = 32, TYPES = 36, CHARACTERS = 40, LAST_BYTE = 3 };

static void expect_refusal(char version, size_t at, uint8_t value, const char *sentence) {
  tzif_bytes file = sample(version);
  csup_error error;
  file.bytes[at] = value;
  if (load(file.bytes, file.length, &error) != CSUP_E_CORRUPT || !strstr(error.message, sentence))
    fail_msg("byte %zu = %d of version %c: \"%s\"", at, value, version, error.message);
}

static void sentences(void **state) {
  (void)state;
  const size_t second = TZIF_HEADER + 7; /* the header of versions 2 and up */
  const size_t data = second + TZIF_HEADER, index_data = data + 3 * 8, type_data = index_data + 3;
  static const char beyond[] = "it ends within the data that its header announces";
  expect_refusal('1', 0, 't', "does not begin with \"TZif\"");
  expect_refusal('1', 4, '5', "its version is not 1 to 4");
  expect_refusal('1', 4, 1, "its version is not 1 to 4");
  expect_refusal('2', 4, '1', "its version is not 1 to 4");
  expect_refusal('2', 4, '3', "different versions");
  expect_refusal('2', second, 'X', "does not begin with \"TZif\"");
  expect_refusal('2', TIMES, 255, beyond);
  for (size_t count = UT_FLAGS; count <= CHARACTERS; count += 4) {
    expect_refusal('1', count, 255, beyond);
    expect_refusal('1', count, 128, beyond);
    expect_refusal('3', second + count, 255, beyond);
  }
  expect_refusal('2', second + TYPES + LAST_BYTE, 0, "no local time type");
  expect_refusal('2', second + UT_FLAGS + LAST_BYTE, 1, "counts do not agree");
  expect_refusal('2', second + STANDARD_FLAGS + LAST_BYTE, 2, "counts do not agree");
  expect_refusal('2', second + LEAPS + LAST_BYTE, 1, "counts leap seconds");
  expect_refusal('2', second + CHARACTERS + LAST_BYTE, 0, "no designation");
  expect_refusal('2', index_data, 3, "type that is not there");
  expect_refusal('2', data + 8 + 3, 0x80, "not in order of time");
  expect_refusal('2', data, 0, "not in order of time");
  expect_refusal('2', type_data, 1, "beyond 25 hours");
  expect_refusal('2', type_data, 0x80, "beyond 25 hours"); /* -2^31 and a little: no negation may overflow */
  expect_refusal('2', type_data + 4, 2, "daylight flag");
  expect_refusal('2', type_data + 5, 8, "no designation");
  tzif_bytes file = sample('2');
  expect_refusal('2', file.length - 1, ' ', "its footer is cut short");
  expect_refusal('2', file.length - 2, '\n', "its footer is no POSIX rule");
  expect_refusal('2', file.length - 27, 'x', "its footer is cut short");
}

static void boundaries(void **state) {
  (void)state;
  csup_error error;
  static const struct {
    int32_t offset;
    csup_status status;
  } cases[] = {{93599, CSUP_OK},         {-89999, CSUP_OK},           {93600, CSUP_E_CORRUPT},
               {-90000, CSUP_E_CORRUPT}, {INT32_MAX, CSUP_E_CORRUPT}, {INT32_MIN, CSUP_E_CORRUPT}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    tzif_bytes file = tzif_make(&(tzif_spec){'1', NULL, NULL, 0, &cases[i].offset, 1, NULL});
    assert_int_equal(load(file.bytes, file.length, &error), cases[i].status);
  }
  const int64_t twice[] = {5, 5};
  tzif_bytes file = tzif_make(&(tzif_spec){'2', twice, indexes, 2, offsets, 3, NULL});
  assert_int_equal(load(file.bytes, file.length, &error), CSUP_E_CORRUPT);
  /* A reader of version 1 does not look at what follows its block; later versions end with the footer. */
  file = sample('1');
  tzif_put(&file, "anything", 8);
  assert_int_equal(load(file.bytes, file.length, &error), CSUP_OK);
  file = sample('2');
  tzif_put(&file, "anything", 8);
  assert_int_equal(load(file.bytes, file.length, &error), CSUP_E_CORRUPT);
}

/* Flags that say how rules were written (standard or UT) are of no use here, but take their place. */
static void flags_are_skipped(void **state) {
  (void)state;
  tzif_bytes file = {.length = 0};
  tzif_put_header(&file, '1', 0, 1, 4);
  file.bytes[UT_FLAGS + LAST_BYTE] = file.bytes[STANDARD_FLAGS + LAST_BYTE] = 1;
  tzif_put_number(&file, 3600, 4);
  tzif_put(&file, "\0\0CET\0\1\1", 8);
  csup_error error;
  assert_int_equal(load(file.bytes, file.length, &error), CSUP_OK);
  assert_int_equal(load(file.bytes, file.length - 1, &error), CSUP_E_CORRUPT);
}

/* Whole headers whose counts nearly fit, several bytes damaged at once, and noise. */
static void random_damage(void **state) {
  (void)state;
  random_source source = random_start("damaged TZif files");
  long accepted = 0;
  for (long i = random_rounds(100000); i > 0; i--) {
    tzif_bytes file = sample((char)random_between(&source, '1', '4'));
    size_t damage = random_next(&source) % 6;
    for (size_t k = 0; k < damage; k++) {
      size_t at = random_next(&source) % file.length;
      /* small numbers make counts and indexes that nearly fit; the footer gets other characters of its own */
      if (random_next(&source) % 2)
        file.bytes[at] = (uint8_t)(random_next(&source) % 16);
      else if (at > 130)
        file.bytes[at] = (uint8_t) "0123456789,./+-<>JMAB:\n"[random_next(&source) % 23];
      else
        file.bytes[at] = (uint8_t)random_next(&source);
    }
    if (random_next(&source) % 4 == 0)
      file.length = random_next(&source) % (file.length + 1);
    if (random_next(&source) % 8 == 0)
      for (size_t k = random_next(&source) % (file.length + 1); k < file.length; k++)
        file.bytes[k] = (uint8_t)random_next(&source);
    csup_error error;
    accepted += load(file.bytes, file.length, &error) == CSUP_OK;
  }
  print_message("%ld of %ld accepted\n", accepted, random_rounds(100000));
  assert_true(accepted > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(truncated),  cmocka_unit_test(every_byte_damaged), cmocka_unit_test(sentences),
      cmocka_unit_test(boundaries), cmocka_unit_test(flags_are_skipped),  cmocka_unit_test(random_damage),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
