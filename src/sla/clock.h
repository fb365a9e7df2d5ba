/* Clocks: what starts, stops, pauses and cancels them, compiled from the policy's `clocks` section; and the exact arithmetic of
   dues (rules C3, C4, C6, C7), free of any case. */
#ifndef CSUP_SLA_CLOCK_H
#define CSUP_SLA_CLOCK_H

#include "base/findings.h"
#include "workflow/workflow.h"

/* One item of a trigger list: all that it names must hold. */
typedef struct csup_trigger {
  uint32_t events;            /* 1 << csup_event_kind for each; 0: not tied to an event, a level */
  uint32_t categories;        /* 1 << csup_category for each; 0: any */
  uint32_t stages;            /* 1 << csup_stage for each; 0: any */
  const uint8_t *states;      /* by state index, 1 for each named; NULL: any */
  const csup_condition *when; /* NULL: always */
} csup_trigger;

typedef struct csup_triggers {
  const csup_trigger *items;
  size_t count;
  uint32_t events; /* 1 << csup_event_kind for each that some item is tied to */
  bool has_levels; /* some item is tied to none */
} csup_triggers;

typedef enum csup_again { CSUP_AGAIN_ONCE, CSUP_AGAIN_EACH, CSUP_AGAIN_RESUME, CSUP_AGAIN_TOTAL, CSUP_AGAIN_RESTART } csup_again;

typedef struct csup_clock_kind {
  const char *name;
  csup_triggers start, stop, cancel, reset, pause, resume;
  csup_again again;
} csup_clock_kind;

typedef struct csup_clocks {
  const csup_clock_kind *items; /* the built-in six first, unless removed, then the policy's own in document order */
  int32_t count;
} csup_clocks;

/* JSON text of the six built-in clocks. */
const char *csup_clocks_default(void);
/* First pass: names, which give the schema the choices of `breached` ("promise" last). An absent section adds nothing; null
   removes a built-in clock. Second pass, once states and conditions are known: the triggers. `findings` may be NULL. */
csup_status csup_clocks_declare(const csup_json *section, const csup_json *built_in, csup_schema *schema, csup_clocks *out);
csup_status csup_clocks_compile(const csup_json *section, const csup_json *built_in, csup_schema *schema,
                                const csup_workflow *workflow, csup_clocks *clocks, csup_findings *findings);
int32_t csup_clocks_find(const csup_clocks *clocks, const char *name); /* -1: none */

/* Whether the item holds: `on` is the event at hand (0 when a level is tested without one). */
bool csup_trigger_holds(const csup_trigger *trigger, csup_event_kind on, int32_t state, csup_category category, csup_stage stage,
                        const int64_t *values);
/* Whether the item lets the state through; a `when` aside. */
bool csup_trigger_fits(const csup_trigger *trigger, int32_t state, csup_category category, csup_stage stage);
/* The first item that holds; false when none does. `levels_only` passes over items tied to an event. */
bool csup_triggers_hold(const csup_triggers *triggers, bool levels_only, csup_event_kind on, int32_t state,
                        csup_category category, csup_stage stage, const int64_t *values);

typedef enum csup_lands { CSUP_LANDS_CLOSE, CSUP_LANDS_OPEN, CSUP_LANDS_DAY_END } csup_lands;

/* What a cycle counts towards. */
typedef struct csup_course {
  csup_measure within;
  const csup_calendar *calendar;
  csup_lands lands;
} csup_course;

/* C3 as a fold: the due of a cycle without pauses, then pushed by each pause in order, C4 applied each time. A pause that begins
   after the due leaves it. CSUP_E_NEVER, CSUP_E_RANGE: the calendar has no such instant; the due stays as it was. */
csup_status csup_due_begin(const csup_course *course, csup_time start, csup_time *due);
csup_status csup_due_pause(const csup_course *course, csup_time from, csup_time to, csup_time *due);
/* The target's open time from `start` (C6): of a day target elapsed(start, add_days(start, n)). */
csup_status csup_course_length(const csup_course *course, csup_time start, csup_duration *length);
/* Both for a cycle without pauses: the length is 0 where there is none, false means that there is no due. */
bool csup_course_begin(const csup_course *course, csup_time start, csup_time *due, csup_duration *length);

#define CSUP_PERCENT_MAX 1000

/* A point of a clock's life: a share of the target's open time, or an offset from its due (C7). */
typedef struct csup_threshold {
  const char *text; /* as the policy writes it */
  int32_t percent;  /* 1..CSUP_PERCENT_MAX, when is_percent; past 100 it lies after the due */
  bool is_percent;
  bool with_breach;    /* 100% and +PT0S: goes with the breach */
  uint32_t bit;        /* of a warning: equal texts of one clock have equal bits in whatever agreement they stand */
  csup_measure offset; /* signed, from due; time 0 and days 0 only for with_breach */
} csup_threshold;
/* A string: a percent, or an offset with its sign. Without an arena its text is not kept. */
csup_status csup_threshold_read(const csup_json *node, csup_arena *arena, csup_threshold *out);
/* The instant of a percent: that share (floored) of `length` counted from start, then pushed by each pause in order that begins
   by it; where a due lands (C4) does not matter. */
csup_status csup_threshold_begin(const csup_threshold *threshold, const csup_course *course, csup_time start,
                                 csup_duration length, csup_time *at);
csup_status csup_threshold_pause(const csup_course *course, csup_time from, csup_time to, csup_time *at);
/* The instant of an offset: counted from the due, pauses and landing included. */
csup_status csup_threshold_offset(const csup_threshold *threshold, const csup_course *course, csup_time due, csup_time *at);
/* The instant of a repeat, 1 being `first` itself: `every` times (repeat - 1), counted from `first` in one step, so that business
   days keep the time of day of the first. */
csup_status csup_threshold_repeat(const csup_measure *every, const csup_course *course, csup_time first, int32_t repeat,
                                  csup_time *at);
/* An offset that lies before the start of a cycle without pauses, as far as the two measures can be compared. */
bool csup_threshold_before_start(const csup_threshold *threshold, const csup_measure *within);

#endif
