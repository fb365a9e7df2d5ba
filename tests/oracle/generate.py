"""Random policies and random journals from a seed.

Policies are good ones: nothing in them should be refused by the library. Journals are lively: instants tie
with what is about to fall due (one microsecond early, on it, late), batches mix kinds, some lines are bad. To
find such instants, and moves that the workflow takes, the journal is written against the oracle's own case.

What is generated depends on the features asked for, so that an unfinished library can be compared part by part.
"""

import datetime
import json

from case import Case, Runaway
from conditions import MOODS
from events import Refused
from moments import duration_of, duration_text, instant_of, instant_text
from opening import SECOND
from policy import Policy, listed
from workflow import default_workflow

FEATURES = ["workflow", "impact", "clocks", "escalations"]
HOUR = 3600 * SECOND
ZONES = ["UTC", "Europe/Sofia", "America/New_York", "Australia/Adelaide", "Asia/Kolkata", "America/St_Johns", "Europe/London"]
HOURS = ["Mo-Fr 09:00-17:00; PH off", "Mo-Fr 09:00-17:00", "Mo-Fr 08:30-12:15,13:00-17:30, Sa 10:00-14:00", "Mo-Su 00:00-24:00; PH off", "Mo-Fr 00:00-24:00",
         "Mo-Su 22:00-06:00", "Mo-Th 22:00-06:00, Fr 22:00-02:00", "Su-Th 08:00-16:00", "24/7", "Mo-Su 01:30-02:30,06:00-20:00", "Mo-Fr 09:00-17:00; PH 10:00-12:00"]
STARTS = ["2026-03-05T00:00:00Z", "2026-03-27T00:00:00Z", "2026-10-01T00:00:00Z", "2026-10-22T00:00:00Z", "2026-10-30T00:00:00Z", "2026-07-01T00:00:00Z", "2026-12-22T00:00:00Z"]
CHANNELS, AGENTS, CAUSES = ["mail", "phone", "chat"], ["ann", "bob"], ["user error", "defect", "näive use"]
RESOLUTIONS = ["full", "workaround", "partial"]
STAGES = ["diagnosis", "determination", "development", "delivery"]
COUNTS = ["contacts", "replies", "reopens", "rejections", "reassignments"]
EVENTS = ["acknowledged", "assigned", "customer_message", "agent_message", "note", "answered", "moved", "proposed", "accepted", "rejected", "reopened", "closed",
          "cancelled", "promised", "fulfilled", "withdrawn", "requested", "provided", "overridden", "released", "escalated", "deescalated", "changed", "rated",
          "spent", "merged"]


def some(rng, values, least=0):
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


def condition(rng, words, where, depth=0):
    roll = rng.random()
    if depth < 2 and roll < 0.12:
        return {rng.choice(["all", "any"]): [condition(rng, words, where, depth + 1) for _ in range(2)]}
    if depth < 2 and roll < 0.2:
        return {"not": condition(rng, words, where, depth + 1)}
    first = simple(rng, words, where)
    if roll > 0.9:
        second = simple(rng, words, where)
        if list(second) != list(first):
            first.update(second)
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
    impact = {"code": "RND", "dimensions": dimensions, "bands": bands, "priority": matrix}
    fields = document["fields"]
    facts = [{"channel": "phone"}, {"contacts": {"at_least": 3}}]
    facts += [{"tier": fields["tier"][-1]}] if "tier" in fields else []
    facts += [{"vip": True}] if "vip" in fields else []
    mine = [d for d in dimensions if d["group"] == "impact"]
    if rng.random() < 0.4:
        dimension = rng.choice(mine)
        when = rng.choice(facts + [{dimension["name"]: {"at_least": dimension["levels"][-1]["name"]}}] * 2)
        impact["floors"] = [{"when": when, "severity": f"S{rng.randint(1, rows - 1)}", "because": "it must not be less"}]
    if rng.random() < 0.4:
        dimension = rng.choice(mine)
        when = rng.choice(facts + [{dimension["name"]: {"at_most": dimension["levels"][0]["name"]}}] * 2)
        impact["ceilings"] = [{"when": when, "severity": f"S{rng.randint(2, rows)}", "because": "it cannot be more"}]
    if rng.random() < 0.6:
        shifts = [{"when": {"mood": "angry"}, "urgency": 1}, {"when": {"contacts": {"at_least": 3}}, "urgency": 1}, {"when": {"mood": "calm"}, "urgency": -1},
                  {"when": {"channel": "phone"}, "urgency": 1}]
        impact["shifts"] = rng.sample(shifts, rng.randint(1, 3))
        impact["shift_most"] = rng.randint(1, 2)
    return impact


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
    for source, to in (("ask back", "solved"), ("solved", "gone"), ("vendor", "ask back"), ("fresh", "look")):
        if rng.random() < 0.45:
            timers.append(guarded(rng, words, "move", 0.3, {"in": source, "after": rng.choice(["P1D", "P3D", "PT6H", "PT20H", "P5D"]),
                                                              "calendar": rng.choice(list(document["calendars"]) + ["always"]), "to": to}))
    return {"initial": "fresh", "states": states, "moves": moves, "timers": timers}


def random_clocks(rng):
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
    if rng.random() < 0.1:
        clocks["acknowledge"] = None
    return clocks


def time_amount(rng, low, high):
    minutes = rng.randint(low, high)
    return duration_text(minutes * 60 * SECOND if rng.random() < 0.9 else minutes * 60 * SECOND + rng.randint(1, 59) * SECOND)


def random_within(rng):
    roll = rng.random()
    return f"P{rng.randint(1, 4)}D" if roll < 0.3 else time_amount(rng, 15, 240) if roll < 0.65 else f"PT{rng.randint(1, 24)}H"


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
        target["warn"] = rng.choice([["50%"], ["75%"], ["50%", "-PT10M"], ["-PT15M"], ["25%", "90%"], ["80%", "-PT5M"], ["-P1D"], ["75%"]])
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
            agreement[rng.choice(["from", "until"])] = instant_text(start + rng.randint(0, 10) * 24 * HOUR)
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
    at = rng.choice(["50%", "75%", "90%", "100%", "-PT10M", "-PT1H", "+PT0S", "+PT30M", "+PT2H", "-P1D", "+P1D", "120%", "25%"])
    every = None
    if rng.random() < 0.35:
        every = f"{rng.choice([5, 10, 25])}%" if at.endswith("%") else "P1D" if at.endswith("D") else rng.choice(["PT10M", "PT30M", "PT1H"])
    return at, every


def long_enough(document, name, kind):
    """Whether a clock has somewhere a target of days or of four hours."""
    within = [a["targets"][name]["within"] for a in document["agreements"] if name in a["targets"] and a["kind"] == kind]
    texts = [text for w in within for text in (w.values() if isinstance(w, dict) else [w])]
    return any(text.endswith("D") or duration_of(text) >= 4 * HOUR for text in texts)


def random_trigger(rng, document, words, states):
    kind = rng.choice(["clock"] * 6 + ["event", "event", "state", "state", "fact", "fact", "team"])
    if kind == "clock":
        targeted = [(name, a["kind"]) for a in document["agreements"] for name in a["targets"]]
        name, agreement_kind = rng.choice(targeted + [("promise", None)])
        at, every = random_at(rng)
        if at in ("-PT1H", "-P1D") and not long_enough(document, name, agreement_kind):
            at = "-PT10M"
            every = every and "PT10M"
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
        return {"state": rng.choice(open_states) if rng.random() < 0.85 else rng.sample(open_states, 2), "for": rng.choice(["PT1H", "PT4H", "PT16H", "P1D", "P2D"]), "calendar": rng.choice(list(document["calendars"]) + ["always"])}
    if kind == "fact":
        return {"fact": rng.choice(COUNTS + ["mood", "priority", "level", "team", "breached", "state", "category", "resolution", "severity", "score"] + list(words.fields)[:1])}
    return {"team": "off_shift"}


def random_action(rng, document, words, states, on):
    verbs = ["notify", "assign", "escalate", "raise_priority", "set", "move", "advise", "ask"]
    banned = {"priority": ["raise_priority"], "severity": ["raise_priority"], "score": ["raise_priority"], "level": ["escalate"], "team": ["assign", "escalate"],
              "reassignments": ["assign", "escalate"], "state": ["move"], "category": ["move"], "reopens": ["move"]}.get(on.get("fact"), [])
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
        fields = [f for f in words.fields if f != on.get("fact")]
        field = rng.choice(fields) if fields else None
        return {"set": {"field": field, "value": random_value(rng, words.fields[field])}} if field else {"notify": "owner"}
    if verb == "move":
        order = list(states)
        later = [s for s in order if states[s]["category"] in ("pending", "resolved", "closed", "open")]
        if "state" in on:
            later = [s for s in later if order.index(s) > max(order.index(state) for state in listed(on["state"]))]
        return {"move": rng.choice(later)} if later else {"notify": "owner"}
    if verb == "advise":
        return {"advise": {"topic": rng.choice(["negotiate", "calm"]), "say": 'Say "sorry" first.'}}
    return {"ask": rng.choice([None, rng.choice(list(words.dimensions))])}


def random_escalations(rng, document, words, states):
    rules = []
    for index in range(rng.randint(2, 8)):
        on = random_trigger(rng, document, words, states)
        rule = guarded(rng, words, "rule", 0.4, {"name": f"rule {index}", "on": on})
        rule["do"] = [random_action(rng, document, words, states, on) for _ in range(rng.randint(1, 2))]
        if sum("move" in action for action in rule["do"]) > 1:
            rule["do"] = rule["do"][:1]
        if rng.random() < 0.4:
            rule["hours"] = {"calendar": rng.choice(list(document["calendars"])), "outside": rng.choice(["fire", "skip", "hold"] if "team" not in on else ["fire", "skip"])}
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
    document["impact"] = random_impact(rng, document)
    if rng.random() < 0.5:
        document["workflow"] = random_workflow(rng, document)
    states = (document.get("workflow") or default_workflow())["states"]
    words = Vocabulary(document, list(states))
    if "clocks" in features:
        document["clocks"] = random_clocks(rng)
        document["agreements"] = random_agreements(rng, document, words, start)
    if "escalations" in features:
        document.setdefault("agreements", [])
        document["escalations"] = random_escalations(rng, document, words, states)
    return document


# ---- journals


def allowed(policy, case, words):
    """States that the workflow names for a `moved` from here, waiting ones twice."""
    here = case.visits[-1][0] if case.visits else policy.workflow["initial"]
    found = [move["to"] for move in policy.moves if move["on"] == "moved" and (move["from"] is None or here in move["from"])]
    found = [state for state in found if state in words.states and state != here]
    found += [state for state in found if policy.workflow["states"][state]["category"] in ("pending", "hold")]
    return found or words.states


def random_event(rng, policy, case, features, words):
    """One event, not always one that the case will take."""
    kinds = {"acknowledged": 3, "assigned": 5, "customer_message": 12, "agent_message": 12, "note": 3, "answered": 8, "moved": 22, "proposed": 4, "accepted": 3,
             "rejected": 3, "reopened": 4, "closed": 3, "cancelled": 1, "requested": 2, "provided": 2, "escalated": 3, "deescalated": 2, "changed": 5, "rated": 2,
             "spent": 2, "merged": 1}
    if "impact" in features:
        kinds.update(overridden=5, released=2)
    category = case.category()
    if "clocks" in features:
        kinds.update(promised=5, fulfilled=3, withdrawn=2)
    if category in ("resolved", "closed"):
        kinds.update(reopened=16, moved=8)
    kind = rng.choices(list(kinds), list(kinds.values()))[0]
    event = {"event": kind}
    maybe = lambda share: rng.random() < share
    if kind == "assigned":
        if maybe(0.8):
            event["team"] = rng.choice(words.teams + ["elsewhere"])
        if maybe(0.5) or len(event) == 1:
            event["agent"] = rng.choice(AGENTS)
    elif kind in ("customer_message", "agent_message"):
        if kind == "customer_message" and maybe(0.4):
            event["mood"] = rng.choice(MOODS)
        if maybe(0.2):
            event["auto"] = maybe(0.8)
    elif kind == "answered":
        name = rng.choice(list(policy.model.levels))
        event.update(dimension=name, level=rng.choice(policy.model.levels[name]), basis=rng.choice(["assumed", "stated", "stated", "verified", "unknown"]))
    elif kind == "moved":
        event["to"] = rng.choice(words.states)
        if maybe(0.85):
            event["to"] = rng.choice(allowed(policy, case, words))
        if maybe(0.3):
            event["because"] = "as agreed"
    elif kind == "proposed":
        event["resolution"] = rng.choice(RESOLUTIONS)
    elif kind in ("reopened", "closed", "cancelled", "accepted", "rejected"):
        if maybe(0.3):
            event["because"] = 'they said "no"'
        if kind not in ("accepted", "rejected") and maybe(0.4):
            event["cause"] = rng.choice(CAUSES)
    elif kind in ("fulfilled", "withdrawn"):
        made = [lane.promise for lane in case.lanes if lane.kind == "promise" and (lane.cycle or maybe(0.1))]
        if not made and maybe(0.95):
            return {"event": "note"}
        event["promise"] = rng.choice(made or ["call", "news"])
    elif kind == "escalated" or kind == "deescalated":
        if maybe(0.5):
            event["level"] = rng.randint(1, 4)
        if maybe(0.5):
            event["by"] = rng.choice(["agent", "customer"])
        if maybe(0.3):
            event["because"] = "no progress"
    elif kind == "changed":
        if not policy.fields:
            return {"event": "note"}
        name = rng.choice(list(policy.fields))
        event.update(field=name, value=random_value(rng, policy.fields[name]))
    elif kind == "overridden":
        if maybe(0.6):
            event["priority"] = rng.choice(words.priorities)
        else:
            event["severity"] = rng.choice(words.severities)
        event.update(because="agreed on the phone", agreed=maybe(0.5))
    elif kind == "released":
        event["name"] = rng.choice(["priority", "severity"])
    elif kind == "requested" or kind == "provided":
        event["what"] = "log files"
    elif kind == "rated":
        event["csat"] = rng.randint(1, 5)
    elif kind == "spent":
        event["minutes"] = rng.randint(1, 90)
    elif kind == "merged":
        event["into"] = "C-0"
    return event


def later(rng, case, at):
    """The instant of the next line: often one that means something to the case."""
    roll = rng.random()
    if roll < 0.08:
        return at
    if roll < 0.45:
        ahead = [case.next_wakeup()] + [lane.current().due() for lane in case.lanes if lane.current()]
        ahead = [a for a in ahead if a is not None and at <= a < at + 20 * 24 * HOUR]
        if ahead:
            return max(at, rng.choice(ahead) + rng.choice([-1, 0, 0, 0, 1, 1, 2, 60 * SECOND]))
    if roll < 0.7:
        return at + rng.randint(1, 90) * 60 * SECOND
    if roll < 0.9:
        return at + rng.randint(1, 30) * HOUR
    if roll < 0.93:
        return at + rng.randint(1, 10**10)
    return at + rng.randint(1, 8) * 24 * HOUR


def bad_line(rng, name, at):
    """A line that must be refused."""
    text = instant_text(at)
    return rng.choice([f'{{"case":"{name}","at":"{text}","event":"shouted"}}', f'{{"case":"{name}","at":"{text}","event":"opened"}}',
                       f'{{"case":"{name}","at":"{text}","event":"moved","to":"nowhere"}}', f'{{"case":"{name}","at":"{instant_text(at - HOUR * 24 * 300)}","event":"note"}}',
                       f'{{"case":"{name}","at":"{text}","event":"rated","csat":9}}', f'{{"case":"{name}","at":"{text}","event":"changed","field":"no such","value":1}}',
                       f'{{"case":"{name}","at":"{text}","events":[{{"event":"agent_message"}},{{"event":"note"}},{{"event":"moved","to":"nowhere"}}]}}',
                       f'{{"case":"{name}","at":"{text}","event":"fulfilled","promise":"never made"}}', f'{{"case":"{name}","at":'])


def finish(rng, event, at):
    """Gives an event what depends on its instant."""
    if event["event"] == "promised":
        event.update(promise=rng.choice(["call", "news"]), due=instant_text(at + rng.choice([HOUR, 4 * HOUR, 24 * HOUR, rng.randint(1, 10**10)])), kind=rng.choice(["callback", "estimate"]))
    if event["event"] == "overridden" and rng.random() < 0.6:
        event["until"] = instant_text(at + rng.choice([HOUR, 8 * HOUR, 48 * HOUR, rng.randint(1, 10**10)]))
    return event


def line_text(name, at, events):
    body = {"case": name, "at": instant_text(at)}
    body.update(events[0] if len(events) == 1 else {"events": events})
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def random_case(rng, journal, name, features, words, start):
    """Feeds a journal with the lines of one case; returns them as [(sort key, text)]."""
    policy, lines = journal.policy, []
    at = start + rng.randint(0, 10 * 24 * 60) * 60 * SECOND

    def feed(when, text):
        lines.append((when, text))
        journal.line(len(lines), text)

    opened = {"event": "opened"}
    if rng.random() < 0.5:
        opened["channel"] = rng.choice(CHANNELS)
    if rng.random() < 0.3:
        opened["mood"] = rng.choice(MOODS)
    if rng.random() < 0.5:
        opened["team"] = rng.choice(words.teams + ["elsewhere"])
    if rng.random() < 0.15:
        opened["state"] = rng.choice([s for s, d in policy.workflow["states"].items() if d["category"] in ("new", "open")])
    fields = {f: random_value(rng, policy.fields[f]) for f in some(rng, list(policy.fields))} if policy.fields else {}
    if fields:
        opened["fields"] = fields
    if rng.random() < 0.02:
        feed(at, line_text(name, at, [{"event": "note"}]))
    first = [opened]
    probe = Case(policy, name, None)
    if rng.random() < 0.2:
        first += [finish(rng, random_event(rng, policy, probe, features, words), at) for _ in range(rng.randint(1, 2))]
    feed(at, line_text(name, at, first))
    if name not in journal.cases:
        feed(at, line_text(name, at, [opened]))
    for _ in range(rng.choice([3, 6, 9, 12, 18])):
        case = journal.cases[name]
        at = later(rng, case, at)
        if rng.random() < 0.025:
            feed(at, bad_line(rng, name, at))
            continue
        count = rng.choice([1, 1, 1, 1, 2, 2, 3])
        events = [finish(rng, random_event(rng, policy, case, features, words), at) for _ in range(count)]
        feed(at, line_text(name, at, events))
    return lines


def random_stream(rng, features, cases, make):
    """(document, lines in file order, what the oracle predicts): one policy and a journal of several cases.

    `make(policy)` gives a journal that collects the oracle's decisions."""
    start = instant_of(rng.choice(STARTS))
    while True:
        document = random_policy(rng, features, start)
        journal = make(Policy(document))
        states = list(journal.policy.workflow["states"])
        words = Vocabulary(document, states)
        try:
            lines = []
            for number in range(cases):
                for when, text in random_case(rng, journal, f"C-{number}", features, words, start):
                    lines.append((when, len(lines), text))
            end = max(when for when, _, _ in lines) + rng.choice([1, 5, 20]) * 24 * HOUR
            text = line_text("Z", end, [{"event": "opened"}])
            journal.line(len(lines) + 1, text)
            journal.end()
        except Runaway:
            continue
        lines.sort()
        return document, [text for _, _, text in lines] + [text], journal
