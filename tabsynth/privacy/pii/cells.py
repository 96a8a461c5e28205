"""The cells of a column as strings, sampled, the way a person would read them. Judges nothing."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from tabsynth.schema.column import Column, Kind

SAMPLE = 500
"""Distinct values that a column is judged by: a share is then off by two points at most, two times in three."""
SHARED_BY = 7
"""Rows that a value needs to be nobody's own, as in the protection of rare values."""


def written(value: object) -> str:
    """Return a cell as it would be typed: 35258.0, which a gap made of 35258, is 35258."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def written_cells(series: pd.Series) -> list[str | None]:
    """Return each cell as it would be typed, None where it is missing; in row order."""
    gone = series.isna().to_numpy(dtype=bool)
    cells = series.astype(object).tolist()
    return [None if missing else written(cell) for cell, missing in zip(cells, gone, strict=True)]


@dataclass(frozen=True)
class Cells:
    """What a column is judged by.

    Attributes:
        name: The column's name.
        kind: Its kind in the schema.
        sample: Up to 500 distinct values, spread evenly over the order in which they first occur; stripped.
        distinct: How many distinct values there are.
        present: How many cells are not missing.
        shared: Share of the cells whose value at least seven rows have.
    """

    name: str
    kind: Kind
    sample: tuple[str, ...]
    distinct: int
    present: int
    shared: float

    @classmethod
    def of(cls, series: pd.Series, column: Column) -> Cells:
        """Sample a column."""
        counts = series.dropna().value_counts(sort=False)
        counts = counts[counts > 0]
        distinct, present = len(counts), int(counts.sum())
        step = max(1, distinct // SAMPLE)
        sample = tuple(written(value).strip() for value in counts.index[::step][:SAMPLE])
        shared = float(counts[counts >= SHARED_BY].sum()) / present if present else 0.0
        return cls(column.name, column.kind, tuple(text for text in sample if text), distinct, present, shared)

    @property
    def is_number(self) -> bool:
        """Whether the column holds numbers."""
        return self.kind in (Kind.INTEGER, Kind.DECIMAL)
