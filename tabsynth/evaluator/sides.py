"""The three tables of an evaluation, checked, put into a seeded order and cut to size. Knows no metric."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.errors import EvaluationError, SchemaError
from tabsynth.evaluator.fingerprints import row_fingerprints
from tabsynth.evaluator.table import Table, read_table
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

MAX_ROWS = 5_000


@dataclass(frozen=True)
class Side:
    """One table.

    Attributes:
        frame: At most 5,000 rows in a random order that depends on the rows and the seed only; any first rows are a
            sample. Identifiers included.
        table: The same rows, comparable, without identifiers.
        fingerprints: Of all rows. Shape (all rows,).
    """

    frame: pd.DataFrame
    table: Table
    fingerprints: NDArray[np.uint64]

    @property
    def num_rows(self) -> int:
        """All rows, sampled or not."""
        return len(self.fingerprints)


def read_side(frame: pd.DataFrame, schema: Schema, seeds: Seeds, *, what: str) -> Side:
    """Check and sample one table.

    Args:
        frame: The table.
        schema: The schema of the training table.
        seeds: Source of the order. Equal tables get equal orders.
        what: How errors call the table.

    Raises:
        EvaluationError: It has no rows or other columns.
    """
    try:
        ordered = schema.check(frame, what=what)
    except SchemaError as error:
        raise EvaluationError(error.message, where="evaluate", do="compare tables with the same columns") from None
    if len(ordered) == 0:
        raise EvaluationError(f"{what} has no rows", where="evaluate", do="pass a table with rows")
    fingerprints = row_fingerprints(ordered, schema)
    canonical = np.argsort(fingerprints, kind="stable")
    rows = canonical[seeds.stream("evaluator/order").permutation(len(canonical))][:MAX_ROWS]
    sample = ordered.iloc[rows].reset_index(drop=True)
    return Side(sample, read_table(sample, schema), fingerprints)
