"""Random halves of a table, and how far a statistic of them spreads. Knows no statistic.

Halves drawn without replacement vary around their mean as much as whole samples do around theirs (the delete-half
jackknife; Shao and Wu 1989, "A general theory for jackknife variance estimation"), also where a statistic is not
smooth, as a largest gap is. A bootstrap would not do: rows that occur twice move a sample away from every other table,
so its distances are larger throughout.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from tabsynth.evaluator.groups import Groups

NUM_HALVES = 60
MIN_UNITS = 10
"""Rows or groups below which halves say nothing of the whole."""


class Halves:
    """Draws halves of one table.

    Args:
        num_rows: Rows of the table; the first ones of a longer table with groups will do.
        groups: Which rows belong together; None if each stands alone. Groups are drawn whole.
        rng: Source of the halves.
    """

    def __init__(self, num_rows: int, groups: Groups | None, rng: np.random.Generator) -> None:
        self._units = np.arange(num_rows, dtype=np.intp) if groups is None else groups.codes[:num_rows]
        self._num_units = int(self._units.max(initial=-1)) + 1
        self._rng = rng

    @property
    def enough(self) -> bool:
        """Whether there are enough rows or groups for halves to say anything."""
        return self._num_units >= MIN_UNITS

    def draw(self) -> NDArray[np.intp]:
        """Return the rows of a random half, in ascending order."""
        kept = np.zeros(self._num_units, dtype=bool)
        kept[self._rng.permutation(self._num_units)[: (self._num_units + 1) // 2]] = True
        return np.flatnonzero(kept[self._units])


def rounds(num_columns: int) -> Iterator[int]:
    """Count the halves to draw: fewer of tables so wide that the interval would cost more than the score."""
    return iter(range(NUM_HALVES if num_columns <= 100 else NUM_HALVES // 2))


def half_width(drawn: NDArray[np.float64]) -> float:
    """Return half the width of the 95% interval of a statistic, from its values on halves (Student's t)."""
    return float(student.ppf(0.975, len(drawn) - 1) * drawn.std(ddof=1))
