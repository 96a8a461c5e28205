"""Rows divided among cells by their noisy counts. Post-processing: it sees released numbers only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def allot(weights: Sequence[float], num_rows: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return a cell for each row, in random order: exact shares, and at least one row a cell where there is room.

    Args:
        weights: Of the cells, 0 or more, not all 0. A cell of weight 0 gets no row.
        num_rows: Rows to divide.
        rng: Settles the order.
    """
    share = np.maximum(np.asarray(weights, dtype=np.float64), 0)
    held = share > 0
    rows = np.zeros(len(share), dtype=np.int64)
    if held.sum() <= num_rows:
        rows[held] = 1
    exact = share / share.sum() * num_rows
    # Cells that already have more than their share keep that one row; the others take what is left.
    short = np.maximum(exact - rows, 0)
    if short.sum() > 0:
        rows += np.floor(short / short.sum() * (num_rows - rows.sum())).astype(np.int64)
    rows[np.argsort(np.where(held, rows - exact, np.inf), kind="stable")[: num_rows - int(rows.sum())]] += 1
    return rng.permutation(np.repeat(np.arange(len(share)), rows))
