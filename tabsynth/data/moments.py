"""Dates and durations as delimited text: one form a column, settled by all of its cells. Knows no files."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

_DIGITS = {"s": 0, "ms": 3, "us": 6, "ns": 9}
_LEVEL_UNITS: Any = ("D", "s", "ms", "us", "ns")
_TIMESPECS = ("seconds", "seconds", "milliseconds", "microseconds", "nanoseconds")


def date_levels(frame: pd.DataFrame) -> dict[int, int]:
    """By position, how finely the dates and durations of a column are to be written: 0 is whole days."""
    return {
        position: _level(frame.iloc[:, position])
        for position, dtype in enumerate(frame.dtypes)
        if isinstance(dtype, pd.DatetimeTZDtype) or (isinstance(dtype, np.dtype) and dtype.kind in "mM")
    }


def _level(series: pd.Series) -> int:
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        # Where a day begins depends on the zone, so times are always written.
        return max(1, _level(series.dt.tz_localize(None)))
    values = series.dropna().to_numpy()
    second = 10 ** _DIGITS[np.datetime_data(values.dtype)[0]]
    counts = values.view("int64")
    for level, step in enumerate((86_400 * second, second, second // 10**3, second // 10**6)):
        if not (counts % max(step, 1)).any():
            return level
    return 4


def date_texts(series: pd.Series, level: int) -> pd.Series:
    """Return the cells as strings as fine as `level`, None where missing; a finer cell would lose digits."""
    gone = series.isna().to_numpy(dtype=bool)
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        zoned = [
            None if lost else moment.isoformat(sep=" ", timespec=_TIMESPECS[level])
            for moment, lost in zip(series, gone, strict=True)
        ]
        return pd.Series(zoned, index=series.index, dtype=object)
    values = series.to_numpy()
    if values.dtype.kind == "M":
        texts = np.datetime_as_string(
            np.asarray(values, dtype=values.dtype), unit=_LEVEL_UNITS[level], casting="unsafe"
        ).tolist()
        cells = [None if lost else text.replace("T", " ") for text, lost in zip(texts, gone, strict=True)]
    else:
        nanoseconds = 10 ** (9 - _DIGITS[np.datetime_data(values.dtype)[0]])
        counts = values.view("int64").tolist()
        cells = [
            None if lost else _duration(count * nanoseconds, level) for count, lost in zip(counts, gone, strict=True)
        ]
    return pd.Series(cells, index=series.index, dtype=object)


def _duration(count: int, level: int) -> str:
    days, left = divmod(count, 86_400 * 10**9)
    if not level:
        return f"{days} days"
    seconds, fraction = divmod(left, 10**9)
    digits = f".{fraction:09}"[: (0, 0, 7, 7, 10)[level]]
    sign = "+" if days < 0 else ""  # -1 days +23:00:00 is an hour before
    return f"{days} days {sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{digits}"
