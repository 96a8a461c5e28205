"""The accountant: counts every noisy step, also those with an empty batch, and says what they cost together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from tabsynth.artifact.ledger import GaussianSteps
from tabsynth.errors import ConfigError
from tabsynth.privacy.dp.loss_curves import prv_epsilon, rdp_epsilon


@dataclass(frozen=True)
class Epsilon:
    """Two upper bounds of the same epsilon.

    Attributes:
        prv: By numerical composition of privacy losses, numerical error included; None where it failed.
        rdp: By Rényi differential privacy.
    """

    prv: float | None
    rdp: float

    @property
    def value(self) -> float:
        """The lower of the two: both are valid, and PRV is the tighter one but for its numerical error."""
        return self.rdp if self.prv is None else min(self.prv, self.rdp)


def epsilon_of(history: Sequence[GaussianSteps], delta: float) -> Epsilon:
    """Return what the steps of `history` cost together.

    Args:
        history: Steps of the Poisson-subsampled Gaussian mechanism, neighbours by adding or removing a subject.
        delta: For all of them together.
    """
    if not 0 < delta < 1:
        raise ConfigError(f"delta is {delta}", where="delta", do="give a number between 0 and 1")
    done = [part for part in history if part.steps]
    return Epsilon(prv=prv_epsilon(done, delta), rdp=rdp_epsilon(done, delta))


class Accountant:
    """Keeps the history of noisy steps.

    Args:
        history: Steps done before, from `history` of an earlier accountant.
    """

    def __init__(self, history: Iterable[GaussianSteps] = ()) -> None:
        self._history: list[GaussianSteps] = []
        for part in history:
            self.step(noise_multiplier=part.noise_multiplier, sample_rate=part.sample_rate, steps=part.steps)

    @property
    def history(self) -> tuple[GaussianSteps, ...]:
        """The steps done, in runs of equal settings."""
        return tuple(self._history)

    @property
    def steps(self) -> int:
        """Steps done."""
        return sum(part.steps for part in self._history)

    def step(self, *, noise_multiplier: float, sample_rate: float, steps: int = 1) -> None:
        """Count steps: call it for each one, whether its batch was empty or not.

        Raises:
            ConfigError: The noise or the sampling rate is out of bounds, so that nothing would be protected.
        """
        if not (0 < noise_multiplier < math.inf and 0 < sample_rate <= 1 and steps >= 0):
            raise ConfigError(
                f"{steps} steps with noise multiplier {noise_multiplier} and sampling rate {sample_rate}",
                where="accountant",
                do="the noise must be positive and the rate between 0 and 1",
            )
        last = self._history[-1] if self._history else None
        if last is not None and (last.noise_multiplier, last.sample_rate) == (noise_multiplier, sample_rate):
            steps += self._history.pop().steps
        if steps:
            self._history.append(GaussianSteps(noise_multiplier=noise_multiplier, sample_rate=sample_rate, steps=steps))

    def epsilon(self, delta: float) -> Epsilon:
        """Return what was spent so far."""
        return epsilon_of(self._history, delta)

    def state(self) -> list[dict[str, Any]]:
        """Return the history for a checkpoint: plain numbers that survive JSON."""
        return [part.model_dump() for part in self._history]

    @classmethod
    def from_state(cls, state: Iterable[dict[str, Any]]) -> Self:
        """Go on from a checkpoint."""
        return cls(GaussianSteps(**part) for part in state)
