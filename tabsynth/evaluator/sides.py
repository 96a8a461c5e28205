"""The three tables of an evaluation, aligned, put into a seeded order and cut to size. Knows no metric."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.errors import EvaluationError
from tabsynth.evaluator.fingerprints import row_fingerprints
from tabsynth.evaluator.groups import Groups, read_groups
from tabsynth.evaluator.table import Table, read_table
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

MAX_ROWS = 5_000


@dataclass(frozen=True)
class Side:
    """One table.

    Attributes:
        frame: At most 5,000 rows in a random order that depends on the rows and the seed only; any first rows are a
            sample. Identifiers included. Of tables with groups, all rows of as many random groups as fit.
        table: The same rows, comparable, without identifiers.
        fingerprints: Of all rows of the table, sampled or not. Shape (all rows,).
        groups: Which of the sampled rows belong together, and in which order; None without `group_by`.
        lacking: Columns of the schema that the table does not have; all their cells count as missing.
        num_extra: Columns that are not in the schema; they are ignored.
    """

    frame: pd.DataFrame
    table: Table
    fingerprints: NDArray[np.uint64]
    groups: Groups | None = None
    lacking: tuple[str, ...] = ()
    num_extra: int = 0

    @property
    def num_rows(self) -> int:
        """All rows, sampled or not."""
        return len(self.fingerprints)


@dataclass(frozen=True)
class Sides:
    """The three tables that every metric compares.

    Attributes:
        training: The rows that the synthesizer saw.
        holdout: Real rows that it never saw.
        synthetic: The rows that it made.
        schema: Their columns. The column that names the group is an identifier.
        target: A column to predict, None if the user named none.
        seeds: Root of all sampling.
    """

    training: Side
    holdout: Side
    synthetic: Side
    schema: Schema
    target: str | None
    seeds: Seeds


def read_side(
    frame: pd.DataFrame,
    schema: Schema,
    seeds: Seeds,
    *,
    what: str,
    group_by: str | None = None,
    order_by: str | None = None,
) -> Side:
    """Align and sample one table.

    Args:
        frame: The table, at least one row. Columns it lacks count as missing, further ones are ignored.
        schema: The schema of the training table.
        seeds: Source of the order. Equal tables get equal orders.
        what: How errors call the table.
        group_by: Column whose equal values make a group.
        order_by: Column that orders the rows of a group; None keeps the order of the table.

    Raises:
        EvaluationError: It has no rows, or none of the columns, or a column twice.
    """
    names = [str(name) for name in frame.columns]
    lacking = [name for name in schema.names if name not in names]
    twice = [name for name in schema.names if names.count(name) > 1]
    if len(lacking) == len(schema.names) or twice:
        found = f"has {len(twice)} columns twice" if twice else f"has none of the {len(lacking)} columns"
        raise EvaluationError(f"{what} {found}", where="evaluate", do="compare tables with the same columns")
    if len(frame) == 0:
        raise EvaluationError(f"{what} has no rows", where="evaluate", do="pass a table with rows")
    ordered = _hashable(frame.set_axis(names, axis=1).reindex(columns=schema.names))
    fingerprints = row_fingerprints(ordered, schema)
    canonical = np.argsort(fingerprints, kind="stable")
    order = canonical[seeds.stream("evaluator/order").permutation(len(canonical))]
    groups = None
    if group_by is None:
        rows = order[:MAX_ROWS]
    else:
        groups = read_groups(ordered, schema, group_by, order_by).take(order)
        kept = groups.first_groups(MAX_ROWS, _group_order(groups, fingerprints[order], seeds))
        rows, groups = order[kept], groups.take(kept)
    sample = ordered.iloc[rows].reset_index(drop=True)
    extra = len(names) - len(schema.names) + len(lacking)
    return Side(sample, read_table(sample, schema), fingerprints, groups, tuple(lacking), extra)


def _group_order(groups: Groups, fingerprints: NDArray[np.uint64], seeds: Seeds) -> NDArray[np.intp]:
    """A random order of the groups that depends on neither the order of rows, nor the key, nor a group's size.

    The first rows in a random order would be those of long groups. A hash of all rows of a group is not.
    """
    mixed = np.zeros(groups.num_groups, dtype=np.uint64)
    np.add.at(mixed, groups.codes, fingerprints)
    canonical = np.argsort(mixed, kind="stable")
    return canonical[seeds.stream("evaluator/order/groups").permutation(len(canonical))]


def _hashable(frame: pd.DataFrame) -> pd.DataFrame:
    """Write nested cells, such as lists, as text: they can be compared then."""
    nested = {
        name: frame[name].map(str, na_action="ignore")
        for name in frame.columns
        if frame[name].dtype == object and not frame[name].map(lambda cell: isinstance(cell, Hashable)).all()
    }
    return frame.assign(**nested)
