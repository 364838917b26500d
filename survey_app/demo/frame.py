"""A made-up list of villages and neighbourhoods inside the real communes of a province."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey_app.accounts.models import Area

# Mean number of villages in a commune, and of households in a village, by the commune's type.
SIZES = {"phường": (30, 290), "xã": (26, 190), "đặc khu": (24, 150)}
WORDS = {"phường": "Tổ dân phố", "xã": "Thôn", "đặc khu": "Thôn"}
STRATA = {"phường": "Phường", "xã": "Xã", "đặc khu": "Đặc khu"}


@dataclass(frozen=True)
class Village:
    code: str
    name: str
    stratum: str
    area_code: str
    area_type: str
    households: int


def villages(communes: Sequence[Area], seed: int = 22) -> list[Village]:
    """About 27 villages in each commune, sizes log-normal: made up, and the same for the same seed."""
    rng = np.random.default_rng(seed)
    made: list[Village] = []
    for commune in sorted(communes, key=lambda a: a.code):
        mean_villages, mean_households = SIZES[commune.type]
        count = max(6, int(rng.poisson(mean_villages)))
        sizes = np.exp(rng.normal(np.log(mean_households) - 0.08, 0.4, count))
        for number, size in enumerate(sizes, start=1):
            made.append(
                Village(
                    code=f"{commune.code}-{number:02d}",
                    name=f"{WORDS[commune.type]} {number}, {commune.name}",
                    stratum=STRATA[commune.type],
                    area_code=commune.code,
                    area_type=commune.type,
                    households=max(35, int(size)),
                )
            )
    return made


def as_csv(made: Sequence[Village]) -> str:
    """The frame in the layout that a researcher imports."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("code", "name", "stratum", "area_code", "households"))
    writer.writerows((v.code, v.name, v.stratum, v.area_code, v.households) for v in made)
    return text.getvalue()
