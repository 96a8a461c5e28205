"""Values of personal columns that stand inside texts, found by comparison, so none is missed. Knows no patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.patterns import Span

LEAST_CHARS = 5
"""Shorter values are not looked for in the texts of other rows: they are ordinary words and numbers."""
ANYWHERE = frozenset(Entity) - {
    Entity.FIRST_NAME, Entity.LAST_NAME, Entity.CITY, Entity.POSTCODE, Entity.STATE, Entity.COUNTRY, Entity.DATE,
    Entity.DATE_OF_BIRTH,
}  # fmt: skip
"""What names one person or thing and is looked for in the texts of all rows; the rest only in those of its row."""
_TOKEN = re.compile(r"[^\W_]+")


def lowered(text: str) -> str:
    """Return a text in lower case, character by character, so that positions stay."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def is_telling(text: str) -> bool:
    """Whether a value is unlike any ordinary word: long enough, and with a digit, a sign or a second word."""
    stripped = text.strip()
    if len(stripped) < LEAST_CHARS:
        return False
    return not stripped.isalpha() and sum(char.isalnum() for char in stripped) >= 4


class Mentions:
    """An index of values, asked which of them a text holds.

    Args:
        values: Values and what they are.
    """

    def __init__(self, values: Iterable[tuple[str, Entity]]) -> None:
        self._by_token: dict[str, list[tuple[int, str, Entity]]] = {}
        for text, entity in values:
            value = lowered(text.strip())
            token = _TOKEN.search(value)
            if token is not None:
                entry = (token.start(), value, entity)
                listed = self._by_token.setdefault(token.group(), [])
                if entry not in listed:
                    listed.append(entry)

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self._by_token)

    def find(self, text: str, own: Mapping[str, list[tuple[int, str, Entity]]] | None = None) -> list[Span]:
        """Return where the values stand in `text`, whatever their case, the longest first where two begin alike.

        Args:
            text: Any text.
            own: A second index of the same form, of values that are looked for in this text only.
        """
        low = lowered(text)
        found: list[Span] = []
        for match in _TOKEN.finditer(low):
            entries = self._by_token.get(match.group(), [])
            if own:
                entries = entries + own.get(match.group(), [])
            spans = [span for entry in entries if (span := _at(low, match.start(), entry)) is not None]
            if spans:
                found.append(max(spans, key=lambda span: span.end))
        return found

    @property
    def index(self) -> Mapping[str, list[tuple[int, str, Entity]]]:
        """The entries by their first word."""
        return self._by_token


def _at(low: str, position: int, entry: tuple[int, str, Entity]) -> Span | None:
    """The find of one value at a word of the text, None if the text goes on otherwise or it is part of a word."""
    offset, value, entity = entry
    start = position - offset
    end = start + len(value)
    if start < 0 or not low.startswith(value, start):
        return None
    inside_word = end < len(low) and low[end].isalnum() and value[-1].isalnum()
    after_word = start > 0 and low[start - 1].isalnum() and value[0].isalnum()
    return None if inside_word or after_word else Span(start, end, entity)


def resolved(*finds: list[Span]) -> list[Span]:
    """Return finds that do not overlap, in order: the longest wins, of equally long ones that of the earlier list."""
    ranked = sorted(
        ((span.start - span.end, rank, span.start, span) for rank, spans in enumerate(finds) for span in spans),
        key=lambda entry: entry[:3],
    )
    kept: list[Span] = []
    for *_, span in ranked:
        if all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)
