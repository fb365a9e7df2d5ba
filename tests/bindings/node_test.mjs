// What examples/node/csupport.js does with errors, with odd values, with handles that are closed and with the garbage collector; and that
// the functions and structs of library.js are those of the listing of the API.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import v8 from 'node:v8'
import vm from 'node:vm'
import { Worker, isMainThread, parentPort } from 'node:worker_threads'
import koffi from '../../examples/node/node_modules/koffi/index.js'
import { Calendar, Case, CsupportError, Policy, formatInstant, instant, version } from '../../examples/node/csupport.js'
import { C } from '../../examples/node/library.js'

const NEVER = 2n ** 63n - 1n, HOUR = 3_600_000_000n
const monday = instant('2025-03-03T09:00:00Z')
const opening = { case: 'C-1', at: monday, event: 'opened' }
const opened = (policy) => {
  const support = new Case(policy)
  support.apply(opening)
  return support
}
const refused = (status, action) => {
  let caught
  assert.throws(action, error => { caught = error; return error instanceof CsupportError })
  assert.equal(caught.status, status, String(caught))
  assert.ok(caught.message.length > 0 && caught.stack.includes('csupport'))
  return caught
}

// Between the wrapper and the library: counts what is made and freed.
const live = new Map(), strays = [], library = { ...C }
const count = (pointer, by, name) => {
  live.set(pointer, (live.get(pointer) ?? 0) + by)
  if (live.get(pointer) < 0) strays.push(name)
}
for (const name of ['csup_policy_parse', 'csup_case_create', 'csup_case_load', 'csup_calendar_create', 'csup_zone_load']) {
  C[name] = (...given) => {
    library[name](...given)
    count(given.at(-1)[0], 1, name)
  }
}
C.csup_policy_retain = (pointer) => (count(pointer, 1), library.csup_policy_retain(pointer))
for (const name of ['csup_policy_release', 'csup_case_free', 'csup_calendar_free', 'csup_zone_free']) {
  C[name] = (pointer) => {
    count(pointer, -1, name)
    library[name](pointer)
  }
}

if (!isMainThread) {
  const policy = new Policy()
  for (let i = 0; i < 2000; i++) opened(policy).advance(monday + BigInt(i) * HOUR)
  parentPort.postMessage(String(opened(policy).status(monday).state))
} else tests()

function tests() {
  test('functions and structs are those of the listing', () => {
    const listing = readFileSync(new URL('../api/csupport.cdef', import.meta.url), 'utf8').replace(/\s+/g, ' ')
    const source = readFileSync(new URL('../../examples/node/library.js', import.meta.url), 'utf8')
    // One letter a type: a pointer, a number of 4 or of 8 bytes, nothing.
    const kind = (type) => /\*|\bstr\b/.test(type) ? 'p' : /\bvoid\b/.test(type) ? 'v'
      : /int64_t|size_t|csup_time|csup_duration/.test(type) ? 'q' : 'i'
    const shape = (result, parameters) => kind(result) + parameters.split(',').filter(text => text && text.trim() !== 'void').map(kind).join('')
    const declared = [...source.matchAll(/^ {2}(?=[a-z]).*csup_\w+\(.*$/gm)].flatMap(([line]) => line.split(';'))
    assert.equal(declared.length, Object.keys(C).length)
    for (const prototype of declared) {
      const [, result, name, parameters] = prototype.match(/^(.*?)(csup_\w+)\((.*)\)$/)
      const found = listing.match(new RegExp(`(?:^|[;}] )([^;{}]*?)${name}\\(([^)]*)\\);`))
      assert.ok(found, `${name} is not in the listing`)
      assert.equal(shape(result, parameters), shape(found[1], found[2]), name)
      assert.equal(/csup_status $/.test(found[1]), /csup_status $/.test(result), `${name}: what it returns`)
    }
    const size = (member) => {
      const [, type, count] = member.trim().match(/^(.*?)\w+(?:\[(\d+)\])?$/)
      const inner = type.match(/\b(csup_(?:span|band)) $/)
      return inner ? structSize(inner[1]) : type.startsWith('char ') ? Number(count) : kind(type) === 'i' ? 4 : 8
    }
    const members = (name) => listing.match(new RegExp(`typedef struct ${name} \\{([^}]*)\\}`))[1].split(';').filter(text => text.trim())
    const structSize = (name) => members(name).reduce((sum, member) => sum + size(member), 0)
    for (const name of ['csup_error', 'csup_field', 'csup_answer', 'csup_span', 'csup_band', 'csup_assessment']) {
      const mine = Object.values(koffi.type(name).members)
      assert.deepEqual(mine.map(member => koffi.sizeof(member.type)), members(name).map(size), name)
      assert.equal(koffi.sizeof(name), structSize(name), `${name} has no holes`)
    }
    assert.deepEqual(Object.values(koffi.type('csup_holiday').members).map(member => member.offset), [0, 8])
    assert.match(version, /^\d+\.\d+\.\d+$/)
  })

  test('a policy says what is wrong and where', () => {
    const error = refused('CSUP_E_POLICY', () => new Policy('{"csupport": 1, "name": "x",\n "clocks": {"é": 3}}'))
    assert.deepEqual([error.pointer, error.line, error.column], ['/clocks/é', 2, 19])
    refused('CSUP_E_SYNTAX', () => new Policy('{'))
    refused('CSUP_E_SYNTAX', () => new Policy(''))
    refused('CSUP_E_SYNTAX', () => new Policy(new Uint8Array(0)))
    refused('CSUP_E_VERSION', () => new Policy(Buffer.from('{"csupport":2,"name":"x"}')))
    refused('CSUP_E_ARGUMENT', () => new Policy(7))
    refused('CSUP_E_UNKNOWN', () => new Policy().calendar('factory'))
  })

  test('a refused event changes nothing', () => {
    const policy = new Policy(), support = new Case(policy)
    refused('CSUP_E_ORDER', () => support.apply({ at: monday, event: 'note' }))
    refused('CSUP_E_ARGUMENT', () => support.status(monday))
    const before = support.save()
    assert.equal(refused('CSUP_E_ARGUMENT', () => support.apply({ ...opening, channel: 7 })).pointer, '/channel')
    assert.ok(before.equals(support.save()))
    support.apply(opening)
    const error = refused('CSUP_E_REFUSED', () => support.apply({ at: monday, events: [{ event: 'note' }, { event: 'moved', to: 'development' }] }))
    assert.deepEqual([error.index, error.pointer], [1, '/events/1'])
    assert.match(error.message, /no move from "new" to "development"/)
    refused('CSUP_E_SYNTAX', () => support.apply('{"at": "2025'))
    refused('CSUP_E_SYNTAX', () => support.apply(''))
    refused('CSUP_E_SYNTAX', () => support.apply({ at: monday, event: 'closed', because: '\ud800' }))
    for (const event of [undefined, null, 7, [], {}, Symbol('event'), () => 0, { at: new Date(NaN), event: 'note' }]) {
      assert.throws(() => support.apply(event), CsupportError)
    }
    refused('CSUP_E_RANGE', () => support.apply({ at: monday, event: 'spent', cost: 2n ** 60n }))
    support.apply({ at: monday, event: 'spent', cost: 2n ** 40n })
    support.apply(`{"at":"2025-03-03T09:00:00Z","event":"spent","cost":${2n ** 60n}}`)
  })

  test('snapshots', () => {
    const policy = new Policy(), saved = opened(policy).save()
    refused('CSUP_E_CORRUPT', () => Case.load(policy, saved.subarray(1)))
    refused('CSUP_E_CORRUPT', () => Case.load(policy, Buffer.alloc(0)))
    refused('CSUP_E_CORRUPT', () => Case.load(policy))
    refused('CSUP_E_POLICY', () => Case.load(new Policy('{"csupport":1,"name":"other"}'), saved))
    assert.equal(Case.load(policy, new Uint8Array(saved)).status(monday).case, 'C-1')
    const large = new Case(policy) // larger than the first buffer that the wrapper offers
    large.apply({ ...opening, channel: 'é'.repeat(500), team: 'ü'.repeat(500), case: 'ß'.repeat(500) })
    large.apply({ at: monday, event: 'assigned', agent: 'ö'.repeat(500) })
    const status = Case.load(policy, large.save()).status(monday)
    assert.equal(status.facts.agent, 'ö'.repeat(500))
    assert.ok(Buffer.byteLength(large.statusText(monday)) > 4096)
  })

  test('instants', () => {
    const text = '2200-12-31T23:59:59.999999Z', last = instant(text)
    assert.equal(formatInstant(last), text)
    assert.equal(formatInstant(instant('1900-01-01T00:00:00Z')), '1900-01-01T00:00:00Z')
    assert.equal(instant(new Date('2025-03-03T09:00:00Z')), monday)
    assert.equal(instant(NEVER), NEVER)
    refused('CSUP_E_RANGE', () => formatInstant(last + 1n))
    refused('CSUP_E_RANGE', () => formatInstant(NEVER))
    refused('CSUP_E_RANGE', () => formatInstant(2n ** 64n))
    refused('CSUP_E_RANGE', () => formatInstant(-(2n ** 63n) - 1n))
    refused('CSUP_E_RANGE', () => formatInstant(-(2n ** 63n)))
    refused('CSUP_E_SYNTAX', () => instant('yesterday'))
    refused('CSUP_E_SYNTAX', () => instant(''))
    for (const odd of [Date.now(), 0, NaN, null, undefined, {}, new Date(NaN)]) refused('CSUP_E_ARGUMENT', () => instant(odd))

    const policy = new Policy(), support = opened(policy)
    refused('CSUP_E_RANGE', () => support.advance(NEVER))
    let wakeups = 0
    for (let at; (at = support.nextWakeup) !== null && wakeups < 100; wakeups++) {
      assert.equal(support.advance(at - 1n).length, 0)
      const decided = support.advance(at)
      assert.ok(decided.length > 0)
      assert.ok(instant(decided[0].at) <= at && at - instant(decided[0].at) <= 1n)
    }
    assert.ok(wakeups > 3)
    support.apply({ at: support.nextWakeup ?? instant('2026-03-03T09:00:00Z'), event: 'closed' })
    assert.equal(support.nextWakeup, null)
    assert.equal(support.rank, NEVER)
    assert.deepEqual(support.advance(NEVER), [])
    assert.equal(support.status('2026-04-01T00:00:00Z').rank, NEVER)
  })

  test('decisions are their text', () => {
    const [first] = opened(new Policy()).advance('2025-03-04T09:00:00Z')
    assert.equal(JSON.stringify(first), String(first))
    assert.deepEqual({ ...first }, JSON.parse(String(first)))
  })

  test('scores', () => {
    const policy = new Policy()
    refused('CSUP_E_UNKNOWN', () => policy.score({ colour: 'red' }))
    refused('CSUP_E_UNKNOWN', () => policy.score({}, { colour: 'red' }))
    refused('CSUP_E_ARGUMENT', () => policy.score({ service: { level: 'down', basis: 'guessed' } }))
    refused('CSUP_E_ARGUMENT', () => policy.score({ service: { basis: 'stated' } }))
    refused('CSUP_E_ARGUMENT', () => policy.score({}, { contacts: 'many' }))
    refused('CSUP_E_ARGUMENT', () => policy.score({}, { contacts: 1.5 }))
    refused('CSUP_E_RANGE', () => policy.score({}, { contacts: 2n ** 63n }))
    assert.throws(() => policy.score('CSI:1/S:Z'), CsupportError)
    assert.throws(() => policy.score(''), CsupportError)
    const [calm, angry] = ['calm', 'angry'].map(mood => policy.score({ service: 'down' }, { mood }))
    assert.ok(angry.urgency.value < calm.urgency.value)
    assert.deepEqual(policy.score({ service: { basis: 'unknown' } }), policy.score({}))
    assert.equal(policy.score({ service: 'down', scope: { level: 'team', basis: 'assumed' } }).vector, 'CSI:1/S:O/N:T?/P:X/M:X/G:X/W:X/D:X/C:X')
    const many = new Policy(JSON.stringify({ csupport: 1, name: 'fields', fields: { vip: 'flag', seats: 'number' } }))
    assert.equal(many.score({}, { vip: true, seats: 2n ** 40n, mood: null }).priority.value, many.score({}).priority.value)
  })

  test('calendars', () => {
    const office = new Calendar('Mo-Fr 09:00-17:00; PH off', { zone: 'Europe/Sofia', holidays: ['2025-03-03'] })
    assert.equal(office.add(monday, 'PT4H'), instant('2025-03-04T13:00:00+02:00'))
    assert.equal(office.add(monday, 4n * HOUR), office.add(monday, 'PT4H'))
    assert.equal(office.addDays('2025-03-04T10:00:00+02:00', -1), instant('2025-02-28T10:00:00+02:00'))
    assert.equal(office.elapsed('2025-03-04T09:00:00+02:00', '2025-03-05T09:00:00.000001+02:00'), 8n * HOUR + 1n)
    assert.equal(office.nextOpen(monday), instant('2025-03-04T09:00:00+02:00'))
    assert.equal(office.nextClose(monday), instant('2025-03-04T17:00:00+02:00'))
    assert.equal(office.isOpen(monday), false)
    assert.equal(refused('CSUP_E_SYNTAX', () => new Calendar('Mo-Fx')).column, 4)
    refused('CSUP_E_NEVER', () => new Calendar('off'))
    refused('CSUP_E_NEVER', () => new Calendar('2025 Mar 03').nextOpen('2026-01-01T00:00:00Z'))
    refused('CSUP_E_UNKNOWN', () => new Calendar('24/7', { zone: 'Mars/Olympus' }))
    refused('CSUP_E_ARGUMENT', () => new Calendar('24/7\0'))
    refused('CSUP_E_ARGUMENT', () => new Calendar('24/7', { holidays: ['2025-02-30'] }))
    refused('CSUP_E_ARGUMENT', () => new Calendar('24/7', { holidays: ['soon'] }))
    refused('CSUP_E_RANGE', () => office.addDays(monday, 2 ** 31))
    refused('CSUP_E_ARGUMENT', () => office.addDays(monday, 0.5))
    refused('CSUP_E_RANGE', () => office.add(monday, NEVER))
    refused('CSUP_E_ARGUMENT', () => office.add(monday, 4))
    refused('CSUP_E_ARGUMENT', () => new Policy().calendar('office\0'))
  })

  test('what is closed is refused', () => {
    const policy = new Policy(), support = opened(policy), saved = support.save()
    const calendars = [policy.calendar('office'), new Calendar('24/7')]
    const uses = [() => policy.fingerprint, () => policy.calendar('office'), () => policy.score({}), () => policy.score('CSI:1'),
      () => new Case(policy), () => Case.load(policy, saved), () => support.apply(opening), () => support.advance(monday),
      () => support.nextWakeup, () => support.rank, () => support.status(monday), () => support.statusText(monday), () => support.save(),
      ...calendars.flatMap(calendar => [() => calendar.add(monday, 1n), () => calendar.addDays(monday, 1), () => calendar.elapsed(monday, monday),
        () => calendar.nextOpen(monday), () => calendar.nextClose(monday), () => calendar.isOpen(monday)])]
    for (const handle of [support, ...calendars, policy]) {
      handle.close()
      handle.close()
    }
    for (const use of uses) assert.match(refused('CSUP_E_ARGUMENT', use).message, /closed/, String(use))
    for (const use of [() => new Case({}), () => new Case(null), () => new Case(opened(new Policy())), () => Case.prototype.save.call(new Policy()),
      () => Object.create(Case.prototype).save(), () => Policy.prototype.calendar.call(Object.create(Policy.prototype), 'office')]) {
      refused('CSUP_E_ARGUMENT', use)
    }
    if (Symbol.dispose) {
      const other = new Policy()
      other[Symbol.dispose]()
      refused('CSUP_E_ARGUMENT', () => other.fingerprint)
    }
  })

  test('what is closed by the arguments of a call is refused', () => {
    const on = (victim, use) => () => {
      const spring = (value) => (victim.close(), value)
      class Late extends Date { getTime() { return spring(super.getTime()) } }
      use(victim, new Late('2025-03-03T09:00:00Z'), { get mood() { return spring('calm') } }, { toJSON: () => spring({ at: monday, event: 'note' }) })
    }
    for (const use of [
      on(opened(new Policy()), (support, late) => support.advance(late)),
      on(opened(new Policy()), (support, late) => support.status(late)),
      on(opened(new Policy()), (support, late, facts, event) => support.apply(event)),
      on(new Policy().calendar('office'), (office, late) => office.add(late, 1n)),
      on(new Policy().calendar('office'), (office, late) => office.elapsed(monday, late)),
      on(new Policy().calendar('office'), (office, late) => office.isOpen(late)),
      on(new Policy(), (policy, late, facts) => policy.score({}, facts)),
      on(new Policy(), (policy, late, facts) => policy.score(facts))
    ]) assert.match(refused('CSUP_E_ARGUMENT', use).message, /closed/)
  })

  test('cases and calendars outlive their policy', () => {
    const policy = new Policy(), support = opened(policy), office = policy.calendar('office')
    policy.close()
    const decided = support.advance('2025-04-03T09:00:00Z')
    support.close()
    assert.equal(decided[0].decision, 'clock_warned')
    assert.equal(office.isOpen(monday), true)
    office.close()
  })

  test('a storm of garbage: everything is freed, and once', async () => {
    v8.setFlagsFromString('--expose-gc')
    const collect = vm.runInNewContext('gc'), turn = () => new Promise(resolve => setTimeout(resolve, 1))
    const total = () => [...live.values()].reduce((sum, one) => sum + one, 0)
    const survivors = []
    for (let round = 0; round < 20; round++) {
      const policy = new Policy()
      for (let i = 0; i < 100; i++) {
        const support = opened(policy)
        support.itself = support
        if (i % 3 === 0) support.close()
        if (i === 50) survivors.push(support, policy.calendar('office'))
        assert.throws(() => Case.load(policy, Buffer.from('damaged')))
        Case.load(policy, opened(policy).save()).advance('2025-03-09T09:00:00Z')
      }
      policy.calendar('office').isOpen(monday)
      new Calendar('24/7').isOpen(monday)
      if (round % 2 === 0) policy.close()
      collect()
      await turn()
    }
    for (let wait = 0; wait < 500 && total() > survivors.length; wait++) {
      collect()
      await turn()
    }
    assert.equal(total(), survivors.length) // what the tests before this one made is gone, too
    for (const one of survivors) assert.ok(one instanceof Case ? one.advance('2025-04-03T09:00:00Z').length > 0 : one.isOpen(monday))
    for (const one of survivors) one.close()
    assert.equal(total(), 0)
    assert.deepEqual(strays, [])
  })

  test('worker threads have their own', async () => {
    const states = await Promise.all([1, 2].map(() => new Promise((resolve, reject) => {
      new Worker(new URL(import.meta.url)).on('message', resolve).on('error', reject)
    })))
    assert.deepEqual(states, ['new', 'new'])
  })
}
