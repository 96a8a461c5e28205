import re

from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.patterns import Pattern, Span

PIN = Pattern(Entity.BANK_ACCOUNT, re.compile(r"\d{4}"), lambda text: text != "0000", re.compile(r"pin $"), ("pin",), 4)


def test_a_find_needs_its_form_its_check_and_its_cue() -> None:
    assert list(PIN.find("my pin 1234, not 5678, and pin 0000")) == [Span(7, 11, Entity.BANK_ACCOUNT)]


def test_a_whole_cell_needs_no_cue() -> None:
    assert PIN.is_whole("1234")
    assert not PIN.is_whole("0000")
    assert not PIN.is_whole("12345")


def test_a_text_without_the_signs_of_a_pattern_is_not_searched() -> None:
    assert PIN.may_hold("pin 1234", 4)
    assert not PIN.may_hold("nip 1234", 4)
    assert not PIN.may_hold("pin 123", 3)
