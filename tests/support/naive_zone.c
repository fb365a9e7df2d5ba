#include "support/naive_zone.h"

#include "support/naive_date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND INT64_C(1000000)

static void *must(void *block) {
  if (!block)
    abort();
  return block;
}

static void append(naive_zone *zone, int64_t start, int32_t offset) {
  if (zone->count > 0 && zone->offsets[zone->count - 1] == offset)
    return;
  zone->starts = must(realloc(zone->starts, (zone->count + 1) * sizeof *zone->starts));
  zone->offsets = must(realloc(zone->offsets, (zone->count + 1) * sizeof *zone->offsets));
  zone->starts[zone->count] = start;
  zone->offsets[zone->count++] = offset;
}

static int64_t big_endian(const unsigned char *bytes, int count) {
  uint64_t number = bytes[0] & 0x80 ? UINT64_MAX : 0;
  for (int i = 0; i < count; i++)
    number = number << 8 | bytes[i];
  return (int64_t)number;
}

/* --- the POSIX footer, in the forms that the database uses --- */

typedef struct footer_rule {
  int month, week, weekday; /* Mm.w.d; month 0: Jn, the day of a year without Feb 29 in `weekday` */
  int32_t time;
} footer_rule;

static const char *skip_name(const char *text) {
  if (*text == '<')
    return strchr(text, '>') + 1;
  while ((*text >= 'A' && *text <= 'Z') || (*text >= 'a' && *text <= 'z'))
    text++;
  return text;
}

/* [+-]h[h[h]][:mm[:ss]] in seconds */
static const char *read_time(const char *text, int32_t *seconds) {
  int sign = 1, unit = 3600;
  if (*text == '+' || *text == '-')
    sign = *text++ == '-' ? -1 : 1;
  *seconds = 0;
  for (;; text++) {
    int32_t number = 0;
    for (; *text >= '0' && *text <= '9'; text++)
      number = number * 10 + (*text - '0');
    *seconds += number * unit;
    unit /= 60;
    if (*text != ':')
      break;
  }
  *seconds *= sign;
  return text;
}

static const char *read_rule(const char *text, footer_rule *rule) {
  int length = 0;
  *rule = (footer_rule){0, 0, 0, 7200};
  if (sscanf(text, ",M%d.%d.%d%n", &rule->month, &rule->week, &rule->weekday, &length) != 3 &&
      sscanf(text, ",J%d%n", &rule->weekday, &length) != 1)
    abort();
  text += length;
  return *text == '/' ? read_time(text + 1, &rule->time) : text;
}

/* The rule's moment in a year, on the wall clock. */
static int64_t rule_moment(const footer_rule *rule, int year) {
  int64_t day;
  if (rule->month == 0) {
    day = naive_day(year, 1, 1) + rule->weekday - 1 + (naive_is_leap(year) && rule->weekday >= 60);
  } else {
    day = naive_day(year, rule->month, 1);
    while (naive_weekday(day) != (rule->weekday + 6) % 7) /* POSIX counts from Sunday */
      day++;
    day += 7 * (rule->week - 1);
    while (day >= naive_day(year, rule->month, 1) + naive_month_days(year, rule->month))
      day -= 7;
  }
  return day * 86400 + rule->time;
}

static void append_footer(naive_zone *zone, const char *text, int64_t after) {
  int32_t standard, summer;
  if (*text == '\0')
    return;
  text = read_time(skip_name(text), &standard);
  standard = -standard;
  if (*text == '\0') {
    append(zone, after, standard);
    return;
  }
  text = skip_name(text);
  summer = standard + 3600;
  if (*text != ',') {
    text = read_time(text, &summer);
    summer = -summer;
  }
  footer_rule start, end;
  read_rule(read_rule(text, &start), &end);
  for (int year = 1970; year <= 2202; year++) {
    int64_t to_summer = rule_moment(&start, year) - standard, to_standard = rule_moment(&end, year) - summer;
    bool summer_first = to_summer < to_standard;
    int64_t first = summer_first ? to_summer : to_standard, second = summer_first ? to_standard : to_summer;
    if (first > after)
      append(zone, first, summer_first ? summer : standard);
    if (second > after)
      append(zone, second, summer_first ? standard : summer);
  }
}

/* --- TZif --- */

static unsigned char *read_file(const char *name, size_t *length) {
  char path[512];
  const char *folder = getenv("TZDIR");
  snprintf(path, sizeof path, "%s/%s", folder ? folder : "/usr/share/zoneinfo", name);
  FILE *file = fopen(path, "rb");
  if (!file)
    return NULL;
  unsigned char *bytes = must(malloc(1 << 20));
  *length = fread(bytes, 1, (1 << 20) - 1, file);
  bytes[*length] = '\0';
  fclose(file);
  return bytes;
}

typedef struct counts {
  int64_t ut, standard, leaps, times, types, characters;
} counts;

static counts read_counts(const unsigned char *header) {
  return (counts){big_endian(header + 20, 4), big_endian(header + 24, 4), big_endian(header + 28, 4),
                  big_endian(header + 32, 4), big_endian(header + 36, 4), big_endian(header + 40, 4)};
}

bool naive_zone_load(const char *name, naive_zone *zone) {
  size_t length;
  unsigned char *bytes = read_file(name, &length);
  *zone = (naive_zone){0, NULL, NULL};
  if (!bytes)
    return false;
  if (length < 44 || memcmp(bytes, "TZif", 4) != 0 || bytes[4] < '2')
    abort();
  counts v1 = read_counts(bytes);
  const unsigned char *header = bytes + 44 + v1.times * 5 + v1.types * 6 + v1.characters + v1.leaps * 8 + v1.standard + v1.ut;
  counts v2 = read_counts(header);
  const unsigned char *times = header + 44, *indices = times + v2.times * 8, *types = indices + v2.times;
  const unsigned char *footer = types + v2.types * 6 + v2.characters + v2.leaps * 12 + v2.standard + v2.ut;
  append(zone, INT64_MIN, (int32_t)big_endian(types, 4));
  int64_t last = INT64_C(-2208988800); /* without transitions the footer holds from the beginning */
  for (int64_t i = 0; i < v2.times; i++) {
    int32_t offset = (int32_t)big_endian(types + indices[i] * 6, 4);
    last = big_endian(times + i * 8, 8);
    if (last < INT64_C(-100000000000)) /* a stand-in for the beginning of time */
      zone->offsets[0] = offset;
    else
      append(zone, last, offset);
  }
  char text[256] = "";
  if (*footer == '\n')
    sscanf((const char *)footer + 1, "%255[^\n]", text);
  append_footer(zone, text, last);
  free(bytes);
  return true;
}

void naive_zone_free(naive_zone *zone) {
  free(zone->starts);
  free(zone->offsets);
  *zone = (naive_zone){0, NULL, NULL};
}

/* The last entry that starts at or before a second. */
static size_t entry_at(const naive_zone *zone, int64_t second) {
  size_t low = 0, high = zone->count;
  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    if (zone->starts[middle] <= second)
      low = middle;
    else
      high = middle;
  }
  return low;
}

int32_t naive_zone_offset(const naive_zone *zone, int64_t second) {
  return zone->offsets[entry_at(zone, second)];
}

int64_t naive_zone_instant(const naive_zone *zone, int64_t local) {
  /* entries that end two days before cannot hold the answer: no offset is that large */
  for (size_t i = entry_at(zone, local / SECOND - 2 * 86400);; i++) {
    int64_t at = local - zone->offsets[i] * SECOND;
    if (i > 0 && at < zone->starts[i] * SECOND)
      at = zone->starts[i] * SECOND;
    if (i + 1 == zone->count || at < zone->starts[i + 1] * SECOND)
      return at;
  }
}
