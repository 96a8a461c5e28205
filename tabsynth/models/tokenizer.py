"""A pretrained base's tokenizer as a TextTokenizer, and the choice of tokenizer for a base of our own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tabsynth.codec.text import ByteTokenizer, TextTokenizer
from tabsynth.errors import CodecError, ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer


class NoTextTokenizer:
    """The tokenizer of table tokens on a base of our own: it has no ids, and text columns are written as characters."""

    size = 0
    num_text = 0
    token_bytes: Sequence[bytes] | None = ()

    def encode(self, text: str) -> list[int]:
        """Refuse.

        Raises:
            CodecError: Always.
        """
        raise CodecError("this base model has no tokenizer")

    def decode(self, ids: list[int]) -> str:
        """Return no text."""
        return ""


class FastTokenizer:
    """The `tokenizer.json` of a pretrained base.

    Args:
        folder: The base's folder.

    Raises:
        ModelError: There is no fast tokenizer.
    """

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        file = folder / "tokenizer.json"
        if not file.is_file():
            raise ModelError(
                "there is no tokenizer.json", where=str(folder), do="use a base model with a fast tokenizer"
            )
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(file))
        # Text such as "<|im_end|>" in a cell is text, not a control token.
        self._tokenizer.encode_special_tokens = True
        self.size = self._tokenizer.get_vocab_size()
        self.num_text = self.size

    @cached_property
    def token_bytes(self) -> Sequence[bytes] | None:
        """The bytes of each id in a byte-level vocabulary; None for vocabularies of other kinds."""
        decoder = json.loads(self._tokenizer.to_str())["decoder"] or {}
        if decoder.get("type") != "ByteLevel":
            return None
        tokens = [self._tokenizer.id_to_token(token) for token in range(self.num_text)]
        return tuple(b"" if token is None else _bytes_of(token) for token in tokens)

    def to_json(self) -> str:
        """Return the tokenizer as the text of a `tokenizer.json`."""
        text: str = self._tokenizer.to_str()
        return text

    def encode(self, text: str) -> list[int]:
        """Return the ids of `text`, without special tokens."""
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def decode(self, ids: list[int]) -> str:
        """Return the text of `ids`.

        Raises:
            CodecError: The ids end inside a character.
        """
        text: str = self._tokenizer.decode(ids, skip_special_tokens=False)
        if "\ufffd" in text and self._tokenizer.encode(text, add_special_tokens=False).ids != ids:
            raise CodecError("the tokens end inside a character")
        return text


def byte_letters() -> tuple[str, ...]:
    """Return the letter under which byte-level vocabularies list each byte, shape (256,).

    Printable characters of Latin-1 stand for themselves, the others for the letters from U+0100 on.
    """
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    spare = iter(range(0x100, 0x200))
    return tuple(chr(byte if byte in printable else next(spare)) for byte in range(256))


_BYTES = {letter: byte for byte, letter in enumerate(byte_letters())}


def _bytes_of(token: str) -> bytes:
    """The bytes of a token; one that is no string of byte letters, such as a control token, is its own text."""
    try:
        return bytes(_BYTES[letter] for letter in token)
    except KeyError:
        return token.encode()


def tokenizer_for(folder: Path | None, record_format: str, *, has_text: bool) -> TextTokenizer:
    """Return the tokenizer that writes this table's text.

    Args:
        folder: Where the base lies; None for `tabsynth-mini`, which writes lines as bytes.
        record_format: ``table``, ``values`` or ``jsonl``.
        has_text: Whether the table has a text column with words. Table tokens alone need no other: a pretrained base
            then keeps none of its own, whose head would cost more than its layers.
    """
    if record_format == "table" and (folder is None or not has_text):
        return NoTextTokenizer()
    return ByteTokenizer() if folder is None else FastTokenizer(folder)
