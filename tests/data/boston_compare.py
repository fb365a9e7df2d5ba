#!/usr/bin/env python3
"""Holds csup's deadlines and verdicts against those of a city: 14,429 service requests to Boston, January to May 2015.

    boston_compare.py CSUP POLICY DATA_DIR

DATA_DIR has boston311.jsonl (the journal), boston311.csv (what the city's own system said, in local wall-clock time) and
boston311_rules.csv (for each type the share of deadlines that a slow reading of the rules reproduces; the rest is noise in the data).
Each type must reach its share of deadlines within 120 s, less half a point; the verdict of every closed request must be whether it was
closed by the deadline given; and no line may be refused but those of requests that close before they open. Exits 77 without the data.
"""
import collections
import csv
import json
import pathlib
import subprocess
import sys
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("America/New_York")
NEAR_SECONDS = 120
SLACK = 0.005
FILES = ["boston311.jsonl", "boston311.csv", "boston311_rules.csv"]


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def wall_clock(text):
    """An instant from local time in the CSV; None when the column is empty. A time that happens twice is the first one."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL).astimezone(timezone.utc) if text else None


def status_of(csup, policy, journal):
    """The resolution clock of each case, and how many lines were refused."""
    result = subprocess.run([csup, "status", policy, str(journal)], capture_output=True, text=True, encoding="utf-8")
    if result.returncode not in (0, 1):
        sys.exit(f"csup status exits {result.returncode}: {result.stderr[:2000]}")
    clocks = {}
    for line in result.stdout.splitlines():
        case = json.loads(line)
        clocks[case["case"]] = next(clock for clock in case["clocks"] if clock["clock"] == "resolution")
    refused = [line for line in result.stderr.splitlines() if ": CSUP_E_" in line]
    return clocks, refused


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    csup, policy, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        print(f"skipped: {folder} has no {missing[0]}; set CSUPPORT_EXTRA_DATA to the folder of the logs")
        return 77

    with open(folder / "boston311.csv", newline="", encoding="utf-8") as handle:
        requests = list(csv.DictReader(handle))
    with open(folder / "boston311_rules.csv", newline="", encoding="utf-8") as handle:
        rules = {row["type"]: row for row in csv.DictReader(handle)}
    clocks, refused = status_of(csup, policy, folder / "boston311.jsonl")

    faults = []
    counts = {kind: collections.Counter() for kind in rules}
    backward = 0
    for request in requests:
        kind, case = request["type"], request["case_id"]
        opened, closed = wall_clock(request["opened"]), wall_clock(request["closed"])
        target = wall_clock(request["target"])
        clock = clocks.get(case)
        if clock is None or clock["due"] is None:
            faults.append(f"{case}: no deadline")
            continue
        due = instant(clock["due"])
        if target is not None:
            counts[kind]["with_target"] += 1
            counts[kind]["near"] += abs((due - target).total_seconds()) <= NEAR_SECONDS
        if closed is not None and closed < opened:
            backward += 1
        elif closed is not None:
            counts[kind]["closed"] += 1
            counts[kind]["met"] += clock["verdict"] == "met"
            if clock["verdict"] != ("met" if closed <= due else "breached"):
                faults.append(f"{case}: closed at {closed}, due at {due}, but the verdict is {clock['verdict']}")
    if len(clocks) != len(requests):
        faults.append(f"{len(requests)} requests, but csup knows {len(clocks)} cases")
    if len(refused) != backward:
        faults.append(f"{backward} requests close before they open, but {len(refused)} lines were refused: {refused[:3]}")

    print(f"{'type':34} {'targets':>7} {'near':>7} {'share':>8} {'needed':>8} {'closed':>7} {'met':>7}")
    total = collections.Counter()
    for kind, rule in rules.items():
        count = counts[kind]
        total.update(count)
        share = count["near"] / count["with_target"] if count["with_target"] else 0.0
        needed = float(rule["share_within_120s"]) - SLACK
        miss = share < needed
        print(f"{kind:34} {count['with_target']:7} {count['near']:7} {share:8.4f} {needed:8.4f} {count['closed']:7} {count['met']:7}"
              + ("   <- too few" if miss else ""))
        if miss:
            faults.append(f"{kind}: {share:.4f} of the deadlines are near the city's, {needed:.4f} are needed")
        if count["with_target"] != int(rule["cases_with_target"]):
            faults.append(f"{kind}: {count['with_target']} requests have a target, the rules say {rule['cases_with_target']}")
    share = total["near"] / total["with_target"] if total["with_target"] else 0.0
    print(f"{'all':34} {total['with_target']:7} {total['near']:7} {share:8.4f} {'':8} {total['closed']:7} {total['met']:7}")
    print(f"{len(clocks)} cases, {len(refused)} line refused ({backward} closes before it opens)")
    for fault in faults[:20]:
        print(f"FAULT: {fault}")
    if len(faults) > 20:
        print(f"FAULT: and {len(faults) - 20} more")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
