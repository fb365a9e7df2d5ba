/* Zones by name, from a database of our own making in a folder that lasts as long as the test. */
#define _XOPEN_SOURCE 700 /* mkdtemp, setenv, symlink */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "failing_allocator.h"
#include "time/civil.h"
#include "time/tzif_bytes.h"
#include "time/zone.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEBIBYTE ((size_t)1 << 20)

static char folder[] = "csupport-zones-XXXXXX";

static void in_folder(char path[128], const char *name) {
  assert_true(snprintf(path, 128, "%s/%s", folder, name) < 128);
}

static void write_file(const char *name, const void *bytes, size_t length) {
  char path[128];
  in_folder(path, name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
}

/* A sound file of version 1 with so many transitions, five bytes each. */
static void write_long_file(const char *name, size_t transitions) {
  tzif_bytes head = {.length = 0};
  tzif_put_header(&head, '1', transitions, 1, 4);
  size_t length = head.length + transitions * 5 + 6 + 4;
  uint8_t *bytes = calloc(length, 1);
  assert_non_null(bytes);
  memcpy(bytes, head.bytes, head.length);
  for (size_t i = 0; i < transitions; i++)
    for (size_t k = 0; k < 4; k++)
      bytes[head.length + i * 4 + k] = (uint8_t)(i >> 8 * (3 - k));
  memcpy(bytes + length - 10, "\0\0\x0E\x10\0\0UTC", 10);
  write_file(name, bytes, length);
  free(bytes);
}

static int make_database(void **state) {
  (void)state;
  char path[128];
  assert_non_null(mkdtemp(folder));
  in_folder(path, "Area");
  assert_int_equal(mkdir(path, 0700), 0);
  tzif_bytes file = tzif_of_footer("EET-2EEST,M3.5.0/3,M10.5.0/4");
  write_file("Area/City", file.bytes, file.length);
  file = tzif_of_footer("<-03>3");
  write_file("Etc_+3.x", file.bytes, file.length);
  write_file("UTC", "no zone", 7);
  write_file("empty", "", 0);
  write_file("zone.tab", "# not a zone\n", 13);
  write_long_file("long", (MEBIBYTE - 44 - 10) / 5);
  write_long_file("longer", (MEBIBYTE - 44 - 10) / 5 + 1);
  write_long_file("longest", MEBIBYTE);
  in_folder(path, "circle");
  assert_int_equal(symlink("circle", path), 0);
  in_folder(path, "dangling");
  assert_int_equal(symlink("nowhere", path), 0);
  in_folder(path, "unreadable");
  assert_int_equal(symlink("/proc/self/mem", path), 0); /* opens, but its first bytes cannot be read */
  return setenv("TZDIR", folder, 1);
}

static int remove_database(void **state) {
  (void)state;
  static const char *const names[] = {"Area/City", "Area",   "Etc_+3.x", "UTC",    "empty",    "zone.tab",
                                      "long",      "longer", "longest",  "circle", "dangling", "unreadable"};
  char path[128];
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    in_folder(path, names[i]);
    assert_int_equal(remove(path), 0);
  }
  return rmdir(folder);
}

static void good_names(void **state) {
  (void)state;
  static const struct {
    const char *name;
    int32_t offset;
  } cases[] = {{"Area/City", 7200}, {"Etc_+3.x", -10800}, {"UTC", 0}, {"Etc/UTC", 0}, {"long", 3600}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    csup_zone *zone = NULL;
    csup_error error = {.status = 77, .message = "as it was"};
    int32_t offset = 4711;
    assert_int_equal(csup_zone_load(cases[i].name, NULL, &zone, &error), CSUP_OK);
    assert_int_equal(csup_zone_offset(zone, 0, &offset), CSUP_OK);
    assert_int_equal(offset, cases[i].offset);
    assert_string_equal(csup_zone_name(zone), cases[i].name);
    assert_int_equal(error.status, 77);
    assert_string_equal(error.message, "as it was");
    csup_zone_free(zone);
  }
}

static void bad_names(void **state) {
  (void)state;
  static const struct {
    const char *name;
    csup_status status;
    const char *sentence;
  } cases[] = {
      {"Area/Nowhere", CSUP_E_UNKNOWN, "has no zone named \"Area/Nowhere\""},
      {"Nowhere/City", CSUP_E_UNKNOWN, "has no zone named"},
      {"Area/City/Part", CSUP_E_UNKNOWN, "has no zone named"}, /* a file is no folder */
      {"Area", CSUP_E_UNKNOWN, "has no zone named"},           /* a folder is no zone */
      {".", CSUP_E_UNKNOWN, "has no zone named"},
      {"dangling", CSUP_E_UNKNOWN, "has no zone named"},
      {"", CSUP_E_UNKNOWN, "no time zone can be named"},
      {"/Area/City", CSUP_E_UNKNOWN, "no time zone can be named"},
      {"/etc/localtime", CSUP_E_UNKNOWN, "no time zone can be named"},
      {"..", CSUP_E_UNKNOWN, "no time zone can be named"},
      {"../Area/City", CSUP_E_UNKNOWN, "no time zone can be named"},
      {"Area/../Area/City", CSUP_E_UNKNOWN, "no time zone can be named"},
      {"Area//City", CSUP_E_UNKNOWN, "no time zone can be named"},
      {"Area/City/", CSUP_E_UNKNOWN, "no time zone can be named"},
      {"Area/City ", CSUP_E_UNKNOWN, "no time zone can be named"},
      {"Area\\City", CSUP_E_UNKNOWN, "no time zone can be named"},
      {"C:City", CSUP_E_UNKNOWN, "no time zone can be named"},
      {"Area/C\xC3\xADty", CSUP_E_UNKNOWN, "no time zone can be named"},
      {"Area/City\n", CSUP_E_UNKNOWN, "no time zone can be named"},
      {"EST5EDT,M3.2.0,M11.1.0", CSUP_E_UNKNOWN, "no time zone can be named"},
      {"empty", CSUP_E_CORRUPT, "ends within a header"},
      {"zone.tab", CSUP_E_CORRUPT, "ends within a header"},
      {"longer", CSUP_E_CORRUPT, "larger than any zone file"},
      {"longest", CSUP_E_CORRUPT, "larger than any zone file"},
      {"circle", CSUP_E_IO, "cannot open"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    csup_zone *zone = NULL;
    csup_error error = {.message = ""};
    csup_status status = csup_zone_load(cases[i].name, NULL, &zone, &error);
    if (status != cases[i].status || error.status != status || !strstr(error.message, cases[i].sentence) || zone)
      fail_msg("\"%s\": %s, \"%s\"", cases[i].name, csup_status_name(status), error.message);
    assert_int_equal(csup_zone_load(cases[i].name, NULL, &zone, NULL), status);
  }
  csup_zone *zone = NULL;
  const csup_allocator no_function = {0};
  assert_int_equal(csup_zone_load(NULL, NULL, &zone, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_zone_load("UTC", NULL, NULL, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_zone_load("UTC", &no_function, &zone, NULL), CSUP_E_ARGUMENT);
  assert_null(zone);
}

static void a_file_that_cannot_be_read(void **state) {
  (void)state;
  if (access("/proc/self/mem", R_OK) != 0)
    skip();
  csup_zone *zone = NULL;
  csup_error error = {.message = ""};
  assert_int_equal(csup_zone_load("unreadable", NULL, &zone, &error), CSUP_E_IO);
  assert_non_null(strstr(error.message, "cannot read"));
}

static void without_a_chosen_folder(void **state) {
  (void)state;
  csup_zone *zone = NULL;
  for (int i = 0; i < 2; i++) {
    assert_int_equal(i ? unsetenv("TZDIR") : setenv("TZDIR", "", 1), 0);
    assert_int_equal(csup_zone_load("Area/City", NULL, &zone, NULL), CSUP_E_UNKNOWN);
    assert_int_equal(csup_zone_load("Etc/UTC", NULL, &zone, NULL), CSUP_OK);
    csup_zone_free(zone);
  }
  assert_int_equal(setenv("TZDIR", folder, 1), 0);
}

static void allocation_failures(void **state) {
  (void)state;
  static const struct {
    const char *name;
    csup_status status;
  } cases[] = {{"Area/City", CSUP_OK},         {"UTC", CSUP_OK},           {"long", CSUP_OK},
               {"longer", CSUP_E_CORRUPT},     {"Area", CSUP_E_UNKNOWN},   {"empty", CSUP_E_CORRUPT},
               {"Area/City/", CSUP_E_UNKNOWN}, {"nowhere", CSUP_E_UNKNOWN}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    for (long fail_at = 0;; fail_at++) {
      failing_allocator memory = {.fail_at = fail_at};
      const csup_allocator allocator = {&memory, failing_resize};
      csup_zone *zone = NULL;
      csup_error error = {.message = ""};
      csup_status status = csup_zone_load(cases[i].name, &allocator, &zone, &error);
      bool failed = memory.requests > fail_at;
      assert_int_equal(status, failed ? CSUP_E_NOMEM : cases[i].status);
      assert_int_equal(error.status, status);
      assert_int_equal(memory.blocks, status == CSUP_OK);
      csup_zone_free(zone);
      assert_int_equal(memory.blocks, 0);
      if (!failed)
        break;
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(good_names),
      cmocka_unit_test(bad_names),
      cmocka_unit_test(a_file_that_cannot_be_read),
      cmocka_unit_test(without_a_chosen_folder),
      cmocka_unit_test(allocation_failures),
  };
  return cmocka_run_group_tests(tests, make_database, remove_database);
}
