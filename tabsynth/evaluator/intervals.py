"""Intervals around rates and resampled statistics, at 95%. Knows no tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Z_95 = 1.959963984540054
BOOTSTRAP_RESAMPLES = 200


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Return the 95% interval of a rate (Wilson 1927).

    Args:
        successes: Trials that succeeded.
        trials: All trials, at least 1.
    """
    rate, z2 = successes / trials, Z_95**2
    centre = (rate + z2 / (2 * trials)) / (1 + z2 / trials)
    half = Z_95 * sqrt(rate * (1 - rate) / trials + z2 / (4 * trials**2)) / (1 + z2 / trials)
    return max(0.0, centre - half), min(1.0, centre + half)


def bootstrap(
    statistic: Callable[[NDArray[np.intp]], float], num_rows: int, rng: np.random.Generator
) -> tuple[float | None, float | None]:
    """Return the 95% percentile interval of a statistic over resampled rows.

    Args:
        statistic: Takes row positions, shape (rows,), and returns a number, NaN if it has none.
        num_rows: Rows to resample with replacement.
        rng: Source of the resamples.

    Returns:
        The interval, two times None if no resample has a value.
    """
    drawn = [statistic(rng.integers(0, num_rows, num_rows)) for _ in range(BOOTSTRAP_RESAMPLES)]
    known = np.array([value for value in drawn if np.isfinite(value)])
    if known.size == 0:
        return None, None
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)


@dataclass(frozen=True)
class Estimate:
    """A number with its interval.

    Attributes:
        value: The number, None if it cannot be computed.
        low: Lower end of the 95% interval, None without one.
        high: Upper end.
        num_rows: Rows it rests on.
        note: What it is or why it is missing.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    num_rows: int = 0
    note: str = ""
