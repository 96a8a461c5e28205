import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.privacy.pii.secret import Secret
from tabsynth.privacy.pii.standins.contacts import SAFE_DOMAINS, Contacts, Person, plain
from tabsynth.privacy.pii.standins.ledger import Ledger

KEY = b"sixteen bytes at least"
NORMA = Person("norma", "avila", "Ida", "Bosch")


@pytest.fixture
def contacts() -> Contacts:
    return Contacts(Ledger(Secret(KEY)), ["shared.com"])


@pytest.mark.parametrize(("address", "form"), [
    ("norma.avila@shared.com", r"ida\.bosch@shared\.com"), ("navila@shared.com", r"ibosch@shared\.com"),
    ("Avila_Norma84@shared.com", r"bosch_ida\d\d@shared\.com"), ("norma@shared.com", r"ida@shared\.com"),
])  # fmt: skip
def test_an_address_follows_the_name_of_its_person(contacts: Contacts, address: str, form: str) -> None:
    assert re.fullmatch(form, contacts.email(address, NORMA))


def test_an_address_without_the_name_follows_it_all_the_same(contacts: Contacts) -> None:
    assert re.fullmatch(
        r"(ida|i)bosch\d\d@example\.org|boschida\d\d@example\.org", contacts.email("tanner83@example.org", NORMA)
    )


def test_an_address_of_nobody_is_made_up(contacts: Contacts) -> None:
    new = contacts.email("tanner83@shared.com")
    assert re.fullmatch(r"[a-z]+\d\d@shared\.com", new)
    assert "tanner" not in new


def test_a_domain_of_ones_own_does_not_stay(contacts: Contacts) -> None:
    assert contacts.email("me@avila-family.org", NORMA).split("@")[1] in SAFE_DOMAINS


def test_two_persons_never_get_one_address(contacts: Contacts) -> None:
    new = {contacts.email(f"x{letter}@shared.com", NORMA) for letter in "abcdefghij"}
    assert len(new) == 10


def test_no_real_address_stands_inside_a_stand_in() -> None:
    ledger = Ledger(Secret(KEY))
    ledger.forbid("email", ["bosch@shared.com", "osch@shared.com"])
    assert not Contacts(ledger, ["shared.com"]).email("tanner@shared.com", NORMA).endswith("osch@shared.com")


def test_a_user_name_follows_the_name_and_keeps_its_mark(contacts: Contacts) -> None:
    assert contacts.username("norma_avila", NORMA) == "ida_bosch"
    assert contacts.username("@norma_avila", NORMA) == "@ida_bosch"


@pytest.mark.parametrize(("address", "form"), [
    ("https://shared.com/u/ana12", r"https://shared\.com/[a-z]/[a-z]{3}\d\d"), ("http://www.ana-souza.com", r"http://www\.[a-z]{8}\.(com|org|net)"),
    ("https://shared.com", r"https://shared\.com/[a-z]{6}"),
])  # fmt: skip
def test_a_web_address_keeps_scheme_and_shared_hosts(contacts: Contacts, address: str, form: str) -> None:
    assert re.fullmatch(form, contacts.url(address))


@given(st.text(min_size=1, max_size=30))
def test_any_account_gets_another_name(name: str) -> None:
    contacts = Contacts(Ledger(Secret(KEY)))
    new = contacts.email(f"{name}@shared.com")
    assert new.lower() != f"{name}@shared.com".lower()
    assert contacts.email(f"{name}@shared.com") == new


@pytest.mark.parametrize(("name", "ascii_name"), [("Jürgen", "jurgen"), ("O'Neal", "oneal"), ("山田", "")])
def test_names_are_plain_in_addresses(name: str, ascii_name: str) -> None:
    assert plain(name) == ascii_name
