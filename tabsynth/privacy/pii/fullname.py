"""A person's name taken apart: which word is a title, a first name, a last name. Knows no text around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from tabsynth.privacy.pii.gazetteer import LATIN, folded, gazetteer, script_of

TITLES: dict[str, str] = {
    **dict.fromkeys(("mr", "sir", "master", "lord", "herr", "monsieur", "señor", "senor", "sig", "don", "dhr"), "m"),
    **dict.fromkeys(
        ("mrs", "ms", "miss", "madam", "lady", "dame", "frau", "mme", "mlle", "sra", "srta", "señora", "senora",
         "sig.ra", "mevr", "fru", "madame", "mademoiselle"), "f"),
    **dict.fromkeys(
        ("mx", "dr", "prof", "professor", "rev", "fr", "hon", "capt", "captain", "col", "colonel", "sgt", "sergeant",
         "lt", "major", "maj", "gen", "general", "cpl", "officer", "nurse", "doctor", "ing", "dipl", "mag", "sr",
         "univ"), "u"),
}  # fmt: skip
"""Titles and the gender that they tell: "f", "m" or "u"."""
_SUFFIXES_LIST = "jr sr ii iii iv v vi md dds phd dvm esq cpa rn do pharmd mba msc bsc ma ba jur med llm llb od dmd "
SUFFIXES = frozenset(_SUFFIXES_LIST.split())
_PARTICLES_LIST = (
    "van von der den de da di del della dela la le les du dos das do ter ten el al bin ibn bint abu ben y "
    "e i zu zum zur af av and und et och og st saint san santa mc mac o d "
)
PARTICLES = frozenset(_PARTICLES_LIST.split())
_TOKEN = re.compile(r"[^\W\d_]+(?:['’`][^\W\d_]+)*\.?")
_NO_NAME = re.compile(r"[^\w\s.,'’`\-()\"“”«»&·]|\d")
"""Signs that no name has."""
_SEGMENT = re.compile(r"\(([^()]*)\)|[\"“”«»]([^\"“”«»]*)[\"“”«»]")


class Role(Enum):
    """What a word is in a name."""

    TITLE = "title"
    FIRST = "first"
    LAST = "last"
    INITIAL = "initial"
    SUFFIX = "suffix"
    PARTICLE = "particle"


@dataclass(frozen=True)
class Part:
    """A word of a name.

    Attributes:
        start: Its first character in the whole name.
        end: The character after its last; a point is left out.
        role: What it is.
    """

    start: int
    end: int
    role: Role


def parts_of(name: str) -> list[Part]:
    """Take a name apart: "Dr. Ana M. de Souza" or "Souza, Ana" or "Backstrom, Mrs. Karl (Maria Gustafsson)"."""
    inner = [match for match in _SEGMENT.finditer(name)]
    parts: list[Part] = []
    for match in inner:
        group = 1 if match.group(1) is not None else 2
        parts += _segment(name, *match.span(group), has_last=group == 1)
    outside = list(name)
    for match in inner:
        outside[match.start() : match.end()] = " " * (match.end() - match.start())
    return sorted(parts + _segment("".join(outside), 0, len(name), has_last=True), key=lambda part: part.start)


def _segment(name: str, start: int, end: int, *, has_last: bool) -> list[Part]:
    """Take apart one run of words; the last word is a last name unless it follows a comma."""
    tokens = [(m.start(), m.end() - m.group().endswith("."), m.group()) for m in _TOKEN.finditer(name, start, end)]
    comma = name.find(",", start, end)
    fixed = [_fixed_role(word, position, len(tokens)) for position, (_, _, word) in enumerate(tokens)]
    free = [position for position, role in enumerate(fixed) if role is None]
    if comma >= 0 and not any(tokens[position][0] > comma for position in free):
        comma = -1  # "Jane Doe, MD"
    roles: dict[int, Role] = {}
    for rank, position in enumerate(free):
        word = tokens[position][2].rstrip(".")
        if comma >= 0:
            roles[position] = Role.LAST if tokens[position][0] < comma else Role.FIRST
        elif len(free) == 1:
            titled = Role.TITLE in fixed
            roles[position] = Role.LAST if has_last and (titled or _is_rather_last(word)) else Role.FIRST
        elif rank == len(free) - 1:
            roles[position] = Role.LAST if has_last else Role.FIRST
        else:
            roles[position] = Role.LAST if rank and has_last and _is_rather_last(word) else Role.FIRST
    parts = [Part(first, last, fixed[position] or roles[position]) for position, (first, last, _) in enumerate(tokens)]
    for position in range(len(parts) - 2, -1, -1):  # the halves of Smith-Jones are one name
        here, after = parts[position], parts[position + 1]
        if name[here.end : after.start] == "-" and after.role in (Role.FIRST, Role.LAST):
            parts[position] = Part(here.start, here.end, after.role)
    return parts


def _fixed_role(word: str, position: int, count: int) -> Role | None:
    """The role of a word that its look settles, else None."""
    bare = folded(word.rstrip("."))
    if bare in TITLES and position < count - 1 and position <= 2:
        return Role.TITLE
    if bare in SUFFIXES and position >= 1 and (position == count - 1 or len(bare) > 1):
        return Role.SUFFIX
    if len(bare) == 1 and script_of(bare) == LATIN:
        return Role.INITIAL
    if bare in PARTICLES and word.islower():
        return Role.PARTICLE
    return None


def _is_rather_last(word: str) -> bool:
    lists, key = gazetteer(), folded(word)
    return lists.last.get(key, 0.0) > 3 * lists.first.get(key, 0.0)


def words_in(name: str, *roles: Role) -> Iterator[str]:
    """Yield the words of a name that have one of these roles."""
    for part in parts_of(name):
        if part.role in roles:
            yield name[part.start : part.end]


def person_key(name: str) -> str:
    """Return what names a person whatever the title and the order: "Souza, Dr. Ana" and "Ana Souza" are the same."""
    first = [folded(word) for word in words_in(name, Role.FIRST)]
    last = [folded(word) for word in words_in(name, Role.LAST)]
    return " ".join([*first[:1], *last])


def title_gender(name: str) -> str | None:
    """Return the gender that a title tells, "f" or "m", None without one."""
    for word in words_in(name, Role.TITLE):
        gender = TITLES.get(folded(word), "u")
        if gender != "u":
            return gender
    return None


def looks_like_name(text: str) -> bool:
    """Whether a text could be a full name: two to seven words, no digits, no sentence."""
    count = len(_TOKEN.findall(text))
    if _NO_NAME.search(text):
        return False
    bare = script_of(text) not in (LATIN, "cyrillic", "greek", "arabic", "hebrew")
    return (2 if not bare else 1) <= count <= 7 and len(text) <= 80


def is_full_name(text: str) -> bool:
    """Whether a text is a full name by the lists: a first and a last name that both are known, no frequent word."""
    if not looks_like_name(text):
        return False
    lists = gazetteer()
    firsts = [word for word in words_in(text, Role.FIRST)]
    lasts = [word for word in words_in(text, Role.LAST)]
    if len(_TOKEN.findall(text)) == 1:
        return any(folded(text[:size]) in lists.last for size in (1, 2, 3))
    known = sum(lists.is_first(word, 0.001) for word in firsts) + sum(lists.is_last(word) for word in lasts)
    common = sum(folded(word) in lists.words for word in (*firsts, *lasts))
    enough = len(firsts) + len(lasts) >= 2 or (title_gender(text) is not None and bool(lasts))
    return (
        enough
        and bool(lasts)
        and common <= 1
        and known >= max(1, (len(firsts) + len(lasts)) * 0.6)
        and (not firsts or any(lists.is_first(word, 0.001) for word in firsts))
    )
