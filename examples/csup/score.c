/* csup score POLICY VECTOR|-: the assessment of a vector, or of answers on standard input, as one JSON object:

   in    {"answers": {"service": "down", "scope": {"level": "team", "basis": "verified"}}, "facts": {"mood": "angry"}}
         A plain level is stated by the customer; bases are unknown, assumed, stated, verified. Both members may be left out.
   out   {"vector", "severity", "urgency", "priority", "impact_score", "urgency_score", "confidence", "next_question",
         "next_question_text", "reasons"}, where severity, urgency, priority and the scores are {"low", "value", "high"},
   confidence is in thousandths, and a reason is {"kind", "name", "level", "basis", "points", "maximum", "because"} with those
   that apply. */
#include "csup.h"

#include <stdlib.h>
#include <string.h>

/* Answers and facts as read, each with the byte at which it stands. */
typedef struct question {
  csup_answer *answers;
  size_t *answer_places;
  size_t answer_count;
  csup_field *facts;
  size_t *fact_places;
  size_t fact_count;
  char **strings; /* that the above point to */
  size_t string_count;
} question;

static const char *const bases[] = {"unknown", "assumed", "stated", "verified"};

static void *one_more(void *items, size_t count, size_t size) {
  return (count & (count - 1)) == 0 ? need_memory(items, count == 0 ? 1 : count * 2, size) : items;
}

static const char *keep(question *q, const text *string) {
  q->strings = one_more(q->strings, q->string_count, sizeof *q->strings);
  char *copy = need_memory(NULL, string->length + 1, 1);
  memcpy(copy, string->bytes, string->length + 1);
  q->strings[q->string_count++] = copy;
  return copy;
}

static void free_question(question *q) {
  for (size_t i = 0; i < q->string_count; i++)
    free(q->strings[i]);
  free(q->strings);
  free(q->answers);
  free(q->answer_places);
  free(q->facts);
  free(q->fact_places);
}

static bool refuse(scan *in, size_t at, const char *what) {
  if (!in->wrong) {
    in->at = at;
    in->wrong = what;
  }
  return false;
}

static bool read_basis(scan *in, text *word, csup_basis *out) {
  (void)scan_peek(in);
  size_t at = in->at;
  if (!scan_string(in, word))
    return false;
  for (*out = CSUP_BASIS_UNKNOWN; *out <= CSUP_BASIS_VERIFIED; ++*out)
    if (strcmp(bases[*out], word->bytes) == 0)
      return true;
  return refuse(in, at, "expected one of unknown, assumed, stated, verified");
}

/* {"level": "down", "basis": "stated"} */
static bool read_full_answer(scan *in, text *word, question *q, csup_answer *answer) {
  bool has_level = false;
  bool has_basis = false;
  size_t start = in->at;
  (void)scan_take(in, '{');
  for (bool first = true; scan_member(in, first, word); first = false) {
    if (strcmp(word->bytes, "level") == 0 && !has_level) {
      has_level = scan_string(in, word);
      answer->level = has_level ? keep(q, word) : NULL;
    } else if (strcmp(word->bytes, "basis") == 0 && !has_basis) {
      has_basis = read_basis(in, word, &answer->basis);
    } else {
      return refuse(in, in->at, "an answer has the members level and basis, once each");
    }
  }
  return !in->wrong && (has_level || answer->basis == CSUP_BASIS_UNKNOWN || refuse(in, start, "the answer has no level"));
}

static bool read_answers(scan *in, text *word, question *q) {
  if (!scan_take(in, '{'))
    return refuse(in, in->at, "expected an object of answers");
  for (bool first = true; scan_member(in, first, word); first = false) {
    q->answers = one_more(q->answers, q->answer_count, sizeof *q->answers);
    q->answer_places = one_more(q->answer_places, q->answer_count, sizeof *q->answer_places);
    csup_answer *answer = &q->answers[q->answer_count];
    *answer = (csup_answer){.dimension = keep(q, word), .basis = CSUP_BASIS_STATED};
    char next = scan_peek(in);
    q->answer_places[q->answer_count++] = in->at;
    if (next == '{') {
      if (!read_full_answer(in, word, q, answer))
        return false;
    } else if (next != '"') {
      return refuse(in, in->at, "expected a level, or an object of level and basis");
    } else if (scan_string(in, word)) {
      answer->level = keep(q, word);
    }
  }
  return !in->wrong;
}

static bool read_fact(scan *in, text *word, question *q, csup_field *fact) {
  char next = scan_peek(in);
  if (next == '"') {
    if (!scan_string(in, word))
      return false;
    fact->kind = CSUP_VALUE_TEXT;
    fact->text = keep(q, word);
  } else if (next == '-' || (next >= '0' && next <= '9')) {
    fact->kind = CSUP_VALUE_NUMBER;
    return scan_integer(in, &fact->number);
  } else if (scan_word(in, "true") || scan_word(in, "false")) {
    fact->kind = CSUP_VALUE_FLAG;
    fact->number = next == 't';
  } else if (!scan_word(in, "null")) {
    return refuse(in, in->at, "expected a string, an integer, true, false or null");
  }
  return true;
}

static bool read_facts(scan *in, text *word, question *q) {
  if (!scan_take(in, '{'))
    return refuse(in, in->at, "expected an object of facts");
  for (bool first = true; scan_member(in, first, word); first = false) {
    q->facts = one_more(q->facts, q->fact_count, sizeof *q->facts);
    q->fact_places = one_more(q->fact_places, q->fact_count, sizeof *q->fact_places);
    csup_field *fact = &q->facts[q->fact_count];
    *fact = (csup_field){.name = keep(q, word)};
    (void)scan_peek(in);
    q->fact_places[q->fact_count++] = in->at;
    if (!read_fact(in, word, q, fact))
      return false;
  }
  return !in->wrong;
}

static bool read_document(scan *in, text *word, question *q) {
  bool has_answers = false;
  bool has_facts = false;
  if (!scan_take(in, '{'))
    return refuse(in, in->at, "expected an object with the members answers and facts");
  for (bool first = true; scan_member(in, first, word); first = false) {
    bool *seen = strcmp(word->bytes, "answers") == 0 ? &has_answers : strcmp(word->bytes, "facts") == 0 ? &has_facts : NULL;
    if (!seen || *seen)
      return refuse(in, in->at, "the members are answers and facts, once each");
    *seen = true;
    if (!(seen == &has_answers ? read_answers(in, word, q) : read_facts(in, word, q)))
      return false;
  }
  return !in->wrong && (scan_peek(in) == '\0' || refuse(in, in->at, "more text after the object"));
}

static bool read_question(const text *document, question *q) {
  scan in = {.text = document->bytes, .length = document->length};
  text word = {0};
  bool good = read_document(&in, &word, q);
  if (!good) {
    csup_error error = {.status = CSUP_E_SYNTAX};
    scan_place(&in, in.at, &error);
    (void)snprintf(error.message, sizeof error.message, "%s", in.wrong);
    complain(file_name("-"), 0, &error);
  }
  text_free(&word);
  return good;
}

/* What the library does not take, told at its place in the document. */
static void complain_at(const text *document, const char *section, const char *name, size_t place, csup_error *error) {
  scan in = {.text = document->bytes, .length = document->length};
  size_t length = (size_t)snprintf(error->pointer, sizeof error->pointer, "/%s/", section);
  for (; *name && length + 3 < sizeof error->pointer; name++) {
    if (*name == '~' || *name == '/')
      error->pointer[length++] = '~';
    error->pointer[length++] = *name == '~' ? '0' : *name == '/' ? '1' : *name;
  }
  error->pointer[length] = '\0';
  scan_place(&in, place, error);
  complain(file_name("-"), 0, error);
}

static bool check_question(const csup_policy *policy, const text *document, const question *q) {
  csup_assessment assessment;
  csup_error error = {.index = -1};
  /* Once without the facts, for the index that an error carries may be that of either. */
  bool answers_good = csup_impact_assess(policy, q->answers, q->answer_count, NULL, 0, &assessment, &error) == CSUP_OK;
  if (answers_good &&
      csup_impact_assess(policy, q->answers, q->answer_count, q->facts, q->fact_count, &assessment, &error) == CSUP_OK)
    return true;
  size_t at = error.index < 0 ? SIZE_MAX : (size_t)error.index;
  if (!answers_good && at < q->answer_count)
    complain_at(document, "answers", q->answers[at].dimension, q->answer_places[at], &error);
  else if (answers_good && at < q->fact_count)
    complain_at(document, "facts", q->facts[at].name, q->fact_places[at], &error);
  else
    complain(file_name("-"), 0, &error);
  return false;
}

static bool read_vector(const csup_policy *policy, const char *vector, question *q) {
  csup_error error = {0};
  size_t capacity = 0;
  csup_status status = CSUP_E_SPACE;
  while (status == CSUP_E_SPACE && q->answer_count >= capacity) {
    capacity = q->answer_count > 32 ? q->answer_count : 32;
    q->answers = need_memory(q->answers, capacity, sizeof *q->answers);
    status = csup_vector_parse(policy, vector, strlen(vector), q->answers, capacity, &q->answer_count, &error);
  }
  if (status != CSUP_OK)
    complain("VECTOR", 0, &error);
  return status == CSUP_OK;
}

static void put_reason(text *out, const csup_reason *reason) {
  static const char *const kinds[] = {"?", "contribution", "floor", "ceiling", "shift"};
  text_print(out, "{\"kind\":\"%s\"", kinds[reason->kind]);
  text_member(out, "name", reason->name);
  if (reason->kind == CSUP_REASON_CONTRIBUTION) {
    text_member(out, "level", reason->level);
    text_member(out, "basis", bases[reason->basis]);
  }
  if (reason->kind == CSUP_REASON_CONTRIBUTION || reason->kind == CSUP_REASON_SHIFT)
    text_print(out, ",\"points\":%d,\"maximum\":%d", (int)reason->points, (int)reason->maximum);
  if (reason->because && reason->because[0] != '\0')
    text_member(out, "because", reason->because);
  text_add(out, "}");
}

static csup_status put_reasons(const csup_policy *policy, const question *q, text *out) {
  size_t count = 0;
  csup_status status = csup_impact_reasons(policy, q->answers, q->answer_count, q->facts, q->fact_count, NULL, 0, &count, NULL);
  csup_reason *reasons = need_memory(NULL, count + 1, sizeof *reasons);
  if (status == CSUP_E_SPACE)
    status = csup_impact_reasons(policy, q->answers, q->answer_count, q->facts, q->fact_count, reasons, count, &count, NULL);
  text_add(out, ",\"reasons\":[");
  for (size_t i = 0; status == CSUP_OK && i < count; i++) {
    text_add(out, i > 0 ? "," : "");
    put_reason(out, &reasons[i]);
  }
  text_add(out, "]}");
  free(reasons);
  return status;
}

static bool print_assessment(const csup_policy *policy, const question *q) {
  csup_assessment of;
  text out = {0};
  csup_status status = csup_impact_assess(policy, q->answers, q->answer_count, q->facts, q->fact_count, &of, NULL);
  text_add(&out, "{\"vector\":");
  if (status == CSUP_OK)
    status = text_vector(&out, policy, q->answers, q->answer_count);
  if (status == CSUP_OK) {
    text_assessment(&out, &of);
    status = put_reasons(policy, q, &out);
  }
  if (status == CSUP_OK)
    puts(out.bytes);
  else
    complain_of(program_name, status, "%s", csup_status_text(status));
  text_free(&out);
  return status == CSUP_OK;
}

int command_score(const arguments *given) {
  const char *policy_path = given->items[0];
  const char *vector = given->items[1];
  bool is_document = strcmp(vector, "-") == 0;
  csup_policy *policy = NULL;
  question q = {0};
  text document = {0};
  if (is_document && strcmp(policy_path, "-") == 0) {
    complain_of(program_name, CSUP_E_ARGUMENT, "policy and answers cannot both be read from standard input");
    return BAD;
  }
  if (!open_policy(policy_path, &policy))
    return BAD;
  bool good = is_document ? read_file("-", &document) && read_question(&document, &q) && check_question(policy, &document, &q)
                          : read_vector(policy, vector, &q);
  good = good && print_assessment(policy, &q);
  free_question(&q);
  text_free(&document);
  csup_policy_release(policy);
  return good ? GOOD : BAD;
}
