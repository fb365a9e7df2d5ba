#!/usr/bin/env python3
"""Replays the log of a ServiceNow desk (2,448 incidents of 2016 and 2017) and holds what csup decides against the log itself.

    uci_compare.py CSUP POLICY DATA_DIR

DATA_DIR has uci_incidents.jsonl (the journal), uci_incidents.csv (the log) and uci_journal.expected.json (figures worked out from the
journal without csup). Every line must be accepted; transitions, reopens, minutes in each state and final states must be equal, and
each incident must be reopened as often as its reopen_count says. Exits 77 without the data.
"""
import collections
import csv
import json
import pathlib
import subprocess
import sys
from datetime import datetime

FILES = ["uci_incidents.jsonl", "uci_incidents.csv", "uci_journal.expected.json"]
INITIAL = "new"
DONE = ("resolved", "closed")


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def run(csup, command, policy, journal):
    result = subprocess.run([csup, command, policy, str(journal)], capture_output=True, text=True, encoding="utf-8")
    if result.returncode not in (0, 1):
        sys.exit(f"csup {command} exits {result.returncode}: {result.stderr[:2000]}")
    refused = [line for line in result.stderr.splitlines() if ": CSUP_E_" in line]
    return [json.loads(line) for line in result.stdout.splitlines()], refused


def spans(path):
    """First and last instant of each case, and the number of events."""
    first, last, events = {}, {}, 0
    with open(path, encoding="utf-8") as handle:
        for text in handle:
            line = json.loads(text)
            first.setdefault(line["case"], line["at"])
            last[line["case"]] = line["at"]
            events += len(line.get("events", [None]))
    return first, last, events


def replayed(decisions, first, last):
    """What the `moved` decisions make of the journal; each case starts in the initial state and ends at its last line."""
    state = {case: INITIAL for case in first}
    since = {case: instant(at) for case, at in first.items()}
    found = {"transitions": collections.Counter(), "minutes_in_state": collections.Counter()}
    reopens = collections.Counter()
    for decision in decisions:
        if decision["decision"] != "moved":
            continue
        case, source, target, at = decision["case"], decision["from"], decision["to"], instant(decision["at"])
        if source != state[case]:
            sys.exit(f"{case} at {decision['at']}: a move from {source}, but the case is in {state[case]}")
        found["transitions"][f"{source} -> {target}"] += 1
        found["minutes_in_state"][source] += int((at - since[case]).total_seconds()) // 60
        reopens[case] += source in DONE and target not in DONE
        state[case], since[case] = target, at
    for case, name in state.items():
        found["minutes_in_state"][name] += int((instant(last[case]) - since[case]).total_seconds()) // 60
    found = {key: {name: count for name, count in counter.items() if count} for key, counter in found.items()}
    found["final_states"] = dict(collections.Counter(state.values()))
    found["cases"] = len(state)
    found["reopen_events"] = sum(reopens.values())
    found["reopened_cases"] = sum(count > 0 for count in reopens.values())
    return found, state, reopens


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    csup, policy, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        print(f"skipped: {folder} has no {missing[0]}; set CSUPPORT_EXTRA_DATA to the folder of the logs")
        return 77

    journal = folder / "uci_incidents.jsonl"
    expected = json.loads((folder / "uci_journal.expected.json").read_text(encoding="utf-8"))
    with open(folder / "uci_incidents.csv", newline="", encoding="utf-8") as handle:
        log = list(csv.DictReader(handle))
    first, last, events = spans(journal)
    decisions, refused = run(csup, "replay", policy, journal)
    found, state, reopens = replayed(decisions, first, last)
    found["events"] = events
    found["refused_lines"] = len(refused)

    faults = [f"refused: {line}" for line in refused]
    for key in expected:
        same = found.get(key) == expected[key]
        shown = found.get(key) if not isinstance(expected[key], dict) else f"{len(expected[key])} figures"
        print(f"{key:18} {shown!s:>12}   {'as expected' if same else 'NOT as expected'}")
        if not same:
            faults.append(f"{key}: {found.get(key)}, expected {expected[key]}")

    counted = {row["number"]: int(row["reopen_count"]) for row in log}  # the last row of each incident
    wrong = [case for case, count in counted.items() if reopens[case] != count]
    print(f"{'reopen_count':18} {len(counted):>12}   {'as in the log' if not wrong else 'NOT as in the log'}")
    faults += [f"{case}: reopened {reopens[case]} times, the log counts {counted[case]}" for case in wrong]

    # The same from the other side: where csup says that each case stands.
    cases, _ = run(csup, "status", policy, journal)
    for case in cases:
        if case["state"] != state[case["case"]] or case["facts"]["reopens"] != reopens[case["case"]]:
            faults.append(f"{case['case']}: status and replay differ")
        if not any(clock["clock"] == "resolution" and clock["status"] == "stopped" for clock in case["clocks"]):
            faults.append(f"{case['case']}: closed, but its resolution clock has not stopped")
    verdicts = collections.Counter(clock["verdict"] for case in cases for clock in case["clocks"] if clock["clock"] == "resolution")
    print(f"{'resolution clocks':18} {sum(verdicts.values()):>12}   {verdicts['met']} met, {verdicts['breached']} breached")
    for fault in faults[:20]:
        print(f"FAULT: {fault}")
    if len(faults) > 20:
        print(f"FAULT: and {len(faults) - 20} more")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
