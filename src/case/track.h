/* What one kind of agreement makes of a clock's cycle: targets, dues, warnings, verdicts (C2 to C8). */
#ifndef CSUP_CASE_TRACK_H
#define CSUP_CASE_TRACK_H

#include "case/cycle.h"

/* What has breached becomes a fact. */
void csup_show_breaches(csup_call *call);

/* Called after the cycle itself has changed, at call->at. */
csup_status csup_track_begun(csup_call *call, int32_t index);
csup_status csup_track_continued(csup_call *call, int32_t index); /* again: resume or total */
csup_status csup_track_paused(csup_call *call, int32_t index);
csup_status csup_track_unpaused(csup_call *call, int32_t index); /* counts the pause that is over, decides nothing */
csup_status csup_track_resumed(csup_call *call, int32_t index);
csup_status csup_track_stopped(csup_call *call, int32_t index);
csup_status csup_track_cancelled(csup_call *call, int32_t index);
csup_status csup_track_retarget(csup_call *call, int32_t index); /* while active: takes the target now chosen (C8) */

#endif
