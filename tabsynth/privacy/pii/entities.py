"""What personal data is called here, and what is done to each kind of it by default. Knows no pattern and no table."""

from __future__ import annotations

from enum import StrEnum


class Entity(StrEnum):
    """A kind of personal data."""

    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    PHONE = "phone"
    USERNAME = "username"
    STREET_ADDRESS = "street_address"
    CITY = "city"
    POSTCODE = "postcode"
    STATE = "state"
    COUNTRY = "country"
    COORDINATES = "coordinates"
    DATE_OF_BIRTH = "date_of_birth"
    DATE = "date"
    SSN = "ssn"
    NATIONAL_ID = "national_id"
    TAX_ID = "tax_id"
    PASSPORT = "passport"
    DRIVING_LICENCE = "driving_licence"
    MEDICAL_RECORD = "medical_record"
    CREDIT_CARD = "credit_card"
    IBAN = "iban"
    BANK_ACCOUNT = "bank_account"
    IP_ADDRESS = "ip_address"
    MAC_ADDRESS = "mac_address"
    URL = "url"
    UUID = "uuid"
    API_KEY = "api_key"
    IDENTIFIER = "identifier"


class Action(StrEnum):
    """What happens to a column before training."""

    REPLACE = "replace"
    """Every value gets a stand-in."""
    REPLACE_INSIDE = "replace inside"
    """A column of text: what is personal in it gets stand-ins, the rest stays."""
    GENERATE = "generate"
    """An identifier: new ones are made from its form, none is learned."""
    KEEP = "keep"
    """Left as it is: shared by many, or the user said so."""
    ASK = "ask"
    """It looks personal, but too little so to act on it: the user must say."""


QUASI_IDENTIFIERS = frozenset({Entity.CITY, Entity.POSTCODE, Entity.STATE, Entity.COUNTRY, Entity.DATE})
"""What says nothing on a person alone and much beside a name: found only in tables that hold persons."""

LEARNED_AS_THEY_ARE = frozenset({Entity.STATE, Entity.COUNTRY, Entity.DATE})
"""Quasi-identifiers that are kept: a pseudonym for a region or a day would destroy what the table is about, and the
protection of rare values deals with those that few rows share."""

NAMES = frozenset({Entity.NAME, Entity.FIRST_NAME, Entity.LAST_NAME})

CODES = frozenset(
    {
        Entity.SSN,
        Entity.NATIONAL_ID,
        Entity.TAX_ID,
        Entity.PASSPORT,
        Entity.DRIVING_LICENCE,
        Entity.MEDICAL_RECORD,
        Entity.BANK_ACCOUNT,
        Entity.IDENTIFIER,
    }
)
"""Numbers that somebody issued: letters and digits of a fixed form."""
