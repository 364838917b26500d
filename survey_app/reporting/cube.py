"""The layout of released tables: what is stored in `Release.content`, and nothing finer than is shown.

A cube holds topics (questions, or experiments that several questions make together), breaks (sex, age, ...)
and for each topic and break a table with one column per group; a table may join answers or groups that were too
small to stand alone. Shares are whole percentages and differences whole
percentage points; a hidden figure says why. Frozen dataclasses here, plain JSON in the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

Text = Mapping[str, str]

FORMAT = 1
# The break of a table over everyone.
TOTAL = "total"
# Of a table within one group of another break: "age" "@" "sex" "=" "female".
WITHIN, IS = "@", "="
# The group of a column over everyone.
EVERYONE = ""

SHARES = "shares"  # one answer each: shares of a whole
MULTIPLE = "multiple"  # several answers each: shares that don't add up
DIFFERENCE = "difference"  # list experiment: the difference of two means, as a share
PREVALENCE = "prevalence"  # randomised response, crosswise: the share that hidden answers let estimate
ESTIMATED_SHARE: Text = {"vi": "Tỷ lệ ước tính", "en": "Estimated share"}
# One figure a group, estimated without anybody's own answer being known.
ESTIMATED = frozenset({DIFFERENCE, PREVALENCE})

ANSWER, APART, NET, NUMBER = "answer", "apart", "net", "number"


@dataclass(frozen=True)
class Figure:
    """One published figure with its 95 % interval. value is None when hidden; `hidden` is then the reason's code.

    Units: whole percent; for a difference of means, percentage points.
    """

    value: float | None
    low: float | None
    high: float | None
    hidden: str | None = None


@dataclass(frozen=True)
class Row:
    """A line of a table. kind: answer, apart (don't know, refused), net (several answers together), number.

    tone: the place on a two-sided scale, 1 (first side) to 5 (other side), 3 the middle; None off the scale.
    parts: the answers in it, for a net or a line that joins answers to protect respondents.
    """

    name: str
    label: Text
    kind: str = ANSWER
    tone: int | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """One group: its unweighted base n, and its figures in the order of the table's rows.

    group: the group's name, EVERYONE in a total; parts: the groups in it, where several were put together.
    """

    group: str
    label: Text
    n: int
    figures: tuple[Figure, ...]
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A topic by one break (and one arm of a split ballot; arm "" without an experiment)."""

    arm: str
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]

    def rows_of(self, *kinds: str) -> Iterator[tuple[int, Row]]:
        return ((position, row) for position, row in enumerate(self.rows) if row.kind in kinds)

    @property
    def has_nets(self) -> bool:
        return any(row.kind == NET for row in self.rows)


@dataclass(frozen=True)
class Condition:
    """Who was asked: those who chose one of `answers` at `question`. Texts, ready to be shown."""

    question: Text
    answers: tuple[Text, ...]


@dataclass(frozen=True)
class Part:
    """One group of a break that results are looked at within."""

    within: str
    group: str


def crossed(by: str, part: Part) -> str:
    """What a table by a break within a part is called among a topic's tables."""
    return f"{by}{WITHIN}{part.within}{IS}{part.group}"


def uncrossed(name: str) -> tuple[str, Part | None]:
    """The break of a table, and the part that it is within, None for everyone."""
    by, _at, rest = name.partition(WITHIN)
    within, _is, group = rest.partition(IS)
    return by, Part(within, group) if rest else None


@dataclass(frozen=True)
class Topic:
    """One question as it is reported.

    tables: by break, TOTAL for everyone, `crossed` for a break within one group of another.

    wording: the exact question; stem: what a grid's rows share, else empty; short: the row of a grid.
    arms: {arm: wording} of a split ballot. asked: conditions that limited who was asked; `partly` is True
    when not everyone was asked, also where the rule can't be put into words. ordered: the answers have an
    order. level: the lowest area it may be reported for. differs: by break, whether the groups differ
    (design-based test at 5 %; TOTAL: whether the arms do); absent where the test can't be made.
    """

    name: str
    kind: str
    section: str
    wording: Text
    tables: dict[str, tuple[Table, ...]]
    stem: Text = field(default_factory=dict)
    short: Text = field(default_factory=dict)
    grid: str = ""
    arms: dict[str, Text] = field(default_factory=dict)
    asked: tuple[Condition, ...] = ()
    partly: bool = False
    ordered: bool = False
    level: str = ""
    differs: dict[str, bool] = field(default_factory=dict)

    def table(self, by: str = TOTAL, arm: str | None = None) -> Table | None:
        """The table of a break (of one arm, or of the first), None when it isn't released."""
        return next((t for t in self.tables.get(by, ()) if arm is None or t.arm == arm), None)


@dataclass(frozen=True)
class Tile:
    """An area on the map of a break. label, short: its name; at: column and row of its tile, from the top left.

    group: the break's group that it is told in, empty where the design can't tell of it; alone: whether it is told
    by itself. why: parts of the rule that it fails by itself (`weighting/areas.py`). paths: of the official areas
    in it, from the top (`Area.path`). of: for a tile that only shows where a part of an area lies, that area.
    """

    area: str
    label: Text
    at: tuple[int, int]
    group: str
    paths: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    alone: bool = True
    of: str = ""


@dataclass(frozen=True)
class Break:
    """A way to divide everyone: groups as (name, label) in their order.

    level: of a break that divides the territory, how far down ("province", "region", "commune"), else empty.
    tiles: its map; empty for a break that has none.
    """

    name: str
    label: Text
    groups: tuple[tuple[str, Text], ...]
    level: str = ""
    tiles: tuple[Tile, ...] = ()


@dataclass(frozen=True)
class Section:
    name: str
    label: Text


@dataclass(frozen=True)
class Wave:
    """A released wave that figures are compared with, or this one (the last). survey: its public id.

    release, digest: the release that the figures were taken from, as it stood then.
    """

    number: int
    survey: str
    release: int
    digest: str
    opened_on: str
    closed_on: str


@dataclass(frozen=True)
class Shift:
    """One answer over everyone, from the last wave to this. difference, low, high: percentage points.

    The intervals of one comparison hold jointly at 95 %. points: the answer's figure in each of `Waves.waves`,
    value None where it wasn't released or wasn't asked alike.
    """

    row: str
    difference: float
    low: float
    high: float
    points: tuple[Figure, ...]

    @property
    def clear(self) -> bool:
        """Whether the change can be told from none: its interval is without 0."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Comparison:
    """One topic (one arm of a split ballot) with the changes of its answers. lead: the answer told first,
    chosen before the later figures are seen."""

    topic: str
    arm: str
    lead: str
    shifts: tuple[Shift, ...]

    def shift(self, row: str) -> Shift | None:
        return next((one for one in self.shifts if one.row == row), None)


@dataclass(frozen=True)
class Waves:
    """What changed since the wave before. waves: earliest first, this one last.

    left_out: topics not compared, {"name", "wording", "why"}; why: new, wording, answers, asked, figures, gone.
    """

    waves: tuple[Wave, ...]
    comparisons: tuple[Comparison, ...]
    left_out: tuple[dict[str, Any], ...] = ()

    def of(self, topic: str) -> tuple[Comparison, ...]:
        return tuple(one for one in self.comparisons if one.topic == topic)


@dataclass(frozen=True)
class Cube:
    """Everything of one release. not_released: what was asked and isn't here, {"name", "wording", "why"}.

    waves: what changed since the wave before; None where none was released. crossings: breaks that were to be told
    within the groups of another, (within, by); what the audit let through of them is in the topics' tables.
    """

    topics: tuple[Topic, ...]
    breaks: tuple[Break, ...]
    sections: tuple[Section, ...]
    not_released: tuple[dict[str, Any], ...] = ()
    waves: Waves | None = None
    crossings: tuple[tuple[str, str], ...] = ()

    def topic(self, name: str) -> Topic | None:
        return next((topic for topic in self.topics if topic.name == name), None)

    def find_break(self, name: str) -> Break | None:
        return next((found for found in self.breaks if found.name == name), None)

    def grid(self, name: str) -> tuple[Topic, ...]:
        """The topics that are rows of one grid, in order."""
        return tuple(topic for topic in self.topics if topic.grid == name)


def to_json(cube: Cube) -> dict[str, Any]:
    return {"format": FORMAT, **asdict(cube)}


def from_json(content: Mapping[str, Any]) -> Cube:
    """Read `Release.content`. Raises ValueError for a layout this code doesn't know."""
    if content.get("format") != FORMAT:
        raise ValueError(f"unknown layout of released tables: {content.get('format')!r}")
    return Cube(
        topics=tuple(_topic(entry) for entry in content["topics"]),
        breaks=tuple(_break(entry) for entry in content["breaks"]),
        sections=tuple(Section(**entry) for entry in content["sections"]),
        not_released=tuple(content.get("not_released", ())),
        waves=_waves(content["waves"]) if content.get("waves") else None,
        crossings=tuple((within, by) for within, by in content.get("crossings", ())),
    )


def _waves(entry: Mapping[str, Any]) -> Waves:
    return Waves(
        waves=tuple(Wave(**wave) for wave in entry["waves"]),
        comparisons=tuple(
            Comparison(
                **{
                    **one,
                    "shifts": tuple(
                        Shift(**{**shift, "points": tuple(Figure(**point) for point in shift["points"])})
                        for shift in one["shifts"]
                    ),
                }
            )
            for one in entry["comparisons"]
        ),
        left_out=tuple(entry["left_out"]),
    )


def _break(entry: Mapping[str, Any]) -> Break:
    tiles = tuple(
        Tile(
            **{
                **tile,
                "at": (tile["at"][0], tile["at"][1]),
                "paths": tuple(tile["paths"]),
                "why": tuple(tile["why"]),
            }
        )
        for tile in entry.get("tiles", ())
    )
    groups = tuple((name, label) for name, label in entry["groups"])
    return Break(entry["name"], entry["label"], groups, entry.get("level", ""), tiles)


def _topic(entry: Mapping[str, Any]) -> Topic:
    return Topic(
        **{
            **entry,
            "asked": tuple(Condition(c["question"], tuple(c["answers"])) for c in entry["asked"]),
            "tables": {
                name: tuple(_table(table) for table in tables) for name, tables in entry["tables"].items()
            },
        }
    )


def _table(entry: Mapping[str, Any]) -> Table:
    return Table(
        arm=entry["arm"],
        rows=tuple(Row(**{**row, "parts": tuple(row["parts"])}) for row in entry["rows"]),
        columns=tuple(
            Column(
                **{
                    **column,
                    "figures": tuple(Figure(**figure) for figure in column["figures"]),
                    "parts": tuple(column["parts"]),
                }
            )
            for column in entry["columns"]
        ),
    )
