"""A series with other cells and the same dtype. Knows how pandas stores things; not what they mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from tabsynth.errors import PrivacyError
from tabsynth.privacy.pii.cells import written
from tabsynth.privacy.pii.standins.ledger import CHOICES


def rewritten(series: pd.Series, new: Mapping[str, str] | Sequence[str | None], *, by_row: bool = False) -> pd.Series:
    """Return `series` with other cells; missing cells, index and dtype stay.

    Args:
        series: The old cells.
        new: The new ones as they are written: by old one, or one a row with `by_row`.
        by_row: Whether `new` holds one a row.

    Raises:
        PrivacyError: A new cell does not fit the dtype.
    """
    try:
        if isinstance(series.dtype, pd.CategoricalDtype):
            return _categorical(series, new, by_row=by_row)
        gone = series.isna().to_numpy(dtype=bool)
        cells = series.astype(object).tolist()
        fresh = [
            old if missing else _like(old, _lookup(new, old, row, by_row=by_row))
            for row, (old, missing) in enumerate(zip(cells, gone, strict=True))
        ]
        return pd.Series(fresh, index=series.index, name=series.name, dtype=series.dtype)
    except (TypeError, ValueError, OverflowError, ArithmeticError):
        raise PrivacyError(
            f"stand-ins cannot be stored as {series.dtype}", where=f"column '{series.name}'", do=CHOICES
        ) from None


def _lookup(new: Mapping[str, str] | Sequence[str | None], old: Any, row: int, *, by_row: bool) -> str:
    if by_row:
        found = new[row]  # type: ignore[index]
        return written(old) if found is None else found
    return new[written(old)]  # type: ignore[call-overload]


def _like(old: Any, text: str) -> Any:
    """A cell of the type of `old` from how it is written."""
    if isinstance(old, str):
        return text
    if isinstance(old, pd.Timestamp):
        return pd.Timestamp(text)
    if isinstance(old, dt.datetime):
        return pd.Timestamp(text).to_pydatetime()
    if isinstance(old, dt.date):
        return dt.date.fromisoformat(text[:10])
    if isinstance(old, bool):
        raise TypeError
    if isinstance(old, (int, float, Decimal)):
        return type(old)(text)
    return type(old)(text)


def _categorical(series: pd.Series, new: Mapping[str, str] | Sequence[str | None], *, by_row: bool) -> pd.Series:
    """Other categories; those that no row has are real values too, so they go."""
    plain = pd.Series(series.astype(object).to_numpy(), index=series.index, name=series.name, dtype=object)
    fresh = rewritten(plain, new, by_row=by_row)
    seen = [category for category in series.cat.categories if (plain == category).any()]
    order = dict.fromkeys(fresh[plain == category].iloc[0] for category in seen) if not by_row else {}
    left = dict.fromkeys(value for value in fresh.dropna() if value not in order)
    categories = pd.Index(list({**order, **left}), dtype=series.cat.categories.dtype)
    return pd.Series(
        pd.Categorical(fresh, categories=categories, ordered=bool(series.cat.ordered)),
        index=series.index,
        name=series.name,
    )
