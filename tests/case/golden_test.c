/* Snapshots of every format that there ever was still load. Each is a file in golden/ that says what it is: the policy, the
   journal, the status that the case had, and the bytes. The fingerprint in the bytes is that of the policy as the library
   compiled it then; built-in sections may have improved since, so the test puts today's in.

   To write the file of the present format anew, after a change that made the old one useless before anybody had it:
     CSUP_TEST_WRITE_GOLDEN=1 build/tests/test_case_golden_test */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "story.h"

#include <ctype.h>

#define FOLDER        CSUPPORT_SOURCE_DIR "/tests/case/golden/"
#define PRESENT       "format_1.txt"
#define FORMAT_PLACE  8
#define POLICY_PLACE  12
#define CHECK_SIZE    8
#define BYTES_MAX     16384
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const char *const files[] = {PRESENT};

/* What the present format can say, said once. */
static const char policy_text[] = STORY(
    ",'agreements':[{'name':'a','when':{'tier':'premium'},'targets':{"
    "'resolution':{'within':{'P1':'PT4H','*':'P2D'},'calendar':'office','warn':['50%','-PT30M'],'on_change':'proportional'},"
    "'update':{'within':'PT8H','calendar':'always','on_change':'from_now'},'first_response':{'within':'PT1H','calendar':'always'}"
    "}},"
    "{'name':'o','kind':'ola','targets':{'resolution':{'within':'PT6H','calendar':'always','warn':['25%']}}}],"
    "'escalations':[{'name':'nag','on':{'clock':'resolution','kind':'ola','at':'10%','every':'10%','times':9},'do':[{'notify':'"
    "lead'}]},"
    "{'name':'held','on':{'event':'customer_message'},'do':[{'notify':'lead'}],'hours':{'calendar':'sofia','outside':'hold'}},"
    "{'name':'sorry','on':{'clock':'promise','at':'100%'},'do':[{'raise_priority':{'by':1}}]}]");

static const char *const journal[] = {
    ("03-02T09:00 "
     "'event':'opened','fields':{'tier':'premium','seats':-5,'vip':true},'channel':'mail','mood':'frustrated','team':'blue'"),
    "03-02T09:10 'event':'agent_message'",
    "03-02T09:20 'event':'promised','promise':'news','due':'2026-03-02T10:00:00Z'",
    "03-02T09:30 'event':'moved','to':'waiting_customer'",
    "03-02T09:40 'event':'requested','what':'logs','due':'2026-03-05T00:00:00Z'",
    "03-02T11:00 'event':'customer_message'",
    "03-02T11:10 'event':'answered','dimension':'harm','level':'mid','basis':'assumed'",
    "03-02T11:20 'event':'overridden','priority':'P1','because':'the board','agreed':true,'until':'2026-03-04T00:00:00Z'",
    "03-02T11:30 'event':'overridden','severity':'S1'",
    "03-02T11:40 'event':'assigned','team':'day','agent':'ann'",
    "03-02T12:00 'event':'promised','promise':'call','due':'2026-03-03T10:00:00Z','kind':'estimate'",
    "03-02T12:10 'event':'spent','minutes':12,'cost':345",
    "03-02T12:20 'event':'moved','to':'waiting_third_party'",
    "03-02T12:30 'event':'rated','csat':2",
    "03-02T12:40 'event':'escalated','level':3",
};
#define AT "03-02T13:00"

static void status_of(const csup_case *c, text_buffer *out) {
  size_t length = 0;
  csup_time now = story_instant(AT, sizeof AT - 1);
  (void)csup_case_to_json(c, now, NULL, 0, &length);
  char *text = malloc(length + 1);
  assert_non_null(text);
  assert_int_equal(csup_case_to_json(c, now, text, length + 1, &length), CSUP_OK);
  text_clear(out);
  text_add_bytes(out, text, length);
  free(text);
}

static void seal(unsigned char *bytes, size_t length) {
  uint64_t hash = UINT64_C(14695981039346656037);
  for (size_t i = 0; i + CHECK_SIZE < length; i++)
    hash = (hash ^ bytes[i]) * UINT64_C(1099511628211);
  for (size_t i = 0; i < CHECK_SIZE; i++)
    bytes[length - CHECK_SIZE + i] = (unsigned char)(hash >> (8 * i));
}

/* --- writing ------------------------------------------------------------------------------------------------------------ */

static void write_bytes(FILE *file, const text_buffer *bytes) {
  for (size_t row = 0; row < bytes->length; row += 16) {
    char text[17] = "";
    fprintf(file, "%06zx ", row);
    for (size_t i = 0; i < 16; i++) {
      unsigned char byte = row + i < bytes->length ? (unsigned char)bytes->text[row + i] : 0;
      if (row + i < bytes->length)
        fprintf(file, " %02x", byte);
      else
        fprintf(file, "   ");
      text[i] = (char)(row + i >= bytes->length ? '\0' : isprint(byte) ? byte : '.');
    }
    fprintf(file, "  %.16s\n", text);
  }
}

static void write_golden(void) {
  csup_policy *policy = story_policy(policy_text);
  fold f;
  text_buffer out = {NULL, 0, 0}, bytes = {NULL, 0, 0}, lines = {NULL, 0, 0};
  for (size_t i = 0; i < LENGTH(journal); i++)
    text_add(&lines, "%s\n", journal[i]);
  const story s = {.name = "golden", .journal = lines.text, .kinds = ""};
  story_tell(&s, policy, &f, &out);
  assert_int_equal(out.length, 0);
  fold_save(&f, &bytes);
  status_of(f.c, &out);
  FILE *file = fopen(FOLDER PRESENT, "w");
  assert_non_null(file);
  char *json = story_json(policy_text);
  fprintf(file,
          "# A case in the middle of everything, saved: the policy, what happened (instants of 2026 in UTC), the status at " AT
          ", the bytes.\n# tests/case/golden_test.c reads this, and says how it is "
          "written.\n\npolicy\n%s\n\njournal\n%s\nstatus\n%s\n"
          "\nbytes: magic, format (4 bytes), fingerprint of the policy (8), fields in the order of src/case/snapshot.c, checksum "
          "(8)\n",
          json, lines.text, out.text);
  free(json);
  write_bytes(file, &bytes);
  assert_int_equal(fclose(file), 0);
  text_free(&out);
  text_free(&bytes);
  text_free(&lines);
  fold_end(&f);
  csup_policy_release(policy);
}

/* --- reading ------------------------------------------------------------------------------------------------------------ */

typedef struct golden {
  text_buffer policy, status;
  unsigned char bytes[BYTES_MAX];
  size_t length;
} golden;

static void read_row(golden *g, const char *line) {
  for (size_t i = 0; i < 16; i++) {
    const char *at = line + 8 + 3 * i; /* 000000  63 73 ... */
    if (strlen(line) < 8 + 3 * i + 2 || !isxdigit((unsigned char)at[0]))
      return;
    assert_true(g->length < BYTES_MAX);
    g->bytes[g->length++] = (unsigned char)strtoul((char[]){at[0], at[1], 0}, NULL, 16);
  }
}

static void read_golden(const char *name, golden *g) {
  static char line[1 << 16];
  char path[512];
  const char *part = "";
  *g = (golden){.length = 0};
  (void)snprintf(path, sizeof path, FOLDER "%s", name);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  while (fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = '\0';
    if (line[0] == '#' || line[0] == '\0')
      continue;
    static const char *const parts[] = {"policy", "journal", "status", "bytes"};
    bool is_title = false;
    for (size_t i = 0; i < LENGTH(parts); i++) {
      if (strncmp(line, parts[i], strlen(parts[i])) == 0) {
        part = parts[i];
        is_title = true;
      }
    }
    if (is_title)
      continue;
    if (strcmp(part, "policy") == 0)
      text_add(&g->policy, "%s", line);
    else if (strcmp(part, "status") == 0)
      text_add(&g->status, "%s", line);
    else if (strcmp(part, "bytes") == 0)
      read_row(g, line);
  }
  assert_int_equal(fclose(file), 0);
}

static void test_every_format_loads(void **state) {
  (void)state;
  if (getenv("CSUP_TEST_WRITE_GOLDEN"))
    write_golden();
  for (size_t i = 0; i < LENGTH(files); i++) {
    static golden g;
    csup_policy *policy = NULL;
    csup_case *c = NULL;
    csup_error error = {.message = ""};
    text_buffer status = {NULL, 0, 0}, again = {NULL, 0, 0};
    read_golden(files[i], &g);
    assert_true(g.length > 100);
    if (csup_policy_parse(g.policy.text, g.policy.length, NULL, &policy, &error) != CSUP_OK)
      fail_msg("%s: %s: %s", files[i], error.pointer, error.message);
    for (int byte = 0; byte < 8; byte++)
      g.bytes[POLICY_PLACE + byte] = (unsigned char)(csup_policy_fingerprint(policy) >> (8 * byte));
    seal(g.bytes, g.length);
    if (csup_case_load(policy, g.bytes, g.length, NULL, &c, &error) != CSUP_OK)
      fail_msg("%s: %s", files[i], error.message);
    status_of(c, &status);
    assert_string_equal(status.text, g.status.text);
    if (strcmp(files[i], PRESENT) == 0) {
      fold f = {.c = c};
      fold_save(&f, &again);
      assert_int_equal(again.length, g.length);
      assert_memory_equal(again.text, g.bytes, g.length);
      assert_int_equal(g.bytes[FORMAT_PLACE], 1);
    }
    csup_case_free(c);
    csup_policy_release(policy);
    text_free(&status);
    text_free(&again);
    text_free(&g.policy);
    text_free(&g.status);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_format_loads)};
  return cmocka_run_group_tests_name("case/golden", tests, NULL, NULL);
}
