/* JSON out: what decisions and status lines share. */
#ifndef CSUP_CASE_JSON_H
#define CSUP_CASE_JSON_H

#include "case/view.h"

void csup_write_instant(csup_writer *writer, csup_time at);
void csup_write_duration(csup_writer *writer, csup_duration duration);

#endif
