/* The facts of a case as numbered slots. One int64 each: a number, a flag (0, 1), a choice's index, a set's bits, or the symbol
   of a text. Whoever computes a fact writes its slot; conditions read slots and know nothing else. */
#ifndef CSUP_CONDITION_FACTS_H
#define CSUP_CONDITION_FACTS_H

#include "base/json.h"
#include "base/text.h"

#define CSUP_ABSENT      INT64_MIN       /* the slot holds no value */
#define CSUP_OTHER_TEXT  (INT64_MAX - 1) /* a text that no rule of the policy names */
#define CSUP_FACTS_MAX   256             /* slots at most, so that they fit on a stack: fields and dimensions are limited by it */
#define CSUP_FIELDS_MAX  200             /* declared fields at most; every dimension still finds room */
#define CSUP_CHOICES_MAX 1024            /* values at most in a field's list */
#define CSUP_SET_MAX     62              /* names at most in a set, so at most as many clocks */

typedef enum csup_slot {
  CSUP_SLOT_STATE,
  CSUP_SLOT_CATEGORY, /* value: csup_category - 1, an index of the choices */
  CSUP_SLOT_STAGE,    /* value: csup_stage - 1; absent for none */
  CSUP_SLOT_PRIORITY,
  CSUP_SLOT_SEVERITY,
  CSUP_SLOT_URGENCY,
  CSUP_SLOT_IMPACT,
  CSUP_SLOT_SCORE,
  CSUP_SLOT_MOOD,
  CSUP_SLOT_CONTACTS,
  CSUP_SLOT_REPLIES,
  CSUP_SLOT_REOPENS,
  CSUP_SLOT_REJECTIONS,
  CSUP_SLOT_REASSIGNMENTS,
  CSUP_SLOT_LEVEL,
  CSUP_SLOT_TEAM,
  CSUP_SLOT_AGENT,
  CSUP_SLOT_CHANNEL,
  CSUP_SLOT_RESOLUTION,
  CSUP_SLOT_BREACHED,
  CSUP_SLOT_CAUSE,
  CSUP_SLOT_AUTO, /* members of the event at hand; absent when there is none */
  CSUP_SLOT_BY,
  CSUP_SLOT_COUNT /* declared fields follow, then dimensions */
} csup_slot;

typedef enum csup_fact_type { CSUP_FACT_NUMBER, CSUP_FACT_FLAG, CSUP_FACT_TEXT, CSUP_FACT_CHOICE, CSUP_FACT_SET } csup_fact_type;

/* What a condition may test depends on where it stands: a mask of these. */
enum {
  CSUP_GROUP_CASE = 1,     /* what happened: state, mood, contacts, team ... */
  CSUP_GROUP_ASSESSED = 2, /* priority severity urgency impact score */
  CSUP_GROUP_OUTCOME = 4,  /* level, breached: what clocks and escalations make */
  CSUP_GROUP_FIELD = 8,    /* declared by the policy */
  CSUP_GROUP_DIMENSION = 16,
  CSUP_GROUP_AUTO = 32, /* the event's own `auto` */
  CSUP_GROUP_BY = 64,   /* the event's own `by` */
  CSUP_GROUP_RULE = CSUP_GROUP_CASE | CSUP_GROUP_ASSESSED | CSUP_GROUP_OUTCOME | CSUP_GROUP_FIELD | CSUP_GROUP_DIMENSION
};

/* The choices of `category` and `stage`, in the order of the public constants. */
extern const char *const csup_category_names[6];
extern const char *const csup_stage_names[4];

typedef struct csup_fact {
  const char *name;
  csup_fact_type type;
  uint32_t group;
  int32_t
      rising; /* order of choices: 1 a later one is more (calm, frustrated, angry), -1 an earlier one is more (P1, P2), 0 none */
  int32_t choice_count;
  const char *const *choices; /* CHOICE and SET */
  bool mentioned;             /* some condition tests it (texts of fields that none mentions are not kept) */
} csup_fact;

/* All slots of one policy. Built once while the policy is parsed, read-only afterwards. */
typedef struct csup_schema {
  csup_arena *arena;
  csup_symbols *symbols; /* texts that rules name */
  csup_fact *facts;      /* CSUP_FACTS_MAX allocated */
  int32_t count;
  int32_t first_field, first_dimension; /* fields lie in [first_field, first_dimension), dimensions in [first_dimension, count) */
} csup_schema;

/* Declares the built-in facts; those whose names only the policy knows (state, priority, severity, urgency, impact, breached)
   have no choices until csup_schema_choices gives them. */
csup_status csup_schema_init(csup_schema *schema, csup_arena *arena, csup_symbols *symbols);
void csup_schema_choices(csup_schema *schema, csup_slot slot, const char *const *choices, int32_t count);
/* Compiles the `fields` section (an absent node declares none): "text", "number", "flag" or a list of names (ordered). */
csup_status csup_schema_fields(csup_schema *schema, const csup_json *section);
/* Adds a dimension after the fields; its value is the index of the level, a later level is more. Name and levels are borrowed:
   they live in the schema's arena. CSUP_E_RANGE when there are too many. */
csup_status csup_schema_dimension(csup_schema *schema, const char *name, const char *const *levels, int32_t level_count,
                                  int32_t *slot);

/* Finds by the name that conditions use: fact, then field, then dimension; `field.<name>` and `dimension.<name>` force. -1: none.
   A fact whose group is not in `groups` hides no field or dimension of its name, but is found when there is no other. */
int32_t csup_schema_find_in(const csup_schema *schema, const char *name, uint32_t groups);
int32_t csup_schema_find(const csup_schema *schema, const char *name);       /* the same among all groups */
int32_t csup_schema_find_field(const csup_schema *schema, const char *name); /* by the field's own name */

/* A host's value into a slot's. CSUP_E_ARGUMENT for the wrong kind or reserved not 0, CSUP_E_UNKNOWN for a choice that is none,
   CSUP_E_RANGE for a number that is CSUP_ABSENT and a flag that is not 0 or 1. A text that is no symbol becomes CSUP_OTHER_TEXT.
   NONE gives CSUP_ABSENT. A set reads one name, as a text. */
csup_status csup_fact_read(const csup_schema *schema, int32_t slot, const csup_field *field, int64_t *value, csup_error *error);
/* All of a host's facts into slots; the rest become absent. Of two values for one fact the later counts, but names of a set add
   up. error->index tells the fact at fault. Used by rooms that work alone, without a case. */
csup_status csup_facts_read(const csup_schema *schema, const csup_field *fields, size_t count, int64_t *values,
                            csup_error *error);

#endif
