"""Exact copies: the attacker knows rows of a person and looks whether they are in the synthetic table, cell by cell.

The attacker's story: someone holds a row, say from another source, and searches the synthetic table for it. A hit is
proof of nothing by itself: rows with few columns recur by chance. So rows of the holdout, which cannot have been
copied, are searched for as well. Only rows that occur once are sought: common rows recur because they are common.
All rows of all tables are searched; where groups are the unit, the sampled ones.

This module refuses to know distances: rows are equal or they are not.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.attacks.attack import Attack, AttackPart
from tabsynth.evaluator.attacks.column_subsets import subset_copies
from tabsynth.evaluator.attacks.lots import counts_p_value, smallest_p_value
from tabsynth.evaluator.attacks.recurrence import Copies, Sought, compare
from tabsynth.evaluator.attacks.targets import Census, Targets, read_targets, take_census
from tabsynth.evaluator.fingerprints import row_fingerprints
from tabsynth.evaluator.intervals import Estimate
from tabsynth.evaluator.privacy import written_p
from tabsynth.evaluator.resamples import units_of
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import MAX_ROWS, Sides
from tabsynth.seeds import Seeds

LIMIT = 0.01
LEANING = 0.2
"""P value of training against holdout above which copies may be what a repetitive synthesizer makes."""
RARE_RECURRENCE = 1e-3
"""Share of real rows that recur, up to which a copy is no coincidence."""


def attack(sides: Sides) -> Attack:
    """Search for rows in all of their columns, then in numbers, categories and identifying columns alone."""
    if not sides.training.table.columns:
        found = Copies(Estimate(None, note="not run: there is no column to look at"), 1.0, 0.0, 0.0, inf)
    elif sides.training.groups is not None:
        found = _of_groups(sides)
    else:
        prints = (side.fingerprints for side in (sides.training, sides.holdout, sides.synthetic))
        found = exact_copies(*prints, seeds=sides.seeds)
    searched = [(_whole(found), found.excess.value), *subset_copies(sides)]
    known = [(part.p_value, place) for place, (part, _) in enumerate(searched) if part.p_value is not None]
    effect = searched[min(known)[1]][1] if known else None
    rest = sorted((part for part, _ in searched[1:]), key=lambda part: (part.p_value is None, part.p_value or 0.0))
    return Attack(
        name="exact_copies",
        title="Exact copies",
        story="Someone who holds a row looks for it in the synthetic table, in all columns or in some.",
        unit="share of synthetic rows that equal a training row that occurs once",
        effect=effect,
        limit=LIMIT,
        p_value=smallest_p_value([part.p_value for part, _ in searched]),
        parts=(searched[0][0], *rest),
        scores={"exact_copy_excess": _score(found)},
        note=found.excess.note,
    )


def _whole(found: Copies) -> AttackPart:
    is_known = found.excess.value is not None
    return AttackPart(
        name="all columns",
        value=found.training_share if is_known else None,
        control=found.holdout_share if is_known else None,
        p_value=found.p_value if is_known else None,
        n=found.excess.num_rows,
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
    found = compare(sought, synthetic, np.arange(len(synthetic), dtype=np.intp), seeds)
    hits = int(np.isin(sought.fingerprints[is_member], synthetic).sum())
    return _beyond_recurrence(found, hits, census)


def _beyond_recurrence(found: Copies, hits: int, census: Census) -> Copies:
    """Judge copies also by how rarely real rows recur at all, which a small holdout does not limit.

    Of fresh rows, a share of 2 N2 / N equals a value that was seen once (Good 1953, "The population frequencies of
    species"), where N2 of the N real rows' values were seen twice. A synthesizer may be more repetitive than the
    population, but then it hits the holdout as well. So this counts only where real rows hardly recur and training was
    hit more than the holdout.

    Args:
        found: What training and holdout say.
        hits: Different training rows that occur once and were hit.
        census: Of all real rows.
    """
    total = census.total
    rows, twice = int(total.sum()), int((total == 2).sum())
    if found.excess.value is None or found.p_value > LEANING or 2 * twice > RARE_RECURRENCE * rows:
        return found
    tried = max(hits, found.excess.num_rows)
    p_value = counts_p_value(hits, tried, hits + twice, tried + rows // 2)
    if p_value >= found.p_value:
        return found
    combined = min(1.0, 2 * p_value)
    note = (
        f"{found.excess.note.partition('; with')[0]}; {hits:,} training rows are hit where {twice:,} of {rows:,} real "
        f"rows recur, p {written_p(combined)}"
    )
    return replace(found, p_value=combined, excess=replace(found.excess, note=note))


def _of_groups(sides: Sides) -> Copies:
    targets = read_targets(sides, MAX_ROWS)
    rows = ((sides.training, targets.training), (sides.holdout, targets.holdout))
    prints = np.concatenate([row_fingerprints(side.frame.iloc[chosen], sides.schema) for side, chosen in rows])
    real = np.concatenate([row_fingerprints(side.frame, sides.schema) for side in (sides.training, sides.holdout)])
    synthetic = row_fingerprints(sides.synthetic.frame, sides.schema)
    scale = sides.training.num_rows / sides.training.table.num_rows
    sought = Sought(prints, targets, np.setdiff1d(real, prints), scale)
    return compare(sought, synthetic, units_of(sides.synthetic.groups, len(synthetic)), sides.seeds)


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
