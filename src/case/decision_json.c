/* A decision as JSON: members in a fixed order, compact, absent ones left out, so that golden files serve every language. */
#include "case/json.h"

typedef enum part {
  KIND = 1 << 0,
  CLOCK = 1 << 1, /* clock cycle revision agreement due elapsed percent verdict overrun */
  FROM = 1 << 2,
  TO = 1 << 3,
  BECAUSE = 1 << 4,
  SEVERITY = 1 << 5,
  THRESHOLD = 1 << 6,
  RULE = 1 << 7,
  FIRED = 1 << 8, /* occurrence repeat */
  NAME = 1 << 9,
  LEVEL = 1 << 10,
  AGREEMENT = 1 << 11
} part;

typedef struct shape {
  const char *name;
  int parts;
} shape;

#define CLOCK_SHAPE (KIND | CLOCK)

/* By csup_decision_kind. */
static const shape shapes[] = {
    {NULL, 0},
    {"moved", RULE | FROM | TO | BECAUSE},
    {"assessed", SEVERITY | FROM | TO},
    {"released", NAME | BECAUSE},
    {"agreement_chosen", KIND | FROM | AGREEMENT},
    {"clock_started", CLOCK_SHAPE},
    {"clock_paused", CLOCK_SHAPE},
    {"clock_resumed", CLOCK_SHAPE},
    {"clock_retargeted", CLOCK_SHAPE},
    {"clock_warned", CLOCK_SHAPE | THRESHOLD},
    {"clock_met", CLOCK_SHAPE},
    {"clock_breached", CLOCK_SHAPE},
    {"clock_cancelled", CLOCK_SHAPE},
    {"fired", RULE | FIRED | CLOCK_SHAPE},
    {"notify", RULE | NAME | FROM | TO},
    {"assign", RULE | NAME | FROM | TO},
    {"raised", RULE | NAME | FROM | TO},
    {"set", RULE | NAME | FROM | TO},
    {"escalated", RULE | LEVEL | TO | BECAUSE},
    {"deescalated", RULE | LEVEL | TO | BECAUSE},
    {"advise", RULE | NAME | BECAUSE},
    {"ask", RULE | NAME | BECAUSE},
};
#define SHAPE_COUNT ((int32_t)(sizeof shapes / sizeof shapes[0]))

static const char *const verdicts[] = {"open", "met", "breached"};

const char *csup_verdict_name(csup_verdict verdict) {
  return verdict >= CSUP_VERDICT_OPEN && verdict <= CSUP_VERDICT_BREACHED ? verdicts[verdict] : NULL;
}

const char *csup_decision_kind_name(csup_decision_kind kind) {
  return kind >= 1 && kind < SHAPE_COUNT ? shapes[kind].name : NULL;
}

static void write_key(csup_writer *writer, const char *key) {
  csup_write_text(writer, ",\"");
  csup_write_text(writer, key);
  csup_write_text(writer, "\":");
}

static void write_member(csup_writer *writer, const char *key, const char *text) {
  if (!text)
    return;
  write_key(writer, key);
  csup_write_json_string(writer, text);
}

static void write_number(csup_writer *writer, const char *key, int64_t number) {
  write_key(writer, key);
  csup_write_int64(writer, number);
}

void csup_write_instant(csup_writer *writer, csup_time at) {
  char text[40];
  csup_write_char(writer, '"');
  if (csup_time_format(at, text, sizeof text, NULL) == CSUP_OK)
    csup_write_text(writer, text);
  csup_write_char(writer, '"');
}

void csup_write_duration(csup_writer *writer, csup_duration duration) {
  char text[40];
  csup_write_char(writer, '"');
  if (csup_duration_format(duration, text, sizeof text, NULL) == CSUP_OK)
    csup_write_text(writer, text);
  csup_write_char(writer, '"');
}

static void write_clock(csup_writer *writer, const csup_decision *decision) {
  write_member(writer, "clock", decision->clock);
  write_number(writer, "cycle", decision->cycle);
  write_number(writer, "revision", decision->revision);
  write_member(writer, "agreement", decision->agreement);
  if (decision->due != CSUP_TIME_NEVER) {
    write_key(writer, "due");
    csup_write_instant(writer, decision->due);
  }
  /* A clock that has lost its target counts towards nothing; promises have no agreement. */
  if (decision->agreement || decision->due != CSUP_TIME_NEVER) {
    write_key(writer, "elapsed");
    csup_write_duration(writer, decision->elapsed);
    write_number(writer, "percent", decision->percent);
  }
  write_member(writer, "verdict", csup_verdict_name(decision->verdict));
  if (decision->verdict == CSUP_VERDICT_BREACHED) {
    write_key(writer, "overrun");
    csup_write_duration(writer, decision->overrun);
  }
}

csup_status csup_decision_to_json(const csup_decision *decision, char *buffer, size_t capacity, size_t *length) {
  if (!decision || (!buffer && capacity > 0) || decision->kind < 1 || decision->kind >= SHAPE_COUNT)
    return CSUP_E_ARGUMENT;
  const shape *form = &shapes[decision->kind];
  csup_writer writer;
  csup_writer_init(&writer, buffer, capacity);
  csup_write_text(&writer, "{\"case\":");
  csup_write_json_string(&writer, decision->case_id ? decision->case_id : "");
  write_number(&writer, "seq", decision->seq);
  write_key(&writer, "at");
  csup_write_instant(&writer, decision->at);
  write_member(&writer, "decision", form->name);
  if (form->parts & RULE)
    write_member(&writer, "rule", decision->rule);
  if (form->parts & FIRED) {
    write_number(&writer, "occurrence", decision->occurrence);
    write_number(&writer, "repeat", decision->repeat);
  }
  if (form->parts & KIND)
    write_member(&writer, "kind", decision->agreement_kind);
  if (form->parts & CLOCK && decision->clock)
    write_clock(&writer, decision);
  if (form->parts & THRESHOLD)
    write_member(&writer, "threshold", decision->name);
  if (form->parts & SEVERITY)
    write_member(&writer, "severity", decision->name);
  if (form->parts & NAME)
    write_member(&writer, "name", decision->name);
  if (form->parts & LEVEL) {
    write_number(&writer, "level", decision->level);
    write_member(&writer, "escalation", decision->name);
  }
  if (form->parts & FROM)
    write_member(&writer, "from", decision->from);
  if (form->parts & TO)
    write_member(&writer, "to", decision->to);
  if (form->parts & AGREEMENT)
    write_member(&writer, "agreement", decision->agreement);
  if (form->parts & BECAUSE)
    write_member(&writer, "because", decision->because);
  csup_write_char(&writer, '}');
  return csup_writer_end(&writer, length);
}
