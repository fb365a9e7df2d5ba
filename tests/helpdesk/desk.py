"""What the tests of helpdesk share: a program, a database of its own for each test, journals of made-up desks, and the comparison of
two databases. A test is a function test_...(desk); run() calls them all, each with an empty folder, and prints the seed.

    SCRIPT HELPDESK CSUP SOURCE_DIR [DATA_DIR] [only these tests]
"""
import json
import os
import pathlib
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import traceback
from datetime import datetime, timedelta, timezone

SKIPPED = 77


class Skip(Exception):
    pass


def scale():
    return float(os.environ.get("CSUP_TEST_SCALE") or 0.1)


def scaled(whole):
    """So many of `whole` rounds, at least one."""
    return max(1, round(whole * scale()))


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def stamp(when):
    return when.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Desk:
    def __init__(self, helpdesk, csup, source, data, folder, chance):
        self.helpdesk, self.csup, self.source, self.data = os.path.abspath(helpdesk), os.path.abspath(csup), pathlib.Path(source).resolve(), data
        self.folder, self.random = pathlib.Path(folder), chance
        self.db = self.folder / "helpdesk.db"
        self.environment = {key: value for key, value in os.environ.items() if key != "HELPDESK_DB"}

    def command(self, *words, db=None):
        return [self.helpdesk, *map(str, words), "--db", str(db or self.db)]

    def run(self, *words, db=None, status=0, **options):
        """Runs helpdesk; anything but the wanted status is a fault."""
        result = subprocess.run(self.command(*words, db=db), stdin=options.pop("stdin", subprocess.DEVNULL) if "input" not in options
                                else None, capture_output=True, text=True, encoding="utf-8", errors="surrogateescape",
                                env=self.environment, cwd=self.folder, timeout=300, **options)
        if status is not None and result.returncode != status:
            raise AssertionError(f"helpdesk {' '.join(map(str, words))} exits {result.returncode}, not {status}:\n"
                                 f"{result.stdout[-2000:]}{result.stderr[-2000:]}")
        if re.search(r"Sanitizer|runtime error", result.stderr):
            raise AssertionError(result.stderr)
        return result

    def lines(self, *words, **options):
        return [json.loads(line) for line in self.run(*words, "--json", **options).stdout.splitlines()]

    def refused(self, *words, says, status=1, **options):
        """The command fails with one line on stderr that has the pattern, and changes nothing."""
        before = self.contents() if self.db.exists() else None
        result = self.run(*words, status=status, **options)
        said = result.stderr.splitlines()
        if len(said) != 1 or not re.search(says, said[0]):
            raise AssertionError(f"helpdesk {' '.join(map(str, words))} says {said}, not one line with '{says}'")
        if before is not None and self.contents() != before:
            raise AssertionError(f"helpdesk {' '.join(map(str, words))} was refused, and has changed the database")

    def sql(self, statement, *values, db=None):
        connection = sqlite3.connect(db or self.db, timeout=10)
        try:
            with connection:
                return connection.execute(statement, values).fetchall()
        finally:
            connection.close()

    def contents(self, db=None):
        """All that matters of a database, as it is after a crash or in the middle of work."""
        tables = {name: self.sql(f"SELECT * FROM {name} ORDER BY 1", db=db) for name in ("cases", "journal", "outbox", "done")}
        tables["imports"] = self.sql("SELECT first, lines, digest, refused FROM imports ORDER BY 1", db=db)
        return tables

    def same(self, one, other):
        for name, rows in one.items():
            if rows != other[name]:
                differing = [pair for pair in zip(rows, other[name]) if pair[0] != pair[1]][:2]
                raise AssertionError(f"{name}: {len(rows)} and {len(other[name])} rows; {differing}")

    def sound(self, db=None):
        """A rebuild finds nothing, nothing is doubled, and no decision is missing in between."""
        found = self.lines("rebuild", db=db)[-1]
        if found["differences"] != 0:
            raise AssertionError(found)
        gaps = self.sql("SELECT case_id, count(*), max(seq) FROM outbox GROUP BY case_id HAVING count(*) <> max(seq)", db=db)
        if gaps:
            raise AssertionError(f"decisions are missing or doubled: {gaps[:3]}")
        return found["cases"]

    def status(self, policy, journal, at):
        """csup's view of the same: the lines of its status, by rank and then by name, without those that are over."""
        result = subprocess.run([self.csup, "status", str(policy), str(journal), "--at", at], capture_output=True, text=True,
                                encoding="utf-8", timeout=300)
        if result.returncode:
            raise AssertionError(result.stderr[-2000:])
        cases = [(json.loads(line), line) for line in result.stdout.splitlines()]
        open_ones = [(case["rank"], case["case"].encode(), line) for case, line in cases if case["rank"] < 2**63 - 1]
        return [line for _, _, line in sorted(open_ones)]

    def journal(self, cases, name="journal.jsonl", days=20):
        """A journal of so many cases under the default policy; every line of it is accepted."""
        start, lines = datetime(2026, 3, 2, 8, tzinfo=timezone.utc), []
        for number in range(cases):
            at, case, state = start + timedelta(minutes=self.random.randrange(days * 1440)), f"K-{number}", "new"
            lines.append((at, number, {"case": case, "at": stamp(at), "event": "opened", "channel": "email",
                                       "fields": {"tier": self.random.choice(["standard", "premium"])}}))
            for _ in range(self.random.randrange(6)):
                at += timedelta(minutes=self.random.randrange(1, 3000))
                event = self.random.choice([
                    {"event": "customer_message", "mood": self.random.choice(["calm", "frustrated", "angry"])},
                    {"event": "agent_message"}, {"event": "note"}, {"event": "acknowledged"},
                    {"event": "answered", "dimension": "service", "level": "down", "basis": "stated"},
                    {"event": "promised", "promise": "callback", "due": stamp(at + timedelta(hours=4))},
                    {"event": "assigned", "team": self.random.choice(["red", "blue"])}])
                lines.append((at, number, {"case": case, "at": stamp(at), **event}))
            if self.random.random() < 0.3:
                at += timedelta(minutes=5)
                lines.append((at, number, {"case": case, "at": stamp(at), "events": [
                    {"event": "agent_message"}, {"event": "closed", "cause": "known error"}]}))
        lines.sort(key=lambda row: row[:2])
        path = self.folder / name
        path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for _, _, line in lines), encoding="utf-8")
        return path


def run(module):
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    seed = int(os.environ.get("CSUP_TEST_SEED") or random.randrange(2**32))
    print(f"seed {seed}, scale {scale()}", flush=True)
    data = sys.argv[4] if len(sys.argv) > 4 and sys.argv[4] else None
    tests = [(name, test) for name, test in vars(module).items() if name.startswith("test_") and (not sys.argv[5:] or name in sys.argv[5:])]
    failed = skipped = 0
    for name, test in tests:
        folder = tempfile.mkdtemp(prefix="helpdesk-")
        try:
            test(Desk(*sys.argv[1:4], data, folder, random.Random(f"{seed} {name}")))
            print(f"{name}: good", flush=True)
        except Skip as reason:
            skipped += 1
            print(f"{name}: skipped: {reason}", flush=True)
        except Exception:  # pylint: disable=broad-except
            failed += 1
            print(f"{name}: FAILED", flush=True)
            traceback.print_exc(file=sys.stdout)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(tests)} tests, {failed} failed, {skipped} skipped")
    return 1 if failed else SKIPPED if skipped == len(tests) else 0
