"""A column's values as plain numpy, whatever pandas stored them in, and back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.errors import SchemaError
from tabsynth.schema.column import Column, Kind


@dataclass(frozen=True)
class Values:
    """Plain values of one column.

    Attributes:
        data: int64 for integers and time deltas, float64 for decimals, datetime64 for dates, objects
            (str, bool, int, float) for the other kinds; shape (rows,).
        missing: True where there is no value; `data` holds a filler there. Shape (rows,).
    """

    data: NDArray[Any]
    missing: NDArray[np.bool_]


def plain_values(series: pd.Series, column: Column) -> Values:
    """Take the plain values out of `series`.

    Raises:
        SchemaError: A value is not of the column's kind. The message gives counts, no values.
    """
    missing = series.isna().to_numpy(dtype=bool)
    present = series[~missing]
    try:
        taken = _present(present, column)
    except OverflowError:
        raise SchemaError(
            "holds integers that are infinite or need more than 64 bits with a sign",
            where=f"column '{column.name}'",
            do="convert the column to strings",
        ) from None
    except (TypeError, ValueError):
        raise SchemaError(
            f"not all of {len(present)} values are of kind {column.kind}",
            where=f"column '{column.name}'",
            do="convert the column, or declare another kind with types=",
        ) from None
    data = np.zeros(len(series), dtype=taken.dtype)
    if taken.dtype == object:
        data[:] = None
    data[~missing] = taken
    return Values(data, missing)


def restored_series(values: Values, column: Column) -> pd.Series:
    """Store plain values as the column was stored: the inverse of `plain_values`."""
    data = values.data
    if column.kind is Kind.DATETIME and column.date_format is not None:
        text = pd.Series(pd.DatetimeIndex(data).strftime(column.date_format)).to_numpy(dtype=object)
        text[values.missing] = None
        data = text
    elif column.dtype.name.startswith("timedelta64"):
        data = data.astype(column.dtype.name)
    elif column.dtype.element == "decimal" and column.kind is Kind.DECIMAL:
        data = _objects([_exact_decimal(value, column.decimals) for value in data.tolist()])
    return column.dtype.restore(data, values.missing, column.name)


def _exact_decimal(value: float, digits: int | None) -> Decimal:
    return Decimal(repr(value) if digits is None else f"{value:.{digits}f}")


def _present(series: pd.Series, column: Column) -> NDArray[Any]:
    match column.kind:
        case Kind.INTEGER:
            return _integers(series, column)
        case Kind.DECIMAL:
            if column.dtype.name.startswith(("float32", "Float32", "float[", "float16")):
                # The shortest decimal form: 0.1 stored in 32 bits is 0.1, not 0.10000000149.
                return np.array([float(str(value)) for value in series.to_numpy(dtype="float32")], dtype="float64")
            return np.array([float(value) for value in series.tolist()], dtype="float64")
        case Kind.DATETIME:
            return _datetimes(series, column)
        case Kind.BOOLEAN:
            return _booleans(series)
        case _:
            if series.dtype.kind in "mM":
                raise TypeError
            return _objects(series.tolist())


def _integers(series: pd.Series, column: Column) -> NDArray[Any]:
    if series.dtype.kind == "m" and column.dtype.name.startswith("timedelta64"):
        # Another frame may count in another unit, for example after a round through Parquet.
        return series.to_numpy().astype(column.dtype.name).astype("int64")
    if series.dtype.kind == "u" and len(series) and int(series.max()) > np.iinfo("int64").max:
        raise OverflowError  # numpy would wrap around in silence
    if series.dtype.kind in "iub":
        return series.to_numpy(dtype="int64")
    cells = series.tolist()
    whole = [int(cell) for cell in cells]
    if any(number != cell and str(number) != cell for number, cell in zip(whole, cells, strict=True)):
        raise ValueError  # 1.5, or the string 007: an integer would not come back the same
    return np.array(whole, dtype="int64")


def _booleans(series: pd.Series) -> NDArray[Any]:
    cells = series.tolist()
    if any(cell not in (0, 1) for cell in cells):
        raise ValueError  # bool("False") is True
    return _objects([bool(cell) for cell in cells])


def _datetimes(series: pd.Series, column: Column) -> NDArray[Any]:
    if column.date_format is not None:
        return pd.to_datetime(series, format=column.date_format.replace("%-", "%")).to_numpy().astype("datetime64[us]")
    if series.dtype == object:
        return np.array(series.tolist(), dtype="datetime64[us]")
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        series = series.dt.tz_convert("UTC").dt.tz_localize(None)
    values = series.to_numpy()
    return values if values.dtype.kind == "M" else values.astype("datetime64[us]")


def _objects(values: list[Any]) -> NDArray[Any]:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out
