"""How far one sample's distribution lies from another's. Knows numbers and labels, no tables and nothing joint."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MAX_BINS = 500
HUGE = 1e150
"""Squares of larger numbers are no floats any more; the bins of scaled numbers are the same."""


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
    largest = float(max(np.abs(first).max(), np.abs(second).max()))
    if largest > HUGE:
        first, second = first / largest, second / largest
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


def ks_statistic(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return the largest gap between two empirical distribution functions."""
    first, second = np.sort(first), np.sort(second)
    points = np.concatenate([first, second])
    gaps = np.searchsorted(first, points, "right") / len(first) - np.searchsorted(second, points, "right") / len(second)
    return float(np.abs(gaps).max())
