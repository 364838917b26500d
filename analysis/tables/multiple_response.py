"""Questions with several answers each: every option is a yes or no, and the base is who answered at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.arrays import Bools, Codes
from analysis.errors import DesignError


@dataclass(frozen=True, eq=False)
class MultipleResponse:
    """options: {label: (n,) booleans, chosen}. answered: (n,) who answered the question at all (the base)."""

    name: str
    options: Mapping[str, Bools]
    answered: Bools

    @classmethod
    def of(cls, name: str, options: Mapping[str, Any], answered: Any = None) -> MultipleResponse:
        """From columns of 0/1 or booleans; NaN = not answered. `answered` left out: any option not missing."""
        if not options:
            raise DesignError("table.no-options", variable=name)
        chosen: dict[str, Bools] = {}
        known: list[Bools] = []
        for label, values in options.items():
            column = np.asarray(values, dtype=float)
            chosen[label] = np.nan_to_num(column) > 0
            known.append(np.isfinite(column))
        if len({c.shape for c in chosen.values()}) != 1:
            raise DesignError("table.options-length", variable=name)
        base = np.any(known, axis=0) if answered is None else np.asarray(answered, dtype=bool)
        if base.shape != next(iter(chosen.values())).shape:
            raise DesignError("table.options-length", variable=name)
        return cls(name, {label: values & base for label, values in chosen.items()}, base)

    @classmethod
    def from_text(
        cls, name: str, values: Iterable[str | None], codes: Mapping[str, str], missing: Sequence[str] = ()
    ) -> MultipleResponse:
        """From answers as XLSForm stores them: codes parted by spaces. codes: {code: label}, in order.

        missing: codes (don't know, refused) that put a person out of the base. Blank = not answered. A
        code that is in neither raises DesignError `table.unknown-option`.
        """
        place = {code: i for i, code in enumerate(codes)}
        rows = [str(v).split() if v is not None and v == v else [] for v in values]
        matrix = np.zeros((len(rows), len(codes)), dtype=bool)
        answered = np.zeros(len(rows), dtype=bool)
        for r, row in enumerate(rows):
            answered[r] = bool(row) and not set(row) & set(missing)
            for code in row:
                if code in place:
                    matrix[r, place[code]] = True
                elif code not in missing:
                    raise DesignError("table.unknown-option", variable=name, option=code, row=r + 1)
        matrix &= answered[:, None]
        return cls(name, {label: matrix[:, i] for i, label in enumerate(codes.values())}, answered)

    def codes(self, label: str) -> Codes:
        """One option as a yes/no variable: 1 chosen, 0 not, -1 not answered."""
        return self._yes_no(self.options[label], label)

    def net(self, labels: Sequence[str], name: str) -> Codes:
        """Who chose any of several options (each person once), as a yes/no variable."""
        unknown = [label for label in labels if label not in self.options]
        if unknown or not labels:
            raise DesignError("table.net-unknown", net=name, part=unknown[0] if unknown else "")
        return self._yes_no(np.any([self.options[label] for label in labels], axis=0), name)

    def _yes_no(self, chosen: Bools, name: str) -> Codes:
        return Codes(np.where(self.answered, chosen.astype(np.int8), np.int8(-1)), (False, True), name)
