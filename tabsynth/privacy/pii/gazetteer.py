"""Names of people and places that ship with two packages: the US census of 1990 and Faker's locales. Knows no text.

`names` holds the first and last names of the 1990 census with their shares of the population (public domain); Faker
holds shorter lists of some eighty countries. Larger lists exist, but come from leaked profiles or under copyleft.
"""

from __future__ import annotations

import importlib
import pkgutil
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import faker.providers.address as addresses
import faker.providers.lorem.en_US as english
import faker.providers.person as persons
import names

CENSUS_LOCALE = "en_US"
LISTED_SHARE = 0.02
"""Share in percent that a name counts for where its list has none; the 700th first name of the census has it."""
LATIN = "latin"
LAST_ATTRIBUTES = ("last_names", "last_names_male", "last_names_female", "unisex_last_names", "male_last_names")


def folded(word: str) -> str:
    """Return a word without case and accents, as the lists are looked up."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def script_of(word: str) -> str:
    """Return the script of a word's first letter, such as "latin", "cyrillic" or "cjk"."""
    for char in word:
        if char.isalpha():
            return LATIN if char.isascii() else unicodedata.name(char, "latin").split()[0].lower()
    return LATIN


@dataclass
class LocaleNames:
    """The names of one country, in its own spelling."""

    female: list[str] = field(default_factory=list)
    male: list[str] = field(default_factory=list)
    last: list[str] = field(default_factory=list)


@dataclass
class Gazetteer:
    """Lists by folded name.

    Attributes:
        first: Share of the population in percent by first name.
        last: The same by last name.
        genders: Shares of women and of men by first name.
        locales: Names by locale, from which stand-ins are drawn.
        homes: Locales by name, first and last.
        cities: Names of cities; those of the USA are missing.
        states: Names and codes of states and provinces.
        countries: Names and codes of countries.
        words: Frequent English words.
    """

    first: dict[str, float] = field(default_factory=dict)
    last: dict[str, float] = field(default_factory=dict)
    genders: dict[str, list[float]] = field(default_factory=dict)
    locales: dict[str, LocaleNames] = field(default_factory=dict)
    homes: dict[str, list[str]] = field(default_factory=dict)
    cities: set[str] = field(default_factory=set)
    states: set[str] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)
    words: frozenset[str] = frozenset()

    def is_first(self, word: str, least: float = 0.0) -> bool:
        """Whether a word is a first name of at least this share in percent."""
        return self.first.get(folded(word), -1.0) >= least

    def is_last(self, word: str, least: float = 0.0) -> bool:
        """Whether a word is a last name of at least this share in percent."""
        return self.last.get(folded(word), -1.0) >= least

    def gender(self, word: str) -> str:
        """Return "f" or "m" where at least four of five bearers of a first name are women or men, else "u"."""
        women, men = self.genders.get(folded(word), (0.0, 0.0))
        return "f" if women > 4 * men else "m" if men > 4 * women else "u"

    def add_first(self, locale: str, listed: Iterable[tuple[str, float]], gender: str) -> None:
        """Take up the first names of one gender ("f", "m" or "u")."""
        own = self.locales.setdefault(locale, LocaleNames())
        for name, share in listed:
            key = folded(name)
            self.first[key] = max(share, self.first.get(key, 0.0))
            shares = self.genders.setdefault(key, [0.0, 0.0])
            shares[0] += share * (gender != "m")
            shares[1] += share * (gender != "f")
            self._settle(key, locale)
            for pool in {"f": (own.female,), "m": (own.male,), "u": (own.female, own.male)}[gender]:
                pool.append(name)

    def add_last(self, locale: str, listed: Iterable[tuple[str, float]]) -> None:
        """Take up last names."""
        own = self.locales.setdefault(locale, LocaleNames())
        for name, share in listed:
            key = folded(name)
            self.last[key] = max(share, self.last.get(key, 0.0))
            self._settle(key, locale)
            own.last.append(name)

    def _settle(self, key: str, locale: str) -> None:
        homes = self.homes.setdefault(key, [])
        if locale not in homes:
            homes.append(locale)


@cache
def gazetteer() -> Gazetteer:
    """Return the lists, read once."""
    lists = Gazetteer(words=frozenset(word.lower() for word in english.Provider.word_list))
    lists.add_first(CENSUS_LOCALE, _census("first:female"), "f")
    lists.add_first(CENSUS_LOCALE, _census("first:male"), "m")
    lists.add_last(CENSUS_LOCALE, _census("last"))
    for locale, provider in _providers(persons):
        _add_people(lists, locale, provider)
    for _, provider in _providers(addresses):
        _add_places(lists, provider)
    lists.states |= {abbreviation.lower() for abbreviation in _usa().states_postcode}
    lists.states |= {abbreviation.lower() for abbreviation in _usa().territories_abbr}
    base = importlib.import_module("faker.providers.address").Provider
    lists.countries |= {folded(code) for code in base.alpha_2_country_codes + base.alpha_3_country_codes}
    return lists


def _usa() -> Any:
    return importlib.import_module("faker.providers.address.en_US").Provider


def street_suffixes() -> tuple[str, ...]:
    """The postal service's list of what US streets are called: Street, Ave, Crossing."""
    return tuple(_usa().street_suffixes)


def _census(which: str) -> Iterator[tuple[str, float]]:
    """Names in title case with their share in percent."""
    with open(names.FILES[which], encoding="ascii") as file:
        for line in file:
            name, share = line.split()[:2]
            yield name.title(), float(share)


def _providers(package: Any) -> Iterator[tuple[str, Any]]:
    for module in pkgutil.iter_modules(package.__path__):
        if module.ispkg:
            yield module.name, importlib.import_module(f"{package.__name__}.{module.name}").Provider


def _listed(provider: Any, attribute: str) -> Iterator[tuple[str, float]]:
    """Strings of a provider's own list; some locales keep pairs, and all inherit lists of their parent."""
    listed = vars(provider).get(attribute, ())
    for entry in listed if isinstance(listed, (tuple, list, dict)) else ():
        if isinstance(entry, str) and (len(entry) > 1 or not entry.isascii()):
            yield entry, LISTED_SHARE


def _add_people(lists: Gazetteer, locale: str, provider: Any) -> None:
    gendered = {name for part in ("female", "male") for name, _ in _listed(provider, f"first_names_{part}")}
    lists.add_first(locale, _listed(provider, "first_names_female"), "f")
    lists.add_first(locale, _listed(provider, "first_names_male"), "m")
    both = ("first_names", "first_names_unisex", "first_romanized_names")
    lists.add_first(locale, (e for a in both for e in _listed(provider, a) if e[0] not in gendered), "u")
    lists.add_last(locale, (entry for attribute in LAST_ATTRIBUTES for entry in _listed(provider, attribute)))


def _add_places(lists: Gazetteer, provider: Any) -> None:
    for attribute in ("cities", "city_names", "real_city_names"):
        lists.cities |= {folded(name) for name, _ in _listed(provider, attribute)}
    for attribute in ("states", "provinces", "regions"):
        lists.states |= {folded(name) for name, _ in _listed(provider, attribute)}
    lists.countries |= {folded(name) for name, _ in _listed(provider, "countries")}
