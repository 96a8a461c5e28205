"""Categories and booleans as one slot: one token a value."""

from __future__ import annotations

import math
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, StrictBool, StrictFloat, StrictInt, StrictStr

from tabsynth.codec.slot import Slot
from tabsynth.errors import CodecError
from tabsynth.schema.column import Column
from tabsynth.schema.values import Values

Category = StrictBool | StrictInt | StrictFloat | StrictStr


class CategoricalCodec(BaseModel):
    """One token a category, and one for missing.

    Attributes:
        categories: The categories seen in training, sorted, numbers in numeric order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    type: Literal["categorical"] = "categorical"
    nullable: bool
    categories: tuple[Category, ...]

    @classmethod
    def fit(cls, values: Values, column: Column) -> Self:
        """Learn the categories; an ordered dtype keeps its order.

        Args:
            values: Plain values, shape (rows,).
            column: The column.
        """
        seen = set(values.data[~values.missing].tolist())
        declared = column.dtype.categories if column.dtype.ordered else None
        ordered = [c for c in declared if c in seen] if declared else sorted(seen, key=_sort_key)
        return cls(nullable=bool(values.missing.any()), categories=tuple(ordered))

    def slots(self, name: str) -> tuple[Slot, ...]:
        """Return the slot of the column called `name`; none for a constant column."""
        size = int(self.nullable) + len(self.categories)
        return (Slot(name, size, size),) if size > 1 else ()

    def encode(self, values: Values) -> NDArray[np.int64]:
        """Return the token of each row, shape (rows, 1) or (rows, 0) for a constant column.

        Raises:
            CodecError: A value is no known category.
        """
        index = {category: place for place, category in enumerate(self.categories, start=int(self.nullable))}
        try:
            tokens = [
                0 if gone else index[value] for value, gone in zip(values.data.tolist(), values.missing, strict=True)
            ]
        except KeyError:
            unknown = sum(
                not gone and value not in index
                for value, gone in zip(values.data.tolist(), values.missing, strict=True)
            )
            raise CodecError(f"{unknown} of {len(values.data)} values are no category seen in training") from None
        return np.array(tokens, dtype=np.int64).reshape(-1, 1)[:, : len(self.slots(""))]

    def decode(self, tokens: NDArray[np.int64], rng: np.random.Generator) -> Values:
        """Return the categories, shape (rows,)."""
        places = tokens[:, 0] - int(self.nullable) if tokens.shape[1] else np.zeros(len(tokens), dtype=np.int64)
        missing = (places < 0) | (len(self.categories) == 0)
        lookup = np.empty(max(1, len(self.categories)), dtype=object)
        lookup[: len(self.categories)] = self.categories
        return Values(lookup[np.maximum(places, 0)], missing)

    def positions(self) -> NDArray[np.float64]:
        """Return the rank of each token in 0..1 where the categories are numbers, else NaN."""
        size = len(self.categories)
        numeric = size > 2 and sum(_number(c) is not None for c in self.categories) >= 0.9 * size
        ranks = np.arange(size) / (size - 1) if numeric else np.full(size, np.nan)
        return np.concatenate([np.full(int(self.nullable), np.nan), ranks])

    def labels(self) -> list[str]:
        """Return what each token says in words, for tokens added to a pretrained vocabulary."""
        return ["missing"] * int(self.nullable) + [str(category) for category in self.categories]


def _sort_key(category: Category) -> tuple[int, float, str]:
    """Numbers, and strings that are numbers, before other strings; ties such as 1 and 1.0 by their text."""
    number = _number(category)
    return (1, 0.0, str(category)) if number is None else (0, number, str(category))


def _number(category: Category) -> float | None:
    try:
        number = float(category)
    except ValueError:
        return None
    # "nan" reads as a number that has no place among others.
    return None if math.isnan(number) else number
