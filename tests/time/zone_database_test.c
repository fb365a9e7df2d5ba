/* Every zone of the system's database against the C library, which reads the same files with code of its own: at every step
   from 1900 to 2100, and around every change that either of the two knows of. */
#define _GNU_SOURCE /* tm_gmtoff, setenv */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "random.h"
#include "time/civil.h"
#include "time/zone.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define FIRST INT64_C(-2208988800) /* 1900-01-01T00:00:00Z */
#define LAST  INT64_C(4133980799)  /* 2100-12-31T23:59:59Z */

typedef struct database_file {
  char *name;
  uint8_t *bytes;
  size_t length;
} database_file;

static char folder[256];
static database_file *files;
static size_t file_count;
static long zones, copies, transitions, instants, leap_zones;

static bool starts_with(const char *text, const char *start) {
  return strncmp(text, start, strlen(start)) == 0;
}

static void collect_file(const char *path, size_t length) {
  const char *name = path + strlen(folder) + 1;
  FILE *file = fopen(path, "rb");
  if (!file)
    return;
  database_file entry = {strdup(name), malloc(length), length};
  assert_true(entry.name && entry.bytes);
  bool is_zone = fread(entry.bytes, 1, length, file) == length && memcmp(entry.bytes, "TZif", 4) == 0;
  (void)fclose(file);
  if (is_zone && strcmp(name, "posixrules") != 0) {
    files = realloc(files, (file_count + 1) * sizeof *files);
    assert_non_null(files);
    files[file_count++] = entry;
  } else {
    free(entry.name);
    free(entry.bytes);
  }
}

static bool collect(const char *path) {
  DIR *listing = opendir(path);
  if (!listing)
    return false;
  for (struct dirent *entry; (entry = readdir(listing));) {
    char below[512];
    struct stat info;
    /* posix/ repeats the whole database */
    if (entry->d_name[0] == '.' || strcmp(entry->d_name, "posix") == 0 ||
        snprintf(below, sizeof below, "%s/%s", path, entry->d_name) >= (int)sizeof below || stat(below, &info) != 0)
      continue;
    if (S_ISDIR(info.st_mode))
      (void)collect(below);
    else if (S_ISREG(info.st_mode) && info.st_size >= 44)
      collect_file(below, (size_t)info.st_size);
  }
  (void)closedir(listing);
  return true;
}

static bool seen_before(size_t index) {
  for (size_t i = 0; i < index; i++)
    if (files[i].length == files[index].length && memcmp(files[i].bytes, files[index].bytes, files[i].length) == 0)
      return true;
  return false;
}

static int32_t library_offset(int64_t at) {
  time_t second = (time_t)at;
  struct tm local;
  if (!localtime_r(&second, &local))
    fail_msg("localtime_r failed");
  return (int32_t)local.tm_gmtoff;
}

static int32_t own_offset(const csup_zone *zone, int64_t at) {
  int32_t offset = 0;
  assert_int_equal(csup_zone_offset(zone, at * CSUP_SECOND, &offset), CSUP_OK);
  return offset;
}

static int32_t compare(const csup_zone *zone, int64_t at) {
  int32_t expected = library_offset(at);
  if (own_offset(zone, at) != expected)
    fail_msg("%s at %lld: %d, not %d", csup_zone_name(zone), (long long)at, own_offset(zone, at), expected);
  instants++;
  return expected;
}

static void compare_around(const csup_zone *zone, int64_t at) {
  static const int64_t near[] = {-86400, -3600, -1, 0, 1, 3600, 86400};
  for (size_t i = 0; i < sizeof near / sizeof near[0]; i++)
    if (at + near[i] >= FIRST && at + near[i] <= LAST)
      (void)compare(zone, at + near[i]);
}

/* The library's change in (from, to], found in its own answers. */
static int64_t library_change(int64_t from, int64_t to) {
  int32_t before = library_offset(from);
  while (to - from > 1) {
    int64_t middle = from + (to - from) / 2;
    if (library_offset(middle) == before)
      from = middle;
    else
      to = middle;
  }
  return to;
}

static bool knows_change(const csup_transition *list, size_t count, int64_t at) {
  for (size_t i = 0; i < count; i++)
    if (list[i].at == at)
      return true;
  return false;
}

static void compare_zone(const csup_zone *zone, bool scan, int64_t step, random_source *source) {
  size_t count = 0;
  const csup_transition *list = csup_zone_transitions(zone, &count);
  for (size_t i = 1; i < count; i++)
    if (list[i].at > FIRST && list[i].at <= LAST) {
      if (library_offset(list[i].at - 1) == library_offset(list[i].at))
        fail_msg("%s has no change at %lld", csup_zone_name(zone), (long long)list[i].at);
      compare_around(zone, list[i].at);
      transitions++;
    }
  if (!scan)
    return;
  int32_t last = compare(zone, FIRST);
  for (int64_t at = FIRST; at < LAST;) {
    int64_t next = at + step < LAST ? at + step : LAST;
    int32_t offset = compare(zone, next);
    if (offset != last) {
      int64_t change = library_change(at, next);
      if (!knows_change(list, count, change))
        fail_msg("%s misses the change at %lld", csup_zone_name(zone), (long long)change);
      compare_around(zone, change);
    }
    last = offset;
    at = next;
  }
  for (long i = random_rounds(5000); i > 0; i--)
    (void)compare(zone, random_between(source, FIRST, LAST));
}

static void every_zone(void **state) {
  (void)state;
  random_source source = random_start("zones against localtime");
  /* Five days at the usual scale; changes closer together than a step still meet through our own list. */
  int64_t step = 5 * INT64_C(8640000) / random_rounds(1000);
  step = step < 3600 ? 3600 : step;
  for (size_t i = 0; i < file_count; i++) {
    csup_zone *zone = NULL;
    csup_error error = {.message = ""};
    csup_status status = csup_zone_load(files[i].name, NULL, &zone, &error);
    if (starts_with(files[i].name, "right/")) {
      assert_int_equal(status, CSUP_E_CORRUPT);
      assert_non_null(strstr(error.message, "leap seconds"));
      leap_zones++;
      continue;
    }
    if (status != CSUP_OK)
      fail_msg("%s: %s", files[i].name, error.message);
    bool copy = seen_before(i);
    assert_int_equal(setenv("TZ", files[i].name, 1), 0);
    tzset();
    compare_zone(zone, !copy, step, &source);
    csup_zone_free(zone);
    zones++;
    copies += copy;
  }
  print_message(
      "%ld zones (%ld of them copies of others, compared at their changes only), %ld transitions, %ld instants compared; "
      "%ld zones with leap seconds refused\n",
      zones, copies, transitions, instants, leap_zones);
}

int main(void) {
  const char *chosen = getenv("TZDIR");
  snprintf(folder, sizeof folder, "%s", chosen && *chosen ? chosen : "/usr/share/zoneinfo");
  if (!collect(folder) || file_count == 0) {
    printf("skipped: there is no time zone database in %s\n", folder);
    return 77;
  }
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_zone)};
  int failures = cmocka_run_group_tests(tests, NULL, NULL);
  for (size_t i = 0; i < file_count; i++) {
    free(files[i].name);
    free(files[i].bytes);
  }
  free(files);
  return failures;
}
