"""The strict Synthetic Quality Score of one table against the training table. Knows no ceiling, floor or interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.coding import CodedColumn, CodedTable, code_tables
from tabsynth.evaluator.curves import (
    composite_score,
    correlation_score,
    distribution_score,
    structure_score,
    tabular_score,
    text_structure_score,
)
from tabsynth.evaluator.dependence import Variables, association_matrix
from tabsynth.evaluator.histograms import ALL_ROWS, Histograms, Rows
from tabsynth.evaluator.structure import Plane, encoded
from tabsynth.evaluator.table import Table

MAX_PAIRED = 250
"""Tabular columns whose pairs are measured, as pairs grow with the square; of more, those that names draw by lot."""


@dataclass(frozen=True)
class Distances:
    """How far one table lies from another, before any curve; None where there is nothing to measure.

    Attributes:
        distribution: Mean Jensen-Shannon distance of tabular columns, 0 to 1.
        correlation: Mean absolute difference of associations off the diagonal, 0 to 2.
        structure: Mean Jensen-Shannon distance along two principal components, 0 to 1.
        text: Mean of the scores of text columns, 1.5 to 10.
    """

    distribution: float | None
    correlation: float | None
    structure: float | None
    text: float | None


@dataclass(frozen=True)
class Quality:
    """Scores of one table against the training table.

    Attributes:
        sqs: Composite, 0 to 10.
        distribution: Marginal distributions, 0 to 10.
        correlation: Pairwise associations, 0 to 10.
        structure: First two principal components, 0 to 10.
        text: Form of text, 1.5 to 10; None without text columns.
    """

    sqs: float | None
    distribution: float | None
    correlation: float | None
    structure: float | None
    text: float | None

    @classmethod
    def of(cls, distances: Distances, num_tabular: int, num_text: int) -> Quality:
        """Draw the curves and weigh tabular and text score by their columns."""
        scores = (
            None if distances.distribution is None else distribution_score(distances.distribution),
            None if distances.correlation is None else correlation_score(distances.correlation),
            None if distances.structure is None else structure_score(distances.structure),
        )
        sqs = composite_score(tabular_score(*scores), num_tabular, distances.text, num_text)
        return cls(sqs, *scores, distances.text)


class Comparison:
    """One table beside the training table, prepared so that any rows of both can be measured.

    Strict variant of the score of NeMo Safe Synthesizer 0.1.16: a column that lost its type or values has distance 1,
    nothing is rounded on the way, the correlation difference leaves the diagonal out, dates count as numbers, missing
    cells are a category of their own, and bins span the central 99% of training values, so that one outlier cannot
    push all other values into one bin. Bins and components are those of all rows, whichever rows are measured.
    """

    def __init__(self, training: CodedTable, other: CodedTable) -> None:
        """Prepare; columns in which training holds no value are left out.

        Args:
            training: Training rows.
            other: Rows with the same columns, coded together with the training rows.
        """
        kept = [place for place, column in enumerate(training.columns) if column.readable.any()]
        self.training = CodedTable(tuple(training.columns[place] for place in kept), training.num_rows)
        self.other = CodedTable(tuple(other.columns[place] for place in kept), other.num_rows)
        self.num_tabular, self.num_text = len(training.tabular), len(training.texts)

    def measure(
        self, real: Rows = ALL_ROWS, fake: Rows = ALL_ROWS, associations: NDArray[np.float64] | None = None
    ) -> Distances:
        """Measure all distances.

        Args:
            real: Rows of training to compare.
            fake: Rows of the other table.
            associations: Those of the training rows, from `real_associations`, if they are known already.
        """
        tabular, texts = len(self.training.tabular), len(self.training.texts)
        return Distances(
            distribution=float(self.bins.distances(real, fake).mean()) if tabular else None,
            correlation=self._correlation(real, fake, associations),
            structure=None if self._scores is None else float(self._scores.distances(real, fake).mean()),
            text=_text_score(self._forms.distances(real, fake, extra=False)) if texts else None,
        )

    def quality(self, distances: Distances) -> Quality:
        """Turn distances of these tables into scores."""
        return Quality.of(distances, self.num_tabular, self.num_text)

    def shapes(self, real: Rows = ALL_ROWS, fake: Rows = ALL_ROWS) -> float | None:
        """Return the mean of 1 - KS and 1 - TV over tabular columns."""
        return float(self._values.shapes(real, fake).mean()) if self.training.tabular else None

    def real_associations(self, rows: Rows = ALL_ROWS) -> NDArray[np.float64]:
        """Return the association matrix of training rows. Shape (paired columns, paired columns)."""
        return _association_matrix(self._paired[0], rows)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The paired columns, in order."""
        columns = [column.name for column in self.training.tabular]
        drawn = set(sorted(columns, key=lambda name: (crc32(name.encode("utf-8", "replace")), name))[:MAX_PAIRED])
        return tuple(name for name in columns if name in drawn)

    def other_associations(self, rows: Rows = ALL_ROWS) -> NDArray[np.float64]:
        """Return the matrix of the other table; NaN for columns that hold no value of their kind."""
        columns, _ = self._paired_columns
        matrix = _association_matrix(self._paired[1], rows)
        lost = np.array([not column.readable[rows].any() for column in columns], dtype=bool)
        matrix[lost, :] = np.nan
        matrix[:, lost] = np.nan
        np.fill_diagonal(matrix, 1.0)
        return matrix

    def _correlation(self, real: Rows, fake: Rows, associations: NDArray[np.float64] | None) -> float | None:
        if len(self.names) < 2:
            return None
        first = self.real_associations(real) if associations is None else associations
        return mean_difference(first, self.other_associations(fake))

    @cached_property
    def bins(self) -> Histograms:
        """Tabular columns in equal bins."""
        return Histograms.coarse(self.training.tabular, self.other.tabular)

    @cached_property
    def _forms(self) -> Histograms:
        return Histograms.coarse(self.training.texts, self.other.texts)

    @cached_property
    def _values(self) -> Histograms:
        return Histograms.exact(self.training.tabular, self.other.tabular)

    @cached_property
    def _scores(self) -> Histograms | None:
        real, fake = encoded(self.training.tabular, [self.training.tabular, self.other.tabular])
        plane = Plane.fit(real)
        return None if plane is None else Histograms.of_scores(plane.scores(real), plane.scores(fake))

    @cached_property
    def _paired_columns(self) -> tuple[tuple[CodedColumn, ...], tuple[CodedColumn, ...]]:
        drawn = set(self.names)
        sides = (self.other.tabular, self.training.tabular)
        other, training = (tuple(column for column in side if column.name in drawn) for side in sides)
        return other, training

    @cached_property
    def _paired(self) -> tuple[Variables, Variables]:
        other, training = self._paired_columns
        return (
            Variables.of_columns(training, self.training.num_rows),
            Variables.of_columns(other, self.other.num_rows),
        )


@dataclass(frozen=True)
class Associations:
    """Association matrices over the scorable tabular columns, at most 250.

    Attributes:
        names: Columns, in order.
        training: Shape (columns, columns), -1 to 1.
        other: Likewise; NaN in rows and columns of a column that holds no value of its kind.
    """

    names: tuple[str, ...]
    training: NDArray[np.float64]
    other: NDArray[np.float64]

    @cached_property
    def difference(self) -> NDArray[np.float64]:
        """Absolute differences, 1 where the other side has no value."""
        return np.nan_to_num(np.abs(self.training - self.other), nan=1.0)

    @property
    def mean_difference(self) -> float | None:
        """Mean absolute difference off the diagonal, None with fewer than two columns."""
        return mean_difference(self.training, self.other) if len(self.names) > 1 else None


def associations(training: Table, other: Table) -> Associations:
    """Measure the pairs of both tables, over columns in which training holds a value."""
    compared = Comparison(*code_tables([training, other]))
    return Associations(compared.names, compared.real_associations(), compared.other_associations())


def mean_difference(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return the mean absolute difference of two matrices off the diagonal; NaN on a side counts as 1."""
    difference = np.nan_to_num(np.abs(first - second), nan=1.0)
    size = len(difference)
    return float((difference.sum() - np.trace(difference)) / (size * (size - 1)))


def quality(training: Table, other: Table, num_rows: int) -> Quality:
    """Score `other` against `training`, with at most `num_rows` rows on either side and equally many."""
    size = min(num_rows, training.num_rows, other.num_rows)
    compared = Comparison(*code_tables([training.head(size), other.head(size)]))
    return compared.quality(compared.measure())


def _association_matrix(variables: Variables, rows: Rows) -> NDArray[np.float64]:
    return association_matrix(variables if isinstance(rows, slice) else variables.take(rows))


def _text_score(distances: NDArray[np.float64]) -> float:
    """Score the three distances of each text column and return the mean."""
    scores: Sequence[float] = [text_structure_score(float(d)) for d in distances.reshape(-1, 3).mean(axis=1)]
    return float(np.mean(scores))
