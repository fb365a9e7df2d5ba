/* The reader behind csup_json_open. jansson holds the values, but its own loader drops bytes of long strings and numbers when an
   allocation fails in the middle of one and goes on; here a document is read whole or not at all. */
#include "base/json_read.h"
#include "base/text.h"

#include <string.h>

#define DEPTH_MAX 256

typedef struct reader {
  const char *text;
  size_t length, at;
  int depth;
  csup_error *error;
  csup_status status; /* why a NULL was returned */
} reader;

static json_t *value_of(reader *r);

/* What is wrong at byte `at`; returns NULL so that a caller can return it. */
static json_t *bad_at(reader *r, size_t at, const char *what) {
  int32_t line = 1, column = 1;
  for (size_t i = 0; i < at && i < r->length; i++) {
    column++;
    if (r->text[i] == '\n') {
      line++;
      column = 1;
    }
  }
  r->status = csup_fail_at(r->error, CSUP_E_SYNTAX, line, column, "not JSON: %s", what);
  return NULL;
}

static json_t *bad(reader *r, const char *what) {
  return bad_at(r, r->at, r->at < r->length ? what : "the text ends too early");
}

static json_t *out_of_memory(reader *r) {
  r->status = csup_fail_plain(r->error, CSUP_E_NOMEM);
  return NULL;
}

static int peek(const reader *r) {
  return r->at < r->length ? (unsigned char)r->text[r->at] : -1;
}

static void skip_blank(reader *r) {
  for (int c = peek(r); c == ' ' || c == '\t' || c == '\r' || c == '\n'; c = peek(r))
    r->at++;
}

static int32_t hex4(const reader *r, size_t at) {
  if (r->length - at < 4)
    return -1;
  int32_t value = 0;
  for (size_t i = at; i < at + 4; i++) {
    char c = r->text[i];
    char low = (char)(c | 32);
    if (c >= '0' && c <= '9')
      value = value * 16 + (c - '0');
    else if (low >= 'a' && low <= 'f')
      value = value * 16 + (low - 'a' + 10);
    else
      return -1;
  }
  return value;
}

/* Moves past a string and checks it; `start` and `end` are what lies between its quotes. */
static bool scan_string(reader *r, size_t *start, size_t *end, bool *escaped) {
  *start = ++r->at;
  *escaped = false;
  for (;;) {
    int c = peek(r);
    if (c == '"')
      break;
    if (c < 0x20) {
      (void)bad(r, c < 0 ? "" : "a control character in a string must be escaped");
      return false;
    }
    if (c != '\\') {
      size_t length = csup_utf8_length(r->text + r->at, r->length - r->at);
      if (length == 0) {
        (void)bad(r, "malformed UTF-8");
        return false;
      }
      r->at += length;
      continue;
    }
    *escaped = true;
    size_t escape = r->at++;
    c = peek(r);
    if (c > 0 && strchr("\"\\/bfnrt", c)) {
      r->at++;
      continue;
    }
    int32_t code = c == 'u' ? hex4(r, r->at + 1) : -1;
    size_t width = 5;
    if (code >= 0xD800 && code < 0xDC00) {
      bool pair = r->length - r->at >= 11 && r->text[r->at + 5] == '\\' && r->text[r->at + 6] == 'u';
      int32_t low = pair ? hex4(r, r->at + 7) : -1;
      code = low >= 0xDC00 && low < 0xE000 ? 0x10000 : -1;
      width = 11;
    }
    if (code <= 0 || (code >= 0xDC00 && code < 0xE000)) {
      (void)bad_at(r, escape,
                   c < 0       ? "the text ends too early"
                   : code == 0 ? "a string may not hold the character NUL"
                               : "no such escape in a string");
      return false;
    }
    r->at += width;
  }
  *end = r->at++;
  return true;
}

/* Writes a checked string without its escapes; the result is never longer. */
static size_t unescape(const reader *r, size_t start, size_t end, char *out) {
  size_t length = 0;
  for (size_t at = start; at < end;) {
    char c = r->text[at++];
    if (c != '\\') {
      out[length++] = c;
      continue;
    }
    c = r->text[at++];
    if (c != 'u') {
      static const char plain[] = "bfnrt", meant[] = "\b\f\n\r\t";
      const char *found = strchr(plain, c);
      out[length++] = found ? meant[found - plain] : c;
      continue;
    }
    int32_t code = hex4(r, at);
    at += 4;
    if (code >= 0xD800 && code < 0xDC00) {
      code = 0x10000 + ((code - 0xD800) << 10) + (hex4(r, at + 2) - 0xDC00);
      at += 6;
    }
    if (code < 0x80) {
      out[length++] = (char)code;
      continue;
    }
    size_t width = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const int32_t leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = width - 1; i > 0; i--, code >>= 6)
      out[length + i] = (char)(0x80 | (code & 0x3F));
    out[length] = (char)(leads[width] | code);
    length += width;
  }
  return length;
}

static json_t *string_of(reader *r) {
  size_t start = 0, end = 0;
  bool escaped = false;
  if (!scan_string(r, &start, &end, &escaped))
    return NULL;
  json_t *string = NULL;
  if (!escaped) {
    string = json_stringn_nocheck(r->text + start, end - start);
  } else {
    json_malloc_t allocate = NULL;
    json_free_t release = NULL;
    json_get_alloc_funcs(&allocate, &release);
    char *bytes = allocate(end - start);
    if (bytes) {
      string = json_stringn_nocheck(bytes, unescape(r, start, end, bytes));
      release(bytes);
    }
  }
  return string ? string : out_of_memory(r);
}

/* Numbers are integers here: a fraction, an exponent or more than 64 bits only have to be told apart, so that whoever reads the
   value can refuse it at its place. No floating point is computed. */
static json_t *number_of(reader *r) {
  bool negative = peek(r) == '-', whole = true, fits = true;
  if (negative)
    r->at++;
  size_t digits = r->at;
  uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX, size = 0;
  for (; peek(r) >= '0' && peek(r) <= '9'; r->at++) {
    uint64_t digit = (uint64_t)(peek(r) - '0');
    fits = fits && size <= (limit - digit) / 10;
    if (fits)
      size = size * 10 + digit;
  }
  if (r->at == digits)
    return bad(r, "expected a digit");
  if (r->text[digits] == '0' && r->at > digits + 1)
    return bad_at(r, digits, "a number may not begin with 0");
  if (peek(r) == '.') {
    whole = false;
    for (digits = ++r->at; peek(r) >= '0' && peek(r) <= '9';)
      r->at++;
    if (r->at == digits)
      return bad(r, "expected a digit");
  }
  if (peek(r) == 'e' || peek(r) == 'E') {
    whole = false;
    r->at++;
    if (peek(r) == '+' || peek(r) == '-')
      r->at++;
    for (digits = r->at; peek(r) >= '0' && peek(r) <= '9';)
      r->at++;
    if (r->at == digits)
      return bad(r, "expected a digit");
  }
  json_t *number = NULL;
  if (!whole)
    number = json_real(CSUP_JSON_FRACTION);
  else if (!fits)
    number = json_real(CSUP_JSON_TOO_LARGE);
  else
    number = json_integer(negative ? (json_int_t)(0 - size) : (json_int_t)size);
  return number ? number : out_of_memory(r);
}

static json_t *word_of(reader *r) {
  static const char *const words[] = {"true", "false", "null"};
  for (size_t i = 0; i < 3; i++) {
    size_t length = strlen(words[i]);
    if (r->length - r->at < length || memcmp(r->text + r->at, words[i], length) != 0)
      continue;
    r->at += length;
    return i == 0 ? json_true() : i == 1 ? json_false() : json_null();
  }
  return bad(r, "expected a value");
}

/* After an item: true when another one follows; `*done` when the container ends. Neither: an error. */
static bool goes_on(reader *r, char close, bool *done) {
  skip_blank(r);
  int c = peek(r);
  *done = c == close;
  if (c == ',' || *done)
    r->at++;
  else
    (void)bad(r, close == '}' ? "expected ',' or '}'" : "expected ',' or ']'");
  return c == ',';
}

static json_t *array_of(reader *r) {
  json_t *array = json_array();
  if (!array)
    return out_of_memory(r);
  r->at++;
  skip_blank(r);
  bool done = peek(r) == ']';
  if (done)
    r->at++;
  for (bool more = !done; more; more = goes_on(r, ']', &done)) {
    json_t *item = value_of(r);
    if (!item)
      break;
    if (json_array_append_new(array, item) != 0) {
      (void)out_of_memory(r);
      break;
    }
  }
  if (done)
    return array;
  json_decref(array);
  return NULL;
}

/* One `"key": value`. False on an error. */
static bool member_of(reader *r, json_t *object) {
  skip_blank(r);
  if (peek(r) != '"')
    return bad(r, "expected a member's name in quotes");
  size_t start = r->at;
  json_t *key = string_of(r);
  if (!key)
    return false;
  bool good = false;
  json_t *value = NULL;
  skip_blank(r);
  if (json_object_getn(object, json_string_value(key), json_string_length(key)))
    (void)bad_at(r, start, "a member of this name stands here already");
  else if (peek(r) != ':')
    (void)bad(r, "expected ':'");
  else
    good = true;
  if (good) {
    r->at++;
    value = value_of(r);
    good = value != NULL;
  }
  if (good && json_object_setn_new_nocheck(object, json_string_value(key), json_string_length(key), value) != 0) {
    (void)out_of_memory(r);
    good = false;
  }
  json_decref(key);
  return good;
}

static json_t *object_of(reader *r) {
  json_t *object = json_object();
  if (!object)
    return out_of_memory(r);
  r->at++;
  skip_blank(r);
  bool done = peek(r) == '}';
  if (done)
    r->at++;
  for (bool more = !done; more && member_of(r, object);)
    more = goes_on(r, '}', &done);
  if (done)
    return object;
  json_decref(object);
  return NULL;
}

static json_t *value_of(reader *r) {
  skip_blank(r);
  int c = peek(r);
  if (c == '"')
    return string_of(r);
  if (c == '-' || (c >= '0' && c <= '9'))
    return number_of(r);
  if (c != '{' && c != '[')
    return word_of(r);
  if (r->depth == DEPTH_MAX)
    return bad(r, "nested too deeply");
  r->depth++;
  json_t *value = c == '{' ? object_of(r) : array_of(r);
  r->depth--;
  return value;
}

csup_status csup_json_read(const char *text, size_t length, csup_error *error, json_t **out) {
  reader r = {.text = text, .length = length, .error = error};
  bool is_marked = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0;
  json_t *root = is_marked ? bad(&r, "the text begins with a byte order mark") : value_of(&r);
  if (!root)
    return r.status;
  skip_blank(&r);
  if (r.at < r.length) {
    (void)bad(&r, "more text after the value");
    json_decref(root);
    return r.status;
  }
  *out = root;
  return CSUP_OK;
}
