"""Which columns a metric looks at, in an order of its own. Knows no metric."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.table import Table
from tabsynth.schema.column import Kind


def is_number(cells: Cells) -> bool:
    """Whether the column holds numbers or dates."""
    return cells.numbers is not None


def is_no_text(cells: Cells) -> bool:
    """Whether the column holds anything but text."""
    return cells.column.kind is not Kind.TEXT


def chosen_places(table: Table, wanted: Callable[[Cells], bool], most: int, rng: np.random.Generator) -> list[int]:
    """Return the positions of the wanted columns, or of a random sample of them, in the order of their names.

    Args:
        table: The training table.
        wanted: Whether a column takes part.
        most: Columns to return at most.
        rng: Source of the sample.
    """
    places = [place for place, cells in enumerate(table.columns) if wanted(cells)]
    places.sort(key=lambda place: table.columns[place].column.name)
    return some(places, most, rng)


def some(places: list[int], most: int, rng: np.random.Generator) -> list[int]:
    """Return the positions, or a random sample of them in the same order."""
    if len(places) <= most:
        return places
    return [places[k] for k in np.sort(rng.choice(len(places), most, replace=False)).tolist()]
