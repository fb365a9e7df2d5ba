"""Runs the calendar of this folder over a file of calendar vectors: `calendar_vectors.py FILE`."""

import json
import sys

from opening import SECOND, Calendar, Never, Syntax


def answer(calendar, op, args):
    micro = [a * SECOND for a in args]
    if op == "add_days":
        return calendar.add_days(micro[0], args[1]) // SECOND
    if op == "is_open":
        return calendar.is_open(micro[0])
    if op == "intervals":
        return [[a // SECOND, b // SECOND] for a, b in calendar.intervals(*micro)]
    return getattr(calendar, op)(*micro) // SECOND


def main(path):
    calendars, wrong, count = {}, 0, 0
    for line in open(path, encoding="utf-8"):
        vector = json.loads(line)
        if "invalid" in vector:
            continue
        if "hours" in vector:
            calendars[vector["calendar"]] = Calendar(vector["zone"], vector["hours"], vector["holidays"])
            continue
        count += 1
        try:
            got = answer(calendars[vector["calendar"]], vector["op"], vector["args"])
        except Never:
            got = None
        if got != vector["expect"]:
            wrong += 1
            print("differs:", line.strip(), "got", got)
    print(f"{count} vectors, {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
