"""How many rows groups have, beside training. Knows no values."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.drawing import Overlay

MIN_GROUPS = 5  # training groups in a bar, below which it could point at a person
MAX_BARS = 18


class LengthSimilarity:
    """1 - the largest gap between the distribution functions of rows per group, as a statistic over groups.

    Args:
        training: Rows of each training group, any order. Shape (training groups,).
        other: Rows of each group to compare. Shape (groups,).
    """

    def __init__(self, training: NDArray[np.intp], other: NDArray[np.intp]) -> None:
        points = np.unique(np.concatenate([training, other]))
        self._training = np.searchsorted(np.sort(training), points, "right") / len(training)
        self._within = (other[:, None] <= points).astype("float64")

    def __call__(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the similarity for each weighting of the groups, shape (weightings, groups)."""
        shares = weights @ self._within / weights.sum(axis=1, keepdims=True)
        return np.asarray(1 - np.abs(shares - self._training).max(axis=1))


def length_overlay(training: NDArray[np.intp], synthetic: NDArray[np.intp]) -> Overlay | None:
    """Draw up the histogram of rows per group, None with fewer than five training groups.

    The ends are open: the longest group can belong to one person.
    """
    if len(training) < MIN_GROUPS:
        return None
    low, high = (int(bound) for bound in np.quantile(training, [0.01, 0.99], method="nearest"))
    width = -(-(high - low + 1) // MAX_BARS)
    starts = np.arange(low, high + 1, width)
    edges = np.concatenate([[-np.inf], starts, [starts[-1] + width, np.inf]]) - 0.5
    inner = [str(start) if width == 1 else f"{start} to {start + width - 1}" for start in starts.tolist()]
    labels = [f"below {low}", *inner, f"above {starts[-1] + width - 1}"]
    real, fake = (np.histogram(sizes, edges)[0] for sizes in (training, synthetic))
    last = len(labels) - 1
    kept = [place for place in range(len(labels)) if 0 < place < last or real[place] or fake[place]]
    shown = np.where(real < MIN_GROUPS, 0, real) / len(training)
    return Overlay(
        of="rows",
        labels=tuple(labels[place] for place in kept),
        training=tuple(round(float(shown[place]), 4) for place in kept),
        synthetic=tuple(round(float(fake[place]) / len(synthetic), 4) for place in kept),
    )
