"""Dates and times as calendar slots, worked out by hand."""

from collections.abc import Callable

import numpy as np
import pytest

from tabsynth.codec.slot import Slot
from tabsynth.codec.timestamp import TimestampCodec
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.values import Values


def dates(*cells: str | None, unit: str = "s") -> Values:
    data = np.array(["1970-01-01" if cell is None else cell for cell in cells], dtype=f"datetime64[{unit}]")
    return Values(data, np.array([cell is None for cell in cells]))


@pytest.fixture
def fit(column: Callable[..., Column]) -> Callable[..., TimestampCodec]:
    return lambda *cells, unit="s": TimestampCodec.fit(dates(*cells, unit=unit), column(Kind.DATETIME))


def decoded(codec: TimestampCodec, tokens: list[list[int]]) -> list[str]:
    return np.datetime_as_string(codec.decode(np.array(tokens), np.random.default_rng(0)).data).tolist()


def test_a_short_span_counts_days(fit: Callable[..., TimestampCodec]) -> None:
    codec = fit("2024-02-28", "2024-03-03", "2024-03-01", unit="D")
    assert (codec.parts, codec.strides, codec.sizes) == (("days",), (2,), (3,))
    assert codec.slots("d") == (Slot("d/days", 3, 3),)
    assert codec.encode(dates("2024-02-28", "2024-03-01", "2024-03-03", unit="D")).tolist() == [[0], [1], [2]]
    assert decoded(codec, [[0], [1], [2]]) == ["2024-02-28", "2024-03-01", "2024-03-03"]


def test_a_span_of_400_days_has_year_month_and_day(fit: Callable[..., TimestampCodec]) -> None:
    assert fit("2020-01-01", "2021-02-03", unit="D").parts == ("days",)  # 399 days
    codec = fit("2020-01-01", "2021-02-04", unit="D")
    assert (codec.parts, codec.sizes) == (("year", "month", "day"), (2, 2, 2))
    assert codec.strides == (1, 1, 3)
    assert codec.slots("d") == (Slot("d/year", 2, 0), Slot("d/month", 2, 0), Slot("d/day", 2, 2))


def test_the_31st_of_a_short_month_is_its_last_day(fit: Callable[..., TimestampCodec]) -> None:
    codec = fit("2020-01-01", "2023-12-31", "2021-06-02", unit="D")
    assert codec.sizes == (4, 12, 31)
    assert decoded(codec, [[0, 1, 30], [1, 1, 30], [2, 3, 30], [3, 11, 30]]) == [
        "2020-02-29",
        "2021-02-28",
        "2022-04-30",
        "2023-12-31",
    ]


def test_years_beyond_the_bounds_are_clipped(fit: Callable[..., TimestampCodec]) -> None:
    codec = fit("2020-06-15", "2023-12-31", unit="D")
    # Month 5 and day 14 are common: June and the 15th stand alone.
    assert (
        codec.encode(dates("1999-01-01", "2050-01-01", unit="D")).tolist()[0]
        == codec.encode(dates("2020-06-15", unit="D")).tolist()[0]
    )
    assert decoded(codec, [[0] * len(codec.parts)])[0] == "2020-06-15"


def test_quarter_hours_have_four_minute_tokens(fit: Callable[..., TimestampCodec]) -> None:
    codec = fit("2024-01-01T09:45", "2024-01-01T10:15", "2024-01-02T11:30", "2024-01-02T00:00")
    assert codec.parts == ("days", "hour", "minute")
    assert codec.strides == (1, 1, 15)
    assert codec.sizes == (2, 12, 4)
    assert codec.encode(dates("2024-01-01T10:30")).tolist() == [[0, 10, 2]]
    assert decoded(codec, [[1, 11, 1]]) == ["2024-01-02T11:15:00"]


def test_parts_that_do_not_vary_have_no_slot_and_come_back(fit: Callable[..., TimestampCodec]) -> None:
    codec = fit("2024-01-01T08:00", "2024-01-05T08:00")
    assert (codec.parts, codec.strides, codec.sizes) == (("days",), (4,), (2,))
    assert codec.constants == (("hour", 8),)
    back = codec.decode(np.array([[1]]), np.random.default_rng(0))
    assert back.data.astype("datetime64[m]").astype(str).tolist() == ["2024-01-05T08:00"]


def test_nanoseconds_are_exact(fit: Callable[..., TimestampCodec]) -> None:
    cells = ["2024-01-01T00:00:00.000000001", "2024-01-01T23:59:59.999999999", "2024-01-01T12:34:56.789012345"]
    codec = fit(*cells, unit="ns")
    assert codec.parts == ("hour", "minute", "second", "milli", "micro", "nano")
    assert decoded(codec, codec.encode(dates(*cells, unit="ns")).tolist()) == cells


def test_dates_before_1970_are_exact(fit: Callable[..., TimestampCodec]) -> None:
    cells = ["1899-12-31T23:59:59", "1969-07-20T20:17:40", "1970-01-01T00:00:00"]
    codec = fit(*cells)
    assert decoded(codec, codec.encode(dates(*cells)).tolist()) == cells


def test_a_span_of_centuries_has_a_slot_for_them(fit: Callable[..., TimestampCodec]) -> None:
    cells = ["1500-01-01", "1755-05-05", "1756-07-07", "2024-12-31"]
    codec = fit(*cells, unit="D")
    assert codec.parts[:2] == ("century", "year")
    assert codec.encode(dates("1756-07-07", unit="D")).tolist()[0][:2] == [1, 0]  # 256 years after the first
    assert decoded(codec, codec.encode(dates(*cells, unit="D")).tolist()) == cells


def test_missing_is_the_first_token_of_the_first_slot_and_ends_the_column(fit: Callable[..., TimestampCodec]) -> None:
    codec = fit("2024-01-01T09:00", None, "2024-01-02T10:00")
    assert codec.slots("d") == (Slot("d/days", 3, 1), Slot("d/hour", 2, 2))
    assert codec.encode(dates(None, "2024-01-01T09:00")).tolist() == [[0, -1], [1, 0]]
    back = codec.decode(np.array([[0, -1], [2, 1]]), np.random.default_rng(0))
    assert back.missing.tolist() == [True, False]
    assert str(back.data[1]) == "2024-01-02T10:00:00"


def test_one_date_or_missing_is_one_slot_of_two_tokens(fit: Callable[..., TimestampCodec]) -> None:
    codec = fit("2024-05-06", None, unit="D")
    assert codec.slots("d") == (Slot("d", 2, 2),)
    assert codec.encode(dates(None, "2024-05-06", unit="D")).tolist() == [[0], [1]]
    back = codec.decode(np.array([[0], [1]]), np.random.default_rng(0))
    assert back.missing.tolist() == [True, False]
    assert str(back.data[1]) == "2024-05-06"


def test_one_date_alone_has_no_slot(fit: Callable[..., TimestampCodec]) -> None:
    codec = fit("2024-05-06", "2024-05-06", unit="D")
    assert codec.slots("d") == ()
    back = codec.decode(np.zeros((2, 0), dtype=np.int64), np.random.default_rng(0))
    assert np.datetime_as_string(back.data).tolist() == ["2024-05-06"] * 2
    assert not back.missing.any()


def test_a_column_that_is_all_missing_has_no_slot_and_no_date(fit: Callable[..., TimestampCodec]) -> None:
    codec = fit(None, None)
    assert codec.slots("d") == ()
    assert codec.encode(dates(None, None)).shape == (2, 0)
    assert codec.decode(np.zeros((2, 0), dtype=np.int64), np.random.default_rng(0)).missing.tolist() == [True, True]


def test_the_tokens_of_the_first_slot_have_positions_and_labels(fit: Callable[..., TimestampCodec]) -> None:
    codec = fit("2024-01-01", None, "2024-01-03", "2024-01-02", unit="D")
    positions = codec.positions()
    assert np.isnan(positions[0]) and positions[1:].tolist() == [0, 0.5, 1]
    assert codec.labels() == ["missing", "0", "1", "2"]
