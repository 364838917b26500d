"""The seam: codes in, totals out.

Everything the tables and tests need from a million rows is a few grouped sums. They are made here and nowhere
else, so that a database or a cluster can do the same work behind the same two functions later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.arrays import Array

Codes_ = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class Block:
    """A set of cells and a row value: cells (n,) integers in -1..n_cells-1 (-1: in none), value (n,)
    weighted.
    """

    cells: Codes_
    n_cells: int
    value: Array


def cell_totals(cells: Codes_, n_cells: int, values: Array | None = None) -> Array:
    """(n_cells,) sums of values (n,) by cell; counts when values is None. Rows with a negative cell are
    left out.
    """
    left_out = bool(cells.size and int(cells.min()) < 0)
    if n_cells == 1 and not left_out:
        return np.array([float(len(cells)) if values is None else float(values.sum())])
    if left_out:
        spill = np.where(cells < 0, n_cells, cells)
        return np.bincount(spill, values, minlength=n_cells + 1)[:n_cells].astype(np.float64)
    return np.bincount(cells, values, minlength=n_cells).astype(np.float64)


def unit_cell_totals(
    unit: Codes_, n_units: int, cells: Codes_, n_cells: int, values: Array | None = None
) -> Array:
    """(n_units, n_cells) sums of values (n,) by unit and cell; counts when values is None.

    unit: (n,) in 0..n_units-1; cells: (n,) in -1..n_cells-1, where -1 leaves the row out. One pass, one index
    array.
    """
    if n_cells == 1 and cells.size and int(cells.min()) == 0:
        return np.asarray(np.bincount(unit, values, minlength=n_units), dtype=np.float64)[:, None]
    width = n_cells + 1  # one spare cell collects the rows left out, so that no row has to be copied
    joint = unit * np.int64(width)
    joint += cells
    joint += 1
    flat = np.bincount(joint, values, minlength=n_units * width)
    return np.asarray(flat.reshape(n_units, width)[:, 1:], dtype=np.float64)
