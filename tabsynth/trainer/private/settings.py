"""The numbers of one differentially private training, as the accountant sees them. Knows no model and no data."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

from tabsynth.errors import ConfigError

DEFAULT_NORM = 1.0
DEFAULT_PHYSICAL = 64


@dataclass(frozen=True)
class PrivateTraining:
    """What a training promises and how it runs.

    The accountant is told the first three; they must not depend on the data, nor may anything else here.

    Attributes:
        noise_multiplier: Standard deviation of the noise on the summed gradient, in units of `max_grad_norm`.
        sampling_rate: Probability with which each subject enters each step, 0..1.
        steps: Steps that are made, each of them with noise, also where no subject was drawn.
        learning_rate: Its peak.
        max_grad_norm: L2 bound of what one subject adds to the summed gradient of a step.
        physical_batch: Records whose gradients are computed at once; bounds memory, changes no result.
    """

    noise_multiplier: float
    sampling_rate: float
    steps: int
    learning_rate: float
    max_grad_norm: float = DEFAULT_NORM
    physical_batch: int = DEFAULT_PHYSICAL

    def __post_init__(self) -> None:
        """Refuse what no accountant could vouch for.

        Raises:
            ConfigError: A number is out of its bounds.
        """
        bounds = {
            "noise_multiplier": 0.0 <= self.noise_multiplier < math.inf,
            "sampling_rate": 0.0 < self.sampling_rate <= 1.0,
            "steps": self.steps >= 1,
            "learning_rate": 0.0 < self.learning_rate < math.inf,
            "max_grad_norm": 0.0 < self.max_grad_norm < math.inf,
            "physical_batch": self.physical_batch >= 1,
        }
        for name, holds in bounds.items():
            if not holds:
                raise ConfigError(
                    f"{name} is {getattr(self, name)}, which is out of its bounds",
                    where="private training",
                    do="use finite numbers above 0 and a sampling rate of at most 1",
                )

    def expected_batch(self, num_subjects: int) -> float:
        """Return the mean number of subjects of a step, which every summed gradient is divided by."""
        return self.sampling_rate * num_subjects

    @property
    def facts(self) -> dict[str, float]:
        """All numbers by name, as a checkpoint keeps them."""
        return asdict(self)
