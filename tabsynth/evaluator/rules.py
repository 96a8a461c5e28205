"""Rules that every row of a table can obey or break: settled, ordered and summed columns. Finds none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.table import Table


class Rule(Protocol):
    """A rule about the cells of one row."""

    @property
    def text(self) -> str:
        """The rule in words, with the names of columns."""

    def check(self, table: Table) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return to which rows the rule applies and which of them obey it. Two arrays of shape (rows,)."""


@dataclass(frozen=True)
class Settled:
    """One column settles another, such as a town its country.

    Attributes:
        source: Name and position of the settling column.
        target: Likewise of the settled one.
        keys: The distinct values of the source.
        values: The distinct values of the target.
        expected: Position in `values` for each key, `len(values)` where the target must be missing. Shape (keys,).
    """

    source: tuple[str, int]
    target: tuple[str, int]
    keys: pd.Index = field(repr=False)
    values: pd.Index = field(repr=False)
    expected: NDArray[np.intp] = field(repr=False)

    @property
    def text(self) -> str:
        """The rule in words."""
        return f"“{self.source[0]}” settles “{self.target[0]}”"

    def check(self, table: Table) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Apply to rows whose source training knows; a target that training never held breaks the rule."""
        places = value_codes(table.columns[self.source[1]], self.keys)
        found = value_codes(table.columns[self.target[1]], self.values)
        applies = (places >= 0) & (places < len(self.keys))
        return applies, applies & (found == self.expected[np.where(applies, places, 0)])


@dataclass(frozen=True)
class Ordered:
    """One number or date is at most another.

    Attributes:
        low: Name and position of the column that is at most the other.
        high: Likewise of the other.
    """

    low: tuple[str, int]
    high: tuple[str, int]

    @property
    def text(self) -> str:
        """The rule in words."""
        return f"“{self.low[0]}” ≤ “{self.high[0]}”"

    def check(self, table: Table) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Apply to rows that hold both."""
        low, high = (table.columns[place].numbers for _, place in (self.low, self.high))
        assert low is not None and high is not None
        applies = ~(np.isnan(low) | np.isnan(high))
        return applies, applies & (low <= high)


@dataclass(frozen=True)
class Summed:
    """Some numbers add up to another.

    Attributes:
        parts: Names and positions of the columns that are added.
        total: Name and position of their sum.
        tolerance: Difference that is none.
    """

    parts: tuple[tuple[str, int], ...]
    total: tuple[str, int]
    tolerance: float

    @property
    def text(self) -> str:
        """The rule in words."""
        return " + ".join(f"“{name}”" for name, _ in self.parts) + f" = “{self.total[0]}”"

    def check(self, table: Table) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Apply to rows that hold all of them."""
        numbers = [table.columns[place].numbers for _, place in (*self.parts, self.total)]
        with np.errstate(over="ignore", invalid="ignore"):
            gap = np.abs(np.sum(numbers[:-1], axis=0) - numbers[-1])  # type: ignore[arg-type]
        applies = ~np.isnan(np.array(numbers, dtype="float64")).any(axis=0)
        return applies, applies & (gap <= self.tolerance)


def value_codes(cells: Cells, known: pd.Index) -> NDArray[np.intp]:
    """Return the place of each cell's value in `known`, `len(known)` where it is missing, -1 where it is another."""
    found = known.get_indexer(pd.Index(_values(cells)))
    return np.where(cells.missing, len(known), np.where(cells.readable, found, -1)).astype(np.intp)


def distinct_values(cells: Cells) -> pd.Index:
    """Return the distinct values of the readable cells, in order."""
    values = _values(cells)
    found: pd.Index = pd.Index(np.unique(values[cells.readable]))
    return found


def _values(cells: Cells) -> NDArray[Any]:
    values = cells.labels if cells.numbers is None else cells.numbers
    assert values is not None
    return values
