"""The rank of a number among real ones, smooth enough that a little noise moves it little. Knows no tables.

Plain ranks make a cliff of every value that many rows share: where nine rows in ten hold 0, a cent more is half a scale
away. So the rank is averaged over a window of 0.8 standard deviations around the number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HALF_WINDOW = 0.4  # standard deviations
TAIL = 0.005  # on either side, cut off for the standard deviation
FARTHEST = 1e6  # half-windows from the median, beyond which numbers are alike


@dataclass(frozen=True)
class Ranks:
    """The mean share of real numbers below a number, averaged over a window around it.

    Attributes:
        middle: The median.
        unit: Half a window, 0 if the numbers hardly differ.
        steps: Real numbers in ascending order, in units from the middle; without a unit, as they are.
        sums: Sums of the first steps, from none to all; not used without a unit. Shape (steps + 1,).
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
        # Numbers that are all equal may have a standard deviation of rounding errors.
        if unit <= 1e-12 * largest or not np.isfinite(unit):
            return cls(float(middle), 0.0, np.sort(numbers), np.zeros(len(numbers) + 1))
        steps = np.sort(_in_units(numbers, float(middle), unit))
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
