/* JSON that the program looks into itself: the name of the case and the instant in a journal line, and the answers given to
   `score`. What a line means, and whether it is sound to its end, is for the library to say. */
#include "common.h"

#include <string.h>

#define DEPTH_MAX 64

static bool fail(scan *in, const char *what) {
  if (!in->wrong)
    in->wrong = in->at < in->length ? what : "the text ends too early";
  return false;
}

char scan_peek(scan *in) {
  while (in->at < in->length && strchr(" \t\r\n", in->text[in->at]) && in->text[in->at] != '\0')
    in->at++;
  return in->at < in->length ? in->text[in->at] : '\0';
}

bool scan_take(scan *in, char token) {
  bool there = !in->wrong && scan_peek(in) == token && in->at < in->length;
  in->at += there;
  return there;
}

static int32_t hex4(const scan *in) {
  int32_t value = 0;
  if (in->length - in->at < 4)
    return -1;
  for (size_t i = 0; i < 4; i++) {
    const char *digits = "0123456789abcdef0123456789ABCDEF";
    const char *digit = in->text[in->at + i] ? strchr(digits, in->text[in->at + i]) : NULL;
    if (!digit)
      return -1;
    value = value * 16 + (int32_t)((digit - digits) % 16);
  }
  return value;
}

static void put_character(text *out, int32_t code) {
  char bytes[4];
  size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  static const int32_t leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
  for (size_t i = length - 1; i > 0; i--, code >>= 6)
    bytes[i] = (char)(0x80 | (code & 0x3F));
  bytes[0] = (char)(leads[length] | code);
  text_append(out, bytes, length);
}

/* Behind `\u`. */
static bool read_code(scan *in, text *out) {
  int32_t code = hex4(in);
  in->at += code < 0 ? 0 : 4;
  if (code >= 0xD800 && code < 0xDC00) {
    bool pair = in->length - in->at >= 6 && in->text[in->at] == '\\' && in->text[in->at + 1] == 'u';
    in->at += pair ? 2 : 0;
    int32_t low = pair ? hex4(in) : -1;
    code = low >= 0xDC00 && low < 0xE000 ? 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00) : -1;
    in->at += code < 0 ? 0 : 4;
  } else if (code >= 0xDC00 && code < 0xE000) {
    code = -1;
  }
  if (code <= 0)
    return fail(in, code == 0 ? "a string may not hold the character NUL" : "no such escape in a string");
  if (out)
    put_character(out, code);
  return true;
}

static bool read_escape(scan *in, text *out) {
  static const char plain[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
  char c = in->at < in->length ? in->text[in->at] : '\0';
  const char *found = c ? strchr(plain, c) : NULL;
  if (!found && c != 'u')
    return fail(in, "no such escape in a string");
  in->at++;
  if (!found)
    return read_code(in, out);
  if (out)
    text_append(out, &meant[found - plain], 1);
  return true;
}

bool scan_string(scan *in, text *out) {
  if (out) {
    out->length = 0;
    text_append(out, "", 0);
  }
  if (!scan_take(in, '"'))
    return fail(in, "expected a string");
  for (;;) {
    size_t start = in->at;
    while (in->at < in->length && in->text[in->at] != '"' && in->text[in->at] != '\\' && (unsigned char)in->text[in->at] >= ' ')
      in->at++;
    if (out)
      text_append(out, in->text + start, in->at - start);
    char c = in->at < in->length ? in->text[in->at] : '\0';
    if (c != '"' && c != '\\')
      return fail(in, "a control character in a string must be escaped");
    in->at++;
    if (c == '"')
      return true;
    if (!read_escape(in, out))
      return false;
  }
}

bool scan_integer(scan *in, int64_t *out) {
  char c = scan_peek(in);
  size_t start = in->at;
  bool negative = c == '-';
  uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX, size = 0;
  in->at += negative;
  size_t digits = in->at;
  for (; in->at < in->length && in->text[in->at] >= '0' && in->text[in->at] <= '9'; in->at++) {
    uint64_t digit = (uint64_t)(in->text[in->at] - '0');
    if (size > (limit - digit) / 10) {
      in->at = start;
      return fail(in, "the number does not fit into 64 bits");
    }
    size = size * 10 + digit;
  }
  if (in->at == digits || (in->text[digits] == '0' && in->at > digits + 1) ||
      (in->at < in->length && strchr(".eE", in->text[in->at]) && in->text[in->at] != '\0')) {
    in->at = in->at == digits ? in->at : start;
    return fail(in, "expected an integer");
  }
  *out = negative ? (int64_t)(0 - size) : (int64_t)size;
  return true;
}

bool scan_word(scan *in, const char *word) {
  size_t length = strlen(word);
  (void)scan_peek(in);
  if (in->wrong || in->length - in->at < length || memcmp(in->text + in->at, word, length) != 0)
    return false;
  in->at += length;
  return true;
}

bool scan_member(scan *in, bool first, text *key) {
  if (in->wrong || scan_take(in, '}'))
    return false;
  if (!first && !scan_take(in, ','))
    return fail(in, "expected ',' or '}'");
  if (scan_peek(in) != '"')
    return fail(in, "expected a member's name in quotes");
  return scan_string(in, key) && (scan_take(in, ':') || fail(in, "expected ':'"));
}

/* A number of any form, to be passed over. */
static bool skip_number(scan *in) {
  size_t start = in->at;
  while (in->at < in->length && in->text[in->at] != '\0' && strchr("+-.0123456789eE", in->text[in->at]))
    in->at++;
  return in->at > start || fail(in, "expected a value");
}

static bool skip(scan *in, int depth) {
  char c = scan_peek(in);
  if (depth == DEPTH_MAX)
    return fail(in, "nested too deeply");
  if (c == '"')
    return scan_string(in, NULL);
  if (c == '{') {
    in->at++;
    for (bool first = true; scan_member(in, first, NULL); first = false)
      if (!skip(in, depth + 1))
        return false;
    return !in->wrong;
  }
  if (c == '[') {
    in->at++;
    for (bool first = true; !scan_take(in, ']'); first = false)
      if ((!first && !scan_take(in, ',') && !fail(in, "expected ',' or ']'")) || !skip(in, depth + 1))
        return false;
    return !in->wrong;
  }
  return scan_word(in, "true") || scan_word(in, "false") || scan_word(in, "null") || skip_number(in);
}

bool scan_skip(scan *in) {
  return !in->wrong && skip(in, 0);
}

void scan_place(const scan *in, size_t at, csup_error *error) {
  error->line = error->column = 1;
  for (size_t i = 0; i < at && i < in->length; i++) {
    error->column++;
    if (in->text[i] == '\n') {
      error->line++;
      error->column = 1;
    }
  }
}
