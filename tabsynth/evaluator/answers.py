"""What tables answer to a query, counts and means by two columns, beside training. Chooses no queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, hstack

from tabsynth.evaluator.bins import Bins
from tabsynth.evaluator.scale import Scale
from tabsynth.evaluator.table import Table

MIN_EXPECTED = 10  # rows that a group must hold to be asked about


@dataclass(frozen=True)
class Query:
    """Counts and means by two columns.

    Attributes:
        keys: Positions of the columns to group by, and how they are cut into few values.
        number: Position of the column to take means of, None if there is none.
    """

    keys: tuple[tuple[int, Bins], tuple[int, Bins]]
    number: int | None

    def groups(self, table: Table) -> NDArray[np.intp]:
        """Return the group of each row. Shape (rows,)."""
        (first, first_bins), (second, second_bins) = self.keys
        codes = first_bins.codes(table.columns[first]) * second_bins.num_codes
        return np.asarray(codes + second_bins.codes(table.columns[second]))

    @property
    def num_groups(self) -> int:
        """Groups that there can be."""
        return self.keys[0][1].num_codes * self.keys[1][1].num_codes


@dataclass(frozen=True)
class Answer:
    """What training answers, for groups that hold enough rows.

    Attributes:
        query: The query.
        scale: Of its number, None without one that varies.
        groups: Codes of the groups. Shape (groups,).
        shares: Share of training rows in each. Shape (groups,).
        means: Mean number in each, NaN where too few rows have one. Shape (groups,).
    """

    query: Query
    scale: Scale | None
    groups: NDArray[np.intp]
    shares: NDArray[np.float64]
    means: NDArray[np.float64]

    @classmethod
    def read(cls, query: Query, training: Table, num_rows: float) -> Answer:
        """Ask training for the groups that hold ten of every `num_rows` rows or more."""
        scale = None if query.number is None else Scale.fit(training.columns[query.number])
        codes, least = query.groups(training), MIN_EXPECTED * training.num_rows / num_rows
        numbers = _numbers(query, scale, training)
        counts, known, sums = (
            np.bincount(codes, weights, minlength=query.num_groups)
            for weights in (None, np.isfinite(numbers), np.nan_to_num(numbers))
        )
        groups = np.flatnonzero(counts >= least)
        means = np.where(known[groups] >= least, sums[groups] / np.maximum(known[groups], 1), np.nan)
        return cls(query, scale, groups, counts[groups] / training.num_rows, means)


class Errors:
    """The errors of one table's answers, for any weights of its units.

    Args:
        answers: What training answers, each with one group or more.
        table: The table that is asked.
        units: Unit of each row of the table. Shape (rows,).
    """

    def __init__(self, answers: Sequence[Answer], table: Table, units: NDArray[np.intp]) -> None:
        self._units = units
        self._shares = np.concatenate([answer.shares for answer in answers])
        self._means = np.concatenate([answer.means for answer in answers])
        self._starts = np.cumsum([0, *(len(answer.groups) for answer in answers)])[:-1]
        parts = [_membership(answer, table) for answer in answers]
        self._count, self._known, self._sum = (hstack(kind, format="csr").T for kind in zip(*parts, strict=True))

    def __call__(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean error for each weighting of the units, shape (weightings, units)."""
        rows = weights[:, self._units].T
        counts, known, sums = self._count @ rows, self._known @ rows, self._sum @ rows
        of_counts = np.minimum(1, np.abs(counts / rows.sum(axis=0) / self._shares[:, None] - 1))
        gaps = np.abs(sums / np.maximum(known, 1e-9) - self._means[:, None])
        of_means = np.minimum(1, np.where(known > 0, gaps, 1.0))
        asked = np.isfinite(self._means)[:, None]
        groups, means = np.add.reduceat(np.ones_like(asked, dtype=float), self._starts), self._per_query(asked)
        errors = self._per_query(of_counts) / groups
        with_means = self._per_query(np.where(asked, of_means, 0.0)) / np.maximum(means, 1)
        return np.asarray(np.where(means > 0, (errors + with_means) / 2, errors).mean(axis=0))

    def _per_query(self, values: NDArray[np.float64] | NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.add.reduceat(values.astype("float64"), self._starts, axis=0)


def _numbers(query: Query, scale: Scale | None, table: Table) -> NDArray[np.float64]:
    if query.number is None or scale is None:
        return np.full(table.num_rows, np.nan)
    return scale.values(table.columns[query.number])


def _membership(answer: Answer, table: Table) -> tuple[csc_array, csc_array, csc_array]:
    """Rows that are in each group, that have a number as well, and their numbers. Each of shape (rows, groups)."""
    place = np.full(answer.query.num_groups, -1)
    place[answer.groups] = np.arange(len(answer.groups))
    column = place[answer.query.groups(table)]
    numbers = _numbers(answer.query, answer.scale, table)
    shape, inside = (table.num_rows, len(answer.groups)), column >= 0
    known = inside & np.isfinite(numbers)
    return (
        csc_array((np.ones(inside.sum()), (np.flatnonzero(inside), column[inside])), shape=shape),
        csc_array((np.ones(known.sum()), (np.flatnonzero(known), column[known])), shape=shape),
        csc_array((numbers[known], (np.flatnonzero(known), column[known])), shape=shape),
    )
