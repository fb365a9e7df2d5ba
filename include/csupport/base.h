/**
 * @file base.h
 * Statuses, errors, the allocator and the values that a host hands over.
 */
#ifndef CSUPPORT_BASE_H
#define CSUPPORT_BASE_H

#ifndef CSUP_CDEF
#include <stddef.h>
#include <stdint.h>
#endif

#if defined(CSUP_CDEF)
#define CSUP_API
#elif defined(__GNUC__)
#define CSUP_API __attribute__((visibility("default")))
#else
#define CSUP_API
#endif

#if !defined(CSUP_CDEF) && defined(__cplusplus)
extern "C" {
#endif

/** What a call reports: #CSUP_OK or one of the negative CSUP_E_ constants. The numbers are pinned; new ones come at the end. */
typedef int32_t csup_status;
enum {
  CSUP_OK = 0,          /**< The call did what it says. */
  CSUP_E_NOMEM = -1,    /**< The allocator gave no memory; nothing has changed. */
  CSUP_E_ARGUMENT = -2, /**< An argument breaks the function's contract, or a member is missing or of the wrong type. */
  CSUP_E_RANGE = -3,    /**< A number, instant or duration is outside its range. */
  CSUP_E_SYNTAX = -4,   /**< A text does not follow its grammar; the error names line and column. */
  CSUP_E_POLICY = -5,   /**< The policy document says something impossible, or a snapshot belongs to another policy. */
  CSUP_E_UNKNOWN = -6,  /**< A name (zone, event, member, state, field, dimension, level, promise) that nobody declared. */
  CSUP_E_ORDER = -7,    /**< An event out of order: before the last one, before `opened`, or a second `opened`. */
  CSUP_E_REFUSED = -8,  /**< The workflow refuses the move asked for. */
  CSUP_E_NEVER = -9,    /**< There is no such instant: the calendar never opens (again), nothing is due. */
  CSUP_E_CORRUPT = -10, /**< Bytes (a zone file, a snapshot) are damaged or not of this format. */
  CSUP_E_VERSION = -11, /**< A document or snapshot of a version that this library does not know. */
  CSUP_E_SPACE = -12,   /**< The caller's buffer is too small; the length needed has been written. */
  CSUP_E_IO = -13       /**< A file of the system could not be read. */
};

/**
 * Where and why a call failed, written for a person to act on. Passed in by the caller; functions accept NULL.
 * Left as it was when the call succeeds.
 */
typedef struct csup_error {
  csup_status status; /**< The status that the call returned. */
  int32_t line;       /**< Line in the text given, from 1; 0 when there is no text. */
  int32_t column;     /**< Column in that line, in bytes from 1; 0 when unknown. */
  int32_t index;      /**< Index in the array or batch given, from 0; -1 when there is none. */
  char pointer[128];  /**< JSON pointer (RFC 6901) to the value at fault, cut to fit; empty when there is none. */
  char message[256];  /**< One sentence, UTF-8, NUL-terminated, cut to fit. */
} csup_error;

/**
 * Where memory comes from: one function, copied by value into each handle. NULL in place of an allocator means malloc.
 */
typedef struct csup_allocator {
  void *context; /**< Passed through untouched. */
  /**
   * Gives, changes and takes back memory. `block` NULL with `old_size` 0 asks for `new_size` bytes, aligned for any type;
   * otherwise `block` came from here with exactly `old_size` bytes and becomes `new_size` bytes, contents kept up to the
   * smaller, or NULL is returned and the block stays as it was. `new_size` 0 frees the block, returns NULL and cannot fail.
   */
  void *(*resize)(void *context, void *block, size_t old_size, size_t new_size);
} csup_allocator;

/** What kind of value a #csup_field holds. */
typedef int32_t csup_value_kind;
enum {
  CSUP_VALUE_NONE = 0,   /**< No value: the fact is absent. */
  CSUP_VALUE_TEXT = 1,   /**< `text`. */
  CSUP_VALUE_NUMBER = 2, /**< `number`. */
  CSUP_VALUE_FLAG = 3    /**< `number`: 0 is false, 1 is true. */
};

/** A named value: a field of the customer's record, or a fact of a case. Strings are borrowed, NUL-terminated UTF-8. */
typedef struct csup_field {
  const char *name;     /**< Name of the field or fact. */
  const char *text;     /**< The value when `kind` is #CSUP_VALUE_TEXT. */
  int64_t number;       /**< The value when `kind` is #CSUP_VALUE_NUMBER or #CSUP_VALUE_FLAG. */
  csup_value_kind kind; /**< Which member counts. */
  int32_t reserved;     /**< Must be 0. */
} csup_field;

/** A compiled policy: see policy.h. Declared here because scoring and the workflow can be used alone, without a case. */
typedef struct csup_policy csup_policy;

/** @return the library's version, "MAJOR.MINOR.PATCH"; a constant. Safe from any thread. */
CSUP_API const char *csup_version(void);

/** @param status any value. @return its constant's name, such as "CSUP_E_ORDER"; "unknown" for a number that is none. */
CSUP_API const char *csup_status_name(csup_status status);

/** @param status any value. @return one sentence that says what it means; never NULL. */
CSUP_API const char *csup_status_text(csup_status status);

#if !defined(CSUP_CDEF) && defined(__cplusplus)
}
#endif

#endif
