"""Ways to spoil a column whose harm is known beforehand. Knows no metric and no table."""

from __future__ import annotations

import numpy as np
import pandas as pd


def is_number(column: pd.Series) -> bool:
    """Whether a column holds numbers, by its dtype; booleans are none."""
    return pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)


def noisy(column: pd.Series, rng: np.random.Generator, *, spread: float, replaced: float, emptied: float) -> pd.Series:
    """Return the column with noise.

    Args:
        column: Its index must count from 0.
        rng: Source of the noise.
        spread: Standard deviation of what is added to numbers, in deviations of the column. Integers stay whole.
        replaced: Share of cells that hold no number and take the value of another row.
        emptied: Share of cells that become missing.
    """
    if is_number(column):
        moved = column + rng.normal(0, spread * float(np.nan_to_num(column.std())), len(column))
        out = moved.round() if pd.api.types.is_integer_dtype(column.dtype) else moved
        out = out + 0.0  # no -0.0: written out it differs from 0.0
        if pd.api.types.is_integer_dtype(column.dtype) and emptied == 0:
            out = out.astype(column.dtype)
    else:
        drawn = column.sample(frac=1, random_state=rng).reset_index(drop=True)
        out = column.where(pd.Series(rng.random(len(column)) >= replaced), drawn)
    return out.mask(pd.Series(rng.random(len(column)) < emptied)) if emptied else out


def shuffled(table: pd.DataFrame, rng: np.random.Generator, *, kept: str | None = None) -> pd.DataFrame:
    """Return the table with every column but `kept` shuffled on its own."""
    columns = {
        name: column if name == kept else column.sample(frac=1, random_state=rng).reset_index(drop=True)
        for name, column in table.reset_index(drop=True).items()
    }
    return pd.DataFrame(columns)


def junk(column: pd.Series) -> pd.Series:
    """Return strings that occur once each."""
    return pd.Series([f"junk{place}" for place in range(len(column))], name=column.name)


def constant(column: pd.Series) -> pd.Series:
    """Return the first value that is there, over and over."""
    present = column.dropna()
    return pd.Series([present.iloc[0] if len(present) else None] * len(column), name=column.name)


def nulls(column: pd.Series) -> pd.Series:
    """Return missing cells only."""
    return pd.Series(np.full(len(column), np.nan), name=column.name)


def other_type(column: pd.Series) -> pd.Series:
    """Turn numbers into strings, and everything else into the length of its text."""
    if is_number(column):
        return column.map(lambda value: None if pd.isna(value) else str(value)).astype(object)
    return column.map(lambda value: float("nan") if pd.isna(value) else float(len(str(value)))).astype("float64")


def new_value(column: pd.Series) -> pd.Series:
    """Double numbers; give every third cell of another column a value that it never held."""
    if is_number(column):
        return column * 2
    return column.astype(object).where(pd.Series(range(len(column))) % 3 != 0, "a new one")
