// One case from the first message to closure, under the built-in policy.
import { Case, CsupportError, Policy, formatInstant } from './csupport.js'

const tell = (decisions) => {
  for (const decision of decisions) {
    const { at, decision: kind, name, because, clock, due, from, to } = decision
    console.log('  ' + [at, kind, name, because, clock, due, from, to].filter(Boolean).join('  '))
  }
}

const policy = new Policy()
const score = policy.score({ service: 'down', scope: { level: 'team', basis: 'assumed' } }, { mood: 'angry' })
const { low, value, high } = score.priority
console.log(`Service down for a team, they think: ${value}, at least ${low}, at most ${high}. Ask: ${score.nextQuestionText}`)

console.log('Monday, 09:00: the export is broken.')
const first = new Case(policy)
tell(first.apply({ case: 'C-1', at: '2026-03-02T09:00:00Z', event: 'opened', channel: 'email', fields: { tier: 'premium' } }))
console.log(`Nothing to do until ${formatInstant(first.nextWakeup)}; then:`)
tell(first.advance(first.nextWakeup))
const saved = first.save() // what a host keeps beside its next wake-up
first.close()

console.log('Saved, and loaded again. 09:40: an answer, and the way around it.')
const support = Case.load(policy, saved)
tell(support.apply({
  at: new Date('2026-03-02T09:40:00Z'),
  events: [{ event: 'agent_message' }, { event: 'moved', to: 'resolved', because: 'a setting' }]
}))
try {
  support.apply({ at: '2026-03-02T09:30:00Z', event: 'note' })
} catch (error) {
  if (!(error instanceof CsupportError)) throw error
  console.log(`A note from before that is refused: ${error.status}: ${error.message}`)
}
tell(support.apply({ at: '2026-03-02T10:00:00Z', event: 'closed' }))
const { state, clocks } = support.status('2026-03-02T10:00:00Z')
console.log(`In the end: ${state}; ${clocks.filter(clock => clock.agreement).map(clock => `${clock.clock} ${clock.verdict}`).join(', ')}`)

const office = policy.calendar('office')
console.log(`Four open hours from Friday 15:00 on: ${formatInstant(office.add('2026-03-06T15:00:00Z', 'PT4H'))}`)
for (const object of [support, office, policy]) object.close()
