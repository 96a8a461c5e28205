"""Smoothing between neighbouring bins: a small table's numbers are moved a little, differently in each epoch.

A kernel density estimate in token space: it keeps a model from learning single rows by heart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

MIN_RUN = 32
"""Shorter runs of bins are left alone: there a neighbour is another value, not nearly the same one."""
BANDWIDTH = 0.5


@dataclass(frozen=True)
class Smoothing:
    """How far each token may move.

    Attributes:
        first: First token of the run of neighbours that a token belongs to, shape (vocabulary,).
        last: Last token of that run; the token itself where it has no neighbours.
        spread: Standard deviation of the move in tokens.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    spread: NDArray[np.float64]

    @classmethod
    def of(
        cls, runs: list[tuple[int, int]], vocabulary_size: int, num_records: int, bandwidth: float = BANDWIDTH
    ) -> Self:
        """Make the smoothing for a table.

        Args:
            runs: First and last token of each run of neighbouring bins.
            vocabulary_size: Number of ids.
            num_records: Training records; the spread is ``bandwidth / sqrt(num_records)`` of a run's length.
            bandwidth: How much to smooth.
        """
        first, last = np.arange(vocabulary_size), np.arange(vocabulary_size)
        spread = np.zeros(vocabulary_size)
        for start, end in runs:
            if end - start + 1 >= MIN_RUN:
                first[start : end + 1], last[start : end + 1] = start, end
                spread[start : end + 1] = (end - start + 1) * bandwidth / np.sqrt(num_records)
        return cls(first, last, spread)

    def apply(self, ids: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        """Return `ids` with every number moved by a rounded normal draw, inside its run."""
        moved = ids + np.rint(rng.standard_normal(ids.shape) * self.spread[ids]).astype(np.int64)
        return np.clip(moved, self.first[ids], self.last[ids])
