#include "time/zone.h"

#include "base/memory.h"
#include "base/status.h"
#include "time/civil.h"
#include "time/tzif.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct csup_zone {
  csup_allocator allocator;
  size_t size; /* of the whole block: this, the transitions, the name */
  size_t count;
  const char *name;
  csup_transition transitions[];
};

#define DAY              INT64_C(86400)
#define WINDOW_FIRST_DAY (-26297)                 /* 1898-01-01 */
#define WINDOW_FIRST     (WINDOW_FIRST_DAY * DAY) /* its first second in UTC */
#define WINDOW_END       (85101 * DAY)            /* 2203-01-01T00:00:00Z */
#define MOST_FILE_SIZE   ((size_t)1 << 20)

/* The list being made: first only counted (`list` is NULL), then written. */
typedef struct flat_list {
  csup_transition *list;
  size_t count;
  int32_t offset; /* the last one */
} flat_list;

static void put(flat_list *flat, size_t index, int64_t at, int32_t offset) {
  if (flat->list)
    flat->list[index] = (csup_transition){.at = at, .offset = offset};
  flat->offset = offset;
}

/* Times come in ascending order. What happened before the window is only where the first entry starts from. */
static void add(flat_list *flat, int64_t at, int32_t offset) {
  if (at < WINDOW_FIRST)
    put(flat, 0, INT64_MIN, offset);
  else if (at < WINDOW_END && offset != flat->offset)
    put(flat, flat->count++, at, offset);
}

/* Writes the footer's rule out from `since` on, which may be long ago. */
static void add_footer(flat_list *flat, const csup_footer *footer, int64_t since) {
  if (!footer->has_daylight) {
    add(flat, since, footer->standard);
    return;
  }
  if (since >= WINDOW_END)
    return;
  if (since < WINDOW_FIRST)
    since = WINDOW_FIRST - 1;
  /* Two years back there has been a change for certain, whatever the dates and hours in the rule: the state is then known. */
  int32_t year = 0, month = 0, day = 0;
  csup_civil_of((int32_t)((since - (WINDOW_FIRST - DAY)) / DAY) + WINDOW_FIRST_DAY - 1, &year, &month, &day);
  int32_t start_year = year - 2, end_year = year - 2;
  int32_t offset = footer->standard;
  bool begun = false;
  for (;;) {
    int64_t start = csup_footer_start(footer, start_year);
    int64_t end = csup_footer_end(footer, end_year);
    int64_t at = start < end ? start : end;
    if (at > since && !begun) {
      add(flat, since, offset);
      begun = true;
    }
    if (at >= WINDOW_END)
      return;
    /* When one daylight time begins as the last one ends, it lasts all year. */
    offset = start <= end ? footer->daylight : footer->standard;
    start_year += start <= end;
    end_year += end <= start;
    if (begun)
      add(flat, at, offset);
  }
}

static void flatten(flat_list *flat, const csup_tzif *tzif) {
  put(flat, 0, INT64_MIN, tzif ? csup_tzif_first_offset(tzif) : 0);
  flat->count = 1;
  if (!tzif)
    return;
  /* The footer speaks for the time from the last transition on, or for all time. */
  size_t count = tzif->time_count;
  size_t own = tzif->has_footer && count > 0 ? count - 1 : count;
  for (size_t i = 0; i < own; i++)
    add(flat, csup_tzif_time(tzif, i), csup_tzif_offset(tzif, i));
  if (tzif->has_footer)
    add_footer(flat, &tzif->footer, count > 0 ? csup_tzif_time(tzif, count - 1) : INT64_MIN);
}

/* UTC when there is no file. */
static csup_status create(const char *name, const csup_tzif *tzif, const csup_allocator *allocator, csup_zone **out,
                          csup_error *error) {
  flat_list flat = {0};
  flatten(&flat, tzif);
  size_t name_size = strlen(name) + 1;
  size_t head_size = sizeof(csup_zone) + flat.count * sizeof(csup_transition);
  csup_zone *zone = csup_allocate(allocator, head_size + name_size);
  if (!zone)
    return csup_fail_plain(error, CSUP_E_NOMEM);
  char *own_name = (char *)zone + head_size;
  memcpy(own_name, name, name_size);
  *zone = (csup_zone){.allocator = *allocator, .size = head_size + name_size, .count = flat.count, .name = own_name};
  flat = (flat_list){.list = zone->transitions};
  flatten(&flat, tzif);
  *out = zone;
  return CSUP_OK;
}

csup_status csup_zone_from_tzif(const char *name, const void *bytes, size_t length, const csup_allocator *allocator,
                                csup_zone **out, csup_error *error) {
  csup_allocator memory;
  if (!name || !*name || !bytes || !out || csup_allocator_take(allocator, &memory) != CSUP_OK)
    return csup_fail_plain(error, CSUP_E_ARGUMENT);
  csup_tzif tzif;
  csup_status status = csup_tzif_open(bytes, length, &tzif, error);
  return status == CSUP_OK ? create(name, &tzif, &memory, out, error) : status;
}

/* Relative, and never upward: a name may come from a stranger. */
static bool is_zone_name(const char *name) {
  static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-./";
  size_t length = strlen(name);
  return length > 0 && strspn(name, allowed) == length && name[0] != '/' && name[length - 1] != '/' && !strstr(name, "//") &&
         !strstr(name, "..");
}

/* Reads to the end, or until it is too much, into a block that grows. The caller releases `*block` whatever was returned. */
static csup_status read_all(FILE *file, const csup_allocator *allocator, void **block, size_t *capacity, size_t *length) {
  for (;;) {
    csup_status status = csup_grow(allocator, block, 1, capacity, *length > 0 ? *length + 1 : 4096);
    if (status != CSUP_OK)
      return status;
    size_t room = *capacity - *length;
    errno = 0;
    size_t got = fread((char *)*block + *length, 1, room, file);
    *length += got;
    if (got < room || *length > MOST_FILE_SIZE)
      return ferror(file) ? CSUP_E_IO : CSUP_OK;
  }
}

/* CSUP_E_UNKNOWN leaves the error alone: another folder may have the zone. */
static csup_status load_file(const char *path, const char *name, const csup_allocator *allocator, csup_zone **out,
                             csup_error *error) {
  errno = 0;
  FILE *file = fopen(path, "rb");
  if (!file)
    return errno == ENOENT || errno == ENOTDIR ? CSUP_E_UNKNOWN : csup_fail(error, CSUP_E_IO, "cannot open \"%s\"", path);
  (void)setvbuf(file, NULL, _IONBF, 0);
  void *block = NULL;
  size_t capacity = 0, length = 0;
  csup_status status = read_all(file, allocator, &block, &capacity, &length);
  int reason = errno;
  (void)fclose(file);
  if (status == CSUP_E_IO && reason == EISDIR)
    status = CSUP_E_UNKNOWN;
  else if (status == CSUP_E_IO)
    (void)csup_fail(error, status, "cannot read \"%s\"", path);
  else if (status != CSUP_OK)
    (void)csup_fail_plain(error, status);
  else if (length > MOST_FILE_SIZE)
    status = csup_fail(error, CSUP_E_CORRUPT, "\"%s\" is larger than any zone file", path);
  else
    status = csup_zone_from_tzif(name, block, length, allocator, out, error);
  csup_release(allocator, block, capacity);
  return status;
}

static csup_status load_from(const char *folder, const char *name, const csup_allocator *allocator, csup_zone **out,
                             csup_error *error) {
  size_t folder_length = strlen(folder), name_size = strlen(name) + 1;
  size_t size = folder_length + 1 + name_size;
  char *path = csup_allocate(allocator, size);
  if (!path)
    return csup_fail_plain(error, CSUP_E_NOMEM);
  memcpy(path, folder, folder_length);
  path[folder_length] = '/';
  memcpy(path + folder_length + 1, name, name_size);
  csup_status status = load_file(path, name, allocator, out, error);
  csup_release(allocator, path, size);
  return status;
}

csup_status csup_zone_load(const char *name, const csup_allocator *allocator, csup_zone **out, csup_error *error) {
  static const char *const folders[] = {"/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo"};
  csup_allocator memory;
  if (!name || !out || csup_allocator_take(allocator, &memory) != CSUP_OK)
    return csup_fail_plain(error, CSUP_E_ARGUMENT);
  if (strcmp(name, "UTC") == 0 || strcmp(name, "Etc/UTC") == 0)
    return create(name, NULL, &memory, out, error);
  if (!is_zone_name(name))
    return csup_fail(error, CSUP_E_UNKNOWN, "no time zone can be named \"%s\"; expected a name such as \"Europe/Sofia\"", name);
  const char *chosen = getenv("TZDIR");
  csup_status status = CSUP_E_UNKNOWN;
  if (chosen && *chosen)
    status = load_from(chosen, name, &memory, out, error);
  else
    for (size_t i = 0; i < sizeof folders / sizeof folders[0] && status == CSUP_E_UNKNOWN; i++)
      status = load_from(folders[i], name, &memory, out, error);
  if (status == CSUP_E_UNKNOWN)
    (void)csup_fail(error, status, "the time zone database has no zone named \"%s\"", name);
  return status;
}

void csup_zone_free(csup_zone *zone) {
  if (!zone)
    return;
  csup_allocator memory = zone->allocator; /* a copy: the zone holds it */
  csup_release(&memory, zone, zone->size);
}

csup_status csup_zone_offset(const csup_zone *zone, csup_time at, int32_t *seconds_east) {
  if (!zone || !seconds_east)
    return CSUP_E_ARGUMENT;
  if (!csup_time_in_range(at))
    return CSUP_E_RANGE;
  int64_t second = (at - CSUP_TIME_FIRST) / CSUP_SECOND + CSUP_TIME_FIRST / CSUP_SECOND;
  *seconds_east = csup_transitions_offset(zone->transitions, zone->count, second);
  return CSUP_OK;
}

const csup_transition *csup_zone_transitions(const csup_zone *zone, size_t *count) {
  *count = zone->count;
  return zone->transitions;
}

const char *csup_zone_name(const csup_zone *zone) {
  return zone->name;
}

/* The entry that holds at a second: the last whose time is not after it. The first holds since ever. */
static size_t index_at(const csup_transition *transitions, size_t count, int64_t second) {
  size_t low = 0, high = count;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (transitions[middle].at <= second)
      low = middle;
    else
      high = middle;
  }
  return low;
}

int32_t csup_transitions_offset(const csup_transition *transitions, size_t count, int64_t second) {
  return transitions[index_at(transitions, count, second)].offset;
}

int64_t csup_transitions_instant(const csup_transition *transitions, size_t count, int64_t local) {
  /* No wall clock is further ahead of UTC than CSUP_TZIF_MOST_OFFSET: before this entry none shows `local` yet. */
  size_t i = index_at(transitions, count, local - CSUP_TZIF_MOST_OFFSET);
  for (;; i++) {
    int64_t instant = local - transitions[i].offset;
    if (instant < transitions[i].at)
      instant = transitions[i].at;
    if (i + 1 == count || instant < transitions[i + 1].at)
      return instant;
  }
}
