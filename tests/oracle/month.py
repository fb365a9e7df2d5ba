"""Holds the month benchmark's sample against the oracle: `month.py FOLDER`.

The folder is what `month_benchmark FOLDER` has written: for each desk its policy and the journals of every hundredth case, and
counts.json, which says how often each rule fired, and how often a clock warned and breached, until the month's end. The oracle
folds the same journals and must count the same.
"""

import collections
import json
import pathlib
import sys

from moments import instant_of
from oracle import Journal
from policy import Policy


def counts_of(folder, desk, until):
    """What the oracle counts: (rule -> firings, warnings, breaches, cases, refused lines)."""
    document = json.loads((folder / f"{desk:03}.policy.json").read_text(encoding="utf-8"))
    fired, kinds = collections.Counter(), collections.Counter()

    def emit(decision):
        kinds[decision["decision"]] += 1
        if decision["decision"] == "fired":
            fired[decision["rule"]] += 1

    journal = Journal(Policy(document), emit)
    for number, line in enumerate((folder / f"{desk:03}.jsonl").read_text(encoding="utf-8").splitlines(), 1):
        journal.line(number, line)
    journal.end(until)
    return fired, kinds["clock_warned"], kinds["clock_breached"], len(journal.cases), journal.refused


def main(arguments):
    if len(arguments) != 1:
        print(__doc__.strip().splitlines()[0], file=sys.stderr)
        return 2
    folder = pathlib.Path(arguments[0])
    written = json.loads((folder / "counts.json").read_text(encoding="utf-8"))
    until = instant_of(written["until"])
    wrong = cases = firings = warnings = breaches = 0
    for desk in written["desks"]:
        fired, warned, breached, folded, refused = counts_of(folder, desk["desk"], until)
        cases, firings, warnings, breaches = cases + folded, firings + sum(fired.values()), warnings + warned, breaches + breached
        pairs = [(rule, count, fired[rule]) for rule, count in desk["fired"].items()]
        pairs += [("warnings", desk["warned"], warned), ("breaches", desk["breached"], breached)]
        for name, ours, oracle in pairs:
            if ours != oracle:
                wrong += 1
                print(f"desk {desk['desk']:03}, {name}: {ours}, the oracle counts {oracle}")
        for number, status in refused:
            wrong += 1
            print(f"desk {desk['desk']:03}, line {number}: the oracle refuses it: {status}")
    print(f"{len(written['desks'])} desks, {cases} cases: {firings} rules fired, {warnings} warnings, {breaches} breaches; {wrong} counts differ")
    return 1 if wrong or not cases else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
