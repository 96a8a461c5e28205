import math

import pytest

from tabsynth.report.numbers import count, decimals, interval, minus, p_value, percent, powers, quantity


@pytest.mark.parametrize(
    ("text", "set_"), [("-0.5", "−0.5"), ("-0.0%", "0.0%"), ("-0.00", "0.00"), ("3", "3"), ("–", "–")]
)
def test_a_minus_is_a_minus_and_zero_has_none(text: str, set_: str) -> None:
    assert minus(text) == set_


@pytest.mark.parametrize(
    ("share", "written"),
    [(0.0, "0%"), (1.0, "100%"), (0.125, "12.5%"), (-0.004, "−0.4%"), (0.0001, "0.01%"), (None, "–"), (math.nan, "–")],
)
def test_a_share_is_a_percentage_with_more_digits_where_it_is_small(share: float | None, written: str) -> None:
    assert percent(share) == written


@pytest.mark.parametrize(
    ("p", "written"),
    [
        (1.0, "1.000"),
        (0.0312, "0.031"),
        (0.001, "0.001"),
        (0.00042, "4 × 10⁻⁴"),
        (3.4e-21, "3 × 10⁻²¹"),
        (0.0, "< 10⁻⁹⁹"),
        (None, "–"),
    ],
)
def test_a_p_value_is_never_written_as_zero(p: float | None, written: str) -> None:
    assert p_value(p) == written


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (0.053, "share of rows", "5.3%"),
        (0.071, "Risk", "7.1%"),
        (0.5, "records generated", "0.500"),
        (0.643, "area under the curve", "0.643"),
        (5.8, "words", "5.80"),
        (41.23, "words", "41.2"),
        (-12_345.6, "words", "−12,346"),
        (None, "words", "–"),
        (math.inf, "words", "–"),
    ],
)
def test_a_quantity_is_written_by_its_unit(value: float | None, unit: str, written: str) -> None:
    assert quantity(value, unit) == written


def test_an_interval_needs_both_ends() -> None:
    assert interval(0.01, 0.02, "share") == "1.0% to 2.0%"
    assert interval(None, 0.02, "share") == "–"


def test_counts_and_decimals() -> None:
    assert (count(12_345), count(None)) == ("12,345", "–")
    assert (decimals(-0.126), decimals(8.25, 1), decimals(None)) == ("−0.13", "8.2", "–")


def test_powers_are_set_inside_a_sentence_and_words_left_alone() -> None:
    assert powers("p = 6e-10 and < 1e-99, be-4 and 12e-5x") == "p = 6 × 10⁻¹⁰ and < 1 × 10⁻⁹⁹, be-4 and 12e-5x"
