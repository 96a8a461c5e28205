"""Equally many real rows of both kinds, learned and never seen: the only fair comparison. Knows no attack."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.evaluator.sides import Side, Sides


@dataclass(frozen=True)
class Sample:
    """Rows of one side, as units that were drawn independently of each other: single rows, or whole groups.

    Attributes:
        rows: Positions in the side. Shape (rows,).
        units: Unit of each row, 0 to `size` - 1. Shape (rows,).
        size: Number of units.
    """

    rows: NDArray[np.intp]
    units: NDArray[np.intp]
    size: int

    def one_row_each(self) -> NDArray[np.intp]:
        """Return the position of one row of every unit: the first, and rows are in random order. Shape (units,)."""
        _, first = np.unique(self.units, return_index=True)
        return self.rows[first]

    def per_unit(self, amounts: NDArray[np.generic]) -> NDArray[np.int64]:
        """Sum whole numbers, one a row of the sample, over each unit. Shape (units,)."""
        sums = np.bincount(self.units, weights=amounts.astype("float64"), minlength=self.size)
        return np.rint(sums).astype(np.int64)


def matched_samples(sides: Sides, most: int) -> tuple[Sample, Sample]:
    """Draw equally many units of training and holdout.

    Args:
        sides: The tables.
        most: Units at most.
    """
    size = min(_num_units(sides.training), _num_units(sides.holdout), most)
    return _draw(sides.training, size, sides, "training"), _draw(sides.holdout, size, sides, "holdout")


def _num_units(side: Side) -> int:
    return side.table.num_rows if side.groups is None else side.groups.num_groups


def _draw(side: Side, size: int, sides: Sides, what: str) -> Sample:
    if side.groups is None:
        return Sample(np.arange(size, dtype=np.intp), np.arange(size, dtype=np.intp), size)
    # Not the first groups: where rows are in random order, large groups come first.
    rng = sides.seeds.stream(f"evaluator/attacks/matching/{what}")
    drawn = rng.permutation(side.groups.num_groups)[:size]
    rows = np.flatnonzero(np.isin(side.groups.codes, drawn))
    return Sample(rows, pd.factorize(side.groups.codes[rows])[0].astype(np.intp), size)
