"""Numbers, byte by byte: no digit too many, none too few."""

import math
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tabsynth.codec.numbers import FixedValue, FloatValue, is_float_form
from tabsynth.codec.numeric import NumericCodec
from tabsynth.codec.spans import number_spans
from tabsynth.codec.verdict import Reason

REAL = st.floats(allow_nan=False, allow_infinity=False)


def fixed(low: int, high: int, decimals: int, *, padded: bool) -> FixedValue:
    codec = NumericCodec(nullable=False, decimals=decimals, origin=low, edges=(0, high - low + 1))
    return FixedValue(number_spans(codec), decimals, padded=padded, judge=None)


def pushed(value: FixedValue | FloatValue, text: bytes) -> Reason | None:
    value.begin()
    return next((reason for byte in text if (reason := value.push(byte))), None)


def fed(value: FixedValue | FloatValue, text: bytes) -> Reason | None:
    return pushed(value, text) or value.end()


def texts_of(low: int, high: int, decimals: int, *, padded: bool) -> set[bytes]:
    numbers = [units / 10**decimals for units in range(low, high + 1)]
    return {(f"{n:.{decimals}f}" if padded or not decimals else repr(n + 0.0)).encode() for n in numbers}


@pytest.mark.parametrize("padded", [True, False])
@pytest.mark.parametrize(
    ("low", "high", "decimals"),
    [(0, 0, 0), (-5, 40, 0), (7, 7, 0), (98, 1003, 0), (-120, -9, 0), (0, 205, 1), (-1203, 1110, 2), (95, 1201, 3)],
)
def test_a_beginning_is_open_just_if_a_number_inside_the_bounds_begins_so(
    low: int, high: int, decimals: int, padded: bool
) -> None:
    value, texts = fixed(low, high, decimals, padded=padded), texts_of(low, high, decimals, padded=padded)
    starts = {text[:length] for text in texts for length in range(len(text) + 1)}
    for start in starts:
        for byte in b"0123456789-.e+x":
            text = start + bytes([byte])
            assert (pushed(value, text) is None) == (text in starts), text
        assert (fed(value, start) is None) == (start in texts), start


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"5", Reason.NOT_A_NUMBER),
        (b"5.1", Reason.NOT_A_NUMBER),
        (b"05.10", Reason.NOT_A_NUMBER),
        (b"5.1x", Reason.NOT_A_NUMBER),
        (b"", Reason.NOT_A_NUMBER),
        (b"-", Reason.OUT_OF_BOUNDS),
        (b"7", Reason.OUT_OF_BOUNDS),
        (b"5.51", Reason.OUT_OF_BOUNDS),
        (b"5.10", None),
    ],
)
def test_what_is_wrong_with_a_number(text: bytes, reason: Reason | None) -> None:
    assert fed(fixed(5, 550, 2, padded=True), text) is reason


def test_the_judge_has_the_last_word() -> None:
    codec = NumericCodec(nullable=False, decimals=0, edges=(0, 9))
    asked = []

    def judge(text: bytes) -> Reason:
        asked.append(text)
        return Reason.NOT_A_NUMBER

    assert fed(FixedValue(number_spans(codec), 0, padded=True, judge=judge), b"4") is Reason.NOT_A_NUMBER
    assert asked == [b"4"]


def judged(low: float, high: float) -> FloatValue:
    def judge(text: bytes) -> Reason | None:
        return None if is_float_form(text) and low <= float(text) <= high else Reason.NOT_A_NUMBER

    return FloatValue(low, high, judge)


@given(numbers=st.tuples(REAL, REAL, REAL).map(sorted))
@example(numbers=[0.0, 1e-05, 1.0])
@example(numbers=[9999999999999998.0, 1e16, 1e17])
@example(numbers=[-1e-4, -9.999e-05, 5e-324])
@example(numbers=[1e22, 1e22, 1e22])
def test_no_float_inside_the_bounds_is_lost(numbers: list[float]) -> None:
    low, middle, high = numbers
    value = judged(low, high)
    for number in (low, middle, high):
        assert fed(value, repr(number + 0.0).encode()) is None


@given(low=st.floats(1e-3, 1e12), width=st.floats(0, 10), other=st.floats(1e-3, 1e13))
def test_digits_that_leave_the_bounds_are_rejected_before_the_end(low: float, width: float, other: float) -> None:
    high = low * (1 + width)
    text = repr(other).encode()
    if low <= other <= high:
        assert pushed(judged(low, high), text) is None
    elif not math.isclose(other, low, rel_tol=1e-9) and not math.isclose(other, high, rel_tol=1e-9):
        assert pushed(judged(low, high), text) is Reason.OUT_OF_BOUNDS


@pytest.mark.parametrize("text", [b"-", b"2", b"0.1", b"1.3", b"12", b"1.2e+"])
def test_a_beginning_of_no_number_inside_the_bounds_is_rejected(text: bytes) -> None:
    assert pushed(judged(1.1, 1.25), text) is Reason.OUT_OF_BOUNDS


def as_python_writes(text: str) -> str | None:
    """The one form of this decimal number that `repr` could give; None for more than 17 digits."""
    number = Decimal(text)
    if not number:
        return "0.0"
    digits = "".join(map(str, number.normalize().as_tuple().digits))
    point, sign = number.adjusted() + 1, "-" if number < 0 else ""
    if len(digits) > 17:
        return None
    if -4 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if 0 < point <= 16:
        digits = digits.ljust(point + 1, "0")
        return f"{sign}{digits[:point]}.{digits[point:]}"
    rest = f".{digits[1:]}" if digits[1:] else ""
    return f"{sign}{digits[0]}{rest}e{'-' if point < 1 else '+'}{abs(point - 1):02d}"


NUMERALS = st.from_regex(r"\A-?[0-9]{1,18}(\.[0-9]{1,18})?(e[+-][0-9]{2,3})?\Z") | REAL.map(repr)


@given(text=NUMERALS)
@example(text="-0.0")
@example(text="0.30000000000000005")
@example(text="1e-400")
@example(text="1000000000000000.0")
def test_the_form_is_the_one_that_python_gives(text: str) -> None:
    expected = as_python_writes(text) == text and (float(text) != 0 or text == "0.0")
    if math.isfinite(float(text)):
        assert is_float_form(text.encode()) == expected
    if is_float_form(text.encode()) and math.isfinite(float(text)):
        assert pushed(judged(-1.7e308, 1.7e308), text.encode()) is None
