/* csup, libcsupport on the command line. One command a file; every rule of support is the library's business. */
#ifndef CSUP_PROGRAM_H
#define CSUP_PROGRAM_H

#include "../common/common.h"

/* ---- the commands: each returns an exit status and has complained when it is not GOOD ---- */

int command_replay(const arguments *given);
int command_status(const arguments *given);
int command_due(const arguments *given);
int command_check(const arguments *given);
int command_score(const arguments *given);
int command_graph(const arguments *given);

/* ---- journal.c: JSON Lines routed to their cases ---- */

typedef struct journal {
  const char *path;
  csup_policy *policy;
  csup_time until; /* later events are passed over; CSUP_TIME_NEVER for none */
  csup_time last;  /* the latest instant of an accepted line; CSUP_TIME_NEVER when there is none */
  cases cases;
  csup_decisions *decisions;
  size_t refused; /* lines */
  /* Called with what a line, or the end, has decided for a case; may be NULL. */
  void (*decided)(void *context, const char *case_id, const csup_decisions *decisions);
  void *context;
} journal;

/* Reads policy and events, then lets every case, in order of first appearance, come to the instant asked for: `until`, else the
   last one accepted, which is left in `until`. Returns an exit status; after BAD there is nothing to show. */
int journal_run(journal *out, const char *policy, const char *events);
void journal_free(journal *from);

#endif
