"""Free text as an open token, the base tokenizer's own tokens, and a close token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict

from tabsynth.codec.slot import Slot
from tabsynth.errors import CodecError


class TextTokenizer(Protocol):
    """What a base model's tokenizer must do: write any string as ids and read it back exactly."""

    @property
    def size(self) -> int:
        """Number of ids of the base vocabulary; table tokens come after them."""

    @property
    def num_text(self) -> int:
        """Number of ids, from 0, that can stand inside text."""

    @property
    def token_bytes(self) -> Sequence[bytes] | None:
        """The bytes that each id of text stands for, wherever it stands; b"" for an id without a token.

        None where the text of an id depends on its neighbours.
        """

    def encode(self, text: str) -> list[int]:
        """Return the ids of `text`, without special tokens."""

    def decode(self, ids: list[int]) -> str:
        """Return the text of `ids`.

        Raises:
            CodecError: The ids are no text.
        """


class ByteTokenizer:
    """UTF-8 bytes as tokens: lossless for every string, and nothing to learn or ship."""

    size = 256
    num_text = 256
    token_bytes: Sequence[bytes] | None = tuple(bytes([byte]) for byte in range(256))

    def encode(self, text: str) -> list[int]:
        """Return the bytes of `text`."""
        return list(text.encode("utf-8"))

    def decode(self, ids: list[int]) -> str:
        """Return the text of these bytes.

        Raises:
            CodecError: The bytes are not UTF-8.
        """
        try:
            return bytes(ids).decode("utf-8")
        except ValueError:
            raise CodecError("the bytes are not UTF-8") from None


class TextCodec(BaseModel):
    """Free text of a learned length.

    Attributes:
        max_tokens: Tokens of the longest training text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    type: Literal["text"] = "text"
    nullable: bool
    max_tokens: int

    @classmethod
    def fit(cls, texts: list[list[int]], *, nullable: bool) -> Self:
        """Learn the longest length from the token ids of the training texts."""
        return cls(nullable=nullable, max_tokens=max(map(len, texts), default=0))

    def slots(self, name: str) -> tuple[Slot, ...]:
        """Return the slot of the open token: missing (where nullable) or open."""
        return (Slot(name, int(self.nullable) + 1, int(self.nullable)),)

    @staticmethod
    def tokenized(texts: list[str], tokenizer: TextTokenizer) -> list[list[int]]:
        """Return the ids of each text.

        Raises:
            CodecError: The tokenizer does not give a text back exactly.
        """
        ids = [tokenizer.encode(text) for text in texts]
        lossy = sum(tokenizer.decode(some) != text for some, text in zip(ids, texts, strict=True))
        if lossy:
            raise CodecError(
                f"the base model's tokenizer loses characters in {lossy} of {len(texts)} texts",
                do="use model='smollm2-135m' or model='tabsynth-mini', whose tokenizers are lossless",
            )
        return ids
