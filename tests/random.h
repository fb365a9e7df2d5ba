/* Random tests: a seed that is printed and can be given again, and one scale for all of them. */
#ifndef CSUP_TESTS_RANDOM_H
#define CSUP_TESTS_RANDOM_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct random_source {
  uint64_t state;
} random_source;

/* CSUP_TEST_SEED, or 1: a plain run repeats itself. */
static inline random_source random_start(const char *what) {
  const char *given = getenv("CSUP_TEST_SEED");
  random_source source = {given ? strtoull(given, NULL, 10) : 1};
  printf("%s: CSUP_TEST_SEED=%" PRIu64 "\n", what, source.state);
  return source;
}

/* How many of `full` rounds to run: CSUP_TEST_SCALE of them, a tenth unless told otherwise, at least one. */
static inline long random_rounds(long full) {
  const char *given = getenv("CSUP_TEST_SCALE");
  double rounds = (double)full * (given ? strtod(given, NULL) : 0.1);
  return rounds < 1 ? 1 : (long)rounds;
}

/* SplitMix64 */
static inline uint64_t random_next(random_source *source) {
  uint64_t z = source->state += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

/* From least to most, both included. */
static inline int64_t random_between(random_source *source, int64_t least, int64_t most) {
  uint64_t span = (uint64_t)most - (uint64_t)least + 1;
  uint64_t drawn = random_next(source);
  return (int64_t)((uint64_t)least + (span ? drawn % span : drawn));
}

#endif
