/* A time zone as a plain list, read from a TZif file by a reader of the tests' own. */
#ifndef CSUP_TESTS_NAIVE_ZONE_H
#define CSUP_TESTS_NAIVE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From starts[i] (UTC second, the first is INT64_MIN) the offset is offsets[i] seconds east of UTC. */
typedef struct naive_zone {
  size_t count;
  int64_t *starts;
  int32_t *offsets;
} naive_zone;

/* By name from the system's database ($TZDIR or /usr/share/zoneinfo), up to the year 2202. False when there is no such file. */
bool naive_zone_load(const char *name, naive_zone *zone);
void naive_zone_free(naive_zone *zone);

int32_t naive_zone_offset(const naive_zone *zone, int64_t second);

/* The first instant, in microseconds, whose local time is at or after `local` (microseconds of the wall clock). */
int64_t naive_zone_instant(const naive_zone *zone, int64_t local);

#endif
