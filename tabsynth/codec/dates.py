"""Recognisers of dates in ISO 8601, byte by byte. Know no columns."""

from __future__ import annotations

from tabsynth.codec.numbers import Judge
from tabsynth.codec.spans import Span
from tabsynth.codec.verdict import Reason

_ZERO, _NINE = ord("0"), ord("9")
_FIRST_DIGITS = {6: "01", 9: "0123", 12: "012", 15: "012345", 18: "012345"}
"""Digits that month, day, hour, minute and second can begin with, by the length of the text then."""
_LAST = {7: 12, 13: 23, 16: 59, 19: 59}
"""The highest month, hour, minute and second, by the length of the text at their end."""
_FEBRUARY, _SHORT = 2, (4, 6, 9, 11)


class DateValue:
    """A date of the calendar inside its bounds.

    Args:
        span: The first and the last date.
        quote: What stands around it.
    """

    def __init__(self, span: Span, quote: bytes) -> None:
        self._low, self._high = quote + span.low.encode() + quote, quote + span.high.encode() + quote
        self._skip = len(quote)
        self.begin()

    def begin(self) -> None:
        """Start a field."""
        self._text = b""

    def push(self, byte: int) -> Reason | None:
        """Take in one byte."""
        at = len(self._text)
        self._text += bytes((byte,))
        if at >= len(self._low):
            return Reason.NOT_A_DATE
        pattern = self._low[at]
        if not (_ZERO <= byte <= _NINE if _ZERO <= pattern <= _NINE else byte == pattern):
            return Reason.NOT_A_DATE
        if not is_calendar(self._text[self._skip :].decode()):
            return Reason.NOT_A_DATE
        is_inside = self._low[: at + 1] <= self._text <= self._high[: at + 1]
        return None if is_inside else Reason.OUT_OF_BOUNDS

    def closes(self) -> bool:
        """Return True: nothing that can follow a date can stand in it."""
        return True

    def end(self) -> Reason | None:
        """Return what is wrong with the whole."""
        return None if len(self._text) == len(self._low) else Reason.NOT_A_DATE


def is_calendar(text: str) -> bool:
    """Return whether the last character of the start of an ISO date is one that the calendar and the clock have.

    Args:
        text: Digits where a date has digits; its years have four.
    """
    length = len(text)
    if length in _FIRST_DIGITS:
        return text[-1] in _FIRST_DIGITS[length]
    if length == 7:
        return 1 <= int(text[-2:]) <= _LAST[length]
    if length == 10:
        return 1 <= int(text[-2:]) <= _days(int(text[:4]), int(text[5:7]))
    return length not in _LAST or int(text[-2:]) <= _LAST[length]


def _days(year: int, month: int) -> int:
    if month == _FEBRUARY:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in _SHORT else 31


class AnyDateValue:
    """A date that is looked at when it is whole: one of a year of more or fewer than four digits.

    Args:
        longest: Bytes of the longest one.
        judge: Says whether a whole field is a date inside the bounds.
    """

    def __init__(self, longest: int, judge: Judge) -> None:
        self._longest = longest
        self._judge = judge
        self.begin()

    def begin(self) -> None:
        """Start a field."""
        self._text = b""

    def push(self, byte: int) -> Reason | None:
        """Take in one byte."""
        self._text += bytes((byte,))
        is_date = byte in b'0123456789-T:."' and len(self._text) <= self._longest
        return None if is_date else Reason.NOT_A_DATE

    def closes(self) -> bool:
        """Return True: nothing that can follow a date can stand in it."""
        return True

    def end(self) -> Reason | None:
        """Return what is wrong with the whole."""
        return self._judge(self._text)


class NoValue:
    """No value at all: a column that was missing in every row.

    Args:
        reason: Why any value is rejected.
    """

    def __init__(self, reason: Reason) -> None:
        self._reason = reason

    def begin(self) -> None:
        """Start a field."""

    def push(self, byte: int) -> Reason | None:
        """Reject."""
        return self._reason

    def closes(self) -> bool:
        """Return True."""
        return True

    def end(self) -> Reason | None:
        """Reject."""
        return self._reason
