-- What csupport.lua stands on: the C functions, the error that they raise, and ways to call them.
local ffi = require "ffi"

-- The declarations are the library's own header, preprocessed: by the compiler now, or before, into the file CSUPPORT_CDEF. A host
-- that has given them to ffi.cdef itself needs neither.
local prepared, preprocess = os.getenv "CSUPPORT_CDEF", "${CC:-cc} -E -P -DCSUP_CDEF $(pkg-config --cflags libcsupport 2>/dev/null) -"
if not pcall(ffi.typeof, "csup_decisions") then
  local header = assert(prepared and io.open(prepared) or not prepared and io.popen("echo '#include <csupport.h>' | " .. preprocess),
    "csupport: the file that CSUPPORT_CDEF names cannot be read")
  local declarations = header:read "*a"
  header:close()
  assert(#declarations > 0, "csupport: <csupport.h> is not found; name a file of its declarations in CSUPPORT_CDEF")
  ffi.cdef(declarations)
end
local usual = { OSX = "libcsupport.0.dylib", Windows = "csupport.dll" }
local C = ffi.load(os.getenv "CSUPPORT_LIBRARY" or usual[jit.os] or "libcsupport.so.0")

local Error = { __tostring = function(self) return self.status .. ": " .. self.message end }
local failure = ffi.new "csup_error" -- written by calls that fail, all zero between them
local function fail(status, message)
  message = message or ffi.string(failure.message)
  local told = {
    status = ffi.string(C.csup_status_name(status)), message = message ~= "" and message or ffi.string(C.csup_status_text(status)),
    line = failure.line, column = failure.column, index = failure.index, pointer = ffi.string(failure.pointer)
  }
  ffi.fill(failure, ffi.sizeof(failure))
  error(setmetatable(told, Error), 0)
end
local function check(status) if status ~= C.CSUP_OK then fail(status) end end
local function text(value)
  return type(value) == "string" and value or fail(C.CSUP_E_ARGUMENT, "a string wanted, not " .. type(value))
end
local function name(value) return text(value):find("%z") and fail(C.CSUP_E_ARGUMENT, "a string without NUL wanted") or value end
local function written(write, ...) -- what the library writes, if need be into a second buffer
  local length, capacity, arguments = ffi.new "size_t[1]", 2048, { n = select("#", ...), ... }
  while true do
    local buffer = ffi.new("char[?]", capacity)
    arguments[arguments.n + 1], arguments[arguments.n + 2], arguments[arguments.n + 3] = buffer, capacity, length
    local status = write(unpack(arguments, 1, arguments.n + 3))
    if status ~= C.CSUP_E_SPACE then check(status) return ffi.string(buffer, length[0]) end
    capacity = tonumber(length[0]) + 1
  end
end
local function integer(value, most)
  if type(value) == "number" and value % 1 == 0 and math.abs(value) <= 2 ^ 53 then value = ffi.cast("int64_t", value) end
  if not ffi.istype("int64_t", value) then fail(C.CSUP_E_ARGUMENT, "a whole number or an int64_t wanted, not " .. tostring(value)) end
  if most and (value > most or value < -most) then fail(C.CSUP_E_RANGE, tostring(value) .. " is out of range") end
  return value
end
local function out(call, ...) -- for a call that writes its one result last
  local place, arguments = ffi.new "int64_t[1]", { ... }
  arguments[#arguments + 1] = place
  check(call(unpack(arguments)))
  return place[0]
end

return { C = C, failure = failure, fail = fail, check = check, text = text, name = name, integer = integer, out = out, written = written }
