"""The area under the ROC curve, alone and over resamples. Knows no models."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata


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


def weighted_aucs(
    is_positive: NDArray[np.bool_], scores: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the area under the ROC curve for each weighting of the rows, NaN where a class has no weight.

    With whole numbers as weights it equals `roc_auc` of rows repeated so many times.

    Args:
        is_positive: Shape (rows,).
        scores: Higher means positive. Shape (rows,).
        weights: Shape (weightings, rows).

    Returns:
        Shape (weightings,).
    """
    return _ratio(*_wins(is_positive, scores, weights))


def fold_aucs(
    is_positive: NDArray[np.bool_],
    scores: NDArray[np.float64],
    weights: NDArray[np.float64],
    folds: NDArray[np.intp],
) -> NDArray[np.float64]:
    """Return the share of pairs won, of pairs within a fold, for each weighting of the rows.

    Rows of different folds were scored by different models. A model that has learned one of two similar rows
    pushes the other towards its class, so pairs across folds make the area smaller than .5 where nothing can be
    told apart (Airola et al. 2011, "An experimental comparison of cross-validation techniques for estimating the
    area under the ROC curve"). Pairs within a fold do not.

    Args:
        is_positive: Shape (rows,).
        scores: Higher means positive; comparable within a fold. Shape (rows,).
        weights: Shape (weightings, rows).
        folds: Fold of each row. Shape (rows,).

    Returns:
        Shape (weightings,), NaN where no fold has both classes.
    """
    parts = [folds == fold for fold in np.unique(folds)]
    counted = [_wins(is_positive[part], scores[part], weights[:, part]) for part in parts]
    wins, pairs = (np.sum(found, axis=0) for found in zip(*counted, strict=True))
    return _ratio(wins, pairs)


def _wins(
    is_positive: NDArray[np.bool_], scores: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pairs that the positive wins, ties counting half, and all pairs. Two arrays of shape (weightings,)."""
    order = np.argsort(scores, kind="stable")
    ordered = scores[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    weights, positive = weights[:, order], is_positive[order]
    won = np.add.reduceat(weights * positive, starts, axis=1)
    lost = np.add.reduceat(weights * ~positive, starts, axis=1)
    below = np.cumsum(lost, axis=1) - lost / 2
    return (won * below).sum(axis=1), won.sum(axis=1) * lost.sum(axis=1)


def _ratio(wins: NDArray[np.float64], pairs: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.divide(wins, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0))
