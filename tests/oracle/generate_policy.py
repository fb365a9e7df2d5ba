"""Random policies from a seed: good ones, in which nothing should be refused by the library.

What is generated depends on the features asked for, so that an unfinished library can be compared part by part.
"""

import datetime
import json

from conditions import MOODS, key_of
from moments import duration_of, duration_text, instant_text
from opening import SECOND
from policy import listed
from workflow import default_workflow

FEATURES = ["workflow", "impact", "clocks", "escalations"]
HOUR = 3600 * SECOND
ZONES = ["UTC", "Europe/Sofia", "America/New_York", "Australia/Adelaide", "Asia/Kolkata", "America/St_Johns", "Europe/London"]
HOURS = ["Mo-Fr 09:00-17:00; PH off", "Mo-Fr 09:00-17:00", "Mo-Fr 08:30-12:15,13:00-17:30, Sa 10:00-14:00", "Mo-Su 00:00-24:00; PH off", "Mo-Fr 00:00-24:00",
         "Mo-Su 22:00-06:00", "Mo-Th 22:00-06:00, Fr 22:00-02:00", "Su-Th 08:00-16:00", "24/7", "Mo-Su 01:30-02:30,06:00-20:00", "Mo-Fr 09:00-17:00; PH 10:00-12:00",
         "Apr-Oct Mo-Fr 07:00-15:00; Nov-Mar Mo-Fr 08:00-16:30", "Mo-Fr 09:00-17:00; Nov We[1] off; easter -2 days off; easter +1 day off", "Mo,We,Fr 10:00-12:00; Tu,Th 23:00-25:00"]
STARTS = ["2026-03-05T00:00:00Z", "2026-03-27T00:00:00Z", "2026-10-01T00:00:00Z", "2026-10-22T00:00:00Z", "2026-10-30T00:00:00Z", "2026-07-01T00:00:00Z", "2026-12-22T00:00:00Z"]
CHANNELS, AGENTS, CAUSES = ["mail", "phone", "chat"], ["ann", "bob"], ["user error", "defect", "näive use"]
PROMISES, REASONS = ["call", 'the "news"\t\u2028'], ['they said "no"', "as agreed", "line\nfeed \\ /\x01\x7f", "😀 näïve"]
RESOLUTIONS = ["full", "workaround", "partial"]
STAGES = ["diagnosis", "determination", "development", "delivery"]
COUNTS = ["contacts", "replies", "reopens", "rejections", "reassignments"]
EVENTS = ["acknowledged", "assigned", "customer_message", "agent_message", "note", "answered", "moved", "proposed", "accepted", "rejected", "reopened", "closed",
          "cancelled", "promised", "fulfilled", "withdrawn", "requested", "provided", "overridden", "released", "escalated", "deescalated", "changed", "rated",
          "spent", "merged"]


def some(rng, values, least=0):
    """About half of the values."""
    return [v for v in values if rng.random() < 0.5] or rng.sample(values, least)


# ---- policies


class Vocabulary:
    """What conditions in one policy may speak of."""

    def __init__(self, document, states):
        self.fields = document["fields"]
        impact = document["impact"]
        self.dimensions = {d["name"]: [level["name"] for level in d["levels"]] for d in impact["dimensions"]}
        self.states = states
        self.priorities = sorted({cell for row in impact["priority"] for cell in row})
        self.severities = [f"S{n + 1}" for n in range(len(impact["bands"]["impact"]) + 1)]
        self.urgencies = [f"U{n + 1}" for n in range(len(impact["bands"]["urgency"]) + 1)]
        self.teams = list(document.get("teams", {})) or ["first"]
        self.clocks = ["workaround", "first_response", "resolution", "promise"]


def operand(rng, values, ordered):
    """A comparison with one of some names."""
    kinds = ["plain", "plain", "list", "is", "is_not", "in", "not_in"] + (["at_least", "at_most", "above", "below"] if ordered else [])
    kind = rng.choice(kinds)
    if kind in ("above", "below") and len(values) < 3:
        kind = "at_least"
    if kind == "plain":
        return rng.choice(values)
    if kind == "list":
        return rng.sample(values, min(2, len(values)))
    if kind in ("in", "not_in"):
        return {kind: rng.sample(values, min(2, len(values)))}
    middle = values[1:-1] or values[:1]
    return {kind: rng.choice(middle if kind in ("above", "below") else values)}


def number(rng, low, high):
    kind = rng.choice(["plain", "at_least", "at_least", "at_most", "above", "below", "is_not", "in"])
    value = rng.randint(low, high)
    return value if kind == "plain" else {"in": [value, value + 1]} if kind == "in" else {"below": value + 1} if kind == "below" else {kind: value}


def simple(rng, words, where):
    """One fact and a test of it."""
    names = ["mood", "contacts", "replies", "reopens", "rejections", "reassignments", "channel", "category", "state", "team", "agent", "cause", "resolution", "stage"]
    names += ["field"] * 4
    if where in ("rule", "agreement", "move"):
        names += ["priority", "priority", "severity", "urgency", "impact", "score", "level", "dimension", "dimension"]
    if where in ("rule", "agreement"):
        names += ["breached"]
    name = rng.choice(names)
    if rng.random() < 0.06 and name not in ("field", "dimension", "category", "state", "contacts", "replies", "reopens", "rejections", "reassignments", "score", "level",
                                            "priority", "severity", "urgency", "impact", "breached"):
        return {name: {"set": rng.random() < 0.5}}
    if name == "field" and words.fields:
        field = rng.choice(list(words.fields))
        kind = words.fields[field]
        shown = field if field not in ("level", "impact") and rng.random() < 0.8 else "field." + field
        if rng.random() < 0.1:
            return {shown: {"set": rng.random() < 0.5}}
        if isinstance(kind, list):
            return {shown: operand(rng, kind, True)}
        return {shown: number(rng, 1, 20) if kind == "number" else rng.random() < 0.5 if kind == "flag" else operand(rng, ["alpha", "beta"], False)}
    if name == "dimension" and words.dimensions:
        dimension = rng.choice(list(words.dimensions))
        shown = dimension if dimension not in ("impact", "urgency") and rng.random() < 0.7 else "dimension." + dimension
        return {shown: operand(rng, words.dimensions[dimension], True)}
    if name in COUNTS:
        return {name: number(rng, 1, 3)}
    if name == "level":
        return {name: number(rng, 1, 3)}
    if name == "score":
        return {name: {rng.choice(["at_least", "below"]): rng.randint(100, 1500)}}
    values = {"mood": MOODS, "channel": CHANNELS, "category": ["new", "open", "pending", "hold", "resolved"], "state": words.states, "team": words.teams,
              "agent": AGENTS, "cause": CAUSES, "resolution": RESOLUTIONS, "stage": STAGES, "priority": words.priorities, "severity": words.severities,
              "urgency": words.urgencies, "impact": ["I" + s[1:] for s in words.severities], "breached": words.clocks}
    if name == "breached":
        return {name: rng.choice([rng.choice(words.clocks), {"in": rng.sample(words.clocks, 2)}, {"is_not": "resolution"}, {"set": True}])}
    if name in values:
        return {name: operand(rng, values[name], name in ("mood", "priority", "severity", "urgency", "impact"))}
    return {"contacts": number(rng, 1, 3)}


def named(words, data):
    """The facts that a condition speaks of."""
    found = set()
    for name, wanted in data.items():
        if name in ("all", "any"):
            found.update(fact for part in wanted for fact in named(words, part))
        elif name == "not":
            found.update(named(words, wanted))
        else:
            found.add(key_of(name, words.fields, words.dimensions))
    return found


def beside(rng, words, first, make):
    """A condition of other facts than the first, so that the two can hold together."""
    while True:
        second = make()
        if not named(words, first) & named(words, second):
            return second


def condition(rng, words, where, depth=0):
    roll = rng.random()
    if depth < 2 and roll < 0.12:
        first = condition(rng, words, where, depth + 1)
        return {rng.choice(["all", "any"]): [first, beside(rng, words, first, lambda: condition(rng, words, where, depth + 1))]}
    if depth < 2 and roll < 0.2:
        return {"not": condition(rng, words, where, depth + 1)}
    first = simple(rng, words, where)
    if roll > 0.9:
        first.update(beside(rng, words, first, lambda: simple(rng, words, where)))
    return first


def guarded(rng, words, where, share, data):
    """Adds a `when` to a part of the rules."""
    if rng.random() < share:
        data["when"] = condition(rng, words, where)
    return data


def random_impact(rng, document):
    """A model with monotone bands and matrix; points rise with the levels."""
    dimensions = []
    names = rng.sample(["service", "scope", "money", "safety", "deadline", "workaround"], rng.randint(2, 4))
    for index, name in enumerate(names):
        levels, points = [], rng.choice([0, 0, 5])
        for level in range(rng.randint(2, 4)):
            levels.append({"name": f"{name[:3]}{level}", "code": "ABCD"[level], "points": points})
            points += rng.randint(5, 60)
        group = ["impact", "urgency"][index] if index < 2 else rng.choice(["impact", "urgency"])
        dimensions.append({"name": name, "code": "SNMGDW"[index], "group": group, "ask": f"What about {name}?", "default": rng.choice(levels)["name"], "levels": levels})
    bands = {group: sorted(rng.sample(range(50, 951, 50), rng.randint(1, 3)), reverse=True) for group in ("impact", "urgency")}
    rows, columns = len(bands["impact"]) + 1, len(bands["urgency"]) + 1
    above, below = rng.choice([(1, 1), (1, 1), (2, 1), (1, 2)])
    matrix = [[f"P{min(5, 1 + (row + column) * above // below)}" for column in range(columns)] for row in range(rows)]
    return {"code": "RND", "dimensions": dimensions, "bands": bands, "priority": matrix}


def random_impact_rules(rng, impact, words):
    """Floors, ceilings and shifts: facts and fields freely, dimensions as I2 lets them."""
    rows = len(impact["priority"])

    def rules(share, operator, low, high, because):
        found = []
        while rng.random() < share:
            when = condition(rng, words, "shift")
            if rng.random() < 0.5:
                name = rng.choice(list(words.dimensions))
                levels = words.dimensions[name]
                tested = {"dimension." + name: {operator: rng.choice(levels[1:] if operator == "at_least" else levels[:-1])}}
                when = tested if rng.random() < 0.6 else {"any": [tested, when]}
            found.append({"when": when, "severity": f"S{rng.randint(low, high)}", "because": because})
        return found

    impact["floors"] = rules(0.35, "at_least", 1, rows - 1, "it must not be less")
    impact["ceilings"] = rules(0.35, "at_most", 2, rows, "it cannot be more")
    if rng.random() < 0.6:
        shifts = [{"when": {"mood": "angry"}, "urgency": 1}, {"when": {"contacts": {"at_least": 3}}, "urgency": 1}, {"when": {"mood": "calm"}, "urgency": -1},
                  {"when": condition(rng, words, "shift"), "urgency": rng.choice([-1, 1, 2])}]
        impact["shifts"] = rng.sample(shifts, rng.randint(1, 3))
        impact["shift_most"] = rng.randint(1, 2)


def random_workflow(rng, document):
    """A workflow of its own: every state can be reached, timers only run forward."""
    states = {"fresh": {"category": "new"}, "look": {"category": "open", "stage": "diagnosis"}, "build": {"category": "open", "stage": rng.choice(STAGES[1:])},
              "ask back": {"category": "pending"}, "vendor": {"category": "hold"}, "solved": {"category": "resolved"}, "gone": {"category": "closed"}}
    if rng.random() < 0.4:
        states["triage"] = {"category": "open"}
    words = Vocabulary(document, list(states))
    moves = []

    def add(source, on, to, **more):
        moves.append({"from": source, "on": on, "to": to, **more})

    live = [name for name, state in states.items() if state["category"] not in ("resolved", "closed")]
    if rng.random() < 0.3:
        add("fresh", "opened", "look", when=condition(rng, words, "shift"))
    for _ in range(rng.randint(0, 4)):  # early ones, which may win over what follows
        extra = guarded(rng, words, "move", 0.8, {})
        if rng.random() < 0.3:
            extra["requires"] = rng.sample(["impact", "urgency", "team", "mood", "resolution"] + list(words.dimensions), rng.randint(1, 2))
            extra["because"] = "first things first"
        kind = rng.choice(["customer_message", "agent_message", "moved", "moved", "rejected", "accepted", "escalated", "answered", "changed", "note"])
        if kind.endswith("message") and rng.random() < 0.5:
            extra["when"] = {"auto": rng.random() < 0.3}
        if kind == "escalated" and rng.random() < 0.5:
            extra["when"] = {"by": "customer"}
        add(rng.choice(["*", rng.choice(list(states)), rng.sample(list(states), 2)]), kind, rng.choice(list(states)), **extra)
    for kind, to in (("acknowledged", "look"), ("assigned", "look"), ("proposed", "build"), ("agent_message", "look")):
        add("fresh", kind, to)
    add(["ask back", "vendor"], "customer_message", "previous", when={"auto": False})
    add("ask back", "provided", "previous")
    add("*", "merged", "gone")
    add(live + ["solved"], "closed", "gone")
    if rng.random() < 0.8:
        add(live, "cancelled", "gone")
    add("solved", rng.choice(["rejected", "customer_message"]), rng.choice(["look", "build"]))
    add(["solved", "gone"], "reopened", rng.choice(["look", "fresh", "build"]))
    add(live, "accepted", "solved", when={"resolution": "full"})
    extra = {"requires": ["impact"], "because": "agree the impact first"} if rng.random() < 0.5 else {}
    add("look", "moved", "build", **extra)
    for to in states:
        if to != "gone":
            add("*" if rng.random() < 0.3 else live, "moved", to)
    add(["ask back", "vendor"], "moved", "previous")
    timers = []
    for source, to in (("ask back", "solved"), ("solved", "gone"), ("vendor", "ask back"), ("fresh", "look"), ("ask back", "gone"), ("solved", "gone")):
        if rng.random() < 0.4:
            timers.append(guarded(rng, words, "move", 0.3, {"in": source, "after": rng.choice(["P1D", "P3D", "PT6H", "PT20H", "P5D"]),
                                                              "calendar": rng.choice(list(document["calendars"]) + ["always"]), "to": to}))
    return {"initial": "fresh", "states": states, "moves": moves, "timers": timers}


def random_item(rng, words, with_event, levels_too):
    """One trigger: an event, or a level of state and facts, or both."""
    item = {}
    if with_event:
        item["event"] = rng.choice(EVENTS) if rng.random() < 0.7 else rng.sample(EVENTS, 2)
    if levels_too or not item:
        about = rng.choice(["category", "state", "stage", "when", "when"])
        values = {"category": ["new", "open", "pending", "hold", "resolved"], "state": words.states, "stage": STAGES}.get(about)
        item[about] = condition(rng, words, "rule") if values is None else rng.choice(values) if rng.random() < 0.6 else rng.sample(values, 2)
        if about == "when" and "event" in item and rng.random() < 0.3:
            item["when"] = {"auto": rng.random() < 0.5}
    return item


def random_clock(rng, words):
    """A clock made of anything; what starts it neither stops nor pauses it."""
    seen = []

    def items(most, share):
        found = []
        for _ in range(rng.randint(1, most)):
            with_event = rng.random() < share
            while True:
                item = random_item(rng, words, with_event, rng.random() < 0.3)
                spelled = json.dumps({part: sorted(value) if isinstance(value, list) else value for part, value in item.items()}, sort_keys=True)
                if spelled not in seen:
                    break
            found.append(item)
            seen.append(spelled)
        return found

    clock = {"start": items(2, 0.7), "stop": items(2, 0.6)}
    if rng.random() < 0.4:
        clock["cancel"] = items(1, 0.5)
    if rng.random() < 0.4:
        clock["reset"] = items(2, 0.7)
    if rng.random() < 0.6:
        clock["pause"] = items(2, 0.4)
        if any("event" in item for item in clock["pause"]) or rng.random() < 0.3:
            clock["resume"] = items(2, 0.7)
    if rng.random() < 0.85:
        clock["again"] = rng.choice(["once", "each", "each", "each", "resume", "total", "restart"])
    return clock


def random_clocks(rng, words):
    """Clocks beside, or in place of, the built-in ones."""
    ended = {"category": ["resolved", "closed"]}
    choices = {
        "handling": {"start": [{"category": "open"}], "pause": [{"category": ["pending", "hold"]}], "stop": [ended], "again": rng.choice(["each", "resume", "once"])},
        "waiting": {"start": [{"category": "pending"}], "stop": [{"category": ["new", "open", "resolved", "closed"]}], "again": "each"},
        "undertaking": {"start": [{"event": "requested"}], "stop": [{"event": "provided"}], "cancel": [{"category": "closed"}], "reset": [{"event": "changed"}],
                        "again": rng.choice(["each", "once"])},
        "hand_off": {"start": [{"event": ["escalated", "assigned"]}], "stop": [{"event": "agent_message", "when": {"auto": False}}], "pause": [{"event": "note"}],
                     "resume": [{"event": ["customer_message", "changed"]}], "cancel": [ended], "again": "each"},
        "temper": {"start": [{"when": {"mood": "angry"}}], "stop": [{"event": "agent_message", "when": {"auto": False}}], "pause": [{"stage": "development"}], "again": "each"},
        "survey": {"start": [{"event": "closed"}], "stop": [{"event": "rated"}], "again": "each"},
        "resolution": {"start": [{"event": "opened"}], "stop": [ended], "pause": [{"category": ["pending", "hold"]}], "again": rng.choice(["total", "restart", "once", "resume"])},
        "first_response": {"start": [{"event": "opened"}], "stop": [{"event": "agent_message", "when": {"auto": False}}, ended],
                           "pause": [{"category": "pending"}], "again": rng.choice(["restart", "total", "resume"])},
    }
    clocks = {name: choices[name] for name in choices if rng.random() < (0.55 if name == "resolution" else 0.4)}
    for name in ("own", "other"):
        if rng.random() < 0.5:
            clocks[name] = random_clock(rng, words)
    if rng.random() < 0.1:
        clocks["acknowledge"] = None
    return clocks


def time_amount(rng, low, high):
    minutes = rng.randint(low, high)
    return duration_text(minutes * 60 * SECOND if rng.random() < 0.9 else minutes * 60 * SECOND + rng.randint(1, 59) * SECOND)


def random_within(rng):
    roll = rng.random()
    if roll < 0.05:
        return rng.choice(["PT1M", "PT5M", "P10D", "PT100H"])
    return f"P{rng.randint(1, 4)}D" if roll < 0.3 else time_amount(rng, 15, 240) if roll < 0.65 else f"PT{rng.randint(1, 24)}H"


def within_reach(at, targets):
    """Whether a point of a clock lies behind the start of some target, as far as the measures can be compared."""
    if not at.startswith("-"):
        return True
    texts = [text for target in targets for text in (target["within"].values() if isinstance(target["within"], dict) else [target["within"]])]
    if at.endswith("D"):
        return any(not text.endswith("D") or int(at[2:-1]) <= int(text[1:-1]) for text in texts)
    return any(text.endswith("D") or duration_of(at[1:]) <= duration_of(text) for text in texts)


def random_target(rng, words, calendars):
    by = rng.choice(["priority", "priority", "severity"])
    keys = words.priorities if by == "priority" else words.severities
    target = {"within": random_within(rng) if rng.random() < 0.3 else {key: random_within(rng) for key in some(rng, keys, 1)}}
    if isinstance(target["within"], dict) and rng.random() < 0.7:
        target["within"]["*"] = random_within(rng)
    target["calendar"] = rng.choice(calendars) if rng.random() < 0.6 else {**{key: rng.choice(calendars) for key in some(rng, keys, 1)}, "*": rng.choice(calendars)}
    if by == "severity" or rng.random() < 0.2:
        target["by"] = by
    if rng.random() < 0.6:
        target["warn"] = rng.choice([["50%"], ["75%"], ["50%", "-PT10M"], ["-PT15M"], ["25%", "90%"], ["80%", "-PT5M"], ["-P1D"], ["-P2D", "-P1D"], ["1%", "50%", "99%"]])
        target["warn"] = [at for at in target["warn"] if within_reach(at, [target])]
    if rng.random() < 0.75:
        target["on_change"] = rng.choice(["recompute", "keep", "from_now", "proportional"])
    if rng.random() < 0.5:
        target["lands"] = rng.choice(["close", "open", "day_end"])
    return target


def random_agreements(rng, document, words, start):
    names = ["acknowledge", "first_response", "next_response", "update", "workaround", "resolution"]
    clocks = document.get("clocks", {})
    names = [name for name in names if clocks.get(name, True)] + [name for name in clocks if name not in names]
    agreements = []
    for index in range(rng.randint(1, 4)):
        kind = "sla" if index == 0 else rng.choice(["sla", "sla", "ola", "uc"])
        chosen = some(rng, names, 1)
        agreement = {"name": f"agreement {index}", "kind": kind, "when": condition(rng, words, "agreement") if rng.random() < 0.6 else "always",
                     "targets": {name: random_target(rng, words, list(document["calendars"]) + ["always"]) for name in chosen}}
        if rng.random() < 0.2:
            day = rng.randint(0, 10)
            for part in some(rng, ["from", "until"], 1):
                agreement[part] = instant_text(start + (day + 3 * (part == "until")) * 24 * HOUR)
        agreements.append(agreement)
    # The catch-all of a kind comes last, so that what follows can still be reached.
    agreements.sort(key=lambda a: a["when"] == "always")
    seen, kept = set(), []
    for agreement in agreements:
        if agreement["kind"] not in seen:
            kept.append(agreement)
        if agreement["when"] == "always" and not {"from", "until"} & set(agreement):
            seen.add(agreement["kind"])
    return kept


def random_at(rng):
    """(at, every) of a rule on a clock."""
    at = rng.choice(["50%", "75%", "90%", "100%", "-PT10M", "-PT1H", "+PT0S", "+PT30M", "+PT2H", "-P1D", "+P1D", "+P2D", "120%", "150%", "101%", "25%"])
    every = None
    if rng.random() < 0.4:
        every = rng.choice(["PT10M", "PT30M", "PT1H"])
        if rng.random() < 0.65:
            every = f"{rng.choice([5, 10, 25, 50])}%" if at.endswith("%") else "P1D" if at.endswith("D") else every
        elif not at.endswith("%"):
            every = rng.choice(["PT1H", "P1D"])
    return at, every


def random_trigger(rng, document, words, states):
    kind = rng.choice(["clock"] * 6 + ["event", "event", "state", "state", "fact", "fact", "team"])
    if kind == "clock":
        targeted = [(name, a["kind"]) for a in document["agreements"] for name in a["targets"]]
        name, agreement_kind = rng.choice(targeted + [("promise", None)])
        at, every = random_at(rng)
        while name != "promise" and not within_reach(at, [a["targets"][name] for a in document["agreements"] if name in a["targets"] and a["kind"] == agreement_kind]):
            at, every = random_at(rng)
        on = {"clock": name, "at": at}
        if agreement_kind not in (None, "sla") or agreement_kind and rng.random() < 0.2:
            on["kind"] = agreement_kind
        if every:
            on.update(every=every, times=rng.randint(2, 4))
        return on
    if kind == "event":
        return {"event": rng.choice(EVENTS) if rng.random() < 0.8 else rng.sample(EVENTS, 2)}
    if kind == "state":
        open_states = [name for name, state in states.items() if state["category"] != "closed"]
        on = {"state": rng.choice(open_states) if rng.random() < 0.85 else rng.sample(open_states, 2)}
        if rng.random() < 0.7:
            on["for"] = rng.choice(["PT1H", "PT4H", "PT16H", "P1D", "P2D"])
            if rng.random() < 0.8:
                on["calendar"] = rng.choice(list(document["calendars"]) + ["always"])
        return on
    if kind == "fact":
        facts = ["mood", "priority", "level", "team", "agent", "breached", "breached", "state", "category", "stage", "resolution", "severity", "urgency", "impact", "score", "cause"]
        facts += ["field." + name for name in words.fields] + ["dimension." + name for name in words.dimensions][:1]
        return {"fact": rng.choice(COUNTS + facts)}
    return {"team": "off_shift"}


def random_action(rng, document, words, states, on):
    verbs = ["notify", "assign", "escalate", "raise_priority", "set", "move", "advise", "ask"]
    banned = {"priority": ["raise_priority"], "severity": ["raise_priority"], "score": ["raise_priority"], "level": ["escalate"], "team": ["assign", "escalate"],
              "reassignments": ["assign", "escalate"], "state": ["move"], "category": ["move"], "reopens": ["move"]}.get(on.get("fact"), [])
    if rng.random() < 0.25:
        banned = []  # a rule on a fact that it changes itself fires once at an instant
    verb = rng.choice([v for v in verbs if v not in banned])
    if verb == "notify":
        return {"notify": rng.choice(["duty_manager", "team_lead", "owner"])}
    if verb == "assign":
        return {"assign": rng.choice(words.teams) if rng.random() < 0.3 and on.get("team") is None else rng.sample(words.teams, min(2, len(words.teams)))}
    if verb == "escalate":
        if rng.random() < 0.5:
            return {"escalate": {"level": rng.randint(2, 3), "kind": "functional", "to": rng.choice(words.teams)}}
        return {"escalate": {"level": rng.randint(2, 4), "kind": "hierarchical", "to": "manager"}}
    if verb == "raise_priority":
        return {"raise_priority": {"by": rng.randint(1, 2)} if rng.random() < 0.6 else {"to": rng.choice(words.priorities)}}
    if verb == "set":
        field = rng.choice(list(words.fields)) if words.fields else None
        value = random_value(rng, words.fields[field]) if field and rng.random() < 0.85 else None
        return {"notify": "owner"} if not field else {"set": {"field": field, "value": value}} if rng.random() < 0.7 else {"set": {field: value}}
    if verb == "move":
        order = list(states)
        later = [s for s in order if states[s]["category"] in ("pending", "resolved", "closed", "open")]
        if "state" in on:
            later = [s for s in later if order.index(s) > max(order.index(state) for state in listed(on["state"]))]
        return {"move": rng.choice(later)} if later else {"notify": "owner"}
    if verb == "advise":
        return {"advise": {"topic": rng.choice(["negotiate", "calm"]), "say": rng.choice(['Say "sorry" first.'] + REASONS)}}
    return {"ask": rng.choice([None, rng.choice(list(words.dimensions))])}


def random_escalations(rng, document, words, states):
    rules = []
    for index in range(rng.randint(2, 8)):
        on = random_trigger(rng, document, words, states)
        rule = guarded(rng, words, "rule", 0.4, {"name": f"rule {index}", "on": on})
        if "event" in on and {"customer_message", "agent_message", "escalated", "deescalated"} & set(listed(on["event"])) and rng.random() < 0.5:
            message = any(event.endswith("message") for event in listed(on["event"]))
            own = {"auto": rng.random() < 0.4} if message else {"by": rng.choice(["agent", "customer"])}
            rule["when"] = {"all": [own, rule["when"]]} if "when" in rule else own
        rule["do"] = [random_action(rng, document, words, states, on) for _ in range(rng.randint(1, 2))]
        if rng.random() < 0.4:
            rule["hours"] = {"calendar": rng.choice(list(document["calendars"])), "outside": rng.choice(["fire", "skip", "skip", "hold", "hold"])}
        rules.append(rule)
    return rules


def random_value(rng, kind):
    if isinstance(kind, list):
        return rng.choice(kind)
    return {"text": rng.choice(["alpha", "beta", "γ"]), "number": rng.randint(0, 20), "flag": rng.random() < 0.5}[kind]


def random_policy(rng, features, start):
    document = {"csupport": 1, "name": "random", "version": "1"}
    pool = {"tier": ["standard", "premium", "gold"][: rng.randint(2, 3)], "product": "text", "seats": "number", "vip": "flag", "level": "number"}
    document["fields"] = {name: pool[name] for name in pool if rng.random() < 0.6}
    day = datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=start)
    holidays = [(day + datetime.timedelta(days=rng.randint(0, 20))).date().isoformat() for _ in range(2)]
    document["calendars"] = {"office": {"zone": rng.choice(ZONES), "hours": HOURS[0], "holidays": sorted(set(holidays))}}
    for name in ("night", "other")[: rng.randint(1, 2)]:
        document["calendars"][name] = {"zone": rng.choice(ZONES), "hours": rng.choice(HOURS), "holidays": [{"date": holidays[0], "name": "Feast"}]}
    document["teams"] = {name: {"calendar": rng.choice(list(document["calendars"])), "tier": tier} for tier, name in enumerate(["first", "second", "third"], 1)}
    if rng.random() < 0.2:
        del document["teams"]["second"]["calendar"]
    document["impact"] = random_impact(rng, document)
    if rng.random() < 0.5:
        document["workflow"] = random_workflow(rng, document)
    states = (document.get("workflow") or default_workflow())["states"]
    words = Vocabulary(document, list(states))
    random_impact_rules(rng, document["impact"], words)
    if "clocks" in features:
        document["clocks"] = random_clocks(rng, words)
        document["agreements"] = random_agreements(rng, document, words, start)
    if "escalations" in features:
        document.setdefault("agreements", [])
        document["escalations"] = random_escalations(rng, document, words, states)
    return document
