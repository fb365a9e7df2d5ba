"""How much of the semantics random streams reached: in which share of them each thing occurred.

What is expected to occur is listed, so that a thing which never does is seen as well.
"""

import collections
import json

from events import MEMBERS
from moments import measure_of

EXPECTED = {
    "workflow": ["event " + kind for kind in MEMBERS] + ["batch", "decision moved", "decision escalated", "decision deescalated", "moved by a timer"]
                + ["refused " + status for status in ("ORDER", "UNKNOWN", "RANGE", "SYNTAX", "REFUSED")],
    "impact": ["decision assessed", "released by expiry", "released by hand", "pinned priority", "pinned severity"],
    "clocks": ["decision agreement_chosen", "agreement lost", "promise met", "promise breached", "promise cancelled", "clock of its own",
               "lost target", "late target", "started paused", "breached by a new target", "breached at the stop", "retargeted while paused",
               "target in days", "target in hours", "target by severity", "warned late", "paused by an event", "reset"]
              + ["decision clock_" + kind for kind in ("started", "paused", "resumed", "retargeted", "warned", "met", "breached", "cancelled")]
              + ["on_change " + way for way in ("recompute", "keep", "from_now", "proportional")]
              + ["lands " + way for way in ("close", "open", "day_end")] + ["agreement kind " + kind for kind in ("sla", "ola", "uc")]
              + ["again " + way for way in ("once", "each", "resume", "total", "restart")],
    "escalations": ["decision " + kind for kind in ("fired", "notify", "assign", "raised", "set", "advise", "ask")]
                   + ["moved by a rule", "escalated by a rule, functional", "escalated by a rule, hierarchical"]
                   + ["trigger " + kind for kind in ("clock", "event", "state", "fact", "team", "promise")]
                   + ["at a share before the due", "at the due", "at a share behind the due", "at an offset before the due", "at an offset behind the due",
                      "at an offset in days", "repeat", "repeat in another measure", "on entering a state", "after a dwell"]
                   + ["hours fire", "hours skip", "hours hold", "fired outside its hours", "skipped", "held"],
}


class Counts:
    def __init__(self):
        self.streams = 0
        self.seen = collections.Counter()
        self.cycles = collections.Counter()

    def add(self, document, lines, journal, places, decisions):
        """The streams of one policy: `lines` in the order of the file, `decisions` as the oracle made them."""
        found = collections.defaultdict(set)
        for line in lines:
            try:
                data = json.loads(line)
            except ValueError:
                continue
            for event in data.get("events", [data]):
                if event["event"] in MEMBERS:
                    found[data["case"]].add("event " + event["event"])
                if event["event"] == "overridden":
                    found[data["case"]].add("pinned priority" if "priority" in event else "pinned severity")
            if "events" in data:
                found[data["case"]].add("batch")
        for number, status in journal.refused:
            name = lines[places[number] - 1].split('"case":"')[1].split('"')[0]
            found[name].add("refused " + status)
        self.decided(document, decisions, found)
        for case in journal.cases.values():
            if case.name == "Z":
                continue
            self.streams += 1
            found[case.name] |= case.noted
            self.clocks(case, found[case.name])
            for thing in found[case.name]:
                self.seen[thing] += 1

    def decided(self, document, decisions, found):
        rules = {rule["name"]: rule for rule in document.get("escalations", [])}
        targets = {(a["name"], clock): target for a in document.get("agreements", []) for clock, target in a["targets"].items()}
        for decision in decisions:
            case, kind = found[decision["case"]], decision["decision"]
            case.add("decision " + kind)
            target = targets.get((decision.get("agreement"), decision.get("clock")), {})
            if kind == "clock_retargeted":
                case.add("lost target" if decision["agreement"] is None else "on_change " + target.get("on_change", "recompute"))
            if kind == "agreement_chosen" and not decision["agreement"]:
                case.add("agreement lost")
            if kind == "clock_started":
                case.add("agreement kind " + decision["kind"])
                if target:
                    case.add("lands " + target.get("lands", "close"))
                    case.add("target by severity" if target.get("by") == "severity" else "target by priority")
                if decision["clock"] in document.get("clocks", {}):
                    case.add("clock of its own")
            if kind.startswith("clock_") and decision["kind"] == "promise":
                case.add("promise " + kind[6:])
            if kind == "moved" and decision.get("rule"):
                case.add("moved by a rule")
            if kind == "escalated" and decision.get("rule"):
                case.add("escalated by a rule, " + decision["escalation"])
            if kind == "fired":
                self.fired(rules[decision["rule"]], decision, case)

    def fired(self, rule, decision, case):
        on = rule["on"]
        trigger = next(t for t in ("clock", "event", "state", "fact", "team") if t in on)
        case.add("trigger " + trigger)
        if "hours" in rule:
            case.add("hours " + rule["hours"].get("outside", "fire"))
        if trigger == "state":
            case.add("after a dwell" if "for" in on else "on entering a state")
        if trigger != "clock":
            return
        if on["clock"] == "promise":
            case.add("trigger promise")
        if decision["repeat"] > 1:
            case.add("repeat" if measure_of(on["at"])[0] == measure_of(on["every"])[0] else "repeat in another measure")
            return
        kind, amount = measure_of(on["at"])
        at = amount - 100 if kind == "percent" else amount
        way = "a share" if kind == "percent" else "an offset"
        case.add("at the due" if at == 0 else f"at {way} before the due" if at < 0 else f"at {way} behind the due")
        if kind == "days":
            case.add("at an offset in days")

    def clocks(self, case, found):
        for lane in case.lanes:
            for cycle in lane.cycles:
                if lane.kind != "promise" and cycle.told and (cycle.number > 1 or lane.clock.again == "once"):
                    found.add("again " + lane.clock.again)
                if cycle.kept:
                    found.add("on_change keep")
                if cycle.told:
                    self.cycles["cycles"] += 1
                    self.cycles["breached"] += cycle.breached
                    self.cycles["paused"] += bool(cycle.pauses)
                if cycle.told and lane.kind != "promise" and cycle.target:
                    found.add("target in days" if cycle.target.measure[0] == "days" else "target in hours")

    def show(self, features, least):
        """Prints all shares; returns what is expected under these features and occurred in less than `least` percent of the streams.

        Things come with policies, many streams at a time: of less than 10,000 streams half the share is asked, of less than 1,000 none."""
        least = least if self.streams >= 10000 else least / 2 if self.streams >= 1000 else 0
        expected = {thing for feature in features for thing in EXPECTED[feature]}
        share = lambda thing: 100 * self.seen[thing] / max(1, self.streams)
        print(f"{self.streams} streams; share of streams with each thing:")
        for thing in sorted(expected | set(self.seen)):
            print(f"  {thing:36} {share(thing):6.2f} %")
        if "clocks" in features:
            cycles = max(1, self.cycles["cycles"])
            print(f"  targeted cycles {self.cycles['cycles']}, breached {100 * self.cycles['breached'] / cycles:.1f} %, paused {100 * self.cycles['paused'] / cycles:.1f} %")
        rare = sorted(thing for thing in expected if share(thing) < least)
        if rare:
            print(f"in less than {least} % of the streams: {', '.join(rare)}")
        return rare
