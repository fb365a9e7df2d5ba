#include "base/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void csup_findings_init(csup_findings *findings, csup_arena *arena) {
  *findings = (csup_findings){.arena = arena};
}

static csup_status grow(csup_findings *findings) {
  size_t capacity = findings->capacity ? findings->capacity * 2 : 8;
  csup_found *items = csup_arena_allocate(findings->arena, capacity, sizeof *items);
  if (!items)
    return CSUP_E_NOMEM;
  if (findings->count > 0)
    memcpy(items, findings->items, findings->count * sizeof *items);
  findings->items = items;
  findings->capacity = capacity;
  return CSUP_OK;
}

csup_status csup_findings_add(csup_findings *findings, const csup_json *node, const char *code, const char *format, ...) {
  if (!findings)
    return CSUP_OK;
  csup_error place;
  char message[sizeof place.message];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  /* The same words and the same place as an error would have. */
  csup_json_document document = *node->document;
  document.error = &place;
  csup_json stand_in = *node;
  stand_in.document = &document;
  (void)csup_json_fail(&stand_in, CSUP_E_POLICY, "%s", message);
  const char *pointer = csup_arena_copy(findings->arena, place.pointer, strlen(place.pointer));
  const char *words = csup_arena_copy(findings->arena, place.message, strlen(place.message));
  if (!pointer || !words || (findings->count == findings->capacity && grow(findings) != CSUP_OK))
    return csup_fail_plain(node->document->error, CSUP_E_NOMEM);
  findings->items[findings->count++] =
      (csup_found){.code = code, .pointer = pointer, .message = words, .line = place.line, .column = place.column};
  return CSUP_OK;
}
