"""All columns of two tables on shared bins, so that any rows of them compare at once. Knows no column's pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.coding import CodedColumn
from tabsynth.evaluator.marginals import MAX_BINS

Rows = NDArray[np.intp] | slice
ALL_ROWS = slice(None)
NUM_EXTRA = 2  # bins for missing and for unreadable cells, behind those of the values
OUTER_SHARE = 0.005
"""Training values beyond each end of the equal bins: an outlier would stretch them until one holds all the others."""
TOLERANCE = 1e-9
"""Of a bin's width: sums taken in another order must not move a value across an edge."""


@dataclass(frozen=True)
class Histograms:
    """Two tables on shared bins.

    Attributes:
        training: Bin of each cell, numbered on through all columns. Shape (rows, columns).
        other: Likewise of the other table, with rows of its own.
        starts: First bin of each column; its last two are those of missing and of unreadable cells. Shape (columns,).
        num_bins: Bins of all columns.
        ordered: Whether the bins of a column have an order. Shape (columns,).
    """

    training: NDArray[np.int32]
    other: NDArray[np.int32]
    starts: NDArray[np.intp]
    num_bins: int
    ordered: NDArray[np.bool_]

    @classmethod
    def coarse(cls, training: Sequence[CodedColumn], other: Sequence[CodedColumn]) -> Histograms:
        """Put numbers into equal bins (Doane's rule), one bin a label, one histogram for each measure of a text."""
        parts: list[_Part] = []
        for real, fake in zip(training, other, strict=True):
            if real.forms is not None and fake.forms is not None:
                parts += [_equal_bins(real.forms[:, k], fake.forms[:, k]) for k in range(real.forms.shape[1])]
            elif real.numbers is not None and fake.numbers is not None:
                parts.append(_equal_bins(real.numbers, fake.numbers).marked(real, fake))
            else:
                parts.append(_label_bins(real, fake))
        return cls._stacked(parts)

    @classmethod
    def exact(cls, training: Sequence[CodedColumn], other: Sequence[CodedColumn]) -> Histograms:
        """Give every distinct number and label a bin of its own."""
        parts = [
            _label_bins(real, fake)
            if real.numbers is None or fake.numbers is None
            else _distinct_bins(real.numbers, fake.numbers).marked(real, fake)
            for real, fake in zip(training, other, strict=True)
        ]
        return cls._stacked(parts)

    @classmethod
    def of_scores(cls, training: NDArray[np.float64], other: NDArray[np.float64]) -> Histograms:
        """Put the columns of two matrices without missing values into equal bins."""
        return cls._stacked([_equal_bins(training[:, k], other[:, k]) for k in range(training.shape[1])])

    @classmethod
    def _stacked(cls, parts: Sequence[_Part]) -> Histograms:
        sizes = np.array([part.num_bins for part in parts], dtype=np.intp)
        starts = np.cumsum(sizes) - sizes
        sides = [
            np.column_stack([getattr(part, side) + start for part, start in zip(parts, starts, strict=True)])
            for side in ("training", "other")
        ]
        ordered = np.array([part.ordered for part in parts], dtype=bool)
        return cls(sides[0].astype(np.int32), sides[1].astype(np.int32), starts, int(sizes.sum()), ordered)

    def distances(self, real: Rows = ALL_ROWS, fake: Rows = ALL_ROWS, *, extra: bool = True) -> NDArray[np.float64]:
        """Return the Jensen-Shannon distance of each column, base 2, from 0 (equal) to 1 (nothing in common).

        A column that has no value on one side alone has distance 1.

        Args:
            real: Rows of training to compare.
            fake: Rows of the other table.
            extra: Whether missing and unreadable cells are categories of their own; else they are left out.
        """
        p, q = self._counts(self.training, real), self._counts(self.other, fake)
        readable = [self._readable(counts) for counts in (p, q)]
        if not extra:
            p, q = p * self._is_value, q * self._is_value
        p, q = self._shares(p), self._shares(q)
        middle = (p + q) / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            left, right = (np.where(side > 0, side * np.log2(side / middle), 0.0) for side in (p, q))
        divergence = np.add.reduceat(left + right, self.starts) / 2
        gone = (readable[0] == 0) != (readable[1] == 0)
        return np.where(gone, 1.0, np.sqrt(np.clip(divergence, 0.0, 1.0)))

    def shapes(self, real: Rows = ALL_ROWS, fake: Rows = ALL_ROWS) -> NDArray[np.float64]:
        """Return 1 minus the largest gap of the distribution functions (numbers) or the total variation (labels).

        Kolmogorov-Smirnov and total-variation complements as in SDMetrics, over cells that hold a value; the share
        of unreadable cells lowers the score in proportion, and a column without any value scores 0.
        """
        counts = [self._counts(self.training, real), self._counts(self.other, fake)]
        readable = [self._readable(side) for side in counts]
        empty = (readable[0] == 0) | (readable[1] == 0)
        p, q = (self._shares(side * self._is_value) for side in counts)
        gaps = np.where(np.repeat(empty, self._sizes), 0.0, p - q)
        apart = np.add.reduceat(np.abs(gaps), self.starts) / 2
        # The gaps of a column add up to 0, so the running sum begins anew with each column.
        ordered = np.maximum.reduceat(np.abs(np.cumsum(gaps)), self.starts)
        unreadable = counts[1][self.starts + self._sizes - 1]
        typed = readable[1] / np.maximum(1.0, readable[1] + unreadable)
        return np.where(empty, 0.0, (1 - np.where(self.ordered, ordered, apart)) * typed)

    @property
    def _sizes(self) -> NDArray[np.intp]:
        return np.diff(np.append(self.starts, self.num_bins))

    @property
    def _is_value(self) -> NDArray[np.bool_]:
        is_value = np.ones(self.num_bins, dtype=bool)
        for back in range(1, NUM_EXTRA + 1):
            is_value[self.starts + self._sizes - back] = False
        return is_value

    def _counts(self, bins: NDArray[np.int32], rows: Rows) -> NDArray[np.float64]:
        return np.bincount(bins[rows].ravel(), minlength=self.num_bins).astype("float64")

    def _readable(self, counts: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.add.reduceat(counts * self._is_value, self.starts)

    def _shares(self, counts: NDArray[np.float64]) -> NDArray[np.float64]:
        totals = np.repeat(np.add.reduceat(counts, self.starts), self._sizes)
        return counts / np.where(totals > 0, totals, 1.0)


@dataclass(frozen=True)
class _Part:
    """One column: the bin of each cell of both tables, values first, then missing, then unreadable."""

    training: NDArray[np.intp]
    other: NDArray[np.intp]
    num_bins: int
    ordered: bool

    def marked(self, real: CodedColumn, fake: CodedColumn) -> _Part:
        """Return the part with unreadable cells in their own bin, which begin among the missing ones."""
        last = self.num_bins - 1
        training, other = (
            np.where(cells.unreadable, last, bins) for cells, bins in ((real, self.training), (fake, self.other))
        )
        return _Part(training, other, self.num_bins, self.ordered)


def _label_bins(real: CodedColumn, fake: CodedColumn) -> _Part:
    assert real.codes is not None and fake.codes is not None
    training, other = (np.where(codes < 0, real.num_codes, codes) for codes in (real.codes, fake.codes))
    return _Part(training, other, real.num_codes + NUM_EXTRA, False)


def _distinct_bins(real: NDArray[np.float64], fake: NDArray[np.float64]) -> _Part:
    distinct = np.unique(np.concatenate([real[~np.isnan(real)], fake[~np.isnan(fake)]]))
    training, other = (
        np.where(np.isnan(side), len(distinct), np.searchsorted(distinct, side)) for side in (real, fake)
    )
    return _Part(training, other, len(distinct) + NUM_EXTRA, True)


def _equal_bins(real: NDArray[np.float64], fake: NDArray[np.float64]) -> _Part:
    edges = inner_edges(real, fake)
    training, other = (places(side, edges) for side in (real, fake))
    return _Part(training, other, len(edges) + 1 + NUM_EXTRA, True)


def inner_edges(training: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ascending edges of equal bins over the central 99% of training values, by Doane's rule on both samples.

    Args:
        training: NaN where there is no value. Shape (rows,).
        other: Likewise. Shape (other rows,).

    Returns:
        At least two edges, which are equal if nearly all training values are; no value at all gives 0 twice.
    """
    known = training[~np.isnan(training)]
    if len(known) == 0:
        return np.zeros(2)
    low, high = np.quantile(known, [OUTER_SHARE, 1 - OUTER_SHARE], method="nearest")
    if low == high:
        return np.array([low, high])
    # Half the width first: the whole one may be larger than any float.
    half = high / 2 - low / 2
    both = np.concatenate([known, other[~np.isnan(other)]])
    inside = (both[(both >= low) & (both <= high)] / 2 - low / 2) / half
    edges = np.histogram_bin_edges(inside, bins="doane", range=(0.0, 1.0))
    if len(edges) > MAX_BINS:
        edges = np.linspace(0.0, 1.0, MAX_BINS + 1)
    return np.concatenate([[low], 2 * (low / 2 + edges[1:-1] * half), [high]])


def places(numbers: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the bin of each number: 0 below the edges, 1 to len(edges) - 1 between them, len(edges) above.

    Bins are closed on the right, the first one between edges also on the left; NaN gets len(edges) + 1.
    """
    slack = TOLERANCE * (edges[1] / 2 - edges[0] / 2)
    found = np.searchsorted(edges + slack, numbers, side="left")
    found = np.where((found == 0) & (numbers >= edges[0] - slack), 1, found)
    return np.where(np.isnan(numbers), len(edges) + 1, found).astype(np.intp)
