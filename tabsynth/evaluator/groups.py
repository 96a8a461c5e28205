"""Which rows belong together, such as the visits of one patient, and in which order. Knows no metric."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.evaluator.cells import read_cells
from tabsynth.schema.schema import Schema


@dataclass(frozen=True)
class Groups:
    """The groups of some rows.

    Attributes:
        codes: Group of each row, numbered from 0 by first appearance. Rows without a key are groups of their own.
            Shape (rows,).
        rank: Place of each row within its group; only comparisons inside a group mean anything. Shape (rows,).
    """

    codes: NDArray[np.intp]
    rank: NDArray[np.float64]

    @property
    def num_groups(self) -> int:
        """Number of groups."""
        return int(self.codes.max()) + 1 if len(self.codes) else 0

    @property
    def sizes(self) -> NDArray[np.intp]:
        """Rows of each group. Shape (groups,)."""
        return np.bincount(self.codes, minlength=self.num_groups)

    def take(self, rows: NDArray[np.intp]) -> Groups:
        """Return the groups of these rows, numbered anew."""
        return Groups(pd.factorize(self.codes[rows])[0].astype(np.intp), self.rank[rows])

    def sequences(self) -> list[NDArray[np.intp]]:
        """Return the row positions of each group, in the order of the sequence."""
        order = np.lexsort((self.rank, self.codes))
        return np.split(order, np.cumsum(self.sizes)[:-1]) if len(order) else []

    def first_groups(self, num_rows: int, order: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the positions of the rows of the first groups that fit into `num_rows`, in row order.

        The first group is cut to its first `num_rows` rows if it does not fit alone.

        Args:
            num_rows: Most rows.
            order: The groups in the order in which to take them. Shape (groups,).
        """
        fitting = np.cumsum(self.sizes[order]) <= num_rows
        if not fitting.any():
            (rows,) = np.flatnonzero(self.codes == order[0])[None]
            return np.sort(rows[np.argsort(self.rank[rows], kind="stable")[:num_rows]])
        return np.flatnonzero(np.isin(self.codes, order[fitting]))


def read_groups(frame: pd.DataFrame, schema: Schema, group_by: str, order_by: str | None) -> Groups:
    """Read groups and order of a frame that has the schema's columns."""
    keys = frame[group_by]
    codes = pd.factorize(keys.astype(object).map(lambda key: None if pd.isna(key) else str(key)))[0].astype(np.intp)
    alone = codes < 0
    codes[alone] = codes.max(initial=-1) + 1 + np.arange(int(alone.sum()))
    rank = np.arange(len(frame), dtype="float64")
    if order_by is not None:
        cells = read_cells(frame[order_by], schema[order_by])
        values = cells.numbers
        if values is None:
            assert cells.labels is not None
            values = pd.factorize(cells.labels, sort=True)[0].astype("float64")
            values[values < 0] = np.nan
        # Ties keep the order of the table; rows without a value come last.
        rank[np.lexsort((rank, values))] = rank.copy()
    return Groups(codes, rank)
