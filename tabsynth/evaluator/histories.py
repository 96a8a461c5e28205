"""Figures of groups of rows for the report: sizes, what stays constant, what occurs together. Scores nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.drawing import Measure
from tabsynth.evaluator.resamples import block_mean
from tabsynth.evaluator.selection import chosen_places, is_no_text, is_number
from tabsynth.evaluator.steps import Steps
from tabsynth.evaluator.transitions import FEW_NUMBERS, Transitions
from tabsynth.evaluator.trends import Parts, gap_measure, mean_of_known, measure, named_columns, order_measure
from tabsynth.seeds import Seeds

MAX_COLUMNS = 100
MIN_GROUPS = 5  # training groups of two rows or more that a constant column needs
MIN_HELD = 0.99  # share of holdout groups that must obey


def sequence_measures(training: Parts, synthetic: Parts, holdout: Parts, *, seeds: Seeds) -> tuple[Measure, ...]:
    """Return the figures of training, holdout and synthetic groups, in the order to show them."""
    parts = (training, holdout, synthetic)
    rng = seeds.stream("evaluator/histories")
    numbers = chosen_places(training[0], is_number, MAX_COLUMNS, rng)
    places = chosen_places(training[0], lambda _: True, MAX_COLUMNS, rng)
    categories = [place for place in places if _is_category(training[0].columns[place])]
    return (
        measure("Rows per group, mean", [float(groups.sizes.mean()) for _, groups in parts]),
        measure("Groups of a single row, share", [float((groups.sizes == 1).mean()) for _, groups in parts]),
        gap_measure(parts, numbers),
        order_measure(parts, numbers),
        _constancy(parts, places),
        _categories(parts, categories),
        _coherence(parts, seeds),
    )


def _is_category(cells: Cells) -> bool:
    if cells.numbers is None:
        return is_no_text(cells)
    return len(np.unique(cells.numbers[cells.readable])) <= FEW_NUMBERS


def _constancy(parts: Sequence[Parts], places: list[int]) -> Measure:
    name = "Groups in which constant columns stay constant, share"
    if (parts[0][1].sizes > 1).sum() < MIN_GROUPS:
        return measure(name, (None, None, None), f"needs {MIN_GROUPS} training groups of two rows or more")
    static = [place for place in places if _constant(parts[0], place) == 1 and _varies(parts[0][0].columns[place])]
    static = [place for place in static if (_constant(parts[1], place) or 0) >= MIN_HELD]
    if not static:
        return measure(name, (None, None, None), "no column is constant within every training group")
    means = [mean_of_known([_constant(part, place) for place in static]) for part in parts]
    return measure(name, means, f"{len(static)} columns: {named_columns(parts[0][0], static)}")


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
        return measure(name, (None, None, None), "no column of categories")
    means = []
    for table, groups in parts:
        codes = [_values(table.columns[place]) for place in places]
        pairs = [len(np.unique(np.column_stack([groups.codes, column]), axis=0)) for column in codes]
        means.append(float(np.mean(pairs)) / groups.num_groups)
    return measure(name, means, f"over {len(places)} columns")


def _coherence(parts: Sequence[Parts], seeds: Seeds) -> Measure:
    name = "Coherence: 1 - TV of (row, next row) pairs with training"
    stream = "evaluator/histories/coherence"
    transitions = Transitions(*parts[0], seeds.stream(stream), numbers=True)
    if transitions.num_columns == 0:
        return measure(name, (None, None, None), "no training group has two rows")
    size = min(groups.num_groups for _, groups in parts)
    alike = [
        block_mean(transitions.similarity(*part), part[1].num_groups, size, seeds.stream(stream))[0]
        for part in parts[1:]
    ]
    return measure(name, (None, *alike), f"over {transitions.num_columns} columns, numbers cut into bins; 1 is equal")
