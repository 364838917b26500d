"""Joint inclusion probabilities π_ij of the methods that have them, exact to rounding.

Sampford: with ω = π/(1 − π), a sample s of fixed size n has probability proportional to
∏_{k∈s} ω_k · Σ_{k∈s} (1 − π_k). Sums of such products over all samples are coefficients of polynomials whose
factors are (1 − π_k) + π_k z; they are read off by a discrete Fourier transform on the unit circle, where no
factor exceeds 1, so nothing overflows and nothing is subtracted from something nearly equal.
Source: Sampford (1967), Biometrika 54, 499-513; Bondesson, Traat & Lundqvist (2006), Scand. J. Stat. 33.
"""

from __future__ import annotations

import numpy as np

from analysis.errors import DesignError
from analysis.sampling.result import Draw, Floats, Ints

_TAIL = 40.0  # -log of the tail probability given up to aliasing, e^-40 ≈ 4e-18
_BLOCK = 2_000_000


def joint_probabilities(draw: Draw, units: Ints | None = None) -> Floats:
    """(m, m) joint inclusion probabilities in the main sample; the diagonal holds π_i.

    units: (m,) positions in the list; left out, the units drawn. What `SampleDesign` needs for
    Horvitz-Thompson or Yates-Grundy variances.
    Raises DesignError `sampling.joint-unknown` for methods without them: systematic draws in random order,
    and systematic draws with a reserve.
    """
    if not draw.joint_available:
        raise DesignError("sampling.joint-unknown", method=draw.method, order=draw.order)
    places = draw.selected if units is None else np.asarray(units, dtype=np.int64)
    if draw.method == "srs":
        return srs_joint(draw.n, draw.population, places.size)
    if draw.method in ("systematic", "pps-systematic"):
        rank = np.empty(draw.population, dtype=np.int64)
        rank[draw.sequence] = np.arange(draw.population)
        return systematic_joint(draw.frame_probabilities[draw.sequence], rank[places])
    free = np.flatnonzero(~draw.frame_certainty)
    answer = sampford_joint(draw.wide_probabilities, places)
    drawn, spare = draw.n - int(draw.frame_certainty.sum()), draw.reserve.size
    if spare:
        one, two = drawn / (drawn + spare), drawn * (drawn - 1) / ((drawn + spare) * (drawn + spare - 1))
        inside = np.isin(places, free)
        answer *= np.where(
            inside[:, None] & inside[None, :], two, np.where(inside[:, None] | inside[None, :], one, 1.0)
        )
        np.fill_diagonal(answer, draw.frame_probabilities[places])
    return answer


def _circle(probabilities: Floats) -> np.ndarray:
    """Enough points on the unit circle; an odd number, so that z = -1, where a factor may vanish, is not one.

    The size of a Poisson sample lies within t of its mean but for e^-_TAIL (Bernstein); a transform of more
    than 2t points can't mistake a coefficient within that window for another.
    """
    spread = float(np.sum(probabilities * (1 - probabilities)))
    third = _TAIL / 3
    width = third + np.sqrt(third**2 + 2 * _TAIL * spread)
    points = min(probabilities.size + 1, int(2 * width) + 5)
    points += 1 - points % 2
    return np.asarray(np.exp(2j * np.pi * np.arange(points) / points))


def sampford_joint(probabilities: Floats, units: Ints) -> Floats:
    """(m, m) joint inclusion probabilities of `units` under Sampford's method; π_i on the diagonal.

    probabilities: (N,) inclusion probabilities, summing to a whole number; entries of exactly 1 are units
    taken with certainty, which are independent of everything. units: (m,) positions.
    Cost: N·√(Σπ(1-π)) + m²·√(Σπ(1-π)).
    """
    answer = np.outer(probabilities[units], probabilities[units])
    np.fill_diagonal(answer, probabilities[units])
    open_units = np.flatnonzero(probabilities < 1.0)
    wanted = np.flatnonzero(probabilities[units] < 1.0)
    if wanted.size < 2:
        return answer
    p = probabilities[open_units]
    n = round(float(p.sum()))
    z = _circle(p)
    product = np.ones(z.size, dtype=complex)
    moment = np.zeros(z.size, dtype=complex)  # Σ_k π_k(1-π_k) z / (1-π_k + π_k z)
    step = max(1, _BLOCK // z.size)
    for start in range(0, p.size, step):
        block = p[start : start + step, None]
        factor = 1 - block + block * z
        product *= factor.prod(axis=0)
        moment += (block * (1 - block) * z / factor).sum(axis=0)
    read = z**-n / z.size
    norm = float(np.real(np.sum(product * moment * read)))
    mine = probabilities[units[wanted]]
    factors = (1 - mine[:, None]) + mine[:, None] * z
    own = mine[:, None] * (1 - mine[:, None]) * z / factors
    scaled = mine[:, None] * z / factors
    for i in range(wanted.size - 1):
        # In every sample with i and j: their own (1-π) shares, and the shares of all the others.
        rest = product * scaled[i] * scaled[i + 1 :]
        share = (1 - mine[i]) + (1 - mine[i + 1 :])[:, None] + (moment - own[i]) - own[i + 1 :]
        value = np.real((rest * share) @ read) / norm
        answer[wanted[i], wanted[i + 1 :]] = value
        answer[wanted[i + 1 :], wanted[i]] = value
    return answer


def systematic_joint(ordered: Floats, places: Ints) -> Floats:
    """(m, m) joint probabilities of a systematic draw in a fixed order.

    ordered: (N,) probabilities in the order of the draw. places: (m,) positions in that order. Unit k is
    drawn when the start u in [0, 1) falls into its stretch of the cumulated probabilities, taken modulo 1, so
    π_ij is the length that two stretches share. Many are 0: no unbiased variance estimate exists.
    """
    ends = np.cumsum(ordered)
    low = np.mod(ends[places] - ordered[places], 1.0)
    high = low + ordered[places]
    answer = np.zeros((places.size, places.size))
    for shift in (-1.0, 0.0, 1.0):
        overlap = np.minimum(high[:, None], high[None, :] + shift) - np.maximum(
            low[:, None], low[None, :] + shift
        )
        answer += np.clip(overlap, 0.0, None)
    np.fill_diagonal(answer, ordered[places])
    sure = ordered[places] >= 1.0
    answer[sure, :] = np.broadcast_to(ordered[places], answer.shape)[sure, :]
    answer[:, sure] = answer[sure, :].T
    return answer


def srs_joint(n: int, population: int, count: int) -> Floats:
    """(count, count) joint probabilities of simple random sampling without replacement."""
    pair = n * (n - 1) / (population * (population - 1)) if population > 1 else 1.0
    answer = np.full((count, count), pair)
    np.fill_diagonal(answer, n / population)
    return answer
