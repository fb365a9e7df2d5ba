#include "common.h"

#include <string.h>

bool address_find(const char *line, size_t length, text *key, address *out) {
  scan in = {.text = line, .length = length};
  out->has_id = out->has_at = false;
  if (!scan_take(&in, '{'))
    return false;
  for (bool first = true; !(out->has_id && out->has_at) && scan_member(&in, first, key); first = false) {
    bool is_id = strcmp(key->bytes, "case") == 0, is_at = strcmp(key->bytes, "at") == 0;
    if ((is_id || is_at) && scan_peek(&in) == '"') {
      if (scan_string(&in, is_id ? &out->id : &out->at))
        *(is_id ? &out->has_id : &out->has_at) = true;
    } else if (!scan_skip(&in) || is_id) {
      return false;
    }
  }
  return !in.wrong;
}

void address_free(address *from) {
  text_free(&from->id);
  text_free(&from->at);
}

bool is_blank(const char *line, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
      return false;
  return true;
}
