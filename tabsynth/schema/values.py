"""A column's values as plain numpy, whatever pandas stored them in, and back."""

from __future__ import annotations

from dataclasses import dataclass
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
    except (TypeError, ValueError, OverflowError):
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
        data = np.where(values.missing, None, text)
    elif column.dtype.name.startswith("timedelta64"):
        data = data.astype(column.dtype.name)
    elif column.dtype.element == "decimal":
        digits = column.decimals if column.decimals is not None else 12
        data = np.array([_exact_decimal(value, digits) for value in data.tolist()], dtype=object)
    return column.dtype.restore(data, values.missing, column.name)


def _exact_decimal(value: float, digits: int) -> Any:
    from decimal import Decimal

    return Decimal(f"{value:.{digits}f}")


def _present(series: pd.Series, column: Column) -> NDArray[Any]:
    match column.kind:
        case Kind.INTEGER:
            if column.dtype.name.startswith("timedelta64"):
                return series.to_numpy().astype("int64")
            return np.array(series.tolist() if series.dtype == object else series.to_numpy(), dtype="int64")
        case Kind.DECIMAL:
            if column.dtype.name.startswith(("float32", "Float32", "float[", "float16")):
                # The shortest decimal form: 0.1 stored in 32 bits is 0.1, not 0.10000000149.
                return np.array([float(str(value)) for value in series.to_numpy(dtype="float32")], dtype="float64")
            return np.array([float(value) for value in series.tolist()], dtype="float64")
        case Kind.DATETIME:
            return _datetimes(series, column)
        case Kind.BOOLEAN:
            return _objects([bool(value) for value in series.tolist()])
        case _:
            if series.dtype.kind in "mM":
                raise TypeError
            return _objects(series.tolist())


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
