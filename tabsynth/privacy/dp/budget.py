"""The budget: a delta that fits the table, and which share of epsilon goes where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tabsynth.errors import ConfigError

PREPROCESSING_SHARE = 0.1
"""Of epsilon and of delta: training needs most of it."""
USUAL_DELTA = 1e-5
SUBJECTS_PER_FAILURE = 10


def delta_for(delta: float | Literal["auto"], num_subjects: int) -> float:
    """Return the delta to promise.

    A mechanism that publishes a random subject's row as it is has delta = 1/n, so delta must be well below that (Dwork
    and Roth, "The algorithmic foundations of differential privacy", 2014, section 2.3; Ponomareva et al., "How to DP-fy
    ML", 2023, ask for less than 1/n as well). Automatically it is a tenth of that, and never above the usual 1e-5
    (Abadi et al., "Deep learning with differential privacy", 2016).

    Args:
        delta: What the user asked for.
        num_subjects: Subjects in the training table.

    Raises:
        ConfigError: It would allow a subject's data to be published.
    """
    if num_subjects < 1:
        raise ConfigError("there is no subject to protect", where="epsilon", do="pass a table with rows")
    if delta == "auto":
        return min(USUAL_DELTA, 1 / (SUBJECTS_PER_FAILURE * num_subjects))
    if not 0 < delta < 1 / num_subjects:
        raise ConfigError(
            f"delta {delta:g} does not protect {num_subjects:,} subjects: it must be positive and below one over "
            f"their number, {1 / num_subjects:.3g}",
            where="delta",
            do=f"set delta='auto', which is {min(USUAL_DELTA, 1 / (SUBJECTS_PER_FAILURE * num_subjects)):.3g} here",
        )
    return float(delta)


@dataclass(frozen=True)
class Budget:
    """Epsilon and delta in two parts that add up (basic composition, Dwork & Roth 2014, theorem 3.16).

    The noise of training may be solved for the whole of it together with what preprocessing spent (`before=` of
    `solve_noise`), which is tighter than the sum and as sound.

    Attributes:
        epsilon: In all.
        delta: In all.
        preprocessing_epsilon: For what the codec learns.
        preprocessing_delta: The same for delta.
    """

    epsilon: float
    delta: float
    preprocessing_epsilon: float
    preprocessing_delta: float

    @property
    def training_epsilon(self) -> float:
        """What is left for training by basic composition."""
        return self.epsilon - self.preprocessing_epsilon

    @property
    def training_delta(self) -> float:
        """The same for delta."""
        return self.delta - self.preprocessing_delta


def split_budget(epsilon: float, delta: float, *, preprocessing: float = PREPROCESSING_SHARE) -> Budget:
    """Divide the budget between preprocessing and training.

    Args:
        epsilon: In all.
        delta: In all.
        preprocessing: The share of the first.

    Raises:
        ConfigError: There is nothing to divide.
    """
    if not (0 < epsilon < float("inf") and 0 < delta < 1 and 0 < preprocessing < 1):
        raise ConfigError(
            f"epsilon {epsilon:g}, delta {delta:g} and a share of {preprocessing:g} cannot be divided",
            where="epsilon",
            do="give a positive epsilon, and a delta and a share between 0 and 1",
        )
    return Budget(epsilon, delta, preprocessing * epsilon, preprocessing * delta)
