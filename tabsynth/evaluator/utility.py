"""Train on synthetic, test on real: does a model learn the same from both? Knows one target column at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.detection import roc_auc
from tabsynth.evaluator.features import Encoder
from tabsynth.evaluator.intervals import Estimate, bootstrap
from tabsynth.evaluator.table import Table
from tabsynth.evaluator.target import Target, read_target
from tabsynth.evaluator.trees import classifier, one_thread, regressor
from tabsynth.seeds import Seeds

MAX_ROWS = 5_000
MIN_ROWS = 25
NUM_ROUNDS = 100
MIN_GAIN = 0.02  # below this a real model learns nothing that a ratio could be taken of


@dataclass(frozen=True)
class Utility:
    """Scores on the holdout.

    Attributes:
        metric: What the numbers are: "ROC AUC", "macro F1" or "R2".
        tstr: Of a model fitted on synthetic rows.
        trtr: Of a model fitted on as many training rows.
        floor: Of a model fitted on independently shuffled training columns, at least chance; None without a target.
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


def utility(training: Table, holdout: Table, synthetic: Table, target: str | None, seeds: Seeds) -> Utility:
    """Fit gradient-boosted trees on synthetic, training and shuffled training rows and test each on the holdout.

    The metric is ROC AUC for two classes, macro F1 for more (a class that is never predicted scores 0) and R2 for
    numbers, of log(1 + x) where the tail is heavy. Text columns take part by length and word count only.

    Args:
        training: Training rows in random order.
        holdout: Test rows.
        synthetic: Synthetic rows in random order.
        target: Column to predict, None if the user named none.
        seeds: Source of shuffles and resamples.
    """
    if target is None:
        return missing_utility("no target column was named")
    size = min(training.num_rows, synthetic.num_rows, MAX_ROWS)
    real, fake, test = training.head(size), synthetic.head(size), holdout.head(MAX_ROWS)
    plan = read_target(real, target)
    if isinstance(plan, str):
        return missing_utility(plan)
    encoder = Encoder.fit([real], without=target)
    known = plan.known(test)
    if not encoder.features or known.sum() < MIN_ROWS:
        return missing_utility(f"the holdout has {int(known.sum())} rows with a target, {MIN_ROWS} are needed")
    test = test.take(np.flatnonzero(known))
    shuffled = real.shuffled(seeds.stream("evaluator/utility/floor"))
    tables = (fake, real, shuffled)
    with one_thread():
        scored = [_Scored(plan, plan.values(test), _predict(plan, encoder, table, test)) for table in tables]
    return _outcome(plan, scored, test.num_rows, seeds)


@dataclass(frozen=True)
class _Scored:
    """Predictions of one model for the test rows, None if it could not be fitted."""

    plan: Target
    truth: NDArray[np.float64]
    predicted: NDArray[np.float64] | None

    def on(self, rows: NDArray[np.intp]) -> float:
        if self.predicted is None:
            return float("nan")
        return score(self.plan, self.truth[rows], self.predicted[rows])


def _outcome(plan: Target, scored: list[_Scored], size: int, seeds: Seeds) -> Utility:
    fake, real, shuffled = scored
    everything = np.arange(size, dtype=np.intp)
    # One shuffle can do worse than chance by luck, which would flatter the ratio.
    shuffled_score = shuffled.on(everything)
    lowest = max(shuffled_score, plan.chance) if np.isfinite(shuffled_score) else plan.chance

    def ratio(rows: NDArray[np.intp]) -> float:
        gain = real.on(rows) - lowest
        return (fake.on(rows) - lowest) / gain if gain > MIN_GAIN else float("nan")

    def estimate(statistic: Callable[[NDArray[np.intp]], float], note: str) -> Estimate:
        value = statistic(everything)
        if not np.isfinite(value):
            return Estimate(None, num_rows=size, note=note)
        low, high = bootstrap(statistic, size, seeds.stream("evaluator/utility/bootstrap"))
        return Estimate(value, low, high, size, note)

    lost = "; synthetic rows hold no target to learn from" if fake.predicted is None else ""
    weak = (
        "; a model of the training rows learns too little for a ratio"
        if real.on(everything) - lowest <= MIN_GAIN
        else ""
    )
    return Utility(
        plan.metric,
        estimate(fake.on, f"{plan.metric} on the holdout; trees fitted on synthetic rows{lost}"),
        estimate(real.on, f"{plan.metric} on the holdout; trees fitted on as many training rows"),
        lowest,
        estimate(ratio, f"(TSTR - floor) / (TRTR - floor) of {plan.metric}{lost}{weak}"),
    )


def _predict(plan: Target, encoder: Encoder, table: Table, test: Table) -> NDArray[np.float64] | None:
    """Predictions for `test` of a model fitted on `table`: scores of the second class, classes, or numbers."""
    known = np.flatnonzero(plan.known(table))
    if len(known) < 2:
        return None
    matrix, truth = encoder.matrix(table.take(known)), plan.values(table.take(known))
    held = encoder.matrix(test)
    if len(np.unique(truth)) == 1:
        return np.full(test.num_rows, truth[0])
    if plan.num_classes == 0:
        return np.asarray(regressor(matrix, truth, encoder, NUM_ROUNDS).predict(held), dtype="float64")
    rounds = NUM_ROUNDS if plan.num_classes <= 5 else max(10, 5 * NUM_ROUNDS // plan.num_classes)
    model = classifier(matrix, truth, encoder, rounds)
    if plan.num_classes > 2:
        return np.asarray(model.predict(held), dtype="float64")
    positive = np.flatnonzero(model.classes_ == 1.0)
    return np.asarray(model.predict_proba(held)[:, positive].sum(axis=1), dtype="float64")


def score(plan: Target, truth: NDArray[np.float64], predicted: NDArray[np.float64]) -> float:
    """Score predictions by the metric of the target, NaN if the rows do not allow it."""
    if plan.num_classes == 2:
        return roc_auc(truth == 1.0, predicted)
    if plan.num_classes > 2:
        return macro_f1(truth.astype(np.intp), predicted.astype(np.intp), plan.num_classes)
    spread = float(((truth - truth.mean()) ** 2).sum())
    return 1 - float(((truth - predicted) ** 2).sum()) / spread if spread > 0 else float("nan")


def macro_f1(truth: NDArray[np.intp], predicted: NDArray[np.intp], num_classes: int) -> float:
    """Return the mean F1 over the classes that occur in `truth`; one that is never predicted scores 0."""
    # One place more: labels that training never held.
    hits = np.bincount(truth[truth == predicted], minlength=num_classes + 1)
    sizes = np.bincount(truth, minlength=num_classes + 1)
    guesses = np.bincount(predicted, minlength=num_classes + 1)
    occurs = sizes > 0
    return float((2 * hits[occurs] / (sizes[occurs] + guesses[occurs])).mean())
