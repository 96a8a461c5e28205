"""Attribute inference: the attacker knows a person's other columns and looks up the missing one.

The attacker's story: someone knows most of a person's row, or half of it. They take the synthetic row that is most like
it and read off the column they do not know. That they are often right proves nothing, for the population may be
predictable: a synthetic table is meant to teach that. What counts is how much more often they are right about people
who were in training than about people who were not (the control of Giomi et al. 2023, "A Unified Framework for
Quantifying Privacy Risk in Synthetic Data"): risk = (r_T - r_H) / (1 - r_H).

This module refuses to know how rows are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.stats import fisher_exact

from tabsynth.evaluator.attacks.attack import Attack, AttackPart
from tabsynth.evaluator.attacks.excess import excess_p_value
from tabsynth.evaluator.attacks.guesses import MOST, Guesses, guess_secrets
from tabsynth.evaluator.attacks.matching import matched_samples
from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.holm import holm
from tabsynth.evaluator.intervals import Z_95, wilson
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import Sides

MAX_TARGETS = 2_000
MAX_CONTROL = 0.7  # above, the risk's divisor is so small that the risk is mostly noise
BEYOND_CHANCE = 0.05
LIMIT = 0.05  # what 5% copied rows reach: one in twenty of the secrets that the population does not give away
NAME, TITLE = "attribute_inference", "Attribute inference"
STORY = (
    "Someone who knows the other columns of a person's row, or half of them, looks up the most similar synthetic row "
    "and reads off what they do not know."
)
UNIT = "share of secrets guessed right"
ALL = "all secrets together"


@dataclass(frozen=True)
class Risk:
    """The outcome for one secret, or for all.

    Attributes:
        part: What the report shows.
        value: The risk, beyond the control.
        error: Half the width of its 95% interval.
        p_value: One-sided; 1 where the control is too high for it to count.
    """

    part: AttackPart
    value: float
    error: float
    p_value: float


def attack(sides: Sides) -> Attack:
    """Run the attack on equally many training and holdout rows, one row of each group."""
    samples = matched_samples(sides, MAX_TARGETS)
    targets = [
        side.table.take(sample.one_row_each())
        for side, sample in zip((sides.training, sides.holdout), samples, strict=True)
    ]
    size = samples[0].size
    both = [_joined(*pair) for pair in zip(targets[0].columns, targets[1].columns, strict=True)]
    guesses = guess_secrets(both, sides.synthetic.table.columns, sides.seeds, sides.target)
    risks = [risk for found in guesses if (risk := _risk(found, size)) is not None]
    if not risks:
        return _not_run("needs two columns, one of them with varied values in training and holdout")
    pooled = _pooled(guesses, size)
    if pooled is None:
        return _not_run(f"every secret is guessed right for more than {MAX_CONTROL:.0%} of rows that were never seen")
    return _summary([pooled, *risks], size, sides)


def _joined(first: Cells, second: Cells) -> Cells:
    """The cells of both, one after the other."""
    numbers, labels = None, None
    if first.numbers is not None and second.numbers is not None:
        numbers = np.concatenate([first.numbers, second.numbers])
    if first.labels is not None and second.labels is not None:
        labels = np.concatenate([first.labels, second.labels])
    missing = np.concatenate([first.missing, second.missing])
    return Cells(first.column, numbers, labels, missing, np.concatenate([first.unreadable, second.unreadable]))


def _risk(found: Guesses, size: int) -> Risk | None:
    asked = [int(found.asked[:size].sum()), int(found.asked[size:].sum())]
    right = [int(found.right[:size].sum()), int(found.right[size:].sum())]
    if min(asked) == 0:
        return None
    ends = [wilson(hits, trials) for hits, trials in zip(right, asked, strict=True)]
    centres, errors = ([(high + sign * low) / 2 for low, high in ends] for sign in (1, -1))
    value, error = _propagated(centres, errors)
    counts = [[hits, trials - hits] for hits, trials in zip(right, asked, strict=True)]
    p_value = float(fisher_exact(counts, alternative="greater")[1])
    rates = [hits / trials for hits, trials in zip(right, asked, strict=True)]
    note = f"risk {value:.3f} ± {error:.3f}"
    counted = rates[1] <= MAX_CONTROL
    if not counted:
        note = f"does not count: guessed right for more than {MAX_CONTROL:.0%} of rows that were never seen"
    if found.void:
        counted, note = False, "the synthetic column holds no value of its kind"
    part = AttackPart(
        name=f"{found.column.name}, from {found.known}",
        value=rates[0],
        control=rates[1],
        low=ends[0][0],
        high=ends[0][1],
        p_value=p_value if counted else None,
        n=asked[0],
        note=note,
    )
    # A secret that does not count still counts as a test: leaving out those with a high control would be a selection.
    return Risk(part, value, error, p_value if counted else 1.0)


def _pooled(guesses: Sequence[Guesses], size: int) -> Risk | None:
    """All secrets at once, guessed from all other columns: the mean per target is the unit, so they may depend.

    Secrets are chosen by their rate over both sides, at which a secret with the highest control and no failure among
    training rows still counts; so the choice tells nothing about the sides.
    """
    most = (1 + MAX_CONTROL) / 2
    kept = [found for found in guesses if found.known == MOST and not found.void and _both_rate(found) <= most]
    if not kept or size < 2:
        return None
    right = np.sum([found.right for found in kept], axis=0).astype(np.int64)
    asked = np.sum([found.asked for found in kept], axis=0).astype(np.int64)
    rates, errors = [], []
    for rows in (slice(None, size), slice(size, None)):
        rate = right[rows].sum() / max(1, asked[rows].sum())
        spread = np.sqrt(np.sum((right[rows] - rate * asked[rows]) ** 2)) / max(1, asked[rows].sum())
        rates.append(float(rate))
        errors.append(Z_95 * float(spread))
    value, error = _propagated(rates, errors)
    p_value = excess_p_value(right[:size], right[size:])
    part = AttackPart(
        name=ALL,
        value=rates[0],
        control=rates[1],
        low=max(0.0, rates[0] - errors[0]),
        high=min(1.0, rates[0] + errors[0]),
        p_value=p_value,
        n=size,
        note=f"risk {value:.3f} ± {error:.3f}; mean over {len(kept)} secrets, from all other columns",
    )
    return Risk(part, value, error, p_value)


def _both_rate(found: Guesses) -> float:
    return float(found.right.sum()) / max(1, int(found.asked.sum()))


def _propagated(rates: Sequence[float], errors: Sequence[float]) -> tuple[float, float]:
    """The risk and the half-width of its interval from those of the two rates (Giomi et al. 2023)."""
    left = max(1e-9, 1 - rates[1])
    error = sqrt((errors[0] / left) ** 2 + ((1 - rates[0]) / left**2 * errors[1]) ** 2)
    return (rates[0] - rates[1]) / left, error


def _summary(risks: list[Risk], size: int, sides: Sides) -> Attack:
    corrected = [1.0 if p is None else p for p in holm([risk.p_value for risk in risks])]
    # The worst secret, never a mean over it and harmless ones, but only where it is no play of chance: the largest of
    # many noisy numbers is always large. Where no secret stands out, the mean over all has the least noise.
    beyond = [risk for risk, p in zip(risks, corrected, strict=True) if p < BEYOND_CHANCE]
    worst = max(beyond, key=lambda risk: risk.value) if beyond else risks[0]
    searched, total = sides.synthetic.table.num_rows, sides.synthetic.num_rows
    note = (
        f"{len(risks):,} tests on {size:,} training and as many holdout targets; numbers count as guessed within 5% "
        "of their size or half a step of their grid, dates to the day"
    )
    if searched < total:
        note += f"; {searched:,} of {total:,} synthetic rows were searched, so leaks through single rows show in part"
    score = Score(
        value=worst.value,
        low=max(-1.0, worst.value - worst.error),
        high=min(1.0, worst.value + worst.error),
        reference=0.0,
        floor=0.0,
        n=size,
        note=f"of {worst.part.name}; rows that were never seen score 0 by construction: {note}",
    )
    order = sorted(range(len(risks)), key=lambda k: (risks[k].p_value, -risks[k].value, k))
    return Attack(
        name=NAME,
        title=TITLE,
        story=STORY,
        unit=UNIT,
        effect=worst.value,
        limit=LIMIT,
        p_value=min(corrected),
        parts=tuple(risks[k].part for k in order),
        scores={"aia_risk": score},
        note=note,
    )


def _not_run(why: str) -> Attack:
    return Attack(
        name=NAME,
        title=TITLE,
        story=STORY,
        unit=UNIT,
        effect=None,
        limit=LIMIT,
        p_value=None,
        scores={"aia_risk": Score(value=None, note=why)},
        note=why,
    )
