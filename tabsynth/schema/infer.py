"""A frame's schema, read from its dtypes and values. Refuses tables that no synthesizer could learn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.errors import ConfigError, SchemaError, did_you_mean
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dates import date_format_of
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.limits import MIN_ROWS, check_table
from tabsynth.schema.schema import Schema
from tabsynth.schema.values import plain_values, restored_series

MAX_DECIMALS = 8
PROSE_MEAN_SPACES = 5.0
DECIMAL = r"-?\d{1,15}\.\d{1,8}"
LETTER = r"[^\W\d_]"


def infer_schema(frame: pd.DataFrame, types: Mapping[str, str] | None = None) -> Schema:
    """Read the schema of `frame`.

    Args:
        frame: The training table.
        types: Kinds that the user declares, by column name; they win over what is read.

    Raises:
        SchemaError: The table or a column cannot be learned.
        ConfigError: `types` names an unknown column or kind.
    """
    check_table(frame)
    declared = _declared(types or {}, list(frame.columns))
    columns = tuple(infer_column(frame[name], declared.get(name)) for name in frame.columns)
    return Schema(columns=columns)


def _declared(types: Mapping[str, str], names: list[str]) -> dict[str, Kind]:
    for name, kind in types.items():
        if name not in names:
            raise ConfigError(f"types= names the column '{name}'", where="types", do=did_you_mean(name, names))
        if kind not in list(Kind):
            raise ConfigError(f"types= gives the kind '{kind}'", where="types", do=did_you_mean(kind, list(Kind)))
    return {name: Kind(kind) for name, kind in types.items()}


def infer_column(series: pd.Series, declared: Kind | None = None) -> Column:
    """Read one column.

    Args:
        series: Its values, named.
        declared: The kind that the user declares, None to read it.

    Raises:
        SchemaError: It cannot be learned.
    """
    column = _typed_column(series, declared)
    if column.kind in (Kind.INTEGER, declared):
        _check_round_trip(series, column)
    return column


def _check_round_trip(series: pd.Series, column: Column) -> None:
    """Refuse a kind under which values would come back changed, such as 007 declared integer."""
    present = series.dropna().reset_index(drop=True)
    back = restored_series(plain_values(present, column), column)
    # Decimals of more digits than a float holds come back rounded, which synthetic ones may be.
    changed = 0 if column.dtype.element == "decimal" else int((back != present).sum())
    if changed:
        raise SchemaError(
            f"{changed} of {len(present)} values would not come back the same as {column.kind}",
            where=f"column '{column.name}'",
            do="convert the column first, or declare another kind with types=",
        )


def _typed_column(series: pd.Series, declared: Kind | None) -> Column:
    name, dtype = str(series.name), ColumnDtype.of(series)
    present = series.dropna()
    date_format = None
    kind = declared
    if kind is None or kind is Kind.DATETIME:
        date_format = date_format_of(present) if _holds_strings(present, dtype) else None
    if kind is None:
        kind = Kind.DATETIME if date_format else _kind(present, dtype)
    base: dict[str, Any] = {"name": name, "kind": kind, "dtype": dtype, "nullable": len(present) < len(series)}
    if kind is Kind.DATETIME:
        return Column(**base, date_format=date_format)
    if kind is Kind.DECIMAL:
        return Column(**base, decimals=_decimals(_finite(present, Column(**base))))
    if kind is Kind.INTEGER:
        return Column(**base, decimals=0)
    if kind is Kind.TEXT:
        words = bool(present.astype(str).str.contains(LETTER).any())
        return Column(**base, prose=_mean_spaces(present) > PROSE_MEAN_SPACES, words=words)
    return Column(**base)


def _holds_strings(present: pd.Series, dtype: ColumnDtype) -> bool:
    if present.empty or dtype.name == "category":
        return False
    return dtype.element == "str" if dtype.name == "object" else pd.api.types.is_string_dtype(present.dtype)


def _kind(present: pd.Series, dtype: ColumnDtype) -> Kind:
    if dtype.name == "category":
        return Kind.CATEGORICAL
    element = dtype.element or _native_element(present)
    match element:
        case "bool":
            return Kind.BOOLEAN
        case "int":
            return Kind.IDENTIFIER if _is_counter(present) else Kind.INTEGER
        case "float" | "decimal":
            return Kind.DECIMAL
        case "date" | "datetime":
            return Kind.DATETIME
        case "str":
            return _string_kind(present)
        case _:
            return Kind.CATEGORICAL


def _native_element(present: pd.Series) -> str | None:
    types = pd.api.types
    if present.empty and present.dtype == object:
        return None
    if types.is_bool_dtype(present.dtype):
        return "bool"
    if types.is_integer_dtype(present.dtype) or types.is_timedelta64_dtype(present.dtype):
        return "int"
    if types.is_float_dtype(present.dtype):
        return "float"
    if types.is_datetime64_any_dtype(present.dtype):
        return "datetime"
    if types.is_string_dtype(present.dtype):
        return "str"
    raise SchemaError(f"dtype {present.dtype} is not supported", where=f"column '{present.name}'", do="convert it")


def _is_counter(present: pd.Series) -> bool:
    """Whether integers just count the rows: consecutive, each once."""
    if present.dtype.kind not in "iu" or len(present) < MIN_ROWS:
        return False
    low, high = int(present.min()), int(present.max())
    if high > np.iinfo("int64").max:
        return False
    return high - low + 1 == len(present) and present.is_unique


def _string_kind(present: pd.Series) -> Kind:
    if present.empty:
        return Kind.CATEGORICAL
    distinct, rows = present.nunique(), len(present)
    if distinct <= 20 or (distinct <= 1_000 and distinct <= 0.2 * rows):
        return Kind.CATEGORICAL
    if _are_decimals(present):
        return Kind.DECIMAL
    return Kind.IDENTIFIER if _is_code(present) else Kind.TEXT


def _are_decimals(present: pd.Series) -> bool:
    """Whether strings are numbers with a point that come back the same: -122.19, but no 5.10 and no code of digits."""
    if not present.str.fullmatch(DECIMAL).all():
        return False
    return all(str(float(cell)) == cell for cell in present.tolist())


def _is_code(present: pd.Series) -> bool:
    """Whether strings are unique codes of one shape, such as C100017: letters in place, digits vary."""
    if not present.is_unique or len(present) < MIN_ROWS:
        return False
    shapes = present.str.replace(r"\d", "0", regex=True)
    return shapes.nunique() == 1 and re.search(r"0{3,}", shapes.iloc[0]) is not None and " " not in shapes.iloc[0]


def _mean_spaces(present: pd.Series) -> float:
    return float(present.astype(str).str.count(" ").mean()) if len(present) else 0.0


def _finite(present: pd.Series, column: Column) -> NDArray[np.float64]:
    values = plain_values(present, column).data
    infinite = int(np.isinf(values).sum())
    if infinite:
        where = f"column '{column.name}'"
        raise SchemaError(f"{infinite} of {len(values)} values are infinite", where=where, do="clean them")
    return values


def _decimals(values: NDArray[np.float64]) -> int | None:
    """The fewest digits after the point that write every value exactly, None beyond MAX_DECIMALS."""
    if len(values) == 0:
        return 0
    largest = float(np.abs(values).max())
    for digits in range(MAX_DECIMALS + 1):
        if largest * 10**digits >= 2**53:
            return None
        if np.array_equal(np.rint(values * 10**digits) / 10**digits, values):
            return digits
    return None
