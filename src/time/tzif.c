#include "time/tzif.h"

#include <string.h>

#define HEADER_SIZE 44
#define TYPE_SIZE   6

typedef struct counts {
  uint64_t utc_flags, standard_flags, leaps, times, types, characters;
} counts;

static uint32_t read_32(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static int32_t read_signed_32(const uint8_t *bytes) {
  uint32_t bits = read_32(bytes);
  return bits <= INT32_MAX ? (int32_t)bits : -(int32_t)(UINT32_MAX - bits) - 1;
}

static int64_t read_signed_64(const uint8_t *bytes) {
  uint64_t bits = (uint64_t)read_32(bytes) << 32 | read_32(bytes + 4);
  return bits <= INT64_MAX ? (int64_t)bits : -(int64_t)(UINT64_MAX - bits) - 1;
}

static csup_status corrupt(csup_error *error, const char *what) {
  return csup_fail(error, CSUP_E_CORRUPT, "not a sound TZif file: %s", what);
}

/* Reads a header, and tells the size of the data block behind it if that is wholly there. Counts have 32 bits, so nothing
   overflows. */
static csup_status read_header(const uint8_t *bytes, size_t length, uint64_t time_size, counts *out, size_t *block_size,
                               csup_error *error) {
  if (length < HEADER_SIZE)
    return corrupt(error, "it ends within a header");
  if (memcmp(bytes, "TZif", 4) != 0)
    return corrupt(error, "a header does not begin with \"TZif\"");
  *out = (counts){read_32(bytes + 20), read_32(bytes + 24), read_32(bytes + 28),
                  read_32(bytes + 32), read_32(bytes + 36), read_32(bytes + 40)};
  uint64_t size = out->times * (time_size + 1) + out->types * TYPE_SIZE + out->characters + out->leaps * (time_size + 4) +
                  out->standard_flags + out->utc_flags;
  if (size > length - HEADER_SIZE)
    return corrupt(error, "it ends within the data that its header announces");
  *block_size = (size_t)size;
  return CSUP_OK;
}

static csup_status check_types(const csup_tzif *tzif, const counts *count, csup_error *error) {
  for (size_t i = 0; i < count->types; i++) {
    const uint8_t *type = tzif->types + i * TYPE_SIZE;
    int32_t offset = read_signed_32(type);
    if (offset < CSUP_TZIF_LEAST_OFFSET || offset > CSUP_TZIF_MOST_OFFSET)
      return corrupt(error, "an offset from UTC is beyond 25 hours");
    if (type[4] > 1)
      return corrupt(error, "a daylight flag is neither 0 nor 1");
    if (type[5] >= count->characters)
      return corrupt(error, "a local time type has no designation");
  }
  return CSUP_OK;
}

static csup_status check_times(const csup_tzif *tzif, const counts *count, csup_error *error) {
  for (size_t i = 0; i < tzif->time_count; i++) {
    if (tzif->indexes[i] >= count->types)
      return corrupt(error, "a transition leads to a local time type that is not there");
    if (i > 0 && csup_tzif_time(tzif, i) <= csup_tzif_time(tzif, i - 1))
      return corrupt(error, "transitions are not in order of time");
  }
  return CSUP_OK;
}

static csup_status read_block(const uint8_t *bytes, size_t time_size, const counts *count, csup_tzif *out, csup_error *error) {
  if (count->leaps != 0)
    return csup_fail(error, CSUP_E_CORRUPT, "the TZif file counts leap seconds, which POSIX time does not");
  if (count->types == 0)
    return corrupt(error, "it has no local time type");
  if ((count->utc_flags != 0 && count->utc_flags != count->types) ||
      (count->standard_flags != 0 && count->standard_flags != count->types))
    return corrupt(error, "its counts do not agree");
  out->time_count = (size_t)count->times;
  out->time_size = time_size;
  out->times = bytes;
  out->indexes = out->times + out->time_count * time_size;
  out->types = out->indexes + out->time_count;
  csup_status status = check_types(out, count, error);
  return status == CSUP_OK ? check_times(out, count, error) : status;
}

/* A newline, a rule or nothing, a newline. */
static csup_status read_footer(const uint8_t *bytes, size_t length, csup_tzif *out, csup_error *error) {
  if (length < 2 || bytes[0] != '\n' || bytes[length - 1] != '\n')
    return corrupt(error, "its footer is cut short or missing");
  if (length == 2)
    return CSUP_OK;
  char rule[256];
  size_t rule_length = length - 2;
  if (rule_length > sizeof rule)
    return corrupt(error, "its footer is too long");
  memcpy(rule, bytes + 1, rule_length);
  if (!csup_footer_parse(rule, rule_length, &out->footer))
    return corrupt(error, "its footer is no POSIX rule");
  out->has_footer = true;
  return CSUP_OK;
}

csup_status csup_tzif_open(const void *given, size_t length, csup_tzif *out, csup_error *error) {
  const uint8_t *bytes = given;
  csup_tzif tzif = {0};
  counts count = {0};
  size_t block = 0;
  csup_status status = read_header(bytes, length, 4, &count, &block, error);
  if (status != CSUP_OK)
    return status;
  uint8_t version = bytes[4];
  if (version != '\0' && (version < '2' || version > '4'))
    return corrupt(error, "its version is not 1 to 4");
  if (version == '\0') { /* whatever follows the block is not for readers of version 1 */
    status = read_block(bytes + HEADER_SIZE, 4, &count, &tzif, error);
  } else {
    /* The first block is for readers that know version 1 only, and may be a dummy. */
    size_t skip = HEADER_SIZE + block;
    bytes += skip;
    length -= skip;
    status = read_header(bytes, length, 8, &count, &block, error);
    if (status == CSUP_OK && bytes[4] != version)
      status = corrupt(error, "its two headers are of different versions");
    if (status == CSUP_OK)
      status = read_block(bytes + HEADER_SIZE, 8, &count, &tzif, error);
    if (status == CSUP_OK)
      status = read_footer(bytes + HEADER_SIZE + block, length - HEADER_SIZE - block, &tzif, error);
  }
  if (status == CSUP_OK)
    *out = tzif;
  return status;
}

int64_t csup_tzif_time(const csup_tzif *tzif, size_t index) {
  const uint8_t *bytes = tzif->times + index * tzif->time_size;
  return tzif->time_size == 4 ? read_signed_32(bytes) : read_signed_64(bytes);
}

int32_t csup_tzif_offset(const csup_tzif *tzif, size_t index) {
  return read_signed_32(tzif->types + (size_t)tzif->indexes[index] * TYPE_SIZE);
}

int32_t csup_tzif_first_offset(const csup_tzif *tzif) {
  return read_signed_32(tzif->types);
}
