"""Canonical rows as 64-bit fingerprints: equal rows have equal ones, however pandas stored them. Keeps no values."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.evaluator.cells import read_cells
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.schema import Schema

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def row_fingerprints(frame: pd.DataFrame, schema: Schema) -> NDArray[np.uint64]:
    """Hash every row without its identifiers.

    A number equals its text (1, 1.0 and "1"), missing equals missing, outer blanks do not count. Two different
    rows share a fingerprint with probability about 2**-64.

    Returns:
        One fingerprint a row, shape (rows,).
    """
    total = np.zeros(len(frame), dtype=np.uint64)
    for column in sorted(schema.columns, key=lambda column: column.name):  # whatever the order of the columns
        if column.kind is not Kind.IDENTIFIER:
            total = (total ^ _cell_hashes(frame[column.name], column)) * _MULTIPLIER
            total ^= total >> np.uint64(29)
    return total


def _cell_hashes(series: pd.Series, column: Column) -> NDArray[np.uint64]:
    missing = series.isna().to_numpy(dtype=bool)
    # Hash every distinct value once: canonical text is slow, and most columns repeat few values.
    codes, distinct = pd.factorize(series.astype(object))
    values = pd.Series(distinct, dtype=object)
    # Half a surrogate pair is no Unicode, which is what a hash is of.
    written = [str(value).strip().encode("utf-8", "backslashreplace").decode() for value in values]
    texts = pd.Series(written, dtype=object)
    if column.kind is Kind.DATETIME:
        numbers = read_cells(pd.Series(distinct, dtype=object), column).numbers
    elif str(series.dtype) == "float32":
        numbers = pd.to_numeric(texts, errors="coerce").to_numpy(dtype="float64")
    else:
        exact = values.where(values.map(lambda value: not isinstance(value, str)), texts)
        numbers = pd.to_numeric(exact, errors="coerce").to_numpy(dtype="float64")
    assert numbers is not None
    hashes = pd.util.hash_array(texts.to_numpy(dtype=object))
    is_number = np.isfinite(numbers)
    hashes[is_number] = pd.util.hash_array(numbers[is_number] + 0.0)
    padded = np.append(hashes, np.uint64(1))  # code -1, a missing cell, takes the last
    return np.where(missing, np.uint64(1), padded[codes])
