"""The grid that nearly all values of a column lie on: whole thousands, whole days. Sees the table through noise."""

from __future__ import annotations

import numpy as np

from tabsynth.privacy.dp.histograms import Noise, known_cells
from tabsynth.privacy.dp.keys import IntArray

OFF_GRID = 0.02
"""Share of subjects that may be off the grid, and are then moved onto it."""
SURE = 3.0
"""Standard deviations of the noise that may be off it besides."""
DECIMAL_GRIDS = tuple(10**power for power in range(10))
_CLOCK = (60, 3_600, 86_400)


def date_grids(ticks_per_second: int) -> tuple[int, ...]:
    """Return the grids of a clock: powers of a thousand below the second, seconds, minutes, hours, days."""
    below = tuple(1_000**power for power in range(4) if 1_000**power < ticks_per_second)
    return (*below, ticks_per_second, *(seconds * ticks_per_second for seconds in _CLOCK))


def learn_grid(ticks: IntArray, grids: tuple[int, ...], noise: Noise) -> int:
    """Release the coarsest grid that nearly all values lie on.

    Args:
        ticks: Whole numbers, one a subject.
        grids: Candidates, ascending, each a multiple of the one before; the first is 1.
        noise: What protects it.
    """
    coarsest = np.zeros(len(ticks), dtype=np.int64)
    for place, grid in enumerate(grids):
        coarsest[ticks % grid == 0] = place
    counts = known_cells(coarsest, len(grids), noise)
    finer = np.cumsum([0, *counts[:-1].tolist()])
    slack = OFF_GRID * max(0, int(counts.sum())) + SURE * noise.scale * np.sqrt(np.arange(len(grids)))
    if counts.sum() < SURE * noise.scale * np.sqrt(len(grids)):
        return 1
    fits = np.flatnonzero(finer <= slack)
    return grids[int(fits[-1])]
