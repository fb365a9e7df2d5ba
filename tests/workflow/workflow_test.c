#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "condition/fixture.h"
#include "csupport/policy.h"
#include "workflow/workflow.h"

#include <stdio.h>

#define COUNT FIXTURE_COUNT

static csup_policy *parse_text(const char *json, csup_status expected, csup_error *error) {
  csup_policy *policy = NULL;
  *error = (csup_error){0};
  csup_status status = csup_policy_parse(json, strlen(json), NULL, &policy, error);
  if (status != expected)
    fail_msg("%s gives %s at \"%s\": %s", json, csup_status_name(status), error->pointer, error->message);
  return policy;
}

/* A policy with this `workflow` section, some fields and an own `impact` section unless NULL. */
static csup_policy *parse(const char *workflow, const char *more, csup_status expected, csup_error *error) {
  static const char head[] =
      "{\"csupport\": 1, \"name\": \"t\", \"version\": \"1\", \"fields\": {\"tier\": [\"basic\", \"premium\"], "
      "\"contacts\": \"text\", \"seats\": \"number\"}";
  size_t capacity = strlen(workflow) + strlen(more) + sizeof head + 64;
  char *json = malloc(capacity);
  snprintf(json, capacity, "%s%s%s%s%s}", head, workflow[0] ? ", \"workflow\": " : "", workflow, more[0] ? ", " : "", more);
  csup_policy *policy = parse_text(json, expected, error);
  free(json);
  return policy;
}

static csup_policy *standard(void) {
  csup_error error;
  return parse("", "", CSUP_OK, &error);
}

/* --- the built-in workflow ---------------------------------------------------------------------------------------------- */

#define LIVE "new diagnosis determination development delivery waiting_customer waiting_third_party resolved"
#define OPEN "diagnosis determination development delivery"

/* The table of the documentation, row by row. `facts` are such that the move may be taken, `others` such that it may not. */
static const struct {
  const char *from, *on, *to, *facts, *others;
} table[] = {
    {LIVE, "merged", "merged", "{}", NULL},
    {LIVE, "cancelled", "cancelled", "{}", NULL},
    {LIVE, "closed", "closed", "{}", NULL},
    {"new", "acknowledged", "diagnosis", "{}", NULL},
    {"new", "assigned", "diagnosis", "{}", NULL},
    {"new", "agent_message", "diagnosis", "{}", "{\"auto\": true}"},
    {"waiting_customer", "customer_message", "previous", "{\"auto\": false}", "{\"auto\": true}"},
    {"waiting_customer", "provided", "previous", "{}", NULL},
    {"resolved", "customer_message", "diagnosis", "{}", "{\"auto\": true}"},
    {"resolved", "reopened", "diagnosis", "{}", NULL},
    {"resolved", "rejected", "diagnosis", "{}", NULL},
    {"closed", "reopened", "diagnosis", "{}", NULL},
    {"development", "proposed", "delivery", "{}", NULL},
    {"delivery", "rejected", "development", "{}", NULL},
    {"delivery", "accepted", "development", "{\"resolution\": \"workaround\"}", "{\"resolution\": \"full\"}"},
    {"delivery", "accepted", "resolved", "{\"resolution\": \"full\"}", "{\"resolution\": \"partial\"}"},
    {"new", "moved", "diagnosis", "{}", NULL},
    {"diagnosis", "moved", "determination", "{}", NULL},
    {"diagnosis", "moved", "resolved", "{}", NULL},
#define KNOWN "{\"service\": \"down\", \"scope\": \"team\", \"process\": \"core\", \"money\": \"none\", \"safety\": \"none\"}"
    {"determination", "moved", "development", KNOWN, "{}"},
    {"determination", "moved", "delivery", "{\"service\": \"down\"}", "{\"tier\": \"premium\"}"},
    {"determination", "moved", "resolved", KNOWN, "{\"workaround\": \"full\", \"deadline\": \"now\", \"contact\": \"none\"}"},
    {"determination", "moved", "diagnosis", "{}", NULL},
    {"development", "moved", "determination", "{}", NULL},
    {"development", "moved", "delivery", "{}", NULL},
    {"development", "moved", "resolved", "{}", NULL},
    {"delivery", "moved", "development", "{}", NULL},
    {"delivery", "moved", "resolved", "{}", NULL},
    {OPEN, "moved", "waiting_customer", "{}", NULL},
    {OPEN, "moved", "waiting_third_party", "{}", NULL},
    {"waiting_customer", "moved", "waiting_third_party", "{}", NULL},
    {"waiting_third_party", "moved", "waiting_customer", "{}", NULL},
    {"waiting_customer waiting_third_party", "moved", "previous", "{}", NULL},
    {"waiting_customer waiting_third_party", "moved", "resolved", "{}", NULL},
};

static const struct {
  const char *name;
  csup_category category;
  csup_stage stage;
} states[] = {
    {"new", CSUP_CATEGORY_NEW, CSUP_STAGE_NONE},
    {"diagnosis", CSUP_CATEGORY_OPEN, CSUP_STAGE_DIAGNOSIS},
    {"determination", CSUP_CATEGORY_OPEN, CSUP_STAGE_DETERMINATION},
    {"development", CSUP_CATEGORY_OPEN, CSUP_STAGE_DEVELOPMENT},
    {"delivery", CSUP_CATEGORY_OPEN, CSUP_STAGE_DELIVERY},
    {"waiting_customer", CSUP_CATEGORY_PENDING, CSUP_STAGE_NONE},
    {"waiting_third_party", CSUP_CATEGORY_HOLD, CSUP_STAGE_NONE},
    {"resolved", CSUP_CATEGORY_RESOLVED, CSUP_STAGE_NONE},
    {"closed", CSUP_CATEGORY_CLOSED, CSUP_STAGE_NONE},
    {"merged", CSUP_CATEGORY_CLOSED, CSUP_STAGE_NONE},
    {"cancelled", CSUP_CATEGORY_CLOSED, CSUP_STAGE_NONE},
};

static bool starts(const char *from, const char *state) {
  size_t length = strlen(state);
  for (const char *at = strstr(from, state); at; at = strstr(at + 1, state))
    if ((at == from || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
      return true;
  return false;
}

static size_t read_facts(const char *json, csup_field *fields, json_t **keep) {
  *keep = json_loads(json, 0, NULL);
  assert_non_null(*keep);
  return fixture_facts(*keep, fields, 16);
}

static void the_built_in_workflow_is_the_table(void **state) {
  (void)state;
  csup_policy *policy = standard();
  assert_int_equal(csup_workflow_count(policy), COUNT(states));
  assert_string_equal(csup_workflow_initial_state(policy), "new");
  for (int32_t s = 0; s < COUNT(states); s++) {
    csup_state found;
    assert_int_equal(csup_workflow_state(policy, (size_t)s, &found), CSUP_OK);
    assert_string_equal(found.name, states[s].name);
    assert_int_equal(found.category, states[s].category);
    assert_int_equal(found.stage, states[s].stage);

    csup_move moves[64];
    size_t count = 0, next = 0;
    assert_int_equal(csup_workflow_moves(policy, found.name, 0, NULL, 0, moves, 64, &count), CSUP_OK);
    for (int32_t i = 0; i < COUNT(table); i++) {
      if (!starts(table[i].from, found.name))
        continue;
      assert_true(next < count);
      assert_string_equal(moves[next].from, found.name);
      assert_string_equal(moves[next].to, table[i].to);
      assert_string_equal(csup_event_kind_name(moves[next].on), table[i].on);
      next++;
    }
    assert_int_equal(next, count);
  }
  csup_policy_release(policy);
}

static void its_guards_and_requirements_are_those_of_the_table(void **state) {
  (void)state;
  csup_policy *policy = standard();
  for (int32_t i = 0; i < COUNT(table); i++) {
    for (int32_t s = 0; s < COUNT(states); s++) {
      if (!starts(table[i].from, states[s].name))
        continue;
      csup_field fields[16];
      csup_move moves[64];
      size_t count = 0;
      csup_event_kind on = csup_event_kind_find(table[i].on);
      for (int32_t good = 0; good < 2; good++) {
        const char *facts = good ? table[i].facts : table[i].others;
        if (!facts)
          continue;
        json_t *keep;
        size_t fact_count = read_facts(facts, fields, &keep);
        assert_int_equal(csup_workflow_moves(policy, states[s].name, on, fields, fact_count, moves, 64, &count), CSUP_OK);
        bool seen = false;
        for (size_t k = 0; k < count; k++) {
          if (strcmp(moves[k].to, table[i].to) == 0) {
            assert_int_equal(moves[k].status, good ? CSUP_OK : CSUP_E_REFUSED);
            seen = true;
          }
        }
        assert_true(seen);
        json_decref(keep);
      }
    }
  }
  size_t count = 0;
  csup_timeout timeout;
  for (int32_t s = 0; s < COUNT(states); s++) {
    assert_int_equal(csup_workflow_timeouts(policy, states[s].name, &timeout, 1, &count), CSUP_OK);
    assert_int_equal(count, strcmp(states[s].name, "resolved") == 0);
  }
  assert_int_equal(csup_workflow_timeouts(policy, "resolved", &timeout, 1, &count), CSUP_OK);
  assert_string_equal(timeout.from, "resolved");
  assert_string_equal(timeout.to, "closed");
  assert_string_equal(timeout.calendar, "always");
  assert_int_equal(timeout.days, 5);
  assert_int_equal(timeout.time, 0);
  assert_int_equal(timeout.conditional, 0);
  assert_null(timeout.because);
  csup_policy_release(policy);
}

/* A second reading of the table: every state, event, state asked for and set of facts. */
static void every_step_is_what_the_table_says(void **state) {
  (void)state;
  static const char *const facts[] = {
      "{}",
      "{\"auto\": true}",
      "{\"auto\": false, \"resolution\": \"full\"}",
      "{\"resolution\": \"partial\"}",
      KNOWN,
      "{\"service\": \"down\", \"resolution\": \"workaround\", \"auto\": true}",
  };
  csup_policy *policy = standard();
  long taken = 0, refused = 0, passed = 0;
  for (int32_t w = 0; w < COUNT(facts); w++) {
    csup_field fields[16];
    json_t *keep;
    size_t fact_count = read_facts(facts[w], fields, &keep);
    bool automatic = json_is_true(json_object_get(keep, "auto"));
    bool known = json_object_get(keep, "service") != NULL; /* one answer is enough */
    const char *resolution = json_string_value(json_object_get(keep, "resolution"));
    for (int32_t s = 0; s < COUNT(states); s++)
      for (int32_t p = 0; p < 5; p++)
        for (csup_event_kind on = 1; on <= CSUP_EVENT_KINDS; on++)
          for (int32_t a = 0; a < (on == CSUP_EVENT_MOVED ? COUNT(states) : 1); a++) {
            const char *from = states[s].name, *asked = on == CSUP_EVENT_MOVED ? states[a].name : NULL, *to = from;
            bool found = asked && strcmp(asked, from) == 0;
            for (int32_t i = 0; i < COUNT(table) && !found; i++) {
              const char *target = strcmp(table[i].to, "previous") == 0 ? states[p].name : table[i].to;
              if (!starts(table[i].from, from) || strcmp(table[i].on, csup_event_kind_name(on)) != 0 ||
                  (asked && strcmp(asked, target) != 0))
                continue;
              bool allowed = true;
              if (strstr(table[i].on, "message"))
                allowed = !automatic;
              if (on == CSUP_EVENT_ACCEPTED)
                allowed = resolution && (strcmp(resolution, "full") == 0) == (strcmp(target, "resolved") == 0);
              if (strcmp(from, "determination") == 0 && on == CSUP_EVENT_MOVED && table[i].others)
                allowed = known;
              if (allowed) {
                found = true;
                to = target;
              }
            }
            csup_move move;
            assert_int_equal(csup_workflow_take(policy, from, states[p].name, on, asked, fields, fact_count, &move), CSUP_OK);
            csup_status status = asked && !found ? CSUP_E_REFUSED : CSUP_OK;
            if (move.status != status || strcmp(move.to, to) != 0 || strcmp(move.from, from) != 0 || move.on != on)
              fail_msg("%s, %s to %s, previous %s, %s: %s %s", from, csup_event_kind_name(on), asked ? asked : "-",
                       states[p].name, facts[w], csup_status_name(move.status), move.to);
            taken += strcmp(from, to) != 0;
            refused += status != CSUP_OK;
            passed += status == CSUP_OK && strcmp(from, to) == 0;
          }
    json_decref(keep);
  }
  printf("%ld taken, %ld refused, %ld facts only\n", taken, refused, passed);
  assert_true(taken > 1000 && refused > 1000 && passed > 1000);
  csup_policy_release(policy);
}

/* --- refusals explain themselves ------------------------------------------------------------------------------------- */

static void a_refusal_says_why(void **state) {
  (void)state;
  csup_error error;
  csup_policy *policy = parse(
      "{\"initial\": \"a\", \"states\": {\"a\": {\"category\": \"open\"}, \"b\": {\"category\": \"pending\"}, \"c\": "
      "{\"category\": "
      "\"open\"}, \"d\": {\"category\": \"closed\"}}, \"moves\": ["
      "{\"from\": \"a\", \"on\": \"moved\", \"to\": \"b\", \"when\": {\"tier\": \"premium\"}, \"because\": \"only premium\"},"
      "{\"from\": \"a\", \"on\": \"moved\", \"to\": \"b\", \"requires\": [\"seats\", \"team\"], \"because\": \"say who\"},"
      "{\"from\": \"a\", \"on\": \"moved\", \"to\": \"c\", \"requires\": [\"urgency\", \"field.contacts\", \"service\"]},"
      "{\"from\": [\"a\", \"b\"], \"on\": \"note\", \"to\": \"c\", \"requires\": [\"cause\"], \"because\": \"no cause\"},"
      "{\"from\": \"a\", \"on\": \"note\", \"to\": \"c\", \"when\": {\"tier\": \"premium\"}, \"because\": \"premium note\"},"
      "{\"from\": \"b\", \"on\": \"moved\", \"to\": \"previous\", \"when\": {\"seats\": {\"above\": 3}}, \"because\": \"seats\"},"
      "{\"from\": \"*\", \"on\": \"closed\", \"to\": \"d\", \"because\": \"over\"},"
      "{\"from\": \"a\", \"on\": \"escalated\", \"to\": \"c\", \"when\": {\"by\": \"customer\"}}]}",
      "", CSUP_OK, &error);
  static const struct {
    const char *from, *previous;
    csup_event_kind on;
    const char *asked, *facts;
    csup_status status;
    const char *to, *because, *missing;
  } rows[] = {
      /* of two moves the first explains */
      {"a", NULL, CSUP_EVENT_MOVED, "b", "{}", CSUP_E_REFUSED, "a", "only premium", NULL},
      {"a", NULL, CSUP_EVENT_MOVED, "b", "{\"tier\": \"premium\"}", CSUP_OK, "b", "only premium", NULL},
      {"a", NULL, CSUP_EVENT_MOVED, "b", "{\"seats\": 0, \"team\": \"x\"}", CSUP_OK, "b", "say who", NULL},
      {"a", NULL, CSUP_EVENT_MOVED, "b", "{\"seats\": 0}", CSUP_E_REFUSED, "a", "only premium", NULL},
      /* the first requirement that is missing; of a group one dimension is enough */
      {"a", NULL, CSUP_EVENT_MOVED, "c", "{}", CSUP_E_REFUSED, "a", NULL, "urgency"},
      {"a", NULL, CSUP_EVENT_MOVED, "c", "{\"service\": \"down\"}", CSUP_E_REFUSED, "a", NULL, "urgency"},
      {"a", NULL, CSUP_EVENT_MOVED, "c", "{\"workaround\": \"none\"}", CSUP_E_REFUSED, "a", NULL, "field.contacts"},
      {"a", NULL, CSUP_EVENT_MOVED, "c", "{\"urgency\": \"U1\"}", CSUP_E_REFUSED, "a", NULL, "field.contacts"},
      {"a", NULL, CSUP_EVENT_MOVED, "c", "{\"urgency\": \"U1\", \"field.contacts\": \"bob\"}", CSUP_E_REFUSED, "a", NULL,
       "service"},
      {"a", NULL, CSUP_EVENT_MOVED, "c", "{\"urgency\": \"U1\", \"field.contacts\": \"bob\", \"service\": \"question\"}", CSUP_OK,
       "c", NULL, NULL},
      {"a", NULL, CSUP_EVENT_MOVED, "c",
       "{\"workaround\": \"none\", \"deadline\": \"day\", \"contact\": \"hours\", \"field.contacts\": \"\", "
       "\"dimension.service\": "
       "\"down\"}",
       CSUP_OK, "c", NULL, NULL},
      /* no move leads there */
      {"a", NULL, CSUP_EVENT_MOVED, "d", "{}", CSUP_E_REFUSED, "a", NULL, NULL},
      {"d", NULL, CSUP_EVENT_MOVED, "a", "{}", CSUP_E_REFUSED, "d", NULL, NULL},
      /* the present state is always fine */
      {"d", NULL, CSUP_EVENT_MOVED, "d", "{}", CSUP_OK, "d", NULL, NULL},
      /* other events are never refused, and yet explained */
      {"a", NULL, CSUP_EVENT_NOTE, NULL, "{}", CSUP_OK, "a", "no cause", "cause"},
      {"a", NULL, CSUP_EVENT_NOTE, NULL, "{\"tier\": \"premium\"}", CSUP_OK, "c", "premium note", NULL},
      {"a", NULL, CSUP_EVENT_NOTE, NULL, "{\"tier\": \"premium\", \"cause\": \"rust\"}", CSUP_OK, "c", "no cause", NULL},
      {"a", NULL, CSUP_EVENT_RATED, NULL, "{}", CSUP_OK, "a", NULL, NULL},
      {"a", NULL, CSUP_EVENT_CLOSED, "b", "{}", CSUP_OK, "d", "over", NULL}, /* `to` counts for moved only */
      {"d", NULL, CSUP_EVENT_CLOSED, "nowhere", "{}", CSUP_OK, "d", "over", NULL},
      /* previous */
      {"b", "c", CSUP_EVENT_MOVED, "c", "{\"seats\": 4}", CSUP_OK, "c", "seats", NULL},
      {"b", "c", CSUP_EVENT_MOVED, "c", "{\"seats\": 3}", CSUP_E_REFUSED, "b", "seats", NULL},
      {"b", NULL, CSUP_EVENT_MOVED, "c", "{\"seats\": 4}", CSUP_E_REFUSED, "b", NULL, NULL},
      {"b", NULL, CSUP_EVENT_MOVED, "a", "{\"seats\": 4}", CSUP_OK, "a", "seats", NULL},
      /* a member of the event */
      {"a", NULL, CSUP_EVENT_ESCALATED, NULL, "{\"by\": \"customer\"}", CSUP_OK, "c", NULL, NULL},
      {"a", NULL, CSUP_EVENT_ESCALATED, NULL, "{\"by\": \"agent\"}", CSUP_OK, "a", NULL, NULL},
  };
  for (int32_t i = 0; i < COUNT(rows); i++) {
    csup_field fields[16];
    json_t *keep;
    size_t count = read_facts(rows[i].facts, fields, &keep);
    csup_move move;
    assert_int_equal(csup_workflow_take(policy, rows[i].from, rows[i].previous, rows[i].on, rows[i].asked, fields, count, &move),
                     CSUP_OK);
    const char *because = rows[i].because ? rows[i].because : "", *missing = rows[i].missing ? rows[i].missing : "";
    if (move.status != rows[i].status || strcmp(move.to, rows[i].to) != 0 ||
        strcmp(move.because ? move.because : "", because) != 0 || strcmp(move.missing ? move.missing : "", missing) != 0)
      fail_msg("row %d: %s to %s because %s, missing %s", i, csup_status_name(move.status), move.to, move.because, move.missing);
    json_decref(keep);
  }
  csup_policy_release(policy);
}

static void the_state_is_a_fact(void **state) {
  (void)state;
  csup_error error;
  csup_policy *policy =
      parse("{\"initial\": \"a\", \"states\": {\"a\": {\"category\": \"new\"}, \"b\": {\"category\": \"open\", \"stage\": "
            "\"delivery\"}},"
            "\"moves\": [{\"from\": \"*\", \"on\": \"note\", \"to\": \"b\", \"when\": {\"state\": \"a\", \"category\": \"new\","
            " \"stage\": {\"set\": false}}},"
            "{\"from\": \"*\", \"on\": \"note\", \"to\": \"a\", \"when\": {\"state\": \"b\", \"category\": \"open\","
            " \"stage\": \"delivery\"}}]}",
            "", CSUP_OK, &error);
  csup_move move;
  const csup_field lie = {.name = "state", .kind = CSUP_VALUE_TEXT, .text = "b"};
  assert_int_equal(csup_workflow_take(policy, "a", NULL, CSUP_EVENT_NOTE, NULL, &lie, 1, &move), CSUP_OK);
  assert_string_equal(move.to, "b");
  assert_int_equal(csup_workflow_take(policy, "b", NULL, CSUP_EVENT_NOTE, NULL, NULL, 0, &move), CSUP_OK);
  assert_string_equal(move.to, "a");
  csup_policy_release(policy);
}

/* A model without dimensions in a group has nothing to ask: the group is known. */
static void an_empty_group_is_known(void **state) {
  (void)state;
  csup_error error;
  csup_policy *policy = parse(
      "{\"initial\": \"a\", \"states\": {\"a\": {\"category\": \"new\"}, \"b\": {\"category\": \"open\"}},"
      "\"moves\": [{\"from\": \"a\", \"on\": \"moved\", \"to\": \"b\", \"requires\": [\"urgency\"]}]}",
      "\"impact\": {\"code\": \"ONE\", \"dimensions\": [{\"name\": \"d\", \"code\": \"D\", \"group\": \"impact\", \"ask\": \"?\","
      "\"default\": \"l\", \"levels\": [{\"name\": \"l\", \"code\": \"L\", \"points\": 0}, {\"name\": \"h\", \"code\": \"H\","
      "\"points\": 1}]}], \"bands\": {\"impact\": [500], \"urgency\": []}, \"priority\": [[\"P1\"], [\"P2\"]]}",
      CSUP_OK, &error);
  csup_move move;
  assert_int_equal(csup_workflow_take(policy, "a", NULL, CSUP_EVENT_MOVED, "b", NULL, 0, &move), CSUP_OK);
  assert_int_equal(move.status, CSUP_OK);
  csup_policy_release(policy);
}

/* --- documents that are refused ----------------------------------------------------------------------------------------- */

#define AB                  "{\"a\": {\"category\": \"new\"}, \"b\": {\"category\": \"pending\"}, \"c\": {\"category\": \"closed\"}}"
#define WITH(moves, timers) "{\"initial\": \"a\", \"states\": " AB ", \"moves\": " moves ", \"timers\": " timers "}"
#define GO                  "{\"from\": \"a\", \"on\": \"note\", \"to\": \"b\"}, {\"from\": \"a\", \"on\": \"note\", \"to\": \"c\"}"
#define MOVE(members)       WITH("[" GO ", {" members "}]", "[]")
#define TIMER(members)      WITH("[" GO "]", "[{" members "}]")

static void wrong_workflows_say_where_and_why(void **state) {
  (void)state;
  static const struct {
    const char *workflow, *pointer, *word;
  } rows[] = {
      {"[]", "/workflow", "object"},
      {"{}", "/workflow", "states"},
      {"{\"initial\": \"a\", \"states\": " AB ", \"colour\": 1}", "/workflow/colour", "colour"},
      {"{\"states\": " AB "}", "/workflow", "initial"},
      {"{\"initial\": \"a\"}", "/workflow", "states"},
      {"{\"initial\": \"a\", \"states\": {}}", "/workflow/states", "1 to 256"},
      {"{\"initial\": \"a\", \"states\": [\"a\"]}", "/workflow/states", "object"},
      {"{\"initial\": \"z\", \"states\": " AB "}", "/workflow/initial", "z"},
      {"{\"initial\": 1, \"states\": " AB "}", "/workflow/initial", "string"},
      {"{\"initial\": \"c\", \"states\": " AB "}", "/workflow/initial", "closed"},
      {"{\"initial\": \"a\", \"states\": {\"a\": {\"category\": \"resolved\"}}}", "/workflow/initial", "resolved"},
      {"{\"initial\": \"a\", \"states\": {\"a\": {\"category\": \"opened\"}}}", "/workflow/states/a/category",
       "new, open, pending, hold, resolved, closed"},
      {"{\"initial\": \"a\", \"states\": {\"a\": {\"category\": 1}}}", "/workflow/states/a/category", "string"},
      {"{\"initial\": \"a\", \"states\": {\"a\": {}}}", "/workflow/states/a", "category"},
      {"{\"initial\": \"a\", \"states\": {\"a\": null}}", "/workflow/states/a", "object"},
      {"{\"initial\": \"a\", \"states\": {\"a\": {\"category\": \"open\", \"stage\": \"design\"}}}", "/workflow/states/a/stage",
       "diagnosis, determination, development, delivery"},
      {"{\"initial\": \"a\", \"states\": {\"a\": {\"category\": \"open\", \"color\": 1}}}", "/workflow/states/a/color", "color"},
      {"{\"initial\": \"a\", \"states\": {\"a\": {\"category\": \"open\"}, \"previous\": {\"category\": \"open\"}}}",
       "/workflow/states/previous", "previous"},
      {"{\"initial\": \"a\", \"states\": {\"a\": {\"category\": \"open\"}, \"*\": {\"category\": \"open\"}}}",
       "/workflow/states/*", "*"},
      {"{\"initial\": \"a\", \"states\": {\"a\": {\"category\": \"open\"}, \"\": {\"category\": \"open\"}}}", "/workflow/states/",
       "name"},
      {WITH("{}", "[]"), "/workflow/moves", "array"},
      {WITH("[" GO "]", "{}"), "/workflow/timers", "array"},
      {WITH("[" GO ", 1]", "[]"), "/workflow/moves/2", "object"},
      {MOVE("\"on\": \"note\", \"to\": \"b\""), "/workflow/moves/2", "from"},
      {MOVE("\"from\": \"a\", \"to\": \"b\""), "/workflow/moves/2", "on"},
      {MOVE("\"from\": \"a\", \"on\": \"note\""), "/workflow/moves/2", "to"},
      {MOVE("\"from\": \"z\", \"on\": \"note\", \"to\": \"b\""), "/workflow/moves/2/from", "z"},
      {MOVE("\"from\": [\"a\", \"z\"], \"on\": \"note\", \"to\": \"b\""), "/workflow/moves/2/from/1", "z"},
      {MOVE("\"from\": [\"a\", \"*\"], \"on\": \"note\", \"to\": \"b\""), "/workflow/moves/2/from/1", "*"},
      {MOVE("\"from\": [], \"on\": \"note\", \"to\": \"b\""), "/workflow/moves/2/from", "empty"},
      {MOVE("\"from\": 1, \"on\": \"note\", \"to\": \"b\""), "/workflow/moves/2/from", "string"},
      {MOVE("\"from\": \"previous\", \"on\": \"note\", \"to\": \"b\""), "/workflow/moves/2/from", "previous"},
      {MOVE("\"from\": \"a\", \"on\": \"noted\", \"to\": \"b\""), "/workflow/moves/2/on", "noted"},
      {MOVE("\"from\": \"a\", \"on\": [\"note\"], \"to\": \"b\""), "/workflow/moves/2/on", "string"},
      {MOVE("\"from\": \"a\", \"on\": \"note\", \"to\": \"z\""), "/workflow/moves/2/to", "z"},
      {MOVE("\"from\": \"a\", \"on\": \"note\", \"to\": \"*\""), "/workflow/moves/2/to", "*"},
      {MOVE("\"from\": \"a\", \"on\": \"note\", \"to\": null"), "/workflow/moves/2/to", "string"},
      {MOVE("\"from\": \"a\", \"on\": \"note\", \"to\": \"b\", \"if\": 1"), "/workflow/moves/2/if", "if"},
      {MOVE("\"from\": \"a\", \"on\": \"note\", \"to\": \"b\", \"when\": {}"), "/workflow/moves/2/when", "empty"},
      {MOVE("\"from\": \"a\", \"on\": \"note\", \"to\": \"b\", \"when\": {\"state\": \"z\"}"), "/workflow/moves/2/when/state",
       "z"},
      {MOVE("\"from\": \"a\", \"on\": \"note\", \"to\": \"b\", \"requires\": \"impact\""), "/workflow/moves/2/requires", "array"},
      {MOVE("\"from\": \"a\", \"on\": \"note\", \"to\": \"b\", \"requires\": [\"tier\", \"rank\"]"),
       "/workflow/moves/2/requires/1", "rank"},
      {MOVE("\"from\": \"a\", \"on\": \"note\", \"to\": \"b\", \"requires\": [7]"), "/workflow/moves/2/requires/0", "string"},
      {MOVE("\"from\": \"a\", \"on\": \"note\", \"to\": \"b\", \"requires\": [\"auto\"]"), "/workflow/moves/2/requires/0",
       "when"},
      {MOVE("\"from\": \"a\", \"on\": \"note\", \"to\": \"b\", \"because\": 1"), "/workflow/moves/2/because", "string"},
      {MOVE("\"from\": \"a\", \"on\": \"note\", \"to\": \"b\", \"because\": \"\""), "/workflow/moves/2/because", "empty"},
      {TIMER("\"after\": \"P1D\", \"to\": \"b\""), "/workflow/timers/0", "in"},
      {TIMER("\"in\": \"a\", \"to\": \"b\""), "/workflow/timers/0", "after"},
      {TIMER("\"in\": \"a\", \"after\": \"P1D\""), "/workflow/timers/0", "to"},
      {TIMER("\"in\": \"z\", \"after\": \"P1D\", \"to\": \"b\""), "/workflow/timers/0/in", "z"},
      {TIMER("\"in\": \"a\", \"after\": \"P1D\", \"to\": \"z\""), "/workflow/timers/0/to", "z"},
      {TIMER("\"in\": \"a\", \"after\": \"P1D\", \"to\": \"previous\""), "/workflow/timers/0/to", "previous"},
      {TIMER("\"in\": \"a\", \"after\": \"-P1D\", \"to\": \"b\""), "/workflow/timers/0/after", "P1D"},
      {TIMER("\"in\": \"a\", \"after\": 5, \"to\": \"b\""), "/workflow/timers/0/after", "string"},
      {TIMER("\"in\": \"a\", \"after\": \"P1D\", \"to\": \"b\", \"calendar\": \"lunar\""), "/workflow/timers/0/calendar",
       "lunar"},
      {TIMER("\"in\": \"a\", \"after\": \"P1D\", \"to\": \"b\", \"requires\": []"), "/workflow/timers/0/requires", "requires"},
      {TIMER("\"in\": \"a\", \"after\": \"P1D\", \"to\": \"b\", \"when\": {\"auto\": true}"), "/workflow/timers/0/when/auto",
       "timer"},
      {TIMER("\"in\": \"a\", \"after\": \"P1D\", \"to\": \"b\", \"because\": []"), "/workflow/timers/0/because", "string"},
      {WITH("[" GO "]", "[null]"), "/workflow/timers/0", "object"},
      /* circles of timers: the last timer of the circle is the one at fault */
      {TIMER("\"in\": \"a\", \"after\": \"P1D\", \"to\": \"a\""), "/workflow/timers/0", "circle"},
      {WITH("[" GO "]", "[{\"in\": \"a\", \"after\": \"P1D\", \"to\": \"b\"}, {\"in\": \"c\", \"after\": \"P1D\", \"to\": \"a\"},"
                        " {\"in\": \"b\", \"after\": \"PT1H\", \"to\": \"c\"}]"),
       "/workflow/timers/2", "circle"},
      {WITH("[" GO "]", "[{\"in\": \"a\", \"after\": \"P1D\", \"to\": \"b\"}, {\"in\": \"b\", \"after\": \"P1D\", \"to\": \"c\", "
                        "\"when\": {\"tier\": \"basic\"}}, {\"in\": \"c\", \"after\": \"PT1H\", \"to\": \"b\"}]"),
       "/workflow/timers/2", "circle"},
      {WITH("[" GO "]", "[{\"in\": \"b\", \"after\": \"P1D\", \"to\": \"c\"}, {\"in\": \"c\", \"after\": \"P1D\", \"to\": \"b\"},"
                        " {\"in\": \"a\", \"after\": \"PT1H\", \"to\": \"b\"}]"),
       "/workflow/timers/1", "circle"},
      /* states that nothing leads to */
      {WITH("[{\"from\": \"a\", \"on\": \"note\", \"to\": \"b\"}]", "[]"), "/workflow/states/c", "leads"},
      {WITH("[]", "[]"), "/workflow/states/b", "leads"},
      {WITH("[{\"from\": \"b\", \"on\": \"note\", \"to\": \"c\"}]", "[{\"in\": \"c\", \"after\": \"P1D\", \"to\": \"b\"}]"),
       "/workflow/states/b", "leads"},
      {WITH("[{\"from\": \"*\", \"on\": \"note\", \"to\": \"previous\"}, {\"from\": \"a\", \"on\": \"note\", \"to\": \"b\"}]",
            "[]"),
       "/workflow/states/c", "leads"},
  };
  for (int32_t i = 0; i < COUNT(rows); i++) {
    csup_error error;
    parse(rows[i].workflow, "", CSUP_E_POLICY, &error);
    if (strcmp(error.pointer, rows[i].pointer) != 0 || !strstr(error.message, rows[i].word))
      fail_msg("%s: at \"%s\": %s", rows[i].workflow, error.pointer, error.message);
    assert_true(error.line > 0 && error.column > 0);
  }
}

static void unusual_workflows_are_fine(void **state) {
  (void)state;
  static const char *const rows[] = {
      "{\"initial\": \"a\", \"states\": {\"a\": {\"category\": \"open\"}}}",
      /* cases may begin waiting for an approval */
      "{\"initial\": \"a\", \"states\": {\"a\": {\"category\": \"pending\"}}, \"moves\": [], \"timers\": []}",
      /* a log may start in mid-life, so that b needs no way in */
      "{\"initial\": \"a\", \"states\": {\"a\": {\"category\": \"new\"}, \"b\": {\"category\": \"open\"}}}",
      /* reached by a timer, by `*`, from a state that only `opened` names */
      TIMER("\"in\": \"a\", \"after\": \"PT90M\", \"to\": \"b\", \"when\": {\"tier\": \"basic\"}, \"because\": \"long\""),
      WITH("[{\"from\": \"*\", \"on\": \"note\", \"to\": \"c\"}]", "[{\"in\": \"a\", \"after\": \"P1D\", \"to\": \"b\"}]"),
      "{\"initial\": \"a\", \"states\": {\"a\": {\"category\": \"new\"}, \"b\": {\"category\": \"open\"}, \"c\": {\"category\": "
      "\"hold\"}}, \"moves\": [{\"from\": \"b\", \"on\": \"note\", \"to\": \"c\"}]}",
      /* timers one after another, and two into one state */
      WITH("[" GO "]", "[{\"in\": \"a\", \"after\": \"P1D\", \"to\": \"b\"}, {\"in\": \"b\", \"after\": \"P1D\", \"to\": \"c\"},"
                       " {\"in\": \"a\", \"after\": \"P9D\", \"to\": \"c\"}]"),
      WITH("[" GO ", {\"from\": \"a\", \"on\": \"note\", \"to\": \"a\", \"requires\": [], \"when\": \"always\"}]", "[]"),
  };
  for (int32_t i = 0; i < COUNT(rows); i++) {
    csup_error error;
    csup_policy_release(parse(rows[i], "", CSUP_OK, &error));
  }
  /* An escalation rule may force a case into a state that no move leads to. */
  csup_error error;
  csup_policy *policy = parse(
      WITH("[{\"from\": \"b\", \"on\": \"note\", \"to\": \"c\"}]", "[]"),
      "\"escalations\": [{\"name\": \"park\", \"on\": {\"event\": \"note\"}, \"do\": [{\"move\": \"b\"}]}]", CSUP_OK, &error);
  csup_policy_release(policy);
}

/* {"s0": ..., "s1": ...}, moves s0 -> each, timers s0 -> s1 */
static char *large(int32_t state_count, int32_t move_count, int32_t timer_count) {
  char *json = malloc((size_t)(state_count + move_count + timer_count) * 64 + 128), *at = json;
  at += sprintf(at, "{\"initial\": \"s0\", \"states\": {");
  for (int32_t i = 0; i < state_count; i++)
    at += sprintf(at, "%s\"s%d\": {\"category\": \"%s\"}", i ? ", " : "", i, i ? "hold" : "open");
  at += sprintf(at, "}, \"moves\": [");
  for (int32_t i = 0; i < move_count; i++)
    at += sprintf(at, "%s{\"from\": \"*\", \"on\": \"moved\", \"to\": \"s%d\"}", i ? ", " : "", i % state_count);
  at += sprintf(at, "], \"timers\": [");
  for (int32_t i = 0; i < timer_count; i++)
    at += sprintf(at, "%s{\"in\": \"s0\", \"after\": \"PT1H\", \"to\": \"s1\"}", i ? ", " : "");
  sprintf(at, "]}");
  return json;
}

static void there_is_a_limit_to_everything(void **state) {
  (void)state;
  static const struct {
    int32_t states, moves, timers;
    csup_status status;
    const char *pointer;
  } rows[] = {
      {CSUP_STATES_MAX, CSUP_MOVES_MAX, CSUP_TIMERS_MAX, CSUP_OK, ""},
      {CSUP_STATES_MAX + 1, CSUP_MOVES_MAX, 0, CSUP_E_POLICY, "/workflow/states"},
      {2, CSUP_MOVES_MAX + 1, 0, CSUP_E_POLICY, "/workflow/moves"},
      {2, 2, CSUP_TIMERS_MAX + 1, CSUP_E_POLICY, "/workflow/timers"},
  };
  for (int32_t i = 0; i < COUNT(rows); i++) {
    csup_error error;
    char *json = large(rows[i].states, rows[i].moves, rows[i].timers);
    csup_policy *policy = parse(json, "", rows[i].status, &error);
    assert_string_equal(error.pointer, rows[i].pointer);
    if (policy) {
      csup_move move;
      for (int32_t k = 1; k < rows[i].states; k++) {
        char name[16];
        snprintf(name, sizeof name, "s%d", k);
        assert_int_equal(csup_workflow_take(policy, "s0", NULL, CSUP_EVENT_MOVED, name, NULL, 0, &move), CSUP_OK);
        assert_int_equal(move.status, CSUP_OK);
        assert_string_equal(move.to, name);
      }
    }
    csup_policy_release(policy);
    free(json);
  }
}

/* --- the functions' own contracts ---------------------------------------------------------------------------------------- */

static void arguments_are_checked(void **state) {
  (void)state;
  csup_policy *policy = standard();
  csup_state found = {0};
  csup_move move = {.from = "untouched"}, moves[64];
  csup_timeout timeout;
  size_t count = 77;
  const csup_field unknown = {.name = "nobody", .kind = CSUP_VALUE_FLAG};
  const csup_field wrong = {.name = "auto", .kind = CSUP_VALUE_TEXT, .text = "yes"};
  const csup_field large_flag = {.name = "auto", .kind = CSUP_VALUE_FLAG, .number = 2};

  assert_int_equal(csup_workflow_count(NULL), 0);
  assert_null(csup_workflow_initial_state(NULL));
  assert_int_equal(csup_workflow_state(NULL, 0, &found), CSUP_E_ARGUMENT);
  assert_int_equal(csup_workflow_state(policy, 0, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_workflow_state(policy, 11, &found), CSUP_E_RANGE);
  assert_int_equal(csup_workflow_state(policy, SIZE_MAX, &found), CSUP_E_RANGE);
  assert_null(found.name);

  assert_int_equal(csup_workflow_moves(NULL, "new", 0, NULL, 0, moves, 64, &count), CSUP_E_ARGUMENT);
  assert_int_equal(csup_workflow_moves(policy, NULL, 0, NULL, 0, moves, 64, &count), CSUP_E_ARGUMENT);
  assert_int_equal(csup_workflow_moves(policy, "new", 0, NULL, 0, NULL, 64, &count), CSUP_E_ARGUMENT);
  assert_int_equal(csup_workflow_moves(policy, "new", 0, NULL, 0, moves, 64, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_workflow_moves(policy, "new", 0, NULL, 1, moves, 64, &count), CSUP_E_ARGUMENT);
  assert_int_equal(csup_workflow_moves(policy, "new", 0, &wrong, 1, moves, 64, &count), CSUP_E_ARGUMENT);
  assert_int_equal(csup_workflow_moves(policy, "new", 0, &large_flag, 1, moves, 64, &count), CSUP_E_RANGE);
  assert_int_equal(csup_workflow_moves(policy, "new", 0, &unknown, 1, moves, 64, &count), CSUP_E_UNKNOWN);
  assert_int_equal(csup_workflow_moves(policy, "news", 0, NULL, 0, moves, 64, &count), CSUP_E_UNKNOWN);
  assert_int_equal(csup_workflow_moves(policy, "new", -1, NULL, 0, moves, 64, &count), CSUP_E_UNKNOWN);
  assert_int_equal(csup_workflow_moves(policy, "new", 28, NULL, 0, moves, 64, &count), CSUP_E_UNKNOWN);
  assert_int_equal(count, 77);
  moves[0].from = "untouched";
  assert_int_equal(csup_workflow_moves(policy, "new", 0, NULL, 0, moves, 6, &count), CSUP_E_SPACE);
  assert_int_equal(count, 7);
  assert_string_equal(moves[0].from, "untouched");
  assert_int_equal(csup_workflow_moves(policy, "new", 0, NULL, 0, NULL, 0, &count), CSUP_E_SPACE);
  assert_int_equal(csup_workflow_moves(policy, "new", 0, NULL, 0, moves, 7, &count), CSUP_OK);
  assert_int_equal(csup_workflow_moves(policy, "merged", 0, NULL, 0, NULL, 0, &count), CSUP_OK);
  assert_int_equal(count, 0);

  assert_int_equal(csup_workflow_take(NULL, "new", NULL, CSUP_EVENT_NOTE, NULL, NULL, 0, &move), CSUP_E_ARGUMENT);
  assert_int_equal(csup_workflow_take(policy, NULL, NULL, CSUP_EVENT_NOTE, NULL, NULL, 0, &move), CSUP_E_ARGUMENT);
  assert_int_equal(csup_workflow_take(policy, "new", NULL, CSUP_EVENT_NOTE, NULL, NULL, 0, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_workflow_take(policy, "new", NULL, CSUP_EVENT_MOVED, NULL, NULL, 0, &move), CSUP_E_ARGUMENT);
  assert_int_equal(csup_workflow_take(policy, "new", NULL, CSUP_EVENT_NOTE, NULL, &wrong, 1, &move), CSUP_E_ARGUMENT);
  assert_int_equal(csup_workflow_take(policy, "news", NULL, CSUP_EVENT_NOTE, NULL, NULL, 0, &move), CSUP_E_UNKNOWN);
  assert_int_equal(csup_workflow_take(policy, "new", "old", CSUP_EVENT_NOTE, NULL, NULL, 0, &move), CSUP_E_UNKNOWN);
  assert_int_equal(csup_workflow_take(policy, "new", NULL, CSUP_EVENT_MOVED, "previous", NULL, 0, &move), CSUP_E_UNKNOWN);
  assert_int_equal(csup_workflow_take(policy, "new", NULL, 0, NULL, NULL, 0, &move), CSUP_E_UNKNOWN);
  assert_int_equal(csup_workflow_take(policy, "new", NULL, 28, NULL, NULL, 0, &move), CSUP_E_UNKNOWN);
  assert_string_equal(move.from, "untouched");

  assert_int_equal(csup_workflow_timeouts(NULL, "new", &timeout, 1, &count), CSUP_E_ARGUMENT);
  assert_int_equal(csup_workflow_timeouts(policy, NULL, &timeout, 1, &count), CSUP_E_ARGUMENT);
  assert_int_equal(csup_workflow_timeouts(policy, "new", NULL, 1, &count), CSUP_E_ARGUMENT);
  assert_int_equal(csup_workflow_timeouts(policy, "new", &timeout, 1, NULL), CSUP_E_ARGUMENT);
  assert_int_equal(csup_workflow_timeouts(policy, "news", &timeout, 1, &count), CSUP_E_UNKNOWN);
  assert_int_equal(csup_workflow_timeouts(policy, "resolved", NULL, 0, &count), CSUP_E_SPACE);
  assert_int_equal(count, 1);
  csup_policy_release(policy);
}

static void timeouts_are_listed(void **state) {
  (void)state;
  csup_error error;
  csup_policy *policy = parse(
      WITH("[" GO "]", "[{\"in\": \"a\", \"after\": \"PT90M\", \"calendar\": \"always\", \"to\": \"b\", \"because\": \"long\"},"
                       " {\"in\": \"b\", \"after\": \"P2D\", \"to\": \"c\"},"
                       " {\"in\": \"a\", \"after\": \"P1D\", \"to\": \"c\", \"when\": {\"tier\": \"basic\"}}]"),
      "", CSUP_OK, &error);
  csup_timeout timeouts[4];
  size_t count = 0;
  assert_int_equal(csup_workflow_timeouts(policy, "a", timeouts, 4, &count), CSUP_OK);
  assert_int_equal(count, 2);
  assert_string_equal(timeouts[0].to, "b");
  assert_string_equal(timeouts[0].because, "long");
  assert_int_equal(timeouts[0].time, INT64_C(5400000000));
  assert_int_equal(timeouts[0].days, 0);
  assert_int_equal(timeouts[0].conditional, 0);
  assert_string_equal(timeouts[1].to, "c");
  assert_string_equal(timeouts[1].calendar, "always"); /* unless another is named */
  assert_int_equal(timeouts[1].days, 1);
  assert_int_equal(timeouts[1].conditional, 1);
  csup_policy_release(policy);
}

static void words_have_names(void **state) {
  (void)state;
  static const char *const events[] = {"opened",   "acknowledged", "assigned", "customer_message", "agent_message", "note",
                                       "answered", "moved",        "proposed", "accepted",         "rejected",      "reopened",
                                       "closed",   "cancelled",    "promised", "fulfilled",        "withdrawn",     "requested",
                                       "provided", "overridden",   "released", "escalated",        "deescalated",   "changed",
                                       "rated",    "spent",        "merged"};
  static const char *const categories[] = {"new", "open", "pending", "hold", "resolved", "closed"};
  static const char *const stages[] = {"diagnosis", "determination", "development", "delivery"};
  for (int32_t i = 0; i < COUNT(events); i++) {
    assert_string_equal(csup_event_kind_name(i + 1), events[i]);
    assert_int_equal(csup_event_kind_find(events[i]), i + 1);
  }
  for (int32_t i = 0; i < COUNT(categories); i++)
    assert_string_equal(csup_category_name(i + 1), categories[i]);
  for (int32_t i = 0; i < COUNT(stages); i++)
    assert_string_equal(csup_stage_name(i + 1), stages[i]);
  assert_null(csup_event_kind_name(0));
  assert_null(csup_event_kind_name(28));
  assert_null(csup_category_name(0));
  assert_null(csup_category_name(7));
  assert_null(csup_stage_name(0));
  assert_null(csup_stage_name(5));
  assert_int_equal(csup_event_kind_find(""), 0);
  assert_int_equal(csup_event_kind_find("move"), 0);
}

/* --- memory ---------------------------------------------------------------------------------------------------------------- */

static csup_status compile_alone(fixture *f, const char *text) {
  csup_calendars calendars = {0};
  csup_named_calendar always = {.name = "always", .calendar = (csup_calendar *)f}; /* looked up by name, never looked into */
  calendars.entries = &always;
  calendars.count = 1;
  csup_json_document document;
  csup_json root, model;
  csup_workflow *workflow = NULL;
  csup_impact *impact = NULL;
  long fail_at = f->memory.fail_at;
  f->memory.fail_at = -1;
  const char *built_in = csup_impact_default();
  assert_int_equal(csup_json_open(&document, built_in, strlen(built_in), CSUP_E_POLICY, CSUP_E_POLICY, NULL, &model), CSUP_OK);
  assert_int_equal(csup_schema_init(&f->schema, &f->arena, &f->symbols), CSUP_OK);
  assert_int_equal(csup_impact_declare(&model, &f->schema, &impact), CSUP_OK);
  csup_json_close(&document);
  assert_int_equal(csup_json_open(&document, text, strlen(text), CSUP_E_POLICY, CSUP_E_POLICY, &f->error, &root), CSUP_OK);
  if (fail_at >= 0) { /* the arena asks the host only now and then: what it holds before is varied */
    assert_non_null(csup_arena_allocate(&f->arena, (size_t)fail_at % 256 * 16, 1));
    f->memory.fail_at = f->memory.requests + fail_at / 256;
  }
  csup_status status = csup_workflow_declare(&root, &f->schema, &workflow);
  if (status == CSUP_OK)
    status = csup_workflow_compile(&root, &f->schema, impact, &calendars, workflow);
  if (status == CSUP_OK)
    status = csup_workflow_check_reach(&root, workflow, NULL);
  csup_json_close(&document);
  return status;
}

static void every_failing_allocation_is_reported(void **state) {
  (void)state;
  static const char text[] =
      "{\"initial\": \"a\", \"states\": {\"a\": {\"category\": \"new\"}, \"b\": {\"category\": \"open\"}}, \"moves\": ["
      "{\"from\": \"a\", \"on\": \"moved\", \"to\": \"b\", \"requires\": [\"impact\", \"service\", \"team\"], \"because\": \"x\","
      " \"when\": {\"team\": [\"m\", \"n\"]}}], \"timers\": [{\"in\": \"a\", \"after\": \"P1D\", \"to\": \"b\", \"because\": "
      "\"y\","
      " \"when\": {\"channel\": \"z\"}}, {\"in\": \"a\", \"after\": \"P1D\", \"to\": \"b\", \"calendar\": \"always\"}]}";
  const char *const texts[] = {text, csup_workflow_default()};
  for (int32_t t = 0; t < COUNT(texts); t++) {
    long failures = 0;
    for (size_t used = 0; used < 256; used++) {
      csup_status status = CSUP_E_NOMEM;
      for (long i = 0; status != CSUP_OK; i++) {
        fixture f;
        fixture_open(&f);
        f.memory.fail_at = i * 256 + (long)used;
        status = compile_alone(&f, texts[t]);
        if (status != CSUP_OK) {
          assert_int_equal(status, CSUP_E_NOMEM);
          assert_int_equal(f.error.status, CSUP_E_NOMEM);
          failures++;
        }
        fixture_close(&f);
      }
    }
    assert_true(failures > 256);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_built_in_workflow_is_the_table),
      cmocka_unit_test(its_guards_and_requirements_are_those_of_the_table),
      cmocka_unit_test(every_step_is_what_the_table_says),
      cmocka_unit_test(a_refusal_says_why),
      cmocka_unit_test(the_state_is_a_fact),
      cmocka_unit_test(an_empty_group_is_known),
      cmocka_unit_test(wrong_workflows_say_where_and_why),
      cmocka_unit_test(unusual_workflows_are_fine),
      cmocka_unit_test(there_is_a_limit_to_everything),
      cmocka_unit_test(arguments_are_checked),
      cmocka_unit_test(timeouts_are_listed),
      cmocka_unit_test(words_have_names),
      cmocka_unit_test(every_failing_allocation_is_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
