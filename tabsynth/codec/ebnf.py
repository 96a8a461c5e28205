"""Pieces of EBNF as xgrammar reads it: literals, choices, and ranges of equally long texts. Knows no columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

EMPTY = '""'
MAX_DEPTH = 50
"""Most parentheses inside one another."""


def literal(text: str) -> str:
    """Return `text` as an EBNF string."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if " " <= char <= "~":
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def choice(options: Sequence[str]) -> str:
    """Return one of `options`, of which there is at least one."""
    return options[0] if len(options) == 1 else f"({' | '.join(options)})"


def sequence(*parts: str) -> str:
    """Return `parts` one after the other."""
    return " ".join(part for part in parts if part != EMPTY) or EMPTY


def words(texts: Sequence[str], depth: int = 0) -> str:
    """Return one of `texts`; what several of them begin with is written once, which spares xgrammar work.

    Args:
        texts: At least one, sorted, none twice.
        depth: Beginnings around these already.
    """
    if len(texts) == 1 or depth == MAX_DEPTH:
        return choice([literal(text) for text in texts])
    same = _common(texts[0], texts[-1])
    groups = groupby(texts, key=lambda text: text[same : same + 1])
    options = [_after(same, list(group), depth) for _, group in groups]
    return sequence(literal(texts[0][:same]), choice(options))


def _after(same: int, texts: list[str], depth: int) -> str:
    """One of these texts, which are equal in one character more, without the first ones."""
    return words([text[same:] for text in texts], depth + 1)


def between(low: str, high: str) -> str:
    """Return all texts from `low` to `high` that have digits where those have digits, and are like both elsewhere.

    Args:
        low: The first text.
        high: The last one, of the same length, with digits in the same places.
    """
    same = _common(low, high)
    if same == len(low):
        return literal(low)
    options = [
        sequence(digits(first, last), _free(start) if _is_free(start, stop) else between(start, stop))
        for first, last, start, stop in branches(low[same:], high[same:])
    ]
    return sequence(literal(low[:same]), choice(options))


def branches(low: str, high: str) -> list[tuple[str, str, str, str]]:
    """Return runs of first characters, and what the rest may be from and to after any one of the run.

    Args:
        low: The first text.
        high: The last one, of the same length, with digits in the same places.
    """
    if low[0] == high[0]:
        return [(low[0], high[0], low[1:], high[1:])]
    rest = low[1:]
    least, most = _filled(rest, "0"), _filled(rest, "9")
    first, last = int(low[0]), int(high[0])
    runs = []
    if low[1:] != least:
        runs.append((str(first), str(first), low[1:], most))
        first += 1
    top = last - 1 if high[1:] != most else last
    if first <= top:
        runs.append((str(first), str(top), least, most))
    if top < last:
        runs.append((str(last), str(last), least, high[1:]))
    return runs


def trimmed(low: str, high: str, kept: int) -> str:
    """Return all texts of a range without the zeros at their ends.

    Args:
        low: The first text; after the first `kept` characters there are only digits.
        high: The last one, of the same length, with digits in the same places.
        kept: Characters from the start that are there even where they are zeros, 1 at least.
    """
    options = []
    for first, last, start, stop in branches(low, high):
        head = digits(first, last)
        if kept > 1:
            options.append(sequence(head, trimmed(start, stop, kept - 1)))
        else:
            options += [sequence(head, tail) for tail in tails(start, stop)]
    return choice(options)


def tails(low: str, high: str) -> list[str]:
    """Return all runs of digits from `low` to `high` without the zeros at their ends: EMPTY where none is left."""
    nothing = [EMPTY] if not low.strip("0") else []
    return nothing + _nonzero(low, high)


def _nonzero(low: str, high: str) -> list[str]:
    """Those of them that do not end before their first digit."""
    if not high.strip("0"):
        return []
    if _is_free(low, high):
        return [sequence(_free(low[1:], up_to=True), "[1-9]")]
    options = []
    for first, last, start, stop in branches(low, high):
        if first == "0":
            # A zero is there only before another digit.
            options += [sequence(digits("0", "0"), tail) for tail in _nonzero(start, stop)]
            first = "1"
        if first <= last:
            options += [sequence(digits(first, last), tail) for tail in tails(start, stop)]
    return options


def digits(first: str, last: str) -> str:
    """Return one digit from `first` to `last`."""
    return literal(first) if first == last else f"[{first}-{last}]"


def _free(pattern: str, *, up_to: bool = False) -> str:
    """Any digit for each digit of `pattern`, `up_to` so many; the rest as it is."""
    parts, at = [], 0
    while at < len(pattern):
        end = at
        while end < len(pattern) and pattern[end].isdigit() == pattern[at].isdigit():
            end += 1
        count = end - at
        if not pattern[at].isdigit():
            parts.append(literal(pattern[at:end]))
        elif up_to:
            parts.append(f"[0-9]{{0,{count}}}")
        else:
            parts.append("[0-9]" if count == 1 else f"[0-9]{{{count}}}")
        at = end
    return sequence(*parts)


def _is_free(low: str, high: str) -> bool:
    return low == _filled(low, "0") and high == _filled(high, "9")


def _filled(pattern: str, digit: str) -> str:
    return "".join(digit if char.isdigit() else char for char in pattern)


def _common(one: str, other: str) -> int:
    """How many first characters are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
