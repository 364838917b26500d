"""Made-up surveys for the tests of the disclosure audit: drafts of releases with exact shares and memberships."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.sampling import generator
from analysis.tables.disclosure_edits import _wilson
from analysis.tables.disclosure_model import (
    Category,
    Cell,
    Column,
    Mean,
    Net,
    Population,
    Release,
    Table,
)


class Survey:
    """n interviews in PSUs of 20, weights between 0.5 and 2, breaks of given sizes, answers that depend on them."""

    def __init__(
        self, n: int = 1200, seed: object = 1, breaks: dict[str, Sequence[float]] | None = None
    ) -> None:
        rng = generator(seed)
        self.n, self.rng = n, rng
        self.weights = 0.5 + 1.5 * rng.random(n)
        self.psu = np.arange(n) // 20
        self.breaks: dict[str, np.ndarray] = {}
        self.groups: dict[str, int] = {}
        shapes = breaks or {
            "sex": [0.5, 0.5],
            "age": [0.22, 0.26, 0.22, 0.18, 0.10, 0.02],
            "education": [0.25, 0.4, 0.2, 0.15],
            "residence": [0.6, 0.37, 0.03],
            "work": [0.2, 0.3, 0.25, 0.15, 0.1],
            "ethnic": [0.9, 0.1],
        }
        for name, shares in shapes.items():
            cuts = np.cumsum(shares) / np.sum(shares)
            self.breaks[name] = np.minimum(np.searchsorted(cuts, rng.random(n)), len(shares) - 1)
            self.groups[name] = len(shares)

    def answers(self, shares: Sequence[float], tilt: float = 0.3, missing: float = 0.03) -> np.ndarray:
        """Codes 0.. with these shares, tilted by age; -1 where there is no answer."""
        base = np.log(np.array(shares) + 1e-12)
        slope = np.linspace(-tilt, tilt, len(shares))
        age = next(iter(self.breaks.values())) if "age" not in self.breaks else self.breaks["age"]
        logits = base[None, :] + slope[None, :] * (age[:, None] - age.mean())
        p = np.exp(logits)
        p /= p.sum(axis=1, keepdims=True)
        codes = (self.rng.random(self.n)[:, None] > np.cumsum(p, axis=1)).sum(axis=1)
        codes = np.minimum(codes, len(shares) - 1)
        return np.where(self.rng.random(self.n) < missing, -1, codes)

    def table(
        self,
        question: str,
        codes: np.ndarray,
        levels: int,
        by: str,
        *,
        mask: np.ndarray | None = None,
        filter: str = "",
        nets: Sequence[Sequence[int]] = (),
        mean: bool = False,
        ordered: bool = True,
    ) -> tuple[Table, list[Population]]:
        """One question by one break, with its total column, deff 1.5 throughout."""
        inside = np.ones(self.n, dtype=bool) if mask is None else mask
        columns, populations, members = [], [], []
        for g in [None, *range(self.groups[by])]:
            who = inside if g is None else inside & (self.breaks[by] == g)
            name = f"{filter}|total" if g is None else f"{filter}|{by}={g}"
            populations.append(Population.of(name, name, who))
            answered = who & (codes >= 0)
            n = int(answered.sum())
            base = float(self.weights[answered].sum())
            columns.append(
                Column(
                    "total" if g is None else f"{by}{g}", name, name, n, base, n / 1.5,
                    max(0, len(set(self.psu[answered])) - 1), total=g is None,
                )
            )  # fmt: skip
            members.append(answered)
        cells = []
        for level in range(levels):
            row = []
            for column, answered in zip(columns, members, strict=True):
                hit = answered & (codes == level)
                share = float(self.weights[hit].sum() / column.base) if column.base else 0.0
                low, high = _wilson(share, column)
                row.append(Cell(share, low, high, int(hit.sum())))
            cells.append(tuple(row))
        categories = tuple(Category(str(k), f"level {k}", (str(k),), float(k + 1)) for k in range(levels))
        net_rows = []
        for parts in nets:
            row = []
            for j, column in enumerate(columns):
                share = sum(cells[k][j].share or 0.0 for k in parts)
                low, high = _wilson(share, column)
                row.append(Cell(share, low, high, sum(cells[k][j].count or 0 for k in parts)))
            net_rows.append(
                Net("net" + "".join(map(str, parts)), f"net {parts}", tuple(map(str, parts)), tuple(row))
            )
        means = ()
        if mean:
            values = [
                sum((k + 1) * (cells[k][j].share or 0.0) for k in range(levels)) for j in range(len(columns))
            ]
            means = tuple(Mean(v, v - 0.1, v + 0.1) for v in values)
        table = Table(
            f"{question}|{by}|{filter}", question, question, by, filter, "single", categories, tuple(columns),
            tuple(cells), tuple(net_rows), means, ordered, by != "work",
        )  # fmt: skip
        return table, populations

    def release(
        self, tables: Sequence[tuple[Table, list[Population]]], id: str = "r1", run: str = "run1"
    ) -> Release:
        """A draft of these tables."""
        populations = {p.id: p for _, ps in tables for p in ps}
        return Release(id, "survey", run, tuple(t for t, _ in tables), tuple(populations.values()))


def demo_release(questions: int = 6, seed: object = 1, n: int = 1200, **kinds: bool) -> Release:
    """`questions` five-point questions by six breaks; every third has a rare category, every second nets and a
    mean.
    """
    survey = Survey(n, seed)
    tables = []
    for q in range(questions):
        shares = [0.2, 0.3, 0.25, 0.2, 0.05] if q % 3 else [0.35, 0.3, 0.25, 0.092, 0.008]
        codes = survey.answers(shares)
        for by in survey.breaks:
            tables.append(
                survey.table(
                    f"q{q}", codes, 5, by, nets=[(0, 1), (3, 4)] if q % 2 == 0 else [], mean=q % 2 == 0
                )
            )
    return survey.release(tables)
