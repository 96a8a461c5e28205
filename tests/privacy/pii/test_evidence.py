import random

import pandas as pd
import pytest

from tabsynth.privacy.pii.cells import Cells
from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.evidence import certain_shares, is_mixed, possible_share, weak_share
from tabsynth.schema.infer import infer_column

RNG = random.Random(0)
FIRST = ["Mary", "Linda", "James", "Robert", "Karen", "Steven", "Brian", "Susan", "Kevin", "Laura", "Donna", "Ruth"]
LAST = ["Smith", "Johnson", "Miller", "Davis", "Wilson", "Moore", "Taylor", "Clark", "Lewis", "Walker", "Hall", "Allen",
        "Wright", "Hill", "Scott", "Adams", "Baker", "Nelson", "Carter", "Mitchell", "Turner", "Phillips", "Parker",
        "Evans", "Edwards", "Collins", "Stewart", "Morris", "Rogers", "Reed", "Cook", "Morgan"]  # fmt: skip


def cells(values: list[object], name: str = "a") -> Cells:
    series = pd.Series(values * (1 + 20 // len(values)), name=name)
    return Cells.of(series, infer_column(series))


@pytest.mark.parametrize(("values", "entity"), [
    ([f"p{n}@example.com" for n in range(30)], Entity.EMAIL),
    ([f"10.0.{n}.7" for n in range(30)], Entity.IP_ADDRESS),
    ([f"{n + 100}-45-6789" for n in range(30)], Entity.SSN),
    ([f"305-555-{n:04d}" for n in range(30)], Entity.PHONE),
    ([f"{n} Oak Street" for n in range(1, 31)], Entity.STREET_ADDRESS),
    ([f"{first} {last}" for first, last in zip(FIRST, LAST, strict=False)], Entity.NAME),
])  # fmt: skip
def test_values_of_a_form_are_certain(values: list[object], entity: Entity) -> None:
    assert certain_shares(cells(values))[entity] == 1.0


def test_first_and_last_names_are_told_apart_by_their_shares_of_the_population() -> None:
    assert Entity.FIRST_NAME in certain_shares(cells(list(FIRST)))
    assert Entity.LAST_NAME not in certain_shares(cells(list(FIRST)))
    assert Entity.LAST_NAME in certain_shares(cells(list(LAST)))


def test_few_words_are_not_taken_for_names() -> None:
    assert not {Entity.FIRST_NAME, Entity.LAST_NAME} & set(certain_shares(cells(["Black", "White", "Brown"])))


def test_numbers_are_certain_only_by_their_check_digits() -> None:
    cards = [4111111111111111, 5500005555555559, 340000000000009, 30000000000004, 6011000000000004, 4012888888881881,
             4222222222222, 5105105105105100, 371449635398431, 3530111333300000]  # fmt: skip
    assert certain_shares(cells(list(cards)))[Entity.CREDIT_CARD] == 1.0
    assert not any(certain_shares(cells([RNG.randrange(10**9) for _ in range(50)])).values())
    assert certain_shares(cells([1.25, 2.5, 3.75])) == {}


@pytest.mark.parametrize(("entity", "values", "share"), [
    (Entity.POSTCODE, ["10115", "SW1A 1AA", "1234-567", "Berlin"], 0.75),
    (Entity.PASSPORT, ["X1234567", "AB123456", "C01X0006H", "12345678", "L898902C"], 1.0),
    (Entity.PASSPORT, ["yes", "no"], 0.0),
    (Entity.CITY, ["Bern", "New York", "12", "St. Louis"], 0.75),
    (Entity.COORDINATES, [12.34567, 99.12345, -179.5001, 1.5], 0.75),
    (Entity.COORDINATES, [37.97, 36.76, 38.5, 12.1], 0.0),
    (Entity.DATE_OF_BIRTH, ["19680522", "5/22/68", "22.05.1968", "unknown"], 0.75),
    (Entity.EMAIL, [True, False], 0.0),
    (Entity.USERNAME, ["ana_84", "b.b", "12", "a b"], 0.5),
    (Entity.CREDIT_CARD, ["**** **** **** 1234", "4111111111111111", "none", "visa"], 0.5),
])  # fmt: skip
def test_a_heading_needs_values_that_are_possible(entity: Entity, values: list[object], share: float) -> None:
    assert possible_share(entity, cells(values)) == pytest.approx(share)


def test_dates_are_possible_births_and_nothing_else() -> None:
    days = cells(list(pd.date_range("1960-01-01", periods=30)))
    assert possible_share(Entity.DATE_OF_BIRTH, days) == 1.0
    assert possible_share(Entity.PHONE, days) == 0.0


def test_a_weak_heading_counts_as_far_as_lists_and_forms_support_it() -> None:
    people, things = (
        cells([f"{f} {s}" for f, s in zip(FIRST, LAST, strict=False)]),
        cells(["General", "Petite", "Tall"]),
    )
    assert weak_share(Entity.NAME, people, certain_shares(people)) == 1.0
    assert weak_share(Entity.NAME, things, certain_shares(things)) == 0.0
    accounts = cells([f"user_{n}" for n in range(40)])
    assert weak_share(Entity.USERNAME, accounts, {}) == 1.0


@pytest.mark.parametrize(("word", "mixed"), [("ana84", True), ("a_b", True), ("ana", False), ("84", False)])
def test_a_user_name_joins_letters_with_digits_or_signs(word: str, mixed: bool) -> None:
    assert is_mixed(word) is mixed
