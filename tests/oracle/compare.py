"""Compares the program `csup` with the oracle over random policies and journals.

    compare.py --csup BUILD/examples/csup/csup [--streams 2000] [--seed 1] [--features workflow,impact,clocks,escalations]
               [--least 1] [--ignore revision,percent] [--status] [--keep FOLDER] [--no-shrink] [--most 1] [--counts-only]

A stream is one case. Each seed makes one policy and a journal of fifty cases, interleaved. The streams of decisions must
be equal line by line; `--ignore` leaves members out on both sides (`clock_met.due`: of one kind of decision). On a difference the journal and the policy are shrunk while the
two still differ, and printed with the seed. Without all features, `seq` and the decisions of the missing
features are left out on both sides. Refused lines must be the same too, with the same status. At the end the counts show how
much of the semantics the streams reached; with `--least 1` the run fails when something occurred in less than 1 % of them.
`CSUP_TEST_SEED` and `CSUP_TEST_SCALE` stand in for --seed and for 20,000 streams times the scale.
"""

import argparse
import collections
import json
import os
import random
import re
import subprocess
import sys
import tempfile

from counts import Counts
from decisions import decision_text
from generate import FEATURES, random_stream
from oracle import Journal, run, status_of
from policy import Policy

CASES = 50
REFUSAL = re.compile(r"^.*\.jsonl:(\d+):\d+: (?:\S+: )?CSUP_E_(\w+):", re.MULTILINE)
PARTS = {"workflow": {"moved", "escalated", "deescalated"}, "impact": {"assessed", "released"},
         "clocks": {"agreement_chosen"} | {"clock_" + k for k in ("started", "paused", "resumed", "retargeted", "warned", "met", "breached", "cancelled")},
         "escalations": {"fired", "notify", "assign", "raised", "set", "advise", "ask"}}


class View:
    """What of a decision is compared."""

    def __init__(self, features, ignore):
        self.whole = set(features) == set(FEATURES) and not ignore
        self.kinds = set().union(*(PARTS[f] for f in features))
        self.ignore = set(ignore) | (set() if set(features) == set(FEATURES) else {"seq"})

    def of(self, lines):
        """case -> compared lines."""
        cases = collections.defaultdict(list)
        for line in lines:
            try:
                decision = json.loads(line)
                if decision["decision"] not in self.kinds:
                    continue
            except (ValueError, KeyError, TypeError):
                cases[None].append(line)
                continue
            if not self.whole:
                ignore = self.ignore | {i.split(".")[1] for i in self.ignore if i.split(".")[0] == decision["decision"]}
                line = json.dumps({k: v for k, v in decision.items() if k not in ignore}, ensure_ascii=False, separators=(",", ":"))
            cases[decision["case"]].append(line)
        return cases


class Program:
    """The library's side."""

    def __init__(self, path, folder):
        self.path, self.folder = path, folder

    def run(self, command, document, lines):
        """(exit status, lines of stdout, stderr)."""
        policy, events = os.path.join(self.folder, "policy.json"), os.path.join(self.folder, "events.jsonl")
        with open(policy, "w", encoding="utf-8") as file:
            json.dump(document, file, ensure_ascii=False)
        with open(events, "w", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))
        done = subprocess.run([self.path, command, policy, events], capture_output=True, timeout=120)
        return done.returncode, done.stdout.decode("utf-8", "replace").split("\n")[:-1], done.stderr.decode("utf-8", "replace")


def refusals_of(errors):
    """What csup says of the lines that it refuses: [(number, status)]."""
    return [(int(number), status) for number, status in REFUSAL.findall(errors)]


def case_of(line):
    try:
        return json.loads(line)["case"]
    except (ValueError, KeyError):
        return None


def first_difference(mine, theirs):
    for index in range(max(len(mine), len(theirs))):
        one = mine[index] if index < len(mine) else "(nothing)"
        other = theirs[index] if index < len(theirs) else "(nothing)"
        if one != other:
            return index, one, other
    return None


# ---- shrinking


def without_parts(document):
    """Copies of a policy with one part less."""

    def copies(path):
        node = document
        for step in path:
            node = node[step]
        keys = list(node) if isinstance(node, dict) else range(len(node))
        for key in keys:
            copy = json.loads(json.dumps(document))
            inner = copy
            for step in path:
                inner = inner[step]
            del inner[key]
            yield copy

    paths = [("escalations",), ("agreements",), ("clocks",), ("fields",), ("calendars",), ("teams",)]
    paths += [("impact", name) for name in ("floors", "ceilings", "shifts")] + [("workflow", name) for name in ("moves", "timers", "states")]
    for index, agreement in enumerate(document.get("agreements", [])):
        paths += [("agreements", index, "targets"), ("agreements", index)]
        paths += [("agreements", index, "targets", name) for name in agreement["targets"]]
        paths += [("agreements", index, "targets", name, part) for name, target in agreement["targets"].items() for part in ("within", "calendar", "warn")
                  if isinstance(target.get(part), (dict, list))]
    for index in range(len(document.get("escalations", []))):
        paths += [("escalations", index), ("escalations", index, "do"), ("escalations", index, "on")]
    for name in document.get("clocks", {}):
        if document["clocks"][name]:
            paths.append(("clocks", name))
    for part in ("workflow",):
        if part in document:
            copy = json.loads(json.dumps(document))
            del copy[part]
            yield copy
            for index in range(len(document[part]["moves"])):
                paths.append((part, "moves", index))
            for index in range(len(document[part]["timers"])):
                paths.append((part, "timers", index))
    for path in paths:
        try:
            yield from copies(path)
        except (KeyError, IndexError, TypeError):
            continue


def without_lines(lines):
    """Copies of a journal with less: halves, then lines, then events of a batch and members of an event."""
    size = len(lines) // 2
    while size >= 1:
        for start in range(0, len(lines), size):
            yield lines[:start] + lines[start + size:]
        size //= 2
    for index, line in enumerate(lines):
        try:
            data = json.loads(line)
        except ValueError:
            continue
        smaller = []
        if "events" in data:
            for number in range(len(data["events"])):
                smaller.append({**data, "events": data["events"][:number] + data["events"][number + 1:]})
                for member in list(data["events"][number]):
                    if member != "event":
                        copy = json.loads(line)
                        del copy["events"][number][member]
                        smaller.append(copy)
        else:
            smaller += [{k: v for k, v in data.items() if k != member} for member in data if member not in ("case", "at", "event")]
        for copy in smaller:
            if copy.get("events") != []:
                yield lines[:index] + [json.dumps(copy, ensure_ascii=False, separators=(",", ":"))] + lines[index + 1:]


def shrink(program, view, document, lines):
    """The smallest policy and journal found that the two still see differently."""

    def differs(candidate, journal):
        try:
            mine, read = run(Policy(candidate), journal)
        except Exception:
            return False
        status, theirs, errors = program.run("replay", candidate, journal)
        return status in (0, 1) and (view.of(mine) != view.of(theirs) or read.refused != refusals_of(errors))

    smaller = True
    while smaller:
        smaller = False
        for candidate in without_lines(lines[:-1]):  # the last line opens a case of its own and sets the end
            candidate = candidate + lines[-1:]
            if len("".join(candidate)) < len("".join(lines)) and differs(document, candidate):
                lines, smaller = candidate, True
                break
        if smaller:
            continue
        for candidate in without_parts(document):
            if differs(candidate, lines):
                document, smaller = candidate, True
                break
    return document, lines


def report(program, view, seed, document, lines, name, shrunk):
    lines = [line for line in lines if case_of(line) in (name, "Z", None)]
    if shrunk:
        document, lines = shrink(program, view, document, lines)
    mine, journal = run(Policy(document), lines)
    _, theirs, errors = program.run("replay", document, lines)
    print(f"\n=== seed {seed}, case {name}")
    print("policy", json.dumps(document, ensure_ascii=False))
    for number, line in enumerate(lines, 1):
        refused = dict(journal.refused).get(number)
        print(f"  {line}" + (f"   <- oracle refuses: {refused}" if refused else ""))
    if errors:
        print("stderr:", errors.strip())
    mine, theirs = view.of(mine), view.of(theirs)
    for case in sorted(set(mine) | set(theirs), key=str):
        found = first_difference(mine[case], theirs[case])
        if found:
            index, one, other = found
            for line in mine[case][max(0, index - 4):index]:
                print("  both  ", line)
            print("  oracle", one)
            print("  csup  ", other)
            for line in mine[case][index + 1:index + 4]:
                print("  then oracle", line)
            for line in theirs[case][index + 1:index + 4]:
                print("  then csup  ", line)
            break


# ---- the run


def compare_status(program, document, lines, journal, only):
    """The first difference between the status objects, over the members in `only`."""
    _, theirs, _ = program.run("status", document, lines)
    shown = {}
    for line in theirs:
        data = json.loads(line)
        shown[data["case"]] = data
    for case in journal.cases.values():
        mine = json.loads(json.dumps(status_of(case, journal.last), ensure_ascii=False))
        other = shown.get(case.name)
        if other is None:
            return case.name, "missing", None
        for member in only:
            one, two = mine.get(member), other.get(member)
            if member == "facts":
                known = {k for k in one if one[k] is not None and two.get(k) is not None}
                one, two = ({k: sorted(v) if isinstance(v, list) else v for k, v in facts.items() if k in known} for facts in (one, two))
            if member == "clocks" and isinstance(two, list):
                for row, there in zip(one, two):
                    odd = [k for k in row if row[k] != there.get(k)]
                    if odd:
                        here = {k: row[k] for k in ("clock", "kind", "cycle", "status")}
                        return case.name, f"clock: oracle {here} {({k: row[k] for k in odd})}", f"csup {({k: there.get(k) for k in odd})}"
            if one != two:
                return case.name, f"{member}: oracle {json.dumps(one)}", f"csup {json.dumps(two)}"
    return None


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--csup")
    parser.add_argument("--streams", type=int, default=int(20000 * float(os.environ.get("CSUP_TEST_SCALE", "0.1"))))
    parser.add_argument("--seed", type=int, default=int(os.environ.get("CSUP_TEST_SEED", "1")))
    parser.add_argument("--features", default=",".join(FEATURES))
    parser.add_argument("--ignore", default="")
    parser.add_argument("--status", nargs="?", const="state,category,stage,impact,urgency,severity,priority,score,agreements,facts,rank,next_wakeup,clocks")
    parser.add_argument("--keep", help="folder for the policy and journal of the last seed")
    parser.add_argument("--most", type=int, default=1, help="stop after so many differing seeds")
    parser.add_argument("--least", type=float, default=0, help="the least share of streams, in percent, in which everything has to occur")
    parser.add_argument("--no-shrink", action="store_true")
    parser.add_argument("--counts-only", action="store_true")
    options = parser.parse_args(arguments)
    features = options.features.split(",")
    view = View(features, [m for m in options.ignore.split(",") if m])
    counts, seed, differing, refused = Counts(), options.seed, 0, []
    print(f"seed {options.seed}, {options.streams} streams, features {options.features}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        program = Program(options.csup, options.keep or folder)
        while counts.streams < options.streams and differing < options.most:
            decided = []
            document, lines, journal, places = random_stream(random.Random(seed), features, CASES, lambda policy: Journal(policy, decided.append))
            counts.add(document, lines, journal, places, decided)
            if not options.counts_only:
                status, theirs, errors = program.run("replay", document, lines)
                if status not in (0, 1):
                    refused.append(seed)
                    if len(refused) <= 3:
                        print(f"seed {seed}: csup exits {status}: {errors.strip()[:400]}", flush=True)
                    seed += 1
                    continue
                refusals = sorted((places[number], refused) for number, refused in journal.refused)
                mine, theirs = view.of(decision_text(d) for d in decided), view.of(theirs)
                wrong = [name for name in sorted(set(mine) | set(theirs), key=str) if mine[name] != theirs[name]]
                if wrong:
                    differing += 1
                    report(program, view, seed, document, lines, wrong[0], not options.no_shrink)
                elif status != (1 if journal.refused else 0) or refusals != refusals_of(errors):
                    differing += 1
                    number, mine, theirs = first_difference(refusals, refusals_of(errors))
                    print(f"seed {seed}: csup exits {status}; refusal {number}: oracle {mine}, csup {theirs}")
                    print("  ", next((line for n, line in enumerate(lines, 1) for r in (mine, theirs) if n == r[0]), ""))
                elif options.status:
                    found = compare_status(program, document, lines, journal, options.status.split(","))
                    if found:
                        differing += 1
                        print(f"seed {seed}: status of", *found, sep="\n  ")
            seed += 1
    rare = counts.show(features, options.least)
    print(f"{counts.streams} streams compared, {differing} seeds differ, {len(refused)} policies refused by csup")
    return 1 if differing or refused or rare else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
