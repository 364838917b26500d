"""Tables whose columns may overlap: answers by non-exclusive groups, or groups beside their total.

Respondents are grouped once by which columns they belong to (the patterns present, few in practice); every column is
a union of patterns, so shares, errors and above all the covariance between columns that share people come from
the same unit x cell totals as any other table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.arrays import Array, Codes
from analysis.design import SampleDesign
from analysis.errors import DesignError
from analysis.estimation.estimators import FEW_DF, chosen_df
from analysis.estimation.grouping import Block, cell_totals
from analysis.estimation.intervals import proportion_intervals
from analysis.estimation.linear import domain_bases
from analysis.estimation.moments import CellMoments, Form
from analysis.estimation.result import Note
from analysis.estimation.variables import Domains, Missing, categorical, restrict, without_missing
from analysis.estimation.variance import standard_errors
from analysis.tables.crosstab import CrossTab

MAX_PATTERNS = 20_000


def overlapping_crosstab(
    row: Any,
    columns: Mapping[str, Any],
    design: SampleDesign,
    *,
    name: str = "columns",
    domain: Any = None,
    missing: Missing = "drop",
    level: float = 0.95,
    method: str = "default",
    df: str | float = "domain",
) -> CrossTab:
    """Shares of `row` within each of several groups that may share people; `vcov` always comes with it.

    row: categorical variable. columns: {label: (n,) booleans}. Groups nobody is in have base 0 and NaN shares. The
    covariance of two identical groups makes their difference exactly 0 with error 0.
    Raises DesignError when there are no columns, a mask has another length, or the groups overlap in more
    than 20,000 patterns.
    """
    if not columns:
        raise DesignError("table.nothing")
    design = restrict(design, domain)
    asked = categorical(design, row)
    design, dropped = without_missing(design, [asked], missing)
    masks = np.stack([_mask(design, label, values) for label, values in columns.items()])
    active = design.active & (asked.codes >= 0)
    pattern, members = _patterns(masks & active)
    k, width = len(asked.levels), members.shape[1]
    cells = np.where(pattern >= 0, pattern * np.int64(k) + asked.codes, -1)
    moments = CellMoments(design, [Block(cells, width * k, design.weights)])
    n_cell = members @ cell_totals(cells, width * k).reshape(width, k)
    squares = members @ cell_totals(cells, width * k, design.weights**2).reshape(width, k)
    weighted = members @ moments.sums.reshape(width, k)
    size, base = weighted.sum(axis=1), n_cell.sum(axis=1)
    filled = np.flatnonzero(size > 0)
    c = len(masks)
    share, se = np.full((c, k), np.nan), np.full((c, k), np.nan)
    vcov = np.full((c * k, c * k), np.nan)
    if filled.size:
        solved = moments.solve(_union_form(members[filled], k))
        share[filled] = solved.estimate.reshape(-1, k)
        se[filled] = standard_errors(solved.vcov).reshape(-1, k)
        at = (filled[:, None] * k + np.arange(k)).ravel()
        vcov[np.ix_(at, at)] = solved.vcov
    if df == "domain":
        used = np.array(
            [domain_bases(design, Domains(np.where(m & active, 0, -1), ({},))).df[0] if base[j] else np.nan
             for j, m in enumerate(masks)]
        )  # fmt: skip
    else:
        used = np.full(c, chosen_df(design, df))
    kish = np.repeat(size**2 / np.maximum(squares.sum(axis=1), 1e-300), k)
    cell_base, cell_df = np.repeat(base, k), np.repeat(used, k)
    low, high, how = proportion_intervals(share.ravel(), se.ravel(), cell_base, cell_df, level, method, kish)
    srs = share.ravel() * (1 - share.ravel()) / np.maximum(cell_base - 1, 1)
    known = (np.nan_to_num(srs) > 0) & (cell_base > 1)
    deff = np.where(known, se.ravel() ** 2 / np.where(known, srs, 1.0), np.nan)
    helps = known & (np.nan_to_num(deff) > 0)
    effective = np.where(helps, cell_base / np.where(helps, deff, 1.0), np.nan)
    notes = [Note("missing.dropped", {"rows": dropped})] if dropped else []
    notes += [Note(code) for code in design.warnings]
    # Cells run row by row in a CrossTab, column by column here.
    place = np.arange(c * k).reshape(k, c).T.ravel()
    empty, few = cell_base == 0, (np.nan_to_num(cell_df, nan=np.inf) < FEW_DF) & (cell_base > 0)
    if few.any():
        notes.append(Note("estimate.few-df", {"limit": FEW_DF}, tuple(sorted(place[few].tolist()))))
    if empty.any():
        notes.append(Note("table.empty-base", {}, tuple(sorted(place[empty].tolist()))))

    def table(values: Array) -> Array:
        return np.ascontiguousarray(np.asarray(values).reshape(c, k).T)

    order = np.arange(c * k).reshape(c, k).T.ravel()
    return CrossTab(
        asked.name, name, asked.levels, tuple(columns), "column", table(share), table(se), table(low), table(high),
        table(np.array(how)), table(n_cell).astype(np.int64), table(cell_base).astype(np.int64), table(effective),
        table(deff), table(cell_df), table(weighted), level, "srs-with-replacement", None,
        vcov[np.ix_(order, order)], tuple(notes),
    )  # fmt: skip


def _mask(design: SampleDesign, label: str, values: Any) -> np.ndarray:
    if isinstance(values, str):
        values = design.column(values)
    mask = np.asarray(values)
    if mask.shape != (design.rows,):
        raise DesignError("design.length", variable=label, rows=int(mask.size), wanted=design.rows)
    if mask.dtype.kind == "f":
        mask = np.nan_to_num(mask) > 0
    return mask.astype(bool)


def _patterns(masks: np.ndarray) -> tuple[np.ndarray, Array]:
    """(pattern of each row or -1 where in no column, (columns, patterns) 0/1 memberships)."""
    inside = masks.any(axis=0)
    packed = np.packbits(masks[:, inside], axis=0)
    if packed.shape[0] == 1:
        key: np.ndarray = packed[0].astype(np.int64)
    elif packed.shape[0] <= 7:
        key = np.zeros(packed.shape[1], dtype=np.int64)
        for byte in packed:
            key = key * 256 + byte
    else:
        key = np.unique(packed.T, axis=0, return_inverse=True)[1].ravel()
    seen, first, place = np.unique(key, return_index=True, return_inverse=True)
    if seen.size > MAX_PATTERNS:
        raise DesignError("table.too-many-patterns", patterns=int(seen.size), limit=MAX_PATTERNS)
    pattern = np.full(masks.shape[1], -1, dtype=np.int64)
    pattern[inside] = place.ravel()
    return pattern, masks[:, inside][:, first].astype(float)


def _union_form(members: Array, k: int) -> Form:
    """Shares of each answer within each union of patterns; cells run pattern by pattern."""
    c, width = members.shape

    def parts(sums: Array) -> tuple[Array, Array]:
        by_pattern = sums.reshape(*sums.shape[:-1], width, k)
        above = np.einsum("cp,...pk->...ck", members, by_pattern)
        return above, above.sum(axis=-1, keepdims=True)

    def point(sums: Array) -> Array:
        above, below = parts(sums)
        below = np.where(below > 0, below, np.nan)
        return np.asarray((above / below).reshape(*sums.shape[:-1], c * k))

    def gradient(sums: Array) -> Array:
        above, below = parts(sums)
        share = above / below
        # d share[c, r] / d sum[p, q] = member[c, p]·(1[q = r] - share[c, r]) / size[c]
        inner = np.eye(k)[None, :, :] - share[:, None, :]
        scaled = inner / below[:, :, None]
        return np.asarray(np.einsum("cp,cqr->pqcr", members, scaled).reshape(width * k, c * k))

    return Form(point, gradient)


def as_masks(codes: Codes) -> dict[str, np.ndarray]:
    """The levels of a categorical variable as masks, to set beside overlapping groups."""
    return {str(level): codes.codes == i for i, level in enumerate(codes.levels)}
