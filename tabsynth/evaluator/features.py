"""From a table to the matrix that a tree model reads. Knows no labels to predict and no scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.table import Table
from tabsynth.evaluator.topics import Topics
from tabsynth.schema.column import Kind

MAX_CATEGORIES = 200  # HistGradientBoosting reads at most 255
MAX_FEATURES = 200  # beyond this a random sample of the features takes part
LARGEST = 1e100  # numbers beyond it count as it: halfway between larger ones, trees reach infinity


@dataclass(frozen=True)
class Feature:
    """One column of the matrix.

    Attributes:
        name: Name for people: the column's, with what was taken from it if that is not the value itself.
        position: Position of the column in the table.
        take: What is taken from the column's cells.
        codes: Code of each label, for labels.
    """

    name: str
    position: int
    take: str
    codes: dict[str, int]

    def values(self, table: Table) -> NDArray[np.float64]:
        """Return one number a row, NaN where missing."""
        cells = table.columns[self.position]
        if self.take == "number":
            assert cells.numbers is not None
            return np.clip(cells.numbers, -LARGEST, LARGEST)
        if self.take == "unreadable":
            return cells.unreadable.astype("float64")
        assert cells.labels is not None
        labels = cells.labels.tolist()
        if self.take == "label":
            rest = len(self.codes)
            return np.array([np.nan if label is None else self.codes.get(label, rest) for label in labels], dtype=float)
        measure = len if self.take == "characters" else _num_words
        return np.array([np.nan if label is None else measure(label) for label in labels], dtype=float)


@dataclass(frozen=True)
class Encoder:
    """The features of a table.

    Attributes:
        features: In matrix order.
        topics: What texts are about, behind the features; None to leave that out.
    """

    features: tuple[Feature, ...]
    topics: Topics | None = None

    @classmethod
    def fit(cls, tables: Sequence[Table], without: str | None = None) -> Encoder:
        """Plan the features from the labels and unreadable cells of some tables, in the order of column names.

        Args:
            tables: Tables with the same columns.
            without: A column to leave out, such as a target.
        """
        columns = list(zip(*(table.columns for table in tables), strict=True))
        features: list[Feature] = []
        # Trees take the first of equally good splits, so the order must not be that of the table.
        for position in sorted(range(len(columns)), key=lambda place: columns[place][0].column.name):
            if columns[position][0].column.name != without:
                features += _features(position, columns[position])
        return cls(tuple(features))

    def sampled(self, rng: np.random.Generator) -> Encoder:
        """Return the encoder with a random sample of its features if it has more than 200."""
        if len(self.features) <= MAX_FEATURES:
            return self
        kept = np.sort(rng.choice(len(self.features), MAX_FEATURES, replace=False))
        return replace(self, features=tuple(self.features[place] for place in kept.tolist()))

    @property
    def categorical(self) -> list[bool]:
        """Whether each column of the matrix is a code without order."""
        numbers = 0 if self.topics is None else self.topics.size
        return [feature.take == "label" for feature in self.features] + [False] * numbers

    def matrix(self, table: Table) -> NDArray[np.float64]:
        """Return the matrix of a table, shape (rows, features and topics)."""
        columns = [feature.values(table) for feature in self.features]
        columns += [] if self.topics is None else [self.topics.matrix(table)]
        return np.column_stack(columns) if columns else np.empty((table.num_rows, 0))

    def shuffled(self, matrix: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
        """Return a matrix in which every column of the table is shuffled on its own; topics go together."""
        positions = np.array([feature.position for feature in self.features], dtype=np.intp)
        positions = np.append(positions, np.full(matrix.shape[1] - len(positions), -1))
        found = matrix.copy()
        for position in np.unique(positions).tolist():
            found[:, positions == position] = matrix[rng.permutation(len(matrix))][:, positions == position]
        return found


def _features(position: int, columns: Sequence[Cells]) -> list[Feature]:
    name, kind = columns[0].column.name, columns[0].column.kind
    if kind is Kind.TEXT:
        return [
            Feature(f"{name} (characters)", position, "characters", {}),
            Feature(f"{name} (words)", position, "words", {}),
        ]
    if columns[0].numbers is None:
        counts = Counter(label for cells in columns for label in (cells.labels if cells.labels is not None else ()))
        counts.pop(None, None)
        kept = sorted(counts, key=lambda label: (-counts[label], label))[:MAX_CATEGORIES]
        return [Feature(name, position, "label", {label: code for code, label in enumerate(kept)})]
    features = [Feature(name, position, "number", {})]
    if any(cells.unreadable.any() for cells in columns):
        features.append(Feature(f"{name} (not of its kind)", position, "unreadable", {}))
    return features


def _num_words(text: str) -> int:
    return len(text.split())
