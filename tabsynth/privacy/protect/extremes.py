"""Extremes: values beyond the k-th most extreme subject's become that one's. Knows order, not units."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabsynth.privacy.protect.subjects import Subjects
from tabsynth.privacy.protect.thresholds import Thresholds

IntArray = NDArray[np.int64]


def bound_rows(values: NDArray[Any], rows: IntArray, subjects: Subjects, thresholds: Thresholds) -> tuple[int, int]:
    """Return the rows that hold the lowest and the highest value that may stay.

    Afterwards so many subjects share each end that it is nobody's own. Where there are too few subjects for both
    ends, the two are the middle one.

    Args:
        values: Values that have an order, shape (rows,).
        rows: The rows that have a value, at least one.
        subjects: Of all rows.
        thresholds: How many subjects must be at an end or beyond it.
    """
    order = rows[np.argsort(values[rows], kind="stable")]
    rising, falling = subjects.arrivals(order), subjects.arrivals(order[::-1])
    low = int(order[rising[min(thresholds.low, len(rising)) - 1]])
    high = int(order[::-1][falling[min(thresholds.high, len(falling)) - 1]])
    if len(rising) < max(thresholds.low, thresholds.high) or values[low] > values[high]:
        low = high = int(order[len(order) // 2])
    return low, high


def clipped_rows(values: NDArray[Any], rows: IntArray, bounds: tuple[int, int]) -> IntArray:
    """Return the row whose value each row takes: its own, or that of the bound beyond which it lies.

    Args:
        values: Shape (rows,).
        rows: The rows that have a value.
        bounds: The rows of the bounds.
    """
    donors = np.arange(len(values))
    low, high = bounds
    donors[rows[values[rows] < values[low]]] = low
    donors[rows[values[rows] > values[high]]] = high
    return donors
