"""Business time, date by date: opening-hours text read and evaluated as rules T1 to T8 say.

Nothing here is clever. Each civil date asks every rule in order what it puts there; edges become
instants one by one; arithmetic walks the resulting spans. Only the spans are remembered, because they
never change. All instants and durations are whole microseconds; a *wall* is local time written as the
microseconds that a UTC clock showing it would have.

(The module is not called `calendar`, since that would hide the one of the standard library.)
"""

import bisect
import datetime
import re
import zoneinfo

SECOND = 1_000_000
DAY = 86_400 * SECOND
EPOCH = datetime.date(1970, 1, 1).toordinal()
FIRST = datetime.date(1899, 12, 1).toordinal()
LAST = datetime.date(2201, 2, 1).toordinal()
WEEKDAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class Never(Exception):
    """There is no such instant."""


class Syntax(Exception):
    """The hours are not in the subset."""


class Zone:
    """Local time and instants of one zone (T3)."""

    cache = {}

    def __new__(cls, name):
        if name not in cls.cache:
            zone = super().__new__(cls)
            zone.info = zoneinfo.ZoneInfo(name)
            zone.plain = name in ("UTC", "Etc/UTC")
            cls.cache[name] = zone
        return cls.cache[name]

    def wall(self, instant):
        if self.plain:
            return instant
        there = datetime.datetime.fromtimestamp(instant // SECOND, datetime.timezone.utc).astimezone(self.info)
        return instant + int(there.utcoffset().total_seconds()) * SECOND

    def instant(self, wall):
        """The first instant whose local time is at or after `wall`."""
        if self.plain:
            return wall
        naive = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=wall // SECOND)
        before = int(naive.replace(tzinfo=self.info, fold=0).utcoffset().total_seconds()) * SECOND
        after = int(naive.replace(tzinfo=self.info, fold=1).utcoffset().total_seconds()) * SECOND
        if before >= after:  # once, or the first of two
            return wall - before
        low, high = (wall - after) // SECOND - 1, (wall - before) // SECOND + 1  # a gap: find the transition
        while high - low > 1:
            middle = (low + high) // 2
            if self.wall(middle * SECOND) - middle * SECOND == before:
                low = middle
            else:
                high = middle
        return high * SECOND


def easter(year):
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return datetime.date(year, month, day + 1)


class Rule:
    """One rule: which dates it matches, and the spans that it puts there as (from, to) after midnight."""

    def __init__(self, text, adds):
        self.adds = adds  # introduced by a comma: nothing is removed first
        self.spans = []
        self.dates = []  # date selectors, any of which must match
        self.weekdays = None  # set of weekday numbers
        self.nth = []  # (weekday, nth)
        self.holidays = False
        self.everything = False
        words = text.split()
        if words == ["24/7"]:
            self.everything, self.spans = True, [(0, DAY)]
            return
        off = False
        if words and words[-1] in ("off", "closed"):
            off = True
            words.pop()
        times = None
        if words and re.match(r"^\d\d:\d\d", words[-1]):
            times = words.pop()
        if off and times:
            raise Syntax(text)
        self._selector(words, text)
        if not off:
            self.spans = self._times(times) if times else [(0, DAY)]

    def _times(self, text):
        spans = []
        for part in text.split(","):
            found = re.fullmatch(r"(\d\d):(\d\d)(?::(\d\d))?-(\d\d):(\d\d)(?::(\d\d))?", part)
            if not found:
                raise Syntax(part)
            numbers = [int(n or 0) for n in found.groups()]
            begin = numbers[0] * 3600 + numbers[1] * 60 + numbers[2]
            end = numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
            if begin >= 86400 or end > 2 * 86400 or begin == end:
                raise Syntax(part)
            if end < begin:
                end += 86400
            spans.append((begin * SECOND, end * SECOND))
        return spans

    def _selector(self, words, text):
        if not words:
            self.everything = True
            return
        index = 0
        while index < len(words):
            rest = " ".join(words[index:])
            year = r"(?:(\d{4}) )?"
            month = "(" + "|".join(MONTHS) + ")"
            found = re.match(r"^easter(?: ([+-]\d+) days?)?(?= |$)", rest)
            if found:
                self.dates.append(("easter", int(found.group(1) or 0)))
                index += len(found.group(0).split())
                continue
            found = re.match(rf"^{year}{month} (\d\d?)-{year}{month} (\d\d?)(?= |$)", rest)
            if found:
                y1, m1, d1, y2, m2, d2 = found.groups()
                self.dates.append(("days", y1 and int(y1), (MONTHS.index(m1) + 1, int(d1)), y2 and int(y2), (MONTHS.index(m2) + 1, int(d2))))
                index += len(found.group(0).split())
                continue
            found = re.match(rf"^{year}{month} (\d\d?)-(\d\d?)(?= |$)", rest)
            if found:
                y1, m1, d1, d2 = found.groups()
                number = MONTHS.index(m1) + 1
                self.dates.append(("days", y1 and int(y1), (number, int(d1)), y1 and int(y1), (number, int(d2))))
                index += len(found.group(0).split())
                continue
            found = re.match(rf"^{year}{month} (\d\d?)(?= |$)", rest)
            if found:
                y1, m1, d1 = found.groups()
                one = (MONTHS.index(m1) + 1, int(d1))
                self.dates.append(("days", y1 and int(y1), one, y1 and int(y1), one))
                index += len(found.group(0).split())
                continue
            found = re.match(rf"^{year}{month}(?:-{month})?(?= |$)", rest)
            if found:
                y1, m1, m2 = found.groups()
                self.dates.append(("months", y1 and int(y1), MONTHS.index(m1) + 1, MONTHS.index(m2 or m1) + 1))
                index += len(found.group(0).split())
                continue
            found = re.match(r"^(\d{4})(?:-(\d{4}))?(?= |$)", rest)
            if found:
                self.dates.append(("years", int(found.group(1)), int(found.group(2) or found.group(1))))
                index += 1
                continue
            self._weekdays(words[index], text)
            index += 1

    def _weekdays(self, word, text):
        for part in word.split(","):
            if part == "PH":
                self.holidays = True
                continue
            found = re.fullmatch(r"(\w\w)\[(-?\d)\]", part)
            if found and found.group(1) in WEEKDAYS and found.group(2) not in ("0", "-0"):
                self.nth.append((WEEKDAYS.index(found.group(1)), int(found.group(2))))
                continue
            found = re.fullmatch(r"(\w\w)(?:-(\w\w))?", part)
            if not found or found.group(1) not in WEEKDAYS or (found.group(2) or "Mo") not in WEEKDAYS:
                raise Syntax(text)
            first = WEEKDAYS.index(found.group(1))
            last = WEEKDAYS.index(found.group(2)) if found.group(2) else first
            self.weekdays = self.weekdays or set()
            while True:
                self.weekdays.add(first)
                if first == last:
                    break
                first = (first + 1) % 7

    def _date(self, selector, date):
        kind = selector[0]
        if kind == "easter":
            return date == easter(date.year) + datetime.timedelta(days=selector[1])
        if kind == "years":
            return selector[1] <= date.year <= selector[2]
        if kind == "months":
            _, year, first, last = selector
            if year is not None and date.year != year:
                return False
            return first <= date.month <= last if first <= last else date.month >= first or date.month <= last
        _, year1, day1, year2, day2 = selector
        here = (date.month, date.day)
        if year1 is not None and year2 is None:
            year2 = year1 if day1 <= day2 else year1 + 1
        if year1 is not None:
            return (year1, *day1) <= (date.year, *here) <= (year2, *day2)
        return day1 <= here <= day2 if day1 <= day2 else here >= day1 or here <= day2

    def matches(self, ordinal, holidays):
        if self.everything:
            return True
        date = datetime.date.fromordinal(ordinal)
        if self.dates and not any(self._date(selector, date) for selector in self.dates):
            return False
        if self.weekdays is None and not self.nth and not self.holidays:
            return bool(self.dates)
        if self.weekdays and date.weekday() in self.weekdays:
            return True
        for weekday, nth in self.nth:
            if date.weekday() == weekday:
                if nth > 0 and (date.day - 1) // 7 + 1 == nth:
                    return True
                after = (date + datetime.timedelta(days=-7 * nth)).month if nth < 0 else None
                inside = (date + datetime.timedelta(days=-7 * nth - 7)).month if nth < 0 else None
                if nth < 0 and after != date.month and inside == date.month:
                    return True
        return self.holidays and ordinal in holidays


def rules_of(text):
    """The rules of an opening-hours text, in order."""
    rules = []
    if not text.strip():
        return rules
    for group in text.split(";"):
        if not group.strip():
            raise Syntax("empty rule")
        # A comma before a selector begins a further rule; one inside a list of weekdays or times does not.
        parts = re.split(r",\s+(?=[A-Za-z0-9])", group.strip())
        for number, part in enumerate(parts):
            rules.append(Rule(part.strip(), number > 0))
    return rules


class Calendar:
    """Opening hours in a zone, with holidays; asks are answered by walking spans."""

    def __init__(self, zone, hours, holidays=()):
        self.zone = Zone(zone)
        self.rules = rules_of(hours)
        self.holidays = {datetime.date.fromisoformat(d).toordinal() for d in holidays}
        self.fragments = {}  # ordinal -> (beginnings, tails), each a list of (from, to) walls
        self.opens, self.closes = [], []
        self.low = self.high = None  # dates evaluated so far: [low, high)

    # ---- T2: a date at a time

    def _date(self, ordinal):
        """What a date holds: ([spans beginning on it], [tails of the date before]), from midnight."""
        if ordinal not in self.fragments:
            begins, tails = [], []
            for rule in self.rules:
                today = rule.matches(ordinal, self.holidays)
                if today and not rule.adds:
                    begins, tails = [], []
                if rule.matches(ordinal - 1, self.holidays):
                    tails = tails + [(0, end - DAY) for begin, end in rule.spans if end > DAY]
                if today:
                    begins = begins + [(begin, min(end, DAY)) for begin, end in rule.spans]
            self.fragments[ordinal] = (begins, tails)
        return self.fragments[ordinal]

    def _spans(self, ordinal):
        """Open spans of a date as instants, not merged."""
        begins, tails = self._date(ordinal)
        midnight = (ordinal - EPOCH) * DAY
        mapped = [(self.zone.instant(midnight + a), self.zone.instant(midnight + b)) for a, b in tails + begins]
        return sorted(span for span in mapped if span[0] < span[1])

    def _extend(self, low, high):
        low, high = max(low, FIRST), min(high, LAST)
        if self.low is None:
            self.low = self.high = low
        if low < self.low:
            spans = [s for o in range(low, self.low) for s in self._spans(o)] + list(zip(self.opens, self.closes))
            self.low = low
            self._merge(spans)
        if high > self.high:
            tail = [(self.opens.pop(), self.closes.pop())] if self.opens else []
            spans = tail + [s for o in range(self.high, high) for s in self._spans(o)]
            head_opens, head_closes = self.opens, self.closes
            self.high = high
            self._merge(spans)
            self.opens, self.closes = head_opens + self.opens, head_closes + self.closes

    def _merge(self, spans):
        opens, closes = [], []
        for begin, end in sorted(spans):
            if closes and begin <= closes[-1]:
                closes[-1] = max(closes[-1], end)
            else:
                opens.append(begin)
                closes.append(end)
        self.opens, self.closes = opens, closes

    def _ordinal(self, instant):
        return instant // DAY + EPOCH

    def _cover(self, low, high):
        """Make the spans right for instants in [low, high]."""
        first, last = self._ordinal(low) - 4, self._ordinal(high) + 4
        if self.low is not None and (first > self.high + 1000 or last < self.low - 1000):
            self.low, self.opens, self.closes = None, [], []  # far away: begin afresh
        if self.low is None or first < self.low or last > self.high:
            self._extend(first - 30, last + 30)

    def _grow(self, forward):
        """Twice as many dates, or Never at the end of the civil range."""
        width = max(self.high - self.low, 400)
        if forward:
            if self.high >= LAST:
                raise Never
            self._extend(self.low, self.high + width)
        else:
            if self.low <= FIRST:
                raise Never
            self._extend(self.low - width, self.high)

    def _sure_until(self):
        return (self.high - EPOCH - 3) * DAY

    def _sure_from(self):
        return (self.low - EPOCH + 3) * DAY

    # ---- T7

    def is_open(self, at):
        self._cover(at, at)
        index = bisect.bisect_right(self.opens, at) - 1
        return index >= 0 and at < self.closes[index]

    def _next(self, edges_of, at):
        self._cover(at, at)
        while True:
            edges = edges_of()
            index = bisect.bisect_right(edges, at)
            if index < len(edges) and edges[index] < self._sure_until():
                return edges[index]
            self._grow(True)

    def _previous(self, edges_of, at):
        self._cover(at, at)
        while True:
            edges = edges_of()
            index = bisect.bisect_right(edges, at) - 1
            if index >= 0 and edges[index] > self._sure_from():
                return edges[index]
            self._grow(False)

    def next_open(self, at):
        return at if self.is_open(at) else self._next(lambda: self.opens, at)

    def next_close(self, at):
        return self._next(lambda: self.closes, at)

    def next_change(self, at):
        try:
            opening = self._next(lambda: self.opens, at)
        except Never:
            return self.next_close(at)
        try:
            return min(opening, self.next_close(at))
        except Never:
            return opening

    def prev_open(self, at):
        return self._previous(lambda: self.opens, at)

    def prev_close(self, at):
        return self._previous(lambda: self.closes, at)

    # ---- T4 and T5

    def elapsed(self, a, b):
        if b < a:
            return -self.elapsed(b, a)
        self._cover(a, b)
        total = 0
        index = max(bisect.bisect_right(self.opens, a) - 1, 0)
        while index < len(self.opens) and self.opens[index] < b:
            total += max(0, min(b, self.closes[index]) - max(a, self.opens[index]))
            index += 1
        return total

    def add(self, at, amount):
        if amount == 0:
            return at
        self._cover(at, at)
        while True:
            found = self._forward(at, amount) if amount > 0 else self._backward(at, -amount)
            if found is not None:
                return found
            self._grow(amount > 0)

    def _forward(self, at, amount):
        index = max(bisect.bisect_right(self.opens, at) - 1, 0)
        while index < len(self.opens):
            begin = max(at, self.opens[index])
            room = min(self.closes[index], self._sure_until()) - begin
            if room >= amount:
                return begin + amount
            if room > 0:
                amount -= room
            index += 1
        return None

    def _backward(self, at, amount):
        index = min(bisect.bisect_right(self.opens, at), len(self.opens)) - 1
        while index >= 0:
            end = min(at, self.closes[index])
            room = end - max(self.opens[index], self._sure_from())
            if room >= amount:
                return end - amount
            if room > 0:
                amount -= room
            index -= 1
        return None

    # ---- T6

    def business_date(self, ordinal):
        return bool(self._date(ordinal)[0])

    def _roll(self, at, forward):
        if self.is_open(at):
            return at
        return self.next_open(at) if forward else self.prev_close(at)

    def add_days(self, at, days):
        forward = days >= 0
        at = self._roll(at, forward)
        if days == 0:
            return at
        wall = self.zone.wall(at)
        ordinal, time_of_day = wall // DAY + EPOCH, wall % DAY
        left = abs(days)
        while left:
            ordinal += 1 if forward else -1
            if not FIRST < ordinal < LAST:
                raise Never
            if self.business_date(ordinal):
                left -= 1
        return self._roll(self.zone.instant((ordinal - EPOCH) * DAY + time_of_day), forward)

    # ---- C4

    def day_end(self, at):
        """The close of the last span that begins on the local date of `at`; `at` itself if there is none later."""
        ordinal = self.zone.wall(at) // DAY + EPOCH
        begins, tails = self._date(ordinal)
        ends = []
        for begin, end in begins:
            if end == DAY:  # it may run on into the next date
                run_on = [b for a, b in self._date(ordinal + 1)[1]]
                if any(rule_end > DAY for rule_end in self._own_ends(ordinal, begin)):
                    end = DAY + max(run_on, default=0)
            ends.append(end)
        if not ends:
            ends = [b for a, b in tails]
        if not ends:
            return at
        return max(at, self.zone.instant((ordinal - EPOCH) * DAY + max(ends)))

    def _own_ends(self, ordinal, begin):
        return [b for rule in self.rules if rule.matches(ordinal, self.holidays) for a, b in rule.spans if a == begin]

    def intervals(self, a, b):
        self._cover(a, b)
        clipped = [(max(a, o), min(b, c)) for o, c in zip(self.opens, self.closes)]
        return [span for span in clipped if span[0] < span[1]]
