"""A partition of the number line that refines itself where many subjects are. Sees the table through noise only.

Four histograms in turn, each over cells that were settled by the released counts of the one before: octaves, then three
refinements, in which a cell is divided into as many parts as its noisy count is worth. So nothing need be known about
the range, and a narrow range far from zero (years, times) is found as well as a wide one. Adaptive Gaussian queries
compose as if they had been fixed beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabsynth.privacy.dp.histograms import Noise, known_cells
from tabsynth.privacy.dp.keys import IntArray

FOUND = 3.5
"""Standard deviations above which an octave is taken to hold subjects: of 400 empty ones, one passes in ten tables."""
WORTH = (4.0, 4.0, 6.0)
"""Standard deviations of the next histogram's noise that a part should hold, by refinement."""
MAX_PARTS = 32
KEPT = 3.0
"""Standard deviations below which a cell is taken to be empty in the end.

Cells are made to hold twice as many. With 2 instead of 3, one or two of some hundred empty cells stayed and widened the
range.
"""

Room = Callable[[IntArray, IntArray], NDArray[np.float64]]
"""How many distinct values a cell, from its first to its end key, has room for."""


@dataclass(frozen=True)
class Cells:
    """Cells of keys with their counts.

    Attributes:
        first: First key of each cell, ascending.
        end: The key after its last one.
        counts: Estimated subjects.
    """

    first: IntArray
    end: IntArray
    counts: NDArray[np.float64]


def learn_partition(keys: IntArray, edges: IntArray, room: Room, noises: Sequence[Noise]) -> Cells:
    """Release cells and their counts.

    Args:
        keys: The key of each subject that takes part.
        edges: Where cells begin at first, whatever the table holds; the last one ends the last cell.
        room: Keeps cells from being divided beyond what differs.
        noises: What protects the first histogram and each refinement.
    """
    first, end = edges[:-1], edges[1:]
    counts = _measure(keys, first, end, noises[0]).astype(np.float64)
    held = counts >= FOUND * noises[0].scale
    first, end, counts = first[held], end[held], counts[held]
    variance = np.full(len(counts), noises[0].scale ** 2)
    for noise, worth in zip(noises[1:], WORTH, strict=True):
        parts = np.clip(counts // (worth * noise.scale), 1, np.minimum(MAX_PARTS, room(first, end)))
        parent = np.repeat(np.arange(len(first)), parts.astype(np.int64))
        first, end = _divided(first, end, parts.astype(np.int64))
        measured = _measure(keys, first, end, noise).astype(np.float64)
        # A cell that was not divided has been measured before: the mean, weighted by precision, is the better count.
        whole = parts[parent] == 1
        old, fresh = variance[parent], noise.scale**2
        weight = np.where(whole, old / (old + fresh), 1.0)
        counts = weight * measured + (1 - weight) * counts[parent]
        variance = np.where(whole, old * fresh / (old + fresh), fresh)
    held = counts >= KEPT * np.sqrt(variance)
    return Cells(first[held], end[held], counts[held])


def _measure(keys: IntArray, first: IntArray, end: IntArray, noise: Noise) -> IntArray:
    """Release how many keys lie in each cell; a key in none counts in none."""
    at = np.searchsorted(first, keys, side="right") - 1
    inside = (at >= 0) & (keys < end[np.maximum(at, 0)]) if len(first) else np.zeros(len(keys), dtype=bool)
    return known_cells(np.where(inside, at, -1), len(first), noise)


def _divided(first: IntArray, end: IntArray, parts: IntArray) -> tuple[IntArray, IntArray]:
    """Divide each cell into equal parts of keys."""
    starts: list[int] = []
    ends: list[int] = []
    for low, high, count in zip(first.tolist(), end.tolist(), parts.tolist(), strict=True):
        cuts = [low + (high - low) * part // count for part in range(count + 1)]
        starts += cuts[:-1]
        ends += cuts[1:]
    return np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64)
