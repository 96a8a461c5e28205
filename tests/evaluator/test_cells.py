import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.cells import label_text, read_cells
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype


def column(kind: Kind, date_format: str | None = None) -> Column:
    return Column(name="c", kind=kind, dtype=ColumnDtype(name="x"), nullable=True, date_format=date_format)


@pytest.mark.parametrize("dtype", ["float64", "Int64", "object", "category"])
def test_numbers_are_read_from_any_dtype(dtype: str) -> None:
    cells = read_cells(pd.Series([1, 2, None], dtype=dtype), column(Kind.INTEGER))
    assert cells.numbers is not None
    np.testing.assert_array_equal(cells.numbers, [1.0, 2.0, np.nan])
    assert cells.missing.tolist() == [False, False, True] and not cells.unreadable.any()


def test_a_string_or_an_infinity_among_numbers_is_unreadable_and_not_missing() -> None:
    cells = read_cells(pd.Series([1, "two", float("inf"), None], dtype=object), column(Kind.DECIMAL))
    assert cells.unreadable.tolist() == [False, True, True, False]
    assert cells.missing.tolist() == [False, False, False, True]


def test_dates_are_seconds_whether_stored_as_dates_or_in_their_format() -> None:
    stamps = read_cells(pd.Series(pd.to_datetime(["1970-01-02"])), column(Kind.DATETIME))
    texts = read_cells(pd.Series(["02.01.1970", "soon"]), column(Kind.DATETIME, "%d.%m.%Y"))
    assert stamps.numbers is not None and texts.numbers is not None
    assert stamps.numbers[0] == texts.numbers[0] == 86_400
    assert texts.unreadable.tolist() == [False, True]


def test_one_and_one_point_zero_are_the_same_label() -> None:
    assert [label_text(value) for value in (1, 1.0, "1 ", True)] == ["1", "1", "1", "True"]
