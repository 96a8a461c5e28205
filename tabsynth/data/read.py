"""The table reader: a frame, path or URL in, a frame out. Knows files and their suffixes; not what the columns mean."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pandas as pd

from tabsynth.data.delimited import read_delimited, utf8
from tabsynth.errors import DataError


def read_table(source: pd.DataFrame | str | Path) -> pd.DataFrame:
    """Read a table.

    Args:
        source: A frame, which is returned as it is, or a path or URL that ends in .csv, .tsv, .txt,
            .parquet, .feather, .arrow, .json, .jsonl or .ndjson, with or without .gz behind it.

    Returns:
        The table. Text formats keep what numbers would lose: 007, +1 and digits beyond 2**53 stay strings.

    Raises:
        DataError: There is no such file, or it is not what its suffix says.
    """
    if isinstance(source, pd.DataFrame):
        return source
    _check_source(source)
    where = shown(source)
    suffix = table_suffix(source)
    read = _READERS.get(suffix)
    if read is None:
        raise DataError(f"'{suffix}' is not a known kind of table", where=where, do=f"use one of {', '.join(_READERS)}")
    raw = _bytes(str(source), where)
    if not raw:
        raise DataError("the file is empty (0 bytes)", where=where, do="check how it was made")
    return _checked(read(raw, where), where)


def _check_source(source: object) -> None:
    if not isinstance(source, (str, Path)):
        advice = "pass frame.to_pandas()" if hasattr(source, "to_pandas") else "pass a DataFrame, a path or a URL"
        raise DataError(f"a table cannot be read from a {type(source).__name__}", where="read_table", do=advice)
    if str(source) in ("", "."):
        raise DataError("the path is empty", where="read_table", do="pass the path of a table")
    if "://" not in str(source) and Path(source).expanduser().is_dir():
        raise DataError("this is a folder, not a file", where=str(source), do="name one file in it")


def table_suffix(source: str | Path) -> str:
    """Return the lower-case suffix that says what kind of table `source` is, without .gz."""
    text = str(source)
    name = Path(urlsplit(text).path if "://" in text else text)
    if name.suffix.lower() == ".gz":
        name = name.with_suffix("")
    return name.suffix.lower()


def shown(source: str | Path) -> str:
    """Return `source` as errors may show it: a URL without its password and its query, which may be a key."""
    text = str(source)
    if "://" not in text:
        return text
    parts = urlsplit(text)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _bytes(source: str, where: str) -> bytes:
    """The whole file, unzipped."""
    import fsspec  # not for whoever brings a frame

    is_url = "://" in source
    path = source if is_url else os.path.expanduser(source)
    try:
        with fsspec.open(path, "rb") as file:
            raw = bytes(file.read())
    except FileNotFoundError:
        # fsspec says so of hosts that do not answer, too.
        found = "there is nothing to read, or no answer" if is_url else "there is no such file"
        raise DataError(
            found, where=where, do="check the address and the network" if is_url else "check the path"
        ) from None
    except PermissionError:
        raise DataError("the file may not be read", where=where, do="check who may read it") from None
    except ImportError:
        scheme = urlsplit(source).scheme
        advice = f"install the fsspec driver of {scheme}://, such as s3fs or gcsfs, or download the file"
        raise DataError(f"no driver for {scheme}:// is installed", where=where, do=advice) from None
    except Exception as error:
        # Drivers raise whatever their network library raises, at times with keys in the text.
        if is_url:
            advice = "check the address and the network, or download the file"
            raise DataError(f"the URL cannot be read ({type(error).__name__})", where=where, do=advice) from None
        raise DataError(f"the file cannot be read ({type(error).__name__})", where=where, do="check the path") from None
    zipped = (urlsplit(source).path if is_url else source).lower().endswith(".gz")
    return _unzipped(raw, where) if zipped and raw else raw


def _unzipped(raw: bytes, where: str) -> bytes:
    import gzip

    try:
        return gzip.decompress(raw)
    except (OSError, EOFError, zlib.error):
        raise DataError(
            "this is not a whole gzip file", where=where, do="copy it again, or drop .gz from its name"
        ) from None


def _read_parquet(raw: bytes, where: str) -> pd.DataFrame:
    try:
        return pd.read_parquet(BytesIO(raw))
    except Exception as error:
        raise DataError(
            f"this is not a whole Parquet file ({type(error).__name__})", where=where, do="write or copy it again"
        ) from None


def _read_arrow(raw: bytes, where: str) -> pd.DataFrame:
    import pyarrow as pa

    # Feather and Arrow files carry a footer, Arrow streams (as data set libraries write them) do not.
    opened: Callable[[BytesIO], Any] = pa.ipc.open_file if raw.startswith(b"ARROW1") else pa.ipc.open_stream
    try:
        return opened(BytesIO(raw)).read_all().to_pandas()  # type: ignore[no-any-return]
    except Exception as error:
        raise DataError(
            f"this is not a whole Arrow file ({type(error).__name__})", where=where, do="write or copy it again"
        ) from None


def _read_json(raw: bytes, where: str) -> pd.DataFrame:
    """A list of objects, or one object a line."""
    text = utf8(raw, where)
    try:
        if text.lstrip().startswith("["):
            numbered = list(enumerate(json.loads(text), start=1))
        else:
            # Only line feeds end a line of JSON: str.splitlines would cut at others inside strings.
            lines = enumerate(text.split("\n"), start=1)
            numbered = [(number, json.loads(line)) for number, line in lines if line.strip()]
    except (json.JSONDecodeError, RecursionError):
        raise DataError(f"this is no JSON: {_first_broken_line(text)}", where=where, do=_JSON_ADVICE) from None
    odd = [number for number, record in numbered if not isinstance(record, dict)]
    if odd:
        raise DataError(f"record {odd[0]:,} is no JSON object", where=where, do=_JSON_ADVICE)
    return pd.DataFrame([record for _, record in numbered])


_JSON_ADVICE = "write one JSON object a line, or a list of objects"


def _first_broken_line(text: str) -> str:
    if text.lstrip().startswith("["):
        return "the list cannot be parsed"
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            json.loads(line or "0")
        except (json.JSONDecodeError, RecursionError):
            return f"line {number:,} cannot be parsed"
    return "a line cannot be parsed"


def _checked(frame: pd.DataFrame, where: str) -> pd.DataFrame:
    names = list(frame.columns)
    if not names or not len(frame):
        raise DataError(
            f"the table has {len(names)} columns and {len(frame)} rows", where=where, do="check how it was made"
        )
    repeated = sorted({str(name) for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if repeated:
        raise DataError(f"column names occur more than once: {repeated[:5]}", where=where, do="make them unique")
    return frame


_READERS: dict[str, Callable[[bytes, str], pd.DataFrame]] = {
    ".csv": lambda raw, where: read_delimited(raw, where, ","),
    ".tsv": lambda raw, where: read_delimited(raw, where, "\t"),
    ".txt": lambda raw, where: read_delimited(raw, where, None),
    ".parquet": _read_parquet,
    ".feather": _read_arrow,
    ".arrow": _read_arrow,
    ".json": _read_json,
    ".jsonl": _read_json,
    ".ndjson": _read_json,
}
