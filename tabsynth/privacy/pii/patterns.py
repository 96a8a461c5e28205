"""What a pattern of personal data is, and how a text is asked for all of them. The patterns themselves are in forms.py.

A pattern is a regular expression, a check of what it finds, and a cue: words before the find that a weak form needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tabsynth.privacy.pii.entities import Entity

CUE_CHARS = 40
"""How far before a find its cue may begin."""


@dataclass(frozen=True)
class Span:
    """A find inside a text.

    Attributes:
        start: Its first character.
        end: The character after its last.
        entity: What it is.
    """

    start: int
    end: int
    entity: Entity


@dataclass(frozen=True)
class Pattern:
    """One way to recognise an entity.

    Attributes:
        entity: What it finds.
        form: The expression.
        check: Whether a find is one; None: the form says enough.
        cue: What must stand before it; None: nothing.
        needs: A lower-case text without any of these holds none; empty: no such condition.
        digits: A text with fewer digits holds none.
    """

    entity: Entity
    form: re.Pattern[str]
    check: Callable[[str], bool] | None = None
    cue: re.Pattern[str] | None = None
    needs: tuple[str, ...] = ()
    digits: int = 5

    def may_hold(self, lowered: str, digits: int) -> bool:
        """Whether a text may hold a find, told from its lower-case form and its number of digits: quick."""
        return digits >= self.digits and (not self.needs or any(sign in lowered for sign in self.needs))

    def find(self, text: str) -> Iterator[Span]:
        """Yield the finds of this pattern in `text`."""
        for match in self.form.finditer(text):
            start, end = match.span()
            if self.cue is not None and not self.cue.search(text, max(0, start - CUE_CHARS), start):
                continue
            if self.check is None or self.check(match.group()):
                yield Span(start, end, self.entity)

    def is_whole(self, text: str) -> bool:
        """Whether the whole of `text` is one find, cue or not."""
        match = self.form.fullmatch(text)
        return match is not None and (self.check is None or self.check(text))
