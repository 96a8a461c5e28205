"""A table's personal cells laid out for replacement: what each row's person is called and what its texts mention."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from tabsynth.privacy.pii.cells import written_cells
from tabsynth.privacy.pii.entities import NAMES, Action, Entity
from tabsynth.privacy.pii.mentions import ANYWHERE, Mentions, is_telling, lowered, resolved
from tabsynth.privacy.pii.patterns import Span
from tabsynth.privacy.pii.people import Vocabulary
from tabsynth.privacy.pii.persons import Name, persons_of
from tabsynth.privacy.pii.report import PiiReport
from tabsynth.privacy.pii.standins.book import is_placeholder
from tabsynth.privacy.pii.text import TextScanner

OWN_CHARS = 3
"""Signs that a row's own value, such as its first name, needs to be looked for alone in its texts."""
Cells = Sequence[str | None]


@dataclass(frozen=True)
class Contents:
    """What of a table takes part in replacement.

    Attributes:
        targets: Columns whose cells are replaced, and what they are.
        generated: Columns of identifiers, which stay; their mentions in texts do not.
        texts: Columns that are searched inside.
        cells: The cells of all these columns as they are written.
        persons: First and last name of each row's person.
        known: The values that are looked for in the texts of all rows.
    """

    targets: dict[str, Entity]
    generated: tuple[str, ...]
    texts: tuple[str, ...]
    cells: dict[str, list[str | None]]
    persons: list[Name]
    known: Mentions

    @classmethod
    def of(cls, report: PiiReport, frame: pd.DataFrame) -> Contents:
        """Lay out a table.

        Args:
            report: What is personal in it.
            frame: The table.
        """
        targets = {f.column: f.entity for f in report.findings if f.action is Action.REPLACE and f.entity}
        generated = tuple(f.column for f in report.findings if f.action is Action.GENERATE)
        cells = {name: written_cells(frame[name]) for name in (*targets, *generated, *report.texts)}
        persons = persons_of(targets, cells, len(frame))
        kinds = {**targets, **dict.fromkeys(generated, Entity.IDENTIFIER)}
        return cls(targets, generated, report.texts, cells, persons, _known(kinds, cells, persons))

    def spans(self, column: str, scanner: TextScanner) -> list[list[Span]]:
        """Return what is personal in each text of a column: by pattern, by name, and by what other columns hold.

        Args:
            column: A column of texts.
            scanner: Finds patterns and names in it.
        """
        texts = self.cells[column]
        distinct = list(dict.fromkeys(text for text in texts if text))
        seen = dict(zip(distinct, scanner.find_all(distinct), strict=True))
        local = [name for name, entity in self.targets.items() if entity not in ANYWHERE and entity not in NAMES]
        return [
            self._in_row(row, text, seen[text], local, scanner.vocabulary) if text else []
            for row, text in enumerate(texts)
        ]

    def values(self) -> Iterator[tuple[Entity, str]]:
        """Yield the real values, which are never drawn as stand-ins."""
        for name, entity in (*self.targets.items(), *((name, Entity.IDENTIFIER) for name in self.generated)):
            for cell in dict.fromkeys(self.cells[name]):
                if cell is not None and not is_placeholder(cell):
                    yield entity, cell

    def _in_row(self, row: int, text: str, seen: list[Span], local: list[str], vocabulary: Vocabulary) -> list[Span]:
        mine = [(self.cells[name][row], self.targets[name]) for name in local]
        own = Mentions([(value, entity) for value, entity in mine if value and len(value) >= OWN_CHARS])
        names = _own_names(text, self.persons[row], vocabulary)
        return resolved(self.known.find(text, own.index), seen, names)


def _known(kinds: Mapping[str, Entity], cells: Mapping[str, Cells], persons: Sequence[Name]) -> Mentions:
    values: set[tuple[str, Entity]] = set()
    for name, entity in kinds.items():
        if entity in ANYWHERE:
            values |= {(cell, entity) for cell in cells[name] if cell and is_telling(cell) and not is_placeholder(cell)}
    for first, last in persons:
        if first and last:
            values |= {(f"{first} {last}", Entity.NAME), (f"{last}, {first}", Entity.NAME)}
    return Mentions(sorted(values))


def _own_names(text: str, person: Name, vocabulary: Vocabulary) -> list[Span]:
    """Where the first or last name of a row's own person stands alone in its text, with a capital."""
    found: list[Span] = []
    low = lowered(text)
    for word, entity in zip(person, (Entity.FIRST_NAME, Entity.LAST_NAME), strict=True):
        if len(word) < OWN_CHARS or lowered(word) not in low or vocabulary.is_common(word):
            continue
        spans = Mentions([(word, entity)]).find(text)
        found += [span for span in spans if text[span.start].isupper() or not word[0].isupper()]
    return found
