"""What a stratum with a single PSU does: the form in which each stage's unit totals are squared and summed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array, Bools, Ints
from analysis.design import SampleDesign
from analysis.design_stages import Stage
from analysis.errors import DesignError

HELD = 8_192


@dataclass(frozen=True, eq=False)
class StageForm:
    """Quadratic form of one stage: sum over units of scale x deviation², deviations from the stratum mean.

    scale: (units,); centred: (strata,) False where deviations are taken from zero; sampled: (strata,) the
    divisor of the mean; stratum: (units,); order, starts: units in order of their stratum, and where
    each stratum starts.
    """

    scale: Array
    centred: Bools
    sampled: Array
    stratum: Ints
    order: Ints
    starts: Ints


def present_units(design: SampleDesign, stage: Stage) -> Bools:
    """(units,) True for units with rows in the domain; all units when calibration spreads the domain over
    everyone.
    """
    if design.mask is None or design.calibrations:
        return np.ones(stage.units, dtype=np.bool_)
    return np.asarray(np.bincount(stage.unit, design.mask, minlength=stage.units) > 0)


def depends_on_domain(design: SampleDesign) -> bool:
    """True when the lonely-PSU rule could answer differently for different domains of this design."""
    if design.adjust_domain_lonely and design.lonely_psu in ("adjust", "average"):
        return True
    if design.lonely_psu not in ("fail", "average") or design.calibrations:
        return False
    return any(bool(((stage.sampled == 1) & ~stage.is_certainty).any()) for stage in design.stages)


def stage_forms(design: SampleDesign) -> tuple[StageForm, ...]:
    """One form per stage for the design's domain; kept on the design once made.

    Raises DesignError naming the stratum when a single PSU stands alone and the rule is "fail", or when
    "average" has no stratum left to average over.
    """
    if "forms" not in design.cache:
        design.cache["forms"] = tuple(
            _form(design, stage, level) for level, stage in enumerate(design.stages)
        )
    forms: tuple[StageForm, ...] = design.cache["forms"]
    return forms


def _form(design: SampleDesign, stage: Stage, level: int) -> StageForm:
    present = present_units(design, stage)
    here = np.bincount(stage.stratum, present, minlength=stage.strata)
    sampled, certain = np.ones(stage.strata), np.zeros(stage.strata, dtype=np.bool_)
    sampled[stage.stratum], certain[stage.stratum] = stage.sampled, stage.is_certainty
    single = (sampled == 1) & ~certain & (here > 0)
    if design.lonely_psu == "fail" and single.any():
        label = stage.stratum_labels[int(np.argmax(single))]
        raise DesignError("design.lonely-psu", stratum=label, stage=level + 1)
    if design.adjust_domain_lonely:
        single = single | ((here == 1) & ~certain)
    scale, centred = stage.scale, np.ones(stage.strata, dtype=np.bool_)
    if design.lonely_psu == "adjust":
        centred = ~single
    elif design.lonely_psu == "average" and single.any():
        above = np.zeros(stage.strata, dtype=np.int64)
        above[stage.stratum] = stage.parent
        all_, lonely = np.bincount(above, here > 0), np.bincount(above, single)
        if not (all_ > lonely).any():
            raise DesignError("design.all-lonely", stage=level + 1)
        # A parent with lonely strata only borrows from the other parents of the stage.
        factor = np.where(all_ > lonely, all_ / np.maximum(all_ - lonely, 1), 0.0)
        factor *= (all_ > 0).sum() / (all_ > lonely).sum()
        scale = scale * np.where(single, 0.0, factor[above])[stage.stratum]
    return StageForm(scale, centred, sampled, stage.stratum, *stage.by_stratum)


def form_covariance(form: StageForm, totals: Array) -> Array:
    """(k, k) covariance from unit totals (units, k)."""
    deviation = deviations(form, totals)
    return np.asarray((deviation * form.scale[:, None]).T @ deviation)


def form_variances(form: StageForm, influence: Callable[[Ints], Array], width: int, held: int = 0) -> Array:
    """(k,) the diagonal of `form_covariance`, whole strata at a time.

    influence: gives the totals (m, width) of the units asked for. Some `held` values of it, HELD at least, are there
    at a time, or one stratum's: the arrays of all units by all cells are the largest of a wide table.
    """
    found = np.zeros(width)
    ends = np.append(form.starts[1:], len(form.order))
    room = max(max(held, HELD) // max(width, 1), 1)
    first = 0
    while first < len(ends):
        begin = form.starts[first]
        last = max(int(np.searchsorted(ends, begin + room, side="right")), first + 1)
        units = form.order[begin : ends[last - 1]]
        deviation = influence(units)
        mean = np.add.reduceat(deviation, form.starts[first:last] - begin, axis=0)
        mean /= form.sampled[first:last, None]
        mean[~form.centred[first:last]] = 0.0
        deviation -= np.repeat(mean, ends[first:last] - form.starts[first:last], axis=0)
        deviation *= deviation
        found += form.scale[units] @ deviation
        first = last
    return found


def deviations(form: StageForm, totals: Array) -> Array:
    """(units, k) unit totals less their stratum's mean (less nothing where the form is not centred)."""
    mean = np.add.reduceat(totals[form.order], form.starts, axis=0)
    mean /= form.sampled[:, None]
    mean[~form.centred] = 0.0
    out = mean[form.stratum]
    np.subtract(totals, out, out=out)
    return np.asarray(out)
