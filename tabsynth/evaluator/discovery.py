"""Rules that every training row obeys, found by trying. Refuses to know whether they hold elsewhere."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.rules import Ordered, Rule, Settled, Summed, distinct_values, value_codes
from tabsynth.evaluator.selection import chosen_places, is_no_text, some
from tabsynth.evaluator.table import Table
from tabsynth.schema.column import Kind
from tabsynth.seeds import Seeds

MIN_ROWS = 50  # that a rule must apply to
MIN_MEAN_ROWS = 5  # rows per value of a settling column, below which a dependency may be chance
MIN_PART = 0.02  # share of rows in which every part of a sum must be other than 0
MAX_COLUMNS = 100  # beyond this a random sample of the columns is tried
MAX_NUMBERS = 60  # likewise of numbers
MAX_PARTS = 30  # likewise of numbers that are added
NUM_PROBES = 20  # rows that most sums are refuted by
MAX_SUMS = 500  # sums that no probe refutes


def discovered_rules(training: Table, seeds: Seeds) -> list[Rule]:
    """Return all rules of the three kinds, in an order that does not depend on that of the columns."""
    rng, columns = seeds.stream("evaluator/discovery"), training.columns
    places = chosen_places(training, is_no_text, MAX_COLUMNS, rng)
    numbers = some([place for place in places if columns[place].numbers is not None], MAX_NUMBERS, rng)
    dates = [place for place in numbers if columns[place].column.kind is Kind.DATETIME]
    others = [place for place in numbers if place not in dates]
    found: list[Rule] = [*_settled(training, places), *_ordered(training, dates), *_ordered(training, others)]
    return [*found, *_summed(training, some(others, MAX_PARTS, rng))]


def _named(training: Table, place: int) -> tuple[str, int]:
    return training.columns[place].column.name, place


def _settled(training: Table, places: list[int]) -> list[Settled]:
    """Find columns whose value settles another's. A missing source settles nothing, a missing target is a value."""
    known = [distinct_values(training.columns[place]) for place in places]
    if not places or training.num_rows < MIN_ROWS:
        return []
    codes = np.array([value_codes(training.columns[p], values) for p, values in zip(places, known, strict=True)])
    varies = codes.min(axis=1) < codes.max(axis=1)
    settles = np.zeros((len(places), len(places)), dtype=bool)
    expected: dict[int, NDArray[np.intp]] = {}
    for source, keys in enumerate(known):
        rows = np.flatnonzero((codes[source] >= 0) & (codes[source] < len(keys)))
        if len(keys) < 2 or len(rows) < max(MIN_ROWS, MIN_MEAN_ROWS * len(keys)):
            continue
        rows = rows[np.argsort(codes[source][rows], kind="stable")]
        starts = np.searchsorted(codes[source][rows], np.arange(len(keys)))
        ordered = codes[:, rows]
        lowest = np.minimum.reduceat(ordered, starts, axis=1)
        settles[source] = (lowest == np.maximum.reduceat(ordered, starts, axis=1)).all(axis=1) & varies
        settles[source, source] = False
        expected[source] = lowest
    pairs = np.argwhere(_direct(settles))
    return [
        Settled(_named(training, places[a]), _named(training, places[b]), known[a], known[b], expected[a][b])
        for a, b in pairs.tolist()
    ]


def _direct(holds: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Leave out what follows from two other rules, a to b and b to c. Shape (columns, columns)."""
    strict = (holds & ~holds.T).astype(np.intp)
    return holds & ~((strict @ strict) > 0)


def _ordered(training: Table, places: list[int]) -> list[Ordered]:
    """Find numbers that are never above another; equal columns are not reported."""
    if len(places) < 2:
        return []
    numbers = np.array([training.columns[place].numbers for place in places], dtype="float64")
    known = ~np.isnan(numbers)
    holds = np.zeros((len(places), len(places)), dtype=bool)
    for low in range(len(places)):
        both = known[low] & known
        holds[low] = ((numbers[low] <= numbers) | ~both).all(axis=1) & (both.sum(axis=1) >= MIN_ROWS)
    np.fill_diagonal(holds, False)
    pairs = np.argwhere(_direct(holds & ~holds.T))
    return [Ordered(_named(training, places[a]), _named(training, places[b])) for a, b in pairs.tolist()]


def _summed(training: Table, places: list[int]) -> list[Summed]:
    """Find two or three numbers that add up to another."""
    numbers = np.array([training.columns[place].numbers for place in places], dtype="float64")
    if len(places) < 3:
        return []
    # Rows with the most numbers other than 0 refute fastest.
    filled = (np.nan_to_num(numbers) != 0).sum(axis=0)
    probes = numbers[:, np.argsort(-filled, kind="stable")[:NUM_PROBES]]
    slack = [_tolerance(training, place) for place in places]
    found: list[Summed] = []
    for size in (2, 3):
        sets = np.array(list(combinations(range(len(places)), size)))
        with np.errstate(over="ignore", invalid="ignore"):
            sums = probes[sets].sum(axis=1)
            for total in range(len(places)):
                fits = ~(np.abs(sums - probes[total]) > slack[total]).any(axis=1) & (sets != total).all(axis=1)
                for parts in sets[fits][:MAX_SUMS].tolist():
                    if _adds_up(numbers[parts], numbers[total], slack[total]):
                        named = tuple(_named(training, places[part]) for part in parts)
                        found.append(Summed(named, _named(training, places[total]), slack[total]))
    return found


def _tolerance(training: Table, place: int) -> float:
    """Difference that is none: a hundredth of the last digit, or a millionth of the largest number."""
    cells = training.columns[place]
    if cells.column.decimals is not None:
        return float(0.01 / 10**cells.column.decimals)
    assert cells.numbers is not None
    return 1e-6 * float(np.abs(cells.numbers[cells.readable]).max(initial=0.0))


def _adds_up(parts: NDArray[np.float64], total: NDArray[np.float64], slack: float) -> bool:
    known = ~(np.isnan(parts).any(axis=0) | np.isnan(total))
    parts, total = parts[:, known], total[known]
    if known.sum() < MIN_ROWS or ((np.abs(parts) > slack).mean(axis=1) < MIN_PART).any():
        return False
    return bool((np.abs(parts.sum(axis=0) - total) <= slack).all())
