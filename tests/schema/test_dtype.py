"""A dtype is described, written as JSON and stored again; what cannot be stored again is refused."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from tabsynth.errors import SchemaError
from tabsynth.schema.dtype import ColumnDtype

NONE_MISSING = np.zeros(1, dtype=bool)


def of(*cells: Any, dtype: Any = object) -> ColumnDtype:
    return ColumnDtype.of(pd.Series(cells, dtype=dtype, name="c"))


@pytest.mark.parametrize(
    ("cells", "element"),
    [
        (["a"], "str"),
        ([True], "bool"),
        ([1], "int"),
        ([1.5], "float"),
        ([Decimal(1)], "decimal"),
        ([dt.date(2020, 1, 1)], "date"),
        ([dt.datetime(2020, 1, 1, 5)], "datetime"),
        ([None], None),
    ],
)
def test_an_object_column_is_described_by_the_type_of_its_cells(cells: list[Any], element: str | None) -> None:
    assert of(*cells, None).element == element


@pytest.mark.parametrize(("cell", "name"), [(None, "None"), (float("nan"), "nan"), (pd.NA, "NA"), (pd.NaT, "NaT")])
def test_an_object_column_keeps_its_missing_marker(cell: Any, name: str) -> None:
    assert of("a", cell).missing == name


@pytest.mark.parametrize(
    "listed",
    [[True, False], [1, 0], [1.0, 0.0], ["1", "0"], ["True", "False"], [0.1, 1e300], [-(2**63), 2**63 - 1]],
)
@pytest.mark.parametrize("ordered", [True, False])
def test_categories_keep_their_type_through_json(listed: list[Any], ordered: bool) -> None:
    series = pd.Series(pd.Categorical(listed, categories=listed, ordered=ordered), name="c")
    dtype = ColumnDtype.of(series)
    back = ColumnDtype.model_validate_json(dtype.model_dump_json())
    assert back == dtype
    assert [(type(value), value) for value in back.categories or ()] == [(type(value), value) for value in listed]
    stored = back.restore(np.array(listed, dtype=object), np.zeros(len(listed), dtype=bool), "c")
    assert stored.dtype == series.dtype
    pd.testing.assert_series_equal(stored, series)


def test_categories_of_other_types_are_never_equal() -> None:
    kinds = [of(*cells, dtype="category") for cells in ([1, 0], [1.0, 0.0], [True, False], ["1", "0"])]
    texts = {kind.model_dump_json() for kind in kinds}
    assert len(texts) == 4


def test_a_value_that_is_no_category_is_an_error_without_the_value() -> None:
    dtype = of("a", "b", dtype="category")
    with pytest.raises(SchemaError, match=r"1 of 1 values are none of its categories") as caught:
        dtype.restore(np.array(["secret"], dtype=object), NONE_MISSING, "c")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("str", pd.StringDtype("python", na_value=np.nan)),
        ("string[pyarrow]", "string[python]"),
        ("string[pyarrow]", pd.ArrowDtype(pa.string())),
        ("str", "string[pyarrow]"),
        ("int64", "int64[pyarrow]"),
    ],
)
def test_dtypes_that_differ_have_names_that_differ(first: Any, second: Any) -> None:
    assert of(dtype=first).name != of(dtype=second).name


@pytest.mark.parametrize(
    ("cells", "type_name"),
    [
        ([1, "secret"], "int, str"),
        ([1, 2.5], "float, int"),
        ([True, 7], "bool, int"),
        ([b"secret"], "bytes"),
        ([["secret"]], "list"),
        ([{"secret": 1}], "dict"),
        ([("secret",)], "tuple"),
        ([1j], "complex"),
        ([dt.date(2020, 1, 1), dt.datetime(2020, 1, 1, 5)], "date, datetime"),
        ([dt.time(5)], "time"),
    ],
)
def test_object_cells_of_other_or_mixed_types_are_refused_by_type(cells: list[Any], type_name: str) -> None:
    with pytest.raises(SchemaError, match=f"column 'c': holds values of type {type_name}. Convert") as caught:
        of(*cells)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "series",
    [
        pd.Series([1j], name="c"),
        pd.Series(pd.period_range("2020", periods=1), name="c"),
        pd.Series(pd.interval_range(0, 1), name="c"),
        pd.Series([0, 1], dtype="Sparse[int]", name="c"),
        pd.Series([b"x"], dtype=pd.ArrowDtype(pa.binary()), name="c"),
        pd.Series([[1]], dtype=pd.ArrowDtype(pa.list_(pa.int64())), name="c"),
        pd.Series([Decimal(1)], dtype=pd.ArrowDtype(pa.decimal128(5, 2)), name="c"),
        pd.Series([0], dtype=pd.ArrowDtype(pa.timestamp("us", tz="UTC")), name="c"),
        pd.Series([0], dtype=pd.ArrowDtype(pa.date32()), name="c"),
        pd.Series([None], dtype=pd.ArrowDtype(pa.null()), name="c"),
    ],
    ids=lambda series: str(series.dtype),
)
def test_a_dtype_that_cannot_be_stored_again_is_refused(series: pd.Series) -> None:
    with pytest.raises(SchemaError, match=r"column 'c': dtype .* is not supported. Convert"):
        ColumnDtype.of(series)


@pytest.mark.parametrize("cells", [pd.to_datetime(["2020"]), pd.cut([1, 2], 2), [1.0, float("inf")]])
def test_categories_that_json_cannot_hold_are_refused(cells: Any) -> None:
    with pytest.raises(SchemaError, match=r"column 'c'"):
        of(*cells, dtype="category")


def test_datetime_objects_with_a_time_zone_are_refused_with_the_way_out() -> None:
    with pytest.raises(SchemaError, match=r"pandas.to_datetime\(..., utc=True\)"):
        of(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))


@pytest.mark.parametrize("dtype", [object, pd.StringDtype("python"), "category"])
def test_lone_surrogates_are_refused_and_counted(dtype: Any) -> None:
    with pytest.raises(SchemaError, match=r"1 of 2 strings hold lone surrogates") as caught:
        ColumnDtype.of(pd.Series(pd.Index(["fine", "bad\ud800"], dtype=object), dtype=dtype, name="c"))
    str(caught.value).encode()
