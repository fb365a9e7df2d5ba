/* JSON in: jansson's tree with a way back to the place in the text. A policy section is compiled from a csup_json node;
   what is wrong with it is reported with JSON pointer, line and column. */
#ifndef CSUP_BASE_JSON_H
#define CSUP_BASE_JSON_H

#include "base/status.h"

#include <jansson.h>
#include <stdbool.h>

/* One document being read. `wrong` is the status of a value of the wrong type or a missing member (CSUP_E_POLICY in a policy,
   CSUP_E_ARGUMENT in an event), `unknown` that of a member that nobody declared. */
typedef struct csup_json_document {
  const char *text;
  size_t length;
  json_t *root;
  csup_error *error;
  csup_status wrong, unknown;
} csup_json_document;

/* A node and how it was reached. Lives on the stack of the code that descends: a child points to its parent's csup_json. */
typedef struct csup_json {
  const csup_json_document *document;
  const struct csup_json *parent;
  const char *key; /* member name; NULL for an array's item and the root */
  size_t index;    /* item's index when key is NULL */
  json_t *value;
} csup_json;

/* Parses a whole text: duplicate keys, NUL characters, text after the value and malformed UTF-8 are errors (CSUP_E_SYNTAX with
   line and column; CSUP_E_NOMEM). `document` borrows text and error. Close it whatever was returned. */
csup_status csup_json_open(csup_json_document *document, const char *text, size_t length, csup_status wrong, csup_status unknown,
                           csup_error *error, csup_json *root);
void csup_json_close(csup_json_document *document);

/* Reports a fault at a node: `return csup_json_fail(&node, CSUP_E_POLICY, "...");` */
csup_status csup_json_fail(const csup_json *node, csup_status status, const char *format, ...) CSUP_PRINTF(3, 4);
#ifdef __clang_analyzer__ /* as in base/status.h */
#define csup_json_fail(node, status, ...) (csup_json_fail(node, status, __VA_ARGS__), (status))
#endif

bool csup_json_member(const csup_json *object, const char *key,
                      csup_json *out); /* false when absent; out is then an absent node */
void csup_json_item(const csup_json *array, size_t index, csup_json *out);
size_t csup_json_size(const csup_json *node); /* items of an array, members of an object, else 0 */
/* Walks an object's members in document order: `void *at = csup_json_first(&object); while (csup_json_next(&object, &at,
 * &member)) ...` */
void *csup_json_first(const csup_json *object);
bool csup_json_next(const csup_json *object, void **at, csup_json *member);

/* Each fails with document->wrong and says what was expected and what stands there. Strings live as long as the document. */
csup_status csup_json_object(const csup_json *node);
csup_status csup_json_array(const csup_json *node);
csup_status csup_json_text(const csup_json *node, const char **text); /* any string */
csup_status csup_json_name(const csup_json *node, const char **text); /* a non-empty string */
csup_status csup_json_integer(const csup_json *node,
                              int64_t *number); /* more than 64 bits: CSUP_E_RANGE where wrong is ARGUMENT */
csup_status csup_json_flag(const csup_json *node, bool *flag);
/* Required member of an object; fails with document->wrong naming the key when absent. */
csup_status csup_json_need(const csup_json *object, const char *key, csup_json *out);
/* The object has no members but these (a NULL-terminated list); else document->unknown. */
csup_status csup_json_only(const csup_json *object, const char *const *keys);

/* Line and column (from 1) of the value at an RFC 6901 pointer in a text that parsed. False when it is not there. */
bool csup_json_locate(const char *text, size_t length, const char *pointer, int32_t *line, int32_t *column);
/* Writes the node's pointer, whole nodes only, cut to capacity. */
void csup_json_pointer(const csup_json *node, char *buffer, size_t capacity);

#endif
