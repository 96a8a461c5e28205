"""The classifier two-sample test: can a model tell synthetic rows from training rows? Knows no other score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.bins import halfway_edges
from tabsynth.evaluator.features import MAX_FEATURES, Encoder
from tabsynth.evaluator.groups import Groups
from tabsynth.evaluator.intervals import Estimate
from tabsynth.evaluator.out_of_fold import NUM_FOLDS, NUM_TREES, fold_of_rows, out_of_fold
from tabsynth.evaluator.resamples import percentile_interval, random_units, resample_counts, units_of
from tabsynth.evaluator.roc import fold_aucs
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import Side, Sides
from tabsynth.evaluator.table import Table
from tabsynth.evaluator.trees import one_thread
from tabsynth.seeds import Seeds

MAX_ROWS = 4_000
MIN_ROWS = 25
NUM_IMPORTANCES = 5
NUM_BINS = 20  # of every number in the coarse test
METHOD = f"gradient-boosted trees ({NUM_TREES} rounds), {NUM_FOLDS}-fold out-of-fold, not clipped; identifiers dropped"
BY_GROUP = "; no group is cut by a fold, and the interval is over groups"
COARSE = f"; numbers and lengths cut into at most {NUM_BINS} bins, so that the way numbers are written cannot tell"

GroupPair = tuple[Groups, Groups]
"""Groups of training rows and of the rows to tell apart from them; no group is in both, whatever the keys."""


@dataclass(frozen=True)
class Detection:
    """Outcome of the test.

    Attributes:
        auc: Area under the ROC curve, .5 if nothing can be told apart; below about .45 rows were copied.
        importances: Up to five features that give synthetic rows away, with the loss of AUC when each is permuted.
    """

    auc: Estimate
    importances: tuple[tuple[str, float], ...]


def detection_scores(sides: Sides) -> tuple[dict[str, Score], Detection]:
    """Score how well a classifier tells rows apart, on values as they are and on coarse ones.

    The reference is what holdout rows get in the place of synthetic ones, the floor what shuffled training columns get.
    """
    real, seeds = sides.training, sides.seeds
    shuffled = real.table.shuffled(seeds.stream("evaluator/floor/detection"))
    found = detect(real.table, sides.synthetic.table, seeds=seeds, explain=True, groups=_pair(real, sides.synthetic))
    scores = {}
    for name, coarse in (("c2st_auc", False), ("c2st_coarse_auc", True)):
        auc = found.auc
        if coarse:
            auc = detect(
                real.table, sides.synthetic.table, seeds=seeds, groups=_pair(real, sides.synthetic), coarse=True
            ).auc
        if auc.value is None:
            scores[name] = Score(value=None, note=auc.note)
            continue
        others = ((sides.holdout.table, _pair(real, sides.holdout)), (shuffled, _pair(real, real)))
        reference, floor = (
            detect(real.table, table, seeds=seeds, groups=groups, coarse=coarse).auc.value for table, groups in others
        )
        note = auc.note + ("; text only as its length and word count" if real.table.texts else "")
        scores[name] = Score(
            value=auc.value,
            low=auc.low,
            high=auc.high,
            reference=reference,
            floor=floor,
            n=auc.num_rows,
            note=note,
        )
    return scores, found


def _pair(first: Side, second: Side) -> GroupPair | None:
    return None if first.groups is None or second.groups is None else (first.groups, second.groups)


def detect(
    training: Table,
    other: Table,
    *,
    seeds: Seeds,
    explain: bool = False,
    groups: GroupPair | None = None,
    coarse: bool = False,
) -> Detection:
    """Run the test on equally many rows of both tables, at most 4,000 each.

    Args:
        training: Training rows in random order.
        other: Rows to tell apart from them, in random order.
        seeds: Source of folds and resamples.
        explain: Whether to measure permutation importances, on two of the folds.
        groups: Which rows belong together; None if rows stand alone.
        coarse: Whether numbers are cut into quantile bins of training.
    """
    most = min(training.num_rows, other.num_rows, MAX_ROWS)
    samples = [
        _sample(table, pair, most, seeds) for table, pair in zip((training, other), groups or (None, None), strict=True)
    ]
    tables, units = [table for table, _ in samples], [codes for _, codes in samples]
    reason = _reason(tables, units, groups is not None)
    encoder = Encoder.fit(tables).sampled(seeds.stream("evaluator/detection/features"))
    if reason or not encoder.features:
        return Detection(Estimate(None, note=reason or "there is no column to look at"), ())
    sizes = [table.num_rows for table in tables]
    matrix = np.vstack([encoder.matrix(table) for table in tables])
    if coarse:
        matrix = _coarse(matrix, encoder, sizes[0])
    is_other = np.repeat([False, True], sizes)
    own = np.concatenate([units[0], units[0].max() + 1 + units[1]])
    folds = fold_of_rows(units, seeds.stream("evaluator/detection/folds"))
    with one_thread():
        found = out_of_fold(matrix, is_other, folds, encoder, seeds if explain else None)
    weights = resample_counts(int(own.max()) + 1, seeds.stream("evaluator/detection/bootstrap"))[:, own]
    low, high = percentile_interval(fold_aucs(is_other, found.scores, weights, folds))
    value = float(fold_aucs(is_other, found.scores, np.ones((1, len(own))), folds)[0])
    note = METHOD + BY_GROUP * (groups is not None) + COARSE * coarse
    if len(encoder.features) == MAX_FEATURES:
        note += f"; {MAX_FEATURES} of the features, drawn at random"
    auc = Estimate(value, low, high, len(matrix), note)
    return Detection(auc, _importances(encoder, found.drops))


def _importances(encoder: Encoder, drops: NDArray[np.float64]) -> tuple[tuple[str, float], ...]:
    order = np.argsort(-drops, kind="stable")[:NUM_IMPORTANCES]
    return tuple((encoder.features[place].name, float(drops[place])) for place in order.tolist() if drops[place] > 0)


def _sample(table: Table, groups: Groups | None, most: int, seeds: Seeds) -> tuple[Table, NDArray[np.intp]]:
    """Rows that take part and their units."""
    rows = random_units(groups, table.num_rows, most, seeds.stream("evaluator/detection/groups"))
    return table.take(rows), units_of(None if groups is None else groups.take(rows), len(rows))


def _reason(tables: list[Table], units: list[NDArray[np.intp]], grouped: bool) -> str:
    """Why the test cannot be run, empty if it can."""
    size, fewest = min(table.num_rows for table in tables), min(len(np.unique(codes)) for codes in units)
    if size < MIN_ROWS:
        return f"needs {MIN_ROWS} rows a side, there are {size}"
    if grouped and fewest < NUM_FOLDS:
        return f"needs {NUM_FOLDS} groups a side, as no fold may cut a group; there are {fewest}"
    return ""


def _coarse(matrix: NDArray[np.float64], encoder: Encoder, size: int) -> NDArray[np.float64]:
    """Cut numbers and lengths into quantile bins of the first `size` rows; what is unreadable is just missing."""
    cut = matrix.copy()
    for place, feature in enumerate(encoder.features):
        values = matrix[:, place]
        known = ~np.isnan(values)
        if feature.take == "unreadable":
            cut[:, place] = 0
        elif feature.take != "label":
            edges = halfway_edges(values[:size][known[:size]], NUM_BINS)
            cut[:, place] = np.where(known, np.searchsorted(edges, values, side="right"), np.nan)
    return cut
