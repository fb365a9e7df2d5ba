-- Folds tests/conformance through examples/lua/csupport.lua: `luajit lua_conformance.lua FOLDER_OF_CASES`. The algorithm is in the README there.
package.path = (arg[0]:match "^(.*/)" or "./") .. "../../examples/lua/?.lua;" .. package.path
local csupport = require "csupport"

local function read(path)
  local file = io.open(path, "rb")
  return file and file:read "*a", file and file:close()
end
local function lines_of(path)
  local lines = {}
  for line in (read(path) or ""):gmatch "([^\n]*)\n" do lines[#lines + 1] = line end
  return lines
end
local function refusal(failure)
  if type(failure) ~= "table" or not failure.status then error(failure, 0) end
  return failure.status
end

local Fold = {}
Fold.__index = Fold

function Fold:must(holds, what)
  if not holds then error(("%s, %s: %s"):format(self.folder, self.way, what), 0) end
end

function Fold:add(decided)
  for _, decision in ipairs(decided) do self.decisions[#self.decisions + 1] = tostring(decision) end
end

function Fold:wake(support_case, to)
  local at = support_case:next_wakeup()
  while at and at <= to do
    local decided = support_case:advance(at)
    self:must(#decided > 0, "the wake-up at " .. csupport.format(at) .. " decides nothing")
    self:add(decided)
    at = support_case:next_wakeup()
  end
end

function Fold:keep()
  for name, support_case in pairs(self.cases) do
    local saved = support_case:save()
    support_case:close()
    self.cases[name] = csupport.case(self.policy, saved)
    self:must(self.cases[name]:save() == saved, "another snapshot after a load")
  end
end

function Fold:line(number, line)
  local name, at = line:match '^{"case":"([^"]*)","at":"([^"]*)"'
  local known = name and self.cases[name]
  local support_case = known or csupport.case(self.policy)
  local fine, failure = pcall(function()
    if known and self.way == "woken" then self:wake(known, csupport.instant(at)) end
    self:add(support_case:apply(line))
  end)
  if not fine then
    self.refused[#self.refused + 1] = ('{"line":%d,"status":"%s"}'):format(number, refusal(failure))
    if not known then support_case:close() end
    return
  end
  if not known then self.order[#self.order + 1] = name end
  self.cases[name] = support_case
  local instant = csupport.instant(at)
  if not self.last or instant > self.last then self.last = instant end
end

function Fold:assess(vector)
  local fine, score = pcall(self.policy.score, self.policy, vector)
  if not fine then return ('{"vector":null,"status":"%s"}'):format(refusal(score)) end
  self:must(score.vector == vector, vector .. " has become " .. score.vector)
  local text = '{"vector":"' .. vector .. '"'
  for _, band in ipairs { "severity", "urgency", "priority" } do
    text = text .. (',"%s":["%s","%s","%s"]'):format(band, score[band].low, score[band].value, score[band].high)
  end
  for _, span in ipairs { "impact_score", "urgency_score" } do
    text = text .. (',"%s":[%d,%d,%d]'):format(span, score[span].low, score[span].value, score[span].high)
  end
  local question = score.next_question and '"' .. score.next_question .. '"' or "null"
  return text .. (',"confidence":%d,"next_question":%s}'):format(score.confidence, question)
end

function Fold:compare(file, found)
  local wanted = lines_of(self.folder .. "/" .. file)
  for i = 1, math.max(#wanted, #found) do
    local want, got = wanted[i] or "(nothing)", found[i] or "(nothing)"
    self:must(want == got, ("%s:%d: expected\n  %s\nfound\n  %s"):format(file, i, want, got))
  end
end

function Fold:run()
  local woken, passed, ends = self.way == "woken", {}, {}
  for _, line in ipairs(woken and lines_of(self.folder .. "/refused.jsonl") or {}) do passed[tonumber(line:match '"line":(%d+)')] = true end
  for number, line in ipairs(lines_of(self.folder .. "/journal.jsonl")) do
    if not passed[number] then self:line(number, line) end
    if self.way == "kept" then self:keep() end
  end
  for _, text in ipairs(lines_of(self.folder .. "/at.txt")) do self.last = csupport.instant(text) end
  for _, name in ipairs(self.order) do
    if woken then self:wake(self.cases[name], self.last) end
    local decided = self.cases[name]:advance(self.last)
    self:must(not woken or #decided == 0, "something is decided that no wake-up announced")
    self:add(decided)
    ends[#ends + 1] = self.cases[name]:status_json(self.last)
  end
  self:compare("decisions.jsonl", self.decisions)
  self:compare("status.jsonl", ends)
  if not woken then self:compare("refused.jsonl", self.refused) end
  self:must(not woken or #self.refused == 0, "refused: " .. table.concat(self.refused, " "))
  local assessments = {}
  for i, vector in ipairs(lines_of(self.folder .. "/vectors.txt")) do assessments[i] = self:assess(vector) end
  self:compare("assessments.jsonl", assessments)
  return #self.decisions
end

local cases, decisions = 0, 0
local folders = io.popen(("ls -d '%s'/*/journal.jsonl"):format(arg[1]))
for path in folders:lines() do
  local folder = path:match "^(.*)/"
  cases = cases + 1
  for _, way in ipairs { "plain", "kept", "woken" } do
    local fold = { folder = folder, way = way, policy = csupport.policy(read(folder .. "/policy.json")), cases = {}, order = {}, decisions = {}, refused = {} }
    decisions = decisions + setmetatable(fold, Fold):run()
  end
end
folders:close()
assert(decisions > 0, "no cases in " .. arg[1])
print(("%d cases, each plain, kept and woken: the same bytes (%d decisions)"):format(cases, decisions))
