"""The formats of written tables: frames of one table in, one after the other, bytes out. Knows no paths."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import chain
from typing import IO, Any, Protocol, cast

import numpy as np
import pandas as pd

from tabsynth.data.moments import date_levels, date_texts
from tabsynth.data.read import table_suffix
from tabsynth.errors import DataError


def write_frames(frames: Iterable[pd.DataFrame], file: IO[bytes], where: str) -> int:
    """Write frames as one table, with one of them in memory at a time.

    Args:
        frames: Parts of one table: the same columns and dtypes. Gone through a second time, first, where the form of a
            column depends on its cells; of an iterator, the first frame settles it.
        file: Takes the bytes.
        where: The name of the file, whose suffix says the format.

    Returns:
        The rows written.

    Raises:
        DataError: There is no frame, or a frame of an iterator does not fit the form of the first.
    """
    # Without a time stamp: the same table is the same bytes.
    inner = cast(IO[bytes], _Zipped(filename="", fileobj=file, mode="wb", mtime=0)) if is_zipped(where) else file
    writer = FORMATS[table_suffix(where)](inner)
    looked, frames = _twice(frames, where)
    for frame in looked:
        if not writer.settle(frame):
            break
    rows = 0
    try:
        for frame in frames:
            writer.write(frame)
            rows += len(frame)
    finally:
        writer.close()
        if inner is not file:
            inner.close()
    return rows


class _Zipped(gzip.GzipFile):
    """Gzip whose bytes depend on what is written, not on where frames end."""

    def flush(self, *args: object) -> None:
        """Do nothing: a flush would end a block."""


def is_zipped(where: str) -> bool:
    """Whether the file's name ends in .gz, a query behind it aside."""
    return where.partition("?")[0].lower().endswith(".gz") if "://" in where else where.lower().endswith(".gz")


def _twice(frames: Iterable[pd.DataFrame], where: str) -> tuple[Iterable[pd.DataFrame], Iterable[pd.DataFrame]]:
    first = next(iter(frames), None) if not isinstance(frames, Iterator) else next(frames, None)
    if first is None:
        raise DataError("there is no table to write", where=where, do="pass one frame at least")
    return ([first], chain([first], frames)) if isinstance(frames, Iterator) else (frames, frames)


class FrameWriter(Protocol):
    """Writes the frames of one table."""

    def settle(self, frame: pd.DataFrame) -> bool:
        """Look at a frame before any is written; return whether other frames matter, too."""

    def write(self, frame: pd.DataFrame) -> None:
        """Append a frame."""

    def close(self) -> None:
        """Write what ends the table; the file stays open."""


class _Delimited:
    """CSV and TSV. pandas would choose the form of dates anew in each frame, and in each chunk of a large one."""

    def __init__(self, file: IO[bytes], separator: str) -> None:
        self._file, self._separator, self._header = file, separator, True
        self._levels: dict[int, int] = {}

    def settle(self, frame: pd.DataFrame) -> bool:
        for position, level in date_levels(frame).items():
            self._levels[position] = max(level, self._levels.get(position, 0))
        return bool(self._levels)

    def write(self, frame: pd.DataFrame) -> None:
        shown = frame.copy(deep=False)
        for position, level in date_levels(frame).items():
            if level > self._levels[position]:
                raise DataError(
                    "dates further on need a finer form than those of the first rows",
                    where=f"column '{frame.columns[position]}'",
                    do="pass frames that can be gone through twice, such as a list",
                )
            shown.isetitem(position, date_texts(frame.iloc[:, position], self._levels[position]).array)
        shown.to_csv(
            self._file,
            index=False,
            encoding="utf-8",
            lineterminator="\n",
            sep=self._separator,
            header=self._header,
        )
        self._header = False

    def close(self) -> None:
        """Nothing ends a text."""


class _Parquet:
    """Parquet, a row group a frame. Types of object columns are those that all their frames fit in."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._objects: Any = None
        self._schema: Any = None
        self._writer: Any = None

    def settle(self, frame: pd.DataFrame) -> bool:
        import pyarrow as pa

        objects = frame.loc[:, [dtype == np.dtype(object) for dtype in frame.dtypes]]
        if not objects.shape[1]:
            return False
        found = pa.Schema.from_pandas(objects, preserve_index=False).remove_metadata()
        known = [found] if self._objects is None else [self._objects, found]
        self._objects = pa.unify_schemas(known, promote_options="permissive")
        return True

    def write(self, frame: pd.DataFrame) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        frame = frame.set_axis([str(name) for name in frame.columns], axis=1)
        if self._writer is None and self._objects is not None:
            empty = pa.Schema.from_pandas(frame.iloc[:0], preserve_index=False).remove_metadata()
            types = {field.name: field for field in self._objects}
            self._schema = pa.schema([types.get(field.name, field) for field in empty])
        table = pa.Table.from_pandas(frame, schema=self._schema, preserve_index=False)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._file, table.schema)
        self._writer.write_table(table)

    def close(self) -> None:
        if self._writer is not None:
            try:
                self._writer.close()
            finally:
                self._writer.is_open = False  # else it would try again when it is collected


class _JsonLines:
    """One object a line. pandas' own writer would round floats to 15 digits and write dates as milliseconds."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def settle(self, frame: pd.DataFrame) -> bool:
        return False

    def write(self, frame: pd.DataFrame) -> None:
        names = [str(name) for name in frame.columns]
        columns = [_json_cells(frame.iloc[:, position]) for position in range(len(names))]
        for row in zip(*columns, strict=True):
            line = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, allow_nan=False)
            self._file.write(line.encode() + b"\n")

    def close(self) -> None:
        """Nothing ends a text."""


def _json_cells(series: pd.Series) -> list[Any]:
    gone = series.isna().to_numpy(dtype=bool)
    if series.dtype in (np.float32, np.float16):
        # 0.1 in 32 bits is written 0.1, not 0.10000000149011612.
        return [None if lost else float(str(cell)) for cell, lost in zip(series.to_numpy(), gone, strict=True)]
    return [None if lost else _json_cell(cell) for cell, lost in zip(series.tolist(), gone, strict=True)]


def _json_cell(cell: Any) -> Any:
    if isinstance(cell, (pd.Timedelta, dt.datetime, dt.date, dt.time)):
        return cell.isoformat()
    if isinstance(cell, dt.timedelta):
        return pd.Timedelta(cell).isoformat()
    if isinstance(cell, Decimal):
        return str(cell)
    return cell.item() if isinstance(cell, np.generic) else cell


FORMATS: dict[str, Callable[[IO[bytes]], FrameWriter]] = {
    ".csv": lambda file: _Delimited(file, ","),
    ".tsv": lambda file: _Delimited(file, "\t"),
    ".parquet": _Parquet,
    ".jsonl": _JsonLines,
    ".ndjson": _JsonLines,
}
"""A writer by suffix."""
