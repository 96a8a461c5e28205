"""A dtype has a name that no other dtype has, and comes back from it; what cannot come back is not supported."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from tabsynth.schema.storage import dtype_of, is_supported, name_of

NAMES: dict[str, Any] = {
    "object": np.dtype(object),
    "bool": np.dtype(bool),
    "boolean": pd.BooleanDtype(),
    "int8": np.dtype("int8"),
    "Int8": pd.Int8Dtype(),
    "uint64": np.dtype("uint64"),
    "float32": np.dtype("float32"),
    "Float64": pd.Float64Dtype(),
    "datetime64[s]": np.dtype("datetime64[s]"),
    "datetime64[ns, Europe/Oslo]": pd.DatetimeTZDtype("ns", "Europe/Oslo"),
    "timedelta64[us]": np.dtype("timedelta64[us]"),
    "str": pd.StringDtype("pyarrow", na_value=np.nan),
    "str[python]": pd.StringDtype("python", na_value=np.nan),
    "string[python]": pd.StringDtype("python"),
    "string[pyarrow]": pd.StringDtype("pyarrow"),
    "arrow_string": pd.ArrowDtype(pa.string()),
    "int64[pyarrow]": pd.ArrowDtype(pa.int64()),
    "bool[pyarrow]": pd.ArrowDtype(pa.bool_()),
    "timestamp[us][pyarrow]": pd.ArrowDtype(pa.timestamp("us")),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_supported_dtype_has_its_name_and_comes_back_from_it(name: str) -> None:
    assert name_of(NAMES[name]) == name
    assert dtype_of(name) == NAMES[name]
    assert is_supported(NAMES[name])


def test_strings_that_pandas_prints_alike_have_names_of_their_own() -> None:
    strings = [name for name in NAMES if "str" in name]
    assert len({str(NAMES[name]) for name in strings}) < len({name_of(NAMES[name]) for name in strings}) == 5


@pytest.mark.parametrize("name", [name for name in NAMES if "str" in name])
def test_a_string_dtype_comes_back_with_its_storage_and_missing_value(name: str) -> None:
    series = pd.Series(["a", None], dtype=NAMES[name])
    back = series.astype(object).astype(dtype_of(name))
    pd.testing.assert_series_equal(back, series)
    assert type(back.array) is type(series.array)


@pytest.mark.parametrize(
    "dtype",
    [
        np.dtype(complex),
        np.dtype("V8"),
        np.dtype("S3"),
        pd.PeriodDtype("D"),
        pd.IntervalDtype("float64"),
        pd.SparseDtype("int64"),
        pd.ArrowDtype(pa.binary()),
        pd.ArrowDtype(pa.list_(pa.int64())),
        pd.ArrowDtype(pa.decimal128(5, 2)),
        pd.ArrowDtype(pa.timestamp("us", tz="UTC")),
        pd.ArrowDtype(pa.date32()),
        pd.ArrowDtype(pa.null()),
    ],
    ids=str,
)
def test_a_dtype_that_cannot_be_stored_again_is_not_supported(dtype: Any) -> None:
    assert not is_supported(dtype)
