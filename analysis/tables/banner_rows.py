"""Rows of a banner: levels as tabulated, nets and means by algebra on the table's covariance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analysis.arrays import Array
from analysis.errors import DesignError
from analysis.estimation.intervals import proportion_intervals
from analysis.estimation.result import t_quantile
from analysis.estimation.variance import standard_errors
from analysis.tables.crosstab import CrossTab


def level_label(level: object) -> str:
    """A level as a reader sees it; crossed levels joined."""
    return " × ".join(str(v) for v in level) if isinstance(level, tuple) else str(level)


class Rows:
    """Levels, nets and the mean of one table, stacked: values, errors and, per row, covariance between columns."""

    def __init__(
        self, table: CrossTab, nets: Mapping[str, Sequence[Any]], scores: Mapping[Any, float], method: str
    ) -> None:
        k, c = table.share.shape
        self.kinds: list[tuple[str, str]] = [("level", level_label(v)) for v in table.row_levels]
        self.value, self.se = table.share, table.se
        self.low, self.high, self.df = table.ci_low, table.ci_high, table.df
        self.n, self.effective, self.deff = table.n.astype(float), table.n_effective, table.deff
        joint = None if table.vcov is None else table.vcov.reshape(k, c, k, c)
        # Between-column covariance of each level: (k, c, c).
        self.between = None if joint is None else np.einsum("icid->icd", joint)
        if not (nets or scores):
            return
        if joint is None:
            raise DesignError("table.no-covariance", variable=table.row)
        places = {level: i for i, level in enumerate(table.row_levels)}
        for label, levels in nets.items():
            pick = np.zeros(k)
            pick[[places[v] for v in levels]] = 1.0
            self._net(label, pick, table, joint, method)
        if scores:
            self._mean(scores, places, table, joint)

    def _net(self, label: str, pick: Array, table: CrossTab, joint: Array, method: str) -> None:
        value = pick @ np.where(np.isfinite(table.share), table.share, 0.0)
        value = np.where(table.base[0] > 0, value, np.nan)
        between = np.einsum("i,icjd,j->cd", pick, joint, pick)
        # A net of everything has no error: what is left of it is rounding of the parts' errors.
        parts = np.nanmax(np.nan_to_num(np.einsum("icic->ic", joint)) * pick[:, None], axis=0)
        between = np.where(np.abs(between) <= 1e-12 * np.sqrt(np.outer(parts, parts)), 0.0, between)
        se = standard_errors(between)
        base, df = table.base[0], table.df[0]
        inner = np.where(np.isfinite(table.deff), table.n_effective, np.nan)
        kish = np.nanmax(np.where(np.isfinite(inner), inner, 1.0), axis=0)
        low, high, _ = proportion_intervals(value, se, base.astype(float), df, table.level, method, kish)
        srs = value * (1 - value) / np.maximum(base - 1, 1)
        ok = np.nan_to_num(srs) > 0
        deff = np.divide(se**2, srs, out=np.full_like(se, np.nan), where=ok)
        effective = np.divide(base, deff, out=np.full_like(se, np.nan), where=ok & (np.nan_to_num(deff) > 0))
        self._stack(("net", label), value, se, low, high, df, pick @ table.n, effective, deff, between)

    def _mean(
        self, scores: Mapping[Any, float], places: Mapping[Any, int], table: CrossTab, joint: Array
    ) -> None:
        """Mean of the scores over those who have one: a ratio of shares, by the delta method."""
        k = table.share.shape[0]
        value, there = np.zeros(k), np.zeros(k)
        for level, score in scores.items():
            value[places[level]], there[places[level]] = float(score), 1.0
        share = np.nan_to_num(table.share)
        scored = there @ share
        safe = np.where(scored > 0, scored, 1.0)
        mean = np.where(scored > 0, (value @ share) / safe, np.nan)
        slope = (value[:, None] - there[:, None] * np.nan_to_num(mean)[None, :]) / safe[None, :]
        between = np.einsum("ic,icjd,jd->cd", slope, joint, slope)
        se = np.where(scored > 0, standard_errors(between), np.nan)
        df = table.df[0]
        margin = t_quantile(0.5 + table.level / 2, df) * se
        none = np.full(mean.shape, np.nan)
        self._stack(("mean", "mean"), mean, se, mean - margin, mean + margin, df, none, none, none, between)

    def _stack(self, kind: tuple[str, str], *columns: Array) -> None:
        self.kinds.append(kind)
        names = ("value", "se", "low", "high", "df", "n", "effective", "deff")
        for name, column in zip(names, columns[:-1], strict=True):
            setattr(self, name, np.vstack([getattr(self, name), column]))
        assert self.between is not None
        self.between = np.concatenate([self.between, columns[-1][None]], axis=0)
