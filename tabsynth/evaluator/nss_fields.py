"""One column as NeMo Safe Synthesizer 0.1.16 sees it: its type, its values, its distance. Knows no second column."""

from __future__ import annotations

import contextlib
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.evaluator.marginals import js_distance, label_counts, numbers_js

FieldType = Literal["empty", "binary", "numeric", "categorical", "text", "other"]
TABULAR = ("binary", "categorical", "numeric")
ONE_SIDE_EMPTY = 0.5887


def field_type(series: pd.Series) -> FieldType:
    """Return the type that it reads from a column."""
    present = series.dropna()
    if present.empty:
        return "empty"
    distinct = present.nunique()
    if distinct == 2:
        return "binary"
    if pd.api.types.is_float_dtype(present.dtype):
        return "numeric"
    if pd.api.types.is_bool_dtype(present.dtype) or pd.api.types.is_integer_dtype(present.dtype):
        return "categorical" if distinct <= 10 and present.min() >= 0 else "numeric"
    if 1 - distinct / len(present) >= (0.7 if len(present) <= 50 else 0.9):
        return "categorical"
    return "text" if present.astype(str).str.count(" ").mean() > 2 else "other"


def hashable(series: pd.Series) -> pd.Series:
    """Return the column with nested values, such as lists, as strings; it fails on them itself."""
    return series.map(lambda value: value if _has_hash(value) else str(value)) if series.dtype == object else series


def _has_hash(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def is_numeric(series: pd.Series) -> bool:
    """Whether pandas stores the column as numbers."""
    return pd.api.types.is_numeric_dtype(series.dtype)


def numbers_of(series: pd.Series) -> NDArray[np.float64]:
    """Return the numbers, NaN where missing or infinite. Shape (rows,)."""
    values = series.to_numpy(dtype="float64", na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def values_of(series: pd.Series) -> NDArray[np.object_]:
    """Return the values as they are, None where missing: 1, 1.0 and True are one value, "1" is another."""
    out = series.astype(object).to_numpy(copy=True)
    out[series.isna().to_numpy()] = None
    return np.asarray(out, dtype=object)


def field_distance(real: pd.Series, fake: pd.Series, kinds: tuple[FieldType, FieldType]) -> float:
    """Return the Jensen-Shannon distance of a column; 0 where it has none, for it counts none as 0.

    Args:
        real: Training side.
        fake: Synthetic side.
        kinds: Type of either side.
    """
    if kinds == ("numeric", "numeric"):
        first, second = (numbers[~np.isnan(numbers)] for numbers in (numbers_of(real), numbers_of(fake)))
        return numbers_js(first, second) if len(first) and len(second) else ONE_SIDE_EMPTY
    if any(kind not in TABULAR for kind in kinds):
        return 0.0
    return js_distance(*label_counts(*_comparable(real, fake)))


def _comparable(real: pd.Series, fake: pd.Series) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Write the values of both sides as strings, as integers if one side holds those and the other can."""
    if pd.api.types.is_integer_dtype(real.dtype) or pd.api.types.is_integer_dtype(fake.dtype):
        with contextlib.suppress(TypeError, ValueError, OverflowError):
            real, fake = (side.astype("float64").round().astype("Int64") for side in (real, fake))
    return _texts(real), _texts(fake)


def _texts(series: pd.Series) -> NDArray[np.object_]:
    texts = np.empty(len(series), dtype=object)
    # Each distinct value is written once: most columns repeat few.
    codes, distinct = pd.factorize(series.astype(object))
    written = np.array([str(value) for value in distinct] + ["nan"], dtype=object)
    texts[:] = written[codes]
    return texts
