"""Numbers of few distinct values, each with a token of its own in the codec: rare ones take the nearest kept one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tabsynth.codec.numeric import NumericCodec
from tabsynth.privacy.protect.subjects import Subjects
from tabsynth.schema.column import Column
from tabsynth.schema.values import Values

IntArray = NDArray[np.int64]

FEW = 0.02
"""Share of the rows up to which rare values move. More are better off in the codec's bins, which keep their spread."""


def nearest_kept(values: Values, column: Column, subjects: Subjects, threshold: int) -> tuple[IntArray, int]:
    """Return the row whose value each row takes: its own, or for a rare value that of the nearest kept one.

    Only where every value has a token of its own, as in bins a value is drawn anew and says of no row that it was
    there. Where no value is kept, or more than FEW of the rows hold a rare one, they stay: on a grid their tokens are
    there whether they were seen or not, else it is for the codec to put them into bins.

    Returns:
        Donor rows, shape (rows,), and how many distinct values were rare.
    """
    donors = np.arange(len(values.data))
    rows = np.flatnonzero(~values.missing)
    codec = NumericCodec.fit(values, column)
    if len(codec.slots("")) > 1:
        return donors, 0
    distinct, first, inverse = np.unique(values.data[rows], return_index=True, return_inverse=True)
    kept = subjects.holding(inverse, len(distinct), rows) >= threshold
    moved = ~kept[inverse]
    if not kept.any() or not 0 < moved.mean() <= FEW:
        return donors, 0
    places = np.flatnonzero(kept)
    # Differences as floats: those of far integers do not fit into 64 bits.
    after = np.clip(np.searchsorted(places, np.arange(len(distinct))), 0, len(places) - 1)
    before = np.maximum(after - 1, 0)
    numbers = distinct.astype(np.float64)
    is_before = np.abs(numbers - numbers[places[before]]) <= np.abs(numbers[places[after]] - numbers)
    nearest = np.where(kept, np.arange(len(distinct)), np.where(is_before, places[before], places[after]))
    donors[rows[moved]] = rows[first[nearest[inverse[moved]]]]
    return donors, int((~kept).sum())
