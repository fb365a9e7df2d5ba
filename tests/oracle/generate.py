"""Random journals from a seed, for random policies.

They are lively: instants tie with what is about to fall due (one microsecond early, on it, late), batches mix kinds,
some lines are bad. To find such instants, and moves that the workflow takes, a journal is written against the
oracle's own case.
"""

import json

from case import Case, Runaway
from conditions import MOODS
from generate_policy import AGENTS, CAUSES, CHANNELS, FEATURES, HOUR, PROMISES, REASONS, RESOLUTIONS, STARTS, Vocabulary, random_policy, random_value, some
from moments import instant_of, instant_text
from opening import SECOND
from policy import Policy

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
        kinds.update(overridden=5, released=3)
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
            event["because"] = rng.choice(REASONS)
    elif kind == "proposed":
        event["resolution"] = rng.choice(RESOLUTIONS)
    elif kind in ("reopened", "closed", "cancelled", "accepted", "rejected"):
        if maybe(0.3):
            event["because"] = rng.choice(REASONS)
        if kind not in ("accepted", "rejected") and maybe(0.4):
            event["cause"] = rng.choice(CAUSES)
    elif kind in ("fulfilled", "withdrawn"):
        made = [lane.promise for lane in case.lanes if lane.kind == "promise" and (lane.cycle or maybe(0.1))]
        if not made and maybe(0.95):
            return {"event": "note"}
        event["promise"] = rng.choice(made or PROMISES)
    elif kind == "escalated" or kind == "deescalated":
        if maybe(0.5):
            event["level"] = rng.randint(1, 4)
        if maybe(0.5):
            event["by"] = rng.choice(["agent", "customer"])
        if maybe(0.3):
            event["because"] = rng.choice(REASONS)
    elif kind == "changed":
        if not policy.fields:
            return {"event": "note"}
        name = rng.choice(list(policy.fields))
        event.update(field=name, value=random_value(rng, policy.fields[name]) if maybe(0.9) else None)
    elif kind == "overridden":
        if maybe(0.6):
            event["priority"] = rng.choice(words.priorities)
        else:
            event["severity"] = rng.choice(words.severities)
        event.update(because=rng.choice(REASONS), agreed=maybe(0.5))
    elif kind == "released":
        event["name"] = rng.choice(list(case.overrides) or ["priority", "severity"])
        if maybe(0.3):
            event["because"] = rng.choice(REASONS)
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


FAULTS = [  # NOW stands for the instant of the line
    {"event": "shouted"}, {"event": "opened"}, {"event": "moved", "to": "nowhere"}, {"event": "moved"}, {"event": "rated", "csat": 9}, {"event": "rated", "effort": 0},
    {"event": "rated", "nps": 11}, {"event": "rated"}, {"event": "changed", "field": "no such", "value": 1}, {"event": "fulfilled", "promise": "never made"},
    {"event": "customer_message", "mood": "happy"}, {"event": "agent_message", "auto": "yes"}, {"event": "note", "loud": True},
    {"event": "answered", "dimension": "no such", "level": "much", "basis": "stated"}, {"event": "proposed", "resolution": "magic"}, {"event": "proposed"},
    {"event": "promised", "promise": "call", "due": "NOW"}, {"event": "promised", "promise": "call"}, {"event": "promised", "promise": "call", "due": "tomorrow"},
    {"event": "overridden", "priority": "P1", "until": "NOW"}, {"event": "overridden", "priority": "P9"}, {"event": "overridden", "severity": "S1", "priority": "P1"},
    {"event": "overridden", "because": "so"}, {"event": "escalated", "level": 0}, {"event": "escalated", "level": "3"}, {"event": "deescalated", "by": "nobody"},
    {"event": "spent", "minutes": -1}, {"event": "spent"}, {"event": "merged"}, {"event": "released", "name": "impact"}, {"event": "assigned", "team": 5},
    {"event": "requested"}]


def bad_line(rng, name, at):
    """A line that must be refused."""
    roll = rng.random()
    if roll < 0.1:
        return f'{{"case":"{name}","at":'
    if roll < 0.2:
        return line_text(name, at - HOUR * 24 * 300, [{"event": "note"}])
    fault = {member: instant_text(at) if value == "NOW" else value for member, value in rng.choice(FAULTS).items()}
    return line_text(name, at, [fault] if rng.random() < 0.7 else [{"event": "agent_message"}, {"event": "note"}, fault])


def finish(rng, event, at):
    """Gives an event what depends on its instant."""
    if event["event"] == "promised":
        event.update(promise=rng.choice(PROMISES), due=instant_text(at + rng.choice([HOUR, 4 * HOUR, 24 * HOUR, rng.randint(1, 10**10)])), kind=rng.choice(["callback", "estimate"]))
    if event["event"] == "overridden" and rng.random() < 0.6:
        event["until"] = instant_text(at + rng.choice([HOUR, 8 * HOUR, 48 * HOUR, rng.randint(1, 10**10)]))
    return event


def line_text(name, at, events):
    body = {"case": name, "at": instant_text(at)}
    body.update(events[0] if len(events) == 1 else {"events": events})
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def random_case(rng, journal, lines, name, features, words, start):
    """Feeds a journal with the lines of one case, and adds them to `lines` as (instant, number, text)."""
    policy = journal.policy
    at = start + rng.randint(0, 10 * 24 * 60) * 60 * SECOND

    def feed(when, text):
        lines.append((when, len(lines), text))
        journal.line(len(lines) - 1, text)

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


def random_stream(rng, features, cases, make):
    """(document, lines in file order, journal, places): one policy and a journal of several cases.

    `make(policy)` gives a journal that collects the oracle's decisions; it was fed case by case, and `places` says which line of
    the file, from 1, its numbers are."""
    start = instant_of(rng.choice(STARTS))
    while True:
        document = random_policy(rng, features, start)
        journal = make(Policy(document))
        states = list(journal.policy.workflow["states"])
        words = Vocabulary(document, states)
        try:
            lines = []
            for number in range(cases):
                random_case(rng, journal, lines, f"C-{number}", features, words, start)
            end = max(when for when, _, _ in lines) + rng.choice([1, 5, 20]) * 24 * HOUR
            lines.append((end, len(lines), line_text("Z", end, [{"event": "opened"}])))
            journal.line(*lines[-1][1:])
            journal.end()
        except Runaway:
            continue
        lines.sort()
        places = {number: place for place, (_, number, _) in enumerate(lines, 1)}
        return document, [text for _, _, text in lines], journal, places
