"""An independent oracle of the whole semantics: `oracle.py replay|status POLICY EVENTS [--until|--at INSTANT] [--impact FILE]`.

It reads only the policy's JSON and a journal in JSON Lines, shares no code with the library, keeps no running
sums and is meant to be read beside the semantics rule by rule: slow and obviously right. It predicts what
`csup replay` and `csup status` print; `compare.py` holds the two against each other over random streams.
"""

import json
import sys

import policy as policies
from case import Case
from decisions import decision_text
from events import Refused, read_line
from moments import duration_text, instant_of, instant_text


class Journal:
    """Folds the lines of a journal into its cases."""

    def __init__(self, policy, emit):
        self.policy, self.emit = policy, emit
        self.cases, self.accepted, self.refused = {}, {}, []
        self.last = None

    def line(self, number, text):
        """One line; a refused one leaves its case as it was, by folding the accepted lines again."""
        try:
            name, at, events = read_line(text)
        except Refused as refused:
            self.refused.append((number, str(refused)))
            return
        self.last = at if self.last is None else max(self.last, at)
        decided = []
        case = self.cases.get(name) or Case(self.policy, name, None)
        case.emit = decided.append
        try:
            case.apply(at, events)
        except Refused as refused:
            self.refused.append((number, str(refused)))
            if name in self.cases:
                self.cases[name] = self.again(name)
            return
        self.cases[name] = case
        self.accepted.setdefault(name, []).append(text)
        for decision in decided:
            self.emit(decision)

    def again(self, name):
        case = Case(self.policy, name, lambda decision: None)
        for text in self.accepted[name]:
            data = json.loads(text)
            events = data["events"] if "events" in data else [{k: v for k, v in data.items() if k not in ("case", "at")}]
            case.apply(instant_of(data["at"]), events)
        return case

    def end(self, until=None):
        until = self.last if until is None else until
        for case in self.cases.values():
            case.emit = self.emit
            case.advance(until)
        return until


def clock_row(lane, cycle, at):
    status, due = cycle.status, cycle.due()
    now = at if cycle.stop is None else cycle.stop
    remaining = None
    if cycle.target and cycle.live():
        remaining = max(0, cycle.whole(now) - cycle.elapsed(now))
    text = lambda value, spelled: None if value is None else spelled(value)
    return {"clock": lane.name, "kind": lane.kind, "agreement": cycle.target.agreement if cycle.target else None, "cycle": cycle.number, "status": status,
            "verdict": cycle.verdict(now), "start": instant_text(cycle.start), "due": text(due, instant_text), "stop": text(cycle.stop, instant_text),
            "elapsed": text(cycle.elapsed(now), duration_text), "remaining": text(remaining, duration_text), "percent": cycle.percent(now),
            "overrun": text(cycle.overrun(now), duration_text)}


def status_of(case, at):
    facts = case.facts()
    wakeup = case.next_wakeup()
    shown = {name.removeprefix("field.").removeprefix("dimension."): value for name, value in facts.items() if value is not None}
    shown["breached"] = sorted(case.breached)
    return {"case": case.name, "at": instant_text(at), "state": facts["state"], "category": facts["category"], "stage": facts["stage"], "impact": facts["impact"],
            "urgency": facts["urgency"], "severity": facts["severity"], "priority": facts["priority"], "score": facts["score"],
            "agreements": {kind: chosen["name"] for kind, chosen in case.agreements.items() if chosen}, "facts": shown, "rank": case.rank(),
            "next_wakeup": None if wakeup is None else instant_text(wakeup),
            "clocks": [clock_row(lane, lane.cycles[-1], at) for lane in case.lanes if lane.cycles]}


def run(policy, lines, until=None):
    """(decisions as text, journal) of a whole replay."""
    out = []
    journal = Journal(policy, lambda decision: out.append(decision_text(decision)))
    for number, text in enumerate(lines, 1):
        if text.strip():
            journal.line(number, text)
    journal.end(until)
    return out, journal


def main(arguments):
    options = dict(zip(arguments[3::2], arguments[4::2]))
    if len(arguments) < 3 or arguments[0] not in ("replay", "status") or set(options) - {"--until", "--at", "--impact"}:
        print(__doc__.strip().splitlines()[0], file=sys.stderr)
        return 2
    policy = policies.load(arguments[1], options.get("--impact"))
    until = options.get("--until") or options.get("--at")
    until = until and instant_of(until)
    with open(arguments[2], encoding="utf-8") as file:
        out, journal = run(policy, file, until)
    if arguments[0] == "replay":
        print("\n".join(out))
    else:
        at = journal.last if until is None else until
        for case in journal.cases.values():
            print(json.dumps(status_of(case, at), ensure_ascii=False, separators=(",", ":")))
    for number, status in journal.refused:
        print(f"line {number}: {status}", file=sys.stderr)
    return 1 if journal.refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
