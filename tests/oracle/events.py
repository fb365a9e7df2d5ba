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
RANGES = {"csat": (1, 5), "effort": (1, 7), "nps": (0, 10)}


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
    for name in ("due", "until"):
        if name in event:
            event[name + "_at"] = instant_of(event[name])
            if event[name + "_at"] <= at and (name == "until" or kind == "promised"):
                raise Refused("ARGUMENT")
    for name, (low, high) in RANGES.items():
        if kind == "rated" and name in event and not low <= event[name] <= high:
            raise Refused("RANGE")
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
