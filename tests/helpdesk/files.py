#!/usr/bin/env python3
"""The file itself: full disks, databases of other programs and other versions, and such as are damaged."""
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys

import desk as this

AT = ("--at", "2026-03-02T09:00:00Z")


def intact(desk):
    if desk.sql("PRAGMA integrity_check") != [("ok",)]:
        raise AssertionError("the file is damaged")
    desk.sound()


def test_no_room_for_an_event(desk):
    desk.run("open", "K", *AT)
    pages = desk.sql("PRAGMA page_count")[0][0]
    for number in range(200):
        if desk.run("note", f"K", "x" * 2000, *AT, "--max-pages", pages, status=None).returncode:
            break
    else:
        raise AssertionError("it never ran out of room")
    desk.refused("note", "K", "x" * 20000, *AT, "--max-pages", pages, status=2,
                 says="helpdesk.db: CSUP_E_IO: no room is left .*; the database is as it was before")
    intact(desk)
    desk.run("note", "K", "x" * 20000, *AT)
    intact(desk)


def test_no_room_for_an_import(desk):
    journal, whole = desk.journal(200), desk.folder / "whole.db"
    desk.run("import", journal.name, db=whole)
    total = desk.sql("PRAGMA page_count", db=whole)[0][0]
    for pages in (25, 30, 60, total // 2, total - 2):
        result = desk.run("import", journal.name, "--batch", 50, "--max-pages", pages, status=2)
        if "no room is left" not in result.stderr or len(result.stderr.splitlines()) != 1:
            raise AssertionError(result.stderr)
        intact(desk)
    desk.run("import", journal.name)
    intact(desk)
    desk.same(desk.contents(), desk.contents(whole))


def test_a_file_that_may_not_grow(desk):
    """The same by the operating system, which fails in the middle of a write."""
    journal, whole = desk.journal(200), desk.folder / "whole.db"
    desk.run("import", journal.name, db=whole)
    size = whole.stat().st_size

    def limit(most):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    desk.run("open", "K-x", *AT)
    shutil.copy(desk.db, desk.folder / "begun.db")
    for share in (10, 30, 60, 90):
        shutil.copy(desk.folder / "begun.db", desk.db)
        result = desk.run("import", journal.name, "--batch", 100, status=2, preexec_fn=lambda s=share: limit(size * s // 100))
        if not any(said in result.stderr for said in ("no room is left", "the file system failed")):
            raise AssertionError(result.stderr)
        intact(desk)
        desk.run("import", journal.name)
        intact(desk)


def test_a_full_disk(desk):
    """A file system of one megabyte, where the kernel lets us have one."""
    journal = desk.journal(600)
    folder = desk.folder / "disk"
    folder.mkdir()
    script = ('mount -t tmpfs -o size=1m none disk && "$1" import journal.jsonl --db disk/h.db --batch 100; first=$?;'
              ' "$1" rebuild --db disk/h.db; second=$?; "$1" queue --limit 1 --db disk/h.db; echo "exits $first $second $?"')
    try:
        result = subprocess.run(["unshare", "-rm", "sh", "-c", script, "sh", desk.helpdesk], capture_output=True, text=True,
                                cwd=desk.folder, env=desk.environment, timeout=120)
    except FileNotFoundError as error:
        raise this.Skip(str(error)) from error
    if "mount" in result.stderr or "unshare" in result.stderr:
        raise this.Skip(result.stderr.strip())
    if "exits 2 0 0" not in result.stdout or "0 differences" not in result.stdout or \
            not any(said in result.stderr for said in ("no room is left", "the file system failed")):
        raise AssertionError(result.stdout + result.stderr)


def version_1(desk):
    """What the file would be if the first version had made it."""
    connection = sqlite3.connect(desk.db, isolation_level=None)
    for statement in ("DROP TABLE imports", "DROP TABLE done", "ALTER TABLE journal DROP COLUMN words", "PRAGMA user_version = 1"):
        connection.execute(statement)
    connection.close()


def test_an_old_database(desk):
    desk.run("open", "K", *AT)
    desk.run("tick", "--at", "2026-03-03T09:00:00Z")
    tables = desk.sql("SELECT name, sql FROM sqlite_schema ORDER BY name")
    queue = desk.run("queue", "--json", "--at", "2026-03-03T09:00:00Z").stdout
    version_1(desk)
    if desk.run("queue", "--json", "--at", "2026-03-03T09:00:00Z").stdout != queue:
        raise AssertionError("the queue is another")
    if desk.sql("SELECT name, sql FROM sqlite_schema ORDER BY name") != tables or desk.sql("PRAGMA user_version") != [(2,)]:
        raise AssertionError(desk.sql("SELECT name, sql FROM sqlite_schema ORDER BY name"))
    desk.run("note", "K", "still here", "--at", "2026-03-03T10:00:00Z")
    intact(desk)


def test_other_files(desk):
    desk.run("open", "K", *AT)
    desk.sql("PRAGMA user_version = 3")
    for words in (("queue",), ("open", "L"), ("import", "/dev/null")):
        desk.refused(*words, status=2, says="CSUP_E_VERSION: the database has version 3; this helpdesk knows versions up to 2")
    desk.sql("PRAGMA user_version = 2")
    desk.sql("PRAGMA application_id = 7")
    desk.refused("queue", status=2, says=r"another program's \(application id 7\); expected helpdesk's")

    other = desk.folder / "other.db"
    sqlite3.connect(other).execute("CREATE TABLE t (x)").connection.close()
    before = other.read_bytes()
    for words in (("queue",), ("open", "L")):
        if "another program's (application id 0)" not in desk.run(*words, db=other, status=2).stderr:
            raise AssertionError("it took another program's file")
    if other.read_bytes() != before:
        raise AssertionError("another program's file was changed")

    text = desk.folder / "text.db"
    text.write_text("This is no database.\n" * 100)
    if "this is no SQLite database" not in desk.run("open", "L", db=text, status=2).stderr:
        raise AssertionError("it took a text")
    if "This is no database." not in text.read_text():
        raise AssertionError("a text was changed")

    missing = desk.folder / "missing.db"
    for words in (("queue",), ("say", "K"), ("tick",), ("rebuild",)):
        if "there is no database that can be opened" not in desk.run(*words, db=missing, status=2).stderr or missing.exists():
            raise AssertionError("it made a database for nothing")
    for place in (desk.folder, desk.folder / "no" / "folder.db"):
        said = desk.run("open", "L", db=place, status=2).stderr
        if "unable to open database file" not in said or len(said.splitlines()) != 1:
            raise AssertionError(said)
    empty = desk.folder / "empty.db"
    empty.write_bytes(b"")
    if "the database is empty" not in desk.run("queue", db=empty, status=2).stderr:
        raise AssertionError("an empty file has a queue")
    desk.run("open", "L", db=empty)


def test_another_policy(desk):
    policies = desk.source / "examples" / "policies"
    desk.run("open", "K", *AT, "--policy", policies / "servicenow.json")
    desk.run("note", "K", *AT, "--policy", policies / "servicenow.json")
    desk.refused("note", "K", *AT, "--policy", "default", status=2,
                 says="CSUP_E_POLICY: it was created under another policy .* than default .*; expected the same")
    desk.refused("note", "K", *AT, "--policy", "no.json", status=2, says="no.json: CSUP_E_IO")
    bad = desk.folder / "bad.json"
    bad.write_text('{"csupport": 1, "fieldz": {}}')
    new = desk.folder / "new.db"
    said = desk.run("open", "K", "--policy", bad.name, db=new, status=2).stderr
    if "/fieldz" not in said or new.exists():
        raise AssertionError(said)
    desk.sql("UPDATE policy SET fingerprint = '0123456789abcdef'")
    desk.refused("queue", status=2, says="CSUP_E_POLICY: its policy has the fingerprint .*, and was stored with 0123456789abcdef")
    desk.sql("DELETE FROM policy")
    desk.refused("queue", status=2, says="the database has no policy")


def test_damage_is_seen_and_mended(desk):
    """Whatever is changed behind the program's back, rebuild tells; --repair gives what the journal says."""
    journal = desk.journal(20)
    desk.run("import", journal.name)
    desk.run("tick", "--at", "2026-03-20T00:00:00Z")
    whole = desk.contents()
    damages = [
        ("UPDATE cases SET rank = rank - 1 WHERE id = 3", "the rank"),
        ("UPDATE cases SET wakeup = coalesce(wakeup, 0) + 1 WHERE id = 4", "the next wake-up"),
        ("UPDATE cases SET snapshot = (SELECT snapshot FROM cases WHERE id = 6) WHERE id = 5", "the snapshot"),
        ("UPDATE cases SET snapshot = zeroblob(10) WHERE id = 5", "the snapshot"),
        ("UPDATE outbox SET decision = replace(decision, 'P4', 'P1') WHERE id = 1", "a decision"),
        ("DELETE FROM outbox WHERE case_id = 7 AND seq = 2", "a decision"),
        ("DELETE FROM outbox WHERE case_id = 7", "a decision"),
        ("INSERT INTO outbox (case_id, seq, decision) VALUES (8, 999, '{}')", "a decision"),
    ]
    for statement, what in damages:
        desk.sql(statement)
        found = desk.lines("rebuild", status=1)
        if not any(one.get("differs") == what for one in found):
            raise AssertionError(f"after {statement}: {found}")
        desk.run("rebuild", "--repair", status=1)
        desk.sound()
        now = desk.contents()
        rows = lambda contents: sorted(row[1:] for row in contents["outbox"])  # a row that was lost comes back under another number
        if rows(now) != rows(whole) or now["cases"] != whole["cases"]:
            raise AssertionError(f"after {statement} the repair gives something else")
    desk.sql("DELETE FROM journal WHERE case_id = 9")
    if not any(one.get("differs") == "the journal" for one in desk.lines("rebuild", status=1)):
        raise AssertionError("a lost journal is not noticed")
    desk.sql("UPDATE journal SET line = 'nonsense' WHERE case_id = 10")
    if "is refused now" not in desk.run("rebuild", status=2).stderr:
        raise AssertionError("a spoilt journal is not noticed")


def test_damage_is_no_crash(desk):
    desk.run("open", "K", *AT)
    desk.run("note", "K", *AT)
    desk.sql("UPDATE cases SET snapshot = zeroblob(100)")
    for words in (("note", "K"), ("tick", "--at", "2030-01-01T00:00:00Z"), ("queue",)):
        desk.refused(*words, status=2, says='the snapshot of case "K": .*; "rebuild" folds its journal again')
    desk.run("rebuild", "--repair", status=1)
    # A decision that is there already is a fault, not something to be passed over.
    last = desk.sql("SELECT max(seq) FROM outbox")[0][0]
    desk.sql("INSERT INTO outbox (case_id, seq, decision) VALUES (1, ?, '{}')", last + 1)
    desk.refused("say", "K", "--mood", "angry", "--at", "2026-03-02T09:30:00Z", status=2, says="UNIQUE constraint failed: outbox")
    desk.run("rebuild", "--repair", status=1)
    # Random bytes over the file: a message or a good answer, and never a crash.
    whole = desk.db.read_bytes()
    for _ in range(this.scaled(200)):
        bytes_now = bytearray(whole)
        for _ in range(desk.random.randrange(1, 40)):
            bytes_now[desk.random.randrange(100, len(bytes_now))] = desk.random.randrange(256)
        for leftover in desk.folder.glob("helpdesk.db*"):
            leftover.unlink()
        desk.db.write_bytes(bytes_now)
        for words in (("queue", "--at", "2026-03-05T00:00:00Z"), ("show", "K"), ("note", "K"), ("rebuild",)):
            result = desk.run(*words, status=None)
            if result.returncode not in (0, 1, 2) or (result.returncode == 2 and not result.stderr):
                raise AssertionError(f"helpdesk {words[0]} exits {result.returncode} and says {result.stderr}")


def test_what_the_pragmas_say(desk):
    desk.run("open", "K", *AT)
    if desk.sql("PRAGMA journal_mode") != [("wal",)] or desk.sql("PRAGMA application_id") != [(0x43535550,)]:
        raise AssertionError("no log, or no name")
    for query, index in (("SELECT id FROM cases WHERE wakeup <= 5 ORDER BY wakeup, id", "cases_by_wakeup"),
                         ("SELECT id FROM cases WHERE rank < 7 AND settled <= 1 AND (wakeup IS NULL OR wakeup > 1) ORDER BY rank, name",
                          "cases_by_rank"),
                         ("SELECT line FROM journal WHERE case_id = 1 AND at <= 5 ORDER BY id", "journal_by_case")):
        plan = str(desk.sql("EXPLAIN QUERY PLAN " + query))
        if index not in plan or "TEMP B-TREE" in plan:
            raise AssertionError(f"{query}: {plan}")


if __name__ == "__main__":
    sys.exit(this.run(sys.modules[__name__]))
