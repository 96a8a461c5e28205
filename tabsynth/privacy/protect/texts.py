"""Texts: the longest are cut, and characters that few subjects use become others of their class. Knows no words."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabsynth.privacy.protect.subjects import Subjects

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Texts:
    """The texts of one column.

    Attributes:
        texts: As strings.
        rows: Their rows, shape (texts,).
    """

    texts: list[str]
    rows: IntArray

    def cut(self, subjects: Subjects, threshold: int) -> tuple[Texts, int]:
        """Return texts no longer than those of the `threshold` subjects with the longest, and that length."""
        lengths = np.array([len(text) for text in self.texts], dtype=np.int64)
        order = np.argsort(-lengths, kind="stable")
        arrivals = subjects.arrivals(self.rows[order])
        longest = int(lengths[order[arrivals[min(threshold, len(arrivals)) - 1]]])
        return Texts([text[:longest] for text in self.texts], self.rows), longest

    def plainer(self, subjects: Subjects, threshold: int, rng: np.random.Generator) -> tuple[Texts, int]:
        """Return texts of characters that `threshold` subjects use, and how many distinct others there were."""
        counts = self._users(subjects)
        kept = {character: users for character, users in counts.items() if users >= threshold}
        rare = sorted(set(counts) - set(kept))
        table = str.maketrans({character: _stand_in(character, kept, rng) for character in rare})
        return Texts([text.translate(table) for text in self.texts], self.rows), len(rare)

    def _users(self, subjects: Subjects) -> dict[str, int]:
        """Count the distinct subjects that use each character."""
        numbers = self.rows if subjects.numbers is None else subjects.numbers[self.rows]
        users: dict[str, set[int]] = {}
        for text, number in zip(self.texts, numbers.tolist(), strict=True):
            for character in set(text):
                users.setdefault(character, set()).add(number)
        return {character: len(some) for character, some in sorted(users.items())}


def _stand_in(character: str, kept: dict[str, int], rng: np.random.Generator) -> str:
    """Its letter without marks (é becomes e) if kept, else a kept one of its class; nothing if there is none."""
    bare = unicodedata.normalize("NFKD", character)[0]
    if bare in kept:
        return bare
    classes: Sequence[str] = (unicodedata.category(character), unicodedata.category(character)[0])
    for name in classes:
        alike = [other for other in kept if unicodedata.category(other).startswith(name)]
        if alike:
            shares = np.array([kept[other] for other in alike], dtype=np.float64)
            return alike[int(rng.choice(len(alike), p=shares / shares.sum()))]
    return ""
