"""Events (section 9): which members they have, and the status of one that is wrong (E3)."""

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
RANGES = {"csat": (1, 5), "effort": (1, 7), "nps": (0, 10), "minutes": (0, 2**31 - 1), "cost": (0, 2**63 - 1), "level": (1, 99)}
FLAGS = {"auto", "agreed", "preventable"}
WORDS = {"mood": ["calm", "frustrated", "angry"], "resolution": ["full", "workaround", "partial"], "basis": ["unknown", "assumed", "stated", "verified"],
         "kind": ["callback", "estimate"], "by": ["agent", "customer"], "name": ["priority", "severity"]}


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


def check_member(policy, at, event, name):
    """The type, the word or the range of one member."""
    value, kind = event[name], event["event"]
    if name in FLAGS:
        if not isinstance(value, bool):
            raise Refused("ARGUMENT")
    elif name in RANGES and not (name == "level" and kind == "answered"):
        if not isinstance(value, int) or isinstance(value, bool):
            raise Refused("ARGUMENT")
        if not RANGES[name][0] <= value <= RANGES[name][1]:
            raise Refused("RANGE")
    elif name not in ("fields", "value"):
        if not isinstance(value, str) or not value and name not in ("because", "idea"):
            raise Refused("ARGUMENT")
    if name in WORDS and value not in WORDS[name]:
        raise Refused("UNKNOWN")
    if name == "priority" and value not in {f"P{n + 1}" for n in range(max(int(cell[1:]) for row in policy.model.matrix for cell in row))}:
        raise Refused("UNKNOWN")
    if name == "severity" and value not in {f"S{n + 1}" for n in range(len(policy.model.matrix))}:
        raise Refused("UNKNOWN")
    if name in ("due", "until"):
        try:
            event[name + "_at"] = instant_of(value)
        except ValueError:
            raise Refused("ARGUMENT") from None
        if event[name + "_at"] <= at and kind not in ("fulfilled", "withdrawn"):
            raise Refused("ARGUMENT")


def check(policy, at, event):
    """What is wrong with an event whatever the case; adds `due_at` and `until_at`."""
    kind = event.get("event")
    if kind not in MEMBERS or set(event) - MEMBERS[kind] - {"event"}:
        raise Refused("UNKNOWN")
    for name in REQUIRED.get(kind, []):
        if name not in event:
            raise Refused("ARGUMENT")
    if kind in ONE_OF and not ONE_OF[kind] & set(event) or kind == "answered" and "level" not in event and event["basis"] != "unknown":
        raise Refused("ARGUMENT")
    if {"priority", "severity"} <= set(event):
        raise Refused("ARGUMENT")
    for name in MEMBERS[kind] & set(event):
        check_member(policy, at, event, name)
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
