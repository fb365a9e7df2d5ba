// libcsupport for Node.js. Events, decisions and statuses are the objects that docs/journal.md describes. Instants and durations are
// bigints of microseconds, for a Date has only milliseconds and a wake-up may lie one microsecond behind a due; where one is wanted, its
// text ('2026-03-02T09:00:00Z', 'PT4H') serves as well, and for an instant a Date.
import koffi from 'koffi'
import { ARGUMENT, C, CsupportError, NEVER, RANGE, UNKNOWN, fail, result, unless, written } from './library.js'

export { CsupportError }
const bytes = (data) => { // and how many; a NUL stands behind them, for koffi makes a null pointer of an empty buffer
  if (typeof data !== 'string' && !(data instanceof Uint8Array)) fail(ARGUMENT, 'a string or bytes wanted')
  const copy = Buffer.concat([Buffer.from(data), Buffer.alloc(1)])
  return [copy, copy.length - 1]
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

// An object of the library. close() frees it, or else the garbage collector does; a closed one is refused, never used: pointer() comes
// last before a call, when no code of the host's (a getter, a Date of its own) can run in between.
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
const asked = (name, calendar, ...given) => BigInt(result(name, pointer(calendar, Calendar), ...given))
/** Opening hours in a zone: new Calendar('Mo-Fr 09:00-17:00; PH off', { zone: 'Europe/Sofia', holidays: ['2026-12-25'] }). */
export class Calendar extends Handle {
  constructor(hours, options) { super(hours instanceof Held ? hours : open(hours, options)) }
  add(from, time) { return asked('csup_calendar_add', this, instant(from), duration(time)) }
  addDays(from, days) { return asked('csup_calendar_add_days', this, instant(from), integer(days, 32)) }
  elapsed(from, to) { return asked('csup_calendar_elapsed', this, instant(from), instant(to)) }
  nextOpen(at) { return asked('csup_calendar_next_open', this, instant(at)) }
  nextClose(at) { return asked('csup_calendar_next_close', this, instant(at)) }
  isOpen(at) {
    const when = instant(at)
    return C.csup_calendar_is_open(pointer(this, Calendar), when) === 1
  }
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
    const vector = typeof answers === 'string', fields = Object.entries(facts).map(fact), assessment = {}, count = [0]
    const given = vector ? Buffer.alloc((answers.length + 1) * koffi.sizeof('csup_answer')) : Object.entries(answers).map(answer)
    const policy = pointer(this, Policy)
    if (vector) C.csup_vector_parse(policy, ...bytes(answers), given, answers.length, count)
    else count[0] = given.length
    C.csup_impact_assess(policy, given, count[0], fields, fields.length, assessment)
    return { vector: String(written('csup_vector_format', [policy, given, count[0]])), ...assessment }
  }
}

const list = result('csup_decisions_create', null)
const decision = (json) => Object.defineProperty(JSON.parse(json), 'toString', { value: () => json })
const decided = (name, support, ...given) => {
  try {
    C[name](pointer(support, Case), ...given, list)
    return Array.from({ length: Number(C.csup_decisions_count(list)) },
      (_, index) => decision(String(written('csup_decision_to_json', [C.csup_decisions_at(list, index)]))))
  } finally { C.csup_decisions_clear(list) }
}
const member = (name, value) => typeof value !== 'bigint' ? value : ['at', 'due', 'until'].includes(name) ? formatInstant(value)
  : Number.isSafeInteger(Number(value)) ? Number(value) : fail(RANGE, `the member "${name}" is ${value}; write the event as text`)

/** What has happened so far: folded from events under one policy. */
export class Case extends Handle {
  constructor(policy, snapshot) {
    const saved = snapshot === undefined ? null : bytes(snapshot), under = pointer(policy, Policy)
    super(new Held('csup_case_free', saved ? result('csup_case_load', under, ...saved, null) : result('csup_case_create', under, null)))
  }
  static load(policy, snapshot) { return new Case(policy, snapshot ?? '') }
  /** Says what happened: an event or a batch, as an object or as a journal's line. Gives what is decided: objects, whose String() is
   *  their JSON text to the byte. */
  apply(event) {
    const line = typeof event === 'string' || event instanceof Uint8Array ? event : JSON.stringify(event, member)
    return decided('csup_case_apply_json', this, ...bytes(line))
  }
  /** Says that time has passed. Gives what is decided. */
  advance(now) { return decided('csup_case_advance', this, instant(now)) }
  /** When to advance next, in microseconds; null for never. */
  get nextWakeup() { return unless(NEVER, () => BigInt(result('csup_case_next_wakeup', pointer(this, Case))), () => null) }
  /** Serve the lowest first. */
  get rank() { return BigInt(C.csup_case_rank(pointer(this, Case))) }
  status(now) { return { ...JSON.parse(this.statusText(now)), rank: this.rank } }
  /** The status as its JSON text, to the byte; status() is an object of it, in which the rank is a bigint. */
  statusText(now) {
    const at = instant(now)
    return String(written('csup_case_to_json', [pointer(this, Case), at]))
  }
  /** Bytes to keep, of which Case.load(policy, bytes) makes the case again. */
  save() { return written('csup_case_save', [pointer(this, Case)]) }
}
