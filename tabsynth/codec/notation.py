"""How a text format writes one field: its mark for missing, its quotes and its escapes. Knows no columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

DEAD = 255
"""The state of a machine after a byte that fits nowhere."""
PLAIN, ESCAPE, OPENING, CLOSED = 0, 8, 9, 10
"""Between two characters; after a backslash; before the opening quote; after the closing one."""
FIRST_FREE = 11

ASCII = frozenset(range(0x80))
_ONE, _TWO, _THREE, _AFTER_E0, _AFTER_ED, _AFTER_F0, _AFTER_F4 = range(1, 8)

Edge = tuple[int, Iterable[int], int]
"""From a state, by any of these bytes, to a state."""

_UTF8: tuple[Edge, ...] = (
    (PLAIN, range(0xC2, 0xE0), _ONE),
    (PLAIN, (0xE0,), _AFTER_E0),
    (PLAIN, (*range(0xE1, 0xED), 0xEE, 0xEF), _TWO),
    (PLAIN, (0xED,), _AFTER_ED),
    (PLAIN, (0xF0,), _AFTER_F0),
    (PLAIN, range(0xF1, 0xF4), _THREE),
    (PLAIN, (0xF4,), _AFTER_F4),
    (_ONE, range(0x80, 0xC0), PLAIN),
    (_TWO, range(0x80, 0xC0), _ONE),
    (_THREE, range(0x80, 0xC0), _TWO),
    # No overlong forms, no surrogates, nothing beyond U+10FFFF.
    (_AFTER_E0, range(0xA0, 0xC0), _ONE),
    (_AFTER_ED, range(0x80, 0xA0), _ONE),
    (_AFTER_F0, range(0x90, 0xC0), _TWO),
    (_AFTER_F4, range(0x80, 0x90), _TWO),
)


@dataclass(frozen=True)
class TextMachine:
    """Escaped text as a deterministic machine over its bytes.

    Attributes:
        table: ``table[state][byte]`` is the next state, DEAD for none.
        start: The state before the first byte.
        final: The state in which the text may end.
    """

    table: tuple[bytes, ...]
    start: int
    final: int

    @classmethod
    def of(cls, edges: Iterable[Edge], *, start: int, final: int) -> TextMachine:
        """Build the machine of UTF-8 characters outside ASCII and of `edges`, which say all about ASCII."""
        listed = [*_UTF8, *edges]
        rows = [bytearray([DEAD] * 256) for _ in range(1 + max(max(edge[0], edge[2]) for edge in listed))]
        for state, keys, target in listed:
            for byte in keys:
                rows[state][byte] = target
        return cls(tuple(map(bytes, rows)), start, final)


@dataclass(frozen=True)
class Notation:
    """How one format writes fields.

    Attributes:
        missing: The mark of a missing value; no value is written so.
        quote: What stands around strings and dates.
        stops: Bytes that can follow a field; inside one they occur between quotes only.
        padded: Whether a number has all decimals of its column; else the shortest form that Python writes.
        text: The machine of escaped strings, quotes included.
        text_rule: The same as an EBNF expression.
    """

    missing: bytes
    quote: bytes
    stops: bytes
    padded: bool
    text: TextMachine
    text_rule: str
