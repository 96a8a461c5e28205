"""Two rare values in one row, which together point at one person. Knows no tests.

That a rare value comes back proves little: whoever draws categories from training brings rare ones back, and columns
that are shuffled on their own bring back all of them. That two come back in the same row is another matter, unless one
of the columns settles the other, such as an airline's name and its code; such pairs of columns are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from tabsynth.evaluator.attacks.items import Codes, Items, Rows

MAX_COLUMNS = 24
MIN_AGREEING, MIN_SHARED = 0.3, 3
MAX_CORRELATION = 0.8


@dataclass(frozen=True)
class RareColumn:
    """One column's rare values by row.

    Attributes:
        training: Rare item of each training row, -1 for none. Shape (training rows,).
        holdout: Of each sampled holdout row.
        synthetic: Of each synthetic row.
        numbers: Numbers of the training rows, then of the sampled holdout rows; None for labels.
        num_items: Items are numbered from 0 to this.
    """

    training: Codes
    holdout: Codes
    synthetic: Codes
    numbers: NDArray[np.float64] | None
    num_items: int

    @property
    def real(self) -> Codes:
        """Items of training rows, then of sampled holdout rows."""
        return np.concatenate([self.training, self.holdout])


def pair_items(columns: Sequence[RareColumn], rows: Rows) -> Iterator[Items]:
    """Yield the pairs of rare values of every two columns that do not settle each other.

    Of many columns those with the most rare values count; equally many, the first.
    """
    ranked = sorted(range(len(columns)), key=lambda k: (-int((columns[k].real >= 0).sum()), k))
    units = np.concatenate([rows.training, rows.training.max(initial=-1) + 1 + rows.held])
    kept = [columns[k] for k in ranked[:MAX_COLUMNS]]
    links = [_linked_rows(column.real, units) for column in kept]
    ranks = [None if column.numbers is None else _ranks(column.numbers) for column in kept]
    for a, b in combinations(range(len(kept)), 2):
        first, second = kept[a], kept[b]
        if _settles(links[a], second.real) or _settles(links[b], first.real) or _follows(ranks[a], ranks[b]):
            continue
        found = _paired(first, second)
        if found is not None:
            yield found


def _linked_rows(codes: Codes, units: Codes) -> tuple[Codes, Codes]:
    """Neighbouring rows of different units that share a rare value: positions of the first and of the second."""
    rare = np.flatnonzero(codes >= 0)
    order = rare[np.lexsort((units[rare], codes[rare]))]
    first, second = order[:-1], order[1:]
    same = (codes[first] == codes[second]) & (units[first] != units[second])
    return first[same], second[same]


def _settles(links: tuple[Codes, Codes], other: Codes) -> bool:
    """Whether rows that share a rare value mostly share the other column's rare value as well."""
    rare = other[links[0]] >= 0
    agree = other[links[0]] == other[links[1]]
    return int(rare.sum()) >= MIN_SHARED and float(agree[rare].mean()) >= MIN_AGREEING


def _ranks(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks with mean 0 and length 1; missing numbers hold 0, the mean."""
    known = ~np.isnan(numbers)
    ranks = np.zeros(len(numbers))
    if known.any():
        ranks[known] = rankdata(numbers[known])
        ranks[known] -= ranks[known].mean()
    length = float(np.sqrt(ranks @ ranks))
    return ranks / length if length > 0 else ranks


def _follows(first: NDArray[np.float64] | None, second: NDArray[np.float64] | None) -> bool:
    """Whether one number nearly settles the other (Spearman), such as a price and a price with tax."""
    return first is not None and second is not None and abs(float(first @ second)) > MAX_CORRELATION


def _paired(first: RareColumn, second: RareColumn) -> Items | None:
    keys, places = [], []
    for side in ("training", "holdout", "synthetic"):
        a, b = getattr(first, side), getattr(second, side)
        both = np.flatnonzero((a >= 0) & (b >= 0))
        places.append(both)
        keys.append(a[both] * np.int64(second.num_items) + b[both])
    if not len(keys[0]) and not len(keys[1]):
        return None
    codes, distinct = pd.factorize(np.concatenate(keys))
    ours, theirs, fake = np.split(codes.astype(np.int64), np.cumsum([len(key) for key in keys])[:-1])
    # How often two columns that know nothing of each other bring the pair together, given what each of them holds.
    values = np.divmod(distinct, second.num_items)
    counts = [
        np.bincount(column.synthetic[column.synthetic >= 0], minlength=column.num_items)[items].astype(float)
        for column, items in zip((first, second), values, strict=True)
    ]
    chance = -np.expm1(-counts[0] * counts[1] / max(1, len(first.synthetic)))
    return Items(places[0], ours, places[1], theirs, fake, len(distinct), chance)
