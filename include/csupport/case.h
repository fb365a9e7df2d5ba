/**
 * @file case.h
 * A case: what has happened so far. Events in, decisions out.
 *
 * Three calls are the whole life of a case. csup_case_apply() says what happened; csup_case_advance() says that time has passed;
 * csup_case_next_wakeup() says when to advance, exactly. Apply and advance append *decisions* to a list of the host: the state
 * has changed, a clock has started, a deadline has passed, somebody is to be notified. Nothing else happens: no clock is read,
 * nothing is sent.
 *
 * The same policy, zone data and events give the same decisions, byte for byte. A call that fails changes nothing, neither the
 * case nor the list. Advancing more often than needed changes nothing either.
 *
 * Threads: a case and a list of decisions belong to one thread at a time; different cases of one policy may be used by
 * different threads without a lock.
 *
 * Lifetimes: strings of events are borrowed for the call. Strings read from a case live until the case is next passed to apply,
 * advance or free. Strings of decisions live until their list is next passed to apply, advance, clear or free, even when the case
 * is gone before.
 */
#ifndef CSUPPORT_CASE_H
#define CSUPPORT_CASE_H

#include "impact.h"
#include "policy.h"
#include "workflow.h"

#if !defined(CSUP_CDEF) && defined(__cplusplus)
extern "C" {
#endif

/** A case: state, facts, clocks and history, folded from events under one policy. */
typedef struct csup_case csup_case;

/** A list of decisions that the host owns, reads and uses again. */
typedef struct csup_decisions csup_decisions;

/** Which members of a #csup_event count: a number is only there with its flag (an `nps` of 0 is valid). The bits are pinned. */
typedef uint32_t csup_event_flags;
enum {
  CSUP_WITH_AUTO = 1,        /**< The message is automatic, such as an out-of-office reply. */
  CSUP_WITH_AGREED = 2,      /**< The customer agrees with the override. */
  CSUP_WITH_PREVENTABLE = 4, /**< The case could have been avoided. */
  CSUP_WITH_DUE = 8,         /**< `due` counts. */
  CSUP_WITH_UNTIL = 16,      /**< `until` counts. */
  CSUP_WITH_LEVEL = 32,      /**< `level` counts. */
  CSUP_WITH_CSAT = 64,       /**< `csat` counts. */
  CSUP_WITH_EFFORT = 128,    /**< `effort` counts. */
  CSUP_WITH_NPS = 256,       /**< `nps` counts. */
  CSUP_WITH_COST = 512,      /**< `cost` counts. */
  CSUP_WITH_MINUTES = 1024   /**< `minutes` counts. */
};

/**
 * Something that happened. Start from all zero and fill what the kind needs; strings are NUL-terminated UTF-8, borrowed for the
 * call, NULL for none. An empty string is refused where a name is meant, and a name has at most 1024 bytes. What is filled beyond
 * what the kind has must be sound too, and counts for nothing.
 *
 * | kind | members |
 * |---|---|
 * | opened | `case_id` (required), `fields`, `channel`, `value` the mood, `team`, `name` a state of category new or open |
 * | acknowledged, note, accepted, rejected | `because` (accepted and rejected) |
 * | assigned | `team`, `agent` |
 * | customer_message | `value` the mood: calm, frustrated, angry; #CSUP_WITH_AUTO |
 * | agent_message | #CSUP_WITH_AUTO |
 * | answered | `name` the dimension, `value` the level (not needed when the basis is unknown), `basis` |
 * | moved | `value` the state asked for, `because` |
 * | proposed | `value` the resolution: full, workaround, partial |
 * | reopened, closed, cancelled | `because`, `value` the cause, #CSUP_WITH_PREVENTABLE |
 * | promised | `name` the promise, `due`, `value` the kind: callback (when NULL), estimate |
 * | fulfilled, withdrawn | `name` the promise |
 * | requested, provided | `value` what, `due` |
 * | overridden | `name` "priority" or "severity", `value` such as "P2" or "S1", `because`, `until`, #CSUP_WITH_AGREED |
 * | released | `name` "priority" or "severity", `because` |
 * | escalated, deescalated | `level`, `because`, `value` by whom: agent, customer |
 * | changed | exactly one of `fields` |
 * | rated | at least one of `csat`, `effort`, `nps`, and `because` for an idea |
 * | spent | at least one of `minutes`, `cost` |
 * | merged | `value` the case in which it goes on |
 */
typedef struct csup_event {
  csup_time at;             /**< When it happened. All events of one call share one instant. */
  csup_time due;            /**< With #CSUP_WITH_DUE: by when; later than `at`. */
  csup_time until;          /**< With #CSUP_WITH_UNTIL: the override is in force while now < until; later than `at`. */
  int64_t cost;             /**< With #CSUP_WITH_COST: minor units of the host's currency, 0 or more. */
  csup_event_kind kind;     /**< What happened. */
  csup_event_flags flags;   /**< Which of the members below and above count. */
  csup_basis basis;         /**< Of `answered`: how the answer is known. */
  int32_t level;            /**< With #CSUP_WITH_LEVEL: the escalation level, 1 to 99. */
  int32_t minutes;          /**< With #CSUP_WITH_MINUTES: effort, 0 or more. */
  int32_t csat;             /**< With #CSUP_WITH_CSAT: satisfaction, 1 to 5. */
  int32_t effort;           /**< With #CSUP_WITH_EFFORT: the customer's effort, 1 to 7. */
  int32_t nps;              /**< With #CSUP_WITH_NPS: would recommend, 0 to 10. */
  const char *case_id;      /**< Names the case in `opened`; in later events NULL or the same name. */
  const char *name;         /**< The subject; see the table. */
  const char *value;        /**< What is said of it; see the table. */
  const char *because;      /**< The reason, free text of any length. */
  const char *team;         /**< Of `opened` and `assigned`: any name, whether the policy declares it or not. */
  const char *agent;        /**< Of `assigned`: any name. */
  const char *channel;      /**< Of `opened`: how the customer came, any name. */
  const csup_field *fields; /**< Declared fields and their values; #CSUP_VALUE_NONE clears one. */
  size_t field_count;       /**< How many. */
  uint64_t reserved[4];     /**< Must be 0. */
} csup_event;

/** What a case decides. The numbers are pinned. The members of #csup_decision that each kind fills are given here. */
typedef int32_t csup_decision_kind;
enum {
  CSUP_DECISION_MOVED = 1,            /**< The state has changed: `from`, `to`, `because` of the event. */
  CSUP_DECISION_ASSESSED = 2,         /**< Scores, severity or priority have changed: `name` the severity, `from` and `to` the
                                           priority (`from` NULL at the first). */
  CSUP_DECISION_RELEASED = 3,         /**< An override has ended: `name` "priority" or "severity", `because`. */
  CSUP_DECISION_AGREEMENT_CHOSEN = 4, /**< `agreement_kind`, `from`, `agreement`; either may be NULL. */
  CSUP_DECISION_CLOCK_STARTED = 5,    /**< A cycle with a target has begun. This and the next seven fill the clock's members:
                                           `clock`, `agreement_kind`, `agreement`, `cycle`, `revision`, `due`, `elapsed`,
                                           `percent`, `verdict`, `overrun`. */
  CSUP_DECISION_CLOCK_PAUSED = 6,     /**< The cycle stands still and has no due. */
  CSUP_DECISION_CLOCK_RESUMED = 7,    /**< It goes on, with a new due. */
  CSUP_DECISION_CLOCK_RETARGETED = 8, /**< Another target, or none any more; `revision` has gone up. */
  CSUP_DECISION_CLOCK_WARNED = 9,     /**< A threshold has been reached: `name` as the policy writes it. */
  CSUP_DECISION_CLOCK_MET = 10,       /**< The cycle has been stopped; `verdict` says whether in time. */
  CSUP_DECISION_CLOCK_BREACHED = 11,  /**< The due has passed; `at` is the due, or the instant at which it was found late. Once a
                                           cycle. */
  CSUP_DECISION_CLOCK_CANCELLED = 12, /**< The cycle does not count any more. */
  CSUP_DECISION_FIRED = 13,           /**< A rule fires, before its actions: `rule`, `occurrence`, `repeat`; on a clock its
                                           members also. */
  CSUP_DECISION_NOTIFY = 14,          /**< `rule`, `name` whom. */
  CSUP_DECISION_ASSIGN = 15,          /**< `rule`, `from` and `to` the team. */
  CSUP_DECISION_RAISED = 16,          /**< `rule`, `from` and `to` the priority. */
  CSUP_DECISION_SET = 17,             /**< `rule`, `name` the field, `from` and `to` its values as text. */
  CSUP_DECISION_ESCALATED = 18,   /**< `level`, `because`; by a rule also `rule`, `name` "functional" or "hierarchical", `to`. */
  CSUP_DECISION_DEESCALATED = 19, /**< `level`, `because`. */
  CSUP_DECISION_ADVISE = 20,      /**< `rule`, `name` the topic, `because` what to say. */
  CSUP_DECISION_ASK = 21          /**< `rule`, `name` the dimension, `because` the question, NULL for none. */
};

/** How a cycle of a clock has gone. The numbers are pinned. */
typedef int32_t csup_verdict;
enum {
  CSUP_VERDICT_OPEN = 0,    /**< Not stopped, and not past its due; or there is no target. */
  CSUP_VERDICT_MET = 1,     /**< Stopped at or before its due. */
  CSUP_VERDICT_BREACHED = 2 /**< Past its due, whether stopped since or not. */
};

/** What a cycle of a clock is doing. The numbers are pinned. */
typedef int32_t csup_clock_status;
enum {
  CSUP_CLOCK_RUNNING = 1,  /**< It counts. */
  CSUP_CLOCK_PAUSED = 2,   /**< It stands still. */
  CSUP_CLOCK_STOPPED = 3,  /**< It has ended; its verdict is final. */
  CSUP_CLOCK_CANCELLED = 4 /**< It has ended and does not count. */
};

/**
 * Something that follows from an event or from time. Strings live until the list is next passed to apply, advance, clear or
 * free. (`agreement_kind`, `rule` or `clock`, `cycle`, `revision`, `occurrence`, `repeat`) tell one from another, so that a host
 * that has acted on a decision knows it again.
 */
typedef struct csup_decision {
  csup_time at;               /**< The logical instant: for a breach the due itself. Never decreases within a case. */
  int64_t seq;                /**< Counts the decisions of a case, from 1. */
  csup_time due;              /**< When the clock is due; #CSUP_TIME_NEVER for none: no target, or paused. */
  csup_duration elapsed;      /**< Open time that the cycle has taken, pauses excepted, in microseconds. */
  csup_duration overrun;      /**< Open time past the due; 0 for none. */
  csup_decision_kind kind;    /**< What is decided. */
  int32_t cycle;              /**< The clock's cycle, from 1; 0 on decisions without a clock. */
  int32_t revision;           /**< How often the cycle has been retargeted. */
  int32_t occurrence;         /**< The rule's firings in this case, from 1; 0 on decisions without a rule. */
  int32_t repeat;             /**< Which repeat of a rule with `every`, from 1. */
  int32_t level;              /**< The escalation level that results, 1 to 99. */
  int32_t percent;            /**< 100 times `elapsed` by the target's open time, floored; at most INT32_MAX. */
  csup_verdict verdict;       /**< How the cycle stands. */
  const char *case_id;        /**< The case's name. */
  const char *clock;          /**< The clock's name, "promise:" and a name for a promise; NULL for no clock. */
  const char *agreement;      /**< The agreement that gives the target; NULL for none. */
  const char *agreement_kind; /**< "sla", "ola", "uc" or "promise". */
  const char *rule;           /**< The rule that made the decision; NULL for none. */
  const char *name;           /**< What it is about; see the kinds. */
  const char *from;           /**< Before; see the kinds. */
  const char *to;             /**< After; see the kinds. */
  const char *because;        /**< Why: the event's own reason, or what the kind says; NULL for none. */
  uint64_t reserved[4];       /**< 0. */
} csup_decision;

/**
 * The latest cycle of a clock, for one kind of agreement; or of a promise. Durations are in microseconds of open time on the
 * target's calendar; a promise counts in real time.
 */
typedef struct csup_clock {
  const char *name;           /**< The clock's name; "promise:" and a name for a promise. */
  const char *agreement;      /**< The agreement that gives the target; NULL for none and for a promise. */
  const char *agreement_kind; /**< "sla", "ola", "uc" or "promise"; "sla" for a clock that no agreement targets. */
  const char *calendar;       /**< The calendar on which it counts; NULL without a target and for a promise. */
  int32_t cycle;              /**< Which cycle, from 1. */
  csup_clock_status status;   /**< What it is doing. */
  csup_verdict verdict;       /**< How it stands at the instant asked about. */
  int32_t percent;            /**< 100 times `elapsed` by `target`, floored; at most INT32_MAX. */
  csup_time start;            /**< When the cycle began; when the first one did, if cycles go on from one another. */
  csup_time due;              /**< When it is due; #CSUP_TIME_NEVER for none: no target, or paused. */
  csup_time stop;             /**< When it ended; #CSUP_TIME_NEVER while it runs or is paused. */
  csup_duration target;       /**< The target's open time; 0 for none. */
  csup_duration elapsed;      /**< Open time taken, pauses excepted. */
  csup_duration remaining;    /**< Open time left; 0 past the due. */
  csup_duration overrun;      /**< Open time past the due; 0 for none. */
} csup_clock;

/**
 * A case at a glance, after its last call. Before `opened` everything is 0, NULL or #CSUP_TIME_NEVER. Strings live until the
 * case's next apply, advance or free.
 */
typedef struct csup_case_view {
  const char *case_id;    /**< Its name. */
  const char *state;      /**< The present state. */
  const char *previous;   /**< What a move to `previous` would lead to: the latest earlier state neither pending nor hold. */
  const char *team;       /**< Whose it is; NULL for none. */
  const char *agent;      /**< Who works on it; NULL for none. */
  const char *channel;    /**< How the customer came; NULL when not told. */
  csup_category category; /**< What kind of state it is in. */
  csup_stage stage;       /**< The work it is in; #CSUP_STAGE_NONE for none. */
  csup_time opened;       /**< When it was opened. */
  csup_time last;         /**< Its last event. */
  csup_time state_since;  /**< When it entered the present state. */
  int64_t contacts;       /**< How often the customer came: `opened` and each message that is not automatic. */
  int64_t replies;        /**< Messages to the customer that are not automatic. */
  int64_t reopens;        /**< How often it was not over after all. */
  int64_t rejections;     /**< Resolutions that the customer did not take. */
  int64_t reassignments;  /**< How often it went from one team to another. */
  int64_t minutes;        /**< Effort spent. */
  int64_t cost;           /**< Money spent, minor units. */
  int32_t level;          /**< The escalation level, from 1. */
  int32_t breached;       /**< How many clocks ever breached, all promises counting as one. */
  const char *severity;   /**< In force: "S1" ... */
  const char *priority;   /**< In force: "P1" ... */
  const char *mood;       /**< The customer's, as last told: "calm", "frustrated", "angry"; NULL when never told. */
  uint64_t reserved[4];   /**< 0. */
} csup_case_view;

/** What the customer thought of it; each -1 until rated. */
typedef struct csup_ratings {
  int32_t csat;        /**< Satisfaction, 1 to 5. */
  int32_t effort;      /**< The customer's effort, 1 to 7. */
  int32_t nps;         /**< Would recommend, 0 to 10. */
  int32_t preventable; /**< 1 when the case could have been avoided, else 0. */
} csup_ratings;

/** Something that the customer undertook to do. */
typedef struct csup_request {
  const char *what;   /**< What, as it was requested. Lives until the case's next apply, advance or free. */
  csup_time asked;    /**< When it was last requested. */
  csup_time due;      /**< By when; #CSUP_TIME_NEVER when not told. */
  csup_time provided; /**< When it was done; #CSUP_TIME_NEVER while it is open. */
} csup_request;

/**
 * Makes an empty case; its first event is `opened`.
 * @param policy the policy of its whole life; the case takes a reference.
 * @param allocator where the case's memory comes from, copied; NULL means malloc. It must outlive the case.
 * @param[out] out receives the case, which the caller frees with csup_case_free(); untouched on failure.
 * @return #CSUP_OK; #CSUP_E_ARGUMENT for a NULL that is not allowed or an allocator without a function; #CSUP_E_NOMEM.
 */
CSUP_API csup_status csup_case_create(csup_policy *policy, const csup_allocator *allocator, csup_case **out);

/**
 * Frees a case and gives its reference to the policy back.
 * @param support_case may be NULL.
 */
CSUP_API void csup_case_free(csup_case *support_case);

/**
 * Says what happened: one event, or several that happened at one instant and count as one step (a reply and a new state). First
 * comes what has become due up to and including their instant; then the events change facts and state, in order; then follow
 * severity, priority and agreements, clocks, rules, and what has become due by that.
 *
 * Either all of it happens or, when anything fails, nothing.
 *
 * @param support_case the case.
 * @param events the events; borrowed for the call.
 * @param count how many, at least 1.
 * @param decisions receives what is decided, behind what it holds.
 * @param error says what is wrong; `index` is that of the event at fault. May be NULL.
 * @return #CSUP_OK; otherwise nothing has happened:
 *         #CSUP_E_ARGUMENT for a NULL that is not allowed, a member that is missing, empty or no UTF-8, an event of another case,
 *         events of different instants, a field given twice, `until` or `due` not after `at`, a flag that is none, a reserved
 *         member that is not 0;
 *         #CSUP_E_ORDER for an event before `opened`, a second `opened`, one that is earlier than the last event or than what has
 *         already been decided (a breach is known one microsecond after its due);
 *         #CSUP_E_UNKNOWN for a kind, state, field, dimension, level, mood, resolution or promise that is none;
 *         #CSUP_E_RANGE for a number or instant outside its range, and for a name of more than 1024 bytes;
 *         #CSUP_E_REFUSED for a move that the workflow does not allow now; #CSUP_E_NOMEM.
 */
CSUP_API csup_status csup_case_apply(csup_case *support_case, const csup_event *events, size_t count, csup_decisions *decisions,
                                     csup_error *error);

/**
 * The same from a line of a journal: `{"case":"C-1","at":"2026-03-02T08:15:00Z","event":"opened"}`, or a batch
 * `{"case":"C-1","at":"...","events":[{"event":"agent_message"},{"event":"moved","to":"resolved"}]}`. Numbers are integers.
 *
 * @param support_case the case.
 * @param json one JSON object, UTF-8; need not end with NUL.
 * @param length its length in bytes.
 * @param decisions receives what is decided, behind what it holds.
 * @param error says what is wrong and where: JSON pointer, line, column, and `index` of the event at fault. May be NULL.
 * @return as csup_case_apply(); #CSUP_E_SYNTAX when the text is not JSON or has a key twice; #CSUP_E_UNKNOWN also for a member
 *         that is none; #CSUP_E_ARGUMENT also for a value of the wrong type. Otherwise nothing has happened.
 */
CSUP_API csup_status csup_case_apply_json(csup_case *support_case, const char *json, size_t length, csup_decisions *decisions,
                                          csup_error *error);

/**
 * Writes events as one line of a journal: one event as itself, several as a batch. csup_case_apply_json() reads them from it
 * again, so that a host that applies typed events can keep a journal as others do. Members stand in a fixed order, absent ones
 * are left out.
 *
 * Only what a line could not say is refused here; what the events mean is judged when they are applied.
 *
 * @param events the events, all of one instant.
 * @param count how many, at least 1.
 * @param case_id the case's name, which every line bears. NULL: the one that the first event has.
 * @param buffer receives the text with its NUL. May be NULL when `capacity` is 0.
 * @param capacity how many bytes fit.
 * @param[out] length receives the length without NUL, also when it does not fit. May be NULL.
 * @return #CSUP_OK; #CSUP_E_SPACE when the buffer is too small; #CSUP_E_RANGE for an instant outside the years 1900 to 2200;
 *         #CSUP_E_ARGUMENT for a NULL that is not allowed, no name, an event of another case or instant, a kind, basis or value
 *         that is none, a text that is no UTF-8, a field given twice, `changed` without exactly one field, and `overridden` that
 *         pins nothing.
 */
CSUP_API csup_status csup_event_to_json(const csup_event *events, size_t count, const char *case_id, char *buffer,
                                        size_t capacity, size_t *length);

/**
 * Says that time has passed: decides all that becomes due up to and including `now`, in the order of time. Before `opened`, into
 * the past, and when nothing is due it decides nothing, and is no error.
 *
 * @param support_case the case.
 * @param now the instant.
 * @param decisions receives what is decided, behind what it holds.
 * @param error says what is wrong. May be NULL.
 * @return #CSUP_OK; otherwise nothing has happened: #CSUP_E_ARGUMENT for a NULL that is not allowed; #CSUP_E_RANGE when something
 *         is due and `now` lies past the year 2200; #CSUP_E_NOMEM.
 */
CSUP_API csup_status csup_case_advance(csup_case *support_case, csup_time now, csup_decisions *decisions, csup_error *error);

/**
 * The next instant at which time alone decides something: to advance to it decides, to advance to a microsecond before does not.
 * A host keeps one index on it. It changes only with apply and advance, and reading it costs nothing.
 *
 * @param support_case the case.
 * @param[out] at receives the instant; #CSUP_TIME_NEVER when there is none.
 * @return #CSUP_OK; #CSUP_E_NEVER when there is none; #CSUP_E_ARGUMENT for NULL.
 */
CSUP_API csup_status csup_case_next_wakeup(const csup_case *support_case, csup_time *at);

/**
 * Where the case stands in a queue: the lower is served first. Customers who came back and wait for a reply go first, then by
 * priority, then by the nearest due, then by age. Changes only with events and decisions.
 *
 * @param support_case may be NULL.
 * @return 0 or more; INT64_MAX for a case that is closed, for one that is not open yet and for NULL.
 */
CSUP_API int64_t csup_case_rank(const csup_case *support_case);

/**
 * Reads a case at a glance.
 * @param support_case the case.
 * @param[out] out receives the view.
 * @return #CSUP_OK; #CSUP_E_ARGUMENT for NULL.
 */
CSUP_API csup_status csup_case_read(const csup_case *support_case, csup_case_view *out);

/**
 * Reads one fact, by the name that conditions use: `priority`, `contacts`, a declared field, `field.mood`, a dimension.
 * @param support_case the case.
 * @param name the fact, field or dimension.
 * @param[out] out receives the value, #CSUP_VALUE_NONE when it is absent; `breached` as the number of names in it. Untouched on
 *             failure.
 * @return #CSUP_OK; #CSUP_E_UNKNOWN when there is none of that name; #CSUP_E_ARGUMENT for NULL.
 */
CSUP_API csup_status csup_case_fact(const csup_case *support_case, const char *name, csup_field *out);

/**
 * Assesses the case's answers and facts as they are now, overrides left aside: scores, bands with what is still open, and the
 * question to ask next.
 * @param support_case the case.
 * @param[out] out receives the assessment.
 * @return #CSUP_OK; #CSUP_E_ARGUMENT for NULL.
 */
CSUP_API csup_status csup_case_assessment(const csup_case *support_case, csup_assessment *out);

/**
 * How many clocks can be read: each that ever started, once for each kind of agreement that targets it, then each promise.
 * @param support_case may be NULL.
 * @return the number; 0 for NULL.
 */
CSUP_API size_t csup_case_clock_count(const csup_case *support_case);

/**
 * Reads the latest cycle of a clock as of an instant. The order is that of the policy's clocks, then that in which promises were
 * first made.
 * @param support_case the case.
 * @param index from 0 to below csup_case_clock_count().
 * @param now the instant at which elapsed time, percent and verdict are wanted; meant to be not before the last event.
 * @param[out] out receives the clock; untouched on failure.
 * @return #CSUP_OK; #CSUP_E_ARGUMENT for NULL and for an index past the end; #CSUP_E_RANGE for an instant outside the years 1900
 *         to 2200.
 */
CSUP_API csup_status csup_case_clock_at(const csup_case *support_case, size_t index, csup_time now, csup_clock *out);

/**
 * Writes a snapshot: bytes that csup_case_load() makes the same case of, on any machine. Two cases that say the same under one
 * policy need not give the same bytes, but a case that was loaded saves the bytes it came from.
 * @param support_case the case.
 * @param buffer receives the bytes. May be NULL when `capacity` is 0.
 * @param capacity how many fit.
 * @param[out] length receives how many bytes the snapshot has, also when they do not fit.
 * @return #CSUP_OK; #CSUP_E_SPACE when the buffer is too small, its contents are then of no use; #CSUP_E_ARGUMENT for a NULL that
 * is not allowed.
 */
CSUP_API csup_status csup_case_save(const csup_case *support_case, void *buffer, size_t capacity, size_t *length);

/**
 * Makes a case from a snapshot. The bytes are not trusted: whatever they are, the call gives a case or a status.
 * @param policy the policy under which it was saved, equal in every byte; the case takes a reference.
 * @param bytes the snapshot.
 * @param length how many bytes.
 * @param allocator as for csup_case_create().
 * @param[out] out receives the case, which the caller frees with csup_case_free(); untouched on failure.
 * @param error says what is wrong. May be NULL.
 * @return #CSUP_OK; #CSUP_E_CORRUPT for bytes that are cut, damaged or no snapshot; #CSUP_E_VERSION for a format that this
 *         library does not read; #CSUP_E_POLICY for a snapshot of another policy; #CSUP_E_ARGUMENT for a NULL that is not allowed
 *         or an allocator without a function; #CSUP_E_NOMEM.
 */
CSUP_API csup_status csup_case_load(csup_policy *policy, const void *bytes, size_t length, const csup_allocator *allocator,
                                    csup_case **out, csup_error *error);

/**
 * Writes the case's status as one JSON object: state, priority, agreements, facts, rank, next wake-up and all clocks. Members
 * stand in a fixed order, absent ones are null, instants in RFC 3339 and UTC, durations in ISO 8601.
 * @param support_case the case.
 * @param now the instant at which clocks are read; meant to be not before the last event.
 * @param buffer receives the text with its NUL. May be NULL when `capacity` is 0.
 * @param capacity how many bytes fit.
 * @param[out] length receives the length without NUL, also when it does not fit. May be NULL.
 * @return #CSUP_OK; #CSUP_E_SPACE when the buffer is too small; #CSUP_E_ARGUMENT for a NULL that is not allowed and for a case
 * that is not open yet; #CSUP_E_RANGE for an instant outside the years 1900 to 2200.
 */
CSUP_API csup_status csup_case_to_json(const csup_case *support_case, csup_time now, char *buffer, size_t capacity,
                                       size_t *length);

/**
 * How many states the case has been in, the present one included; each visit counts.
 * @param support_case may be NULL.
 * @return the number; 0 before `opened` and for NULL.
 */
CSUP_API size_t csup_case_visit_count(const csup_case *support_case);

/**
 * One visit, the oldest first.
 * @param support_case the case.
 * @param index from 0 to below csup_case_visit_count().
 * @param[out] state receives the state's name, which lives as long as the policy.
 * @param[out] entered receives when it was entered. It was left when the next one was entered.
 * @return #CSUP_OK; #CSUP_E_ARGUMENT for NULL and for an index past the end.
 */
CSUP_API csup_status csup_case_visit_at(const csup_case *support_case, size_t index, const char **state, csup_time *entered);

/**
 * Real time spent in a state, over all its visits.
 * @param support_case the case.
 * @param state the state's name.
 * @param now until when the present visit counts; what lies after it does not.
 * @param[out] out receives microseconds.
 * @return #CSUP_OK; #CSUP_E_UNKNOWN when there is no such state; #CSUP_E_RANGE for an instant outside the years 1900 to 2200;
 *         #CSUP_E_ARGUMENT for NULL.
 */
CSUP_API csup_status csup_case_time_in_state(const csup_case *support_case, const char *state, csup_time now, csup_duration *out);

/**
 * Real time spent in a stage, over all visits of its states.
 * @param support_case the case.
 * @param stage the stage; #CSUP_STAGE_NONE asks for the states that belong to none.
 * @param now until when the present visit counts; what lies after it does not.
 * @param[out] out receives microseconds.
 * @return #CSUP_OK; #CSUP_E_RANGE for an instant outside the years 1900 to 2200; #CSUP_E_ARGUMENT for NULL and for a number that
 *         is no stage.
 */
CSUP_API csup_status csup_case_time_in_stage(const csup_case *support_case, csup_stage stage, csup_time now, csup_duration *out);

/**
 * How many answers can be read: one for each dimension of the policy.
 * @param support_case may be NULL.
 * @return the number; 0 for NULL.
 */
CSUP_API size_t csup_case_answer_count(const csup_case *support_case);

/**
 * The answer to one dimension, in document order.
 * @param support_case the case.
 * @param index from 0 to below csup_case_answer_count().
 * @param[out] out receives the answer; its strings live as long as the policy. `level` is NULL while the basis is unknown.
 * @return #CSUP_OK; #CSUP_E_ARGUMENT for NULL and for an index past the end.
 */
CSUP_API csup_status csup_case_answer_at(const csup_case *support_case, size_t index, csup_answer *out);

/**
 * Reads what the customer thought.
 * @param support_case the case.
 * @param[out] out receives the ratings, of each the last one given.
 * @return #CSUP_OK; #CSUP_E_ARGUMENT for NULL.
 */
CSUP_API csup_status csup_case_ratings(const csup_case *support_case, csup_ratings *out);

/**
 * How many things the customer was ever asked for; one asked for again counts once.
 * @param support_case may be NULL.
 * @return the number; 0 for NULL.
 */
CSUP_API size_t csup_case_request_count(const csup_case *support_case);

/**
 * One thing that the customer was asked for, the first one first.
 * @param support_case the case.
 * @param index from 0 to below csup_case_request_count().
 * @param[out] out receives the request.
 * @return #CSUP_OK; #CSUP_E_ARGUMENT for NULL and for an index past the end.
 */
CSUP_API csup_status csup_case_request_at(const csup_case *support_case, size_t index, csup_request *out);

/**
 * Makes an empty list. One list serves any number of cases, one after another, and grows to what the busiest call needs.
 * @param allocator where the list's memory comes from, copied; NULL means malloc. It must outlive the list.
 * @param[out] out receives the list, which the caller frees with csup_decisions_free(); untouched on failure.
 * @return #CSUP_OK; #CSUP_E_ARGUMENT for NULL or an allocator without a function; #CSUP_E_NOMEM.
 */
CSUP_API csup_status csup_decisions_create(const csup_allocator *allocator, csup_decisions **out);

/**
 * Frees a list.
 * @param decisions may be NULL.
 */
CSUP_API void csup_decisions_free(csup_decisions *decisions);

/**
 * Empties a list and keeps its memory for the next calls.
 * @param decisions may be NULL.
 */
CSUP_API void csup_decisions_clear(csup_decisions *decisions);

/**
 * How many decisions the list holds.
 * @param decisions may be NULL.
 * @return the number; 0 for NULL.
 */
CSUP_API size_t csup_decisions_count(const csup_decisions *decisions);

/**
 * One decision, the first one first.
 * @param decisions may be NULL.
 * @param index from 0 to below csup_decisions_count().
 * @return the decision, owned by the list, alive until the list is next passed to apply, advance, clear or free; NULL for an
 * index past the end and for NULL.
 */
CSUP_API const csup_decision *csup_decisions_at(const csup_decisions *decisions, size_t index);

/**
 * The name of a kind of decision, as csup_decision_to_json() writes it.
 * @param kind any value.
 * @return a constant such as "clock_breached"; NULL for a number that is no kind.
 */
CSUP_API const char *csup_decision_kind_name(csup_decision_kind kind);

/**
 * The name of a verdict, as JSON has it.
 * @param verdict any value.
 * @return a constant: "open", "met" or "breached"; NULL for a number that is no verdict.
 */
CSUP_API const char *csup_verdict_name(csup_verdict verdict);

/**
 * The name of what a clock is doing, as JSON has it.
 * @param status any value.
 * @return a constant: "running", "paused", "stopped" or "cancelled"; NULL for a number that is none.
 */
CSUP_API const char *csup_clock_status_name(csup_clock_status status);

/**
 * Writes a decision as one compact JSON object, such as
 * `{"case":"C-1","seq":1,"at":"2026-03-02T08:15:00Z","decision":"assessed","severity":"S3","to":"P4"}`. The bytes are fixed:
 * members in a fixed order, absent ones left out, so that a stream of them can be compared and kept.
 * @param decision the decision.
 * @param buffer receives the text with its NUL. May be NULL when `capacity` is 0.
 * @param capacity how many bytes fit.
 * @param[out] length receives the length without NUL, also when it does not fit. May be NULL.
 * @return #CSUP_OK; #CSUP_E_SPACE when the buffer is too small; #CSUP_E_ARGUMENT for a NULL that is not allowed and for a
 * decision whose kind is none.
 */
CSUP_API csup_status csup_decision_to_json(const csup_decision *decision, char *buffer, size_t capacity, size_t *length);

#if !defined(CSUP_CDEF) && defined(__cplusplus)
}
#endif

#endif
