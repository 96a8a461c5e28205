"""Distance to the closest record: are synthetic rows closer to training than to rows never seen? Informs only.

The attacker's story: none. This is what vendors report as privacy (Platzer and Reutterer 2021), and tables that pass it
were attacked with ease (Yao et al. 2025, "The DCR Delusion"): a few copies among many rows do not move a share. So it
is shown, and decides nothing.

This module refuses to know how distances are measured.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.attacks.attack import Attack, AttackPart
from tabsynth.evaluator.attacks.lots import ranks_p_value
from tabsynth.evaluator.attacks.nearness import Nearness, measure, shortage
from tabsynth.evaluator.attacks.neighbours import Neighbours
from tabsynth.evaluator.drawing import DistanceCurve
from tabsynth.evaluator.intervals import wilson
from tabsynth.evaluator.resamples import percentile_interval, resample_counts
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import Sides

MIN_TARGETS = 10
LOW_SHARE = 0.05
NUM_QUANTILES = 49
ROWS_BEYOND = 5  # below the first quantile of a curve, so that no single row shows
LIMIT = 0.05


def attack(sides: Sides, nearness: Nearness | None = None) -> Attack:
    """Compare the distances of synthetic rows to training and to as many holdout rows.

    Args:
        sides: The tables.
        nearness: Distances between them, None to measure them.
    """
    near = measure(sides) if nearness is None else nearness
    lacking = shortage(sides, near, MIN_TARGETS)
    if lacking is not None:
        scores = {name: Score(value=None, note=lacking.note) for name in ("dcr_share", "nndr_ratio")}
        return _result((), None, scores, note=lacking.note)
    share, p_value = _share(near, sides)
    ratio = _ratio(near, sides)
    assert share.value is not None
    part = AttackPart(
        name="closer to training than to the holdout",
        value=share.value,
        control=1 - share.value,
        low=share.low,
        high=share.high,
        p_value=p_value,
        n=share.n,
        note=share.note,
    )
    return _result((part,), share.value - 0.5, {"dcr_share": share, "nndr_ratio": ratio}, note=share.note)


def curves(sides: Sides, nearness: Nearness | None = None) -> tuple[DistanceCurve, ...]:
    """Return the distributions of distances and of ratios of the closest to the second closest, for the report.

    Each is given by its quantiles at the shares i / (k + 1), i = 1 to k.
    """
    near = measure(sides) if nearness is None else nearness
    if shortage(sides, near, MIN_TARGETS) is not None:
        return ()
    pairs = (
        ("synthetic to training", near.synthetic_to_training),
        ("synthetic to holdout", near.synthetic_to_holdout),
        ("training to holdout", near.training_to_holdout),
    )
    found = []
    for pair, neighbours in pairs:
        for of, amounts in (("closest", neighbours.distance[:, 0]), ("ratio", _ratios(neighbours))):
            count = min(NUM_QUANTILES, len(amounts) // ROWS_BEYOND - 1)
            if count > 0:
                shares = np.arange(1, count + 1) / (count + 1)
                quantiles = tuple(round(float(value), 4) for value in np.quantile(amounts, shares))
                found.append(DistanceCurve.model_validate({"of": of, "pair": pair, "distances": quantiles}))
    return tuple(found)


def _result(parts: tuple[AttackPart, ...], effect: float | None, scores: dict[str, Score], *, note: str) -> Attack:
    return Attack(
        name="closest_record",
        title="Distance to the closest record",
        story="No attack: a common measure of how close synthetic rows come to training rows. It misses a few copies "
        "among many rows, so it informs and does not decide.",
        unit="share of synthetic rows closer to training than to the holdout, beyond one half",
        effect=effect,
        limit=LIMIT,
        p_value=parts[0].p_value if parts else None,
        decides=False,
        parts=parts,
        scores=scores,
        note=note,
    )


def _share(near: Nearness, sides: Sides) -> tuple[Score, float]:
    """P(closer to training) + P(as close) / 2, and a test on how many synthetic rows each real unit attracts."""
    to_training, to_holdout = near.synthetic_to_training, near.synthetic_to_holdout
    difference = to_training.distance[:, 0] - to_holdout.distance[:, 0]
    won = np.where(difference < 0, 1.0, np.where(difference == 0, 0.5, 0.0))
    size = len(won)
    # A tie is half a success; the interval needs whole ones.
    low, high = wilson(round(float(won.sum())), size)
    if sides.synthetic.groups is not None:
        kept, unit = np.unique(near.synthetic_unit, return_inverse=True)
        drawn = resample_counts(len(kept), sides.seeds.stream("evaluator/attacks/closest_record/share"))
        means = (drawn @ np.bincount(unit, weights=won)) / (drawn @ np.bincount(unit))
        low, high = np.quantile(means, [0.025, 0.975]).tolist()
    targets, matched, first = near.targets, near.matched, len(near.targets.training)
    attracted = np.full(len(near.real), np.nan)
    attracted[:matched] = np.bincount(to_training.place[:, 0], weights=won, minlength=matched)
    attracted[first : first + matched] = np.bincount(to_holdout.place[:, 0], weights=1 - won, minlength=matched)
    per_unit = targets.mean_of(attracted)
    known = np.isfinite(per_unit)
    p_value = ranks_p_value(per_unit[known], targets.is_member[known])
    ties = f", {(difference == 0).mean():.1%} are as close to both" * bool((difference == 0).any())
    note = f"{matched:,} rows of training against as many of the holdout{ties}; .5 is ideal"
    return Score(value=float(won.mean()), low=low, high=high, reference=0.5, n=size, note=note), p_value


def _ratios(neighbours: Neighbours) -> NDArray[np.float64]:
    """Closest over second closest distance, 1 if both are 0."""
    closest, second = neighbours.distance[:, 0], neighbours.distance[:, 1]
    return np.where(second > 0, closest / np.where(second > 0, second, 1.0), 1.0)


def _ratio(near: Nearness, sides: Sides) -> Score:
    """The 5% quantile of the ratios towards training over that towards the holdout."""
    to_training, to_holdout = _ratios(near.synthetic_to_training), _ratios(near.synthetic_to_holdout)
    low_training, low_holdout = (float(np.quantile(found, LOW_SHARE)) for found in (to_training, to_holdout))
    if low_holdout == 0:
        note = "the rows closest to the holdout equal rows of it: there is nothing to compare with"
        return Score(value=None, n=len(to_training), note=note)
    rng = sides.seeds.stream("evaluator/attacks/closest_record/ratio")
    kept, unit = np.unique(near.synthetic_unit, return_inverse=True)
    drawn = resample_counts(len(kept), rng)[:, unit]
    quantiles = [_weighted_quantiles(found, drawn) for found in (to_training, to_holdout)]
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = percentile_interval(quantiles[0] / quantiles[1])
    note = "5% quantile of closest over second closest distance, towards training over towards the holdout; 1 is ideal"
    return Score(value=low_training / low_holdout, low=low, high=high, reference=1.0, n=len(to_training), note=note)


def _weighted_quantiles(amounts: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The 5% quantile under each weighting. Shape (weightings,)."""
    order = np.argsort(amounts, kind="stable")
    reached = np.cumsum(weights[:, order], axis=1)
    place = (reached < LOW_SHARE * reached[:, -1:]).sum(axis=1)
    return np.asarray(amounts[order][np.minimum(place, len(amounts) - 1)])
