"""What the columns of a table are that is only to be evaluated: read as for training, but nothing is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabsynth.errors import EvaluationError, SchemaError, did_you_mean
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.infer import infer_column
from tabsynth.schema.schema import Schema

_ANY = ColumnDtype(name="object")


def read_kinds(training: pd.DataFrame) -> Schema:
    """Read the schema of a table that was learned by whatever synthesizer.

    Where training would refuse a column (infinite numbers, mixed types, nested values), the evaluation takes what can
    be compared: numbers without the infinite ones, or values as labels.

    Raises:
        EvaluationError: There is no column, or a name occurs twice.
    """
    names = [str(name) for name in training.columns]
    if not names or len(set(names)) < len(names):
        found = f"has {len(names) - len(set(names))} column names twice" if names else "has no columns"
        raise EvaluationError(f"the training table {found}", where="evaluate", do="pass a table with named columns")
    frame = training.set_axis(names, axis=1)
    return Schema(columns=tuple(_read(frame[name]) for name in names))


def _read(series: pd.Series) -> Column:
    for values in (series, _finite(series)):
        try:
            return infer_column(values)
        except (SchemaError, TypeError, ValueError, OverflowError):
            continue
    return Column(name=str(series.name), kind=Kind.CATEGORICAL, dtype=_ANY, nullable=bool(series.isna().any()))


def _finite(series: pd.Series) -> pd.Series:
    if not pd.api.types.is_float_dtype(series.dtype):
        return series
    return series.where(np.isfinite(series.to_numpy(dtype="float64", na_value=np.nan)))


def with_keys(schema: Schema, group_by: str | None, order_by: str | None, target: str | None) -> Schema:
    """Return the schema for metrics: what names a group is an identifier, never a feature.

    Raises:
        EvaluationError: One of the columns does not exist, or the order has no groups.
    """
    for where, name in (("group_by", group_by), ("order_by", order_by), ("target", target)):
        if name is not None and name not in schema.names:
            raise EvaluationError(f"there is no column '{name}'", where=where, do=did_you_mean(name, schema.names))
    if order_by is not None and group_by is None:
        raise EvaluationError("order_by orders the rows of a group", where="order_by", do="name group_by as well")
    if target is not None and target == group_by:
        raise EvaluationError("the target names the groups", where="target", do="name another column")
    columns = [
        column.model_copy(update={"kind": Kind.IDENTIFIER}) if column.name == group_by else column
        for column in schema.columns
    ]
    return Schema(columns=tuple(columns))
