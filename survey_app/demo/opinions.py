"""What the made-up population thinks: one line per question of the demo questionnaire.

A scale is drawn on a latent logit: base shares fix the cut points; age, education, residence, mode of answering
and the village move a person along it. Positive moves lead to later answers of the list. Nothing here is
about real people: figures were chosen to be plausible and to differ between groups, not taken from anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scale:
    """shares: of the list's substantive answers, in order. age: per 10 years from 45. educ: per level above 3.

    urban: phường against the rest. self_mode: answering alone on the web against face to face.
    village: standard deviation of the village's own move. dk, ref: chance of don't know and refused.
    values: stored values when they aren't 1, 2, 3 …
    """

    shares: tuple[float, ...]
    age: float = 0.0
    educ: float = 0.0
    urban: float = 0.0
    female: float = 0.0
    self_mode: float = 0.0
    village: float = 0.35
    dk: float = 0.02
    ref: float = 0.005
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Several:
    """A question with several answers. shares: chance of each value before the limit. limit: at most so many.

    none: the value chosen by those who chose nothing.
    """

    shares: dict[str, float]
    limit: int
    none: str
    village: float = 0.3
    urban: dict[str, float] = field(default_factory=dict)
    dk: float = 0.02


SCALES: dict[str, Scale] = {
    "a2": Scale((0.10, 0.36, 0.32, 0.16, 0.06), age=0.08, educ=-0.12, urban=-0.2),
    "a3": Scale((0.12, 0.41, 0.30, 0.12, 0.05), age=0.15, educ=-0.1, urban=-0.15, dk=0.07),
    "a4": Scale((0.04, 0.19, 0.29, 0.33, 0.15), age=0.06, educ=-0.18, urban=-0.25, dk=0.04),
    "a5": Scale(
        (0.04, 0.18, 0.26, 0.25, 0.09, 0.18), urban=0.9, dk=0.02, values=("1", "2", "3", "4", "5", "97")
    ),
    "b1": Scale((0.46, 0.54), age=0.08, educ=-0.1, dk=0.005, ref=0.002),
    "b2": Scale((0.55, 0.30, 0.05, 0.10), age=-0.15, educ=0.15, dk=0.005),
    "b4": Scale((0.16, 0.58, 0.18, 0.08), urban=-0.1),
    "b5": Scale((0.21, 0.40, 0.26, 0.09, 0.04), self_mode=0.3, urban=-0.1),
    "b6": Scale((0.20, 0.43, 0.20, 0.12, 0.05), self_mode=0.3, urban=-0.15),
    "c1": Scale((0.13, 0.87), urban=0.1, village=0.7, ref=0.004),
    "c2": Scale((0.15, 0.38, 0.32, 0.15), self_mode=0.2, dk=0.03),
    "c3": Scale((0.03, 0.08, 0.27, 0.36, 0.26), self_mode=0.2, dk=0.05),
    "c4": Scale((0.06, 0.22, 0.29, 0.18, 0.09, 0.16), dk=0.03, values=("1", "2", "3", "4", "5", "97")),
    "c5": Scale((0.05, 0.20, 0.29, 0.24, 0.09), dk=0.24),
    "c6a": Scale((0.24, 0.33, 0.19, 0.15, 0.09), age=0.04, self_mode=0.25, urban=-0.1, dk=0.05),
    "c6b": Scale((0.43, 0.33, 0.12, 0.08, 0.04), age=0.04, self_mode=0.2, urban=-0.1, dk=0.03),
    "d1_air": Scale((0.19, 0.31, 0.31, 0.19), urban=0.5, village=0.8),
    "d1_water": Scale((0.31, 0.33, 0.24, 0.12), urban=-0.2, village=0.7),
    "d1_waste": Scale((0.16, 0.36, 0.31, 0.17), village=0.5),
    "d1_mine": Scale((0.45, 0.25, 0.18, 0.12), urban=-0.1, village=0.9, dk=0.05),
    "d2": Scale((0.10, 0.31, 0.34, 0.18, 0.07), self_mode=0.35, educ=0.08, dk=0.04),
    "d3": Scale((0.28, 0.34, 0.25, 0.13), age=0.06, educ=-0.12, dk=0.04),
    "e1": Scale((0.33, 0.45, 0.16, 0.06), female=0.5, village=0.5),
    "e2_drugs": Scale((0.36, 0.33, 0.20, 0.11), urban=0.2, village=0.6, dk=0.08, ref=0.01),
    "e2_theft": Scale((0.34, 0.42, 0.17, 0.07), urban=0.25, village=0.5),
    "e2_gamb": Scale((0.30, 0.38, 0.21, 0.11), village=0.5, dk=0.06, ref=0.01),
    "e2_loan": Scale((0.41, 0.31, 0.18, 0.10), urban=0.15, village=0.5, dk=0.09, ref=0.01),
    "e2_traf": Scale((0.17, 0.38, 0.31, 0.14), urban=0.1, village=0.4),
    "e3": Scale((0.29, 0.45, 0.19, 0.07), self_mode=0.3, dk=0.05),
    "f1": Scale((0.17, 0.37, 0.24, 0.09, 0.04), self_mode=0.45, educ=0.08, dk=0.17, ref=0.02),
    "f2": Scale((0.13, 0.36, 0.31, 0.13, 0.07), self_mode=0.45, educ=0.1, dk=0.11, ref=0.02),
    "f4": Scale((0.17, 0.34, 0.30, 0.19), self_mode=0.2, female=0.2, dk=0.08, ref=0.02),
    "g1": Scale((0.21, 0.79), age=-0.15, urban=0.25, village=0.4),
    "g2": Scale((0.24, 0.33, 0.19, 0.24), self_mode=0.2),
    "g3": Scale((0.08, 0.92), village=0.3, ref=0.004),
    "g4": Scale((0.26, 0.30, 0.19, 0.25), dk=0.03),
    "g5": Scale((0.20, 0.43, 0.27, 0.10), self_mode=0.35, educ=0.05, dk=0.07),
    "g6_vill": Scale((0.38, 0.44, 0.13, 0.05), self_mode=0.35, educ=0.08, urban=0.15, dk=0.03, ref=0.01),
    "g6_comm": Scale((0.27, 0.48, 0.18, 0.07), self_mode=0.45, educ=0.08, urban=0.1, dk=0.04, ref=0.015),
    "g6_prov": Scale((0.31, 0.45, 0.17, 0.07), self_mode=0.45, educ=0.08, dk=0.09, ref=0.015),
    "g6_front": Scale((0.33, 0.46, 0.15, 0.06), self_mode=0.35, educ=0.08, dk=0.06, ref=0.01),
    "h2": Scale(
        (0.37, 0.08, 0.04, 0.13, 0.12, 0.09, 0.05, 0.06, 0.06),
        age=-0.35,
        educ=0.05,
        dk=0.04,
        values=("1", "2", "3", "4", "5", "6", "7", "8", "9"),
    ),
    "h3": Scale((0.24, 0.31, 0.33, 0.12), age=0.2, educ=-0.15, dk=0.06),
    "l1": Scale((0.46, 0.42, 0.09, 0.03), dk=0.0, ref=0.01),
    "l2": Scale((0.62, 0.27, 0.08, 0.03), dk=0.0, ref=0.0),
}

SEVERAL: dict[str, Several] = {
    "a1": Several(
        {
            "1": 0.44, "2": 0.47, "3": 0.25, "4": 0.27, "5": 0.10, "6": 0.15,
            "7": 0.19, "8": 0.22, "9": 0.19, "10": 0.24, "96": 0.02,
        },
        limit=3, none="97", urban={"4": 0.4, "3": 0.3, "10": -0.3},
    ),
    "h1": Several(
        {
            "1": 0.60, "2": 0.31, "3": 0.08, "4": 0.24, "5": 0.42, "6": 0.46,
            "7": 0.36, "8": 0.22, "9": 0.43, "96": 0.02,
        },
        limit=10, none="97", urban={"2": -0.6, "4": 0.4},
    ),
}  # fmt: skip

# The list experiment: how often each harmless thing was done, and the sensitive one (the truth to recover).
LIST_ITEMS = (0.72, 0.45, 0.06, 0.52)
LIST_SENSITIVE = 0.17

# How moods of another wave differ from the second's: a move along the latent logit, of a scale's question or of one
# answer ("question.answer") where several may be given. What isn't named stays as it is.
YEAR_BEFORE: dict[str, float] = {
    "a2": 0.5, "a3": 0.35, "a4": 0.15, "b2": -0.5, "b5": 0.5, "b6": 0.4, "c2": 0.1, "d1_waste": 0.1,
    "d2": -0.45, "e2_traf": 0.05, "e2_drugs": -0.5, "e2_loan": 0.4, "e3": 0.1, "f1": 0.35, "g5": 0.3,
    "g6_comm": 0.1, "h3": 0.3, "a1.2": -0.5, "a1.4": -0.35, "a1.7": -0.4, "h1.1": 0.4, "h1.6": -0.6,
}  # fmt: skip
MOVES: dict[int, dict[str, float]] = {1: YEAR_BEFORE, 3: dict.fromkeys(SCALES, -0.12)}

OTHER_ISSUES = ("Chăm sóc người cao tuổi", "Nhà văn hóa thôn", "Nước sạch sinh hoạt", "Chiếu sáng đường")
OTHER_SOURCES = ("Bảng tin khu dân cư", "Nhóm nghề")
