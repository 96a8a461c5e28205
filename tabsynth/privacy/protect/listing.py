"""The categories that a schema lists: after protection, only those that are still in the table. Knows no counts."""

from __future__ import annotations

import pandas as pd

from tabsynth.schema.schema import Schema


def listed_categories(schema: Schema, frame: pd.DataFrame) -> Schema:
    """Return the schema without the declared categories that `frame` does not hold.

    A categorical dtype names its categories, also those that only the holdout holds, or nobody, and the schema goes
    into the metadata.

    Args:
        schema: Of the unprotected table.
        frame: The protected training rows.
    """
    columns = []
    for column in schema.columns:
        declared = column.dtype.categories
        if declared is not None:
            held = set(frame[column.name].dropna().unique().tolist())
            dtype = column.dtype.model_copy(update={"categories": tuple(c for c in declared if c in held)})
            column = column.model_copy(update={"dtype": dtype})
        columns.append(column)
    return schema.model_copy(update={"columns": tuple(columns)})
