"""What a column holds of which no category may be kept: one stand-in everywhere. Knows dtypes, not subjects."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from tabsynth.errors import SchemaError
from tabsynth.schema.column import Column, Kind

OTHER = "other"

StandIn = Literal["other", "missing", "commonest"]


def stand_in(series: pd.Series, column: Column) -> tuple[pd.Series, StandIn]:
    """Return a column that says nothing of anybody, stored as before, and what stands in it.

    Strings become one word, truth values the commoner one, which says little; others go missing if that can be stored.

    Args:
        series: A column without missing cells.
        column: What it is.

    Raises:
        SchemaError: No stand-in can be stored.
    """
    if isinstance(series.iloc[0], str) and series.dtype != "category":
        words = np.full(len(series), OTHER, dtype=object)
        return pd.Series(words, index=series.index, name=series.name, dtype=series.dtype), "other"
    if column.kind is Kind.BOOLEAN:
        commonest = int(series.isin(series.mode().iloc[:1]).to_numpy().argmax())
        taken = series.take(np.full(len(series), commonest))
        return taken.set_axis(series.index), "commonest"
    if isinstance(series.dtype, np.dtype) and series.dtype.kind in "iub":
        raise SchemaError(
            f"none of its {series.nunique():,} categories is held by enough subjects to keep it",
            where=f"column '{column.name}'",
            do="drop the column, merge its categories, declare another kind with types=, or set protect=False",
        )
    return series.mask(np.ones(len(series), dtype=bool)), "missing"
