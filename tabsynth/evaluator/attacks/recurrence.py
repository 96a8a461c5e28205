"""How many real rows recur among synthetic ones, beyond what rows never seen predict. Knows exact equality only."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from math import ceil, inf

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.attacks.lots import counts_p_value
from tabsynth.evaluator.attacks.targets import Targets
from tabsynth.evaluator.intervals import BOOTSTRAP_RESAMPLES, Estimate
from tabsynth.evaluator.privacy import written_p
from tabsynth.evaluator.resamples import percentile_interval
from tabsynth.seeds import Seeds

COPY_P = 0.01  # below this p value more training rows were hit than chance allows


@dataclass(frozen=True)
class Sought:
    """Real rows that are searched for.

    Attributes:
        fingerprints: One a row. Shape (rows,).
        targets: Their units; its positions are not used here.
        repeated: Fingerprints of real rows that occur more than once; synthetic rows that equal them say nothing.
        scale: Training rows for each that was drawn to be searched for.
    """

    fingerprints: NDArray[np.uint64]
    targets: Targets
    repeated: NDArray[np.uint64]
    scale: float = 1.0


@dataclass(frozen=True)
class Copies:
    """Exact copies.

    Attributes:
        excess: Share of synthetic rows that are copies of any training row beyond chance, of those that equal no
            repeated real row.
        p_value: One-sided Fisher test that training is hit more often than the holdout.
        training_share: Share of these synthetic rows that equal a training row that was sought.
        holdout_share: What share that would be by chance, from the hits of holdout rows.
        noticeable: Smallest excess with p < .01, given how often the holdout was hit; above 1 if there is none.
    """

    excess: Estimate
    p_value: float
    training_share: float
    holdout_share: float
    noticeable: float


def compare(sought: Sought, synthetic: NDArray[np.uint64], unit: NDArray[np.intp], seeds: Seeds) -> Copies:
    """Search for real rows in the synthetic ones.

    The excess is the share of synthetic rows that equal a training row, less that of rows that equal a holdout row
    times how many more training rows were sought, times how many more training rows there are.

    Args:
        sought: Real rows.
        synthetic: Fingerprints of synthetic rows. Shape (synthetic rows,).
        unit: Unit of each synthetic row, for the interval. Shape (synthetic rows,).
        seeds: Source of resamples.
    """
    member_row = sought.targets.is_member[sought.targets.unit]
    members, others = int(member_row.sum()), int((~member_row).sum())
    counted = ~np.isin(synthetic, sought.repeated)
    total = int(counted.sum())
    where = f"{members:,} training and {others:,} holdout rows that occur once"
    if members == 0 or total == 0:
        why = "no training row occurs only once" if members == 0 else "every synthetic row equals a repeated real row"
        return Copies(
            Estimate(0.0, num_rows=len(synthetic), note=f"{why}: no row points to anyone"), 1.0, 0.0, 0.0, inf
        )
    if others == 0:
        return Copies(Estimate(None, note="no holdout row occurs only once: there is no control"), 1.0, 0.0, 0.0, inf)
    weight = members / others
    equals_training = np.isin(synthetic, sought.fingerprints[member_row])
    equals_holdout = np.isin(synthetic, sought.fingerprints[~member_row])
    gain = sought.scale * (equals_training - weight * equals_holdout)
    excess = float(np.clip(gain[counted].mean(), -1.0, 1.0))
    low, high = _interval(gain, counted, unit, seeds)
    hit = sought.targets.any_of(np.isin(sought.fingerprints, synthetic))
    p_value, least = _test(hit, sought.targets)
    noticeable = inf if least is None else sought.scale * (least - weight * int(equals_holdout.sum())) / total
    note = (
        f"{equals_training.sum():,} of {total:,} synthetic rows equal a training row, {equals_holdout.sum():,} a "
        f"holdout row; sought were {where}; one-sided Fisher p {written_p(p_value)}"
    )
    if p_value >= COPY_P:
        note += f"; {_strength(noticeable, total)}"
    shares = float(equals_training[counted].mean()), min(1.0, weight * float(equals_holdout[counted].mean()))
    return Copies(Estimate(excess, low, high, total, note), p_value, *shares, noticeable)


def _interval(
    gain: NDArray[np.float64], counted: NDArray[np.bool_], unit: NDArray[np.intp], seeds: Seeds
) -> tuple[float | None, float | None]:
    """Bootstrap over synthetic rows or groups; those that count alike are drawn together."""
    sums = np.bincount(unit, weights=gain * counted)
    sizes = np.bincount(unit, weights=counted)
    kinds, count = np.unique(np.column_stack([sums, sizes])[sizes > 0], axis=0, return_counts=True)
    rng = seeds.stream("evaluator/attacks/recurrence/bootstrap")
    drawn = rng.multinomial(int(count.sum()), count / count.sum(), BOOTSTRAP_RESAMPLES)
    return percentile_interval(np.clip((drawn @ kinds[:, 0]) / (drawn @ kinds[:, 1]), -1.0, 1.0))


def _test(hit: NDArray[np.bool_], targets: Targets) -> tuple[float, int | None]:
    """The p value, and the fewest members whose hits would have p < .01 with as many hits of others."""
    members, units = targets.num_members, len(targets.is_member)
    lost = int((hit & ~targets.is_member).sum())

    def p_value(hits: int) -> float:
        return counts_p_value(hits, members, hits + lost, units)

    least = bisect_left(range(members + 1), True, key=lambda hits: p_value(hits) < COPY_P)
    return p_value(int((hit & targets.is_member).sum())), least if least <= members else None


def _strength(noticeable: float, total: int) -> str:
    """Say in words what the test is too weak for."""
    if noticeable > 1:
        return "with so few rows no number of copies would be noticed"
    least = f"{ceil(noticeable * total - 1e-9):,} copies beyond chance ({noticeable:.1%})"
    return f"with this holdout fewer than about {least} would not be noticed"
