#include "base/text.h"

#include <string.h>

size_t csup_utf8_length(const char *bytes, size_t room) {
  unsigned char first = (unsigned char)bytes[0];
  if (first < 0x80)
    return 1;
  size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || length > room)
    return 0;
  for (size_t i = 1; i < length; i++)
    if (((unsigned char)bytes[i] & 0xC0U) != 0x80U)
      return 0;
  unsigned char second = (unsigned char)bytes[1];
  bool wrong = (first == 0xE0 && second < 0xA0) || (first == 0xED && second >= 0xA0) || (first == 0xF0 && second < 0x90) ||
               (first == 0xF4 && second >= 0x90);
  return wrong ? 0 : length;
}

bool csup_text_is_utf8(const char *text, size_t length) {
  uint64_t eight = 0;
  size_t at = 0;
  while (at < length) {
    if (length - at >= sizeof eight) {
      memcpy(&eight, text + at, sizeof eight);
      if ((eight & UINT64_C(0x8080808080808080)) == 0) {
        at += sizeof eight; /* ASCII, as nearly always */
        continue;
      }
    }
    size_t one = csup_utf8_length(text + at, length - at);
    if (one == 0)
      return false;
    at += one;
  }
  return true;
}

void csup_writer_init(csup_writer *writer, char *buffer, size_t capacity) {
  writer->buffer = buffer;
  writer->capacity = buffer ? capacity : 0;
  writer->length = 0;
}

void csup_write_bytes(csup_writer *writer, const char *bytes, size_t length) {
  if (writer->length < writer->capacity) {
    size_t room = writer->capacity - writer->length;
    memcpy(writer->buffer + writer->length, bytes, length < room ? length : room);
  }
  writer->length += length;
}

void csup_write_text(csup_writer *writer, const char *text) {
  csup_write_bytes(writer, text, strlen(text));
}

void csup_write_char(csup_writer *writer, char character) {
  csup_write_bytes(writer, &character, 1);
}

void csup_write_int64(csup_writer *writer, int64_t number) {
  char digits[20];
  size_t at = sizeof digits;
  uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
  do {
    digits[--at] = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  if (number < 0)
    csup_write_char(writer, '-');
  csup_write_bytes(writer, digits + at, sizeof digits - at);
}

void csup_write_json_string(csup_writer *writer, const char *text) {
  static const char hex[] = "0123456789abcdef";
  csup_write_char(writer, '"');
  const char *start = text;
  for (; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if (c >= 0x20 && c != '"' && c != '\\')
      continue;
    csup_write_bytes(writer, start, (size_t)(text - start));
    start = text + 1;
    const char *common = "\"\"\\\\\bb\ff\nn\rr\tt";
    const char *found = NULL;
    for (const char *pair = common; *pair; pair += 2)
      if ((unsigned char)pair[0] == c)
        found = pair;
    csup_write_char(writer, '\\');
    if (found) {
      csup_write_char(writer, found[1]);
    } else {
      char escape[5] = {'u', '0', '0', hex[c >> 4], hex[c & 15]};
      csup_write_bytes(writer, escape, sizeof escape);
    }
  }
  csup_write_bytes(writer, start, (size_t)(text - start));
  csup_write_char(writer, '"');
}

csup_status csup_writer_end(csup_writer *writer, size_t *length) {
  if (length)
    *length = writer->length;
  if (writer->capacity == 0)
    return CSUP_E_SPACE;
  bool fits = writer->length < writer->capacity;
  writer->buffer[fits ? writer->length : writer->capacity - 1] = '\0';
  return fits ? CSUP_OK : CSUP_E_SPACE;
}

/* FNV-1a: short names, no hostile input worth a keyed hash (the policy's author chooses them). */
uint32_t csup_text_hash(const char *text, size_t length) {
  uint32_t hash = 2166136261U;
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ (unsigned char)text[i]) * 16777619U;
  return hash;
}

void csup_symbols_init(csup_symbols *symbols, csup_arena *arena) {
  *symbols = (csup_symbols){.arena = arena};
}

/* The slot that holds the text, or the free one where it belongs. There is always a free slot when slot_count > 0. */
static size_t slot_of(const csup_symbols *symbols, const char *text, size_t length, uint32_t hash) {
  size_t mask = symbols->slot_count - 1;
  size_t slot = hash & mask;
  for (;; slot = (slot + 1) & mask) {
    int32_t symbol = symbols->slots[slot];
    if (symbol == CSUP_NO_SYMBOL)
      return slot;
    if (symbols->hashes[symbol] == hash && symbols->lengths[symbol] == length &&
        memcmp(symbols->texts[symbol], text, length) == 0)
      return slot;
  }
}

int32_t csup_symbols_find(const csup_symbols *symbols, const char *text, size_t length) {
  if (symbols->slot_count == 0)
    return CSUP_NO_SYMBOL;
  return symbols->slots[slot_of(symbols, text, length, csup_text_hash(text, length))];
}

static csup_status grow(csup_symbols *symbols) {
  size_t capacity = symbols->capacity ? symbols->capacity * 2 : 16;
  size_t slot_count = capacity * 2;
  const char **texts = csup_arena_allocate(symbols->arena, capacity, sizeof *texts);
  uint32_t *lengths = csup_arena_allocate(symbols->arena, capacity, sizeof *lengths);
  uint32_t *hashes = csup_arena_allocate(symbols->arena, capacity, sizeof *hashes);
  int32_t *slots = csup_arena_allocate(symbols->arena, slot_count, sizeof *slots);
  if (!texts || !lengths || !hashes || !slots)
    return CSUP_E_NOMEM;
  for (size_t i = 0; i < slot_count; i++)
    slots[i] = CSUP_NO_SYMBOL;
  if (symbols->count > 0) {
    memcpy(texts, symbols->texts, symbols->count * sizeof *texts);
    memcpy(lengths, symbols->lengths, symbols->count * sizeof *lengths);
    memcpy(hashes, symbols->hashes, symbols->count * sizeof *hashes);
  }
  symbols->texts = texts;
  symbols->lengths = lengths;
  symbols->hashes = hashes;
  symbols->slots = slots;
  symbols->capacity = capacity;
  symbols->slot_count = slot_count;
  for (size_t i = 0; i < symbols->count; i++)
    slots[slot_of(symbols, texts[i], lengths[i], hashes[i])] = (int32_t)i;
  return CSUP_OK;
}

csup_status csup_symbols_add(csup_symbols *symbols, const char *text, size_t length, int32_t *symbol) {
  int32_t known = csup_symbols_find(symbols, text, length);
  if (known != CSUP_NO_SYMBOL) {
    *symbol = known;
    return CSUP_OK;
  }
  if (length > UINT32_MAX || symbols->count >= INT32_MAX)
    return CSUP_E_NOMEM;
  if (symbols->count == symbols->capacity && grow(symbols) != CSUP_OK)
    return CSUP_E_NOMEM;
  char *copy = csup_arena_copy(symbols->arena, text, length);
  if (!copy)
    return CSUP_E_NOMEM;
  uint32_t hash = csup_text_hash(text, length);
  size_t slot = slot_of(symbols, text, length, hash);
  symbols->texts[symbols->count] = copy;
  symbols->lengths[symbols->count] = (uint32_t)length;
  symbols->hashes[symbols->count] = hash;
  symbols->slots[slot] = (int32_t)symbols->count;
  *symbol = (int32_t)symbols->count++;
  return CSUP_OK;
}
