"""The released marginal of a number or a date: exact values that many subjects share, cells for the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tabsynth.privacy.dp.grids import learn_grid
from tabsynth.privacy.dp.histograms import Noise, unforeseen_values
from tabsynth.privacy.dp.keys import IntArray
from tabsynth.privacy.dp.marginal import IS_RARE
from tabsynth.privacy.dp.partition import Cells, learn_partition
from tabsynth.privacy.dp.scales import Scale
from tabsynth.privacy.dp.shares import allot
from tabsynth.schema.values import Values

QUERIES: Mapping[str, float] = {
    "atoms": 0.75,
    "grid": 0.15,
    "octaves": 0.3,
    "halves": 0.3,
    "parts": 0.3,
    "cells": 0.7,
}
"""The histograms that are asked of a column, and their weights in the budget."""


@dataclass(frozen=True)
class NumberMarginal:
    """Exact values, then cells, both in ticks of the column's scale.

    Attributes:
        scale: What a tick is.
        atoms: Exact values that were released, ascending.
        atom_counts: Their noisy counts.
        cells: Cells of keys for all other values.
        grid: Other values are multiples of it.
        missing: Noisy count of missing cells; 0 if there are hardly any, or if the dtype cannot hold them.
    """

    scale: Scale
    atoms: IntArray
    atom_counts: IntArray
    cells: Cells
    grid: int
    missing: int

    @classmethod
    def learn(cls, values: Values, scale: Scale, noises: Mapping[str, Noise], *, can_miss: bool) -> Self:
        """Release the marginal by the histograms of QUERIES.

        Args:
            values: One value a subject.
            scale: What a tick is.
            noises: What protects each query.
            can_miss: Whether the dtype can hold a missing cell.
        """
        ticks = scale.ticks(values.data[~values.missing])
        seen = unforeseen_values(ticks.tolist(), int(values.missing.sum()), noises["atoms"])
        pairs = sorted((int(str(value)), count) for value, count in zip(seen.values, seen.counts, strict=True))
        atoms = np.array([value for value, _ in pairs], dtype=np.int64)
        rest = ticks[~np.isin(ticks, atoms)]
        # Asked in any case, so that what is spent does not depend on the table.
        grid = learn_grid(rest[rest != 0], scale.grids, noises["grid"])
        cells = learn_partition(
            scale.keys(rest),
            scale.edges,
            scale.room,
            [noises[name] for name in ("octaves", "halves", "parts", "cells")],
        )
        rare = IS_RARE * noises["atoms"].scale
        return cls(
            scale=scale,
            atoms=atoms,
            atom_counts=np.array([count for _, count in pairs], dtype=np.int64),
            cells=cells,
            grid=grid,
            missing=seen.missing if can_miss and seen.missing >= rare else 0,
        )

    @property
    def nullable(self) -> bool:
        """Whether values may be missing."""
        return self.missing > 0

    @property
    def is_constant(self) -> bool:
        """Whether neither an exact value nor a cell was released: then every value is 0, or missing."""
        return len(self.atoms) + len(self.cells.first) == 0

    def draw(self, num_rows: int, rng: np.random.Generator) -> Values:
        """Draw values, evenly inside their cell."""
        none = float(self.is_constant and not self.nullable)
        places = allot([self.missing + none, *self.atom_counts, *self.cells.counts], num_rows, rng) - 1
        ticks = np.zeros(num_rows, dtype=np.int64)
        is_atom = (places >= 0) & (places < len(self.atoms))
        ticks[is_atom] = self.atoms[places[is_atom]]
        is_cell = places >= len(self.atoms)
        cell = places[is_cell] - len(self.atoms)
        if len(cell):
            low, high = self.scale.ends(self.cells.first, self.cells.end)
            ticks[is_cell] = self._on_grid(rng.integers(low[cell], high[cell], endpoint=True))
        return Values(self.scale.values(ticks), (places < 0) & self.nullable)

    def coerce(self, values: Values) -> Values:
        """Move values that are no exact ones onto the grid and into the range of the cells; else to the nearest atom.

        Where missing was not released, missing cells take the middle of the distribution.
        """
        ticks = np.zeros(len(values.data), dtype=np.int64)
        ticks[~values.missing] = self._nearest(self.scale.ticks(values.data[~values.missing]))
        missing = values.missing.copy()
        if not self.nullable:
            ticks[missing] = self._middle()
            missing[:] = False
        elif self.is_constant:
            missing[:] = True
        return Values(self.scale.values(ticks), missing)

    def _nearest(self, ticks: IntArray) -> IntArray:
        if self.is_constant:
            return np.zeros_like(ticks)
        if len(self.cells.first):
            low, high = self.scale.ends(self.cells.first, self.cells.end)
            moved = self._on_grid(np.clip(ticks, low[0], high[-1]))
            return np.where(np.isin(ticks, self.atoms), ticks, moved)
        at = np.clip(np.searchsorted(self.atoms, ticks), 1, max(1, len(self.atoms) - 1))
        below, above = self.atoms[at - 1], self.atoms[np.minimum(at, len(self.atoms) - 1)]
        # In floats: the distance of two whole numbers of 64 bits may need 65.
        return np.where(ticks.astype(float) - below <= above.astype(float) - ticks, below, above)

    def _on_grid(self, ticks: IntArray) -> IntArray:
        return ticks // self.grid * self.grid

    def _middle(self) -> int:
        """The median of what was released; 0 if nothing was."""
        if self.is_constant:
            return 0
        low, high = self.scale.ends(self.cells.first, self.cells.end)
        ticks = np.concatenate([self.atoms, self._on_grid(low + (high - low) // 2)])
        order = np.argsort(ticks, kind="stable")
        weights: NDArray[np.float64] = np.concatenate([self.atom_counts, self.cells.counts])[order]
        return int(ticks[order[int(np.searchsorted(np.cumsum(weights), weights.sum() / 2))]])
