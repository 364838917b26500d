"""Randomised response and crosswise questions: what the questionnaire declares, as the analysis needs it.

The single answers say nothing of a person and nothing in themselves: what can be told is the estimated share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis import Codes, Device, Estimate, SampleDesign, randomised_response
from survey_app.problems import Problem


@dataclass(frozen=True)
class Given:
    """The answers to one such question, in the design's order.

    said: (n,) 1 yes, 0 no, -1 not asked or not said. arm: (n,) whose device, -1 where said is. devices: by arm.
    """

    name: str
    said: NDArray[np.int8]
    arm: NDArray[np.int64]
    devices: tuple[Device, ...]

    @property
    def asked(self) -> NDArray[np.bool_]:
        return np.asarray(self.said >= 0)

    def share(self, design: SampleDesign, by: Codes | None = None) -> Estimate:
        """The estimated share over the design's people (a domain of it), or in each group of `by`.

        Raises DesignError as the library does, also where an arm has nobody left.
        """
        yes = Codes(self.said, (0, 1), self.name)
        arm = Codes(self.arm, tuple(range(len(self.devices))), "arm")
        return randomised_response(
            yes,
            design,
            self.devices,
            arm=arm if len(self.devices) > 1 else None,
            by=None if by is None else [by],
        )


def devices(experiment: Mapping[str, Any]) -> dict[str, Device]:
    """{arm: its device}. experiment: its `name`, `kind`, `arms`, `parameters` and `of_arm`, as compiled.

    Raises Problem tabulation.experiment where what is declared is no device.
    """
    own = experiment.get("of_arm", {})
    try:
        return {
            arm: _device(str(experiment["kind"]), {**experiment["parameters"], **own.get(arm, {})})
            for arm in experiment["arms"]
        }
    except (KeyError, ValueError) as error:
        raise Problem("tabulation.experiment", name=str(experiment["name"])) from error


def yes_value(parameters: Mapping[str, str], valid: Sequence[str]) -> str:
    """The stored value that means "yes", or "the same": as declared, else 1, else the first answer."""
    declared = parameters.get("yes", "")
    return declared or ("1" if "1" in valid else next(iter(valid), ""))


def read(
    name: str, answers: Sequence[Sequence[str]], found: Sequence[Device], yes: str, valid: Sequence[str]
) -> Given:
    """answers: the stored answers of each arm's question, in the order of `found`; everyone has one at most.

    Raises Problem tabulation.experiment where "yes" is none of the answers.
    """
    if yes not in valid:
        raise Problem("tabulation.experiment", name=name)
    said = np.full(len(answers[0]), -1, dtype=np.int8)
    arm = np.full(len(answers[0]), -1, dtype=np.int64)
    for position, column in enumerate(answers):
        texts = np.asarray(column, dtype=object)
        known = np.isin(texts, np.asarray(list(valid), dtype=object))
        said[known], arm[known] = (texts[known] == yes).astype(np.int8), position
    return Given(name, said, arm, tuple(found))


def _device(kind: str, given: Mapping[str, str]) -> Device:
    number = {
        key: float(given[key].replace(",", "."))
        for key in ("p", "say_yes", "say_no", "unrelated")
        if key in given
    }
    if kind == "crosswise":
        return Device.crosswise(p=number["p"])
    if "say_yes" in number or "say_no" in number:
        return Device.forced(say_yes=number.get("say_yes", 0.0), say_no=number.get("say_no", 0.0))
    if "unrelated" in number:
        return Device.unrelated(p=number["p"], unrelated=number["unrelated"])
    return Device.warner(p=number["p"])
