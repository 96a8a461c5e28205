"""Texts as numbered words, and their n-grams as 64-bit hashes. Refuses to know what a word means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_WORDS = 300
"""Words of a text that are read; of longer ones, the first."""
MAX_CHARACTERS = 3_000
_WIDE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_WIDE}]|[^\W{_WIDE}]+")
"""A word; a character where words are written without blanks between them (Chinese, Japanese)."""
_STEP = np.uint64(0x9E3779B97F4A7C15)


def split_words(text: str) -> list[str]:
    """Return the words of the beginning of a text, in lower case, without punctuation."""
    return _WORD.findall(text[:MAX_CHARACTERS].lower())[:MAX_WORDS]


@dataclass(frozen=True)
class Words:
    """The words of some texts, one text after the other.

    Attributes:
        ids: Number of each word. Shape (words,).
        starts: Where each text begins, and the end of the last. Shape (texts + 1,).
    """

    ids: NDArray[np.int64]
    starts: NDArray[np.int64]

    @property
    def num_texts(self) -> int:
        """Number of texts, empty ones included."""
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Words of each text. Shape (texts,)."""
        return np.diff(self.starts)

    @property
    def texts(self) -> NDArray[np.int64]:
        """Text of each word. Shape (words,)."""
        return np.repeat(np.arange(self.num_texts), self.lengths)

    def ngrams(self, size: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """Return the n-grams inside the texts.

        Args:
            size: Words of an n-gram.

        Returns:
            A hash of each n-gram (different ones share a hash with probability about 2**-64), and the place of its
            first word. Shape (n-grams,).
        """
        count = max(0, len(self.ids) - size + 1)
        mixed = _mixed(self.ids)
        hashes = np.zeros(count, dtype=np.uint64)
        for k in range(size):
            hashes = hashes * _STEP + mixed[k : k + count]
        ends = np.repeat(self.starts[1:], self.lengths)[:count]
        inside = np.flatnonzero(np.arange(count) + size <= ends)
        return hashes[inside], inside


def _mixed(ids: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Spread numbers over 64 bits (the finaliser of SplitMix64)."""
    mixed = (ids.astype(np.uint64) + np.uint64(1)) * _STEP
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def read_words(sides: Sequence[NDArray[np.object_]]) -> list[Words]:
    """Number the words of several sides alike.

    Args:
        sides: Texts of each side, None where missing.

    Returns:
        The words of each side; a missing text has none.
    """
    numbers: dict[str, int] = {}
    read = []
    for labels in sides:
        ids: list[NDArray[np.int64]] = []
        for text in labels.tolist():
            words = [] if text is None else split_words(text)
            ids.append(np.array([numbers.setdefault(word, len(numbers)) for word in words], dtype=np.int64))
        starts = np.concatenate([[0], np.cumsum([len(one) for one in ids], dtype=np.int64)])
        read.append(Words(np.concatenate([*ids, np.zeros(0, dtype=np.int64)]), starts.astype(np.int64)))
    return read
