"""Associations between pairs of columns, as one matrix per table. Knows no scores and no third column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.evaluator.cells import Cells


@dataclass(frozen=True)
class Variable:
    """A column ready for association measures.

    Attributes:
        numbers: For a numeric variable, NaN where missing; else None. Shape (rows,).
        codes: For a nominal variable, one code a distinct label, missing being a label of its own; else None.
            Shape (rows,).
    """

    numbers: NDArray[np.float64] | None
    codes: NDArray[np.intp] | None

    @classmethod
    def of(cls, cells: Cells) -> Variable:
        """Make a variable of cells: numbers stay numbers, labels become codes."""
        if cells.numbers is not None:
            return cls(cells.numbers, None)
        return cls(None, codes_of(cells.labels))


def codes_of(labels: object) -> NDArray[np.intp]:
    """Number the distinct labels, missing ones as a label of their own. Shape (rows,)."""
    codes, distinct = pd.factorize(pd.Series(labels, dtype=object))
    return np.where(codes < 0, len(distinct), codes).astype(np.intp)


def entropy(counts: NDArray[np.float64]) -> float:
    """Return the Shannon entropy of counts in nats."""
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log(shares)).sum())


def theils_u(x: NDArray[np.intp], y: NDArray[np.intp]) -> float:
    """Return Theil's uncertainty coefficient U(x|y) = (H(x) - H(x|y)) / H(x), 1 if x never varies.

    Args:
        x: Codes from 0. Shape (rows,).
        y: Codes from 0. Shape (rows,).

    Returns:
        From 0 (y says nothing of x) to 1 (y settles x).
    """
    entropy_x = entropy(np.bincount(x).astype("float64"))
    if entropy_x == 0:
        return 1.0
    pairs = x * (int(y.max()) + 1) + y
    joint = np.unique(pairs, return_counts=True)[1].astype("float64")
    conditional = entropy(joint) - entropy(np.bincount(y).astype("float64"))
    return float(np.clip((entropy_x - conditional) / entropy_x, 0.0, 1.0))


def correlation_ratio(codes: NDArray[np.intp], numbers: NDArray[np.float64]) -> float:
    """Return eta: the root of the share of variance that lies between groups.

    Args:
        codes: Groups from 0. Shape (rows,).
        numbers: NaN where missing; such rows are left out. Shape (rows,).

    Returns:
        From 0 (equal group means, or nothing to measure) to 1 (no variance inside groups).
    """
    known = ~np.isnan(numbers)
    groups, values = codes[known], numbers[known]
    if len(values) < 2:
        return 0.0
    sizes = np.bincount(groups)
    sums = np.bincount(groups, weights=values)
    held = sizes > 0
    means = sums[held] / sizes[held]
    between = float((sizes[held] * (means - values.mean()) ** 2).sum())
    total = float(((values - values.mean()) ** 2).sum())
    return 0.0 if total <= 0 else float(np.sqrt(min(1.0, between / total)))


def association_matrix(variables: Sequence[Variable]) -> NDArray[np.float64]:
    """Measure every pair: Pearson's r, Theil's U (row given column order as in ``[y, x] = U(x|y)``) or eta.

    Returns:
        A matrix of shape (columns, columns), 1 on the diagonal and 0 where a side never varies.
    """
    size = len(variables)
    matrix = np.eye(size)
    for i, first in enumerate(variables):
        for j, second in enumerate(variables):
            if first.codes is not None and second.codes is not None:
                if i != j and _varies(first.codes) and _varies(second.codes):
                    matrix[j, i] = theils_u(first.codes, second.codes)
            elif first.codes is not None and second.numbers is not None:
                matrix[i, j] = matrix[j, i] = correlation_ratio(first.codes, second.numbers)
    numeric = [place for place, variable in enumerate(variables) if variable.numbers is not None]
    if len(numeric) > 1:
        frame = pd.DataFrame({place: variables[place].numbers for place in numeric})
        with np.errstate(divide="ignore", invalid="ignore"):
            pearson = frame.corr().fillna(0.0).to_numpy(copy=True)
        np.fill_diagonal(pearson, 1.0)
        matrix[np.ix_(numeric, numeric)] = pearson
    return matrix


def _varies(codes: NDArray[np.intp]) -> bool:
    return bool(codes.min() != codes.max())
