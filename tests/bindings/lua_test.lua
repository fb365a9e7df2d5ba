-- What examples/lua/csupport.lua does with errors, with odd values, with objects that are closed and with the garbage collector.
local here = arg[0]:match "^(.*/)" or "./"
package.path = here .. "../../examples/lua/?.lua;" .. package.path
local ffi = require "ffi"

-- Everything that is made and freed is counted: the wrapper gets functions that count.
local library = require "csupport.native"
local C, live, strays = library.C, {}, 0
local function count(pointer, by)
  local key = tostring(ffi.cast("void *", pointer))
  live[key] = (live[key] or 0) + by
  if live[key] < 0 then strays = strays + 1 end
end
local function alive()
  local sum = 0
  for _, number in pairs(live) do sum = sum + number end
  return sum
end
local counting = {}
for _, made in ipairs { "csup_policy_parse", "csup_case_create", "csup_case_load", "csup_calendar_create", "csup_zone_load" } do
  counting[made] = function(...)
    local status, place = C[made](...), select(made == "csup_case_create" and 3 or select("#", ...) - 1, ...)
    if status == C.CSUP_OK then count(place[0], 1) end
    return status
  end
end
function counting.csup_policy_retain(pointer) count(pointer, 1) return C.csup_policy_retain(pointer) end
for _, freed in ipairs { "csup_policy_release", "csup_case_free", "csup_calendar_free", "csup_zone_free" } do
  counting[freed] = function(pointer) count(pointer, -1) C[freed](pointer) end
end
library.C = setmetatable(counting, { __index = C })
local csupport = require "csupport"

local NEVER, HOUR = 9223372036854775807LL, 3600000000LL
local monday = csupport.instant "2025-03-03T09:00:00Z"
local function opening() return { case = "C-1", at = monday, event = "opened" } end
local function opened(policy)
  local case = csupport.case(policy)
  case:apply(opening())
  return case
end
local function equal(found, wanted, what)
  if found ~= wanted then error(("%s is %s, not %s"):format(what or "it", tostring(found), tostring(wanted)), 2) end
end
local function refused(status, action, ...)
  local fine, failure = pcall(action, ...)
  if fine then error("not refused", 2) end
  if type(failure) ~= "table" then error("a plain error: " .. tostring(failure), 2) end
  if failure.status ~= status then error("refused with " .. tostring(failure), 2) end
  assert(#failure.message > 0 and tostring(failure) == failure.status .. ": " .. failure.message)
  return failure
end
local function method(object, name) return function(...) return object[name](object, ...) end end

local tests = {}

function tests.a_policy_says_what_is_wrong_and_where()
  local failure = refused("CSUP_E_POLICY", csupport.policy, '{"csupport": 1, "name": "x",\n "clocks": {"é": 3}}')
  equal(failure.pointer, "/clocks/é")
  equal(failure.line, 2)
  equal(failure.column, 19)
  refused("CSUP_E_SYNTAX", csupport.policy, "{")
  refused("CSUP_E_SYNTAX", csupport.policy, "")
  refused("CSUP_E_SYNTAX", csupport.policy, '{"csupport": 1, "name": "x\0"}')
  refused("CSUP_E_VERSION", csupport.policy, '{"csupport":2,"name":"x"}')
  equal(refused("CSUP_E_ARGUMENT", csupport.policy, 7).line, 0, "the line, of an error without one,")
  refused("CSUP_E_UNKNOWN", method(csupport.policy(), "calendar"), "factory")
end

function tests.a_refused_event_changes_nothing()
  local case = csupport.case(csupport.policy())
  local apply = method(case, "apply")
  refused("CSUP_E_ORDER", apply, { at = monday, event = "note" })
  refused("CSUP_E_ARGUMENT", method(case, "status"), monday)
  local before = case:save()
  equal(refused("CSUP_E_ARGUMENT", apply, { case = "C-1", at = monday, event = "opened", channel = 7 }).pointer, "/channel")
  equal(case:save(), before)
  case:apply(opening())
  local failure = refused("CSUP_E_REFUSED", apply, { at = monday, events = { { event = "note" }, { event = "moved", to = "development" } } })
  equal(failure.index, 1)
  equal(failure.pointer, "/events/1")
  assert(failure.message:find('no move from "new" to "development"', 1, true))
  refused("CSUP_E_SYNTAX", apply, '{"at": "2025')
  refused("CSUP_E_SYNTAX", apply, "")
  refused("CSUP_E_SYNTAX", apply, { at = monday, event = "closed", because = "\255" })
  for _, event in ipairs { false, 7, {}, { 1 }, print, { at = monday }, { at = monday, event = "spent", cost = 0.5 },
                           { at = {}, event = "note" }, { at = monday, event = "note", [{}] = 1 }, { at = monday, events = {} } } do
    local fine, problem = pcall(apply, event)
    assert(not fine and problem.status, tostring(problem))
  end
  case:apply { at = monday, event = "spent", cost = 2LL ^ 60 }
  case:apply { at = monday, event = "changed", field = "tier", value = csupport.null }
end

function tests.texts_of_any_kind()
  local policy = csupport.policy()
  local odd = 'ü"\\/\n\t\r\b\f\1\31\127 \\u0041 €𝄞'
  local case = csupport.case(policy)
  case:apply { case = odd, at = monday, event = "opened", channel = odd }
  local status = case:status(monday)
  equal(status.case, odd)
  equal(status.facts.channel, odd)
  equal(#status.facts.breached, 0)
  equal(case:advance("2025-03-04T09:00:00Z")[1].case, odd)
  local long = ("é"):rep(500) -- a status larger than the first buffer that the wrapper offers
  local large = csupport.case(policy)
  large:apply { case = long, at = monday, event = "opened", channel = long, team = long }
  large:apply { at = monday, event = "assigned", agent = long }
  assert(#large:status_json(monday) > 4096)
  equal(csupport.case(policy, large:save()):status(monday).facts.agent, long)
end

function tests.snapshots()
  local policy = csupport.policy()
  local saved = opened(policy):save()
  refused("CSUP_E_CORRUPT", csupport.case, policy, saved:sub(2))
  refused("CSUP_E_CORRUPT", csupport.case, policy, "")
  refused("CSUP_E_ARGUMENT", csupport.case, policy, 7)
  refused("CSUP_E_POLICY", csupport.case, csupport.policy '{"csupport":1,"name":"other"}', saved)
  equal(csupport.case(policy, saved):save(), saved)
end

function tests.instants()
  local text = "2200-12-31T23:59:59.999999Z"
  local last = csupport.instant(text)
  equal(csupport.format(last), text)
  equal(csupport.instant(tonumber(monday)), monday)
  equal(csupport.instant(NEVER), NEVER)
  refused("CSUP_E_RANGE", csupport.format, last + 1)
  refused("CSUP_E_RANGE", csupport.format, NEVER)
  refused("CSUP_E_RANGE", csupport.format, -NEVER - 1)
  refused("CSUP_E_SYNTAX", csupport.instant, "yesterday")
  refused("CSUP_E_SYNTAX", csupport.instant, "")
  for _, odd in ipairs { 0.5, 2 ^ 53 + 2, 1 / 0, 0 / 0, true, {}, print, 1ULL } do refused("CSUP_E_ARGUMENT", csupport.instant, odd) end
  refused("CSUP_E_ARGUMENT", csupport.instant, nil)

  local case, wakeups = opened(csupport.policy()), 0
  refused("CSUP_E_RANGE", method(case, "advance"), NEVER)
  while case:next_wakeup() and wakeups < 100 do
    local at = case:next_wakeup()
    equal(#case:advance(at - 1), 0)
    local decided = case:advance(at)
    assert(#decided > 0)
    local late = at - csupport.instant(decided[1].at)
    assert(late == 0 or late == 1)
    wakeups = wakeups + 1
  end
  assert(wakeups > 3)
  case:apply { at = case:next_wakeup() or "2026-03-03T09:00:00Z", event = "closed" }
  equal(case:next_wakeup(), nil)
  equal(case:rank(), NEVER)
  equal(#case:advance(NEVER), 0)
  equal(case:status("2026-04-01T00:00:00Z").rank, NEVER)
end

function tests.scores()
  local policy = csupport.policy()
  local score = method(policy, "score")
  refused("CSUP_E_UNKNOWN", score, { colour = "red" })
  refused("CSUP_E_UNKNOWN", score, {}, { colour = "red" })
  refused("CSUP_E_ARGUMENT", score, { service = { level = "down", basis = "guessed" } })
  refused("CSUP_E_ARGUMENT", score, { service = { basis = "stated" } })
  refused("CSUP_E_ARGUMENT", score, {}, { contacts = "many" })
  refused("CSUP_E_ARGUMENT", score, {}, { contacts = 1.5 })
  refused("CSUP_E_SYNTAX", score, "")
  refused("CSUP_E_UNKNOWN", score, "CSI:1/S:Z")
  local calm, angry = policy:score({ service = "down" }, { mood = "calm" }), policy:score({ service = "down" }, { mood = "angry" })
  assert(angry.urgency.value < calm.urgency.value)
  equal(policy:score({ service = { basis = "unknown" } }).vector, policy:score({}).vector)
  equal(policy:score({ service = "down", scope = { level = "team", basis = "assumed" } }).vector, "CSI:1/S:O/N:T?/P:X/M:X/G:X/W:X/D:X/C:X")
  local many = csupport.policy '{"csupport":1,"name":"fields","fields":{"vip":"flag","seats":"number"}}'
  equal(many:score({}, { vip = true, seats = 2LL ^ 40 }).priority.value, many:score({}).priority.value)
end

function tests.calendars()
  local office = csupport.calendar("Mo-Fr 09:00-17:00; PH off", { zone = "Europe/Sofia", holidays = { "2025-03-03" } })
  equal(office:add(monday, "PT4H"), csupport.instant "2025-03-04T13:00:00+02:00")
  equal(office:add(monday, 4 * HOUR), office:add(monday, "PT4H"))
  equal(office:add_days("2025-03-04T10:00:00+02:00", -1), csupport.instant "2025-02-28T10:00:00+02:00")
  equal(office:elapsed("2025-03-04T09:00:00+02:00", "2025-03-05T09:00:00.000001+02:00"), 8 * HOUR + 1)
  equal(office:next_open(monday), csupport.instant "2025-03-04T09:00:00+02:00")
  equal(office:next_close(monday), csupport.instant "2025-03-04T17:00:00+02:00")
  equal(office:is_open(monday), false)
  equal(refused("CSUP_E_SYNTAX", csupport.calendar, "Mo-Fx").column, 4)
  refused("CSUP_E_NEVER", csupport.calendar, "off")
  refused("CSUP_E_NEVER", method(csupport.calendar "2025 Mar 03", "next_open"), "2026-01-01T00:00:00Z")
  refused("CSUP_E_UNKNOWN", csupport.calendar, "24/7", { zone = "Mars/Olympus" })
  refused("CSUP_E_ARGUMENT", csupport.calendar, "24/7\0")
  refused("CSUP_E_ARGUMENT", csupport.calendar, "24/7", { holidays = { "2025-02-30" } })
  refused("CSUP_E_ARGUMENT", csupport.calendar, "24/7", { holidays = { "soon" } })
  refused("CSUP_E_RANGE", method(office, "add_days"), monday, 2 ^ 31)
  refused("CSUP_E_ARGUMENT", method(office, "add_days"), monday, 0.5)
  refused("CSUP_E_RANGE", method(office, "add"), monday, NEVER)
  refused("CSUP_E_ARGUMENT", method(csupport.policy(), "calendar"), "office\0")
end

function tests.what_is_closed_is_refused()
  local policy = csupport.policy()
  local case, office, always = opened(policy), policy:calendar "office", csupport.calendar "24/7"
  local saved = case:save()
  local uses = {
    { policy, "fingerprint" }, { policy, "calendar", "office" }, { policy, "score", {} }, { policy, "score", "CSI:1" },
    { case, "apply", opening() }, { case, "advance", monday }, { case, "next_wakeup" }, { case, "rank" }, { case, "status", monday },
    { case, "status_json", monday }, { case, "save" }
  }
  for _, calendar in ipairs { office, always } do
    for _, use in ipairs { { "add", monday, 1 }, { "add_days", monday, 1 }, { "elapsed", monday, monday }, { "next_open", monday },
                           { "next_close", monday }, { "is_open", monday } } do
      uses[#uses + 1] = { calendar, unpack(use) }
    end
  end
  for _, object in ipairs { case, office, always, policy } do
    object:close()
    object:close()
  end
  for _, use in ipairs(uses) do
    local failure = refused("CSUP_E_ARGUMENT", method(use[1], use[2]), unpack(use, 3))
    assert(failure.message:find "closed", use[2] .. ": " .. failure.message)
  end
  for _, odd in ipairs { {}, 7, "policy", case, policy } do refused("CSUP_E_ARGUMENT", csupport.case, odd) end
  refused("CSUP_E_ARGUMENT", csupport.case, policy, saved)
  refused("CSUP_E_ARGUMENT", csupport.case, nil)
  refused("CSUP_E_ARGUMENT", opened(csupport.policy()).save, csupport.policy())
end

function tests.cases_and_calendars_outlive_their_policy()
  local policy = csupport.policy()
  local case, office = opened(policy), policy:calendar "office"
  policy:close()
  policy = nil
  collectgarbage()
  collectgarbage()
  local decided = case:advance "2025-04-03T09:00:00Z"
  case:close()
  equal(decided[1].decision, "clock_warned")
  equal(office:is_open(monday), true)
end

function tests.a_storm_of_garbage()
  for _ = 1, 3 do collectgarbage() end
  local before = alive()
  local survivors = {}
  for round = 1, 40 do
    local policy = csupport.policy()
    for i = 1, 100 do
      local case = opened(policy)
      case.itself = case
      if i % 3 == 0 then case:close() end
      if i == 50 then
        survivors[#survivors + 1] = case
        survivors[#survivors + 1] = policy:calendar "office"
      end
      assert(not pcall(csupport.case, policy, "damaged"))
      csupport.case(policy, opened(policy):save()):advance "2025-03-09T09:00:00Z"
    end
    assert(policy:calendar("office"):is_open(monday) and csupport.calendar("24/7"):is_open(monday))
    if round % 2 == 0 then policy:close() end
    if round % 10 == 0 then collectgarbage() end
  end
  assert(alive() < before + 3000, "nothing was collected on the way")
  for _ = 1, 3 do collectgarbage() end
  for _, one in ipairs(survivors) do
    if one.save then assert(#one:advance "2025-04-03T09:00:00Z" > 0) else assert(one:is_open(monday)) end
    one:close()
  end
  for _ = 1, 3 do collectgarbage() end
  -- Of each kind the wrapper keeps the one that was last in use; those before the storm may have been others.
  assert(alive() <= 3, alive() .. " are left")
  equal(strays, 0, "how much was freed twice")
end

function tests.loaded_again()
  -- Another load of the wrapper, and the first one's objects outlive it.
  local before = {}
  for name, module in pairs(package.loaded) do
    if name:match "^csupport" then before[name], package.loaded[name] = module, nil end
  end
  local case
  do
    local again = require "csupport"
    case = again.case(again.policy())
    again.policy():calendar "office"
    refused("CSUP_E_ARGUMENT", csupport.case, again.policy()) -- they do not mix
  end
  for name in pairs(before) do package.loaded[name] = nil end
  for _ = 1, 3 do collectgarbage() end
  case:apply { case = "C-1", at = "2025-03-03T09:00:00Z", event = "opened" }
  case:close()
  for name, module in pairs(before) do package.loaded[name] = module end
end

function tests.declarations_made_before()
  -- Without a compiler: in another process, for a process declares but once.
  local function run(settings)
    local command = ("cd '%s../..' && %s luajit -e 'package.path = \"examples/lua/?.lua\"; print(require(\"csupport\").version)' 2>&1")
    local pipe = io.popen(command:format(here, settings))
    local printed = pipe:read "*a"
    pipe:close()
    return printed
  end
  equal(run "CC=false CSUPPORT_CDEF=tests/api/csupport.cdef", csupport.version .. "\n")
  assert(run("CC=true"):find("<csupport.h> is not found", 1, true))
  assert(run("CSUPPORT_CDEF=nowhere"):find("cannot be read", 1, true))
end

-- Everything that the wrapper offers, with nothing held on to.
local function whole_story()
  local told = {}
  local function tell(thing) told[#told + 1] = tostring(thing) end
  local policy = csupport.policy()
  local case = csupport.case(policy, opened(csupport.policy()):save())
  for _, decision in ipairs(case:apply {
    at = monday, events = { { event = "agent_message" }, { event = "moved", to = "resolved", because = "ü" } }
  }) do tell(decision) end
  for _, decision in ipairs(case:advance(case:next_wakeup())) do tell(decision) end
  tell(case:status_json "2025-04-01T00:00:00Z")
  tell(csupport.policy():score({ service = "down", scope = { level = "team", basis = "assumed" } }, { mood = "angry" }).vector)
  tell(csupport.policy():score("CSI:1/S:D/N:T/P:I/M:N/G:X/W:P?/D:W!/C:H").next_question_text)
  tell(csupport.policy():calendar("office"):add(monday, "PT4H"))
  tell(csupport.calendar("Mo-Fr 09:00-17:00", { zone = "Europe/Sofia", holidays = { "2025-03-04" } }):add_days(monday, 3))
  tell(refused("CSUP_E_SYNTAX", csupport.policy, "{"))
  return table.concat(told, "\n")
end

function tests.garbage_is_collected_at_every_chance()
  local wanted = whole_story()
  assert(#wanted > 2000)
  require "jit".off()
  debug.sethook(function() collectgarbage() end, "", 1) -- after every instruction
  local fine, found = pcall(whole_story)
  debug.sethook()
  require "jit".on()
  equal(fine and found, wanted)
end

function tests.any_order_at_the_end()
  -- The rest is left to the end of the program, which frees in an order of its own.
  leftover = { csupport.policy(), opened(csupport.policy()), csupport.policy():calendar "office", csupport.calendar "24/7" }
end

local names, failed = {}, 0
for name in pairs(tests) do names[#names + 1] = name end
table.sort(names)
for _, name in ipairs(names) do
  local fine, trace = xpcall(tests[name], function(failure) return debug.traceback(tostring(failure)) end)
  print((fine and "ok " or "not ok ") .. name:gsub("_", " "))
  if not fine then
    failed = failed + 1
    print(trace)
  end
end
print(("%d passed, %d failed"):format(#names - failed, failed))
os.exit(failed == 0 and 0 or 1, true)
