"""Population margins: reading the published file, and whether a margin fits a survey.

The file's layout is that of `data/margins.csv` (its README explains the columns). A margin is usable only
when it is closed: its cells don't overlap and together are the whole universe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from survey_app.problems import Problem

SPLITS = ("sex", "age", "residence", "education", "ethnicity")
NEEDED = ("area_code", "boundary", "ref_date", "universe", "margin", "count", "share_pct", "source_id")
# Published shares are rounded to two decimals at best; ten of them may be 0.05 off together.
SHARE_SLACK = 0.3
# Totals of one area, date and universe come from one publication; more than 1 % apart is a misprint.
TOTAL_SLACK = 0.01


@dataclass(frozen=True)
class ParsedMargin:
    """One closed margin. cells: [{"key": [category, ...], "count": people, or percent where none is given}]."""

    name: str
    variables: tuple[str, ...]
    cells: tuple[dict[str, Any], ...]
    universe: str
    area_code: str
    boundary: str
    ref_date: str
    source_id: str
    confidence: str


@dataclass
class Parsed:
    """What a file holds: usable margins, and the groups left out with the reason's code."""

    margins: list[ParsedMargin] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)


def parse(text: str) -> Parsed:
    """Read a margin file. Raises Problem weighting.bad-margins with the line; then nothing is taken.

    Left out, and said: `total` rows, margins that are not closed (shares that don't add to 100), and
    margins split by nothing.
    """
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    absent = [column for column in (*NEEDED, *SPLITS) if column not in (reader.fieldnames or ())]
    if absent:
        raise Problem("weighting.bad-margins", line=1, reason=", ".join(absent))
    rows: list[dict[str, Any]] = []
    for row in reader:
        line = reader.line_num
        if not row["margin"] or not row["area_code"] or not row["universe"]:
            raise Problem("weighting.bad-margins", line=line, reason="area_code, universe, margin")
        rows.append(
            {**row, "line": line, "n": _figure(row, "count", line), "s": _figure(row, "share_pct", line)}
        )
    out = Parsed()

    def group(row: Mapping[str, Any]) -> tuple[str, ...]:
        return (row["area_code"], row["ref_date"], row["universe"], row["margin"], row["boundary"])

    totals: dict[tuple[str, ...], tuple[float, int]] = {}
    for key, members in groupby(sorted(rows, key=group), key=group):
        cells = sorted(members, key=lambda row: row["line"])
        name = key[3]
        if name == "total":
            continue
        variables = tuple(split for split in SPLITS if any(row[split] not in ("", "all") for row in cells))
        why = _unusable(cells, variables)
        if why:
            out.left_out.append({"area": key[0], "date": key[1], "margin": name, "why": why})
            continue
        counts = [row["n"] for row in cells]
        if all(count is not None for count in counts):
            total, place = sum(counts), (key[0], key[1], key[2])
            before, line = totals.setdefault(place, (total, cells[0]["line"]))
            if abs(total - before) > TOTAL_SLACK * before:
                reason = f"{name}: {total:,.0f} ≠ {before:,.0f} ({line})"
                raise Problem("weighting.bad-margins", line=cells[0]["line"], reason=reason)
        else:
            counts = [row["s"] for row in cells]
        out.margins.append(
            ParsedMargin(
                name=name,
                variables=variables,
                cells=tuple(
                    {"key": [row[split] for split in variables], "count": count}
                    for row, count in zip(cells, counts, strict=True)
                ),
                universe=key[2],
                area_code=key[0],
                boundary=key[4],
                ref_date=key[1],
                source_id="+".join(dict.fromkeys(row["source_id"] for row in cells))[:60],
                confidence="high" if all(row.get("confidence") == "high" for row in cells) else "medium",
            )
        )
    return out


def _figure(row: Mapping[str, Any], column: str, line: int) -> float | None:
    text = (row[column] or "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise Problem("weighting.bad-margins", line=line, reason=f"{column}: {text}")
    return value


def _unusable(cells: list[dict[str, Any]], variables: tuple[str, ...]) -> str | None:
    if not variables or len(cells) < 2:
        return "one-cell"
    keys = [tuple(row[split] for split in variables) for row in cells]
    if len(set(keys)) < len(keys) or any("all" in key for key in keys):
        return "overlapping"
    shares = [row["s"] for row in cells]
    if all(share is not None for share in shares):
        return None if abs(sum(shares) - 100) <= SHARE_SLACK else "not-closed"
    return None if all(row["n"] is not None for row in cells) else "no-figures"


def titles(text: str) -> dict[str, str]:
    """{source_id: title} of a sources file (columns source_id and source); empty for an empty text."""
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    return {row["source_id"]: row.get("source") or "" for row in rows if row.get("source_id")}


def mismatches(
    margin: Mapping[str, Any],
    *,
    universe: str,
    area_code: str | None,
    boundary: str,
    variables: tuple[str, ...],
) -> list[dict[str, str]]:
    """Where a margin doesn't count what the survey asks: [{"kind", "margin", "survey"}], empty when it fits.

    kind: "universe" (who is counted), "area" (where) or "definition" (the map that urban and rural were
    defined on; only margins split by residence depend on it).
    """
    found = []
    if margin["universe"] != universe:
        found.append({"kind": "universe", "margin": margin["universe"], "survey": universe})
    if area_code is not None and margin["area_code"] != area_code:
        found.append({"kind": "area", "margin": margin["area_code"], "survey": area_code})
    if "residence" in variables and margin["boundary"] not in ("", boundary):
        found.append({"kind": "definition", "margin": margin["boundary"], "survey": boundary})
    return found
