"""Random journals from a seed, for random policies.

They are lively: instants tie with what is about to fall due (one microsecond early, on it, late), batches mix kinds,
some lines are bad. To find such instants, and moves that the workflow takes, a journal is written against the
oracle's own case.
"""

import json

from case import Case, Runaway
from conditions import MOODS
from generate_policy import AGENTS, CAUSES, CHANNELS, FEATURES, HOUR, RESOLUTIONS, STARTS, Vocabulary, random_policy, random_value, some
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
        event.update(field=name, value=random_value(rng, policy.fields[name]) if maybe(0.9) else None)
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
