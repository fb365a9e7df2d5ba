/* Random journals: one line after another, each at an instant that is likely to be interesting. */
#ifndef CSUP_TESTS_RANDOM_JOURNAL_H
#define CSUP_TESTS_RANDOM_JOURNAL_H

#include "support/random_policy.h"

#define RANDOM_NEVER INT64_MAX

/* The instant of a journal's first line: often near a change of clocks. */
int64_t random_opening(random_source *source);
/* The instant of the next line: a tie, a little later, days later, or exactly around the wake-up (RANDOM_NEVER: none). */
int64_t random_instant(random_source *source, int64_t now, int64_t wakeup);
/* Adds the line that opens a case, perhaps with more in one batch. */
void random_opened(text_buffer *line, const random_policy *policy, random_source *source, int64_t at);
/* Adds a line: one event or a batch, now and then one that must be refused. */
void random_line(text_buffer *line, const random_policy *policy, random_source *source, int64_t at);
/* Adds an instant in the format of RFC 3339, without quotes. */
void random_write_instant(text_buffer *line, int64_t at);

#endif
