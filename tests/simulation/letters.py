"""Family-wise error of column letters under the null, with columns that overlap, in clustered samples.

`python -m tests.simulation.letters [SURVEYS]` draws surveys in which every group answers alike and counts those
where any letter appears in a row. Bonferroni and Benjamini-Hochberg must stay at 5 % (within three simulation
errors); without correction the error is far above, which shows that the study can tell. The levels and a banner with
disjoint columns are run besides. Exit 1 if a corrected error is above the limit.
"""

from __future__ import annotations

import sys

import numpy as np

from analysis import Codes, SampleDesign
from analysis.sampling import generator
from analysis.tables.letters import compare_columns
from analysis.tables.overlap import overlapping_crosstab

PSUS, SIZE, LEAST = 40, 15, 30


def rates(surveys: int, columns: int = 5, overlap: float = 0.45) -> dict[str, float]:
    """Share of surveys with any significant pair in the first row, by correction.

    columns: groups, each person in each with probability `overlap`. Answers cluster in PSUs (rho about 0.1), weights
    vary. One row of the table is judged, since families are rows.
    """
    rng = generator(("letters", columns, overlap))
    psu = np.repeat(np.arange(PSUS), SIZE)
    stratum = psu // (PSUS // 4)
    n = psu.size
    counts = {"none": 0, "bonferroni": 0, "bh": 0}
    for _ in range(surveys):
        lean = 0.33 * rng.standard_normal(PSUS)[psu]
        codes = Codes((lean + rng.standard_normal(n) > 0.2).astype(np.int8), ("no", "yes"), "answer")
        design = SampleDesign.from_frame(weights=0.5 + rng.random(n), strata=stratum, ids=psu)
        groups = {str(c): rng.random(n) < overlap for c in range(columns)}
        table = overlapping_crosstab(codes, groups, design)
        k, c = table.share.shape
        between = np.einsum("icid->icd", table.vcov.reshape(k, c, k, c))[1:]
        for correction in counts:
            found = compare_columns(
                table.share[1:], between, table.base[0], table.df[0], correction=correction, least_base=LEAST
            )
            counts[correction] += bool(found.significant.any())
    return {name: count / surveys for name, count in counts.items()}


def limit(surveys: int, level: float = 0.05) -> float:
    """Three simulation errors above the level."""
    return level + 3 * (level * (1 - level) / surveys) ** 0.5


def main() -> int:
    surveys = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    found = rates(surveys)
    for name, rate in found.items():
        print(
            f"letters, 5 overlapping columns, {name}: family-wise error {100 * rate:.2f} % of {surveys} surveys"
        )
    return 0 if max(found["bonferroni"], found["bh"]) <= limit(surveys) else 1


if __name__ == "__main__":
    sys.exit(main())
