#include "common.h"

#include <stdarg.h>

/* One line stays one line, whatever bytes a name had; and it is written at once, for there may be many. */
static void print_line(text *line) {
  for (size_t i = 0; i < line->length; i++)
    if ((unsigned char)line->bytes[i] < ' ' || line->bytes[i] == 127)
      line->bytes[i] = '?';
  text_add(line, "\n");
  fwrite(line->bytes, 1, line->length, stderr);
  text_free(line);
}

void complain(const char *place, size_t line, const csup_error *error) {
  text out = {0};
  size_t within = error->line > 0 ? (size_t)error->line : 0;
  text_add(&out, place);
  if (line > 0 || within > 0)
    text_print(&out, ":%zu", line > 0 && within > 0 ? line + within - 1 : line + within);
  if (within > 0 && error->column > 0)
    text_print(&out, ":%d", (int)error->column);
  text_add(&out, ": ");
  if (error->pointer[0] != '\0')
    text_print(&out, "%s: ", error->pointer);
  text_print(&out, "%s: %s", csup_status_name(error->status), error->message);
  print_line(&out);
}

void complain_of(const char *place, csup_status status, const char *format, ...) {
  csup_error error = {.status = status, .index = -1};
  va_list values;
  va_start(values, format);
  (void)vsnprintf(error.message, sizeof error.message, format, values);
  va_end(values);
  complain(place, 0, &error);
}
