"""The benchmark's data: seeded, the same bytes for every peer."""

from __future__ import annotations

from pathlib import Path

import numpy as np

QUESTIONS, LEVELS, STRATA, PSUS = 10, 5, 50, 20
MARGINS = {"sex": 2, "age": 6, "region": 8, "edu": 4}


def make(rows: int, seed: int = 20240501) -> dict[str, np.ndarray]:
    """Columns of `rows` interviews: psu (0..999), stratum, w, y, q0..q9, sex, age, region, edu."""
    rng = np.random.default_rng(seed)
    psu = np.concatenate([np.arange(STRATA * PSUS), rng.integers(0, STRATA * PSUS, rows - STRATA * PSUS)])
    rng.shuffle(psu)
    effect = rng.normal(0, 0.4, STRATA * PSUS)
    out: dict[str, np.ndarray] = {
        "psu": psu.astype(np.int32),
        "stratum": (psu // PSUS).astype(np.int32),
        "w": rng.gamma(4.0, 25.0, rows),
        "y": rng.normal(50, 10, rows) + effect[psu],
    }
    for i in range(QUESTIONS):
        lean = rng.random(rows) + 0.1 * effect[psu]
        out[f"q{i}"] = np.clip((lean * LEVELS).astype(np.int8), 0, LEVELS - 1)
    for name, k in MARGINS.items():
        out[name] = rng.integers(0, k, rows).astype(np.int8)
    out["sexage"] = (out["sex"] * 6 + out["age"]).astype(np.int8)
    return out


def targets(data: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Control totals of the raking margins: a little off the sample's."""
    total = float(data["w"].sum())
    out = {}
    for name, k in MARGINS.items():
        share = np.bincount(data[name], data["w"], minlength=k) / total
        tilt = share * np.linspace(0.9, 1.1, k)
        out[name] = tilt / tilt.sum() * total
    return out


def save(data: dict[str, np.ndarray], folder: Path) -> None:
    """Columns as little-endian doubles for R, and one npz for Python peers."""
    np.savez(folder / "data.npz", **data)  # type: ignore[arg-type]
    for name, column in data.items():
        column.astype("<f8").tofile(folder / f"{name}.f64")
    for name, totals in targets(data).items():
        totals.astype("<f8").tofile(folder / f"target_{name}.f64")
