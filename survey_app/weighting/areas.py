"""Which areas the design can tell of: a fixed rule on what stands behind each, before any answer is looked at.

A group of areas (a variable with source "area") is told alone when at least `LEAST_UNITS` primary units of the sample
with interviews lie in it, when its design leaves `LEAST_DF` degrees of freedom (units less strata), and when its
planned effective number of interviews is at least `LEAST_EFFECTIVE`, so that the 95 % interval of a share of one
half is at most `WIDEST` wide. Otherwise it joins the neighbour that the recipe names, or stays untold. Planned:
interviews over Kish's design effect of their weights and that of their clustering, 1 + (b - 1) ρ, with ρ = `RHO`;
the audit of a release judges each question by its own design effect once more.

Source: Kish (1965), sections 5.4 and 8.2; ρ is the middle of what opinion surveys of this kind find (0.02 to 0.10).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from numpy.typing import NDArray
from scipy import stats

from survey_app.weighting.recipe import Category, Variable
from survey_app.weighting.weights import Weights
from survey_app.wording import number

LEAST_UNITS = 10
LEAST_DF = 8
LEAST_EFFECTIVE = 60.0
WIDEST = 0.30
RHO = 0.05

# Levels of reporting, the widest first. A residence or a stratum divides a province, as a region does.
LEVELS = ("country", "province", "region", "commune")
AND = {"vi": " và ", "default": " và ", "en": " and "}


# Why an area can't be told alone: the parts of the rule in `weighting/areas.py`.
WHY: dict[str, Any] = {
    "units": _l("too few villages"),
    "df": _l("too few degrees of freedom"),
    "effective": _l("too few effective interviews"),
    "width": _l("interval too wide"),
}


def rule() -> str:
    """When an area is told alone, in a sentence with its figures."""
    return _(
        "An area is told alone from %(units)s sampled villages on, with at least %(df)s degrees of freedom and"
        " %(effective)s planned effective interviews, so that an interval is at most %(width)s points wide."
        " Otherwise it is told together with the neighbour that the recipe names, or not at all.",
        units=number(LEAST_UNITS),
        df=number(LEAST_DF),
        effective=number(LEAST_EFFECTIVE),
        width=number(100 * WIDEST),
    )


@dataclass(frozen=True)
class Standing:
    """What stands behind some areas together. width: of the interval of a share of one half, a fraction.

    why: the parts of the rule that fail ("units", "df", "effective", "width"); empty where the design supports them.
    """

    units: int
    n: int
    df: int
    n_effective: float
    width: float
    why: tuple[str, ...]

    @property
    def supported(self) -> bool:
        return not self.why


@dataclass(frozen=True)
class Told:
    """Areas that are told together. parts: names of the recipe's groups in it, more than one where some joined.

    label: of the group, or of all that joined, in each language. codes: official codes, in their order.
    """

    name: str
    label: dict[str, str]
    parts: tuple[str, ...]
    codes: tuple[str, ...]
    standing: Standing


@dataclass(frozen=True)
class Settled:
    """A variable's areas after the rule. told: what is told, in the order of official codes, never of figures.

    alone: {group: how it stands by itself}. left_out: groups that aren't told, for want of a neighbour to join.
    """

    told: tuple[Told, ...]
    alone: dict[str, Standing]
    left_out: tuple[str, ...]

    def joined(self, group: str) -> Told | None:
        """Where a group is told; None where it isn't."""
        return next((one for one in self.told if group in one.parts), None)


def settle(variable: Variable, made: Weights) -> Settled:
    """Join what can't stand alone, the thinnest first, until every group stands or has nobody to join."""
    place = {category.name: i for i, category in enumerate(variable.categories)}
    by_name = {category.name: category for category in variable.categories}
    codes = made.codes[variable.name]
    alone = {name: standing(made, codes == i) for name, i in place.items()}
    sets: dict[str, tuple[str, ...]] = {name: (name,) for name in place}
    while True:
        found = {
            name: standing(made, np.isin(codes, [place[p] for p in parts])) for name, parts in sets.items()
        }
        moves = [
            (found[name].n_effective, name, into)
            for name in sets
            if not found[name].supported and (into := _neighbour(name, sets, by_name))
        ]
        if not moves:
            break
        _n, name, into = min(moves)
        sets[into] += sets.pop(name)
    told = [_told(parts, by_name, found[name]) for name, parts in sets.items() if found[name].supported]
    left_out = tuple(part for name, parts in sets.items() if not found[name].supported for part in parts)
    return Settled(tuple(sorted(told, key=lambda one: one.codes)), alone, left_out)


def _neighbour(name: str, sets: Mapping[str, tuple[str, ...]], by_name: Mapping[str, Category]) -> str:
    """The set that this one joins: where the neighbour of one of its groups is told; empty where there is none."""
    for part in sets[name]:
        near = by_name[part].near
        into = next((other for other, parts in sets.items() if near in parts), "")
        if into and into != name:
            return into
    return ""


def _told(parts: Sequence[str], by_name: Mapping[str, Category], found: Standing) -> Told:
    members = sorted((by_name[part] for part in parts), key=lambda category: min(category.values))
    languages = [one for one in members[0].label if all(one in member.label for member in members)]
    return Told(
        name="+".join(member.name for member in members),
        label={
            language: AND.get(language, ", ").join(member.label[language] for member in members)
            for language in languages
        },
        parts=tuple(member.name for member in members),
        codes=tuple(sorted(value for member in members for value in member.values)),
        standing=found,
    )


def standing(made: Weights, inside: NDArray[np.bool_]) -> Standing:
    """How interviews inside (n,) stand: units, degrees of freedom, planned effective number, width."""
    n = int(inside.sum())
    if n == 0:
        return Standing(0, 0, 0, 0.0, math.inf, ("units", "df", "effective", "width"))
    keys = np.char.add(np.char.add(made.stratum[inside], "/"), made.psu[inside])
    sizes = np.unique(keys, return_counts=True)[1].astype(np.float64)
    strata = np.unique(made.stratum[inside]).size
    weight = made.weight[inside]
    deff = n * float((weight**2).sum()) / float(weight.sum()) ** 2
    cluster = float((sizes**2).sum() / sizes.sum())
    effective = n / deff / (1 + (cluster - 1) * RHO)
    df = max(0, sizes.size - strata)
    width = float(stats.t.ppf(0.975, df)) / math.sqrt(effective) if df else math.inf
    why = (
        ("units",) * (sizes.size < LEAST_UNITS)
        + ("df",) * (df < LEAST_DF)
        + ("effective",) * (effective < LEAST_EFFECTIVE)
        + ("width",) * (width > WIDEST)
    )
    return Standing(int(sizes.size), n, df, effective, width, why)


def level(variable: Variable, paths: Mapping[str, str]) -> str:
    """How far down the country a variable divides people. paths: {code: path from the top, `Area.path`}.

    Groups of whole provinces: "province"; one commune by itself: "commune"; groups of communes, a residence or a
    stratum: "region". A question's own answers divide no territory: empty.
    """
    if variable.source == "question":
        return ""
    if variable.source != "area":
        return "region"
    depths = [[paths.get(code, f"?/{code}/").count("/") for code in c.values] for c in variable.categories]
    if all(depth == 1 for found in depths for depth in found):
        return "province"
    return "commune" if any(len(found) == 1 and found[0] > 1 for found in depths) else "region"


def allowed(asked: str, of_break: str) -> bool:
    """Whether a question with this lowest reporting level may be told by a break of that level.

    asked: the question's own ("" : as far as the design goes). A level that isn't known counts as the province.
    """
    if not of_break or not asked:
        return True
    lowest = LEVELS.index(asked) if asked in LEVELS else LEVELS.index("province")
    return LEVELS.index(of_break) <= lowest
