"""Records as token ids: one flat array with offsets, so that a million rows cost two arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Records:
    """Token ids of many records.

    Attributes:
        ids: The ids of all records, one after the other, int32.
        offsets: Record i is ``ids[offsets[i]:offsets[i + 1]]``, shape (records + 1,).
    """

    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, records: Iterable[list[int] | NDArray[np.int32]]) -> Self:
        """Gather single records."""
        parts = [np.asarray(record, dtype=np.int32) for record in records]
        ids = np.concatenate(parts) if parts else np.array([], dtype=np.int32)
        return cls(ids, np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64))

    def __len__(self) -> int:
        """Number of records."""
        return len(self.offsets) - 1

    def __getitem__(self, at: int) -> NDArray[np.int32]:
        """Return the ids of one record."""
        return self.ids[self.offsets[at] : self.offsets[at + 1]]

    def __iter__(self) -> Iterator[NDArray[np.int32]]:
        """Go through the records."""
        return (self[at] for at in range(len(self)))

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Number of tokens of each record, shape (records,)."""
        return np.diff(self.offsets)
