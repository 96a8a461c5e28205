"""Whether cells are missing as often as in the real table, and together. Knows no value that is there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.groups import Groups
from tabsynth.evaluator.halves import Halves, half_width, rounds
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import Sides
from tabsynth.evaluator.table import Table

MIN_ROWS = 10
NOTE = (
    "0 to 1, over columns with missing cells on either side: mean of the smaller share of missing cells over the "
    "larger one, and the same of pairs of cells that are missing in one row; interval: random halves of both tables"
)


def missingness_score(sides: Sides) -> Score:
    """Score missing cells of the synthetic table against those of training.

    Columns that are always filled on both sides say nothing and would only raise the mean, so they are left out.
    """
    tables = [side.table for side in (sides.training, sides.synthetic, sides.holdout)]
    rows = min(table.num_rows for table in tables[:2])
    matched = min(rows, tables[2].num_rows)
    if matched < MIN_ROWS:
        return Score(value=None, n=matched, note=f"needs {MIN_ROWS} rows a side")
    training, synthetic, holdout = (_missing(table) for table in tables)
    real, fake = training[:rows], synthetic[:rows]
    value = missing_similarity(real, fake)
    if value is None:
        return Score(value=None, n=rows, note="no cell is missing, in training or in the synthetic table")
    rng = sides.seeds.stream("evaluator/missingness/halves")
    width = _half_width((real, fake), (sides.training.groups, sides.synthetic.groups), rng)
    return Score(
        value=value,
        low=None if width is None else max(0.0, value - width),
        high=None if width is None else min(1.0, value + width),
        reference=missing_similarity(training[:matched], holdout[:matched]),
        floor=missing_similarity(real, _shuffled(real, sides)),
        n=rows,
        note=NOTE,
    )


def missing_similarity(training: NDArray[np.bool_], other: NDArray[np.bool_]) -> float | None:
    """Compare which cells are missing, from 0 (nothing in common) to 1 (as often, and as often together).

    Half of the score is the mean over columns of the smaller rate over the larger one. The other half, where cells
    of a row are ever missing together, is the sum over pairs of columns of the smaller rate of rows that lack both
    over the sum of the larger ones (Ruzicka's similarity). One row is added to each count, so that a handful of
    missing cells settles nothing.

    Args:
        training: True where missing. Shape (rows, columns).
        other: Likewise. Shape (other rows, columns).

    Returns:
        None if nothing is missing on either side.
    """
    affected = training.any(axis=0) | other.any(axis=0)
    if not affected.any():
        return None
    extra = 1 / min(len(training), len(other))
    (real, real_pairs), (fake, fake_pairs) = (_rates(side[:, affected]) for side in (training, other))
    rates = float(((np.minimum(real, fake) + extra) / (np.maximum(real, fake) + extra)).mean())
    smaller, larger = np.minimum(real_pairs, fake_pairs).sum(), np.maximum(real_pairs, fake_pairs).sum()
    return float((rates + (smaller + extra) / (larger + extra)) / 2) if larger > 0 else rates


def _rates(missing: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share of rows without a cell, by column; and without both cells, by pair of columns."""
    present = missing.astype("float64")
    both = present.T @ present / len(missing)
    return np.diag(both), both[np.triu_indices(len(both), 1)]


def _missing(table: Table) -> NDArray[np.bool_]:
    # By name: sums must not depend on the order of columns.
    columns = sorted(table.columns, key=lambda cells: cells.column.name)
    return np.column_stack([cells.missing for cells in columns]) if columns else np.zeros((table.num_rows, 0), bool)


def _shuffled(missing: NDArray[np.bool_], sides: Sides) -> NDArray[np.bool_]:
    rng = sides.seeds.stream("evaluator/missingness/floor")
    return np.column_stack([rng.permutation(column) for column in missing.T])


def _half_width(
    tables: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    groups: tuple[Groups | None, Groups | None],
    rng: np.random.Generator,
) -> float | None:
    halves = [Halves(len(table), owner, rng) for table, owner in zip(tables, groups, strict=True)]
    if not all(half.enough for half in halves):
        return None
    drawn = []
    for _ in rounds(tables[0].shape[1]):
        drawn.append(missing_similarity(*(table[half.draw()] for table, half in zip(tables, halves, strict=True))))
    known = np.array([value for value in drawn if value is not None])
    return half_width(known) if len(known) > 1 else None
