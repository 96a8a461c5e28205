"""Exact copies: the attacker knows rows of a person and looks whether they are in the synthetic table, cell by cell.

The attacker's story: someone holds a row, say from another source, and searches the synthetic table for it. A hit is
proof of nothing by itself: rows with few columns recur by chance. So rows of the holdout, which cannot have been
copied, are searched for as well. Only rows that occur once are sought: common rows recur because they are common.
All rows of all tables are searched; where groups are the unit, the sampled ones.

This module refuses to know distances: rows are equal or they are not.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from math import ceil, inf

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.attacks.attack import Attack, AttackPart
from tabsynth.evaluator.attacks.chance import counts_p_value, smallest_p_value
from tabsynth.evaluator.attacks.column_subsets import subset_copies
from tabsynth.evaluator.attacks.targets import Targets, read_targets, take_census
from tabsynth.evaluator.fingerprints import row_fingerprints
from tabsynth.evaluator.intervals import Estimate
from tabsynth.evaluator.privacy import written_p
from tabsynth.evaluator.resamples import percentile_interval, resample_counts, units_of
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import MAX_ROWS, Sides
from tabsynth.seeds import Seeds

COPY_P = 0.01  # below this p value more training rows were hit than chance allows
LIMIT = 0.01


@dataclass(frozen=True)
class Sought:
    """Real rows that are searched for.

    Attributes:
        fingerprints: One a row. Shape (rows,).
        targets: Their units; its positions are not used here.
        repeated: Fingerprints of real rows that occur more than once; synthetic rows that equal them say nothing.
    """

    fingerprints: NDArray[np.uint64]
    targets: Targets
    repeated: NDArray[np.uint64]


@dataclass(frozen=True)
class Copies:
    """Exact copies.

    Attributes:
        excess: Share of synthetic rows that are copies beyond chance, of those that equal no repeated real row.
        p_value: One-sided Fisher test that training is hit more often than the holdout.
        training_share: Share of these synthetic rows that equal a training row.
        holdout_share: What share that would be by chance, from the hits of holdout rows.
        noticeable: Smallest excess with p < .01, given how often the holdout was hit; above 1 if there is none.
    """

    excess: Estimate
    p_value: float
    training_share: float
    holdout_share: float
    noticeable: float


def attack(sides: Sides) -> Attack:
    """Search for rows in all of their columns, then in numbers, categories and identifying columns alone."""
    grouped = sides.synthetic.groups is not None
    found = _of_groups(sides) if grouped else exact_copies(
        sides.training.fingerprints, sides.holdout.fingerprints, sides.synthetic.fingerprints, seeds=sides.seeds
    )
    whole = AttackPart(
        name="all columns",
        value=found.training_share,
        control=found.holdout_share,
        low=found.excess.low,
        high=found.excess.high,
        p_value=None if found.excess.value is None else found.p_value,
        n=found.excess.num_rows,
        note=found.excess.note,
    )
    subsets = subset_copies(sides)
    parts = (whole, *(part for part, _ in subsets))
    effects = (found.excess.value, *(effect for _, effect in subsets))
    known = [(part.p_value, place) for place, part in enumerate(parts) if part.p_value is not None]
    strongest = min(known)[1] if known else 0
    return Attack(
        name="exact_copies",
        title="Exact copies",
        story="Someone who holds a row looks for it in the synthetic table, in all columns or in some.",
        unit="share of synthetic rows that equal a training row that occurs once",
        effect=effects[strongest],
        limit=LIMIT,
        p_value=smallest_p_value([part.p_value for part in parts]),
        parts=(whole, *sorted(parts[1:], key=lambda part: (part.p_value is None, part.p_value or 0.0))),
        scores={"exact_copy_excess": _score(found)},
        note=found.excess.note,
    )


def exact_copies(
    training: NDArray[np.uint64], holdout: NDArray[np.uint64], synthetic: NDArray[np.uint64], *, seeds: Seeds
) -> Copies:
    """Compare how often training rows and holdout rows are hit, all of them.

    Args:
        training: Row fingerprints, any order. Shape (training rows,).
        holdout: Likewise.
        synthetic: Likewise.
        seeds: Source of resamples.
    """
    census = take_census(training, holdout)
    alone = census.alone
    is_member = census.training[alone] > 0
    positions = np.arange(int(alone.sum()), dtype=np.intp)
    targets = Targets(positions[is_member], positions[~is_member], positions, is_member)
    sought = Sought(census.values[alone], targets, census.values[~alone])
    synthetic = np.sort(synthetic)
    return compare(sought, synthetic, np.arange(len(synthetic), dtype=np.intp), seeds)


def _of_groups(sides: Sides) -> Copies:
    targets = read_targets(sides, MAX_ROWS)
    rows = ((sides.training, targets.training), (sides.holdout, targets.holdout))
    prints = np.concatenate([row_fingerprints(side.frame.iloc[chosen], sides.schema) for side, chosen in rows])
    real = np.concatenate([row_fingerprints(side.frame, sides.schema) for side in (sides.training, sides.holdout)])
    synthetic = row_fingerprints(sides.synthetic.frame, sides.schema)
    sought = Sought(prints, targets, np.setdiff1d(real, prints))
    return compare(sought, synthetic, units_of(sides.synthetic.groups, len(synthetic)), sides.seeds)


def compare(sought: Sought, synthetic: NDArray[np.uint64], unit: NDArray[np.intp], seeds: Seeds) -> Copies:
    """Search for real rows in the synthetic ones.

    The excess is the share of synthetic rows that equal a training row, less that of rows that equal a holdout row
    times how many more training rows were sought.

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
        return Copies(Estimate(0.0, num_rows=len(synthetic), note=f"{why}: no row points to anyone"), 1.0, 0.0, 0.0, inf)
    if others == 0:
        return Copies(Estimate(None, note="no holdout row occurs only once: there is no control"), 1.0, 0.0, 0.0, inf)
    weight = members / others
    equals_training = np.isin(synthetic, sought.fingerprints[member_row])
    equals_holdout = np.isin(synthetic, sought.fingerprints[~member_row])
    gain = equals_training.astype("float64") - weight * equals_holdout
    excess = max(-1.0, float(gain[counted].mean()))
    low, high = _interval(gain, counted, unit, seeds)
    hit = sought.targets.any_of(np.isin(sought.fingerprints, synthetic))
    p_value, least = _test(hit, sought.targets)
    noticeable = inf if least is None else (least - weight * int(equals_holdout.sum())) / total
    note = (
        f"{equals_training.sum():,} of {total:,} synthetic rows equal a training row, {equals_holdout.sum():,} a holdout "
        f"row; sought were {where}; one-sided Fisher p {written_p(p_value)}"
    )
    if p_value >= COPY_P:
        note += f"; {_strength(noticeable, total)}"
    shares = float(equals_training[counted].mean()), min(1.0, weight * float(equals_holdout[counted].mean()))
    return Copies(Estimate(excess, low, high, total, note), p_value, *shares, noticeable)


def _interval(
    gain: NDArray[np.float64], counted: NDArray[np.bool_], unit: NDArray[np.intp], seeds: Seeds
) -> tuple[float | None, float | None]:
    """Bootstrap over synthetic rows or groups."""
    units = int(unit.max()) + 1
    sums = np.bincount(unit, weights=gain * counted, minlength=units)
    sizes = np.bincount(unit, weights=counted, minlength=units)
    kept = sizes > 0
    drawn = resample_counts(int(kept.sum()), seeds.stream("evaluator/attacks/exact_copies/bootstrap"))
    low, high = percentile_interval((drawn @ sums[kept]) / (drawn @ sizes[kept]))
    return (None, None) if low is None or high is None else (max(-1.0, low), high)


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


def _score(found: Copies) -> Score:
    excess = found.excess
    return Score(
        value=excess.value,
        low=excess.low,
        high=excess.high,
        reference=None if excess.value is None else 0.0,
        n=excess.num_rows,
        note=excess.note,
    )
