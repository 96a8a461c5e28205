"""The table writer: a frame and a path in, a whole file or none out. Knows files; not what the columns mean."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from uuid import uuid4

import pandas as pd

from tabsynth.data.formats import FORMATS, is_zipped, write_frames
from tabsynth.data.read import shown, table_suffix
from tabsynth.errors import DataError, TabsynthError

TEMPORARY_SUFFIX = ".part"
"""Ends the names of files that are being written, which begin with a dot."""


def write_table(frame: pd.DataFrame, path: str | Path) -> None:
    """Write a table to a local file, in one step: whoever looks finds the old file or the new one, never a part.

    Args:
        frame: The table; its index is not written.
        path: Ends in .csv, .tsv, .parquet, .jsonl or .ndjson, text formats with or without .gz behind it. Parquet
            keeps dtypes; in JSON lines dates are ISO 8601 and exact decimals are strings.

    Raises:
        DataError: The suffix is unknown, the folder is not there, or the format cannot hold a value.
    """
    target, where = check_writable(path), str(path)
    with explained(where), replacing(target) as file:
        write_frames([frame], file, where)


def check_writable(path: str | Path) -> Path:
    """Return `path` as a local file that `write_table` can write, before anything is made for it.

    Raises:
        DataError: The suffix is unknown, or the folder is not there or may not be written.
    """
    where = str(path)
    if "://" in where:
        raise DataError("tables are written to local files only", where=shown(where), do="write it here, then copy it")
    check_format(where)
    target = Path(where).expanduser()
    if target.is_dir() or not target.parent.is_dir():
        found = "this is a folder" if target.is_dir() else "its folder does not exist"
        raise DataError(found, where=where, do="name a file in a folder that exists")
    if not os.access(target.parent, os.W_OK):
        raise DataError("its folder may not be written", where=where, do="check its rights, or name another folder")
    return target


def check_format(where: str) -> None:
    """Check that the suffix of a path or URL is a format that can be written.

    Raises:
        DataError: It is not.
    """
    suffix, zipped = table_suffix(where), is_zipped(where)
    if suffix not in FORMATS or (zipped and suffix == ".parquet"):
        ending = f"{suffix}.gz" if zipped else suffix
        raise DataError(
            f"'{ending}' is not a kind of table to write", where=shown(where), do=f"use one of {', '.join(FORMATS)}"
        )


@contextmanager
def replacing(target: Path, mark: str | None = None) -> Iterator[IO[bytes]]:
    """Give a file that takes the place of `target` when all is written: temporary name, fsync, rename.

    Args:
        target: The file.
        mark: Part of the temporary name. A caller that nobody else shares it with thereby takes over what a killed
            one has left; None for a name that is never used again.

    Raises:
        OSError: It cannot be written; the temporary file is gone.
    """
    part = target.with_name(f".{target.name}.{mark or uuid4().hex[:8]}{TEMPORARY_SUFFIX}")
    try:
        with part.open("wb" if mark else "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Turn what goes wrong in writing a table into errors that quote no cell, as writers do."""
    try:
        yield
    except TabsynthError:
        raise
    except OSError as error:
        raise DataError(
            f"the file cannot be written: {error.strerror}", where=where, do="check space and rights"
        ) from None
    except Exception as error:
        raise DataError(
            f"the table does not fit this format ({type(error).__name__})",
            where=where,
            do="write another format, or convert columns of mixed types to strings",
        ) from None


def sync_folder(folder: Path) -> None:
    """Make new names in `folder` last through a power cut, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
