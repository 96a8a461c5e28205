from collections.abc import Sequence

from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.patterns import Span
from tabsynth.privacy.pii.text import TextScanner, count_finds, merged

TEXTS = ["i love it -- Norma Avila, norma@example.com", "fine", "call me at 305-555-0142 or 305-555-0143"]


class WordModel:
    """Finds the word "fine" and nothing else: what a named-entity model returns, without one."""

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        return [[Span(at, at + 4, Entity.CITY)] if (at := text.find("fine")) >= 0 else [] for text in texts]


def test_patterns_and_persons_are_found_together() -> None:
    spans = TextScanner.of(TEXTS).find(TEXTS[0])
    assert [(span.entity, TEXTS[0][span.start : span.end]) for span in spans] == [
        (Entity.NAME, "Norma Avila"),
        (Entity.EMAIL, "norma@example.com"),
    ]


def test_a_model_adds_what_the_rest_did_not_find() -> None:
    scanner = TextScanner.of(TEXTS, WordModel())
    assert scanner.find("fine") == [Span(0, 4, Entity.CITY)]
    assert TextScanner.of(TEXTS).find("fine") == []


def test_names_are_not_looked_for_among_repeated_values_unless_the_user_says_so() -> None:
    streets = ["close to Norma Avila"] * 30
    assert TextScanner.of(streets).find(streets[0]) == []
    assert len(TextScanner.of(streets, told=True).find(streets[0])) == 1


def test_of_overlapping_finds_the_first_list_stays() -> None:
    first, second = [Span(2, 6, Entity.EMAIL)], [Span(0, 3, Entity.NAME), Span(6, 8, Entity.PHONE)]
    assert merged(first, second) == [Span(2, 6, Entity.EMAIL), Span(6, 8, Entity.PHONE)]
    assert merged(first, []) is first


def test_finds_are_counted_by_kind_and_by_text() -> None:
    inside, touched = count_finds(TextScanner.of(TEXTS).find_all(TEXTS))
    assert touched == 2
    assert [(find.entity, find.count, find.texts) for find in inside] == [
        (Entity.PHONE, 2, 1),
        (Entity.NAME, 1, 1),
        (Entity.EMAIL, 1, 1),
    ]
