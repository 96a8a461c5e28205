"""How pandas stored a column: values out as plain numpy, and back into the very same dtype."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from tabsynth.errors import SchemaError
from tabsynth.schema.storage import dtype_of, is_supported, name_of

Missing = Literal["None", "nan", "NA", "NaT"]
Element = Literal["str", "bool", "int", "float", "decimal", "date", "datetime"]
Scalar = str | bool | int | float

_ELEMENTS: dict[str, Element] = {
    "string": "str",
    "boolean": "bool",
    "integer": "int",
    "floating": "float",
    "decimal": "decimal",
    "date": "date",
    "datetime": "datetime",
    "datetime64": "datetime",
}


class ColumnDtype(BaseModel):
    """A pandas dtype that survives JSON.

    Attributes:
        name: ``str(series.dtype)``, with the storage added where pandas leaves it out.
        element: The Python type of the elements of an object or categorical column, else None.
        missing: The missing marker of an object column.
        categories: All categories of a categorical column in order, seen or not; else None.
        ordered: Whether the categories are ordered.
        categories_dtype: The `name` of the dtype of the categories of a categorical column.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str
    element: Element | None = None
    missing: Missing | None = None
    categories: tuple[Scalar, ...] | None = None
    ordered: bool = False
    categories_dtype: str | None = None

    @classmethod
    def of(cls, series: pd.Series) -> ColumnDtype:
        """Describe the dtype of `series`.

        Raises:
            SchemaError: The elements are of several types, or of one that tabsynth cannot write.
        """
        where, dtype = f"column '{series.name}'", series.dtype
        if isinstance(dtype, pd.CategoricalDtype):
            categories = pd.Series(dtype.categories)
            element = _element(categories, where)
            infinite = element == "float" and bool(np.isinf(categories.astype("float64")).any())
            if element not in ("str", "bool", "int", "float", None) or infinite:
                found = "infinite numbers" if infinite else f"of type {dtype.categories.dtype}"
                raise SchemaError(f"its categories are {found}", where=where, do="turn them into strings")
            return cls(
                name="category",
                element=element,
                categories=tuple(dtype.categories.tolist()),
                ordered=bool(dtype.ordered),
                categories_dtype=name_of(dtype.categories.dtype),
            )
        if dtype.kind == "O" and isinstance(dtype, np.dtype):
            return cls(name="object", element=_element(series, where), missing=_missing_marker(series))
        if not is_supported(dtype):
            raise SchemaError(f"dtype {dtype} is not supported", where=where, do="convert it to numbers or strings")
        if isinstance(dtype, pd.StringDtype) and dtype.storage == "python":  # Arrow holds UTF-8 only
            _check_unicode(series.dropna(), where)
        return cls(name=name_of(dtype))

    def restore(self, values: NDArray[Any], missing: NDArray[np.bool_], name: str) -> pd.Series:
        """Store plain values as this dtype.

        Args:
            values: One plain value a row (object, int64, float64, datetime64 or timedelta64).
            missing: True where the value is missing; `values` is ignored there.
            name: The name of the series.

        Returns:
            A series of exactly this dtype.

        Raises:
            SchemaError: A value is none of the categories.
        """
        if self.name == "category":
            return self._categorical(values, missing, name)
        if self.name == "object":
            return pd.Series(self._objects(values, missing), name=name, dtype=object)
        plain = pd.Series(values, name=name, dtype=values.dtype)
        if missing.any():
            plain = _with_missing(plain, missing, self.name)
        if self.name.startswith("datetime64") and "," in self.name:
            unit, zone = self.name[len("datetime64[") : -1].split(", ", 1)
            return plain.astype(f"datetime64[{unit}]").dt.tz_localize("UTC").dt.tz_convert(zone)  # type: ignore[call-overload, no-any-return]
        return plain.astype(dtype_of(self.name))

    def _categorical(self, values: NDArray[Any], missing: NDArray[np.bool_], name: str) -> pd.Series:
        categories = self.categories or ()
        index = {value: code for code, value in enumerate(categories)}
        codes = np.array(
            [-1 if gone else index.get(value, -2) for value, gone in zip(values.tolist(), missing, strict=True)]
        )
        strange = int((codes == -2).sum())
        if strange:
            raise SchemaError(f"{strange} of {len(codes)} values are none of its categories", where=f"column '{name}'")
        listed = pd.Index(list(categories), dtype=dtype_of(self.categories_dtype or "object"))
        return pd.Series(pd.Categorical.from_codes(codes.tolist(), categories=listed, ordered=self.ordered), name=name)

    def _objects(self, values: NDArray[Any], missing: NDArray[np.bool_]) -> NDArray[Any]:
        marker = {"None": None, "nan": float("nan"), "NA": pd.NA, "NaT": pd.NaT, None: None}[self.missing]
        out = np.empty(len(values), dtype=object)
        for row, (value, gone) in enumerate(zip(values, missing, strict=True)):
            out[row] = marker if gone else self._object(value)
        return out

    def _object(self, value: Any) -> Any:
        match self.element:
            case "decimal":
                return value if isinstance(value, Decimal) else Decimal(repr(float(value)))
            case "date":
                return pd.Timestamp(value).date()
            case "datetime":
                return pd.Timestamp(value).to_pydatetime()
            case "int":
                return int(value)
            case "float":
                return float(value)
            case "bool":
                return bool(value)
            case _:
                return value


def _check_unicode(present: pd.Series, where: str) -> None:
    """Refuse half characters, which no file and no tokenizer can hold."""
    try:
        "".join(present.tolist()).encode()
    except UnicodeEncodeError:
        broken = sum(any("\ud800" <= char <= "\udfff" for char in text) for text in present.tolist())
        raise SchemaError(
            f"{broken} of {len(present)} strings hold lone surrogates, which are no valid Unicode",
            where=where,
            do="decode the source again, or drop these characters",
        ) from None


def _element(series: pd.Series, where: str) -> Element | None:
    present = series.dropna()
    if present.empty:
        return None
    found = pd.api.types.infer_dtype(present, skipna=True)
    # A datetime is a date to pandas, but would lose its time of day.
    mixed = found == "date" and any(isinstance(value, dt.datetime) for value in present)
    if found not in _ELEMENTS or mixed:
        kinds = sorted({type(value).__name__ for value in present})
        raise SchemaError(
            f"holds values of type {', '.join(kinds[:5])}",
            where=where,
            do="convert the column to one type, such as str",
        )
    if found == "string":
        _check_unicode(present, where)
    if found == "datetime" and any(value.tzinfo is not None for value in present if isinstance(value, dt.datetime)):
        raise SchemaError("holds datetimes with time zones", where=where, do="use pandas.to_datetime(..., utc=True)")
    return _ELEMENTS[found]


def _missing_marker(series: pd.Series) -> Missing | None:
    gone = series[series.isna()]
    if gone.empty:
        return None
    names: list[Missing] = [
        "None" if v is None else "NA" if v is pd.NA else "NaT" if v is pd.NaT else "nan" for v in gone
    ]
    return Counter(names).most_common(1)[0][0]


def _with_missing(plain: pd.Series, missing: NDArray[np.bool_], dtype: str) -> pd.Series:
    """Put the missing marker that `dtype` uses into the masked rows."""
    mask = pd.Series(missing)
    if plain.dtype.kind in "mM":
        return plain.mask(mask, pd.NaT)
    if dtype.startswith("float") and "pyarrow" not in dtype:
        return plain.astype("float64").mask(mask, np.nan)
    nullable = {"i": "Int64", "f": "Float64", "b": "boolean"}.get(plain.dtype.kind)
    if nullable is None:
        return plain.astype(object).mask(mask, None)
    return plain.astype(dtype_of(nullable)).mask(mask, pd.NA)
