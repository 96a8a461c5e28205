"""Value protection: the order of its steps over a table. Holds no rule of its own.

What fewer subjects hold than a drawn threshold of 5 to 7 is replaced in the training rows, so that no codec, model or
file ever sees it. A cell is replaced by that of another row, and the cells that it settles come from the same row:
what one column says about another stays true. Combinations of values, each of them common, are not touched.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.artifact.protection import ColumnProtection, Protection
from tabsynth.privacy.protect.categories import Census, merged_categories, rare_categories
from tabsynth.privacy.protect.discrete import CATEGORIES, Discrete
from tabsynth.privacy.protect.ordered import Ordered
from tabsynth.privacy.protect.stand_in import stand_in
from tabsynth.privacy.protect.strings import protected_strings
from tabsynth.privacy.protect.subjects import Subjects
from tabsynth.privacy.protect.thresholds import Thresholds
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

IntArray = NDArray[np.int64]


def protect(
    frame: pd.DataFrame, schema: Schema, *, subjects: IntArray | None, seeds: Seeds
) -> tuple[pd.DataFrame, Protection]:
    """Replace what few subjects hold.

    Args:
        frame: The training rows.
        schema: Their schema.
        subjects: A number for the subject of each row, shape (rows,); None where each row is a subject.
        seeds: The streams "protect/..." draw thresholds and stand-ins.

    Returns:
        As many rows in the same order, with the same columns and dtypes, and what was done.

    Raises:
        DataError: There are too few subjects.
        SchemaError: A column has no value that may be kept, and nothing can stand in its place.
    """
    unit = Subjects.of(subjects, len(frame))
    draft = _Draft(
        columns={name: frame[name] for name in schema.names},
        discrete=Discrete.of(frame, schema),
        subjects=unit,
        seeds=seeds,
        thresholds={name: Thresholds.draw(name, seeds) for name in schema.names},
        held={},
    )
    draft.count_holders(schema)
    typed = {column.name: column for column in schema.columns}
    order = draft.discrete.finest_first()
    for name in [*order, *(name for name in schema.names if name not in draft.discrete.places)]:
        draft.settle(typed[name])
    made = pd.DataFrame({name: draft.columns[name] for name in frame.columns}, index=frame.index, copy=False)
    made.columns = frame.columns
    return made, Protection(
        unit="row" if subjects is None else "group",
        subjects=unit.total,
        rows=len(frame),
        columns=tuple(draft.record_of(name) for name in schema.names),
    )


@dataclass
class _Draft:
    """The table while it is protected, column by column, the finest first.

    Attributes:
        columns: As far as they are protected.
        discrete: The same as codes, where there are few distinct values.
        subjects: Of the rows.
        seeds: Where draws come from.
        thresholds: Of each column. One that follows another takes its threshold, or it would change once more.
        held: Subjects that held each category of a column before anything was changed.
        records: What was done to the columns that are settled.
        followed: Cells that were changed along with another column's.
    """

    columns: dict[str, pd.Series]
    discrete: Discrete
    subjects: Subjects
    seeds: Seeds
    thresholds: dict[str, Thresholds]
    held: dict[str, IntArray]
    records: dict[str, ColumnProtection] = field(default_factory=dict)
    followed: dict[str, int] = field(default_factory=dict)

    def count_holders(self, schema: Schema) -> None:
        """Count who holds each category, before anything is changed."""
        for name in schema.of_kind(*CATEGORIES):
            size = self.discrete.sizes[self.discrete.places[name]] + 1
            self.held[name] = self.subjects.holding(self.discrete.of_column(name), size)

    def settle(self, column: Column) -> None:
        """Protect one column, for good: what comes later does not touch it."""
        name = column.name
        rng, thresholds = self.seeds.stream(f"protect/{name}/draws"), self.thresholds[name]
        if column.kind in CATEGORIES:
            self.records[name] = self._settle_categories(column, rng)
        elif column.kind is Kind.TEXT or (column.kind is Kind.IDENTIFIER and not _is_counter(self.columns[name])):
            series = self.columns[name]
            self.columns[name], self.records[name] = protected_strings(series, column, self.subjects, thresholds, rng)
        else:
            donors, record = Ordered(self.columns[name], column, self.subjects, thresholds).protected(rng)
            self.records[name] = record
            if record.changed:
                self._take(name, donors, self._followers(name) if self._are_common(name, donors) else [])

    def record_of(self, name: str) -> ColumnProtection:
        """Return what was done to a column in all."""
        return self.records[name].model_copy(update={"followed": self.followed.get(name, 0)})

    def _settle_categories(self, column: Column, rng: np.random.Generator) -> ColumnProtection:
        name, threshold = column.name, self.thresholds[column.name].value
        codes, size = self.discrete.of_column(name), self.discrete.sizes[self.discrete.places[name]] + 1
        # A category that was rare stays so, though rows of another column's stand-ins may have brought more of it.
        holding = np.minimum(self.subjects.holding(codes, size), self.held[name])
        census = Census(np.bincount(codes, minlength=size), holding, np.zeros(size, np.int64))
        rare = rare_categories(census, threshold)
        record = ColumnProtection(name=name, kind=column.kind, threshold=threshold)
        if not rare.any():
            return record
        followers = self._followers(name)
        first = self.discrete.first_rows(name)
        census = Census(census.rows, census.subjects, self._keys(first, followers))
        target = merged_categories(census, threshold, rng)
        if target is None:
            self.columns[name], what = stand_in(self.columns[name], column)
            return record.model_copy(update={"rare": int(rare.sum()), "replaced": len(codes), "stand_in": what})
        moved = target[codes] != codes
        donors = np.where(moved, first[target[codes]], np.arange(len(codes)))
        self._take(name, donors, followers)
        gone = "missing" if (target[census.rows > 0] == size - 1).all() else None
        return record.model_copy(
            update={"rare": int(rare.sum()), "replaced": int(moved.sum()), "stand_in": gone if moved.any() else None}
        )

    def _followers(self, name: str) -> list[str]:
        """Return the columns that this one settles and that are still open."""
        if name not in self.discrete.places:
            return []
        return [other for other in self.discrete.settled_by(name) if other not in self.records]

    def _are_common(self, name: str, donors: IntArray) -> bool:
        """Whether every value that cells took was held by enough subjects before.

        The bound of a range need not be: it was one subject's, and what it settles is that subject's as well.
        """
        if name not in self.discrete.places:
            return False
        codes, size = self.discrete.of_column(name), self.discrete.sizes[self.discrete.places[name]] + 1
        taken = codes[donors[donors != np.arange(len(donors))]]
        return bool((self.subjects.holding(codes, size)[taken] >= self.thresholds[name].value).all())

    def _keys(self, first: IntArray, followers: list[str]) -> IntArray:
        """Return a number for each category, equal where the followers' values are; 0 for one without rows."""
        keys = np.zeros(len(first), dtype=np.int64)
        occurring = np.flatnonzero(first >= 0)
        if followers:
            told = np.stack([self.discrete.of_column(name)[first[occurring]] for name in followers], axis=1)
            keys[occurring] = np.unique(told, axis=0, return_inverse=True)[1].reshape(-1)
        return keys

    def _take(self, name: str, donors: IntArray, followers: list[str]) -> None:
        """Give each row its donor's cell, in this column and in those that follow it."""
        for other in followers:
            codes = self.discrete.of_column(other)
            self.followed[other] = self.followed.get(other, 0) + int((codes[donors] != codes).sum())
            mine, its = self.thresholds[name], self.thresholds[other]
            self.thresholds[other] = Thresholds(mine.value, its.low, its.high)
        for other in [name, *followers]:
            series = self.columns[other]
            self.columns[other] = series.take(donors).set_axis(series.index)
        if name in self.discrete.places:
            self.discrete.take([name, *followers], donors)


def _is_counter(series: pd.Series) -> bool:
    return pd.api.types.is_integer_dtype(series.dtype)
