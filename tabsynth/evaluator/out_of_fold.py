"""Scores of rows by models that never saw their unit, and what the models go by. Knows no tables and no interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from tabsynth.evaluator.roc import roc_auc
from tabsynth.evaluator.trees import Plan, classifier
from tabsynth.seeds import Seeds

NUM_FOLDS = 5
NUM_TREES = 60
NUM_EXPLAINED = 2  # folds whose models are asked what they go by


@dataclass(frozen=True)
class OutOfFold:
    """What the folds found.

    Attributes:
        scores: Log odds that a row is of the second table; comparable within a fold. Shape (rows,).
        drops: Loss of AUC when each feature is permuted, all 0 if that was not asked. Shape (features,).
    """

    scores: NDArray[np.float64]
    drops: NDArray[np.float64]


def fold_of_rows(units: Sequence[NDArray[np.intp]], rng: np.random.Generator) -> NDArray[np.intp]:
    """Deal the units of each table to the folds, each table by itself, which stratifies them.

    Args:
        units: Unit of each row, for each table. Each of shape (rows of the table,).
        rng: Source of the deal.

    Returns:
        Fold of each row of all tables, one for all rows of a unit. Shape (rows,).
    """
    folds = [rng.permutation(int(codes.max()) + 1)[codes] % NUM_FOLDS for codes in units]
    return np.concatenate(folds).astype(np.intp)


def out_of_fold(
    matrix: NDArray[np.float64],
    is_other: NDArray[np.bool_],
    folds: NDArray[np.intp],
    encoder: Plan,
    explain: Seeds | None,
) -> OutOfFold:
    """Fit trees on all folds but one and score the one, for each fold.

    Args:
        matrix: Shape (rows, features).
        is_other: Whether a row is of the second table. Shape (rows,).
        folds: Fold of each row. Shape (rows,).
        encoder: What made the matrix.
        explain: Source of permutations, None to measure no drops.
    """
    scores, drops = np.empty(len(matrix)), np.zeros(matrix.shape[1])
    for number in range(NUM_FOLDS):
        held = folds == number
        model = classifier(matrix[~held], is_other[~held], encoder, NUM_TREES)
        scores[held] = model.decision_function(matrix[held])
        if explain is not None and number < NUM_EXPLAINED:
            rng = explain.stream("evaluator/detection/permutation")
            drops += _drops(model, matrix[held], is_other[held], rng) / NUM_EXPLAINED
    return OutOfFold(scores, drops)


def _drops(
    model: HistGradientBoostingClassifier,
    matrix: NDArray[np.float64],
    is_other: NDArray[np.bool_],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Loss of AUC when each feature is permuted. Shape (features,)."""
    whole = roc_auc(is_other, model.decision_function(matrix))
    drops = np.zeros(matrix.shape[1])
    for place in range(matrix.shape[1]):
        changed = matrix.copy()
        changed[:, place] = rng.permutation(matrix[:, place])
        drops[place] = whole - roc_auc(is_other, model.decision_function(changed))
    return drops
