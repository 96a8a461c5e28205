"""A table as the metrics see it: comparable columns, without identifiers. Knows no metric."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.evaluator.cells import Cells, read_cells
from tabsynth.schema.column import Kind
from tabsynth.schema.schema import Schema


@dataclass(frozen=True)
class Table:
    """Columns of equal length.

    Attributes:
        columns: One per column of the schema that is no identifier, in order.
        num_rows: Rows.
    """

    columns: tuple[Cells, ...]
    num_rows: int

    @property
    def tabular(self) -> tuple[Cells, ...]:
        """The columns that hold no text."""
        return tuple(cells for cells in self.columns if cells.column.kind is not Kind.TEXT)

    @property
    def texts(self) -> tuple[Cells, ...]:
        """The columns that hold text."""
        return tuple(cells for cells in self.columns if cells.column.kind is Kind.TEXT)

    def head(self, num_rows: int) -> Table:
        """Return the first rows."""
        return self.take(np.arange(min(num_rows, self.num_rows), dtype=np.intp))

    def take(self, rows: NDArray[np.intp]) -> Table:
        """Return these rows."""
        return Table(tuple(cells.take(rows) for cells in self.columns), len(rows))

    def shuffled(self, rng: np.random.Generator) -> Table:
        """Return the table with every column shuffled on its own: marginals stay, everything joint is lost."""
        return Table(tuple(cells.take(rng.permutation(self.num_rows)) for cells in self.columns), self.num_rows)


def read_table(frame: pd.DataFrame, schema: Schema) -> Table:
    """Read a frame that has the schema's columns, whatever their dtypes."""
    columns = [
        read_cells(frame[column.name], column) for column in schema.columns if column.kind is not Kind.IDENTIFIER
    ]
    return Table(tuple(columns), len(frame))
