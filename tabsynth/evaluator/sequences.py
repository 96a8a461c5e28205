"""Groups of rows in their order, such as the visits of one patient: lengths, transitions, memory. Knows no targets."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.autocorrelation import Autocorrelation
from tabsynth.evaluator.drawing import SequenceResult
from tabsynth.evaluator.groups import Groups
from tabsynth.evaluator.histories import sequence_measures
from tabsynth.evaluator.lengths import LengthSimilarity, length_overlay
from tabsynth.evaluator.resamples import FEW_UNITS, block_mean
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import Sides
from tabsynth.evaluator.table import Table
from tabsynth.evaluator.transitions import Transitions

NAMES = ("sequence_length", "transition", "autocorrelation")
Statistic = Callable[[NDArray[np.float64]], NDArray[np.float64]]
Parts = tuple[Table, Groups]


def sequence_scores(sides: Sides) -> tuple[dict[str, Score], SequenceResult | None]:
    """Score `sequence_length`, `transition` and `autocorrelation`, each from 0 to 1 (as in training).

    The reference is what holdout groups score in the place of synthetic ones. The floor is what training rows score
    after they were dealt anew: for lengths to as many random groups, else to any place of any group. All are compared
    with training in blocks of as many groups as the holdout has.
    """
    found = [(side.table, side.groups) for side in (sides.training, sides.synthetic, sides.holdout)]
    parts = [(table, groups) for table, groups in found if groups is not None]
    if len(parts) < len(found):
        return {name: Score(value=None, note="no group_by was named") for name in NAMES}, None
    scores = {
        "sequence_length": _length_score(sides, parts),
        "transition": _transition_score(sides, parts),
        "autocorrelation": _autocorrelation_score(sides, parts),
    }
    training, synthetic, holdout = (groups for _, groups in parts)
    result = SequenceResult(
        groups=(training.num_groups, holdout.num_groups, synthetic.num_groups),
        lengths=length_overlay(training.sizes, synthetic.sizes),
        measures=sequence_measures(*parts, seeds=sides.seeds),
    )
    return scores, result


def _length_score(sides: Sides, parts: list[Parts]) -> Score:
    (training, groups), *_ = parts
    dealt = sides.seeds.stream("evaluator/floor/lengths").integers(0, groups.num_groups, training.num_rows)
    sizes = np.bincount(dealt, minlength=groups.num_groups)

    def statistic(part: Parts, _: int) -> Statistic:
        return LengthSimilarity(groups.sizes, part[1].sizes)

    floor = LengthSimilarity(groups.sizes, sizes[sizes > 0])
    score = _score(sides, parts, statistic, "1 - KS of rows per group")
    return score.model_copy(update={"floor": float(floor(np.ones((1, int((sizes > 0).sum()))))[0])})


def _transition_score(sides: Sides, parts: list[Parts]) -> Score:
    transitions = Transitions(*parts[0], sides.seeds.stream("evaluator/transitions"))
    if transitions.num_columns == 0:
        return Score(value=None, note="no column of categories, or no training group with two rows")

    def statistic(part: Parts, _: int) -> Statistic:
        return transitions.similarity(*part)

    what = f"1 - TV of (value, next value) within groups, mean over {transitions.num_columns} columns of categories"
    return _score(sides, parts, statistic, what)


def _autocorrelation_score(sides: Sides, parts: list[Parts]) -> Score:
    remembered = Autocorrelation(*parts[0], sides.seeds.stream("evaluator/autocorrelation"))
    if remembered.num_columns == 0:
        return Score(value=None, note="no number varies within training groups of three rows or more")

    def statistic(part: Parts, num_groups: int) -> Statistic:
        return remembered.agreement(*part, num_groups)

    what = f"1 - error of the autocorrelation pooled over groups, mean over {remembered.num_columns} numbers"
    return _score(sides, parts, statistic, what)


def _score(sides: Sides, parts: list[Parts], statistic: Callable[[Parts, int], Statistic], what: str) -> Score:
    """Score synthetic groups, holdout groups and dealt training rows in blocks of equally many groups."""
    (training, groups), synthetic, holdout = parts
    seeds = sides.seeds
    dealt = training.take(seeds.stream("evaluator/floor/sequences").permutation(training.num_rows))
    size = min(part[1].num_groups for part in parts)
    (value, low, high), (reference, *_), (floor, *_) = (
        block_mean(statistic(part, size), part[1].num_groups, size, seeds.stream("evaluator/sequences/bootstrap"))
        for part in (synthetic, holdout, (dealt, groups))
    )
    note = f"0 to 1; {what}; in blocks of {size:,} group" + "s" * (size != 1)
    if size < FEW_UNITS:
        note += f"; an interval needs {FEW_UNITS} groups a side"
    return Score(value=value, low=low, high=high, reference=reference, floor=floor, n=synthetic[0].num_rows, note=note)
