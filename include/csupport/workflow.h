/**
 * @file workflow.h
 * The state machine of a case, usable alone: given a state, an event and the facts, which moves are there, which one is taken,
 * and why another is not.
 *
 * A policy declares states and, in an order that matters, moves between them. A host that keeps its own tickets can ask the
 * functions here and store nothing but the name of the state; a csup_case does the same and adds time (timers), memory
 * (`previous`) and everything that follows from an event.
 *
 * Every function here is safe to call from several threads on one policy. Strings handed out live as long as the policy.
 */
#ifndef CSUPPORT_WORKFLOW_H
#define CSUPPORT_WORKFLOW_H

#include "time.h"

#if !defined(CSUP_CDEF) && defined(__cplusplus)
extern "C" {
#endif

/** What kind of state a case is in, whatever a policy calls the state. The numbers are pinned. */
typedef int32_t csup_category;
enum {
  CSUP_CATEGORY_NEW = 1,      /**< Nobody has taken it up yet. */
  CSUP_CATEGORY_OPEN = 2,     /**< Being worked on. */
  CSUP_CATEGORY_PENDING = 3,  /**< Waiting for the customer. */
  CSUP_CATEGORY_HOLD = 4,     /**< Waiting for somebody else. */
  CSUP_CATEGORY_RESOLVED = 5, /**< Done as far as support is concerned; the customer may still say no. */
  CSUP_CATEGORY_CLOSED = 6    /**< Over. */
};

/** The kind of work that a state stands for: each has its own skills and its own cost. The numbers are pinned. */
typedef int32_t csup_stage;
enum {
  CSUP_STAGE_NONE = 0,          /**< The state belongs to no stage. */
  CSUP_STAGE_DIAGNOSIS = 1,     /**< Collecting information, building rapport. */
  CSUP_STAGE_DETERMINATION = 2, /**< Finding the real issue and its business impact. */
  CSUP_STAGE_DEVELOPMENT = 3,   /**< Building the resolution, setting expectations. */
  CSUP_STAGE_DELIVERY = 4       /**< Handing over a full resolution, a workaround or a part of it; accepted or rejected. */
};

/** What can happen to a case. The numbers are pinned; the names are those of the journal's `event` member. */
typedef int32_t csup_event_kind;
enum {
  CSUP_EVENT_OPENED = 1,           /**< `opened`: the first event of every case; brings fields, channel, mood, team, state. */
  CSUP_EVENT_ACKNOWLEDGED = 2,     /**< `acknowledged`: somebody or something confirmed receipt. */
  CSUP_EVENT_ASSIGNED = 3,         /**< `assigned`: to a team, an agent or both. */
  CSUP_EVENT_CUSTOMER_MESSAGE = 4, /**< `customer_message`: a contact, unless it is automatic (out of office). */
  CSUP_EVENT_AGENT_MESSAGE = 5,    /**< `agent_message`: visible to the customer; automatic ones only acknowledge. */
  CSUP_EVENT_NOTE = 6,             /**< `note`: internal; satisfies no clock. */
  CSUP_EVENT_ANSWERED = 7,         /**< `answered`: a dimension of impact or urgency got a level and a basis. */
  CSUP_EVENT_MOVED = 8,            /**< `moved`: asks for a state; the only event that can be refused. */
  CSUP_EVENT_PROPOSED = 9,         /**< `proposed`: a full, partial or workaround resolution was handed to the customer. */
  CSUP_EVENT_ACCEPTED = 10,        /**< `accepted`: the customer takes the resolution. */
  CSUP_EVENT_REJECTED = 11,        /**< `rejected`: the customer does not. */
  CSUP_EVENT_REOPENED = 12,        /**< `reopened`: it was not over after all. */
  CSUP_EVENT_CLOSED = 13,          /**< `closed`: over, with a cause and whether it was preventable. */
  CSUP_EVENT_CANCELLED = 14,       /**< `cancelled`: withdrawn; nobody needs it any more. */
  CSUP_EVENT_PROMISED = 15,        /**< `promised`: a call back or an estimate was told to the customer, with an instant. */
  CSUP_EVENT_FULFILLED = 16,       /**< `fulfilled`: a promise was kept. */
  CSUP_EVENT_WITHDRAWN = 17,       /**< `withdrawn`: a promise was taken back. */
  CSUP_EVENT_REQUESTED = 18,       /**< `requested`: the customer undertook to do something, so that waiting has an object. */
  CSUP_EVENT_PROVIDED = 19,        /**< `provided`: the customer did it. */
  CSUP_EVENT_OVERRIDDEN = 20,      /**< `overridden`: priority or severity pinned by hand, with a reason. */
  CSUP_EVENT_RELEASED = 21,        /**< `released`: the pin was taken out. */
  CSUP_EVENT_ESCALATED = 22,       /**< `escalated`: by hand, by an agent or by the customer. */
  CSUP_EVENT_DEESCALATED = 23,     /**< `deescalated`: the same backward. */
  CSUP_EVENT_CHANGED = 24,         /**< `changed`: a field of the customer's record got another value. */
  CSUP_EVENT_RATED = 25,           /**< `rated`: how the customer felt, and what they suggest. */
  CSUP_EVENT_SPENT = 26,           /**< `spent`: effort, in minutes and money. */
  CSUP_EVENT_MERGED = 27           /**< `merged`: goes on in another case. */
};

/** A state of a policy's workflow. */
typedef struct csup_state {
  const char *name;       /**< Its name in the policy. */
  csup_category category; /**< What kind of state it is. */
  csup_stage stage;       /**< The work it stands for, or #CSUP_STAGE_NONE. */
} csup_state;

/** A move of a policy's workflow, as seen from one state. */
typedef struct csup_move {
  const char *from;    /**< The state it starts from: the one asked about. */
  const char *to;      /**< The state it leads to. See each function for `previous`. */
  csup_event_kind on;  /**< The event that sets it off. */
  csup_status status;  /**< #CSUP_OK, or #CSUP_E_REFUSED when its condition does not hold or a requirement is missing. */
  const char *because; /**< The reason that the policy gives for the move and its conditions; NULL when it gives none. */
  const char
      *missing; /**< When refused for a requirement: the first fact, field, dimension or group that is not set, else NULL. */
} csup_move;

/** A move that time makes: so long in a state, then on to the next. */
typedef struct csup_timeout {
  const char *from;     /**< The state in which the time counts, anew at each entry. */
  const char *to;       /**< The state it leads to. */
  const char *calendar; /**< Name of the calendar on which it counts. */
  const char *because;  /**< The reason that the policy gives; NULL when it gives none. */
  csup_duration time;   /**< Open time in microseconds, when `days` is 0. */
  int32_t days;         /**< Business days; 0 when `time` counts. */
  int32_t conditional;  /**< 1 when the move happens only if a condition holds at that instant, else 0. */
} csup_timeout;

/**
 * The name of an event kind, as the journal and policies write it.
 * @param kind any value.
 * @return a constant such as "customer_message"; NULL for a number that is no kind.
 */
CSUP_API const char *csup_event_kind_name(csup_event_kind kind);

/**
 * The name of a category, as policies write it.
 * @param category any value.
 * @return a constant such as "pending"; NULL for a number that is no category.
 */
CSUP_API const char *csup_category_name(csup_category category);

/**
 * The name of a stage, as policies write it.
 * @param stage any value.
 * @return a constant such as "diagnosis"; NULL for #CSUP_STAGE_NONE and for a number that is no stage.
 */
CSUP_API const char *csup_stage_name(csup_stage stage);

/**
 * How many states the workflow has.
 * @param policy may be NULL.
 * @return at least 1; 0 for NULL.
 */
CSUP_API size_t csup_workflow_count(const csup_policy *policy);

/**
 * One state, in the order in which the policy declares them.
 * @param policy the policy.
 * @param index from 0 to below csup_workflow_count().
 * @param out receives the state.
 * @return #CSUP_OK; #CSUP_E_ARGUMENT for NULL; #CSUP_E_RANGE for an index past the end.
 */
CSUP_API csup_status csup_workflow_state(const csup_policy *policy, size_t index, csup_state *out);

/**
 * The state in which cases begin.
 * @param policy may be NULL.
 * @return its name; NULL for NULL.
 */
CSUP_API const char *csup_workflow_initial_state(const csup_policy *policy);

/**
 * Lists the moves that start at a state, in the order in which they are tried, each with whether the facts allow it. Called
 * for each state it gives the whole machine: what a drawing needs.
 *
 * Facts are as a case keeps them: `mood`, `contacts`, `team`, a declared field, `resolution`, `auto` (a flag that is taken for
 * false on messages when it is not given) and so on. A dimension of the impact model may be given as a text, the name of a
 * level: that counts as stated. What a move requires is set when the fact has a value; `impact` and `urgency` are as soon as one
 * dimension of the group is given, or the band itself, as a text. Of two values for one fact the later counts; names of
 * `breached` add up. `state`, `category` and `stage` are those of `state`, whatever the facts say.
 *
 * @param policy the policy.
 * @param state name of the state that the moves start from.
 * @param on only moves on this event; 0 for all.
 * @param facts borrowed for the call; may be NULL when there are none.
 * @param fact_count how many.
 * @param buffer receives the moves; `to` is the text "previous" where a move leads back to the latest state that is neither
 *        pending nor hold. May be NULL when `capacity` is 0.
 * @param capacity how many moves fit.
 * @param count receives how many moves there are.
 * @return #CSUP_OK; #CSUP_E_SPACE when the buffer is too small: `count` has been written, nothing else; #CSUP_E_ARGUMENT for a
 * NULL that is not allowed, a fact without a name or with a value of the wrong kind; #CSUP_E_UNKNOWN for a state, event kind,
 * fact or value that nobody declared; #CSUP_E_RANGE for a number outside its range.
 */
CSUP_API csup_status csup_workflow_moves(const csup_policy *policy, const char *state, csup_event_kind on,
                                         const csup_field *facts, size_t fact_count, csup_move *buffer, size_t capacity,
                                         size_t *count);

/**
 * Says what an event does to the state of a case: the first move that starts at the state, has the event, and whose condition and
 * requirements the facts meet.
 *
 * The call succeeds whatever the workflow says, and `out->to` is always the state afterwards:
 * - A move is taken: `status` is #CSUP_OK, `to` its state, `because` its reason.
 * - An event other than `moved` that no move takes is a fact and nothing else: `status` is #CSUP_OK and `to` is `state`. If there
 *   was a move whose condition or requirements failed, `because` and `missing` are those of the first.
 * - #CSUP_EVENT_MOVED to the state in which the case is: accepted, and decides nothing.
 * - #CSUP_EVENT_MOVED to a state for which no move can be taken: `status` is #CSUP_E_REFUSED, `to` is `state`, `because` and
 * `missing` are those of the first move to that state, or NULL when there is none.
 *
 * @param policy the policy.
 * @param state name of the present state.
 * @param previous name of the state that `previous` stands for: the latest one that is neither pending nor hold; NULL when
 *        there was none, which means the initial state.
 * @param on the event.
 * @param to name of the state asked for, when `on` is #CSUP_EVENT_MOVED; ignored on other events, may then be NULL.
 * @param facts as for csup_workflow_moves(), as the event leaves them.
 * @param fact_count how many.
 * @param out receives what happens.
 * @return #CSUP_OK; #CSUP_E_ARGUMENT for a NULL that is not allowed, a fact without a name or with a value of the wrong kind;
 *         #CSUP_E_UNKNOWN for a state, event kind, fact or value that nobody declared; #CSUP_E_RANGE for a number outside its
 * range.
 */
CSUP_API csup_status csup_workflow_take(const csup_policy *policy, const char *state, const char *previous, csup_event_kind on,
                                        const char *to, const csup_field *facts, size_t fact_count, csup_move *out);

/**
 * Lists the moves that time makes from a state, in document order.
 * @param policy the policy.
 * @param state name of the state.
 * @param buffer receives them; may be NULL when `capacity` is 0.
 * @param capacity how many fit.
 * @param count receives how many there are.
 * @return #CSUP_OK; #CSUP_E_SPACE when the buffer is too small: `count` has been written, nothing else; #CSUP_E_ARGUMENT for a
 * NULL that is not allowed; #CSUP_E_UNKNOWN for a state that nobody declared.
 */
CSUP_API csup_status csup_workflow_timeouts(const csup_policy *policy, const char *state, csup_timeout *buffer, size_t capacity,
                                            size_t *count);

#if !defined(CSUP_CDEF) && defined(__cplusplus)
}
#endif

#endif
