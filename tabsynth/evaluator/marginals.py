"""How far one column's distribution lies from another's. Knows single columns, nothing joint."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.evaluator.cells import Cells

MAX_BINS = 500


def js_distance(p: NDArray[np.float64], q: NDArray[np.float64]) -> float:
    """Return the Jensen-Shannon distance, base 2: sqrt((KL(p|m) + KL(q|m)) / 2) with m = (p + q) / 2.

    Args:
        p: Weights, not all 0; scaled to sum 1 here. Shape (bins,).
        q: Likewise.

    Returns:
        A distance from 0 (equal) to 1 (no bin in common).
    """
    p, q = p / p.sum(), q / q.sum()
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(p > 0, p * np.log2(p / middle), 0.0).sum()
        right = np.where(q > 0, q * np.log2(q / middle), 0.0).sum()
    return float(np.sqrt(max(0.0, (left + right) / 2)))


def bin_edges(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return shared bin edges of two samples: Doane's rule on both, at most 500 equal bins."""
    both = np.concatenate([first, second])
    low, high = float(both.min()), float(both.max())
    if low == high:
        return np.array([low - 0.5, high + 0.5])
    try:
        edges = np.histogram_bin_edges(both, bins="doane")
        if len(edges) <= MAX_BINS:
            return edges
    except (ValueError, MemoryError):  # Doane asks for more bins than there is memory under extreme outliers
        pass
    return np.linspace(low, high, MAX_BINS + 1)


def binned_counts(numbers: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Count numbers per interval (a, b], the first one closed on both sides. Shape (len(edges) - 1,)."""
    places = np.clip(np.searchsorted(edges, numbers, side="left") - 1, 0, len(edges) - 2)
    return np.bincount(places, minlength=len(edges) - 1).astype("float64")


def numbers_js(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return the Jensen-Shannon distance of two samples of numbers without missing values."""
    edges = bin_edges(first, second)
    return js_distance(binned_counts(first, edges), binned_counts(second, edges))


def label_counts(
    first: NDArray[np.object_], second: NDArray[np.object_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Count the labels of both samples over their union. Two arrays of shape (distinct labels,)."""
    codes, distinct = pd.factorize(np.concatenate([first, second]))
    size = len(distinct)
    counts = [np.bincount(part, minlength=size) for part in (codes[: len(first)], codes[len(first) :])]
    return counts[0].astype("float64"), counts[1].astype("float64")


def column_distance(training: Cells, other: Cells) -> float | None:
    """Return the strict Jensen-Shannon distance of a column.

    Missing and unreadable cells are categories of their own, so a column that lost its type or all of its values
    has distance 1.

    Returns:
        A distance in [0, 1]; None if the training column holds no value to compare with.
    """
    if not training.readable.any():
        return None
    if not other.readable.any():
        return 1.0
    if training.numbers is not None and other.numbers is not None:
        first, second = training.numbers[training.readable], other.numbers[other.readable]
        edges = bin_edges(first, second)
        counts = (binned_counts(first, edges), binned_counts(second, edges))
    else:
        counts = _label_pair(training, other)
    p, q = (
        np.append(count, [cells.missing.sum(), cells.unreadable.sum()])
        for count, cells in zip(counts, (training, other), strict=True)
    )
    return js_distance(p, q)


def column_shape(training: Cells, other: Cells) -> float | None:
    """Return 1 minus the largest gap of the distribution functions (numbers, dates) or the total variation (others).

    Kolmogorov-Smirnov and total-variation complements as in SDMetrics, over cells that are there; the unreadable
    share lowers the score in proportion, and a column without any value scores 0.

    Returns:
        A score in [0, 1]; None if the training column holds no value to compare with.
    """
    if not training.readable.any():
        return None
    if not other.readable.any():
        return 0.0
    if training.numbers is not None and other.numbers is not None:
        gap = ks_statistic(training.numbers[training.readable], other.numbers[other.readable])
    else:
        p, q = _label_pair(training, other)
        gap = 0.5 * float(np.abs(p / p.sum() - q / q.sum()).sum())
    return (1 - gap) * float(other.readable.sum() / (~other.missing).sum())


def ks_statistic(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return the largest gap between two empirical distribution functions."""
    first, second = np.sort(first), np.sort(second)
    points = np.concatenate([first, second])
    gaps = np.searchsorted(first, points, "right") / len(first) - np.searchsorted(second, points, "right") / len(second)
    return float(np.abs(gaps).max())


def _label_pair(training: Cells, other: Cells) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    assert training.labels is not None and other.labels is not None
    return label_counts(training.labels[training.readable], other.labels[other.readable])
