"""What a table is asked to be: rows, breaks, a filter and how figures are shown. Readable JSON, or an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from survey_app.problems import Problem

FORMAT = 1
PERCENTS = ("column", "row", "total")
LETTERS = ("none", "bonferroni", "bh", "off")
SORTS = ("order", "share")
MISSING = ("apart", "shown")
# Breaks and filters of two variables put together: the people of each pair.
CROSS = "*"
MOST_ROWS, MOST_BREAKS, MOST_COLUMNS = 80, 12, 250


@dataclass(frozen=True)
class Filter:
    """People whose stored answer to the variable is one of the values. The rows stay: a filter is a domain."""

    variable: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class TableRecipe:
    """rows, breaks: variables by name; a break may be two names joined by "*".

    percent: what adds to 100 %. missing: don't know and refused are left out of the base ("apart", and told) or shown
    as answers ("shown"). letters: correction of the tests between columns, "off" for none. sort: answers in the
    questionnaire's order or by share. intervals: shown beside the figures. nets: sums of the two answers at each end
    of a numbered scale. means: of the numbers of a scale's answers, where the researcher says they are one.
    """

    rows: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    percent: str = "column"
    missing: str = "apart"
    letters: str = "none"
    sort: str = "order"
    intervals: bool = True
    nets: bool = False
    means: bool = False

    def to_json(self) -> dict[str, Any]:
        """As it is stored: tuples become lists."""
        made: dict[str, Any] = {"format": FORMAT, **asdict(self)}
        made["rows"], made["breaks"] = list(self.rows), list(self.breaks)
        made["filters"] = [{"variable": f.variable, "values": list(f.values)} for f in self.filters]
        return made

    def to_query(self) -> list[tuple[str, str]]:
        """As an address: the same table for whoever opens it."""
        pairs = [("q", row) for row in self.rows] + [("by", one) for one in self.breaks]
        pairs += [(f"f.{one.variable}", value) for one in self.filters for value in one.values]
        plain = TableRecipe()
        for name in ("percent", "missing", "letters", "sort"):
            if getattr(self, name) != getattr(plain, name):
                pairs.append((name, getattr(self, name)))
        pairs += [(name, "1") for name in ("nets", "means") if getattr(self, name)]
        return pairs if self.intervals else [*pairs, ("plain", "1")]


def from_json(document: Mapping[str, Any]) -> TableRecipe:
    """Raises Problem tabulation.bad-recipe for anything that isn't a table's recipe."""
    try:
        if document.get("format") != FORMAT:
            raise ValueError(f"format {document.get('format')!r}")
        made = TableRecipe(
            rows=tuple(str(v) for v in document["rows"]),
            breaks=tuple(str(v) for v in document.get("breaks", ())),
            filters=tuple(
                Filter(str(f["variable"]), tuple(str(v) for v in f["values"]))
                for f in document.get("filters", ())
            ),
            percent=str(document.get("percent", "column")),
            missing=str(document.get("missing", "apart")),
            letters=str(document.get("letters", "none")),
            sort=str(document.get("sort", "order")),
            intervals=bool(document.get("intervals", True)),
            nets=bool(document.get("nets", False)),
            means=bool(document.get("means", False)),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Problem("tabulation.bad-recipe", reason=str(error)) from error
    return checked(made)


def from_query(args: MultiDict[str, str]) -> TableRecipe:
    """The table that an address asks for. Raises Problem tabulation.bad-recipe."""
    filters = {key[2:]: tuple(args.getlist(key)) for key in args if key.startswith("f.")}
    return checked(
        TableRecipe(
            rows=tuple(dict.fromkeys(args.getlist("q"))),
            breaks=tuple(dict.fromkeys(one for one in args.getlist("by") if one)),
            filters=tuple(Filter(name, values) for name, values in filters.items()),
            percent=args.get("percent", "column"),
            missing=args.get("missing", "apart"),
            letters=args.get("letters", "none"),
            sort=args.get("sort", "order"),
            intervals="plain" not in args,
            nets="nets" in args,
            means="means" in args,
        )
    )


def checked(made: TableRecipe) -> TableRecipe:
    """The recipe itself, when its choices are among those offered and it isn't larger than a table may be."""
    for name, offered in (("percent", PERCENTS), ("missing", MISSING), ("letters", LETTERS), ("sort", SORTS)):
        if getattr(made, name) not in offered:
            raise Problem("tabulation.bad-recipe", reason=f"{name} = {getattr(made, name)}")
    if len(made.rows) > MOST_ROWS:
        raise Problem("tabulation.too-many-rows", rows=len(made.rows), most=MOST_ROWS)
    if len(made.breaks) > MOST_BREAKS:
        raise Problem("tabulation.too-many-breaks", breaks=len(made.breaks), most=MOST_BREAKS)
    return made
