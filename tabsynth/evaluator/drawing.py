"""What the report draws, as numbers with everything rare masked. Knows no score and draws nothing."""

from __future__ import annotations

from typing import Literal

from tabsynth.evaluator.score import Record


class Overlay(Record):
    """A small histogram of one column in both tables.

    Attributes:
        of: What is counted: numbers, dates, categories, words per text or rows per group.
        labels: One per bar. Categories with fewer than 5 training rows are pooled.
        training: Share of training rows per bar, 0 to 1; of rows that hold a value.
        synthetic: Likewise of synthetic rows.
    """

    of: Literal["numbers", "dates", "categories", "words", "rows"]
    labels: tuple[str, ...]
    training: tuple[float, ...]
    synthetic: tuple[float, ...]


class DensityMap(Record):
    """Where rows lie on the first two principal components of the training rows, counted on a square grid.

    Attributes:
        size: Cells a side.
        training: Share of training rows per cell, row by row from the lowest second component, length size * size;
            cells with fewer than 5 training rows hold 0.
        holdout: Likewise.
        synthetic: Likewise.
        explained: Share of variance that each of the two components explains.
        outside: Share of synthetic rows beyond the grid.
    """

    size: int
    training: tuple[float, ...]
    holdout: tuple[float, ...]
    synthetic: tuple[float, ...]
    explained: tuple[float, float]
    outside: float


class DistanceCurve(Record):
    """The cumulative distribution of distances to closest records.

    Attributes:
        of: Which distance: "closest" (DCR) or "ratio" (closest over second closest, NNDR).
        pair: Between which tables, such as "synthetic to training".
        distances: Quantiles at equally spaced shares from 0 to 1, ascending; the extremes are left out.
    """

    of: Literal["closest", "ratio"]
    pair: Literal["synthetic to training", "synthetic to holdout", "training to holdout"]
    distances: tuple[float, ...]


class Measure(Record):
    """One figure of the three tables, such as the share of distinct words; None where a side holds nothing to measure.

    Attributes:
        name: What is measured, with its unit, in words.
        training: Of training rows.
        holdout: Of holdout rows.
        synthetic: Of synthetic rows.
        note: How to read it.
    """

    name: str
    training: float | None
    holdout: float | None
    synthetic: float | None
    note: str = ""


class TextResult(Record):
    """One text column beside the real one.

    Attributes:
        name: Name of the column.
        lengths: Histogram of words per text, None if there is nothing to draw.
        measures: Figures of the column, in the order to show them.
    """

    name: str
    lengths: Overlay | None
    measures: tuple[Measure, ...]


class SequenceResult(Record):
    """Groups of rows, such as the visits of one patient, beside the real ones.

    Attributes:
        groups: Number of training, holdout and synthetic groups.
        lengths: Histogram of rows per group, None if there is nothing to draw.
        measures: Figures of the groups, in the order to show them.
    """

    groups: tuple[int, int, int]
    lengths: Overlay | None
    measures: tuple[Measure, ...]
