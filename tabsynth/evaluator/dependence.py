"""Associations between pairs of columns, as one matrix per table. Knows no scores and no third column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from tabsynth.evaluator.coding import CodedColumn

NOISE = 1e-12
"""Share of a sum of squares below which a variance is what rounding left over."""
MAX_CELLS = 4_000_000
"""Of a table of sums, one a label and number, held at once."""


@dataclass(frozen=True)
class Variables:
    """Columns ready for association measures.

    Attributes:
        numeric: Places of the numeric columns in the matrix. Shape (numeric,).
        nominal: Places of the nominal columns. Shape (nominal,).
        numbers: Numbers less their mean, the largest being 1; 0 where missing. Shape (rows, numeric).
        known: 1 where there is a number, else 0. Shape (rows, numeric).
        codes: One a distinct label, from 0 without gaps, missing being a label of its own. Shape (nominal, rows).
        sizes: Distinct labels. Shape (nominal,).
    """

    numeric: NDArray[np.intp]
    nominal: NDArray[np.intp]
    numbers: NDArray[np.float64]
    known: NDArray[np.float64]
    codes: NDArray[np.intp]
    sizes: NDArray[np.intp]

    @classmethod
    def of(cls, columns: Sequence[NDArray[np.float64] | NDArray[np.intp]], num_rows: int) -> Variables:
        """Take floats as numbers, NaN being none, and integers as labels of any value.

        Args:
            columns: Each of shape (rows,).
            num_rows: Rows.
        """
        is_numeric = np.array([column.dtype.kind == "f" for column in columns], dtype=bool)
        floats = [np.asarray(columns[place], dtype="float64") for place in np.flatnonzero(is_numeric).tolist()]
        numbers, known = [_scaled(column) for column in floats], [~np.isnan(column) for column in floats]
        codes = [pd.factorize(columns[place])[0] for place in np.flatnonzero(~is_numeric).tolist()]
        return cls(
            np.flatnonzero(is_numeric),
            np.flatnonzero(~is_numeric),
            np.array(numbers).reshape(len(numbers), num_rows).T,
            np.array(known, dtype="float64").reshape(len(known), num_rows).T,
            np.array(codes, dtype=np.intp).reshape(len(codes), num_rows),
            np.array([code.max(initial=-1) + 1 for code in codes], dtype=np.intp),
        )

    @classmethod
    def of_columns(cls, columns: Sequence[CodedColumn], num_rows: int) -> Variables:
        """Take the columns of a table that hold no text."""
        values = [column.numbers if column.numbers is not None else column.codes for column in columns]
        return cls.of([value for value in values if value is not None], num_rows)

    def take(self, rows: NDArray[np.intp]) -> Variables:
        """Return these rows."""
        return replace(self, numbers=self.numbers[rows], known=self.known[rows], codes=self.codes[:, rows])


def association_matrix(variables: Variables) -> NDArray[np.float64]:
    """Measure every pair: Pearson's r, Theil's U (row given column order as in ``[y, x] = U(x|y)``) or eta.

    Pearson's r is that of the rows in which both are known. Eta, the correlation ratio, is the root of the share of
    variance that lies between the labels' groups.

    Returns:
        A matrix of shape (columns, columns), 1 on the diagonal and 0 where a side never varies.
    """
    size = len(variables.numeric) + len(variables.nominal)
    matrix = np.zeros((size, size))
    matrix[np.ix_(variables.numeric, variables.numeric)] = _pearson(variables)
    matrix[np.ix_(variables.nominal, variables.nominal)] = _uncertainty(variables)
    eta = _eta(variables)
    matrix[np.ix_(variables.nominal, variables.numeric)] = eta
    matrix[np.ix_(variables.numeric, variables.nominal)] = eta.T
    np.fill_diagonal(matrix, 1.0)
    return matrix


def theils_u(x: NDArray[np.intp], y: NDArray[np.intp]) -> float:
    """Return Theil's uncertainty coefficient U(x|y) = (H(x) - H(x|y)) / H(x), 1 if x never varies.

    Args:
        x: Codes from 0. Shape (rows,).
        y: Codes from 0. Shape (rows,).

    Returns:
        From 0 (y says nothing of x) to 1 (y settles x).
    """
    terms = _entropy_terms(len(x))
    entropies = [_entropy(terms[np.bincount(codes)], len(x)) for codes in (x, y)]
    if entropies[0] <= 0:
        return 1.0
    joint = _joint_entropy((x, y), (int(x.max()) + 1, int(y.max()) + 1), terms)
    return float(np.clip((entropies[0] + entropies[1] - joint) / entropies[0], 0.0, 1.0))


def _scaled(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    known = ~np.isnan(numbers)
    if not known.any() or numbers[known].min() == numbers[known].max():
        return np.zeros(len(numbers))
    # Scaled before the mean is taken: a sum of large floats is no float any more.
    scaled = numbers / np.abs(numbers[known]).max()
    centred = np.where(known, scaled - scaled[known].mean(), 0.0)
    return np.asarray(centred / (np.abs(centred).max() or 1.0))


def _pearson(variables: Variables) -> NDArray[np.float64]:
    x, known = variables.numbers, variables.known
    if known.all():
        squares, x = (x**2).sum(axis=0), x - x.mean(axis=0)
        products, variances = x.T @ x, (x**2).sum(axis=0)
        variances = np.where(variances > NOISE * squares, variances, 0.0)
        scale = np.sqrt(np.outer(variances, variances))
    else:
        count, total, squares, products = known.T @ known, x.T @ known, (x**2).T @ known, x.T @ x
        count = np.maximum(count, 1.0)
        products = products - total * total.T / count
        variances = squares - total**2 / count
        variances = np.where(variances > NOISE * squares, variances, 0.0)
        scale = np.sqrt(variances * variances.T)
    return np.asarray(np.clip(np.divide(products, scale, out=np.zeros_like(scale), where=scale > 0), -1.0, 1.0))


def _eta(variables: Variables) -> NDArray[np.float64]:
    """Correlation ratios. Shape (nominal, numeric)."""
    x, known = variables.numbers, variables.known
    count, total, squares = np.maximum(1.0, known.sum(axis=0)), x.sum(axis=0), (x**2).sum(axis=0)
    mean_part = total**2 / count
    variance = squares - mean_part
    variance = np.where(variance > NOISE * squares, variance, 0.0)
    eta = np.zeros((len(variables.nominal), len(variables.numeric)))
    if not eta.size:
        return eta
    most = max(1, MAX_CELLS // len(variables.numeric))
    # Consecutive columns whose labels fit; a column with more labels stands alone.
    blocks = np.cumsum(np.minimum(variables.sizes, most)) // most
    for block in np.unique(blocks):
        places = np.flatnonzero(blocks == block)
        between = _between_groups(variables, places) - mean_part
        eta[places] = np.sqrt(
            np.clip(np.divide(between, variance, out=np.zeros_like(between), where=variance > 0), 0, 1)
        )
    return eta


def _between_groups(variables: Variables, places: NDArray[np.intp]) -> NDArray[np.float64]:
    """Sum of the squared sums of groups over their sizes. Shape (places, numeric)."""
    sizes = variables.sizes[places]
    starts = np.cumsum(sizes) - sizes
    labels = (variables.codes[places] + starts[:, None]).T
    rows = labels.shape[0]
    member = csr_matrix(
        (np.ones(labels.size), labels.ravel(), np.arange(0, labels.size + 1, len(places))), (rows, int(sizes.sum()))
    ).T
    sums = member @ variables.numbers
    if variables.known.all():
        count = np.asarray(member.sum(axis=1), dtype="float64").reshape(-1, 1)
    else:
        count = member @ variables.known
    parts = np.divide(sums**2, count, out=np.zeros_like(sums), where=count > 0)
    return np.asarray(np.add.reduceat(parts, starts, axis=0))


def _uncertainty(variables: Variables) -> NDArray[np.float64]:
    """Theil's U of each pair of nominal columns, ``[y, x] = U(x|y)``. Shape (nominal, nominal)."""
    codes, sizes = variables.codes, variables.sizes
    size, rows = codes.shape
    matrix = np.zeros((size, size))
    terms = _entropy_terms(rows)
    alone = [_entropy(terms[np.bincount(code, minlength=1)], rows) for code in codes]
    varying = [place for place in range(size) if alone[place] > 0]
    for position, i in enumerate(varying):
        for j in varying[position + 1 :]:
            joint = _joint_entropy((codes[i], codes[j]), (int(sizes[i]), int(sizes[j])), terms)
            shared = max(0.0, alone[i] + alone[j] - joint)
            matrix[j, i], matrix[i, j] = min(1.0, shared / alone[i]), min(1.0, shared / alone[j])
    return matrix


def _entropy_terms(rows: int) -> NDArray[np.float64]:
    """Return c ln c for each possible count c. Shape (rows + 1,)."""
    counts = np.arange(rows + 1, dtype="float64")
    return np.asarray(counts * np.log(np.maximum(counts, 1.0)))


def _entropy(terms: NDArray[np.float64], rows: int) -> float:
    """Return Shannon's entropy in nats from c ln c of the counts, 0 if it is what rounding left over."""
    found = float(np.log(rows) - terms.sum() / rows) if rows else 0.0
    return found if found > NOISE else 0.0


def _joint_entropy(
    codes: tuple[NDArray[np.intp], NDArray[np.intp]], sizes: tuple[int, int], terms: NDArray[np.float64]
) -> float:
    rows = len(codes[0])
    pairs = codes[0] * sizes[1] + codes[1]
    if sizes[0] * sizes[1] <= 4 * rows:
        return _entropy(terms[np.bincount(pairs)], rows)
    # Most cells of so large a table would be empty: count runs of equal pairs instead.
    pairs.sort()
    starts = np.flatnonzero(np.concatenate([[True], pairs[1:] != pairs[:-1]]))
    return _entropy(terms[np.diff(np.append(starts, rows))], rows)
