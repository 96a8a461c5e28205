"""Distances between the three tables, measured once for all attacks that need them. Knows no attack."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.attacks.neighbours import Neighbours, nearest
from tabsynth.evaluator.attacks.space import Points, Space
from tabsynth.evaluator.attacks.targets import Targets, read_targets
from tabsynth.evaluator.resamples import random_units, units_of
from tabsynth.evaluator.sides import Sides

MAX_ROWS, MIN_ROWS = 4_000, 300
FULL_COLUMNS = 50  # with more, fewer rows take the same time
NUM_NEIGHBOURS = 20


@dataclass(frozen=True)
class Nearness:
    """Rows of the three tables and who is near whom. Distances are measured when they are first asked for.

    Attributes:
        targets: The real rows.
        real: Their points, training first.
        synthetic: Points of synthetic rows.
        drawn_share: Share of all training rows that were drawn, for targets or not.
        synthetic_rows: Positions of the synthetic rows in their side. Shape (synthetic rows,).
        synthetic_unit: Unit of each synthetic row: its group, or the row itself. Shape (synthetic rows,).
    """

    targets: Targets
    real: Points
    synthetic: Points
    drawn_share: float
    synthetic_rows: NDArray[np.intp]
    synthetic_unit: NDArray[np.intp]

    @property
    def matched(self) -> int:
        """Rows of training and of the holdout in comparisons of equally many."""
        return min(len(self.targets.training), len(self.targets.holdout))

    @property
    def training(self) -> Points:
        """As many training rows as there are in the holdout, or all."""
        return self.real.take(slice(0, self.matched))

    @property
    def holdout(self) -> Points:
        """As many holdout rows as there are in training, or all."""
        first = len(self.targets.training)
        return self.real.take(slice(first, first + self.matched))

    @cached_property
    def real_to_synthetic(self) -> Neighbours:
        """The 20 nearest synthetic rows of each real row."""
        return nearest(self.real, self.synthetic, NUM_NEIGHBOURS)

    @cached_property
    def real_to_real(self) -> Neighbours:
        """The 20 nearest real rows of other units, whichever side they are from."""
        return nearest(self.real, self.real, NUM_NEIGHBOURS, (self.targets.unit, self.targets.unit))

    @cached_property
    def synthetic_to_training(self) -> Neighbours:
        """The two nearest of the size-matched training rows."""
        return nearest(self.synthetic, self.training, 2)

    @cached_property
    def synthetic_to_holdout(self) -> Neighbours:
        """The two nearest of the size-matched holdout rows."""
        return nearest(self.synthetic, self.holdout, 2)

    @cached_property
    def training_to_holdout(self) -> Neighbours:
        """The two nearest of the size-matched holdout rows, of training rows."""
        return nearest(self.training, self.holdout, 2)

    @cached_property
    def synthetic_to_real(self) -> Neighbours:
        """The nearest real row of each synthetic row, whichever side it is from."""
        first = len(self.targets.training)
        rest = [(self.synthetic_to_training, 0), (self.synthetic_to_holdout, first)]
        for start, stop in ((self.matched, first), (first + self.matched, len(self.real))):
            if start < stop:
                rest.append((nearest(self.synthetic, self.real.take(slice(start, stop)), 1), start))
        distance = np.column_stack([found.distance[:, 0] for found, _ in rest])
        place = np.column_stack([found.place[:, 0] + start for found, start in rest])
        best = np.argmin(distance, axis=1)[:, None]
        return Neighbours(np.take_along_axis(distance, best, axis=1), np.take_along_axis(place, best, axis=1))


def row_limit(num_columns: int) -> int:
    """Return how many rows of a table are measured: all pairs of them take the same time for any number of columns."""
    return max(MIN_ROWS, int(MAX_ROWS * min(1.0, sqrt(FULL_COLUMNS / max(1, num_columns)))))


def measure(sides: Sides) -> Nearness:
    """Choose the rows and put them into the space."""
    most = row_limit(len(sides.training.table.columns))
    targets = read_targets(sides, most)
    training, holdout, synthetic = sides.training.table, sides.holdout.table, sides.synthetic.table
    rng = sides.seeds.stream("evaluator/attacks/targets/groups")
    rows = random_units(sides.synthetic.groups, synthetic.num_rows, most, rng)
    space = Space.fit((training, holdout), synthetic)
    real = space.points(training.take(targets.training)).joined(space.points(holdout.take(targets.holdout)))
    unit = units_of(sides.synthetic.groups, synthetic.num_rows)[rows]
    drawn = min(most, training.num_rows) / sides.training.num_rows
    return Nearness(targets, real, space.points(synthetic.take(rows)), drawn, rows, unit)


@dataclass(frozen=True)
class Shortage:
    """Why attacks on distances cannot be run.

    Attributes:
        note: The reason.
        effect: 0 if there is no one to attack, None if it is not known what would come out.
        p_value: 1 and None likewise.
    """

    note: str
    effect: float | None = None
    p_value: float | None = None


def shortage(sides: Sides, near: Nearness, least: int) -> Shortage | None:
    """Return why an attack that needs `least` targets of each side cannot be run, None if it can."""
    targets = near.targets
    if len(sides.training.table.columns) == 0:
        return Shortage("not run: there is no column to look at")
    if min(targets.num_members, targets.num_others) >= least:
        return None
    if min(sides.training.num_rows, sides.holdout.num_rows) >= 2 * least and targets.num_members < least:
        return Shortage("hardly any training row occurs only once: no row points to anyone", 0.0, 1.0)
    unit = "rows that occur once" if sides.training.groups is None else "groups"
    return Shortage(f"not run: fewer than {least} {unit} on a side")
