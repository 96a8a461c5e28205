"""Features by which neighbouring numbers start as neighbours. Knows ranks, no tokens and no model."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

BANDWIDTH = 6.0
"""Standard deviation of the frequencies, in radians per run of neighbours: ranks a sixth of a run apart differ."""


def rank_features(positions: NDArray[np.float64], size: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return random Fourier features of ranks (Rahimi and Recht 2007): near ranks get near rows.

    Args:
        positions: Rank of each token inside its run of neighbours, 0..1, shape (tokens,).
        size: Numbers a row.
        rng: Draws frequencies and phases.

    Returns:
        Rows whose numbers have mean 0 and variance 1 over the phases, shape (tokens, size).
    """
    frequency, phase = np.abs(rng.normal(size=size)) * BANDWIDTH, rng.uniform(0, 2 * np.pi, size=size)
    features: NDArray[np.float64] = math.sqrt(2) * np.cos(positions[:, None] * frequency + phase)
    return features
