"""Impact, urgency, severity, priority (section 7): rules I1 to I5 done by brute force.

An answer is (level name, basis); a missing answer has basis `unknown`.
"""

from conditions import condition


class Model:
    """The `impact` section of a policy."""

    def __init__(self, data, fields):
        self.code = data.get("code")
        self.dimensions = data.get("dimensions", [])
        self.levels = {d["name"]: [level["name"] for level in d["levels"]] for d in self.dimensions}
        self.points = {d["name"]: {level["name"]: level["points"] for level in d["levels"]} for d in self.dimensions}
        self.group = {d["name"]: d["group"] for d in self.dimensions}
        self.default = {d["name"]: d["default"] for d in self.dimensions}
        self.ask = {d["name"]: d.get("ask") for d in self.dimensions}
        self.bands = data["bands"]
        self.matrix = data["priority"]
        compiled = lambda rules: [(condition(rule["when"], fields, self.levels), rule) for rule in rules]
        self.floors = compiled(data.get("floors", []))
        self.ceilings = compiled(data.get("ceilings", []))
        self.shifts = compiled(data.get("shifts", []))
        self.shift_most = data.get("shift_most", 1)

    def unknown(self, answers, name):
        return answers.get(name, (None, "unknown"))[1] == "unknown"

    def chosen(self, answers, unknowns="default"):
        """A level for every dimension; unknown ones at their default, lowest or highest."""
        levels = {}
        for name, names in self.levels.items():
            if not self.unknown(answers, name):
                levels[name] = answers[name][0]
            else:
                levels[name] = {"default": self.default[name], "low": names[0], "high": names[-1]}[unknowns]
        return levels

    def score(self, levels, group):
        """I1: points times 1000 over the greatest sum, floored."""
        members = [name for name in levels if self.group[name] == group]
        greatest = sum(max(self.points[name].values()) for name in members)
        return sum(self.points[name][levels[name]] for name in members) * 1000 // greatest if greatest else 0

    def band(self, score, group):
        """0 is the most severe."""
        for index, threshold in enumerate(self.bands[group]):
            if score >= threshold:
                return index
        return len(self.bands[group])

    def assess(self, levels, facts):
        """Scores, severity, urgency and priority for a level in every dimension, under the case's facts."""
        impact_score, urgency_score = self.score(levels, "impact"), self.score(levels, "urgency")
        band = self.band(impact_score, "impact")
        assessed = dict(facts)
        assessed.update({"dimension." + name: level for name, level in levels.items()})
        severity = band
        ceilings = [int(rule["severity"][1:]) - 1 for holds, rule in self.ceilings if holds(assessed)]
        floors = [int(rule["severity"][1:]) - 1 for holds, rule in self.floors if holds(assessed)]
        if ceilings:
            severity = max(severity, max(ceilings))  # I2: a larger index is less severe
        if floors:
            severity = min(severity, min(floors))
        steps = sum(rule["urgency"] for holds, rule in self.shifts if holds(facts))
        steps = max(-self.shift_most, min(self.shift_most, steps))
        urgency = max(0, min(len(self.bands["urgency"]), self.band(urgency_score, "urgency") - steps))
        return {"impact_score": impact_score, "urgency_score": urgency_score, "impact": band, "severity": severity, "urgency": urgency,
                "priority": self.matrix[severity][urgency]}

    def confidence(self, answers):
        """I3: per mille of the greatest possible points whose basis is stated or verified."""
        greatest = {name: max(points.values()) for name, points in self.points.items()}
        sure = sum(points for name, points in greatest.items() if answers.get(name, (None, "unknown"))[1] in ("stated", "verified"))
        total = sum(greatest.values())
        return sure * 1000 // total if total else 0

    def next_question(self, answers, facts):
        """I4: the dimension whose answer could change most, or None."""
        best, best_spread = None, (0, 0)
        for name, names in self.levels.items():
            if answers.get(name, (None, "unknown"))[1] not in ("unknown", "assumed"):
                continue
            results = []
            for level in names:
                supposed = dict(facts)
                supposed["dimension." + name] = level
                results.append(self.assess(self.chosen({**answers, name: (level, "assumed")}), supposed))
            priorities = [int(r["priority"][1:]) for r in results]
            scores = [r["impact_score"] + r["urgency_score"] for r in results]
            spread = (max(priorities) - min(priorities), max(scores) - min(scores))
            if spread > best_spread:
                best, best_spread = name, spread
        return best
