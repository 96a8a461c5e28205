import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.pl import pesel

from tabsynth.privacy.pii import numbers


@pytest.mark.parametrize(("text", "is_one"), [
    ("4111 1111 1111 1111", True), ("4111-1111-1111-1111", True), ("4111111111111112", False), ("0000000000000000",
    False),
    ("411111111111111a", False), ("79927398713", False),
])  # fmt: skip
def test_a_card_number_has_twelve_digits_or_more_and_a_right_check_digit(text: str, is_one: bool) -> None:
    assert numbers.is_card(text) is is_one


@given(st.text("0123456789", min_size=11, max_size=18).filter(lambda body: any(map(int, body))))
def test_of_ten_last_digits_one_makes_a_card_number(body: str) -> None:
    assert [digit for digit in "0123456789" if numbers.is_card(body + digit)] == [luhn.calc_check_digit(body)]


@pytest.mark.parametrize(("text", "is_one"), [
    ("GB82 WEST 1234 5698 7654 32", True), ("GB82WEST12345698765433", False), ("DE89370400440532013000", True),
])  # fmt: skip
def test_an_account_number_has_right_check_digits(text: str, is_one: bool) -> None:
    assert numbers.is_iban(text) is is_one


@pytest.mark.parametrize(("text", "is_one"), [
    ("123-45-6789", True), ("123 45 6789", True), ("000-45-6789", False), ("666-45-6789", False), ("123-00-6789",
    False),
    ("123-45-0000", False), ("123456789", False), ("123-45 6789", False),
])  # fmt: skip
def test_a_social_security_number_is_told_by_its_dashes(text: str, is_one: bool) -> None:
    assert numbers.is_ssn(text) is is_one


@pytest.mark.parametrize(("text", "by_form"), [
    ("305-555-0142", True), ("(305) 555-0142", True), ("+1-797-927-8428x0110", True), ("001-705-734-7389", True),
    ("+49 30 901820", True), ("3055550142", False), ("12-34-56-78", False),
])  # fmt: skip
def test_some_phone_numbers_are_told_by_their_signs(text: str, by_form: bool) -> None:
    assert numbers.is_phone_by_form(text) is by_form
    assert numbers.is_phone_form(text)


@pytest.mark.parametrize("text", ["12345", "1234567890123456789", "phone", "1968-05-22T10", ""])
def test_other_texts_are_no_phone_numbers(text: str) -> None:
    assert not numbers.is_phone_form(text)


def test_a_subscriber_is_the_same_however_the_number_is_written() -> None:
    written = ["+1 (305) 555-0142", "305.555.0142", "001-305-555-0142x99", "3055550142"]
    assert {numbers.phone_key(text) for text in written} == {"3055550142"}
    assert numbers.phone_key("+49 30 12345678") == numbers.phone_key("030 12345678")


def test_the_home_of_phone_numbers_is_where_most_are_valid() -> None:
    assert numbers.home_region(["030 901820", "089 233 00"]) == ("DE", 1.0)
    assert numbers.home_region([]) == ("US", 0.0)
    assert not numbers.is_phone_in("no number", "US")


def test_personal_numbers_are_told_by_their_check_digits() -> None:
    rng = random.Random(0)
    codes = []
    while len(codes) < 30:
        body = f"{rng.randint(50, 99)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{rng.randint(0, 9999):04d}"
        codes.append(body + pesel.calc_check_digit(body))
    assert numbers.personal_module(codes) == ("pl.pesel", 1.0)
    assert numbers.personal_module([f"{rng.randrange(10**11):011d}" for _ in range(30)]) is None
    assert numbers.personal_module(codes[:5]) is None


def test_strange_input_is_no_personal_number() -> None:
    assert not numbers.is_personal_number("it.codicefiscale", "\x00" * 16)
