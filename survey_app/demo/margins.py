"""The margins of a simulated population: the demo rakes to these, since no census knows made-up people."""

from __future__ import annotations

from itertools import product

import numpy as np

from survey_app.db import db
from survey_app.demo.population import Population
from survey_app.surveys.models import Survey
from survey_app.weighting.models import Margin

AGE_BANDS = ("18-29", "30-39", "40-49", "50-59", "60+")
SEX = ("male", "female")
RESIDENCE = ("rural", "urban")
EDUCATION = ("below_upper_secondary", "upper_secondary", "above_upper_secondary")


def cells(p: Population) -> dict[str, tuple[list[str], dict[tuple[str, ...], float]]]:
    """{margin: (variables, {categories: adults})} in the categories of the standard weighting plan."""
    sex = (SEX, p.sex - 1)
    age = (AGE_BANDS, np.digitize(p.age, (30, 40, 50, 60)))
    residence = (RESIDENCE, p.urban.astype(np.int64))
    education = (EDUCATION, np.digitize(p.education, (4, 5)))
    return {
        "sex_x_age": (["sex", "age"], _count(sex, age)),
        "residence": (["residence"], _count(residence)),
        "education": (["education"], _count(education)),
    }


def _count(*columns: tuple[tuple[str, ...], np.ndarray]) -> dict[tuple[str, ...], float]:
    """Adults in each combination of categories; columns: (names, positions of each adult)."""
    sizes = [len(names) for names, _ in columns]
    joint = np.ravel_multi_index([codes for _, codes in columns], sizes)
    counts = np.bincount(joint, minlength=int(np.prod(sizes)))
    keys = product(*(names for names, _ in columns))
    return {key: float(n) for key, n in zip(keys, counts, strict=True)}


def store(survey: Survey, p: Population) -> None:
    """Write the population's margins as this survey's own."""
    area_code = survey.area.code if survey.area else ""
    for name, (variables, found) in cells(p).items():
        db.session.add(
            Margin(
                survey_id=survey.id,
                name=name,
                variables=variables,
                cells=[{"key": list(key), "count": count} for key, count in found.items()],
                universe="18+",
                area_code=area_code,
                boundary="2025-34",
                ref_date=f"{p.year}-07-01",
                source_id=f"simulated-{survey.wave}",
                source="Quần thể mô phỏng của bản trình diễn",
                confidence="high",
            )
        )
    db.session.flush()
