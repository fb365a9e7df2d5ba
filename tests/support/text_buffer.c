#include "support/text_buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void make_room(text_buffer *buffer, size_t more) {
  size_t needed = buffer->length + more + 1;
  if (needed <= buffer->capacity)
    return;
  size_t capacity = needed * 2;
  char *text = realloc(buffer->text, capacity);
  if (!text)
    abort();
  buffer->text = text;
  buffer->capacity = capacity;
}

void text_add(text_buffer *buffer, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if (length < 0)
    abort();
  make_room(buffer, (size_t)length);
  va_start(arguments, format);
  (void)vsnprintf(buffer->text + buffer->length, (size_t)length + 1, format, arguments);
  va_end(arguments);
  buffer->length += (size_t)length;
}

void text_add_bytes(text_buffer *buffer, const char *bytes, size_t length) {
  make_room(buffer, length);
  if (length > 0)
    memcpy(buffer->text + buffer->length, bytes, length);
  buffer->length += length;
  buffer->text[buffer->length] = '\0';
}

void text_clear(text_buffer *buffer) {
  buffer->length = 0;
  if (buffer->text)
    buffer->text[0] = '\0';
}

void text_free(text_buffer *buffer) {
  free(buffer->text);
  *buffer = (text_buffer){NULL, 0, 0};
}

int text_equal(const text_buffer *a, const text_buffer *b) {
  return a->length == b->length && (a->length == 0 || memcmp(a->text, b->text, a->length) == 0);
}
