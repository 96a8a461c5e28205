"""Gradient-boosted trees as every metric fits them: deterministic, on one thread. Knows no metric."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]


class Plan(Protocol):
    """What a model has to know of a matrix."""

    @property
    def categorical(self) -> list[bool]:
        """Whether each feature is a code without order."""


def one_thread() -> AbstractContextManager[Any]:
    """Keep fits and predictions inside on one thread.

    The models are so small that a second thread wins nothing, and where another process is busy OpenMP's waiting
    threads were measured to slow an evaluation of 4,000 rows from 4 to 250 seconds.
    """
    limits: AbstractContextManager[Any] = threadpool_limits(1)
    return limits


def classifier(
    matrix: NDArray[np.float64], truth: NDArray[Any], encoder: Plan, num_rounds: int
) -> HistGradientBoostingClassifier:
    """Fit a classifier.

    Args:
        matrix: Shape (rows, features), NaN where missing.
        truth: Class of each row, two or more. Shape (rows,).
        encoder: What made the matrix.
        num_rounds: Boosting rounds.
    """
    return HistGradientBoostingClassifier(max_iter=num_rounds, **_settings(encoder)).fit(_binnable(matrix), truth)


def regressor(
    matrix: NDArray[np.float64], truth: NDArray[np.float64], encoder: Plan, num_rounds: int
) -> HistGradientBoostingRegressor:
    """Fit a regressor; arguments as in `classifier`, `truth` being numbers."""
    return HistGradientBoostingRegressor(max_iter=num_rounds, **_settings(encoder)).fit(_binnable(matrix), truth)


def _settings(encoder: Plan) -> dict[str, Any]:
    return {"early_stopping": False, "categorical_features": encoder.categorical, "random_state": 0}


def _binnable(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fill features that hold no value at all with 0: scikit-learn cannot bin them, and a constant decides nothing."""
    return np.where(np.isnan(matrix).all(axis=0), 0.0, matrix)
