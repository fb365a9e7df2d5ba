/* Answers as one line, such as CSI:1/S:D/N:T/P:I/M:N/G:X/W:P?/D:W!/C:H (rule I6), in the manner of CVSS. */
#include "condition/policy_parts.h"
#include "impact/model.h"

#include <string.h>

typedef struct cursor {
  const csup_impact *impact;
  const char *text;
  size_t length, at;
  csup_error *error;
} cursor;

typedef struct token {
  const char *text;
  int length; /* as printf's precision wants it */
  size_t at;
} token;

static int32_t column(size_t at) {
  return at < INT32_MAX ? (int32_t)at + 1 : INT32_MAX;
}

static bool stands(const cursor *in, char character) {
  return in->at < in->length && in->text[in->at] == character;
}

static bool take(cursor *in, char character) {
  bool there = stands(in, character);
  in->at += there;
  return there;
}

static bool in_code(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

/* The longest run of characters that codes are made of, cut to what a message can show. */
static token take_code(cursor *in) {
  token code = {in->text + in->at, 0, in->at};
  while (in->at < in->length && in_code(in->text[in->at]))
    in->at++;
  size_t length = in->at - code.at;
  code.length = length < 40 ? (int)length : 40;
  return code;
}

static bool is(const token *read, const char *code) {
  return strlen(code) == (size_t)read->length && memcmp(read->text, code, (size_t)read->length) == 0;
}

static csup_status expected(const cursor *in, const char *what) {
  if (in->at >= in->length)
    return csup_fail_at(in->error, CSUP_E_SYNTAX, 1, column(in->at), "expected %s, found the end", what);
  char found = in->text[in->at];
  if (found < ' ' || found > '~')
    return csup_fail_at(in->error, CSUP_E_SYNTAX, 1, column(in->at), "expected %s, found byte 0x%02X", what,
                        (unsigned char)found);
  return csup_fail_at(in->error, CSUP_E_SYNTAX, 1, column(in->at), "expected %s, found \"%c\"", what, found);
}

static csup_status read_header(cursor *in) {
  const csup_impact *impact = in->impact;
  token code = take_code(in);
  if (!is(&code, impact->code))
    return csup_fail_at(in->error, CSUP_E_SYNTAX, 1, 1, "a vector of this model begins with \"%s:%d\"", impact->code,
                        impact->version);
  if (!take(in, ':'))
    return expected(in, "\":\" and the version of the model");
  token version = take_code(in);
  int32_t number = 0;
  bool good = version.length > 0 && version.length <= 6 && version.text[0] != '0';
  for (int i = 0; good && i < version.length; i++) {
    good = version.text[i] >= '0' && version.text[i] <= '9';
    number = number * 10 + (version.text[i] - '0');
  }
  if (!good)
    return csup_fail_at(in->error, CSUP_E_SYNTAX, 1, column(version.at), "expected the version of the model, a number such as %d",
                        impact->version);
  if (number != impact->version)
    return csup_fail_at(in->error, CSUP_E_VERSION, 1, column(version.at), "the vector is of version %d, the model of version %d",
                        number, impact->version);
  return CSUP_OK;
}

static int32_t find_code(const csup_impact *impact, const token *code) {
  for (int32_t i = 0; i < impact->dimension_count; i++)
    if (is(code, impact->dimensions[i].code))
      return i;
  return -1;
}

/* Whether the metric still comes in what is left. */
static bool comes_later(const cursor *in, const char *code) {
  cursor rest = *in;
  while (rest.at < rest.length) {
    if (!take(&rest, '/')) {
      rest.at++;
      continue;
    }
    token metric = take_code(&rest);
    if (is(&metric, code))
      return true;
  }
  return false;
}

/* `due` is the dimension whose turn it is; one past the last when all have been read. */
static csup_status read_metric(cursor *in, int32_t due) {
  const csup_impact *impact = in->impact;
  const char *code = due < impact->dimension_count ? impact->dimensions[due].code : NULL;
  if (in->at == in->length && code)
    return csup_fail_at(in->error, CSUP_E_SYNTAX, 1, column(in->at), "the metric %s is missing", code);
  if (!take(in, '/'))
    return expected(in, code ? "\"/\" and the next metric" : "the end");
  token metric = take_code(in);
  if (metric.length == 0)
    return expected(in, "the code of a metric");
  int32_t found = find_code(impact, &metric);
  if (found == due)
    return take(in, ':') ? CSUP_OK : expected(in, "\":\" and the code of a level");
  if (found < 0)
    return csup_fail_at(in->error, CSUP_E_UNKNOWN, 1, column(metric.at), "the model has no metric \"%.*s\"", metric.length,
                        metric.text);
  if (found < due)
    return csup_fail_at(in->error, CSUP_E_SYNTAX, 1, column(metric.at), "the metric %s is repeated",
                        impact->dimensions[found].code);
  if (comes_later(in, code))
    return csup_fail_at(in->error, CSUP_E_SYNTAX, 1, column(metric.at), "the metric %.*s is out of order: %s comes first",
                        metric.length, metric.text, code);
  return csup_fail_at(in->error, CSUP_E_SYNTAX, 1, column(metric.at), "the metric %s is missing before %.*s", code, metric.length,
                      metric.text);
}

static csup_status read_level(cursor *in, const csup_impact_dimension *dimension, csup_answers *out, int32_t i) {
  token code = take_code(in);
  if (code.length == 0)
    return expected(in, "the code of a level, or X");
  if (is(&code, "X")) {
    if (stands(in, '?') || stands(in, '!'))
      return csup_fail_at(in->error, CSUP_E_SYNTAX, 1, column(in->at), "an unknown answer takes no \"%c\"", in->text[in->at]);
    out->basis[i] = CSUP_BASIS_UNKNOWN;
    return CSUP_OK;
  }
  uint8_t level = 0;
  while (level < dimension->level_count && !is(&code, dimension->levels[level].code))
    level++;
  if (level == dimension->level_count)
    return csup_fail_at(in->error, CSUP_E_UNKNOWN, 1, column(code.at), "the metric %s has no level \"%.*s\"", dimension->code,
                        code.length, code.text);
  out->level[i] = level;
  out->basis[i] = take(in, '?') ? CSUP_BASIS_ASSUMED : take(in, '!') ? CSUP_BASIS_VERIFIED : CSUP_BASIS_STATED;
  return CSUP_OK;
}

static csup_status read_vector(cursor *in, csup_answers *out) {
  csup_status status = read_header(in);
  int32_t i = 0;
  for (; status == CSUP_OK && i < in->impact->dimension_count; i++) {
    status = read_metric(in, i);
    if (status == CSUP_OK)
      status = read_level(in, &in->impact->dimensions[i], out, i);
  }
  if (status == CSUP_OK && in->at < in->length)
    status = read_metric(in, i);
  return status;
}

csup_status csup_vector_parse(const csup_policy *policy, const char *text, size_t length, csup_answer *buffer, size_t capacity,
                              size_t *count, csup_error *error) {
  if (!policy || !text || !count || (!buffer && capacity > 0))
    return csup_fail(error, CSUP_E_ARGUMENT, "a policy, a text and places for the answers and their count are needed");
  const csup_impact *impact = csup_policy_impact(policy);
  csup_answers read;
  memset(&read, 0, sizeof read);
  csup_status status = read_vector(&(cursor){.impact = impact, .text = text, .length = length, .error = error}, &read);
  if (status)
    return status;
  size_t needed = (size_t)impact->dimension_count;
  *count = needed;
  if (needed > capacity)
    return csup_fail(error, CSUP_E_SPACE, "there is room for %zu answers, %zu are needed", capacity, needed);
  for (size_t i = 0; i < needed; i++) {
    const csup_impact_dimension *dimension = &impact->dimensions[i];
    buffer[i] = (csup_answer){
        .dimension = dimension->name,
        .level = read.basis[i] == CSUP_BASIS_UNKNOWN ? NULL : dimension->names->names[read.level[i]],
        .basis = read.basis[i],
    };
  }
  return CSUP_OK;
}

csup_status csup_vector_format(const csup_policy *policy, const csup_answer *answers, size_t answer_count, char *buffer,
                               size_t capacity, size_t *length) {
  static const char *const suffixes[] = {"", "?", "", "!"}; /* by basis */
  if (!policy || (!buffer && capacity > 0))
    return CSUP_E_ARGUMENT;
  const csup_impact *impact = csup_policy_impact(policy);
  csup_answers read;
  csup_status status = csup_impact_answers_read(impact, answers, answer_count, &read, NULL);
  if (status)
    return status;
  csup_writer writer;
  csup_writer_init(&writer, buffer, capacity);
  csup_write_text(&writer, impact->code);
  csup_write_char(&writer, ':');
  csup_write_int64(&writer, impact->version);
  for (int32_t i = 0; i < impact->dimension_count; i++) {
    const csup_impact_dimension *dimension = &impact->dimensions[i];
    bool unknown = read.basis[i] == CSUP_BASIS_UNKNOWN;
    csup_write_char(&writer, '/');
    csup_write_text(&writer, dimension->code);
    csup_write_char(&writer, ':');
    csup_write_text(&writer, unknown ? "X" : dimension->levels[read.level[i]].code);
    csup_write_text(&writer, suffixes[read.basis[i]]);
  }
  return csup_writer_end(&writer, length);
}
