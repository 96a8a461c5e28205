"""Whose values a number column holds: atoms and bin edges that no few subjects can be read from. Knows ticks only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Holders:
    """The subjects of some rows, and how many must share what is learned of them.

    Attributes:
        least: Subjects that an exact value needs.
        subjects: A number a row, shape (rows,); None where each row is a subject.
    """

    least: int
    subjects: IntArray | None = None

    def of(self, rows: NDArray[np.bool_]) -> Holders:
        """Return the holders of the rows where `rows` is True."""
        return Holders(self.least, None if self.subjects is None else self.subjects[rows])

    def enough(self, codes: IntArray, size: int) -> NDArray[np.bool_]:
        """Return for each of `size` codes whether enough subjects hold it; `codes` has shape (rows,)."""
        if self.subjects is None:
            return np.bincount(codes, minlength=size) >= self.least
        pairs = pd.DataFrame({"code": codes, "subject": self.subjects}).drop_duplicates()
        return np.bincount(pairs["code"].to_numpy(), minlength=size) >= self.least

    def bin_edges(self, ticks: IntArray, most: int) -> IntArray:
        """Return edges of at most `most` bins, none of them one subject's own tick.

        The outer edges lie at the tick of the `least`-th most extreme subject; what is beyond counts to the outer bins.
        Inner edges lie halfway between neighbouring ticks. Each bin holds the values of `least` subjects.

        Args:
            ticks: The ticks of these holders' rows, shape (rows,).
            most: Bins at most.

        Returns:
            Ascending; empty where there are fewer than `least` subjects.
        """
        order = np.argsort(ticks, kind="stable")
        rising, falling = self._arrivals(order), self._arrivals(order[::-1])
        num_subjects = len(rising)
        if num_subjects < self.least:
            return np.array([], dtype=np.int64)
        ticks = ticks[order]
        low, high = ticks[rising[self.least - 1]], ticks[::-1][falling[self.least - 1]]
        if low > high:
            low = high = ticks[len(ticks) // 2]
        bins = min(most, max(1, num_subjects // self.least))
        inner = np.quantile(ticks, np.linspace(0, 1, bins + 1)[1:-1], method="inverted_cdf").astype(np.int64)
        inner = inner[(inner > low) & (inner <= high)]
        before = ticks[np.searchsorted(ticks, inner) - 1]
        halfway = np.unique(before + (inner - before + 1) // 2)
        return self._joined(np.clip(ticks, low, high), order, [int(low), *halfway.tolist(), int(high) + 1])

    def _joined(self, ticks: IntArray, order: IntArray, edges: list[int]) -> IntArray:
        """Drop edges that would leave a bin to fewer than `least` subjects; `order` are the rows of the ticks."""
        places = np.searchsorted(ticks, edges)
        kept = [0]
        for place in range(1, len(edges)):
            if len(self._arrivals(order[places[kept[-1]] : places[place]])) >= self.least:
                kept.append(place)
        # What is left at the end joins the last bin.
        kept = [*kept[:-1], len(edges) - 1] if len(kept) > 1 else [0, len(edges) - 1]
        return np.array([edges[place] for place in kept], dtype=np.int64)

    def _arrivals(self, order: IntArray) -> IntArray:
        """Places in `order` at which each further subject first appears, ascending."""
        if self.subjects is None:
            return np.arange(len(order))
        return np.sort(np.unique(self.subjects[order], return_index=True)[1]).astype(np.int64)
