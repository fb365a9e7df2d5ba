/* How many questions it takes until the priority is settled: by rule I4, and in the order of the document. Over all completions
   of the default model, by walking the tree of answers once for each way of asking. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model.h"

#define UNANSWERED (-1)

typedef struct walk {
  const csup_policy *policy;
  bool by_next_question;
  int32_t levels[8]; /* given so far */
} walk;

typedef struct toll {
  long completions, questions; /* in total */
  int32_t worst;
  long by_count[9]; /* completions by how many questions they took */
} toll;

static int32_t level_count(const csup_policy *policy, int32_t dimension) {
  return policy->schema.facts[csup_impact_dimension_slot(policy->impact, dimension)].choice_count;
}

static csup_assessment assess(const walk *at) {
  csup_answer answers[8];
  size_t count = 0;
  for (int32_t i = 0; i < 8; i++)
    if (at->levels[i] != UNANSWERED)
      answers[count++] = (csup_answer){csup_impact_dimension_name(at->policy->impact, i),
                                       csup_impact_level_name(at->policy->impact, i, at->levels[i]), CSUP_BASIS_STATED, 0};
  csup_assessment out;
  assert_int_equal(csup_impact_assess(at->policy, answers, count, NULL, 0, &out, NULL), CSUP_OK);
  return out;
}

static void ask(walk *at, int32_t asked, toll *sum) {
  csup_assessment now = assess(at);
  int32_t question = -1;
  if (now.priority.low_index != now.priority.high_index) {
    for (int32_t i = 7; i >= 0; i--)
      if (at->levels[i] == UNANSWERED)
        question = i;
    assert_true(question >= 0);
    /* While the priority is open there is a question. */
    assert_non_null(now.next_question);
    if (at->by_next_question)
      question = csup_impact_find_dimension(at->policy->impact, now.next_question);
    assert_int_equal(at->levels[question], UNANSWERED);
  }
  if (question < 0) {
    long completions = 1;
    for (int32_t i = 0; i < 8; i++)
      completions *= at->levels[i] == UNANSWERED ? level_count(at->policy, i) : 1;
    sum->completions += completions;
    sum->questions += completions * asked;
    sum->by_count[asked] += completions;
    sum->worst = asked > sum->worst ? asked : sum->worst;
    return;
  }
  for (int32_t level = 0; level < level_count(at->policy, question); level++) {
    at->levels[question] = level;
    ask(at, asked + 1, sum);
  }
  at->levels[question] = UNANSWERED;
}

static toll walk_all(const csup_policy *policy, bool by_next_question) {
  walk at = {.policy = policy, .by_next_question = by_next_question};
  toll sum = {0};
  for (int32_t i = 0; i < 8; i++)
    at.levels[i] = UNANSWERED;
  ask(&at, 0, &sum);
  printf("%-22s worst %d, average %.3f; completions by questions:",
         by_next_question ? "next_question:" : "order of the document:", sum.worst,
         (double)sum.questions / (double)sum.completions);
  for (int i = 0; i < 9; i++)
    printf(" %ld", sum.by_count[i]);
  printf("\n");
  return sum;
}

static void test_questions(void **state) {
  (void)state;
  csup_policy policy;
  assert_int_equal(model_open(&policy, "{}", NULL, NULL), CSUP_OK);
  toll next = walk_all(&policy, true), order = walk_all(&policy, false);
  assert_int_equal(next.completions, 4L * 4 * 4 * 3 * 3 * 3 * 4 * 3);
  assert_int_equal(order.completions, next.completions);
  assert_true(next.worst <= order.worst);
  assert_true(next.questions < order.questions);
  model_close(&policy);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_questions)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
