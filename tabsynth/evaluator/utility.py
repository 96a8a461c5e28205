"""Train on synthetic, test on real: does a model learn the same from both? Knows one target column at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.features import Encoder
from tabsynth.evaluator.intervals import Estimate
from tabsynth.evaluator.learner import Guess, guess, recall_note
from tabsynth.evaluator.metric import goodness
from tabsynth.evaluator.resamples import FEW_UNITS, percentile_interval, random_units, resample_counts, units_of
from tabsynth.evaluator.sides import Side, Sides
from tabsynth.evaluator.table import Table
from tabsynth.evaluator.target import Target, read_target
from tabsynth.evaluator.topics import Topics
from tabsynth.evaluator.trees import one_thread
from tabsynth.seeds import Seeds

MIN_ROWS = 25
NUM_FITS = 3  # each on rows of its own
FIT_SHARE = 0.8  # of the rows, or groups, that each fit sees
MIN_GAIN = 0.02  # below this a real model learns nothing that a ratio could be taken of


@dataclass(frozen=True)
class Utility:
    """Scores on the holdout.

    Attributes:
        metric: What the numbers are: "ROC AUC", "macro F1" or "R2".
        tstr: Of models fitted on synthetic rows.
        trtr: Of models fitted on as many training rows.
        floor: Of models fitted on independently shuffled training columns, at least chance; None without a target.
        ratio: (tstr - floor) / (trtr - floor).
    """

    metric: str
    tstr: Estimate
    trtr: Estimate
    floor: float | None
    ratio: Estimate


def missing_utility(note: str) -> Utility:
    """Return the outcome that holds only the reason why there is none."""
    nothing = Estimate(None, note=note)
    return Utility("", nothing, nothing, None, nothing)


def utility(sides: Sides) -> Utility:
    """Fit gradient-boosted trees on synthetic, training and shuffled training rows and test each on the holdout.

    Each is fitted three times, on four fifths of the rows (of the groups, where there are groups) at places that are
    the same in every table. So training in the place of synthetic rows scores exactly the same. The metric is ROC AUC
    for two classes, macro F1 for more (a class that is never predicted scores 0) and R2 for numbers, of log(1 + x)
    where the tail is heavy. Texts take part by length, number of words and topics. The interval is over holdout rows
    or groups.
    """
    if sides.target is None:
        return missing_utility("no target column was named")
    plan = read_target(sides.training.table, sides.target)
    if isinstance(plan, str):
        return missing_utility(plan)
    known = plan.known(sides.holdout.table)
    if known.sum() < MIN_ROWS:
        return missing_utility(f"the holdout has {int(known.sum())} rows with a target, {MIN_ROWS} are needed")
    test = sides.holdout.table.take(np.flatnonzero(known))
    if len(np.unique(plan.scaled(test))) < 2:
        return missing_utility("the target never varies in the holdout")
    size = min(sides.training.table.num_rows, sides.synthetic.table.num_rows)
    real, fake = (_Rows.of(side, size, sides.seeds) for side in (sides.training, sides.synthetic))
    encoder = Encoder.fit([real.table], without=plan.name).sampled(sides.seeds.stream("evaluator/utility/features"))
    encoder = replace(encoder, topics=Topics.fit(real.table, without=plan.name))
    if not encoder.categorical:
        return missing_utility("there is no column to predict the target from")
    groups = sides.holdout.groups
    units = units_of(None if groups is None else groups.take(np.flatnonzero(known)), test.num_rows)
    with one_thread():
        return _Trial(plan, encoder, test, units, sides.seeds).run(real, fake)


@dataclass(frozen=True)
class _Rows:
    """Rows to learn from, and their units."""

    table: Table
    units: NDArray[np.intp]

    @classmethod
    def of(cls, side: Side, most: int, seeds: Seeds) -> _Rows:
        rows = random_units(side.groups, side.table.num_rows, most, seeds.stream("evaluator/utility/groups"))
        groups = None if side.groups is None else side.groups.take(rows)
        return cls(side.table.take(rows), units_of(groups, len(rows)))

    def part(self, number: int, seeds: Seeds) -> NDArray[np.bool_]:
        """Mark the rows that one of the fits sees."""
        order = seeds.stream(f"evaluator/utility/rows/{number}").permutation(int(self.units.max()) + 1)
        return np.isin(self.units, order[: int(np.ceil(FIT_SHARE * len(order)))])


@dataclass(frozen=True)
class _Trial:
    """Everything that the fits have in common."""

    plan: Target
    encoder: Encoder
    test: Table
    units: NDArray[np.intp]
    seeds: Seeds

    def run(self, real: _Rows, fake: _Rows) -> Utility:
        held = self.encoder.matrix(self.test)
        guesses: list[list[Guess]] = []
        for rows, shuffle in ((fake, False), (real, False), (real, True)):
            matrix, truth = self.encoder.matrix(rows.table), self.plan.scaled(rows.table)
            known, found = self.plan.known(rows.table), list[Guess]()
            for number in range(NUM_FITS):
                seen = known & rows.part(number, self.seeds)
                rng = self.seeds.stream(f"evaluator/utility/floor/{number}")
                inputs = self.encoder.shuffled(matrix, rng) if shuffle else matrix
                if seen.sum() > 1:
                    found.append(guess(self.plan, self.encoder, inputs[seen], truth[seen], held))
            guesses.append(found)
        return self._outcome(guesses)

    def _scores(self, guesses: Sequence[Guess], weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean metric of some fits for each weighting of the test rows, NaN if there is no fit. Shape (weightings,)."""
        if not guesses:
            return np.full(len(weights), np.nan)
        truth = self.plan.scaled(self.test)
        found = [goodness(self.plan, truth, one.values, weights) for one in guesses]
        return np.asarray(np.mean(found, axis=0))

    def _outcome(self, guesses: list[list[Guess]]) -> Utility:
        draws = resample_counts(int(self.units.max()) + 1, self.seeds.stream("evaluator/utility/bootstrap"))
        weights = np.vstack([np.ones((1, self.test.num_rows)), draws[:, self.units]])
        fake, real, shuffled = (self._scores(found, weights) for found in guesses)
        # A shuffle can do worse than chance by luck, which would flatter the ratio.
        floor = np.fmax(shuffled, self.plan.chance)
        gain = real - floor
        low, _ = self._interval(gain)
        learns = bool(gain[0] > MIN_GAIN and (low is None or low > 0))
        ratio = np.divide(fake - floor, gain, out=np.full(len(gain), np.nan), where=gain > MIN_GAIN)
        rare = recall_note(self.plan, self.plan.scaled(self.test).astype(np.intp), *guesses[:2])
        lost = "" if guesses[0] else "; synthetic rows hold no target to learn from"
        weak = "" if learns else "; a model of the training rows learns too little beyond chance for a ratio"
        note = f"{self.plan.metric} on the holdout; {NUM_FITS} fits of trees on "
        return Utility(
            self.plan.metric,
            self._estimate(fake, f"{note}synthetic rows{rare}{lost}"),
            self._estimate(real, f"{note}as many training rows"),
            float(floor[0]),
            self._estimate(
                ratio if learns else np.full(len(ratio), np.nan),
                f"(TSTR - floor) / (TRTR - floor) of {self.plan.metric}{lost}{weak}",
            ),
        )

    def _interval(self, scores: NDArray[np.float64]) -> tuple[float | None, float | None]:
        """Interval of a score over its resamples, which come after the score; none for a handful of groups."""
        return percentile_interval(scores[1:]) if self.units.max() + 1 >= FEW_UNITS else (None, None)

    def _estimate(self, scores: NDArray[np.float64], note: str) -> Estimate:
        if not np.isfinite(scores[0]):
            return Estimate(None, num_rows=self.test.num_rows, note=note)
        low, high = self._interval(scores)
        return Estimate(float(scores[0]), low, high, self.test.num_rows, note)
