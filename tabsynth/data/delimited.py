"""Delimited text: the bytes of a CSV in, a frame out. Turns cells into numbers only where nothing is lost."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator

import numpy as np
import pandas as pd

from tabsynth.errors import DataError

LARGEST_EXACT = 2**53  # the integers up to here survive a float64, which a missing cell makes of a column
_INTEGER = r" *-?(?:0|[1-9][0-9]*) *"
# What pandas and most tools write: 0.5, -3, 1e-05, inf. Not 00.5, +1 or 1_000, which are somebody's codes.
_NUMBER = r" *(?:-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|-?inf) *"
_BOOLEANS = ({"True", "False"}, {"TRUE", "FALSE"}, {"true", "false"})


def read_delimited(raw: bytes, where: str, delimiter: str | None) -> pd.DataFrame:
    """Parse delimited text.

    Args:
        raw: The bytes of the file, UTF-8.
        where: How errors call the file.
        delimiter: One character; None takes the tab if the header has one, else the comma.

    Returns:
        The frame that pandas.read_csv makes, save that columns keep cells as strings where a number
        would be written otherwise than the cell was.

    Raises:
        DataError: The bytes are no UTF-8, or no rectangular table with unique names.
    """
    text = utf8(raw, where)
    if delimiter is None:
        delimiter = "\t" if "\t" in text.lstrip().split("\n", 1)[0] else ","
    header = _header(text, delimiter, where)
    _check_rectangle(text, delimiter, len(header), where)
    try:
        cells = pd.read_csv(io.StringIO(text), sep=delimiter, header=0, names=header, index_col=False, dtype=str)
    except Exception as error:
        found = (
            "a quote is never closed"
            if "EOF inside string" in str(error)
            else f"this is no CSV ({type(error).__name__})"
        )
        raise DataError(found, where=where, do="check quotes and delimiters") from None
    if cells.empty:
        raise DataError("the file has a header and no rows", where=where, do="check how it was made")
    return pd.DataFrame({name: _typed(cells[name]) for name in header})


def utf8(raw: bytes, where: str) -> str:
    """Decode UTF-8, with or without a byte order mark.

    Raises:
        DataError: The bytes are of another encoding, or hold zero bytes, which no text does.
    """
    advice = "save it as UTF-8, or read it yourself and pass the frame: pandas.read_csv(path, encoding=...)"
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The decoder counts from behind the byte order mark.
        offset = error.start + (3 if raw.startswith(b"\xef\xbb\xbf") else 0)
        raise DataError(f"the byte at offset {offset:,} is not UTF-8", where=where, do=advice) from None
    if "\0" in text:
        offset = len(text[: text.index("\0")].encode())
        raise DataError(f"the byte at offset {offset:,} is zero, so this is no UTF-8 text", where=where, do=advice)
    return text


def _header(text: str, delimiter: str, where: str) -> list[str]:
    """The column names, before pandas renames a repeated one in silence."""
    try:
        row = pd.read_csv(io.StringIO(text), sep=delimiter, header=None, nrows=1, dtype=str, keep_default_na=False)
    except pd.errors.EmptyDataError:
        raise DataError("the file is empty", where=where, do="check how it was made") from None
    except Exception as error:
        raise DataError(
            f"the header cannot be read ({type(error).__name__})", where=where, do="check its quotes"
        ) from None
    written = [str(name) for name in row.iloc[0]]
    if len(written) == 1 and any(other in written[0] for other in ";\t|"):
        raise DataError(
            "the header is one cell that holds another delimiter",
            where=where,
            do="read it yourself and pass the frame: pandas.read_csv(path, sep=...)",
        )
    names = [name or f"Unnamed: {position}" for position, name in enumerate(written)]
    repeated = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if repeated:
        raise DataError(f"column names occur more than once: {repeated[:5]}", where=where, do="make them unique")
    return names


def _check_rectangle(text: str, delimiter: str, width: int, where: str) -> None:
    """Refuse rows that are longer or shorter than the header, which pandas pads or shifts in silence."""
    limit = csv.field_size_limit(sys.maxsize)
    try:
        for line, cells in _records(text, delimiter):
            if cells != width:
                raise DataError(
                    f"the record that begins in line {line:,} has {cells} cells, the header has {width}",
                    where=where,
                    do="quote cells that hold delimiters or line breaks, and close every quote",
                )
    except csv.Error:
        raise DataError("this is no CSV", where=where, do="check quotes and delimiters") from None
    finally:
        csv.field_size_limit(limit)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, int]]:
    """Where each record begins (line, from 1) and its number of cells; blank lines are no records."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begins = 1
    for row in reader:
        if len(row) > 1 or (row and row[0].strip()):
            yield begins, len(row)
        begins = reader.line_num + 1


def _typed(cells: pd.Series) -> pd.Series:
    """The column as numbers or booleans where every cell is one and none loses its written form."""
    missing = cells.isna()
    distinct = cells[~missing].drop_duplicates()
    if distinct.empty:
        return cells.astype("float64")
    if len(distinct) <= 2 and any(set(distinct) <= spelling for spelling in _BOOLEANS):
        truth = cells.str.lower() == "true"
        return truth.astype(object).mask(missing, np.nan) if missing.any() else truth.astype(bool)
    if not distinct.iloc[:100].str.fullmatch(_NUMBER).all() or not distinct.str.fullmatch(_NUMBER).all():
        return cells
    digits = distinct[distinct.str.fullmatch(_INTEGER)].to_numpy(dtype=object)
    # Longer digit strings are account numbers more often than quantities, and a float would round them.
    if any(len(cell.strip()) > 15 and abs(int(cell)) > LARGEST_EXACT for cell in digits):
        return cells
    if len(digits) == len(distinct) and not missing.any():
        return cells.astype(object).astype("int64")
    return cells.astype(object).mask(missing, "nan").astype("float64")
