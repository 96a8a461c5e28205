"""The joint shape of two tables on the training table's first two principal components. Knows no pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA

from tabsynth.evaluator.coding import CodedColumn

FAR = 1e6
"""Standard deviations at which a value counts as infinitely far; squares of larger ones could overflow."""
DIGITS = 9
"""Of a component's score: what rounding leaves of a component that does not vary is no score."""
MAX_EXACT_COLUMNS = 500


@dataclass(frozen=True)
class Plane:
    """The first two principal components of scaled columns.

    Attributes:
        centre: Mean of each column. Shape (columns,).
        scale: Standard deviation of each column, 1 where it does not vary. Shape (columns,).
        axes: Shape (columns, 2).
        explained: Share of variance that each component explains.
    """

    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    axes: NDArray[np.float64]
    explained: tuple[float, float]

    @classmethod
    def fit(cls, matrix: NDArray[np.float64]) -> Plane | None:
        """Fit to a matrix without missing values; None with fewer than two columns or rows, or if no column varies.

        Args:
            matrix: Shape (rows, columns).
        """
        varies = np.ptp(matrix, axis=0) > 0 if len(matrix) else np.zeros(matrix.shape[1], dtype=bool)
        if min(matrix.shape) < 2 or not varies.any():
            return None
        centre, scale = matrix.mean(axis=0), np.where(varies, matrix.std(axis=0), 1.0)
        scale = np.where(scale > 0, scale, 1.0)
        columns, least = matrix.shape[1], min(matrix.shape)
        # All three are exact: what scikit-learn chooses for wide tables, a randomized one, depends on row order.
        solver = "covariance_eigh" if columns <= MAX_EXACT_COLUMNS else "arpack" if least > 2 else "full"
        model = PCA(n_components=2, svd_solver=solver, random_state=0).fit((matrix - centre) / scale)
        first, second = (float(share) for share in model.explained_variance_ratio_)
        return cls(centre, scale, model.components_.T, (first, second))

    def scores(self, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where rows lie on the two components. Shape (rows, 2)."""
        with np.errstate(over="ignore"):
            scaled = np.clip((matrix - self.centre) / self.scale, -FAR, FAR)
        return np.round(scaled @ self.axes, DIGITS)


def encoded(training: Sequence[CodedColumn], tables: Sequence[Sequence[CodedColumn]]) -> list[NDArray[np.float64]]:
    """Encode tables as numbers without gaps, by what training holds; columns without any training value are left out.

    Numbers that are missing take the training median, labels become their training counts, unseen ones 0, missing
    being a label. Numbers are divided by the largest of training, whose square may be larger than any float.

    Args:
        training: The tabular columns of the training table.
        tables: Those of the tables to encode.

    Returns:
        One matrix of shape (rows, columns) a table.
    """
    kept = [place for place, column in enumerate(training) if column.readable.any()]
    return [_matrix([training[place] for place in kept], [table[place] for place in kept]) for table in tables]


def _matrix(training: Sequence[CodedColumn], table: Sequence[CodedColumn]) -> NDArray[np.float64]:
    columns = [_encoded(*pair) for pair in zip(training, table, strict=True)]
    return np.column_stack(columns) if columns else np.zeros((0, 0))


def _encoded(training: CodedColumn, column: CodedColumn) -> NDArray[np.float64]:
    if training.numbers is not None and column.numbers is not None:
        known = training.numbers[~np.isnan(training.numbers)]
        largest = float(np.abs(known).max()) or 1.0
        with np.errstate(over="ignore"):
            numbers = np.clip(column.numbers / largest, -FAR * 1e6, FAR * 1e6)
        return np.where(np.isnan(numbers), np.median(known / largest), numbers)
    assert training.codes is not None and column.codes is not None
    counts = np.bincount(training.codes + 1, minlength=training.num_codes + 1)
    return np.asarray(counts[column.codes + 1], dtype="float64")
