/*
 * What an assessment costs: csup_impact_assess under the built-in model for 1024 different sets of answers by name, strings that
 * are the host's own (or the model's, where it says so), with the facts of a case. Medians over many rounds, and the requests for
 * memory.
 */
#define _POSIX_C_SOURCE 200809L

#include "../failing_allocator.h"
#include "../impact/model.h"
#include "../random.h"

#include <time.h>

#define SETS       1024
#define ROUNDS     301
#define DIMENSIONS 8

typedef struct answer_set {
  csup_answer answers[DIMENSIONS];
  size_t count;
} answer_set;

typedef enum scenario {
  SAME_STATED,
  SAME_ASSUMED,
  ALL_STATED,
  ALL_ASSUMED,
  ALL_ASSUMED_SHUFFLED,
  ALL_ASSUMED_POINTERS,
  HALF_UNKNOWN,
  NONE,
  HOW_COUNT
} scenario;

static const char *const names[HOW_COUNT] = {"8 answers, stated, always the same",
                                             "8 answers, assumed, always the same",
                                             "8 answers, stated",
                                             "8 answers, assumed",
                                             "8 answers, assumed, in any order",
                                             "8 answers, assumed, the model's strings",
                                             "4 answers, stated, 4 unknown",
                                             "no answers, 8 unknown"};

static answer_set sets[SETS];
static char copies[64][16]; /* the host's own strings: each a copy of a name */
static int copy_count;

static const char *own(const char *name) {
  for (int i = 0; i < copy_count; i++)
    if (strcmp(copies[i], name) == 0)
      return copies[i];
  return strcpy(copies[copy_count++], name);
}

static void draw(const csup_policy *policy, scenario how, random_source *random) {
  const csup_impact *impact = policy->impact;
  for (int s = 0; s < SETS; s++) {
    answer_set *set = &sets[s];
    set->count = 0;
    for (int32_t i = 0; i < DIMENSIONS && how != NONE; i++) {
      if (how == HALF_UNKNOWN && (i + s) % 2)
        continue;
      int32_t levels = policy->schema.facts[csup_impact_dimension_slot(impact, i)].choice_count;
      const char *dimension = csup_impact_dimension_name(impact, i);
      const char *level = csup_impact_level_name(impact, i, (int32_t)random_between(random, 0, levels - 1));
      bool stated = how == SAME_STATED || how == ALL_STATED || how == HALF_UNKNOWN;
      csup_answer answer = {how == ALL_ASSUMED_POINTERS ? dimension : own(dimension),
                            how == ALL_ASSUMED_POINTERS ? level : own(level), stated ? CSUP_BASIS_STATED : CSUP_BASIS_ASSUMED, 0};
      size_t at = how == ALL_ASSUMED_SHUFFLED ? (size_t)random_between(random, 0, (int64_t)set->count) : set->count;
      set->answers[set->count++] = set->answers[at];
      set->answers[at] = answer;
    }
    if (how <= SAME_ASSUMED)
      *set = sets[0];
  }
}

static double now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void measure(const csup_policy *policy, scenario how, const csup_field *facts, size_t fact_count) {
  static double rounds[ROUNDS];
  random_source random = {7};
  long priorities = 0;
  draw(policy, how, &random);
  for (int round = 0; round < ROUNDS; round++) {
    double start = now_ns();
    for (int s = 0; s < SETS; s++) {
      csup_assessment out;
      if (csup_impact_assess(policy, sets[s].answers, sets[s].count, facts, fact_count, &out, NULL))
        abort();
      priorities += out.priority.value_index;
    }
    rounds[round] = (now_ns() - start) / SETS;
  }
  qsort(rounds, ROUNDS, sizeof *rounds, by_size);
  printf("%-40s %zu facts: median %6.1f ns, 90%% below %6.1f ns (mean priority P%.2f)\n", names[how], fact_count,
         rounds[ROUNDS / 2], rounds[ROUNDS * 9 / 10], 1 + (double)priorities / SETS / ROUNDS);
}

int main(void) {
  failing_allocator counter = {.fail_at = -1};
  csup_allocator allocator = {&counter, failing_resize};
  csup_policy policy;
  if (model_open(&policy, "{}", &allocator, NULL))
    return 1;
  long requests = counter.requests;
  const csup_field facts[] = {{.name = "mood", .text = "angry", .kind = CSUP_VALUE_TEXT},
                              {.name = "contacts", .number = 2, .kind = CSUP_VALUE_NUMBER}};
  for (int way = 0; way < HOW_COUNT; way++)
    measure(&policy, (scenario)way, NULL, 0);
  measure(&policy, ALL_ASSUMED, facts, 2);
  printf("the model: %ld blocks, %zu bytes; requests for memory while assessing: %ld\n", counter.blocks, counter.bytes,
         counter.requests - requests);
  model_close(&policy);
  return counter.requests == requests ? 0 : 1;
}
