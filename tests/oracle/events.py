"""Events (section 9): which members they have, and the status of one that is wrong (E3)."""

import json

from moments import instant_of

MEMBERS = {
    "opened": {"fields", "channel", "mood", "team", "state"},
    "acknowledged": set(),
    "assigned": {"team", "agent"},
    "customer_message": {"mood", "auto"},
    "agent_message": {"auto"},
    "note": set(),
    "answered": {"dimension", "level", "basis"},
    "moved": {"to", "because"},
    "proposed": {"resolution"},
    "accepted": {"because"},
    "rejected": {"because"},
    "reopened": {"because", "cause", "preventable"},
    "closed": {"because", "cause", "preventable"},
    "cancelled": {"because", "cause", "preventable"},
    "promised": {"promise", "due", "kind"},
    "fulfilled": {"promise", "due", "kind"},
    "withdrawn": {"promise", "due", "kind"},
    "requested": {"what", "due"},
    "provided": {"what", "due"},
    "overridden": {"priority", "severity", "because", "agreed", "until"},
    "released": {"name", "because"},
    "escalated": {"level", "because", "by"},
    "deescalated": {"level", "because", "by"},
    "changed": {"field", "value"},
    "rated": {"csat", "effort", "nps", "idea"},
    "spent": {"minutes", "cost"},
    "merged": {"into"},
}
REQUIRED = {"answered": ["dimension", "basis"], "moved": ["to"], "proposed": ["resolution"], "promised": ["promise", "due"],
            "fulfilled": ["promise"], "withdrawn": ["promise"], "released": ["name"], "changed": ["field", "value"], "merged": ["into"], "requested": ["what"]}
ONE_OF = {"overridden": {"priority", "severity"}, "rated": {"csat", "effort", "nps", "idea"}, "spent": {"minutes", "cost"}}
RANGES = {"csat": (1, 5), "effort": (1, 7), "nps": (0, 10), "level": (1, 99), "minutes": (0, 2**31 - 1), "cost": (0, 2**63 - 1)}
WORDS = {"mood": ["calm", "frustrated", "angry"], "basis": ["unknown", "assumed", "stated", "verified"], "resolution": ["full", "workaround", "partial"],
         "kind": ["callback", "estimate"], "by": ["agent", "customer"]}
FLAGS = {"auto", "agreed", "preventable"}
TEXTS = {"because", "idea"}  # of any length; all others are names
FIRST, PAST = instant_of("1900-01-01T00:00:00Z"), instant_of("2201-01-01T00:00:00Z")


class Refused(Exception):
    """An event that cannot stand; the text is the status."""


def check_field(policy, name, value):
    if name not in policy.fields:
        raise Refused("UNKNOWN")
    kind = policy.fields[name]
    if value is None:
        return
    if isinstance(kind, list):
        if value not in kind:
            raise Refused("UNKNOWN" if isinstance(value, str) else "ARGUMENT")
    elif not isinstance(value, {"text": str, "number": int, "flag": bool}[kind]) or kind == "number" and isinstance(value, bool):
        raise Refused("ARGUMENT")


def served(value):
    """An instant of the years 1900 to 2200."""
    try:
        instant = instant_of(value)
    except (ValueError, TypeError, AttributeError):
        raise Refused("ARGUMENT") from None
    if not FIRST <= instant < PAST:
        raise Refused("RANGE")
    return instant


def read_line(text):
    """A line of a journal: (case, instant, events)."""

    def once(pairs):
        if len({key for key, _ in pairs}) != len(pairs):
            raise ValueError("a key twice")
        return dict(pairs)

    try:
        data = json.loads(text, object_pairs_hook=once)
        strings = json.dumps(data, ensure_ascii=False)
        strings.encode()  # a lone surrogate is no text
    except ValueError:
        raise Refused("SYNTAX") from None
    if "\\u0000" in strings:
        raise Refused("SYNTAX")
    if not isinstance(data, dict) or not isinstance(data.get("case"), str) or not isinstance(data.get("at"), str):
        raise Refused("ARGUMENT")
    at = served(data["at"])
    if "events" not in data:
        if "event" not in data:
            raise Refused("ARGUMENT")
        return data["case"], at, [{name: value for name, value in data.items() if name not in ("case", "at")}]
    if set(data) != {"case", "at", "events"}:
        raise Refused("UNKNOWN")
    if not isinstance(data["events"], list) or not data["events"]:
        raise Refused("ARGUMENT")
    return data["case"], at, data["events"]


def check_member(kind, name, value):
    """The type and range of one member, whatever the policy."""
    if name in ("fields", "value", "due", "until"):
        return
    if name in FLAGS:
        if not isinstance(value, bool):
            raise Refused("ARGUMENT")
    elif name in RANGES and not (name == "level" and kind == "answered"):
        if not isinstance(value, int) or isinstance(value, bool):
            raise Refused("ARGUMENT")
        if not RANGES[name][0] <= value <= RANGES[name][1]:
            raise Refused("RANGE")
    elif not isinstance(value, str):
        raise Refused("ARGUMENT")
    elif name in WORDS and value not in WORDS[name] or kind == "released" and name == "name" and value not in ("priority", "severity"):
        raise Refused("UNKNOWN")
    elif name not in TEXTS and value == "":
        raise Refused("ARGUMENT")
    elif name not in TEXTS and len(value.encode()) > 1024:
        raise Refused("RANGE")


def check(policy, at, event):
    """What is wrong with an event whatever the case; adds `due_at` and `until_at`."""
    kind = event.get("event")
    if kind not in MEMBERS or set(event) - MEMBERS[kind] - {"event"}:
        raise Refused("UNKNOWN")
    for name, value in event.items():
        check_member(kind, name, value)
    for name in REQUIRED.get(kind, []):
        if name not in event:
            raise Refused("ARGUMENT")
    if kind == "overridden" and "priority" in event and "severity" in event:
        raise Refused("ARGUMENT")
    if kind == "overridden" and {"priority", "severity"} & set(event):
        most = len(policy.model.matrix) if "severity" in event else max(int(cell[1:]) for row in policy.model.matrix for cell in row)
        if event.get("severity", event.get("priority")) not in [f"{'S' if 'severity' in event else 'P'}{n}" for n in range(1, most + 1)]:
            raise Refused("UNKNOWN")
    if kind in ONE_OF and not ONE_OF[kind] & set(event) or kind == "answered" and "level" not in event and event["basis"] != "unknown":
        raise Refused("ARGUMENT")
    for name in ("due", "until"):
        if name in event:
            event[name + "_at"] = served(event[name])
            if event[name + "_at"] <= at and (name == "until" or kind == "promised"):
                raise Refused("ARGUMENT")
    for name, value in event.get("fields", {}).items():
        check_field(policy, name, value)
    if kind == "changed":
        check_field(policy, event["field"], event["value"])
    if kind == "answered":
        levels = policy.model.levels.get(event["dimension"], [])
        if event["dimension"] not in policy.model.levels or "level" in event and event["level"] not in levels:
            raise Refused("UNKNOWN")
    if kind == "moved" and event["to"] not in policy.workflow["states"]:
        raise Refused("UNKNOWN")
    if kind == "opened" and "state" in event:
        if event["state"] not in policy.workflow["states"]:
            raise Refused("UNKNOWN")
        if policy.workflow["states"][event["state"]]["category"] not in ("new", "open"):
            raise Refused("ARGUMENT")
