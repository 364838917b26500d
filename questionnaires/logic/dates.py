"""ISO dates and times as days since 1970-01-01, and back. Proleptic Gregorian; years 1 to 9999.

A date has no zone. A date-time is read on the wall clock of the interview, `offset` minutes east of UTC, so
that the server and a phone set to another zone agree.
"""

from __future__ import annotations

import math
import re
from datetime import date, timedelta

_DATE = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"  # engines also read 2024-2-9
    r"(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?", re.ASCII)
_EPOCH = date(1970, 1, 1).toordinal()
DAY = 86_400_000
_LAST = date.max.toordinal() - _EPOCH
_FIRST = date.min.toordinal() - _EPOCH
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def days_of(text: str, offset: int) -> float | None:
    """Days since 1970-01-01 (with a fraction for a date-time), None where the text is no ISO date."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(match.group(i)) for i in (1, 2, 3))
    try:
        days = date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None
    if match.group(4) is None:
        return float(days)
    clock = _milliseconds(match.group(4), match.group(5), match.group(6), match.group(7))
    if clock is None:
        return None
    if match.group(8):
        clock += (offset - zone_minutes(match.group(8))) * 60_000
    return (days * DAY + clock) / DAY


def _milliseconds(hour: str, minute: str, second: str | None, fraction: str | None) -> int | None:
    h, m, s = int(hour), int(minute), int(second or 0)
    if h > 23 or m > 59 or s > 59:
        return None
    return ((h * 60 + m) * 60 + s) * 1000 + int((fraction or "0").ljust(3, "0")[:3])


def zone_minutes(zone: str) -> int:
    """`Z`, `+07`, `+0700` or `+07:00` in minutes east of UTC."""
    if zone == "Z":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return -minutes if zone[0] == "-" else minutes


def zone_text(offset: int) -> str:
    return f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"


def date_text(days: float) -> str:
    """The ISO date of that day, '' outside years 1 to 9999 and for NaN."""
    whole = math.floor(days) if math.isfinite(days) else _LAST + 1
    if not _FIRST <= whole <= _LAST:
        return ""
    return date.fromordinal(whole + _EPOCH).isoformat()


def datetime_text(days: float, offset: int) -> str:
    """`2024-03-10T08:30:00.000+07:00`, '' where the date is out of range."""
    if not math.isfinite(days):
        return ""
    milliseconds = math.floor(days * DAY + 0.5)
    day, clock = divmod(milliseconds, DAY)
    head = date_text(float(day))
    if not head:
        return ""
    seconds, thousandths = divmod(clock, 1000)
    time = str(timedelta(seconds=seconds)).zfill(8)
    return f"{head}T{time}.{thousandths:03d}{zone_text(offset)}"


def day_fraction(text: str, offset: int) -> float:
    """`decimal-time`: 12:00 is 0.5, a zone is brought to `offset`; NaN where the text is no time."""
    match = _TIME.fullmatch(text.strip())
    clock = _milliseconds(*match.group(1, 2, 3, 4)) if match else None
    if match is None or clock is None:
        return math.nan
    if match.group(5):
        clock = (clock + (offset - zone_minutes(match.group(5))) * 60_000) % DAY
    return clock / DAY


def format_days(days: float, pattern: str) -> str:
    """ODK's `format-date` patterns. Names are English in every language: what is stored can't depend on it.

    %Y %y year, %m %n month, %b name, %d %e day, %a weekday, %H %h hour, %M minute, %S second, %3 thousandths.
    """
    if not math.isfinite(days):
        return ""
    milliseconds = math.floor(days * DAY + 0.5)
    day, clock = divmod(milliseconds, DAY)
    iso = date_text(float(day))
    if not iso:
        return ""
    year, month, dom = iso.split("-")
    seconds, thousandths = divmod(clock, 1000)
    hour, minute, second = seconds // 3600, seconds // 60 % 60, seconds % 60
    parts = {
        "Y": year, "y": year[2:], "m": month, "n": str(int(month)), "b": MONTHS[int(month) - 1],
        "d": dom, "e": str(int(dom)), "a": WEEKDAYS[(day + 3) % 7], "H": f"{hour:02d}", "h": str(hour),
        "M": f"{minute:02d}", "S": f"{second:02d}", "3": f"{thousandths:03d}", "%": "%",
    }  # fmt: skip
    return re.sub(r"%(.)", lambda m: parts.get(m.group(1), m.group(0)), pattern)
