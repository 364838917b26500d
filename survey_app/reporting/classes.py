"""Classes of a number (visits, persons): few enough to read, each with enough people to be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from survey_app.reporting.cube import Row, Text

MOST = 5
LEAST_PEOPLE = 30
LEAST_SHARE = 0.05


def classes(
    values: Sequence[str], missing: Sequence[str], unanswered: Text
) -> tuple[list[Row], dict[str, int]]:
    """Rows and the codes {stored value: row position} for the stored answers of an integer or decimal question.

    Whole numbers from the smallest on stand alone while each has enough people; from there on they are joined
    ("4 or more"). Decimals are cut to whole numbers first. Values that are no number count as missing.
    """
    numbers = {value: found for value in set(values) if (found := _whole(value, missing)) is not None}
    counts: Counter[int] = Counter()
    for value in values:
        if value in numbers:
            counts[numbers[value]] += 1
    total = sum(counts.values())
    enough = max(LEAST_PEOPLE, LEAST_SHARE * total)
    groups: list[list[int]] = []
    open_group: list[int] = []
    for number in sorted(counts):
        open_group.append(number)
        if sum(counts[n] for n in open_group) >= enough and len(groups) < MOST - 1:
            groups.append(open_group)
            open_group = []
    if open_group and groups and sum(counts[n] for n in open_group) < enough:
        groups[-1] += open_group
    elif open_group:
        groups.append(open_group)
    rows = [_row(group, last=position == len(groups) - 1) for position, group in enumerate(groups)]
    place = {number: position for position, group in enumerate(groups) for number in group}
    codes = {value: place[number] for value, number in numbers.items()}
    absent = sorted(set(values) - set(numbers) - {""})
    if absent:
        rows.append(Row("missing", unanswered, "apart"))
        codes |= dict.fromkeys(absent, len(rows) - 1)
    return rows, codes


def _whole(value: str, missing: Sequence[str]) -> int | None:
    if value in missing or value == "":
        return None
    try:
        return int(float(value) // 1)
    except (ValueError, OverflowError):
        return None


def _row(group: list[int], last: bool) -> Row:
    low, high = group[0], group[-1]
    if low == high and not last:
        return Row(str(low), {"vi": str(low), "en": str(low)})
    if last and low != high:
        return Row(f"{low}+", {"vi": f"Từ {low} trở lên", "en": f"{low} or more"})
    label = str(low) if low == high else f"{low}–{high}"
    return Row(label, {"vi": label, "en": label})
