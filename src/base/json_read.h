/* JSON text into jansson's values. */
#ifndef CSUP_BASE_JSON_READ_H
#define CSUP_BASE_JSON_READ_H

#include "base/json.h"

/* Numbers that are no 64-bit integers are kept as these reals, which stand for nothing but the reason. */
#define CSUP_JSON_FRACTION  0.5
#define CSUP_JSON_TOO_LARGE 1e300

/* Reads a whole text (RFC 8259). CSUP_E_SYNTAX with line and column: malformed text or UTF-8, a member's name that stands twice
   in one object, NUL, nesting deeper than 256, text after the value. CSUP_E_NOMEM. */
csup_status csup_json_read(const char *text, size_t length, csup_error *error, json_t **out);

#endif
