#!/usr/bin/env python3
"""Several processes at one database: each waits its turn, nobody's work is lost."""
import concurrent.futures
import json
import subprocess
import sys
import threading
import time

import desk as this
from desk import scaled


def test_events(desk):
    """Events of several processes, by the real clock: none is lost, none comes before the one that is there already."""
    desk.run("open", "K")
    each, writers = scaled(300), 4

    def write(writer):
        for number in range(each):
            desk.run("say", "K", f"{writer} {number}")

    with concurrent.futures.ThreadPoolExecutor(writers) as pool:
        for done in [pool.submit(write, writer) for writer in range(writers)]:
            done.result()
    words = [row[0] for row in desk.sql("SELECT words FROM journal WHERE words IS NOT NULL ORDER BY id")]
    for writer in range(writers):
        if [word for word in words if word.startswith(f"{writer} ")] != [f"{writer} {number}" for number in range(each)]:
            raise AssertionError(f"the events of writer {writer} are not all there, in order")
    status = desk.lines("show", "K")[0]["status"]
    if status["facts"]["contacts"] != each * writers + 1:
        raise AssertionError(status["facts"])
    desk.sound()


def test_creating(desk):
    """Who begins at the same instant finds the database, or makes it; the names that are given out are all different."""
    for round_number in range(scaled(50)):
        desk.db = desk.folder / f"{round_number}.db"
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            names = [done.result().stdout.split()[0] for done in [pool.submit(desk.run, "open") for _ in range(6)]]
        if sorted(names) != [f"C-{number}" for number in range(1, 7)]:
            raise AssertionError(names)
        desk.sound()


def test_two_imports(desk):
    """The same journal twice at once: each line is taken in once, by one or the other."""
    journal, whole = desk.journal(300), desk.folder / "whole.db"
    desk.run("import", journal.name, db=whole)
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        runs = [pool.submit(desk.run, "import", journal.name, "--batch", 20) for _ in range(3)]
        for done in runs:
            done.result()
    desk.sound()
    desk.same(desk.contents(), desk.contents(whole))


def test_import_and_ticks(desk):
    """Ticks and queues between the batches of an import: cases in the import's memory are not older than those in the file."""
    journal, whole = desk.journal(300, days=5), desk.folder / "whole.db"
    desk.run("import", journal.name, db=whole)
    desk.run("tick", "--at", "2026-05-01T00:00:00Z", db=whole)
    stop, faults = threading.Event(), []

    def disturb():
        while not stop.is_set():
            try:
                # The line after which the import is now: never ahead of what is still to come.
                last = desk.sql("SELECT max(at) FROM journal")[0][0] if desk.db.exists() and has_journal(desk) else None
                if last is None:
                    continue
                desk.run("tick", "--at", this.stamp(this.instant("1970-01-01T00:00:00Z") + this.timedelta(microseconds=last)))
                desk.run("queue")
            except Exception as fault:  # pylint: disable=broad-except
                faults.append(fault)
                return

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        desk.run("import", journal.name, "--batch", 5)
    finally:
        stop.set()
        thread.join()
    if faults:
        raise faults[0]
    desk.run("tick", "--at", "2026-05-01T00:00:00Z")
    desk.sound()
    of = "SELECT name, seq, decision FROM outbox JOIN cases ON cases.id = case_id ORDER BY 1, 2"
    if desk.sql(of) != desk.sql(of, db=whole):
        raise AssertionError("ticks in between have changed what is decided")
    rows = "SELECT name, rank, wakeup, snapshot FROM cases ORDER BY 1"
    if desk.sql(rows) != desk.sql(rows, db=whole):
        raise AssertionError("ticks in between have changed a case")


def has_journal(desk):
    return desk.sql("SELECT count(*) FROM sqlite_schema WHERE name = 'journal'")[0][0] == 1


def test_a_case_in_two_hands(desk):
    """A case that an import holds in memory gets an event from another process: the import sees it with its next batch."""
    process = subprocess.Popen(desk.command("import", "-", "--batch", 1, "--json"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               text=True, env=desk.environment, cwd=desk.folder)
    padding = (" " * 9999 + "\n") * 30  # what is read at once is more than a line
    process.stdin.write('{"case":"K","at":"2026-03-02T09:00:00Z","event":"opened"}\n' + padding)
    process.stdin.flush()
    if json.loads(process.stdout.readline())["lines"] != 1:
        raise AssertionError("the first line was not told")
    desk.run("say", "K", "from elsewhere", "--mood", "angry", "--at", "2026-03-02T09:30:00Z")
    out, _ = process.communicate('{"case":"K","at":"2026-03-02T10:00:00Z","event":"customer_message"}\n')
    if process.returncode or json.loads(out.splitlines()[-1])["refused"]:
        raise AssertionError(out[-500:])
    facts = desk.lines("show", "K", "--at", "2026-03-02T10:00:00Z")[0]["status"]["facts"]
    if facts["contacts"] != 3 or facts["mood"] != "angry":
        raise AssertionError(facts)
    desk.sound()


def test_nobody_starves(desk):
    """While an import goes from batch to batch, others get their turn long before their patience ends."""
    desk.run("open", "other")
    journal, waits = desk.journal(2500), []
    process = subprocess.Popen(desk.command("import", journal.name, "--batch", 200), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               env=desk.environment, cwd=desk.folder)
    while process.poll() is None:
        begin = time.monotonic()
        desk.run("note", "other")
        waits.append(time.monotonic() - begin)
    if process.wait() or not waits:
        raise AssertionError("the import failed, or was too short")
    desk.sound()
    print(f"  {len(waits)} notes during an import, the longest took {max(waits):.2f} s")


def test_a_long_hold(desk):
    """Somebody who keeps the database to himself is waited for, and then told about in one sentence."""
    desk.run("open", "K")
    holder = this.sqlite3.connect(desk.db, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(1, lambda: None)
    timer.start()
    result = desk.run("queue")  # readers do not wait
    if "K" not in result.stdout:
        raise AssertionError(result.stdout)
    result = desk.run("note", "K", status=2)
    if "another process has kept the database for 5 seconds; nothing was changed" not in result.stderr:
        raise AssertionError(result.stderr)
    holder.execute("ROLLBACK")
    holder.close()
    desk.run("note", "K")


if __name__ == "__main__":
    sys.exit(this.run(sys.modules[__name__]))
