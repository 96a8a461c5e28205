"""Short strings as characters of the column's own alphabet, for a base without a tokenizer: names, codes."""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from tabsynth.codec.slot import Slot
from tabsynth.errors import CodecError
from tabsynth.schema.values import Values


class CharactersCodec(BaseModel):
    """One token a character, then a token that ends the string.

    The alphabet belongs to the column, so no other column's characters, no broken encoding and no other column's
    end can occur in it.

    Attributes:
        alphabet: The characters seen in training, sorted.
        max_tokens: Characters of the longest training string.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    type: Literal["characters"] = "characters"
    nullable: bool
    alphabet: str
    max_tokens: int

    @classmethod
    def fit(cls, values: Values) -> Self:
        """Learn the alphabet and the longest length."""
        texts = [str(text) for text in values.data[~values.missing]]
        return cls(
            nullable=bool(values.missing.any()),
            alphabet="".join(sorted(set().union(*texts))),
            max_tokens=max(map(len, texts), default=0),
        )

    def slots(self, name: str) -> tuple[Slot, ...]:
        """Return the slots: present, or missing where that occurs; then the characters and the end."""
        missing = int(self.nullable)
        return Slot(name, missing + 1, missing), Slot(f"{name}/character", 1 + len(self.alphabet), 1, repeats=True)

    def encode(self, values: Values) -> NDArray[np.int64]:
        """Return missing or present, then the characters and the end; -1 after it.

        Shape (rows, 2 + longest string).

        Raises:
            CodecError: A character was never seen in training.
        """
        index = {character: token for token, character in enumerate(self.alphabet, start=1)}
        texts = ["" if gone else str(text) for text, gone in zip(values.data, values.missing, strict=True)]
        unknown = sum(any(character not in index for character in text) for text in texts)
        if unknown:
            raise CodecError(f"{unknown} of {len(texts)} strings have characters that training never saw")
        out = np.full((len(texts), 2 + max(map(len, texts), default=0)), -1, dtype=np.int64)
        out[:, 0] = ~values.missing & self.nullable
        for row in np.flatnonzero(~values.missing):
            out[row, 1 : len(texts[row]) + 2] = [*(index[character] for character in texts[row]), 0]
        return out

    def encodable(self, values: Values) -> NDArray[np.bool_]:
        """Return True for each string whose characters were all seen in training."""
        known = set(self.alphabet)
        fits = [known.issuperset(str(text)) for text in values.data]
        return np.array(fits, dtype=bool) | values.missing

    def decode(self, missing: NDArray[np.bool_], tokens: list[NDArray[np.int64]]) -> Values:
        """Return the strings of these character tokens, one array a row, the end included."""
        data = np.empty(len(tokens), dtype=object)
        data[:] = ["".join(self.alphabet[token - 1] for token in row[:-1].tolist()) for row in tokens]
        return Values(data, missing)
