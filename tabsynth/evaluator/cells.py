"""One column's cells as comparable values: numbers or labels, missing, unreadable. Knows no other column."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.schema.column import Column, Kind

NUMBER_KINDS = (Kind.INTEGER, Kind.DECIMAL, Kind.DATETIME)


@dataclass(frozen=True)
class Cells:
    """The cells of one column of one table.

    Attributes:
        column: The column of the schema.
        numbers: Integers, decimals, seconds since 1970 (dates) or seconds (durations), NaN where there is none;
            None for kinds that are no numbers. Shape (rows,).
        labels: Strings, None where missing; None for kinds that are numbers. Shape (rows,).
        missing: True where the cell is missing. Shape (rows,).
        unreadable: True where the cell is there but is no value of the column's kind, such as a string among
            numbers or an infinite number. Shape (rows,).
    """

    column: Column
    numbers: NDArray[np.float64] | None
    labels: NDArray[np.object_] | None
    missing: NDArray[np.bool_]
    unreadable: NDArray[np.bool_]

    @property
    def readable(self) -> NDArray[np.bool_]:
        """True where the cell holds a value of the column's kind."""
        return ~(self.missing | self.unreadable)

    def take(self, rows: NDArray[np.intp]) -> Cells:
        """Return the cells of these rows."""
        return Cells(
            self.column,
            None if self.numbers is None else self.numbers[rows],
            None if self.labels is None else self.labels[rows],
            self.missing[rows],
            self.unreadable[rows],
        )


def read_cells(series: pd.Series, column: Column) -> Cells:
    """Read a column of any dtype; cells that are not of the column's kind become unreadable, never an error."""
    missing = series.isna().to_numpy(dtype=bool)
    if column.kind in NUMBER_KINDS:
        read = _seconds if column.kind is Kind.DATETIME else _numbers
        numbers = read(series, column)
        numbers = np.where(np.isfinite(numbers), numbers, np.nan)
        return Cells(column, numbers, None, missing, np.isnan(numbers) & ~missing)
    labels = np.empty(len(series), dtype=object)
    labels[~missing] = [label_text(value) for value in series[~missing].tolist()]
    return Cells(column, None, labels, missing, np.zeros(len(series), dtype=bool))


def label_text(value: Any) -> str:
    """Write a value as a label, the same for 1 and 1.0, with outer blanks stripped."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _numbers(series: pd.Series, column: Column) -> NDArray[np.float64]:
    dtype = series.dtype
    if pd.api.types.is_timedelta64_dtype(dtype):
        return np.asarray(series.dt.total_seconds(), dtype="float64")
    if pd.api.types.is_bool_dtype(dtype):
        return np.full(len(series), np.nan)
    if pd.api.types.is_numeric_dtype(dtype) and dtype.kind in "iuf":
        return series.to_numpy(dtype="float64", na_value=np.nan)
    return np.array([_number(value) for value in series.tolist()], dtype="float64")


def _number(value: Any) -> float:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, Decimal, np.number)):
        return float("nan")
    try:
        return float(value)
    except (ValueError, OverflowError):
        return float("nan")


def _seconds(series: pd.Series, column: Column) -> NDArray[np.float64]:
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        # A date column that was stored as strings must come back as strings.
        stamps = series if column.date_format is None else None
    elif column.date_format is not None and pd.api.types.is_numeric_dtype(series.dtype):
        stamps = None
    elif column.date_format is not None:
        pattern = column.date_format.replace("%-", "%")
        stamps = pd.to_datetime(series.astype(object), format=pattern, errors="coerce")
    elif series.dtype == object:
        dates = [value if isinstance(value, (dt.date, np.datetime64)) else None for value in series.tolist()]
        stamps = pd.to_datetime(pd.Series(dates, dtype=object), errors="coerce")
    else:
        stamps = None
    if stamps is None:
        return np.full(len(series), np.nan)
    if isinstance(stamps.dtype, pd.DatetimeTZDtype):
        stamps = stamps.dt.tz_convert("UTC").dt.tz_localize(None)
    gone = stamps.isna().to_numpy()
    micros = stamps.to_numpy().astype("datetime64[us]").astype("int64")
    return np.where(gone, np.nan, micros / 1e6)
