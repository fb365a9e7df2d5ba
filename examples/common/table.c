/* Columns for people: as wide as their widest cell, counted in characters. Colour only where a terminal shows it. */
#define _POSIX_C_SOURCE 200809L /* isatty, fileno */
#include "common.h"

#include <stdlib.h>
#include <unistd.h>

void table_cell(table *to, const char *string) {
  if (to->count == to->capacity) {
    to->capacity = to->capacity == 0 ? 64 : to->capacity * 2;
    to->cells = need_memory(to->cells, to->capacity, sizeof *to->cells);
  }
  text *cell = &to->cells[to->count++];
  *cell = (text){0};
  text_add(cell, string ? string : "-");
}

void table_instant(table *to, const csup_zone *zone, csup_time at) {
  int32_t east = 0;
  char wall[40];
  if (at == CSUP_TIME_NEVER || (zone && csup_zone_offset(zone, at, &east) != CSUP_OK) ||
      csup_time_format(at + east * INT64_C(1000000), wall, sizeof wall, NULL) != CSUP_OK) {
    table_cell(to, "-");
    return;
  }
  wall[10] = ' ';
  wall[16] = '\0';
  table_cell(to, wall);
}

void table_duration(table *to, csup_duration time, const char *what) {
  int64_t minutes = (time < 0 ? -(time + 1) : time) / 60000000;
  text cell = {0};
  if (minutes >= 60)
    text_print(&cell, "%lld h %02lld min %s", (long long)minutes / 60, (long long)minutes % 60, what);
  else
    text_print(&cell, "%lld min %s", (long long)minutes, what);
  table_cell(to, cell.bytes);
  text_free(&cell);
}

static size_t width_of(const text *cell) {
  size_t width = 0;
  for (size_t i = 0; i < cell->length; i++)
    width += ((unsigned char)cell->bytes[i] & 0xC0U) != 0x80U;
  return width;
}

static bool wants_colour(FILE *file) {
  const char *no = getenv("NO_COLOR");
  return isatty(fileno(file)) && !(no && no[0] != '\0');
}

void table_print(const table *from, FILE *file, tint (*paint)(size_t column, const char *string)) {
  static const char *const colours[] = {"", "\033[1m", "\033[32m", "\033[1;31m"};
  size_t *widths = need_memory(NULL, from->columns, sizeof *widths);
  bool coloured = wants_colour(file);
  for (size_t column = 0; column < from->columns; column++) {
    widths[column] = 0;
    for (size_t i = column; i < from->count; i += from->columns) {
      size_t width = width_of(&from->cells[i]);
      if (width > widths[column])
        widths[column] = width;
    }
  }
  for (size_t row = 0; row + from->columns <= from->count; row += from->columns) {
    size_t columns = from->columns;
    while (columns > 1 && from->cells[row + columns - 1].length == 0)
      columns--; /* no blanks at the end of a line */
    for (size_t column = 0; column < columns; column++) {
      const text *cell = &from->cells[row + column];
      tint how = !coloured ? PLAIN : row == 0 ? HEADING : paint(column, cell->bytes);
      bool last = column + 1 == columns;
      fprintf(file, "%s%s%s", colours[how], cell->bytes, how == PLAIN ? "" : "\033[0m");
      fprintf(file, "%*s", last ? 0 : (int)(widths[column] - width_of(cell) + 2), last ? "\n" : "");
    }
  }
  free(widths);
}

void table_free(table *from) {
  for (size_t i = 0; i < from->count; i++)
    text_free(&from->cells[i]);
  free(from->cells);
  *from = (table){0};
}
