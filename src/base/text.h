/* Text out (a writer over the caller's buffer) and names in (symbols). */
#ifndef CSUP_BASE_TEXT_H
#define CSUP_BASE_TEXT_H

#include "base/memory.h"

#include <stdbool.h>

/* Writes as much as fits and goes on counting, so that the caller learns the length needed. */
typedef struct csup_writer {
  char *buffer;
  size_t capacity;
  size_t length; /* what the whole text needs, without the NUL */
} csup_writer;

void csup_writer_init(csup_writer *writer, char *buffer, size_t capacity);
void csup_write_bytes(csup_writer *writer, const char *bytes, size_t length);
void csup_write_text(csup_writer *writer, const char *text);
void csup_write_char(csup_writer *writer, char character);
void csup_write_int64(csup_writer *writer, int64_t number);
void csup_write_json_string(csup_writer *writer, const char *text); /* quoted, escaped as RFC 8259 asks, other UTF-8 as it is */
/* Ends the text with NUL and reports the length (without NUL; may be NULL). CSUP_E_SPACE when text and NUL do not fit. */
csup_status csup_writer_end(csup_writer *writer, size_t *length);

/* Length of the UTF-8 character at `bytes`, 0 when it is malformed: overlong forms, surrogates and what lies past U+10FFFF are.
 */
size_t csup_utf8_length(const char *bytes, size_t room);
bool csup_text_is_utf8(const char *text, size_t length);

#define CSUP_NO_SYMBOL (-1)

/* Interned strings: each distinct text has one number, from 0 in order of first sight. Lookup is one hash and one compare. */
typedef struct csup_symbols {
  csup_arena *arena;
  const char **texts;
  uint32_t *lengths;
  uint32_t *hashes;
  int32_t *slots; /* open addressing, CSUP_NO_SYMBOL is free */
  size_t count, capacity, slot_count;
} csup_symbols;

void csup_symbols_init(csup_symbols *symbols, csup_arena *arena);
csup_status csup_symbols_add(csup_symbols *symbols, const char *text, size_t length, int32_t *symbol); /* finds or adds */
int32_t csup_symbols_find(const csup_symbols *symbols, const char *text, size_t length);               /* or CSUP_NO_SYMBOL */
uint32_t csup_text_hash(const char *text, size_t length);

#endif
