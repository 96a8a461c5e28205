"""The column that utility models predict: its classes or its scale, read from training rows only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import skew

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.table import Table
from tabsynth.schema.column import Kind

MAX_CLASSES = 100
FEW_NUMBERS = 10  # integers with at most this many distinct values are classes
HEAVY_TAIL = 3.0  # skewness from which R2 is taken of log(1 + x)
LARGEST = 1e100  # numbers beyond it count as it, so that squares are finite
FARTHEST = 10.0  # standard deviations from the training mean, likewise


@dataclass(frozen=True)
class Target:
    """How to read the target column of any of the tables.

    Attributes:
        name: The column.
        classes: Code of each class label, in order; empty for regression.
        logarithmic: Whether numbers are read as log(1 + x).
        centre: Mean of the numbers in training, as they are read.
        spread: Their standard deviation.
    """

    name: str
    classes: dict[str, int]
    logarithmic: bool = False
    centre: float = 0.0
    spread: float = 1.0

    @property
    def num_classes(self) -> int:
        """Classes in the training rows, 0 for regression."""
        return len(self.classes)

    @property
    def metric(self) -> str:
        """The metric of this kind of target."""
        if self.num_classes == 0:
            return "R2 of log(1 + x)" if self.logarithmic else "R2"
        return "ROC AUC" if self.num_classes == 2 else "macro F1"

    @property
    def chance(self) -> float:
        """What a guesser scores at least: .5 of ROC AUC, 0 of the other metrics."""
        return 0.5 if self.num_classes == 2 else 0.0

    def known(self, table: Table) -> NDArray[np.bool_]:
        """True in rows that have a target."""
        return _cells(table, self.name).readable

    def values(self, table: Table) -> NDArray[np.float64]:
        """Class codes (one more for labels that training never held) or numbers, for rows that have a target."""
        cells = _cells(table, self.name)
        if self.classes:
            unknown = self.num_classes
            return np.array([self.classes.get(label, unknown) for label in _class_labels(cells)], dtype="float64")
        assert cells.numbers is not None
        numbers = np.clip(cells.numbers, 0 if self.logarithmic else -LARGEST, LARGEST)
        return np.log1p(numbers) if self.logarithmic else numbers

    def scaled(self, table: Table) -> NDArray[np.float64]:
        """Class codes as in `values`, or numbers in standard deviations from the training mean. Shape (rows,)."""
        values = self.values(table)
        return values if self.classes else np.clip((values - self.centre) / self.spread, -FARTHEST, FARTHEST)


def read_target(training: Table, name: str) -> Target | str:
    """Read the target from the training rows, or say why it cannot be predicted."""
    if name not in [cells.column.name for cells in training.columns]:
        return "the target is an identifier, which nothing can predict"
    cells = _cells(training, name)
    if cells.column.kind is Kind.TEXT:
        return "the target is free text: only classes and numbers are predicted"
    present = cells.take(np.flatnonzero(cells.readable))
    numbers = present.numbers
    if numbers is None or (_is_whole(cells) and len(np.unique(numbers)) <= FEW_NUMBERS):
        labels = sorted(set(_class_labels(present)))
        if not 2 <= len(labels) <= MAX_CLASSES:
            return f"the target has {len(labels)} classes in the training rows, 2 to {MAX_CLASSES} can be scored"
        return Target(name, {label: code for code, label in enumerate(labels)})
    if len(np.unique(numbers)) < 2:
        return "the target never varies in the training rows"
    numbers = np.clip(numbers, -LARGEST, LARGEST)
    # Skewness has no unit; cubes of large numbers have no room.
    logarithmic = bool(numbers.min() >= 0 and skew(numbers / numbers.max()) > HEAVY_TAIL)
    read = np.log1p(numbers) if logarithmic else numbers
    return Target(name, {}, logarithmic, float(read.mean()), float(read.std()) or 1.0)


def _is_whole(cells: Cells) -> bool:
    """Whether numbers are integers, which a column with missing cells stores as decimals."""
    return cells.column.kind is Kind.INTEGER or (cells.column.kind is Kind.DECIMAL and cells.column.decimals == 0)


def _cells(table: Table, name: str) -> Cells:
    return next(cells for cells in table.columns if cells.column.name == name)


def _class_labels(cells: Cells) -> list[str]:
    if cells.labels is not None:
        return [str(label) for label in cells.labels]
    assert cells.numbers is not None
    return [f"{number:.15g}" for number in cells.numbers]
