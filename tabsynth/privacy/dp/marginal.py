"""What every released marginal can do: draw values, and bring true values into what it can draw."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from tabsynth.schema.values import Values

IS_RARE = 3.0
"""A noisy count below this many standard deviations of its noise is taken for none."""


class Marginal(Protocol):
    """The released distribution of one column."""

    @property
    def nullable(self) -> bool:
        """Whether values may be missing."""

    @property
    def is_constant(self) -> bool:
        """Whether nothing could be learned within the budget, so that the column is one value or all missing."""

    def draw(self, num_rows: int, rng: np.random.Generator) -> Values:
        """Draw values."""

    def coerce(self, values: Values) -> Values:
        """Bring each true value to one that may be drawn, by that value and this marginal alone."""
