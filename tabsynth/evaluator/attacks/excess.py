"""Whether training is hit more often than rows never seen: a test that is exact where hits are few. Knows no tables.

Under the null hypothesis synthetic rows know nothing of who was in training: each real unit (a row, or a group of
rows) could as well have been in the holdout. So the label of a unit is the toss of a coin, and all chance lies in the
tosses. Synthetic rows, of which many may hit the same unit, are never counted as independent.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from tabsynth.evaluator.intervals import wilson

MAX_WEIGHT = 20  # hits of one unit that count; a longer list is no better evidence, since it is one toss
LEAST_P = 1e-12  # the transform below is exact to about 1e-15
MANY_UNITS, MANY_SHARE = 50, 0.1


@dataclass(frozen=True)
class Tally:
    """What was tried against the units of one side.

    Attributes:
        hits: Successes per unit. Shape (units,).
        trials: Attempts per unit. Shape (units,).
        expected: Successes to expect, of all units, without any knowledge of rows.
    """

    hits: NDArray[np.int64]
    trials: NDArray[np.int64]
    expected: float = 0.0

    @property
    def rate(self) -> float:
        """Share of all attempts that succeeded, 0 without any."""
        return float(self.hits.sum()) / max(1, int(self.trials.sum()))


@dataclass(frozen=True)
class Excess:
    """A difference of success rates.

    Attributes:
        training: Success rate against training units.
        holdout: Likewise of holdout units.
        low: Lower end of the 95% interval of the difference.
        high: Upper end.
        p_value: One-sided.
        trials: Attempts against training units.
        blind: Difference to expect without any knowledge of rows.
    """

    training: float
    holdout: float
    low: float
    high: float
    p_value: float
    trials: int
    blind: float

    @property
    def value(self) -> float:
        """The difference, less what is to be expected without any knowledge of rows."""
        return self.training - self.holdout - self.blind


def excess(training: Tally, holdout: Tally) -> Excess:
    """Compare two tallies of equally many units; the interval is Newcombe's, widened for units with many attempts."""
    ends = [_interval(tally) for tally in (training, holdout)]
    rates = [tally.rate for tally in (training, holdout)]
    below = sqrt((rates[0] - ends[0][0]) ** 2 + (ends[1][1] - rates[1]) ** 2)
    above = sqrt((ends[0][1] - rates[0]) ** 2 + (rates[1] - ends[1][0]) ** 2)
    blind = [tally.expected / max(1, int(tally.trials.sum())) for tally in (training, holdout)]
    value = rates[0] - rates[1] - (blind[0] - blind[1])
    return Excess(
        training=rates[0],
        holdout=rates[1],
        low=max(-1.0, value - below),
        high=min(1.0, value + above),
        p_value=excess_p_value(training.hits, holdout.hits),
        trials=int(training.trials.sum()),
        blind=blind[0] - blind[1],
    )


def _interval(tally: Tally) -> tuple[float, float]:
    """Wilson's interval at the number of independent attempts that has the variance seen between units."""
    units = int((tally.trials > 0).sum())
    if units == 0:
        return 0.0, 1.0
    rate, attempts = tally.rate, float(tally.trials.sum())
    residuals = tally.hits - rate * tally.trials
    variance = float(residuals @ residuals) / attempts**2
    effective = rate * (1 - rate) / variance if variance > 0 else float(units)
    trials = max(1, round(min(effective, attempts)))
    low, high = wilson(round(rate * trials), trials)
    return min(low, rate), max(high, rate)


def excess_p_value(training: NDArray[np.int64], holdout: NDArray[np.int64]) -> float:
    """Return the one-sided p value that training units are hit more.

    Few hits: the exact distribution of the sum of the training units' hits when each unit that was hit falls to
    either side by the toss of a coin (a sign test with weights; with one hit a unit, the binomial test on units that
    were hit). Many: Student's test of the means, which has more power there and is accurate.

    Args:
        training: Hits per unit. Shape (units,).
        holdout: Likewise, equally many units.
    """
    pooled = np.minimum(np.concatenate([training, holdout]), MAX_WEIGHT)
    hit = int((pooled > 0).sum())
    # Which test it is must not depend on which side was hit.
    if hit >= MANY_UNITS and hit > MANY_SHARE * len(pooled):
        return max(LEAST_P, _student(pooled[: len(training)], pooled[len(training) :]))
    return _tosses(pooled[: len(training)], pooled[len(training) :])


def _student(training: NDArray[np.int64], holdout: NDArray[np.int64]) -> float:
    size = len(training)
    variance = (training.var(ddof=1) + holdout.var(ddof=1)) / size
    difference = float(training.mean() - holdout.mean())
    if variance <= 0:
        return 1.0 if difference <= 0 else _tosses(training, holdout)
    return float(student.sf(difference / sqrt(variance), 2 * size - 2))


def _tosses(training: NDArray[np.int64], holdout: NDArray[np.int64]) -> float:
    weights, counts = np.unique(np.concatenate([training, holdout]), return_counts=True)
    total = int(weights @ counts)
    if total == 0:
        return 1.0
    # The distribution of the sum is the inverse transform of the product of the units' generating functions.
    angles = -2j * np.pi * np.arange(total // 2 + 1) / (total + 1)
    product = np.ones(len(angles), dtype=complex)
    for weight, count in zip(weights.tolist(), counts.tolist(), strict=True):
        if weight:
            product *= ((1 + np.exp(angles * weight)) / 2) ** count
    chances = np.fft.irfft(product, total + 1)
    return float(np.clip(chances[int(training.sum()) :].sum(), LEAST_P, 1.0))
