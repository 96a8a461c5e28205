"""The released marginal of a column of categories or booleans."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tabsynth.privacy.dp.histograms import Noise, known_cells, unforeseen_values
from tabsynth.privacy.dp.marginal import IS_RARE
from tabsynth.privacy.dp.shares import allot
from tabsynth.schema.values import Values


@dataclass(frozen=True)
class CategoryMarginal:
    """Categories that enough subjects hold, and their shares.

    Attributes:
        categories: Those that were released.
        counts: Their noisy counts.
        missing: Noisy count of missing cells; 0 if there are hardly any, or if the dtype cannot hold them.
    """

    categories: tuple[Any, ...]
    counts: tuple[int, ...]
    missing: int

    @classmethod
    def learn(cls, values: Values, noise: Noise, *, can_miss: bool, known: tuple[Any, ...] = ()) -> Self:
        """Release the marginal by one histogram.

        Args:
            values: One value a subject.
            noise: What protects it.
            can_miss: Whether the dtype can hold a missing cell.
            known: All categories, where they are known beforehand: they need no threshold.
        """
        if known:
            places = {category: place for place, category in enumerate(known, start=1)}
            pairs = zip(values.data.tolist(), values.missing.tolist(), strict=True)
            cells = np.array([0 if gone else places[value] for value, gone in pairs], dtype=np.int64)
            missing, *counts = known_cells(cells, 1 + len(known), noise).tolist()
            rare = missing < IS_RARE * noise.scale
            return cls(known, tuple(max(1, count) for count in counts), missing if can_miss and not rare else 0)
        seen = unforeseen_values(values.data[~values.missing].tolist(), int(values.missing.sum()), noise)
        keeps = can_miss and (seen.missing >= IS_RARE * noise.scale or not seen.values)
        return cls(seen.values, seen.counts, max(1, seen.missing) if keeps else 0)

    @property
    def nullable(self) -> bool:
        """Whether values may be missing."""
        return self.missing > 0

    @property
    def is_constant(self) -> bool:
        """Whether no category was released."""
        return not self.categories

    def draw(self, num_rows: int, rng: np.random.Generator) -> Values:
        """Draw values."""
        cells = allot([self.missing, *self.counts], num_rows, rng)
        lookup = np.empty(1 + len(self.categories), dtype=object)
        lookup[1:] = self.categories
        return Values(lookup[cells], cells == 0)

    def coerce(self, values: Values) -> Values:
        """Give cells of other categories one of those kept, by their shares; missing if none is.

        The hash of the unforeseen value settles which, so it is the same wherever that value stands. Where missing
        was not released, missing cells take the commonest category.
        """
        data, missing = values.data.copy(), values.missing.copy()
        if not self.categories:
            return Values(data, np.ones(len(data), dtype=bool))
        instead = {value: value for value in self.categories}
        present = data[~missing].tolist()
        for value in set(present) - instead.keys():
            instead[value] = self._instead(value)
        data[~missing] = _objects([instead[value] for value in present])
        if not self.nullable:
            data[missing] = self.categories[int(np.argmax(self.counts))]
            missing[:] = False
        return Values(data, missing)

    def _instead(self, value: Any) -> Any:
        ends = np.cumsum(self.counts)
        digest = hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).digest()
        at = int.from_bytes(digest[:6], "little") % int(ends[-1])
        return self.categories[int(np.searchsorted(ends, at, side="right"))]


def _objects(values: list[Any]) -> NDArray[Any]:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out
