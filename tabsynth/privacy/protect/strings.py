"""Texts and codes as pandas stores them: taken out as strings, protected, put back. Knows no alphabet and no shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tabsynth.artifact.protection import ColumnProtection
from tabsynth.privacy.protect.shapes import common_shapes
from tabsynth.privacy.protect.subjects import Subjects
from tabsynth.privacy.protect.texts import Texts
from tabsynth.privacy.protect.thresholds import Thresholds
from tabsynth.schema.column import Column, Kind


def protected_strings(
    series: pd.Series, column: Column, subjects: Subjects, thresholds: Thresholds, rng: np.random.Generator
) -> tuple[pd.Series, ColumnProtection]:
    """Return a column of texts or codes without what few subjects share, and what was done.

    Missing marks stay: filling one would write somebody's text twice. Only short strings lose rare characters, as
    their alphabet is learned; sentences are written in the vocabulary of the base model.

    Args:
        series: As the table holds it.
        column: What it is, TEXT or IDENTIFIER.
        subjects: Of its rows.
        thresholds: How many of them a character, a length or a shape needs.
        rng: Draws stand-ins.
    """
    base: dict[str, Any] = {"name": column.name, "kind": column.kind, "threshold": thresholds.value}
    rows = np.flatnonzero(series.notna().to_numpy(dtype=bool))
    cells = series.iloc[rows].tolist()
    if not cells or series.dtype == "category" or not all(isinstance(cell, str) for cell in cells):
        return series, ColumnProtection(**base)
    if column.kind is Kind.IDENTIFIER:
        written, num_rare = common_shapes(cells, rows, subjects, thresholds.value)
        replaced = sum(new != old for new, old in zip(written, cells, strict=True))
        return _stored(series, rows, written), ColumnProtection(**base, rare=num_rare, replaced=replaced)
    texts, longest = Texts(cells, rows).cut(subjects, thresholds.high)
    base |= {"high_threshold": thresholds.high, "high": str(longest)}
    base |= {"clipped": sum(len(cell) > longest for cell in cells)}
    if column.prose:
        return _stored(series, rows, texts.texts), ColumnProtection(**base)
    plainer, num_rare = texts.plainer(subjects, thresholds.value, rng)
    replaced = sum(new != old for new, old in zip(plainer.texts, texts.texts, strict=True))
    return _stored(series, rows, plainer.texts), ColumnProtection(**base, rare=num_rare, replaced=replaced)


def _stored(series: pd.Series, rows: np.ndarray[Any, np.dtype[np.int64]], cells: list[str]) -> pd.Series:
    """Return `series` with other cells in some rows, stored as before."""
    whole = series.to_numpy(dtype=object, copy=True)
    whole[rows] = cells
    return pd.Series(whole, index=series.index, name=series.name, dtype=series.dtype)
