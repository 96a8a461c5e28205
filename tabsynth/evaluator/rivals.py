"""Tables that stand beside training in each other's place: whole, and in random halves. Knows no score's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.coding import CodedTable
from tabsynth.evaluator.curves import clipped, correlation_score, distribution_score, structure_score
from tabsynth.evaluator.groups import Groups
from tabsynth.evaluator.halves import Halves, half_width, rounds
from tabsynth.evaluator.sqs import Comparison, Distances, Quality

CURVES: dict[str, Callable[[float], float]] = {
    "distribution": distribution_score,
    "correlation": correlation_score,
    "structure": structure_score,
    "text": clipped,
}
Interval = tuple[float | None, float | None]


@dataclass(frozen=True)
class Rows:
    """Some rows of a table.

    Attributes:
        table: The rows, coded together with those of all other tables.
        groups: Which belong together, None if each stands alone.
    """

    table: CodedTable
    groups: Groups | None

    def head(self, num_rows: int) -> Rows:
        """Return the first rows."""
        if num_rows >= self.table.num_rows:
            return self
        groups = None if self.groups is None else self.groups.take(np.arange(num_rows, dtype=np.intp))
        return Rows(self.table.head(num_rows), groups)


@dataclass(frozen=True)
class Rival:
    """One table beside training.

    Attributes:
        quality: Its scores.
        halves: Scores of random halves, moved to where the whole is: halves are farther apart than wholes are. Empty
            if there are too few rows or groups.
        bounds: 95% interval of each score, by its name; empty without halves.
    """

    quality: Quality
    halves: tuple[Quality, ...]
    bounds: Mapping[str, Interval]


def rivals(training: Rows, others: Mapping[str, Rows], rng: np.random.Generator) -> dict[str, Rival]:
    """Compare tables with training, all against the same halves of it.

    Args:
        training: Training rows.
        others: Tables with as many rows.
        rng: Source of the halves.
    """
    halves = _halves(training, rng)
    compared = {name: Comparison(training.table, other.table) for name, other in others.items()}
    first = next(iter(compared.values()))
    associations = [first.real_associations(rows) for rows in halves] if len(first.names) > 1 else [None] * len(halves)
    found = {}
    for name, other in others.items():
        # Without halves of either side there is no interval.
        pairs = zip(halves, _halves(other, rng), associations, strict=False)
        drawn = [compared[name].measure(*pair) for pair in pairs]
        found[name] = _rival(compared[name], drawn)
    return found


def shape_interval(
    compared: Comparison, real: Rows, fake: Rows, rng: np.random.Generator
) -> tuple[float, float] | None:
    """Return the 95% interval of the mean of 1 - KS and 1 - TV; None without tabular columns or with too few rows."""
    value = compared.shapes()
    pairs = zip(_halves(real, rng), _halves(fake, rng), strict=False)
    drawn = [shape for shape in (compared.shapes(*pair) for pair in pairs) if shape is not None]
    if value is None or not drawn:
        return None
    width = half_width(np.array(drawn))
    return max(0.0, value - width), min(1.0, value + width)


def _halves(rows: Rows, rng: np.random.Generator) -> list[NDArray[np.intp]]:
    halves = Halves(rows.table.num_rows, rows.groups, rng)
    return [halves.draw() for _ in rounds(len(rows.table.columns))] if halves.enough else []


def _rival(compared: Comparison, drawn: list[Distances]) -> Rival:
    whole = compared.measure()
    if not drawn:
        return Rival(compared.quality(whole), (), {})
    moved: dict[str, list[float | None]] = {}
    bounds: dict[str, Interval] = {}
    for name, curve in CURVES.items():
        value = getattr(whole, name)
        moved[name], bounds[name] = [None] * len(drawn), (None, None)
        if value is not None:
            values = np.array([getattr(one, name) for one in drawn])
            width = half_width(values)
            moved[name] = np.maximum(0.0, value + values - values.mean()).tolist()
            low, high = sorted((curve(max(0.0, value - width)), curve(value + width)))
            bounds[name] = (low, high)
    halves = [Distances(*(moved[name][place] for name in CURVES)) for place in range(len(drawn))]
    scored, scores = compared.quality(whole), tuple(compared.quality(one) for one in halves)
    known = [one.sqs for one in scores if one.sqs is not None]
    if scored.sqs is not None and known:
        width = half_width(np.array(known))
        bounds["sqs"] = (clipped(scored.sqs - width), clipped(scored.sqs + width))
    return Rival(scored, scores, bounds)
