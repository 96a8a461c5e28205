"""Who stands for whom: one stand-in a value, none a real value, none for two others. Knows no form of any value."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

from tabsynth.errors import PrivacyError
from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.secret import Secret

ATTEMPTS = 1_000
"""Draws after which no free stand-in is taken to be left."""
CHOICES = "say pii={column: 'keep'} to leave it, 'none' if it is not personal, name another entity, or drop the column"

Make = Callable[[random.Random, int], str]
"""Makes a candidate from random numbers; the second argument counts the attempts, so that late ones can reach wider."""


class Ledger:
    """The stand-ins of a run.

    Args:
        secret: What they are drawn with.
    """

    def __init__(self, secret: Secret) -> None:
        self.secret = secret
        self._real: dict[str, set[str]] = {}
        self._used: dict[str, set[str]] = {}
        self._taken: dict[tuple[str, str], str] = {}

    def forbid(self, space: str, keys: Iterable[str]) -> None:
        """Note real values, which are never drawn.

        Args:
            space: The name of a set of values that must not meet, such as an entity.
            keys: The values in the form in which two of them are the same.
        """
        self._real.setdefault(space, set()).update(keys)

    def is_real(self, space: str, key: str) -> bool:
        """Whether a value is a real one."""
        return key in self._real.get(space, ())

    def stand_in(
        self, space: str, key: str, make: Make, key_of: Callable[[str], str] = str, *, shared: bool = False
    ) -> str:
        """Return the stand-in of a value: the same at every call, and drawn at the first.

        Args:
            space: The name of the set of values.
            key: The value in the form in which two are the same.
            make: Makes candidates.
            key_of: Brings a candidate into that form.
            shared: Whether one stand-in may stand for several values, as a day may be the birthday of several persons.

        Raises:
            PrivacyError: Every candidate is a real value or stands for another one.
        """
        known = self._taken.get((space, key))
        if known is not None:
            return known
        real, used = self._real.get(space, set()), self._used.setdefault(space, set())
        for attempt in range(ATTEMPTS):
            candidate = make(self.secret.draws(space, key, attempt), attempt)
            drawn = key_of(candidate)
            if drawn != key and drawn not in real and (shared or drawn not in used):
                used.add(drawn)
                self._taken[space, key] = candidate
                return candidate
        raise PrivacyError(
            f"no free stand-in is left: {len(real):,} real values and {len(used):,} stand-ins fill their form",
            where=f"values of the kind '{space}'",
            do=CHOICES,
        )


def space_of(entity: Entity) -> str:
    """Return the name of the set of values of an entity; names of persons share one."""
    return "name" if entity in (Entity.NAME, Entity.FIRST_NAME, Entity.LAST_NAME) else entity.value
