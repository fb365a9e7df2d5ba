#include "base/json.h"

#include "base/json_read.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

csup_status csup_json_open(csup_json_document *document, const char *text, size_t length, csup_status wrong, csup_status unknown,
                           csup_error *error, csup_json *root) {
  *document = (csup_json_document){.text = text, .length = length, .error = error, .wrong = wrong, .unknown = unknown};
  *root = (csup_json){.document = document};
  if (!text)
    return csup_fail(error, CSUP_E_ARGUMENT, "no JSON text was given");
  /* Before its first hash table jansson would seed itself from a file and the clock; a seed that is set stays. */
  json_object_seed(0x6373u);
  csup_status status = csup_json_read(text, length, error, &document->root);
  if (status != CSUP_OK)
    return status;
  root->value = document->root;
  return CSUP_OK;
}

void csup_json_close(csup_json_document *document) {
  json_decref(document->root);
  document->root = NULL;
}

static void write_pointer(csup_writer *writer, const csup_json *node) {
  if (!node->parent)
    return;
  write_pointer(writer, node->parent);
  csup_write_char(writer, '/');
  if (!node->key) {
    csup_write_int64(writer, (int64_t)node->index);
    return;
  }
  for (const char *at = node->key; *at; at++) {
    if (*at == '~')
      csup_write_text(writer, "~0");
    else if (*at == '/')
      csup_write_text(writer, "~1");
    else
      csup_write_char(writer, *at);
  }
}

void csup_json_pointer(const csup_json *node, char *buffer, size_t capacity) {
  /* Steps upward until what is left fits, so that a cut pointer still points at an existing value. */
  for (; node; node = node->parent) {
    csup_writer writer;
    csup_writer_init(&writer, buffer, capacity);
    write_pointer(&writer, node);
    if (csup_writer_end(&writer, NULL) == CSUP_OK)
      return;
  }
}

#undef csup_json_fail
csup_status csup_json_fail(const csup_json *node, csup_status status, const char *format, ...) {
  csup_error *error = node->document->error;
  if (!error)
    return status;
  char message[sizeof error->message];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  /* An absent member is reported at the object that lacks it. */
  const csup_json *place = node->value || !node->parent ? node : node->parent;
  csup_fail(error, status, "%s", message);
  csup_json_pointer(place, error->pointer, sizeof error->pointer);
  if (!csup_json_locate(node->document->text, node->document->length, error->pointer, &error->line, &error->column))
    error->line = error->column = 0;
  return status;
}

bool csup_json_member(const csup_json *object, const char *key, csup_json *out) {
  *out = (csup_json){.document = object->document, .parent = object, .key = key, .value = json_object_get(object->value, key)};
  return out->value != NULL;
}

void csup_json_item(const csup_json *array, size_t index, csup_json *out) {
  *out = (csup_json){.document = array->document, .parent = array, .index = index, .value = json_array_get(array->value, index)};
}

size_t csup_json_size(const csup_json *node) {
  return json_is_array(node->value) ? json_array_size(node->value) : json_object_size(node->value);
}

void *csup_json_first(const csup_json *object) {
  return json_object_iter(object->value);
}

bool csup_json_next(const csup_json *object, void **at, csup_json *member) {
  if (!*at)
    return false;
  *member = (csup_json){
      .document = object->document, .parent = object, .key = json_object_iter_key(*at), .value = json_object_iter_value(*at)};
  *at = json_object_iter_next(object->value, *at);
  return true;
}

static const char *what_it_is(const json_t *value) {
  if (!value)
    return "nothing";
  switch (json_typeof(value)) {
  case JSON_OBJECT:
    return "an object";
  case JSON_ARRAY:
    return "an array";
  case JSON_STRING:
    return "a string";
  case JSON_INTEGER:
    return "an integer";
  case JSON_REAL:
    return json_real_value(value) == CSUP_JSON_FRACTION ? "a number that is not an integer" : "a number of more than 64 bits";
  case JSON_TRUE:
  case JSON_FALSE:
    return "true or false";
  case JSON_NULL:
    break;
  }
  return "null";
}

static csup_status expected(const csup_json *node, const char *what) {
  if (!node->value && node->key)
    return csup_json_fail(node, node->document->wrong, "the member \"%s\" is missing; expected %s", node->key, what);
  return csup_json_fail(node, node->document->wrong, "expected %s, found %s", what, what_it_is(node->value));
}

csup_status csup_json_object(const csup_json *node) {
  return json_is_object(node->value) ? CSUP_OK : expected(node, "an object");
}

csup_status csup_json_array(const csup_json *node) {
  return json_is_array(node->value) ? CSUP_OK : expected(node, "an array");
}

csup_status csup_json_text(const csup_json *node, const char **text) {
  if (!json_is_string(node->value))
    return expected(node, "a string");
  *text = json_string_value(node->value);
  return CSUP_OK;
}

csup_status csup_json_name(const csup_json *node, const char **text) {
  if (!json_is_string(node->value) || json_string_length(node->value) == 0)
    return expected(node, json_is_string(node->value) ? "a string that is not empty" : "a string");
  *text = json_string_value(node->value);
  return CSUP_OK;
}

csup_status csup_json_integer(const csup_json *node, int64_t *number) {
  if (json_is_real(node->value) && json_real_value(node->value) == CSUP_JSON_TOO_LARGE)
    return csup_json_fail(node, node->document->wrong == CSUP_E_ARGUMENT ? CSUP_E_RANGE : node->document->wrong,
                          "the number does not fit into 64 bits");
  if (!json_is_integer(node->value))
    return expected(node, "an integer");
  *number = json_integer_value(node->value);
  return CSUP_OK;
}

csup_status csup_json_flag(const csup_json *node, bool *flag) {
  if (!json_is_boolean(node->value))
    return expected(node, "true or false");
  *flag = json_is_true(node->value);
  return CSUP_OK;
}

csup_status csup_json_need(const csup_json *object, const char *key, csup_json *out) {
  if (csup_json_member(object, key, out))
    return CSUP_OK;
  return csup_json_fail(out, object->document->wrong, "the member \"%s\" is missing", key);
}

csup_status csup_json_only(const csup_json *object, const char *const *keys) {
  csup_json member;
  for (void *at = csup_json_first(object); csup_json_next(object, &at, &member);) {
    const char *const *key = keys;
    while (*key && strcmp(*key, member.key) != 0)
      key++;
    if (*key)
      continue;
    char known[160];
    csup_writer writer;
    csup_writer_init(&writer, known, sizeof known);
    for (key = keys; *key; key++) {
      csup_write_text(&writer, key == keys ? "" : ", ");
      csup_write_text(&writer, *key);
    }
    (void)csup_writer_end(&writer, NULL);
    return csup_json_fail(&member, object->document->unknown, "unknown member \"%.60s\"; expected one of: %s", member.key, known);
  }
  return CSUP_OK;
}
