-- One case from the first message to closure, under the built-in policy.
package.path = (arg[0]:match "^(.*/)" or "./") .. "?.lua;" .. package.path -- the wrapper lies beside this file
local csupport = require "csupport"

local function tell(decisions)
  for _, decision in ipairs(decisions) do
    local line = { decision.at, decision.decision }
    for _, name in ipairs { "name", "because", "clock", "due", "from", "to" } do line[#line + 1] = decision[name] end
    print("  " .. table.concat(line, "  "))
  end
end

local policy = csupport.policy()
local score = policy:score({ service = "down", scope = { level = "team", basis = "assumed" } }, { mood = "angry" })
print(("Service down for a team, they think: %s, at least %s, at most %s. Ask: %s"):format(
  score.priority.value, score.priority.low, score.priority.high, score.next_question_text))

print "Monday, 09:00: the export is broken."
local case = csupport.case(policy)
tell(case:apply { case = "C-1", at = "2026-03-02T09:00:00Z", event = "opened", channel = "email", fields = { tier = "premium" } })
print(("Nothing to do until %s; then:"):format(csupport.format(case:next_wakeup())))
tell(case:advance(case:next_wakeup()))
local saved = case:save() -- what a host keeps beside its next wake-up
case:close()

print "Saved, and loaded again. 09:40: an answer, and the way around it."
case = csupport.case(policy, saved)
local monday = csupport.instant "2026-03-02T00:00:00Z"
tell(case:apply {
  at = monday + 580 * 60000000LL,
  events = { { event = "agent_message" }, { event = "moved", to = "resolved", because = "a setting" } }
})
local fine, failure = pcall(case.apply, case, { at = "2026-03-02T09:30:00Z", event = "note" })
if not fine then print(("A note from before that is refused: %s: %s"):format(failure.status, failure.message)) end
tell(case:apply { at = "2026-03-02T10:00:00Z", event = "closed" })
local status, verdicts = case:status "2026-03-02T10:00:00Z", {}
for _, clock in ipairs(status.clocks) do
  if clock.agreement then verdicts[#verdicts + 1] = clock.clock .. " " .. clock.verdict end
end
print(("In the end: %s; %s"):format(status.state, table.concat(verdicts, ", ")))

local office = policy:calendar "office"
print("Four open hours from Friday 15:00 on: " .. csupport.format(office:add("2026-03-06T15:00:00Z", "PT4H")))
