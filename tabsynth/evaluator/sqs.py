"""The strict Synthetic Quality Score of one table against the training table. Knows no ceiling, floor or interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.curves import (
    composite_score,
    correlation_score,
    distribution_score,
    structure_score,
    tabular_score,
    text_structure_score,
)
from tabsynth.evaluator.dependence import Variable, association_matrix
from tabsynth.evaluator.marginals import column_distance, column_shape
from tabsynth.evaluator.structure import structure_distance
from tabsynth.evaluator.table import Table
from tabsynth.evaluator.text import text_structure_distance


@dataclass(frozen=True)
class Quality:
    """Scores of one table against the training table.

    Attributes:
        sqs: Composite, 0 to 10.
        distribution: Marginal distributions, 0 to 10.
        correlation: Pairwise associations, 0 to 10.
        structure: First two principal components, 0 to 10.
        text: Form of text, 1.5 to 10; None without text columns.
        shapes: Mean of 1 - KS and 1 - TV, 0 to 1.
        num_rows: Rows a side.
    """

    sqs: float | None
    distribution: float | None
    correlation: float | None
    structure: float | None
    text: float | None
    shapes: float | None
    num_rows: int


@dataclass(frozen=True)
class Associations:
    """Association matrices over the scorable tabular columns.

    Attributes:
        names: Columns, in order.
        training: Shape (columns, columns), -1 to 1.
        other: Likewise; NaN in rows and columns of a column that holds no value of its kind.
    """

    names: tuple[str, ...]
    training: NDArray[np.float64]
    other: NDArray[np.float64]

    @property
    def difference(self) -> NDArray[np.float64]:
        """Absolute differences, 1 where the other side has no value."""
        return np.nan_to_num(np.abs(self.training - self.other), nan=1.0)

    @property
    def mean_difference(self) -> float | None:
        """Mean absolute difference off the diagonal, None with fewer than two columns."""
        size = len(self.names)
        return float(self.difference[~np.eye(size, dtype=bool)].mean()) if size > 1 else None


def associations(training: Table, other: Table) -> Associations:
    """Measure the pairs of both tables, over columns in which training holds a value."""
    pairs = [p for p in zip(training.tabular, other.tabular, strict=True) if p[0].readable.any()]
    real = association_matrix([Variable.of(cells) for cells, _ in pairs])
    fake = association_matrix([Variable.of(cells) for _, cells in pairs])
    lost = np.array([not cells.readable.any() for _, cells in pairs], dtype=bool)
    fake[lost, :] = np.nan
    fake[:, lost] = np.nan
    np.fill_diagonal(fake, 1.0)
    return Associations(tuple(cells.column.name for cells, _ in pairs), real, fake)


def quality(training: Table, other: Table, num_rows: int) -> Quality:
    """Score `other` against `training`, with at most `num_rows` rows on either side and equally many.

    Strict variant of the score of NeMo Safe Synthesizer 0.1.16: a column that lost its type or values has distance 1,
    nothing is rounded on the way, the correlation difference leaves the diagonal out, dates count as numbers, and
    missing cells are a category of their own.
    """
    size = min(num_rows, training.num_rows, other.num_rows)
    real, fake = training.head(size), other.head(size)
    pairs = list(zip(real.tabular, fake.tabular, strict=True))
    distribution = _mean([column_distance(*pair) for pair in pairs])
    shapes = _mean([column_shape(*pair) for pair in pairs])
    difference = associations(real, fake).mean_difference
    distance = structure_distance(real.tabular, fake.tabular)
    scores = (
        None if distribution is None else distribution_score(distribution),
        None if difference is None else correlation_score(difference),
        None if distance is None else structure_score(distance),
    )
    text = _mean([_text(*pair) for pair in zip(real.texts, fake.texts, strict=True)])
    sqs = composite_score(tabular_score(*scores), len(real.tabular), text, len(real.texts))
    return Quality(sqs, *scores, text, shapes, size)


def _text(training: Cells, other: Cells) -> float | None:
    distance = text_structure_distance(training, other)
    return None if distance is None else text_structure_score(distance)


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
