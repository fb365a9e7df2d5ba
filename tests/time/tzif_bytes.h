/* TZif files made by hand (RFC 9636), so that tests do not depend on the zone data that is installed. */
#ifndef CSUP_TESTS_TIME_TZIF_BYTES_H
#define CSUP_TESTS_TIME_TZIF_BYTES_H

#include <stdint.h>
#include <string.h>

#define TZIF_HEADER 44

typedef struct tzif_spec {
  char version;           /* '1' to '4' */
  const int64_t *times;   /* transitions */
  const uint8_t *indexes; /* into offsets */
  size_t time_count;
  const int32_t *offsets; /* local time types; odd ones are daylight time */
  size_t offset_count;
  const char *footer; /* without the newlines; NULL: "" */
} tzif_spec;

typedef struct tzif_bytes {
  uint8_t bytes[2048];
  size_t length;
} tzif_bytes;

static inline void tzif_put(tzif_bytes *out, const void *bytes, size_t length) {
  memcpy(out->bytes + out->length, bytes, length);
  out->length += length;
}

static inline void tzif_put_number(tzif_bytes *out, int64_t number, size_t size) {
  for (size_t i = size; i-- > 0;)
    out->bytes[out->length++] = (uint8_t)((uint64_t)number >> 8 * i);
}

static inline void tzif_put_header(tzif_bytes *out, char version, size_t times, size_t types, size_t characters) {
  tzif_put(out, "TZif", 4);
  tzif_put_number(out, version == '1' ? 0 : version, 1);
  tzif_put(out, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 15);
  tzif_put_number(out, 0, 4); /* UT flags, standard flags, leap seconds */
  tzif_put_number(out, 0, 4);
  tzif_put_number(out, 0, 4);
  tzif_put_number(out, (int64_t)times, 4);
  tzif_put_number(out, (int64_t)types, 4);
  tzif_put_number(out, (int64_t)characters, 4);
}

static inline tzif_bytes tzif_make(const tzif_spec *spec) {
  static const char names[] = "STD\0DST";
  tzif_bytes out = {.length = 0};
  if (spec->version != '1') { /* the block for readers of version 1: as small as can be */
    tzif_put_header(&out, spec->version, 0, 1, 1);
    tzif_put(&out, "\0\0\0\0\0\0\0", 7);
  }
  tzif_put_header(&out, spec->version, spec->time_count, spec->offset_count, sizeof names);
  for (size_t i = 0; i < spec->time_count; i++)
    tzif_put_number(&out, spec->times[i], spec->version == '1' ? 4 : 8);
  if (spec->time_count > 0)
    tzif_put(&out, spec->indexes, spec->time_count);
  for (size_t i = 0; i < spec->offset_count; i++) {
    tzif_put_number(&out, spec->offsets[i], 4);
    tzif_put_number(&out, i % 2, 1);
    tzif_put_number(&out, i % 2 * 4, 1);
  }
  tzif_put(&out, names, sizeof names);
  if (spec->version != '1') {
    tzif_put(&out, "\n", 1);
    if (spec->footer)
      tzif_put(&out, spec->footer, strlen(spec->footer));
    tzif_put(&out, "\n", 1);
  }
  return out;
}

/* A zone that is its footer alone. */
static inline tzif_bytes tzif_of_footer(const char *footer) {
  static const int32_t zero[] = {0};
  return tzif_make(&(tzif_spec){.version = '3', .offsets = zero, .offset_count = 1, .footer = footer});
}

#endif
