"""How good predictions of a target are, for any weights of the rows. Knows no models."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.roc import weighted_aucs
from tabsynth.evaluator.target import Target


def goodness(
    target: Target, truth: NDArray[np.float64], predicted: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the metric of the target for each weighting of the rows, NaN where it has none.

    Args:
        target: What is predicted.
        truth: Class codes or numbers. Shape (rows,).
        predicted: Scores of the second of two classes, class codes, or numbers. Shape (rows,).
        weights: Shape (weightings, rows).

    Returns:
        ROC AUC, macro F1 or R2. Shape (weightings,).
    """
    if target.num_classes == 2:
        return weighted_aucs(truth == 1.0, predicted, weights)
    if target.num_classes > 2:
        return macro_f1(truth.astype(np.intp), predicted.astype(np.intp), target.num_classes, weights)
    return r_squared(truth, predicted, weights)


def macro_f1(
    truth: NDArray[np.intp], predicted: NDArray[np.intp], num_classes: int, weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the mean F1 over the classes that occur in `truth`; one that is never predicted scores 0.

    The code `num_classes` stands for labels that training never held. Shape (weightings,).
    """
    classes = np.arange(num_classes + 1)
    is_truth, is_guess = truth[:, None] == classes, predicted[:, None] == classes
    sizes, guesses, hits = (weights @ part.astype("float64") for part in (is_truth, is_guess, is_truth & is_guess))
    scores = np.divide(2 * hits, sizes + guesses, out=np.zeros_like(hits), where=sizes > 0)
    return np.asarray(scores.sum(axis=1) / np.maximum((sizes > 0).sum(axis=1), 1))


def r_squared(
    truth: NDArray[np.float64], predicted: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return 1 - squared errors / squared deviations from the mean, NaN where nothing varies. Shape (weightings,)."""
    total = weights.sum(axis=1)
    means = weights @ truth / total
    # Around the mean of all rows first, or large numbers that vary little lose their digits.
    centre = truth.mean()
    spread = weights @ (truth - centre) ** 2 - total * (means - centre) ** 2
    errors = weights @ (truth - predicted) ** 2
    share = np.divide(errors, spread, out=np.full(len(weights), np.nan), where=spread > 1e-12 * total)
    return np.asarray(1 - share)


def class_recalls(
    truth: NDArray[np.intp], predicted: NDArray[np.intp], classes: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return which share of each class was recognised, of classes that occur in `truth`. Shape (occurring classes,)."""
    return np.array([(predicted[truth == code] == code).mean() for code in classes.tolist() if (truth == code).any()])
