from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.privacy.pii.people import Vocabulary, find_people, is_shouted

REVIEWS = ["this rose dress is lovely and the blue one, too", "a lovely rose dress with a blue hem",
    "green is lovely and it will fit",
           "green, green, green: it will do", "the day was long and the dress short"] * 2  # fmt: skip
WORDS = Vocabulary.of(REVIEWS)


def found(text: str, words: Vocabulary = WORDS) -> list[str]:
    return [text[span.start : span.end] for span in find_people(text, words)]


@pytest.mark.parametrize(("text", "names"), [
    ("i love it -- Norma Avila, thanks", ["Norma Avila"]),
    ("My name is Miss Karen Castro (DOB)", ["Miss Karen Castro"]),
    ("call me back. Steven Chan IV", ["Steven Chan IV"]),
    ("i met Rose Bryant there", ["Rose Bryant"]),
    ("i met Lisa Green there", ["Lisa Green"]),
    ("i met John W. Abadie there", ["John W. Abadie"]),
    ("i asked Maria de la Cruz about it", ["Maria de la Cruz"]),
    ("i asked Dr. Okonkwo about it", ["Dr. Okonkwo"]),
    ("i met Norma Avila's sister", ["Norma Avila"]),
    ("Norma Avila and Kevin Gill came", ["Norma Avila", "Kevin Gill"]),
    ("my name is Gavvy Cravath", ["Gavvy Cravath"]),
    ("thanks, Norma", ["Norma"]),
    ("ich sprach mit Jürgen Müller", ["Jürgen Müller"]),
])  # fmt: skip
def test_persons_are_found(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize("text", [
    "Rose Dress in Green, lovely", "Will it fit? It will", "I am happy. Love this", "Blue Green Rose",
    "Lovely Day Dress",
    "it runs big in May and June", "THIS ROSE DRESS IS LOVELY", "", "🎉 Rose", "Dear all", "Hi there",
])  # fmt: skip
def test_ordinary_words_with_capitals_are_no_persons(text: str) -> None:
    assert found(text) == []


def test_a_name_does_not_go_on_over_the_end_of_a_sentence() -> None:
    assert found("i went with Norma. Avila is a town") == []


def test_texts_in_capitals_need_two_well_known_names() -> None:
    words = Vocabulary.of(["CAPT ELECTED TO RETURN", "GOLDEN EAGLE HIT", "BIRD HIT ENG"] * 20)
    assert not words.capitals
    assert found("PILOT WAS WILLIAM MURRELL", words) == ["WILLIAM MURRELL"]
    assert found("CAPT ELECTED TO RETURN", words) == []
    assert is_shouted("PILOT WAS WILLIAM")
    assert not is_shouted("Pilot was William")


def test_a_word_is_ordinary_where_the_column_writes_it_small() -> None:
    assert WORDS.capitals
    assert WORDS.is_common("Rose")
    assert not WORDS.is_common("Norma")
    assert not Vocabulary.of(["Norma Avila"]).capitals
    assert Vocabulary.of([]).capitals


@given(st.text(alphabet="NormaAvil .,-'\n’de", max_size=120))
def test_finds_are_in_order_and_do_not_overlap(text: str) -> None:
    spans = find_people(text, WORDS)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= two.start for one, two in pairwise(spans))
