import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.numbers import is_card, is_iban, is_personal_number, is_phone_form, phone_key
from tabsynth.privacy.pii.secret import Secret
from tabsynth.privacy.pii.standins.book import Book, is_placeholder, key_of, real_keys
from tabsynth.privacy.pii.standins.contacts import Contacts
from tabsynth.privacy.pii.standins.ledger import Ledger
from tabsynth.privacy.pii.standins.names import Names
from tabsynth.privacy.pii.standins.places import Places

KEY = b"sixteen bytes at least"


def new_book(key: bytes = KEY, **options: object) -> Book:
    ledger = Ledger(Secret(key))
    return Book(ledger, names=Names(ledger), places=Places(ledger), contacts=Contacts(ledger), **options)  # type: ignore[arg-type]


EXAMPLES = {
    Entity.NAME: "Norma Avila",
    Entity.FIRST_NAME: "Norma",
    Entity.LAST_NAME: "Avila",
    Entity.EMAIL: "norma@avila.org",
    Entity.PHONE: "+1-797-927-8428x0110",
    Entity.USERNAME: "norma84",
    Entity.STREET_ADDRESS: "5366 Bryan Mountain, Jasonmouth, TN 35538",
    Entity.CITY: "Jasonmouth",
    Entity.POSTCODE: "35538",
    Entity.COORDINATES: "40.71277, -74.00597",
    Entity.DATE_OF_BIRTH: "1996-07-17",
    Entity.SSN: "680-31-6565",
    Entity.NATIONAL_ID: "QQ 12 34 56 C",
    Entity.TAX_ID: "12-3456789",
    Entity.PASSPORT: "X1234567",
    Entity.DRIVING_LICENCE: "D123-4567",
    Entity.MEDICAL_RECORD: "A-1234567",
    Entity.CREDIT_CARD: "4111 1111 1111 1111",
    Entity.IBAN: "GB82 WEST 1234 5698 7654 32",
    Entity.BANK_ACCOUNT: "12345678",
    Entity.IP_ADDRESS: "73.208.194.151",
    Entity.MAC_ADDRESS: "00:1b:44:11:3a:b7",
    Entity.URL: "https://avila.org/norma",
    Entity.UUID: "123e4567-e89b-12d3-a456-426614174000",
    Entity.API_KEY: "sk-abcdefghijklmnop1234",
    Entity.IDENTIFIER: "C100017",
}


@pytest.mark.parametrize(("entity", "text"), EXAMPLES.items(), ids=[entity.value for entity in EXAMPLES])
def test_every_kind_of_value_gets_another_that_is_the_same_each_time(entity: Entity, text: str) -> None:
    book = new_book()
    new = book.stand_in(entity, text)
    assert key_of(entity, new) != key_of(entity, text)
    assert book.stand_in(entity, text) == new
    assert new_book().stand_in(entity, text) == new
    assert new_book(b"another sixteen bytes").stand_in(entity, text) != new


@given(st.sampled_from(sorted(EXAMPLES)), st.text(min_size=1, max_size=40))
def test_any_text_that_says_something_changes(entity: Entity, text: str) -> None:
    if any(char.isascii() and char.isalnum() for char in text) and not is_placeholder(text):
        new = new_book().stand_in(entity, text)
        assert new != text


@pytest.mark.parametrize("text", ["", "-", "n/a", "Unknown", " None "])
def test_a_cell_that_says_there_is_nothing_stays(text: str) -> None:
    assert is_placeholder(text)
    assert new_book().stand_in(Entity.NAME, text) == text


def test_checks_of_numbers_stay_right() -> None:
    book = new_book()
    assert is_card(book.stand_in(Entity.CREDIT_CARD, "4111-1111-1111-1111"))
    assert is_iban(book.stand_in(Entity.IBAN, "GB82WEST12345698765432"))
    assert is_phone_form(book.stand_in(Entity.PHONE, "(301)700-9098"))


def test_numbers_of_the_table_keep_their_check_digits() -> None:
    book = new_book(modules={Entity.NATIONAL_ID: "nl.bsn"})
    assert is_personal_number("nl.bsn", book.stand_in(Entity.NATIONAL_ID, "111222333"))


def test_a_subscriber_is_the_same_however_the_number_is_written() -> None:
    book = new_book()
    new = [book.stand_in(Entity.PHONE, text) for text in ("+1 (305) 555-0142", "305.555.0142", "3055550142")]
    assert len({phone_key(text) for text in new}) == 1
    assert new[0].startswith("+1 (305) ")


def test_a_birthday_is_the_same_however_it_is_written() -> None:
    book = new_book()
    one, other = book.stand_in(Entity.DATE_OF_BIRTH, "1996-07-17"), book.stand_in(Entity.DATE_OF_BIRTH, "17.07.1996")
    assert other == ".".join(reversed(one.split("-")))


def test_a_security_number_is_the_same_with_and_without_dashes() -> None:
    book = new_book()
    assert book.stand_in(Entity.SSN, "680-31-6565").replace("-", "") == book.stand_in(Entity.SSN, "680316565")


def test_the_maker_of_a_key_and_of_a_card_stays() -> None:
    assert new_book().stand_in(Entity.API_KEY, "sk-abcdefghijklmnop1234").startswith("sk-")
    assert not new_book().stand_in(Entity.API_KEY, "john-1984-secret").startswith("john")


def test_of_a_name_its_words_are_never_drawn() -> None:
    assert real_keys(Entity.NAME, "Mrs. Norma J. Avila") == ["norma", "avila"]
    assert real_keys(Entity.PHONE, "305.555.0142x7") == ["3055550142"]
