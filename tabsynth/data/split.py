"""The split: rows to train on and rows kept aside. Knows rows and whether they are equal; not what they mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.config import MIN_HOLDOUT_ROWS, Config
from tabsynth.errors import ConfigError, DataError
from tabsynth.seeds import Seeds

DEFAULT_SHARE = 0.1
DEFAULT_SMALL_SHARE, DEFAULT_SMALL_ROWS = 0.2, 500
DEFAULT_MOST_ROWS = 5_000
MIN_TRAINING_ROWS = 10
MAX_COPIES = 5


@dataclass(frozen=True)
class Split:
    """A table in two parts, both in the table's order with a fresh RangeIndex.

    Attributes:
        training: The rows to learn from.
        holdout: The rows that no training sees.
    """

    training: pd.DataFrame
    holdout: pd.DataFrame


def split_holdout(frame: pd.DataFrame, holdout: float | int | None, seeds: Seeds, group_by: str | None = None) -> Split:
    """Keep random rows aside.

    Up to `MAX_COPIES` equal rows are copies of one record and stay on one side: a copy in training would
    make a holdout record look memorized. More equal rows are a common combination of values; they are dealt
    one by one, or the holdout would hold all of them or none and be no sample of the table.

    Args:
        frame: The table, at least 14 rows.
        holdout: Its share of the rows in (0, 1), or its rows from 4; None takes 10 %, but at least 500 rows
            or 20 % of a small table, and at most 5,000.
        seeds: The stream "split" picks the rows.
        group_by: Column whose equal values stay on one side, however many there are; None parts rows.

    Returns:
        The two parts. The holdout has the rows asked for, or up to 4 more where copies would not part; whole groups
        may be more.

    Raises:
        ConfigError: `holdout` leaves too few rows on one side.
        DataError: The table is too small to be split at all, or holds too few groups.
    """
    rows = len(frame)
    wanted = _holdout_rows(rows, holdout)
    unit = _units(frame) if group_by is None else group_numbers(frame[group_by])
    _, unit, sizes = np.unique(unit, return_inverse=True, return_counts=True)
    order = seeds.stream("split").permutation(len(sizes))
    inside = np.zeros(len(sizes), dtype=bool)
    inside[_fill(order, sizes, wanted)] = True
    kept = inside[unit]
    if (~kept).sum() < MIN_TRAINING_ROWS:
        raise DataError(
            f"{len(sizes)} groups leave {int((~kept).sum())} rows to learn from",
            where=f"column '{group_by}'",
            do="name a column with more and smaller groups in group_by, or none",
        )
    return Split(
        training=frame[~kept].reset_index(drop=True),
        holdout=frame[kept].reset_index(drop=True),
    )


def group_numbers(groups: pd.Series) -> NDArray[np.int64]:
    """Return a number a row, equal where the group is, in the order of appearance; a missing group is a row's own."""
    numbers, found = pd.factorize(groups)
    alone = numbers < 0
    numbers = numbers.astype(np.int64)
    numbers[alone] = len(found) + np.arange(int(alone.sum()))
    return numbers


def _holdout_rows(rows: int, holdout: float | int | None) -> int:
    holdout = Config.from_options(holdout=holdout).holdout
    least = MIN_HOLDOUT_ROWS + MIN_TRAINING_ROWS
    if rows < least:
        raise DataError(f"the table has {rows} rows, a split needs {least}", where="split_holdout", do="pass more rows")
    if holdout is None:
        share = max(DEFAULT_SHARE * rows, min(DEFAULT_SMALL_ROWS, DEFAULT_SMALL_SHARE * rows))
        return max(MIN_HOLDOUT_ROWS, min(DEFAULT_MOST_ROWS, round(share)))
    wanted = round(holdout * rows) if isinstance(holdout, float) else holdout
    if wanted < MIN_HOLDOUT_ROWS or rows - wanted < MIN_TRAINING_ROWS:
        raise ConfigError(
            f"setting 'holdout' keeps {wanted:,} of {rows:,} rows aside",
            where="split_holdout",
            do=f"keep {MIN_HOLDOUT_ROWS} to {rows - MIN_TRAINING_ROWS:,} rows, or leave it None",
        )
    return wanted


def _units(frame: pd.DataFrame) -> NDArray[np.int64]:
    """A number a row; rows with the same number go to the same side."""
    alone = np.arange(len(frame), dtype=np.int64)
    try:
        hashes = pd.util.hash_pandas_object(frame, index=False).to_numpy()
    except (TypeError, ValueError):
        # Cells that cannot be hashed, such as lists; the schema refuses them with a better word.
        return alone
    _, first, group, sizes = np.unique(hashes, return_index=True, return_inverse=True, return_counts=True)
    return np.where(sizes[group] <= MAX_COPIES, first[group], alone)


def _fill(order: NDArray[np.int64], sizes: NDArray[np.int64], wanted: int) -> NDArray[np.int64]:
    """The first units in `order` whose sizes add up to `wanted`, or as little more as can be."""
    total = np.cumsum(sizes[order])
    count = int(np.searchsorted(total, wanted, side="right"))
    taken = order[:count].tolist()
    room = wanted - (int(total[count - 1]) if count else 0)
    rest = order[count:]
    while room > 0:
        fitting = rest[sizes[rest] <= room]
        pick = fitting[0] if len(fitting) else rest[np.argmin(sizes[rest])]
        taken.append(int(pick))
        room -= int(sizes[pick])
        rest = rest[rest != pick]
    return np.array(taken, dtype=np.int64)
