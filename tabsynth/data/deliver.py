"""Tables of any size to where they are wanted: frames in, one file at a path or URL out. Knows no columns."""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import urlsplit
from uuid import uuid4

import pandas as pd

from tabsynth.data.formats import write_frames
from tabsynth.data.read import shown
from tabsynth.data.write import TEMPORARY_SUFFIX, check_format, check_writable, explained, replacing
from tabsynth.errors import DataError, TabsynthError

_LOCAL = ("file", "local")
_READ_ONLY = ("http", "https", "data", "github", "git", "reference")


@dataclass(frozen=True)
class Delivered:
    """A table that lies where it was wanted.

    Attributes:
        path: Where, without the password of a URL.
        rows: Rows written.
        bytes: Size of the file.
        sha256: Of the file as it was written, in hex.
    """

    path: str
    rows: int
    bytes: int
    sha256: str


def is_intact(delivered: Delivered) -> bool:
    """Whether a local file is still what was delivered; False for a URL, which is not read again."""
    path = Path(delivered.path)
    try:
        if "://" in delivered.path or path.stat().st_size != delivered.bytes:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == delivered.sha256
    except OSError:
        return False


def deliver(frames: Iterable[pd.DataFrame], to: str | Path, mark: str | None = None) -> Delivered:
    """Write frames as one table, with one of them in memory at a time.

    A text file is byte for byte what `write_table` makes of all frames together, and a Parquet file reads back equal,
    with a row group a frame.

    Args:
        frames: Parts of one table, the same columns and dtypes in each. Best something that can be gone through twice:
            dates in text and objects in Parquet take a form that fits all frames; of an iterator, the first settles it.
        to: A path as `write_table` takes it, or a URL that fsspec knows. Either gets the whole file or none: it is
            written under another name first.
        mark: Part of that other name, one for each table: what a killed call has left is taken over by the next one.

    Raises:
        DataError: See `check_target`; or the table does not fit the format, or cannot be written there.
    """
    local, where = check_target(to), shown(to)
    if local is not None:
        with explained(where), replacing(local, mark) as file:
            counted = _Counted(file)
            rows = write_frames(frames, cast(IO[bytes], counted), str(to))
    else:
        with _explained_remote(where):
            rows, counted = _to_url(frames, str(to), where, mark)
    return Delivered(where, rows, counted.size, counted.digest.hexdigest())


def check_target(to: str | Path) -> Path | None:
    """Return the local file that `to` is, None for a URL, before anything is made for it.

    Raises:
        DataError: The suffix is unknown, the folder is not there or may not be written, or nothing installed can write
            to such a URL.
    """
    import fsspec

    where = str(to)
    if "://" not in where:
        return check_writable(where)
    scheme = urlsplit(where).scheme
    if scheme in _LOCAL:
        return check_writable(fsspec.get_filesystem_class("file")._strip_protocol(where))
    check_format(where)
    if scheme in _READ_ONLY:
        raise DataError(f"{scheme}:// is for reading only", where=shown(where), do="name a path or a bucket")
    try:
        fsspec.get_filesystem_class(scheme)
    except ImportError as error:
        # fsspec's own sentence names the package and no address.
        advice = str(error) or f"install the fsspec driver of {scheme}://"
        raise DataError(f"no driver for {scheme}:// is installed", where=shown(where), do=advice) from None
    except ValueError:
        raise DataError(f"{scheme}:// is not known to fsspec", where=shown(where), do="check the address") from None
    return None


class _Counted(io.RawIOBase):
    """Passes bytes on, and counts and hashes them."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner = inner
        self.size, self.digest = 0, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.size

    def write(self, data: Any) -> int:
        self._inner.write(data)
        self.digest.update(data)
        count = memoryview(data).nbytes
        self.size += count
        return count


def _to_url(frames: Iterable[pd.DataFrame], to: str, where: str, mark: str | None) -> tuple[int, _Counted]:
    import fsspec

    system, path = fsspec.core.url_to_fs(to)
    folder, _, name = path.rpartition("/")
    temporary = f"{folder}/.{name}.{mark or uuid4().hex[:8]}{TEMPORARY_SUFFIX}"
    try:
        with system.open(temporary, "wb") as file:
            counted = _Counted(file)
            rows = write_frames(frames, cast(IO[bytes], counted), to)
        _move(system, temporary, path)
    finally:
        with suppress(Exception):  # it is gone where the move worked
            system.rm_file(temporary)
    system.invalidate_cache()
    size = system.info(path)["size"]
    if size != counted.size:
        raise DataError(
            f"{counted.size:,} bytes were written, but {size:,} lie there", where=where, do="write the table again"
        )
    return rows, counted


def _move(system: Any, source: str, target: str) -> None:
    try:
        system.mv(source, target)
    except NotImplementedError:
        with system.open(source, "rb") as read, system.open(target, "wb") as write:
            shutil.copyfileobj(read, write)


@contextmanager
def _explained_remote(where: str) -> Iterator[None]:
    """Drivers raise whatever their network library raises, at times with keys in the text."""
    try:
        yield
    except TabsynthError:
        raise
    except (ValueError, TypeError, ArithmeticError):
        with explained(where):
            raise  # a cell's fault
    except Exception as error:
        raise DataError(
            f"the URL cannot be written ({type(error).__name__})",
            where=where,
            do="check the address, the rights and the network",
        ) from None
