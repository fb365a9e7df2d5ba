"""Decisions as JSON bytes (section 12): one fixed member order, compact, absent members left out."""

import json

from moments import duration_text, instant_text

CLOCK = ["kind", "clock", "cycle", "revision", "agreement", "due", "elapsed", "percent", "verdict", "overrun", "threshold"]
FURTHER = {
    "moved": ["rule", "from", "to", "because"],
    "assessed": ["severity", "from", "to"],
    "released": ["name", "because"],
    "agreement_chosen": ["kind", "from", "agreement"],
    "fired": ["rule", "occurrence", "repeat"] + CLOCK,
    "escalated": ["rule", "level", "escalation", "to", "because"],
    "deescalated": ["rule", "level", "escalation", "to", "because"],
    "advise": ["rule", "name", "because"],
    "ask": ["rule", "name", "because"],
}
for plain in ("notify", "assign", "raised", "set"):
    FURTHER[plain] = ["rule", "name", "from", "to"]
for clocked in ("started", "paused", "resumed", "retargeted", "warned", "met", "breached", "cancelled"):
    FURTHER["clock_" + clocked] = CLOCK


def decision_text(decision):
    members = {"case": decision["case"], "seq": decision["seq"], "at": instant_text(decision["at"]), "decision": decision["decision"]}
    for name in FURTHER[decision["decision"]]:
        value = decision.get(name)
        if value is None:
            continue
        if name == "due":
            value = instant_text(value)
        elif name in ("elapsed", "overrun"):
            value = duration_text(value)
        members[name] = value
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"))
