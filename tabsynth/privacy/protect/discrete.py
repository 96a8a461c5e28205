"""The columns of few distinct values as whole numbers, and which of them another one settles. Knows no subjects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.codec.derived import MIN_MEAN_ROWS
from tabsynth.codec.numeric import MAX_ALONE
from tabsynth.schema.column import Kind
from tabsynth.schema.schema import Schema

CATEGORIES = (Kind.CATEGORICAL, Kind.BOOLEAN)
NUMBERS = (Kind.INTEGER, Kind.DECIMAL)
GLANCED_ROWS = 512
"""Rows that rule out most columns at once; the others are looked at whole."""

IntArray = NDArray[np.int64]


@dataclass
class Discrete:
    """Categories, and numbers of at most MAX_ALONE values: what the codecs may look up from one another.

    Attributes:
        places: Where each column's codes lie, by name.
        codes: A number for each distinct value, its size for missing; shape (rows, columns).
        sizes: Distinct values of each column, missing not among them.
    """

    places: dict[str, int]
    codes: IntArray
    sizes: list[int]

    @classmethod
    def of(cls, frame: pd.DataFrame, schema: Schema) -> Discrete:
        """Number the values of `frame`."""
        places: dict[str, int] = {}
        codes: list[IntArray] = []
        sizes: list[int] = []
        for column in schema.columns:
            if column.kind not in CATEGORIES + NUMBERS:
                continue
            numbered, distinct = pd.factorize(frame[column.name])
            if column.kind in CATEGORIES or len(distinct) <= MAX_ALONE:
                places[column.name] = len(codes)
                sizes.append(len(distinct))
                codes.append(np.where(numbered < 0, len(distinct), numbered))
        matrix = np.stack(codes, axis=1) if codes else np.zeros((len(frame), 0), dtype=np.int64)
        return cls(places, np.asfortranarray(matrix, dtype=np.int64), sizes)

    def of_column(self, name: str) -> IntArray:
        """Return the codes of one column, shape (rows,)."""
        column: IntArray = self.codes[:, self.places[name]]
        return column

    def finest_first(self) -> list[str]:
        """Return the columns by falling number of values: what a column settles comes after it."""
        return sorted(self.places, key=lambda name: -self.sizes[self.places[name]])

    def first_rows(self, name: str) -> IntArray:
        """Return the first row of each code of a column, -1 for a code without rows; shape (size + 1,)."""
        codes = self.of_column(name)
        first = np.full(self.sizes[self.places[name]] + 1, -1, dtype=np.int64)
        first[codes[::-1]] = np.arange(len(codes))[::-1]
        return first

    def settled_by(self, name: str) -> list[str]:
        """Return the columns whose value is the same wherever this column's value is, missing being a value.

        As with the codec's lookup, there must be rows enough that this is hardly chance.
        """
        codes, first = self.of_column(name), self.first_rows(name)
        if len(codes) < MIN_MEAN_ROWS * int((first >= 0).sum()):
            return []
        alike = first[codes]
        some = np.linspace(0, len(codes) - 1, min(GLANCED_ROWS, len(codes))).astype(np.int64)
        likely = np.all(self.codes[some] == self.codes[alike[some]], axis=0)
        return [
            other
            for other, place in self.places.items()
            if other != name and likely[place] and np.array_equal(self.codes[:, place], self.codes[alike, place])
        ]

    def take(self, names: list[str], donors: IntArray) -> None:
        """Give each row of these columns the codes of its donor row."""
        for name in names:
            place = self.places[name]
            self.codes[:, place] = self.codes[donors, place]
