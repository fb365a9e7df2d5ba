/* The layout of every public struct is a promise to those who call without a C compiler. Sizes are pinned where pointers and
   64-bit integers have eight bytes and their natural alignment (LP64, LLP64); what has no pointer is pinned everywhere. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <csupport.h>

_Static_assert(sizeof(csup_status) == 4, "a status has 32 bits");
_Static_assert(sizeof(csup_time) == 8 && sizeof(csup_duration) == 8, "instants and durations have 64 bits");
_Static_assert(sizeof(csup_date) == 4, "a date has 32 bits");
_Static_assert(sizeof(csup_error) == 400, "csup_error has no pointer");
_Static_assert(sizeof(csup_span) == 16, "csup_span has no pointer");

/* struct, its last member, size */
#define LAYOUTS(LAYOUT)                                                                                                          \
  LAYOUT(csup_error, message, 400)                                                                                               \
  LAYOUT(csup_allocator, resize, 16)                                                                                             \
  LAYOUT(csup_field, reserved, 32)                                                                                               \
  LAYOUT(csup_holiday, name, 16)                                                                                                 \
  LAYOUT(csup_answer, reserved, 24)                                                                                              \
  LAYOUT(csup_band, reserved, 40)                                                                                                \
  LAYOUT(csup_span, reserved, 16)                                                                                                \
  LAYOUT(csup_assessment, reason_count, 176)                                                                                     \
  LAYOUT(csup_reason, maximum, 40)                                                                                               \
  LAYOUT(csup_state, stage, 16)                                                                                                  \
  LAYOUT(csup_move, missing, 40)                                                                                                 \
  LAYOUT(csup_timeout, conditional, 48)                                                                                          \
  LAYOUT(csup_input, kind, 32)                                                                                                   \
  LAYOUT(csup_finding, column, 32)                                                                                               \
  LAYOUT(csup_event, reserved, 168)                                                                                              \
  LAYOUT(csup_decision, reserved, 176)                                                                                           \
  LAYOUT(csup_clock, overrun, 104)                                                                                               \
  LAYOUT(csup_case_view, reserved, 200)                                                                                          \
  LAYOUT(csup_ratings, preventable, 16)                                                                                          \
  LAYOUT(csup_request, provided, 32)

#if UINTPTR_MAX == UINT64_MAX
#define PIN(type, last, size) _Static_assert(sizeof(type) == (size), "the size of " #type " is a promise");
LAYOUTS(PIN)
#endif

typedef struct layout {
  const char *name;
  size_t size;
  size_t alignment;
  size_t end; /* offset after the last member */
} layout;

#define ROW(type, last, size) {#type, sizeof(type), _Alignof(type), offsetof(type, last) + sizeof(((type *)NULL)->last)},
static const layout layouts[] = {LAYOUTS(ROW)};

/* A last member that is not last, or bytes after it, would leave room that no binding can see. */
static void test_structs_end_with_their_last_member(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
    const layout *row = &layouts[i];
    print_message("%-16s %3zu bytes, aligned %zu\n", row->name, row->size, row->alignment);
    assert_int_equal(row->end, row->size);
    assert_in_range(row->alignment, 4, 8);
  }
}

/* "All zero is a valid start" holds only while zero means none. */
static void test_zero_means_none(void **state) {
  (void)state;
  assert_int_equal(CSUP_OK, 0);
  assert_int_equal(CSUP_VALUE_NONE, 0);
  assert_int_equal(CSUP_BASIS_UNKNOWN, 0);
  assert_int_equal(CSUP_STAGE_NONE, 0);
  assert_int_equal(CSUP_VERDICT_OPEN, 0);
  assert_true(CSUP_EVENT_OPENED > 0 && CSUP_CATEGORY_NEW > 0 && CSUP_DECISION_MOVED > 0 && CSUP_CLOCK_RUNNING > 0 &&
              CSUP_REASON_CONTRIBUTION > 0);
  assert_true(CSUP_TIME_NEVER == INT64_MAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_structs_end_with_their_last_member),
      cmocka_unit_test(test_zero_means_none),
  };
  return cmocka_run_group_tests_name("api layout", tests, NULL, NULL);
}
