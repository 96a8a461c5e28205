"""Stand-ins for e-mail addresses, user names and web addresses: they follow the name of the person they belong to."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterable
from dataclasses import dataclass

from tabsynth.privacy.pii.gazetteer import CENSUS_LOCALE, folded, gazetteer
from tabsynth.privacy.pii.standins.codes import same_form
from tabsynth.privacy.pii.standins.ledger import Ledger

SAFE_DOMAINS = ("example.com", "example.org", "example.net")
"""Domains that belong to nobody, by RFC 2606."""
_DIGITS = re.compile(r"\d+")
_PIECES = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Person:
    """A person and the stand-in.

    Attributes:
        first: The first name, folded; empty if unknown.
        last: The last name, folded; empty if unknown.
        new_first: Its stand-in.
        new_last: Its stand-in.
    """

    first: str
    last: str
    new_first: str
    new_last: str


def plain(name: str) -> str:
    """Return a name as it is written in addresses: lower case, ASCII letters only."""
    return "".join(char for char in folded(name) if char in string.ascii_lowercase)


class Contacts:
    """Stand-ins for addresses on the net.

    Args:
        ledger: Who stands for whom.
        shared_domains: Domains that many values share, which stay.
    """

    def __init__(self, ledger: Ledger, shared_domains: Iterable[str] = ()) -> None:
        self._ledger = ledger
        self._domains = {domain.lower() for domain in shared_domains} | set(SAFE_DOMAINS)

    def email(self, address: str, person: Person | None = None) -> str:
        """Return the stand-in of an e-mail address, after the stand-in of its person where that is known."""
        local, _, domain = address.strip().rpartition("@")

        def make(draws: random.Random, attempt: int) -> str:
            new_domain = domain if domain.lower() in self._domains else draws.choice(SAFE_DOMAINS)
            drawn = self._local(local, person, draws, attempt)
            # wallace@… must not stand inside drawwallace@… if it is somebody's own.
            tails = (f"{drawn[at:]}@{new_domain}".lower() for at in range(1, len(drawn)))
            return address if any(self._ledger.is_real("email", tail) for tail in tails) else f"{drawn}@{new_domain}"

        return self._ledger.stand_in("email", address.strip().lower(), make, str.lower)

    def username(self, name: str, person: Person | None = None) -> str:
        """Return the stand-in of a user name."""
        mark = "@" if name.strip().startswith("@") else ""
        bare = name.strip().removeprefix("@")

        def make(draws: random.Random, attempt: int) -> str:
            return self._local(bare, person, draws, attempt)

        return mark + self._ledger.stand_in("username", bare.lower(), make, str.lower)

    def url(self, address: str) -> str:
        """Return the stand-in of a web address: the scheme stays, and so does a host that many share."""

        def make(draws: random.Random, attempt: int) -> str:
            scheme, mark, rest = address.partition("://") if "://" in address else ("", "", address)
            host, slash, path = rest.partition("/")
            bare = host.lower().removeprefix("www.")
            known = bare in self._domains
            if not known:
                host = (
                    "www." if host.lower().startswith("www.") else ""
                ) + f"{_word(draws)}.{draws.choice(('com', 'org', 'net'))}"
            if known or slash:
                path = same_form(path or "a" * 6, draws)
            return f"{scheme}{mark}{host}{slash or ('/' if known else '')}{path}"

        return self._ledger.stand_in("url", address.strip().lower(), make, str.lower)

    def _local(self, local: str, person: Person | None, draws: random.Random, attempt: int) -> str:
        """Another name of an account: the names of the person in it exchanged, or all of it made up."""
        digits = "".join(_DIGITS.findall(local))
        new = self._exchanged(local, person) if person is not None else None
        if new is not None:
            drawn = _DIGITS.sub(lambda match: same_form(match.group(), draws), new)
            extra = str(draws.randint(1, 10 ** (1 + attempt // 50))) if attempt else ""
        else:
            drawn = self._made_up(local, person, draws)
            count = len(digits) + (1 + attempt // 50 if attempt else 0)
            extra = "".join(draws.choice(string.digits) for _ in range(count))
        return drawn + extra

    @staticmethod
    def _exchanged(local: str, person: Person) -> str | None:
        """The old name with the person's names exchanged, None if it does not hold them."""
        low, new = local.lower(), local.lower()
        pairs = [(person.last, person.new_last), (person.first, person.new_first)]
        hits = [
            (plain(old), plain(to)) for old, to in pairs if len(plain(old)) >= 3 and plain(old) in low and plain(to)
        ]
        if not hits:
            return None
        for at, (old, _) in enumerate(hits):
            new = new.replace(old, f"\x00{at}\x00", 1)
        rest = re.sub(r"\x00\d\x00", "", new)
        for piece in _PIECES.findall(rest):
            if piece.isalpha():  # an initial, or something else that could tell
                new = new.replace(piece, plain(person.new_first)[: len(piece)] or "x", 1)
        for at, (_, to) in enumerate(hits):
            new = new.replace(f"\x00{at}\x00", to)
        return new

    @staticmethod
    def _made_up(local: str, person: Person | None, draws: random.Random) -> str:
        lists = gazetteer().locales[CENSUS_LOCALE]
        first = plain(person.new_first) if person is not None and plain(person.new_first) else ""
        last = plain(person.new_last) if person is not None and plain(person.new_last) else ""
        first = first or plain(draws.choice(lists.female[:500] + lists.male[:500]))
        last = last or plain(draws.choice(lists.last[:5_000]))
        sign = next((char for char in local if char in "._-"), "")
        forms = [f"{first}{sign}{last}", f"{first[:1]}{sign}{last}", f"{last}{sign}{first}"]
        return draws.choice(forms)


def _word(draws: random.Random) -> str:
    return "".join(draws.choice("bcdfghklmnprst") + draws.choice("aeiou") for _ in range(4))
