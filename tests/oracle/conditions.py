"""Conditions (section 6): predicates over facts, given as data.

Facts are a plain dictionary: name -> value, None for absent. A built-in fact stands under its name, a
declared field under `field.<name>`, a dimension under `dimension.<name>` (its level's name). The members
of the event at hand that a `when` may test (`auto`, `by`) stand under their names too.
"""

MOODS = ["calm", "frustrated", "angry"]
FACTS = ["state", "category", "stage", "priority", "severity", "urgency", "impact", "score", "mood", "contacts", "replies",
         "reopens", "rejections", "reassignments", "level", "team", "agent", "channel", "resolution", "breached", "cause"]
MEMBERS = ["auto", "by"]
OPERATORS = ["is", "is_not", "in", "not_in", "at_least", "at_most", "above", "below", "set"]


def key_of(name, fields, dimensions):
    """A bare name means fact, then field, then dimension."""
    if name in FACTS or name in MEMBERS:
        return name
    if name.startswith("field.") and name[6:] in fields or name.startswith("dimension.") and name[10:] in dimensions:
        return name
    if name in fields:
        return "field." + name
    if name in dimensions:
        return "dimension." + name
    raise KeyError(name)


def order_of(key, fields, dimensions):
    """A function from a value to something that grows with it, as `at_least` understands growing."""
    if key in ("priority", "severity", "urgency", "impact"):
        return lambda value: -int(value[1:])
    if key == "mood":
        return MOODS.index
    if key.startswith("dimension."):
        return dimensions[key[10:]].index
    if key.startswith("field.") and isinstance(fields[key[6:]], list):
        return fields[key[6:]].index
    return lambda value: value


def test_of(key, operator, operand, order):
    """One operator as a function of the facts."""
    if operator == "set":
        if key == "breached":
            return lambda facts: bool(facts.get("breached")) == operand
        return lambda facts: (facts.get(key) is not None) == operand
    if key == "breached":
        wanted = operand if isinstance(operand, list) else [operand]
        if operator in ("is", "in"):
            return lambda facts: any(w in facts["breached"] for w in wanted)
        return lambda facts: not any(w in facts["breached"] for w in wanted)
    if operator == "is":
        return lambda facts: facts.get(key) == operand
    if operator == "is_not":
        return lambda facts: facts.get(key) != operand
    if operator == "in":
        return lambda facts: facts.get(key) in operand
    if operator == "not_in":
        return lambda facts: facts.get(key) not in operand
    limit = order(operand)
    compare = {"at_least": lambda v: v >= limit, "at_most": lambda v: v <= limit, "above": lambda v: v > limit, "below": lambda v: v < limit}[operator]

    def compared(facts):
        value = facts.get(key)
        return value is not None and compare(order(value))

    return compared


def condition(data, fields, dimensions):
    """A condition as a function of the facts; `fields` and `dimensions` map names to types and levels."""
    if data is None or data == "always":
        return lambda facts: True
    tests = []
    for name, wanted in data.items():
        if name == "all":
            parts = [condition(part, fields, dimensions) for part in wanted]
            tests.append(lambda facts, parts=parts: all(part(facts) for part in parts))
        elif name == "any":
            parts = [condition(part, fields, dimensions) for part in wanted]
            tests.append(lambda facts, parts=parts: any(part(facts) for part in parts))
        elif name == "not":
            part = condition(wanted, fields, dimensions)
            tests.append(lambda facts, part=part: not part(facts))
        else:
            key = key_of(name, fields, dimensions)
            if isinstance(wanted, list):
                wanted = {"in": wanted}
            elif not isinstance(wanted, dict):
                wanted = {"is": wanted}
            for operator, operand in wanted.items():
                tests.append(test_of(key, operator, operand, order_of(key, fields, dimensions)))
    if len(tests) == 1:
        return tests[0]
    return lambda facts: all(test(facts) for test in tests)
