"""The policy document (section 6) with its defaults, compiled just enough to be asked.

The document is taken to be good: what the library must refuse is not checked here. A document without an
`impact` section is refused, because the points of the built-in model are not the oracle's to know.
"""

import bisect
import json

from conditions import condition, key_of
from impact import Model
from moments import duration_of, instant_of, measure_of
from opening import DAY, Calendar, Never
from workflow import default_workflow, requirement

KINDS = ["sla", "ola", "uc"]
LIVE = {"auto": False}
ENDED = [{"category": ["resolved", "closed"]}]
WAITING = [{"category": ["pending", "hold"]}]
CLOCKS = {
    "acknowledge": {"start": [{"event": "opened"}], "stop": [{"event": ["acknowledged", "assigned", "agent_message"]}]},
    "first_response": {"start": [{"event": "opened"}], "stop": [{"event": "agent_message", "when": LIVE}]},
    "next_response": {"start": [{"event": "customer_message", "when": {"replies": {"at_least": 1}, "auto": False}}],
                      "stop": [{"event": "agent_message", "when": LIVE}], "cancel": ENDED, "again": "each"},
    "update": {"start": [{"event": "agent_message", "when": LIVE}], "stop": [{"event": "agent_message", "when": LIVE}],
               "pause": [{"category": "pending"}], "cancel": ENDED, "again": "each"},
    "workaround": {"start": [{"event": "opened"}], "stop": [{"event": "proposed", "when": {"resolution": ["workaround", "full"]}}] + ENDED, "pause": WAITING},
    "resolution": {"start": [{"event": "opened"}], "stop": ENDED, "pause": WAITING, "again": "resume"},
}


def listed(value):
    return value if isinstance(value, list) else [value]


class Item:
    """One trigger of a clock."""

    def __init__(self, data, compiled):
        self.events = set(listed(data["event"])) if "event" in data else None
        self.wanted = [(fact, set(listed(data[fact]))) for fact in ("state", "category", "stage") if fact in data]
        self.when = compiled(data.get("when"))

    def holds(self, kind, facts):
        if self.events is not None and kind not in self.events:
            return False
        for fact, values in self.wanted:
            if facts[fact] not in values:
                return False
        return self.when(facts)


class Clock:
    def __init__(self, name, data, compiled):
        self.name = name
        self.again = data.get("again", "once")
        for part in ("start", "stop", "cancel", "reset", "pause", "resume"):
            setattr(self, part, [Item(item, compiled) for item in data.get(part, [])])


class Target:
    """What an agreement asks of one clock for one priority or severity."""

    def __init__(self, agreement, kind, measure, calendar_name, calendar, warn=(), on_change="recompute", lands="close"):
        self.agreement, self.kind, self.measure = agreement, kind, measure
        self.calendar_name, self.calendar = calendar_name, calendar
        self.warn, self.on_change, self.lands = warn, on_change, lands
        self.identity = (measure, calendar_name, lands)


class Rule:
    """One escalation."""

    def __init__(self, data, policy, compiled):
        self.name = data["name"]
        self.on = data["on"]
        self.trigger = next(t for t in ("clock", "event", "state", "fact", "team") if t in self.on)
        self.when = compiled(data.get("when"))
        self.do = data["do"]
        hours = data.get("hours", {})
        self.outside = hours.get("outside", "fire")
        self.hours = policy.calendars[hours["calendar"]] if hours else None
        if self.trigger == "clock":
            self.kind = "promise" if self.on["clock"] == "promise" else self.on.get("kind", "sla")
            self.measure, self.signed = measure_of(self.on["at"]), not self.on["at"].endswith("%")
            self.every = measure_of(self.on["every"]) if "every" in self.on else (None, 0)
            self.times = self.on.get("times", 1)
        if self.trigger == "state":
            self.dwell = measure_of(self.on["for"]) if "for" in self.on else ("time", 0)
            self.calendar = policy.calendars[self.on.get("calendar", "always")]
        if self.trigger == "fact":
            self.fact = key_of(self.on["fact"], policy.fields, policy.model.levels)


class Policy:
    def __init__(self, document):
        self.document = document
        self.fields = document.get("fields", {})
        self.model = Model(document["impact"], self.fields)
        compiled = lambda data: condition(data, self.fields, self.model.levels)
        self.calendars = {"always": Calendar("UTC", "24/7")}
        for name, data in document.get("calendars", {}).items():
            holidays = [h["date"] if isinstance(h, dict) else h for h in data.get("holidays", [])]
            self.calendars[name] = Calendar(data["zone"], data["hours"], holidays)
        self.teams = {name: self.calendars[team.get("calendar", "always")] for name, team in document.get("teams", {}).items()}
        self.workflow = document.get("workflow") or default_workflow()
        self.moves = []
        for move in self.workflow["moves"]:
            requires = [requirement(n, n if n in ("impact", "urgency") else key_of(n, self.fields, self.model.levels), self.model) for n in move.get("requires", [])]
            self.moves.append({"from": None if move["from"] == "*" else listed(move["from"]), "on": move["on"], "to": move["to"],
                               "when": compiled(move.get("when")), "requires": requires, "because": move.get("because")})
        self.timers = [(timer["in"], measure_of(timer["after"]), self.calendars[timer.get("calendar", "always")], compiled(timer.get("when")), timer["to"])
                       for timer in self.workflow.get("timers", [])]
        clocks = dict(CLOCKS)
        for name, data in document.get("clocks", {}).items():
            if data is None:
                clocks.pop(name, None)
            else:
                clocks[name] = data
        self.clocks = [Clock(name, data, compiled) for name, data in clocks.items()]
        self.agreements = []
        for data in document.get("agreements", []):
            self.agreements.append({"name": data["name"], "kind": data.get("kind", "sla"), "when": compiled(data.get("when")), "targets": data.get("targets", {}),
                                    "from": instant_of(data["from"]) if "from" in data else None, "until": instant_of(data["until"]) if "until" in data else None})
        self.targets, self.edges = {}, {}
        self.rules = [Rule(data, self, compiled) for data in document.get("escalations", [])]

    def kinds_of(self, clock):
        """The agreement kinds that ever ask something of a clock; `sla` when none does."""
        kinds = {a["kind"] for a in self.agreements if clock in a["targets"]}
        return [kind for kind in KINDS if kind in kinds] or ["sla"]

    def choose(self, kind, opened, facts):
        """The agreement of a kind that governs now."""
        for agreement in self.agreements:
            if agreement["kind"] == kind and agreement["when"](facts):
                if (agreement["from"] is None or opened >= agreement["from"]) and (agreement["until"] is None or opened < agreement["until"]):
                    return agreement
        return None

    def edge_after(self, calendar, rule, at):
        """The first closing edge of a calendar after `at` at which the hours of a rule let it fire or hold; None within 400 days."""
        anyway = rule.outside != "skip"
        edges = self.edges.setdefault((id(calendar), id(rule.hours), anyway), [])  # those that count, then how far was looked
        if not edges or at < edges[0]:
            edges[:] = [at - 30 * DAY, at - 30 * DAY]
        index = bisect.bisect_right(edges, at, 1, len(edges) - 1)
        while index == len(edges) - 1 and edges[-1] < at + 400 * DAY:
            try:
                close = calendar.next_close(edges[-1])
            except Never:
                close = at + 400 * DAY
            else:
                if anyway or rule.hours.is_open(close):
                    edges.insert(len(edges) - 1, close)
                    index += close <= at
            edges[-1] = close
        return edges[index] if index < len(edges) - 1 else None

    def target(self, agreement, clock, facts):
        """The target of a clock under an agreement; None without one."""
        if agreement is None or clock not in agreement["targets"]:
            return None
        data = agreement["targets"][clock]
        key = facts[data.get("by", "priority")]
        cached = self.targets.get((agreement["name"], clock, key), False)
        if cached is not False:
            return cached
        pick = lambda value: value.get(key, value.get("*")) if isinstance(value, dict) else value
        within, calendar = pick(data["within"]), pick(data["calendar"])
        found = None
        if within is not None and calendar is not None:
            warn = [(text, measure_of(text), not text.endswith("%")) for text in data.get("warn", [])]
            found = Target(agreement["name"], agreement["kind"], measure_of(within), calendar, self.calendars[calendar], warn,
                           data.get("on_change", "recompute"), data.get("lands", "close"))
        self.targets[(agreement["name"], clock, key)] = found
        return found


def load(path, impact=None):
    """A policy from its file; `impact` is a file whose `impact` section stands in for an absent one."""
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    if "impact" not in document and impact:
        with open(impact, encoding="utf-8") as file:
            document["impact"] = json.load(file)["impact"]
    return Policy(document)
