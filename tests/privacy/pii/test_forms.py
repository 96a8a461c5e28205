from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.forms import PATTERNS, WHOLE, entropy, find_patterns, is_secret


@pytest.mark.parametrize(("before", "value", "entity"), [
    ("write to ", "ana.souza+x@mail.example.co.uk", Entity.EMAIL),
    ("see ", "https://example.com/u/ana?x=1", Entity.URL),
    ("see ", "www.example.com/ana", Entity.URL),
    ("id ", "123e4567-e89b-12d3-a456-426614174000", Entity.UUID),
    ("use ", "ghp_0123456789abcdefghijABCDEFGHIJ012345", Entity.API_KEY),
    ("the api key is ", "q9Zt7Lw2Xv8Rk4Np", Entity.API_KEY),
    ("pay to ", "GB82 WEST 1234 5698 7654 32", Entity.IBAN),
    ("mac ", "00:1b:44:11:3a:b7", Entity.MAC_ADDRESS),
    ("from ", "192.168.10.7", Entity.IP_ADDRESS),
    ("from ", "2001:db8::8a2e:370:7334", Entity.IP_ADDRESS),
    ("to ", "12 Oak Street, Springfield, IL 62701", Entity.STREET_ADDRESS),
    ("card ", "4111 1111 1111 1111", Entity.CREDIT_CARD),
    ("My card ", "578169175325", Entity.CREDIT_CARD),
    ("SSN on file ", "680-31-6565", Entity.SSN),
    ("my ssn is ", "680316565", Entity.SSN),
    ("or ", "806.356.7380x38035", Entity.PHONE),
    ("or ", "(301)700-9098", Entity.PHONE),
    ("or ", "+49 30 901820", Entity.PHONE),
    ("Please call me back at ", "7629041928", Entity.PHONE),
    ("(DOB ", "1996-07-17", Entity.DATE_OF_BIRTH),
    ("born on ", "July 17, 1996", Entity.DATE_OF_BIRTH),
    ("geboren ", "17.07.1996", Entity.DATE_OF_BIRTH),
    ("at ", "40.71277, -74.00597", Entity.COORDINATES),
    ("MRN: ", "A1234567", Entity.MEDICAL_RECORD),
    ("passport no ", "X1234567", Entity.PASSPORT),
    ("driver's license ", "D123-4567", Entity.DRIVING_LICENCE),
    ("my bank account ", "12345678", Entity.BANK_ACCOUNT),
    ("tax id ", "12-3456789", Entity.TAX_ID),
    ("NI number ", "QQ 12 34 56 C", Entity.NATIONAL_ID),
    ("cpf ", "529.982.247-25", Entity.NATIONAL_ID),
    ("in ", "SW1A 1AA", Entity.POSTCODE),
    ("Dallas, TX ", "75238", Entity.POSTCODE),
    ("follow ", "@ana_souza", Entity.USERNAME),
    ("username ", "ana84", Entity.USERNAME),
])  # fmt: skip
def test_personal_data_is_found_inside_a_text(before: str, value: str, entity: Entity) -> None:
    text = f"Hello, {before}{value} please."
    assert [(text[span.start : span.end], span.entity) for span in find_patterns(text)] == [(value, entity)]


@pytest.mark.parametrize("text", [
    "i am 5'8\", 135 lbs, 39-28-35, and wear a 00p", "version 1.2.3 of 2019-03-15 10:56:56",
    "ordered 12345 on May 3, 2020",
    "it cost $1,299.99 in 2018", "4111111111111112 is no card", "flight 1646 at 2100 ft", "ratio 3:2, code A1",
    "999999999999", "call it 5 stars", "", "🎉🎉", "مرحبا 123",
])  # fmt: skip
def test_ordinary_numbers_are_left_alone(text: str) -> None:
    assert find_patterns(text) == []


@given(st.text(alphabet="aA1 .,-+()@:/xé\n", max_size=200))
def test_finds_are_in_order_and_do_not_overlap(text: str) -> None:
    found = find_patterns(text)
    assert all(0 <= span.start < span.end <= len(text) for span in found)
    assert all(one.end <= two.start for one, two in pairwise(found))


@pytest.mark.parametrize(
    "piece", ["a@", "1.", "1-", "12 Main Oak ", "12 rue de la paix ", "+1 ", "ab:", "token: a1", "http://", "(", "1 "]
)
def test_a_hostile_text_comes_to_an_end(piece: str) -> None:
    # Where an expression repeats a repetition, a text of this length would take longer than anybody waits.
    found = find_patterns(piece * 4_000)
    assert all(one.end <= two.start for one, two in pairwise(found))


def test_what_needs_a_cue_does_not_settle_a_whole_cell() -> None:
    assert Entity.PASSPORT not in WHOLE
    assert all(pattern.cue is None for patterns in WHOLE.values() for pattern in patterns)
    assert {pattern.entity for pattern in PATTERNS} > set(WHOLE)


def test_a_secret_is_long_mixed_and_even() -> None:
    assert is_secret("q9Zt7Lw2Xv8Rk4Np")
    assert not is_secret("aaaaaaaaaaaaaaa1")
    assert not is_secret("internationalization")
    assert entropy("aabb") == 1.0
    assert entropy("") == 0.0
