"""The released marginal of an identifier: nothing but the shape that nearly all subjects share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from tabsynth.privacy.dp.histograms import Noise, unforeseen_values
from tabsynth.schema.values import Values

PLAIN_SHAPE = "00000000"


@dataclass(frozen=True)
class IdentifierMarginal:
    """A code of one shape, or a counter that starts at 1.

    Attributes:
        shape: The code with digits written as 0; None for a counter.
    """

    shape: str | None
    nullable: bool = False
    is_constant: bool = False

    @classmethod
    def learn(cls, values: Values, noise: Noise | None) -> Self:
        """Release the commonest shape by one histogram; a counter is not looked at.

        Args:
            values: One value a subject.
            noise: What protects it; None for integers, of which nothing is asked.
        """
        if noise is None:
            return cls(None)
        texts = [str(value) for value in values.data[~values.missing]]
        shapes = ("".join("0" if c.isdigit() else c for c in text) for text in texts)
        seen = unforeseen_values(shapes, int(values.missing.sum()), noise)
        return cls(str(seen.values[int(np.argmax(seen.counts))]) if seen.values else PLAIN_SHAPE)

    def draw(self, num_rows: int, rng: np.random.Generator) -> Values:
        """Return where a counter starts, or the shape itself, in each row: all that is learned of either."""
        none = np.zeros(num_rows, dtype=bool)
        if self.shape is None:
            return Values(np.full(num_rows, 1, dtype=object), none)
        data = np.empty(num_rows, dtype=object)
        data[:] = self.shape
        return Values(data, none)

    def coerce(self, values: Values) -> Values:
        """Drop what the cells say: identifiers are made, not learned."""
        return self.draw(len(values.data), np.random.default_rng(0))
