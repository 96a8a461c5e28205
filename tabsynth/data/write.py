"""The table writer: a frame and a path in, a whole file or none out. Knows file formats; not what the columns mean."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, cast
from uuid import uuid4

import numpy as np
import pandas as pd

from tabsynth.data.read import table_suffix
from tabsynth.errors import DataError


def write_table(frame: pd.DataFrame, path: str | Path) -> None:
    """Write a table to a local file, in one step: whoever looks finds the old file or the new one, never a part.

    Args:
        frame: The table; its index is not written.
        path: Ends in .csv, .tsv, .parquet, .jsonl or .ndjson, text formats with or without .gz behind it. Parquet
            keeps dtypes; in JSON lines dates are ISO 8601 and exact decimals are strings.

    Raises:
        DataError: The suffix is unknown, the folder is not there, or the format cannot hold a value.
    """
    target = check_writable(path)
    where, write = str(path), _WRITERS[table_suffix(path)]
    zipped = where.lower().endswith(".gz")
    part = target.with_name(f".{target.name}.{uuid4().hex[:8]}.part")
    try:
        with part.open("xb") as file:
            if zipped:
                # No time stamp: the same table is the same bytes.
                with gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as inner:
                    write(frame, cast(IO[bytes], inner))
            else:
                write(frame, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise DataError(
            f"the file cannot be written: {error.strerror}", where=where, do="check space and rights"
        ) from None
    except Exception as error:
        # Writers quote the value that they cannot write.
        raise DataError(
            f"the table does not fit this format ({type(error).__name__})",
            where=where,
            do="write another format, or convert columns of mixed types to strings",
        ) from None
    finally:
        part.unlink(missing_ok=True)


def check_writable(path: str | Path) -> Path:
    """Return `path` as a local file that `write_table` can write, before anything is made for it.

    Raises:
        DataError: The suffix is unknown, or the folder is not there.
    """
    where, suffix = str(path), table_suffix(path)
    if "://" in where:
        raise DataError("tables are written to local files only", where=where, do="write it here, then copy it")
    zipped = where.lower().endswith(".gz")
    if suffix not in _WRITERS or (zipped and suffix == ".parquet"):
        ending = "".join(Path(where).suffixes[-2:]) if zipped else suffix
        raise DataError(
            f"'{ending}' is not a kind of table to write", where=where, do=f"use one of {', '.join(_WRITERS)}"
        )
    target = Path(where).expanduser()
    if target.is_dir() or not target.parent.is_dir():
        found = "this is a folder" if target.is_dir() else "its folder does not exist"
        raise DataError(found, where=where, do="name a file in a folder that exists")
    return target


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_csv(frame: pd.DataFrame, file: IO[bytes]) -> None:
    frame.to_csv(file, index=False, encoding="utf-8", lineterminator="\n")


def _write_tsv(frame: pd.DataFrame, file: IO[bytes]) -> None:
    frame.to_csv(file, index=False, encoding="utf-8", lineterminator="\n", sep="\t")


def _write_parquet(frame: pd.DataFrame, file: IO[bytes]) -> None:
    frame.to_parquet(file, index=False)


def _write_json_lines(frame: pd.DataFrame, file: IO[bytes]) -> None:
    """One object a line. pandas' own writer would round floats to 15 digits and write dates as milliseconds."""
    names = [str(name) for name in frame.columns]
    columns = [_json_cells(frame.iloc[:, position]) for position in range(len(names))]
    for row in zip(*columns, strict=True):
        line = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, allow_nan=False)
        file.write(line.encode() + b"\n")


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


_WRITERS: dict[str, Callable[[pd.DataFrame, IO[bytes]], None]] = {
    ".csv": _write_csv,
    ".tsv": _write_tsv,
    ".parquet": _write_parquet,
    ".jsonl": _write_json_lines,
    ".ndjson": _write_json_lines,
}
