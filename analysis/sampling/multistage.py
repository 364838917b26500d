"""Draws in one to four stages, stratified at any stage, from one table that lists the last stage's units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal, cast

import numpy as np
import pandas as pd

from analysis.errors import DesignError
from analysis.estimation.result import Note
from analysis.sampling.inclusion import checked_sizes
from analysis.sampling.pps import draw_pps
from analysis.sampling.result import Bools, Draw, Floats, Ints
from analysis.sampling.seeds import seed_digest
from analysis.sampling.srs import draw_srs, draw_systematic

METHODS = ("srs", "systematic", "pps-systematic", "pps-sampford")
MAX_STAGES = 4


@dataclass(frozen=True)
class Stage:
    """One stage of a draw.

    unit: column that names the stage's units (names may repeat under different parents); None in the last
    stage: every row of the frame is a unit. n: units per parent and stratum, as one number, or as a mapping
    from the stratum's label (from the parent's label where the stage has no strata). method: one of METHODS.
    size: column of sizes for PPS, positive, summed over the rows of a unit; None counts rows.
    strata: column that stratifies the stage's units within their parent. order: "list" (the frame's order),
    "random", "size", or a column to sort units by. reserve: extra units per parent and stratum (last stage).
    shortage: what to do when a group holds fewer units than asked: "fail", or "all" = take every one, as
    certainties, and say so.
    """

    unit: str | None
    n: int | Mapping[Any, int]
    method: str = "srs"
    size: str | None = None
    strata: str | None = None
    order: str = "list"
    reserve: int = 0
    shortage: Literal["fail", "all"] = "fail"


@dataclass(frozen=True, eq=False)
class MultistageDraw:
    """units: one row per unit drawn, in the frame's order, and after these the reserve units in the order of
    their release within each group. Columns: `row` (position in the frame of the unit's first row), `reserve`
    (False, True), and for stage k = 1, 2, ...: `unit_k` (label), `parent_k` (number of the parent unit among
    those drawn, from 0), `stratum_k`, `probability_k`, `certainty_k`, `sampled_k` and `population_k` (units
    drawn and units there in the same parent and stratum); then `probability` (the product) and `weight`
    (both NaN on a reserve unit, whose probability depends on how many are released: see the group's Draw).
    draws: per stage, {(parent number, stratum label or None): Draw}, with positions among that group's units
    in the frame's order. notes: certainties and shortages, by stage.
    """

    units: pd.DataFrame
    draws: tuple[dict[tuple[int, Any], Draw], ...]
    seed_digest: str
    notes: tuple[Note, ...] = ()


@dataclass
class _Alive:
    """What is still in play on the way down: rows of the frame, the drawn parent of each, labels, columns."""

    rows: Ints
    parent: Ints
    parent_labels: list[Any]
    columns: dict[str, np.ndarray] = field(default_factory=dict)


def draw_multistage(frame: pd.DataFrame, stages: Sequence[Stage], rng: np.random.Generator) -> MultistageDraw:
    """Draw stage after stage, every unit with its true conditional probability at each stage.

    frame: one row per unit of the last stage (or finer, when the last stage names a column).
    Raises DesignError for an unknown column, missing labels, a stratum that varies within a unit, sizes
    that aren't positive, and (unless `shortage` is "all") a group with fewer units than asked, which it
    names.
    """
    if not 1 <= len(stages) <= MAX_STAGES:
        raise DesignError("sampling.stage-count", given=len(stages), limit=MAX_STAGES)
    if frame.empty:
        raise DesignError("sampling.sizes-empty", variable="frame")
    digest = seed_digest(rng)
    alive = _Alive(np.arange(len(frame)), np.zeros(len(frame), dtype=np.int64), [None])
    draws: list[dict[tuple[int, Any], Draw]] = []
    notes: list[Note] = []
    spare: _Alive | None = None
    for number, stage in enumerate(stages, start=1):
        last = number == len(stages)
        if stage.reserve and not last:
            raise DesignError("sampling.reserve-stage", stage=number)
        alive, spare, drawn, told = _one_stage(frame, stage, number, alive, rng)
        draws.append(drawn)
        notes.extend(told)
    return MultistageDraw(_table(alive, spare, len(stages)), tuple(draws), digest, tuple(notes))


def _one_stage(
    frame: pd.DataFrame, stage: Stage, number: int, alive: _Alive, rng: np.random.Generator
) -> tuple[_Alive, _Alive | None, dict[tuple[int, Any], Draw], list[Note]]:
    unit_of, labels, first = _units(frame, stage, number, alive)
    count = first.size
    parent = alive.parent[first]
    stratum_codes, stratum_labels = _strata(frame, stage, number, alive, unit_of, first)
    sizes = _sizes(frame, stage, alive, unit_of, count)
    keys = None
    if stage.order not in ("list", "random", "size"):
        keys = _column(frame, stage.order).to_numpy()[alive.rows][first]

    probability = np.zeros(count)
    certainty = np.zeros(count, dtype=bool)
    taken = np.zeros(count, dtype=bool)
    sampled = np.zeros(count, dtype=np.int64)
    population = np.zeros(count, dtype=np.int64)
    in_reserve: list[Ints] = []
    drawn: dict[tuple[int, Any], Draw] = {}
    short = 0
    groups = parent * len(stratum_labels) + stratum_codes
    order = np.argsort(groups, kind="stable")
    cuts = np.flatnonzero(np.diff(groups[order], prepend=-1, append=-1))
    for low, high in pairwise(cuts):
        members = order[low:high]
        at = int(parent[members[0]])
        label = stratum_labels[int(stratum_codes[members[0]])]
        name = label if stage.strata is not None else alive.parent_labels[at]
        asked = _asked(stage, number, name)
        if asked == 0:
            raise DesignError("sampling.count-not-positive", variable=f"n ({name})", value=0)
        if asked > members.size:
            if stage.shortage != "all":
                raise DesignError(
                    "sampling.group-too-small",
                    stage=number, group=str(name), asked=asked, available=int(members.size),
                )  # fmt: skip
            asked, short = int(members.size), short + 1
        reserve = min(stage.reserve, members.size - asked) if stage.shortage == "all" else stage.reserve
        draw = _draw(stage, sizes[members], None if keys is None else keys[members], asked, reserve, rng)
        drawn[(at, label)] = draw
        probability[members] = draw.frame_probabilities
        certainty[members] = draw.frame_certainty
        taken[members[draw.selected]] = True
        sampled[members], population[members] = draw.n, members.size
        in_reserve.append(members[draw.reserve])

    info: dict[str, np.ndarray] = {
        "unit": labels, "parent": parent, "stratum": np.array(stratum_labels, dtype=object)[stratum_codes],
        "probability": probability, "certainty": certainty, "sampled": sampled, "population": population,
    }  # fmt: skip
    notes = []
    if certainty.any():
        notes.append(
            Note("sampling.note-certainties-stage", {"stage": number, "count": int(certainty[taken].sum())})
        )
    if short:
        notes.append(Note("sampling.note-shortage", {"stage": number, "count": short}))
    chosen = np.flatnonzero(taken)
    kept = _descend(alive, unit_of, chosen, info, number, first)
    spare_units = np.concatenate(in_reserve)
    spare = _descend(alive, unit_of, spare_units, info, number, first) if spare_units.size else None
    return kept, spare, drawn, notes


def _units(frame: pd.DataFrame, stage: Stage, number: int, alive: _Alive) -> tuple[Ints, np.ndarray, Ints]:
    """(unit number of each living row, label of each unit, first living row of each unit)."""
    if stage.unit is None:
        everyone = np.arange(alive.rows.size, dtype=np.int64)
        return everyone, frame.index.to_numpy()[alive.rows], everyone
    codes, names = pd.factorize(_column(frame, stage.unit).to_numpy()[alive.rows])
    if (codes < 0).any():
        raise DesignError("sampling.label-missing", variable=stage.unit, count=int((codes < 0).sum()))
    unit_of, _ = pd.factorize(alive.parent * len(names) + codes)
    count = int(unit_of.max()) + 1
    first = np.empty(count, dtype=np.int64)
    first[unit_of[::-1]] = np.arange(unit_of.size)[::-1]
    return unit_of.astype(np.int64), np.asarray(names)[codes[first]], first


def _strata(
    frame: pd.DataFrame, stage: Stage, number: int, alive: _Alive, unit_of: Ints, first: Ints
) -> tuple[Ints, list[Any]]:
    if stage.strata is None:
        return np.zeros(first.size, dtype=np.int64), [None]
    codes, names = pd.factorize(_column(frame, stage.strata).to_numpy()[alive.rows])
    if (codes < 0).any():
        raise DesignError("sampling.label-missing", variable=stage.strata, count=int((codes < 0).sum()))
    mixed = codes != codes[first][unit_of]
    if mixed.any():
        raise DesignError("sampling.stratum-varies", variable=stage.strata, stage=number)
    return codes[first].astype(np.int64), list(names)


def _sizes(frame: pd.DataFrame, stage: Stage, alive: _Alive, unit_of: Ints, count: int) -> Floats:
    if stage.size is None:
        return np.bincount(unit_of, minlength=count).astype(float)
    values = checked_sizes(_column(frame, stage.size).to_numpy()[alive.rows], stage.size)
    return np.asarray(np.bincount(unit_of, weights=values, minlength=count), dtype=np.float64)


def _asked(stage: Stage, number: int, name: Any) -> int:
    if isinstance(stage.n, Mapping):
        if name not in stage.n:
            raise DesignError("sampling.group-without-n", stage=number, group=str(name))
        asked = stage.n[name]
    else:
        asked = stage.n
    if isinstance(asked, bool) or not isinstance(asked, int | np.integer) or asked < 0:
        raise DesignError("sampling.count-not-whole", variable=f"n ({name})", value=str(asked))
    return int(asked)


def _draw(
    stage: Stage, sizes: Floats, keys: np.ndarray | None, n: int, reserve: int, rng: np.random.Generator
) -> Draw:
    if stage.method in ("pps-systematic", "pps-sampford"):
        method = cast(Literal["systematic", "sampford"], stage.method.removeprefix("pps-"))
        return draw_pps(
            sizes, n, rng, method=method, order=stage.order if keys is None else keys, reserve=reserve
        )
    if stage.method == "srs":
        return draw_srs(sizes.size, n, rng, reserve=reserve)
    if stage.method == "systematic":
        if keys is not None or stage.order != "list":
            # Equal sizes make the PPS walk the equal-probability walk, in any order.
            return draw_pps(
                np.ones(sizes.size), n, rng, order=stage.order if keys is None else keys, reserve=reserve
            )
        return draw_systematic(sizes.size, n, rng, reserve=reserve)
    raise DesignError("sampling.method-unknown", method=str(stage.method), known=", ".join(METHODS))


def _descend(
    alive: _Alive, unit_of: Ints, chosen: Ints, info: dict[str, np.ndarray], number: int, first: Ints
) -> _Alive:
    """The rows below the chosen units, each knowing its unit as its parent, with all columns so far."""
    place = np.full(first.size, -1, dtype=np.int64)
    place[chosen] = np.arange(chosen.size)
    below: Bools = place[unit_of] >= 0
    columns = {name: column[below] for name, column in alive.columns.items()}
    columns |= {f"{name}_{number}": values[unit_of[below]] for name, values in info.items()}
    return _Alive(alive.rows[below], place[unit_of[below]], list(info["unit"][chosen]), columns)


def _table(alive: _Alive, spare: _Alive | None, stages: int) -> pd.DataFrame:
    main = _unit_rows(alive)
    main.insert(1, "reserve", False)
    probability = np.ones(len(main))
    for k in range(1, stages + 1):
        probability = probability * main[f"probability_{k}"].to_numpy()
    main["probability"], main["weight"] = probability, 1.0 / probability
    if spare is None:
        return main
    extra = _unit_rows(spare)
    extra.insert(1, "reserve", True)
    extra["probability"] = extra["weight"] = np.nan
    return pd.concat([main, extra], ignore_index=True)


def _unit_rows(alive: _Alive) -> pd.DataFrame:
    """One row per unit of the last stage: its first row of the frame, in the order the units were chosen."""
    _, first = np.unique(alive.parent, return_index=True)
    return pd.DataFrame({"row": alive.rows[first], **{k: v[first] for k, v in alive.columns.items()}})


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    if name not in frame.columns:
        raise DesignError("sampling.column-unknown", variable=name)
    return frame[name]
