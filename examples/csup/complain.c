#include "csup.h"

#include <stdarg.h>
#include <string.h>

/* One line stays one line, whatever bytes a name had. */
static void put_line(const char *string) {
  for (const char *at = string; *at; at++)
    fputc((unsigned char)*at < ' ' || *at == 127 ? '?' : *at, stderr);
}

void complain(const char *place, size_t line, const csup_error *error) {
  size_t within = error->line > 0 ? (size_t)error->line : 0;
  put_line(place);
  if (line > 0 || within > 0)
    fprintf(stderr, ":%zu", line > 0 && within > 0 ? line + within - 1 : line + within);
  if (within > 0 && error->column > 0)
    fprintf(stderr, ":%d", (int)error->column);
  fputs(": ", stderr);
  if (error->pointer[0] != '\0') {
    put_line(error->pointer);
    fputs(": ", stderr);
  }
  fprintf(stderr, "%s: ", csup_status_name(error->status));
  put_line(error->message);
  fputc('\n', stderr);
}

void complain_of(const char *place, csup_status status, const char *format, ...) {
  csup_error error = {.status = status, .index = -1};
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(error.message, sizeof error.message, format, arguments);
  va_end(arguments);
  complain(place, 0, &error);
}
