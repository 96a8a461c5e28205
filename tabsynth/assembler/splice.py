"""New texts from the pieces of many: words of prose, characters of short strings. Knows no rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

MIN_TEXTS_OF_A_WORD = 5
"""Texts that a word must stand in to be used, so that no rare name or address is spread."""


def spliced(texts: Sequence[str], num_texts: int, rng: np.random.Generator, *, prose: bool) -> list[str]:
    """Return texts in which every piece is that of a random text.

    Characters keep their place, so that codes keep their form; words are drawn from all places.

    Args:
        texts: Where the pieces come from, at least one.
        num_texts: Texts to make.
        rng: Settles the draw.
        prose: Whether texts are sentences rather than names or codes.
    """
    if not prose:
        by_place = [[text[at] for text in texts if len(text) > at] for at in range(max(map(len, texts)))]
        lengths = [len(texts[at]) for at in rng.integers(0, len(texts), num_texts).tolist()]
        return ["".join(_drawn(by_place[at], rng) for at in range(length)) for length in lengths]
    words = [text.split(" ") for text in texts]
    counts = Counter(word for row in words for word in set(row))
    pool = [word for row in words for word in row if counts[word] >= MIN_TEXTS_OF_A_WORD]
    pool = pool or [word for row in words for word in row]
    lengths = [len(words[at]) for at in rng.integers(0, len(words), num_texts).tolist()]
    return [" ".join(pool[at] for at in rng.integers(0, len(pool), length).tolist()) for length in lengths]


def _drawn(pieces: list[str], rng: np.random.Generator) -> str:
    return pieces[int(rng.integers(len(pieces)))]
