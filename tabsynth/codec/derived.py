"""Columns that another column settles: no slot, the value is looked up. Education number from education, say."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from tabsynth.codec.categorical import CategoricalCodec
from tabsynth.codec.numeric import NumericCodec
from tabsynth.codec.slot import Slot
from tabsynth.schema.values import Values

MIN_MEAN_ROWS = 5
"""Rows per value of the settling column below which a dependency may be chance."""


class DerivedCodec(BaseModel):
    """A functional dependency that held in every training row.

    Attributes:
        source: Position of the settling column.
        inner: The codec that the column would have had by itself.
        tokens: The inner codec's token for each token of the settling column.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    type: Literal["derived"] = "derived"
    source: int
    inner: CategoricalCodec | NumericCodec
    tokens: tuple[int, ...]

    @property
    def nullable(self) -> bool:
        """Whether the column may be missing."""
        return self.inner.nullable

    def slots(self, name: str) -> tuple[Slot, ...]:
        """Return no slot."""
        return ()

    def decode(self, source_tokens: NDArray[np.int64], rng: np.random.Generator) -> Values:
        """Return the values that the settling column's tokens, shape (rows,), stand for."""
        return self.inner.decode(np.array(self.tokens, dtype=np.int64)[source_tokens].reshape(-1, 1), rng)


def settled_tokens(source: NDArray[np.int64], other: NDArray[np.int64], size: int) -> tuple[int, ...] | None:
    """Return the one token of `other` for each of the `size` tokens of `source`, or None if there is no such rule.

    Every token of `source` must occur, and MIN_MEAN_ROWS times in the mean, or the rule could be chance.

    Args:
        source: Tokens of the settling column, shape (rows,).
        other: Tokens of the column that may be settled, shape (rows,).
        size: Number of tokens of the settling column.
    """
    if len(source) < MIN_MEAN_ROWS * size:
        return None
    lowest = np.full(size, np.iinfo(np.int64).max)
    highest = np.full(size, -1)
    np.minimum.at(lowest, source, other)
    np.maximum.at(highest, source, other)
    return tuple(lowest.tolist()) if np.array_equal(lowest, highest) else None
