"""The noise multiplier for a promised epsilon: never more epsilon than promised, hardly less."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from tabsynth.artifact.ledger import GaussianSteps
from tabsynth.errors import ConfigError
from tabsynth.privacy.dp.accountant import epsilon_of
from tabsynth.privacy.dp.loss_curves import prv_epsilon, rdp_epsilon

TOLERANCE = 0.01
"""Share of epsilon that may be left unspent; half of what is allowed."""
MAX_ROUNDS = 40
MIN_NOISE, MAX_NOISE = 1e-2, 1e6
LEAST = 1e-9
"""An epsilon that counts as none, so that its logarithm exists."""


def solve_noise(
    target_epsilon: float, delta: float, *, sample_rate: float, steps: int, before: Sequence[GaussianSteps] = ()
) -> float:
    """Return the least noise multiplier, up to TOLERANCE, under which everything together costs at most the target.

    Args:
        target_epsilon: What may be spent.
        delta: For everything together.
        sample_rate: Probability that a subject takes part in a step.
        steps: Steps that will be made, those with an empty batch included.
        before: Gaussian steps that are paid from the same epsilon: preprocessing.

    Raises:
        ConfigError: No noise keeps the promise.
    """
    if not (0 < target_epsilon < math.inf and 0 < sample_rate <= 1 and steps >= 1):
        raise ConfigError(
            f"no noise can be found for epsilon {target_epsilon}, sampling rate {sample_rate} and {steps} steps",
            where="epsilon",
            do="give a positive epsilon, a rate between 0 and 1, and at least one step",
        )

    def history(noise: float) -> list[GaussianSteps]:
        return [*before, GaussianSteps(noise_multiplier=noise, sample_rate=sample_rate, steps=steps)]

    def epsilon(noise: float) -> float:
        return epsilon_of(history(noise), delta).value

    def rough(noise: float) -> float:
        # One direction of the two, for the search; the other one is checked in the end.
        prv, rdp = prv_epsilon(history(noise), delta, removal_only=True), by_rdp(noise)
        return rdp if prv is None else min(prv, rdp)

    def by_rdp(noise: float) -> float:
        return rdp_epsilon(history(noise), delta)

    if by_rdp(MAX_NOISE) > target_epsilon and epsilon(MAX_NOISE) > target_epsilon:
        raise ConfigError(
            f"epsilon {target_epsilon:g} at delta {delta:g} is out of reach of {steps:,} steps at {sample_rate:g}",
            where="epsilon",
            do="raise epsilon, or train for fewer steps",
        )
    found = _least(rough, by_rdp, target_epsilon)
    return found if epsilon(found) <= target_epsilon else _least(epsilon, by_rdp, target_epsilon)


def _enough_by_rdp(by_rdp: Callable[[float], float], target: float) -> float:
    """Return a noise that RDP calls enough: cheap to find, and more than is needed."""
    low, high = MIN_NOISE, MAX_NOISE
    while high > 1.005 * low:
        middle = math.sqrt(low * high)
        low, high = (low, middle) if by_rdp(middle) <= target else (middle, high)
    return high


def _least(epsilon: Callable[[float], float], by_rdp: Callable[[float], float], target: float) -> float:
    """Lower the noise from one that RDP calls enough, by regula falsi in logarithms: there epsilon is nearly a line."""
    enough = _enough_by_rdp(by_rdp, target)
    # Aim a little below the target, so that a step lands on the side that keeps the promise.
    spent, aim = max(epsilon(enough), LEAST), (1 - TOLERANCE / 2) * target
    slope = math.log(max(by_rdp(0.95 * enough), LEAST) / max(by_rdp(enough), LEAST)) / math.log(0.95)
    low, low_spent = 0.0, math.inf
    for _ in range(MAX_ROUNDS):
        if spent >= (1 - TOLERANCE) * target or (low and enough / low < 1 + 1e-4):
            break
        if low and math.isfinite(low_spent) and low_spent > spent:
            slope = math.log(low_spent / spent) / math.log(low / enough)
        trial = enough * max(0.5, (aim / spent) ** (1 / min(slope, -0.5)))
        if low:
            trial = min(max(trial, low * (enough / low) ** 0.05), low * (enough / low) ** 0.95)
            trial = trial if math.isfinite(low_spent) else math.sqrt(low * enough)
        cost = max(epsilon(trial), LEAST)
        if cost <= target:
            enough, spent = trial, cost
        else:
            low, low_spent = trial, cost
    return enough
