from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.privacy.pii.fullname import (
    Role,
    is_full_name,
    looks_like_name,
    parts_of,
    person_key,
    title_gender,
    words_in,
)


@pytest.mark.parametrize(("name", "first", "last"), [
    ("Norma Avila", ["Norma"], ["Avila"]),
    ("Mrs. Diamond Gallagher", ["Diamond"], ["Gallagher"]),
    ("Steven Chan IV", ["Steven"], ["Chan"]),
    ("Jane Doe, MD", ["Jane"], ["Doe"]),
    ("Souza, Ana", ["Ana"], ["Souza"]),
    ("John W. Abadie", ["John"], ["Abadie"]),
    ("Ludwig van Beethoven", ["Ludwig"], ["Beethoven"]),
    ("Ana Smith-Jones", ["Ana"], ["Smith", "Jones"]),
    ("Cumings, Mrs. John Bradley (Florence Briggs Thayer)", ["John", "Bradley", "Florence"], ["Cumings", "Briggs",
    "Thayer"]),
    ("Dr. Avila", [], ["Avila"]),
    ("NORMA AVILA", ["NORMA"], ["AVILA"]),
    ("", [], []),
])  # fmt: skip
def test_a_name_is_taken_apart(name: str, first: list[str], last: list[str]) -> None:
    assert list(words_in(name, Role.FIRST)) == first
    assert list(words_in(name, Role.LAST)) == last


@given(st.text(max_size=60))
def test_parts_are_in_order_and_do_not_overlap(name: str) -> None:
    parts = parts_of(name)
    assert all(one.end <= two.start for one, two in pairwise(parts))
    assert not any(char.isspace() for part in parts for char in name[part.start : part.end])


def test_a_person_is_the_same_whatever_the_title_and_the_order() -> None:
    assert {person_key(name) for name in ("Ana Souza", "Souza, Dr. Ana", "Ms. ANA SOUZA", "Ana M. Souza")} == {
        "ana souza"
    }


@pytest.mark.parametrize(("name", "gender"), [("Mrs. X Y", "f"), ("Herr Y", "m"), ("Dr. X Y", None), ("X Y", None)])
def test_a_title_tells_the_gender(name: str, gender: str | None) -> None:
    assert title_gender(name) == gender


@pytest.mark.parametrize("name", ["Norma Avila", "Mr. Kevin Gill", "Avila, Norma", "Jürgen Müller", "Иван Иванов"])
def test_known_names_are_full_names(name: str) -> None:
    assert is_full_name(name)


@pytest.mark.parametrize(
    "text", ["Blue Dress", "Runs big", "Norma", "New York City Hall", "A1 Norma", "", "West Chelsea/Hudson Yards"]
)
def test_other_words_are_no_full_names(text: str) -> None:
    assert not is_full_name(text)


def test_a_sentence_does_not_look_like_a_name() -> None:
    assert not looks_like_name("I went with Norma and we both liked it very much")
    assert looks_like_name("Norma Avila")
