"""The limits of a table: what no synthesizer could learn is refused here. Knows shapes and names; no dtypes."""

from __future__ import annotations

import pandas as pd

from tabsynth.errors import SchemaError

MAX_COLUMNS = 1_000
MIN_ROWS = 20


def check_table(frame: pd.DataFrame) -> None:
    """Refuse tables that no synthesizer could learn.

    Raises:
        SchemaError: Says which rule was broken.
    """
    names = list(frame.columns)
    if not names or frame.shape[0] == 0:
        raise SchemaError(f"the table has {frame.shape[0]} rows and {len(names)} columns", do="pass a table with data")
    odd = [position for position, name in enumerate(names) if not (isinstance(name, str) and _is_unicode(name))]
    if odd:
        raise SchemaError(
            f"{len(odd)} column names are not strings of valid Unicode, the first at position {odd[0]}",
            do="rename them, for example with df.columns = df.columns.astype(str)",
        )
    repeated = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if repeated:
        raise SchemaError(f"column names occur more than once: {repeated[:5]}", do="make them unique")
    if len(names) > MAX_COLUMNS:
        raise SchemaError(f"the table has {len(names):,} columns, at most {MAX_COLUMNS:,} can be", do="drop some")
    if frame.shape[0] < MIN_ROWS:
        raise SchemaError(f"the table has {frame.shape[0]} rows, at least {MIN_ROWS} are needed", do="pass more rows")
    if frame.isna().all(axis=None):
        raise SchemaError("every value of the table is missing", do="pass a table with data")


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)
