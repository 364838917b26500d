"""An outsider with a linear-programming solver, written apart from the audit: it reads released JSON only.

It knows what any reader knows: which groups make up a break, which rows add to a net or a mean, that shares are
rounded, and the bases. It may be lent the exact weighted bases besides, more than any reader has. Releases of one
survey are used together; figures of another weighting run are taken to be within `drift` of these.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linprog

Key = tuple[str, str, str, str, str, str]  # run, question, filter, break, group, category


class Attacker:
    """bases: {(run, question, filter, population): weighted base}, lent; else the printed unweighted bases.

    margins: {(table, column, category): (share - lower end, upper end - share)}, lent: how far the newest release's
    intervals reach, to the last digit, so that each printed end is one more rounding of the share.
    """

    def __init__(
        self,
        releases: Sequence[str],
        bases: Mapping[tuple[str, str, str, str], float] | None = None,
        drift: float = 0.03,
        margins: Mapping[tuple[str, str, str], tuple[float, float]] | None = None,
    ) -> None:
        self.margins = margins or {}
        self.releases = [json.loads(text) for text in releases]
        self.bases, self.drift = bases, drift
        self.names: dict[Key, int] = {}
        self.caps: dict[int, float] = {}
        self.rows: list[tuple[dict[int, float], float, float]] = []
        self.sizes: dict[tuple[str, str, str, str, str], float] = {}
        self.unknown: dict[tuple[str, str, str, str], float] = {}
        for release in self.releases:
            for table in release["tables"]:
                self._sizes(release["run"], table)
        for release in self.releases:
            for table in release["tables"]:
                self._read(release["run"], table)
        self._link_breaks()
        self._link_runs()

    def _base(self, run: str, table: dict, column: dict) -> float:
        if self.bases is None:
            return float(column["n"])
        return self.bases[run, table["question"], table["filter"], column["population"]]

    def _sizes(self, run: str, table: dict) -> None:
        totals = [self._base(run, table, c) for c in table["columns"] if c["total"]]
        groups = [self._base(run, table, c) for c in table["columns"] if not c["total"]]
        if totals and groups:
            key = (run, table["question"], table["filter"], table["break"])
            self.unknown[key] = max(0.0, totals[0] - sum(groups))
        for column in table["columns"]:
            parts = ["*"] if column["total"] else column["parts"] or [column["key"]]
            if len(parts) == 1:
                group = "*" if column["total"] else parts[0]
                by = "" if column["total"] else table["break"]
                self.sizes[run, table["question"], table["filter"], by, group] = self._base(
                    run, table, column
                )

    def _var(self, run: str, table: dict, by: str, group: str, category: str) -> int:
        key = (run, table["question"], table["filter"], by, group, category)
        return self.names.setdefault(key, len(self.names))

    def _spots(self, run: str, table: dict, column: dict, categories: Sequence[str]) -> list[int]:
        if column["total"]:
            return [self._var(run, table, "", "*", c) for c in categories]
        groups = column["parts"] or [column["key"]]
        return [self._var(run, table, table["break"], g, c) for g in groups for c in categories]

    def _read(self, run: str, table: dict) -> None:
        every = [p for c in table["categories"] for p in c["parts"]]
        for j, column in enumerate(table["columns"]):
            base = self._base(run, table, column)
            self._say(self._spots(run, table, column, every), 1.0, 1.0, base)
            for category, row in zip(table["categories"], table["cells"], strict=True):
                margin = self.margins.get((table["id"], column["key"], category["key"]))
                self._cell(run, table, column, category["parts"], row[j], base, margin)
            for net in table["nets"]:
                self._cell(run, table, column, net["parts"], net["cells"][j], base)
            if table["means"] and not table["means"][j].get("hidden"):
                self._mean(run, table, column, table["means"][j], base)

    def _say(self, spots: Sequence[int], low: float, high: float, base: float) -> None:
        for spot in spots:
            self.caps[spot] = max(self.caps.get(spot, 0.0), base)
        self.rows.append((dict.fromkeys(spots, 1.0), low * base, high * base))

    def _cell(
        self,
        run: str,
        table: dict,
        column: dict,
        parts: Sequence[str],
        cell: dict,
        base: float,
        margin: tuple[float, float] | None = None,
    ) -> None:
        if cell.get("hidden"):
            return
        shown = round(100 * cell["share"])
        low, high = (shown - 0.5) / 100, (shown + 0.5) / 100
        if margin is not None and cell["ci"][0] > 0 and cell["ci"][1] < 1:
            low = max(low, cell["ci"][0] - 0.005 + margin[0], cell["ci"][1] - 0.005 - margin[1])
            high = min(high, cell["ci"][0] + 0.005 + margin[0], cell["ci"][1] + 0.005 - margin[1])
        self._say(self._spots(run, table, column, parts), low, high, base)

    def _mean(self, run: str, table: dict, column: dict, mean: dict, base: float) -> None:
        if any(c["score"] is None for c in table["categories"]):
            # Merged rows have no score of their own; the scale's numbers are still no secret.
            scores = {p: float(int(p) + 1) for c in table["categories"] for p in c["parts"]}
        else:
            scores = {c["parts"][0]: c["score"] for c in table["categories"]}
        half = 0.5 / 10 ** mean["decimals"]
        row = {spot: scores[p] for p in scores for spot in self._spots(run, table, column, [p])}
        self.rows.append((row, (mean["value"] - half) * base, (mean["value"] + half) * base))

    def _link_breaks(self) -> None:
        """Groups of a break add up to the total, for each answer."""
        groups: dict[tuple[str, ...], set[str]] = {}
        for run, question, filter, by, group, category in self.names:
            if by:
                groups.setdefault((run, question, filter, by, category), set()).add(group)
        for (run, question, filter, by, category), members in groups.items():
            total = self.names.get((run, question, filter, "", "*", category))
            if total is not None:
                row = {self.names[run, question, filter, by, g, category]: 1.0 for g in members}
                # Who didn't answer the break's question is in the total only.
                self.rows.append(
                    (row | {total: -1.0}, -self.unknown.get((run, question, filter, by), 0.0), 0.0)
                )

    def _link_runs(self) -> None:
        for key, spot in list(self.names.items()):
            for other in {k[0] for k in self.names} - {key[0]}:
                twin = self.names.get((other, *key[1:]))
                mine, theirs = self.sizes.get(key[:5]), self.sizes.get((other, *key[1:5]))
                if twin is not None and mine and theirs:
                    self.rows.append(({spot: 1 / mine, twin: -1 / theirs}, -self.drift, self.drift))

    def range_of(self, run: str, table: dict, column: dict, category: dict) -> tuple[float, float] | None:
        """The least and greatest share this cell may have; None when its beliefs contradict one another."""
        base = self._base(run, table, column)
        width = len(self.names)
        target = np.zeros(width)
        target[self._spots(run, table, column, category["parts"])] = 1 / base
        matrix = np.zeros((len(self.rows), width))
        for i, (row, _, _) in enumerate(self.rows):
            for spot, value in row.items():
                matrix[i, spot] = value
        low = np.array([r[1] for r in self.rows])
        high = np.array([r[2] for r in self.rows])
        bounds = [(0.0, self.caps.get(i)) for i in range(width)]
        ends = []
        for sign in (1.0, -1.0):
            answer = linprog(
                sign * target,
                A_ub=np.vstack([matrix, -matrix]),
                b_ub=np.concatenate([high, -low]) + 1e-9,
                bounds=bounds,
            )
            if answer.status != 0:
                return None
            ends.append(sign * answer.fun)
        return ends[0], ends[1]

    def narrowest(self) -> float:
        """Width of the narrowest range among all hidden shares of the newest release; inf if none is hidden."""
        release = self.releases[-1]
        widths = [float("inf")]
        for table in release["tables"]:
            for category, row in zip(table["categories"], table["cells"], strict=True):
                for column, cell in zip(table["columns"], row, strict=True):
                    if cell.get("hidden"):
                        found = self.range_of(release["run"], table, column, category)
                        if found is not None:
                            widths.append(found[1] - found[0])
        return min(widths)


def weighted_bases(*releases) -> dict[tuple[str, str, str, str], float]:
    """The exact weighted bases of sealed releases, to lend to an attacker."""
    return {
        (r.run, t.question, t.filter, c.population): c.base
        for r in releases
        for t in r.tables
        for c in t.columns
    }
