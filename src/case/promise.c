/* Promises to the customer: a clock of their own in real time, from the promise to its due. */
#include "case/case.h"

csup_status csup_promise_begin(csup_call *call, csup_promise *promise, csup_time due) {
  promise->cycle++;
  promise->start = call->at;
  promise->due = due;
  promise->stop = CSUP_TIME_NEVER;
  promise->status = CSUP_CLOCK_RUNNING;
  promise->verdict = CSUP_VERDICT_OPEN;
  return CSUP_OK;
}

csup_status csup_promise_end(csup_call *call, csup_promise *promise, bool kept) {
  if (promise->status != CSUP_CLOCK_RUNNING)
    return CSUP_OK;
  promise->stop = call->at;
  promise->status = kept ? CSUP_CLOCK_STOPPED : CSUP_CLOCK_CANCELLED;
  if (kept && promise->verdict == CSUP_VERDICT_OPEN)
    promise->verdict = CSUP_VERDICT_MET;
  return CSUP_OK;
}
