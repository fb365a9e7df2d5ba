#include "base/status.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#ifndef CSUPPORT_VERSION
#error "the build defines CSUPPORT_VERSION"
#endif

typedef struct status_words {
  const char *name;
  const char *text;
} status_words;

/* In the order of the constants: CSUP_OK is 0, errors follow downward. */
static const status_words words[] = {
    {"CSUP_OK", "the call succeeded"},
    {"CSUP_E_NOMEM", "out of memory; nothing has changed"},
    {"CSUP_E_ARGUMENT", "an argument or a member is missing, of the wrong type or not allowed here"},
    {"CSUP_E_RANGE", "a number, instant or duration is outside its range"},
    {"CSUP_E_SYNTAX", "the text does not follow its grammar"},
    {"CSUP_E_POLICY", "the policy says something impossible, or is not the policy that this snapshot belongs to"},
    {"CSUP_E_UNKNOWN", "a name that nobody declared"},
    {"CSUP_E_ORDER", "the event is out of order"},
    {"CSUP_E_REFUSED", "the workflow refuses this move"},
    {"CSUP_E_NEVER", "there is no such instant"},
    {"CSUP_E_CORRUPT", "the bytes are damaged or of another format"},
    {"CSUP_E_VERSION", "a version that this library does not know"},
    {"CSUP_E_SPACE", "the buffer is too small; the length needed has been written"},
    {"CSUP_E_IO", "a file could not be read"},
};
#define STATUS_COUNT ((int64_t)(sizeof words / sizeof words[0]))

const char *csup_version(void) {
  return CSUPPORT_VERSION;
}

const char *csup_status_name(csup_status status) {
  int64_t index = -(int64_t)status;
  return index >= 0 && index < STATUS_COUNT ? words[index].name : "unknown";
}

const char *csup_status_text(csup_status status) {
  int64_t index = -(int64_t)status;
  return index >= 0 && index < STATUS_COUNT ? words[index].text : "a number that is no status";
}

/* Cutting a name in the middle of a character (by the message's size or by a precision in its format) leaves what is no UTF-8;
   such bytes are dropped. */
static void keep_characters(char *text) {
  char *out = text;
  const char *end = text + strlen(text);
  while (text < end) {
    size_t length = csup_utf8_length(text, (size_t)(end - text));
    for (size_t i = 0; i < length; i++)
      *out++ = text[i];
    text += length > 0 ? length : 1;
  }
  *out = '\0';
}

static void fill(csup_error *error, csup_status status, int32_t line, int32_t column, const char *format, va_list arguments) {
  if (!error)
    return;
  error->status = status;
  error->line = line;
  error->column = column;
  error->index = -1;
  error->pointer[0] = '\0';
  (void)vsnprintf(error->message, sizeof error->message, format, arguments);
  keep_characters(error->message);
}

#undef csup_fail
#undef csup_fail_at
#undef csup_fail_plain

csup_status csup_fail(csup_error *error, csup_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fill(error, status, 0, 0, format, arguments);
  va_end(arguments);
  return status;
}

csup_status csup_fail_at(csup_error *error, csup_status status, int32_t line, int32_t column, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fill(error, status, line, column, format, arguments);
  va_end(arguments);
  return status;
}

csup_status csup_fail_plain(csup_error *error, csup_status status) {
  return csup_fail(error, status, "%s", csup_status_text(status));
}
