"""Clocks (section 10): cycles, pauses, due, elapsed and what fires on the way.

A lane is one clock under one agreement kind. Nothing is summed up: a cycle holds its start, its target and
its pauses, and every due, elapsed and threshold is worked out from these again (C3, C6, C7).

An *arming* is what makes the past count at once (C7, C8, C9): a start, a resume, a retarget, a reopening. What lies
before it and has not fired fires at it, unless it lies at or before the cycle's `floor`.
`settlement` numbers tell what was armed in the settlement at hand.
"""

from escalations import adjusted
from moments import after
from policy import Target


class Cycle:
    def __init__(self, number, start):
        self.number, self.start = number, start
        self.target = None
        self.base, self.base_waits = start, False  # what elapsed counts from; waits for a resume after a change while paused
        self.share = None  # (numerator, denominator) of the target left by `proportional`
        self.pauses = []  # [begin, end or None]
        self.paused_in = None  # settlement in which the open pause began
        self.stop = None
        self.status = "running"
        self.told, self.breached, self.kept = False, False, False
        self.breached_due, self.heir = None, False
        self.revision = 0
        self.retargeted = None
        self.armed, self.armed_in, self.floor = start, None, None
        self.held = {}  # (rule, repeat) -> the opening that it waits for: held before a pause, which does not touch it
        self.fired = {}  # item -> revision
        self.cache = {}

    def live(self):
        return self.status in ("running", "paused")

    def changed(self):
        self.cache = {}

    # ---- C3, C4

    def begins(self, resumed):
        """The instant that the target counts from, or None while that waits for a resume."""
        return resumed if self.base_waits else self.base

    def whole(self, resumed=None):
        """The target's open time."""
        base = self.begins(resumed)
        kind, amount = self.target.measure
        if kind == "days":
            calendar = self.target.calendar
            amount = calendar.elapsed(base, calendar.add_days(base, amount)) if base is not None else 0
        if self.share:
            amount = amount * self.share[0] // self.share[1]
        return amount

    def land(self, d, day_target):
        target = self.target
        if target.lands == "open":
            return target.calendar.next_open(d)
        if target.lands == "day_end" and day_target:
            return target.calendar.day_end(d)
        return d

    def ends(self, measure, lands, resumed=None):
        """C3 for any amount of open time or days from the start, pauses and all."""
        base = self.begins(resumed)
        if base is None:
            return None
        calendar = self.target.calendar
        landed = (lambda d: self.land(d, measure[0] == "days")) if lands else (lambda d: d)
        d = landed(after(calendar, base, measure))
        for begin, end in self.pauses:
            end = resumed if end is None else end
            if end is None:
                return None
            if begin == end:
                continue  # no pause at all: nothing is to land again
            if begin >= base and begin <= d:
                d = landed(max(calendar.add(d, calendar.elapsed(begin, end)), end))
        return d

    def due(self, resumed=None):
        if self.target is None:
            return None
        if resumed is None and self.pauses and self.pauses[-1][1] is None:
            return None
        if resumed not in self.cache:
            measure = ("time", self.whole(resumed)) if self.share else self.target.measure
            self.cache[resumed] = self.ends(measure, True, resumed)
        return self.cache[resumed]

    # ---- C6

    def elapsed(self, at):
        if self.target is None:
            return None
        at = min(at, self.stop) if self.stop is not None else at
        if self.base_waits:
            return 0
        calendar = self.target.calendar
        total = calendar.elapsed(self.base, max(at, self.base))
        for begin, end in self.pauses:
            end = at if end is None else min(end, at)
            if begin >= self.base and end > begin:
                total -= calendar.elapsed(begin, end)
        return total

    def percent(self, at):
        if self.target is None:
            return None
        if self.base_waits:
            return 0
        whole = self.whole(at)
        return min(100 * self.elapsed(at) // whole, 2**31 - 1) if whole > 0 else 100

    def verdict(self, at):
        """C5, law 8: a stop is judged by the due that is in force; a breach is one until a later due takes its place."""
        if self.status == "stopped":
            due = self.due()
            return ("breached" if self.breached else "open") if due is None else "met" if self.stop <= due else "breached"
        if self.pauses and self.pauses[-1][1] is None:
            at = self.pauses[-1][0]  # until a resume moves the due, it stands as when the pause began
        due = self.due(None if self.base_waits else at) if self.target else None
        if due is None:
            return "breached" if self.breached else "open"
        return "breached" if at > due or at == due == self.breached_due else "open"

    def overrun(self, at):
        """Open time past due, less the pauses in it."""
        if self.verdict(at) != "breached":
            return None
        if self.target is None:
            return 0
        at = min(at, self.stop) if self.stop is not None else at
        due = self.due(at)
        if due >= at:
            return 0
        total = self.target.calendar.elapsed(due, at)
        for begin, end in self.pauses:
            end = at if end is None else min(end, at)
            if begin >= due and end > begin:
                total -= self.target.calendar.elapsed(begin, end)
        return max(0, total)

    # ---- C7

    def instant(self, measure, signed):
        """Where a threshold lies while there is a due: (instant, goes with the breach)."""
        due = self.due()
        kind, amount = measure
        if kind == "percent":
            if amount == 100:
                return due, True
            at = self.ends(("time", self.whole() * amount // 100), False)
        elif amount == 0:
            return due, True
        else:
            at = after(self.target.calendar, due, measure)
        return at, False


class Lane:
    """One clock under one kind of agreement (C2)."""

    def __init__(self, case, clock, kind):
        self.case, self.clock, self.kind = case, clock, kind
        self.name = clock.name
        self.cycles = []
        self.cycle = None  # the one that runs or is paused
        self.rules = [r for r in case.policy.rules if r.trigger == "clock" and r.on["clock"] == self.name and r.kind == kind]

    def current(self):
        return self.cycle

    def decide(self, decision, cycle, at, **more):
        if cycle.target is None and decision != "retargeted":
            return
        self.case.decide("clock_" + decision, at, **self.members(cycle, at), **more)

    def members(self, cycle, at):
        return {"kind": self.kind, "clock": self.name, "cycle": cycle.number, "revision": cycle.revision,
                "agreement": cycle.target.agreement if cycle.target else None, "due": cycle.due(), "elapsed": cycle.elapsed(at), "percent": cycle.percent(at),
                "verdict": cycle.verdict(at), "overrun": cycle.overrun(at)}

    def arm(self, cycle, at):
        cycle.armed, cycle.armed_in = at, self.case.settlement
        cycle.changed()

    # ---- C8

    def retarget(self, at):
        cycle = self.current()
        if cycle is None:
            return
        old, new = cycle.target, self.case.target(self)
        if old is None and new is None:
            return
        if old is not None and new is not None and old.identity == new.identity:
            if old is not new:
                cycle.target = new
                cycle.changed()  # warnings may be others
            return
        if old is not None and (new or old).on_change == "keep":
            cycle.kept = True
            return
        paused = cycle.status == "paused"
        if old is None:
            cycle.target = new
            cycle.base, cycle.base_waits, cycle.share = cycle.start, False, None
        elif new is None:
            cycle.target = None
        elif new.on_change == "recompute":
            cycle.target = new
            cycle.base, cycle.base_waits, cycle.share = cycle.start, False, None
        else:
            share = None
            if new.on_change == "proportional":
                share = cycle.share or (1, 1)
                if not cycle.base_waits:
                    nominal = self.nominal(cycle)
                    share = (max(0, cycle.whole(at) - cycle.elapsed(at)), nominal)
            cycle.target, cycle.share = new, share
            cycle.base, cycle.base_waits = at, paused
        self.arm(cycle, at)
        cycle.floor, cycle.held = None, {}
        if old is None and not cycle.told:
            self.case.noted.add("late target")
            cycle.told = True
            self.inherit_breach(cycle, at)
            self.decide("started", cycle, at)
            if paused:
                self.decide("paused", cycle, at)
            return
        if paused:
            self.case.noted.add("retargeted while paused")
        cycle.revision += 1
        cycle.retargeted = at
        self.decide("retargeted", cycle, at)

    def nominal(self, cycle):
        """The target's open time as the policy gives it, whatever share of it was left."""
        kind, amount = cycle.target.measure
        calendar = cycle.target.calendar
        return calendar.elapsed(cycle.base, calendar.add_days(cycle.base, amount)) if kind == "days" else amount

    # ---- what a clock does to its lanes

    def pause(self, at):
        self.set_paused(self.cycle, at)
        self.decide("paused", self.cycle, at)

    def set_paused(self, cycle, at):
        pending, cycle.held = self.pending(), {item: opening for item, opening in cycle.held.items() if opening > at}
        for kind, index, repeat, fires, logical, _, _ in pending:
            opening = adjusted(self.case.policy.rules[index], logical) if kind == "rule" and fires <= at else None
            if opening is not None and opening > at:
                cycle.held[(index, repeat)] = opening
        cycle.pauses.append([at, None])
        cycle.paused_in = self.case.settlement
        cycle.status = "paused"
        cycle.changed()

    def resume(self, at):
        self.end_pause(self.cycle, at)
        self.decide("resumed", self.cycle, at)

    def end_pause(self, cycle, at):
        begin = cycle.pauses[-1][0]
        cycle.pauses[-1][1] = at
        cycle.status = "running"
        if cycle.base_waits:
            cycle.base, cycle.base_waits = at, False
            cycle.retargeted = at  # the change counts from here
        if cycle.armed_in < cycle.paused_in:
            cycle.floor = begin  # what lay there had its chance before the pause
        self.arm(cycle, at)

    def begin(self, at, paused, last=None):
        """A new cycle; `last` is the sealed one that it continues (C9)."""
        cycle = Cycle(len(self.cycles) + 1, last.start if last else at)
        if last:
            cycle.pauses = [list(pause) for pause in last.pauses] + ([[last.stop, at]] if self.clock.again == "resume" else [])
            cycle.fired = {item: 0 for item in last.fired}
        cycle.target = self.case.target(self)
        self.cycles.append(cycle)
        self.cycle = cycle
        self.arm(cycle, at)
        if paused:
            self.set_paused(cycle, at)
        cycle.heir = bool(last and last.breached)
        self.inherit_breach(cycle, at)
        if cycle.target:
            cycle.told = True
            self.decide("started", cycle, at)
            if paused:
                self.case.noted.add("started paused")

    def inherit_breach(self, cycle, at):
        """C9: a cycle that goes on from one that breached, and is past due as soon as it has one, decides no second breach."""
        if cycle.heir and cycle.target and cycle.due(at) < at:
            cycle.breached, cycle.breached_due = True, cycle.due(at)

    def stop(self, at):
        cycle = self.cycle
        if cycle.status == "paused":
            self.end_pause(cycle, at)
        due = cycle.due()
        if due is not None and at > due and not cycle.breached:
            self.case.noted.add("breached at the stop")
            self.breach(cycle, at)
        cycle.stop, cycle.status, self.cycle = at, "stopped", None
        cycle.changed()
        self.decide("met", cycle, at)

    def cancel(self, at):
        cycle = self.cycle
        cycle.stop, cycle.status, self.cycle = at, "cancelled", None
        self.decide("cancelled", cycle, at)

    def breach(self, cycle, at):
        cycle.breached, cycle.breached_due = True, cycle.due()
        self.case.breached.add(self.name if self.kind != "promise" else "promise")  # as rules name them
        self.case.changed()
        if at > cycle.due():
            self.case.noted.add("breached by a new target")
        self.decide("breached", cycle, at)

    # ---- what fires

    def items(self, cycle):
        """All that may fire in a running cycle: (kind, index, repeat, instant, goes with the breach)."""
        if "items" in cycle.cache:
            return cycle.cache["items"]
        items = []
        due = cycle.due()
        if due is not None:
            if not cycle.breached:
                items.append(("breach", 0, 1, due, True))
            for text, measure, signed in cycle.target.warn:
                found = cycle.instant(measure, signed)
                if found[0] >= cycle.base:  # one that lies before the start never fires
                    items.append(("warn", text, 1, *found))
            for rule in self.rules:
                index, latest = self.case.policy.rules.index(rule), None
                for repeat in range(1, rule.times + 1):
                    found = self.repeat(cycle, rule, repeat)
                    if found[0] >= cycle.base:
                        latest = max(latest or found, found)  # where a due lands late, no repeat comes before the one before it
                        items.append(("rule", index, repeat, *latest))
        cycle.cache["items"] = items
        return items

    def with_breach(self, cycle, index, repeat):
        return any(item[:3] == ("rule", index, repeat) and item[4] for item in self.items(cycle))

    def repeat(self, cycle, rule, repeat):
        """Where a repeat of a rule lies: counted as the first one is, or from the first where `every` is of another measure."""
        kind, amount = rule.every
        if repeat == 1 or kind == rule.measure[0]:
            return cycle.instant((rule.measure[0], rule.measure[1] + (repeat - 1) * amount), rule.signed)
        first, _ = cycle.instant(rule.measure, rule.signed)
        return after(cycle.target.calendar, first, (kind, (repeat - 1) * amount)), False

    def pending(self):
        """Items that may still fire: (kind, index, repeat, fire instant, logical instant, early, instant)."""
        cycle = self.current()
        if cycle is None or cycle.status == "paused" or cycle.target is None:
            return []
        found, latest = [], {}
        for kind, index, repeat, instant, with_breach in self.items(cycle):
            late = instant < cycle.armed if with_breach else instant <= cycle.armed
            if late and kind == "rule":
                latest[index] = max(latest.get(index, 0), repeat)
        for kind, index, repeat, instant, with_breach in self.items(cycle):
            late = instant < cycle.armed if with_breach else instant <= cycle.armed
            if kind == "breach":
                if cycle.breached:
                    continue
            elif self.spent(cycle, kind, index, repeat, instant, with_breach):
                continue
            if not late:
                found.append((kind, index, repeat, instant + 1 if with_breach else instant, instant, with_breach, instant))
            elif cycle.floor is None or instant > cycle.floor or kind == "breach":
                if kind != "rule" or latest[index] == repeat:
                    found.append((kind, index, repeat, cycle.armed, cycle.armed, False, instant))
        for (index, repeat), opening in cycle.held.items():
            if not any(item[:2] == ("rule", index) and item[2] >= repeat and revision == cycle.revision for item, revision in cycle.fired.items()):
                at = max(opening, cycle.armed)
                found.append(("rule", index, repeat, at, at, False, opening))
        return found

    def spent(self, cycle, kind, index, repeat, instant, with_breach):
        """Whether an item has fired, so far as it may not again (R2, C8): what now lies ahead is armed again."""
        changed = cycle.retargeted
        behind = changed is None or (instant < changed if with_breach else instant <= changed)
        for (k, i, r), revision in cycle.fired.items():
            if k == kind and i == index:
                if r >= repeat and (revision == cycle.revision or behind):  # a later repeat stands for those before it
                    return True
        return False


class Runs:
    """All lanes of one clock: they start, pause and stop together, whoever has a target (C1, C2)."""

    def __init__(self, case, clock):
        self.clock = clock
        self.lanes = [Lane(case, clock, kind) for kind in case.policy.kinds_of(clock.name)]
        self.level = {}  # whether each level in `start`, `reset` and `resume` held when last seen

    def all(self, deed, *details):
        for lane in self.lanes:
            deed(lane, *details)

    def retarget(self, at):
        self.all(Lane.retarget, at)

    def step(self, event, facts, at, reopening=False, closing=False):
        """One event, or a change without one (None), with the state and facts it led to."""
        clock, kind = self.clock, event and event["event"]
        holds = lambda items: any(item.holds(kind, facts) for item in items)
        level = lambda items: any(item.events is None and item.holds(None, facts) for item in items)
        starts, resets = self.counts("start", kind, facts), self.counts("reset", kind, facts)
        resumes = self.counts("resume", kind, facts, level(clock.pause))
        runs = self.lanes[0].cycle
        if runs and kind in ("merged", "cancelled"):
            self.all(Lane.cancel, at)
        elif runs and holds(clock.stop):
            self.all(Lane.stop, at)
        elif runs and (closing or holds(clock.cancel)):
            self.all(Lane.cancel, at)
        elif runs and resets:
            self.lanes[0].case.noted.add("reset")
            self.all(Lane.cancel, at)
            self.begin(at, level(clock.pause))
        elif runs:
            if holds(clock.pause):
                if runs.status == "running":
                    if not level(clock.pause):
                        self.lanes[0].case.noted.add("paused by an event")
                    self.all(Lane.pause, at)
            elif runs.status == "paused" and (resumes or not clock.resume):
                self.all(Lane.resume, at)
        if self.lanes[0].cycle is None:
            last = self.lanes[0].cycles[-1] if self.lanes[0].cycles else None
            again = last is not None and reopening and last.status == "stopped" and clock.again in ("resume", "total", "restart")
            if (again or starts and (last is None or clock.again == "each")) and not level(clock.stop) and not level(clock.cancel):
                self.begin(at, level(clock.pause), again and clock.again != "restart")

    def begin(self, at, paused, continues=False):
        for lane in self.lanes:
            lane.begin(at, paused, lane.cycles[-1] if continues else None)
        for lane in self.lanes:
            if paused:
                lane.decide("paused", lane.cycle, at)

    def counts(self, part, kind, facts, waits=False):
        """Whether an item counts: an event that fits, or a level that has become true (of `resume`, once no level of `pause` holds)."""
        found = False
        for number, item in enumerate(getattr(self.clock, part)):
            now = item.holds(kind, facts)
            if item.events is None:
                before, self.level[part, number] = self.level.get((part, number), False), now and not waits
                now = now and not waits and not before
            found = found or now
        return found


class PromiseClock:
    """What a promise has in place of a clock of the policy."""

    def __init__(self, name):
        self.name, self.again = "promise:" + name, "each"


class PromiseLane(Lane):
    """A promise: real time from `promised` to its due."""

    def __init__(self, case, name):
        super().__init__(case, PromiseClock(name), "promise")
        self.promise = name
        self.rules = [r for r in case.policy.rules if r.trigger == "clock" and r.kind == "promise"]

    def promised(self, at, due):
        if self.cycle:
            self.cancel(at)
        self.real_time = Target(None, "promise", ("time", due - at), "always", self.case.policy.calendars["always"])
        self.begin(at, False)


class Promises:
    """All promises of a case, in the order in which their names first came."""

    def __init__(self, case):
        self.case, self.lanes = case, []

    def find(self, name):
        return next((lane for lane in self.lanes if lane.promise == name), None)

    def add(self, name):
        self.lanes.append(PromiseLane(self.case, name))

    def retarget(self, at):
        pass

    def step(self, event, facts, at, reopening=False, closing=False):
        kind = event and event["event"]
        for lane in self.lanes:
            mine = event is not None and event.get("promise") == lane.promise
            if lane.cycle and mine and kind == "fulfilled":
                lane.stop(at)
            elif lane.cycle and (closing or kind in ("merged", "cancelled") or mine and kind == "withdrawn"):
                lane.cancel(at)
            elif mine and kind == "promised":
                lane.promised(at, event["due_at"])
