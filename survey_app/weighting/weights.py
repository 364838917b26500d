"""What a run makes, one row per interview, and how it is stored: compressed arrays, never a table of people."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Weights:
    """What a run made, one row per interview (n,), in the order of `instance_ids`.

    weight: final weights. before: the weights that the last calibration started from. stratum, psu: texts.
    codes: category positions by variable, -1 for missing.
    """

    instance_ids: NDArray[np.str_]
    weight: NDArray[np.float64]
    before: NDArray[np.float64]
    stratum: NDArray[np.str_]
    psu: NDArray[np.str_]
    codes: dict[str, NDArray[np.int64]]


def pack(weights: Weights) -> bytes:
    """The arrays as one compressed file (NumPy's .npz, no pickles)."""
    out = io.BytesIO()
    codes: dict[str, Any] = {
        f"code_{name}": values.astype(np.int16) for name, values in weights.codes.items()
    }
    np.savez_compressed(
        out,
        instance_ids=weights.instance_ids,
        weight=weights.weight,
        before=weights.before,
        stratum=weights.stratum,
        psu=weights.psu,
        **codes,
    )
    return out.getvalue()


def unpack(stored: bytes) -> Weights:
    with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:
        return Weights(
            instance_ids=arrays["instance_ids"],
            weight=arrays["weight"],
            before=arrays["before"],
            stratum=arrays["stratum"],
            psu=arrays["psu"],
            codes={
                name.removeprefix("code_"): arrays[name].astype(np.int64)
                for name in arrays.files
                if name.startswith("code_")
            },
        )
