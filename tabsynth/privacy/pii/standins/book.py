"""The book of stand-ins: every kind of value, one way in. Knows no frame."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.fullname import Role
from tabsynth.privacy.pii.gazetteer import folded
from tabsynth.privacy.pii.numbers import digits_of, is_card, is_iban, is_personal_number, phone_key
from tabsynth.privacy.pii.standins import codes, dates, network
from tabsynth.privacy.pii.standins.contacts import Contacts, Person
from tabsynth.privacy.pii.standins.ledger import Ledger, space_of
from tabsynth.privacy.pii.standins.names import Names, name_words
from tabsynth.privacy.pii.standins.places import Places, address_key, moved_coordinate

LEAST_PHONE = 5
"""Digits from which a phone number is one."""
FORMED_DRAWS = 100
"""Draws of a special form, such as a network's address, before any code of the same letters and digits will do."""
SECRET_PREFIX = re.compile(
    r"(?:[spr]k[_\-](?:(?:live|test|proj)[_\-])?|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|hf_|npm_|AKIA|ASIA|AIza|eyJ)?"
)
"""What tells whose key it is; it stays."""
_PLACEHOLDERS_LIST = (
    "unknown none null nan na n/a missing anonymous anon unspecified undisclosed withheld redacted other "
)
PLACEHOLDERS = frozenset(_PLACEHOLDERS_LIST.split())
"""Words that stand for no value."""

_DIGIT_KEYS = frozenset({Entity.SSN, Entity.CREDIT_CARD})


def is_placeholder(text: str) -> bool:
    """Whether a cell says that there is nothing, so that there is nothing to replace."""
    stripped = text.strip().lower()
    return stripped in PLACEHOLDERS or not any(char.isalnum() for char in stripped)


def key_of(entity: Entity, text: str, *, day_first: bool = False) -> str:
    """Return the form in which two values of an entity are the same."""
    if entity is Entity.PHONE and len(phone_key(text)) >= LEAST_PHONE:
        return phone_key(text)
    if entity in _DIGIT_KEYS:
        return digits_of(text) or text.strip().lower()
    if entity is Entity.STREET_ADDRESS:
        return address_key(text)
    if entity is Entity.POSTCODE:
        return text.strip().upper()
    if entity is Entity.IP_ADDRESS:
        return network.ip_key(text)
    if entity is Entity.USERNAME:
        return text.strip().removeprefix("@").lower()
    if entity is Entity.DATE_OF_BIRTH:
        day = dates.read_day(text, day_first=day_first)
        return text.strip().lower() if day is None else day.isoformat()
    if entity in (Entity.CITY, Entity.NAME, Entity.FIRST_NAME, Entity.LAST_NAME):
        return folded(text).strip()
    return re.sub(r"\s+", "", text).lower()


def real_keys(entity: Entity, text: str, *, day_first: bool = False) -> list[str]:
    """Return what of a real value must never be drawn: its words where it is a name, else its key."""
    if space_of(entity) == "name":
        return name_words(text)
    return [key_of(entity, text, day_first=day_first)]


class Book:
    """Stand-ins for every kind of value.

    Args:
        ledger: Who stands for whom.
        names: Stand-ins for names.
        places: Stand-ins for places.
        contacts: Stand-ins for addresses on the net.
        modules: By entity the module of python-stdnum whose check digits the table's numbers have.
        day_first: Whether 03/04 is the third of April.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        names: Names,
        places: Places,
        contacts: Contacts,
        modules: dict[Entity, str] | None = None,
        day_first: bool = False,
    ) -> None:
        self._ledger, self._names, self._places, self._contacts = ledger, names, places, contacts
        self._modules = modules or {}
        self._day_first = day_first

    def stand_in(self, entity: Entity, text: str, person: Person | None = None) -> str:
        """Return what takes the place of a value.

        Args:
            entity: What it is.
            text: The value as it is written.
            person: Whose it is, where that is known: e-mail and user names follow the person's stand-in.

        Raises:
            PrivacyError: No free stand-in is left.
        """
        if is_placeholder(text):
            return text
        match entity:
            case Entity.NAME | Entity.FIRST_NAME | Entity.LAST_NAME:
                return self._name(entity, text)
            case Entity.EMAIL if "@" in text:
                return self._contacts.email(text, person)
            case Entity.USERNAME:
                return self._contacts.username(text, person)
            case Entity.URL:
                return self._contacts.url(text)
            case Entity.CITY:
                return self._places.city(text)
            case Entity.POSTCODE:
                return self._places.postcode(text)
            case Entity.STREET_ADDRESS:
                return self._places.address(text)
            case Entity.PHONE:
                return self._phone(text)
            case Entity.SSN | Entity.CREDIT_CARD:
                return self._digits(entity, text)
            case Entity.DATE_OF_BIRTH:
                return self._day(text)
            case _:
                return self._code(entity, text)

    def first(self, word: str) -> str:
        """Return the stand-in of a first name."""
        return self._names.first(word)

    def last(self, word: str) -> str:
        """Return the stand-in of a last name."""
        return self._names.last(word)

    def _name(self, entity: Entity, text: str) -> str:
        role = {Entity.FIRST_NAME: Role.FIRST, Entity.LAST_NAME: Role.LAST}.get(entity)
        new = self._names.rewrite(text, role)
        return new if new != text else self._code(entity, text)  # a name without a word, such as a number

    def _phone(self, text: str) -> str:
        key = phone_key(text)
        if len(key) < LEAST_PHONE:
            return self._code(Entity.PHONE, text)
        drawn = self._ledger.stand_in(
            Entity.PHONE.value, key, lambda draws, attempt: codes.subscriber(key, draws, attempt)
        )
        return codes.phone_laid_over(text, key, drawn, self._ledger.secret.draws("extension", text))

    def _digits(self, entity: Entity, text: str) -> str:
        key = digits_of(text)
        if len(key) < 4:
            return self._code(entity, text)

        def make(draws: random.Random, attempt: int) -> str:
            if entity is Entity.SSN:
                return codes.ssn(draws, len(key))
            return codes.card(key, draws) if is_card(key) else codes.same_form(key, draws)

        return codes.laid_over(text, self._ledger.stand_in(entity.value, key, make))

    def _day(self, text: str) -> str:
        day = dates.read_day(text, day_first=self._day_first)
        if day is None:
            return self._code(Entity.DATE_OF_BIRTH, text)
        drawn = self._ledger.stand_in(
            Entity.DATE_OF_BIRTH.value,
            day.isoformat(),
            lambda draws, attempt: dates.moved(day, draws, attempt).isoformat(),
            shared=True,
        )
        new = dates.read_day(drawn)
        return text if new is None else dates.written_like(new, text, day_first=self._day_first)

    def _code(self, entity: Entity, text: str) -> str:
        """Codes of a fixed form: drawn once, and given as it was drawn however the value is written later."""
        make = self._maker(entity, text)
        return self._ledger.stand_in(
            entity.value,
            key_of(entity, text),
            lambda draws, attempt: make(draws) if attempt < FORMED_DRAWS else codes.same_form(text, draws),
            lambda drawn: key_of(entity, drawn),
        )

    def _maker(self, entity: Entity, text: str) -> Callable[[random.Random], str]:
        module = self._modules.get(entity)
        if entity is Entity.IBAN and is_iban(text):
            return lambda draws: codes.account(text, draws)
        if entity is Entity.IP_ADDRESS and network.is_ip(text):
            return lambda draws: network.ip_address(text, draws)
        if entity is Entity.IDENTIFIER and any(char.isdigit() for char in text):
            return lambda draws: codes.laid_over(text, "".join(draws.choices("0123456789", k=len(text))))
        if entity is Entity.MAC_ADDRESS:
            return lambda draws: codes.hexadecimal(text, draws, keep=6)
        if entity is Entity.UUID:
            return lambda draws: codes.hexadecimal(text, draws, fixed=(12, 16))
        if entity is Entity.API_KEY:
            found = SECRET_PREFIX.match(text)
            kept = sum(char.isalnum() for char in found.group()) if found else 0
            return lambda draws: codes.same_form(text, draws, keep=kept)
        # Whole degrees are changed like any code.
        if entity is Entity.COORDINATES and moved_coordinate(text, random.Random(0)) != text:
            return lambda draws: moved_coordinate(text, draws)
        if module is not None and is_personal_number(module, text):
            return lambda draws: codes.valid_form(text, draws, lambda code: is_personal_number(module, code))
        return lambda draws: codes.same_form(text, draws)
