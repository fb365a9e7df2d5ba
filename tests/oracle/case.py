"""A case (sections 8, 9 and 11): the fold over its events, what falls due in between, and their order.

`apply` follows E2 and `settle` follows R3, each step written out. Nothing due is kept in a queue: whenever
it matters, everything that could fire is worked out again and the first is taken.
"""

from clocks import Promises, Runs
from escalations import adjusted, fire
from events import PAST, Refused, check
from policy import KINDS, listed
from workflow import find_move


class Runaway(Exception):
    """A settlement without end: the policy is not one that the library would take."""


class Case:
    def __init__(self, policy, name, emit):
        self.policy, self.name, self.emit = policy, name, emit
        self.seq = 0
        self.opened = self.last = self.settled = None
        self.visits = []  # (state, entered)
        self.visit = 0  # how many states were entered
        self.answers, self.fields, self.breached = {}, {}, set()
        self.mood = self.team = self.agent = self.channel = self.resolution = self.cause = None
        self.contacts = self.replies = self.reopens = self.rejections = self.reassignments = 0
        self.level = 1
        self.unanswered = False
        self.overrides = {}  # "priority" or "severity" -> (value, because, until)
        self.raised = None  # the floor that `raise_priority` put under the priority
        self.assessed = {"priority": None, "severity": None, "urgency": None, "impact": None, "score": None}
        self.sums = None
        self.agreements = {kind: None for kind in KINDS}
        self.promises = Promises(self)
        self.clocks = [Runs(self, clock) for clock in policy.clocks] + [self.promises]
        self.lanes = [lane for runs in self.clocks for lane in runs.lanes]
        self.settlement = 0
        self.occurrences, self.dwelt = {}, {}
        self.held = {}  # rule on events or facts -> (the opening that it waits for, own members of the events that wait)
        self.entered_in = 0  # settlement in which the present state was entered
        self.fired_in = {}  # state rule -> settlement in which it fired last
        self.reopening = self.closing = False
        self.known = None
        self.firings = 0
        self.noted = set()  # what happened that no decision shows, for the counts

    # ---- decisions

    def decide(self, decision, at, **members):
        self.seq += 1
        self.emit({"case": self.name, "seq": self.seq, "at": at, "decision": decision, **members})

    # ---- facts

    def changed(self):
        self.known = None

    def category(self):
        return self.policy.workflow["states"][self.visits[-1][0]]["category"] if self.visits else None

    def raw(self):
        """Facts but for what the assessment says."""
        state = self.visits[-1][0] if self.visits else None
        about = self.policy.workflow["states"].get(state, {})
        facts = {"state": state, "category": about.get("category"), "stage": about.get("stage"), "mood": self.mood, "contacts": self.contacts,
                 "replies": self.replies, "reopens": self.reopens, "rejections": self.rejections, "reassignments": self.reassignments,
                 "level": self.level, "team": self.team, "agent": self.agent, "channel": self.channel, "resolution": self.resolution,
                 "breached": frozenset(self.breached), "cause": self.cause}
        for name, value in self.fields.items():
            facts["field." + name] = value
        for name, (level, basis) in self.answers.items():
            facts["dimension." + name] = level if basis != "unknown" else None
        return facts

    def facts(self):
        if self.known is None:
            self.known = self.raw()
            self.known.update(self.assessed)
        return self.known

    # ---- the assessment (I7)

    def assessment(self):
        model = self.policy.model
        return model.assess(model.chosen(self.answers), self.raw())

    def in_force(self, result):
        """(severity index, priority) under overrides and the raised floor."""
        severity, priority = result["severity"], result["priority"]
        if self.raised and not self.overrides:
            priority = f"P{min(int(priority[1:]), self.raised)}"
        if "severity" in self.overrides:
            severity = int(self.overrides["severity"][0][1:]) - 1
            priority = self.policy.model.matrix[severity][result["urgency"]]
        if "priority" in self.overrides:
            priority = self.overrides["priority"][0]
        return severity, priority

    def priority_now(self):
        """The priority last assessed, but for what an action of the same firing has raised since."""
        present = self.assessed["priority"]
        return f"P{min(int(present[1:]), self.raised)}" if self.raised and not self.overrides else present

    def assess(self, at):
        result = self.assessment()
        severity, priority = self.in_force(result)
        sums = (result["impact_score"], result["urgency_score"], result["severity"], result["urgency"], severity, priority)
        before = self.assessed["priority"]
        self.assessed = {"priority": priority, "severity": f"S{severity + 1}", "urgency": f"U{result['urgency'] + 1}", "impact": f"I{result['impact'] + 1}",
                         "score": result["impact_score"] + result["urgency_score"]}
        self.changed()
        if sums != self.sums:
            self.sums = sums
            self.decide("assessed", at, severity=self.assessed["severity"], **{"from": before, "to": priority})

    # ---- agreements

    def choose(self, at):
        for kind in KINDS:
            chosen = self.policy.choose(kind, self.opened, self.facts())
            before, self.agreements[kind] = self.agreements[kind], chosen
            if chosen is not before:
                self.decide("agreement_chosen", at, kind=kind, agreement=chosen and chosen["name"], **{"from": before and before["name"]})

    def target(self, lane):
        if lane.kind == "promise":
            return lane.real_time
        return self.policy.target(self.agreements[lane.kind], lane.name, self.facts())

    # ---- states

    def enter(self, state, at, because=None, rule=None):
        """A move; to the present state it is none."""
        before = self.visits[-1][0]
        if state == before:
            return
        old = self.category()
        self.visits.append((state, at))
        self.visit += 1
        self.entered_in = self.settlement
        self.note_change(old)
        if self.reopening:
            self.reopens += 1
            self.raised = None
        self.changed()
        self.decide("moved", at, rule=rule, because=because, **{"from": before, "to": state})

    def note_change(self, old):
        """What clocks see of a change of category, whatever lay between (C1, C9)."""
        new = self.category()
        self.reopening = old in ("resolved", "closed") and new != old and new != "closed"
        self.closing = new == "closed" and old != "closed"

    def set_team(self, team):
        if self.team is not None and team != self.team:
            self.reassignments += 1
        self.team = team
        self.changed()

    # ---- E2: a batch

    def apply(self, at, events):
        if self.last is not None and at < self.last:
            raise Refused("ORDER")
        for event in events:
            check(self.policy, at, event)
        if self.opened is not None:
            self.settle_until(at)
        self.settlement += 1
        self.firings = 0
        baseline = dict(self.facts())
        seen = [self.fold(at, event) for event in events]
        self.reopening = self.closing = False
        self.last = self.settled = at
        self.assess(at)
        self.choose(at)
        known = {name: self.facts()[name] for name in self.assessed}
        breached = len(self.breached)
        for clock in self.clocks:
            clock.retarget(at)
            for event, facts, reopening, closing in seen:
                facts.update(known)
                clock.step(event, facts, at, reopening, closing)
        if len(self.breached) != breached:
            self.react(at)
        for event in events:
            for index, rule in enumerate(self.policy.rules):
                if rule.trigger == "event" and event["event"] in listed(rule.on["event"]):
                    self.event_rule(index, rule, at, {"auto": event.get("auto") is True, "by": event.get("by")})
        tried = {}
        for index, rule in enumerate(self.policy.rules):
            if rule.trigger == "fact":
                if self.fact_rule(index, rule, at, baseline, tried):
                    self.do(("fact", index), at, at, tried)
                    self.react(at)
        self.settle(at, baseline, tried, False)

    def fold(self, at, event):
        """Facts and move of one event; returns it with the facts that it led to."""
        kind = event["event"]
        if (kind == "opened") != (self.opened is None):
            raise Refused("ORDER")
        self.reopening = self.closing = False
        live = event.get("auto") is not True
        self.mood = event.get("mood", self.mood)
        if kind == "opened":
            self.opened, self.contacts = at, 1
            self.visits.append((event.get("state", self.policy.workflow["initial"]), at))
            self.visit = 1
            self.entered_in = self.settlement
            self.channel, self.team = event.get("channel"), event.get("team")
            self.fields.update(event.get("fields", {}))
        elif kind == "assigned":
            if "team" in event:
                self.set_team(event["team"])
            self.agent = event.get("agent", self.agent)
        elif kind == "customer_message" and live:
            self.contacts += 1
            self.unanswered = True
        elif kind == "agent_message" and live:
            self.replies += 1
            self.unanswered = False
        elif kind == "answered":
            self.answers[event["dimension"]] = (event.get("level"), event["basis"])
        elif kind == "proposed":
            self.resolution = event["resolution"]
        elif kind == "rejected":
            self.rejections += 1
        elif kind in ("reopened", "closed", "cancelled"):
            self.cause = event.get("cause", self.cause)
        elif kind == "changed":
            self.fields[event["field"]] = event["value"]
        elif kind == "overridden":
            subject = "priority" if "priority" in event else "severity"
            self.overrides[subject] = (event[subject], event.get("because"), event.get("until_at"))
        elif kind == "released":
            if self.overrides.pop(event["name"], None):
                self.noted.add("released by hand")
                self.decide("released", at, name=event["name"], because=event.get("because"))
        elif kind in ("escalated", "deescalated"):
            if kind == "escalated":
                self.level = max(self.level, event["level"]) if "level" in event else self.level + 1
            else:
                self.level = max(1, min(self.level, event["level"]) if "level" in event else self.level - 1)
            self.decide(kind, at, level=self.level, because=event.get("because"))
        elif kind in ("promised", "fulfilled", "withdrawn"):
            if kind == "promised" and not self.promises.find(event["promise"]):
                self.promises.add(event["promise"])
                self.lanes.append(self.promises.lanes[-1])
            elif not self.promises.find(event["promise"]):
                raise Refused("UNKNOWN")
        self.changed()
        own = dict(self.facts(), auto=not live, by=event.get("by"))
        if kind == "moved" and event["to"] == self.visits[-1][0]:
            to = None
        else:
            to, because = find_move(self.policy, self.visits, kind, event.get("to"), own, self.answers)
            if kind == "moved" and to is None:
                raise Refused("REFUSED")
        if to is not None:
            self.enter(to, at, event.get("because"))
        return event, dict(self.facts(), auto=not live, by=event.get("by")), self.reopening, self.closing

    def event_rule(self, index, rule, at, own):
        when = adjusted(rule, at)
        if when is None:
            self.noted.add("skipped")
        if when is not None and when > at:
            self.hold(index, when, own)
        elif when is not None and rule.when({**self.facts(), **own}):
            fire(self, index, at)
            self.react(at)

    def hold(self, index, when, own):
        """R4: one firing at the opening, if the guard holds then for any of the events that wait."""
        if index not in self.held or self.held[index][0] != when:
            self.held[index] = (when, [])
            self.noted.add("held")
        self.held[index][1].append(own)

    def fact_rule(self, index, rule, at, baseline, tried):
        """Whether it is the turn of a fact rule: to fire if its guard holds, or outside its hours to be held or skipped."""
        if index in tried or self.facts().get(rule.fact) == baseline.get(rule.fact):
            return False
        return adjusted(rule, at) != at or rule.when(self.facts())

    # ---- what follows from a change that is no event

    def react(self, at):
        """Assessment, agreements and clocks after a timer, an action, an expiry or a breach."""
        while True:
            breached = len(self.breached)
            reopening, closing = self.reopening, self.closing
            self.reopening = self.closing = False
            self.assess(at)
            self.choose(at)
            for clock in self.clocks:
                clock.retarget(at)
                clock.step(None, self.facts(), at, reopening, closing)
            if len(self.breached) == breached:
                return

    # ---- R3: what is due

    def pending(self, instant=None):
        """All that may fire under present facts: (fire instant, logical instant, class, order, what, settlement that armed it).

        With `instant`, only what concerns a settlement at it is asked for."""
        facts, rules, found = self.facts(), self.policy.rules, []
        for order, subject in enumerate(("priority", "severity")):
            until = self.overrides.get(subject, (None, None, None))[2]
            if until is not None:
                found.append((until, until, 1, (order,), ("expire", subject), None))
        state, entered = self.visits[-1]
        for index, (source, measure, calendar, when, to) in enumerate(self.policy.timers):
            if source == state and when(facts):
                at = self.once(("timer", index), lambda: calendar.add_days(entered, measure[1]) if measure[0] == "days" else calendar.add(entered, measure[1]))
                found.append((at, at, 2, (index,), ("timer", to), None))
        closed = self.category() == "closed"
        for number, lane in enumerate(self.lanes):
            if lane.cycle and lane.cycle.status == "running" and lane.cycle.target:
                self.pending_clock(number, lane, facts, closed, found)
        for index, (at, waiting) in self.held.items():
            if closed and rules[index].trigger == "team":
                continue
            if any(rules[index].when({**facts, **own}) for own in waiting):
                found.append((at, at, 4, (index, 0, 0), ("held", index), None))
        if closed:
            return found
        for index, rule in enumerate(rules):
            if rule.trigger == "state" and state in listed(rule.on["state"]) and self.dwelt.get(index) != self.visit and rule.when(facts):
                if self.fired_in.get(index) == self.settlement:
                    continue
                measure = rule.dwell
                at = self.once(("dwell", index), lambda: rule.calendar.add_days(entered, measure[1]) if measure[0] == "days" else rule.calendar.add(entered, measure[1]))
                at = adjusted(rule, at)
                if at is not None:
                    found.append((at, at, 4, (index, 0, 0), ("state", index), self.entered_in if at == entered else None))
            elif rule.trigger == "team" and self.category() in ("new", "open") and rule.when(facts) and self.team in self.policy.teams:
                at = self.off_shift(index, rule, self.policy.teams[self.team], instant)
                if at is not None:
                    found.append((at, at, 4, (index, 0, 0), ("team", index), None))
        return found

    def once(self, key, work):
        """Remember an instant for as long as the present visit lasts."""
        key = (*key, self.visit)
        if key not in self.memory():
            self.memory()[key] = work()
        return self.memory()[key]

    def memory(self):
        return self.__dict__.setdefault("remembered", {})

    def off_shift(self, index, rule, calendar, instant):
        """The next instant at which an off-shift rule fires (R6), or whether it fires at `instant`."""
        after = self.settled if instant is None else instant - 1
        at = self.policy.edge_after(calendar, rule, after)
        if at is not None and rule.outside == "hold":
            at = rule.hours.next_open(at)
        if instant is not None and (at != instant or self.fired_in.get(index) == self.settlement):
            return None
        return at

    def pass_shifts(self, until):
        """Shifts that end outside the hours of a rule that holds, behind what is settled and up to `until`: from then on the firing is held."""
        if self.team not in self.policy.teams or self.category() not in ("new", "open"):
            return
        for index, rule in enumerate(self.policy.rules):
            edge = self.settled
            while rule.trigger == "team" and rule.outside == "hold":
                edge = self.policy.edge_after(self.policy.teams[self.team], rule, edge)
                if edge is None or edge > until:
                    break
                opening = rule.hours.next_open(edge)
                if opening > until:
                    self.hold(index, opening, {})

    def pending_clock(self, number, lane, facts, closed, found):
        cycle = lane.current()
        best = {}
        for kind, index, repeat, fires, logical, early, instant in lane.pending():
            what = (kind, number, cycle, index, repeat)
            if kind != "rule":
                rank = 0 if kind == "breach" else 1
                place = [text for text, _, _ in cycle.target.warn].index(index) if kind == "warn" else 0
                if early:
                    found.append((fires, logical, 0, (0, number, rank, place), what, cycle.armed_in))
                else:
                    found.append((fires, logical, 3, (number, instant, rank, place), what, cycle.armed_in))
                continue
            rule = self.policy.rules[index]
            if closed or not rule.when(facts):
                continue
            when = adjusted(rule, logical)
            if when is None:
                continue
            if when != logical:
                fires, logical, early = when, when, False
            if best.get((index, fires), (0,))[0] < repeat:
                if fires == cycle.retargeted and instant + lane.with_breach(cycle, index, repeat) < fires:
                    rank, order = 3, (number, instant, 2, index)  # C8: in order of instant, among warnings and the breach
                else:
                    rank, order = (0, (1, index, number, repeat)) if early else (4, (index, number, repeat))
                best[(index, fires)] = (repeat, (fires, logical, rank, order, what, cycle.armed_in))
        found.extend(entry for _, entry in best.values())

    def settle_until(self, at):
        """Everything due up to and including `at`, instant by instant."""
        while True:
            ahead = [entry[0] for entry in self.pending() if self.settled < entry[0] < PAST]
            if not ahead or min(ahead) > at:
                break
            instant = min(ahead)
            self.pass_shifts(instant - 1)
            self.settled = instant - 1
            self.settlement += 1
            self.firings = 0
            self.settle(instant, dict(self.facts()), {}, True)
            self.pass_shifts(instant)
            self.settled = instant
            self.held = {index: held for index, held in self.held.items() if held[0] > instant}
        self.pass_shifts(at)
        self.settled = at
        self.held = {index: held for index, held in self.held.items() if held[0] > at}

    def settle(self, instant, baseline, tried, timed):
        """One settlement; `timed` when it is about what was due at the instant, not about what events armed.

        What goes with a breach carries its due, a microsecond before the instant, and so do rules on the facts that
        it changes; all else the instant."""
        now = None
        while True:
            due = []
            for fires, logical, rank, order, what, armed in self.pending(instant):
                if timed and fires == instant or armed == self.settlement and fires <= instant:
                    date = logical if rank == 0 else now or instant if what[0] == "state" and armed == self.settlement else instant
                    due.append((date, rank, order, what))
            for index, rule in enumerate(self.policy.rules):
                if rule.trigger == "fact" and self.fact_rule(index, rule, now or instant, baseline, tried):
                    due.append((now or instant, 4, (index, 0, 0), ("fact", index)))
            if not due:
                return
            now, _, _, what = min(due, key=lambda entry: entry[:3])
            self.firings += 1
            if self.firings > 300:
                raise Runaway
            self.do(what, now, instant, tried)
            self.react(now)

    def do(self, what, now, instant, tried):
        kind = what[0]
        if kind == "expire":
            _, because, _ = self.overrides.pop(what[1])
            self.changed()
            self.noted.add("released by expiry")
            self.decide("released", now, name=what[1], because=because)
        elif kind == "timer":
            self.noted.add("moved by a timer")
            self.enter(what[1], now)
        elif kind == "held":  # an event's, a fact's or a shift's
            self.held.pop(what[1])
            self.fired_in[what[1]] = self.settlement
            tried[what[1]] = True
            fire(self, what[1], now)
        elif kind == "fact":
            tried[what[1]] = True
            when = adjusted(self.policy.rules[what[1]], now)
            if when == now:
                fire(self, what[1], now)
            elif when is None:
                self.noted.add("skipped")
            else:
                self.hold(what[1], when, {})
        elif kind == "state":
            self.dwelt[what[1]] = self.visit
            self.fired_in[what[1]] = self.settlement
            fire(self, what[1], now)
        elif kind == "team":
            self.fired_in[what[1]] = self.settlement
            fire(self, what[1], now)
        else:
            _, number, cycle, index, repeat = what
            lane = self.lanes[number]
            if kind == "breach":
                lane.breach(cycle, now)
                cycle.changed()
                return
            cycle.fired[(kind, index, repeat)] = cycle.revision
            if kind == "rule" and self.policy.rules[index].outside == "hold" and now not in (at for *_, at, _ in lane.items(cycle)) and now != cycle.armed:
                self.noted.add("held")
            if now < instant and cycle.breached:
                cycle.breached_due = now  # it goes with a breach, though of this cycle's only the first was one
            if kind == "warn":
                if now > next(at for kind, text, _, at, _ in lane.items(cycle) if (kind, text) == ("warn", index)):
                    self.noted.add("warned late")
                lane.decide("warned", cycle, now, threshold=index)
            else:
                fire(self, index, now, lane, cycle, repeat)

    # ---- the view (section 14)

    def advance(self, at):
        if self.opened is not None and at > self.settled:
            self.settle_until(at)

    def next_wakeup(self):
        ahead = [entry[0] for entry in self.pending() if self.settled < entry[0] < PAST]
        return min(ahead) if ahead else None

    def rank(self):
        if self.category() == "closed":
            return 2**63 - 1
        minutes = lambda at: (at + 2_208_988_800_000_000) // 60_000_000
        dues = [due for lane in self.lanes if lane.current() for due in [lane.current().due()] if due is not None]
        returning = self.unanswered and self.contacts > 1
        nearest = minutes(min(dues)) if dues else 2**28 - 1
        return (0 if returning else 1) << 60 | int(self.assessed["priority"][1:]) << 56 | nearest << 28 | minutes(self.opened)
