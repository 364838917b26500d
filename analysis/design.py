"""`SampleDesign`: how the sample was drawn and weighted, the one object every estimate starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array, Bools, Ints, as_floats
from analysis.design_parts import Calibration, JointProbabilities, Replicates
from analysis.design_pps import joint_probabilities
from analysis.design_stages import Stage, build_stages
from analysis.errors import DesignError

LONELY_RULES = ("fail", "remove", "certainty", "adjust", "average")
PPS_METHODS = ("brewer", "overton", "HR", "joint")


@dataclass(frozen=True, eq=False)
class SampleDesign:
    """Strata, clusters, weights and everything else that variance needs; frozen, never filtered.

    weights: (n,) current weights. stages: first stage first. mask: (n,) domain, None = everyone; rows outside
    keep their place, so that PSUs without members of the domain still count. lonely_psu: what a stratum with
    one PSU does ("fail", "remove", "certainty", "adjust", "average"); adjust_domain_lonely: also for strata
    where only the domain leaves one. calibrations: adjustments the variance knows about. replicates: when
    given, the variance is theirs. joint: second-order probabilities of a PPS design. frame: the data, for
    variables asked by name.
    """

    weights: Array
    stages: tuple[Stage, ...]
    frame: pd.DataFrame | None = None
    lonely_psu: str = "fail"
    adjust_domain_lonely: bool = False
    mask: Bools | None = None
    calibrations: tuple[Calibration, ...] = ()
    replicates: Replicates | None = None
    joint: JointProbabilities | None = None
    warnings: tuple[str, ...] = ()
    cache: dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame | None = None,
        *,
        weights: Any = None,
        probs: Any = None,
        strata: Any = None,
        ids: Any = None,
        fpc: Any = None,
        nest: bool = False,
        lonely_psu: str = "fail",
        adjust_domain_lonely: bool = False,
        pps: str | None = None,
        pps_sum_p2: float | None = None,
        joint: Array | None = None,
        joint_tolerance: float = 0.0,
        pps_variance: str = "HT",
    ) -> SampleDesign:
        """A design from columns of a frame (by name) or from arrays of its length.

        weights or probs (of selection; several columns are multiplied): one of them, or neither when fpc
        tells (the weight is then the product of N/n over the stages). strata, ids, fpc: one column or a list,
        first stage first; ids None: each row is its own PSU. fpc: population sizes (any above 1) or sampling
        fractions. nest: first-stage ids repeat between strata. pps: "brewer", "overton", "HR" (`pps_sum_p2`:
        the population sum of squared probabilities divided by n, else estimated) or "joint" with a matrix of
        joint inclusion probabilities (`joint_tolerance`: smaller entries of (p_ij - p_i p_j)/p_ij count as
        zero); fpc then holds the inclusion probabilities. pps_variance: "HT" or "YG". Raises DesignError
        naming the column at fault. Source: Lumley (2010), "Complex Surveys", chapters 2-3; the conventions
        are those of R `survey`.
        """
        if lonely_psu not in LONELY_RULES:
            raise DesignError(
                "design.unknown-option",
                option="lonely_psu",
                value=lonely_psu,
                choices=", ".join(LONELY_RULES),
            )
        if pps is not None and pps not in PPS_METHODS:
            raise DesignError(
                "design.unknown-option", option="pps", value=pps, choices=", ".join(PPS_METHODS)
            )
        if pps_variance not in ("HT", "YG"):
            raise DesignError(
                "design.unknown-option", option="pps_variance", value=pps_variance, choices="HT, YG"
            )
        id_columns = _columns(frame, ids, "ids")
        strata_columns = _columns(frame, strata, "strata")
        fpc_columns = [(name, as_floats(column, name)) for name, column in _columns(frame, fpc, "fpc")]
        weight_columns = [(name, as_floats(c, name)) for name, c in _columns(frame, weights, "weights")]
        prob_columns = [(name, as_floats(c, name)) for name, c in _columns(frame, probs, "probs")]
        given = [*id_columns, *strata_columns, *fpc_columns, *weight_columns, *prob_columns]
        rows = len(frame) if frame is not None else (len(given[0][1]) if given else 0)
        if rows == 0:
            raise DesignError("design.empty")
        for name, column in given:
            if len(column) != rows:
                raise DesignError("design.length", variable=name, rows=len(column), wanted=rows)
        if weight_columns and prob_columns:
            raise DesignError("design.weights-and-probs")
        stages = build_stages(rows, id_columns, strata_columns, fpc_columns, nest=nest, pps=pps is not None)
        notes: tuple[str, ...] = ()
        if weight_columns:
            value = _checked_weights(weight_columns)
        elif prob_columns:
            value = 1.0 / _checked_probabilities(prob_columns)
        elif fpc_columns:
            value = np.ones(rows)
            for stage in stages[: len(fpc_columns)]:
                value = value * (stage.population / stage.sampled)[stage.unit]
        else:
            value = np.ones(rows)
            notes = ("design.no-weights",)
        first = stages[0]
        if first.units == 1 and not bool(first.is_certainty[0]) and not (nest and strata_columns):
            raise DesignError("design.one-psu", variable=id_columns[0][0] if id_columns else "")
        second_order = None
        if pps in ("overton", "HR", "joint"):
            second_order = joint_probabilities(
                pps, first, rows, pps_sum_p2, joint, pps_variance, joint_tolerance
            )
        return cls(
            np.asarray(value, dtype=np.float64),
            stages,
            frame,
            lonely_psu,
            adjust_domain_lonely,
            joint=second_order,
            warnings=notes,
        )

    @property
    def rows(self) -> int:
        """Number of rows, in or out of the domain."""
        return len(self.weights)

    @property
    def active(self) -> Bools:
        """(n,) True for rows of the domain that carry weight."""
        if "active" not in self.cache:
            positive = self.weights != 0
            self.cache["active"] = positive if self.mask is None else positive & self.mask
            self.cache["all active"] = bool(self.cache["active"].all())
        return np.asarray(self.cache["active"])

    @property
    def all_active(self) -> bool:
        """True when every row is in the domain and carries weight."""
        return bool(self.active.size and self.cache["all active"])

    @property
    def domain_weights(self) -> Array:
        """(n,) weights, zero outside the domain."""
        return self.weights if self.mask is None else np.where(self.mask, self.weights, 0.0)

    @property
    def degrees_of_freedom(self) -> int:
        """PSUs less strata with observations of the domain; rank of the replicate weights less one."""
        if self.replicates is not None:
            if "replicate rank" not in self.cache:
                self.cache["replicate rank"] = self.replicates.rank(self.active)
            return int(self.cache["replicate rank"]) - 1
        first = self.stages[0]
        psus = np.flatnonzero(np.bincount(first.unit, self.active))
        return len(psus) - len(np.unique(first.stratum[psus]))

    def subset(self, mask: Any) -> SampleDesign:
        """The design of a domain: (n,) booleans, True inside. Rows stay, so variance stays right."""
        inside = np.asarray(mask)
        if inside.dtype != np.bool_ or inside.shape != (self.rows,):
            raise DesignError("design.mask", rows=self.rows)
        return replace(self, mask=inside if self.mask is None else self.mask & inside, cache={})

    def with_weights(self, weights: Any, *, calibration: Calibration | None = None) -> SampleDesign:
        """The design with new weights (n,); `calibration` is what its variance should know of the change."""
        value = as_floats(weights, "weights")
        if calibration is None or not (np.isfinite(value).all() and (value != 0).any()):
            value = _checked_weights(
                [("weights", value)]
            )  # calibrated weights may be negative, and then say so
        if len(value) != self.rows:
            raise DesignError("design.length", variable="weights", rows=len(value), wanted=self.rows)
        known = self.calibrations if calibration is None else (*self.calibrations, calibration)
        return replace(self, weights=value, calibrations=known, cache={})

    def with_calibration(self, weights: Any, calibration: Calibration) -> SampleDesign:
        """`with_weights` of a calibration: new weights and the variance that knows about them."""
        return self.with_weights(weights, calibration=calibration)

    def with_replicates(self, replicates: Replicates) -> SampleDesign:
        """The design with its variance taken from replicate weights."""
        return replace(self, replicates=replicates, cache={})

    def column(self, name: str) -> pd.Series:
        """A variable of the frame by its name; DesignError when there is none."""
        if self.frame is None or name not in self.frame.columns:
            raise DesignError("design.no-column", variable=name)
        series: pd.Series = self.frame[name]
        return series

    @property
    def psu(self) -> Ints:
        """(n,) first-stage unit of each row."""
        return self.stages[0].unit


def _columns(frame: pd.DataFrame | None, spec: Any, role: str) -> list[tuple[str, Any]]:
    """A column specification (None, name, array, or a list of these) as (name, values) pairs."""
    if spec is None:
        return []
    if isinstance(spec, (str, pd.Series, np.ndarray)):
        spec = [spec]
    if isinstance(spec, pd.DataFrame):
        spec = [spec[c] for c in spec.columns]
    if not isinstance(spec, Sequence):
        raise DesignError("design.bad-column", role=role)
    out: list[tuple[str, Any]] = []
    if len(spec) and all(np.isscalar(v) and not isinstance(v, str) for v in spec):
        spec = [np.asarray(spec)]
    for item in spec:
        if isinstance(item, str):
            if frame is None or item not in frame.columns:
                raise DesignError("design.no-column", variable=item)
            out.append((item, frame[item].array))
        elif isinstance(item, pd.Series):
            out.append((str(item.name or role), item.array))
        else:
            out.append((role, np.asarray(item)))
    return out


def _checked_weights(columns: list[tuple[str, Array]]) -> Array:
    product: Array | None = None
    for name, column in columns:
        if np.isnan(column).any():
            raise DesignError("design.weights-missing", variable=name, count=int(np.isnan(column).sum()))
        if np.isinf(column).any():
            raise DesignError("design.weights-infinite", variable=name, count=int(np.isinf(column).sum()))
        if (column < 0).any():
            raise DesignError("design.weights-negative", variable=name, count=int((column < 0).sum()))
        if not (column > 0).any():
            raise DesignError("design.weights-all-zero", variable=name)
        product = column if product is None else product * column
    assert product is not None
    return product


def _checked_probabilities(columns: list[tuple[str, Array]]) -> Array:
    product: Array | None = None
    for name, column in columns:
        if np.isnan(column).any():
            raise DesignError("design.weights-missing", variable=name, count=int(np.isnan(column).sum()))
        if ((column <= 0) | (column > 1)).any():
            raise DesignError("design.probability-range", variable=name)
        product = column if product is None else product * column
    assert product is not None
    return product
