"""Values go out of a column as plain numpy and come back exactly as pandas stored them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from tabsynth.errors import SchemaError
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.infer import infer_schema
from tabsynth.schema.values import plain_values, restored_series

ROWS = 20

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
WORDS = st.sampled_from(["a", "b b", "ü", "NA", "", "007", "2024-01-31", "True"])
SINGLE = st.floats(width=32, allow_nan=False, allow_infinity=False)
DOUBLE = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-10_000, 10_000).map(lambda n: n / 100)
NAIVE = st.datetimes(dt.datetime(1700, 1, 2), dt.datetime(2200, 1, 1))
SECONDS = NAIVE.map(lambda moment: moment.replace(microsecond=0))
DELTA = st.integers(-(10**15), 10**15).map(lambda micros: pd.Timedelta(micros, "us"))


def integers(dtype: str) -> st.SearchStrategy[int]:
    bounds = np.iinfo(dtype)
    return st.integers(int(bounds.min), int(bounds.max))


def arrow(kind: pa.DataType) -> pd.ArrowDtype:
    return pd.ArrowDtype(kind)


# dtype, its cells, what a missing cell is written as (nothing: the dtype has none)
NOTHING = object()
FORMS: dict[str, tuple[Any, st.SearchStrategy[Any], Any]] = {
    **{name: (name, integers(name), NOTHING) for name in ("int8", "int16", "int32", "int64", "uint8", "uint32")},
    "Int8": ("Int8", integers("int8"), pd.NA),
    "Int64": ("Int64", integers("int64"), pd.NA),
    "UInt16": ("UInt16", integers("uint16"), pd.NA),
    "Float32": ("Float32", SINGLE, pd.NA),
    "Float64": ("Float64", DOUBLE, pd.NA),
    "float16": ("float16", st.floats(width=16, allow_nan=False, allow_infinity=False), np.nan),
    "float32": ("float32", SINGLE, np.nan),
    "float64": ("float64", DOUBLE, np.nan),
    "bool": ("bool", st.booleans(), NOTHING),
    "boolean": ("boolean", st.booleans(), pd.NA),
    "str": ("str", TEXT | WORDS, np.nan),
    "str words": ("str", WORDS, np.nan),
    "str in python": (pd.StringDtype("python", na_value=np.nan), TEXT, np.nan),
    "string[pyarrow]": ("string[pyarrow]", TEXT, pd.NA),
    "string[python]": ("string[python]", TEXT, pd.NA),
    "object strings, None": (object, TEXT | WORDS, None),
    "object strings, nan": (object, WORDS, float("nan")),
    "object integers": (object, integers("int64"), None),
    "object floats": (object, DOUBLE, None),
    "object booleans": (object, st.booleans(), float("nan")),
    "object dates": (object, st.dates(), None),
    "object datetimes": (object, st.datetimes(), pd.NaT),
    "object decimals": (object, st.decimals(-(10**9), 10**9, places=4), None),
    "datetime64[s]": ("datetime64[s]", SECONDS, pd.NaT),
    "datetime64[ms]": ("datetime64[ms]", SECONDS, pd.NaT),
    "datetime64[us]": ("datetime64[us]", NAIVE, pd.NaT),
    "datetime64[ns]": ("datetime64[ns]", NAIVE, pd.NaT),
    "datetime64[us, Europe/Berlin]": ("datetime64[us, Europe/Berlin]", NAIVE, pd.NaT),
    "datetime64[ns, UTC]": ("datetime64[ns, UTC]", NAIVE, pd.NaT),
    "datetime64[s, UTC-03:30]": ("datetime64[s, UTC-03:30]", SECONDS, pd.NaT),
    "timedelta64[us]": ("timedelta64[us]", DELTA, pd.NaT),
    "timedelta64[ns]": ("timedelta64[ns]", DELTA, pd.NaT),
    "int64[pyarrow]": ("int64[pyarrow]", integers("int64"), pd.NA),
    "double[pyarrow]": ("double[pyarrow]", DOUBLE, pd.NA),
    "float[pyarrow]": ("float[pyarrow]", SINGLE, pd.NA),
    "bool[pyarrow]": ("bool[pyarrow]", st.booleans(), pd.NA),
    "timestamp[us][pyarrow]": ("timestamp[us][pyarrow]", NAIVE, pd.NA),
    "arrow string": (arrow(pa.string()), TEXT, pd.NA),
    "large_string[pyarrow]": ("large_string[pyarrow]", TEXT, pd.NA),
}


@st.composite
def stored(draw: st.DrawFn, form: str) -> pd.Series:
    """A series of this form, in half of all draws with missing values."""
    dtype, cells, missing = FORMS[form]
    if missing is not NOTHING and draw(st.booleans()):
        cells = cells | st.just(missing)
    values = draw(st.lists(cells, min_size=ROWS, max_size=ROWS))
    if isinstance(dtype, str) and "," in dtype:
        return pd.Series(pd.to_datetime(values, utc=True), name="c").astype(dtype)
    return pd.Series(values, dtype=dtype, name="c")


@st.composite
def categories(draw: st.DrawFn) -> pd.Series:
    """A categorical series: of any plain type, ordered or not, with categories that no row has."""
    kinds = [TEXT, integers("int64"), st.booleans(), SINGLE]
    listed = draw(st.sampled_from(kinds).flatmap(lambda cells: st.lists(cells, min_size=1, max_size=6, unique=True)))
    codes = draw(st.lists(st.integers(-1, len(listed) - 1), min_size=ROWS, max_size=ROWS))
    index = pd.Index(listed)
    if draw(st.booleans()) and isinstance(listed[0], str):
        index = index.astype(object)
    return pd.Series(pd.Categorical.from_codes(codes, categories=index, ordered=draw(st.booleans())), name="c")


def column_of(series: pd.Series, kind: str | None = None) -> Column:
    frame = pd.DataFrame({"c": series, "other": range(len(series))})
    return infer_schema(frame, None if kind is None else {"c": kind})["c"]


def assert_comes_back(series: pd.Series, column: Column) -> None:
    # What is stored of the column is JSON.
    column = Column.model_validate_json(column.model_dump_json())
    values = plain_values(series, column)
    back = restored_series(values, column)
    assert back.dtype == series.dtype
    pd.testing.assert_series_equal(back, series.reset_index(drop=True), check_exact=True)
    assert values.missing.tolist() == series.isna().tolist()
    if series.dtype == object:
        assert [type(cell) for cell in back] == [type(cell) for cell in series]
    if isinstance(series.dtype, pd.CategoricalDtype):
        assert back.cat.categories.dtype == series.cat.categories.dtype
        assert back.cat.categories.tolist() == series.cat.categories.tolist()


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(data=st.data())
def test_a_column_comes_back_exactly(form: str, data: st.DataObject) -> None:
    series = data.draw(stored(form))
    assert_comes_back(series, column_of(series))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(series=categories())
def test_a_categorical_column_comes_back_exactly(series: pd.Series) -> None:
    assert_comes_back(series, column_of(series))


@pytest.mark.parametrize("form", [form for form, (_, _, missing) in FORMS.items() if missing is not NOTHING])
def test_an_all_missing_column_comes_back_exactly(form: str) -> None:
    dtype, _, missing = FORMS[form]
    series = pd.Series([missing] * ROWS, name="c", dtype=dtype)
    assert_comes_back(series, column_of(series))


def test_an_all_missing_categorical_column_comes_back_exactly() -> None:
    series = pd.Series([None] * ROWS, dtype="category", name="c")
    assert_comes_back(series, column_of(series))


@settings(max_examples=20, deadline=None, derandomize=True, database=None)
@given(moments=st.lists(NAIVE, min_size=ROWS, max_size=ROWS), gaps=st.sets(st.integers(0, ROWS - 1), max_size=5))
@pytest.mark.parametrize("written", ["%Y-%m-%d", "%d.%m.%Y", "%Y-%m-%dT%H:%M:%SZ", "%-m/%-d/%Y %-H:%M"])
def test_dates_in_strings_come_back_exactly(written: str, moments: list[dt.datetime], gaps: set[int]) -> None:
    texts = [None if row in gaps else moment.strftime(written) for row, moment in enumerate(moments)]
    series = pd.Series(texts, dtype="str", name="c")
    column = column_of(series)
    assert column.kind is Kind.DATETIME
    assert_comes_back(series, column)


def test_a_series_with_its_own_index_comes_back_in_row_order() -> None:
    series = pd.Series(np.arange(ROWS) * 7 % 5, index=np.arange(ROWS) * 0 + 9, name="c")
    assert_comes_back(series, column_of(series))


def test_plain_decimals_of_32_bits_are_the_shortest_ones() -> None:
    series = pd.Series([0.1, 0.2] * 10, dtype="float32", name="c")
    assert plain_values(series, column_of(series)).data[:2].tolist() == [0.1, 0.2]


def test_fillers_stand_where_values_are_missing() -> None:
    series = pd.Series([5, None] * 10, dtype="Int64", name="c")
    values = plain_values(series, column_of(series))
    assert values.data.dtype == np.int64
    assert values.data[:2].tolist() == [5, 0]
    assert values.missing[:2].tolist() == [False, True]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["secret"] * ROWS, Kind.INTEGER),
        (["secret"] * ROWS, Kind.DECIMAL),
        (["secret"] * ROWS, Kind.BOOLEAN),
        (["secret"] * ROWS, Kind.DATETIME),
        ([1.5] * ROWS, Kind.INTEGER),
        (["007"] * ROWS, Kind.INTEGER),
        (["False"] * ROWS, Kind.BOOLEAN),
        ([2**64 - 1] * ROWS, Kind.INTEGER),
        ([float("inf")] * ROWS, Kind.INTEGER),
        ([pd.Timestamp(0)] * ROWS, Kind.CATEGORICAL),
    ],
)
def test_values_of_another_kind_are_an_error_that_quotes_no_cell(cells: list[Any], kind: Kind) -> None:
    series = pd.Series(cells, name="c")
    column = Column(name="c", kind=kind, dtype=ColumnDtype.of(series), nullable=False)
    with pytest.raises(SchemaError) as caught:
        plain_values(series, column)
    assert "column 'c'" in str(caught.value)
    assert not any(repr(cell) in str(caught.value).replace("infinite", "") for cell in cells)
    assert caught.value.__suppress_context__


def test_time_deltas_of_another_unit_are_counted_in_that_of_the_column() -> None:
    series = pd.Series(pd.to_timedelta([1, 2] * 10, unit="s"), name="c").astype("timedelta64[s]")
    column = column_of(series)
    assert plain_values(series.astype("timedelta64[ns]"), column).data[:2].tolist() == [1, 2]


def test_decimals_with_a_grid_are_written_on_it() -> None:
    series = pd.Series([Decimal("1.50"), Decimal("2.25")] * 10, dtype=object, name="c")
    column = column_of(series)
    values = plain_values(series, column)
    assert column.decimals == 2
    assert str(restored_series(values, column)[0]) == "1.50"
