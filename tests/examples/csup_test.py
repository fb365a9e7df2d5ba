#!/usr/bin/env python3
"""csup from the outside: usage, output, and what it says about bad input, as a table.

    csup_test.py CSUP SOURCE_DIR

Each row of CASES runs csup in a folder that has the files of FILES. Expected texts are exact, line by line; a line "..." stands for any
lines, and a line may hold "{...}" for any text within it.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

POLICY = """{
  "csupport": 1,
  "fields": { "tier": ["standard", "premium"] },
  "calendars": { "office": { "zone": "UTC", "hours": "Mo-Fr 09:00-17:00" } },
  "agreements": [
    { "name": "all", "kind": "sla", "when": "always",
      "targets": { "resolution": { "within": "PT4H", "calendar": "office" } } }
  ]
}
"""

# Monday 2 March 2026; two cases interleaved.
GOOD = """{"case":"A","at":"2026-03-02T09:00:00Z","event":"opened"}
{"case":"B","at":"2026-03-02T10:00:00Z","event":"opened","fields":{"tier":"premium"}}
{"case":"A","at":"2026-03-02T11:00:00Z","events":[{"event":"agent_message"},{"event":"moved","to":"resolved"}]}
{"case":"B","at":"2026-03-02T15:00:00Z","event":"note"}
"""

# Lines 2, 4, 6 to 16 are bad, each in its own way; what is left is GOOD with blank lines.
BAD_LINES = """{"case":"A","at":"2026-03-02T09:00:00Z","event":"opened"}
{"case":"A","at":"2026-03-02T09:30:00Z","event":"opened"}

{"case":"A","at":"2026-03-02T08:59:59Z","event":"note"}
{"case":"B","at":"2026-03-02T10:00:00Z","event":"opened","fields":{"tier":"premium"}}
{"case":"A","at":"2026-03-02T10:00:00Z","events":[{"event":"note"},{"event":"moved","to":"delivery"}]}
{"case":"A","at":"2026-03-02T10:00:00Z","event":"moved","to":"nowhere"}
{"case":"C","at":"2026-03-02T10:00:00Z","event":"note"}
{"case":"C","at":"2026-03-02T10:00:00Z","event":"opened","fields":{"tier":"gold"}}
{"case":"C","at":"2026-03-02 10:00","event":"opened"}
{"case":"C","at":"2999-03-02T10:00:00Z","event":"opened"}
{"case":7,"at":"2026-03-02T10:00:00Z","event":"opened"}
{"at":"2026-03-02T10:00:00Z","event":"opened"}
{"case":"A","at":"2026-03-02T10:00:00Z","event":"note"
nonsense
{"case":"A","at":"2026-03-02T10:00:00Z","event":"rated","csat":6}
{"case":"A","at":"2026-03-02T11:00:00Z","events":[{"event":"agent_message"},{"event":"moved","to":"resolved"}]}
   
{"case":"B","at":"2026-03-02T15:00:00Z","event":"note"}
"""

MODEL = """{
  "csupport": 1,
  "impact": {
    "code": "T",
    "dimensions": [
      { "name": "impact", "code": "I", "group": "impact", "ask": "How bad is it?",
        "levels": [{ "name": "low", "code": "L", "points": 0 }, { "name": "high", "code": "H", "points": 1 }] },
      { "name": "urgency", "code": "U", "group": "urgency",
        "levels": [{ "name": "low", "code": "L", "points": 0 }, { "name": "high", "code": "H", "points": 1 }] }
    ],
    "bands": { "impact": [500], "urgency": [500] },
    "priority": [["P1", "P2"], ["P2", "P3"]],
    "shifts": [{ "when": { "mood": "angry" }, "urgency": 1, "because": "the customer is \\"angry\\"" }]
  }
}
"""

GRAPH = """{
  "csupport": 1,
  "workflow": {
    "initial": "to \\"do\\"",
    "states": { "to \\"do\\"": { "category": "new" }, "waiting": { "category": "pending" },
                "done": { "category": "resolved", "stage": "delivery" }, "over": { "category": "closed" } },
    "moves": [
      { "from": "to \\"do\\"", "on": "moved", "to": "done", "requires": ["team"] },
      { "from": "to \\"do\\"", "on": "proposed", "to": "done", "when": { "resolution": "full" } },
      { "from": "to \\"do\\"", "on": "moved", "to": "waiting" },
      { "from": "waiting", "on": "customer_message", "to": "previous" },
      { "from": "*", "on": "closed", "to": "over" }
    ],
    "timers": [{ "in": "done", "after": "P2D", "calendar": "always", "to": "over" }]
  }
}
"""

FILES = {
    "policy.json": POLICY,
    "good.jsonl": GOOD,
    "bad.jsonl": BAD_LINES,
    "empty.jsonl": "",
    "model.json": MODEL,
    "graph.json": GRAPH,
    "zone.json": POLICY.replace('"UTC"', '"Mars/Olympus"'),
    "hours.json": POLICY.replace("09:00-17:00", "25:70-26:00"),
    "never.json": POLICY.replace("Mo-Fr 09:00-17:00", "Mo-Fr off"),
    "once.json": POLICY.replace("Mo-Fr 09:00-17:00", "2026 Mar 02 09:00-17:00"),
    "cut.json": POLICY[:100],
    "later.json": POLICY.replace('"csupport": 1', '"csupport": 2'),
    "odd.json": POLICY.replace('"agreements": [', '"agreements": [\n    { "name": "first", "kind": "sla", "when": "always", "targets": { "resolution": '
                               '{ "within": "PT1H", "calendar": "office" } } },'),
}

A_DONE = """{"case":"A","seq":1,"at":"2026-03-02T09:00:00Z","decision":"assessed",{...}
{"case":"A","seq":2,"at":"2026-03-02T09:00:00Z","decision":"agreement_chosen",{...}
{"case":"A","seq":3,"at":"2026-03-02T09:00:00Z","decision":"clock_started",{...}"clock":"resolution",{...}
"""
B_OPENED = """{"case":"B","seq":1,"at":"2026-03-02T10:00:00Z","decision":"assessed",{...}
{"case":"B","seq":2,"at":"2026-03-02T10:00:00Z","decision":"agreement_chosen",{...}
{"case":"B","seq":3,"at":"2026-03-02T10:00:00Z","decision":"clock_started",{...}"due":"2026-03-02T14:00:00Z",{...}
"""
A_RESOLVED = """{"case":"A","seq":4,"at":"2026-03-02T11:00:00Z","decision":"moved","from":"new","to":"diagnosis"}
{"case":"A","seq":5,"at":"2026-03-02T11:00:00Z","decision":"moved","from":"diagnosis","to":"resolved"}
{"case":"A","seq":6,"at":"2026-03-02T11:00:00Z","decision":"clock_met",{...}"elapsed":"PT2H","percent":50,"verdict":"met"}
"""
B_BREACHED = """{"case":"B","seq":4,"at":"2026-03-02T14:00:00Z","decision":"clock_breached",{...}
"""
REPLAY = A_DONE + B_OPENED + A_RESOLVED + B_BREACHED
STATUS = """{"case":"A","at":"2026-03-02T15:00:00Z","state":"resolved",{...}"verdict":"met",{...}
{"case":"B","at":"2026-03-02T15:00:00Z","state":"new",{...}"verdict":"breached",{...}
"""

REFUSALS = """bad.jsonl:2:1: CSUP_E_ORDER: {...}
bad.jsonl:4:1: CSUP_E_ORDER: the event is earlier than the last one of this case, at 2026-03-02T09:00:00Z
bad.jsonl:6:68: /events/1: CSUP_E_REFUSED: the workflow has no move from "new" to "delivery" {...}
bad.jsonl:7:1: CSUP_E_UNKNOWN: "nowhere" is no state of this policy
bad.jsonl:8:1: CSUP_E_ORDER: the case is not open yet; its first event is "opened"
bad.jsonl:9:1: CSUP_E_UNKNOWN: "gold" is no value of tier
bad.jsonl:10:18: /at: CSUP_E_ARGUMENT: "2026-03-02 10:00" is no instant; expected one as in "2026-03-02T08:15:00Z"
bad.jsonl:11:18: /at: CSUP_E_RANGE: "2999-03-02T10:00:00Z" lies outside the years 1900 to 2200
bad.jsonl:12:9: /case: CSUP_E_ARGUMENT: expected a string, found an integer
bad.jsonl:13: CSUP_E_ARGUMENT: the line names no case: the member "case" is missing
bad.jsonl:14:55: CSUP_E_SYNTAX: not JSON: the text ends too early
bad.jsonl:15:1: CSUP_E_SYNTAX: not JSON: expected a value
bad.jsonl:16:1: CSUP_E_RANGE: {...}
csup: 13 lines of bad.jsonl refused
"""

TABLE = """CASE  STATE     PRIORITY  CLOCK       STATUS   DUE (UTC)         VERDICT   BUSINESS TIME
A     resolved  P4        resolution  stopped  2026-03-02 13:00  met       2 h 00 min used
B     new       P4        resolution  running  2026-03-02 14:00  BREACHED  1 h 00 min late
"""

USAGE = {name: f"usage: csup {name} {rest}" for name, rest in {
    "replay": "POLICY EVENTS [--until INSTANT] [--case ID]",
    "status": "POLICY EVENTS [--at INSTANT] [--case ID] [--table] [--zone ZONE]",
    "due": "POLICY CALENDAR INSTANT DURATION",
    "check": "POLICY",
    "score": "POLICY VECTOR|-",
    "graph": "POLICY [--format dot|mermaid]",
}.items()}

MONDAY = "2026-03-02T10:15:00Z"

# (what, arguments, standard input, exit status, standard output, standard error)
CASES = [
    # --- usage
    ("no command", "", None, 2, "", "csup: what a support policy makes of cases\n...\n"),
    ("help", "--help", None, 0, "csup: what a support policy makes of cases\n...\n", ""),
    ("help on a command", "replay --help", None, 0, "csup: what a support policy makes of cases\n...\n", ""),
    ("version", "--version", None, 0, "csup {...}\n", ""),
    ("an unknown command", "replai x", None, 2, "", 'csup: there is no command "replai"; csup --help lists them\n'),
    *((f"{name}: too little", name, None, 2, "", f"csup: {name} needs more than that; {usage}\n") for name, usage in USAGE.items()),
    ("too much", "check policy.json x", None, 2, "", f"csup: x is too much; {USAGE['check']}\n"),
    ("an option of another command", "status policy.json good.jsonl --until x", None, 2, "",
     f"csup: there is no option --until here; {USAGE['status']}\n"),
    ("an option without its value", "replay policy.json good.jsonl --case", None, 2, "",
     f"csup: --case needs a value; {USAGE['replay']}\n"),
    ("a flag with a value", "status policy.json good.jsonl --table=yes", None, 2, "",
     f"csup: --table takes no value; {USAGE['status']}\n"),
    ("both from standard input", "replay - -", "", 2, "",
     "csup: CSUP_E_ARGUMENT: policy and events cannot both be read from standard input\n"),
    # --- policies: every command reads them alike
    ("no such policy", "replay nowhere.json good.jsonl", None, 2, "", "nowhere.json: CSUP_E_IO: No such file or directory\n"),
    ("a folder for a policy", "check .", None, 2, "", ".: CSUP_E_IO: Is a directory\n"),
    ("an empty policy", "check -", "", 2, "", "stdin:1:1: CSUP_E_SYNTAX: not JSON: the text ends too early\n"),
    ("a policy cut short", "check cut.json", None, 2, "", "cut.json:{...}: CSUP_E_SYNTAX: not JSON: the text ends too early\n"),
    ("a policy of a later format", "check later.json", None, 2, "", "later.json:2:15: /csupport: CSUP_E_VERSION: {...}\n"),
    ("an unknown zone", "status zone.json good.jsonl", None, 2, "", "zone.json:4:38: /calendars/office/zone: CSUP_E_UNKNOWN: {...}\n"),
    ("impossible hours", "due hours.json office 2026-03-02T10:15:00Z PT1H", None, 2, "",
     "hours.json:4:61: /calendars/office/hours: CSUP_E_SYNTAX: {...}\n"),
    ("a calendar that never opens", "graph never.json", None, 2, "", "never.json:4:{...}: /calendars/office{...}: CSUP_E_NEVER: {...}\n"),
    # --- replay
    ("replay", "replay policy.json good.jsonl", None, 0, REPLAY, ""),
    ("replay from standard input", "replay policy.json -", GOOD, 0, REPLAY, ""),
    ("a policy from standard input", "replay - good.jsonl", POLICY, 0, REPLAY, ""),
    ("no newline at the end", "replay policy.json -", GOOD.rstrip("\n"), 0, REPLAY, ""),
    ("lines that end in CR LF", "replay policy.json -", GOOD.replace("\n", "\r\n"), 0, REPLAY, ""),
    ("a name written in two ways", "replay policy.json -", GOOD.replace('"case":"B"', '"case":"\\u0042"', 1), 0, REPLAY, ""),
    ("bad lines", "replay policy.json bad.jsonl", None, 1, REPLAY, REFUSALS),
    ("one bad line", "replay policy.json -", "{}\n" + GOOD, 1, REPLAY,
     'stdin:1: CSUP_E_ARGUMENT: the line names no case: the member "case" is missing\ncsup: 1 line of stdin refused\n'),
    ("replay until an instant", "replay policy.json good.jsonl --until 2026-03-02T10:30:00Z", None, 0, A_DONE + B_OPENED, ""),
    ("replay until before a case", "replay policy.json good.jsonl --until=2026-03-02T10:30:00+01:00", None, 0, A_DONE, ""),
    ("replay until after the last event", "replay policy.json good.jsonl --until 2026-03-08T00:00:00Z", None, 0,
     REPLAY + '{"case":"A","seq":7,"at":"2026-03-07T11:00:00Z","decision":"moved","from":"resolved","to":"closed"}\n', ""),
    ("replay of one case", "replay policy.json good.jsonl --case B", None, 0, B_OPENED + B_BREACHED, ""),
    ("replay of no case", "replay policy.json good.jsonl --case X", None, 2, "",
     '--case: CSUP_E_UNKNOWN: there is no case "X" in good.jsonl\n'),
    ("until is no instant", "replay policy.json good.jsonl --until tomorrow", None, 2, "",
     '--until: CSUP_E_SYNTAX: "tomorrow" is no instant; expected one as in 2026-03-02T08:15:00Z\n'),
    ("until is out of range", "replay policy.json good.jsonl --until 2201-01-01T00:00:00Z", None, 2, "",
     '--until: CSUP_E_RANGE: "2201-01-01T00:00:00Z" lies outside the years 1900 to 2200\n'),
    ("no such events", "replay policy.json nowhere.jsonl", None, 2, "", "nowhere.jsonl: CSUP_E_IO: No such file or directory\n"),
    ("no events", "replay policy.json empty.jsonl", None, 0, "", ""),
    # --- status
    ("status", "status policy.json good.jsonl", None, 0, STATUS, ""),
    ("status with bad lines", "status policy.json bad.jsonl", None, 1, STATUS, REFUSALS),
    ("status at an instant", "status policy.json good.jsonl --at 2026-03-02T09:30:00Z", None, 0,
     '{"case":"A","at":"2026-03-02T09:30:00Z","state":"new",{...}"elapsed":"PT30M","remaining":"PT3H30M","percent":12,"overrun":null}{...}\n', ""),
    ("status before the first event", "status policy.json good.jsonl --at 2026-03-01T00:00:00Z", None, 0, "", ""),
    ("a bad line after the instant asked for", "status policy.json - --at 2026-03-02T16:00:00Z",
     GOOD + '{"case":"A","at":"2026-03-02T17:00:00Z","event":"moved","to":"nowhere"}\n', 0, STATUS.replace("15:00", "16:00"), ""),
    ("status of one case", "status policy.json good.jsonl --case A", None, 0, STATUS.splitlines(True)[0], ""),
    ("status of no case", "status policy.json good.jsonl --case X --table", None, 2, "",
     '--case: CSUP_E_UNKNOWN: there is no case "X" in good.jsonl\n'),
    ("a table", "status policy.json good.jsonl --table", None, 0, TABLE, ""),
    ("a table in local time", "status policy.json good.jsonl --table --zone Asia/Kolkata --case B", None, 0,
     "CASE  STATE  PRIORITY  CLOCK       STATUS   DUE (Asia/Kolkata)  VERDICT   BUSINESS TIME\n"
     "B     new    P4        resolution  running  2026-03-02 19:30    BREACHED  1 h 00 min late\n", ""),
    ("a table of names that are not ASCII, and of a case without targets", "status model.json - --table",
     '{"case":"Заявка 1","at":"2026-03-02T09:00:00Z","event":"opened"}\n{"case":"B","at":"2026-03-02T09:00:00Z","event":"opened"}\n', 0,
     "CASE      STATE  PRIORITY  CLOCK  STATUS  DUE (UTC)  VERDICT  BUSINESS TIME\n"
     "Заявка 1  new    P3        -      -       -          -        -\n"
     "B         new    P3        -      -       -          -        -\n", ""),
    ("a table in no zone", "status policy.json good.jsonl --table --zone Mars/Olympus", None, 2, "", "--zone: CSUP_E_UNKNOWN: {...}\n"),
    ("a zone without a table", "status policy.json good.jsonl --zone UTC", None, 2, "",
     "--zone: CSUP_E_ARGUMENT: only a table shows local time; add --table\n"),
    ("status at no instant", "status policy.json good.jsonl --at=", None, 2, "",
     '--at: CSUP_E_SYNTAX: "" is no instant; expected one as in 2026-03-02T08:15:00Z\n'),
    # --- due
    ("open time", f"due policy.json office {MONDAY} PT8H", None, 0, "2026-03-03T10:15:00Z\n", ""),
    ("open time backward", f"due policy.json office {MONDAY} -PT2H", None, 0, "2026-02-27T16:15:00Z\n", ""),
    ("business days", f"due policy.json office {MONDAY} P5D", None, 0, "2026-03-09T10:15:00Z\n", ""),
    ("business days backward", f"due policy.json office {MONDAY} -P1D", None, 0, "2026-02-27T10:15:00Z\n", ""),
    ("the built-in calendar", f"due policy.json always {MONDAY} +PT30H", None, 0, "2026-03-03T16:15:00Z\n", ""),
    ("another offset", "due policy.json office 2026-03-02T10:15:00+01:00 PT1H", None, 0, "2026-03-02T10:15:00Z\n", ""),
    ("the built-in policy", f"due default office {MONDAY} PT8H", None, 0, "2026-03-03T10:15:00Z\n", ""),
    ("an unknown calendar", f"due policy.json shop {MONDAY} PT1H", None, 2, "",
     'policy.json: CSUP_E_UNKNOWN: the policy has no calendar "shop"\n'),
    ("no instant", "due policy.json office 2026-03-02 PT1H", None, 2, "",
     'INSTANT: CSUP_E_SYNTAX: "2026-03-02" is no instant; expected one as in 2026-03-02T08:15:00Z\n'),
    *((f"no duration: {text}", f"due policy.json office {MONDAY} {text}", None, 2, "",
       f'DURATION: CSUP_E_SYNTAX: "{text}" is no duration; expected open time as in PT4H30M, or business days as in P2D\n')
      for text in ["4h", "P1W", "P1DT2H", "P", "PT", "PD", "P2", "P-2D", "P2Dx", "--P2D"[2:] + "D"]),
    ("too many days", f"due policy.json office {MONDAY} P99999999999999999999D", None, 2, "", "DURATION: CSUP_E_RANGE: {...}\n"),
    ("too far", f"due policy.json office {MONDAY} P999999D", None, 2, "", "P999999D: CSUP_E_RANGE: {...}\n"),
    ("no more openings", f"due once.json office {MONDAY} PT8H", None, 2, "", "PT8H: CSUP_E_NEVER: {...}\n"),
    # --- check
    ("a sound policy", "check policy.json", None, 0, "", ""),
    ("the built-in policy is sound", "check default", None, 0, "", ""),
    ("findings", "check odd.json", None, 1, "odd.json:7:{...}: /agreements/1{...}: unreachable: {...}\n", ""),
    # --- score
    ("a vector", "score model.json T:1/I:H/U:L?", None, 0,
     '{"vector":"T:1/I:H/U:L?","severity":{"low":"S1","value":"S1","high":"S1"},"urgency":{"low":"U2","value":"U2","high":"U2"},'
     '"priority":{"low":"P2","value":"P2","high":"P2"},"impact_score":{"low":1000,"value":1000,"high":1000},'
     '"urgency_score":{"low":0,"value":0,"high":0},"confidence":500,"next_question":"urgency","next_question_text":"","reasons":['
     '{"kind":"contribution","name":"impact","level":"high","basis":"stated","points":1,"maximum":1},'
     '{"kind":"contribution","name":"urgency","level":"low","basis":"assumed","points":0,"maximum":1}]}\n', ""),
    ("answers and facts", "score model.json -", '{ "facts": {"mood": "angry"}, "answers": {"urgency": {"basis": "verified", "level": "low"}} }\n', 0,
     '{"vector":"T:1/I:X/U:L!",{...}"priority":{"low":"P2","value":"P2","high":"P1"},{...}"next_question":"impact",'
     '"next_question_text":"How bad is it?",{...},{"kind":"shift","name":"urgency","points":1,"maximum":{...},'
     '"because":"the customer is \\"angry\\""}]}\n', ""),
    ("no answers", "score model.json -", "{}", 0, '{"vector":"T:1/I:X/U:X",{...}"confidence":0,{...}\n', ""),
    ("a vector cut short", "score model.json T:1/I:H", None, 2, "", "VECTOR:1:8: CSUP_E_SYNTAX: the metric U is missing\n"),
    ("a vector of no known level", "score model.json T:1/I:Q/U:L", None, 2, "", 'VECTOR:1:7: CSUP_E_UNKNOWN: the metric I has no level "Q"\n'),
    ("a vector of another version", "score model.json T:2/I:H/U:L", None, 2, "", "VECTOR:1:3: CSUP_E_VERSION: {...}\n"),
    ("an unknown dimension", "score model.json -", '{"answers":\n {"a/b~c": "high"}}', 2, "",
     'stdin:2:12: /answers/a~1b~0c: CSUP_E_UNKNOWN: the model has no dimension "a/b~c"\n'),
    ("an unknown level", "score model.json -", '{"answers":{"impact":"huge"}}', 2, "",
     'stdin:1:22: /answers/impact: CSUP_E_UNKNOWN: the dimension has no level "huge"\n'),
    ("an answer twice", "score model.json -", '{"answers":{"impact":"low","impact":"high"}}', 2, "",
     'stdin:1:37: /answers/impact: CSUP_E_ARGUMENT: dimension "impact" is answered twice\n'),
    ("an unknown basis", "score model.json -", '{"answers":{"impact":{"level":"low","basis":"sure"}}}', 2, "",
     "stdin:1:45: CSUP_E_SYNTAX: expected one of unknown, assumed, stated, verified\n"),
    ("an answer without a level", "score model.json -", '{"answers":{"impact":{"basis":"stated"}}}', 2, "",
     "stdin:1:22: CSUP_E_SYNTAX: the answer has no level\n"),
    ("an answer that is a number", "score model.json -", '{"answers":{"impact":3}}', 2, "",
     "stdin:1:22: CSUP_E_SYNTAX: expected a level, or an object of level and basis\n"),
    ("an unknown fact", "score model.json -", '{"facts":{"mood":"calm","weather":"rain"}}', 2, "",
     'stdin:1:35: /facts/weather: CSUP_E_UNKNOWN: there is no fact, field or dimension "weather"\n'),
    ("a fact of the wrong kind", "score model.json -", '{"facts":{"contacts":"many"}}', 2, "",
     "stdin:1:22: /facts/contacts: CSUP_E_ARGUMENT: the value of contacts must be a number\n"),
    ("a fact that is no integer", "score model.json -", '{"facts":{"contacts":1.5}}', 2, "", "stdin:1:22: CSUP_E_SYNTAX: expected an integer\n"),
    ("a fact that is too large", "score model.json -", '{"facts":{"contacts":9223372036854775808}}', 2, "",
     "stdin:1:22: CSUP_E_SYNTAX: the number does not fit into 64 bits\n"),
    *((f"no document: {text!r}", "score model.json -", text, 2, "", f"stdin:{place}: CSUP_E_SYNTAX: {what}\n") for text, place, what in [
        ("", "1:1", "expected an object with the members answers and facts"),
        ("[]", "1:1", "expected an object with the members answers and facts"),
        ('{"answer":{}}', "1:11", "the members are answers and facts, once each"),
        ('{"facts":{},"facts":{}}', "1:21", "the members are answers and facts, once each"),
        ('{"facts":{}} x', "1:14", "more text after the object"),
        ('{"facts":{}', "1:12", "the text ends too early"),
        ('{"facts":{"a" 1}}', "1:15", "expected ':'"),
        ('{"facts":{"a":1 "b":2}}', "1:17", "expected ',' or '}'"),
        ('{"facts":{"a":1,}}', "1:17", "expected a member's name in quotes"),
        ('{"facts":{"a\\x":1}}', "1:14", "no such escape in a string"),
        ('{"facts":{"\\ud800":1}}', "1:18", "no such escape in a string"),
        ('{"facts":{"a":[]}}', "1:15", "expected a string, an integer, true, false or null"),
        ('{"facts":{"a":"b\nc"}}', "1:17", "a control character in a string must be escaped"),
    ]),
    ("policy and answers from standard input", "score - -", "", 2, "",
     "csup: CSUP_E_ARGUMENT: policy and answers cannot both be read from standard input\n"),
    # --- graph
    ("a drawing for Graphviz", "graph graph.json", None, 0, r'''digraph workflow {
...
  s0 [label="to \"do\"\nnew", fillcolor="#cfe2f3", penwidth=2];
  s1 [label="waiting\npending", fillcolor="#fff2cc"];
  s2 [label="done\nresolved, delivery stage", fillcolor="#d9d2e9"];
  s3 [label="over\nclosed", fillcolor="#e0e0e0", peripheries=2];
  s4 [label="where it was\nbefore waiting", shape=ellipse, style=dashed];
  start -> s0;
  s0 -> s2 [label="moved (needs team), proposed (if)"];
  s0 -> s1 [label="moved"];
  s0 -> s3 [label="closed"];
  s1 -> s4 [label="customer_message"];
  s1 -> s3 [label="closed"];
  s2 -> s3 [label="closed"];
  s2 -> s3 [label="after P2D on always", style=dashed];
}
''', ""),
    ("a drawing for Mermaid", "graph --format mermaid graph.json", None, 0, '''stateDiagram-v2
...
  state "to #34;do#34;" as s0
...
  state "where it was before waiting" as s4
  [*] --> s0
  s0 --> s2 : moved (needs team), proposed (if)
...
  s2 --> s3 : after P2D on always
  class s0 new
...
''', ""),
    ("no such format", "graph graph.json --format svg", None, 2, "", '--format: CSUP_E_ARGUMENT: "svg" is no format; expected dot or mermaid\n'),
]


def matches(expected, found):
    pattern = ""
    for line in expected.splitlines(keepends=True):
        if line == "...\n":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*?".join(re.escape(part) for part in line.split("{...}"))
    return re.fullmatch(pattern, found) is not None


class Checks:
    def __init__(self, csup, folder):
        self.csup, self.folder, self.count, self.failed = csup, folder, 0, 0

    def run(self, arguments, given=None):
        words = arguments.split() if isinstance(arguments, str) else arguments
        done = subprocess.run([self.csup, *words], cwd=self.folder, input=None if given is None else given.encode(),
                              stdin=subprocess.DEVNULL if given is None else None, capture_output=True, timeout=120)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def expect(self, what, good, *details):
        self.count += 1
        if not good:
            self.failed += 1
            print(f"FAILED: {what}", *details, sep="\n  ")


def table(checks):
    for what, arguments, given, status, out, err in CASES:
        found = checks.run(arguments, given)
        good = found[0] == status and matches(out, found[1]) and matches(err, found[2])
        checks.expect(what, good, f"csup {arguments}", f"exit {found[0]}, expected {status}", f"stdout: {found[1]!r}",
                      f"expected {out!r}", f"stderr: {found[2]!r}", f"expected {err!r}")


def interleaved(cases, rounds):
    """Many cases, each with one message a minute, no two lines of one case beside each other; every tenth line is refused."""
    lines = []
    for turn in range(rounds):
        for case in range(cases):
            at = f"2026-03-02T{9 + turn // 60:02}:{turn % 60:02}:00Z"
            event = '"event":"opened"' if turn == 0 else '"event":"customer_message"'
            lines.append(f'{{"case":"case {case}","at":"{at}",{event}}}')
            if len(lines) % 10 == 0:
                lines.append(f'{{"case":"case {case}","at":"{at}","event":"moved","to":"delivery"}}')
    return lines


def streams(checks):
    lines = interleaved(3000, 4)
    good = [line for line in lines if "delivery" not in line]
    (checks.folder / "many.jsonl").write_text("\n".join(lines) + "\n")
    (checks.folder / "clean.jsonl").write_text("\n".join(good) + "\n")
    for command in ["replay", "status"]:
        status, out, err = checks.run(f"{command} policy.json many.jsonl")
        expected = checks.run(f"{command} policy.json clean.jsonl")
        refused = len(lines) - len(good)
        checks.expect(f"{command}: the other lines lose nothing", (status, out) == (1, expected[1]) and expected[0] == 0)
        checks.expect(f"{command}: each refused line is told", err.count(": CSUP_E_REFUSED: ") == refused, f"{refused} expected")
        checks.expect(f"{command}: and counted", err.endswith(f"csup: {refused} lines of many.jsonl refused\n"), err[-100:])
    status, out, _ = checks.run("status policy.json clean.jsonl")
    cases = [json.loads(line) for line in out.splitlines()]
    checks.expect("cases in order of first appearance", [case["case"] for case in cases] == [f"case {i}" for i in range(3000)])
    checks.expect("each case has its own messages", all(case["facts"]["contacts"] == 4 for case in cases))
    whole = checks.run("replay policy.json clean.jsonl")[1]
    one = checks.run(["replay", "policy.json", "clean.jsonl", "--case", "case 77"])[1]
    checks.expect("--case gives that case's lines", one == "".join(
        line for line in whole.splitlines(True) if line.startswith('{"case":"case 77",')) and one != "")
    batch = ",".join(['{"event":"customer_message"}'] * 20000)
    status, out, _ = checks.run("status policy.json -", f'{GOOD}{{"case":"B","at":"2026-03-02T15:00:00Z","events":[{batch}]}}\n')
    checks.expect("a line longer than any buffer", status == 0 and json.loads(out.splitlines()[1])["facts"]["contacts"] == 20001)


def readmes(checks, source):
    """What the READMEs about csup show: a line "$ command" is run in the project's folder, and prints what follows."""
    for path in (source / "examples" / name / "README.md" for name in ("csup", "demo")):
        for block in re.findall(r"^```console\n(.*?)^```$", path.read_text(encoding="utf-8"), re.S | re.M):
            for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
                command, _, expected = part.partition("\n")
                if not re.search(r"\bcsup\b", command):
                    continue
                wanted = re.search(r"^# exits (\d+)\n", expected, re.M)
                expected = re.sub(r"^# exits \d+\n", "", expected, flags=re.M)
                done = subprocess.run(["sh", "-c", command], cwd=source, capture_output=True, text=True, encoding="utf-8",
                                      env={**os.environ, "PATH": f"{os.path.dirname(checks.csup)}:{os.environ['PATH']}"})
                good = matches(expected, done.stdout) and done.returncode == (int(wanted[1]) if wanted else 0)
                checks.expect(f"{path.relative_to(source)} shows what happens", good, command, done.stdout, done.stderr)


def surroundings(checks, source):
    """A full disk, a file without end, a damaged byte, and what the project ships."""
    if os.path.exists("/dev/zero"):
        for command in ["check /dev/zero", "replay policy.json /dev/zero"]:
            status, out, err = checks.run(command)
            checks.expect(f"a file without end: {command}", status == 2 and not out and
                          err == "/dev/zero: CSUP_E_RANGE: no line break, and no end, within 256 MiB\n", out, err)
    if os.path.exists("/dev/full"):
        with open("/dev/full", "w") as full:
            done = subprocess.run([checks.csup, "replay", "policy.json", "good.jsonl"], cwd=checks.folder, stdout=full,
                                  stderr=subprocess.PIPE, text=True)
        checks.expect("a full disk", done.returncode == 2 and done.stderr == "stdout: CSUP_E_IO: the output could not be written\n", done.stderr)
    (checks.folder / "bytes.jsonl").write_bytes(b'{"case":"A\xff","at":"2026-03-02T09:00:00Z","event":"opened"}\n\x00\n' + GOOD.encode())
    status, out, err = checks.run("replay policy.json bytes.jsonl")
    checks.expect("bytes that are no UTF-8", status == 1 and matches(REPLAY, out) and matches(
        "bytes.jsonl:1:11: CSUP_E_SYNTAX: not JSON: malformed UTF-8\nbytes.jsonl:2:1: CSUP_E_SYNTAX: {...}\n"
        "csup: 2 lines of bytes.jsonl refused\n", err), out, err)
    for name in ["good.jsonl", "policy.json"]:
        content = (checks.folder / name).read_bytes()
        (checks.folder / f"windows_{name}").write_bytes(b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"))
    found = checks.run("replay windows_policy.json windows_good.jsonl")
    checks.expect("a byte order mark and CRLF change nothing", found == checks.run("replay policy.json good.jsonl") and found[0] == 0, found)
    for policy in sorted((source / "examples" / "policies").glob("*.json")) + [source / "examples" / "demo" / "policy.json"]:
        status, out, err = checks.run(["check", str(policy)])
        checks.expect(f"{policy.name} has no findings", (status, out, err) == (0, "", ""), out, err)
        for form in ["dot", "mermaid"]:
            status, out, err = checks.run(["graph", str(policy), "--format", form])
            checks.expect(f"{policy.name} can be drawn as {form}", status == 0 and out.count("\n") > 5 and err == "", err)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for file, content in FILES.items():
            (folder / file).write_text(content, encoding="utf-8", newline="")
        checks = Checks(os.path.abspath(sys.argv[1]), folder)
        table(checks)
        streams(checks)
        readmes(checks, pathlib.Path(sys.argv[2]).resolve())
        surroundings(checks, pathlib.Path(sys.argv[2]).resolve())
    print(f"{checks.count - checks.failed} of {checks.count} checks hold")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
