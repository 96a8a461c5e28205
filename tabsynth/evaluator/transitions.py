"""Which value follows which within groups, column by column. Knows no distances between values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from tabsynth.evaluator.bins import Bins
from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.groups import Groups
from tabsynth.evaluator.selection import chosen_places, is_no_text
from tabsynth.evaluator.steps import Steps
from tabsynth.evaluator.table import Table

MAX_COLUMNS = 100
MOST_CATEGORIES = 20  # further labels count as one
FEW_NUMBERS = 10  # numbers with at most this many distinct values are categories
NUM_BINS = 5  # of other numbers


class Transitions:
    """How training goes from one value to the next, for comparing other tables with it.

    Args:
        training: The training table.
        groups: Its groups.
        rng: Source of the columns that take part, of very many.
        numbers: Whether all numbers take part, cut into quantiles, or only those that are categories.
    """

    def __init__(self, training: Table, groups: Groups, rng: np.random.Generator, *, numbers: bool = False) -> None:
        steps = Steps.of(groups)
        places = chosen_places(training, is_no_text, MAX_COLUMNS, rng)
        planned = [(place, _bins(training.columns[place], numbers)) for place in places]
        self._bins = [(place, bins) for place, bins in planned if bins is not None and bins.num_bins > 1]
        self._training = [_pairs(training.columns[place], bins, steps).sum(axis=0) for place, bins in self._bins]
        self._num_steps = len(steps.before)

    @property
    def num_columns(self) -> int:
        """Columns that take part; 0 if training never takes a step."""
        return len(self._bins) if self._num_steps else 0

    def similarity(self, table: Table, groups: Groups) -> Similarity:
        """Return the similarity of a table's steps as a statistic over its groups."""
        steps = Steps.of(groups)
        pairs = [_pairs(table.columns[place], bins, steps) for place, bins in self._bins]
        return Similarity(pairs, [counts / self._num_steps for counts in self._training], steps, groups.num_groups)


class Similarity:
    """1 - total variation between the (value, next value) pairs of a table and of training, mean over columns.

    Args:
        pairs: Pair of each step, one matrix a column. Each of shape (steps, pairs).
        shares: Share of each pair among training steps. Each of shape (pairs,).
        steps: The steps of the table.
        num_groups: Groups of the table.
    """

    def __init__(
        self, pairs: Sequence[csr_array], shares: Sequence[NDArray[np.float64]], steps: Steps, num_groups: int
    ) -> None:
        places = (steps.groups, np.arange(len(steps.groups)))
        by_group = csr_array((np.ones(len(steps.groups)), places), shape=(num_groups, len(steps.groups)))
        self._counts = [(by_group @ column).T.tocsr() for column in pairs]
        self._steps = np.bincount(steps.groups, minlength=num_groups).astype("float64")
        self._shares = shares

    def __call__(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the similarity for each weighting of the groups, shape (weightings, groups); 0 without a step."""
        total = weights @ self._steps
        found = np.zeros(len(weights))
        for counts, shares in zip(self._counts, self._shares, strict=True):
            other = (counts @ weights.T) / np.maximum(total, 1e-9)
            found += 1 - 0.5 * np.abs(other - shares[:, None]).sum(axis=0)
        return np.where(total > 0, found / max(1, len(self._counts)), 0.0)


def _bins(cells: Cells, numbers: bool) -> Bins | None:
    """How a column is cut into categories, None if it is left out."""
    if cells.numbers is None:
        return Bins.fit(cells, MOST_CATEGORIES)
    if len(np.unique(cells.numbers[cells.readable])) <= FEW_NUMBERS:
        return Bins.fit(cells, FEW_NUMBERS)
    return Bins.fit(cells, NUM_BINS) if numbers else None


def _pairs(cells: Cells, bins: Bins, steps: Steps) -> csr_array:
    """Mark the (value, next value) pair of each step. Shape (steps, pairs)."""
    codes, size = bins.codes(cells), bins.num_codes
    found = codes[steps.before] * size + codes[steps.after]
    return csr_array((np.ones(len(found)), (np.arange(len(found)), found)), shape=(len(found), size * size))
