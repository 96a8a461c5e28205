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
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema

MAX_COLUMNS = 1_000
MIN_ROWS = 20
MAX_DECIMALS = 8
PROSE_MEAN_SPACES = 5.0
DATE_FORMATS = (
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%Y%m%d",
    "%-m/%-d/%Y",
    "%-m/%-d/%Y %-H:%M",
    "%-m/%-d/%Y %-H:%M:%S",
)


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
    columns = tuple(_column(frame[name], declared.get(name)) for name in frame.columns)
    return Schema(columns=columns)


def check_table(frame: pd.DataFrame) -> None:
    """Refuse tables that no synthesizer could learn.

    Raises:
        SchemaError: Says which rule was broken.
    """
    names = list(frame.columns)
    if not names or frame.shape[0] == 0:
        raise SchemaError(f"the table has {frame.shape[0]} rows and {len(names)} columns", do="pass a table with data")
    odd = [position for position, name in enumerate(names) if not isinstance(name, str)]
    if odd:
        raise SchemaError(
            f"{len(odd)} column names are not strings, the first at position {odd[0]}",
            do="rename them, for example with df.columns = df.columns.astype(str)",
        )
    repeated = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if repeated:
        raise SchemaError(f"{len(repeated)} column names occur more than once: {repeated[:5]}", do="make them unique")
    if len(names) > MAX_COLUMNS:
        raise SchemaError(f"the table has {len(names):,} columns, at most {MAX_COLUMNS:,} are supported", do="drop some")
    if frame.shape[0] < MIN_ROWS:
        raise SchemaError(f"the table has {frame.shape[0]} rows, at least {MIN_ROWS} are needed", do="pass more rows")
    if frame.isna().all(axis=None):
        raise SchemaError("every value of the table is missing", do="pass a table with data")


def _declared(types: Mapping[str, str], names: list[str]) -> dict[str, Kind]:
    for name, kind in types.items():
        if name not in names:
            raise ConfigError(f"types= names the column '{name}'", where="types", do=did_you_mean(name, names))
        if kind not in list(Kind):
            raise ConfigError(f"types= gives the kind '{kind}'", where="types", do=did_you_mean(kind, list(Kind)))
    return {name: Kind(kind) for name, kind in types.items()}


def _column(series: pd.Series, declared: Kind | None) -> Column:
    name, dtype = str(series.name), ColumnDtype.of(series)
    present = series.dropna()
    date_format = None
    kind = declared
    if kind is None or kind is Kind.DATETIME:
        date_format = _date_format(present, dtype)
    if kind is None:
        kind = Kind.DATETIME if date_format else _kind(present, dtype)
    base: dict[str, Any] = {"name": name, "kind": kind, "dtype": dtype, "nullable": len(present) < len(series)}
    if kind is Kind.DATETIME:
        return Column(**base, date_format=date_format)
    if kind is Kind.DECIMAL:
        return Column(**base, decimals=_decimals(_finite(present, Column(**base)), dtype))
    if kind is Kind.INTEGER:
        return Column(**base, decimals=0)
    if kind is Kind.TEXT:
        return Column(**base, prose=_mean_spaces(present) > PROSE_MEAN_SPACES)
    return Column(**base)


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
    return high - low + 1 == len(present) and present.is_unique


def _string_kind(present: pd.Series) -> Kind:
    if present.empty:
        return Kind.CATEGORICAL
    distinct, rows = present.nunique(), len(present)
    if distinct <= 20 or (distinct <= 1_000 and distinct <= 0.2 * rows):
        return Kind.CATEGORICAL
    return Kind.IDENTIFIER if _is_code(present) else Kind.TEXT


def _is_code(present: pd.Series) -> bool:
    """Whether strings are unique codes of one shape, such as C100017: letters in place, digits vary."""
    if not present.is_unique or len(present) < MIN_ROWS:
        return False
    shapes = present.str.replace(r"\d", "0", regex=True)
    return shapes.nunique() == 1 and re.search(r"0{3,}", shapes.iloc[0]) is not None and " " not in shapes.iloc[0]


def _mean_spaces(present: pd.Series) -> float:
    return float(present.astype(str).str.count(" ").mean()) if len(present) else 0.0


def _date_format(present: pd.Series, dtype: ColumnDtype) -> str | None:
    """The format under which every string is a date and comes back the same, or None."""
    is_text = dtype.element == "str" if dtype.name == "object" else dtype.name not in ("category",)
    if not is_text or present.empty or not pd.api.types.is_string_dtype(present.dtype):
        return None
    head = present.iloc[:50]
    for date_format in DATE_FORMATS:
        if _round_trips(head, date_format) and _round_trips(present, date_format):
            return date_format
    return None


def _round_trips(strings: pd.Series, date_format: str) -> bool:
    try:
        parsed = pd.to_datetime(strings, format=date_format.replace("%-", "%"))
    except (ValueError, OverflowError):
        return False
    return bool((parsed.dt.strftime(date_format).to_numpy() == strings.to_numpy()).all())


def _finite(present: pd.Series, column: Column) -> NDArray[np.float64]:
    from tabsynth.schema.values import plain_values

    values = plain_values(present, column).data
    infinite = int(np.isinf(values).sum())
    if infinite:
        raise SchemaError(f"{infinite} of {len(values)} values are infinite", where=f"column '{column.name}'", do="clean them")
    return values


def _decimals(values: NDArray[np.float64], dtype: ColumnDtype) -> int | None:
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
