"""Who in the household is interviewed: settled by a number fixed before the door opens, never by choice."""

from __future__ import annotations

import calendar
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from analysis.errors import DesignError

# Kish's eight selection tables (Kish 1965, Survey Sampling, p. 399; Kish 1949, JASA 44, 380-387): which adult
# to interview when the household has 1, 2, 3, 4, 5, 6 or more adults. Adults are numbered men first, oldest
# first, then women, oldest first. Parts: the share of addresses that get each table, in twelfths.
KISH_TABLES: dict[str, tuple[int, int, int, int, int, int]] = {
    "A": (1, 1, 1, 1, 1, 1),
    "B1": (1, 1, 1, 1, 2, 2),
    "B2": (1, 1, 1, 2, 2, 2),
    "C": (1, 1, 2, 2, 3, 3),
    "D": (1, 2, 2, 3, 4, 4),
    "E1": (1, 2, 3, 3, 3, 5),
    "E2": (1, 2, 3, 4, 5, 5),
    "F": (1, 2, 3, 4, 5, 6),
}
KISH_TWELFTHS: dict[str, int] = {"A": 2, "B1": 1, "B2": 1, "C": 2, "D": 2, "E1": 1, "E2": 1, "F": 2}

Way = Literal["list", "kish", "last-birthday"]


@dataclass(frozen=True)
class PersonDrawn:
    """number: which adult, from 1, in the order of the listing. adults: how many were eligible.

    probability: chance of this adult, given the household; `weight` = 1/probability enters the base weight.
    table: the Kish table used, else None.
    """

    number: int
    adults: int
    probability: float
    way: Way
    table: str | None = None

    @property
    def weight(self) -> float:
        """Within-household factor of the base weight."""
        return 1.0 / self.probability


def draw_person(u: float, adults: int, way: Way = "list") -> PersonDrawn:
    """The adult to interview, from a uniform u in [0, 1) settled with the case before the interview.

    adults: eligible adults listed (0 means nobody is eligible: DesignError). way "list": each adult equally
    likely. "kish": u chooses one of Kish's tables in their proportions; its probabilities are those of the
    table, exactly equal for 1 to 4 and 6 adults, 1/6 to 1/4 for 5, and adults after the sixth
    are never drawn (the price of a printed table; "list" has neither fault).
    """
    if not (isinstance(u, int | float) and math.isfinite(u) and 0 <= u < 1):
        raise DesignError("sampling.uniform-outside", value=str(u))
    _checked_adults(adults)
    if way == "list":
        return PersonDrawn(min(int(u * adults), adults - 1) + 1, adults, 1.0 / adults, "list")
    if way == "kish":
        table = kish_table(u)
        column = min(adults, 6) - 1
        number = KISH_TABLES[table][column]
        twelfths = sum(KISH_TWELFTHS[name] for name, row in KISH_TABLES.items() if row[column] == number)
        return PersonDrawn(number, adults, twelfths / 12, "kish", table)
    raise DesignError("sampling.way-unknown", way=str(way))


def person_number(u: float, adults: int, way: Way = "list") -> int:
    """Only the number of `draw_person`: what the phone shows."""
    return draw_person(u, adults, way).number


def kish_table(u: float) -> str:
    """The name of the Kish table that a uniform u in [0, 1) chooses; cut points are twelfths, A first."""
    if not (isinstance(u, int | float) and math.isfinite(u) and 0 <= u < 1):
        raise DesignError("sampling.uniform-outside", value=str(u))
    twelfth = int(u * 12)
    for name, part in KISH_TWELFTHS.items():
        if twelfth < part:
            return name
        twelfth -= part
    return "F"


def kish_tables_for(count: int) -> tuple[str, ...]:
    """Tables for `count` addresses in a row, in Kish's proportions, for printing on cover sheets.

    Repeats the cycle of twelve A A B1 B2 C C D D E1 E2 F F spread so that neighbours differ.
    """
    cycle = ("A", "C", "D", "F", "B1", "E1", "A", "C", "D", "F", "B2", "E2")
    return tuple(cycle[i % 12] for i in range(count))


def last_birthday(birthdays: Sequence[tuple[int, int]], on: date, u: float | None = None) -> PersonDrawn:
    """The adult whose birthday was last, on the day `on` (a birthday today counts as last).

    birthdays: (month, day) of each eligible adult, in the order of the listing; 29 February counts as
    1 March in other years. Two adults with the same birthday: u in [0, 1) decides, DesignError without it.
    The probability is taken as 1/adults: birthdays are as good as random, which is an assumption.
    """
    _checked_adults(len(birthdays))
    days = [_days_since(month, day, on) for month, day in birthdays]
    nearest = [i for i, gone in enumerate(days) if gone == min(days)]
    if len(nearest) > 1:
        if u is None:
            raise DesignError("sampling.same-birthday", count=len(nearest))
        chosen = nearest[person_number(u, len(nearest)) - 1]
    else:
        chosen = nearest[0]
    return PersonDrawn(chosen + 1, len(birthdays), 1.0 / len(birthdays), "last-birthday")


def _days_since(month: int, day: int, on: date) -> int:
    if not (isinstance(month, int) and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2000, month)[1]):
        raise DesignError("sampling.birthday", month=month, day=day)
    for year in (on.year, on.year - 1):
        leap = calendar.isleap(year)
        birthday = date(year, 3, 1) if (month, day) == (2, 29) and not leap else date(year, month, day)
        if birthday <= on:
            return (on - birthday).days
    raise AssertionError("a birthday lies within the last two years")


def _checked_adults(adults: int) -> None:
    if isinstance(adults, bool) or not isinstance(adults, int) or adults < 1:
        raise DesignError("sampling.adults", value=str(adults))
