import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.pl import pesel

from tabsynth.privacy.pii.numbers import is_card, is_iban, is_ssn
from tabsynth.privacy.pii.standins import codes

CODE = st.text(alphabet="ABCxyz0123456789-./ ", min_size=1, max_size=24)


def draws(seed: int = 0) -> random.Random:
    return random.Random(seed)


def form(text: str) -> str:
    return "".join("9" if c.isdigit() else "A" if c.isupper() else "a" if c.islower() else c for c in text)


@given(CODE, st.integers(0, 99))
def test_a_code_keeps_its_form(code: str, seed: int) -> None:
    assert form(codes.same_form(code, draws(seed))) == form(code)


@given(CODE, st.integers(0, 5))
def test_the_first_signs_can_stay(code: str, keep: int) -> None:
    def bare(text: str) -> str:
        return "".join(char for char in text if char.isalnum())

    assert bare(codes.same_form(code, draws(), keep=keep))[:keep] == bare(code)[:keep]


def test_a_number_that_begins_with_no_zero_does_not_get_one() -> None:
    assert all(codes.same_form("7123", draws(seed))[0] != "0" for seed in range(50))


@pytest.mark.parametrize(("original", "digits", "skip", "laid"), [
    ("(305) 555-0142", "7778889999", 0, "(777) 888-9999"), ("+1-305", "777", 1, "+1-777"), ("12345", "99",
    0, "99345"), ("x", "9", 0, "x"),
])  # fmt: skip
def test_digits_are_laid_over_the_signs_that_were_there(original: str, digits: str, skip: int, laid: str) -> None:
    assert codes.laid_over(original, digits, skip=skip) == laid


@given(st.integers(0, 200))
def test_a_social_security_number_was_never_issued_and_looks_like_one(seed: int) -> None:
    drawn = codes.ssn(draws(seed), 9)
    assert is_ssn(f"{drawn[:3]}-{drawn[3:5]}-{drawn[5:]}")
    assert drawn[0] == "9"
    assert int(drawn[3:5]) < 50
    assert len(codes.ssn(draws(seed), 4)) == 4


@given(st.integers(0, 200), st.sampled_from(["4111111111111111", "340000000000009", "578169175325"]))
def test_a_card_keeps_network_length_and_check_digit(seed: int, card: str) -> None:
    drawn = codes.card(card, draws(seed))
    assert is_card(drawn)
    assert (drawn[:2], len(drawn)) == (card[:2], len(card))


@given(st.integers(0, 200))
def test_an_account_keeps_country_form_and_check_digits(seed: int) -> None:
    drawn = codes.account("GB82 WEST 1234 5698 7654 32", draws(seed))
    assert is_iban(drawn)
    assert form(drawn) == form("GB82 WEST 1234 5698 7654 32")
    assert drawn[:2] == "GB"


def test_a_valid_code_is_searched_for_and_one_of_the_form_taken_if_none_is_found() -> None:
    assert pesel.is_valid("44051401359")
    assert int(codes.valid_form("12", draws(), lambda code: int(code) % 7 == 0)) % 7 == 0
    assert form(codes.valid_form("12", draws(), lambda code: False)) == "99"


def test_a_subscriber_stays_in_the_area_until_the_area_is_full() -> None:
    assert codes.subscriber("3055550142", draws(), 0)[:3] == "305"
    assert len(codes.subscriber("3055550142", draws(), 0)) == 10
    assert len({codes.subscriber("3055550142", draws(seed), 950)[:3] for seed in range(50)}) > 5
    assert len(codes.subscriber("55501", draws(), 0)) == 5


@pytest.mark.parametrize(("original", "laid"), [
    ("+1 (305) 555-0142", "+1 (305) 777-8888"), ("305.555.0142", "305.777.8888"), ("001-305-555-0142",
    "001-305-777-8888"),
])  # fmt: skip
def test_a_phone_number_is_written_as_before(original: str, laid: str) -> None:
    assert codes.phone_laid_over(original, "3055550142", "3057778888", draws()) == laid


def test_an_extension_changes_too() -> None:
    new = codes.phone_laid_over("305.555.0142x38035", "3055550142", "3057778888", draws())
    assert new.startswith("305.777.8888x")
    assert new[-5:] != "38035"
    assert new[-5:].isdigit()


def test_base_16_keeps_signs_case_and_what_is_fixed() -> None:
    uuid = "123e4567-e89b-12d3-a456-426614174000"
    drawn = codes.hexadecimal(uuid, draws(), fixed=(12, 16))
    assert [at for at, char in enumerate(drawn) if char == "-"] == [8, 13, 18, 23]
    assert (drawn[14], drawn[19]) == ("1", "a")
    assert codes.hexadecimal("00:1B:44:11:3A:B7", draws(), keep=6).startswith("00:1B:44:")
