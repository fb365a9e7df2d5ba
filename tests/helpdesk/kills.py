#!/usr/bin/env python3
"""kill -9 at random moments: nothing that was told as kept is lost, nothing is doubled, and in the end the database is, byte for byte,
that of a run that nobody disturbed."""
import json
import subprocess
import sys
import time

import desk as this
from desk import scaled


def start(desk, *words):
    return subprocess.Popen(desk.command(*words, "--json"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, env=desk.environment, cwd=desk.folder)


def kill_after(process, seconds):
    """The lines that it had told when it was killed, and whether it was."""
    try:
        out, error = process.communicate(timeout=seconds)
        return out.splitlines(), error, False
    except subprocess.TimeoutExpired:
        process.kill()
    out, error = process.communicate()
    return out.splitlines(), error, process.returncode == -9


def told(lines):
    """A line cut off by the kill was not told."""
    values = []
    for line in lines:
        try:
            values.append(json.loads(line))
        except ValueError:
            break
    return values


def measured(desk, db, *words):
    begin = time.monotonic()
    desk.run(*words, db=db)
    return time.monotonic() - begin


def begin_life(desk, number):
    """A journal, and the database of one who is not killed; the desk's own is that of one who is."""
    desk.db = desk.folder / f"killed{number}.db"
    return desk.journal(400, name=f"journal{number}.jsonl"), desk.folder / f"whole{number}.db"


def test_import(desk):
    kills, wanted, lives = 0, scaled(120), 0
    while kills < wanted:
        lives += 1
        journal, whole = begin_life(desk, lives)
        words = ("import", journal.name, "--batch", 40)
        seconds = measured(desk, whole, *words)
        total = len(journal.read_text().splitlines())
        deaths, kept = 0, 0
        while True:
            lines, error, killed = kill_after(start(desk, *words), desk.random.uniform(0, seconds * 0.7) if deaths < 25 else 60)
            if error and not killed:
                raise AssertionError(error)
            for report in told(lines):
                kept = max(kept, report["lines"])
            rows = desk.sql("SELECT coalesce(max(lines), 0) FROM imports")[0][0] if has_tables(desk) else 0
            if rows < kept:
                raise AssertionError(f"{kept} lines were told to be kept, {rows} are")
            if not killed:
                break
            deaths += 1
            if rows:
                stored = desk.sql("SELECT count(*) FROM journal")[0][0]
                if stored != rows:
                    raise AssertionError(f"{rows} lines are said to be in, {stored} are")
            if rows and deaths % 4 == 0:
                desk.sound()
        kills += deaths
        if kept != total:
            raise AssertionError(f"{kept} of {total} lines")
        desk.sound()
        desk.same(desk.contents(), desk.contents(whole))
    print(f"  import killed {kills} times in {lives} lives")


def has_tables(desk):
    return desk.db.exists() and desk.sql("SELECT count(*) FROM sqlite_schema WHERE name = 'imports'")[0][0] == 1


def test_tick(desk):
    kills, wanted, lives = 0, scaled(80), 0
    while kills < wanted:
        lives += 1
        journal, whole = begin_life(desk, lives)
        for db in (whole, desk.db):
            desk.run("import", journal.name, db=db)
        words = ("tick", "--at", "2026-06-01T00:00:00Z", "--batch", 10)
        seconds = measured(desk, whole, *words)
        deaths, kept = 0, desk.sql("SELECT count(*) FROM outbox")[0][0]
        while True:
            lines, error, killed = kill_after(start(desk, *words), desk.random.uniform(0, seconds * 0.7) if deaths < 25 else 60)
            if error and not killed:
                raise AssertionError(error)
            told_now = sum(report["decisions"] for report in told(lines))
            rows = desk.sql("SELECT count(*) FROM outbox")[0][0]
            if rows < kept + told_now:
                raise AssertionError(f"{told_now} decisions were told, {rows - kept} are new")
            kept = rows
            if not killed:
                break
            deaths += 1
            if deaths % 4 == 0:
                desk.sound()
        kills += deaths
        desk.sound()
        desk.same(desk.contents(), desk.contents(whole))
        if desk.sql("SELECT count(*) FROM cases WHERE wakeup <= 1780272000000000")[0][0]:
            raise AssertionError("a case that is due was not woken")
    print(f"  tick killed {kills} times in {lives} lives")


def test_events(desk):
    """Every event whose command came back is there, and of those killed at most the one that was under way."""
    seconds = measured(desk, desk.db, "open", "K", "--at", "2026-03-02T09:00:00Z")
    told_count = deaths = 0
    for number in range(scaled(200) + 10):
        process = start(desk, "note", "K", f"note {number}", "--at", f"2026-03-02T10:{number // 60:02d}:{number % 60:02d}Z")
        _, error, killed = kill_after(process, desk.random.uniform(0, seconds * 1.5))
        if error and not killed:
            raise AssertionError(error)
        told_count += not killed
        deaths += killed
        rows = desk.sql("SELECT count(*) FROM journal WHERE words LIKE 'note %'")[0][0]
        if not told_count <= rows <= number + 1:
            raise AssertionError(f"{told_count} notes were told, {rows} are there")
        if not killed and desk.sql("SELECT count(*) FROM journal WHERE words = ?", f"note {number}")[0][0] != 1:
            raise AssertionError(f"note {number} is lost or doubled")
    desk.sound()
    print(f"  {told_count} notes told, {deaths} killed")


if __name__ == "__main__":
    sys.exit(this.run(sys.modules[__name__]))
