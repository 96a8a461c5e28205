"""Personal data inside texts: patterns, names of persons, and an entity model where the user has one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.forms import find_patterns
from tabsynth.privacy.pii.model import EntityModel
from tabsynth.privacy.pii.patterns import Span
from tabsynth.privacy.pii.people import Vocabulary, find_people
from tabsynth.privacy.pii.report import Finds

REPEATED = 0.2
"""Share of distinct values up to which a column holds categories, in which lists of names find streets and brands."""


@dataclass(frozen=True)
class TextScanner:
    """Finds personal data in the texts of one column.

    Attributes:
        vocabulary: The column's ordinary words.
        model: A named-entity model, None to do without.
        people: Whether names of persons are looked for.
    """

    vocabulary: Vocabulary
    model: EntityModel | None = None
    people: bool = True

    @classmethod
    def of(cls, cells: Sequence[str | None], model: EntityModel | None = None, *, told: bool = False) -> TextScanner:
        """Make a scanner for a column.

        Args:
            cells: All of its cells.
            model: A named-entity model, None to do without.
            told: Whether the user said that it holds texts; else names are not looked for among repeated values.
        """
        distinct = list(dict.fromkeys(cell for cell in cells if cell))
        present = sum(cell is not None for cell in cells)
        return cls(Vocabulary.of(distinct), model, told or len(distinct) > REPEATED * present)

    def find(self, text: str) -> list[Span]:
        """Return what is personal in one text, in order, none overlapping another."""
        return next(self.find_all([text]))

    def find_all(self, texts: Sequence[str]) -> Iterator[list[Span]]:
        """Yield what is personal in each text."""
        modelled = self.model.find(texts) if self.model is not None else [[] for _ in texts]
        for text, more in zip(texts, modelled, strict=True):
            found = find_patterns(text)
            if self.people:
                found = merged(found, find_people(text, self.vocabulary))
            yield merged(found, more)


def merged(first: list[Span], second: list[Span]) -> list[Span]:
    """Return all of `first`, and of `second` what overlaps none of it, in order."""
    if not second:
        return first
    free = [span for span in second if all(span.end <= other.start or span.start >= other.end for other in first)]
    return sorted(first + free, key=lambda span: span.start)


def count_finds(found: Iterable[list[Span]]) -> tuple[tuple[Finds, ...], int]:
    """Return how often each entity was found, and the number of texts with any find."""
    counts: Counter[Entity] = Counter()
    texts: Counter[Entity] = Counter()
    touched = 0
    for spans in found:
        counts.update(span.entity for span in spans)
        texts.update({span.entity for span in spans})
        touched += bool(spans)
    listed = tuple(Finds(entity=entity, count=n, texts=texts[entity]) for entity, n in counts.most_common())
    return listed, touched
