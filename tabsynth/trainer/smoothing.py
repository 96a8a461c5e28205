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
MIN_SPREAD = 1.0
"""A smaller spread is no smoothing any more, only noise: tables of some thousand rows are left alone."""
HEAP = 4.0
"""A token this many times as frequent as its run's mean is a value of its own (40 hours a week) and stays."""


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
        cls, runs: list[tuple[int, int]], counts: NDArray[np.int64], num_records: int, bandwidth: float = BANDWIDTH
    ) -> Self:
        """Make the smoothing for a table.

        Args:
            runs: First and last token of each run of neighbouring bins.
            counts: How often each id occurs in the training records, shape (vocabulary,).
            num_records: Training records; the spread is ``bandwidth / sqrt(num_records)`` of a run's length.
            bandwidth: How much to smooth.
        """
        first, last = np.arange(len(counts)), np.arange(len(counts))
        spread = np.zeros(len(counts))
        for start, end in runs:
            length, run = end - start + 1, slice(start, end + 1)
            width = length * bandwidth / np.sqrt(num_records)
            if length >= MIN_RUN and width >= MIN_SPREAD:
                first[run], last[run] = start, end
                spread[run] = np.where(counts[run] > HEAP * counts[run].mean(), 0.0, width)
        return cls(first, last, spread)

    def apply(self, ids: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        """Return `ids` with every number moved by a rounded normal draw, inside its run."""
        moved = ids + np.rint(rng.standard_normal(ids.shape) * self.spread[ids]).astype(np.int64)
        return np.clip(moved, self.first[ids], self.last[ids])
