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
