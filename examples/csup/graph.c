/* csup graph POLICY [--format dot|mermaid]: the state machine. States are filled by category; moves between two states share one
   arrow, and what time does is dashed. "(if)" marks a move that has a condition, "(needs x)" one that requires something set. */
#include "csup.h"

#include <stdlib.h>
#include <string.h>

typedef struct arrow {
  size_t from;
  size_t to; /* the number of states: back to where the case was before */
  bool timed;
  text label;
} arrow;

typedef struct graph {
  csup_state *states;
  size_t count;
  size_t initial;
  arrow *arrows;
  size_t arrow_count;
} graph;

/* By category, as published palettes have it: new blue, open green, pending yellow, hold orange, resolved violet, closed grey. */
static const char *const fills[] = {"#ffffff", "#cfe2f3", "#d9ead3", "#fff2cc", "#fce5cd", "#d9d2e9", "#e0e0e0"};

static size_t find_state(const graph *in, const char *name) {
  size_t i = 0;
  while (i < in->count && strcmp(in->states[i].name, name) != 0)
    i++;
  return i;
}

static void add_arrow(graph *to, size_t from, size_t target, bool timed, const char *label) {
  size_t i = 0;
  while (i < to->arrow_count && !(to->arrows[i].from == from && to->arrows[i].to == target && to->arrows[i].timed == timed))
    i++;
  if (i == to->arrow_count) {
    if ((i & (i - 1)) == 0)
      to->arrows = need_memory(to->arrows, i == 0 ? 1 : i * 2, sizeof *to->arrows);
    to->arrows[to->arrow_count++] = (arrow){.from = from, .to = target, .timed = timed};
  } else {
    text_add(&to->arrows[i].label, ", ");
  }
  text_add(&to->arrows[i].label, label);
}

static csup_status add_moves(const csup_policy *policy, graph *to, size_t from, text *label) {
  size_t count = 0;
  const char *state = to->states[from].name;
  csup_status status = csup_workflow_moves(policy, state, 0, NULL, 0, NULL, 0, &count);
  csup_move *moves = need_memory(NULL, count + 1, sizeof *moves);
  if (status == CSUP_E_SPACE)
    status = csup_workflow_moves(policy, state, 0, NULL, 0, moves, count, &count);
  for (size_t i = 0; status == CSUP_OK && i < count; i++) {
    if (strcmp(moves[i].to, state) == 0)
      continue; /* `*` means this state too, but staying is no move */
    label->length = 0;
    text_add(label, csup_event_kind_name(moves[i].on));
    if (moves[i].missing)
      text_print(label, " (needs %s)", moves[i].missing);
    else if (moves[i].status != CSUP_OK)
      text_add(label, " (if)");
    add_arrow(to, from, find_state(to, moves[i].to), false, label->bytes);
  }
  free(moves);
  return status;
}

static csup_status add_timeouts(const csup_policy *policy, graph *to, size_t from, text *label) {
  size_t count = 0;
  const char *state = to->states[from].name;
  csup_status status = csup_workflow_timeouts(policy, state, NULL, 0, &count);
  csup_timeout *timeouts = need_memory(NULL, count + 1, sizeof *timeouts);
  if (status == CSUP_E_SPACE)
    status = csup_workflow_timeouts(policy, state, timeouts, count, &count);
  for (size_t i = 0; status == CSUP_OK && i < count; i++) {
    char time[40] = "";
    label->length = 0;
    if (timeouts[i].days > 0)
      text_print(label, "after P%dD", (int)timeouts[i].days);
    else if (csup_duration_format(timeouts[i].time, time, sizeof time, NULL) == CSUP_OK)
      text_print(label, "after %s", time);
    text_print(label, " on %s%s", timeouts[i].calendar, timeouts[i].conditional ? " (if)" : "");
    add_arrow(to, from, find_state(to, timeouts[i].to), true, label->bytes);
  }
  free(timeouts);
  return status;
}

static csup_status read_graph(const csup_policy *policy, graph *out) {
  out->count = csup_workflow_count(policy);
  out->states = need_memory(NULL, out->count + 1, sizeof *out->states);
  csup_status status = CSUP_OK;
  for (size_t i = 0; status == CSUP_OK && i < out->count; i++)
    status = csup_workflow_state(policy, i, &out->states[i]);
  if (status != CSUP_OK)
    return status;
  out->initial = find_state(out, csup_workflow_initial_state(policy));
  text label = {0};
  for (size_t i = 0; status == CSUP_OK && i < out->count; i++) {
    status = add_moves(policy, out, i, &label);
    if (status == CSUP_OK)
      status = add_timeouts(policy, out, i, &label);
  }
  text_free(&label);
  return status;
}

static void free_graph(graph *from) {
  for (size_t i = 0; i < from->arrow_count; i++)
    text_free(&from->arrows[i].label);
  free(from->arrows);
  free(from->states);
}

static bool goes_back(const graph *of) {
  for (size_t i = 0; i < of->arrow_count; i++)
    if (of->arrows[i].to == of->count)
      return true;
  return false;
}

/* ---- Graphviz ---- */

static void put_dot_text(const char *string) {
  for (const char *at = string; *at; at++) {
    if (*at == '"' || *at == '\\')
      putchar('\\');
    putchar((unsigned char)*at < ' ' ? ' ' : *at);
  }
}

static void print_dot_state(const csup_state *state, size_t index, bool initial) {
  const char *stage = csup_stage_name(state->stage);
  const char *category = csup_category_name(state->category);
  printf("  s%zu [label=\"", index);
  put_dot_text(state->name);
  if (stage && strcmp(stage, state->name) != 0)
    printf("\\n%s, %s stage", category, stage);
  else if (strcmp(category, state->name) != 0)
    printf("\\n%s", category);
  printf("\", fillcolor=\"%s\"%s%s];\n", fills[state->category], initial ? ", penwidth=2" : "",
         state->category == CSUP_CATEGORY_CLOSED ? ", peripheries=2" : "");
}

static void print_dot(const graph *of) {
  puts("digraph workflow {\n"
       "  rankdir=LR;\n"
       "  node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\", fontsize=11];\n"
       "  edge [fontname=\"Helvetica\", fontsize=9, color=\"#555555\"];\n"
       "  start [shape=point, width=0.15, label=\"\"];");
  for (size_t i = 0; i < of->count; i++)
    print_dot_state(&of->states[i], i, i == of->initial);
  if (goes_back(of))
    printf("  s%zu [label=\"where it was\\nbefore waiting\", shape=ellipse, style=dashed];\n", of->count);
  printf("  start -> s%zu;\n", of->initial);
  for (size_t i = 0; i < of->arrow_count; i++) {
    const arrow *one = &of->arrows[i];
    printf("  s%zu -> s%zu [label=\"", one->from, one->to);
    put_dot_text(one->label.bytes);
    puts(one->timed ? "\", style=dashed];" : "\"];");
  }
  puts("}");
}

/* ---- Mermaid ---- */

static void put_mermaid_text(const char *string) {
  for (const char *at = string; *at; at++) {
    if (strchr("\"#;<>:%\\`", *at))
      printf("#%d;", (int)*at);
    else
      putchar((unsigned char)*at < ' ' ? ' ' : *at);
  }
}

static void print_mermaid(const graph *of) {
  puts("stateDiagram-v2\n  direction LR");
  for (size_t category = CSUP_CATEGORY_NEW; category <= CSUP_CATEGORY_CLOSED; category++)
    printf("  classDef %s fill:%s,color:#000000,stroke:#555555\n", csup_category_name((csup_category)category), fills[category]);
  for (size_t i = 0; i < of->count; i++) {
    printf("  state \"");
    put_mermaid_text(of->states[i].name);
    printf("\" as s%zu\n", i);
  }
  if (goes_back(of))
    printf("  state \"where it was before waiting\" as s%zu\n", of->count);
  printf("  [*] --> s%zu\n", of->initial);
  for (size_t i = 0; i < of->arrow_count; i++) {
    const arrow *one = &of->arrows[i];
    printf("  s%zu --> s%zu : ", one->from, one->to);
    put_mermaid_text(one->label.bytes);
    putchar('\n');
  }
  for (size_t i = 0; i < of->count; i++)
    printf("  class s%zu %s\n", i, csup_category_name(of->states[i].category));
}

int command_graph(const arguments *given) {
  const char *format = argument(given, "--format");
  format = format ? format : "dot";
  csup_policy *policy = NULL;
  graph of = {0};
  if (strcmp(format, "dot") != 0 && strcmp(format, "mermaid") != 0) {
    complain_of("--format", CSUP_E_ARGUMENT, "\"%.60s\" is no format; expected dot or mermaid", format);
    return BAD;
  }
  if (!open_policy(given->items[0], &policy))
    return BAD;
  csup_status status = read_graph(policy, &of);
  if (status != CSUP_OK)
    complain_of(file_name(given->items[0]), status, "%s", csup_status_text(status));
  else if (strcmp(format, "dot") == 0)
    print_dot(&of);
  else
    print_mermaid(&of);
  free_graph(&of);
  csup_policy_release(policy);
  return status == CSUP_OK ? GOOD : BAD;
}
