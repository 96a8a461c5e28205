"""Numbers, dates and time spans: rare missing marks, extremes and rare exact values. Knows no other column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.artifact.protection import ColumnProtection
from tabsynth.privacy.protect.atoms import nearest_kept
from tabsynth.privacy.protect.extremes import bound_rows, clipped_rows
from tabsynth.privacy.protect.subjects import Subjects
from tabsynth.privacy.protect.thresholds import Thresholds
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.values import Values, plain_values

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Ordered:
    """A column whose values have an order.

    Attributes:
        series: As the table holds it.
        column: What it is.
        subjects: Of its rows.
        thresholds: How many of them a value needs.
    """

    series: pd.Series
    column: Column
    subjects: Subjects
    thresholds: Thresholds

    def protected(self, rng: np.random.Generator) -> tuple[IntArray, ColumnProtection]:
        """Return the row whose cell each row takes, most often its own, and what was done."""
        values = plain_values(self.series, self.column)
        donors, facts = self._without_rare_missing(values, rng)
        values = Values(values.data[donors], values.missing[donors])
        rows = np.flatnonzero(~values.missing)
        if len(rows):
            bounds = bound_rows(values.data, rows, self.subjects, self.thresholds)
            clipped = clipped_rows(values.data, rows, bounds)
            facts["clipped"] = _moved(clipped)
            donors, values = donors[clipped], Values(values.data[clipped], values.missing)
            if self.column.kind in (Kind.INTEGER, Kind.DECIMAL):
                nearest, num_rare = nearest_kept(values, self.column, self.subjects, self.thresholds.value)
                facts["rare"] += num_rare
                facts["replaced"] += _moved(nearest)
                donors, values = donors[nearest], Values(values.data[nearest], values.missing)
            ends = rows[[int(values.data[rows].argmin()), int(values.data[rows].argmax())]]
            facts["low"], facts["high"] = (str(cell) for cell in self.series.iloc[donors[ends]])
        thresholds = {"low_threshold": self.thresholds.low, "high_threshold": self.thresholds.high}
        record = ColumnProtection(
            name=self.column.name, kind=self.column.kind, threshold=self.thresholds.value, **thresholds, **facts
        )
        return donors, record

    def _without_rare_missing(self, values: Values, rng: np.random.Generator) -> tuple[IntArray, dict[str, Any]]:
        """Fill what is missing for few subjects; where few have a value, drop it.

        That a value is missing, or is there, can be as singular as a value.
        """
        donors, rows = np.arange(len(values.data)), np.flatnonzero(~values.missing)
        facts: dict[str, Any] = {"rare": 0, "replaced": 0}
        if not values.missing.any() or self.column.kind is Kind.IDENTIFIER:
            return donors, facts
        absent, present = self.subjects.holding((~values.missing).astype(np.int64), 2).tolist()
        if present < self.thresholds.value:
            donors[rows] = int(np.argmax(values.missing))
            facts = {"rare": len(np.unique(values.data[rows])), "replaced": len(rows), "stand_in": "missing"}
        elif absent < self.thresholds.value:
            donors[values.missing] = rng.choice(rows, int(values.missing.sum()))
            facts = {"rare": 1, "replaced": int(values.missing.sum())}
        return donors, facts


def _moved(donors: IntArray) -> int:
    return int((donors != np.arange(len(donors))).sum())
