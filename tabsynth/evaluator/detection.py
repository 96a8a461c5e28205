"""The classifier two-sample test: can a model tell synthetic rows from training rows? Knows no other score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold

from tabsynth.evaluator.features import Encoder
from tabsynth.evaluator.intervals import Estimate, bootstrap
from tabsynth.evaluator.table import Table
from tabsynth.evaluator.trees import classifier, one_thread
from tabsynth.seeds import Seeds

MAX_ROWS = 4_000
MIN_ROWS = 25
NUM_FOLDS = 5
NUM_TREES = 60
NUM_IMPORTANCES = 5
METHOD = f"gradient-boosted trees ({NUM_TREES} rounds), {NUM_FOLDS}-fold out-of-fold, not clipped; identifiers dropped"


@dataclass(frozen=True)
class Detection:
    """Outcome of the test.

    Attributes:
        auc: Area under the ROC curve, .5 if nothing can be told apart; below about .45 rows were copied.
        importances: Up to five features that give synthetic rows away, with the loss of AUC when each is permuted.
    """

    auc: Estimate
    importances: tuple[tuple[str, float], ...]


def roc_auc(is_positive: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    """Return the area under the ROC curve (Mann-Whitney), NaN if a class is absent.

    Args:
        is_positive: Shape (rows,).
        scores: Higher means positive. Shape (rows,).
    """
    positives = int(is_positive.sum())
    negatives = len(is_positive) - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    rank_sum = float(rankdata(scores)[is_positive].sum())
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def detect(training: Table, other: Table, *, seeds: Seeds, explain: bool = False) -> Detection:
    """Run the test on equally many rows of both tables, at most 4,000 each.

    Args:
        training: Training rows in random order.
        other: Rows to tell apart from them, in random order.
        seeds: Source of folds and resamples.
        explain: Whether to measure permutation importances, on two of the folds.
    """
    size = min(training.num_rows, other.num_rows, MAX_ROWS)
    if size < MIN_ROWS:
        return Detection(Estimate(None, note=f"needs {MIN_ROWS} rows a side, there are {size}"), ())
    tables = (training.head(size), other.head(size))
    encoder = Encoder.fit(tables)
    if not encoder.features:
        return Detection(Estimate(None, note="there is no column to look at"), ())
    matrix = np.vstack([encoder.matrix(table) for table in tables])
    is_other = np.repeat([False, True], size)
    scores = np.empty(2 * size)
    drops = np.zeros(len(encoder.features))
    folds = StratifiedKFold(NUM_FOLDS, shuffle=True, random_state=seeds.number("evaluator/detection/folds"))
    with one_thread():
        for number, (fit, held) in enumerate(folds.split(matrix, is_other)):
            model = classifier(matrix[fit], is_other[fit], encoder, NUM_TREES)
            scores[held] = model.decision_function(matrix[held])
            if explain and number < 2:
                drops += _drops(model, matrix[held], is_other[held], seeds) / 2
    low, high = bootstrap(
        lambda rows: roc_auc(is_other[rows], scores[rows]), 2 * size, seeds.stream("evaluator/detection/bootstrap")
    )
    auc = roc_auc(is_other, scores)
    order = np.argsort(-drops, kind="stable")[:NUM_IMPORTANCES]
    named = tuple((encoder.features[place].name, float(drops[place])) for place in order if drops[place] > 0)
    return Detection(Estimate(auc, low, high, 2 * size, METHOD), named)


def _drops(
    model: HistGradientBoostingClassifier, matrix: NDArray[np.float64], is_other: NDArray[np.bool_], seeds: Seeds
) -> NDArray[np.float64]:
    """Loss of AUC when each feature is permuted. Shape (features,)."""
    rng = seeds.stream("evaluator/detection/permutation")
    whole = roc_auc(is_other, model.decision_function(matrix))
    drops = np.zeros(matrix.shape[1])
    for place in range(matrix.shape[1]):
        changed = matrix.copy()
        changed[:, place] = rng.permutation(matrix[:, place])
        drops[place] = whole - roc_auc(is_other, model.decision_function(changed))
    return drops
