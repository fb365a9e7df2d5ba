#include "condition/condition.h"

#include <string.h>

/* A test asks one question about one slot. Absent values (CSUP_ABSENT is the smallest number) fail every question, so that the
   negated operators, which swap the answers, hold for them: "an absent fact satisfies only is_not, not_in and set false". */
typedef enum test_kind {
  TEST_RANGE, /* low <= value <= high, and low is never CSUP_ABSENT */
  TEST_MASK,  /* bit `value` of low is set: one of several choices */
  TEST_LIST,  /* value is in lists[low .. low + high), sorted */
  TEST_BITS,  /* the set and low have a name in common */
  TEST_ALWAYS
} test_kind;

/* Where to go after the last test. While a part is being compiled they mean "this part holds" and "this part does not". */
#define HOLDS UINT32_MAX
#define FAILS (UINT32_MAX - 1)

typedef struct test {
  uint16_t slot;
  uint16_t kind;
  uint32_t yes, no; /* index of the next test, HOLDS or FAILS; always greater than this test's own */
  int64_t low, high;
} test;

struct csup_condition {
  const test *tests; /* the first is asked first */
  const int64_t *lists;
  uint32_t test_count;
};

#define FIRST_PRESENT (CSUP_ABSENT + 1)

static const char *const operator_names[CSUP_OPERATOR_COUNT] = {"is",      "is_not", "in",    "not_in", "at_least",
                                                                "at_most", "above",  "below", "set"};

/* --- testing ------------------------------------------------------------------------------------------------------------ */

static bool list_has(const int64_t *list, size_t count, int64_t value) {
  size_t from = 0;
  while (count > 0) {
    size_t half = count / 2;
    if (list[from + half] < value) {
      from += half + 1;
      count -= half + 1;
    } else if (list[from + half] == value) {
      return true;
    } else {
      count = half;
    }
  }
  return false;
}

static bool passes(const test *at, const int64_t *lists, int64_t value) {
  switch (at->kind) {
  case TEST_RANGE:
    return value >= at->low && value <= at->high;
  case TEST_MASK:
    return (uint64_t)value < 64 && ((uint64_t)at->low >> value & 1) != 0;
  case TEST_LIST:
    return list_has(lists + at->low, (size_t)at->high, value);
  case TEST_BITS:
    return (value & at->low) != 0;
  default:
    return true;
  }
}

bool csup_condition_test(const csup_condition *condition, const int64_t *values) {
  if (!condition)
    return true;
  /* The branch is one on purpose: the processor guesses the next test instead of waiting for its index. */
  const test *at = condition->tests;
  for (;;) {
    int64_t value = values[at->slot];
    uint32_t next;
    if (at->kind == TEST_RANGE ? value >= at->low && value <= at->high : passes(at, condition->lists, value))
      next = at->yes;
    else
      next = at->no;
    if (next >= FAILS)
      return next == HOLDS;
    at = &condition->tests[next];
  }
}

void csup_condition_reads(const csup_condition *condition, uint8_t *reads) {
  for (uint32_t i = 0; condition && i < condition->test_count; i++) {
    const test *at = &condition->tests[i];
    if (at->kind != TEST_ALWAYS && reads[at->slot] < UINT8_MAX)
      reads[at->slot]++;
  }
}

/* --- proving that a condition cannot hold ------------------------------------------------------------------------------- */

#define PROOF_TESTS_MAX 512 /* longer conditions are taken for possible */

/* Which answers a test can give when one slot has a known value and every other slot may have any. Of a set one name is known at
   a time: value is then 0 or the name's bit. */
static void answers(const test *at, const int64_t *lists, int32_t slot, int64_t value, int64_t name, bool *yes, bool *no) {
  *yes = *no = true;
  if (at->kind == TEST_ALWAYS) {
    *no = false;
  } else if (at->slot != slot) {
    return;
  } else if (at->kind != TEST_BITS) {
    *yes = passes(at, lists, value);
    *no = !*yes;
  } else if ((at->low & name) != 0) {
    *no = value == 0;
    *yes = value != 0 || at->low != name;
  }
}

static bool can_hold(const csup_condition *condition, int32_t slot, int64_t value, int64_t name) {
  bool reached[PROOF_TESTS_MAX] = {true};
  bool holds = false;
  for (uint32_t i = 0; i < condition->test_count && !holds; i++) {
    if (!reached[i])
      continue;
    const test *at = &condition->tests[i];
    bool yes = false, no = false;
    answers(at, condition->lists, slot, value, name, &yes, &no);
    if (yes && at->yes < FAILS)
      reached[at->yes] = true;
    if (no && at->no < FAILS)
      reached[at->no] = true;
    holds = (yes && at->yes == HOLDS) || (no && at->no == HOLDS);
  }
  return holds;
}

/* The tests of a number or text cut the line of all values into pieces; one value of each piece, its first, stands for the rest.
 */
static bool line_can_hold(const csup_condition *condition, int32_t slot, int64_t least) {
  if (can_hold(condition, slot, CSUP_ABSENT, 0) || can_hold(condition, slot, least, 0))
    return true;
  for (uint32_t i = 0; i < condition->test_count; i++) {
    const test *at = &condition->tests[i];
    if (at->slot != slot || at->kind == TEST_ALWAYS)
      continue;
    int64_t count = at->kind == TEST_RANGE ? 2 : at->kind == TEST_MASK ? 65 : 2 * at->high;
    for (int64_t k = 0; k < count; k++) {
      int64_t value = k;
      if (at->kind != TEST_MASK) {
        int64_t edge = at->kind == TEST_LIST ? condition->lists[at->low + k / 2] : k == 0 ? at->low : at->high;
        value = k % 2 == 0 || edge == INT64_MAX ? edge : edge + 1;
      }
      if (value >= least && can_hold(condition, slot, value, 0))
        return true;
    }
  }
  return false;
}

static bool slot_can_hold(const csup_condition *condition, const csup_schema *schema, int32_t slot) {
  const csup_fact *fact = &schema->facts[slot];
  bool holds = false;
  switch (fact->type) {
  case CSUP_FACT_SET:
    holds = true; /* each name for itself must leave a way */
    for (int32_t i = 0; i < fact->choice_count && holds; i++) {
      int64_t name = INT64_C(1) << i;
      holds = can_hold(condition, slot, 0, name) || can_hold(condition, slot, name, name);
    }
    return holds;
  case CSUP_FACT_CHOICE:
  case CSUP_FACT_FLAG:
    holds = can_hold(condition, slot, CSUP_ABSENT, 0);
    for (int64_t value = 0; value < (fact->type == CSUP_FACT_FLAG ? 2 : fact->choice_count) && !holds; value++)
      holds = can_hold(condition, slot, value, 0);
    return holds;
  default: /* what the library counts never falls below 0, and symbols begin there */
    return line_can_hold(condition, slot, fact->group == CSUP_GROUP_FIELD && fact->type == CSUP_FACT_NUMBER ? FIRST_PRESENT : 0);
  }
}

bool csup_condition_possible(const csup_condition *condition, const csup_schema *schema) {
  if (!condition || condition->test_count > PROOF_TESTS_MAX)
    return true;
  bool seen[CSUP_FACTS_MAX] = {false};
  for (uint32_t i = 0; i < condition->test_count; i++) {
    uint16_t slot = condition->tests[i].slot;
    if (!seen[slot] && !slot_can_hold(condition, schema, slot))
      return false;
    seen[slot] = true;
  }
  return true;
}

/* --- compiling ---------------------------------------------------------------------------------------------------------- */

typedef struct compiler {
  csup_schema *schema;
  const csup_condition_scope *scope;
  test *tests;
  size_t test_count, test_capacity;
  int64_t *lists;
  size_t list_count, list_capacity;
  int32_t negations; /* how many `not` stand around the part being compiled */
} compiler;

static csup_status no_memory(const csup_json *node) {
  return csup_fail_plain(node->document->error, CSUP_E_NOMEM);
}

static csup_status emit(compiler *c, const csup_json *node, test_kind kind, int32_t slot, int64_t low, int64_t high) {
  csup_status status =
      csup_grow(&c->schema->arena->allocator, (void **)&c->tests, sizeof *c->tests, &c->test_capacity, c->test_count + 1);
  if (status != CSUP_OK)
    return no_memory(node);
  c->tests[c->test_count++] =
      (test){.slot = (uint16_t)slot, .kind = (uint16_t)kind, .yes = HOLDS, .no = FAILS, .low = low, .high = high};
  return CSUP_OK;
}

/* What was compiled from test `first` on is negated. */
static void negate(compiler *c, size_t first) {
  for (size_t i = first; i < c->test_count; i++) {
    test *at = &c->tests[i];
    at->yes = at->yes == HOLDS ? FAILS : at->yes == FAILS ? HOLDS : at->yes;
    at->no = at->no == HOLDS ? FAILS : at->no == FAILS ? HOLDS : at->no;
  }
}

/* Parts of an `all` or `any`: where the part from test `first` on ends in `outcome` (HOLDS in an `all`), the next one decides. */
static void chain(compiler *c, size_t first, uint32_t outcome) {
  for (size_t i = first; i < c->test_count; i++) {
    test *at = &c->tests[i];
    at->yes = at->yes == outcome ? (uint32_t)c->test_count : at->yes;
    at->no = at->no == outcome ? (uint32_t)c->test_count : at->no;
  }
}

static int32_t find_choice(const csup_fact *fact, const char *name) {
  for (int32_t i = 0; i < fact->choice_count; i++)
    if (strcmp(fact->choices[i], name) == 0)
      return i;
  return -1;
}

/* One value as the slot would hold it; of a set, the index of the name. */
static csup_status read_value(compiler *c, int32_t slot, const csup_json *node, int64_t *value) {
  const csup_fact *fact = &c->schema->facts[slot];
  if (fact->type == CSUP_FACT_NUMBER)
    return csup_json_integer(node, value);
  if (fact->type == CSUP_FACT_FLAG) {
    bool flag = false;
    csup_status status = csup_json_flag(node, &flag);
    *value = flag;
    return status;
  }
  const char *text = NULL;
  csup_status status = csup_json_text(node, &text);
  if (status != CSUP_OK)
    return status;
  if (fact->type == CSUP_FACT_TEXT) {
    int32_t symbol = CSUP_NO_SYMBOL;
    status = csup_symbols_add(c->schema->symbols, text, strlen(text), &symbol);
    *value = symbol;
    return status == CSUP_OK ? CSUP_OK : no_memory(node);
  }
  int32_t choice = find_choice(fact, text);
  if (choice < 0)
    return csup_json_fail(node, node->document->unknown, "\"%.100s\" is no value of %.60s", text, fact->name);
  *value = choice;
  return CSUP_OK;
}

static void sort(int64_t *list, size_t count) {
  /* Heap sort: small, in place, and no worse on a list that was made to hurt. */
  for (size_t start = count / 2, end = count; end > 1;) {
    if (start > 0) {
      start--;
    } else {
      end--;
      int64_t last = list[end];
      list[end] = list[0];
      list[0] = last;
    }
    for (size_t root = start, child; (child = 2 * root + 1) < end; root = child) {
      child += child + 1 < end && list[child] < list[child + 1];
      if (list[root] >= list[child])
        break;
      int64_t moved = list[root];
      list[root] = list[child];
      list[child] = moved;
    }
  }
}

/* `in`: a list of values. Small ones become a mask of choices or of a set's names. */
static csup_status compile_in(compiler *c, int32_t slot, const csup_json *node) {
  csup_status status = csup_json_array(node);
  if (status != CSUP_OK)
    return status;
  size_t count = csup_json_size(node);
  if (count == 0)
    return csup_json_fail(node, node->document->wrong, "the list is empty: no value is in it");
  status =
      csup_grow(&c->schema->arena->allocator, (void **)&c->lists, sizeof *c->lists, &c->list_capacity, c->list_count + count);
  if (status != CSUP_OK)
    return no_memory(node);
  int64_t *list = c->lists + c->list_count;
  uint64_t mask = 0;
  bool fits = true;
  size_t used = 0;
  for (size_t i = 0; i < count; i++) {
    csup_json item;
    csup_json_item(node, i, &item);
    int64_t value = 0;
    status = read_value(c, slot, &item, &value);
    if (status != CSUP_OK)
      return status;
    if (value >= 0 && value < 64)
      mask |= UINT64_C(1) << value;
    else
      fits = false;
    if (value != CSUP_ABSENT) /* that number means "no value", and no fact ever has it */
      list[used++] = value;
  }
  if (c->schema->facts[slot].type == CSUP_FACT_SET)
    return emit(c, node, TEST_BITS, slot, (int64_t)mask, 0);
  if (fits)
    return emit(c, node, TEST_MASK, slot, (int64_t)mask, 0);
  sort(list, used);
  size_t first = c->list_count;
  c->list_count += used;
  return emit(c, node, TEST_LIST, slot, (int64_t)first, (int64_t)used);
}

static csup_status compile_is(compiler *c, int32_t slot, const csup_json *node) {
  int64_t value = 0;
  csup_status status = read_value(c, slot, node, &value);
  if (status != CSUP_OK)
    return status;
  if (c->schema->facts[slot].type == CSUP_FACT_SET)
    return emit(c, node, TEST_BITS, slot, INT64_C(1) << value, 0);
  return emit(c, node, TEST_RANGE, slot, value == CSUP_ABSENT ? FIRST_PRESENT : value, value);
}

static csup_status compile_order(compiler *c, int32_t slot, csup_operator operation, const csup_json *node) {
  const csup_fact *fact = &c->schema->facts[slot];
  if (fact->type != CSUP_FACT_NUMBER && fact->rising == 0) {
    return csup_json_fail(node, node->document->wrong, "%.60s has no order, so %s cannot be asked; use is or in", fact->name,
                          operator_names[operation]);
  }
  int64_t value = 0;
  csup_status status = read_value(c, slot, node, &value);
  if (status != CSUP_OK)
    return status;
  if (fact->type != CSUP_FACT_NUMBER && fact->rising < 0) { /* P1 is more than P2 and stands before it */
    static const csup_operator mirrored[CSUP_OPERATOR_COUNT] = {
        [CSUP_AT_LEAST] = CSUP_AT_MOST, [CSUP_AT_MOST] = CSUP_AT_LEAST, [CSUP_ABOVE] = CSUP_BELOW, [CSUP_BELOW] = CSUP_ABOVE};
    operation = mirrored[operation];
  }
  int64_t low = FIRST_PRESENT, high = INT64_MAX;
  if (operation == CSUP_AT_LEAST) {
    low = value == CSUP_ABSENT ? FIRST_PRESENT : value;
  } else if (operation == CSUP_AT_MOST) {
    high = value;
  } else if (operation == CSUP_ABOVE && value < INT64_MAX) {
    low = value + 1;
  } else if (operation == CSUP_BELOW && value > CSUP_ABSENT) {
    high = value - 1;
  } else { /* above the greatest, below the smallest: a range with nothing in it */
    low = 1;
    high = 0;
  }
  return emit(c, node, TEST_RANGE, slot, low, high);
}

static csup_status compile_set(compiler *c, int32_t slot, const csup_json *node) {
  bool set = false;
  csup_status status = csup_json_flag(node, &set);
  if (status != CSUP_OK)
    return status;
  size_t first = c->test_count;
  if (c->schema->facts[slot].type == CSUP_FACT_SET)
    status = emit(c, node, TEST_BITS, slot, INT64_MAX, 0); /* a set with nothing in it counts as absent */
  else
    status = emit(c, node, TEST_RANGE, slot, FIRST_PRESENT, INT64_MAX);
  if (status == CSUP_OK && !set)
    negate(c, first);
  return status;
}

static csup_status compile_operator(compiler *c, int32_t slot, csup_operator operation, const csup_json *node) {
  const csup_condition_scope *scope = c->scope;
  if (c->schema->facts[slot].group == CSUP_GROUP_DIMENSION && scope->dimension_operators != 0 &&
      (scope->dimension_operators >> operation & 1) == 0) {
    return csup_json_fail(node, node->document->wrong, "in %s the dimension %.60s cannot be tested by %s", scope->place,
                          c->schema->facts[slot].name, operator_names[operation]);
  }
  size_t first = c->test_count;
  csup_status status = CSUP_OK;
  switch (operation) {
  case CSUP_IS:
  case CSUP_IS_NOT:
    status = compile_is(c, slot, node);
    break;
  case CSUP_IN:
  case CSUP_NOT_IN:
    status = compile_in(c, slot, node);
    break;
  case CSUP_SET:
    return compile_set(c, slot, node);
  default:
    return compile_order(c, slot, operation, node);
  }
  if (status == CSUP_OK && (operation == CSUP_IS_NOT || operation == CSUP_NOT_IN))
    negate(c, first);
  return status;
}

/* {"at_least": 3, "below": 10}: several operators are "and". */
static csup_status compile_operators(compiler *c, int32_t slot, const csup_json *node) {
  if (csup_json_size(node) == 0)
    return csup_json_fail(node, node->document->wrong, "an empty condition: name an operator such as is, in or at_least");
  size_t part = c->test_count;
  csup_json member;
  void *at = csup_json_first(node);
  while (csup_json_next(node, &at, &member)) {
    int32_t operation = 0;
    while (operation < CSUP_OPERATOR_COUNT && strcmp(member.key, operator_names[operation]) != 0)
      operation++;
    if (operation == CSUP_OPERATOR_COUNT) {
      return csup_json_fail(
          &member, node->document->unknown,
          "there is no operator \"%.60s\"; there are is, is_not, in, not_in, at_least, at_most, above, below, set", member.key);
    }
    chain(c, part, HOLDS);
    part = c->test_count;
    csup_status status = compile_operator(c, slot, (csup_operator)operation, &member);
    if (status != CSUP_OK)
      return status;
  }
  return CSUP_OK;
}

static csup_status compile_fact(compiler *c, const csup_json *node) {
  const csup_condition_scope *scope = c->scope;
  int32_t slot = csup_schema_find_in(c->schema, node->key, scope->groups);
  if (slot < 0)
    return csup_json_fail(node, node->document->unknown, "there is no fact, field or dimension \"%.100s\"", node->key);
  csup_fact *fact = &c->schema->facts[slot];
  if ((fact->group & scope->groups) == 0)
    return csup_json_fail(node, node->document->wrong, "%.60s cannot be tested in %s", fact->name, scope->place);
  if (fact->group == CSUP_GROUP_DIMENSION && scope->no_not && c->negations > 0) {
    return csup_json_fail(node, node->document->wrong, "in %s the dimension %.60s cannot stand under not", scope->place,
                          fact->name);
  }
  fact->mentioned = true;
  if (json_is_object(node->value))
    return compile_operators(c, slot, node);
  return compile_operator(c, slot, json_is_array(node->value) ? CSUP_IN : CSUP_IS, node);
}

static csup_status compile_condition(compiler *c, const csup_json *node, int32_t depth);

static csup_status compile_parts(compiler *c, const csup_json *node, uint32_t outcome, int32_t depth) {
  csup_status status = csup_json_array(node);
  if (status != CSUP_OK)
    return status;
  size_t count = csup_json_size(node);
  if (count == 0)
    return csup_json_fail(node, node->document->wrong, "an empty condition: the list needs at least one");
  size_t part = c->test_count;
  for (size_t i = 0; i < count; i++) {
    csup_json item;
    csup_json_item(node, i, &item);
    chain(c, part, outcome);
    part = c->test_count;
    status = compile_condition(c, &item, depth);
    if (status != CSUP_OK)
      return status;
  }
  return CSUP_OK;
}

static csup_status compile_not(compiler *c, const csup_json *node, int32_t depth) {
  size_t first = c->test_count;
  c->negations++;
  csup_status status = compile_condition(c, node, depth);
  c->negations--;
  if (status == CSUP_OK)
    negate(c, first);
  return status;
}

static csup_status compile_member(compiler *c, const csup_json *member, int32_t depth) {
  if (strcmp(member->key, "all") == 0)
    return compile_parts(c, member, HOLDS, depth + 1);
  if (strcmp(member->key, "any") == 0)
    return compile_parts(c, member, FAILS, depth + 1);
  if (strcmp(member->key, "not") == 0)
    return compile_not(c, member, depth + 1);
  return compile_fact(c, member);
}

static csup_status compile_condition(compiler *c, const csup_json *node, int32_t depth) {
  if (depth > CSUP_CONDITION_DEPTH)
    return csup_json_fail(node, node->document->wrong, "conditions nest deeper than %d", CSUP_CONDITION_DEPTH);
  const char *text = json_string_value(node->value);
  if (text && strcmp(text, "always") == 0)
    return emit(c, node, TEST_ALWAYS, 0, 0, 0);
  if (!json_is_object(node->value)) {
    return csup_json_fail(node, node->document->wrong,
                          "a condition is an object such as {\"contacts\": {\"at_least\": 3}}, or \"always\"");
  }
  if (csup_json_size(node) == 0)
    return csup_json_fail(node, node->document->wrong, "an empty condition: write \"always\" for one that always holds");
  size_t part = c->test_count;
  csup_json member;
  void *at = csup_json_first(node);
  while (csup_json_next(node, &at, &member)) {
    chain(c, part, HOLDS);
    part = c->test_count;
    csup_status status = compile_member(c, &member, depth);
    if (status != CSUP_OK)
      return status;
  }
  return CSUP_OK;
}

static void *keep(csup_arena *arena, const void *array, size_t count, size_t size) {
  void *copy = csup_arena_allocate(arena, count, size);
  if (copy && count > 0)
    memcpy(copy, array, count * size);
  return copy;
}

static csup_status finish(const compiler *c, const csup_json *node, const csup_condition **out) {
  csup_arena *arena = c->schema->arena;
  if (c->test_count >= FAILS)
    return no_memory(node);
  csup_condition *condition = csup_arena_allocate(arena, 1, sizeof *condition);
  const test *tests = keep(arena, c->tests, c->test_count, sizeof *tests);
  const int64_t *lists = keep(arena, c->lists, c->list_count, sizeof *lists);
  if (!condition || !tests || (!lists && c->list_count > 0))
    return no_memory(node);
  *condition = (csup_condition){.tests = tests, .lists = lists, .test_count = (uint32_t)c->test_count};
  *out = condition;
  return CSUP_OK;
}

csup_status csup_condition_compile(const csup_json *node, csup_schema *schema, const csup_condition_scope *scope,
                                   const csup_condition **out) {
  const char *text = json_string_value(node->value);
  if (text && strcmp(text, "always") == 0) {
    *out = NULL;
    return CSUP_OK;
  }
  const csup_allocator *allocator = &schema->arena->allocator;
  compiler c = {.schema = schema, .scope = scope};
  csup_status status = compile_condition(&c, node, 0);
  if (status == CSUP_OK)
    status = finish(&c, node, out);
  csup_release(allocator, c.tests, c.test_capacity * sizeof *c.tests);
  csup_release(allocator, c.lists, c.list_capacity * sizeof *c.lists);
  return status;
}
