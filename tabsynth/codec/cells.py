"""Cells as plain JSON scalars, and the check that a cell is one the column could hold. For the text formats."""

from __future__ import annotations

import math

import numpy as np

from tabsynth.codec.categorical import CategoricalCodec
from tabsynth.codec.characters import CharactersCodec
from tabsynth.codec.derived import DerivedCodec
from tabsynth.codec.facts import ColumnCodec
from tabsynth.codec.identifier import IdentifierCodec
from tabsynth.codec.numeric import MAX_TICK_BITS, NumericCodec
from tabsynth.codec.text import TextCodec
from tabsynth.codec.timestamp import TimestampCodec
from tabsynth.codec.verdict import Reason
from tabsynth.schema.values import Values

_MAX_INTEGER = 2**63 - 1

Cell = str | int | float | bool | None
"""One value as a plain scalar: dates as ISO 8601 strings, None for missing."""


class BadCell(Exception):
    """A cell that its column cannot hold; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def cells_of(values: Values, codec: ColumnCodec) -> list[Cell]:
    """Return one scalar a row; None for missing. Dates become ISO strings, whole numbers integers."""
    data = np.datetime_as_string(values.data) if isinstance(codec, TimestampCodec) else values.data
    if isinstance(codec, NumericCodec) and codec.decimals == 0:
        data = data.astype(np.int64)
    cells = zip(data.tolist(), values.missing.tolist(), strict=True)
    return [None if gone else unsigned_zero(value) for value, gone in cells]


def unsigned_zero(cell: Cell) -> Cell:
    """Return the same cell; -0.0, which equals 0.0 and is written otherwise, as 0.0."""
    return cell + 0.0 if isinstance(cell, float) else cell


def values_of(cells: list[Cell], codec: ColumnCodec) -> Values:
    """Return plain values: the inverse of `cells_of`."""
    missing = np.array([cell is None for cell in cells], dtype=bool)
    if isinstance(codec, TimestampCodec):
        dates = np.array(["1970-01-01" if cell is None else cell for cell in cells], dtype=f"datetime64[{codec.unit}]")
        return Values(dates, missing)
    if isinstance(codec, NumericCodec):
        dtype = np.int64 if codec.decimals == 0 else np.float64
        return Values(np.array([0 if cell is None else cell for cell in cells], dtype=dtype), missing)
    data = np.empty(len(cells), dtype=object)
    data[:] = cells
    return Values(data, missing)


def number_text(value: int | float, codec: NumericCodec) -> str:
    """Return a number with exactly the column's decimals; the shortest exact form of a continuous one."""
    if codec.decimals == 0:
        return str(int(value))  # as a float it would lose digits beyond 2**53
    return repr(value) if codec.decimals is None else f"{value:.{codec.decimals}f}"


def number_bounds(codec: NumericCodec) -> tuple[float, float]:
    """Return the lowest and the highest number that a text format writes.

    Integers that span more than the codec's grid has ticks lie between its ticks, the highest above the last one.
    """
    low, high = codec.bounds()
    if codec.decimals == 0 and high - low >= codec.stride << (MAX_TICK_BITS - 1):
        high = min(high + codec.stride - 1, _MAX_INTEGER)
    return low, high


def checked(cell: Cell, codec: ColumnCodec) -> Cell:
    """Return `cell` as its column holds it.

    Args:
        cell: A scalar as a text format reads it; numbers and dates may still be strings.
        codec: The column's learned facts.

    Raises:
        BadCell: The column cannot hold it.
    """
    if cell is None:
        if not codec.nullable:
            raise BadCell(Reason.MISSING_NOT_ALLOWED)
        return None
    match codec:
        case NumericCodec():
            return _number(cell, codec)
        case TimestampCodec():
            return _date(cell, codec)
        case CategoricalCodec():
            for category in codec.categories:
                if type(category) is type(cell) and category == cell:
                    return unsigned_zero(cell)
            raise BadCell(Reason.UNKNOWN_CATEGORY)
        case TextCodec() | CharactersCodec():
            if not isinstance(cell, str) or any("\ud800" <= char <= "\udfff" for char in cell):
                raise BadCell(Reason.BAD_TEXT)
            return cell
        case IdentifierCodec() | DerivedCodec():
            return None


def _number(cell: Cell, codec: NumericCodec) -> int | float:
    if isinstance(cell, bool) or cell is None:
        raise BadCell(Reason.NOT_A_NUMBER)
    try:
        # Beyond 2**53 a float would round an integer.
        value = int(cell) if codec.decimals == 0 else float(cell)
        exact = isinstance(cell, str) or value == cell
        if codec.decimals:
            exact = exact and round(value, codec.decimals) == value
    except (ValueError, OverflowError):
        raise BadCell(Reason.NOT_A_NUMBER) from None
    if not exact or (isinstance(value, float) and not math.isfinite(value)):
        raise BadCell(Reason.NOT_A_NUMBER)
    low, high = number_bounds(codec)
    if not low <= value <= high:
        raise BadCell(Reason.OUT_OF_BOUNDS)
    return value + 0


def _date(cell: Cell, codec: TimestampCodec) -> str:
    try:
        moment = np.array(str(cell), dtype=f"datetime64[{codec.unit}]")
    except ValueError:
        raise BadCell(Reason.NOT_A_DATE) from None
    # numpy also takes "today", and drops what the unit does not hold.
    if np.isnat(moment) or np.datetime_as_string(moment) != cell:
        raise BadCell(Reason.NOT_A_DATE)
    if not codec.low <= int(moment.astype(np.int64)) <= codec.high:
        raise BadCell(Reason.OUT_OF_BOUNDS)
    return str(cell)
