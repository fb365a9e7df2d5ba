#!/usr/bin/env python3
"""The log of a real desk, 2,448 incidents of 2016 and 2017: imported, rebuilt, queued and ticked as csup has it."""
import pathlib
import sys
import time

import desk as this
from compare import compare_decisions, compare_queue, instants_of
from desk import scaled, stamp, timedelta


def test_uci(desk):
    journal = pathlib.Path(desk.data or "", "uci_incidents.jsonl")
    if not desk.data or not journal.is_file():
        raise this.Skip("set CSUPPORT_EXTRA_DATA to the folder of the logs")
    policy = desk.source / "examples" / "policies" / "servicenow.json"
    begin = time.monotonic()
    summary = desk.lines("import", journal, "--policy", policy)[-1]
    print(f"  {summary['events']} events, {summary['events_per_second']:.0f} a second; the whole command {time.monotonic() - begin:.2f} s")
    if (summary["lines"], summary["events"], summary["cases"], summary["refused"]) != (13012, 18943, 2448, 0):
        raise AssertionError(summary)
    if desk.sound() != 2448:
        raise AssertionError("cases are missing")
    first, last = instants_of(journal)
    places = 0
    for _ in range(scaled(30)):
        places += compare_queue(desk, policy, journal, stamp(first + timedelta(seconds=desk.random.randrange(int((last - first).total_seconds())))))
    desk.run("tick", "--at", stamp(last))
    decisions = compare_decisions(desk, policy, journal, stamp(last))
    again = desk.lines("import", journal)[-1]
    if again["taken"] != 0 or desk.sound() != 2448:
        raise AssertionError(again)
    print(f"  {places} places in queues, {decisions} decisions as csup has them")


if __name__ == "__main__":
    sys.exit(this.run(sys.modules[__name__]))
