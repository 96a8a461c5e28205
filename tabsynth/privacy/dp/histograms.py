"""Noisy histograms of one value a subject: the only door through which preprocessing sees the table.

A subject counts in exactly one cell of a histogram, once. Adding or removing a subject therefore changes one count by
one: sensitivity 1 in every norm.

Noise is drawn as a float and rounded to an integer before it is added, so what is released is an integer whose low bits
say nothing (Mironov, "On significance of the least significant bits for differential privacy", 2012). Rounding is
post-processing of the Gaussian mechanism: round(count + z) = count + round(z). What remains is that numpy's generator
is no cryptographic one and that the tails of its normal numbers end at about nine standard deviations or more. Whoever
knows the generator's seed knows the noise: it must be secret.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Noise:
    """Where noise comes from and how much of it.

    Attributes:
        scale: Standard deviation.
        threshold_delta: The probability with which a value that one subject alone holds may be shown.
        rng: The generator.
    """

    scale: float
    threshold_delta: float
    rng: np.random.Generator

    @property
    def threshold(self) -> int:
        """The least noisy count at which an unforeseen value is shown.

        A value that only the added subject holds has count 1: P[1 + round(z) >= threshold] <= threshold_delta
        (Korolova et al., "Releasing search queries and clicks privately", 2009; Gaussian noise as in Wilson et al.,
        "Differentially private SQL with bounded user contribution", 2020).
        """
        return 1 + math.ceil(self.scale * float(norm.isf(self.threshold_delta)) + 0.5)

    def add(self, counts: Counts) -> Counts:
        """Return the counts with noise."""
        return counts + np.rint(self.rng.normal(0.0, self.scale, len(counts))).astype(np.int64)


def count_cells(cells: NDArray[np.int64], num_cells: int) -> Counts:
    """Return how many subjects are in each of `num_cells` cells; those outside (-1) in none."""
    return np.bincount(cells[cells >= 0], minlength=num_cells).astype(np.int64)


def count_values(values: Iterable[Hashable]) -> dict[Hashable, int]:
    """Return how many subjects hold each value, in an order that depends on the values alone."""
    counted = Counter(values)
    return {value: counted[value] for value in sorted(counted, key=lambda value: (type(value).__name__, repr(value)))}


def known_cells(cells: NDArray[np.int64], num_cells: int, noise: Noise) -> Counts:
    """Release a histogram over cells that do not depend on the table.

    Args:
        cells: The cell of each subject; -1 for none. Shape (subjects,).
        num_cells: How many cells there are.
        noise: What protects it.
    """
    return noise.add(count_cells(cells, num_cells))


@dataclass(frozen=True)
class ValueCounts:
    """A released histogram over values that were not known beforehand.

    Attributes:
        values: Those that passed the threshold.
        counts: Their noisy counts, 1 or more.
        missing: The noisy count of subjects without a value; a cell that is known beforehand.
    """

    values: tuple[Hashable, ...]
    counts: tuple[int, ...]
    missing: int


def unforeseen_values(values: Iterable[Hashable], num_missing: int, noise: Noise) -> ValueCounts:
    """Release the values that many subjects hold, and how many hold none.

    Args:
        values: The value of each subject that has one.
        num_missing: Subjects that have none.
        noise: What protects it.
    """
    counted = count_values(values)
    noisy = noise.add(np.array([num_missing, *counted.values()], dtype=np.int64)).tolist()
    shown = [(value, count) for value, count in zip(counted, noisy[1:], strict=True) if count >= noise.threshold]
    return ValueCounts(tuple(value for value, _ in shown), tuple(count for _, count in shown), max(0, noisy[0]))
