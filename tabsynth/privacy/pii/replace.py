"""Stand-ins put in place of personal data, in columns and inside texts, before anything is learned from a table.

The same value gets the same stand-in everywhere in a run; nobody can tell it from the value without the run's key,
which is drawn anew each time and never stored. What cannot be replaced stops the run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from tabsynth.errors import PrivacyError
from tabsynth.privacy.pii.cells import SHARED_BY
from tabsynth.privacy.pii.contents import Contents
from tabsynth.privacy.pii.entities import NAMES, Entity
from tabsynth.privacy.pii.gazetteer import folded
from tabsynth.privacy.pii.model import EntityModel
from tabsynth.privacy.pii.numbers import personal_module
from tabsynth.privacy.pii.patterns import Span
from tabsynth.privacy.pii.persons import NOBODY, Name
from tabsynth.privacy.pii.report import PiiReport
from tabsynth.privacy.pii.rewriting import rewritten
from tabsynth.privacy.pii.secret import Secret
from tabsynth.privacy.pii.standins.book import Book, is_placeholder, key_of, real_keys
from tabsynth.privacy.pii.standins.contacts import Contacts, Person
from tabsynth.privacy.pii.standins.ledger import CHOICES, Ledger, space_of
from tabsynth.privacy.pii.standins.names import Names, home_locale
from tabsynth.privacy.pii.standins.places import Places
from tabsynth.privacy.pii.text import TextScanner

FOLLOWERS = frozenset({Entity.EMAIL, Entity.USERNAME})
"""What follows the name of its person, so that names are dealt with first."""


class Replacer:
    """Puts stand-ins into a table.

    Args:
        report: What is personal in it.
        key: At least 16 bytes that stand-ins depend on; None draws them, which is what a release should do. The same
            key, table and report give the same stand-ins.
        model: A named-entity model for the texts, None to do without.
    """

    def __init__(self, report: PiiReport, key: bytes | None = None, *, model: EntityModel | None = None) -> None:
        self._report = report
        self._secret = Secret(key)
        self._model = model

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a copy of `frame` in which stand-ins take the place of personal data; order and dtypes stay.

        Raises:
            PrivacyError: A column looks personal and it is not clear what it holds, it cannot be replaced, or a real
                value would be left. The message lists the choices.
        """
        self._check(frame)
        contents = Contents.of(self._report, frame)
        told = {finding.column for finding in self._report.findings if finding.source == "you"}
        found: dict[str, list[list[Span]]] = {}
        for name in contents.texts:
            scanner = TextScanner.of(contents.cells[name], self._model, told=name in told)
            found[name] = contents.spans(name, scanner)
        book = _book(self._secret, contents, found)
        out = frame.copy()
        kinds = contents.targets
        for name in sorted(kinds, key=lambda name: (kinds[name] in FOLLOWERS, name)):
            mapping = _mapping(book, kinds[name], contents.cells[name], contents.persons)
            _check_mapping(name, kinds[name], mapping)
            out[name] = rewritten(frame[name], mapping)
        for name, spans in found.items():
            fresh = _rewritten(book, contents.cells[name], spans, contents.persons)
            _check_texts(name, contents, fresh)
            if fresh != contents.cells[name]:
                out[name] = rewritten(frame[name], fresh, by_row=True)
        return out

    def _check(self, frame: pd.DataFrame) -> None:
        if tuple(frame.columns) != self._report.columns:
            raise PrivacyError(
                f"the report is on {len(self._report.columns)} columns, the table has {len(frame.columns)} or others",
                where="Replacer.apply",
                do="find the personal data of this very table first",
            )
        if self._report.questions:
            listed = "; ".join(f"'{f.column}' may hold {f.entity}" for f in self._report.questions)
            raise PrivacyError(
                f"{len(self._report.questions)} columns look personal, but it is not clear what they hold: {listed}",
                where="pii",
                do="decide for each: pii={column: entity} to replace it, 'text' to search inside, 'keep' or 'none' to "
                "leave it, or drop the column",
            )


def _book(secret: Secret, contents: Contents, found: Mapping[str, list[list[Span]]]) -> Book:
    """Make the book of stand-ins, which first learns all real values so that it never draws one."""
    values: dict[Entity, set[str]] = {}
    for entity, cell in contents.values():
        values.setdefault(entity, set()).add(cell)
    for name, spans in found.items():
        for text, inside in zip(contents.cells[name], spans, strict=True):
            for span in inside:
                values.setdefault(span.entity, set()).add((text or "")[span.start : span.end])
    day_first = _writes_day_first(values.get(Entity.DATE_OF_BIRTH, set()))
    ledger = Ledger(secret)
    for entity, held in values.items():
        ledger.forbid(space_of(entity), (key for text in held for key in real_keys(entity, text, day_first=day_first)))
    home = home_locale(sorted(text for entity in NAMES for text in values.get(entity, ())))
    modules = {entity: personal_module(sorted(held)) for entity, held in values.items()}
    return Book(
        ledger,
        names=Names(ledger, home),
        places=Places(ledger, home),
        contacts=Contacts(ledger, _shared_domains(values.get(Entity.EMAIL, set()))),
        modules={entity: module[0] for entity, module in modules.items() if module is not None},
        day_first=day_first,
    )


def _mapping(book: Book, entity: Entity, cells: Sequence[str | None], persons: Sequence[Name]) -> dict[str, str]:
    """Return the stand-ins of a column's distinct values, drawn in an order that rows have no part in."""
    whose: dict[str, Name] = {}
    for cell, person in zip(cells, persons, strict=True):
        if cell is not None and (cell not in whose or whose[cell] == NOBODY):
            whose[cell] = person
    follows = entity in FOLLOWERS
    return {
        cell: book.stand_in(entity, cell, _person(book, whose[cell]) if follows else None) for cell in sorted(whose)
    }


def _rewritten(
    book: Book, texts: Sequence[str | None], spans: Sequence[list[Span]], persons: Sequence[Name]
) -> list[str | None]:
    """Return texts with a stand-in for every find."""
    fresh: list[str | None] = []
    for text, inside, person in zip(texts, spans, persons, strict=True):
        if text is None or not inside:
            fresh.append(text)
            continue
        pieces, at = [], 0
        for span in inside:
            whose = _person(book, person) if span.entity in FOLLOWERS else None
            pieces += [text[at : span.start], book.stand_in(span.entity, text[span.start : span.end], whose)]
            at = span.end
        fresh.append("".join([*pieces, text[at:]]))
    return fresh


def _person(book: Book, name: Name) -> Person | None:
    first, last = name
    if not first and not last:
        return None
    new_first = book.stand_in(Entity.FIRST_NAME, first) if first else ""
    new_last = book.stand_in(Entity.LAST_NAME, last) if last else ""
    return Person(folded(first), folded(last), new_first, new_last)


def _shared_domains(addresses: set[str]) -> list[str]:
    counts = Counter(address.rpartition("@")[2].lower() for address in addresses)
    return [domain for domain, count in counts.items() if count >= SHARED_BY]


def _writes_day_first(dates: set[str]) -> bool:
    """Whether the days of a table come before the months: more first numbers than second ones are above 12."""
    firsts = seconds = 0
    for text in dates:
        numbers = text.replace("-", "/").replace(".", "/").split("/")
        if len(numbers) >= 3 and numbers[0].isdigit() and numbers[1].isdigit() and len(numbers[0]) <= 2:
            firsts += int(numbers[0]) > 12
            seconds += int(numbers[1]) > 12
    return firsts > seconds


def _check_mapping(column: str, entity: Entity, mapping: Mapping[str, str]) -> None:
    """Refuse a column in which a value stands for itself or for another real value."""
    real = {key_of(entity, old) for old in mapping if not is_placeholder(old)}
    left = sum(key_of(entity, new) in real for old, new in mapping.items() if not is_placeholder(old))
    if left:
        raise PrivacyError(
            f"{left} of {len(mapping)} values of the kind '{entity}' have no stand-in",
            where=f"column '{column}'",
            do=CHOICES,
        )


def _check_texts(column: str, contents: Contents, fresh: Sequence[str | None]) -> None:
    """Refuse texts in which a value of a personal column is left."""
    left = sum(bool(contents.known.find(text)) for text in fresh if text) if contents.known else 0
    if left:
        raise PrivacyError(
            f"{left} of {len(fresh)} texts still hold a value of a personal column",
            where=f"column '{column}'",
            do="drop the column, or say pii={column: 'keep'} to leave it as it is",
        )
