#include "common.h"

#include <string.h>

bool clock_counts(const csup_clock *clock) {
  return clock->agreement || clock->due != CSUP_TIME_NEVER || clock->verdict != CSUP_VERDICT_OPEN;
}

void table_clock(table *to, const csup_zone *zone, const csup_clock *clock) {
  static const char *const verdicts[] = {"open", "met", "BREACHED"};
  text name = {0};
  text_add(&name, clock->name);
  if (clock->agreement_kind && strcmp(clock->agreement_kind, "sla") != 0 && strcmp(clock->agreement_kind, "promise") != 0)
    text_print(&name, " (%s)", clock->agreement_kind);
  table_cell(to, name.bytes);
  text_free(&name);
  table_cell(to, csup_clock_status_name(clock->status));
  table_instant(to, zone, clock->due);
  table_cell(to, clock->status == CSUP_CLOCK_CANCELLED && clock->verdict == CSUP_VERDICT_OPEN ? "-" : verdicts[clock->verdict]);
  if (clock->overrun > 0)
    table_duration(to, clock->overrun, "late");
  else if (clock->status == CSUP_CLOCK_CANCELLED)
    table_cell(to, "-");
  else if (clock->status == CSUP_CLOCK_STOPPED)
    table_duration(to, clock->elapsed, "used");
  else
    table_duration(to, clock->remaining, "left");
}
