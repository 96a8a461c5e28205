"""One column cut into few values, as training rows have them. Knows no other column and no score."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.cells import Cells


@dataclass(frozen=True)
class Bins:
    """How to cut a column.

    Attributes:
        edges: Ascending edges between the bins of numbers; None for labels.
        labels: Code of each frequent label; empty for numbers.
    """

    edges: NDArray[np.float64] | None
    labels: dict[str, int]

    @classmethod
    def fit(cls, cells: Cells, most: int) -> Bins:
        """Plan at most `most` bins from readable cells: quantiles of numbers, the most frequent labels."""
        if cells.numbers is not None:
            return cls(halfway_edges(cells.numbers[cells.readable], most), {})
        assert cells.labels is not None
        counts = Counter(cells.labels[cells.readable].tolist())
        kept = sorted(counts, key=lambda label: (-counts[label], label))[:most]
        return cls(None, {label: code for code, label in enumerate(kept)})

    @property
    def num_bins(self) -> int:
        """Bins that training fills, without the one for all other labels."""
        return len(self.labels) if self.edges is None else len(self.edges) + 1

    @property
    def num_codes(self) -> int:
        """Codes there are: the bins, one for all other labels, one for cells without a value."""
        return self.num_bins + 1 + (self.edges is None)

    def codes(self, cells: Cells) -> NDArray[np.intp]:
        """Return the code of each cell; missing and unreadable ones have the last. Shape (rows,)."""
        if self.edges is not None:
            assert cells.numbers is not None
            found = np.searchsorted(self.edges, cells.numbers, side="right")
        else:
            assert cells.labels is not None
            others = len(self.labels)
            found = np.array([self.labels.get(label, others) for label in cells.labels.tolist()], dtype=np.intp)
        return np.where(cells.readable, found, self.num_codes - 1).astype(np.intp)


def halfway_edges(numbers: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """Return the edges of at most `most` bins of about equal counts.

    Edges lie halfway between neighbouring distinct numbers, so that a number written with other digits, 37.98 for 38,
    stays in its bin. Up to `most` distinct numbers have a bin each.

    Args:
        numbers: Finite, any order. Shape (rows,).
        most: Bins, at least 1.
    """
    distinct = np.unique(numbers)
    if len(distinct) <= most:
        places = np.arange(len(distinct) - 1)
    else:
        ordered = np.sort(numbers)
        last = ordered[np.arange(1, most) * len(ordered) // most]
        places = np.unique(np.searchsorted(distinct, last))
        places = places[places < len(distinct) - 1]
    return np.asarray(distinct[places] / 2 + distinct[places + 1] / 2, dtype="float64")
