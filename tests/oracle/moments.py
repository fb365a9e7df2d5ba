"""Instants, durations and measures as text (section 5): RFC 3339, ISO 8601, all in whole microseconds."""

import datetime
import re

from opening import SECOND

INSTANT = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)")
DURATION = re.compile(r"([+-]?)PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,6})\d*)?S)?")


def instant_of(text):
    found = INSTANT.fullmatch(text)
    if not found:
        raise ValueError(text)
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    at = datetime.datetime(int(year), int(month), int(day), int(hour), int(minute), int(second))
    whole = (at - datetime.datetime(1970, 1, 1)) // datetime.timedelta(seconds=1)
    if zone not in "Zz":
        minutes = int(zone[1:3]) * 60 + int(zone[4:6])
        whole -= (minutes if zone[0] == "+" else -minutes) * 60
    return whole * SECOND + int((fraction or "0")[:6].ljust(6, "0"))


def instant_text(at):
    whole, micro = divmod(at, SECOND)
    text = (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=whole)).strftime("%Y-%m-%dT%H:%M:%S")
    return text + (f".{micro:06}".rstrip("0") if micro else "") + "Z"


def duration_of(text):
    found = DURATION.fullmatch(text)
    if not found or not any(found.groups()[1:4]):
        raise ValueError(text)
    sign, hours, minutes, seconds, fraction = found.groups()
    total = (int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)) * SECOND + int((fraction or "0").ljust(6, "0"))
    return -total if sign == "-" else total


def duration_text(amount):
    sign, amount = ("-", -amount) if amount < 0 else ("", amount)
    whole, micro = divmod(amount, SECOND)
    hours, rest = divmod(whole, 3600)
    minutes, seconds = divmod(rest, 60)
    text = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if micro:
        text += f"{seconds}." + f"{micro:06}".rstrip("0") + "S"
    elif seconds:
        text += f"{seconds}S"
    return sign + "PT" + (text or "0S")


def measure_of(text):
    """A policy's measure: ("time", microseconds), ("days", n) or ("percent", n), signed."""
    found = re.fullmatch(r"(\d+)%", text)
    if found:
        return ("percent", int(found.group(1)))
    found = re.fullmatch(r"([+-]?)P(\d+)D", text)
    if found:
        return ("days", -int(found.group(2)) if found.group(1) == "-" else int(found.group(2)))
    return ("time", duration_of(text))


def after(calendar, start, measure):
    """The end of a target or a dwell that begins at `start` (sections 5 and 6)."""
    kind, amount = measure
    return calendar.add_days(start, amount) if kind == "days" else calendar.add(start, amount)
