"""Whose rows are whose: counts of distinct subjects. A subject with a hundred rows counts once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.errors import DataError
from tabsynth.privacy.protect.thresholds import MOST

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Subjects:
    """The subject of each row.

    Attributes:
        numbers: From 0, shape (rows,); None where each row is a subject.
        total: Distinct subjects.
    """

    numbers: IntArray | None
    total: int

    @classmethod
    def of(cls, subjects: IntArray | None, rows: int) -> Subjects:
        """Number the subjects of `rows` rows from 0.

        Raises:
            DataError: There are fewer of them than a threshold may ask for, or not one a row.
        """
        numbers, total = None, rows
        if subjects is not None:
            if len(subjects) != rows:
                raise DataError(f"{len(subjects)} subjects are given for {rows} rows", where="value protection")
            distinct, inverse = np.unique(subjects, return_inverse=True)
            numbers, total = inverse.astype(np.int64), len(distinct)
        if total < MOST:
            raise DataError(
                f"the training rows are those of {total} subjects, and up to {MOST} must share a value to keep it",
                where="value protection",
                do="pass more rows or groups, or set protect=False if these values may be seen",
            )
        return cls(numbers, total)

    def holding(self, codes: IntArray, size: int, rows: IntArray | None = None) -> IntArray:
        """Count the distinct subjects that hold each code.

        Args:
            codes: From 0 to `size` - 1, shape (cells,).
            size: Number of codes.
            rows: The rows of the cells, shape (cells,); None for all in order.

        Returns:
            Shape (size,).
        """
        if self.numbers is None:
            return np.bincount(codes, minlength=size)
        held = pd.unique(codes * self.total + (self.numbers if rows is None else self.numbers[rows]))
        return np.bincount(held // self.total, minlength=size)

    def arrivals(self, order: IntArray) -> IntArray:
        """Return where in `order`, some row numbers, each further subject first appears; ascending places."""
        if self.numbers is None:
            return np.arange(len(order))
        return np.sort(np.unique(self.numbers[order], return_index=True)[1]).astype(np.int64)
