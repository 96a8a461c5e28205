"""Membership inference: the attacker holds a person's row and asks whether that person was in training.

The attacker's story: being in the table is itself the secret, say in one of patients. The attacker scores the row by
how much synthetic rows gather around it, in one of several ways, and accuses whoever scores high. A synthetic table
that knows nothing of who was in training gathers around members and others alike, so no labelling of the real rows is
likelier than another one. An attacker with few false alarms is worth more than one who is right a little more often
than not (Carlini et al. 2022), so both are tried.

This module refuses to know how distances are measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.attacks.attack import Attack, AttackPart
from tabsynth.evaluator.attacks.lots import low_alarms, ranks_p_value, smallest_p_value, threshold
from tabsynth.evaluator.attacks.nearness import Nearness, measure, shortage
from tabsynth.evaluator.attacks.suspicion import MIRRORED, suspicions
from tabsynth.evaluator.attacks.targets import Targets
from tabsynth.evaluator.intervals import BOOTSTRAP_RESAMPLES
from tabsynth.evaluator.resamples import percentile_interval, resample_counts
from tabsynth.evaluator.roc import roc_auc, weighted_aucs
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import Sides

LIMIT = 0.02
MIN_TARGETS = 20
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
    lacking = shortage(sides, near, MIN_TARGETS)
    if lacking is not None:
        scores = {name: Score(value=None, note=lacking.note) for name in SCORES}
        return _result(lacking.effect, lacking.p_value, (), scores, note=lacking.note)
    guesses = [_guess(name, scores, near.targets, sides) for name, scores in suspicions(sides, near).items()]
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


def _guess(name: str, scores: NDArray[np.float64], targets: Targets, sides: Sides) -> Guess | None:
    known = np.isfinite(scores)
    scores, is_member = scores[known], targets.is_member[known]
    if min(int(is_member.sum()), int((~is_member).sum())) < MIN_TARGETS:
        return None
    auc = roc_auc(is_member, scores)
    by_ranks = ranks_p_value(scores, is_member)
    found = low_alarms(scores, is_member, mirrored=name in MIRRORED)
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
