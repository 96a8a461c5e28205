"""Identifiers: no slot, nothing learned but their shape; fresh ones are made after generation."""

from __future__ import annotations

import hashlib
from typing import Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict

from tabsynth.codec.slot import Slot
from tabsynth.schema.column import Column
from tabsynth.schema.values import Values


class IdentifierCodec(BaseModel):
    """A counter, or a code of one shape with random digits.

    Attributes:
        shape: The code with every digit written as 0; None for a counter.
        start: The first number of a counter.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    type: Literal["identifier"] = "identifier"
    nullable: bool
    shape: str | None = None
    start: int = 0

    @classmethod
    def fit(cls, values: Values, column: Column) -> Self:
        """Learn the commonest shape, or where the counter starts."""
        present = values.data[~values.missing].tolist()
        nullable = bool(values.missing.any())
        if present and all(isinstance(value, int) for value in present):
            return cls(nullable=nullable, start=min(present))
        shapes = ["".join("0" if c.isdigit() else c for c in str(value)) for value in present]
        return cls(nullable=nullable, shape=max(sorted(set(shapes)), key=shapes.count, default="00000000"))

    def slots(self, name: str) -> tuple[Slot, ...]:
        """Return no slot."""
        return ()

    def decode(self, rows: int, first_row: int = 0) -> Values:
        """Make `rows` identifiers, unique as long as the shape has room for that many.

        They depend on the row's number alone, so that parts of one table can be made apart.

        Args:
            rows: How many.
            first_row: Number of the first row in the whole table.
        """
        missing = np.zeros(rows, dtype=bool)
        if self.shape is None:
            first = self.start + first_row
            return Values(np.arange(first, first + rows, dtype=np.int64), missing)
        data = np.empty(rows, dtype=object)
        digits = self.shape.count("0")
        space = 10**digits
        # Any start and a stride coprime to 10 visit every number once before any repeats.
        noise = int.from_bytes(hashlib.sha256(self.shape.encode()).digest()[:16], "little")
        start, stride = noise % space, 1 + 10 * (noise // space % max(1, space // 10))
        for row in range(rows):
            number = iter(str((start + (first_row + row) * stride) % space).zfill(digits))
            data[row] = "".join(next(number) if c == "0" else c for c in self.shape)
        return Values(data, missing)
