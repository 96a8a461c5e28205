"""The associations of all pairs of columns in both tables, and the pairs that differ most. Knows no scores."""

from __future__ import annotations

import numpy as np

from tabsynth.evaluator.result import Correlations, PairDifference
from tabsynth.evaluator.sides import Side
from tabsynth.evaluator.sqs import Associations, associations

NUM_WORST_PAIRS = 10
MAX_COLUMNS = 250
"""Columns whose matrix the report can still show."""


def correlations(training: Side, synthetic: Side) -> Correlations | None:
    """Measure the pairs on equally many rows of both tables; None with fewer than two tabular columns."""
    rows = min(training.table.num_rows, synthetic.table.num_rows)
    found = associations(training.table.head(rows), synthetic.table.head(rows))
    if len(found.names) < 2:
        return None
    size = range(min(len(found.names), MAX_COLUMNS))
    return Correlations(
        names=found.names[:MAX_COLUMNS],
        training=tuple(tuple(round(float(found.training[i, j]), 3) for j in size) for i in size),
        synthetic=tuple(tuple(_known(found.other[i, j]) for j in size) for i in size),
        difference=tuple(tuple(round(float(found.difference[i, j]), 3) for j in size) for i in size),
        worst=_worst(found),
    )


def _worst(found: Associations) -> tuple[PairDifference, ...]:
    difference = found.difference
    larger = np.triu(np.maximum(difference, difference.T), 1)
    rows, cols = np.unravel_index(np.argsort(-larger, axis=None, kind="stable")[:NUM_WORST_PAIRS], larger.shape)
    pairs = []
    for i, j in zip(rows.tolist(), cols.tolist(), strict=True):
        # Theil's U has a direction; show the one that differs more.
        a, b = (i, j) if difference[i, j] >= difference[j, i] else (j, i)
        if i < j:
            pairs.append(
                PairDifference(
                    first=found.names[a],
                    second=found.names[b],
                    training=round(float(found.training[a, b]), 3),
                    synthetic=_known(found.other[a, b]),
                    difference=round(float(difference[a, b]), 3),
                )
            )
    return tuple(pairs)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 3)
