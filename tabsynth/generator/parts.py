"""A part of a synthetic table as a Parquet file, and back with exactly the schema's dtypes. Knows no folders."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.errors import SchemaError
from tabsynth.schema.column import Column
from tabsynth.schema.schema import Schema

_PREFIX = "tabsynth."


def part_bytes(frame: pd.DataFrame, schema: Schema, facts: Mapping[str, str]) -> bytes:
    """Return a frame as the bytes of a Parquet file.

    Columns are stored as what they hold, by dtype: dates as counts, categories as codes, Python's integers and decimals
    as text. Parquet's own types would lose the unit of a date, the digits of a decimal and unseen categories.

    Args:
        frame: Rows of the schema.
        schema: The dtypes that the columns have.
        facts: What stands in the file beside the rows, by name.

    Raises:
        SchemaError: The frame is not of the schema. Names columns and types, no cells.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    frame = schema.check(frame, what="a part of the synthetic table")
    arrays = [_stored(frame[column.name], column) for column in schema.columns]
    table = pa.table(arrays, names=schema.names)
    out = BytesIO()
    pq.write_table(table.replace_schema_metadata({_PREFIX + name: text for name, text in facts.items()}), out)
    return out.getvalue()


def part_frame(raw: bytes, schema: Schema) -> pd.DataFrame:
    """Return the frame of a Parquet file: the inverse of `part_bytes`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.ParquetFile(pa.BufferReader(raw)).read()
    series = [_restored(table.column(place), column) for place, column in enumerate(schema.columns)]
    return pd.concat(series, axis=1) if series else pd.DataFrame(index=range(table.num_rows))


def part_facts(path: Path) -> dict[str, str]:
    """Return the facts of a Parquet file that `part_bytes` made, without reading its rows."""
    import pyarrow.parquet as pq

    found = pq.read_metadata(path).metadata or {}
    texts = {name.decode(): text.decode() for name, text in found.items() if name.startswith(_PREFIX.encode())}
    return {name.removeprefix(_PREFIX): text for name, text in texts.items()}


def _dtype(column: Column) -> Any:
    return column.dtype.restore(np.array([], dtype=object), np.zeros(0, dtype=bool), column.name).dtype


def _stored(series: pd.Series, column: Column) -> Any:
    import pyarrow as pa

    dtype, where = _dtype(column), f"column '{column.name}'"
    both_categorical = isinstance(dtype, pd.CategoricalDtype) and isinstance(series.dtype, pd.CategoricalDtype)
    if series.dtype != dtype and not both_categorical:
        raise SchemaError(f"it is of dtype {series.dtype}, not {column.dtype.name}", where=where)
    if isinstance(dtype, pd.CategoricalDtype):
        listed, known = series.cat.categories, dtype.categories
        if listed.dtype != known.dtype or not listed.equals(known) or series.cat.ordered != dtype.ordered:
            raise SchemaError("its categories are not those of the schema", where=where)
        return pa.array(series.cat.codes.to_numpy(dtype="int32"))
    if dtype == np.dtype(object):
        try:
            return _stored_objects(series, column)
        except (TypeError, ValueError, OverflowError) as error:
            raise SchemaError(
                f"not all of its cells are of type {column.dtype.element} ({type(error).__name__})", where=where
            ) from None
    if dtype.kind in "mM" and not isinstance(dtype, pd.ArrowDtype):
        return pa.array(_counts(series))
    return pa.array(series.to_numpy() if isinstance(dtype, np.dtype) else series.array)


def _counts(series: pd.Series) -> NDArray[np.int64]:
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        series = series.dt.tz_convert("UTC").dt.tz_localize(None)
    return series.to_numpy().view("int64")


def _stored_objects(series: pd.Series, column: Column) -> Any:
    import pyarrow as pa

    write = _AS_TEXT.get(str(column.dtype.element))
    gone = series.isna().tolist()
    cells = [None if lost else write(cell) if write else cell for cell, lost in zip(series.tolist(), gone, strict=True)]
    kinds = {"bool": pa.bool_(), "float": pa.float64(), "None": pa.null()}
    return pa.array(cells, type=kinds.get(str(column.dtype.element), pa.string()))


def _restored(chunks: Any, column: Column) -> pd.Series:
    dtype = _dtype(column)
    if dtype == np.dtype(object):
        read = _FROM_TEXT.get(str(column.dtype.element))
        cells = [read(cell) if read and cell is not None else cell for cell in chunks.to_pylist()]
        values = np.empty(len(cells), dtype=object)
        values[:] = cells
        return column.dtype.restore(values, np.array([cell is None for cell in cells], dtype=bool), column.name)
    array: Any
    if isinstance(dtype, pd.CategoricalDtype):
        array = pd.Categorical.from_codes(chunks.to_numpy(), dtype=dtype)
    elif isinstance(dtype, pd.DatetimeTZDtype):
        moments = pd.DatetimeIndex(chunks.to_numpy().view(f"datetime64[{dtype.unit}]"))
        array = moments.tz_localize("UTC").tz_convert(dtype.tz)
    elif isinstance(dtype, np.dtype):
        plain = chunks.to_numpy().copy()  # Arrow's memory may not be written
        array = plain.view(dtype) if dtype.kind in "mM" else plain
    else:
        typed = chunks.cast(dtype.pyarrow_dtype) if isinstance(dtype, pd.ArrowDtype) else chunks
        array = dtype.__from_arrow__(typed)
    return pd.Series(array, name=column.name)


# As functions of one type only, these refuse cells of others: a float is no int, a date no datetime.
_AS_TEXT: dict[str, Callable[[Any], str]] = {
    "int": lambda cell: str(operator.index(cell)),
    "decimal": Decimal.__str__,
    "date": dt.date.isoformat,
    "datetime": dt.datetime.isoformat,
}
_FROM_TEXT: dict[str, Callable[[str], Any]] = {
    "int": int,
    "decimal": Decimal,
    "date": dt.date.fromisoformat,
    "datetime": dt.datetime.fromisoformat,
}
