"""Recognisers of numbers, byte by byte: no more digits than the bounds leave room for. Know no columns."""

from __future__ import annotations

import re
from collections.abc import Callable

from tabsynth.codec.spans import Span
from tabsynth.codec.verdict import Reason

Judge = Callable[[bytes], Reason | None]
"""Says what is wrong with a whole field, None if it is a value."""

_ZERO, _NINE = ord("0"), ord("9")
_DIGITS = 17
"""Significant digits that tell every float from the next one."""
_EXPONENT = r"e(?:-(?:0[5-9]|[1-9]\d|[1-3]\d\d)|\+(?:1[6-9]|[2-9]\d|[1-3]\d\d))"
_TAIL = r"(?:\d{0,15}[1-9])"
_FLOAT = re.compile(
    rf"0\.0|-?(?:0\.0{{0,3}}[1-9]{_TAIL}?|[1-9]\d{{0,15}}\.(?:0|{_TAIL})|[1-9](?:\.{_TAIL})?{_EXPONENT})".encode()
)
_FLOAT_START = re.compile(
    rf"-?(?:0(?:\.(?:0{{0,3}}|0{{0,3}}[1-9]\d{{0,16}}))?|[1-9]\d{{0,15}}(?:\.\d{{0,16}})?"
    rf"|[1-9](?:\.{_TAIL})?e(?:[-+]\d{{0,3}})?)?".encode()
)
_LEAST_PLAIN, _LEAST_HIGH = 1e-4, 1e16
"""Python writes magnitudes from the first to below the second without an exponent."""


class FixedValue:
    """A number of at most so many decimals inside its bounds.

    Args:
        spans: The values with all decimals.
        decimals: Digits after the point.
        padded: Whether it is written with all decimals; else without zeros at the end, but for one after the point.
        judge: Has the last word, for numbers of more digits than a float tells apart; None where there are none.
    """

    def __init__(self, spans: list[Span], decimals: int, *, padded: bool, judge: Judge | None) -> None:
        self._spans = [(span.low.encode(), span.high.encode()) for span in spans]
        self._cut = decimals > 0 and not padded
        self._judge = judge
        last = "[1-9]" if self._cut and decimals > 1 else r"\d"
        point = rf"(?:\.(?:\d{{0,{decimals - 1}}}{last}?)?)?" if decimals else ""
        self._start = re.compile(rf"-?(?:(?:0|[1-9]\d*){point})?".encode())
        rest = rf"\.(?:\d|\d{{1,{decimals}}}(?<!0))" if self._cut else rf"\.\d{{{decimals}}}" if decimals else ""
        self._form = re.compile(rf"-?(?:0|[1-9]\d*){rest}".encode())
        self.begin()

    def begin(self) -> None:
        """Start a field."""
        self._text = b""
        self._left = self._spans

    def push(self, byte: int) -> Reason | None:
        """Take in one byte."""
        self._text += bytes((byte,))
        self._left = [span for span in self._left if self._fits(*span)]
        if self._left:
            return None
        return Reason.OUT_OF_BOUNDS if self._start.fullmatch(self._text) else Reason.NOT_A_NUMBER

    def _fits(self, low: bytes, high: bytes) -> bool:
        """Whether a text of the span begins with the bytes so far, which did so without the last one."""
        text = self._text
        length = len(text)
        if not (length <= len(low) and low[:length] <= text <= high[:length]):
            return False
        byte, pattern = text[-1], low[length - 1]
        if not (_ZERO <= byte <= _NINE if _ZERO <= pattern <= _NINE else byte == pattern):
            return False
        # After 0 in the second decimal there must come another digit, and not only zeros.
        if self._cut and byte == _ZERO and b"." in text[:-2]:
            return length < len(low) and high > text.ljust(len(high), b"0")
        return True

    def closes(self) -> bool:
        """Return True: nothing that can follow a number can stand in it."""
        return True

    def end(self) -> Reason | None:
        """Return what is wrong with the whole."""
        if not self._form.fullmatch(self._text):
            return Reason.NOT_A_NUMBER
        for low, high in self._left:
            whole = self._text.ljust(len(low), b"0") if self._cut else self._text
            if len(whole) == len(low) and low <= whole <= high:
                return self._judge(self._text) if self._judge else None
        return Reason.OUT_OF_BOUNDS


def is_float_form(text: bytes) -> bool:
    """Return whether Python writes floats so: with an exponent or not, no needless zeros, at most 17 digits.

    The text need not be the shortest one of its float, which no model could tell from others of 17 digits.
    """
    if not _FLOAT.fullmatch(text):
        return False
    mantissa = text.partition(b"e")[0].lstrip(b"-0.").replace(b".", b"")
    return len(mantissa) <= _DIGITS and (float(text) != 0.0 or text == b"0.0")


class FloatValue:
    """A number in a form that Python gives floats, inside its bounds.

    Args:
        low: The lower bound.
        high: The upper bound.
        judge: Has the last word on a whole field.
    """

    def __init__(self, low: float, high: float, judge: Judge) -> None:
        # Magnitudes with a minus sign and without; empty where the first is above the second.
        self._ends = {True: (max(0.0, -high), -low if low < 0 else -1.0), False: (max(0.0, low), high)}
        self._judge = judge
        self.begin()

    def begin(self) -> None:
        """Start a field."""
        self._text = b""

    def push(self, byte: int) -> Reason | None:
        """Take in one byte."""
        self._text += bytes((byte,))
        if not _FLOAT_START.fullmatch(self._text):
            return Reason.NOT_A_NUMBER
        return None if self._is_near() else Reason.OUT_OF_BOUNDS

    def _is_near(self) -> bool:
        """Whether a number inside the bounds may begin with the text so far; the end of the field is exact."""
        low, high = self._ends[self._text.startswith(b"-")]
        text = self._text.decode().lstrip("-")
        if low > high:
            return False
        _, has_power, power = text.partition("e")
        if has_power:
            return low < _LEAST_PLAIN if power == "-" else high >= _LEAST_HIGH if power == "+" else True
        has_exponent = text[1:2] in ("", ".") and text[:1] != "0" and (low < _LEAST_PLAIN or high >= _LEAST_HIGH)
        if not text or has_exponent:
            return True
        if "." in text or text == "0":
            return _overlaps(text if "." in text else "0.", low, high)
        # With fewer digits than the lower bound it would stay below, with more than one more it would be above.
        more = max(0, len(str(int(low))) - len(text))
        return any(_overlaps(f"{text}{'?' * some}.", low, high) for some in (more, more + 1))

    def closes(self) -> bool:
        """Return True: nothing that can follow a number can stand in it."""
        return True

    def end(self) -> Reason | None:
        """Return what is wrong with the whole."""
        return self._judge(self._text)


def _overlaps(start: str, low: float, high: float) -> bool:
    """Whether a number from `low` to `high` may begin with `start`, where ? is any digit.

    Rounding to floats keeps order, so that no number inside the bounds is lost.
    """
    return float(start.replace("?", "0") + "0") <= high and float(start.replace("?", "9") + "9" * 20) >= low
