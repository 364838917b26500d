"""Column files on disk: written once, read by column, never the only copy. No database, no web.

A part is a Parquet file of dictionary-coded columns, one row an interview, sorted by instance_id, named by the
digest of its content, readable by the server's own user alone. Several parts are read as one table in which a
later reading of an interview stands for an earlier one.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from survey_app.snapshots.columns import Column, Columns
from survey_app.snapshots.layout import Row, part_digest

if TYPE_CHECKING:
    import pyarrow as pa

# Names of a part's own columns; a question's is "q." and its name.
KEY_COLUMNS = ("instance_id", "revision", "standing", "digest")
FACT_COLUMNS = ("version", "stratum", "psu", "base_weight")
QUESTION = "q."


@dataclass(frozen=True)
class Written:
    """A part that is on disk. keys: (instance_id, revision, standing) of its rows, sorted."""

    digest: str
    rows: int
    keys: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True)
class Index:
    """All rows of some parts, one after the other. newest: (rows,) False where a later one stands for it.

    accepted: positions of the rows that are analysed, in order of instance_id. superseded: earlier revisions.
    """

    instance_ids: NDArray[np.bytes_]
    standing: NDArray[np.object_]
    digests: NDArray[np.void]
    newest: NDArray[np.bool_]
    accepted: NDArray[np.int64]
    superseded: int


class Builder:
    """Gathers rows column by column, so that a hundred thousand interviews never stand in memory as dictionaries."""

    def __init__(self) -> None:
        self._keys: list[tuple[str, int, str]] = []
        self._digests: list[bytes] = []
        self._facts: list[tuple[int, str | None, str | None, float | None]] = []
        self._codes: dict[str, array[int]] = {}
        self._levels: dict[str, dict[str, int]] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, row: Row) -> None:
        place = len(self._keys)
        for name, text in row.values.items():
            codes = self._codes.get(name)
            if codes is None:
                codes = self._codes[name] = array("i")
                self._levels[name] = {}
            if len(codes) < place:
                codes.extend([-1] * (place - len(codes)))
            levels = self._levels[name]
            codes.append(levels.setdefault(text, len(levels)))
        self._keys.append((row.instance_id, row.revision, row.standing))
        self._digests.append(row.digest())
        self._facts.append((row.version, row.stratum, row.psu, row.base_weight))

    def table(self) -> pa.Table:
        """The rows as an Arrow table, sorted by instance_id and revision."""
        import pyarrow as pa

        n = len(self._keys)
        columns: dict[str, Any] = {
            "instance_id": pa.array([k[0] for k in self._keys], pa.string()),
            "revision": pa.array([k[1] for k in self._keys], pa.int32()),
            "standing": pa.array([k[2] for k in self._keys], pa.string()).dictionary_encode(),
            "digest": pa.array(self._digests, pa.binary(32)),
            "version": pa.array([f[0] for f in self._facts], pa.int32()),
            "stratum": pa.array([f[1] for f in self._facts], pa.string()).dictionary_encode(),
            "psu": pa.array([f[2] for f in self._facts], pa.string()).dictionary_encode(),
            "base_weight": pa.array([f[3] for f in self._facts], pa.float64()),
        }
        for name in sorted(self._codes):
            # Levels in sorted order: not that of the rows as they happened to be read.
            levels = sorted(self._levels[name])
            place = np.full(len(levels) + 1, -1, dtype=np.int32)
            place[[self._levels[name][level] for level in levels]] = np.arange(len(levels))
            codes = np.full(n, -1, dtype=np.int32)
            known = np.frombuffer(self._codes[name], dtype=np.int32)
            codes[: len(known)] = place[known]
            columns[QUESTION + name] = pa.DictionaryArray.from_arrays(
                pa.array(codes, mask=codes < 0), pa.array(levels, pa.string())
            )
        return pa.table(columns).sort_by([("instance_id", "ascending"), ("revision", "ascending")])


def write(folder: Path, table: pa.Table) -> Written:
    """Write a part, unless its file is already there. The file appears whole or not at all."""
    import pyarrow.parquet as pq

    ids, revisions, standings = (table.column(name).to_pylist() for name in KEY_COLUMNS[:3])
    keys = tuple(zip(ids, revisions, standings, strict=True))
    digest = part_digest(keys, table.column("digest").to_pylist())
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = file_of(folder, digest)
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}.new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            pq.write_table(table, file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    return Written(digest, len(keys), keys)


def merged(folder: Path, digests: Sequence[str], new: pa.Table | None) -> pa.Table:
    """Several parts and a new table as one, without the rows that a later one stands for."""
    import pyarrow as pa

    tables = [_read(folder, digest) for digest in digests] + ([new] if new is not None else [])
    whole = pa.concat_tables(tables, promote_options="default").unify_dictionaries().combine_chunks()
    # Earlier revisions stay: only another reading of the same revision replaces one.
    keep = np.flatnonzero(_last(_ids(whole), whole.column("revision").to_numpy()))
    return whole.take(pa.array(keep)).sort_by([("instance_id", "ascending"), ("revision", "ascending")])


def file_of(folder: Path, digest: str) -> Path:
    return folder / f"{digest[:32]}.parquet"


def index(folder: Path, digests: Sequence[str]) -> Index:
    """Which rows of the parts count, without reading an answer."""
    import pyarrow as pa

    whole = pa.concat_tables([_read(folder, digest, KEY_COLUMNS) for digest in digests])
    ids = _ids(whole)
    standing = np.asarray(whole.column("standing").cast("string").to_numpy(zero_copy_only=False))
    revisions = whole.column("revision").to_numpy()
    newest = _newest(ids, revisions)
    superseded = 0 if newest.all() else int(_last(ids, revisions).sum() - newest.sum())
    accepted = np.flatnonzero(newest & (standing == "in"))
    raw = whole.column("digest").combine_chunks()
    buffer = raw.buffers()[1] if isinstance(raw, pa.Array) else pa.concat_arrays(raw.chunks).buffers()[1]
    digests_ = np.frombuffer(buffer, dtype="V32", count=len(ids)) if len(ids) else np.empty(0, dtype="V32")
    return Index(
        ids, standing, digests_, newest, accepted[np.argsort(ids[accepted], kind="stable")], superseded
    )


def names(folder: Path, digests: Sequence[str]) -> list[str]:
    """Questions that have an answer in one of the parts."""
    import pyarrow.parquet as pq

    found: dict[str, None] = {}
    for digest in digests:
        schema = pq.read_schema(file_of(folder, digest))
        found |= dict.fromkeys(n.removeprefix(QUESTION) for n in schema.names if n.startswith(QUESTION))
    return list(found)


def columns(folder: Path, digests: Sequence[str], rows: NDArray[np.int64]) -> Columns:
    """The answers of some rows, column by column as they are asked for."""

    def read(wanted: Sequence[str]) -> dict[str, Column]:
        found = _taken(folder, digests, rows, [QUESTION + name for name in wanted])
        return {name: _column(found[QUESTION + name]) for name in wanted}

    return Columns(len(rows), names(folder, digests), read)


def facts(folder: Path, digests: Sequence[str], rows: NDArray[np.int64]) -> dict[str, Any]:
    """{"version", "base_weight": (n,) numbers; "stratum", "psu": Column} of some rows."""
    found = _taken(folder, digests, rows, FACT_COLUMNS)
    return {
        "version": found["version"].to_numpy(),
        "base_weight": found["base_weight"].to_numpy(),
        "stratum": _column(found["stratum"]),
        "psu": _column(found["psu"]),
    }


def _read(folder: Path, digest: str, wanted: Iterable[str] | None = None) -> pa.Table:
    import pyarrow.parquet as pq

    path = file_of(folder, digest)
    if wanted is None:
        return pq.read_table(path, use_threads=False)
    there = set(pq.read_schema(path).names)
    return pq.read_table(path, columns=[name for name in wanted if name in there], use_threads=False)


def _taken(
    folder: Path, digests: Sequence[str], rows: NDArray[np.int64], wanted: Sequence[str]
) -> dict[str, pa.Array]:
    import pyarrow as pa

    # The revision is read too, so that a part without any of the wanted columns still has its rows.
    tables = [_read(folder, digest, ["revision", *wanted]) for digest in digests]
    whole = pa.concat_tables(tables, promote_options="default").unify_dictionaries().combine_chunks()
    straight = len(rows) == len(whole) and bool((rows == np.arange(len(rows))).all())
    taken = whole if straight else whole.take(pa.array(rows))
    out = {}
    for name in wanted:
        column = taken.column(name)
        out[name] = column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)
    return out


def _column(found: pa.Array) -> Column:
    codes = found.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Column(codes, tuple(found.dictionary.to_pylist()))


def _ids(table: pa.Table) -> NDArray[np.bytes_]:
    """Instance ids as bytes of one width: sorting and comparing them is quick."""
    return np.array(table.column("instance_id").to_numpy(zero_copy_only=False), dtype=np.bytes_)


def _newest(ids: NDArray[np.bytes_], revisions: NDArray[np.int32]) -> NDArray[np.bool_]:
    """(rows,) True for the row that stands for its interview: the highest revision, of these the last written."""
    order = np.lexsort((revisions, ids))
    last = np.ones(len(ids), dtype=np.bool_)
    last[:-1] = ids[order][1:] != ids[order][:-1]
    newest = np.zeros(len(ids), dtype=np.bool_)
    newest[order[last]] = True
    return newest


def _last(ids: NDArray[np.bytes_], revisions: NDArray[np.int32]) -> NDArray[np.bool_]:
    """(rows,) True for the last written reading of each revision."""
    order = np.lexsort((revisions, ids))
    last = np.ones(len(ids), dtype=np.bool_)
    same = (ids[order][1:] == ids[order][:-1]) & (revisions[order][1:] == revisions[order][:-1])
    last[:-1] = ~same
    out = np.zeros(len(ids), dtype=np.bool_)
    out[order[last]] = True
    return out
