"""Dates are written as finely as a column needs, and as pandas would write the whole column."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from tabsynth.data.moments import date_levels, date_texts

UNITS = ["s", "ms", "us", "ns"]


@pytest.mark.parametrize(
    ("cells", "level", "texts"),
    [
        (["2024-01-31", None], 0, ["2024-01-31", None]),
        (["2024-01-31", "2024-01-31T05:00"], 1, ["2024-01-31 00:00:00", "2024-01-31 05:00:00"]),
        (["2024-01-31T05:00:00.5"], 2, ["2024-01-31 05:00:00.500"]),
        (["2024-01-31T05:00:00.0005"], 3, ["2024-01-31 05:00:00.000500"]),
        (["1969-12-31T23:59:59.999999999"], 4, ["1969-12-31 23:59:59.999999999"]),
        ([None, None], 0, [None, None]),
    ],
)
def test_a_column_of_dates_is_as_fine_as_its_finest(cells: list[str], level: int, texts: list[str]) -> None:
    series = pd.Series(np.array(cells, dtype="datetime64[ns]"))
    assert date_levels(series.to_frame()) == {0: level}
    assert date_texts(series, level).tolist() == texts


def test_durations_are_days_or_days_and_time() -> None:
    series = pd.Series(pd.to_timedelta(["1 days", "-2 days", None]))
    assert date_texts(series, 0).tolist() == ["1 days", "-2 days", None]
    assert date_texts(series, 1).tolist() == ["1 days 00:00:00", "-2 days +00:00:00", None]
    assert date_texts(pd.Series(pd.to_timedelta([-1], unit="ms")), 2).tolist() == ["-1 days +23:59:59.999000"]


def test_other_columns_have_no_level() -> None:
    frame = pd.DataFrame({"n": [1], "o": ["2024"]})
    assert date_levels(frame) == {}


STEPS = st.sampled_from([86_400 * 10**9, 3_600 * 10**9, 10**9, 10**6, 10**3, 1])


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(
    steps=st.lists(st.tuples(STEPS, st.integers(-10_000, 10_000)) | st.none(), min_size=1, max_size=5),
    kind=st.sampled_from(["datetime64", "timedelta64"]),
    unit=st.sampled_from(UNITS),
)
def test_a_whole_column_is_written_as_pandas_writes_it(
    steps: list[tuple[int, int] | None], kind: str, unit: str
) -> None:
    counts = [np.iinfo("int64").min if step is None else step[0] * step[1] for step in steps]
    series = pd.Series(np.array(counts, dtype="int64").view(f"{kind}[ns]"), name="c").astype(f"{kind}[{unit}]")
    ((_, level),) = date_levels(series.to_frame()).items()
    assert date_texts(series, level).to_frame("c").to_csv(index=False) == series.to_frame().to_csv(index=False)


def test_moments_of_a_zone_are_written_to_the_second_at_least() -> None:
    moments = pd.Series(pd.to_datetime(["2024-01-31", None])).dt.tz_localize("Europe/Berlin")
    assert date_levels(moments.to_frame()) == {0: 1}
    assert date_texts(moments, 1).tolist() == ["2024-01-31 00:00:00+01:00", None]
    assert date_texts(moments, 2).tolist() == ["2024-01-31 00:00:00.000+01:00", None]
