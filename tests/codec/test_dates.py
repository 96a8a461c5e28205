"""Dates, byte by byte: of the calendar, and inside the bounds."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.codec.dates import AnyDateValue, DateValue, NoValue, is_calendar
from tabsynth.codec.spans import Span
from tabsynth.codec.verdict import Reason

LEAP = DateValue(Span("2023-11-28", "2024-03-02"), b"")


def fed(value: DateValue | AnyDateValue | NoValue, text: str) -> Reason | None:
    value.begin()
    for byte in text.encode():
        if reason := value.push(byte):
            return reason
    return value.end()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2023-11-28", None),
        ("2024-02-29", None),
        ("2024-03-02", None),
        ("2023-11-27", Reason.OUT_OF_BOUNDS),
        ("2024-03-03", Reason.OUT_OF_BOUNDS),
        ("1999", Reason.OUT_OF_BOUNDS),
        ("2024-02-30", Reason.NOT_A_DATE),
        ("2023-12-00", Reason.NOT_A_DATE),
        ("2024-00", Reason.NOT_A_DATE),
        ("2024-01-1", Reason.NOT_A_DATE),
        ("2024-01-011", Reason.NOT_A_DATE),
        ("2024/", Reason.NOT_A_DATE),
        ("today", Reason.NOT_A_DATE),
        ("", Reason.NOT_A_DATE),
    ],
)
def test_a_date_of_the_calendar_inside_the_bounds(text: str, reason: Reason | None) -> None:
    assert fed(LEAP, text) is reason


def test_quotes_belong_to_the_date() -> None:
    value = DateValue(Span("2023-11-28", "2024-03-02"), b'"')
    assert fed(value, '"2024-02-29"') is None
    assert fed(value, '"2024-02-30"') is Reason.NOT_A_DATE
    assert fed(value, '"2024-02-29') is Reason.NOT_A_DATE


def test_every_day_of_four_centuries_is_one_of_the_calendar_and_no_other() -> None:
    days = np.datetime_as_string(np.arange("1899-12-01", "2101-02", dtype="datetime64[D]"))
    known = set(days.tolist())
    for year in (1900, 2000, 2023, 2024, 2100):
        for month in range(1, 13):
            for day in range(32):
                text = f"{year}-{month:02d}-{day:02d}"
                assert is_calendar(text) == (text in known)


@given(moment=st.datetimes(dt.datetime(1, 1, 1)), unit=st.sampled_from(["s", "ms", "us", "ns"]))
def test_every_moment_is_taken_at_every_byte(moment: dt.datetime, unit: str) -> None:
    text = str(np.datetime_as_string(np.datetime64(moment, "us").astype(f"datetime64[{unit}]")))
    value = DateValue(Span(text, text), b"")
    assert fed(value, text) is None


def test_an_hour_beyond_the_clock_is_none() -> None:
    value = DateValue(Span("2000-01-01T00:00:00", "2000-01-02T00:00:00"), b"")
    assert fed(value, "2000-01-01T23:59:59") is None
    for text in ("2000-01-01T24", "2000-01-01T3", "2000-01-01T00:6", "2000-01-01T00:00:6"):
        assert fed(value, text) is Reason.NOT_A_DATE


def test_dates_of_other_years_are_judged_as_a_whole() -> None:
    value = AnyDateValue(12, lambda text: None if text == b"12000-01-01" else Reason.OUT_OF_BOUNDS)
    assert fed(value, "12000-01-01") is None
    assert fed(value, "12000-01-02") is Reason.OUT_OF_BOUNDS
    assert fed(value, "1" * 13) is Reason.NOT_A_DATE
    assert fed(value, "1x") is Reason.NOT_A_DATE


def test_a_column_without_a_date_has_no_value() -> None:
    assert fed(NoValue(Reason.OUT_OF_BOUNDS), "1") is Reason.OUT_OF_BOUNDS
    assert fed(NoValue(Reason.OUT_OF_BOUNDS), "") is Reason.OUT_OF_BOUNDS
