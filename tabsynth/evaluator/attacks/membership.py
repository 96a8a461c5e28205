"""Membership inference: the attacker holds a person's row and asks whether that person was in training.

The attacker's story: being in the table is itself the secret, say in one of patients. The attacker scores the row by
how much synthetic rows gather around it and accuses whoever scores high. Five ways to score are tried: the distance to
the closest synthetic row; that distance against the one to the closest other real row; the share of synthetic rows among
the twenty nearest (Ward et al. 2024, "Data Plagiarism Index"); the ratio of kernel densities (DOMIAS); edits between
rows as strings (LevAtt); and the second once more on the most isolated rows, who leak first.

A synthetic table that knows nothing of who was in training gathers around members and non-members alike, and the
reference is all other real rows, learned or not: so no labelling of the rows is likelier than another one, and the
tests are exact. An attacker with few false alarms is worth more than one that is right a little more often than not
(Carlini et al. 2022), so both are shown.

This module refuses to know how distances are measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.attacks.attack import Attack, AttackPart
from tabsynth.evaluator.attacks.chance import low_alarms, ranks_p_value, smallest_p_value, threshold
from tabsynth.evaluator.attacks.kernels import log_density_ratio
from tabsynth.evaluator.attacks.nearness import Nearness, measure
from tabsynth.evaluator.attacks.row_strings import least_edits, row_strings, telling_columns
from tabsynth.evaluator.attacks.targets import Targets
from tabsynth.evaluator.intervals import BOOTSTRAP_RESAMPLES
from tabsynth.evaluator.resamples import percentile_interval, resample_counts
from tabsynth.evaluator.roc import roc_auc, weighted_aucs
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import Sides

LIMIT = 0.02
MIN_TARGETS = 20
MAX_STRINGS = 600
MIN_COLUMNS = 4  # of fewer, random cells make up half of many rows
ISOLATED_SHARE = 0.05
IDEAL_AUC, IDEAL_TPR = 0.5, 0.01
SCORES = ("mia_auc", "mia_tpr_at_1fpr")


@dataclass(frozen=True)
class Guess:
    """One way to score, tried.

    Attributes:
        part: What the report shows.
        scores: Score of each unit that has one. Shape (units,).
        is_member: Whether each of these was in training. Shape (units,).
        auc: Area under the ROC curve.
    """

    part: AttackPart
    scores: NDArray[np.float64]
    is_member: NDArray[np.bool_]
    auc: float

    @property
    def effect(self) -> float:
        """Members recognised beyond non-members accused: at 1% false alarms, or in the mean over all thresholds."""
        assert self.part.value is not None and self.part.control is not None
        return max(self.part.value - self.part.control, self.auc - IDEAL_AUC)


def attack(sides: Sides, nearness: Nearness | None = None) -> Attack:
    """Score members and non-members in each way.

    Args:
        sides: The tables.
        nearness: Distances between them, None to measure them.
    """
    near = measure(sides) if nearness is None else nearness
    if len(sides.training.table.columns) == 0:
        return _not_run("not run: there is no column to look at", None)
    if min(near.targets.num_members, near.targets.num_others) < MIN_TARGETS:
        return _too_few(sides, near.targets)
    guesses = [_guess(name, scores, near.targets, sides) for name, scores in _ways(sides, near).items()]
    ranked = sorted(
        (guess for guess in guesses if guess is not None), key=lambda guess: (guess.part.p_value, -guess.effect)
    )
    strongest = ranked[0]
    note = (
        f"{near.targets.num_members:,} members, {near.targets.num_others:,} non-members; the strongest of "
        f"{len(ranked)} ways is shown, which by chance lies a little above the ideal{_sampled(sides, near)}"
    )
    return _result(
        strongest.effect,
        smallest_p_value([guess.part.p_value for guess in ranked]),
        tuple(guess.part for guess in ranked),
        _scores(strongest, sides, note),
        note=note,
    )


def _sampled(sides: Sides, near: Nearness) -> str:
    rows = sides.synthetic.num_rows
    if len(near.synthetic) == rows:
        return ""
    return f"; the attacker saw {len(near.synthetic):,} of {rows:,} synthetic rows"


def _too_few(sides: Sides, targets: Targets) -> Attack:
    if min(sides.training.num_rows, sides.holdout.num_rows) >= 2 * MIN_TARGETS and targets.num_members < MIN_TARGETS:
        return _not_run("hardly any training row occurs only once: no row points to anyone", 1.0)
    unit = "rows that occur once" if sides.training.groups is None else "groups"
    return _not_run(f"not run: fewer than {MIN_TARGETS} {unit} on a side", None)


def _not_run(why: str, p_value: float | None) -> Attack:
    scores = {name: Score(value=None, note=why) for name in SCORES}
    return _result(None if p_value is None else 0.0, p_value, (), scores, note=why)


def _result(
    effect: float | None, p_value: float | None, parts: tuple[AttackPart, ...], scores: dict[str, Score], *, note: str
) -> Attack:
    return Attack(
        name="membership",
        title="Membership",
        story="Someone holds a person's row and asks whether that person was in training. They accuse whoever "
        "synthetic rows gather around.",
        unit="share of members recognised beyond that of others accused",
        effect=effect,
        limit=LIMIT,
        p_value=p_value,
        parts=parts,
        scores=scores,
        note=note,
    )


def _ways(sides: Sides, near: Nearness) -> dict[str, NDArray[np.float64]]:
    """Score of every unit in each way, NaN without one; higher means member. Shape (units,) each."""
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
        "edits between rows as strings": targets.mean_of(_edits(sides, near)),
        "distance, most isolated rows": np.where(isolated, calibrated, np.nan),
    }
    ratio = log_density_ratio(
        near.real, near.synthetic, targets.unit, sides.seeds.number("evaluator/attacks/membership/components")
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
    return (nearest < count).sum(axis=1) + tie / 2


def _edits(sides: Sides, near: Nearness) -> NDArray[np.float64]:
    """How many edits fewer it takes to a synthetic row than to one put together at random from synthetic cells.

    A text or number alone that recurs, in whatever row, brings strings close; that is replay, and another attack.

    Returns:
        Of the first rows of each side, NaN for the others. Shape (rows,).
    """
    training, holdout = near.targets.training, near.targets.holdout
    found = np.full(len(near.real), np.nan)
    columns = telling_columns(sides.training.table)
    if len(columns) < MIN_COLUMNS:
        return found
    table = sides.synthetic.table.take(near.synthetic_rows)
    synthetic, mixed = row_strings(table, columns), row_strings(table, columns, shuffled=sides.seeds)
    for side, rows, start in ((sides.training, training, 0), (sides.holdout, holdout, len(training))):
        tried = rows[:MAX_STRINGS]
        strings = row_strings(side.table.take(tried), columns)
        found[start : start + len(tried)] = least_edits(strings, mixed) - least_edits(strings, synthetic)
    return found


def _guess(name: str, scores: NDArray[np.float64], targets: Targets, sides: Sides) -> Guess | None:
    known = np.isfinite(scores)
    scores, is_member = scores[known], targets.is_member[known]
    if min(int(is_member.sum()), int((~is_member).sum())) < MIN_TARGETS:
        return None
    auc = roc_auc(is_member, scores)
    by_ranks = ranks_p_value(scores, is_member)
    found = low_alarms(scores, is_member)
    low, high = _tpr_interval(scores, is_member, sides.seeds.stream(f"evaluator/attacks/membership/tpr/{name}"))
    part = AttackPart(
        name=name,
        value=found.hit_rate,
        control=found.alarm_rate,
        low=low,
        high=high,
        p_value=min(1.0, 2 * min(by_ranks, found.p_value)),
        n=len(scores),
        note=f"at 1% false alarms, p {found.p_value:.1g}; AUC {auc:.3f}, p {by_ranks:.1g}; p is twice the smaller",
    )
    return Guess(part, scores, is_member, auc)


def _tpr_interval(
    scores: NDArray[np.float64], is_member: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[float | None, float | None]:
    """Bootstrap of members and non-members apart, with the threshold found anew."""
    members, others = scores[is_member], scores[~is_member]
    drawn = np.empty(BOOTSTRAP_RESAMPLES)
    for number in range(BOOTSTRAP_RESAMPLES):
        limit = threshold(others[rng.integers(0, len(others), len(others))])
        drawn[number] = (members[rng.integers(0, len(members), len(members))] > limit).mean()
    return percentile_interval(drawn)


def _scores(strongest: Guess, sides: Sides, note: str) -> dict[str, Score]:
    part, is_member = strongest.part, strongest.is_member
    rng = sides.seeds.stream("evaluator/attacks/membership/auc")
    weights = np.empty((BOOTSTRAP_RESAMPLES, len(is_member)))
    weights[:, is_member] = resample_counts(int(is_member.sum()), rng)
    weights[:, ~is_member] = resample_counts(int((~is_member).sum()), rng)
    low, high = percentile_interval(weighted_aucs(is_member, strongest.scores, weights))
    note = f"{part.name}; {note}"
    return {
        "mia_auc": Score(value=strongest.auc, low=low, high=high, reference=IDEAL_AUC, n=part.n, note=note),
        "mia_tpr_at_1fpr": Score(
            value=part.value, low=part.low, high=part.high, reference=IDEAL_TPR, n=part.n, note=note
        ),
    }
