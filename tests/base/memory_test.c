#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/memory.h"
#include "failing_allocator.h"

static void an_allocator_is_copied_or_malloc(void **state) {
  (void)state;
  csup_allocator out, without = {NULL, NULL};
  assert_int_equal(csup_allocator_take(&without, &out), CSUP_E_ARGUMENT);
  assert_int_equal(csup_allocator_take(NULL, &out), CSUP_OK);
  unsigned char *block = csup_allocate(&out, 0);
  assert_non_null(block);
  block = csup_reallocate(&out, block, 0, 100);
  assert_non_null(block);
  memset(block, 7, 100);
  block = csup_reallocate(&out, block, 100, 10000);
  assert_non_null(block);
  assert_int_equal(block[99], 7);
  csup_release(&out, block, 10000);
  csup_release(&out, NULL, 0);

  failing_allocator failing = {.fail_at = -1};
  csup_allocator given = {&failing, failing_resize};
  assert_int_equal(csup_allocator_take(&given, &out), CSUP_OK);
  assert_ptr_equal(out.context, &failing);
  assert_true(out.resize == failing_resize);
}

/* The host's function never sees a size of 0 for a live block, and always the size that it gave. */
static void sizes_match_what_was_given(void **state) {
  (void)state;
  failing_allocator failing = {.fail_at = -1};
  csup_allocator allocator = {&failing, failing_resize};
  void *block = csup_allocate(&allocator, 0);
  assert_non_null(block);
  assert_int_equal(failing.bytes, 1);
  block = csup_reallocate(&allocator, block, 0, 30);
  assert_int_equal(failing.bytes, 30);
  block = csup_reallocate(&allocator, block, 30, 0);
  assert_int_equal(failing.bytes, 1);
  csup_release(&allocator, block, 0);
  assert_int_equal(failing.blocks, 0);
  assert_int_equal(failing.bytes, 0);
}

static void arrays_double_and_stay_on_failure(void **state) {
  (void)state;
  failing_allocator failing = {.fail_at = -1};
  csup_allocator allocator = {&failing, failing_resize};
  void *array = NULL;
  size_t capacity = 0;
  static const struct { size_t needed, capacity; } rows[] = {{1, 4}, {4, 4}, {5, 8}, {8, 8}, {100, 128}, {3, 128}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    assert_int_equal(csup_grow(&allocator, &array, 12, &capacity, rows[i].needed), CSUP_OK);
    assert_int_equal(capacity, rows[i].capacity);
    assert_int_equal(failing.bytes, 12 * capacity);
    memset(array, (int)i, 12 * capacity);
  }
  void *before = array;
  failing.fail_at = failing.requests;
  assert_int_equal(csup_grow(&allocator, &array, 12, &capacity, 129), CSUP_E_NOMEM);
  assert_ptr_equal(array, before);
  assert_int_equal(capacity, 128);
  assert_int_equal(((unsigned char *)array)[12 * 128 - 1], 5);
  long requests = failing.requests;
  assert_int_equal(csup_grow(&allocator, &array, 12, &capacity, SIZE_MAX), CSUP_E_NOMEM);
  assert_int_equal(csup_grow(&allocator, &array, 1000, &capacity, SIZE_MAX / 999), CSUP_E_NOMEM);
  assert_int_equal(failing.requests, requests);
  assert_int_equal(capacity, 128);
  csup_release(&allocator, array, 12 * capacity);
  assert_int_equal(failing.blocks, 0);
}

/* Blocks of every size around a chunk's: zeroed, aligned, apart from one another, whole until the end. */
static void arena_blocks_are_zeroed_aligned_and_apart(void **state) {
  (void)state;
  failing_allocator failing = {.fail_at = -1};
  csup_allocator allocator = {&failing, failing_resize};
  csup_arena arena;
  csup_arena_init(&arena, &allocator);
  enum { COUNT = 400 };
  unsigned char *blocks[COUNT];
  size_t sizes[COUNT];
  for (size_t i = 0; i < COUNT; i++) {
    sizes[i] = i % 7 == 0 ? 3990 + i % 23 : i % 11 == 0 ? 20000 : i % 40;
    blocks[i] = csup_arena_allocate(&arena, sizes[i], 1);
    assert_non_null(blocks[i]);
    assert_int_equal((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
    for (size_t j = 0; j < sizes[i]; j++)
      assert_int_equal(blocks[i][j], 0);
    memset(blocks[i], (int)(i % 251) + 1, sizes[i]);
  }
  for (size_t i = 0; i < COUNT; i++)
    for (size_t j = 0; j < sizes[i]; j++)
      assert_int_equal(blocks[i][j], i % 251 + 1);
  csup_arena_free(&arena);
  assert_int_equal(failing.blocks, 0);
  assert_non_null(csup_arena_allocate(&arena, 3, 8)); /* it can be used again */
  csup_arena_free(&arena);
  csup_arena_free(&arena);
  assert_int_equal(failing.bytes, 0);
}

/* A block too large for a chunk gets one of its own, and what is left of the chunk before goes on being filled. */
static void a_large_block_leaves_the_chunk_in_use(void **state) {
  (void)state;
  failing_allocator failing = {.fail_at = -1};
  csup_allocator allocator = {&failing, failing_resize};
  csup_arena arena;
  csup_arena_init(&arena, &allocator);
  char *first = csup_arena_allocate(&arena, 16, 1);
  assert_non_null(csup_arena_allocate(&arena, 1, 100000));
  char *second = csup_arena_allocate(&arena, 16, 1);
  assert_int_equal(second - first, 16);
  assert_int_equal(failing.blocks, 2);
  csup_arena_free(&arena);
  char *large = csup_arena_allocate(&arena, 1, 100000); /* and as the very first */
  assert_non_null(large);
  memset(large, 1, 100000);
  assert_non_null(csup_arena_allocate(&arena, 16, 1));
  csup_arena_free(&arena);
  assert_int_equal(failing.blocks, 0);
}

static void arena_refuses_what_overflows_and_survives_failure(void **state) {
  (void)state;
  failing_allocator failing = {.fail_at = -1};
  csup_allocator allocator = {&failing, failing_resize};
  csup_arena arena;
  csup_arena_init(&arena, &allocator);
  assert_null(csup_arena_allocate(&arena, SIZE_MAX / 4, 8));
  assert_null(csup_arena_allocate(&arena, SIZE_MAX, 1));
  assert_int_equal(failing.requests, 0);
  failing.fail_at = 0;
  assert_null(csup_arena_copy(&arena, "text", 4));
  char *copy = csup_arena_copy(&arena, "textual", 4);
  assert_string_equal(copy, "text");
  assert_string_equal(csup_arena_copy(&arena, NULL, 0), "");
  failing.fail_at = failing.requests;
  assert_null(csup_arena_allocate(&arena, 5000, 1));
  assert_string_equal(copy, "text");
  csup_arena_free(&arena);
  assert_int_equal(failing.blocks, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_allocator_is_copied_or_malloc),
      cmocka_unit_test(sizes_match_what_was_given),
      cmocka_unit_test(arrays_double_and_stay_on_failure),
      cmocka_unit_test(arena_blocks_are_zeroed_aligned_and_apart),
      cmocka_unit_test(a_large_block_leaves_the_chunk_in_use),
      cmocka_unit_test(arena_refuses_what_overflows_and_survives_failure),
  };
  return cmocka_run_group_tests_name("base/memory", tests, NULL, NULL);
}
