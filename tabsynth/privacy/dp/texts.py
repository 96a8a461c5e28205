"""The released marginal of a text column: how long texts are, and which characters many subjects use."""

from __future__ import annotations

import string
import unicodedata
from dataclasses import dataclass
from typing import Self

import numpy as np

from tabsynth.privacy.dp.histograms import Noise, known_cells, unforeseen_values
from tabsynth.privacy.dp.marginal import IS_RARE
from tabsynth.privacy.dp.shares import allot
from tabsynth.schema.values import Values

ASCII = string.digits + string.ascii_letters + string.punctuation + " "
"""Characters that are kept whatever the table holds."""
LENGTH_EDGES = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 4096)
"""First length of each cell; the last edge ends the last cell, which longer texts fall into."""
LONG_SHARE = 0.01
"""Share of subjects whose text may be cut."""
UNKNOWN = "?"


@dataclass(frozen=True)
class TextMarginal:
    """Lengths in characters, and an alphabet.

    Attributes:
        lengths: Noisy count of each cell of LENGTH_EDGES, cells beyond the longest allowed text left out.
        alphabet: Characters that may occur: ASCII, and others that many subjects use.
        missing: Noisy count of missing cells; 0 if there are hardly any.
        is_constant: Whether no length was released: then texts are empty.
        cuts_only: Whether all characters are kept, for a tokenizer that writes any text.
    """

    lengths: tuple[int, ...]
    alphabet: str
    missing: int
    is_constant: bool
    cuts_only: bool = False

    @classmethod
    def learn(cls, values: Values, lengths: Noise, characters: Noise | None, rng: np.random.Generator) -> Self:
        """Release the marginal by two histograms: of lengths, and of one random character a subject.

        Args:
            values: One value a subject.
            lengths: What protects the lengths.
            characters: What protects the characters; None if all are kept.
            rng: Picks the character.
        """
        texts = [str(text) for text in values.data[~values.missing]]
        cells = np.full(len(values.data), len(LENGTH_EDGES) - 1, dtype=np.int64)
        sizes = np.array([len(text) for text in texts], dtype=np.int64)
        last = len(LENGTH_EDGES) - 2
        cells[~values.missing] = np.minimum(np.searchsorted(LENGTH_EDGES, sizes, side="right") - 1, last)
        *counts, missing = known_cells(cells, len(LENGTH_EDGES), lengths).tolist()
        counts = _without_tail(counts, max(LONG_SHARE * sum(counts), IS_RARE * lengths.scale))
        alphabet = ASCII
        if characters is not None:
            picked = [text[int(rng.integers(len(text)))] for text in texts if text]
            seen = unforeseen_values(picked, len(values.data) - len(picked), characters)
            alphabet = "".join(sorted({*ASCII, *map(str, seen.values)}))
        counts = [count if count >= lengths.scale else 0 for count in counts]
        nothing = not any(counts)
        shown = [1] if nothing else counts
        return cls(
            lengths=tuple(shown),
            alphabet=alphabet,
            missing=missing if missing >= IS_RARE * lengths.scale else 0,
            is_constant=nothing,
            cuts_only=characters is None,
        )

    @property
    def nullable(self) -> bool:
        """Whether values may be missing."""
        return self.missing > 0

    @property
    def max_length(self) -> int:
        """Characters of the longest text that is not cut."""
        return LENGTH_EDGES[len(self.lengths)] - 1

    def draw(self, num_rows: int, rng: np.random.Generator) -> Values:
        """Draw texts of random characters: only their length and their alphabet mean something.

        The first text that is drawn is of the greatest length, and the first characters are the whole alphabet as far
        as there is room, so that who learns from the sample learns both.
        """
        cells = allot([self.missing, *self.lengths], num_rows, rng) - 1
        edges, sizes = np.array(LENGTH_EDGES), np.zeros(num_rows, dtype=np.int64)
        present = np.flatnonzero(cells >= 0)
        sizes[present] = rng.integers(edges[cells[present]], edges[cells[present] + 1])
        if len(present):
            sizes[present[np.argmax(cells[present])]] = self.max_length
            if sizes.sum() < len(self.alphabet):
                sizes[present] = self.max_length
        letters = np.array(list(self.alphabet))
        total = int(sizes.sum())
        stream = np.concatenate([letters[:total], rng.choice(letters, max(0, total - len(letters)))])
        ends = np.cumsum(sizes)
        data = np.empty(num_rows, dtype=object)
        data[:] = ["".join(stream[end - size : end]) for size, end in zip(sizes, ends, strict=True)]
        return Values(data, cells < 0)

    def coerce(self, values: Values) -> Values:
        """Cut each text to the greatest length, and write characters that are not kept as their nearest kept ones."""
        known, data, missing = set(self.alphabet), values.data.copy(), values.missing.copy()
        for row in np.flatnonzero(~missing):
            text = str(data[row])
            if not (self.cuts_only or known.issuperset(text)):
                text = "".join(c if c in known else _plain(c, known) for c in text)
            data[row] = text[: self.max_length]
        if not self.nullable:
            data[missing] = ""
            missing[:] = False
        return Values(data, missing)


def _plain(character: str, known: set[str]) -> str:
    """Return the letter without its accent, or a question mark."""
    plain = unicodedata.normalize("NFKD", character)[:1]
    return plain if plain in known else UNKNOWN


def _without_tail(counts: list[int], allowed: float) -> list[int]:
    """Leave out the highest cells as long as those left out hold no more than `allowed` subjects."""
    end, beyond = len(counts), 0
    while end > 1 and beyond + counts[end - 1] <= allowed:
        end -= 1
        beyond += counts[end]
    return counts[:end]
