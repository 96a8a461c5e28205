import pytest

from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.headings import STRONG, WEAK, hints_of, words_of


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("customerBirthDate", "customer birth date"),
        ("ZIPCode", "zip code"),
        ("e-mail_1", "e mail 1"),
        ("SSN", "ssn"),
        ("Prénom", "prenom"),
    ],
)
def test_a_heading_is_taken_apart_into_words(heading: str, words: str) -> None:
    assert words_of(heading) == words


@pytest.mark.parametrize(
    ("heading", "entity"),
    [
        ("nameFirst", Entity.FIRST_NAME),
        ("Vorname", Entity.FIRST_NAME),
        ("apellido", Entity.LAST_NAME),
        ("patient_name", Entity.NAME),
        ("E-Mail", Entity.EMAIL),
        ("TelefonNr", Entity.PHONE),
        ("home_phone", Entity.PHONE),
        ("shipping address", Entity.STREET_ADDRESS),
        ("birthCity", Entity.CITY),
        ("Wohnort", Entity.CITY),
        ("PLZ", Entity.POSTCODE),
        ("birth_state", Entity.STATE),
        ("Nationality", Entity.COUNTRY),
        ("longitude", Entity.COORDINATES),
        ("DOB", Entity.DATE_OF_BIRTH),
        ("date_of_birth", Entity.DATE_OF_BIRTH),
        ("Geburtsdatum", Entity.DATE_OF_BIRTH),
        ("ssn", Entity.SSN),
        ("cpf", Entity.NATIONAL_ID),
        ("tax_id", Entity.TAX_ID),
        ("passport_no", Entity.PASSPORT),
        ("drivers_license", Entity.DRIVING_LICENCE),
        ("MRN", Entity.MEDICAL_RECORD),
        ("card_number", Entity.CREDIT_CARD),
        ("IBAN", Entity.IBAN),
        ("account_no", Entity.BANK_ACCOUNT),
        ("ip_address", Entity.IP_ADDRESS),
        ("mac", Entity.MAC_ADDRESS),
        ("website", Entity.URL),
        ("userName", Entity.USERNAME),
        ("api_key", Entity.API_KEY),
        ("guid", Entity.UUID),
    ],
)
def test_a_heading_says_what_its_column_holds(heading: str, entity: Entity) -> None:
    hint = hints_of(heading)[0]
    assert (hint.entity, hint.strength) == (entity, STRONG)


@pytest.mark.parametrize("heading", ["name", "customer", "location", "mobile"])
def test_a_heading_that_could_mean_many_things_is_a_weak_hint(heading: str) -> None:
    assert hints_of(heading)[0].strength == WEAK


@pytest.mark.parametrize(
    "heading",
    ["product_name", "Division Name", "phone_type", "email_sent", "name_length", "is_citizen", "species", "age",
    "price",
     "message", "status", "has_passport", "capital_gain", "pickup_zone", ""],
)  # fmt: skip
def test_a_heading_on_something_else_says_nothing(heading: str) -> None:
    assert hints_of(heading) == ()
