"""How far two samples of one source lie apart by chance alone, to be taken off what is measured. Knows no columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

MEAN_GAP = float(np.sqrt(np.pi / 2) * np.log(2))
"""Mean of Kolmogorov's distribution."""
SURE = 2.0
"""Standard errors that a difference may have by chance."""


def beyond(found: float, by_chance: float) -> float:
    """Return how much of the way from chance to 1 a distance goes, 0 if it is no larger than by chance."""
    return float(np.clip((found - by_chance) / (1 - by_chance), 0.0, 1.0)) if by_chance < 1 else 0.0


def chance_gap(first: int, second: int) -> float:
    """Return the expected largest gap between the distribution functions of two samples of one source.

    Args:
        first: Size of one sample.
        second: Size of the other.
    """
    return float(min(1.0, MEAN_GAP * np.sqrt(1 / first + 1 / second)))


def chance_variation(counts: NDArray[np.intp], first: int, second: int) -> float:
    """Return the expected total variation of two samples, if their labels were dealt to them at random.

    The mean deviation of each count is that of a binomial (de Moivre's formula), narrowed for dealing without
    replacement.

    Args:
        counts: How often each label occurs in both samples together. Shape (labels,).
        first: Size of one sample.
        second: Size of the other.
    """
    total, share = first + second, first / (first + second)
    distinct, times = np.unique(counts[counts > 0], return_counts=True)
    above = np.floor(distinct * share) + 1
    deviation = 2 * above * (1 - share) * binom.pmf(above, distinct, share)
    narrowed = deviation * np.sqrt((total - distinct) / max(1, total - 1))
    return float(min(1.0, (times * narrowed).sum() * total / (2 * first * second)))


def chance_rates(first: tuple[int, int], second: tuple[int, int]) -> float:
    """Return a difference of two rates that is not surprising, two standard errors.

    Args:
        first: Successes and trials.
        second: Likewise.
    """
    rate = (first[0] + second[0]) / (first[1] + second[1])
    return float(SURE * np.sqrt(rate * (1 - rate) * (1 / first[1] + 1 / second[1])))


def entropy_error(counts: NDArray[np.float64]) -> tuple[float, float]:
    """Return the entropy of counts in nats and its standard error (delta method).

    Args:
        counts: Not all 0. Shape (labels,).
    """
    total = counts.sum()
    shares = counts[counts > 0] / total
    logs = np.log(shares)
    entropy = max(0.0, float(-(shares * logs).sum()))
    return entropy, float(np.sqrt(max(0.0, float((shares * logs**2).sum()) - entropy**2) / total))
