"""Escalations (section 11): firing a rule and doing what it says."""

KINDS = {"functional", "hierarchical"}


def adjusted(rule, at):
    """R4: when a rule that falls due at `at` fires: then, at the next opening, or never (None)."""
    if rule.outside == "fire" or rule.hours.is_open(at):
        return at
    return rule.hours.next_open(at) if rule.outside == "hold" else None


def fire(case, index, at, lane=None, cycle=None, repeat=1):
    """R1: `fired`, then its actions."""
    rule, before = case.policy.rules[index], case.category()
    case.occurrences[index] = case.occurrences.get(index, 0) + 1
    members = {"rule": rule.name, "occurrence": case.occurrences[index], "repeat": repeat}
    if lane:
        members.update(lane.members(cycle, at))
    case.decide("fired", at, **members)
    if rule.hours and not rule.hours.is_open(at):
        case.noted.add("fired outside its hours")
    for action in rule.do:
        for verb, value in action.items():
            DO[verb](case, rule.name, value, at)
    case.note_change(before)


def notify(case, rule, whom, at):
    case.decide("notify", at, rule=rule, name=whom)


def assign(case, rule, teams, at):
    if isinstance(teams, list):
        teams = next((t for t in teams if case.policy.teams[t].is_open(at)), None)
    if teams is None or teams == case.team:
        return
    before = case.team
    case.set_team(teams)
    case.decide("assign", at, rule=rule, **{"from": before, "to": teams})


def escalate(case, rule, value, at):
    case.level = max(case.level, value.get("level", 1))
    if value.get("kind") == "functional" and "to" in value:
        case.set_team(value["to"])
    case.changed()
    case.decide("escalated", at, rule=rule, level=case.level, escalation=value.get("kind"), to=value.get("to"))


def raise_priority(case, rule, value, at):
    present = case.priority_now()
    number = int(present[1:])
    most = min(int(cell[1:]) for row in case.policy.model.matrix for cell in row)
    wanted = int(value["to"][1:]) if "to" in value else max(most, number - value["by"])
    if wanted >= number:
        return
    case.raised = min(case.raised or wanted, wanted)
    case.changed()
    case.decide("raised", at, rule=rule, **{"from": present, "to": f"P{wanted}"})


def spelled(value):
    return None if value is None else ("true" if value else "false") if isinstance(value, bool) else str(value)


def set_field(case, rule, value, at):
    field, after = (value["field"], value["value"]) if set(value) == {"field", "value"} else next(iter(value.items()))
    before = case.fields.get(field)
    if before == after and type(before) is type(after):
        return
    case.fields[field] = after
    case.changed()
    case.decide("set", at, rule=rule, name=field, **{"from": spelled(before), "to": spelled(after)})


def move(case, rule, state, at):
    case.enter(state, at, rule=rule)


def advise(case, rule, value, at):
    case.decide("advise", at, rule=rule, name=value["topic"], because=value.get("say"))


def ask(case, rule, dimension, at):
    if dimension is None:
        dimension = case.policy.model.next_question(case.answers, case.raw())
    if dimension is not None:
        case.decide("ask", at, rule=rule, name=dimension, because=case.policy.model.ask[dimension])


DO = {"notify": notify, "assign": assign, "escalate": escalate, "raise_priority": raise_priority, "set": set_field, "move": move, "advise": advise, "ask": ask}
