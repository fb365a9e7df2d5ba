// libcsupport for Node.js, through koffi. Events, decisions and statuses are the objects that docs/journal.md describes. Instants and
// durations are bigints of microseconds (a Date has only milliseconds, a number not enough digits); where one is wanted, its text, such as
// '2026-03-02T09:00:00Z' or 'PT4H', and for an instant a Date serve as well.
import koffi from 'koffi'

const usual = { darwin: 'libcsupport.0.dylib', win32: 'csupport.dll' }[process.platform] ?? 'libcsupport.so.0'
const library = koffi.load(process.env.CSUPPORT_LIBRARY || usual)
koffi.struct('csup_error', { status: 'int32_t', line: 'int32_t', column: 'int32_t', index: 'int32_t', pointer: 'char[128]', message: 'char[256]' })
koffi.struct('csup_field', { name: 'str', text: 'str', number: 'int64_t', kind: 'int32_t', reserved: 'int32_t' })
koffi.struct('csup_holiday', { date: 'int32_t', name: 'str' })
koffi.struct('csup_answer', { dimension: 'str', level: 'str', basis: 'int32_t', reserved: 'int32_t' })
koffi.struct('csup_span', { low: 'int32_t', value: 'int32_t', high: 'int32_t', reserved: 'int32_t' })
koffi.struct('csup_band', { low: 'str', value: 'str', high: 'str', lowIndex: 'int32_t', valueIndex: 'int32_t', highIndex: 'int32_t', reserved: 'int32_t' })
koffi.struct('csup_assessment', {
  impactScore: 'csup_span', urgencyScore: 'csup_span', severity: 'csup_band', urgency: 'csup_band', priority: 'csup_band',
  nextQuestion: 'str', nextQuestionText: 'str', confidence: 'int32_t', reasonCount: 'int32_t'
})
const bind = (prototype) => { // a function that returns a status throws instead, with the error that it wrote if it takes one
  const [, type, name] = prototype.match(/(.*?) \*?(csup_\w+)\(/), call = library.func(prototype), tells = prototype.includes('csup_error')
  return [name, type !== 'csup_status' ? call : (...given) => {
    const error = {}, status = tells ? call(...given, error) : call(...given)
    if (status !== 0) throw new CsupportError(status, error)
  }]
}
koffi.alias('csup_status', 'int32_t')
const C = Object.fromEntries(`
  str csup_version(); str csup_status_name(int32_t status); str csup_status_text(int32_t status)
  csup_status csup_time_parse(void *text, size_t length, _Out_ int64_t *out)
  csup_status csup_time_format(int64_t at, void *buffer, size_t capacity, _Out_ size_t *length)
  csup_status csup_duration_parse(void *text, size_t length, _Out_ int64_t *out)
  csup_status csup_zone_load(str name, void *allocator, _Out_ void **out, _Out_ csup_error *error); void csup_zone_free(void *zone)
  csup_status csup_calendar_create(str hours, void *zone, csup_holiday *holidays, size_t count, void *allocator, _Out_ void **out, _Out_ csup_error *error)
  void csup_calendar_free(void *calendar); int32_t csup_calendar_is_open(void *calendar, int64_t at)
  csup_status csup_calendar_add(void *calendar, int64_t from, int64_t duration, _Out_ int64_t *out)
  csup_status csup_calendar_add_days(void *calendar, int64_t from, int32_t days, _Out_ int64_t *out)
  csup_status csup_calendar_elapsed(void *calendar, int64_t from, int64_t to, _Out_ int64_t *out)
  csup_status csup_calendar_next_open(void *calendar, int64_t at, _Out_ int64_t *out)
  csup_status csup_calendar_next_close(void *calendar, int64_t at, _Out_ int64_t *out)
  csup_status csup_policy_parse(void *json, size_t length, void *allocator, _Out_ void **out, _Out_ csup_error *error); str csup_policy_default()
  void *csup_policy_retain(void *policy); void csup_policy_release(void *policy)
  void *csup_policy_calendar(void *policy, str name); uint64_t csup_policy_fingerprint(void *policy)
  csup_status csup_vector_parse(void *policy, void *text, size_t length, void *buffer, size_t capacity, _Out_ size_t *count, _Out_ csup_error *error)
  csup_status csup_vector_format(void *policy, csup_answer *answers, size_t count, void *buffer, size_t capacity, _Out_ size_t *length)
  csup_status csup_impact_assess(void *policy, csup_answer *answers, size_t count, csup_field *facts, size_t n, _Out_ csup_assessment *out, _Out_ csup_error *error)
  csup_status csup_case_create(void *policy, void *allocator, _Out_ void **out); void csup_case_free(void *support_case)
  csup_status csup_case_apply_json(void *support_case, void *json, size_t length, void *decisions, _Out_ csup_error *error)
  csup_status csup_case_advance(void *support_case, int64_t now, void *decisions, _Out_ csup_error *error)
  csup_status csup_case_next_wakeup(void *support_case, _Out_ int64_t *at); int64_t csup_case_rank(void *support_case)
  csup_status csup_case_to_json(void *support_case, int64_t now, void *buffer, size_t capacity, _Out_ size_t *length)
  csup_status csup_case_save(void *support_case, void *buffer, size_t capacity, _Out_ size_t *length)
  csup_status csup_case_load(void *policy, void *bytes, size_t length, void *allocator, _Out_ void **out, _Out_ csup_error *error)
  csup_status csup_decisions_create(void *allocator, _Out_ void **out); void csup_decisions_clear(void *decisions)
  size_t csup_decisions_count(void *decisions); void *csup_decisions_at(void *decisions, size_t index)
  csup_status csup_decision_to_json(void *decision, void *buffer, size_t capacity, _Out_ size_t *length)
`.trim().split(/;|\n/).map(line => bind(line.trim())))

/** The library could not do what was asked: status ("CSUP_E_ORDER"), message and, as far as there is one, the place. */
export class CsupportError extends Error {
  constructor(status, { message, line, column, index, pointer } = {}) {
    super(message || C.csup_status_text(status))
    Object.assign(this, { name: 'CsupportError', status: C.csup_status_name(status), line, column, index, pointer })
  }
}
const ARGUMENT = -2, RANGE = -3, UNKNOWN = -6, NEVER = 'CSUP_E_NEVER', SPACE = 'CSUP_E_SPACE'
const fail = (status, message) => { throw new CsupportError(status, { message }) }
const result = (name, ...given) => { const out = [null]; C[name](...given, out); return out[0] }
const unless = (status, action, otherwise) => {
  try { return action() } catch (error) { if (error.status !== status) throw error; return otherwise() }
}
const written = (name, given, capacity = 2048) => { // what the library writes, if need be into a second buffer
  const buffer = Buffer.allocUnsafe(capacity), length = [0]
  return unless(SPACE, () => { C[name](...given, buffer, capacity, length); return buffer.subarray(0, Number(length[0])) },
    () => written(name, given, Number(length[0]) + 1))
}
const bytes = (data) => { // and how many; a NUL stands behind them, for koffi makes a null pointer of an empty buffer
  if (typeof data !== 'string' && !(data instanceof Uint8Array)) fail(ARGUMENT, 'a string or bytes wanted')
  return [Buffer.concat([Buffer.from(data), Buffer.alloc(1)]), Buffer.byteLength(data)]
}
const text = (value) => typeof value === 'string' && !value.includes('\0') ? value : fail(ARGUMENT, 'a string without NUL wanted')
const integer = (value, bits = 64) => {
  const big = typeof value === 'bigint' || Number.isSafeInteger(value) ? BigInt(value) : fail(ARGUMENT, `${value} is no safe integer`)
  return BigInt.asIntN(bits, big) === big ? big : fail(RANGE, `${value} does not fit ${bits} bits`)
}
const microseconds = (value, parser) => typeof value === 'string' ? BigInt(result(parser, ...bytes(value)))
  : typeof value === 'bigint' ? integer(value) : fail(ARGUMENT, 'a bigint of microseconds, or text, wanted')
const duration = (value) => microseconds(value, 'csup_duration_parse')
/** Microseconds since 1970. */
export const instant = (value) => value instanceof Date && value.getTime() === value.getTime() ? BigInt(value.getTime()) * 1000n
  : microseconds(value, 'csup_time_parse')
/** The text of an instant, RFC 3339 in UTC. */
export const formatInstant = (value) => String(written('csup_time_format', [instant(value)]))
export const version = C.csup_version()

// An object of the library. close() frees it, or else the garbage collector does; a closed one is refused, never used.
class Held { constructor(free, freed, used = freed) { Object.assign(this, { free, freed, used }) } }
const handles = new WeakMap()
const orphans = new FinalizationRegistry(({ free, freed }) => C[free](freed))
const pointer = (object, kind) => object instanceof kind ? handles.get(object)?.used ?? fail(ARGUMENT, `this ${kind.name} is closed`)
  : fail(ARGUMENT, `a ${kind.name} wanted`)
class Handle {
  constructor(held) { handles.set(this, held); orphans.register(this, held, this) }
  close() {
    const held = handles.get(this)
    if (handles.delete(this) && orphans.unregister(this)) C[held.free](held.freed)
  }
}
if (Symbol.dispose) Handle.prototype[Symbol.dispose] = Handle.prototype.close

const open = (hours, { zone = 'UTC', holidays = [] } = {}) => {
  const dates = holidays.map(date => ({ date: integer(Number(text(date).replaceAll('-', '')), 32), name: null }))
  const place = result('csup_zone_load', text(zone), null)
  try { return new Held('csup_calendar_free', result('csup_calendar_create', text(hours), place, dates, dates.length, null)) }
  finally { C.csup_zone_free(place) }
}
/** Opening hours in a zone: new Calendar('Mo-Fr 09:00-17:00; PH off', { zone: 'Europe/Sofia', holidays: ['2026-12-25'] }). */
export class Calendar extends Handle {
  constructor(hours, options) { super(hours instanceof Held ? hours : open(hours, options)) }
  add(from, time) { return BigInt(result('csup_calendar_add', pointer(this, Calendar), instant(from), duration(time))) }
  addDays(from, days) { return BigInt(result('csup_calendar_add_days', pointer(this, Calendar), instant(from), integer(days, 32))) }
  elapsed(from, to) { return BigInt(result('csup_calendar_elapsed', pointer(this, Calendar), instant(from), instant(to))) }
  nextOpen(at) { return BigInt(result('csup_calendar_next_open', pointer(this, Calendar), instant(at))) }
  nextClose(at) { return BigInt(result('csup_calendar_next_close', pointer(this, Calendar), instant(at))) }
  isOpen(at) { return C.csup_calendar_is_open(pointer(this, Calendar), instant(at)) === 1 }
}

const BASES = ['unknown', 'assumed', 'stated', 'verified']
const answer = ([dimension, given]) => { // of a plain string: stated by the customer
  const { level = null, basis = 'stated' } = typeof given === 'string' ? { level: given } : given
  return { dimension: text(dimension), level: level && text(level), basis: BASES.indexOf(basis), reserved: 0 }
}
const fact = ([name, value]) => {
  const kind = value == null ? 0 : { string: 1, boolean: 3 }[typeof value] ?? 2
  const number = kind === 3 ? Number(value) : kind === 2 ? integer(value) : 0
  return { name: text(name), text: kind === 1 ? text(value) : null, number, kind, reserved: 0 }
}
/** How support should go: new Policy(json), or the built-in one. Its cases and calendars may outlive it. */
export class Policy extends Handle {
  constructor(json = C.csup_policy_default()) { super(new Held('csup_policy_release', result('csup_policy_parse', ...bytes(json), null))) }
  get fingerprint() { return BigInt(C.csup_policy_fingerprint(pointer(this, Policy))) }
  calendar(name) {
    const policy = pointer(this, Policy)
    const calendar = C.csup_policy_calendar(policy, text(name)) ?? fail(UNKNOWN, `the policy has no calendar "${name}"`)
    return new Calendar(new Held('csup_policy_release', C.csup_policy_retain(policy), calendar))
  }
  /** Assesses a vector, 'CSI:1/S:D/...', or answers: { service: 'down', scope: { level: 'team', basis: 'assumed' } }. */
  score(answers, facts = {}) {
    const policy = pointer(this, Policy), fields = Object.entries(facts).map(fact), assessment = {}
    let given = answers, count = [0]
    if (typeof answers === 'string') {
      given = Buffer.alloc((answers.length + 1) * koffi.sizeof('csup_answer'))
      C.csup_vector_parse(policy, ...bytes(answers), given, answers.length, count)
    } else count = [(given = Object.entries(answers).map(answer)).length]
    C.csup_impact_assess(policy, given, count[0], fields, fields.length, assessment)
    return { vector: String(written('csup_vector_format', [policy, given, count[0]])), ...assessment }
  }
}

const list = result('csup_decisions_create', null)
const decision = (json) => Object.defineProperty(JSON.parse(json), 'toString', { value: () => json })
const decided = (name, ...given) => {
  try {
    C[name](...given, list)
    return Array.from({ length: Number(C.csup_decisions_count(list)) },
      (_, index) => decision(String(written('csup_decision_to_json', [C.csup_decisions_at(list, index)]))))
  } finally { C.csup_decisions_clear(list) }
}
const member = (name, value) => typeof value !== 'bigint' ? value : ['at', 'due', 'until'].includes(name) ? formatInstant(value)
  : Number.isSafeInteger(Number(value)) ? Number(value) : fail(RANGE, `the member "${name}" is ${value}; write the event as text`)

/** What has happened so far: folded from events under one policy. */
export class Case extends Handle {
  constructor(policy, snapshot) {
    const under = pointer(policy, Policy)
    super(new Held('csup_case_free', snapshot === undefined ? result('csup_case_create', under, null)
      : result('csup_case_load', under, ...bytes(snapshot), null)))
  }
  static load(policy, snapshot) { return new Case(policy, snapshot ?? '') }
  /** Says what happened: an event or a batch, as an object or as a journal's line. Gives what is decided: objects, whose String() is
   *  their JSON text to the byte. */
  apply(event) {
    const line = typeof event === 'string' || event instanceof Uint8Array ? event : JSON.stringify(event, member)
    return decided('csup_case_apply_json', pointer(this, Case), ...bytes(line))
  }
  /** Says that time has passed. Gives what is decided. */
  advance(now) { return decided('csup_case_advance', pointer(this, Case), instant(now)) }
  /** When to advance next, in microseconds; null for never. */
  get nextWakeup() { return unless(NEVER, () => BigInt(result('csup_case_next_wakeup', pointer(this, Case))), () => null) }
  /** Serve the lowest first. */
  get rank() { return BigInt(C.csup_case_rank(pointer(this, Case))) }
  status(now) { return { ...JSON.parse(this.statusText(now)), rank: this.rank } }
  statusText(now) { return String(written('csup_case_to_json', [pointer(this, Case), instant(now)])) }
  /** Bytes to keep, of which Case.load(policy, bytes) makes the case again. */
  save() { return written('csup_case_save', [pointer(this, Case)]) }
}
