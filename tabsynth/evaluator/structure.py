"""The joint shape of two tables on the training table's first two principal components. Knows no pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.marginals import numbers_js

PCA_SEED = 444


def component_distance(training: NDArray[np.float64], other: NDArray[np.float64]) -> float | None:
    """Return the mean Jensen-Shannon distance along the first two principal components of `training`.

    Args:
        training: Shape (rows, columns), no missing values. Scaler and components are fitted on it.
        other: Shape (rows, columns), projected onto them.

    Returns:
        A distance in [0, 1]; None with fewer than two columns or rows, or if no column varies.
    """
    if min(training.shape) < 2 or len(other) < 2 or not np.ptp(training, axis=0).any():
        return None
    scaler = StandardScaler().fit(training)
    pca = PCA(n_components=2, random_state=PCA_SEED).fit(scaler.transform(training))
    first = pca.transform(scaler.transform(training))
    second = pca.transform(scaler.transform(other))
    return float(np.mean([numbers_js(first[:, axis], second[:, axis]) for axis in (0, 1)]))


def structure_distance(training: Sequence[Cells], other: Sequence[Cells]) -> float | None:
    """Return the strict distance of two tables with the same tabular columns.

    Numbers that are missing take the training median, labels become their training counts, unseen ones 0.
    Columns without any training value are left out.
    """
    pairs = [pair for pair in zip(training, other, strict=True) if pair[0].readable.any()]
    columns = [encoded_pair(real, fake) for real, fake in pairs]
    if len(columns) < 2:
        return None
    return component_distance(np.column_stack([c[0] for c in columns]), np.column_stack([c[1] for c in columns]))


def encoded_pair(training: Cells, other: Cells) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Encode one column of both tables as numbers without gaps, by what the training column holds."""
    if training.numbers is not None and other.numbers is not None:
        median = float(np.nanmedian(training.numbers))
        return np.nan_to_num(training.numbers, nan=median), np.nan_to_num(other.numbers, nan=median)
    return count_encoded(training.labels, training.labels), count_encoded(training.labels, other.labels)


def count_encoded(fitted: object, labels: object) -> NDArray[np.float64]:
    """Replace each label by its count among `fitted`, 0 if unseen; missing counts as a label. Shape (rows,)."""
    known = pd.Series(fitted, dtype=object)
    counts = known.value_counts()
    wanted = pd.Series(labels, dtype=object)
    encoded = wanted.map(counts).astype("float64").fillna(0.0)
    return np.asarray(encoded.mask(wanted.isna(), float(known.isna().sum())), dtype="float64")
