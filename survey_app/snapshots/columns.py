"""Answers by column: small integers and the stored texts that they stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Column:
    """One question's stored answers. codes: (n,) positions in levels, -1 where there is none. levels: texts."""

    codes: Ints
    levels: tuple[str, ...]

    def texts(self) -> list[str]:
        """(n,) the stored answers, the empty text where there is none."""
        return np.array([*self.levels, ""], dtype=object)[self.codes].tolist()

    def recoded(self, table: Mapping[str, int], missing: int = -1) -> NDArray[np.int64]:
        """(n,) positions by the stored answer; `missing` where there is none or the table hasn't got it."""
        by_level = np.array([*(table.get(level, missing) for level in self.levels), missing], dtype=np.int64)
        return by_level[self.codes]


class Columns(Mapping[str, Column]):
    """Columns by question, read when first asked for. n: interviews. A question nobody has is all missing."""

    def __init__(self, n: int, names: Iterable[str], read: Callable[[Sequence[str]], Mapping[str, Column]]):
        self.n = n
        self._names = tuple(names)
        self._read = read
        self._known: dict[str, Column] = {}

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, str]]) -> Columns:
        """From rows of stored answers."""
        names = sorted({name for row in rows for name in row})

        def read(wanted: Sequence[str]) -> dict[str, Column]:
            return {name: encoded([str(row.get(name, "")) for row in rows]) for name in wanted}

        return cls(len(rows), names, read)

    def __getitem__(self, name: str) -> Column:
        if name not in self._known:
            self.fetch([name])
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def fetch(self, names: Iterable[str]) -> None:
        """Read several columns at once: one look at the files."""
        wanted = [name for name in dict.fromkeys(names) if name not in self._known]
        there = [name for name in wanted if name in self._names]
        if there:
            self._known |= self._read(there)
        for name in wanted:
            if name not in self._known:
                self._known[name] = Column(np.full(self.n, -1, dtype=np.int32), ())

    def taken(self, rows: NDArray[np.int64]) -> Columns:
        """The same questions of some of the interviews."""

        def read(wanted: Sequence[str]) -> dict[str, Column]:
            self.fetch(wanted)
            return {name: Column(self[name].codes[rows], self[name].levels) for name in wanted}

        return Columns(len(rows), self._names, read)

    @property
    def nbytes(self) -> int:
        """Bytes of the columns read so far."""
        return sum(column.codes.nbytes for column in list(self._known.values()))


def encoded(texts: Sequence[str]) -> Column:
    """Texts as codes, levels in order of first appearance; the empty text is missing."""
    places: dict[str, int] = {"": -1}
    codes = np.fromiter(
        (places.setdefault(text, len(places) - 1) for text in texts), dtype=np.int32, count=len(texts)
    )
    return Column(codes, tuple(places)[1:])
