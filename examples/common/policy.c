#include "common.h"

#include <errno.h>
#include <string.h>

/* The built-in policy goes by the name `default`, unless there is a file of that name. */
static bool is_built_in(const char *path) {
  if (strcmp(path, "default") != 0)
    return false;
  FILE *file = fopen(path, "rb");
  if (file)
    fclose(file);
  return file == NULL && errno == ENOENT;
}

bool read_policy(const char *path, text *out) {
  if (!is_built_in(path))
    return read_file(path, out);
  text_add(out, csup_policy_default());
  return true;
}

bool open_policy(const char *path, csup_policy **out) {
  csup_error error = {0};
  text document = {0};
  bool good = read_policy(path, &document);
  if (good && csup_policy_parse(document.bytes, document.length, NULL, out, &error) != CSUP_OK) {
    complain(file_name(path), 0, &error);
    good = false;
  }
  text_free(&document);
  return good;
}

bool read_instant(const char *option_name, const char *given, csup_time *out) {
  csup_status status = csup_time_parse(given, strlen(given), out);
  if (status == CSUP_E_RANGE)
    complain_of(option_name, status, "\"%.60s\" lies outside the years 1900 to 2200", given);
  else if (status != CSUP_OK)
    complain_of(option_name, status, "\"%.60s\" is no instant; expected one as in 2026-03-02T08:15:00Z", given);
  return status == CSUP_OK;
}
