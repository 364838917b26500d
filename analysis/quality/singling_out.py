"""How far a file of answers without names could still single people out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import hyp2f1

from analysis.arrays import Array, as_floats, group_codes
from analysis.errors import DesignError


@dataclass(frozen=True)
class SinglingOut:
    """The remaining risk of a file, for somebody who knows the key variables of a person in the population.

    n: rows. unique: rows alone with their combination in the file. unique_in_population: how many of these are
    expected to be alone in the population as well. expected: rows expected to be matched to the right person by
    somebody who picks at random among the people of the same combination. risk: (n,) the chance for each row;
    highest: the largest of them.
    """

    n: int
    unique: int
    unique_in_population: float
    expected: float
    risk: Array

    @property
    def highest(self) -> float:
        return float(self.risk.max(initial=0.0))


def singling_out(keys: Sequence[npt.NDArray[np.integer]], weights: Array) -> SinglingOut:
    """Measure the risk that a row can be matched to a person through its combination of key variables.

    keys: one or more (n,) integer codes of what an outsider may know (area, sex, age group, ...); a missing answer
    is a code of its own. weights: (n,) people each row stands for, at least 1. Raises DesignError for weights below
    1, missing weights or unequal lengths.

    For a combination with f rows and weight W its population F is taken as f plus a negative binomial number of
    people not asked, with the rate p = f / W; the risk of each of its rows is the mean of 1 / F given f. Source:
    Benedetti & Franconi (1998), "Statistical and technological solutions for controlled data dissemination";
    Hundepool et al. (2012), "Statistical Disclosure Control", section 3.5.
    """
    weight = as_floats(weights, "weights")
    if not keys:
        raise DesignError("quality.no-keys")
    if any(len(key) != len(weight) for key in keys):
        raise DesignError("quality.weights-length", cases=len(keys[0]), weights=len(weight))
    if not np.isfinite(weight).all() or (weight < 1).any():
        raise DesignError("quality.weights-below-one", count=int((~(weight >= 1)).sum()))
    group = group_codes(*keys)[0]
    f = np.bincount(group).astype(np.float64)
    rate = np.minimum(f / np.bincount(group, weight), 1.0)
    # Σ C(F-1, f-1) p^f (1-p)^(F-f) / F over F ≥ f, summed in closed form.
    risk = rate**f / f * hyp2f1(f, f, f + 1, 1 - rate)
    alone = f == 1
    return SinglingOut(
        n=len(weight),
        unique=int(alone.sum()),
        unique_in_population=float(rate[alone].sum()),
        expected=float((risk * f).sum()),
        risk=np.asarray(risk[group]),
    )
