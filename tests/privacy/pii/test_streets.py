import pytest

from tabsynth.privacy.pii.streets import STREET, STREET_SIGNS, STREET_US


@pytest.mark.parametrize("text", [
    "12 Main Street", "3231 Smith Lights Apt. 436, South Matthewstad, NV 35258", "Unit 4923 Box 2343, DPO AE 38026",
    "USNS Hill, FPO AE 36455", "221 N Baker St", "PSC 8342, Box 3876, APO AP 46212",
])  # fmt: skip
def test_addresses_of_the_united_states_are_found_whole(text: str) -> None:
    found = STREET_US.search(f"Ship it to {text} please")
    assert found is not None
    assert found.group() == text


@pytest.mark.parametrize("text", [
    "Lange Straße 12", "Hauptstr. 5", "Keizersgracht 123", "12 rue de la Paix", "Calle Mayor 7", "Via Garibaldi 3",
    "ul. Długa 4",
])  # fmt: skip
def test_addresses_of_the_continent_are_found(text: str) -> None:
    found = STREET.search(f"Ich wohne in {text}, bitte.")
    assert found is not None
    assert text in found.group() or found.group() in text
    assert any(sign in text.lower() + " " or sign.strip() in text.lower() for sign in STREET_SIGNS)


@pytest.mark.parametrize("text", ["I bought 12 of these", "size 10 fits", "2 Big Dogs ran", "on the street 12"])
def test_ordinary_words_are_no_addresses(text: str) -> None:
    assert STREET_US.search(text) is None
    assert STREET.search(text) is None
