/* Which hours cut a night short (T2), on which date, and which mean what they say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calendar/nights.h"
#include "failing_allocator.h"
#include "time/civil.h"

#include <stdio.h>
#include <string.h>

typedef struct night {
  const char *hours;
  const char *expected; /* earlier rule, later rule, date, until; NULL: nothing is cut */
} night;

static const night nights[] = {
    {"Mo-Th 22:00-06:00; Fr 22:00-02:00", "1 2 2016-01-01 21600"},
    {"Mo-Th 22:00-06:00, Fr 22:00-02:00", NULL},
    {"Mo-Th 22:00-06:00; Su 22:00-02:00", NULL}, /* Saturday night ends nothing */
    {"Mo-Th 22:00-06:00; Fr off", NULL},         /* off closes just that date, and means it */
    {"Mo-Fr 22:00-06:00; PH off", NULL},
    {"Mo-Su 22:00-06:00; PH 10:00-12:00", "1 2 2026-05-01 21600"},
    {"Mo-Th 22:00-06:00; Fr 00:00-06:00,22:00-02:00", NULL}, /* written out again */
    {"Mo-Th 22:00-06:00; Fr 00:00-03:00,02:00-05:59", "1 2 2016-01-01 21600"},
    {"Mo-Th 22:00-06:00; Fr 03:00-06:00,00:00-03:00", NULL},
    {"Mo-Th 22:00-06:00; Fr 22:00-02:00, Fr 00:00-06:00", NULL}, /* a later rule makes it good */
    {"Mo-Fr 09:00-17:00; Sa 10:00-14:00", NULL},
    {"Mo-Fr 09:00-24:00; Sa 10:00-14:00", NULL}, /* to midnight, not past it */
    {"Mo-Su 20:00-04:00; Sa,Su 18:00-05:00", "1 2 2016-01-02 14400"},
    {"Mo-Fr 08:00-12:00; Sa 22:00-03:00; Su 08:00-09:00", "2 3 2016-01-03 10800"},
    {"24/7; Dec 24 09:00-12:00", NULL},                   /* every date is open for itself */
    {"Mo-Su 22:00-02:00; 2150 Jan 01 10:00-12:00", NULL}, /* beyond the years that are looked at */
};

static void test_table(void **state) {
  (void)state;
  const int32_t holidays[] = {csup_day_of(2026, 5, 1)};
  for (size_t i = 0; i < sizeof nights / sizeof nights[0]; i++) {
    failing_allocator memory = {.fail_at = -1};
    csup_allocator allocator = {&memory, failing_resize};
    csup_arena arena;
    csup_arena_init(&arena, &allocator);
    csup_hours hours;
    csup_cut_night cut;
    char found[64] = "";
    assert_int_equal(csup_hours_parse(nights[i].hours, &arena, &hours, NULL), CSUP_OK);
    if (csup_hours_cut_night(&hours, holidays, 1, &cut)) {
      int32_t year, month, day;
      csup_civil_of(cut.day, &year, &month, &day);
      snprintf(found, sizeof found, "%zu %zu %04d-%02d-%02d %d", cut.earlier + 1, cut.later + 1, (int)year, (int)month, (int)day,
               (int)cut.until);
    }
    if (nights[i].expected ? strcmp(found, nights[i].expected) != 0 : found[0] != '\0')
      fail_msg("%s: expected %s, found %s", nights[i].hours, nights[i].expected ? nights[i].expected : "nothing", found);
    csup_arena_free(&arena);
    assert_int_equal(memory.blocks, 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_table)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
