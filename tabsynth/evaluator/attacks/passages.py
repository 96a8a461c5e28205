"""Passages that synthetic texts share with real ones: which n-grams, of which texts, how long. Knows no tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from tabsynth.evaluator.words import MAX_CHARACTERS, Words

NEAR = 0.2  # edits per character up to which a text is nearly another one


@dataclass(frozen=True)
class Passages:
    """The n-grams of some texts.

    Attributes:
        words: The texts.
        size: Words of an n-gram.
        codes: Number of each n-gram; equal ones have equal numbers in all texts that were read together.
            Shape (n-grams,).
        places: Place of the first word of each n-gram. Shape (n-grams,).
        num_codes: Numbers run from 0 to this.
    """

    words: Words
    size: int
    codes: NDArray[np.int64]
    places: NDArray[np.int64]
    num_codes: int

    @property
    def owners(self) -> NDArray[np.int64]:
        """Text of each n-gram. Shape (n-grams,)."""
        return self.words.texts[self.places]

    @property
    def held(self) -> NDArray[np.bool_]:
        """Whether each number occurs here. Shape (numbers,)."""
        held = np.zeros(self.num_codes, dtype=bool)
        held[self.codes] = True
        return held

    def longest(self, flags: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the most words in a row, of each text, that flagged n-grams cover without a gap. Shape (texts,)."""
        longest = np.zeros(self.words.num_texts, dtype=np.int64)
        places, owners = self.places[flags], self.owners[flags]
        if len(places) == 0:
            return longest
        # Neighbouring places of two texts are never one run: the last n-gram of a text ends with the text.
        first = np.flatnonzero(np.diff(places, prepend=places[0] - 2) != 1)
        lengths = np.diff(np.append(first, len(places))) + self.size - 1
        np.maximum.at(longest, owners[first], lengths)
        return longest

    def sources(self, others: Passages) -> NDArray[np.int64]:
        """Return, of each text, one of the other texts that shares an n-gram with it, -1 for none. Shape (texts,)."""
        owner = np.full(self.num_codes, -1, dtype=np.int64)
        owner[others.codes[::-1]] = others.owners[::-1]  # the first text that has it wins
        found = np.full(self.words.num_texts, -1, dtype=np.int64)
        source = owner[self.codes]
        found[self.owners[source >= 0][::-1]] = source[source >= 0][::-1]
        return found


def read_passages(sides: Sequence[Words], size: int) -> list[Passages]:
    """Read the n-grams of several sides together; the words must have been numbered together."""
    ngrams = [words.ngrams(size) for words in sides]
    codes, distinct = pd.factorize(np.concatenate([hashes for hashes, _ in ngrams]))
    parts = np.split(codes.astype(np.int64), np.cumsum([len(hashes) for hashes, _ in ngrams])[:-1])
    return [
        Passages(words, size, part, places, len(distinct))
        for words, part, (_, places) in zip(sides, parts, ngrams, strict=True)
    ]


def own_passages(mine: Passages, theirs: Passages, outside: Passages) -> NDArray[np.bool_]:
    """Return which n-grams are in these texts alone, each at the first of the texts that has it. Shape (n-grams,)."""
    first = np.full(mine.num_codes, -1, dtype=np.int64)
    first[mine.codes[::-1]] = mine.owners[::-1]
    foreign = theirs.held | outside.held
    own: NDArray[np.bool_] = ~foreign[mine.codes] & (first[mine.codes] == mine.owners)
    return own


def num_near_copies(texts: Sequence[str | None], sources: Sequence[str | None], places: NDArray[np.int64]) -> int:
    """Count texts that are nearly the text that they share a passage with.

    Args:
        texts: Texts.
        sources: Texts that they may come from.
        places: Source of each text, -1 for none. Shape (texts,).
    """
    near = 0
    for text, place in zip(texts, places.tolist(), strict=True):
        source = None if place < 0 else sources[place]
        if text is not None and source is not None:
            pair = (text[:MAX_CHARACTERS], source[:MAX_CHARACTERS])
            near += Levenshtein.normalized_distance(*pair, score_cutoff=NEAR) <= NEAR
    return near
