#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "random.h"
#include "time/civil.h"

#include <string.h>

#define S CSUP_SECOND
#define M (60 * S)
#define H (60 * M)

/* The bytes alone, on the heap: reading past them is seen by a sanitizer. */
static csup_status parse(const char *text, size_t length, csup_duration *out) {
  char *copy = malloc(length ? length : 1);
  assert_non_null(copy);
  memcpy(copy, text, length);
  csup_status status = csup_duration_parse(copy, length, out);
  free(copy);
  return status;
}

static void good_texts(void **state) {
  (void)state;
  static const struct {
    const char *text;
    csup_duration duration;
    const char *canonical;
  } cases[] = {
      {"PT26H30M", 26 * H + 30 * M, "PT26H30M"},
      {"-PT10M", -10 * M, "-PT10M"},
      {"+PT0S", 0, "PT0S"},
      {"-PT0S", 0, "PT0S"},
      {"PT0H", 0, "PT0S"},
      {"+PT1H", H, "PT1H"},
      {"PT90S", 90 * S, "PT1M30S"},
      {"PT90M", 90 * M, "PT1H30M"},
      {"PT3600S", H, "PT1H"},
      {"PT1H1S", H + S, "PT1H1S"},
      {"PT1H0M0S", H, "PT1H"},
      {"PT0001H", H, "PT1H"},
      {"PT240H", 240 * H, "PT240H"},
      {"PT0.5S", S / 2, "PT0.5S"},
      {"-PT1M1.25S", -(M + S + S / 4), "-PT1M1.25S"},
      {"PT0.000001S", 1, "PT0.000001S"},
      {"-PT0.000001S", -1, "-PT0.000001S"},
      {"PT0.0000019S", 1, "PT0.000001S"},
      {"-PT0.0000019S", -1, "-PT0.000001S"},
      {"PT1.000000S", S, "PT1S"},
      {"PT59.999999999S", 60 * S - 1, "PT59.999999S"},
      {"PT2562047788H54.775807S", INT64_MAX, "PT2562047788H54.775807S"},
      {"-PT2562047788H54.775808S", INT64_MIN, "-PT2562047788H54.775808S"},
      {"-PT2562047788H54.775807S", -INT64_MAX, "-PT2562047788H54.775807S"},
      {"PT9223372036854.775807S", INT64_MAX, "PT2562047788H54.775807S"},
      {"PT2562047788H54.7758079S", INT64_MAX, "PT2562047788H54.775807S"},
      {"PT153722867280M54.775807S", INT64_MAX, "PT2562047788H54.775807S"},
      {"PT0000000000000000000000000000002H", 2 * H, "PT2H"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    csup_duration duration = 0x7EAD;
    size_t given = strlen(cases[i].text), needed = strlen(cases[i].canonical), length = 0;
    if (parse(cases[i].text, given, &duration) != CSUP_OK || duration != cases[i].duration)
      fail_msg("%s gave %lld", cases[i].text, (long long)duration);
    assert_int_equal(parse(cases[i].text, given + 1, &duration), CSUP_E_SYNTAX); /* NUL is no part of it */
    char buffer[64];
    assert_int_equal(csup_duration_format(cases[i].duration, buffer, sizeof buffer, &length), CSUP_OK);
    assert_string_equal(buffer, cases[i].canonical);
    assert_int_equal(length, needed);
    for (size_t capacity = 0; capacity <= needed; capacity++) {
      memset(buffer, '#', sizeof buffer);
      length = 0;
      assert_int_equal(csup_duration_format(cases[i].duration, capacity ? buffer : NULL, capacity, &length), CSUP_E_SPACE);
      assert_int_equal(length, needed);
      assert_int_equal(buffer[0], '#');
    }
    assert_int_equal(csup_duration_format(cases[i].duration, buffer, needed + 1, NULL), CSUP_OK);
    assert_string_equal(buffer, cases[i].canonical);
  }
}

static void bad_texts(void **state) {
  (void)state;
  static const struct {
    const char *text;
    csup_status status;
  } cases[] = {
      {"", CSUP_E_SYNTAX},
      {"P", CSUP_E_SYNTAX},
      {"PT", CSUP_E_SYNTAX},
      {"-PT", CSUP_E_SYNTAX},
      {"-", CSUP_E_SYNTAX},
      {"T1H", CSUP_E_SYNTAX},
      {"1H", CSUP_E_SYNTAX},
      {"PT1", CSUP_E_SYNTAX},
      {"PTH", CSUP_E_SYNTAX},
      {"PT1HM", CSUP_E_SYNTAX},
      {"PT1H30", CSUP_E_SYNTAX},
      {"PT1M1H", CSUP_E_SYNTAX},
      {"PT1S1M", CSUP_E_SYNTAX},
      {"PT1S1H", CSUP_E_SYNTAX},
      {"PT1H1H", CSUP_E_SYNTAX},
      {"PT1S1S", CSUP_E_SYNTAX},
      {"PT1H1M1S1S", CSUP_E_SYNTAX},
      {"PT1.5H", CSUP_E_SYNTAX},
      {"PT1.5M", CSUP_E_SYNTAX},
      {"PT1.0H", CSUP_E_SYNTAX},
      {"PT1.H", CSUP_E_SYNTAX},
      {"PT1.0H1S", CSUP_E_SYNTAX},
      {"PT.5S", CSUP_E_SYNTAX},
      {"PT1.S", CSUP_E_SYNTAX},
      {"PT1,5S", CSUP_E_SYNTAX},
      {"PT1.5.5S", CSUP_E_SYNTAX},
      {"P1D", CSUP_E_SYNTAX},
      {"P1DT1H", CSUP_E_SYNTAX},
      {"P1W", CSUP_E_SYNTAX},
      {"P1Y", CSUP_E_SYNTAX},
      {"P1M", CSUP_E_SYNTAX},
      {"P0D", CSUP_E_SYNTAX},
      {"PT1D", CSUP_E_SYNTAX},
      {"PT1Y", CSUP_E_SYNTAX},
      {"pt1h", CSUP_E_SYNTAX},
      {"PT1h", CSUP_E_SYNTAX},
      {"Pt1H", CSUP_E_SYNTAX},
      {"PT-1H", CSUP_E_SYNTAX},
      {"PT+1H", CSUP_E_SYNTAX},
      {"--PT1H", CSUP_E_SYNTAX},
      {"+-PT1H", CSUP_E_SYNTAX},
      {" PT1H", CSUP_E_SYNTAX},
      {"PT1H ", CSUP_E_SYNTAX},
      {"PT 1H", CSUP_E_SYNTAX},
      {"PT1e3S", CSUP_E_SYNTAX},
      {"PT0x1S", CSUP_E_SYNTAX},
      {"PT99999999999999999999999999", CSUP_E_SYNTAX},
      {"PT99999999999999999999999999H1", CSUP_E_SYNTAX},
      {"PT99999999999999999999999999H1H", CSUP_E_SYNTAX},
      {"PT99999999999999999999999999H", CSUP_E_RANGE},
      {"PT18446744073709551615S", CSUP_E_RANGE},
      {"PT18446744073709551616S", CSUP_E_RANGE},
      {"-PT99999999999999999999999999M", CSUP_E_RANGE},
      {"PT2562047789H", CSUP_E_RANGE},
      {"PT2562047788H54.775808S", CSUP_E_RANGE},
      {"-PT2562047788H54.775809S", CSUP_E_RANGE},
      {"PT2562047788H1M", CSUP_E_RANGE},
      {"PT153722867281M", CSUP_E_RANGE},
      {"PT9223372036855S", CSUP_E_RANGE},
      {"PT9223372036854.775808S", CSUP_E_RANGE},
      {"PT5124095576H1M49.551616S", CSUP_E_RANGE}, /* 2 to the 64: must not come round to 0 */
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    csup_duration duration = 0x7EAD;
    csup_status status = parse(cases[i].text, strlen(cases[i].text), &duration);
    if (status != cases[i].status || duration != 0x7EAD)
      fail_msg("%s gave %s", cases[i].text, csup_status_name(status));
  }
}

static void missing_arguments(void **state) {
  (void)state;
  csup_duration duration = 0;
  size_t length = 77;
  assert_int_equal(csup_duration_parse(NULL, 0, &duration), CSUP_E_ARGUMENT);
  assert_int_equal(csup_duration_parse("PT1H", 4, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_duration_format(0, NULL, 5, &length), CSUP_E_ARGUMENT);
  assert_int_equal(length, 77);
}

/* Whatever is written is read back, and is the only such text: no part of it could be left out. */
static void random_durations(void **state) {
  (void)state;
  random_source source = random_start("durations there and back");
  for (long i = random_rounds(1000000); i > 0; i--) {
    csup_duration duration = (csup_duration)random_next(&source) >> random_between(&source, 0, 63);
    if (random_next(&source) % 2)
      duration -= duration % S;
    char text[64];
    size_t length = 0;
    csup_duration back = 0;
    assert_int_equal(csup_duration_format(duration, text, sizeof text, &length), CSUP_OK);
    assert_int_equal(csup_duration_parse(text, length, &back), CSUP_OK);
    if (back != duration)
      fail_msg("%lld became %s", (long long)duration, text);
  }
}

/* Random texts of the format's own letters: what is accepted has the format, by a simple machine of its own. */
static void random_texts(void **state) {
  (void)state;
  static const char letters[] = "-+PT0159.HMS";
  random_source source = random_start("durations of random letters");
  long accepted = 0;
  for (long i = random_rounds(2000000); i > 0; i--) {
    char text[12] = "PT";
    size_t start = random_next(&source) % 8 ? 2 : 0, length = start + random_next(&source) % (sizeof text - start);
    for (size_t k = start; k < length; k++)
      text[k] = letters[random_next(&source) % (sizeof letters - 1)];
    if (length < start)
      length = start;
    /* sign? P T (digits H)? (digits M)? (digits (. digits)? S)?, at least one part */
    const char *at = text, *end = text + length;
    at += at < end && (*at == '-' || *at == '+');
    bool good = end - at >= 4 && at[0] == 'P' && at[1] == 'T';
    int level = 0; /* 0: before H, 1: before M, 2: before S, 3: after */
    at += 2;
    while (good && at < end) {
      size_t digits = 0, decimals = 0, points = 0;
      for (; at < end && ((*at >= '0' && *at <= '9') || *at == '.'); at++) {
        points += *at == '.';
        digits += points == 0;
        decimals += points > 0 && *at != '.';
      }
      int unit = at == end ? -1 : *at == 'H' ? 0 : *at == 'M' ? 1 : *at == 'S' ? 2 : -1;
      good = digits > 0 && unit >= level && points <= 1 && (points == 0 || (decimals > 0 && unit == 2));
      level = unit + 1;
      at++;
    }
    csup_duration duration = 0;
    csup_status status = parse(text, length, &duration);
    if (status != (good ? CSUP_OK : CSUP_E_SYNTAX))
      fail_msg("%.*s gave %s", (int)length, text, csup_status_name(status));
    accepted += good;
  }
  assert_true(accepted > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(good_texts),       cmocka_unit_test(bad_texts),    cmocka_unit_test(missing_arguments),
      cmocka_unit_test(random_durations), cmocka_unit_test(random_texts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
