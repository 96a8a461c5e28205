"""Numbers in standard deviations of training, so that columns of any unit can be averaged. Knows no other column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.features import LARGEST

TAIL = 0.01  # share of training numbers at either end that are cut to the others


@dataclass(frozen=True)
class Scale:
    """Numbers in standard deviations from the training mean, without the tails, in which one row can outweigh all."""

    low: float
    high: float
    centre: float
    spread: float

    @classmethod
    def fit(cls, cells: Cells) -> Scale | None:
        """Read the scale of training, None if nothing varies."""
        assert cells.numbers is not None
        numbers = np.clip(cells.numbers[cells.readable], -LARGEST, LARGEST)
        if len(numbers) == 0:
            return None
        low, high = np.quantile(numbers, [TAIL, 1 - TAIL], method="nearest")
        kept = np.clip(numbers, low, high)
        spread = float(kept.std())
        return cls(float(low), float(high), float(kept.mean()), spread) if spread > 0 else None

    def values(self, cells: Cells) -> NDArray[np.float64]:
        """Return the numbers of any table on this scale, NaN where there is none. Shape (rows,)."""
        assert cells.numbers is not None
        return np.asarray((np.clip(cells.numbers, self.low, self.high) - self.centre) / self.spread)
