// Folds tests/conformance through examples/node/csupport.js: `node_conformance.mjs FOLDER_OF_CASES`. The algorithm is in the README there.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Case, CsupportError, Policy, instant } from '../../examples/node/csupport.js'

const linesOf = (path) => existsSync(path) ? readFileSync(path, 'latin1').split('\n').slice(0, -1) : [] // a character for each byte
const bytes = (line) => Buffer.from(line, 'latin1')
const refusal = (error) => {
  if (!(error instanceof CsupportError)) throw error
  return error.status
}
const later = (one, other) => one === undefined || other > one ? other : one

class Fold {
  constructor(folder, way) {
    Object.assign(this, { folder, way, cases: new Map(), decisions: [], refused: [] })
    const policy = join(folder, 'policy.json')
    this.policy = existsSync(policy) ? new Policy(readFileSync(policy)) : new Policy()
  }

  must(holds, what) {
    if (!holds) throw new Error(`${this.folder}, ${this.way}: ${what}`)
  }

  wake(support, until) {
    for (let at; (at = support.nextWakeup) !== null && at <= until;) {
      const decided = support.advance(at)
      this.must(decided.length > 0, `the wake-up at ${at} decides nothing`)
      this.decisions.push(...decided)
    }
  }

  keep() {
    for (const [name, support] of this.cases) {
      const saved = support.save()
      support.close()
      this.cases.set(name, Case.load(this.policy, saved))
      this.must(saved.equals(this.cases.get(name).save()), 'another snapshot after a load')
    }
  }

  line(number, line) {
    const [, name, at] = line.match(/^\{"case":"([^"]*)","at":"([^"]*)"/) ?? []
    const known = this.cases.get(name), support = known ?? new Case(this.policy)
    try {
      if (known && this.way === 'woken') this.wake(known, instant(at))
      this.decisions.push(...support.apply(bytes(line)))
    } catch (error) {
      this.refused.push(JSON.stringify({ line: number, status: refusal(error) }))
      if (!known) support.close()
      return
    }
    this.cases.set(name, support)
    this.last = later(this.last, instant(at))
  }

  assess(vector) {
    try {
      const { severity, urgency, priority, impactScore, urgencyScore, confidence, nextQuestion, vector: again } = this.policy.score(vector)
      const range = ({ low, value, high }) => [low, value, high]
      this.must(again === vector, `${vector} has become ${again}`)
      return JSON.stringify({
        vector, severity: range(severity), urgency: range(urgency), priority: range(priority), impact_score: range(impactScore),
        urgency_score: range(urgencyScore), confidence, next_question: nextQuestion
      })
    } catch (error) {
      return JSON.stringify({ vector: null, status: refusal(error) })
    }
  }

  compare(file, found) {
    const wanted = linesOf(join(this.folder, file)), got = found.map(line => Buffer.from(line).toString('latin1'))
    for (let i = 0; i < Math.max(wanted.length, got.length); i++) {
      this.must(wanted[i] === got[i], `${file}:${i + 1}: expected\n  ${bytes(wanted[i] ?? '(nothing)')}\nfound\n  ${bytes(got[i] ?? '(nothing)')}`)
    }
  }

  run() {
    const wanted = linesOf(join(this.folder, 'refused.jsonl')), woken = this.way === 'woken'
    const passed = new Set(woken ? wanted.map(line => JSON.parse(line).line) : [])
    linesOf(join(this.folder, 'journal.jsonl')).forEach((line, index) => {
      if (!passed.has(index + 1)) this.line(index + 1, line)
      if (this.way === 'kept') this.keep()
    })
    for (const text of linesOf(join(this.folder, 'at.txt'))) this.last = instant(text)
    for (const support of this.cases.values()) {
      if (woken) this.wake(support, this.last)
      const decided = support.advance(this.last)
      this.must(!woken || decided.length === 0, 'something is decided that no wake-up announced')
      this.decisions.push(...decided)
    }
    this.compare('decisions.jsonl', this.decisions.map(String))
    this.compare('status.jsonl', [...this.cases.values()].map(support => support.statusText(this.last)))
    if (!woken) this.compare('refused.jsonl', this.refused)
    this.must(!woken || this.refused.length === 0, `refused: ${this.refused}`)
    this.compare('assessments.jsonl', linesOf(join(this.folder, 'vectors.txt')).map(vector => this.assess(vector)))
    return this.decisions.length
  }
}

const root = process.argv[2]
const folders = readdirSync(root).sort().map(name => join(root, name)).filter(folder => existsSync(join(folder, 'journal.jsonl')))
let decisions = 0
for (const folder of folders) for (const way of ['plain', 'kept', 'woken']) decisions += new Fold(folder, way).run()
if (decisions === 0) throw new Error(`no cases in ${root}`)
console.log(`${folders.length} cases, each plain, kept and woken: the same bytes (${decisions} decisions)`)
