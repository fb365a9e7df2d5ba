#include "csup.h"

const char program_name[] = "csup";

static const option options[] = {
    {"--until", "INSTANT"},      {"--at", "INSTANT"}, {"--case", "ID"},
    {"--format", "dot|mermaid"}, {"--zone", "ZONE"},  {"--table", NULL},
};

static const command commands[] = {
    {"replay", "POLICY EVENTS", {"--until", "--case"}, command_replay, "what was decided, as JSON Lines"},
    {"status",
     "POLICY EVENTS",
     {"--at", "--case", "--table", "--zone"},
     command_status,
     "where each case stands: a JSON object a case, or a table"},
    {"due", "POLICY CALENDAR INSTANT DURATION", {NULL}, command_due, "one deadline: PT4H is open time, P2D are business days"},
    {"check", "POLICY", {NULL}, command_check, "what is odd in a policy: file:line:column: place: code: sentence"},
    {"score",
     "POLICY VECTOR|-",
     {NULL},
     command_score,
     "severity and priority of a vector, or of {\"answers\":{...},\"facts\":{...}} on standard input"},
    {"graph", "POLICY", {"--format"}, command_graph, "the state machine, for Graphviz (dot) or Mermaid"},
};

static const program csup = {
    .summary = "what a support policy makes of cases",
    .notes = "POLICY is a JSON file, or the word default for the built-in one. EVENTS is JSON Lines, each case's in time order.\n"
             "Either may be - for standard input. There is no clock: without --at or --until time ends at the last event.\n"
             "Exit status: 0 good, 1 findings or refused lines, 2 bad usage or input.\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .commands = commands,
    .command_count = sizeof commands / sizeof commands[0],
};

int main(int count, char **words) {
  return program_run(&csup, count, words);
}
