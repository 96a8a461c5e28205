"""How much synthetic rows gather around each real row, in the ways of the literature. Refuses to know who was learned.

The distance to the closest synthetic row; that distance against the one to the closest other real row; the share of
synthetic rows among the twenty nearest (Ward et al. 2024, "Data Plagiarism Index"); the ratio of kernel densities (van
Breugel et al. 2023, DOMIAS); edits between rows as strings (Ward, "When Tables Leak"); and the second once more of the
most isolated rows, who leak first. The reference is all other real rows, learned or not, so that training and the
holdout are treated alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.attacks.kernels import log_density_ratio
from tabsynth.evaluator.attacks.nearness import Nearness
from tabsynth.evaluator.attacks.row_strings import least_edits, row_strings, telling_columns
from tabsynth.evaluator.sides import Sides

MAX_STRINGS = 600
MIN_COLUMNS = 4  # of fewer, random cells make up half of many rows
ISOLATED_SHARE = 0.05
EDITS = "edits between rows as strings"
MIRRORED = (EDITS,)
"""Differences between two synthetic tables, real and mixed: where rows know nothing, as often positive as negative."""


def suspicions(sides: Sides, near: Nearness) -> dict[str, NDArray[np.float64]]:
    """Return the score of every unit in each way, NaN without one; higher means member. Shape (units,) each."""
    targets = near.targets
    to_synthetic, to_real = near.real_to_synthetic.distance, near.real_to_real.distance
    closest = to_synthetic[:, 0]
    next_real = np.where(np.isfinite(to_real[:, 0]), to_real[:, 0], 1.0)
    gathered = _synthetic_share(to_synthetic, to_real)
    calibrated = targets.mean_of(next_real - closest)
    isolation = targets.mean_of(next_real)
    isolated = isolation > np.quantile(isolation, 1 - ISOLATED_SHARE)
    ways = {
        "distance": targets.mean_of(-closest),
        "distance against other real rows": calibrated,
        "synthetic rows among the nearest": targets.mean_of(gathered),
        EDITS: targets.mean_of(_edits(sides, near)),
        "distance, most isolated rows": np.where(isolated, calibrated, np.nan),
    }
    ratio = log_density_ratio(
        near.real, near.synthetic, targets.unit, sides.seeds.number("evaluator/attacks/suspicion/components")
    )
    if ratio is not None:
        ways["density ratio"] = targets.mean_of(ratio)
    return ways


def _synthetic_share(to_synthetic: NDArray[np.float64], to_real: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many of the 20 nearest rows are synthetic; among equals, who has the nearer ones. Shape (rows,)."""
    count = to_synthetic.shape[1]
    both = np.concatenate([to_synthetic, to_real], axis=1)
    nearest = np.argsort(both, axis=1, kind="stable")[:, :count]
    tie = 1 / (1 + np.where(np.isfinite(to_synthetic[:, 0]), to_synthetic[:, 0], 1.0))
    return np.asarray((nearest < count).sum(axis=1) + tie / 2)


def _edits(sides: Sides, near: Nearness) -> NDArray[np.float64]:
    """How many edits fewer it takes to a synthetic row than to one put together at random from synthetic cells.

    A text or number alone that recurs, in whatever row, brings strings close; that is replay, and another attack.

    Returns:
        Of the first rows of each side, NaN for the others. Shape (rows,).
    """
    training, holdout = near.targets.training, near.targets.holdout
    found = np.full(len(near.real), np.nan)
    columns = telling_columns(sides.synthetic.table)
    if len(columns) < MIN_COLUMNS:
        return found
    table = sides.synthetic.table.take(near.synthetic_rows)
    synthetic, mixed = row_strings(table, columns), row_strings(table, columns, shuffled=sides.seeds)
    for side, rows, start in ((sides.training, training, 0), (sides.holdout, holdout, len(training))):
        tried = rows[:MAX_STRINGS]
        strings = row_strings(side.table.take(tried), columns)
        found[start : start + len(tried)] = least_edits(strings, mixed) - least_edits(strings, synthetic)
    return found
