"""A part comes back from its file with exactly the values and dtypes that went in, for every dtype of a schema."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from tabsynth.errors import SchemaError
from tabsynth.generator.parts import part_bytes, part_facts, part_frame
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SINGLE = st.floats(width=32, allow_nan=False)
DOUBLE = st.floats(allow_nan=False)
NAIVE = st.datetimes(dt.datetime(1700, 1, 2), dt.datetime(2200, 1, 1))
SECONDS = NAIVE.map(lambda moment: moment.replace(microsecond=0))
DELTA = st.integers(-(10**15), 10**15).map(lambda micros: pd.Timedelta(micros, "us"))
NOTHING = object()
"""In the place of a missing cell: the dtype has none."""


def integers(name: str) -> st.SearchStrategy[int]:
    bounds = np.iinfo(name.lower())
    return st.integers(int(bounds.min), int(bounds.max))


WHOLE = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
FORMS: dict[str, tuple[Any, st.SearchStrategy[Any], Any]] = {
    **{name: (name, integers(name), NOTHING) for name in WHOLE},
    **{
        name: (name, integers(name), pd.NA)
        for name in ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64")
    },
    "Float32": ("Float32", SINGLE, pd.NA),
    "Float64": ("Float64", DOUBLE, pd.NA),
    "float16": ("float16", st.floats(width=16, allow_nan=False), np.nan),
    "float32": ("float32", SINGLE, np.nan),
    "float64": ("float64", DOUBLE, np.nan),
    "bool": ("bool", st.booleans(), NOTHING),
    "boolean": ("boolean", st.booleans(), pd.NA),
    "str": ("str", TEXT, np.nan),
    "str in python": (pd.StringDtype("python", na_value=np.nan), TEXT, np.nan),
    "string[pyarrow]": ("string[pyarrow]", TEXT, pd.NA),
    "string[python]": ("string[python]", TEXT, pd.NA),
    "object strings, None": (object, TEXT, None),
    "object strings, nan": (object, TEXT, float("nan")),
    "object strings, NA": (object, TEXT, pd.NA),
    "object integers": (object, st.integers(-(2**70), 2**70), None),
    "object floats": (object, DOUBLE, None),
    "object booleans": (object, st.booleans(), float("nan")),
    "object dates": (object, st.dates(), None),
    "object datetimes": (object, st.datetimes(), pd.NaT),
    "object decimals": (object, st.decimals(allow_nan=False, allow_infinity=False), None),
    **{f"datetime64[{unit}]": (f"datetime64[{unit}]", SECONDS, pd.NaT) for unit in ("s", "ms")},
    **{f"datetime64[{unit}]": (f"datetime64[{unit}]", NAIVE, pd.NaT) for unit in ("us", "ns")},
    "datetime64[us, Europe/Berlin]": ("datetime64[us, Europe/Berlin]", NAIVE, pd.NaT),
    "datetime64[ns, UTC]": ("datetime64[ns, UTC]", NAIVE, pd.NaT),
    "datetime64[s, UTC-03:30]": ("datetime64[s, UTC-03:30]", SECONDS, pd.NaT),
    "timedelta64[s]": ("timedelta64[s]", st.integers(-(10**9), 10**9).map(lambda n: pd.Timedelta(n, "s")), pd.NaT),
    "timedelta64[us]": ("timedelta64[us]", DELTA, pd.NaT),
    "timedelta64[ns]": ("timedelta64[ns]", DELTA, pd.NaT),
    **{f"{name}[pyarrow]": (f"{name}[pyarrow]", integers(name), pd.NA) for name in ("int8", "int64", "uint64")},
    "double[pyarrow]": ("double[pyarrow]", DOUBLE, pd.NA),
    "float[pyarrow]": ("float[pyarrow]", SINGLE, pd.NA),
    "halffloat[pyarrow]": (
        "halffloat[pyarrow]",
        st.floats(width=16, allow_nan=False, allow_infinity=False).map(np.float16),
        pd.NA,
    ),
    "bool[pyarrow]": ("bool[pyarrow]", st.booleans(), pd.NA),
    "timestamp[s][pyarrow]": ("timestamp[s][pyarrow]", SECONDS, pd.NA),
    "timestamp[us][pyarrow]": ("timestamp[us][pyarrow]", NAIVE, pd.NA),
    "timestamp[ns][pyarrow]": ("timestamp[ns][pyarrow]", NAIVE, pd.NA),
    "arrow string": (pd.ArrowDtype(pa.string()), TEXT, pd.NA),
    "large_string[pyarrow]": ("large_string[pyarrow]", TEXT, pd.NA),
}


def series_of(form: str, cells: list[Any]) -> pd.Series:
    dtype = FORMS[form][0]
    if isinstance(dtype, str) and "," in dtype:
        return pd.Series(pd.to_datetime(cells, utc=True), name="c").astype(dtype)
    return pd.Series(cells, dtype=dtype, name="c")


def schema_of(series: pd.Series) -> Schema:
    made = Schema(columns=(Column(name="c", kind=Kind.TEXT, dtype=ColumnDtype.of(series), nullable=True),))
    return Schema.model_validate_json(made.model_dump_json())


def assert_comes_back(series: pd.Series, schema: Schema) -> None:
    back = part_frame(part_bytes(series.to_frame(), schema, {}), schema)["c"]
    pd.testing.assert_series_equal(back, series, check_exact=True)
    assert back.dtype == series.dtype
    if series.dtype == object:
        assert [(type(cell), str(cell)) for cell in back] == [(type(cell), str(cell)) for cell in series]
    if isinstance(series.dtype, pd.CategoricalDtype):
        assert back.cat.categories.dtype == series.cat.categories.dtype
        assert back.cat.categories.tolist() == series.cat.categories.tolist()
        assert back.cat.ordered == series.cat.ordered


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(data=st.data())
def test_a_column_comes_back_exactly(form: str, data: st.DataObject) -> None:
    _, present, missing = FORMS[form]
    cells = present if missing is NOTHING else present | st.just(missing)
    # The schema is that of the training table; a part may have other values, or none.
    known = series_of(form, [data.draw(present), *([] if missing is NOTHING else [missing])])
    assert_comes_back(series_of(form, data.draw(st.lists(cells, max_size=12))), schema_of(known))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(data=st.data())
def test_a_categorical_column_comes_back_exactly(data: st.DataObject) -> None:
    kinds = [TEXT, integers("int64"), st.booleans(), SINGLE.filter(np.isfinite)]
    listed = data.draw(
        st.sampled_from(kinds).flatmap(lambda cells: st.lists(cells, min_size=1, max_size=6, unique=True))
    )
    index, ordered = pd.Index(listed), data.draw(st.booleans())
    if isinstance(listed[0], str):
        index = index.astype(data.draw(st.sampled_from([object, "str", "string[python]"])))
    codes = data.draw(st.lists(st.integers(-1, len(listed) - 1), max_size=12))
    series = pd.Series(pd.Categorical.from_codes(codes, categories=index, ordered=ordered), name="c")
    assert_comes_back(series, schema_of(series))


@pytest.mark.parametrize("form", [form for form, (_, _, missing) in FORMS.items() if missing is not NOTHING])
def test_an_all_missing_column_comes_back_exactly(form: str) -> None:
    series = series_of(form, [FORMS[form][2]] * 3)
    assert_comes_back(series, schema_of(series))


def test_what_comes_back_may_be_changed() -> None:
    frame = pd.DataFrame({"c": [1, 2]})
    back = part_frame(part_bytes(frame, schema_of(frame["c"]), {}), schema_of(frame["c"]))
    back.loc[0, "c"] = 7
    assert back["c"].tolist() == [7, 2]


def test_an_index_is_not_kept_and_columns_take_the_order_of_the_schema() -> None:
    frame = pd.DataFrame({"b": [1, 2], "a": ["x", "y"]}, index=[5, 5])
    columns = [
        Column(name=name, kind=Kind.TEXT, dtype=ColumnDtype.of(frame[name]), nullable=False) for name in ("a", "b")
    ]
    schema = Schema(columns=tuple(columns))
    back = part_frame(part_bytes(frame, schema, {}), schema)
    pd.testing.assert_frame_equal(back, frame[["a", "b"]].reset_index(drop=True))


def test_facts_stand_beside_the_rows(tmp_path: Path) -> None:
    series = pd.Series([1], name="c")
    (tmp_path / "a").write_bytes(part_bytes(series.to_frame(), schema_of(series), {"tally": '{"ü": 1}', "part": "3"}))
    assert part_facts(tmp_path / "a") == {"tally": '{"ü": 1}', "part": "3"}


@pytest.mark.parametrize(
    ("known", "given", "found"),
    [
        (["a"], [1], "column 'c': it is of dtype int64, not str"),
        (pd.Series([1], dtype="int8"), pd.Series([1], dtype="int16"), "it is of dtype int16, not int8"),
        (pd.Categorical(["a"]), pd.Categorical(["secret"]), "its categories are not those of the schema"),
        (
            pd.Categorical(["a"], categories=["a", "b"]),
            pd.Categorical(["a"], categories=["b", "a"]),
            "its categories are not those of the schema",
        ),
        *[
            (
                pd.Series([cell], dtype=object),
                pd.Series([other], dtype=object),
                f"not all of its cells are of type {kind}",
            )
            for cell, other, kind in [
                ("a", 1, "str"),
                (1, "secret", "int"),
                (1, 1.5, "int"),
                (1.5, "secret", "float"),
                (True, "secret", "bool"),
                (Decimal(1), 1.5, "decimal"),
                (dt.date(2024, 1, 31), "secret", "date"),
                (dt.datetime(2024, 1, 31, 5), dt.date(2024, 1, 31), "datetime"),
                (None, "secret", "None"),
                ("a", "\ud800", "str"),
            ]
        ],
    ],
)
def test_a_frame_of_another_schema_is_refused_without_its_cells(known: Any, given: Any, found: str) -> None:
    schema = schema_of(pd.Series(known, name="c"))
    with pytest.raises(SchemaError, match=found) as caught:
        part_bytes(pd.DataFrame({"c": given}), schema, {})
    assert "secret" not in str(caught.value)


def test_other_columns_are_refused() -> None:
    with pytest.raises(SchemaError, match="lacks 1 columns"):
        part_bytes(pd.DataFrame({"d": [1]}), schema_of(pd.Series([1], name="c")), {})
