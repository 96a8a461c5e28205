"""The nearest rows of one table to the rows of another, without a matrix of all pairs. Knows no attack."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.attacks.space import Points, distances

MAX_PAIRS = 2_000_000  # in memory at a time
DIGITS = 9  # sums of the same terms in another order differ behind


@dataclass(frozen=True)
class Neighbours:
    """The nearest rows of another table, nearest first.

    Attributes:
        distance: Infinite where there are fewer rows than asked for. Shape (rows, neighbours).
        place: Position in the other table. Shape (rows, neighbours).
    """

    distance: NDArray[np.float64]
    place: NDArray[np.intp]


def nearest(
    rows: Points,
    others: Points,
    count: int,
    units: tuple[NDArray[np.intp], NDArray[np.intp]] | None = None,
) -> Neighbours:
    """Find the nearest rows.

    Args:
        rows: Rows that look for neighbours.
        others: Rows to find.
        count: Neighbours of each row.
        units: Unit of each row and of each of the others; rows of the same unit are no neighbours.
    """
    found = min(count, len(others))
    distance = np.full((len(rows), count), np.inf)
    place = np.zeros((len(rows), count), dtype=np.intp)
    if found == 0:
        return Neighbours(distance, place)
    step = max(1, MAX_PAIRS // len(others))
    for start in range(0, len(rows), step):
        block = slice(start, min(start + step, len(rows)))
        pairs = distances(rows.take(block), others)
        if units is not None:
            pairs[units[0][block, None] == units[1][None, :]] = np.inf
        if found < len(others):
            near = np.argpartition(pairs, found - 1, axis=1)[:, :found]
        else:
            near = np.broadcast_to(np.arange(found), pairs.shape)
        close = np.round(np.take_along_axis(pairs, near, axis=1), DIGITS)
        order = np.lexsort((near, close))
        distance[block, :found] = np.take_along_axis(close, order, axis=1)
        place[block, :found] = np.take_along_axis(near, order, axis=1)
    return Neighbours(distance, place)
