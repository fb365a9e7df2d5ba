/* What the benchmarks of cases share. */
#ifndef TESTS_BENCHMARKS_BENCHMARK_H
#define TESTS_BENCHMARKS_BENCHMARK_H

#include <csupport.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline void fail(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static inline void must(csup_status status, const csup_error *error) {
  if (status != CSUP_OK)
    fail(error && error->message[0] ? error->message : csup_status_text(status));
}

/* Processor time, so that a busy machine counts less. */
static inline double now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

#endif
