"""What a tick of a column is, by its schema alone: a unit of its last decimal, a moment of its clock, or a float."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from tabsynth.privacy.dp.grids import DECIMAL_GRIDS, date_grids
from tabsynth.privacy.dp.keys import IntArray, from_keys, octave_edges, to_keys
from tabsynth.schema.column import Column, Kind

MAX_TICK = 2**62
TICKS_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
FIRST_DATE, LAST_DATE = np.datetime64("1000-01-01", "s"), np.datetime64("9999-12-31", "s")
"""Years of four digits: those that every format writes and reads again."""
FIRST_YEAR, LAST_YEAR, YEARS = 1900, 2100, 25
"""Dates begin to be counted by quarters of these centuries; further ones share a cell on either side."""
LEAST_OCTAVE, GREATEST_OCTAVE = -64, 128
"""Of continuous numbers; those beyond share a cell."""


@dataclass(frozen=True)
class Scale:
    """A mapping of a column's values to whole numbers, and of these to keys.

    Attributes:
        kind: ``units`` of a last decimal, ``dates``, or ``floats``, whose ticks are their keys.
        decimals: Digits after the point of units.
        is_whole: Whether values are integers rather than floats.
        unit: numpy unit of dates.
        lowest: The least tick that the dtype holds.
        highest: The greatest one.
    """

    kind: Literal["units", "dates", "floats"]
    decimals: int = 0
    is_whole: bool = False
    unit: str = "us"
    lowest: int = -MAX_TICK
    highest: int = MAX_TICK

    @classmethod
    def of(cls, column: Column, dtype: np.dtype[Any]) -> Self:
        """Return the scale of a column.

        Args:
            column: Integer, decimal or date.
            dtype: Of its plain values.
        """
        if column.kind is Kind.DATETIME:
            unit = np.datetime_data(dtype)[0]
            unit = unit if unit in TICKS_PER_SECOND else "us"
            first, last = (int(date.astype(np.int64)) * TICKS_PER_SECOND[unit] for date in (FIRST_DATE, LAST_DATE))
            edge = np.iinfo(np.int64).max // 10**9 * 10**9
            return cls("dates", unit=unit, lowest=max(first, -edge), highest=min(last, edge))
        if column.decimals is None:
            return cls("floats", lowest=int(np.iinfo(np.int64).min) + 1, highest=int(np.iinfo(np.int64).max))
        lowest, highest = _bounds_of(column)
        return cls("units", column.decimals, is_whole=column.kind is Kind.INTEGER, lowest=lowest, highest=highest)

    def ticks(self, values: NDArray[Any]) -> IntArray:
        """Return the tick of each value."""
        if self.kind == "floats":
            return to_keys(values)
        if self.kind == "dates":
            ticks = values.astype(f"datetime64[{self.unit}]").astype(np.int64)
        elif values.dtype.kind == "i":
            ticks = values.astype(np.int64)
        else:
            ticks = _whole(np.rint(values * 10.0**self.decimals))
        return np.clip(ticks, self.lowest, self.highest)

    def values(self, ticks: IntArray) -> NDArray[Any]:
        """Return the value of each tick."""
        if self.kind == "floats":
            return from_keys(ticks)
        if self.kind == "dates":
            return ticks.astype(f"datetime64[{self.unit}]")
        return ticks if self.is_whole else ticks / 10**self.decimals

    def keys(self, ticks: IntArray) -> IntArray:
        """Return the key of each tick: dates in their own order, numbers as floats."""
        return ticks if self.kind != "units" else to_keys(ticks)

    def ends(self, first: IntArray, end: IntArray) -> tuple[IntArray, IntArray]:
        """Return the least and the greatest tick inside each cell of keys; both the same where there is none."""
        if self.kind != "units":
            low, high = np.clip(first, self.lowest, self.highest), np.clip(end - 1, self.lowest, self.highest)
            return low, high
        # A unit belongs to the cell that its key lies in: from the first whole number at or above the cell's start.
        low, high = _whole(np.ceil(from_keys(first))), _whole(np.ceil(from_keys(end)) - 1)
        low, high = np.clip(low, self.lowest, self.highest), np.clip(high, self.lowest, self.highest)
        return low, np.maximum(low, high)

    @property
    def grids(self) -> tuple[int, ...]:
        """Grids that values may lie on."""
        match self.kind:
            case "dates":
                return date_grids(TICKS_PER_SECOND[self.unit])
            case "units":
                return DECIMAL_GRIDS
            case _:
                return (1,)

    @property
    def edges(self) -> IntArray:
        """Where cells begin before anything is known: octaves, or quarters of a century."""
        if self.kind == "floats":
            return octave_edges(LEAST_OCTAVE, GREATEST_OCTAVE)
        if self.kind == "units":
            return octave_edges(0, 62)
        years = (
            np.arange(FIRST_YEAR - 1970, LAST_YEAR - 1970 + 1, YEARS).astype("datetime64[Y]").astype("datetime64[s]")
        )
        inner = years.astype(np.int64) * TICKS_PER_SECOND[self.unit]
        inner = inner[(inner > self.lowest) & (inner < self.highest)]
        return np.concatenate([[self.lowest], inner, [self.highest + 1]]).astype(np.int64)

    def room(self, first: IntArray, end: IntArray) -> NDArray[np.float64]:
        """Return how many ticks each cell of keys has room for."""
        if self.kind == "units":
            size = np.ceil(from_keys(end)) - np.ceil(from_keys(first))
        else:
            size = end.astype(np.float64) - first.astype(np.float64)
        room: NDArray[np.float64] = np.maximum(1.0, size)
        return room


def _whole(numbers: NDArray[np.float64]) -> IntArray:
    return np.clip(numbers, -float(MAX_TICK), float(MAX_TICK)).astype(np.int64)


def _bounds_of(column: Column) -> tuple[int, int]:
    """The bounds of the dtype in which whole numbers are stored."""
    name = column.dtype.name.lower().removesuffix("[pyarrow]")
    if column.kind is Kind.INTEGER and name.startswith(("int", "uint")):
        info = np.iinfo(name)
        return max(-MAX_TICK, int(info.min)), min(MAX_TICK, int(info.max))
    return -MAX_TICK, MAX_TICK
