/* Findings: what is suspicious in a document and yet no error. Gathered while the document is compiled, kept with it. */
#ifndef CSUP_BASE_FINDINGS_H
#define CSUP_BASE_FINDINGS_H

#include "base/json.h"
#include "base/memory.h"

typedef struct csup_found {
  const char *code;    /* a constant, such as "unreachable" */
  const char *pointer; /* JSON pointer, as in an error */
  const char *message; /* one sentence */
  int32_t line, column;
} csup_found;

typedef struct csup_findings {
  csup_arena *arena;
  csup_found *items; /* in the order in which they were added */
  size_t count, capacity;
} csup_findings;

void csup_findings_init(csup_findings *findings, csup_arena *arena);
/* Adds one at a node. `code` is a string constant. NULL findings: nothing is kept. CSUP_E_NOMEM is the only failure; it also
   fills the document's error. */
csup_status csup_findings_add(csup_findings *findings, const csup_json *node, const char *code, const char *format, ...)
    CSUP_PRINTF(4, 5);

#endif
