"""Questions and breaks by name, and which breaks one grouped pass can serve together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array, Codes
from analysis.design import SampleDesign
from analysis.estimation.variables import categorical


@dataclass(frozen=True, eq=False)
class Break:
    """A way to divide people: the crossing of its parts (none: everybody together)."""

    name: str
    parts: tuple[Codes, ...]

    @property
    def levels(self) -> tuple[object, ...]:
        """Levels, the last part running fastest; of a crossing, tuples."""
        if len(self.parts) == 1:
            return self.parts[0].levels
        levels: list[tuple[object, ...]] = [()]
        for part in self.parts:
            levels = [(*prefix, level) for prefix in levels for level in part.levels]
        return tuple(levels) if self.parts else ("",)

    def codes(self) -> Array:
        """(n,) level of each row, -1 where any part is missing; a scalar 0 without parts."""
        joint: Array = np.zeros(1 if not self.parts else len(self.parts[0].codes), dtype=np.int64)
        gone = np.zeros(len(joint), dtype=np.bool_)
        for part in self.parts:
            joint = joint * len(part.levels) + np.maximum(part.codes, 0)
            gone |= part.missing
        joint[gone] = -1
        return joint


def named_breaks(
    design: SampleDesign, spec: Any, known: dict[Any, Codes], total: bool = False
) -> list[Break]:
    """Questions or breaks by name. `known` keeps one Codes per column, so that shared parts are recognised."""
    if spec is None:
        return [Break("", ())] if total else []
    if isinstance(spec, (str, Codes, pd.Series)):
        spec = [spec]
    items = (
        [(str(c), spec[c]) for c in spec]
        if isinstance(spec, (Mapping, pd.DataFrame))
        else [(item if isinstance(item, str) else getattr(item, "name", "") or "", item) for item in spec]
    )

    def part(item: Any) -> Codes:
        key = item if isinstance(item, str) else id(item)
        if key not in known:
            known[key] = categorical(design, item)
        return known[key]

    out: list[Break] = []
    for name, item in items:
        if total and (item is None or (isinstance(item, str) and item == "")):
            out.append(Break("", ()))
        elif isinstance(item, (list, tuple)) and total:
            out.append(Break(name, tuple(part(i) for i in item)))
        elif total:
            out.append(Break(name or part(item).name, (part(item),)))
        else:
            codes = part(item)
            out.append(Break(name, (replace(codes, name=name or codes.name),)))
    return out


def merged(breaks: Sequence[Break], design: SampleDesign, levels: int) -> list[list[Break]]:
    """Breaks grouped so that one pass serves several, as long as units x joint cells stay few."""
    units = max(stage.units for stage in design.stages)
    # Few rows are passed over quickly: there the totals stay in proportion to them.
    limit = max(design.rows // 2, min(250_000, 3 * design.rows))
    groups: list[list[Break]] = []
    axes: list[dict[int, int]] = []
    for one in sorted(breaks, key=lambda b: -len(b.levels)):
        own = {id(p.codes): len(p.levels) + int(p.any_missing) for p in one.parts}
        for group, shared in zip(groups, axes, strict=True):
            joint = shared | own
            if units * levels * float(np.prod(list(joint.values()))) <= limit:
                group.append(one)
                shared.update(own)
                break
        else:
            groups.append([one])
            axes.append(own)
    return groups
