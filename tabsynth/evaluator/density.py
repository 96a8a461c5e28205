"""Where rows lie on the training table's first two principal components, counted on a grid. Knows no score."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.coding import code_tables
from tabsynth.evaluator.drawing import DensityMap
from tabsynth.evaluator.sides import Sides
from tabsynth.evaluator.structure import Plane, encoded

MIN_TRAINING_ROWS = 5  # fewer could point at a person
ROWS_A_CELL = 3
LEAST_CELLS, MOST_CELLS = 8, 40
SHARE_SHOWN = 0.99


def density_map(sides: Sides) -> DensityMap | None:
    """Count the rows of all three tables on one square grid over the central 99% of training rows.

    Cells with fewer than 5 training rows hold 0 for every table: what lies alone could be one person's row, or the
    copy of one.

    Returns:
        None with fewer than two columns or rows to look at, or if no column varies.
    """
    tables = code_tables([side.table for side in (sides.training, sides.holdout, sides.synthetic)])
    # By name: components are equal up to their sign in any order of columns, bit by bit in one.
    columns = [sorted(table.tabular, key=lambda column: column.name) for table in tables]
    matrices = encoded(columns[0], columns)
    plane = Plane.fit(matrices[0])
    if plane is None:
        return None
    scores = [plane.scores(matrix) for matrix in matrices]
    size = int(np.clip(np.sqrt(len(scores[0]) / ROWS_A_CELL), LEAST_CELLS, MOST_CELLS))
    tail = (1 - SHARE_SHOWN) / 2
    edges = [_edges(scores[0][:, axis], tail, size) for axis in (0, 1)]
    counts = [np.histogram2d(score[:, 1], score[:, 0], bins=(edges[1], edges[0]))[0] for score in scores]
    shown = counts[0] >= MIN_TRAINING_ROWS
    training, holdout, synthetic = (
        _shares(np.where(shown, count, 0.0), len(score)) for count, score in zip(counts, scores, strict=True)
    )
    return DensityMap(
        size=size,
        training=training,
        holdout=holdout,
        synthetic=synthetic,
        explained=(round(plane.explained[0], 4), round(plane.explained[1], 4)),
        outside=round(1 - float(counts[2].sum()) / len(scores[2]), 4),
    )


def _edges(scores: NDArray[np.float64], tail: float, size: int) -> NDArray[np.float64]:
    low, high = np.quantile(scores, [tail, 1 - tail])
    return np.linspace(low, high, size + 1) if high > low else np.linspace(low - 0.5, low + 0.5, size + 1)


def _shares(counts: NDArray[np.float64], num_rows: int) -> tuple[float, ...]:
    return tuple(round(float(count) / num_rows, 5) for count in counts.ravel())
