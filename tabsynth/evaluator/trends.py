"""What rises or falls from row to row within groups: the order column's gaps, the order of others. Scores nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ks_2samp

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.drawing import Measure
from tabsynth.evaluator.groups import Groups
from tabsynth.evaluator.steps import Steps
from tabsynth.evaluator.table import Table

MIN_STEPS = 20  # training steps that a trend needs
MIN_MOVES = 0.1  # share of them that must rise, or fall
MIN_HELD = 0.99  # share of holdout steps that must obey
NUM_NAMED = 3

Parts = tuple[Table, Groups]
"""A table and its groups."""


def gap_measure(parts: Sequence[Parts], numbers: list[int]) -> Measure:
    """Compare how far the column that orders the rows goes from row to next row."""
    name = "Gap from row to next row, KS distance from training"
    place = next((place for place in numbers if orders_rows(parts[0], place)), None)
    if place is None:
        return measure(name, (None, None, None), "no column of numbers or dates orders the rows")
    real, *others = (_changes(part, place) for part in parts)
    if len(real) == 0:
        return measure(name, (None, None, None), "no training group has two rows")
    far = [float(ks_2samp(real, gaps, method="asymp").statistic) if len(gaps) else None for gaps in others]
    return measure(name, (None, *far), f"of {named_columns(parts[0][0], [place])}; 0 is equal")


def order_measure(parts: Sequence[Parts], numbers: list[int]) -> Measure:
    """Count the steps that keep to the direction of columns that training never turns within a group."""
    name = "Steps that keep the order of columns that only rise or only fall, share"
    # What the groups are ordered by rises by definition.
    places = [place for place in numbers if not all(orders_rows(part, place) for part in parts)]
    kept: dict[int, int] = {}
    for place in places:
        changes = _changes(parts[0], place)
        for sign in (1, -1):
            rising = (sign * changes >= 0).all() and (sign * changes > 0).mean() >= MIN_MOVES if len(changes) else False
            if len(changes) >= MIN_STEPS and rising:
                kept[place] = sign
    kept = {place: sign for place, sign in kept.items() if (_kept(parts[1], place, sign) or 0) >= MIN_HELD}
    if not kept:
        return measure(name, (None, None, None), "no column only rises or only falls within training groups")
    means = [mean_of_known([_kept(part, place, sign) for place, sign in kept.items()]) for part in parts]
    return measure(name, means, f"{len(kept)} columns: {named_columns(parts[0][0], list(kept))}")


def orders_rows(part: Parts, place: int) -> bool:
    """Return whether a number never falls in the order of the rows, over all groups: then it is what orders them."""
    numbers = _numbers(part[0].columns[place])[np.argsort(part[1].rank, kind="stable")]
    known = numbers[~np.isnan(numbers)]
    return len(known) > 1 and known[0] < known[-1] and bool((known[1:] >= known[:-1]).all())


def measure(name: str, values: Sequence[float | None], note: str = "") -> Measure:
    """Name the figures of training, holdout and synthetic groups."""
    training, holdout, synthetic = values
    return Measure(name=name, training=training, holdout=holdout, synthetic=synthetic, note=note)


def named_columns(table: Table, places: Sequence[int]) -> str:
    """Name some columns by position."""
    names = [f"“{table.columns[place].column.name}”" for place in places[:NUM_NAMED]]
    return ", ".join(names) + (f" and {len(places) - NUM_NAMED} more" if len(places) > NUM_NAMED else "")


def mean_of_known(values: Sequence[float | None]) -> float | None:
    """Return the mean of what is there, None if nothing is."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _changes(part: Parts, place: int) -> NDArray[np.float64]:
    """Differences from row to next row where both hold a number. Shape (steps with numbers,)."""
    steps, numbers = Steps.of(part[1]), _numbers(part[0].columns[place])
    with np.errstate(over="ignore"):
        found = numbers[steps.after] - numbers[steps.before]
    return found[~np.isnan(found)]


def _numbers(cells: Cells) -> NDArray[np.float64]:
    assert cells.numbers is not None
    return cells.numbers


def _kept(part: Parts, place: int, sign: int) -> float | None:
    changes = _changes(part, place)
    return float((sign * changes >= 0).mean()) if len(changes) else None
