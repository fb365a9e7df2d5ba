/* Text that grows, for tests that make documents. Running out of memory ends the test. */
#ifndef CSUP_TESTS_TEXT_BUFFER_H
#define CSUP_TESTS_TEXT_BUFFER_H

#include <stddef.h>

typedef struct text_buffer {
  char *text; /* NUL-terminated; NULL while nothing was ever added */
  size_t length, capacity;
} text_buffer;

#ifdef __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
void text_add(text_buffer *buffer, const char *format, ...);
void text_add_bytes(text_buffer *buffer, const char *bytes, size_t length);
void text_clear(text_buffer *buffer); /* keeps the memory */
void text_free(text_buffer *buffer);
/* True when both hold the same. */
int text_equal(const text_buffer *a, const text_buffer *b);

#endif
