import random
import re

import pytest

from tabsynth.errors import PrivacyError
from tabsynth.privacy.pii.secret import Secret
from tabsynth.privacy.pii.standins.ledger import Ledger
from tabsynth.privacy.pii.standins.places import Places, address_key, faker_for, moved_coordinate

KEY = b"sixteen bytes at least"


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(Secret(KEY))


def test_a_city_has_one_stand_in_in_columns_and_in_addresses(ledger: Ledger) -> None:
    places = Places(ledger)
    city = places.city("Jasonmouth")
    assert places.address("5366 Bryan Mountain, Jasonmouth, TN 35538").split(", ")[1] == city
    assert places.city("JASONMOUTH") == city.upper()


def test_an_address_keeps_its_kind_of_street_its_state_and_its_form(ledger: Ledger) -> None:
    new = Places(ledger).address("5366 Bryan Mountain Apt. 12, Jasonmouth, TN 35538")
    assert re.fullmatch(r"\d{4} \w+ Mountain Apt\. \d\d, [\w ]+, TN \d{5}", new)
    assert not {"5366", "Bryan", "Jasonmouth", "35538"} & set(re.findall(r"\w+", new))


@pytest.mark.parametrize(
    "text", ["Unit 4923 Box 2343, DPO AE 38026", "PO Box", "Lange Straße 12, 10115 Berlin", "USNS Hill, FPO AE 36455"]
)
def test_every_address_changes(ledger: Ledger, text: str) -> None:
    assert address_key(Places(ledger).address(text)) != address_key(text)


def test_a_postcode_keeps_its_form_and_its_region_until_the_region_is_full(ledger: Ledger) -> None:
    places = Places(ledger)
    assert re.fullmatch(r"35\d{3}", places.postcode("35538"))
    assert re.fullmatch(r"SW\d[A-Z] \d[A-Z]{2}", places.postcode("SW1A 1AA"))
    ledger.forbid("postcode", [f"35{number:03d}" for number in range(1_000)])
    assert not places.postcode("35001").startswith("35")


def test_a_country_with_few_cities_gets_made_up_ones(ledger: Ledger) -> None:
    fake = faker_for("es_ES")
    places = Places(ledger, "es_ES")
    ledger.forbid("city", {str(fake.city()).lower() for _ in range(500)})
    assert len({places.city(f"Ciudad {number}") for number in range(80)}) == 80


def test_a_full_space_of_postcodes_stops_the_run(ledger: Ledger) -> None:
    ledger.forbid("postcode", [f"{number}" for number in range(10)])
    with pytest.raises(PrivacyError, match="no free stand-in"):
        Places(ledger).postcode("7")


@pytest.mark.parametrize("text", ["40.71277", "-74.0059, 40.7128"])
def test_a_coordinate_moves_by_one_to_five_kilometres_and_keeps_its_decimals(text: str) -> None:
    for seed in range(20):
        new = moved_coordinate(text, random.Random(seed))
        for old, moved in zip(re.findall(r"-?[\d.]+", text), re.findall(r"-?[\d.]+", new), strict=True):
            assert 0.0099 <= abs(float(old) - float(moved)) <= 0.0501
            assert len(old.split(".")[1]) == len(moved.split(".")[1])


def test_an_unknown_locale_is_the_us() -> None:
    assert faker_for("xx_XX").locales == ["en_US"]
