"""Bounds as spans of equally long texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.codec.numeric import NumericCodec
from tabsynth.codec.spans import Span, date_span, number_spans, unit_spans
from tabsynth.codec.timestamp import TimestampCodec


def number(low: int, high: int, decimals: int) -> NumericCodec:
    return NumericCodec(nullable=False, decimals=decimals, origin=low, edges=(0, high - low + 1))


def test_a_span_for_each_length_and_sign() -> None:
    assert number_spans(number(-12, 105, 0)) == [
        Span("-1", "-9"),
        Span("-10", "-12"),
        Span("0", "9"),
        Span("10", "99"),
        Span("100", "105"),
    ]


def test_decimals_are_written_in_full() -> None:
    assert number_spans(number(-5, 1010, 2)) == [Span("-0.01", "-0.05"), Span("0.00", "9.99"), Span("10.00", "10.10")]


def test_units_count_the_last_decimal() -> None:
    assert unit_spans(number(-5, 1010, 2)) == [("-", 1, 5), ("", 0, 999), ("", 1000, 1010)]


def test_integers_beyond_a_float_are_exact() -> None:
    assert number_spans(number(2**60 + 1, 2**60 + 3, 0)) == [Span(str(2**60 + 1), str(2**60 + 3))]


def test_a_column_without_a_value_holds_zero() -> None:
    assert number_spans(NumericCodec(nullable=True, decimals=0)) == [Span("0", "0")]


@given(ends=st.tuples(st.integers(-2000, 2000), st.integers(-2000, 2000)).map(sorted), decimals=st.integers(0, 3))
def test_the_spans_hold_just_the_numbers_inside_the_bounds(ends: list[int], decimals: int) -> None:
    spans = unit_spans(number(*ends, decimals))
    held = [-units if sign else units for sign, low, high in spans for units in range(low, high + 1)]
    assert sorted(held) == list(range(ends[0], ends[1] + 1))


def test_dates_are_a_span_of_their_iso_form() -> None:
    assert date_span(TimestampCodec(nullable=False, unit="D", low=0, high=365)) == Span("1970-01-01", "1971-01-01")


@pytest.mark.parametrize(("low", "high"), [(0, -1), (-(10**6), 0), (0, 10**7)])
def test_no_dates_and_years_of_other_than_four_digits_have_none(low: int, high: int) -> None:
    assert date_span(TimestampCodec(nullable=True, unit="D", low=low, high=high)) is None
