"""Whether single synthetic rows are plausible and whether all real rows have some near. Knows no columns' scores.

Alpha-precision and beta-recall (Alaa et al. 2022, "How Faithful is your Synthetic Data?") without a learned embedding,
as synthcity's "naive" variant and the TabSyn paper compute them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics.pairwise import euclidean_distances

from tabsynth.evaluator.coding import CodedColumn, CodedTable, code_tables
from tabsynth.evaluator.groups import Groups
from tabsynth.evaluator.halves import NUM_HALVES, Halves, half_width
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import Side, Sides
from tabsynth.evaluator.trees import one_thread

MAX_ROWS = 2_000
MIN_ROWS = 25
MAX_LABELS = 50
ALPHAS = np.linspace(0, 1, 30)
TIE = 1e-9
"""Squared distances this close are equal: rounding must not settle whether a copy is nearer than a duplicate."""
NOTES = {
    "alpha_precision": "0 to 1: synthetic rows lie as near the centre of the real ones as real rows do",
    "beta_recall": "0 to 1: real rows have a synthetic row at most as far away as their nearest real one; fresh real "
    "rows reach about .5, only copies more",
}
METHOD = "numbers scaled to 0..1 by training, one column a label; interval: random halves of both tables"


def fidelity_scores(sides: Sides) -> dict[str, Score]:
    """Score `alpha_precision` and `beta_recall` on equally many rows of all tables, at most 2,000."""
    every: tuple[Side, ...] = (sides.training, sides.synthetic, sides.holdout)
    rows = min(MAX_ROWS, *(side.table.num_rows for side in every[:2]))
    matched = min(rows, every[2].table.num_rows)
    if matched < MIN_ROWS:
        return dict.fromkeys(NOTES, Score(value=None, n=matched, note=f"needs {MIN_ROWS} rows a side"))
    training, synthetic, holdout = code_tables([side.table.head(rows) for side in every])
    shuffled = training.shuffled(sides.seeds, "evaluator/fidelity/floor")
    real, fake, fresh, floor = _points(training, (training, synthetic, holdout, shuffled))
    if not real.size or not (real.min(axis=0) < real.max(axis=0)).any():
        return dict.fromkeys(NOTES, Score(value=None, n=rows, note="training rows do not differ"))
    owners = sides.training.groups
    with one_thread():
        space = Space(real, fake, owners)
        value = space.fidelity()
        reference = Space(real[:matched], fresh[:matched], owners).fidelity()
        lowest = Space(real, floor, owners).fidelity()
        widths = _half_widths(space, sides)
    scale = f"reference: {matched:,} holdout rows; floor: {rows:,} training rows with shuffled columns"
    return {
        name: Score(
            value=value[place],
            low=None if widths is None else max(0.0, value[place] - widths[place]),
            high=None if widths is None else min(1.0, value[place] + widths[place]),
            reference=reference[place],
            floor=lowest[place],
            n=rows,
            note=f"{note}; {scale}; {METHOD}",
        )
        for place, (name, note) in enumerate(NOTES.items())
    }


class Space:
    """Real and other rows as points, with their squared distances, so that any rows of both can be scored.

    Args:
        real: Shape (rows, features).
        other: Shape (other rows, features).
        groups: Which real rows belong together. A row's nearest real one is of another group then: no synthetic
            row can be as near as a patient's other visits are.
    """

    def __init__(self, real: NDArray[np.float64], other: NDArray[np.float64], groups: Groups | None = None) -> None:
        self.real, self.other = real, other
        self.to_other = euclidean_distances(real, other, squared=True)
        self.to_real = euclidean_distances(real, squared=True)
        np.fill_diagonal(self.to_real, np.inf)
        if groups is not None:
            codes = groups.codes[: len(real)]
            if codes.min() < codes.max():
                self.to_real[codes[:, None] == codes] = np.inf

    def fidelity(
        self, real_rows: NDArray[np.intp] | None = None, other_rows: NDArray[np.intp] | None = None
    ) -> tuple[float, float]:
        """Return alpha-precision and beta-recall of some rows, by default of all."""
        real, other, to_other, to_real = self.real, self.other, self.to_other, self.to_real
        if real_rows is not None and other_rows is not None:
            real, other = real[real_rows], other[other_rows]
            to_other, to_real = to_other[np.ix_(real_rows, other_rows)], to_real[np.ix_(real_rows, real_rows)]
        centre = real.mean(axis=0)
        radii = np.quantile(_norms(real - centre), ALPHAS)
        inside = _shares_within(_norms(other - centre), radii)
        nearest = to_other.argmin(axis=1)
        covered = to_other[np.arange(len(real)), nearest] <= to_real.min(axis=1) + TIE
        # Synthetic rows near the synthetic centre count first: the curve rises with the share of them let in.
        norms = _norms(other - other.mean(axis=0))[nearest]
        reached = _shares_within(np.where(covered, norms, np.inf), np.quantile(norms, ALPHAS))
        return _closeness(inside), _closeness(reached)


def _closeness(curve: NDArray[np.float64]) -> float:
    return float(1 - np.abs(ALPHAS - curve).sum() / ALPHAS.sum())


def _shares_within(norms: NDArray[np.float64], radii: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of norms up to each radius."""
    return np.asarray(np.searchsorted(np.sort(norms), radii + TIE, side="right") / len(norms))


def _norms(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.sqrt((points**2).sum(axis=1)))


def _points(training: CodedTable, tables: Sequence[CodedTable]) -> list[NDArray[np.float64]]:
    """Write tables as points by what training holds. Each of shape (rows, features)."""
    # By name: distances are sums over features.
    order = sorted(range(len(training.columns)), key=lambda place: training.columns[place].name)
    features: list[list[NDArray[np.float64]]] = [[] for _ in tables]
    for place in order:
        real = training.columns[place]
        if real.readable.any():
            for found, table in zip(features, tables, strict=True):
                found.append(_features(real, table.columns[place]))
    return [
        np.hstack(found) if found else np.zeros((table.num_rows, 0))
        for found, table in zip(features, tables, strict=True)
    ]


def _features(training: CodedColumn, column: CodedColumn) -> NDArray[np.float64]:
    """Numbers scaled to 0..1, or one feature for each frequent label; and whether there is no value at all."""
    gone = (~column.readable).astype("float64")[:, None]
    if training.codes is not None and column.codes is not None:
        counts = np.bincount(training.codes[training.codes >= 0], minlength=training.num_codes)
        kept = np.argsort(-counts, kind="stable")[: min(MAX_LABELS, int((counts > 0).sum()))]
        rare = ~np.isin(column.codes, kept) & column.readable
        return np.hstack([column.codes[:, None] == kept, rare[:, None], gone]).astype("float64")
    real, other = (side.forms if side.forms is not None else _column(side) for side in (training, column))
    low, high = np.nanmin(real, axis=0), np.nanmax(real, axis=0)
    # Halves: the difference of two floats may be larger than any float.
    span = np.where(high > low, high / 2 - low / 2, 1.0)
    with np.errstate(over="ignore"):
        scaled = np.clip((other / 2 - low / 2) / span, -1e6, 1e6)
    middle = (np.nanmedian(real / 2 - low / 2, axis=0)) / span
    return np.hstack([np.where(np.isnan(scaled), middle, scaled), gone])


def _column(column: CodedColumn) -> NDArray[np.float64]:
    assert column.numbers is not None
    return column.numbers[:, None]


def _half_widths(space: Space, sides: Sides) -> tuple[float, float] | None:
    rng = sides.seeds.stream("evaluator/fidelity/halves")
    real = Halves(len(space.real), sides.training.groups, rng)
    other = Halves(len(space.other), sides.synthetic.groups, rng)
    if not (real.enough and other.enough):
        return None
    drawn = np.array([space.fidelity(real.draw(), other.draw()) for _ in range(NUM_HALVES)])
    return half_width(drawn[:, 0]), half_width(drawn[:, 1])
