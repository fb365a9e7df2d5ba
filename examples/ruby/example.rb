# frozen_string_literal: true

# One case from the first message to closure, under the built-in policy.
require_relative "csupport"

def tell(decisions)
  decisions.each { |decision| puts "  #{decision.values_at(:at, :decision, :name, :because, :clock, :due, :from, :to).compact.join('  ')}" }
end

policy = CSupport::Policy.new
score = policy.score({ service: "down", scope: { level: "team", basis: "assumed" } }, { mood: "angry" })
score => { priority: { low:, value:, high: } }
puts "Service down for a team, they think: #{value}, at least #{low}, at most #{high}. Ask: #{score[:next_question_text]}"

puts "Monday, 09:00: the export is broken."
support_case = CSupport::Case.new(policy)
tell support_case.apply(case: "C-1", at: Time.utc(2026, 3, 2, 9), event: :opened, channel: "email", fields: { tier: "premium" })
puts "Nothing to do until #{support_case.next_wakeup.strftime('%H:%M:%S')}; then:"
tell support_case.advance(support_case.next_wakeup)
saved = support_case.save # what a host keeps beside its next wake-up
support_case.close

puts "Saved, and loaded again. 09:40: an answer, and the way around it."
support_case = CSupport::Case.load(policy, saved)
tell support_case.apply(at: Time.utc(2026, 3, 2, 9, 40), events: [{ event: :agent_message }, { event: :moved, to: "resolved", because: "a setting" }])
begin
  support_case.apply(at: "2026-03-02T09:30:00Z", event: :note)
rescue CSupport::Error => error
  puts "A note from before that is refused: #{error.status}: #{error.message}"
end
tell support_case.apply(at: "2026-03-02T10:00:00Z", event: :closed)
status = support_case.status(Time.utc(2026, 3, 2, 10))
verdicts = status[:clocks].select { |clock| clock[:agreement] }.map { |clock| "#{clock[:clock]} #{clock[:verdict]}" }
puts "In the end: #{status[:state]}; #{verdicts.join(', ')}"

office = policy.calendar("office")
puts "Four open hours from Friday 15:00 on: #{office.add(Time.utc(2026, 3, 6, 15), 'PT4H').strftime('%A %H:%M')}"
