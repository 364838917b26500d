"""What a draw returns: who was drawn, with which probability, how, and from where the chance came."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import DesignError
from analysis.estimation.result import Note

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Draw:
    """One draw from one list of units. Index = position in the list given, from 0.

    selected: (n,) positions, in the list's order. probabilities: (n,) inclusion probabilities in (0, 1] of
    these units in the main sample (reserves unused). certainty: (n,) True where the unit was sure to come in.
    frame_probabilities, frame_certainty: (N,) the same for every unit of the list; they sum to n.
    reserve: (r,) positions of the reserve units, in the order in which they are to be released.
    wide_probabilities: (N,) probabilities of being in the main sample or the reserve.
    sequence: (N,) positions in the order in which a systematic draw went through the list.
    joint_available: whether `joint_probabilities` can be computed for this method.
    notes: what happened (units that became certainties, shortages).
    seed_digest: fingerprint of the generator's state before the draw.
    Arrays are read-only.
    """

    selected: Ints
    probabilities: Floats
    certainty: Bools
    frame_probabilities: Floats
    frame_certainty: Bools
    reserve: Ints
    wide_probabilities: Floats
    method: str
    order: str
    seed_digest: str
    sequence: Ints
    joint_available: bool
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        for name in (
            "selected", "probabilities", "certainty", "frame_probabilities",
            "frame_certainty", "reserve", "wide_probabilities", "sequence",
        ):  # fmt: skip
            getattr(self, name).setflags(write=False)

    @property
    def n(self) -> int:
        """Number of units drawn, reserves left aside."""
        return int(self.selected.size)

    @property
    def population(self) -> int:
        """Number of units in the list."""
        return int(self.frame_probabilities.size)

    @property
    def weights(self) -> Floats:
        """(n,) base weights 1/probability of the main sample."""
        return 1.0 / self.probabilities

    def probabilities_after_release(self, released: int) -> tuple[Ints, Floats]:
        """Positions and probabilities when the first `released` reserve units join the main sample.

        Every unit of the enlarged sample gets the probability it has under the enlarged design: reserves are
        an enlargement, never a substitute for somebody who refused. Returns ((n + released,) positions, in
        the list's order, (n + released,) probabilities).
        Raises DesignError `sampling.reserve-too-few` when fewer reserve units exist.
        """
        if not 0 <= released <= self.reserve.size:
            raise DesignError("sampling.reserve-too-few", asked=released, available=int(self.reserve.size))
        units = np.sort(np.concatenate([self.selected, self.reserve[:released]]))
        if released == 0:
            return units, self.frame_probabilities[units]
        free = self.n - int(self.frame_certainty.sum())
        share = (free + released) / (free + self.reserve.size)
        probability = np.where(self.frame_certainty, 1.0, self.wide_probabilities * share)
        return units, probability[units]
