"""Stand-ins for names of persons: word by word, so that first, last and full names agree wherever they occur.

A word keeps its gender, its country as far as lists know it, its case, and its place; titles, particles and suffixes
stay. No word of a real name of the table is ever drawn, so no stand-in is another person of the table.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import zip_longest

from tabsynth.privacy.pii.fullname import Part, Role, parts_of, title_gender
from tabsynth.privacy.pii.gazetteer import CENSUS_LOCALE, LATIN, LocaleNames, folded, gazetteer, script_of
from tabsynth.privacy.pii.standins.ledger import Ledger

POOL_DRAWS = 60
"""Draws from the lists before names are made up from two of them; the first third is drawn from frequent names."""
FREQUENT = 1_000
"""Names at the head of a list that count as frequent."""
LEAST_POOL = 2
ENGLISH = "en"
"""Faker's list of first names of all English-speaking countries, drawn from after those of the census."""
LIKE_CENSUS = (ENGLISH, "en_GB", "en_IE", "en_NZ")
"""Lists of names that the census has as well."""
SCRIPT_LOCALES = {
    "cyrillic": "ru_RU",
    "greek": "el_GR",
    "arabic": "ar_AA",
    "hebrew": "he_IL",
    "cjk": "zh_CN",
    "hiragana": "ja_JP",
    "katakana": "ja_JP",
    "hangul": "ko_KR",
    "devanagari": "hi_IN",
    "thai": "th_TH",
    "georgian": "ka_GE",
    "armenian": "hy_AM",
    "tamil": "ta_IN",
    "bengali": "bn_BD",
}
WORDS = "name"
UNSPACED = ("cjk", "hiragana", "katakana", "hangul")


def name_words(text: str) -> list[str]:
    """Return the folded words of a name that are replaced."""
    return [folded(text[part.start : part.end]) for part in parts_of(text) if part.role in (Role.FIRST, Role.LAST)]


def home_locale(texts: Iterable[str]) -> str:
    """Return the locale whose lists hold most words of these names, for their length; the US where none does.

    The census lists immigrants' names as well, so that a long list has to hold more: words count by the logarithm.
    """
    lists = gazetteer()
    counts: Counter[str] = Counter()
    for text in texts:
        for word in name_words(text):
            counts.update(lists.homes.get(word, ()))
    for locale in LIKE_CENSUS:
        counts.pop(locale, None)

    def fit(locale: str) -> float:
        names = lists.locales[locale]
        return counts[locale] / math.log(10 + len(names.female) + len(names.male) + len(names.last))

    return max(sorted(counts), key=fit) if counts else CENSUS_LOCALE


def cased_like(word: str, model: str) -> str:
    """Return `word` in the case of `model`."""
    if model.isupper() and len(model) > 1:
        return word.upper()
    return word.lower() if model.islower() else word


class Names:
    """Stand-ins for names.

    Args:
        ledger: Who stands for whom.
        home: The locale of names that no list knows.
    """

    def __init__(self, ledger: Ledger, home: str = CENSUS_LOCALE) -> None:
        self._ledger = ledger
        self._home = home

    def rewrite(self, name: str, role: Role | None = None) -> str:
        """Return a name with every word replaced.

        Args:
            name: A first, last or full name in any order, with titles and suffixes.
            role: What all of its words are; None tells from their places.
        """
        gender = title_gender(name)
        out, at = [], 0
        parts = parts_of(name)
        if not any(part.role in (Role.FIRST, Role.LAST) for part in parts):
            parts = [Part(part.start, part.end, Role.FIRST) for part in parts]  # all of it is somebody's name
        for part in parts:
            word = name[part.start : part.end]
            out += [name[at : part.start], self._replaced(part, word, role, gender)]
            at = part.end
        return "".join([*out, name[at:]])

    def _replaced(self, part: Part, word: str, role: Role | None, gender: str | None) -> str:
        if part.role is Role.INITIAL:
            return self._initial(word)
        if part.role not in (Role.FIRST, Role.LAST) and role is None:
            return word
        if script_of(word) in UNSPACED and role is None and 2 <= len(word) <= 4:
            return self.last(word[:1]) + self.first(word[1:], gender)
        return self.last(word) if (role or part.role) is Role.LAST else self.first(word, gender)

    def _initial(self, letter: str) -> str:
        if not letter.isascii():
            return letter
        shift = 1 + self._ledger.secret.number("initial") % 25
        other = chr(ord("a") + (ord(letter.lower()) - ord("a") + shift) % 26)
        return other if letter.islower() else other.upper()

    def first(self, word: str, gender: str | None = None) -> str:
        """Return the stand-in of a first name."""
        return self._word(word, Role.FIRST, gender)

    def last(self, word: str) -> str:
        """Return the stand-in of a last name."""
        return self._word(word, Role.LAST, None)

    def _word(self, word: str, role: Role, gender: str | None) -> str:
        key = folded(word)
        pool = _pool(self._locale(key), role, self._gender(key, gender))

        def make(draws: random.Random, attempt: int) -> str:
            if attempt < POOL_DRAWS:
                return draws.choice(pool[:FREQUENT] if attempt < POOL_DRAWS // 3 else pool)
            return blended(draws.choice(pool), draws.choice(pool), draws)

        # A word can be a first and a last name: each has its own stand-in, and both shun every real name.
        drawn = self._ledger.stand_in(WORDS, f"{role.value} {key}", make, folded)
        return cased_like(drawn, word)

    @staticmethod
    def _gender(key: str, told: str | None) -> str:
        known = gazetteer().gender(key)
        return known if known != "u" else told or "u"

    def _locale(self, key: str) -> str:
        homes = gazetteer().homes.get(key, [])
        if not homes and script_of(key) != LATIN:
            return SCRIPT_LOCALES.get(script_of(key), self._home)
        return self._home if self._home in homes or not homes else homes[0]


@cache
def _pool(locale: str, role: Role, gender: str) -> tuple[str, ...]:
    """Names that are no frequent words, in the order of their list; those of the US where a list is all but empty."""
    lists = gazetteer()
    names = lists.locales.get(locale, LocaleNames())
    if locale == CENSUS_LOCALE:
        more = lists.locales.get(ENGLISH, LocaleNames())
        names = LocaleNames(names.female + more.female, names.male + more.male, names.last + more.last)
    both = [name for pair in zip_longest(names.female, names.male) for name in pair if name]
    pool = names.last if role is Role.LAST else {"f": names.female, "m": names.male}.get(gender, both)
    fit = [name for name in dict.fromkeys(pool) if name.replace("-", "").isalpha() and folded(name) not in lists.words]
    if len(fit) < LEAST_POOL and locale != CENSUS_LOCALE:
        return _pool(CENSUS_LOCALE, role, gender)
    return tuple(fit)


def blended(one: str, other: str, draws: random.Random) -> str:
    """Return a made-up name: the head of one and the tail of another, cut at a vowel where there is one."""
    vowels = "aeiouyäöüáéíóúàèìòùâêîôûå"
    cuts = [at for at in range(1, len(one)) if one[at].lower() in vowels] or [max(1, len(one) // 2)]
    tails = [at for at in range(1, len(other)) if other[at].lower() in vowels] or [len(other) // 2]
    return one[: draws.choice(cuts)] + other[draws.choice(tails) :].lower()
