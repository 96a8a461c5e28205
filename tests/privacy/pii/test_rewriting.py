import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest

from tabsynth.errors import PrivacyError
from tabsynth.privacy.pii.rewriting import rewritten

SERIES = [
    (pd.Series(["a", None, "b"], index=[5, 7, 9], name="x"), {"a": "c", "b": "d"}, ["c", None, "d"]),
    (pd.Series(["a", "b"], dtype="string"), {"a": "c", "b": "d"}, ["c", "d"]),
    (pd.Series([3055550142, 7], dtype="int64"), {"3055550142": "3059990142", "7": "8"}, [3059990142, 8]),
    (pd.Series([12.0, None]), {"12": "34"}, [34.0, None]),
    (pd.Series([12, None], dtype="Int64"), {"12": "34"}, [34, None]),
    (pd.Series([Decimal("1.50")]), {"1.50": "2.75"}, [Decimal("2.75")]),
    (pd.Series([dt.date(2000, 1, 2)]), {"2000-01-02": "1999-03-04"}, [dt.date(1999, 3, 4)]),
    (pd.Series(pd.to_datetime(["2000-01-02"])),
    {"2000-01-02 00:00:00": "1999-03-04 00:00:00"}, [pd.Timestamp("1999-03-04")]),
    (pd.Series(pd.to_datetime(["2000-01-02"], utc=True)), {"2000-01-02 00:00:00+00:00": "1999-03-04 00:00:00+00:00"},
     [pd.Timestamp("1999-03-04", tz="UTC")]),
]  # fmt: skip


@pytest.mark.parametrize(("series", "new", "expected"), SERIES, ids=[str(series.dtype) for series, _, _ in SERIES])
def test_cells_change_and_dtype_index_and_gaps_stay(
    series: pd.Series, new: dict[str, str], expected: list[object]
) -> None:
    fresh = rewritten(series, new)
    assert fresh.dtype == series.dtype
    assert fresh.index.equals(series.index)
    assert fresh.name == series.name
    assert [None if pd.isna(cell) else cell for cell in fresh] == expected


def test_categories_change_keep_their_order_and_lose_those_that_no_row_has() -> None:
    series = pd.Series(pd.Categorical(["b", "a", None], categories=["secret", "b", "a"], ordered=True), name="x")
    fresh = rewritten(series, {"a": "c", "b": "d"})
    assert fresh.cat.categories.tolist() == ["d", "c"]
    assert fresh.cat.ordered
    assert fresh.isna().tolist() == [False, False, True]


def test_new_cells_can_be_given_row_by_row() -> None:
    assert rewritten(pd.Series(["a", "a", None]), ["b", None, None], by_row=True).tolist()[:2] == ["b", "a"]
    fresh = rewritten(pd.Series(["a", "b"], dtype="category"), ["x", "b"], by_row=True)
    assert sorted(fresh.cat.categories) == ["b", "x"]


def test_a_stand_in_that_does_not_fit_stops_the_run_and_lists_the_choices() -> None:
    with pytest.raises(PrivacyError, match=r"column 'x': stand-ins cannot be stored as int64\. Say pii="):
        rewritten(pd.Series([1], name="x"), {"1": "one"})
