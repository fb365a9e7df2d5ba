/* Line and column of a JSON pointer. The text has been parsed already, so this walk checks nothing; it only counts, without
   recursion, and never reads past the end. */
#include "base/json.h"

#include <string.h>

typedef struct walk {
  const char *text;
  size_t length, at;
} walk;

static char peek(const walk *w) {
  return w->at < w->length ? w->text[w->at] : '\0';
}

static void skip_blank(walk *w) {
  while (w->at < w->length && strchr(" \t\r\n", w->text[w->at]) && w->text[w->at] != '\0')
    w->at++;
}

static void skip_string(walk *w) {
  for (w->at++; w->at < w->length && w->text[w->at] != '"'; w->at++)
    if (w->text[w->at] == '\\')
      w->at++;
  w->at++;
}

static void skip_value(walk *w) {
  size_t depth = 0;
  do {
    skip_blank(w);
    char c = peek(w);
    if (c == '"') {
      skip_string(w);
    } else if (c == '{' || c == '[') {
      depth++;
      w->at++;
      continue;
    } else if (c == '}' || c == ']') {
      depth--;
      w->at++;
    } else if (c == ',' || c == ':') {
      w->at++;
      continue;
    } else {
      while (w->at < w->length && !strchr(",:]}{[\" \t\r\n", w->text[w->at]))
        w->at++;
    }
    skip_blank(w);
  } while (depth > 0 && w->at < w->length);
}

static int32_t hex4(const char *digits) {
  int32_t value = 0;
  for (int i = 0; i < 4; i++) {
    char c = digits[i];
    value = value * 16 + (c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
  }
  return value;
}

/* The next character of a JSON string as UTF-8; returns its length, and moves past what it was written as. */
static size_t next_character(walk *w, char out[4]) {
  char c = w->text[w->at++];
  out[0] = c;
  if (c != '\\')
    return 1;
  c = peek(w);
  w->at++;
  const char *pair = strchr("b\bf\fn\nr\rt\t", c);
  if (c != 'u') {
    out[0] = pair && strchr("bfnrt", c) ? pair[1] : c;
    return 1;
  }
  if (w->at + 4 > w->length)
    return 0;
  int32_t code = hex4(w->text + w->at);
  w->at += 4;
  if (code >= 0xD800 && code < 0xDC00 && w->at + 6 <= w->length) {
    code = 0x10000 + ((code - 0xD800) << 10) + (hex4(w->text + w->at + 2) - 0xDC00);
    w->at += 6;
  }
  if (code < 0x80) {
    out[0] = (char)code;
    return 1;
  }
  size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  static const int32_t leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
  for (size_t i = length - 1; i > 0; i--, code >>= 6)
    out[i] = (char)(0x80 | (code & 0x3F));
  out[0] = (char)(leads[length] | code);
  return length;
}

/* Whether the string at the walk is the pointer's token; moves past the string. */
static bool string_is(walk *w, const char *token, size_t token_length) {
  walk end = *w;
  skip_string(&end);
  size_t at = 0;
  bool same = true;
  for (w->at++; same && w->at < w->length && w->text[w->at] != '"';) {
    char bytes[4];
    size_t count = next_character(w, bytes);
    for (size_t i = 0; same && i < count; i++) {
      char wanted = at < token_length ? token[at] : '\0';
      size_t step = 1;
      if (wanted == '~' && at + 1 < token_length) {
        wanted = token[at + 1] == '0' ? '~' : '/';
        step = 2;
      }
      same = at < token_length && wanted == bytes[i];
      at += step;
    }
  }
  *w = end;
  return same && at == token_length;
}

static bool descend(walk *w, const char *token, size_t token_length) {
  skip_blank(w);
  bool object = peek(w) == '{';
  if (!object && peek(w) != '[')
    return false;
  size_t index = 0, wanted = 0;
  for (size_t i = 0; !object && i < token_length; i++)
    wanted = wanted * 10 + (size_t)(token[i] - '0');
  w->at++;
  for (;; index++) {
    skip_blank(w);
    char c = peek(w);
    if (c == '}' || c == ']' || c == '\0')
      return false;
    bool found = !object && index == wanted;
    if (object) {
      found = string_is(w, token, token_length);
      skip_blank(w);
      w->at++;
      skip_blank(w);
    }
    if (found)
      return true;
    skip_value(w);
    if (peek(w) == ',')
      w->at++;
  }
}

bool csup_json_locate(const char *text, size_t length, const char *pointer, int32_t *line, int32_t *column) {
  walk w = {text, length, 0};
  skip_blank(&w);
  while (*pointer == '/') {
    const char *token = ++pointer;
    while (*pointer && *pointer != '/')
      pointer++;
    if (!descend(&w, token, (size_t)(pointer - token)))
      return false;
    skip_blank(&w);
  }
  int32_t lines = 1;
  size_t start = 0;
  for (size_t i = 0; i < w.at && i < length; i++)
    if (text[i] == '\n') {
      lines++;
      start = i + 1;
    }
  *line = lines;
  *column = (int32_t)(w.at - start + 1);
  return true;
}
