#!/usr/bin/env python3
"""helpdesk command by command: what it prints, what it refuses and how it says so. Each row of CASES is a story in a database of its
own: commands with their exit status and output. Expected texts are exact, line by line; a line "..." stands for any lines, and a line
may hold "{...}" for any text within it. How wide a column is does not matter here: the README of the example shows it to the blank."""
import json
import os
import pty
import re
import shlex
import subprocess
import sys

import desk as this
from desk import scaled

# Monday 2 March 2026.
CASES = [
    ("a case from contact to closure", """
$ open C-1 "The export fails" --mood frustrated --field tier=premium --channel email --at 2026-03-02T09:00:00Z
AT (UTC)          DECISION          ABOUT
2026-03-02 09:00  assessed          S4 P4
2026-03-02 09:00  agreement_chosen  by standard
2026-03-02 09:00  clock_started     acknowledge due 2026-03-02T09:15:00Z
2026-03-02 09:00  clock_started     first_response due 2026-03-02T17:00:00Z
2026-03-02 09:00  clock_started     resolution due 2026-03-09T09:00:00Z
...
$ acknowledge C-1 --at 2026-03-02T09:05:00Z
AT (UTC)          DECISION   ABOUT
2026-03-02 09:05  moved      new -> diagnosis
2026-03-02 09:05  clock_met  acknowledge due 2026-03-02T09:15:00Z
$ ask C-1 --to waiting_customer --at 2026-03-02T09:10:00Z
Could anyone be hurt, or could someone have seen data that is not theirs?
AT (UTC)          DECISION       ABOUT
2026-03-02 09:10  moved          diagnosis -> waiting_customer
2026-03-02 09:10  clock_met      first_response due 2026-03-02T17:00:00Z
2026-03-02 09:10  clock_started  update due 2026-03-04T09:10:00Z
2026-03-02 09:10  clock_paused   update
2026-03-02 09:10  clock_paused   resolution
$ answer C-1 safety none --at 2026-03-02T10:10:00Z
AT (UTC)          DECISION       ABOUT
2026-03-02 10:10  moved          waiting_customer -> diagnosis
2026-03-02 10:10  clock_resumed  update due 2026-03-04T10:10:00Z
2026-03-02 10:10  clock_resumed  resolution due 2026-03-09T10:00:00Z
...
$ answer C-1 service down --basis verified --at 2026-03-02T10:15:00Z
...
$ assign C-1 --team tools --agent ana --at 2026-03-02T10:20:00Z
$ promise C-1 callback PT2H --kind callback --at 2026-03-02T10:30:00Z
AT (UTC)          DECISION       ABOUT
2026-03-02 10:30  clock_started  promise:callback due 2026-03-02T12:30:00Z
$ note C-1 "the certificate has run out" --at 2026-03-02T10:40:00Z
$ move C-1 delivery --at 2026-03-02T10:41:00Z
# exits 1
helpdesk: CSUP_E_REFUSED: the workflow has no move from "diagnosis" to "delivery" that is possible now
$ move C-1 determination --because "the cause is known" --at 2026-03-02T10:41:00Z
AT (UTC)          DECISION  ABOUT
2026-03-02 10:41  moved     diagnosis -> determination the cause is known
...
$ move C-1 development --at 2026-03-02T10:42:00Z
...
$ fulfil C-1 callback --at 2026-03-02T12:00:00Z
AT (UTC)          DECISION   ABOUT
2026-03-02 12:00  clock_met  promise:callback due 2026-03-02T12:30:00Z
$ propose C-1 workaround --at 2026-03-02T13:00:00Z
AT (UTC)          DECISION  ABOUT
2026-03-02 13:00  moved     development -> delivery
...
$ reject C-1 --because "still slow" --at 2026-03-02T13:30:00Z
AT (UTC)          DECISION  ABOUT
2026-03-02 13:30  moved     delivery -> development still slow
...
$ propose C-1 full --at 2026-03-02T15:00:00Z
...
$ accept C-1 --at 2026-03-02T15:10:00Z
AT (UTC)          DECISION  ABOUT
2026-03-02 15:10  moved     delivery -> resolved
...
$ rate C-1 --csat 5 --effort 2 --nps 9 --idea "tell us earlier" --at 2026-03-02T15:20:00Z
$ spend C-1 --minutes 90 --cost 12000 --at 2026-03-02T15:20:00Z
$ close C-1 --cause certificates --preventable --at 2026-03-02T16:00:00Z
AT (UTC)          DECISION  ABOUT
2026-03-02 16:00  moved     resolved -> closed
$ queue --at 2026-03-02T16:00:00Z
CASE  PRIORITY  STATE  WHO  CLOCK  DUE  TIME  RISK
$ tick --at 2026-04-01T00:00:00Z
0 cases woken, 0 decisions; next wake-up never
$ rebuild
1 case folded, 0 differences
$ journal
{"case":"C-1","at":"2026-03-02T09:00:00Z","event":"opened","fields":{"tier":"premium"},"channel":"email","mood":"frustrated"}
{"case":"C-1","at":"2026-03-02T09:05:00Z","event":"acknowledged"}
{"case":"C-1","at":"2026-03-02T09:10:00Z","events":[{"event":"agent_message"},{"event":"requested","what":"safety"},{"event":"moved","to":"waiting_customer"}]}
{"case":"C-1","at":"2026-03-02T10:10:00Z","events":[{"event":"answered","dimension":"safety","level":"none","basis":"stated"},{"event":"provided","what":"safety"}]}
{"case":"C-1","at":"2026-03-02T10:15:00Z","event":"answered","dimension":"service","level":"down","basis":"verified"}
{"case":"C-1","at":"2026-03-02T10:20:00Z","event":"assigned","team":"tools","agent":"ana"}
{"case":"C-1","at":"2026-03-02T10:30:00Z","event":"promised","promise":"callback","due":"2026-03-02T12:30:00Z","kind":"callback"}
...
{"case":"C-1","at":"2026-03-02T16:00:00Z","event":"closed","cause":"certificates","preventable":true}
"""),
    ("time passes", """
$ open C-1 --at 2026-03-02T09:00:00Z
...
$ open C-2 --at 2026-03-02T16:00:00Z
...
$ tick --at 2026-03-02T09:05:00Z
0 cases woken, 0 decisions; next wake-up 2026-03-02T09:11:15Z
$ tick --at 2026-03-02T09:11:14.999999Z
0 cases woken, 0 decisions; next wake-up 2026-03-02T09:11:15Z
$ tick --at 2026-03-02T09:11:15Z
1 case woken, 1 decision; next wake-up 2026-03-02T09:15:00.000001Z
$ queue --at 2026-03-02T16:05:00Z
CASE  PRIORITY  STATE  WHO  CLOCK           DUE               TIME             RISK
C-1   P4        new    -    acknowledge     2026-03-02 09:15  6 h 50 min late  LATE
C-2   P4        new    -    acknowledge     2026-03-02 16:15  10 min left
$ queue --at 2026-03-02T16:05:00Z --limit 1 --zone Europe/Sofia
CASE  PRIORITY  STATE  WHO  CLOCK        DUE               TIME             RISK
C-1   P4        new    -    acknowledge  2026-03-02 11:15  6 h 50 min late  LATE
$ queue --at 2026-03-02T09:05:00Z
CASE  PRIORITY  STATE  WHO  CLOCK        DUE               TIME         RISK
C-1   P4        new    -    acknowledge  2026-03-02 09:15  10 min left
$ tick --json --at 2026-03-02T16:05:00Z
{"cases":1,"decisions":{...},"next_wakeup":"2026-03-02T16:11:15Z"}
$ reply C-1 --to waiting_customer --at 2026-03-02T16:05:00Z
...
$ show C-1 --at 2026-03-02T16:05:00Z
C-1  waiting_customer  P4 S4  level 1  team -  agent -
contacts 1  replies 1  reopens 0  rejections 0  mood -
assessed {...}  severity S4 (S5 to S1)  urgency {...}  priority {...}
ask Could anyone be hurt, or could someone have seen data that is not theirs?

CLOCK           STATUS   DUE               VERDICT   BUSINESS TIME
acknowledge     stopped  2026-03-02 09:15  BREACHED  6 h 50 min late
first_response  stopped  2026-03-02 17:00  met       7 h 05 min used
update          paused   -                 open      16 h 00 min left
resolution      paused   -                 open      32 h 55 min left

AT                WHAT                    ABOUT
2026-03-02 09:00  opened
...
2026-03-02 09:15    clock_breached        acknowledge due 2026-03-02T09:15:00Z breached
...
2026-03-02 16:05  agent_message, moved    to waiting_customer
...
"""),
    ("the outbox", """
$ open C-1 --at 2026-03-02T09:00:00Z
...
$ outbox
NUMBER  CASE  AT                    DECISION          ABOUT
1       C-1   2026-03-02T09:00:00Z  assessed          severity "S4" to "P4"
2       C-1   2026-03-02T09:00:00Z  agreement_chosen  kind "sla" agreement "standard"
...
$ outbox --done 8
$ outbox --json
{"number":9,"decision":{"case":"C-1","seq":9,{...}}}
$ outbox --done 9
$ outbox
NUMBER  CASE  AT  DECISION  ABOUT
$ outbox --done 8
# exits 2
--done: CSUP_E_ARGUMENT: "8" is no number of the outbox that is next; expected 9 to 9
$ outbox --done 10
# exits 2
--done: CSUP_E_ARGUMENT: "10" is no number of the outbox that is next; expected 9 to 9
$ outbox --done soon
# exits 2
--done: {...}
$ outbox --all --json
{"number":1,{...}
...
{"number":9,{...}
$ say C-1 --at 2026-03-02T09:10:00Z
$ tick --at 2026-03-02T09:20:00Z
1 case woken, {...}
$ outbox --json
{"number":10,"decision":{"case":"C-1","seq":10,"at":"2026-03-02T09:11:15Z","decision":"clock_warned",{...}}}
...
"""),
    ("names and the other events", """
$ open --at 2026-03-02T09:00:00Z --team red --state new
C-1
...
$ open --json --at 2026-03-02T09:00:00Z
{"case":"C-2","seq":1,{...}
...
$ open C-3 --at 2026-03-02T09:00:00Z
...
$ open --at 2026-03-02T09:00:00Z
C-4
...
$ override C-1 priority P1 --because "the mayor called" --agreed --until PT8H --at 2026-03-02T10:00:00Z
AT (UTC)          DECISION  ABOUT
2026-03-02 {...}
...
$ release C-1 priority --because "a mistake" --at 2026-03-02T10:30:00Z
AT (UTC)          DECISION{...}
...
$ escalate C-1 --because "not happy" --by customer --at 2026-03-02T11:00:00Z
AT (UTC)          DECISION   ABOUT
2026-03-02 11:00  escalated  not happy
...
$ deescalate C-1 --level 1 --at 2026-03-02T11:30:00Z
AT (UTC)          DECISION     ABOUT
2026-03-02 11:30  deescalated
$ set C-1 tier premium --at 2026-03-02T11:30:00Z
$ set C-1 tier null --at 2026-03-02T11:30:00Z
$ request C-1 "log file" --due 2026-03-04T00:00:00Z --at 2026-03-02T11:40:00Z
$ provide C-1 "log file" --at 2026-03-02T11:50:00Z
$ promise C-1 estimate 2026-03-02T15:00:00Z --kind estimate --at 2026-03-02T12:00:00Z
...
$ withdraw C-1 estimate --at 2026-03-02T12:10:00Z
AT (UTC)          DECISION         ABOUT
2026-03-02 12:10  clock_cancelled  promise:estimate due 2026-03-02T15:00:00Z
$ say C-1 --auto --at 2026-03-02T12:20:00Z
$ reply C-1 --auto --at 2026-03-02T12:20:00Z
AT (UTC)          DECISION   ABOUT
2026-03-02 12:20  clock_met  acknowledge due{...}
$ merge C-2 C-1 --at 2026-03-02T13:00:00Z
AT (UTC)          DECISION {...}
...
$ cancel C-3 --because "solved itself" --at 2026-03-02T13:00:00Z
AT (UTC)          DECISION {...}
...
$ reopen C-3 --because "cancelled is not closed" --at 2026-03-02T14:00:00Z
$ close C-4 --at 2026-03-02T14:00:00Z
...
$ reopen C-4 --because "it is back" --at 2026-03-02T15:00:00Z
...
$ rebuild --json
{"cases":4,"differences":0}
"""),
    ("what is refused changes nothing", """
$ open C-1 --at 2026-03-02T09:00:00Z
...
$ open C-1 --at 2026-03-02T10:00:00Z
# exits 1
helpdesk: CSUP_E_ORDER: {...}
$ note C-1 --at 2026-03-02T08:59:59Z
# exits 1
helpdesk: CSUP_E_ORDER: {...}
$ note C-9 --at 2026-03-02T10:00:00Z
# exits 1
helpdesk.db: CSUP_E_UNKNOWN: there is no case "C-9"
$ note "C'; DROP TABLE cases; --" --at 2026-03-02T10:00:00Z
# exits 1
helpdesk.db: CSUP_E_UNKNOWN: there is no case "C'; DROP TABLE cases; --"
$ say C-1 --mood furious --at 2026-03-02T10:00:00Z
# exits 1
helpdesk: {...}CSUP_E_UNKNOWN: {...}
$ set C-1 colour red --at 2026-03-02T10:00:00Z
# exits 1
helpdesk: {...}CSUP_E_UNKNOWN: {...}
$ set C-1 tier gold --at 2026-03-02T10:00:00Z
# exits 1
helpdesk: {...}
$ set C-1 tier 7 --at 2026-03-02T10:00:00Z
# exits 1
helpdesk: {...}
$ rate C-1 --at 2026-03-02T10:00:00Z
# exits 1
helpdesk: {...}
$ rate C-1 --csat 6 --at 2026-03-02T10:00:00Z
# exits 1
helpdesk: {...}CSUP_E_RANGE: {...}
$ rate C-1 --csat five --at 2026-03-02T10:00:00Z
# exits 2
--csat: CSUP_E_RANGE: "five" is no whole number from -2147483648 to 2147483647
$ rate C-1 --csat 99999999999999999999 --at 2026-03-02T10:00:00Z
# exits 2
--csat: CSUP_E_RANGE: {...}
$ rate C-1 --csat '5,"nps":7' --at 2026-03-02T10:00:00Z
# exits 2
--csat: {...}
$ promise C-1 p yesterday --at 2026-03-02T10:00:00Z
# exits 2
promise: CSUP_E_SYNTAX: "yesterday" is no instant; expected one as in 2026-03-02T08:15:00Z, or from now on as in PT4H
$ promise C-1 p -PT4H --at 2026-03-02T10:00:00Z
# exits 1
helpdesk: {...}CSUP_E_ARGUMENT: {...}
$ promise C-1 p PT9000000H --at 2026-03-02T10:00:00Z
# exits 2
promise: CSUP_E_RANGE: "PT9000000H" lies outside the years 1900 to 2200
$ override C-1 mood P1 --at 2026-03-02T10:00:00Z
# exits 1
helpdesk: {...}
$ open C-2 --field tier --at 2026-03-02T10:00:00Z
# exits 2
--field: CSUP_E_ARGUMENT: "tier" gives no value; expected one as in tier=premium
$ open C-2 --field tier=gold --at 2026-03-02T10:00:00Z
# exits 1
helpdesk: {...}{...}
$ open C-2 --field tier=premium --field tier=standard --at 2026-03-02T10:00:00Z
# exits 1
helpdesk: CSUP_E_ARGUMENT: the field "tier" is given twice
$ answer C-1 safety none --basis heard --at 2026-03-02T10:00:00Z
# exits 2
--basis: CSUP_E_UNKNOWN: "heard" is no basis; expected unknown, assumed, stated or verified
$ open "" --at 2026-03-02T10:00:00Z
# exits 1
helpdesk: {...}
$ open C-2 --at yesterday
# exits 2
--at: CSUP_E_SYNTAX: "yesterday" is no instant; expected one as in 2026-03-02T08:15:00Z
$ open C-2 --at 2999-01-01T00:00:00Z
# exits 2
--at: CSUP_E_RANGE: {...}
$ answer C-1 safety --at 2026-03-02T10:00:00Z
# exits 1
helpdesk: {...}
$ show C-9
# exits 2
helpdesk.db: CSUP_E_UNKNOWN: there is no case "C-9"
$ show C-1 --at 2026-03-01T00:00:00Z
# exits 2
helpdesk.db: CSUP_E_UNKNOWN: there is no case "C-1" at that instant
$ queue --zone Mars/Olympus
# exits 2
--zone: CSUP_E_UNKNOWN: {...}
$ queue --limit 0
# exits 2
--limit: CSUP_E_ARGUMENT: "0" is no such number; expected 1 or more
$ journal
{"case":"C-1","at":"2026-03-02T09:00:00Z","event":"opened"}
$ rebuild
1 case folded, 0 differences
"""),
    ("usage", """
$ open --colour red
# exits 2
helpdesk: there is no option --colour here; usage: helpdesk open [CASE] [TEXT] {...}
$ note
# exits 2
helpdesk: note needs more than that; usage: helpdesk note CASE [TEXT]
$ note a b c
# exits 2
helpdesk: c is too much; usage: helpdesk note CASE [TEXT]
$ queue --limit
# exits 2
helpdesk: {...}
$ frobnicate
# exits 2
helpdesk: there is no command "frobnicate"; helpdesk --help lists them
"""),
    ("a journal is taken in once", """
$ import journal.jsonl
# exits 1
journal.jsonl:3:68: /events/1: CSUP_E_REFUSED: {...}
journal.jsonl:4:{...}CSUP_E_SYNTAX: {...}
journal.jsonl:5: CSUP_E_ARGUMENT: the line names no case: the member "case" is missing
journal.jsonl:6:1: CSUP_E_ORDER: {...}
8 lines, 3 events, 1 new case, 4 refused; {...} s, {...} events a second
$ import journal.jsonl
0 lines, 0 events, 0 new cases, 0 refused; {...}
$ import other.jsonl
1 line, 1 event, 1 new case, 0 refused; {...}
$ import longer.jsonl
1 line, 1 event, 0 new cases, 0 refused; {...}
$ import changed.jsonl
# exits 2
changed.jsonl: CSUP_E_ARGUMENT: its first 9 lines were imported before, and are not the same any more; nothing was imported
$ import shorter.jsonl
# exits 2
shorter.jsonl: CSUP_E_ARGUMENT: it ends at line 2, and 9 lines were imported before; expected the same or more
$ import missing.jsonl
# exits 2
missing.jsonl: CSUP_E_IO: {...}
$ import empty.jsonl
0 lines, {...}
$ import cut.jsonl
# exits 1
cut.jsonl:2:44: CSUP_E_SYNTAX: the last line is cut off; it is looked at again the next time
1 line, 1 event, 1 new case, 0 refused; {...}
$ import whole.jsonl
1 line, 1 event, 0 new cases, 0 refused; {...}
$ rebuild
3 cases folded, 0 differences
"""),
]

GOOD = """{"case":"A","at":"2026-03-02T09:00:00Z","event":"opened"}

{"case":"A","at":"2026-03-02T10:00:00Z","events":[{"event":"note"},{"event":"moved","to":"delivery"}]}
{"case":"A","at":"2026-03-02T10:00:00Z","event":"note"
{"at":"2026-03-02T10:00:00Z","event":"note"}
{"case":"A","at":"2026-03-02T08:00:00Z","event":"note"}
{"case":"A","at":"2026-03-02T11:00:00Z","events":[{"event":"agent_message"},{"event":"moved","to":"resolved"}]}
   \t
"""
CUT = """{"case":"C","at":"2026-03-02T09:00:00Z","event":"opened"}
{"case":"C","at":"2026-03-02T09:30:00Z","ev"""
FILES = {
    "journal.jsonl": GOOD,
    "other.jsonl": '{"case":"B","at":"2026-03-02T09:00:00Z","event":"opened"}\n',
    "longer.jsonl": GOOD + '{"case":"A","at":"2026-03-02T12:00:00Z","event":"note"}\n',
    "changed.jsonl": GOOD.replace("agent_message", "note") + '{"case":"A","at":"2026-03-02T12:00:00Z","event":"note"}\n',
    "shorter.jsonl": "".join(GOOD.splitlines(keepends=True)[:2]),
    "empty.jsonl": "",
    "cut.jsonl": CUT,
    "whole.jsonl": CUT + 'ent":"note"}\n',
}


def pattern(wanted):
    parts = []
    for line in wanted:
        parts.append("(?:.*\n)*?" if line.strip() == "..." else ".*".join(map(re.escape, line.rstrip().split("{...}"))) + " *\n")
    return "".join(parts)


def tell(desk, story):
    steps = []
    for line in story.strip("\n").splitlines():
        if line.startswith("$ "):
            steps.append([line[2:], 0, []])
        elif line.startswith("# exits "):
            steps[-1][1] = int(line.split()[-1])
        else:
            steps[-1][2].append(re.sub(" {2,}", "  ", line))
    for command, status, wanted in steps:
        result = desk.run(*shlex.split(command), status=None)
        said = re.sub(" {2,}", "  ", (result.stderr + result.stdout).replace(f"{desk.folder}/", ""))
        if result.returncode != status or not re.fullmatch(pattern(wanted), "".join(line.rstrip() + "\n" for line in said.splitlines())):
            raise AssertionError(f"$ {command}\nexits {result.returncode}, prints\n{said}where this was expected, with {status}:\n" +
                                 "\n".join(wanted))


def test_stories(desk):
    for name, content in FILES.items():
        (desk.folder / name).write_text(content, encoding="utf-8")
    for title, story in CASES:
        for leftover in desk.folder.glob("helpdesk.db*"):
            leftover.unlink()
        try:
            tell(desk, story)
        except AssertionError as fault:
            raise AssertionError(f"{title}: {fault}") from None


def test_fields(desk):
    """A value is what JSON would make of it, or else the text as it stands; the journal has it typed."""
    (desk.folder / "fields.json").write_text('{"csupport":1,"fields":{"seats":"number","vip":"flag","product":"text","tier":["a","b"]},'
                                             '"escalations":[{"name":"r","on":{"event":"note"},"when":{"product":"x"},"do":[{"notify":"n"}]}]}')
    desk.run("open", "C-1", "--policy", "fields.json", "--field", "seats=-5", "--field", "vip=true", "--field", "product=a=b", "--field", "tier=b",
             "--at", "2026-03-02T09:00:00Z")
    facts = lambda: {name: value for name, value in desk.lines("show", "C-1", "--at", "2026-03-03T09:00:00Z")[0]["status"]["facts"].items()
                     if name in ("seats", "vip", "product", "tier")}
    if facts() != {"seats": -5, "vip": True, "product": "a=b", "tier": "b"}:
        raise AssertionError(facts())
    for number, (field, value, wanted) in enumerate([("seats", "7", 7), ("vip", "false", False), ("product", '"7"', "7"), ("product", "8", "8"), ("product", "true", "true"), ("product", "", ""),
                                                     ("product", '"', '"'), ("product", '"a" b', '"a" b'), ("product", "07", "07"),
                                                     ("product", "1.5", "1.5"), ("product", "a\\nb", "a\\nb"), ("tier", "a", "a")]):
        desk.run("set", "C-1", field, value, "--at", f"2026-03-02T10:00:{number:02d}Z")
        if facts()[field] != wanted:
            raise AssertionError(f"{field} {value}: {facts()}")
    desk.run("set", "C-1", "seats", "null", "--at", "2026-03-02T11:00:00Z")
    if "seats" in facts():
        raise AssertionError(facts())
    for field, value in (("seats", "many"), ("seats", "99999999999999999999"), ("vip", "1"), ("tier", "c")):
        desk.refused("set", "C-1", field, value, "--at", "2026-03-02T12:00:00Z", says="CSUP_E_")
    desk.sound()


def test_hostile_words(desk):
    """Any bytes on the command line: the case, the words and every option come back as they went in, or are refused in one line."""
    desk.run("open", "C-1", "--at", "2026-03-02T09:00:00Z")
    odd = ["'", '"', "\\", "\n", "\t\x01\x7f", "%s%n%d", "{}", '","event":"closed","x":"', "é", "日本", "\U0001f600", "a" * 1024, "a" * 1025,
           "a" * 60000, b"\xff\xfe".decode("utf-8", "surrogateescape"), b"\xc3".decode("utf-8", "surrogateescape"), "NULL", "--", " "]
    for number, text in enumerate(odd):
        time = f"2026-03-02T10:00:{number:02d}Z"
        others = [["assign", "C-1", f"--team={text}", "--at", time], ["close", "C-1", f"--because={text}", "--at", "2026-03-02T09:00:00Z"],
                  ["set", "--at", time, "--", "C-1", "tier", text], ["show", "--", text],
                  ["open", "--at", "2026-03-02T09:00:00Z", "--field", f"{text}={text}", "--", f"x{text}"]]
        for words in [["note", "--at", time, "--", "C-1", text], ["open", "--at", "2026-03-02T09:00:00Z", "--", text],
                      *desk.random.sample(others, min(5, 1 + scaled(10)))]:
            # The options that the test adds would stand behind "--".
            command = [desk.helpdesk, words[0], "--db", str(desk.db), *words[1:]]
            result = subprocess.run([os.fsencode(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
            if result.returncode not in (0, 1, 2):
                raise AssertionError(f"{command} exits {result.returncode}: {result.stderr[-2000:]}")
            if (result.returncode != 0) != (result.stderr.count(b"\n") == 1) or b"runtime error" in result.stderr:
                raise AssertionError(f"{command} exits {result.returncode} and says {result.stderr[-2000:]}")
    names = [row[0] for row in desk.sql("SELECT name FROM cases")]
    wanted = [text for text in odd if len(text.encode("utf-8", "surrogateescape")) <= 1024 and "\udcff" not in text and "\udcc3" not in text]
    if [name for name in wanted if name not in names]:
        raise AssertionError(f"{[name for name in wanted if name not in names]} are not among {names}")
    words = {row[0] for row in desk.sql("SELECT words FROM journal WHERE words IS NOT NULL AND line LIKE '%\"note\"%' AND typeof(words) = 'text'"
                                         " AND hex(words) NOT LIKE 'FF%' AND hex(words) <> 'C3'")}
    if [text for text in odd if "\udcff" not in text and "\udcc3" not in text and text not in words]:
        raise AssertionError("words do not come back as they went in")
    for line in desk.run("journal").stdout.splitlines():
        json.loads(line)
    desk.sound()


def test_hostile_journals(desk):
    """Lines of any bytes are refused, counted, and do not keep the others out."""
    good = b'{"case":"A","at":"2026-03-02T09:00:00Z","event":"opened"}\n'
    whole = desk.random.randbytes(20000) + b"\n" + b"[" * 10000 + b"\n" + b'{"a":' * 5000 + b"\n"
    pieces = [b'{"case":"A\\u0000","at":"2026-03-02T09:00:00Z","event":"opened"}\n', b'{"case":1}\n', b"null\n", b"\xef\xbb\xbf{}\n", b"\0\0\0\n",
              b'{"case":"' + b"x" * 200000 + b'","at":"2026-03-02T09:00:00Z","event":"opened"}\n',
              b'{"case":"A","case":"B","at":"2026-03-02T09:00:00Z","event":"opened"}\n', b'{"case":"A","at":"2026-03-02T09:00:00Z"}\n']
    path = desk.folder / "hostile.jsonl"
    path.write_bytes(good + whole + b"".join(pieces) + b'{"case":"A","at":"2026-03-02T10:00:00Z","event":"note"}\n')
    lines = len([line for line in path.read_bytes().split(b"\n") if line.strip(b" \t\r")])
    result = desk.run("import", path.name, "--json", status=1)
    summary = json.loads(result.stdout.splitlines()[-1])
    if summary["events"] != 2 or summary["cases"] != 1 or summary["refused"] != lines - 2:
        raise AssertionError(summary)
    if len(result.stderr.splitlines()) != lines - 2 or not all(line.startswith("hostile.jsonl:") for line in result.stderr.splitlines()):
        raise AssertionError(result.stderr)
    desk.sound()


def test_progress(desk):
    """Long work shows how far it has come where somebody looks on, and cleans up behind itself; nowhere else."""
    journal = desk.journal(1500)
    if desk.run("import", journal.name, db=desk.folder / "quiet.db").stderr:
        raise AssertionError("progress where nobody looks on")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(desk.command("import", journal.name, "--batch", 100), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=theirs, cwd=desk.folder)
    os.close(theirs)
    seen = b""
    while True:
        try:
            more = os.read(ours, 65536)
        except OSError:
            break
        if not more:
            break
        seen += more
    out, _ = process.communicate()
    os.close(ours)
    if not re.search(rb"lines imported: \d+", seen) or not seen.endswith(b"\r\x1b[K") or b"events a second" not in out:
        raise AssertionError(seen)


def test_output_that_fails(desk):
    desk.run("open", "C-1")
    with open("/dev/full", "w", encoding="utf-8") as full:
        for words in (("queue",), ("show", "C-1"), ("journal",), ("tick",), ("outbox", "--json")):
            result = subprocess.run(desk.command(*words), stdout=full, stderr=subprocess.PIPE, text=True, env=desk.environment)
            if result.returncode != 2 or (words[0] != "tick" and "the output could not be written" not in result.stderr):
                raise AssertionError(f"{words}: {result.returncode} {result.stderr}")


def test_help(desk):
    text = subprocess.run([desk.helpdesk, "--help"], capture_output=True, text=True, check=True).stdout
    for command in ("open", "say", "reply", "note", "ask", "answer", "promise", "propose", "accept", "reject", "tick", "queue", "show", "outbox",
                    "rebuild", "import"):
        if f"  helpdesk {command} " not in text and f"  helpdesk {command}\n" not in text:
            raise AssertionError(f"{command} is not told of")
    if subprocess.run([desk.helpdesk], capture_output=True, text=True).returncode != 2:
        raise AssertionError("no command is good usage")
    if "0.1.0" not in subprocess.run([desk.helpdesk, "--version"], capture_output=True, text=True).stdout:
        raise AssertionError("no version")


if __name__ == "__main__":
    sys.exit(this.run(sys.modules[__name__]))
