"""Which real rows or groups an attack aims at, so that training and holdout could swap places. Knows no attack.

Rows that occur more than once are the trap. A split may keep copies of a row on one side, deal them out one by one, or
do the former with few and the latter with many copies, as ours does. Only a row that is alone in both tables has the
same chance of either side in all of these cases, however common its values are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.fingerprints import row_fingerprints
from tabsynth.evaluator.resamples import random_units
from tabsynth.evaluator.sides import Side, Sides

FEW_COPIES = 5


@dataclass(frozen=True)
class Census:
    """How often each distinct real row occurs on either side.

    Attributes:
        values: Fingerprints of the distinct rows, ascending. Shape (values,).
        training: Occurrences in training. Shape (values,).
        holdout: Occurrences in the holdout. Shape (values,).
    """

    values: NDArray[np.uint64]
    training: NDArray[np.intp]
    holdout: NDArray[np.intp]

    @property
    def total(self) -> NDArray[np.intp]:
        """Occurrences on both sides. Shape (values,)."""
        return self.training + self.holdout

    @property
    def alone(self) -> NDArray[np.bool_]:
        """True for rows that an attack can aim at: they occur once. Shape (values,).

        Where no row with up to five copies lies on both sides, the split has kept copies together, or training was
        repeated afterwards: then such a row is one target whatever its number of copies.
        """
        total = self.total
        few = (total > 1) & (total <= FEW_COPIES)
        straddles = (self.training > 0) & (self.holdout > 0)
        if (few & straddles).any():
            few = np.zeros(len(total), dtype=bool)
        return np.asarray((total == 1) | few)

    def places(self, fingerprints: NDArray[np.uint64]) -> NDArray[np.intp]:
        """Return the place of each fingerprint in `values`, -1 if it is not there. Shape (rows,)."""
        if len(self.values) == 0:
            return np.full(len(fingerprints), -1, dtype=np.intp)
        places = np.minimum(np.searchsorted(self.values, fingerprints), len(self.values) - 1)
        return np.where(self.values[places] == fingerprints, places, -1)


@dataclass(frozen=True)
class Targets:
    """Real rows, and the units that were drawn independently: single rows, or whole groups.

    Attributes:
        training: Positions of the rows in the training side; units are in random order. Shape (training rows,).
        holdout: Likewise. Shape (holdout rows,).
        unit: Unit of each row, training rows first. Shape (rows,).
        is_member: Whether each unit was in training. Shape (units,).
    """

    training: NDArray[np.intp]
    holdout: NDArray[np.intp]
    unit: NDArray[np.intp]
    is_member: NDArray[np.bool_]

    @property
    def num_members(self) -> int:
        """Units of training."""
        return int(self.is_member.sum())

    @property
    def num_others(self) -> int:
        """Units of the holdout."""
        return len(self.is_member) - self.num_members

    def any_of(self, hit: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return whether any row of each unit was hit. Shape (units,)."""
        return np.bincount(self.unit, weights=hit, minlength=len(self.is_member)) > 0

    def mean_of(self, amounts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean over the rows of each unit, NaN where it is NaN for all of them. Shape (units,)."""
        known = np.isfinite(amounts)
        size = len(self.is_member)
        sums = np.bincount(self.unit[known], weights=amounts[known], minlength=size)
        counts = np.bincount(self.unit[known], minlength=size)
        return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def take_census(training: NDArray[np.uint64], holdout: NDArray[np.uint64]) -> Census:
    """Count each distinct row on both sides."""
    values, inverse = np.unique(np.concatenate([training, holdout]), return_inverse=True)
    first = np.bincount(inverse[: len(training)], minlength=len(values))
    return Census(values, first, np.bincount(inverse[len(training) :], minlength=len(values)))


def read_targets(sides: Sides, most: int) -> Targets:
    """Choose the targets among at most `most` sampled rows a side."""
    if sides.training.groups is not None and sides.holdout.groups is not None:
        return _groups(sides, most)
    census = take_census(sides.training.fingerprints, sides.holdout.fingerprints)
    # A row with copies is drawn into a sample more often than one without: keep each with the chance of one copy.
    luck = sides.seeds.stream("evaluator/attacks/targets").random((2, len(census.values)))
    rows = [_alone(side, census, luck, sides, most) for side in (sides.training, sides.holdout)]
    size = len(rows[0]) + len(rows[1])
    return Targets(rows[0], rows[1], np.arange(size, dtype=np.intp), np.arange(size) < len(rows[0]))


def _alone(side: Side, census: Census, luck: NDArray[np.float64], sides: Sides, most: int) -> NDArray[np.intp]:
    places = census.places(row_fingerprints(side.frame.head(most), sides.schema))
    distinct, first, copies = np.unique(places, return_index=True, return_counts=True)
    kept = census.alone[distinct] & (luck[0, distinct] < copies / census.total[distinct])
    # In an order of their own: rows with copies turn up earlier in a random order of rows.
    return np.asarray(first[kept][np.argsort(luck[1, distinct[kept]], kind="stable")], dtype=np.intp)


def _groups(sides: Sides, most: int) -> Targets:
    """Whole groups in random order, with those of their rows that no other group has."""
    rows, prints, codes = [], [], []
    for side in (sides.training, sides.holdout):
        assert side.groups is not None
        rng = sides.seeds.stream("evaluator/attacks/targets/groups")
        chosen = random_units(side.groups, side.table.num_rows, most, rng)
        # Groups are numbered by first appearance, in which large ones come first.
        codes.append(rng.permutation(side.groups.num_groups)[side.groups.codes[chosen]])
        order = np.argsort(codes[-1], kind="stable")
        rows.append(chosen[order])
        codes[-1] = codes[-1][order]
        prints.append(row_fingerprints(side.frame.iloc[rows[-1]], sides.schema))
    last = int(codes[0].max(initial=-1))
    group = np.concatenate([codes[0], codes[1] + last + 1])
    values, place = np.unique(np.concatenate(prints), return_inverse=True)
    lowest, highest = np.full(len(values), len(group) + group.max(initial=0)), np.full(len(values), -1)
    np.minimum.at(lowest, place, group)
    np.maximum.at(highest, place, group)
    own = (lowest == highest)[place]
    kept, unit = np.unique(group[own], return_inverse=True)
    first = len(rows[0])
    return Targets(rows[0][own[:first]], rows[1][own[first:]], unit.astype(np.intp), kept <= last)
