"""The state machine (section 8): states, moves and the built-in default."""

CATEGORIES = ["new", "open", "pending", "hold", "resolved", "closed"]


def default_workflow():
    states = {"new": {"category": "new"}}
    four = ["diagnosis", "determination", "development", "delivery"]
    for stage in four:
        states[stage] = {"category": "open", "stage": stage}
    states["waiting_customer"] = {"category": "pending"}
    states["waiting_third_party"] = {"category": "hold"}
    states["resolved"] = {"category": "resolved"}
    for name in ("closed", "merged", "cancelled"):
        states[name] = {"category": "closed"}
    not_closed = [name for name, state in states.items() if state["category"] != "closed"]
    live = {"auto": False}
    moves = [{"from": not_closed, "on": kind, "to": kind} for kind in ("merged", "cancelled", "closed")]
    moves += [{"from": "new", "on": "acknowledged", "to": "diagnosis"}, {"from": "new", "on": "assigned", "to": "diagnosis"},
              {"from": "new", "on": "agent_message", "to": "diagnosis", "when": live},
              {"from": "waiting_customer", "on": "customer_message", "to": "previous", "when": live},
              {"from": "waiting_customer", "on": "provided", "to": "previous"},
              {"from": "resolved", "on": "customer_message", "to": "diagnosis", "when": live},
              {"from": "resolved", "on": "reopened", "to": "diagnosis"}, {"from": "resolved", "on": "rejected", "to": "diagnosis"},
              {"from": "closed", "on": "reopened", "to": "diagnosis"}, {"from": "development", "on": "proposed", "to": "delivery"},
              {"from": "delivery", "on": "rejected", "to": "development"},
              {"from": "delivery", "on": "accepted", "to": "development", "when": {"resolution": ["workaround", "partial"]}},
              {"from": "delivery", "on": "accepted", "to": "resolved", "when": {"resolution": "full"}}]
    asked = [("new", ["diagnosis"]), ("diagnosis", ["determination", "resolved"])]
    moves += [{"from": source, "on": "moved", "to": to} for source, targets in asked for to in targets]
    moves += [{"from": "determination", "on": "moved", "to": to, "requires": ["impact"]} for to in ("development", "delivery", "resolved")]
    asked = [("determination", ["diagnosis"]), ("development", ["determination", "delivery", "resolved"]), ("delivery", ["development", "resolved"])]
    moves += [{"from": source, "on": "moved", "to": to} for source, targets in asked for to in targets]
    moves += [{"from": four, "on": "moved", "to": to} for to in ("waiting_customer", "waiting_third_party")]
    waiting = ["waiting_customer", "waiting_third_party"]
    moves += [{"from": "waiting_customer", "on": "moved", "to": "waiting_third_party"}, {"from": "waiting_third_party", "on": "moved", "to": "waiting_customer"},
              {"from": waiting, "on": "moved", "to": "previous"}, {"from": waiting, "on": "moved", "to": "resolved"}]
    return {"initial": "new", "states": states, "moves": moves, "timers": [{"in": "resolved", "after": "P5D", "calendar": "always", "to": "closed"}]}


def previous_state(workflow, visits):
    """The latest state before the present one that is neither pending nor hold."""
    for state, _ in reversed(visits[:-1]):
        if workflow["states"][state]["category"] not in ("pending", "hold"):
            return state
    return workflow["initial"]


def requirement(name, key, model):
    """One name in `requires` as a test; `impact` and `urgency` mean a dimension of the group."""
    if name in ("impact", "urgency"):
        group = [d for d in model.levels if model.group[d] == name]
        return lambda facts, answers: any(not model.unknown(answers, d) for d in group)
    return lambda facts, answers: facts.get(key) not in (None, [])


def find_move(policy, visits, kind, asked, facts, answers):
    """The move that an event takes: (state, None); (None, None) without one; (None, because) when all that fit fail."""
    present = visits[-1][0]
    failed = (None, None)
    for move in policy.moves:
        if kind != move["on"] or move["from"] is not None and present not in move["from"]:
            continue
        to = previous_state(policy.workflow, visits) if move["to"] == "previous" else move["to"]
        if kind == "moved" and to != asked:
            continue
        if move["when"](facts) and all(requirement(facts, answers) for requirement in move["requires"]):
            return to, None
        if failed == (None, None):
            failed = (None, move["because"])
    return failed
