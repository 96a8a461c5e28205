"""Recognisers of strings and categories, byte by byte. Know no columns."""

from __future__ import annotations

from bisect import bisect_left

from tabsynth.codec.notation import DEAD, TextMachine
from tabsynth.codec.verdict import Reason

_BACKSLASH = ord("\\")


class TextValue:
    """Any string.

    Args:
        machine: Its escapes.
    """

    def __init__(self, machine: TextMachine) -> None:
        self._table, self._start, self._final = machine.table, machine.start, machine.final
        self._state = self._start

    def begin(self) -> None:
        """Start a field."""
        self._state = self._start

    def push(self, byte: int) -> Reason | None:
        """Take in one byte."""
        self._state = state = self._table[self._state][byte]
        return Reason.BAD_TEXT if state == DEAD else None

    def closes(self) -> bool:
        """Return whether the string is whole."""
        return self._state == self._final

    def end(self) -> Reason | None:
        """Return what is wrong with the whole."""
        return None if self._state == self._final else Reason.BAD_TEXT


class CategoryValue:
    """One of some texts.

    Args:
        texts: The categories as they stand in a line.
        quote: What stands around those that are strings.
    """

    def __init__(self, texts: list[str], quote: bytes) -> None:
        self._texts = sorted({text.encode() for text in texts})
        self._quote = quote
        self.begin()

    def begin(self) -> None:
        """Start a field."""
        # Those from `first` to before `last` begin with the `length` bytes so far.
        self._first, self._last, self._length = 0, len(self._texts), 0
        self._is_escaped = False

    def push(self, byte: int) -> Reason | None:
        """Take in one byte."""
        at, texts, first, last = self._length, self._texts, self._first, self._last

        def letter(text: bytes) -> int:
            return text[at] if at < len(text) else -1

        if last - first == 1:
            self._first += letter(texts[first]) != byte
        else:
            self._first = first = bisect_left(texts, byte, first, last, key=letter)
            self._last = bisect_left(texts, byte + 1, first, last, key=letter)
        self._length += 1
        self._is_escaped = byte == _BACKSLASH and not self._is_escaped
        return None if self._first < self._last else Reason.UNKNOWN_CATEGORY

    def closes(self) -> bool:
        """Return whether a category is whole, or the next byte is neither escaped nor between quotes."""
        if self._is_whole() or self._length == 0:
            return True
        is_quoted = self._quote != b"" and self._texts[self._first].startswith(self._quote)
        return not (self._is_escaped or is_quoted)

    def _is_whole(self) -> bool:
        # The shortest of those left is the first one.
        return self._first < self._last and len(self._texts[self._first]) == self._length

    def end(self) -> Reason | None:
        """Return what is wrong with the whole."""
        return None if self._is_whole() else Reason.UNKNOWN_CATEGORY
