"""Near copies: the attacker finds a synthetic row so close to a person's that it can only be theirs.

The attacker's story: someone knows a row roughly and finds a synthetic row that nearly equals it: numbers a little off,
a category changed. In a crowd that means nothing, so close is measured against the real neighbourhood: a synthetic row
is a near copy of a real row if it is less than a quarter (or half) as far from it as the next real row is. By the
triangle inequality it is then a near copy of that row alone. Holdout rows, which cannot have been copied, show how many
near copies there are by chance.

This module refuses to know how distances are measured.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.attacks.attack import Attack, AttackPart
from tabsynth.evaluator.attacks.lots import hits_p_value, smallest_p_value
from tabsynth.evaluator.attacks.nearness import Nearness, measure, shortage
from tabsynth.evaluator.resamples import percentile_interval, resample_counts
from tabsynth.evaluator.sides import Sides

LIMIT = 0.01
MIN_TARGETS = 10
CLOSE = {"a quarter of the way": 0.25, "half the way": 0.5}


def attack(sides: Sides, nearness: Nearness | None = None) -> Attack:
    """Count near copies of training and of holdout rows.

    Args:
        sides: The tables.
        nearness: Distances between them, None to measure them.
    """
    near = measure(sides) if nearness is None else nearness
    lacking = shortage(sides, near, MIN_TARGETS)
    if lacking is not None:
        return _result((), lacking.effect, lacking.p_value, note=lacking.note)
    parts = [_part(name, share, near, sides) for name, share in CLOSE.items()]
    parts.sort(key=lambda part: part.p_value or 0.0)
    strongest = parts[0]
    assert strongest.value is not None and strongest.control is not None
    # Of the training rows only a sample was looked at; what it shows holds for all of them.
    effect = max(-1.0, min(1.0, (strongest.value - strongest.control) / near.drawn_share))
    note = f"{len(near.targets.training):,} training and {len(near.targets.holdout):,} holdout rows that occur once"
    if near.drawn_share < 1:
        note += f"; {near.drawn_share:.1%} of training was drawn, and the effect holds for all of it"
    return _result(tuple(parts), effect, smallest_p_value([part.p_value for part in parts]), note=note)


def _result(parts: tuple[AttackPart, ...], effect: float | None, p_value: float | None, *, note: str) -> Attack:
    return Attack(
        name="near_copies",
        title="Near copies",
        story="Someone who knows a row roughly finds a synthetic row that is far closer to it than any other person's.",
        unit="share of synthetic rows that nearly equal one training row",
        effect=effect,
        limit=LIMIT,
        p_value=p_value,
        parts=parts,
        note=note,
    )


def _part(name: str, share: float, near: Nearness, sides: Sides) -> AttackPart:
    targets = near.targets
    next_real = near.real_to_real.distance[:, 0]
    hit = targets.any_of(near.real_to_synthetic.distance[:, 0] < share * next_real)
    nearest = near.synthetic_to_real
    place = nearest.place[:, 0]
    is_copy = nearest.distance[:, 0] < share * next_real[place]
    member_row = targets.is_member[targets.unit]
    of_training, of_holdout = is_copy & member_row[place], is_copy & ~member_row[place]
    weight = len(targets.training) / len(targets.holdout)
    value, control = float(of_training.mean()), weight * float(of_holdout.mean())
    low, high = _interval(of_training, near.synthetic_unit, sides)
    return AttackPart(
        name=f"closer than {name} to the next real row",
        value=value,
        control=min(1.0, control),
        low=low,
        high=high,
        p_value=hits_p_value(hit, targets.is_member),
        n=len(place),
        note=f"{hit[targets.is_member].sum():,} of {targets.num_members:,} training and "
        f"{hit[~targets.is_member].sum():,} of {targets.num_others:,} holdout targets have a near copy",
    )


def _interval(is_copy: NDArray[np.bool_], unit: NDArray[np.intp], sides: Sides) -> tuple[float | None, float | None]:
    """Bootstrap over synthetic rows or groups."""
    kept, unit = np.unique(unit, return_inverse=True)
    drawn = resample_counts(len(kept), sides.seeds.stream("evaluator/attacks/near_copies/bootstrap"))
    return percentile_interval((drawn @ np.bincount(unit, weights=is_copy)) / (drawn @ np.bincount(unit)))
