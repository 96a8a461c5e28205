"""Where no category may be kept, one stand-in says nothing."""

import pandas as pd
import pytest

from tabsynth.errors import SchemaError
from tabsynth.privacy.protect.stand_in import stand_in
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.infer import infer_column


@pytest.mark.parametrize("dtype", ["object", "string", "str", "string[pyarrow]"])
def test_strings_become_one_word_of_the_same_dtype(dtype: str) -> None:
    series = pd.Series([f"town {n}" for n in range(12)], name="town", dtype=dtype, index=range(5, 17))
    made, what = stand_in(series, infer_column(series))
    assert what == "other"
    assert set(made) == {"other"}
    pd.testing.assert_series_equal(made, series.where(series.isna(), "other").astype(series.dtype))


@pytest.mark.parametrize("dtype", ["bool", "boolean", "object"])
def test_truth_values_become_the_commoner(dtype: str) -> None:
    series = pd.Series([False, False, False, True, True] * 1, name="flag", dtype=dtype)
    made, what = stand_in(series, infer_column(series))
    assert (what, made.tolist(), made.dtype) == ("commonest", [False] * 5, series.dtype)


def test_a_categorical_dtype_goes_missing() -> None:
    series = pd.Series([f"town {n}" for n in range(12)], name="town", dtype="category")
    made, what = stand_in(series, infer_column(series))
    assert what == "missing"
    assert made.isna().all()
    assert made.dtype == series.dtype


def test_integers_that_cannot_be_missing_are_an_error_with_choices_and_without_values() -> None:
    series = pd.Series(range(771_000, 771_012), name="zip")
    column = Column(name="zip", kind=Kind.CATEGORICAL, dtype=infer_column(series).dtype, nullable=False)
    with pytest.raises(SchemaError, match=r"column 'zip': none of its 12 .*protect=False") as caught:
        stand_in(series, column)
    assert "771" not in str(caught.value)
