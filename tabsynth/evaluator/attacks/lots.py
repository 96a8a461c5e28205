"""Labels drawn by lot: how surprising it is that training is hit more than rows never seen. Knows no tables.

All tests rest on one fact: a synthetic table that knows nothing of who was in training treats training and holdout
alike. So if rows are hit or scored without looking at which side they come from, every way of dealing the labels out
to them was equally likely. Sides need not have equal sizes, and many synthetic rows that hit one real row are one hit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, hypergeom, mannwhitneyu

from tabsynth.evaluator.holm import holm

MAX_FALSE_ALARMS = 0.01


@dataclass(frozen=True)
class LowAlarms:
    """Members recognised at a threshold that hardly any non-member passes.

    Attributes:
        hit_rate: Share of members above the threshold.
        alarm_rate: Share of non-members above it, at most 1%.
        p_value: One-sided.
    """

    hit_rate: float
    alarm_rate: float
    p_value: float


def hits_p_value(hit: NDArray[np.bool_], is_member: NDArray[np.bool_]) -> float:
    """Return the p value that members are hit more often: Fisher's exact test, one-sided.

    Args:
        hit: Shape (units,).
        is_member: Shape (units,).
    """
    return counts_p_value(int((hit & is_member).sum()), int(is_member.sum()), int(hit.sum()), len(hit))


def counts_p_value(hit_members: int, members: int, hits: int, units: int) -> float:
    """Return the same from counts of hit members, members, hits and units."""
    return float(min(1.0, hypergeom.sf(hit_members - 1, units, members, hits)))


def ranks_p_value(scores: NDArray[np.float64], is_member: NDArray[np.bool_]) -> float:
    """Return the p value that members score higher (Mann and Whitney 1947), one-sided, corrected for ties.

    Args:
        scores: Shape (units,).
        is_member: Both kinds must be there. Shape (units,).
    """
    if scores.max() == scores.min():
        return 1.0
    return float(mannwhitneyu(scores[is_member], scores[~is_member], alternative="greater", method="asymptotic").pvalue)


def threshold(others: NDArray[np.float64]) -> float:
    """Return the score that at most 1% of the non-members lie above."""
    return float(np.sort(others)[::-1][int(MAX_FALSE_ALARMS * len(others))])


def low_alarms(scores: NDArray[np.float64], is_member: NDArray[np.bool_], mirrored: bool = False) -> LowAlarms:
    """Count the members above all but 1% of the non-members (Carlini et al. 2022).

    The threshold is estimated from the non-members themselves, so the number of members above it is not binomial. If
    labels are dealt out at random, at least x members come before non-member j + 1 exactly if among the first x + j
    units there are at most j non-members, which has a hypergeometric probability. Ties count against the attack.

    Args:
        scores: Higher means member. Shape (units,).
        is_member: Both kinds must be there. Shape (units,).
        mirrored: Whether scores of members without a secret may vary more than those of others, but as much to either
            side of 0. Then members must also lie above the threshold more often than below its negative.
    """
    members, others = scores[is_member], scores[~is_member]
    limit = threshold(others)
    alarms = int(MAX_FALSE_ALARMS * len(others))
    found = int((members > limit).sum())
    p_value = float(hypergeom.cdf(alarms, len(scores), len(others), found + alarms)) if found else 1.0
    if mirrored:
        above, below = int((members > max(0.0, limit)).sum()), int((members < -max(0.0, limit)).sum())
        p_value = max(p_value, float(binom.sf(above - 1, above + below, 0.5)))
    return LowAlarms(found / len(members), float((others > limit).mean()), min(1.0, p_value))


def smallest_p_value(p_values: Sequence[float | None]) -> float | None:
    """Return the smallest of some p values, corrected for their number (Holm 1979); None without any."""
    return min((p for p in holm(p_values) if p is not None), default=None)
