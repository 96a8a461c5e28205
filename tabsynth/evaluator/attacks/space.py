"""How far apart two rows are, on a scale that copies with a little noise cannot leave. Knows no attack.

The distance is the mean over columns of a distance from 0 to 1 (Gower 1971): of numbers and dates the difference of
their ranks among real rows, of labels whether they differ, of texts half whether they differ and half the difference of
the ranks of their lengths. Missing equals missing and is at least one half from any number.

Plain ranks would make a cliff of every value that many rows share: a cent more than 0 where nine rows in ten hold 0
would be half a scale away. So the rank is averaged over a window of 0.8 standard deviations around the number. Ranks and
labels are learned from training and holdout together, never from synthetic rows, so that neither real side has an edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.table import Table
from tabsynth.schema.column import Kind

HALF_WINDOW = 0.4  # standard deviations
TAIL = 0.005  # on either side, cut off for the standard deviation
FARTHEST = 1e6  # half-windows from the median, beyond which numbers are alike
MISSING, UNREADABLE, UNSEEN = -1, -2, -3


@dataclass(frozen=True)
class Points:
    """Rows in the space.

    Attributes:
        numbers: Coordinates that differ by their difference. Shape (rows, numbers).
        labels: Codes that differ by 1 or 0. Shape (rows, labels).
        halves: Codes that differ by 1/2 or 0. Shape (rows, halves).
        num_columns: Columns of the table, whose mean the distance is.
    """

    numbers: NDArray[np.float64]
    labels: NDArray[np.float64]
    halves: NDArray[np.float64]
    num_columns: int

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, rows: NDArray[np.intp] | slice) -> Points:
        """Return these rows."""
        return Points(self.numbers[rows], self.labels[rows], self.halves[rows], self.num_columns)

    def joined(self, other: Points) -> Points:
        """Return these rows and those of another table."""
        pairs = ((self.numbers, other.numbers), (self.labels, other.labels), (self.halves, other.halves))
        return Points(*(np.concatenate(pair) for pair in pairs), self.num_columns)


def distances(first: Points, second: Points) -> NDArray[np.float64]:
    """Return the distance of every row of one table to every row of another, shape (first rows, second rows)."""
    total = np.zeros((len(first), len(second)))
    if first.numbers.shape[1]:
        total += cdist(first.numbers, second.numbers, "cityblock")
    if first.labels.shape[1]:
        total += cdist(first.labels, second.labels, "hamming") * first.labels.shape[1]
    if first.halves.shape[1]:
        total += cdist(first.halves, second.halves, "hamming") * (first.halves.shape[1] / 2)
    return total / max(1, first.num_columns)


@dataclass(frozen=True)
class Ranks:
    """The mean share of real numbers below a number, averaged over a window around it.

    Attributes:
        middle: The median.
        unit: Half a window, 0 if the numbers hardly differ.
        steps: Real numbers in ascending order, in units from the middle; without a unit, as they are.
        sums: Sums of the first steps, from none to all. Shape (steps + 1,).
    """

    middle: float
    unit: float
    steps: NDArray[np.float64]
    sums: NDArray[np.float64]

    @classmethod
    def fit(cls, numbers: NDArray[np.float64]) -> Ranks:
        """Learn the ranks of real numbers, finite and at least one."""
        low, middle, high = np.quantile(numbers, [TAIL, 0.5, 1 - TAIL], method="nearest")
        bulk = np.clip(numbers, low, high)
        # Divided first: the square of a large number may not be finite.
        largest = float(np.abs(bulk).max())
        unit = HALF_WINDOW * float((bulk / largest).std()) * largest if largest else 0.0
        steps = np.sort(numbers)
        # Numbers that are all equal may have a standard deviation of rounding errors.
        unit = unit if unit > 1e-12 * largest and np.isfinite(unit) else 0.0
        if unit:
            steps = _in_units(steps, float(middle), unit)
        return cls(float(middle), unit, steps, np.concatenate([[0.0], np.cumsum(steps)]))

    def __call__(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the rank of each number, 0 to 1. Shape as `numbers`, which must be finite."""
        if not self.unit:
            below = np.searchsorted(self.steps, numbers, "left") + np.searchsorted(self.steps, numbers, "right")
            return np.asarray(below / (2 * len(self.steps)))
        places = _in_units(numbers, self.middle, self.unit)
        return np.clip((self._area(places + 1) - self._area(places - 1)) / 2, 0.0, 1.0)

    def _area(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """The integral of the share of real numbers below, up to each place."""
        below = np.searchsorted(self.steps, places, "right")
        return np.asarray((below * places - self.sums[below]) / len(self.steps))


def _in_units(numbers: NDArray[np.float64], middle: float, unit: float) -> NDArray[np.float64]:
    with np.errstate(over="ignore"):
        return np.clip(numbers / unit - middle / unit, -FARTHEST, FARTHEST)


@dataclass(frozen=True)
class Space:
    """What the coordinates of each column are.

    Attributes:
        order: Positions of the columns in the order of their names.
        ranks: Of numbers or of the lengths of texts; None for labels, and where no real row has a value.
        labels: Of labels and texts, those that real rows hold; None for numbers.
        gaps: Whether numbers are missing or unreadable on any side.
    """

    order: tuple[int, ...]
    ranks: tuple[Ranks | None, ...]
    labels: tuple[pd.Index | None, ...]
    gaps: tuple[bool, ...]

    @classmethod
    def fit(cls, real: Sequence[Table], synthetic: Table) -> Space:
        """Learn from real rows; of synthetic ones only whether numbers are missing."""
        names = [cells.column.name for cells in synthetic.columns]
        order = sorted(range(len(names)), key=lambda place: names[place])
        ranks, labels, gaps = [], [], []
        for place in order:
            columns = [table.columns[place] for table in real]
            numbers = np.concatenate([_amounts(cells) for cells in columns])
            numbers = numbers[np.isfinite(numbers)]
            ranks.append(Ranks.fit(numbers) if len(numbers) else None)
            known = [cells.labels for cells in columns if cells.labels is not None]
            labels.append(pd.Index(pd.unique(np.concatenate(known))).dropna() if known else None)
            gaps.append(any(not cells.readable.all() for cells in (*columns, synthetic.columns[place])))
        return cls(tuple(order), tuple(ranks), tuple(labels), tuple(gaps))

    def points(self, table: Table) -> Points:
        """Return the rows of a table in the space."""
        numbers: list[NDArray[np.float64]] = []
        labels: list[NDArray[np.float64]] = []
        halves: list[NDArray[np.float64]] = []
        for place, ranks, known, has_gaps in zip(self.order, self.ranks, self.labels, self.gaps, strict=True):
            cells = table.columns[place]
            if known is None:
                numbers.append(_coordinates(_amounts(cells), ranks))
                if has_gaps:
                    state = np.where(cells.missing, MISSING, np.where(cells.unreadable, UNREADABLE, 0))
                    halves.append(state.astype("float64"))
            elif cells.column.kind is Kind.TEXT:
                numbers.append(_coordinates(_amounts(cells), ranks) / 2)
                halves.append(_codes(cells, known))
            else:
                labels.append(_codes(cells, known))
        blocks = (np.column_stack(block) if block else np.empty((table.num_rows, 0)) for block in (numbers, labels, halves))
        return Points(*blocks, len(self.order))


def _amounts(cells: Cells) -> NDArray[np.float64]:
    """Numbers, or the lengths of texts; nothing of labels."""
    if cells.numbers is not None:
        return cells.numbers
    if cells.column.kind is not Kind.TEXT or cells.labels is None:
        return np.full(len(cells.missing), np.nan)
    return np.array([np.nan if label is None else len(label) for label in cells.labels.tolist()], dtype="float64")


def _coordinates(amounts: NDArray[np.float64], ranks: Ranks | None) -> NDArray[np.float64]:
    found = np.full(len(amounts), 0.5)
    known = np.isfinite(amounts)
    if ranks is not None:
        found[known] = ranks(amounts[known])
    return found


def _codes(cells: Cells, known: pd.Index) -> NDArray[np.float64]:
    codes = known.get_indexer(cells.labels).astype("float64")
    codes[codes < 0] = UNSEEN
    codes[cells.missing] = MISSING
    return codes
