"""Columns by which an attacker compares rows, as whole-number distances. Knows no secrets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.evaluator.cells import Cells

LEVELS = 1_000
"""The largest distance in one column. Whole numbers make sums exact: no result depends on the order of columns."""
MAX_ASPECTS = 64
"""Columns at most, so that a sum of distances fits into 16 bits."""
_MISSING, _UNREADABLE = 3 * LEVELS, -3 * LEVELS
_BLOCK = 128  # targets at a time; 5,000 rows of 16 bits then stay in the cache

IntArray = NDArray[np.uint16]


@dataclass(frozen=True)
class Aspect:
    """One column of targets and synthetic rows.

    Attributes:
        targets: Level (numbers) or code (labels) of each target. Shape (targets,).
        synthetic: Likewise of each synthetic row. Shape (synthetic rows,).
        is_number: Whether levels are compared by their difference; codes are equal or not.
        gaps: Whether any number is missing or unreadable.
    """

    targets: NDArray[np.int32]
    synthetic: NDArray[np.int32]
    is_number: bool
    gaps: bool

    def distances(self, block: slice) -> IntArray:
        """Return the distances of some targets to all synthetic rows, 0 to LEVELS. Shape (targets, synthetic rows)."""
        first, second = self.targets[block, None], self.synthetic[None, :]
        if not self.is_number:
            return np.not_equal(first, second).view(np.uint8) * np.uint16(LEVELS)
        apart = np.subtract(first.astype(np.int16), second.astype(np.int16))
        np.abs(apart, out=apart)
        if self.gaps:
            np.minimum(apart, LEVELS, out=apart)
        return apart.view(np.uint16)


def read_aspect(targets: Cells, synthetic: Cells) -> Aspect:
    """Read one column.

    A number's level is its rank among the targets, 0 to LEVELS: learned and unseen targets count alike, so the scale
    favours neither, and synthetic rows have no say in it. Missing equals missing and is as far as can be from values.
    """
    if targets.numbers is None or synthetic.numbers is None:
        assert targets.labels is not None and synthetic.labels is not None
        codes, _ = pd.factorize(np.concatenate([targets.labels, synthetic.labels]), use_na_sentinel=True)
        size = len(targets.labels)
        return Aspect(codes[:size].astype(np.int32), codes[size:].astype(np.int32), False, False)
    known = np.sort(targets.numbers[targets.readable])
    gaps = not (targets.readable.all() and synthetic.readable.all())
    return Aspect(_levels(targets, known), _levels(synthetic, known), True, gaps)


def _levels(cells: Cells, known: NDArray[np.float64]) -> NDArray[np.int32]:
    assert cells.numbers is not None
    middle = np.searchsorted(known, cells.numbers, "left") + np.searchsorted(known, cells.numbers, "right")
    levels = np.rint(middle * (LEVELS / max(1, 2 * len(known))))
    levels = np.where(cells.missing, _MISSING, np.where(cells.unreadable, _UNREADABLE, levels))
    return levels.astype(np.int32)


def distance_blocks(
    aspects: Sequence[Aspect], halves: NDArray[np.bool_], kept: Sequence[int]
) -> Iterator[tuple[slice, IntArray, IntArray, dict[int, IntArray]]]:
    """Sum distances over two halves of the columns, some targets at a time.

    Args:
        aspects: At most MAX_ASPECTS columns.
        halves: Whether each column is in the second half. Shape (columns,).
        kept: Columns whose own distances are wanted.

    Yields:
        Which targets; sums over the first and the second half, shape (targets, synthetic rows); distances of the
        kept columns.
    """
    num_targets = len(aspects[0].targets)
    for start in range(0, num_targets, _BLOCK):
        block = slice(start, min(start + _BLOCK, num_targets))
        shape = (block.stop - start, len(aspects[0].synthetic))
        sums = (np.zeros(shape, np.uint16), np.zeros(shape, np.uint16))
        own = {}
        for place, aspect in enumerate(aspects):
            apart = aspect.distances(block)
            sums[int(halves[place])][...] += apart
            if place in kept:
                own[place] = apart
        yield block, *sums, own
