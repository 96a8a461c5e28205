"""Numbers that somebody issued, told from any other digits by their check digits. Finds nothing in text itself.

python-stdnum knows the forms and check digits of cards, accounts and personal numbers of some forty countries;
phonenumbers knows the numbering plans of all.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import phonenumbers
from stdnum import iban, luhn

from tabsynth.privacy.pii.entities import Entity

CARD_DIGITS = range(12, 20)
PHONE_DIGITS = range(7, 16)
REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "BE", "CH", "AT", "SE", "NO", "DK", "FI", "PL", "PT", "IE", "CA",
           "AU", "NZ", "IN", "BR", "MX", "AR", "JP", "KR", "CN", "TR", "ZA", "RU")  # fmt: skip
"""Countries whose own way of writing phone numbers is tried, the commonest first."""

PERSONAL_NUMBERS: dict[str, Entity] = {
    **dict.fromkeys(
        ("fr.nir", "es.dni", "es.nie", "it.codicefiscale", "nl.bsn", "be.nn", "se.personnummer", "no.fodselsnummer",
         "dk.cpr", "fi.hetu", "pl.pesel", "br.cpf", "mx.curp", "cl.rut", "in_.aadhaar", "cn.ric", "kr.rrn",
         "tr.tckimlik", "za.idnr", "ch.ssn", "at.vnr", "cz.rc", "ro.cnp", "bg.egn", "ee.ik", "lt.asmens", "hr.oib",
         "gr.amka", "ie.pps", "ca.sin", "si.emso", "my.nric", "th.pin", "is_.kennitala", "lv.pk"),
        Entity.NATIONAL_ID,
    ),
    **dict.fromkeys(
        ("de.idnr", "pt.nif", "au.tfn", "nz.ird", "in_.pan", "ar.cuit", "br.cnpj", "mx.rfc", "eu.vat"), Entity.TAX_ID
    ),
    "gb.nhs": Entity.MEDICAL_RECORD,
}  # fmt: skip
"""Modules of python-stdnum whose numbers carry a check digit or a date, by what they are."""

_PHONE_FORM = re.compile(r"\+?\(?\d[\d \u00a0().\-/]{4,22}\d(?: ?(?:x|ext\.?|#) ?\d{1,6})?", re.IGNORECASE)
_PHONE_BY_FORM = re.compile(
    r"(?:\+ ?\d{1,3}[ .\-/]?|00\d{1,2}[ .\-/]|1[ .\-])?\(?\d{3}\)?[ .\-]? ?\d{3}[ .\-]\d{4}"
    r"(?: ?(?:x|ext\.?|#) ?\d{1,6})?"
    r"|\+ ?\d{1,3}[ .\-/(]?[\d .\-/()]{6,16}\d(?: ?(?:x|ext\.?|#) ?\d{1,6})?",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r" ?(?:x|ext\.?|#) ?\d{1,6}$", re.IGNORECASE)
_SSN_FORM = re.compile(r"(?!000|666)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}")


def digits_of(text: str) -> str:
    """Return the ASCII digits of a text."""
    return "".join(char for char in text if "0" <= char <= "9")


def is_card(text: str) -> bool:
    """Whether a text is a card number by its length and check digit."""
    digits = text.replace(" ", "").replace("-", "")
    return (
        digits.isascii()
        and digits.isdigit()
        and len(digits) in CARD_DIGITS
        and luhn.is_valid(digits)
        and any(map(int, digits))
    )


def is_iban(text: str) -> bool:
    """Whether a text is an international account number by its check digits."""
    return bool(iban.is_valid(text, check_country=False))


def is_ssn(text: str) -> bool:
    """Whether a text has the form of a US social security or taxpayer number, with its dashes or blanks."""
    return _SSN_FORM.fullmatch(text) is not None


def is_phone_form(text: str) -> bool:
    """Whether a text could be a phone number: digits, the usual signs between them, perhaps an extension."""
    found = _PHONE_FORM.fullmatch(text)
    return found is not None and len(digits_of(_EXTENSION.sub("", text))) in PHONE_DIGITS


def is_phone_by_form(text: str) -> bool:
    """Whether a text is a phone number by its signs alone: grouped as in North America, or with a country code."""
    return _PHONE_BY_FORM.fullmatch(text) is not None and len(digits_of(_EXTENSION.sub("", text))) in range(8, 16)


def is_phone_in(text: str, region: str) -> bool:
    """Whether a text is a number that the plan of a country allows."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False


def phone_key(text: str) -> str:
    """Return the digits that name the subscriber, alike for +1 (305) 555-0100, 305.555.0100 and 001-305-555-0100."""
    digits = digits_of(_EXTENSION.sub("", text))
    return digits[-10:] if len(digits) > 10 else digits


def home_region(texts: Sequence[str]) -> tuple[str, float]:
    """Return the country whose numbering plan allows most of these texts, and the share that it allows."""
    sample = texts[:60]
    if not sample:
        return REGIONS[0], 0.0
    shares = {region: sum(is_phone_in(text, region) for text in sample) / len(sample) for region in REGIONS}
    best = max(shares, key=lambda region: shares[region])
    return best, shares[best]


@cache
def _module(name: str) -> Any:
    return importlib.import_module(f"stdnum.{name}")


def is_personal_number(name: str, text: str) -> bool:
    """Whether python-stdnum's module `name`, such as "pl.pesel", accepts a text."""
    try:
        return bool(_module(name).is_valid(text))
    except Exception:  # a module that stumbles over strange input has not accepted it
        return False


def personal_module(texts: Sequence[str]) -> tuple[str, float] | None:
    """Return the module that accepts most of these texts and the share, None if none accepts 90 %.

    Ten distinct texts of at least eight characters are asked for: a check digit alone is right one time in ten.
    """
    codes = [text for text in texts[:300] if 8 <= len(text) <= 24 and sum(char.isdigit() for char in text) >= 5]
    if len(codes) < max(10, 0.9 * min(len(texts), 300)):
        return None
    best: tuple[str, float] | None = None
    for name in PERSONAL_NUMBERS:
        if sum(is_personal_number(name, code) for code in codes[:20]) < 0.8 * min(20, len(codes)):
            continue
        share = sum(is_personal_number(name, code) for code in codes) / len(codes)
        if share >= 0.9 and (best is None or share > best[1]):
            best = (name, share)
    return best
