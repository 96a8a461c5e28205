"""How far apart two rows are, so that a copy with a little noise stays near. Knows no attack.

The distance is the mean over columns of a distance from 0 to 1 (Gower 1971): of numbers and dates the difference of
their ranks among real rows, of labels whether they differ, of texts half whether they differ and half the difference of
the ranks of their lengths. Missing equals missing and is at least one half from any number.

Ranks and labels are learned from training and holdout together, so that neither has an edge, not from synthetic rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from tabsynth.evaluator.attacks.ranks import Ranks
from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.table import Table
from tabsynth.schema.column import Kind

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
        return Points(
            np.concatenate([self.numbers, other.numbers]),
            np.concatenate([self.labels, other.labels]),
            np.concatenate([self.halves, other.halves]),
            self.num_columns,
        )


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
            labels.append(_distinct(known) if known else None)
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
        rows = table.num_rows
        return Points(_matrix(numbers, rows), _matrix(labels, rows), _matrix(halves, rows), len(self.order))


def _matrix(columns: list[NDArray[np.float64]], num_rows: int) -> NDArray[np.float64]:
    return np.column_stack(columns) if columns else np.empty((num_rows, 0))


def _distinct(labels: list[NDArray[np.object_]]) -> pd.Index:
    values = pd.unique(np.concatenate(labels))
    # As objects: strings that no encoding can write have no place in an index of strings.
    return pd.Index(values[~pd.isna(values)], dtype=object)


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
    codes = known.get_indexer(pd.Index(cells.labels, dtype=object)).astype("float64")
    codes[codes < 0] = UNSEEN
    codes[cells.missing] = MISSING
    return codes
