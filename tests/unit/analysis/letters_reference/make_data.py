"""Writes survey.csv: 3 strata, 12 PSUs each, 8 people per PSU and wave, made up from a fixed seed.

Run from the project's root: `python -m tests.unit.analysis.letters_reference.make_data`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from analysis.sampling import generator


def main() -> None:
    rng = generator("letters reference")
    rows = []
    person = 0
    for stratum in range(3):
        for psu in range(12):
            lean = 0.5 * rng.standard_normal()
            for _ in range(8):
                taste = lean + rng.standard_normal()
                for wave in (1, 2):
                    if wave == 2 and rng.random() < 0.3:  # three tenths are new people
                        person += 1
                        taste = lean + rng.standard_normal()
                    score = taste + 0.2 * (wave - 1) + 0.6 * rng.standard_normal()
                    rows.append(
                        {
                            "stratum": stratum + 1,
                            "psu": 100 * (stratum + 1) + psu,
                            "wave": wave,
                            "weight": round(1 + 2 * rng.random(), 3),
                            "answer": "abc"[int(np.digitize(score, [-0.5, 0.6]))],
                            "group": "xyz"[int(3 * rng.random())],
                            "radio": int(rng.random() < 0.5),
                            "web": int(rng.random() < 0.4 + 0.2 * (score > 0)),
                        }
                    )
                person += 1
    pd.DataFrame(rows).to_csv(Path(__file__).with_name("survey.csv"), index=False)


if __name__ == "__main__":
    main()
