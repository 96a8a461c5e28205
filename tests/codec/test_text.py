"""Free text: bytes as tokens, and the learned length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.codec.slot import Slot
from tabsynth.codec.text import ByteTokenizer, TextCodec
from tabsynth.errors import CodecError


class LossyTokenizer:
    """Knows lower-case letters only."""

    size = num_text = 128
    token_bytes = None

    def encode(self, text: str) -> list[int]:
        return [ord(char) for char in text.lower()]

    def decode(self, ids: list[int]) -> str:
        return "".join(map(chr, ids))


@given(st.text())
def test_bytes_give_every_text_back(text: str) -> None:
    tokenizer = ByteTokenizer()
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    assert all(0 <= token < tokenizer.num_text for token in ids)


def test_a_token_is_its_byte() -> None:
    assert ByteTokenizer().token_bytes == tuple(bytes([byte]) for byte in range(256))


@pytest.mark.parametrize("ids", [[0xFF], [0xC3], [0xE2, 0x82], [0xC0, 0x80], [0xED, 0xA0, 0x80]])
def test_bytes_that_are_no_utf8_are_no_text(ids: list[int]) -> None:
    with pytest.raises(CodecError, match="not UTF-8"):
        ByteTokenizer().decode(ids)


def test_the_longest_text_sets_the_length() -> None:
    assert TextCodec.fit([[1], [1, 2, 3], []], nullable=False).max_tokens == 3
    assert TextCodec.fit([], nullable=True).max_tokens == 0


def test_the_slot_is_missing_or_open() -> None:
    assert TextCodec(nullable=False, max_tokens=3).slots("t") == (Slot("t", 1, 0),)
    assert TextCodec(nullable=True, max_tokens=3).slots("t") == (Slot("t", 2, 1),)


def test_a_lossless_tokenizer_is_taken() -> None:
    assert TextCodec.tokenized(["ü", ""], ByteTokenizer()) == [[0xC3, 0xBC], []]


def test_lost_characters_are_counted_not_quoted() -> None:
    with pytest.raises(CodecError, match="loses characters in 1 of 2 texts") as caught:
        TextCodec.tokenized(["fine", "Secret"], LossyTokenizer())
    assert "ecret" not in str(caught.value)
    assert "smollm2-135m" in str(caught.value)
