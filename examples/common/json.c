#include "common.h"

csup_status text_decision(text *out, const csup_decision *decision) {
  size_t length = 0;
  text_reserve(out, 512);
  csup_status status = csup_decision_to_json(decision, out->bytes + out->length, out->capacity - out->length, &length);
  if (status == CSUP_E_SPACE) {
    text_reserve(out, length + 1);
    status = csup_decision_to_json(decision, out->bytes + out->length, out->capacity - out->length, &length);
  }
  out->length += status == CSUP_OK ? length : 0;
  return status;
}

csup_status text_events(text *out, const csup_event *events, size_t count) {
  size_t length = 0;
  text_reserve(out, 512);
  csup_status status = csup_event_to_json(events, count, NULL, out->bytes + out->length, out->capacity - out->length, &length);
  if (status == CSUP_E_SPACE) {
    text_reserve(out, length + 1);
    status = csup_event_to_json(events, count, NULL, out->bytes + out->length, out->capacity - out->length, &length);
  }
  out->length += status == CSUP_OK ? length : 0;
  return status;
}

csup_status text_status(text *out, const csup_case *support_case, csup_time now) {
  size_t length = 0;
  text_reserve(out, 2048);
  csup_status status = csup_case_to_json(support_case, now, out->bytes + out->length, out->capacity - out->length, &length);
  if (status == CSUP_E_SPACE) {
    text_reserve(out, length + 1);
    status = csup_case_to_json(support_case, now, out->bytes + out->length, out->capacity - out->length, &length);
  }
  out->length += status == CSUP_OK ? length : 0;
  return status;
}

void text_member(text *out, const char *name, const char *value) {
  text_print(out, ",\"%s\":", name);
  text_json(out, value);
}

csup_status text_vector(text *out, const csup_policy *policy, const csup_answer *answers, size_t count) {
  text vector = {0};
  size_t length = 0;
  csup_status status = csup_vector_format(policy, answers, count, NULL, 0, &length);
  text_reserve(&vector, length + 1);
  if (status == CSUP_E_SPACE)
    status = csup_vector_format(policy, answers, count, vector.bytes, vector.capacity, &length);
  if (status == CSUP_OK)
    text_json(out, vector.bytes);
  text_free(&vector);
  return status;
}

static void put_span(text *out, const char *name, const csup_span *span) {
  text_print(out, ",\"%s\":{\"low\":%d,\"value\":%d,\"high\":%d}", name, (int)span->low, (int)span->value, (int)span->high);
}

static void put_band(text *out, const char *name, const csup_band *band) {
  text_print(out, ",\"%s\":{\"low\":\"%s\",\"value\":\"%s\",\"high\":\"%s\"}", name, band->low, band->value, band->high);
}

void text_assessment(text *out, const csup_assessment *of) {
  put_band(out, "severity", &of->severity);
  put_band(out, "urgency", &of->urgency);
  put_band(out, "priority", &of->priority);
  put_span(out, "impact_score", &of->impact_score);
  put_span(out, "urgency_score", &of->urgency_score);
  text_print(out, ",\"confidence\":%d", (int)of->confidence);
  text_member(out, "next_question", of->next_question);
  text_member(out, "next_question_text", of->next_question_text);
}
