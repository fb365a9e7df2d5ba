-- libcsupport for LuaJIT. Events, decisions and statuses are tables with the members that docs/journal.md gives them. Instants and
-- durations are int64_t cdata in microseconds; where one is wanted, its text ("2026-03-02T09:00:00Z", "PT4H") or a whole number serves
-- as well. What the library refuses is raised by error() as a table with status ("CSUP_E_ORDER"), message, line, column, pointer.
local ffi, library, json = require "ffi", require "csupport.native", require "csupport.json"
local C, failure, fail, check, text, name = library.C, library.failure, library.fail, library.check, library.text, library.name
local integer, out, written = library.integer, library.out, library.written

local function instant(value) return type(value) == "string" and out(C.csup_time_parse, value, #value) or integer(value) end
local function duration(value) return type(value) == "string" and out(C.csup_duration_parse, value, #value) or integer(value) end
local function format(value) return written(C.csup_time_format, instant(value)) end
local function scalar(value, key) -- of an event: an instant or a whole number
  if key == "at" or key == "due" or key == "until" then return '"' .. format(value) .. '"' end
  return (tostring(integer(value)):gsub("LL$", ""))
end

-- An object of the library: freed by close() or else by the garbage collector, and refused once closed.
local handles, busy = setmetatable({}, { __mode = "k" }), {}
local function class(kind)
  local methods = {}
  methods.__index, methods.kind = methods, kind
  function methods:close()
    local handle = handles[self]
    handles[self] = nil
    if handle then handle.free(ffi.gc(handle.freed, nil)) end
  end
  return methods
end
local Policy, Calendar, Case = class "policy", class "calendar", class "case"
local function own(methods, free, freed, used)
  local object = setmetatable({}, methods)
  handles[object] = { free = free, freed = ffi.gc(freed, function(pointer) free(pointer) end), used = used or freed }
  return object
end
local function raw(object, methods)
  if getmetatable(object) ~= methods then fail(C.CSUP_E_ARGUMENT, "a " .. methods.kind .. " wanted, not " .. type(object)) end
  busy[methods] = object -- so that it is not collected before the call that the pointer is for is over
  return handles[object] and handles[object].used or fail(C.CSUP_E_ARGUMENT, "this " .. methods.kind .. " is closed")
end

-- csupport.calendar("Mo-Fr 09:00-17:00; PH off", { zone = "Europe/Sofia", holidays = { "2026-12-25" } })
local function calendar(hours, options)
  local zone, out, days = ffi.new "csup_zone *[1]", ffi.new "csup_calendar *[1]", options and options.holidays or {}
  local holidays = ffi.new("csup_holiday[?]", #days + 1)
  for i, day in ipairs(days) do holidays[i - 1].date = tonumber((text(day):gsub("-", ""))) or 0 end
  hours = name(hours)
  check(C.csup_zone_load(name(options and options.zone or "UTC"), nil, zone, failure))
  local status = C.csup_calendar_create(hours, zone[0], holidays, #days, nil, out, failure)
  C.csup_zone_free(zone[0])
  check(status)
  return own(Calendar, C.csup_calendar_free, out[0])
end
function Calendar:add(from, time) return out(C.csup_calendar_add, raw(self, Calendar), instant(from), duration(time)) end
function Calendar:add_days(from, days) return out(C.csup_calendar_add_days, raw(self, Calendar), instant(from), integer(days, 2 ^ 31 - 1)) end
function Calendar:elapsed(from, to) return out(C.csup_calendar_elapsed, raw(self, Calendar), instant(from), instant(to)) end
function Calendar:next_open(at) return out(C.csup_calendar_next_open, raw(self, Calendar), instant(at)) end
function Calendar:next_close(at) return out(C.csup_calendar_next_close, raw(self, Calendar), instant(at)) end
function Calendar:is_open(at) return C.csup_calendar_is_open(raw(self, Calendar), instant(at)) == 1 end

-- How support should go: csupport.policy(json), or the built-in one. Its cases and calendars may outlive it.
local function policy(document)
  local made = ffi.new "csup_policy *[1]"
  document = document == nil and ffi.string(C.csup_policy_default()) or text(document)
  check(C.csup_policy_parse(document, #document, nil, made, failure))
  return own(Policy, C.csup_policy_release, made[0])
end
function Policy:fingerprint() return C.csup_policy_fingerprint(raw(self, Policy)) end
function Policy:calendar(wanted)
  local found = C.csup_policy_calendar(raw(self, Policy), name(wanted))
  if found == nil then fail(C.CSUP_E_UNKNOWN, 'the policy has no calendar "' .. wanted .. '"') end
  return own(Calendar, C.csup_policy_release, C.csup_policy_retain(raw(self, Policy)), found)
end
local function filled(kind, map, fill) -- an array of structs, one for each entry
  local size, index = 0, 0
  for _ in pairs(map) do size = size + 1 end
  local array = ffi.new(kind .. "[?]", size + 1)
  for key, value in pairs(map) do fill(array[index], name(key), value) index = index + 1 end
  return array, size
end
local bases = { unknown = C.CSUP_BASIS_UNKNOWN, assumed = C.CSUP_BASIS_ASSUMED, stated = C.CSUP_BASIS_STATED, verified = C.CSUP_BASIS_VERIFIED }
local function fill_answer(answer, dimension, given) -- a plain string is stated by the customer
  if type(given) ~= "table" then given = { level = given, basis = "stated" } end
  answer.dimension, answer.level, answer.basis = dimension, given.level and name(given.level), bases[given.basis] or -1
end
local function fill_fact(fact, key, value)
  fact.name, fact.kind = key, ({ string = C.CSUP_VALUE_TEXT, boolean = C.CSUP_VALUE_FLAG })[type(value)] or C.CSUP_VALUE_NUMBER
  if type(value) == "string" then fact.text = name(value) else fact.number = value == true and 1 or value and integer(value) or 0 end
end
-- Assesses a vector, "CSI:1/S:D/...", or answers: { service = "down", scope = { level = "team", basis = "assumed" } }.
function Policy:score(given, facts)
  local fields, field_count = filled("csup_field", facts or {}, fill_fact)
  local assessment, answers, size = ffi.new "csup_assessment", nil, nil
  if type(given) == "string" then
    local count = ffi.new "size_t[1]"
    answers = ffi.new("csup_answer[?]", #given + 1)
    check(C.csup_vector_parse(raw(self, Policy), given, #given, answers, #given, count, failure))
    size = count[0]
  else
    answers, size = filled("csup_answer", given, fill_answer)
  end
  local handle = raw(self, Policy)
  check(C.csup_impact_assess(handle, answers, size, fields, field_count, assessment, failure))
  local result = { vector = written(C.csup_vector_format, handle, answers, size), confidence = assessment.confidence }
  for _, band in ipairs { "severity", "urgency", "priority" } do
    local low, value, high = assessment[band].low, assessment[band].value, assessment[band].high
    result[band] = { low = ffi.string(low), value = ffi.string(value), high = ffi.string(high) }
  end
  for _, span in ipairs { "impact_score", "urgency_score" } do
    result[span] = { low = assessment[span].low, value = assessment[span].value, high = assessment[span].high }
  end
  for _, question in ipairs { "next_question", "next_question_text" } do
    result[question] = assessment[question] ~= nil and ffi.string(assessment[question]) or nil
  end
  return result
end

local list = ffi.new "csup_decisions *[1]"
check(C.csup_decisions_create(nil, list))
list = ffi.gc(list[0], function(pointer) C.csup_decisions_free(pointer) end)
local texts = setmetatable({}, { __mode = "k" })
local Decision = { __tostring = function(self) return texts[self] end }
local function decided(status) -- tables, whose tostring() is their JSON text to the byte
  local result = {}
  for i = 0, tonumber(C.csup_decisions_count(list)) - 1 do
    local line = written(C.csup_decision_to_json, C.csup_decisions_at(list, i))
    result[i + 1] = setmetatable(json.decode(line), Decision)
    texts[result[i + 1]] = line
  end
  C.csup_decisions_clear(list)
  check(status)
  return result
end

-- What has happened so far, folded from events under one policy: csupport.case(policy), or csupport.case(policy, snapshot).
local function case(under, snapshot)
  local made = ffi.new "csup_case *[1]"
  if snapshot == nil then check(C.csup_case_create(raw(under, Policy), nil, made)) end
  if snapshot ~= nil then check(C.csup_case_load(raw(under, Policy), text(snapshot), #snapshot, nil, made, failure)) end
  return own(Case, C.csup_case_free, made[0])
end
-- What happened, as a table or as a journal's line, and that time has passed; both give what is decided.
function Case:apply(event)
  local line = type(event) == "table" and json.encode(event, scalar) or text(event)
  return decided(C.csup_case_apply_json(raw(self, Case), line, #line, list, failure))
end
function Case:advance(now) return decided(C.csup_case_advance(raw(self, Case), instant(now), list, failure)) end
function Case:next_wakeup() -- when to advance next; nil for never
  local at = ffi.new "csup_time[1]"
  local status = C.csup_case_next_wakeup(raw(self, Case), at)
  if status ~= C.CSUP_E_NEVER then check(status) return at[0] end
end
function Case:rank() return C.csup_case_rank(raw(self, Case)) end -- serve the lowest first
function Case:status(now) return json.decode(self:status_json(now)) end
function Case:status_json(now) return written(C.csup_case_to_json, raw(self, Case), instant(now)) end
function Case:save() return written(C.csup_case_save, raw(self, Case)) end

return { policy = policy, calendar = calendar, case = case, instant = instant, format = format, null = json.null,
         version = ffi.string(C.csup_version()) }
