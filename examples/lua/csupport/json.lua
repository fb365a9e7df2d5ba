-- JSON as far as events need it, and as decisions and statuses have it.
local ffi = require "ffi"
local json = { null = setmetatable({}, { __tostring = function() return "null" end }) }

-- A table with a first element, and one called events, is an array. What is neither table, string nor boolean, scalar(value, key) writes.
function json.encode(value, scalar, key)
  if value == json.null or type(value) == "boolean" then return tostring(value) end
  if type(value) == "string" then
    return '"' .. value:gsub('[%z\1-\31"\\]', function(c) return ("\\u%04x"):format(c:byte()) end) .. '"'
  end
  if type(value) ~= "table" then return scalar(value, key) end
  local items, array = {}, value[1] ~= nil or key == "events"
  for name, item in (array and ipairs or pairs)(value) do
    items[#items + 1] = (array and "" or json.encode(tostring(name)) .. ":") .. json.encode(item, scalar, name)
  end
  return (array and "[" or "{") .. table.concat(items, ",") .. (array and "]" or "}")
end

-- Reads what the library has written: sound and compact. A whole number of more than 15 digits becomes an int64_t, null becomes nil.
local escapes = { n = "\n", t = "\t", r = "\r", b = "\b", f = "\f", u = "\255" } -- a byte that UTF-8 does not have
local function decode(text, at)
  local first = text:sub(at, at)
  if first == '"' then
    local stop = at + 1
    while text:byte(stop) ~= 34 do stop = stop + (text:byte(stop) == 92 and 2 or 1) end
    local plain = text:sub(at + 1, stop - 1):gsub("\\(.)", function(c) return escapes[c] or c end)
    return plain:gsub("\255(%x%x%x%x)", function(hex) return string.char(tonumber(hex, 16)) end), stop + 1
  elseif first == "{" or first == "[" then
    local result, key = {}, nil
    at = at + 1
    while not text:find("^[%]}]", at) do
      if first == "{" then key, at = decode(text, at) else key, at = #result + 1, at - 1 end
      result[key], at = decode(text, at + 1)
      if text:find("^,", at) then at = at + 1 end
    end
    return result, at + 1
  end
  local word = text:match("^[%w-]+", at)
  local number = tonumber(word)
  if number and #word > 15 then
    number = ffi.cast("int64_t", 0)
    for digit in word:gmatch "%d" do number = number * 10 + tonumber(digit) end
  end
  if number or word == "null" then return number, at + #word end
  return word == "true", at + #word
end
function json.decode(text) return (decode(text, 1)) end

return json
