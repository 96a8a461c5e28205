"""How pandas stored a column: values out as plain numpy, and back into the very same dtype."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from tabsynth.errors import SchemaError

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
        name: ``str(series.dtype)``.
        element: The Python type of the elements of an object or categorical column, else None.
        missing: The missing marker of an object column.
        categories: All categories of a categorical column in order, seen or not; else None.
        ordered: Whether the categories are ordered.
        categories_dtype: ``str(dtype.categories.dtype)`` of a categorical column.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str
    element: Element | None = None
    missing: Literal["None", "nan", "NA", "NaT"] | None = None
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
            element = _element(pd.Series(dtype.categories), where)
            if element not in ("str", "bool", "int", "float"):
                raise SchemaError(
                    f"its categories are of type {dtype.categories.dtype}", where=where, do="turn them into strings"
                )
            return cls(
                name="category",
                element=element,
                categories=tuple(dtype.categories.tolist()),
                ordered=bool(dtype.ordered),
                categories_dtype=str(dtype.categories.dtype),
            )
        if dtype == object:
            return cls(name="object", element=_element(series, where), missing=_missing_marker(series))
        if isinstance(dtype, (pd.PeriodDtype, pd.IntervalDtype, pd.SparseDtype)) or dtype.kind in "cVS":
            raise SchemaError(f"dtype {dtype} is not supported", where=where, do="convert it to numbers or strings")
        return cls(name=str(dtype))

    def restore(self, values: NDArray[Any], missing: NDArray[np.bool_], name: str) -> pd.Series:
        """Store plain values as this dtype.

        Args:
            values: One plain value a row (object, int64, float64, datetime64 or timedelta64).
            missing: True where the value is missing; `values` is ignored there.
            name: The name of the series.

        Returns:
            A series of exactly this dtype.
        """
        if self.name == "category":
            index = {value: code for code, value in enumerate(self.categories or ())}
            codes = [-1 if gone else index[value] for value, gone in zip(values.tolist(), missing, strict=True)]
            categories = pd.Index(list(self.categories or ()), dtype=self.categories_dtype)
            data = pd.Categorical.from_codes(codes, categories=categories, ordered=self.ordered)  # type: ignore[arg-type]
            return pd.Series(data, name=name)
        if self.name == "object":
            return pd.Series(self._objects(values, missing), name=name, dtype=object)
        plain = pd.Series(values, name=name)
        if missing.any():
            plain = _with_missing(plain, missing, self.name)
        if self.name.startswith("datetime64") and "," in self.name:
            unit, zone = self.name[len("datetime64[") : -1].split(", ", 1)
            return plain.astype(f"datetime64[{unit}]").dt.tz_localize("UTC").dt.tz_convert(zone)  # type: ignore[call-overload, no-any-return]
        return plain.astype(self.name)  # type: ignore[call-overload, no-any-return]

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


def _element(series: pd.Series, where: str) -> Element | None:
    present = series.dropna()
    if present.empty:
        return None
    found = pd.api.types.infer_dtype(present, skipna=True)
    if found not in _ELEMENTS:
        kinds = sorted({type(value).__name__ for value in present})
        raise SchemaError(
            f"holds values of type {', '.join(kinds[:5])}", where=where, do="convert the column to one type, such as str"
        )
    if found == "datetime" and any(value.tzinfo is not None for value in present if isinstance(value, dt.datetime)):
        raise SchemaError("holds datetime objects with time zones", where=where, do="use pandas.to_datetime(..., utc=True)")
    return _ELEMENTS[found]


def _missing_marker(series: pd.Series) -> Literal["None", "nan", "NA", "NaT"] | None:
    gone = series[series.isna()]
    if gone.empty:
        return None
    names = pd.Series(["None" if v is None else "NA" if v is pd.NA else "NaT" if v is pd.NaT else "nan" for v in gone])
    return names.mode().iloc[0]  # type: ignore[no-any-return]


def _with_missing(plain: pd.Series, missing: NDArray[np.bool_], dtype: str) -> pd.Series:
    """Put the missing marker that `dtype` uses into the masked rows."""
    mask = pd.Series(missing)
    if plain.dtype.kind in "mM":
        return plain.mask(mask, pd.NaT)
    if dtype.startswith("float") and "pyarrow" not in dtype:
        return plain.astype("float64").mask(mask, np.nan)
    nullable = {"i": "Int64", "f": "Float64", "b": "boolean"}.get(plain.dtype.kind)
    return plain.astype(nullable or object).mask(mask, pd.NA if nullable else None)  # type: ignore[call-overload, no-any-return]
