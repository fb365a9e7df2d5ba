#include "helpdesk.h"

const char program_name[] = "helpdesk";

static const option options[] = {
    {"--db", "FILE"},      {"--policy", "FILE"},      {"--at", "INSTANT"},     {"--json", NULL},     {"--max-pages", "N"},
    {"--zone", "ZONE"},    {"--limit", "N"},          {"--batch", "N"},        {"--done", "NUMBER"}, {"--all", NULL},
    {"--repair", NULL},    {"--field", "NAME=VALUE"}, {"--channel", "NAME"},   {"--mood", "MOOD"},   {"--team", "NAME"},
    {"--agent", "NAME"},   {"--state", "STATE"},      {"--auto", NULL},        {"--to", "STATE"},    {"--basis", "BASIS"},
    {"--because", "TEXT"}, {"--cause", "NAME"},       {"--preventable", NULL}, {"--kind", "KIND"},   {"--due", "WHEN"},
    {"--until", "WHEN"},   {"--agreed", NULL},        {"--level", "N"},        {"--by", "WHOM"},     {"--csat", "1-5"},
    {"--effort", "1-7"},   {"--nps", "0-10"},         {"--idea", "TEXT"},      {"--minutes", "N"},   {"--cost", "N"},
};

static const command commands[] = {
    {"open",
     "[CASE] [TEXT]",
     {"--field", "--channel", "--mood", "--team", "--state"},
     command_event,
     "a customer comes; without a name the case gets the next free one"},
    {"say", "CASE [TEXT]", {"--mood", "--auto"}, command_event, "the customer writes or calls"},
    {"reply",
     "CASE [TEXT]",
     {"--auto", "--to"},
     command_event,
     "the customer is answered, and the case moved to a state at the same time"},
    {"note", "CASE [TEXT]", {NULL}, command_event, "something that the customer does not see"},
    {"ask", "CASE", {"--to"}, command_event, "the customer is asked the question whose answer would tell most"},
    {"answer",
     "CASE DIMENSION [LEVEL]",
     {"--basis"},
     command_event,
     "what was asked has been answered; the basis is stated when not given"},
    {"acknowledge", "CASE", {NULL}, command_event, "receipt is confirmed"},
    {"assign", "CASE", {"--team", "--agent"}, command_event, "somebody takes it"},
    {"move", "CASE STATE", {"--because"}, command_event, "to another state; the one command that the workflow may refuse"},
    {"promise",
     "CASE PROMISE DUE",
     {"--kind"},
     command_event,
     "a call back or an estimate is promised, by an instant or within a time as PT4H"},
    {"fulfil", "CASE PROMISE", {NULL}, command_event, "it was kept"},
    {"withdraw", "CASE PROMISE", {NULL}, command_event, "it was taken back"},
    {"request", "CASE WHAT", {"--due"}, command_event, "the customer undertakes to do something"},
    {"provide", "CASE [WHAT]", {NULL}, command_event, "the customer has done it"},
    {"propose", "CASE RESOLUTION", {NULL}, command_event, "full, workaround or partial"},
    {"accept", "CASE", {"--because"}, command_event, "the customer takes it"},
    {"reject", "CASE", {"--because"}, command_event, "the customer does not"},
    {"reopen", "CASE", {"--because"}, command_event, "it was not over after all"},
    {"close", "CASE", {"--because", "--cause", "--preventable"}, command_event, "it is over"},
    {"cancel", "CASE", {"--because", "--cause", "--preventable"}, command_event, "nobody needs it any more"},
    {"override", "CASE priority|severity VALUE", {"--because", "--agreed", "--until"}, command_event, "pinned by hand"},
    {"release", "CASE priority|severity", {"--because"}, command_event, "the pin is taken out"},
    {"escalate", "CASE", {"--level", "--because", "--by"}, command_event, "one level up, or to a level"},
    {"deescalate", "CASE", {"--level", "--because", "--by"}, command_event, "one level down, or to a level"},
    {"set", "CASE FIELD VALUE", {NULL}, command_event, "a field of the customer's record; null clears it"},
    {"rate", "CASE", {"--csat", "--effort", "--nps", "--idea"}, command_event, "how the customer felt"},
    {"spend", "CASE", {"--minutes", "--cost"}, command_event, "effort and money"},
    {"merge", "CASE INTO", {NULL}, command_event, "it goes on in another case"},
    {"tick", "", {"--batch"}, command_tick, "time has passed: wakes the cases that are due"},
    {"queue", "", {"--limit", "--zone"}, command_queue, "who is served next: cases by rank, with what is due and at risk"},
    {"show", "CASE", {"--zone"}, command_show, "one case: clocks, assessment, and all that happened and was decided"},
    {"outbox", "", {"--all", "--done"}, command_outbox, "decisions not carried out yet; --done says up to which they are"},
    {"journal", "", {NULL}, command_journal, "all that happened, as JSON Lines"},
    {"import", "JOURNAL", {"--batch"}, command_import, "takes a journal in; run again, it goes on where it stopped"},
    {"rebuild", "", {"--repair"}, command_rebuild, "folds every journal again and compares; --repair stores what it finds"},
};

static const program helpdesk = {
    .summary = "a small helpdesk: one SQLite file, one command at a time",
    .notes =
        "The database is FILE, else HELPDESK_DB, else helpdesk.db. It is created by open and import, under the policy of "
        "--policy (else the\n"
        "built-in one), and keeps it. --at stands in for the clock. A field's VALUE is a text as it stands, or in quotes, where "
        "the\n"
        "field is one, and else as JSON has it; null is none. JOURNAL is JSON Lines, - for standard input.\n"
        "Exit status: 0 good; 1 an event or a line was refused, or rebuild found a difference; 2 bad usage, input or database.\n"
        "After 1 and 2 a command has changed nothing, unless it was only stdout that could not be written; import and tick have\n"
        "kept whole batches.\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .commands = commands,
    .command_count = sizeof commands / sizeof commands[0],
    .always = {"--db", "--policy", "--at", "--json", "--max-pages"},
};

int main(int count, char **words) {
  return program_run(&helpdesk, count, words);
}
