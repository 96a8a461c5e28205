"""Things that a table discloses, such as a rare name: where they occur, and which of them one side only holds.

An item counts if it occurs in the training sample or in the holdout sample, not in both, and in no training row
outside the sample: exchanging the two samples would exchange their items, which is all that the test needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.evaluator.attacks.excess import Tally
from tabsynth.evaluator.attacks.matching import Sample
from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.sides import Side

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """Which row is whose.

    Attributes:
        training: Unit of each training row, in and outside the sample. Shape (training rows,).
        sampled: Unit within the sample of each training row, -1 outside. Shape (training rows,).
        holdout: Positions of the holdout rows of the sample. Shape (rows,).
        held: Unit of each of these rows. Shape (rows,).
        size: Units of each sample.
    """

    training: Codes
    sampled: Codes
    holdout: Codes
    held: Codes
    size: int


def rows_of(training: Side, samples: tuple[Sample, Sample]) -> Rows:
    """Return whose the rows of both sides are."""
    num_rows = training.table.num_rows
    units = np.arange(num_rows) if training.groups is None else training.groups.codes
    sampled = np.full(num_rows, -1, dtype=np.int64)
    sampled[samples[0].rows] = samples[0].units
    return Rows(units.astype(np.int64), sampled, samples[1].rows, samples[1].units, samples[0].size)


@dataclass(frozen=True)
class Items:
    """Occurrences of the items of one kind in one column; a row may hold several or none.

    Attributes:
        training_rows: Row of each occurrence among all training rows. Shape (occurrences,).
        training: Its item. Shape (occurrences,).
        holdout_rows: Place of each occurrence's row among the sampled holdout rows. Shape (occurrences,).
        holdout: Its item.
        synthetic: Items that the synthetic table holds, with repetitions.
        num_items: Items are numbered from 0 to this.
        chance: Chance that an item comes back from the synthetic columns alone, of pairs. Shape (items,); None: 0.
    """

    training_rows: Codes
    training: Codes
    holdout_rows: Codes
    holdout: Codes
    synthetic: Codes
    num_items: int
    chance: NDArray[np.float64] | None = None

    def kept(self, wanted: NDArray[np.bool_]) -> Items:
        """Return only the items that are wanted, shape (items,)."""
        ours, theirs = wanted[self.training], wanted[self.holdout]
        return Items(
            self.training_rows[ours],
            self.training[ours],
            self.holdout_rows[theirs],
            self.holdout[theirs],
            self.synthetic[wanted[self.synthetic]],
            self.num_items,
        )

    def owners(self, rows: Rows) -> Codes:
        """Return how many units of training and of the holdout sample hold each item. Shape (items,)."""
        holders = ((self.training, rows.training[self.training_rows]), (self.holdout, rows.held[self.holdout_rows]))
        counts = np.zeros(self.num_items, dtype=np.int64)
        for codes, units in holders:
            once = np.unique(codes * (units.max(initial=0) + 1) + units, return_index=True)[1]
            counts += np.bincount(codes[once], minlength=self.num_items)
        return counts

    def tallies(self, rows: Rows) -> tuple[Tally, Tally]:
        """Count items of each sampled unit, and those that are back in the synthetic table.

        An item that several units of one side hold is counted once, at the first of them.
        """
        units = rows.sampled[self.training_rows]
        inside = units >= 0
        known = [np.zeros(self.num_items, dtype=bool) for _ in range(4)]
        places = (self.training[inside], self.holdout, self.training[~inside], self.synthetic)
        for flags, codes in zip(known, places, strict=True):
            flags[codes] = True
        ours, theirs, outside, back = known
        wanted = (ours ^ theirs) & ~outside
        tallies = []
        for codes, owners in ((self.training[inside], units[inside]), (self.holdout, rows.held[self.holdout_rows])):
            mine = wanted[codes]
            found, first = np.unique(codes[mine], return_index=True)
            whose = owners[mine][first]
            hits = np.bincount(whose[back[found]], minlength=rows.size).astype(np.int64)
            trials = np.bincount(whose, minlength=rows.size).astype(np.int64)
            tallies.append(Tally(hits, trials, 0.0 if self.chance is None else float(self.chance[found].sum())))
        return tallies[0], tallies[1]


def added(tallies: Sequence[tuple[Tally, Tally]]) -> tuple[Tally, Tally]:
    """Add up the tallies of several columns, unit by unit."""
    sides = []
    for side in range(2):
        hits = np.sum([pair[side].hits for pair in tallies], axis=0)
        trials = np.sum([pair[side].trials for pair in tallies], axis=0)
        sides.append(Tally(hits, trials, sum(pair[side].expected for pair in tallies)))
    return sides[0], sides[1]


def value_items(training: Cells, holdout: Cells, synthetic: Cells) -> tuple[Items, NDArray[np.float64]]:
    """Take every value of a column as an item.

    Args:
        training: Cells of all training rows.
        holdout: Cells of the sampled holdout rows.
        synthetic: Cells of the synthetic rows.

    Returns:
        The items, and the number that each stands for (NaN for labels). Shape (items,).
    """
    sides = (training, holdout, synthetic)
    rows = [np.flatnonzero(cells.readable) for cells in sides]
    joined = np.concatenate([_values(cells)[places] for cells, places in zip(sides, rows, strict=True)])
    codes, distinct = pd.factorize(joined)
    ours, theirs, fake = np.split(codes.astype(np.int64), np.cumsum([len(places) for places in rows])[:-1])
    is_number = training.numbers is not None
    numbers = np.asarray(distinct, dtype="float64") if is_number else np.full(len(distinct), np.nan)
    return Items(rows[0], ours, rows[1], theirs, fake, len(distinct)), numbers


def _values(cells: Cells) -> NDArray[np.generic]:
    if cells.numbers is None:
        assert cells.labels is not None
        return cells.labels
    decimals = cells.column.decimals
    # Equal numbers stay equal when a file rounds them to the column's own grid.
    return cells.numbers + 0.0 if decimals is None else np.round(cells.numbers, decimals) + 0.0


def string_items(
    training: Sequence[tuple[str, ...]], holdout: Sequence[tuple[str, ...]], synthetic: Sequence[tuple[str, ...]]
) -> Items:
    """Take the strings that were found in each row of one column as items."""
    sides = (training, holdout, synthetic)
    rows = [np.repeat(np.arange(len(side)), [len(found) for found in side]) for side in sides]
    joined = np.array([text for side in sides for found in side for text in found], dtype=object)
    codes, distinct = pd.factorize(joined)
    ours, theirs, fake = np.split(codes.astype(np.int64), np.cumsum([len(places) for places in rows])[:-1])
    return Items(rows[0], ours, rows[1], theirs, fake, len(distinct))
