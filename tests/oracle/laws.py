"""Holds the oracle itself to the laws of section 13 over random streams: `laws.py [STREAMS [SEED]]`.

Tick invariance (extra `advance` calls change nothing), replay (the file folded again gives the same stream),
wake-up exactness (nothing a microsecond before the next wake-up, something at it). An oracle that breaks
one of them has misread a rule.
"""

import json
import random
import sys

from case import Case, Runaway
from decisions import decision_text
from events import Refused
from generate import FEATURES, random_stream
from moments import instant_of
from oracle import Journal, run
from policy import Policy


def by_case(texts):
    cases = {}
    for text in texts:
        cases.setdefault(json.loads(text)["case"], []).append(text)
    return cases


def ticked(policy, lines, until, rng):
    """The decisions of one case with ticks in between, and the faults that its wake-ups show."""
    decided, faults = [], []
    case = None

    def advance(to):
        while True:
            wake = case.next_wakeup()
            if wake is None or wake > to:
                break
            count = len(decided)
            case.advance(wake - 1)
            if len(decided) != count:
                faults.append(("before the wake-up", wake, decided[count:]))
            count = len(decided)
            case.advance(wake)
            if len(decided) == count:
                faults.append(("a wake-up for nothing", wake))
            if rng.random() < 0.3:
                break
        if to > case.settled and rng.random() < 0.5:
            case.advance(rng.randint(case.settled, to))

    for text in lines:
        data = json.loads(text)
        at = instant_of(data["at"])
        events = data["events"] if "events" in data else [{k: v for k, v in data.items() if k not in ("case", "at")}]
        if case is None:
            case = Case(policy, data["case"], decided.append)
        else:
            advance(at)
        case.apply(at, events)
    advance(until)
    case.advance(until)
    return decided, faults


def main(streams, seed):
    done = wrong = 0
    while done < streams:
        rng = random.Random(seed)
        out = []
        document, lines, journal, _ = random_stream(rng, FEATURES, 20, lambda policy: Journal(policy, out.append))
        first = by_case(decision_text(d) for d in out)
        policy = Policy(document)
        try:
            again, second = run(policy, lines)
        except (Runaway, Refused) as error:
            print("seed", seed, "again:", repr(error))
            wrong += 1
            again = []
        if by_case(again) != first:
            wrong += 1
            print("seed", seed, "a second fold differs")
        for name, accepted in second.accepted.items():
            decided, faults = ticked(policy, accepted, second.last, rng)
            texts = [decision_text(d) for d in decided]
            if texts != by_case(again).get(name, []) or faults:
                wrong += 1
                print("seed", seed, "case", name, "ticks change the stream", faults)
                for one, other in zip(texts, by_case(again).get(name, [])):
                    if one != other:
                        print("  ticked", one, "\n  plain ", other)
                        break
        done += 20
        seed += 1
    print(f"{done} streams, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int((sys.argv[1:] or ["400"])[0]), int((sys.argv[2:] or ["1"])[0])))
