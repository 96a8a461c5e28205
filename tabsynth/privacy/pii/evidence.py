"""What values say of a column: how many of them are such data, and how many could be. Reads no column name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from tabsynth.privacy.pii import numbers
from tabsynth.privacy.pii.cells import Cells
from tabsynth.privacy.pii.entities import CODES, Entity
from tabsynth.privacy.pii.forms import DATE, WHOLE
from tabsynth.privacy.pii.fullname import TITLES, is_full_name
from tabsynth.privacy.pii.gazetteer import LATIN, folded, gazetteer, script_of
from tabsynth.privacy.pii.standins.dates import read_day
from tabsynth.schema.column import Kind

SPECIFICITY: dict[Entity, float] = {
    Entity.EMAIL: 1.0,
    Entity.URL: 1.0,
    Entity.UUID: 1.0,
    Entity.IBAN: 1.0,
    Entity.MAC_ADDRESS: 1.0,
    Entity.IP_ADDRESS: 1.0,
    Entity.API_KEY: 0.95,
    Entity.SSN: 0.9,
    Entity.CREDIT_CARD: 0.9,
    Entity.COORDINATES: 0.9,
    Entity.NATIONAL_ID: 0.8,
    Entity.TAX_ID: 0.8,
    Entity.MEDICAL_RECORD: 0.8,
    Entity.STREET_ADDRESS: 0.85,
    Entity.PHONE: 0.85,
    Entity.NAME: 0.85,
    Entity.POSTCODE: 0.8,
    Entity.USERNAME: 0.8,
    Entity.FIRST_NAME: 0.68,
    Entity.LAST_NAME: 0.66,
    Entity.CITY: 0.65,
}
"""How sure a column is this entity if all of its values look so and its name says nothing."""
SINGLE_NAMES = 10
"""Distinct single words that it takes before lists of names are believed without a heading."""
LAST_NAMES = 30
"""The same for last names, among which are the names of colours, trades and animals."""
FULL_NAMES = 5
COORDINATE_DECIMALS = 3
"""Decimals from which a coordinate points at a house rather than a town: 0.001 degrees are a hundred metres."""

_WORD = re.compile(r"[^\W\d_]+(?:[ '’.\-]{1,2}[^\W\d_]+){0,4}\.?")
_DATE = re.compile(DATE, re.IGNORECASE)
_EIGHT = re.compile(r"(?:19|20)\d{6}")
_CODE = re.compile(r"[A-Za-z\d*][A-Za-z\d*./ \-]{2,23}")
_POSTCODE = re.compile(r"(?=.*\d)[A-Za-z\d][A-Za-z\d \-]{1,8}[A-Za-z\d]")
_PAIR = re.compile(r"\(?-?\d{1,3}\.\d{3,}[,; ] ?-?\d{1,3}\.\d{3,}\)?")
_DECIMAL = re.compile(r"-?\d{1,3}\.(\d+)")
_HANDLE = re.compile(r"@?[A-Za-z\d_][\w.\-]{1,38}")


def _share(texts: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, texts)) / len(texts) if texts else 0.0


def certain_shares(cells: Cells) -> dict[Entity, float]:
    """Return, by entity, the share of the sampled values that are one by their form or by the lists alone."""
    texts = cells.sample
    if not texts or cells.kind in (Kind.BOOLEAN, Kind.DATETIME):
        return {}
    if cells.is_number:
        return _number_shares(cells)
    shares: dict[Entity, float] = {}
    for entity, patterns in WHOLE.items():
        share = _share(texts, lambda text, patterns=patterns: any(p.is_whole(text) for p in patterns))  # type: ignore[misc]
        if share:
            shares[entity] = share
    shares.update(_code_shares(texts))
    shares.update(_name_shares(cells))
    if cells.distinct >= SINGLE_NAMES:
        shares[Entity.CITY] = _share(texts, lambda text: folded(text) in gazetteer().cities)
    return shares


def _number_shares(cells: Cells) -> dict[Entity, float]:
    """Numbers are personal by themselves only where check digits say so."""
    if cells.kind is not Kind.INTEGER and any("." in text for text in cells.sample):
        return {}
    shares = _code_shares(cells.sample)
    if cells.distinct >= SINGLE_NAMES:
        shares[Entity.CREDIT_CARD] = _share(cells.sample, numbers.is_card)
    return shares


def _code_shares(texts: Sequence[str]) -> dict[Entity, float]:
    found = numbers.personal_module(texts)
    return {numbers.PERSONAL_NUMBERS[found[0]]: found[1]} if found else {}


def _name_shares(cells: Cells) -> dict[Entity, float]:
    """Shares of full, first and last names. First and last names are the same words often: the likelier list wins."""
    texts, lists = cells.sample, gazetteer()
    shares: dict[Entity, float] = {}
    if cells.distinct >= FULL_NAMES:
        shares[Entity.NAME] = _share(texts, is_full_name)
    single = [text for text in texts if _is_one_word(text)]
    if cells.distinct < SINGLE_NAMES or len(single) < 0.6 * len(texts):
        return shares
    names = [word for word in single if folded(word) not in lists.words]
    first = sum(lists.first.get(folded(word), 0.0) > 0.001 for word in names) / len(texts)
    last = sum(lists.last.get(folded(word), 0.0) > 0.0 for word in names) / len(texts)
    weight_first = sum(lists.first.get(folded(word), 0.0) for word in names)
    weight_last = sum(lists.last.get(folded(word), 0.0) for word in names) * 2
    if first >= 0.6 and (weight_first > weight_last or first > last + 0.2):
        shares[Entity.FIRST_NAME] = first
    elif last >= 0.6 and cells.distinct >= LAST_NAMES:
        shares[Entity.LAST_NAME] = last
    return shares


def _is_one_word(text: str) -> bool:
    return 2 <= len(text) <= 20 and text.replace("-", "").replace("'", "").isalpha() and folded(text) not in TITLES


def possible_share(entity: Entity, cells: Cells) -> float:
    """Return the share of the sampled values that could be `entity` if the column's name says so."""
    if cells.kind is Kind.BOOLEAN or not cells.sample:
        return 0.0
    if cells.kind is Kind.DATETIME:
        return float(entity is Entity.DATE_OF_BIRTH)
    test = _POSSIBLE.get(entity)
    if test is None or (entity in _MANY and cells.distinct < _MANY[entity]):
        return 0.0
    return _share(cells.sample, test)


def _is_word(text: str) -> bool:
    return (len(text) <= 60 and _WORD.fullmatch(text) is not None) or script_of(text) != LATIN


def _is_name(text: str) -> bool:
    """Words with the signs that stand in names, at most eight, none a number."""
    words = re.findall(r"[^\W_]+", text)
    return 1 <= len(words) <= 8 and len(text) <= 80 and not any(char.isdigit() for char in text)


def _is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None and sum(char.isdigit() or char in "*xX" for char in text) >= 3


def _is_card(text: str) -> bool:
    masked = re.sub(r"[ \-]", "", text)
    return (
        12 <= len(masked) <= 19 and sum(char.isdigit() for char in masked) >= 4 and not re.search(r"[^\d*xX•]", masked)
    )


def _is_coordinate(text: str) -> bool:
    if _PAIR.fullmatch(text):
        return True
    match = _DECIMAL.fullmatch(text)
    return match is not None and abs(float(text)) <= 180 and len(match.group(1)) >= COORDINATE_DECIMALS


def _is_birth(text: str) -> bool:
    return _DATE.fullmatch(text) is not None or (_EIGHT.fullmatch(text) is not None and read_day(text) is not None)


def _is_street(text: str) -> bool:
    return (
        any(char.isalpha() for char in text)
        and (any(char.isdigit() for char in text) or "," in text)
        and "@" not in text
    )


_POSSIBLE: dict[Entity, Callable[[str], bool]] = {
    **dict.fromkeys(CODES, _is_code),
    Entity.NAME: _is_name,
    Entity.FIRST_NAME: _is_name,
    Entity.LAST_NAME: _is_name,
    Entity.EMAIL: lambda text: "@" in text,
    Entity.PHONE: numbers.is_phone_form,
    Entity.USERNAME: lambda text: _HANDLE.fullmatch(text) is not None and not text.isdigit(),
    Entity.STREET_ADDRESS: _is_street,
    Entity.CITY: _is_word,
    Entity.STATE: _is_word,
    Entity.COUNTRY: _is_word,
    Entity.POSTCODE: lambda text: _POSTCODE.fullmatch(text) is not None,
    Entity.COORDINATES: _is_coordinate,
    Entity.DATE_OF_BIRTH: _is_birth,
    Entity.SSN: lambda text: _is_code(text) and 4 <= len(numbers.digits_of(text)) <= 9,
    Entity.CREDIT_CARD: _is_card,
    Entity.IBAN: lambda text: re.fullmatch(r"[A-Za-z]{2}\d{2}[A-Za-z\d ]{8,34}", text) is not None,
    Entity.IP_ADDRESS: lambda text: any(pattern.is_whole(text) for pattern in WHOLE[Entity.IP_ADDRESS]),
    Entity.MAC_ADDRESS: lambda text: re.fullmatch(r"(?i)[\da-f]{2}([:\-.]?[\da-f]{2}){5}", text) is not None,
    Entity.URL: lambda text: "." in text and " " not in text and "@" not in text,
    Entity.UUID: lambda text: re.fullmatch(r"(?i)[\da-f]{8}-?([\da-f]{4}-?){3}[\da-f]{12}", text) is not None,
    Entity.API_KEY: lambda text: len(text) >= 6 and " " not in text,
}
_MANY: dict[Entity, int] = {**dict.fromkeys(CODES, 5), Entity.NAME: 2, Entity.API_KEY: 5, Entity.USERNAME: 3}
"""Distinct values that a column of such data has at least."""


def weak_share(entity: Entity, cells: Cells, certain: dict[Entity, float]) -> float:
    """Return the support that values give to a heading that could mean many things."""
    if entity is Entity.NAME:
        return max((certain.get(e, 0.0) for e in (Entity.NAME, Entity.FIRST_NAME, Entity.LAST_NAME)), default=0.0)
    if entity is Entity.USERNAME:
        mixed = _share(cells.sample, lambda text: _HANDLE.fullmatch(text) is not None and is_mixed(text))
        return mixed if cells.distinct > 0.3 * cells.present else 0.0
    if entity in (Entity.PHONE, Entity.NATIONAL_ID):
        return possible_share(entity, cells) if cells.distinct > 0.3 * cells.present else 0.0
    return certain.get(entity, 0.0)


def is_mixed(text: str) -> bool:
    """Whether a word joins letters with digits or with signs, as user names do."""
    return any(c.isalpha() for c in text) and (any(c.isdigit() for c in text) or any(c in "._-@" for c in text))
