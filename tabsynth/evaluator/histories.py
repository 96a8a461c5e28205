"""Figures of groups of rows for the report: gaps, order, what stays constant. Scores nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import ks_2samp

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.drawing import Measure
from tabsynth.evaluator.groups import Groups
from tabsynth.evaluator.resamples import block_mean
from tabsynth.evaluator.selection import chosen_places, is_no_text, is_number
from tabsynth.evaluator.steps import Steps
from tabsynth.evaluator.table import Table
from tabsynth.evaluator.transitions import FEW_NUMBERS, Transitions
from tabsynth.seeds import Seeds

MAX_COLUMNS = 100
MIN_GROUPS = 5  # training groups of two rows or more that a rule about groups needs
MIN_STEPS = 20  # training steps that a rule about steps needs
MIN_MOVES = 0.1  # share of them that must rise, or fall
MIN_HELD = 0.99  # share of holdout steps or groups that must obey
NUM_NAMED = 3

Parts = tuple[Table, Groups]


def sequence_measures(training: Parts, synthetic: Parts, holdout: Parts, *, seeds: Seeds) -> tuple[Measure, ...]:
    """Return the figures of training, holdout and synthetic groups, in the order to show them."""
    parts = (training, holdout, synthetic)
    rng = seeds.stream("evaluator/histories")
    numbers = chosen_places(training[0], is_number, MAX_COLUMNS, rng)
    places = chosen_places(training[0], lambda _: True, MAX_COLUMNS, rng)
    categories = [place for place in places if _is_category(training[0].columns[place])]
    return (
        _measure("Rows per group, mean", [float(groups.sizes.mean()) for _, groups in parts]),
        _measure("Groups of a single row, share", [float((groups.sizes == 1).mean()) for _, groups in parts]),
        _gaps(parts, numbers),
        _order(parts, numbers),
        _constancy(parts, places),
        _categories(parts, categories),
        _coherence(parts, seeds),
    )


def _measure(name: str, values: Sequence[float | None], note: str = "") -> Measure:
    training, holdout, synthetic = values
    return Measure(name=name, training=training, holdout=holdout, synthetic=synthetic, note=note)


def _is_category(cells: Cells) -> bool:
    if cells.numbers is None:
        return is_no_text(cells)
    return len(np.unique(cells.numbers[cells.readable])) <= FEW_NUMBERS


def _named(table: Table, places: Sequence[int]) -> str:
    names = [f"“{table.columns[place].column.name}”" for place in places[:NUM_NAMED]]
    return ", ".join(names) + (f" and {len(places) - NUM_NAMED} more" if len(places) > NUM_NAMED else "")


def _follows_rank(part: Parts, place: int) -> bool:
    """Whether a number never falls in the order of the rows, over all groups: then it is what orders them."""
    numbers = _numbers(part[0].columns[place])[np.argsort(part[1].rank, kind="stable")]
    known = numbers[~np.isnan(numbers)]
    return len(known) > 1 and known[0] < known[-1] and bool((known[1:] >= known[:-1]).all())


def _changes(part: Parts, place: int) -> NDArray[np.float64]:
    """Differences from row to next row where both hold a number. Shape (steps with numbers,)."""
    steps, numbers = Steps.of(part[1]), _numbers(part[0].columns[place])
    with np.errstate(over="ignore"):
        found = numbers[steps.after] - numbers[steps.before]
    return found[~np.isnan(found)]


def _numbers(cells: Cells) -> NDArray[np.float64]:
    assert cells.numbers is not None
    return cells.numbers


def _gaps(parts: Sequence[Parts], numbers: list[int]) -> Measure:
    name = "Gap from row to next row, KS distance from training"
    place = next((place for place in numbers if _follows_rank(parts[0], place)), None)
    if place is None:
        return _measure(name, (None, None, None), "no column of numbers or dates orders the rows")
    real, *others = (_changes(part, place) for part in parts)
    if len(real) == 0:
        return _measure(name, (None, None, None), "no training group has two rows")
    far = [float(ks_2samp(real, gaps, method="asymp").statistic) if len(gaps) else None for gaps in others]
    return _measure(name, (None, *far), f"of {_named(parts[0][0], [place])}; 0 is equal")


def _order(parts: Sequence[Parts], numbers: list[int]) -> Measure:
    name = "Steps that keep the order of columns that only rise or only fall, share"
    # What the groups are ordered by rises by definition.
    places = [place for place in numbers if not all(_follows_rank(part, place) for part in parts)]
    kept: dict[int, int] = {}
    for place in places:
        changes = _changes(parts[0], place)
        for sign in (1, -1):
            rising = (sign * changes >= 0).all() and (sign * changes > 0).mean() >= MIN_MOVES if len(changes) else False
            if len(changes) >= MIN_STEPS and rising:
                kept[place] = sign
    kept = {place: sign for place, sign in kept.items() if (_kept(parts[1], place, sign) or 0) >= MIN_HELD}
    if not kept:
        return _measure(name, (None, None, None), "no column only rises or only falls within training groups")
    means = [_mean([_kept(part, place, sign) for place, sign in kept.items()]) for part in parts]
    return _measure(name, means, f"{len(kept)} columns: {_named(parts[0][0], list(kept))}")


def _kept(part: Parts, place: int, sign: int) -> float | None:
    changes = _changes(part, place)
    return float((sign * changes >= 0).mean()) if len(changes) else None


def _constancy(parts: Sequence[Parts], places: list[int]) -> Measure:
    name = "Groups in which constant columns stay constant, share"
    if (parts[0][1].sizes > 1).sum() < MIN_GROUPS:
        return _measure(name, (None, None, None), f"needs {MIN_GROUPS} training groups of two rows or more")
    static = [place for place in places if _constant(parts[0], place) == 1 and _varies(parts[0][0].columns[place])]
    static = [place for place in static if (_constant(parts[1], place) or 0) >= MIN_HELD]
    if not static:
        return _measure(name, (None, None, None), "no column is constant within every training group")
    means = [_mean([_constant(part, place) for place in static]) for part in parts]
    return _measure(name, means, f"{len(static)} columns: {_named(parts[0][0], static)}")


def _values(cells: Cells) -> NDArray[np.intp]:
    """Number the values of a column; missing and unreadable cells are values of their own. Shape (rows,)."""
    values: NDArray[Any] | None = cells.labels if cells.numbers is None else cells.numbers
    assert values is not None
    codes = pd.factorize(values)[0]
    return np.where(cells.unreadable, -2, codes).astype(np.intp)


def _varies(cells: Cells) -> bool:
    codes = _values(cells)
    return bool(codes.min() < codes.max())


def _constant(part: Parts, place: int) -> float | None:
    """Share of groups of two rows or more in which a column never changes, None without such groups."""
    steps, codes = Steps.of(part[1]), _values(part[0].columns[place])
    changed = np.bincount(steps.groups, codes[steps.before] != codes[steps.after], minlength=part[1].num_groups) > 0
    several = part[1].sizes > 1
    return float(1 - changed[several].mean()) if several.any() else None


def _categories(parts: Sequence[Parts], places: list[int]) -> Measure:
    name = "Distinct categories per group, mean"
    if not places:
        return _measure(name, (None, None, None), "no column of categories")
    means = []
    for table, groups in parts:
        codes = [_values(table.columns[place]) for place in places]
        pairs = [len(np.unique(np.column_stack([groups.codes, column]), axis=0)) for column in codes]
        means.append(float(np.mean(pairs)) / groups.num_groups)
    return _measure(name, means, f"over {len(places)} columns")


def _coherence(parts: Sequence[Parts], seeds: Seeds) -> Measure:
    name = "Coherence: 1 - TV of (row, next row) pairs with training"
    stream = "evaluator/histories/coherence"
    transitions = Transitions(*parts[0], seeds.stream(stream), numbers=True)
    if transitions.num_columns == 0:
        return _measure(name, (None, None, None), "no training group has two rows")
    size = min(groups.num_groups for _, groups in parts)
    alike = [
        block_mean(transitions.similarity(*part), part[1].num_groups, size, seeds.stream(stream))[0]
        for part in parts[1:]
    ]
    return _measure(name, (None, *alike), f"over {transitions.num_columns} columns, numbers cut into bins; 1 is equal")


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
