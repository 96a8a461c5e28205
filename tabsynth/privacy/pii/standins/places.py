"""Stand-ins for where people live: cities, postcodes, street addresses and coordinates of the same country."""

from __future__ import annotations

import random
import re
from functools import cache
from typing import Any

from faker import Faker

from tabsynth.privacy.pii.fullname import PARTICLES
from tabsynth.privacy.pii.gazetteer import CENSUS_LOCALE, folded, gazetteer, street_suffixes
from tabsynth.privacy.pii.standins.codes import same_form
from tabsynth.privacy.pii.standins.ledger import Ledger
from tabsynth.privacy.pii.standins.names import blended, cased_like

KEPT_OF_POSTCODE = 2
"""Leading signs of a postcode that stay: its region. Fewer in late attempts."""
LISTED_DRAWS = 100
"""Draws from Faker's cities, of which some countries have few, before names are made up from two of them."""
SHIFT_DEGREES = (0.01, 0.05)
"""How far a coordinate is moved: one to five kilometres."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NUMBER = re.compile(r"\d+")
_COORDINATE = re.compile(r"(?<![\d.])-?\d{1,3}\.\d+")
_KEPT_IN_STREETS_LIST = (
    "apt apartment suite ste unit room floor fl no box po pobox p o psc cmr apo fpo dpo usns uss usnv "
    "uscgc north south east west n s e w ne nw se sw upper lower old new the st saint great little road "
    "street str strasse straße weg platz allee gasse ring ufer damm rue avenue boulevard place chemin "
    "impasse quai route bis ter calle avenida avda plaza paseo via viale piazza corso rua travessa ulica "
    "ul straat laan plein gracht hwy us county state of and bei am im auf dem "
)
_KEPT_IN_STREETS = frozenset(_KEPT_IN_STREETS_LIST.split())


@cache
def faker_for(locale: str) -> Any:
    """Return Faker for a locale, or for the US where it has none; to be seeded before each use."""
    try:
        return Faker(locale)
    except AttributeError:
        return Faker(CENSUS_LOCALE)


def moved_coordinate(text: str, draws: random.Random) -> str:
    """Return coordinates moved by one to five kilometres, with as many decimals."""

    def shifted(match: re.Match[str]) -> str:
        decimals = len(match.group().split(".")[1])
        shift = draws.uniform(*SHIFT_DEGREES) * draws.choice((-1, 1))
        return f"{float(match.group()) + shift:.{decimals}f}"

    return _COORDINATE.sub(shifted, text)


class Places:
    """Stand-ins for places.

    Args:
        ledger: Who stands for whom.
        home: The locale of the table's places.
    """

    def __init__(self, ledger: Ledger, home: str = CENSUS_LOCALE) -> None:
        self._ledger = ledger
        self._home = home

    def city(self, name: str) -> str:
        """Return the stand-in of a city."""

        def make(draws: random.Random, attempt: int) -> str:
            fake = faker_for(self._home)
            fake.seed_instance(draws.getrandbits(64))
            one = str(fake.city())
            return one if attempt < LISTED_DRAWS else blended(one, str(fake.city()), draws)

        return cased_like(self._ledger.stand_in("city", folded(name).strip(), make, folded), name)

    def postcode(self, code: str) -> str:
        """Return the stand-in of a postcode: the region's signs stay."""
        key = code.strip().upper()

        def make(draws: random.Random, attempt: int) -> str:
            return same_form(code.strip(), draws, keep=max(0, KEPT_OF_POSTCODE - attempt // 100))

        return self._ledger.stand_in("postcode", key, make, str.upper)

    def address(self, text: str) -> str:
        """Return the stand-in of an address: other numbers, street and town; kind of street and state stay."""
        key = address_key(text)

        def make(draws: random.Random, attempt: int) -> str:
            return self._rewritten(text, draws) if attempt < LISTED_DRAWS else same_form(text, draws)

        return self._ledger.stand_in("street_address", key, make, address_key)

    def _rewritten(self, text: str, draws: random.Random) -> str:
        """Draw numbers anew digit by digit, words of the street from last names, towns from Faker."""
        pieces = re.split(r"([,\n]+\s*)", text)
        out = []
        for position, piece in enumerate(pieces):
            is_town = position > 0 and _NUMBER.search(piece) is None and len(_WORD.findall(piece)) >= 1
            has_codes = (
                re.fullmatch(r"[A-Z]{2}", piece.strip()) is not None or folded(piece.strip()) in gazetteer().countries
            )
            if is_town and not has_codes and not self._is_kept(piece.strip()):
                lead = piece[: len(piece) - len(piece.lstrip())]
                out.append(lead + self.city(piece.strip()))
            else:
                out.append(self._street(piece, draws))
        return "".join(out)

    def _street(self, piece: str, draws: random.Random) -> str:
        pool = gazetteer().locales.get(self._home, gazetteer().locales[CENSUS_LOCALE]).last[:2_000]
        pool = pool if len(pool) > 20 else gazetteer().locales[CENSUS_LOCALE].last[:2_000]

        def word(match: re.Match[str]) -> str:
            return match.group() if self._is_kept(match.group()) else cased_like(draws.choice(pool), match.group())

        def number(match: re.Match[str]) -> str:
            return same_form(match.group(), draws)

        return _NUMBER.sub(number, _WORD.sub(word, piece))

    @staticmethod
    def _is_kept(word: str) -> bool:
        key = folded(word)
        return key in _kept_words() or len(key) == 1 or (word.isupper() and len(word) == 2)


@cache
def _kept_words() -> frozenset[str]:
    return _KEPT_IN_STREETS | PARTICLES | {name.lower() for name in street_suffixes()} | gazetteer().states


def address_key(text: str) -> str:
    """Return an address without case, signs and line breaks."""
    return " ".join(re.findall(r"[^\W_]+", folded(text)))
