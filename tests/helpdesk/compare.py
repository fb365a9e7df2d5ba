#!/usr/bin/env python3
"""helpdesk beside csup: the same journal gives the same queue, status and decisions, at any instant and in any number of steps."""
import json
import pathlib
import re
import subprocess
import sys

import desk as this
from desk import instant, scaled, stamp, timedelta


def instants_of(journal):
    found = [json.loads(line)["at"] for line in journal.read_text(encoding="utf-8").splitlines() if line.strip()]
    return instant(min(found, key=instant)), instant(max(found, key=instant))


def compare_queue(desk, policy, journal, at):
    own = desk.run("queue", "--json", "--at", at).stdout.splitlines()
    wanted = desk.status(policy, journal, at)
    if own != wanted:
        differing = next((pair for pair in zip(own, wanted) if pair[0] != pair[1]), None)
        raise AssertionError(f"at {at}: {len(own)} and {len(wanted)} cases, first difference {differing}")
    table = desk.run("queue", "--at", at).stdout.splitlines()
    if [line.split()[0] for line in table[1:]] != [json.loads(line)["case"] for line in wanted]:
        raise AssertionError(f"at {at}: the table has another order")
    limited = desk.run("queue", "--json", "--limit", 3, "--at", at).stdout.splitlines()
    if limited != wanted[:3]:
        raise AssertionError(f"at {at}: the first three are others")
    return len(own)


def test_queue(desk):
    """At random instants, before the first event and long after the last; with ticks in between, and without."""
    journal, total = desk.journal(60), 0
    desk.run("import", journal.name)
    first, last = instants_of(journal)
    span = int((last - first).total_seconds())
    whens = [first + timedelta(seconds=desk.random.randrange(-1000, span + 10 * 86400)) for _ in range(scaled(60))]
    for number, when in enumerate(sorted([first - timedelta(days=1), first, last, last + timedelta(days=400), *whens])):
        total += compare_queue(desk, "default", journal, stamp(when))
        if number % 3 == 0 and when > last:
            desk.run("tick", "--at", stamp(when))
            total += compare_queue(desk, "default", journal, stamp(when))
            total += compare_queue(desk, "default", journal, stamp(when - timedelta(days=3)))
    desk.sound()
    print(f"  {total} places in queues")


def test_examples(desk):
    """The journals that come with the project, under the policies that they are for."""
    folder = desk.source / "examples"
    pairs = [(folder / "policies" / f"{path.stem}.json", path) for path in sorted((folder / "journals").glob("*.jsonl"))]
    pairs.append((folder / "demo" / "policy.json", folder / "demo" / "journal.jsonl"))
    for policy, journal in pairs:
        desk.db = desk.folder / f"{policy.parent.name}-{policy.stem}.db"
        desk.run("import", journal, "--policy", policy)
        first, last = instants_of(journal)
        for when in (first, first + (last - first) / 2, last, last + timedelta(days=30)):
            compare_queue(desk, policy, journal, stamp(when))
        desk.run("tick", "--at", stamp(last + timedelta(days=400)))
        compare_decisions(desk, policy, journal, stamp(last + timedelta(days=400)))
        desk.sound()
        kept = desk.run("journal").stdout.splitlines()
        if kept != [line for line in journal.read_text(encoding="utf-8").splitlines() if line.strip()]:
            raise AssertionError(f"{journal.name}: the journal comes out as another")


def compare_decisions(desk, policy, journal, until):
    result = subprocess.run([desk.csup, "replay", str(policy), str(journal), "--until", until], capture_output=True, text=True,
                            encoding="utf-8", timeout=300)
    place = re.compile(r'{"case":("(?:[^"\\]|\\.)*"),"seq":(\d+)')
    key = lambda line: (place.match(line)[1], int(place.match(line)[2]))
    wanted = sorted(result.stdout.splitlines(), key=key)
    own = sorted((row[0] for row in desk.sql("SELECT decision FROM outbox")), key=key)
    if own != wanted:
        raise AssertionError(f"{len(own)} and {len(wanted)} decisions: {[pair for pair in zip(own, wanted) if pair[0] != pair[1]][:1]}")
    return len(own)


def test_steps(desk):
    """A journal in many pieces, with ticks between them, in an order of their own, decides what it decides in one piece."""
    journal = desk.journal(40)
    lines = journal.read_text().splitlines(keepends=True)
    whole = desk.folder / "whole.db"
    desk.run("import", journal.name, db=whole)
    desk.run("tick", "--at", "2026-06-01T00:00:00Z", db=whole)
    for _ in range(scaled(30)):
        desk.db = desk.folder / "steps.db"
        for leftover in desk.folder.glob("steps.db*"):
            leftover.unlink()
        at = 0
        while at < len(lines):
            upto = min(len(lines), at + desk.random.randrange(1, len(lines)))
            pathlib.Path(desk.folder, "piece.jsonl").write_text("".join(lines[:upto]))
            desk.run("import", "piece.jsonl", "--batch", desk.random.randrange(1, 50))
            if desk.random.random() < 0.5:
                desk.run("tick", "--at", json.loads(lines[upto - 1])["at"], "--batch", desk.random.randrange(1, 9))
            at = upto
        desk.run("tick", "--at", "2026-06-01T00:00:00Z")
        for query in ("SELECT name, rank, wakeup, snapshot FROM cases ORDER BY 1",
                      "SELECT name, seq, decision FROM outbox JOIN cases ON cases.id = case_id ORDER BY 1, 2"):
            if desk.sql(query) != desk.sql(query, db=whole):
                raise AssertionError(query)
        desk.sound()


def test_show(desk):
    """One case as of any instant says what csup says of it, and tells all that happened by then."""
    journal = desk.journal(10)
    desk.run("import", journal.name)
    first, last = instants_of(journal)
    for _ in range(scaled(30)):
        at = stamp(first + timedelta(seconds=desk.random.randrange(int((last - first).total_seconds()) + 86400)))
        lines = [json.loads(line) for line in journal.read_text().splitlines() if instant(json.loads(line)["at"]) <= instant(at)]
        wanted = {case["case"]: case for case in map(json.loads, desk.status("default", journal, at))}
        for name in {line["case"] for line in lines}:
            shown = desk.lines("show", name, "--at", at)[0]
            if name in wanted and shown["status"] != wanted[name]:
                raise AssertionError(f"{name} at {at}")
            if [row["line"] for row in shown["timeline"] if "line" in row] != [line for line in lines if line["case"] == name]:
                raise AssertionError(f"{name} at {at}: another journal")
            numbers = [row["decision"]["seq"] for row in shown["timeline"] if "decision" in row]
            if numbers != list(range(1, len(numbers) + 1)):
                raise AssertionError(f"{name} at {at}: decisions {numbers}")
            if shown["assessment"]["severity"]["value"] != shown["status"]["severity"]:
                raise AssertionError(f"{name} at {at}: {shown['assessment']}")
            desk.run("show", name, "--at", at, "--zone", "Europe/Sofia")


if __name__ == "__main__":
    sys.exit(this.run(sys.modules[__name__]))
