#include "common.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *need_memory(void *block, size_t count, size_t size) {
  void *larger = count > SIZE_MAX / size ? NULL : realloc(block, count * size);
  if (!larger) {
    fprintf(stderr, "%s: CSUP_E_NOMEM: out of memory\n", program_name);
    exit(BAD);
  }
  return larger;
}

void text_reserve(text *out, size_t more) {
  if (out->capacity - out->length > more)
    return;
  size_t capacity = out->capacity < 256 ? 256 : out->capacity;
  while (capacity - out->length <= more)
    capacity *= 2;
  out->bytes = need_memory(out->bytes, capacity, 1);
  out->capacity = capacity;
}

void text_append(text *out, const char *bytes, size_t length) {
  text_reserve(out, length);
  memcpy(out->bytes + out->length, bytes, length);
  out->length += length;
  out->bytes[out->length] = '\0';
}

void text_add(text *out, const char *string) {
  text_append(out, string, strlen(string));
}

void text_print(text *out, const char *format, ...) {
  char small[512];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(small, sizeof small, format, values);
  va_end(values);
  if (length >= 0 && (size_t)length < sizeof small) {
    text_append(out, small, (size_t)length);
    return;
  }
  text_reserve(out, (size_t)length);
  va_start(values, format);
  (void)vsnprintf(out->bytes + out->length, (size_t)length + 1, format, values);
  va_end(values);
  out->length += (size_t)length;
}

void text_json(text *out, const char *string) {
  if (!string) {
    text_add(out, "null");
    return;
  }
  text_add(out, "\"");
  for (const char *at = string; *at; at++) {
    if (*at == '"' || *at == '\\')
      text_print(out, "\\%c", *at);
    else if ((unsigned char)*at < ' ')
      text_print(out, "\\u%04x", (unsigned)*at);
    else
      text_append(out, at, 1);
  }
  text_add(out, "\"");
}

void text_free(text *out) {
  free(out->bytes);
  *out = (text){0};
}

const char *file_name(const char *path) {
  return strcmp(path, "-") == 0 ? "stdin" : path;
}

bool lines_open(lines *from, const char *path) {
  *from = (lines){.path = path, .file = stdin};
  if (strcmp(path, "-") == 0)
    return true;
  from->file = fopen(path, "rb");
  if (!from->file)
    complain_of(path, CSUP_E_IO, "%s", strerror(errno));
  return from->file != NULL;
}

/* A document, or a line of a journal, that is longer than this is surely something else, such as a device that never ends. */
#define MEGABYTES_MOST 256

static bool is_too_long(lines *from, size_t length) {
  from->failed |= length > (size_t)MEGABYTES_MOST << 20;
  if (from->failed)
    complain_of(file_name(from->path), CSUP_E_RANGE, "no line break, and no end, within %d MiB", MEGABYTES_MOST);
  return from->failed;
}

/* Moves what is left to the front and reads more behind it; false at the end of the file. */
static bool read_more(lines *from) {
  text *buffer = &from->buffer;
  size_t left = buffer->length - from->start;
  if (is_too_long(from, left))
    return false;
  if (from->start > 0 && left > 0)
    memmove(buffer->bytes, buffer->bytes + from->start, left);
  from->start = 0;
  buffer->length = left;
  text_reserve(buffer, left > 65536 ? left : 65536);
  size_t got = fread(buffer->bytes + left, 1, buffer->capacity - left - 1, from->file);
  buffer->length += got;
  return got > 0;
}

/* Length of the byte order mark with which some programs begin a file of UTF-8. */
static size_t mark_length(const char *bytes, size_t length) {
  return length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

bool lines_next(lines *from, const char **line, size_t *length) {
  size_t looked = 0; /* bytes behind `start` that are known to hold no newline */
  for (;;) {
    size_t left = from->buffer.length - from->start;
    const char *start = from->buffer.bytes + from->start;
    const char *end = left > looked ? memchr(start + looked, '\n', left - looked) : NULL;
    looked = left;
    if (!end && read_more(from))
      continue;
    if (from->failed || (!end && left == 0))
      return false;
    start = from->buffer.bytes + from->start; /* reading at the end of the file may have moved it */
    *line = start;
    *length = end ? (size_t)(end - start) : left;
    from->ended = end != NULL;
    from->start += *length + from->ended;
    size_t skipped = from->number == 0 ? mark_length(*line, *length) : 0;
    *line += skipped;
    *length -= skipped;
    from->number++;
    return true;
  }
}

bool lines_close(lines *from) {
  bool failed = ferror(from->file) != 0;
  if (failed)
    complain_of(file_name(from->path), CSUP_E_IO, "%s", strerror(errno));
  if (from->file != stdin)
    fclose(from->file);
  text_free(&from->buffer);
  return !failed && !from->failed;
}

bool read_file(const char *path, text *out) {
  lines from;
  if (!lines_open(&from, path))
    return false;
  while (!is_too_long(&from, out->length) && read_more(&from))
    text_append(out, from.buffer.bytes, from.buffer.length), from.start = from.buffer.length;
  text_append(out, "", 0); /* an empty file is a text too */
  size_t skipped = mark_length(out->bytes, out->length);
  out->length -= skipped;
  memmove(out->bytes, out->bytes + skipped, out->length + 1);
  return lines_close(&from);
}
