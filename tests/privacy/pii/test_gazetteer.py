import pytest

from tabsynth.privacy.pii.gazetteer import folded, gazetteer, script_of, street_suffixes


@pytest.mark.parametrize(
    ("word", "key"), [("José", "jose"), ("MÜLLER", "muller"), ("anna", "anna"), ("Straße", "strasse")]
)
def test_names_are_looked_up_without_case_and_accents(word: str, key: str) -> None:
    assert folded(word) == key


@pytest.mark.parametrize(
    ("word", "script"), [("Anna", "latin"), ("Élan", "latin"), ("Анна", "cyrillic"), ("山田", "cjk"), ("12", "latin")]
)
def test_a_word_has_the_script_of_its_first_letter(word: str, script: str) -> None:
    assert script_of(word) == script


def test_frequent_names_of_the_census_are_listed_with_their_shares() -> None:
    lists = gazetteer()
    assert lists.last["smith"] == pytest.approx(1.006)
    assert lists.first["mary"] > lists.first["ludivina"] > 0
    assert lists.is_first("MARY", 1.0)
    assert not lists.is_first("Mary", 5.0)
    assert not lists.is_last("Xqzt")


def test_names_of_other_countries_are_listed() -> None:
    lists = gazetteer()
    assert lists.is_first("Jürgen")
    assert "de_DE" in lists.homes["jurgen"]
    assert lists.is_last("Kowalczyk")
    assert lists.is_first("Алексей")


@pytest.mark.parametrize(("word", "gender"), [("Steven", "m"), ("Linda", "f"), ("Xqzt", "u")])
def test_the_gender_of_a_first_name_is_that_of_most_bearers(word: str, gender: str) -> None:
    assert gazetteer().gender(word) == gender


def test_places_are_listed() -> None:
    lists = gazetteer()
    assert {"tx", "texas", "bayern"} <= lists.states
    assert {"france", "fr", "fra"} <= lists.countries
    assert "utrecht" in lists.cities
    assert "Avenue" in street_suffixes()


def test_the_lists_are_read_once() -> None:
    assert gazetteer() is gazetteer()
