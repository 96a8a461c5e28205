import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.mentions import Mentions, is_telling, lowered, resolved
from tabsynth.privacy.pii.patterns import Span


@given(st.text(max_size=80))
def test_lower_case_keeps_positions(text: str) -> None:
    assert len(lowered(text)) == len(text)


@pytest.mark.parametrize(("text", "value"), [
    ("-- NORMA avila.", "Norma Avila"), ("call (301)700-9098 now", "(301)700-9098"), ("id C100017", "C100017"),
    ("x +1-305-555-0142x7 y", "+1-305-555-0142x7"),
])  # fmt: skip
def test_a_value_is_found_whatever_its_case(text: str, value: str) -> None:
    found = Mentions([(value, Entity.NAME)]).find(text)
    assert [text[span.start : span.end].lower() for span in found] == [value.lower()]


@pytest.mark.parametrize(
    ("text", "value"), [("C1000170", "C100017"), ("xC100017", "C100017"), ("Norma. Avila", "Norma Avila"), ("", "a 1")]
)
def test_a_part_of_a_word_is_no_mention(text: str, value: str) -> None:
    assert Mentions([(value, Entity.NAME)]).find(text) == []


def test_of_two_values_that_begin_alike_the_longer_is_found() -> None:
    known = Mentions([("Norma Avila", Entity.NAME), ("Norma Avila Reyes", Entity.NAME)])
    assert known.find("Norma Avila Reyes") == [Span(0, 17, Entity.NAME)]


def test_a_second_index_holds_for_one_text() -> None:
    known, own = Mentions([("a 1", Entity.URL)]), Mentions([("Bern", Entity.CITY)])
    assert known.find("in Bern", own.index) == [Span(3, 7, Entity.CITY)]
    assert known.find("in Bern") == []
    assert not Mentions([])
    assert known


@pytest.mark.parametrize(
    ("text", "telling"), [("ana84", True), ("Norma Avila", True), ("summer", False), ("12", False), ("a-b-c", False)]
)
def test_ordinary_words_are_not_looked_for_everywhere(text: str, telling: bool) -> None:
    assert is_telling(text) is telling


def test_the_longest_of_overlapping_finds_wins() -> None:
    city, address, name = Span(4, 8, Entity.CITY), Span(0, 12, Entity.STREET_ADDRESS), Span(12, 15, Entity.NAME)
    assert resolved([city], [address], [name]) == [address, name]
    assert resolved([Span(0, 3, Entity.NAME)], [Span(0, 3, Entity.CITY)]) == [Span(0, 3, Entity.NAME)]
